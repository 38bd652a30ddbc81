//! docker: what was stopped is started again; nothing brings back what a container or volume held.

use crate::model::invocation::Raw;
use crate::model::preview::{TICKET, Undo, WayBack};
use crate::model::secret::Redacted;

/// The way back of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Back {
    /// These words, behind the program and what says where its server is; and what they bring back.
    Words(Vec<Raw>, String),
    /// A person can do this.
    ByHand(Vec<String>),
    /// Nothing can be done, and why.
    Nothing(String),
}

/// The way back, and its words where aigov can ask for them.
pub fn way_back(back: Back, start: &[Raw], cwd: Raw) -> (Undo, Option<WayBack>) {
    let clean = |text: &str| Redacted::assume_clean(text);
    match back {
        Back::Words(words, note) => {
            let argv = start.iter().cloned().chain(words).collect();
            let undo = Undo::Command { command: clean(&format!("aigov rollback {TICKET}")), note: clean(&note) };
            (undo, Some(WayBack { argv, cwd, files: Vec::new() }))
        }
        Back::ByHand(steps) => (Undo::ByHand { steps: steps.iter().map(|step| clean(step)).collect() }, None),
        Back::Nothing(why) => (Undo::Nothing { why: clean(&why) }, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_are_a_command() {
        let start = ["docker", "-H", "unix:///x"].map(Raw::from);
        let words = Back::Words(vec![Raw::from("start"), Raw::from("a")], "starts it".to_owned());
        let (undo, back) = way_back(words, &start, Raw::from("/"));
        let line = back.unwrap().argv.iter().map(|word| word.lossy().into_owned()).collect::<Vec<_>>().join(" ");
        assert_eq!(line, "docker -H unix:///x start a");
        assert!(matches!(undo, Undo::Command { .. }));
        assert!(way_back(Back::Nothing("gone".to_owned()), &start, Raw::from("/")).1.is_none());
        assert!(way_back(Back::ByHand(vec!["look".to_owned()]), &start, Raw::from("/")).1.is_none());
    }
}
