//! Who decides, as the channel knows them, and what proves it. Every channel comes to [`super::decide::decide`] with one of
//! these, and nowhere else is it said who may.

use crate::error::{Error, ErrorKind};
use crate::model::attribution::Attribution;
use crate::model::collect::Via;
use crate::model::decision::Assurance;
use crate::model::ids::{RequestId, RuleId};
use crate::model::ledger::{LedgerError, Snapshot};
use crate::model::record::Refusal;
use crate::model::request::RequestRow;
use crate::model::signature::SignatureBody;
use crate::policy::Policies;

use super::signature::Signed;

/// The way a decision came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// A prompt at a terminal.
    Terminal,
    /// `aigov approve` and `aigov reject` with everything on the command line.
    Command,
    /// A message in Slack.
    Slack,
    /// A signed answer of a webhook.
    Webhook,
    /// A nudge through ntfy; nothing comes back.
    Ntfy,
    /// A nudge on a desktop; nothing comes back.
    Desktop,
    /// A file with a signed decision, from another machine.
    File,
}

impl Channel {
    /// The word in records and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Command => "command",
            Self::Slack => "slack",
            Self::Webhook => "webhook",
            Self::Ntfy => "ntfy",
            Self::Desktop => "desktop",
            Self::File => "file",
        }
    }
}

/// What proves that this identity decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The user id of the process, which the agent has too.
    UserId,
    /// The word of whoever runs the channel: Slack for its users, the other end of a webhook for whom it names.
    Vendor,
    /// The same, over a channel or for a human whom the user that agents run as could have named: no more than a user id.
    Unheld,
    /// A signature over what is decided.
    Key(Box<Signed>),
}

impl Proof {
    /// How sure it makes us that a human decided.
    pub fn assurance(&self) -> Assurance {
        match self {
            Self::UserId | Self::Unheld => Assurance::A0,
            Self::Vendor => Assurance::A1,
            Self::Key(signed) => signed.assurance,
        }
    }

    /// What has to be right about it beside who decides, inside the transaction that records the decision.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn objection(&self, snapshot: &dyn Snapshot, row: &RequestRow) -> Result<Option<Error>, LedgerError> {
        match self {
            Self::UserId | Self::Vendor | Self::Unheld => Ok(None),
            Self::Key(signed) => signed.objection(snapshot, row),
        }
    }

    /// The signature, for the record.
    pub fn signature(&self) -> Option<Box<SignatureBody>> {
        match self {
            Self::UserId | Self::Vendor | Self::Unheld => None,
            Self::Key(signed) => Some(Box::new(signed.body.clone())),
        }
    }

    /// Why it falls short of what a rule wants, and what would do.
    pub fn falls_short(&self, request: &RequestId, rule: &RuleId, needed: Assurance) -> Error {
        let has = self.assurance();
        let why = match self {
            Self::UserId => ": the same user id as the agent".to_owned(),
            Self::Vendor => ": the word of whoever runs the channel".to_owned(),
            Self::Unheld => {
                ": who the channel and its people are stands in a policy that the collector's own user could write"
                    .to_owned()
            }
            Self::Key(signed) => signed.body.doubt.as_ref().map(|doubt| format!(": {doubt}")).unwrap_or_default(),
        };
        let text = format!("rule `{rule}` wants assurance {needed}, and a decision made here is {has}{why}");
        let sign = format!("sign it with a security key, which is A3: `aigov approve {request} --sign`");
        let hint = match needed {
            Assurance::A0 | Assurance::A1 => format!("decide on a channel whose vendor knows you (A1), or {sign}"),
            Assurance::A2 => format!("nothing gives A2 yet, and A3 is more: {sign}"),
            Assurance::A3 => sign,
        };
        Error::new(ErrorKind::Refused, text).for_human(hint)
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
    /// The way by which it came, where a collector brings it.
    pub via: Option<Via>,
}

impl Decider {
    /// The human whose process this is.
    pub fn local(caller: &Attribution, policies: &Policies, channel: Channel) -> Self {
        let identity = format!("local:{}", caller.label());
        Self::of(policies, identity, channel, Proof::UserId, caller.clone())
    }

    /// The human who has this identity by policy; where policy knows none, the identity's own name, without its kind.
    pub fn of(policies: &Policies, identity: String, channel: Channel, proof: Proof, brought_by: Attribution) -> Self {
        Self { human: name_of(policies, &identity), identity, channel, proof, brought_by, via: None }
    }

    /// The same, brought in by a collector.
    #[must_use]
    pub fn through(mut self, via: Via) -> Self {
        self.via = Some(via);
        self
    }

    /// Why nothing counts any more that comes this way: another collector has begun.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn outdated(&self, snapshot: &dyn Snapshot) -> Result<Option<Error>, LedgerError> {
        let Some(via) = &self.via else { return Ok(None) };
        let holds = snapshot.lease()?.is_some_and(|lease| lease.body.epoch == via.epoch && !lease.is_over);
        let text = "another collector has taken over, and what this one brings does not count any more";
        Ok((!holds).then(|| Error::new(ErrorKind::Unavailable, text)))
    }

    /// The record of what was refused.
    pub fn refusal(&self, attempted: String, why: String) -> Refusal {
        Refusal {
            attempted,
            why,
            channel: Some(self.channel.as_str().to_owned()),
            identity: Some(self.identity.clone()),
            via: self.via.clone(),
        }
    }
}

/// The human who has an identity by policy; where policy knows none, the identity's own name, without its kind.
pub fn name_of(policies: &Policies, identity: &str) -> String {
    let own_name = || identity.split_once(':').map_or(identity, |(_, name)| name).to_owned();
    policies.people().human_of(identity).map_or_else(own_name, |human| human.name.clone())
}
