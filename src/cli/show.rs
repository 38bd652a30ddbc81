//! `aigov show`: what a request would change, and everything else that a human decides on.

use serde_json::Value;

use crate::approval::hunks::painted;
use crate::approval::prepare::{PATIENCE, SHORTLY, WhenLate};
use crate::approval::unknown_request;
use crate::broker::Broker;
use crate::error::Error;
use crate::host::identity::Claim;
use crate::host::terminal;
use crate::model::ids::RequestId;
use crate::model::ledger::Ledger;
use crate::model::request::{RequestRow, RequestState};
use crate::report::{listing, show};

use super::args::ShowArgs;
use super::output;
use super::session::{Paging, Session};

/// `aigov show`. A request whose preview is not made yet gets it here.
///
/// # Errors
/// When there is no such request, or the ledger cannot be used.
pub fn show(args: &ShowArgs) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    let policies = session.policies()?;
    let mut ledger = session.settled_ledger(&policies)?;
    let id = RequestId::new(args.ticket.clone());
    let mut row = ledger.request(&id)?.ok_or_else(|| unknown_request(&id))?;
    if row.state == RequestState::Preparing {
        let (patience, when_late) =
            if session.caller.is_human() { (PATIENCE, WhenLate::Fail) } else { (SHORTLY, WhenLate::Leave) };
        output::talk(&format!("aigov: making the preview (at most {} s)\n", patience.as_secs()));
        let mut broker = Broker { setting: session.setting(&policies), ledger: &mut ledger };
        row = broker.prepare(&id, patience, when_late)?;
    }
    if args.json {
        output::data(&format!("{}\n", json(&row)))?;
        return Ok(0);
    }
    let paging = if args.no_pager { Paging::Never } else { Paging::WhenLong };
    let page = show::request(&row, usize::from(terminal::width(&session.host)));
    output::paged(&painted(&page, session.colour(&console::Term::stdout())), &session.pager(paging))?;
    Ok(0)
}

/// The flat object of the listing, with the preview as a whole.
fn json(row: &RequestRow) -> Value {
    let mut value = listing::json(row);
    if let Value::Object(map) = &mut value {
        map.insert("preview".to_owned(), serde_json::to_value(&row.preview).unwrap_or(Value::Null));
        map.insert("carried".to_owned(), serde_json::to_value(&row.carried).unwrap_or(Value::Null));
        map.insert("verification".to_owned(), serde_json::to_value(&row.verification).unwrap_or(Value::Null));
        map.insert(
            "obligations".to_owned(),
            serde_json::to_value(&row.body.verdict.obligations).unwrap_or(Value::Null),
        );
    }
    value
}
