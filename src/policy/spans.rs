//! Where the parts of a rule stand in its file, found again when there is something to say about them.

use std::ops::Range;

use super::diagnose::place;
use super::layers::Layer;
use super::schema::Rule;

impl Layer {
    /// The number of the line of a byte.
    pub fn line_of(&self, at: usize) -> usize {
        place(&self.text, at).0
    }

    /// The text of a line, without its indent.
    pub fn line(&self, number: usize) -> Range<usize> {
        let start: usize = self.text.split_inclusive('\n').take(number.saturating_sub(1)).map(str::len).sum();
        let line = self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        start + (line.len() - line.trim_start().len())..start + line.trim_end().len()
    }

    /// Everything of a rule, to the next table.
    pub fn body(&self, rule: &Rule) -> Range<usize> {
        let start = self.line(rule.line).start;
        let rest = self.text.get(start..).unwrap_or_default();
        let own = |line: &str| line.starts_with("[rules.");
        let mut end = start;
        for (at, line) in rest.split_inclusive('\n').enumerate() {
            if at > 0 && line.starts_with('[') && !own(line) {
                break;
            }
            end += line.len();
        }
        start..end
    }

    /// A key of a rule, else where the rule begins.
    pub fn key(&self, rule: &Rule, name: &str) -> Range<usize> {
        let body = self.body(rule);
        let text = self.text.get(body.clone()).unwrap_or_default();
        let is_key = |at: usize| {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let after = text.get(at + name.len()..).and_then(|text| text.trim_start().chars().next());
            let is_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '"');
            let line = text.get(..at).and_then(|text| text.lines().next_back()).unwrap_or_default();
            let is_comment = line.trim_start().starts_with('#') && !line.is_empty();
            !is_word && !is_comment && matches!(after, Some('=' | ']' | '.'))
        };
        let found = text.match_indices(name).map(|(at, _)| at).find(|at| is_key(*at));
        found.map_or_else(|| self.line(rule.line), |at| body.start + at..body.start + at + name.len())
    }

    /// A quoted word of a rule behind a key, else the key.
    pub fn word(&self, rule: &Rule, key: &str, word: &str) -> Range<usize> {
        let key = self.key(rule, key);
        let quoted = format!("\"{word}\"");
        let behind = self.text.get(key.start..self.body(rule).end).unwrap_or_default();
        behind.find(&quoted).map_or_else(|| key.clone(), |at| key.start + at..key.start + at + quoted.len())
    }
}
