//! Policy layers. Each is decided apart; the strictest wins; none is merged into another.

use std::path::PathBuf;

use crate::model::ids::Digest;

use super::schema::Policy;
use super::sieve::Sieve;

/// Where a layer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerKind {
    /// `/etc/aigov/policy.toml`: the ceiling.
    Platform,
    /// The user's own.
    User,
    /// Named by `AIGOV_POLICY`.
    Extra,
    /// `.aigov.toml` in a repository: only asks and denies.
    Repository,
}

impl LayerKind {
    /// Whether such a layer speaks about everything; the others come along with whoever asks.
    pub fn is_base(self) -> bool {
        matches!(self, Self::Platform | Self::User)
    }

    /// The word with its article.
    pub fn article(self) -> String {
        let article = if matches!(self, Self::Extra) { "an" } else { "a" };
        format!("{article} {}", self.as_str())
    }

    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::User => "user",
            Self::Extra => "extra",
            Self::Repository => "repository",
        }
    }
}

/// One file in force.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Where it comes from.
    pub kind: LayerKind,
    /// The file.
    pub path: PathBuf,
    /// What stands in it, as a digest.
    pub digest: Digest,
    /// Its text, to show what is wrong with it.
    pub text: String,
    /// What it holds.
    pub policy: Policy,
    /// Environments by which other layers can move what this one speaks of.
    pub foreign: Vec<String>,
    /// Its rules once more, for a quick look; made of them and of nothing else.
    pub sieve: Sieve,
    /// Whether whoever runs this could have written it.
    pub is_writable: bool,
}
