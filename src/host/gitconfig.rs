//! Git's configuration: its syntax, its files in their order, and what they include.
//!
//! A conditional include is read, and what it sets is marked: whether it counts is not known here.

use std::path::{Path, PathBuf};

use crate::host::read::{self, Unread};
use crate::host::{text, variable};
use crate::model::invocation::Variable;

/// How deep includes may nest; git's own limit is 10.
const DEPTH: usize = 10;

/// One setting: `remote.origin.url`, section and key in lower case, the subsection as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The whole name.
    pub name: String,
    /// The value; `true` for a key without one.
    pub value: String,
    /// Whether it stands in a file that is only included under a condition.
    pub conditional: bool,
    /// Whose file it stands in.
    pub origin: Origin,
}

/// Whose a setting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The system's or the user's.
    Outer,
    /// The repository's own: whoever calls can have written it.
    Repository,
    /// Named by the environment.
    Environment,
}

/// Every setting in force, in order: the last one of a name counts.
#[derive(Debug, Default)]
pub struct GitConfig {
    settings: Vec<Setting>,
}

impl GitConfig {
    /// Reads the system's, the user's and the repository's files and the environment, in git's order.
    ///
    /// # Errors
    /// When a file is there and cannot be read or understood.
    pub fn read(common_dir: Option<&Path>, env: &[Variable], home: Option<&Path>) -> Result<Self, String> {
        let mut config = Self::default();
        for path in outer_files(env, home) {
            config.add_file(&path, home, (Included::Always, Origin::Outer), 0)?;
        }
        if let Some(dir) = common_dir {
            config.add(&dir.join("config"), home)?;
        }
        config.add_environment(env)?;
        Ok(config)
    }

    /// Adds a file of a repository's that counts after all that were read so far, such as a work tree's own.
    ///
    /// # Errors
    /// When it is there and cannot be read or understood.
    pub fn add(&mut self, path: &Path, home: Option<&Path>) -> Result<(), String> {
        self.add_file(path, home, (Included::Always, Origin::Repository), 0)
    }

    /// Every setting of a repository's own files.
    pub fn repositorys(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(|setting| setting.origin == Origin::Repository)
    }

