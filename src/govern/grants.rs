//! Whether grants answer what policy asks of a human.
//!
//! Promises: a grant stands in the place of an approval that its human could give alone for this very request by the policy
//! of now, and never in the place of anything else. Each action that asks needs a grant whose scope holds all of it. What
//! cannot be known, and what hands out or changes trust itself, is never answered. A denial never comes here.

mod shape;

use std::collections::BTreeSet;

use crate::model::action::{Action, Category, Impact};
use crate::model::attribution::Attribution;
use crate::model::decision::{Decision, Obligation, RuleMatch, Verdict};
use crate::model::grant::{Grant, GrantRow, GrantState, GrantUse, RuleRef, Scope};
use crate::model::ids::GrantId;
use crate::model::time::Instant;
use crate::text::glob::glob;

pub use shape::{Shape, shapes};

/// The pattern that stands for everything, what is not known and nothing at all.
pub const ANY: &str = "*";
/// A service or a target that is not known.
const UNKNOWN: &str = "?";
/// What stands where a secret was: two that differ look alike.
const HIDDEN: &str = "[redacted:";
/// What evidence of a namespace, a directory and a cluster begins with.
const NAMESPACE: &str = "namespace `";
const DIRECTORY: &str = "directory `";
const CLUSTER: &str = "kube ";
/// Evidence by which it is not certain what runs, or how often.
const UNCERTAIN: &[(&str, &str)] = &[
    ("opaque", "a part of it cannot be known before it runs"),
    ("unseen_code", "it runs code that was not seen"),
    ("suspected", "it is only suspected in what is not understood"),
    ("via", "another program runs it"),
];
/// Kinds of work that are decided each time.
const EACH_TIME: &[(Category, &str)] = &[
    (Category::Secrets, "it hands out secrets"),
    (Category::Governance, "it touches what is aigov's own"),
    (Category::AccessControl, "it changes who may do what"),
    (Category::Execution, "it runs code that was not seen"),
];

/// How often the commands of an invocation can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Often {
    /// As often as they stand in it.
    AsWritten,
    /// More often: a loop, a function, a script. Then uses cannot be counted.
    Perhaps,
}

impl Often {
    /// How often the commands of a shell text run.
    pub fn of_text(text: &str) -> Self {
        const REPEATING: &[&str] =
            &["for", "while", "until", "select", "function", "trap", "eval", "alias", "coproc", "mapfile", "readarray"];
        let repeats = |word: &str| REPEATING.contains(&word);
        let is_part = |c: char| !(c.is_alphanumeric() || c == '_');
        // Backslashes and quotation marks can hide such a word, and brackets after a name make a function.
        let plain: String = text.chars().filter(|c| !matches!(c, '\\' | '"' | '\'')).collect();
        let is_function = plain.split('(').skip(1).any(|rest| rest.trim_start().starts_with(')'));
        if is_function || plain.split(is_part).any(repeats) { Self::Perhaps } else { Self::AsWritten }
    }
}

/// What is asked of grants.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// What policy decided, redacted as the chain keeps it.
    pub verdict: &'a Verdict,
    /// Who asks.
    pub caller: &'a Attribution,
    /// How often its commands can run.
    pub often: Often,
    /// The time.
    pub now: Instant,
}

