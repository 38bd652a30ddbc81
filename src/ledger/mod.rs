//! The ledger in one SQLite file: the only SQL of aigov.
//!
//! Promises: records are only ever added, each holding the hash of the one before; deciding and recording happen in one
//! transaction, at most one at a time over all processes; an error means that nothing was written; every other table can be
//! made again from the records. What the hashes cover is told in `chain.rs`, what time it is in `snapshot.rs`.

mod carried;
mod collecting;
mod deciders;
mod fault;
mod grants;
mod lock;
mod projections;
mod queries;
mod records;
mod reviews;
mod rows;
mod schema;
mod sealed;
mod signatures;
mod snapshot;
mod spending;
mod sqlite;
#[cfg(test)]
mod tests;
mod verifications;
pub mod verify;
mod ways_back;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::model::ids::{Digest, ExecutionId, LogId, RequestId};
use crate::model::ledger::{Batch, Committed, Durability, Ledger, LedgerError, Sealed, Snapshot};
use crate::model::record::{Event, Record};
use crate::model::request::RequestRow;
use crate::model::time::Instant;
use fault::{Doing, Fault};
pub use queries::{Filter, Requests, Stats};
use records::{Head, Stamp};
pub use reviews::Decided;
use sealed::Keep;

/// How long wiping the write-ahead log waits for readers, while other writers wait too.
const WIPE_TIMEOUT: Duration = Duration::from_millis(500);

/// What a ledger is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It is made when it is not there.
    ReadWrite,
    /// It must be there, and nothing is written.
    ReadOnly,
}

/// What the ledger stamps on records, and cannot ask for itself.
pub struct HostStamp {
    /// The kernel's boot id.
    pub boot_id: String,
    /// The host's name.
    pub host: String,
    /// The host's clock; read inside each transaction.
    pub now: Box<dyn Fn() -> Instant + Send>,
}

impl fmt::Debug for HostStamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostStamp").field("boot_id", &self.boot_id).field("host", &self.host).finish_non_exhaustive()
    }
}

/// A ledger in an SQLite file.
#[derive(Debug)]
pub struct SqliteLedger {
    conn: Connection,
    path: PathBuf,
    access: Access,
    host: HostStamp,
    lock: lock::SideLock,
    log: Option<LogId>,
    durability: Option<Durability>,
}

impl SqliteLedger {
    /// Opens the ledger at `path`. Nothing is scanned; `verify` is for that.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] when there is none and `access` is [`Access::ReadOnly`]; [`LedgerError::Unsafe`] when
    /// others can write it; else when it cannot be opened or made.
    pub fn open(path: &Path, access: Access, host: HostStamp) -> Result<Self, LedgerError> {
        let mut lock = lock::SideLock::default();
        let conn = sqlite::open(path, access, &host, &mut lock)?;
        Ok(Self { conn, path: path.to_owned(), access, host, lock, log: None, durability: None })
    }

    /// Where the ledger lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn reading<T>(&self, result: Result<T, Fault>) -> Result<T, LedgerError> {
        result.map_err(|fault| fault.at(&self.path, Doing::Reading))
    }

    fn set_durability(&mut self, durability: Durability) -> Result<(), Fault> {
        if self.durability != Some(durability) {
            // Without a flush at commit, a write-ahead log still survives a killed process, but not a power cut.
            let word = match durability {
                Durability::Power => "full",
                Durability::Process => "normal",
            };
            self.conn.pragma_update(None, "synchronous", word)?;
            self.durability = Some(durability);
        }
        Ok(())
    }

    fn transact_in_turn(
        &mut self,
        durability: Durability,
        decide: &mut dyn FnMut(&dyn Snapshot) -> Result<Batch, LedgerError>,
    ) -> Result<Done, Fault> {
        self.set_durability(durability)?;
        let transaction = Transaction::new_unchecked(&self.conn, TransactionBehavior::Immediate)?;
        let log = match self.log.take() {
            Some(log) => log,
            None => records::log_id(&transaction)?,
        };
        let log = self.log.insert(log);
        let head = records::head(&transaction)?.ok_or_else(|| Fault::Damaged("it has no records".to_owned()))?;
        let clock = snapshot::clock(&transaction, &head, (self.host.now)())?;
        let seen = snapshot::SqliteSnapshot { conn: &transaction, path: &self.path, clock };
        let batch = decide(&seen)?;
        let stamp = Stamp { log, time: clock.time, wall: clock.wall, boot: &self.host.boot_id };
        let done = write(&transaction, &stamp, head, batch)?;
        transaction.commit()?;
        Ok(done)
    }

    /// Copies erased bytes out of the write-ahead log, where their old page still stands.
    fn wipe_log(&self) {
        // If readers keep it busy, a later checkpoint does it: the records are committed either way.
        drop(self.conn.busy_timeout(WIPE_TIMEOUT));
        drop(self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
        drop(self.conn.busy_timeout(sqlite::BUSY_TIMEOUT));
    }
}

