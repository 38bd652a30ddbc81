//! The chain: appending a link, reading links back.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::HostStamp;
use super::fault::Fault;
use super::projections;
use crate::chain;
use crate::model::attribution::{Attribution, CallerKind, Standing};
use crate::model::ids::{Digest, LogId, RequestId};
use crate::model::record::{Draft, Event, Genesis, RECORD_SCHEMA, Record};
use crate::model::time::Instant;

/// The newest record, as far as the next one needs it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub(super) seq: u64,
    pub(super) time: Instant,
    pub(super) leaf: Digest,
}

/// What all records of one transaction share.
pub(super) struct Stamp<'a> {
    pub(super) log: &'a LogId,
    pub(super) time: Instant,
    pub(super) wall: Option<Instant>,
    pub(super) boot: &'a str,
}

/// The newest record.
pub(super) fn head(conn: &Connection) -> Result<Option<Head>, Fault> {
    let mut statement = conn.prepare_cached("SELECT seq, time, leaf FROM records ORDER BY seq DESC LIMIT 1")?;
    let head = statement.query_row([], |row| {
        Ok(Head { seq: row.get(0)?, time: Instant::from_micros(row.get(1)?), leaf: Digest(row.get(2)?) })
    });
    Ok(head.optional()?)
}

/// The ledger's id.
pub(super) fn log_id(conn: &Connection) -> Result<LogId, Fault> {
    let mut statement = conn.prepare_cached("SELECT log FROM origin WHERE id = 0")?;
    let id: Option<String> = statement.query_row([], |row| row.get(0)).optional()?;
    id.map(LogId::new).ok_or_else(|| Fault::Damaged("it has no id".to_owned()))
}

/// The key of this ledger's bindings.
pub(super) fn binding_key(conn: &Connection) -> Result<[u8; 32], Fault> {
    let mut statement = conn.prepare_cached("SELECT binding FROM keys WHERE id = 0")?;
    let key: Option<[u8; 32]> = statement.query_row([], |row| row.get(0)).optional()?;
    key.ok_or_else(|| Fault::Damaged("it has no key for its bindings".to_owned()))
}

/// Writes the first record.
pub(super) fn genesis(conn: &Connection, host: &HostStamp) -> Result<(), Fault> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|error| Fault::Refused(format!("no random numbers: {error}")))?;
    let log = LogId::new(random.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let mut key = [0_u8; 32];
    getrandom::fill(&mut key).map_err(|error| Fault::Refused(format!("no random numbers: {error}")))?;
    conn.execute("INSERT INTO keys(id, binding) VALUES(0, ?1)", [key])?;
    let event = Event::Genesis(Genesis { version: env!("CARGO_PKG_VERSION").to_owned(), host: host.host.clone() });
    let draft = Draft {
        event,
        request: None,
        execution: None,
        parent: None,
        attribution: own_attribution(),
        commitments: Vec::new(),
    };
    let stamp = Stamp { log: &log, time: (host.now)(), wall: None, boot: &host.boot_id };
    append(conn, &stamp, None, draft)?;
    Ok(())
}

fn own_attribution() -> Attribution {
    Attribution {
        kind: CallerKind::Unattributed,
        standing: Standing::Claimed,
        agent: None,
        version: None,
        model: None,
        session: None,
        on_behalf_of: None,
        task: None,
        parent: None,
        uid: rustix::process::geteuid().as_raw(),
        evidence: Vec::new(),
    }
}

/// Appends one record behind `head`, and applies it to the projections.
pub(super) fn append(conn: &Connection, stamp: &Stamp<'_>, head: Option<&Head>, draft: Draft) -> Result<Record, Fault> {
    check_numbers(&draft.event)?;
    let mut record = Record {
        schema: RECORD_SCHEMA,
        log: stamp.log.clone(),
        seq: head.map_or(0, |head| head.seq + 1),
        prev: head.map_or(Digest::ZERO, |head| head.leaf),
        event: draft.event,
        request: draft.request,
        execution: draft.execution,
        parent: draft.parent,
        attribution: draft.attribution,
        commitments: draft.commitments,
        time: stamp.time,
        boot: stamp.boot.to_owned(),
        wall: stamp.wall,
        leaf: None,
    };
    let bytes = chain::canonical(&record).map_err(|error| Fault::Refused(format!("a record has no JSON: {error}")))?;
    let leaf = chain::leaf(&bytes);
    record.leaf = Some(leaf);
    let body = std::str::from_utf8(&bytes).map_err(|_| Fault::Refused("a record is not UTF-8".to_owned()))?;
    insert(conn, &record, body, leaf)?;
    projections::apply(conn, &record)?;
    Ok(record)
}

