//! `aigov policy check`, `test` and `show` as a user sees them.

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

use support::{AIGOV, Place, Ran};

/// A policy with a rule that decides, one that only matches, and one that no test reaches.
const POLICY: &str = r##"schema = 1

[defaults]
decision = "ask"
expires = "4h"

[owners]
platform = "#platform-oncall"

[environments.dev]
protected = false
contexts = ["dev"]

[[rules]]
id = "reads-run"
owner = "platform"
tier = 1
when = { impact = "read", category = ["observe", "infra"] }
match = ["kubectl get pods", "ls"]

[[rules]]
id = "deletes-ask"
owner = "platform"
tier = 3
when = { tool = "kubectl", operation = "delete" }
require_reason = true
match = ["kubectl delete pod web-0"]

[[rules]]
id = "no-deletes"
owner = "platform"
tier = 4
when = { impact = "destroy" }
match = ["kubectl delete pod web-0"]

[[rules]]
id = "no-helm"
owner = "platform"
tier = 4
when = { tool = "helm", impact = "destroy", operation = "uninstall" }
message = "charts are taken away by their owners"
"##;

fn place(policy: &str) -> Place {
    let place = Place::bare();
    place.write_policy(policy);
    place
}

fn ran(place: &Place, args: &[&str]) -> Ran {
    let output = place.command(AIGOV).env("COLUMNS", "80").args(args).output().unwrap();
    let home = format!("{}", place.home().display());
    let ran = Ran::of(&output);
    Ran { code: ran.code, out: ran.out.replace(&home, "HOME"), err: ran.err.replace(&home, "HOME") }
}

#[test]
fn coverage_tells_what_no_test_decides() {
    let place = place(POLICY);
    let shown = ran(&place, &["policy", "test", "--coverage"]).ended(0);
    assert_eq!(
        shown.out,
        "4 of the policy's tests passed, 0 failed\n\
         \n\
         RULE                DECIDES  MATCHES  WHERE\n\
         reads-run    allow        2        2  user:14\n\
         deletes-ask  ask          0        2  user:21\n\
         no-deletes   deny         2        2  user:29\n\
         no-helm      deny         0        0  user:36\n\
         default      ask          0        0  user:4\n\
         \n\
         HOME/.config/aigov/policy.toml:21: `deletes-ask` decides in no test\n\
         \x20 help: of the 2 that match, a stricter rule decides each (`no-deletes`); add\n\
         \x20       one about which it decides\n\
         HOME/.config/aigov/policy.toml:36: no example or test matches `no-helm`\n\
         \x20 help: add a command to its `match`, or take the rule out\n\
         HOME/.config/aigov/policy.toml:4: no test has what no rule speaks about\n\
         \x20 help: add one with `rule = \"default\"`\n\
         coverage: 2 of 5 rules decide in a test (40.0 %), 1 only matched, 2 never matched\n"
    );
    // Without the flag the sum alone.
    let short = ran(&place, &["policy", "test"]).ended(0);
    assert_eq!(short.out.lines().count(), 2, "{}", short.out);
}

#[test]
fn too_little_coverage_fails_and_enough_does_not() {
    let place = place(POLICY);
    ran(&place, &["policy", "test", "--min-coverage", "40"]).ended(0);
    let short = ran(&place, &["policy", "test", "--min-coverage", "41"]).ended(1);
    assert_eq!(short.err, "aigov: 40.0 % of the rules are covered, and 41 % are wanted\n");
    assert!(short.out.contains("no example or test matches `no-helm`"), "{}", short.out);
    ran(&place, &["policy", "test", "--threshold", "100"]).ended(1);
    ran(&place, &["policy", "test", "--min-coverage", "101"]).ended(64);
    let json = ran(&place, &["policy", "test", "--json", "--min-coverage", "41"]).ended(1).json();
    let coverage = &json["coverage"];
    assert_eq!((&coverage["percent"], &coverage["decided"], &coverage["total"]), (&40.0.into(), &2.into(), &5.into()));
    assert_eq!(
        coverage["rules"][1],
        serde_json::json!({
            "rule": "deletes-ask", "layer": "user", "line": 21, "decision": "ask", "reached": "matched",
            "path": "HOME/.config/aigov/policy.toml", "decides": 0, "matches": 2, "stricter": ["no-deletes"],
        })
    );
    // The example policy covers all of its rules.
    ran(&Place::new(), &["policy", "test", "--min-coverage", "100"]).ended(0);
}

#[test]
fn a_failing_test_fails_whatever_is_covered() {
    let place = place(&format!("{POLICY}\n[[tests]]\ncommand = \"ls\"\nexpect = \"deny\"\n"));
    let failed = ran(&place, &["policy", "test", "--min-coverage", "0"]).ended(1);
    let expected = "FAILED HOME/.config/aigov/policy.toml:43: `ls` should be deny, and is allow by `reads-run`\n       `ls` is read observe in local\n";
    assert!(failed.out.starts_with(expected), "{}", failed.out);
    let json = ran(&place, &["policy", "test", "--json"]).ended(1).json();
    assert_eq!(json["failures"][0]["line"], 43);
    assert_eq!(json["failures"][0]["found"], "`ls` is read observe in local");
}

