//! What is left to do after a run: the projection of verifications and of the ways back that follow them.
//!
//! A way back is approved before its time at most once for each request, and only where a human approved that request.

use rusqlite::{Connection, OptionalExtension, params};

use super::deciders::has_enough;
use super::fault::Fault;
use super::projections::{request_of, state_of};
use super::records;
use crate::model::ids::RequestId;
use crate::model::record::{Event, Record};
use crate::model::request::{RequestBody, RequestState};
use crate::model::time::Instant;
use crate::model::verification::{ApprovedBefore, Health, Verification, VerificationBody};

/// Keeps what a new request is to be held to.
pub(super) fn open(conn: &Connection, id: &RequestId, body: &RequestBody) -> Result<(), Fault> {
    let Some(within) = body.checks().into_iter().map(|(_, seconds)| seconds).max() else { return Ok(()) };
    let mut statement =
        conn.prepare_cached("INSERT INTO verifications(request, within, automatic, open) VALUES(?1, ?2, ?3, 0)")?;
    statement.execute(params![id.as_str(), within, body.is_taken_back_alone()])?;
    Ok(())
}

/// A request ended: its verification begins, or the one that it was the way back of is over.
pub(super) fn follow(conn: &Connection, record: &Record, next: RequestState) -> Result<(), Fault> {
    let was_started = matches!(next, RequestState::Succeeded | RequestState::Failed | RequestState::OutcomeUnknown);
    let mut statement = conn.prepare_cached(
        // Where nobody knows how far the way back came, a human has to be told.
        "UPDATE verifications SET open = ((request = ?1 AND ?3) OR (back = ?1 AND open AND ?4)),
           due = CASE WHEN request = ?1 AND ?3 THEN ?2 + within * 1000000 ELSE due END
         WHERE request = ?1 OR back = ?1",
    )?;
    let is_unknown = next == RequestState::OutcomeUnknown;
    statement.execute(params![request_of(record)?.as_str(), record.time.micros, was_started, is_unknown])?;
    Ok(())
}

/// It was looked at for the last time.
pub(super) fn end(conn: &Connection, record: &Record, body: &VerificationBody) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached(
        "UPDATE verifications SET ended = ?2, open = (automatic AND ?3)
         WHERE request = ?1 AND open = 1 AND due IS NOT NULL AND ended IS NULL",
    )?;
    let fails = body.health == Health::Fails;
    changed(statement.execute(params![request_of(record)?.as_str(), record.seq, fails])?, record)
}

/// The way back may run by the approval that was given with the request that it takes back.
pub(super) fn cover(conn: &Connection, back: &RequestId, before: &ApprovedBefore) -> Result<(), Fault> {
    let with = &before.with;
    let refused = |why: &str| Err(Fault::Refused(format!("request `{back}` cannot be approved with `{with}`: {why}")));
    match state_of(conn, with)? {
        Some(state) if state.may_become(RequestState::RolledBack) => {}
        _ => return refused("there is nothing to take back"),
    }
    if !has_enough(conn, with)? {
        return refused("no human approved it");
    }
    let mut statement = conn.prepare_cached(
        "UPDATE verifications SET back = ?2
         WHERE request = ?1 AND open = 1 AND automatic AND ended IS NOT NULL AND back IS NULL",
    )?;
    if statement.execute(params![with.as_str(), back.as_str()])? == 1 {
        return Ok(());
    }
    refused("its verification did not fail, or a way back was approved already")
}

/// A human has to act.
pub(super) fn leave(conn: &Connection, record: &Record) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached(
        "UPDATE verifications SET gave_up = ?2, open = 0 WHERE request = ?1 AND open = 1 AND ended IS NOT NULL",
    )?;
    changed(statement.execute(params![request_of(record)?.as_str(), record.seq])?, record)
}

fn changed(count: usize, record: &Record) -> Result<(), Fault> {
    if count == 1 {
        return Ok(());
    }
    Err(Fault::Refused(format!("`{}`: nothing of request `{}` is open", record.event.name(), request_of(record)?)))
}

/// Where a request's verification stands.
pub(super) fn of(conn: &Connection, id: &RequestId) -> Result<Option<Verification>, Fault> {
    let mut statement =
        conn.prepare_cached("SELECT due, open, ended, back, gave_up FROM verifications WHERE request = ?1")?;
    let found = statement.query_row([id.as_str()], |row| {
        Ok((row.get::<_, Option<i64>>(0)?, row.get(1)?, row.get(2)?, row.get::<_, Option<String>>(3)?, row.get(4)?))
    });
    let Some((due, is_open, ended, back, gave_up)) = found.optional()? else { return Ok(None) };
    let at = |seq: Option<u64>| seq.map(|seq| records::at(conn, seq)).transpose();
    Ok(Some(Verification {
        due: due.map(Instant::from_micros),
        is_open,
        ended: at(ended)?.and_then(|record| match record.event {
            Event::VerificationEnded(body) => Some(*body),
            _ => None,
        }),
        way_back: back.map(RequestId::new),
        left: at(gave_up)?.and_then(|record| match record.event {
            Event::RollbackLeft(note) => Some(note.note),
            _ => None,
        }),
    }))
}

/// The request with whose approval this one was approved.
pub(super) fn covering(conn: &Connection, back: &RequestId) -> Result<Option<RequestId>, Fault> {
    let mut statement = conn.prepare_cached("SELECT request FROM verifications WHERE back = ?1")?;
    let found: Option<String> = statement.query_row([back.as_str()], |row| row.get(0)).optional()?;
    Ok(found.map(RequestId::new))
}

/// Those of which something is left to do, the one that is due first at the head.
pub(super) fn all_open(conn: &Connection) -> Result<Vec<RequestId>, Fault> {
    let mut statement =
        conn.prepare_cached("SELECT request FROM verifications WHERE open = 1 ORDER BY due, request")?;
    let ids = statement.query_map([], |row| row.get::<_, String>(0))?;
    Ok(ids.map(|id| id.map(RequestId::new)).collect::<Result<_, _>>()?)
}
