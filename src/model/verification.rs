//! What policy wants to hold after a run, and what came of it.

use serde::{Deserialize, Serialize};

use super::ids::{Digest, RequestId};
use super::record::ProbeRun;
use super::secret::Redacted;
use super::time::Instant;

/// Whether what was to hold after a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Every check of policy's held.
    Holds,
    /// The time was up and one of them still did not.
    Fails,
}

/// How a verification ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationBody {
    /// Whether it holds.
    pub health: Health,
    /// How often it was looked at.
    pub rounds: u32,
    /// The last check, which decided.
    pub last: ProbeRun,
    /// What that check said, shortened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Redacted>,
}

impl VerificationBody {
    /// What was seen last, in one sentence.
    pub fn why(&self) -> String {
        let command: Vec<&str> = self.last.argv.iter().map(Redacted::as_str).collect();
        let end = match (&self.last.failed, self.last.exit_code) {
            (Some(why), _) => why.to_string(),
            (None, Some(code)) => format!("exit code {code}"),
            (None, None) => "ended by a signal".to_owned(),
        };
        let said = self.said.as_ref().map(|said| format!(", `{said}`")).unwrap_or_default();
        let holds = match self.health {
            Health::Holds => "holds",
            Health::Fails => "does not hold",
        };
        format!("the check `{}` {holds} ({end}{said}; looked {} times)", command.join(" "), self.rounds)
    }
}

/// The approval of a way back that a human gave together with the request that it takes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovedBefore {
    /// The request with whose approval it was given.
    pub with: RequestId,
    /// The preview of the way back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Digest>,
}

/// Where the verification of a request stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// Until when it may fail; none before the run has ended.
    pub due: Option<Instant>,
    /// Whether something is left to do by aigov itself.
    pub is_open: bool,
    /// How it ended.
    pub ended: Option<VerificationBody>,
    /// The request that takes the first one back.
    pub way_back: Option<RequestId>,
    /// Why aigov did not take it back by itself.
    pub left: Option<String>,
}

impl Verification {
    /// Whether it was looked at until the time was up and did not hold.
    pub fn has_failed(&self) -> bool {
        self.ended.as_ref().is_some_and(|ended| ended.health == Health::Fails)
    }
}
