//! `decide` beside a plain reading of the same policies: every rule, one after the other, by the words of the
//! documentation, with no sieve and nothing prepared. The two must give the same verdict, whole.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::PathBuf;

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use crate::model::action::{Action, Category, Environment, Evidence, Impact, Reversible};
use crate::model::attribution::{Attribution, CallerKind, Standing};
use crate::model::decision::{Assurance, Decision, Obligation, RuleMatch, Tier, Verdict};
use crate::model::environments::EnvironmentRule;
use crate::model::ids::{Digest, RuleId};
use crate::policy::Policies;
use crate::policy::layers::{Layer, LayerKind};
use crate::policy::schema::{Policy, Rule, When};
use crate::policy::sieve::Sieve;
use crate::text::glob::glob;

/// The verdict, read plainly.
fn plain(policies: &Policies, actions: Vec<Action>) -> Verdict {
    let mut found: Vec<(RuleMatch, Option<&Rule>)> = Vec::new();
    for (index, action) in actions.iter().enumerate() {
        for layer in policies.layers() {
            found.extend(of_layer(policies, layer, index, action));
        }
        if !policies.has_base() {
            let harmless = [Category::Observe, Category::Plan, Category::Docs, Category::Code];
            let is_known_read = action.impact == Impact::Read && action.categories.iter().all(|c| harmless.contains(c));
            found.push(if is_known_read {
                own("built-in-reads", Decision::Allow, index, "known reads run without a policy")
            } else {
                own("no-policy", Decision::Deny, index, "there is no policy yet; a human runs `aigov init`")
            });
        }
    }
    if actions.is_empty() {
        found.push(own("nothing-understood", Decision::Ask, 0, "no command was found in it"));
    }
    found.sort_by_key(|(one, _)| Reverse(one.decision));
    let (first, _) = found.first().unwrap();
    let decision = first.decision;
    let impact = actions.iter().map(|action| action.impact).max().unwrap_or(Impact::Unknown);
    let strictest = || found.iter().filter(|(one, _)| one.decision == decision);
    let rules = || strictest().filter_map(|(_, rule)| *rule);
    Verdict {
        decision,
        tier: Tier::of(decision, impact),
        rule: first.rule.clone(),
        origin: first.origin.clone(),
        matches: found.iter().map(|(one, _)| one.clone()).collect(),
        reasons: without_repeats(strictest().flat_map(|(one, _)| reasons(one, &actions))),
        obligations: rules().flat_map(|rule| rule.obligations.clone()).collect(),
        alternatives: without_repeats(rules().flat_map(|rule| rule.alternatives.clone())),
        impact,
        actions,
    }
}

fn of_layer<'a>(
    policies: &Policies,
    layer: &'a Layer,
    index: usize,
    action: &Action,
) -> Vec<(RuleMatch, Option<&'a Rule>)> {
    let mut all: Vec<(RuleMatch, Option<&Rule>)> = Vec::new();
    for rule in &layer.policy.rules {
        if applies(rule, action, policies, &layer.foreign) {
            all.push(says(layer, rule, index));
        }
    }
    let has_user = policies.layers().iter().any(|one| one.kind == LayerKind::User);
    let is_written = layer.policy.default.is_some();
    let is_base = layer.kind == LayerKind::User || (layer.kind == LayerKind::Platform && (is_written || !has_user));
    if all.is_empty() && is_base {
        let (decision, line) = layer.policy.default.unwrap_or((Decision::Ask, 1));
        let (mut found, rule) = own("default", decision, index, "no rule speaks about it");
        found.origin = format!("{}:{line}", layer.path.display());
        all.push((found, rule));
    }
    // Moved from where a rule would have flagged it, it stays on the list; that lifts nothing else, not even the default.
    let environment = action.environment.as_str();
    let is_moved = is_protected(environment, policies) && layer.foreign.iter().any(|name| name == environment);
    for rule in layer.policy.rules.iter().filter(|rule| is_moved && rule.decision == Decision::Flag) {
        if applies(rule, action, policies, &layer.foreign) || !may_allow(rule, action) {
            continue;
        }
        let excepted =
            rule.unless.as_ref().is_some_and(|unless| holds(unless, action, policies, &layer.foreign, (false, true)));
        if holds(&rule.when, action, policies, &layer.foreign, (true, false)) && !excepted {
            all.push(says(layer, rule, index));
        }
    }
    all
}

