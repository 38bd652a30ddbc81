//! `aigov policy simulate` and `aigov policy diff` over a ledger that real runs have filled.

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

use serde_json::{Value, json};
use support::{AIGOV, Place, Ran, has};

/// A policy of a few lines, so that the transcripts name rules that stay.
const POLICY: &str = r#"schema = 1

[environments.production]
protected = true
contexts = ["prod"]
namespaces = ["prod"]

[environments.dev]
protected = false
contexts = ["dev"]

[[rules]]
id = "reads"
tier = 1
when = { impact = "read", category = ["observe", "plan", "code", "deploy", "infra"] }
match = ["ls", "kubectl -n prod get pods"]

[[rules]]
id = "dev"
tier = 2
when = { environment = "dev", impact = ["read", "write"], category = ["observe", "deploy"] }
match = ["kubectl --context dev scale deploy/web --replicas=3"]

[[rules]]
id = "production"
tier = 3
when = { protected = true, impact = ["write", "unknown"] }
require_reason = true
require_rationale = true
match = ["kubectl -n prod scale deploy/web --replicas=3"]

[[rules]]
id = "never"
tier = 4
when = { protected = true, impact = "destroy" }
match = ["kubectl -n prod delete ns web"]

[[tests]]
command = "kubectl rollout restart deploy/web"
context = "prod-eu"
expect = "ask"
"#;

const KUBECONFIG: &str = "apiVersion: v1\nkind: Config\ncurrent-context: prod-eu\nclusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\nusers: [{name: u, user: {}}]\ncontexts: [{name: prod-eu, context: {cluster: c, user: u, namespace: web}}, {name: dev-eu, context: {cluster: c, user: u, namespace: web}}, {name: lab, context: {cluster: c, user: u, namespace: web}}]\n";

fn place() -> Place {
    let place = Place::bare();
    place.write_policy(POLICY);
    fs::create_dir(place.home().join(".kube")).unwrap();
    fs::write(place.home().join(".kube/config"), KUBECONFIG).unwrap();
    place
}

/// Asks for this as an agent, whatever comes of it.
fn ask(place: &Place, words: &[&str]) -> Ran {
    let ran = place.ask(words);
    // No cluster answers.
    assert!([0, 1, 75, 77].contains(&ran.code), "{words:?}: {}", ran.err);
    ran
}

/// A ledger with what is allowed, asked and denied, what holds a secret, and what reads a script; none without kubectl.
fn filled() -> Option<Place> {
    if !has("kubectl") {
        return None;
    }
    let place = place();
    let script = "kubectl --context lab scale deploy/api --replicas=3\n";
    fs::write(place.tree().join("scale.sh"), script).unwrap();
    for words in [
        ["ls", "-la"].as_slice(),
        &["kubectl", "get", "pods"],
        &["kubectl", "--context", "dev-eu", "scale", "deploy/web", "--replicas=3"],
        &["kubectl", "--context", "dev-eu", "scale", "deploy/web", "--replicas=3"],
        &["kubectl", "-n", "prod", "scale", "deploy/web", "--replicas=3"],
        &["kubectl", "-n", "prod", "delete", "ns", "web"],
        &["kubectl", "--context", "lab", "--token", "abc", "scale", "deploy/web", "--replicas=3"],
        &["bash", "scale.sh"],
    ] {
        ask(&place, words);
    }
    Some(place)
}

/// A file beside the policy, writable by a group as a checkout is.
fn new(place: &Place, text: &str) -> String {
    let path = place.tree().join("new.toml");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).unwrap();
    path.display().to_string()
}

/// The policy with one text in place of another.
fn with(from: &str, to: &str) -> String {
    assert!(POLICY.contains(from), "{from}");
    POLICY.replace(from, to)
}

fn simulate(place: &Place, text: &str) -> Ran {
    place.agent(&["policy", "simulate", "--json", &new(place, text)])
}

