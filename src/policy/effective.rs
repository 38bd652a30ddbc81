//! What is in force, all layers as one, with the layer and line that each part comes from.

use std::time::Duration;

use serde_json::{Value, json};

use crate::model::decision::Decision;
use crate::model::ids::Digest;

use super::deciders;
use super::layers::{Layer, LayerKind};
use super::lints::lints;
use super::matching::is_protected;
use super::review;
use super::schema::{Rule, When};
use super::signing::UserVerification;
use super::{EXPIRES, Policies, RUN_WITHIN};

/// Where a part stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The layer's kind, or `built-in`.
    pub layer: &'static str,
    /// The file; none for what is built in.
    pub path: Option<String>,
    /// The line.
    pub line: Option<usize>,
}

impl Origin {
    pub(super) fn of(layer: &Layer, line: usize) -> Self {
        Self { layer: layer.kind.as_str(), path: Some(layer.path.display().to_string()), line: Some(line) }
    }

    pub(super) fn setting(layer: &Layer, name: &str) -> Self {
        Self::of(layer, layer.policy.lines.get(name).copied().unwrap_or(1))
    }

    /// What holds where no layer says anything.
    pub const BUILT_IN: Self = Self { layer: "built-in", path: None, line: None };

    /// As people read it: `user:31`.
    pub fn text(&self) -> String {
        self.line.map_or_else(|| self.layer.to_owned(), |line| format!("{}:{line}", self.layer))
    }

    fn to_json(&self) -> Value {
        json!({ "layer": self.layer, "path": self.path, "line": self.line })
    }
}

/// A setting with what others say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name: `defaults.expires`.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// Where that stands.
    pub from: Origin,
    /// What other layers say, which is not in force.
    pub others: Vec<(String, Origin)>,
}

/// An environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// Whether it counts as production.
    pub is_protected: bool,
    /// What it is recognised by: each list with its patterns.
    pub signs: Vec<(&'static str, Vec<String>)>,
    /// Where it is defined.
    pub from: Vec<Origin>,
}

/// A rule.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The rule.
    pub rule: Rule,
    /// Where it stands.
    pub from: Origin,
    /// The lint that says that it never decides.
    pub idle: Option<&'static str>,
}

/// Everything that is in force.
#[derive(Debug, Clone)]
pub struct Effective {
    /// The layers, in order.
    pub layers: Vec<(LayerKind, String, Digest)>,
    /// The settings.
    pub settings: Vec<Setting>,
    /// The owners: name, how to reach them, where that stands.
    pub owners: Vec<(String, String, Origin)>,
    /// The environments.
    pub environments: Vec<Place>,
    /// The rules, the strictest first; those as strict stand in the order of layers and lines.
    pub rules: Vec<InForce>,
}

impl Effective {
    /// What is in force by these layers.
    pub fn of(policies: &Policies) -> Self {
        let layers = policies.layers();
        let lints = lints(policies);
        let idle = |path: &str, rule: &Rule| {
            let is_it = |fault: &super::diagnose::Fault| fault.path == path;
            let found = lints.iter().filter(|lint| ["never-matches", "shadowed"].contains(&lint.name));
            let mut found = found.filter(|lint| is_it(&lint.fault) && lint.rule.as_deref() == Some(rule.id.as_str()));
            found.next().map(|lint| lint.name)
        };
        let in_force = |layer: &Layer, rule: &Rule| InForce {
            rule: rule.clone(),
            from: Origin::of(layer, rule.line),
            idle: idle(&layer.path.display().to_string(), rule),
        };
        let mut rules: Vec<InForce> =
            layers.iter().flat_map(|layer| layer.policy.rules.iter().map(|rule| in_force(layer, rule))).collect();
        rules.sort_by_key(|one| std::cmp::Reverse(one.rule.decision));
        let owner = |layer: &Layer, (name, contact): &(String, String)| {
            (name.clone(), contact.clone(), Origin::setting(layer, &format!("owners.{name}")))
        };
        Self {
            layers: layers.iter().map(|one| (one.kind, one.path.display().to_string(), one.digest)).collect(),
            settings: settings(policies),
            owners: layers.iter().flat_map(|one| one.policy.owners.iter().map(|found| owner(one, found))).collect(),
            environments: places(policies),
            rules,
        }
    }

