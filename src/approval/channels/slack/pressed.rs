//! Buttons and windows, as they come over the socket: checked, told, and made into decisions for the collector.

use serde_json::json;

use crate::approval::channels::{Desk, Incoming, MessageRef, Rebuff, Received, Trouble, TroubleKind, View, version};
use crate::approval::decide::Choice;
use crate::approval::decider::Proof;
use crate::host::clock;
use crate::model::ids::RequestId;
use crate::text::escape::escape;

use super::api::{SHORTLY, Sent, Token};
use super::check::{self, Button, OurApp, Posted};
use super::modal::{self, Opened};
use super::payload::{Click, Interaction, Submission, Who};
use super::socket::{Arrival, Socket};
use super::{Claim, Slack, posted, unread};

impl Slack {
    /// Waits for a decision, or for something that is none.
    pub(super) async fn pressed(&self, desk: &dyn Desk) -> Result<Received, Trouble> {
        let ours = self.ours().await?;
        let mut held = self.socket.lock().await;
        let socket = held.get_or_insert_with(|| Socket::open(self.api.clone(), self.policy.app.clone()));
        loop {
            match socket.next().await {
                Some(Arrival::Done(done)) => {
                    let received = match *done {
                        Interaction::Click(click) => self.clicked(ours, &click, desk).await?,
                        Interaction::Submission(sent) => Some(self.submitted(ours, &sent, desk).await?),
                    };
                    if let Some(received) = received {
                        return Ok(received);
                    }
                }
                Some(Arrival::Unreadable(why)) => {
                    return Ok(Received::Refused(Rebuff {
                        request: None,
                        identity: None,
                        attempted: "something over the socket".to_owned(),
                        why,
                    }));
                }
                Some(Arrival::Trouble(trouble)) => return Err(trouble),
                None => {
                    *held = None;
                    return Err(Trouble::new(TroubleKind::Dead, "nothing comes over the socket any more"));
                }
            }
        }
    }

    /// A button: a window is opened, or the request is rejected.
    async fn clicked(&self, ours: &OurApp, click: &Click, desk: &dyn Desk) -> Result<Option<Received>, Trouble> {
        let id = RequestId::new(click.value.clone());
        let attempted = format!("press {} of {}", escape(&click.action), escape(&click.value));
        let claim = claim(&click.who, &id);
        let key = format!("click:{}:{}:{}:{}", click.who.user, click.at, click.block, click.action);
        if !self.seen.borrow_mut().is_new(key.clone()) {
            let why = format!("the same click came before, and counts once ({})", escape(&click.at));
            return Ok(Some(Received::Refused(Rebuff { attempted, why, ..nameless(&claim) })));
        }
        let (view, posted) = looked_up(desk, &id)?;
        let row = view.as_ref().map(|view| &view.row);
        let checked = check::identity(ours, &click.who).and_then(|identity| {
            check::click(ours, posted.as_ref(), row, click, clock::now()).map(|button| (identity, button))
        });
        let checked = match checked {
            Ok(found) => self.member(ours, &click.who.user).await.map(|()| found),
            Err(refused) => Err(refused),
        };
        let (identity, button) = match checked {
            Ok(found) => found,
            Err(refused) => return Ok(Some(self.rebuff(&claim, attempted, &refused.0).await)),
        };
        let (Some(view), Some(posted)) = (view, posted) else { return Ok(None) };
        match button {
            Button::Review => match self.open_window(&view, &posted, click, &identity).await {
                Ok(()) => Ok(None),
                Err(why) => Ok(Some(self.rebuff(&claim, attempted, &why).await)),
            },
            Button::Deny => Ok(Some(Received::Decision(Box::new(Incoming {
                identity,
                choice: Choice::Reject,
                rationale: None,
                preview: view.row.preview.as_ref().map(|preview| preview.digest),
                shown: None,
                viewed_ms: None,
                delivery: key,
                reply: self.reply_to(&click.who.user),
                ..incoming(&view, &posted)
            })))),
        }
    }

