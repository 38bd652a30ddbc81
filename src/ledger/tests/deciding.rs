//! What approvals count for: what the tables keep, what is refused, and that nothing runs on approvals that do not satisfy
//! its verdict without being found.

use super::*;
use crate::ledger::verify::{FaultKind, verify};
use crate::model::demand::{Count, Escalated, Escalation, Stage};
use crate::model::request::{RequestState, ReviewBody};

fn staged() -> RequestBody {
    let mut body = body(Impact::Write, "prod", Decision::Ask);
    let stage = |name: &str, escalate| Stage { approvers: vec![name.to_owned()], count: 1, escalate };
    let later = vec![Escalation { after_s: 60, to: vec!["cto".to_owned()] }];
    let stages = vec![stage("sre", later), stage("security", Vec::new())];
    body.verdict.obligations = BTreeSet::from([Obligation::Approvers { stages }]);
    body
}

fn ask() -> Draft {
    draft(Event::RequestPending(Box::new(staged())), Some("r-1"), None)
}

fn yes(human: &str, uid: u32, counts: &[(usize, usize, &str)]) -> Draft {
    let count = |&(demand, stage, named): &(usize, usize, &str)| Count { demand, stage, named: named.to_owned() };
    let body = ApprovalBody { counts: counts.iter().map(count).collect(), ..approval(human, uid, Assurance::A0) };
    draft(Event::RequestApproved(body), Some("r-1"), None)
}

fn state(ledger: &SqliteLedger) -> RequestState {
    ledger.request(&RequestId::new("r-1")).unwrap().unwrap().state
}

#[test]
fn a_request_is_approved_once_each_stage_has_its_own_and_not_before() {
    let place = Place::new();
    let mut ledger = place.open();
    append(&mut ledger, vec![ask()]).unwrap();
    for refused in [
        yes("dan", 1001, &[(0, 1, "security")]),
        yes("ann", 1002, &[(0, 0, "security")]),
        yes("eve", 1003, &[(0, 0, "cto")]),
        yes("ann", 1002, &[(1, 0, "sre")]),
    ] {
        assert!(append(&mut ledger, vec![refused]).is_err());
    }
    // Who counts for nothing may be written down; it changes nothing.
    append(&mut ledger, vec![yes("mallory", 1009, &[])]).unwrap();
    assert_eq!(state(&ledger), RequestState::Pending);
    append(&mut ledger, vec![yes("ann", 1002, &[(0, 0, "sre")])]).unwrap();
    assert_eq!(state(&ledger), RequestState::Pending);
    // The same human, or whoever shares their user id, is not another.
    for refused in [yes("ann", 1002, &[(0, 1, "security")]), yes("dan", 1002, &[(0, 1, "security")])] {
        assert!(append(&mut ledger, vec![refused]).is_err());
    }
    assert!(append(&mut ledger, vec![intent("r-1", "x-1")]).is_err(), "one stage is not enough to run");
    append(&mut ledger, vec![yes("dan", 1001, &[(0, 1, "security")])]).unwrap();
    assert_eq!(state(&ledger), RequestState::Approved);
    append(&mut ledger, vec![intent("r-1", "x-1")]).unwrap();
    let report = verify(&place.path, None).unwrap();
    assert!(report.is_sound(), "a replay says the same: {}", report.text());
}

#[test]
fn an_escalation_is_recorded_once_and_lets_others_count() {
    let place = Place::new();
    let mut ledger = place.open();
    let one = |to: &str, stage| {
        let body = Escalated { demand: 0, stage, step: 0, to: vec![to.to_owned()] };
        draft(Event::RequestEscalated(body), Some("r-1"), None)
    };
    append(&mut ledger, vec![ask()]).unwrap();
    assert!(append(&mut ledger, vec![one("mallory", 0)]).is_err(), "only to whom the verdict says");
    assert!(append(&mut ledger, vec![one("cto", 1)]).is_err());
    append(&mut ledger, vec![one("cto", 0)]).unwrap();
    assert!(append(&mut ledger, vec![one("cto", 0)]).is_err(), "once");
    append(&mut ledger, vec![yes("eve", 1003, &[(0, 0, "cto")])]).unwrap();
    append(&mut ledger, vec![yes("dan", 1001, &[(0, 1, "security")])]).unwrap();
    let row = ledger.request(&RequestId::new("r-1")).unwrap().unwrap();
    assert_eq!((row.state, row.escalated.len()), (RequestState::Approved, 1));
    assert!(verify(&place.path, None).unwrap().is_sound());
}

