//! What the ledger knows of collecting: who holds the lease, what was sent where, and by which delivery a decision came.

use serde::{Deserialize, Serialize};

use super::ids::{Digest, RequestId};
use super::time::Instant;

/// A collector began. Its epoch is one higher than the last one's, and nothing of an earlier epoch counts from here on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseBody {
    /// Counted from 1.
    pub epoch: u64,
    /// The host's name.
    pub host: String,
    /// The process.
    pub pid: u32,
    /// Its start time in clock ticks since boot, so that a recycled pid is not mistaken for it.
    pub pid_start: u64,
}

/// A collector ended, and lets the next one begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseEnd {
    /// Its epoch.
    pub epoch: u64,
}

/// The newest lease, as its events and heartbeats project it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// What its holder wrote.
    pub body: LeaseBody,
    /// The kernel's boot id of its host.
    pub boot: String,
    /// Who began it.
    pub holder: String,
    /// Since when.
    pub since: Instant,
    /// When it was last renewed.
    pub renewed: Instant,
    /// Whether it was ended by its holder.
    pub is_over: bool,
}

/// A message is about to be sent or brought up to date: recorded before, so that whoever comes next knows to look for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The channel's name in the policy.
    pub channel: String,
    /// The collector's epoch.
    pub epoch: u64,
    /// Which state of the request it shows.
    pub shown: Digest,
}

/// A message is where it should be, and shows this state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// The channel's name in the policy.
    pub channel: String,
    /// The collector's epoch.
    pub epoch: u64,
    /// Which state of the request it shows.
    pub shown: Digest,
    /// When the request came into that state.
    pub as_of: Instant,
    /// Where the message is, as the channel names it.
    pub reference: String,
}

/// What is known of one request's message on one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The request.
    pub request: RequestId,
    /// The newest intent to send something.
    pub posting: Posting,
    /// The checkpoint at that intent, `SIZE:LEAF`.
    pub checkpoint: String,
    /// The newest message that is known to be there.
    pub posted: Option<Posted>,
}

/// A channel does not get through, or does again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelNote {
    /// The channel's name in the policy.
    pub channel: String,
    /// The collector's epoch.
    pub epoch: u64,
    /// What happened.
    pub note: String,
}

/// The way by which a decision, or an attempt at one, came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Via {
    /// The channel's name in the policy.
    pub channel: String,
    /// The epoch of the collector that brought it in; of an old one it does not count.
    pub epoch: u64,
    /// What makes the delivery one: the same again is not a second decision.
    pub delivery: String,
}
