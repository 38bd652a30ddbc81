//! Scripts that were collected: tricky ones, and one-liners as developers and agents run them.

use std::collections::BTreeSet;

use crate::pen::Script;

/// Words of the shells' own: a real system has no programs of these names.
const OWN: &[&str] = &[
    "alias", "bg", "bind", "break", "builtin", "caller", "case", "cd", "chdir", "command", "compgen", "complete",
    "compopt", "continue", "coproc", "declare", "dirs", "disown", "do", "done", "elif", "else", "enable", "esac",
    "eval", "exec", "exit", "export", "fc", "fi", "for", "function", "getopts", "hash", "help", "history", "if", "in",
    "jobs", "let", "local", "logout", "mapfile", "popd", "pushd", "read", "readarray", "readonly", "return", "select",
    "set", "shift", "shopt", "source", "suspend", "then", "times", "trap", "type", "typeset", "ulimit", "umask",
    "unalias", "unset", "until", "wait", "while",
];
/// Programs that hide behind the shells' own of the same name.
const BESIDE: &[&str] =
    &["echo", "printf", "test", "[", "true", "false", "kill", "pwd", "time", "env", "sh", "bash", "dash"];

/// The files that stand beside every script.
pub fn files() -> Vec<(String, String)> {
    [
        ("a.yaml", "kind: Pod\n"),
        ("b.yaml", "kind: Service\n"),
        ("c d.yaml", "kind: Job\n"),
        ("a.txt", "delete\nget pods\n"),
        ("sub/e.yaml", "kind: Secret\n"),
        ("lib.sh", "LIB=here\nfrom_lib() { kubectl lib \"$@\"; }\nkubectl sourced\n"),
        ("run.sh", "#!/bin/sh\nkubectl run \"$1\"\n"),
    ]
    .map(|(name, text)| (name.to_owned(), text.to_owned()))
    .to_vec()
}

/// The tricky scripts.
pub fn tricky() -> Vec<Script> {
    lines_of(include_str!("tricky.txt"))
}

/// The one-liners.
pub fn one_liners() -> Vec<Script> {
    lines_of(include_str!("oneliners.txt"))
}

/// A script on each line; `⏎` is a line end in it, and a line that begins with `##` a remark.
fn lines_of(text: &str) -> Vec<Script> {
    let lines = text.split('\n').filter(|line| !line.is_empty() && !line.starts_with("##"));
    lines.map(|line| scripted(&line.replace('⏎', "\n"))).collect()
}

fn scripted(text: &str) -> Script {
    Script { text: text.to_owned(), files: files() }
}

/// Every word of the scripts that could be a program's name.
pub fn program_names(scripts: &[Script]) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = BESIDE.iter().map(|name| (*name).to_owned()).collect();
    for script in scripts {
        for word in script.text.split(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c))) {
            let is_name = word.starts_with(|c: char| c.is_ascii_lowercase()) && word.len() < 32;
            if is_name && !OWN.contains(&word) {
                names.insert(word.to_owned());
            }
        }
    }
    for name in ["kubectl", "terraform", "helm", "git", "docker", "aws", "cat", "base64", "xargs", "find", "chmod"] {
        names.insert(name.to_owned());
    }
    names
}
