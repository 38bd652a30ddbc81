//! A grant: a human's standing permission for one kind of action, with its scope, its end and its number of uses.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::action::{Category, Impact};
use super::attribution::CallerKind;
use super::decision::Assurance;
use super::ids::{Digest, GrantId, RequestId, RuleId};
use super::secret::Redacted;
use super::time::Instant;

/// A standing permission. It only ever stands in the place of the approval that its human could give alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Who made it.
    pub human: String,
    /// The identity as the channel gave it, with its kind: `local:alice@laptop`.
    pub identity: String,
    /// The user id of the process that brought it in.
    pub uid: u32,
    /// Through which channel.
    pub channel: String,
    /// How sure we are that a human made it; a rule that wants more is not answered by it.
    pub assurance: Assurance,
    /// Whether it was made for requests of its own human's agents.
    pub single_operator: bool,
    /// The request that it was made from.
    pub from: RequestId,
    /// For whom and what.
    pub scope: Scope,
    /// The rules whose question it answers: those that asked when it was made. Another rule that asks, asks.
    pub rules: Vec<RuleRef>,
    /// When it ends by itself.
    pub expires: Instant,
    /// How many actions it lets run.
    pub uses: u32,
    /// Why.
    pub rationale: Redacted,
    /// What the human was shown of the past before they confirmed.
    pub foreseen: Foreseen,
    /// The digest of each policy layer then, `path` and digest. What holds is the policy at the time of each use.
    pub policy: Vec<(String, Digest)>,
}

/// For whom and what a grant stands. Lists of patterns know `*`; an empty list means that there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The sort of caller.
    pub by: CallerKind,
    /// The agent; none means every caller of that sort.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The human for whom it is asked.
    pub on_behalf_of: Option<String>,
    /// The task; none means every task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// The tool, as it is called in rules.
    pub tool: String,
    /// Operations; patterns.
    pub operations: Vec<String>,
    /// The highest impact.
    pub impact: Impact,
    /// The categories that an action may have.
    pub categories: BTreeSet<Category>,
    /// Environments by name.
    pub environments: Vec<String>,
    /// Where in them, as evidence names it: a cluster's namespaces, else the directory. None means anywhere in them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<BTreeSet<String>>,
    /// Services; patterns. Only `*` stands for one that is not known, for all there are, or for none.
    pub services: Vec<String>,
    /// Targets; patterns. Only `*` stands for what names none.
    pub targets: Vec<String>,
}

/// A rule by its id and the file in which it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuleRef {
    /// The rule.
    pub rule: RuleId,
    /// The file, or `built-in`.
    pub file: String,
}

impl RuleRef {
    /// The rule of a match, whose origin is `path:line` or `built-in`. On which line it stands does not matter.
    pub fn new(rule: &RuleId, origin: &str) -> Self {
        let is_line = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let file = origin.rsplit_once(':').filter(|(_, line)| is_line(line)).map_or(origin, |(file, _)| file);
        Self { rule: rule.clone(), file: file.to_owned() }
    }
}

/// What a grant would have let run, as it was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foreseen {
    /// From when on requests were looked at.
    pub since: Instant,
    /// How many asked a human by the policy then in force.
    pub asked: u64,
    /// How many of these it would have let run.
    pub runs: u64,
    /// How many of those a human had rejected.
    pub rejected: u64,
}

/// A grant that a human took back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantRevoked {
    /// The grant.
    pub grant: GrantId,
    /// Who did it.
    pub human: String,
    /// Why.
    pub reason: Option<Redacted>,
}

/// How often a run used a grant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GrantUse {
    /// The grant.
    pub grant: GrantId,
    /// How many of the run's actions it answered for.
    pub count: u32,
}

/// Where a grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// It can be used.
    Open,
    /// All its uses are spent.
    Spent,
    /// Its time is over.
    Expired,
    /// A human took it back, or its clock cannot be trusted any more.
    Revoked,
}

impl GrantState {
    /// The word in JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Spent => "spent",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// A grant as its events project it: one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantRow {
    /// The grant.
    pub grant: Grant,
    /// When it was made.
    pub made: Instant,
    /// How many uses are spent.
    pub used: u32,
    /// When and why it was taken back, where it was.
    pub ended: Option<GrantEnd>,
}

/// The end of a grant before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantEnd {
    /// When.
    pub at: Instant,
    /// Who did it, where a human took it back.
    pub human: Option<String>,
    /// Why.
    pub why: Option<String>,
}

impl GrantRow {
    /// How many uses are left.
    pub fn left(&self) -> u32 {
        self.grant.uses.saturating_sub(self.used)
    }

    /// Where it stands at `now`.
    pub fn state(&self, now: Instant) -> GrantState {
        if self.ended.is_some() {
            GrantState::Revoked
        } else if self.left() == 0 {
            GrantState::Spent
        } else if self.grant.expires <= now {
            GrantState::Expired
        } else {
            GrantState::Open
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_the_same_on_another_line_and_not_in_another_file() {
        let rule = RuleId::new("production-asks");
        let one = RuleRef::new(&rule, "/etc/aigov/policy.toml:12");
        assert_eq!(one, RuleRef::new(&rule, "/etc/aigov/policy.toml:13"));
        assert_ne!(one, RuleRef::new(&rule, "/home/x/.aigov.toml:12"));
        assert_eq!(RuleRef::new(&rule, "built-in").file, "built-in");
        assert_eq!(RuleRef::new(&rule, "/a:b/p.toml:7").file, "/a:b/p.toml");
    }
}