/// Why no grant answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// Policy does not ask.
    NotAsked,
    /// Nothing was understood.
    Nothing,
    /// How often it runs is not known.
    Often,
    /// Something of this kind is decided each time: what it is, and why.
    Never(String, String),
    /// What policy also wants cannot be met by a grant.
    Obligation(Obligation),
    /// There is no open grant.
    NoGrant,
    /// No grant's scope holds this action: the nearest one, and the part in which it falls short.
    Scope(String, Option<(GrantId, &'static str)>),
    /// A rule asks that the grant does not answer.
    Rule(GrantId, RuleRef),
    /// The human who made the grant could not approve this alone.
    Rights(GrantId, String),
    /// Its uses do not suffice.
    Uses(GrantId),
}

impl Gap {
    /// Why, in one sentence.
    pub fn why(&self) -> String {
        match self {
            Self::NotAsked => "policy does not ask a human".to_owned(),
            Self::Nothing => "no command was understood in it".to_owned(),
            Self::Often => "how often its commands run is not known".to_owned(),
            Self::Never(what, why) => format!("`{what}` is decided each time: {why}"),
            Self::Obligation(obligation) => format!("policy wants {}, which no grant gives", obligation.describe()),
            Self::NoGrant => "there is no grant for this caller".to_owned(),
            Self::Scope(what, None) => format!("no grant speaks about `{what}`"),
            Self::Scope(what, Some((grant, part))) => format!("grant {grant} does not hold `{what}`: another {part}"),
            Self::Rule(grant, rule) => format!("grant {grant} does not answer rule `{}`", rule.rule),
            Self::Rights(grant, why) => format!("whoever made grant {grant} could not approve this alone: {why}"),
            Self::Uses(grant) => format!("grant {grant} has too few uses left"),
        }
    }
}

/// Which grants answer everything that policy asks, with how many uses each; or why they do not. `rights` says why the
/// human of a grant could not approve the request alone, if they could not.
///
/// # Errors
/// Why nothing answers.
pub fn answer(
    wanted: &Wanted<'_>,
    grants: &[GrantRow],
    rights: &dyn Fn(&Grant) -> Option<String>,
) -> Result<Vec<GrantUse>, Gap> {
    if wanted.verdict.decision != Decision::Ask {
        return Err(Gap::NotAsked);
    }
    if wanted.often == Often::Perhaps {
        return Err(Gap::Often);
    }
    let asking = asking(wanted.verdict)?;
    for (_, action) in &asking {
        if let Some(why) = never(action) {
            return Err(Gap::Never(action.title(), why.to_owned()));
        }
    }
    if let Some(obligation) = wanted.verdict.obligations.iter().find(|one| !may_be_met(one)) {
        return Err(Gap::Obligation(obligation.clone()));
    }
    let mut used: Vec<GrantUse> = Vec::new();
    for (index, action) in asking {
        let grant = one(wanted, index, action, grants, &used, rights)?;
        match used.iter_mut().find(|one| one.grant == grant.id) {
            Some(known) => known.count = known.count.saturating_add(1),
            None => used.push(GrantUse { grant: grant.id.clone(), count: 1 }),
        }
    }
    Ok(used)
}

/// The actions about which a rule asks, each with its index.
///
/// # Errors
/// [`Gap::Nothing`] when there are none, or a rule asks about what is no action.
pub fn asking(verdict: &Verdict) -> Result<Vec<(usize, &Action)>, Gap> {
    let asked: BTreeSet<usize> =
        verdict.matches.iter().filter(|found| found.decision == Decision::Ask).map(|found| found.action).collect();
    let all: Option<Vec<_>> =
        asked.into_iter().map(|index| verdict.actions.get(index).map(|action| (index, action))).collect();
    all.filter(|all| !all.is_empty()).ok_or(Gap::Nothing)
}

/// The rules that ask about one action.
pub fn questions(verdict: &Verdict, index: usize) -> impl Iterator<Item = RuleRef> {
    let asks = move |found: &&RuleMatch| found.decision == Decision::Ask && found.action == index;
    verdict.matches.iter().filter(asks).map(|found| RuleRef::new(&found.rule, &found.origin))
}

/// Why an action is decided each time, if it is.
pub fn never(action: &Action) -> Option<&'static str> {
    if action.impact == Impact::Unknown {
        return Some("what it does is not known");
    }
    if action.environment.is_unknown() {
        return Some("where it points is not known");
    }
    if let Some((_, why)) = EACH_TIME.iter().find(|(category, _)| action.categories.contains(category)) {
        return Some(why);
    }
    let about = |name: &str| action.evidence.iter().any(|evidence| evidence.about == name);
    if let Some((_, why)) = UNCERTAIN.iter().find(|(name, _)| about(name)) {
        return Some(why);
    }
    let is_relative = |target: &String| !target.starts_with('/');
    if action.environment.is_local() && places(action).is_empty() && action.targets.iter().any(is_relative) {
        return Some("in which directory it acts is not known");
    }
    let mut words = [action.tool.as_str(), action.operation.as_str()]
        .into_iter()
        .chain(action.services())
        .chain(action.targets.iter().map(String::as_str));
    words.any(|word| word.contains(HIDDEN)).then_some("a secret stands in what it acts on")
}

/// Whether an obligation can be met without a human who looks at this request. Each of the others is of the approval itself,
/// or stays in force beside a grant.
fn may_be_met(obligation: &Obligation) -> bool {
    match obligation {
        Obligation::Approvals { count } => *count <= 1,
        // These are held against each grant.
        Obligation::MinAssurance { .. } | Obligation::Rationale => true,
        // Whether its human may do so alone is asked apart.
        Obligation::Approvers { .. } | Obligation::FourEyes => true,
        // The one that asks has given it before grants are looked at, and the check follows the run.
        Obligation::Reason | Obligation::Verification { .. } => true,
        // Nobody looks at a preview, and without one there is no way back.
        Obligation::Preview | Obligation::AutoRollback | Obligation::EachTime => false,
        Obligation::Quota { .. } | Obligation::Record | Obligation::Scrub => false,
    }
}

