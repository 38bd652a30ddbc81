//! `su` and `runuser`: a shell of another user's, or a command of its.

use super::flags::{self, Wrapper};
use super::{Command, Outer, Parsed, Peel, add, inner, inside, text};
use crate::command::directory;

const SU: Wrapper = Wrapper {
    names: &["su"],
    value: &["-g", "--group", "-G", "--supp-group", "-w", "--whitelist-environment", "-s", "--shell"],
    text: &["-c", "--command", "--session-command"],
    switch: &["-l", "--login", "-m", "-p", "--preserve-environment", "-P", "--pty", "-f", "--fast"],
    ..Wrapper::BASE
};

/// `su [-] [USER] -c TEXT`.
pub fn su(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    shell_of(&SU, command, outer, parsed)
}

/// `runuser -u USER [--] CMD`, else as `su`.
pub fn runuser(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let wrapper = Wrapper {
        names: &["runuser"],
        value: &[
            "-u", "--user", "-g", "--group", "-G", "--supp-group", "-w", "--whitelist-environment", "-s", "--shell",
        ],
        ..SU
    };
    let given = match flags::read(&wrapper, &command.words, 1) {
        Ok(given) => given,
        Err(why) => return Peel::Unclear(why),
    };
    if !given.has(&["-u", "--user"]) {
        return shell_of(&wrapper, command, outer, parsed);
    }
    match command.words.get(given.rest..) {
        Some(rest) if !rest.is_empty() && !given.has(wrapper.text) => {
            let new = inside(command, outer, "runuser");
            add(inner(command, rest.to_vec(), &new), &new, parsed);
            Peel::Done
        }
        _ => Peel::Whole,
    }
}

/// Flags may stand after the user as well; more operands than one are the shell's.
fn shell_of(wrapper: &Wrapper, command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let mut at = 1;
    let mut texts = Vec::new();
    let mut operands = 0;
    let mut is_login = false;
    while at < command.words.len() {
        let given = match flags::read(wrapper, &command.words, at) {
            Ok(given) => given,
            Err(why) => return Peel::Unclear(why),
        };
        if given.has(&["-s", "--shell"]) {
            return Peel::Unclear("it names a shell of its own".to_owned());
        }
        texts.extend(given.values(wrapper.text).cloned());
        is_login |= given.has(&["-l", "--login"]);
        at = given.rest;
        let Some(word) = command.words.get(at) else { break };
        match word.text() {
            Some("-") => is_login = true,
            _ => operands += 1,
        }
        at += 1;
        if given.is_ended || flags::is_several(word) || operands > 1 {
            return Peel::Unclear("it hands words on to a shell".to_owned());
        }
    }
    if texts.is_empty() {
        return Peel::Whole;
    }
    let mut new = inside(command, outer, wrapper.names.first().copied().unwrap_or_default());
    if is_login {
        new.directory = directory::unknown();
    }
    for word in &texts {
        match word.text() {
            Some(given) => text(command, given, &new, parsed),
            None => return Peel::Unclear("its text is not known before it runs".to_owned()),
        }
    }
    Peel::Done
}
