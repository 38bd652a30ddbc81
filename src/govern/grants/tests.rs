//! Each part of a scope with what it holds and what it does not.

use std::time::Duration;

use super::*;
use crate::model::action::{Environment, Evidence, Reversible};
use crate::model::attribution::CallerKind;
use crate::model::attribution::Standing;
use crate::model::decision::{Assurance, Tier};
use crate::model::grant::Foreseen;
use crate::model::ids::{RequestId, RuleId};
use crate::model::secret::Redacted;

const NOW: Instant = Instant::from_micros(1_800_000_000_000_000);

fn action() -> Action {
    Action {
        tool: "kubectl".to_owned(),
        operation: "rollout restart".to_owned(),
        impact: Impact::Write,
        categories: BTreeSet::from([Category::Deploy]),
        environment: Environment::named("staging"),
        service: Some("web".to_owned()),
        targets: vec!["deployment/web".to_owned()],
        reversible: Reversible::Unknown,
        evidence: vec![
            Evidence::new("environment", "kube context `staging`"),
            Evidence::new("environment", "namespace `payments`"),
        ],
    }
}

fn verdict(actions: Vec<Action>) -> Verdict {
    let asks = |at: usize| RuleMatch {
        rule: RuleId::new("staging-asks"),
        origin: "/p.toml:7".to_owned(),
        decision: Decision::Ask,
        action: at,
        message: None,
        owner: None,
    };
    let impact = actions.iter().map(|action| action.impact).max().unwrap_or(Impact::Unknown);
    Verdict {
        decision: Decision::Ask,
        tier: Tier::of(Decision::Ask, impact),
        rule: RuleId::new("staging-asks"),
        origin: "/p.toml:7".to_owned(),
        matches: (0..actions.len()).map(asks).collect(),
        reasons: Vec::new(),
        obligations: BTreeSet::new(),
        alternatives: Vec::new(),
        impact,
        actions,
    }
}

fn caller() -> Attribution {
    Attribution {
        kind: CallerKind::Agent,
        standing: Standing::Claimed,
        agent: Some("claude-code".to_owned()),
        version: None,
        model: None,
        session: None,
        on_behalf_of: Some("alice@laptop".to_owned()),
        task: Some("T-1".to_owned()),
        parent: None,
        uid: 1000,
        evidence: Vec::new(),
    }
}

fn grant_of(shape: Shape, id: &str) -> GrantRow {
    let grant = Grant {
        id: GrantId::new(id),
        human: "alice".to_owned(),
        identity: "local:alice@laptop".to_owned(),
        uid: 1000,
        channel: "command".to_owned(),
        assurance: Assurance::A0,
        single_operator: true,
        from: RequestId::new("r-1"),
        scope: shape.scope,
        rules: shape.rules.into_iter().collect(),
        expires: NOW.plus(Duration::from_secs(60)),
        uses: 3,
        rationale: Redacted::assume_clean("rollout".to_owned()),
        foreseen: Foreseen { since: NOW, asked: 0, runs: 0, rejected: 0 },
        policy: Vec::new(),
    };
    GrantRow { grant, made: NOW, used: 0, ended: None }
}

fn row() -> GrantRow {
    let shape = shapes(&verdict(vec![action()]), &caller()).unwrap().remove(0);
    grant_of(shape, "g-1")
}

fn asked(verdict: &Verdict, caller: &Attribution, often: Often, rows: &[GrantRow]) -> Result<Vec<GrantUse>, Gap> {
    answer(&Wanted { verdict, caller, often, now: NOW }, rows, &|_| None)
}

#[track_caller]
fn runs(action: Action, row: &GrantRow) {
    let verdict = verdict(vec![action]);
    let uses = asked(&verdict, &caller(), Often::AsWritten, std::slice::from_ref(row));
    assert_eq!(uses, Ok(vec![GrantUse { grant: row.grant.id.clone(), count: 1 }]));
}

#[track_caller]
fn asks(action: Action, row: &GrantRow) -> Gap {
    let verdict = verdict(vec![action]);
    asked(&verdict, &caller(), Often::AsWritten, std::slice::from_ref(row)).unwrap_err()
}

