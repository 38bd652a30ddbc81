//! Who may sign: OpenSSH's file of allowed signers (ssh-keygen(1), ALLOWED SIGNERS), read strictly. A file with a line
//! that is not understood is not used at all, so that no other file can pass for one.
//!
//! Narrower than OpenSSH: principals are names in full, without patterns; certificates and their authorities are not
//! supported; a time without `Z`, which is one of a time zone that is not known here, is read so that the key is valid
//! for the shorter time wherever on earth that zone is.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use crate::model::time::Instant;
use crate::text::glob::glob;

use super::sshsig::{fingerprint, key_type};

/// The time zones that are furthest from UTC: 14 hours before it, and 12 behind.
const EARLIEST_ZONE: Duration = Duration::from_secs(14 * 3600);
const LATEST_ZONE: Duration = Duration::from_secs(12 * 3600);

/// The signers of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signers {
    /// Its lines, in order.
    pub lines: Vec<Signer>,
}

/// One line: a key, whose it is, and when it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// Whose it is.
    pub principals: Vec<String>,
    /// The key's type.
    pub key_type: String,
    /// The public key.
    pub key: Vec<u8>,
    /// For what it counts; empty means everything.
    pub namespaces: Vec<String>,
    /// From when on.
    pub valid_after: Option<Instant>,
    /// Until when.
    pub valid_before: Option<Instant>,
    /// Whether it signs certificates instead of statements.
    pub is_authority: bool,
}

/// A line that is not understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {what}")]
pub struct SignersFault {
    /// Which.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// Why a right signature is not one of an allowed signer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotAllowed {
    /// No line has the key.
    #[error("the key {0} is none of the allowed signers'")]
    Unknown(String),
    /// The key is somebody else's.
    #[error("the key {key} is not `{principal}`'s, who is said to have signed")]
    Principal {
        /// The fingerprint.
        key: String,
        /// Who is said to have signed.
        principal: String,
    },
    /// The key counts for other things.
    #[error("`{0}` may not sign in the namespace `{1}` with this key")]
    Namespace(String, String),
    /// Its time has not come.
    #[error("`{0}`'s key counts only from {1} on")]
    NotYet(String, Instant),
    /// Its time is over.
    #[error("`{0}`'s key has expired at {1}")]
    Expired(String, Instant),
    /// The line is for certificates.
    #[error("`{0}`'s line is a `cert-authority`, and aigov supports no certificates: give the key itself a line")]
    Authority(String),
}

impl Signers {
    /// Reads a file's text.
    ///
    /// # Errors
    /// The first line that is not understood.
    pub fn read(text: &str) -> Result<Self, SignersFault> {
        let mut lines = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            lines.push(signer(line).map_err(|what| SignersFault { line: at + 1, what })?);
        }
        Ok(Self { lines })
    }

    /// Whether this key may sign as `principal` now, in this namespace. Any line that allows it does.
    ///
    /// # Errors
    /// What the line that comes closest has against it.
    pub fn allow(&self, principal: &str, key: &[u8], namespace: &str, now: Instant) -> Result<(), NotAllowed> {
        let mut with_key = self.lines.iter().filter(|line| line.key == key).peekable();
        if with_key.peek().is_none() {
            return Err(NotAllowed::Unknown(fingerprint(key)));
        }
        let mut reason = NotAllowed::Principal { key: fingerprint(key), principal: principal.to_owned() };
        for line in with_key.filter(|line| line.principals.iter().any(|one| one == principal)) {
            match line.objection(principal, namespace, now) {
                None => return Ok(()),
                Some(other) => reason = other,
            }
        }
        Err(reason)
    }

    /// Whose key it is, by all lines.
    pub fn principals_of(&self, key: &[u8]) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        for name in self.lines.iter().filter(|line| line.key == key).flat_map(|line| &line.principals) {
            if !found.contains(&name.as_str()) {
                found.push(name);
            }
        }
        found
    }
}

impl Signer {
    fn objection(&self, principal: &str, namespace: &str, now: Instant) -> Option<NotAllowed> {
        let who = || principal.to_owned();
        if self.is_authority {
            return Some(NotAllowed::Authority(who()));
        }
        if !self.namespaces.is_empty() && !is_listed(&self.namespaces, namespace) {
            return Some(NotAllowed::Namespace(who(), namespace.to_owned()));
        }
        if let Some(after) = self.valid_after.filter(|after| now < *after) {
            return Some(NotAllowed::NotYet(who(), after));
        }
        self.valid_before.filter(|before| now >= *before).map(|before| NotAllowed::Expired(who(), before))
    }
}

