//! Records go in, whole or not at all.

use std::thread;
use std::time::Duration;

use super::*;
use crate::ledger::Filter;
use crate::model::ids::LogId;
use crate::model::ledger::{ClockState, Sealed};
use crate::model::record::{Freeze, PolicySeen};
use crate::model::request::RequestState;
use crate::model::secret::Commitment;

fn state(ledger: &SqliteLedger, id: &str) -> RequestState {
    ledger.request(&RequestId::new(id)).unwrap().unwrap().state
}

#[test]
fn a_request_goes_from_asked_to_ended_and_every_step_is_a_link() {
    let place = Place::new();
    let mut ledger = place.open();
    fill(&mut ledger);
    let all = ledger.records(0, 100).unwrap();
    assert_eq!(all.len(), 9);
    let mut prev = Digest::ZERO;
    for (record, seq) in all.iter().zip(0..) {
        assert_eq!((record.seq, record.prev), (seq, prev));
        assert_eq!(record.leaf, Some(chain::leaf(&chain::canonical(record).unwrap())));
        prev = record.leaf.unwrap();
    }
    assert_eq!(ledger.head().unwrap(), (9, prev));
    let row = ledger.request(&RequestId::new("r-ask")).unwrap().unwrap();
    assert_eq!(row.state, RequestState::Failed);
    assert_eq!(row.execution, Some(ExecutionId::new("x-ask")));
    assert_eq!(row.outcome.unwrap().exit_code, Some(3));
    assert_eq!(row.approvals, [approval("ann@testhost", 1001, Assurance::A0)]);
    assert_eq!(row.body, body(Impact::Write, "prod", Decision::Ask));
    assert_eq!(ledger.records_of(&row.id).unwrap().len(), 4);
}

#[test]
fn an_approval_is_spent_once() {
    let place = Place::new();
    let mut ledger = place.open();
    append(&mut ledger, vec![pending("r-1")]).unwrap();
    let early = append(&mut ledger, vec![intent("r-1", "x-1")]).unwrap_err();
    assert_eq!(early.to_string(), "request `r-1` is pending and cannot become running");
    append(&mut ledger, vec![approved("r-1")]).unwrap();
    append(&mut ledger, vec![intent("r-1", "x-1")]).unwrap();
    let before = ledger.head().unwrap();
    for again in [intent("r-1", "x-2"), approved("r-1"), pending("r-1"), allowed("r-1")] {
        assert!(matches!(append(&mut ledger, vec![again]), Err(LedgerError::State { .. })));
    }
    append(&mut ledger, vec![outcome("r-1", "x-1", 0)]).unwrap();
    assert!(append(&mut ledger, vec![outcome("r-1", "x-1", 0)]).is_err());
    assert!(append(&mut ledger, vec![intent("r-1", "x-2")]).is_err());
    assert_eq!(ledger.head().unwrap().0, before.0 + 1);
}

#[test]
fn a_refused_record_takes_the_whole_transaction_with_it() {
    let place = Place::new();
    let mut ledger = place.open();
    let before = ledger.head().unwrap();
    let mixed = vec![allowed("r-1"), intent("r-1", "x-1"), outcome("r-2", "x-1", 0)];
    assert!(append(&mut ledger, mixed).is_err());
    assert!(append(&mut ledger, vec![intent("r-none", "x-1")]).is_err());
    assert!(append(&mut ledger, vec![draft(Event::RequestExpired(note("late")), None, None)]).is_err());
    assert_eq!(ledger.head().unwrap(), before);
    assert_eq!(ledger.request(&RequestId::new("r-1")).unwrap(), None);
    append(&mut ledger, vec![allowed("r-1"), intent("r-1", "x-1")]).unwrap();
    assert_eq!(ledger.records(0, 10).unwrap().len(), 3);
}

#[test]
fn a_failed_decision_writes_nothing_and_its_error_comes_back() {
    let place = Place::new();
    let mut ledger = place.open();
    let error = ledger
        .transact(Durability::Power, &mut |_| {
            Err(LedgerError::Corrupt { path: "x".into(), cause: "the caller's own".to_owned() })
        })
        .unwrap_err();
    assert_eq!(error.to_string(), "the ledger x is damaged: the caller's own");
    assert_eq!(ledger.head().unwrap().0, 1);
    append(&mut ledger, vec![allowed("r-1")]).unwrap();
}

