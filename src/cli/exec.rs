//! `aigov exec` and `aigov run`: from the command line to the broker, and from its outcome to words and exit code.

use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::approval::outcome::Outcome;
use crate::approval::prepare::{PATIENCE, SHORTLY, WhenLate};
use crate::approval::request::{Ask, Given};
use crate::approval::settle::settle_orphans;
use crate::broker::Broker;
use crate::cli::exit;
use crate::error::{Error, ErrorKind};
use crate::govern::instead::instead;
use crate::host::identity::Claim;
use crate::host::read::{self, Unread};
use crate::host::terminal::Terminal;
use crate::model::ids::RequestId;
use crate::model::invocation::{Dialect, Form, Invocation, Raw};
use crate::model::ledger::Ledger;
use crate::model::request::{RequestRow, RequestState, TestRun};
use crate::policy::Policies;
use crate::policy::decide::NO_POLICY;
use crate::redact::Redactor;
use crate::report::status::{Offer, Status};
use crate::text::escape::escape;
use crate::text::quote;
use crate::verification;

use super::args::{ExecArgs, RunArgs, StatusArgs};
use super::collect::unattended;
use super::output::{StatusSink, talk, talk_in_lines};
use super::session::Session;
use super::{approve, wait};

/// How wide the labels of a status in words are.
const STATUS_LABEL: usize = 11;

/// `aigov exec`.
///
/// # Errors
/// When anything before the start fails; then nothing has run.
pub fn exec(args: ExecArgs) -> Result<i32, Error> {
    let claim = Claim { agent: args.agent, task: args.task, ..Claim::default() };
    let session = Session::open(&claim)?;
    let mut sink = sink(&args.status, &session)?;
    let spoken = spoken_for(&session, args.evidence.as_deref(), args.tests, &mut sink);
    let (evidence, tests) = match spoken {
        Ok(Ok(spoken)) => spoken,
        Ok(Err(outcome)) => {
            say("the tests did not run, so nothing else was asked; this is what came of them");
            return finish(Ok(outcome), Offer::default(), &mut sink);
        }
        Err(error) => return finish(Err(error), Offer::default(), &mut sink),
    };
    let ask = Ask { reason: args.reason, risk: args.risk, rolls_back: None, evidence, tests };
    let invocation = invocation(&session, args.text, args.shell, args.argv);
    let attempt = attempt(&session, &invocation, &ask, args.wait, &mut sink);
    let offer = attempt.as_ref().map(|outcome| offer(&session, Some(&invocation), outcome)).unwrap_or_default();
    finish(attempt, offer, &mut sink)
}

/// What a refusal or a question is told with: who decides, and what would run now instead.
pub fn offer(session: &Session, invocation: Option<&Invocation>, outcome: &Outcome) -> Offer {
    let (verdict, may_ask) = match outcome {
        Outcome::Denied { verdict, hold: None, .. } | Outcome::ReasonNeeded(verdict) => (verdict.as_ref(), true),
        Outcome::Denied { verdict, hold: Some(_), .. } => (verdict.as_ref(), false),
        Outcome::Ticket(row) if is_question(row) => (&row.body.verdict, true),
        Outcome::Ticket(_) | Outcome::Ran { .. } | Outcome::Unverified(_) => return Offer::default(),
    };
    // What is in force was loaded to decide; where it no longer loads, nothing is offered.
    let Ok(policies) = session.policies() else { return Offer::default() };
    let instead = invocation.filter(|_| may_ask).map(|invocation| {
        let setting = session.setting(&policies);
        let facts = setting.facts(invocation);
        instead(invocation, &facts, &policies, &session.caller, verdict)
    });
    let attempted = invocation.map(shown);
    Offer { instead: instead.unwrap_or_default(), attempted }
}

/// A command as the chain would keep it.
fn shown(invocation: &Invocation) -> String {
    let redactor = Redactor::new(&invocation.env);
    match &invocation.form {
        Form::Argv(argv) => quote::words(&redactor.words(argv)),
        Form::Shell { text, .. } => redactor.text(&text.lossy()).to_string(),
    }
}

/// Whether it waits for a human, or one has said no.
fn is_question(row: &RequestRow) -> bool {
    matches!(row.state, RequestState::Preparing | RequestState::Pending | RequestState::Rejected)
}

/// What speaks for a request: a file, and the tests that are run for it; else what came of asking for the tests.
type SpokenFor = Result<(Option<Given>, Option<TestRun>), Outcome>;

fn spoken_for(
    session: &Session,
    file: Option<&Path>,
    tests: Option<OsString>,
    sink: &mut StatusSink,
) -> Result<SpokenFor, Error> {
    let evidence = file.map(given).transpose()?;
    let Some(text) = tests else { return Ok(Ok((evidence, None))) };
    Ok(tested(session, text, sink)?.map(|tests| (evidence, Some(tests))))
}

