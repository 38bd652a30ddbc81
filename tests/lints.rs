//! Lints say only what is certain: what they call dead never matters, and what really happens is never called dead.

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
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicUsize, Ordering};

use aigov::model::action::Action;
use aigov::model::invocation::{Dialect, Form, Invocation, Raw, Stdin};
use aigov::policy::layers::LayerKind;
use aigov::policy::lints::{Lint, NAMES, lints};
use aigov::policy::tests_run::{TestCase, actions};
use aigov::policy::{Policies, decide};
use policies::{NewLayer, caller, found, layer, loaded, stack};
use proptest::prelude::*;
use proptest::test_runner::Config;

fn loaded_text(text: &str) -> Policies {
    let place = tempfile::tempdir().unwrap();
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let path = place.path().join("policy.toml");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    Policies::load(vec![(LayerKind::User, path)]).unwrap_or_else(|faults| panic!("{faults}\n{text}"))
}

/// Name, line, rule and what is said, of all but the missing examples.
fn said(text: &str) -> Vec<String> {
    let is_told = |lint: &Lint| lint.name != "no-example";
    let all = lints(&loaded_text(text)).into_iter().filter(is_told);
    all.map(|lint| format!("{}:{} {}", lint.fault.place.unwrap().0, lint.fault.place.unwrap().1, lint.name)).collect()
}

const START: &str = "schema = 1\n[environments.dev]\nprotected = false\ncontexts = [\"dev\"]\n[environments.production]\ncontexts = [\"prod\"]\n";

/// The lints of one rule, or several; the rules begin on line 7.
#[track_caller]
fn rules(text: &str, expected: &[&str]) {
    assert_eq!(said(&format!("{START}{text}")), expected, "{text}");
}

/// A rule of its own id.
fn rule(decision: &str, rest: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("[[rules]]\nid = \"r{id}\"\ndecision = \"{decision}\"\n{rest}\n")
}

#[test]
fn rules_that_never_match_are_told_with_their_twins_that_do() {
    for (decision, never, may) in [
        ("ask", "environment = \"local\", protected = true", "environment = [\"local\", \"unknown\"]"),
        ("ask", "environment = \"dev\", protected = true", "environment = \"production\", protected = true"),
        ("ask", "environment = \"unknown\", protected = false", "environment = \"unknown\", protected = true"),
        ("allow", "impact = \"write\", category = \"code\"", "impact = \"read\", category = \"code\""),
        (
            "allow",
            "impact = \"write\", tool = \"git\", protected = true",
            "impact = \"write\", tool = \"git\", protected = false",
        ),
        ("deny", "tool = \"kubectl\", operation = \"delte\"", "tool = \"kubectl\", operation = \"delete\""),
        ("deny", "tool = \"kubectl\", operation = \"destroy\"", "tool = \"terraform\", operation = \"destroy\""),
        ("deny", "tool = \"aws\", operation = \"erase\"", "tool = \"aws\", operation = \"rds delete-*\""),
        (
            "deny",
            "tool = \"istioctl\", operation = \"proxy-config clusters\"",
            "tool = \"istioctl\", operation = \"proxy-config cluster\"",
        ),
        ("deny", "tool = \"tofu\"", "tool = \"terraform\""),
        ("deny", "tool = \"kubetcl\", impact = \"destroy\"", "tool = \"kube*\", impact = \"destroy\""),
        ("deny", "tool = \"kubectl\", target = \"ns/*\"", "tool = \"kubectl\", target = \"namespace/*\""),
    ] {
        let of = |when: &str| said(&format!("{START}{}", rule(decision, &format!("when = {{ {when} }}"))));
        assert!(of(never).iter().any(|lint| lint.ends_with("never-matches")), "{never}: {:?}", of(never));
        assert_eq!(of(may), Vec::<String>::new(), "{may}");
    }
    rules(
        &rule("ask", "when = { tool = \"git\", impact = \"write\" }\nunless = { tool = \"gi*\" }"),
        &["11:1 never-matches"],
    );
    rules(
        &rule(
            "ask",
            "when = { tool = \"git\", impact = \"write\" }\nunless = { tool = \"git\", operation = \"push\" }",
        ),
        &[],
    );
    // Of an action's several targets, one is enough to ask, and `unless` wants all: it can match.
    rules(&rule("ask", "when = { target = \"pod/*\" }\nunless = { target = \"pod/*\" }"), &[]);
}

