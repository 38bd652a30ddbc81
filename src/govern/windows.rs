//! Freeze windows over a verdict: which are in force at an instant, and which of them nobody has overridden. Pure.

use crate::model::action::Impact;
use crate::model::decision::{Decision, Verdict};
use crate::model::demand::Frozen;
use crate::model::request::ApprovalBody;
use crate::model::time::Instant;
use crate::policy::Policies;
use crate::policy::windows::FreezeWindow;

/// A window in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// Its name.
    pub name: String,
    /// Until when.
    pub until: Instant,
    /// The same in its own time zone, as people read it.
    pub until_text: String,
    /// Who may approve in it.
    pub approvers: Vec<String>,
    /// Why it is.
    pub reason: Option<String>,
}

impl InForce {
    fn of(window: &FreezeWindow, until: Instant) -> Self {
        Self {
            name: window.name.clone(),
            until,
            until_text: window.local_text(until),
            approvers: window.approvers.clone(),
            reason: window.reason.clone(),
        }
    }

    /// As a request's record has it.
    pub fn to_frozen(&self) -> Frozen {
        Frozen {
            window: self.name.clone(),
            until: self.until,
            until_text: self.until_text.clone(),
            approvers: self.approvers.clone(),
        }
    }

    /// What people read: ``frozen by window `year-end` until 2027-01-04 00:00 Europe/Berlin: holidays``.
    pub fn why(&self) -> String {
        let reason = self.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("frozen by window `{}` until {}{reason}", self.name, self.until_text)
    }
}

/// The windows in force at `now` for what a verdict would let pass. Plain reads pass, as by any freeze.
pub fn in_force(policies: &Policies, now: Instant, verdict: &Verdict) -> Vec<InForce> {
    among(policies.freeze_windows(), now, verdict)
}

/// The same of some windows.
pub fn among<'a>(windows: impl Iterator<Item = &'a FreezeWindow>, now: Instant, verdict: &Verdict) -> Vec<InForce> {
    if verdict.impact == Impact::Read && verdict.decision < Decision::Ask {
        return Vec::new();
    }
    let environments = verdict.environments();
    let is_meant = |window: &&FreezeWindow| {
        let names = &window.environments;
        names.is_empty()
            || environments.iter().any(|one| one.is_unknown() || names.iter().any(|name| name == one.as_str()))
    };
    windows.filter(is_meant).filter_map(|window| window.until(now).map(|until| InForce::of(window, until))).collect()
}

/// The first window that no approval overrides. Broken glass overrides all.
pub fn lacking<'a>(windows: &'a [InForce], approvals: &[ApprovalBody]) -> Option<&'a InForce> {
    let is_overridden = |window: &&InForce| {
        approvals.iter().any(|approval| approval.break_glass || approval.overrides.contains(&window.name))
    };
    windows.iter().find(|window| !is_overridden(window))
}
