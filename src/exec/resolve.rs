//! Which file a program name leads to, and whether it is still the same file when it is started.

use std::fs::{File, Metadata};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::host::search::{self, Missing};
use crate::model::ids::Digest;
use crate::model::invocation::Raw;

/// A resolved executable with the identity that is checked again right before it is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The file, absolute, links not followed: what it is called can decide what it does.
    pub path: PathBuf,
    /// The device that it is on.
    pub dev: u64,
    /// Its inode.
    pub ino: u64,
    /// Its size in bytes.
    pub size: u64,
    /// When its content last changed, in nanoseconds since the epoch.
    pub mtime_ns: i128,
    /// Whether it starts with `#!`: the text in it is what runs.
    pub script: bool,
}

/// Why a program name cannot be started.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ResolveError {
    /// There is no such program.
    #[error("`{program}` was not found")]
    NotFound {
        /// The name as typed.
        program: String,
    },
    /// There is a file, but it cannot be executed.
    #[error("cannot execute {}: {why}", path.display())]
    NotExecutable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

/// Resolves `program` as execvp would, from `cwd` and the PATH that the child will have; empty and relative entries
/// of PATH are skipped.
///
/// # Errors
/// When it leads to nothing, or to what cannot be executed or looked at.
pub fn resolve(program: &Raw, path_var: Option<&Raw>, cwd: &Path) -> Result<Resolved, ResolveError> {
    let (path, meta) = search::find(program, path_var, cwd).map_err(|missing| match missing {
        Missing::NotFound => ResolveError::NotFound { program: program.lossy().into_owned() },
        Missing::NotExecutable { path, why } => ResolveError::NotExecutable { path, why },
    })?;
    // A file that may be executed but not read (mode 0111) cannot be a script: its interpreter could not read it.
    let script = File::open(&path).is_ok_and(is_script);
    Ok(Resolved { dev: meta.dev(), ino: meta.ino(), size: meta.size(), mtime_ns: mtime_ns(&meta), script, path })
}

impl Resolved {
    /// Whether the path still leads to the same file with the same size and time.
    pub fn unchanged(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|meta| {
            (meta.dev(), meta.ino(), meta.size(), mtime_ns(&meta)) == (self.dev, self.ino, self.size, self.mtime_ns)
        })
    }

    /// The path as an intent names it.
    pub fn text(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// The SHA-256 of the file's content, for what an approval binds.
    ///
    /// # Errors
    /// When it cannot be read, or is not the resolved file any more.
    pub fn digest(&self) -> std::io::Result<Digest> {
        let mut file = File::open(&self.path)?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0_u8; 64 * 1024];
        loop {
            let read = file.read(&mut buffer)?;
            match buffer.get(..read) {
                Some([]) | None => break,
                Some(bytes) => hasher.update(bytes),
            }
        }
        let meta = file.metadata()?;
        if (meta.dev(), meta.ino(), meta.size()) != (self.dev, self.ino, self.size) {
            return Err(std::io::Error::other("the file changed while it was read"));
        }
        Ok(Digest(hasher.finalize().into()))
    }
}

fn is_script(mut file: File) -> bool {
    let mut start = [0_u8; 2];
    file.read_exact(&mut start).is_ok() && &start == b"#!"
}

fn mtime_ns(meta: &Metadata) -> i128 {
    i128::from(meta.mtime()) * 1_000_000_000 + i128::from(meta.mtime_nsec())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn script(dir: &Path, name: &str, text: &str) -> PathBuf {
        let path = dir.join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[test]
    fn a_name_with_a_slash_is_relative_to_the_working_directory() {
        let dir = tempfile::tempdir().unwrap();
        let path = script(dir.path(), "run", "#!/bin/sh\n");
        let found = resolve(&Raw::from("./run"), None, dir.path()).unwrap();
        assert_eq!((found.path.as_path(), found.script), (dir.path().join("./run").as_path(), true));
        assert!(!resolve(&Raw::from("sh"), None, dir.path()).unwrap().script);
        let error = resolve(&Raw::from("run"), Some(&Raw::from(".:")), dir.path()).unwrap_err();
        assert_eq!(error, ResolveError::NotFound { program: "run".to_owned() });
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let error = resolve(&Raw::from("./run"), None, dir.path()).unwrap_err();
        assert!(matches!(error, ResolveError::NotExecutable { .. }));
    }

    #[test]
    fn a_replaced_or_edited_file_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = script(dir.path(), "run", "#!/bin/sh\nexit 1\n");
        let found = resolve(&Raw::from("./run"), None, dir.path()).unwrap();
        let digest = found.digest().unwrap();
        assert!(found.unchanged());
        std::thread::sleep(std::time::Duration::from_millis(20));
        std::fs::write(&path, "#!/bin/sh\nexit 2\n").unwrap();
        assert!(!found.unchanged());
        assert_ne!(found.digest().unwrap(), digest);
        let other = script(dir.path(), "other", "#!/bin/sh\nexit 1\n");
        let found = resolve(&Raw::from("./run"), None, dir.path()).unwrap();
        std::fs::rename(other, &path).unwrap();
        assert!(!found.unchanged());
        assert!(found.digest().is_err());
    }
}
