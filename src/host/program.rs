//! What is known of a file that would be started: where it really is, who can write it, what it holds.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{Access, AtFlags, CWD, accessat};
use sha2::{Digest as _, Sha256};

use crate::host::read::{self, Unread};
use crate::model::facts::Answer;
use crate::model::ids::Digest;

/// Answers for the file at `path`, which is absolute.
pub fn answer(path: &Path) -> Answer {
    let failed = |cause: String| Answer::Failed { cause };
    let real = match std::fs::canonicalize(path) {
        Ok(real) => real,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Answer::Absent,
        Err(error) => return failed(format!("cannot tell where {} leads: {error}", path.display())),
    };
    let Some(text) = real.to_str() else { return failed(format!("the path {} is not UTF-8", real.display())) };
    let guard = if real.ancestors().any(is_writable) { "writable" } else { "out_of_reach" };
    let mut answer = Answer::known([("real", text.to_owned()), ("guard", guard.to_owned())]);
    let Answer::Known { fields } = &mut answer else { return answer };
    match read::bytes(&real) {
        Ok(bytes) => {
            fields.insert("sha256".to_owned(), Digest(Sha256::digest(&bytes).into()).to_string());
            if let Some(rest) = bytes.strip_prefix(b"#!") {
                let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
                fields.insert("first_line".to_owned(), String::from_utf8_lossy(line).into_owned());
            }
        }
        // A program that is larger, or may be run and not read, has no digest.
        Err(Unread::Failed(_)) => {}
        Err(Unread::Absent) => return Answer::Absent,
    }
    answer
}

/// Whether whoever runs this can write to a file or directory, or give themselves the right to. What cannot be looked
/// at counts as if they could.
fn is_writable(path: &Path) -> bool {
    let user = rustix::process::geteuid().as_raw();
    let is_own = std::fs::metadata(path).map_or(true, |metadata| metadata.uid() == user);
    is_own || accessat(CWD, path, Access::WRITE_OK, AtFlags::EACCESS).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_caller_owns_is_writable_and_is_told_by_its_content() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deploy.sh");
        std::fs::write(&path, "#!/bin/sh -e\nls\n").unwrap();
        let found = answer(&path);
        assert_eq!(found.field("guard"), Some("writable"));
        assert_eq!(found.field("first_line"), Some("/bin/sh -e"));
        assert!(found.field("sha256").is_some());
        std::os::unix::fs::symlink("deploy.sh", dir.path().join("link")).unwrap();
        assert_eq!(answer(&dir.path().join("link")), found);
        assert_eq!(answer(&dir.path().join("none")), Answer::Absent);
        std::fs::write(&path, vec![b'x'; 2 << 20]).unwrap();
        assert_eq!(answer(&path).field("sha256"), None);
    }

    #[test]
    fn what_only_the_system_writes_is_out_of_reach_but_for_root() {
        let is_root = rustix::process::geteuid().is_root();
        let found = answer(Path::new("/bin/sh"));
        assert_eq!(found.field("guard"), Some(if is_root { "writable" } else { "out_of_reach" }));
    }
}
