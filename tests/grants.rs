//! Grants as humans make them and agents use them: whole runs of the binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{AGENT, Place};

/// Whatever changes the working tree asks.
const POLICY: &str = r##"schema = 1

[approval]
single_operator = true

[owners]
platform = "#platform-oncall"

[[rules]]
id = "reads"
tier = 1
when = { impact = "read", category = ["observe", "code"] }
match = ["ls"]

[[rules]]
id = "changes-ask"
owner = "platform"
tier = 3
when = { environment = "local", impact = ["write", "destroy"] }
require_reason = true
alternatives = ["write it into your notes"]
match = ["touch a"]

[[rules]]
id = "never-links"
tier = 4
when = { tool = "ln", impact = ["write", "destroy"] }
match = ["ln -s a b"]
"##;

fn place() -> Place {
    let place = Place::bare();
    place.write_policy(POLICY);
    place
}

/// A grant made from a request for this command.
#[track_caller]
fn granted(place: &Place, command: &[&str], more: &[&str]) -> String {
    let ticket = place.ask(command).ended(75).ticket();
    let made = grant(place, &ticket, more);
    made.ended(0).json()["grants"][0]["id"].as_str().unwrap().to_owned()
}

fn grant(place: &Place, ticket: &str, more: &[&str]) -> support::Ran {
    let base = ["grant", "--from", ticket, "--rationale", "a long refactoring", "--yes", "--json"];
    place.human(&[&base[..], more].concat())
}

#[track_caller]
fn shown(place: &Place, id: &str) -> Value {
    place.human(&["grant", "show", id, "--json"]).ended(0).json()
}

fn exists(place: &Place, name: &str) -> bool {
    place.tree().join(name).exists()
}

#[test]
fn what_was_asked_runs_at_once_by_a_grant_until_its_uses_are_spent() {
    let place = place();
    let id = granted(&place, &["touch", "a"], &["--uses", "2"]);
    assert!(!exists(&place, "a"), "a grant runs nothing");
    for left in [1, 0] {
        let ran = place.agent(&["exec", "--reason", "r", "--", "touch", "a"]).ended(0);
        assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""), "it is as quiet as what policy allows");
        assert!(exists(&place, "a"));
        assert_eq!(shown(&place, &id)["left"], left);
        fs::remove_file(place.tree().join("a")).unwrap();
    }
    assert_eq!(shown(&place, &id)["state"], "spent");
    let asked = place.ask(&["touch", "a"]).ended(75);
    assert_eq!(asked.status()["status"], "pending");
    assert!(!exists(&place, "a"));
    let runs = shown(&place, &id)["runs"].as_array().unwrap().clone();
    assert_eq!(runs.len(), 2);
    let request = runs[0]["request"].as_str().unwrap();
    let stored = place.agent(&["audit", "show", request, "--json"]).ended(0).json();
    assert_eq!(stored["request"]["body"]["grants"][0]["grant"], id.as_str());
    assert_eq!(stored["request"]["body"]["verdict"]["decision"], "ask", "what policy decided stays on the record");
    assert_eq!(stored["request"]["state"], "succeeded");
    let text = place.human(&["grant", "show", &id]).ended(0).out;
    for word in ["spent", "a long refactoring", "changes-ask", "touch a", "directory `", AGENT] {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert!(place.human(&["grant", "list"]).ended(0).out.contains("no grant is open"));
    assert!(place.human(&["grant", "list", "--all"]).ended(0).out.contains(&id));
    place.verify();
    place.human(&["audit", "verify", "--rebuild"]).ended(0);
    assert_eq!(shown(&place, &id)["used"], 2);
}

