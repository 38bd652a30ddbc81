//! Owners: whom to ask about a rule. A policy without any owner hears nothing of it.

use super::{Lint, Said, Scope};

/// Rules without owner where others have one, and owners whom no rule names.
pub fn lints(scope: &Scope<'_>) -> Vec<Lint> {
    let policy = &scope.layer.policy;
    let has_owners = !policy.owners.is_empty() || policy.rules.iter().any(|rule| rule.owner.is_some());
    if !has_owners {
        return Vec::new();
    }
    let mut found = Vec::new();
    for rule in policy.rules.iter().filter(|rule| rule.owner.is_none()) {
        let said = Said {
            text: format!("rule `{}` has no owner", rule.id),
            why: "this policy names owners, and nobody is named for this rule".to_owned(),
            help: "add `owner = \"…\"`".to_owned(),
        };
        found.push(scope.lint("no-owner", rule, scope.start(rule), said));
    }
    let is_named = |name: &str| policy.rules.iter().any(|rule| rule.owner.as_deref() == Some(name));
    for (name, _) in policy.owners.iter().filter(|(name, _)| !is_named(name)) {
        let line = policy.lines.get(&format!("owners.{name}")).copied().unwrap_or(1);
        let text = format!("no rule has the owner `{name}`");
        let fault =
            scope.fault(scope.line(line), text, format!("take it out, or write `owner = \"{name}\"` in a rule"));
        found.push(Lint { name: "unused-owner", rule: None, fault });
    }
    found
}
