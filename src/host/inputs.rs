//! Files that a command reads as its orders, with their contents' digests: what an approval binds beside the words.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::command::{Parsed, Script, Word};
use crate::error::{Error, ErrorKind};
use crate::model::ids::Digest;
use crate::model::invocation::Raw;

/// The known words of each command with the directory it runs in.
pub type Words = Vec<(Vec<Raw>, Option<Raw>)>;

/// The known words of each command with the directory it runs in.
pub fn words(parsed: &Parsed) -> Words {
    let known = |word: &Word| match word {
        Word::Literal(raw) => Some(raw.clone()),
        Word::Opaque(_) => None,
    };
    parsed
        .commands
        .iter()
        .map(|command| {
            let redirects = command.redirects.iter().filter_map(|redirect| known(&redirect.target));
            let words = command.words.iter().filter_map(known).chain(redirects).collect();
            (words, command.directory.as_ref().and_then(known))
        })
        .collect()
}

/// Every regular file that a word names (as it stands, after `=`, or after `@`), and every configuration file of a
/// terraform directory, with its digest; and every script with the digest of the text that was read.
///
/// # Errors
/// When a file that is there cannot be read: then nobody can say what would be approved.
pub fn digests(
    words: &[(Vec<Raw>, Option<Raw>)],
    scripts: &[Script],
    cwd: &Raw,
) -> Result<Vec<(String, Digest)>, Error> {
    let mut found = BTreeMap::new();
    for (words, directory) in words {
        let mut base = PathBuf::from(cwd.as_os());
        if let Some(directory) = directory {
            base.push(directory.as_os());
        }
        let program = words.first().map(Raw::lossy).unwrap_or_default();
        if program.ends_with("terraform") || program.ends_with("tofu") {
            configuration(&chdir(words, &base), &mut found)?;
        }
        for word in words.iter().skip(1) {
            for candidate in candidates(word) {
                add(&base.join(candidate.as_os()), &mut found)?;
            }
        }
    }
    // What was understood is what is bound, even where the file has changed since.
    found.extend(scripts.iter().map(|script| (script.path.clone(), script.digest)));
    Ok(found.into_iter().collect())
}

fn chdir(words: &[Raw], base: &Path) -> PathBuf {
    let directory = words.iter().find_map(|word| word.0.strip_prefix(b"-chdir="));
    directory.map_or_else(|| base.to_path_buf(), |directory| base.join(Raw(directory.to_vec()).as_os()))
}

fn candidates(word: &Raw) -> Vec<Raw> {
    let mut all = vec![word.clone()];
    for mark in [b'=', b'@'] {
        if let Some(at) = word.0.iter().position(|byte| *byte == mark) {
            all.push(Raw(word.0.iter().skip(at + 1).copied().collect()));
        }
    }
    all.retain(|candidate| !candidate.0.is_empty() && !candidate.0.contains(&0) && candidate.0.len() < 4096);
    all
}

fn configuration(directory: &Path, found: &mut BTreeMap<String, Digest>) -> Result<(), Error> {
    let Ok(entries) = fs::read_dir(directory) else { return Ok(()) };
    for entry in entries {
        let path = entry.map_err(|cause| unreadable(directory, &cause))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if [".tf", ".tf.json", ".tfvars", ".tfvars.json", ".terraform.lock.hcl"].iter().any(|end| name.ends_with(end)) {
            add(&path, found)?;
        }
    }
    Ok(())
}

fn add(path: &Path, found: &mut BTreeMap<String, Digest>) -> Result<(), Error> {
    let is_file = fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    if is_file && !found.contains_key(path.to_string_lossy().as_ref()) {
        let digest = of_file(path).map_err(|cause| unreadable(path, &cause))?;
        found.insert(path.to_string_lossy().into_owned(), digest);
    }
    Ok(())
}

/// SHA-256 of a file's content.
///
/// # Errors
/// When it cannot be read.
pub fn of_file(path: &Path) -> io::Result<Digest> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0_u8; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(Digest(hash.finalize().into()));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
    }
}

fn unreadable(path: &Path, cause: &io::Error) -> Error {
    Error::new(ErrorKind::Input, format!("cannot read `{}`, which the command names: {cause}", path.display()))
}
