//! The host as it is right now: the only reader of environment, users, terminals, ancestry and tools' settings.
//!
//! Everything is read in this process; nothing is executed and nothing connects. What cannot be read is said to be
//! unknown, never taken to be absent.

pub mod ancestry;
pub mod aws;
pub mod azure;
pub mod clock;
pub mod discover;
pub mod docker;
pub mod facts;
pub mod gcloud;
pub mod git;
pub mod gitconfig;
mod gitindex;
mod gitprograms;
pub mod held;
pub mod identity;
pub mod ini;
pub mod inputs;
pub mod kubeconfig;
pub mod leftover;
pub mod mysql;
pub mod paths;
pub mod pgservice;
pub mod private;
pub mod program;
pub mod random;
pub mod read;
pub mod search;
pub mod ssh;
pub mod stdin;
pub mod terminal;
pub mod terraform;
pub mod terraform_programs;
pub mod tfvars;
pub mod turn;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind};
use crate::model::invocation::{Form, Invocation, Raw, Stdin, Variable};

/// What is captured once at the start: environment, working directory, user id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    env: Vec<Variable>,
    cwd: PathBuf,
    uid: u32,
}

impl Host {
    /// Captures the running process's surroundings.
    ///
    /// # Errors
    /// When the working directory does not exist any more.
    pub fn capture() -> Result<Self, Error> {
        let cwd = std::env::current_dir().map_err(|cause| {
            Error::new(ErrorKind::Input, format!("cannot tell the working directory: {cause}"))
                .with_hint("change to a directory that exists")
        })?;
        let env = std::env::vars_os().map(|(key, value)| (Raw::from(key), Raw::from(value))).collect();
        Ok(Self { env, cwd, uid: rustix::process::getuid().as_raw() })
    }

    /// A host that is made up: for tests and replays.
    pub fn assemble(env: Vec<Variable>, cwd: PathBuf, uid: u32) -> Self {
        Self { env, cwd, uid }
    }

    /// The environment, in order.
    pub fn env(&self) -> &[Variable] {
        &self.env
    }

    /// The working directory, absolute.
    pub fn cwd(&self) -> &Path {
        &self.cwd
    }

    /// The real user id.
    pub fn uid(&self) -> u32 {
        self.uid
    }

    /// An invocation as this process received it.
    pub fn invocation(&self, form: Form) -> Invocation {
        let cwd = Raw::from(self.cwd.clone().into_os_string());
        Invocation { form, cwd, env: self.env.clone(), stdin: Stdin::Inherited }
    }

    /// The shell that runs a text: bash where there is one, else sh.
    pub fn default_shell(&self) -> Raw {
        let found = |name: &str| search::find(&Raw::from(name), self.variable("PATH"), &self.cwd).ok();
        let path = found("bash").or_else(|| found("sh")).map(|(path, _)| path.into_os_string());
        path.map_or_else(|| Raw::from("/bin/sh"), Raw::from)
    }

    /// A variable's value, empty or not.
    pub fn variable(&self, name: &str) -> Option<&Raw> {
        variable(&self.env, name)
    }

    /// A variable's value as text, when it is set, not empty and UTF-8.
    pub fn text(&self, name: &str) -> Option<&str> {
        text(&self.env, name)
    }
}

/// The first value of `name` in `env`, empty or not.
pub fn variable<'a>(env: &'a [Variable], name: &str) -> Option<&'a Raw> {
    env.iter().find(|(key, _)| key.0 == name.as_bytes()).map(|(_, value)| value)
}

/// The first value of `name` in `env`, when it is not empty and UTF-8.
pub fn text<'a>(env: &'a [Variable], name: &str) -> Option<&'a str> {
    variable(env, name).and_then(Raw::as_str).filter(|value| !value.is_empty())
}

/// The value of `name` as a path, when it is absolute.
pub fn absolute(env: &[Variable], name: &str) -> Option<PathBuf> {
    let value = variable(env, name)?;
    let path = Path::new(OsStr::from_bytes(&value.0));
    path.is_absolute().then(|| path.to_path_buf())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An environment from pairs of text.
    pub(crate) fn env(pairs: &[(&str, &str)]) -> Vec<Variable> {
        pairs.iter().map(|(key, value)| (Raw::from(*key), Raw::from(*value))).collect()
    }

    #[test]
    fn an_empty_variable_is_set_but_says_nothing() {
        let env = env(&[("A", ""), ("HOME", "rel"), ("X", "/abs")]);
        assert_eq!(variable(&env, "A"), Some(&Raw::from("")));
        assert_eq!(text(&env, "A"), None);
        assert_eq!(absolute(&env, "HOME"), None);
        assert_eq!(absolute(&env, "X"), Some(PathBuf::from("/abs")));
    }

    #[test]
    fn the_running_process_can_be_captured() {
        let host = Host::capture().unwrap();
        assert!(host.cwd().is_absolute());
        assert!(host.text("PATH").is_some());
    }
}
