//! `exec`, `run`, `wait`, `withdraw`, `check` and `audit` as an agent and a human meet them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;

use support::{AGENT, Place};

#[test]
fn an_allowed_read_runs_quietly_with_its_own_output_and_exit_code() {
    let place = Place::new();
    fs::write(place.tree().join("a.txt"), "one\n").unwrap();
    let ran = place.agent(&["exec", "--", "cat", "a.txt"]).ended(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("one\n", ""));
    let ran = place.agent(&["exec", "--", "grep", "-q", "two", "a.txt"]).ended(1);
    assert_eq!(ran.err, "");
    let rows = place.audit();
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0]["exit_code"], &rows[0]["state"]), (&1.into(), &"failed".into()));
    assert_eq!((&rows[1]["exit_code"], &rows[1]["agent"]), (&0.into(), &AGENT.into()));
    assert_eq!(rows[1]["by"], "agent");
    place.verify();
}

#[test]
fn what_needs_a_human_gets_a_ticket_is_approved_and_runs_once() {
    let place = Place::new();
    let witness = place.tree().join("witness");
    let script = format!("echo ran >> {}", witness.display());
    let asked =
        place.ask(&["python3", "-c", &format!("open({:?},'a').write('ran\\n')", witness.display().to_string())]);
    let _ = script;
    let asked = asked.ended(75);
    let ticket = asked.ticket();
    assert_eq!(asked.status()["status"], "pending");
    assert!(asked.status()["next"].as_str().unwrap().contains(&format!("aigov run {ticket}")));
    assert!(!witness.exists());
    place.agent(&["run", "--json", &ticket]).ended(75);
    place.approve(&ticket);
    place.agent(&["run", &ticket]).ended(0);
    assert_eq!(fs::read_to_string(&witness).unwrap(), "ran\n");
    let again = place.agent(&["run", "--json", &ticket]).ended(77);
    assert_eq!(again.status()["status"], "succeeded");
    assert_eq!(fs::read_to_string(&witness).unwrap(), "ran\n");
    let row = &place.audit()[0];
    let rationale = format!("looked at {ticket}, and it is right");
    assert_eq!((&row["rationale"], &row["assurance"]), (&rationale.into(), &"A0".into()));
    place.verify();
}

#[test]
fn the_same_request_has_the_same_ticket_until_it_ends() {
    let place = Place::new();
    let first = place.ask(&["unknown-tool", "x"]);
    let program = place.ask(&["python3", "-c", "1"]).ended(75);
    assert_eq!(first.code, 127, "a program that is not there is not asked about");
    assert_eq!(place.ask(&["python3", "-c", "1"]).ended(75).ticket(), program.ticket());
    assert_ne!(place.ask(&["python3", "-c", "2"]).ended(75).ticket(), program.ticket());
    place.human(&["reject", &program.ticket(), "--rationale", "use the pipeline"]).ended(0);
    let refused = place.ask(&["python3", "-c", "1"]).ended(77);
    assert_eq!(refused.status()["status"], "rejected");
    assert!(refused.status()["reason"].as_str().unwrap().contains("use the pipeline"));
    let withdrawn = place.ask(&["python3", "-c", "2"]).ticket();
    place.agent(&["withdraw", &withdrawn]).ended(0);
    assert_ne!(place.ask(&["python3", "-c", "2"]).ended(75).ticket(), withdrawn);
    place.verify();
}

#[test]
fn a_changed_input_a_changed_directory_or_a_changed_variable_refuses_and_names_the_field() {
    let mut place = Place::new();
    fs::write(place.tree().join("job.py"), "print('as seen')\n").unwrap();
    let ticket = place.ask(&["python3", "job.py"]).ended(75).ticket();
    place.approve(&ticket);
    fs::write(place.tree().join("job.py"), "print('something else')\n").unwrap();
    let refused = place.agent(&["run", "--json", &ticket]).ended(77);
    assert_eq!(refused.status()["status"], "invalidated");
    assert!(refused.status()["reason"].as_str().unwrap().contains("inputs"), "{}", refused.err);
    place.set("KUBECONFIG", "/nowhere");
    place.verify();
}

