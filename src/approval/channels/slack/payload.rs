//! What Slack sends over the socket, read into values. Nothing in here is believed yet: see [`super::check`].
//!
//! Names that people carry (`username`, `name`, `real_name`) are not read at all: they are chosen by whoever bears them.
//! Shapes: docs.slack.dev/apis/events-api/using-socket-mode, /reference/interaction-payloads.

use serde::Deserialize;
use serde_json::Value;

use super::modal::{CONFIRM, DECISION, RATIONALE};

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// The socket is up.
    Hello {
        /// How many sockets of the app are open. With more than one, a click may go to another process.
        connections: u64,
        /// Whose app it is, where Slack says so.
        app: Option<String>,
    },
    /// Slack will close this socket.
    Disconnect {
        /// Why, in Slack's word.
        reason: String,
    },
    /// Somebody did something; has to be acknowledged within three seconds.
    Envelope {
        /// What is acknowledged.
        id: String,
        /// What was done; none where it is nothing of ours.
        interaction: Option<Box<Interaction>>,
    },
    /// Something that nobody asked for.
    Other {
        /// Its type.
        kind: String,
    },
}

/// Who did it, as Slack says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The workspace in which it was done; none for an app of a whole organisation.
    pub team: Option<String>,
    /// The user.
    pub user: String,
    /// The user's own workspace.
    pub user_team: Option<String>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Interaction {
    /// A button was pressed.
    Click(Click),
    /// A window was sent.
    Submission(Submission),
}

/// A button that was pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Click {
    /// By whom.
    pub who: Who,
    /// For which app.
    pub app: String,
    /// In which channel the message is.
    pub channel: String,
    /// The message; none where the button was not in a message.
    pub message: Option<String>,
    /// With which a window may be opened, for three seconds.
    pub trigger: String,
    /// How many actions came in it. More than one is nothing that a button does.
    pub actions: usize,
    /// The button's action.
    pub action: String,
    /// The block that holds the button.
    pub block: String,
    /// The button's value.
    pub value: String,
    /// When it was pressed, by Slack's clock: seconds with six decimals.
    pub at: String,
}

/// A window that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// By whom.
    pub who: Who,
    /// For which app.
    pub app: String,
    /// The window, by Slack's name for it.
    pub view: String,
    /// What it is known by.
    pub callback: String,
    /// What came back with it.
    pub metadata: String,
    /// The decision that was chosen.
    pub decision: Option<String>,
    /// The rationale that was written.
    pub rationale: Option<String>,
    /// The name of what is deleted, where it was asked for and typed.
    pub confirm: Option<String>,
}

/// A frame that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFrame {
    /// What is acknowledged all the same, so that it does not come again.
    pub id: Option<String>,
    /// Why it cannot be read.
    pub why: String,
}

/// Reads a frame.
///
/// # Errors
/// When it is not JSON, or lacks what each of its kind has.
pub fn frame(text: &str) -> Result<Frame, BadFrame> {
    let value: Value =
        serde_json::from_str(text).map_err(|cause| BadFrame { id: None, why: format!("it is not JSON: {cause}") })?;
    let id = value.get("envelope_id").and_then(Value::as_str).map(str::to_owned);
    kind_of(&value).map_err(|why| BadFrame { id, why })
}

