//! Whose approvals a verdict still lacks, and what one more would count for. Pure; every channel, the ledger and the
//! page ask here.
//!
//! A demand's stages come one after the other, and a human counts once over all of them. Demands of several rules hold
//! each by itself: one human may count once in each, as they would if the other rule were not there. Who has nothing but a
//! user id of this host to tell them from another is the same human as whoever else decided under it.

use crate::model::decision::{Assurance, Verdict};
use crate::model::demand::{Count, Escalated, Stage, either};
use crate::model::request::{ApprovalBody, RequestRow};
use crate::model::time::Instant;

/// What a verdict demands of approvals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demands {
    /// How many different humans, whoever they are.
    pub anybody: u32,
    /// The least assurance that counts.
    pub least: Assurance,
    /// The stages that rules name, in order, each rule's by itself.
    pub stages: Vec<Vec<Stage>>,
}

impl Demands {
    /// The demands of a verdict.
    pub fn of(verdict: &Verdict) -> Self {
        Self {
            anybody: verdict.approvals_needed(),
            least: verdict.min_assurance(),
            stages: verdict.demands().into_iter().map(<[Stage]>::to_vec).collect(),
        }
    }
}

/// An approval, as far as it decides what more is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approved {
    /// The human.
    pub human: String,
    /// The user id of the process that brought it in.
    pub uid: u32,
    /// How sure we are.
    pub assurance: Assurance,
    /// What it counts for.
    pub counts: Vec<Count>,
    /// Whether it broke the glass.
    pub break_glass: bool,
}

impl From<&ApprovalBody> for Approved {
    fn from(body: &ApprovalBody) -> Self {
        Self {
            human: body.human.clone(),
            uid: body.uid,
            assurance: body.assurance,
            counts: body.counts.clone(),
            break_glass: body.break_glass,
        }
    }
}

impl Approved {
    /// Whether it may be the same human: by name, or because both came in with nothing but the same user id.
    pub fn is_same(&self, other: &Self) -> bool {
        let by_user_id = |one: &Self| matches!(one.assurance, Assurance::A0 | Assurance::A2);
        self.human == other.human || (self.uid == other.uid && by_user_id(self) && by_user_id(other))
    }

    fn count_in(&self, demand: usize) -> Option<&Count> {
        self.counts.iter().find(|count| count.demand == demand)
    }
}

/// Where the approvals of a request stand.
#[derive(Debug, Clone)]
pub struct Standing<'a> {
    demands: &'a Demands,
    approved: &'a [Approved],
    escalated: &'a [Escalated],
}

/// The stage of a demand that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The demand, by its place among the verdict's.
    pub demand: usize,
    /// The stage, by its place in the demand.
    pub stage: usize,
    /// How many stages the demand has.
    pub of: usize,
    /// How many approvals it wants.
    pub count: u32,
    /// Who approved in it.
    pub by: Vec<String>,
    /// The names of those who may, with whom it was escalated to.
    pub names: Vec<String>,
}

impl<'a> Standing<'a> {
    /// The standing after these approvals and escalations.
    pub fn new(demands: &'a Demands, approved: &'a [Approved], escalated: &'a [Escalated]) -> Self {
        Self { demands, approved, escalated }
    }

    /// Whether it may run: the glass was broken, or nothing is lacking.
    pub fn has_enough(&self) -> bool {
        let is_broken = self.approved.iter().any(|one| one.break_glass && one.assurance >= self.demands.least);
        is_broken || (self.lacks_of_anybody() == 0 && self.open().is_empty())
    }

    /// How many more different humans are needed, whoever they are.
    pub fn lacks_of_anybody(&self) -> u32 {
        let all: Vec<&Approved> = self.sure().collect();
        let is_first = |(at, one): &(usize, &&Approved)| !all.iter().take(*at).any(|before| before.is_same(one));
        let different = all.iter().enumerate().filter(is_first).count();
        self.demands.anybody.saturating_sub(u32::try_from(different).unwrap_or(u32::MAX))
    }

