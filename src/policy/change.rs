//! How two policies' answers compare: what is loosened, what is tightened, in words.
//!
//! Promise: comparing the other way round swaps the two, so that no change can hide by its direction.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::decision::{Assurance, Decision, Obligation, Verdict};
use crate::model::ids::RuleId;

use super::deciders;

/// Which way a change goes; what loosens comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Less is asked of whoever calls.
    Loosens,
    /// Less in one respect, more in another: it counts as loosening.
    Both,
    /// More is asked.
    Tightens,
}

impl Direction {
    /// Whether anything is loosened.
    pub fn loosens(self) -> bool {
        matches!(self, Self::Loosens | Self::Both)
    }

    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Loosens => "loosens",
            Self::Both => "loosens and tightens",
            Self::Tightens => "tightens",
        }
    }
}

/// What a change loosens and what it tightens, each in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Leaning {
    /// What is asked less.
    pub loosens: Vec<String>,
    /// What is asked more.
    pub tightens: Vec<String>,
}

impl Leaning {
    /// Which way it goes; none when nothing that decides has changed.
    pub fn direction(&self) -> Option<Direction> {
        match (self.loosens.is_empty(), self.tightens.is_empty()) {
            (true, true) => None,
            (false, true) => Some(Direction::Loosens),
            (true, false) => Some(Direction::Tightens),
            (false, false) => Some(Direction::Both),
        }
    }

    /// Notes that a value became `to` from `from`, where more is stricter.
    pub fn compare<T: Ord>(&mut self, from: &T, to: &T, words: impl FnOnce() -> String) {
        match to.cmp(from) {
            std::cmp::Ordering::Less => self.loosens.push(words()),
            std::cmp::Ordering::Greater => self.tightens.push(words()),
            std::cmp::Ordering::Equal => {}
        }
    }

    /// Takes in another's words.
    pub fn extend(&mut self, other: Self) {
        self.loosens.extend(other.loosens);
        self.tightens.extend(other.tightens);
    }
}

/// How much a decision asks: what counts when two are compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Strength {
    /// The decision.
    pub decision: Decision,
    /// How many humans must approve.
    pub approvals: u32,
    /// The least assurance that counts.
    pub assurance: Assurance,
    /// Every other obligation.
    pub obligations: BTreeSet<Obligation>,
}

impl Strength {
    /// A decision with what it obliges to. What is denied obliges to nothing.
    pub fn new(decision: Decision, obligations: &BTreeSet<Obligation>) -> Self {
        let mut strength = Self { decision, approvals: 1, assurance: Assurance::A0, obligations: BTreeSet::new() };
        if decision == Decision::Deny {
            return strength;
        }
        for obligation in obligations {
            match obligation {
                Obligation::Approvals { count } => strength.approvals = strength.approvals.max(*count),
                Obligation::MinAssurance { assurance } => strength.assurance = strength.assurance.max(*assurance),
                other => {
                    strength.obligations.insert(other.clone());
                }
            }
        }
        strength
    }

    /// How much a verdict asks.
    pub fn of(verdict: &Verdict) -> Self {
        Self::new(verdict.decision, &verdict.obligations)
    }

    /// What `to` asks less and more than this.
    pub fn compare(&self, to: &Self) -> Leaning {
        let mut leaning = Leaning::default();
        leaning.compare(&self.decision, &to.decision, || format!("{} becomes {}", self.decision, to.decision));
        if self.decision == to.decision {
            leaning.extend(self.obligations_to(to));
        }
        leaning
    }

    /// What is obliged to less and more, whatever is decided.
    fn obligations_to(&self, to: &Self) -> Leaning {
        let mut leaning = Leaning::default();
        leaning.compare(&self.approvals, &to.approvals, || format!("{} instead of {}", approvals(to), self.approvals));
        leaning.compare(&self.assurance, &to.assurance, || {
            format!("assurance {} instead of {}", to.assurance, self.assurance)
        });
        let is_other = |one: &&Obligation| !matches!(one, Obligation::Approvers { .. });
        let gone = self.obligations.difference(&to.obligations).filter(is_other);
        leaning.loosens.extend(gone.map(|one| format!("without {}", one.describe())));
        let new = to.obligations.difference(&self.obligations).filter(is_other);
        leaning.tightens.extend(new.map(|one| format!("with {}", one.describe())));
        leaning.extend(deciders::demands(&self.obligations, &to.obligations));
        leaning
    }
}

fn approvals(strength: &Strength) -> String {
    format!("{} approval{}", strength.approvals, if strength.approvals == 1 { "" } else { "s" })
}

