//! The projection of collecting: the lease, messages, channels in trouble, deliveries.
//!
//! Invariant `fenced`: what a collector writes names its epoch, and is refused when a later one has begun or its own was
//! ended. A delivery is taken once.

use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Fault;
use super::projections::{request_of, state_of};
use super::{SqliteLedger, records, sqlite};
use crate::model::collect::{ChannelNote, Lease, LeaseBody, Post, Posted, Posting, Via};
use crate::model::ids::RequestId;
use crate::model::ledger::LedgerError;
use crate::model::record::{Event, Record};
use crate::model::time::Instant;

/// The tables that the records amount to.
pub(super) const TABLES: &str = "
CREATE TABLE leases(
  id INTEGER PRIMARY KEY CHECK(id = 0),
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL REFERENCES records(seq),
  ended INTEGER REFERENCES records(seq)
) STRICT;
CREATE TABLE posts(
  request TEXT NOT NULL REFERENCES requests(id),
  channel TEXT NOT NULL,
  posting INTEGER NOT NULL REFERENCES records(seq),
  posted INTEGER REFERENCES records(seq),
  as_of INTEGER,
  done INTEGER NOT NULL,
  PRIMARY KEY(request, channel)
) STRICT;
CREATE INDEX posts_open ON posts(channel) WHERE done = 0;
CREATE TABLE troubles(channel TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL REFERENCES records(seq)) STRICT;
CREATE TABLE deliveries(
  channel TEXT NOT NULL,
  delivery TEXT NOT NULL,
  seq INTEGER NOT NULL REFERENCES records(seq),
  PRIMARY KEY(channel, delivery)
) STRICT;
";

