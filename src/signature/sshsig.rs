//! OpenSSH's signatures of files (PROTOCOL.sshsig) and what security keys add to them (PROTOCOL.u2f).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA512,
    RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};
use sha2::{Digest as _, Sha256, Sha512};
use thiserror::Error;

use super::sha256;
use super::wire::{Wire, padded};

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";
const MAGIC: &[u8] = b"SSHSIG";
/// The longest armour that is read; RSA of 8192 bits has about 3000 characters.
const LONGEST: usize = 16 * 1024;
/// A touch was seen.
pub const TOUCHED: u8 = 0x01;
/// The one who touched it was verified, by PIN or finger.
pub const VERIFIED: u8 = 0x04;

const SK_ED25519: &str = "sk-ssh-ed25519@openssh.com";
const SK_P256: &str = "sk-ecdsa-sha2-nistp256@openssh.com";

/// The kinds of keys that are checked.
const KINDS: [&str; 6] = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ssh-rsa", SK_ED25519, SK_P256];

/// Why something is not a signature that counts.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SignatureFault {
    /// It has another form.
    #[error("it is not an SSH signature: {0}")]
    Form(&'static str),
    /// It was made for something else.
    #[error("it was made in the namespace `{found}`, not in `{wanted}`")]
    Namespace {
        /// The namespace that it is bound to.
        found: String,
        /// The one that counts.
        wanted: &'static str,
    },
    /// A kind of key or of digest that is not checked here.
    #[error("`{0}` is a kind of key or digest that aigov does not check")]
    Kind(String),
    /// It does not fit the text, or the key.
    #[error("it does not fit what is said to be signed")]
    Wrong,
}

/// What is known of a key and a signature once that is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The public key, as in the second word of an OpenSSH public key.
    pub key: Vec<u8>,
    /// Its type.
    pub key_type: String,
    /// What a security key says of itself; none for a key in software.
    pub security_key: Option<SecurityKey>,
}

/// What a security key says of one signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecurityKey {
    /// [`TOUCHED`], [`VERIFIED`].
    pub flags: u8,
    /// How many signatures it has made; 0 where it does not count.
    pub counter: u32,
}

impl Verified {
    /// The fingerprint, as `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.key)
    }
}

/// The fingerprint of a public key.
pub fn fingerprint(key: &[u8]) -> String {
    format!("SHA256:{}", STANDARD_NO_PAD.encode(sha256(key).0))
}

/// The type that a public key names.
pub fn key_type(key: &[u8]) -> Option<&str> {
    Wire(key).text()
}

/// Whether a key of this type lies in a device of its own that says whether it was touched.
pub fn is_security_key(key_type: &str) -> bool {
    [SK_ED25519, SK_P256].contains(&key_type)
}

/// Checks a signature over `message`.
///
/// # Errors
/// When it has another form, was made in another namespace, is of a kind that is not checked, or is wrong.
pub fn verify(armour: &str, namespace: &'static str, message: &[u8]) -> Result<Verified, SignatureFault> {
    let blob = unarmoured(armour)?;
    let parts = Parts::read(&blob).ok_or(SignatureFault::Form("its fields are not those of version 1"))?;
    if parts.namespace != namespace {
        return Err(SignatureFault::Namespace { found: parts.namespace.to_owned(), wanted: namespace });
    }
    let hash = match parts.hash {
        "sha256" => Sha256::digest(message).to_vec(),
        "sha512" => Sha512::digest(message).to_vec(),
        other => return Err(SignatureFault::Kind(other.to_owned())),
    };
    let mut signed = MAGIC.to_vec();
    for part in [parts.namespace.as_bytes(), b"", parts.hash.as_bytes(), &hash] {
        put(&mut signed, part);
    }
    let mut key = Wire(parts.key);
    let key_type = key.text().ok_or(SignatureFault::Form("its key has no type"))?;
    let security_key = by_key(key_type, key, parts.signature, &signed)?;
    Ok(Verified { key: parts.key.to_vec(), key_type: key_type.to_owned(), security_key })
}

fn unarmoured(armour: &str) -> Result<Vec<u8>, SignatureFault> {
    let form = SignatureFault::Form;
    if armour.len() > LONGEST {
        return Err(form("it is too long"));
    }
    let inner = armour.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
    let inner = inner.ok_or(form("it has no `BEGIN SSH SIGNATURE` and `END SSH SIGNATURE`"))?;
    let packed: String = inner.split_ascii_whitespace().collect();
    STANDARD.decode(packed).map_err(|_| form("it is not base64"))
}

struct Parts<'a> {
    key: &'a [u8],
    namespace: &'a str,
    hash: &'a str,
    signature: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(blob: &'a [u8]) -> Option<Self> {
        let mut wire = Wire(blob);
        if wire.take(MAGIC.len())? != MAGIC || wire.number()? != 1 {
            return None;
        }
        let (key, namespace) = (wire.string()?, wire.text()?);
        // What a later version puts there could mean something.
        let is_plain = wire.string()?.is_empty();
        let (hash, signature) = (wire.text()?, wire.string()?);
        wire.end()?;
        is_plain.then_some(Self { key, namespace, hash, signature })
    }
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend_from_slice(part);
}