    /// As JSON.
    pub fn to_json(&self) -> Value {
        let layer = |(kind, path, digest): &(LayerKind, String, Digest)| json!({ "kind": kind.as_str(), "path": path, "digest": digest });
        let setting = |one: &Setting| {
            let others: Vec<Value> =
                one.others.iter().map(|(value, from)| json!({ "value": value, "from": from.to_json() })).collect();
            json!({ "name": one.name, "value": one.value, "from": one.from.to_json(), "others": others })
        };
        let place = |one: &Place| {
            let signs: serde_json::Map<String, Value> =
                one.signs.iter().map(|(name, list)| ((*name).to_owned(), json!(list))).collect();
            let from: Vec<Value> = one.from.iter().map(Origin::to_json).collect();
            json!({ "name": one.name, "protected": one.is_protected, "signs": signs, "from": from })
        };
        let owner = |(name, contact, from): &(String, String, Origin)| json!({ "name": name, "contact": contact, "from": from.to_json() });
        json!({
            "layers": self.layers.iter().map(layer).collect::<Vec<_>>(),
            "settings": self.settings.iter().map(setting).collect::<Vec<_>>(),
            "owners": self.owners.iter().map(owner).collect::<Vec<_>>(),
            "environments": self.environments.iter().map(place).collect::<Vec<_>>(),
            "rules": self.rules.iter().map(rule_json).collect::<Vec<_>>(),
        })
    }
}

fn rule_json(one: &InForce) -> Value {
    let rule = &one.rule;
    json!({
        "id": rule.id,
        "decision": rule.decision,
        "when": when_json(&rule.when),
        "unless": rule.unless.as_ref().map(when_json),
        "obligations": rule.obligations,
        "owner": rule.owner,
        "description": rule.description,
        "message": rule.message,
        "alternatives": rule.alternatives,
        "from": one.from.to_json(),
        "never_decides": one.idle,
    })
}

fn when_json(when: &When) -> Value {
    let mut object = serde_json::Map::new();
    for (name, words) in conditions(when) {
        object.insert(name.to_owned(), json!(words));
    }
    if let Some(is) = when.protected {
        object.insert("protected".to_owned(), json!(is));
    }
    Value::Object(object)
}

/// The lists of a condition that are given, each with its words.
pub fn conditions(when: &When) -> Vec<(&'static str, Vec<&str>)> {
    fn texts(list: &[String]) -> Vec<&str> {
        list.iter().map(String::as_str).collect()
    }
    let all = [
        ("impact", when.impact.iter().map(|one| one.as_str()).collect()),
        ("category", when.category.iter().map(|one| one.as_str()).collect()),
        ("environment", texts(&when.environment)),
        ("tool", texts(&when.tool)),
        ("operation", texts(&when.operation)),
        ("target", texts(&when.target)),
        ("service", texts(&when.service)),
    ];
    all.into_iter().filter(|(_, words): &(_, Vec<&str>)| !words.is_empty()).collect()
}

fn settings(policies: &Policies) -> Vec<Setting> {
    let mut all = Vec::new();
    // Each base layer has a default of its own; one that it has not written gives way to the user's.
    let written = |layer: &&Layer| layer.policy.default.is_some() && layer.kind.is_base();
    for layer in policies.layers().iter().filter(written) {
        let decision = layer.policy.default.map_or(Decision::Ask, |(decision, _)| decision);
        all.push(Setting {
            name: "defaults.decision",
            value: decision.to_string(),
            from: Origin::setting(layer, "defaults.decision"),
            others: Vec::new(),
        });
    }
    if all.is_empty() {
        let value = if policies.has_base() { "ask" } else { "deny, but known reads run" };
        all.push(Setting {
            name: "defaults.decision",
            value: value.to_owned(),
            from: Origin::BUILT_IN,
            others: Vec::new(),
        });
    }
    all.push(time(policies, "defaults.expires", policies.expires(), EXPIRES, |layer| layer.policy.expires));
    all.push(time(policies, "defaults.run_within", policies.run_within(), RUN_WITHIN, |layer| layer.policy.run_within));
    let name = "approval.single_operator";
    let said: Vec<(bool, Origin)> = policies
        .layers()
        .iter()
        .filter(|layer| layer.kind.is_base() && layer.policy.lines.contains_key(name))
        .map(|layer| (layer.policy.single_operator, Origin::setting(layer, name)))
        .collect();
    let value = policies.single_operator();
    let from = said.iter().find(|(one, _)| *one == value).map_or(Origin::BUILT_IN, |(_, from)| from.clone());
    let others = said.into_iter().filter(|(one, _)| *one != value).map(|(one, from)| (one.to_string(), from)).collect();
    all.push(Setting { name, value: value.to_string(), from, others });
    all.extend(policies.lifetimes());
    all.extend(signing(policies));
    all.extend(policies.review().values().into_iter().map(|(name, value)| reviewed(policies, name, value)));
    all.extend(deciders::in_force(policies));
    all
}

