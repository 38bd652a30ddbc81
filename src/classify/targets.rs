//! What a command acts on: objects as `kind/name`, and paths that are read or written.

use crate::command::Word;
use crate::packs::schema::{Flags, Pack, Targets, Verb};

use super::arguments::Reading;

/// The name of a target that is not known before it runs.
pub const UNKNOWN: &str = "?";

/// A path that a command reads or writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// The path as given.
    pub path: Word,
    /// What becomes of it.
    pub by: By,
}

/// What becomes of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// It is read.
    Reading,
    /// It is written, made or removed.
    Writing,
    /// Its text, or that of the files below it, is edited.
    Editing,
}

/// The targets in the form of rules: `kind/name`, or what names them.
pub fn names(pack: &Pack, verb: &Verb, reading: &Reading) -> Vec<String> {
    match verb.targets {
        Targets::None => Vec::new(),
        Targets::KindThenNames => objects(pack, reading)
            .into_iter()
            .map(|(kind, name)| {
                format!("{}/{}", kind.unwrap_or_else(|| UNKNOWN.to_owned()), name.unwrap_or_else(|| "*".to_owned()))
            })
            .collect(),
        Targets::Operands(kind) => reading.operands.iter().map(|word| format!("{kind}/{}", shown(word))).collect(),
        Targets::FlagValue(kind, flags) => reading
            .flags
            .iter()
            .filter(|flag| flags.contains(&flag.name.as_str()))
            .map(|flag| format!("{kind}/{}", flag.value.as_ref().map_or_else(|| UNKNOWN.to_owned(), shown)))
            .collect(),
        Targets::ReadPaths
        | Targets::WritePaths
        | Targets::EditPaths
        | Targets::WritePathsIf(_)
        | Targets::LastWritePath => reading.operands.iter().map(shown).collect(),
    }
}

/// What a raw request to the cluster is about, by its path: `/api/v1/namespaces/prod/pods/web`.
pub fn raw(pack: &Pack, reading: &Reading) -> Option<String> {
    let path = reading.value(&["--raw"])?.split(['?', '#']).next()?;
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let rest = match parts.as_slice() {
        ["api", _, rest @ ..] | ["apis", _, _, rest @ ..] => rest,
        _ => return None,
    };
    match rest {
        ["namespaces", _, kind, rest @ ..] | [kind, rest @ ..] => {
            Some(format!("{}/{}", canonical(pack, kind), rest.first().unwrap_or(&"*")))
        }
        [] => None,
    }
}

fn shown(word: &Word) -> String {
    match word {
        Word::Literal(raw) => raw.lossy().into_owned(),
        Word::Opaque(_) => UNKNOWN.to_owned(),
    }
}

/// The canonical kinds of the objects; none for one that cannot be known.
pub fn kinds(pack: &Pack, verb: &Verb, reading: &Reading) -> Vec<Option<String>> {
    match verb.targets {
        Targets::KindThenNames => objects(pack, reading).into_iter().map(|(kind, _)| kind).collect(),
        Targets::Operands(kind) | Targets::FlagValue(kind, _) => vec![Some(kind.to_owned())],
        Targets::None
        | Targets::ReadPaths
        | Targets::WritePaths
        | Targets::EditPaths
        | Targets::WritePathsIf(_)
        | Targets::LastWritePath => Vec::new(),
    }
}

/// kubectl's way: `kind name…`, `kind1,kind2 name…`, `kind/name…`.
fn objects(pack: &Pack, reading: &Reading) -> Vec<(Option<String>, Option<String>)> {
    let mut words = reading.operands.iter();
    let mut found = Vec::new();
    let mut kinds: Vec<Option<String>> = Vec::new();
    if let Some(first) = words.next() {
        match first.text() {
            None => kinds.push(None),
            Some(text) if text.contains('/') => found.extend(pairs(pack, text)),
            Some(text) => kinds.extend(text.split(',').map(|kind| Some(canonical(pack, kind)))),
        }
    }
    let mut has_names = false;
    for word in words {
        match word.text() {
            Some(text) if text.contains('/') => found.extend(pairs(pack, text)),
            Some(text) => {
                has_names = true;
                found.extend(kinds.iter().map(|kind| (kind.clone(), Some(text.to_owned()))));
            }
            None => {
                has_names = true;
                found.extend(kinds.iter().map(|kind| (kind.clone(), Some(UNKNOWN.to_owned()))));
                // The word could as well be `kind/name`.
                if kinds.is_empty() {
                    found.push((None, None));
                }
            }
        }
    }
    if !has_names {
        found.extend(kinds.into_iter().map(|kind| (kind, None)));
    }
    found
}

fn pairs(pack: &Pack, text: &str) -> Vec<(Option<String>, Option<String>)> {
    let (kind, name) = text.split_once('/').unwrap_or((text, ""));
    vec![(Some(canonical(pack, kind)), Some(name.to_owned()))]
}

/// `Deployments.v1.apps` and `deploy` are `deployment`.
fn canonical(pack: &Pack, kind: &str) -> String {
    let lower = kind.to_ascii_lowercase();
    let short = lower.split('.').next().unwrap_or(&lower);
    let listed = pack.kinds.iter().find(|(other, _)| *other == lower || *other == short);
    listed.map_or_else(|| short.to_owned(), |(_, canonical)| (*canonical).to_owned())
}

/// The paths that the pack says the operands and the values of flags are.
pub fn paths(pack: &Pack, verb: &Verb, reading: &Reading) -> Vec<Touched> {
    let touched = |path: &Word, by: By| Touched { path: path.clone(), by };
    let mut found: Vec<Touched> = match verb.targets {
        Targets::ReadPaths => reading.operands.iter().map(|word| touched(word, By::Reading)).collect(),
        Targets::WritePathsIf(flags) => {
            let by = if reading.has(flags) { By::Writing } else { By::Reading };
            reading.operands.iter().map(|word| touched(word, by)).collect()
        }
        Targets::WritePaths => reading.operands.iter().map(|word| touched(word, By::Writing)).collect(),
        Targets::EditPaths => reading.operands.iter().map(|word| touched(word, By::Editing)).collect(),
        Targets::LastWritePath => {
            let last = reading.operands.len().saturating_sub(1);
            let by = |at| if at == last { By::Writing } else { By::Reading };
            reading.operands.iter().enumerate().map(|(at, word)| touched(word, by(at))).collect()
        }
        Targets::None | Targets::KindThenNames | Targets::Operands(_) | Targets::FlagValue(..) => Vec::new(),
    };
    for flag in &reading.flags {
        // Without verbs there is nothing before or after them.
        let is_early = flag.is_early && !pack.verbs.is_empty();
        let tables: &[&Flags] =
            if is_early { &[&verb.flags, &pack.early, &pack.flags] } else { &[&verb.flags, &pack.late, &pack.flags] };
        let table = tables.iter().find(|table| table.takes_value(&flag.name).is_some());
        let is_in = |list: fn(&Flags) -> &'static [&'static str]| {
            table.is_some_and(|table| list(table).contains(&flag.name.as_str()))
        };
        let Some(value) = &flag.value else { continue };
        if is_in(|table| table.writes) {
            found.push(touched(value, By::Writing));
        } else if is_in(|table| table.reads) {
            found.push(touched(value, By::Reading));
        }
    }
    found
}