/// Times, tickets and the place as they are the same in every run.
fn steady(place: &Place, text: &str) -> String {
    let mut text = text.replace(&place.dir.path().display().to_string(), "");
    let rows = if place.ledger().exists() { place.audit() } else { Vec::new() };
    for row in rows {
        text = text.replace(row["id"].as_str().unwrap(), "r-0000000000");
        let time = row["time"].as_str().unwrap();
        text = text.replace(&format!("{}Z", &time[..16].replace('T', " ")), "2026-01-01 00:00Z");
    }
    // Where the minute changes on the way, the first and the last stand both.
    text.replace("2026-01-01 00:00Z to\n         2026-01-01 00:00Z", "2026-01-01 00:00Z")
        .replace("2026-01-01 00:00Z to 2026-01-01 00:00Z", "2026-01-01 00:00Z")
}

fn changes(ran: &Ran) -> Vec<(String, String, String, u64)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let json = ran.json();
    let all = json["changes"].as_array().unwrap().iter();
    let one = |change: &Value| {
        (
            text(&change["direction"]),
            format!("{} {}", text(&change["from"]["decision"]), text(&change["from"]["rule"])),
            format!("{} {}", text(&change["to"]["decision"]), text(&change["to"]["rule"])),
            change["count"].as_u64().unwrap(),
        )
    };
    all.map(one).collect()
}

fn change(direction: &str, from: &str, to: &str, count: u64) -> (String, String, String, u64) {
    (direction.to_owned(), from.to_owned(), to.to_owned(), count)
}

#[test]
fn the_policy_in_force_changes_nothing() {
    let Some(place) = filled() else { return };
    let ran = simulate(&place, POLICY).ended(0);
    let json = ran.json();
    assert_eq!(json["changes"], Value::Array(Vec::new()));
    let counts = &json["counts"];
    assert_eq!((&counts["commands"], &counts["unchanged"]), (&8.into(), &8.into()));
    assert_eq!(counts["decided_otherwise_then"], 0);
    assert_eq!((&counts["from_invocation"], &counts["from_actions"]), (&7.into(), &json!({ "file_text": 1 })));
    place.verify();
}

