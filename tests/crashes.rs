//! Killed at any moment, and many at once: nothing runs without its intent, nothing is lost, nobody is locked out.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use support::Place;

/// How often it is killed.
const KILLS: u64 = 200;
/// How many processes at once, and how often each runs.
const AT_ONCE: usize = 64;
const RUNS: usize = 2_000;

/// Kills the process and all that it started.
fn kill(pid: u32) {
    let group = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::kill_process_group(group, rustix::process::Signal::KILL).unwrap();
}

#[test]
fn killed_at_any_moment_nothing_has_run_without_its_intent() {
    use std::os::unix::process::CommandExt;
    let place = Place::new();
    place.agent(&["exec", "--", "ls"]).ended(0);
    let whole = {
        let start = Instant::now();
        place.agent(&["exec", "--", "touch", "whole"]).ended(0);
        start.elapsed()
    };
    for number in 0..KILLS {
        let mark = format!("mark-{number}");
        let mut child = place
            .agent_command(&["exec", "--", "touch", &mark])
            .process_group(0)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // From the very start to a while after a whole run.
        thread::sleep(
            whole.mul_f64(1.5 * f64::from(u32::try_from(number).unwrap()) / f64::from(u32::try_from(KILLS).unwrap())),
        );
        kill(child.id());
        child.wait().unwrap();
    }
    // The next commands settle what the killed ones left, and say so.
    place.agent(&["requests"]).ended(0);
    place.verify();
    let audit = place.agent(&["audit", "--format", "jsonl"]).ended(0);
    let (mut marks, mut unknown, mut succeeded) = (0, 0, 0);
    let rows: Vec<serde_json::Value> = audit.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for number in 0..KILLS {
        let mark = format!("mark-{number}");
        let row = rows
            .iter()
            .find(|row| row["command"].as_str().is_some_and(|text| text.ends_with(&format!("touch {mark}"))));
        if place.tree().join(&mark).exists() {
            marks += 1;
            assert!(row.is_some(), "{mark} was made without an intent");
        }
        match row
            .map(|row| row["outcome"].as_str().or_else(|| row["state"].as_str()).unwrap_or_default().to_owned())
            .as_deref()
        {
            Some("outcome_unknown") => unknown += 1,
            Some("succeeded") => succeeded += 1,
            Some(other) => panic!("{mark} is {other}"),
            None => {}
        }
    }
    assert!(succeeded + unknown >= marks, "{marks} marks, {succeeded} succeeded, {unknown} unknown");
    assert!(marks > 0 && marks < KILLS, "the kills did not meet the run: {marks} of {KILLS}");
}

#[test]
fn many_at_once_lose_nothing_and_nobody_waits_for_all_others() {
    let place = Place::new();
    place.agent(&["exec", "--", "ls"]).ended(0);
    let began = Instant::now();
    let longest = thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE)
            .map(|worker| {
                let place = &place;
                scope.spawn(move || {
                    let mut longest = Duration::ZERO;
                    for run in (worker..RUNS).step_by(AT_ONCE) {
                        // One in eight writes, and waits for the disk.
                        let mark = format!("w-{run}");
                        let command: &[&str] =
                            if run % 8 == 0 { &["exec", "--", "touch", &mark] } else { &["exec", "--", "true"] };
                        let start = Instant::now();
                        place.agent(command).ended(0);
                        longest = longest.max(start.elapsed());
                    }
                    longest
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).max().unwrap()
    });
    let whole = began.elapsed();
    place.verify();
    let audit = place.agent(&["audit", "--format", "jsonl"]).ended(0);
    assert_eq!(audit.out.lines().count(), RUNS + 1);
    assert_eq!(fs::read_dir(place.tree()).unwrap().count(), RUNS.div_ceil(8));
    // No limit is set on a machine's speed. Each worker runs about 31 times in the whole: who waits for a third of it is
    // starved by the others.
    assert!(longest < whole / 3, "one waited {longest:?} of {whole:?}");
}

#[test]
fn one_approval_is_spent_once_however_many_run_it() {
    let place = Place::new();
    let script = "open('spent', 'a').write('x')";
    let ticket = place.ask(&["python3", "-c", script]).ticket();
    place.approve(&ticket);
    let codes: Vec<i32> = thread::scope(|scope| {
        let workers: Vec<_> = (0..16).map(|_| scope.spawn(|| place.agent(&["run", &ticket]).code)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
    assert_eq!(fs::read_to_string(place.tree().join("spent")).unwrap(), "x");
    place.verify();
}
