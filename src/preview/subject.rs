//! One command of an invocation, as a tool's preview sees it.

use std::path::{Path, PathBuf};

use crate::command::{Command, Word};
use crate::exec::job::Ready;
use crate::exec::resolve::{Resolved, resolve};
use crate::model::action::Action;
use crate::model::invocation::{Invocation, Raw, Stdin, Variable};

use super::Failure;

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
    pub env: &'a [Variable],
    /// What it reads from standard input, where it is started itself.
    pub stdin: &'a Stdin,
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
        Ok(Self { action, words, directory, standing, program, env: &ready.env.vars, stdin: &ready.stdin })
    }

    /// Where it points, for a summary: `production/payments`.
    pub fn place(&self) -> String {
        let service = self.action.service.as_deref().map(|service| format!("/{service}")).unwrap_or_default();
        format!("{}{service}", self.action.environment)
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