#[test]
fn what_loosens_is_marked_and_stands_first() {
    let Some(place) = filled() else { return };
    let text = with("require_rationale = true\n", "approvals = 2\n")
        .replace("tier = 2", "tier = 3")
        .replace("[environments.production]", "[defaults]\nexpires = \"1d\"\n\n[environments.production]");
    let ran = place.agent(&["policy", "simulate", &new(&place, &text)]).ended(1);
    let shown = steady(&place, &ran.out);
    assert_eq!(
        shown,
        "\
new       /tree/new.toml
in force  /home/.config/aigov/policy.toml

8 commands of the ledger
      7  understood again with what the host answered then
      1  decided by what was understood then: 1 read a file whose text is not
         kept

SETTINGS, for every request that waits
  loosens   a request waits 1 d instead of 8 h

LOOSENS: 3 commands
      3  ask → ask        production
         without a rationale; 2 approvals instead of 1
         bash scale.sh
         in production, unknown, by test-agent, 2026-01-01 00:00Z, r-0000000000

TIGHTENS: 2 commands
      2  allow → ask      dev
         kubectl --context dev-eu scale deploy/web '--replicas=3'
         in dev, by test-agent, 2026-01-01 00:00Z, r-0000000000

3 commands are decided as before.
",
        "{shown}"
    );
    assert_eq!(ran.err, "");
    assert!(shown.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn each_loosening_ends_with_1_and_its_twin_with_0() {
    let Some(place) = filled() else { return };
    let milder = with("id = \"never\"\ntier = 4", "id = \"never\"\ntier = 3");
    let ran = simulate(&place, &milder).ended(1);
    assert_eq!(changes(&ran), [change("loosens", "deny never", "ask never", 1)]);
    place.write_policy(&milder);
    let ran = simulate(&place, POLICY).ended(0);
    assert_eq!(changes(&ran), [change("tightens", "ask never", "deny never", 1)]);
    assert_eq!(ran.json()["counts"]["decided_otherwise_then"], 1);
}

#[test]
fn an_environment_that_is_recognised_otherwise_is_looked_up_in_the_facts_of_then() {
    let Some(place) = filled() else { return };
    let lab = with("contexts = [\"dev\"]", "contexts = [\"dev\", \"lab\"]");
    let ran = simulate(&place, &lab).ended(1);
    // The one whose token is not kept is understood all the same. Of the one whose script is not kept, only the least
    // that could be asked is known.
    let both = change("loosens", "ask production", "allow dev", 1);
    assert_eq!(changes(&ran), [both.clone(), both]);
    let certainty = |at: usize| ran.json()["changes"][at]["certainty"].clone();
    assert_eq!((certainty(0), certainty(1)), ("certain".into(), "possible".into()));
    assert_eq!(ran.json()["counts"]["place_unknown"], 1);
    let text = place.agent(&["policy", "simulate", &new(&place, &lab)]).ended(1).out;
    assert!(text.contains("\nMAY LOOSEN, as it cannot be told where they point: 1 command\n"), "{text}");
    let ran = simulate(&place, &with("contexts = [\"dev\"]", "contexts = [\"dev\"]\nhosts = [\"dev\"]"));
    assert_eq!(ran.json()["changes"][0]["certainty"], "possible", "{}", ran.out);
    let ran = simulate(&place, &with("contexts = [\"dev\"]", "contexts = [\"test\"]"));
    assert_eq!(changes(&ran).last(), Some(&change("tightens", "allow dev", "ask production", 2)));
}

#[test]
fn the_variables_that_said_where_it_pointed_are_stored_without_secrets() {
    if !has("kubectl") {
        return;
    }
    let mut place = place();
    let elsewhere = place.home().join("elsewhere");
    fs::write(&elsewhere, KUBECONFIG.replace("current-context: prod-eu", "current-context: lab")).unwrap();
    place.set("KUBECONFIG", &elsewhere);
    place.set("HTTPS_PROXY", "http://user:hunter22@proxy.example:3128");
    place.set("HELM_KUBETOKEN", "hunter23");
    ask(&place, &["kubectl", "scale", "deploy/web", "--replicas=3"]);
    let lab = "[environments.lab]\ncontexts = [\"lab\"]\n\n[[rules]]\nid = \"lab\"\ntier = 4\nwhen = { environment = \"lab\" }\n";
    let ran = simulate(&place, &with("[[tests]]", &format!("{lab}\n[[tests]]"))).ended(0);
    assert_eq!(changes(&ran), [change("tightens", "ask production", "deny lab", 1)]);
    assert_eq!(ran.json()["counts"]["from_invocation"], 1);
    let id = place.audit()[0]["id"].as_str().unwrap().to_owned();
    let shown = place.agent(&["audit", "show", "--json", &id]).ended(0).out;
    assert!(shown.contains(&format!("KUBECONFIG={}", elsewhere.display())) && !shown.contains("hunter2"), "{shown}");
    place.verify();
}

#[test]
fn the_other_layers_stay() {
    let Some(mut place) = filled() else { return };
    let extra = place.home().join("extra.toml");
    fs::write(&extra, "schema = 1\n\n[[rules]]\nid = \"above\"\ntier = 4\nwhen = { impact = \"destroy\" }\n").unwrap();
    fs::set_permissions(&extra, fs::Permissions::from_mode(0o600)).unwrap();
    place.set("AIGOV_POLICY", &extra);
    let milder = with("id = \"never\"\ntier = 4", "id = \"never\"\ntier = 3");
    let ran = simulate(&place, &milder).ended(0);
    assert_eq!(changes(&ran), []);
    assert_eq!(ran.json()["counts"]["by_another_rule"], 1);
    assert_eq!(ran.json()["other_layers"][0]["kind"], "extra");
    let ran = place.agent(&["policy", "diff", "--json", &new(&place, &milder)]).ended(1);
    assert_eq!(
        ran.json()["decisions"],
        Value::Array(Vec::new()),
        "the rule is milder, and decides nothing milder here"
    );
}

#[test]
fn since_takes_spans_and_dates_and_an_empty_ledger_says_so() {
    let Some(place) = filled() else { return };
    let path = new(&place, POLICY);
    let count = |since: &str| {
        let ran = place.agent(&["policy", "simulate", "--json", "--since", since, &path]).ended(0);
        (ran.json()["counts"]["commands"].as_u64().unwrap(), ran.err)
    };
    for since in ["1h", "30d", "2020-01-01"] {
        assert_eq!(count(since), (8, String::new()), "{since}");
    }
    let (none, said) = count("2999-01-01");
    assert_eq!(none, 0);
    assert!(said.contains("there is no command in the ledger") && said.contains("since 2999-01-01"), "{said}");
    let ran = place.agent(&["policy", "simulate", "--since", "soon", &path]).ended(64);
    assert!(ran.err.contains("`soon` is neither a span"), "{}", ran.err);
}

#[test]
fn without_a_ledger_nothing_can_be_said() {
    let place = place();
    let path = new(&place, POLICY);
    let ran = place.agent(&["policy", "simulate", &path]).ended(69);
    assert!(ran.err.contains("there is no ledger at") && ran.err.contains("no command to decide again"), "{}", ran.err);
    assert!(!place.ledger().exists());
    // An attempt that is refused begins a ledger without a command.
    place.agent(&["approve", "r-0000000000"]).ended(77);
    let ran = place.agent(&["policy", "simulate", &path]).ended(0);
    assert!(ran.err.contains("there is no command in the ledger"), "{}", ran.err);
    assert!(ran.out.contains("0 commands of the ledger"), "{}", ran.out);
}

#[test]
fn a_file_that_is_not_there_is_an_input_and_a_faulty_one_a_policy() {
    let Some(place) = filled() else { return };
    for command in ["simulate", "diff"] {
        let ran = place.agent(&["policy", command, "/nowhere.toml"]).ended(65);
        assert!(ran.err.contains("cannot read /nowhere.toml: No such file or directory\n"), "{}", ran.err);
        let faulty = new(&place, &with("tier = 1", "tier = 7"));
        let ran = place.agent(&["policy", command, &faulty]).ended(78);
        assert!(ran.err.contains("new.toml:14:8: `7` is not a tier"), "{}", ran.err);
        let undefined = new(&place, &with("[environments.dev]", "[environments.test]"));
        let ran = place.agent(&["policy", command, &undefined]).ended(78);
        assert!(ran.err.contains("`dev`, which is not defined"), "{}", ran.err);
    }
    let again = new(&place, POLICY);
    place.write_policy("schema = 7\n");
    place.agent(&["policy", "simulate", &again]).ended(78);
    place.agent(&["policy", "diff", &again]).ended(78);
    place.agent(&["policy", "diff", &again, &again]).ended(0);
}

#[test]
fn others_append_meanwhile() {
    let Some(place) = filled() else { return };
    let path = new(&place, POLICY);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for _ in 0..15 {
                place.agent(&["exec", "--", "ls"]).ended(0);
            }
        });
        let mut seen = 0;
        while !writer.is_finished() {
            let ran = place.agent(&["policy", "simulate", "--json", &path]).ended(0);
            let count = ran.json()["counts"]["commands"].as_u64().unwrap();
            assert!(count >= seen && count >= 8, "{seen} {count}");
            seen = count;
        }
    });
    assert_eq!(simulate(&place, POLICY).ended(0).json()["counts"]["commands"], 23);
    place.verify();
}

