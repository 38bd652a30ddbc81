//! Text that only mentions a command is never stopped, and everyday commands run by themselves at every setting.
//!
//! "Every setting" is each of `settings`: the example policy; the same with a team's answer to who may approve turned
//! round; with a repository's `.aigov.toml`, and an `AIGOV_POLICY` layer, that only ask about other things; where the
//! kube context, terraform workspace and AWS profile are production's; with the environment variables of a developer's
//! terminal; in a folder below the root; in a tree that is no repository. Without any policy, known reads still run.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;

use support::Place;
use support::understanding::{Case, Question, Reader, answers, cases, filled, initialise};

/// What is mentioned.
const COMMANDS: &[&[&str]] = &[
    &["kubectl", "delete", "namespace", "prod"],
    &["kubectl", "get", "secret", "db", "-o", "yaml"],
    &["terraform", "destroy", "-auto-approve"],
    &["aws", "s3", "rb", "s3://prod", "--force"],
    &["helm", "uninstall", "web", "-n", "prod"],
    &["git", "push", "--force", "origin", "main"],
    &["rm", "-rf", "/srv/data"],
    &["psql", "-h", "prod", "-c", "drop table t"],
    &["docker", "rm", "-f", "web"],
    &["sudo", "sh", "-c", "curl x | sh"],
    &["aigov", "approve", "r-1"],
];

/// As harmless as words can be, with as many of them.
const WORDS: &[&str] = &["words", "without", "any", "meaning"];

fn tree(place: &Place) {
    let tree = place.tree();
    for folder in ["src", "docs", "logs"] {
        fs::create_dir(tree.join(folder)).unwrap();
    }
    let files = [
        ("README.md", "a page\n"),
        ("src/main.rs", "fn main() {}\n"),
        (
            "package.json",
            "{\"name\": \"x\", \"scripts\": {\"test\": \"jest\", \"lint\": \"eslint .\", \"build\": \"tsc\"}}\n",
        ),
        ("Makefile", "build:\n\tcargo build\n\ntest:\n\tcargo test\n"),
        ("x.sh", "#!/bin/sh\nls\n"),
    ];
    for (name, text) in files {
        fs::write(tree.join(name), text).unwrap();
    }
}

fn words(command: &[&str]) -> Vec<String> {
    command.iter().map(|word| (*word).to_owned()).collect()
}

fn questions(case: &Case, text: &str) -> Vec<Question> {
    match case.reader {
        Reader::Posix => vec![Question::bash(text), Question::posix(text)],
        Reader::Bash => vec![Question::bash(text)],
    }
}

/// Each case with each command, beside the same with harmless words; once where nothing is put in.
fn pairs(all: &[Case]) -> Vec<(usize, Question, Question)> {
    let mut found = Vec::new();
    for case in all {
        for command in COMMANDS {
            let harmless = filled(&case.text, &words(WORDS)).unwrap();
            let Some(text) = filled(&case.text, &words(command)) else { continue };
            let both = questions(case, &text).into_iter().zip(questions(case, &harmless));
            found.extend(both.map(|(mention, harmless)| (case.line, mention, harmless)));
            if !case.text.contains('«') {
                break;
            }
        }
    }
    found
}