#[test]
fn a_missing_reason_is_asked_for_and_a_denied_command_never_starts() {
    let place = Place::new();
    let ran = place.agent(&["exec", "--json", "--", "python3", "-c", "1"]).ended(75);
    assert_eq!(ran.status()["status"], "reason_needed");
    let denied = place.ask(&["aigov", "approve", "r-0000000000"]).ended(77);
    assert_eq!(denied.status()["status"], "denied");
    assert!(!denied.err.contains("policy.toml"), "a refusal never names the setting: {}", denied.err);
    assert_eq!(place.audit()[0]["decision"], "deny");
}

#[test]
fn waiting_ends_with_the_decision_or_with_the_time() {
    let place = Place::new();
    let ticket = place.ask(&["python3", "-c", "print(5)"]).ticket();
    place.agent(&["wait", &ticket, "--timeout", "300ms"]).ended(75);
    let waiter =
        place.agent_command(&["exec", "--reason", "a test", "--wait", "20s", "--", "python3", "-c", "print(5)"]);
    let mut waiter = waiter;
    let child = waiter.stdout(std::process::Stdio::piped()).spawn().unwrap();
    place.approve(&ticket);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "5\n");
    assert!(output.status.success());
}

#[test]
fn a_shell_text_is_as_risky_as_its_worst_part() {
    let place = Place::new();
    place.agent(&["exec", "-c", "echo a | tr a b"]).ended(0);
    let asked = place.agent(&["exec", "--json", "--reason", "r", "-c", "echo a; python3 -c 1"]).ended(75);
    assert_eq!(asked.status()["status"], "pending");
    let checked = place.agent(&["check", "--json", "-c", "echo a; python3 -c 1"]).ended(75);
    assert_eq!(checked.json()["commands"][0], serde_json::json!(["echo", "a"]));
}

#[test]
fn check_answers_a_batch_in_order_and_writes_nothing() {
    let place = Place::new();
    let mut command = place.agent_command(&["check", "--batch"]);
    let mut child = command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    use std::io::Write;
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"{\"shell\":\"ls\"}\nnonsense\n{\"argv\":[\"python3\",\"x.py\"]}\n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let lines: Vec<serde_json::Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(
        (&lines[0]["decision"], &lines[1]["decision"], &lines[2]["decision"]),
        (&"allow".into(), &"ask".into(), &"ask".into())
    );
    assert!(lines[1]["error"].is_string());
    assert!(!place.ledger().exists());
}

#[test]
fn a_frozen_environment_starts_nothing_but_reads() {
    let place = Place::new();
    place.agent(&["exec", "--", "touch", "before"]).ended(0);
    place.human(&["freeze", "--reason", "incident 42"]).ended(0);
    let refused = place.agent(&["exec", "--json", "--", "touch", "after"]).ended(77);
    assert_eq!(refused.status()["rule"], "freeze");
    assert!(refused.status()["reason"].as_str().unwrap().contains("incident 42"));
    assert!(!place.tree().join("after").exists());
    place.agent(&["exec", "--", "ls"]).ended(0);
    place.human(&["unfreeze"]).ended(0);
    place.agent(&["exec", "--", "touch", "after"]).ended(0);
    place.verify();
}

#[test]
fn a_human_at_a_terminal_is_asked_in_place() {
    let place = Place::new();
    let down = "\x1b[B";
    let ran = place
        .human_types(&["exec", "--reason", "mine", "--", "python3", "-c", "print(6*7)"], &format!("{down}\rfine\r"));
    assert!(ran.out.contains("42"), "{}", ran.out);
    assert_eq!(place.audit()[0]["by"], "human");
}