/// The first grant that answers for one action.
fn one<'g>(
    wanted: &Wanted<'_>,
    index: usize,
    action: &Action,
    grants: &'g [GrantRow],
    used: &[GrantUse],
    rights: &dyn Fn(&Grant) -> Option<String>,
) -> Result<&'g Grant, Gap> {
    let mut gap = Gap::NoGrant;
    for row in grants.iter().filter(|row| row.state(wanted.now) == GrantState::Open) {
        let grant = &row.grant;
        if !is_for(&grant.scope, wanted.caller) {
            continue;
        }
        let taken = used.iter().find(|one| one.grant == grant.id).map_or(0, |one| one.count);
        let found = match short_of(&grant.scope, action) {
            Some(part) => Some(Gap::Scope(action.title(), Some((grant.id.clone(), part)))),
            None => questions(wanted.verdict, index)
                .find(|rule| !grant.rules.contains(rule))
                .map(|rule| Gap::Rule(grant.id.clone(), rule))
                .or_else(|| unmet(wanted.verdict, grant))
                .or_else(|| rights(grant).map(|why| Gap::Rights(grant.id.clone(), why)))
                .or_else(|| (row.left() <= taken).then(|| Gap::Uses(grant.id.clone()))),
        };
        match found {
            None => return Ok(grant),
            // What comes nearest is told.
            Some(Gap::Scope(..)) if !matches!(gap, Gap::NoGrant) => {}
            Some(found) => gap = found,
        }
    }
    Err(gap)
}

/// What of a verdict's obligations a grant, or this one, cannot meet.
pub fn obstacle(verdict: &Verdict, grant: &Grant) -> Option<Gap> {
    let never = verdict.obligations.iter().find(|one| !may_be_met(one));
    never.map(|one| Gap::Obligation(one.clone())).or_else(|| unmet(verdict, grant))
}

/// What of a verdict's obligations this grant does not have.
fn unmet(verdict: &Verdict, grant: &Grant) -> Option<Gap> {
    let is_met = |one: &&Obligation| match one {
        Obligation::MinAssurance { assurance } => grant.assurance >= *assurance,
        Obligation::Rationale => !grant.rationale.as_str().trim().is_empty(),
        _ => true,
    };
    verdict.obligations.iter().find(|one| !is_met(one)).map(|one| Gap::Obligation(one.clone()))
}

/// Whether a scope is meant for this caller.
pub fn is_for(scope: &Scope, caller: &Attribution) -> bool {
    scope.by == caller.kind
        && scope.agent.as_ref().is_none_or(|name| caller.agent.as_ref() == Some(name))
        && scope.on_behalf_of == caller.on_behalf_of
        && scope.task.as_ref().is_none_or(|task| caller.task.as_ref() == Some(task))
}

/// The part in which a scope falls short of an action; none when it holds all of it.
pub fn short_of(scope: &Scope, action: &Action) -> Option<&'static str> {
    if scope.tool != action.tool {
        return Some("tool");
    }
    if !scope.operations.iter().any(|pattern| glob(pattern, &action.operation)) {
        return Some("operation");
    }
    if !scope.environments.iter().any(|name| name == action.environment.as_str()) {
        return Some("environment");
    }
    if scope.places.as_ref().is_some_and(|known| *known != places(action)) {
        return Some("place");
    }
    if action.impact > scope.impact {
        return Some("impact");
    }
    if !action.categories.is_subset(&scope.categories) {
        return Some("kind of work");
    }
    // Tools that know no services name none; what a command acts on without naming it can be anything.
    let has_none = scope.services.is_empty() && action.service.is_none();
    if !has_none && !holds(&scope.services, action.services(), Named::Plainly) {
        return Some("service");
    }
    let targets = action.targets.iter().map(String::as_str);
    (!holds(&scope.targets, targets, Named::ByPattern)).then_some("target")
}

/// How what an action acts on may name several.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    /// One by one; `*` and `?` are all of them and one that is not known.
    Plainly,
    /// `pod/*` is every pod, which the pattern `pod/*` holds and `pod/web-*` does not.
    ByPattern,
}

/// Whether each value is held by a pattern. Nothing at all, and what is not known, only `*` holds.
fn holds<'a>(patterns: &[String], values: impl Iterator<Item = &'a str>, named: Named) -> bool {
    let is_any = patterns.iter().any(|pattern| pattern == ANY);
    let is_vague = |value: &str| value == UNKNOWN || (named == Named::Plainly && value == ANY);
    // A way up leads out of what a pattern seems to hold.
    let leads_out = |value: &str| value.split('/').any(|part| part == "..");
    let mut values = values.peekable();
    if is_any || values.peek().is_none() {
        return is_any;
    }
    let fits = |value: &str| {
        !is_vague(value)
            && patterns.iter().any(|pattern| pattern == value || (!leads_out(value) && glob(pattern, value)))
    };
    values.all(fits)
}

/// Where in its environment an action is: the namespaces where it speaks to a cluster, else the directory.
fn places(action: &Action) -> BTreeSet<String> {
    let about = || action.evidence.iter().filter(|one| one.about == "environment").map(|one| one.text.as_str());
    let start = if about().any(|text| text.starts_with(CLUSTER)) { NAMESPACE } else { DIRECTORY };
    about().filter(|text| text.starts_with(start)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
