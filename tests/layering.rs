//! Layers and rules never loosen: over generated policies, and over generated actions and real commands.
//!
//! What holds, exactly:
//!
//! 1. A layer that is added, of any kind and in its place, never makes a decision milder and never drops an obligation
//!    of it. Two things are not decisions of another layer and give way: what stands where there is no policy at all,
//!    and the question that stands where the platform has written no default, once the user has a policy.
//! 2. The same, for commands, of layers that come along with whoever asks (`AIGOV_POLICY`, a repository's file) and
//!    define environments of their own, as these change where a command is said to point. A default that denies, and
//!    nothing else, can become a question: a rule that asks `unless` somewhere speaks where that is no longer sure.
//! 3. A rule that is added to any layer never makes milder what another rule has decided. It stands in the place of its
//!    layer's default, which is what no rule speaks about: an allowing rule may be milder than that, and an asking
//!    one than a default that denies. A denying rule is never milder than anything.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use aigov::model::action::{Action, Category, Environment, Impact, Reversible};
use aigov::model::attribution::{Attribution, CallerKind, Standing};
use aigov::model::decision::{Decision, Obligation, RuleMatch, Verdict};
use aigov::model::invocation::{Dialect, Form, Invocation, Raw, Stdin};
use aigov::policy::layers::LayerKind;
use aigov::policy::tests_run::{TestCase, actions};
use aigov::policy::{Policies, decide};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestRunner};

const PLACES: &[&str] = &["local", "unknown", "dev", "staging", "production"];
const TOOLS: &[&str] = &["kubectl", "git", "aws", "kube*", "*"];
const OPERATIONS: &[&str] = &["delete", "get", "push*", "*"];
const TARGETS: &[&str] = &["namespace/*", "pod/web", "*"];
const SERVICES: &[&str] = &["web", "pay*", "*"];
const CATEGORIES: &[Category] =
    &[Category::Observe, Category::Deploy, Category::Infra, Category::Secrets, Category::Execution];

/// A condition, as the lines of a table.
#[derive(Debug, Clone)]
struct Condition {
    impact: Vec<Impact>,
    category: Vec<Category>,
    lists: Vec<(&'static str, Vec<&'static str>)>,
    protected: Option<bool>,
}

#[derive(Debug, Clone)]
struct NewRule {
    decision: Decision,
    when: Condition,
    unless: Option<Condition>,
    obligations: Vec<&'static str>,
}

#[derive(Debug, Clone)]
struct NewLayer {
    default: Option<Decision>,
    rules: Vec<NewRule>,
    /// `[environments]` of its own.
    environments: String,
}

const DEFINED: &str = "[environments.production]\nprotected = true\ncontexts = [\"prod\"]\nhosts = [\"prod\"]\n\
    [environments.staging]\nprotected = false\ncontexts = [\"staging\"]\nhosts = [\"staging\"]\n\
    [environments.dev]\nprotected = false\ncontexts = [\"dev\", \"kind\"]\nhosts = [\"dev\"]\n";

fn quoted(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    words.into_iter().map(|word| format!("{:?}", word.as_ref())).collect::<Vec<_>>().join(", ")
}

impl Condition {
    fn toml(&self) -> String {
        let mut parts = Vec::new();
        if !self.impact.is_empty() {
            parts.push(format!("impact = [{}]", quoted(self.impact.iter().map(|one| one.as_str()))));
        }
        if !self.category.is_empty() {
            parts.push(format!("category = [{}]", quoted(self.category.iter().map(|one| one.as_str()))));
        }
        for (name, words) in self.lists.iter().filter(|(_, words)| !words.is_empty()) {
            parts.push(format!("{name} = [{}]", quoted(words)));
        }
        parts.extend(self.protected.map(|is| format!("protected = {is}")));
        if parts.is_empty() {
            parts.push("tool = \"*\"".to_owned());
        }
        format!("{{ {} }}", parts.join(", "))
    }
}

