//! Approvals that carry over to the same request asked again: each at most once, and only a human's own.

use rusqlite::{Connection, OptionalExtension, params};

use super::deciders::has_enough;
use super::fault::Fault;
use super::projections::request_of;
use super::{records, rows};
use crate::model::binding::BoundField;
use crate::model::carried::CarriedForward;
use crate::model::ids::RequestId;
use crate::model::record::{Event, Invalidation, Record};
use crate::model::request::{RequestRow, RequestState};
use crate::model::time::Instant;

/// The request of the same identity that was asked right before this one, with when a human first approved it, where its
/// approval may carry over.
pub(super) fn candidate(conn: &Connection, row: &RequestRow) -> Result<Option<(RequestRow, Instant)>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT b.id FROM requests a JOIN requests b ON b.identity = a.identity AND b.opened = 'pending' AND b.seq < a.seq
         WHERE a.id = ?1 AND a.opened = 'pending' ORDER BY b.seq DESC LIMIT 1",
    )?;
    let before: Option<String> = statement.query_row([row.id.as_str()], |row| row.get(0)).optional()?;
    let Some(before) = before.map(RequestId::new) else { return Ok(None) };
    let Some(decided) = may_carry(conn, &before, &row.id)? else { return Ok(None) };
    Ok(rows::request(conn, &before)?.map(|before| (before, decided)))
}

/// When a human first approved a request whose approval may carry over to another.
fn may_carry(conn: &Connection, from: &RequestId, to: &RequestId) -> Result<Option<Instant>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT d.first FROM requests a
         JOIN requests b ON b.identity = a.identity AND b.seq < a.seq
           AND b.approvals_needed = a.approvals_needed AND b.min_assurance = a.min_assurance
         JOIN decided d ON d.request = b.id AND d.moved = 1
         WHERE a.id = ?2 AND b.id = ?1 AND b.state = ?3 AND NOT EXISTS(SELECT 1 FROM carried WHERE source = b.id)
           AND NOT EXISTS(SELECT demand, stages FROM demands WHERE request = a.id
             EXCEPT SELECT demand, stages FROM demands WHERE request = b.id)",
    )?;
    let state = RequestState::Invalidated.as_str();
    let decided: Option<i64> =
        statement.query_row(params![from.as_str(), to.as_str(), state], |row| row.get(0)).optional()?;
    // What was itself carried over has no approvals of its own, and so there are no chains.
    Ok(if has_enough(conn, from)? { decided.map(Instant::from_micros) } else { None })
}

/// Keeps when a human first approved a request.
pub(super) fn decide(conn: &Connection, record: &Record) -> Result<(), Fault> {
    let mut statement =
        conn.prepare_cached("INSERT OR IGNORE INTO decided(request, first, moved) VALUES(?1, ?2, 0)")?;
    statement.execute(params![request_of(record)?.as_str(), record.time.micros])?;
    Ok(())
}

/// Keeps whether an approved request ended because what it acts on had moved.
pub(super) fn invalidate(conn: &Connection, record: &Record, change: &Invalidation) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached("UPDATE decided SET moved = ?2 WHERE request = ?1")?;
    statement.execute(params![request_of(record)?.as_str(), change.field == BoundField::Target.as_str()])?;
    Ok(())
}

/// An approval carries over.
pub(super) fn carry(conn: &Connection, record: &Record, body: &CarriedForward) -> Result<(), Fault> {
    let (id, from) = (request_of(record)?, &body.from);
    let refused =
        |why: &str| Err(Fault::Refused(format!("the approval of `{from}` cannot carry over to `{id}`: {why}")));
    match may_carry(conn, from, id)? {
        Some(decided) if decided == body.decided => {}
        _ => return refused("no human approved it then, it did not end by what it acts on, or it was carried before"),
    }
    let late = record.time.micros.saturating_sub(body.decided.micros) / 1_000_000;
    if u64::try_from(late).is_ok_and(|late| late > body.within_s) {
        return refused("its time is up");
    }
    let mut statement = conn.prepare_cached("INSERT INTO carried(request, source, seq) VALUES(?1, ?2, ?3)")?;
    statement.execute(params![id.as_str(), from.as_str(), record.seq])?;
    Ok(())
}

/// The approval that carried over to a request.
pub(super) fn of(conn: &Connection, id: &RequestId) -> Result<Option<CarriedForward>, Fault> {
    let mut statement = conn.prepare_cached("SELECT seq FROM carried WHERE request = ?1")?;
    let seq: Option<u64> = statement.query_row([id.as_str()], |row| row.get(0)).optional()?;
    let Some(seq) = seq else { return Ok(None) };
    match records::at(conn, seq)?.event {
        Event::RequestCarriedForward(body) => Ok(Some(body)),
        other => Err(Fault::Damaged(format!("a carried approval points at a record of type `{}`", other.name()))),
    }
}
