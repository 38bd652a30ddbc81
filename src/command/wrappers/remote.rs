//! Commands that are carried elsewhere: to another host, into a container or a pod.
//!
//! What carries is an action of its own; what is carried is found where it would run. Where the carrier's words are
//! not understood nothing is carried, and the carrier's own pack says that it is unknown.

use std::rc::Rc;

use super::flags::{self, Form, Given, Wrapper};
use super::{Command, Dialect, Outer, Parsed, Peel, Word, add, inside, joined, push, text_of};
use crate::command::Place;

/// How many hosts, containers and pods are followed one from within the other.
const MOST_HOPS: usize = 3;

const SSH: Wrapper = Wrapper {
    names: &["ssh"],
    value: &["-B", "-b", "-c", "-i", "-J", "-l", "-m", "-o", "-p"],
    switch: &["-4", "-6", "-A", "-a", "-C", "-K", "-k", "-n", "-q", "-T", "-t", "-v", "-x"],
    ..Wrapper::BASE
};
/// Options of ssh that neither start a program nor lead elsewhere.
const PLAIN: &[&str] = &[
    "addressfamily", "batchmode", "bindaddress", "ciphers", "compression", "connectionattempts", "connecttimeout",
    "escapechar", "forwardagent", "forwardx11", "identitiesonly", "identityfile", "ipqos", "kexalgorithms",
    "hostkeyalgorithms", "loglevel", "macs", "numberofpasswordprompts", "passwordauthentication",
    "preferredauthentications", "port", "pubkeyauthentication", "requesttty", "serveralivecountmax",
    "serveraliveinterval", "stricthostkeychecking", "tcpkeepalive", "updatehostkeys", "user", "userknownhostsfile",
    "globalknownhostsfile",
];
const DOCKER: Wrapper = Wrapper {
    value: &[
        "-H", "--host", "-c", "--context", "-l", "--log-level", "--config", "--tlscacert", "--tlscert", "--tlskey",
    ],
    switch: &["-D", "--debug", "--tls", "--tlsverify"],
    ..Wrapper::BASE
};
const COMPOSE: Wrapper = Wrapper {
    value: &[
        "-f", "--file", "-p", "--project-name", "--profile", "--env-file", "--project-directory", "--ansi",
        "--parallel", "--progress",
    ],
    ..Wrapper::BASE
};
/// `--privileged` is left out: it breaks what holds a command inside.
const EXEC: Wrapper = Wrapper {
    value: &["-e", "--env", "--env-file", "-u", "--user", "-w", "--workdir", "--detach-keys", "--index"],
    switch: &["-d", "--detach", "-i", "--interactive", "-t", "--tty", "-T", "--no-TTY", "--no-tty"],
    operands: &[Form::Any],
    ..Wrapper::BASE
};
const KUBECTL: Wrapper = Wrapper {
    value: &[
        "-n", "--namespace", "--context", "--cluster", "--user", "-s", "--server", "--token", "--as", "--as-group",
        "--as-uid", "--request-timeout", "--kubeconfig", "-v", "--v", "-c", "--container", "--pod-running-timeout",
        "--certificate-authority", "--client-certificate", "--client-key", "--cache-dir", "--tls-server-name",
    ],
    optional: &["--stdin", "--tty", "--quiet", "--insecure-skip-tls-verify"],
    switch: &["-i", "-t", "-q"],
    ..Wrapper::BASE
};

/// What ssh was told: where to go, and what to run there.
#[derive(Debug, PartialEq, Eq)]
pub struct Journey {
    /// The index of the host's word.
    pub host: usize,
    /// The index of the first word of the remote command.
    pub command: usize,
}

/// Reads ssh's words; none where they are not understood.
pub fn journey(words: &[Word]) -> Option<Journey> {
    let before = flags::read(&SSH, words, 1).ok()?;
    let host = before.rest;
    words.get(host).filter(|word| !flags::is_several(word))?;
    // ssh takes flags after the host as well.
    let after = flags::read(&SSH, words, host + 1).ok()?;
    let is_plain = |given: &Given| {
        given.values(&["-o"]).all(|word| {
            let name = word.text().and_then(|text| text.split(['=', ' ', '\t']).next());
            name.is_some_and(|name| PLAIN.contains(&name.to_ascii_lowercase().as_str()))
        })
    };
    (is_plain(&before) && is_plain(&after)).then_some(Journey { host, command: after.rest })
}

