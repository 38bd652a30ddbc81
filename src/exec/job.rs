//! Everything that is settled before a process may start: the resolved program, its environment, directory, stdin.

use std::path::{Path, PathBuf};

use crate::command::Script;
use crate::error::{Error, ErrorKind};
use crate::host::clock;
use crate::model::attribution::Attribution;
use crate::model::ids::{Digest, ExecutionId};
use crate::model::invocation::{Form, Invocation, Raw, Stdin};
use crate::model::record::Intent;
use crate::model::secret::Redacted;
use crate::policy::understand::Understood;

use super::environment::{ChildEnvironment, Whose, prepare};
use super::resolve::{ResolveError, Resolved, resolve};
use super::start::{Job, Stdio};

/// A process that could start, once there is a permit.
pub struct Ready {
    /// The program's file, with the identity that is checked again right before the start.
    pub program: Resolved,
    /// The argument vector; the first word as it was typed.
    pub argv: Vec<Raw>,
    /// The working directory.
    pub cwd: Raw,
    /// The child's environment.
    pub env: ChildEnvironment,
    /// Standard input.
    pub stdin: Stdin,
    /// The scripts that were read to understand it; their texts are compared again right before the start.
    pub scripts: Vec<Script>,
    /// Where its output goes.
    pub output: Output,
    /// What is started, as people read it, where it is not the words that were asked.
    pub runs: Option<Redacted>,
}

/// Where the output of what is started goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// To whoever called.
    Own,
    /// To standard error: the caller asked for something else.
    Error,
}

/// Settles what an invocation would start.
///
/// # Errors
/// When the program is not found or cannot be executed, or there is no command.
pub fn ready(invocation: &Invocation, understood: &Understood, caller: &Attribution) -> Result<Ready, Error> {
    let argv = invocation.argv();
    let name = argv.first().ok_or_else(|| Error::new(ErrorKind::Usage, "there is no command to run"))?;
    let program = resolve(name, invocation.variable("PATH"), Path::new(invocation.cwd.as_os()))?;
    let whose = if caller.is_human() { Whose::Human } else { Whose::Other };
    let actions = &understood.verdict.actions;
    let mut env = prepare(&invocation.env, actions, Path::new(invocation.cwd.as_os()), whose);
    if matches!(invocation.form, Form::Shell { .. }) {
        env.drop_variables(&["BASH_ENV", "ENV"], "a shell text runs without start-up files");
    }
    Ok(Ready {
        program,
        argv,
        cwd: invocation.cwd.clone(),
        env,
        stdin: invocation.stdin.clone(),
        scripts: understood.parsed.scripts.clone(),
        output: Output::Own,
        runs: None,
    })
}

impl Ready {
    /// The program's path.
    pub fn executable(&self) -> String {
        self.program.text()
    }

    /// The digest of the program's content.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn executable_digest(&self) -> Result<Digest, Error> {
        self.program.digest().map_err(|cause| {
            Error::new(ErrorKind::NotExecutable, format!("cannot read {}: {cause}", self.program.path.display()))
        })
    }

    /// The job of an execution, with what its own calls of aigov are told about it.
    pub fn job(mut self, execution: &ExecutionId) -> Job<'static> {
        self.env.inject("AIGOV_PARENT", execution.as_str());
        Job {
            argv: self.argv,
            program: self.program,
            cwd: PathBuf::from(self.cwd.as_os()),
            env: self.env.vars,
            stdin: self.stdin,
            stdio: match self.output {
                Output::Own => Stdio::Inherit,
                Output::Error => Stdio::Error,
            },
            scripts: self.scripts,
        }
    }

    /// The intent as the chain keeps it.
    pub fn intent(&self) -> Intent {
        let (pid, pid_start) = clock::own_start();
        Intent {
            executable: self.executable(),
            runs: self.runs.clone(),
            dropped: self.env.dropped.iter().map(|(name, why)| format!("{name}: {why}")).collect(),
            pid,
            pid_start,
        }
    }
}

impl From<ResolveError> for Error {
    fn from(error: ResolveError) -> Self {
        let kind = match &error {
            ResolveError::NotFound { .. } => ErrorKind::NotFound,
            ResolveError::NotExecutable { .. } => ErrorKind::NotExecutable,
        };
        Self::new(kind, error.to_string())
    }
}