fn says<'a>(layer: &Layer, rule: &'a Rule, action: usize) -> (RuleMatch, Option<&'a Rule>) {
    let (message, owner) = (rule.message.clone().or_else(|| rule.description.clone()), rule.owner.clone());
    let origin = format!("{}:{}", layer.path.display(), rule.line);
    (RuleMatch { rule: rule.id.clone(), origin, decision: rule.decision, action, message, owner }, Some(rule))
}

fn may_allow(rule: &Rule, action: &Action) -> bool {
    let names_place = !rule.when.environment.is_empty() || rule.when.protected == Some(false);
    rule.when.impact.contains(&action.impact) && (action.impact == Impact::Read || names_place)
}

fn own<'a>(id: &str, decision: Decision, action: usize, message: &str) -> (RuleMatch, Option<&'a Rule>) {
    let (origin, message) = ("built-in".to_owned(), Some(message.to_owned()));
    (RuleMatch { rule: RuleId::new(id), origin, decision, action, message, owner: None }, None)
}

fn reasons(found: &RuleMatch, actions: &[Action]) -> Vec<String> {
    let Some(action) = actions.get(found.action) else { return vec![found.message.clone().unwrap_or_default()] };
    let mut all = vec![format!("`{}` is {} in {}", action.title(), action.impact, action.environment)];
    all.extend(found.message.clone());
    all.extend(action.evidence.iter().filter(|one| one.about == "opaque").map(|one| one.text.clone()));
    let shortened = |text: String| {
        if text.len() > 300 { format!("{}…", text.chars().take(300).collect::<String>()) } else { text }
    };
    all.into_iter().map(shortened).collect()
}

fn without_repeats(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    texts.for_each(|text| {
        if !all.contains(&text) {
            all.push(text);
        }
    });
    all
}

fn applies(rule: &Rule, action: &Action, policies: &Policies, foreign: &[String]) -> bool {
    let allows = rule.decision < Decision::Ask;
    if allows && !may_allow(rule, action) {
        return false;
    }
    let excepted =
        rule.unless.as_ref().is_some_and(|unless| holds(unless, action, policies, foreign, (!allows, !allows)));
    holds(&rule.when, action, policies, foreign, (allows, allows)) && !excepted
}

/// Whether all conditions hold; where an action has several values, for `every` one of them or for any; and where the place
/// may be read otherwise than the rest, `here`.
fn holds(when: &When, action: &Action, policies: &Policies, foreign: &[String], (every, here): (bool, bool)) -> bool {
    let globs = |patterns: &[String], text: &str| patterns.iter().any(|pattern| glob(pattern, text));
    let list = |is_free: bool, values: Vec<bool>| {
        is_free
            || if every {
                !values.is_empty() && values.iter().all(|fits| *fits)
            } else {
                values.iter().any(|fits| *fits)
            }
    };
    let one = |patterns: &[String], text: &str| patterns.is_empty() || globs(patterns, text);
    let categories = action.categories.iter().map(|one| when.category.contains(one)).collect();
    let targets = action.targets.iter().map(|one| globs(&when.target, one)).collect();
    let is_meant = |name: &str| globs(&when.service, name) || (!every && (name == "*" || name == "?"));
    let services = action.service.iter().flat_map(|all| all.split(", ")).map(is_meant).collect();
    let environment = action.environment.as_str();
    // Where another layer can have moved it here, it may be each place that does not come before this one.
    let is_moved = is_protected(environment, policies) && foreign.iter().any(|name| name == environment);
    let mut names = vec![environment.to_owned()];
    if is_moved && !here {
        let all: Vec<String> = policies.environments().rules.into_iter().map(|(name, _)| name).collect();
        let first = |name: &str| all.iter().position(|one| one == name);
        let stays = |name: &&String| is_protected(name, policies) && first(name) < first(environment);
        names.extend(when.environment.iter().filter(|name| first(name).is_none() || !stays(name)).cloned());
    }
    [
        when.impact.is_empty() || when.impact.contains(&action.impact),
        list(when.category.is_empty(), categories),
        when.environment.is_empty() || when.environment.iter().any(|name| names.contains(name)),
        one(&when.tool, &action.tool),
        one(&when.operation, &action.operation),
        list(when.target.is_empty(), targets),
        list(when.service.is_empty(), services),
        when.protected.is_none_or(|wanted| {
            let fits = wanted == is_protected(environment, policies);
            if here { fits && !is_moved } else { fits || is_moved }
        }),
    ]
    .iter()
    .all(|holds| *holds)
}