/// Whose signatures count; nothing where no file of allowed signers is named.
fn signing(policies: &Policies) -> Vec<Setting> {
    let Some(in_force) = policies.signing() else { return Vec::new() };
    let layer = policies.layers().iter().find(|layer| layer.path == in_force.policy);
    let from = |name: &'static str| {
        let said = layer.filter(|layer| layer.policy.lines.contains_key(name));
        said.map_or(Origin::BUILT_IN, |layer| Origin::setting(layer, name))
    };
    let strict = "approval.require_user_verification";
    let says = |layer: &&Layer| layer.policy.signing.user_verification == UserVerification::Required;
    let strict_from = policies.layers().iter().find(says).map_or(Origin::BUILT_IN, |it| Origin::setting(it, strict));
    let is_strict = in_force.user_verification == UserVerification::Required;
    let one = |name, value, from| Setting { name, value, from, others: Vec::new() };
    vec![
        one(
            "approval.allowed_signers",
            in_force.allowed_signers.display().to_string(),
            from("approval.allowed_signers"),
        ),
        one("approval.software_keys", in_force.software_keys.as_str().to_owned(), from("approval.software_keys")),
        one(strict, is_strict.to_string(), strict_from),
    ]
}

/// A key of `[approval]` that speaks of reviews.
fn reviewed(policies: &Policies, name: &'static str, value: String) -> Setting {
    let said =
        policies.layers().iter().filter_map(|layer| Some((review::said(layer, name)?, Origin::setting(layer, name))));
    let (same, others): (Vec<_>, Vec<_>) = said.partition(|(one, _)| *one == value);
    let from = same.into_iter().next().map_or(Origin::BUILT_IN, |(_, from)| from);
    Setting { name, value, from, others }
}

fn time(
    policies: &Policies,
    name: &'static str,
    value: Duration,
    otherwise: Duration,
    of: impl Fn(&Layer) -> Option<Duration>,
) -> Setting {
    let mut said: Vec<(Duration, Origin)> =
        policies.layers().iter().filter_map(|layer| Some((of(layer)?, Origin::setting(layer, name)))).collect();
    let winner = said.iter().position(|(one, _)| *one == value);
    let from = winner.map_or(Origin::BUILT_IN, |at| said.remove(at).1);
    debug_assert!(winner.is_some() || value == otherwise);
    let others = said.into_iter().map(|(one, from)| (span(one), from)).collect();
    Setting { name, value: span(value), from, others }
}

/// A span of time as policies write it.
pub(super) fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let (number, unit) = [(86_400, "d"), (3600, "h"), (60, "m")]
        .into_iter()
        .find(|(size, _)| seconds >= *size && seconds.is_multiple_of(*size))
        .map_or((seconds, "s"), |(size, unit)| (seconds / size, unit));
    format!("{number}{unit}")
}

fn places(policies: &Policies) -> Vec<Place> {
    let environments = policies.environments();
    let mut all: Vec<Place> = Vec::new();
    for layer in policies.layers() {
        for (name, rule) in &layer.policy.environments {
            let from = Origin::setting(layer, &format!("environments.{name}"));
            let lists = rule.signs().into_iter().filter(|(_, list)| !list.is_empty());
            let signs: Vec<(&'static str, Vec<String>)> = lists.map(|(sign, list)| (sign, list.clone())).collect();
            match all.iter_mut().find(|place| place.name == *name) {
                Some(place) => {
                    place.from.push(from);
                    for (sign, list) in signs {
                        match place.signs.iter_mut().find(|(one, _)| *one == sign) {
                            Some((_, known)) => known.extend(list),
                            None => place.signs.push((sign, list)),
                        }
                    }
                }
                None => all.push(Place {
                    name: name.clone(),
                    is_protected: is_protected(name, &environments.rules),
                    signs,
                    from: vec![from],
                }),
            }
        }
    }
    all
}
