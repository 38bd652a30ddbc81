//! A signed decision that comes back from another machine: what counts, and what is refused and recorded.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread;

use serde_json::{Value, json};

use crate::desk::{ALICE, Desk, answer, by_device, statement};
use crate::keys::{Device, NAMESPACE, is_verified, make, public, sign};
use crate::support::has;

const A3: &str = "min_assurance = \"A3\"";

fn strict(approval: &str, device: &Device) -> Option<Desk> {
    let desk = Desk::apart(A3, approval)?;
    desk.signers(&format!("{ALICE} {}\n", device.public()));
    Some(desk)
}

#[track_caller]
fn approval(desk: &Desk, ticket: &str) -> Value {
    let shown = desk.agent(&["audit", "show", ticket, "--json"]).ended(0).json();
    shown["request"]["approvals"][0].clone()
}

#[test]
fn a_touched_security_key_is_a3_and_an_auditor_checks_it_without_aigov() {
    let device = Device::ed25519(1);
    let Some(desk) = strict("", &device) else { return };
    let ticket = desk.ticket();
    desk.human(&["approve", &ticket, "--rationale", "y"], |_| None).ended(77);
    let taken = desk.import(&by_device(&desk.question(&ticket), &device, 1, 7)).ended(0);
    assert!(taken.out.contains("is approved"), "{}", taken.out);
    let kept = approval(&desk, &ticket);
    assert_eq!((&kept["assurance"], &kept["channel"], &kept["human"]), (&json!("A3"), &json!("file"), &json!("alice")));
    let signature = &kept["signature"];
    assert_eq!(
        (&signature["flags"], &signature["counter"], &signature["principal"]),
        (&json!(1), &json!(7), &json!(ALICE))
    );
    let (text, armour) = (signature["statement"].as_str().unwrap(), signature["armour"].as_str().unwrap());
    if has("ssh-keygen") {
        assert!(is_verified(&format!("{ALICE} {}", device.public()), ALICE, text, armour));
    }
    let shown = desk.agent(&["audit", "show", &ticket]).ended(0).out;
    let whole = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(whole.contains("touched, no PIN or finger, counter 7"), "{shown}");
    desk.agent(&["audit", "verify"]).ended(0);
    desk.agent(&["run", &ticket]).ended(0);
}

#[test]
fn without_a_touch_it_is_no_signature_and_policy_may_want_a_pin() {
    let device = Device::p256();
    let Some(desk) = strict("require_user_verification = true", &device) else { return };
    let ticket = desk.ticket();
    for (flags, why) in [(0, "nobody touched it"), (4, "nobody touched it"), (1, "verified by PIN or finger")] {
        let refused = desk.import(&by_device(&desk.question(&ticket), &device, flags, 3)).ended(77);
        assert!(refused.out.contains(why), "{flags}: {}", refused.out);
        let kept = desk.refusals().pop().unwrap();
        assert!(kept["why"].as_str().unwrap().contains(why), "{kept}");
        assert_eq!((&kept["channel"], &kept["identity"]), (&json!("file"), &json!(format!("signer:{ALICE}"))));
    }
    desk.import(&by_device(&desk.question(&ticket), &device, 5, 3)).ended(0);
    desk.agent(&["run", &ticket]).ended(0);
}

#[test]
fn a_security_keys_counter_rises_or_never_counts() {
    let (counts, silent) = (Device::ed25519(1), Device::ed25519(2));
    let Some(desk) = Desk::apart(A3, "") else { return };
    desk.signers(&format!("{ALICE} {}\n{ALICE} {}\n", counts.public(), silent.public()));
    let cases = [
        (&counts, 4, 0),
        (&counts, 4, 77),
        (&counts, 3, 77),
        (&counts, 0, 77),
        (&counts, 5, 0),
        (&silent, 0, 0),
        (&silent, 0, 0),
        (&silent, 9, 0),
        (&silent, 0, 77),
    ];
    for (at, (device, counter, code)) in cases.into_iter().enumerate() {
        let word = format!("print({at})");
        let ticket = desk.ticket_for(&["python3", "-c", &word]);
        let ran = desk.import(&by_device(&desk.question(&ticket), device, 1, counter)).ended(code);
        assert_eq!(ran.out.contains("counter"), code != 0, "{}", ran.out);
    }
    assert_eq!(desk.refusals().len(), 4);
    desk.agent(&["audit", "verify"]).ended(0);
}