impl NewLayer {
    fn toml(&self) -> String {
        let mut text = "schema = 1\n".to_owned();
        if let Some(default) = self.default {
            write!(text, "[defaults]\ndecision = \"{default}\"\n").unwrap();
        }
        text.push_str(&self.environments);
        for (at, rule) in self.rules.iter().enumerate() {
            write!(text, "[[rules]]\nid = \"r{at}\"\ndecision = \"{}\"\n", rule.decision).unwrap();
            writeln!(text, "when = {}", rule.when.toml()).unwrap();
            if let Some(unless) = &rule.unless {
                writeln!(text, "unless = {}", unless.toml()).unwrap();
            }
            for line in &rule.obligations {
                writeln!(text, "{line}").unwrap();
            }
        }
        text
    }
}

type Stack = Vec<(LayerKind, NewLayer)>;

/// Kinds in the order in which they are asked.
const KINDS: [LayerKind; 4] = [LayerKind::Platform, LayerKind::User, LayerKind::Extra, LayerKind::Repository];

fn loaded(stack: &Stack) -> Policies {
    let place = tempfile::tempdir().unwrap();
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let file = |(kind, layer): &(LayerKind, NewLayer)| {
        let path = place.path().join(format!("{}.toml", kind.as_str()));
        fs::write(&path, layer.toml()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        (*kind, path)
    };
    Policies::load(stack.iter().map(file).collect()).unwrap_or_else(|faults| panic!("{faults}\n{stack:?}"))
}

fn caller() -> Attribution {
    Attribution {
        kind: CallerKind::Agent,
        standing: Standing::Claimed,
        agent: None,
        version: None,
        model: None,
        session: None,
        on_behalf_of: None,
        task: None,
        parent: None,
        uid: 0,
        evidence: Vec::new(),
    }
}

fn decided(stack: &Stack, actions: &[Action]) -> Verdict {
    decide(&loaded(stack), &caller(), actions.to_vec())
}

/// The strictest of the matches that `counts`.
fn floor(verdict: &Verdict, counts: impl Fn(&RuleMatch) -> bool) -> Option<Decision> {
    verdict.matches.iter().filter(|found| counts(found)).map(|found| found.decision).max()
}

/// Whether what had to be met must still be met, or nothing runs at all.
fn keeps(before: &BTreeSet<Obligation>, after: &Verdict, was: Decision) -> bool {
    after.decision > was || before.is_subset(&after.obligations)
}

fn condition() -> impl Strategy<Value = Condition> {
    let some = |all: &'static [&'static str]| prop_oneof![8 => Just(Vec::new()), 1 => subsequence(all.to_vec(), 1..=all.len())];
    (
        prop_oneof![Just(Vec::new()), subsequence(Impact::ALL.to_vec(), 1..=4)],
        prop_oneof![Just(Vec::new()), subsequence(CATEGORIES.to_vec(), 1..=CATEGORIES.len())],
        (some(PLACES), some(TOOLS), some(OPERATIONS), some(TARGETS), some(SERVICES)),
        prop_oneof![4 => Just(None), 1 => any::<bool>().prop_map(Some)],
    )
        .prop_map(|(impact, category, (environment, tool, operation, target, service), protected)| Condition {
            impact,
            category,
            lists: vec![
                ("environment", environment),
                ("tool", tool),
                ("operation", operation),
                ("target", target),
                ("service", service),
            ],
            protected,
        })
}

fn rule(decisions: &'static [Decision]) -> impl Strategy<Value = NewRule> {
    let asks = ["require_reason = true", "require_rationale = true", "approvals = 2", "min_assurance = \"A2\""];
    (
        select(decisions),
        condition(),
        prop_oneof![2 => Just(None), 1 => condition().prop_map(Some)],
        subsequence(asks.to_vec(), 0..=4),
    )
        .prop_map(|(decision, mut when, unless, obligations)| {
            if decision < Decision::Ask {
                // What allows must say what.
                if when.impact.is_empty() {
                    when.impact = vec![Impact::Read, Impact::Write];
                }
                if when.category.is_empty() {
                    when.category = CATEGORIES.to_vec();
                }
            }
            let obligations = if decision == Decision::Ask { obligations } else { Vec::new() };
            NewRule { decision, when, unless, obligations }
        })
}

