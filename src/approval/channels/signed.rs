//! Signatures of webhooks, as the Standard Webhooks specification (standardwebhooks.com, 1.0) has them: over the message's
//! id, its time and its exact bytes, so that none of them can be changed, and nothing old can be sent again.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac::{self, HMAC_SHA256, Key};
use ring::signature::{ED25519, UnparsedPublicKey};

use crate::error::{Error, ErrorKind};
use crate::model::time::Instant;

use super::secret::Secret;

/// How far the other side's clock may be off.
pub const TOLERANCE: Duration = Duration::from_secs(300);
/// The shortest secret that is taken, in bytes; the specification's least.
const SHORTEST: usize = 24;
/// The longest id that is taken.
const LONGEST_ID: usize = 256;

/// The keys of one webhook.
pub struct Keys {
    /// Shared secrets; the first signs, all of them check.
    shared: Vec<Key>,
    /// Public keys of the other side, which check only.
    public: Vec<UnparsedPublicKey<Vec<u8>>>,
}

/// The headers of a signed message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// `webhook-id`: the same on every try of the same message.
    pub id: String,
    /// `webhook-timestamp`: seconds since 1970.
    pub timestamp: i64,
    /// `webhook-signature`: a list, separated by spaces.
    pub signature: String,
}

/// Why a message is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// A header is missing or has no meaning.
    Unsigned,
    /// It is older than the tolerance.
    Old,
    /// It is from the future.
    Early,
    /// No signature is one of ours.
    Forged,
}

impl Doubt {
    /// In words.
    pub fn why(self) -> &'static str {
        match self {
            Self::Unsigned => "it is not signed",
            Self::Old => "its signature is more than five minutes old: sent again, or a clock is wrong",
            Self::Early => "its signature is of a time to come: a clock is wrong",
            Self::Forged => "its signature is not right",
        }
    }
}

impl Keys {
    /// The keys of a secret's lines: `whsec_` and a shared secret, or `whpk_` and a public key, both in base 64.
    ///
    /// # Errors
    /// When a line is neither, a secret is too short, or there is none that signs.
    pub fn read(secret: &Secret) -> Result<Self, Error> {
        let wrong = |why: &str| {
            Error::new(ErrorKind::Config, format!("the webhook's secret is not one: {why}")).for_human(
                "write `whsec_` and at least 24 random bytes in base 64: `echo whsec_$(head -c 32 /dev/urandom | base64)`",
            )
        };
        let mut keys = Self { shared: Vec::new(), public: Vec::new() };
        for line in secret.expose().lines().map(str::trim).filter(|line| !line.is_empty()) {
            let decode = |text: &str| STANDARD.decode(text).map_err(|_| wrong("a line is not base 64"));
            if let Some(text) = line.strip_prefix("whsec_") {
                let bytes = decode(text)?;
                if bytes.len() < SHORTEST {
                    return Err(wrong("it is shorter than 24 bytes"));
                }
                keys.shared.push(Key::new(HMAC_SHA256, &bytes));
            } else if let Some(text) = line.strip_prefix("whpk_") {
                keys.public.push(UnparsedPublicKey::new(&ED25519, decode(text)?));
            } else {
                return Err(wrong("a line begins neither with `whsec_` nor with `whpk_`"));
            }
        }
        if keys.shared.is_empty() {
            return Err(wrong("there is no line that begins with `whsec_`"));
        }
        Ok(keys)
    }

    /// Signs a message with every shared secret, so that the other side can change its own at leisure.
    pub fn sign(&self, id: &str, now: Instant, body: &[u8]) -> Signed {
        let timestamp = now.micros.div_euclid(1_000_000);
        let content = content(id, timestamp, body);
        let one = |key: &Key| format!("v1,{}", STANDARD.encode(hmac::sign(key, &content)));
        let all: Vec<String> = self.shared.iter().map(one).collect();
        Signed { id: id.to_owned(), timestamp, signature: all.join(" ") }
    }

    /// Checks a message. Where the other side has a public key, only that counts: whoever holds the shared secret could
    /// have made the other signature, and that is also this machine.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn check(&self, signed: Option<&Signed>, now: Instant, body: &[u8]) -> Result<(), Doubt> {
        let signed = signed.ok_or(Doubt::Unsigned)?;
        let content = content(&signed.id, signed.timestamp, body);
        let is_right = |one: &str| {
            let Some((version, text)) = one.split_once(',') else { return false };
            let Ok(bytes) = STANDARD.decode(text) else { return false };
            match version {
                "v1" if self.public.is_empty() => {
                    self.shared.iter().any(|key| hmac::verify(key, &content, &bytes).is_ok())
                }
                "v1a" => self.public.iter().any(|key| key.verify(&content, &bytes).is_ok()),
                _ => false,
            }
        };
        if !signed.signature.split(' ').any(is_right) {
            return Err(Doubt::Forged);
        }
        let stamped = Instant::from_micros(signed.timestamp.saturating_mul(1_000_000));
        if now.since(stamped) > TOLERANCE {
            return Err(Doubt::Old);
        }
        if stamped.since(now) > TOLERANCE {
            return Err(Doubt::Early);
        }
        Ok(())
    }
}

