//! One process at a time for a piece of work that is not done in one transaction. Whoever is killed lets go.

use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use crate::error::{Error, ErrorKind};

/// The directory under aigov's own in which the lock files lie.
const PARENT: &str = "turns";

/// The turn of this process; it ends with the value.
#[derive(Debug)]
pub struct Turn {
    path: PathBuf,
    _held: File,
}

impl Turn {
    /// Takes the turn for `name`; none when another process has it.
    ///
    /// # Errors
    /// When the lock file cannot be used.
    pub fn take(data_dir: &Path, name: &str) -> Result<Option<Self>, Error> {
        let parent = data_dir.join(PARENT);
        let path = parent.join(name);
        let failed = |cause: std::io::Error| {
            Error::new(ErrorKind::Unavailable, format!("cannot use the lock file {}: {cause}", path.display()))
        };
        DirBuilder::new().recursive(true).mode(0o700).create(&parent).map_err(failed)?;
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path).map_err(failed)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Self { path, _held: file })),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(error) => Err(failed(error.into())),
        }
    }

    /// Gives the turn back for good: nothing is left to be done under this name.
    pub fn finish(self) {
        // A file that stays is used again or lies there empty.
        let _left = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_the_turn_and_lets_go_with_its_end() {
        let base = tempfile::tempdir().unwrap();
        let first = Turn::take(base.path(), "r-1").unwrap();
        assert!(first.is_some());
        assert!(Turn::take(base.path(), "r-1").unwrap().is_none());
        assert!(Turn::take(base.path(), "r-2").unwrap().is_some());
        drop(first);
        Turn::take(base.path(), "r-1").unwrap().unwrap().finish();
        assert!(!base.path().join("turns/r-1").exists());
    }
}