#[test]
fn beside_its_scope_a_grant_lets_nothing_run() {
    let place = place();
    fs::create_dir(place.tree().join("sub")).unwrap();
    granted(&place, &["touch", "a"], &["--task", "T-1"]);
    place.agent(&["exec", "--task", "T-1", "--reason", "r", "--", "touch", "a"]).ended(0);
    fs::remove_file(place.tree().join("a")).unwrap();
    let asks = |args: &[&str]| place.agent(&[&["exec", "--json", "--reason", "r"], args].concat()).ended(75);
    asks(&["--", "touch", "a"]);
    asks(&["--task", "T-2", "--", "touch", "a"]);
    asks(&["--task", "T-1", "--", "touch", "b"]);
    asks(&["--task", "T-1", "--", "touch", "a", "b"]);
    asks(&["--task", "T-1", "--", "rm", "-f", "a"]);
    asks(&["--task", "T-1", "--agent", "another", "--", "touch", "a"]);
    asks(&["--task", "T-1", "-c", "cd sub && touch a"]);
    asks(&["--task", "T-1", "-c", "touch a; touch b"]);
    asks(&["--task", "T-1", "-c", "for x in 1 2; do touch a; done"]);
    asks(&["--task", "T-1", "-c", "touch a > b"]);
    asks(&["--task", "T-1", "-c", "touch $X"]);
    asks(&["--task", "T-1", "--", "env", "touch", "a"]);
    let without = place.agent(&["exec", "--json", "--task", "T-1", "--", "touch", "a"]).ended(75);
    assert_eq!(without.status()["status"], "reason_needed", "a reason is wanted beside a grant");
    for name in ["a", "b", "sub/a"] {
        assert!(!exists(&place, name), "{name}");
    }
    place.agent(&["exec", "--task", "T-1", "--reason", "r", "-c", "ls && touch a"]).ended(0);
    assert!(exists(&place, "a"));
    place.verify();
}

#[test]
fn a_wider_grant_holds_what_its_patterns_say_and_no_denial() {
    let place = place();
    let ticket = place.ask(&["touch", "a-1"]).ended(75).ticket();
    grant(&place, &ticket, &["--target", "a-*", "--agent", "*"]).ended(0);
    for name in ["a-1", "a-2"] {
        place.agent(&["exec", "--agent", "another", "--reason", "r", "--", "touch", name]).ended(0);
        assert!(exists(&place, name));
    }
    place.ask(&["touch", "b-1"]).ended(75);
    place.ask(&["ln", "-s", "a-1", "a-3"]).ended(77);
    assert!(!exists(&place, "a-3"));
    for (more, word) in [
        (&["--env", "unknown"][..], "not an environment"),
        (&["--uses", "0"], "1 to"),
        (&["--for", "200d"], "90 days"),
        (&["--anywhere"], "one directory"),
    ] {
        let refused = grant(&place, &ticket, more);
        assert_ne!(refused.code, 0);
        assert!(refused.out.contains(word), "{word}: {}", refused.out);
    }
}

#[test]
fn a_grant_ends_with_its_time_and_when_it_is_taken_back() {
    let place = place();
    granted(&place, &["touch", "a"], &["--for", "2s"]);
    place.agent(&["exec", "--reason", "r", "--", "touch", "a"]).ended(0);
    sleep(Duration::from_millis(2_100));
    place.ask(&["touch", "a"]).ended(75);
    let id = granted(&place, &["touch", "b"], &[]);
    place.agent(&["exec", "--reason", "r", "--", "touch", "b"]).ended(0);
    place.human(&["grant", "revoke", &id, "--reason", "done"]).ended(0);
    place.ask(&["touch", "b"]).ended(75);
    let again = place.human(&["grant", "revoke", &id, "--reason", "done"]).ended(77);
    assert!(again.out.contains("taken back already"), "{}", again.out);
    assert_eq!(shown(&place, &id)["ended"]["why"], "done");
    place.human(&["grant", "revoke", "g-none", "--reason", "x"]).ended(65);
    place.human(&["grant", "revoke", &id]).ended(64);
    place.verify();
}

