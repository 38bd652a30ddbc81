//! What the events amount to: one row per request, execution, freeze, policy.
//!
//! [`apply`] is the only writer of these tables, for a new record as for a replay, so that what is seen while running is
//! what the chain says. A step that the states do not allow is an error, and then nothing is written.

use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Fault;
use super::{carried, collecting, deciders, grants, signatures, verifications, ways_back};
use crate::model::ids::{ExecutionId, RequestId};
use crate::model::record::{Event, Freeze, PolicySeen, Record};
use crate::model::request::{ApprovalBody, OutcomeBody, RequestBody, RequestState};

/// Applies one record.
pub(super) fn apply(conn: &Connection, record: &Record) -> Result<(), Fault> {
    follow_clock(conn, record)?;
    match &record.event {
        Event::Genesis(_) => start(conn, record),
        Event::RequestAllowed(body) => {
            grants::spend(conn, record, &body.grants)?;
            open(conn, record, body, "allowed", RequestState::Approved)
        }
        // It waits for a human as a pending one does; only its state says that nobody may decide yet.
        Event::RequestPreparing(body) => open(conn, record, body, "pending", RequestState::Preparing),
        Event::PreviewMade(_) => show(conn, record),
        Event::RequestPending(body) => open(conn, record, body, "pending", RequestState::Pending),
        Event::RequestDenied(body) => open(conn, record, body, "denied", RequestState::Rejected),
        Event::RequestApproved(approval) => {
            collecting::take(conn, record, approval.via.as_ref())?;
            approve(conn, record, approval)
        }
        Event::RequestRejected(approval) => {
            collecting::take(conn, record, approval.via.as_ref())?;
            let id = request_of(record)?;
            signatures::answer(conn, record, approval)?;
            add_approval(conn, record, id, approval, Answer::No)?;
            end(conn, record, RequestState::Rejected)
        }
        Event::RequestExpired(_) => end(conn, record, RequestState::Expired),
        Event::RequestWithdrawn(_) => end(conn, record, RequestState::Withdrawn),
        Event::RequestInvalidated(change) => {
            carried::invalidate(conn, record, change)?;
            end(conn, record, RequestState::Invalidated)
        }
        Event::ExecutionIntended(_) => intend(conn, record),
        Event::ExecutionFinished(outcome) => finish(conn, record, outcome),
        Event::OutcomeUnknown(_) => {
            set_outcome(conn, record)?;
            end(conn, record, RequestState::OutcomeUnknown)
        }
        Event::RequestRolledBack(_) => end(conn, record, RequestState::RolledBack),
        Event::VerificationEnded(body) => verifications::end(conn, record, body),
        Event::RequestApprovedBefore(before) => {
            verifications::cover(conn, request_of(record)?, before)?;
            step(conn, record, RequestState::Approved)
        }
        Event::RollbackLeft(_) => verifications::leave(conn, record),
        Event::FreezeSet(freeze) => set_freeze(conn, record, freeze),
        Event::FreezeLifted(freeze) => lift_freeze(conn, freeze),
        Event::PolicySeen(seen) => see_policy(conn, seen),
        Event::RequestEscalated(one) => deciders::escalate(conn, record, one),
        Event::BreakGlassReviewed(body) => deciders::review(conn, record, body),
        Event::ClockAccepted(_) => grants::end_all(conn, record),
        Event::GrantMade(grant) => grants::make(conn, record, grant),
        Event::GrantRevoked(revoked) => grants::revoke(conn, record, revoked),
        Event::AttemptRefused(refusal) => collecting::take(conn, record, refusal.via.as_ref()),
        Event::ProbeRun(_) => Ok(()),
        Event::CollectorStarted(body) => collecting::begin(conn, record, body),
        Event::CollectorEnded(body) => collecting::end(conn, record, body.epoch),
        Event::ChannelPosting(posting) => collecting::intend(conn, record, posting),
        Event::ChannelPosted(posted) => collecting::post(conn, record, posted),
        Event::ChannelFailed(note) => collecting::fail(conn, record, note),
        Event::ChannelRecovered(note) => collecting::recover(conn, note),
        Event::SignatureAsked(question) => signatures::ask(conn, record, question),
        Event::RequestCarriedForward(body) => {
            carried::carry(conn, record, body)?;
            step(conn, record, RequestState::Approved)
        }
        Event::WayBackErased(_) => ways_back::erase(conn, record),
    }
}

pub(super) fn request_of(record: &Record) -> Result<&RequestId, Fault> {
    record.request.as_ref().ok_or_else(|| Fault::Refused(format!("`{}` names no request", record.event.name())))
}

fn execution_of(record: &Record) -> Result<&ExecutionId, Fault> {
    record.execution.as_ref().ok_or_else(|| Fault::Refused(format!("`{}` names no execution", record.event.name())))
}

