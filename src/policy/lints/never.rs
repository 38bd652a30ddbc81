//! Rules that no command can match.

use crate::model::action::{Category, Impact};
use crate::model::decision::Decision;
use crate::policy::diagnose::nearest;
use crate::policy::matching::is_protected;
use crate::policy::schema::Rule;

use super::known::Tool;
use super::overlap::{holds_wherever, impacts};
use super::{Lint, Said, Scope, listed};

/// Why a rule can never match; none where a command may.
pub fn lint(scope: &Scope<'_>, rule: &Rule) -> Option<Lint> {
    let checks: [fn(&Scope<'_>, &Rule) -> Option<Dead>; 6] =
        [placeless, elsewhere, untouched, unknown_tools, unknown_operations, undone];
    let (found, why, help) = checks.iter().find_map(|check| check(scope, rule))?;
    let span = match &found {
        Found::Key(name) => scope.key(rule, name),
        Found::Word(key, word) => scope.word(rule, key, word),
    };
    let text = format!("rule `{}` can never match", rule.id);
    Some(scope.lint("never-matches", rule, span, Said { text, why, help }))
}

/// Where the reason stands, why it is one, and what to do.
type Dead = (Found, String, String);

/// Where the reason stands.
enum Found {
    Key(&'static str),
    Word(&'static str, String),
}

/// What allows a change says where.
fn placeless(_: &Scope<'_>, rule: &Rule) -> Option<Dead> {
    if !impacts(rule).is_empty() {
        return None;
    }
    let words = listed(rule.when.impact.iter().map(|impact| impact.as_str()));
    let why = format!("a rule that allows {words} applies only where it says in which environment, and it names none");
    let help = "add `environment = \"…\"` to `when`, or `protected = false`".to_owned();
    Some((Found::Key("when"), why, help))
}

/// The environments that it names, and `protected`, exclude each other.
fn elsewhere(scope: &Scope<'_>, rule: &Rule) -> Option<Dead> {
    let wanted = rule.when.protected?;
    let names = &rule.when.environment;
    if names.is_empty() || names.iter().any(|name| is_protected(name, &scope.environments.rules) == wanted) {
        return None;
    }
    let verb = if names.len() == 1 { "is" } else { "are" };
    let (is, other) = if wanted { ("not protected", "take `protected` out") } else { ("protected", "write `true`") };
    let why =
        format!("{} {verb} {is}, and the rule wants `protected = {wanted}`", listed(names.iter().map(String::as_str)));
    let help = format!("{other}, or name another environment");
    Some((Found::Key("protected"), why, help))
}

/// The targets that it names have other names in actions.
fn untouched(scope: &Scope<'_>, rule: &Rule) -> Option<Dead> {
    let dead: Vec<(&String, &'static str)> =
        rule.when.target.iter().filter_map(|target| Some((target, other_kind(scope, rule, target)?))).collect();
    let (target, kind) = dead.first().filter(|_| dead.len() == rule.when.target.len())?;
    let rest = target.split_once('/').map_or("*", |(_, rest)| rest);
    let why = format!("targets of this kind are called `{kind}/…`, however the command spells it");
    Some((Found::Word("target", (*target).clone()), why, format!("write \"{kind}/{rest}\"")))
}

/// The kind that a target's pattern means by another word.
pub(super) fn other_kind(scope: &Scope<'_>, rule: &Rule, target: &str) -> Option<&'static str> {
    let (kind, _) = target.split_once('/').filter(|(kind, _)| !kind.contains('*'))?;
    scope.known.canonical_kind(&rule.when, kind)
}

/// No tool that it names is known, and what is not known is not what it is about.
fn unknown_tools(scope: &Scope<'_>, rule: &Rule) -> Option<Dead> {
    let tools = &rule.when.tool;
    let first = tools.first()?;
    if tools.iter().any(|tool| scope.known.tool(tool) == Tool::Known) {
        return None;
    }
    if let Tool::Called(name) = scope.known.tool(first) {
        let why = format!("in rules `{first}` goes by the name of `{name}`, whose commands it has");
        return Some((Found::Word("tool", first.clone()), why, format!("write \"{name}\"")));
    }
    let when = &rule.when;
    let takes_unknown = impacts(rule).contains(&Impact::Unknown)
        && (when.category.is_empty() || when.category.contains(&Category::Execution))
        && (when.operation.is_empty() || when.operation.iter().any(|one| crate::text::glob::glob(one, "unknown")));
    if takes_unknown {
        return None;
    }
    let why = format!(
        "aigov does not know {}; what such a tool does is `unknown` and `execution`, which the rule leaves out",
        listed(tools.iter().map(String::as_str))
    );
    let help = nearest(first, scope.known.tools()).map_or_else(
        || "take the rule out, or let `impact` name \"unknown\"".to_owned(),
        |near| format!("did you mean \"{near}\"?"),
    );
    Some((Found::Word("tool", first.clone()), why, help))
}

/// No tool that it names has one of its operations.
fn unknown_operations(scope: &Scope<'_>, rule: &Rule) -> Option<Dead> {
    let operations = &rule.when.operation;
    let first = operations.first()?;
    if operations.iter().any(|operation| scope.known.has_operation(&rule.when, operation)) {
        return None;
    }
    let (why, help) = no_operation(scope, rule, first);
    Some((Found::Word("operation", first.clone()), why, help))
}

/// Why an operation is none, and what may have been meant.
pub(super) fn no_operation(scope: &Scope<'_>, rule: &Rule, operation: &str) -> (String, String) {
    let tools = listed(rule.when.tool.iter().map(String::as_str));
    let of = if tools.is_empty() { "any tool that aigov knows".to_owned() } else { tools };
    let why = format!("`{operation}` is no operation of {of}");
    let known = scope.known.operations_of(&rule.when);
    let elsewhere = scope.known.tools_with(operation);
    let help = match nearest(operation, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None if !elsewhere.is_empty() && elsewhere.len() < 5 => {
            format!("it is one of {}: name that tool", listed(elsewhere))
        }
        None => "`aigov check -- CMD` tells what a command's operation is called".to_owned(),
    };
    (why, help)
}

/// `unless` holds wherever `when` does.
fn undone(scope: &Scope<'_>, rule: &Rule) -> Option<Dead> {
    let unless = rule.unless.as_ref()?;
    // For what asks or denies, `unless` must hold for every value of an action, and `when` for one.
    let is_comparable = rule.decision < Decision::Ask
        || (unless.category.is_empty() && unless.target.is_empty() && unless.service.is_empty());
    if !is_comparable || !holds_wherever(unless, rule, scope.environments) {
        return None;
    }
    let why = "`unless` holds for everything that `when` holds for".to_owned();
    Some((Found::Key("unless"), why, "narrow `unless`, or take the rule out".to_owned()))
}
