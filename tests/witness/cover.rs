//! Holds the record of what really ran against what aigov found in the same script.

use std::collections::BTreeMap;

use aigov::classify::{Context, classify};
use aigov::command::{Command, Parsed, Word, parse};
use aigov::model::action::{Category, Impact};
use aigov::model::environments::Environments;
use aigov::model::facts::{Answer, Facts, Want};
use aigov::model::invocation::{Dialect, Form, Invocation, Raw, Stdin};

use crate::pen::{Call, DIRECTORY, ENVIRONMENT, KEPT, Script};

/// Programs that run another program, whose own call counts as found when something was found behind such a one.
const WRAPPERS: &[&str] = &[
    "sh", "bash", "dash", "ash", "rbash", "env", "xargs", "find", "sudo", "doas", "su", "runuser", "timeout", "nice",
    "ionice", "nohup", "setsid", "stdbuf", "time", "chrt", "taskset", "chroot", "unshare", "setpriv", "systemd-run",
    "strace", "busybox", "flock", "script", "watch", "sg", "command", "exec", "builtin", "git", "direnv",
    "dbus-run-session",
];

/// The files of a script, and nothing else.
struct Files<'a>(BTreeMap<&'a str, &'a str>);

impl Facts for Files<'_> {
    fn answer(&self, want: &Want) -> Answer {
        let Want::FileText { path } = want else { return Answer::Absent };
        let mut path = path.strip_prefix(DIRECTORY).unwrap_or(path).trim_start_matches('/');
        while let Some(rest) = path.strip_prefix("./") {
            path = rest;
        }
        match self.0.get(path) {
            Some(text) => Answer::known([("text", (*text).to_owned()), ("sha256", digest(text))]),
            None => Answer::Absent,
        }
    }
}

/// What aigov finds in a script in a dialect.
pub fn understand(script: &Script, dialect: Dialect) -> Parsed {
    let shell = match dialect {
        Dialect::Bash => "/bin/bash",
        Dialect::Posix => "/bin/dash",
    };
    let invocation = Invocation {
        form: Form::Shell { text: Raw::from(script.text.as_str()), shell: Raw::from(shell), dialect },
        cwd: Raw::from(DIRECTORY),
        env: ENVIRONMENT.iter().map(|(name, value)| (Raw::from(*name), Raw::from(*value))).collect(),
        stdin: Stdin::Null,
    };
    let files = Files(script.files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect());
    parse(&invocation, &files)
}

/// Whether a part cannot be known: then everything that runs may be that part.
pub fn is_opaque(parsed: &Parsed) -> bool {
    !parsed.opaque.is_empty() || parsed.commands.iter().any(|command| matches!(command.words[0], Word::Opaque(_)))
}

/// Whether a command was found that runs code which was not seen, and the classifier says so.
fn has_unseen(parsed: &Parsed) -> bool {
    parsed.commands.iter().any(|command| {
        let program = command.words[0].text().unwrap_or_default();
        let is_script = program.contains('/') && !is_public(program);
        let is_runner =
            WRAPPERS.contains(&base(program)) || [".", "source", "eval", "trap", "alias"].contains(&program);
        let has_start = command.assignments.iter().any(|(name, _)| ["BASH_ENV", "ENV", "PS4"].contains(&name.as_str()));
        (is_script || is_runner || has_start) && is_said_to_run_code(command)
    })
}

fn is_said_to_run_code(command: &Command) -> bool {
    let parsed = Parsed { commands: vec![command.clone()], ..Parsed::default() };
    let environments = Environments::default();
    let context =
        Context { facts: &Files(BTreeMap::new()), environments: &environments, cwd: &Raw::from(DIRECTORY), env: &[] };
    classify(&parsed, &context)
        .iter()
        .any(|action| action.impact == Impact::Unknown || action.categories.contains(&Category::Execution))
}

