//! The statement that is signed: made from a request as it stands, read back strictly, and held against the question that
//! was put and the request as it is now.

use ring::hmac;
use serde::Serialize;
use thiserror::Error;

use crate::chain::{canonical_json, digest_json};
use crate::model::ids::Digest;
use crate::model::request::RequestRow;
use crate::model::signature::{Question, STATEMENT_VERSION, Statement};
use crate::model::time::Instant;

use super::sha256;

/// How far the clock of another machine may be off.
const SKEW: std::time::Duration = std::time::Duration::from_secs(300);

/// Why a statement does not answer a question, or not any more.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StatementFault {
    /// It is not one.
    #[error("it is not a statement of version {STATEMENT_VERSION} in canonical JSON")]
    Form,
    /// One of its fields is not what was asked.
    #[error("its `{0}` is not what was asked")]
    Differs(&'static str),
    /// One of its fields is not what the request is by now.
    #[error("it is out of date: the request's `{0}` is another by now")]
    Stale(&'static str),
    /// Its time cannot be.
    #[error("it says that it was decided at {0}, which cannot be")]
    Time(Instant),
    /// The rationale is another.
    #[error("its rationale is not the one that was signed")]
    Rationale,
}

/// The digest of everything that a request binds.
///
/// A value of our own that cannot be written as JSON would be a fault; zero is what nobody can have signed.
pub fn binding(row: &RequestRow) -> Digest {
    digest_json("aigov-binding-v1", &row.body.binding).unwrap_or(Digest::ZERO)
}

/// The bytes that are signed.
///
/// # Errors
/// When a field cannot be written as JSON.
pub fn bytes(statement: &Statement) -> Result<Vec<u8>, serde_json::Error> {
    canonical_json(statement)
}

/// The digest of a rationale as the statement holds it: plain SHA-256, so that any tool can make it.
pub fn rationale(text: Option<&str>) -> Option<Digest> {
    text.map(|text| sha256(text.as_bytes()))
}

/// Reads a statement. What is read is all that was signed: a text with more in it, or in another order, is refused.
///
/// # Errors
/// When it is no statement in canonical form.
pub fn read(text: &str) -> Result<Statement, StatementFault> {
    let statement: Statement = serde_json::from_str(text).map_err(|_| StatementFault::Form)?;
    let is_canonical = bytes(&statement).is_ok_and(|bytes| bytes == text.as_bytes());
    let is_known = statement.question.version == STATEMENT_VERSION;
    if is_canonical && is_known { Ok(statement) } else { Err(StatementFault::Form) }
}

/// The four digits by which a human tells that two surfaces show the same question.
///
/// # Errors
/// When the question cannot be written as JSON.
pub fn code(key: &[u8; 32], question: &Question) -> Result<String, serde_json::Error> {
    let mut text = b"aigov-code-v1\n".to_vec();
    text.extend_from_slice(&canonical_json(question)?);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &text);
    let first: [u8; 8] = tag.as_ref().first_chunk().copied().unwrap_or_default();
    // 2^64 is no multiple of 10000, and the difference is below one in 10^15.
    Ok(format!("{:04}", u64::from_be_bytes(first) % 10_000))
}

/// Whether a statement answers this question, field by field.
///
/// # Errors
/// The first field that differs.
pub fn answers(statement: &Statement, asked: &Question) -> Result<(), StatementFault> {
    let said = &statement.question;
    let fields = [
        ("log", said.log == asked.log),
        ("request", said.request == asked.request),
        ("binding", said.binding == asked.binding),
        ("preview", said.preview == asked.preview),
        ("shown", said.shown == asked.shown),
        ("policies", said.policies == asked.policies),
        ("expires", said.expires == asked.expires),
        ("head", said.head == asked.head),
        ("nonce", said.nonce == asked.nonce),
        ("version", said.version == asked.version),
    ];
    fields.iter().find(|(_, is_same)| !is_same).map_or(Ok(()), |(name, _)| Err(StatementFault::Differs(name)))
}

/// Whether a request is still what was asked about, and the time of the decision one that can be.
///
/// # Errors
/// The first field that is another now.
pub fn holds(statement: &Statement, row: &RequestRow, asked_at: Instant, now: Instant) -> Result<(), StatementFault> {
    let said = &statement.question;
    let fields = [
        ("request", said.request == row.id),
        ("binding", said.binding == binding(row)),
        ("preview", said.preview == row.preview.as_ref().map(|preview| preview.digest)),
        ("policies", said.policies == row.body.policy),
        ("expires", said.expires == row.body.expires),
    ];
    if let Some((name, _)) = fields.iter().find(|(_, is_same)| !is_same) {
        return Err(StatementFault::Stale(name));
    }
    let at = statement.decided_at;
    let is_late = said.expires.is_some_and(|expires| at >= expires.plus(SKEW));
    if at < asked_at.minus(SKEW) || at > now.plus(SKEW) || is_late {
        return Err(StatementFault::Time(at));
    }
    Ok(())
}

/// Whether a security key's counter goes on as it must: it rises, or the key never counts.
pub fn may_follow(last: Option<u32>, counter: u32) -> bool {
    match last {
        None => true,
        Some(0) if counter == 0 => true,
        Some(last) => counter > last,
    }
}

/// A value as canonical JSON text.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn text(value: &impl Serialize) -> Result<String, serde_json::Error> {
    canonical_json(value).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}