#[test]
fn a_grant_from_a_request_lets_the_same_run_and_its_twins_in_each_part_ask() {
    let row = row();
    runs(action(), &row);
    type Twin = (&'static str, fn(&mut Action));
    let twins: [Twin; 11] = [
        ("tool", |a| a.tool = "helm".to_owned()),
        ("operation", |a| a.operation = "delete".to_owned()),
        ("environment", |a| a.environment = Environment::named("production")),
        ("environment", |a| a.environment = Environment::local()),
        ("place", |a| a.evidence[1] = Evidence::new("environment", "namespace `billing`")),
        ("place", |a| a.evidence.clear()),
        ("impact", |a| a.impact = Impact::Destroy),
        ("kind of work", |a| a.categories = BTreeSet::from([Category::Deploy, Category::UserData])),
        ("service", |a| a.service = Some("web, api".to_owned())),
        ("service", |a| a.service = Some("?".to_owned())),
        ("target", |a| a.targets.push("deployment/api".to_owned())),
    ];
    for (part, change) in twins {
        let mut twin = action();
        change(&mut twin);
        let gap = asks(twin, &row);
        assert!(matches!(&gap, Gap::Scope(_, Some((_, short))) if *short == part), "{part}: {gap:?}");
    }
    for change in
        [(|a| a.service = None) as fn(&mut Action), |a| a.targets.clear(), |a| a.service = Some("*".to_owned())]
    {
        let mut twin = action();
        change(&mut twin);
        asks(twin, &row);
    }
}

#[test]
fn a_grant_is_for_its_caller_alone() {
    let row = row();
    let verdict = verdict(vec![action()]);
    let twins: [fn(&mut Attribution); 5] = [
        |c| c.agent = Some("codex".to_owned()),
        |c| c.agent = None,
        |c| c.kind = CallerKind::Unattributed,
        |c| c.kind = CallerKind::Human,
        |c| c.on_behalf_of = Some("bob@laptop".to_owned()),
    ];
    for change in twins {
        let mut other = caller();
        change(&mut other);
        let found = asked(&verdict, &other, Often::AsWritten, std::slice::from_ref(&row));
        assert_eq!(found, Err(Gap::NoGrant), "{other:?}");
    }
    let mut for_task = row;
    for_task.grant.scope.task = Some("T-1".to_owned());
    runs(action(), &for_task);
    for_task.grant.scope.task = Some("T-2".to_owned());
    assert_eq!(asks(action(), &for_task), Gap::NoGrant);
    for_task.grant.scope.task = None;
    for_task.grant.scope.agent = None;
    let other = Attribution { agent: Some("codex".to_owned()), ..caller() };
    assert!(asked(&verdict, &other, Often::AsWritten, &[for_task]).is_ok());
}

#[test]
fn patterns_hold_what_they_say_and_only_a_star_holds_what_is_not_known() {
    let mut row = row();
    row.grant.scope.targets = vec!["deployment/web-*".to_owned()];
    let on = |targets: &[&str]| Action { targets: targets.iter().map(|t| (*t).to_owned()).collect(), ..action() };
    runs(on(&["deployment/web-1", "deployment/web-2"]), &row);
    for targets in [&["deployment/web"][..], &["deployment/*"], &["deployment/?"], &["?"], &[], &["pod/web-1"]] {
        asks(on(targets), &row);
    }
    row.grant.scope.targets = vec!["/srv/data/*".to_owned()];
    runs(on(&["/srv/data/x"]), &row);
    asks(on(&["/srv/data/../../etc/passwd"]), &row);
    row.grant.scope.targets = vec!["*".to_owned()];
    runs(on(&[]), &row);
    runs(on(&["?"]), &row);
    row.grant.scope.services = vec!["*".to_owned()];
    runs(Action { service: Some("?".to_owned()), ..action() }, &row);
    runs(Action { service: None, ..action() }, &row);
    row.grant.scope.operations = vec!["rollout *".to_owned()];
    runs(Action { operation: "rollout undo".to_owned(), ..action() }, &row);
    asks(Action { operation: "scale".to_owned(), ..action() }, &row);
}

#[test]
fn what_cannot_be_known_and_what_changes_trust_is_never_answered() {
    let mut row = row();
    row.grant.scope.impact = Impact::Unknown;
    row.grant.scope.categories = Category::ALL.into_iter().collect();
    row.grant.scope.environments.push("unknown".to_owned());
    row.grant.scope.targets = vec!["*".to_owned()];
    runs(Action { impact: Impact::Destroy, ..action() }, &row);
    let twins: [fn(&mut Action); 11] = [
        |a| a.impact = Impact::Unknown,
        |a| a.environment = Environment::unknown(),
        |a| a.categories = BTreeSet::from([Category::Deploy, Category::Secrets]),
        |a| a.categories = BTreeSet::from([Category::Governance]),
        |a| a.categories = BTreeSet::from([Category::AccessControl]),
        |a| a.categories = BTreeSet::from([Category::Execution]),
        |a| a.evidence.push(Evidence::new("opaque", "`$X`")),
        |a| a.evidence.push(Evidence::new("unseen_code", "a hook")),
        |a| a.evidence.push(Evidence::new("suspected", "in a script")),
        |a| a.evidence.push(Evidence::new("via", "sudo")),
        |a| a.targets = vec!["key/[redacted:token]".to_owned()],
    ];
    for change in twins {
        let mut twin = action();
        change(&mut twin);
        let gap = asks(twin.clone(), &row);
        assert!(matches!(gap, Gap::Never(..)), "{gap:?} {twin:?}");
        assert!(shapes(&verdict(vec![twin]), &caller()).is_err());
    }
}

#[test]
fn obligations_that_a_grant_does_not_meet_stay_in_force() {
    let row = row();
    let with = |obligation: Obligation| {
        let mut verdict = verdict(vec![action()]);
        verdict.obligations.insert(obligation);
        asked(&verdict, &caller(), Often::AsWritten, std::slice::from_ref(&row))
    };
    for met in [
        Obligation::Reason,
        Obligation::Rationale,
        Obligation::Approvals { count: 1 },
        Obligation::MinAssurance { assurance: Assurance::A0 },
        Obligation::Verification { command: "true".to_owned(), within_s: 1 },
    ] {
        assert!(with(met.clone()).is_ok(), "{met:?}");
    }
    for unmet in [
        Obligation::EachTime,
        Obligation::Preview,
        Obligation::AutoRollback,
        Obligation::Approvals { count: 2 },
        Obligation::MinAssurance { assurance: Assurance::A1 },
        Obligation::Quota { name: "q".to_owned() },
        Obligation::Record,
        Obligation::Scrub,
    ] {
        assert_eq!(with(unmet.clone()), Err(Gap::Obligation(unmet)));
    }
    let mut silent = row.clone();
    silent.grant.rationale = Redacted::assume_clean(" ".to_owned());
    let mut wants = verdict(vec![action()]);
    wants.obligations.insert(Obligation::Rationale);
    let found = asked(&wants, &caller(), Often::AsWritten, &[silent]);
    assert_eq!(found, Err(Gap::Obligation(Obligation::Rationale)));
}

#[test]
fn a_rule_that_the_grant_does_not_answer_still_asks() {
    let row = row();
    let mut verdict = verdict(vec![action()]);
    let more = |origin: &str| RuleMatch { origin: origin.to_owned(), ..verdict.matches[0].clone() };
    let (moved, brought) = (more("/p.toml:99"), more("/repo/.aigov.toml:1"));
    verdict.matches.push(moved);
    assert!(asked(&verdict, &caller(), Often::AsWritten, std::slice::from_ref(&row)).is_ok(), "only its line changed");
    verdict.matches.push(brought);
    let found = asked(&verdict, &caller(), Often::AsWritten, &[row]);
    assert!(matches!(found, Err(Gap::Rule(..))), "{found:?}");
}

#[test]
fn each_action_that_asks_needs_a_use_of_a_grant_and_what_policy_allows_needs_none() {
    let row = row();
    let other = Action { operation: "scale".to_owned(), ..action() };
    let both = verdict(vec![action(), other.clone()]);
    assert!(asked(&both, &caller(), Often::AsWritten, std::slice::from_ref(&row)).is_err());
    let second = grant_of(shapes(&verdict(vec![other.clone()]), &caller()).unwrap().remove(0), "g-2");
    let uses = asked(&both, &caller(), Often::AsWritten, &[row.clone(), second]).unwrap();
    assert_eq!(uses.iter().map(|one| (one.grant.as_str(), one.count)).collect::<Vec<_>>(), [("g-1", 1), ("g-2", 1)]);

    let thrice = verdict(vec![action(), action(), action()]);
    let uses = asked(&thrice, &caller(), Often::AsWritten, std::slice::from_ref(&row)).unwrap();
    assert_eq!(uses, [GrantUse { grant: row.grant.id.clone(), count: 3 }]);
    let four = verdict(vec![action(), action(), action(), action()]);
    assert!(matches!(asked(&four, &caller(), Often::AsWritten, std::slice::from_ref(&row)), Err(Gap::Uses(_))));

    let mut half = verdict(vec![action(), other]);
    half.matches[1].decision = Decision::Allow;
    assert!(asked(&half, &caller(), Often::AsWritten, &[row]).is_ok());
}

#[test]
fn what_is_denied_or_over_or_spent_or_taken_back_or_not_its_human_s_is_not_answered() {
    let row = row();
    let verdict = verdict(vec![action()]);
    let ask = |row: &GrantRow| asked(&verdict, &caller(), Often::AsWritten, std::slice::from_ref(row));
    assert!(ask(&row).is_ok());
    let mut over = row.clone();
    over.grant.expires = NOW;
    let spent = GrantRow { used: 3, ..row.clone() };
    let mut revoked = row.clone();
    revoked.ended = Some(crate::model::grant::GrantEnd { at: NOW, human: None, why: None });
    for gone in [over, spent, revoked] {
        assert_eq!(ask(&gone), Err(Gap::NoGrant));
    }
    let denied = Verdict { decision: Decision::Deny, ..verdict.clone() };
    assert_eq!(asked(&denied, &caller(), Often::AsWritten, std::slice::from_ref(&row)), Err(Gap::NotAsked));
    let wanted = Wanted { verdict: &verdict, caller: &caller(), often: Often::AsWritten, now: NOW };
    let found = answer(&wanted, std::slice::from_ref(&row), &|_| Some("not alone".to_owned()));
    assert!(matches!(found, Err(Gap::Rights(..))), "{found:?}");
    assert_eq!(asked(&verdict, &caller(), Often::Perhaps, &[row]), Err(Gap::Often));
    let empty = Verdict { actions: Vec::new(), ..verdict };
    assert_eq!(asked(&empty, &caller(), Often::AsWritten, &[]), Err(Gap::Nothing));
}

#[test]
fn a_text_that_can_repeat_is_told_from_one_that_cannot() {
    for text in ["kubectl get pods", "cd x && kubectl scale deploy/web --replicas=2 | tee out", "echo format; ls"] {
        assert_eq!(Often::of_text(text), Often::AsWritten, "{text}");
    }
    for text in [
        "for x in 1 2; do kubectl delete pod x; done",
        "while true; do kubectl rollout restart deploy/web; done",
        "until false;do ls;done",
        "f() { kubectl scale deploy/web --replicas=1; }; f; f",
        "f ( ) { ls; }",
        "function f { ls; }; f; f",
        "eval 'ls; ls'",
        "trap 'ls' DEBUG; a; b",
        "eva\\l x",
        "whi\"\"le x",
        "mapfile -C 'kubectl delete pod' -c 1 x",
    ] {
        assert_eq!(Often::of_text(text), Often::Perhaps, "{text}");
    }
}

#[test]
fn a_request_becomes_one_shape_for_each_kind_of_action() {
    let second = Action { targets: vec!["deployment/web-2".to_owned()], ..action() };
    let third = Action { operation: "scale".to_owned(), ..action() };
    let shapes = shapes(&verdict(vec![action(), second, third]), &caller()).unwrap();
    assert_eq!(shapes.len(), 2);
    assert_eq!(shapes[0].scope.targets, ["deployment/web", "deployment/web-2"]);
    assert_eq!(shapes[1].scope.operations, ["scale"]);
    assert!(shapes.iter().all(|shape| short_of(&shape.scope, &shape.sample).is_none()));
}

#[test]
fn what_is_local_is_granted_in_its_directory_alone() {
    let in_tree = |directory: &str| Action {
        tool: "touch".to_owned(),
        operation: "touch".to_owned(),
        environment: Environment::local(),
        service: None,
        targets: vec!["x".to_owned()],
        evidence: vec![Evidence::new("environment", format!("directory `{directory}`"))],
        ..action()
    };
    let row = grant_of(shapes(&verdict(vec![in_tree("/srv/a")]), &caller()).unwrap().remove(0), "g-1");
    runs(in_tree("/srv/a"), &row);
    assert!(matches!(asks(in_tree("/srv/b"), &row), Gap::Scope(_, Some((_, "place")))));
    let nowhere = Action { evidence: Vec::new(), ..in_tree("") };
    assert!(matches!(asks(nowhere, &row), Gap::Never(..)));
}
