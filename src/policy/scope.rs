//! What a rule or an environment covers beside what another covers: wider, narrower, or both, in words.

use crate::model::action::Impact;
use crate::model::decision::Decision;
use crate::model::environments::EnvironmentRule;
use crate::text::glob::glob;

use super::schema::{Rule, When};

/// How one scope compares with another, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spread {
    /// What is covered that was not.
    pub wider: Vec<String>,
    /// What is no longer covered.
    pub narrower: Vec<String>,
}

impl Spread {
    /// What is not covered by an exception is covered by the rule.
    fn inverted(self) -> Self {
        Self { wider: self.narrower, narrower: self.wider }
    }

    fn extend(&mut self, other: Self) {
        self.wider.extend(other.wider);
        self.narrower.extend(other.narrower);
    }
}

/// To what `to` applies beside `from`.
pub fn rules(from: &Rule, to: &Rule) -> Spread {
    let mut spread = conditions("", &from.when, &to.when);
    match (&from.unless, &to.unless) {
        (None, None) => {}
        (Some(from), Some(to)) => spread.extend(conditions("unless.", from, to).inverted()),
        (None, Some(new)) => spread.narrower.push(format!("not where {}", text(new))),
        (Some(old), None) => spread.wider.push(format!("also where {}", text(old))),
    }
    // A rule allows what changes something only where it says where.
    match (names_place(&from.when), names_place(&to.when)) {
        (true, false) if to.decision < Decision::Ask && changes(&to.when) => {
            spread.narrower.push("it no longer says where".to_owned())
        }
        (false, true) if from.decision < Decision::Ask && changes(&from.when) => {
            spread.wider.push("it says where".to_owned())
        }
        _ => {}
    }
    spread
}

/// What `to` claims beside `from`.
pub fn environments(from: &EnvironmentRule, to: &EnvironmentRule) -> Spread {
    let mut spread = Spread::default();
    for ((name, old), (_, new)) in lists(from).into_iter().zip(lists(to)) {
        let gone: Vec<&str> = old.iter().filter(|one| !is_covered(one, new)).map(String::as_str).collect();
        let added: Vec<&str> = new.iter().filter(|one| !is_covered(one, old)).map(String::as_str).collect();
        if !added.is_empty() {
            spread.wider.push(format!("{name} also {}", listed(&added)));
        }
        if !gone.is_empty() {
            spread.narrower.push(format!("{name} no longer {}", listed(&gone)));
        }
    }
    spread
}

fn lists(rule: &EnvironmentRule) -> [(&'static str, &Vec<String>); 9] {
    [
        ("contexts", &rule.contexts),
        ("clusters", &rule.clusters),
        ("namespaces", &rule.namespaces),
        ("workspaces", &rule.workspaces),
        ("profiles", &rule.profiles),
        ("accounts", &rule.accounts),
        ("hosts", &rule.hosts),
        ("branches", &rule.branches),
        ("directories", &rule.directories),
    ]
}

fn conditions(prefix: &str, from: &When, to: &When) -> Spread {
    let mut spread = Spread::default();
    for ((name, old), (_, new)) in fields(from).into_iter().zip(fields(to)) {
        spread.extend(field(&format!("{prefix}{name}"), &old, &new));
    }
    spread
}

/// One condition: an empty list covers everything.
fn field(name: &str, old: &[String], new: &[String]) -> Spread {
    let mut spread = Spread::default();
    match (old, new) {
        ([], []) => {}
        ([], only) => spread.narrower.push(format!("{name} only {}", joined(only))),
        (only, []) => spread.wider.push(format!("{name} any, not only {}", joined(only))),
        (old, new) => {
            let gone: Vec<&str> = old.iter().filter(|one| !is_covered(one, new)).map(String::as_str).collect();
            let added: Vec<&str> = new.iter().filter(|one| !is_covered(one, old)).map(String::as_str).collect();
            if !added.is_empty() {
                spread.wider.push(format!("{name} also {}", listed(&added)));
            }
            if !gone.is_empty() {
                spread.narrower.push(format!("{name} no longer {}", listed(&gone)));
            }
        }
    }
    spread
}

/// Whether all that a pattern matches is matched by one of these.
fn is_covered(pattern: &str, by: &[String]) -> bool {
    by.iter().any(|other| glob(other, pattern))
}

fn fields(when: &When) -> [(&'static str, Vec<String>); 8] {
    let protected = when.protected.map(|is| if is { "true" } else { "false" }.to_owned());
    [
        ("impact", when.impact.iter().map(ToString::to_string).collect()),
        ("category", when.category.iter().map(ToString::to_string).collect()),
        ("environment", when.environment.clone()),
        ("protected", protected.into_iter().collect()),
        ("tool", when.tool.clone()),
        ("operation", when.operation.clone()),
        ("target", when.target.clone()),
        ("service", when.service.clone()),
    ]
}

/// Conditions in words.
pub fn text(when: &When) -> String {
    let given = fields(when).into_iter().filter(|(_, values)| !values.is_empty());
    given.map(|(name, values)| format!("{name} {}", joined(&values))).collect::<Vec<_>>().join("; ")
}

fn joined(values: &[String]) -> String {
    listed(&values.iter().map(String::as_str).collect::<Vec<_>>())
}

fn listed(values: &[&str]) -> String {
    values.join(", ")
}

fn names_place(when: &When) -> bool {
    !when.environment.is_empty() || when.protected == Some(false)
}

fn changes(when: &When) -> bool {
    when.impact.iter().any(|impact| *impact != Impact::Read)
}

/// Whether two conditions are the same, whatever their order.
pub fn are_same(from: &Rule, to: &Rule) -> bool {
    let spread = rules(from, to);
    spread.wider.is_empty() && spread.narrower.is_empty()
}
