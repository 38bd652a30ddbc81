//! What `aigov check` shows, as whole transcripts at 80 columns, and what it tells programs.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;
use std::process::Stdio;

use support::{Place, Ran};

/// A policy of a few lines, so that the transcripts name lines that stay.
const POLICY: &str = r#"schema = 1

[environments.production]
protected = true
contexts = ["prod"]
namespaces = ["prod"]

[[rules]]
id = "reads"
tier = 1
when = { impact = "read", category = ["observe", "plan", "code", "deploy", "infra"] }

[[rules]]
id = "tree"
tier = 2
when = { environment = "local", impact = ["read", "write"], category = ["observe", "code"] }

[[rules]]
id = "production"
description = "Production is changed by people"
tier = 3
when = { protected = true, impact = ["write", "unknown"] }
require_reason = true

[[rules]]
id = "never"
tier = 4
when = { protected = true, impact = "destroy" }
message = "what holds state is deleted by humans"
alternatives = ["scale it to zero", "ask the owner to delete it"]
"#;

const KUBECONFIG: &str = "apiVersion: v1\nkind: Config\ncurrent-context: prod-eu\nclusters: [{name: c, cluster: {server: 'https://k.example.com'}}]\nusers: [{name: u, user: {}}]\ncontexts: [{name: prod-eu, context: {cluster: c, user: u, namespace: web}}]\n";

fn place() -> Place {
    let place = Place::bare();
    place.write_policy(POLICY);
    fs::create_dir(place.home().join(".kube")).unwrap();
    fs::write(place.home().join(".kube/config"), KUBECONFIG).unwrap();
    place
}

fn shown(text: &str) -> Ran {
    place().agent(&["check", "-c", text])
}

#[track_caller]
fn shows(text: &str, code: i32, expected: &str) {
    let ran = shown(text).ended(code);
    assert_eq!(ran.out, expected, "{}", ran.out);
    assert_eq!(ran.err, "");
}

#[test]
fn a_read_is_three_lines() {
    shows(
        "kubectl -n prod get pods",
        0,
        "\
Would run: it only reads in production
Rule `reads` (tier 1) at ~/.config/aigov/policy.toml:8

        command                     impact, environment
  allow kubectl -n prod get pods    read, production
",
    );
}

#[test]
fn a_write_in_production_says_what_is_needed() {
    shows(
        "kubectl -n prod scale deploy/web --replicas=0",
        75,
        "\
Would ask a human: `kubectl scale` changes something in production
Rule `production` (tier 3) at ~/.config/aigov/policy.toml:18: Production is
     changed by people

        command                                        impact, environment
  ask   kubectl -n prod scale deploy/web --replicas=0  write, production
          kube context `prod-eu`, kube cluster `c`, kube cluster
          `https://k.example.com`, namespace `prod`

Needs:   a human's approval, a reason
",
    );
}

#[test]
fn a_refusal_says_what_is_allowed_instead_and_shows_the_disguise() {
    shows(
        "ls; bash -c \"k'ubect'l delete ns payments; ls\" > out.txt",
        77,
        "\
Would be refused: `kubectl delete` destroys something in production
Rule `never` (tier 4) at ~/.config/aigov/policy.toml:25: what holds state is
     deleted by humans

        command                        impact, environment
        bash -c …
  deny  ├─ kubectl delete ns payments  destroy, production
             touches infrastructure
             there is no way back
             kube context `prod-eu`, kube cluster `c`, kube cluster
             `https://k.example.com`, namespace `web`, namespace `payments`
  allow └─ ls                          read, local
  allow ls                             read, local
  allow > out.txt                      write, local

Instead: scale it to zero
         ask the owner to delete it
",
    );
}

#[test]
fn a_redirection_and_a_part_that_is_not_known_are_shown_for_what_they_are() {
    shows(
        "echo a > x; echo b > y; ${X?} c",
        75,
        "\
Would ask a human: what `${X?}` does, and where, is not known
Rule `production` (tier 3) at ~/.config/aigov/policy.toml:18: Production is
     changed by people

        command                     impact, environment
  ask   ${X?} c                     unknown, unknown
          the program is not known before it runs
  allow echo a                      read, local
  allow > x                         write, local
  allow echo b                      read, local
  allow > y                         write, local

Needs:   a human's approval, a reason
",
    );
}