#[test]
fn text_that_only_mentions_a_command_is_never_stopped() {
    let place = Place::new();
    initialise(&place);
    tree(&place);
    let all = cases("mentions.txt");
    assert!(all.len() >= 200, "{} mentions", all.len());
    let pairs = pairs(&all);
    let mentions: Vec<Question> = pairs.iter().map(|(_, mention, _)| mention.clone()).collect();
    let wrong: Vec<String> = pairs
        .iter()
        .zip(answers(&place, &mentions))
        .filter(|(_, answered)| answered.decision != "allow")
        .map(|((line, mention, _), answered)| {
            format!(
                "mentions.txt:{line} [{}] {} by {}; {}\n    {}",
                mention.dialect,
                answered.decision,
                answered.rule,
                answered.seen(),
                mention.text.replace('\n', "\n    ")
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), pairs.len(), wrong.join("\n"));
}

#[test]
fn what_is_mentioned_makes_no_host_riskier() {
    let place = Place::new();
    initialise(&place);
    tree(&place);
    let pairs = pairs(&[cases("mentions.txt"), cases("mentions_asking.txt")].concat());
    let mentions = answers(&place, &pairs.iter().map(|(_, mention, _)| mention.clone()).collect::<Vec<_>>());
    let harmless = answers(&place, &pairs.iter().map(|(_, _, harmless)| harmless.clone()).collect::<Vec<_>>());
    let wrong: Vec<String> = pairs
        .iter()
        .zip(mentions.iter().zip(&harmless))
        .filter(|(_, (mention, harmless))| mention.rank() > harmless.rank())
        .map(|((line, question, _), (mention, harmless))| {
            format!(
                "line {line} [{}] {} by {}, with harmless words {}\n    {}",
                question.dialect,
                mention.decision,
                mention.rule,
                harmless.decision,
                question.text.replace('\n', "\n    ")
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), pairs.len(), wrong.join("\n"));
}

/// The everyday list: a command with whether it is a known read.
fn everyday() -> Vec<(String, bool)> {
    let mut all: Vec<(String, bool)> = Vec::new();
    for line in fs::read_to_string("tests/understanding/everyday.txt").unwrap().lines() {
        match (line.get(..2), line.get(2..)) {
            (Some("r|"), Some(text)) => all.push((text.to_owned(), true)),
            (Some("w|"), Some(text)) => all.push((text.to_owned(), false)),
            (Some(" |"), Some(text)) => all.last_mut().unwrap().0.push_str(&format!("\n{text}")),
            _ => assert!(line.is_empty() || line.starts_with('#'), "{line}"),
        }
    }
    all
}

/// A policy of a repository or a layer that asks about what is not everyday.
const OTHER: &str = r#"schema = 1

[[rules]]
id = "releases-ask"
decision = "ask"
when = { category = ["deploy", "infra", "secrets"], impact = ["write", "destroy"] }
"#;

/// Variables of a developer's terminal.
const TERMINAL: &[(&str, &str)] = &[
    ("EDITOR", "vim"),
    ("VISUAL", "code --wait"),
    ("GIT_EDITOR", "vim"),
    ("PAGER", "less"),
    ("GIT_PAGER", "cat"),
    ("LESS", "-R"),
    ("LESSOPEN", "| /usr/bin/lesspipe %s"),
    ("MANPAGER", "less"),
    ("AWS_PAGER", ""),
    ("LS_COLORS", "di=34"),
    ("COLORTERM", "truecolor"),
    ("NO_COLOR", "1"),
    ("SHELL", "/bin/bash"),
    ("LANG", "en_US.UTF-8"),
    ("SSH_AUTH_SOCK", "/run/user/1000/ssh"),
    ("XDG_RUNTIME_DIR", "/run/user/1000"),
    ("CARGO_TERM_COLOR", "always"),
    ("RUST_BACKTRACE", "1"),
    ("RUST_LOG", "info"),
    ("CI", "true"),
    ("NODE_ENV", "test"),
    ("VIRTUAL_ENV", "/home/u/venv"),
    ("PYTHONUNBUFFERED", "1"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_AUTHOR_NAME", "U"),
    ("KUBECTL_COMMAND_HEADERS", "true"),
    ("TF_IN_AUTOMATION", "1"),
    ("AWS_REGION", "eu-west-1"),
    ("MSG", "kubectl delete namespace prod"),
];

fn repository(place: Place) -> Place {
    initialise(&place);
    tree(&place);
    place
}

/// A place whose contexts, workspaces and profiles are production's.
fn production() -> Place {
    let mut place = repository(Place::new());
    let kubeconfig = "apiVersion: v1\nkind: Config\ncurrent-context: prod-eu\ncontexts: [{name: prod-eu, context: {cluster: prod-eu, user: u, namespace: prod}}]\nclusters: [{name: prod-eu, cluster: {server: 'https://127.0.0.1:1'}}]\nusers: [{name: u, user: {token: x}}]\n";
    fs::create_dir(place.home().join(".kube")).unwrap();
    fs::write(place.home().join(".kube/config"), kubeconfig).unwrap();
    fs::create_dir(place.tree().join(".terraform")).unwrap();
    fs::write(place.tree().join(".terraform/environment"), "prod").unwrap();
    place.set("AWS_PROFILE", "prod");
    place
}

fn settings() -> Vec<(&'static str, Place)> {
    let not_single = |text: String| text.replace("single_operator = true", "single_operator = false");
    let mut terminal = repository(Place::new());
    for (name, value) in TERMINAL {
        terminal.set(name, value);
    }
    let with_repository = repository(Place::new());
    fs::write(with_repository.tree().join(".aigov.toml"), OTHER).unwrap();
    let mut with_layer = repository(Place::new());
    let layer = with_layer.home().join("layer.toml");
    fs::write(&layer, OTHER).unwrap();
    with_layer.set("AIGOV_POLICY", &layer);
    vec![
        ("the example policy", repository(Place::new())),
        ("somebody else approves", repository(Place::with(not_single))),
        ("a repository's policy", with_repository),
        ("one more layer", with_layer),
        ("production all around", production()),
        ("a developer's terminal", terminal),
    ]
}

#[test]
fn everyday_commands_run_at_every_setting() {
    let everyday = everyday();
    assert!(everyday.len() >= 100);
    let asked: Vec<Question> = everyday.iter().map(|(text, _)| Question::bash(text)).collect();
    let mut wrong = Vec::new();
    for (setting, place) in settings() {
        for (question, answered) in asked.iter().zip(answers(&place, &asked)) {
            if answered.decision != "allow" {
                wrong.push(format!(
                    "{setting}: {:?} is {} by {}; {}",
                    question.text, answered.decision, answered.rule, answered.whole["reasons"]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn known_reads_run_where_there_is_no_policy_and_nothing_else_does() {
    let place = Place::bare();
    initialise(&place);
    tree(&place);
    let everyday = everyday();
    let asked: Vec<Question> = everyday.iter().map(|(text, _)| Question::bash(text)).collect();
    let wrong: Vec<String> = everyday
        .iter()
        .zip(answers(&place, &asked))
        .filter(|((text, is_read), answered)| {
            // What only computes a plan is a read as well.
            let is_plan = text.starts_with("terraform ") || text.contains("check") || text.starts_with("cargo ");
            (answered.decision == "allow") != *is_read && (*is_read || !is_plan)
        })
        .map(|((text, _), answered)| format!("{text:?} is {}: {}", answered.decision, answered.whole["reasons"]))
        .collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
