//! `[channels.NAME]`: where people are asked besides the terminal, and where only a nudge goes.
//!
//! Where the platform's policy names people or channels, it alone says through which channels decisions come: a user who
//! could add one could decide in somebody's name. A nudge decides nothing, so a user may always add one.

use std::collections::BTreeMap;

use toml::de::DeValue;

use crate::model::request::RequestRow;

use super::Policies;
use super::diagnose::Fault;
use super::fields::{Fields, Source};
use super::layers::LayerKind;
use super::load::meant;

/// The words of `kind`.
pub const KINDS: &[&str] = &["slack", "webhook", "ntfy", "desktop"];

/// Where Slack's methods are, unless the policy says otherwise.
const SLACK: &str = "https://slack.com/api";

/// How a place for a secret is written.
const SECRET: &str = "write the path of a file with mode 0600, or `credential:NAME` for one that systemd hands out";

/// Where a secret lies. It never stands in a policy itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretPlace {
    /// A file with an absolute path that nobody else may read.
    File(String),
    /// A credential that systemd hands to the unit, by its name.
    Credential(String),
}

/// One channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelPolicy {
    /// Its name, as identities give it: `webhook:NAME/…`.
    pub name: String,
    /// What it is.
    pub kind: ChannelKind,
    /// The environments whose requests go there; empty means all.
    pub environments: Vec<String>,
    /// The groups and humans who read it: only what they may approve goes there; empty means whoever may.
    pub groups: Vec<String>,
}

/// What a channel is, with what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelKind {
    /// An app of one's own in a Slack workspace.
    Slack(SlackPolicy),
    /// Signed requests out, signed decisions back.
    Webhook(WebhookPolicy),
    /// A nudge through an ntfy server.
    Ntfy(NtfyPolicy),
    /// A nudge on the screen of whoever collects.
    Desktop,
}

/// A Slack workspace and the channel in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlackPolicy {
    /// The workspace: `T012AB`. Nobody of another decides.
    pub team: String,
    /// The channel that messages go to: `C034CD`.
    pub channel: String,
    /// The app's own id: `A056EF`. Clicks on other apps' messages decide nothing.
    pub app: String,
    /// The bot's token, `xoxb-…`.
    pub token: SecretPlace,
    /// The app's token for Socket Mode, `xapp-…`; without it there are no buttons, and reactions are looked at.
    pub app_token: Option<SecretPlace>,
    /// Where Slack's methods are, without a slash at the end.
    pub url: String,
}

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookPolicy {
    /// Where requests are posted.
    pub url: String,
    /// Where decisions are asked for; without it, no decision comes from there.
    pub poll_url: Option<String>,
    /// The secret of the signatures, `whsec_…`; several lines while it is being changed.
    pub secret: SecretPlace,
}

/// An ntfy topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NtfyPolicy {
    /// The topic's address.
    pub url: String,
    /// An access token, where the server wants one.
    pub token: Option<SecretPlace>,
}

impl ChannelKind {
    /// The word in policies and records.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Slack(_) => "slack",
            Self::Webhook(_) => "webhook",
            Self::Ntfy(_) => "ntfy",
            Self::Desktop => "desktop",
        }
    }

    /// Whether decisions can come from there; the others only tell that somebody waits.
    pub fn decides(&self) -> bool {
        match self {
            Self::Slack(_) => true,
            Self::Webhook(webhook) => webhook.poll_url.is_some(),
            Self::Ntfy(_) | Self::Desktop => false,
        }
    }
}

impl ChannelPolicy {
    /// Whether a request goes there: one of its environments is named, or none is, and so are those who may approve it, with
    /// whom it was escalated to.
    pub fn takes(&self, row: &RequestRow) -> bool {
        let places = row.body.verdict.environments();
        let is_place = self.environments.is_empty()
            || places.iter().any(|place| self.environments.iter().any(|name| name == place.as_str()));
        let stages = row.body.verdict.demands().into_iter().flatten().flat_map(|stage| &stage.approvers);
        let mut asked = stages.chain(row.escalated.iter().flat_map(|one| &one.to));
        is_place && (self.groups.is_empty() || asked.any(|name| self.groups.contains(name)))
    }
}

impl Policies {
    /// The channels in force, the platform's first.
    pub fn channels(&self) -> Vec<&ChannelPolicy> {
        self.layers.iter().flat_map(|layer| &layer.policy.channels).collect()
    }

