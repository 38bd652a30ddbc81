//! The answer of `aigov check` for programs: the decision and why.

use serde::Serialize;
use serde_json::Value;

use crate::classify::Owner;
use crate::command::{Certainty, Command, Parsed, Script, Word};
use crate::model::action::{Action, Impact};
use crate::model::decision::{Decision, Obligation, Tier};
use crate::model::grant::GrantUse;
use crate::policy::understand::Understood;
use crate::text::escape::escape;

/// The answer as data.
#[derive(Debug, Serialize)]
pub struct Answer<'a> {
    /// What would be decided.
    pub decision: Decision,
    /// The tier it amounts to.
    pub tier: Tier,
    /// The rule that decides.
    pub rule: &'a str,
    /// Where that rule stands.
    pub origin: &'a str,
    /// Why.
    pub reasons: &'a [String],
    /// What must also be done.
    pub obligations: Vec<&'a Obligation>,
    /// The highest impact.
    pub impact: Impact,
    /// Whether it reaches several services or environments.
    pub multi_service: bool,
    /// What each command would do.
    pub actions: Vec<Step<'a>>,
    /// The argument vector of every program call found; a part that cannot be known is null.
    pub commands: Vec<Value>,
    /// What cannot be known before it runs.
    pub opaque: Vec<Value>,
    /// The scripts that were read.
    pub scripts: Vec<Value>,
    /// What is allowed instead.
    pub alternatives: &'a [String],
    /// What the ledger's state says for a caller who was named.
    pub govern: Vec<Said>,
}

/// What a part of the ledger's state says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// Which part: `grant`.
    pub by: &'static str,
    /// What it amounts to.
    pub decision: Decision,
    /// Why.
    pub why: String,
    /// The grants that would be used.
    pub grants: Vec<GrantUse>,
}

impl Said {
    /// In words.
    pub fn words(&self) -> String {
        format!("{}: {}, {}\n", self.by, self.decision, escape(&self.why))
    }
}

/// One action, with the command that it is of.
#[derive(Debug, Serialize)]
pub struct Step<'a> {
    /// The action.
    #[serde(flatten)]
    pub action: &'a Action,
    /// Its command, as an index into `commands`; none for a part that cannot be known.
    pub command: Option<usize>,
    /// `found`, or `suspected` where the command was seen in what is not understood.
    pub certainty: &'static str,
}

/// The answer for something understood.
pub fn answer(understood: &Understood, govern: Vec<Said>) -> Answer<'_> {
    let verdict = &understood.verdict;
    Answer {
        decision: verdict.decision,
        tier: verdict.tier,
        rule: verdict.rule.as_str(),
        origin: &verdict.origin,
        reasons: &verdict.reasons,
        obligations: verdict.obligations.iter().collect(),
        impact: verdict.impact,
        multi_service: verdict.actions.iter().any(Action::is_multi_service),
        actions: steps(understood),
        commands: understood.parsed.commands.iter().map(argv).collect(),
        opaque: opaque(&understood.parsed),
        scripts: scripts(&understood.parsed),
        alternatives: &verdict.alternatives,
        govern,
    }
}

fn steps(understood: &Understood) -> Vec<Step<'_>> {
    let owned = understood.verdict.actions.iter().zip(&understood.owners);
    let step = |(action, owner): (_, &Owner)| match owner {
        Owner::Command(at) => {
            let is_suspected =
                understood.parsed.commands.get(*at).is_some_and(|command| command.certainty != Certainty::Found);
            Step { action, command: Some(*at), certainty: if is_suspected { "suspected" } else { "found" } }
        }
        Owner::Opaque(_) => Step { action, command: None, certainty: "found" },
        Owner::Suspect(_) => Step { action, command: None, certainty: "suspected" },
    };
    owned.map(step).collect()
}

fn scripts(parsed: &Parsed) -> Vec<Value> {
    let one = |script: &Script| serde_json::json!({ "path": script.path, "digest": script.digest });
    parsed.scripts.iter().map(one).collect()
}

fn argv(command: &Command) -> Value {
    let words = command.words.iter().map(|word| match word {
        Word::Literal(raw) => serde_json::to_value(raw).unwrap_or(Value::Null),
        Word::Opaque(_) => Value::Null,
    });
    Value::Array(words.collect())
}

fn opaque(parsed: &Parsed) -> Vec<Value> {
    let whole = parsed.opaque.iter();
    let words = parsed.commands.iter().flat_map(|command| &command.words).filter_map(|word| match word {
        Word::Opaque(opaque) => Some(opaque),
        Word::Literal(_) => None,
    });
    whole.chain(words).map(|part| serde_json::json!({ "text": part.text, "why": part.why })).collect()
}
