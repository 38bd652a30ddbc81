//! Record v1: one link of the chain, and the closed set of events that a record can hold.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::attribution::Attribution;
use super::carried::CarriedForward;
use super::collect::{ChannelNote, LeaseBody, LeaseEnd, Posted, Posting, Via};
use super::demand::Escalated;
use super::grant::{Grant, GrantRevoked};
use super::ids::{Digest, ExecutionId, LogId, RequestId};
use super::preview::{Preview, RolledBack};
use super::request::{ApprovalBody, OutcomeBody, RequestBody, ReviewBody};
use super::secret::{Commitment, Redacted};
use super::signature::Question;
use super::time::Instant;
use super::verification::{ApprovedBefore, VerificationBody};
use super::ways_back::WayBackErased;

/// The version of the record's form.
pub const RECORD_SCHEMA: u16 = 1;

/// What happened. The JSON form is `{"type": "...", "body": {...}}`; the set is closed, an unknown type is a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type", content = "body")]
pub enum Event {
    /// The ledger's first record.
    Genesis(Genesis),
    /// A request that policy lets run; its intent follows in the same transaction.
    RequestAllowed(Box<RequestBody>),
    /// A request whose preview is being made; a human decides when it is there.
    RequestPreparing(Box<RequestBody>),
    /// The preview of a request: shown from here on, and bound by an approval. A human may decide.
    PreviewMade(Box<Preview>),
    /// A request that waits for a human.
    RequestPending(Box<RequestBody>),
    /// A request that policy, a freeze or a missing guarantee refused.
    RequestDenied(Box<RequestBody>),
    /// A human's yes. The request is approved once enough of them are there.
    RequestApproved(ApprovalBody),
    /// A human's no.
    RequestRejected(ApprovalBody),
    /// It waited too long.
    RequestExpired(Note),
    /// The requester took it back.
    RequestWithdrawn(Note),
    /// A bound field changed.
    RequestInvalidated(Invalidation),
    /// The intent: from here on a process may start.
    ExecutionIntended(Intent),
    /// The outcome.
    ExecutionFinished(OutcomeBody),
    /// An intent whose outcome nobody will tell.
    OutcomeUnknown(Note),
    /// What a request did was taken back by another.
    RequestRolledBack(RolledBack),
    /// What policy wants to hold after a run was looked at for the last time.
    VerificationEnded(Box<VerificationBody>),
    /// A way back may run, by the approval that was given for the request that it takes back.
    RequestApprovedBefore(ApprovedBefore),
    /// What does not hold stays as it is until a human acts: aigov cannot, or may not, take it back by itself.
    RollbackLeft(Note),
    /// Something that a human alone may do was tried by somebody else, or something was refused before a decision.
    AttemptRefused(Refusal),
    /// Nothing more starts in an environment, or anywhere.
    FreezeSet(Freeze),
    /// A freeze was lifted.
    FreezeLifted(Freeze),
    /// A policy digest was used for the first time.
    PolicySeen(PolicySeen),
    /// A human accepted the clock after it had gone back.
    ClockAccepted(Note),
    /// A probe of aigov's own was run.
    ProbeRun(ProbeRun),
    /// A request has waited so long that others may approve it as well.
    RequestEscalated(Escalated),
    /// Another human looked at what was let through by breaking the glass.
    BreakGlassReviewed(ReviewBody),
    /// A human made a grant.
    GrantMade(Box<Grant>),
    /// A human took a grant back.
    GrantRevoked(GrantRevoked),
    /// A collector began, with a lease on collecting.
    CollectorStarted(LeaseBody),
    /// A collector ended by itself.
    CollectorEnded(LeaseEnd),
    /// A request is about to be shown on a channel.
    ChannelPosting(Posting),
    /// It is shown there.
    ChannelPosted(Posted),
    /// A channel does not get through.
    ChannelFailed(ChannelNote),
    /// It does again.
    ChannelRecovered(ChannelNote),
    /// A signer was put a question; a signature answers it once.
    SignatureAsked(Box<Question>),
    /// A human's approval of the same request, asked before, carries over.
    RequestCarriedForward(CarriedForward),
    /// The kept bytes of a way back were erased: their time was up.
    WayBackErased(WayBackErased),
}

