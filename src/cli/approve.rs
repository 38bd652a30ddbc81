//! `aigov approve` and `aigov reject`: a human's decision, at a prompt or on the command line.

use crate::approval::decide::{Choice, Decided, decide};
use crate::approval::{terminal, unknown_request};
use crate::error::{Error, ErrorKind};
use crate::host::identity::Claim;
use crate::ledger::Filter;
use crate::model::ids::RequestId;
use crate::model::ledger::Ledger;
use crate::model::request::{RequestRow, RequestState};
use crate::policy::Policies;
use crate::redact::Redactor;
use crate::report::listing;
use crate::text::escape::escape;

use super::args::DecideArgs;
use super::output;
use super::session::Session;

/// `aigov approve`.
///
/// # Errors
/// When the decision does not count, the prompt was left, or the ledger cannot be written.
pub fn approve(args: &DecideArgs) -> Result<i32, Error> {
    decided(args, Choice::Approve)
}

/// `aigov reject`.
///
/// # Errors
/// When the decision does not count, the prompt was left, or the ledger cannot be written.
pub fn reject(args: &DecideArgs) -> Result<i32, Error> {
    decided(args, Choice::Reject)
}

fn decided(args: &DecideArgs, choice: Choice) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    let policies = session.policies()?;
    let mut ledger = session.settled_ledger(&policies)?;
    let row = match &args.id {
        Some(id) => {
            let id = RequestId::new(id.clone());
            ledger.request(&id)?.ok_or_else(|| unknown_request(&id))?
        }
        None => pick(&ledger.list(&Filter { state: Some(RequestState::Pending), ..Filter::default() })?)?,
    };
    let row = match &args.rationale {
        Some(rationale) => on_command_line(&session, &policies, &mut ledger, &row.id, choice, rationale)?,
        None => prompt(&session, &policies, &mut ledger, row, Some(choice))?,
    };
    report(args, &row)
}

fn report(args: &DecideArgs, row: &RequestRow) -> Result<i32, Error> {
    if args.json {
        output::data(&format!("{}\n", listing::json(row)))?;
    } else {
        output::talk(&format!("aigov: request {} is {}\n", row.id, row.state));
        if row.state == RequestState::Approved {
            output::talk(&format!("  it runs once, by `aigov run {}`\n", row.id));
        }
    }
    Ok(0)
}

fn pick(rows: &[RequestRow]) -> Result<RequestRow, Error> {
    let Some(first) = rows.first() else {
        return Err(Error::new(ErrorKind::Input, "no request waits for a decision")
            .for_human("`aigov requests --all` lists the others"));
    };
    if rows.len() == 1 {
        return Ok(first.clone());
    }
    let id = terminal::pick(rows)?;
    rows.iter().find(|row| row.id == id).cloned().ok_or_else(|| unknown_request(&id))
}

fn on_command_line(
    session: &Session,
    policies: &Policies,
    ledger: &mut dyn Ledger,
    id: &RequestId,
    choice: Choice,
    rationale: &str,
) -> Result<RequestRow, Error> {
    let decided = Decided {
        choice,
        rationale: Some(rationale),
        channel: "command",
        shown: None,
        viewed_ms: None,
        single_operator: policies.single_operator(),
    };
    decide(ledger, id, &session.caller, &Redactor::new(session.host.env()), &decided)
}

/// Shows a request and asks; what is left open comes back as it was.
///
/// # Errors
/// When the prompt was cancelled or the decision does not count.
pub fn prompt(
    session: &Session,
    policies: &Policies,
    ledger: &mut dyn Ledger,
    row: RequestRow,
    suggested: Option<Choice>,
) -> Result<RequestRow, Error> {
    if row.state != RequestState::Pending {
        let text = format!(
            "request `{}` is {}, so there is nothing to decide: {}",
            row.id,
            row.state,
            escape(row.body.command.as_str())
        );
        return Err(Error::new(ErrorKind::Refused, text));
    }
    let answer = terminal::ask(&row, suggested)?;
    let Some(choice) = answer.choice else { return Ok(row) };
    let decided = Decided {
        choice,
        rationale: answer.rationale.as_deref().filter(|text| !text.trim().is_empty()),
        channel: "terminal",
        shown: Some(answer.shown),
        viewed_ms: Some(answer.viewed_ms),
        single_operator: policies.single_operator(),
    };
    decide(ledger, &row.id, &session.caller, &Redactor::new(session.host.env()), &decided)
}
