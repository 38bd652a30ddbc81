//! The way back of each statement: its exact opposite where it only adds what was not there, else plain words.

use std::collections::BTreeSet;

use crate::model::action::Impact;
use crate::sql::Dialect;
use crate::undo::sql::Step;

use super::names::{Reading, concerned, new_index};
use super::server::Relation;
use super::statements::{Listed, One};

/// What can stand after ADD in the place of a column.
const NOT_COLUMNS: &[&str] =
    &["constraint", "check", "unique", "primary", "foreign", "exclude", "not", "value", "generated"];

/// Where names without a schema are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Home {
    /// The SQL that the server takes.
    pub(super) dialect: Dialect,
    /// The schema, or database, of such names; none where they need none.
    pub(super) schema: Option<String>,
}

impl Home {
    /// A name in full, as it is written.
    fn qualified(&self, name: &[String]) -> Option<String> {
        match (name, &self.schema) {
            ([schema, name], _) => Some(format!("{}.{}", self.quoted(schema), self.quoted(name))),
            ([name], Some(schema)) => Some(format!("{}.{}", self.quoted(schema), self.quoted(name))),
            ([name], None) if self.dialect == Dialect::Sqlite => Some(self.quoted(name)),
            _ => None,
        }
    }

    pub(super) fn quoted(&self, name: &str) -> String {
        match self.dialect {
            Dialect::Mysql => format!("`{}`", name.replace('`', "``")),
            _ => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }

    /// What only PostgreSQL lets stand before a table or column.
    fn if_exists(&self) -> &'static str {
        if self.dialect == Dialect::Postgres { "if exists " } else { "" }
    }
}

/// The way back of every statement that changes something that lasts.
pub(super) fn all(listed: &Listed, home: Option<&Home>) -> Vec<Step> {
    let (mut found, mut made, mut is_elsewhere) = (Vec::new(), BTreeSet::new(), false);
    for one in &listed.all {
        is_elsewhere |= one.leads_elsewhere();
        if !one.changes() {
            continue;
        }
        let home = home.filter(|_| !is_elsewhere);
        let names = concerned(one);
        // What is done to a table that is made here goes with it.
        let is_covered = names.iter().any(|name| made.contains(name))
            && names.iter().all(|name| made.contains(name) || is_new(listed, name))
            && one.statement.impact != Impact::Unknown;
        if is_covered || is_temporary(one) {
            continue;
        }
        match home.and_then(|home| inverse(listed, one, home)) {
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
fn inverse(listed: &Listed, one: &One, home: &Home) -> Option<String> {
    if one.statement.impact == Impact::Unknown {
        return None;
    }
    match one.statement.kind.as_str() {
        "create index" => {
            let index = new_index(&one.words)?;
            let key = index.key()?;
            let table = there(listed, &index.table)?;
            let name = home.quoted(index.name.as_deref()?);
            let text = match home.dialect {
                Dialect::Mysql => format!("drop index {name} on {}", home.qualified(&index.table)?),
                Dialect::Sqlite => format!("drop index if exists {name}"),
                _ => {
                    let how = if index.is_concurrent { "concurrently " } else { "" };
                    format!("drop index {how}if exists {}.{name}", table.schema.clone()?)
                }
            };
            is_new(listed, &key).then_some(text)
        }
        "alter table" => added_column(listed, one, home),
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
            Some(format!("drop {object} if exists {}", home.qualified(&name)?))
        }
    }
}

/// `ALTER TABLE … ADD COLUMN` alone, of a column that is not there.
fn added_column(listed: &Listed, one: &One, home: &Home) -> Option<String> {
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
    let (name, optional) = (home.quoted(column), home.if_exists());
    Some(format!("alter table {optional}{qualified} drop column {optional}{name}"))
}

/// What can be done, or that nothing can, in words.
fn plainly(one: &One) -> Step {
    let kind = one.statement.kind.as_str();
    let names = concerned(one);
    let on = if names.is_empty() { String::new() } else { format!(" of {}", names.join(", ")) };
    let dump = names.first().map(|name| match one.dialect {
        Dialect::Mysql => format!(": `mysqldump DATABASE {name}`"),
        Dialect::Sqlite => ": `sqlite3 FILE '.backup COPY'`".to_owned(),
        _ => format!(": `pg_dump -t {name}`"),
    });
    let dump = dump.unwrap_or_default();
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
