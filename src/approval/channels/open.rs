//! Opens the channels that the policy names: the one list of kinds.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use reqwest::Client;

use crate::error::Error;
use crate::host::Host;
use crate::policy::channels::{ChannelKind, ChannelPolicy, SecretPlace};

use super::Channel;
use super::desktop::{Bell, Desktop};
use super::ntfy::Ntfy;
use super::secret::{Secret, read};
use super::slack::Slack;
use super::webhook::Webhook;

/// What channels are opened with.
pub struct Opening<'a> {
    /// The host.
    pub host: &'a Host,
    /// The client for all of them.
    pub client: Client,
    /// What rings where somebody watches the collector.
    pub bell: Bell,
}

impl Opening<'_> {
    /// A secret of the policy.
    ///
    /// # Errors
    /// When it is not there, or others may read it.
    pub fn secret(&self, place: &SecretPlace) -> Result<Secret, Error> {
        let credentials = self.host.text("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        read(place, credentials.as_deref().filter(|path: &&Path| path.is_absolute()))
    }
}

/// Opens a channel.
///
/// # Errors
/// When a secret of it cannot be used.
pub fn open(policy: &ChannelPolicy, with: &Opening<'_>) -> Result<Rc<dyn Channel>, Error> {
    let name = &policy.name;
    Ok(match &policy.kind {
        ChannelKind::Webhook(webhook) => {
            Rc::new(Webhook::new(name, webhook, &with.secret(&webhook.secret)?, with.client.clone())?)
        }
        ChannelKind::Ntfy(ntfy) => {
            let token = ntfy.token.as_ref().map(|place| with.secret(place)).transpose()?;
            Rc::new(Ntfy::new(name, ntfy, token, with.client.clone()))
        }
        ChannelKind::Desktop => Rc::new(Desktop::new(name, with.host.clone(), Rc::clone(&with.bell))),
        ChannelKind::Slack(slack) => {
            let app = slack.app_token.as_ref().map(|place| with.secret(place)).transpose()?;
            Rc::new(Slack::new(name, slack, with.secret(&slack.token)?, app, with.client.clone()))
        }
    })
}
