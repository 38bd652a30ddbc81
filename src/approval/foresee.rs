//! What a grant would have let run: the requests of the past, decided by the policy of now, held against it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::govern::grants::{Often, Wanted, answer};
use crate::model::decision::Decision;
use crate::model::grant::{Foreseen, Grant, GrantRow};
use crate::model::request::RequestState;
use crate::model::time::Instant;
use crate::policy::replay::decided;
use crate::policy::simulate::Asked;
use crate::policy::{Policies, decide};

use super::standing::lacks;

/// How far back is looked.
pub const BACK: Duration = Duration::from_secs(30 * 86_400);
/// How many different commands are kept.
const KEPT: usize = 500;
/// The most characters of one.
const LONGEST: usize = 500;

/// Requests with the same words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The command.
    pub command: String,
    /// How many.
    pub count: u64,
    /// How many of them a human rejected.
    pub rejected: u64,
    /// When the last was asked.
    pub last: Instant,
}

/// What grants would have let run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Foresight {
    /// How many.
    #[serde(flatten)]
    pub seen: Foreseen,
    /// By command: those that a human rejected first, then the most frequent.
    pub commands: Vec<Group>,
}

/// Grants held against the past.
pub struct Past<'a> {
    policies: &'a Policies,
    grants: Vec<GrantRow>,
    now: Instant,
    seen: Foreseen,
    groups: BTreeMap<String, Group>,
}

impl<'a> Past<'a> {
    /// Holds `grants` against what is added. Neither their end nor their uses count, and whoever asked in the past does as
    /// they say.
    pub fn new(policies: &'a Policies, grants: &[Grant], now: Instant) -> Self {
        let row = |grant: &Grant| {
            let grant = Grant { uses: u32::MAX, expires: now.plus(BACK), ..grant.clone() };
            GrantRow { grant, made: now, used: 0, ended: None }
        };
        let seen = Foreseen { since: now.minus(BACK), asked: 0, runs: 0, rejected: 0 };
        Self { policies, grants: grants.iter().map(row).collect(), now, seen, groups: BTreeMap::new() }
    }

    /// Adds one request; `state` is looked up where it would have run.
    ///
    /// # Errors
    /// What looking it up failed with.
    pub fn add<E>(
        &mut self,
        asked: Asked<'_>,
        state: impl FnOnce() -> Result<Option<RequestState>, E>,
    ) -> Result<(), E> {
        let Asked { body, caller, time, .. } = asked;
        let is_near = body.verdict.actions.iter().any(|action| self.is_tool(&action.tool));
        // What no grant can speak about is only counted.
        let verdict = match is_near {
            true => decided(body, caller, self.policies),
            false => decide(self.policies, caller, body.verdict.actions.clone()),
        };
        if verdict.decision != Decision::Ask {
            return Ok(());
        }
        self.seen.asked += 1;
        let often = match body.shell {
            Some(_) => Often::of_text(body.command.as_str()),
            None => Often::AsWritten,
        };
        let wanted = Wanted { verdict: &verdict, caller, often, now: self.now };
        let rights = |grant: &Grant| lacks(self.policies, &verdict, caller, grant);
        if !is_near || body.rolls_back.is_some() || answer(&wanted, &self.grants, &rights).is_err() {
            return Ok(());
        }
        let is_rejected = body.verdict.decision == Decision::Ask && state()? == Some(RequestState::Rejected);
        self.seen.runs += 1;
        self.seen.rejected += u64::from(is_rejected);
        self.keep(body.command.as_str(), time, u64::from(is_rejected));
        Ok(())
    }

    fn is_tool(&self, tool: &str) -> bool {
        self.grants.iter().any(|row| row.grant.scope.tool == tool)
    }

    fn keep(&mut self, command: &str, time: Instant, rejected: u64) {
        let command: String = command.chars().take(LONGEST).collect();
        if !self.groups.contains_key(&command) && self.groups.len() >= KEPT {
            return;
        }
        let new = || Group { command: command.clone(), count: 0, rejected: 0, last: time };
        let group = self.groups.entry(command.clone()).or_insert_with(new);
        group.count += 1;
        group.rejected += rejected;
        group.last = group.last.max(time);
    }

    /// Ends it.
    pub fn finish(self) -> Foresight {
        let mut commands: Vec<Group> = self.groups.into_values().collect();
        commands.sort_by_key(|group| std::cmp::Reverse((group.rejected, group.count, group.last)));
        Foresight { seen: self.seen, commands }
    }
}
