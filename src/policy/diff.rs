//! What differs between two policies by what it means: rules, environments, settings, and the decisions on the
//! commands that both bring along as examples and tests.
//!
//! A difference of a rule says what it can loosen and tighten by itself; what comes of it together with all other
//! rules is what the decisions show.

use serde::Serialize;

use crate::model::decision::Decision;
use crate::model::environments::EnvironmentRule;

use super::Policies;
use super::change::{Direction, Leaning, Strength};
use super::deciders;
use super::layers::LayerKind;
use super::review::ReviewGates;
use super::schema::{Policy, Rule};
use super::scope::{self, Spread};
use super::signing::{InForce, SoftwareKeys, UserVerification};
use super::tools::descriptions;

/// What became of a rule or an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It is only in the second.
    Added,
    /// It is only in the first.
    Removed,
    /// It is in both, and not the same.
    Changed,
}

/// One rule or environment that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// What became of it.
    pub what: What,
    /// Its line in the first, for a rule.
    pub line_before: Option<usize>,
    /// Its line in the second, for a rule.
    pub line_after: Option<usize>,
    /// What that loosens and tightens.
    #[serde(flatten)]
    pub leaning: Leaning,
    /// What it changes beside decisions.
    pub words: Vec<String>,
}

impl Item {
    /// Which way it goes; none when no decision depends on it.
    pub fn direction(&self) -> Option<Direction> {
        self.leaning.direction()
    }
}

/// What differs between two policy files, but for the decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Environments, in the order of the second, then what only the first has.
    pub environments: Vec<Item>,
    /// Rules, in the same order.
    pub rules: Vec<Item>,
}

/// Compares the rules and environments of two files.
pub fn difference(from: &Policy, to: &Policy) -> Difference {
    Difference { environments: environments(from, to), rules: rules(from, to) }
}

/// Compares what holds for every request that asks, and what no rule speaks about.
pub fn settings(from: &Policies, to: &Policies) -> Leaning {
    let mut leaning = Leaning::default();
    let (old, new) = (default_of(from), default_of(to));
    leaning.compare(&old, &new, || format!("what no rule speaks about: {new} instead of {old}"));
    for (name, old, new) in [
        ("a request waits", from.expires(), to.expires()),
        ("an approval may wait for its run", from.run_within(), to.run_within()),
    ] {
        // The longer it may wait, the less is asked.
        leaning.compare(&new, &old, || format!("{name} {} instead of {}", span(new), span(old)));
    }
    let carry = |policies: &Policies| {
        policies.carry_forward().map_or_else(|| "never".to_owned(), |time| format!("within {}", span(time)))
    };
    leaning.compare(&to.carry_forward(), &from.carry_forward(), || {
        format!("an approval carries over {} instead of {}", carry(to), carry(from))
    });
    // What is thrown away sooner can be taken back for less long.
    leaning.compare(&from.keep_way_back(), &to.keep_way_back(), || {
        format!("a way back is kept {} instead of {}", span(to.keep_way_back()), span(from.keep_way_back()))
    });
    described(&mut leaning, from, to);
    reviewed(&mut leaning, &from.review(), &to.review());
    deciders::settings(&mut leaning, from, to);
    let words = "one person may approve what their own agents ask for";
    match (from.single_operator(), to.single_operator()) {
        (false, true) => leaning.loosens.push(words.to_owned()),
        (true, false) => leaning.tightens.push(format!("no longer: {words}")),
        (true, true) | (false, false) => {}
    }
    signatures(&mut leaning, from, to);
    leaning
}

/// Other signers are both: some may who might not, and some may not who might.
fn signatures(leaning: &mut Leaning, from: &Policies, to: &Policies) {
    let (old, new) = (from.signing(), to.signing());
    match (old.map(|old| old.allowed_signers), new.map(|new| new.allowed_signers)) {
        (old, new) if old == new => {}
        (None, Some(path)) => leaning.loosens.push(format!("who may sign stands in {}", path.display())),
        (Some(_), None) => leaning.tightens.push("nobody may sign".to_owned()),
        (_, Some(path)) => {
            let text = format!("who may sign stands in another file, {}", path.display());
            leaning.loosens.push(text.clone());
            leaning.tightens.push(text);
        }
        (None, None) => {}
    }
    let words = "a signature by a key in software counts as A3, since such keys are said to lie elsewhere";
    let counts = |it: Option<InForce<'_>>| it.is_some_and(|it| it.software_keys == SoftwareKeys::Elsewhere);
    match (counts(old), counts(new)) {
        (false, true) => leaning.loosens.push(words.to_owned()),
        (true, false) => leaning.tightens.push(format!("no longer: {words}")),
        (true, true) | (false, false) => {}
    }
    let words = "a security key must have verified who signs, by PIN or finger";
    let is_strict = |it: Option<InForce<'_>>| it.is_some_and(|it| it.user_verification == UserVerification::Required);
    match (is_strict(old), is_strict(new)) {
        (true, false) if new.is_some() => leaning.loosens.push(format!("no longer: {words}")),
        (false, true) => leaning.tightens.push(words.to_owned()),
        (true, true | false) | (false, false) => {}
    }
}