/// A copy that goes on until it is fed.
fn copying(place: &Place) -> Child {
    let mut command: Command = place.agent_command(&["exec", "--reason", "r", "--", "cp", "pipe", "out"]);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn what_runs_when_its_grant_is_taken_back_runs_on_and_nothing_after_it() {
    let place = place();
    Command::new("mkfifo").arg(place.tree().join("pipe")).status().unwrap();
    let id = granted(&place, &["cp", "pipe", "out"], &[]);
    let mut child = copying(&place);
    let since = Instant::now();
    while shown(&place, &id)["used"] == 0 {
        assert!(since.elapsed() < Duration::from_secs(120), "it never began");
        sleep(Duration::from_millis(50));
    }
    place.human(&["grant", "revoke", &id, "--reason", "enough"]).ended(0);
    fs::OpenOptions::new().write(true).open(place.tree().join("pipe")).unwrap().write_all(b"whole").unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(fs::read_to_string(place.tree().join("out")).unwrap(), "whole");
    place.ask(&["cp", "pipe", "out"]).ended(75);
    assert_eq!(place.audit().iter().filter(|row| row["state"] == "succeeded").count(), 1);
    place.verify();
}

#[test]
fn agents_are_refused_whatever_they_do_with_grants_and_that_is_recorded() {
    let place = place();
    let ticket = place.ask(&["touch", "a"]).ended(75).ticket();
    for args in [
        &["grant", "--from", &ticket, "--rationale", "x", "--yes"][..],
        &["grant", "add", "--from", &ticket, "--rationale", "x", "--yes"],
        &["grant", "list"],
        &["grant", "show", "g-1"],
        &["grant", "revoke", "g-1", "--reason", "x"],
    ] {
        let refused = place.agent(args).ended(77);
        assert!(refused.err.contains("is for humans"), "{}", refused.err);
    }
    let verified = place.agent(&["audit", "verify", "--json"]).ended(0).json();
    assert_eq!(verified["by_type"]["attempt_refused"], 5);
    assert_eq!(verified["by_type"].get("grant_made"), None);
    // By policy too, as a command.
    let example = Place::new();
    example.agent(&["check", "--", "aigov", "grant", "--from", "r-1", "--yes"]).ended(77);
}

#[test]
fn a_grant_lives_under_the_policy_of_now() {
    let place = place();
    granted(&place, &["touch", "a"], &[]);
    let runs = |place: &Place, policy: &str| {
        place.write_policy(policy);
        let code = place.agent(&["exec", "--json", "--reason", "r", "--", "touch", "a"]).code;
        if let Some(row) = place.audit().first().filter(|row| row["state"] == "pending") {
            place.agent(&["withdraw", row["id"].as_str().unwrap()]).ended(0);
        }
        code
    };
    let with = |line: &str| POLICY.replace("require_reason = true", &format!("require_reason = true\n{line}"));
    assert_eq!(runs(&place, POLICY), 0);
    assert_eq!(runs(&place, &format!("# a line more\n{POLICY}")), 0, "the rule only moved");
    for line in
        ["grantable = false", "approvals = 2", "min_assurance = \"A1\"", "require_preview = true", "four_eyes = true"]
    {
        assert_eq!(runs(&place, &with(line)), 75, "{line}");
    }
    assert_eq!(runs(&place, &POLICY.replace("single_operator = true", "single_operator = false")), 75);
    assert_eq!(runs(&place, &POLICY.replace("changes-ask", "changes-ask-now")), 75, "another rule asks");
    let more = "\n[[rules]]\nid = \"touch-asks-too\"\ntier = 3\nwhen = { tool = \"touch\" }\n";
    assert_eq!(runs(&place, &format!("{POLICY}{more}")), 75, "one more rule asks");
    let deny = "\n[[rules]]\nid = \"no-touch\"\ntier = 4\nwhen = { tool = \"touch\" }\n";
    assert_eq!(runs(&place, &format!("{POLICY}{deny}")), 77);
    assert_eq!(runs(&place, POLICY), 0);
    place.human(&["freeze", "--reason", "incident"]).ended(0);
    assert_eq!(runs(&place, POLICY), 77);
    place.human(&["unfreeze"]).ended(0);
    assert_eq!(runs(&place, POLICY), 0);
    place.verify();
}

#[test]
fn a_repository_that_asks_is_answered_only_by_a_grant_that_was_made_with_it_in_force() {
    let place = place();
    let file = place.tree().join(".aigov.toml");
    let layer = |decision: &str| {
        let text =
            format!("schema = 1\n[[rules]]\nid = \"ours\"\ndecision = \"{decision}\"\nwhen = {{ tool = \"touch\" }}\n");
        fs::write(&file, text).unwrap();
    };
    granted(&place, &["touch", "a"], &[]);
    place.agent(&["exec", "--reason", "r", "--", "touch", "a"]).ended(0);
    layer("ask");
    place.ask(&["touch", "a"]).ended(75);
    granted(&place, &["touch", "a"], &[]);
    place.agent(&["exec", "--reason", "r", "--", "touch", "a"]).ended(0);
    layer("deny");
    place.ask(&["touch", "a"]).ended(77);
    place.verify();
}

#[test]
fn a_human_who_may_not_approve_alone_may_not_grant_and_the_attempt_is_recorded() {
    for (from, to, word) in [
        ("single_operator = true", "single_operator = false", "on their behalf"),
        ("require_reason = true", "approvals = 2", "2 approval"),
        ("require_reason = true", "min_assurance = \"A1\"", "assurance A1"),
        ("require_reason = true", "grantable = false", "each time"),
        ("require_reason = true", "four_eyes = true", "on their behalf"),
        ("impact = [\"write\", \"destroy\"]", "impact = [\"destroy\"]", "does not ask"),
    ] {
        let place = place();
        let ticket = place.ask(&["touch", "a"]).ended(75).ticket();
        place.write_policy(&POLICY.replacen(from, to, 1).replace("match = [\"touch a\"]\n", ""));
        let refused = grant(&place, &ticket, &[]);
        if word == "does not ask" {
            // What no rule speaks about asks by the default.
            assert_eq!(refused.code, 0, "{}", refused.out);
            continue;
        }
        let refused = refused.ended(77);
        assert!(refused.out.contains(word), "{word}: {}", refused.out);
        let verified = place.agent(&["audit", "verify", "--json"]).ended(0).json();
        assert_eq!(verified["by_type"]["attempt_refused"], 1);
    }
}

#[test]
fn what_can_never_be_granted_says_why() {
    let place = place();
    for (command, word) in [
        (&["python3", "-c", "1"][..], "is not known"),
        (&["cat", ".env"], "secrets"),
        (&["env", "touch", "a"], "another program"),
    ] {
        let asked = place.ask(command);
        let refused = grant(&place, &asked.ended(75).ticket(), &["--target", "*"]).ended(77);
        assert!(refused.out.contains(word), "{word}: {}", refused.out);
    }
    let looped = place.agent(&["exec", "--json", "--reason", "r", "-c", "while touch a; do touch b; done"]).ended(75);
    let refused = grant(&place, &looped.ticket(), &[]).ended(77);
    assert!(refused.out.contains("how often"), "{}", refused.out);
}

#[test]
fn a_human_s_answer_to_this_very_request_goes_before_a_grant_and_a_pending_one_is_taken_back() {
    let place = place();
    let rejected = place.ask(&["touch", "a"]).ended(75).ticket();
    grant(&place, &rejected, &[]).ended(0);
    place.human(&["reject", &rejected, "--rationale", "not this one; use b"]).ended(0);
    let refused = place.ask(&["touch", "a"]).ended(77);
    assert_eq!(refused.status()["status"], "rejected");
    assert_eq!(refused.status()["feedback"], "not this one; use b");
    assert!(!exists(&place, "a"));
    let pending = place.ask(&["touch", "b"]).ended(75).ticket();
    grant(&place, &pending, &[]).ended(0);
    place.agent(&["exec", "--reason", "a test", "--", "touch", "b"]).ended(0);
    assert!(exists(&place, "b"));
    let row = place.audit().into_iter().find(|row| row["id"] == pending.as_str()).unwrap();
    assert_eq!(row["state"], "withdrawn");
    place.verify();
}

#[test]
fn before_it_is_made_a_grant_shows_what_it_would_have_let_run() {
    let place = place();
    for name in ["a-1", "a-2", "b"] {
        place.ask(&["touch", name]).ended(75);
    }
    let last = place.ask(&["touch", "a-3"]).ended(75).ticket();
    place.human(&["reject", &last, "--rationale", "no"]).ended(0);
    let ticket = place.ask(&["touch", "a-1"]).ticket();
    let base = ["grant", "--from", &ticket, "--target", "a-*", "--rationale", "x", "--preview"];
    let seen = place.human(&[&base[..], &["--json"]].concat()).ended(0).json();
    assert_eq!((&seen["foreseen"]["asked"], &seen["foreseen"]["runs"]), (&4.into(), &3.into()));
    assert_eq!(seen["foreseen"]["rejected"], 1);
    assert_eq!(seen["foreseen"]["commands"][0]["command"], "touch a-3", "what a human rejected comes first");
    assert_eq!(seen["made"], Value::Null);
    let text = place.human(&base).ended(0).out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("4 request(s) asked a human; this would have let 3 of them run"), "{text}");
    assert!(text.contains("A human rejected 1 of them") && text.contains("! "), "{text}");
    assert!(place.human(&["grant", "list", "--all", "--json"]).ended(0).json().as_array().unwrap().is_empty());
    let declined = place.human_types(&[&base[..7], &[]].concat(), "n\r").ended(0);
    assert!(declined.out.contains("nothing was granted"), "{}", declined.out);
    let taken = place.human_types(&base[..7], "y\r").ended(0);
    assert!(taken.out.contains("aigov: grant g-"), "{}", taken.out);
}

