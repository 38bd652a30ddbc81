//! What a caller gives to speak for a request: a file, and tests that were run for it. Shown, never believed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;

use support::Place;

const JOB: [&str; 3] = ["python3", "-c", "print(1)"];

fn exec(place: &Place, flags: &[&str]) -> support::Ran {
    place.agent(&[&["exec", "--json", "--reason", "a test"], flags, &["--"], &JOB[..]].concat())
}

fn flat(place: &Place, ticket: &str) -> String {
    place.agent(&["show", ticket]).ended(0).out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_file_that_speaks_for_a_request_is_shown_escaped_cut_and_without_secrets() {
    let mut place = Place::new();
    place.set("API_TOKEN", "tok-hush-hush-123");
    let text = format!(
        "12 passed\n\x1b[2J\u{202e}tok-hush-hush-123\nAWS_SECRET_ACCESS_KEY=abcdefgh12345678\n{}",
        "x".repeat(40_000)
    );
    fs::write(place.tree().join("report.txt"), &text).unwrap();
    let ticket = exec(&place, &["--evidence", "report.txt"]).ended(75).ticket();
    let page = place.agent(&["show", &ticket]).ended(0).out;
    assert!(page.contains("  | 12 passed"), "{page}");
    assert!(!page.contains('\x1b') && !page.contains('\u{202e}'), "{page}");
    let flat = flat(&place, &ticket);
    assert!(flat.contains("as the caller gives it; nobody has checked it"), "{flat}");
    assert!(flat.contains("more characters that are not kept"), "{flat}");
    for text in [page, place.agent(&["audit", "show", &ticket, "--json"]).ended(0).out] {
        assert!(!text.contains("hush-hush") && !text.contains("abcdefgh12345678"), "{text}");
    }
    place.verify();
}

#[test]
fn what_was_given_stays_what_was_shown_and_another_file_is_another_request() {
    let place = Place::new();
    let file = place.tree().join("report.txt");
    fs::write(&file, "1 failed\n").unwrap();
    let first = exec(&place, &["--evidence", "report.txt"]).ended(75).ticket();
    assert_eq!(exec(&place, &["--evidence", "report.txt"]).ended(75).ticket(), first);
    fs::write(&file, "all passed\n").unwrap();
    assert!(flat(&place, &first).contains("| 1 failed"));
    let second = exec(&place, &["--evidence", "report.txt"]).ended(75).ticket();
    assert_ne!(first, second);
    let digest = |ticket: &str| {
        let all = place.agent(&["audit", "show", ticket, "--json"]).ended(0).json();
        all["request"]["body"]["evidence"]["digest"].as_str().unwrap().to_owned()
    };
    assert_ne!(digest(&first), digest(&second));
    for (name, why) in [("no-such-file", "there is no file"), (".", "not a regular file")] {
        let ran = exec(&place, &["--evidence", name]).ended(65);
        assert!(ran.status()["reason"].as_str().unwrap_or(&ran.err).contains(why), "{}", ran.err);
    }
}

#[test]
fn tests_go_through_the_broker_and_their_end_stands_on_the_page() {
    let place = Place::new();
    for (tests, word) in [("test -e yes", "FAILED with exit code 1"), ("touch yes; test -e yes", "passed")] {
        let ticket = exec(&place, &["--tests", tests]).ended(75).ticket();
        let page = flat(&place, &ticket);
        assert!(page.contains(&format!("tests `{tests}` {word} (request r-")), "{page}");
        let all = place.agent(&["audit", "show", &ticket, "--json"]).ended(0).json();
        let run = all["request"]["body"]["tests"]["request"].as_str().unwrap();
        assert_eq!(all["records"][0]["parent"], run, "the request is linked to its tests");
        let row = place.audit().into_iter().find(|row| row["id"] == run).unwrap();
        assert!(row["command"].as_str().unwrap().contains(tests), "{row}");
        place.agent(&["withdraw", &ticket]).ended(0);
        fs::remove_file(place.tree().join("yes")).ok();
    }
    place.verify();
}

#[test]
fn tests_that_may_not_run_are_not_run_and_nothing_else_is_asked() {
    let place = Place::new();
    let ran = exec(&place, &["--tests", "kubectl --context prod delete namespace payments"]).ended(77);
    assert_eq!(ran.status()["status"], "denied");
    let asked = exec(&place, &["--tests", "kubectl --context prod scale deploy/web --replicas=0"]).ended(75);
    assert!(asked.err.contains("the tests did not run, so nothing else was asked"), "{}", asked.err);
    let rows = place.audit();
    assert!(rows.iter().all(|row| !row["command"].as_str().unwrap().contains("python3")), "{rows:#?}");
}
