//! A signature under a decision: the question that a signer is put, the statement that they sign, and what the record
//! keeps of it.

use serde::{Deserialize, Serialize};

use super::ids::{Digest, LogId, RequestId};
use super::time::Instant;

/// The version of the statement's form.
pub const STATEMENT_VERSION: u16 = 1;

/// What a signer is asked, drawn anew each time and recorded before anybody sees it. A signature answers one question once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// [`STATEMENT_VERSION`].
    pub version: u16,
    /// The ledger that asks.
    pub log: LogId,
    /// The request.
    pub request: RequestId,
    /// The digest of everything that the request binds.
    pub binding: Digest,
    /// The digest of the page that is shown.
    pub shown: Digest,
    /// The digest of the preview, where there is one.
    pub preview: Option<Digest>,
    /// The policy layers that decided, each with its digest.
    pub policies: Vec<(String, Digest)>,
    /// 32 random hexadecimal digits, never drawn twice.
    pub nonce: String,
    /// When the request expires.
    pub expires: Option<Instant>,
    /// The ledger's head, `SIZE:LEAF`: whoever keeps the statement can tell later that the ledger was rewritten.
    pub head: String,
}

/// What is decided, as the statement says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// Yes.
    Approve,
    /// No.
    Reject,
    /// Yes, without those whom policy asks for.
    BreakGlass,
}

impl Word {
    /// The verb.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::BreakGlass => "break_glass",
        }
    }
}

/// What is signed: canonical JSON (RFC 8785) of the question and the answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The question.
    #[serde(flatten)]
    pub question: Question,
    /// Yes or no.
    pub decision: Word,
    /// The signer's principal, as in the file of allowed signers.
    pub approver: String,
    /// SHA-256 of the rationale's text, where one is given.
    pub rationale: Option<Digest>,
    /// When the signer decided, by their own clock.
    pub decided_at: Instant,
}

/// What the record of a decision keeps of its signature: enough to check it again without aigov.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureBody {
    /// The signer's principal.
    pub principal: String,
    /// The key's fingerprint, as `ssh-keygen -l` prints it: `SHA256:…`.
    pub fingerprint: String,
    /// The key's type: `sk-ssh-ed25519@openssh.com`.
    pub key_type: String,
    /// A security key's flags: 1 touched, 4 verified by PIN or finger. None for a key in software.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flags: Option<u8>,
    /// A security key's count of its signatures; 0 where it does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<u32>,
    /// SHA-256 of the statement's bytes.
    pub digest: Digest,
    /// The statement, byte for byte as it was signed.
    pub statement: String,
    /// The signature, as `ssh-keygen -Y sign` writes it.
    pub armour: String,
    /// Why it does not amount to A3, where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
}
