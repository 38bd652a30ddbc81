//! Grants: which are there, how many of their uses are spent, which a human took back.
//!
//! A use is charged with the record that lets a run begin, in the same transaction: one that is over, taken back or spent
//! makes that record impossible. A clock that a human accepted after it went back ends every grant, since its time cannot be
//! told any more.

use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Fault;
use super::records;
use super::{SqliteLedger, snapshot};
use crate::model::grant::{Grant, GrantEnd, GrantRevoked, GrantRow, GrantUse};
use crate::model::ids::GrantId;
use crate::model::ledger::LedgerError;
use crate::model::record::{Event, Record};
use crate::model::time::Instant;

/// What ends a grant without a human who takes it back.
const CLOCK: &str = "the clock went back and was accepted, so its time cannot be told";

/// Keeps a new grant.
pub(super) fn make(conn: &Connection, record: &Record, grant: &Grant) -> Result<(), Fault> {
    if grant.uses == 0 || grant.expires <= record.time {
        return Err(Fault::Refused(format!("grant `{}` would be over before it begins", grant.id)));
    }
    let mut statement =
        conn.prepare_cached("INSERT INTO grants(seq, id, uses, used, expires) VALUES(?1, ?2, ?3, 0, ?4)")?;
    statement.execute(params![record.seq, grant.id.as_str(), grant.uses, grant.expires.micros])?;
    Ok(())
}

/// Ends a grant.
pub(super) fn revoke(conn: &Connection, record: &Record, revoked: &GrantRevoked) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached("UPDATE grants SET ended = ?2 WHERE id = ?1 AND ended IS NULL")?;
    if statement.execute(params![revoked.grant.as_str(), record.seq])? == 1 {
        return Ok(());
    }
    Err(Fault::Refused(format!("grant `{}` is not there, or was taken back already", revoked.grant)))
}

/// Ends all grants: no time that was promised can be kept.
pub(super) fn end_all(conn: &Connection, record: &Record) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached("UPDATE grants SET ended = ?1 WHERE ended IS NULL")?;
    statement.execute(params![record.seq])?;
    Ok(())
}

/// Spends what a run uses.
pub(super) fn spend(conn: &Connection, record: &Record, uses: &[GrantUse]) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached(
        "UPDATE grants SET used = used + ?2
         WHERE id = ?1 AND ended IS NULL AND expires > ?3 AND ?2 > 0 AND used + ?2 <= uses",
    )?;
    for one in uses {
        if statement.execute(params![one.grant.as_str(), one.count, record.time.micros])? != 1 {
            return Err(Fault::Refused(format!("grant `{}` does not let {} more run", one.grant, one.count)));
        }
    }
    Ok(())
}

/// Those that can still be used at `now`, oldest first.
pub(super) fn open(conn: &Connection, now: Instant) -> Result<Vec<GrantRow>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT seq, used, ended FROM grants WHERE ended IS NULL AND expires > ?1 AND used < uses ORDER BY seq",
    )?;
    let rows = statement.query_map([now.micros], Pointers::of)?;
    rows.map(|row| row?.row(conn)).collect()
}

fn all(conn: &Connection) -> Result<Vec<GrantRow>, Fault> {
    let mut statement = conn.prepare_cached("SELECT seq, used, ended FROM grants ORDER BY seq")?;
    let rows = statement.query_map([], Pointers::of)?;
    rows.map(|row| row?.row(conn)).collect()
}

fn one(conn: &Connection, id: &GrantId) -> Result<Option<GrantRow>, Fault> {
    let mut statement = conn.prepare_cached("SELECT seq, used, ended FROM grants WHERE id = ?1")?;
    let found = statement.query_row([id.as_str()], Pointers::of).optional()?;
    found.map(|pointers| pointers.row(conn)).transpose()
}

fn runs_by(conn: &Connection, id: &GrantId, made: Instant) -> Result<Vec<Record>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT seq FROM records
         WHERE type = 'request_allowed' AND time >= ?2 AND instr(body, ?1) > 0 ORDER BY seq",
    )?;
    let seqs = statement.query_map(params![id.as_str(), made.micros], |row| row.get(0))?;
    let names = |record: &Record| match &record.event {
        Event::RequestAllowed(body) => body.grants.iter().any(|one| one.grant == *id),
        _ => false,
    };
    let all: Result<Vec<Record>, Fault> = seqs.map(|seq| records::at(conn, seq?)).collect();
    Ok(all?.into_iter().filter(names).collect())
}

struct Pointers {
    seq: u64,
    used: u32,
    ended: Option<u64>,
}

impl Pointers {
    fn of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { seq: row.get(0)?, used: row.get(1)?, ended: row.get(2)? })
    }

    fn row(self, conn: &Connection) -> Result<GrantRow, Fault> {
        let record = records::at(conn, self.seq)?;
        let Event::GrantMade(grant) = record.event else {
            return Err(Fault::Damaged(format!("a grant points at a record of type `{}`", record.event.name())));
        };
        let ended = self.ended.map(|seq| records::at(conn, seq)).transpose()?.map(end);
        Ok(GrantRow { grant: *grant, made: record.time, used: self.used, ended })
    }
}

fn end(record: Record) -> GrantEnd {
    match record.event {
        Event::GrantRevoked(revoked) => GrantEnd {
            at: record.time,
            human: Some(revoked.human),
            why: revoked.reason.map(|reason| reason.as_str().to_owned()),
        },
        _ => GrantEnd { at: record.time, human: None, why: Some(CLOCK.to_owned()) },
    }
}

impl SqliteLedger {
    /// All grants, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn all_grants(&self) -> Result<Vec<GrantRow>, LedgerError> {
        self.reading(all(&self.conn))
    }

    /// A grant by id.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn grant(&self, id: &GrantId) -> Result<Option<GrantRow>, LedgerError> {
        self.reading(one(&self.conn, id))
    }

    /// The records with which requests began that ran by a grant made at this time, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn runs_by(&self, id: &GrantId, made: Instant) -> Result<Vec<Record>, LedgerError> {
        self.reading(runs_by(&self.conn, id, made))
    }

    /// The time that a record written now would get, where the clock can be trusted.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn time(&self) -> Result<Instant, LedgerError> {
        let now = (self.host.now)();
        let head = self.reading(records::head(&self.conn))?;
        head.map_or(Ok(now), |head| Ok(self.reading(snapshot::clock(&self.conn, &head, now))?.time))
    }
}