#[test]
fn two_approvals_are_of_two_humans_with_enough_assurance() {
    let place = Place::new();
    let mut ledger = place.open();
    let ask = draft(Event::RequestPending(Box::new(two_approvals())), Some("r-1"), None);
    append(&mut ledger, vec![ask]).unwrap();
    let yes = |human: &str, uid, assurance| {
        vec![draft(Event::RequestApproved(approval(human, uid, assurance)), Some("r-1"), None)]
    };
    append(&mut ledger, yes("low@h", 1, Assurance::A0)).unwrap();
    append(&mut ledger, yes("ann@h", 2, Assurance::A2)).unwrap();
    append(&mut ledger, yes("ann@h", 3, Assurance::A2)).unwrap();
    append(&mut ledger, yes("eve@h", 2, Assurance::A2)).unwrap();
    assert_eq!(state(&ledger, "r-1"), RequestState::Pending);
    append(&mut ledger, yes("bob@h", 4, Assurance::A1)).unwrap();
    assert_eq!(state(&ledger, "r-1"), RequestState::Approved);
    assert_eq!(ledger.request(&RequestId::new("r-1")).unwrap().unwrap().approvals.len(), 5);
}

#[test]
fn the_same_request_has_the_same_ticket_until_it_is_spent() {
    let place = Place::new();
    let mut ledger = place.open();
    let identity = body(Impact::Write, "prod", Decision::Ask).identity;
    let ticket = |ledger: &mut SqliteLedger| {
        let mut found = None;
        let committed = ledger.transact(Durability::Process, &mut |seen| {
            found = seen.open_request(&identity)?.map(|row| row.id.as_str().to_owned());
            Ok(Batch::default())
        });
        assert!(committed.unwrap().records().is_empty());
        found
    };
    append(&mut ledger, vec![allowed("r-0")]).unwrap();
    assert_eq!(ticket(&mut ledger), None);
    append(&mut ledger, vec![pending("r-1")]).unwrap();
    assert_eq!(ticket(&mut ledger).as_deref(), Some("r-1"));
    append(&mut ledger, vec![approved("r-1")]).unwrap();
    assert_eq!(ticket(&mut ledger).as_deref(), Some("r-1"));
    append(&mut ledger, vec![intent("r-1", "x-1")]).unwrap();
    assert_eq!(ticket(&mut ledger), None);
    append(&mut ledger, vec![pending("r-2")]).unwrap();
    let no = Event::RequestRejected(approval("ann@h", 1, Assurance::A0));
    append(&mut ledger, vec![draft(no, Some("r-2"), None)]).unwrap();
    assert_eq!(ticket(&mut ledger).as_deref(), Some("r-2"));
    place.clock.add(3601);
    assert_eq!(ticket(&mut ledger), None);
}

#[test]
fn freezes_and_policies_are_seen_until_they_are_lifted() {
    let place = Place::new();
    let mut ledger = place.open();
    let freeze = |name: Option<&str>| Freeze {
        environment: name.map(str::to_owned),
        human: "ann@h".to_owned(),
        reason: Some("incident".to_owned()),
    };
    let seen = |digest, tests_passed| {
        let path = "/p.toml".to_owned();
        draft(Event::PolicySeen(PolicySeen { path, digest: Digest([digest; 32]), tests_passed }), None, None)
    };
    let set = |name| draft(Event::FreezeSet(freeze(name)), None, None);
    append(&mut ledger, vec![set(None), set(Some("prod")), set(Some("all")), seen(1, true), seen(2, false)]).unwrap();
    append(&mut ledger, vec![draft(Event::FreezeLifted(freeze(None)), None, None), seen(1, false)]).unwrap();
    assert_eq!(ledger.freezes().unwrap(), [freeze(Some("prod")), freeze(Some("all"))]);
    assert_eq!([1, 2, 3].map(|digest| ledger.policy_seen(&Digest([digest; 32])).unwrap()), [true, false, false]);
    let _ = ledger
        .transact(Durability::Process, &mut |snapshot| {
            assert_eq!(snapshot.freezes()?.len(), 2);
            Ok(Batch::default())
        })
        .unwrap();
}

fn seal(id: &str, bytes: &[u8]) -> (Draft, Sealed) {
    let salt = [3; 16];
    let mut draft = pending(id);
    draft.commitments = vec![Commitment { field: "argv".to_owned(), digest: chain::commit(&salt, bytes) }];
    let sealed = Sealed { request: RequestId::new(id), field: "argv".to_owned(), salt, bytes: bytes.to_vec() };
    (draft, sealed)
}

fn append_sealed(ledger: &mut SqliteLedger, draft: &Draft, sealed: &Sealed) -> Result<(), LedgerError> {
    let committed = ledger.transact(Durability::Power, &mut |_| {
        Ok(Batch { records: vec![draft.clone()], seal: vec![sealed.clone()], unseal: Vec::new() })
    })?;
    assert_eq!(committed.records().len(), 1);
    Ok(())
}

