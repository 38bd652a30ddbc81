//! A stand-in for Slack on loopback: the methods that aigov calls and Socket Mode, in the documented shapes, refusing what
//! Slack refuses, with faults that a test switches on. Keeps what it was sent, and when envelopes were acknowledged.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::{Error as WsError, Message, WebSocket, accept_hdr};

use super::slack_limits::{message_faults, view_faults};

pub const TEAM: &str = "T0001";
pub const CHANNEL: &str = "C0001";
pub const APP: &str = "A0001";
pub const BOT_USER: &str = "UBOT";
pub const BOT_TOKEN: &str = "xoxb-0000000000-stand-in";
pub const APP_TOKEN: &str = "xapp-1-0000000000-stand-in";

/// What goes wrong with the next call of a method.
#[derive(Debug, Clone)]
pub enum Fault {
    /// 429 with these seconds.
    Limited(u64),
    /// This status, and nothing done.
    Status(u16),
    /// `ok: false` with this error.
    NotOk(&'static str),
    /// It is done, and the connection breaks in the middle of the answer.
    DoneAndCut,
    /// It is done, and the answer comes this much later.
    DoneAndLate(Duration),
    /// 200 with something that is not JSON.
    Garbage,
}

/// What a socket is told to do.
enum Order {
    Text(String),
    /// The head of a frame and a part of its text, then the end of the connection.
    HalfFrame,
    /// The end of the connection without a word.
    Cut,
    /// Silence: nothing is read or written any more.
    Mute,
}

#[derive(Default)]
struct World {
    calls: Vec<(String, Value)>,
    messages: Vec<Value>,
    replies: Vec<Value>,
    ephemerals: Vec<Value>,
    views: BTreeMap<String, Value>,
    triggers: BTreeMap<String, Instant>,
    users: BTreeMap<String, Value>,
    reactions: BTreeMap<String, Vec<(String, String)>>,
    faults: Vec<(String, Fault)>,
    tickets: Vec<String>,
    sockets: BTreeMap<usize, Sender<Order>>,
    opened: usize,
    other_sockets: u64,
    scheme: &'static str,
    sent: BTreeMap<String, Instant>,
    acks: Vec<(String, Duration)>,
    number: u64,
    skew_s: i64,
}

/// The stand-in; ends with the test's process.
#[derive(Clone)]
pub struct SlackApi {
    pub port: u16,
    socket_port: u16,
    world: Arc<Mutex<World>>,
}

impl World {
    fn next(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    fn now(&mut self) -> String {
        let micros = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
        let micros = i128::try_from(micros).unwrap() + i128::from(self.skew_s) * 1_000_000;
        // No two are alike.
        let micros = micros / 1000 * 1000 + i128::from(self.next() % 1000);
        format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
    }
}

impl SlackApi {
    /// Starts it, with full members UALICE, UBOB and UCAROL, a guest, a bot, a deactivated one and one of another workspace.
    pub fn start() -> Self {
        let methods = TcpListener::bind("127.0.0.1:0").unwrap();
        let sockets = TcpListener::bind("127.0.0.1:0").unwrap();
        let api = Self {
            port: methods.local_addr().unwrap().port(),
            socket_port: sockets.local_addr().unwrap().port(),
            world: Arc::default(),
        };
        for (id, change) in [
            ("UALICE", json!({})),
            ("UBOB", json!({})),
            ("UCAROL", json!({})),
            ("UGUEST", json!({"is_restricted": true})),
            ("UROBOT", json!({"is_bot": true})),
            ("UGONE", json!({"deleted": true})),
            ("UOTHER", json!({"team_id": "T0002", "is_stranger": true})),
        ] {
            let mut user = json!({
                "id": id, "team_id": TEAM, "name": "alice", "real_name": "alice", "deleted": false, "is_bot": false,
                "is_restricted": false, "is_ultra_restricted": false, "is_app_user": false,
                "profile": {"email": "alice@example.com"},
            });
            for (key, value) in change.as_object().unwrap() {
                user[key] = value.clone();
            }
            api.held().users.insert(id.to_owned(), user);
        }
        let serving = api.clone();
        thread::spawn(move || {
            for stream in methods.incoming().flatten() {
                let serving = serving.clone();
                thread::spawn(move || serving.serve(stream));
            }
        });
        let serving = api.clone();
        thread::spawn(move || {
            for stream in sockets.incoming().flatten() {
                let serving = serving.clone();
                thread::spawn(move || serving.socket(stream));
            }
        });
        api
    }

