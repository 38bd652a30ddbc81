//! A request's states, the body it is stored with, and the row that its events project to.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::attribution::Attribution;
use super::binding::Binding;
use super::carried::CarriedForward;
use super::collect::Via;
use super::decision::{Assurance, Obligation, Verdict};
use super::demand::{Count, Escalated, Frozen};
use super::facts::Fact;
use super::grant::GrantUse;
use super::ids::{Digest, ExecutionId, RequestId};
use super::invocation::{Dialect, Raw, Stdin, Variable};
use super::preview::Preview;
use super::review::Review;
use super::secret::Redacted;
use super::signature::SignatureBody;
use super::time::Instant;
use super::verification::Verification;
use super::ways_back::WaysBack;

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Its preview is being made.
    Preparing,
    /// A human may decide.
    Pending,
    /// A human said yes; it may run once.
    Approved,
    /// A human said no.
    Rejected,
    /// Nobody decided, or nobody ran it, in time.
    Expired,
    /// The requester took it back.
    Withdrawn,
    /// Something it was bound to changed.
    Invalidated,
    /// It is running.
    Running,
    /// It ran and ended with 0.
    Succeeded,
    /// It ran and ended otherwise.
    Failed,
    /// It was started and its end is not known.
    OutcomeUnknown,
    /// It was taken back.
    RolledBack,
}

impl RequestState {
    /// Every state.
    pub const ALL: [Self; 12] = [
        Self::Preparing,
        Self::Pending,
        Self::Approved,
        Self::Rejected,
        Self::Expired,
        Self::Withdrawn,
        Self::Invalidated,
        Self::Running,
        Self::Succeeded,
        Self::Failed,
        Self::OutcomeUnknown,
        Self::RolledBack,
    ];

    /// The word used in SQL, JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
            Self::Invalidated => "invalidated",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::RolledBack => "rolled_back",
        }
    }

    /// Reads the word back.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether `next` may follow this state.
    pub fn may_become(self, next: Self) -> bool {
        use RequestState as S;
        match self {
            S::Preparing => matches!(next, S::Pending | S::Rejected | S::Expired | S::Withdrawn | S::Invalidated),
            S::Pending => matches!(next, S::Approved | S::Rejected | S::Expired | S::Withdrawn | S::Invalidated),
            S::Approved => matches!(next, S::Running | S::Expired | S::Withdrawn | S::Invalidated),
            S::Running => matches!(next, S::Succeeded | S::Failed | S::OutcomeUnknown),
            S::Succeeded | S::Failed | S::OutcomeUnknown => matches!(next, S::RolledBack),
            S::Rejected | S::Expired | S::Withdrawn | S::Invalidated | S::RolledBack => false,
        }
    }

    /// Whether nothing can follow but a rollback.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Preparing | Self::Pending | Self::Approved | Self::Running)
    }
}

impl fmt::Display for RequestState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the chain holds of a request: redacted, with the answers that classification got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestBody {
    /// The command as people read it: shell-quoted argv, or the shell text.
    pub command: Redacted,
    /// The argument vector, redacted word by word.
    pub argv: Vec<Redacted>,
    /// The shell and dialect when `command` is shell text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shell: Option<ShellChoice>,
    /// The working directory.
    pub cwd: Redacted,
    /// The caller's variables that say where its tools point, as `NAME=VALUE`: what was decided depends on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<Redacted>,
    /// Why the agent wants it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Redacted>,
    /// What the agent says could go wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Redacted>,
    /// What was decided and why, with the actions.
    pub verdict: Verdict,
    /// The digest of each policy layer that decided, `path` and digest.
    pub policy: Vec<(String, Digest)>,
    /// Whether the requester could write the policy that decided.
    pub policy_writable: bool,
    /// What the host answered.
    pub facts: Vec<Fact>,
    /// What an approval binds.
    pub binding: Binding,
    /// The files that it reads as its orders, each with a keyed digest, so that a changed one can be named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<(Redacted, Digest)>,
    /// What the caller gives as evidence that it is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// The tests that the caller had run before it asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tests: Option<TestRun>,
    /// The request that this one takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolls_back: Option<RequestId>,
    /// The same caller, command, place, variables and inputs have the same digest.
    pub identity: Digest,
    /// When it expires, if it waits for a human.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Instant>,
    /// The freeze windows in force when it was filed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frozen: Vec<Frozen>,
    /// The grants by which it runs without an approval of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<GrantUse>,
}

impl RequestBody {
    /// The commands that policy wants to hold after the run, each with the seconds that it may take until it does. A way
    /// back is not verified: what would follow is not to go to and fro.
    pub fn checks(&self) -> Vec<(&str, u64)> {
        let check = |obligation| match obligation {
            &Obligation::Verification { ref command, within_s } => Some((command.as_str(), within_s)),
            _ => None,
        };
        let all = self.verdict.obligations.iter().filter_map(check);
        if self.rolls_back.is_none() { all.collect() } else { Vec::new() }
    }

    /// Whether aigov takes it back by itself where a check fails.
    pub fn is_taken_back_alone(&self) -> bool {
        self.rolls_back.is_none() && self.verdict.obligations.contains(&Obligation::AutoRollback)
    }
}

