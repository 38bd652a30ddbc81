//! Wrappers of the table: their own flags and operands, then the command; and those that only need a little more.

use super::flags::{self, Form, Given, Host, Rest, Wrapper};
use super::{Command, Dialect, Outer, Parsed, Peel, Word, add, inner, inside, joined, push, text, text_of, written};
use crate::command::{OpaqueKind, directory, names::assignment};

/// Takes a wrapper of the table off.
pub fn wrapped(wrapper: &Wrapper, command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let words = &command.words;
    let start = if wrapper.verb.is_empty() { 1 } else { 2 };
    let given = match flags::read(wrapper, words, start) {
        Ok(given) => given,
        Err(why) => return Peel::Unclear(why),
    };
    // Only looking at its version, or nothing to run: it is a command of its own.
    let has_text = given.has(wrapper.text);
    if given.rest >= words.len() && !has_text {
        return Peel::Whole;
    }
    let mut at = match flags::operands(wrapper, words, given.rest) {
        Ok(at) => at,
        Err(why) => return Peel::Unclear(why),
    };
    at += usize::from(!wrapper.operands.is_empty() && words.get(at).and_then(Word::text) == Some("--"));
    let rest = words.get(at..).unwrap_or_default();
    if rest.is_empty() && !has_text {
        return Peel::Whole;
    }
    let name = wrapper.names.first().copied().unwrap_or_default();
    let mut new = inside(command, outer, name);
    surroundings(wrapper, &given, &mut new);
    for target in targets(wrapper, words, &given) {
        // strace takes it for a program that its output goes to.
        if target.text().is_none_or(|text| text.starts_with(['|', '!'])) {
            return Peel::Unclear("where its output goes is not a file that is known".to_owned());
        }
        written(command, &target, outer, parsed);
    }
    for value in given.values(wrapper.text) {
        let Some(given) = value.text() else { return Peel::Unclear("its text is not known before it runs".to_owned()) };
        text(command, given, &new, parsed);
    }
    if wrapper.host == Host::Stays {
        let own = words.get(..at).unwrap_or_default().to_vec();
        push(Command { words: own, redirects: Vec::new(), ..command.clone() }, outer, parsed);
    }
    run(wrapper, command, rest, new, parsed)
}

/// Adds what the words after the wrapper's own are.
fn run(wrapper: &Wrapper, command: &Command, rest: &[Word], mut new: Outer<'_>, parsed: &mut Parsed) -> Peel {
    match wrapper.rest {
        _ if rest.is_empty() => {}
        Rest::Words => add(inner(command, rest.to_vec(), &new), &new, parsed),
        Rest::Assigned => {
            let at = assigned(rest, &mut new);
            match rest.get(at..) {
                Some(rest) if !rest.is_empty() => add(inner(command, rest.to_vec(), &new), &new, parsed),
                _ => return Peel::Unclear("there is no command after the assignments".to_owned()),
            }
        }
        Rest::Text => match joined(rest) {
            Some(given) => text(command, &given, &new, parsed),
            None => return Peel::Unclear("its text is not known before it runs".to_owned()),
        },
        Rest::Texts => {
            for word in rest {
                match word.text() {
                    Some(given) => text(command, given, &new, parsed),
                    None => return Peel::Unclear("a text is not known before it runs".to_owned()),
                }
            }
        }
    }
    Peel::Done
}

/// The files that the wrapper writes.
fn targets(wrapper: &Wrapper, words: &[Word], given: &Given) -> Vec<Word> {
    let mut all: Vec<Word> = given.values(wrapper.writes).cloned().collect();
    for (number, form) in wrapper.operands.iter().enumerate() {
        if *form == Form::Written {
            all.extend(words.get(given.rest + number).cloned());
        }
    }
    all
}

/// The directory that a flag says, and what a login shell changes.
fn surroundings(wrapper: &Wrapper, given: &Given, new: &mut Outer<'_>) {
    for value in given.values(wrapper.directory) {
        let is_plain = value.text().is_some_and(|to| to.starts_with('/') && !to.contains(".."));
        new.directory = if is_plain { Some(value.clone()) } else { directory::unknown() };
    }
    if wrapper.names.contains(&"sudo") && given.has(&["-i", "--login"]) {
        new.directory = directory::unknown();
    }
}