/// When the holder of the lease was last alive. It is no evidence of anything, so it is not in the chain, which would grow
/// by a record every few seconds.
pub(super) const HEARTBEAT: &str = "
CREATE TABLE heartbeat(id INTEGER PRIMARY KEY CHECK(id = 0), epoch INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
";

/// A collector begins.
pub(super) fn begin(conn: &Connection, record: &Record, body: &LeaseBody) -> Result<(), Fault> {
    let last: Option<u64> = epoch(conn)?.map(|(epoch, _)| epoch);
    if body.epoch != last.unwrap_or(0) + 1 {
        return Err(Fault::Refused(format!("epoch {} does not follow {}", body.epoch, last.unwrap_or(0))));
    }
    let mut statement =
        conn.prepare_cached("INSERT OR REPLACE INTO leases(id, epoch, seq, ended) VALUES(0, ?1, ?2, NULL)")?;
    statement.execute(params![body.epoch, record.seq])?;
    Ok(())
}

/// A collector ends.
pub(super) fn end(conn: &Connection, record: &Record, epoch: u64) -> Result<(), Fault> {
    fence(conn, epoch)?;
    conn.execute("UPDATE leases SET ended = ?1 WHERE id = 0", [record.seq])?;
    Ok(())
}

/// Upholds `fenced`.
fn fence(conn: &Connection, of: u64) -> Result<(), Fault> {
    match epoch(conn)? {
        Some((epoch, None)) if epoch == of => Ok(()),
        _ => Err(Fault::Refused(format!("the collector of epoch {of} does not hold the lease any more"))),
    }
}

/// The newest epoch, and the record of its end.
fn epoch(conn: &Connection) -> Result<Option<(u64, Option<u64>)>, Fault> {
    let mut statement = conn.prepare_cached("SELECT epoch, ended FROM leases WHERE id = 0")?;
    Ok(statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// A message is about to be sent.
pub(super) fn intend(conn: &Connection, record: &Record, posting: &Posting) -> Result<(), Fault> {
    fence(conn, posting.epoch)?;
    let mut statement = conn.prepare_cached(
        "INSERT INTO posts(request, channel, posting, done) VALUES(?1, ?2, ?3, 0)
         ON CONFLICT(request, channel) DO UPDATE SET posting = excluded.posting",
    )?;
    statement.execute(params![request_of(record)?.as_str(), posting.channel, record.seq])?;
    Ok(())
}

/// A message is there. Once it shows how the request ended, nothing more is sent.
pub(super) fn post(conn: &Connection, record: &Record, posted: &Posted) -> Result<(), Fault> {
    fence(conn, posted.epoch)?;
    let id = request_of(record)?;
    let is_final = state_of(conn, id)?.is_some_and(|state| state.is_final());
    let mut statement = conn.prepare_cached(
        "UPDATE posts SET posted = ?3, as_of = ?4,
           done = (?5 AND (SELECT changed FROM requests WHERE id = ?1) <= ?4)
         WHERE request = ?1 AND channel = ?2",
    )?;
    let count = statement.execute(params![id.as_str(), posted.channel, record.seq, posted.as_of.micros, is_final])?;
    if count == 1 {
        return Ok(());
    }
    Err(Fault::Refused(format!("nothing of request `{id}` was to be sent to `{}`", posted.channel)))
}

/// A channel does not get through.
pub(super) fn fail(conn: &Connection, record: &Record, note: &ChannelNote) -> Result<(), Fault> {
    fence(conn, note.epoch)?;
    let mut statement = conn.prepare_cached("INSERT OR REPLACE INTO troubles(channel, seq) VALUES(?1, ?2)")?;
    statement.execute(params![note.channel, record.seq])?;
    Ok(())
}

/// A channel gets through again.
pub(super) fn recover(conn: &Connection, note: &ChannelNote) -> Result<(), Fault> {
    fence(conn, note.epoch)?;
    conn.execute("DELETE FROM troubles WHERE channel = ?1", [&note.channel])?;
    Ok(())
}

/// Takes a delivery, once; upholds `fenced`.
pub(super) fn take(conn: &Connection, record: &Record, via: Option<&Via>) -> Result<(), Fault> {
    let Some(via) = via else { return Ok(()) };
    fence(conn, via.epoch)?;
    let mut statement =
        conn.prepare_cached("INSERT OR IGNORE INTO deliveries(channel, delivery, seq) VALUES(?1, ?2, ?3)")?;
    if statement.execute(params![via.channel, via.delivery, record.seq])? == 1 {
        return Ok(());
    }
    Err(Fault::Refused(format!("the delivery `{}` of `{}` was taken before", via.delivery, via.channel)))
}

/// The newest lease.
pub(super) fn lease(conn: &Connection) -> Result<Option<Lease>, Fault> {
    let mut statement = conn.prepare_cached("SELECT seq, ended FROM leases WHERE id = 0")?;
    let found: Option<(u64, Option<u64>)> = statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((seq, ended)) = found else { return Ok(None) };
    let record = records::at(conn, seq)?;
    let holder = record.attribution.label();
    let Event::CollectorStarted(body) = record.event else {
        return Err(Fault::Damaged("the lease points at a record of another type".to_owned()));
    };
    let mut statement = conn.prepare_cached("SELECT at FROM heartbeat WHERE id = 0 AND epoch = ?1")?;
    let beat: Option<i64> = statement.query_row([body.epoch], |row| row.get(0)).optional()?;
    let renewed = beat.map_or(record.time, |at| record.time.max(Instant::from_micros(at)));
    Ok(Some(Lease { body, boot: record.boot, holder, since: record.time, renewed, is_over: ended.is_some() }))
}

fn post_of(conn: &Connection, id: &RequestId, channel: &str) -> Result<Option<Post>, Fault> {
    let mut statement = conn.prepare_cached("SELECT posting, posted FROM posts WHERE request = ?1 AND channel = ?2")?;
    let found: Option<(u64, Option<u64>)> =
        statement.query_row([id.as_str(), channel], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((posting, posted)) = found else { return Ok(None) };
    let record = records::at(conn, posting)?;
    let leaf = record.leaf.map(|leaf| leaf.to_string()).unwrap_or_default();
    let checkpoint = format!("{}:{leaf}", record.seq + 1);
    let Event::ChannelPosting(posting) = record.event else {
        return Err(Fault::Damaged(format!("a message of `{id}` points at a record of another type")));
    };
    let posted = match posted.map(|seq| records::at(conn, seq)).transpose()?.map(|record| record.event) {
        None => None,
        Some(Event::ChannelPosted(posted)) => Some(posted),
        Some(_) => return Err(Fault::Damaged(format!("a message of `{id}` points at a record of another type"))),
    };
    Ok(Some(Post { request: id.clone(), posting, checkpoint, posted }))
}

/// Requests that wait for a decision and have no message on a channel, or one that shows less than there is.
fn due(conn: &Connection, channel: &str) -> Result<Vec<RequestId>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT r.id FROM requests r LEFT JOIN posts p ON p.request = r.id AND p.channel = ?1
         WHERE r.open = 1 AND r.state = 'pending' AND (p.posted IS NULL OR r.changed > p.as_of
           OR EXISTS(SELECT 1 FROM approvals a WHERE a.request = r.id AND a.seq > p.posting)
           OR EXISTS(SELECT 1 FROM escalations e WHERE e.request = r.id AND e.seq > p.posting))
         ORDER BY r.created, r.seq",
    )?;
    let ids = statement.query_map([channel], |row| row.get::<_, String>(0))?;
    Ok(ids.map(|id| id.map(RequestId::new)).collect::<Result<_, _>>()?)
}

/// Requests with a message that may show something old: they have moved on since, or it is not known to be there.
fn behind(conn: &Connection, channel: &str) -> Result<Vec<RequestId>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT p.request FROM posts p JOIN requests r ON r.id = p.request
         WHERE p.channel = ?1 AND p.done = 0 AND (p.as_of IS NULL OR r.changed > p.as_of) ORDER BY r.seq",
    )?;
    let ids = statement.query_map([channel], |row| row.get::<_, String>(0))?;
    Ok(ids.map(|id| id.map(RequestId::new)).collect::<Result<_, _>>()?)
}

