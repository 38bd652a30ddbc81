//! `aigov approve` and `aigov reject`: a human's decision, at a prompt or on the command line.

use std::time::Instant as Monotonic;

use crate::approval::decide::{Choice, Decided, decide};
use crate::approval::decider::{Channel, Decider};
use crate::approval::hunks::painted;
use crate::approval::prepare::{PATIENCE, WhenLate};
use crate::approval::present::{head, page};
use crate::approval::terminal::{Answer, Listed, Picked, Question, left};
use crate::approval::{terminal, unknown_request};
use crate::broker::Broker;
use crate::error::{Error, ErrorKind};
use crate::govern::review::{Looked, name_to_type};
use crate::host::clock;
use crate::host::identity::Claim;
use crate::host::terminal::width;
use crate::model::decision::Obligation;
use crate::model::ids::{Digest, RequestId};
use crate::model::ledger::Ledger;
use crate::model::request::{RequestRow, RequestState};
use crate::model::review::Measure;
use crate::model::time::Instant;
use crate::policy::Policies;
use crate::redact::Redactor;
use crate::report::listing;
use crate::text::escape::escape;

use super::args::DecideArgs;
use super::break_glass;
use super::grant;
use super::output::{self, Reading};
use super::queue;
use super::session::{Paging, Session};
use super::sign;

/// How often a question is put on one page before the human is sent away with the reason.
const MOST_ASKED: u64 = 3;

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
    if let Some(code) = sign::asked(args, choice)? {
        return Ok(code);
    }
    let session = Session::open(&Claim::default())?;
    let policies = session.policies()?;
    let mut ledger = session.settled_ledger(&policies)?;
    let row = match (&args.id, &args.rationale) {
        (Some(id), _) => {
            let id = RequestId::new(id.clone());
            ledger.request(&id)?.ok_or_else(|| unknown_request(&id))?
        }
        (None, None) => return queue::walk(args, &session, &policies, &mut ledger, choice),
        (None, Some(_)) => queue::one(&ledger.pending()?)?,
    };
    let row = match &args.rationale {
        Some(rationale) => on_command_line(&session, &policies, &mut ledger, row, choice, (rationale, args))?,
        None => {
            let row = prompt(&session, &policies, &mut ledger, row, Some(choice))?;
            grant::offer(&session, &policies, &row)?;
            row
        }
    };
    report(args, &row)
}

/// Says what became of a request.
///
/// # Errors
/// When stdout cannot be written.
pub fn report(args: &DecideArgs, row: &RequestRow) -> Result<i32, Error> {
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

fn on_command_line(
    session: &Session,
    policies: &Policies,
    ledger: &mut dyn Ledger,
    row: RequestRow,
    choice: Choice,
    (rationale, args): (&str, &DecideArgs),
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
        looked: Looked { confirm: args.confirm.as_deref(), ..Looked::default() },
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
    match looked_at(session, policies, ledger, row, (suggested, Listed::No))? {
        (Picked::Left, _) => Err(left()),
        (Picked::Decision(_) | Picked::Open | Picked::List, row) => Ok(row),
    }
}

/// What is on the screen, and since when.
struct Shown {
    text: String,
    digest: Digest,
    presented: Instant,
    since: Monotonic,
    lines: u64,
    seen: Measure<u64>,
}

/// What a human gave on a page, all answers together.
struct Given<'a> {
    choice: Choice,
    rationale: Option<&'a str>,
    confirm: Option<&'a str>,
    viewed_ms: u64,
    asked_before: u64,
}

/// Shows a request and asks, again where an answer does not count yet; what was picked in the end, with the request as it is
/// then.
///
/// # Errors
/// When the prompt was cancelled or the decision does not count.
pub fn looked_at(
    session: &Session,
    policies: &Policies,
    ledger: &mut dyn Ledger,
    row: RequestRow,
    (suggested, list): (Option<Choice>, Listed),
) -> Result<(Picked, RequestRow), Error> {
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
    let name = name_to_type(policies, &row);
    let is_reasoned = row.body.verdict.obligations.contains(&Obligation::Rationale);
    let least_rationale = if is_reasoned { policies.review().min_rationale } else { 0 };
    let shown = put_up(session, &row)?;
    let (mut above, mut before, mut asked_before) = (shown.text.clone(), None, 0);
    let mut typed = None;
    loop {
        let answer = terminal::ask(&Question {
            above: &above,
            since: shown.since,
            suggested,
            list,
            // Once typed, it is not asked for again.
            name: name.as_deref().filter(|name| typed.as_deref() != Some(*name)),
            least_rationale,
            before: before.as_deref(),
        })?;
        let Answer { picked, rationale, confirm, viewed_ms } = answer;
        let Picked::Decision(choice) = picked else { return Ok((picked, row)) };
        typed = confirm.map(|name| name.trim().to_owned()).or(typed);
        let given =
            Given { choice, rationale: rationale.as_deref(), confirm: typed.as_deref(), viewed_ms, asked_before };
        match answered(session, policies, ledger, &row, &shown, &given) {
            Ok(row) => return Ok((picked, row)),
            Err(error) if is_for_another_answer(&error) && asked_before + 1 < MOST_ASKED => {
                above = again(&error);
                (before, asked_before) = (rationale, asked_before + 1);
            }
            Err(error) => return Err(error),
        }
    }
}

/// Puts the page up, through the pager where it is longer than the screen.
fn put_up(session: &Session, row: &RequestRow) -> Result<Shown, Error> {
    let (presented, since) = (clock::now(), Monotonic::now());
    let columns = usize::from(width(&session.host));
    let text = page(row, columns);
    let digest = terminal::page_digest(&text);
    let lines = u64::try_from(text.lines().count()).unwrap_or(u64::MAX);
    let painted = painted(&text, session.colour(&console::Term::stderr()));
    let screen = console::Term::stderr().size_checked().map(|(rows, _)| u64::from(rows));
    let (text, seen) = match output::read_through(&painted, &session.pager(Paging::WhenLong))? {
        // How far somebody reads in a pager of their own is not known.
        Reading::Done => (head(row, columns), Measure::Unmeasured),
        Reading::Open => (painted, screen.filter(|rows| lines < *rows).map(|_| lines).into()),
    };
    Ok(Shown { text, digest, presented, since, lines, seen })
}

fn answered(
    session: &Session,
    policies: &Policies,
    ledger: &mut dyn Ledger,
    row: &RequestRow,
    shown: &Shown,
    given: &Given<'_>,
) -> Result<RequestRow, Error> {
    let decided = Decided {
        choice: given.choice,
        rationale: given.rationale.filter(|text| !text.trim().is_empty()),
        shown: Some(shown.digest),
        preview: row.preview.as_ref().map(|preview| preview.digest),
        viewed_ms: Some(given.viewed_ms),
        looked: Looked {
            presented: Measure::Known(shown.presented),
            opened: Measure::Known(true),
            page_lines: Measure::Known(shown.lines),
            lines_seen: shown.seen,
            confirm: given.confirm,
            asked_before: given.asked_before,
        },
    };
    let decider = Decider::local(&session.caller, policies, Channel::Terminal);
    decide(ledger, policies, &row.id, &decider, &Redactor::new(session.host.env()), &decided)
}

/// Whether another answer on the same page may count.
fn is_for_another_answer(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::NotYet | ErrorKind::Usage)
}

fn again(error: &Error) -> String {
    let next = error.hint.human.as_ref().map(|next| format!("  {next}\n")).unwrap_or_default();
    format!("aigov: asked again: {}\n{next}", error.text)
}
