//! Requests read back: the projection says which records count, the records say what they hold.

use rusqlite::{Connection, OptionalExtension};

use super::fault::Fault;
use super::{carried, deciders, projections, records, verifications, ways_back};
use crate::model::ids::{ExecutionId, RequestId};
use crate::model::preview::Preview;
use crate::model::record::{Event, Record};
use crate::model::request::{ApprovalBody, OutcomeBody, RequestRow};
use crate::model::time::Instant;

struct Pointers {
    seq: u64,
    state: String,
    created: i64,
    changed: i64,
    ended: Option<u64>,
    execution: Option<String>,
    outcome: Option<u64>,
    preview: Option<u64>,
}

/// A request by id.
pub(super) fn request(conn: &Connection, id: &RequestId) -> Result<Option<RequestRow>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT r.seq, r.state, r.created, r.changed, r.ended, e.id, e.outcome, p.seq
         FROM requests r LEFT JOIN executions e ON e.request = r.id LEFT JOIN previews p ON p.request = r.id WHERE r.id = ?1",
    )?;
    let found = statement.query_row([id.as_str()], |row| {
        Ok(Pointers {
            seq: row.get(0)?,
            state: row.get(1)?,
            created: row.get(2)?,
            changed: row.get(3)?,
            ended: row.get(4)?,
            execution: row.get(5)?,
            outcome: row.get(6)?,
            preview: row.get(7)?,
        })
    });
    found.optional()?.map(|pointers| assemble(conn, id, pointers)).transpose()
}

fn assemble(conn: &Connection, id: &RequestId, found: Pointers) -> Result<RequestRow, Fault> {
    let record = records::at(conn, found.seq)?;
    if record.request.as_ref() != Some(id) {
        return Err(Fault::Damaged(format!("request `{id}` points at record {}, which is another's", found.seq)));
    }
    let body = match record.event {
        Event::RequestAllowed(body)
        | Event::RequestPreparing(body)
        | Event::RequestPending(body)
        | Event::RequestDenied(body) => *body,
        other => return Err(Fault::Damaged(format!("request `{id}` begins with `{}`", other.name()))),
    };
    let ended = found.ended.map(|seq| records::at(conn, seq)).transpose()?;
    let preview = found.preview.map(|seq| records::at(conn, seq)).transpose()?;
    let previewed = preview.as_ref().map(|record| record.time);
    let outcome = found.outcome.map(|seq| records::at(conn, seq)).transpose()?;
    Ok(RequestRow {
        state: projections::parse_state(id, &found.state)?,
        created: Instant::from_micros(found.created),
        changed: Instant::from_micros(found.changed),
        attribution: record.attribution,
        body,
        preview: preview.and_then(preview_in),
        previewed,
        approvals: approvals(conn, id)?,
        execution: found.execution.map(ExecutionId::new),
        outcome: outcome.and_then(outcome_in),
        verification: verifications::of(conn, id)?,
        approved_with: verifications::covering(conn, id)?,
        note: ended.and_then(note_in),
        commitments: record.commitments,
        escalated: deciders::escalations(conn, id)?,
        owed: deciders::owed(conn, id)?,
        carried: carried::of(conn, id)?,
        ways_back: ways_back::of(conn, id)?,
        id: id.clone(),
    })
}

fn approvals(conn: &Connection, id: &RequestId) -> Result<Vec<ApprovalBody>, Fault> {
    let mut statement = conn.prepare_cached("SELECT seq FROM approvals WHERE request = ?1 ORDER BY seq")?;
    let seqs = statement.query_map([id.as_str()], |row| row.get(0))?;
    seqs.map(|seq| match records::at(conn, seq?)?.event {
        Event::RequestApproved(approval) | Event::RequestRejected(approval) => Ok(approval),
        other => Err(Fault::Damaged(format!("an approval points at a record of type `{}`", other.name()))),
    })
    .collect()
}

fn outcome_in(record: Record) -> Option<OutcomeBody> {
    if let Event::ExecutionFinished(outcome) = record.event { Some(outcome) } else { None }
}

fn preview_in(record: Record) -> Option<Preview> {
    if let Event::PreviewMade(preview) = record.event { Some(*preview) } else { None }
}

fn note_in(record: Record) -> Option<String> {
    match record.event {
        Event::RequestExpired(note) | Event::RequestWithdrawn(note) | Event::OutcomeUnknown(note) => Some(note.note),
        Event::RequestRolledBack(back) => Some(format!("taken back by {}", back.by)),
        Event::RequestInvalidated(change) => Some(format!("`{}`: {}", change.field, change.note)),
        Event::RequestRejected(answer) => answer.rationale.map(|rationale| rationale.as_str().to_owned()),
        _ => None,
    }
}
