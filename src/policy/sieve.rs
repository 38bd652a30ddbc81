//! A layer's rules as rows of bits, so that a thousand of them cost a microsecond: which can apply to an action at all.
//!
//! A sieve only leaves out. What it leaves out cannot apply, and what it lets through is read in full by
//! [`applies`](super::matching::applies), so it can make a decision faster and never another one.

use super::matching::Subject;
use super::schema::{Rule, When};

/// The bit of "any category, even none".
const NO_CATEGORY: u32 = 1 << 31;

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
    environment: u64,
    category: u32,
    impact: u16,
    protected: u16,
}

impl Row {
    fn of_when(when: &When) -> Self {
        Self {
            tool: patterns(&when.tool),
            operation: patterns(&when.operation),
            environment: if when.environment.is_empty() { u64::MAX } else { texts(&when.environment) },
            category: if when.category.is_empty() {
                u32::MAX
            } else {
                when.category.iter().fold(0, |row, one| row | 1 << *one as u32)
            },
            impact: if when.impact.is_empty() {
                u16::MAX
            } else {
                when.impact.iter().fold(0, |row, one| row | 1 << *one as u16)
            },
            protected: when.protected.map_or(u16::MAX, |wanted| 1 << u16::from(wanted)),
        }
    }

    fn of_subject(subject: &Subject<'_>) -> Self {
        let action = subject.action;
        Self {
            tool: bit(&action.tool),
            operation: bit(&action.operation),
            environment: bit(action.environment.as_str()),
            category: action.categories.iter().fold(NO_CATEGORY, |row, one| row | 1 << *one as u32),
            impact: 1 << action.impact as u16,
            protected: 1 << u16::from(subject.is_protected),
        }
    }

    /// Whether every field of the one has a value of the other's. Without branches: nearly every row fails somewhere.
    fn meets(&self, other: &Self) -> bool {
        (self.tool & other.tool != 0)
            & (self.operation & other.operation != 0)
            & (self.environment & other.environment != 0)
            & (self.category & other.category != 0)
            & (self.impact & other.impact != 0)
            & (self.protected & other.protected != 0)
    }
}

/// The bits of what globs can match: every one as soon as one of them has a `*`, or when there is none.
fn patterns(all: &[String]) -> u64 {
    if all.is_empty() || all.iter().any(|one| one.contains('*')) { u64::MAX } else { texts(all) }
}

fn texts(all: &[String]) -> u64 {
    all.iter().fold(0, |row, one| row | bit(one))
}

/// One of 64 bits: FNV-1a of the text, the high bits folded in.
fn bit(text: &str) -> u64 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    1 << ((hash >> 32 ^ hash) % 64)
}