/// A file that speaks for a request.
fn given(path: &Path) -> Result<Given, Error> {
    let bytes = read::bytes(path).map_err(|why| {
        let why = match why {
            Unread::Absent => format!("there is no file `{}`", path.display()),
            Unread::Failed(why) => why,
        };
        Error::new(ErrorKind::Input, format!("the evidence cannot be given: {why}; nothing was asked"))
            .with_hint("`--evidence` takes a regular file of at most 1 MiB")
    })?;
    Ok(Given { name: path.to_string_lossy().into_owned(), bytes })
}

/// Runs the tests for a request, as a request of their own; else what came of asking for them.
fn tested(session: &Session, text: OsString, sink: &mut StatusSink) -> Result<Result<TestRun, Outcome>, Error> {
    let command = Redactor::new(session.host.env()).text(&text.to_string_lossy());
    let invocation = invocation(session, Some(text), None, Vec::new());
    let ask = Ask { reason: Some("tests for the request that follows".to_owned()), ..Ask::default() };
    match attempt(session, &invocation, &ask, None, sink)? {
        Outcome::Ran { id, outcome, .. } => {
            Ok(Ok(TestRun { request: id, command, state: outcome.state(), exit_code: outcome.exit_code }))
        }
        other => Ok(Err(other)),
    }
}

/// `aigov run`.
///
/// # Errors
/// When anything before the start fails; then nothing has run.
pub fn run(args: &RunArgs) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    let mut sink = sink(&args.status, &session)?;
    let attempt = (|| {
        let policies = session.policies()?;
        let mut ledger = session.settled_ledger(&policies)?;
        session.test_unseen_layers(&policies, &mut ledger)?;
        run_now(&session, &policies, &mut ledger, &RequestId::new(args.ticket.clone()))
    })();
    let offer = attempt.as_ref().map(|outcome| offer(&session, None, outcome)).unwrap_or_default();
    finish(attempt, offer, &mut sink)
}

/// Where aigov's own outcome goes.
///
/// # Errors
/// When the descriptor cannot be written.
pub fn sink(args: &StatusArgs, session: &Session) -> Result<StatusSink, Error> {
    let variable = session.host.variable("AIGOV_OUTPUT").map(|raw| raw.lossy().into_owned());
    StatusSink::new(args.json, args.status_fd, variable.as_deref())
}

/// Takes an invocation through the broker, and does what its outcome wants done here.
///
/// # Errors
/// When anything before the start fails; then nothing has run.
pub fn attempt(
    session: &Session,
    invocation: &Invocation,
    ask: &Ask,
    wait: Option<Duration>,
    sink: &mut StatusSink,
) -> Result<Outcome, Error> {
    let policies = session.policies()?;
    let mut ledger = session.ledger()?;
    settle_orphans(&mut ledger, &session.caller)?;
    session.go_on(&policies, &mut ledger)?;
    session.test_unseen_layers(&policies, &mut ledger)?;
    let mut broker = Broker { setting: session.setting(&policies), ledger: &mut ledger };
    let outcome = match broker.exec(invocation, ask)? {
        // What runs by a grant is held to what policy wants afterwards; nothing else that runs here is.
        outcome @ Outcome::Ran { .. } if policies.wants_verification() => verified(&mut broker, outcome),
        outcome => outcome,
    };
    let outcome = previewed(session, &policies, &mut ledger, outcome, wait, sink)?;
    if let Outcome::Ticket(row) = &outcome
        && sink.is_words()
        && let Some(remark) = unattended(&policies, &ledger, row)
    {
        say(&remark);
    }
    match (outcome, wait) {
        (Outcome::Ticket(row), _) if row.state == RequestState::Approved => {
            run_now(session, &policies, &mut ledger, &row.id)
        }
        (Outcome::Ticket(row), _) if session.caller.is_human() && Terminal::look().can_ask() => {
            in_place(session, &policies, &mut ledger, *row)
        }
        (Outcome::Ticket(row), Some(limit)) => waited(session, &policies, &mut ledger, &row.id, limit),
        (outcome, _) => Ok(outcome),
    }
}

fn verified(broker: &mut Broker<'_>, outcome: Outcome) -> Outcome {
    match &outcome {
        Outcome::Ran { id, .. } => {
            let id = id.clone();
            verification::after(broker, &id, outcome, &mut say)
        }
        _ => outcome,
    }
}