    /// Every setting whose name starts with `prefix`.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Setting> {
        self.settings.iter().filter(move |setting| setting.name.starts_with(prefix))
    }

    /// The last value of `name`.
    ///
    /// # Errors
    /// When a conditional include has a say in it.
    pub fn get(&self, name: &str) -> Result<Option<&str>, String> {
        let mut last = None;
        for setting in self.settings.iter().filter(|setting| setting.name == name) {
            if setting.conditional {
                return Err(format!("a conditional include of git's configuration sets `{name}`"));
            }
            last = Some(setting.value.as_str());
        }
        Ok(last)
    }

    fn add_file(
        &mut self,
        path: &Path,
        home: Option<&Path>,
        (how, origin): (Included, Origin),
        depth: usize,
    ) -> Result<(), String> {
        let text = match read::text(path) {
            Ok(text) => text,
            Err(Unread::Absent) => return Ok(()),
            Err(Unread::Failed(cause)) => return Err(cause),
        };
        let parsed = parse(&text).map_err(|cause| format!("cannot understand {}: {cause}", path.display()))?;
        for (name, value) in parsed {
            let include = match name.as_str() {
                "include.path" => Some(how),
                _ if name.starts_with("includeif.") && name.ends_with(".path") => Some(Included::Perhaps),
                _ => None,
            };
            if let Some(how) = include {
                if depth >= DEPTH {
                    return Err(format!("{} includes too deeply", path.display()));
                }
                self.add_file(&included(&value, path, home), home, (how, origin), depth + 1)?;
            } else {
                self.settings.push(Setting { name, value, conditional: how == Included::Perhaps, origin });
            }
        }
        Ok(())
    }

    /// `GIT_CONFIG_COUNT` with `GIT_CONFIG_KEY_n` and `GIT_CONFIG_VALUE_n`.
    fn add_environment(&mut self, env: &[Variable]) -> Result<(), String> {
        if variable(env, "GIT_CONFIG_PARAMETERS").is_some_and(|value| !value.0.is_empty()) {
            return Err("GIT_CONFIG_PARAMETERS is set".to_owned());
        }
        let Some(count) = text(env, "GIT_CONFIG_COUNT") else {
            return Ok(());
        };
        let count: usize = count.parse().ok().filter(|count| *count <= 1000).ok_or("GIT_CONFIG_COUNT is no number")?;
        for index in 0..count {
            let key = text(env, &format!("GIT_CONFIG_KEY_{index}"));
            let value = variable(env, &format!("GIT_CONFIG_VALUE_{index}")).and_then(|value| value.as_str());
            let (Some(key), Some(value)) = (key, value) else {
                return Err(format!("GIT_CONFIG_KEY_{index} has no value"));
            };
            let name = canonical(key);
            if name.starts_with("include") {
                return Err("the environment includes a file into git's configuration".to_owned());
            }
            self.settings.push(Setting {
                name,
                value: value.to_owned(),
                conditional: false,
                origin: Origin::Environment,
            });
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Included {
    Always,
    Perhaps,
}

fn outer_files(env: &[Variable], home: Option<&Path>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let set = |name: &str| variable(env, name).and_then(|value| value.as_str());
    if !matches!(text(env, "GIT_CONFIG_NOSYSTEM"), Some("1" | "true" | "yes" | "on")) {
        files.push(PathBuf::from(set("GIT_CONFIG_SYSTEM").unwrap_or("/etc/gitconfig")));
    }
    if let Some(global) = set("GIT_CONFIG_GLOBAL") {
        files.push(PathBuf::from(global));
        return files;
    }
    let xdg = text(env, "XDG_CONFIG_HOME").map(PathBuf::from).or_else(|| home.map(|home| home.join(".config")));
    files.extend(xdg.map(|dir| dir.join("git/config")));
    files.extend(home.map(|home| home.join(".gitconfig")));
    files
}

fn included(value: &str, from: &Path, home: Option<&Path>) -> PathBuf {
    match (value.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => from.parent().unwrap_or(from).join(value),
    }
}

/// `Section.Sub.Key` with all but the subsection in lower case.
fn canonical(name: &str) -> String {
    let Some((section, rest)) = name.split_once('.') else {
        return name.to_lowercase();
    };
    match rest.rsplit_once('.') {
        Some((sub, key)) => format!("{}.{sub}.{}", section.to_lowercase(), key.to_lowercase()),
        None => format!("{}.{}", section.to_lowercase(), rest.to_lowercase()),
    }
}

/// Reads git-config(1)'s syntax: sections, subsections, continued lines, quotes, comments.
fn parse(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut settings = Vec::new();
    let mut section = String::new();
    let mut lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let at = |what: &str| format!("line {}: {what}", index + 1);
        let mut body = line.trim_start();
        if body.starts_with('[') {
            let (name, rest) = header(body).ok_or_else(|| at("a section that does not end"))?;
            section = name;
            body = rest.trim_start();
        }
        if body.is_empty() || body.starts_with(['#', ';']) {
            continue;
        }
        let end = body.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(body.len());
        let (key, rest) = body.split_at(end);
        if section.is_empty() || !key.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(at("neither a section nor a setting"));
        }
        let name = format!("{section}.{}", key.to_lowercase());
        let rest = rest.trim_start();
        let Some(mut source) = rest.strip_prefix('=') else {
            let bare = rest.is_empty() || rest.starts_with(['#', ';']);
            settings.push(bare.then(|| (name, "true".to_owned())).ok_or_else(|| at("no `=`"))?);
            continue;
        };
        let mut value = Value::default();
        while value.take(source).map_err(&at)? == Line::Continued {
            source = lines.next().map_or("", |(_, line)| line);
        }
        settings.push((name, value.finish().ok_or_else(|| at("a quote that does not end"))?));
    }
    Ok(settings)
}

/// `[section]`, `[section "sub"]` or the old `[section.sub]`, and what follows.
fn header(line: &str) -> Option<(String, &str)> {
    let inner = line.strip_prefix('[')?;
    let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.'))?;
    let (name, rest) = inner.split_at(end);
    let name = name.to_lowercase();
    if name.is_empty() {
        return None;
    }
    if let Some(rest) = rest.strip_prefix(']') {
        return Some((name, rest));
    }
    let rest = rest.trim_start().strip_prefix('"')?;
    let mut sub = String::new();
    let mut chars = rest.char_indices();
    loop {
        match chars.next()? {
            (at, '"') => return Some((format!("{name}.{sub}"), rest.get(at + 1..)?.strip_prefix(']')?)),
            (_, '\\') => sub.push(chars.next()?.1),
            (_, c) => sub.push(c),
        }
    }
}

#[derive(PartialEq, Eq)]
enum Line {
    Ended,
    Continued,
}

/// A value in the making; blanks at its end count only inside quotes.
#[derive(Default)]
struct Value {
    text: String,
    kept: usize,
    quoted: bool,
}

