//! SQL by sqlite3: each statement, and how many rows it changes, tried on a copy of the database; a copy is kept for the way
//! back.
//!
//! Promises: the database itself is opened for reading only; statements that reach beyond it, or that are not understood,
//! are not tried. That the file is the one that was looked at is bound by its content, as that of every file which a command
//! names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::host::inputs;
use crate::host::private::PrivateDir;
use crate::model::action::{Action, Impact};
use crate::model::invocation::Raw;
use crate::model::preview::{Pin, Undo, WayBack};
use crate::model::secret::Redacted;
use crate::preview::Tool;
use crate::preview::made::Made;
use crate::preview::open;
use crate::preview::prober::{Asking, Failure, Prober};
use crate::preview::subject::Subject;
use crate::sql::{Dialect, Reader};
use crate::undo::sql::{Client, restore, way_back};

use super::server::Relation;
use super::statements::{Listed, Rows};
use super::steps::Home;
use super::words::Source;

/// The tool.
pub(in crate::preview) const TOOL: Tool =
    Tool { tool: "sqlite3", shows, make, pins, leaves_open: open::nothing, has_moved: open::never };

/// Switches of how it is shown.
const SWITCHES: &[&str] = &[
    "json", "csv", "box", "column", "header", "noheader", "html", "line", "list", "markdown", "quote", "table", "tabs",
    "ascii", "batch", "bail", "echo", "stats", "nofollow",
];
/// The same with a value.
const VALUES: &[&str] = &["separator", "newline", "nullvalue"];
/// The largest database that is copied, and kept.
const LARGEST: u64 = 16 * 1024 * 1024;
/// The largest database of which rows are counted.
const COUNTED: u64 = 256 * 1024 * 1024;
/// The most statements that are tried.
const TRIED: usize = 100;
/// How it is looked at: nothing is written, and the database's own views and triggers reach no file and no program.
pub(super) const LOOK: &[&str] = &["-readonly", "-safe", "-init", "/dev/null"];
/// Virtual tables that keep what is in them within the database.
const VIRTUAL: &[&str] = &["fts3", "fts4", "fts5", "rtree"];
/// First words of statements that stay within the database.
const WITHIN: &[&str] = &[
    "insert", "update", "delete", "replace", "create", "drop", "alter", "select", "begin", "commit", "end", "rollback",
];
pub(super) const SCHEMA: &str = "select coalesce(json_group_array(json_object('name', name, 'kind', type, 'table', tbl_name, 'root', rootpage, \
    'sql', coalesce(sql, ''))), '[]') from sqlite_schema";

fn shows(_: &Action) -> bool {
    true
}

/// A table, index, view or trigger.
#[derive(Deserialize)]
pub(super) struct Known {
    pub(super) name: String,
    pub(super) kind: String,
    table: String,
    root: Option<u64>,
    pub(super) sql: String,
}

impl Known {
    /// Whether a module, and not the database, says what is in it.
    pub(super) fn is_virtual(&self) -> bool {
        self.sql.trim_start().to_lowercase().starts_with("create virtual")
    }

    fn keeps_within(&self) -> bool {
        let sql = self.sql.to_lowercase();
        let module = sql.split_once(" using ").map(|(_, rest)| rest.split(|c: char| !c.is_alphanumeric()).next());
        module.flatten().is_some_and(|module| VIRTUAL.contains(&module))
    }
}

/// The database, with what is run on it.
pub(super) struct Work<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) path: PathBuf,
    pub(super) sources: Vec<Source>,
}

