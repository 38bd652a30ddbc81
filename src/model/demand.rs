//! Who must approve: what rules demand of those who decide, and what one decision counts for.

use serde::{Deserialize, Serialize};

use super::time::Instant;

/// One stage of a demand: so many of the humans that these names stand for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stage {
    /// The names of groups and humans, as policy gives them. Who they are is looked up when somebody decides.
    pub approvers: Vec<String>,
    /// How many of them.
    pub count: u32,
    /// Who may approve as well once it has waited.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalate: Vec<Escalation>,
}

impl Stage {
    /// What people read: `sre`, `2 of sre or alice`.
    pub fn describe(&self) -> String {
        match self.count {
            1 => either(&self.approvers),
            count => format!("{count} of {}", either(&self.approvers)),
        }
    }
}

/// The stages of a demand in words: `2 of sre, then security`.
pub fn described(stages: &[Stage]) -> String {
    stages.iter().map(Stage::describe).collect::<Vec<_>>().join(", then ")
}

/// Names as people list those of whom one is enough: `sre, alice or bob`.
pub fn either<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "nobody".to_owned(),
    }
}

/// Who may approve as well once a request has waited. It never lets anything run by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Escalation {
    /// How long after the request was filed, in seconds.
    pub after_s: u64,
    /// The names of groups and humans.
    pub to: Vec<String>,
}

/// A stage of a verdict that an approval counts for, and as whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Count {
    /// The demand, by its place among the verdict's.
    pub demand: usize,
    /// The stage, by its place in the demand.
    pub stage: usize,
    /// The name by which policy let the human count: a group's, or their own.
    pub named: String,
}

/// A freeze window that was in force when a request was filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The window's name.
    pub window: String,
    /// Until when.
    pub until: Instant,
    /// The same as people read it, in the window's own time zone.
    pub until_text: String,
    /// Who approves first while it lasts: names of groups and humans.
    pub approvers: Vec<String>,
}

impl Frozen {
    /// What people read.
    pub fn describe(&self) -> String {
        let who = match self.approvers.as_slice() {
            [] => "only broken glass lets anything through before".to_owned(),
            names => format!("before that {} approves first", either(names)),
        };
        format!("by window `{}` until {}; {who}", self.window, self.until_text)
    }
}

/// An escalation whose time has come.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Escalated {
    /// The demand, by its place among the verdict's.
    pub demand: usize,
    /// The stage, by its place in the demand.
    pub stage: usize,
    /// The escalation, by its place in the stage.
    pub step: usize,
    /// Who may approve as well from here on.
    pub to: Vec<String>,
}