    /// Channels in a layer that has no say about them, and environments that nobody defines.
    pub(super) fn foreign_channels(&self) -> Vec<Fault> {
        let platform = self.layers.iter().find(|layer| layer.kind == LayerKind::Platform).map(|layer| &layer.policy);
        let is_said = platform.is_some_and(|policy| !policy.channels.is_empty() || !policy.people.is_empty());
        let (known, people) = (self.environments(), self.people());
        let mut faults = Vec::new();
        for layer in &self.layers {
            for channel in &layer.policy.channels {
                let name = &channel.name;
                let is_taken = platform.is_some_and(|policy| policy.channels.iter().any(|other| other.name == *name));
                let line = layer.policy.lines.get(&format!("channels.{name}")).copied().unwrap_or(1);
                let fault = |text: String, help: String| {
                    Fault::at(&layer.path, &layer.text, &layer.line(line), text, Some(help))
                };
                let of = layer.kind.article();
                let take_out = || "take it out, or ask whoever owns the platform's policy".to_owned();
                match layer.kind {
                    LayerKind::Extra | LayerKind::Repository => faults.push(
                        fault(format!("the channel `{name}` has no effect in {of} layer"), take_out())
                            .because("only the platform's and the user's policy say where people are asked"),
                    ),
                    LayerKind::User if is_taken => {
                        faults.push(fault(format!("the platform's policy has a channel `{name}` already"), take_out()));
                    }
                    LayerKind::User if is_said && channel.kind.decides() => faults.push(
                        fault(format!("the channel `{name}` has no effect in {of} layer"), take_out())
                            .because("the platform's policy says who decides, and through which channels"),
                    ),
                    LayerKind::Platform | LayerKind::User => {}
                }
                let is_known =
                    |name: &str| ["local", "unknown"].contains(&name) || known.rules.iter().any(|(one, _)| one == name);
                for place in channel.environments.iter().filter(|place| !is_known(place)) {
                    let words = known.rules.iter().map(|(name, _)| name.as_str()).chain(["local", "unknown"]);
                    let text = format!("the channel `{name}` names the environment `{place}`, which is not defined");
                    faults.push(fault(text, meant(place, words).unwrap_or_default()));
                }
                for group in channel.groups.iter().filter(|group| people.named(group).is_empty()) {
                    let text = format!("the channel `{name}` names `{group}`, who is none of the groups and humans");
                    let groups = people.groups.iter().map(|(name, _)| name.as_str());
                    let words = groups.chain(people.humans.iter().map(|human| human.name.as_str()));
                    faults.push(fault(text, meant(group, words).unwrap_or_default()));
                }
            }
        }
        faults
    }
}

/// `[channels.NAME]`.
pub(super) fn channels(
    fields: &mut Fields<'_>,
    lines: &mut BTreeMap<String, usize>,
    source: &mut Source<'_>,
) -> Vec<ChannelPolicy> {
    let Some(value) = fields.get("channels") else { return Vec::new() };
    let DeValue::Table(all) = value.get_ref() else {
        let help = Some("write `[channels.ops]`, and below it `kind = \"slack\"`".to_owned());
        source.fault(&value.span(), "`channels` is not a table of tables", help);
        return Vec::new();
    };
    let mut found = Vec::new();
    for (name, value) in all {
        let Some(mut table) = Fields::of(value, "a channel", source) else { continue };
        let text = name.get_ref().to_string();
        lines.insert(format!("channels.{text}"), source.line(name.span().start));
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if text.is_empty() || !text.chars().all(is_word) {
            let help = Some("use letters, digits, `-` and `_`: identities name it".to_owned());
            source.fault(&name.span(), format!("`{text}` is not a name for a channel"), help);
        }
        let environments = table.texts("environments", source);
        let groups = table.texts("groups", source);
        let kind = kind(&mut table, source);
        // Where the kind is not known, neither are the keys that belong to it.
        if let Some(kind) = kind {
            table.finish(&[], source);
            found.push(ChannelPolicy { name: text, kind, environments, groups });
        }
    }
    found
}

fn kind(table: &mut Fields<'_>, source: &mut Source<'_>) -> Option<ChannelKind> {
    let Some(word) = table.text("kind", source) else {
        if !table.has("kind") {
            let help = Some(format!("add `kind = \"…\"`, one of {}", KINDS.join(", ")));
            source.fault(&table.span(), "a channel has no `kind`", help);
        }
        return None;
    };
    match word.as_str() {
        "slack" => slack(table, source).map(ChannelKind::Slack),
        "webhook" => webhook(table, source).map(ChannelKind::Webhook),
        "ntfy" => ntfy(table, source).map(ChannelKind::Ntfy),
        "desktop" => Some(ChannelKind::Desktop),
        _ => {
            let help = meant(&word, KINDS.iter().copied());
            source.fault(&table.span_of("kind"), format!("`{word}` is not a kind of channel"), help);
            None
        }
    }
}

fn slack(table: &mut Fields<'_>, source: &mut Source<'_>) -> Option<SlackPolicy> {
    let team = id(table, "team", 'T', "T012AB", source);
    let channel = id(table, "channel", 'C', "C034CD", source);
    let app = id(table, "app", 'A', "A056EF", source);
    let token = needed_secret(table, "token", source);
    let app_token = secret(table, "app_token", source);
    let url = if table.has("url") { address(table, "url", source)? } else { SLACK.to_owned() };
    let url = url.trim_end_matches('/').to_owned();
    Some(SlackPolicy { team: team?, channel: channel?, app: app?, token: token?, app_token, url })
}

