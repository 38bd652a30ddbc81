//! Who approved a request and what that counts for: the projection of demands, escalations and broken glass.
//!
//! What an approval counts for stands in its record, and is held against the verdict here, for a new record as for a replay:
//! one that claims what it cannot count for is refused, so that nothing runs on approvals that do not satisfy its verdict.

use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Fault;
use super::projections::request_of;
use super::records;
use crate::govern::approvers::{Approved, Demands, Standing};
use crate::model::decision::Assurance;
use crate::model::demand::{Count, Escalated, Stage};
use crate::model::ids::RequestId;
use crate::model::record::{Event, Record};
use crate::model::request::{ApprovalBody, Owed, RequestBody, ReviewBody};

/// Keeps the stages that a new request's verdict names.
pub(super) fn open(conn: &Connection, id: &RequestId, body: &RequestBody) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached("INSERT INTO demands(request, demand, stages) VALUES(?1, ?2, ?3)")?;
    for (demand, stages) in body.verdict.demands().into_iter().enumerate() {
        let text = serde_json::to_string(stages).map_err(|error| Fault::Damaged(error.to_string()))?;
        statement.execute(params![id.as_str(), demand, text])?;
    }
    Ok(())
}

/// Keeps what an approval counts for, where that is so.
pub(super) fn approve(conn: &Connection, record: &Record, approval: &ApprovalBody) -> Result<(), Fault> {
    let id = request_of(record)?;
    let case = Case::of(conn, id)?;
    if !case.standing().bears(&Approved::from(approval)) {
        return Err(Fault::Refused(format!(
            "the approval of request `{id}` by {} counts for something that its verdict does not let it count for",
            approval.human
        )));
    }
    let mut statement =
        conn.prepare_cached("INSERT INTO counted(approval, request, demand, stage, named) VALUES(?1, ?2, ?3, ?4, ?5)")?;
    for Count { demand, stage, named } in &approval.counts {
        statement.execute(params![record.seq, id.as_str(), demand, stage, named])?;
    }
    if approval.break_glass {
        let mut statement = conn.prepare_cached("INSERT INTO broken_glass(request, approval) VALUES(?1, ?2)")?;
        statement.execute(params![id.as_str(), record.seq])?;
    }
    Ok(())
}

/// Keeps an escalation.
pub(super) fn escalate(conn: &Connection, record: &Record, one: &Escalated) -> Result<(), Fault> {
    let id = request_of(record)?;
    if !Case::of(conn, id)?.standing().may_escalate(one) {
        return Err(Fault::Refused(format!("request `{id}` is not one to escalate to {}", one.to.join(", "))));
    }
    let mut statement = conn.prepare_cached(
        "INSERT INTO escalations(seq, request, demand, stage, step, names) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let names = serde_json::to_string(&one.to).map_err(|error| Fault::Damaged(error.to_string()))?;
    statement.execute(params![record.seq, id.as_str(), one.demand, one.stage, one.step, names])?;
    Ok(())
}

/// Keeps a review, of what another let through.
pub(super) fn review(conn: &Connection, record: &Record, review: &ReviewBody) -> Result<(), Fault> {
    let id = request_of(record)?;
    let mut statement = conn.prepare_cached(
        "UPDATE broken_glass SET review = ?2 WHERE request = ?1 AND review IS NULL
           AND (SELECT human FROM approvals WHERE seq = approval) <> ?3",
    )?;
    if statement.execute(params![id.as_str(), record.seq, review.human])? == 1 {
        return Ok(());
    }
    Err(Fault::Refused(format!("no review of request `{id}` is owed by another than {}", review.human)))
}

/// Whether what the verdict demands is there.
pub(super) fn has_enough(conn: &Connection, id: &RequestId) -> Result<bool, Fault> {
    Ok(Case::of(conn, id)?.standing().has_enough())
}

/// The escalations of a request, in order.
pub(super) fn escalations(conn: &Connection, id: &RequestId) -> Result<Vec<Escalated>, Fault> {
    let mut statement =
        conn.prepare_cached("SELECT demand, stage, step, names FROM escalations WHERE request = ?1 ORDER BY seq")?;
    let rows = statement
        .query_map([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?)))?;
    let one = |row: rusqlite::Result<(usize, usize, usize, String)>| {
        let (demand, stage, step, names) = row?;
        let to = serde_json::from_str(&names).map_err(|error| Fault::Damaged(error.to_string()))?;
        Ok(Escalated { demand, stage, step, to })
    };
    rows.map(one).collect()
}

