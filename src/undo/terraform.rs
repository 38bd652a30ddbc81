//! terraform: the configuration as it was, planned and applied again.

use crate::model::invocation::Raw;
use crate::model::preview::{Pin, TICKET, Undo};
use crate::model::secret::Redacted;

/// The way back of a plan. `before` names the configuration that everything is as it says now, where one was found.
pub fn way_back(words: &[Raw], before: Option<&str>, serial: Option<&Pin>) -> Undo {
    let program = words.first().map(|word| word.lossy().into_owned()).unwrap_or_else(|| "terraform".to_owned());
    let state = serial.map(|pin| format!(" (state serial {})", pin.was)).unwrap_or_default();
    let clean = |text: String| Redacted::assume_clean(text);
    match before {
        Some(which) => Undo::Command {
            command: clean(format!("aigov rollback {TICKET}")),
            note: clean(format!(
                "goes back to the configuration {which}, as it stood before this{state}, by a plan that is shown \
                 first; what is deleted or replaced comes back empty"
            )),
        },
        None => Undo::ByHand {
            steps: vec![
                clean(format!("bring the configuration back to what it was{state}")),
                clean(format!("`aigov exec -- {program} apply`: it plans the way back and shows it before it runs")),
                clean("what is deleted or replaced comes back empty".to_owned()),
            ],
        },
    }
}
