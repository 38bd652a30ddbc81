//! The statements one by one: what a person is shown of each.

use std::collections::BTreeMap;

use crate::model::action::{Category, Impact};
use crate::model::preview::{Change, FieldChange, Hunk, Risk};
use crate::model::secret::Redacted;
use crate::preview::prober::Failure;
use crate::redact::Redactor;
use crate::sql::{Dialect, Part, Reader, Statement, parts, shown};
use crate::undo::sql::Step;

use super::locks::{commits, waits};
use super::server::Relation;
use super::steps::Home;
use super::words::Source;
use super::{names, steps};

/// The most statements for which the planner is asked.
const ESTIMATES: usize = 10;
/// The most tables that are looked at.
const NAMES: usize = 40;
/// The most characters of one statement that are shown.
const LENGTH: usize = 600;

/// How many rows a statement meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    /// As the planner expects.
    About(u64),
    /// As it did on a copy.
    Tried(u64),
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct One {
    /// Where it comes from.
    source: String,
    /// The SQL that it is.
    pub(super) dialect: Dialect,
    /// What it does.
    pub(super) statement: Statement,
    /// Its words.
    pub(super) words: Vec<Part>,
    /// As people read it.
    shown: String,
    /// As it goes to the server; empty where that is not known.
    pub(super) raw: String,
    /// How many rows the planner expects, or why that is not known.
    pub(super) rows: Option<Result<Rows, String>>,
}

/// All statements of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Listed {
    pub(super) all: Vec<One>,
    /// Why the texts after this place are not told apart.
    hidden: Option<&'static str>,
    pub(super) relations: BTreeMap<String, Relation>,
}

impl One {
    pub(super) fn changes(&self) -> bool {
        self.statement.impact > Impact::Read
    }

    /// Whether it changes rows, and nothing else.
    pub(super) fn changes_rows(&self) -> bool {
        ["insert", "update", "delete", "merge", "replace"].contains(&self.statement.kind.as_str())
    }

    /// Whether what comes after it may be about another database, schema or user.
    pub(super) fn leads_elsewhere(&self) -> bool {
        let kind = self.statement.kind.as_str();
        let starts = [
            "use", "\\u", "attach", "detach", ".open", "\\c", "\\connect", "set role", "set session",
            "set authorization", "reset", "discard",
        ];
        let is_copy = kind.starts_with("\\copy") || kind.starts_with("\\conninfo");
        (!is_copy && starts.iter().any(|start| kind.starts_with(start)))
            || self.raw.to_lowercase().contains("search_path")
    }
}

impl Listed {
    pub(super) fn of(sources: &[Source]) -> Self {
        let mut listed = Self::default();
        for source in sources {
            for statement in source.statements().all {
                let raw = statement.at.clone().and_then(|at| source.text.get(at)).unwrap_or_default().to_owned();
                let is_rows = statement.kind == "copy from" && source.reader == Reader::Psql;
                listed.all.push(One {
                    source: source.name.clone(),
                    dialect: source.dialect,
                    words: parts(&statement, &source.text, source.dialect, source.reader),
                    shown: shown(&statement, &source.text, source.dialect, source.reader),
                    statement,
                    raw,
                    rows: None,
                });
                if is_rows {
                    listed.hidden = Some("what follows COPY … FROM is not told apart from rows, and is not shown");
                    break;
                }
            }
        }
        listed
    }

    /// The strictest impact.
    pub(super) fn impact(&self) -> Impact {
        self.all.iter().map(|one| one.statement.impact).max().unwrap_or(Impact::Read)
    }

    /// Whether psql reads other files, relative to the one that names them.
    pub(super) fn includes(&self) -> bool {
        self.all.iter().any(|one| one.statement.kind.starts_with("\\i"))
    }

    /// The names of tables, indexes and the like that are changed.
    pub(super) fn names(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for name in self.all.iter().filter(|one| one.changes()).flat_map(names::concerned) {
            if !found.contains(&name) && found.len() < NAMES {
                found.push(name);
            }
        }
        found
    }

    /// Takes in what the server said of the names.
    pub(super) fn know(&mut self, relations: &BTreeMap<String, Relation>) {
        self.relations.clone_from(relations);
    }

    /// Asks the planner for the rows of each change of rows whose functions are all known.
    ///
    /// # Errors
    /// Only where there was no time.
    pub(super) fn estimate(&mut self, ask: &mut dyn FnMut(&str) -> Result<u64, Failure>) -> Result<(), Failure> {
        let (mut asked, mut is_elsewhere) = (0, false);
        for one in &mut self.all {
            is_elsewhere |= one.leads_elsewhere();
            if !one.changes_rows() || one.statement.impact == Impact::Unknown {
                continue;
            }
            one.rows = Some(if is_elsewhere {
                Err("a statement before it leads to another schema, user or database".to_owned())
            } else if asked == ESTIMATES {
                Err(format!("the planner was asked for the first {ESTIMATES} only"))
            } else if one.raw.is_empty() || one.raw.contains('\\') {
                Err("the planner was not asked".to_owned())
            } else {
                asked += 1;
                match ask(&one.raw) {
                    Err(failure) if failure.is_late => return Err(failure),
                    rows => rows.map(Rows::About).map_err(|failure| failure.why),
                }
            });
        }
        Ok(())
    }

    /// The way back of each statement that changes something.
    pub(super) fn steps(&self, home: Option<&Home>) -> Vec<Step> {
        let mut all = steps::all(self, home);
        all.extend(self.hidden.map(|why| Step::Lost(why.to_owned())));
        all
    }

