//! The other end of a webhook, on this machine: keeps what it is sent, answers as a test wants it to, and hands out signed
//! decisions to whoever asks for them.

use std::collections::{BTreeSet, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac::{HMAC_SHA256, Key, sign};
use serde_json::{Value, json};

/// The shared secret.
pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// How it answers one request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// With this status and these header lines.
    Status(u16, String),
    /// Half an answer.
    CutOff,
    /// Nothing: the connection is closed.
    Nothing,
    /// After this long, with 200.
    Slow(Duration),
}

/// One message that arrived.
#[derive(Debug, Clone)]
pub struct Message {
    pub id: String,
    pub is_signed: bool,
    pub body: Value,
    pub at: Instant,
}

impl Message {
    pub fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap()
    }

    pub fn request(&self) -> &str {
        self.body["data"]["request_id"].as_str().unwrap()
    }
}

/// What it hands out to those who ask.
#[derive(Debug, Clone)]
struct Handout {
    head: String,
    etag: String,
    body: String,
}

#[derive(Debug, Default)]
struct State {
    messages: Vec<Message>,
    replies: VecDeque<Reply>,
    poll_replies: VecDeque<Reply>,
    handouts: Vec<Handout>,
    number: u32,
}

/// The other end.
#[derive(Clone)]
pub struct Hook {
    pub port: u16,
    state: Arc<Mutex<State>>,
}

impl Hook {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let hook = Self { port: listener.local_addr().unwrap().port(), state: Arc::default() };
        let serving = hook.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let hook = serving.clone();
                thread::spawn(move || hook.serve(stream));
            }
        });
        hook
    }

    /// The channel's table for a policy.
    pub fn policy(&self, name: &str, secret: &std::path::Path) -> String {
        format!(
            "[channels.{name}]\nkind = \"webhook\"\nurl = \"http://127.0.0.1:{0}/in\"\npoll_url = \"http://127.0.0.1:{0}/out\"\nsecret = \"{1}\"\n",
            self.port,
            secret.display()
        )
    }

    /// The next answers to messages; afterwards 200.
    pub fn answers(&self, replies: impl IntoIterator<Item = Reply>) {
        self.state.lock().unwrap().replies.extend(replies);
    }

    /// The next answers to questions for decisions.
    pub fn poll_answers(&self, replies: impl IntoIterator<Item = Reply>) {
        self.state.lock().unwrap().poll_replies.extend(replies);
    }

    pub fn messages(&self) -> Vec<Message> {
        self.state.lock().unwrap().messages.clone()
    }

    /// How many of these requests were answered.
    pub fn answers_to(&self, tickets: &[&str]) -> usize {
        let state = self.state.lock().unwrap();
        let answers = state.messages.iter().filter(|one| one.kind() == "approval.answered").map(Message::request);
        let answered: BTreeSet<&str> = answers.collect();
        tickets.iter().filter(|ticket| answered.contains(**ticket)).count()
    }

    /// Waits for a message.
    #[track_caller]
    pub fn wait_for(&self, what: impl Fn(&Message) -> bool) -> Message {
        let until = Instant::now() + Duration::from_secs(60);
        while Instant::now() < until {
            if let Some(found) = self.state.lock().unwrap().messages.iter().rev().find(|one| what(one)) {
                return found.clone();
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("no such message arrived: {:#?}", self.messages());
    }

    /// The newest request for a ticket.
    #[track_caller]
    pub fn asked(&self, ticket: &str) -> Message {
        self.wait_for(|message| message.kind() == "approval.requested" && message.request() == ticket)
    }

    /// What was answered to a decision on a ticket.
    #[track_caller]
    pub fn answered(&self, ticket: &str) -> Value {
        self.wait_for(|message| message.kind() == "approval.answered" && message.request() == ticket).body["data"]
            .clone()
    }

    /// Hands out a decision on what a message asked; gives its id.
    pub fn decide(&self, message: &Message, decision: &str, by: &str) -> String {
        self.hand_out(&[decision_on(message, decision, by)])
    }

    /// Hands out these decisions, signed now.
    pub fn hand_out(&self, decisions: &[Value]) -> String {
        let body = json!({ "type": "approval.decided", "decisions": decisions }).to_string();
        let id = self.next_id();
        self.hand_out_as(&id, seconds(), &body, None);
        id
    }

    pub fn next_id(&self) -> String {
        let mut state = self.state.lock().unwrap();
        state.number += 1;
        format!("msg-{}", state.number)
    }

    /// Hands out this text under this id and time, with this signature or a right one.
    pub fn hand_out_as(&self, id: &str, time: i64, body: &str, signature: Option<&str>) {
        let right = signature_of(id, time, body.as_bytes());
        let signature = signature.unwrap_or(&right);
        let head = format!("webhook-id: {id}\r\nwebhook-timestamp: {time}\r\nwebhook-signature: {signature}\r\n");
        self.push(head, body);
    }

    /// Hands out this text without a signature.
    pub fn hand_out_unsigned(&self, body: &str) {
        self.push(String::new(), body);
    }

    fn push(&self, head: String, body: &str) {
        let mut state = self.state.lock().unwrap();
        state.number += 1;
        let etag = format!("\"{}\"", state.number);
        state.handouts.push(Handout { head, etag, body: body.to_owned() });
    }

    fn serve(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let is_post = line.starts_with("POST");
            let mut headers = Vec::new();
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap_or(0) == 0 {
                    return;
                }
                let Some((name, value)) = line.trim_end().split_once(": ") else { break };
                headers.push((name.to_ascii_lowercase(), value.to_owned()));
            }
            let header = |name: &str| headers.iter().find(|(one, _)| one == name).map(|(_, value)| value.clone());
            let length = header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
            let mut body = vec![0; length];
            if reader.read_exact(&mut body).is_err() {
                return;
            }
            let reply = if is_post { self.message(&header, &body) } else { self.poll(&header) };
            let Some(reply) = reply else { return };
            if stream.write_all(reply.as_bytes()).is_err() {
                return;
            }
        }
    }

    /// Keeps a message; gives the answer, none where the connection is to be closed.
    fn message(&self, header: &dyn Fn(&str) -> Option<String>, body: &[u8]) -> Option<String> {
        let id = header("webhook-id").unwrap_or_default();
        let time = header("webhook-timestamp").and_then(|time| time.parse().ok()).unwrap_or_default();
        let right = signature_of(&id, time, body);
        let is_signed = header("webhook-signature").is_some_and(|all| all.split(' ').any(|one| one == right));
        let message = Message { id, is_signed, body: serde_json::from_slice(body).unwrap(), at: Instant::now() };
        let reply = {
            let mut state = self.state.lock().unwrap();
            state.messages.push(message);
            state.replies.pop_front()
        };
        spoken(reply, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
    }

    fn poll(&self, header: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        let known = header("if-none-match");
        let reply = {
            let mut state = self.state.lock().unwrap();
            state.poll_replies.pop_front()
        };
        if reply.is_some() {
            return spoken(reply, "HTTP/1.1 204 No Content\r\n\r\n");
        }
        // Held for a while, as one does who has been asked to wait.
        for _ in 0..20 {
            let next = {
                let mut state = self.state.lock().unwrap();
                if state.handouts.first().is_some_and(|one| Some(&one.etag) == known.as_ref()) {
                    state.handouts.remove(0);
                }
                state.handouts.first().cloned()
            };
            if let Some(one) = next {
                return Some(format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\netag: {}\r\n{}content-length: {}\r\n\r\n{}",
                    one.etag,
                    one.head,
                    one.body.len(),
                    one.body
                ));
            }
            thread::sleep(Duration::from_millis(25));
        }
        Some("HTTP/1.1 304 Not Modified\r\n\r\n".to_owned())
    }
}

