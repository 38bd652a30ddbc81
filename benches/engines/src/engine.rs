//! What the bench asks of an engine.

use aigov::model::decision::Decision;

/// What was decided, and by which rules: those of the deciding strictness, sorted.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    pub decision: Decision,
    pub rules: Vec<String>,
}

/// What no rule speaks about.
pub const DEFAULT: Decision = Decision::Ask;

impl Found {
    /// The strictest of the rules that matched decides.
    pub fn of(matched: impl IntoIterator<Item = (Decision, String)>) -> Self {
        let all: Vec<(Decision, String)> = matched.into_iter().collect();
        let decision = all.iter().map(|(decision, _)| *decision).max().unwrap_or(DEFAULT);
        let mut rules: Vec<String> =
            all.into_iter().filter(|(one, _)| *one == decision).map(|(_, rule)| rule).collect();
        rules.sort();
        Self { decision, rules }
    }
}

/// An engine with its text of the rules, and the actions in its own form.
pub trait Engine {
    /// What it is called in the table.
    fn name(&self) -> &'static str;
    /// How long its text is, in bytes.
    fn length(&self) -> usize;
    /// Reads, validates and compiles the text anew: this is timed.
    fn load(&mut self);
    /// Makes ready for `times` decisions of an action; not timed.
    fn prepare(&mut self, _at: usize, _times: usize) {}
    /// Decides an action by its number: this is timed. The engine makes its whole answer, with the rules that matched.
    fn decide(&mut self, at: usize) -> Decision;
    /// The same, with the rules that decided: this is compared.
    fn found(&mut self, at: usize) -> Found;
}
