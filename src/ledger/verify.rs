//! Checking a ledger from its first record to its last, and its projections against a replay.
//!
//! Nothing is trusted but the bytes of the records: each must be canonical, hash to its leaf, hold the leaf before it, and
//! agree with the columns beside it. `--head` compares with what was noted elsewhere, which finds a chain that was cut
//! short or made anew.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, Row};
use serde::Serialize;

use super::fault::{Doing, Fault};
use super::signatures::Recheck;
use super::{Access, SqliteLedger, projections, schema, sqlite};
use crate::chain;
use crate::model::ids::Digest;
use crate::model::ledger::LedgerError;
use crate::model::record::{Event, Record};
use crate::model::time::Instant;

/// A head that was noted earlier, elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// How many records there were.
    pub size: u64,
    /// The leaf of the last of them.
    pub leaf: Digest,
}

/// What sort of fault was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// A record or a projection is not what the chain says.
    Broken,
    /// There are fewer records than were noted.
    Truncated,
    /// The chain is whole, but not the one that was noted.
    Rewritten,
}

/// The first fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// What sort.
    pub kind: FaultKind,
    /// The record, where it is about one.
    pub record: Option<u64>,
    /// What is wrong, in words.
    pub what: String,
}

/// What verification found.
#[derive(Debug, Clone, Serialize)]
pub struct VerifyReport {
    /// The records that are sound, counted from the first.
    pub records: u64,
    /// `SIZE:LEAF` of the last sound record: note it elsewhere, and hand it in as `--head` later.
    pub head: Option<String>,
    /// When the first sound record was written.
    pub first: Option<Instant>,
    /// When the last was.
    pub last: Option<Instant>,
    /// How many there are of each type.
    pub by_type: BTreeMap<String, u64>,
    /// The first fault; none when all is sound.
    pub fault: Option<Found>,
}

impl VerifyReport {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.fault.is_none()
    }

    /// The exit code of `audit verify`.
    pub fn exit_code(&self) -> i32 {
        match self.fault.as_ref().map(|fault| fault.kind) {
            None => 0,
            Some(FaultKind::Broken) => 1,
            Some(FaultKind::Truncated) => 3,
            Some(FaultKind::Rewritten) => 4,
        }
    }

    /// What people read.
    pub fn text(&self) -> String {
        let span = match (&self.first, &self.last) {
            (Some(first), Some(last)) => format!(", {first} to {last}"),
            _ => String::new(),
        };
        let mut text = match &self.fault {
            None => format!("ok: {} record(s){span}; chain and projections intact\n", self.records),
            Some(fault) => {
                let place = fault.record.map_or_else(String::new, |seq| format!(" at record {seq}"));
                let kind = match fault.kind {
                    FaultKind::Broken => "broken",
                    FaultKind::Truncated => "truncated",
                    FaultKind::Rewritten => "rewritten",
                };
                format!("{kind}{place}: {}\n{} record(s) before it are sound{span}\n", fault.what, self.records)
            }
        };
        if let Some(head) = &self.head {
            text.push_str(&format!("head {head}\n"));
        }
        text
    }
}

/// Checks the ledger at `path`.
///
/// # Errors
/// When there is none, or it cannot be opened or read at all.
pub fn verify(path: &Path, expected: Option<Expected>) -> Result<VerifyReport, LedgerError> {
    let conn = sqlite::open_to_verify(path)?;
    let mut walk = Walk {
        report: empty(),
        prev: Digest::ZERO,
        log: None,
        time: None,
        noted: None,
        replay: None,
        signatures: Recheck::default(),
    };
    let done = walk.all(&conn, expected);
    match done {
        Ok(()) => {}
        Err(Fault::Damaged(what)) => walk.fail(FaultKind::Broken, None, what),
        Err(fault) => match fault.at(path, Doing::Reading) {
            LedgerError::Corrupt { cause, .. } => walk.fail(FaultKind::Broken, None, cause),
            error => return Err(error),
        },
    }
    Ok(walk.report)
}

fn empty() -> VerifyReport {
    VerifyReport { records: 0, head: None, first: None, last: None, by_type: BTreeMap::new(), fault: None }
}

