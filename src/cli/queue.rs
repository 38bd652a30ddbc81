//! The requests that wait, one after the other: picked from a list, looked at, decided, and on to the next.

use crate::approval::decide::Choice;
use crate::approval::queue::filtered;
use crate::approval::terminal::{Listed, Picked, left, pick};
use crate::approval::unknown_request;
use crate::error::{Error, ErrorKind};
use crate::ledger::SqliteLedger;
use crate::model::ids::RequestId;
use crate::model::request::RequestRow;
use crate::policy::Policies;

use super::approve::{looked_at, report};
use super::args::DecideArgs;
use super::grant;
use super::output::talk;
use super::session::Session;

/// What has been gone through.
#[derive(Default)]
struct Walk {
    filter: String,
    seen: Vec<RequestId>,
    decided: usize,
    refused: usize,
}

/// Goes through what waits until nothing does that was not seen, or the human leaves.
///
/// # Errors
/// When nothing waits, or the ledger cannot be used.
pub fn walk(
    args: &DecideArgs,
    session: &Session,
    policies: &Policies,
    ledger: &mut SqliteLedger,
    choice: Choice,
) -> Result<i32, Error> {
    let mut walk = Walk::default();
    let rows = ledger.pending()?;
    let mut next = match rows.as_slice() {
        [] => return Err(nothing()),
        [one] => Some(one.clone()),
        several => picked(several, &mut walk)?,
    };
    let list = if rows.len() > 1 { Listed::Yes } else { Listed::No };
    while let Some(row) = next {
        walk.seen.push(row.id.clone());
        let looked = looked_at(session, policies, ledger, row.clone(), (Some(choice), list));
        match looked {
            Ok((Picked::Decision(_), row)) => {
                walk.decided += 1;
                grant::offer(session, policies, &row)?;
                report(args, &row)?;
            }
            Ok((Picked::Open, _)) => {}
            Ok((Picked::List, _)) => {
                next = picked(&ledger.pending()?, &mut walk)?;
                continue;
            }
            Ok((Picked::Left, _)) if list == Listed::No => return Err(left()),
            Ok((Picked::Left, _)) => break,
            Err(error) if list == Listed::No || error.kind == ErrorKind::Cancelled => return Err(error),
            Err(error) => {
                walk.refused += 1;
                talk(&refused(&row.id, &error));
            }
        }
        next = after(&ledger.pending()?, &row, &walk);
    }
    if list == Listed::Yes {
        talk(&format!("aigov: {} decided, {} still wait(s)\n", walk.decided, ledger.pending()?.len()));
    }
    Ok(if walk.refused > 0 && walk.decided == 0 { super::exit::code(ErrorKind::Refused) } else { 0 })
}

/// Lets a human pick the one request that is decided on the command line.
///
/// # Errors
/// When nothing waits, or the human left.
pub fn one(rows: &[RequestRow]) -> Result<RequestRow, Error> {
    match rows {
        [] => Err(nothing()),
        [one] => Ok(one.clone()),
        several => picked(several, &mut Walk::default())?.ok_or_else(left),
    }
}

fn picked(rows: &[RequestRow], walk: &mut Walk) -> Result<Option<RequestRow>, Error> {
    let Some(id) = pick(rows, &mut walk.filter)? else { return Ok(None) };
    // One that is picked by hand may be looked at again.
    walk.seen.retain(|one| *one != id);
    rows.iter().find(|row| row.id == id).cloned().map(Some).ok_or_else(|| unknown_request(&id))
}

/// The next one that was not seen: of those that came after this one, then of those before it. What the filter leaves out is
/// not come to.
fn after(rows: &[RequestRow], row: &RequestRow, walk: &Walk) -> Option<RequestRow> {
    let mut found = filtered(rows, &walk.filter);
    found.retain(|one| !walk.seen.contains(&one.id));
    let behind = found.iter().find(|one| one.created > row.created);
    behind.or_else(|| found.first()).map(|one| (*one).clone())
}

fn refused(id: &RequestId, error: &Error) -> String {
    let next = error.hint.human.as_ref().map(|next| format!("  hint: {next}\n")).unwrap_or_default();
    format!("aigov: request {id} stays as it is: {}\n{next}", error.text)
}

fn nothing() -> Error {
    Error::new(ErrorKind::Input, "no request waits for a decision").for_human("`aigov requests --all` lists the others")
}
