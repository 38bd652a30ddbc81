//! What differs between two policies, and which way it goes.

use std::collections::BTreeSet;
use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::model::action::{Action, Category, Environment, Impact, Reversible};
use crate::model::decision::{Assurance, Obligation};
use crate::model::demand::Stage;
use crate::model::ids::{Digest, RuleId};
use crate::policy::cases::decisions;
use crate::policy::change::Shift;
use crate::policy::change::Side;
use crate::policy::layers::Layer;
use crate::policy::schema::{TestCase, When};
use crate::policy::sieve::Sieve;
use crate::policy::simulate::{Asked, Simulation, tests::body};
use crate::policy::tests_run::strictest;
use crate::policy::{Policies, decide};

/// One file as the user's policy.
pub fn alone(policy: Policy) -> Policies {
    let path = PathBuf::from("policy.toml");
    let sieve = Sieve::of(&policy.rules);
    let kind = LayerKind::User;
    let layer = Layer {
        kind,
        path,
        digest: Digest::ZERO,
        text: String::new(),
        policy,
        sieve,
        foreign: Vec::new(),
        is_writable: true,
    };
    Policies { layers: vec![layer], ..Policies::default() }
}

/// The policy that a text says.
fn read(text: &str) -> Policy {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("policy.toml");
    std::fs::write(&path, format!("schema = 1\n{text}")).unwrap();
    let policies = Policies::default().with_user(&path).unwrap_or_else(|faults| panic!("{faults}"));
    policies.layers()[0].policy.clone()
}

fn directions(from: &Policy, to: &Policy) -> Vec<Option<Direction>> {
    let Difference { environments, rules } = difference(from, to);
    let settings = settings(&alone(from.clone()), &alone(to.clone())).direction();
    environments.iter().chain(&rules).map(Item::direction).chain(settings.map(Some)).collect()
}

#[track_caller]
fn loosens(from: &str, to: &str) {
    let (from, to) = (read(from), read(to));
    assert_eq!(directions(&from, &to), [Some(Direction::Loosens)], "{:#?}", difference(&from, &to));
    assert_eq!(directions(&to, &from), [Some(Direction::Tightens)], "{:#?}", difference(&to, &from));
}

const ASK: &str = "[[rules]]\nid = \"a\"\ntier = 3\n";
const ALLOW: &str = "[[rules]]\nid = \"a\"\ntier = 2\n";

#[test]
fn less_of_a_rule_that_asks_loosens() {
    let all = r#"when = { impact = ["write", "destroy"], tool = "k*" }"#;
    for less in [
        r#"when = { impact = ["write"], tool = "k*" }"#,
        r#"when = { impact = ["write", "destroy"], tool = "kubectl" }"#,
        r#"when = { impact = ["write", "destroy"], tool = "k*", environment = "unknown" }"#,
        "when = { impact = [\"write\", \"destroy\"], tool = \"k*\" }\nunless = { service = \"web\" }",
    ] {
        loosens(&format!("{ASK}{all}"), &format!("{ASK}{less}"));
    }
    loosens(&format!("{ASK}{all}"), "");
}

#[test]
fn more_of_a_rule_that_allows_loosens() {
    let few = r#"when = { impact = "write", category = "code", environment = "local" }"#;
    for more in [
        r#"when = { impact = ["write", "destroy"], category = "code", environment = "local" }"#,
        r#"when = { impact = "write", category = ["code", "docs"], environment = "local" }"#,
        r#"when = { impact = "write", category = "code", environment = ["local", "unknown"] }"#,
    ] {
        loosens(&format!("{ALLOW}{few}"), &format!("{ALLOW}{more}"));
    }
    loosens(&format!("{ALLOW}{few}\nunless = {{ tool = \"gh\" }}"), &format!("{ALLOW}{few}"));
    loosens("", &format!("{ALLOW}{few}"));
}

#[test]
fn a_milder_decision_and_an_obligation_less_loosen() {
    let when = r#"when = { impact = "read", category = "observe" }"#;
    let rule = |decision: &str| format!("[[rules]]\nid = \"a\"\ndecision = \"{decision}\"\n{when}\n");
    for (from, to) in [("deny", "ask"), ("ask", "flag"), ("flag", "allow"), ("deny", "allow")] {
        loosens(&rule(from), &rule(to));
    }
    for obligation in ["require_reason = true", "require_rationale = true", "approvals = 2", "min_assurance = \"A2\""] {
        loosens(&format!("{}{obligation}", rule("ask")), &rule("ask"));
    }
    loosens(&format!("{}approvals = 3", rule("ask")), &format!("{}approvals = 2", rule("ask")));
}

