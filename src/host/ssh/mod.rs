//! Where ssh would connect: `ssh_config(5)` as OpenSSH reads it. The first value that is found counts.
//!
//! What depends on the running of programs, on the network or on a second pass is no answer.

mod lines;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::host::read::{self, Unread};
use crate::model::facts::Answer;

use lines::{fits, fits_list, line};

/// How deep files may include others; OpenSSH's own limit.
const DEPTH: usize = 16;
/// The system's file.
const SYSTEM: &str = "/etc/ssh/ssh_config";
/// Settings that are told, or that say that what is told is not all.
const LEADING: &[&str] =
    &["hostname", "user", "port", "proxyjump", "proxycommand", "canonicalizehostname", "controlpath"];

/// The answer to `Want::SshHost`. Without a named file the user's is read, at the home that the password file has:
/// ssh does not ask `HOME`.
pub fn answer(host: &str, user: Option<&str>, config: Option<&str>, cwd: &Path) -> Answer {
    let home = home(rustix::process::getuid().as_raw());
    let files = match config {
        Some("none") => Vec::new(),
        Some(path) => vec![Source { path: cwd.join(path), is_needed: true }],
        None => {
            let Some(home) = &home else {
                return Answer::Failed { cause: "the user's home is not in the password file".to_owned() };
            };
            let own = Source { path: home.join(".ssh/config"), is_needed: false };
            vec![own, Source { path: PathBuf::from(SYSTEM), is_needed: false }]
        }
    };
    let own = home.as_ref().map(|home| home.join(".ssh"));
    let mut reader = Reader { host, user, home: home.as_deref(), base: PathBuf::new(), found: BTreeMap::new() };
    for file in files {
        let is_system = file.path == Path::new(SYSTEM);
        reader.base =
            if is_system { PathBuf::from("/etc/ssh") } else { own.clone().unwrap_or_else(|| cwd.to_path_buf()) };
        if let Err(cause) = reader.file(&file, Active::Yes, 0) {
            return Answer::Failed { cause };
        }
    }
    reader.finish().unwrap_or_else(|cause| Answer::Failed { cause })
}

struct Source {
    path: PathBuf,
    is_needed: bool,
}

/// Whether the lines that are read count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Active {
    No,
    Maybe,
    Yes,
}

struct Reader<'a> {
    host: &'a str,
    user: Option<&'a str>,
    home: Option<&'a Path>,
    /// What relative includes are relative to.
    base: PathBuf,
    found: BTreeMap<String, String>,
}