/// A request that waits for its preview: the ticket is told at once, whatever happens to this process; the preview follows
/// in it for some seconds. A human at a terminal waits for it where they decide.
fn previewed(
    session: &Session,
    policies: &Policies,
    ledger: &mut dyn Ledger,
    outcome: Outcome,
    wait: Option<Duration>,
    sink: &mut StatusSink,
) -> Result<Outcome, Error> {
    let row = match outcome {
        Outcome::Ticket(row) if row.state == RequestState::Preparing => row,
        outcome => return Ok(outcome),
    };
    if session.caller.is_human() && Terminal::look().can_ask() {
        return Ok(Outcome::Ticket(row));
    }
    sink.json(&json(&Status::of_row(&row)));
    if sink.is_words() {
        talk(&format!("aigov: preparing {}\n", row.id));
    }
    let patience = wait.unwrap_or(SHORTLY).clamp(SHORTLY, PATIENCE);
    let mut broker = Broker { setting: session.setting(policies), ledger };
    Ok(Outcome::Ticket(Box::new(broker.prepare(&row.id, patience, WhenLate::Leave)?)))
}

fn run_now(session: &Session, policies: &Policies, ledger: &mut dyn Ledger, id: &RequestId) -> Result<Outcome, Error> {
    let mut broker = Broker { setting: session.setting(policies), ledger };
    let outcome = broker.run(id)?;
    Ok(verification::after(&mut broker, id, outcome, &mut say))
}

/// Tells what aigov does by itself.
pub fn say(text: &str) {
    talk(&format!("aigov: {}\n", escape(text)));
}

/// A human at a terminal decides where they are.
fn in_place(
    session: &Session,
    policies: &Policies,
    ledger: &mut dyn Ledger,
    row: RequestRow,
) -> Result<Outcome, Error> {
    let row = approve::prompt(session, policies, ledger, row, None)?;
    match row.state {
        RequestState::Approved => run_now(session, policies, ledger, &row.id),
        _ => Ok(Outcome::Ticket(Box::new(row))),
    }
}

fn waited(
    session: &Session,
    policies: &Policies,
    ledger: &mut dyn Ledger,
    id: &RequestId,
    limit: Duration,
) -> Result<Outcome, Error> {
    let row = wait::until_decided(ledger, id, Instant::now() + limit)?;
    match row.state {
        RequestState::Approved => run_now(session, policies, ledger, id),
        _ => Ok(Outcome::Ticket(Box::new(row))),
    }
}

/// The invocation that the command line and the host make.
pub fn invocation(
    session: &Session,
    text: Option<OsString>,
    shell: Option<OsString>,
    argv: Vec<OsString>,
) -> Invocation {
    let form = match text {
        None => Form::Argv(argv.into_iter().map(Raw::from).collect()),
        Some(text) => {
            let shell = shell.map_or_else(|| session.host.default_shell(), Raw::from);
            let dialect = dialect(&shell);
            Form::Shell { text: Raw::from(text), shell, dialect }
        }
    };
    session.host.invocation(form)
}

/// A shell that is not called bash is read as POSIX sh: what bash reads otherwise is opaque there.
fn dialect(shell: &Raw) -> Dialect {
    let lossy = shell.lossy();
    if lossy.rsplit('/').next() == Some("bash") { Dialect::Bash } else { Dialect::Posix }
}

/// Says what came of an attempt, and gives the exit code.
///
/// # Errors
/// When the attempt failed and words are wanted.
pub fn finish(attempt: Result<Outcome, Error>, offer: Offer, sink: &mut StatusSink) -> Result<i32, Error> {
    match attempt {
        Ok(outcome) => Ok(tell(&outcome, offer, sink)),
        Err(error) if sink.is_words() => Err(error),
        Err(error) => {
            sink.json(&json(&Status::of_error(&error)));
            Ok(exit::code(error.kind))
        }
    }
}

/// Says what came of it, where there is something to say, and gives the exit code.
pub fn tell(outcome: &Outcome, offer: Offer, sink: &mut StatusSink) -> i32 {
    let status = Status::of(outcome).with(offer);
    sink.json(&json(&status));
    let is_quiet = matches!(outcome, Outcome::Ran { outcome, .. } if outcome.start_error.is_none());
    if sink.is_words() && !is_quiet {
        talk_in_lines(&status.words(), STATUS_LABEL);
    }
    match outcome {
        Outcome::Ran { outcome, unrecorded, .. } => {
            if let Some(error) = unrecorded {
                talk(&format!("aigov: the command ended, but its outcome is not in the ledger: {error}\n"));
            }
            exit::of_child(outcome)
        }
        Outcome::Denied { verdict, .. } => match verdict.rule.as_str() {
            NO_POLICY => exit::code(ErrorKind::Config),
            _ => exit::REFUSED,
        },
        Outcome::Unverified(_) => exit::REFUSED,
        Outcome::Ticket(row) => exit::of_row(row),
        Outcome::ReasonNeeded(_) => exit::NOT_YET,
    }
}

/// A status as one line.
pub fn json(status: &Status) -> String {
    serde_json::to_string(status).unwrap_or_else(|_| r#"{"schema":1,"status":"error"}"#.to_owned())
}
