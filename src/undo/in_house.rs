//! In-house tools: the command that the policy names.

use crate::model::invocation::Raw;
use crate::model::preview::{TICKET, Undo};
use crate::model::secret::Redacted;
use crate::redact::Redactor;
use crate::text::quote;

/// The way back by these words; none are no way back.
pub fn way_back(argv: &[Raw], redactor: &Redactor) -> Undo {
    if argv.is_empty() {
        return Undo::Nothing { why: Redacted::assume_clean("the policy names no `undo` for this tool") };
    }
    let words = quote::words(&redactor.words(argv));
    Undo::Command {
        command: Redacted::assume_clean(format!("aigov rollback {TICKET}")),
        note: Redacted::assume_clean(format!(
            "`{words}`, which the policy names; what that brings back is the tool's own word"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_back_is_told_only_where_the_policy_names_one() {
        assert!(matches!(way_back(&[], &Redactor::default()), Undo::Nothing { .. }));
        let undo = way_back(&["ship.sh", "back", "a b"].map(Raw::from), &Redactor::default());
        assert!(matches!(undo, Undo::Command { note, .. } if note.as_str().starts_with("`ship.sh back 'a b'`")));
    }
}
