//! Canonical bytes and hashes: what the ledger's chain, commitments and bindings are made of.
//!
//! The rules, so that somebody with another program can check a ledger:
//!
//! * **Canonical bytes** are the value as JSON by RFC 8785 (members sorted by UTF-16 code units, no white space, shortest
//!   escapes), in UTF-8. Numbers are whole and at most 2^53, so that no reader rounds them.
//! * **Leaf** of a record: SHA-256 over the ASCII text `aigov-record-v1` and a line feed, followed by the canonical bytes
//!   of the record without its leaf. The record holds the leaf of the one before it (`prev`), the first one 32 zero bytes.
//! * **Commitment** to a payload: SHA-256 over `aigov-commit-v1` and a line feed, 16 bytes of random salt, the payload.
//! * **Digest** of something with a label: SHA-256 over `aigov-digest-v1` and a line feed, the label's length in bytes as
//!   an unsigned 64-bit big-endian number, the label in UTF-8, the bytes. A JSON value is digested by its canonical bytes.
//!
//! The first line separates the three uses, so that no hash of one can stand for another. Hashes are written as 64
//! lower-case hexadecimal digits.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::model::ids::Digest;
use crate::model::record::Record;

/// The largest number that every JSON reader keeps exactly (RFC 8785, section 3.2.2.3).
pub const LARGEST_NUMBER: u64 = 1 << 53;

const RECORD: &[u8] = b"aigov-record-v1\n";
const COMMIT: &[u8] = b"aigov-commit-v1\n";
const LABELLED: &[u8] = b"aigov-digest-v1\n";

/// The canonical JSON bytes (RFC 8785) of a value.
///
/// # Errors
/// When the value cannot be written as JSON.
pub fn canonical_json(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    serde_json_canonicalizer::to_vec(value)
}

/// The canonical bytes of a record, without its leaf: what the ledger stores and what is hashed.
///
/// # Errors
/// When a field cannot be written as JSON.
pub fn canonical(record: &Record) -> Result<Vec<u8>, serde_json::Error> {
    canonical_json(record)
}

/// The leaf of a record with these canonical bytes.
pub fn leaf(canonical: &[u8]) -> Digest {
    hash([RECORD, canonical])
}

/// The salted commitment to a payload.
pub fn commit(salt: &[u8; 16], bytes: &[u8]) -> Digest {
    hash([COMMIT, salt, bytes])
}

/// The digest of bytes that stand for what `label` says.
pub fn digest(label: &str, bytes: &[u8]) -> Digest {
    let length = u64::try_from(label.len()).unwrap_or(u64::MAX).to_be_bytes();
    hash([LABELLED, &length, label.as_bytes(), bytes])
}

/// The digest of a value's canonical bytes.
///
/// # Errors
/// When the value cannot be written as JSON.
pub fn digest_json(label: &str, value: &impl Serialize) -> Result<Digest, serde_json::Error> {
    Ok(digest(label, &canonical_json(value)?))
}

fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Digest {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    Digest(hasher.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_bytes_do_not_depend_on_the_order_of_members() {
        let one: serde_json::Value = serde_json::from_str(r#"{"b": 1, "a": {"z": null, "é": "\u0007"}}"#).unwrap();
        let two: serde_json::Value = serde_json::from_str(r#"{"a":{"é":"\u0007","z":null},"b":1.0}"#).unwrap();
        let bytes = canonical_json(&one).unwrap();
        assert_eq!(bytes, canonical_json(&two).unwrap());
        assert_eq!(String::from_utf8(bytes).unwrap(), r#"{"a":{"z":null,"é":"\u0007"},"b":1}"#);
    }

    #[test]
    fn a_leaf_is_the_hash_of_the_line_and_the_bytes() {
        let expected: [u8; 32] = Sha256::digest(b"aigov-record-v1\n{}").into();
        assert_eq!(leaf(b"{}"), Digest(expected));
    }

    #[test]
    fn the_three_uses_never_give_the_same_hash() {
        let all = [leaf(b""), commit(&[0; 16], b""), digest("", b""), digest("", &[0; 16])];
        for (at, one) in all.iter().enumerate() {
            assert!(!all[at + 1..].contains(one));
        }
    }

    #[test]
    fn a_label_cannot_run_over_into_the_bytes() {
        assert_ne!(digest("ab", b"c"), digest("a", b"bc"));
        assert_ne!(digest("argv", b"x"), digest("cwd", b"x"));
        assert_eq!(digest_json("argv", &["a"]).unwrap(), digest("argv", br#"["a"]"#));
    }

    #[test]
    fn a_commitment_depends_on_salt_and_bytes() {
        assert_ne!(commit(&[1; 16], b"secret"), commit(&[2; 16], b"secret"));
        assert_ne!(commit(&[1; 16], b"secret"), commit(&[1; 16], b"secreT"));
    }
}
