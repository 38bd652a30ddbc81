//! The lock file that writers queue at.
//!
//! SQLite's own waiting lets one of many writers starve for seconds; a blocking lock on a file beside the ledger, taken
//! before the write transaction, hands the turn on at once. The kernel drops it when its holder dies.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The file, once it was needed.
#[derive(Debug, Default)]
pub(super) struct SideLock {
    file: Option<File>,
}

/// A turn; ends when dropped.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    file: &'a File,
}

impl SideLock {
    /// Waits for the turn.
    pub(super) fn wait(&mut self, ledger: &Path) -> io::Result<Turn<'_>> {
        let file = match self.file.take() {
            Some(file) => file,
            None => OpenOptions::new().create(true).append(true).mode(0o600).open(beside(ledger, ".lock"))?,
        };
        let file = self.file.insert(file);
        loop {
            match file.lock() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other.map(|()| Turn { file }),
            }
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // A failure leaves the lock to the kernel, which drops it when the file is closed.
        drop(self.file.unlock());
    }
}

/// The path of a file beside the ledger.
pub(super) fn beside(ledger: &Path, suffix: &str) -> PathBuf {
    let mut name = ledger.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
