//! Slack's methods: one try each; what went wrong is told in terms of what can be done about it, and never with a token in it.

use std::time::Duration;

use reqwest::Client;
use serde_json::Value;

use crate::approval::channels::http::{self, Answer};
use crate::approval::channels::secret::Secret;
use crate::approval::channels::{Trouble, TroubleKind};

/// How long a method may take that somebody waits for: Slack keeps a click's trigger for three seconds.
pub const SHORTLY: Duration = Duration::from_millis(1400);
/// How long any other may take.
pub const PATIENTLY: Duration = Duration::from_secs(20);
/// How long a channel that the bot is not in is left alone.
const NOT_IN_CHANNEL: Duration = Duration::from_secs(60);

/// Slack's methods with our tokens.
#[derive(Clone)]
pub struct Api {
    client: Client,
    url: String,
    bot: Secret,
    app: Option<Secret>,
}

/// Whose token a method is called with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// The bot's.
    Bot,
    /// The app's, for Socket Mode alone.
    App,
}

/// What is sent with a method. Those that only read take no JSON.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent {
    /// As JSON.
    Json(Value),
    /// As a form; values are ids, numbers and words of our own.
    Form(Vec<(&'static str, String)>),
}

impl Api {
    /// The methods at an address.
    pub fn new(client: Client, url: &str, bot: Secret, app: Option<Secret>) -> Self {
        Self { client, url: url.to_owned(), bot, app }
    }

    /// Whether there is a token for Socket Mode.
    pub fn has_app_token(&self) -> bool {
        self.app.is_some()
    }

    /// The address of the methods.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Calls a method.
    ///
    /// # Errors
    /// When Slack cannot be reached, answers something else than JSON, or says that it is not `ok`.
    pub async fn call(&self, method: &str, sent: Sent, token: Token, within: Duration) -> Result<Value, Trouble> {
        let secret = match token {
            Token::Bot => &self.bot,
            Token::App => match &self.app {
                Some(secret) => secret,
                None => return Err(Trouble::new(TroubleKind::Dead, "there is no app token")),
            },
        };
        let request = self.client.post(format!("{}/{method}", self.url)).bearer_auth(secret.expose()).timeout(within);
        let request = match sent {
            Sent::Json(body) => {
                request.header("content-type", "application/json; charset=utf-8").body(body.to_string())
            }
            Sent::Form(fields) => {
                request.header("content-type", "application/x-www-form-urlencoded").body(form(&fields))
            }
        };
        let told = |trouble: Trouble| Trouble { text: format!("{method}: {}", trouble.text), ..trouble };
        let answer = http::succeed(request).await.map_err(told)?;
        read(method, &answer)
    }
}

/// What an answer says.
fn read(method: &str, answer: &Answer) -> Result<Value, Trouble> {
    let Ok(value) = serde_json::from_slice::<Value>(&answer.body) else {
        return Err(Trouble::new(TroubleKind::Unclear, format!("{method}: the answer is not JSON")));
    };
    if value.get("ok").and_then(Value::as_bool) == Some(true) {
        return Ok(value);
    }
    let error = word(&value, "error").unwrap_or_else(|| "no reason given".to_owned());
    let kind = kind(&error, http::retry_after(answer));
    let needed = word(&value, "needed").map(|scope| format!(" (the app needs the scope {scope})")).unwrap_or_default();
    let help = hint(&error).map(|hint| format!(": {hint}")).unwrap_or_default();
    Err(Trouble::new(kind, format!("{method}: {error}{needed}{help}")))
}

/// A word of Slack's, as far as it is one: nothing that it could repeat of ours.
fn word(value: &Value, key: &str) -> Option<String> {
    let text = value.get(key)?.as_str()?;
    let is_word = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_:.,".contains(*c);
    Some(text.chars().filter(is_word).take(80).collect())
}

/// What can be done about an error (docs.slack.dev/reference/methods, the lists of errors).
fn kind(error: &str, after: Option<Duration>) -> TroubleKind {
    match error {
        "ratelimited" | "rate_limited" | "message_limit_exceeded" => TroubleKind::Later(after),
        "service_unavailable" | "request_timeout" | "team_added_to_org" => TroubleKind::Later(None),
        "not_in_channel" | "is_archived" | "channel_not_found" => TroubleKind::Later(Some(NOT_IN_CHANNEL)),
        "fatal_error" | "internal_error" => TroubleKind::Unclear,
        "invalid_auth"
        | "not_authed"
        | "account_inactive"
        | "token_revoked"
        | "token_expired"
        | "org_login_required"
        | "ekm_access_denied"
        | "access_denied"
        | "not_allowed_token_type"
        | "no_permission"
        | "missing_scope"
        | "team_access_not_granted"
        | "link_disabled"
        | "two_factor_setup_required"
        | "deprecated_endpoint" => TroubleKind::Dead,
        _ => TroubleKind::NotTaken,
    }
}

/// What people can do about an error.
fn hint(error: &str) -> Option<&'static str> {
    Some(match error {
        "not_in_channel" | "channel_not_found" => "invite the bot to the channel, `/invite @aigov`",
        "is_archived" => "the channel is archived; name another one in the policy",
        "invalid_auth" | "token_revoked" | "token_expired" | "account_inactive" => {
            "put a token of the installed app into the file"
        }
        "not_allowed_token_type" => "`token` is the bot's, xoxb-, and `app_token` the app's, xapp-",
        "missing_scope" => "install the app again with the manifest of `aigov collect --slack-manifest`",
        "link_disabled" => "switch Socket Mode on in the app's settings",
        _ => return None,
    })
}

