//! Whether an approval that is about to be spent stands in the chain. The projection says so too, but a projection is a table
//! that one statement can change; here the records are asked, right before the intent is written.

use rusqlite::{Connection, params};

use super::deciders::has_enough;
use super::fault::Fault;
use super::projections::request_of;
use crate::model::record::Record;

/// Records after which nothing of a request may start.
const ENDS: &[&str] =
    &["request_rejected", "request_expired", "request_withdrawn", "request_invalidated", "execution_intended"];

/// Refuses an intent whose request no record lets run.
pub(super) fn earned(conn: &Connection, intent: &Record) -> Result<(), Fault> {
    let id = request_of(intent)?;
    let refused = |why: &str| {
        let text = format!("request `{id}` {why}: the ledger was written to by something else (`aigov audit verify`)");
        Err(Fault::Refused(text))
    };
    let mut statement = conn.prepare_cached("SELECT type FROM records WHERE request = ?1 AND seq < ?2 ORDER BY seq")?;
    let types: Vec<String> =
        statement.query_map(params![id.as_str(), intent.seq], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let has = |name: &str| types.iter().any(|one| one == name);
    if types.iter().any(|one| ENDS.contains(&one.as_str())) {
        return refused("has ended by its records");
    }
    // Policy let it run, or the approval of the request that it takes back covers it.
    if types.first().is_some_and(|first| first == "request_allowed") || has("request_approved_before") {
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
