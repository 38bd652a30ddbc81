//! What statements come to, one by one and together.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::model::action::{Category, Impact, Reversible};

/// A local file that a client would read or write while it runs a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// The path as written.
    pub path: String,
    /// Whether it is written.
    pub is_written: bool,
}

/// What one statement does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its kind: `select`, `drop table`, `\copy`.
    pub kind: String,
    /// How much it changes.
    pub impact: Impact,
    /// How much it changes at least, where the impact is unknown.
    pub least: Impact,
    /// What kind of work it is; never empty.
    pub categories: BTreeSet<Category>,
    /// What it acts on: `table/users`.
    pub objects: Vec<String>,
    /// Whether it changes all rows of a table because it has no condition.
    pub is_unbounded: bool,
    /// Whether there is a way back.
    pub reversible: Reversible,
    /// Why all this is believed, beside its kind.
    pub why: Vec<String>,
    /// Its bytes in the text, where it is known where it stands.
    pub at: Option<Range<usize>>,
}

impl Statement {
    /// A statement of this kind.
    pub fn new(kind: &str, impact: Impact, categories: &[Category]) -> Self {
        let reversible = match impact {
            Impact::Read => Reversible::Yes,
            Impact::Destroy => Reversible::No,
            Impact::Write | Impact::Unknown => Reversible::Unknown,
        };
        Self {
            kind: kind.to_owned(),
            impact,
            least: if impact == Impact::Unknown { Impact::Read } else { impact },
            categories: categories.iter().copied().collect(),
            objects: Vec::new(),
            is_unbounded: false,
            reversible,
            why: Vec::new(),
            at: None,
        }
    }

    /// A statement that only looks.
    pub fn read(kind: &str) -> Self {
        Self::new(kind, Impact::Read, &[Category::Observe])
    }

    /// A statement that is not understood, or that runs code or reaches something that is not seen.
    pub fn unknown(kind: &str, why: impl Into<String>) -> Self {
        let mut made = Self::new(kind, Impact::Unknown, &[Category::Execution]);
        made.why.push(why.into());
        made
    }

    /// Makes it no longer understood.
    pub fn doubt(&mut self, why: impl Into<String>) {
        self.raise(Impact::Unknown);
        self.why.push(why.into());
    }

    /// Raises the impact to at least this.
    pub fn raise(&mut self, impact: Impact) {
        if impact != Impact::Unknown {
            self.least = self.least.max(impact);
        }
        if impact > self.impact {
            self.impact = impact;
            self.reversible = match impact {
                Impact::Destroy => Reversible::No,
                _ if self.reversible == Reversible::No => Reversible::No,
                _ => Reversible::Unknown,
            };
        }
    }
}

/// What a whole text does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statements {
    /// Every statement and client's command, in order.
    pub all: Vec<Statement>,
    /// Local files that the client would read or write.
    pub files: Vec<Touched>,
}

impl Statements {
    /// The strictest impact; a text with nothing in it reads.
    pub fn impact(&self) -> Impact {
        self.all.iter().map(|one| one.impact).max().unwrap_or(Impact::Read)
    }

    /// The statement that decides: the first of the strictest impact.
    pub fn strictest(&self) -> Option<&Statement> {
        let impact = self.impact();
        self.all.iter().find(|one| one.impact == impact)
    }

    /// Takes the statements of another text in.
    pub fn extend(&mut self, other: Self) {
        self.all.extend(other.all);
        self.files.extend(other.files);
    }
}
