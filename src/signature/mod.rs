//! Signatures over decisions: what is signed, whether a signature is right, and who may sign. Pure: bytes come in,
//! verdicts come out.
//!
//! Signatures have OpenSSH's form (PROTOCOL.sshsig), so that people sign with the keys and tools that they have, and an
//! auditor checks with `ssh-keygen -Y verify`. That tool does not look at what a security key says of itself; this module
//! does: a signature without a touch is none.
//!
//! Keys that are understood: Ed25519, ECDSA on P-256 and P-384, RSA of 2048 to 8192 bits with SHA-2, and the two kinds of
//! security keys (Ed25519, P-256). P-521, DSA, WebAuthn's own form and certificates are refused.

pub mod record;
pub mod signers;
pub mod sshsig;
pub mod statement;
mod wire;

use sha2::{Digest as _, Sha256};

use crate::model::ids::Digest;

/// The namespace that a signature must be bound to: one made for a commit or a file is none for a decision.
pub const NAMESPACE: &str = "aigov-approval-v1";

/// Plain SHA-256, as `sha256sum` prints it.
pub fn sha256(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}
