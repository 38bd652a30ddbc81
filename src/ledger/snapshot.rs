//! What a transaction sees, and what time it is in it.
//!
//! **Time.** Records get max(time of the newest record, the host's clock), so that times never go back. A clock that is more
//! than five seconds behind the newest record is *back*, and each record written meanwhile says in `wall` what it showed.
//!
//! **Accepting it.** `clock_accepted` covers exactly the stretch in which the ledger's time stands still: while the newest
//! record has the time at which the clock was accepted, and the clock is not more than five seconds behind the latest it
//! has shown since. Once the clock has caught up, times move on, and the acceptance is over by itself; a second jump back
//! needs a second acceptance. Only what stands in the chain counts, so that a rebuilt ledger says the same.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};

use super::fault::{Doing, Fault};
use super::records::{self, Head};
use super::{carried, collecting, grants, reviews, rows, signatures};
use crate::model::collect::Lease;
use crate::model::grant::GrantRow;
use crate::model::ids::{Digest, RequestId};
use crate::model::ledger::{Asked, ClockState, LedgerError, Snapshot};
use crate::model::record::{Event, Freeze};
use crate::model::request::RequestRow;
use crate::model::review::Past;
use crate::model::time::Instant;

/// How far the clock may be behind the newest record: small steps back happen when it is set over the network.
const TOLERANCE: Duration = Duration::from_secs(5);

/// Time inside a transaction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    /// What records get.
    pub(super) time: Instant,
    /// What the host's clock shows, where that must be recorded.
    pub(super) wall: Option<Instant>,
    /// Whether it can be trusted.
    pub(super) state: ClockState,
}

/// Reads the clock against the newest record.
pub(super) fn clock(conn: &Connection, head: &Head, now: Instant) -> Result<Clock, Fault> {
    let time = head.time.max(now);
    if now >= head.time.minus(TOLERANCE) {
        return Ok(Clock { time, wall: None, state: ClockState::Sound });
    }
    let mut statement = conn.prepare_cached("SELECT floor FROM clock WHERE id = 0 AND accepted = ?1")?;
    let floor: Option<i64> = statement.query_row([head.time.micros], |row| row.get(0)).optional()?;
    let is_accepted = floor.is_some_and(|floor| now >= Instant::from_micros(floor).minus(TOLERANCE));
    let behind = head.time.micros.saturating_sub(now.micros);
    let state = if is_accepted { ClockState::Sound } else { ClockState::Back(behind) };
    Ok(Clock { time, wall: Some(now), state })
}

/// The state as one transaction sees it.
pub(super) struct SqliteSnapshot<'a> {
    pub(super) conn: &'a Connection,
    pub(super) path: &'a Path,
    pub(super) clock: Clock,
}

impl SqliteSnapshot<'_> {
    fn reading<T>(&self, result: Result<T, Fault>) -> Result<T, LedgerError> {
        result.map_err(|fault| fault.at(self.path, Doing::Reading))
    }
}

impl Snapshot for SqliteSnapshot<'_> {
    fn now(&self) -> Instant {
        self.clock.time
    }

    fn clock(&self) -> ClockState {
        self.clock.state
    }

    fn request(&self, id: &RequestId) -> Result<Option<RequestRow>, LedgerError> {
        self.reading(rows::request(self.conn, id))
    }

    fn open_request(&self, identity: &Digest) -> Result<Option<RequestRow>, LedgerError> {
        self.reading(open_request(self.conn, identity, self.clock.time))
    }

    fn carriable(&self, row: &RequestRow) -> Result<Option<(RequestRow, Instant)>, LedgerError> {
        self.reading(carried::candidate(self.conn, row))
    }

    fn freezes(&self) -> Result<Vec<Freeze>, LedgerError> {
        self.reading(freezes(self.conn))
    }

    fn decisions_of(&self, human: &str, limit: usize) -> Result<Vec<Past>, LedgerError> {
        self.reading(reviews::decisions_of(self.conn, human, limit))
    }

    fn waiting(&self) -> Result<u64, LedgerError> {
        self.reading(reviews::waiting(self.conn))
    }

    fn grants(&self) -> Result<Vec<GrantRow>, LedgerError> {
        self.reading(grants::open(self.conn, self.clock.time))
    }

    fn lease(&self) -> Result<Option<Lease>, LedgerError> {
        self.reading(collecting::lease(self.conn))
    }

    fn question(&self, nonce: &str) -> Result<Option<Asked>, LedgerError> {
        self.reading(signatures::question(self.conn, nonce))
    }

    fn key_counter(&self, fingerprint: &str) -> Result<Option<u32>, LedgerError> {
        self.reading(signatures::counter(self.conn, fingerprint))
    }
}

/// The newest request that still answers for this identity: it waits, is approved, or was rejected by a human and has
/// not expired.
fn open_request(conn: &Connection, identity: &Digest, now: Instant) -> Result<Option<RequestRow>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT id FROM requests
         WHERE identity = ?1 AND open = 1 AND (state <> 'rejected' OR expires IS NULL OR expires > ?2)
         ORDER BY seq DESC LIMIT 1",
    )?;
    let id: Option<String> = statement.query_row(params![identity.0, now.micros], |row| row.get(0)).optional()?;
    match id {
        Some(id) => rows::request(conn, &RequestId::new(id)),
        None => Ok(None),
    }
}

/// The freezes in force, oldest first.
pub(super) fn freezes(conn: &Connection) -> Result<Vec<Freeze>, Fault> {
    let mut statement = conn.prepare_cached("SELECT seq FROM freezes ORDER BY seq")?;
    let seqs = statement.query_map([], |row| row.get(0))?;
    seqs.map(|seq| match records::at(conn, seq?)?.event {
        Event::FreezeSet(freeze) => Ok(freeze),
        other => Err(Fault::Damaged(format!("a freeze points at a record of type `{}`", other.name()))),
    })
    .collect()
}

/// Whether a policy digest has been recorded as seen with its tests passing.
pub(super) fn policy_seen(conn: &Connection, digest: &Digest) -> Result<bool, Fault> {
    let mut statement =
        conn.prepare_cached("SELECT EXISTS(SELECT 1 FROM policies WHERE digest = ?1 AND tests_passed)")?;
    Ok(statement.query_row([digest.0], |row| row.get(0))?)
}
