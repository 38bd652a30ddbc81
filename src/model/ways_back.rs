//! What became of the way back of a request.

use serde::{Deserialize, Serialize};

use super::ids::RequestId;
use super::request::RequestState;
use super::time::Instant;

/// The kept bytes of a way back were erased, because their time was up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayBackErased {
    /// How long policy keeps them, in seconds.
    pub kept_s: u64,
}

/// The ways back of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WaysBack {
    /// When the kept bytes were erased because their time was up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Instant>,
    /// The requests that were asked to take it back, the oldest first, and where each stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<(RequestId, RequestState)>,
}

impl WaysBack {
    /// The newest way back, where it was started and nobody knows how it ended: then nobody knows what is there.
    pub fn unknown(&self) -> Option<&RequestId> {
        let (id, state) = self.asked.last()?;
        (*state == RequestState::OutcomeUnknown).then_some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_way_back_counts() {
        let asked = |states: &[RequestState]| WaysBack {
            erased: None,
            asked: states.iter().map(|state| (RequestId::new("req_x"), *state)).collect(),
        };
        assert!(asked(&[RequestState::Failed, RequestState::OutcomeUnknown]).unknown().is_some());
        assert!(asked(&[RequestState::OutcomeUnknown, RequestState::Succeeded]).unknown().is_none());
        assert!(asked(&[]).unknown().is_none());
    }
}
