//! Slack as a channel: a message with buttons, a window with the whole page and a rationale, the outcome in the message and
//! in its thread.
//!
//! With an app's token (Socket Mode) there are buttons; with a bot's token alone, reactions are looked at, which say no
//! reason. Who decides is `slack:TEAM/USER`, made of ids alone and vouched for by Slack: assurance A1, and no more, since
//! whoever has the human's session, or the bot's token, can do in their name what they can do. Names and mail addresses that
//! people carry are never looked at.

pub mod api;
pub mod blocks;
pub mod check;
#[cfg(test)]
mod example;
pub mod manifest;
pub mod message;
pub mod modal;
pub mod payload;
mod pressed;
mod reactions;
pub mod socket;
#[cfg(test)]
mod tests;
pub mod text;

use std::cell::RefCell;
use std::time::Duration;

use reqwest::Client;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::{Mutex, OnceCell};

use crate::approval::decider::Channel as Kind;
use crate::error::Error;
use crate::model::ids::RequestId;
use crate::model::request::RequestState;
use crate::policy::channels::SlackPolicy;

use super::secret::Secret;
use super::{Channel, Desk, Doing, Incoming, MessageRef, Rebuff, Received, Trouble, TroubleKind, Verdict, View};
use api::{Api, PATIENTLY, SHORTLY, Sent, Token};
use check::{Member, OurApp, Posted, Refused, Seen, member};
use message::{METADATA, Message, Mode, asking, ended, reply};
use reactions::Watch;
use socket::Socket;
use text::Safe;

/// How far back a message is looked for before the request was made: clocks differ.
const BEFORE: Duration = Duration::from_secs(300);
/// How many pages of a channel's history are looked through for a message.
const MOST_PAGES: usize = 5;

/// An app of one's own in a workspace.
pub struct Slack {
    name: String,
    policy: SlackPolicy,
    api: Api,
    mode: Mode,
    ours: OnceCell<OurApp>,
    socket: Mutex<Option<Socket>>,
    seen: RefCell<Seen>,
    watch: RefCell<Watch>,
}

/// Where somebody is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ReplyTo {
    channel: String,
    user: String,
}

impl Slack {
    /// A workspace of the policy.
    pub fn new(name: &str, policy: &SlackPolicy, bot: Secret, app: Option<Secret>, client: Client) -> Self {
        let mode = if app.is_some() { Mode::Buttons } else { Mode::Reactions };
        Self {
            name: name.to_owned(),
            policy: policy.clone(),
            api: Api::new(client, &policy.url, bot, app),
            mode,
            ours: OnceCell::new(),
            socket: Mutex::new(None),
            seen: RefCell::default(),
            watch: RefCell::default(),
        }
    }

    /// Whose the bot's token is; asked once. A token of another workspace than the policy names is of no use.
    async fn ours(&self) -> Result<&OurApp, Trouble> {
        let asked = || async {
            let found = self.api.call("auth.test", Sent::Form(Vec::new()), Token::Bot, PATIENTLY).await?;
            let word = |key: &str| found.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (team, bot_user) = (word("team_id"), word("user_id"));
            if team != self.policy.team {
                let text = format!(
                    "the token is of workspace {}, and the policy names {}",
                    crate::text::escape::escape(&team),
                    self.policy.team
                );
                return Err(Trouble::new(TroubleKind::Dead, text));
            }
            Ok(OurApp { team, app: Some(self.policy.app.clone()), bot_user })
        };
        self.ours.get_or_try_init(asked).await
    }

    async fn send(&self, method: &str, body: Value) -> Result<Value, Trouble> {
        self.api.call(method, Sent::Json(body), Token::Bot, PATIENTLY).await
    }

    fn body(&self, message: Message) -> Value {
        json!({
            "channel": self.policy.channel, "text": message.text, "blocks": message.blocks,
            "metadata": message.metadata, "unfurl_links": false, "unfurl_media": false, "mrkdwn": false,
        })
    }

