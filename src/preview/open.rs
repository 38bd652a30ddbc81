//! What a command settles only when it runs: for tools of which that is nothing.

use std::path::Path;

use crate::command::{Command, Word};
use crate::model::invocation::Raw;
use crate::model::preview::{LeftOpen, Pin};
use crate::model::secret::Redacted;

/// It settles everything in its words.
pub(super) fn nothing(_: &Command, _: &Path) -> Option<LeftOpen> {
    None
}

/// A thing is what it is: any difference makes it another.
pub(super) fn never(_: &Pin, _: &Pin) -> bool {
    false
}

/// Something left open, with what to ask instead.
pub(super) fn open(what: &str, instead: &str) -> LeftOpen {
    LeftOpen { what: Redacted::assume_clean(what), instead: Redacted::assume_clean(instead) }
}

/// The words, with the text of what is not known before it runs in its place.
pub(super) fn words(command: &Command) -> Vec<Raw> {
    let text = |word: &Word| match word {
        Word::Literal(raw) => raw.clone(),
        Word::Opaque(part) => Raw::from(part.text.as_str()),
    };
    command.words.iter().map(text).collect()
}