    /// Opens the window while the click's trigger lives. Why it is not open, where it is not.
    async fn open_window(&self, view: &View, posted: &Posted, click: &Click, identity: &str) -> Result<(), String> {
        let row = &view.row;
        let opened = Opened {
            request: row.id.clone(),
            version: version(row),
            shown: modal::page(row).1,
            preview: row.preview.as_ref().map(|preview| preview.digest),
            channel: posted.channel.clone(),
            message: posted.ts.clone(),
            user: identity.strip_prefix("slack:").unwrap_or(identity).to_owned(),
            at: clock::now(),
        };
        let Some(window) = modal::view(row, &opened) else { return Err("it does not fit into a window".to_owned()) };
        let sent = Sent::Json(json!({"trigger_id": click.trigger, "view": window}));
        match self.api.call("views.open", sent, Token::Bot, SHORTLY).await {
            Ok(_) => Ok(()),
            Err(trouble) => Err(format!("the window did not open, so press again ({})", trouble.text)),
        }
    }

    /// A window that was sent.
    async fn submitted(&self, ours: &OurApp, sent: &Submission, desk: &dyn Desk) -> Result<Received, Trouble> {
        let nothing = RequestId::new("");
        let opened = check::opened(ours, sent);
        let id = opened.as_ref().map_or(&nothing, |opened| &opened.request);
        let claim = claim(&sent.who, id);
        let word = sent.decision.as_deref().unwrap_or("decide");
        let attempted = format!("{} {} in a window", escape(word), escape(id.as_str()));
        let key = format!("view:{}", sent.view);
        if !self.seen.borrow_mut().is_new(key.clone()) {
            let why = format!("the same window came before, and counts once ({})", escape(&sent.view));
            return Ok(Received::Refused(Rebuff { attempted, why, ..nameless(&claim) }));
        }
        let (view, posted) = looked_up(desk, id)?;
        let row = view.as_ref().map(|view| &view.row);
        let checked = opened.as_ref().map_err(Clone::clone).and_then(|opened| {
            let identity = check::identity(ours, &sent.who)?;
            let answer = check::submission(opened, posted.as_ref(), row, sent, &identity)?;
            Ok((identity, answer, opened))
        });
        let checked = match checked {
            Ok(found) => self.member(ours, &sent.who.user).await.map(|()| found),
            Err(refused) => Err(refused),
        };
        let (identity, answer, opened) = match checked {
            Ok(found) => found,
            Err(refused) => return Ok(self.rebuff(&claim, attempted, &refused.0).await),
        };
        let (Some(view), Some(posted)) = (view, posted) else {
            return Ok(self.rebuff(&claim, attempted, "there is no such request").await);
        };
        let viewed = clock::now().since(opened.at).as_millis();
        Ok(Received::Decision(Box::new(Incoming {
            identity,
            choice: answer.choice,
            rationale: Some(answer.rationale),
            confirm: answer.confirm,
            preview: opened.preview,
            shown: Some(opened.shown),
            viewed_ms: u64::try_from(viewed).ok(),
            delivery: key,
            reply: self.reply_to(&sent.who.user),
            ..incoming(&view, &posted)
        })))
    }
}

/// What the ledger says of a request and of its message here.
fn looked_up(desk: &dyn Desk, id: &RequestId) -> Result<(Option<View>, Option<Posted>), Trouble> {
    let view = desk.view(id).map_err(|error| unread(&error))?;
    let at = desk.message(id).map_err(|error| unread(&error))?;
    Ok((view, at.and_then(|at| posted(id, &at))))
}

fn claim<'a>(who: &'a Who, id: &'a RequestId) -> Claim<'a> {
    Claim { team: who.team.as_deref().unwrap_or("-"), user: &who.user, request: Some(id) }
}

/// A refusal that nobody has to be told of.
fn nameless(claim: &Claim<'_>) -> Rebuff {
    Rebuff {
        request: claim.request.cloned(),
        identity: Some(format!("slack:{}/{}", claim.team, claim.user)),
        attempted: String::new(),
        why: String::new(),
    }
}

/// What every decision over Slack has in common.
pub(super) fn incoming(view: &View, posted: &Posted) -> Incoming {
    Incoming {
        request: view.row.id.clone(),
        identity: String::new(),
        proof: Proof::Vendor,
        choice: Choice::Reject,
        rationale: None,
        confirm: None,
        binding: view.binding(),
        preview: None,
        shown: None,
        viewed_ms: None,
        message: Some(MessageRef(format!("{}/{}", posted.channel, posted.ts))),
        delivery: String::new(),
        reply: String::new(),
    }
}
