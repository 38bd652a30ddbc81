//! Whether a rule applies to an action.
//!
//! What asks or denies applies when any part of an action is meant; what allows applies only when all of it is.

use crate::model::action::{Action, Impact};
use crate::model::decision::Decision;
use crate::model::environments::Environments;
use crate::text::glob::glob;

use super::schema::{Rule, When};

/// How lists are compared with an action that has several values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// One value that is meant is enough.
    Any,
    /// Every value must be meant.
    All,
}

/// Whether `rule` applies to `action`.
///
/// `foreign` are the environments of other layers by which these can move what the rule speaks of.
pub fn applies(rule: &Rule, action: &Action, environments: &Environments, foreign: &[String]) -> bool {
    let (when, unless) = match rule.decision {
        Decision::Allow | Decision::Flag => (Reading::All, Reading::Any),
        Decision::Ask | Decision::Deny => (Reading::Any, Reading::All),
    };
    if when == Reading::All && !may_allow(&rule.when, action) {
        return false;
    }
    holds(&rule.when, action, environments, foreign, when)
        && !rule.unless.as_ref().is_some_and(|one| holds(one, action, environments, foreign, unless))
}

/// What is not understood is allowed only where a rule says so in so many words; what changes something, only where a
/// rule says where.
fn may_allow(when: &When, action: &Action) -> bool {
    let names_place = !when.environment.is_empty() || when.protected == Some(false);
    let names_impact = when.impact.contains(&action.impact);
    names_impact && (action.impact == Impact::Read || names_place)
}

fn holds(when: &When, action: &Action, environments: &Environments, foreign: &[String], reading: Reading) -> bool {
    let one = |list: &[String], value: &str| list.is_empty() || list.iter().any(|pattern| glob(pattern, value));
    (when.impact.is_empty() || when.impact.contains(&action.impact))
        && several(&when.category, &action.categories, |known, value| known == value, reading)
        && is_place(when, action, environments, foreign, reading)
        && one(&when.tool, &action.tool)
        && one(&when.operation, &action.operation)
        && several(&when.target, &action.targets, |pattern, value| glob(pattern, value), reading)
        && several(
            &when.service,
            &action.services().collect::<Vec<_>>(),
            |p, name| is_service(p, name, reading),
            reading,
        )
}

/// Whether a place is meant.
///
/// A protected environment that another layer brings has taken the place of what the signs would have said without it,
/// which is nothing that a layer above protects: that could not have been displaced. So for the other layers it may be
/// each place that is not, or else a repository could lift a rule about `staging` by calling it `mine`.
fn is_place(when: &When, action: &Action, environments: &Environments, foreign: &[String], reading: Reading) -> bool {
    let name = action.environment.as_str();
    let is_here = is_protected(name, environments);
    let is_foreign = is_here && foreign.iter().any(|one| one == name);
    // Among protected environments the first wins: what stands behind this one can have been displaced by it too.
    let rank = |name: &str| environments.rules.iter().position(|(one, _)| one == name);
    let is_displaced = |one: &str| rank(one).is_none_or(|at| !is_protected(one, environments) || Some(at) > rank(name));
    let may_be = |one: &String| one == name || (is_foreign && reading == Reading::Any && is_displaced(one));
    let is_wanted = |wanted: bool| match reading {
        Reading::Any => wanted == is_here || is_foreign,
        Reading::All => wanted == is_here && !is_foreign,
    };
    (when.environment.is_empty() || when.environment.iter().any(may_be)) && when.protected.is_none_or(is_wanted)
}

/// Whether a service is meant; one that is not known, or all of them, can be the one that is asked about or denied.
fn is_service(pattern: &str, name: &str, reading: Reading) -> bool {
    glob(pattern, name) || (reading == Reading::Any && ["*", "?"].contains(&name))
}

fn several<'a, P, V: 'a>(
    patterns: &[P],
    values: impl IntoIterator<Item = &'a V>,
    fits: impl Fn(&P, &V) -> bool,
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
pub fn is_protected(name: &str, environments: &Environments) -> bool {
    if name == "local" {
        return false;
    }
    let mut named = environments.rules.iter().filter(|(one, _)| one == name).map(|(_, rule)| rule.is_protected());
    // One that nobody defines is protected, and one layer that protects it is enough.
    named.next().is_none_or(|first| first || named.any(|is| is))
}
