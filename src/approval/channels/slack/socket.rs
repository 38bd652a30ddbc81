//! Socket Mode: one socket to Slack, kept up. Every envelope is acknowledged at once, before anything is made of it; before
//! Slack closes a socket the next one is open; one that is silent, or breaks off, is replaced after a pause that grows.
//!
//! Payloads go to any one of an app's sockets, so that a second one, of whatever process, can swallow clicks: more than one
//! is told. Shapes: docs.slack.dev/apis/events-api/using-socket-mode.

use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as WsError, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use serde_json::{Value, json};

use crate::approval::channels::{Trouble, TroubleKind};
use crate::host::random;

use super::api::{Api, PATIENTLY, Sent, Token};
use super::payload::{Frame, Interaction, frame};

/// How long the other side may be silent until we ask whether it is there.
const ASK_AFTER: Duration = Duration::from_secs(10);
/// How long it may be silent at all. Slack pings by itself more often than that.
const SILENCE: Duration = Duration::from_secs(30);
/// How long a socket may take to open, and to say hello.
const OPENING: Duration = Duration::from_secs(15);
/// How long the old socket is still read once there is a new one.
const LINGER: Duration = Duration::from_secs(1);
/// The first pause after a socket broke off; twice as long each time.
const FIRST: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(60);
/// The longest message that is read: a view with its state is at most 250 kB.
const MOST_BYTES: usize = 1024 * 1024;
/// How many interactions wait at most until somebody takes them.
const QUEUE: usize = 256;

/// What comes over the socket.
#[derive(Debug)]
pub enum Arrival {
    /// Somebody did something; it is acknowledged.
    Done(Box<Interaction>),
    /// A frame that cannot be read.
    Unreadable(String),
    /// The socket broke off, or cannot be opened.
    Trouble(Trouble),
}

/// A socket that is kept up; it ends with the value.
pub struct Socket {
    arrivals: Receiver<Arrival>,
    task: JoinHandle<()>,
}

impl Socket {
    /// Opens it for this app.
    pub fn open(api: Api, app: String) -> Self {
        let (out, arrivals) = channel(QUEUE);
        Self { arrivals, task: tokio::spawn(keep_up(api, app, out)) }
    }

