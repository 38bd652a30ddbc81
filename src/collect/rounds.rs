//! One channel's work, again and again: what is to be sent, what comes in. No channel waits for another.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use crate::approval::channels::{
    Channel, Doing, Incoming, MessageRef, Received, Trouble, TroubleKind, Verdict, View, version,
};
use crate::error::Error;
use crate::model::ids::{Digest, RequestId};
use crate::policy::channels::ChannelPolicy;

use super::books::{Before, Books, Due};
use super::desk::ChannelDesk;
use super::health::{Pace, Worth};
use super::waiting::{Part, at_most, first};

/// How often the ledger is looked at for what is to be sent.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long a channel that was in trouble must be quiet until it counts as well.
const QUIET: Duration = Duration::from_secs(60);
/// How long somebody is tried to be answered.
const ANSWER: Duration = Duration::from_secs(30);
/// How long decisions are waited for when a collector only does what is due.
const SHORTLY: Duration = Duration::from_secs(3);

/// A channel that is served.
pub struct Line {
    policy: ChannelPolicy,
    channel: Rc<dyn Channel>,
    sending: RefCell<Pace>,
    receiving: RefCell<Pace>,
    /// Messages that are known not to have been sent, though they were intended.
    unsent: RefCell<HashSet<(RequestId, Digest)>>,
    /// Messages that are not taken, or not there.
    given_up: RefCell<HashSet<(RequestId, Digest)>>,
    /// How long the ledger was when nothing was left to send.
    seen: Cell<Option<u64>>,
}

impl Line {
    /// A channel of the policy.
    pub fn new(policy: ChannelPolicy, channel: Rc<dyn Channel>) -> Self {
        Self {
            policy,
            channel,
            sending: RefCell::default(),
            receiving: RefCell::default(),
            unsent: RefCell::default(),
            given_up: RefCell::default(),
            seen: Cell::default(),
        }
    }

    fn name(&self) -> &str {
        &self.policy.name
    }

    /// It does not get through.
    fn failed(&self, books: &Books, pace: &RefCell<Pace>, trouble: &Trouble) -> Result<(), Error> {
        match pace.borrow_mut().fail(trouble) {
            Worth::Telling => books.fail(self.name(), &trouble.text),
            Worth::Nothing => Ok(()),
        }
    }

    /// It gets through in one direction; where it does in both, that is told if the contrary was.
    fn succeeded(&self, books: &Books, pace: &RefCell<Pace>) -> Result<(), Error> {
        pace.borrow_mut().succeed();
        if self.sending.borrow().is_bad() || self.receiving.borrow().is_bad() {
            return Ok(());
        }
        books.recover(self.name())
    }
}

/// Serves a channel until the ledger cannot be used or the lease is lost.
pub async fn serve(books: &Books, line: &Line) -> Error {
    let parts: Vec<Part<'_, Error>> = vec![Box::pin(outgoing(books, line)), Box::pin(incoming(books, line))];
    first(parts).await
}

/// Does what is due on a channel.
///
/// # Errors
/// When the ledger cannot be used or the lease is lost.
pub async fn once(books: &Books, line: &Line) -> Result<(), Error> {
    deliver(books, line).await?;
    let desk = ChannelDesk { books, channel: line.name() };
    let mut has_decided = false;
    loop {
        let mut next: Doing<'_, _> = line.channel.receive(&desk);
        match at_most(&mut next, SHORTLY).await {
            None => break,
            Some(Ok(received)) => has_decided |= take(books, line, received).await?,
            Some(Err(trouble)) => {
                books.fail(line.name(), &trouble.text)?;
                break;
            }
        }
    }
    if has_decided { deliver(books, line).await } else { Ok(()) }
}

async fn outgoing(books: &Books, line: &Line) -> Error {
    loop {
        if let Err(error) = deliver(books, line).await {
            return error;
        }
        sleep(LOOK_EVERY).await;
    }
}

/// Sends what is due, unless the channel is to be left alone.
async fn deliver(books: &Books, line: &Line) -> Result<(), Error> {
    let may_try = |at: Option<Instant>| at.is_some_and(|at| at <= Instant::now());
    if !may_try(line.sending.borrow().next()) {
        return Ok(());
    }
    let size = books.size()?;
    if line.seen.get() == Some(size) {
        return Ok(());
    }
    for due in books.due(&line.policy)? {
        let key = (due.row().id.clone(), version(due.row()));
        if line.given_up.borrow().contains(&key) {
            continue;
        }
        let sent = send(books, line, &due).await?;
        match sent {
            Ok(()) => line.succeeded(books, &line.sending)?,
            Err(trouble) => {
                line.failed(books, &line.sending, &trouble)?;
                if trouble.kind == TroubleKind::NotTaken {
                    line.given_up.borrow_mut().insert(key);
                    continue;
                }
                return Ok(());
            }
        }
    }
    line.seen.set(Some(size));
    Ok(())
}