impl Event {
    /// The type's name, as in SQL and JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Genesis(_) => "genesis",
            Self::RequestAllowed(_) => "request_allowed",
            Self::RequestPreparing(_) => "request_preparing",
            Self::PreviewMade(_) => "preview_made",
            Self::RequestPending(_) => "request_pending",
            Self::RequestDenied(_) => "request_denied",
            Self::RequestApproved(_) => "request_approved",
            Self::RequestRejected(_) => "request_rejected",
            Self::RequestExpired(_) => "request_expired",
            Self::RequestWithdrawn(_) => "request_withdrawn",
            Self::RequestInvalidated(_) => "request_invalidated",
            Self::ExecutionIntended(_) => "execution_intended",
            Self::ExecutionFinished(_) => "execution_finished",
            Self::OutcomeUnknown(_) => "outcome_unknown",
            Self::RequestRolledBack(_) => "request_rolled_back",
            Self::VerificationEnded(_) => "verification_ended",
            Self::RequestApprovedBefore(_) => "request_approved_before",
            Self::RollbackLeft(_) => "rollback_left",
            Self::AttemptRefused(_) => "attempt_refused",
            Self::FreezeSet(_) => "freeze_set",
            Self::FreezeLifted(_) => "freeze_lifted",
            Self::PolicySeen(_) => "policy_seen",
            Self::ClockAccepted(_) => "clock_accepted",
            Self::ProbeRun(_) => "probe_run",
            Self::RequestEscalated(_) => "request_escalated",
            Self::BreakGlassReviewed(_) => "break_glass_reviewed",
            Self::GrantMade(_) => "grant_made",
            Self::GrantRevoked(_) => "grant_revoked",
            Self::CollectorStarted(_) => "collector_started",
            Self::CollectorEnded(_) => "collector_ended",
            Self::ChannelPosting(_) => "channel_posting",
            Self::ChannelPosted(_) => "channel_posted",
            Self::ChannelFailed(_) => "channel_failed",
            Self::ChannelRecovered(_) => "channel_recovered",
            Self::SignatureAsked(_) => "signature_asked",
            Self::RequestCarriedForward(_) => "request_carried_forward",
            Self::WayBackErased(_) => "way_back_erased",
        }
    }
}

/// The first record's body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Genesis {
    /// The version of aigov that made the ledger.
    pub version: String,
    /// The host's name.
    pub host: String,
}

/// A short note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The note.
    pub note: String,
}

/// Which bound field changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invalidation {
    /// The field, as in the binding.
    pub field: String,
    /// What is seen now.
    pub note: String,
}

/// The intent to start one process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The resolved executable.
    pub executable: String,
    /// What is started, where it is not the words that were asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs: Option<Redacted>,
    /// Names of variables that were kept from the child, with the reason.
    pub dropped: Vec<String>,
    /// The broker's process id, so that a later run can tell whether it still lives.
    pub pid: u32,
    /// The broker's start time in clock ticks since boot, so that a recycled pid is not mistaken for it.
    pub pid_start: u64,
}

/// Something that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What was tried: `aigov approve`.
    pub attempted: String,
    /// Why it was refused.
    pub why: String,
    /// The channel through which a decision came that does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The identity that decided, as the channel gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The way by which it came in, where a collector brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
}

impl Refusal {
    /// Something that was refused before anybody decided.
    pub fn new(attempted: String, why: String) -> Self {
        Self { attempted, why, channel: None, identity: None, via: None }
    }
}

/// The stop switch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// The environment; none means all.
    pub environment: Option<String>,
    /// Who did it.
    pub human: String,
    /// Why.
    pub reason: Option<String>,
}

/// A policy layer seen for the first time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicySeen {
    /// The file.
    pub path: String,
    /// Its digest.
    pub digest: Digest,
    /// Whether its own tests and examples passed.
    pub tests_passed: bool,
}

/// A probe that was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeRun {
    /// The argument vector.
    pub argv: Vec<Redacted>,
    /// Exit code, when it exited.
    pub exit_code: Option<i32>,
    /// Why it gave no answer, when it gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<Redacted>,
    /// Wall time in milliseconds.
    pub duration_ms: u64,
}

/// What a caller hands to the ledger; the ledger adds sequence, time, hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What happened.
    pub event: Event,
    /// The request it belongs to.
    pub request: Option<RequestId>,
    /// The execution it belongs to.
    pub execution: Option<ExecutionId>,
    /// The request or execution under which this happened.
    pub parent: Option<String>,
    /// Who did it.
    pub attribution: Attribution,
    /// Commitments to payloads in the sealed table.
    pub commitments: Vec<Commitment>,
}

/// One link of the chain.
///
/// `leaf` is SHA-256 over the canonical JSON (RFC 8785) of all the other fields, so that the stored text is
/// exactly what was hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// [`RECORD_SCHEMA`].
    pub schema: u16,
    /// The ledger's id.
    pub log: LogId,
    /// Position in the chain, from 0.
    pub seq: u64,
    /// The leaf of the record before.
    pub prev: Digest,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
    /// The request it belongs to.
    pub request: Option<RequestId>,
    /// The execution it belongs to.
    pub execution: Option<ExecutionId>,
    /// The request or execution under which this happened.
    pub parent: Option<String>,
    /// Who did it.
    pub attribution: Attribution,
    /// Commitments to payloads.
    pub commitments: Vec<Commitment>,
    /// When, as max(last, now), stamped inside the transaction.
    pub time: Instant,
    /// The kernel's boot id.
    pub boot: String,
    /// What the host's clock showed, where it was more than five seconds behind `time`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wall: Option<Instant>,
    /// This record's hash.
    #[serde(skip)]
    pub leaf: Option<Digest>,
}

impl Record {
    /// The record as a JSON value with its leaf, for reports and exports.
    ///
    /// # Errors
    /// When a field cannot be written as JSON.
    pub fn to_json(&self) -> Result<Value, serde_json::Error> {
        let mut value = serde_json::to_value(self)?;
        if let (Value::Object(map), Some(leaf)) = (&mut value, self.leaf) {
            map.insert("leaf".to_owned(), Value::String(leaf.to_string()));
        }
        Ok(value)
    }
}
