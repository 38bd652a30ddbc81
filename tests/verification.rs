//! What follows a run: the check that policy wants, the way back where it fails, and who goes on when aigov is killed in the
//! middle. With the real terraform; where it is not installed, each test says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use support::terraform::{APPLY, CONFIGURATION, Work, changed};
use support::{Place, has};

/// A deploy that policy wants to be healthy within `within`, and taken back where it is not.
struct Deploy(Work);

impl Deploy {
    fn new(within: &str, auto: &str) -> Option<Self> {
        if !has("terraform") {
            return None;
        }
        let work = Work::with_policy(|policy| policy);
        let check = work.0.home().join("healthy");
        let policy = fs::read_to_string(work.0.policy()).unwrap();
        let rule = format!(
            "id = \"verified\"\nowner = \"test\"\nwhen = {{ tool = \"terraform\", impact = [\"write\", \"destroy\"] }}\ndecision = \"ask\"\nverify = \"{} payments\"\nverify_for = \"{within}\"\n{auto}",
            check.display()
        );
        work.0.write_policy(&format!("{policy}\n[[rules]]\n{rule}\n"));
        work.terraform(&["apply", "-auto-approve", "-input=false"]);
        work.commit();
        work.write("main.tf", &changed());
        let deploy = Self(work);
        deploy.check_is("grep -q '\"size\": 1' terraform.tfstate || { echo 'too big for payments' >&2; exit 3; }");
        Some(deploy)
    }

