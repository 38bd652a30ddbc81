//! What the commands of one invocation do to files before a later one of them runs a file as a script.

use std::collections::BTreeMap;

use crate::model::invocation::Raw;

use super::{Command, RedirectKind, Word};

/// What is known of a file's text at this point of an invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// No command before could have changed it: it is what it is on the disk.
    OnDisk,
    /// A command before writes exactly this.
    Written(Raw),
    /// A command before could have changed it.
    Unknown,
}

/// The files that were written so far.
#[derive(Debug, Default)]
pub struct Files {
    written: BTreeMap<String, Option<Raw>>,
    /// A command ran of which it is not known what it writes.
    is_disturbed: bool,
}

/// Programs that write no file but by a redirection.
const QUIET: &[&str] = &[
    ":", "[", "basename", "cat", "cd", "command", "cut", "date", "dirname", "echo", "env", "exit", "export", "false",
    "grep", "head", "hostname", "id", "kubectl", "ls", "printf", "pwd", "read", "readlink", "realpath", "return",
    "seq", "set", "shift", "sleep", "stat", "tail", "test", "tr", "true", "type", "umask", "uname", "unset", "wait",
    "wc", "which", "whoami", "chmod",
];

impl Files {
    /// Takes notice of a command that runs.
    pub fn run(&mut self, command: &Command) {
        for redirect in command.redirects.iter().filter(|redirect| redirect.kind == RedirectKind::Write) {
            match redirect.target.text() {
                Some(path) if path.starts_with("/dev/") => {}
                Some(path) => {
                    self.written.insert(path.to_owned(), None);
                }
                None => self.is_disturbed = true,
            }
        }
        let program = command.words.first().and_then(Word::text).unwrap_or_default();
        let name = program.rsplit('/').next().unwrap_or(program);
        self.is_disturbed |= !QUIET.contains(&name);
    }

    /// What is known of the file at `path`.
    pub fn standing(&self, path: &str) -> Standing {
        match self.written.get(path) {
            Some(Some(text)) => Standing::Written(text.clone()),
            Some(None) => Standing::Unknown,
            None if self.is_disturbed => Standing::Unknown,
            None => Standing::OnDisk,
        }
    }
}