    fn held(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The address of the methods.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/api", self.port)
    }

    /// The next call of a method goes wrong; several faults of one method come one after the other.
    pub fn fail(&self, method: &str, fault: Fault) {
        self.held().faults.push((method.to_owned(), fault));
    }

    /// How many seconds Slack's clock is ahead of ours from now on.
    pub fn skew(&self, seconds: i64) {
        self.held().skew_s = seconds;
    }

    /// How many sockets of other processes are said to be open.
    pub fn other_sockets(&self, count: u64) {
        self.held().other_sockets = count;
    }

    /// How the addresses of sockets begin from now on.
    pub fn scheme(&self, scheme: &'static str) {
        self.held().scheme = scheme;
    }

    /// The bodies with which a method was called.
    pub fn calls(&self, method: &str) -> Vec<Value> {
        self.held().calls.iter().filter(|(name, _)| name == method).map(|(_, body)| body.clone()).collect()
    }

    /// The messages that ask, as they are now.
    pub fn messages(&self) -> Vec<Value> {
        self.held().messages.clone()
    }

    /// The message that asks for a request, once there is one.
    pub fn message(&self, ticket: &str) -> Option<Value> {
        let is_it = |message: &&Value| message["metadata"]["event_payload"]["request_id"] == ticket;
        self.held().messages.iter().find(is_it).cloned()
    }

    /// The texts of the replies in a message's thread.
    pub fn thread_of(&self, ts: &Value) -> Vec<String> {
        let held = self.held();
        let all = held.replies.iter().filter(|reply| reply["thread_ts"] == *ts);
        all.map(|reply| reply["text"].as_str().unwrap().to_owned()).collect()
    }

    /// What was said to one user alone.
    pub fn told(&self, user: &str) -> Vec<String> {
        let held = self.held();
        let all = held.ephemerals.iter().filter(|one| one["user"] == user);
        all.map(|one| one["text"].as_str().unwrap().to_owned()).collect()
    }

    /// The newest window, with its name.
    pub fn view(&self) -> Option<(String, Value)> {
        self.held().views.iter().next_back().map(|(id, view)| (id.clone(), view.clone()))
    }

    /// How many sockets were opened so far, and how many are open.
    pub fn sockets(&self) -> (usize, usize) {
        let held = self.held();
        (held.opened, held.sockets.len())
    }

    /// How long each envelope waited for its acknowledgement.
    pub fn acks(&self) -> BTreeMap<String, Duration> {
        self.held().acks.iter().cloned().collect()
    }

    /// Somebody reacts to a message, or takes that back.
    pub fn react(&self, ts: &Value, user: &str, name: &str) {
        let mut held = self.held();
        let all = held.reactions.entry(ts.as_str().unwrap().to_owned()).or_default();
        let one = (name.to_owned(), user.to_owned());
        match all.iter().position(|other| *other == one) {
            Some(at) => drop(all.remove(at)),
            None => all.push(one),
        }
    }

    /// What a click on a button of a message would send: what Slack would, with the button as the message has it now.
    pub fn click(&self, message: &Value, user: &str, action: &str) -> Value {
        let mut held = self.held();
        let trigger = format!("trigger.{}", held.next());
        held.triggers.insert(trigger.clone(), Instant::now());
        let at = held.now();
        let blocks = message["blocks"].as_array().unwrap();
        let row = blocks.iter().find(|block| block["type"] == "actions").expect("the message has no buttons");
        let buttons = row["elements"].as_array().unwrap();
        let button = buttons.iter().find(|button| button["action_id"] == action).unwrap();
        json!({
            "type": "block_actions", "token": "verification", "api_app_id": APP, "team": {"id": TEAM, "domain": "example"},
            "user": {"id": user, "username": "alice", "name": "alice", "team_id": TEAM}, "enterprise": null,
            "is_enterprise_install": false, "trigger_id": trigger, "response_url": "https://hooks.slack.com/actions/x",
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": CHANNEL, "is_ephemeral": false},
            "channel": {"id": CHANNEL, "name": "approvals"}, "message": message, "state": {"values": {}},
            "actions": [{
                "type": "button", "action_id": button["action_id"], "block_id": row["block_id"],
                "text": button["text"], "value": button["value"], "action_ts": at,
            }],
        })
    }

