//! Where commands run after `cd`.

use crate::model::invocation::Invocation;

use super::fields::Fields;
use super::flow::{Flow, Output};
use super::redirection::Redirections;
use super::shell::Reader;
use super::state::{State, Value};
use super::{OpaqueKind, Word};

impl Reader<'_> {
    /// `cd`, `pushd` and `popd`.
    pub(super) fn change_directory(
        &mut self,
        name: &str,
        words: Fields,
        prefix: &[(String, Value)],
        redirections: Redirections,
        state: State,
    ) -> Flow {
        let sets_cdpath = state.variable("CDPATH").is_some() || prefix.iter().any(|(name, _)| name == "CDPATH");
        let is_home_changed = state.variable("HOME").is_some() || prefix.iter().any(|(name, _)| name == "HOME");
        let operand = words.get(1).and_then(Word::text).unwrap_or_default();
        // `pushd DIR` goes where `cd DIR` goes; without one, and with `+N`, it turns the stack.
        let is_plain = name == "cd" || (name == "pushd" && words.len() == 2 && !operand.starts_with(['+', '-', '~']));
        let is_silent = name == "cd" && operand != "-" && !sets_cdpath;
        let mut directories: Vec<Option<Word>> = Vec::new();
        for here in &state.directories {
            let there = match name {
                _ if !is_plain => unknown(),
                "cd" if is_home_changed && words.len() < 2 => unknown(),
                // What was made before could be a link to somewhere else.
                _ if self.outer.files.borrow().is_disturbed() => unknown(),
                _ => changed(here, &words, self.outer.invocation, sets_cdpath),
            };
            if !directories.contains(&there) {
                directories.push(there);
            }
        }
        let printed = self.emit(words, prefix, redirections, &state);
        let mut after = state.clone();
        after.directories = directories;
        after.set("OLDPWD", Value::Unknown);
        let output = if is_silent { Output::NOTHING } else { printed };
        Flow { success: Some(after), failure: Some(state), output }
    }
}

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