fn insert(conn: &Connection, record: &Record, body: &str, leaf: Digest) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached(
        "INSERT INTO records(seq, type, time, request, execution, by_kind, agent, human, body, prev, leaf)
         VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    statement.execute(params![
        record.seq,
        record.event.name(),
        record.time.micros,
        record.request.as_ref().map(RequestId::as_str),
        record.execution.as_ref().map(|id| id.as_str()),
        record.attribution.kind.as_str(),
        record.attribution.agent,
        record.attribution.on_behalf_of,
        body,
        record.prev.0,
        leaf.0,
    ])?;
    Ok(())
}

/// Refuses numbers that canonical JSON would round.
fn check_numbers(event: &Event) -> Result<(), Fault> {
    let numbers = match event {
        Event::ExecutionIntended(intent) => [Some(intent.pid_start), None],
        Event::CollectorStarted(lease) => [Some(lease.pid_start), Some(lease.epoch)],
        Event::ExecutionFinished(outcome) => [Some(outcome.duration_ms), None],
        Event::ProbeRun(probe) => [Some(probe.duration_ms), None],
        Event::RequestApproved(approval) | Event::RequestRejected(approval) => [approval.viewed_ms, None],
        _ => [None, None],
    };
    match numbers.into_iter().flatten().find(|number| *number > chain::LARGEST_NUMBER) {
        Some(number) => Err(Fault::Refused(format!("{number} is too large for a record"))),
        None => Ok(()),
    }
}

/// The record at `seq`.
pub(super) fn at(conn: &Connection, seq: u64) -> Result<Record, Fault> {
    let mut statement = conn.prepare_cached("SELECT seq, body, leaf FROM records WHERE seq = ?1")?;
    let stored = statement.query_row([seq], Stored::of).optional()?;
    stored.ok_or_else(|| Fault::Damaged(format!("record {seq} is missing")))?.parse()
}

/// The records of a request, in order.
pub(super) fn of_request(conn: &Connection, id: &RequestId) -> Result<Vec<Record>, Fault> {
    let mut statement = conn.prepare_cached("SELECT seq, body, leaf FROM records WHERE request = ?1 ORDER BY seq")?;
    let rows = statement.query_map([id.as_str()], Stored::of)?;
    rows.map(|stored| stored?.parse()).collect()
}

/// At most `limit` records with which requests begin, from `from` to `to`, in order.
pub(super) fn beginnings(conn: &Connection, from: u64, to: u64, limit: usize) -> Result<Vec<Record>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT r.seq, r.body, r.leaf FROM requests q JOIN records r ON r.seq = q.seq
         WHERE q.seq BETWEEN ?1 AND ?2 ORDER BY q.seq LIMIT ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let bound = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![bound(from), bound(to), limit], Stored::of)?;
    rows.map(|stored| stored?.parse()).collect()
}

/// At most `limit` records from `from` on, in order.
pub(super) fn range(conn: &Connection, from: u64, limit: usize) -> Result<Vec<Record>, Fault> {
    let mut statement =
        conn.prepare_cached("SELECT seq, body, leaf FROM records WHERE seq >= ?1 ORDER BY seq LIMIT ?2")?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![i64::try_from(from).unwrap_or(i64::MAX), limit], Stored::of)?;
    rows.map(|stored| stored?.parse()).collect()
}

/// A record as stored.
struct Stored {
    seq: u64,
    body: String,
    leaf: Digest,
}

impl Stored {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { seq: row.get(0)?, body: row.get(1)?, leaf: Digest(row.get(2)?) })
    }

    /// The record, when its text is what was hashed.
    fn parse(self) -> Result<Record, Fault> {
        let seq = self.seq;
        if chain::leaf(self.body.as_bytes()) != self.leaf {
            return Err(Fault::Damaged(format!("record {seq} is not what was hashed; run `aigov audit verify`")));
        }
        let mut record: Record = serde_json::from_str(&self.body)
            .map_err(|error| Fault::Damaged(format!("record {seq} cannot be read: {error}")))?;
        if record.seq != seq {
            return Err(Fault::Damaged(format!("record {seq} says that it is record {}", record.seq)));
        }
        record.leaf = Some(self.leaf);
        Ok(record)
    }
}