/// What one policy says of a command: how much it asks, and by which rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Side {
    /// How much it asks.
    #[serde(flatten)]
    pub strength: Strength,
    /// The rule that decides.
    pub rule: RuleId,
}

impl Side {
    /// What a verdict says.
    pub fn of(verdict: &Verdict) -> Self {
        Self { strength: Strength::of(verdict), rule: verdict.rule.clone() }
    }
}

/// From what one policy says to what another says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Shift {
    /// What the first says.
    pub from: Side,
    /// What the second says.
    pub to: Side,
}

impl Shift {
    /// What it loosens and tightens.
    pub fn leaning(&self) -> Leaning {
        self.from.strength.compare(&self.to.strength)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::demand::{Escalation, Stage};

    fn strength(decision: Decision, obligations: &[Obligation]) -> Strength {
        Strength::new(decision, &obligations.iter().cloned().collect())
    }

    #[track_caller]
    fn loosens(from: &Strength, to: &Strength) {
        assert_eq!(from.compare(to).direction(), Some(Direction::Loosens), "{from:?} {to:?}");
        assert_eq!(to.compare(from).direction(), Some(Direction::Tightens), "{to:?} {from:?}");
    }

    #[test]
    fn a_milder_decision_loosens_and_a_stricter_one_tightens() {
        for (at, from) in Decision::ALL.into_iter().enumerate() {
            for to in Decision::ALL.into_iter().take(at) {
                loosens(&strength(from, &[]), &strength(to, &[]));
            }
        }
    }

    #[test]
    fn an_obligation_that_falls_away_loosens() {
        let ask = strength(Decision::Ask, &[]);
        for one in [
            Obligation::Approvals { count: 2 },
            Obligation::MinAssurance { assurance: Assurance::A1 },
            Obligation::Reason,
            Obligation::Rationale,
            Obligation::Preview,
            Obligation::Record,
            Obligation::FourEyes,
            Obligation::Approvers { stages: vec![stage(&["sre"], 1)] },
        ] {
            loosens(&strength(Decision::Ask, &[one]), &ask);
        }
        let fewer = strength(Decision::Ask, &[Obligation::Approvals { count: 2 }]);
        loosens(&strength(Decision::Ask, &[Obligation::Approvals { count: 3 }]), &fewer);
        let words = fewer.compare(&ask).loosens;
        assert_eq!(words, ["1 approval instead of 2"]);
    }

    fn stage(approvers: &[&str], count: u32) -> Stage {
        Stage { approvers: approvers.iter().map(|name| (*name).to_owned()).collect(), count, escalate: Vec::new() }
    }

    #[test]
    fn fewer_approvals_and_more_approvers_loosen() {
        let named = |stages: &[Stage]| strength(Decision::Ask, &[Obligation::Approvers { stages: stages.to_vec() }]);
        let two = named(&[stage(&["sre"], 2)]);
        loosens(&two, &named(&[stage(&["sre"], 1)]));
        loosens(&two, &named(&[stage(&["sre", "cto"], 2)]));
        loosens(&named(&[stage(&["sre"], 1), stage(&["security"], 1)]), &named(&[stage(&["sre"], 1)]));
        assert_eq!(
            two.compare(&named(&[stage(&["sre", "cto"], 1)])).loosens,
            ["1 approval(s) instead of 2", "cto may approve"]
        );
        let other = two.compare(&named(&[stage(&["cto"], 2)]));
        assert_eq!(other.direction(), Some(Direction::Both));
        assert_eq!(other.tightens, ["no longer: sre may approve"]);
        let mut later = stage(&["sre"], 2);
        later.escalate = vec![Escalation { after_s: 60, to: vec!["cto".to_owned()] }];
        loosens(&two, &named(&[later]));
    }

    #[test]
    fn one_obligation_for_another_is_both() {
        let one = strength(Decision::Ask, &[Obligation::Reason]);
        let other = strength(Decision::Ask, &[Obligation::Rationale]);
        assert_eq!(one.compare(&other).direction(), Some(Direction::Both));
        assert_eq!(other.compare(&one).direction(), Some(Direction::Both));
    }

    #[test]
    fn what_asks_the_same_is_no_change() {
        let usual = [Obligation::Approvals { count: 1 }, Obligation::MinAssurance { assurance: Assurance::A0 }];
        assert_eq!(strength(Decision::Ask, &usual).compare(&strength(Decision::Ask, &[])).direction(), None);
        let denied = strength(Decision::Deny, &[Obligation::Reason]);
        assert_eq!(denied.compare(&strength(Decision::Deny, &[])).direction(), None);
    }
}