fn kind_of(value: &Value) -> Result<Frame, String> {
    let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
    let word = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    Ok(match (kind, word("envelope_id")) {
        ("hello", _) => {
            let connections = value.get("num_connections").and_then(Value::as_u64).unwrap_or(1);
            let app = value.pointer("/connection_info/app_id").and_then(Value::as_str).map(str::to_owned);
            Frame::Hello { connections, app }
        }
        ("disconnect", _) => Frame::Disconnect { reason: word("reason").unwrap_or_default() },
        ("interactive", Some(id)) => {
            let payload = value.get("payload").ok_or("it has no payload")?;
            Frame::Envelope { id, interaction: interaction(payload)?.map(Box::new) }
        }
        ("interactive", None) => return Err("it has no envelope_id".to_owned()),
        (_, Some(id)) => Frame::Envelope { id, interaction: None },
        ("", None) => return Err("it has no type".to_owned()),
        (kind, None) => Frame::Other { kind: kind.to_owned() },
    })
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct User {
    id: String,
    #[serde(default)]
    team_id: Option<String>,
}

#[derive(Deserialize)]
struct Container {
    #[serde(default)]
    message_ts: Option<String>,
    #[serde(default)]
    channel_id: Option<String>,
}

#[derive(Deserialize)]
struct Action {
    action_id: String,
    #[serde(default)]
    block_id: String,
    #[serde(default)]
    value: String,
    #[serde(default)]
    action_ts: String,
}

#[derive(Deserialize)]
struct BlockActions {
    #[serde(default)]
    team: Option<Id>,
    user: User,
    api_app_id: String,
    container: Container,
    #[serde(default)]
    trigger_id: String,
    actions: Vec<Action>,
}

#[derive(Deserialize)]
struct ViewSubmission {
    #[serde(default)]
    team: Option<Id>,
    user: User,
    api_app_id: String,
    view: SentView,
}

#[derive(Deserialize)]
struct SentView {
    id: String,
    #[serde(default)]
    callback_id: String,
    #[serde(default)]
    private_metadata: String,
    #[serde(default)]
    state: Value,
}

fn who(team: Option<Id>, user: User) -> Who {
    Who { team: team.map(|team| team.id), user: user.id, user_team: user.team_id }
}

/// Reads what was done; nothing for kinds that we never asked for.
fn interaction(payload: &Value) -> Result<Option<Interaction>, String> {
    let fault = |cause: serde_json::Error| format!("its payload is not as documented: {cause}");
    match payload.get("type").and_then(Value::as_str) {
        Some("block_actions") => {
            let sent = BlockActions::deserialize(payload).map_err(fault)?;
            let actions = sent.actions.len();
            let Some(action) = sent.actions.into_iter().next() else { return Err("it holds no action".to_owned()) };
            Ok(Some(Interaction::Click(Click {
                who: who(sent.team, sent.user),
                app: sent.api_app_id,
                channel: sent.container.channel_id.unwrap_or_default(),
                message: sent.container.message_ts,
                trigger: sent.trigger_id,
                actions,
                action: action.action_id,
                block: action.block_id,
                value: action.value,
                at: action.action_ts,
            })))
        }
        Some("view_submission") => {
            let sent = ViewSubmission::deserialize(payload).map_err(fault)?;
            let answer = |block: &str, pointer: &str| {
                let path = format!("/values/{block}/{block}{pointer}");
                sent.view.state.pointer(&path).and_then(Value::as_str).map(str::to_owned)
            };
            Ok(Some(Interaction::Submission(Submission {
                decision: answer(DECISION, "/selected_option/value"),
                rationale: answer(RATIONALE, "/value"),
                confirm: answer(CONFIRM, "/value"),
                who: who(sent.team, sent.user),
                app: sent.api_app_id,
                view: sent.view.id,
                callback: sent.view.callback_id,
                metadata: sent.view.private_metadata,
            })))
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn click() -> Value {
        json!({"type": "interactive", "envelope_id": "e-1", "accepts_response_payload": true, "payload": {
            "type": "block_actions", "team": {"id": "T1", "domain": "example"},
            "user": {"id": "U1", "username": "boss", "name": "boss", "team_id": "T1"},
            "api_app_id": "A1", "token": "x",
            "container": {"type": "message", "message_ts": "1700000000.000100", "channel_id": "C1", "is_ephemeral": false},
            "trigger_id": "t.1", "channel": {"id": "C1", "name": "ops"},
            "actions": [{"type": "button", "action_id": "aigov_deny", "block_id": "aigov:r-1:abc", "value": "r-1", "action_ts": "1700000001.5"}],
        }})
    }

    #[test]
    fn a_click_is_read_by_its_ids_alone() {
        let Ok(Frame::Envelope { id, interaction: Some(done) }) = frame(&click().to_string()) else {
            panic!("nothing")
        };
        let Interaction::Click(click) = *done else { panic!("no click") };
        assert_eq!(id, "e-1");
        assert_eq!(
            click,
            Click {
                who: Who { team: Some("T1".to_owned()), user: "U1".to_owned(), user_team: Some("T1".to_owned()) },
                app: "A1".to_owned(),
                channel: "C1".to_owned(),
                message: Some("1700000000.000100".to_owned()),
                trigger: "t.1".to_owned(),
                actions: 1,
                action: "aigov_deny".to_owned(),
                block: "aigov:r-1:abc".to_owned(),
                value: "r-1".to_owned(),
                at: "1700000001.5".to_owned(),
            }
        );
    }

    #[test]
    fn a_window_is_read_with_its_answers() {
        let text = json!({"type": "interactive", "envelope_id": "e-2", "payload": {
            "type": "view_submission", "team": null, "user": {"id": "U1"}, "api_app_id": "A1",
            "view": {"id": "V1", "callback_id": "aigov_decide", "private_metadata": "{}", "state": {"values": {
                "aigov_decision": {"aigov_decision": {"type": "radio_buttons", "selected_option": {"value": "approve"}}},
                "aigov_rationale": {"aigov_rationale": {"type": "plain_text_input", "value": "seen & right"}},
            }}},
        }});
        let Ok(Frame::Envelope { interaction: Some(done), .. }) = frame(&text.to_string()) else { panic!("nothing") };
        let Interaction::Submission(sent) = *done else { panic!("no window") };
        assert_eq!((sent.decision.as_deref(), sent.rationale.as_deref()), (Some("approve"), Some("seen & right")));
        assert_eq!(sent.who, Who { team: None, user: "U1".to_owned(), user_team: None });
    }

    #[test]
    fn what_is_not_as_documented_is_told_and_not_guessed() {
        for (text, why) in [
            ("{\"type\":\"interactive\",\"envelope_id\":\"e", "not JSON"),
            ("[]", "no type"),
            (r#"{"type":"interactive","payload":{"type":"block_actions"}}"#, "no envelope_id"),
            (r#"{"type":"interactive","envelope_id":"e"}"#, "no payload"),
            (
                r#"{"type":"interactive","envelope_id":"e","payload":{"type":"block_actions","actions":[]}}"#,
                "not as documented",
            ),
        ] {
            let found = frame(text).unwrap_err().why;
            assert!(found.contains(why), "{text}: {found}");
        }
        let mut none = click();
        none["payload"]["actions"] = json!([]);
        let bad = frame(&none.to_string()).unwrap_err();
        assert!(bad.why.contains("no action") && bad.id.as_deref() == Some("e-1"));
        let other = r#"{"type":"events_api","envelope_id":"e-3","payload":{"type":"event_callback"}}"#;
        assert_eq!(frame(other), Ok(Frame::Envelope { id: "e-3".to_owned(), interaction: None }));
    }

    #[test]
    fn the_end_of_a_socket_says_why() {
        let hello = r#"{"type":"hello","num_connections":2,"connection_info":{"app_id":"A1"},"debug_info":{}}"#;
        assert_eq!(frame(hello), Ok(Frame::Hello { connections: 2, app: Some("A1".to_owned()) }));
        let end = r#"{"type":"disconnect","reason":"link_disabled","debug_info":{}}"#;
        assert_eq!(frame(end), Ok(Frame::Disconnect { reason: "link_disabled".to_owned() }));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,200}", at in 0_usize..600) {
            let _read = frame(&text);
            let whole = click().to_string();
            let half: String = whole.chars().take(at).collect();
            prop_assert_eq!(frame(&half).is_ok(), half.len() == whole.len());
        }
    }
}
