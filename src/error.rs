//! Errors as people and agents meet them: a kind, a text, and a hint for each audience.

use std::fmt;

/// What sort of failure it is. `cli/exit.rs` maps it to an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line is wrong.
    Usage,
    /// An input is wrong.
    Input,
    /// The ledger or a channel cannot be used.
    Unavailable,
    /// A fault of aigov's own.
    Internal,
    /// Not yet: pending, preparing, a reason is needed.
    NotYet,
    /// A final no.
    Refused,
    /// Policy or configuration.
    Config,
    /// Found, but cannot be executed.
    NotExecutable,
    /// Not found.
    NotFound,
    /// The human left the prompt.
    Cancelled,
}

/// What to do next, for each audience. The agent's never names a setting that would lift a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hint {
    /// For a human: a command to type or a line to change.
    pub human: Option<String>,
    /// For an agent.
    pub agent: Option<String>,
}

/// An error on its way to a person or an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The sort.
    pub kind: ErrorKind,
    /// What was being done and what came in the way; lower case, no full stop.
    pub text: String,
    /// What to do next.
    pub hint: Hint,
}

impl Error {
    /// An error without a hint.
    pub fn new(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), hint: Hint::default() }
    }

    /// The same with a hint for humans.
    #[must_use]
    pub fn for_human(mut self, hint: impl Into<String>) -> Self {
        self.hint.human = Some(hint.into());
        self
    }

    /// The same with a hint for agents.
    #[must_use]
    pub fn for_agent(mut self, hint: impl Into<String>) -> Self {
        self.hint.agent = Some(hint.into());
        self
    }

    /// The same with one hint for both.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        let hint = hint.into();
        self.for_human(hint.clone()).for_agent(hint)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}

impl From<crate::model::ledger::LedgerError> for Error {
    fn from(error: crate::model::ledger::LedgerError) -> Self {
        use crate::model::ledger::LedgerError as L;
        let kind = match &error {
            L::Open { .. }
            | L::Missing { .. }
            | L::Unsafe { .. }
            | L::Write { .. }
            | L::Read { .. }
            | L::Corrupt { .. } => ErrorKind::Unavailable,
            L::State { .. } => ErrorKind::Refused,
        };
        Self::new(kind, error.to_string())
            .for_human("run `aigov doctor`")
            .for_agent("nothing was run; tell the human that aigov's ledger needs attention")
    }
}
