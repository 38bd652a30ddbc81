//! Files of code that is not read: an interpreter's own. The governed tools that they name may be what they run.

use super::scripts::{self, ScriptText};
use super::wrappers::{base, inside};
use super::{Certainty, Command, Outer, Parsed, Place, Word, suspects};

/// Interpreters that run the file which their first operand names.
const INTERPRETERS: &[&str] = &[
    "python", "python2", "python3", "pypy3", "node", "deno", "bun", "tsx", "ts-node", "perl", "ruby", "php", "lua",
    "luajit", "Rscript", "julia", "osascript", "pwsh", "tclsh", "expect", "groovy", "zsh", "fish", "ksh", "mksh",
    "csh", "tcsh",
];
/// How lines begin that most languages skip.
const COMMENTS: &[&str] = &["#", "//", "--", "* ", "/*"];

/// The suspects in the file that an interpreter is told to run. The file is bound: it is the code that runs.
pub fn suspected(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Vec<Command> {
    let Some(path) = file(command).filter(|_| command.place == Place::Here) else { return Vec::new() };
    let new = inside(command, outer, &format!("script {path}"));
    // What cannot be read is no loss: the interpreter is not understood, and asks for that.
    let ScriptText::Read(texts) = scripts::text(path, &new, parsed) else { return Vec::new() };
    let mut found = Vec::new();
    for text in &texts {
        for words in suspects::in_text(&without_comments(&text.lossy()), outer.packs) {
            found.push(Command { certainty: Certainty::InCode, ..Command::plain(words, &new) });
        }
    }
    found
}

/// The file of code that a command runs. A flag before it could have a value, or say what runs instead.
fn file(command: &Command) -> Option<&str> {
    let mut words = command.words.iter().map(Word::text);
    let name = base(words.next()??);
    let first = words.next()??;
    let is_subcommand = ["deno", "bun"].contains(&name) && first == "run";
    let path = if is_subcommand { words.next()?? } else { first };
    (is_interpreter(name) && !path.starts_with('-')).then_some(path)
}

/// Whether a program runs the file of code that its first operand names.
pub(super) fn is_interpreter(name: &str) -> bool {
    INTERPRETERS.contains(&name) || name.strip_prefix("python3.").is_some_and(|rest| !rest.contains('.'))
}

fn without_comments(text: &str) -> String {
    let lines = text.lines().filter(|line| {
        let line = line.trim_start();
        !COMMENTS.iter().any(|mark| line.starts_with(mark))
    });
    lines.collect::<Vec<_>>().join("\n")
}
