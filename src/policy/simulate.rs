//! The commands of the ledger under another policy: what would be decided otherwise, counted by what changes.
//!
//! Promises: every request that is handed in is counted exactly once; what is kept does not grow with their number;
//! the policy in force against itself changes nothing.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::chain;
use crate::model::attribution::Attribution;
use crate::model::ids::{Digest, RequestId};
use crate::model::request::RequestBody;
use crate::model::time::Instant;

use super::Policies;
use super::change::{Direction, Leaning, Shift};
use super::diff;
use super::replay::{Again, Lost, Pair, Source, again};

/// How many different requests are remembered with what was decided: agents ask the same again and again.
const REMEMBERED: usize = 4096;
/// How many callers are counted by name in one group; a name is only claimed, and there may be any number.
const CALLERS: usize = 12;
/// The most characters of an example: a command can be a megabyte.
const LONGEST: usize = 1000;
/// What counts the other callers.
const OTHERS: &str = "others";

/// One request as the ledger has it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its id.
    pub id: &'a RequestId,
    /// When it was asked.
    pub time: Instant,
    /// Who asked.
    pub caller: &'a Attribution,
    /// What was asked.
    pub body: &'a RequestBody,
}

/// How sure a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// It follows from what was stored.
    Certain,
    /// It cannot be told where the request points, and this is the least that could be asked.
    Possible,
}

/// Requests that change in the same way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// From what to what.
    #[serde(flatten)]
    pub shift: Shift,
    /// How sure that is.
    pub certainty: Certainty,
    /// How many.
    pub count: u64,
    /// When the first was asked.
    pub first: Instant,
    /// When the last was asked.
    pub last: Instant,
    /// How many by environment.
    pub environments: BTreeMap<String, u64>,
    /// How many by caller.
    pub callers: BTreeMap<String, u64>,
    /// The last of them.
    pub example: Example,
}

/// One request of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    /// The request.
    pub request: RequestId,
    /// Its command.
    pub command: String,
    /// Where it points.
    pub environments: Vec<String>,
    /// Who asked.
    pub caller: String,
}

/// How many requests, and from what they were decided again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All.
    pub commands: u64,
    /// Understood again from their words and the answers of the host then.
    pub from_invocation: u64,
    /// Decided by the actions of then, by why their words were not enough.
    pub from_actions: BTreeMap<&'static str, u64>,
    /// Of these, those of which it cannot be told where they point under the new policy.
    pub place_unknown: u64,
    /// Whose decision stays as it is.
    pub unchanged: u64,
    /// Of these, those that another rule decides.
    pub by_another_rule: u64,
    /// For which the policy in force decides something else than was decided then.
    pub decided_otherwise_then: u64,
    /// Whose decision is loosened.
    pub loosened: u64,
    /// Whose decision may be loosened.
    pub may_be_loosened: u64,
    /// Whose decision is only tightened.
    pub tightened: u64,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// How many.
    pub counts: Counts,
    /// What changes for every request that asks.
    pub settings: Leaning,
    /// The changes; what loosens first, and the most frequent first.
    pub groups: Vec<Group>,
}

impl Outcome {
    /// Whether anything loosens or may.
    pub fn loosens(&self) -> bool {
        !self.settings.loosens.is_empty() || self.counts.loosened + self.counts.may_be_loosened > 0
    }
}

/// A simulation that runs.
pub struct Simulation<'a> {
    pair: Pair<'a>,
    counts: Counts,
    groups: BTreeMap<(Certainty, Shift), Group>,
    seen: HashMap<Digest, Again>,
}

impl<'a> Simulation<'a> {
    /// A simulation of `new` beside the policy in force.
    pub fn new(now: &'a Policies, new: &'a Policies) -> Self {
        let pair = Pair::new(now, new);
        Self { pair, counts: Counts::default(), groups: BTreeMap::new(), seen: HashMap::new() }
    }

