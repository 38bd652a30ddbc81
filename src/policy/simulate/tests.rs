//! Requests under another policy, without a ledger.

use std::collections::BTreeSet;

use super::*;
use crate::model::action::{Action, Category, Environment, Evidence, Impact, Reversible};
use crate::model::binding::Binding;
use crate::model::decision::{Decision, Tier, Verdict};
use crate::model::environments::EnvironmentRule;
use crate::model::ids::RuleId;
use crate::model::secret::Redacted;
use crate::policy::diff::tests::alone;
use crate::policy::schema::{Policy, Rule, When};
use crate::policy::tests_run::strictest;

/// A request of this command with these actions, which policy let run.
pub fn body(command: &str, actions: Vec<Action>) -> RequestBody {
    let impact = actions.iter().map(|action| action.impact).max().unwrap_or(Impact::Read);
    RequestBody {
        command: Redacted::assume_clean(command),
        argv: command.split(' ').map(Redacted::assume_clean).collect(),
        shell: None,
        cwd: Redacted::assume_clean("/work"),
        variables: Vec::new(),
        reason: None,
        risk: None,
        verdict: Verdict {
            decision: Decision::Allow,
            tier: Tier::of(Decision::Allow, impact),
            rule: RuleId::new("then"),
            origin: "policy.toml:1".to_owned(),
            matches: Vec::new(),
            reasons: Vec::new(),
            obligations: BTreeSet::new(),
            alternatives: Vec::new(),
            impact,
            actions,
        },
        policy: Vec::new(),
        policy_writable: true,
        facts: Vec::new(),
        binding: Binding::default(),
        inputs: Vec::new(),
        evidence: None,
        tests: None,
        rolls_back: None,
        frozen: Vec::new(),
        identity: Digest::ZERO,
        expires: None,
        grants: Vec::new(),
    }
}

fn action(environment: &str) -> Action {
    Action {
        tool: "kubectl".to_owned(),
        operation: "scale".to_owned(),
        impact: Impact::Write,
        categories: BTreeSet::from([Category::Deploy]),
        environment: Environment::named(environment),
        service: None,
        targets: Vec::new(),
        reversible: Reversible::Yes,
        evidence: vec![Evidence::new("environment", "kube context `lab`")],
    }
}

/// Writes run in `dev`, and this is what `dev` is.
fn policies(contexts: &[&str]) -> Policies {
    let rule = EnvironmentRule {
        protected: Some(false),
        contexts: contexts.iter().map(ToString::to_string).collect(),
        ..EnvironmentRule::default()
    };
    let when = When {
        impact: vec![Impact::Write],
        category: vec![Category::Deploy],
        environment: vec!["dev".to_owned()],
        ..When::default()
    };
    let allow = Rule {
        id: RuleId::new("dev-runs"),
        line: 1,
        decision: Decision::Allow,
        description: None,
        owner: None,
        when,
        unless: None,
        obligations: BTreeSet::new(),
        message: None,
        alternatives: Vec::new(),
        examples: Vec::new(),
        counterexamples: Vec::new(),
    };
    alone(Policy { environments: vec![("dev".to_owned(), rule)], rules: vec![allow], ..Policy::default() })
}

fn outcome(now: &Policies, new: &Policies, bodies: &[RequestBody]) -> Outcome {
    let mut simulation = Simulation::new(now, new);
    for (at, body) in bodies.iter().enumerate() {
        let id = RequestId::new(format!("r-{at}"));
        let time = Instant::from_micros(at.try_into().unwrap());
        simulation.add(Asked { id: &id, time, caller: &strictest(), body });
    }
    simulation.finish()
}

#[test]
fn where_it_cannot_be_told_where_a_command_points_the_least_counts() {
    let hidden = || body("kubectl --token [redacted:value] scale x", vec![action("unknown")]);
    let found = outcome(&policies(&["dev"]), &policies(&["dev", "lab"]), &[hidden()]);
    assert_eq!((found.counts.may_be_loosened, found.counts.place_unknown), (1, 1));
    assert_eq!(found.groups[0].certainty, Certainty::Possible);
    assert_eq!(found.groups[0].shift.to.strength.decision, Decision::Allow);
    assert!(found.loosens());
    let same = outcome(&policies(&["dev"]), &policies(&["dev"]), &[hidden()]);
    assert_eq!((same.counts.unchanged, same.counts.place_unknown), (1, 0));
    assert!(!same.loosens());
}

#[test]
fn every_request_is_counted_once_and_the_same_is_not_decided_twice() {
    let bodies = vec![body("[redacted:value]", vec![action("dev")]); 5];
    let now = policies(&[]);
    let mut simulation = Simulation::new(&now, &now);
    let id = RequestId::new("r-1");
    for body in &bodies {
        simulation.add(Asked { id: &id, time: Instant::from_micros(0), caller: &strictest(), body });
    }
    assert_eq!(simulation.seen.len(), 1);
    let counts = simulation.finish().counts;
    assert_eq!((counts.commands, counts.unchanged), (5, 5));
    assert_eq!(counts.from_actions, BTreeMap::from([("hidden_words", 5)]));
}

#[test]
fn what_is_kept_does_not_grow_with_the_requests() {
    let many = REMEMBERED + 10;
    let bodies: Vec<RequestBody> =
        (0..many).map(|at| body(&format!("[redacted:value] {at}"), vec![action("dev")])).collect();
    let stricter = alone(Policy::default());
    let now = policies(&[]);
    let mut simulation = Simulation::new(&now, &stricter);
    for (at, body) in bodies.iter().enumerate() {
        let id = RequestId::new("r-1");
        let caller = Attribution { agent: Some(format!("agent-{at}")), ..strictest() };
        let caller = Attribution { kind: crate::model::attribution::CallerKind::Agent, ..caller };
        simulation.add(Asked { id: &id, time: Instant::from_micros(0), caller: &caller, body });
    }
    assert!(simulation.seen.len() <= REMEMBERED);
    let found = simulation.finish();
    assert_eq!(found.groups.len(), 1);
    assert_eq!(found.groups[0].count, many as u64);
    assert_eq!(found.groups[0].callers.len(), CALLERS + 1);
    assert_eq!(found.groups[0].callers.values().sum::<u64>(), many as u64);
}

#[test]
fn what_was_decided_otherwise_then_is_told() {
    let mut denied = body("[redacted:value]", vec![action("dev")]);
    denied.verdict.decision = Decision::Deny;
    let found = outcome(&policies(&[]), &policies(&[]), &[denied, body("[redacted:value]", vec![action("dev")])]);
    assert_eq!(found.counts.decided_otherwise_then, 1);
    assert!(found.groups.is_empty());
}