    async fn post_it(&self, view: &View) -> Result<MessageRef, Trouble> {
        self.ours().await?;
        // What was let through by breaking the glass is told, and not asked about any more.
        let message = if view.row.state == RequestState::Pending { asking(view, self.mode) } else { ended(view) };
        let sent = self.send("chat.postMessage", self.body(message)).await?;
        let word = |key: &str| sent.get(key).and_then(Value::as_str).unwrap_or_default();
        // A message whose place is not told is there all the same; it is looked for.
        place(word("channel"), word("ts")).ok_or_else(|| {
            Trouble::new(TroubleKind::Unclear, "chat.postMessage: Slack did not say where the message is")
        })
    }

    /// Looks through the channel's newest messages for one of ours that asks for this request.
    async fn find_it(&self, view: &View) -> Result<Option<MessageRef>, Trouble> {
        let ours = self.ours().await?;
        let oldest = view.row.created.minus(BEFORE).micros / 1_000_000;
        let mut cursor = String::new();
        for _ in 0..MOST_PAGES {
            let mut fields = vec![
                ("channel", self.policy.channel.clone()),
                ("oldest", oldest.to_string()),
                ("limit", "100".to_owned()),
                ("include_all_metadata", "true".to_owned()),
            ];
            if !cursor.is_empty() {
                fields.push(("cursor", cursor.clone()));
            }
            let found = match self.api.call("conversations.history", Sent::Form(fields), Token::Bot, PATIENTLY).await {
                Ok(found) => found,
                // Without the scope nothing can be looked for; asking twice is better than not at all, and the buttons of
                // a message that is not the one on record are refused.
                Err(trouble) if trouble.text.contains("missing_scope") => return Ok(None),
                Err(trouble) => return Err(trouble),
            };
            let all = found.get("messages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let ts = all.iter().find(|message| is_ours(message, ours, &view.row.id));
            if let Some(ts) = ts.and_then(|message| message.get("ts")).and_then(Value::as_str) {
                return Ok(place(&self.policy.channel, ts));
            }
            let next = found.pointer("/response_metadata/next_cursor").and_then(Value::as_str).unwrap_or_default();
            if next.is_empty() {
                break;
            }
            next.clone_into(&mut cursor);
        }
        Ok(None)
    }

    async fn update_it(&self, view: &View, at: &MessageRef) -> Result<MessageRef, Trouble> {
        self.ours().await?;
        let Some(posted) = posted(&view.row.id, at) else {
            return Err(Trouble::new(TroubleKind::NotTaken, format!("`{}` is no message of Slack's", at.0)));
        };
        let is_open = matches!(view.row.state, RequestState::Preparing | RequestState::Pending);
        let mut body = self.body(if is_open { asking(view, self.mode) } else { ended(view) });
        if let Some(map) = body.as_object_mut() {
            map.insert("channel".to_owned(), json!(posted.channel));
            map.insert("ts".to_owned(), json!(posted.ts));
        }
        self.send("chat.update", body).await?;
        if is_open {
            return Ok(at.clone());
        }
        let body = json!({
            "channel": posted.channel, "thread_ts": posted.ts, "text": reply(&view.row), "unfurl_links": false,
            "unfurl_media": false, "mrkdwn": false,
        });
        match self.send("chat.postMessage", body).await {
            // It may be there, and says nothing that the message does not say: it is not said twice.
            Ok(_) | Err(Trouble { kind: TroubleKind::Unclear | TroubleKind::NotTaken, .. }) => Ok(at.clone()),
            Err(trouble) => Err(trouble),
        }
    }

    async fn received(&self, desk: &dyn Desk) -> Result<Received, Trouble> {
        match self.mode {
            Mode::Buttons => self.pressed(desk).await,
            Mode::Reactions => self.reacted(desk).await,
        }
    }

    async fn answer_it(&self, to: &Incoming, verdict: &Verdict) -> Result<(), Trouble> {
        let Ok(reply_to) = serde_json::from_str::<ReplyTo>(&to.reply) else {
            return Err(Trouble::new(TroubleKind::NotTaken, "nobody is named to answer"));
        };
        let text = match verdict {
            // The message itself says so to everybody.
            Ok(row) if row.state != RequestState::Pending => return Ok(()),
            Ok(row) => format!("Recorded. Request {} waits for another human.", row.id),
            Err(error) => refusal(&error.text, error.hint.human.as_deref()),
        };
        self.tell(&reply_to.user, &text).await
    }

    /// Says something to one user alone.
    async fn tell(&self, user: &str, text: &str) -> Result<(), Trouble> {
        let text = Safe::<2000>::value(text);
        let body = json!({"channel": self.policy.channel, "user": user, "text": text.as_str(), "mrkdwn": false});
        // Others wait for what they pressed meanwhile.
        self.api.call("chat.postEphemeral", Sent::Json(body), Token::Bot, SHORTLY).await.map(|_| ())
    }

    /// Refuses something, tells whoever did it, and makes the record of it.
    async fn rebuff(&self, who: &Claim<'_>, attempted: String, why: &str) -> Received {
        let told = self.tell(who.user, &refusal(why, None)).await;
        let untold = told.err().map(|trouble| format!(" (and they could not be told: {})", trouble.text));
        Received::Refused(Rebuff {
            request: who.request.cloned(),
            identity: Some(format!("slack:{}/{}", who.team, who.user)),
            attempted,
            why: format!("{why}{}", untold.unwrap_or_default()),
        })
    }

    /// Whether a user is a full member, as Slack says now.
    async fn member(&self, ours: &OurApp, user: &str) -> Result<(), Refused> {
        let asked = self.api.call("users.info", Sent::Form(vec![("user", user.to_owned())]), Token::Bot, SHORTLY).await;
        let unsaid = |why: String| Refused(format!("Slack does not say who did it, so try it again ({why})"));
        let found = asked.map_err(|trouble| match trouble.text.contains("user_not_found") {
            true => Refused("Slack knows nobody with this id".to_owned()),
            false => unsaid(trouble.text),
        })?;
        let user_is = found.get("user").cloned().unwrap_or_default();
        let found: Member = serde_json::from_value(user_is).map_err(|_| unsaid("an unknown form".to_owned()))?;
        member(ours, user, &found)
    }

    fn reply_to(&self, user: &str) -> String {
        json!({"channel": self.policy.channel, "user": user}).to_string()
    }
}

/// Whom something says that it is from, for the record of a refusal.
struct Claim<'a> {
    team: &'a str,
    user: &'a str,
    request: Option<&'a RequestId>,
}

