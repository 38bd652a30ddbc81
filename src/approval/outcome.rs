//! What came of an invocation, as the doors report it.

use crate::error::Error;
use crate::govern::Hold;
use crate::model::decision::Verdict;
use crate::model::ids::RequestId;
use crate::model::request::{OutcomeBody, RequestRow};

/// What came of an invocation.
#[must_use]
pub enum Outcome {
    /// It ran. `unrecorded` says why its outcome could not be written.
    Ran {
        /// The request under which it ran.
        id: RequestId,
        /// How it ended.
        outcome: OutcomeBody,
        /// Why the ledger does not have it.
        unrecorded: Option<Error>,
    },
    /// Policy refused it, or the ledger's state held it back.
    Denied {
        /// The request under which the refusal is recorded, when it is.
        id: Option<RequestId>,
        /// What was decided.
        verdict: Box<Verdict>,
        /// What held it back, when it was not policy.
        hold: Option<Hold>,
    },
    /// It ran, and what policy wants to hold afterwards does not; the row tells whether it was taken back.
    Unverified(Box<RequestRow>),
    /// A human decides or has decided; the row tells.
    Ticket(Box<RequestRow>),
    /// A human will be asked once the caller says why it is needed.
    ReasonNeeded(Box<Verdict>),
}
