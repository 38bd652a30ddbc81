//! What carries over is checked again where it is recorded, and a ledger of an older aigov learns of it.

use super::*;
use crate::ledger::verify::verify;
use crate::model::carried::CarriedForward;
use crate::model::record::Invalidation;
use crate::model::request::RequestState;
use crate::model::ways_back::WayBackErased;

/// Approved, and then invalidated because this field is another.
fn ended(ledger: &mut SqliteLedger, id: &str, field: &str) -> Instant {
    append(ledger, vec![pending(id)]).unwrap();
    let decided = append(ledger, vec![approved(id)]).unwrap()[0].time;
    let change = Invalidation { field: field.to_owned(), note: "moved".to_owned() };
    append(ledger, vec![draft(Event::RequestInvalidated(change), Some(id), None)]).unwrap();
    decided
}

fn carry(ledger: &mut SqliteLedger, from: &str, to: &str, decided: Instant) -> Result<Vec<Record>, LedgerError> {
    let body = CarriedForward { from: RequestId::new(from), decided, within_s: 60, preview: Digest([5; 32]) };
    append(ledger, vec![draft(Event::RequestCarriedForward(body), Some(to), None)])
}

#[test]
fn an_approval_carries_over_once_in_time_and_from_a_humans_own_decision() {
    let place = Place::new();
    let mut ledger = place.open();
    let decided = ended(&mut ledger, "r-1", "target");
    append(&mut ledger, vec![pending("r-2")]).unwrap();
    assert!(carry(&mut ledger, "r-1", "r-2", decided.plus(std::time::Duration::from_secs(1))).is_err(), "forged");
    assert!(carry(&mut ledger, "r-2", "r-2", decided).is_err(), "its own");
    carry(&mut ledger, "r-1", "r-2", decided).unwrap();
    let row = ledger.request(&RequestId::new("r-2")).unwrap().unwrap();
    assert_eq!((row.state, row.carried.map(|one| one.from)), (RequestState::Approved, Some(RequestId::new("r-1"))));
    let change = Invalidation { field: "target".to_owned(), note: "moved".to_owned() };
    append(&mut ledger, vec![draft(Event::RequestInvalidated(change), Some("r-2"), None)]).unwrap();
    append(&mut ledger, vec![pending("r-3")]).unwrap();
    assert!(carry(&mut ledger, "r-1", "r-3", decided).is_err(), "a second time");
    assert!(carry(&mut ledger, "r-2", "r-3", decided).is_err(), "a chain");
    assert!(verify(&place.path, None).unwrap().is_sound());
}

#[test]
fn an_approval_that_is_late_or_ended_otherwise_does_not_carry_over() {
    let place = Place::new();
    let mut ledger = place.open();
    for (at, field) in [(1, "inputs"), (2, "target")] {
        let (from, to) = (format!("r-{at}-from"), format!("r-{at}-to"));
        let decided = ended(&mut ledger, &from, field);
        append(&mut ledger, vec![pending(&to)]).unwrap();
        place.clock.add(if field == "target" { 62 } else { 0 });
        assert!(carry(&mut ledger, &from, &to, decided).is_err(), "{field}");
    }
    // Without a decision there is nothing to carry.
    append(&mut ledger, vec![pending("r-un")]).unwrap();
    let change = Invalidation { field: "target".to_owned(), note: "moved".to_owned() };
    append(&mut ledger, vec![draft(Event::RequestInvalidated(change), Some("r-un"), None)]).unwrap();
    append(&mut ledger, vec![pending("r-to")]).unwrap();
    assert!(carry(&mut ledger, "r-un", "r-to", Instant::from_micros(START)).is_err());
}

#[test]
fn a_way_back_is_erased_only_after_the_end_and_once() {
    let place = Place::new();
    let mut ledger = place.open();
    let erase = |id: &str| draft(Event::WayBackErased(WayBackErased { kept_s: 60 }), Some(id), None);
    append(&mut ledger, vec![pending("r-1")]).unwrap();
    assert!(append(&mut ledger, vec![erase("r-1")]).is_err());
    append(&mut ledger, vec![approved("r-1"), intent("r-1", "x-1"), outcome("r-1", "x-1", 0)]).unwrap();
    append(&mut ledger, vec![erase("r-1")]).unwrap();
    assert!(append(&mut ledger, vec![erase("r-1")]).is_err());
    assert!(ledger.request(&RequestId::new("r-1")).unwrap().unwrap().ways_back.erased.is_some());
    assert!(verify(&place.path, None).unwrap().is_sound());
}

#[test]
fn a_ledger_of_an_older_aigov_learns_what_it_did_not_keep() {
    let place = Place::new();
    {
        let mut ledger = place.open();
        ended(&mut ledger, "r-1", "target");
        ended(&mut ledger, "r-2", "inputs");
        let mut back = body(Impact::Write, "prod", Decision::Ask);
        back.rolls_back = Some(RequestId::new("r-1"));
        append(&mut ledger, vec![draft(Event::RequestPending(Box::new(back)), Some("r-back"), None)]).unwrap();
    }
    let old = place.raw();
    for table in ["ways_back", "rollbacks", "carried", "decided"] {
        old.execute_batch(&format!("DROP TABLE {table}")).unwrap();
    }
    old.execute_batch("DROP INDEX requests_asked; PRAGMA user_version = 7").unwrap();
    drop(old);
    let ledger = place.open();
    let row = ledger.request(&RequestId::new("r-1")).unwrap().unwrap();
    assert_eq!(row.ways_back.asked, [(RequestId::new("r-back"), RequestState::Pending)]);
    assert!(verify(&place.path, None).unwrap().is_sound());
}
