//! The answer of `aigov check` for people: what would be decided and why, what was found, what is allowed instead.
//!
//! The first line says it all; whoever reads on finds the strictest first. Nothing that was given is shown unescaped.

use crate::classify::Owner;
use crate::command::Word;
use crate::model::action::{Action, Category, Impact, Reversible};
use crate::model::decision::{Decision, Obligation, RuleMatch};
use crate::policy::decide::NO_POLICY;
use crate::policy::understand::Understood;
use crate::text::escape::escape;

use super::layout::{Colour, Tone, padded, shortened, width, wrapped};
use super::wording::{SUMMARY, harmless, named, only_redirects, phrase, redirection, somewhere, summary};

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What matters.
    Short,
    /// All evidence.
    All,
}

/// How it is shown.
#[derive(Debug, Clone)]
pub struct Look {
    /// Columns.
    pub width: usize,
    /// Colour.
    pub colour: Colour,
    /// How much.
    pub detail: Detail,
    /// The home directory, which is shown as `~`.
    pub home: Option<String>,
    /// Inherited variables that would be left out, with the reason.
    pub left_out: Vec<(String, String)>,
}

/// Columns of the decision before each command.
const MARGIN: usize = 8;
/// What the columns are, for whoever sees them for the first time.
const COLUMNS: (&str, &str) = ("command", "impact, environment");
/// The most commands that are shown when they are not what decides.
const MOST: usize = 12;
/// The most columns of what decides, in the first line.
const TITLE: usize = 40;
/// The most reasons that are shown of one command.
const REASONS: usize = 4;

/// The whole answer.
pub fn explain(understood: &Understood, look: &Look) -> String {
    let page = Page { understood, look };
    format!("{}\n{}{}", page.head(), page.tree(), page.foot())
}

struct Page<'a> {
    understood: &'a Understood,
    look: &'a Look,
}

/// One line of the tree, with what is said below it.
struct Row<'a> {
    action: usize,
    decision: Decision,
    via: &'a [String],
    text: String,
}

