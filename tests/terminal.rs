//! An agent that gets itself a terminal and types, under its marker, under its ancestry, and with both cut.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use support::{AIGOV, Place};

fn pending(place: &Place) -> String {
    place.ask(&["python3", "-c", "print('ran')"]).ended(75).ticket()
}

fn attempts(place: &Place) -> usize {
    let ran = place.agent(&["audit", "verify", "--json"]).ended(0);
    usize::try_from(ran.json()["by_type"]["attempt_refused"].as_u64().unwrap_or(0)).unwrap()
}

#[test]
fn under_its_marker_a_terminal_changes_nothing() {
    let mut place = Place::new();
    let ticket = pending(&place);
    place.env.push(("CLAUDECODE".to_owned(), "1".to_owned()));
    let ran = place.human_types(&["approve", &ticket, "--rationale", "y"], "y\ny\n").ended(77);
    assert!(ran.out.contains("is for humans"), "{}", ran.out);
    let exec =
        place.human_types(&["exec", "--reason", "r", "--", "python3", "-c", "print('ran')"], "y\r\ny\r\n").ended(75);
    assert!(!exec.out.contains("what shall happen"), "exec never prompts an agent: {}", exec.out);
    assert_eq!(attempts(&place), 1);
    assert_eq!(place.audit().iter().filter(|row| row["state"] == "succeeded").count(), 0);
}

#[test]
fn under_its_ancestry_a_terminal_changes_nothing() {
    let place = Place::new();
    let ticket = pending(&place);
    let agent = place.tree().join("claude");
    fs::write(
        &agent,
        format!("#!/bin/sh\nscript -qefc '{AIGOV} approve {ticket} --rationale y' /dev/null </dev/null\n"),
    )
    .unwrap();
    fs::set_permissions(&agent, fs::Permissions::from_mode(0o755)).unwrap();
    let output = place.command(agent.to_str().unwrap()).output().unwrap();
    assert_eq!(output.status.code(), Some(77), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(attempts(&place), 1);
    place.agent(&["run", &ticket]).ended(75);
}

#[test]
fn with_its_ancestry_cut_the_approval_says_a0_and_a_rule_that_wants_more_refuses() {
    let place = Place::new();
    let ticket = pending(&place);
    let shown = place.human_types(&["approve", &ticket], "\r");
    assert!(shown.out.contains("A0") && shown.out.contains("nothing proves a human"), "{}", shown.out);
    place.approve(&ticket);
    assert_eq!(place.audit()[0]["assurance"], "A0");

    let strict = Place::with(|policy| {
        format!(
            "{policy}\n[[rules]]\nid = \"strict\"\nowner = \"test\"\nwhen = {{ impact = [\"unknown\"] }}\ndecision = \"ask\"\nmin_assurance = \"A2\"\n"
        )
    });
    let ticket = pending(&strict);
    let refused = strict.human(&["approve", &ticket, "--rationale", "y"]).ended(77);
    assert!(refused.out.contains("A2"), "{}", refused.out);
    assert_eq!(attempts(&strict), 1);
    strict.agent(&["run", &ticket]).ended(75);
}

#[test]
fn without_a_terminal_nobody_is_a_human() {
    let place = Place::new();
    let ticket = pending(&place);
    let output = place
        .command("setsid")
        .args(["-w", AIGOV, "approve", &ticket, "--rationale", "y"])
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(77), "{}", String::from_utf8_lossy(&output.stderr));
}
