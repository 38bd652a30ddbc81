//! Who ran it, how that is known, and on whose behalf.

use serde::{Deserialize, Serialize};

use super::action::Evidence;

/// What sort of caller it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallerKind {
    /// A person at a terminal, with no sign of an agent.
    Human,
    /// An agent: its marker is in the environment, or it is among the ancestors, or it said so.
    Agent,
    /// Neither marker nor terminal: an agent's rights, counted apart.
    Unattributed,
}

impl CallerKind {
    /// The word used in policies, JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Agent => "agent",
            Self::Unattributed => "unattributed",
        }
    }
}

/// Whether the attribution was checked or is the caller's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// From flags and what agents set in the environment; a claim can only tighten.
    Claimed,
    /// Checked against an account.
    Verified,
}

/// The chain from the program that called to the human it acts for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribution {
    /// What sort of caller it is.
    pub kind: CallerKind,
    /// Claimed or verified.
    pub standing: Standing,
    /// The agent's name (`claude-code`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The agent's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The model behind the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The agent's session, as the agent names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The human it acts for, `user@host`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// The task it works on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// The execution that this one was started under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The operating system's user id.
    pub uid: u32,
    /// How all this is known.
    pub evidence: Vec<Evidence>,
}

impl Attribution {
    /// One word for tables: the agent's name, the human, or `unattributed`.
    pub fn label(&self) -> String {
        match self.kind {
            CallerKind::Agent => self.agent.clone().unwrap_or_else(|| "agent".to_owned()),
            CallerKind::Human => self.on_behalf_of.clone().unwrap_or_else(|| "human".to_owned()),
            CallerKind::Unattributed => "unattributed".to_owned(),
        }
    }

    /// Whether the caller has a human's rights.
    pub fn is_human(&self) -> bool {
        self.kind == CallerKind::Human
    }
}

/// Who a subcommand is for. One that is for humans refuses agents, and the refusal is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Agents and humans.
    Anyone,
    /// Humans, and scripts that set a machine up without a terminal; never an agent.
    Setup,
    /// Humans only.
    Human,
}
