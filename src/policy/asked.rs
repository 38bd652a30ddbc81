//! Whom policy names for what it decides: the owners of the rules that decided, with how to reach them.

use crate::model::decision::{Obligation, Verdict};

use super::Policies;

impl Policies {
    /// Whether any rule wants a check to hold after a run.
    pub fn wants_verification(&self) -> bool {
        let wants = |one: &Obligation| matches!(one, Obligation::Verification { .. });
        self.layers.iter().flat_map(|layer| &layer.policy.rules).any(|rule| rule.obligations.iter().any(wants))
    }

    /// The owners of the rules that decided, each once: `platform (#platform-oncall)`.
    pub fn asked(&self, verdict: &Verdict) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for found in verdict.matches.iter().filter(|found| found.decision == verdict.decision) {
            let file = found.origin.rsplit_once(':').map_or(found.origin.as_str(), |(file, _)| file);
            let of_file = self.layers.iter().filter(|layer| layer.path.display().to_string() == file);
            for layer in of_file {
                let rule = layer.policy.rules.iter().find(|rule| rule.id == found.rule);
                let Some(owner) = rule.and_then(|rule| rule.owner.clone()) else { continue };
                let contact = layer.policy.owners.iter().find(|(name, _)| *name == owner);
                let text = contact.map_or_else(|| owner.clone(), |(_, contact)| format!("{owner} ({contact})"));
                if !all.contains(&text) {
                    all.push(text);
                }
            }
        }
        all
    }
}