#[test]
fn sealed_bytes_come_back_exactly_and_leave_no_trace_when_the_request_ends() {
    let place = Place::new();
    let mut ledger = place.open();
    let secret = b"hunter2-hunter2-\xff-hunter2";
    let (draft_of, sealed) = seal("r-1", secret);
    append_sealed(&mut ledger, &draft_of, &sealed).unwrap();
    assert_eq!(ledger.sealed(&RequestId::new("r-1"), "argv").unwrap(), Some(sealed));
    assert_eq!(ledger.sealed(&RequestId::new("r-1"), "env").unwrap(), None);
    append(&mut ledger, vec![draft(Event::RequestWithdrawn(note("never mind")), Some("r-1"), None)]).unwrap();
    assert_eq!(ledger.sealed(&RequestId::new("r-1"), "argv").unwrap(), None);
    for entry in std::fs::read_dir(place.path.parent().unwrap()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(secret.len()).any(|part| part == secret));
    }
}

#[test]
fn bytes_that_nothing_commits_to_are_not_sealed() {
    let place = Place::new();
    let mut ledger = place.open();
    let (draft_of, mut sealed) = seal("r-1", b"one");
    sealed.bytes = b"two".to_vec();
    assert!(append_sealed(&mut ledger, &draft_of, &sealed).is_err());
    assert_eq!(ledger.head().unwrap().0, 1);
    sealed.bytes = b"one".to_vec();
    append_sealed(&mut ledger, &draft_of, &sealed).unwrap();
    place.raw().execute("UPDATE sealed SET bytes = x'00'", []).unwrap();
    assert!(matches!(ledger.sealed(&sealed.request, "argv"), Err(LedgerError::Corrupt { .. })));
}

#[test]
fn open_executions_are_those_without_an_outcome() {
    let place = Place::new();
    let mut ledger = place.open();
    append(&mut ledger, vec![allowed("r-1"), intent("r-1", "x-1")]).unwrap();
    append(&mut ledger, vec![allowed("r-2"), intent("r-2", "x-2")]).unwrap();
    append(&mut ledger, vec![outcome("r-1", "x-1", 0)]).unwrap();
    let open = ledger.open_executions().unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].0.as_str(), open[0].1.seq), ("x-2", 4));
    append(&mut ledger, vec![draft(Event::OutcomeUnknown(note("killed")), Some("r-2"), Some("x-2"))]).unwrap();
    assert!(ledger.open_executions().unwrap().is_empty());
    assert_eq!(state(&ledger, "r-2"), RequestState::OutcomeUnknown);
    assert!(append(&mut ledger, vec![outcome("r-2", "x-2", 0)]).is_err());
}

fn clock_of(ledger: &mut SqliteLedger) -> ClockState {
    let mut clock = ClockState::Sound;
    let _ = ledger
        .transact(Durability::Process, &mut |seen| {
            clock = seen.clock();
            Ok(Batch::default())
        })
        .unwrap();
    clock
}

#[test]
fn time_never_goes_back_and_a_clock_that_does_is_told() {
    let place = Place::new();
    let mut ledger = place.open();
    place.clock.add(100);
    append(&mut ledger, vec![allowed("r-1")]).unwrap();
    place.clock.add(-5);
    assert_eq!(clock_of(&mut ledger), ClockState::Sound);
    place.clock.add(-1);
    assert_eq!(clock_of(&mut ledger), ClockState::Back(6_000_000));
    let record = append(&mut ledger, vec![allowed("r-2")]).unwrap().remove(0);
    assert_eq!(record.time, Instant::from_micros(START + 100_000_000));
    assert_eq!(record.wall, Some(Instant::from_micros(START + 94_000_000)));
}

#[test]
fn an_accepted_clock_is_silent_until_it_jumps_back_again() {
    let place = Place::new();
    let mut ledger = place.open();
    place.clock.add(1000);
    append(&mut ledger, vec![allowed("r-1")]).unwrap();
    place.clock.add(-900);
    assert!(matches!(clock_of(&mut ledger), ClockState::Back(_)));
    append(&mut ledger, vec![draft(Event::ClockAccepted(note("battery")), None, None)]).unwrap();
    assert_eq!(clock_of(&mut ledger), ClockState::Sound);
    place.clock.add(50);
    append(&mut ledger, vec![allowed("r-2")]).unwrap();
    assert_eq!(clock_of(&mut ledger), ClockState::Sound);
    place.clock.add(-20);
    assert_eq!(clock_of(&mut ledger), ClockState::Back(870_000_000));
    place.clock.add(900);
    append(&mut ledger, vec![allowed("r-3")]).unwrap();
    place.clock.add(-900);
    assert!(matches!(clock_of(&mut ledger), ClockState::Back(_)));
}