    fn check_is(&self, text: &str) {
        let path = self.0.0.home().join("healthy");
        let tree = self.0.0.tree();
        let log = self.0.0.home().join("checks");
        let text =
            format!("#!/bin/sh\ncd '{}' || exit 9\necho \"$1 $PWD\" >> '{}'\n{text}\n", tree.display(), log.display());
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn checks(&self) -> usize {
        fs::read_to_string(self.0.0.home().join("checks")).unwrap_or_default().lines().count()
    }

    /// Asked and approved.
    fn approved(&self) -> String {
        let ticket = self.0.ask(&APPLY);
        self.0.0.approve(&ticket);
        ticket
    }

    fn start(&self, ticket: &str) -> Child {
        let mut command = self.0.0.agent_command(&["run", "--json", ticket]);
        command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn events(&self, ticket: &str) -> Vec<String> {
        let all = self.0.0.agent(&["audit", "show", ticket, "--json"]).ended(0).json();
        all["records"].as_array().unwrap().iter().map(|one| one["type"].as_str().unwrap().to_owned()).collect()
    }

    /// Whatever is asked of aigov next goes on; asks until the first one stands there.
    fn goes_on_to(&self, ticket: &str, state: &str) -> Value {
        for _ in 0..600 {
            self.0.0.agent(&["requests"]).ended(0);
            let row = self.0.shown(ticket);
            if row["state"] == state && row["verification"]["is_open"] == false {
                return row;
            }
            sleep(Duration::from_millis(100));
        }
        panic!("{} is not {state}", self.0.shown(ticket));
    }

    /// The first was taken back once, and by one request.
    fn was_taken_back_once(&self, ticket: &str) {
        assert_eq!(self.0.size(), 1);
        let back = self.0.shown(ticket)["verification"]["way_back"].as_str().unwrap().to_owned();
        let events = self.events(ticket);
        assert_eq!(events.iter().filter(|one| *one == "request_rolled_back").count(), 1, "{events:?}");
        assert_eq!(events.iter().filter(|one| *one == "verification_ended").count(), 1, "{events:?}");
        let events = self.events(&back);
        assert_eq!(events.iter().filter(|one| *one == "execution_intended").count(), 1, "{events:?}");
        assert_eq!(events.iter().filter(|one| *one == "request_approved_before").count(), 1, "{events:?}");
        let is_back = |row: &Value| {
            row["state"] == "succeeded" && row["command"].as_str().is_some_and(|text| text.contains("terraform apply"))
        };
        let backs = self.0.0.audit().iter().filter(|row| is_back(row)).count();
        assert_eq!(backs, 1, "one way back ran");
        self.0.0.verify();
    }
}

fn kill(child: &mut Child) {
    let group = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process_group(group, rustix::process::Signal::KILL).unwrap();
    child.wait().unwrap();
}

#[test]
fn a_deploy_that_is_not_healthy_is_taken_back_within_the_limit_and_told() {
    let Some(deploy) = Deploy::new("2s", "auto_rollback = true") else { return };
    let ticket = deploy.0.ask(&APPLY);
    let page = deploy.0.flat(&ticket);
    assert!(page.contains("healthy payments` must hold within 2 s"), "{page}");
    assert!(page.contains("whoever approves this approves its way back too"), "{page}");
    deploy.0.0.approve(&ticket);
    let ran = deploy.0.0.agent(&["run", "--json", &ticket]).ended(77);
    let status = ran.status();
    assert_eq!(status["status"], "rolled_back");
    let reason = status["reason"].as_str().unwrap();
    assert!(reason.contains("exit code 3, `too big for payments`") && reason.contains("rolled back by r-"), "{reason}");
    assert_eq!(status["exit_code"], 0, "its own end is told too");
    assert!(ran.out.contains("1 added") && ran.out.matches("Apply complete").count() == 1, "{}", ran.out);
    assert!(ran.err.contains("taking it back with r-"), "{}", ran.err);
    assert!(deploy.checks() >= 2, "it is looked at until the time is up");
    let page = deploy.0.flat(&ticket);
    assert!(page.contains("(rolled_back)") && page.contains("too big for payments"), "{page}");
    deploy.was_taken_back_once(&ticket);
    deploy.0.0.agent(&["requests"]).ended(0);
    deploy.was_taken_back_once(&ticket);
}

#[test]
fn a_deploy_that_becomes_healthy_in_time_stays() {
    let Some(deploy) = Deploy::new("60s", "auto_rollback = true") else { return };
    deploy.check_is("test $(wc -l < ../home/checks) -ge 3");
    let ticket = deploy.approved();
    let ran = deploy.0.0.agent(&["run", &ticket]).ended(0);
    assert!(ran.err.contains("verified, it holds"), "{}", ran.err);
    assert_eq!((deploy.0.size(), deploy.checks()), (2.into(), 3));
    let row = deploy.0.shown(&ticket);
    assert_eq!((&row["state"], &row["verification"]["ended"]["health"]), (&"succeeded".into(), &"holds".into()));
    deploy.0.0.verify();
}

#[test]
fn without_auto_rollback_a_failed_check_is_told_and_nothing_is_taken_back() {
    let Some(deploy) = Deploy::new("1s", "") else { return };
    let ticket = deploy.0.ask(&APPLY);
    assert!(deploy.0.flat(&ticket).contains("that is told; nothing is taken back"));
    deploy.0.0.approve(&ticket);
    let ran = deploy.0.0.agent(&["run", "--json", &ticket]).ended(77);
    assert_eq!(ran.status()["status"], "unverified");
    assert_eq!(deploy.0.size(), 2);
    assert_eq!(deploy.0.shown(&ticket)["state"], "succeeded");
    deploy.0.0.agent(&["rollback", &ticket]).ended(75);
}

#[test]
fn where_aigov_has_no_way_back_the_page_says_so_and_so_does_the_end() {
    let Some(deploy) = Deploy::new("1s", "auto_rollback = true") else { return };
    fs::remove_dir_all(deploy.0.0.tree().join(".git")).unwrap();
    let ticket = deploy.0.ask(&APPLY);
    assert!(deploy.0.flat(&ticket).contains("aigov CANNOT take it back by itself"), "{}", deploy.0.flat(&ticket));
    deploy.0.0.approve(&ticket);
    let ran = deploy.0.0.agent(&["run", "--json", &ticket]).ended(77);
    let status = ran.status();
    assert_eq!(status["status"], "unverified");
    assert!(status["reason"].as_str().unwrap().contains("does not take it back by itself"), "{status}");
    let row = deploy.0.shown(&ticket);
    assert_eq!((&row["state"], &row["verification"]["is_open"]), (&"succeeded".into(), &false.into()));
    assert!(deploy.events(&ticket).contains(&"rollback_left".to_owned()));
    deploy.0.0.verify();
}

#[test]
fn what_freezes_the_environment_holds_the_way_back_too() {
    let Some(deploy) = Deploy::new("3s", "auto_rollback = true") else { return };
    let ticket = deploy.approved();
    let mut child = deploy.start(&ticket);
    while deploy.checks() == 0 {
        sleep(Duration::from_millis(10));
    }
    deploy.0.0.human(&["freeze", "--reason", "incident"]).ended(0);
    child.wait().unwrap();
    let row = deploy.goes_on_to(&ticket, "succeeded");
    let left = row["verification"]["left"].as_str().unwrap();
    assert!(left.contains("frozen") && left.contains("incident"), "{left}");
    assert_eq!(deploy.0.size(), 2);
    deploy.0.0.verify();
}

#[test]
fn killed_while_it_verifies_the_next_command_goes_on() {
    let Some(deploy) = Deploy::new("3s", "auto_rollback = true") else { return };
    let ticket = deploy.approved();
    let mut child = deploy.start(&ticket);
    while deploy.checks() == 0 {
        sleep(Duration::from_millis(10));
    }
    kill(&mut child);
    assert_eq!(deploy.0.size(), 2);
    let early = deploy.0.shown(&ticket);
    assert_eq!(early["state"], "succeeded", "the time is not up, so nothing is taken back yet");
    deploy.goes_on_to(&ticket, "rolled_back");
    deploy.was_taken_back_once(&ticket);
}

#[test]
fn killed_while_it_runs_it_is_verified_once_nothing_of_it_runs_any_more() {
    let Some(deploy) = Deploy::new("1s", "auto_rollback = true") else { return };
    let slow = changed().replace("echo applied", "touch begun; until test -e go; do sleep 0.05; done; echo applied");
    let slow = slow.replace("resource \"terraform_data\" \"once\" {", "resource \"terraform_data\" \"again\" {");
    deploy.0.write("main.tf", &slow);
    let ticket = deploy.approved();
    let mut child = deploy.start(&ticket);
    while !deploy.0.0.tree().join("begun").exists() {
        sleep(Duration::from_millis(10));
    }
    // Only aigov: what it started goes on.
    child.kill().unwrap();
    child.wait().unwrap();
    deploy.0.0.agent(&["requests"]).ended(0);
    let row = deploy.0.shown(&ticket);
    assert_eq!((&row["state"], &row["verification"]["is_open"]), (&"outcome_unknown".into(), &true.into()));
    sleep(Duration::from_millis(1200));
    deploy.0.0.agent(&["requests"]).ended(0);
    assert_eq!(deploy.checks(), 0, "nothing is judged while it still runs");
    fs::write(deploy.0.0.tree().join("go"), "").unwrap();
    deploy.goes_on_to(&ticket, "rolled_back");
    assert!(deploy.checks() >= 1);
    deploy.was_taken_back_once(&ticket);
}

#[test]
fn killed_at_any_moment_of_the_way_back_it_is_gone_on_with_and_runs_once() {
    for after in [0, 100, 250, 400, 550, 700, 900, 1100, 1300, 1600] {
        let Some(deploy) = Deploy::new("1s", "auto_rollback = true") else { return };
        let ticket = deploy.approved();
        let mut child = deploy.start(&ticket);
        while !deploy.events(&ticket).contains(&"verification_ended".to_owned()) {
            sleep(Duration::from_millis(10));
        }
        sleep(Duration::from_millis(after));
        if child.try_wait().unwrap().is_none() {
            kill(&mut child);
        }
        for _ in 0..100 {
            deploy.0.0.agent(&["requests"]).ended(0);
            if deploy.0.shown(&ticket)["verification"]["is_open"] == false {
                break;
            }
            sleep(Duration::from_millis(50));
        }
        let row = deploy.0.shown(&ticket);
        let back = row["verification"]["way_back"].as_str().map(str::to_owned);
        match back.map(|back| deploy.0.shown(&back)["state"].as_str().unwrap().to_owned()).as_deref() {
            Some("succeeded") => deploy.was_taken_back_once(&ticket),
            // Killed while the way back itself ran: that is told, and never tried again by itself.
            Some("outcome_unknown") => assert_eq!(row["state"], "succeeded", "{row}"),
            other => panic!("after {after} ms the way back is {other:?}: {row}"),
        }
        deploy.0.0.verify();
    }
}

#[test]
fn many_who_go_on_at_once_take_it_back_once() {
    let Some(deploy) = Deploy::new("1s", "auto_rollback = true") else { return };
    let ticket = deploy.approved();
    let mut child = deploy.start(&ticket);
    while deploy.checks() == 0 {
        sleep(Duration::from_millis(10));
    }
    kill(&mut child);
    sleep(Duration::from_millis(1100));
    std::thread::scope(|scope| {
        for command in ["requests", "audit", "exec -- ls", "audit stats", "requests --all"].repeat(2) {
            let place: &Place = &deploy.0.0;
            scope.spawn(move || place.agent(&command.split(' ').collect::<Vec<_>>()));
        }
    });
    deploy.goes_on_to(&ticket, "rolled_back");
    deploy.was_taken_back_once(&ticket);
}

#[test]
fn a_way_back_is_not_verified_itself() {
    let Some(deploy) = Deploy::new("1s", "auto_rollback = true") else { return };
    deploy.check_is("exit 1");
    let ticket = deploy.approved();
    deploy.0.0.agent(&["run", &ticket]).ended(77);
    deploy.was_taken_back_once(&ticket);
    assert_eq!(fs::read_to_string(deploy.0.0.tree().join("main.tf")).unwrap(), changed());
    assert_ne!(changed(), CONFIGURATION);
}

#[test]
fn a_check_that_would_lie_where_the_agent_writes_does_not_load() {
    let rule = |text: &str| {
        let place = Place::with(|policy| {
            format!(
                "{policy}\n[[rules]]\nid = \"v\"\nowner = \"test\"\nwhen = {{ tool = \"terraform\", impact = [\"write\"] }}\n{text}\n"
            )
        });
        place.agent(&["policy", "check"])
    };
    rule("decision = \"ask\"\nverify = \"/bin/true\"\nverify_for = \"90s\"\nauto_rollback = true").ended(0);
    for (text, fault) in [
        ("decision = \"ask\"\nverify = \"./healthy\"", "would be looked for in the directory of the one who asked"),
        ("decision = \"ask\"\nverify = \"\"", "`verify` is not a command"),
        ("decision = \"ask\"\nverify_for = \"5m\"", "`verify_for` has no effect without `verify`"),
        ("decision = \"ask\"\nauto_rollback = true", "`auto_rollback` has no effect without `verify`"),
        ("decision = \"deny\"\nverify = \"/bin/true\"", "`verify` has no effect in a rule that says deny"),
        ("tier = 2\nverify = \"/bin/true\"", "`verify` has no effect in a rule that says allow"),
    ] {
        let ran = rule(text).ended(78);
        assert!(format!("{}{}", ran.out, ran.err).contains(fault), "{text}: {}{}", ran.out, ran.err);
    }
}

/// Whether whoever runs the tests ignores interrupts, as shells let their background jobs: what is started then does too.
fn ignores_interrupts() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let is_ignored = mask.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).unwrap_or(0) & 2 != 0);
    if is_ignored {
        eprintln!("passed over: interrupts are ignored here");
    }
    is_ignored
}

