//! A layer's rules as rows of bits, so that a thousand of them cost little: which can apply to an action at all.
//!
//! A sieve only leaves out. What it leaves out cannot apply, and what it lets through is read in full by
//! [`applies`](super::matching::applies), so it can make a decision faster and never another one.

use crate::model::action::Impact;

use super::matching::Subject;
use super::schema::{Rule, When};

/// The rows of a layer's rules, in their order.
#[derive(Debug, Clone, Default)]
pub struct Sieve {
    rows: Vec<Row>,
}

impl Sieve {
    /// The sieve of these rules.
    pub fn of(rules: &[Rule]) -> Self {
        Self { rows: rules.iter().map(|rule| Row::of_when(&rule.when)).collect() }
    }

    /// The rules that can apply to `subject`, in their order. `rules` are those that the sieve was made of; one that has
    /// no row goes through.
    pub fn through<'a>(&'a self, rules: &'a [Rule], subject: &Subject<'_>) -> impl Iterator<Item = &'a Rule> {
        let wanted = Row::of_subject(subject);
        let without_row = rules.get(self.rows.len()..).unwrap_or_default();
        let with_row = rules.iter().zip(&self.rows).filter(move |(_, row)| row.meets(&wanted)).map(|(rule, _)| rule);
        with_row.chain(without_row)
    }
}

/// What a rule's `when` names, or what an action has: one bit for each value of a field. Texts are more than there are
/// bits, so that several share one.
#[derive(Debug, Clone, Copy)]
struct Row {
    tool: u64,
    operation: u64,
    /// The environment in the low half; above it the impact, and whether it is protected.
    place: u64,
    category: u64,
}

/// Where the impact's four bits begin.
const IMPACT: u32 = 32;
/// Where the two bits of `protected` begin.
const PROTECTED: u32 = 36;
/// The bit of "any category, even none".
const NO_CATEGORY: u64 = 1 << 63;

impl Row {
    fn of_when(when: &When) -> Self {
        let all = |from: u32, to: u32| (1_u64 << to) - (1 << from);
        let environment = if when.environment.is_empty() {
            all(0, IMPACT)
        } else {
            when.environment.iter().fold(0, |row, name| row | environment(name))
        };
        let impact = if when.impact.is_empty() {
            all(IMPACT, PROTECTED)
        } else {
            when.impact.iter().fold(0, |row, one| row | impact(*one))
        };
        let category = if when.category.is_empty() {
            NO_CATEGORY
        } else {
            when.category.iter().fold(0, |row, one| row | 1 << *one as u64)
        };
        Self {
            tool: patterns(&when.tool),
            operation: patterns(&when.operation),
            place: environment
                | impact
                | when.protected.map_or(all(PROTECTED, PROTECTED + 2), |wanted| 1 << (PROTECTED + u32::from(wanted))),
            category,
        }
    }

    fn of_subject(subject: &Subject<'_>) -> Self {
        let action = subject.action;
        let protected = 1 << (PROTECTED + u32::from(subject.is_protected));
        // An environment that may be another one leaves out nothing.
        let named = if subject.is_foreign { 0 } else { environment(action.environment.as_str()) | protected };
        Self {
            tool: bit(&action.tool),
            operation: bit(&action.operation),
            place: named | impact(action.impact),
            category: action.categories.iter().fold(NO_CATEGORY, |row, one| row | 1 << *one as u64),
        }
    }

    /// Whether `action` can be meant: all that it has one of must be named, and one of its categories.
    fn meets(&self, action: &Self) -> bool {
        // No branch for each field: nearly every row fails at one of them, and each time at another.
        let missing = (action.tool & !self.tool) | (action.operation & !self.operation) | (action.place & !self.place);
        missing == 0 && self.category & action.category != 0
    }
}

fn environment(name: &str) -> u64 {
    1 << (hash(name) % u64::from(IMPACT))
}

fn impact(impact: Impact) -> u64 {
    1 << (IMPACT + impact as u32)
}

/// The bits of what globs can match: every one as soon as one of them has a `*`, or when there is none.
fn patterns(all: &[String]) -> u64 {
    if all.is_empty() || all.iter().any(|one| one.contains('*')) { u64::MAX } else { texts(all) }
}

fn texts(all: &[String]) -> u64 {
    all.iter().fold(0, |row, one| row | bit(one))
}

fn bit(text: &str) -> u64 {
    1 << (hash(text) % 64)
}

/// FNV-1a, the high bits folded in.
fn hash(text: &str) -> u64 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    hash ^ (hash >> 32)
}
