//! `aigov policy diff` as text and as JSON.

use serde_json::{Value, json};

use crate::policy::cases::{Changed, Decisions};
use crate::policy::change::{Direction, Leaning};
use crate::policy::diff::{Difference, Item, What};
use crate::text::escape::escape;

use super::change::{Page, commands, pairs};

/// Everything that differs between two policies.
#[derive(Debug, Clone)]
pub struct PolicyDiff {
    /// What the first is called.
    pub from: String,
    /// What the second is called.
    pub to: String,
    /// What holds for every request.
    pub settings: Leaning,
    /// Rules and environments.
    pub difference: Difference,
    /// What is decided otherwise for the commands of both.
    pub decisions: Decisions,
}

impl PolicyDiff {
    /// Whether anything loosens.
    pub fn loosens(&self) -> bool {
        let is_looser = |item: &Item| item.direction().is_some_and(Direction::loosens);
        !self.settings.loosens.is_empty()
            || self.difference.environments.iter().chain(&self.difference.rules).any(is_looser)
            || self.decisions.loosens()
    }

    fn is_empty(&self) -> bool {
        self.settings.direction().is_none()
            && self.difference.environments.is_empty()
            && self.difference.rules.is_empty()
            && self.decisions.changed.is_empty()
    }

    /// For people.
    pub fn text(&self, page: Page) -> String {
        let mut text = pairs(&[("from", escape(&self.from)), ("to", escape(&self.to))], page.width);
        if self.is_empty() {
            text.push_str("\nThey mean the same.\n");
            return text;
        }
        for (direction, title) in [
            (Some(Direction::Loosens), "LOOSENS"),
            (Some(Direction::Tightens), "TIGHTENS"),
            (None, "CHANGES NO DECISION"),
        ] {
            let found = self.part(direction, page);
            if !found.is_empty() {
                text.push_str(&page.heading(direction, title));
                text.push_str(&found);
            }
        }
        text.push_str(&self.decided(page));
        if !self.loosens() {
            text.push_str("\nNothing loosens.\n");
        }
        text
    }

    /// What goes one way; what goes both ways stands with what loosens.
    fn part(&self, direction: Option<Direction>, page: Page) -> String {
        let fits = |of: Option<Direction>| of.map(Direction::loosens) == direction.map(Direction::loosens);
        let mut text = String::new();
        if self.settings.direction().is_some() && fits(self.settings.direction()) {
            text.push_str("  ~ settings\n");
            text.push_str(&page.leaning(6, &self.settings));
        }
        for (kind, items) in [("environment", &self.difference.environments), ("rule", &self.difference.rules)] {
            items.iter().filter(|one| fits(one.direction())).for_each(|one| text.push_str(&item(kind, one, page)));
        }
        text
    }

    fn decided(&self, page: Page) -> String {
        let Decisions { commands: all, by_another_rule, changed } = &self.decisions;
        let otherwise: u64 = changed.iter().map(|one| one.count).sum();
        let title = format!("DECISIONS on {} of their examples and tests", commands(*all));
        let loosens = self.decisions.loosens().then_some(Direction::Loosens);
        let mut text = page.heading(loosens, &title);
        changed.iter().for_each(|one| text.push_str(&decision(one, page)));
        let by = match by_another_rule {
            0 => String::new(),
            some => format!(", {some} of them by another rule"),
        };
        text.push_str(&page.counted(all.saturating_sub(otherwise), &format!("decided as before{by}")));
        text
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let item = |item: &Item| {
            let mut value = serde_json::to_value(item).unwrap_or(Value::Null);
            if let Value::Object(fields) = &mut value {
                fields.insert("direction".to_owned(), json!(item.direction()));
            }
            value
        };
        let decision = |one: &Changed| {
            let leaning = one.shift.leaning();
            json!({
                "direction": leaning.direction(),
                "from": one.shift.from,
                "to": one.shift.to,
                "loosens": leaning.loosens,
                "tightens": leaning.tightens,
                "count": one.count,
                "example": one.example,
                "place": one.place,
            })
        };
        json!({
            "schema": 1,
            "loosens": self.loosens(),
            "differs": !self.is_empty(),
            "from": self.from,
            "to": self.to,
            "settings": self.settings,
            "environments": self.difference.environments.iter().map(item).collect::<Vec<_>>(),
            "rules": self.difference.rules.iter().map(item).collect::<Vec<_>>(),
            "commands": self.decisions.commands,
            "by_another_rule": self.decisions.by_another_rule,
            "decisions": self.decisions.changed.iter().map(decision).collect::<Vec<_>>(),
        })
    }
}

fn item(kind: &str, item: &Item, page: Page) -> String {
    let sign = match item.what {
        What::Added => '+',
        What::Removed => '-',
        What::Changed => '~',
    };
    let line = match (item.line_before, item.line_after) {
        (Some(before), Some(after)) if before != after => format!(", line {after}, was {before}"),
        (_, Some(line)) => format!(", line {line}"),
        (Some(line), None) => format!(", was line {line}"),
        (None, None) => String::new(),
    };
    let mut text = crate::text::layout::wrapped(
        &format!("  {sign} "),
        &format!("{kind} {}{line}", escape(&item.name)),
        page.width,
    );
    text.push_str(&page.leaning(6, &item.leaning));
    for words in &item.words {
        text.push_str(&crate::text::layout::wrapped("      ", &escape(words), page.width));
    }
    text
}

fn decision(changed: &Changed, page: Page) -> String {
    let mut text = page.shift(changed.count, &changed.shift);
    text.push_str(&page.command(&changed.example));
    if let Some(place) = &changed.place {
        text.push_str(&page.below(&format!("in {}", escape(place))));
    }
    text
}
