//! A webhook as a channel: signed requests out, signed decisions back, which are asked for because nothing listens here.
//!
//! Out: `POST url` with the request; in: `GET poll_url?wait=30`, whose answer is signed and lists decisions. Each names the
//! request, what it binds, the policy, the message's nonce and when it expires; one that names another of these is refused.
//! The other end vouches for whom it names: that is assurance A1, and no more.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use reqwest::Client;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::approval::decide::Choice;
use crate::approval::decider::{Channel as Kind, Proof};
use crate::approval::present::page;
use crate::chain;
use crate::error::Error;
use crate::host::clock;
use crate::model::decision::Obligation;
use crate::model::ids::{Digest, RequestId};
use crate::model::request::RequestState;
use crate::model::time::Instant;
use crate::policy::channels::WebhookPolicy;
use crate::text::escape::escape;

use super::http::{self, Answer};
use super::secret::Secret;
use super::signed::{Keys, Signed};
use super::{Channel, Desk, Doing, Incoming, MessageRef, Rebuff, Received, Trouble, TroubleKind, Verdict, View};

/// How long the other side may hold a question for decisions, in seconds.
const WAIT_S: u64 = 30;
/// How long one such question may take in all.
const POLL: Duration = Duration::from_secs(WAIT_S + 15);
/// The least time between two questions, where the other side does not hold them.
const BETWEEN: Duration = Duration::from_secs(1);
/// How much of a request's page is sent.
const MOST_TEXT: usize = 32 * 1024;
/// Columns of that page.
const COLUMNS: usize = 100;
/// The most decisions that one answer may hold.
const MOST_DECISIONS: usize = 100;
/// The longest name that the other side may give a human.
const LONGEST_NAME: usize = 128;

/// A webhook.
pub struct Webhook {
    name: String,
    url: String,
    poll_url: Option<String>,
    keys: Keys,
    client: Client,
    state: RefCell<State>,
}

/// What is remembered between questions.
#[derive(Default)]
struct State {
    /// What came with the last answer, to be handed out one by one.
    waiting: VecDeque<Received>,
    /// The version of the last answer.
    etag: Option<String>,
    /// The version of the answer that `waiting` came from; it counts once all of it is handed out.
    next_etag: Option<String>,
    /// Whether a question was put before.
    has_asked: bool,
}

/// What the other side answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decisions {
    /// `approval.decided`, so that nothing else that was signed with the same secret is taken for it.
    #[serde(rename = "type")]
    kind: String,
    decisions: Vec<Decision>,
}

/// One decision of theirs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    request_id: String,
    decision: String,
    by: String,
    #[serde(default)]
    rationale: Option<String>,
    #[serde(default)]
    confirm: Option<String>,
    binding_digest: Digest,
    preview_digest: Option<Digest>,
    policy_digest: Digest,
    nonce: Digest,
    expires_at: Option<Instant>,
}

impl Webhook {
    /// A webhook of the policy.
    ///
    /// # Errors
    /// When its secret is not one.
    pub fn new(name: &str, policy: &WebhookPolicy, secret: &Secret, client: Client) -> Result<Self, Error> {
        Ok(Self {
            name: name.to_owned(),
            url: policy.url.clone(),
            poll_url: policy.poll_url.clone(),
            keys: Keys::read(secret)?,
            client,
            state: RefCell::default(),
        })
    }

    async fn send(&self, id: &str, body: Value) -> Result<(), Trouble> {
        let bytes = body.to_string().into_bytes();
        let signed = self.keys.sign(id, clock::now(), &bytes);
        let request = self
            .client
            .post(&self.url)
            .header("content-type", "application/json")
            .header("webhook-id", &signed.id)
            .header("webhook-timestamp", signed.timestamp.to_string())
            .header("webhook-signature", &signed.signature)
            .body(bytes);
        http::succeed(request).await.map(|_| ())
    }

