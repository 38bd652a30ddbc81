//! Those who decide: a rule that one human alone could approve, escalations that come too late or change nothing.

use crate::model::decision::Obligation;
use crate::model::demand::Stage;

use super::{Lint, Said, Scope};
use crate::policy::Policies;
use crate::policy::people::People;
use crate::policy::schema::Rule;

/// What there is to say about a rule's approvers.
pub fn lints(scope: &Scope<'_>, policies: &Policies, rule: &Rule) -> Vec<Lint> {
    let stages = rule.obligations.iter().find_map(|one| match one {
        Obligation::Approvers { stages } => Some(stages),
        _ => None,
    });
    let Some(stages) = stages else { return Vec::new() };
    let people = policies.people();
    let is_four_eyes = rule.obligations.contains(&Obligation::FourEyes) || !policies.single_operator();
    let key = if stages.len() > 1 { "stages" } else { "approvers" };
    let alone = stages.iter().find_map(|stage| only(stage, &people)).filter(|_| is_four_eyes);
    let said = alone.map(|human| Said {
        text: format!("rule `{}` can be approved by {human} alone", rule.id),
        why: "nobody approves what their own agent asks for, so nobody could approve what theirs does".to_owned(),
        help: "name another human beside them".to_owned(),
    });
    let mut found: Vec<Lint> =
        said.map(|said| scope.lint("alone", rule, scope.key(rule, key), said)).into_iter().collect();
    found.extend(late(scope, policies, rule, stages));
    found
}

/// The one human whom a stage could be approved by.
fn only(stage: &Stage, people: &People) -> Option<String> {
    let names = stage.approvers.iter().chain(stage.escalate.iter().flat_map(|one| &one.to));
    let mut humans: Vec<&str> = names.flat_map(|name| people.named(name)).map(|human| human.name.as_str()).collect();
    humans.sort_unstable();
    humans.dedup();
    match humans.as_slice() {
        [one] => Some((*one).to_owned()),
        _ => None,
    }
}

/// An escalation after the request has expired.
fn late(scope: &Scope<'_>, policies: &Policies, rule: &Rule, stages: &[Stage]) -> Option<Lint> {
    let expires = policies.expires().as_secs();
    let one = stages.iter().flat_map(|stage| &stage.escalate).find(|one| one.after_s >= expires)?;
    let said = Said {
        text: format!("rule `{}` escalates to {} when the request has expired", rule.id, one.to.join(", ")),
        why: format!("a request waits {} min, and it would be escalated after {} min", expires / 60, one.after_s / 60),
        help: "escalate sooner, or let requests wait longer (`[defaults] expires`)".to_owned(),
    };
    Some(scope.lint("no-effect", rule, scope.key(rule, "after"), said))
}
