//! Secrets of channels: read from a file that nobody else may read, or from what systemd hands to the unit; never shown.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use crate::error::{Error, ErrorKind};
use crate::policy::channels::SecretPlace;

/// The longest secret that is read.
const LONGEST: u64 = 64 * 1024;

/// A secret. It is printed by nobody.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The secret itself, for whoever sends or signs with it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A secret that is known already.
    pub fn of(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Reads a secret; `credentials` is the directory that systemd names.
///
/// # Errors
/// When it is not there, somebody else may read it, or it is empty.
pub fn read(place: &SecretPlace, credentials: Option<&Path>) -> Result<Secret, Error> {
    let path = path(place, credentials)?;
    let refused = |what: String, hint: String| Error::new(ErrorKind::Config, what).for_human(hint);
    let unread = |cause: &std::io::Error| {
        refused(format!("cannot read the secret {}: {cause}", path.display()), "put the secret there".to_owned())
    };
    let nonblocking = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    let file = OpenOptions::new().read(true).custom_flags(nonblocking).open(&path).map_err(|cause| unread(&cause))?;
    if let Some((what, hint)) = flaw(&file, &path).map_err(|cause| unread(&cause))? {
        return Err(refused(what, hint));
    }
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text).map_err(|cause| unread(&cause))?;
    let text = text.trim();
    if text.is_empty() {
        return Err(refused(format!("the secret {} is empty", path.display()), "put the secret there".to_owned()));
    }
    Ok(Secret(text.to_owned()))
}

fn path(place: &SecretPlace, credentials: Option<&Path>) -> Result<PathBuf, Error> {
    match (place, credentials) {
        (SecretPlace::File(path), _) => Ok(PathBuf::from(path)),
        (SecretPlace::Credential(name), Some(directory)) => Ok(directory.join(name)),
        (SecretPlace::Credential(name), None) => {
            let text = format!("the credential `{name}` is handed out by systemd, and systemd did not start this");
            Err(Error::new(ErrorKind::Config, text)
                .for_human(format!("start the unit, with `LoadCredential={name}:/path` in it; else name a file")))
        }
    }
}

/// What is wrong with the file, and what to do: it must be this user's or root's, and nobody else may read it.
fn flaw(file: &File, path: &Path) -> std::io::Result<Option<(String, String)>> {
    let metadata = file.metadata()?;
    let name = path.display();
    let user = rustix::process::geteuid().as_raw();
    if !metadata.is_file() {
        return Ok(Some((format!("the secret {name} is not a file"), "name a file".to_owned())));
    }
    if metadata.uid() != 0 && metadata.uid() != user {
        let what = format!("the secret {name} is owned by user {}, neither root nor you", metadata.uid());
        return Ok(Some((what, format!("chown {user} {name}"))));
    }
    if metadata.mode() & 0o077 != 0 {
        let what = format!("the secret {name} can be read by others (mode {:04o})", metadata.mode() & 0o7777);
        return Ok(Some((what, format!("chmod 600 {name}; if others may have read it, make a new one"))));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_that_others_can_read_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("token");
        std::fs::write(&file, " xoxb-1\n").unwrap();
        let place = SecretPlace::File(file.display().to_string());
        for (mode, is_taken) in [(0o644, false), (0o640, false), (0o604, false), (0o600, true), (0o400, true)] {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(read(&place, None).is_ok(), is_taken, "{mode:o}");
        }
        assert_eq!(read(&place, None).unwrap().expose(), "xoxb-1");
        assert_eq!(format!("{:?}", read(&place, None)), "Ok(Secret(…))");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&file, "\n").unwrap();
        assert!(read(&place, None).is_err());
        assert!(read(&SecretPlace::File(dir.path().display().to_string()), None).is_err());
    }

    #[test]
    fn a_credential_is_in_the_directory_that_systemd_names() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("slack");
        std::fs::write(&file, "t").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o400)).unwrap();
        let place = SecretPlace::Credential("slack".to_owned());
        assert_eq!(read(&place, Some(dir.path())).unwrap().expose(), "t");
        assert!(read(&place, None).is_err());
    }
}
