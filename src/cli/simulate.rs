//! `aigov policy simulate`: the commands of the ledger under another policy. Runs nothing, writes nothing.

use std::path::Path;

use crate::error::{Error, ErrorKind};
use crate::host::clock;
use crate::host::terminal::Terminal;
use crate::ledger::{Access, SqliteLedger};
use crate::model::ledger::LedgerError;
use crate::model::record::{Event, Record};
use crate::model::time::Instant;
use crate::policy::Policies;
use crate::policy::layers::LayerKind;
use crate::policy::simulate::{Asked, Outcome, Simulation};
use crate::report::change::grouped;
use crate::report::simulate::{Subject, json, text};

use super::audit::when;
use super::output::{self, Form};
use super::policy_diff::{LOOSENS, instead};
use super::session::Session;

/// How many requests are in memory at once.
const PIECE: usize = 128;
/// Below this many there is nothing to wait for.
const WORTH_TELLING: u64 = 2_000;

/// `aigov policy simulate`: 0 when nothing loosens, else 1.
///
/// # Errors
/// When a policy has faults, or the file or the ledger cannot be read.
pub fn simulate(session: &Session, file: &Path, since: Option<&str>, form: Form) -> Result<i32, Error> {
    let since = since.map(|text| when(text, clock::now())).transpose()?;
    let now = session.policies()?;
    let new = instead(&now, file)?;
    let ledger = opened(session)?;
    let outcome = decided_again(&ledger, Simulation::new(&now, &new), since)?;
    if outcome.counts.commands == 0 {
        let from = since.map(|since| format!(" since {since}")).unwrap_or_default();
        output::talk(&format!("aigov: there is no command in the ledger {}{from}\n", ledger.path().display()));
    }
    let subject = subject(&now, &new, file, since);
    match form {
        Form::Json => output::data(&format!("{}\n", json(&subject, &outcome)))?,
        Form::Text => output::data(&text(&subject, &outcome, output::page(&session.host)))?,
    }
    Ok(if outcome.loosens() { LOOSENS } else { 0 })
}

fn opened(session: &Session) -> Result<SqliteLedger, Error> {
    let is_missing = |error: &LedgerError| matches!(error, LedgerError::Missing { .. });
    session.open_ledger(Access::ReadOnly).map_err(|error| {
        if is_missing(&error) {
            let text = format!("{error}, so there is no command to decide again");
            return Error::new(ErrorKind::Unavailable, text)
                .with_hint("`AIGOV_LEDGER` says where it is; it begins with the first `aigov exec`");
        }
        Error::from(error)
    })
}

/// Decides piece by piece; whoever writes meanwhile is not held up, and what they write does not count.
fn decided_again(
    ledger: &SqliteLedger,
    mut simulation: Simulation<'_>,
    since: Option<Instant>,
) -> Result<Outcome, Error> {
    let mut range = ledger.requests_since(since)?;
    let mut progress = Progress::new(range.count);
    let mut done = 0;
    loop {
        let records = ledger.next_requests(&mut range, PIECE)?;
        if records.is_empty() {
            break;
        }
        for record in &records {
            simulation.add(asked(record)?);
            done += 1;
        }
        progress.show(done);
    }
    progress.clear();
    Ok(simulation.finish())
}

/// The request that a record begins.
///
/// # Errors
/// When it begins none.
pub fn asked(record: &Record) -> Result<Asked<'_>, Error> {
    let (
        Event::RequestAllowed(body)
        | Event::RequestPreparing(body)
        | Event::RequestPending(body)
        | Event::RequestDenied(body),
        Some(id),
    ) = (&record.event, &record.request)
    else {
        let text = format!("record {} is no request, though the ledger's tables say so", record.seq);
        return Err(Error::new(ErrorKind::Unavailable, text).with_hint("run `aigov audit verify`"));
    };
    Ok(Asked { id, time: record.time, caller: &record.attribution, body })
}

fn subject(now: &Policies, new: &Policies, file: &Path, since: Option<Instant>) -> Subject {
    let user = |policies: &Policies| policies.layers().iter().find(|layer| layer.kind == LayerKind::User).cloned();
    let others = now.layers().iter().filter(|layer| layer.kind != LayerKind::User);
    Subject {
        new: file.display().to_string(),
        digest: user(new).map(|layer| layer.digest),
        now: user(now).map(|layer| layer.path.display().to_string()),
        others: others.map(|layer| (layer.kind.as_str().to_owned(), layer.path.display().to_string())).collect(),
        since,
    }
}

/// How far it is, on a terminal.
struct Progress {
    all: u64,
    percent: Option<u64>,
}

impl Progress {
    fn new(all: u64) -> Self {
        let is_seen = all >= WORTH_TELLING && Terminal::look().stderr;
        Self { all, percent: is_seen.then_some(0) }
    }

    fn show(&mut self, done: u64) {
        let percent = done * 100 / self.all.max(1);
        if self.percent.is_some_and(|shown| shown != percent) {
            self.percent = Some(percent);
            output::talk(&format!("\raigov: {percent:>3} % of {} commands", grouped(self.all)));
        }
    }

    fn clear(&self) {
        if self.percent.is_some() {
            let blanks = " ".repeat(40);
            output::talk(&format!("\r{blanks}\r"));
        }
    }
}
