//! terraform: the configuration as it was, planned and applied again.

use crate::model::invocation::Raw;
use crate::model::preview::{Pin, Undo};
use crate::model::secret::Redacted;

/// The way back of a plan. `needs_before` says that something was there before that changes.
pub fn way_back(words: &[Raw], needs_before: bool, serial: Option<&Pin>) -> Undo {
    let program = words.first().map(|word| word.lossy().into_owned()).unwrap_or_else(|| "terraform".to_owned());
    let state = serial.map(|pin| format!(" (the state before is the one with serial {})", pin.was)).unwrap_or_default();
    let step = |text: String| Redacted::assume_clean(text);
    let mut steps = vec![step(format!("bring the configuration back to what it was{state}"))];
    if !needs_before {
        steps = vec![step("take what is added out of the configuration".to_owned())];
    }
    steps.push(step(format!("`aigov exec -- {program} apply`: it plans the way back and shows it before it runs")));
    steps.push(step("what is deleted or replaced comes back empty".to_owned()));
    if !needs_before {
        steps.pop();
    }
    Undo::ByHand { steps }
}