    /// What sending a window would send.
    pub fn submission(&self, id: &str, user: &str, decision: &str, rationale: &str) -> Value {
        let view = self.held().views[id].clone();
        json!({
            "type": "view_submission", "token": "verification", "api_app_id": APP,
            "team": {"id": TEAM, "domain": "example"}, "trigger_id": "trigger.0", "response_urls": [],
            "user": {"id": user, "username": "alice", "name": "alice", "team_id": TEAM},
            "view": {
                "id": id, "type": "modal", "team_id": TEAM, "app_id": APP, "callback_id": view["callback_id"],
                "private_metadata": view["private_metadata"], "hash": "1700000000.abc", "root_view_id": id,
                "state": {"values": {
                    "aigov_decision": {"aigov_decision": {"type": "radio_buttons", "selected_option": {"value": decision}}},
                    "aigov_rationale": {"aigov_rationale": {"type": "plain_text_input", "value": rationale}},
                }},
            },
        })
    }

    /// Sends a payload over the newest socket; gives the envelope's id.
    pub fn deliver(&self, payload: &Value) -> String {
        let id = format!("envelope-{}", self.held().next());
        let envelope =
            json!({"type": "interactive", "envelope_id": id, "accepts_response_payload": true, "payload": payload});
        self.held().sent.insert(id.clone(), Instant::now());
        self.order(Order::Text(envelope.to_string()));
        id
    }

    /// Sends a text over the newest socket.
    pub fn say(&self, text: &str) {
        self.order(Order::Text(text.to_owned()));
    }

    /// Says that the socket will be closed, and why.
    pub fn disconnect(&self, reason: &str) {
        self.say(&json!({"type": "disconnect", "reason": reason, "debug_info": {"host": "wss"}}).to_string());
    }

    /// Breaks the newest socket off within a frame.
    pub fn half_a_frame(&self) {
        self.order(Order::HalfFrame);
    }

    /// Breaks the newest socket off.
    pub fn cut(&self) {
        self.order(Order::Cut);
    }

    /// The newest socket falls silent.
    pub fn mute(&self) {
        self.order(Order::Mute);
    }