/// What comes back wrong, and what is said of it. Each leaves the request as it is, and a record.
#[test]
fn what_was_not_asked_is_refused_and_recorded() {
    let (device, stranger) = (Device::ed25519(1), Device::ed25519(9));
    let Some(desk) = strict("", &device) else { return };
    desk.signers(&format!("{ALICE} {}\nbob namespaces=\"git\" {}\n", device.public(), Device::p256().public()));
    let ticket = desk.ticket();
    let question = desk.question(&ticket);
    let by = |device: &Device, namespace: &str, changes: &Value| {
        let said = statement(&question, changes);
        answer(&said, &device.sign(namespace, &said, 1, 1))
    };
    let zeros = "0".repeat(64);
    let right = by(&device, NAMESPACE, &json!({}));
    let mut forged = right.clone();
    forged["statement"] = json!(statement(&question, &json!({ "decision": "reject" })));
    let mut reasoned = right.clone();
    reasoned["rationale"] = json!("put there later");
    let cases = [
        ("forged", forged, "does not fit what is said to be signed"),
        ("unsigned", answer(right["statement"].as_str().unwrap(), "no"), "not an SSH signature"),
        ("another namespace", by(&device, "git", &json!({})), "in the namespace `git`"),
        ("another key", by(&stranger, NAMESPACE, &json!({})), "none of the allowed signers'"),
        ("another principal", by(&device, NAMESPACE, &json!({ "approver": "bob" })), "not `bob`'s"),
        ("another log", by(&device, NAMESPACE, &json!({ "log": "elsewhere" })), "another ledger"),
        ("no such request", by(&device, NAMESPACE, &json!({ "request": "r-0000000000" })), "no request `r-0000000000`"),
        ("another preview", by(&device, NAMESPACE, &json!({ "preview": zeros })), "`preview` is not what was asked"),
        ("another binding", by(&device, NAMESPACE, &json!({ "binding": zeros })), "`binding` is not what was asked"),
        ("another page", by(&device, NAMESPACE, &json!({ "shown": zeros })), "`shown` is not what was asked"),
        ("another head", by(&device, NAMESPACE, &json!({ "head": "9:00" })), "`head` is not what was asked"),
        ("never asked", by(&device, NAMESPACE, &json!({ "nonce": "00" })), "never asked"),
        ("another version", by(&device, NAMESPACE, &json!({ "version": 2 })), "not a statement of version 1"),
        ("more than a statement", by(&device, NAMESPACE, &json!({ "also": 1 })), "not a statement of version 1"),
        (
            "before it was asked",
            by(&device, NAMESPACE, &json!({ "decided_at": "2020-01-01T00:00:00.000000Z" })),
            "cannot be",
        ),
        ("a rationale put in", reasoned, "rationale is not the one that was signed"),
        ("no decision at all", json!({ "aigov": "approval-answer-v1" }), "not a signed decision"),
    ];
    for (at, (name, answer, why)) in cases.iter().enumerate() {
        let ran = desk.import(answer);
        assert!([65, 77].contains(&ran.code), "{name}: {} {}", ran.code, ran.out);
        assert!(ran.out.replace("\r\n", " ").contains(why), "{name}: {}", ran.out);
        let kept = desk.refusals();
        assert_eq!(kept.len(), at + 1, "{name}");
        assert!(kept[at]["why"].as_str().unwrap().contains(why), "{name}: {}", kept[at]);
    }
    desk.agent(&["run", &ticket]).ended(75);
    desk.import(&right).ended(0);
    desk.agent(&["audit", "verify"]).ended(0);
}

