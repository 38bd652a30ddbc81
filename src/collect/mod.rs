//! The collector: the one process that posts requests, brings decisions in, and does what is due when nobody else is there.
//!
//! It holds a lease in the ledger, and whatever it writes names the lease's epoch: of a collector that was overtaken nothing
//! counts. It keeps nothing that is not in the ledger, so that it can be killed at any moment and another one goes on. This
//! is the only place with a runtime; nothing that runs a command comes here. No transaction is open while it waits.

mod books;
mod chores;
mod desk;
mod health;
pub mod lease;
mod rounds;
mod rules;
mod waiting;

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::approval::channels::http;
use crate::approval::channels::open::{Opening, open};
use crate::error::{Error, ErrorKind};
use crate::exec::wait::hold_signals;
use crate::host::Host;
use crate::host::clock;
use crate::host::paths::Places;
use crate::ledger::{Access, HostStamp, SqliteLedger};
use crate::model::attribution::Attribution;
use crate::policy::Policies;

use books::Books;
use chores::Chores;
use rounds::{Line, once, serve};
use waiting::{Part, first};

/// How often the policy's files are looked at.
const LOOK_AT_POLICY: Duration = Duration::from_secs(2);

/// Loads the policy layers in force.
pub type Load = Arc<dyn Fn() -> Result<Policies, Error> + Send + Sync>;
/// The files that those come from.
pub type Layers = Arc<dyn Fn() -> Vec<PathBuf> + Send + Sync>;
/// Says a line to whoever watches.
pub type Say = Arc<dyn Fn(&str) + Send + Sync>;

/// What a collector stands on.
#[derive(Clone)]
pub struct Ground {
    /// The host.
    pub host: Host,
    /// Where aigov's files are.
    pub places: Places,
    /// Who started it.
    pub caller: Attribution,
    /// The policy.
    pub load: Load,
    /// The policy's files.
    pub layers: Layers,
    /// Where it talks to.
    pub say: Say,
    /// The same with a bell.
    pub bell: Say,
}

impl Ground {
    /// The ledger, opened once more.
    ///
    /// # Errors
    /// When it cannot be opened.
    fn ledger(&self) -> Result<SqliteLedger, Error> {
        let stamp = HostStamp { boot_id: clock::boot_id(), host: clock::hostname(), now: Box::new(clock::now) };
        Ok(SqliteLedger::open(&self.places.ledger, Access::ReadWrite, stamp)?)
    }
}

/// How long it stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stay {
    /// Until a signal ends it.
    UntilStopped,
    /// Until what is due is done.
    Once,
}

/// Why collecting ended.
enum Ended {
    /// A signal came.
    Stopped,
    /// The policy names other channels.
    Changed,
    /// The lease was lost, or the ledger cannot be used.
    Failed(Error),
}

/// Collects.
///
/// # Errors
/// When another one collects, the lease is lost, or the ledger cannot be used.
pub fn collect(ground: &Ground, stay: Stay) -> Result<(), Error> {
    hold_signals();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime =
        runtime.map_err(|cause| Error::new(ErrorKind::Internal, format!("cannot start collecting: {cause}")))?;
    let mut ledger = ground.ledger()?;
    let epoch = lease::take(&mut ledger, ground)?;
    let books = Books::open(ground, epoch, ledger);
    let ended = match stay {
        Stay::Once => runtime.block_on(through(&books, ground)),
        Stay::UntilStopped => {
            let chores = Chores::start(ground);
            let ended = runtime.block_on(until_stopped(&books, ground));
            runtime.block_on(chores.stop(ground));
            ended
        }
    };
    // A lease that was lost is another's to end.
    let released = books.release();
    ended.and(released)
}

/// Does what is due, and ends.
async fn through(books: &Books, ground: &Ground) -> Result<(), Error> {
    chores::through(ground)?;
    for line in lines(books, ground)? {
        once(books, &line).await?;
    }
    Ok(())
}

async fn until_stopped(books: &Books, ground: &Ground) -> Result<(), Error> {
    let mut signals = listen()?;
    (ground.say)(&format!("collecting, epoch {}", books.epoch()));
    loop {
        let lines = lines(books, ground)?;
        let mut parts: Vec<Part<'_, Ended>> = Vec::new();
        parts.push(Box::pin(stopped(&mut signals)));
        parts.push(Box::pin(async { Ended::Failed(lease::keep(books).await) }));
        parts.push(Box::pin(changed(books)));
        for line in &lines {
            parts.push(Box::pin(async move { Ended::Failed(serve(books, line).await) }));
        }
        match first(parts).await {
            Ended::Stopped => return Ok(()),
            Ended::Changed => (ground.say)("the policy names other channels now"),
            Ended::Failed(error) => return Err(error),
        }
    }
}

/// The signals that end it.
fn listen() -> Result<[Signal; 3], Error> {
    let one = |kind| {
        signal(kind).map_err(|cause| Error::new(ErrorKind::Internal, format!("cannot listen for signals: {cause}")))
    };
    Ok([one(SignalKind::terminate())?, one(SignalKind::interrupt())?, one(SignalKind::hangup())?])
}

async fn stopped(signals: &mut [Signal; 3]) -> Ended {
    let parts = signals.iter_mut().map(|signal| {
        let part: Part<'_, Ended> = Box::pin(async move {
            match signal.recv().await {
                Some(()) => Ended::Stopped,
                None => std::future::pending().await,
            }
        });
        part
    });
    first(parts.collect()).await
}

/// Waits until the policy names other channels.
async fn changed(books: &Books) -> Ended {
    loop {
        tokio::time::sleep(LOOK_AT_POLICY).await;
        if books.has_other_channels() {
            return Ended::Changed;
        }
    }
}

/// The channels of the policy, opened. One that cannot be opened is told, and the others go on.
fn lines(books: &Books, ground: &Ground) -> Result<Vec<Line>, Error> {
    let mut lines = Vec::new();
    let channels = books.use_channels();
    if channels.is_empty() {
        return Ok(lines);
    }
    let ring = Arc::clone(&ground.bell);
    let with = Opening { host: &ground.host, client: http::client()?, bell: Rc::new(move |text: &str| ring(text)) };
    for policy in channels {
        match open(&policy, &with) {
            Ok(channel) => lines.push(Line::new(policy, channel)),
            Err(error) => {
                let hint = error.hint.human.map(|hint| format!(" ({hint})")).unwrap_or_default();
                books.fail(&policy.name, &format!("{}{hint}", error.text))?;
            }
        }
    }
    Ok(lines)
}
