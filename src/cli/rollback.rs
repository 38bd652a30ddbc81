//! `aigov rollback`: asks to take back what a request did. It is a request like any other: decided by policy, shown,
//! approved by a human, run once; the first one is rolled back when it has succeeded.

use crate::approval::request::Ask;
use crate::approval::stored::way_back;
use crate::approval::unknown_request;
use crate::error::{Error, ErrorKind};
use crate::host::identity::Claim;
use crate::model::ids::RequestId;
use crate::model::invocation::Invocation;
use crate::model::ledger::Ledger;
use crate::model::preview::Undo;
use crate::model::request::{RequestRow, RequestState};
use crate::text::escape::escape;

use super::args::RollbackArgs;
use super::exec::{attempt, finish, offer, sink};
use super::session::Session;

/// `aigov rollback`.
///
/// # Errors
/// When there is nothing to take back, or no way back is kept; then nothing was asked.
pub fn rollback(args: RollbackArgs) -> Result<i32, Error> {
    let session = Session::open(&Claim { agent: args.agent, ..Claim::default() })?;
    let mut sink = sink(&args.status, &session)?;
    let id = RequestId::new(args.ticket);
    let asked = invocation(&session, &id).and_then(|invocation| {
        let reason = args.reason.or_else(|| Some(format!("takes back request {id}")));
        let ask = Ask { reason, risk: args.risk, rolls_back: Some(id.clone()), ..Ask::default() };
        attempt(&session, &invocation, &ask, args.wait, &mut sink)
    });
    let offer = asked.as_ref().map(|outcome| offer(&session, None, outcome)).unwrap_or_default();
    finish(asked, offer, &mut sink)
}

/// What would take a request back.
fn invocation(session: &Session, id: &RequestId) -> Result<Invocation, Error> {
    let policies = session.policies()?;
    let ledger = session.settled_ledger(&policies)?;
    let row = ledger.request(id)?.ok_or_else(|| unknown_request(id))?;
    if !row.state.may_become(RequestState::RolledBack) {
        let note = row.note.as_deref().map(|note| format!(" ({})", escape(note))).unwrap_or_default();
        let text = format!("request `{id}` is {}{note}: there is nothing to take back", row.state);
        return Err(Error::new(ErrorKind::Refused, text));
    }
    if let Some(erased) = row.ways_back.erased {
        let text = format!("what it needs to take request `{id}` back was kept until {erased}, and then erased");
        return Err(Error::new(ErrorKind::Refused, text)
            .with_hint(format!("a person can still do it by hand; `aigov show {id}` tells what was changed")));
    }
    if let Some(error) = by_hand(&row) {
        return Err(error);
    }
    Ok(way_back(&ledger, id)?.invocation(&session.setting(&policies)))
}

/// Why aigov cannot take it back, with what a person can do.
fn by_hand(row: &RequestRow) -> Option<Error> {
    let cannot = |why: String, hint: String| {
        Some(
            Error::new(ErrorKind::Refused, format!("aigov cannot take request `{}` back: {why}", row.id))
                .with_hint(hint),
        )
    };
    match row.preview.as_ref().map(|preview| &preview.undo) {
        Some(Undo::Command { .. }) => None,
        Some(Undo::ByHand { steps }) => {
            let steps: Vec<String> = steps.iter().map(|step| escape(step.as_str())).collect();
            cannot("what was there before is not kept".to_owned(), format!("by hand: {}", steps.join("; ")))
        }
        Some(Undo::Nothing { why }) => cannot(escape(why.as_str()), "tell whoever owns what was changed".to_owned()),
        None => cannot(
            "nothing was kept of what was there before".to_owned(),
            format!("look at it: `aigov show {}`", row.id),
        ),
    }
}
