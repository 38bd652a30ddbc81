//! What is found in an invocation, and what must not be overlooked.

use super::*;
use crate::model::facts::{Answer, Want};

/// A host of which nothing is known.
struct Bare;

impl Facts for Bare {
    fn answer(&self, _: &Want) -> Answer {
        Answer::Absent
    }
}

fn invocation(form: Form) -> Invocation {
    Invocation {
        form,
        cwd: Raw::from("/src"),
        env: vec![(Raw::from("HOME"), Raw::from("/home/u"))],
        stdin: crate::model::invocation::Stdin::Null,
    }
}

fn shell_in(text: &str, dialect: Dialect) -> Parsed {
    parse(&invocation(Form::Shell { text: text.into(), shell: "/bin/bash".into(), dialect }), &Bare)
}

fn shell(text: &str) -> Parsed {
    shell_in(text, Dialect::Bash)
}

fn argv(words: &[&str]) -> Parsed {
    parse(&invocation(Form::Argv(words.iter().map(|word| Raw::from(*word)).collect())), &Bare)
}

fn lines(parsed: &Parsed) -> Vec<String> {
    let shown = |word: &Word| word.text().map_or_else(|| "?".to_owned(), str::to_owned);
    parsed.commands.iter().map(|command| command.words.iter().map(shown).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn every_command_of_a_text_is_found() {
    let cases: &[(&str, &[&str])] = &[
        ("ls -la && git status; cargo test | tee log", &["ls -la", "git status", "cargo test", "tee log"]),
        ("k'ub'ectl \"delete\" pod\\ x", &["kubectl delete pod x"]),
        ("echo \"$(rm -rf /)\" \"`id`\"", &["rm -rf /", "id", "echo ? ?"]),
        ("for f in $(ls); do cat \"$f\"; done", &["ls", "cat ?"]),
        ("if test -f x; then rm x; else touch x; fi", &["test -f x", "rm x", "touch x"]),
        ("! a; { a; (b & c); }", &["a", "a", "b", "c"]),
        ("cat <(kubectl delete pod x)", &["kubectl delete pod x", "cat ?"]),
        ("[[ -f $(whoami) ]] && ls", &["whoami", "ls"]),
        ("> out kubectl delete pod x", &["kubectl delete pod x"]),
        ("kubectl get pods 2>&1 >/dev/null extra", &["kubectl get pods extra"]),
        ("NS=prod; kubectl -n $NS delete pod x", &["kubectl -n prod delete pod x"]),
        ("bash -lc 'kubectl delete ns x'", &["kubectl delete ns x"]),
        ("sh -ec \"bash -c 'a; b'\"", &["a", "b"]),
        ("eval 'kubectl delete' ns x", &["kubectl delete ns x"]),
        ("bash <<'END'\nkubectl delete ns x\nEND", &["kubectl delete ns x"]),
        ("cat ~/x ~", &["cat /home/u/x /home/u"]),
        ("find . -name '*.rs' -exec grep -n x {} + -exec rm {} \\;", &["grep -n x ?", "rm ?", "find . -name *.rs"]),
        ("a && b | c; d || e", &["a", "b", "c", "d", "e"]),
        ("echo 'kubectl delete ns x' | sh", &["echo kubectl delete ns x", "kubectl delete ns x"]),
        (
            "echo a3ViZWN0bCBkZWxldGUgbnMgeA== | base64 -d | sh",
            &["echo a3ViZWN0bCBkZWxldGUgbnMgeA==", "base64 -d", "kubectl delete ns x"],
        ),
        ("cat <<END | sh\nls $HOME\nEND\n", &["cat", "ls /home/u"]),
        ("a=delete; kubectl $a ns x", &["kubectl delete ns x"]),
        ("k=kubectl; v='delete ns'; $k $v x", &["kubectl delete ns x"]),
        ("x() { kubectl \"$@\"; }; x delete ns y", &["kubectl delete ns y"]),
        ("kubectl() { rm \"$1\"; }; kubectl x", &["rm x"]),
        ("for n in a b; do kubectl delete ns $n; done", &["kubectl delete ns a", "kubectl delete ns b"]),
        ("case $x in a) b;; *) c;; esac", &["b", "c"]),
        ("echo {a,b}{1..2}", &["echo a1 a2 b1 b2"]),
        ("echo $'\\x6b'ubectl", &["echo kubectl"]),
        ("args=(delete ns); kubectl \"${args[@]}\" x", &["kubectl delete ns x"]),
        ("set -- delete ns; kubectl \"$@\" x", &["set -- delete ns", "kubectl delete ns x"]),
        ("alias k=kubectl\nk delete ns x", &["alias k=kubectl", "kubectl delete ns x", "k delete ns x"]),
        ("trap 'rm x' EXIT; ls", &["trap rm x EXIT", "ls", "rm x"]),
        ("i=0; while a; do i=$((i+1)); b $i; done", &["a", "b ?"]),
        ("eval 'a=delete'; kubectl $a", &["kubectl delete"]),
        ("time -p kubectl delete ns x", &["kubectl delete ns x"]),
        ("command eval 'kubectl delete ns x'", &["kubectl delete ns x"]),
        ("echo `echo \\`b\\``", &["b", "echo ?", "echo ?"]),
        ("bash <<< 'rm x'", &["rm x"]),
        ("if [ -n \"$A\" ]; then a; fi", &["a"]),
    ];
    for (text, expected) in cases {
        let parsed = shell(text);
        assert_eq!(lines(&parsed), *expected, "{text}: {:?}", parsed.opaque);
        assert!(parsed.opaque.is_empty(), "{text}: {:?}", parsed.opaque);
    }
}

#[test]
fn wrappers_are_peeled() {
    let cases: &[(&[&str], &str)] = &[
        (&["sudo", "-u", "root", "A=b", "kubectl", "delete", "ns", "x"], "kubectl delete ns x"),
        (&["env", "-i", "A=b", "timeout", "-k", "5", "10", "nice", "-n5", "rm", "x"], "rm x"),
        (&["/usr/bin/env", "bash", "-c", "rm x"], "rm x"),
        (&["xargs", "-n1", "kubectl", "delete"], "kubectl delete ?"),
        (&["xargs", "-I{}", "rm", "{}/a"], "rm ?"),
        (&["aigov", "exec", "--reason", "x", "--", "rm", "x"], "rm x"),
        (&["aigov", "exec", "-c", "rm x"], "rm x"),
        (&["command", "-v", "ls"], "command -v ls"),
        (&["timeout", "--weird", "5", "rm", "x"], "timeout --weird 5 rm x"),
    ];
    for (words, expected) in cases {
        assert_eq!(lines(&argv(words)), [*expected], "{words:?}");
    }
}

#[test]
fn what_cannot_be_known_is_opaque() {
    for text in [
        "ls; }", "echo 'unclosed", "! { a; }", "source ./x", "eval \"$X\"", "alias \"$X\"; ls", "echo ${x@P}",
        "echo ${!x}", "echo $((x))", "[[ $x -eq 1 ]]", "x[y]=2", "((x++))", "ls\u{a0}-la", "ls \u{202e}x", "ls\r",
        "set -k", "trap 'x=y' DEBUG", "trap \"$X\" EXIT", "cat < /dev/tcp/h/1", "printf -v \"$X\" y",
        "test -v 'a[$(id)]'", "x='a[$(id)]'; echo $((x))", "f() { f; }; f", "hash -p /usr/bin/kubectl ls; ls",
        "BASH_CMDS[ls]=/usr/bin/kubectl; ls", "declare -n a=b", "declare -i x=y", "PS4='$(id)'; set -x; ls",
        "export -f x", "[ $X ]", "[ \"$X\" \"$Y\" ]", "exec 3<>x", "command export \"$X\"", "shopt -s extglob",
        "enable -n kubectl", "read 'a[$(id)]'", "unset 'a[$(id)]'", "! ! a", "set -o posix",
    ] {
        assert!(!shell(text).opaque.is_empty(), "{text:?} is {:?}", lines(&shell(text)));
    }
}

#[test]
fn what_dialects_read_differently_is_opaque_in_the_other() {
    for text in ["[[ a == b ]]", "ls &> out", "cat <<< x", "echo $'a'", "a |& b", "cat <(ls)"] {
        assert!(shell(text).opaque.is_empty(), "{text:?} {:?}", shell(text).opaque);
        assert!(!shell_in(text, Dialect::Posix).opaque.is_empty(), "{text:?}");
    }
}

#[test]
fn a_variable_is_known_only_where_every_way_leads_to_the_same_value() {
    for text in [
        "false && NS=dev; kubectl -n $NS x",
        "if a; then NS=dev; fi; kubectl -n $NS x",
        "NS=dev; f() { NS=x; }; f; for i in 1 2; do f; done; kubectl -n $NS x",
        "readonly NS=dev; NS=prod; kubectl -n $NS x",
        "NS=dev; trap 'NS=prod' DEBUG; kubectl -n $NS x",
        "while a; do kubectl -n $NS x; NS=prod; done; kubectl -n $NS x",
        "read NS; kubectl -n $NS x",
    ] {
        let parsed = shell(text);
        assert_eq!(lines(&parsed).last().map(String::as_str), Some("kubectl -n ? x"), "{text}");
    }
    assert_eq!(lines(&shell("NS=dev; NS=prod; kubectl -n $NS x")), ["kubectl -n prod x"]);
    assert_eq!(lines(&shell("NS=a; if b; then NS=c; fi; x $NS")), ["b", "x c", "x a"]);
    let before = shell("kubectl get pods; export KUBECONFIG=dev");
    assert!(before.commands.iter().all(|command| command.words.len() < 2 || command.assignments.is_empty()));
    let after = shell("export KUBECONFIG=dev; kubectl get pods");
    assert_eq!(after.commands.last().unwrap().assignments, [("KUBECONFIG".to_owned(), Word::known("dev"))]);
}

#[test]
fn the_directory_is_followed_or_unknown() {
    let directory = |text: &str| shell(text).commands.last().and_then(|command| command.directory.clone());
    assert_eq!(directory("cd a && cd b && ls"), Some(Word::known("a/b")));
    assert_eq!(directory("(cd a && ls); pwd"), None);
    assert_eq!(directory("cd /x && ls | wc"), Some(Word::known("/x")));
    let all = |text: &str| -> Vec<Option<Word>> {
        shell(text)
            .commands
            .into_iter()
            .filter(|command| command.words[0].text() == Some("ls"))
            .map(|ls| ls.directory)
            .collect()
    };
    assert_eq!(all("cd a; ls"), [Some(Word::known("a")), None]);
    assert_eq!(all("set -e; cd a; ls"), [Some(Word::known("a"))]);
    for text in ["cd a || ls x; cd b; cd c; ls", "cd a && cd ../.. && ls", "cd $X && ls", "cd - && ls"] {
        assert!(directory(text).is_some_and(|word| word.text().is_none()), "{text}: {:?}", directory(text));
    }
}

#[test]
fn hostile_texts_end() {
    let deep = format!("{}ls{}", "(".repeat(5000), ")".repeat(5000));
    assert!(!shell(&deep).opaque.is_empty());
    let nested = (0..20).fold("ls".to_owned(), |text, _| format!("bash -c {}", shlex::try_quote(&text).unwrap()));
    assert!(!shell(&nested).opaque.is_empty());
    assert!(!shell(&"x".repeat(300_000)).opaque.is_empty());
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "[ a-z$(){}\\[\\]<>|&;'\"`\\\\\n#=*~!-]{0,60}") {
        let _ = shell(&text);
        let _ = shell_in(&text, Dialect::Posix);
    }
}