/// `ssh HOST CMD…`: the words are one text for the shell over there.
pub(super) fn ssh(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let Some(journey) = journey(&command.words) else { return Peel::Whole };
    let rest = command.words.get(journey.command..).unwrap_or_default();
    if hops(&command.place) >= MOST_HOPS {
        return too_far();
    }
    push(command.clone(), outer, parsed);
    if let Some(text) = joined(rest).filter(|text| !text.trim().is_empty()) {
        let new = elsewhere(command, outer, "ssh");
        text_of(text.as_bytes(), Dialect::Posix, &new, parsed);
    }
    Peel::Done
}

/// How often a way leads on from one place to the next.
fn hops(place: &Place) -> usize {
    match place {
        Place::Here => 0,
        Place::Elsewhere(by) => 1 + hops(&by.place),
    }
}

fn too_far() -> Peel {
    Peel::Unclear(format!("it leads from place to place more than {MOST_HOPS} times"))
}

/// The outer of what `command` carries: nothing of the settings here reaches it.
fn elsewhere<'a>(command: &Command, outer: &Outer<'a>, via: &str) -> Outer<'a> {
    Outer {
        assignments: Vec::new(),
        directory: None,
        place: Place::Elsewhere(Rc::new(command.clone())),
        ..inside(command, outer, via)
    }
}

fn carry(command: &Command, words: &[Word], via: &str, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    if hops(&command.place) >= MOST_HOPS {
        return too_far();
    }
    push(command.clone(), outer, parsed);
    let new = elsewhere(command, outer, via);
    add(Command { redirects: Vec::new(), ..Command::plain(words.to_vec(), &new) }, &new, parsed);
    Peel::Done
}

/// `docker exec CONTAINER CMD…`, `docker compose exec SERVICE CMD…`.
pub(super) fn docker(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let words = &command.words;
    let is_compose = words.first().and_then(Word::text).is_some_and(|program| program.ends_with("docker-compose"));
    match executed(words, if is_compose { &COMPOSE } else { &DOCKER }) {
        Some(at) => match words.get(at..) {
            Some(rest) if !rest.is_empty() => carry(command, rest, "docker exec", outer, parsed),
            _ => Peel::Whole,
        },
        None => Peel::Whole,
    }
}

/// Where the words begin that `exec` runs.
fn executed(words: &[Word], first: &Wrapper) -> Option<usize> {
    let mut at = flags::read(first, words, 1).ok()?.rest;
    match words.get(at).and_then(Word::text)? {
        "container" => at += 1,
        "compose" => at = flags::read(&COMPOSE, words, at + 1).ok()?.rest,
        _ => {}
    }
    if words.get(at).and_then(Word::text) != Some("exec") {
        return None;
    }
    let given = flags::read(&EXEC, words, at + 1).ok()?;
    flags::operands(&EXEC, words, given.rest).ok()
}

/// `kubectl exec POD -- CMD…`; what `run` and `debug` start is looked at as well.
pub(super) fn kubectl(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let words = &command.words;
    let Some(end) = words.iter().position(|word| word.text() == Some("--")) else { return Peel::Whole };
    let (own, rest) = words.split_at_checked(end).unwrap_or_default();
    let rest = rest.get(1..).unwrap_or_default();
    let starts = |verb: &str| own.iter().any(|word| word.text() == Some(verb));
    if !rest.is_empty() && (is_exec(own) || starts("run") || starts("debug")) {
        return carry(command, rest, "kubectl exec", outer, parsed);
    }
    Peel::Whole
}

/// Whether the words before `--` are `exec` and one pod, with flags among them.
fn is_exec(own: &[Word]) -> bool {
    let mut operands: Vec<&Word> = Vec::new();
    let mut at = 1;
    while at < own.len() {
        let Ok(given) = flags::read(&KUBECTL, own, at) else { return false };
        at = given.rest + 1;
        operands.extend(own.get(given.rest));
    }
    matches!(operands.as_slice(), [verb, pod] if verb.text() == Some("exec") && !flags::is_several(pod))
}