#[test]
fn what_is_harmless_is_folded_and_v_shows_it() {
    let many = (0..20).map(|n| format!("ls {n}")).collect::<Vec<_>>().join("; ");
    let ran = shown(&many).ended(0);
    assert_eq!(ran.out.lines().count(), 3 + 1 + 12 + 1, "{}", ran.out);
    assert!(ran.out.ends_with("        … 8 more that would run (-v shows them)\n"), "{}", ran.out);
    let all = place().agent(&["check", "-v", "-c", &many]).ended(0);
    assert!(all.out.contains("ls 19") && all.out.contains("allow by rule `reads` at ~/"), "{}", all.out);
}

#[test]
fn nothing_is_wider_than_the_screen_and_nothing_that_was_given_moves_the_cursor() {
    for text in [
        "kubectl -n prod annotate deploy/web x=\"a very long text that goes on and on and on and on and on and on\"",
        "ls a_very_long_name_without_any_blank_in_it_that_is_longer_than_a_line_of_eighty_columns_can_ever_hold",
        "cat 日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語",
        "unheard-of-tool-with-a-name-that-is-longer-than-anybody-would-believe-it-could-be-and-then-some-more x",
        "bash -c 'bash -c \"bash -c ls\"'",
    ] {
        let ran = shown(text);
        for line in ran.out.lines() {
            assert!(console::measure_text_width(line) <= 80, "{line}");
        }
    }
    let place = place();
    for hostile in ["\u{1b}[2Jx", "a\u{202e}b", "x\r\ny\u{9b}1m"] {
        let ran = place.agent(&["check", "-v", "--", "ls", hostile]);
        let moves = |c: &char| c.is_control() && *c != '\n' || *c == '\u{202e}';
        assert_eq!(ran.out.chars().find(moves), None, "{:?}", ran.out);
    }
}

#[test]
fn colour_is_only_for_a_terminal_that_wants_it() {
    let place = place();
    assert!(!shown("ls").out.contains('\u{1b}'));
    let args = ["check", "-c", "ls"];
    let coloured = |name: &str, value: &str| {
        let line = std::iter::once(support::AIGOV).chain(args).collect::<Vec<_>>().join(" ");
        let mut command = place.command("script");
        command.env("TERM", "xterm").env(name, value).args(["-qefc", &line, "/dev/null"]).stdin(Stdio::null());
        Ran::of(&command.output().unwrap()).ended(0).out.contains('\u{1b}')
    };
    assert!(coloured("X", "1"));
    assert!(!coloured("NO_COLOR", "1"));
    assert!(!coloured("TERM", "dumb"));
}

#[test]
fn what_would_be_left_out_of_the_environment_is_said() {
    let mut place = place();
    place.set("GIT_SSH_COMMAND", "sh -c x");
    let ran = place.agent(&["check", "--", "git", "log"]).ended(0);
    assert!(ran.out.ends_with("\nWithout: GIT_SSH_COMMAND: it would make the tool run code\n"), "{}", ran.out);
}

#[test]
fn json_says_which_command_an_action_is_of() {
    let ran = place().agent(&["check", "--json", "-c", "ls; echo x > y; ${X?} z"]);
    let answer = ran.json();
    let fields: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    for field in [
        "decision", "tier", "rule", "reasons", "obligations", "impact", "actions", "commands", "opaque", "scripts",
        "alternatives",
    ] {
        assert!(fields.contains(&field), "{field}: {fields:?}");
    }
    let of: Vec<(&str, Option<u64>, &str)> = answer["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| {
            let text = |name: &str| action[name].as_str().unwrap();
            (text("operation"), action["command"].as_u64(), text("certainty"))
        })
        .collect();
    assert_eq!(&of[..3], [("ls", Some(0), "found"), ("echo", Some(1), "found"), ("write", Some(1), "found")]);
    assert!(of.len() > 3);
    assert!(of[3..].iter().all(|(operation, ..)| *operation == "unknown"), "{of:?}");
}
