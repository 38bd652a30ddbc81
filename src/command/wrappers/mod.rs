//! Programs that run another program named in their arguments are peeled off; what they run counts.
//!
//! Where it cannot be told which words are the other program's, the whole is opaque: nothing is dropped.

mod env;
mod find;
mod flags;
pub(super) mod remote;
mod stray;
mod table;
#[cfg(test)]
mod tests;
mod texts;
mod users;
mod words;
mod xargs;

use super::names::dialect;
use super::{
    Certainty, Command, Opaque, OpaqueKind, Outer, Parsed, Place, Redirect, RedirectKind, StdinSource, Word, add,
    described, push, recipes, scripts, shells, suspects, text_of,
};
use crate::model::invocation::Dialect;
use crate::text::quote;

/// The most words of a command that something is taken off of: each wrapper costs a copy of them.
const MOST_WORDS: usize = 20_000;

/// What became of a command that could be a wrapper.
enum Peel {
    /// What it runs was added in its place.
    Done,
    /// It is a command of its own.
    Whole,
    /// It runs something, and it cannot be told what; why.
    Unclear(String),
}

/// A wrapper that is read in a way of its own.
type Reading = fn(&Command, &Outer<'_>, &mut Parsed) -> Peel;

/// Wrappers with a way of their own. All others are in the table.
const OWN: &[(&[&str], Reading)] = &[
    (&["env", "genv"], env::env),
    (&["xargs", "gxargs"], xargs::xargs),
    (&["parallel"], xargs::parallel),
    (&["find", "gfind"], find::find),
    (&["su"], users::su),
    (&["runuser"], users::runuser),
    (&["command"], words::command),
    (&["exec"], words::exec),
    (&["flock"], texts::flock),
    (&["script"], texts::script),
    (&["watch"], texts::watch),
    (&["at", "batch"], texts::at),
    (&["aigov"], words::aigov),
    (&["ssh"], remote::ssh),
    (&["docker", "podman", "nerdctl", "docker-compose"], remote::docker),
    (&["kubectl", "oc"], remote::kubectl),
];

/// Whether programs of this name are peeled off.
pub(super) fn is_wrapper(name: &str) -> bool {
    name == "eval" || OWN.iter().any(|(names, _)| names.contains(&name)) || table::has(name)
}

/// Adds what a command comes to when its wrappers are taken off.
pub(super) fn peel(command: Command, outer: &Outer<'_>, parsed: &mut Parsed) {
    let program = command.words.first().and_then(Word::text).unwrap_or_default().to_owned();
    let name = base(&program);
    described::note_started(&command, outer, parsed);
    let own = OWN.iter().find(|(names, _)| names.contains(&name)).map(|(_, read)| read);
    let table = table::find(name, command.words.get(1).and_then(Word::text));
    let is_wrapper = (own.is_some() || table.is_some() || name == "eval") && command.place == Place::Here;
    let stray = if is_wrapper { stray::stray(&program, outer) } else { None };
    let (commands, parts) = (parsed.commands.len(), parsed.opaque.len());
    let outcome = match (own, name) {
        _ if is_wrapper && command.words.len() > MOST_WORDS => {
            Peel::Unclear(format!("more than {MOST_WORDS} words are not followed"))
        }
        (Some(read), _) => read(&command, outer, parsed),
        (None, "eval") => Peel::of(shells::eval(&command, outer, parsed)),
        _ if dialect(name).is_some() => {
            let is_done = shells::shell(&command, outer, parsed);
            if is_done {
                handed_on(&command, given_to_shell(&command.words), outer, parsed);
            }
            Peel::of(is_done)
        }
        _ => match table {
            Some(wrapper) => words::wrapped(wrapper, &command, outer, parsed),
            None => Peel::Whole,
        },
    };
    match outcome {
        Peel::Done => {
            // A text that only sets variables runs nothing, and its wrapper ran all the same.
            if (parsed.commands.len(), parsed.opaque.len()) == (commands, parts) {
                let new = inside(&command, outer, name);
                push(Command { words: vec![Word::known(":")], ..Command::plain(Vec::new(), &new) }, outer, parsed);
            }
            let text = source(&command.words);
            parsed.opaque.extend(stray.map(|why| Opaque { kind: OpaqueKind::Construct, text, why }));
        }
        Peel::Whole => {
            let Some(command) = described::take(command, outer, parsed) else { return };
            if scripts::program(&command, outer, parsed) {
                described::note(&command, parsed);
                handed_on(&command, command.words.get(1..).unwrap_or_default(), outer, parsed);
            } else {
                recipes::run(command, outer, parsed);
            }
        }
        Peel::Unclear(why) => {
            parsed.opaque.push(Opaque {
                kind: OpaqueKind::Construct,
                text: source(&command.words),
                why: format!("what `{name}` runs cannot be told: {why}"),
            });
            push(command, outer, parsed);
        }
    }
}

impl Peel {
    fn of(is_done: bool) -> Self {
        if is_done { Self::Done } else { Self::Whole }
    }
}

/// The words after a shell's script or text, which it hands on to that.
fn given_to_shell(words: &[Word]) -> &[Word] {
    let is_flag = |word: &Word| word.text().is_some_and(|text| text.starts_with(['-', '+']));
    let script = words.iter().skip(1).position(|word| !is_flag(word)).map_or(words.len(), |at| at + 1);
    words.get(script + 1..).unwrap_or_default()
}

/// Words that a script is given, and that it can run where something in it is not understood.
pub(super) fn handed_on(command: &Command, words: &[Word], outer: &Outer<'_>, parsed: &mut Parsed) {
    for words in suspects::in_words(words, outer.packs) {
        if parsed.commands.len() < super::MOST {
            let certainty = Certainty::Suspected;
            parsed.commands.push(Command { redirects: Vec::new(), certainty, ..command.with(words) });
        }
    }
}

/// The words as they would be typed.
fn source(words: &[Word]) -> String {
    let shown = |word: &Word| match word {
        Word::Literal(raw) => quote::one(&raw.lossy()),
        Word::Opaque(opaque) => opaque.text.clone(),
    };
    words.iter().map(shown).collect::<Vec<_>>().join(" ")
}

pub(super) fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// The outer of what runs inside of `command`.
pub(super) fn inside<'a>(command: &Command, outer: &Outer<'a>, via: &str) -> Outer<'a> {
    let mut all = command.via.clone();
    all.push(via.to_owned());
    Outer {
        invocation: outer.invocation,
        facts: outer.facts,
        packs: outer.packs,
        files: outer.files,
        budget: outer.budget,
        via: all,
        assignments: command.assignments.clone(),
        directory: command.directory.clone(),
        stdin: command.stdin.clone(),
        place: command.place.clone(),
        certainty: command.certainty,
        positional: None,
        depth: outer.depth + 1,
    }
}

