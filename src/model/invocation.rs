//! An invocation as it was received, byte for byte, and the dialect its text is read in.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// Bytes that are usually UTF-8. JSON form: a string, or `{"b64": "…"}` when they are not UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Raw(pub Vec<u8>);

impl Raw {
    /// The bytes as text, with U+FFFD where they are not UTF-8. For showing only.
    pub fn lossy(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// The text, when the bytes are UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The bytes as an operating-system string.
    pub fn as_os(&self) -> &OsStr {
        OsStr::from_bytes(&self.0)
    }
}

impl From<&str> for Raw {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl From<String> for Raw {
    fn from(text: String) -> Self {
        Self(text.into_bytes())
    }
}

impl From<OsString> for Raw {
    fn from(text: OsString) -> Self {
        Self(text.into_vec())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum RawJson {
    Text(String),
    Bytes { b64: String },
}

impl Serialize for Raw {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_str() {
            Some(text) => serializer.serialize_str(text),
            None => RawJson::Bytes { b64: STANDARD.encode(&self.0) }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match RawJson::deserialize(deserializer)? {
            RawJson::Text(text) => Ok(Self(text.into_bytes())),
            RawJson::Bytes { b64 } => STANDARD.decode(b64).map(Self).map_err(serde::de::Error::custom),
        }
    }
}

/// The shell language that a text is written in, as the program that will run it reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// GNU bash.
    #[default]
    Bash,
    /// POSIX sh (dash, busybox ash).
    Posix,
}

/// What was asked to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A program and its arguments, no shell between.
    Argv(Vec<Raw>),
    /// A text for a shell.
    Shell {
        /// The text.
        text: Raw,
        /// The shell program that will run it.
        shell: Raw,
        /// How that shell reads it.
        dialect: Dialect,
    },
}

/// What the child reads from standard input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stdin {
    /// The runner's own, whatever it is.
    Inherited,
    /// Nothing (`/dev/null`).
    Null,
    /// These bytes, bound by the approval.
    Bytes(Raw),
}

/// One variable of the environment.
pub type Variable = (Raw, Raw);

/// argv or shell text, working directory, environment and standard input, as received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invocation {
    /// What to run.
    pub form: Form,
    /// The working directory, absolute.
    pub cwd: Raw,
    /// The caller's whole environment, in order.
    pub env: Vec<Variable>,
    /// Standard input.
    pub stdin: Stdin,
}

impl Invocation {
    /// The value of `name` in the caller's environment.
    pub fn variable(&self, name: &str) -> Option<&Raw> {
        self.env.iter().find(|(key, _)| key.0 == name.as_bytes()).map(|(_, value)| value)
    }

    /// The dialect of its shell text; bash's where a command of its own starts one.
    pub fn dialect(&self) -> Dialect {
        match &self.form {
            Form::Argv(_) => Dialect::Bash,
            Form::Shell { dialect, .. } => *dialect,
        }
    }

    /// The argument vector that a process is started with.
    pub fn argv(&self) -> Vec<Raw> {
        match &self.form {
            Form::Argv(argv) => argv.clone(),
            Form::Shell { text, shell, .. } => vec![shell.clone(), Raw::from("-c"), text.clone()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_utf_8_survive_json() {
        let raw = Raw(vec![b'a', 0xff, b'z']);
        let json = serde_json::to_string(&raw).unwrap();
        assert_eq!(json, r#"{"b64":"Yf96"}"#);
        assert_eq!(serde_json::from_str::<Raw>(&json).unwrap(), raw);
        assert_eq!(serde_json::to_string(&Raw::from("plain")).unwrap(), r#""plain""#);
    }
}