    /// Asks for decisions until there are some.
    async fn ask(&self, desk: &dyn Desk) -> Result<Received, Trouble> {
        let Some(url) = &self.poll_url else { return std::future::pending().await };
        loop {
            if let Some(next) = self.next() {
                return Ok(next);
            }
            let pause = if self.state.borrow().has_asked { BETWEEN } else { Duration::ZERO };
            tokio::time::sleep(pause).await;
            self.state.borrow_mut().has_asked = true;
            let joint = if url.contains('?') { '&' } else { '?' };
            let mut request = self.client.get(format!("{url}{joint}wait={WAIT_S}")).timeout(POLL);
            if let Some(etag) = &self.state.borrow().etag {
                request = request.header("if-none-match", etag);
            }
            let answer = match http::send(request).await {
                Ok(answer) => answer,
                // A question that was held to its end is none that failed; nothing was changed by it.
                Err(trouble) => return Err(Trouble::new(TroubleKind::Later(None), trouble.text)),
            };
            match answer.status {
                304 | 204 => {}
                _ => match http::refusal(&answer) {
                    Some(trouble) if trouble.kind == TroubleKind::Unclear => {
                        return Err(Trouble::new(TroubleKind::Later(None), trouble.text));
                    }
                    Some(trouble) => return Err(trouble),
                    None => self.take(&answer, desk),
                },
            }
        }
    }

    fn next(&self) -> Option<Received> {
        let mut state = self.state.borrow_mut();
        let next = state.waiting.pop_front();
        if next.is_none() && state.next_etag.is_some() {
            state.etag = state.next_etag.take();
        }
        next
    }

    /// Takes an answer apart; what cannot be believed becomes one refusal.
    fn take(&self, answer: &Answer, desk: &dyn Desk) {
        let signed = Signed::read(|name| answer.header(name));
        let found = match self.keys.check(signed.as_ref(), clock::now(), &answer.body) {
            Err(doubt) => vec![self.refused("", None, None, doubt.why())],
            Ok(()) => {
                let id = signed.map(|signed| signed.id).unwrap_or_default();
                self.decisions(&id, &answer.body, desk)
            }
        };
        let mut state = self.state.borrow_mut();
        state.waiting.extend(found);
        state.next_etag = answer.header("etag").map(str::to_owned);
    }

    fn decisions(&self, id: &str, body: &[u8], desk: &dyn Desk) -> Vec<Received> {
        match serde_json::from_slice::<Decisions>(body) {
            Ok(all) if all.kind != "approval.decided" => {
                vec![self.refused(id, None, None, "it is signed, and is not a list of decisions")]
            }
            Ok(all) if all.decisions.len() > MOST_DECISIONS => {
                vec![self.refused(id, None, None, "it holds more than 100 decisions")]
            }
            Ok(all) => {
                let one = |(at, decision)| self.decision(&format!("{id}/{at}"), decision, desk);
                all.decisions.into_iter().enumerate().map(one).collect()
            }
            Err(_) => vec![self.refused(id, None, None, "it is signed, and cannot be read")],
        }
    }

    fn decision(&self, delivery: &str, decision: Decision, desk: &dyn Desk) -> Received {
        let request = RequestId::new(decision.request_id);
        let identity = format!("webhook:{}/{}", self.name, decision.by);
        let refused = |why: &str| self.refused(delivery, Some(request.clone()), Some(identity.clone()), why);
        let is_name = |c: char| c.is_ascii_graphic();
        if decision.by.is_empty() || decision.by.len() > LONGEST_NAME || !decision.by.chars().all(is_name) {
            return refused("it names nobody");
        }
        let choice = match decision.decision.as_str() {
            "approve" => Choice::Approve,
            "reject" => Choice::Reject,
            _ => return refused("it is neither `approve` nor `reject`"),
        };
        let (view, posted) = match (desk.view(&request), desk.message(&request)) {
            (Ok(Some(view)), Ok(posted)) => (view, posted),
            (Ok(None), _) => return refused("there is no such request"),
            (Err(_), _) | (_, Err(_)) => return refused("the ledger cannot be read"),
        };
        if posted.is_none() {
            return refused("the request was not sent there");
        }
        if decision.policy_digest != view.policy {
            return refused("it names another policy than the one that the request was decided by");
        }
        if decision.nonce != view.nonce {
            return refused("it answers an earlier message: the request has moved on since");
        }
        if decision.expires_at != view.row.body.expires {
            return refused("it names another time at which the request expires");
        }
        Received::Decision(Box::new(Incoming {
            request,
            identity,
            proof: Proof::Vendor,
            choice,
            rationale: decision.rationale,
            confirm: decision.confirm,
            binding: decision.binding_digest,
            preview: decision.preview_digest,
            shown: None,
            viewed_ms: None,
            message: None,
            delivery: delivery.to_owned(),
            reply: String::new(),
        }))
    }

