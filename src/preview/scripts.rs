//! Scripts and other code that runs from a file: what was found in it first, then the text itself.
//!
//! The text is what the approval binds: it is read once more before the run, and a difference refuses. It is cut to what a
//! person reads, and what is left out is counted.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::classify::Owner;
use crate::command::{Certainty, Command, Parsed, Script, Word};
use crate::host::read::{self, Unread};
use crate::model::action::{Action, Category, Environment, Impact};
use crate::model::ids::Digest;
use crate::model::invocation::{Invocation, Raw};
use crate::model::preview::{Change, FieldChange, Hunk, Risk};
use crate::model::secret::Redacted;
use crate::policy::understand::Understood;
use crate::redact::Redactor;
use crate::text::quote;

use super::Failure;

/// The most files whose text is shown.
const FILES: usize = 10;
/// The lines of one hunk, and the most hunks of one file.
const LINES: usize = 30;
const HUNKS: usize = 6;
/// The most characters of a line that are shown.
const LENGTH: usize = 300;
/// The most commands that are listed of one file.
const COMMANDS: usize = 30;

/// What is shown of scripts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Scripts {
    /// One line for each file.
    pub(super) summaries: Vec<String>,
    /// What was found in each, then its text.
    pub(super) hunks: Vec<Hunk>,
    /// Why a text could not be shown.
    pub(super) whys: Vec<String>,
}

/// A file of code that the invocation runs.
struct File {
    path: String,
    /// The digest of what was read to find commands in it, where it was.
    digest: Option<Digest>,
    /// Whether more can run than the commands found in it.
    is_opaque: bool,
}

/// Whether an invocation that changes something runs code from files.
pub(super) fn are_in(invocation: &Invocation, understood: &Understood) -> bool {
    let changes = understood.verdict.actions.iter().any(|action| action.impact > Impact::Read);
    changes && !files(invocation, understood).is_empty()
}

/// What is shown of them.
pub(super) fn of(invocation: &Invocation, understood: &Understood, redactor: &Redactor) -> Scripts {
    let mut made = Scripts::default();
    if !are_in(invocation, understood) {
        return made;
    }
    let all = files(invocation, understood);
    if all.len() > FILES {
        made.whys.push(format!("{} files of code run, of which the text of {FILES} is shown", all.len()));
    }
    for file in all.iter().take(FILES) {
        match text(invocation, file) {
            Ok(text) => shown(file, &text, (invocation, understood), redactor, &mut made),
            Err(failure) => made.whys.push(failure.why),
        }
    }
    made
}

/// Scripts that were read to be understood, and files of code that were not.
fn files(invocation: &Invocation, understood: &Understood) -> Vec<File> {
    let Parsed { scripts, commands, .. } = &understood.parsed;
    let known = |script: &Script| File { path: script.path.clone(), digest: Some(script.digest), is_opaque: false };
    let mut all: Vec<File> = scripts.iter().map(known).collect();
    let cwd = Path::new(invocation.cwd.as_os());
    for (action, owner) in understood.verdict.actions.iter().zip(&understood.owners) {
        let Owner::Command(at) = owner else { continue };
        let Some(path) = commands.get(*at).filter(|_| runs_code(action)).and_then(|command| code(command, cwd)) else {
            continue;
        };
        match all.iter_mut().find(|file| cwd.join(&file.path) == path) {
            Some(file) => file.is_opaque = true,
            None => all.push(File { path: path.to_string_lossy().into_owned(), digest: None, is_opaque: true }),
        }
    }
    all
}

fn runs_code(action: &Action) -> bool {
    action.impact == Impact::Unknown && action.categories.contains(&Category::Execution)
}

/// The file of code that a command runs: its first operand that is a file, or the program where that is a script.
fn code(command: &Command, cwd: &Path) -> Option<PathBuf> {
    let directory = match &command.directory {
        None => cwd.to_path_buf(),
        Some(word) => cwd.join(word.text()?),
    };
    let words: Vec<&str> = command.words.iter().filter_map(Word::text).collect();
    let (program, rest) = words.split_first()?;
    let own = directory.join(program);
    let is_script = |path: &Path| read::bytes(path).is_ok_and(|bytes| bytes.starts_with(b"#!"));
    if program.contains('/') && is_script(&own) {
        return Some(own);
    }
    let operand = rest.iter().find(|word| !word.starts_with('-'))?;
    let path = directory.join(operand);
    path.is_file().then_some(path)
}

