//! Keys: real ones, made by ssh-keygen, and security keys whose device is this file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use sha2::{Digest, Sha256, Sha512};

pub const NAMESPACE: &str = "aigov-approval-v1";

/// A private key without a passphrase; its public half lies beside it.
pub fn make(path: &Path, kind: &[&str]) -> PathBuf {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-N", "", "-C", "test", "-t"])
        .args(kind)
        .arg("-f")
        .arg(path)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    path.to_path_buf()
}

/// The first two words of a public key.
pub fn public(key: &Path) -> String {
    let text = fs::read_to_string(format!("{}.pub", key.display())).unwrap();
    text.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// What `ssh-keygen -Y sign` makes of a text.
pub fn sign(key: &Path, namespace: &str, more: &[&str], text: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("text");
    fs::write(&file, text).unwrap();
    let signed = Command::new("ssh-keygen")
        .args(["-q", "-Y", "sign", "-n", namespace, "-f"])
        .arg(key)
        .args(more)
        .arg(&file)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
    fs::read_to_string(file.with_extension("sig")).unwrap()
}

/// Whether `ssh-keygen -Y verify` takes a signature.
pub fn is_verified(allowed: &str, principal: &str, text: &str, armour: &str) -> bool {
    let dir = tempfile::tempdir().unwrap();
    let (signers, signature, file) = (dir.path().join("allowed"), dir.path().join("sig"), dir.path().join("text"));
    fs::write(&signers, allowed).unwrap();
    fs::write(&signature, armour).unwrap();
    fs::write(&file, text).unwrap();
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-Y", "verify", "-n", NAMESPACE, "-I", principal, "-f"]).arg(&signers).arg("-s");
    command.arg(&signature).stdin(fs::File::open(&file).unwrap());
    command.output().unwrap().status.success()
}

fn string(part: &[u8]) -> Vec<u8> {
    [&u32::try_from(part.len()).unwrap().to_be_bytes(), part].concat()
}

/// A security key.
pub enum Device {
    Ed25519(Box<Ed25519KeyPair>, &'static str),
    P256(Box<EcdsaKeyPair>, &'static str),
}

impl Device {
    pub fn ed25519(seed: u8) -> Self {
        Self::Ed25519(Box::new(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()), "ssh:")
    }

    pub fn p256() -> Self {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random).unwrap();
        Self::P256(Box::new(pair), "ssh:")
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Ed25519(..) => "sk-ssh-ed25519@openssh.com",
            Self::P256(..) => "sk-ecdsa-sha2-nistp256@openssh.com",
        }
    }

    fn application(&self) -> &'static str {
        match self {
            Self::Ed25519(_, application) | Self::P256(_, application) => application,
        }
    }

    pub fn blob(&self) -> Vec<u8> {
        let parts = match self {
            Self::Ed25519(pair, _) => string(pair.public_key().as_ref()),
            Self::P256(pair, _) => [string(b"nistp256"), string(pair.public_key().as_ref())].concat(),
        };
        [string(self.kind().as_bytes()), parts, string(self.application().as_bytes())].concat()
    }

    /// The first two words of its public key.
    pub fn public(&self) -> String {
        format!("{} {}", self.kind(), STANDARD.encode(self.blob()))
    }

    /// A signature with the flags and the counter that the device says.
    pub fn sign(&self, namespace: &str, text: &str, flags: u8, counter: u32) -> String {
        let hash = Sha512::digest(text.as_bytes());
        let signed = [&b"SSHSIG"[..], &string(namespace.as_bytes()), &string(b""), &string(b"sha512"), &string(&hash)];
        let said = [&[flags][..], &counter.to_be_bytes()].concat();
        let application = Sha256::digest(self.application().as_bytes());
        let whole = [&application[..], &said, &Sha256::digest(signed.concat())[..]].concat();
        let raw = match self {
            Self::Ed25519(pair, _) => pair.sign(&whole).as_ref().to_vec(),
            Self::P256(pair, _) => {
                let fixed = pair.sign(&SystemRandom::new(), &whole).unwrap();
                let (r, s) = fixed.as_ref().split_at(32);
                [number(r), number(s)].concat()
            }
        };
        let signature = [string(self.kind().as_bytes()), string(&raw), said].concat();
        let blob = [
            &b"SSHSIG"[..],
            &1_u32.to_be_bytes(),
            &string(&self.blob()),
            &string(namespace.as_bytes()),
            &string(b""),
            &string(b"sha512"),
            &string(&signature),
        ]
        .concat();
        armoured(&blob)
    }
}

fn number(digits: &[u8]) -> Vec<u8> {
    let zeros = digits.iter().take_while(|byte| **byte == 0).count();
    let rest = &digits[zeros..];
    let sign = if rest.first().is_some_and(|first| first & 0x80 != 0) { &[0][..] } else { &[] };
    string(&[sign, rest].concat())
}

pub fn armoured(blob: &[u8]) -> String {
    let packed = STANDARD.encode(blob);
    let lines: Vec<&str> = packed.as_bytes().chunks(70).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n", lines.join("\n"))
}

/// The bytes within the armour.
pub fn unarmoured(armour: &str) -> Vec<u8> {
    let packed: String = armour.lines().filter(|line| !line.starts_with('-')).collect();
    STANDARD.decode(packed).unwrap()
}
