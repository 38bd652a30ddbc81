//! What will change and how to take it back, as a human is shown it before they decide.
//!
//! Everything in here is free of secrets: it lies in the chain. What was seen is told as seen; that nothing could be
//! shown is a state of its own, and never the same as nothing that changes.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ids::{Digest, RequestId};
use super::secret::Redacted;

/// What a human is shown of what will change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// How far it could be made.
    #[serde(flatten)]
    pub state: PreviewState,
    /// One line: `1 to add, 1 to replace (database), 0 to destroy in production/payments`.
    pub summary: Redacted,
    /// What changes, one thing each; those of high risk first.
    pub hunks: Vec<Hunk>,
    /// How many more hunks there are than can be kept. All of them are counted in the summary.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u64,
    /// What it was made of; looked at again right before the run, and a difference refuses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pins: Vec<Pin>,
    /// What is started in the place of the words that were asked, so that what runs is what was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs: Option<Redacted>,
    /// The way back.
    pub undo: Undo,
    /// The digest of all of the above.
    pub digest: Digest,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// How far a preview could be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum PreviewState {
    /// What will change is shown.
    Ready,
    /// It was tried and did not work, and why. What will change is not known.
    Failed {
        /// Why.
        why: Redacted,
        /// What only the preview would have settled, so that nobody can approve it without.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        open: Vec<LeftOpen>,
    },
}

/// Something that a command settles only when it runs, and that a preview would have settled before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOpen {
    /// What, behind "nobody knows": `which objects it chooses`.
    pub what: Redacted,
    /// What to ask instead: `name the objects`.
    pub instead: Redacted,
}

/// One thing that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hunk {
    /// What happens to it.
    pub change: Change,
    /// What it is, as the tool names it: `aws_db_instance.main`, `deployment/web`.
    pub what: Redacted,
    /// How much care it needs.
    pub risk: Risk,
    /// Why it needs care, or what else is to be known of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<Redacted>,
    /// Its fields that change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
    /// How many more fields change than can be kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u64,
}

/// What happens to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is deleted and made anew.
    Replace,
    /// It is deleted.
    Delete,
    /// It is changed in place.
    Update,
    /// It is made.
    Create,
    /// It is no longer looked after, and stays as it is.
    Forget,
    /// It is looked after from now on, and stays as it is.
    Adopt,
    /// It is run.
    Run,
}

impl Change {
    /// The word that people read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::Update => "change",
            Self::Create => "add",
            Self::Forget => "forget",
            Self::Adopt => "adopt",
            Self::Run => "run",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How much care a change needs. The greatest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// As any change.
    Usual,
    /// It may lose data, lock people out or open doors.
    High,
}

/// One field of a thing, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field.
    pub field: Redacted,
    /// Its value now; none where there is none.
    pub before: Option<Redacted>,
    /// Its value then; none where there is none.
    pub after: Option<Redacted>,
}

/// Something that a preview was made of, with what it was then.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pin {
    /// What: `state serial`, `uid of deployment/web`.
    pub what: Redacted,
    /// What it was.
    pub was: Redacted,
}

/// Stands in the command of a way back for the request that it takes back.
pub const TICKET: &str = "TICKET";

/// The way back, known before anything runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "undo")]
pub enum Undo {
    /// `aigov rollback` can ask for this.
    Command {
        /// The command.
        command: Redacted,
        /// What it brings back, and what it does not.
        note: Redacted,
    },
    /// A person can do this; aigov cannot.
    ByHand {
        /// The steps, in order.
        steps: Vec<Redacted>,
    },
    /// There is no way back.
    Nothing {
        /// Why.
        why: Redacted,
    },
}

/// The exact bytes of a way back, as the sealed table keeps them after the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayBack {
    /// What would be asked.
    pub argv: Vec<super::invocation::Raw>,
    /// The directory in which it would be asked.
    pub cwd: super::invocation::Raw,
    /// Files of the time before that it needs, by name.
    pub files: Vec<(String, super::invocation::Raw)>,
}

/// Which request was taken back, by which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolledBack {
    /// The request that took it back.
    pub by: RequestId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_told_in_one_word_of_the_json_form() {
        let word = |state: PreviewState| serde_json::to_value(state).unwrap()["state"].clone();
        assert_eq!(word(PreviewState::Ready), "ready");
        assert_eq!(word(PreviewState::Failed { why: Redacted::assume_clean("x"), open: Vec::new() }), "failed");
    }

    #[test]
    fn what_needs_care_is_greater() {
        assert!(Risk::High > Risk::Usual);
    }
}