    /// One line.
    pub(super) fn summary(&self) -> String {
        let mut kinds: Vec<(&str, usize)> = Vec::new();
        let mut order: Vec<&One> = self.all.iter().filter(|one| one.changes()).collect();
        order.sort_by_key(|one| std::cmp::Reverse(risk(&one.statement)));
        for one in order {
            let kind = one.statement.kind.as_str();
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, count)) => *count += 1,
                None => kinds.push((kind, 1)),
            }
        }
        let mut told: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let unbounded = self.all.iter().filter(|one| one.statement.is_unbounded).count();
        if unbounded > 0 {
            told.push(format!("{unbounded} of them without WHERE"));
        }
        let reads = self.all.iter().filter(|one| !one.changes()).count();
        if reads > 0 {
            told.push(format!("{reads} that only read(s)"));
        }
        if told.is_empty() { "no statement".to_owned() } else { told.join(", ") }
    }

    /// What is shown of each statement that changes something.
    pub(super) fn hunks(&self, redactor: &Redactor) -> Vec<Hunk> {
        let count = self.all.len();
        let changes = self.all.iter().enumerate().filter(|(_, one)| one.changes());
        let mut hunks: Vec<Hunk> = changes.map(|(at, one)| self.hunk(one, (at + 1, count), redactor)).collect();
        if let Some(why) = self.hidden {
            hunks.push(Hunk {
                change: Change::Run,
                what: Redacted::assume_clean("the rest of the text"),
                risk: Risk::High,
                why: vec![Redacted::assume_clean(why)],
                fields: Vec::new(),
                left_out: 0,
            });
        }
        hunks
    }

    fn hunk(&self, one: &One, (at, count): (usize, usize), redactor: &Redactor) -> Hunk {
        let statement = &one.statement;
        let mut why: Vec<String> = Vec::new();
        if statement.categories.contains(&Category::AccessControl) {
            why.push("access".to_owned());
        }
        why.extend(statement.why.iter().cloned());
        let field = |field: &str, text: &str| FieldChange {
            field: Redacted::assume_clean(field),
            before: None,
            after: Some(redactor.text(text)),
        };
        let place = format!("statement {at} of {count} ({})", one.source);
        let mut fields = vec![FieldChange { field: redactor.text(&place), ..field("", &shortened(&one.shown)) }];
        match &one.rows {
            Some(Ok(Rows::About(rows))) => {
                fields.push(field("rows", &format!("about {rows}, as the server estimates now")));
            }
            Some(Ok(Rows::Tried(rows))) => fields.push(field("rows", &format!("{rows}, as it did on a copy just now"))),
            Some(Err(why)) => fields.push(field("rows", &format!("not known: {why}"))),
            None => {}
        }
        fields.extend(waits(one.dialect, &statement.kind, &one.words).map(|text| field("others", text)));
        fields.extend(commits(one.dialect, &statement.kind).map(|text| field("transaction", text)));
        let sizes = names::concerned(one).into_iter().filter_map(|name| self.size(&name));
        fields.extend(sizes.map(|(name, size)| field(&name, &size)));
        let objects: Vec<&str> =
            statement.objects.iter().map(|one| one.split_once('/').map_or("", |(_, name)| name)).collect();
        Hunk {
            change: change(statement),
            what: redactor.text(format!("{} {}", statement.kind, objects.join(", ")).trim()),
            risk: risk(statement),
            why: why.iter().map(|why| redactor.text(why)).collect(),
            fields,
            left_out: 0,
        }
    }

    /// How large a table is now.
    fn size(&self, name: &str) -> Option<(String, String)> {
        let relation = self.relations.get(name)?;
        let qualified = relation.qualified.clone()?;
        let mut told = vec![match relation.rows {
            Some(rows) if rows >= 0 && relation.bytes.is_none() => format!("{rows} row(s) now"),
            Some(rows) if rows >= 0 => format!("about {rows} row(s)"),
            _ => "rows were never counted".to_owned(),
        }];
        told.extend(relation.bytes.map(|bytes| format!("{} on disk now", size(bytes))));
        if !relation.triggers.is_empty() {
            told.push(format!("its triggers may do more: {}", relation.triggers.join(", ")));
        }
        Some((qualified, told.join(", ")))
    }
}

pub(super) fn size(bytes: u64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let mut at = 0;
    let mut rest = bytes;
    while rest >= 10 * 1024 && at + 1 < units.len() {
        rest /= 1024;
        at += 1;
    }
    format!("{rest} {}", units.get(at).copied().unwrap_or_default())
}

fn change(statement: &Statement) -> Change {
    let first = statement.kind.split(' ').next().unwrap_or_default();
    match first {
        _ if statement.impact == Impact::Unknown => Change::Run,
        "create" | "insert" | "grant" | "import" => Change::Create,
        "drop" | "delete" | "truncate" | "revoke" => Change::Delete,
        "copy" | "\\copy" if statement.kind.ends_with("from") => Change::Create,
        "update" | "alter" | "merge" | "replace" | "rename" | "comment" | "security" | "set" | "refresh" => {
            Change::Update
        }
        _ => Change::Run,
    }
}

fn risk(statement: &Statement) -> Risk {
    let is_rows_only = statement.categories.iter().all(|one| [Category::UserData, Category::Observe].contains(one));
    let is_usual = is_rows_only && statement.impact == Impact::Write && !statement.is_unbounded;
    if is_usual { Risk::Usual } else { Risk::High }
}

fn shortened(text: &str) -> String {
    let count = text.chars().count();
    if count <= LENGTH {
        return text.to_owned();
    }
    let head: String = text.chars().take(LENGTH).collect();
    format!("{head}… ({count} characters)")
}
