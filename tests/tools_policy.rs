//! In-house tools that a policy describes: what a description is worth for which file, who may write one, what is known
//! of tools, and how one is drafted from help text. Whole runs of the binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use serde_json::Value;
use sha2::{Digest, Sha256};
use support::{Place, Ran};

const SCRIPT: &str = "#!/bin/bash\n# Ships.\nif [ \"$1\" = --help ]; then\n  echo 'Usage: ship.sh [-n] [--env ENV] {status|release|destroy}'\n  echo '  --env ENV  where'\n  echo '  -n  plan only'\n  exit\nfi\necho \"ran: $*\"\n";

const RULES: &str = r#"
schema = 1

[approval]
single_operator = true

[environments.dev]
protected = false
workspaces = ["dev"]

[environments.production]
protected = true
workspaces = ["prod"]

[[rules]]
id = "looks"
tier = 1
when = { impact = "read", category = ["observe", "plan"] }

[[rules]]
id = "dev"
tier = 2
when = { impact = "write", environment = "dev", category = "deploy" }

[[rules]]
id = "never"
tier = 4
when = { tool = "ship", operation = "destroy" }
"#;

const TOOL: &str = r#"
[[tools]]
name = "ship"
programs = ["ship.sh"]
PIN
help = ["--help"]
environment = { flags = ["--env"] }
flags = { value = ["--env"], reads = ["--values"], switch = ["--wait"] }
dry_run = ["-n", "--dry-run"]
variables = ["SHIP_DEBUG"]
modifiers = [{ when = { flag = ["--wait"], value = ["forever"] }, at_least = "destroy" }]

[[tools.verbs]]
verb = "status|logs"
impact = "read"
categories = ["observe"]

[[tools.verbs]]
verb = "release=rel"
impact = "write"
categories = ["deploy"]
targets = "service"

[[tools.verbs]]
verb = "destroy"
impact = "destroy"
categories = ["infra"]

[[tools.examples]]
command = "./ship.sh status"
operation = "status"
impact = "EXAMPLE"
"#;

fn digest(bytes: &[u8]) -> String {
    aigov::model::ids::Digest(Sha256::digest(bytes).into()).to_string()
}

struct Shop {
    place: Place,
    script: PathBuf,
}

impl Shop {
    /// A tree with a script that the policy describes and pins.
    fn pinned() -> Self {
        let shop = Self::bare();
        let pin = format!("sha256 = \"{}\"", digest(SCRIPT.as_bytes()));
        shop.place.write_policy(&format!("{RULES}{}", TOOL.replace("PIN", &pin).replace("EXAMPLE", "read")));
        shop
    }

    /// A tree with a script that the policy describes by its name alone.
    fn named() -> Self {
        let shop = Self::bare();
        shop.place.write_policy(&format!("{RULES}{}", TOOL.replace("PIN", "").replace("EXAMPLE", "unknown")));
        shop
    }

    fn bare() -> Self {
        let place = Place::bare();
        fs::create_dir(place.tree().join(".git")).unwrap();
        let script = place.tree().join("ship.sh");
        fs::write(&script, SCRIPT).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        Self { place, script }
    }

    fn check(&self, text: &str) -> Value {
        self.place.agent(&["check", "--json", "-c", text]).json()
    }

    #[track_caller]
    fn holds(&self, cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            let found = self.check(text);
            assert_eq!(found["decision"], *expected, "{text}: {found:#}");
        }
    }
}

