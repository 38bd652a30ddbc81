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

/// What the end of a nudge's reference says once it has told that the glass was broken.
const TOLD: &str = "+glass";

/// Who broke the glass, where a review of it is owed.
fn broke_the_glass(view: &View) -> Option<&str> {
    view.row.owed.as_ref().filter(|owed| owed.review.is_none()).map(|owed| owed.human.as_str())
}

/// Whether a nudge has to be given once more: that the glass was broken is told to everybody, once.
pub fn is_to_be_told(view: &View, at: &MessageRef) -> bool {
    broke_the_glass(view).is_some() && !at.0.ends_with(TOLD)
}

/// The reference of a nudge, by what it has told.
pub fn told(view: &View, reference: &str) -> MessageRef {
    let end = if broke_the_glass(view).is_some() { TOLD } else { "" };
    MessageRef(format!("{reference}{end}"))
}

/// The title, by which a nudge is known again.
pub fn title(view: &View) -> String {
    if broke_the_glass(view).is_some() {
        return format!("aigov: GLASS BROKEN for request {}", view.row.id);
    }
    format!("aigov: request {} waits", view.row.id)
}

/// What it says: where it would act, and how to look at it.
pub fn text(view: &View) -> String {
    let row = &view.row;
    if let Some(human) = broke_the_glass(view) {
        let who = escape(human);
        return format!("{who} let it run without the others. Another human owes a review: aigov review {}", row.id);
    }
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
            Ok(told(view, id.as_deref().unwrap_or("sent")))
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
            Ok(found.map(|id| told(view, &id)))
        })
    }

    /// A nudge is over once it was given, but for what everybody is told.
    fn update<'a>(&'a self, view: &'a View, at: &'a MessageRef) -> Doing<'a, Result<MessageRef, Trouble>> {
        if is_to_be_told(view, at) {
            return self.post(view);
        }
        Box::pin(async { Ok(at.clone()) })
    }

    fn receive<'a>(&'a self, _desk: &'a dyn Desk) -> Doing<'a, Result<Received, Trouble>> {
        Box::pin(std::future::pending())
    }

    fn answer<'a>(&'a self, _to: &'a Incoming, _verdict: &'a Verdict) -> Doing<'a, Result<(), Trouble>> {
        Box::pin(async { Ok(()) })
    }
}
