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
use super::sieve::Sieve;
use super::{read, syntax, tools};

/// The largest file that is read.
const LARGEST: u64 = 1024 * 1024;
/// The one version of the form.
const SCHEMA: u32 = 1;
/// Words of the form that this version does not read.
const LATER: &[&str] = &["tiers", "agents", "humans", "groups", "quotas", "trust"];

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
    let bytes = bytes(path).map_err(|(text, help)| one(text, help))?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let line = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
        let help = format!("line {line} has the first bytes that are not; save the file as UTF-8");
        one("it is not UTF-8".to_owned(), Some(help))
    })?;
    if text.lines().all(|line| line.trim().is_empty() || line.trim().starts_with('#')) {
        return Err(one(
            "it is empty: it has no rules".to_owned(),
            Some("`aigov init` writes a policy; take the file away to be without one".to_owned()),
        ));
    }
    let mut source = Source::new(path, text);
    let (table, errors) = DeTable::parse_recoverable(text);
    syntax::note(errors, &mut source);
    if !source.faults.is_empty() {
        return Err(source.faults);
    }
    let mut fields = Fields::new(table.get_ref(), 0..0);
    check_schema(&mut fields, &mut source);
    let mut policy = read::policy(&mut fields, &mut source);
    policy.tools = tools::read(&mut fields, kind, digest(text), &mut source);
    fields.finish(LATER, &mut source);
    read::refuse_brought(kind, &mut Fields::new(table.get_ref(), 0..0), &policy, &mut source);
    if !source.faults.is_empty() {
        source.faults.sort_by_key(|fault| fault.place);
        return Err(source.faults);
    }
    let sieve = Sieve::of(&policy.rules);
    Ok(Layer {
        kind,
        path: path.to_path_buf(),
        digest: digest(text),
        text: text.to_owned(),
        policy,
        sieve,
        foreign: Vec::new(),
        is_writable,
    })
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
            Some(format!("write `schema = {SCHEMA}`, or take a version of aigov that knows schema {other}")),
        ),
        None if !has && !fields.has_like("schema", &["schema"]) => {
            source.fault(&(0..0), "`schema` is missing", Some(format!("begin the file with `schema = {SCHEMA}`")))
        }
        None => {}
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, (String, Option<String>)> {
    use std::io::Read;
    let file = std::fs::File::open(path).map_err(|error| (said(&error), None))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| (said(&error), None))?;
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= LARGEST => Ok(bytes),
        _ => Err(("it is larger than 1 MiB".to_owned(), Some("write fewer rules, with lists and `*`".to_owned()))),
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
