//! In-house tools: packs that a policy describes, with what says which file is meant.
//!
//! A description counts for a file that is the one meant and that whoever calls cannot have changed. For any other file
//! of that name it is a suspicion: it can make a decision stricter, never milder.

use crate::model::ids::Digest;

use super::schema::Pack;

/// A tool that a policy describes.
#[derive(Debug)]
pub struct Tool {
    /// What is known of it. Its programs are base names.
    pub pack: Pack,
    /// The files that it is, absolute, links followed.
    pub paths: &'static [&'static str],
    /// The contents that it may have. Where there are any, nothing else counts.
    pub digests: &'static [Digest],
    /// Variables that may be set for it and change nothing about what it does.
    pub variables: &'static [&'static str],
    /// What tells what it would change: the program, then words; `{args}` stands for the command's own.
    pub preview: &'static [&'static str],
    /// What takes it back, in the same form.
    pub undo: &'static [&'static str],
    /// The policy file.
    pub origin: &'static str,
    /// The line on which the description begins.
    pub line: usize,
}

impl PartialEq for Tool {
    fn eq(&self, other: &Self) -> bool {
        (self.origin, self.line, self.pack.tool) == (other.origin, other.line, other.pack.tool)
    }
}

impl Eq for Tool {}

/// The tools of the policy in force, beside those that are built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Packs {
    /// By program, sorted.
    tools: &'static [(&'static str, &'static Tool)],
}

impl Packs {
    /// These tools. They live as long as the process, as all tool knowledge does: whoever makes them sees to it that
    /// the same policy is not made into tools again and again.
    pub fn of(tools: &[&'static Tool]) -> Self {
        if tools.is_empty() {
            return Self::default();
        }
        let mut all: Vec<(&'static str, &'static Tool)> =
            tools.iter().flat_map(|tool| tool.pack.programs.iter().map(|program| (*program, *tool))).collect();
        all.sort_by_key(|(program, _)| *program);
        Self { tools: Vec::leak(all) }
    }

    /// Whether the policy describes no tool.
    pub fn is_empty(&self) -> bool {
        self.tools.is_empty()
    }

    /// The tool that describes the program with this base name.
    pub fn tool(&self, program: &str) -> Option<&'static Tool> {
        let at = self.tools.binary_search_by_key(&program, |(name, _)| *name).ok()?;
        self.tools.get(at).map(|(_, tool)| *tool)
    }

    /// Each program with its tool.
    pub fn programs(&self) -> impl Iterator<Item = (&'static str, &'static Tool)> {
        self.tools.iter().copied()
    }
}

/// A description that fits a command by its name, and what it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Described {
    /// The description.
    pub tool: &'static Tool,
    /// What it is worth.
    pub worth: Worth,
}

/// What a description is worth for a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// The file has one of the contents that the policy names, and is compared once more before it starts.
    Pinned,
    /// The file is the one meant, and whoever calls cannot write it.
    OutOfReach,
    /// The file may be another, or say something else by now.
    Doubtful(Doubt),
}

/// Why a description is not taken at its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Its content is not one that the policy names.
    OtherContent,
    /// Whoever calls can write it.
    Writable,
    /// It is another file than the policy means.
    OtherFile,
    /// What starts it is looked up where whoever calls can have put it.
    Interpreter,
    /// An earlier command could have changed it.
    Changed,
    /// It runs elsewhere, or where other files have its name.
    Elsewhere,
    /// It lies where whoever calls can write, and runs with another user's rights.
    OtherUser,
    /// It could not be found out.
    Unreadable,
    /// It stands in what is run by something else.
    InCode,
}

impl Doubt {
    /// The doubt in words that follow the program's name.
    pub fn words(self) -> &'static str {
        match self {
            Self::OtherContent => "has another content than the one that the policy describes",
            Self::Writable => "is described by the policy, and whoever calls can have written it",
            Self::OtherFile => "is another file than the one that the policy describes",
            Self::Interpreter => {
                "is described by the policy, and what reads it is looked up where whoever calls can have put it"
            }
            Self::Changed => "is described by the policy, and an earlier command could have changed it",
            Self::Elsewhere => "is described by the policy for this machine, and not where it runs",
            Self::OtherUser => {
                "is described by the policy, lies where whoever calls can write, and runs as another user"
            }
            Self::Unreadable => "is described by the policy, and it cannot be told which file it is",
            Self::InCode => "is described by the policy, and is run by something else",
        }
    }
}
