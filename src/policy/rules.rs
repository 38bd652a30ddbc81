//! One rule of a policy file, with every fault in it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use toml::de::DeValue;

use crate::model::action::{Category, Impact};
use crate::model::decision::{Assurance, Decision, Obligation, Tier};
use crate::model::ids::RuleId;

use super::approvers;
use super::fields::{Fields, Source, kind};
use super::load::meant;
use super::schema::{Rule, When};

/// The keys of a rule.
const KEYS: &[&str] = &[
    "id", "tier", "decision", "description", "owner", "when", "unless", "require_reason", "require_preview",
    "require_rationale", "approvals", "approvers", "stages", "escalate", "four_eyes", "min_assurance", "verify",
    "verify_for", "auto_rollback", "message", "alternatives", "match", "not_match", "grantable",
];
/// Words of rules that a future version reads.
const LATER: &[&str] = &["record", "scrub", "quota"];

/// How long a verification may take until it holds, where a rule does not say.
const VERIFY_FOR: Duration = Duration::from_secs(60);

/// Reads one rule. `ids` are those of the rules before it, each with its line.
pub fn rule(
    mut table: Fields<'_>,
    ids: &mut BTreeMap<String, usize>,
    owners: &[(String, String)],
    source: &mut Source<'_>,
) -> Option<Rule> {
    let span = table.span();
    let line = source.line(span.start);
    let id = table.text("id", source);
    check_id(&table, id.as_deref(), ids, source);
    let decision = decided(&mut table, source);
    let description = table.text("description", source);
    let owner = table.text("owner", source);
    if let Some(name) = owner.as_deref().filter(|name| !owners.is_empty() && !owners.iter().any(|(one, _)| one == name))
    {
        let help = meant(name, owners.iter().map(|(one, _)| one.as_str()));
        source.fault(&table.span_of("owner"), format!("`{name}` is none of the `[owners]`"), help);
    }
    let when = condition(&mut table, "when", source);
    let unless = condition(&mut table, "unless", source);
    if when.is_none() && !table.has("when") && !table.has_like("when", KEYS) {
        let help = "say to what it applies: `when = { category = \"secrets\" }`".to_owned();
        source.fault(&span, "a rule has no `when`", Some(help));
    }
    let obligations = obligations(&mut table, source);
    let message = table.text("message", source);
    let alternatives = table.texts("alternatives", source);
    let examples = table.texts("match", source);
    let counterexamples = table.texts("not_match", source);
    if let (Some(Decision::Allow | Decision::Flag), Some(when)) = (decision, &when) {
        refuse_wide(&table, when, source);
    }
    if let Some(decision) = decision {
        refuse_idle(&table, decision, source);
    }
    table.finish(LATER, source);
    Some(Rule {
        id: RuleId::new(id?),
        line,
        decision: decision?,
        description,
        owner,
        when: when?,
        unless,
        obligations,
        message,
        alternatives,
        examples,
        counterexamples,
    })
}

fn check_id(table: &Fields<'_>, id: Option<&str>, ids: &mut BTreeMap<String, usize>, source: &mut Source<'_>) {
    let line = source.line(table.span().start);
    match id {
        None if table.has("id") || table.has_like("id", KEYS) => {}
        None => {
            let help = "add `id = \"…\"`: decisions and records name it".to_owned();
            source.fault(&table.span(), "a rule has no `id`", Some(help));
        }
        Some(id) => {
            let Some(first) = ids.insert(id.to_owned(), line) else { return };
            let help = format!("the other begins on line {first}: give one of them another `id`");
            source.fault(&table.span_of("id"), format!("there are two rules `{id}`"), Some(help));
        }
    }
}

/// What allows says what, and how much of it.
fn refuse_wide(table: &Fields<'_>, when: &When, source: &mut Source<'_>) {
    if when.is_empty() {
        // That it says nothing at all has been told.
        return;
    }
    let has_kind = !when.category.is_empty() || !when.tool.is_empty();
    let missing = match (when.impact.is_empty(), has_kind) {
        (false, true) => return,
        (true, true) => "`impact`",
        (false, false) => "`category` or `tool`",
        (true, false) => "`impact`, and `category` or `tool`",
    };
    let text = format!("a rule that allows must name {missing}");
    let why = "what runs without a human has to be said exactly";
    source.fault_because(
        &table.span_of("when"),
        text,
        why,
        "add, for instance, `impact = [\"read\"], category = [\"observe\"]`",
    );
}

