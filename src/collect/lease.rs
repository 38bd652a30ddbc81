//! The lease on collecting: one collector at a time, and nothing of an earlier one counts.

use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::host::clock;
use crate::ledger::SqliteLedger;
use crate::model::collect::{Lease, LeaseBody};
use crate::model::ledger::{Batch, Durability, Ledger};
use crate::model::record::{Draft, Event};
use crate::model::time::Instant;

use super::Ground;
use super::books::Books;

/// How long a lease holds that is not renewed. A machine that sleeps for longer loses it, and finds out when it wakes.
pub const HOLDS: Duration = Duration::from_secs(60);
/// How often it is renewed.
const RENEWED: Duration = Duration::from_secs(15);

/// Whether somebody collects by this lease. A process of this machine that is gone holds nothing.
pub fn is_held(lease: &Lease, now: Instant) -> bool {
    let is_gone = lease.boot == clock::boot_id() && !clock::is_alive(lease.body.pid, lease.body.pid_start);
    !lease.is_over && !is_gone && now.since(lease.renewed) <= HOLDS
}

/// Takes the lease; gives its epoch.
///
/// # Errors
/// When another one holds it, or the ledger cannot be written.
pub fn take(ledger: &mut SqliteLedger, ground: &Ground) -> Result<u64, Error> {
    let (pid, pid_start) = clock::own_start();
    let mut holder = None;
    let mut epoch = 1;
    let _recorded = ledger.transact(Durability::Power, &mut |snapshot| {
        let last = snapshot.lease()?;
        if let Some(last) = last.as_ref().filter(|last| is_held(last, snapshot.now())) {
            holder = Some(last.clone());
            return Ok(Batch::default());
        }
        epoch = last.map_or(0, |last| last.body.epoch) + 1;
        let event = Event::CollectorStarted(LeaseBody { epoch, host: clock::hostname(), pid, pid_start });
        let draft = Draft {
            event,
            request: None,
            execution: None,
            parent: ground.caller.parent.clone(),
            attribution: ground.caller.clone(),
            commitments: Vec::new(),
        };
        Ok(Batch { records: vec![draft], ..Batch::default() })
    })?;
    match holder {
        None => Ok(epoch),
        Some(lease) => Err(held(&lease)),
    }
}

fn held(lease: &Lease) -> Error {
    let LeaseBody { host, pid, epoch, .. } = &lease.body;
    let text = format!(
        "{} collects already, since {} (process {pid} on {host}, epoch {epoch})",
        crate::text::escape::escape(&lease.holder),
        lease.since
    );
    let hint =
        format!("leave it to that one, or end it first; what does not answer for {} s is passed over", HOLDS.as_secs());
    Error::new(ErrorKind::Unavailable, text).with_hint(hint)
}

/// Renews the lease until it is lost.
pub(super) async fn keep(books: &Books) -> Error {
    loop {
        match books.renew() {
            Ok(true) => tokio::time::sleep(RENEWED).await,
            Ok(false) => return lost(),
            Err(error) => return error,
        }
    }
}

/// What a collector says that was overtaken.
pub(super) fn lost() -> Error {
    Error::new(ErrorKind::Unavailable, "another collector has taken over; this one ends")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_ends_with_its_process_or_when_it_is_not_renewed() {
        let (pid, pid_start) = clock::own_start();
        let since = Instant::from_micros(1_795_477_153_000_000);
        let body = LeaseBody { epoch: 1, host: "here".to_owned(), pid, pid_start };
        let holder = "alice@here".to_owned();
        let mine = Lease { body, boot: clock::boot_id(), holder, since, renewed: since, is_over: false };
        let in_time = since.plus(HOLDS);
        assert!(is_held(&mine, in_time));
        assert!(!is_held(&mine, in_time.plus(Duration::from_secs(1))));
        assert!(!is_held(&Lease { is_over: true, ..mine.clone() }, since));
        let gone = LeaseBody { pid_start: pid_start + 1, ..mine.body.clone() };
        assert!(!is_held(&Lease { body: gone.clone(), ..mine.clone() }, since), "the process is another one");
        let elsewhere = Lease { body: gone, boot: "another".to_owned(), ..mine };
        assert!(is_held(&elsewhere, in_time), "of another machine only the time tells");
    }
}