#[test]
fn a_pinned_script_is_what_the_policy_says_and_its_twin_asks() {
    let shop = Shop::pinned();
    shop.holds(&[
        ("./ship.sh status", "allow"),
        ("./ship.sh frobnicate", "ask"),
        ("./ship.sh", "ask"),
        ("./ship.sh logs --wait", "allow"),
        ("./ship.sh logs --wait=forever", "ask"),
        ("./ship.sh logs --weird", "ask"),
        ("./ship.sh --env dev release web", "allow"),
        ("./ship.sh rel web --env=dev", "allow"),
        ("./ship.sh --env prod release web", "ask"),
        ("./ship.sh release web", "ask"),
        ("./ship.sh --env dev --env prod release web", "ask"),
        ("./ship.sh --env \"$E\" release web", "ask"),
        ("./ship.sh --env prod release web --dry-run", "allow"),
        ("./ship.sh --env prod release web -n", "allow"),
        ("./ship.sh --env prod release web --dry-run=false", "ask"),
        ("./ship.sh --env prod release web --dry-run=none", "ask"),
        ("./ship.sh --env prod release web --no-dry-run", "ask"),
        ("./ship.sh --env prod release web -- --dry-run", "ask"),
        ("./ship.sh --env prod release \"$X\"", "ask"),
        ("./ship.sh destroy", "deny"),
        ("./ship.sh destroy -n", "deny"),
        ("$PWD/ship.sh destroy", "deny"),
        ("cd . && ./ship.sh status", "allow"),
    ]);
    let action = &shop.check("./ship.sh --env dev release web")["actions"][0];
    assert_eq!(
        (&action["tool"], &action["operation"], &action["targets"][0]),
        (&"ship".into(), &"release".into(), &"service/web".into())
    );
    assert_eq!(action["service"], "web");
    assert_eq!(shop.check("./ship.sh --env dev release web api")["multi_service"], true);
    assert_eq!(shop.check("./ship.sh rel web --env dev")["actions"][0]["operation"], "release");
    assert_eq!(shop.check("./ship.sh status")["scripts"].as_array().unwrap().len(), 1);
}

#[test]
fn what_is_set_before_it_and_who_runs_it_count() {
    let shop = Shop::pinned();
    shop.holds(&[
        ("SHIP_DEBUG=1 ./ship.sh status", "allow"),
        ("SHIP_ENV=prod ./ship.sh status", "ask"),
        ("export SHIP_ENV=prod; ./ship.sh status", "ask"),
        ("env SHIP_ENV=prod ./ship.sh status", "ask"),
        ("set -a; SHIP_ENV=prod; ./ship.sh status", "ask"),
        ("declare -x SHIP_ENV=prod; ./ship.sh status", "ask"),
        ("SHIP_ENV=prod; ./ship.sh status", "allow"),
        ("SHIP_ENV=prod exec ./ship.sh status", "ask"),
        ("PATH=/tmp/x:$PATH ./ship.sh status", "ask"),
        ("BASH_ENV=/tmp/x ./ship.sh status", "ask"),
        ("timeout 5 ./ship.sh status", "allow"),
        ("sudo ./ship.sh status", "ask"),
        ("chroot /srv ./ship.sh status", "ask"),
        ("ssh web ./ship.sh status", "ask"),
        ("ship.sh() { kubectl delete ns prod; }; ship.sh status", "ask"),
        ("alias ship.sh='kubectl delete ns prod'\nship.sh status", "ask"),
    ]);
}

#[test]
fn a_script_that_was_edited_is_no_longer_the_one_described() {
    let shop = Shop::pinned();
    shop.holds(&[("./ship.sh status", "allow")]);
    shop.holds(&[
        ("echo 'kubectl delete ns prod' >> ship.sh; ./ship.sh status", "ask"),
        ("cp /tmp/other ship.sh && ./ship.sh status", "ask"),
        ("ln -sf /tmp/other ship.sh; ./ship.sh status", "ask"),
        ("make x; ./ship.sh status", "ask"),
        ("echo x >> ship.sh; ../tree/ship.sh status", "ask"),
        ("./ship.sh status >> ship.sh", "ask"),
        ("./ship.sh status & echo x >> ship.sh", "ask"),
        ("./ship.sh status | tee ship.sh", "ask"),
        ("./ship.sh status | tail -3", "allow"),
        ("./ship.sh status | grep -v x | head -1", "allow"),
        ("./ship.sh status | make x", "ask"),
        ("make x | ./ship.sh status", "ask"),
        ("./ship.sh status | tail -3; make x; ./ship.sh status", "ask"),
    ]);
    fs::write(&shop.script, format!("{SCRIPT}kubectl delete namespace prod\n")).unwrap();
    let found = shop.check("./ship.sh status");
    assert_ne!(found["decision"], "allow", "{found:#}");
    // A link of that name leads to another file.
    fs::remove_file(&shop.script).unwrap();
    symlink("/bin/bash", &shop.script).unwrap();
    assert_ne!(shop.check("./ship.sh status")["decision"], "allow");
    // Back as it was: what counts is the content.
    fs::remove_file(&shop.script).unwrap();
    fs::write(&shop.script, SCRIPT).unwrap();
    fs::set_permissions(&shop.script, fs::Permissions::from_mode(0o755)).unwrap();
    shop.holds(&[("./ship.sh status", "allow")]);
}

