//! A request of the ledger, decided again under two policies.
//!
//! The chain keeps a request's words and the variables that place it without secrets, the answers of the host without
//! the texts of files, and the actions. The words are understood again with the stored answers, and the result counts when it is what was
//! understood then. Else the stored actions are decided, which is always possible; only where they point cannot be
//! told again when the two policies recognise environments differently.

use std::collections::BTreeSet;

use crate::model::action::{Action, Category, Environment, Impact};
use crate::model::attribution::Attribution;
use crate::model::decision::Verdict;
use crate::model::facts::{Answer, Fact, Replayed, Want};
use crate::model::invocation::{Form, Invocation, Raw, Stdin, Variable};
use crate::model::request::RequestBody;
use crate::model::secret::Redacted;

use super::change::{Side, Strength};
use super::tools::descriptions;
use super::understand::understand;
use super::{Policies, decide};

/// What stands where a secret was.
const HIDDEN: &str = "[redacted:";
/// What stands where bytes were no text.
const NO_TEXT: char = '\u{fffd}';
/// Evidence that the names of environments have a part in.
const OF_ENVIRONMENTS: &str = "multi_service";

/// Why a request cannot be understood again from what was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lost {
    /// A secret was taken out of its words and decided, or they are no text.
    Words,
    /// The text of a file decided, and only its digest was stored.
    Text,
    /// Something else decided: another variable of the caller, or an aigov of that time.
    More,
}

impl Lost {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::Words, Self::Text, Self::More];

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Words => "hidden_words",
            Self::Text => "file_text",
            Self::More => "other",
        }
    }
}

/// From what a request was decided again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// From its words and the answers of the host then.
    Invocation,
    /// From its actions, as they were understood then.
    Actions(Lost),
}

/// Two policies, and whether both understand a command in the same way.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// The policy in force.
    pub now: &'a Policies,
    /// The one that is tried.
    pub new: &'a Policies,
    reading: Reading,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Alike,
    Apart,
}

impl<'a> Pair<'a> {
    /// Compares what the two bring to the understanding of a command.
    pub fn new(now: &'a Policies, new: &'a Policies) -> Self {
        let is_alike = now.environments() == new.environments() && descriptions(now) == descriptions(new);
        let reading = if is_alike { Reading::Alike } else { Reading::Apart };
        Self { now, new, reading }
    }
}

/// What both policies say of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// From what it was decided.
    pub source: Source,
    /// What the policy in force says.
    pub from: Side,
    /// What the other says.
    pub to: Side,
    /// The least that the other can ask, where it cannot be told where the request points.
    pub least: Option<Side>,
}

/// Decides a request again.
pub fn again(body: &RequestBody, caller: &Attribution, pair: Pair<'_>) -> Again {
    match understood(body, caller, pair) {
        Ok((from, to)) => Again { source: Source::Invocation, from: Side::of(&from), to: Side::of(&to), least: None },
        Err(lost) => by_actions(&body.verdict.actions, caller, pair, lost),
    }
}

/// What a policy says of a request now, from its words where they suffice, else from its actions.
pub fn decided(body: &RequestBody, caller: &Attribution, policies: &Policies) -> Verdict {
    match understood(body, caller, Pair { now: policies, new: policies, reading: Reading::Alike }) {
        Ok((verdict, _)) => verdict,
        Err(_) => decide(policies, caller, body.verdict.actions.clone()),
    }
}

fn by_actions(actions: &[Action], caller: &Attribution, pair: Pair<'_>, lost: Lost) -> Again {
    let decided = |policies: &Policies| Side::of(&decide(policies, caller, actions.to_vec()));
    let least = || least(actions, caller, pair.new);
    Again {
        source: Source::Actions(lost),
        from: decided(pair.now),
        to: decided(pair.new),
        least: (pair.reading == Reading::Apart).then(least),
    }
}

/// The least that a policy can ask for these actions, wherever each of them points.
fn least(actions: &[Action], caller: &Attribution, policies: &Policies) -> Side {
    let named = policies.environments().rules;
    let places: Vec<Environment> = named
        .into_iter()
        .map(|(name, _)| Environment::named(name))
        .chain([Environment::local(), Environment::unknown()])
        .collect();
    let describes = !descriptions(policies).is_empty();
    let mildest = |action: &Action| {
        let at = |place: &Environment| Action { environment: place.clone(), ..action.clone() };
        let asked = |action: &Action| Strength::of(&decide(policies, caller, vec![action.clone()]));
        // What was not known then can be what a tool of the policy is said to be.
        let known = (describes && action.impact == Impact::Unknown).then(|| Action {
            impact: Impact::Read,
            categories: BTreeSet::from([Category::Observe]),
            ..action.clone()
        });
        let ways = places.iter().map(at).chain(known);
        ways.min_by_key(asked).unwrap_or_else(|| action.clone())
    };
    Side::of(&decide(policies, caller, actions.iter().map(mildest).collect()))
}

