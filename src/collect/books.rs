//! What a collector knows and writes: the ledger and the policy, behind one door for all channels. Everything that it writes
//! is fenced by its epoch, in the same transaction.

use std::cell::RefCell;
use std::collections::HashSet;

use crate::approval::channels::{Channel, Incoming, MessageRef, Rebuff, Verdict, View, binding, version};
use crate::approval::decide::{Decided, decide};
use crate::approval::decider::{Decider, Proof};
use crate::error::{Error, ErrorKind};
use crate::govern::review::Looked;
use crate::host::held;
use crate::ledger::SqliteLedger;
use crate::model::collect::{ChannelNote, Lease, LeaseEnd, Posted, Posting, Via};
use crate::model::ids::{Digest, RequestId};
use crate::model::ledger::{Batch, Committed, Durability, Ledger};
use crate::model::record::{Draft, Event, Refusal};
use crate::model::request::{RequestRow, RequestState};
use crate::policy::Policies;
use crate::policy::channels::ChannelPolicy;
use crate::policy::layers::Layer;
use crate::redact::Redactor;

use super::Ground;
use super::lease::lost;
use super::rules::Rules;

/// How much of what a channel says is kept, in characters.
const MOST_SAID: usize = 300;
/// How many refusals are remembered, so that the same again is not recorded again.
const MOST_REMEMBERED: usize = 10_000;

/// Something that is to be sent.
pub enum Due {
    /// A request that nobody was asked about yet.
    Post(RequestRow),
    /// A message that shows something old.
    Update(RequestRow, MessageRef),
    /// A message that may be there, of a request that is over.
    Look(RequestRow),
}

impl Due {
    /// The request.
    pub fn row(&self) -> &RequestRow {
        match self {
            Self::Post(row) | Self::Update(row, _) | Self::Look(row) => row,
        }
    }
}

/// Whether a message may have been sent before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// It was not.
    No,
    /// It may have been, by this collector or by one that was killed.
    Perhaps,
}

/// The ledger and the policy of one collector.
pub struct Books {
    ground: Ground,
    epoch: u64,
    pub(super) ledger: RefCell<SqliteLedger>,
    rules: RefCell<Rules>,
    /// The channels that are served now.
    served: RefCell<Vec<ChannelPolicy>>,
    /// Refusals that were recorded.
    refused: RefCell<HashSet<String>>,
}

impl Books {
    /// Opens them.
    pub fn open(ground: &Ground, epoch: u64, ledger: SqliteLedger) -> Self {
        Self {
            ground: ground.clone(),
            epoch,
            ledger: RefCell::new(ledger),
            rules: RefCell::new(Rules::read(ground)),
            served: RefCell::default(),
            refused: RefCell::default(),
        }
    }

    /// The epoch of the lease.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Says that this collector is alive; whether it still holds the lease.
    pub fn renew(&self) -> Result<bool, Error> {
        Ok(self.ledger.borrow_mut().renew_lease(self.epoch)?)
    }

    /// Ends the lease.
    pub fn release(&self) -> Result<(), Error> {
        self.record(Durability::Process, None, Event::CollectorEnded(LeaseEnd { epoch: self.epoch })).map(|_| ())
    }

    /// The channels of the policy, which are served from here on.
    pub fn use_channels(&self) -> Vec<ChannelPolicy> {
        let channels = self.channels();
        if let Some(channels) = &channels {
            self.served.borrow_mut().clone_from(channels);
        }
        channels.unwrap_or_default()
    }

    /// Whether the policy names other channels than those that are served. A policy with faults names none.
    pub fn has_other_channels(&self) -> bool {
        self.rules.borrow_mut().refresh(&self.ground);
        self.channels().is_some_and(|channels| channels != *self.served.borrow())
    }

    fn channels(&self) -> Option<Vec<ChannelPolicy>> {
        let rules = self.rules.borrow();
        rules.policies().ok().map(|policies| policies.channels().into_iter().cloned().collect())
    }