fn layer(kind: LayerKind) -> impl Strategy<Value = NewLayer> {
    let decisions: &[Decision] =
        if kind == LayerKind::Repository { &[Decision::Ask, Decision::Deny] } else { &Decision::ALL };
    let default = if kind.is_base() { vec![None, Some(Decision::Ask), Some(Decision::Deny)] } else { vec![None] };
    (select(default), proptest::collection::vec(rule(decisions), 1..5)).prop_map(move |(default, rules)| NewLayer {
        default,
        rules,
        environments: if kind.is_base() { DEFINED.to_owned() } else { String::new() },
    })
}

/// A layer of each kind, and which of them are there; the base is, in one of its forms.
fn stack() -> impl Strategy<Value = Stack> {
    let all = (layer(KINDS[0]), layer(KINDS[1]), layer(KINDS[2]), layer(KINDS[3]));
    (all, select(vec![0b01, 0b10, 0b11]), 0..4_u8).prop_map(|((a, b, c, d), base, more)| {
        let chosen = base | more << 2;
        let all = [a, b, c, d].into_iter().zip(KINDS).enumerate();
        all.filter(|(at, _)| chosen & 1 << at != 0).map(|(_, (layer, kind))| (kind, layer)).collect()
    })
}

fn action() -> impl Strategy<Value = Action> {
    (
        select(Impact::ALL.to_vec()),
        subsequence(CATEGORIES.to_vec(), 1..=3),
        select(PLACES),
        (select(vec!["kubectl", "git", "aws"]), select(vec!["delete", "get", "push protected"])),
        subsequence(vec!["namespace/x", "pod/web", "?"], 0..=2),
        select(vec![None, Some("web"), Some("payments, web"), Some("*"), Some("?")]),
    )
        .prop_map(|(impact, categories, environment, (tool, operation), targets, service)| Action {
            tool: tool.to_owned(),
            operation: operation.to_owned(),
            impact,
            categories: categories.into_iter().collect(),
            environment: Environment::named(environment),
            service: service.map(str::to_owned),
            targets: targets.into_iter().map(str::to_owned).collect(),
            reversible: Reversible::Unknown,
            evidence: Vec::new(),
        })
}

fn found() -> impl Strategy<Value = Vec<Action>> {
    proptest::collection::vec(action(), 1..4)
}

/// The stack with the layer in its place, or none where there is one of this kind already.
fn with(stack: &Stack, kind: LayerKind, layer: &NewLayer) -> Option<Stack> {
    if stack.iter().any(|(one, _)| *one == kind) {
        return None;
    }
    let rank = |kind: LayerKind| KINDS.iter().position(|one| *one == kind);
    let mut more = stack.clone();
    more.push((kind, layer.clone()));
    more.sort_by_key(|(kind, _)| rank(*kind));
    Some(more)
}

/// 1. What a layer that is added may not do.
fn layer_never_loosens(
    decided: impl Fn(&Stack, &[Action]) -> Verdict,
    stack: &Stack,
    kind: LayerKind,
    added: &NewLayer,
    actions: &[Action],
) -> Result<(), TestCaseError> {
    let Some(more) = with(stack, kind, added) else { return Ok(()) };
    let (before, after) = (decided(stack, actions), decided(&more, actions));
    let is_written = stack.iter().any(|(_, layer)| layer.default.is_some());
    let gives_way = kind == LayerKind::User && !is_written;
    let was = floor(&before, |found| !(gives_way && found.rule.as_str() == "default")).unwrap_or(Decision::Allow);
    prop_assert!(after.decision >= was, "{was} became {}\n{stack:?}\n+ {added:?}\n{actions:?}", after.decision);
    if was == before.decision {
        prop_assert!(keeps(&before.obligations, &after, was), "{:?} {:?}", before.obligations, after.obligations);
    }
    Ok(())
}

