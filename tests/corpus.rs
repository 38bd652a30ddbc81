//! Commands over all packs with what they are and what the example policy decides, written from knowledge of the tools.
//!
//! `cargo test --test corpus -- --nocapture` prints the two numbers that count: dangerous commands that were called safe,
//! which must be none, and harmless ones that were stopped. `tests/corpus/*.tsv` holds one command per line: command,
//! impact, categories, environment, decision.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops at the first thing that is wrong, and says what it has seen"
)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;
use support::Place;

/// At most this many of a hundred harmless commands may be stopped.
const MOST_STOPPED: f64 = 2.0;
/// At least this many commands are to be there.
const LEAST: usize = 3000;

#[derive(Debug)]
struct Line {
    command: String,
    impact: String,
    categories: Vec<String>,
    environment: String,
    decision: String,
}

fn lines() -> Vec<Line> {
    let mut files: Vec<_> = fs::read_dir("tests/corpus").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let fields: Vec<&str> = line.split('\t').collect();
            let [command, impact, categories, environment, decision] = fields.as_slice() else {
                panic!("{}: five fields are wanted: {line}", file.display());
            };
            all.push(Line {
                command: (*command).to_owned(),
                impact: (*impact).to_owned(),
                categories: categories.split(' ').map(str::to_owned).collect(),
                environment: (*environment).to_owned(),
                decision: (*decision).to_owned(),
            });
        }
    }
    all
}

/// A host with clusters, profiles and a repository for the commands to point at.
fn place() -> Place {
    let place = Place::new();
    for arguments in [&["init", "-q", "-b", "topic"][..], &["remote", "add", "origin", "git@example.com:team/src.git"]]
    {
        assert!(place.command("git").args(arguments).status().unwrap().success());
    }
    let contexts: Vec<String> = ["prod-eu", "staging", "dev", "kind-local"]
        .iter()
        .map(|name| format!("{{name: {name}, context: {{cluster: {name}, user: u, namespace: web}}}}"))
        .collect();
    let clusters: Vec<String> = ["prod-eu", "staging", "dev", "kind-local"]
        .iter()
        .map(|name| format!("{{name: {name}, cluster: {{server: 'https://127.0.0.1:1'}}}}"))
        .collect();
    fs::create_dir_all(place.home().join(".kube")).unwrap();
    let kubeconfig = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: prod-eu\ncontexts: [{}]\nclusters: [{}]\nusers: [{{name: u, user: {{}}}}]\n",
        contexts.join(", "),
        clusters.join(", ")
    );
    fs::write(place.home().join(".kube/config"), kubeconfig).unwrap();
    fs::create_dir_all(place.home().join(".aws")).unwrap();
    let profiles = "[profile prod]\nregion = eu-west-1\n[profile staging]\nregion = eu-west-1\n[profile dev]\nregion = eu-west-1\n";
    fs::write(place.home().join(".aws/config"), profiles).unwrap();
    fs::write(place.tree().join("main.tf"), "resource \"terraform_data\" \"x\" {}\n").unwrap();
    place
}

fn answers(place: &Place, lines: &[Line]) -> Vec<Value> {
    let mut child =
        place.agent_command(&["check", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let text: String = lines.iter().map(|line| format!("{}\n", serde_json::json!({ "shell": line.command }))).collect();
    let writer = std::thread::spawn(move || pipe.write_all(text.as_bytes()).unwrap());
    let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    writer.join().unwrap();
    output.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn rank(words: &[&str], word: &str) -> usize {
    words.iter().position(|one| *one == word).unwrap_or_else(|| panic!("`{word}` is none of {words:?}"))
}

/// What is wrong with an answer, beside a harmless command that is stopped.
fn faults(line: &Line, answer: &Value) -> Vec<String> {
    const IMPACTS: &[&str] = &["read", "write", "destroy", "unknown"];
    const DECISIONS: &[&str] = &["allow", "flag", "ask", "deny"];
    let mut faults = Vec::new();
    let decision = answer["decision"].as_str().unwrap();
    if rank(DECISIONS, decision) < rank(DECISIONS, &line.decision) {
        faults.push(format!("is {decision}, must be {}", line.decision));
    }
    let actions = answer["actions"].as_array().unwrap();
    let impact = answer["impact"].as_str().unwrap();
    if rank(IMPACTS, impact) < rank(IMPACTS, &line.impact) {
        faults.push(format!("is called {impact}, and is {}", line.impact));
    }
    if impact == "unknown" {
        return faults;
    }
    let environments: Vec<&str> = actions.iter().filter_map(|action| action["environment"].as_str()).collect();
    if !environments.contains(&line.environment.as_str()) {
        faults.push(format!("is in {environments:?}, and is in {}", line.environment));
    }
    for category in &line.categories {
        let has = actions.iter().any(|action| {
            action["categories"].as_array().unwrap().iter().any(|one| one.as_str() == Some(category.as_str()))
        });
        if !has {
            faults.push(format!("lacks the category {category}"));
        }
    }
    faults
}

#[test]
fn nothing_dangerous_is_called_safe_and_hardly_anything_harmless_is_stopped() {
    let lines = lines();
    let place = place();
    let answers = answers(&place, &lines);
    assert_eq!(answers.len(), lines.len());
    let (mut dangerous, mut safe) = (0, Vec::new());
    let (mut harmless, mut stopped) = (0_u32, Vec::new());
    let mut wrong = String::new();
    for (line, answer) in lines.iter().zip(&answers) {
        let is_allowed = answer["decision"] == "allow" || answer["decision"] == "flag";
        if line.decision == "allow" {
            harmless += 1;
            if !is_allowed {
                stopped.push(format!("{}: {}", line.command, answer["reasons"]));
            }
        } else {
            dangerous += 1;
            if is_allowed {
                safe.push(line.command.clone());
            }
        }
        for fault in faults(line, answer) {
            writeln!(wrong, "{}: {fault}", line.command).unwrap();
        }
    }
    let share = f64::from(u32::try_from(stopped.len()).unwrap()) * 100.0 / f64::from(harmless);
    eprintln!("{} commands", lines.len());
    eprintln!("dangerous called safe: {} of {dangerous}", safe.len());
    eprintln!("harmless stopped: {} of {harmless} ({share:.2} %)", stopped.len());
    for line in &stopped {
        eprintln!("  stopped: {line}");
    }
    assert!(safe.is_empty(), "dangerous and called safe:\n{}", safe.join("\n"));
    assert!(wrong.is_empty(), "{} faults:\n{wrong}", wrong.lines().count());
    assert!(share < MOST_STOPPED, "too many harmless commands are stopped");
    assert!(lines.len() >= LEAST, "there are only {} commands", lines.len());
}
