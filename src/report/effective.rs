//! What is in force, as tables that fit the terminal.

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};

use crate::policy::effective::{Effective, InForce, Origin, Place, Setting, conditions};
use crate::policy::schema::When;
use crate::text::escape::escape;

use crate::text::layout::wrapped;

/// How many words of a list are shown; the rest is a number.
const MOST_WORDS: usize = 3;

/// Layers, settings, owners, environments and rules.
pub fn text(effective: &Effective, width: usize) -> String {
    if effective.layers.is_empty() {
        return "no policy: known reads run, the rest needs `aigov init`\n".to_owned();
    }
    let mut text = "Each layer decides every command; the strictest decision wins.\n".to_owned();
    for (kind, path, _) in &effective.layers {
        text.push_str(&wrapped(&format!("  {:<11}", kind.as_str()), &escape(path), width));
    }
    text.push('\n');
    text.push_str(&table(&["SETTING", "VALUE", "FROM"], effective.settings.iter().map(setting), width));
    if !effective.owners.is_empty() {
        let row = |(name, contact, from): &(String, String, Origin)| vec![escape(name), escape(contact), from.text()];
        text.push('\n');
        text.push_str(&table(&["OWNER", "REACHED BY", "FROM"], effective.owners.iter().map(row), width));
    }
    if !effective.environments.is_empty() {
        text.push('\n');
        let heads = ["ENVIRONMENT", "PROTECTED", "RECOGNISED BY", "FROM"];
        text.push_str(&table(&heads, effective.environments.iter().map(place), width));
    }
    text.push('\n');
    let heads = ["DECISION", "RULE", "WHEN, AND WHAT IT NEEDS", "FROM"];
    text.push_str(&table(&heads, effective.rules.iter().map(rule), width));
    text
}

fn setting(setting: &Setting) -> Vec<String> {
    let others = setting.others.iter().map(|(value, from)| format!("{} says {value}", from.text()));
    let others: Vec<String> = others.collect();
    let beside = if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
    vec![setting.name.to_owned(), setting.value.clone(), format!("{}{beside}", setting.from.text())]
}

fn place(place: &Place) -> Vec<String> {
    let signs: Vec<String> =
        place.signs.iter().map(|(name, list)| format!("{name} {}", few(list.iter().map(String::as_str)))).collect();
    let from: Vec<String> = place.from.iter().map(Origin::text).collect();
    let is_protected = if place.is_protected { "yes" } else { "no" };
    let signs = if signs.is_empty() { "nothing".to_owned() } else { signs.join("; ") };
    vec![escape(&place.name), is_protected.to_owned(), signs, from.join(", ")]
}

fn rule(one: &InForce) -> Vec<String> {
    let mut text = condition(&one.rule.when);
    if let Some(unless) = &one.rule.unless {
        text.push_str(&format!("; unless {}", condition(unless)));
    }
    if !one.rule.obligations.is_empty() {
        let needs: Vec<String> = one.rule.obligations.iter().map(|one| one.describe()).collect();
        text.push_str(&format!("; needs {}", needs.join(", ")));
    }
    if let Some(owner) = &one.rule.owner {
        text.push_str(&format!("; owner {}", escape(owner)));
    }
    if let Some(lint) = one.idle {
        text.push_str(&format!("; never decides ({lint})"));
    }
    vec![one.rule.decision.to_string(), escape(one.rule.id.as_str()), text, one.from.text()]
}

fn condition(when: &When) -> String {
    let list = |(name, words): (&str, Vec<&str>)| {
        let words = few(words.into_iter());
        match name {
            "impact" => words,
            "environment" => format!("in {words}"),
            _ => format!("{name} {words}"),
        }
    };
    let mut parts: Vec<String> = conditions(when).into_iter().map(list).collect();
    parts.extend(when.protected.map(|is| if is { "protected".to_owned() } else { "not protected".to_owned() }));
    parts.join("; ")
}

/// The first words of a list, and how many more there are.
fn few<'a>(words: impl ExactSizeIterator<Item = &'a str>) -> String {
    let all = words.len();
    // A number in the place of one word saves nothing.
    let shown = if all > MOST_WORDS + 1 { MOST_WORDS } else { all };
    let first: Vec<String> = words.take(shown).map(escape).collect();
    let more = if all > shown { format!(" and {} more", all - shown) } else { String::new() };
    format!("{}{more}", first.join(", "))
}

fn table(heads: &[&str], rows: impl Iterator<Item = Vec<String>>, width: usize) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(u16::MAX))
        .set_header(heads.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    let last = heads.len().saturating_sub(1);
    // What is told of a row takes what its names leave, and they are not broken unless they are very long.
    let told = heads.len().saturating_sub(2).max(1);
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if at == last { 0 } else { 2 }));
        if at != told && at != last {
            column.set_constraint(ColumnConstraint::UpperBoundary(Width::Percentage(40)));
        }
    }
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}
