//! An approval that carries over to the same request asked again.

use serde::{Deserialize, Serialize};

use super::ids::{Digest, RequestId};
use super::time::Instant;

/// An approval that a human gave for a request that then was invalidated, because only the versions of what it acts on had
/// moved. It carries over once, to the same request with the same changes, within the time that policy gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedForward {
    /// The request that the human decided on.
    pub from: RequestId,
    /// When they did; with several, the first.
    pub decided: Instant,
    /// How long from then on it may carry over, in seconds, by the policy of the time.
    pub within_s: u64,
    /// The preview to which it carries over.
    pub preview: Digest,
}
