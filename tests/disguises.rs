//! What a command is wrapped in never makes the verdict weaker, and a harmless command in a plain wrapper still runs.
//!
//! The texts are in `tests/understanding`: `disguises.txt` (the command stands in it, in some form that can be read),
//! `hidden.txt` (it cannot be read before it runs: a human is asked at least), `variants.txt` (the same deed in other
//! words of the tool), `moved.txt` (the same command, led elsewhere), `wrappers.txt` (the twin: what must still be allowed with a harmless command in it).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fmt::Write;

use support::Place;
use support::understanding::{
    Answered, Case, Question, Reader, answers, around, cases, filled, initialise, quoted, rank,
};

/// The commands, with what the example policy says of them as they stand.
const COMMANDS: &[(&str, &[&str])] = &[
    ("deny", &["kubectl", "delete", "namespace", "prod"]),
    ("ask", &["kubectl", "-n", "prod", "delete", "deployment", "web"]),
    ("ask", &["kubectl", "get", "secret", "db", "-o", "yaml"]),
    ("deny", &["terraform", "destroy", "-auto-approve"]),
    ("ask", &["terraform", "apply", "-auto-approve"]),
    ("deny", &["aws", "s3", "rb", "s3://prod", "--force"]),
    ("ask", &["aws", "ec2", "terminate-instances", "--instance-ids", "i-1"]),
    ("ask", &["helm", "uninstall", "web", "-n", "prod"]),
    ("ask", &["git", "push", "--force", "origin", "main"]),
    ("ask", &["rm", "-rf", "/srv/data"]),
    ("deny", &["psql", "-h", "prod", "-c", "drop table t"]),
    ("ask", &["docker", "rm", "-f", "web"]),
    ("deny", &["aigov", "approve", "r-1"]),
];

/// Commands that run by themselves.
const HARMLESS: &[&[&str]] = &[
    &["ls", "-la"],
    &["git", "status"],
    &["git", "log", "--oneline", "-5"],
    &["git", "diff", "--stat"],
    &["kubectl", "get", "pods"],
    &["kubectl", "-n", "prod", "logs", "web-0", "--tail", "5"],
    &["cat", "README.md"],
    &["grep", "-n", "delete namespace", "README.md"],
    &["terraform", "plan"],
    &["cargo", "test", "--locked"],
    &["wc", "-l", "README.md"],
    &["docker", "ps"],
    &["aws", "s3", "ls"],
    &["echo", "it works"],
];

fn place() -> Place {
    let place = Place::new();
    initialise(&place);
    std::fs::write(place.tree().join("README.md"), "a page\n").unwrap();
    std::fs::create_dir(place.tree().join("src")).unwrap();
    // A kubeconfig whose user is a program, and a repository whose configuration runs one.
    let plugin = "apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts: [{name: a, context: {cluster: a, user: a}}]\nclusters: [{name: a, cluster: {server: 'https://127.0.0.1:1'}}]\nusers: [{name: a, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./x, interactiveMode: Never}}}]\n";
    std::fs::write(place.tree().join("plugin.yaml"), plugin).unwrap();
    assert!(place.command("git").args(["init", "-q", "evil"]).status().unwrap().success());
    let config = "[core]\n\tfsmonitor = ./x\n\tpager = ./x\n[diff]\n\texternal = ./x\n";
    std::fs::write(place.tree().join("evil/.git/config"), config).unwrap();
    place
}

fn words(command: &[&str]) -> Vec<String> {
    command.iter().map(|word| (*word).to_owned()).collect()
}

fn plain(command: &[&str]) -> String {
    command.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// A question with what it is about.
struct Asked {
    case: String,
    command: String,
    least: usize,
    question: Question,
}

/// Every case with every command put in; what has no command in it is asked once. What POSIX shells read as well is asked
/// in that dialect for every third command.
fn asked(file: &str, cases: &[Case], least: impl Fn(&str) -> usize) -> Vec<Asked> {
    let mut all = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        for (which, (decision, command)) in COMMANDS.iter().enumerate() {
            let Some(text) = filled(&case.text, &words(command)) else { continue };
            let mut questions = vec![Question::bash(text.clone())];
            if case.reader == Reader::Posix && (at + which) % 3 == 0 {
                questions.push(Question::posix(text));
            }
            all.extend(questions.into_iter().map(|question| Asked {
                case: format!("{file}:{}", case.line),
                command: plain(command),
                least: least(decision),
                question,
            }));
            if !case.text.contains('«') {
                break;
            }
        }
    }
    all
}

fn told(asked: &Asked, answered: &Answered) -> String {
    let wanted = if answered.rank() < asked.least { "weaker" } else { "stronger" };
    format!(
        "{} [{}] {}: {} by {} is {wanted} than it should be; {}\n    {}\n",
        asked.case,
        asked.question.dialect,
        asked.command,
        answered.decision,
        answered.rule,
        answered.seen(),
        asked.question.text.replace('\n', "\n    ")
    )
}

