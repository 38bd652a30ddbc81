//! What a policy means, and what is wrong with one.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::model::action::{Action, Category, Environment, Impact, Reversible};
use crate::model::decision::{Decision, Verdict};

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        fs::set_permissions(place.0.path(), fs::Permissions::from_mode(0o700)).unwrap();
        place
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    fn faults(&self, text: &str) -> PolicyFaults {
        Policies::load(vec![(LayerKind::User, self.file("policy.toml", text))]).unwrap_err()
    }
}

fn policies(text: &str) -> Policies {
    let place = Place::new();
    let text = format!(
        "schema = 1\n[environments.dev]\nprotected = false\n[environments.production]\nprotected = true\n{text}"
    );
    Policies::load(vec![(LayerKind::User, place.file("policy.toml", &text))])
        .unwrap_or_else(|faults| panic!("{faults}"))
}

fn action(impact: Impact, environment: &str, categories: &[Category], targets: &[&str]) -> Action {
    Action {
        tool: "kubectl".to_owned(),
        operation: "delete".to_owned(),
        impact,
        categories: categories.iter().copied().collect::<BTreeSet<_>>(),
        environment: Environment::named(environment),
        service: None,
        targets: targets.iter().map(|target| (*target).to_owned()).collect(),
        reversible: Reversible::Unknown,
        evidence: Vec::new(),
    }
}

fn decided(policies: &Policies, actions: Vec<Action>) -> Verdict {
    let caller = crate::model::attribution::Attribution {
        kind: crate::model::attribution::CallerKind::Agent,
        standing: crate::model::attribution::Standing::Claimed,
        agent: None,
        version: None,
        model: None,
        session: None,
        on_behalf_of: None,
        task: None,
        parent: None,
        uid: 1,
        evidence: Vec::new(),
    };
    decide(policies, &caller, actions)
}

const ALLOW_DEV: &str = r#"
[[rules]]
id = "dev"
tier = 2
when = { environment = "dev", impact = ["read", "write"], category = ["deploy", "observe"], target = "pod/*" }
"#;

#[test]
fn what_allows_must_cover_all_of_an_action() {
    let policies = policies(ALLOW_DEV);
    let allowed = |action| decided(&policies, vec![action]).decision == Decision::Allow;
    assert!(allowed(action(Impact::Write, "dev", &[Category::Deploy], &["pod/a", "pod/b"])));
    assert!(!allowed(action(Impact::Write, "dev", &[Category::Deploy, Category::Secrets], &["pod/a"])));
    assert!(!allowed(action(Impact::Write, "dev", &[Category::Deploy], &["pod/a", "namespace/b"])));
    assert!(!allowed(action(Impact::Write, "dev", &[Category::Deploy], &[])));
    assert!(!allowed(action(Impact::Destroy, "dev", &[Category::Deploy], &["pod/a"])));
    assert!(!allowed(action(Impact::Unknown, "dev", &[Category::Deploy], &["pod/a"])));
    assert!(!allowed(action(Impact::Write, "unknown", &[Category::Deploy], &["pod/a"])));
}

#[test]
fn what_denies_needs_only_a_part_of_an_action() {
    let policies = policies("[[rules]]\nid = \"no\"\ntier = 4\nwhen = { category = \"secrets\", protected = true }\n");
    let denied = |action| decided(&policies, vec![action]).decision == Decision::Deny;
    assert!(denied(action(Impact::Read, "production", &[Category::Secrets, Category::Observe], &[])));
    assert!(denied(action(Impact::Read, "unknown", &[Category::Secrets], &[])));
    assert!(denied(action(Impact::Read, "never-heard-of", &[Category::Secrets], &[])));
    assert!(!denied(action(Impact::Read, "dev", &[Category::Secrets], &[])));
    assert!(!denied(action(Impact::Read, "local", &[Category::Secrets], &[])));
}

#[test]
fn the_strictest_action_rule_and_layer_win() {
    let place = Place::new();
    let user = place.file("policy.toml", &format!("schema = 1\n[environments.dev]\nprotected = false\n{ALLOW_DEV}"));
    let ceiling =
        place.file("ceiling.toml", "schema = 1\n[[rules]]\nid = \"frozen\"\ntier = 4\nwhen = { impact = \"write\" }\n");
    let alone = Policies::load(vec![(LayerKind::User, user.clone())]).unwrap();
    let both = Policies::load(vec![(LayerKind::Platform, ceiling), (LayerKind::User, user)]).unwrap();
    let write = action(Impact::Write, "dev", &[Category::Deploy], &["pod/a"]);
    assert_eq!(decided(&alone, vec![write.clone()]).decision, Decision::Allow);
    assert_eq!(
        decided(&alone, vec![write.clone(), action(Impact::Unknown, "unknown", &[Category::Execution], &[])]).decision,
        Decision::Ask
    );
    let verdict = decided(&both, vec![write]);
    assert_eq!((verdict.decision, verdict.rule.as_str()), (Decision::Deny, "frozen"));
    assert!(verdict.origin.ends_with("ceiling.toml:2"), "{}", verdict.origin);
}

