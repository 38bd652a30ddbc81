//! The answer of `aigov check`: the decision and why, as JSON or as a tree for people.

use serde::Serialize;
use serde_json::Value;

use crate::command::{Command, Parsed, Word};
use crate::model::action::{Action, Impact};
use crate::model::decision::{Decision, Obligation, Tier};
use crate::policy::understand::Understood;

use crate::text::escape::escape;
use crate::text::quote;

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
    pub actions: &'a [Action],
    /// The argument vector of every program call found; a part that cannot be known is null.
    pub commands: Vec<Value>,
    /// What cannot be known before it runs.
    pub opaque: Vec<Value>,
    /// What is allowed instead.
    pub alternatives: &'a [String],
}

/// The answer for something understood.
pub fn answer(understood: &Understood) -> Answer<'_> {
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
        actions: &verdict.actions,
        commands: understood.parsed.commands.iter().map(argv).collect(),
        opaque: opaque(&understood.parsed),
        alternatives: &verdict.alternatives,
    }
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

/// The answer as a tree.
pub fn tree(understood: &Understood) -> String {
    let verdict = &understood.verdict;
    let mut text =
        format!("{} (tier {}), rule `{}` at {}\n", verdict.decision, verdict.tier, verdict.rule, verdict.origin);
    for reason in &verdict.reasons {
        text.push_str(&format!("  {}\n", escape(reason)));
    }
    for (index, action) in verdict.actions.iter().enumerate() {
        let command = understood.parsed.commands.get(index).map(shown).unwrap_or_default();
        text.push_str(&branch(action, &command, index + 1 == verdict.actions.len()));
        let rules: Vec<String> = verdict
            .matches
            .iter()
            .filter(|m| m.action == index)
            .map(|m| format!("{} by `{}` at {}", m.decision, m.rule, m.origin))
            .collect();
        if !rules.is_empty() {
            text.push_str(&format!("   rules: {}\n", rules.join(", ")));
        }
    }
    if !verdict.obligations.is_empty() {
        let needs: Vec<String> = verdict.obligations.iter().map(Obligation::describe).collect();
        text.push_str(&format!("needs: {}\n", needs.join(", ")));
    }
    for alternative in &verdict.alternatives {
        text.push_str(&format!("instead: {}\n", escape(alternative)));
    }
    text
}

fn branch(action: &Action, command: &str, is_last: bool) -> String {
    let categories: Vec<&str> = action.categories.iter().map(|c| c.as_str()).collect();
    let corner = if is_last { "└─" } else { "├─" };
    let mut text = format!("{corner} {}\n", escape(if command.is_empty() { &action.tool } else { command }));
    text.push_str(&format!(
        "   {}: {} in {} [{}]\n",
        escape(&action.title()),
        action.impact,
        action.environment,
        categories.join(", ")
    ));
    for evidence in &action.evidence {
        text.push_str(&format!("   {}: {}\n", evidence.about, escape(&evidence.text)));
    }
    text
}

fn shown(command: &Command) -> String {
    let words: Vec<String> = command
        .words
        .iter()
        .map(|word| match word {
            Word::Literal(raw) => quote::one(&raw.lossy()),
            Word::Opaque(opaque) => opaque.text.clone(),
        })
        .collect();
    words.join(" ")
}
