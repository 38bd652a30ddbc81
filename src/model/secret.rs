//! Text that has been through redaction, and commitments to bytes that have not.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ids::Digest;

/// Text with known secrets replaced. Only `redact.rs` makes one from raw text; the chain holds nothing else of
/// what an agent or a tool supplied.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Redacted(String);

impl Redacted {
    /// Wraps text that is already free of secrets: the redactor's result, or words of aigov's own.
    pub fn assume_clean(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The redacted text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A salted commitment to a payload: SHA-256 over salt and bytes. The salt lies in the sealed table beside the
/// bytes, so that a short secret cannot be guessed from the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// Which payload: `argv`, `env`, `stdin`.
    pub field: String,
    /// The salted digest.
    pub digest: Digest,
}