    /// What comes next; none once nothing comes any more.
    pub async fn next(&mut self) -> Option<Arrival> {
        self.arrivals.recv().await
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Why a socket is no longer listened to.
enum End {
    /// Slack will close it.
    Refresh,
    /// It is gone.
    Broken(String),
    /// There will be no other.
    Dead(String),
    /// Nobody takes what comes.
    Unwanted,
}

async fn keep_up(api: Api, app: String, out: Sender<Arrival>) {
    let mut pause = Pause::default();
    let mut fresh: Option<Stream> = None;
    let mut is_first = true;
    loop {
        let opened = match fresh.take() {
            Some(stream) => Ok(stream),
            None => open(&api, &app).await.map(|(stream, others)| {
                if let Some(told) = others.filter(|_| is_first) {
                    // A full queue tells of worse.
                    drop(out.try_send(Arrival::Trouble(told)));
                }
                stream
            }),
        };
        let since = Instant::now();
        let trouble = match opened {
            Ok(mut stream) => {
                is_first = false;
                let end = match listen(&mut stream, &out).await {
                    End::Refresh => replace(&mut stream, &api, &app, &out).await,
                    end => Err(end),
                };
                match end {
                    Ok(next) => {
                        fresh = Some(next);
                        continue;
                    }
                    Err(end) => trouble(end),
                }
            }
            Err(trouble) => Some(trouble),
        };
        let Some(trouble) = trouble else { return };
        let (is_dead, asked) = (trouble.kind == TroubleKind::Dead, asked(&trouble));
        if out.send(Arrival::Trouble(trouble)).await.is_err() || is_dead {
            return;
        }
        if since.elapsed() > LONGEST {
            pause = Pause::default();
        }
        sleep(pause.next().max(asked)).await;
    }
}

/// What is told of the end of a socket; none where nobody listens any more.
fn trouble(end: End) -> Option<Trouble> {
    let broken = |text: &str| {
        let text = format!("the socket broke off ({text}); what was pressed meanwhile has to be pressed again");
        Trouble::new(TroubleKind::NotTaken, text)
    };
    match end {
        End::Unwanted => None,
        End::Dead(text) => Some(Trouble::new(TroubleKind::Dead, text)),
        End::Broken(text) => Some(broken(&text)),
        End::Refresh => Some(broken("it was to be closed")),
    }
}

fn asked(trouble: &Trouble) -> Duration {
    match trouble.kind {
        TroubleKind::Later(Some(span)) => span,
        _ => Duration::ZERO,
    }
}

/// Opens the next socket while the old one is still read, then closes the old one.
async fn replace(old: &mut Stream, api: &Api, app: &str, out: &Sender<Arrival>) -> Result<Stream, End> {
    let mut opening = Box::pin(open(api, app));
    let opened = loop {
        let listening = Box::pin(listen(old, out));
        match select(&mut opening, listening).await {
            Either::Left((opened, _)) => break opened,
            Either::Right((End::Refresh, _)) => {}
            Either::Right((End::Broken(_), _)) => break opening.await,
            Either::Right((end @ (End::Dead(_) | End::Unwanted), _)) => return Err(end),
        }
    };
    let (fresh, _) = opened.map_err(|trouble| match trouble.kind {
        TroubleKind::Dead => End::Dead(trouble.text),
        _ => End::Broken(trouble.text),
    })?;
    // It may be closed already; what it still brings within a moment is taken.
    let closed = timeout(LINGER, async {
        match old.close(None).await {
            Ok(()) => listen(old, out).await,
            Err(cause) => End::Broken(cause.to_string()),
        }
    });
    match closed.await {
        Ok(End::Unwanted) => Err(End::Unwanted),
        Ok(End::Refresh | End::Broken(_) | End::Dead(_)) | Err(_) => Ok(fresh),
    }
}

/// A new socket that has said hello, and what is to be told of others of the same app.
async fn open(api: &Api, app: &str) -> Result<(Stream, Option<Trouble>), Trouble> {
    let answer = api.call("apps.connections.open", Sent::Form(Vec::new()), Token::App, PATIENTLY).await?;
    let url = answer.get("url").and_then(Value::as_str).unwrap_or_default();
    if !is_safe(url, api.url()) {
        return Err(later("Slack named an address for the socket that is not wss"));
    }
    let config = WebSocketConfig::default().max_message_size(Some(MOST_BYTES)).max_frame_size(Some(MOST_BYTES));
    let connected = timeout(OPENING, connect_async_with_config(url, Some(config), true)).await;
    let (mut stream, _) = connected
        .map_err(|_| later("the socket did not open in time"))?
        // The address holds a ticket, so the cause is told without it.
        .map_err(|cause| later(&format!("the socket did not open: {}", said(&cause))))?;
    let hello = timeout(OPENING, hello(&mut stream)).await;
    let (connections, own) = hello.map_err(|_| later("the socket said no hello in time"))??;
    if let Some(other) = own.filter(|own| own != app) {
        let text =
            format!("the app token is of app {}, and the policy names {app}", crate::text::escape::escape(&other));
        return Err(Trouble::new(TroubleKind::Dead, text));
    }
    let others = (connections > 1).then(|| {
        let text = format!(
            "{connections} sockets of this app are open: a click may go to another process, and then nothing comes of \
             it. One that ended a moment ago counts too"
        );
        Trouble::new(TroubleKind::NotTaken, text)
    });
    Ok((stream, others))
}

async fn hello(stream: &mut Stream) -> Result<(u64, Option<String>), Trouble> {
    while let Some(message) = stream.next().await {
        match message {
            Ok(Message::Text(text)) => match frame(text.as_str()) {
                Ok(Frame::Hello { connections, app }) => return Ok((connections, app)),
                Ok(Frame::Disconnect { reason }) => return Err(disconnected(&reason)),
                Ok(Frame::Envelope { .. } | Frame::Other { .. }) | Err(_) => {
                    return Err(later("the socket did not begin with hello"));
                }
            },
            Ok(_) => {}
            Err(cause) => return Err(later(&format!("the socket broke off: {}", said(&cause)))),
        }
    }
    Err(later("the socket was closed before it said hello"))
}

fn later(text: &str) -> Trouble {
    Trouble::new(TroubleKind::Later(None), text)
}

fn disconnected(reason: &str) -> Trouble {
    match reason {
        "link_disabled" => {
            Trouble::new(TroubleKind::Dead, "Socket Mode is switched off for the app; switch it on in its settings")
        }
        "too_many_websockets" => later("ten sockets of this app are open, and Slack allows no more"),
        other => later(&format!("Slack closed the socket: {}", crate::text::escape::escape(other))),
    }
}

/// Listens until the socket ends. What comes is put into the queue before it is acknowledged, which takes no time.
async fn listen(stream: &mut Stream, out: &Sender<Arrival>) -> End {
    let mut heard = Instant::now();
    loop {
        let message = match timeout(ASK_AFTER, stream.next()).await {
            Err(_) if out.is_closed() => return End::Unwanted,
            Err(_) if heard.elapsed() > SILENCE => return End::Broken(format!("silent for {} s", SILENCE.as_secs())),
            Err(_) => match stream.send(Message::Ping(Vec::new().into())).await {
                Ok(()) => continue,
                Err(cause) => return End::Broken(said(&cause)),
            },
            Ok(None) => return End::Broken("it was closed".to_owned()),
            Ok(Some(Err(cause))) => return End::Broken(said(&cause)),
            Ok(Some(Ok(message))) => message,
        };
        heard = Instant::now();
        let Message::Text(text) = message else { continue };
        let (id, arrival) = match frame(text.as_str()) {
            Ok(Frame::Envelope { id, interaction }) => (Some(id), interaction.map(Arrival::Done)),
            Ok(Frame::Disconnect { reason }) => match disconnected(&reason) {
                Trouble { kind: TroubleKind::Dead, text } => return End::Dead(text),
                _ if reason == "too_many_websockets" => return End::Broken(reason),
                _ => return End::Refresh,
            },
            Ok(Frame::Hello { .. } | Frame::Other { .. }) => (None, None),
            Err(bad) => (bad.id, Some(Arrival::Unreadable(bad.why))),
        };
        if let Some(arrival) = arrival
            && out.try_send(arrival).is_err()
        {
            // Not acknowledged, so that Slack tells whoever pressed that nothing came of it.
            return if out.is_closed() { End::Unwanted } else { End::Broken("too much came at once".to_owned()) };
        }
        if let Some(id) = id
            && let Err(cause) = stream.send(Message::Text(json!({"envelope_id": id}).to_string().into())).await
        {
            return End::Broken(said(&cause));
        }
    }
}

/// What went wrong, without the address.
fn said(cause: &WsError) -> String {
    match cause {
        WsError::Http(answer) => format!("it was answered {}", answer.status().as_u16()),
        WsError::Url(_) => "its address is none".to_owned(),
        WsError::Io(cause) => cause.to_string(),
        other => other.to_string(),
    }
}

/// Whether a socket's address can be used: TLS, or this machine where the methods are on this machine too.
fn is_safe(url: &str, methods: &str) -> bool {
    let is_here = |rest: &str| {
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        ["127.0.0.1", "localhost", "[::1]"].contains(&name)
    };
    match (url.strip_prefix("wss://"), url.strip_prefix("ws://"), methods.strip_prefix("http://")) {
        (Some(_), _, _) => true,
        (None, Some(rest), Some(methods)) => is_here(rest) && is_here(methods),
        _ => false,
    }
}

/// Pauses that grow.
#[derive(Debug, Default)]
struct Pause(u32);

impl Pause {
    fn next(&mut self) -> Duration {
        let pause = FIRST.saturating_mul(1_u32.checked_shl(self.0).unwrap_or(u32::MAX)).min(LONGEST);
        self.0 = self.0.saturating_add(1);
        let random = random::salt().map_or(0, |salt| salt.first().copied().unwrap_or_default());
        // Up to half as much more, so that many do not come back at the same moment.
        pause + pause.mul_f64(f64::from(random) / 512.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_opened_over_tls_or_on_this_machine() {
        let slack = "https://slack.com/api";
        let here = "http://127.0.0.1:4000/api";
        for (url, methods, is_taken) in [
            ("wss://wss-primary.slack.com/link/?ticket=x", slack, true),
            ("ws://wss-primary.slack.com/link/?ticket=x", slack, false),
            ("ws://127.0.0.1:5000/link", slack, false),
            ("ws://127.0.0.1:5000/link", here, true),
            ("ws://localhost/?ticket=x", here, true),
            ("ws://[::1]:5000", here, true),
            ("ws://127.0.0.1.example.com/link", here, false),
            ("ws://127.0.0.1@example.com/link", here, false),
            ("ws://example.com/127.0.0.1", here, false),
            ("http://127.0.0.1/", here, false),
            ("", here, false),
        ] {
            assert_eq!(is_safe(url, methods), is_taken, "{url} {methods}");
        }
    }

    #[test]
    fn pauses_grow_up_to_a_limit() {
        let mut pause = Pause::default();
        let all: Vec<Duration> = (0..80).map(|_| pause.next()).collect();
        assert!(all[0] >= FIRST && all[0] < FIRST * 2 && all[3] >= FIRST * 8);
        assert!(all.iter().all(|one| *one <= LONGEST + LONGEST / 2) && all[79] >= LONGEST);
    }

    #[test]
    fn what_is_final_is_told_apart_from_what_passes() {
        assert_eq!(disconnected("link_disabled").kind, TroubleKind::Dead);
        assert_eq!(disconnected("too_many_websockets").kind, TroubleKind::Later(None));
        assert_eq!(disconnected("refresh_requested").kind, TroubleKind::Later(None));
    }
}
