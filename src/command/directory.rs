//! Where commands run after `cd`.

use crate::model::invocation::Invocation;

use super::{OpaqueKind, Word};

/// A directory that is not known.
#[expect(clippy::unnecessary_wraps, reason = "it stands where a directory stands")]
pub fn unknown() -> Option<Word> {
    Some(Word::opaque(OpaqueKind::Construct, "cd", "which directory it is in then is not known"))
}

/// The directory after `cd` succeeded.
pub fn changed(here: &Option<Word>, words: &[Word], invocation: &Invocation, sets_cdpath: bool) -> Option<Word> {
    let to = match words {
        [_] => invocation.variable("HOME").and_then(|home| home.as_str()),
        [_, to] => to.text(),
        _ => None,
    };
    let Some(to) = to.filter(|to| !to.is_empty() && !to.starts_with('-')) else { return unknown() };
    if to.starts_with('/') {
        return if to.split('/').any(|part| part == "..") { unknown() } else { Some(Word::known(to)) };
    }
    // `..` is taken from the way by which the shell believes to have come.
    let ups = to.split('/').take_while(|part| *part == "..").count();
    let has_later_ups = to.split('/').skip(ups).any(|part| part == "..");
    let pwd = invocation.variable("PWD").filter(|pwd| !pwd.0.is_empty());
    let is_straight = pwd.is_none_or(|pwd| *pwd == invocation.cwd) && here.is_none();
    let uses_cdpath = sets_cdpath || invocation.variable("CDPATH").is_some();
    if has_later_ups || (ups > 0 && !is_straight) || (uses_cdpath && !to.starts_with('.')) {
        return unknown();
    }
    match here {
        None => Some(Word::known(to)),
        Some(word) => match word.text() {
            Some(base) => Some(Word::known(format!("{}/{to}", base.trim_end_matches('/')))),
            None => unknown(),
        },
    }
}