#[test]
fn broken_glass_is_enough_and_owes_a_review_by_another() {
    let place = Place::new();
    let mut ledger = place.open();
    append(&mut ledger, vec![ask()]).unwrap();
    let body = ApprovalBody { break_glass: true, ..approval("ann", 1002, Assurance::A0) };
    append(&mut ledger, vec![draft(Event::RequestApproved(body), Some("r-1"), None)]).unwrap();
    assert_eq!(state(&ledger), RequestState::Approved);
    assert_eq!(ledger.owed().unwrap().len(), 1);
    let review = |human: &str| {
        let body = ReviewBody {
            human: human.to_owned(),
            identity: format!("local:{human}"),
            uid: 1,
            channel: "command".to_owned(),
            assurance: Assurance::A0,
            rationale: Redacted::assume_clean("looked"),
        };
        draft(Event::BreakGlassReviewed(body), Some("r-1"), None)
    };
    assert!(append(&mut ledger, vec![review("ann")]).is_err(), "not by the same");
    append(&mut ledger, vec![review("dan")]).unwrap();
    assert!(append(&mut ledger, vec![review("ben")]).is_err(), "once");
    let row = ledger.request(&RequestId::new("r-1")).unwrap().unwrap();
    assert_eq!(row.owed.unwrap().review.unwrap().human, "dan");
    assert_eq!(ledger.owed().unwrap(), []);
    assert!(verify(&place.path, None).unwrap().is_sound());
}

/// Writes a record with every hash right, past everything that would refuse it.
fn forge(place: &Place, last: &Record, event: Event) -> Record {
    let execution = matches!(event, Event::ExecutionIntended(_)).then(|| ExecutionId::new("x-1"));
    let mut record = Record { seq: last.seq + 1, prev: last.leaf.unwrap(), event, execution, ..last.clone() };
    record.request = Some(RequestId::new("r-1"));
    record.commitments = Vec::new();
    let text = chain::canonical(&record).unwrap();
    let leaf = chain::leaf(&text);
    let by = &record.attribution;
    place
        .raw()
        .execute(
            "INSERT INTO records(seq, type, time, request, execution, by_kind, agent, human, body, prev, leaf)
             VALUES(?1, ?2, ?3, 'r-1', ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            rusqlite::params![
                record.seq,
                record.event.name(),
                record.time.micros,
                record.execution.as_ref().map(|id| id.as_str()),
                by.kind.as_str(),
                by.agent,
                by.on_behalf_of,
                String::from_utf8(text).unwrap(),
                record.prev.0,
                leaf.0,
            ],
        )
        .unwrap();
    record.leaf = Some(leaf);
    record
}

#[test]
fn an_execution_whose_approvals_do_not_satisfy_its_verdict_is_found() {
    // Each forged approval, and the record at which it shows: the intent, or the approval itself.
    let cases = [
        (yes("mallory", 1009, &[]), 3),
        (yes("ann", 1002, &[(0, 0, "sre")]), 3),
        (yes("mallory", 1009, &[(0, 0, "mallory")]), 2),
        (yes("mallory", 1009, &[(0, 0, "sre"), (0, 1, "security")]), 2),
    ];
    for (approval, found) in cases {
        let place = Place::new();
        let asked = append(&mut place.open(), vec![ask()]).unwrap();
        let approved = forge(&place, &asked[0], approval.event);
        forge(&place, &approved, intent("r-1", "x-1").event);
        let report = verify(&place.path, None).unwrap();
        let fault = report.fault.clone().unwrap();
        assert_eq!((fault.kind, fault.record), (FaultKind::Broken, Some(found)), "{}", report.text());
    }
}