/// What both say once the words are understood again, when that is what was understood then.
fn understood(body: &RequestBody, caller: &Attribution, pair: Pair<'_>) -> Result<(Verdict, Verdict), Lost> {
    let invocation = invocation(body)?;
    let lost = if is_hidden(body) { Lost::Words } else { Lost::More };
    let one = |policies: &Policies| {
        let facts = Replayed::new(body.facts.clone());
        let understood = understand(&invocation, &facts, policies, caller);
        let is_same = !facts.has_missed() && are_same(&body.verdict.actions, &understood.verdict.actions);
        if is_same { Ok(understood.verdict) } else { Err(lost) }
    };
    let from = one(pair.now)?;
    let to = match pair.reading {
        Reading::Alike => decide(pair.new, caller, from.actions.clone()),
        Reading::Apart => one(pair.new)?,
    };
    Ok((from, to))
}

/// Whether a secret was taken out of anything that is understood.
fn is_hidden(body: &RequestBody) -> bool {
    let words = body.argv.iter().chain(&body.variables).chain([&body.command, &body.cwd]).map(Redacted::as_str);
    words.chain(body.facts.iter().flat_map(fields)).any(|text| text.contains(HIDDEN))
}

/// The invocation as it was received, as far as it was stored.
fn invocation(body: &RequestBody) -> Result<Invocation, Lost> {
    let mut words = body.argv.iter().chain([&body.command, &body.cwd]).map(Redacted::as_str);
    if words.any(|text| text.contains(NO_TEXT)) || body.verdict.actions.iter().any(has_hidden_place) {
        return Err(Lost::Words);
    }
    if body.facts.iter().any(|fact| matches!(fact.want, Want::FileText { .. }) && is_known(fact)) {
        return Err(Lost::Text);
    }
    let raw = |text: &Redacted| Raw::from(text.as_str());
    let form = match &body.shell {
        Some(shell) => {
            Form::Shell { text: raw(&body.command), shell: Raw::from(shell.program.as_str()), dialect: shell.dialect }
        }
        None => Form::Argv(body.argv.iter().map(raw).collect()),
    };
    Ok(Invocation { form, cwd: raw(&body.cwd), env: variables(body), stdin: Stdin::Inherited })
}

/// Whether a part of what says where an action points was taken out as a secret.
fn has_hidden_place(action: &Action) -> bool {
    action.evidence.iter().any(|evidence| evidence.about == "environment" && evidence.text.contains(HIDDEN))
}

fn fields(fact: &Fact) -> impl Iterator<Item = &str> {
    let fields = if let Answer::Known { fields } = &fact.answer { Some(fields) } else { None };
    fields.into_iter().flat_map(|fields| fields.values().map(String::as_str))
}

fn is_known(fact: &Fact) -> bool {
    matches!(fact.answer, Answer::Known { .. })
}

/// The variables that were stored; of records without them, the home, by which words are read.
fn variables(body: &RequestBody) -> Vec<Variable> {
    let stored = body.variables.iter().filter_map(|one| one.as_str().split_once('='));
    let stored: Vec<Variable> = stored.map(|(name, value)| (Raw::from(name), Raw::from(value))).collect();
    if !stored.is_empty() {
        return stored;
    }
    let own = body.facts.iter().find(|fact| fact.want == Want::OwnFiles);
    let home = own.and_then(|fact| fact.answer.field("home"));
    home.map(|home| (Raw::from("HOME"), Raw::from(home))).into_iter().collect()
}

/// Whether these are the actions of then, but for what the names of environments have a part in.
fn are_same(then: &[Action], again: &[Action]) -> bool {
    fn evidence(action: &Action) -> impl Iterator<Item = (&str, &str)> {
        let all = action.evidence.iter().map(|evidence| (evidence.about.as_str(), evidence.text.as_str()));
        all.filter(|(about, _)| *about != OF_ENVIRONMENTS)
    }
    let is_same = |(one, other): (&Action, &Action)| {
        (&one.tool, &one.operation, one.impact, &one.categories)
            == (&other.tool, &other.operation, other.impact, &other.categories)
            && (&one.targets, &one.service, one.reversible) == (&other.targets, &other.service, other.reversible)
            && evidence(one).eq(evidence(other))
    };
    then.len() == again.len() && then.iter().zip(again).all(is_same)
}
