//! What is no fault of a policy, and should be looked at: rules that never match, never decide, or say nothing.
//!
//! A lint says only what is certain: a rule that could match some command is never said to match none.

mod approvers;
mod effect;
mod known;
mod never;
mod overlap;
mod owners;
mod shadows;

use std::fmt;
use std::ops::Range;

use serde_json::{Value, json};

use crate::model::environments::Environments;

use super::Policies;
use super::diagnose::Fault;
use super::layers::{Layer, LayerKind};
use super::schema::Rule;
use super::tools;
use crate::packs::described::Tool;
use known::Known;

/// What the lints are called, each with what it is about.
pub const NAMES: &[(&str, &str)] = &[
    ("never-matches", "no command can match the rule"),
    ("no-effect", "a key or a word changes nothing"),
    ("shadowed", "a stricter rule always matches as well, so this one never decides"),
    ("duplicate", "another rule says the same"),
    ("unknown-tool", "a tool that aigov does not know"),
    ("no-example", "the rule has no `match` example"),
    ("no-owner", "others have an owner, and this rule has none"),
    ("unused-owner", "no rule names the owner"),
    ("alone", "one human alone could approve, and not what their own agent asks for"),
    ("tool", "nothing shows that the description of a tool is right, or it hardly ever counts"),
    ("no-sign", "nothing says how the environment is recognised"),
];

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// Its name: one of `NAMES`.
    pub name: &'static str,
    /// The rule it is about.
    pub rule: Option<String>,
    /// Where, what, why, and what to do.
    pub fault: Fault,
}

impl Lint {
    /// As JSON: a fault with the lint's name and the rule.
    pub fn to_json(&self) -> Value {
        let mut value = self.fault.to_json();
        if let Some(object) = value.as_object_mut() {
            object.insert("lint".to_owned(), json!(self.name));
            object.insert("rule".to_owned(), json!(self.rule));
        }
        value
    }
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("warning: {} [{}]", self.fault.text, self.name);
        write!(f, "{}", self.fault.clone().told_as(text))
    }
}

/// Everything to look at, in the order of layers and lines.
pub fn lints(policies: &Policies) -> Vec<Lint> {
    let environments = policies.environments();
    let known = Known::of(policies);
    let mut all = Vec::new();
    for (at, layer) in policies.layers().iter().enumerate() {
        let scope = Scope { layer, environments: &environments, known: &known };
        let mut found = owners::lints(&scope);
        for rule in &layer.policy.rules {
            found.extend(of_rule(&scope, rule));
            found.extend(approvers::lints(&scope, policies, rule));
            found.extend(shadows::lint(policies, at, rule, &scope));
        }
        found.extend(environment_lints(&scope, policies));
        found.extend(layer.policy.tools.iter().filter_map(|tool| tool_lint(&scope, tool)));
        found.sort_by_key(|lint| lint.fault.place);
        all.append(&mut found);
    }
    all
}

fn of_rule(scope: &Scope<'_>, rule: &Rule) -> Vec<Lint> {
    let mut found: Vec<Lint> = never::lint(scope, rule).into_iter().collect();
    if !found.is_empty() {
        // What never matches has no further faults worth telling.
        return found;
    }
    found.extend(effect::lints(scope, rule));
    if rule.examples.is_empty() && scope.layer.kind != LayerKind::Repository {
        let text = format!("rule `{}` has no `match` example", rule.id);
        let fault = scope
            .fault(scope.start(rule), text, "add `match = [\"a command that it is for\"]`")
            .because("nothing shows that it matches what it is meant for");
        found.push(Lint { name: "no-example", rule: Some(rule.id.to_string()), fault });
    }
    found
}

/// Environments that nothing is recognised as.
fn environment_lints(scope: &Scope<'_>, policies: &Policies) -> Vec<Lint> {
    let signs = |name: &str| policies.environments().rules.iter().any(|(one, rule)| one == name && rule.has_signs());
    let mut found = Vec::new();
    for (name, _) in scope.layer.policy.environments.iter().filter(|(name, _)| !signs(name)) {
        let line = scope.layer.policy.lines.get(&format!("environments.{name}")).copied().unwrap_or(1);
        let text = format!("nothing is recognised as the environment `{name}`");
        let help = "say by what: `contexts`, `workspaces`, `profiles`, `hosts`, `directories`, …";
        let fault =
            scope.fault(scope.line(line), text, help).because("it lists no signs, and so no command points at it");
        found.push(Lint { name: "no-sign", rule: None, fault });
    }
    found
}

/// Descriptions of tools that nothing shows to be right, or that hardly ever count.
fn tool_lint(scope: &Scope<'_>, tool: &Tool) -> Option<Lint> {
    let (text, why, help) = tools::doubt(tool)?;
    let fault = scope.fault(scope.line(tool.line), text, help).because(why);
    Some(Lint { name: "tool", rule: None, fault })
}

/// A layer that is looked at, with every environment there is.
struct Scope<'a> {
    layer: &'a Layer,
    environments: &'a Environments,
    known: &'a Known,
}

impl Scope<'_> {
    fn fault(&self, span: Range<usize>, text: impl Into<String>, help: impl Into<String>) -> Fault {
        Fault::at(&self.layer.path, &self.layer.text, &span, text, Some(help.into()))
    }

    fn lint(&self, name: &'static str, rule: &Rule, span: Range<usize>, said: Said) -> Lint {
        let fault = self.fault(span, said.text, said.help).because(said.why);
        Lint { name, rule: Some(rule.id.to_string()), fault }
    }

    fn line(&self, number: usize) -> Range<usize> {
        self.layer.line(number)
    }

    fn start(&self, rule: &Rule) -> Range<usize> {
        self.layer.line(rule.line)
    }

    fn key(&self, rule: &Rule, name: &str) -> Range<usize> {
        self.layer.key(rule, name)
    }

    fn word(&self, rule: &Rule, key: &str, word: &str) -> Range<usize> {
        self.layer.word(rule, key, word)
    }
}

/// What is said about a rule.
struct Said {
    text: String,
    why: String,
    help: String,
}

/// Words as people list them: `a`, `b` and `c`.
fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
