//! Reactions, where there is only a bot's token: each message that waits is looked at in turn. The first reaction that is
//! there twice, in two looks, is taken and stays taken; when it was made nobody knows, so the time is that of the look.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep, sleep_until};

use crate::approval::channels::{Desk, Incoming, MessageRef, Received, Trouble, View, version};
use crate::approval::decide::Choice;
use crate::host::random;
use crate::model::ids::{Digest, RequestId};

use super::api::{PATIENTLY, Sent, Token};
use super::check::{self, OurApp, Posted};
use super::message::{NO, YES, beyond_reactions};
use super::modal;
use super::payload::Who;
use super::pressed::incoming;
use super::{Claim, Slack, posted, unread};

/// The least time between two rounds. Slack allows at least 50 such questions a minute.
const BETWEEN: Duration = Duration::from_secs(3);
/// The same, once nothing has changed for a while.
const IDLE: Duration = Duration::from_secs(15);
/// How long that while is.
const AWAKE: Duration = Duration::from_secs(120);
/// How long after the first look the second one is.
const AGAIN: Duration = Duration::from_millis(1200);

/// When is looked next, and what for.
#[derive(Debug, Default)]
pub(super) struct Watch {
    next: Option<Instant>,
    changed: Option<Instant>,
    known: Vec<(RequestId, Digest)>,
}

impl Watch {
    /// The pause after a round over these requests: so long that no limit is met, longer once nothing changes.
    fn pause(&mut self, waiting: &[(View, MessageRef)], now: Instant) -> Duration {
        let known: Vec<_> = waiting.iter().map(|(view, _)| (view.row.id.clone(), version(&view.row))).collect();
        if known != self.known || self.changed.is_none() {
            self.known = known;
            self.changed = Some(now);
        }
        let many = Duration::from_millis(1300).saturating_mul(u32::try_from(waiting.len()).unwrap_or(u32::MAX));
        let is_idle = self.changed.is_some_and(|changed| now.saturating_duration_since(changed) > AWAKE);
        many.max(if is_idle { IDLE } else { BETWEEN })
    }
}

/// A reaction of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reaction {
    user: String,
    choice: Choice,
}

impl Slack {
    /// Looks at messages until there is a reaction.
    pub(super) async fn reacted(&self, desk: &dyn Desk) -> Result<Received, Trouble> {
        let ours = self.ours().await?;
        loop {
            let next = self.watch.borrow().next;
            if let Some(next) = next {
                sleep_until(next).await;
            }
            let waiting = desk.waiting().map_err(|error| unread(&error))?;
            let pause = self.watch.borrow_mut().pause(&waiting, Instant::now());
            let random = random::salt().map_or(0, |salt| salt.first().copied().unwrap_or_default());
            self.watch.borrow_mut().next = Some(Instant::now() + pause + pause.mul_f64(f64::from(random) / 2048.0));
            for (view, at) in &waiting {
                let Some(posted) = posted(&view.row.id, at) else { continue };
                if let Some(received) = self.looked_at(ours, view, &posted).await? {
                    return Ok(received);
                }
            }
        }
    }

