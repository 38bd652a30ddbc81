//! A script is shown before it runs, with the commands found in it first; edited after the approval, it does not run.

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

use support::Place;

fn write(place: &Place, name: &str, text: &str) {
    let path = place.tree().join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn page(place: &Place, ticket: &str) -> String {
    place.agent(&["show", ticket]).ended(0).out
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const DEPLOY: &str = "#!/bin/sh\n\
    # deploys\n\
    export API_TOKEN=hunter2-token\n\
    echo one > deployed\n\
    kubectl -n prod scale deploy/web --replicas=0\n";

#[test]
fn a_script_is_shown_with_what_was_found_in_it_first_and_runs_once() {
    let place = Place::new();
    write(&place, "deploy.sh", DEPLOY.replace("kubectl", "true || kubectl").as_str());
    let ticket = place.ask(&["sh", "deploy.sh"]).ended(75).ticket();
    let shown = page(&place, &ticket);
    let text = flat(&shown);
    assert!(text.contains("deploy.sh (5 line(s), "), "{shown}");
    let (found, line) =
        (text.find("kubectl -n prod scale deploy/web '--replicas=0': write in production"), text.find("2: # deploys"));
    assert!(found.is_some() && found < line, "{shown}");
    assert!(text.contains("3: export API_TOKEN=[redacted:value]"), "{shown}");
    let recorded = place.agent(&["audit", "show", &ticket, "--json"]).out;
    assert!(!shown.contains("hunter2") && !recorded.contains("hunter2"), "{shown}{recorded}");
    place.approve(&ticket);
    place.agent(&["run", &ticket]).ended(0);
    assert_eq!(fs::read_to_string(place.tree().join("deployed")).unwrap(), "one\n");
    place.agent(&["run", &ticket]).ended(77);
    place.verify();
}

#[test]
fn a_script_edited_after_the_approval_does_not_run_and_is_named() {
    for (name, command, text) in
        [("deploy.sh", ["sh", "deploy.sh"], DEPLOY), ("deploy.py", ["python3", "deploy.py"], "open('ran', 'w')\n")]
    {
        let place = Place::new();
        write(&place, name, text);
        let ticket = place.ask(&command).ended(75).ticket();
        place.approve(&ticket);
        write(&place, name, &format!("{text}# more\n"));
        let ran = place.agent(&["run", "--json", &ticket]).ended(77);
        assert_eq!(ran.status()["status"], "invalidated");
        let why = ran.status()["reason"].as_str().unwrap().to_owned();
        assert!(why.contains("inputs") && why.contains(name), "{why}");
        assert!(!place.tree().join("deployed").exists() && !place.tree().join("ran").exists());
        place.verify();
    }
}

#[test]
fn code_that_is_not_understood_is_shown_too_and_said_to_be_that() {
    let place = Place::new();
    let long: String = (0..500).map(|n| format!("print({n})\n")).collect();
    write(
        &place,
        "fix.py",
        &format!("import os\nos.system('kubectl -n prod scale deploy web')\nprint('\\x1b[2J\u{202e}')\n{long}"),
    );
    let ticket = place.ask(&["python3", "fix.py"]).ended(75).ticket();
    let shown = page(&place, &ticket);
    let text = flat(&shown);
    assert!(text.contains("fix.py (its code is not understood; what stands in it may run)"), "{shown}");
    assert!(text.contains("2: os.system('kubectl -n prod scale deploy web')"), "{shown}");
    assert!(!shown.contains('\u{202e}'), "what an agent writes is escaped");
    assert!(text.contains("… and 323 more field(s)"), "what is left out is counted: {shown}");
}
