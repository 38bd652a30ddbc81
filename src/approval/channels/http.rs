//! HTTP as the channels speak it: one try, with a time limit, no redirect followed, the answer's length bounded; what went
//! wrong is told in terms of what can be done about it.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};

use crate::error::{Error, ErrorKind};
use crate::host::clock;

use super::{Trouble, TroubleKind};

/// How long it may take to connect.
const CONNECT: Duration = Duration::from_secs(10);
/// How long one try may take, unless it is one that waits on purpose.
const WHOLE: Duration = Duration::from_secs(30);
/// The longest answer that is read.
const LONGEST: usize = 1024 * 1024;
/// The longest wait that another side can ask for.
const LATEST: Duration = Duration::from_secs(3600);

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// A client. Making one is the first time that TLS is set up, so only a collector does.
///
/// # Errors
/// When TLS cannot be set up.
pub fn client() -> Result<Client, Error> {
    // The first one counts; a second is the same.
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder()
        .redirect(Policy::none())
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        .user_agent(concat!("aigov/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|cause| Error::new(ErrorKind::Unavailable, format!("cannot set up HTTP: {}", said(&cause))))
}

/// Sends once and reads the answer, whatever its status.
///
/// # Errors
/// When nothing came back, or not all of it.
pub async fn send(request: RequestBuilder) -> Result<Answer, Trouble> {
    let response = request.send().await.map_err(|cause| trouble(&cause))?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = body(response).await?;
    Ok(Answer { status, headers, body })
}

/// The same, where every status but 2xx is trouble.
///
/// # Errors
/// The trouble: 429 and 5xx can be tried again, 410 is dead, others are not taken.
pub async fn succeed(request: RequestBuilder) -> Result<Answer, Trouble> {
    let answer = send(request).await?;
    match refusal(&answer) {
        Some(trouble) => Err(trouble),
        None => Ok(answer),
    }
}

/// What a status that is not 2xx means.
pub fn refusal(answer: &Answer) -> Option<Trouble> {
    let kind = match answer.status {
        200..=299 => return None,
        429 | 503 => TroubleKind::Later(retry_after(answer)),
        // The other side may have done it before it failed.
        500..=599 => TroubleKind::Unclear,
        408 | 425 => TroubleKind::Later(None),
        401 | 403 | 404 | 410 => TroubleKind::Dead,
        _ => TroubleKind::NotTaken,
    };
    Some(Trouble::new(kind, format!("it answered {}", answer.status)))
}

/// How long the other side wants to be left alone: seconds, or a date.
pub fn retry_after(answer: &Answer) -> Option<Duration> {
    let text = answer.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let span = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_microsecond();
            Duration::from_micros(u64::try_from(until.saturating_sub(clock::now().micros)).unwrap_or(0))
        }
    };
    Some(span.min(LATEST))
}

async fn body(mut response: Response) -> Result<Vec<u8>, Trouble> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(None) => return Ok(body),
            Ok(Some(chunk)) if body.len() + chunk.len() <= LONGEST => body.extend_from_slice(&chunk),
            Ok(Some(_)) => return Err(Trouble::new(TroubleKind::Unclear, "its answer is longer than 1 MiB")),
            // It has answered, so it may have done what was asked.
            Err(cause) => return Err(Trouble::new(TroubleKind::Unclear, said(&cause))),
        }
    }
}

fn trouble(cause: &reqwest::Error) -> Trouble {
    let kind = if cause.is_connect() || cause.is_builder() { TroubleKind::Later(None) } else { TroubleKind::Unclear };
    Trouble::new(kind, said(cause))
}

/// What reqwest says with its causes, without the address, which may hold a token.
fn said(cause: &reqwest::Error) -> String {
    let mut text = if cause.is_timeout() {
        "no answer in time".to_owned()
    } else if cause.is_connect() {
        "cannot connect".to_owned()
    } else if cause.is_body() || cause.is_decode() {
        "the answer broke off".to_owned()
    } else {
        "the request failed".to_owned()
    };
    let mut source = std::error::Error::source(cause);
    while let Some(inner) = source {
        // The innermost says what the system said; those before repeat it with more words around it.
        if inner.source().is_none() {
            text.push_str(&format!(": {inner}"));
        }
        source = inner.source();
    }
    text
}