    async fn looked_at(&self, ours: &OurApp, view: &View, posted: &Posted) -> Result<Option<Received>, Trouble> {
        let key = |reaction: &Reaction| {
            let word = if reaction.choice == Choice::Approve { YES } else { NO };
            format!("reaction:{}/{}:{}:{word}", posted.channel, posted.ts, reaction.user)
        };
        let is_new = |reaction: &Reaction| reaction.user != ours.bot_user && !self.seen.borrow().has(&key(reaction));
        let Some(reaction) = self.reactions(posted).await?.into_iter().find(is_new) else { return Ok(None) };
        sleep(AGAIN).await;
        if !self.reactions(posted).await?.contains(&reaction) {
            return Ok(None);
        }
        let key = key(&reaction);
        self.seen.borrow_mut().is_new(key.clone());
        let claim = Claim { team: &ours.team, user: &reaction.user, request: Some(&view.row.id) };
        let attempted = format!("{} {} with a reaction", reaction.choice.as_str(), view.row.id);
        // In the channel there may be members of other workspaces: Slack says of which one this user is.
        let who = Who { team: Some(ours.team.clone()), user: reaction.user.clone(), user_team: None };
        let identity = match check::identity(ours, &who) {
            Ok(identity) => self.member(ours, &reaction.user).await.map(|()| identity),
            Err(refused) => Err(refused),
        };
        let identity = match identity {
            Ok(identity) => identity,
            Err(refused) => return Ok(Some(self.rebuff(&claim, attempted, &refused.0).await)),
        };
        if let (Choice::Approve, Some(why)) = (reaction.choice, beyond_reactions(&view.row)) {
            let why = format!("{why}; on the machine: aigov approve {}", view.row.id);
            return Ok(Some(self.rebuff(&claim, attempted, &why).await));
        }
        Ok(Some(Received::Decision(Box::new(Incoming {
            identity,
            choice: reaction.choice,
            preview: view.row.preview.as_ref().map(|preview| preview.digest),
            shown: Some(modal::page(&view.row).1),
            delivery: key,
            reply: self.reply_to(&reaction.user),
            ..incoming(view, posted)
        }))))
    }

    /// The reactions of a message that decide, a no before a yes.
    async fn reactions(&self, posted: &Posted) -> Result<Vec<Reaction>, Trouble> {
        let fields =
            vec![("channel", posted.channel.clone()), ("timestamp", posted.ts.clone()), ("full", "true".to_owned())];
        let found = self.api.call("reactions.get", Sent::Form(fields), Token::Bot, PATIENTLY).await?;
        let ts = found.pointer("/message/ts").and_then(Value::as_str);
        if ts != Some(posted.ts.as_str()) {
            return Ok(Vec::new());
        }
        Ok(read(found.pointer("/message/reactions").unwrap_or(&Value::Null)))
    }
}

fn read(found: &Value) -> Vec<Reaction> {
    let all = found.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut reactions = Vec::new();
    for (name, choice) in [(NO, Choice::Reject), (YES, Choice::Approve)] {
        let of_name = all.iter().filter(|one| one.get("name").and_then(Value::as_str) == Some(name));
        let users = of_name.flat_map(|one| one.get("users").and_then(Value::as_array).into_iter().flatten());
        reactions.extend(users.filter_map(Value::as_str).map(|user| Reaction { user: user.to_owned(), choice }));
    }
    reactions
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::approval::channels::slack::example::pending;

    #[test]
    fn a_no_comes_before_a_yes_and_other_signs_are_none() {
        let found = json!([
            {"name": "white_check_mark", "users": ["U1", "U2"], "count": 2},
            {"name": "+1", "users": ["U3"], "count": 1},
            {"name": "x", "users": ["U4"], "count": 1},
            {"name": "white_check_mark::skin-tone-2", "users": ["U5"], "count": 1},
            {"name": "x", "count": 1},
        ]);
        let all: Vec<(String, Choice)> = read(&found).into_iter().map(|one| (one.user, one.choice)).collect();
        let expected = [("U4", Choice::Reject), ("U1", Choice::Approve), ("U2", Choice::Approve)];
        assert_eq!(all, expected.map(|(user, choice)| (user.to_owned(), choice)));
        assert_eq!(read(&Value::Null), []);
    }

    #[test]
    fn the_pause_grows_with_the_number_and_once_nothing_changes() {
        let mut watch = Watch::default();
        let now = Instant::now();
        let waiting = |count: usize| {
            let one = (View::new(pending(), "1:0".to_owned()), MessageRef("C1/1.2".to_owned()));
            vec![one; count]
        };
        assert_eq!(watch.pause(&waiting(1), now), BETWEEN);
        assert_eq!(watch.pause(&waiting(10), now), Duration::from_secs(13));
        assert_eq!(watch.pause(&waiting(10), now + AWAKE), Duration::from_secs(13));
        assert_eq!(watch.pause(&waiting(10), now + AWAKE * 2), IDLE);
        assert_eq!(watch.pause(&waiting(1), now + AWAKE * 2), BETWEEN);
    }
}
