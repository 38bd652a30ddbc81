//! The questions that signers were put, each answered once, and how far each security key has counted.
//!
//! A signature whose question was not put, was put for another request, or is answered already is refused by the
//! projection itself, and so is a counter that does not go on.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Fault;
use super::projections::{request_of, state_of};
use super::records;
use crate::chain::digest_json;
use crate::model::decision::Assurance;
use crate::model::ids::{Digest, RequestId};
use crate::model::ledger::Asked;
use crate::model::record::{Event, Record};
use crate::model::request::ApprovalBody;
use crate::model::signature::{Question, Word};
use crate::signature::{record as kept, statement};

const TABLES: &str = "
CREATE TABLE questions(
  nonce TEXT NOT NULL PRIMARY KEY,
  request TEXT NOT NULL REFERENCES requests(id),
  asked INTEGER NOT NULL REFERENCES records(seq),
  answered INTEGER REFERENCES records(seq)
) STRICT;
CREATE TABLE signing_keys(
  fingerprint TEXT NOT NULL PRIMARY KEY,
  counter INTEGER NOT NULL,
  seq INTEGER NOT NULL REFERENCES records(seq)
) STRICT;
";

/// Makes the tables, empty.
pub(super) fn begin(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(TABLES)
}

/// A question was put.
pub(super) fn ask(conn: &Connection, record: &Record, question: &Question) -> Result<(), Fault> {
    let id = request_of(record)?;
    if *id != question.request || record.log != question.log || state_of(conn, id)?.is_none() {
        return Err(Fault::Refused(format!("a question about request `{}` is not one of `{id}`", question.request)));
    }
    let mut statement = conn.prepare_cached("INSERT INTO questions(nonce, request, asked) VALUES(?1, ?2, ?3)")?;
    statement.execute(params![question.nonce, id.as_str(), record.seq])?;
    Ok(())
}

/// A decision was recorded; where it is signed, its question is answered and its key has counted.
pub(super) fn answer(conn: &Connection, record: &Record, approval: &ApprovalBody) -> Result<(), Fault> {
    let Some(signature) = &approval.signature else { return Ok(()) };
    let refused = |why: String| Err(Fault::Refused(format!("a signature does not count: {why}")));
    let said = match statement::read(&signature.statement) {
        Ok(said) => said,
        Err(fault) => return refused(fault.to_string()),
    };
    let mut update = conn
        .prepare_cached("UPDATE questions SET answered = ?3 WHERE nonce = ?1 AND request = ?2 AND answered IS NULL")?;
    if update.execute(params![said.question.nonce, request_of(record)?.as_str(), record.seq])? != 1 {
        return refused("its question was not put, or is answered already".to_owned());
    }
    let Some(counted) = signature.counter else { return Ok(()) };
    if !statement::may_follow(counter(conn, &signature.fingerprint)?, counted) {
        return refused("the security key's counter does not go on".to_owned());
    }
    let mut insert =
        conn.prepare_cached("INSERT OR REPLACE INTO signing_keys(fingerprint, counter, seq) VALUES(?1, ?2, ?3)")?;
    insert.execute(params![signature.fingerprint, counted, record.seq])?;
    Ok(())
}

/// The question with this nonce.
pub(super) fn question(conn: &Connection, nonce: &str) -> Result<Option<Asked>, Fault> {
    let mut statement = conn.prepare_cached("SELECT asked, answered IS NOT NULL FROM questions WHERE nonce = ?1")?;
    let found: Option<(u64, bool)> = statement.query_row([nonce], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((seq, is_answered)) = found else { return Ok(None) };
    let record = records::at(conn, seq)?;
    match record.event {
        Event::SignatureAsked(question) => Ok(Some(Asked { question: *question, at: record.time, is_answered })),
        other => Err(Fault::Damaged(format!("a question points at a record of type `{}`", other.name()))),
    }
}

/// How far a security key has counted.
pub(super) fn counter(conn: &Connection, fingerprint: &str) -> Result<Option<u32>, Fault> {
    let mut statement = conn.prepare_cached("SELECT counter FROM signing_keys WHERE fingerprint = ?1")?;
    Ok(statement.query_row([fingerprint], |row| row.get(0)).optional()?)
}

/// Every signature of a ledger, checked again from its records alone.
#[derive(Default)]
pub(super) struct Recheck {
    /// What the requests bind that wait for a human.
    bound: BTreeMap<RequestId, Digest>,
    /// The questions that are open.
    asked: BTreeMap<String, Question>,
}

impl Recheck {
    /// Follows one record.
    pub(super) fn record(&mut self, record: &Record) -> Result<(), Fault> {
        match (&record.event, &record.request) {
            (Event::RequestPending(body) | Event::RequestPreparing(body), Some(id)) => {
                let digest = digest_json("aigov-binding-v1", &body.binding).unwrap_or(Digest::ZERO);
                self.bound.insert(id.clone(), digest);
                Ok(())
            }
            (Event::SignatureAsked(question), Some(id)) => {
                if self.bound.get(id) != Some(&question.binding) {
                    let text = "a signer was asked about something that the request does not bind";
                    return Err(Fault::Damaged(text.to_owned()));
                }
                self.asked.insert(question.nonce.clone(), (**question).clone());
                Ok(())
            }
            (Event::RequestApproved(approval), _) => {
                let word = if approval.break_glass { Word::BreakGlass } else { Word::Approve };
                self.signed(record, approval, word)
            }
            (Event::RequestRejected(approval), _) => self.signed(record, approval, Word::Reject),
            _ => Ok(()),
        }
    }

    fn signed(&mut self, record: &Record, approval: &ApprovalBody, word: Word) -> Result<(), Fault> {
        let Some(signature) = &approval.signature else {
            let is_claimed = approval.assurance == Assurance::A3;
            let text = "it claims assurance A3 without a signature".to_owned();
            return if is_claimed { Err(Fault::Damaged(text)) } else { Ok(()) };
        };
        let wrong = |why: String| Fault::Damaged(format!("its signature does not hold: {why}"));
        let said = kept::check(signature, approval, word, &record.log).map_err(wrong)?;
        let Some(asked) = self.asked.remove(&said.question.nonce) else {
            return Err(wrong("nobody was asked this".to_owned()));
        };
        kept::answers(&said, &asked).map_err(wrong)
    }
}