fn start(conn: &Connection, record: &Record) -> Result<(), Fault> {
    if record.seq != 0 {
        return Err(Fault::Refused("a ledger begins only once".to_owned()));
    }
    conn.execute("INSERT INTO origin(id, log) VALUES(0, ?1)", [record.log.as_str()])?;
    Ok(())
}

fn open(
    conn: &Connection,
    record: &Record,
    body: &RequestBody,
    opened: &str,
    state: RequestState,
) -> Result<(), Fault> {
    let id = request_of(record)?;
    if let Some(known) = state_of(conn, id)? {
        return Err(refuse(id, known.as_str(), state));
    }
    let actions = &body.verdict.actions;
    let by = &record.attribution;
    let mut statement = conn.prepare_cached(
        "INSERT INTO requests(seq, id, opened, open, state, created, changed, expires, by_kind, agent, human, task, tools,
           environments, categories, impact, decision, command, identity, approvals_needed, min_assurance, changes)
         VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, 0)",
    )?;
    statement.execute(params![
        record.seq,
        id.as_str(),
        opened,
        opened == "pending",
        state.as_str(),
        record.time.micros,
        body.expires.map(|expires| expires.micros),
        by.kind.as_str(),
        by.agent,
        by.on_behalf_of,
        by.task,
        words(actions.iter().map(|action| action.tool.as_str())),
        words(actions.iter().map(|action| action.environment.as_str())),
        words(actions.iter().flat_map(|action| action.categories.iter().map(|category| category.as_str()))),
        body.verdict.impact.as_str(),
        body.verdict.decision.as_str(),
        body.command.as_str(),
        body.identity.0,
        body.verdict.approvals_needed(),
        body.verdict.min_assurance().to_string(),
    ])?;
    ways_back::open(conn, id, body)?;
    deciders::open(conn, id, body)?;
    verifications::open(conn, id, body)
}

/// Several words in one column, each between line feeds, so that one can be found whole.
fn words<'a>(all: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::from("\n");
    for word in all {
        let word = word.replace('\n', " ");
        if !text.contains(&in_words(&word)) {
            text.push_str(&word);
            text.push('\n');
        }
    }
    text
}

/// What stands in such a column for one word.
pub(super) fn in_words(word: &str) -> String {
    format!("\n{word}\n")
}

/// The words of such a column.
pub(super) fn split_words(column: &str) -> Vec<String> {
    column.split('\n').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A preview is made once: from then on a human decides on this one.
fn show(conn: &Connection, record: &Record) -> Result<(), Fault> {
    step(conn, record, RequestState::Pending)?;
    let mut statement = conn.prepare_cached("INSERT INTO previews(seq, request) VALUES(?1, ?2)")?;
    statement.execute(params![record.seq, request_of(record)?.as_str()])?;
    Ok(())
}

pub(super) fn state_of(conn: &Connection, id: &RequestId) -> Result<Option<RequestState>, Fault> {
    let mut statement = conn.prepare_cached("SELECT state FROM requests WHERE id = ?1")?;
    let state: Option<String> = statement.query_row([id.as_str()], |row| row.get(0)).optional()?;
    state.map(|word| parse_state(id, &word)).transpose()
}

/// Reads a state's word.
pub(super) fn parse_state(id: &RequestId, word: &str) -> Result<RequestState, Fault> {
    RequestState::parse(word).ok_or_else(|| Fault::Damaged(format!("request `{id}` has no state `{word}`")))
}

fn refuse(id: &RequestId, state: &str, next: RequestState) -> Fault {
    Fault::State { request: id.clone(), state: state.to_owned(), next: next.as_str().to_owned() }
}

/// Moves a request on, where its states allow it.
fn step(conn: &Connection, record: &Record, next: RequestState) -> Result<(), Fault> {
    let id = request_of(record)?;
    check_step(conn, id, next)?;
    let mut statement = conn.prepare_cached(
        "UPDATE requests SET state = ?2, changed = ?3, open = (opened = 'pending' AND ?4) WHERE id = ?1",
    )?;
    // Running means that the approval is spent: the same request asked again is a new one.
    let answers_again = matches!(
        next,
        RequestState::Preparing | RequestState::Pending | RequestState::Approved | RequestState::Rejected
    );
    statement.execute(params![id.as_str(), next.as_str(), record.time.micros, answers_again])?;
    Ok(())
}

fn check_step(conn: &Connection, id: &RequestId, next: RequestState) -> Result<(), Fault> {
    match state_of(conn, id)? {
        Some(state) if state.may_become(next) => Ok(()),
        Some(state) => Err(refuse(id, state.as_str(), next)),
        None => Err(refuse(id, "not known", next)),
    }
}

/// Moves a request to a state in which it ended, and keeps where the reason stands.
fn end(conn: &Connection, record: &Record, next: RequestState) -> Result<(), Fault> {
    step(conn, record, next)?;
    let mut statement = conn.prepare_cached("UPDATE requests SET ended = ?2 WHERE id = ?1")?;
    statement.execute(params![request_of(record)?.as_str(), record.seq])?;
    verifications::follow(conn, record, next)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
}

fn add_approval(
    conn: &Connection,
    record: &Record,
    id: &RequestId,
    approval: &ApprovalBody,
    answer: Answer,
) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached(
        "INSERT INTO approvals(seq, request, human, uid, assurance, yes) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    statement.execute(params![
        record.seq,
        id.as_str(),
        approval.human,
        approval.uid,
        approval.assurance.to_string(),
        answer == Answer::Yes,
    ])?;
    Ok(())
}