#[test]
fn settings_and_environments_have_a_direction() {
    loosens("[defaults]\ndecision = \"deny\"", "[defaults]\ndecision = \"ask\"");
    loosens("[defaults]\nexpires = \"1h\"", "[defaults]\nexpires = \"1d\"");
    loosens("[defaults]\nrun_within = \"1h\"", "[defaults]\nrun_within = \"2h\"");
    loosens("[approval]\nsingle_operator = false", "[approval]\nsingle_operator = true");
    let alice = "[humans.alice]\nidentities = [\"local:alice@laptop\"]\n";
    let bob = "[humans.bob]\nidentities = [\"local:bob@laptop\"]\n";
    loosens(alice, &format!("{alice}{bob}"));
    loosens(alice, "");
    let group = |members: &str| format!("{alice}{bob}[groups]\nsre = [{members}]\n");
    loosens(&group("\"alice\""), &group("\"alice\", \"bob\""));
    let glass = "[approval]\nbreak_glass = [\"alice\"]\n";
    loosens(alice, &format!("{glass}{alice}"));
    let window = |more: &str| {
        format!(
            "{alice}[[freeze_windows]]\nname = \"w\"\nfrom = \"fri 16:00\"\nuntil = \"mon 08:00\"\nzone = \"UTC\"\n{more}"
        )
    };
    loosens(&window(""), alice);
    loosens(&window(""), &window("approvers = [\"alice\"]\n"));
    loosens(&window(""), &window("environments = [\"unknown\"]\n"));
    let environment =
        |protected: bool, hosts: &str| format!("[environments.a]\nprotected = {protected}\nhosts = [{hosts}]\n");
    loosens(&environment(true, "\"a\""), &environment(false, "\"a\""));
    loosens(&environment(true, "\"a\", \"b\""), &environment(true, "\"a\""));
    loosens(&environment(false, "\"a\""), &environment(false, "\"a\", \"b\""));
    loosens(&environment(true, "\"a\""), "");
    loosens("", &environment(false, "\"a\""));
}

#[test]
fn an_allowing_rule_that_no_longer_says_where_allows_no_changes() {
    let placed = r#"when = { impact = ["read", "write"], category = "code", environment = "local" }"#;
    let anywhere = r#"when = { impact = ["read", "write"], category = "code" }"#;
    let (from, to) = (read(&format!("{ALLOW}{placed}")), read(&format!("{ALLOW}{anywhere}")));
    assert_eq!(directions(&from, &to), [Some(Direction::Both)]);
    assert_eq!(directions(&to, &from), [Some(Direction::Both)]);
}

#[test]
fn an_asking_rule_beside_a_default_that_denies_goes_both_ways() {
    let deny = "[defaults]\ndecision = \"deny\"\n";
    let with = read(&format!("{deny}{ASK}when = {{ impact = \"write\" }}"));
    assert_eq!(directions(&read(deny), &with), [Some(Direction::Both)]);
}

#[test]
fn a_rule_that_begins_to_ask_can_be_milder_than_a_default_that_denies() {
    let when = r#"when = { impact = ["read", "write"], category = "code" }"#;
    let of = |default: &str, rule: &str| read(&format!("[defaults]\ndecision = \"{default}\"\n{rule}{when}"));
    assert_eq!(directions(&of("deny", ALLOW), &of("deny", ASK)), [Some(Direction::Both)]);
    assert_eq!(directions(&of("deny", ASK), &of("deny", ALLOW)), [Some(Direction::Both)]);
    assert_eq!(directions(&of("ask", ALLOW), &of("ask", ASK)), [Some(Direction::Tightens)]);
}

#[test]
fn words_order_and_a_new_name_change_no_decision() {
    let one = "when = { impact = [\"write\", \"destroy\"] }\nmessage = \"x\"";
    let other = "when = { impact = [\"destroy\", \"write\"] }\nmessage = \"y\"";
    let found = difference(&read(&format!("{ASK}{one}")), &read(&format!("{ASK}{other}")));
    assert_eq!(found.rules.iter().map(Item::direction).collect::<Vec<_>>(), [None]);
    assert_eq!(found.rules[0].words, ["other message"]);
    let named = ASK.replace("\"a\"", "\"b\"");
    let found = difference(&read(&format!("{ASK}{one}")), &read(&format!("{named}{one}")));
    assert_eq!(found.rules[0].words, ["renamed, was `a`"]);
    assert_eq!((found.rules.len(), found.rules[0].direction()), (1, None));
    assert_eq!(difference(&read(&format!("{ASK}{one}")), &read(&format!("\n\n{ASK}{one}"))), Difference::default());
}

fn some<T: Clone + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = Vec<T>> {
    proptest::sample::subsequence(all, 0..=all.len())
}

fn texts(all: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    prop_oneof![2 => Just(Vec::new()), 3 => some(all).prop_map(|list| list.iter().map(ToString::to_string).collect())]
}