#[test]
fn words_and_keys_without_effect_are_told_where_they_stand() {
    rules(&rule("ask", "when = { tool = \"kubectl\", operation = [\"delete\", \"delte\"] }"), &["10:51 no-effect"]);
    rules(&rule("allow", "when = { impact = [\"read\", \"write\"], category = \"code\" }"), &["10:28 no-effect"]);
    rules(&rule("ask", "when = { tool = [\"git\", \"gti\"] }"), &["10:25 unknown-tool"]);
    rules(&rule("ask", "when = { tool = \"git\" }\nunless = { tool = \"gh\" }"), &["11:1 no-effect"]);
    rules(&rule("ask", "when = { tool = \"git\" }\nunless = { operation = \"psuh\" }"), &["11:1 no-effect"]);
    rules(
        &rule("ask", "when = { tool = \"git\" }\nrequire_reason = false\napprovals = 1\nmin_assurance = \"A0\""),
        &["11:1 no-effect", "12:1 no-effect", "13:1 no-effect"],
    );
    rules(&rule("ask", "when = { tool = \"git\" }\nrequire_reason = true\napprovals = 2\nmin_assurance = \"A1\""), &[]);
}

#[test]
fn rules_that_never_decide_are_told() {
    let ask = rule("ask", "when = { tool = \"git\", operation = \"push\" }");
    let deny = rule("deny", "when = { tool = \"gi*\" }");
    rules(&format!("{ask}{deny}"), &["7:1 shadowed"]);
    rules(&format!("{deny}{ask}"), &["11:1 shadowed"]);
    rules(&format!("{ask}{}", rule("deny", "when = { tool = \"gi*\" }\nunless = { operation = \"pull\" }")), &[]);
    rules(&format!("{ask}{}", rule("deny", "when = { tool = \"gi*\", impact = \"write\" }")), &[]);
    // What allows needs all of an action's categories, what denies one.
    let allow = rule("allow", "when = { impact = \"read\", category = [\"code\", \"docs\"] }");
    rules(
        &format!("{allow}{}", rule("deny", "when = { category = [\"code\", \"docs\", \"infra\"] }")),
        &["7:1 shadowed"],
    );
    rules(&format!("{allow}{}", rule("deny", "when = { category = \"code\" }")), &[]);
    let narrow = rule("deny", "when = { tool = \"git\" }");
    rules(&format!("{deny}{narrow}"), &["11:1 duplicate"]);
    rules(&format!("{narrow}{deny}"), &["7:1 duplicate"]);
    rules(&format!("{deny}{}", rule("deny", "when = { tool = \"git\" }\nmessage = \"not git\"")), &[]);
}

#[test]
fn owners_are_wanted_only_where_there_are_some() {
    let one = rule("ask", "when = { tool = \"git\" }");
    let other = rule("ask", "when = { tool = \"helm\" }\nowner = \"platform\"");
    rules(&one, &[]);
    rules(&format!("{one}{other}"), &["7:1 no-owner"]);
    rules(&format!("{other}[owners]\nplatform = \"#platform\"\nnobody = \"x\"\n"), &["14:1 unused-owner"]);
    assert_eq!(said("schema = 1\n[environments.empty]\nprotected = true\n"), ["2:1 no-sign"]);
}

#[test]
fn the_example_policy_has_nothing_to_look_at() {
    let all: Vec<String> =
        lints(&loaded_text(&fs::read_to_string("policy.example.toml").unwrap())).iter().map(Lint::to_string).collect();
    assert_eq!(all, Vec::<String>::new());
}