fn by_key(
    key_type: &str,
    key: Wire<'_>,
    signature: &[u8],
    signed: &[u8],
) -> Result<Option<SecurityKey>, SignatureFault> {
    let mut wire = Wire(signature);
    let format = wire.text().ok_or(SignatureFault::Form("its signature names no form"))?;
    let formats = match key_type {
        "ssh-rsa" => ["rsa-sha2-256", "rsa-sha2-512"],
        other => [other, other],
    };
    if KINDS.contains(&key_type) && !formats.contains(&format) {
        return Err(SignatureFault::Kind(format.to_owned()));
    }
    let plain = |right: Option<()>| right.map(|()| None).ok_or(SignatureFault::Wrong);
    match key_type {
        "ssh-ed25519" => plain(ed25519(key, wire, signed)),
        "ecdsa-sha2-nistp256" => plain(ecdsa(key, wire, signed, &P256)),
        "ecdsa-sha2-nistp384" => plain(ecdsa(key, wire, signed, &P384)),
        "ssh-rsa" => plain(rsa(key, wire, signed, format)),
        SK_ED25519 | SK_P256 => security(key_type, key, wire, signed).map(Some).ok_or(SignatureFault::Wrong),
        other => Err(SignatureFault::Kind(other.to_owned())),
    }
}

fn ed25519(mut key: Wire<'_>, mut signature: Wire<'_>, signed: &[u8]) -> Option<()> {
    let (point, bytes) = (key.string()?, signature.string()?);
    key.end()?;
    signature.end()?;
    UnparsedPublicKey::new(&ED25519, point).verify(signed, bytes).ok()
}

struct Curve {
    name: &'static str,
    width: usize,
    algorithm: &'static dyn VerificationAlgorithm,
}

const P256: Curve = Curve { name: "nistp256", width: 32, algorithm: &ECDSA_P256_SHA256_FIXED };
const P384: Curve = Curve { name: "nistp384", width: 48, algorithm: &ECDSA_P384_SHA384_FIXED };

fn ecdsa(mut key: Wire<'_>, mut signature: Wire<'_>, signed: &[u8], curve: &Curve) -> Option<()> {
    let (name, point) = (key.text()?, key.string()?);
    let numbers = signature.string()?;
    key.end()?;
    signature.end()?;
    (name == curve.name).then_some(())?;
    on_curve(point, numbers, signed, curve)
}

/// The two numbers of the signature (RFC 5656, section 3.1.2), each in a field as wide as the curve.
fn on_curve(point: &[u8], numbers: &[u8], signed: &[u8], curve: &Curve) -> Option<()> {
    let mut wire = Wire(numbers);
    let (r, s) = (wire.positive()?, wire.positive()?);
    wire.end()?;
    let fixed = [padded(r, curve.width)?, padded(s, curve.width)?].concat();
    UnparsedPublicKey::new(curve.algorithm, point).verify(signed, &fixed).ok()
}

fn rsa(mut key: Wire<'_>, mut signature: Wire<'_>, signed: &[u8], format: &str) -> Option<()> {
    let (e, n) = (key.positive()?, key.positive()?);
    let bytes = signature.string()?;
    key.end()?;
    signature.end()?;
    let algorithm = match format {
        "rsa-sha2-256" => &RSA_PKCS1_2048_8192_SHA256,
        "rsa-sha2-512" => &RSA_PKCS1_2048_8192_SHA512,
        _ => return None,
    };
    RsaPublicKeyComponents { n, e }.verify(algorithm, signed, &padded(bytes, n.len())?).ok()
}

/// A security key signs the digests of its application and of the text, with its flags and its counter between them.
fn security(key_type: &str, mut key: Wire<'_>, mut signature: Wire<'_>, signed: &[u8]) -> Option<SecurityKey> {
    let curve = if key_type == SK_P256 { Some(key.text()?) } else { None };
    let (point, application) = (key.string()?, key.text()?);
    let (bytes, flags, counter) = (signature.string()?, signature.byte()?, signature.number()?);
    key.end()?;
    signature.end()?;
    // An application of another form is a website's key, which signs what that site puts to it.
    application.starts_with("ssh:").then_some(())?;
    let mut whole = sha256(application.as_bytes()).0.to_vec();
    whole.push(flags);
    whole.extend_from_slice(&counter.to_be_bytes());
    whole.extend_from_slice(&sha256(signed).0);
    match curve {
        None => UnparsedPublicKey::new(&ED25519, point).verify(&whole, bytes).ok()?,
        Some(name) => {
            (name == P256.name).then_some(())?;
            on_curve(point, bytes, &whole, &P256)?;
        }
    }
    Some(SecurityKey { flags, counter })
}
