//! A question to a signer: drawn from the request as it stands, and in the ledger before anybody sees it.

use crate::chain::digest;
use crate::error::{Error, ErrorKind};
use crate::host::random;
use crate::model::attribution::Attribution;
use crate::model::ids::{Digest, LogId};
use crate::model::ledger::{Batch, Durability, Ledger};
use crate::model::record::{Draft, Event};
use crate::model::request::{RequestRow, RequestState};
use crate::model::signature::{Question, STATEMENT_VERSION, Statement, Word};
use crate::model::time::Instant;
use crate::signature::statement;

/// A question with the four digits that its page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// The question.
    pub question: Question,
    /// The digits.
    pub code: String,
}

/// The ledger as a statement names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its id.
    pub log: LogId,
    /// How many records it has, and the leaf of the last.
    pub head: (u64, Digest),
}

/// The digest of a page, as an approval keeps it.
pub fn shown(page: &str) -> Digest {
    digest("aigov-page-v1", page.as_bytes())
}

/// Draws a question about a request whose page is `page`, and records it.
///
/// # Errors
/// When the request does not wait for a decision, or the ledger cannot be written.
pub fn put(
    ledger: &mut dyn Ledger,
    place: Place,
    row: &RequestRow,
    page: &str,
    caller: &Attribution,
) -> Result<Put, Error> {
    if row.state != RequestState::Pending {
        let text = format!("request `{}` is {}, so there is nothing to sign", row.id, row.state);
        return Err(Error::new(ErrorKind::Refused, text));
    }
    let question = Question {
        version: STATEMENT_VERSION,
        log: place.log,
        request: row.id.clone(),
        binding: statement::binding(row),
        shown: shown(page),
        preview: row.preview.as_ref().map(|preview| preview.digest),
        policies: row.body.policy.clone(),
        nonce: random::nonce()?,
        expires: row.body.expires,
        head: format!("{}:{}", place.head.0, place.head.1),
    };
    let code = statement::code(&ledger.binding_key()?, &question).map_err(|cause| unwritable(&cause))?;
    let draft = Draft {
        event: Event::SignatureAsked(Box::new(question.clone())),
        request: Some(row.id.clone()),
        execution: None,
        parent: None,
        attribution: caller.clone(),
        commitments: Vec::new(),
    };
    let _recorded =
        ledger.transact(Durability::Power, &mut |_| Ok(Batch { records: vec![draft.clone()], ..Batch::default() }))?;
    Ok(Put { question, code })
}

/// The statement that answers a question, as the text that is signed.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn answer(
    question: &Question,
    decision: Word,
    approver: &str,
    rationale: Option<&str>,
    decided_at: Instant,
) -> Result<String, Error> {
    let said = Statement {
        question: question.clone(),
        decision,
        approver: approver.to_owned(),
        rationale: statement::rationale(rationale),
        decided_at,
    };
    statement::text(&said).map_err(|cause| unwritable(&cause))
}

fn unwritable(cause: &serde_json::Error) -> Error {
    Error::new(ErrorKind::Internal, format!("the statement cannot be written: {cause}"))
}