    /// Appends one record, where this collector still holds the lease.
    fn record(&self, durability: Durability, request: Option<&RequestId>, event: Event) -> Result<Committed, Error> {
        let draft = self.draft(request, event);
        let mut holds = false;
        let committed = self.ledger.borrow_mut().transact(durability, &mut |snapshot| {
            holds = snapshot.lease()?.is_some_and(|lease| self.is_mine(&lease));
            let records = if holds { vec![draft.clone()] } else { Vec::new() };
            Ok(Batch { records, ..Batch::default() })
        })?;
        if holds { Ok(committed) } else { Err(lost()) }
    }

    /// How many records the ledger has.
    pub fn size(&self) -> Result<u64, Error> {
        Ok(self.ledger.borrow().head()?.0)
    }

    /// What is to be sent on a channel.
    pub fn due(&self, channel: &ChannelPolicy) -> Result<Vec<Due>, Error> {
        let ledger = self.ledger.borrow();
        let mut due = Vec::new();
        for id in ledger.posts_due(&channel.name)? {
            let Some(row) = ledger.request(&id)?.filter(|row| channel.takes(row)) else { continue };
            match ledger.post(&row.id, &channel.name)?.and_then(|post| post.posted) {
                None => due.push(Due::Post(row)),
                Some(posted) if posted.shown != version(&row) => {
                    due.push(Due::Update(row, MessageRef(posted.reference)));
                }
                Some(_) => {}
            }
        }
        // Everybody is told that the glass was broken, also where nobody had been asked.
        for row in ledger.owed()?.into_iter().filter(|row| channel.takes(row)) {
            if ledger.post(&row.id, &channel.name)?.is_none() {
                due.push(Due::Post(row));
            }
        }
        for id in ledger.posts_behind(&channel.name)? {
            let Some(row) = ledger.request(&id)?.filter(|row| row.state != RequestState::Pending) else { continue };
            match ledger.post(&id, &channel.name)?.and_then(|post| post.posted) {
                None => due.push(Due::Look(row)),
                Some(posted) => due.push(Due::Update(row, MessageRef(posted.reference))),
            }
        }
        Ok(due)
    }

    /// Records that a request is about to be sent, unless the same was to be sent before; gives what to send.
    pub fn intend(&self, channel: &str, row: &RequestRow) -> Result<(View, Before), Error> {
        let known = self.ledger.borrow().post(&row.id, channel)?;
        if let Some(post) = known.filter(|post| post.posting.shown == version(row)) {
            if !self.holds()? {
                return Err(lost());
            }
            return Ok((View::new(row.clone(), post.checkpoint), Before::Perhaps));
        }
        // What is shown is read where it is intended: whatever comes later is later than the intent, and the message behind.
        let mut shown = None;
        // It is on the disk before the ledger's head leaves the machine.
        let committed = self.ledger.borrow_mut().transact(Durability::Power, &mut |snapshot| {
            let holds = snapshot.lease()?.is_some_and(|lease| self.is_mine(&lease));
            shown = snapshot.request(&row.id)?.filter(|_| holds);
            let posting = shown.as_ref().map(|row| Posting {
                channel: channel.to_owned(),
                epoch: self.epoch,
                shown: version(row),
            });
            let records = posting.map(|posting| self.draft(Some(&row.id), Event::ChannelPosting(posting)));
            Ok(Batch { records: records.into_iter().collect(), ..Batch::default() })
        })?;
        let (Some(shown), Some(head)) = (shown, committed.records().last()) else { return Err(lost()) };
        let checkpoint = format!("{}:{}", head.seq + 1, head.leaf.unwrap_or(Digest::ZERO));
        Ok((View::new(shown, checkpoint), Before::No))
    }

    fn is_mine(&self, lease: &Lease) -> bool {
        lease.body.epoch == self.epoch && !lease.is_over
    }

    fn draft(&self, request: Option<&RequestId>, event: Event) -> Draft {
        Draft {
            event,
            request: request.cloned(),
            execution: None,
            parent: self.ground.caller.parent.clone(),
            attribution: self.ground.caller.clone(),
            commitments: Vec::new(),
        }
    }

    fn holds(&self) -> Result<bool, Error> {
        let lease = self.ledger.borrow().lease()?;
        Ok(lease.is_some_and(|lease| self.is_mine(&lease)))
    }

