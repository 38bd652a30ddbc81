//! From an invocation to a verdict: parse, classify, decide. The same code for `exec`, `run` and `check`.

use crate::classify::{Classified, Context, Owner, classify};
use crate::command::{Parsed, parse_with};
use crate::model::attribution::Attribution;
use crate::model::decision::Verdict;
use crate::model::facts::{Fact, Facts, Remembered};
use crate::model::invocation::Invocation;

use super::{Policies, decide};

/// An invocation, understood and decided; nothing has been recorded or run.
#[must_use = "what was decided has to be carried out or recorded"]
pub struct Understood {
    /// The commands that were found in it.
    pub parsed: Parsed,
    /// What was decided, with the actions.
    pub verdict: Verdict,
    /// What each of the actions is of.
    pub owners: Vec<Owner>,
    /// What the host answered on the way.
    pub facts: Vec<Fact>,
}

/// Parses, classifies and decides.
pub fn understand(invocation: &Invocation, host: &dyn Facts, policies: &Policies, caller: &Attribution) -> Understood {
    let facts = Remembered::new(host);
    let environments = policies.environments();
    let parsed = parse_with(invocation, &facts, policies.packs());
    let context = Context { facts: &facts, environments: &environments, cwd: &invocation.cwd, env: &invocation.env };
    let Classified { actions, owners } = classify(&parsed, &context);
    let verdict = decide(policies, caller, actions);
    Understood { parsed, verdict, owners, facts: facts.into_facts() }
}
