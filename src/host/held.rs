//! Files that say whom to believe: whether the user that agents run as could have written them.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

/// The largest such file that is read.
const LARGEST: u64 = 1024 * 1024;
/// How many links are followed, as the kernel has it.
const MOST_LINKS: usize = 40;

/// A file's text, and who could have written it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What it says.
    pub text: String,
    /// Why it is not certain that root alone could have written it; none when it is.
    pub doubt: Option<String>,
}

/// Reads a file with the question whether root alone holds it: the file, every directory on the way to it, and every
/// link. Where this process runs as root itself, so do the agents, and nothing is out of their reach.
///
/// # Errors
/// When it cannot be read, in words.
pub fn read(path: &Path) -> Result<Held, String> {
    let doubt = doubt(path);
    let said = |error: std::io::Error| format!("{} cannot be read: {error}", path.display());
    let file = File::open(path).map_err(said)?;
    let metadata = file.metadata().map_err(said)?;
    if !metadata.is_file() {
        return Err(format!("{} is not a file", path.display()));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(said)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        return Err(format!("{} is larger than 1 MiB", path.display()));
    }
    let text = String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8", path.display()))?;
    // The one that was opened, too: it may have been put there since.
    let doubt = doubt.or_else(|| objection(path, &metadata, running()));
    Ok(Held { text, doubt })
}

/// Why it is not certain that root alone could have written what stands at `path`; none when it is.
pub fn doubt(path: &Path) -> Option<String> {
    if rustix::process::geteuid().is_root() {
        return Some("aigov runs as root here, and so do the agents that call it".to_owned());
    }
    if !path.is_absolute() {
        return Some(format!("{} is not an absolute path", path.display()));
    }
    walk(path, running())
}

fn running() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Goes the way to a file as the kernel does, and looks at each step of it.
fn walk(path: &Path, user: u32) -> Option<String> {
    let mut at = PathBuf::from("/");
    let mut left: VecDeque<OsString> = names(path);
    let mut links = 0;
    loop {
        let metadata = match fs::symlink_metadata(&at) {
            Ok(metadata) => metadata,
            Err(error) => return Some(format!("{} cannot be looked at: {error}", at.display())),
        };
        if let Some(objection) = objection(&at, &metadata, user) {
            return Some(objection);
        }
        if metadata.is_symlink() {
            links += 1;
            let target = match fs::read_link(&at) {
                Ok(target) if links <= MOST_LINKS => target,
                Ok(_) => return Some(format!("{} leads through too many links", path.display())),
                Err(error) => return Some(format!("{} cannot be looked at: {error}", at.display())),
            };
            at.pop();
            if target.is_absolute() {
                at = PathBuf::from("/");
            }
            let mut all = names(&target);
            all.append(&mut left);
            left = all;
        }
        match left.pop_front() {
            None => return None,
            Some(name) if name == ".." => {
                at.pop();
            }
            Some(name) => at.push(name),
        }
    }
}

fn names(path: &Path) -> VecDeque<OsString> {
    let name = |part: Component<'_>| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        Component::Prefix(_) | Component::RootDir | Component::CurDir => None,
    };
    path.components().filter_map(name).collect()
}

/// What is wrong with one step. In a directory with the sticky bit nobody moves what is another's; a link's mode says nothing.
fn objection(path: &Path, metadata: &Metadata, user: u32) -> Option<String> {
    let place = path.display();
    if metadata.uid() == user {
        return Some(format!("{place} belongs to the user that agents run as ({user})"));
    }
    if metadata.uid() != 0 {
        return Some(format!("{place} belongs to user {}, not to root", metadata.uid()));
    }
    let is_sticky_directory = metadata.is_dir() && metadata.mode() & 0o1000 != 0;
    let is_open = metadata.mode() & 0o022 != 0 && !is_sticky_directory && !metadata.is_symlink();
    is_open.then(|| format!("{place} can be written by others than root (mode {:04o})", metadata.mode() & 0o7777))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_belongs_to_the_running_user_is_doubted() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("signers");
        fs::write(&path, "a").unwrap();
        let held = read(&path).unwrap();
        assert_eq!(held.text, "a");
        assert!(held.doubt.is_some());
        assert!(read(base.path()).is_err() && read(&base.path().join("no")).is_err());
    }

    #[test]
    fn each_step_is_looked_at() {
        let base = tempfile::tempdir().unwrap();
        let real = fs::canonicalize(base.path()).unwrap();
        for (name, mode) in [("shut", 0o755), ("open", 0o775), ("sticky", 0o1777)] {
            fs::create_dir(real.join(name)).unwrap();
            fs::write(real.join(name).join("file"), "").unwrap();
            fs::set_permissions(real.join(name).join("file"), fs::Permissions::from_mode(0o644)).unwrap();
            fs::set_permissions(real.join(name), fs::Permissions::from_mode(mode)).unwrap();
        }
        std::os::unix::fs::symlink("shut/../open/file", real.join("through")).unwrap();
        std::os::unix::fs::symlink(real.join("shut/file"), real.join("straight")).unwrap();
        // Somebody who is not the owner of all this, as agents are not where they have a user id of their own.
        let somebody = running() + 1;
        let found = |name: &str| walk(&real.join(name), somebody);
        if rustix::process::geteuid().is_root() {
            assert_eq!((found("shut/file"), found("straight"), found("sticky/file")), (None, None, None));
            for name in ["open/file", "through"] {
                assert!(found(name).unwrap().contains("open can be written by others"), "{name}");
            }
            fs::set_permissions(real.join("shut/file"), fs::Permissions::from_mode(0o646)).unwrap();
        }
        assert!(found("straight").unwrap().contains(real.to_str().unwrap()));
        assert!(found("shut/none").unwrap().contains(real.to_str().unwrap()));
        assert!(walk(&real.join("shut/file"), running()).unwrap().contains("belongs to the user that agents run as"));
    }
}
