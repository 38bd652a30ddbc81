//! Reading files of the host: only regular ones, only so much, and a missing one told apart from an unreadable one.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{OFlags, fstat, stat};

/// The most that is read of any settings file or script: 1 MiB, as in DESIGN.md's "What runs".
pub const LIMIT: u64 = 1024 * 1024;

/// Why a file gave no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// There is no such file.
    Absent,
    /// It is there, or may be there, and could not be read.
    Failed(String),
}

/// The bytes of a regular file of at most [`LIMIT`] bytes.
///
/// # Errors
/// `Absent` when there is no such file; `Failed` for everything else, with the path in the words.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Unread> {
    let failed = |cause: String| Unread::Failed(format!("cannot read {}: {cause}", path.display()));
    // O_NONBLOCK: a fifo in the place of a file must not hang us.
    let nonblock = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    let file = OpenOptions::new().read(true).custom_flags(nonblock).open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Unread::Absent,
        _ => failed(error.to_string()),
    })?;
    let meta = file.metadata().map_err(|error| failed(error.to_string()))?;
    if !meta.is_file() {
        return Err(failed("not a regular file".to_owned()));
    }
    let mut out = Vec::with_capacity(usize::try_from(meta.len().min(LIMIT)).unwrap_or(0));
    file.take(LIMIT + 1).read_to_end(&mut out).map_err(|error| failed(error.to_string()))?;
    if u64::try_from(out.len()).unwrap_or(u64::MAX) > LIMIT {
        return Err(failed("larger than 1 MiB".to_owned()));
    }
    Ok(out)
}

/// Whether a path leads to the file that is our standard input (`/dev/stdin`, or the file by its own name).
pub fn is_own_input(path: &Path) -> bool {
    let own = fstat(std::io::stdin()).map(|stat| (stat.st_dev, stat.st_ino));
    let other = stat(path).map(|stat| (stat.st_dev, stat.st_ino));
    matches!((own, other), (Ok(own), Ok(other)) if own == other)
}

/// The text of a regular UTF-8 file of at most [`LIMIT`] bytes.
///
/// # Errors
/// As [`bytes`], and `Failed` when it is not UTF-8.
pub fn text(path: &Path) -> Result<String, Unread> {
    String::from_utf8(bytes(path)?)
        .map_err(|_| Unread::Failed(format!("cannot read {}: not UTF-8 text", path.display())))
}

/// A file of `/proc`, which has no size and is short.
pub fn proc(path: &Path) -> Option<Vec<u8>> {
    std::fs::read(path).ok()
}

/// `path` with links resolved; of a path that does not exist, the nearest existing parent's with the rest appended.
/// `..` in the part that does not exist gives nothing, since where it leads is not known.
pub fn real(path: &Path) -> Option<PathBuf> {
    let mut rest = Vec::new();
    let mut at = path;
    loop {
        match std::fs::canonicalize(at) {
            Ok(found) => return Some(rest.iter().rev().fold(found, |sum, part| sum.join(part))),
            // A dangling link leads elsewhere than its name says.
            Err(error) if error.kind() == ErrorKind::NotFound && std::fs::symlink_metadata(at).is_err() => {
                rest.push(at.file_name()?.to_owned());
                at = at.parent()?;
            }
            Err(_) => return None,
        }
    }
}

/// An address without the `user:password@` in it, since answers are stored. `git@host:path` stays as it is.
pub fn without_userinfo(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_told_apart_from_one_that_is_no_file() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(text(&dir.path().join("x")), Err(Unread::Absent));
        assert!(matches!(text(dir.path()), Err(Unread::Failed(_))));
        assert!(matches!(text(Path::new("/dev/zero")), Err(Unread::Failed(_))));
    }

    #[test]
    fn a_file_over_the_limit_is_not_read_in_part() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("big");
        std::fs::write(&path, vec![b'a'; usize::try_from(LIMIT).unwrap()]).unwrap();
        assert!(text(&path).is_ok());
        std::fs::write(&path, vec![b'a'; usize::try_from(LIMIT).unwrap() + 1]).unwrap();
        assert!(matches!(text(&path), Err(Unread::Failed(_))));
    }

    #[test]
    fn a_fifo_does_not_hang_the_reader() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("fifo");
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RWXU).unwrap();
        assert!(matches!(text(&path), Err(Unread::Failed(_))));
    }

    #[test]
    fn the_real_path_of_what_does_not_exist_is_its_parents() {
        let dir = tempfile::tempdir().unwrap();
        let base = std::fs::canonicalize(dir.path()).unwrap();
        std::os::unix::fs::symlink(&base, base.join("link")).unwrap();
        std::os::unix::fs::symlink("/nowhere/at/all", base.join("dangling")).unwrap();
        assert_eq!(real(&base.join("link/a/b")), Some(base.join("a/b")));
        assert_eq!(real(&base.join("a/../b")), None);
        assert_eq!(real(&base.join("dangling")), None);
    }

    #[test]
    fn a_password_in_an_address_is_left_out() {
        assert_eq!(without_userinfo("https://u:p@h:1/x@y"), "https://h:1/x@y");
        assert_eq!(without_userinfo("https://token@h"), "https://h");
        assert_eq!(without_userinfo("git@github.com:a/b.git"), "git@github.com:a/b.git");
    }
}
