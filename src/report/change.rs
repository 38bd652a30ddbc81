//! How the changes between two policies are shown: the parts that `policy diff` and `policy simulate` share.

use crate::policy::change::{Direction, Leaning, Shift};
use crate::text::escape::escape;

use crate::text::layout::{Colour, Tone, padded, width, wrapped};

/// How wide and how coloured a text is.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Columns.
    pub width: usize,
    /// Colour.
    pub colour: Colour,
}

/// Columns of the number before a change.
const NUMBER: usize = 7;
/// Columns of `loosens` and `tightens` before their words.
const WORD: usize = 10;

impl Page {
    /// A heading in the tone of a direction.
    pub fn heading(self, direction: Option<Direction>, text: &str) -> String {
        let tone = match direction {
            Some(Direction::Loosens | Direction::Both) => Tone::Bad,
            Some(Direction::Tightens) => Tone::Good,
            None => Tone::Faint,
        };
        format!("\n{}\n", self.colour.paint(tone, text))
    }

    /// One change of decisions: how many, from what to what, by which rules, and what is obliged to otherwise.
    pub fn shift(self, count: u64, shift: &Shift) -> String {
        let (from, to) = (&shift.from, &shift.to);
        let decisions = format!("{} → {}", from.strength.decision, to.strength.decision);
        let rules = if from.rule == to.rule {
            escape(from.rule.as_str())
        } else {
            format!("{} → {}", escape(from.rule.as_str()), escape(to.rule.as_str()))
        };
        let first = format!("{:>NUMBER$}  {}", grouped(count), padded(&decisions, 15));
        let mut text = wrapped(&format!("{first}  "), &rules, self.width);
        if from.strength.decision == to.strength.decision {
            let Leaning { loosens, tightens } = shift.leaning();
            text.push_str(&self.below(&loosens.into_iter().chain(tightens).collect::<Vec<_>>().join("; ")));
        }
        text
    }

    /// A line that belongs to the number above it.
    pub fn below(self, text: &str) -> String {
        wrapped(&" ".repeat(NUMBER + 2), text, self.width)
    }

    /// A command below a number, in at most two lines.
    pub fn command(self, command: &str) -> String {
        let most = self.width.saturating_sub(NUMBER + 2).max(20) * 2 - 10;
        self.below(&crate::text::layout::shortened(&escape(command), most))
    }

    /// A sentence after its number.
    pub fn counted(self, count: u64, text: &str) -> String {
        wrapped(&format!("{:>NUMBER$}  ", grouped(count)), text, self.width)
    }

    /// What a change loosens and tightens, a line each.
    pub fn leaning(self, indent: usize, leaning: &Leaning) -> String {
        let line = |word: &str, text: &String| {
            wrapped(&format!("{}{}", " ".repeat(indent), padded(word, WORD)), &escape(text), self.width)
        };
        let loosens = leaning.loosens.iter().map(|text| line("loosens", text));
        loosens.chain(leaning.tightens.iter().map(|text| line("tightens", text))).collect()
    }
}

/// A number with a comma before each three digits.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 3 == first {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 command`, `2 commands`.
pub fn commands(count: u64) -> String {
    format!("{} command{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// Text in two columns of which the first is as wide as its widest.
pub fn pairs(rows: &[(&str, String)], most: usize) -> String {
    let widest = rows.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    rows.iter().map(|(name, text)| wrapped(&padded(name, widest + 2), text, most)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (65_536, "65,536"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