#[test]
fn one_about_another_request_does_not_count_for_this_one() {
    let device = Device::ed25519(1);
    let Some(desk) = strict("", &device) else { return };
    let (one, other) = (desk.ticket(), desk.ticket_for(&["python3", "-c", "print('other')"]));
    let said = statement(&desk.question(&one), &json!({ "request": other }));
    let moved = desk.import(&answer(&said, &device.sign(NAMESPACE, &said, 1, 1))).ended(77);
    assert!(moved.out.contains("`request` is not what was asked"), "{}", moved.out);
    for ticket in [one, other] {
        desk.agent(&["run", &ticket]).ended(75);
    }
}

#[test]
fn what_came_too_late_or_twice_is_refused() {
    let device = Device::ed25519(1);
    let Some(desk) = strict("", &device) else { return };
    let ticket = desk.ticket();
    let first = by_device(&desk.question(&ticket), &device, 1, 1);
    let second = by_device(&desk.question(&ticket), &device, 1, 2);
    desk.import(&first).ended(0);
    let again = desk.import(&first).ended(77);
    assert!(again.out.contains("it counts once"), "{}", again.out);
    let late = desk.import(&second).ended(77);
    assert!(late.out.contains("is approved, so there is nothing to decide"), "{}", late.out);
    assert_eq!(desk.refusals().len(), 2);
    desk.agent(&["run", &ticket]).ended(0);
    assert!(desk.import(&first).ended(77).out.contains("it counts once"));
    // The same asked anew is another request, and an old signature is none for it.
    let anew = desk.ticket();
    assert_ne!(anew, ticket);
    desk.import(&first).ended(77);
    desk.agent(&["run", &anew]).ended(75);
}

