//! The ledger as the rest of aigov sees it: decide over a snapshot and append, in one transaction.

use std::path::PathBuf;

use thiserror::Error;

use super::action::Impact;
use super::collect::Lease;
use super::grant::GrantRow;
use super::ids::{Digest, ExecutionId, RequestId};
use super::record::{Draft, Freeze, Record};
use super::request::RequestRow;
use super::review::Past;
use super::signature::Question;
use super::time::Instant;

/// How long a transaction's records must survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// A killed process. Reads and outcomes.
    Process,
    /// A power cut: fsynced before going on. Intents of writes, approvals, grants.
    Power,
}

impl Durability {
    /// How long the intent of something with this impact must survive.
    pub fn of(impact: Impact) -> Self {
        match impact {
            Impact::Read => Self::Process,
            Impact::Write | Impact::Destroy | Impact::Unknown => Self::Power,
        }
    }
}

/// Whether the clock can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// Not more than five seconds behind the last record.
    Sound,
    /// This much behind the last record, in microseconds, and no human has accepted it.
    Back(i64),
}

/// What a transaction can see. Reads are of the state inside the transaction.
pub trait Snapshot {
    /// The time that this transaction's records get: max(last, now).
    fn now(&self) -> Instant;
    /// Whether the clock went back.
    fn clock(&self) -> ClockState;
    /// A request by id.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn request(&self, id: &RequestId) -> Result<Option<RequestRow>, LedgerError>;
    /// The newest request with this identity digest that has not ended, or was rejected and not yet expired.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn open_request(&self, identity: &Digest) -> Result<Option<RequestRow>, LedgerError>;
    /// The request of the same identity that was asked right before this one, with when a human first approved it: where it
    /// was approved, then invalidated at its target, and its approval has carried over to none yet.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn carriable(&self, row: &RequestRow) -> Result<Option<(RequestRow, Instant)>, LedgerError>;
    /// Freezes in force.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn freezes(&self) -> Result<Vec<Freeze>, LedgerError>;
    /// The newest decisions of a human, the newest first, at most `limit`.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn decisions_of(&self, human: &str, limit: usize) -> Result<Vec<Past>, LedgerError>;
    /// How many requests wait for a human.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn waiting(&self) -> Result<u64, LedgerError>;
    /// Grants that can still be used at this time, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn grants(&self) -> Result<Vec<GrantRow>, LedgerError>;
    /// The newest lease of a collector.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn lease(&self) -> Result<Option<Lease>, LedgerError>;
    /// The question that a signer was put with this nonce.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn question(&self, nonce: &str) -> Result<Option<Asked>, LedgerError>;
    /// The count of the last signature that counted of the security key with this fingerprint.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn key_counter(&self, fingerprint: &str) -> Result<Option<u32>, LedgerError>;
}

/// A question that a signer was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The question.
    pub question: Question,
    /// When.
    pub at: Instant,
    /// Whether a signature has answered it.
    pub is_answered: bool,
}

/// The sealed table's name for the way back. It outlives the end of an execution, so that what was done can be taken back.
pub const WAY_BACK_FIELD: &str = "way_back";

/// Bytes for the sealed table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The request that needs them.
    pub request: RequestId,
    /// Which payload.
    pub field: String,
    /// The salt of its commitment.
    pub salt: [u8; 16],
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What a decision inside a transaction wants appended.
#[derive(Debug, Default)]
pub struct Batch {
    /// The records, in order. Empty means that nothing is written.
    pub records: Vec<Draft>,
    /// Payloads to seal.
    pub seal: Vec<Sealed>,
    /// Requests whose sealed payloads are erased.
    pub unseal: Vec<RequestId>,
}

/// Proof that records are in the chain. Only a ledger makes one.
#[must_use = "a permit can only be made from what was committed"]
#[derive(Debug)]
pub struct Committed {
    records: Vec<Record>,
}

impl Committed {
    /// For ledgers: `records` are committed. `tests/architecture.rs` holds that nobody else calls it.
    pub(crate) fn by_ledger(records: Vec<Record>) -> Self {
        Self { records }
    }

    /// The records.
    pub fn records(&self) -> &[Record] {
        &self.records
    }
}

/// What can go wrong with a ledger.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// The file or its directory cannot be opened or made.
    #[error("cannot open the ledger {path}: {cause}")]
    Open {
        /// The ledger.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// There is no ledger here, and it was not to be made.
    #[error("there is no ledger at {path}")]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Others can write it.
    #[error("the ledger {path} {problem}")]
    Unsafe {
        /// The ledger.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// It could not be written.
    #[error("cannot write the ledger {path}: {cause}")]
    Write {
        /// The ledger.
        path: PathBuf,
        /// What the store said.
        cause: String,
    },
    /// It could not be read.
    #[error("cannot read the ledger {path}: {cause}")]
    Read {
        /// The ledger.
        path: PathBuf,
        /// What the store said.
        cause: String,
    },
    /// What it holds does not make sense.
    #[error("the ledger {path} is damaged: {cause}")]
    Corrupt {
        /// The ledger.
        path: PathBuf,
        /// What was found.
        cause: String,
    },
    /// A record would break a rule of the request's states.
    #[error("request `{request}` is {state} and cannot become {next}")]
    State {
        /// The request.
        request: RequestId,
        /// Its state.
        state: String,
        /// The state that was wanted.
        next: String,
    },
}

/// The ledger. Synchronous and small, so that another store can stand behind it.
pub trait Ledger {
    /// Shows `decide` the state, and appends what it returns, all in one transaction. Any error means that nothing
    /// was written.
    ///
    /// # Errors
    /// When the ledger cannot be read or written, or a record would break a rule.
    fn transact(
        &mut self,
        durability: Durability,
        decide: &mut dyn FnMut(&dyn Snapshot) -> Result<Batch, LedgerError>,
    ) -> Result<Committed, LedgerError>;

    /// A request by id, outside any transaction.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn request(&self, id: &RequestId) -> Result<Option<RequestRow>, LedgerError>;

    /// The sealed bytes of a request's field with their salt, while they are kept.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn sealed(&self, id: &RequestId, field: &str) -> Result<Option<Sealed>, LedgerError>;

    /// The key of this ledger's bindings: 32 random bytes, drawn when the ledger is made, outside the chain, never
    /// exported.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn binding_key(&self) -> Result<[u8; 32], LedgerError>;

    /// Whether a policy digest has been recorded as seen with its tests passing.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn policy_seen(&self, digest: &Digest) -> Result<bool, LedgerError>;

    /// Requests whose verification, or the way back after it, is left to do.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn open_verifications(&self) -> Result<Vec<RequestId>, LedgerError>;

    /// Requests that ended before this time and whose way back is still kept, where nothing is left to do by aigov itself.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn ways_back_before(&self, time: Instant) -> Result<Vec<RequestId>, LedgerError>;

    /// Executions with an intent and no outcome: id, request, and the intent's record.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn open_executions(&self) -> Result<Vec<(ExecutionId, Record)>, LedgerError>;
}