struct Walk {
    report: VerifyReport,
    prev: Digest,
    log: Option<String>,
    time: Option<Instant>,
    /// The leaf of the record at the noted size.
    noted: Option<Digest>,
    replay: Option<Connection>,
    signatures: Recheck,
}

/// One row of `records`, not yet believed.
struct Stored {
    seq: i64,
    kind: String,
    time: i64,
    request: Option<String>,
    execution: Option<String>,
    by_kind: String,
    agent: Option<String>,
    human: Option<String>,
    body: String,
    prev: Vec<u8>,
    leaf: Vec<u8>,
}

impl Stored {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            kind: row.get(1)?,
            time: row.get(2)?,
            request: row.get(3)?,
            execution: row.get(4)?,
            by_kind: row.get(5)?,
            agent: row.get(6)?,
            human: row.get(7)?,
            body: row.get(8)?,
            prev: row.get(9)?,
            leaf: row.get(10)?,
        })
    }
}

impl Walk {
    fn fail(&mut self, kind: FaultKind, record: Option<u64>, what: String) {
        self.report.fault.get_or_insert(Found { kind, record, what });
    }

    fn all(&mut self, conn: &Connection, expected: Option<Expected>) -> Result<(), Fault> {
        // One view of the file for the whole walk, whatever others write meanwhile.
        conn.execute_batch("BEGIN")?;
        let replay = Connection::open_in_memory()?;
        // The rows that the projections refer to stay in the file.
        replay.pragma_update(None, "foreign_keys", false)?;
        schema::create_projections(&replay)?;
        self.replay = Some(replay);
        let mut statement = conn.prepare(
            "SELECT seq, type, time, request, execution, by_kind, agent, human, body, prev, leaf FROM records ORDER BY seq",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let next = self.report.records;
            let checked = Stored::of(row).map_err(Fault::from).and_then(|stored| self.record(&stored, next));
            match checked {
                Ok(()) => {}
                Err(Fault::Damaged(what) | Fault::Refused(what)) => {
                    self.fail(FaultKind::Broken, Some(next), what);
                    return Ok(());
                }
                Err(Fault::State { request, state, next: state_after }) => {
                    let what = format!("request `{request}` is {state} and cannot become {state_after}");
                    self.fail(FaultKind::Broken, Some(next), what);
                    return Ok(());
                }
                Err(other) => return Err(other),
            }
            if expected.is_some_and(|expected| expected.size == self.report.records) {
                self.noted = Some(self.prev);
            }
        }
        if self.report.records == 0 {
            self.fail(FaultKind::Broken, Some(0), "it has no first record".to_owned());
            return Ok(());
        }
        self.compare(expected);
        if self.report.fault.is_none() {
            self.projections(conn)?;
        }
        Ok(())
    }

    fn record(&mut self, stored: &Stored, next: u64) -> Result<(), Fault> {
        let damaged = |what: &str| Err(Fault::Damaged(what.to_owned()));
        if u64::try_from(stored.seq).ok() != Some(next) {
            return Err(Fault::Damaged(format!("record {next} is missing; the next one is {}", stored.seq)));
        }
        let leaf = chain::leaf(stored.body.as_bytes());
        if leaf.0.as_slice() != stored.leaf {
            return damaged("its text is not what was hashed");
        }
        let mut record: Record = serde_json::from_str(&stored.body)
            .map_err(|error| Fault::Damaged(format!("it cannot be read: {error}")))?;
        let canonical =
            chain::canonical(&record).map_err(|error| Fault::Damaged(format!("it cannot be written: {error}")))?;
        if canonical != stored.body.as_bytes() {
            return damaged("its text is not in canonical form");
        }
        if record.prev != self.prev || record.prev.0.as_slice() != stored.prev {
            return damaged("it does not follow the record before it");
        }
        if !agrees(stored, &record, next) {
            return damaged("the columns beside it do not agree with it");
        }
        let log = record.log.as_str().to_owned();
        if *self.log.get_or_insert_with(|| log.clone()) != log {
            return damaged("it belongs to another ledger");
        }
        if self.time.is_some_and(|time| record.time < time) {
            return damaged("it is older than the record before it");
        }
        if (next == 0) != matches!(record.event, Event::Genesis(_)) {
            return damaged("a ledger begins once, with its first record");
        }
        record.leaf = Some(leaf);
        if let Some(replay) = &self.replay {
            projections::apply(replay, &record)?;
        }
        self.signatures.record(&record)?;
        self.prev = leaf;
        self.time = Some(record.time);
        self.report.records = next + 1;
        self.report.head = Some(format!("{}:{leaf}", next + 1));
        self.report.first.get_or_insert(record.time);
        self.report.last = Some(record.time);
        *self.report.by_type.entry(record.event.name().to_owned()).or_default() += 1;
        Ok(())
    }

