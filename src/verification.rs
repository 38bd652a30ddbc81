//! What follows a run that policy wants to be verified: the check, and the way back where it fails.
//!
//! Promises: a check is policy's command, never the agent's; a way back runs at most once, only by a human's approval of the
//! request that it takes back, and only where it asks for no more than that approval gave; everything is recorded before it
//! is told. Whoever is killed lets go of its turn, and the next command that may act goes on from what the ledger says.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant as Moment};

use crate::approval::outcome::Outcome;
use crate::approval::prepare::{PATIENCE, WhenLate};
use crate::approval::request::Ask;
use crate::approval::stored::way_back;
use crate::approval::{Setting, unknown_request};
use crate::broker::Broker;
use crate::error::{Error, ErrorKind};
use crate::exec::environment::{Whose, prepare};
use crate::exec::probe::{Answered, Probe, probe};
use crate::exec::resolve::resolve;
use crate::host::{clock, leftover, turn::Turn, variable};
use crate::model::attribution::Attribution;
use crate::model::ids::RequestId;
use crate::model::invocation::Raw;
use crate::model::ledger::{Batch, Durability};
use crate::model::preview::PreviewState;
use crate::model::record::{Draft, Event, Note, ProbeRun};
use crate::model::request::{RequestRow, RequestState};
use crate::model::secret::Redacted;
use crate::model::time::Instant;
use crate::model::verification::{ApprovedBefore, Health, Verification, VerificationBody};
use crate::redact::Redactor;

/// How soon a check that did not hold is made again; twice as late each time, up to [`LATEST`].
const SOONEST: Duration = Duration::from_millis(250);
/// The longest time between two checks.
const LATEST: Duration = Duration::from_secs(5);
/// How long one check may take.
const ONE_CHECK: Duration = Duration::from_secs(30);
/// How many bytes a check may write.
const BYTES: usize = 1024 * 1024;
/// How much of what a check said is kept, in characters.
const SAID: usize = 300;

/// How long whoever attends to a verification stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stay {
    /// Until it holds or its time is up.
    ToTheEnd,
    /// For one look.
    OneLook,
}

/// What came of a run, once what policy wants of the time after it was done.
pub fn after(broker: &mut Broker<'_>, id: &RequestId, outcome: Outcome, say: &mut dyn FnMut(&str)) -> Outcome {
    if !matches!(outcome, Outcome::Ran { .. }) {
        return outcome;
    }
    match attend(broker, id, Stay::ToTheEnd, say) {
        Ok(Some(row)) if row.verification.as_ref().is_some_and(Verification::has_failed) => {
            Outcome::Unverified(Box::new(row))
        }
        Ok(_) => outcome,
        Err(error) => {
            say(&format!("the verification of request {id} could not be brought to an end: {error}"));
            match broker.ledger.request(id) {
                Ok(Some(row)) => Outcome::Unverified(Box::new(row)),
                _ => outcome,
            }
        }
    }
}

/// Goes on with everything that a killed process left undone.
///
/// # Errors
/// When the ledger cannot be read.
pub fn go_on(broker: &mut Broker<'_>, say: &mut dyn FnMut(&str)) -> Result<(), Error> {
    for id in broker.ledger.open_verifications()? {
        if let Err(error) = attend(broker, &id, Stay::OneLook, say) {
            say(&format!("the verification of request {id} could not be gone on with: {error}"));
        }
    }
    Ok(())
}

/// Does what is left to do; none when that is nothing, or somebody else is at it.
fn attend(
    broker: &mut Broker<'_>,
    id: &RequestId,
    stay: Stay,
    say: &mut dyn FnMut(&str),
) -> Result<Option<RequestRow>, Error> {
    let is_open = |row: &RequestRow| row.verification.as_ref().is_some_and(|state| state.is_open);
    if !is_open(&row_of(broker, id)?) {
        return Ok(None);
    }
    let Some(turn) = Turn::take(&broker.setting.places.data_dir, id.as_str())? else { return Ok(None) };
    let row = row_of(broker, id)?;
    // Whoever had the turn before may have done it all.
    if !is_open(&row) || is_still_running(&row) {
        return Ok(None);
    }
    if row.verification.as_ref().is_some_and(|state| state.ended.is_none()) {
        verify(broker, &row, stay, say)?;
    }
    let row = row_of(broker, id)?;
    if is_open(&row) && row.verification.as_ref().is_some_and(Verification::has_failed) {
        take_back(broker, &row, say)?;
    }
    let row = row_of(broker, id)?;
    if !is_open(&row) {
        turn.finish();
    }
    Ok(Some(row))
}

/// Whether it was started by a process that is gone and has not ended itself: nothing is judged or taken back under it.
fn is_still_running(row: &RequestRow) -> bool {
    row.state == RequestState::OutcomeUnknown && row.execution.as_ref().is_some_and(leftover::still_runs)
}