const IMPACTS: &[Impact] = &Impact::ALL;
const CATEGORIES: &[Category] = &[Category::Code, Category::Deploy, Category::Secrets];

fn when() -> impl Strategy<Value = When> {
    let places = (texts(&["dev", "production", "local"]), proptest::option::weighted(0.2, any::<bool>()));
    let names = (texts(&["k*", "git", "kubectl"]), texts(&["pod/*", "ns/a"]), texts(&["web", "*"]));
    (some(IMPACTS), some(CATEGORIES), places, names).prop_map(
        |(impact, category, (environment, protected), (tool, target, service))| When {
            impact,
            category,
            environment,
            protected,
            tool,
            target,
            service,
            operation: Vec::new(),
        },
    )
}

fn approvers(names: &[&str], count: u32) -> Obligation {
    let approvers = names.iter().map(|name| (*name).to_owned()).collect();
    Obligation::Approvers { stages: vec![Stage { approvers, count, escalate: Vec::new() }] }
}

fn obligations() -> impl Strategy<Value = BTreeSet<Obligation>> {
    let all: &[Obligation] = &[
        Obligation::Reason,
        Obligation::Rationale,
        Obligation::Approvals { count: 2 },
        Obligation::Approvals { count: 3 },
        Obligation::MinAssurance { assurance: Assurance::A2 },
        approvers(&["sre"], 1),
        approvers(&["sre", "cto"], 1),
        approvers(&["sre"], 2),
        Obligation::FourEyes,
    ];
    proptest::sample::subsequence(all.to_vec(), 0..=all.len()).prop_map(BTreeSet::from_iter)
}

prop_compose! {
    fn rule()(
        id in "[a-d]",
        decision in proptest::sample::select(Decision::ALL.to_vec()),
        when in when(),
        unless in proptest::option::weighted(0.3, when()),
        obligations in obligations(),
    ) -> Rule {
        let obligations = if decision == Decision::Ask { obligations } else { BTreeSet::new() };
        let examples = vec!["kubectl -n a delete pod b".to_owned(), "git status".to_owned()];
        Rule {
            id: RuleId::new(id), line: 1, decision, description: None, owner: None, when, unless, obligations,
            message: None, alternatives: Vec::new(), examples, counterexamples: Vec::new(),
        }
    }
}

prop_compose! {
    fn policy()(
        rules in proptest::collection::vec(rule(), 0..5),
        default in proptest::sample::select(vec![None, Some((Decision::Ask, 1)), Some((Decision::Deny, 1))]),
        hours in 1_u64..3,
        single_operator in any::<bool>(),
        protects in any::<bool>(),
    ) -> Policy {
        let mut seen = BTreeSet::new();
        let rules: Vec<Rule> = rules.into_iter().filter(|rule| seen.insert(rule.id.clone())).collect();
        let environment = |protected| EnvironmentRule {
            protected: Some(protected), namespaces: vec!["a".to_owned()], ..EnvironmentRule::default()
        };
        let tests = vec![TestCase { command: "kubectl get pods".to_owned(), ..TestCase::default() }];
        Policy {
            default, expires: Some(std::time::Duration::from_secs(hours * 3600)), run_within: None, single_operator,
            environments: vec![("dev".to_owned(), environment(protects)), ("production".to_owned(), environment(true))],
            rules, tests, ..Policy::default()
        }
    }
}

/// A rule with one thing of another: most pairs of random rules differ in everything, and hide what one thing does.
fn touched(rule: &Rule, other: &Rule, field: usize) -> Rule {
    let mut rule = rule.clone();
    let (when, from) = (&mut rule.when, other.when.clone());
    match field {
        0 => when.impact = from.impact,
        1 => when.category = from.category,
        2 => when.environment = from.environment,
        3 => when.protected = from.protected,
        4 => when.tool = from.tool,
        5 => when.target = from.target,
        6 => when.service = from.service,
        7 => rule.unless = other.unless.clone(),
        8 if rule.decision == Decision::Ask => rule.obligations = other.obligations.clone(),
        _ => {
            rule.decision = other.decision;
            rule.obligations = other.obligations.clone();
        }
    }
    rule
}

/// Two policies of which the second has one rule, or one thing of a rule, otherwise; or two that have nothing in common.
fn pair() -> impl Strategy<Value = (Policy, Policy)> {
    let near = (policy(), rule(), 0..12_usize, any::<prop::sample::Index>()).prop_map(|(from, other, field, at)| {
        let mut to = from.clone();
        match from.rules.len() {
            0 => to.rules.push(other),
            length => {
                let rule = &mut to.rules[at.index(length)];
                *rule = if field < 10 { touched(rule, &other, field) } else { Rule { id: rule.id.clone(), ..other } };
            }
        }
        (from, to)
    });
    prop_oneof![3 => near, 1 => (policy(), policy())]
}

