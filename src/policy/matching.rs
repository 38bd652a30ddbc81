//! Whether a rule applies to an action.
//!
//! What asks or denies applies when any part of an action is meant; what allows applies only when all of it is.

use crate::model::action::{Action, Impact};
use crate::model::decision::Decision;
use crate::text::glob::glob;

use super::layers::Layer;
use super::schema::{Rule, When};

/// An action as rules are held against it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The action.
    pub action: &'a Action,
    /// Whether its environment counts as production.
    pub is_protected: bool,
}

impl<'a> Subject<'a> {
    /// An action under the environments of these layers.
    pub fn new(action: &'a Action, layers: &[Layer]) -> Self {
        Self { action, is_protected: is_protected(action, layers) }
    }
}

/// How lists are compared with an action that has several values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// One value that is meant is enough.
    Any,
    /// Every value must be meant.
    All,
}

/// Whether `rule` applies to `subject`.
pub fn applies(rule: &Rule, subject: &Subject<'_>) -> bool {
    let (when, unless) = match rule.decision {
        Decision::Allow | Decision::Flag => (Reading::All, Reading::Any),
        Decision::Ask | Decision::Deny => (Reading::Any, Reading::All),
    };
    if when == Reading::All && !may_allow(&rule.when, subject.action) {
        return false;
    }
    holds(&rule.when, subject, when) && !rule.unless.as_ref().is_some_and(|one| holds(one, subject, unless))
}

/// What is not understood is allowed only where a rule says so in so many words; what changes something, only where a
/// rule says where.
fn may_allow(when: &When, action: &Action) -> bool {
    let names_place = !when.environment.is_empty() || when.protected == Some(false);
    let names_impact = when.impact.contains(&action.impact);
    names_impact && (action.impact == Impact::Read || names_place)
}

fn holds(when: &When, subject: &Subject<'_>, reading: Reading) -> bool {
    let action = subject.action;
    let one = |list: &[String], value: &str| list.is_empty() || list.iter().any(|pattern| glob(pattern, value));
    (when.impact.is_empty() || when.impact.contains(&action.impact))
        && several(&when.category, &action.categories, |known, value| known == value, reading)
        && (when.environment.is_empty() || when.environment.iter().any(|name| name == action.environment.as_str()))
        && one(&when.tool, &action.tool)
        && one(&when.operation, &action.operation)
        && several(&when.target, &action.targets, |pattern, value| glob(pattern, value), reading)
        && several(&when.service, action.services(), |pattern, name| is_service(pattern, name, reading), reading)
        && when.protected.is_none_or(|wanted| wanted == subject.is_protected)
}

/// Whether a service is meant; one that is not known, or all of them, can be the one that is asked about or denied.
fn is_service(pattern: &str, name: &str, reading: Reading) -> bool {
    glob(pattern, name) || (reading == Reading::Any && ["*", "?"].contains(&name))
}

fn several<P, V: Copy>(
    patterns: &[P],
    values: impl IntoIterator<Item = V>,
    fits: impl Fn(&P, V) -> bool,
    reading: Reading,
) -> bool {
    if patterns.is_empty() {
        return true;
    }
    let mut values = values.into_iter().map(|value| patterns.iter().any(|pattern| fits(pattern, value))).peekable();
    match reading {
        Reading::Any => values.any(|fits| fits),
        Reading::All => values.peek().is_some() && values.all(|fits| fits),
    }
}

/// Whether an action's environment counts as production. What is unknown does; what is local does not.
fn is_protected(action: &Action, layers: &[Layer]) -> bool {
    if action.environment.is_local() {
        return false;
    }
    let environments = layers.iter().flat_map(|layer| &layer.policy.environments);
    let named = environments.filter(|(name, _)| name == action.environment.as_str());
    let mut protected = named.map(|(_, rule)| rule.is_protected()).peekable();
    protected.peek().is_none() || protected.any(|is| is)
}
