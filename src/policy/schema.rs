//! What a policy file holds, once it has been read.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::model::action::{Category, Impact};
use crate::model::decision::{Decision, Obligation};
use crate::model::environments::EnvironmentRule;
use crate::model::ids::RuleId;
use crate::packs::described::Tool;

use super::channels::ChannelPolicy;
use super::lifetimes::Lifetimes;
use super::people::People;
use super::review::ReviewKeys;
use super::signing::Signing;
use super::windows::FreezeWindow;

/// One policy file.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// What no rule speaks about, with the line where that stands.
    pub default: Option<(Decision, usize)>,
    /// How long a request waits for a human.
    pub expires: Option<Duration>,
    /// How long an approval may wait for its run.
    pub run_within: Option<Duration>,
    /// Whether a one-person team approves what its own agents ask for.
    pub single_operator: bool,
    /// How long approvals and ways back live on.
    pub lifetimes: Lifetimes,
    /// Whom to ask: names that rules give as their owner, with how to reach them.
    pub owners: Vec<(String, String)>,
    /// Who humans are, and in which groups.
    pub people: People,
    /// What it wants of the way in which a human approves.
    pub review: ReviewKeys,
    /// Who may break the glass: names of groups and humans.
    pub break_glass: Vec<String>,
    /// When nothing changes.
    pub freeze_windows: Vec<FreezeWindow>,
    /// Where people are asked besides the terminal.
    pub channels: Vec<ChannelPolicy>,
    /// Whose signatures count.
    pub signing: Signing,
    /// On which lines settings stand: `defaults.expires`, `environments.dev`, `owners.platform`.
    pub lines: BTreeMap<String, usize>,
    /// How environments are recognised.
    pub environments: Vec<(String, EnvironmentRule)>,
    /// The rules, in order.
    pub rules: Vec<Rule>,
    /// The in-house tools that it describes.
    pub tools: Vec<&'static Tool>,
    /// The tests.
    pub tests: Vec<TestCase>,
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id, unique in its file.
    pub id: RuleId,
    /// The line on which it begins.
    pub line: usize,
    /// What it decides.
    pub decision: Decision,
    /// What it is for.
    pub description: Option<String>,
    /// Whom to ask about it.
    pub owner: Option<String>,
    /// When it applies.
    pub when: When,
    /// When it does not, though `when` holds.
    pub unless: Option<When>,
    /// What must also be done.
    pub obligations: BTreeSet<Obligation>,
    /// What the caller is told.
    pub message: Option<String>,
    /// What is allowed instead.
    pub alternatives: Vec<String>,
    /// Commands that it must match.
    pub examples: Vec<String>,
    /// Commands that it must not match.
    pub counterexamples: Vec<String>,
}

/// Conditions; all that are given must hold. An empty list gives none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct When {
    /// Impacts.
    pub impact: Vec<Impact>,
    /// Categories.
    pub category: Vec<Category>,
    /// Environments by name, `local` or `unknown`.
    pub environment: Vec<String>,
    /// Tools; `*` globs.
    pub tool: Vec<String>,
    /// Operations; `*` globs.
    pub operation: Vec<String>,
    /// Targets; `*` globs.
    pub target: Vec<String>,
    /// Services; `*` globs.
    pub service: Vec<String>,
    /// Whether the environment counts as production; what is unknown does.
    pub protected: Option<bool>,
}

/// A command with what must be decided for it.
#[derive(Debug, Clone, Default)]
pub struct TestCase {
    /// The line on which it begins.
    pub line: usize,
    /// Shell text.
    pub command: String,
    /// The kube context in force.
    pub context: Option<String>,
    /// The kube namespace in force.
    pub namespace: Option<String>,
    /// The terraform workspace in force.
    pub workspace: Option<String>,
    /// The AWS profile in force.
    pub profile: Option<String>,
    /// The git branch in force.
    pub branch: Option<String>,
    /// What must be decided; none for a rule's example.
    pub expect: Option<Decision>,
    /// The rule that must decide.
    pub rule: Option<RuleId>,
}
