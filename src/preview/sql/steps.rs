//! The way back of each statement: its exact opposite where it only adds what was not there, else plain words.

use std::collections::BTreeSet;

use crate::model::action::Impact;
use crate::undo::sql::Step;

use super::names::{Reading, concerned, new_index};
use super::server::{Identity, Relation};
use super::statements::{Listed, One};

/// What can stand after ADD in the place of a column.
const NOT_COLUMNS: &[&str] =
    &["constraint", "check", "unique", "primary", "foreign", "exclude", "not", "value", "generated"];

/// The way back of every statement that changes something that lasts.
pub(super) fn all(listed: &Listed, identity: Option<&Identity>) -> Vec<Step> {
    let (mut found, mut made, mut is_elsewhere) = (Vec::new(), BTreeSet::new(), false);
    for one in &listed.all {
        is_elsewhere |= one.leads_elsewhere();
        if !one.changes() {
            continue;
        }
        let identity = identity.filter(|_| !is_elsewhere);
        let names = concerned(one);
        // What is done to a table that is made here goes with it.
        let is_covered = names.iter().any(|name| made.contains(name))
            && names.iter().all(|name| made.contains(name) || is_new(listed, name))
            && one.statement.impact != Impact::Unknown;
        if is_covered || is_temporary(one) {
            continue;
        }
        match identity.and_then(|identity| inverse(listed, one, identity)) {
            Some(text) => {
                made.extend(names.into_iter().filter(|name| is_new(listed, name)));
                found.push(Step::Inverse(text));
            }
            None => found.push(plainly(one)),
        }
    }
    found
}

fn is_new(listed: &Listed, name: &str) -> bool {
    listed.relations.get(name).is_some_and(|relation| relation.oid.is_none())
}

fn there<'a>(listed: &'a Listed, name: &[String]) -> Option<&'a Relation> {
    listed.relations.get(&name.join(".")).filter(|relation| relation.oid.is_some())
}

fn is_temporary(one: &One) -> bool {
    let mut reading = Reading(&one.words);
    reading.takes("create") && (reading.takes("temp") || reading.takes("temporary"))
}

/// The statement that takes exactly this one back; none where there is no such.
fn inverse(listed: &Listed, one: &One, identity: &Identity) -> Option<String> {
    if one.statement.impact == Impact::Unknown {
        return None;
    }
    match one.statement.kind.as_str() {
        "create index" => {
            let index = new_index(&one.words)?;
            let key = index.key()?;
            let schema = there(listed, &index.table)?.schema.clone()?;
            let how = if index.is_concurrent { "concurrently " } else { "" };
            let name = quoted(index.name.as_deref()?);
            is_new(listed, &key).then(|| format!("drop index {how}if exists {schema}.{name}"))
        }
        "alter table" => added_column(listed, one),
        kind => {
            let object = kind.strip_prefix("create ")?;
            let object =
                ["table", "view", "materialized view", "sequence"].into_iter().find(|known| *known == object)?;
            let mut reading = Reading(&one.words);
            reading.takes("create").then_some(())?;
            reading.takes("unlogged");
            object.split(' ').all(|word| reading.takes(word)).then_some(())?;
            reading.takes_all(&["if", "not", "exists"]);
            let name = reading.name()?;
            is_new(listed, &name.join(".")).then_some(())?;
            let qualified = match name.as_slice() {
                [schema, name] => format!("{}.{}", quoted(schema), quoted(name)),
                [name] => format!("{}.{}", quoted(identity.schema.as_deref()?), quoted(name)),
                _ => return None,
            };
            Some(format!("drop {object} if exists {qualified}"))
        }
    }
}

/// `ALTER TABLE … ADD COLUMN` alone, of a column that is not there.
fn added_column(listed: &Listed, one: &One) -> Option<String> {
    let mut reading = Reading(&one.words);
    reading.takes_all(&["alter", "table"]).then_some(())?;
    reading.takes_all(&["if", "exists"]);
    reading.takes("only");
    let relation = there(listed, &reading.name()?)?;
    reading.takes("add").then_some(())?;
    let is_column = reading.takes("column");
    reading.takes_all(&["if", "not", "exists"]);
    let column = reading.ident()?;
    if reading.has_list() || (!is_column && NOT_COLUMNS.contains(&column)) {
        return None;
    }
    let is_there = relation.names.as_ref().is_none_or(|names| names.iter().any(|name| name == column));
    let qualified = relation.qualified.as_ref().filter(|_| !is_there)?;
    Some(format!("alter table if exists {qualified} drop column if exists {}", quoted(column)))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What can be done, or that nothing can, in words.
fn plainly(one: &One) -> Step {
    let kind = one.statement.kind.as_str();
    let names = concerned(one);
    let on = if names.is_empty() { String::new() } else { format!(" of {}", names.join(", ")) };
    let dump = names.first().map(|name| format!(": `pg_dump -t {name}`")).unwrap_or_default();
    let lost = |what: &str| {
        Step::Lost(format!(
            "what `{kind}` {what}{on} is kept nowhere: only a backup from before brings it back{dump}, or a server that \
             can be set back in time"
        ))
    };
    let by_hand = |text: String| Step::ByHand(text);
    if one.statement.impact == Impact::Unknown {
        return Step::Lost(format!("what `{kind}` does is not known, so neither is a way back"));
    }
    match kind.split(' ').next().unwrap_or_default() {
        "update" | "merge" | "replace" => lost("overwrites"),
        "delete" | "truncate" | "drop" => lost("removes"),
        "alter" if one.statement.impact == Impact::Destroy => lost("removes"),
        "insert" | "copy" | "\\copy" => {
            by_hand(format!("the rows that `{kind}` adds{on} can be deleted by who can tell them from the others"))
        }
        "grant" => by_hand("`revoke` takes a grant back, unless it was there before".to_owned()),
        "revoke" => by_hand("`grant` gives back what was revoked, where it was there before".to_owned()),
        "create" => by_hand(format!("`drop` what `{kind}` makes{on}, unless it was there before")),
        "alter" => by_hand(format!("note down what `{kind}` changes{on} before it runs: its opposite is not known")),
        _ => Step::Lost(format!("`{kind}` has no opposite")),
    }
}
