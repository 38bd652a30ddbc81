//! Whether what came in over Slack is what it says: of our app and workspace, for the message that we posted, in the version
//! that it shows now, by a member of the workspace whom policy knows.
//!
//! Who may decide is not said here: that is for `decide` alone, as for every channel.

use std::collections::VecDeque;
use std::time::Duration;

use serde::Deserialize;

use crate::approval::channels::version;
use crate::approval::decide::Choice;
use crate::model::ids::RequestId;
use crate::model::request::RequestRow;
use crate::model::time::Instant;
use crate::text::escape::escape;

use super::message::{DENY, REVIEW, buttons_id};
use super::modal::{APPROVE, CALLBACK, Opened, REJECT};
use super::payload::{Click, Submission, Who};

/// How far Slack's clock and ours may be apart. Slack itself wants its signed requests within five minutes.
pub const MOST_SKEW: Duration = Duration::from_secs(300);
/// How many clicks are remembered, so that the same one does nothing twice.
const REMEMBERED: usize = 1000;

/// Whom the tokens belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OurApp {
    /// The workspace.
    pub team: String,
    /// The app; none until Slack has said it.
    pub app: Option<String>,
    /// The bot's own user.
    pub bot_user: String,
}

/// A message of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// What it asks.
    pub request: RequestId,
    /// The channel.
    pub channel: String,
    /// Slack's timestamp, which names it.
    pub ts: String,
}

/// Which button it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// Opens the window.
    Review,
    /// Rejects.
    Deny,
}

/// Why something does not count, in a sentence for whoever did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub String);

fn no<T>(why: impl Into<String>) -> Result<T, Refused> {
    Err(Refused(why.into()))
}

/// The identity that policy knows: `slack:TEAM/USER`. From ids alone.
///
/// # Errors
/// When the workspace is another one, or is not said.
pub fn identity(ours: &OurApp, who: &Who) -> Result<String, Refused> {
    let team = match &who.team {
        Some(team) if *team == ours.team => team,
        Some(team) => return no(format!("it came from workspace {}, and this app is {}'s", escape(team), ours.team)),
        None => return no("Slack did not say in which workspace it was done"),
    };
    if let Some(other) = who.user_team.as_ref().filter(|other| *other != team) {
        return no(format!("you are a member of workspace {}, and this app is {team}'s", escape(other)));
    }
    if who.user == ours.bot_user {
        return no("it came from the bot itself");
    }
    let is_id = !who.user.is_empty() && who.user.bytes().all(|b| b.is_ascii_alphanumeric());
    if !is_id {
        return no(format!("`{}` is not a user's id", escape(&who.user)));
    }
    Ok(format!("slack:{team}/{}", who.user))
}

/// Whether the app is ours.
fn of_ours(ours: &OurApp, app: &str) -> Result<(), Refused> {
    match &ours.app {
        Some(own) if own == app => Ok(()),
        Some(own) => no(format!("it was meant for app {}, and this one is {own}", escape(app))),
        None => no("Slack has not said yet which app this is"),
    }
}

/// Which button of which message was pressed.
///
/// # Errors
/// When it is none of ours, or one of a version that is no longer there.
pub fn click(
    ours: &OurApp,
    posted: Option<&Posted>,
    row: Option<&RequestRow>,
    click: &Click,
    now: Instant,
) -> Result<Button, Refused> {
    of_ours(ours, &click.app)?;
    if click.actions != 1 {
        return no(format!("it carries {} actions, and a button carries one", click.actions));
    }
    let button = match click.action.as_str() {
        REVIEW => Button::Review,
        DENY => Button::Deny,
        other => return no(format!("`{}` is none of aigov's buttons", escape(other))),
    };
    on_time(&click.at, now)?;
    let (Some(posted), Some(row)) = (posted, row) else {
        return no(format!("no message of aigov's asks for `{}`", escape(&click.value)));
    };
    if click.message.as_deref() != Some(posted.ts.as_str()) || click.channel != posted.channel {
        return no(format!("the message is not the one that asks for request {}", posted.request));
    }
    if click.value != row.id.as_str() || click.block != buttons_id(&row.id, &version(row)) {
        let text = format!("the button is of an earlier version of request {}, which is {} now", row.id, row.state);
        return no(text);
    }
    Ok(button)
}

/// Whether Slack's clock and ours agree.
///
/// # Errors
/// When they do not, or no time is given.
pub fn on_time(at: &str, now: Instant) -> Result<(), Refused> {
    let Some(then) = micros(at) else { return no("Slack did not say when it was done") };
    let then = Instant::from_micros(then);
    let (apart, side) = if then > now { (then.since(now), "ahead of") } else { (now.since(then), "behind") };
    if apart > MOST_SKEW {
        let text = format!(
            "it was done {} s {side} this machine's clock, and more than {} s is not believed: either it was held back \
             on its way, or a clock is wrong",
            apart.as_secs(),
            MOST_SKEW.as_secs()
        );
        return no(text);
    }
    Ok(())
}