fn webhook(table: &mut Fields<'_>, source: &mut Source<'_>) -> Option<WebhookPolicy> {
    let url = needed_address(table, "https://approvals.example.com/aigov", source);
    let poll_url = address(table, "poll_url", source);
    let secret = needed_secret(table, "secret", source);
    Some(WebhookPolicy { url: url?, poll_url, secret: secret? })
}

fn ntfy(table: &mut Fields<'_>, source: &mut Source<'_>) -> Option<NtfyPolicy> {
    let url = needed_address(table, "https://ntfy.example.com/TOPIC", source);
    let token = secret(table, "token", source);
    Some(NtfyPolicy { url: url?, token })
}

/// An id of Slack's: a letter for what it is, then capital letters and digits. Private channels begin with `G` or `C`.
fn id(
    table: &mut Fields<'_>,
    name: &'static str,
    first: char,
    example: &str,
    source: &mut Source<'_>,
) -> Option<String> {
    let text = table.text(name, source);
    let is_rest = |rest: &str| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let is_id = |text: &str| {
        let kind = text.chars().next();
        (kind == Some(first) || name == "channel" && kind == Some('G')) && text.get(1..).is_some_and(is_rest)
    };
    match text {
        Some(text) if is_id(&text) => Some(text),
        Some(text) => {
            let help = Some(format!("write the id, not the name: `{name} = \"{example}\"`"));
            source.fault(&table.span_of(name), format!("`{text}` is not an id of Slack's for `{name}`"), help);
            None
        }
        None if table.has(name) => None,
        None => {
            let help = Some(format!("add `{name} = \"{example}\"`"));
            source.fault(&table.span(), format!("a channel of kind slack has no `{name}`"), help);
            None
        }
    }
}

fn needed_secret(table: &mut Fields<'_>, name: &'static str, source: &mut Source<'_>) -> Option<SecretPlace> {
    if !table.has(name) {
        source.fault(&table.span(), format!("the channel has no `{name}`"), Some(SECRET.to_owned()));
    }
    secret(table, name, source)
}

fn secret(table: &mut Fields<'_>, name: &'static str, source: &mut Source<'_>) -> Option<SecretPlace> {
    let text = table.text(name, source)?;
    if text.starts_with('/') {
        return Some(SecretPlace::File(text));
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.';
    if let Some(credential) = text.strip_prefix("credential:")
        && !credential.is_empty()
        && !credential.starts_with('.')
        && credential.chars().all(is_word)
    {
        return Some(SecretPlace::Credential(credential.to_owned()));
    }
    // What stands there may be the secret itself, so the fault does not repeat it.
    let text = format!("`{name}` does not say where the secret lies");
    source.fault_because(&table.key_of(name), text, "a secret never stands in a policy", SECRET);
    None
}

fn needed_address(table: &mut Fields<'_>, example: &str, source: &mut Source<'_>) -> Option<String> {
    if !table.has("url") {
        source.fault(&table.span(), "the channel has no `url`", Some(format!("add `url = \"{example}\"`")));
    }
    address(table, "url", source)
}

fn address(table: &mut Fields<'_>, name: &'static str, source: &mut Source<'_>) -> Option<String> {
    let text = table.text(name, source)?;
    match flaw(&text) {
        None => Some(text),
        Some((what, help)) => {
            source.fault(&table.span_of(name), format!("`{name}` {what}"), Some(help.to_owned()));
            None
        }
    }
}

/// What is wrong with an address, and what to do.
fn flaw(text: &str) -> Option<(&'static str, &'static str)> {
    let whole = "write it whole: `https://host/path`";
    if !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\\"<>^`{|}@#".contains(&byte)) {
        return Some(("holds a character that is not taken", "no names, passwords or fragments stand in an address"));
    }
    let Some((scheme, rest)) = text.split_once("://") else { return Some(("is not an address", whole)) };
    let host_and_port = rest.split(['/', '?']).next().unwrap_or_default();
    let host = match host_and_port.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host_and_port,
    };
    match scheme {
        _ if host.is_empty() => Some(("is not an address", whole)),
        "https" => None,
        "http" if ["127.0.0.1", "[::1]", "localhost"].contains(&host) => None,
        "http" => Some(("would send what it carries in the clear", "use https; plain http is for this machine alone")),
        _ => Some(("is not an address that is spoken to", "write `https://…`")),
    }
}

#[cfg(test)]
mod tests {
    use super::flaw;

    #[test]
    fn only_what_is_encrypted_or_stays_here_is_taken() {
        for good in [
            "https://example.com/x?y=1", "https://example.com:8443", "http://127.0.0.1:9/x", "http://[::1]:9/x",
            "http://localhost/x",
        ] {
            assert_eq!(flaw(good), None, "{good}");
        }
        for bad in [
            "http://example.com/", "http://127.0.0.1.example.com/", "http://127.0.0.1@example.com/", "https://",
            "https:///x", "ftp://example.com/", "file:///etc/passwd", "example.com", "https://exa mple.com",
            "https://example.com\\@127.0.0.1/", "https://beispiel.de/ü", "",
        ] {
            assert!(flaw(bad).is_some(), "{bad}");
        }
    }
}
