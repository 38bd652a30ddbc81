//! Overdue work that any command may do when it opens the ledger: escalation, expiry of requests and of what is kept for
//! their way back, and intents whose broker is gone.

use std::time::Duration;

use crate::error::Error;
use crate::govern::approvers::Case;
use crate::host::clock;
use crate::model::attribution::Attribution;
use crate::model::demand::Escalated;
use crate::model::ids::RequestId;
use crate::model::ledger::{Batch, ClockState, Durability, Ledger};
use crate::model::record::{Draft, Event, Note};
use crate::model::request::{RequestRow, RequestState};
use crate::model::time::Instant;
use crate::model::ways_back::WayBackErased;
use crate::policy::Policies;

/// Escalates and expires what waited too long, tells the outcome of dead brokers' executions as unknown, and erases the
/// ways back whose time is up.
///
/// # Errors
/// When the ledger cannot be read or written.
pub fn settle(
    ledger: &mut dyn Ledger,
    caller: &Attribution,
    open: &[RequestRow],
    policies: &Policies,
) -> Result<(), Error> {
    for row in open {
        escalate(ledger, caller, row)?;
        expire(ledger, caller, &row.id, policies.run_within())?;
    }
    settle_orphans(ledger, caller)?;
    erase_ways_back(ledger, caller, policies.keep_way_back())
}

/// Erases the bytes of the ways back whose time is up. A clock that cannot be trusted erases nothing.
///
/// # Errors
/// When the ledger cannot be read or written.
fn erase_ways_back(ledger: &mut dyn Ledger, caller: &Attribution, keep: Duration) -> Result<(), Error> {
    for id in ledger.ways_back_before(clock::now().minus(keep))? {
        let erased = WayBackErased { kept_s: keep.as_secs() };
        let _recorded = ledger.transact(Durability::Process, &mut |snapshot| {
            let row = snapshot.request(&id)?;
            let is_still_kept = row.is_some_and(|row| {
                row.ways_back.erased.is_none()
                    && row.state.may_become(RequestState::RolledBack)
                    && row.changed.plus(keep) <= snapshot.now()
            });
            if !is_still_kept || snapshot.clock() != ClockState::Sound {
                return Ok(Batch::default());
            }
            let records = vec![draft(caller, Some(id.clone()), Event::WayBackErased(erased.clone()))];
            Ok(Batch { records, seal: Vec::new(), unseal: vec![id.clone()] })
        })?;
    }
    Ok(())
}

/// Tells the outcome of dead brokers' executions as unknown.
///
/// # Errors
/// When the ledger cannot be read.
pub fn settle_orphans(ledger: &mut dyn Ledger, caller: &Attribution) -> Result<(), Error> {
    let orphans: Vec<_> =
        ledger.open_executions()?.into_iter().filter(|(_, record)| is_orphan(&record.event, &record.boot)).collect();
    for (execution, record) in orphans {
        let note = Note { note: "aigov ended before the command did; how the command ended is not known".to_owned() };
        let mut draft = draft(caller, record.request.clone(), Event::OutcomeUnknown(note));
        draft.execution = Some(execution.clone());
        let _recorded = ledger.transact(Durability::Process, &mut |_| {
            Ok(Batch {
                records: vec![draft.clone()],
                seal: Vec::new(),
                unseal: record.request.iter().cloned().collect(),
            })
        });
    }
    Ok(())
}

fn expire(ledger: &mut dyn Ledger, caller: &Attribution, id: &RequestId, run_within: Duration) -> Result<(), Error> {
    let _recorded = ledger.transact(Durability::Process, &mut |snapshot| {
        let Some(row) = snapshot.request(id)? else { return Ok(Batch::default()) };
        if !is_overdue(&row, snapshot.now(), run_within) {
            return Ok(Batch::default());
        }
        let note = Note {
            note: format!("nobody {} in time", if row.state == RequestState::Approved { "ran it" } else { "decided" }),
        };
        let records = vec![draft(caller, Some(id.clone()), Event::RequestExpired(note))];
        Ok(Batch { records, seal: Vec::new(), unseal: vec![id.clone()] })
    })?;
    Ok(())
}

/// Records that others may approve a request as well, once for each that its rules name.
fn escalate(ledger: &mut dyn Ledger, caller: &Attribution, open: &RequestRow) -> Result<(), Error> {
    let names_others =
        |row: &RequestRow| row.body.verdict.demands().into_iter().flatten().any(|stage| !stage.escalate.is_empty());
    if !names_others(open) {
        return Ok(());
    }
    let _recorded = ledger.transact(Durability::Process, &mut |snapshot| {
        let due = snapshot.request(&open.id)?.map(|row| escalations(&row, snapshot.now())).unwrap_or_default();
        let records =
            due.into_iter().map(|one| draft(caller, Some(open.id.clone()), Event::RequestEscalated(one))).collect();
        Ok(Batch { records, ..Batch::default() })
    })?;
    Ok(())
}

/// The escalations of a request whose time has come and which are not recorded yet. What does not wait is not escalated.
pub fn escalations(row: &RequestRow, now: Instant) -> Vec<Escalated> {
    let waits = matches!(row.state, RequestState::Pending | RequestState::Preparing);
    if waits && !is_overdue(row, now, Duration::MAX) {
        Case::of(row).standing().due(row.created, now)
    } else {
        Vec::new()
    }
}

/// Whether a request has waited longer than it may.
pub fn is_overdue(row: &RequestRow, now: Instant, run_within: Duration) -> bool {
    match row.state {
        RequestState::Pending | RequestState::Preparing => row.body.expires.is_some_and(|expires| expires <= now),
        RequestState::Approved => row.changed.plus(run_within) <= now,
        RequestState::Rejected
        | RequestState::Expired
        | RequestState::Withdrawn
        | RequestState::Invalidated
        | RequestState::Running
        | RequestState::Succeeded
        | RequestState::Failed
        | RequestState::OutcomeUnknown
        | RequestState::RolledBack => false,
    }
}

fn is_orphan(event: &Event, boot: &str) -> bool {
    match event {
        Event::ExecutionIntended(intent) => boot != clock::boot_id() || !clock::is_alive(intent.pid, intent.pid_start),
        _ => false,
    }
}

fn draft(caller: &Attribution, request: Option<RequestId>, event: Event) -> Draft {
    Draft { event, request, execution: None, parent: None, attribution: caller.clone(), commitments: Vec::new() }
}
