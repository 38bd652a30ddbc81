//! Faults of policy files: all of them at once, each with its place, the line, a caret and what to do.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use serde_json::{Value, json};

use crate::text::escape::escape;

/// The columns of a terminal that everybody has.
const WIDTH: usize = 80;

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub path: String,
    /// Line and column from 1; none for a fault of the whole file.
    pub place: Option<(usize, usize)>,
    /// What is wrong.
    pub text: String,
    /// Why that is so, where it does not go without saying.
    pub why: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// The line with its caret.
    shown: Option<String>,
}

impl Fault {
    /// A fault of the file itself.
    pub fn of_file(path: &Path, text: impl Into<String>, help: Option<String>) -> Self {
        Self { path: path.display().to_string(), place: None, text: text.into(), why: None, help, shown: None }
    }

    /// A fault at a span of the file's text.
    pub fn at(path: &Path, source: &str, span: &Range<usize>, text: impl Into<String>, help: Option<String>) -> Self {
        let (line, column) = place(source, span.start);
        let content = source.lines().nth(line - 1).unwrap_or_default();
        let rest = content.chars().count().saturating_sub(column - 1);
        let width = source
            .get(span.clone())
            .map_or(1, |text| text.lines().next().unwrap_or_default().chars().count())
            .clamp(1, rest.max(1));
        let shown = (!content.trim().is_empty()).then(|| excerpt(content, line, column, width));
        Self {
            path: path.display().to_string(),
            place: Some((line, column)),
            text: text.into(),
            why: None,
            help,
            shown,
        }
    }

    /// The fault with why it is one.
    pub fn because(self, why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), ..self }
    }

    /// The fault in other words.
    pub fn told_as(self, text: String) -> Self {
        Self { text, ..self }
    }

    /// As JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "path": self.path,
            "line": self.place.map(|place| place.0),
            "column": self.place.map(|place| place.1),
            "text": self.text,
            "why": self.why,
            "help": self.help,
        })
    }
}

/// A line with a caret below the part that is meant; of a line that is too long, what is around it.
fn excerpt(content: &str, line: usize, column: usize, width: usize) -> String {
    let number = line.to_string();
    let margin = " ".repeat(number.len());
    let room = WIDTH - margin.len() - 3;
    let all: Vec<char> = content.chars().map(|c| if c == '\t' { ' ' } else { c }).collect();
    let end = column - 1 + width;
    // Where all does not fit, the end of what is meant stands near the end of the line.
    let start = if all.len() <= room || end < room { 0 } else { (end + 10).min(all.len()).saturating_sub(room - 2) };
    let start = start.min(column - 1);
    let mut part: String = all.iter().skip(start).take(room - 2).collect();
    if all.len() <= room {
        part = all.iter().collect();
    } else if start + room - 2 < all.len() {
        part.push('…');
    }
    let before = if start > 0 { "…" } else { "" };
    let blank = " ".repeat(column - 1 - start + before.chars().count());
    let carets = "^".repeat(width.min(room.saturating_sub(blank.len()).max(1)));
    format!("{margin} |\n{number} | {before}{}\n{margin} | {blank}{carets}\n", escape(&part))
}

/// A text below its label, in lines that fit a terminal; the others stand below the first.
pub fn hanging(label: &str, text: &str) -> String {
    let mut lines = vec![label.to_owned()];
    for word in text.split(' ') {
        let Some(last) = lines.last_mut() else { break };
        let is_first = last.trim_end().len() <= label.trim_end().len();
        if !is_first && last.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(format!("{}{word}", " ".repeat(label.len())));
        } else {
            let gap = if is_first { "" } else { " " };
            last.push_str(&format!("{gap}{word}"));
        }
    }
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Line and column of a byte, from 1.
pub fn place(source: &str, at: usize) -> (usize, usize) {
    let before = source.get(..at).unwrap_or(source);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((line, column)) => writeln!(f, "{}:{line}:{column}: {}", self.path, self.text)?,
            None => writeln!(f, "{}: {}", self.path, self.text)?,
        }
        if let Some(shown) = &self.shown {
            f.write_str(shown)?;
        }
        for (label, text) in [("why:  ", &self.why), ("help: ", &self.help)] {
            if let Some(text) = text {
                f.write_str(&hanging(label, text))?;
            }
        }
        Ok(())
    }
}

/// Every fault of every layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFaults(pub Vec<Fault>);

impl PolicyFaults {
    /// As JSON: `{"faults": [{path, line, column, text, why, help}]}`.
    pub fn to_json(&self) -> Value {
        json!({ "faults": self.0.iter().map(Fault::to_json).collect::<Vec<_>>() })
    }
}

impl fmt::Display for PolicyFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, fault) in self.0.iter().enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for PolicyFaults {}

/// The known word nearest to `word`, when it is near enough to have been meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known: Vec<&str> = known.into_iter().collect();
    let best = known.iter().map(|one| (distance(word, one), *one)).min()?;
    let is_near = best.0 <= (word.len() / 2).clamp(1, 3);
    // `infrastructure` for `infra`, `db` for `db_migration`.
    let begins = |one: &&&str| one.len().min(word.len()) > 1 && (word.starts_with(**one) || one.starts_with(word));
    if is_near { Some(best.1) } else { known.iter().find(begins).copied() }
}

fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(usize::MAX);
            let diagonal = row.get(j).copied().unwrap_or(usize::MAX);
            let left = next.last().copied().unwrap_or(usize::MAX);
            next.push((diagonal + usize::from(a != *b)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}
