//! An invocation becomes the commands in it, read in the dialect that will run it; what cannot be known is opaque.
//!
//! Nothing that could run is left out: a construct that this module does not know makes the whole opaque.

mod arithmetic;
mod assignments;
mod braces;
mod builtins;
mod code;
mod conditions;
mod described;
mod directory;
mod escapes;
mod expansion;
mod fields;
mod files;
mod flow;
mod fold;
mod functions;
mod legible;
mod lists;
mod loops;
mod names;
mod offered;
mod parameters;
mod pipes;
mod recipes;
mod redirection;
mod rewriting;
mod scripts;
mod shell;
mod shells;
mod simple;
mod state;
mod statements;
mod substitution;
pub mod suspects;
#[cfg(test)]
mod tests;
mod word;
mod wrappers;

use std::cell::RefCell;
use std::rc::Rc;

use crate::model::facts::Facts;
use crate::model::ids::Digest;
use crate::model::invocation::{Dialect, Form, Invocation, Raw};
use crate::packs::described::{Described, Packs};

pub use described::{by_name, parse};
use files::Files;
use legible::readable;
pub use names::{is_reader, is_taken};
use scripts::Running;
use word::strange;
pub use word::{Opaque, OpaqueKind, Word};
pub use wrappers::remote::{Journey, journey};

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
    /// Another command's output: not known here.
    Piped,
    /// This file (`< file`).
    File(Word),
    /// These bytes (a here-document, a here-string, a folded `echo`).
    Text(Raw),
}

/// Where a command would run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// On this machine.
    Here,
    /// Elsewhere (another host, a container, a pod): where this command leads.
    Elsewhere(Rc<Command>),
}

/// How sure it is that a command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// It stands where commands stand: it can run.
    Found,
    /// It stands in a file of code that is run and not understood: it may be what runs there. It can only make a
    /// decision stricter.
    InCode,
    /// As `InCode`, but it stands in arguments or texts: it counts only where something in the whole is not understood.
    Suspected,
}

/// A script that was read in order to understand what it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its path, absolute or relative to the invocation's directory.
    pub path: String,
    /// The digest of the text that was read.
    pub digest: Digest,
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
    /// How sure it is that it runs.
    pub certainty: Certainty,
    /// The policy's description of it.
    pub described: Option<Described>,
}

/// What was found in an invocation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed {
    /// Every command that could run.
    pub commands: Vec<Command>,
    /// Every part that cannot be known. One is enough for the whole to ask.
    pub opaque: Vec<Opaque>,
    /// Every script that was read; an approval binds them.
    pub scripts: Vec<Script>,
    /// Texts of the invocation that something which is not understood could run.
    pub(crate) offered: Vec<String>,
    /// The tools that the policy describes.
    pub(crate) packs: Packs,
    /// Texts within the invocation that were read as shell texts.
    pub(crate) texts: Vec<String>,
    /// Files that the invocation writes, by absolute path, with their text where it is known.
    pub(crate) written: Vec<(String, String)>,
    /// What was read of scripts so far.
    pub(crate) running: Running,
}

impl Parsed {
    /// These commands, with nothing opaque beside them.
    pub fn of(commands: Vec<Command>) -> Self {
        Self { commands, ..Self::default() }
    }
}

/// The most commands that are kept.
const MOST: usize = 2_000;
/// How many bytes a word cannot have with its end: `MAX_ARG_STRLEN` of Linux.
const LONGEST_WORD: usize = 128 * 1024;
/// The most words of an argument vector that are looked at, in some 50 ms.
const MOST_WORDS: usize = 50_000;
/// How deep texts within texts are read (`bash -c "bash -c …"`).
const DEEPEST: u8 = 12;

/// What a text or a wrapper is read with: where it stands and what is known there.
#[derive(Clone)]
struct Outer<'a> {
    invocation: &'a Invocation,
    facts: &'a dyn Facts,
    /// The tools that the policy describes.
    packs: Packs,
    /// What the commands found so far do to files.
    files: &'a RefCell<Files>,
    /// What following it all may cost.
    budget: &'a shell::Budget,
    via: Vec<String>,
    assignments: Vec<(String, Word)>,
    directory: Option<Word>,
    stdin: StdinSource,
    place: Place,
    certainty: Certainty,
    /// `$0`, `$1`, … of a shell text; none where they are not known.
    positional: Option<Vec<Word>>,
    depth: u8,
}

