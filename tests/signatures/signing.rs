//! Signing at a terminal: on the machine of the request, and on another one.

use std::fs;

use aigov::model::ids::LogId;
use aigov::model::request::ApprovalBody;
use aigov::model::signature::Word;
use aigov::signature::record::check;
use serde_json::{Value, json};

use crate::desk::{ALICE, Desk};
use crate::keys::{is_verified, make, public};
use crate::support::has;

/// A desk with a key in software in the home directory.
fn with_key() -> Option<Desk> {
    if !has("ssh-keygen") {
        return None;
    }
    let desk = Desk::new("", "");
    let home = desk.place.home();
    fs::create_dir(home.join(".ssh")).unwrap();
    let key = make(&home.join(".ssh/id_ed25519"), &["ed25519"]);
    desk.signers(&format!("{ALICE} {}\n", public(&key)));
    Some(desk)
}

fn request(desk: &Desk, ticket: &str) -> Value {
    desk.agent(&["audit", "show", ticket, "--json"]).ended(0).json()["request"].clone()
}

#[test]
fn a_key_in_software_signs_at_the_terminal_and_is_worth_a0() {
    let Some(desk) = with_key() else { return };
    let ticket = desk.ticket();
    let ran = desk.signs(&["approve", &ticket, "--sign", "--rationale", "looked at it"]).ended(0);
    let lines: Vec<&str> = ran.out.lines().map(str::trim_end).collect();
    assert!(lines.iter().any(|line| line.starts_with("command") && line.contains("python3")), "{}", ran.out);
    assert!(lines.iter().any(|line| *line == format!("aigov: request {ticket} is approved")), "{}", ran.out);
    let row = request(&desk, &ticket);
    let approval = &row["approvals"][0];
    assert_eq!((&approval["assurance"], &approval["channel"]), (&json!("A0"), &json!("terminal")));
    assert_eq!((&approval["human"], &approval["rationale"]), (&json!("alice"), &json!("looked at it")));
    let signature = &approval["signature"];
    assert_eq!(signature["key_type"], "ssh-ed25519");
    assert!(signature["flags"].is_null() && signature["doubt"].is_string());
    let (text, armour) = (signature["statement"].as_str().unwrap(), signature["armour"].as_str().unwrap());
    let allowed = fs::read_to_string(desk.signers_path()).unwrap();
    assert!(is_verified(&allowed, ALICE, text, armour));
    let shown = desk.agent(&["audit", "show", &ticket]).ended(0).out;
    assert!(shown.contains("signed     by alice@example.com, ssh-ed25519 SHA256:"), "{shown}");
    assert!(shown.contains("worth no more than A0"), "{shown}");
    desk.agent(&["audit", "verify"]).ended(0);
    desk.agent(&["run", &ticket]).ended(0);
}

#[test]
fn a_record_whose_signature_does_not_hold_any_more_is_found() {
    let Some(desk) = with_key() else { return };
    let ticket = desk.ticket();
    desk.signs(&["approve", &ticket, "--sign", "--rationale", "looked at it"]).ended(0);
    let kept = request(&desk, &ticket)["approvals"][0].clone();
    let log = serde_json::from_str::<Value>(kept["signature"]["statement"].as_str().unwrap()).unwrap()["log"].clone();
    let checked = |body: &Value, word: Word| {
        let body: ApprovalBody = serde_json::from_value(body.clone()).unwrap();
        check(body.signature.as_ref().unwrap(), &body, word, &LogId::new(log.as_str().unwrap())).map(drop)
    };
    assert_eq!(checked(&kept, Word::Approve), Ok(()));
    assert!(checked(&kept, Word::Reject).unwrap_err().contains("decision"));
    let zeros = json!("0".repeat(64));
    for (place, value) in [
        ("/rationale", json!("something else")),
        ("/assurance", json!("A3")),
        ("/shown", zeros.clone()),
        ("/signature/principal", json!("bob")),
        ("/signature/fingerprint", json!("SHA256:x")),
        ("/signature/key_type", json!("sk-ssh-ed25519@openssh.com")),
        ("/signature/digest", zeros),
        ("/signature/statement", json!("{}")),
        ("/signature/armour", json!("")),
    ] {
        let mut changed = kept.clone();
        *changed.pointer_mut(place).unwrap() = value;
        assert!(checked(&changed, Word::Approve).is_err(), "{place}");
    }
    let mut touched = kept.clone();
    touched["signature"]["flags"] = json!(1);
    touched["signature"]["counter"] = json!(1);
    assert!(checked(&touched, Word::Approve).unwrap_err().contains("flags"));
}