#[test]
fn check_says_what_grants_say_for_a_caller_who_is_named_and_spends_nothing() {
    let place = place();
    let id = granted(&place, &["touch", "a"], &["--uses", "1"]);
    let check = |args: &[&str]| place.agent(&[&["check", "--json"], args].concat()).ended(75).json();
    let said = check(&["--agent", AGENT, "--", "touch", "a"]);
    assert_eq!((&said["decision"], &said["govern"][0]["decision"]), (&"ask".into(), &"allow".into()));
    assert_eq!(said["govern"][0]["grants"][0]["grant"], id.as_str());
    let said = check(&["--agent", AGENT, "--", "touch", "b"]);
    assert_eq!(said["govern"][0]["decision"], "ask");
    assert!(said["govern"][0]["why"].as_str().unwrap().contains("target"), "{said}");
    assert_eq!(check(&["--agent", "another", "--", "touch", "a"])["govern"][0]["decision"], "ask");
    assert_eq!(check(&["--", "touch", "a"])["govern"], serde_json::json!([]));
    assert_eq!(shown(&place, &id)["used"], 0);
    let text = place.agent(&["check", "--agent", AGENT, "--", "touch", "a"]).ended(75).out;
    assert!(text.contains(&format!("grant: allow, it runs without asking by {id}")), "{text}");
}

