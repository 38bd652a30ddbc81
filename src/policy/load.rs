//! Reading a policy file: who may write it, what it holds, every fault at once.

use std::fs::Metadata;
use std::ops::Range;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use toml::de::DeTable;

use crate::chain;
use crate::model::ids::Digest;

use super::diagnose::{Fault, nearest};
use super::fields::{Fields, Source};
use super::layers::{Layer, LayerKind};
use super::read;
use super::sieve::Sieve;

/// The largest file that is read.
const LARGEST: u64 = 1024 * 1024;
/// The one version of the form.
const SCHEMA: u32 = 1;
/// Words of the form that this version does not read.
const LATER: &[&str] = &["tiers", "owners", "agents", "humans", "groups", "quotas", "trust", "channels", "tools"];

/// Loads one layer.
///
/// # Errors
/// All its faults.
pub fn layer(kind: LayerKind, path: &Path) -> Result<Layer, Vec<Fault>> {
    let is_writable = guarded(path).map_err(|(text, help)| vec![Fault::of_file(path, text, help)])?;
    read(kind, path, is_writable)
}

/// Reads a file that is only looked at and decides nothing: whoever may write it, and if it is a pipe.
///
/// # Errors
/// All its faults.
pub fn candidate(kind: LayerKind, path: &Path) -> Result<Layer, Vec<Fault>> {
    read(kind, path, true)
}

fn read(kind: LayerKind, path: &Path, is_writable: bool) -> Result<Layer, Vec<Fault>> {
    let one = |text: String, help: Option<String>| vec![Fault::of_file(path, text, help)];
    let bytes = bytes(path).map_err(|text| one(text, None))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| one("it is not UTF-8".to_owned(), None))?;
    if text.lines().all(|line| line.trim().is_empty() || line.trim().starts_with('#')) {
        return Err(one(
            "it is empty: it has no rules".to_owned(),
            Some("`aigov init` writes a policy; take the file away to be without one".to_owned()),
        ));
    }
    let mut source = Source::new(path, text);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        source.fault(&span, error.message().trim().to_owned(), None);
    }
    if !source.faults.is_empty() {
        return Err(source.faults);
    }
    let mut fields = Fields::new(table.get_ref(), 0..0);
    check_schema(&mut fields, &mut source);
    let policy = read::policy(&mut fields, &mut source);
    fields.finish(LATER, &mut source);
    if kind == LayerKind::Repository {
        read::refuse_allowing(&policy, &mut source);
    }
    if !source.faults.is_empty() {
        source.faults.sort_by_key(|fault| fault.place);
        return Err(source.faults);
    }
    let sieve = Sieve::of(&policy.rules);
    Ok(Layer { kind, path: path.to_path_buf(), digest: digest(text), policy, sieve, is_writable })
}

fn digest(text: &str) -> Digest {
    chain::digest("policy", text.as_bytes())
}

fn check_schema(fields: &mut Fields<'_>, source: &mut Source<'_>) {
    let has = fields.get("schema").is_some();
    let found = fields.number("schema", source);
    let span: Range<usize> = fields.span_of("schema");
    match found {
        Some(SCHEMA) => {}
        Some(other) => source.fault(
            &span,
            format!("schema {other} is not one that this version reads"),
            Some(format!("write `schema = {SCHEMA}`")),
        ),
        None if !has => {
            source.fault(&(0..0), "`schema` is missing", Some(format!("begin the file with `schema = {SCHEMA}`")))
        }
        None => {}
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    use std::io::Read;
    let file = std::fs::File::open(path).map_err(|error| said(&error))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| said(&error))?;
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= LARGEST => Ok(bytes),
        _ => Err("it is larger than 1 MiB".to_owned()),
    }
}

fn said(error: &std::io::Error) -> String {
    format!("it cannot be read: {error}")
}

/// Refuses a file that somebody else could have written; tells whether the one who runs this could.
fn guarded(path: &Path) -> Result<bool, (String, Option<String>)> {
    let file = std::fs::metadata(path).map_err(|error| (said(&error), None))?;
    if !file.is_file() {
        return Err(("it is not a file".to_owned(), None));
    }
    let real = std::fs::canonicalize(path).map_err(|error| (said(&error), None))?;
    safe("it", path, &file)?;
    for place in [path, &real] {
        if let Some(parent) = place.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            let metadata = std::fs::metadata(parent).map_err(|error| (said(&error), None))?;
            safe(&format!("its directory {}", parent.display()), parent, &metadata)?;
        }
    }
    let user = rustix::process::geteuid().as_raw();
    Ok(file.uid() == user || user == 0)
}

fn safe(what: &str, path: &Path, metadata: &Metadata) -> Result<(), (String, Option<String>)> {
    let user = rustix::process::geteuid().as_raw();
    if metadata.uid() != 0 && metadata.uid() != user {
        let text = format!("{what} is owned by user {}, neither root nor you", metadata.uid());
        return Err((text, Some(format!("chown {} or root: {}", user, path.display()))));
    }
    let is_sticky_directory = metadata.is_dir() && metadata.mode() & 0o1000 != 0;
    if metadata.mode() & 0o022 != 0 && !is_sticky_directory {
        let text = format!("{what} can be written by others (mode {:04o})", metadata.mode() & 0o7777);
        return Err((text, Some(format!("chmod go-w {}", path.display()))));
    }
    Ok(())
}

/// A hint at a word that was nearly right.
pub fn meant<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<String> {
    let near = nearest(word, known.clone()).map(|near| format!("did you mean \"{near}\"?"));
    near.or_else(|| Some(format!("known are {}", known.collect::<Vec<_>>().join(", "))))
}
