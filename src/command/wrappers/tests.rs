//! Wrappers: what is peeled, where it runs, and that nothing is dropped where that cannot be told.

use std::rc::Rc;

use crate::command::{Certainty, Command, Parsed, Place, Word, parse};
use crate::model::facts::{Answer, Facts, Want};
use crate::model::invocation::{Form, Invocation, Raw, Stdin};

/// A host of which nothing is known.
struct Bare;

impl Facts for Bare {
    fn answer(&self, _: &Want) -> Answer {
        Answer::Absent
    }
}

fn argv(line: &str) -> Parsed {
    let words = shlex::split(line).unwrap().into_iter().map(Raw::from).collect();
    let form = Form::Argv(words);
    parse(&Invocation { form, cwd: Raw::from("/src"), env: Vec::new(), stdin: Stdin::Null }, &Bare)
}

fn shown(command: &Command) -> String {
    let word = |word: &Word| word.text().unwrap_or("?").to_owned();
    command.words.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn lines(parsed: &Parsed) -> Vec<String> {
    parsed.commands.iter().map(shown).collect()
}

#[test]
fn flags_are_read_in_every_form_that_the_wrapper_takes() {
    for line in [
        "sudo -nu root rm x", "sudo -u root -- rm x", "sudo --user=root rm x", "sudo --us root rm x", "sudo A=b rm x",
        "env -u A -C/tmp B=c rm x", "env -S 'rm x'", "env '-SA=b rm' x", "env -iS 'rm x'", "nice -n5 rm x",
        "nice -10 rm x", "timeout -s KILL -k5 1m rm x", "timeout --kill=5 1 rm x", "xargs -a list -I{} rm x",
        "taskset -ac 0,1 rm x", "chrt -b 0 rm x", "setpriv --reuid=1 --nnp rm x", "perf stat -r 5 -- rm x",
        "su -c 'rm x' root", "su root --command='rm x'", "runuser -uroot rm x", "flock -w1 /tmp/x -c 'rm x'",
        "script -qec 'rm x' /dev/null", "watch -n1 'rm x'", "watch -x rm x", "parallel rm ::: x",
        "parallel ::: 'rm x'", "exec -a y rm x", "command -p rm x", "gosu root rm x", "sudo env nice timeout 1 rm x",
    ] {
        let parsed = argv(line);
        assert!(lines(&parsed).contains(&"rm x".to_owned()), "{line}: {:?}", lines(&parsed));
        assert!(parsed.opaque.iter().all(|part| part.text == "…"), "{line}: {:?}", parsed.opaque);
    }
}

#[test]
fn what_cannot_be_told_is_opaque_and_nothing_is_dropped() {
    for line in [
        "sudo --weird rm x", "env -W rm x", "env -S 'rm $X'", "nice -z 5 rm x", "timeout --x 5 rm x", "chrt -b rm x",
        "xargs -J y rm x", "watch -Z rm x", "flock /tmp/x -z rm x", "su root sh -c 'rm x'", "strace -o '|sh' rm x",
        "command -x rm x", "script -c", "parallel --sshlogin h rm ::: x", "sudo -u",
    ] {
        let parsed = argv(line);
        let found = parsed.commands.iter().filter(|command| command.certainty == Certainty::Found).count();
        assert_eq!(found, 1, "{line}: {:?}", lines(&parsed));
        assert!(!parsed.opaque.is_empty(), "{line}");
    }
}

#[test]
fn what_is_carried_elsewhere_is_found_there_and_the_carrier_stays() {
    for (line, carrier) in [
        ("ssh -p 22 u@h -v rm x", "ssh -p 22 u@h -v rm x"),
        ("docker exec -it -u root c rm x", "docker exec -it -u root c rm x"),
        ("docker --context p compose -f y exec -T c rm x", "docker --context p compose -f y exec -T c rm x"),
        ("kubectl -n a exec -it p -c d -- rm x", "kubectl -n a exec -it p -c d -- rm x"),
    ] {
        let parsed = argv(line);
        assert_eq!(lines(&parsed), [carrier, "rm x"], "{line}");
        let [outer, inner] = parsed.commands.as_slice() else { panic!("{line}") };
        assert_eq!(outer.place, Place::Here);
        assert_eq!(inner.place, Place::Elsewhere(Rc::new(outer.clone())));
    }
    for line in [
        "ssh h", "ssh -o ProxyCommand=y h rm x", "ssh -F y h rm x", "docker exec --privileged c rm x", "docker exec c",
        "kubectl exec p rm x", "kubectl exec --weird p -- rm x", "docker run c rm x",
    ] {
        let parsed = argv(line);
        assert_eq!(lines(&parsed), [line], "{line}");
    }
}

#[test]
fn arguments_that_come_in_are_filled_in_where_they_are_known() {
    let shell = |text: &str| {
        let form = Form::Shell { text: text.into(), shell: "/bin/bash".into(), dialect: Default::default() };
        parse(&Invocation { form, cwd: Raw::from("/src"), env: Vec::new(), stdin: Stdin::Null }, &Bare)
    };
    for (text, expected) in [
        ("xargs rm <<< 'a b'", vec!["rm a b"]),
        ("xargs -n1 rm <<< 'a b'", vec!["rm a", "rm b"]),
        ("xargs -I% rm %/x <<< 'a'", vec!["rm a/x"]),
        ("xargs rm <<< \"'a\"", vec!["rm ?"]),
        ("batch <<< 'rm x'", vec!["rm x", "batch"]),
    ] {
        assert_eq!(lines(&shell(text)), expected, "{text}");
    }
}
