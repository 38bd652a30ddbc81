//! What the commands of one invocation do to files before a later one of them runs a file as a script.

use std::collections::BTreeMap;

use crate::model::facts::{Facts, Want};
use crate::model::invocation::{Invocation, Raw};
use crate::packs::described::Worth;

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

/// The files that were written, and the scripts that were read, in the order in which that was found.
#[derive(Debug, Default)]
pub struct Files {
    /// By absolute path: what was written last, where that is known.
    written: BTreeMap<String, Option<Raw>>,
    /// A command ran of which it is not known what it writes.
    is_disturbed: bool,
    /// The pinned program that alone was that command: it is known not to write into itself while it runs.
    only_by: Option<String>,
    /// What process substitutions print, by their source.
    pipes: BTreeMap<String, Raw>,
    /// Scripts that were read from the disk.
    scripts: Vec<String>,
    /// Those from here on were read by commands that go on running beside the ones after them.
    running: Option<usize>,
}

/// Programs that write no file but by a redirection.
const QUIET: &[&str] = &[
    ":", "[", "alias", "base64", "basename", "break", "cat", "cd", "chmod", "command", "continue", "cut", "date",
    "dirname", "echo", "egrep", "env", "exit", "export", "false", "fgrep", "grep", "head", "hostname", "id", "jq",
    "kubectl", "ls", "nproc", "printenv", "printf", "pwd", "read", "readlink", "realpath", "return", "seq", "set",
    "shift", "shopt", "sleep", "source", ".", "stat", "tail", "test", "tr", "trap", "true", "type", "umask", "uname",
    "unset", "wait", "wc", "which", "whoami", "tee", "mkdir", "touch", "rev", "bash", "sh", "dash",
];

impl Files {
    /// Takes notice of a command that runs.
    pub fn run(&mut self, command: &Command, invocation: &Invocation) {
        let written = command.redirects.iter().filter(|redirect| redirect.kind == RedirectKind::Write);
        let mut paths: Vec<&Word> = written.map(|redirect| &redirect.target).collect();
        let program = command.words.first().and_then(Word::text).unwrap_or_default();
        let name = program.rsplit('/').next().unwrap_or(program);
        if name == "tee" {
            paths.extend(command.words.iter().skip(1));
        }
        for path in paths {
            match key(invocation, command.directory.as_ref(), path) {
                Some(path) if path.starts_with("/dev/") => {}
                Some(path) => {
                    self.written.insert(path, None);
                }
                None => self.is_disturbed = true,
            }
        }
        if !QUIET.contains(&name) {
            let is_pinned = command.described.is_some_and(|described| described.worth == Worth::Pinned);
            self.only_by = (is_pinned && !self.is_disturbed).then(String::new);
            self.is_disturbed = true;
        }
    }

    /// Notes which file the command that ran last was, where that is a pinned one.
    pub fn was_pinned(&mut self, path: &str) {
        if let Some(own) = self.only_by.as_mut().filter(|own| own.is_empty()) {
            path.clone_into(own);
        }
    }

    /// Notes the whole text that a file was given.
    pub fn write(&mut self, path: String, text: Option<Raw>) {
        if !path.starts_with("/dev/") {
            self.written.insert(path, text);
        }
    }

    /// Whether a command ran of which it is not known what it writes.
    pub fn is_disturbed(&self) -> bool {
        self.is_disturbed
    }

    /// Every text that a file was given and that is known.
    pub fn texts(&self) -> impl Iterator<Item = &Raw> {
        self.written.values().flatten()
    }

    /// The files whose whole text is known, with it.
    pub fn written(&self) -> impl Iterator<Item = (&String, &Raw)> {
        self.written.iter().filter_map(|(path, text)| Some((path, text.as_ref()?)))
    }

    /// What is known of the file at `path`, which is absolute and about to be run as a script.
    pub fn standing(&self, path: &str, facts: &dyn Facts) -> Standing {
        match self.written.get(path) {
            Some(Some(text)) => Standing::Written(text.clone()),
            Some(None) => Standing::Unknown,
            None if self.is_disturbed || self.is_alias(path, facts) => Standing::Unknown,
            None => Standing::OnDisk,
        }
    }

    /// Whether a file that was written is this one under another name, or may be.
    fn is_alias(&self, path: &str, facts: &dyn Facts) -> bool {
        let identity = |path: &str| {
            let answer = facts.answer(&Want::Path { path: path.to_owned() });
            ["identity", "real"].iter().filter_map(|name| answer.field(name)).map(str::to_owned).collect::<Vec<_>>()
        };
        let own = if self.written.is_empty() { Vec::new() } else { identity(path) };
        self.written.keys().any(|other| {
            let other = identity(other);
            own.is_empty() || other.is_empty() || own.iter().any(|one| other.contains(one))
        })
    }

    /// Notes that a script was read from the disk.
    pub fn read_script(&mut self, path: &str) {
        self.scripts.push(path.to_owned());
    }

    /// A place in the order of scripts that were read.
    pub fn mark(&self) -> usize {
        self.scripts.len()
    }

    /// What was read since `mark` goes on running.
    pub fn leave_running(&mut self, mark: usize) {
        if self.scripts.len() > mark {
            self.running = Some(self.running.map_or(mark, |running| running.min(mark)));
        }
    }

    /// Where the scripts of commands that go on running begin.
    pub fn still_running(&self) -> Option<usize> {
        self.running
    }

    /// The scripts read since `mark` that a command could have changed by now.
    pub fn doubtful(&self, mark: usize, facts: &dyn Facts) -> Vec<String> {
        let since = self.scripts.get(mark..).unwrap_or_default();
        let is_own = |path: &String| {
            self.only_by.as_ref() == Some(path) && !self.written.contains_key(path) && !self.is_alias(path, facts)
        };
        since.iter().filter(|path| self.standing(path, facts) != Standing::OnDisk && !is_own(path)).cloned().collect()
    }

    /// Notes what a process substitution prints.
    pub fn pipe(&mut self, source: &str, text: Raw) {
        self.pipes.insert(source.to_owned(), text);
    }

    /// What the process substitution with this source prints, where that is known.
    pub fn piped(&self, source: &str) -> Option<Raw> {
        self.pipes.get(source).cloned()
    }
}

/// A path as these notes name it: absolute, without `.`; none where it is not known.
pub fn key(invocation: &Invocation, directory: Option<&Word>, path: &Word) -> Option<String> {
    let path = path.text()?;
    let mut full = String::new();
    for part in [invocation.cwd.as_str()?, directory.map_or(Some(""), Word::text)?, path] {
        if part.starts_with('/') {
            full.clear();
        }
        full.push('/');
        full.push_str(part);
    }
    let parts: Vec<&str> = full.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    (!parts.contains(&"..")).then(|| format!("/{}", parts.join("/")))
}
