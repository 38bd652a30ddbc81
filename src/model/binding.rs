//! What an approval binds: one digest per field, so that a change can be named.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ids::Digest;

/// The fields that an approval can bind. Field names are those of the JSON form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoundField {
    /// The argument vector, or the shell text with its shell.
    Argv,
    /// The working directory.
    Cwd,
    /// The resolved executable: path and content.
    Executable,
    /// The environment variables that count for this command.
    Environment,
    /// Standard input.
    Stdin,
    /// Files that the command reads as its orders: manifests, plans, scripts.
    Inputs,
    /// Where it points: cluster, namespace, workspace, account.
    Target,
    /// The rules that matched, with their obligations.
    Rules,
    /// What the human was shown. It is made after the request, so that the approval binds it, not the request.
    Preview,
}

impl BoundField {
    /// Every field, in the order in which they are checked.
    pub const ALL: [Self; 9] = [
        Self::Argv,
        Self::Cwd,
        Self::Executable,
        Self::Environment,
        Self::Stdin,
        Self::Inputs,
        Self::Target,
        Self::Rules,
        Self::Preview,
    ];

    /// The field's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Argv => "argv",
            Self::Cwd => "cwd",
            Self::Executable => "executable",
            Self::Environment => "environment",
            Self::Stdin => "stdin",
            Self::Inputs => "inputs",
            Self::Target => "target",
            Self::Rules => "rules",
            Self::Preview => "preview",
        }
    }
}

/// A digest per bound field. A field that is missing is not bound, and the approval screen says so.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Binding {
    /// The digests.
    pub fields: BTreeMap<BoundField, Digest>,
}

impl Binding {
    /// The first field whose digest differs from `now`, or that one of the two lacks.
    pub fn first_difference(&self, now: &Self) -> Option<BoundField> {
        BoundField::ALL.into_iter().find(|field| self.fields.get(field) != now.fields.get(field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_changed_added_or_missing_field_is_named() {
        let mut was = Binding::default();
        was.fields.insert(BoundField::Argv, Digest([1; 32]));
        was.fields.insert(BoundField::Cwd, Digest([2; 32]));
        assert_eq!(was.first_difference(&was.clone()), None);
        let mut now = was.clone();
        now.fields.insert(BoundField::Cwd, Digest([3; 32]));
        assert_eq!(was.first_difference(&now), Some(BoundField::Cwd));
        now.fields.remove(&BoundField::Argv);
        assert_eq!(was.first_difference(&now), Some(BoundField::Argv));
    }
}
