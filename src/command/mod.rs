//! An invocation becomes the commands in it, read in the dialect that will run it; what cannot be known is opaque.
//!
//! Nothing that could run is left out: a construct that this module does not know makes the whole opaque.

use crate::model::invocation::Raw;

/// One word of a command, after quoting and constant folding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Known to the byte.
    Literal(Raw),
    /// Known only when it runs.
    Opaque(Opaque),
}

impl Word {
    /// The word as text, when it is known and UTF-8.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Literal(raw) => raw.as_str(),
            Self::Opaque(_) => None,
        }
    }
}

/// A part that cannot be known before it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opaque {
    /// The source text of it.
    pub text: String,
    /// Why it cannot be known.
    pub why: String,
}

/// What a redirection does with its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectKind {
    /// `<`
    Read,
    /// `>`, `>>`, `>|`, `&>`, `<>`
    Write,
}

/// A redirection to or from a file. Duplications of descriptors (`2>&1`) are not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Read or write.
    pub kind: RedirectKind,
    /// The file.
    pub target: Word,
}

/// Where a command's standard input comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StdinSource {
    /// The invocation's own.
    Inherited,
    /// Another command's output, or a file: not known here.
    Piped,
    /// These bytes (a here-document, a here-string, a folded `echo`).
    Text(Raw),
}

/// Where a command would run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// On this machine.
    Here,
    /// Elsewhere: another host, a container, a pod; the words name it.
    Elsewhere(String),
}

/// One program call found in an invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The program and its arguments; never empty.
    pub words: Vec<Word>,
    /// Variables set for this command, in the text itself or before it (`A=b cmd`, `export A=b`).
    pub assignments: Vec<(String, Word)>,
    /// Redirections to and from files.
    pub redirects: Vec<Redirect>,
    /// Standard input.
    pub stdin: StdinSource,
    /// Wrappers that were peeled off, outermost first (`sudo`, `bash -c`).
    pub via: Vec<String>,
    /// The directory it runs in, when the text changes it; relative to the invocation's.
    pub directory: Option<Word>,
    /// Where it would run.
    pub place: Place,
}

/// What was found in an invocation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed {
    /// Every command that could run.
    pub commands: Vec<Command>,
    /// Every part that cannot be known. One is enough for the whole to ask.
    pub opaque: Vec<Opaque>,
}
