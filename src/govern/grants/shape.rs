//! The grants that a request could lead to: no wider than what it asked for.

use std::collections::BTreeSet;

use crate::model::action::Action;
use crate::model::attribution::{Attribution, CallerKind};
use crate::model::decision::{Decision, Verdict};
use crate::model::grant::{RuleRef, Scope};

use super::{Gap, asking, may_be_met, never, places, questions};

/// A grant as it could be made from a request: a scope, the rules that it would answer, and one of its actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// For whom and what.
    pub scope: Scope,
    /// The rules that asked.
    pub rules: BTreeSet<RuleRef>,
    /// An action of the request that the scope holds.
    pub sample: Action,
}

/// The grants by which a request would have run, no wider than it.
///
/// # Errors
/// Why there can be none.
pub fn shapes(verdict: &Verdict, caller: &Attribution) -> Result<Vec<Shape>, Gap> {
    if verdict.decision != Decision::Ask {
        return Err(Gap::NotAsked);
    }
    let mut shapes: Vec<Shape> = Vec::new();
    for (index, action) in asking(verdict)? {
        if let Some(why) = never(action) {
            return Err(Gap::Never(action.title(), why.to_owned()));
        }
        let scope = scope_of(action, caller);
        let rules = questions(verdict, index);
        let is_same = |known: &&mut Shape| {
            Scope { targets: Vec::new(), ..known.scope.clone() } == Scope { targets: Vec::new(), ..scope.clone() }
        };
        match shapes.iter_mut().find(is_same) {
            // One that names nothing and one that names something are not both held by what the second names.
            Some(known) if known.scope.targets.is_empty() == scope.targets.is_empty() => {
                let new: Vec<_> = scope.targets.into_iter().filter(|one| !known.scope.targets.contains(one)).collect();
                known.scope.targets.extend(new);
                known.rules.extend(rules);
            }
            _ => shapes.push(Shape { scope, rules: rules.collect(), sample: action.clone() }),
        }
    }
    if let Some(obligation) = verdict.obligations.iter().find(|one| !may_be_met(one)) {
        return Err(Gap::Obligation(obligation.clone()));
    }
    Ok(shapes)
}

/// The scope that holds one action, and as little else as can be said.
fn scope_of(action: &Action, caller: &Attribution) -> Scope {
    Scope {
        by: caller.kind,
        agent: caller.agent.clone().filter(|_| caller.kind == CallerKind::Agent),
        on_behalf_of: caller.on_behalf_of.clone(),
        task: None,
        tool: action.tool.clone(),
        operations: vec![action.operation.clone()],
        impact: action.impact,
        categories: action.categories.clone(),
        environments: vec![action.environment.as_str().to_owned()],
        places: Some(places(action)),
        services: action.services().map(str::to_owned).collect(),
        targets: action.targets.clone(),
    }
}
