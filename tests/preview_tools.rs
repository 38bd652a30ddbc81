//! In-house tools: what their own preview says is shown and bound, and their own undo takes back.

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

use sha2::{Digest, Sha256};
use support::Place;

const SHIP: &str = "#!/bin/bash\n\
    verb=$1; shift\n\
    case $verb in\n\
      diff) [ -e broken ] && exit 4; [ -e silent ] && exit 0; echo \"+ $* from $(cat live) to $(cat wanted)\"; echo 'token: hunter2-x' ;;\n\
      release) cp live before; cp wanted live ;;\n\
      back) cp before live ;;\n\
    esac\n";

const TOOL: &str = r#"
[[tools]]
name = "ship"
programs = ["ship.sh"]
sha256 = ["DIGEST"]
preview = "ship.sh diff {args}"
undo = "ship.sh back {args}"
examples = [{ command = "ship.sh release web", operation = "release", impact = "write" }]

[[tools.verbs]]
verb = "diff"
impact = "read"
categories = ["plan"]

[[tools.verbs]]
verb = "release"
impact = "write"
categories = ["deploy"]

[[tools.verbs]]
verb = "back"
impact = "write"
categories = ["deploy"]
"#;

fn place(tool: &str) -> Place {
    let tool =
        tool.replace("DIGEST", &Sha256::digest(SHIP).iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let place = Place::with(|policy| format!("{policy}\n{tool}"));
    write(&place, "ship.sh", SHIP);
    write(&place, "live", "1");
    write(&place, "wanted", "2");
    place
}

fn write(place: &Place, name: &str, text: &str) {
    let path = place.tree().join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn live(place: &Place) -> String {
    fs::read_to_string(place.tree().join("live")).unwrap()
}

fn page(place: &Place, ticket: &str) -> String {
    let page = place.agent(&["show", ticket]).ended(0).out;
    page.split_whitespace().collect::<Vec<_>>().join(" ")
}

const RELEASE: [&str; 3] = ["./ship.sh", "release", "web"];

#[test]
fn what_the_tool_says_is_shown_and_its_undo_takes_it_back() {
    let place = place(TOOL);
    let ticket = place.ask(&RELEASE).ended(75).ticket();
    let shown = page(&place, &ticket);
    assert!(shown.contains("1: + release web from 1 to 2"), "{shown}");
    assert!(!shown.contains("hunter2") && shown.contains("`./ship.sh back release web`"), "{shown}");
    assert_eq!(live(&place), "1", "a preview changes nothing");
    place.approve(&ticket);
    place.agent(&["run", &ticket]).ended(0);
    assert_eq!(live(&place), "2");
    let back = place.agent(&["rollback", &ticket, "--json"]).ended(75).ticket();
    place.approve(&back);
    place.agent(&["run", &back]).ended(0);
    assert_eq!(live(&place), "1");
    assert_eq!(place.agent(&["show", &ticket, "--json"]).json()["state"], "rolled_back");
    place.verify();
}

#[test]
fn another_answer_before_the_run_refuses() {
    let place = place(TOOL);
    let ticket = place.ask(&RELEASE).ended(75).ticket();
    place.approve(&ticket);
    write(&place, "wanted", "3");
    let ran = place.agent(&["run", "--json", &ticket]).ended(77);
    let why = ran.status()["reason"].as_str().unwrap().to_owned();
    assert!(why.contains("target") && why.contains("./ship.sh diff release web"), "{why}");
    assert_eq!(live(&place), "1");
}

#[test]
fn a_preview_that_fails_says_nothing_or_may_not_be_asked_is_said() {
    for (file, policy, says) in [
        ("broken", TOOL.to_owned(), "`./ship.sh diff release web` ended with 4"),
        ("silent", TOOL.to_owned(), "answered nothing, which says nothing of what would change"),
        (
            "none",
            TOOL.replace("impact = \"read\"", "impact = \"write\""),
            "does not let `./ship.sh diff release web` run",
        ),
    ] {
        let place = place(&policy);
        write(&place, file, "");
        let ticket = place.ask(&RELEASE).ended(75).ticket();
        let shown = page(&place, &ticket);
        assert!(shown.contains("NOT KNOWN, the preview failed") && shown.contains(says), "{says}: {shown}");
    }
}

#[test]
fn a_preview_by_another_program_is_a_fault_of_the_policy() {
    for (from, to) in [("ship.sh diff {args}", "curl example.com"), ("ship.sh diff {args}", "ship.sh")] {
        let place = place(&TOOL.replace(from, to));
        let ran = place.agent(&["check", "--", "ls"]);
        assert_eq!(ran.code, 78, "{}{}", ran.out, ran.err);
        assert!(ran.err.contains("preview"), "{}", ran.err);
    }
}
