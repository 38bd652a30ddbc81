//! Which rules a policy's own examples and tests decide by, which they only match, and which they never reach.

use serde_json::{Value, json};

use crate::model::decision::{Decision, Verdict};

use super::Policies;

/// How far the tests reach one rule, in rising order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    /// No command of a test matches it.
    Never,
    /// Commands match it, and a stricter rule decides about each of them.
    Matched,
    /// It decides about one at least.
    Decided,
}

impl Reached {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Matched => "matched",
            Self::Decided => "decided",
        }
    }
}

/// One rule, or a default that is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// The rule's id, or `default`.
    pub rule: String,
    /// The layer's kind.
    pub layer: &'static str,
    /// The file.
    pub path: String,
    /// The line on which it begins.
    pub line: usize,
    /// What it decides.
    pub decision: Decision,
    /// About how many commands it decides.
    pub decides: usize,
    /// How many commands it matches.
    pub matches: usize,
    /// The rules that decided instead where it only matched, in the order found.
    pub stricter: Vec<String>,
}

impl Covered {
    /// How far the tests reach it.
    pub fn reached(&self) -> Reached {
        match (self.decides, self.matches) {
            (0, 0) => Reached::Never,
            (0, _) => Reached::Matched,
            _ => Reached::Decided,
        }
    }
}

/// Every rule of every layer, in order, with what the tests do with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The rules.
    pub rules: Vec<Covered>,
}

impl Coverage {
    /// The rules of these layers, of which no test has been run yet.
    pub fn of(policies: &Policies) -> Self {
        let mut rules = Vec::new();
        for layer in policies.layers() {
            let one = |rule: &str, line: usize, decision: Decision| Covered {
                rule: rule.to_owned(),
                layer: layer.kind.as_str(),
                path: layer.path.display().to_string(),
                line,
                decision,
                decides: 0,
                matches: 0,
                stricter: Vec::new(),
            };
            rules.extend(layer.policy.rules.iter().map(|rule| one(rule.id.as_str(), rule.line, rule.decision)));
            if let Some((decision, line)) = layer.policy.default.filter(|_| layer.kind.is_base()) {
                rules.push(one("default", line, decision));
            }
        }
        Self { rules }
    }

    /// Counts what was decided about one command.
    pub fn note(&mut self, verdict: &Verdict) {
        for rule in &mut self.rules {
            let origin = format!("{}:{}", rule.path, rule.line);
            let is_it =
                |found: &&crate::model::decision::RuleMatch| found.rule.as_str() == rule.rule && found.origin == origin;
            let Some(found) = verdict.matches.iter().find(is_it) else { continue };
            rule.matches += 1;
            if found.decision == verdict.decision {
                rule.decides += 1;
            } else if !rule.stricter.iter().any(|one| one == verdict.rule.as_str()) {
                rule.stricter.push(verdict.rule.as_str().to_owned());
            }
        }
    }

    /// How many rules are reached this far, no further.
    pub fn count(&self, reached: Reached) -> usize {
        self.rules.iter().filter(|rule| rule.reached() == reached).count()
    }

    /// Whether so many of a hundred rules decide in a test. A policy without rules has nothing that is not covered.
    pub fn is_at_least(&self, percent: u8) -> bool {
        self.count(Reached::Decided) * 100 >= usize::from(percent) * self.rules.len()
    }

    /// How many of a hundred rules decide in a test, with one digit, never rounded up: `94.7`.
    pub fn percent(&self) -> String {
        let tenths = (self.count(Reached::Decided) * 1000).checked_div(self.rules.len()).unwrap_or(1000);
        format!("{}.{}", tenths / 10, tenths % 10)
    }

    /// As JSON.
    pub fn to_json(&self) -> Value {
        let one = |rule: &Covered| {
            json!({
                "rule": rule.rule,
                "layer": rule.layer,
                "path": rule.path,
                "line": rule.line,
                "decision": rule.decision,
                "reached": rule.reached().as_str(),
                "decides": rule.decides,
                "matches": rule.matches,
                "stricter": rule.stricter,
            })
        };
        json!({
            "percent": self.percent().parse::<f64>().ok(),
            "decided": self.count(Reached::Decided),
            "matched": self.count(Reached::Matched),
            "never": self.count(Reached::Never),
            "total": self.rules.len(),
            "rules": self.rules.iter().map(one).collect::<Vec<_>>(),
        })
    }
}