    /// Records that a message is there.
    pub fn posted(&self, channel: &str, view: &View, at: &MessageRef) -> Result<(), Error> {
        let posted = Posted {
            channel: channel.to_owned(),
            epoch: self.epoch,
            shown: view.version(),
            as_of: view.row.changed,
            reference: at.0.clone(),
        };
        self.record(Durability::Process, Some(&view.row.id), Event::ChannelPosted(posted)).map(|_| ())
    }

    /// Whether a channel was told to be in trouble.
    pub fn is_failed(&self, channel: &str) -> Result<bool, Error> {
        Ok(self.ledger.borrow().channel_troubles()?.iter().any(|(note, _)| note.channel == channel))
    }

    /// Tells that a channel does not get through: once, until it does again.
    pub fn fail(&self, channel: &str, note: &str) -> Result<(), Error> {
        let said: String = note.chars().take(MOST_SAID).collect();
        let troubles = self.ledger.borrow().channel_troubles()?;
        let known = troubles.iter().map(|(known, _)| known).find(|known| known.channel == channel);
        // An earlier collector may have told of something else.
        if known.is_some_and(|known| known.epoch == self.epoch || known.note == said) {
            return Ok(());
        }
        (self.ground.say)(&format!("channel {channel} does not get through: {said}"));
        let note = ChannelNote { channel: channel.to_owned(), epoch: self.epoch, note: said };
        self.record(Durability::Process, None, Event::ChannelFailed(note)).map(|_| ())
    }

    /// Tells that a channel gets through again, where it was told that it does not.
    pub fn recover(&self, channel: &str) -> Result<(), Error> {
        if !self.is_failed(channel)? {
            return Ok(());
        }
        (self.ground.say)(&format!("channel {channel} gets through again"));
        let note = ChannelNote { channel: channel.to_owned(), epoch: self.epoch, note: "it answers".to_owned() };
        self.record(Durability::Process, None, Event::ChannelRecovered(note)).map(|_| ())
    }

    /// Says something to whoever watches.
    pub fn say(&self, text: &str) {
        (self.ground.say)(text);
    }

    /// Holds a decision that came in against the policy, and records it. None when it was here before.
    pub fn decide(&self, channel: &dyn Channel, incoming: &Incoming) -> Result<Option<Verdict>, Error> {
        let name = channel.name();
        if self.ledger.borrow().is_delivered(name, &incoming.delivery)? {
            let why = "the same delivery was taken before";
            self.rebuff(
                channel,
                &Rebuff {
                    request: Some(incoming.request.clone()),
                    identity: Some(incoming.identity.clone()),
                    attempted: format!("{} {} ({})", incoming.choice.as_str(), incoming.request, incoming.delivery),
                    why: why.to_owned(),
                },
            )?;
            return Ok(None);
        }
        self.rules.borrow_mut().refresh(&self.ground);
        let rules = self.rules.borrow();
        let verdict = match self.objection(name, &rules, incoming)? {
            Some(error) => {
                self.refuse(channel, incoming, &error)?;
                Err(error)
            }
            None => self.count(channel, &rules, incoming),
        };
        match verdict {
            Err(error) if error.kind == ErrorKind::Unavailable => Err(error),
            verdict => Ok(Some(verdict)),
        }
    }

    /// Why this decision is not even one about the request, if it is not.
    fn objection(&self, channel: &str, rules: &Rules, incoming: &Incoming) -> Result<Option<Error>, Error> {
        let ledger = self.ledger.borrow();
        let no = |text: String| Ok(Some(Error::new(ErrorKind::Refused, text)));
        let id = &incoming.request;
        let Some(row) = ledger.request(id)? else { return no(format!("there is no request `{id}` in this ledger")) };
        let Some(posted) = ledger.post(id, channel)?.and_then(|post| post.posted) else {
            return no(format!("request `{id}` was not sent to this channel"));
        };
        if incoming.message.as_ref().is_some_and(|message| message.0 != posted.reference) {
            return no(format!("this answers another message than the one that was sent for request `{id}`"));
        }
        if incoming.binding != binding(&row) {
            return no(format!("what was decided on is not what request `{id}` binds"));
        }
        let policies = match rules.policies() {
            Ok(policies) => policies,
            Err(error) => return Ok(Some(error)),
        };
        if policies.people().human_of(&incoming.identity).is_none() {
            return no(format!("the policy knows nobody with the identity `{}`", incoming.identity));
        }
        Ok(None)
    }

