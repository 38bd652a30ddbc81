//! `aigov wait` and `aigov withdraw`: what a caller does with a ticket that is not decided.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::approval::unknown_request;
use crate::error::Error;
use crate::host::clock;
use crate::host::identity::Claim;
use crate::model::ids::RequestId;
use crate::model::ledger::{Batch, Durability, Ledger};
use crate::model::record::{Draft, Event, Note};
use crate::model::request::{RequestRow, RequestState};
use crate::report::status::Status;

use super::args::{TicketArgs, WaitArgs};
use super::exec::{json, sink};
use super::exit;
use super::output::talk;
use super::session::Session;

/// How often a waiter looks: often enough that nobody notices, rarely enough that many waiters cost nothing.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// `aigov wait`: 0 once it is approved, 75 when the time is up, 77 when it can no longer run.
///
/// # Errors
/// When there is no such request, or the ledger cannot be read.
pub fn wait(args: &WaitArgs) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    let mut sink = sink(&args.status, &session)?;
    let policies = session.policies()?;
    let mut ledger = session.settled_ledger(&policies)?;
    let id = RequestId::new(args.ticket.clone());
    let row = until_decided(&mut ledger, &id, Instant::now() + args.timeout)?;
    let status = Status::of_row(&row);
    sink.json(&json(&status));
    if sink.is_words() {
        talk(&status.words());
    }
    Ok(exit::of_row(&row))
}

/// Looks until the request is decided or the time is up; changes nothing.
///
/// # Errors
/// When there is no such request, or the ledger cannot be read.
pub fn until_decided(ledger: &mut dyn Ledger, id: &RequestId, until: Instant) -> Result<RequestRow, Error> {
    loop {
        let row = ledger.request(id)?.ok_or_else(|| unknown_request(id))?;
        let waits = matches!(row.state, RequestState::Preparing | RequestState::Pending | RequestState::Running);
        let is_over = row.body.expires.is_some_and(|expires| expires <= clock::now());
        if !waits || is_over || Instant::now() >= until {
            return Ok(row);
        }
        sleep(LOOK_EVERY.min(until.saturating_duration_since(Instant::now())));
    }
}

/// `aigov withdraw`.
///
/// # Errors
/// When there is no such request, it has ended, or the ledger cannot be written.
pub fn withdraw(args: &TicketArgs) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    let mut sink = sink(&args.status, &session)?;
    let policies = session.policies()?;
    let mut ledger = session.settled_ledger(&policies)?;
    let id = RequestId::new(args.ticket.clone());
    ledger.request(&id)?.ok_or_else(|| unknown_request(&id))?;
    let note = Note { note: format!("taken back by {}", session.caller.label()) };
    let draft = Draft { request: Some(id.clone()), ..session.draft(Event::RequestWithdrawn(note)) };
    let _recorded = ledger.transact(Durability::Power, &mut |_| {
        Ok(Batch { records: vec![draft.clone()], seal: Vec::new(), unseal: vec![id.clone()] })
    })?;
    let row = ledger.request(&id)?.ok_or_else(|| unknown_request(&id))?;
    let status = Status::of_row(&row);
    sink.json(&json(&status));
    if sink.is_words() {
        talk(&format!("aigov: request {id} is withdrawn\n"));
    }
    Ok(0)
}
