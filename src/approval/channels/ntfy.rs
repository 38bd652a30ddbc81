//! An ntfy topic as a channel: it tells that somebody waits, and nothing more. Whoever knows the topic reads it, so neither
//! the command nor a reason is in it; it has no buttons, because nobody could tell who pressed them.

use reqwest::{Client, RequestBuilder};
use serde_json::Value;

use crate::approval::decider::Channel as Kind;
use crate::policy::channels::NtfyPolicy;
use crate::text::escape::escape;

use super::http;
use super::secret::Secret;
use super::{Channel, Desk, Doing, Incoming, MessageRef, Received, Trouble, Verdict, View};

/// How far back a nudge is looked for that may have been sent before.
const SINCE: &str = "12h";

/// A topic.
pub struct Ntfy {
    name: String,
    url: String,
    token: Option<Secret>,
    client: Client,
}

impl Ntfy {
    /// A topic of the policy.
    pub fn new(name: &str, policy: &NtfyPolicy, token: Option<Secret>, client: Client) -> Self {
        Self { name: name.to_owned(), url: policy.url.trim_end_matches('/').to_owned(), token, client }
    }

    fn allowed(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.token {
            Some(token) => request.bearer_auth(token.expose()),
            None => request,
        }
    }
}

/// The title, by which a nudge is known again.
pub fn title(view: &View) -> String {
    format!("aigov: request {} waits", view.row.id)
}

/// What it says: where it would act, and how to look at it.
pub fn text(view: &View) -> String {
    let row = &view.row;
    let places = row.body.verdict.environments();
    let places: Vec<&str> = places.iter().map(|place| place.as_str()).collect();
    let expires = row.body.expires.map(|expires| format!(" It expires at {expires}.")).unwrap_or_default();
    let impact = row.body.verdict.impact;
    format!("{impact} in {}. Look at it: aigov approve {}.{expires}", escape(&places.join(", ")), row.id)
}

impl Channel for Ntfy {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> Kind {
        Kind::Ntfy
    }

    fn post<'a>(&'a self, view: &'a View) -> Doing<'a, Result<MessageRef, Trouble>> {
        Box::pin(async move {
            let request = self.client.post(&self.url).header("title", title(view)).body(text(view));
            let answer = http::succeed(self.allowed(request)).await?;
            let id = serde_json::from_slice::<Value>(&answer.body).ok();
            let id = id.and_then(|body| body.get("id").and_then(Value::as_str).map(str::to_owned));
            Ok(MessageRef(id.unwrap_or_else(|| "sent".to_owned())))
        })
    }

    fn find<'a>(&'a self, view: &'a View) -> Doing<'a, Result<Option<MessageRef>, Trouble>> {
        Box::pin(async move {
            let request = self.client.get(format!("{}/json?poll=1&since={SINCE}", self.url));
            let answer = http::succeed(self.allowed(request)).await?;
            let wanted = title(view);
            let text = String::from_utf8_lossy(&answer.body);
            let found = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).find_map(|message| {
                let is_it = message.get("title").and_then(Value::as_str) == Some(wanted.as_str());
                is_it.then(|| message.get("id").and_then(Value::as_str).unwrap_or("sent").to_owned())
            });
            Ok(found.map(MessageRef))
        })
    }

    /// A nudge is over once it was given.
    fn update<'a>(&'a self, _view: &'a View, at: &'a MessageRef) -> Doing<'a, Result<MessageRef, Trouble>> {
        Box::pin(async { Ok(at.clone()) })
    }

    fn receive<'a>(&'a self, _desk: &'a dyn Desk) -> Doing<'a, Result<Received, Trouble>> {
        Box::pin(std::future::pending())
    }

    fn answer<'a>(&'a self, _to: &'a Incoming, _verdict: &'a Verdict) -> Doing<'a, Result<(), Trouble>> {
        Box::pin(async { Ok(()) })
    }
}