    /// Decides one request again, and counts it.
    pub fn add(&mut self, asked: Asked<'_>) {
        let again = self.decided(asked);
        self.count(asked, &again);
        let named = Shift { from: again.from, to: again.to };
        let loosens = |shift: &Shift| shift.leaning().direction().is_some_and(Direction::loosens);
        let least = again.least.map(|to| Shift { from: named.from.clone(), to }).filter(loosens);
        let direction = named.leaning().direction();
        match (direction, least) {
            (Some(found), _) if found.loosens() => {
                self.counts.loosened += 1;
                self.group(Certainty::Certain, named, asked);
            }
            (_, Some(least)) => {
                self.counts.may_be_loosened += 1;
                self.group(Certainty::Possible, least, asked);
            }
            (Some(_), None) => {
                self.counts.tightened += 1;
                self.group(Certainty::Certain, named, asked);
            }
            (None, None) => {
                self.counts.unchanged += 1;
                self.counts.by_another_rule += u64::from(named.from.rule != named.to.rule);
            }
        }
    }

    /// Ends it.
    pub fn finish(self) -> Outcome {
        let mut groups: Vec<Group> = self.groups.into_values().collect();
        groups
            .sort_by_key(|group| (group.shift.leaning().direction(), group.certainty, std::cmp::Reverse(group.count)));
        let settings = diff::settings(self.pair.now, self.pair.new);
        Outcome { counts: self.counts, settings, groups }
    }

    /// What both policies say; the same question is answered once.
    fn decided(&mut self, asked: Asked<'_>) -> Again {
        let Some(key) = key(asked) else { return again(asked.body, asked.caller, self.pair) };
        if let Some(known) = self.seen.get(&key) {
            return known.clone();
        }
        if self.seen.len() >= REMEMBERED {
            self.seen.clear();
        }
        let found = again(asked.body, asked.caller, self.pair);
        self.seen.insert(key, found.clone());
        found
    }

    fn count(&mut self, asked: Asked<'_>, again: &Again) {
        self.counts.commands += 1;
        match again.source {
            Source::Invocation => self.counts.from_invocation += 1,
            Source::Actions(lost) => *self.counts.from_actions.entry(lost.as_str()).or_default() += 1,
        }
        self.counts.place_unknown += u64::from(again.least.is_some());
        let then = asked.body.verdict.decision;
        self.counts.decided_otherwise_then += u64::from(then != again.from.strength.decision);
    }

    fn group(&mut self, certainty: Certainty, shift: Shift, asked: Asked<'_>) {
        let group = self.groups.entry((certainty, shift)).or_insert_with_key(|(certainty, shift)| Group {
            shift: shift.clone(),
            certainty: *certainty,
            count: 0,
            first: asked.time,
            last: asked.time,
            environments: BTreeMap::new(),
            callers: BTreeMap::new(),
            example: example(asked),
        });
        group.count += 1;
        group.first = group.first.min(asked.time);
        if asked.time >= group.last {
            group.last = asked.time;
            group.example = example(asked);
        }
        for environment in asked.body.verdict.environments() {
            *group.environments.entry(environment.to_string()).or_default() += 1;
        }
        let caller = asked.caller.label();
        let is_known = group.callers.contains_key(&caller) || group.callers.len() < CALLERS;
        *group.callers.entry(if is_known { caller } else { OTHERS.to_owned() }).or_default() += 1;
    }
}

fn example(asked: Asked<'_>) -> Example {
    Example {
        request: asked.id.clone(),
        command: shown(asked.body.command.as_str()),
        environments: asked.body.verdict.environments().iter().map(ToString::to_string).collect(),
        caller: asked.caller.label(),
    }
}

/// A command of any length as an example.
fn shown(command: &str) -> String {
    match command.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", command.get(..end).unwrap_or_default()),
        None => command.to_owned(),
    }
}

/// All that the answer depends on.
fn key(asked: Asked<'_>) -> Option<Digest> {
    let Asked { body, caller, .. } = asked;
    let who = (caller.kind, caller.standing, &caller.agent, &caller.on_behalf_of);
    let what = (&body.command, &body.argv, &body.shell, &body.cwd, &body.variables);
    let bytes = serde_json::to_vec(&(who, what, &body.facts, &body.verdict.actions)).ok()?;
    Some(chain::digest("simulate", &bytes))
}

/// Why words were not enough, with how many, most frequent first.
pub fn lost(counts: &Counts) -> Vec<(Lost, u64)> {
    let mut all: Vec<(Lost, u64)> =
        Lost::ALL.into_iter().filter_map(|lost| Some((lost, *counts.from_actions.get(lost.as_str())?))).collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    all
}

#[cfg(test)]
pub mod tests;
