//! The list of requests that wait, as a human goes through it: filter, move, look. Pure: keys go in, lines come out.

use crate::model::ids::RequestId;
use crate::model::request::{RequestRow, RequestState};
use crate::text::escape::escape;
use crate::text::layout::{shortened, width};

/// Lines beside the requests: the heading and the keys.
const FRAME: usize = 3;

/// A key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed {
    /// One up.
    Up,
    /// One down.
    Down,
    /// Look at this one, or end the filter.
    Enter,
    /// Forget the filter, or leave.
    Escape,
    /// Take back a character of the filter.
    Erase,
    /// A character.
    Char(char),
    /// There is no more input.
    End,
    /// Any other key.
    Other,
}

/// What follows a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The list stays.
    Stay,
    /// This one is looked at. Nothing is decided by that.
    Look(RequestId),
    /// The human leaves.
    Leave,
}

/// Where characters go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Moving,
    Filtering,
}

struct Entry {
    id: RequestId,
    text: String,
    agent: String,
    environments: String,
}

impl Entry {
    fn of(row: &RequestRow) -> Self {
        let environments: Vec<String> = row.body.verdict.environments().iter().map(ToString::to_string).collect();
        let environments = environments.join(",");
        let agent = escape(&row.attribution.label());
        let late = if row.state == RequestState::Preparing { "(preview to be made) " } else { "" };
        let command = escape(row.body.command.as_str());
        let text = format!("{}  {agent}  {environments}  {late}{command}", row.id);
        Self { id: row.id.clone(), text, agent: agent.to_lowercase(), environments: environments.to_lowercase() }
    }

    /// Whether every word of a filter is found: anywhere, or by `env:` and `agent:` only there.
    fn matches(&self, filter: &str) -> bool {
        let text = self.text.to_lowercase();
        filter.to_lowercase().split_whitespace().all(|word| match word.split_once(':') {
            Some(("env", name)) => self.environments.contains(name),
            Some(("agent", name)) => self.agent.contains(name),
            _ => text.contains(word),
        })
    }
}

/// The requests that a filter lets through.
pub fn filtered<'a>(rows: &'a [RequestRow], filter: &str) -> Vec<&'a RequestRow> {
    rows.iter().filter(|row| Entry::of(row).matches(filter)).collect()
}

/// The list with its filter and the place in it.
pub struct Picker {
    entries: Vec<Entry>,
    filter: String,
    at: usize,
    mode: Mode,
}

impl Picker {
    /// A list of these requests.
    pub fn new(rows: &[RequestRow], filter: &str) -> Self {
        Self { entries: rows.iter().map(Entry::of).collect(), filter: filter.to_owned(), at: 0, mode: Mode::Moving }
    }

    /// The filter.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    fn found(&self) -> Vec<&Entry> {
        self.entries.iter().filter(|entry| entry.matches(&self.filter)).collect()
    }

    /// Takes a key.
    pub fn press(&mut self, key: Pressed) -> Step {
        match (self.mode, key) {
            (_, Pressed::End) => return Step::Leave,
            (_, Pressed::Up) => self.at = self.at.saturating_sub(1),
            (_, Pressed::Down) => self.at = (self.at + 1).min(self.found().len().saturating_sub(1)),
            (Mode::Filtering, Pressed::Char(character)) => self.refilter(|filter| filter.push(character)),
            (Mode::Filtering, Pressed::Erase) => {
                self.refilter(|filter| filter.truncate(filter.char_indices().last().map_or(0, |(at, _)| at)))
            }
            (Mode::Filtering, Pressed::Enter) => self.mode = Mode::Moving,
            (Mode::Filtering, Pressed::Escape) => {
                self.mode = Mode::Moving;
                self.refilter(String::clear);
            }
            (Mode::Moving, Pressed::Char('/')) => self.mode = Mode::Filtering,
            (Mode::Moving, Pressed::Char('k')) => return self.press(Pressed::Up),
            (Mode::Moving, Pressed::Char('j')) => return self.press(Pressed::Down),
            (Mode::Moving, Pressed::Enter) => {
                return self.found().get(self.at).map_or(Step::Stay, |entry| Step::Look(entry.id.clone()));
            }
            (Mode::Moving, Pressed::Escape) if !self.filter.is_empty() => self.refilter(String::clear),
            (Mode::Moving, Pressed::Char('q') | Pressed::Escape) => return Step::Leave,
            (Mode::Moving, Pressed::Char(_) | Pressed::Erase) | (_, Pressed::Other) => {}
        }
        Step::Stay
    }

    fn refilter(&mut self, change: impl FnOnce(&mut String)) {
        change(&mut self.filter);
        self.at = 0;
    }

    /// The list in at most `height` lines of at most `columns`.
    pub fn lines(&self, columns: usize, height: usize) -> Vec<String> {
        let found = self.found();
        let room = height.saturating_sub(FRAME).max(1);
        let first = (self.at + 1).saturating_sub(room);
        let filter = match (self.mode, self.filter.as_str()) {
            (Mode::Moving, "") => String::new(),
            (Mode::Moving, filter) => format!(", filter `{}`", escape(filter)),
            (Mode::Filtering, filter) => format!(", filter: {}_", escape(filter)),
        };
        let mut lines =
            vec![format!("{} of {} request(s) wait for a decision{filter}", found.len(), self.entries.len())];
        lines.extend(found.iter().enumerate().skip(first).take(room).map(|(at, entry)| {
            let mark = if at == self.at { "> " } else { "  " };
            format!("{mark}{}", entry.text)
        }));
        lines.push(match self.mode {
            Mode::Moving => "up/down move, Enter looks, / filters (words, env:NAME, agent:NAME), q leaves".to_owned(),
            Mode::Filtering => "type words, env:NAME or agent:NAME; Enter keeps the filter, Esc drops it".to_owned(),
        });
        // A line that is as wide as the terminal would wrap, and then be cleared as one.
        let most = columns.saturating_sub(1).max(20);
        lines.into_iter().map(|line| if width(&line) > most { shortened(&line, most) } else { line }).collect()
    }
}