/// What an approval of something in a protected environment needs.
fn reviewed(leaning: &mut Leaning, from: &ReviewGates, to: &ReviewGates) {
    let values = from.values().into_iter().zip(to.values());
    for (((name, old), (_, new)), (was, is)) in values.zip(from.strictness().into_iter().zip(to.strictness())) {
        leaning.compare(&was, &is, || format!("`{name}`: {new} instead of {old}"));
    }
}

/// A description makes known what was not known, and where it changes, either may come of it.
fn described(leaning: &mut Leaning, from: &Policies, to: &Policies) {
    let (old, new) = (descriptions(from), descriptions(to));
    for (name, text) in &new {
        match old.get(name) {
            None => leaning.loosens.push(format!("describes the tool `{name}`, which was not known")),
            Some(before) if before != text => {
                leaning.loosens.push(format!("describes the tool `{name}` otherwise"));
                leaning.tightens.push(format!("describes the tool `{name}` otherwise"));
            }
            Some(_) => {}
        }
    }
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        leaning.tightens.push(format!("no longer describes the tool `{name}`"));
    }
}

/// What is decided where no rule applies: without a policy that speaks about everything, nothing but known reads runs.
fn default_of(policies: &Policies) -> Decision {
    let of = |kind| policies.layers().iter().find(|layer| layer.kind == kind);
    let base = of(LayerKind::User).or_else(|| of(LayerKind::Platform));
    base.map_or(Decision::Deny, |layer| default_in(&layer.policy))
}

fn default_in(policy: &Policy) -> Decision {
    policy.default.map_or(Decision::Ask, |(decision, _)| decision)
}

fn span(time: std::time::Duration) -> String {
    let seconds = time.as_secs();
    let of = |unit: u64, name: &str| seconds.is_multiple_of(unit).then(|| format!("{} {name}", seconds / unit));
    of(86_400, "d").or_else(|| of(3600, "h")).or_else(|| of(60, "min")).unwrap_or_else(|| format!("{seconds} s"))
}

fn environments(from: &Policy, to: &Policy) -> Vec<Item> {
    let find = |policy: &Policy, name: &str| {
        policy.environments.iter().find(|(known, _)| known == name).map(|(_, rule)| rule.clone())
    };
    let names = to.environments.iter().chain(from.environments.iter().filter(|(name, _)| find(to, name).is_none()));
    names.filter_map(|(name, _)| environment(name, find(from, name), find(to, name))).collect()
}

fn environment(name: &str, from: Option<EnvironmentRule>, to: Option<EnvironmentRule>) -> Option<Item> {
    let mut leaning = Leaning::default();
    let what = match (from, to) {
        (None, None) => return None,
        (None, Some(new)) => {
            claims(&mut leaning, &new, vec![format!("new, {}", protection(&new))]);
            What::Added
        }
        (Some(old), None) => {
            let mut gone = Leaning::default();
            claims(&mut gone, &old, vec![format!("gone, was {}", protection(&old))]);
            leaning.extend(Leaning { loosens: gone.tightens, tightens: gone.loosens });
            What::Removed
        }
        (Some(old), Some(new)) => {
            let words = || format!("{} instead of {}", protection(&new), protection(&old));
            leaning.compare(&old.is_protected(), &new.is_protected(), words);
            let Spread { wider, narrower } = scope::environments(&old, &new);
            claims(&mut leaning, &new, wider);
            let mut gone = Leaning::default();
            claims(&mut gone, &old, narrower);
            leaning.extend(Leaning { loosens: gone.tightens, tightens: gone.loosens });
            leaning.direction()?;
            What::Changed
        }
    };
    Some(Item { name: name.to_owned(), what, line_before: None, line_after: None, leaning, words: Vec::new() })
}

/// What more an environment claims: what counts as production is held back, what does not is opened.
fn claims(leaning: &mut Leaning, rule: &EnvironmentRule, words: Vec<String>) {
    if rule.is_protected() { leaning.tightens.extend(words) } else { leaning.loosens.extend(words) }
}

fn protection(rule: &EnvironmentRule) -> &'static str {
    if rule.is_protected() { "protected" } else { "not protected" }
}

