//! The commands that two policies bring along as examples and tests, decided by both.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::invocation::{Dialect, Form, Invocation, Raw, Stdin};

use super::change::{Direction, Shift, Side};
use super::schema::TestCase;
use super::tests_run::{actions, strictest};
use super::{Policies, decide};

/// Commands whose decision changes in the same way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// From what to what.
    #[serde(flatten)]
    pub shift: Shift,
    /// How many.
    pub count: u64,
    /// The first of them.
    pub example: String,
    /// Where it is run, when the test says so: `context prod-eu`.
    pub place: Option<String>,
}

/// What both policies decide for the commands of both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Decisions {
    /// How many different commands.
    pub commands: u64,
    /// Those that only another rule decides.
    pub by_another_rule: u64,
    /// The changes; what loosens first, and the most frequent first.
    pub changed: Vec<Changed>,
}

impl Decisions {
    /// Whether any of them is loosened.
    pub fn loosens(&self) -> bool {
        self.changed.iter().any(|one| one.shift.leaning().direction().is_some_and(Direction::loosens))
    }
}

/// Decides every example and test of either policy by both.
pub fn decisions(from: &Policies, to: &Policies) -> Decisions {
    let mut found = Decisions::default();
    let mut changed: BTreeMap<Shift, Changed> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for case in cases(from).chain(cases(to)) {
        if !seen.insert((case.command.clone(), place(&case))) {
            continue;
        }
        found.commands += 1;
        let shift = Shift { from: side(from, &case), to: side(to, &case) };
        if shift.leaning().direction().is_none() {
            found.by_another_rule += u64::from(shift.from.rule != shift.to.rule);
            continue;
        }
        let new = || Changed { shift: shift.clone(), count: 0, example: case.command.clone(), place: place(&case) };
        changed.entry(shift.clone()).or_insert_with(new).count += 1;
    }
    found.changed = changed.into_values().collect();
    found.changed.sort_by_key(|one| (one.shift.leaning().direction(), std::cmp::Reverse(one.count)));
    found
}

fn cases(policies: &Policies) -> impl Iterator<Item = TestCase> {
    let of_rules = policies.layers().iter().flat_map(|layer| &layer.policy.rules).flat_map(|rule| {
        let commands = rule.examples.iter().chain(&rule.counterexamples);
        commands.map(|command| TestCase { line: rule.line, command: command.clone(), ..TestCase::default() })
    });
    of_rules.chain(policies.layers().iter().flat_map(|layer| layer.policy.tests.clone()))
}

fn side(policies: &Policies, case: &TestCase) -> Side {
    let form = Form::Shell { text: Raw::from(case.command.as_str()), shell: Raw::from("bash"), dialect: Dialect::Bash };
    let invocation = Invocation { form, cwd: Raw::default(), env: Vec::new(), stdin: Stdin::Inherited };
    Side::of(&decide(policies, &strictest(), actions(&invocation, policies, case)))
}

/// What a test says of where its command is run.
fn place(case: &TestCase) -> Option<String> {
    let given: Vec<String> = [
        ("context", &case.context),
        ("namespace", &case.namespace),
        ("workspace", &case.workspace),
        ("profile", &case.profile),
        ("branch", &case.branch),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)))
    .collect();
    (!given.is_empty()).then(|| given.join(", "))
}
