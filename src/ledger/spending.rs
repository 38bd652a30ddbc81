//! Whether an approval that is about to be spent stands in the chain. The projection says so too, but a projection is a table
//! that one statement can change; here the records are asked, right before the intent is written.

use rusqlite::{Connection, params};

use super::deciders::has_enough;
use super::fault::Fault;
use super::projections::request_of;
use crate::chain;
use crate::model::record::Record;

/// Records after which nothing of a request may start.
const ENDS: &[&str] =
    &["request_rejected", "request_expired", "request_withdrawn", "request_invalidated", "execution_intended"];

/// What the records of the intent's request say that they are, by the text that was hashed; none where one has another hash
/// or belongs elsewhere. Who can write the file can make a hash too: that is for heads that are kept elsewhere to find.
fn types(conn: &Connection, intent: &Record) -> Result<Option<Vec<String>>, Fault> {
    let id = request_of(intent)?;
    let mut statement =
        conn.prepare_cached("SELECT seq, body, leaf FROM records WHERE request = ?1 AND seq < ?2 ORDER BY seq")?;
    let mut rows = statement.query(params![id.as_str(), intent.seq])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let (seq, body, leaf): (u64, String, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let record = serde_json::from_str::<Record>(&body).ok();
        let is_it = |record: &Record| record.request.as_ref() == Some(id) && record.seq == seq;
        let Some(record) = record.filter(is_it).filter(|_| chain::leaf(body.as_bytes()).0.as_slice() == leaf) else {
            return Ok(None);
        };
        all.push(record.event.name().to_owned());
    }
    Ok(Some(all))
}

/// Refuses an intent whose request no record lets run.
pub(super) fn earned(conn: &Connection, intent: &Record) -> Result<(), Fault> {
    let id = request_of(intent)?;
    let refused = |why: &str| {
        let text = format!("request `{id}` {why}: the ledger was written to by something else (`aigov audit verify`)");
        Err(Fault::Refused(text))
    };
    let Some(types) = types(conn, intent)? else { return refused("has a record that is not as it was hashed") };
    let has = |name: &str| types.iter().any(|one| one == name);
    if types.iter().any(|one| ENDS.contains(&one.as_str())) {
        return refused("has ended by its records");
    }
    // Policy let it run, or a decision on another request covers it: on the one that it takes back, or on the one that it
    // repeats. Whether it does was checked when that was recorded.
    let is_covered = has("request_approved_before") || has("request_carried_forward");
    if types.first().is_some_and(|first| first == "request_allowed") || is_covered {
        return Ok(());
    }
    let mut statement = conn.prepare_cached(
        "SELECT count(*) FROM approvals a LEFT JOIN records r
           ON r.seq = a.seq AND r.request = a.request AND r.type = 'request_approved'
         WHERE a.request = ?1 AND a.yes AND r.seq IS NULL",
    )?;
    let made_up: u64 = statement.query_row([id.as_str()], |row| row.get(0))?;
    if made_up > 0 || !has("request_approved") || !has_enough(conn, id)? {
        return refused("has no approval in its records");
    }
    Ok(())
}