impl Signed {
    /// The headers of a message; none when one is missing or has no meaning.
    pub fn read<'a>(header: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        let id = header("webhook-id").filter(|id| is_id(id))?;
        let timestamp = header("webhook-timestamp")?;
        let signature = header("webhook-signature").filter(|text| !text.is_empty())?;
        let is_number = !timestamp.is_empty() && timestamp.bytes().all(|byte| byte.is_ascii_digit());
        let timestamp = is_number.then(|| timestamp.parse().ok())??;
        Some(Self { id: id.to_owned(), timestamp, signature: signature.to_owned() })
    }
}

/// An id without a full stop, which would let its end and the time's beginning be moved, and without what could hide.
fn is_id(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.')
}

fn content(id: &str, timestamp: i64, body: &[u8]) -> Vec<u8> {
    let mut content = format!("{id}.{timestamp}.").into_bytes();
    content.extend_from_slice(body);
    content
}

#[cfg(test)]
mod tests {
    use ring::signature::{Ed25519KeyPair, KeyPair as _};

    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn keys(text: &str) -> Keys {
        Keys::read(&Secret::of(text)).unwrap_or_else(|error| panic!("{error}"))
    }

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn the_specifications_own_example_comes_out() {
        let signed = keys(SECRET).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at(1_614_265_330), br#"{"test": 2432232314}"#);
        assert_eq!(signed.signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn whatever_is_changed_is_not_believed() {
        let (keys, body, now) = (keys(SECRET), b"{}".as_slice(), at(1_700_000_000));
        let good = keys.sign("m-1", now, body);
        let check = |signed: &Signed, now, body: &[u8]| keys.check(Some(signed), now, body);
        assert_eq!(check(&good, now, body), Ok(()));
        assert_eq!(check(&good, at(1_700_000_300), body), Ok(()));
        assert_eq!(check(&good, at(1_700_000_301), body), Err(Doubt::Old));
        assert_eq!(check(&good, at(1_699_999_699), body), Err(Doubt::Early));
        assert_eq!(check(&good, now, b"{ }"), Err(Doubt::Forged));
        assert_eq!(check(&Signed { id: "m-2".to_owned(), ..good.clone() }, now, body), Err(Doubt::Forged));
        assert_eq!(check(&Signed { timestamp: good.timestamp + 1, ..good.clone() }, now, body), Err(Doubt::Forged));
        for signature in ["", "v1", "v1,", "v1,AAAA", "v2,AAAA", "v1a,AAAA"] {
            assert_eq!(
                check(&Signed { signature: signature.to_owned(), ..good.clone() }, now, body),
                Err(Doubt::Forged)
            );
        }
        assert_eq!(keys.check(None, now, body), Err(Doubt::Unsigned));
    }

    #[test]
    fn a_secret_can_be_changed_without_a_gap() {
        let old = SECRET;
        let new = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let both = keys(&format!("{new}\n{old}"));
        let now = at(1_700_000_000);
        for one in [old, new] {
            assert_eq!(both.check(Some(&keys(one).sign("m-1", now, b"x")), now, b"x"), Ok(()));
            assert_eq!(keys(one).check(Some(&both.sign("m-1", now, b"x")), now, b"x"), Ok(()));
        }
    }

    #[test]
    fn where_the_other_side_has_a_key_of_its_own_the_shared_secret_proves_nothing() {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let public = STANDARD.encode(pair.public_key().as_ref());
        let keys = keys(&format!("{SECRET}\nwhpk_{public}"));
        let now = at(1_700_000_000);
        let signature = format!("v1a,{}", STANDARD.encode(pair.sign(b"m-1.1700000000.x").as_ref()));
        let by_key = Signed { id: "m-1".to_owned(), timestamp: 1_700_000_000, signature };
        assert_eq!(keys.check(Some(&by_key), now, b"x"), Ok(()));
        assert_eq!(keys.check(Some(&by_key), now, b"y"), Err(Doubt::Forged));
        assert_eq!(keys.check(Some(&keys.sign("m-1", now, b"x")), now, b"x"), Err(Doubt::Forged));
    }

    #[test]
    fn a_secret_that_is_none_is_refused() {
        for bad in
            ["secret", "whsec_", "whsec_AAAA", "whsec_!", "whpk_AAAA", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\nx"]
        {
            assert!(Keys::read(&Secret::of(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn headers_without_meaning_are_none() {
        let read = |id: &'static str, time: &'static str| {
            Signed::read(|name| match name {
                "webhook-id" => Some(id),
                "webhook-timestamp" => Some(time),
                _ => Some("v1,AAAA"),
            })
        };
        assert!(read("m-1", "1700000000").is_some());
        for (id, time) in
            [("", "1"), ("a.b", "1"), ("a b", "1"), ("m", ""), ("m", "-1"), ("m", "1e9"), ("m", "99999999999999999999")]
        {
            assert_eq!(read(id, time), None, "{id} {time}");
        }
    }
}
