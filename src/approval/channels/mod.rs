//! The ways to ask people who are not at this machine, a file for each.
//!
//! A message is a view, never the source of truth: what a request is stands in the ledger, and what comes back from a channel
//! is decided on by [`super::decide::decide`] like every other decision. A channel says who its vendor says it was, for
//! which request, and the digests of what they saw; it never says whether that counts. Whoever runs the channels (the
//! collector) records what was posted and what came of it; a channel writes nothing into the ledger.

pub mod desktop;
pub mod http;
pub mod ntfy;
pub mod open;
pub mod secret;
pub mod signed;
pub mod slack;
pub mod webhook;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde_json::json;

use crate::chain::{digest, digest_json};
use crate::error::Error;
use crate::model::ids::{Digest, RequestId};
use crate::model::request::RequestRow;

use super::decide::Choice;
use super::decider::Proof;

/// Work that is waited for. The collector has one thread, so nothing of it moves to another.
pub type Doing<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A request as it is sent out.
#[derive(Debug, Clone)]
pub struct View {
    /// The request.
    pub row: RequestRow,
    /// The ledger's checkpoint, `SIZE:LEAF`: whoever keeps the message can tell later that the ledger was rewritten.
    pub checkpoint: String,
    /// The digest of the policy layers that decided.
    pub policy: Digest,
    /// What makes this message one: a decision names it, and one that names another is for an earlier message.
    pub nonce: Digest,
}

impl View {
    /// A request as it stands, with the ledger's checkpoint at the time when its message was intended.
    pub fn new(row: RequestRow, checkpoint: String) -> Self {
        let policy = digest_json("aigov-policies-v1", &row.body.policy).unwrap_or(Digest::ZERO);
        let nonce = digest("aigov-nonce-v1", format!("{} {checkpoint}", row.id).as_bytes());
        Self { row, checkpoint, policy, nonce }
    }

    /// What an approval binds, as one digest. A decision that comes back with another one is for something else.
    pub fn binding(&self) -> Digest {
        binding(&self.row)
    }

    /// Which state of the request this shows. A message that shows another one is out of date, and so are its buttons.
    pub fn version(&self) -> Digest {
        version(&self.row)
    }
}

/// What an approval of this request binds, as one digest.
///
/// A value of our own that cannot be written as JSON would be a fault; zero is what nobody can have seen.
pub fn binding(row: &RequestRow) -> Digest {
    digest_json("aigov-binding-v1", &row.body.binding).unwrap_or(Digest::ZERO)
}

/// Which state of a request is shown: another preview, another approval or another state is another version.
pub fn version(row: &RequestRow) -> Digest {
    let approvals: Vec<&str> = row.approvals.iter().map(|approval| approval.human.as_str()).collect();
    let preview = row.preview.as_ref().map(|preview| preview.digest);
    let shown = json!({
        "request": row.id, "binding": row.body.binding, "identity": row.body.identity, "preview": preview,
        "state": row.state, "approvals": approvals, "escalated": row.escalated,
    });
    digest_json("aigov-version-v1", &shown).unwrap_or(Digest::ZERO)
}

/// Where a message is, as its channel names it: `C0123/1503435956.000247`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageRef(pub String);

/// What came in.
#[derive(Debug)]
pub enum Received {
    /// A decision, to be held against policy.
    Decision(Box<Incoming>),
    /// Something that the channel itself does not take for a decision: a wrong signature, another team, a bot. It is
    /// recorded, and was answered already where somebody can be answered.
    Refused(Rebuff),
}

