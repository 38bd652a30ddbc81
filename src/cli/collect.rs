//! `aigov collect`: the collector in the foreground; and what other commands say where nobody collects.

use std::path::PathBuf;
use std::sync::Arc;

use crate::approval::channels::slack::manifest::MANIFEST;
use crate::collect::{self, Ground, Stay, lease};
use crate::error::{Error, ErrorKind};
use crate::host::clock;
use crate::host::identity::Claim;
use crate::ledger::SqliteLedger;
use crate::model::request::{RequestRow, RequestState};
use crate::policy::Policies;
use crate::text::escape::escape;

use super::args::CollectArgs;
use super::exec::say;
use super::output::{data, talk};
use super::session::Session;

/// `aigov collect`.
///
/// # Errors
/// When another one collects, the policy has faults, or the ledger cannot be used.
pub fn collect(args: &CollectArgs) -> Result<i32, Error> {
    if args.slack_manifest {
        data(MANIFEST)?;
        return Ok(0);
    }
    let session = Arc::new(Session::open(&Claim::default())?);
    let policies = session.policies()?;
    session.test_unseen_layers(&policies, &mut session.ledger()?)?;
    if policies.channels().is_empty() {
        say("the policy names no channels, so nobody is asked; what is overdue is done all the same");
    }
    let (load, files) = (Arc::clone(&session), Arc::clone(&session));
    let ground = Ground {
        host: session.host.clone(),
        places: session.places.clone(),
        caller: session.caller.clone(),
        load: Arc::new(move || load.policies()),
        layers: Arc::new(move || files.layers().into_iter().map(|(_, path)| path).collect::<Vec<PathBuf>>()),
        say: Arc::new(say),
        bell: Arc::new(|text: &str| {
            let bell = if console::Term::stderr().features().is_attended() { "\x07" } else { "" };
            talk(&format!("{bell}aigov: {}\n", escape(text)));
        }),
    };
    collect::collect(&ground, if args.once { Stay::Once } else { Stay::UntilStopped })?;
    Ok(0)
}

/// What is to be said where the policy names channels that a request goes to, and nobody collects.
pub fn unattended(policies: &Policies, ledger: &SqliteLedger, row: &RequestRow) -> Option<String> {
    let waits = matches!(row.state, RequestState::Preparing | RequestState::Pending);
    let channels: Vec<&str> =
        policies.channels().into_iter().filter(|one| waits && one.takes(row)).map(|one| one.name.as_str()).collect();
    if channels.is_empty() || is_attended(ledger) {
        return None;
    }
    Some(format!("nobody collects, so nobody was asked through {}; tell the human", channels.join(", ")))
}

/// Whether somebody collects. A ledger that cannot be read is told elsewhere.
fn is_attended(ledger: &SqliteLedger) -> bool {
    ledger.lease().is_ok_and(|lease| lease.is_some_and(|lease| lease::is_held(&lease, clock::now())))
}

/// What the queue says about asking elsewhere: nobody collects, or a channel does not get through.
pub fn remarks(policies: &Policies, ledger: &SqliteLedger) -> Vec<String> {
    let channels = policies.channels();
    if channels.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = channels.iter().map(|one| one.name.as_str()).collect();
    if !is_attended(ledger) {
        return vec![format!(
            "nobody collects, so nobody is asked through {}; start `aigov collect`",
            names.join(", ")
        )];
    }
    let troubles = match ledger.channel_troubles() {
        Ok(troubles) => troubles,
        Err(error) => return vec![format!("whether channels get through is not known: {error}")],
    };
    let told = troubles.into_iter().filter(|(note, _)| names.contains(&note.channel.as_str()));
    told.map(|(note, since)| format!("channel {} does not get through, since {since}: {}", note.channel, note.note))
        .collect()
}

/// The same for `aigov doctor`: what is in order, else what is not.
///
/// # Errors
/// What is not in order.
pub fn state(session: &Session) -> Result<String, Error> {
    let policies = session.policies()?;
    let channels = policies.channels();
    if channels.is_empty() {
        return Ok("none in the policy: people are asked at this machine only".to_owned());
    }
    let ledger = session.ledger_for(crate::ledger::Access::ReadOnly)?;
    let remarks = remarks(&policies, &ledger);
    if !remarks.is_empty() {
        return Err(Error::new(ErrorKind::Unavailable, remarks.join("; ")));
    }
    let lease = ledger.lease()?;
    let by = lease.map(|lease| format!("; {} collects since {}", lease.holder, lease.since)).unwrap_or_default();
    let names: Vec<String> = channels.iter().map(|one| format!("{} ({})", one.name, one.kind.as_str())).collect();
    Ok(format!("{}{by}", names.join(", ")))
}