impl Value {
    fn take(&mut self, source: &str) -> Result<Line, &'static str> {
        let mut chars = source.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    None => return Ok(Line::Continued),
                    Some('n') => self.keep('\n'),
                    Some('t') => self.keep('\t'),
                    Some('b') => self.keep('\u{8}'),
                    Some(c @ ('"' | '\\')) => self.keep(c),
                    Some(_) => return Err("an unknown escape"),
                },
                '"' => {
                    self.quoted = !self.quoted;
                    self.kept = self.text.len();
                }
                '#' | ';' if !self.quoted => return Ok(Line::Ended),
                c if c.is_whitespace() && !self.quoted => {
                    if !self.text.is_empty() {
                        self.text.push(c);
                    }
                }
                c => self.keep(c),
            }
        }
        Ok(Line::Ended)
    }

    fn keep(&mut self, c: char) {
        self.text.push(c);
        self.kept = self.text.len();
    }

    fn finish(mut self) -> Option<String> {
        self.text.truncate(self.kept);
        (!self.quoted).then_some(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::tests::env;

    fn pairs(text: &str) -> Vec<(String, String)> {
        parse(text).unwrap()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn gits_syntax_is_read_as_git_reads_it() {
        let text = "# c\n[Core]\n\tBare = false ; no\n[remote \"Or\\\"igin\"]\n  url = \"a #b\" c  # d\n[alias] st = status \\\n -s\n x\n[a.B]\nk=\\\"q\\\"\n";
        assert_eq!(
            pairs(text),
            [
                pair("core.bare", "false"),
                pair("remote.Or\"igin.url", "a #b c"),
                pair("alias.st", "status  -s"),
                pair("alias.x", "true"),
                pair("a.b.k", "\"q\""),
            ]
        );
    }

    #[test]
    fn what_git_refuses_is_refused() {
        for text in ["k = v", "[x", "[x \"y]\n", "[x]\n= v", "[x]\nk = \"v", "[x]\nk = \\z", "[x]\nk v"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_setting_says_whose_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path();
        std::fs::create_dir(home.join("r")).unwrap();
        std::fs::write(home.join(".gitconfig"), "[core]\n pager = delta\n").unwrap();
        std::fs::write(home.join("r/config"), "[include]\n path = more\n[gpg]\n program = x\n").unwrap();
        std::fs::write(home.join("r/more"), "[core]\n fsmonitor = y\n").unwrap();
        let vars = env(&[("GIT_CONFIG_NOSYSTEM", "1")]);
        let config = GitConfig::read(Some(&home.join("r")), &vars, Some(home)).unwrap();
        let names: Vec<&str> = config.repositorys().map(|setting| setting.name.as_str()).collect();
        assert_eq!(names, ["core.fsmonitor", "gpg.program"]);
    }

    #[test]
    fn reading_agrees_with_git_where_there_is_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config");
        let text = "[alias]\n a = log  --x \\\n  -y # c\n b = \"!sh -c 'x; y'\" \n[url \"git@h:\"] insteadOf = https://h/\n[x]y\n e = \n t = a\\tb\n";
        std::fs::write(&path, text).unwrap();
        let run = std::process::Command::new("git").args(["config", "--list", "-z", "-f"]).arg(&path).output();
        let Ok(output) = run else {
            println!("not run: there is no git here");
            return;
        };
        let theirs = String::from_utf8(output.stdout).unwrap();
        let theirs: Vec<_> = theirs
            .split_terminator('\0')
            .map(|entry| entry.split_once('\n').map_or_else(|| pair(entry, "true"), |(name, value)| pair(name, value)))
            .collect();
        assert_eq!(pairs(text), theirs);
    }

    #[test]
    fn includes_are_followed_and_conditional_ones_are_no_answer() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path();
        std::fs::write(home.join("more"), "[alias]\n a = status\n").unwrap();
        std::fs::write(home.join("work"), "[alias]\n b = push\n").unwrap();
        let text = "[include]\n path = ~/more\n[includeIf \"gitdir:/x/\"]\n path = work\n[alias]\n c = diff\n";
        std::fs::write(home.join(".gitconfig"), text).unwrap();
        let config = GitConfig::read(None, &env(&[("GIT_CONFIG_NOSYSTEM", "1")]), Some(home)).unwrap();
        assert_eq!(config.get("alias.a"), Ok(Some("status")));
        assert!(config.get("alias.b").is_err());
        assert_eq!(config.get("alias.c"), Ok(Some("diff")));
        assert_eq!(config.get("alias.d"), Ok(None));
        std::fs::write(home.join("more"), "[include]\n path = more\n").unwrap();
        assert!(GitConfig::read(None, &[], Some(home)).is_err());
    }

    #[test]
    fn the_environment_has_the_last_word() {
        let vars = [
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "Alias.X"),
            ("GIT_CONFIG_VALUE_0", "!rm"),
            ("GIT_CONFIG_SYSTEM", "/none"),
        ];
        let config = GitConfig::read(None, &env(&vars), None).unwrap();
        assert_eq!(config.get("alias.x"), Ok(Some("!rm")));
        assert!(GitConfig::read(None, &env(&[("GIT_CONFIG_COUNT", "1")]), None).is_err());
        assert!(GitConfig::read(None, &env(&[("GIT_CONFIG_PARAMETERS", "'a.b'='c'")]), None).is_err());
    }
}