#[test]
fn two_who_bring_one_answer_at_once_are_taken_once() {
    let device = Device::ed25519(1);
    let Some(desk) = strict("", &device) else { return };
    let ticket = desk.ticket();
    let answer = by_device(&desk.question(&ticket), &device, 1, 1);
    let file = desk.file("both.json");
    fs::write(&file, answer.to_string()).unwrap();
    let args = ["approve", "--import", file.to_str().unwrap()];
    let codes: Vec<i32> = thread::scope(|scope| {
        let all: Vec<_> = (0..4).map(|_| scope.spawn(|| desk.human(&args, |_| None).code)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == 77).count(), 3, "{codes:?}");
    let shown = desk.agent(&["audit", "show", &ticket, "--json"]).ended(0).json();
    assert_eq!(shown["request"]["approvals"].as_array().unwrap().len(), 1);
    desk.agent(&["audit", "verify"]).ended(0);
}

#[test]
fn a_file_that_agents_could_have_written_proves_nothing() {
    let device = Device::ed25519(1);
    let Some(desk) = strict("", &device) else { return };
    let ticket = desk.ticket();
    let path = desk.signers_path();
    for (place, mode, was) in [(&path, 0o666, 0o644), (&path.parent().unwrap().to_path_buf(), 0o777, 0o755)] {
        let question = desk.question(&ticket);
        fs::set_permissions(place, fs::Permissions::from_mode(mode)).unwrap();
        // A policy in such a directory does not load, which refuses, too; it is looked at as signers here.
        let ran = desk.import(&by_device(&question, &device, 1, 1));
        fs::set_permissions(place, fs::Permissions::from_mode(was)).unwrap();
        assert!(ran.code != 0 && ran.out.contains("can be written by others"), "{}", ran.out);
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    let doctor = desk.human(&["doctor"], |_| None).ended(1).out;
    assert!(doctor.contains("FAIL signers") && doctor.contains("proves nothing (A0)"), "{doctor}");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let doctor = desk.human(&["doctor"], |_| None).ended(0).out;
    assert!(doctor.contains("1 key(s), 1 of which may sign now"), "{doctor}");
    desk.agent(&["run", &ticket]).ended(75);
}

#[test]
fn keys_whose_time_is_not_now_and_humans_whom_policy_does_not_know_are_refused() {
    let device = Device::ed25519(1);
    let Some(desk) = strict("", &device) else { return };
    let ticket = desk.ticket();
    for (line, why) in [
        ("alice@example.com valid-before=\"20200101\"", "has expired"),
        ("alice@example.com valid-after=\"20990101\"", "counts only from"),
        ("alice@example.com namespaces=\"git\"", "may not sign in the namespace"),
        ("alice@example.com cert-authority", "supports no certificates"),
        ("carol@example.com", "not `alice@example.com`'s"),
        ("*@example.com", "named in full"),
    ] {
        let question = desk.question(&ticket);
        desk.signers(&format!("{line} {}\n", device.public()));
        let ran = desk.import(&by_device(&question, &device, 1, 1));
        assert!(ran.code != 0 && ran.out.replace("\r\n", " ").contains(why), "{line}: {}", ran.out);
        assert!(desk.refusals().pop().unwrap()["why"].as_str().unwrap().contains(why), "{line}");
        desk.signers(&format!("{ALICE} {}\n", device.public()));
    }
    desk.signers(&format!("carol {}\n", device.public()));
    let said = statement(&desk.question(&ticket), &json!({ "approver": "carol" }));
    let ran = desk.import(&answer(&said, &device.sign(NAMESPACE, &said, 1, 1))).ended(77);
    assert!(ran.out.contains("no human with the identity `signer:carol`"), "{}", ran.out);
}

#[test]
fn a_key_in_software_counts_where_policy_says_that_it_lies_elsewhere() {
    if !has("ssh-keygen") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let key = make(&dir.path().join("key"), &["ed25519"]);
    for (approval, code) in [("software_keys = \"elsewhere\"", 0), ("", 77)] {
        let Some(desk) = Desk::apart(A3, approval) else { return };
        desk.signers(&format!("{ALICE} {}\n", public(&key)));
        let ticket = desk.ticket();
        let said = statement(&desk.question(&ticket), &json!({}));
        // As the README says it for a machine without aigov: the statement by itself, and ssh-keygen's file beside it.
        let file = desk.file("statement");
        fs::write(&file, &said).unwrap();
        fs::write(desk.file("statement.sig"), sign(&key, NAMESPACE, &[], &said)).unwrap();
        let ran = desk.human(&["approve", "--import", file.to_str().unwrap()], |_| None).ended(code);
        assert_eq!(ran.out.contains("its key lies in software"), code != 0, "{}", ran.out);
    }
}

#[test]
fn a2_is_claimed_by_nothing_and_a3_is_more() {
    let device = Device::ed25519(1);
    let Some(desk) = Desk::apart("min_assurance = \"A2\"", "") else { return };
    desk.signers(&format!("{ALICE} {}\n", device.public()));
    let ticket = desk.ticket();
    let refused = desk.human(&["approve", &ticket, "--rationale", "y"], |_| None).ended(77);
    assert!(refused.out.contains("wants assurance A2"), "{}", refused.out);
    assert!(refused.out.contains("nothing gives A2 yet, and A3 is more"), "{}", refused.out);
    desk.import(&by_device(&desk.question(&ticket), &device, 1, 1)).ended(0);
}

#[test]
fn an_agent_neither_exports_nor_brings_anything_in() {
    let device = Device::ed25519(1);
    let Some(desk) = strict("", &device) else { return };
    let ticket = desk.ticket();
    let answer = by_device(&desk.question(&ticket), &device, 1, 1);
    let file = desk.file("agents.json");
    fs::write(&file, answer.to_string()).unwrap();
    for args in [&["approve", "--import", file.to_str().unwrap()][..], &["approve", "--export", &ticket]] {
        let refused = desk.agent(args).ended(77);
        assert!(refused.err.contains("is for humans"), "{}", refused.err);
    }
    desk.agent(&["run", &ticket]).ended(75);
}