fn toml_text(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// A rule for exactly what was found of each command of the corpus; none of them is dead.
#[test]
fn what_real_commands_are_is_never_called_impossible() {
    let none = Policies::default();
    let mut rules = BTreeSet::new();
    for file in fs::read_dir("tests/corpus").unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let command = line.split('\t').next().unwrap();
            let form = Form::Shell { text: Raw::from(command), shell: Raw::from("bash"), dialect: Dialect::Bash };
            let invocation = Invocation { form, cwd: Raw::from("/"), env: Vec::new(), stdin: Stdin::Null };
            for action in actions(&invocation, &none, &TestCase::default()) {
                let mut when = format!(
                    "impact = \"{}\", category = \"{}\", environment = \"{}\", tool = {}, operation = {}",
                    action.impact,
                    action.categories.first().unwrap(),
                    action.environment,
                    toml_text(&action.tool),
                    toml_text(&action.operation),
                );
                if let Some(target) = action.targets.first() {
                    write!(when, ", target = {}", toml_text(target)).unwrap();
                }
                rules.insert(when);
            }
        }
    }
    assert!(rules.len() > 1500, "only {} different actions", rules.len());
    let rules: Vec<String> = rules.into_iter().collect();
    let mut faults = Vec::new();
    for some in rules.chunks(100) {
        let mut text = "schema = 1\n".to_owned();
        for (at, when) in some.iter().enumerate() {
            write!(text, "[[rules]]\nid = \"r{at}\"\ndecision = \"ask\"\nwhen = {{ {when} }}\n").unwrap();
        }
        let dead = |lint: &Lint| ["never-matches", "no-effect"].contains(&lint.name);
        faults.extend(lints(&loaded_text(&text)).into_iter().filter(dead).map(|lint| lint.to_string()));
    }
    assert!(faults.is_empty(), "{} of {}\n{}", faults.len(), rules.len(), faults[..faults.len().min(20)].join("\n"));
}

proptest! {
    #![proptest_config(Config { cases: 600, failure_persistence: None, ..Config::default() })]

    #[test]
    fn what_is_called_dead_never_matters(stack in stack(), all in prop::collection::vec(found(), 12)) {
        let policies = loaded(&stack);
        // Operations are a closed list: what no pack names is found in no command, and a rule about it is dead.
        let is_real = |action: &Action| action.tool == "kubectl" || action.operation == "push protected";
        let all: Vec<Vec<Action>> = all.into_iter().map(|one| one.into_iter().filter(is_real).collect()).collect();
        for lint in lints(&policies) {
            prop_assert!(NAMES.iter().any(|(name, _)| *name == lint.name), "{}", lint.name);
            let Some(id) = lint.rule.as_deref() else { continue };
            for actions in &all {
                let verdict = decide(&policies, &caller(), actions.clone());
                let is_it = |origin: &str| origin.starts_with(&format!("{}:", lint.fault.path));
                let mine = verdict.matches.iter().find(|found| found.rule.as_str() == id && is_it(&found.origin));
                match lint.name {
                    "never-matches" => prop_assert!(mine.is_none(), "{lint}\n{stack:?}\n{actions:?}"),
                    "shadowed" => prop_assert!(
                        mine.is_none_or(|found| found.decision < verdict.decision), "{lint}\n{stack:?}\n{actions:?}"
                    ),
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn a_duplicate_can_be_taken_out(layer in layer(LayerKind::User), all in prop::collection::vec(found(), 12)) {
        let stack = vec![(LayerKind::User, layer)];
        let policies = loaded(&stack);
        for lint in lints(&policies).into_iter().filter(|lint| lint.name == "duplicate") {
            let at: usize = lint.rule.unwrap()[1..].parse().unwrap();
            let mut rules = stack[0].1.rules.clone();
            rules.remove(at);
            let less = loaded(&vec![(LayerKind::User, NewLayer { rules, ..stack[0].1.clone() })]);
            for actions in &all {
                let one = decide(&policies, &caller(), actions.clone());
                let other = decide(&less, &caller(), actions.clone());
                prop_assert_eq!((one.decision, one.obligations), (other.decision, other.obligations));
            }
        }
    }
}