#[track_caller]
fn none(wrong: &[String], of: usize) {
    let text = wrong.iter().fold(String::new(), |mut text, one| {
        write!(text, "{one}").unwrap();
        text
    });
    assert!(wrong.is_empty(), "{} of {of}:\n{text}", wrong.len());
}

#[track_caller]
fn never_weaker(place: &Place, asked: &[Asked]) {
    let questions: Vec<Question> = asked.iter().map(|one| one.question.clone()).collect();
    let wrong: Vec<String> = asked
        .iter()
        .zip(answers(place, &questions))
        .filter(|(asked, answered)| answered.rank() < asked.least)
        .map(|(asked, answered)| told(asked, &answered))
        .collect();
    none(&wrong, asked.len());
}

#[test]
fn the_commands_are_decided_as_the_tests_below_take_it() {
    let questions: Vec<Question> = COMMANDS.iter().map(|(_, command)| Question::bash(plain(command))).collect();
    let answered = answers(&place(), &questions);
    let wrong: Vec<String> = COMMANDS
        .iter()
        .zip(answered)
        .filter(|((decision, _), answered)| answered.decision != *decision)
        .map(|((decision, command), answered)| {
            format!("{}: {} by {}, not {decision}\n", plain(command), answered.decision, answered.rule)
        })
        .collect();
    none(&wrong, COMMANDS.len());
}

#[test]
fn a_disguise_never_makes_the_verdict_weaker() {
    let all = cases("disguises.txt");
    assert!(all.len() >= 200, "{} disguises", all.len());
    never_weaker(&place(), &asked("disguises.txt", &all, rank));
}

#[test]
fn what_cannot_be_read_before_it_runs_is_asked_about() {
    let all = cases("hidden.txt");
    assert!(all.len() >= 100, "{} texts", all.len());
    never_weaker(&place(), &asked("hidden.txt", &all, |_| rank("ask")));
}

/// `variants.txt`: `DECISION|TEXT`.
#[test]
fn the_same_deed_in_other_words_is_decided_alike() {
    let text = std::fs::read_to_string("tests/understanding/variants.txt").unwrap();
    let mut all = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let (decision, text) = line.split_once('|').unwrap();
        all.push(Asked {
            case: format!("variants.txt:{}", at + 1),
            command: decision.to_owned(),
            least: rank(decision),
            question: Question::bash(text),
        });
    }
    assert!(all.len() >= 100);
    never_weaker(&place(), &all);
}

#[test]
fn a_harmless_command_in_a_plain_wrapper_still_runs() {
    let all = cases("wrappers.txt");
    let mut asked = Vec::new();
    for case in &all {
        for command in HARMLESS {
            let Some(text) = filled(&case.text, &words(command)) else { continue };
            let dialects = match case.reader {
                Reader::Posix => vec![Question::bash(text.clone()), Question::posix(text)],
                Reader::Bash => vec![Question::bash(text)],
            };
            asked.extend(dialects.into_iter().map(|question| Asked {
                case: format!("wrappers.txt:{}", case.line),
                command: plain(command),
                least: rank("allow"),
                question,
            }));
        }
    }
    let questions: Vec<Question> = asked.iter().map(|one| one.question.clone()).collect();
    let wrong: Vec<String> = asked
        .iter()
        .zip(answers(&place(), &questions))
        .filter(|(_, answered)| answered.decision != "allow")
        .map(|(asked, answered)| told(asked, &answered))
        .collect();
    none(&wrong, asked.len());
}

/// A place where dev is the current context and scaling is allowed.
fn dev_place() -> Place {
    let place = place();
    let kubeconfig = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: {name}\ncontexts: [{{name: dev, context: {{cluster: dev, user: u}}}}, {{name: prod, context: {{cluster: prod, user: u}}}}]\nclusters: [{{name: dev, cluster: {{server: 'https://dev.example.com'}}}}, {{name: prod, cluster: {{server: 'https://prod.example.com'}}}}]\nusers: [{{name: u, user: {{token: x}}}}]\n"
        )
    };
    std::fs::create_dir(place.home().join(".kube")).unwrap();
    std::fs::write(place.home().join(".kube/config"), kubeconfig("dev")).unwrap();
    std::fs::create_dir_all(place.tree().join("home/.kube")).unwrap();
    std::fs::write(place.tree().join("home/.kube/config"), kubeconfig("prod")).unwrap();
    let files = [
        ("prod.yaml", kubeconfig("prod")),
        ("dev.yaml", kubeconfig("dev")),
        ("env.sh", "export KUBECONFIG=prod.yaml\n".to_owned()),
        ("x", "prod\n".to_owned()),
        (
            "prod-manifest.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: prod}\n".to_owned(),
        ),
    ];
    for (name, text) in files {
        std::fs::write(place.tree().join(name), text).unwrap();
    }
    let sub = place.tree().join("sub");
    let run = |arguments: &[&str]| assert!(place.command("git").args(arguments).status().unwrap().success());
    run(&["init", "-q", "-b", "main", "sub"]);
    run(&["-C", sub.to_str().unwrap(), "config", "remote.origin.url", "git@example.com:other/sub.git"]);
    run(&["-C", sub.to_str().unwrap(), "config", "remote.origin.push", "topic:main"]);
    place
}