/// 3. What a rule that is added may not do.
fn rule_never_loosens(
    decided: impl Fn(&Stack, &[Action]) -> Verdict,
    stack: &Stack,
    (layer, place): (usize, usize),
    added: &NewRule,
    actions: &[Action],
) -> Result<(), TestCaseError> {
    let mut more = stack.clone();
    let layer = layer % more.len();
    let mut added = added.clone();
    if more[layer].0 == LayerKind::Repository && added.decision < Decision::Ask {
        added.decision = Decision::Ask;
    }
    let rules = &mut more[layer].1.rules;
    rules.insert(place % (rules.len() + 1), added.clone());
    let (before, after) = (decided(stack, actions), decided(&more, actions));
    let counts = |found: &RuleMatch| found.rule.as_str() != "default" || found.decision <= added.decision;
    let was = floor(&before, counts).unwrap_or(Decision::Allow);
    prop_assert!(after.decision >= was, "{was} became {}\n{stack:?}\n+ {added:?}\n{actions:?}", after.decision);
    if added.decision == Decision::Deny {
        prop_assert!(after.decision >= before.decision);
    }
    if was == before.decision {
        prop_assert!(keeps(&before.obligations, &after, was), "{:?} {:?}", before.obligations, after.obligations);
    }
    Ok(())
}

fn config() -> Config {
    Config { cases: 600, failure_persistence: None, ..Config::default() }
}

fn kind_and_layer() -> impl Strategy<Value = (LayerKind, NewLayer)> {
    select(KINDS.to_vec()).prop_flat_map(|kind| (Just(kind), layer(kind)))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_layer_that_is_added_never_loosens(stack in stack(), (kind, added) in kind_and_layer(), actions in found()) {
        layer_never_loosens(decided, &stack, kind, &added, &actions)?;
    }

    #[test]
    fn a_rule_that_is_added_never_loosens_what_another_decides(
        stack in stack(), at in (0..4_usize, 0..6_usize), added in rule(&Decision::ALL), actions in found(),
    ) {
        rule_never_loosens(decided, &stack, at, &added, &actions)?;
    }
}

/// Deciders that are wrong in the ways that others have taken. The properties must find each.
fn last_layer_wins(stack: &Stack, actions: &[Action]) -> Verdict {
    let (_, last) = stack.last().unwrap();
    decided(&vec![(LayerKind::User, NewLayer { environments: DEFINED.to_owned(), ..last.clone() })], actions)
}

/// The last rule that matches decides, as in sudoers.
fn last_rule_wins(stack: &Stack, actions: &[Action]) -> Verdict {
    let mut verdict = decided(stack, actions);
    let written = |found: &RuleMatch| {
        let kind = KINDS.iter().position(|kind| found.origin.contains(&format!("/{}.toml", kind.as_str())));
        (kind, found.origin.rsplit(':').next().and_then(|line| line.parse::<usize>().ok()))
    };
    if let Some(last) = verdict.matches.iter().max_by_key(|found| written(found)) {
        verdict.decision = last.decision;
    }
    verdict
}

/// Obligations are lost where more than one rule decides.
fn one_rules_obligations(stack: &Stack, actions: &[Action]) -> Verdict {
    let mut verdict = decided(stack, actions);
    if verdict.matches.iter().filter(|found| found.decision == verdict.decision).count() > 1 {
        verdict.obligations.clear();
    }
    verdict
}

#[test]
fn the_properties_find_deciders_that_loosen() {
    let mut runner = TestRunner::new(Config { cases: 5000, max_shrink_iters: 0, ..config() });
    let layers = (stack(), kind_and_layer(), found());
    for (at, wrong) in [last_layer_wins, one_rules_obligations].into_iter().enumerate() {
        let run = runner
            .run(&layers, |(stack, (kind, added), actions)| layer_never_loosens(wrong, &stack, kind, &added, &actions));
        assert!(run.is_err(), "the wrong decider {at} was not found");
    }
    let rules = (stack(), (0..4_usize, 0..6_usize), rule(&[Decision::Allow, Decision::Ask]), found());
    for (at, wrong) in [last_rule_wins, one_rules_obligations].into_iter().enumerate() {
        let run =
            runner.run(&rules, |(stack, at, added, actions)| rule_never_loosens(wrong, &stack, at, &added, &actions));
        assert!(run.is_err(), "the wrong decider {at} was not found");
    }
}

