//! A secret in argv, environment or stdin: the approved request still runs, and until then the secret is nowhere but
//! in the sealed table; afterwards it is nowhere.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;
use std::process::Stdio;

use support::Place;

const SECRET: &str = "hunter2-Zq81xv-correct-horse";

fn chain_text(place: &Place) -> String {
    let all = place.agent(&["audit", "--json"]).ended(0).out;
    let mut text = all;
    for row in place.audit() {
        text.push_str(&place.agent(&["audit", "show", "--json", row["id"].as_str().unwrap()]).ended(0).out);
        text.push_str(&place.agent(&["audit", "show", row["id"].as_str().unwrap()]).ended(0).out);
    }
    text
}

fn files_hold(place: &Place, needle: &str) -> bool {
    fs::read_dir(place.ledger().parent().unwrap()).unwrap().any(|entry| {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
    })
}

#[test]
fn secrets_reach_the_command_and_nothing_else() {
    let mut place = Place::new();
    place.env.push(("DEPLOY_TOKEN".to_owned(), SECRET.to_owned()));
    fs::write(place.tree().join("input"), format!("{SECRET}-stdin\n")).unwrap();
    let program = "import os,sys; print(sys.argv[1], sys.stdin.read().strip(), os.environ['PGPASSWORD'])";
    place.env.push(("PGPASSWORD".to_owned(), format!("{SECRET}-pg")));
    let asked = place
        .agent_command(&[
            "exec",
            "--json",
            "--reason",
            "a test",
            "--",
            "python3",
            "-c",
            program,
            &format!("--password={SECRET}"),
            "-",
        ])
        .stdin(Stdio::from(fs::File::open(place.tree().join("input")).unwrap()))
        .output()
        .unwrap();
    assert_eq!(asked.status.code(), Some(75), "{}", String::from_utf8_lossy(&asked.stderr));
    assert!(!String::from_utf8_lossy(&asked.stderr).contains(SECRET));
    let ticket = place.audit()[0]["id"].as_str().unwrap().to_owned();
    assert!(!chain_text(&place).contains(SECRET));

    let page = place.human_types(&["approve", &ticket], "\r");
    assert!(!page.out.contains(SECRET), "{}", page.out);
    place.approve(&ticket);
    let ran = place.agent(&["run", &ticket]).ended(0);
    assert_eq!(ran.out.trim(), format!("--password={SECRET} {SECRET}-stdin {SECRET}-pg"));
    assert!(!chain_text(&place).contains(SECRET));
    place.verify();
    assert!(!files_hold(&place, SECRET), "the sealed bytes are erased once the request has ended");
}
