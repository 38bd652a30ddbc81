//! Git's index, as far as it says which paths are repositories of their own. Read, never run.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The longest index that is read: a few million files.
const LONGEST: u64 = 512 * 1024 * 1024;
/// The mode of an entry that is a repository.
const GITLINK: [u8; 4] = [0, 0, 0xe0, 0];
/// What stands in an entry before the object's id; its mode stands at 24.
const STAT: usize = 40;

/// Paths in the index that are repositories of their own.
///
/// # Errors
/// When the index cannot be read or understood, and may hold some.
pub fn gitlinks(git_dir: &Path) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for path in files(git_dir) {
        let failed = |cause: &str| format!("cannot read {}: {cause}", path.display());
        let mut bytes = Vec::new();
        match File::open(&path) {
            Ok(file) => file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|cause| failed(&cause.to_string()))?,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => continue,
            Err(cause) => return Err(failed(&cause.to_string())),
        };
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LONGEST {
            return Err(failed("it is too long"));
        }
        // An index without these bytes has no such entry, and most have none.
        if bytes.windows(GITLINK.len()).any(|window| window == GITLINK) {
            found.extend(
                [20, 32].into_iter().find_map(|id| entries(&bytes, id)).ok_or_else(|| failed("not understood"))?,
            );
        }
    }
    Ok(found)
}

/// The index, and what a split index shares.
fn files(git_dir: &Path) -> Vec<std::path::PathBuf> {
    let shared = std::fs::read_dir(git_dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_shared = |path: &std::path::PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("sharedindex."))
    };
    std::iter::once(git_dir.join("index")).chain(shared.filter(is_shared)).collect()
}

/// The entries that are repositories, in the format of gitformat-index(5) with object ids of this length.
fn entries(bytes: &[u8], id: usize) -> Option<Vec<String>> {
    let number = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    if bytes.get(..4)? != b"DIRC" {
        return None;
    }
    let (version, count) = (number(4)?, number(8)?);
    let mut at = 12;
    let mut found = Vec::new();
    let mut name: Vec<u8> = Vec::new();
    for _ in 0..count {
        let flags = bytes.get(at + STAT + id)?;
        let is_extended = version >= 3 && flags & 0x40 != 0;
        let mut start = at + STAT + id + if is_extended { 4 } else { 2 };
        if version == 4 {
            let (strip, after) = variable_number(bytes, start)?;
            name.truncate(name.len().checked_sub(strip)?);
            start = after;
        } else {
            name.clear();
        }
        let end = start + bytes.get(start..)?.iter().position(|byte| *byte == 0)?;
        name.extend(bytes.get(start..end)?);
        if bytes.get(at + 24..at + 28)? == GITLINK {
            found.push(String::from_utf8(name.clone()).ok()?);
        }
        at = match version {
            2 | 3 => at + (end - at + 8) / 8 * 8,
            4 => end + 1,
            _ => return None,
        };
    }
    Some(found)
}

/// A number in the encoding of pack offsets, and where it ends.
fn variable_number(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut byte = *bytes.get(at)?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        at += 1;
        byte = *bytes.get(at)?;
        value = value.checked_add(1)?.checked_mul(128)? | usize::from(byte & 0x7f);
    }
    Some((value, at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_in_the_index_are_found_in_every_format() {
        let dir = tempfile::tempdir().unwrap();
        let git = |args: &[&str]| {
            let mut command = std::process::Command::new("git");
            let output = command.arg("-C").arg(dir.path()).args(args).env_clear().env("HOME", dir.path());
            output.env("PATH", std::env::var_os("PATH").unwrap()).output().map(|output| output.status.success())
        };
        if !git(&["init", "-q"]).unwrap_or(false) {
            println!("not run: there is no git here");
            return;
        }
        for name in ["a", "dir/b", "dir/bc", "z"] {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, name).unwrap();
        }
        assert!(git(&["add", "-A"]).unwrap());
        assert_eq!(gitlinks(&dir.path().join(".git")), Ok(Vec::new()));
        let id = "0123456789012345678901234567890123456789";
        for name in ["dir/bcd", "m"] {
            assert!(git(&["update-index", "--add", "--cacheinfo", &format!("160000,{id},{name}")]).unwrap());
        }
        for version in ["2", "4", "2"] {
            assert!(git(&["update-index", "--index-version", version]).unwrap());
            let found = gitlinks(&dir.path().join(".git"));
            assert_eq!(found, Ok(vec!["dir/bcd".to_owned(), "m".to_owned()]), "version {version}");
        }
        assert!(git(&["update-index", "--split-index"]).unwrap());
        assert_eq!(gitlinks(&dir.path().join(".git")).unwrap().len(), 2);
        std::fs::write(dir.path().join(".git/index"), [b"DIRC\0\0\0\x09".as_slice(), &GITLINK].concat()).unwrap();
        assert!(gitlinks(&dir.path().join(".git")).is_err());
    }
}