    fn via(&self, channel: &str, incoming: &Incoming) -> Via {
        Via { channel: channel.to_owned(), epoch: self.epoch, delivery: incoming.delivery.clone() }
    }

    /// Decides through the one function that every channel decides through.
    fn count(&self, channel: &dyn Channel, rules: &Rules, incoming: &Incoming) -> Verdict {
        let policies = rules.policies()?;
        let caller = self.ground.caller.clone();
        let proof = proof(policies, channel.name(), &incoming.proof);
        let decider = Decider::of(policies, incoming.identity.clone(), channel.kind(), proof, caller)
            .through(self.via(channel.name(), incoming));
        let decided = Decided {
            choice: incoming.choice,
            rationale: incoming.rationale.as_deref(),
            shown: incoming.shown,
            preview: incoming.preview,
            viewed_ms: incoming.viewed_ms,
            looked: Looked { confirm: incoming.confirm.as_deref(), ..Looked::default() },
        };
        let redactor = Redactor::new(self.ground.host.env());
        decide(&mut *self.ledger.borrow_mut(), policies, &incoming.request, &decider, &redactor, &decided)
    }

    fn refuse(&self, channel: &dyn Channel, incoming: &Incoming, error: &Error) -> Result<(), Error> {
        let refusal = Refusal {
            attempted: said(&format!("{} {}", incoming.choice.as_str(), incoming.request)),
            why: said(&error.text),
            channel: Some(channel.kind().as_str().to_owned()),
            identity: Some(said(&incoming.identity)),
            via: Some(self.via(channel.name(), incoming)),
        };
        let known = self.ledger.borrow().request(&incoming.request)?.map(|row| row.id);
        self.record(Durability::Power, known.as_ref(), Event::AttemptRefused(refusal)).map(|_| ())
    }

    /// Records what a channel did not take for a decision; the same again is recorded once.
    pub fn rebuff(&self, channel: &dyn Channel, rebuff: &Rebuff) -> Result<(), Error> {
        let mut refused = self.refused.borrow_mut();
        if refused.len() >= MOST_REMEMBERED {
            refused.clear();
        }
        if !refused.insert(format!("{} {rebuff:?}", channel.name())) {
            return Ok(());
        }
        drop(refused);
        let known = match &rebuff.request {
            Some(id) => self.ledger.borrow().request(id)?.map(|row| row.id),
            None => None,
        };
        let refusal = Refusal {
            attempted: said(&rebuff.attempted),
            why: said(&format!("{}: {}", channel.name(), rebuff.why)),
            channel: Some(channel.kind().as_str().to_owned()),
            identity: rebuff.identity.as_deref().map(said),
            via: None,
        };
        (self.ground.say)(&format!("refused: {}: {}", refusal.attempted, refusal.why));
        self.record(Durability::Power, known.as_ref(), Event::AttemptRefused(refusal)).map(|_| ())
    }
}

/// As much of a text as is kept.
fn said(text: &str) -> String {
    text.chars().take(MOST_SAID).collect()
}

/// What a decision over a channel proves. A vendor's word is worth something only where the user that agents run as cannot
/// have named the channel and its people: else an agent brings in its own vendor.
fn proof(policies: &Policies, channel: &str, given: &Proof) -> Proof {
    let names = |layer: &Layer| layer.policy.channels.iter().any(|one| one.name == channel);
    let says = |layer: &&Layer| !layer.policy.people.is_empty() || names(layer);
    let is_held = policies.layers().iter().filter(says).all(|layer| held::doubt(&layer.path).is_none());
    match given {
        Proof::Vendor if !is_held => Proof::Unheld,
        other => other.clone(),
    }
}
