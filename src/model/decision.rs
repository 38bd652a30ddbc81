//! A decision, the obligations that come with it, and the verdict that carries both with its reasons.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::action::{Action, Environment, Impact};
use super::demand::{Stage, described};
use super::ids::RuleId;

/// What may happen, in rising strictness: the strictest wins by `max`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Runs.
    Allow,
    /// Runs, and goes on the review list.
    Flag,
    /// A human decides.
    Ask,
    /// Never runs.
    Deny,
}

impl Decision {
    /// Every decision, in order.
    pub const ALL: [Self; 4] = [Self::Allow, Self::Flag, Self::Ask, Self::Deny];

    /// The word used in policies, JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Flag => "flag",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// 1 read-only, 2 low-risk write, 3 needs a human, 4 never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Tier(u8);

impl Tier {
    /// The tier of a decision over an impact.
    pub fn of(decision: Decision, impact: Impact) -> Self {
        match (decision, impact) {
            (Decision::Deny, _) => Self(4),
            (Decision::Ask, _) => Self(3),
            (Decision::Allow | Decision::Flag, Impact::Read) => Self(1),
            (Decision::Allow | Decision::Flag, Impact::Write | Impact::Destroy | Impact::Unknown) => Self(2),
        }
    }

    /// The decision that a rule with this tier means.
    pub fn decision(self) -> Decision {
        match self.0 {
            1 | 2 => Decision::Allow,
            3 => Decision::Ask,
            _ => Decision::Deny,
        }
    }
}

impl TryFrom<u8> for Tier {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        match number {
            1..=4 => Ok(Self(number)),
            _ => Err(format!("`{number}` is not a tier; use 1, 2, 3 or 4")),
        }
    }
}

impl From<Tier> for u8 {
    fn from(tier: Tier) -> Self {
        tier.0
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// How sure we are that an approval came from a human.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Assurance {
    /// The same user id as the agent, at a terminal or not.
    A0,
    /// Identity vouched for by a vendor.
    A1,
    /// Came in under another user id, into a ledger the agent cannot write.
    A2,
    /// Signed with a key that the agent cannot use.
    A3,
}

impl fmt::Display for Assurance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A0 => "A0",
            Self::A1 => "A1",
            Self::A2 => "A2",
            Self::A3 => "A3",
        })
    }
}

/// What must also be done for a decision to hold. The list is closed: a policy that names another does not load.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "obligation")]
pub enum Obligation {
    /// This many humans must approve.
    Approvals {
        /// How many.
        count: u32,
    },
    /// An approval below this assurance does not count.
    MinAssurance {
        /// The least that counts.
        assurance: Assurance,
    },
    /// The agent must say why.
    Reason,
    /// The human must be shown what will change.
    Preview,
    /// The human must say why.
    Rationale,
    /// A quota of this name is charged.
    Quota {
        /// The quota's name.
        name: String,
    },
    /// The session is recorded.
    Record,
    /// Secrets are scrubbed from the output.
    Scrub,
    /// A check must pass afterwards.
    Verification {
        /// The command that checks.
        command: String,
        /// How long it may take until it holds, in seconds.
        within_s: u64,
    },
    /// A failed verification is rolled back without asking.
    AutoRollback,
    /// These humans must approve, stage after stage; each human counts once.
    Approvers {
        /// The stages, in order.
        stages: Vec<Stage>,
    },
    /// The human for whom it was asked does not approve it, whatever policy lets a team of one do.
    FourEyes,
    /// Each request is decided by itself: no grant answers for it.
    EachTime,
}