/// Reads an invocation; scripts that it names are asked for through `facts`, and so is what `packs` describes.
pub fn parse_with(invocation: &Invocation, facts: &dyn Facts, packs: Packs) -> Parsed {
    let mut parsed = Parsed::default();
    let files = RefCell::default();
    let budget = shell::Budget::default();
    let outer = Outer {
        invocation,
        facts,
        packs,
        files: &files,
        budget: &budget,
        via: Vec::new(),
        assignments: Vec::new(),
        directory: None,
        stdin: StdinSource::Inherited,
        place: Place::Here,
        certainty: Certainty::Found,
        positional: None,
        depth: 0,
    };
    match &invocation.form {
        Form::Argv(argv) => {
            add(Command::plain(given(argv), &outer), &outer, &mut parsed);
        }
        Form::Shell { text, dialect, .. } => {
            text_of(&text.0, *dialect, &outer, &mut parsed);
            // A text that only sets variables runs nothing.
            if parsed.commands.is_empty() && parsed.opaque.is_empty() {
                push(Command::plain(vec![Word::known(":")], &outer), &outer, &mut parsed);
            }
        }
    }
    // What goes on running beside later commands can be changed by any of them.
    let running = files.borrow().still_running().map(|mark| files.borrow().doubtful(mark, facts)).unwrap_or_default();
    parsed
        .opaque
        .extend(running.iter().map(|path| shell::opaque(path, "a command could change this script before it runs")));
    rewriting::settle(&outer, &mut parsed);
    offered::settle(&outer, &mut parsed);
    described::settle(packs, &mut parsed);
    parsed
}

/// The words of an argument vector; what no program can be given, or nobody can look through, is not known.
fn given(argv: &[Raw]) -> Vec<Word> {
    let word = |raw: &Raw| match raw.0.len() {
        0..LONGEST_WORD => Word::Literal(raw.clone()),
        _ => Word::opaque(OpaqueKind::Nesting, raw.lossy().as_ref(), "no program can be given a word that is so long"),
    };
    let mut words: Vec<Word> = argv.iter().take(MOST_WORDS).map(word).collect();
    if argv.len() > MOST_WORDS {
        words.push(Word::opaque(OpaqueKind::Nesting, "…", "there are more words than are looked at"));
    }
    words
}

impl Command {
    fn plain(words: Vec<Word>, outer: &Outer<'_>) -> Self {
        Self {
            words,
            assignments: outer.assignments.clone(),
            redirects: Vec::new(),
            stdin: outer.stdin.clone(),
            via: outer.via.clone(),
            directory: outer.directory.clone(),
            place: outer.place.clone(),
            certainty: outer.certainty,
            described: None,
        }
    }

    /// The same with other words; its own can be many, and are not copied for that.
    fn with(&self, words: Vec<Word>) -> Self {
        Self {
            words,
            assignments: self.assignments.clone(),
            redirects: self.redirects.clone(),
            stdin: self.stdin.clone(),
            via: self.via.clone(),
            directory: self.directory.clone(),
            place: self.place.clone(),
            certainty: self.certainty,
            described: self.described,
        }
    }
}

/// Adds a command with its wrappers peeled off.
fn add(command: Command, outer: &Outer<'_>, parsed: &mut Parsed) {
    if outer.depth >= DEEPEST {
        parsed.opaque.push(Opaque {
            kind: OpaqueKind::Nesting,
            text: "…".to_owned(),
            why: format!("commands within commands, more than {DEEPEST} deep"),
        });
        return;
    }
    wrappers::peel(command, outer, parsed);
}

/// Takes a command that is no wrapper. Every command that is found comes by here.
fn push(command: Command, outer: &Outer<'_>, parsed: &mut Parsed) {
    if parsed.commands.len() >= MOST {
        if parsed.commands.len() == MOST {
            parsed.opaque.push(too_many());
            parsed.commands.push(command);
        }
        return;
    }
    outer.files.borrow_mut().run(&command, outer.invocation);
    parsed.opaque.extend(command.words.iter().filter_map(strange));
    parsed.commands.push(command);
}

fn too_many() -> Opaque {
    Opaque { kind: OpaqueKind::Nesting, text: "…".to_owned(), why: format!("more than {MOST} commands") }
}

/// Reads a shell text.
fn text_of(bytes: &[u8], dialect: Dialect, outer: &Outer<'_>, parsed: &mut Parsed) {
    match readable(bytes) {
        Ok(text) if outer.depth < DEEPEST => {
            shell::read(text, dialect, outer, parsed);
        }
        Ok(_) => parsed.opaque.push(Opaque {
            kind: OpaqueKind::Nesting,
            text: "…".to_owned(),
            why: format!("shell texts within shell texts, more than {DEEPEST} deep"),
        }),
        Err(opaque) => parsed.opaque.push(opaque),
    }
}