/// Commands that point at places by contexts, hosts and directories, or nowhere.
const COMMANDS: &[&str] = &[
    "kubectl --context staging delete namespace web",
    "kubectl --context dev scale deploy/web --replicas=3",
    "kubectl --context kind-local get pods",
    "kubectl --context prod-eu delete pod web-0",
    "kubectl --context elsewhere get secret db -o yaml",
    "kubectl delete namespace staging",
    "psql -h db-dev -c 'select 1'",
    "psql -h staging -c 'drop table users'",
    "helm --kube-context dev upgrade web ./chart",
    "git commit -m x",
    "git push --force origin topic",
    "rm -rf build",
    "cd staging && make deploy",
    "cat README.md | grep x > out",
    "unheard-of-tool status",
    "terraform workspace select dev && terraform apply",
];

/// Signs that a brought environment may claim.
const SIGNS: &[&str] = &[
    "contexts = [\"staging\", \"dev\"]", "contexts = [\"*\"]", "contexts = [\"prod-eu\", \"kind\"]", "hosts = [\"*\"]",
    "namespaces = [\"*\"]", "workspaces = [\"*\"]", "directories = [\"src\"]", "directories = [\"*\"]",
];

fn understood(policies: &Policies, command: &str) -> Vec<Action> {
    let text = Raw::from(command);
    let form = Form::Shell { text, shell: Raw::from("bash"), dialect: Dialect::Bash };
    let invocation = Invocation { form, cwd: Raw::from("/"), env: Vec::new(), stdin: Stdin::Null };
    let case = TestCase { command: command.to_owned(), ..TestCase::default() };
    actions(&invocation, policies, &case)
}

fn places(verdict: &Verdict) -> Vec<&str> {
    verdict.actions.iter().map(|action| action.environment.as_str()).collect()
}

fn decided_of_command(stack: &Stack, command: &str) -> Verdict {
    let policies = loaded(stack);
    let actions = understood(&policies, command);
    decide(&policies, &caller(), actions)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn environments_that_are_brought_along_never_loosen(
        stack in stack(),
        (kind, added) in select(vec![LayerKind::Extra, LayerKind::Repository]).prop_flat_map(|k| (Just(k), layer(k))),
        signs in subsequence(SIGNS.to_vec(), 1..=4),
        command in select(COMMANDS),
    ) {
        let own: Vec<String> = signs.iter().enumerate()
            .map(|(at, signs)| format!("[environments.mine{at}]\nprotected = true\n{signs}\n")).collect();
        let added = NewLayer { environments: own.concat(), ..added };
        let Some(more) = with(&stack, kind, &added) else { return Ok(()) };
        let (before, after) = (decided_of_command(&stack, command), decided_of_command(&more, command));
        // A place that may be another one lets an asking rule speak where only a default that denies did.
        let counts = |found: &RuleMatch| found.rule.as_str() != "default" || found.decision < Decision::Deny;
        let was = floor(&before, counts).unwrap_or(Decision::Ask);
        prop_assert!(
            after.decision >= was,
            "{command}: {was} became {}\n{stack:?}\n+ {added:?}\n{:?}\n{:?}",
            after.decision, places(&before), places(&after)
        );
        prop_assert!(was < before.decision || keeps(&before.obligations, &after, was), "{command}");
    }

    /// What the platform's protected environments claim stays theirs, whatever a user's policy calls it.
    #[test]
    fn a_users_environments_never_loosen_what_the_platform_protects(
        platform in layer(LayerKind::Platform),
        user in layer(LayerKind::User),
        signs in subsequence(SIGNS.to_vec(), 1..=4),
        is_protected in any::<bool>(),
        command in select(COMMANDS),
    ) {
        let stack = vec![(LayerKind::Platform, platform)];
        let before = decided_of_command(&stack, command);
        let is_claimed = |action: &&Action| action.environment.as_str() == "production";
        let signs: Vec<&&str> = signs.iter().filter(|one| is_protected || !one.contains("\"*\"")).collect();
        let own: Vec<String> = signs.iter().enumerate()
            .map(|(at, signs)| format!("[environments.mine{at}]\nprotected = {is_protected}\n{signs}\n")).collect();
        let user = NewLayer { environments: format!("{DEFINED}{}", own.concat()), ..user };
        let after = decided_of_command(&with(&stack, LayerKind::User, &user).unwrap(), command);
        let theirs: Vec<usize> = before.actions.iter().enumerate().filter(|(_, a)| is_claimed(a)).map(|(at, _)| at).collect();
        for at in &theirs {
            prop_assert_eq!(&before.actions[*at].environment, &after.actions[*at].environment);
        }
        let is_written = stack[0].1.default.is_some();
        let counts = |found: &RuleMatch| (theirs.contains(&found.action) || is_protected)
            && (found.rule.as_str() != "default" || is_written && found.decision < Decision::Deny);
        prop_assert!(after.decision >= floor(&before, counts).unwrap_or(Decision::Allow), "{command}");
    }
}

