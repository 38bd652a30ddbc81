//! One command of an invocation, as a tool's preview sees it.

use std::path::{Path, PathBuf};

use crate::command::{Command, Place, StdinSource, Word};
use crate::exec::job::Ready;
use crate::exec::resolve::{Resolved, resolve};
use crate::host::read;
use crate::model::action::Action;
use crate::model::invocation::{Invocation, Raw, Stdin, Variable};

use crate::packs::described::Described;

use super::Failure;

/// What may start a program without making it another one: as the same user, in the same place, with the settings that are
/// known. Under everything else, whether it is known or not, a question would be put to something else than what runs.
const FOLLOWED: &[&str] = &[
    // Shells, and what stands in their texts.
    "sh", "bash", "dash", "zsh", "ksh", "ash", "script", "eval", "exec", "command", "builtin", "make", "just", "npm",
    "pnpm", "yarn", // What it gives them is known, or the value is not, which is said.
    "env", "genv", "xargs", "gxargs", "parallel", "find", "gfind", "flock", "aigov",
    // How much of the machine it gets, how long, and what becomes of its output.
    "nice", "gnice", "ionice", "chrt", "taskset", "numactl", "cpulimit", "prlimit", "nocache", "eatmydata", "timeout",
    "gtimeout", "nohup", "gnohup", "setsid", "stdbuf", "gstdbuf", "unbuffer", "chronic", "time", "gtime", "caffeinate",
    "strace", "ltrace", "perf", "valgrind",
];

/// Where a command stands in its invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is all of it: something else can be started in its place.
    Whole,
    /// It is started by something else: a shell, a wrapper, a script.
    Part,
}

/// A command with everything that a tool's preview needs to know of it.
pub struct Subject<'a> {
    /// What it does and where.
    pub action: &'a Action,
    /// Its words.
    pub words: Vec<Raw>,
    /// Where it runs.
    pub directory: PathBuf,
    /// Where it stands.
    pub standing: Standing,
    /// The file of its program.
    pub program: Resolved,
    /// The environment that it will run in.
    pub env: Vec<Variable>,
    /// What it reads from standard input, where that is known.
    pub stdin: Option<Raw>,
    /// What a policy says of its program.
    pub described: Option<Described>,
}

impl<'a> Subject<'a> {
    /// A command as a subject.
    ///
    /// # Errors
    /// When a part of it is not known before it runs.
    pub(super) fn of(
        invocation: &Invocation,
        command: &Command,
        action: &'a Action,
        ready: &'a Ready,
        standing: Standing,
    ) -> Result<Self, Failure> {
        let words = literal(&command.words)?;
        is_here(command)?;
        let cwd = Path::new(invocation.cwd.as_os());
        let directory = match &command.directory {
            None => cwd.to_path_buf(),
            Some(Word::Literal(directory)) => cwd.join(directory.as_os()),
            Some(Word::Opaque(_)) => {
                return Err(Failure::new("the directory in which it runs is not known before it runs"));
            }
        };
        let program = match standing {
            Standing::Whole => ready.program.clone(),
            Standing::Part => words.first().ok_or_else(|| Failure::new("it has no words")).and_then(|name| {
                resolve(name, invocation.variable("PATH"), &directory).map_err(|e| Failure::new(e.to_string()))
            })?,
        };
        let env = environment(command, ready)?;
        let stdin = stdin(invocation, command, &directory, standing);
        Ok(Self { action, words, directory, standing, program, env, stdin, described: command.described })
    }

    /// Where it points, for a summary: `production/payments`.
    pub fn place(&self) -> String {
        let service = self.action.service.as_deref().map(|service| format!("/{service}")).unwrap_or_default();
        format!("{}{service}", self.action.environment)
    }
}

/// Whether it runs on this machine as this user, as a question would.
fn is_here(command: &Command) -> Result<(), Failure> {
    if command.place != Place::Here {
        return Err(Failure::new("it runs on another machine, which cannot be asked beforehand"));
    }
    let program = |via: &String| {
        let first = via.split(' ').next().unwrap_or_default();
        first.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let other = command.via.iter().map(program).find(|program| !FOLLOWED.contains(&program.as_str()));
    match other {
        Some(program) => Err(Failure::new(format!(
            "`{program}` starts it, perhaps as another user, in another place or with other settings, so it cannot be \
             asked beforehand; ask for the command without `{program}`"
        ))),
        None => Ok(()),
    }
}

/// What it runs with: the environment of all, and what is set for it alone.
fn environment(command: &Command, ready: &Ready) -> Result<Vec<Variable>, Failure> {
    let mut env = ready.env.vars.clone();
    for (name, value) in &command.assignments {
        let Word::Literal(value) = value else {
            return Err(Failure::new(format!("the value of `{name}` is not known before it runs")));
        };
        env.retain(|(known, _)| known.0 != name.as_bytes());
        env.push((Raw::from(name.as_str()), value.clone()));
    }
    Ok(env)
}

fn stdin(invocation: &Invocation, command: &Command, directory: &Path, standing: Standing) -> Option<Raw> {
    match (&command.stdin, &invocation.stdin) {
        (StdinSource::Text(text), _) => Some(text.clone()),
        (StdinSource::File(Word::Literal(file)), _) => read::bytes(&directory.join(file.as_os())).ok().map(Raw),
        (StdinSource::Inherited, Stdin::Bytes(bytes)) if standing == Standing::Whole => Some(bytes.clone()),
        _ => None,
    }
}

/// The words, where all of them are known.
pub(super) fn literal(words: &[Word]) -> Result<Vec<Raw>, Failure> {
    let known = |word: &Word| match word {
        Word::Literal(raw) => Ok(raw.clone()),
        Word::Opaque(part) => Err(Failure::new(format!("`{}` is not known before it runs", part.text))),
    };
    words.iter().map(known).collect()
}