struct Done {
    records: Vec<Record>,
    erased: bool,
}

fn write(conn: &Connection, stamp: &Stamp<'_>, head: Head, batch: Batch) -> Result<Done, Fault> {
    let mut head = head;
    let mut done = Done { records: Vec::with_capacity(batch.records.len()), erased: false };
    for draft in batch.records {
        let record = records::append(conn, stamp, Some(&head), draft)?;
        let leaf = record.leaf.ok_or_else(|| Fault::Refused("a record has no leaf".to_owned()))?;
        if matches!(record.event, Event::ExecutionIntended(_)) {
            spending::earned(conn, &record)?;
        }
        head = Head { seq: record.seq, time: record.time, leaf };
        done.records.push(record);
    }
    for bytes in &batch.seal {
        sealed::put(conn, bytes)?;
    }
    let ended = done.records.iter().filter(|record| is_end(&record.event)).filter_map(|record| record.request.as_ref());
    for id in batch.unseal.iter().chain(ended) {
        done.erased |= sealed::erase(conn, id, kept(&done.records, id))?;
    }
    Ok(done)
}

/// What was started may be taken back later.
fn kept(records: &[Record], id: &RequestId) -> Keep {
    let is_started = |record: &&Record| matches!(record.event, Event::ExecutionFinished(_) | Event::OutcomeUnknown(_));
    match records.iter().filter(|record| record.request.as_ref() == Some(id)).find(is_started) {
        Some(_) => Keep::WayBack,
        None => Keep::Nothing,
    }
}

/// Whether a request needs no bytes any more, even if the caller forgets to say so.
fn is_end(event: &Event) -> bool {
    matches!(
        event,
        Event::RequestDenied(_)
            | Event::RequestRejected(_)
            | Event::RequestExpired(_)
            | Event::RequestWithdrawn(_)
            | Event::RequestInvalidated(_)
            | Event::ExecutionFinished(_)
            | Event::OutcomeUnknown(_)
            | Event::RequestRolledBack(_)
            | Event::WayBackErased(_)
    )
}

impl Ledger for SqliteLedger {
    fn transact(
        &mut self,
        durability: Durability,
        decide: &mut dyn FnMut(&dyn Snapshot) -> Result<Batch, LedgerError>,
    ) -> Result<Committed, LedgerError> {
        if self.access == Access::ReadOnly {
            let cause = "it was opened for reading".to_owned();
            return Err(LedgerError::Write { path: self.path.clone(), cause });
        }
        let mut lock = std::mem::take(&mut self.lock);
        let turn = lock.wait(&self.path).map_err(|error| LedgerError::Write {
            path: self.path.clone(),
            cause: format!("its lock file cannot be used: {}", sqlite::said(&error)),
        })?;
        let done = self.transact_in_turn(durability, decide);
        if done.as_ref().is_ok_and(|done| done.erased) {
            self.wipe_log();
        }
        drop(turn);
        self.lock = lock;
        done.map(|done| Committed::by_ledger(done.records)).map_err(|fault| fault.at(&self.path, Doing::Writing))
    }

    fn request(&self, id: &RequestId) -> Result<Option<RequestRow>, LedgerError> {
        self.reading(rows::request(&self.conn, id))
    }

    fn sealed(&self, id: &RequestId, field: &str) -> Result<Option<Sealed>, LedgerError> {
        self.reading(sealed::get(&self.conn, id, field))
    }

    fn binding_key(&self) -> Result<[u8; 32], LedgerError> {
        self.reading(records::binding_key(&self.conn))
    }

    fn policy_seen(&self, digest: &Digest) -> Result<bool, LedgerError> {
        self.reading(snapshot::policy_seen(&self.conn, digest))
    }

    fn open_verifications(&self) -> Result<Vec<RequestId>, LedgerError> {
        self.reading(verifications::all_open(&self.conn))
    }

    fn ways_back_before(&self, time: Instant) -> Result<Vec<RequestId>, LedgerError> {
        self.reading(ways_back::before(&self.conn, time))
    }

    fn open_executions(&self) -> Result<Vec<(ExecutionId, Record)>, LedgerError> {
        self.reading(queries::open_executions(&self.conn))
    }
}
