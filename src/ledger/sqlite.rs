//! Opening the file: who may write it, and how SQLite is set.
//!
//! Promises: the file is 0600, a directory that is made for it is 0700; a ledger that others can write is refused; opening
//! an existing ledger reads its first page and nothing more.

use std::fs::{self, DirBuilder, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, FileControl, OpenFlags, Transaction, TransactionBehavior};

use super::fault::{Doing, Fault};
use super::lock::{SideLock, beside};
use super::{Access, HostStamp, records, schema};
use crate::model::ledger::LedgerError;

/// How long SQLite waits for a lock. With 64 writers and no lock file, five seconds were seen not to be enough.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(60);

/// Pages in the write-ahead log before it is copied back. Each start reads the whole log: with SQLite's 1000 a start was
/// seen to cost half a millisecond more. With 64, every third run paid for a copy: of `exec` a tenth.
const AUTOCHECKPOINT: i64 = 256;

/// Opens the ledger, makes it when it is not there and may be written, and brings its tables up to date.
pub(super) fn open(
    path: &Path,
    access: Access,
    host: &HostStamp,
    lock: &mut SideLock,
) -> Result<Connection, LedgerError> {
    prepare_place(path, access)?;
    check_safety(path)?;
    let conn = connect(path, access).map_err(|error| Fault::from(error).at(path, Doing::Opening))?;
    let version = schema::version(&conn).map_err(|error| Fault::from(error).at(path, Doing::Opening))?;
    let wanted = schema::MIGRATIONS.len();
    if version > wanted {
        let cause = format!("a newer aigov made it (version {version} of its tables, this one knows {wanted})");
        return Err(LedgerError::Open { path: path.to_owned(), cause });
    }
    if version < wanted {
        match access {
            Access::ReadOnly if version == 0 => return Err(LedgerError::Missing { path: path.to_owned() }),
            Access::ReadOnly => {
                let cause = "its tables are of an older aigov; run a command that writes first".to_owned();
                return Err(LedgerError::Open { path: path.to_owned(), cause });
            }
            Access::ReadWrite => migrate(&conn, path, host, lock)?,
        }
    }
    Ok(conn)
}

/// Opens a ledger for checking, whatever state its tables are in.
pub(super) fn open_to_verify(path: &Path) -> Result<Connection, LedgerError> {
    prepare_place(path, Access::ReadOnly)?;
    connect(path, Access::ReadOnly).map_err(|error| Fault::from(error).at(path, Doing::Opening))
}

fn prepare_place(path: &Path, access: Access) -> Result<(), LedgerError> {
    let failed = |error: io::Error| LedgerError::Open { path: path.to_owned(), cause: said(&error) };
    match fs::symlink_metadata(path) {
        Ok(_) => return Ok(()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        Err(_) if access == Access::ReadOnly => return Err(LedgerError::Missing { path: path.to_owned() }),
        Err(_) => {}
    }
    let parent = parent_of(path);
    DirBuilder::new().recursive(true).mode(0o700).create(parent).map_err(failed)?;
    check_one(path, parent, &fs::metadata(parent).map_err(failed)?)?;
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

fn parent_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Refuses a ledger that somebody else could have written: the file, its directory, and what SQLite keeps beside it.
fn check_safety(path: &Path) -> Result<(), LedgerError> {
    let failed = |error: io::Error| LedgerError::Open { path: path.to_owned(), cause: said(&error) };
    let file = fs::metadata(path).map_err(failed)?;
    if !file.is_file() {
        return Err(LedgerError::Unsafe { path: path.to_owned(), problem: "is not a file".to_owned() });
    }
    check_one(path, path, &file)?;
    let real = fs::canonicalize(path).map_err(failed)?;
    for place in [path, &real] {
        let parent = parent_of(place);
        check_one(path, parent, &fs::metadata(parent).map_err(failed)?)?;
    }
    for suffix in ["-wal", "-shm", ".lock"] {
        let side = beside(&real, suffix);
        match fs::symlink_metadata(&side) {
            Ok(metadata) if metadata.is_file() => check_one(path, &side, &metadata)?,
            Ok(_) => {
                let problem = format!("has {} beside it, which is not a file", side.display());
                return Err(LedgerError::Unsafe { path: path.to_owned(), problem });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(())
}

fn check_one(ledger: &Path, place: &Path, metadata: &Metadata) -> Result<(), LedgerError> {
    let unsafe_because = |problem: String| Err(LedgerError::Unsafe { path: ledger.to_owned(), problem });
    let what = if place == ledger { String::new() } else { format!("lies with {}, which ", place.display()) };
    let user = rustix::process::geteuid().as_raw();
    if metadata.uid() != 0 && metadata.uid() != user {
        return unsafe_because(format!("{what}is owned by user {}, neither root nor user {user}", metadata.uid()));
    }
    let is_sticky_directory = metadata.is_dir() && metadata.mode() & 0o1000 != 0;
    if metadata.mode() & 0o022 != 0 && !is_sticky_directory {
        return unsafe_because(format!("{what}can be written by others (mode {:04o})", metadata.mode() & 0o7777));
    }
    Ok(())
}

fn connect(path: &Path, access: Access) -> rusqlite::Result<Connection> {
    let mode = match access {
        Access::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let conn = Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
    if access == Access::ReadWrite {
        conn.file_control(None::<&str>, FileControl::PersistWal(&mut 1))?;
        conn.pragma_update(None, "secure_delete", true)?;
        conn.pragma_update(None, "wal_autocheckpoint", AUTOCHECKPOINT)?;
    }
    Ok(conn)
}

/// Makes the tables and the first record, or brings older tables up to date. Of two processes one waits and finds it
/// done; what a killed process left half made is finished here.
fn migrate(conn: &Connection, path: &Path, host: &HostStamp, lock: &mut SideLock) -> Result<(), LedgerError> {
    let turn = lock.wait(path);
    let _turn = turn.map_err(|error| LedgerError::Open { path: path.to_owned(), cause: said(&error) })?;
    migrate_in_turn(conn, host).map_err(|fault| fault.at(path, Doing::Opening))
}

fn migrate_in_turn(conn: &Connection, host: &HostStamp) -> Result<(), Fault> {
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.pragma_update(None, "synchronous", "full")?;
    let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    let version = schema::version(&transaction)?;
    if version == 0 && has_tables(&transaction)? {
        return Err(Fault::Damaged("it is a database, but not one of aigov's".to_owned()));
    }
    for step in schema::MIGRATIONS.iter().skip(version) {
        step(&transaction)?;
    }
    if version == 0 {
        records::genesis(&transaction, host)?;
    }
    let done = i64::try_from(schema::MIGRATIONS.len()).unwrap_or(i64::MAX);
    transaction.pragma_update(None, "user_version", done)?;
    transaction.commit()?;
    Ok(())
}

fn has_tables(conn: &Connection) -> rusqlite::Result<bool> {
    conn.query_row("SELECT EXISTS(SELECT 1 FROM sqlite_schema)", [], |row| row.get(0))
}

/// What the system said, without the number that Rust puts behind it.
pub(super) fn said(error: &io::Error) -> String {
    let text = error.to_string();
    let plain = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = plain.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
