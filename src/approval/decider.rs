//! Who decides, as the channel knows them, and what proves it. Every channel comes to [`super::decide::decide`] with one of
//! these, and nowhere else is it said who may.

use crate::model::attribution::Attribution;
use crate::model::decision::Assurance;
use crate::policy::Policies;

/// The way a decision came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// A prompt at a terminal.
    Terminal,
    /// `aigov approve` and `aigov reject` with everything on the command line.
    Command,
}

impl Channel {
    /// The word in records and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Command => "command",
        }
    }
}

/// What proves that this identity decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The user id of the process, which the agent has too.
    UserId,
}

impl Proof {
    /// How sure it makes us that a human decided.
    pub fn assurance(self) -> Assurance {
        match self {
            Self::UserId => Assurance::A0,
        }
    }
}

/// The one who decides.
#[derive(Debug, Clone)]
pub struct Decider {
    /// The human: the account that the policy has for the identity, else the identity's own name.
    pub human: String,
    /// The identity as the channel gives it, with its kind: `local:alice@laptop`.
    pub identity: String,
    /// The channel.
    pub channel: Channel,
    /// What proves it.
    pub proof: Proof,
    /// Who ran the process that brings the decision in; stands on the record.
    pub brought_by: Attribution,
}

impl Decider {
    /// The human whose process this is.
    pub fn local(caller: &Attribution, policies: &Policies, channel: Channel) -> Self {
        let identity = format!("local:{}", caller.label());
        Self::of(policies, identity, channel, Proof::UserId, caller.clone())
    }

    /// The human who has this identity by policy; where policy knows none, the identity's own name, without its kind.
    pub fn of(policies: &Policies, identity: String, channel: Channel, proof: Proof, brought_by: Attribution) -> Self {
        Self { human: name_of(policies, &identity), identity, channel, proof, brought_by }
    }
}

/// The human who has an identity by policy; where policy knows none, the identity's own name, without its kind.
pub fn name_of(policies: &Policies, identity: &str) -> String {
    let own_name = || identity.split_once(':').map_or(identity, |(_, name)| name).to_owned();
    policies.people().human_of(identity).map_or_else(own_name, |human| human.name.clone())
}