/// A pattern with `!` before it takes out what it matches, wherever it stands.
fn is_listed(patterns: &[String], name: &str) -> bool {
    let is_out = patterns.iter().filter_map(|one| one.strip_prefix('!')).any(|one| glob(one, name));
    !is_out && patterns.iter().any(|one| glob(one, name))
}

fn signer(line: &str) -> Result<Signer, String> {
    let (names, rest) = word(line)?;
    let (second, after_second) = word(rest)?;
    let is_key = second.starts_with("ssh-") || second.starts_with("ecdsa-") || second.starts_with("sk-");
    let (options, rest) = if is_key { ("", rest) } else { (second, after_second) };
    let (kind, rest) = word(rest)?;
    let (packed, _comment) = word(rest)?;
    let key = STANDARD.decode(packed).map_err(|_| "its key is not base64".to_owned())?;
    if key_type(&key) != Some(kind) {
        return Err(format!("its key is not of the type `{kind}`"));
    }
    let mut signer = Signer {
        principals: principals(names)?,
        key_type: kind.to_owned(),
        key,
        namespaces: Vec::new(),
        valid_after: None,
        valid_before: None,
        is_authority: false,
    };
    for option in split(options)? {
        apply(&mut signer, &option)?;
    }
    Ok(signer)
}

/// The first word, which may hold white space in quotes, and what follows.
fn word(text: &str) -> Result<(&str, &str), String> {
    let text = text.trim_start();
    let mut is_quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            c if c.is_ascii_whitespace() && !is_quoted => return Ok(text.split_at(at)),
            _ => {}
        }
    }
    match (is_quoted, text.is_empty()) {
        (true, _) => Err("a quote is not closed".to_owned()),
        (false, true) => Err("it has no principal, key type and key".to_owned()),
        (false, false) => Ok((text, "")),
    }
}

fn principals(names: &str) -> Result<Vec<String>, String> {
    let names = names.trim_matches('"');
    let mut found = Vec::new();
    for name in names.split(',') {
        if name.is_empty() || name.contains(['*', '?', '!', '"']) {
            return Err(format!("`{name}` is a pattern, and here each principal is named in full"));
        }
        found.push(name.to_owned());
    }
    Ok(found)
}

/// The options, apart at commas outside of quotes.
fn split(options: &str) -> Result<Vec<String>, String> {
    let mut found = vec![String::new()];
    let mut is_quoted = false;
    for c in options.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => {
                found.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = found.last_mut() {
            last.push(c);
        }
    }
    let is_empty = |one: &String| one.is_empty();
    match found.iter().any(is_empty) {
        true if found.len() > 1 => Err("an option is empty".to_owned()),
        true => Ok(Vec::new()),
        false => Ok(found),
    }
}

fn apply(signer: &mut Signer, option: &str) -> Result<(), String> {
    let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
    let quoted = value.and_then(|value| value.strip_prefix('"')).and_then(|value| value.strip_suffix('"'));
    match (name.to_ascii_lowercase().as_str(), value, quoted) {
        ("cert-authority", None, _) => signer.is_authority = true,
        ("namespaces", _, Some(list)) if signer.namespaces.is_empty() && !list.is_empty() => {
            signer.namespaces = list.split(',').map(str::to_owned).collect();
        }
        ("valid-after", _, Some(text)) if signer.valid_after.is_none() => {
            let (time, is_utc) = time(text)?;
            signer.valid_after = Some(if is_utc { time } else { time.plus(LATEST_ZONE) });
        }
        ("valid-before", _, Some(text)) if signer.valid_before.is_none() => {
            let (time, is_utc) = time(text)?;
            signer.valid_before = Some(if is_utc { time } else { time.minus(EARLIEST_ZONE) });
        }
        _ => return Err(format!("the option `{option}` is not understood")),
    }
    Ok(())
}