fn row_of(broker: &Broker<'_>, id: &RequestId) -> Result<RequestRow, Error> {
    broker.ledger.request(id)?.ok_or_else(|| unknown_request(id))
}

/// Looks until everything holds or the time is up, and records which of the two it was.
fn verify(broker: &mut Broker<'_>, row: &RequestRow, stay: Stay, say: &mut dyn FnMut(&str)) -> Result<(), Error> {
    let Some(due) = row.verification.as_ref().and_then(|state| state.due) else { return Ok(()) };
    let checks = row.body.checks();
    let names: Vec<&str> = checks.iter().map(|(command, _)| *command).collect();
    if stay == Stay::ToTheEnd {
        let left = Duration::from_micros(u64::try_from(due.micros - clock::now().micros).unwrap_or(0));
        say(&format!("request {}: verifying for at most {} s: {}", row.id, left.as_secs() + 1, names.join("; ")));
    }
    let (mut rounds, mut pause) = (0_u32, SOONEST);
    loop {
        rounds = rounds.saturating_add(1);
        let round = look(&broker.setting, row, &names, due);
        let is_over = clock::now() >= due;
        if round.health == Health::Holds || is_over {
            let body = VerificationBody { health: round.health, rounds, last: round.last, said: round.said };
            let words = told(row, &body);
            record(broker, &broker.setting.caller.clone(), &row.id, Event::VerificationEnded(Box::new(body)))?;
            say(&words);
            return Ok(());
        }
        if stay == Stay::OneLook {
            return Ok(());
        }
        sleep(pause.min(Duration::from_micros(u64::try_from(due.micros - clock::now().micros).unwrap_or(0))));
        pause = (pause * 2).min(LATEST);
    }
}

/// What one look at all checks gave.
struct Round {
    health: Health,
    last: ProbeRun,
    said: Option<Redacted>,
}

fn look(setting: &Setting<'_>, row: &RequestRow, checks: &[&str], due: Instant) -> Round {
    let redactor = Redactor::new(setting.host.env());
    let mut round = Round { health: Health::Holds, last: nothing(), said: None };
    for command in checks {
        let words = shlex::split(command).unwrap_or_default();
        let argv: Vec<Raw> = words.iter().map(|word| Raw::from(word.as_str())).collect();
        let started = Moment::now();
        let answered = ask(setting, row, &argv, due);
        let holds = answered.as_ref().is_ok_and(|answered| answered.exit_code == Some(0));
        round = Round {
            health: if holds { Health::Holds } else { Health::Fails },
            last: ProbeRun {
                argv: redactor.words(&argv),
                exit_code: answered.as_ref().ok().and_then(|answered| answered.exit_code),
                failed: answered.as_ref().err().map(|why| redactor.text(why)),
                duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            },
            said: answered.ok().and_then(|answered| said(&answered, &redactor)),
        };
        if !holds {
            break;
        }
    }
    round
}

/// Asks one check. It does not run where the agent writes, and finds no program there.
fn ask(setting: &Setting<'_>, row: &RequestRow, argv: &[Raw], due: Instant) -> Result<Answered, String> {
    let tree = Path::new(row.body.cwd.as_str());
    let env = prepare(setting.host.env(), &[], tree, Whose::Other).vars;
    let name = argv.first().ok_or_else(|| "it has no words".to_owned())?;
    let program = resolve(name, variable(&env, "PATH"), Path::new("/")).map_err(|error| error.to_string())?;
    let left = Duration::from_micros(u64::try_from(due.micros - clock::now().micros).unwrap_or(0));
    let time = left.clamp(Duration::from_secs(1), ONE_CHECK);
    let question = Probe { program, argv: argv.to_vec(), cwd: PathBuf::from("/"), env, time, bytes: BYTES };
    probe(&question).map_err(|error| error.to_string())
}

fn nothing() -> ProbeRun {
    ProbeRun { argv: Vec::new(), exit_code: None, failed: None, duration_ms: 0 }
}

/// The last line that a check wrote: of its errors, else of its output.
fn said(answered: &Answered, redactor: &Redactor) -> Option<Redacted> {
    let last = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
        Some(line.chars().take(SAID).collect::<String>())
    };
    last(&answered.err).or_else(|| last(&answered.out)).map(|line| redactor.text(&line))
}

fn told(row: &RequestRow, body: &VerificationBody) -> String {
    let id = &row.id;
    match body.health {
        Health::Holds => format!("request {id}: verified, it holds"),
        Health::Fails => format!("request {id}: {}", body.why()),
    }
}