#[test]
fn a_difference_is_told_by_what_it_means() {
    let place = place();
    let text = with("require_rationale = true\n", "")
        .replace("tier = 2", "tier = 3")
        .replace("id = \"never\"", "id = \"no-deleting\"")
        .replace("contexts = [\"prod\"]", "contexts = [\"prod\", \"live\"]");
    let old = place.tree().join("old.toml");
    fs::write(&old, POLICY).unwrap();
    let ran = place.agent(&["policy", "diff", &old.display().to_string(), &new(&place, &text)]).ended(1);
    let shown = steady(&place, &ran.out);
    assert_eq!(
        shown,
        "\
from  /tree/old.toml
to    /tree/new.toml

LOOSENS
  ~ rule production, line 24
      loosens   without a rationale

TIGHTENS
  ~ environment production
      tightens  contexts also live
  ~ rule dev, line 18
      tightens  allow becomes ask

CHANGES NO DECISION
  ~ rule no-deleting, line 31, was 32
      renamed, was `never`

DECISIONS on 6 commands of their examples and tests
      2  ask → ask        production
         without a rationale
         kubectl -n prod scale deploy/web --replicas=3
      1  allow → ask      dev
         kubectl --context dev scale deploy/web --replicas=3
      3  decided as before, 1 of them by another rule
",
        "{shown}"
    );
    let back = place.agent(&["policy", "diff", "--json", &new(&place, &text), &old.display().to_string()]).ended(1);
    let rules = back.json()["rules"].as_array().unwrap().clone();
    let ways: Vec<(&str, &str)> = rules
        .iter()
        .map(|rule| (rule["name"].as_str().unwrap(), rule["direction"].as_str().unwrap_or("none")))
        .collect();
    assert_eq!(ways, [("dev", "loosens"), ("production", "tightens"), ("never", "none")]);
}