/// Keys that a rule's decision leaves without effect.
fn refuse_idle(table: &Fields<'_>, decision: Decision, source: &mut Source<'_>) {
    const OF_APPROVALS: &[&str] = &[
        "require_reason", "require_preview", "require_rationale", "approvals", "approvers", "stages", "escalate",
        "four_eyes", "min_assurance", "verify", "auto_rollback", "grantable",
    ];
    let (idle, why, help): (&[&str], _, _) = match decision {
        Decision::Ask => return,
        Decision::Deny => (OF_APPROVALS, "what is denied is not asked for", "take it out, or use tier 3"),
        Decision::Allow | Decision::Flag => {
            (OF_APPROVALS, "what runs without a human is not asked for", "take it out, or use tier 3")
        }
    };
    for name in idle.iter().filter(|name| table.has(name)) {
        let text = format!("`{name}` has no effect in a rule that says {decision}");
        source.fault_because(&table.key_of(name), text, why, help);
    }
    if decision < Decision::Ask && table.has("alternatives") {
        let text = format!("`alternatives` has no effect in a rule that says {decision}");
        source.fault_because(
            &table.key_of("alternatives"),
            text,
            "who is let through is not told of other ways",
            "take it out",
        );
    }
}

fn decided(table: &mut Fields<'_>, source: &mut Source<'_>) -> Option<Decision> {
    let tier = table.get("tier").and_then(|_| table.number("tier", source));
    let word = table.text("decision", source);
    match (tier, word) {
        (Some(_), Some(_)) => {
            let help = "take one of them out: tiers 1 and 2 allow, 3 asks, 4 denies".to_owned();
            source.fault(&table.span_of("decision"), "a rule has a `tier` or a `decision`, not both", Some(help));
            None
        }
        (Some(number), None) => {
            let tier = u8::try_from(number).map_err(|_| String::new()).and_then(Tier::try_from);
            if tier.is_err() {
                source.fault(
                    &table.span_of("tier"),
                    format!("`{number}` is not a tier"),
                    Some("1 and 2 run, 3 asks, 4 denies".to_owned()),
                );
            }
            tier.ok().map(Tier::decision)
        }
        (None, Some(word)) => {
            let found = decision(&word);
            if found.is_none() {
                source.fault(&table.span_of("decision"), format!("`{word}` is not a decision"), meant_decision(&word));
            }
            found
        }
        (None, None) => {
            let is_meant = ["tier", "decision"].iter().any(|name| table.has(name) || table.has_like(name, KEYS));
            if !is_meant {
                source.fault(
                    &table.span(),
                    "a rule has neither `tier` nor `decision`",
                    Some("add `tier = 3`, for instance: 1 and 2 run, 3 asks, 4 denies".to_owned()),
                );
            }
            None
        }
    }
}

fn condition(table: &mut Fields<'_>, name: &'static str, source: &mut Source<'_>) -> Option<When> {
    let value = table.get(name)?;
    let DeValue::Table(inner) = value.get_ref() else {
        let help = format!("write `{name} = {{ category = \"secrets\" }}`, for instance");
        source.fault(
            &value.span(),
            format!("`{name}` must hold conditions, not {}", kind(value.get_ref())),
            Some(help),
        );
        return None;
    };
    let mut table = Fields::new(inner, value.span());
    let impact = words(&mut table, "impact", &Impact::ALL, Impact::as_str, source);
    let category = words(&mut table, "category", &Category::ALL, Category::as_str, source);
    let when = When {
        impact,
        category,
        environment: table.texts("environment", source),
        tool: table.texts("tool", source),
        operation: table.texts("operation", source),
        target: table.texts("target", source),
        service: table.texts("service", source),
        protected: table.truth("protected", source),
    };
    let span = table.span();
    let is_bare = table.count() == 0;
    table.finish(&[], source);
    if is_bare {
        let help = format!("say to what it applies: `{name} = {{ category = \"secrets\" }}`");
        source.fault(&span, format!("`{name}` has no condition"), Some(help));
    }
    Some(when)
}

impl When {
    fn is_empty(&self) -> bool {
        let texts = [&self.environment, &self.tool, &self.operation, &self.target, &self.service];
        self.impact.is_empty()
            && self.category.is_empty()
            && self.protected.is_none()
            && texts.iter().all(|list| list.is_empty())
    }
}

