//! `aigov approve --break-glass` and `aigov review`: running without those whom policy asks for, and what is owed for it.

use std::time::Instant as Monotonic;

use crate::approval::decide::{Choice, Decided, decide};
use crate::approval::decider::{Channel, Decider};
use crate::approval::hunks::painted;
use crate::approval::owed;
use crate::approval::present::page;
use crate::approval::{terminal, unknown_request};
use crate::chain::digest;
use crate::error::{Error, ErrorKind};
use crate::govern::review::Looked;
use crate::host::identity::Claim;
use crate::host::terminal::width;
use crate::model::ids::RequestId;
use crate::model::ledger::Ledger;
use crate::model::request::RequestRow;
use crate::redact::Redactor;
use crate::report::listing;

use super::approve::prepared;
use super::args::{DecideArgs, ReviewArgs};
use super::output;
use super::session::Session;

/// What the human is told before they confirm.
const WARNING: &str = "aigov: breaking the glass skips the approvers, their number and stages, and freeze windows.\n  Everybody is told, and another human owes a review of it.\n";

/// Approves a request without those whom policy asks for, once the human has typed its ticket.
///
/// # Errors
/// When it was not confirmed, the decision does not count, or the ledger cannot be written.
pub fn approve(args: &DecideArgs) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    let policies = session.policies()?;
    let mut ledger = session.settled_ledger(&policies)?;
    let id = RequestId::new(args.id.clone().unwrap_or_default());
    let row = ledger.request(&id)?.ok_or_else(|| unknown_request(&id))?;
    let row = prepared(&session, &policies, &mut ledger, row)?;
    let text = page(&row, usize::from(width(&session.host)));
    output::talk(&painted(&text, session.colour(&console::Term::stderr())));
    output::talk(WARNING);
    let since = Monotonic::now();
    let typed = terminal::typed(&format!("type the ticket to break the glass ({})", row.id))?;
    if typed.trim() != row.id.as_str() {
        let text = "what was typed is not the ticket; nothing is decided, and the request stays as it is";
        return Err(Error::new(ErrorKind::Cancelled, text));
    }
    let decided = Decided {
        choice: Choice::BreakGlass,
        rationale: args.rationale.as_deref(),
        shown: Some(digest("aigov-page-v1", text.as_bytes())),
        preview: row.preview.as_ref().map(|preview| preview.digest),
        viewed_ms: u64::try_from(since.elapsed().as_millis()).ok(),
        looked: Looked::default(),
    };
    let decider = Decider::local(&session.caller, &policies, Channel::Terminal);
    let redactor = Redactor::new(session.host.env());
    let row = decide(&mut ledger, &policies, &row.id, &decider, &redactor, &decided)?;
    told(
        &row,
        args.json.then_some(()),
        &format!("approved by breaking the glass; it runs once, by `aigov run {}`", row.id),
    )
}

/// `aigov review`.
///
/// # Errors
/// When no review is owed by this human, or the ledger cannot be written.
pub fn review(args: &ReviewArgs) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    let policies = session.policies()?;
    let mut ledger = session.settled_ledger(&policies)?;
    let id = RequestId::new(args.id.clone());
    let decider = Decider::local(&session.caller, &policies, Channel::Command);
    let redactor = Redactor::new(session.host.env());
    let row = owed::review(&mut ledger, &policies, &id, &decider, &redactor, &args.rationale)?;
    told(&row, args.json.then_some(()), "reviewed; nothing more is owed for it")
}

fn told(row: &RequestRow, json: Option<()>, words: &str) -> Result<i32, Error> {
    match json {
        Some(()) => output::data(&format!("{}\n", listing::json(row)))?,
        None => output::talk(&format!("aigov: request {} is {words}\n", row.id)),
    }
    Ok(0)
}