/// A decision as a channel brings it.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The request that it names.
    pub request: RequestId,
    /// Who decided, with the kind before it: `slack:T012AB/U034CD`, `webhook:pager/alice`.
    pub identity: String,
    /// What proves it.
    pub proof: Proof,
    /// Yes or no.
    pub choice: Choice,
    /// Why.
    pub rationale: Option<String>,
    /// The name of what is deleted, where they typed it.
    pub confirm: Option<String>,
    /// What they saw bound: [`View::binding`].
    pub binding: Digest,
    /// The digest of the preview that they saw.
    pub preview: Option<Digest>,
    /// The digest of the page that they saw, where the channel shows one.
    pub shown: Option<Digest>,
    /// How long they had it open, where the channel knows.
    pub viewed_ms: Option<u64>,
    /// The message that they answered; it must be the one that was posted for the request.
    pub message: Option<MessageRef>,
    /// What makes this delivery one: the same again decides nothing, and is not told as a refusal.
    pub delivery: String,
    /// Where the channel is to answer, in its own words.
    pub reply: String,
}

/// Something that was refused before it was a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuff {
    /// The request that it names, where it names one.
    pub request: Option<RequestId>,
    /// Who it says it is; told as a claim.
    pub identity: Option<String>,
    /// What was tried, in a few words: `approve r-…`.
    pub attempted: String,
    /// Why it does not count.
    pub why: String,
}

/// What came of a decision, to be told where it came from.
pub type Verdict = Result<RequestRow, Error>;

/// Why something did not get through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What can be done about it.
    pub kind: TroubleKind,
    /// What happened, in words for people; nothing secret.
    pub text: String,
}

/// What can be done about trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TroubleKind {
    /// Nothing was done. Again later: not before this time, where the other side says one.
    Later(Option<Duration>),
    /// It may have been done: look before it is done again.
    Unclear,
    /// This one thing is not taken, and will not be when it is sent again.
    NotTaken,
    /// It will not get better by itself: the token was revoked, the address is gone. Nothing more is sent.
    Dead,
}

impl Trouble {
    /// Trouble of this kind.
    pub fn new(kind: TroubleKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
}

/// What a channel may ask while it receives. Looking is all that it can do.
pub trait Desk {
    /// A request as it stands now, with what the message that was posted for it names; none when the ledger has no such
    /// request.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn view(&self, id: &RequestId) -> Result<Option<View>, Error>;

    /// The message that was posted for a request on this channel.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn message(&self, id: &RequestId) -> Result<Option<MessageRef>, Error>;

    /// Requests with a message on this channel that wait for a decision, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn waiting(&self) -> Result<Vec<(View, MessageRef)>, Error>;
}

/// One way to ask. All of it takes `&self`: receiving goes on while something is posted, so that nobody waits for an answer
/// because somebody else is slow.
///
/// The collector calls `post`, `find`, `update` and `answer` one after the other, and at the same time has one `receive`
/// running, which it calls again after each return. It waits between retries itself: a channel tries once.
pub trait Channel {
    /// The name that the policy gives it.
    fn name(&self) -> &str;

    /// The channel's word for deciders and records.
    fn kind(&self) -> super::decider::Channel;

    /// Posts a request; says where the message is.
    fn post<'a>(&'a self, view: &'a View) -> Doing<'a, Result<MessageRef, Trouble>>;

    /// Looks for a message that may have been posted before: by a collector that was killed, or where it was unclear.
    /// `Ok(None)` means that it can be posted; a channel whose other end knows a message again by its id says so too.
    fn find<'a>(&'a self, view: &'a View) -> Doing<'a, Result<Option<MessageRef>, Trouble>>;

    /// Brings a message up to date; where the request is decided or over, with the outcome and without buttons. Says where
    /// the message is from then on.
    fn update<'a>(&'a self, view: &'a View, at: &'a MessageRef) -> Doing<'a, Result<MessageRef, Trouble>>;

    /// Waits for the next thing that comes in. A channel that only nudges waits for ever. Whatever the other side wants to
    /// be acknowledged at once is acknowledged in here. Trouble is waited out by the collector before the next call.
    fn receive<'a>(&'a self, desk: &'a dyn Desk) -> Doing<'a, Result<Received, Trouble>>;

    /// Tells the one who decided what came of it.
    fn answer<'a>(&'a self, to: &'a Incoming, verdict: &'a Verdict) -> Doing<'a, Result<(), Trouble>>;
}