/// Sends one thing: intended first, looked for where it may be there already, recorded when it is.
async fn send(books: &Books, line: &Line, due: &Due) -> Result<Result<(), Trouble>, Error> {
    let (view, before) = match due {
        Due::Look(row) => {
            let key = (row.id.clone(), version(row));
            let (view, _) = books.intend(line.name(), row)?;
            return Ok(match line.channel.find(&view).await {
                Ok(Some(at)) => books.posted(line.name(), &view, &at).map(Ok)?,
                Ok(None) => {
                    line.given_up.borrow_mut().insert(key);
                    Ok(())
                }
                Err(trouble) => Err(trouble),
            });
        }
        Due::Post(row) | Due::Update(row, _) => books.intend(line.name(), row)?,
    };
    let sent = match due {
        Due::Update(_, at) => line.channel.update(&view, at).await,
        Due::Post(_) | Due::Look(_) => post(line, &view, before).await,
    };
    let key = (view.row.id.clone(), view.version());
    match sent {
        Ok(at) => {
            line.unsent.borrow_mut().remove(&key);
            books.posted(line.name(), &view, &at).map(Ok)
        }
        Err(trouble) => {
            if trouble.kind == TroubleKind::Unclear {
                line.unsent.borrow_mut().remove(&key);
            } else {
                line.unsent.borrow_mut().insert(key);
            }
            Ok(Err(trouble))
        }
    }
}

async fn post(line: &Line, view: &View, before: Before) -> Result<MessageRef, Trouble> {
    let is_unsent = line.unsent.borrow().contains(&(view.row.id.clone(), view.version()));
    if before == Before::Perhaps && !is_unsent {
        // Trouble while looking says nothing about the message: it stays to be looked for.
        let found = line.channel.find(view).await;
        let found = found.map_err(|trouble| match trouble.kind {
            TroubleKind::Later(_) | TroubleKind::NotTaken => Trouble { kind: TroubleKind::Unclear, ..trouble },
            TroubleKind::Unclear | TroubleKind::Dead => trouble,
        })?;
        if let Some(at) = found {
            return Ok(at);
        }
    }
    line.channel.post(view).await
}

async fn incoming(books: &Books, line: &Line) -> Error {
    let desk = ChannelDesk { books, channel: line.name() };
    loop {
        let Some(at) = line.receiving.borrow().next() else { return std::future::pending().await };
        sleep_until(at).await;
        let mut next: Doing<'_, _> = line.channel.receive(&desk);
        let received = loop {
            let received = at_most(&mut next, QUIET).await;
            match received {
                Some(received) => break received,
                None => {
                    if let Err(error) = line.succeeded(books, &line.receiving) {
                        return error;
                    }
                }
            }
        };
        let done = match received {
            Ok(received) => match line.succeeded(books, &line.receiving) {
                Ok(()) => take(books, line, received).await.map(|_| ()),
                Err(error) => Err(error),
            },
            Err(trouble) => line.failed(books, &line.receiving, &trouble),
        };
        if let Err(error) = done {
            return error;
        }
    }
}

/// Takes one thing that came in; whether it was a decision that was answered.
async fn take(books: &Books, line: &Line, received: Received) -> Result<bool, Error> {
    let incoming = match received {
        Received::Refused(rebuff) => {
            books.rebuff(&*line.channel, &rebuff)?;
            return Ok(false);
        }
        Received::Decision(incoming) => incoming,
    };
    let Some(verdict) = books.decide(&*line.channel, &incoming)? else { return Ok(false) };
    tell(books, line, &incoming, &verdict);
    let mut answer: Doing<'_, _> = line.channel.answer(&incoming, &verdict);
    match at_most(&mut answer, ANSWER).await {
        Some(Ok(())) => {}
        Some(Err(trouble)) => books.say(&format!("channel {}: nobody was answered: {}", line.name(), trouble.text)),
        None => books.say(&format!("channel {}: nobody was answered in time", line.name())),
    }
    Ok(true)
}

fn tell(books: &Books, line: &Line, incoming: &Incoming, verdict: &Verdict) {
    let (verb, id, who) = (incoming.choice.as_str(), &incoming.request, &incoming.identity);
    match verdict {
        Ok(row) => books.say(&format!("{who}: {verb} {id} through {}: it is {}", line.name(), row.state)),
        Err(error) => books.say(&format!("refused: {who}: {verb} {id} through {}: {}", line.name(), error.text)),
    }
}