#[test]
fn numbers_that_json_would_round_are_refused() {
    let place = Place::new();
    let mut ledger = place.open();
    append(&mut ledger, vec![allowed("r-1"), intent("r-1", "x-1")]).unwrap();
    let mut late = outcome("r-1", "x-1", 0);
    if let Event::ExecutionFinished(outcome) = &mut late.event {
        outcome.duration_ms = u64::MAX;
    }
    assert!(append(&mut ledger, vec![late]).is_err());
}

#[test]
fn a_transaction_that_dies_half_way_leaves_nothing() {
    let place = Place::new();
    let mut ledger = place.open();
    append(&mut ledger, vec![allowed("r-1")]).unwrap();
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut other = place.open();
        let _ = other.transact(Durability::Power, &mut |_| panic!("killed"));
    }));
    assert!(died.is_err());
    let raw = place.raw();
    raw.execute_batch("BEGIN IMMEDIATE; DELETE FROM requests").unwrap();
    drop(raw);
    append(&mut ledger, vec![allowed("r-2")]).unwrap();
    assert_eq!(ledger.head().unwrap().0, 3);
    assert_eq!(ledger.list(&Filter::default()).unwrap().len(), 2);
}

#[test]
fn many_writers_keep_one_chain() {
    let place = Place::new();
    drop(place.open());
    thread::scope(|scope| {
        for writer in 0..8 {
            let place = &place;
            scope.spawn(move || {
                let mut ledger = place.open();
                for turn in 0..50 {
                    let id = format!("r-{writer}-{turn}");
                    append(&mut ledger, vec![allowed(&id)]).unwrap();
                }
            });
        }
    });
    let ledger = place.open();
    assert_eq!(ledger.head().unwrap().0, 401);
    let all = ledger.records(0, 1000).unwrap();
    assert!(all.windows(2).all(|pair| Some(pair[1].prev) == pair[0].leaf && pair[0].time <= pair[1].time));
}

#[test]
fn two_who_race_for_one_approval_never_both_win() {
    let place = Place::new();
    let mut ledger = place.open();
    append(&mut ledger, vec![pending("r-1")]).unwrap();
    append(&mut ledger, vec![approved("r-1")]).unwrap();
    let won: usize = thread::scope(|scope| {
        let racers: Vec<_> = (0..4)
            .map(|racer| {
                let place = &place;
                scope.spawn(move || {
                    let mut ledger = place.open();
                    usize::from(append(&mut ledger, vec![intent("r-1", &format!("x-{racer}"))]).is_ok())
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).sum()
    });
    assert_eq!(won, 1);
}

#[test]
fn a_full_disk_is_told_and_nothing_is_lost() {
    let place = Place::new();
    let mut ledger = place.open();
    append(&mut ledger, vec![allowed("r-1")]).unwrap();
    let pages: u32 = ledger.conn.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    ledger.conn.pragma_update(None, "max_page_count", pages + 1).unwrap();
    let mut written = 0;
    let error = loop {
        match append(&mut ledger, vec![allowed(&format!("r-{}", written + 2))]) {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
    };
    assert!(error.to_string().ends_with("the disk is full"), "{error}");
    assert_eq!(ledger.head().unwrap().0, written + 2);
    ledger.conn.pragma_update(None, "max_page_count", 10_000).unwrap();
    append(&mut ledger, vec![allowed("r-last")]).unwrap();
    assert_eq!(ledger.head().unwrap().0, written + 3);
}

#[test]
fn a_locked_ledger_is_told() {
    let place = Place::new();
    let mut ledger = place.open();
    let raw = place.raw();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    ledger.conn.busy_timeout(Duration::from_millis(20)).unwrap();
    let error = append(&mut ledger, vec![allowed("r-1")]).unwrap_err();
    assert!(error.to_string().contains("another process has kept it locked"), "{error}");
    drop(raw);
    append(&mut ledger, vec![allowed("r-1")]).unwrap();
}

#[test]
fn the_log_id_is_the_same_in_every_record() {
    let place = Place::new();
    let mut ledger = place.open();
    fill(&mut ledger);
    let all = ledger.records(0, 100).unwrap();
    let ids: BTreeSet<LogId> = all.into_iter().map(|record| record.log).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(ids.first().unwrap().as_str().len(), 32);
}