/// `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, with or without `Z`; whether it is UTC.
fn time(text: &str) -> Result<(Instant, bool), String> {
    let (digits, is_utc) = text.strip_suffix(['Z', 'z']).map_or((text, false), |digits| (digits, true));
    let wrong = || format!("`{text}` is not a time such as `20261231` or `202612312359Z`");
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || ![8, 12, 14].contains(&digits.len()) {
        return Err(wrong());
    }
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or("00");
    let text =
        format!("{}-{}-{}T{}:{}:{}Z", part(0, 4), part(4, 6), part(6, 8), part(8, 10), part(10, 12), part(12, 14));
    Instant::parse(&text).map(|time| (time, is_utc)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ssh-ed25519` with 32 times the same byte.
    fn key(byte: u8) -> (String, Vec<u8>) {
        let mut blob = Vec::new();
        for part in [b"ssh-ed25519".as_slice(), &[byte; 32]] {
            blob.extend_from_slice(&u32::try_from(part.len()).unwrap().to_be_bytes());
            blob.extend_from_slice(part);
        }
        (STANDARD.encode(&blob), blob)
    }

    fn allowed(line: &str, principal: &str, now: &str) -> Result<(), NotAllowed> {
        let (text, blob) = key(1);
        let signers = Signers::read(&line.replace("KEY", &text)).unwrap();
        signers.allow(principal, &blob, "aigov-approval-v1", Instant::parse(now).unwrap())
    }

    const NOW: &str = "2026-06-01T12:00:00Z";

    #[test]
    fn a_line_allows_its_key_for_its_principals_and_nobody_else() {
        for line in [
            "alice@example.com ssh-ed25519 KEY a comment",
            "bob,alice@example.com ssh-ed25519 KEY",
            "alice@example.com namespaces=\"git,aigov-*\" ssh-ed25519 KEY",
            "\"alice@example.com\" valid-after=\"20260101Z\",valid-before=\"20270101Z\" ssh-ed25519 KEY",
            "# first\n\nalice@example.com namespaces=\"file\" ssh-ed25519 KEY\nalice@example.com ssh-ed25519 KEY",
        ] {
            assert_eq!(allowed(line, "alice@example.com", NOW), Ok(()), "{line}");
            assert!(allowed(line, "carol@example.com", NOW).is_err(), "{line}");
        }
        let other = Signers::read(&format!("alice ssh-ed25519 {}", key(2).0)).unwrap();
        let refused = other.allow("alice", &key(1).1, "aigov-approval-v1", Instant::parse(NOW).unwrap());
        assert!(matches!(refused, Err(NotAllowed::Unknown(_))));
    }

    #[test]
    fn each_option_narrows() {
        for (line, word) in [
            ("a namespaces=\"git\" ssh-ed25519 KEY", "namespace"),
            ("a namespaces=\"*,!aigov-approval-v1\" ssh-ed25519 KEY", "namespace"),
            ("a valid-after=\"20270101\" ssh-ed25519 KEY", "only from"),
            ("a valid-before=\"20260601Z\" ssh-ed25519 KEY", "expired"),
            ("a cert-authority ssh-ed25519 KEY", "cert-authority"),
        ] {
            let refused = allowed(line, "a", NOW).unwrap_err().to_string();
            assert!(refused.contains(word), "{line}: {refused}");
        }
    }

    #[test]
    fn a_time_without_a_zone_is_read_for_the_shorter_time() {
        let before = "a valid-before=\"202606011300\" ssh-ed25519 KEY";
        assert_eq!(allowed(before, "a", "2026-05-31T22:59:59Z"), Ok(()));
        assert!(allowed(before, "a", "2026-05-31T23:00:00Z").is_err());
        let after = "a valid-after=\"202606011300\" ssh-ed25519 KEY";
        assert!(allowed(after, "a", "2026-06-02T00:59:59Z").is_err());
        assert_eq!(allowed(after, "a", "2026-06-02T01:00:00Z"), Ok(()));
    }

    #[test]
    fn a_file_with_a_line_that_is_not_understood_is_not_used() {
        for line in [
            "alice",
            "alice ssh-ed25519",
            "alice ssh-ed25519 !!!",
            "alice ssh-rsa KEY",
            "*@example.com ssh-ed25519 KEY",
            "!bob,alice ssh-ed25519 KEY",
            "alice no-touch-required ssh-ed25519 KEY",
            "alice valid-before=\"soon\" ssh-ed25519 KEY",
            "alice valid-before=20260101 ssh-ed25519 KEY",
            "alice namespaces=\"git ssh-ed25519 KEY",
            "alice namespaces=\"git\",namespaces=\"aigov-approval-v1\" ssh-ed25519 KEY",
            "Jan  1 00:00:00 host sshd[1]: Accepted publickey for alice ssh-ed25519 KEY",
        ] {
            let text = format!("ok ssh-ed25519 KEY\n{line}").replace("KEY", &key(1).0);
            assert_eq!(Signers::read(&text).unwrap_err().line, 2, "{line}");
        }
    }
}
