//! Where one command runs: its directory, its variables, and which file its program is.
//!
//! What is not known of them is `None`, never a guess.

use crate::classify::elsewhere;
use crate::command::{Command, Place, Word};
use crate::model::environments::Environments;
use crate::model::facts::{Answer, Facts, Want};
use crate::model::invocation::{Raw, Variable};

/// What classification knows beside the commands.
pub struct Context<'a> {
    /// The host.
    pub facts: &'a dyn Facts,
    /// The policy's environments.
    pub environments: &'a Environments,
    /// The invocation's working directory.
    pub cwd: &'a Raw,
    /// The invocation's environment.
    pub env: &'a [Variable],
}

/// Where one command runs.
pub struct Scene<'a> {
    /// The invocation's surroundings.
    pub context: &'a Context<'a>,
    /// The command.
    pub command: &'a Command,
    /// Whether it runs as another user, with settings that are not these.
    pub is_other_user: bool,
    /// Whether it carries commands elsewhere that were read.
    pub is_carrier: bool,
}

/// Wrappers that make a command another user's.
const OTHER_USER: &[&str] = &["sudo", "doas", "su", "runuser", "pkexec", "gosu", "setpriv", "nsenter", "chroot"];

impl<'a> Scene<'a> {
    /// The scene of one command.
    pub fn of(command: &'a Command, context: &'a Context<'a>) -> Self {
        let is_other_user = command.via.iter().any(|name| OTHER_USER.contains(&name.as_str()));
        Self { context, command, is_other_user, is_carrier: false }
    }

    /// Whether it runs on this machine, with its files.
    pub fn is_here(&self) -> bool {
        self.command.place == Place::Here
    }
}

impl Scene<'_> {
    /// The command's directory, absolute; none when it is not known.
    pub fn directory(&self) -> Option<String> {
        let base = self.context.cwd.as_str()?;
        match &self.command.directory {
            None => Some(base.to_owned()),
            Some(word) => {
                let to = word.text()?;
                match to.strip_prefix('~') {
                    Some(rest) => Some(format!("{}{rest}", self.home()?)),
                    None if to.starts_with('/') => Some(to.to_owned()),
                    None => Some(format!("{base}/{to}")),
                }
            }
        }
    }

    /// A path against the command's directory.
    pub fn absolute(&self, path: &str) -> Option<String> {
        if path.starts_with('/') {
            return Some(path.to_owned());
        }
        self.directory().map(|directory| format!("{directory}/{path}"))
    }

    /// The home directory.
    pub fn home(&self) -> Option<String> {
        self.inherited("HOME")
    }

    /// The work tree's root, or the directory itself outside of one.
    pub fn root(&self) -> Option<String> {
        let directory = self.context.cwd.as_str()?.to_owned();
        let answer = self.context.facts.answer(&Want::GitRepository { directory: directory.clone() });
        Some(answer.field("root").map_or(directory, str::to_owned))
    }

    /// A variable that the command sets for itself.
    pub fn assigned(&self, name: &str) -> Option<&Word> {
        self.command.assignments.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// A variable that the command inherits, when it is not empty.
    pub fn inherited(&self, name: &str) -> Option<String> {
        let found = self.context.env.iter().find(|(known, _)| known.0 == name.as_bytes());
        found.and_then(|(_, value)| value.as_str()).filter(|value| !value.is_empty()).map(str::to_owned)
    }
}

/// Why the file behind a program's name is not the tool of that name: it lies where whoever calls can write.
pub fn stray(program: &str, scene: &Scene<'_>) -> Option<String> {
    if !scene.is_here() {
        return elsewhere::stray(program);
    }
    let path = if program.contains('/') {
        let Some(path) = scene.absolute(program) else {
            return Some("the program's directory is not known before it runs".to_owned());
        };
        match scene.context.facts.answer(&Want::Path { path }) {
            answer @ Answer::Known { .. } => answer.field("real").map(str::to_owned),
            Answer::Absent | Answer::Failed { .. } => return Some(format!("cannot tell where `{program}` leads")),
        }
    } else {
        match scene.context.facts.answer(&Want::Program { name: program.to_owned() }) {
            answer @ Answer::Known { .. } => answer.field("path").map(str::to_owned),
            // A builtin of the shell, or a program that is not there: then it does not run.
            Answer::Absent => return None,
            Answer::Failed { cause } => return Some(cause),
        }
    }?;
    let in_tree = scene.root().is_some_and(|root| path.strip_prefix(&root).is_some_and(|rest| rest.starts_with('/')));
    let in_scratch = ["/tmp/", "/var/tmp/", "/dev/shm/", "/proc/"].iter().any(|start| path.starts_with(start));
    (in_tree || in_scratch).then(|| format!("`{program}` is {path}, which whoever calls can have written"))
}