impl Obligation {
    /// What people read.
    pub fn describe(&self) -> String {
        match self {
            Self::Approvals { count } => format!("{count} approval(s)"),
            Self::MinAssurance { assurance } => format!("assurance {assurance} or higher"),
            Self::Reason => "a reason".to_owned(),
            Self::Preview => "a preview".to_owned(),
            Self::Rationale => "a rationale".to_owned(),
            Self::Quota { name } => format!("quota `{name}`"),
            Self::Record => "a recording".to_owned(),
            Self::Scrub => "scrubbed output".to_owned(),
            Self::Verification { command, within_s } => format!("verification by `{command}` within {within_s} s"),
            Self::AutoRollback => "automatic rollback".to_owned(),
            Self::Approvers { stages } => format!("approval by {}", described(stages)),
            Self::FourEyes => "another human than the one who asked".to_owned(),
            Self::EachTime => "a decision each time".to_owned(),
        }
    }
}

/// A rule that took part in a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleMatch {
    /// The rule.
    pub rule: RuleId,
    /// Where it stands: `path:line`, or `built-in`.
    pub origin: String,
    /// What it decides.
    pub decision: Decision,
    /// Which action of the request it matched, by index.
    pub action: usize,
    /// The rule's message, when it has one.
    pub message: Option<String>,
    /// Whom to ask about the rule, with how to reach them, when policy says so: `platform (#platform-oncall)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// A decision over a whole invocation. Nobody may run on one without honouring its obligations.
#[must_use = "a verdict carries obligations that must be met before anything runs"]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The strictest decision of all layers and actions.
    pub decision: Decision,
    /// The tier that it amounts to.
    pub tier: Tier,
    /// The rule that decided, first among the strictest.
    pub rule: RuleId,
    /// Where that rule stands.
    pub origin: String,
    /// Every rule that matched, strictest first.
    pub matches: Vec<RuleMatch>,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
    /// What must also be done; the union over all that matched at the deciding strictness.
    pub obligations: BTreeSet<Obligation>,
    /// What is allowed instead.
    pub alternatives: Vec<String>,
    /// The highest impact among the actions.
    pub impact: Impact,
    /// The actions, in the order found.
    pub actions: Vec<Action>,
}

impl Verdict {
    /// The environments that the actions point at, without repeats.
    pub fn environments(&self) -> Vec<Environment> {
        let mut seen: Vec<Environment> = Vec::new();
        for action in &self.actions {
            if !seen.contains(&action.environment) {
                seen.push(action.environment.clone());
            }
        }
        seen
    }

    /// The least assurance that an approval must have.
    pub fn min_assurance(&self) -> Assurance {
        self.obligations
            .iter()
            .filter_map(|o| if let Obligation::MinAssurance { assurance } = o { Some(*assurance) } else { None })
            .max()
            .unwrap_or(Assurance::A0)
    }

    /// How many humans must approve, whoever they are: at least one, where no rule names approvers.
    pub fn approvals_needed(&self) -> u32 {
        let said = self.obligations.iter().filter_map(|o| match o {
            Obligation::Approvals { count } => Some(*count),
            _ => None,
        });
        // One is there once those who are named have approved.
        said.max().filter(|count| *count > 1).unwrap_or_else(|| u32::from(self.demands().is_empty()))
    }

    /// What rules demand of those who approve, in a fixed order. Each holds by itself: a human may count once in each.
    pub fn demands(&self) -> Vec<&[Stage]> {
        let mut all = Vec::new();
        for obligation in &self.obligations {
            if let Obligation::Approvers { stages } = obligation {
                all.push(stages.as_slice());
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strictest_decision_is_the_greatest() {
        assert_eq!(Decision::ALL.iter().max(), Some(&Decision::Deny));
        assert!(Decision::Allow < Decision::Flag && Decision::Flag < Decision::Ask);
    }

    #[test]
    fn a_tier_outside_one_to_four_is_refused() {
        assert!(Tier::try_from(0).is_err());
        assert!(Tier::try_from(5).is_err());
        assert_eq!(Tier::try_from(3).unwrap().decision(), Decision::Ask);
    }

    #[test]
    fn an_unknown_obligation_does_not_load() {
        let unknown = r#"{"obligation":"fireworks"}"#;
        assert!(serde_json::from_str::<Obligation>(unknown).is_err());
    }
}