#[test]
fn a_repository_cannot_lift_a_rule_about_a_place_by_another_name_for_it() {
    let deny = NewRule {
        decision: Decision::Deny,
        when: Condition {
            impact: vec![Impact::Destroy],
            category: Vec::new(),
            lists: vec![("environment", vec!["staging"])],
            protected: None,
        },
        unless: None,
        obligations: Vec::new(),
    };
    let user = NewLayer { default: None, rules: vec![deny], environments: DEFINED.to_owned() };
    let brought = NewLayer {
        default: None,
        rules: Vec::new(),
        environments: "[environments.mine]\nprotected = true\ncontexts = [\"staging\"]\n".to_owned(),
    };
    let stack = vec![(LayerKind::User, user.clone())];
    let command = "kubectl --context staging delete namespace web";
    assert_eq!(decided_of_command(&stack, command).decision, Decision::Deny);
    let more = with(&stack, LayerKind::Repository, &brought).unwrap();
    let after = decided_of_command(&more, command);
    assert_eq!(after.actions[0].environment.as_str(), "mine");
    assert_eq!(after.decision, Decision::Deny);
    // The same of another brought layer's own place, which the one above takes over.
    let theirs = NewRule {
        decision: Decision::Deny,
        when: Condition {
            impact: vec![Impact::Destroy],
            category: Vec::new(),
            lists: vec![("environment", vec!["theirs"])],
            protected: None,
        },
        unless: None,
        obligations: Vec::new(),
    };
    let repository = NewLayer {
        default: None,
        rules: vec![theirs],
        environments: "[environments.theirs]\nprotected = true\ncontexts = [\"*\"]\n".to_owned(),
    };
    let below =
        vec![(LayerKind::User, NewLayer { rules: Vec::new(), ..user.clone() }), (LayerKind::Repository, repository)];
    let elsewhere = "kubectl --context elsewhere delete namespace web";
    assert_eq!(decided_of_command(&below, elsewhere).decision, Decision::Deny);
    let claimed = NewLayer { environments: brought.environments.replace("staging", "*"), ..brought.clone() };
    let between = with(&below, LayerKind::Extra, &claimed).unwrap();
    assert_eq!(decided_of_command(&between, elsewhere).decision, Decision::Deny);
    // Production is still production, and the rule about staging says nothing of it.
    assert_eq!(decided_of_command(&more, "kubectl --context prod delete pod x").decision, Decision::Ask);
}

#[test]
fn a_default_that_the_platform_has_written_holds() {
    let platform = NewLayer { default: Some(Decision::Deny), rules: Vec::new(), environments: String::new() };
    let user = NewLayer { default: Some(Decision::Ask), ..platform.clone() };
    let stack = vec![(LayerKind::Platform, platform), (LayerKind::User, user.clone())];
    assert_eq!(decided_of_command(&stack, "unheard-of-tool status").decision, Decision::Deny);
    // One that it has not written is the user's to say.
    let open = NewLayer { default: None, ..user.clone() };
    let stack = vec![(LayerKind::Platform, open), (LayerKind::User, user)];
    assert_eq!(decided_of_command(&stack, "unheard-of-tool status").decision, Decision::Ask);
}