    /// The stages that are open, one of each demand that lacks approvals.
    pub fn open(&self) -> Vec<Open> {
        (0..self.demands.stages.len()).filter_map(|demand| self.open_in(demand)).collect()
    }

    fn open_in(&self, demand: usize) -> Option<Open> {
        let stages = self.demands.stages.get(demand)?;
        for (stage, wanted) in stages.iter().enumerate() {
            let is_here = |one: &&Approved| one.count_in(demand).is_some_and(|count| count.stage == stage);
            let by: Vec<String> = self.sure().filter(is_here).map(|one| one.human.clone()).collect();
            if u32::try_from(by.len()).unwrap_or(u32::MAX) < wanted.count {
                let names = self.names(demand, stage, wanted);
                return Some(Open { demand, stage, of: stages.len(), count: wanted.count, by, names });
            }
        }
        None
    }

    fn names(&self, demand: usize, stage: usize, wanted: &Stage) -> Vec<String> {
        let mut names = wanted.approvers.clone();
        let here = self.escalated.iter().filter(|one| one.demand == demand && one.stage == stage);
        for name in here.flat_map(|one| &one.to) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    fn sure(&self) -> impl Iterator<Item = &'a Approved> {
        let least = self.demands.least;
        self.approved.iter().filter(move |one| one.assurance >= least)
    }

    /// What an approval by this human counts for; `is_named` says which names stand for them.
    pub fn counts(&self, by: &Approved, is_named: &dyn Fn(&str) -> bool) -> Vec<Count> {
        let count = |open: Open| {
            let named = open.names.iter().find(|name| is_named(name))?.clone();
            let count = Count { demand: open.demand, stage: open.stage, named };
            self.admits(by, &count).then_some(count)
        };
        self.open().into_iter().filter_map(count).collect()
    }

    /// Whether an approval by this human counts for that, if policy lets them count as whom it says.
    pub fn admits(&self, by: &Approved, count: &Count) -> bool {
        let is_counted = |one: &Approved| one.count_in(count.demand).is_some() && one.is_same(by);
        let is_open = self
            .open_in(count.demand)
            .is_some_and(|open| open.stage == count.stage && open.names.contains(&count.named));
        by.assurance >= self.demands.least && is_open && !self.approved.iter().any(is_counted)
    }

    /// Whether what an approval says that it counts for is what it can count for, and it counts in no demand twice.
    pub fn bears(&self, by: &Approved) -> bool {
        let once = |(at, one): (usize, &Count)| !by.counts.iter().take(at).any(|before| before.demand == one.demand);
        by.counts.iter().enumerate().all(once) && by.counts.iter().all(|count| self.admits(by, count))
    }

    /// Whether one more approval by this human is one more among as many as are needed, whoever they are.
    pub fn is_one_more(&self, by: &Approved) -> bool {
        self.lacks_of_anybody() > 0
            && by.assurance >= self.demands.least
            && !self.sure().any(|before| before.is_same(by))
    }

