//! Questions about decisions: those of one human, those of a time, and how many requests wait for one.

use rusqlite::{Connection, params};

use super::fault::Fault;
use super::{SqliteLedger, records, rows};
use crate::model::ids::RequestId;
use crate::model::ledger::LedgerError;
use crate::model::record::{Event, Record};
use crate::model::request::{ApprovalBody, RequestRow};
use crate::model::review::{Past, PastAnswer};
use crate::model::time::Instant;

/// One decision with the request as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// When.
    pub at: Instant,
    /// Yes or no.
    pub answer: PastAnswer,
    /// Who decided, and how.
    pub approval: ApprovalBody,
    /// The request.
    pub request: RequestRow,
}

impl SqliteLedger {
    /// Every decision since a time, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn decisions(&self, since: Option<Instant>) -> Result<Vec<Decided>, LedgerError> {
        self.reading(decisions(&self.conn, since))
    }

    /// A number that is another one after each commit of another process.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn data_version(&self) -> Result<i64, LedgerError> {
        let version = self.conn.pragma_query_value(None, "data_version", |row| row.get(0));
        self.reading(version.map_err(Fault::from))
    }
}

/// The newest decisions of a human, the newest first.
pub(super) fn decisions_of(conn: &Connection, human: &str, limit: usize) -> Result<Vec<Past>, Fault> {
    let mut statement = conn.prepare_cached("SELECT seq FROM approvals WHERE human = ?1 ORDER BY seq DESC LIMIT ?2")?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let seqs = statement.query_map(params![human, limit], |row| row.get(0))?;
    seqs.map(|seq| {
        let (at, answer, _, approval) = decision(records::at(conn, seq?)?)?;
        Ok(Past { at, answer, rationale: approval.rationale })
    })
    .collect()
}

/// How many requests wait for a human.
pub(super) fn waiting(conn: &Connection) -> Result<u64, Fault> {
    let mut statement =
        conn.prepare_cached("SELECT count(*) FROM requests WHERE open = 1 AND state IN ('preparing', 'pending')")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

fn decisions(conn: &Connection, since: Option<Instant>) -> Result<Vec<Decided>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT a.seq FROM approvals a JOIN records r ON r.seq = a.seq WHERE r.time >= ?1 ORDER BY a.seq",
    )?;
    let since = since.map_or(i64::MIN, |since| since.micros);
    let seqs = statement.query_map([since], |row| row.get(0))?;
    seqs.map(|seq| {
        let (at, answer, id, approval) = decision(records::at(conn, seq?)?)?;
        let request = rows::request(conn, &id)?;
        let request = request.ok_or_else(|| Fault::Damaged(format!("request `{id}` is missing")))?;
        Ok(Decided { at, answer, approval, request })
    })
    .collect()
}

fn decision(record: Record) -> Result<(Instant, PastAnswer, RequestId, ApprovalBody), Fault> {
    let id = record.request.ok_or_else(|| Fault::Damaged("a decision names no request".to_owned()))?;
    match record.event {
        Event::RequestApproved(approval) => Ok((record.time, PastAnswer::Approved, id, approval)),
        Event::RequestRejected(approval) => Ok((record.time, PastAnswer::Rejected, id, approval)),
        other => Err(Fault::Damaged(format!("an approval points at a record of type `{}`", other.name()))),
    }
}