/// Microseconds of `1700000000.000100`.
pub fn micros(at: &str) -> Option<i64> {
    let (seconds, rest) = at.split_once('.').unwrap_or((at, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(seconds) || !is_number(rest) {
        return None;
    }
    let micros: i64 = format!("{rest:0<6}").get(..6)?.parse().ok()?;
    seconds.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(micros)
}

/// What somebody decided in a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Yes or no.
    pub choice: Choice,
    /// Why.
    pub rationale: String,
    /// The name of what is deleted, where it was typed.
    pub confirm: Option<String>,
}

/// What a window of ours came back with.
///
/// # Errors
/// When it is none of ours.
pub fn opened(ours: &OurApp, sent: &Submission) -> Result<Opened, Refused> {
    of_ours(ours, &sent.app)?;
    if sent.callback != CALLBACK {
        return no("the window is none of aigov's");
    }
    serde_json::from_str(&sent.metadata).map_err(|_| Refused("the window says of no request what it showed".to_owned()))
}

/// What was decided in a window that was opened for `opened`, where the request is as it was shown.
///
/// # Errors
/// When it was opened by somebody else, for another message, or the request has changed since.
pub fn submission(
    opened: &Opened,
    posted: Option<&Posted>,
    row: Option<&RequestRow>,
    sent: &Submission,
    identity: &str,
) -> Result<Answer, Refused> {
    if identity.strip_prefix("slack:") != Some(opened.user.as_str()) {
        return no("the window was opened by somebody else");
    }
    let (Some(posted), Some(row)) = (posted, row) else {
        return no(format!("no message of aigov's asks for `{}`", escape(opened.request.as_str())));
    };
    if opened.channel != posted.channel || opened.message != posted.ts {
        return no(format!("the window belongs to another message than the one that asks for request {}", row.id));
    }
    let (_, shown) = super::modal::page(row);
    let preview = row.preview.as_ref().map(|preview| preview.digest);
    if shown != opened.shown || preview != opened.preview || version(row) != opened.version {
        return no(format!("request {} is no longer what the window showed; it is {} now", row.id, row.state));
    }
    let choice = match sent.decision.as_deref() {
        Some(APPROVE) if super::modal::is_whole(row) => Choice::Approve,
        Some(APPROVE) => return no("the window did not show all of it"),
        Some(REJECT) => Choice::Reject,
        _ => return no("the window says neither yes nor no"),
    };
    let rationale = sent.rationale.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let Some(rationale) = rationale else { return no("the window says no rationale") };
    Ok(Answer { choice, rationale: rationale.to_owned(), confirm: sent.confirm.clone() })
}

/// A user as `users.info` gives them. Fields that Slack leaves out are taken as the worse.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Member {
    id: String,
    #[serde(default)]
    team_id: Option<String>,
    #[serde(default)]
    deleted: Option<bool>,
    #[serde(default)]
    is_bot: Option<bool>,
    #[serde(default)]
    is_workflow_bot: Option<bool>,
    #[serde(default)]
    is_connector_bot: Option<bool>,
    #[serde(default)]
    is_restricted: Option<bool>,
    #[serde(default)]
    is_ultra_restricted: Option<bool>,
    #[serde(default)]
    is_stranger: Option<bool>,
}

/// Whether a user is a full, living, human member of our workspace.
///
/// # Errors
/// When they are not, or Slack does not say so.
pub fn member(ours: &OurApp, user: &str, found: &Member) -> Result<(), Refused> {
    if found.id != user {
        return no("Slack spoke of somebody else");
    }
    if found.team_id.as_deref() != Some(ours.team.as_str()) {
        return no(format!("you are no member of workspace {}", ours.team));
    }
    // `deleted` is there for every user; the other two for every one that is not deleted.
    if found.deleted != Some(false) {
        return no("your account is deactivated");
    }
    let is = |flag: Option<bool>| flag == Some(true);
    if found.is_bot != Some(false) || is(found.is_workflow_bot) || is(found.is_connector_bot) || user == "USLACKBOT" {
        return no("bots decide nothing");
    }
    if found.is_restricted != Some(false) || found.is_ultra_restricted != Some(false) || is(found.is_stranger) {
        return no("guests decide nothing");
    }
    Ok(())
}

/// What has been seen, so that the same thing that comes twice does nothing twice.
#[derive(Debug, Default)]
pub struct Seen(VecDeque<String>);

impl Seen {
    /// Whether it was seen.
    pub fn has(&self, key: &str) -> bool {
        self.0.iter().any(|one| one == key)
    }