/// What is wrong with what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The call was not found with these words.
    Call,
    /// It was found, but in another directory.
    Directory,
    /// It was found, but with another value of a variable.
    Variable,
}

/// A call that is not covered by what was found.
#[derive(Debug, Clone)]
pub struct Miss {
    pub fault: Fault,
    pub call: Call,
}

/// Every call that is not covered.
pub fn misses(calls: &[Call], parsed: &Parsed) -> Vec<Miss> {
    if is_opaque(parsed) || has_unseen(parsed) {
        return Vec::new();
    }
    calls.iter().filter_map(|call| fault(call, parsed).map(|fault| Miss { fault, call: call.clone() })).collect()
}

fn fault(call: &Call, parsed: &Parsed) -> Option<Fault> {
    if is_peeled(call, parsed) {
        return None;
    }
    let faults = parsed.commands.iter().map(|command| {
        if base(command.words[0].text().unwrap_or_default()) != call.program()
            || !matches(&command.words[1..], call.argv.get(1..).unwrap_or_default())
        {
            Some(Fault::Call)
        } else if !is_there(command, &call.directory) {
            Some(Fault::Directory)
        } else if !has_variables(command, call) {
            Some(Fault::Variable)
        } else {
            None
        }
    });
    // None, nothing wrong, is less than any fault; of several faults the mildest is told.
    let mut worst = Some(Fault::Call);
    for fault in faults {
        worst = match (worst, fault) {
            (None, _) | (_, None) => None,
            (Some(one), Some(other)) => Some(one.max(other)),
        };
    }
    worst
}

/// Whether the call is a wrapper's, which stands only in the way to what was found.
fn is_peeled(call: &Call, parsed: &Parsed) -> bool {
    let name = call.program();
    // A shell that is told nothing does nothing.
    if WRAPPERS.contains(&name) && call.argv.last().is_some_and(|word| word.trim_ascii().is_empty()) {
        return true;
    }
    parsed.commands.iter().flat_map(|command| &command.via).any(|via| {
        let by = base(via.split(' ').next().unwrap_or_default());
        by == name || (WRAPPERS.contains(&by) && WRAPPERS.contains(&name))
    })
}

/// Whether words can stand for arguments: a word that is not known stands for any number of them.
fn matches(words: &[Word], arguments: &[Vec<u8>]) -> bool {
    match words.split_first() {
        None => arguments.is_empty(),
        Some((Word::Literal(raw), rest)) => {
            arguments.split_first().is_some_and(|(first, others)| *first == raw.0 && matches(rest, others))
        }
        Some((Word::Opaque(_), rest)) => (0..=arguments.len()).any(|taken| matches(rest, &arguments[taken..])),
    }
}

fn is_there(command: &Command, directory: &str) -> bool {
    let Some(word) = &command.directory else { return directory == DIRECTORY };
    let Some(text) = word.text() else { return true };
    let absolute = if text.starts_with('/') { text.to_owned() } else { format!("{DIRECTORY}/{text}") };
    plain(&absolute) == plain(directory)
}

/// A path without `.`, `..` and doubled slashes.
fn plain(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts
}

fn has_variables(command: &Command, call: &Call) -> bool {
    KEPT.iter().zip(&call.variables).all(|(name, recorded)| {
        let inherited = ENVIRONMENT.iter().find(|(known, _)| known == name).map(|(_, value)| (*value).to_owned());
        match command.assignments.iter().rev().find(|(known, _)| known == name) {
            None => *recorded == inherited,
            Some((_, Word::Opaque(_))) => true,
            // Taken away counts as empty.
            Some((_, Word::Literal(raw))) => recorded.as_deref().unwrap_or_default() == raw.lossy(),
        }
    })
}

fn is_public(program: &str) -> bool {
    ["/bin/", "/usr/bin/", "/usr/local/bin/", "/sbin/", "/usr/sbin/"]
        .iter()
        .any(|place| program.strip_prefix(place).is_some_and(|name| !name.contains('/')))
}

fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

fn digest(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