/// A file that the caller gives as evidence, as it was when the request was filed. Nobody has checked what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The file, as the caller named it.
    pub file: Redacted,
    /// How long it was, in bytes.
    pub bytes: u64,
    /// The keyed digest of its content.
    pub digest: Digest,
    /// Its text, as far as it is shown.
    pub text: Redacted,
    /// How many characters of it are not shown.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Tests that went through the broker as a request of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestRun {
    /// That request.
    pub request: RequestId,
    /// The command.
    pub command: Redacted,
    /// How it ended.
    pub state: RequestState,
    /// Its exit code, when it exited.
    pub exit_code: Option<i32>,
}

/// The shell that will run a shell text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShellChoice {
    /// The program.
    pub program: String,
    /// How it reads.
    pub dialect: Dialect,
}

/// What the sealed table keeps of a stored request until it ends: the exact bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedInvocation {
    /// The form as received.
    pub form: super::invocation::Form,
    /// The working directory.
    pub cwd: Raw,
    /// The bound variables only, in order.
    pub env: Vec<Variable>,
    /// Standard input.
    pub stdin: Stdin,
}

/// A human's decision on a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalBody {
    /// Who decided.
    pub human: String,
    /// The identity as the channel gave it, with its kind: `local:alice@laptop`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The user id of the process that brought the decision in.
    pub uid: u32,
    /// Through which channel: `terminal`, `command`, `file`.
    pub channel: String,
    /// How sure we are that a human decided.
    pub assurance: Assurance,
    /// Why, in the human's words.
    pub rationale: Option<Redacted>,
    /// Whether requester and approver are the same person.
    pub single_operator: bool,
    /// The digest of the text that was shown.
    pub shown: Option<Digest>,
    /// The digest of the preview that was decided on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Digest>,
    /// How long it was on the screen, in milliseconds.
    pub viewed_ms: Option<u64>,
    /// The stages of the verdict that it counts for; the ledger refuses what it cannot count for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<Count>,
    /// The freeze windows in force that this human may override, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<String>,
    /// Whether the glass was broken: it runs without those whom policy asks for, and a review is owed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub break_glass: bool,
    /// The way by which it came in, where a collector brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
    /// The signature, where the decision was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Box<SignatureBody>>,
    /// Whether it was approved unseen: nobody could be shown what would change.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unseen: bool,
    /// How it came about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Box<Review>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields by reference")]
fn is_false(it: &bool) -> bool {
    !it
}

/// A human's look at what another let through by breaking the glass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewBody {
    /// Who reviewed it.
    pub human: String,
    /// The identity as the channel gave it, with its kind.
    pub identity: String,
    /// The user id of the process that brought it in.
    pub uid: u32,
    /// Through which channel.
    pub channel: String,
    /// How sure we are that a human did.
    pub assurance: Assurance,
    /// What they found.
    pub rationale: Redacted,
}

/// The review that is owed since the glass was broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// Who broke the glass.
    pub human: String,
    /// When.
    pub since: Instant,
    /// What settled it; none while it is owed.
    pub review: Option<ReviewBody>,
}

/// How an execution ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeBody {
    /// The exit code, when it exited.
    pub exit_code: Option<i32>,
    /// The signal, when one ended it.
    pub signal: Option<i32>,
    /// Wall time in milliseconds.
    pub duration_ms: u64,
    /// Why it could not be started, when it could not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_error: Option<String>,
}

impl OutcomeBody {
    /// The state that this outcome leads to.
    pub fn state(&self) -> RequestState {
        if self.exit_code == Some(0) { RequestState::Succeeded } else { RequestState::Failed }
    }
}

/// A request as its events project it: one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRow {
    /// The ticket.
    pub id: RequestId,
    /// Where it stands.
    pub state: RequestState,
    /// When it was made.
    pub created: Instant,
    /// When it last changed.
    pub changed: Instant,
    /// Who asked.
    pub attribution: Attribution,
    /// What was asked.
    pub body: RequestBody,
    /// What a human is shown of what will change; none while it is being made, and where nothing can be shown.
    pub preview: Option<Preview>,
    /// When that was made.
    pub previewed: Option<Instant>,
    /// The approvals or the rejection so far.
    pub approvals: Vec<ApprovalBody>,
    /// The execution, once started.
    pub execution: Option<ExecutionId>,
    /// How it ended.
    pub outcome: Option<OutcomeBody>,
    /// What policy wants to hold after its run, where it wants something.
    pub verification: Option<Verification>,
    /// The request with whose approval this way back was approved.
    pub approved_with: Option<RequestId>,
    /// Why it was rejected, withdrawn, expired or invalidated.
    pub note: Option<String>,
    /// Commitments to the sealed bytes.
    pub commitments: Vec<super::secret::Commitment>,
    /// The escalations whose time has come.
    pub escalated: Vec<Escalated>,
    /// The review that is owed, or was, since the glass was broken for it.
    pub owed: Option<Owed>,
    /// The earlier approval that carried over to it.
    pub carried: Option<CarriedForward>,
    /// What became of its way back.
    pub ways_back: WaysBack,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn final_states_lead_nowhere_but_to_a_rollback() {
        for state in RequestState::ALL {
            assert_eq!(RequestState::parse(state.as_str()), Some(state));
            for next in RequestState::ALL {
                if state.is_final() && state.may_become(next) {
                    assert_eq!(next, RequestState::RolledBack);
                }
            }
        }
    }

    #[test]
    fn nothing_runs_that_was_not_approved() {
        let before: Vec<_> =
            RequestState::ALL.into_iter().filter(|state| state.may_become(RequestState::Running)).collect();
        assert_eq!(before, [RequestState::Approved]);
    }
}