#[test]
fn nothing_understood_asks_and_without_a_policy_only_known_reads_run() {
    assert_eq!(decided(&policies(ALLOW_DEV), Vec::new()).decision, Decision::Ask);
    let none = Policies::default();
    assert_eq!(
        decided(&none, vec![action(Impact::Read, "local", &[Category::Observe], &[])]).decision,
        Decision::Allow
    );
    for refused in [
        action(Impact::Read, "local", &[Category::Secrets], &[]),
        action(Impact::Write, "local", &[Category::Code], &[]),
    ] {
        assert_eq!(decided(&none, vec![refused]).rule.as_str(), "no-policy");
    }
}

#[test]
fn every_fault_is_shown_at_once_with_its_place() {
    let faults = Place::new().faults(
        "schema = 1\n\n[defaults]\ndecision = \"allow\"\n\n[[rules]]\nid = \"a\"\ntier = 7\nwhne = { impact = \"raed\" }\n\n[[rules]]\nid = \"a\"\ndecision = \"ask\"\nwhen = { impact = [\"raed\"], category = [] }\n\n[quotas]\nx = 1\n",
    );
    let text = faults.to_string();
    for expected in [
        ":4:12: what no rule speaks about cannot be allowed",
        ":8:8: `7` is not a tier",
        ":9:1: `whne` is not a key that is known here",
        "help: did you mean `when`?",
        "9 | whne = { impact = \"raed\" }",
        "  | ^^^^",
        ":12:6: there are two rules `a`",
        ":14:20: `raed` is not a word for `impact`",
        "help: did you mean \"read\"?",
        "`category` is an empty list",
        "`quotas` is not supported by this version",
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
}

#[test]
fn a_file_that_cannot_be_trusted_or_read_is_a_fault() {
    let place = Place::new();
    for (text, expected) in [
        ("", "it is empty"),
        ("# nothing\n", "it is empty"),
        ("schema = 2\nx = [", ""),
        ("rules = 1\n", "`schema` is missing"),
    ] {
        let faults = place.faults(text).to_string();
        assert!(faults.contains(expected), "{text:?}: {faults}");
    }
    let path = place.file("policy.toml", "schema = 1\n");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    let faults = Policies::load(vec![(LayerKind::User, path.clone())]).unwrap_err().to_string();
    assert!(faults.contains("can be written by others (mode 0666)") && faults.contains("chmod go-w"), "{faults}");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(place.0.path(), fs::Permissions::from_mode(0o777)).unwrap();
    assert!(Policies::load(vec![(LayerKind::User, path)]).unwrap_err().to_string().contains("its directory"));
    assert!(Policies::load(vec![(LayerKind::User, place.0.path().join("absent.toml"))]).is_err());
    assert!(Policies::load(vec![(LayerKind::User, place.0.path().to_path_buf())]).is_err());
}

#[test]
fn a_repository_may_only_ask_and_deny() {
    let place = Place::new();
    let file = place.file(".aigov.toml", &format!("schema = 1\n{ALLOW_DEV}"));
    let faults = Policies::load(vec![(LayerKind::Repository, file)]).unwrap_err().to_string();
    assert!(faults.contains("may only ask and deny"), "{faults}");
}

#[test]
fn what_the_caller_brings_along_cannot_call_a_place_harmless() {
    let place = Place::new();
    let user = place.file("policy.toml", &format!("schema = 1\n[environments.dev]\nprotected = false\n{ALLOW_DEV}"));
    for kind in [LayerKind::Repository, LayerKind::Extra] {
        for (environment, is_refused) in [
            ("[environments.dev]\nprotected = true\ncontexts = [\"prod-eu\"]\n", true),
            ("[environments.mine]\nprotected = false\ncontexts = [\"prod-eu\"]\n", true),
            ("[environments.mine]\nprotected = true\ncontexts = [\"prod-eu\"]\n", false),
        ] {
            let brought = place.file("brought.toml", &format!("schema = 1\n{environment}"));
            let loaded = Policies::load(vec![(LayerKind::User, user.clone()), (kind, brought)]);
            assert_eq!(loaded.is_err(), is_refused, "{kind:?} {environment}");
        }
    }
}

#[test]
fn rules_that_allow_must_say_what() {
    let place = Place::new();
    for when in ["{ environment = \"dev\" }", "{ impact = \"write\" }"] {
        let faults = place
            .faults(&format!("schema = 1\n[environments.dev]\n[[rules]]\nid = \"x\"\ntier = 2\nwhen = {when}\n"))
            .to_string();
        assert!(faults.contains("a rule that allows must name"), "{faults}");
    }
    let faults =
        place.faults("schema = 1\n[[rules]]\nid = \"x\"\ntier = 3\nwhen = { environment = \"prdo\" }\n").to_string();
    assert!(faults.contains("names the environment `prdo`"), "{faults}");
}
