//! What the ledger's state and the hour add to a policy's decision: freezes, freeze windows and the clock hold back what
//! policy let pass; approvals are counted, and a human's grant stands in the place of one. Pure over a snapshot.

pub mod approvers;
pub mod grants;
pub mod instead;
pub mod windows;

pub mod review;

use crate::model::action::Impact;
use crate::model::decision::{Decision, Verdict};
use crate::model::ledger::{ClockState, LedgerError, Snapshot};
use crate::model::record::Freeze;
use crate::model::request::RequestRow;
use crate::policy::Policies;

use windows::InForce;

/// Why something that policy would let pass is held back.
#[must_use = "a hold means that nothing may start"]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// A freeze is in force.
    Frozen(Freeze),
    /// A freeze window is in force.
    Window(InForce),
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
            Self::Window(_) => "freeze-window",
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
            Self::Window(window) => window.why(),
            Self::ClockBack { seconds } => {
                format!(
                    "the clock is {seconds} s behind the ledger's last record, so approvals and limits cannot be trusted"
                )
            }
        }
    }
}

/// Says whether the ledger's state or the hour holds back what `verdict` would let pass; `approved` is the request that is
/// about to run by its approvals. Plain reads always pass.
///
/// # Errors
/// When the ledger cannot be read.
pub fn admit(
    snapshot: &dyn Snapshot,
    policies: &Policies,
    verdict: &Verdict,
    approved: Option<&RequestRow>,
) -> Result<Option<Hold>, LedgerError> {
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
    match frozen {
        Some(freeze) => Ok(Some(Hold::Frozen(freeze))),
        None => Ok(window(snapshot, policies, verdict, approved)?.map(Hold::Window)),
    }
}

/// The freeze window that holds it back. What asks is filed where somebody may let it through; whether they did is looked at
/// when it runs. A way back that was approved with the request that it takes back has that one's approvals.
fn window(
    snapshot: &dyn Snapshot,
    policies: &Policies,
    verdict: &Verdict,
    approved: Option<&RequestRow>,
) -> Result<Option<InForce>, LedgerError> {
    let windows = windows::in_force(policies, snapshot.now(), verdict);
    if windows.is_empty() {
        return Ok(None);
    }
    let Some(row) = approved else {
        let may_be_asked = |window: &InForce| {
            verdict.decision == Decision::Ask && (!window.approvers.is_empty() || !policies.break_glass().is_empty())
        };
        return Ok(windows.into_iter().find(|window| !may_be_asked(window)));
    };
    let mut approvals = row.approvals.clone();
    if let Some(first) = row.approved_with.as_ref().map(|id| snapshot.request(id)).transpose()?.flatten() {
        approvals.extend(first.approvals);
    }
    Ok(windows::lacking(&windows, &approvals).cloned())
}
