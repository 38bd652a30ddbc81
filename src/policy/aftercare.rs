//! What any rule of the policy in force wants of the time after a run.

use crate::model::decision::Obligation;

use super::Policies;

impl Policies {
    /// Whether any rule wants a check to hold after a run.
    pub fn wants_verification(&self) -> bool {
        let wants = |one: &Obligation| matches!(one, Obligation::Verification { .. });
        self.layers.iter().flat_map(|layer| &layer.policy.rules).any(|rule| rule.obligations.iter().any(wants))
    }
}
