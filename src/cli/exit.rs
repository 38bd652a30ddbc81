//! Exit codes: the one place that maps kinds of error and outcomes to numbers.

use crate::error::ErrorKind;
use crate::model::request::{OutcomeBody, RequestRow, RequestState};

/// Not yet: pending, preparing, a reason is needed.
pub const NOT_YET: i32 = 75;
/// Every final no.
pub const REFUSED: i32 = 77;

/// The exit code for a kind of error (sysexits where one fits).
pub fn code(kind: ErrorKind) -> i32 {
    match kind {
        ErrorKind::Usage => 64,
        ErrorKind::Input => 65,
        ErrorKind::Unavailable => 69,
        ErrorKind::Internal => 70,
        ErrorKind::NotYet => NOT_YET,
        ErrorKind::Refused => REFUSED,
        ErrorKind::Config => 78,
        ErrorKind::NotExecutable => 126,
        ErrorKind::NotFound => 127,
        ErrorKind::Cancelled => 130,
    }
}

/// The exit code that hands on how a child ended: its own, or 128 and the signal.
pub fn of_child(outcome: &OutcomeBody) -> i32 {
    match (outcome.exit_code, outcome.signal) {
        (Some(code), _) => code,
        (None, Some(signal)) => 128 + signal,
        (None, None) => 126,
    }
}

/// The exit code for a request that `exec`, `run` or `wait` has to hand back as it stands.
pub fn of_row(row: &RequestRow) -> i32 {
    match row.state {
        RequestState::Preparing | RequestState::Pending | RequestState::Running => NOT_YET,
        RequestState::Approved => 0,
        RequestState::Rejected
        | RequestState::Expired
        | RequestState::Withdrawn
        | RequestState::Invalidated
        | RequestState::Succeeded
        | RequestState::Failed
        | RequestState::OutcomeUnknown
        | RequestState::RolledBack => REFUSED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_s_code_passes_through_and_a_signal_adds_128() {
        let outcome = |exit_code, signal| OutcomeBody { exit_code, signal, duration_ms: 0, start_error: None };
        assert_eq!(of_child(&outcome(Some(77), None)), 77);
        assert_eq!(of_child(&outcome(None, Some(9))), 137);
    }
}
