//! What can go wrong inside the ledger, before the path is put to it.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::model::ids::RequestId;
use crate::model::ledger::LedgerError;

/// What was being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    Opening,
    Reading,
    Writing,
}

/// A failure without its place.
#[derive(Debug)]
pub(super) enum Fault {
    /// What the store said.
    Sql(rusqlite::Error),
    /// What is stored does not make sense.
    Damaged(String),
    /// What was handed in does not make sense.
    Refused(String),
    /// A state that cannot follow.
    State { request: RequestId, state: String, next: String },
    /// An error that is complete already: the caller's own.
    Complete(LedgerError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<LedgerError> for Fault {
    fn from(error: LedgerError) -> Self {
        Self::Complete(error)
    }
}

impl Fault {
    /// The error that callers see.
    pub(super) fn at(self, path: &Path, doing: Doing) -> LedgerError {
        match self {
            Self::Complete(error) => error,
            Self::State { request, state, next } => LedgerError::State { request, state, next },
            Self::Damaged(cause) => LedgerError::Corrupt { path: path.to_owned(), cause },
            Self::Refused(cause) => LedgerError::Write { path: path.to_owned(), cause },
            Self::Sql(error) => of_store(&error, path, doing),
        }
    }
}

fn of_store(error: &rusqlite::Error, path: &Path, doing: Doing) -> LedgerError {
    let path = path.to_owned();
    let said = error.to_string();
    let cause = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt) => return LedgerError::Corrupt { path, cause: said },
        Some(ErrorCode::NotADatabase) => {
            return LedgerError::Corrupt { path, cause: "the file is not an SQLite database".to_owned() };
        }
        None if is_wrong_shape(error) => return LedgerError::Corrupt { path, cause: said },
        Some(ErrorCode::DiskFull) => "the disk is full".to_owned(),
        Some(ErrorCode::ReadOnly) => "the file is read-only".to_owned(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            format!("another process has kept it locked for more than {} s", super::sqlite::BUSY_TIMEOUT.as_secs())
        }
        Some(ErrorCode::SystemIoFailure) => format!("the disk failed ({said})"),
        _ => said,
    };
    match doing {
        Doing::Opening => LedgerError::Open { path, cause },
        Doing::Reading => LedgerError::Read { path, cause },
        Doing::Writing => LedgerError::Write { path, cause },
    }
}

fn is_wrong_shape(error: &rusqlite::Error) -> bool {
    matches!(
        error,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..)
            | rusqlite::Error::QueryReturnedNoRows
    )
}