impl Page<'_> {
    /// The decision in words and what decides it; below, the rule.
    fn head(&self) -> String {
        let verdict = &self.understood.verdict;
        let words = match verdict.decision {
            Decision::Allow => "Would run",
            Decision::Flag => "Would run, and go on the review list",
            Decision::Ask => "Would ask a human",
            Decision::Deny => "Would be refused",
        };
        let first = verdict.matches.first();
        let said = match first.and_then(|first| Some((first.action, verdict.actions.get(first.action)?))) {
            None => "no command was found in it".to_owned(),
            Some(_) if verdict.decision == Decision::Allow => harmless(&verdict.actions),
            Some((at, action)) => self.deed(at, action),
        };
        let line = wrapped("", &format!("{words}: {said}"), self.look.width);
        let line = line.replacen(words, &self.look.colour.paint(tone(verdict.decision), words), 1);
        let message = first.and_then(|first| first.message.as_deref()).map(|text| format!(": {}", escape(text)));
        let place = self.place(&verdict.origin);
        let rule = format!("`{}` (tier {}){place}{}", verdict.rule, verdict.tier, message.unwrap_or_default());
        format!("{line}{}", wrapped("Rule ", &rule, self.look.width))
    }

    /// What an action does, and where, in words.
    fn deed(&self, at: usize, action: &Action) -> String {
        let title = match self.understood.owners.get(at) {
            Some(Owner::Opaque(index)) => {
                let part = self.understood.parsed.opaque.get(*index);
                shortened(&part.map(|part| escape(&part.text)).unwrap_or_default(), TITLE)
            }
            Some(Owner::Command(index)) => {
                let program = self.understood.parsed.commands.get(*index).and_then(|command| command.words.first());
                match program {
                    Some(Word::Opaque(opaque)) => shortened(&escape(&opaque.text), TITLE),
                    Some(Word::Literal(_)) | None => shortened(&escape(&action.title()), TITLE),
                }
            }
            Some(Owner::Suspect(text)) => shortened(&escape(text), TITLE),
            None => shortened(&escape(&action.title()), TITLE),
        };
        let where_to = somewhere(action);
        let is = |category| action.categories.contains(&category);
        match action.impact {
            Impact::Unknown if action.environment.is_local() => format!("what `{title}` does is not known"),
            Impact::Unknown if action.environment.is_unknown() => {
                format!("what `{title}` does, and where, is not known")
            }
            Impact::Unknown => format!("what `{title}` does{where_to} is not known"),
            _ if is(Category::Governance) => format!("`{title}` touches what is aigov's own"),
            Impact::Read if is(Category::Secrets) => format!("`{title}` hands out secrets{where_to}"),
            _ if is(Category::Execution) => format!("`{title}` runs code that was not seen{where_to}"),
            Impact::Read => format!("`{title}` reads{where_to}"),
            Impact::Write => format!("`{title}` changes something{where_to}"),
            Impact::Destroy => format!("`{title}` destroys something{where_to}"),
        }
    }

    fn place(&self, origin: &str) -> String {
        if origin == "built-in" {
            return " (built in)".to_owned();
        }
        let short = self.look.home.as_ref().and_then(|home| origin.strip_prefix(home.as_str()));
        match short.filter(|rest| rest.starts_with('/')) {
            Some(rest) => format!(" at ~{}", escape(rest)),
            None => format!(" at {}", escape(origin)),
        }
    }

    fn tree(&self) -> String {
        let mut rows = self.rows();
        // Siblings stay together; within them, and among them, the strictest comes first.
        let groups: Vec<(Option<String>, Decision)> =
            rows.iter().map(|row| (row.via.first().cloned(), row.decision)).collect();
        let strictest = |via: Option<&String>| {
            groups.iter().filter(|(name, _)| name.as_ref() == via).map(|(_, decision)| *decision).max()
        };
        rows.sort_by_key(|row| {
            let group = row.via.first().map_or(Some(row.decision), |name| strictest(Some(name)));
            (std::cmp::Reverse(group), std::cmp::Reverse(row.decision))
        });
        let room = self.room(&rows);
        let columns = format!("{}{}  {}", " ".repeat(MARGIN), padded(COLUMNS.0, room), COLUMNS.1);
        let mut text = format!("{}\n", self.look.colour.paint(Tone::Faint, &columns));
        let mut open: Vec<String> = Vec::new();
        let mut quiet = 0;
        for (at, row) in rows.iter().enumerate() {
            let is_quiet = row.decision <= Decision::Flag && self.look.detail == Detail::Short;
            quiet += usize::from(is_quiet);
            if is_quiet && quiet > MOST {
                continue;
            }
            let shared = open.iter().zip(row.via).take_while(|(a, b)| a == b).count();
            for (depth, name) in row.via.iter().enumerate().skip(shared) {
                text.push_str(&self.wrapper(depth, name));
            }
            open = row.via.to_vec();
            let is_last = rows.get(at + 1).is_none_or(|next| !next.via.starts_with(row.via));
            text.push_str(&self.line(row, (is_last, room)));
        }
        if quiet > MOST {
            let more = format!("… {} more that would run (-v shows them)", quiet - MOST);
            text.push_str(&format!("{}{more}\n", " ".repeat(MARGIN)));
        }
        text
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let owned = self.understood.verdict.actions.iter().zip(&self.understood.owners).enumerate();
        let mut seen = Vec::new();
        let mut row = |(at, (action, owner)): (usize, (&Action, &Owner))| {
            let decision = self.says(at).map(|found| found.decision).max().unwrap_or(self.understood.verdict.decision);
            let (via, text): (&[String], String) = match owner {
                Owner::Command(index) => {
                    let is_first = !seen.contains(index);
                    seen.push(*index);
                    let command = self.understood.parsed.commands.get(*index);
                    if is_first && decision <= Decision::Flag && command.is_some_and(only_redirects) {
                        return None;
                    }
                    command.map_or((&[], String::new()), |command| {
                        (command.via.as_slice(), if is_first { named(command) } else { redirection(action) })
                    })
                }
                Owner::Suspect(text) => (&[], format!("may run: {}", escape(text))),
                Owner::Opaque(index) => {
                    let part = self.understood.parsed.opaque.get(*index);
                    (&[], part.map(|part| escape(&part.text)).unwrap_or_default())
                }
            };
            Some(Row { action: at, decision, via, text })
        };
        owned.filter_map(&mut row).collect()
    }

    fn says(&self, action: usize) -> impl Iterator<Item = &RuleMatch> {
        self.understood.verdict.matches.iter().filter(move |found| found.action == action)
    }

    fn wrapper(&self, depth: usize, name: &str) -> String {
        let branch = if depth == 0 { String::new() } else { format!("{}└─ ", "   ".repeat(depth - 1)) };
        let text = format!("{}{branch}{} …", " ".repeat(MARGIN), escape(name));
        format!("{}\n", self.look.colour.paint(Tone::Faint, &shortened(&text, self.look.width)))
    }

    /// The columns that are left for the commands; no more than they need.
    fn room(&self, rows: &[Row<'_>]) -> usize {
        let all = || rows.iter().filter_map(|row| Some((row, self.understood.verdict.actions.get(row.action)?)));
        let summaries = all().map(|(_, action)| width(&summary(action))).max().unwrap_or(0).max(COLUMNS.1.len());
        let needed = all().map(|(row, _)| 3 * row.via.len() + width(&row.text)).max().unwrap_or(0);
        self.look.width.saturating_sub(MARGIN + 2 + summaries).min(needed.max(SUMMARY)).max(COLUMNS.0.len())
    }

    fn line(&self, row: &Row<'_>, (is_last, room): (bool, usize)) -> String {
        let Some(action) = self.understood.verdict.actions.get(row.action) else { return String::new() };
        let depth = row.via.len();
        let corner = if is_last { "└─ " } else { "├─ " };
        let branch = if depth == 0 { String::new() } else { format!("{}{corner}", "   ".repeat(depth - 1)) };
        let summary = summary(action);
        let command = padded(&shortened(&format!("{branch}{}", row.text), room), room);
        let word = self.look.colour.paint(tone(row.decision), &padded(row.decision.as_str(), MARGIN - 3));
        let mut text = format!("  {word} {command}  {summary}\n");
        let indent = MARGIN + width(&branch).max(3 * depth) + 2;
        for reason in self.reasons(row, action) {
            text.push_str(&wrapped(&" ".repeat(indent), &reason, self.look.width));
        }
        text
    }

    /// What is said below a command: all of it, or of those that decide what makes them decide.
    fn reasons(&self, row: &Row<'_>, action: &Action) -> Vec<String> {
        if self.look.detail == Detail::All {
            return self.evidence(row, action);
        }
        if row.decision < Decision::Ask {
            return Vec::new();
        }
        let of = |about: &str| {
            let texts = action.evidence.iter().filter(|one| one.about == about).map(|one| escape(&one.text));
            let mut all: Vec<String> = Vec::new();
            texts.for_each(|text| {
                if !all.contains(&text) {
                    all.push(text)
                }
            });
            all
        };
        let mut reasons = of("opaque");
        reasons.extend(of("unseen_code"));
        let sensitive: Vec<&str> = action.categories.iter().filter_map(|one| phrase(*one)).collect();
        let mut why = of("category");
        why.extend(of("later_code"));
        if reasons.is_empty() {
            reasons.extend(Some(if why.is_empty() { sensitive.join(", ") } else { why.join(", ") }));
            reasons.retain(|reason| !reason.is_empty());
        }
        if action.reversible == Reversible::No {
            reasons.push("there is no way back".to_owned());
        }
        if !action.environment.is_local() {
            let all = of("environment");
            // The directory says little where something else says more.
            let told: Vec<&str> =
                all.iter().map(String::as_str).filter(|text| !text.starts_with("directory `")).collect();
            if !told.is_empty() {
                reasons.push(told.join(", "));
            }
        }
        let hidden = reasons.len().saturating_sub(REASONS);
        reasons.truncate(REASONS);
        if hidden > 0 {
            reasons.push(format!("… {hidden} more (-v shows them)"));
        }
        let verdict = &self.understood.verdict;
        let other = self.says(row.action).find(|found| found.decision == row.decision);
        if let Some(found) = other.filter(|found| found.rule != verdict.rule) {
            reasons.push(format!("rule `{}`{}", found.rule, self.place(&found.origin)));
        }
        reasons
    }

    fn evidence(&self, row: &Row<'_>, action: &Action) -> Vec<String> {
        let categories: Vec<&str> = action.categories.iter().map(|one| one.as_str()).collect();
        let mut all = vec![format!("is: {} ({})", escape(&action.title()), categories.join(", "))];
        if !action.targets.is_empty() {
            all.push(format!("targets: {}", escape(&action.targets.join(", "))));
        }
        all.extend(action.evidence.iter().map(|one| format!("{}: {}", escape(&one.about), escape(&one.text))));
        let rule =
            |found: &RuleMatch| format!("{} by rule `{}`{}", found.decision, found.rule, self.place(&found.origin));
        all.extend(self.says(row.action).map(rule));
        all
    }

    /// What would be needed, what is allowed instead, and what was read.
    fn foot(&self) -> String {
        let verdict = &self.understood.verdict;
        let mut lines: Vec<(&str, String)> = Vec::new();
        let mut needs: Vec<String> = verdict.obligations.iter().map(Obligation::describe).collect();
        if verdict.decision == Decision::Ask {
            needs.insert(0, "a human's approval".to_owned());
        }
        if !needs.is_empty() {
            lines.push(("Needs:", needs.join(", ")));
        }
        lines.extend(verdict.alternatives.iter().map(|text| ("Instead:", escape(text))));
        if verdict.rule.as_str() == NO_POLICY {
            lines.push(("Instead:", "known reads run without a policy".to_owned()));
        }
        if verdict.decision != Decision::Deny {
            let left = self.look.left_out.iter();
            lines.extend(left.map(|(name, why)| ("Without:", format!("{}: {}", escape(name), escape(why)))));
        }
        let scripts = &self.understood.parsed.scripts;
        lines.extend(scripts.iter().map(|script| ("Read:", format!("{} ({})", escape(&script.path), script.digest))));
        let mut text = if lines.is_empty() { String::new() } else { "\n".to_owned() };
        let mut before = "";
        for (name, line) in &lines {
            let label = if *name == before { "" } else { *name };
            text.push_str(&wrapped(&padded(label, MARGIN + 1), line, self.look.width));
            before = name;
        }
        text
    }
}

fn tone(decision: Decision) -> Tone {
    match decision {
        Decision::Allow => Tone::Good,
        Decision::Flag | Decision::Ask => Tone::Wait,
        Decision::Deny => Tone::Bad,
    }
}
