//! helm: the revision of before, which helm itself keeps; nothing where it keeps none.

use crate::model::invocation::Raw;
use crate::model::preview::{TICKET, Undo, WayBack};
use crate::model::secret::Redacted;

/// What leads back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Back {
    /// To a revision that helm keeps.
    Rollback {
        /// The release.
        name: String,
        /// Its revision of before.
        revision: u64,
    },
    /// The release was not there before.
    Uninstall {
        /// The release.
        name: String,
    },
    /// The revision of before is not one that ran well.
    NotDeployed {
        /// The release.
        name: String,
        /// What helm says of it.
        status: String,
    },
    /// helm forgets the release.
    Forgotten {
        /// The charts that were installed: `shop-1.2.3`.
        charts: Vec<String>,
    },
}

/// The way back, and its words where aigov can ask for them.
pub fn way_back(back: &Back, program: &Raw, place: &[Raw], cwd: &Raw) -> (Undo, Option<WayBack>) {
    match back {
        Back::Rollback { name, revision } => {
            let revision = revision.to_string();
            let note = format!(
                "`helm rollback {name} {revision}`: the objects become what revision {revision} says; hooks run again, what \
                 they or the new version did to data stays, and changes that somebody made by hand are lost"
            );
            command(&["rollback", name, &revision], note, (program, place, cwd))
        }
        Back::Uninstall { name } => {
            let note = format!(
                "`helm uninstall {name}`: the objects that it makes are deleted with the data in them; definitions, \
                 namespaces and what hooks made stay"
            );
            command(&["uninstall", name], note, (program, place, cwd))
        }
        Back::NotDeployed { name, status } => {
            let step = format!(
                "the release is `{status}` now, and going back to that is no way back: `helm history {name}` says which \
                 revision ran well; `aigov exec -- helm rollback {name} REVISION` goes there"
            );
            (Undo::ByHand { steps: vec![clean(&step)] }, None)
        }
        Back::Forgotten { charts } => {
            let steps = [
                format!(
                    "install {} again, with the values of now (`helm get values` before it runs)",
                    charts.join(", ")
                ),
                "with `--keep-history`, helm would keep its revision, and `aigov rollback` could go back to it"
                    .to_owned(),
                "what was in volumes that go is gone either way".to_owned(),
            ];
            (Undo::ByHand { steps: steps.iter().map(|step| clean(step)).collect() }, None)
        }
    }
}

fn command(words: &[&str], note: String, (program, place, cwd): (&Raw, &[Raw], &Raw)) -> (Undo, Option<WayBack>) {
    let words = words.iter().map(|word| Raw::from(*word));
    let argv = std::iter::once(program.clone()).chain(words).chain(place.iter().cloned()).collect();
    let undo = Undo::Command { command: clean(&format!("aigov rollback {TICKET}")), note: clean(&note) };
    (undo, Some(WayBack { argv, cwd: cwd.clone(), files: Vec::new() }))
}

fn clean(text: &str) -> Redacted {
    Redacted::assume_clean(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(back: &Back) -> Option<String> {
        let place = ["-n", "prod"].map(Raw::from);
        let (undo, way_back) = way_back(back, &Raw::from("helm"), &place, &Raw::from("/"));
        assert_eq!(matches!(undo, Undo::Command { .. }), way_back.is_some());
        way_back.map(|way| way.argv.iter().map(|word| word.lossy().into_owned()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_command_leads_back_only_to_what_helm_keeps() {
        let name = "web".to_owned();
        let rollback = Back::Rollback { name: name.clone(), revision: 3 };
        assert_eq!(back(&rollback).as_deref(), Some("helm rollback web 3 -n prod"));
        assert_eq!(back(&Back::Uninstall { name: name.clone() }).as_deref(), Some("helm uninstall web -n prod"));
        assert_eq!(back(&Back::NotDeployed { name, status: "failed".to_owned() }), None);
        assert_eq!(back(&Back::Forgotten { charts: vec!["shop-1".to_owned()] }), None);
    }
}
