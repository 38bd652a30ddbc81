//! The ways back of requests: which were asked for, and of which the kept bytes were erased.

use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Fault;
use super::projections::{parse_state, request_of, state_of};
use super::{SqliteLedger, records, rows};
use crate::model::ids::RequestId;
use crate::model::ledger::{LedgerError, WAY_BACK_FIELD};
use crate::model::record::Record;
use crate::model::request::{RequestBody, RequestRow, RequestState};
use crate::model::time::Instant;
use crate::model::ways_back::WaysBack;

/// Keeps which request a new one is to take back.
pub(super) fn open(conn: &Connection, id: &RequestId, body: &RequestBody) -> Result<(), Fault> {
    let Some(first) = &body.rolls_back else { return Ok(()) };
    let mut statement = conn.prepare_cached("INSERT INTO rollbacks(back, first) VALUES(?1, ?2)")?;
    statement.execute(params![id.as_str(), first.as_str()])?;
    Ok(())
}

/// The time of a way back was up.
pub(super) fn erase(conn: &Connection, record: &Record) -> Result<(), Fault> {
    let id = request_of(record)?;
    if !state_of(conn, id)?.is_some_and(|state| state.may_become(RequestState::RolledBack)) {
        return Err(Fault::Refused(format!("request `{id}` has not ended, so its way back is not erased")));
    }
    let mut statement = conn.prepare_cached("INSERT INTO ways_back(request, erased) VALUES(?1, ?2)")?;
    statement.execute(params![id.as_str(), record.seq])?;
    Ok(())
}

/// What became of the way back of a request.
pub(super) fn of(conn: &Connection, id: &RequestId) -> Result<WaysBack, Fault> {
    let mut statement = conn.prepare_cached("SELECT erased FROM ways_back WHERE request = ?1")?;
    let erased: Option<u64> = statement.query_row([id.as_str()], |row| row.get(0)).optional()?;
    let erased = erased.map(|seq| records::at(conn, seq)).transpose()?.map(|record| record.time);
    let mut statement = conn.prepare_cached(
        "SELECT q.id, q.state FROM rollbacks b JOIN requests q ON q.id = b.back WHERE b.first = ?1 ORDER BY q.seq",
    )?;
    let found = statement.query_map([id.as_str()], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let asked = found.map(|one| {
        let (back, state) = one?;
        let back = RequestId::new(back);
        let state = parse_state(&back, &state)?;
        Ok((back, state))
    });
    Ok(WaysBack { erased, asked: asked.collect::<Result<_, Fault>>()? })
}

/// Requests that ended before this time and whose way back is still kept, where nothing is left to do by aigov itself.
pub(super) fn before(conn: &Connection, time: Instant) -> Result<Vec<RequestId>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT s.request FROM sealed s JOIN requests q ON q.id = s.request
         WHERE s.field = ?1 AND q.state IN ('succeeded', 'failed', 'outcome_unknown') AND q.changed <= ?2
           AND NOT EXISTS(SELECT 1 FROM verifications v WHERE v.request = q.id AND v.open = 1)
           AND NOT EXISTS(SELECT 1 FROM rollbacks b JOIN requests o ON o.id = b.back
             WHERE b.first = q.id AND o.state IN ('preparing', 'pending', 'approved', 'running'))
         ORDER BY q.seq",
    )?;
    let ids = statement.query_map(params![WAY_BACK_FIELD, time.micros], |row| row.get::<_, String>(0))?;
    Ok(ids.map(|id| id.map(RequestId::new)).collect::<Result<_, _>>()?)
}

impl SqliteLedger {
    /// Requests whose newest way back was started and has no known end, so that nobody knows what is there. Told for as
    /// long as the way back is kept.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn unknown_ways_back(&self) -> Result<Vec<RequestRow>, LedgerError> {
        self.reading(unknown(&self.conn))
    }
}

fn unknown(conn: &Connection) -> Result<Vec<RequestRow>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT DISTINCT b.first FROM rollbacks b JOIN requests o ON o.id = b.back JOIN requests q ON q.id = b.first
         WHERE o.state = 'outcome_unknown' AND q.state <> 'rolled_back'
           AND NOT EXISTS(SELECT 1 FROM ways_back w WHERE w.request = b.first)
         ORDER BY q.seq",
    )?;
    let ids = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut all = Vec::new();
    for id in ids {
        let row = rows::request(conn, &RequestId::new(id?))?;
        all.extend(row.filter(|row| row.ways_back.unknown().is_some()));
    }
    Ok(all)
}