fn words<T: Copy>(
    table: &mut Fields<'_>,
    name: &'static str,
    all: &[T],
    word: fn(T) -> &'static str,
    source: &mut Source<'_>,
) -> Vec<T> {
    let mut found = Vec::new();
    for text in table.list(name, source) {
        match all.iter().find(|one| word(**one) == text.get_ref()) {
            Some(one) => found.push(*one),
            None => {
                let help = meant(text.get_ref(), all.iter().map(|one| word(*one)));
                source.fault(&text.span(), format!("`{}` is not a word for `{name}`", text.get_ref()), help);
            }
        }
    }
    found
}

fn obligations(table: &mut Fields<'_>, source: &mut Source<'_>) -> BTreeSet<Obligation> {
    let mut all = BTreeSet::new();
    if table.truth("require_reason", source) == Some(true) {
        all.insert(Obligation::Reason);
    }
    if table.truth("require_preview", source) == Some(true) {
        all.insert(Obligation::Preview);
    }
    if table.truth("require_rationale", source) == Some(true) {
        all.insert(Obligation::Rationale);
    }
    if table.truth("grantable", source) == Some(false) {
        all.insert(Obligation::EachTime);
    }
    all.extend(approvers::obligations(table, source));
    all.extend(aftercare(table, source));
    if let Some(word) = table.text("min_assurance", source) {
        let found = [Assurance::A0, Assurance::A1, Assurance::A2, Assurance::A3]
            .into_iter()
            .find(|one| one.to_string() == word);
        match found {
            Some(assurance) => {
                all.insert(Obligation::MinAssurance { assurance });
            }
            None => source.fault(
                &table.span_of("min_assurance"),
                format!("`{word}` is not an assurance"),
                Some("use \"A0\", \"A1\", \"A2\" or \"A3\"".to_owned()),
            ),
        }
    }
    all
}

/// What a rule demands of the time after the run.
fn aftercare(table: &mut Fields<'_>, source: &mut Source<'_>) -> Vec<Obligation> {
    let mut all = Vec::new();
    let command = table.text("verify", source);
    let within = table.duration("verify_for", source);
    let goes_back = table.truth("auto_rollback", source);
    if let Some(command) = &command {
        check_command(table, command, source);
        let within_s = within.unwrap_or(VERIFY_FOR).as_secs();
        all.push(Obligation::Verification { command: command.clone(), within_s });
    }
    for name in ["verify_for", "auto_rollback"].into_iter().filter(|name| table.has(name) && !table.has("verify")) {
        let help = "add `verify = \"/usr/local/bin/healthy payments\"`, or take it out";
        let why = "without a check nobody knows whether it holds";
        source.fault_because(&table.key_of(name), format!("`{name}` has no effect without `verify`"), why, help);
    }
    if goes_back == Some(true) && command.is_some() {
        all.push(Obligation::AutoRollback);
    }
    all
}

/// A check is a program with its words: no shell reads it, and it does not lie where the agent writes.
fn check_command(table: &Fields<'_>, command: &str, source: &mut Source<'_>) {
    let words = shlex::split(command).unwrap_or_default();
    let Some(program) = words.first() else {
        let help = "write a program and its words: `verify = \"curl -fsS https://example.com/health\"`".to_owned();
        source.fault(&table.span_of("verify"), "`verify` is not a command", Some(help));
        return;
    };
    if program.contains('/') && !program.starts_with('/') {
        let text = format!("`{program}` would be looked for in the directory of the one who asked");
        let why = "who can write the check can make it say yes";
        source.fault_because(&table.span_of("verify"), text, why, "write its absolute path");
    }
}

/// A hint at a decision that has another word elsewhere.
pub fn meant_decision(word: &str) -> Option<String> {
    const OTHERS: &[(&str, &[&str])] = &[
        ("allow", &["permit", "accept", "yes", "auto", "automatic", "pass"]),
        ("flag", &["warn", "audit", "log", "review"]),
        ("ask", &["approve", "approval", "prompt", "confirm", "human"]),
        ("deny", &["block", "forbid", "refuse", "reject", "never", "no"]),
    ];
    let known = || Decision::ALL.iter().map(|one| one.as_str());
    let ours = OTHERS.iter().find(|(_, others)| others.contains(&word)).map(|(ours, _)| format!("write \"{ours}\""));
    ours.or_else(|| meant(word, known()))
}

/// The decision of this name.
pub fn decision(word: &str) -> Option<Decision> {
    Decision::ALL.into_iter().find(|known| known.as_str() == word)
}
