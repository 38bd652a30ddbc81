//! Connection services of libpq: the user's file, then the system's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::host::read::{self, Unread};
use crate::model::facts::Answer;

/// Where packages put the system's file, when `PGSYSCONFDIR` does not say so.
const SYSTEM: &[&str] =
    &["/etc/postgresql-common", "/etc/sysconfig/pgsql", "/usr/local/etc/postgresql", "/usr/local/etc"];
/// Keys that say where it connects. Others may be secret and are left out.
const TOLD: &[&str] = &["host", "hostaddr", "dbname", "port"];

/// The answer to `Want::PgService`.
pub fn answer(name: &str, file: Option<&str>, directory: Option<&str>, home: Option<&Path>, cwd: &Path) -> Answer {
    let own = file.map(|file| cwd.join(file)).or_else(|| home.map(|home| home.join(".pg_service.conf")));
    let system: Vec<PathBuf> = match directory {
        Some(dir) => vec![cwd.join(dir).join("pg_service.conf")],
        None => SYSTEM.iter().map(|dir| Path::new(dir).join("pg_service.conf")).collect(),
    };
    for path in own.into_iter().chain(system) {
        match look(name, &path) {
            Ok(Some(fields)) => return Answer::Known { fields },
            Ok(None) => {}
            Err(cause) => return Answer::Failed { cause },
        }
    }
    Answer::Absent
}

/// The first group of that name, as libpq's `parseServiceFile` reads it: the first value of a key counts.
fn look(name: &str, path: &Path) -> Result<Option<BTreeMap<String, String>>, String> {
    let text = match read::text(path) {
        Ok(text) => text,
        Err(Unread::Absent) => return Ok(None),
        Err(Unread::Failed(cause)) => return Err(cause),
    };
    let fault = |what: &str| format!("cannot understand {}: {what}", path.display());
    let mut found: Option<BTreeMap<String, String>> = None;
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(group) = line.strip_prefix('[') {
            if found.is_some() {
                break;
            }
            if group.strip_prefix(name).is_some_and(|rest| rest.starts_with(']')) {
                found = Some(BTreeMap::new());
            }
            continue;
        }
        let Some(fields) = &mut found else { continue };
        if line.starts_with("ldap") {
            return Err(fault("the service is asked of a directory server"));
        }
        let (key, value) = line.split_once('=').ok_or_else(|| fault("a line without `=`"))?;
        if TOLD.contains(&key) {
            fields.entry(key.to_owned()).or_insert_with(|| value.to_owned());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_file_comes_first_and_only_what_says_where_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let text = "# c\n[shop]\nhost=db.prod\nhost=second\npassword=x\n\n[other]\nport=5\n[shop]\nhost=third\n";
        std::fs::write(dir.path().join(".pg_service.conf"), text).unwrap();
        std::fs::create_dir(dir.path().join("sys")).unwrap();
        std::fs::write(dir.path().join("sys/pg_service.conf"), "[sys]\nhostaddr=10.0.0.1\n[ldap]\nldap://x\n").unwrap();
        let ask = |name| answer(name, None, Some("sys"), Some(dir.path()), dir.path());
        assert_eq!(ask("shop"), Answer::known([("host", "db.prod".to_owned())]));
        assert_eq!(ask("sys").field("hostaddr"), Some("10.0.0.1"));
        assert_eq!(ask("none"), Answer::Absent);
        assert!(matches!(ask("ldap"), Answer::Failed { .. }));
    }
}
