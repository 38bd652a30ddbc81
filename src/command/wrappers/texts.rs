//! Wrappers that hand a text to a shell, now or later.

use super::flags::{self, Wrapper};
use super::{Command, Outer, Parsed, Peel, Word, add, inner, inside, joined, known_input, push, text, written};

/// `flock FILE CMD`, `flock FILE -c TEXT`; with a descriptor it only locks.
pub fn flock(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let wrapper = Wrapper {
        value: &["-w", "--wait", "--timeout", "-E", "--conflict-exit-code"],
        switch: &[
            "-s", "--shared", "-x", "-e", "--exclusive", "-u", "--unlock", "-n", "--nb", "--nonblock", "-o", "--close",
            "-F", "--no-fork", "--verbose",
        ],
        ..Wrapper::BASE
    };
    let given = match flags::read(&wrapper, &command.words, 1) {
        Ok(given) => given,
        Err(why) => return Peel::Unclear(why),
    };
    let Some(file) = command.words.get(given.rest) else { return Peel::Whole };
    if flags::is_several(file) {
        return Peel::Unclear("its operand can become several words".to_owned());
    }
    let rest = command.words.get(given.rest + 1..).unwrap_or_default();
    let is_descriptor = file.text().is_some_and(|text| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()));
    let new = inside(command, outer, "flock");
    match (rest.first().and_then(Word::text), rest) {
        (_, []) if is_descriptor => push(Command { words: vec![Word::known(":")], ..command.clone() }, outer, parsed),
        (_, []) => return Peel::Whole,
        (Some("-c" | "--command"), [_, one]) => {
            written(command, file, outer, parsed);
            match one.text() {
                Some(given) => text(command, given, &new, parsed),
                None => return Peel::Unclear("its text is not known before it runs".to_owned()),
            }
        }
        (Some(flag), _) if flag.starts_with('-') => return Peel::Unclear(format!("`{flag}` stands after its file")),
        _ => {
            written(command, file, outer, parsed);
            add(inner(command, rest.to_vec(), &new), &new, parsed);
        }
    }
    Peel::Done
}

/// `script -c TEXT [FILE]`: what it prints is also written to a file. Without a text it is an interactive shell.
pub fn script(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let wrapper = Wrapper {
        value: &["-m", "--logging-format", "-o", "--output-limit", "-E", "--echo"],
        writes: &["-O", "--log-out", "-I", "--log-in", "-B", "--log-io", "-T", "--log-timing"],
        text: &["-c", "--command"],
        optional: &["-t", "--timing"],
        switch: &["-a", "--append", "-e", "--return", "-f", "--flush", "-q", "--quiet", "--force"],
        ..Wrapper::BASE
    };
    let (mut at, mut texts, mut files, mut operands) = (1, Vec::new(), Vec::new(), 0);
    // Its flags may stand after the file as well.
    while at < command.words.len() {
        let given = match flags::read(&wrapper, &command.words, at) {
            Ok(given) => given,
            Err(why) => return Peel::Unclear(why),
        };
        texts.extend(given.values(wrapper.text).cloned());
        files.extend(given.values(wrapper.writes).cloned());
        files.extend(given.values(wrapper.optional).cloned());
        at = given.rest;
        if let Some(file) = command.words.get(at) {
            operands += 1;
            if operands > 1 || flags::is_several(file) {
                return Peel::Unclear("it has more words than one file".to_owned());
            }
            files.push(file.clone());
            at += 1;
        }
    }
    if files.is_empty() {
        files.push(Word::known("typescript"));
    }
    files.iter().for_each(|file| written(command, file, outer, parsed));
    let new = inside(command, outer, "script");
    for word in &texts {
        match word.text() {
            Some(given) => text(command, given, &new, parsed),
            None => return Peel::Unclear("its text is not known before it runs".to_owned()),
        }
    }
    if texts.is_empty() { Peel::Whole } else { Peel::Done }
}

/// `watch CMD`: its words are a shell text, unless `-x`.
pub fn watch(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let wrapper = Wrapper {
        value: &["-n", "--interval", "-q", "--equexit"],
        optional: &["-d", "--differences"],
        switch: &[
            "-b", "--beep", "-c", "--color", "-C", "--no-color", "-e", "--errexit", "-f", "--follow", "-g",
            "--chgexit", "-p", "--precise", "-r", "--no-rerun", "-t", "--no-title", "-w", "--no-wrap", "-x", "--exec",
        ],
        ..Wrapper::BASE
    };
    let given = match flags::read(&wrapper, &command.words, 1) {
        Ok(given) => given,
        Err(why) => return Peel::Unclear(why),
    };
    let rest = command.words.get(given.rest..).unwrap_or_default();
    let new = inside(command, outer, "watch");
    match joined(rest) {
        _ if rest.is_empty() => return Peel::Whole,
        _ if given.has(&["-x", "--exec"]) => add(inner(command, rest.to_vec(), &new), &new, parsed),
        Some(given) => text(command, &given, &new, parsed),
        None => return Peel::Unclear("its text is not known before it runs".to_owned()),
    }
    Peel::Done
}

/// `at TIME`, `batch`: a shell runs what comes in on standard input, later. That is an action of its own.
pub fn at(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    if let Some(input) = known_input(&command.stdin) {
        let new = inside(command, outer, "at");
        text(command, input, &new, parsed);
    }
    Peel::Whole
}
