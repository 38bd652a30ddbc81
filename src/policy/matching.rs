//! Whether a rule applies to an action.
//!
//! What asks or denies applies when any part of an action is meant; what allows applies only when all of it is.

use crate::model::action::{Action, Impact};
use crate::model::decision::Decision;
use crate::model::environments::EnvironmentRule;
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
    /// Whether this environment is one by which another layer can have moved what the rules speak of.
    pub is_foreign: bool,
    layers: &'a [Layer],
}

impl<'a> Subject<'a> {
    /// An action under the environments of these layers.
    pub fn new(action: &'a Action, layers: &'a [Layer]) -> Self {
        let is_protected = is_protected(action.environment.as_str(), environments(layers));
        Self { action, is_protected, is_foreign: false, layers }
    }

    /// The action as the rules of one layer see it.
    pub fn before(self, layer: &Layer) -> Self {
        let name = self.action.environment.as_str();
        Self { is_foreign: self.is_protected && layer.foreign.iter().any(|one| one == name), ..self }
    }

    /// Whether the action may point at `one` but for its environment: among protected ones the first wins.
    fn has_displaced(&self, one: &str) -> bool {
        let rank = |name: &str| environments(self.layers).position(|(known, _)| known == name);
        let is_behind = |at: usize| Some(at) > rank(self.action.environment.as_str());
        rank(one).is_none_or(|at| is_behind(at) || !is_protected(one, environments(self.layers)))
    }
}

fn environments(layers: &[Layer]) -> impl Iterator<Item = &(String, EnvironmentRule)> {
    layers.iter().flat_map(|layer| &layer.policy.environments)
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
    let is_excepted = || rule.unless.as_ref().is_some_and(|one| holds(one, subject, (unless, unless)));
    holds(&rule.when, subject, (when, when)) && !is_excepted()
}

/// Whether a rule that flags would apply if the action pointed at a place from which another layer can have moved it. Then
/// it stays on the list; nothing is allowed by that.
pub fn may_flag(rule: &Rule, subject: &Subject<'_>) -> bool {
    if rule.decision != Decision::Flag || !subject.is_foreign || applies(rule, subject) {
        return false;
    }
    let is_excepted = || rule.unless.as_ref().is_some_and(|one| holds(one, subject, (Reading::Any, Reading::All)));
    may_allow(&rule.when, subject.action) && holds(&rule.when, subject, (Reading::All, Reading::Any)) && !is_excepted()
}

/// What is not understood is allowed only where a rule says so in so many words; what changes something, only where a
/// rule says where.
fn may_allow(when: &When, action: &Action) -> bool {
    let names_place = !when.environment.is_empty() || when.protected == Some(false);
    let names_impact = when.impact.contains(&action.impact);
    names_impact && (action.impact == Impact::Read || names_place)
}

/// Whether conditions hold; the place can be read otherwise than the rest.
fn holds(when: &When, subject: &Subject<'_>, (reading, place): (Reading, Reading)) -> bool {
    let action = subject.action;
    let one = |list: &[String], value: &str| list.is_empty() || list.iter().any(|pattern| glob(pattern, value));
    (when.impact.is_empty() || when.impact.contains(&action.impact))
        && several(&when.category, &action.categories, |known, value| known == value, reading)
        && is_place(when, subject, place)
        && one(&when.tool, &action.tool)
        && one(&when.operation, &action.operation)
        && several(&when.target, &action.targets, |pattern, value| glob(pattern, value), reading)
        && several(&when.service, action.services(), |pattern, name| is_service(pattern, name, reading), reading)
}

/// Whether a place is meant.
///
/// A protected environment that another layer brings has taken the place of what the signs would have said without it,
/// which is nothing that a layer above protects: that could not have been displaced. So for the other layers it may be
/// each place that is not, or else a repository could lift a rule about `staging` by calling it `mine`.
fn is_place(when: &When, subject: &Subject<'_>, reading: Reading) -> bool {
    let name = subject.action.environment.as_str();
    let may_be =
        |one: &String| one == name || (subject.is_foreign && reading == Reading::Any && subject.has_displaced(one));
    let is_wanted = |wanted: bool| match reading {
        Reading::Any => wanted == subject.is_protected || subject.is_foreign,
        Reading::All => wanted == subject.is_protected && !subject.is_foreign,
    };
    (when.environment.is_empty() || when.environment.iter().any(may_be)) && when.protected.is_none_or(is_wanted)
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

/// Whether an environment counts as production. What is unknown does; what is local does not.
pub fn is_protected<'a>(name: &str, environments: impl IntoIterator<Item = &'a (String, EnvironmentRule)>) -> bool {
    if name == "local" {
        return false;
    }
    let mut named = environments.into_iter().filter(|(one, _)| one == name).map(|(_, rule)| rule.is_protected());
    // One that nobody defines is protected, and one layer that protects it is enough.
    named.next().is_none_or(|first| first || named.any(|is| is))
}
