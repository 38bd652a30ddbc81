//! A request to draw and to decide on, for tests.

use std::collections::BTreeSet;

use crate::model::action::{Action, Category, Environment, Evidence, Impact, Reversible};
use crate::model::attribution::{Attribution, CallerKind, Standing};
use crate::model::binding::Binding;
use crate::model::decision::{Decision, Obligation, Tier, Verdict};
use crate::model::ids::{Digest, RequestId, RuleId};
use crate::model::preview::{Change, FieldChange, Hunk, Preview, PreviewState, Risk, Undo};
use crate::model::request::{RequestBody, RequestRow, RequestState};
use crate::model::secret::Redacted;
use crate::model::time::Instant;
use crate::model::ways_back::WaysBack;

fn clean(text: &str) -> Redacted {
    Redacted::assume_clean(text)
}

/// Waits for a human who gives a rationale; without a preview.
pub fn pending() -> RequestRow {
    let action = Action {
        tool: "kubectl".to_owned(),
        operation: "delete".to_owned(),
        impact: Impact::Destroy,
        categories: BTreeSet::from([Category::Deploy]),
        environment: Environment::named("production"),
        service: Some("payments".to_owned()),
        targets: vec!["deployment/web".to_owned()],
        reversible: Reversible::Unknown,
        evidence: vec![Evidence::new("environment", "context `prod-eu` of ~/.kube/config")],
    };
    let body = RequestBody {
        command: clean("kubectl -n payments delete deployment web"),
        argv: ["kubectl", "-n", "payments", "delete", "deployment", "web"].map(clean).to_vec(),
        shell: None,
        cwd: clean("/srv/shop"),
        variables: Vec::new(),
        reason: Some(clean("the old web is not used any more")),
        risk: None,
        verdict: Verdict {
            decision: Decision::Ask,
            tier: Tier::of(Decision::Ask, Impact::Destroy),
            rule: RuleId::new("production-changes"),
            origin: "policy.toml:31".to_owned(),
            matches: Vec::new(),
            reasons: vec!["it changes production".to_owned()],
            obligations: BTreeSet::from([Obligation::Rationale]),
            alternatives: Vec::new(),
            impact: Impact::Destroy,
            actions: vec![action],
        },
        policy: Vec::new(),
        policy_writable: false,
        facts: Vec::new(),
        binding: Binding::default(),
        inputs: Vec::new(),
        evidence: None,
        tests: None,
        rolls_back: None,
        identity: Digest([3; 32]),
        expires: Some(Instant::from_micros(1_700_003_600_000_000)),
        grants: Vec::new(),
        frozen: Vec::new(),
    };
    RequestRow {
        id: RequestId::new("r-1"),
        state: RequestState::Pending,
        created: Instant::from_micros(1_700_000_000_000_000),
        changed: Instant::from_micros(1_700_000_000_000_000),
        attribution: Attribution {
            kind: CallerKind::Agent,
            standing: Standing::Claimed,
            agent: Some("claude-code".to_owned()),
            version: None,
            model: None,
            session: None,
            on_behalf_of: Some("ann@laptop".to_owned()),
            task: Some("T-17".to_owned()),
            parent: None,
            uid: 1000,
            evidence: Vec::new(),
        },
        body,
        preview: None,
        previewed: None,
        approvals: Vec::new(),
        execution: None,
        outcome: None,
        verification: None,
        approved_with: None,
        note: None,
        commitments: Vec::new(),
        escalated: Vec::new(),
        owed: None,
        carried: None,
        ways_back: WaysBack::default(),
    }
}

/// What the deletion would change.
pub fn preview() -> Preview {
    let field = FieldChange { field: clean("spec.replicas"), before: Some(clean("3")), after: None };
    Preview {
        state: PreviewState::Ready,
        summary: clean("1 to delete in production/payments"),
        hunks: vec![Hunk {
            change: Change::Delete,
            what: clean("deployment/web"),
            risk: Risk::High,
            why: vec![clean("3 of 3 pods are ready")],
            fields: vec![field],
            left_out: 0,
        }],
        left_out: 0,
        pins: Vec::new(),
        runs: None,
        undo: Undo::Command { command: clean("aigov rollback TICKET"), note: clean("applies the manifest as it was") },
        digest: Digest([0xab; 32]),
    }
}