fn refusal(why: &str, hint: Option<&str>) -> String {
    let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("This does not count: {why}.{hint}")
}

/// Where a message is, in the channel's words.
fn place(channel: &str, ts: &str) -> Option<MessageRef> {
    (!channel.is_empty() && check::micros(ts).is_some()).then(|| MessageRef(format!("{channel}/{ts}")))
}

/// The message that a place names.
fn posted(request: &RequestId, at: &MessageRef) -> Option<Posted> {
    let (channel, ts) = at.0.split_once('/')?;
    check::micros(ts)?;
    Some(Posted { request: request.clone(), channel: channel.to_owned(), ts: ts.to_owned() })
}

/// Whether a message of the history is the bot's own and asks for this request.
fn is_ours(message: &Value, ours: &OurApp, id: &RequestId) -> bool {
    let word = |pointer: &str| message.pointer(pointer).and_then(Value::as_str);
    word("/metadata/event_type") == Some(METADATA)
        && word("/metadata/event_payload/request_id") == Some(id.as_str())
        && word("/user") == Some(ours.bot_user.as_str())
}

/// What the ledger says goes wrong here is the collector's to see; for the channel it is something to try again.
fn unread(error: &Error) -> Trouble {
    Trouble::new(TroubleKind::Later(None), error.text.clone())
}

impl Channel for Slack {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> Kind {
        Kind::Slack
    }

    fn post<'a>(&'a self, view: &'a View) -> Doing<'a, Result<MessageRef, Trouble>> {
        Box::pin(self.post_it(view))
    }

    fn find<'a>(&'a self, view: &'a View) -> Doing<'a, Result<Option<MessageRef>, Trouble>> {
        Box::pin(self.find_it(view))
    }

    fn update<'a>(&'a self, view: &'a View, at: &'a MessageRef) -> Doing<'a, Result<MessageRef, Trouble>> {
        Box::pin(self.update_it(view, at))
    }

    fn receive<'a>(&'a self, desk: &'a dyn Desk) -> Doing<'a, Result<Received, Trouble>> {
        Box::pin(self.received(desk))
    }

    fn answer<'a>(&'a self, to: &'a Incoming, verdict: &'a Verdict) -> Doing<'a, Result<(), Trouble>> {
        Box::pin(self.answer_it(to, verdict))
    }
}
