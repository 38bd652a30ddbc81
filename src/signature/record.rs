//! A signature as a record keeps it, checked again long after the decision.

use crate::model::decision::Assurance;
use crate::model::ids::LogId;
use crate::model::request::ApprovalBody;
use crate::model::signature::{Question, SignatureBody, Statement, Word};

use super::sshsig::{SecurityKey, TOUCHED, verify};
use super::{NAMESPACE, sha256, statement};

/// Checks a decision's signature against its own statement, and the statement against the decision. That the key was the
/// principal's stands in the file of allowed signers, which no record holds.
///
/// # Errors
/// What does not agree, in words.
pub fn check(
    signature: &SignatureBody,
    approval: &ApprovalBody,
    decision: Word,
    log: &LogId,
) -> Result<Statement, String> {
    let text = signature.statement.as_bytes();
    let verified = verify(&signature.armour, NAMESPACE, text).map_err(|fault| fault.to_string())?;
    let said = statement::read(&signature.statement).map_err(|fault| fault.to_string())?;
    let noted = signature.flags.zip(signature.counter).map(|(flags, counter)| SecurityKey { flags, counter });
    let is_touched = verified.security_key.is_none_or(|key| key.flags & TOUCHED != 0);
    let is_worth_it = match approval.assurance {
        Assurance::A3 => signature.doubt.is_none(),
        Assurance::A0 => signature.doubt.is_some(),
        Assurance::A1 | Assurance::A2 => false,
    };
    let facts = [
        ("assurance", is_touched && is_worth_it),
        ("digest", signature.digest == sha256(text)),
        ("fingerprint", signature.fingerprint == verified.fingerprint()),
        ("key_type", signature.key_type == verified.key_type),
        ("flags", noted == verified.security_key && signature.flags.is_some() == signature.counter.is_some()),
        ("principal", signature.principal == said.approver),
        ("log", said.question.log == *log),
        ("decision", said.decision == decision),
        ("rationale", said.rationale == statement::rationale(approval.rationale.as_ref().map(|r| r.as_str()))),
        ("shown", approval.shown == Some(said.question.shown)),
        ("preview", approval.preview == said.question.preview),
    ];
    match facts.iter().find(|(_, is_right)| !is_right) {
        Some((name, _)) => Err(format!("the record's `{name}` is not what was signed")),
        None => Ok(said),
    }
}

/// Whether what was signed is what was asked.
///
/// # Errors
/// The field that differs.
pub fn answers(said: &Statement, asked: &Question) -> Result<(), String> {
    statement::answers(said, asked).map_err(|fault| fault.to_string())
}
