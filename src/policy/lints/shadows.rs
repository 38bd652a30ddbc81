//! Rules that never decide, because another that is as strict always matches as well.

use crate::model::decision::Decision;
use crate::policy::Policies;
use crate::policy::layers::Layer;
use crate::policy::schema::Rule;

use super::overlap::{holds_wherever, impacts};
use super::{Lint, Said, Scope};

/// The rule that takes the place of `rule`, which stands in the layer at this index.
pub fn lint(policies: &Policies, at: usize, rule: &Rule, scope: &Scope<'_>) -> Option<Lint> {
    // What a lower layer does to a rule above it is that layer's own affair: the upper one stands by itself.
    let above = policies.layers().iter().enumerate().take(at + 1);
    for (place, layer) in above {
        for other in layer.policy.rules.iter().filter(|other| !(place == at && other.line == rule.line)) {
            if !is_always_with(rule, other, scope) {
                continue;
            }
            let where_it_is = origin(layer, other, place == at);
            if other.decision > rule.decision {
                let text = format!("rule `{}` never decides", rule.id);
                let (of_rule, of_other) = (word(rule.decision), word(other.decision));
                let why = format!("it {of_rule}, and `{}` ({where_it_is}) {of_other} all that it matches", other.id);
                let help = format!("take it out, or narrow `{}` by `unless`", other.id);
                return Some(scope.lint("shadowed", rule, scope.start(rule), Said { text, why, help }));
            }
            let is_second = other.line < rule.line || !is_always_with(other, rule, scope);
            if place == at && other.decision == rule.decision && is_second && adds_nothing(rule, other) {
                let text = format!("rule `{}` adds nothing to `{}`", rule.id, other.id);
                let why = format!("`{}` ({where_it_is}) decides the same about all that it matches", other.id);
                let help = "take one of them out".to_owned();
                return Some(scope.lint("duplicate", rule, scope.start(rule), Said { text, why, help }));
            }
        }
    }
    None
}

fn origin(layer: &Layer, rule: &Rule, is_same: bool) -> String {
    if is_same { format!("line {}", rule.line) } else { format!("{}:{}", layer.path.display(), rule.line) }
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "allows",
        Decision::Flag => "flags",
        Decision::Ask => "asks about",
        Decision::Deny => "denies",
    }
}

/// Whether `other` matches wherever `rule` does.
fn is_always_with(rule: &Rule, other: &Rule, scope: &Scope<'_>) -> bool {
    let takes_in = impacts(rule);
    let of_other = impacts(other);
    // A rule that allows wants all values of an action, one that asks or denies wants one of them.
    let is_wider = rule.decision < Decision::Ask || other.decision >= Decision::Ask;
    is_wider
        && !takes_in.is_empty()
        && takes_in.iter().all(|impact| of_other.contains(impact))
        && holds_wherever(&other.when, rule, scope.environments)
        && other.unless.as_ref().is_none_or(|unless| rule.unless.as_ref() == Some(unless))
        && (other.unless.is_none() || (rule.decision < Decision::Ask) == (other.decision < Decision::Ask))
}

/// Whether a rule says nothing to the caller, and asks for nothing, that the other does not.
fn adds_nothing(rule: &Rule, other: &Rule) -> bool {
    let says_same = rule.message.is_none() || rule.message == other.message;
    says_same
        && rule.obligations.is_subset(&other.obligations)
        && rule.alternatives.iter().all(|text| other.alternatives.contains(text))
}