fn is_protected(environment: &str, policies: &Policies) -> bool {
    let rules = policies.environments().rules;
    let named: Vec<bool> =
        rules.iter().filter(|(name, _)| name == environment).map(|(_, rule)| rule.is_protected()).collect();
    environment != "local" && (named.is_empty() || named.contains(&true))
}

fn texts(pool: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<String>> {
    // Half of all conditions are not given.
    prop_oneof![Just(Vec::new()), vec(select(pool).prop_map(str::to_owned), 1..=most)]
}

fn when() -> impl Strategy<Value = When> {
    let impact = prop_oneof![Just(Vec::new()), vec(select(&Impact::ALL[..]), 1..4)];
    let category = prop_oneof![Just(Vec::new()), vec(select(&Category::ALL[..]), 1..10)];
    (
        impact,
        category,
        texts(&["dev", "staging", "production", "local", "unknown"], 3),
        texts(&["kubectl", "aws", "git", "kube*", "*", "", "terraform"], 3),
        texts(&["delete", "get", "s3 rb", "s3 *", "*e*", "unknown"], 3),
        texts(&["pod/*", "pod/a", "namespace/*", "*", "*a"], 3),
        texts(&["web", "api", "we*", "*"], 2),
        option::weighted(0.2, any::<bool>()),
    )
        .prop_map(|(impact, category, environment, tool, operation, target, service, protected)| When {
            impact,
            category,
            environment,
            tool,
            operation,
            target,
            service,
            protected,
        })
}

fn rule() -> impl Strategy<Value = Rule> {
    let obligations = btree_set(
        select(vec![
            Obligation::Reason,
            Obligation::Rationale,
            Obligation::Approvals { count: 2 },
            Obligation::MinAssurance { assurance: Assurance::A2 },
        ]),
        0..3,
    );
    (
        (select(&Decision::ALL[..]), when(), option::weighted(0.3, when()), obligations),
        (0_usize..40, option::of(Just("why")), option::of(select(vec!["what for", "why"]))),
        texts(&["look first", "ask the owner"], 2),
    )
        .prop_map(|((decision, when, unless, obligations), (line, message, description), alternatives)| Rule {
            id: RuleId::new(format!("rule-{line}")),
            line,
            decision,
            description: description.map(str::to_owned),
            owner: None,
            when,
            unless,
            obligations,
            message: message.map(str::to_owned),
            alternatives,
            examples: Vec::new(),
            counterexamples: Vec::new(),
        })
}

fn layer() -> impl Strategy<Value = Layer> {
    let kinds = vec![LayerKind::Platform, LayerKind::User, LayerKind::Extra, LayerKind::Repository];
    let environments = vec((select(vec!["dev", "staging", "production"]), option::of(any::<bool>())), 0..4);
    let default = option::of((select(vec![Decision::Ask, Decision::Deny]), 1_usize..9));
    let foreign = vec(select(vec!["dev", "staging", "production"]).prop_map(str::to_owned), 0..3);
    let all = (select(kinds), environments, default, foreign, vec(rule(), 0..40));
    all.prop_map(|(kind, environments, default, foreign, rules)| Layer {
        kind,
        path: PathBuf::from(format!("/{}.toml", kind.as_str())),
        digest: Digest::ZERO,
        text: String::new(),
        foreign,
        sieve: Sieve::of(&rules),
        policy: Policy {
            default,
            environments: environments
                .into_iter()
                .map(|(name, protected)| (name.to_owned(), EnvironmentRule { protected, ..Default::default() }))
                .collect(),
            rules,
            ..Policy::default()
        },
        is_writable: false,
    })
}

fn action() -> impl Strategy<Value = Action> {
    (
        (
            select(vec!["kubectl", "aws", "git", "kubeadm", "terraform", "unheard-of", ""]),
            select(vec!["delete", "get", "s3 rb", "s3 ls", "unknown", "list"]),
            select(&Impact::ALL[..]),
            btree_set(select(&Category::ALL[..]), 0..4),
            select(vec!["dev", "staging", "production", "local", "unknown", "elsewhere"]),
        ),
        option::of(select(vec!["web", "api", "web, api", "*", "?", "web, ?"])),
        vec(select(vec!["pod/a", "pod/b", "namespace/a", "x"]), 0..3),
        vec(select(vec![("opaque", "`$X`"), ("impact", "verb"), ("opaque", "`$Y`")]), 0..3),
    )
        .prop_map(|((tool, operation, impact, categories, environment), service, targets, evidence)| Action {
            tool: tool.to_owned(),
            operation: operation.to_owned(),
            impact,
            categories: categories.into_iter().collect::<BTreeSet<_>>(),
            environment: Environment::named(environment),
            service: service.map(str::to_owned),
            targets: targets.into_iter().map(str::to_owned).collect(),
            reversible: Reversible::Unknown,
            evidence: evidence.into_iter().map(|(about, text)| Evidence::new(about, text)).collect(),
        })
}

fn nobody() -> Attribution {
    Attribution {
        kind: CallerKind::Unattributed,
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

#[test]
fn a_plain_reading_of_every_rule_gives_the_same_verdict() {
    let (by_rules, left_out) = (Cell::new(0), Cell::new(0));
    let cases = 256;
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let policies = vec(layer(), 0..4).prop_map(|layers| Policies { layers, ..Policies::default() });
    runner
        .run(&(policies, vec(action(), 0..5)), |(policies, actions)| {
            let verdict = super::decide(&policies, &nobody(), actions.clone());
            let matched = verdict.matches.iter().filter(|one| one.rule.as_str().starts_with("rule-")).count();
            let rules: usize = policies.layers().iter().map(|layer| layer.policy.rules.len()).sum();
            by_rules.set(by_rules.get() + matched);
            left_out.set(left_out.get() + rules * actions.len() - matched);
            prop_assert_eq!(verdict, plain(&policies, actions));
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    // Neither side may be empty, or nothing was compared.
    assert!(by_rules.get() > 250 && left_out.get() > 2_500, "{} {}", by_rules.get(), left_out.get());
}

#[test]
fn a_rule_that_the_sieve_has_no_row_for_is_read() {
    let denies = |id: &str| Rule {
        id: RuleId::new(id),
        line: 1,
        decision: Decision::Deny,
        description: None,
        owner: None,
        when: When { tool: vec!["kubectl".to_owned()], ..When::default() },
        unless: None,
        obligations: BTreeSet::new(),
        message: None,
        alternatives: Vec::new(),
        examples: Vec::new(),
        counterexamples: Vec::new(),
    };
    let policy = Policy { rules: vec![denies("early"), denies("late")], ..Policy::default() };
    let layer = Layer {
        kind: LayerKind::User,
        path: PathBuf::from("/user.toml"),
        digest: Digest::ZERO,
        text: String::new(),
        foreign: Vec::new(),
        sieve: Sieve::of(&policy.rules[..1]),
        policy,
        is_writable: false,
    };
    let action = Action {
        tool: "kubectl".to_owned(),
        operation: "get".to_owned(),
        impact: Impact::Read,
        categories: BTreeSet::from([Category::Observe]),
        environment: Environment::local(),
        service: None,
        targets: Vec::new(),
        reversible: Reversible::Unknown,
        evidence: Vec::new(),
    };
    let verdict = super::decide(&Policies { layers: vec![layer], ..Policies::default() }, &nobody(), vec![action]);
    assert_eq!(verdict.matches.iter().map(|one| one.rule.as_str()).collect::<Vec<_>>(), ["early", "late"]);
}