    fn compare(&mut self, expected: Option<Expected>) {
        let Some(expected) = expected else { return };
        if self.report.records < expected.size {
            let what = format!("{} record(s) were noted, {} are there", expected.size, self.report.records);
            self.fail(FaultKind::Truncated, Some(self.report.records), what);
        } else if self.noted != Some(expected.leaf) {
            let what = "the record there is not the one that was noted".to_owned();
            self.fail(FaultKind::Rewritten, expected.size.checked_sub(1), what);
        }
    }

    fn projections(&mut self, conn: &Connection) -> Result<(), Fault> {
        let Some(replay) = self.replay.take() else { return Ok(()) };
        for (table, order) in schema::PROJECTIONS {
            if rows(conn, table, order)? != rows(&replay, table, order)? {
                let what = format!(
                    "table `{table}` is not what the records amount to; `aigov audit verify --rebuild` makes it anew"
                );
                self.fail(FaultKind::Broken, None, what);
            }
        }
        Ok(())
    }
}

fn agrees(stored: &Stored, record: &Record, next: u64) -> bool {
    record.seq == next
        && stored.kind == record.event.name()
        && stored.time == record.time.micros
        && stored.request.as_deref() == record.request.as_ref().map(|id| id.as_str())
        && stored.execution.as_deref() == record.execution.as_ref().map(|id| id.as_str())
        && stored.by_kind == record.attribution.kind.as_str()
        && stored.agent == record.attribution.agent
        && stored.human == record.attribution.on_behalf_of
}

fn rows(conn: &Connection, table: &str, order: &str) -> Result<Vec<Vec<Value>>, Fault> {
    let mut statement = conn.prepare(&format!("SELECT * FROM {table} ORDER BY {order}"))?;
    let width = statement.column_count();
    let rows = statement.query_map([], |row| (0..width).map(|at| row.get(at)).collect())?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

impl SqliteLedger {
    /// Makes the projections anew from the records.
    ///
    /// # Errors
    /// When the records do not verify, or the ledger cannot be written.
    pub fn rebuild_projections(&mut self) -> Result<(), LedgerError> {
        if self.access == Access::ReadOnly {
            return Err(LedgerError::Write { path: self.path.clone(), cause: "it was opened for reading".to_owned() });
        }
        let mut lock = std::mem::take(&mut self.lock);
        let turn = lock.wait(&self.path).map_err(|error| LedgerError::Write {
            path: self.path.clone(),
            cause: format!("its lock file cannot be used: {}", sqlite::said(&error)),
        })?;
        let done = self.rebuild_in_turn();
        drop(turn);
        self.lock = lock;
        done.map_err(|fault| fault.at(&self.path, Doing::Writing))
    }

    fn rebuild_in_turn(&self) -> Result<(), Fault> {
        // Dropping tables in use by foreign keys would check every row that refers to them.
        self.conn.pragma_update(None, "foreign_keys", false)?;
        let transaction = self.conn.unchecked_transaction()?;
        schema::drop_projections(&transaction)?;
        schema::create_projections(&transaction)?;
        let mut from = 0;
        loop {
            let records = super::records::range(&transaction, from, 500)?;
            let Some(last) = records.last() else { break };
            from = last.seq + 1;
            for record in &records {
                projections::apply(&transaction, record)?;
            }
        }
        transaction.commit()?;
        self.conn.pragma_update(None, "foreign_keys", true)?;
        Ok(())
    }
}
