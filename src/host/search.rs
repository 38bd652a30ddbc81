//! Where a program name leads, by the rules of execvp, but for places relative to the working directory.

use std::ffi::OsStr;
use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::model::invocation::Raw;

/// PATH when the variable is not set (glibc's `_CS_PATH`).
const DEFAULT_PATH: &[u8] = b"/bin:/usr/bin";

/// Why a name leads to no program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// There is no such program.
    NotFound,
    /// There is a file of that name that cannot be executed.
    NotExecutable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

/// The path of `program`: as it is when it has a `/` (relative to `cwd`), else the first executable of that name in
/// `path`. Empty and relative entries of PATH are skipped, so that no working tree can put itself before a tool.
///
/// # Errors
/// When there is none, or only what cannot be executed.
pub fn find(program: &Raw, path: Option<&Raw>, cwd: &Path) -> Result<(PathBuf, Metadata), Missing> {
    if program.0.is_empty() || program.0.contains(&0) {
        return Err(Missing::NotFound);
    }
    if program.0.contains(&b'/') {
        return executable(cwd.join(program.as_os()));
    }
    let entries = path.map_or(DEFAULT_PATH, |raw| raw.0.as_slice());
    let mut refused = Missing::NotFound;
    for entry in entries.split(|byte| *byte == b':').filter(|entry| entry.first() == Some(&b'/')) {
        match executable(Path::new(OsStr::from_bytes(entry)).join(program.as_os())) {
            Ok(found) => return Ok(found),
            Err(Missing::NotFound) => {}
            Err(other) => refused = if refused == Missing::NotFound { other } else { refused },
        }
    }
    Err(refused)
}

fn executable(path: PathBuf) -> Result<(PathBuf, Metadata), Missing> {
    let why = match std::fs::metadata(&path) {
        Ok(meta) if meta.is_dir() => "it is a directory".to_owned(),
        Ok(meta) if !meta.is_file() => "it is not a regular file".to_owned(),
        Ok(meta) if meta.permissions().mode() & 0o111 == 0 => "it is not marked as executable".to_owned(),
        Ok(meta) => match rustix::fs::access(&path, rustix::fs::Access::EXEC_OK) {
            Ok(()) => return Ok((path, meta)),
            Err(error) => error.to_string().to_lowercase(),
        },
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        Err(_) => return Err(Missing::NotFound),
    };
    Err(Missing::NotExecutable { path, why })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &Path, mode: u32) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    fn found(program: &str, path: &str, cwd: &Path) -> Result<PathBuf, Missing> {
        find(&Raw::from(program), Some(&Raw::from(path)), cwd).map(|(path, _)| path)
    }

    #[test]
    fn the_first_executable_in_path_is_found_and_files_without_the_bit_are_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (dir.path().join("a"), dir.path().join("b"));
        file(&a.join("tool"), 0o644);
        file(&b.join("tool"), 0o755);
        let path = format!("{}:{}", a.display(), b.display());
        assert_eq!(found("tool", &path, Path::new("/")), Ok(b.join("tool")));
        assert!(matches!(found("tool", a.to_str().unwrap(), Path::new("/")), Err(Missing::NotExecutable { .. })));
        assert_eq!(found("other", &path, Path::new("/")), Err(Missing::NotFound));
    }

    #[test]
    fn an_entry_of_path_that_means_the_working_directory_is_not_honoured() {
        let dir = tempfile::tempdir().unwrap();
        file(&dir.path().join("git"), 0o755);
        for path in ["", ":", ".", "./", ":/nonexistent:"] {
            assert_eq!(found("git", path, dir.path()), Err(Missing::NotFound), "PATH={path}");
        }
        assert_eq!(found("./git", "", dir.path()), Ok(dir.path().join("./git")));
    }

    #[test]
    fn a_directory_and_an_empty_name_are_no_programs() {
        assert!(matches!(found("/usr", "", Path::new("/")), Err(Missing::NotExecutable { .. })));
        assert_eq!(found("", "/bin", Path::new("/")), Err(Missing::NotFound));
        assert_eq!(found("/bin/ls/x", "", Path::new("/")), Err(Missing::NotFound));
    }
}