/// `moved.txt`: `m|` must be asked about, `k|` must run.
#[test]
fn a_command_that_is_moved_elsewhere_is_judged_there() {
    let text = std::fs::read_to_string("tests/understanding/moved.txt").unwrap();
    let mut all: Vec<(usize, &str, String)> = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        match (&line[..2], &line[2..]) {
            (" |", more) => {
                let last = &mut all.last_mut().unwrap().2;
                last.push('\n');
                last.push_str(more);
            }
            (kind, text) => all.push((at + 1, kind, text.to_owned())),
        }
    }
    let questions: Vec<Question> = all.iter().map(|(_, _, text)| Question::bash(text.clone())).collect();
    let wrong: Vec<String> = all
        .iter()
        .zip(answers(&dev_place(), &questions))
        .filter(|((_, kind, _), answered)| (answered.decision == "allow") != (*kind == "k|"))
        .map(|((line, kind, text), answered)| {
            format!(
                "moved.txt:{line} {kind} {} by {}; {}\n    {text}\n",
                answered.decision,
                answered.rule,
                answered.seen()
            )
        })
        .collect();
    none(&wrong, all.len());
}

/// Ways to hand a whole text to a shell that reads it as bash does.
const WITHIN: &[&str] = &[
    "eval '«T|s»'",
    "bash -c '«T|s»'",
    "bash -c \"«T|d»\"",
    "eval \"«T|d»\"",
    "(\n«T»\n)",
    "{\n«T»\n}",
    "if true; then\n«T»\nfi",
    "f() {\n«T»\n}\nf",
    "while :; do\n«T»\nbreak; done",
    "for i in 1; do\n«T»\ndone",
    "case x in x)\n«T»\n;; esac",
    "x=$(\n«T»\n)",
    "echo \"$(\n«T»\n)\"",
    "cat <(\n«T»\n)",
    "(\n«T»\n) | cat",
    "(\n«T»\n) &",
    "ls; «T»",
    "true && «T»",
    "ls\n«T»",
    "«T»\nls",
    "bash <<< '«T|s»'",
    "c='«T|s»'; eval \"$c\"",
    "echo '«T|b»' | base64 -d | bash",
    "eval \"$(echo «T|b» | base64 -d)\"",
    "sudo bash -c '«T|s»'",
    "timeout 5 bash -c '«T|s»'",
    "trap '«T|s»' EXIT",
    "ssh h '«T|s»'",
    "find . -maxdepth 0 -exec bash -c '«T|s»' \\;",
    "x='«T|s»' bash -c 'eval \"$x\"'",
];

/// Each text in a few of them, a different few for each: all of them together would take minutes.
#[test]
fn a_text_within_a_text_is_no_safer() {
    let place = place();
    let mut texts = Vec::new();
    for (at, case) in [cases("disguises.txt"), cases("hidden.txt")].concat().iter().enumerate() {
        let (_, command) = COMMANDS[at % COMMANDS.len()];
        // Parameters are others within: none.
        let text = filled(&case.text, &words(command));
        texts.extend(text.filter(|text| !["$@", "$*", "$0", "$1", "${@"].iter().any(|name| text.contains(name))));
    }
    let alone = answers(&place, &texts.iter().map(Question::bash).collect::<Vec<_>>());
    let mut pairs = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        for step in 0..3 {
            let outer = WITHIN[(at * 7 + step * 11) % WITHIN.len()];
            pairs.push((at, Question::bash(around(outer, text))));
        }
    }
    let within = answers(&place, &pairs.iter().map(|(_, question)| question.clone()).collect::<Vec<_>>());
    let wrong: Vec<String> = pairs
        .iter()
        .zip(&within)
        .filter(|((at, _), within)| within.rank() < alone[*at].rank())
        .map(|((at, question), within)| {
            format!(
                "{} by {}, alone {} by {}; {}\n    {}\n",
                within.decision,
                within.rule,
                alone[*at].decision,
                alone[*at].rule,
                within.seen(),
                question.text.replace('\n', "\n    ")
            )
        })
        .collect();
    none(&wrong, pairs.len());
}