fn make(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Made, Failure> {
    let work = Work::sort(subject)?;
    if let Some(path) = work.restored() {
        return work.restoring(&path, prober);
    }
    let mut listed = Listed::of(&work.sources);
    if subject.action.impact == Impact::Unknown && listed.impact() != Impact::Unknown {
        return Err(Failure::new("it was not asked: the command does more than its statements say"));
    }
    let known = work.schema(prober)?;
    let relations = work.relations(&known, &listed.names(), prober)?;
    listed.know(&relations);
    let kept = if work.is_within(&listed, &known) { work.copied(prober)? } else { None };
    let tried = kept.as_ref().map(|(place, copy, _)| work.tried(place, copy, &mut listed, prober)).transpose();
    let (undo, back) = work.way_back(&listed, kept.map(|(_, _, bytes)| bytes));
    let made = Made {
        summary: format!("{} in {}", listed.summary(), work.shown_path(prober)),
        hunks: listed.hunks(prober.redactor()),
        pins: work.pinned(&known, prober)?,
        runs: None,
        undo,
        way_back: back,
    };
    match tried {
        Ok(_) => Ok(made),
        Err(failure) if failure.is_late => Err(failure),
        Err(failure) => Err(failure.knowing(made)),
    }
}

fn pins(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Vec<Pin>, Failure> {
    let work = Work::sort(subject)?;
    match work.restored() {
        Some(path) => work.content_pin(&path, prober).map(|pin| vec![pin]),
        None => {
            let known = work.schema(prober)?;
            work.pinned(&known, prober)
        }
    }
}

impl<'a> Work<'a> {
    fn sort(subject: &'a Subject<'a>) -> Result<Self, Failure> {
        let not_known =
            |word: &Raw| Failure::new(format!("with `{}` it cannot be shown what sqlite3 would run", word.lossy()));
        let (mut file, mut sources) = (None, Vec::new());
        let source = |name: &str, text: &str| Source {
            name: name.to_owned(),
            text: text.to_owned(),
            reader: Reader::Sqlite,
            dialect: Dialect::Sqlite,
            is_file: false,
        };
        let mut rest = subject.words.iter().skip(1);
        while let Some(word) = rest.next() {
            let text = word.as_str().ok_or_else(|| not_known(word))?;
            let flag = text.strip_prefix('-').map(|flag| flag.strip_prefix('-').unwrap_or(flag));
            match flag {
                Some("cmd") => {
                    let text = rest.next().and_then(Raw::as_str).ok_or_else(|| not_known(word))?;
                    sources.push(source("-cmd", text));
                }
                Some(flag) if SWITCHES.contains(&flag) => {}
                Some(flag) if VALUES.contains(&flag) && rest.next().is_some() => {}
                Some(_) => return Err(not_known(word)),
                None if file.is_none() => file = Some(text.to_owned()),
                None => sources.push(source("argument", text)),
            }
        }
        let file = file.ok_or_else(|| Failure::new("it names no database"))?;
        if file.starts_with("file:") || file.starts_with(':') || file.is_empty() {
            return Err(Failure::new(format!("`{file}` is no plain file, so nothing can be looked at")));
        }
        if !sources.iter().any(|source| source.name == "argument") {
            let text = subject.stdin.as_ref().and_then(Raw::as_str);
            let text = text.ok_or_else(|| Failure::new("what comes in on standard input is not known beforehand"))?;
            sources.push(source("standard input", text));
        }
        Ok(Self { subject, path: subject.directory.join(file), sources })
    }

    fn shown_path(&self, prober: &Prober<'_>) -> Redacted {
        prober.redactor().text(&self.path.display().to_string())
    }

    /// Bytes of the database, with what is not yet written into it.
    fn bytes(&self) -> u64 {
        let of = |path: &Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
        of(&self.path) + of(&self.log())
    }

    fn log(&self) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push("-wal");
        PathBuf::from(name)
    }

    pub(super) fn ask(
        &self,
        path: &Path,
        more: &[&str],
        texts: &[&str],
        prober: &mut Prober<'_>,
    ) -> Result<String, Failure> {
        let mut argv: Vec<Raw> = self.subject.words.first().cloned().into_iter().collect();
        argv.extend(["-batch", "-bail", "-list", "-noheader"].map(Raw::from));
        argv.extend(more.iter().map(|word| Raw::from(*word)));
        argv.push(Raw::from(path.as_os_str().to_owned()));
        argv.extend(texts.iter().map(|text| Raw::from(*text)));
        let env = self.subject.env.to_vec();
        let asking = Asking { program: &self.subject.program, argv, cwd: &self.subject.directory, env };
        let answered = prober.ask(asking)?;
        if answered.exit_code == Some(0) {
            return Ok(String::from_utf8_lossy(&answered.out).into_owned());
        }
        let said = String::from_utf8_lossy(&answered.err);
        let first = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
        Err(Failure::new(format!("sqlite3 refused: {first}")))
    }

    fn looked(&self, texts: &[&str], prober: &mut Prober<'_>) -> Result<String, Failure> {
        self.ask(&self.path, LOOK, texts, prober)
    }

    fn schema(&self, prober: &mut Prober<'_>) -> Result<Vec<Known>, Failure> {
        if self.bytes() == 0 {
            return Ok(Vec::new());
        }
        let told = self.looked(&[SCHEMA], prober)?;
        serde_json::from_str(told.trim())
            .map_err(|error| Failure::new(format!("sqlite3's answer is not understood: {error}")))
    }

    /// What stands behind names.
    fn relations(
        &self,
        known: &[Known],
        names: &[String],
        prober: &mut Prober<'_>,
    ) -> Result<BTreeMap<String, Relation>, Failure> {
        let mut found = BTreeMap::new();
        for name in names {
            let last = name.rsplit('.').next().unwrap_or(name);
            let is_it = |known: &&Known| known.name.eq_ignore_ascii_case(last) && known.kind != "trigger";
            let Some(one) = known.iter().find(is_it) else {
                found.insert(name.clone(), Relation { name: name.clone(), ..Relation::default() });
                continue;
            };
            let quoted = format!("\"{}\"", one.name.replace('"', "\"\""));
            let fires = |known: &&Known| known.kind == "trigger" && known.table.eq_ignore_ascii_case(&one.name);
            let mut relation = Relation {
                name: name.clone(),
                oid: Some(one.root.unwrap_or(0).to_string()),
                qualified: Some(quoted.clone()),
                triggers: known.iter().filter(fires).map(|known| known.name.clone()).collect(),
                ..Relation::default()
            };
            if one.kind == "table" && !one.is_virtual() {
                let text = one.name.replace('\'', "''");
                let columns = format!("select json_group_array(name) from pragma_table_info('{text}')");
                let told = self.looked(&[&columns], prober)?;
                relation.names = serde_json::from_str(told.trim()).ok();
                if self.bytes() <= COUNTED {
                    let told = self.looked(&[&format!("select count(*) from {quoted}")], prober)?;
                    relation.rows = told.trim().parse().ok();
                }
            }
            found.insert(name.clone(), relation);
        }
        Ok(found)
    }

    /// Whether all of it is understood and stays within the database.
    fn is_within(&self, listed: &Listed, known: &[Known]) -> bool {
        let is_plain = listed.all.iter().all(|one| {
            let kind = one.statement.kind.as_str();
            let first = kind.split(' ').next().unwrap_or_default();
            let is_virtual = one.words.iter().any(|part| matches!(part, crate::sql::Part::Word(w) if w == "virtual"));
            WITHIN.contains(&first) && one.statement.impact != Impact::Unknown && !one.raw.is_empty() && !is_virtual
        });
        // A line that begins with these is a command of sqlite3's own; a virtual table may write elsewhere.
        let has_commands = listed.all.iter().any(|one| one.raw.lines().any(|line| line.starts_with(['.', '#'])));
        let reaches = known.iter().any(|one| one.is_virtual() && !one.keeps_within());
        is_plain
            && !has_commands
            && !reaches
            && listed.all.len() <= TRIED
            && listed.all.iter().any(super::statements::One::changes)
    }

    /// A copy as sqlite3 itself makes it, with its bytes.
    fn copied(&self, prober: &mut Prober<'_>) -> Result<Option<(PrivateDir, PathBuf, Vec<u8>)>, Failure> {
        if self.bytes() == 0 || self.bytes() > LARGEST {
            return Ok(None);
        }
        let place = prober.place()?;
        let copy = place.path().join("copy.db");
        let Some(text) = copy.to_str().filter(|text| !text.contains(['\'', '"', '\\'])) else { return Ok(None) };
        self.ask(&self.path, &["-readonly", "-init", "/dev/null"], &[&format!(".backup '{text}'")], prober)?;
        let bytes = std::fs::read(&copy).map_err(|cause| Failure::new(format!("the copy cannot be read: {cause}")))?;
        Ok(Some((place, copy, bytes)))
    }

    /// Runs the statements on the copy.
    fn tried(
        &self,
        place: &PrivateDir,
        copy: &Path,
        listed: &mut Listed,
        prober: &mut Prober<'_>,
    ) -> Result<(), Failure> {
        // Nobody who wrote the statements knows it.
        let mark = place.path().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mark = mark.replace('\'', "");
        let mut text = String::new();
        for one in listed.all.iter().filter(|one| !one.statement.kind.starts_with("select")) {
            let raw = one.raw.trim_end().trim_end_matches(';');
            text.push_str(&format!("{raw}\n;\n"));
            if one.changes_rows() {
                text.push_str(&format!("select '{mark}', changes();\n"));
            }
        }
        let script = place.put("trial.sql", text.as_bytes()).map_err(|error| Failure::new(error.text))?;
        let script = script.display().to_string();
        let told = self
            .ask(copy, &["-safe", "-init", &script], &[&format!("select '{mark}', 'end'")], prober)
            .map_err(|failure| Failure { why: format!("it was tried on a copy: {}", failure.why), ..failure })?;
        let mut counts = told.lines().filter_map(|line| line.strip_prefix(&format!("{mark}|")));
        for one in listed.all.iter_mut().filter(|one| one.changes_rows()) {
            let count = counts.next().and_then(|count| count.parse().ok());
            one.rows = Some(count.map(Rows::Tried).ok_or_else(|| "the copy told no number".to_owned()));
        }
        match counts.next() {
            Some("end") => Ok(()),
            _ => Err(Failure::new("it was tried on a copy, and did not come to its end")),
        }
    }

    /// The exact opposite where there is one, else the copy.
    fn way_back(&self, listed: &Listed, kept: Option<Vec<u8>>) -> (Undo, Option<WayBack>) {
        let cwd = Raw::from(self.subject.directory.clone().into_os_string());
        let program = self.subject.words.first().cloned().unwrap_or_else(|| Raw::from("sqlite3"));
        let path = self.path.display().to_string();
        let steps = listed.steps(Some(&Home { dialect: Dialect::Sqlite, schema: None }));
        let connection = [program.clone(), Raw::from(path.as_str())];
        let (undo, argv) = way_back(Client::Sqlite, &connection, &steps);
        if let Some(argv) = argv {
            return (undo, Some(WayBack { argv, cwd, files: Vec::new() }));
        }
        match kept.and_then(|bytes| restore(&program, &path, cwd, bytes)).filter(|_| !steps.is_empty()) {
            Some((undo, back)) => (undo, Some(back)),
            None => (undo, None),
        }
    }

    fn pinned(&self, known: &[Known], prober: &Prober<'_>) -> Result<Vec<Pin>, Failure> {
        let told: Vec<(&str, &str, &str)> =
            known.iter().map(|one| (one.name.as_str(), one.kind.as_str(), one.sql.as_str())).collect();
        let digest = crate::chain::digest_json("aigov-sqlite-schema-v1", &told)
            .map_err(|_| Failure::new("the schema has no digest"))?;
        let was = if self.path.exists() { digest.to_string() } else { "the file is not there".to_owned() };
        let what = prober.redactor().text(&format!("schema of {}", self.path.display()));
        let mut pins = vec![Pin { what, was: Redacted::assume_clean(was) }];
        let log = self.log();
        let is_used = std::fs::metadata(&log).is_ok_and(|metadata| metadata.len() > 0);
        if is_used {
            pins.push(self.content_pin(&log, prober)?);
        }
        Ok(pins)
    }

    pub(super) fn content_pin(&self, path: &Path, prober: &Prober<'_>) -> Result<Pin, Failure> {
        let what = prober.redactor().text(&path.display().to_string());
        let was = match inputs::of_file(path) {
            Ok(digest) => digest.to_string(),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => "the file is not there".to_owned(),
            Err(cause) => return Err(Failure::new(format!("cannot read {}: {cause}", path.display()))),
        };
        Ok(Pin { what, was: Redacted::assume_clean(was) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_virtual_tables_that_write_nowhere_else_are_within() {
        let known = |sql: &str| Known {
            name: "t".to_owned(),
            kind: "table".to_owned(),
            table: "t".to_owned(),
            root: None,
            sql: sql.to_owned(),
        };
        assert!(!known("CREATE TABLE virtual (a)").is_virtual());
        for (sql, keeps) in [
            ("CREATE VIRTUAL TABLE t USING fts5(a)", true),
            ("create virtual table t using zipfile('/x.zip')", false),
            ("create virtual table t\nusing csv(filename='fts5')", false),
        ] {
            assert_eq!((known(sql).is_virtual(), known(sql).keeps_within()), (true, keeps), "{sql}");
        }
    }
}