#[test]
fn one_file_is_compared_with_the_policy_in_force_and_the_same_is_the_same() {
    let place = place();
    let reordered = with("[\"observe\", \"deploy\"]", "[\"deploy\", \"observe\"]");
    let ran = place.agent(&["policy", "diff", &new(&place, &reordered)]).ended(0);
    assert!(ran.out.ends_with("\nThey mean the same.\n"), "{}", ran.out);
    let stricter = new(&place, &with("tier = 2", "tier = 3"));
    let ran = place.agent(&["policy", "diff", &stricter]).ended(0);
    assert!(ran.out.contains("TIGHTENS\n  ~ rule dev") && ran.out.ends_with("\nNothing loosens.\n"), "{}", ran.out);
    fs::remove_file(place.policy()).unwrap();
    let ran = place.agent(&["policy", "diff", "--json", &stricter]).ended(1);
    assert_eq!(ran.json()["from"], "no policy of the user's");
}

#[test]
fn a_policy_from_a_pipe_can_be_compared() {
    let place = place();
    let line = format!("{AIGOV} policy diff --json <(cat {}) {}", place.policy().display(), new(&place, POLICY));
    let ran = Ran::of(&place.command("bash").args(["-c", &line]).output().unwrap()).ended(0);
    assert_eq!(ran.json()["differs"], false);
}

#[test]
fn what_an_agent_wrote_cannot_draw_on_the_screen() {
    let place = place();
    let milder = with("impact = [\"write\", \"unknown\"]", "impact = \"write\"");
    ask(&place, &["python3", "-c", "'\u{1b}[2J'"]);
    let stricter =
        milder.replace("[[tests]]", "[[rules]]\nid = \"all\"\ntier = 4\nwhen = { impact = \"unknown\" }\n[[tests]]");
    let ran = place.agent(&["policy", "simulate", &new(&place, &stricter)]).ended(0);
    assert!(ran.out.contains("\\x1b[2J") && !ran.out.contains('\u{1b}'), "{}", ran.out);
}
