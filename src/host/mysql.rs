//! mysql's and mariadb's option files: the host that a client would connect to.
//!
//! Which groups a client reads depends on the client, so that groups that contradict each other are no answer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::host::read::{self, Unread};
use crate::model::facts::Answer;

/// Files of the system, in the order in which they are read.
const SYSTEM: &[&str] = &["/etc/my.cnf", "/etc/mysql/my.cnf", "/usr/local/etc/my.cnf", "/usr/local/mysql/etc/my.cnf"];
/// How deep files may include others.
const DEPTH: usize = 10;

/// What flags ask for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// `--defaults-file`.
    pub only: Option<&'a str>,
    /// `--defaults-extra-file`.
    pub extra: Option<&'a str>,
    /// `--defaults-group-suffix`.
    pub suffix: Option<&'a str>,
}

/// The answer to `Want::MysqlOptions`.
pub fn answer(asked: Asked<'_>, home: Option<&Path>, cwd: &Path) -> Answer {
    let named = |path: &str| (cwd.join(path), true);
    let files: Vec<(PathBuf, bool)> = match asked.only {
        Some(only) => vec![named(only)],
        None => {
            let system = SYSTEM.iter().map(|path| (PathBuf::from(path), false));
            let own = home.map(|home| (home.join(".my.cnf"), false));
            system.chain(asked.extra.map(named)).chain(own).collect()
        }
    };
    let mut found = Found { suffix: asked.suffix.unwrap_or_default().to_owned(), ..Found::default() };
    for (path, is_needed) in files {
        if let Err(cause) = found.add(&path, is_needed, 0) {
            return Answer::Failed { cause };
        }
    }
    if home.is_some_and(|home| home.join(".mylogin.cnf").exists()) {
        found.fields.insert("login_path".to_owned(), "set".to_owned());
    }
    match found.is_contradicted {
        true => Answer::Failed { cause: "mysql's option files name several hosts".to_owned() },
        false if found.fields.is_empty() => Answer::Absent,
        false => Answer::Known { fields: found.fields },
    }
}

#[derive(Default)]
struct Found {
    suffix: String,
    fields: BTreeMap<String, String>,
    is_contradicted: bool,
}

impl Found {
    fn add(&mut self, path: &Path, is_needed: bool, depth: usize) -> Result<(), String> {
        let text = match read::text(path) {
            Ok(text) => text,
            Err(Unread::Absent) if is_needed => return Err(format!("there is no {}", path.display())),
            Err(Unread::Absent) => return Ok(()),
            Err(Unread::Failed(cause)) => return Err(cause),
        };
        if depth > DEPTH {
            return Err(format!("{} includes too deeply", path.display()));
        }
        let mut is_read = false;
        for line in text.lines().map(str::trim) {
            if let Some(file) = line.strip_prefix("!includedir ") {
                self.add_all(Path::new(file.trim()), depth)?;
            } else if let Some(file) = line.strip_prefix("!include ") {
                self.add(Path::new(file.trim()), true, depth + 1)?;
            } else if let Some(group) = line.strip_prefix('[') {
                is_read = self.is_clients(group.split(']').next().unwrap_or(group).trim());
            } else if is_read {
                self.take(line);
            }
        }
        Ok(())
    }

    fn add_all(&mut self, dir: &Path, depth: usize) -> Result<(), String> {
        let entries = std::fs::read_dir(dir).map_err(|error| format!("cannot read {}: {error}", dir.display()))?;
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "cnf"));
        paths.sort();
        paths.iter().try_for_each(|path| self.add(path, true, depth + 1))
    }

    /// Whether a client can read the group: not the server's own.
    fn is_clients(&self, group: &str) -> bool {
        let name = group.strip_suffix(self.suffix.as_str()).unwrap_or(group);
        let is_servers = name.starts_with("mysqld") && !name.starts_with("mysqldump");
        let is_servers = is_servers || name.starts_with("mariadbd") || name == "server" || name == "mariadb";
        !is_servers && ["client", "mysql", "mariadb", "mycli"].iter().any(|start| name.starts_with(start))
    }

    fn take(&mut self, line: &str) {
        if line.starts_with(['#', ';']) {
            return;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let key = key.trim().replace('_', "-");
        let key = key.strip_prefix("loose-").unwrap_or(&key);
        let value = value.split(" #").next().unwrap_or(value).trim().trim_matches(['"', '\'']).to_owned();
        if ["host", "socket", "database"].contains(&key) && !value.is_empty() {
            let before = self.fields.insert(key.to_owned(), value.clone());
            self.is_contradicted |= key == "host" && before.is_some_and(|before| before != value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_groups_are_read_with_what_they_include() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        let more = dir.path().join("more.cnf");
        write("more.cnf", "[client]\nhost = \"db.prod\" # x\npassword=y\n");
        write("a", &format!("[mysqld]\nhost=server\n!include {}\n[mysql]\ndatabase=shop\n", more.display()));
        write("b", "[client]\nhost=a\n[mysqldump]\nhost=b\n");
        write("c", "[client_prod]\nhost=x\n");
        let ask = |only| answer(Asked { only: Some(only), suffix: Some("_prod"), extra: None }, None, dir.path());
        assert_eq!(ask("a"), Answer::known([("database", "shop".to_owned()), ("host", "db.prod".to_owned())]));
        assert!(matches!(ask("b"), Answer::Failed { .. }));
        assert_eq!(ask("c").field("host"), Some("x"));
        assert!(matches!(ask("none"), Answer::Failed { .. }));
    }
}