fn approve(conn: &Connection, record: &Record, approval: &ApprovalBody) -> Result<(), Fault> {
    let id = request_of(record)?;
    check_step(conn, id, RequestState::Approved)?;
    deciders::approve(conn, record, approval)?;
    signatures::answer(conn, record, approval)?;
    add_approval(conn, record, id, approval, Answer::Yes)?;
    carried::decide(conn, record)?;
    if deciders::has_enough(conn, id)? { step(conn, record, RequestState::Approved) } else { touch(conn, record, id) }
}

fn touch(conn: &Connection, record: &Record, id: &RequestId) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached("UPDATE requests SET changed = ?2 WHERE id = ?1")?;
    statement.execute(params![id.as_str(), record.time.micros])?;
    Ok(())
}

fn intend(conn: &Connection, record: &Record) -> Result<(), Fault> {
    let (id, execution) = (request_of(record)?, execution_of(record)?);
    step(conn, record, RequestState::Running)?;
    let mut statement = conn.prepare_cached("INSERT INTO executions(id, request, intent) VALUES(?1, ?2, ?3)")?;
    statement.execute(params![execution.as_str(), id.as_str(), record.seq])?;
    let mut statement = conn.prepare_cached("UPDATE requests SET changes = 1 WHERE id = ?1 AND impact <> 'read'")?;
    statement.execute([id.as_str()])?;
    Ok(())
}

fn finish(conn: &Connection, record: &Record, outcome: &OutcomeBody) -> Result<(), Fault> {
    set_outcome(conn, record)?;
    step(conn, record, outcome.state())?;
    if outcome.start_error.is_some() {
        let mut statement = conn.prepare_cached("UPDATE requests SET changes = 0 WHERE id = ?1")?;
        statement.execute([request_of(record)?.as_str()])?;
        return verifications::follow(conn, record, RequestState::Expired);
    }
    verifications::follow(conn, record, outcome.state())
}

fn set_outcome(conn: &Connection, record: &Record) -> Result<(), Fault> {
    let (id, execution) = (request_of(record)?, execution_of(record)?);
    let mut statement =
        conn.prepare_cached("UPDATE executions SET outcome = ?3 WHERE id = ?1 AND request = ?2 AND outcome IS NULL")?;
    if statement.execute(params![execution.as_str(), id.as_str(), record.seq])? == 1 {
        return Ok(());
    }
    Err(Fault::Refused(format!("execution `{execution}` of request `{id}` is not running")))
}

/// The key of a freeze: everything, or one environment.
pub(super) fn scope(freeze: &Freeze) -> String {
    freeze.environment.as_ref().map_or_else(|| "all".to_owned(), |name| format!("in {name}"))
}

fn set_freeze(conn: &Connection, record: &Record, freeze: &Freeze) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached("INSERT OR REPLACE INTO freezes(scope, seq) VALUES(?1, ?2)")?;
    statement.execute(params![scope(freeze), record.seq])?;
    Ok(())
}

fn lift_freeze(conn: &Connection, freeze: &Freeze) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached("DELETE FROM freezes WHERE scope = ?1")?;
    statement.execute([scope(freeze)])?;
    Ok(())
}

fn see_policy(conn: &Connection, seen: &PolicySeen) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached(
        "INSERT INTO policies(digest, tests_passed) VALUES(?1, ?2)
         ON CONFLICT(digest) DO UPDATE SET tests_passed = max(tests_passed, excluded.tests_passed)",
    )?;
    statement.execute(params![seen.digest.0, seen.tests_passed])?;
    Ok(())
}

/// Keeps what a human accepted of a clock that went back; see `snapshot.rs` for the rule.
fn follow_clock(conn: &Connection, record: &Record) -> Result<(), Fault> {
    if matches!(record.event, Event::ClockAccepted(_)) {
        let floor = record.wall.unwrap_or(record.time);
        conn.execute(
            "INSERT OR REPLACE INTO clock(id, accepted, floor) VALUES(0, ?1, ?2)",
            params![record.time.micros, floor.micros],
        )?;
    } else if let Some(wall) = record.wall {
        let mut statement =
            conn.prepare_cached("UPDATE clock SET floor = max(floor, ?2) WHERE id = 0 AND accepted = ?1")?;
        statement.execute(params![record.time.micros, wall.micros])?;
    }
    Ok(())
}