#[test]
fn interrupted_while_it_checks_nothing_is_left_behind_and_the_next_command_goes_on() {
    let Some(deploy) = Deploy::new("60s", "auto_rollback = true").filter(|_| !ignores_interrupts()) else { return };
    deploy.check_is("echo $$ > ../home/pid; sleep 600 & echo $! > ../home/child; wait");
    let ticket = deploy.approved();
    let mut child = deploy.start(&ticket);
    let pid = || fs::read_to_string(deploy.0.0.home().join("child")).unwrap_or_default().trim().parse::<i32>().ok();
    while pid().is_none() {
        sleep(Duration::from_millis(10));
    }
    let aigov = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(aigov, rustix::process::Signal::INT).unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&child.wait().unwrap()), Some(2));
    let sleeper = rustix::process::Pid::from_raw(pid().unwrap()).unwrap();
    let gone = || {
        let state = fs::read_to_string(format!("/proc/{}/stat", sleeper.as_raw_nonzero())).unwrap_or_default();
        state.is_empty() || state.rsplit(')').next().unwrap().trim_start().starts_with('Z')
    };
    for _ in 0..100 {
        if gone() {
            break;
        }
        sleep(Duration::from_millis(50));
    }
    assert!(gone(), "what the check started is still there");
    deploy.check_is("exit 0");
    let row = deploy.goes_on_to(&ticket, "succeeded");
    assert_eq!(row["verification"]["ended"]["health"], "holds");
}

#[test]
fn between_two_checks_an_interrupt_ends_it_too() {
    let Some(deploy) = Deploy::new("60s", "").filter(|_| !ignores_interrupts()) else { return };
    let ticket = deploy.approved();
    let mut child = deploy.start(&ticket);
    // From the fifth on it rests for seconds between them.
    while deploy.checks() < 5 {
        sleep(Duration::from_millis(10));
    }
    sleep(Duration::from_millis(300));
    let aigov = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(aigov, rustix::process::Signal::INT).unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&child.wait().unwrap()), Some(2));
}
