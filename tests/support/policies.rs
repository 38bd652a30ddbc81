//! Policies and actions made up at random, and the layers of a stack as files that are really loaded.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use aigov::model::action::{Action, Category, Environment, Impact, Reversible};
use aigov::model::attribution::{Attribution, CallerKind, Standing};
use aigov::model::decision::Decision;
use aigov::policy::Policies;
use aigov::policy::layers::LayerKind;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

pub const PLACES: &[&str] = &["local", "unknown", "dev", "staging", "production"];
pub const TOOLS: &[&str] = &["kubectl", "git", "aws", "kube*", "*"];
pub const OPERATIONS: &[&str] = &["delete", "get", "push*", "*"];
pub const TARGETS: &[&str] = &["namespace/*", "pod/web", "*"];
pub const SERVICES: &[&str] = &["web", "pay*", "*"];
pub const CATEGORIES: &[Category] =
    &[Category::Observe, Category::Deploy, Category::Infra, Category::Secrets, Category::Execution];

/// A condition, as the lines of a table.
#[derive(Debug, Clone)]
pub struct Condition {
    pub impact: Vec<Impact>,
    pub category: Vec<Category>,
    pub lists: Vec<(&'static str, Vec<&'static str>)>,
    pub protected: Option<bool>,
}

#[derive(Debug, Clone)]
pub struct NewRule {
    pub decision: Decision,
    pub when: Condition,
    pub unless: Option<Condition>,
    pub obligations: Vec<&'static str>,
}

#[derive(Debug, Clone)]
pub struct NewLayer {
    pub default: Option<Decision>,
    pub rules: Vec<NewRule>,
    /// `[environments]` of its own.
    pub environments: String,
}

pub const DEFINED: &str = "[environments.production]\nprotected = true\ncontexts = [\"prod\"]\nhosts = [\"prod\"]\n\
    [environments.staging]\nprotected = false\ncontexts = [\"staging\"]\nhosts = [\"staging\"]\n\
    [environments.dev]\nprotected = false\ncontexts = [\"dev\", \"kind\"]\nhosts = [\"dev\"]\n";

pub fn quoted(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    words.into_iter().map(|word| format!("{:?}", word.as_ref())).collect::<Vec<_>>().join(", ")
}

impl Condition {
    pub fn toml(&self) -> String {
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
    pub fn toml(&self) -> String {
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

pub type Stack = Vec<(LayerKind, NewLayer)>;

/// Kinds in the order in which they are asked.
pub const KINDS: [LayerKind; 4] = [LayerKind::Platform, LayerKind::User, LayerKind::Extra, LayerKind::Repository];

pub fn loaded(stack: &Stack) -> Policies {
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

pub fn caller() -> Attribution {
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

pub fn condition() -> impl Strategy<Value = Condition> {
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

pub fn rule(decisions: &'static [Decision]) -> impl Strategy<Value = NewRule> {
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

pub fn layer(kind: LayerKind) -> impl Strategy<Value = NewLayer> {
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
pub fn stack() -> impl Strategy<Value = Stack> {
    let all = (layer(KINDS[0]), layer(KINDS[1]), layer(KINDS[2]), layer(KINDS[3]));
    (all, select(vec![0b01, 0b10, 0b11]), 0..4_u8).prop_map(|((a, b, c, d), base, more)| {
        let chosen = base | more << 2;
        let all = [a, b, c, d].into_iter().zip(KINDS).enumerate();
        all.filter(|(at, _)| chosen & 1 << at != 0).map(|(_, (layer, kind))| (kind, layer)).collect()
    })
}

pub fn action() -> impl Strategy<Value = Action> {
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

pub fn found() -> impl Strategy<Value = Vec<Action>> {
    proptest::collection::vec(action(), 1..4)
}
