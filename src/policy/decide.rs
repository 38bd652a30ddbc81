//! From actions to a verdict: every layer decides every action, and the strictest decision wins.

use std::collections::BTreeSet;

use crate::model::action::{Action, Category, Impact};
use crate::model::attribution::Attribution;
use crate::model::decision::{Decision, Obligation, RuleMatch, Tier, Verdict};
use crate::model::ids::RuleId;

use super::Policies;
use super::layers::{Layer, LayerKind};
use super::matching::{Subject, applies, may_flag};
use super::schema::Rule;

/// The rule by which nothing but reads runs before there is a policy.
pub const NO_POLICY: &str = "no-policy";
/// The longest reason, in bytes.
const LONGEST: usize = 300;

/// One rule's word on one action.
struct Voice<'a> {
    found: RuleMatch,
    rule: Option<&'a Rule>,
}

/// Decides.
pub fn decide(policies: &Policies, _: &Attribution, actions: Vec<Action>) -> Verdict {
    let has_user = policies.layers().iter().any(|layer| layer.kind == LayerKind::User);
    let mut voices: Vec<Voice<'_>> = Vec::new();
    for (index, action) in actions.iter().enumerate() {
        let subject = Subject::new(action, policies.layers());
        for layer in policies.layers() {
            let subject = subject.before(layer);
            let before = voices.len();
            voices.extend(says(layer, index, &subject, applies));
            // What the platform has written holds whoever writes below it; what it leaves open is the user's to say.
            let is_open = has_user && layer.policy.default.is_none();
            let is_base = layer.kind == LayerKind::User || (layer.kind == LayerKind::Platform && !is_open);
            if is_base && voices.len() == before {
                voices.push(default_says(layer, index));
            }
            if subject.is_foreign {
                voices.extend(says(layer, index, &subject, may_flag));
            }
        }
        if !policies.has_base() {
            voices.push(without_policy(index, action));
        }
    }
    if actions.is_empty() {
        voices.push(built_in("nothing-understood", Decision::Ask, 0, "no command was found in it"));
    }
    // The first among the strictest decides; the order within one strictness is that of layers and rules.
    voices.sort_by_key(|voice| std::cmp::Reverse(voice.found.decision));
    verdict(voices, actions)
}

/// What the rules say that `speak`.
fn says<'a>(
    layer: &'a Layer,
    index: usize,
    subject: &Subject<'_>,
    speak: impl Fn(&Rule, &Subject<'_>) -> bool,
) -> impl Iterator<Item = Voice<'a>> {
    let rules = layer.sieve.through(&layer.policy.rules, subject);
    rules.filter(move |rule| speak(rule, subject)).map(move |rule| Voice {
        found: RuleMatch {
            rule: rule.id.clone(),
            origin: origin(layer, rule.line),
            decision: rule.decision,
            action: index,
            message: rule.message.clone().or_else(|| rule.description.clone()),
            owner: owner(layer, rule),
        },
        rule: Some(rule),
    })
}

fn default_says(layer: &Layer, index: usize) -> Voice<'_> {
    let (decision, line) = layer.policy.default.unwrap_or((Decision::Ask, 1));
    let found = RuleMatch {
        rule: RuleId::new("default"),
        origin: origin(layer, line),
        decision,
        action: index,
        message: Some("no rule speaks about it".to_owned()),
        owner: None,
    };
    Voice { found, rule: None }
}

/// The rule's owner, with how to reach them where the layer says it.
fn owner(layer: &Layer, rule: &Rule) -> Option<String> {
    let name = rule.owner.as_ref()?;
    let contact = layer.policy.owners.iter().find(|(one, _)| one == name);
    Some(contact.map_or_else(|| name.clone(), |(_, contact)| format!("{name} ({contact})")))
}

fn origin(layer: &Layer, line: usize) -> String {
    format!("{}:{line}", layer.path.display())
}

/// Without a policy known reads run; the rest waits for somebody to write one.
fn without_policy<'a>(index: usize, action: &Action) -> Voice<'a> {
    let harmless = [Category::Observe, Category::Plan, Category::Docs, Category::Code];
    if action.impact == Impact::Read && action.categories.iter().all(|category| harmless.contains(category)) {
        return built_in("built-in-reads", Decision::Allow, index, "known reads run without a policy");
    }
    built_in(NO_POLICY, Decision::Deny, index, "there is no policy yet; a human runs `aigov init`")
}

fn built_in<'a>(id: &str, decision: Decision, action: usize, message: &str) -> Voice<'a> {
    let found = RuleMatch {
        rule: RuleId::new(id),
        origin: "built-in".to_owned(),
        decision,
        action,
        message: Some(message.to_owned()),
        owner: None,
    };
    Voice { found, rule: None }
}

fn verdict(voices: Vec<Voice<'_>>, actions: Vec<Action>) -> Verdict {
    let impact = actions.iter().map(|action| action.impact).max().unwrap_or(Impact::Unknown);
    let decision = voices.first().map_or(Decision::Ask, |voice| voice.found.decision);
    // They are sorted: those that decide come first.
    let count = voices.iter().take_while(|voice| voice.found.decision == decision).count();
    let deciding = voices.get(..count).unwrap_or_default();
    let obligations: BTreeSet<Obligation> =
        deciding.iter().filter_map(|voice| voice.rule).flat_map(|rule| rule.obligations.clone()).collect();
    let mut alternatives: Vec<String> = Vec::new();
    for text in deciding.iter().filter_map(|voice| voice.rule).flat_map(|rule| &rule.alternatives) {
        if !alternatives.contains(text) {
            alternatives.push(text.clone());
        }
    }
    let first = voices.first().map(|voice| &voice.found);
    Verdict {
        decision,
        tier: Tier::of(decision, impact),
        rule: first.map_or_else(|| RuleId::new("nothing-understood"), |found| found.rule.clone()),
        origin: first.map_or_else(|| "built-in".to_owned(), |found| found.origin.clone()),
        reasons: reasons(deciding, &actions),
        obligations,
        alternatives,
        impact,
        actions,
        matches: voices.into_iter().map(|voice| voice.found).collect(),
    }
}

/// Why, one sentence each: what the deciding rules say, and what cannot be known.
fn reasons(deciding: &[Voice<'_>], actions: &[Action]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut add = |text: String| {
        // A reason is read by people, however long the word is that it speaks of.
        let text =
            if text.len() > LONGEST { format!("{}…", text.chars().take(LONGEST).collect::<String>()) } else { text };
        if !all.contains(&text) {
            all.push(text);
        }
    };
    let mut told = None;
    for voice in deciding {
        let Some(action) = actions.get(voice.found.action) else {
            add(voice.found.message.clone().unwrap_or_default());
            continue;
        };
        // Many rules can speak about one action: what it is needs to be said once.
        let is_told = told.replace(voice.found.action) == Some(voice.found.action);
        if !is_told {
            add(format!("`{}` is {} in {}", action.title(), action.impact, action.environment));
        }
        if let Some(message) = &voice.found.message {
            add(message.clone());
        }
        for evidence in action.evidence.iter().filter(|evidence| !is_told && evidence.about == "opaque") {
            add(evidence.text.clone());
        }
    }
    all
}

#[cfg(test)]
mod plain;