    /// Whether it is new; it is remembered.
    pub fn is_new(&mut self, key: String) -> bool {
        if self.0.contains(&key) {
            return false;
        }
        if self.0.len() >= REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back(key);
        true
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::approval::channels::slack::example::{pending, preview};
    use crate::approval::channels::slack::modal::page;

    const NOW: i64 = 1_700_000_000_000_000;

    fn ours() -> OurApp {
        OurApp { team: "T1".to_owned(), app: Some("A1".to_owned()), bot_user: "UBOT".to_owned() }
    }

    fn posted() -> Posted {
        Posted { request: RequestId::new("r-1"), channel: "C1".to_owned(), ts: "1700000000.000100".to_owned() }
    }

    fn who(team: &str, user: &str, user_team: &str) -> Who {
        Who { team: Some(team.to_owned()), user: user.to_owned(), user_team: Some(user_team.to_owned()) }
    }

    fn pressed(row: &RequestRow) -> Click {
        Click {
            who: who("T1", "U1", "T1"),
            app: "A1".to_owned(),
            channel: "C1".to_owned(),
            message: Some("1700000000.000100".to_owned()),
            trigger: "t.1".to_owned(),
            actions: 1,
            action: DENY.to_owned(),
            block: buttons_id(&row.id, &version(row)),
            value: "r-1".to_owned(),
            at: "1700000001.5".to_owned(),
        }
    }

    fn why(click_is: &Click, row: Option<&RequestRow>) -> String {
        click(&ours(), Some(&posted()), row, click_is, Instant::from_micros(NOW)).unwrap_err().0
    }

    #[test]
    fn a_click_counts_for_the_message_and_the_version_that_are_there_now() {
        let row = pending();
        let good = pressed(&row);
        let found = click(&ours(), Some(&posted()), Some(&row), &good, Instant::from_micros(NOW));
        assert_eq!(found, Ok(Button::Deny));
        let mut other = row.clone();
        other.preview = Some(preview());
        assert!(why(&good, Some(&other)).contains("earlier version of request r-1"));
        assert!(why(&good, None).contains("no message of aigov's asks for `r-1`"));
        for (change, expected) in [
            (Click { app: "A2".to_owned(), ..good.clone() }, "meant for app A2"),
            (Click { actions: 2, ..good.clone() }, "carries 2 actions"),
            (Click { action: "approve_now".to_owned(), ..good.clone() }, "none of aigov's buttons"),
            (Click { message: Some("1700000000.000200".to_owned()), ..good.clone() }, "not the one that asks"),
            (Click { message: None, ..good.clone() }, "not the one that asks"),
            (Click { channel: "C2".to_owned(), ..good.clone() }, "not the one that asks"),
            (Click { value: "r-2".to_owned(), ..good.clone() }, "earlier version"),
            (Click { block: "aigov:r-1:000000000000".to_owned(), ..good.clone() }, "earlier version"),
            (Click { at: "1699999000.0".to_owned(), ..good.clone() }, "1000 s behind this machine's clock"),
            (Click { at: "1700000500.0".to_owned(), ..good.clone() }, "500 s ahead of this machine's clock"),
            (Click { at: "soon".to_owned(), ..good.clone() }, "did not say when"),
        ] {
            let found = why(&change, Some(&row));
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn an_identity_is_made_of_our_workspace_and_the_users_id() {
        assert_eq!(identity(&ours(), &who("T1", "U1", "T1")).as_deref(), Ok("slack:T1/U1"));
        for (who, expected) in [
            (who("T2", "U1", "T2"), "it came from workspace T2"),
            (who("T1", "U1", "T2"), "member of workspace T2"),
            (who("T1", "UBOT", "T1"), "the bot itself"),
            (who("T1", "U1/T1", "T1"), "not a user's id"),
            (who("T1", "", "T1"), "not a user's id"),
            (Who { team: None, user: "U1".to_owned(), user_team: None }, "did not say in which workspace"),
        ] {
            let found = identity(&ours(), &who).unwrap_err().0;
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn a_member_is_one_of_whom_slack_says_so() {
        let full = json!({"id": "U1", "team_id": "T1", "deleted": false, "is_bot": false, "is_restricted": false, "is_ultra_restricted": false});
        let found = |change: serde_json::Value| {
            let mut user = full.clone();
            for (key, value) in change.as_object().unwrap() {
                user[key] = value.clone();
            }
            member(&ours(), "U1", &serde_json::from_value(user).unwrap()).map_err(|refused| refused.0)
        };
        assert_eq!(found(json!({})), Ok(()));
        for (change, expected) in [
            (json!({"id": "U2"}), "somebody else"),
            (json!({"team_id": "T2"}), "no member of workspace T1"),
            (json!({"team_id": null}), "no member of workspace T1"),
            (json!({"deleted": true}), "deactivated"),
            (json!({"deleted": null}), "deactivated"),
            (json!({"is_bot": true}), "bots decide nothing"),
            (json!({"is_bot": null}), "bots decide nothing"),
            (json!({"is_workflow_bot": true}), "bots decide nothing"),
            (json!({"is_restricted": true}), "guests decide nothing"),
            (json!({"is_ultra_restricted": true}), "guests decide nothing"),
            (json!({"is_restricted": null}), "guests decide nothing"),
            (json!({"is_stranger": true}), "guests decide nothing"),
        ] {
            let said = found(change).unwrap_err();
            assert!(said.contains(expected), "{said}");
        }
    }

    fn sent(row: &RequestRow, decision: Option<&str>, rationale: Option<&str>) -> (Opened, Submission) {
        let opened = Opened {
            request: row.id.clone(),
            version: version(row),
            shown: page(row).1,
            preview: row.preview.as_ref().map(|preview| preview.digest),
            channel: "C1".to_owned(),
            message: "1700000000.000100".to_owned(),
            user: "T1/U1".to_owned(),
            at: Instant::from_micros(NOW),
        };
        let sent = Submission {
            who: who("T1", "U1", "T1"),
            app: "A1".to_owned(),
            view: "V1".to_owned(),
            callback: CALLBACK.to_owned(),
            metadata: serde_json::to_string(&opened).unwrap(),
            decision: decision.map(str::to_owned),
            rationale: rationale.map(str::to_owned),
            confirm: None,
        };
        (opened, sent)
    }

    #[test]
    fn a_window_counts_for_who_opened_it_and_for_what_it_showed() {
        let row = pending();
        let (opened_as, good) = sent(&row, Some(APPROVE), Some(" it is right "));
        assert_eq!(opened(&ours(), &good), Ok(opened_as.clone()));
        let answer = Answer { choice: Choice::Approve, rationale: "it is right".to_owned(), confirm: None };
        assert_eq!(submission(&opened_as, Some(&posted()), Some(&row), &good, "slack:T1/U1"), Ok(answer));
        let refused = |opened: &Opened, row: &RequestRow, sent: &Submission, identity: &str| {
            submission(opened, Some(&posted()), Some(row), sent, identity).unwrap_err().0
        };
        assert!(refused(&opened_as, &row, &good, "slack:T1/U2").contains("opened by somebody else"));
        assert!(refused(&opened_as, &row, &good, "T1/U1").contains("opened by somebody else"));
        let mut other = row.clone();
        other.preview = Some(preview());
        assert!(refused(&opened_as, &other, &good, "slack:T1/U1").contains("no longer what the window showed"));
        let elsewhere = Opened { message: "1.2".to_owned(), ..opened_as.clone() };
        assert!(refused(&elsewhere, &row, &good, "slack:T1/U1").contains("another message"));
        for (decision, rationale, expected) in [
            (None, Some("x"), "neither yes nor no"),
            (Some("maybe"), Some("x"), "neither yes nor no"),
            (Some(APPROVE), None, "no rationale"),
            (Some(REJECT), Some("  \n"), "no rationale"),
        ] {
            let (opened, sent) = sent(&row, decision, rationale);
            assert!(refused(&opened, &row, &sent, "slack:T1/U1").contains(expected));
        }
    }

    #[test]
    fn a_window_that_is_not_ours_is_refused() {
        let (_, good) = sent(&pending(), Some(APPROVE), Some("x"));
        for (change, expected) in [
            (Submission { app: "A2".to_owned(), ..good.clone() }, "meant for app A2"),
            (Submission { callback: "other".to_owned(), ..good.clone() }, "none of aigov's"),
            (Submission { metadata: "{}".to_owned(), ..good.clone() }, "says of no request"),
            (Submission { metadata: String::new(), ..good }, "says of no request"),
        ] {
            let found = opened(&ours(), &change).unwrap_err().0;
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn what_comes_twice_is_seen_once() {
        let mut seen = Seen::default();
        assert!(seen.is_new("a".to_owned()));
        assert!(!seen.is_new("a".to_owned()));
        for at in 0..REMEMBERED {
            assert!(seen.is_new(at.to_string()));
        }
        assert_eq!(seen.0.len(), REMEMBERED);
    }

    #[test]
    fn slacks_time_is_read_exactly_or_not_at_all() {
        assert_eq!(micros("1700000000.000100"), Some(1_700_000_000_000_100));
        assert_eq!(micros("1700000001.5"), Some(1_700_000_001_500_000));
        assert_eq!(micros("1700000001"), Some(1_700_000_001_000_000));
        for text in ["", ".5", "-1.0", "1e9", "1.", "99999999999999999999.0", "1.-5"] {
            assert_eq!(micros(text), None, "{text}");
        }
    }
}
