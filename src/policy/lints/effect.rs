//! Keys and words of a rule that change nothing.

use crate::model::action::Impact;
use crate::model::decision::{Assurance, Obligation};
use crate::policy::diagnose::nearest;
use crate::policy::matching::is_protected;
use crate::policy::schema::{Rule, When};

use super::known::Tool;
use super::never::{no_operation, other_kind};
use super::overlap::{contradiction, impacts};
use super::{Lint, Said, Scope};

/// What changes nothing in a rule that can match.
pub fn lints(scope: &Scope<'_>, rule: &Rule) -> Vec<Lint> {
    let mut found = Vec::new();
    words(scope, rule, &mut found);
    tools(scope, rule, &mut found);
    found.extend(unless(scope, rule));
    keys(scope, rule, &mut found);
    found
}

/// Words of lists that no action can have here, beside others that one can.
fn words(scope: &Scope<'_>, rule: &Rule, found: &mut Vec<Lint>) {
    let mut add = |key: &'static str, word: &str, why: String, help: String| {
        let text = format!("\"{word}\" in rule `{}` matches nothing", rule.id);
        found.push(scope.lint("no-effect", rule, scope.word(rule, key, word), Said { text, why, help }));
    };
    let possible = impacts(rule);
    for impact in rule.when.impact.iter().filter(|impact| !possible.contains(impact)) {
        let why = format!("a rule that allows `{impact}` applies only where it says in which environment");
        let help = "add `environment = \"…\"` to `when`, or take the word out".to_owned();
        add("impact", Impact::as_str(*impact), why, help);
    }
    for name in &rule.when.environment {
        if rule.when.protected.is_some_and(|wanted| wanted != is_protected(name, &scope.environments.rules)) {
            let why = format!("`{name}` does not fit the rule's `protected`");
            add("environment", name, why, "take the word out".to_owned());
        }
    }
    for operation in rule.when.operation.iter().filter(|one| !scope.known.has_operation(&rule.when, one)) {
        let (why, help) = no_operation(scope, rule, operation);
        add("operation", operation, why, help);
    }
    for target in &rule.when.target {
        let Some(kind) = other_kind(scope, rule, target) else { continue };
        let rest = target.split_once('/').map_or("*", |(_, rest)| rest);
        let why = format!("targets of this kind are called `{kind}/…`, however the command spells it");
        add("target", target, why, format!("write \"{kind}/{rest}\""));
    }
}

/// Tools that are not known, which only an unknown impact can match.
fn tools(scope: &Scope<'_>, rule: &Rule, found: &mut Vec<Lint>) {
    for tool in &rule.when.tool {
        let (why, help) = match scope.known.tool(tool) {
            Tool::Known => continue,
            Tool::Called(name) => (
                format!("in rules `{tool}` goes by the name of `{name}`, whose commands it has"),
                format!("write \"{name}\""),
            ),
            Tool::Unknown => (
                "aigov does not know it, so all its commands are of `unknown` impact".to_owned(),
                nearest(tool, scope.known.tools()).map_or_else(
                    || "leave it to the rule about what is unknown".to_owned(),
                    |near| format!("did you mean \"{near}\"?"),
                ),
            ),
        };
        let text = format!("rule `{}` names the tool `{tool}`, which is none that is known", rule.id);
        found.push(scope.lint("unknown-tool", rule, scope.word(rule, "tool", tool), Said { text, why, help }));
    }
}

/// An `unless` that excludes nothing that `when` takes in.
fn unless(scope: &Scope<'_>, rule: &Rule) -> Option<Lint> {
    let unless = rule.unless.as_ref()?;
    // The operations of the tools that both speak of.
    let tool = if unless.tool.is_empty() { rule.when.tool.clone() } else { unless.tool.clone() };
    let spoken = Rule { when: When { tool, ..unless.clone() }, ..rule.clone() };
    let is_known = |operation: &String| scope.known.has_operation(&spoken.when, operation);
    let why = match (contradiction(&rule.when, unless, scope.environments), unless.operation.first()) {
        (Some(name), _) => format!("nothing that `when` takes in has the `{name}` that `unless` wants"),
        (None, Some(first)) if !unless.operation.iter().any(is_known) => no_operation(scope, &spoken, first).0,
        (None, _) => return None,
    };
    let text = format!("`unless` of rule `{}` changes nothing", rule.id);
    let help = "take it out, or correct it".to_owned();
    Some(scope.lint("no-effect", rule, scope.key(rule, "unless"), Said { text, why, help }))
}

/// Keys that say what holds anyway.
fn keys(scope: &Scope<'_>, rule: &Rule, found: &mut Vec<Lint>) {
    let mut add = |key: &'static str, why: &str, help: &str| {
        let text = format!("`{key}` of rule `{}` changes nothing", rule.id);
        let said = Said { text, why: why.to_owned(), help: help.to_owned() };
        found.push(scope.lint("no-effect", rule, scope.key(rule, key), said));
    };
    let switches = [
        ("require_reason", Obligation::Reason),
        ("require_preview", Obligation::Preview),
        ("require_rationale", Obligation::Rationale),
        ("four_eyes", Obligation::FourEyes),
        ("grantable", Obligation::EachTime),
    ];
    for (key, obligation) in switches {
        let is_there = scope.key(rule, key) != scope.start(rule);
        if is_there && !rule.obligations.contains(&obligation) {
            add(key, "it asks for nothing, and lifts nothing that another rule asks for", "take it out");
        }
    }
    if rule.obligations.contains(&Obligation::Approvals { count: 1 }) {
        add("approvals", "one approval is always needed", "take it out, or ask for 2");
    }
    if rule.obligations.contains(&Obligation::MinAssurance { assurance: Assurance::A0 }) {
        add("min_assurance", "every approval is A0 at least", "take it out, or ask for \"A1\", \"A2\" or \"A3\"");
    }
}