#[test]
fn a_program_of_that_name_somewhere_else_is_another_one() {
    let mut shop = Shop::pinned();
    let evil = shop.place.home().join("bin");
    fs::create_dir(&evil).unwrap();
    fs::write(evil.join("ship.sh"), "#!/bin/bash\nkubectl delete ns prod\n").unwrap();
    fs::set_permissions(evil.join("ship.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", evil.display(), std::env::var("PATH").unwrap());
    shop.place.set("PATH", path);
    assert_ne!(shop.check("ship.sh status")["decision"], "allow");
    shop.holds(&[("./ship.sh status", "allow")]);
}

#[test]
fn however_it_is_started_what_is_denied_stays_denied() {
    let shop = Shop::pinned();
    symlink("ship.sh", shop.place.tree().join("other")).unwrap();
    shop.holds(&[
        ("bash ship.sh destroy", "deny"),
        ("bash -eu ./ship.sh destroy", "deny"),
        ("sh ./ship.sh destroy", "deny"),
        (". ./ship.sh destroy", "deny"),
        ("source ./ship.sh destroy", "deny"),
        ("zsh ship.sh destroy", "deny"),
        ("./other destroy", "deny"),
        ("sudo ./ship.sh destroy", "deny"),
        ("xargs ./ship.sh destroy < list", "deny"),
        ("find . -exec ./ship.sh destroy \\;", "deny"),
        ("python3 -c 'import os; os.system(\"./ship.sh destroy\")'", "deny"),
        ("SHIP_ENV=prod ./ship.sh destroy", "deny"),
        ("ssh web ship.sh destroy", "deny"),
        ("cat notes | grep ship.sh", "allow"),
        ("bash ship.sh release web", "ask"),
    ]);
}

#[test]
fn a_name_alone_makes_a_file_of_the_tree_no_safer() {
    let shop = Shop::named();
    // What the script holds is read, as it is for any other.
    let mut cases = vec![("./ship.sh destroy", "deny"), ("./ship.sh --env prod release web", "ask")];
    fs::write(&shop.script, "#!/bin/bash\nkubectl delete namespace prod\n").unwrap();
    cases.push(("./ship.sh status", "ask"));
    shop.holds(&cases);
    fs::write(&shop.script, "#!/usr/bin/env python3\nprint(1)\n").unwrap();
    shop.holds(&[("./ship.sh status", "ask"), ("./ship.sh destroy", "deny")]);
    fs::write(&shop.script, [0x7f, b'E', b'L', b'F', 0xff, 1]).unwrap();
    let found = shop.check("./ship.sh status");
    assert_eq!(found["decision"], "ask");
    assert!(found["reasons"].to_string().contains("whoever calls can have written it"), "{found:#}");
}

#[test]
fn it_runs_and_what_ran_is_in_the_ledger() {
    let shop = Shop::pinned();
    let ran = shop.place.agent(&["exec", "--", "./ship.sh", "status"]).ended(0);
    assert_eq!(ran.out, "ran: status\n");
    shop.place.agent(&["exec", "--", "./ship.sh", "destroy"]).ended(77);
    let asked = shop.place.ask(&["./ship.sh", "--env", "prod", "release", "web"]).ended(75);
    let ticket = asked.ticket();
    shop.place.approve(&ticket);
    fs::write(&shop.script, format!("{SCRIPT}# more\n")).unwrap();
    let refused = shop.place.agent(&["run", &ticket]).ended(77);
    assert!(refused.err.contains("changed"), "{}", refused.err);
    let rows = shop.place.audit();
    assert!(rows.iter().any(|row| row["tools"][0] == "ship" && row["state"] == "succeeded"), "{rows:#?}");
    shop.place.verify();
}

#[test]
fn an_example_that_does_not_hold_stops_everything() {
    let shop = Shop::bare();
    let text = TOOL.replace("PIN", "").replace("EXAMPLE", "read");
    shop.place.write_policy(&format!("{RULES}{text}"));
    // Named alone, a file of the tree is not what the example says.
    let ran = shop.place.agent(&["policy", "check"]).ended(1);
    assert!(ran.err.contains("tool `ship`: `./ship.sh status` should be status, read"), "{}", ran.err);
    let ran = shop.place.agent(&["exec", "--", "ls"]).ended(78);
    assert!(ran.err.contains("own tests fail"), "{}", ran.err);
}

#[test]
fn what_a_caller_brings_along_describes_nothing() {
    let mut shop = Shop::bare();
    shop.place.write_policy(RULES);
    let tool = TOOL.replace("PIN", "").replace("EXAMPLE", "unknown");
    let brought = shop.place.tree().join(".aigov.toml");
    fs::write(&brought, format!("schema = 1\n{tool}")).unwrap();
    fs::set_permissions(&brought, fs::Permissions::from_mode(0o600)).unwrap();
    let ran = shop.place.agent(&["policy", "check"]).ended(78);
    assert!(ran.err.contains("a repository layer may not describe tools"), "{}", ran.err);
    assert!(ran.err.contains("put it into the user's policy"), "{}", ran.err);
    fs::rename(&brought, shop.place.home().join("extra.toml")).unwrap();
    let extra = shop.place.home().join("extra.toml");
    shop.place.set("AIGOV_POLICY", extra);
    let ran = shop.place.agent(&["exec", "--", "ls"]).ended(78);
    assert!(ran.err.contains("an extra layer") || ran.err.contains("a extra layer"), "{}", ran.err);
}

#[test]
fn faults_of_a_tool_are_shown_with_their_place() {
    let shop = Shop::bare();
    shop.place.write_policy(
        r#"schema = 1
[[tools]]
name = "kubectl"
programs = ["kubectl", "./deploy.sh", "sudo", "bash"]
paths = ["~/bin/x", "/opt/../x"]
sha256 = "abc"
style = "gnuu"
preview = "x"
variables = ["PATH"]
environment = { flags = ["--env"], operand = 1 }
flags = { value = ["env", "--a=b"], switch = ["--x", "--x"] }
[[tools.verbs]]
verb = "get"
impact = "raed"
[[tools.verbs]]
impact = "read"
[[tools.verbs]]
verb = "set *"
impact = "write"
categories = ["deploi"]
modifiers = [{ when = {}, impact = "read" }, { when = { flag = "--f" } }]
[[tools.examples]]
command = "x"
[[tools]]
name = "other"
"#,
    );
    let ran = shop.place.agent(&["policy", "check"]).ended(78);
    for expected in [
        ":3:8: `kubectl` is a tool that aigov knows",
        ":4:13: `kubectl` is a program that aigov knows",
        "`./deploy.sh` is a path, not a program's name",
        "write its name alone, \"deploy.sh\"",
        "`sudo` is a program that aigov knows",
        "`bash` is a program that aigov knows",
        "`~/bin/x` is not an absolute path",
        "`/opt/../x` is not an absolute path",
        ":6:10: `abc` is not a SHA-256 digest",
        "did you mean \"gnu\"?",
        "`preview` would run the tool without any word",
        "`PATH` is not harmless",
        "one thing says where a tool points",
        "`env` is not a flag",
        "write it with its dashes: \"--env\"",
        "`--a=b` is not a flag",
        "flag `--x` is named twice",
        ":14:10: `raed` is not a word for `impact`",
        "a verb has no `verb`",
        "it has no `categories`",
        "`set *` names no verb",
        "did you mean \"deploy\"?",
        "`when` has no condition",
        "a modifier changes nothing",
        "an example says too little",
        "a tool has neither `programs` nor `paths`",
        "a tool has neither `verbs` nor `bare`",
    ] {
        assert!(ran.err.contains(expected), "{expected} is not in\n{}", ran.err);
    }
    assert!(ran.err.contains("3 | name = \"kubectl\"\n  |        ^^^^^^^^^"), "{}", ran.err);
}

#[test]
fn what_is_known_is_shown_and_fits() {
    let mut shop = Shop::pinned();
    let policy = shop.place.policy().display().to_string();
    for columns in ["60", "80", "140"] {
        shop.place.set("COLUMNS", columns);
        let most: usize = columns.parse().unwrap();
        for args in [&["packs"][..], &["packs", "ship"], &["packs", "kubectl", "apply"], &["packs", "git"]] {
            let ran = shop.place.agent(args).ended(0);
            for line in ran.out.lines() {
                assert!(line.chars().count() <= most, "{args:?} {columns}: {line}");
            }
        }
    }
    let ran = shop.place.agent(&["packs"]).ended(0);
    assert!(
        ran.out.starts_with("described by the policy\n") && ran.out.contains(&format!("{policy}:30")),
        "{}",
        ran.out
    );
    let ran = shop.place.agent(&["packs", "ship"]).ended(0);
    for expected in ["status|logs", "read observe", "the value of --env", "sha256 ", "./ship.sh status => status read"]
    {
        assert!(ran.out.contains(expected), "{expected}: {}", ran.out);
    }
    let ran = shop.place.agent(&["packs", "ship", "release"]).ended(0);
    assert!(ran.out.contains("with -n, --dry-run being no value or true: read") && !ran.out.contains("destroy infra"));
    let json = shop.place.agent(&["packs", "--json", "ship.sh"]).ended(0).json();
    assert_eq!((&json[0]["tool"], &json[0]["policy"]["line"]), (&"ship".into(), &30.into()));
    let all = shop.place.agent(&["packs", "--json"]).ended(0).json();
    assert!(all.as_array().unwrap().len() > 100 && all[0]["is_policys"] == true);
    let ran = shop.place.agent(&["packs", "kubeclt"]).ended(64);
    assert!(ran.err.contains("did you mean `kubectl`?"), "{}", ran.err);
    let ran = shop.place.agent(&["packs", "ship", "relese"]).ended(64);
    assert!(ran.err.contains("did you mean `release`?"), "{}", ran.err);
}

#[test]
fn names_of_tools_are_completed() {
    let shop = Shop::pinned();
    let words = |typed: &str| -> Ran {
        let mut command = shop.place.command(support::AIGOV);
        command.env("COMPLETE", "fish").args(["--", "aigov", "packs", typed]);
        Ran::of(&command.output().unwrap())
    };
    assert!(words("shi").out.lines().any(|line| line == "ship"), "{}", words("shi").out);
    assert!(words("kubec").out.lines().any(|line| line == "kubectl"));
}

/// The draft of a help text, held against `policy check`.
#[track_caller]
fn drafted(shop: &Shop, ran: &Ran) -> Value {
    let path = shop.place.home().join("draft.toml");
    fs::write(&path, &ran.out).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let checked = shop.place.agent(&["policy", "check", "--json", path.to_str().unwrap()]).ended(0).json();
    assert_eq!(checked["tests"]["failures"].as_array().unwrap().len(), 0, "{checked:#}");
    assert_eq!(checked["warnings"].as_array().unwrap().len(), 0, "{checked:#}");
    let table: toml::Table = ran.out.parse().unwrap();
    serde_json::to_value(&table["tools"][0]).unwrap()
}

#[test]
fn a_help_text_becomes_a_draft_that_loads_and_makes_nothing_safer() {
    let shop = Shop::bare();
    shop.place.write_policy(RULES);
    let file = shop.place.tree().join("help.txt");
    fs::write(&file, "Usage: ship [OPTIONS] COMMAND\n\nCommands:\n  status   Look\n  destroy  Take down\n\nOptions:\n  --env TEXT  Where\n  --dry-run   Plan\n").unwrap();
    let ran = shop.place.agent(&["policy", "learn", "--program", "ship.sh", "--from", "help.txt"]).ended(0);
    let tool = drafted(&shop, &ran);
    assert_eq!((&tool["name"], &tool["programs"][0]), (&"ship".into(), &"ship.sh".into()));
    let verbs = tool["verbs"].as_array().unwrap();
    assert_eq!(verbs.iter().map(|verb| verb["verb"].as_str().unwrap()).collect::<Vec<_>>(), ["status", "destroy"]);
    assert!(verbs.iter().all(|verb| verb["impact"] == "unknown"));
    // In force it allows nothing that was not allowed before.
    fs::copy(shop.place.home().join("draft.toml"), shop.place.policy()).unwrap();
    for text in ["./ship.sh status", "ship.sh status", "ship.sh status --help", "ship.sh --help"] {
        assert_ne!(shop.check(text)["decision"], "allow", "{text}");
    }
    // An entry alone is added to a policy that is there.
    let ran = shop.place.agent(&["policy", "learn", "--entry", "--program", "ship.sh", "--from", "help.txt"]).ended(0);
    shop.place.write_policy(&format!("{RULES}\n{}", ran.out));
    shop.place.agent(&["policy", "check"]).ended(0);
    for (program, why) in [("kubectl", "is a program that aigov knows"), ("sudo", "is a program that aigov knows")] {
        let ran = shop.place.agent(&["policy", "learn", "--program", program, "--from", "help.txt"]).ended(64);
        assert!(ran.err.contains(why), "{}", ran.err);
    }
}

#[test]
fn a_command_that_prints_its_help_runs_under_the_policy_or_not_at_all() {
    let shop = Shop::bare();
    shop.place.write_policy(RULES);
    let learn = ["policy", "learn", "--", "./ship.sh", "--help"];
    let mark = shop.place.tree().join("mark");
    fs::write(&shop.script, format!("{SCRIPT}touch {}\n", mark.display()).replace("  exit\n", "")).unwrap();
    // Nothing allows it: it is a request like any other.
    let ran = shop.place.agent(&learn).ended(75);
    assert_eq!((ran.out.as_str(), mark.exists()), ("", false), "{}", ran.err);
    assert!(ran.err.contains("aigov policy learn --program ship.sh --from -"), "{}", ran.err);
    assert_eq!(shop.place.audit().len(), 1);
    let denied = shop.place.agent(&["policy", "learn", "--", "kubectl", "delete", "ns", "prod"]);
    assert_eq!(denied.code, 64, "what is known is not learned: {}", denied.err);
    // A script that only prints is allowed by what stands in it.
    fs::write(&shop.script, "#!/bin/sh\nset -e\necho 'Usage: ship.sh {status|release}'\necho '  -n  plan' >&2\n")
        .unwrap();
    shop.place.write_policy(&format!(
        "{RULES}\n[[rules]]\nid = \"shell\"\ntier = 1\nwhen = {{ impact = \"read\", category = \"observe\", environment = \"local\" }}\n"
    ));
    let ran = shop.place.agent(&learn).ended(0);
    let tool = drafted(&shop, &ran);
    assert_eq!(tool["verbs"].as_array().unwrap().len(), 2);
    assert_eq!(tool["flags"]["switch"][0], "-n");
    let digest = digest(&fs::read(&shop.script).unwrap());
    assert!(ran.out.contains(&format!("# sha256 = \"{digest}\"")), "{}", ran.out);
    assert!(shop.place.audit().iter().any(|row| row["state"] == "succeeded"));
    shop.place.verify();
}

#[test]
fn help_texts_of_real_tools_become_drafts_that_load() {
    let shop = Shop::bare();
    shop.place.write_policy(RULES);
    for (tool, args, least) in [
        ("git", &["--help"][..], 15),
        ("kubectl", &["--help"], 30),
        ("kubectl", &["apply", "--help"], 1),
        ("terraform", &["-help"], 15),
        ("docker", &["--help"], 20),
        ("gh", &["--help"], 10),
        ("python3", &["-m", "zipfile", "--help"], 0),
        ("tar", &["--help"], 0),
    ] {
        if !support::has(tool) {
            continue;
        }
        let output = shop.place.command(tool).args(args).env("PAGER", "cat").output().unwrap();
        fs::write(shop.place.tree().join("help.txt"), [output.stdout, output.stderr].concat()).unwrap();
        let program = format!("our-{tool}");
        let ran = shop.place.agent(&["policy", "learn", "--program", &program, "--from", "help.txt"]).ended(0);
        let found = drafted(&shop, &ran);
        let verbs = found["verbs"].as_array().map_or(0, Vec::len);
        assert!(verbs >= least, "{tool} {args:?}: {verbs} verbs\n{}", ran.out);
        assert!(least > 0 || found["flags"].is_object(), "{tool} {args:?}: no flags\n{}", ran.out);
    }
}

#[test]
fn the_example_in_the_policy_that_comes_along_loads_once_it_is_taken_in() {
    let shop = Shop::bare();
    let text = fs::read_to_string("policy.example.toml").unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().position(|line| *line == "# [[tools]]").unwrap();
    let block: Vec<&str> = lines[start..].iter().map_while(|line| line.strip_prefix("# ")).collect();
    let example = block.join("\n").replace('…', &digest(SCRIPT.as_bytes()));
    shop.place.write_policy(&text.replace(&lines[start..start + block.len()].join("\n"), &example));
    let ran = shop.place.agent(&["policy", "check"]).ended(0);
    assert!(!ran.err.contains("tool `deploy`"), "{}", ran.err);
    fs::rename(&shop.script, shop.place.tree().join("deploy.sh")).unwrap();
    shop.holds(&[
        ("./deploy.sh status", "allow"),
        ("./deploy.sh --env dev release web", "allow"),
        ("./deploy.sh --env prod release web", "ask"),
        ("./deploy.sh --env prod release web --dry-run", "allow"),
        ("./deploy.sh frobnicate", "ask"),
    ]);
}