prop_compose! {
    fn action()(
        tool in proptest::sample::select(vec!["kubectl", "git", "helm"]),
        impact in proptest::sample::select(IMPACTS.to_vec()),
        categories in proptest::sample::subsequence(CATEGORIES.to_vec(), 1..=2),
        environment in proptest::sample::select(vec!["dev", "production", "local", "unknown"]),
        targets in proptest::sample::subsequence(vec!["pod/x", "ns/a", "ns/b"], 0..=2),
        service in proptest::option::of(proptest::sample::select(vec!["web", "web, db", "?"])),
    ) -> Action {
        Action {
            tool: tool.to_owned(), operation: "x".to_owned(), impact, categories: categories.into_iter().collect(),
            environment: Environment::named(environment), service: service.map(str::to_owned),
            targets: targets.into_iter().map(str::to_owned).collect(), reversible: Reversible::Unknown,
            evidence: Vec::new(),
        }
    }
}

/// Direction and name of everything that differs.
fn signs(from: &Policy, to: &Policy) -> BTreeSet<(String, Option<Direction>)> {
    let Difference { environments, rules } = difference(from, to);
    let settings = settings(&alone(from.clone()), &alone(to.clone())).direction();
    let all = environments.iter().chain(&rules).map(|item| (item.name.clone(), item.direction()));
    all.chain([("settings".to_owned(), settings)]).collect()
}

fn opposite(direction: Option<Direction>) -> Option<Direction> {
    direction.map(|direction| match direction {
        Direction::Loosens => Direction::Tightens,
        Direction::Tightens => Direction::Loosens,
        Direction::Both => Direction::Both,
    })
}

/// How many are loosened and tightened.
fn simulated(from: &Policies, to: &Policies, actions: &[Action]) -> (u64, u64, u64) {
    let mut simulation = Simulation::new(from, to);
    let id = crate::model::ids::RequestId::new("r-1");
    for action in actions {
        let body = body("[redacted:value]", vec![action.clone()]);
        let time = crate::model::time::Instant::from_micros(0);
        simulation.add(Asked { id: &id, time, caller: &strictest(), body: &body });
    }
    let counts = simulation.finish().counts;
    (counts.loosened, counts.tightened, counts.unchanged)
}

proptest! {
    // Each case parses the commands of both policies.
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_other_way_round_what_loosens_tightens((from, to) in pair()) {
        let there = signs(&from, &to);
        let back: BTreeSet<_> = signs(&to, &from).into_iter().map(|(name, way)| (name, opposite(way))).collect();
        // A new name is told by the second's, so renamed rules, which have no direction, are left out.
        let only = |all: BTreeSet<(String, Option<Direction>)>| -> BTreeSet<_> {
            all.into_iter().filter(|(_, way)| way.is_some()).collect()
        };
        prop_assert_eq!(only(there), only(back));
        let (a, b) = (alone(from), alone(to));
        let ways = |from: &Policies, to: &Policies| -> Vec<(Shift, u64)> {
            decisions(from, to).changed.into_iter().map(|one| (one.shift, one.count)).collect()
        };
        let mut back: Vec<_> = ways(&b, &a).into_iter().map(|(s, n)| (Shift { from: s.to, to: s.from }, n)).collect();
        let mut there = ways(&a, &b);
        back.sort();
        there.sort();
        prop_assert_eq!(there, back);
    }

}

proptest! {
    #[test]
    fn a_simulation_the_other_way_round_swaps_too(
        (from, to) in pair(), actions in proptest::collection::vec(action(), 1..6)
    ) {
        let to = Policy { environments: from.environments.clone(), ..to };
        let (a, b) = (alone(from), alone(to));
        let (loosened, tightened, same) = simulated(&a, &b, &actions);
        let back = simulated(&b, &a, &actions);
        // What goes both ways counts as loosened in both.
        prop_assert!(back.1 <= loosened && tightened <= back.0 && same == back.2, "{loosened} {tightened} {back:?}");
        prop_assert_eq!(loosened + tightened, back.0 + back.1);
        prop_assert_eq!(simulated(&a, &a, &actions).2, actions.len() as u64);
    }

    #[test]
    fn no_decision_is_loosened_that_no_difference_tells((from, to) in pair(), actions in proptest::collection::vec(action(), 1..3)) {
        let (a, b) = (alone(from.clone()), alone(to.clone()));
        let side = |policies: &Policies| Side::of(&decide(policies, &strictest(), actions.clone()));
        let shift = Shift { from: side(&a), to: side(&b) };
        if shift.leaning().direction().is_some_and(Direction::loosens) {
            let told = signs(&from, &to).into_iter().any(|(_, way)| way.is_some_and(Direction::loosens));
            prop_assert!(told, "{:?}\n{:#?}\n{:#?}", shift, from.rules, to.rules);
        }
    }
}