fn text(invocation: &Invocation, file: &File) -> Result<String, Failure> {
    let told = |why: &str| Failure::new(format!("the text of `{}` cannot be shown: {why}", file.path));
    let path = Path::new(invocation.cwd.as_os()).join(&file.path);
    let bytes = read::bytes(&path).map_err(|unread| match unread {
        Unread::Absent => told("it is not there"),
        Unread::Failed(cause) => told(&cause),
    })?;
    let is_other = |digest: &Digest| *digest != Digest(Sha256::digest(&bytes).into());
    if file.digest.as_ref().is_some_and(is_other) {
        return Err(told("it changed while it was looked at"));
    }
    String::from_utf8(bytes).map_err(|_| told("it is not text"))
}

/// Its path as people write it: from the directory in which all starts.
fn name(invocation: &Invocation, file: &File) -> String {
    let path = Path::new(&file.path);
    path.strip_prefix(invocation.cwd.as_os()).unwrap_or(path).to_string_lossy().into_owned()
}

fn shown(
    file: &File,
    text: &str,
    (invocation, understood): (&Invocation, &Understood),
    redactor: &Redactor,
    made: &mut Scripts,
) {
    // Secrets may go over several lines.
    let clean = redactor.text(text);
    let lines: Vec<&str> = clean.as_str().lines().collect();
    let commands = commands(file, understood, redactor);
    let name = name(invocation, file);
    made.summaries.push(format!(
        "runs {name} ({} line(s), {} command(s) found that change something)",
        lines.len(),
        commands.len()
    ));
    let hunk = |what: String, why: &str, fields: Vec<FieldChange>, left_out: usize| Hunk {
        change: Change::Run,
        what: redactor.text(&what),
        risk: Risk::High,
        why: vec![Redacted::assume_clean(why)],
        fields,
        left_out: u64::try_from(left_out).unwrap_or(u64::MAX),
    };
    let left_out = commands.len().saturating_sub(COMMANDS);
    let found = commands.into_iter().take(COMMANDS).collect();
    let why = match file.is_opaque {
        false => "what it may change",
        true => "its code is not understood; what stands in it may run",
    };
    made.hunks.push(hunk(name.clone(), why, found, left_out));
    for (at, part) in lines.chunks(LINES).take(HUNKS).enumerate() {
        let from = at * LINES + 1;
        let fields = part.iter().enumerate().map(|(next, line)| FieldChange {
            field: Redacted::assume_clean((from + next).to_string()),
            before: None,
            after: Some(Redacted::assume_clean(shortened(line))),
        });
        let rest = if at + 1 == HUNKS { lines.len().saturating_sub(HUNKS * LINES) } else { 0 };
        let what = format!("{name}, lines {from} to {}", from + part.len() - 1);
        made.hunks.push(hunk(what, "the text itself", fields.collect(), rest));
    }
}

/// The commands of a file that change something, the worst first.
fn commands(file: &File, understood: &Understood, redactor: &Redactor) -> Vec<FieldChange> {
    let base = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let is_in = |command: &Command| {
        let mut scripts = command.via.iter().filter_map(|via| via.strip_prefix("script "));
        scripts.any(|path| base(path) == base(&file.path)) || (file.is_opaque && command.certainty != Certainty::Found)
    };
    let mut found: Vec<((Impact, bool), FieldChange)> = Vec::new();
    for (action, owner) in understood.verdict.actions.iter().zip(&understood.owners) {
        let words = match owner {
            Owner::Command(at) => match understood.parsed.commands.get(*at) {
                Some(command) if is_in(command) => line(&command.words, redactor),
                _ => continue,
            },
            Owner::Suspect(words) if file.is_opaque => redactor.text(words),
            Owner::Opaque(_) | Owner::Suspect(_) => continue,
        };
        if action.impact > Impact::Read {
            let categories: Vec<&str> = action.categories.iter().map(|one| one.as_str()).collect();
            let does = format!("{} in {} ({})", action.impact, action.environment, categories.join(", "));
            let weight = (action.impact, action.environment != Environment::local());
            found.push((weight, FieldChange { field: words, before: None, after: Some(redactor.text(&does)) }));
        }
    }
    found.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    found.into_iter().map(|(_, field)| field).collect()
}

fn line(words: &[Word], redactor: &Redactor) -> Redacted {
    let raw = words.iter().map(|word| match word {
        Word::Literal(raw) => raw.clone(),
        Word::Opaque(part) => Raw::from(part.text.as_str()),
    });
    let clean: Vec<String> =
        redactor.words(&raw.collect::<Vec<Raw>>()).iter().map(|word| quote::one(word.as_str())).collect();
    Redacted::assume_clean(shortened(&clean.join(" ")))
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= LENGTH { text.to_owned() } else { text.chars().take(LENGTH).chain(['…']).collect() }
}