#[test]
fn an_agent_is_told_what_it_may_do_instead_who_decides_and_how_to_ask() {
    let place = Place::with(|policy| {
        policy.replace("id = \"staging-asks\"", "id = \"staging-asks\"\nowner = \"platform\"")
            + "\n[owners]\nplatform = \"#platform-oncall\"\n"
    });
    fs::create_dir(place.home().join(".kube")).unwrap();
    let context = |name: &str| format!("- {{name: {name}, context: {{cluster: {name}, user: u}}}}\n");
    let cluster = |name: &str| format!("- {{name: {name}, cluster: {{server: 'https://{name}.invalid'}}}}\n");
    let config = format!(
        "apiVersion: v1\nkind: Config\ncontexts:\n{}{}clusters:\n{}{}users: [{{name: u, user: {{}}}}]\n",
        context("staging"),
        context("prod"),
        cluster("staging"),
        cluster("prod")
    );
    fs::write(place.home().join(".kube/config"), config).unwrap();
    let scale = ["kubectl", "--context", "staging", "scale", "deploy/web", "--replicas=3"];
    let json = |args: &[&str]| place.agent(&[&["exec", "--json"], args, &["--"], &scale].concat());
    let needed = json(&[]).ended(75).status();
    assert_eq!(needed["status"], "reason_needed");
    assert!(needed["how_to_ask"].as_str().unwrap().contains("--evidence"), "{needed}");
    let pending = json(&["--reason", "more load"]).ended(75);
    let status = pending.status();
    let alternatives = status["alternatives"].to_string();
    assert!(alternatives.contains("--dry-run=server") && alternatives.contains("`dev`"), "{alternatives}");
    assert!(!alternatives.contains("production"), "{alternatives}");
    assert!(status["decides"].to_string().contains("platform (#platform-oncall)"), "{status}");
    assert!(status["expires"].is_string() && status["retry_after"].is_number(), "{status}");
    assert_eq!(status["attempted"], "kubectl --context staging scale deploy/web '--replicas=3'");
    let ticket = pending.ticket();
    for words in [
        place.agent(&[&["exec", "--reason", "more load", "--"], &scale[..]].concat()).ended(75).err,
        place
            .agent(&["exec", "--reason", "r", "--", "kubectl", "--context", "prod", "delete", "ns", "x"])
            .ended(77)
            .err,
    ] {
        for setting in ["policy.toml", "grantable", "single_operator", "[[rules]]", "tier", "aigov grant"] {
            assert!(!words.contains(setting), "{setting}: {words}");
        }
        assert!(words.contains("instead"), "{words}");
    }
    place.human(&["reject", &ticket, "--rationale", "scale the workers first"]).ended(0);
    for status in [
        json(&["--reason", "more load"]).ended(77).status(),
        place.agent(&["wait", "--json", &ticket]).ended(77).status(),
        place.agent(&["run", "--json", &ticket]).ended(77).status(),
    ] {
        assert_eq!((&status["status"], &status["feedback"]), (&"rejected".into(), &"scale the workers first".into()));
    }
    // What would not run is not named: here a dry run and dev ask too.
    let strict = "\n[[rules]]\nid = \"all-ask\"\ntier = 3\nwhen = { tool = \"kubectl\" }\n";
    let text = fs::read_to_string(place.policy()).unwrap().split("[[tests]]").next().unwrap().to_owned();
    let text: String = text
        .lines()
        .filter(|line| !line.starts_with("match") && !line.starts_with("not_match"))
        .map(|line| format!("{line}\n"))
        .collect();
    place.write_policy(&(text + "\n[owners]\nplatform = \"#platform-oncall\"\n" + strict));
    let other = ["kubectl", "--context", "staging", "scale", "deploy/web", "--replicas=4"];
    let status = place.ask(&other).ended(75).status();
    assert_eq!(status["alternatives"], serde_json::json!([]), "{status}");
}