fn spoken(reply: Option<Reply>, usual: &str) -> Option<String> {
    match reply {
        None => Some(usual.to_owned()),
        Some(Reply::Status(status, head)) => Some(format!("HTTP/1.1 {status} X\r\n{head}content-length: 0\r\n\r\n")),
        Some(Reply::CutOff) => {
            Some("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\nconnection: close\r\n\r\n{\"a".to_owned())
        }
        Some(Reply::Nothing) => None,
        Some(Reply::Slow(span)) => {
            thread::sleep(span);
            Some(usual.to_owned())
        }
    }
}

/// A decision on what a message asked.
pub fn decision_on(message: &Message, decision: &str, by: &str) -> Value {
    let data = &message.body["data"];
    json!({
        "request_id": data["request_id"],
        "decision": decision,
        "by": by,
        "rationale": "read the plan, ticket OPS-12",
        "binding_digest": data["binding_digest"],
        "preview_digest": data["preview_digest"],
        "policy_digest": data["policy_digest"],
        "nonce": data["nonce"],
        "expires_at": data["expires_at"],
    })
}

/// Seconds since 1970.
pub fn seconds() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// A right signature.
pub fn signature_of(id: &str, time: i64, body: &[u8]) -> String {
    let secret = STANDARD.decode(SECRET.trim_start_matches("whsec_")).unwrap();
    let content = [format!("{id}.{time}.").as_bytes(), body].concat();
    format!("v1,{}", STANDARD.encode(sign(&Key::new(HMAC_SHA256, &secret), &content)))
}