/// The inner command; redirections of the outer stay with it.
fn inner(command: &Command, words: Vec<Word>, outer: &Outer<'_>) -> Command {
    Command { redirects: command.redirects.clone(), ..Command::plain(words, outer) }
}

/// Adds a shell text that `command` runs. Which shell reads it is not known: what shells read differently is opaque.
fn text(command: &Command, text: &str, new: &Outer<'_>, parsed: &mut Parsed) {
    text_of(text.as_bytes(), Dialect::Posix, new, parsed);
    redirections(command, new, parsed);
}

/// The redirections that stand at a wrapper of a shell text are the wrapper's own.
fn redirections(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) {
    if !command.redirects.is_empty() {
        push(command.with(vec![Word::known(":")]), outer, parsed);
    }
}

/// A file that a wrapper writes.
fn written(command: &Command, target: &Word, outer: &Outer<'_>, parsed: &mut Parsed) {
    touched(command, RedirectKind::Write, target, outer, parsed);
}

/// A file that a wrapper reads.
fn read(command: &Command, target: &Word, outer: &Outer<'_>, parsed: &mut Parsed) {
    touched(command, RedirectKind::Read, target, outer, parsed);
}

fn touched(command: &Command, kind: RedirectKind, target: &Word, outer: &Outer<'_>, parsed: &mut Parsed) {
    let redirects = vec![Redirect { kind, target: target.clone() }];
    push(Command { redirects, ..command.with(vec![Word::known(":")]) }, outer, parsed);
}

/// The words as one text, when all are known.
fn joined(words: &[Word]) -> Option<String> {
    let texts: Option<Vec<&str>> = words.iter().map(Word::text).collect();
    texts.map(|texts| texts.join(" "))
}

/// The lines that come in on standard input, when they are known.
fn known_input(stdin: &StdinSource) -> Option<&str> {
    match stdin {
        StdinSource::Text(raw) => raw.as_str(),
        StdinSource::Inherited | StdinSource::Piped | StdinSource::File(_) => None,
    }
}
