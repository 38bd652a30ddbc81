//! `aigov approve` and `aigov reject`: a human's decision, at a prompt or on the command line.

use crate::approval::decide::{Choice, Decided, decide};
use crate::approval::decider::{Channel, Decider};
use crate::approval::hunks::painted;
use crate::approval::prepare::{PATIENCE, WhenLate};
use crate::approval::present::{head, page};
use crate::approval::{terminal, unknown_request};
use crate::broker::Broker;
use crate::error::{Error, ErrorKind};
use crate::host::identity::Claim;
use crate::host::terminal::width;
use crate::model::ids::RequestId;
use crate::model::ledger::Ledger;
use crate::model::request::{RequestRow, RequestState};
use crate::policy::Policies;
use crate::redact::Redactor;
use crate::report::listing;
use crate::text::escape::escape;

use super::args::DecideArgs;
use super::break_glass;
use super::grant;
use super::output::{self, Reading};
use super::session::{Paging, Session};

/// `aigov approve`.
///
/// # Errors
/// When the decision does not count, the prompt was left, or the ledger cannot be written.
pub fn approve(args: &DecideArgs) -> Result<i32, Error> {
    if args.break_glass {
        return break_glass::approve(args);
    }
    decided(args, Choice::Approve)
}

/// `aigov reject`.
///
/// # Errors
/// When the decision does not count, the prompt was left, or the ledger cannot be written.
pub fn reject(args: &DecideArgs) -> Result<i32, Error> {
    if args.break_glass {
        return Err(Error::new(ErrorKind::Usage, "`--break-glass` approves; a rejection needs none"));
    }
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
        None => pick(&ledger.pending()?)?,
    };
    let row = match &args.rationale {
        Some(rationale) => on_command_line(&session, &policies, &mut ledger, row, choice, rationale)?,
        None => {
            let row = prompt(&session, &policies, &mut ledger, row, Some(choice))?;
            grant::offer(&session, &policies, &row)?;
            row
        }
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
    row: RequestRow,
    choice: Choice,
    rationale: &str,
) -> Result<RequestRow, Error> {
    if choice == Choice::Approve && row.state == RequestState::Preparing {
        let row = prepared(session, policies, ledger, row)?;
        output::talk(&page(&row, usize::from(width(&session.host))));
        let text = format!("the preview of request `{}` was made only now, so nobody can have seen it before", row.id);
        return Err(Error::new(ErrorKind::NotYet, text).for_human("read it, then give the same command again"));
    }
    let decided = Decided {
        choice,
        rationale: Some(rationale),
        shown: None,
        preview: row.preview.as_ref().map(|preview| preview.digest),
        viewed_ms: None,
    };
    let decider = Decider::local(&session.caller, policies, Channel::Command);
    decide(ledger, policies, &row.id, &decider, &Redactor::new(session.host.env()), &decided)
}

/// The request with its preview made, where it waits for one: whoever looks at it waits for it.
///
/// # Errors
/// When the request cannot be read or the ledger cannot be written.
pub fn prepared(
    session: &Session,
    policies: &Policies,
    ledger: &mut dyn Ledger,
    row: RequestRow,
) -> Result<RequestRow, Error> {
    if row.state != RequestState::Preparing {
        return Ok(row);
    }
    output::talk(&format!("aigov: making the preview of request {} (at most {} s)\n", row.id, PATIENCE.as_secs()));
    Broker { setting: session.setting(policies), ledger }.prepare(&row.id, PATIENCE, WhenLate::Fail)
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
    let row = prepared(session, policies, ledger, row)?;
    if row.state != RequestState::Pending {
        let text = format!(
            "request `{}` is {}, so there is nothing to decide: {}",
            row.id,
            row.state,
            escape(row.body.command.as_str())
        );
        return Err(Error::new(ErrorKind::Refused, text));
    }
    let columns = usize::from(width(&session.host));
    let text = page(&row, columns);
    let shown = painted(&text, session.colour(&console::Term::stderr()));
    let asked = match output::read_through(&shown, &session.pager(Paging::WhenLong))? {
        Reading::Done => head(&row, columns),
        Reading::Open => shown,
    };
    let answer = terminal::ask(&text, &asked, suggested)?;
    let Some(choice) = answer.choice else { return Ok(row) };
    let decided = Decided {
        choice,
        rationale: answer.rationale.as_deref().filter(|text| !text.trim().is_empty()),
        shown: Some(answer.shown),
        preview: row.preview.as_ref().map(|preview| preview.digest),
        viewed_ms: Some(answer.viewed_ms),
    };
    let decider = Decider::local(&session.caller, policies, Channel::Terminal);
    decide(ledger, policies, &row.id, &decider, &Redactor::new(session.host.env()), &decided)
}