impl Reader<'_> {
    fn file(&mut self, file: &Source, outer: Active, depth: usize) -> Result<(), String> {
        let text = match read::text(&file.path) {
            Ok(text) => text,
            Err(Unread::Absent) if file.is_needed => return Err(format!("there is no {}", file.path.display())),
            Err(Unread::Absent) => return Ok(()),
            Err(Unread::Failed(cause)) => return Err(cause),
        };
        if depth > DEPTH {
            return Err(format!("{} includes too deeply", file.path.display()));
        }
        let mut active = outer;
        for (at, source) in text.lines().enumerate() {
            let fault = |what: String| format!("{}:{}: {what}", file.path.display(), at + 1);
            let Some((key, values)) = line(source).map_err(&fault)? else { continue };
            match key.as_str() {
                "host" => active = outer.min(self.is_host(&values)),
                "match" => active = outer.min(self.is_match(&values).map_err(&fault)?),
                "include" => self.include(&values, active, depth).map_err(&fault)?,
                _ => self.take(&key, &values, active).map_err(&fault)?,
            }
        }
        Ok(())
    }

    /// One pattern that fits is enough, and one with `!` that fits rules it out.
    fn is_host(&self, patterns: &[String]) -> Active {
        let mut is_meant = false;
        for pattern in patterns {
            match pattern.strip_prefix('!') {
                Some(pattern) if fits(pattern, self.host) => return Active::No,
                Some(_) => {}
                None => is_meant |= fits(pattern, self.host),
            }
        }
        if is_meant { Active::Yes } else { Active::No }
    }

    /// Every criterion must hold.
    fn is_match(&self, words: &[String]) -> Result<Active, String> {
        let mut all = Active::Yes;
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (is_negated, name) = match word.strip_prefix('!') {
                Some(rest) => (true, rest),
                None => (false, word.as_str()),
            };
            let (name, attached) = name.split_once('=').map_or((name, None), |(name, value)| (name, Some(value)));
            let name = name.to_ascii_lowercase();
            if ["all", "canonical", "final"].contains(&name.as_str()) {
                // Whether there is a second pass is not known here.
                all = all.min(if name == "all" && !is_negated { Active::Yes } else { Active::Maybe });
                continue;
            }
            let list = attached.or_else(|| words.next().map(String::as_str)).ok_or("a criterion without a value")?;
            let holds = self.criterion(&name, list);
            let holds = match (holds, is_negated) {
                (Active::Yes, true) => Active::No,
                (Active::No, true) => Active::Yes,
                (holds, _) => holds,
            };
            all = all.min(holds);
        }
        Ok(all)
    }

    fn criterion(&self, name: &str, list: &str) -> Active {
        let lower = str::to_ascii_lowercase;
        let decided = |is: bool| if is { Active::Yes } else { Active::No };
        match name {
            "originalhost" => decided(fits_list(&lower(list), &lower(self.host))),
            "host" => {
                decided(fits_list(&lower(list), &lower(&self.hostname().unwrap_or_else(|| self.host.to_owned()))))
            }
            "user" => self.user.map_or(Active::Maybe, |user| decided(fits_list(list, user))),
            _ => Active::Maybe,
        }
    }

    fn include(&mut self, patterns: &[String], active: Active, depth: usize) -> Result<(), String> {
        if active == Active::No {
            return Ok(());
        }
        for pattern in patterns {
            let full = match (pattern.strip_prefix("~/"), self.home) {
                (Some(rest), Some(home)) => home.join(rest),
                (None, _) if !pattern.starts_with('~') => self.base.join(pattern),
                _ => return Err(format!("`{pattern}` leads to a home that is not known")),
            };
            if pattern.contains(['$', '%', '[']) {
                return Err(format!("`{pattern}` is not read"));
            }
            for path in lines::expand(&full) {
                self.file(&Source { path, is_needed: false }, active, depth + 1)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, key: &str, values: &[String], active: Active) -> Result<(), String> {
        let Some(value) = values.first().filter(|_| LEADING.contains(&key) && active != Active::No) else {
            return Ok(());
        };
        // `ProxyJump` and `ProxyCommand` shut each other out: the first of them counts.
        let is_set = self.found.contains_key(key)
            || (key == "proxyjump" && self.found.contains_key("proxycommand"))
            || (key == "proxycommand" && self.found.contains_key("proxyjump"));
        if is_set {
            return Ok(());
        }
        if active == Active::Maybe {
            return Err(format!("`{key}` stands under a condition that is not known here"));
        }
        let value = if key == "proxycommand" { values.join(" ") } else { value.clone() };
        self.found.insert(key.to_owned(), value);
        Ok(())
    }

    /// `HostName` with its tokens replaced.
    fn hostname(&self) -> Option<String> {
        let name = self.found.get("hostname")?;
        Some(name.replace("%h", self.host).replace("%%", "%"))
    }

    fn finish(self) -> Result<Answer, String> {
        let hostname = self.hostname().unwrap_or_else(|| self.host.to_owned());
        let said = |key: &str| self.found.get(key).cloned();
        if said("canonicalizehostname").is_some_and(|value| !value.eq_ignore_ascii_case("no")) {
            return Err("ssh asks the network for the host's canonical name".to_owned());
        }
        let proxy = |key: &str| said(key).filter(|value| !value.eq_ignore_ascii_case("none"));
        let found = [
            ("hostname", Some(hostname.to_ascii_lowercase())),
            ("user", self.user.map(str::to_owned).or_else(|| said("user"))),
            ("port", said("port")),
            ("proxy_jump", proxy("proxyjump")),
            ("control_path", proxy("controlpath").map(|_| "set".to_owned())),
            ("proxy_command", proxy("proxycommand").map(|_| "set".to_owned())),
        ];
        let fields = found.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
        Ok(Answer::Known { fields })
    }
}

/// The home of a user in the password file.
fn home(uid: u32) -> Option<PathBuf> {
    let passwd = read::text(Path::new("/etc/passwd")).ok()?;
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':').skip(2);
        let is_meant = fields.next()?.parse::<u32>().ok()? == uid;
        let home = fields.nth(2)?;
        (is_meant && home.starts_with('/')).then(|| PathBuf::from(home))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(text: &str, host: &str) -> Answer {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("config"), text).unwrap();
        answer(host, Some("me"), Some("config"), dir.path())
    }

    fn name(text: &str, host: &str) -> String {
        ask(text, host).field("hostname").unwrap_or("?").to_owned()
    }

    #[test]
    fn the_first_value_of_a_block_that_fits_counts() {
        let text = "Host dev web-*\n  HostName %h.example\nHost !web-2 *\nHostName=other\n";
        assert_eq!(name(text, "dev"), "dev.example");
        assert_eq!(name(text, "web-2"), "web-2.example");
        assert_eq!(name(text, "x"), "other");
        assert_eq!(name("Match originalhost a,b user me\n hostname c\n", "b"), "c");
        assert_eq!(name("Match originalhost a,b user you\n hostname c\n", "b"), "b");
        assert_eq!(name("Match !originalhost a\n hostname c\n", "b"), "c");
    }

    #[test]
    fn what_depends_on_more_than_files_is_no_answer() {
        assert!(matches!(ask("Match exec true\n HostName x\n", "a"), Answer::Failed { .. }));
        assert!(matches!(ask("CanonicalizeHostname yes\n", "a"), Answer::Failed { .. }));
        assert!(matches!(ask("Host \"a\n", "a"), Answer::Failed { .. }));
        assert_eq!(name("HostName y\nMatch exec true\n HostName x\n", "a"), "y");
        assert_eq!(name("Match exec true\n ForwardAgent yes\n", "a"), "a");
        assert!(matches!(answer("a", None, Some("/nonexistent"), Path::new("/")), Answer::Failed { .. }));
    }

    #[test]
    fn proxies_are_told_and_included_files_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let more = dir.path().join("more.d");
        std::fs::create_dir(&more).unwrap();
        std::fs::write(more.join("1.conf"), "Host a\n HostName prod-db\n ProxyJump bastion\n").unwrap();
        let text = format!("Include {}/*.conf\nHost *\n ProxyCommand nc %h\n", more.display());
        std::fs::write(dir.path().join("config"), text).unwrap();
        let ask = |host| answer(host, None, Some("config"), dir.path());
        assert_eq!((ask("a").field("hostname"), ask("a").field("proxy_jump")), (Some("prod-db"), Some("bastion")));
        assert_eq!(ask("a").field("proxy_command"), None);
        assert_eq!(ask("b").field("proxy_command"), Some("set"));
    }
}
