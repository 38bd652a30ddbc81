//! The lease and what it fences, messages, and deliveries that are taken once.

use super::{Place, append, approval, draft, pending};
use crate::ledger::SqliteLedger;
use crate::ledger::verify::verify;
use crate::model::collect::{LeaseBody, LeaseEnd, Posted, Posting, Via};
use crate::model::decision::Assurance;
use crate::model::ids::{Digest, RequestId};
use crate::model::record::{Draft, Event, Refusal};
use crate::model::request::ApprovalBody;

fn begin(epoch: u64) -> Draft {
    let body = LeaseBody { epoch, host: "testhost".to_owned(), pid: 42, pid_start: 77 };
    draft(Event::CollectorStarted(body), None, None)
}

fn end(epoch: u64) -> Draft {
    draft(Event::CollectorEnded(LeaseEnd { epoch }), None, None)
}

fn posting(epoch: u64) -> Draft {
    let posting = Posting { channel: "pager".to_owned(), epoch, shown: Digest([1; 32]) };
    draft(Event::ChannelPosting(posting), Some("r-1"), None)
}

fn posted(ledger: &SqliteLedger, epoch: u64) -> Draft {
    let as_of = ledger.list(&crate::ledger::Filter::default()).unwrap()[0].changed;
    let posted =
        Posted { channel: "pager".to_owned(), epoch, shown: Digest([1; 32]), as_of, reference: "m-1".to_owned() };
    draft(Event::ChannelPosted(posted), Some("r-1"), None)
}

fn via(epoch: u64, delivery: &str) -> Option<Via> {
    Some(Via { channel: "pager".to_owned(), epoch, delivery: delivery.to_owned() })
}

fn approved(epoch: u64, delivery: &str) -> Draft {
    let body = ApprovalBody { via: via(epoch, delivery), ..approval("ann", 1001, Assurance::A1) };
    draft(Event::RequestApproved(body), Some("r-1"), None)
}

fn refused(epoch: u64, delivery: &str) -> Draft {
    let refusal = Refusal { via: via(epoch, delivery), ..Refusal::new("approve r-1".to_owned(), "no".to_owned()) };
    draft(Event::AttemptRefused(refusal), Some("r-1"), None)
}

#[test]
fn an_epoch_follows_the_one_before() {
    let place = Place::new();
    let mut ledger = place.open();
    assert!(append(&mut ledger, vec![begin(2)]).is_err());
    append(&mut ledger, vec![begin(1)]).unwrap();
    for wrong in [1, 3] {
        assert!(append(&mut ledger, vec![begin(wrong)]).is_err(), "{wrong}");
    }
    append(&mut ledger, vec![begin(2)]).unwrap();
    assert!(append(&mut ledger, vec![end(1)]).is_err(), "another's lease is not ended");
    append(&mut ledger, vec![end(2)]).unwrap();
    assert!(ledger.lease().unwrap().unwrap().is_over);
}

#[test]
fn whoever_was_overtaken_writes_nothing() {
    let place = Place::new();
    let mut ledger = place.open();
    append(&mut ledger, vec![pending("r-1"), begin(1), posting(1)]).unwrap();
    let late = posted(&ledger, 1);
    append(&mut ledger, vec![begin(2)]).unwrap();
    for old in [posting(1), late, approved(1, "d-1"), refused(1, "d-1")] {
        let before = ledger.head().unwrap();
        assert!(append(&mut ledger, vec![old]).is_err());
        assert_eq!(ledger.head().unwrap(), before, "nothing of it is written");
    }
    let now = posted(&ledger, 2);
    append(&mut ledger, vec![posting(2), now, approved(2, "d-1")]).unwrap();
    append(&mut ledger, vec![end(2)]).unwrap();
    assert!(append(&mut ledger, vec![refused(2, "d-2")]).is_err(), "nor does whoever has ended");
    assert!(verify(&place.path, None).unwrap().is_sound());
}

#[test]
fn a_delivery_is_taken_once_whatever_came_of_it() {
    let place = Place::new();
    let mut ledger = place.open();
    append(&mut ledger, vec![pending("r-1"), begin(1), refused(1, "d-1")]).unwrap();
    assert!(ledger.is_delivered("pager", "d-1").unwrap());
    assert!(!ledger.is_delivered("pager", "d-2").unwrap() && !ledger.is_delivered("other", "d-1").unwrap());
    assert!(append(&mut ledger, vec![approved(1, "d-1")]).is_err());
    append(&mut ledger, vec![approved(1, "d-2")]).unwrap();
    assert!(append(&mut ledger, vec![refused(1, "d-2")]).is_err());
}

#[test]
fn a_message_is_behind_until_it_shows_how_it_ended() {
    let place = Place::new();
    let mut ledger = place.open();
    let id = RequestId::new("r-1");
    append(&mut ledger, vec![pending("r-1"), begin(1)]).unwrap();
    let not_meant = posted(&ledger, 1);
    assert!(append(&mut ledger, vec![not_meant]).is_err(), "it was not intended");
    append(&mut ledger, vec![posting(1)]).unwrap();
    assert_eq!(ledger.posts_behind("pager").unwrap(), std::slice::from_ref(&id), "it is not known to be there");
    let post = ledger.post(&id, "pager").unwrap().unwrap();
    let (size, leaf) = ledger.head().unwrap();
    assert_eq!((post.posted, post.checkpoint), (None, format!("{size}:{leaf}")));
    let there = posted(&ledger, 1);
    append(&mut ledger, vec![there]).unwrap();
    assert!(ledger.posts_behind("pager").unwrap().is_empty());
    place.clock.add(5);
    let note = crate::model::record::Note { note: "nobody decided in time".to_owned() };
    append(&mut ledger, vec![draft(Event::RequestExpired(note), Some("r-1"), None)]).unwrap();
    assert_eq!(ledger.posts_behind("pager").unwrap(), [id]);
    let told = posted(&ledger, 1);
    append(&mut ledger, vec![posting(1), told]).unwrap();
    assert!(ledger.posts_behind("pager").unwrap().is_empty());
    ledger.rebuild_projections().unwrap();
    assert!(verify(&place.path, None).unwrap().is_sound());
}

#[test]
fn a_heartbeat_is_the_holders_alone_and_no_record() {
    let place = Place::new();
    let mut ledger = place.open();
    append(&mut ledger, vec![begin(1)]).unwrap();
    let (head, since) = (ledger.head().unwrap(), ledger.lease().unwrap().unwrap().since);
    place.clock.add(30);
    assert!(ledger.renew_lease(1).unwrap());
    assert_eq!(ledger.lease().unwrap().unwrap().renewed, since.plus(std::time::Duration::from_secs(30)));
    assert!(!ledger.renew_lease(2).unwrap());
    append(&mut ledger, vec![begin(2)]).unwrap();
    assert!(!ledger.renew_lease(1).unwrap(), "it finds out that it was overtaken");
    assert_ne!(ledger.head().unwrap(), head);
    assert!(verify(&place.path, None).unwrap().is_sound());
}