fn rules(from: &Policy, to: &Policy) -> Vec<Item> {
    let defaults = Defaults { from: default_in(from), to: default_in(to) };
    let find = |policy: &Policy, rule: &Rule| policy.rules.iter().position(|other| other.id == rule.id);
    let mut gone: Vec<&Rule> = from.rules.iter().filter(|rule| find(to, rule).is_none()).collect();
    let mut items = Vec::new();
    for new in &to.rules {
        let before = find(from, new).and_then(|at| from.rules.get(at));
        let mut renamed = || gone.iter().position(|old| is_same(old, new)).map(|at| gone.remove(at));
        match before {
            Some(old) => items.extend(changed(old, new, defaults)),
            None => match renamed() {
                Some(old) => items.push(renamed_item(old, new)),
                None => items.push(added(new, defaults)),
            },
        }
    }
    items.extend(gone.into_iter().map(|old| removed(old, defaults)));
    items
}

/// What each policy decides where no rule speaks.
#[derive(Debug, Clone, Copy)]
struct Defaults {
    from: Decision,
    to: Decision,
}

/// What it means that a decision is given where the other policy has none of this rule: it raises what is decided by
/// others, unless it allows, and takes the place of what would be decided without any rule.
fn lean(decision: Decision, otherwise: Decision, words: &[String]) -> Leaning {
    let mut leaning = Leaning::default();
    if decision < otherwise {
        leaning.loosens.extend_from_slice(words);
    }
    if decision > Decision::Allow {
        leaning.tightens.extend_from_slice(words);
    }
    leaning
}

fn added(rule: &Rule, defaults: Defaults) -> Item {
    let leaning = lean(rule.decision, defaults.from, &[summary(rule)]);
    item(What::Added, None, Some(rule), leaning, Vec::new())
}

fn removed(rule: &Rule, defaults: Defaults) -> Item {
    let Leaning { loosens, tightens } = lean(rule.decision, defaults.to, &[format!("no longer: {}", summary(rule))]);
    item(What::Removed, Some(rule), None, Leaning { loosens: tightens, tightens: loosens }, Vec::new())
}

fn changed(old: &Rule, new: &Rule, defaults: Defaults) -> Option<Item> {
    let mut leaning = strength(old).compare(&strength(new));
    let Spread { wider, narrower } = scope::rules(old, new);
    leaning.extend(lean(new.decision, defaults.from, &wider));
    let Leaning { loosens, tightens } = lean(old.decision, defaults.to, &narrower);
    leaning.extend(Leaning { loosens: tightens, tightens: loosens });
    // What allows applies to the whole of an action, what asks to any part of it: a rule that begins to ask reaches more,
    // and speaks there in place of the default.
    let reach = || "asks where the default denied: any part of an action is enough now".to_owned();
    match (old.decision < Decision::Ask, new.decision < Decision::Ask) {
        (true, false) if new.decision < defaults.from => leaning.loosens.push(reach()),
        (false, true) if old.decision < defaults.to => leaning.tightens.push(format!("no longer {}", reach())),
        _ => {}
    }
    let words = words(old, new);
    let is_same = leaning.direction().is_none() && words.is_empty();
    (!is_same).then(|| item(What::Changed, Some(old), Some(new), leaning, words))
}

fn renamed_item(old: &Rule, new: &Rule) -> Item {
    let mut all = vec![format!("renamed, was `{}`", old.id)];
    all.extend(words(old, new));
    item(What::Changed, Some(old), Some(new), Leaning::default(), all)
}

fn item(what: What, old: Option<&Rule>, new: Option<&Rule>, leaning: Leaning, words: Vec<String>) -> Item {
    let name = new.or(old).map(|rule| rule.id.to_string()).unwrap_or_default();
    let (line_before, line_after) = (old.map(|rule| rule.line), new.map(|rule| rule.line));
    Item { name, what, line_before, line_after, leaning, words }
}

/// Whether two rules decide the same of everything.
fn is_same(old: &Rule, new: &Rule) -> bool {
    strength(old) == strength(new) && scope::are_same(old, new)
}

fn strength(rule: &Rule) -> Strength {
    Strength::new(rule.decision, &rule.obligations)
}

fn summary(rule: &Rule) -> String {
    let unless = rule.unless.as_ref().map(|unless| format!("; unless {}", scope::text(unless))).unwrap_or_default();
    format!("{} where {}{unless}", rule.decision, scope::text(&rule.when))
}

/// What changes beside decisions.
fn words(old: &Rule, new: &Rule) -> Vec<String> {
    let changes = [
        ("message", old.message != new.message),
        ("alternatives", old.alternatives != new.alternatives),
        ("description", old.description != new.description),
        ("owner", old.owner != new.owner),
        ("examples", (&old.examples, &old.counterexamples) != (&new.examples, &new.counterexamples)),
    ];
    let named: Vec<&str> = changes.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect();
    if named.is_empty() { Vec::new() } else { vec![format!("other {}", named.join(", "))] }
}

#[cfg(test)]
pub mod tests;