#[test]
fn warnings_pass_unless_they_are_denied() {
    let place = place(POLICY);
    let expected = "HOME/.config/aigov/policy.toml:21:1: warning: rule `deletes-ask` never decides [shadowed]\n";
    for (args, code) in [
        (&["policy", "check"][..], 0),
        (&["policy", "check", "--deny-warnings"], 1),
        (&["policy", "check", "--strict"], 1),
    ] {
        let checked = ran(&place, args).ended(code);
        assert!(!checked.err.contains(expected), "a rule that also matches writes is not shadowed: {}", checked.err);
        assert!(checked.err.contains("rule `no-helm` has no `match` example [no-example]"), "{}", checked.err);
    }
    let json = ran(&place, &["policy", "check", "--json"]).ended(0).json();
    assert_eq!(json["warnings"][0]["lint"], "no-example");
    assert_eq!(json["warnings"][0]["rule"], "no-helm");
    assert_eq!(json["warnings"][0]["line"], 36);
    ran(&Place::new(), &["policy", "check", "--deny-warnings"]).ended(0);
    // Every lint has a name that is listed.
    let names: Vec<&str> = aigov::policy::lints::NAMES.iter().map(|(name, _)| *name).collect();
    assert!(names.contains(&"no-example") && names.contains(&"shadowed"));
}

#[test]
fn what_is_in_force_is_one_table_with_the_line_of_each_part() {
    let mut place = place(POLICY);
    let extra = place.home().join("extra.toml");
    let text = "schema = 1\n[defaults]\nexpires = \"6h\"\nrun_within = \"10m\"\n\n[[rules]]\nid = \"no-pushes\"\ntier = 4\nwhen = { tool = \"git\", operation = \"push*\" }\n";
    fs::write(&extra, text).unwrap();
    for (path, mode) in [(extra.clone(), 0o600), (place.home(), 0o700)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    place.set("AIGOV_POLICY", &extra);
    let shown = ran(&place, &["policy", "show", "--effective"]).ended(0);
    assert_eq!(
        shown.out,
        "Each layer decides every command; the strictest decision wins.\n\
         \x20 user       HOME/.config/aigov/policy.toml\n\
         \x20 extra      HOME/extra.toml\n\
         \n\
         SETTING                   VALUE  FROM\n\
         defaults.decision         ask    user:4\n\
         defaults.expires          4h     user:5 (extra:3 says 6h)\n\
         defaults.run_within       10m    extra:4\n\
         approval.single_operator  false  built-in\n\
         approval.carry_forward    off    built-in\n\
         approval.keep_way_back    30d    built-in\n\
         approval.type_target      true   built-in\n\
         approval.min_review       off    built-in\n\
         approval.min_rationale    0      built-in\n\
         approval.fresh_rationale  false  built-in\n\
         approval.burst            off    built-in\n\
         approval.at_prompt        false  built-in\n\
         \n\
         OWNER     REACHED BY        FROM\n\
         platform  #platform-oncall  user:8\n\
         \n\
         ENVIRONMENT  PROTECTED  RECOGNISED BY  FROM\n\
         dev          no         contexts dev   user:10\n\
         \n\
         DECISION  RULE         WHEN, AND WHAT IT NEEDS                           FROM\n\
         deny      no-deletes   destroy; owner platform                           user:29\n\
         deny      no-helm      destroy; tool helm; operation uninstall; owner    user:36\n\
         \x20                      platform\n\
         deny      no-pushes    tool git; operation push*                         extra:6\n\
         ask       deletes-ask  tool kubectl; operation delete; needs a reason;   user:21\n\
         \x20                      owner platform\n\
         allow     reads-run    read; category observe, infra; owner platform     user:14\n"
    );
    assert!(shown.out.lines().all(|line| line.chars().count() <= 80));
    let json = ran(&place, &["policy", "show", "--effective", "--json"]).ended(0).json();
    assert_eq!(json["rules"][0]["id"], "no-deletes");
    assert_eq!(json["rules"][0]["from"]["line"], 29);
    assert_eq!(json["rules"][3]["obligations"], serde_json::json!([{ "obligation": "reason" }]));
    assert_eq!(json["settings"][1]["others"][0]["value"], "6h");
    assert_eq!(json["environments"][0]["signs"]["contexts"], serde_json::json!(["dev"]));
    // At 40 columns it is narrow, and at none it is not lost.
    let bare = ran(&Place::bare(), &["policy", "show", "--effective"]).ended(0);
    assert_eq!(bare.out, "no policy: known reads run, the rest needs `aigov init`\n");
}
