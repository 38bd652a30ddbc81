//! What an agent under the human's own user tries against aigov, with real tools on the built binary. README.md's "Threat
//! model" says the same in words: what *holds* is refused and recorded; what only *raises the effort* is shown here to go
//! through, and to say A0.

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
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use support::{AIGOV, Place, Ran, has};

/// The rule that wants more than anything made under the same user id has.
const STRICT: &str = "\n[[rules]]\nid = \"strict\"\nowner = \"test\"\nwhen = { impact = [\"unknown\"] }\ndecision = \"ask\"\nmin_assurance = \"A2\"\n";

fn strict() -> Place {
    Place::with(|policy| format!("{policy}{STRICT}"))
}

fn pending(place: &Place) -> String {
    place.ask(&["python3", "-c", "print('ran')"]).ended(75).ticket()
}

fn attempts(place: &Place) -> u64 {
    place.agent(&["audit", "verify", "--json"]).ended(0).json()["by_type"]["attempt_refused"].as_u64().unwrap_or(0)
}

fn program(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A terminal of the agent's own making around a shell text.
fn at_a_terminal(place: &Place, text: &str) -> Command {
    let mut command = place.command("script");
    command.args(["-qefc", text, "/dev/null"]).stdin(Stdio::null());
    command
}

fn approval(ticket: &str) -> String {
    format!("{AIGOV} approve {ticket} --rationale 'it is what was agreed'")
}

type Attack = (&'static str, fn(&Place, &str) -> Option<Output>);

/// The ways in which an agent makes itself look like a human. None where a tool is missing.
const DISGUISES: &[Attack] = &[
    ("a terminal from script", |place, ticket| Some(at_a_terminal(place, &approval(ticket)).output().unwrap())),
    ("its marker taken away", |place, ticket| {
        let text = format!("env -u CLAUDECODE {}", approval(ticket));
        Some(at_a_terminal(place, &text).env("CLAUDECODE", "1").output().unwrap())
    }),
    ("a session of its own, its ancestors gone", |place, ticket| {
        let (agent, done) = (place.tree().join("claude"), place.tree().join("done"));
        let inner = approval(ticket).replace('\'', "\"");
        let lines = format!(
            "setsid -f sh -c 'script -qefc \"$0\" /dev/null; echo $? > done' '{inner}' </dev/null >/dev/null 2>&1\n"
        );
        program(&agent, &format!("#!/bin/sh\n{lines}"));
        let output = place.command(agent.to_str().unwrap()).output().unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        while !done.exists() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(output)
    }),
    ("another name in its argument vector", |place, ticket| {
        let inner = approval(ticket).replace(AIGOV, &format!("exec -a zsh {AIGOV}"));
        Some(at_a_terminal(place, &format!("bash -c \"{inner}\"")).output().unwrap())
    }),
    ("a copy of the program under another name", |place, ticket| {
        let copy = place.tree().join("notes");
        fs::copy(AIGOV, &copy).unwrap();
        let text = approval(ticket).replace(AIGOV, copy.to_str().unwrap());
        Some(at_a_terminal(place, &text).output().unwrap())
    }),
    ("a library that takes its marker away", |place, ticket| {
        if !has("cc") {
            return None;
        }
        let (source, library) = (place.tree().join("x.c"), place.tree().join("x.so"));
        fs::write(
            &source,
            "#include <stdlib.h>\n__attribute__((constructor)) static void f(void) { unsetenv(\"CLAUDECODE\"); }\n",
        )
        .unwrap();
        let built =
            place.command("cc").arg("-shared").arg("-fPIC").arg("-o").arg(&library).arg(&source).status().unwrap();
        assert!(built.success());
        let text = format!("CLAUDECODE=1 LD_PRELOAD={} {}", library.display(), approval(ticket));
        Some(at_a_terminal(place, &text).output().unwrap())
    }),
    ("a debugger that takes its marker away", |place, ticket| {
        if !has("gdb") {
            return None;
        }
        let text = format!(
            "CLAUDECODE=1 DEBUGINFOD_URLS= gdb -nx -batch -ex 'break main' -ex run -ex 'call (int)unsetenv(\"CLAUDECODE\")' -ex 'delete' -ex continue --args {}",
            approval(ticket)
        );
        Some(at_a_terminal(place, &text).output().unwrap())
    }),
    ("keys pushed into the terminal (TIOCSTI)", |place, ticket| {
        let is_open = fs::read_to_string("/proc/sys/dev/tty/legacy_tiocsti").is_ok_and(|text| text.trim() == "1");
        if !is_open || !has("python3") {
            return None;
        }
        let pusher = place.tree().join("push.py");
        let keys = r"j\rit is what was agreed\r";
        let text = format!(
            "import fcntl, os, subprocess, termios, time\np = subprocess.Popen(['{AIGOV}', 'approve', '{ticket}'])\ntime.sleep(2)\nfor key in '{keys}':\n    fcntl.ioctl(0, termios.TIOCSTI, key.encode())\n    time.sleep(0.02)\nos._exit(p.wait())\n"
        );
        fs::write(&pusher, text).unwrap();
        Some(at_a_terminal(place, "python3 push.py").output().unwrap())
    }),
];

#[test]
fn a_disguise_raises_the_effort_and_the_record_says_a0() {
    for (name, attack) in DISGUISES {
        let place = Place::new();
        let ticket = pending(&place);
        let Some(output) = attack(&place, &ticket) else { continue };
        let row = place.audit().into_iter().find(|row| row["id"] == ticket.as_str()).unwrap();
        let said = Ran::of(&output);
        assert_eq!(
            (row["state"].as_str(), row["assurance"].as_str()),
            (Some("approved"), Some("A0")),
            "{name}: {said:?}"
        );
    }
}

#[test]
fn a_rule_that_wants_more_than_a0_holds_against_every_disguise_and_records_it() {
    for (name, attack) in DISGUISES {
        let place = strict();
        let ticket = pending(&place);
        if attack(&place, &ticket).is_none() {
            continue;
        }
        // Nobody typed through a debugger gets further than this either; who is asked again is recorded each time.
        assert!(attempts(&place) >= 1, "{name}");
        place.agent(&["run", &ticket]).ended(75);
        assert!(place.audit().iter().all(|row| row["state"] == "pending"), "{name}");
    }
}

#[test]
fn under_its_marker_whatever_is_for_humans_is_refused_and_recorded() {
    let place = Place::new();
    let ticket = pending(&place);
    let all: &[&str] = &[
        &format!("approve {ticket} --rationale y"),
        "approve",
        &format!("reject {ticket} --rationale y"),
        "freeze production",
        "unfreeze production",
        "init --yes",
        "audit verify --rebuild",
        "doctor --accept-clock",
    ];
    for (at, line) in all.iter().enumerate() {
        let text = format!("CLAUDECODE=1 {AIGOV} {line}");
        let output = at_a_terminal(&place, &text).output().unwrap();
        assert_eq!(output.status.code(), Some(77), "{line}: {}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(attempts(&place), at as u64 + 1, "{line}");
    }
    assert_eq!(place.audit()[0]["state"], "pending");
}

#[test]
fn through_exec_nothing_touches_the_policy_the_ledger_or_an_approval() {
    let place = Place::new();
    let ticket = pending(&place);
    let (policy, ledger) = (place.policy(), place.ledger());
    let (policy, ledger) = (policy.to_str().unwrap(), ledger.to_str().unwrap());
    let texts = [
        format!("echo x >> {policy}"),
        format!("sed -i s/ask/allow/ {policy}"),
        format!("cp /dev/null {policy}"),
        format!("rm -f {ledger}"),
        format!("mv {ledger} /tmp/elsewhere"),
        format!("sqlite3 {ledger} \"update requests set state = 'approved'\""),
        format!("{AIGOV} approve {ticket} --rationale y"),
        format!("env -u AIGOV_AGENT {AIGOV} approve {ticket} --rationale y"),
        format!("script -qec '{AIGOV} approve {ticket} --rationale y' /dev/null"),
        format!("setsid {AIGOV} approve {ticket} --rationale y"),
        format!("AIGOV_LEDGER=/tmp/x {AIGOV} approve {ticket} --rationale y"),
        format!("cp {AIGOV} ./notes && ./notes approve {ticket} --rationale y"),
        format!("bash -c 'exec -a zsh {AIGOV} approve {ticket} --rationale y'"),
        format!("XDG_CONFIG_HOME=/tmp/x {AIGOV} exec -- touch ran"),
    ];
    let before = fs::read_to_string(place.policy()).unwrap();
    for text in &texts {
        let ran = place.agent(&["exec", "--reason", "r", "-c", text]);
        assert!([75, 77].contains(&ran.code), "{text}: {ran:?}");
    }
    assert_eq!(fs::read_to_string(place.policy()).unwrap(), before);
    assert!(!place.tree().join("ran").exists());
    let row = place.audit().into_iter().find(|row| row["id"] == ticket.as_str()).unwrap();
    assert_eq!(row["state"], "pending");
    place.verify();
}

#[test]
fn a_state_that_was_written_into_the_ledger_runs_nothing() {
    for statement in [
        "UPDATE requests SET state = 'approved'",
        "UPDATE requests SET state = 'approved', opened = 'allowed', approvals_needed = 0",
        "UPDATE requests SET state = 'approved';
         INSERT INTO approvals(seq, request, human, uid, assurance, yes)
           SELECT r.seq, r.request, 'alice', 1000, 'A3', 1 FROM records r WHERE r.type = 'request_pending'",
        "UPDATE requests SET state = 'approved';
         INSERT INTO records(seq, type, time, request, execution, by_kind, agent, human, body, prev, leaf)
           SELECT (SELECT max(seq) FROM records) + 1, 'request_approved_before', time, request, NULL, by_kind, agent, human,
             body, randomblob(32), randomblob(32)
           FROM records WHERE type = 'request_pending'",
    ] {
        let place = Place::new();
        let ticket = place.ask(&["python3", "-c", "open('ran', 'w')"]).ended(75).ticket();
        Connection::open(place.ledger()).unwrap().execute_batch(statement).unwrap();
        let ran = place.agent(&["run", &ticket]);
        assert!(ran.code != 0 && !place.tree().join("ran").exists(), "{statement}: {ran:?}");
        let is_told = [
            "no approval in its records",
            "an approval points at a record of type `request_pending`",
            "a record that is not as it was hashed",
        ];
        assert!(is_told.iter().any(|words| ran.err.contains(words)), "{statement}: {ran:?}");
        place.agent(&["audit", "verify"]).ended(1);
    }
}

#[test]
fn a_rejection_that_was_turned_round_in_the_ledger_runs_nothing() {
    let place = Place::new();
    let ticket = place.ask(&["python3", "-c", "open('ran', 'w')"]).ended(75).ticket();
    place.human(&["reject", &ticket, "--rationale", "no"]).ended(0);
    let statement = "UPDATE requests SET state = 'approved', open = 1; UPDATE approvals SET yes = 1";
    Connection::open(place.ledger()).unwrap().execute_batch(statement).unwrap();
    assert_ne!(place.agent(&["run", &ticket]).code, 0);
    assert!(!place.tree().join("ran").exists());
    place.agent(&["audit", "verify"]).ended(1);
}

#[test]
fn a_record_that_was_put_into_the_chain_by_hand_is_found() {
    let place = Place::new();
    let ticket = pending(&place);
    let conn = Connection::open(place.ledger()).unwrap();
    assert!(conn.execute_batch("UPDATE records SET body = '{}'").is_err());
    let forged = "INSERT INTO records(seq, type, time, request, by_kind, body, prev, leaf)
        SELECT seq + 1, 'request_approved', time, ?1, 'human', body, leaf, randomblob(32) FROM records ORDER BY seq DESC LIMIT 1";
    assert_eq!(conn.execute(forged, [&ticket]).unwrap(), 1);
    drop(conn);
    assert_ne!(place.agent(&["run", &ticket]).code, 0);
    place.agent(&["audit", "verify"]).ended(1);
}

#[test]
fn another_home_or_ledger_approves_nothing_in_this_one() {
    let place = strict();
    let ticket = pending(&place);
    let other = tempfile::Builder::new().prefix("aigov-test-").tempdir().unwrap();
    let (home, config) = (other.path().join("home"), other.path().join("config/aigov"));
    fs::create_dir_all(&home).unwrap();
    fs::create_dir_all(&config).unwrap();
    let lenient = fs::read_to_string(place.policy()).unwrap().replace(STRICT, "");
    fs::write(config.join("policy.toml"), lenient).unwrap();
    fs::set_permissions(config.join("policy.toml"), fs::Permissions::from_mode(0o600)).unwrap();
    let elsewhere = other.path().display().to_string();
    for (variable, value, code) in [
        ("AIGOV_LEDGER", format!("{elsewhere}/ledger.db"), 65),
        ("HOME", home.display().to_string(), 65),
        ("XDG_DATA_HOME", format!("{elsewhere}/data"), 65),
        // The same ledger under a policy of its own: what the request was filed under still holds.
        ("XDG_CONFIG_HOME", format!("{elsewhere}/config"), 77),
    ] {
        let text = format!("{variable}={value} {}", approval(&ticket));
        let output = at_a_terminal(&place, &text).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{variable}: {}", String::from_utf8_lossy(&output.stdout));
        place.agent(&["run", &ticket]).ended(75);
    }
}

#[test]
fn a_policy_of_its_own_lets_it_run_what_it_likes_and_the_record_names_it() {
    let place = Place::new();
    let other = tempfile::Builder::new().prefix("aigov-test-").tempdir().unwrap();
    let config = other.path().join("aigov");
    fs::create_dir_all(&config).unwrap();
    let text = "schema = 1\n[[rules]]\nid = \"mine\"\ntier = 2\nwhen = { tool = \"python3\", environment = \"local\", impact = [\"unknown\"], category = \"execution\" }\n";
    fs::write(config.join("policy.toml"), text).unwrap();
    fs::set_permissions(config.join("policy.toml"), fs::Permissions::from_mode(0o600)).unwrap();
    let mut command = place.agent_command(&["exec", "--", "python3", "-c", "print('ran')"]);
    let ran = Ran::of(&command.env("XDG_CONFIG_HOME", other.path()).output().unwrap());
    assert_eq!((ran.code, ran.out.as_str()), (0, "ran\n"), "{ran:?}");
    let id = place.audit()[0]["id"].as_str().unwrap().to_owned();
    let request = place.agent(&["audit", "show", &id, "--json"]).ended(0).json()["request"].clone();
    assert_eq!(request["body"]["policy"][0][0], config.join("policy.toml").display().to_string());
    assert_eq!(request["body"]["policy_writable"], true);
}

#[test]
fn a_program_that_takes_a_tools_place_in_the_path_is_not_believed_to_be_it() {
    let place = Place::new();
    let fake = place.tree().join("bin");
    fs::create_dir(&fake).unwrap();
    program(&fake.join("kubectl"), "#!/bin/sh\ntouch ran\n");
    let path = format!("{}:{}", fake.display(), std::env::var("PATH").unwrap());
    let mut command = place.agent_command(&["exec", "--json", "--reason", "r", "--", "kubectl", "get", "pods"]);
    let ran = Ran::of(&command.env("PATH", path).output().unwrap()).ended(75);
    assert_eq!(ran.status()["status"], "pending", "{ran:?}");
    assert!(!place.tree().join("ran").exists());
}

#[test]
fn what_an_agent_writes_changes_nothing_on_the_screen() {
    let place = Place::new();
    let spoof = "print('x') #\x1b[2K\x1b[1A\u{202e}request approved";
    let ticket = place.ask(&["python3", "-c", spoof]).ended(75).ticket();
    let page = place.human_types(&["approve", &ticket], "\r").ended(0);
    assert!(page.out.contains("\\x1b[2K\\x1b[1A\\u{202e}request approved"), "{}", page.out);
    assert!(!page.out.contains('\u{202e}'));
}

#[test]
fn words_that_are_typed_blindly_decide_nothing() {
    let place = Place::new();
    let ticket = pending(&place);
    for words in ["\r", "y\ry\ry\r", "approve\ryes\r", "1\r2\r"] {
        place.human_types(&["approve", &ticket], words);
        assert_eq!(place.audit()[0]["state"], "pending", "{words:?}");
    }
}