    /// One that was signed is known by its delivery; of others the id is anybody's word.
    fn refused(&self, delivery: &str, request: Option<RequestId>, identity: Option<String>, why: &str) -> Received {
        let by = if delivery.is_empty() { String::new() } else { format!(", delivery {delivery}") };
        let attempted = format!("a decision through the channel {}{by}", self.name);
        Received::Refused(Rebuff { request, identity, attempted, why: why.to_owned() })
    }
}

/// The id of the message for a view: the same on every try.
fn message_id(view: &View) -> String {
    format!("aigov-{}-{}", view.row.id, view.nonce.short())
}

/// A request as it is sent out. Everything in it is redacted in the ledger already; what an agent wrote is escaped.
fn body(view: &View, kind: &str, poll_url: Option<&str>) -> Value {
    let row = &view.row;
    let verdict = &row.body.verdict;
    let whole = page(row, COLUMNS);
    let text: String = whole.chars().take(MOST_TEXT).collect();
    let is_cut = text.len() < whole.len();
    json!({
        "type": kind,
        "timestamp": clock::now(),
        "data": {
            "schema": 1,
            "request_id": row.id,
            "state": row.state,
            "command": escape(row.body.command.as_str()),
            "asked_by": escape(&row.attribution.label()),
            "on_behalf_of": row.attribution.on_behalf_of.as_deref().map(escape),
            "reason": row.body.reason.as_ref().map(|text| escape(text.as_str())),
            "impact": verdict.impact,
            "environments": verdict.environments(),
            "rule": verdict.rule,
            "approvals_needed": verdict.approvals_needed(),
            "approved_by": row.approvals.iter().map(|one| escape(&one.human)).collect::<Vec<_>>(),
            "rationale_needed": verdict.obligations.contains(&Obligation::Rationale),
            "note": row.note.as_deref().map(escape),
            "text": text,
            "text_truncated": is_cut,
            "text_digest": chain::digest("aigov-page-v1", whole.as_bytes()),
            "binding_digest": view.binding(),
            "preview_digest": row.preview.as_ref().map(|preview| preview.digest),
            "policy_digest": view.policy,
            "nonce": view.nonce,
            "expires_at": row.body.expires,
            "checkpoint": view.checkpoint,
            "poll_url": poll_url,
        },
    })
}

impl Channel for Webhook {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> Kind {
        Kind::Webhook
    }

    fn post<'a>(&'a self, view: &'a View) -> Doing<'a, Result<MessageRef, Trouble>> {
        Box::pin(async move {
            let id = message_id(view);
            // What was let through by breaking the glass is told, and not asked about any more.
            let kind = if view.row.state == RequestState::Pending { "approval.requested" } else { "approval.updated" };
            self.send(&id, body(view, kind, self.poll_url.as_deref())).await?;
            Ok(MessageRef(id))
        })
    }

    /// The other end knows a message again by its id, so it is sent again.
    fn find<'a>(&'a self, _view: &'a View) -> Doing<'a, Result<Option<MessageRef>, Trouble>> {
        Box::pin(async { Ok(None) })
    }

    fn update<'a>(&'a self, view: &'a View, _at: &'a MessageRef) -> Doing<'a, Result<MessageRef, Trouble>> {
        Box::pin(async move {
            let id = message_id(view);
            self.send(&id, body(view, "approval.updated", self.poll_url.as_deref())).await?;
            Ok(MessageRef(id))
        })
    }

    fn receive<'a>(&'a self, desk: &'a dyn Desk) -> Doing<'a, Result<Received, Trouble>> {
        Box::pin(self.ask(desk))
    }

    fn answer<'a>(&'a self, to: &'a Incoming, verdict: &'a Verdict) -> Doing<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let (state, why) = match verdict {
                Ok(row) => (Some(row.state), None),
                Err(error) => (None, Some(error.text.as_str())),
            };
            let data = json!({
                "schema": 1,
                "request_id": to.request,
                "delivery": to.delivery,
                "identity": to.identity,
                "decision": to.choice.as_str(),
                "counts": verdict.is_ok(),
                "state": state,
                "why": why,
            });
            let id = format!("aigov-answer-{}", chain::digest("aigov-answer-v1", to.delivery.as_bytes()).short());
            let body = json!({ "type": "approval.answered", "timestamp": clock::now(), "data": data });
            self.send(&id, body).await
        })
    }
}