fn troubles(conn: &Connection) -> Result<Vec<(ChannelNote, Instant)>, Fault> {
    let mut statement = conn.prepare_cached("SELECT seq FROM troubles ORDER BY channel")?;
    let seqs = statement.query_map([], |row| row.get(0))?;
    seqs.map(|seq| {
        let record = records::at(conn, seq?)?;
        match record.event {
            Event::ChannelFailed(note) => Ok((note, record.time)),
            _ => Err(Fault::Damaged("a channel's trouble points at a record of another type".to_owned())),
        }
    })
    .collect()
}

fn is_taken(conn: &Connection, channel: &str, delivery: &str) -> Result<bool, Fault> {
    let mut statement =
        conn.prepare_cached("SELECT EXISTS(SELECT 1 FROM deliveries WHERE channel = ?1 AND delivery = ?2)")?;
    Ok(statement.query_row([channel, delivery], |row| row.get(0))?)
}

impl SqliteLedger {
    /// The newest lease of a collector.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn lease(&self) -> Result<Option<Lease>, LedgerError> {
        self.reading(lease(&self.conn))
    }

    /// Says that the holder of this epoch's lease is alive; whether it still holds it.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn renew_lease(&mut self, epoch: u64) -> Result<bool, LedgerError> {
        let mut lock = std::mem::take(&mut self.lock);
        let turn = lock.wait(&self.path).map_err(|error| LedgerError::Write {
            path: self.path.clone(),
            cause: format!("its lock file cannot be used: {}", sqlite::said(&error)),
        })?;
        let now = (self.host.now)().micros;
        let sql = "INSERT OR REPLACE INTO heartbeat(id, epoch, at)
                   SELECT 0, epoch, ?2 FROM leases WHERE id = 0 AND epoch = ?1 AND ended IS NULL";
        let written = self.conn.execute(sql, params![epoch, now]).map_err(Fault::from);
        drop(turn);
        self.lock = lock;
        written.map(|count| count == 1).map_err(|fault| fault.at(&self.path, super::fault::Doing::Writing))
    }

    /// What is known of a request's message on a channel.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn post(&self, id: &RequestId, channel: &str) -> Result<Option<Post>, LedgerError> {
        self.reading(post_of(&self.conn, id, channel))
    }

    /// Requests that wait for a decision, and nobody on a channel knows, or not all of it.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn posts_due(&self, channel: &str) -> Result<Vec<RequestId>, LedgerError> {
        self.reading(due(&self.conn, channel))
    }

    /// Requests whose message on a channel may show something old.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn posts_behind(&self, channel: &str) -> Result<Vec<RequestId>, LedgerError> {
        self.reading(behind(&self.conn, channel))
    }

    /// Channels that do not get through, with what was said and since when.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn channel_troubles(&self) -> Result<Vec<(ChannelNote, Instant)>, LedgerError> {
        self.reading(troubles(&self.conn))
    }

    /// Whether a delivery was taken before.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn is_delivered(&self, channel: &str, delivery: &str) -> Result<bool, LedgerError> {
        self.reading(is_taken(&self.conn, channel, delivery))
    }
}