    /// Every name that may still decide: of the stages that are open and of those that follow, with whom these would be
    /// escalated to. Nobody is named where anybody may.
    pub fn deciders(&self) -> Vec<&'a str> {
        let stages = self.demands.stages.iter().flatten();
        let names =
            stages.flat_map(|stage| stage.approvers.iter().chain(stage.escalate.iter().flat_map(|one| &one.to)));
        let mut all: Vec<&str> = Vec::new();
        for name in names {
            if !all.contains(&name.as_str()) {
                all.push(name);
            }
        }
        all
    }

    /// Whether anybody's approval counts for something, named or not.
    pub fn is_for_anybody(&self) -> bool {
        self.demands.anybody > 0
    }

    /// The escalations whose time has come by `now` for a request of this time, and which are not recorded yet: of stages
    /// that are open.
    pub fn due(&self, created: Instant, now: Instant) -> Vec<Escalated> {
        let mut all = Vec::new();
        for open in self.open() {
            let stage = self.demands.stages.get(open.demand).and_then(|stages| stages.get(open.stage));
            for (step, one) in stage.iter().flat_map(|stage| stage.escalate.iter().enumerate()) {
                let due = Escalated { demand: open.demand, stage: open.stage, step, to: one.to.clone() };
                let is_due = created.plus(std::time::Duration::from_secs(one.after_s)) <= now;
                if is_due && !self.escalated.contains(&due) {
                    all.push(due);
                }
            }
        }
        all
    }

    /// Whether an escalation is one of a stage that is open, by the verdict, and was not recorded before.
    pub fn may_escalate(&self, one: &Escalated) -> bool {
        let stage = self.demands.stages.get(one.demand).and_then(|stages| stages.get(one.stage));
        let is_said = stage.and_then(|stage| stage.escalate.get(one.step)).is_some_and(|said| said.to == one.to);
        let is_open = self.open().iter().any(|open| open.demand == one.demand && open.stage == one.stage);
        is_said && is_open && !self.escalated.contains(one)
    }

    /// What is lacking, a line for each demand: `sre (1 of 2, by alice), then security; from 14:00Z also cto`.
    pub fn waits_for(&self, created: Instant) -> Vec<String> {
        let mut lines: Vec<String> = self.open().iter().map(|open| self.line(open, created)).collect();
        let lacking = self.lacks_of_anybody();
        if lacking > 0 {
            let so_far: Vec<&str> = self.sure().map(|one| one.human.as_str()).collect();
            let so_far = if so_far.is_empty() { String::new() } else { format!(" (so far {})", so_far.join(", ")) };
            lines.push(match (self.demands.anybody, so_far.is_empty()) {
                (1, _) => "one human".to_owned(),
                (all, true) => format!("{all} different humans"),
                (all, false) => format!("{lacking} more of {all} different humans{so_far}"),
            });
        }
        lines
    }

    fn line(&self, open: &Open, created: Instant) -> String {
        let stages = self.demands.stages.get(open.demand).map(Vec::as_slice).unwrap_or_default();
        let mut text = either(&open.names);
        if open.count > 1 || !open.by.is_empty() {
            let by = if open.by.is_empty() { String::new() } else { format!(", so far {}", open.by.join(", ")) };
            text = format!("{} of {text}{by}", open.count);
        }
        if open.of > 1 {
            text = format!("{text} (stage {} of {})", open.stage + 1, open.of);
        }
        let later: Vec<String> = stages.iter().skip(open.stage + 1).map(Stage::describe).collect();
        if !later.is_empty() {
            text = format!("{text}, then {}", later.join(", then "));
        }
        for (step, one) in stages.get(open.stage).iter().flat_map(|stage| stage.escalate.iter().enumerate()) {
            let is_recorded =
                |known: &&Escalated| (known.demand, known.stage, known.step) == (open.demand, open.stage, step);
            if !self.escalated.iter().any(|known| is_recorded(&known)) {
                let from = created.plus(std::time::Duration::from_secs(one.after_s));
                text = format!("{text}; from {} also {}", from.to_minute(), either(&one.to));
            }
        }
        text
    }
}

/// A request's demands, approvals and escalations, to ask for its standing.
#[derive(Debug, Clone)]
pub struct Case {
    demands: Demands,
    approved: Vec<Approved>,
    escalated: Vec<Escalated>,
}

impl Case {
    /// What a request's row says.
    pub fn of(row: &RequestRow) -> Self {
        Self {
            demands: Demands::of(&row.body.verdict),
            approved: row.approvals.iter().map(Approved::from).collect(),
            escalated: row.escalated.clone(),
        }
    }

    /// The same with escalations that are about to be recorded.
    pub fn with(mut self, escalated: &[Escalated]) -> Self {
        self.escalated.extend_from_slice(escalated);
        self
    }

    /// Where it stands.
    pub fn standing(&self) -> Standing<'_> {
        Standing::new(&self.demands, &self.approved, &self.escalated)
    }
}

#[cfg(test)]
mod tests;