    fn order(&self, mut order: Order) {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let socket = self.held().sockets.last_key_value().map(|(_, socket)| socket.clone());
            if let Some(socket) = socket {
                match socket.send(order) {
                    Ok(()) => return,
                    Err(unsent) => order = unsent.0,
                }
            }
            assert!(Instant::now() < end, "no socket is open");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn serve(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut stream = stream;
        loop {
            let mut first = String::new();
            if reader.read_line(&mut first).unwrap_or(0) == 0 {
                return;
            }
            let (mut length, mut token, mut kind) = (0, String::new(), String::new());
            loop {
                let mut header = String::new();
                if reader.read_line(&mut header).unwrap_or(0) == 0 || header == "\r\n" {
                    break;
                }
                let (name, value) = header.split_once(':').unwrap_or((&header, ""));
                match name.to_ascii_lowercase().as_str() {
                    "content-length" => length = value.trim().parse().unwrap(),
                    "authorization" => value.trim().trim_start_matches("Bearer ").clone_into(&mut token),
                    "content-type" => value.trim().clone_into(&mut kind),
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let path = first.split_whitespace().nth(1).unwrap_or_default();
            let method = path.strip_prefix("/api/").unwrap_or_default().to_owned();
            if !self.answer(&mut stream, &method, &token, &kind, &body) {
                return;
            }
        }
    }

    /// Answers one call; whether the connection goes on.
    fn answer(&self, stream: &mut TcpStream, method: &str, token: &str, kind: &str, body: &[u8]) -> bool {
        let fault = {
            let mut held = self.held();
            let at = held.faults.iter().position(|(name, _)| name == method);
            at.map(|at| held.faults.remove(at).1)
        };
        let done = || {
            let sent = if kind.starts_with("application/json") {
                serde_json::from_slice(body).unwrap_or_else(|cause| json!({"unreadable": cause.to_string()}))
            } else {
                form(std::str::from_utf8(body).unwrap())
            };
            let mut held = self.held();
            held.calls.push((method.to_owned(), sent.clone()));
            self.method(&mut held, method, token, kind, &sent)
        };
        let (status, headers, text) = match fault {
            None => (200, String::new(), done().to_string()),
            Some(Fault::Limited(seconds)) => {
                (429, format!("retry-after: {seconds}\r\n"), json!({"ok": false, "error": "ratelimited"}).to_string())
            }
            Some(Fault::Status(status)) => (status, String::new(), "<html>sorry</html>".to_owned()),
            Some(Fault::NotOk(error)) => (200, String::new(), json!({"ok": false, "error": error}).to_string()),
            Some(Fault::Garbage) => (200, String::new(), "{\"ok\": tr".to_owned()),
            Some(Fault::DoneAndCut) => {
                let text = done().to_string();
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{{\"ok\":", text.len());
                let _sent = stream.write_all(head.as_bytes());
                let _closed = stream.shutdown(std::net::Shutdown::Both);
                return false;
            }
            Some(Fault::DoneAndLate(span)) => {
                let text = done().to_string();
                thread::sleep(span);
                (200, String::new(), text)
            }
        };
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json; charset=utf-8\r\n{headers}content-length: {}\r\n\r\n",
            text.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(text.as_bytes())).is_ok()
    }

    fn method(&self, world: &mut World, method: &str, token: &str, kind: &str, sent: &Value) -> Value {
        let no = |error: &str| json!({"ok": false, "error": error});
        let wanted = if method == "apps.connections.open" { APP_TOKEN } else { BOT_TOKEN };
        if token != wanted {
            return no("invalid_auth");
        }
        let takes_json = method.starts_with("chat.") || method == "views.open";
        if !takes_json && kind.starts_with("application/json") {
            // Methods that read take no JSON; Slack then sees no arguments.
            return no("invalid_arguments");
        }
        match method {
            "auth.test" => json!({
                "ok": true, "url": "https://example.slack.com/", "team": "Example", "user": "aigov", "team_id": TEAM,
                "user_id": BOT_USER, "bot_id": "B0001", "is_enterprise_install": false,
            }),
            "apps.connections.open" => {
                let ticket = format!("ticket-{}", world.next());
                world.tickets.push(ticket.clone());
                let scheme = if world.scheme.is_empty() { "ws" } else { world.scheme };
                json!({"ok": true, "url": format!("{scheme}://127.0.0.1:{}/link/?ticket={ticket}&app_id=1", self.socket_port)})
            }
            "chat.postMessage" if sent["channel"] != CHANNEL => no("channel_not_found"),
            "chat.postMessage" => post(world, sent),
            "chat.update" => update(world, sent),
            "chat.postEphemeral" => {
                world.ephemerals.push(sent.clone());
                json!({"ok": true, "message_ts": world.now()})
            }
            "views.open" => open(world, sent),
            "users.info" => match world.users.get(sent["user"].as_str().unwrap_or_default()) {
                Some(user) => json!({"ok": true, "user": user}),
                None => no("user_not_found"),
            },
            "conversations.history" => {
                let mut all: Vec<Value> = world.messages.iter().rev().cloned().collect();
                if sent["include_all_metadata"] != "true" {
                    all.iter_mut().for_each(|message| drop(message.as_object_mut().unwrap().remove("metadata")));
                }
                json!({"ok": true, "messages": all, "has_more": false, "response_metadata": {"next_cursor": ""}})
            }
            "reactions.get" => {
                let ts = sent["timestamp"].as_str().unwrap_or_default();
                let all = world.reactions.get(ts).cloned().unwrap_or_default();
                let mut by_name: BTreeMap<String, Vec<String>> = BTreeMap::new();
                all.into_iter().for_each(|(name, user)| by_name.entry(name).or_default().push(user));
                let reactions: Vec<Value> = by_name
                    .into_iter()
                    .map(|(name, users)| json!({"name": name, "count": users.len(), "users": users}))
                    .collect();
                json!({"ok": true, "type": "message", "channel": CHANNEL, "message": {"ts": ts, "reactions": reactions}})
            }
            _ => no("unknown_method"),
        }
    }

    fn socket(&self, stream: TcpStream) {
        let world = Arc::clone(&self.world);
        #[allow(clippy::result_large_err, reason = "the form of the library")]
        let check = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
            let query = request.uri().query().unwrap_or_default();
            let ticket = query.split('&').find_map(|pair| pair.strip_prefix("ticket=")).unwrap_or_default();
            let mut held = world.lock().unwrap();
            match held.tickets.iter().position(|known| known == ticket) {
                Some(at) => {
                    held.tickets.remove(at);
                    Ok(response)
                }
                None => Err(Response::builder().status(403).body(None).unwrap()),
            }
        };
        let Ok(mut socket) = accept_hdr(stream, check) else { return };
        let (orders, taken) = channel();
        let (connections, number) = {
            let mut held = self.held();
            held.opened += 1;
            let number = held.opened;
            held.sockets.insert(number, orders);
            (u64::try_from(held.sockets.len()).unwrap() + held.other_sockets, number)
        };
        let hello = json!({
            "type": "hello", "num_connections": connections, "connection_info": {"app_id": APP},
            "debug_info": {"host": "applink", "build_number": 1, "approximate_connection_time": 18060},
        });
        if socket.send(Message::Text(hello.to_string().into())).is_ok() {
            self.talk(&mut socket, &taken);
        }
        self.held().sockets.remove(&number);
    }

    fn talk(&self, socket: &mut WebSocket<TcpStream>, taken: &Receiver<Order>) {
        socket.get_mut().set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        loop {
            match taken.try_recv() {
                Ok(Order::Text(text)) => {
                    if socket.send(Message::Text(text.into())).is_err() {
                        return;
                    }
                }
                Ok(Order::HalfFrame) => {
                    // A text frame of 500 bytes, of which there come 20.
                    let mut bytes = vec![0x81, 126, 0x01, 0xf4];
                    bytes.extend_from_slice(b"{\"type\":\"interactive\"");
                    let _sent = socket.get_mut().write_all(&bytes);
                    let _closed = socket.get_mut().shutdown(std::net::Shutdown::Both);
                    return;
                }
                Ok(Order::Cut) => {
                    let _closed = socket.get_mut().shutdown(std::net::Shutdown::Both);
                    return;
                }
                Ok(Order::Mute) => loop {
                    if taken.recv().is_err() {
                        return;
                    }
                },
                Err(_) => {}
            }
            match socket.read() {
                Ok(Message::Text(text)) => {
                    let value: Value = serde_json::from_str(text.as_str()).unwrap();
                    let id = value["envelope_id"].as_str().unwrap().to_owned();
                    let mut held = self.held();
                    let waited = held.sent.get(&id).map(Instant::elapsed).unwrap_or_default();
                    held.acks.push((id, waited));
                }
                Ok(_) => {}
                Err(WsError::Io(cause))
                    if matches!(cause.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
                Err(_) => return,
            }
        }
    }
}

fn post(world: &mut World, sent: &Value) -> Value {
    if let Some(parent) = sent.get("thread_ts") {
        if !world.messages.iter().any(|message| message["ts"] == *parent) {
            return json!({"ok": false, "error": "thread_not_found"});
        }
        world.replies.push(sent.clone());
        return json!({"ok": true, "channel": CHANNEL, "ts": world.now()});
    }
    let faults = message_faults(sent);
    if !faults.is_empty() {
        return json!({"ok": false, "error": "invalid_blocks", "response_metadata": {"messages": faults}});
    }
    let mut message = sent.clone();
    let ts = world.now();
    message["ts"] = json!(ts);
    message["user"] = json!(BOT_USER);
    message["bot_id"] = json!("B0001");
    message["type"] = json!("message");
    world.messages.push(message);
    json!({"ok": true, "channel": CHANNEL, "ts": ts})
}

fn update(world: &mut World, sent: &Value) -> Value {
    let faults = message_faults(sent);
    if !faults.is_empty() {
        return json!({"ok": false, "error": "invalid_blocks", "response_metadata": {"messages": faults}});
    }
    let Some(message) = world.messages.iter_mut().find(|message| message["ts"] == sent["ts"]) else {
        return json!({"ok": false, "error": "message_not_found"});
    };
    for key in ["text", "blocks", "metadata"] {
        message[key] = sent[key].clone();
    }
    json!({"ok": true, "channel": CHANNEL, "ts": sent["ts"]})
}

fn open(world: &mut World, sent: &Value) -> Value {
    let trigger = sent["trigger_id"].as_str().unwrap_or_default();
    match world.triggers.remove(trigger) {
        None => return json!({"ok": false, "error": "exchanged_trigger_id"}),
        Some(made) if made.elapsed() > Duration::from_secs(3) => {
            return json!({"ok": false, "error": "expired_trigger_id"});
        }
        Some(_) => {}
    }
    let faults = view_faults(&sent["view"]);
    if !faults.is_empty() {
        return json!({"ok": false, "error": "invalid_arguments", "response_metadata": {"messages": faults}});
    }
    let id = format!("V{:04}", world.next());
    world.views.insert(id.clone(), sent["view"].clone());
    json!({"ok": true, "view": {"id": id}})
}

fn form(text: &str) -> Value {
    let mut map = serde_json::Map::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let mut bytes = Vec::new();
        let mut rest = value.bytes();
        while let Some(byte) = rest.next() {
            if byte == b'%' {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
            } else {
                bytes.push(byte);
            }
        }
        map.insert(name.to_owned(), json!(String::from_utf8(bytes).unwrap()));
    }
    Value::Object(map)
}
