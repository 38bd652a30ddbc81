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

#[path = "support/policies.rs"]
mod policies;

use std::collections::BTreeSet;

use aigov::model::action::{Action, Category, Impact};
use aigov::model::decision::{Decision, Obligation, RuleMatch, Verdict};
use aigov::model::invocation::{Dialect, Form, Invocation, Raw, Stdin};
use aigov::policy::layers::LayerKind;
use aigov::policy::tests_run::{TestCase, actions};
use aigov::policy::{Policies, decide};
use policies::{Condition, DEFINED, KINDS, NewLayer, NewRule, Stack, caller, found, layer, loaded, rule, stack};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestRunner};

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

/// A rule that flags is not lifted by calling its place by another name.
#[test]
fn what_is_flagged_stays_on_the_list_in_a_place_that_was_renamed() {
    let rule = |decision, places: Vec<&'static str>| NewRule {
        decision,
        when: Condition {
            impact: vec![Impact::Read],
            category: vec![Category::Observe],
            lists: vec![("environment", places)],
            protected: None,
        },
        unless: None,
        obligations: Vec::new(),
    };
    let rules = vec![rule(Decision::Allow, Vec::new()), rule(Decision::Flag, vec!["unknown"])];
    let stack = vec![(LayerKind::User, NewLayer { default: None, rules, environments: DEFINED.to_owned() })];
    let environments = "[environments.mine]\nprotected = true\nnamespaces = [\"*\"]\n".to_owned();
    let added = NewLayer { default: None, rules: vec![rule(Decision::Ask, vec!["production"])], environments };
    let command = "kubectl --context elsewhere get pods";
    assert_eq!(decided_of_command(&stack, command).decision, Decision::Flag);
    let more = with(&stack, LayerKind::Extra, &added).unwrap();
    let after = decided_of_command(&more, command);
    assert_eq!(places(&after), ["mine"]);
    assert!(after.decision >= Decision::Flag, "{}", after.decision);
    // It allows nothing where nothing else does: the default still asks.
    let alone =
        vec![(LayerKind::User, NewLayer { rules: vec![rule(Decision::Flag, vec!["dev"])], ..stack[0].1.clone() })];
    let more = with(&alone, LayerKind::Extra, &added).unwrap();
    assert_eq!(decided_of_command(&more, command).decision, Decision::Ask);
}