#[test]
fn a_rejection_is_signed_and_a_wrong_code_signs_nothing() {
    let Some(desk) = with_key() else { return };
    let ticket = desk.ticket();
    let mut is_typed = false;
    let wrong = desk.human(&["reject", &ticket, "--sign", "--rationale", "no"], |out| {
        let is_due = out.contains("the code of the page") && !is_typed;
        is_typed |= is_due;
        is_due.then(|| "12345\r".to_owned())
    });
    assert!(wrong.ended(77).out.contains("nothing was signed"));
    assert!(desk.refusals()[0]["why"].as_str().unwrap().contains("the code is not the one of the page"));
    desk.signs(&["reject", &ticket, "--sign", "--rationale", "the wrong machine"]).ended(0);
    let row = request(&desk, &ticket);
    assert_eq!((&row["state"], &row["approvals"][0]["signature"]["principal"]), (&json!("rejected"), &json!(ALICE)));
    desk.agent(&["audit", "verify"]).ended(0);
}

#[test]
fn a_key_that_is_nobodys_and_a_policy_without_signers_are_told() {
    let Some(desk) = with_key() else { return };
    let ticket = desk.ticket();
    let other = make(&desk.file("other"), &["ed25519"]);
    let refused = desk.human(&["approve", &ticket, "--sign", "--key", other.to_str().unwrap()], |_| None).ended(65);
    assert!(refused.out.contains("none of the allowed signers' keys"), "{}", refused.out);
    desk.signers("nonsense\n");
    let refused = desk.human(&["approve", &ticket, "--sign"], |_| None).ended(78);
    assert!(refused.out.contains("line 1: "), "{}", refused.out);
    let bare = crate::support::Place::new();
    let ticket = bare.ask(&crate::desk::ASKED).ended(75).ticket();
    let refused = bare.human(&["approve", &ticket, "--sign"]).ended(78);
    assert!(refused.out.contains("nobody may sign") && refused.out.contains("allowed_signers"), "{}", refused.out);
}

#[test]
fn a_question_is_signed_on_another_machine_and_holds_no_secret() {
    let Some(desk) = with_key() else { return };
    let ticket = desk.ticket_for(&["python3", "-c", "print(1)", "--password", "hunter22", "AKIAIOSFODNN7EXAMPLE"]);
    let question = desk.question(&ticket);
    let text = question.to_string();
    assert!(!text.contains("hunter22") && !text.contains("AKIAIOSFODNN7EXAMPLE"), "{text}");
    // Another machine: a home of its own, no policy, no ledger, and the key.
    let mut laptop = crate::support::Place::bare();
    fs::rename(desk.place.home().join(".ssh"), laptop.home().join(".ssh")).unwrap();
    laptop.set("AIGOV_LEDGER", laptop.home().join("none.db"));
    let (asked, answered) = (laptop.tree().join("question.json"), laptop.tree().join("answer.json"));
    fs::write(&asked, &text).unwrap();
    let code = question["code"].as_str().unwrap();
    let args = ["approve", "--sign-file", asked.to_str().unwrap(), "-o", answered.to_str().unwrap()];
    let wrong = laptop.human_types(&[&args[..], &["--rationale", "right"]].concat(), "00000\r").ended(77);
    assert!(wrong.out.contains("nothing was signed") && !answered.exists(), "{}", wrong.out);
    let signed = laptop.human_types(&[&args[..], &["--rationale", "right"]].concat(), &format!("{code}\r")).ended(0);
    assert!(signed.out.contains("python3") && signed.out.contains("is signed"), "{}", signed.out);
    assert!(!laptop.home().join("none.db").exists());
    let answer: Value = serde_json::from_str(&fs::read_to_string(&answered).unwrap()).unwrap();
    desk.import(&answer).ended(0);
    assert_eq!(request(&desk, &ticket)["approvals"][0]["rationale"], "right");
    // A page that was changed on the way is not shown as what is asked.
    let mut changed = question.clone();
    changed["page"] = json!("command    kubectl get pods\n");
    fs::write(&asked, changed.to_string()).unwrap();
    let refused = laptop.human_types(&["approve", "--sign-file", asked.to_str().unwrap()], "").ended(65);
    assert!(refused.out.contains("somebody has changed the file"), "{}", refused.out);
}
