//! The policy as a process that stays sees it: read again when its files have changed, and only then.

use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use crate::error::Error;
use crate::policy::Policies;

use super::Ground;

/// What a file looks like from outside; another text has another one.
type Stamp = (PathBuf, Option<(u64, u64, u64, i64, i64, i64)>);

/// The policy in force.
pub struct Rules {
    stamps: Vec<Stamp>,
    loaded: Result<Policies, Error>,
}

impl Rules {
    /// Reads it.
    pub fn read(ground: &Ground) -> Self {
        // What changes while it is read is read again.
        let stamps = stamps(ground);
        Self { stamps, loaded: (ground.load)() }
    }

    /// Reads it again, where it has changed.
    pub fn refresh(&mut self, ground: &Ground) {
        if self.stamps != stamps(ground) {
            *self = Self::read(ground);
            if let Err(error) = &self.loaded {
                (ground.say)(&format!("{}; nothing is decided until that is corrected", error.text));
            }
        }
    }

    /// The layers.
    ///
    /// # Errors
    /// When they have faults.
    pub fn policies(&self) -> Result<&Policies, Error> {
        self.loaded.as_ref().map_err(Clone::clone)
    }
}

fn stamps(ground: &Ground) -> Vec<Stamp> {
    let stamp = |path: PathBuf| {
        let of = std::fs::metadata(&path).ok();
        let of = of.map(|m| (m.dev(), m.ino(), m.size(), m.mtime_nsec(), m.mtime(), m.ctime_nsec()));
        (path, of)
    };
    (ground.layers)().into_iter().map(stamp).collect()
}
