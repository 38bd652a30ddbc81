//! `aigov requests`: what waits for a decision.

use crate::error::Error;
use crate::host::identity::Claim;
use crate::host::terminal;
use crate::ledger::Filter;
use crate::model::decision::Decision;
use crate::report::listing;
use serde_json::Value;

use super::args::RequestsArgs;
use super::collect::remarks;
use super::exec::say;
use super::session::Session;
use super::{output, watch};

/// `aigov requests`.
///
/// # Errors
/// When the ledger cannot be read.
pub fn requests(args: &RequestsArgs) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    let policies = session.policies()?;
    let ledger = session.settled_ledger(&policies)?;
    if args.watch {
        return watch::watch(args, &ledger);
    }
    let rows = if args.owed { ledger.owed()? } else { ledger.list(&Filter { open: !args.all, ..wanted() })? };
    if args.json {
        output::data(&format!("{}\n", Value::Array(rows.iter().map(listing::json).collect())))?;
    } else if rows.is_empty() {
        output::talk(if args.owed { "aigov: no review is owed\n" } else { "aigov: no request is open\n" });
    } else {
        output::data(&listing::table(&rows, terminal::width(&session.host)))?;
    }
    for row in ledger.unknown_ways_back()? {
        let Some(back) = row.ways_back.unknown() else { continue };
        let first = &row.id;
        say(&format!(
            "{back}, the way back of {first}, was killed while it ran, and nobody knows how far it came; look at what is there, \
             then at `aigov show {first}`"
        ));
    }
    for remark in remarks(&policies, &ledger) {
        say(&remark);
    }
    Ok(0)
}

/// The requests that a human was asked about, the newest first.
pub fn wanted() -> Filter {
    Filter { decision: Some(Decision::Ask), newest_first: true, limit: Some(200), ..Filter::default() }
}
