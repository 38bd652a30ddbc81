//! Directories that nobody else may look into, for what a tool must find in a file: made with mode 0700, removed with all
//! that is in them.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind};
use crate::host::clock;

/// The directory under aigov's own in which they lie.
const PARENT: &str = "running";

/// A private directory; it ends with the value.
#[derive(Debug)]
pub struct PrivateDir {
    path: PathBuf,
}

impl PrivateDir {
    /// Makes one under aigov's data directory. Its name says which process uses it.
    ///
    /// # Errors
    /// When it is there already, or cannot be made.
    pub fn make(data_dir: &Path, name: &str) -> Result<Self, Error> {
        let parent = data_dir.join(PARENT);
        let (pid, start) = clock::own_start();
        let path = parent.join(format!("{name}.{pid}.{start}"));
        let made = DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&parent)
            .and_then(|()| DirBuilder::new().mode(0o700).create(&path));
        made.map_err(|cause| failed("make", &path, &cause))?;
        Ok(Self { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts a file into it that only this user may read.
    ///
    /// # Errors
    /// When it is there already, or cannot be written.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, Error> {
        let path = self.path.join(name);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        file.and_then(|mut file| file.write_all(bytes)).map_err(|cause| failed("write", &path, &cause))?;
        Ok(path)
    }
}

impl Drop for PrivateDir {
    fn drop(&mut self) {
        // What is left behind is removed by `sweep`.
        let _left = std::fs::remove_dir_all(&self.path);
    }
}

/// Removes what killed processes left behind.
pub fn sweep(data_dir: &Path) {
    let Ok(entries) = std::fs::read_dir(data_dir.join(PARENT)) else { return };
    for entry in entries.flatten() {
        if !is_used(&entry.file_name().to_string_lossy()) {
            let _left = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether the process that a name speaks of is alive. A name of another form is not ours to judge.
fn is_used(name: &str) -> bool {
    let mut parts = name.rsplit('.');
    let (start, pid) =
        (parts.next().and_then(|text| text.parse().ok()), parts.next().and_then(|text| text.parse().ok()));
    match (pid, start) {
        (Some(pid), Some(start)) => clock::is_alive(pid, start),
        _ => true,
    }
}

fn failed(what: &str, path: &Path, cause: &std::io::Error) -> Error {
    Error::new(ErrorKind::Unavailable, format!("cannot {what} {}: {cause}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn it_is_closed_to_others_and_gone_afterwards() {
        let base = tempfile::tempdir().unwrap();
        let dir = PrivateDir::make(base.path(), "x-1").unwrap();
        let file = dir.put("plan", b"secret").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(dir.path()), mode(&file)), (0o700, 0o600));
        assert!(PrivateDir::make(base.path(), "x-1").is_err() && dir.put("plan", b"").is_err());
        drop(dir);
        assert!(!file.exists());
    }

    #[test]
    fn what_was_left_behind_is_swept_and_what_is_used_stays() {
        let base = tempfile::tempdir().unwrap();
        let alive = PrivateDir::make(base.path(), "x-1").unwrap();
        let mut child = std::process::Command::new("/bin/true").spawn().unwrap();
        child.wait().unwrap();
        let parent = base.path().join(PARENT);
        std::fs::create_dir(parent.join(format!("x-2.{}.1", child.id()))).unwrap();
        sweep(base.path());
        let left: Vec<_> = std::fs::read_dir(&parent).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(left, [alive.path()]);
        sweep(&base.path().join("no"));
    }
}