/// Takes `NAME=value` words in front into the assignments; gives how many.
pub fn assigned(words: &[Word], new: &mut Outer<'_>) -> usize {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let found = match word {
            Word::Literal(_) => word.text().and_then(assignment).map(|(name, value)| (name, Word::known(value))),
            Word::Opaque(opaque) => opaque
                .text
                .split_once('=')
                .filter(|(name, value)| {
                    let value = Word::opaque(opaque.kind, *value, "");
                    crate::command::names::is_variable(name) && !flags::is_several(&value)
                })
                .map(|(name, value)| (name, Word::opaque(opaque.kind, value, opaque.why.clone()))),
        };
        let Some((name, value)) = found else { break };
        new.assignments.push((name.to_owned(), value));
        at += 1;
    }
    at
}

/// `command CMD`, which finds no function; `command -v CMD` only tells where it is.
pub fn command(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let wrapper = Wrapper { names: &["command"], switch: &["-p", "-v", "-V"], ..Wrapper::BASE };
    match flags::read(&wrapper, &command.words, 1) {
        Ok(given) if given.has(&["-v", "-V"]) => Peel::Whole,
        _ => wrapped(&wrapper, command, outer, parsed),
    }
}

/// `exec CMD`; without a command it only redirects.
pub fn exec(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let wrapper = Wrapper { names: &["exec"], value: &["-a"], switch: &["-c", "-l"], ..Wrapper::BASE };
    if command.words.len() == 1 {
        push(Command { words: vec![Word::known(":")], ..command.clone() }, outer, parsed);
        return Peel::Done;
    }
    let flags = command.words.iter().skip(1).map_while(|word| word.text().filter(|text| text.starts_with('-')));
    if flags.into_iter().any(|flag| flag.contains('c')) {
        return Peel::Unclear("it takes the environment away".to_owned());
    }
    wrapped(&wrapper, command, outer, parsed)
}

/// `aigov exec -- CMD` inside of aigov: the command counts, not the wrapper.
pub fn aigov(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let word = |at: usize| command.words.get(at).and_then(Word::text);
    if (word(1), word(2)) == (Some("policy"), Some("learn")) {
        return learned(command, outer, parsed);
    }
    if word(1) != Some("exec") {
        return Peel::Whole;
    }
    let wrapper = Wrapper {
        value: &["--reason", "--risk", "--task", "--agent", "--wait", "--shell", "--status-fd", "-c"],
        switch: &["--json", "-v", "--verbose"],
        ..Wrapper::BASE
    };
    let given = match flags::read(&wrapper, &command.words, 2) {
        Ok(given) => given,
        Err(why) => return Peel::Unclear(why),
    };
    let new = inside(command, outer, "aigov exec");
    let texts: Vec<&Word> = given.values(&["-c"]).collect();
    for word in &texts {
        let Some(text) = word.text() else { return Peel::Unclear("its text is not known before it runs".to_owned()) };
        text_of(text.as_bytes(), Dialect::Bash, &new, parsed);
    }
    match command.words.get(given.rest..) {
        Some(rest) if !rest.is_empty() && texts.is_empty() => {
            add(inner(command, rest.to_vec(), &new), &new, parsed);
            Peel::Done
        }
        Some([]) if !texts.is_empty() => Peel::Done,
        _ => Peel::Whole,
    }
}

/// `aigov policy learn -- COMMAND`: the command runs as `exec` would run it.
fn learned(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let at = command.words.iter().position(|word| word.text() == Some("--"));
    let Some(rest) = at.and_then(|at| command.words.get(at + 1..)).filter(|rest| !rest.is_empty()) else {
        return Peel::Whole;
    };
    let new = inside(command, outer, "aigov policy learn");
    add(inner(command, rest.to_vec(), &new), &new, parsed);
    Peel::Done
}

/// Settings of the caller's that decide where a tool points are replaced by some that are not known.
pub fn forget_settings(new: &mut Outer<'_>, why: &str) {
    for name in ["KUBECONFIG", "AWS_PROFILE", "TF_WORKSPACE", "DOCKER_HOST", "PGHOST"] {
        let value = Word::opaque(OpaqueKind::Variable, format!("${name}"), why);
        new.assignments.push((name.to_owned(), value));
    }
}
