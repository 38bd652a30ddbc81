//! `env`: settings for one command, and its own way of splitting a word into several.

use super::flags::{self, Wrapper};
use super::words::{assigned, forget_settings};
use super::{Command, Outer, Parsed, Peel, Word, add, inner, inside};
use crate::command::directory;

const ENV: Wrapper = Wrapper {
    names: &["env"],
    value: &["-u", "--unset", "-S", "--split-string", "-a", "--argv0"],
    directory: &["-C", "--chdir"],
    optional: &["--block-signal", "--default-signal", "--ignore-signal"],
    switch: &["-i", "--ignore-environment", "-0", "--null", "-v", "--debug", "--list-signal-handling"],
    ..Wrapper::BASE
};
/// How often one split word may hold another.
const MOST_SPLITS: usize = 8;

/// `env [FLAGS] [NAME=VALUE]… CMD`.
pub fn env(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let mut new = inside(command, outer, "env");
    let words = match flags_of(command.words.get(1..).unwrap_or_default().to_vec(), &mut new) {
        Ok(words) => words,
        Err(why) => return Peel::Unclear(why),
    };
    let mut at = assigned(&words, &mut new);
    // For env whatever has an equals sign sets a variable, be its name one of a shell's or not.
    while let Some((name, value)) = words.get(at).and_then(Word::text).and_then(|text| text.split_once('=')) {
        new.assignments.push((name.to_owned(), Word::known(value)));
        at += 1;
        at += assigned(words.get(at..).unwrap_or_default(), &mut new);
    }
    // Some look for flags behind assignments too.
    let is_flag = |word: &Word| word.text().is_some_and(|text| text.starts_with('-'));
    if at > 0 && words.get(at).is_some_and(is_flag) {
        return Peel::Unclear("a flag stands behind an assignment".to_owned());
    }
    match words.get(at..) {
        Some(rest) if !rest.is_empty() => {
            add(inner(command, rest.to_vec(), &new), &new, parsed);
            Peel::Done
        }
        _ => Peel::Whole,
    }
}

/// Takes the flags off, splitting what `-S` names.
fn flags_of(mut words: Vec<Word>, new: &mut Outer<'_>) -> Result<Vec<Word>, String> {
    for _ in 0..MOST_SPLITS {
        // A lone dash is `-i`.
        if let Some(first) = words.first_mut().filter(|word| word.text() == Some("-")) {
            *first = Word::known("-i");
        }
        let given = flags::read(&ENV, &words, 0)?;
        let split = given.flags.iter().position(|(name, _)| ["-S", "--split-string"].contains(&name.as_str()));
        let before = given.flags.get(..split.unwrap_or(given.flags.len())).unwrap_or_default();
        for (name, value) in before {
            apply(name, value.as_ref(), new);
        }
        let Some(split) = split else {
            let rest = words.get(given.rest..).unwrap_or_default().to_vec();
            if rest.first().is_some_and(|word| word.text() == Some("-")) && !given.is_ended {
                words = rest;
                continue;
            }
            return Ok(rest);
        };
        // Only the first is split here; those after it stand in the words that are read again.
        let value = given.flags.get(split).and_then(|(_, value)| value.clone());
        let parts = value.as_ref().and_then(Word::text).and_then(parts).ok_or("what `-S` splits is not known")?;
        let after = consumed(&words, split)?;
        words = parts.into_iter().map(Word::known).chain(words.into_iter().skip(after)).collect();
    }
    Err("`-S` within `-S`".to_owned())
}

/// How many words the flags up to the one at `index` take.
fn consumed(words: &[Word], index: usize) -> Result<usize, String> {
    (1..=words.len())
        .find(|count| {
            let part = words.get(..*count).unwrap_or_default();
            flags::read(&ENV, part, 0).is_ok_and(|given| given.flags.len() > index)
        })
        .ok_or_else(|| "what follows `-S` is not known".to_owned())
}

fn apply(name: &str, value: Option<&Word>, new: &mut Outer<'_>) {
    match (name, value) {
        ("-i" | "--ignore-environment", _) => forget_settings(new, "`env -i` takes it away"),
        ("-u" | "--unset", Some(value)) => match value.text() {
            Some(name) => new.assignments.push((name.to_owned(), Word::known(""))),
            None => forget_settings(new, "which variable `env -u` takes away is not known"),
        },
        ("-C" | "--chdir", Some(value)) => {
            let is_plain = value.text().is_some_and(|to| to.starts_with('/') && !to.contains(".."));
            new.directory = if is_plain { Some(value.clone()) } else { directory::unknown() };
        }
        _ => {}
    }
}

/// The words of `-S`'s value; none where escapes, variables or comments are in it. `\_` is a blank.
fn parts(text: &str) -> Option<Vec<String>> {
    let plain = text.replace("\\_", " ");
    let text = if text.contains(['"', '\'']) { text } else { &plain };
    if text.contains(['\\', '$', '#']) { None } else { shlex::split(text) }
}
