//! The sealed table: the exact bytes that a stored request needs, outside the chain.
//!
//! Bytes are taken only where the request's record, or that of its preview, commits to them, are given back only where they
//! still match, and are erased when the request ends; the way back when what was done is taken back.

use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Fault;
use super::records;
use crate::chain;
use crate::model::ids::{Digest, RequestId};
use crate::model::ledger::{Sealed, WAY_BACK_FIELD};
use crate::model::record::Record;

/// Puts bytes away.
pub(super) fn put(conn: &Connection, sealed: &Sealed) -> Result<(), Fault> {
    let committed = commitment(conn, &sealed.request, &sealed.field)?;
    if committed != Some(chain::commit(&sealed.salt, &sealed.bytes)) {
        let (request, field) = (&sealed.request, &sealed.field);
        return Err(Fault::Refused(format!("request `{request}` does not commit to the bytes of `{field}`")));
    }
    let mut statement =
        conn.prepare_cached("INSERT INTO sealed(request, field, salt, bytes) VALUES(?1, ?2, ?3, ?4)")?;
    statement.execute(params![sealed.request.as_str(), sealed.field, sealed.salt, sealed.bytes])?;
    Ok(())
}

/// The bytes of a field, while they are kept.
pub(super) fn get(conn: &Connection, id: &RequestId, field: &str) -> Result<Option<Sealed>, Fault> {
    let mut statement = conn.prepare_cached("SELECT salt, bytes FROM sealed WHERE request = ?1 AND field = ?2")?;
    let found = statement.query_row([id.as_str(), field], |row| {
        Ok(Sealed { request: id.clone(), field: field.to_owned(), salt: row.get(0)?, bytes: row.get(1)? })
    });
    let Some(sealed) = found.optional()? else { return Ok(None) };
    if commitment(conn, id, field)? != Some(chain::commit(&sealed.salt, &sealed.bytes)) {
        return Err(Fault::Damaged(format!("the sealed `{field}` of request `{id}` is not what was committed to")));
    }
    Ok(Some(sealed))
}

/// What stays when a request's bytes are erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// The way back: what was started can still be taken back.
    WayBack,
    /// Nothing.
    Nothing,
}

/// Erases a request's bytes; says whether there were any.
pub(super) fn erase(conn: &Connection, id: &RequestId, keep: Keep) -> Result<bool, Fault> {
    let kept = match keep {
        Keep::WayBack => WAY_BACK_FIELD,
        Keep::Nothing => "",
    };
    let mut statement = conn.prepare_cached("DELETE FROM sealed WHERE request = ?1 AND field <> ?2")?;
    Ok(statement.execute([id.as_str(), kept])? > 0)
}

fn commitment(conn: &Connection, id: &RequestId, field: &str) -> Result<Option<Digest>, Fault> {
    let mut statement = conn.prepare_cached("SELECT seq FROM requests WHERE id = ?1")?;
    let seq: Option<u64> = statement.query_row([id.as_str()], |row| row.get(0)).optional()?;
    let record = seq.map(|seq| records::at(conn, seq)).transpose()?;
    if let Some(found) = record.and_then(|record| commitment_in(&record, field)) {
        return Ok(Some(found));
    }
    let mut statement = conn.prepare_cached("SELECT seq FROM previews WHERE request = ?1")?;
    let seq: Option<u64> = statement.query_row([id.as_str()], |row| row.get(0)).optional()?;
    let record = seq.map(|seq| records::at(conn, seq)).transpose()?;
    Ok(record.and_then(|record| commitment_in(&record, field)))
}

/// What a record commits to for a field.
pub(super) fn commitment_in(record: &Record, field: &str) -> Option<Digest> {
    record.commitments.iter().find(|one| one.field == field).map(|one| one.digest)
}