/// The review that is owed for a request, or was.
pub(super) fn owed(conn: &Connection, id: &RequestId) -> Result<Option<Owed>, Fault> {
    let mut statement = conn.prepare_cached("SELECT approval, review FROM broken_glass WHERE request = ?1")?;
    let found = statement.query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)));
    let Some((approval, review)): Option<(u64, Option<u64>)> = found.optional()? else { return Ok(None) };
    let broken = records::at(conn, approval)?;
    let Event::RequestApproved(body) = broken.event else {
        return Err(Fault::Damaged(format!("broken glass points at a record of type `{}`", broken.event.name())));
    };
    let review = review.map(|seq| records::at(conn, seq)).transpose()?.and_then(|record| match record.event {
        Event::BreakGlassReviewed(review) => Some(review),
        _ => None,
    });
    Ok(Some(Owed { human: body.human, since: broken.time, review }))
}

/// The requests for which a review is owed, the oldest first.
pub(super) fn all_owed(conn: &Connection) -> Result<Vec<RequestId>, Fault> {
    let mut statement =
        conn.prepare_cached("SELECT request FROM broken_glass WHERE review IS NULL ORDER BY approval")?;
    let ids = statement.query_map([], |row| row.get::<_, String>(0))?;
    Ok(ids.map(|id| id.map(RequestId::new)).collect::<Result<_, _>>()?)
}

/// A request's demands, approvals and escalations as the tables have them.
struct Case {
    demands: Demands,
    approved: Vec<Approved>,
    escalated: Vec<Escalated>,
}

impl Case {
    fn of(conn: &Connection, id: &RequestId) -> Result<Self, Fault> {
        Ok(Self { demands: demands(conn, id)?, approved: approved(conn, id)?, escalated: escalations(conn, id)? })
    }

    fn standing(&self) -> Standing<'_> {
        Standing::new(&self.demands, &self.approved, &self.escalated)
    }
}

fn demands(conn: &Connection, id: &RequestId) -> Result<Demands, Fault> {
    let mut statement = conn.prepare_cached("SELECT approvals_needed, min_assurance FROM requests WHERE id = ?1")?;
    let (anybody, least): (u32, String) = statement.query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut statement = conn.prepare_cached("SELECT stages FROM demands WHERE request = ?1 ORDER BY demand")?;
    let rows = statement.query_map([id.as_str()], |row| row.get::<_, String>(0))?;
    let stages = rows
        .map(|text| serde_json::from_str::<Vec<Stage>>(&text?).map_err(|error| Fault::Damaged(error.to_string())))
        .collect::<Result<_, Fault>>()?;
    Ok(Demands { anybody, least: assurance(&least)?, stages })
}

fn approved(conn: &Connection, id: &RequestId) -> Result<Vec<Approved>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT a.seq, a.human, a.uid, a.assurance, EXISTS(SELECT 1 FROM broken_glass WHERE approval = a.seq)
         FROM approvals a WHERE a.request = ?1 AND a.yes ORDER BY a.seq",
    )?;
    let rows = statement.query_map([id.as_str()], |row| {
        Ok((row.get::<_, u64>(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?, row.get(4)?))
    })?;
    let mut all = Vec::new();
    for row in rows {
        let (seq, human, uid, word, break_glass) = row?;
        let counts = counts(conn, seq)?;
        all.push(Approved { human, uid, assurance: assurance(&word)?, counts, break_glass });
    }
    Ok(all)
}

fn counts(conn: &Connection, approval: u64) -> Result<Vec<Count>, Fault> {
    let mut statement =
        conn.prepare_cached("SELECT demand, stage, named FROM counted WHERE approval = ?1 ORDER BY demand")?;
    let rows = statement
        .query_map([approval], |row| Ok(Count { demand: row.get(0)?, stage: row.get(1)?, named: row.get(2)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn assurance(word: &str) -> Result<Assurance, Fault> {
    let known = [Assurance::A0, Assurance::A1, Assurance::A2, Assurance::A3];
    known
        .into_iter()
        .find(|one| one.to_string() == word)
        .ok_or_else(|| Fault::Damaged(format!("`{word}` is not an assurance")))
}