/// Takes a request back by the approval that was given for it, or says why not.
fn take_back(broker: &mut Broker<'_>, first: &RequestRow, say: &mut dyn FnMut(&str)) -> Result<(), Error> {
    let host = broker.setting.host;
    // What the one who asked may ask; the approval is the human's. The chain says under which request it happened.
    let caller = Attribution { parent: Some(first.id.to_string()), ..first.attribution.clone() };
    let setting =
        Setting { host, places: broker.setting.places, policies: broker.setting.policies, caller: caller.clone() };
    let mut own = Broker { setting, ledger: broker.ledger };
    let known = first.verification.as_ref().and_then(|state| state.way_back.clone());
    let found = match known {
        Some(id) => match row_of(&own, &id)? {
            back if is_still_running(&back) => return Ok(()),
            back if back.state == RequestState::OutcomeUnknown => Err(format!(
                "its way back {id} was killed while it ran, and nobody knows how far it came; look at what is there"
            )),
            back => Ok(back),
        },
        None => cover(&mut own, first)?,
    };
    let back = match found {
        Ok(back) => back,
        Err(why) => {
            let note = format!("aigov does not take it back by itself: {why}");
            say(&format!("request {}: {note}; a human has to act", first.id));
            return record(&mut own, &caller, &first.id, Event::RollbackLeft(Note { note }));
        }
    };
    say(&format!("request {}: taking it back with {}", first.id, back.id));
    let outcome = own.run(&back.id)?;
    let after = row_of(&own, &back.id)?;
    let words = match (outcome, after.state) {
        (Outcome::Denied { hold: Some(hold), .. }, _) => format!("the way back waits: {}", hold.why()),
        (_, RequestState::Succeeded) => format!("rolled back by {}", back.id),
        (_, state) => {
            let note = after.note.map(|note| format!(" ({note})")).unwrap_or_default();
            format!("NOT rolled back: the way back {} is {state}{note}; a human has to act", back.id)
        }
    };
    say(&format!("request {}: {words}", first.id));
    Ok(())
}

/// Files the way back, makes its preview, and lets it run by the first one's approval; else why that cannot be.
fn cover(broker: &mut Broker<'_>, first: &RequestRow) -> Result<Result<RequestRow, String>, Error> {
    let kept = match way_back(broker.ledger, &first.id) {
        Ok(kept) => kept,
        Err(error) if error.kind == ErrorKind::Input => return Ok(Err(error.text)),
        Err(error) => return Err(error),
    };
    let reason = first.verification.as_ref().and_then(|state| state.ended.as_ref()).map(VerificationBody::why);
    let ask = Ask { reason, rolls_back: Some(first.id.clone()), ..Ask::default() };
    let invocation = kept.invocation(&broker.setting);
    let row = match broker.exec(&invocation, &ask) {
        Ok(Outcome::Ticket(row)) => row,
        Ok(Outcome::Denied { verdict, hold, .. }) => {
            let why = hold.map_or_else(|| format!("rule `{}` denies it", verdict.rule), |hold| hold.why());
            return Ok(Err(why));
        }
        Ok(Outcome::Ran { .. } | Outcome::ReasonNeeded(_) | Outcome::Unverified(_)) => {
            return Ok(Err("it was not filed as a request".to_owned()));
        }
        Err(error) if error.kind == ErrorKind::Unavailable => return Err(error),
        Err(error) => return Ok(Err(error.text)),
    };
    let back = broker.prepare(&row.id, PATIENCE, WhenLate::Fail)?;
    if let Some(why) = objection(first, &back) {
        return Ok(Err(format!("{why}; it waits as request {}", back.id)));
    }
    let before = ApprovedBefore { with: first.id.clone(), preview: back.preview.as_ref().map(|one| one.digest) };
    record(broker, &broker.setting.caller.clone(), &back.id, Event::RequestApprovedBefore(before))?;
    Ok(Ok(row_of(broker, &back.id)?))
}

/// Why a way back asks for more than the approval of the first one gave.
fn objection(first: &RequestRow, back: &RequestRow) -> Option<String> {
    let (given, wanted) = (&first.body.verdict, &back.body.verdict);
    if back.state != RequestState::Pending {
        return Some(format!("the way back is {}", back.state));
    }
    if let Some(PreviewState::Failed { why, .. }) = back.preview.as_ref().map(|preview| &preview.state) {
        return Some(format!("what the way back would do is not known: {why}"));
    }
    let places = given.environments();
    if let Some(other) = wanted.environments().iter().find(|place| !places.contains(place)) {
        return Some(format!("the way back points at {other}, which was not approved"));
    }
    if wanted.approvals_needed() > given.approvals_needed() || wanted.min_assurance() > given.min_assurance() {
        return Some(format!("rule `{}` wants more for the way back than was given", wanted.rule));
    }
    None
}

fn record(broker: &mut Broker<'_>, caller: &Attribution, id: &RequestId, event: Event) -> Result<(), Error> {
    let draft = Draft {
        event,
        request: Some(id.clone()),
        execution: None,
        parent: caller.parent.clone(),
        attribution: caller.clone(),
        commitments: Vec::new(),
    };
    let _recorded = broker
        .ledger
        .transact(Durability::Power, &mut |_| Ok(Batch { records: vec![draft.clone()], ..Batch::default() }))?;
    Ok(())
}