/// A form. Everything but letters, digits and a few signs is written as bytes.
fn form(fields: &[(&'static str, String)]) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    let one =
        |(name, value): &(&'static str, String)| format!("{name}={}", value.bytes().map(byte).collect::<String>());
    fields.iter().map(one).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;

    fn answered(body: &str, retry_after: Option<&str>) -> Result<Value, Trouble> {
        let mut headers = HeaderMap::new();
        if let Some(seconds) = retry_after {
            headers.insert("retry-after", seconds.parse().unwrap());
        }
        read("chat.postMessage", &Answer { status: 200, headers, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn an_error_says_what_can_be_done_about_it() {
        for (body, kind, text) in [
            (r#"{"ok":false,"error":"invalid_auth"}"#, TroubleKind::Dead, "invalid_auth: put a token"),
            (r#"{"ok":false,"error":"missing_scope","needed":"users:read"}"#, TroubleKind::Dead, "scope users:read"),
            (r#"{"ok":false,"error":"internal_error"}"#, TroubleKind::Unclear, "internal_error"),
            (r#"{"ok":false,"error":"invalid_blocks"}"#, TroubleKind::NotTaken, "invalid_blocks"),
            (r#"{"ok":false}"#, TroubleKind::NotTaken, "no reason given"),
            ("{\"ok\":tr", TroubleKind::Unclear, "not JSON"),
            ("<html>busy</html>", TroubleKind::Unclear, "not JSON"),
            ("[]", TroubleKind::NotTaken, "no reason given"),
        ] {
            let trouble = answered(body, None).unwrap_err();
            assert_eq!(trouble.kind, kind, "{body}");
            assert!(trouble.text.contains(text), "{}", trouble.text);
        }
        let limited = answered(r#"{"ok":false,"error":"ratelimited"}"#, Some("7")).unwrap_err();
        assert_eq!(limited.kind, TroubleKind::Later(Some(Duration::from_secs(7))));
        assert!(answered(r#"{"ok":true,"ts":"1.2"}"#, None).is_ok());
    }

    #[test]
    fn what_slack_says_repeats_no_token() {
        let trouble = answered(r#"{"ok":false,"error":"bad XOXB-1 <!channel> \u001b[2K"}"#, None).unwrap_err();
        assert_eq!(trouble.text, "chat.postMessage: bad1channel2");
    }

    #[test]
    fn a_form_holds_what_was_meant() {
        let fields = [("channel", "C1".to_owned()), ("x", "a&b=c d".to_owned())];
        assert_eq!(form(&fields), "channel=C1&x=a%26b%3Dc%20d");
    }
}
