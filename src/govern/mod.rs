//! What the ledger's state adds to a policy's decision: freezes and the clock. Pure over a snapshot.
//!
//! Delegation, quotas, trust and grants will stand beside these; each can only hold back what policy let pass.

pub mod review;

use crate::model::action::Impact;
use crate::model::decision::{Decision, Verdict};
use crate::model::ledger::{ClockState, LedgerError, Snapshot};
use crate::model::record::Freeze;

/// Why something that policy would let pass is held back.
#[must_use = "a hold means that nothing may start"]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// A freeze is in force.
    Frozen(Freeze),
    /// The clock went back by this many seconds, so that expiry and limits cannot be trusted.
    ClockBack {
        /// How far.
        seconds: i64,
    },
}

impl Hold {
    /// The built-in rule's name.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Frozen(_) => "freeze",
            Self::ClockBack { .. } => "clock",
        }
    }

    /// Why, in one sentence.
    pub fn why(&self) -> String {
        match self {
            Self::Frozen(freeze) => {
                let place = freeze.environment.as_deref().map_or_else(
                    || "everything is frozen".to_owned(),
                    |environment| format!("environment `{environment}` is frozen"),
                );
                let reason = freeze.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
                format!("{place} by {}{reason}", freeze.human)
            }
            Self::ClockBack { seconds } => {
                format!(
                    "the clock is {seconds} s behind the ledger's last record, so approvals and limits cannot be trusted"
                )
            }
        }
    }
}

/// Says whether the ledger's state holds back what `verdict` would let pass. Plain reads always pass.
///
/// # Errors
/// When the ledger cannot be read.
pub fn admit(snapshot: &dyn Snapshot, verdict: &Verdict) -> Result<Option<Hold>, LedgerError> {
    if verdict.impact == Impact::Read && verdict.decision < Decision::Ask {
        return Ok(None);
    }
    if let ClockState::Back(micros) = snapshot.clock()
        && verdict.decision >= Decision::Ask
    {
        return Ok(Some(Hold::ClockBack { seconds: micros / 1_000_000 }));
    }
    let environments = verdict.environments();
    let frozen = snapshot.freezes()?.into_iter().find(|freeze| {
        freeze
            .environment
            .as_deref()
            .is_none_or(|name| environments.iter().any(|e| e.as_str() == name || e.is_unknown()))
    });
    Ok(frozen.map(Hold::Frozen))
}
