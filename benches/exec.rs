//! What `exec` and `check` cost, beside plain spawn, `sudo -n true` and a bare skeleton of the same work. All from one run,
//! interleaved, so that the ratios hold whatever the machine does. `cargo bench --bench exec [-- ROUNDS]`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench prints, and stops at what is wrong"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;

const AIGOV: &str = env!("CARGO_BIN_EXE_aigov");

/// One thing that is measured.
struct Subject {
    name: &'static str,
    argv: Vec<String>,
    times: Vec<Duration>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--skeleton") {
        return skeleton(
            Path::new(arguments.get(at + 1).unwrap()),
            arguments.get(at + 2).unwrap(),
            arguments.get(at + 3..).unwrap(),
        );
    }
    let rounds: usize = arguments.iter().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(200);
    let place = tempfile::tempdir().unwrap();
    prepare(place.path());
    let own = std::env::current_exe().unwrap().display().to_string();
    let bare = place.path().join("bare.db").display().to_string();
    let mut subjects = vec![
        subject("plain spawn of `true`", &["true"]),
        subject("plain spawn of `touch`", &["touch", "x"]),
        subject("sudo -n true", &["sudo", "-n", "true"]),
        subject("skeleton, read", &[&own, "--skeleton", &bare, "normal", "true"]),
        subject("skeleton, write", &[&own, "--skeleton", &bare, "full", "touch", "x"]),
        subject("aigov check -- true", &[AIGOV, "check", "--", "true"]),
        subject("aigov exec -- true", &[AIGOV, "exec", "--", "true"]),
        subject("aigov exec -- touch", &[AIGOV, "exec", "--", "touch", "x"]),
    ];
    subjects.retain(|subject| runs(place.path(), &subject.argv));
    for _ in 0..rounds {
        for subject in &mut subjects {
            let start = Instant::now();
            assert!(command(place.path(), &subject.argv).status().unwrap().success());
            subject.times.push(start.elapsed());
        }
    }
    table(&mut subjects, rounds);
    counts(place.path());
}

fn subject(name: &'static str, argv: &[&str]) -> Subject {
    Subject { name, argv: argv.iter().map(|word| (*word).to_owned()).collect(), times: Vec::new() }
}

fn prepare(place: &Path) {
    let config = place.join(".config/aigov");
    fs::create_dir_all(&config).unwrap();
    fs::copy("policy.example.toml", config.join("policy.toml")).unwrap();
    fs::set_permissions(config.join("policy.toml"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::create_dir(place.join("tree")).unwrap();
    let conn = Connection::open(place.join("bare.db")).unwrap();
    conn.execute_batch("PRAGMA journal_mode=wal; CREATE TABLE records(seq INTEGER PRIMARY KEY, body TEXT, leaf BLOB)")
        .unwrap();
}

fn command(place: &Path, argv: &[String]) -> Command {
    let mut command = Command::new(argv.first().unwrap());
    command.args(argv.iter().skip(1)).env("HOME", place).env("AIGOV_AGENT", "bench").current_dir(place.join("tree"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn runs(place: &Path, argv: &[String]) -> bool {
    command(place, argv).status().is_ok_and(|status| status.success())
}

/// The least that anything with the same promises would do: an intent in SQLite, the process, its outcome.
fn skeleton(path: &Path, synchronous: &str, argv: &[String]) {
    let conn = Connection::open(path).unwrap();
    conn.pragma_update(None, "synchronous", synchronous).unwrap();
    let body = "x".repeat(2000);
    conn.execute("INSERT INTO records(body, leaf) VALUES(?1, zeroblob(32))", [&body]).unwrap();
    let status = Command::new(argv.first().unwrap()).args(argv.iter().skip(1)).status().unwrap();
    conn.pragma_update(None, "synchronous", "normal").unwrap();
    conn.execute("INSERT INTO records(body, leaf) VALUES(?1, zeroblob(32))", [&body]).unwrap();
    std::process::exit(status.code().unwrap());
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap()
}

fn table(subjects: &mut [Subject], rounds: usize) {
    let medians: Vec<(&str, Duration)> =
        subjects.iter_mut().map(|subject| (subject.name, median(&mut subject.times))).collect();
    let of = |name: &str| medians.iter().find(|(known, _)| *known == name).map(|(_, time)| *time);
    println!("median of {rounds} rounds, interleaved\n\n{:<26}{:>10}{:>12}{:>14}", "", "ms", "of sudo", "of skeleton");
    for (name, time) in &medians {
        let ratio = |base: Option<Duration>| {
            base.map_or_else(|| "-".to_owned(), |base| format!("{:.2}", time.as_secs_f64() / base.as_secs_f64()))
        };
        let skeleton =
            if name.contains("touch") || name.contains("write") { "skeleton, write" } else { "skeleton, read" };
        println!(
            "{name:<26}{:>10.2}{:>12}{:>14}",
            time.as_secs_f64() * 1000.0,
            ratio(of("sudo -n true")),
            ratio(of(skeleton))
        );
    }
}

/// What does not depend on the machine's mood: flushes to disk, and instructions.
fn counts(place: &Path) {
    println!("\n{:<26}{:>10}{:>16}", "", "fsyncs", "instructions");
    for (name, argv) in [
        ("aigov check -- true", &["check", "--", "true"][..]),
        ("aigov exec -- true", &["exec", "--", "true"]),
        ("aigov exec -- touch", &["exec", "--", "touch", "x"]),
    ] {
        println!("{name:<26}{:>10}{:>16}", fsyncs(place, argv), instructions(place, argv));
    }
}

fn under(place: &Path, tool: &[&str], argv: &[&str]) -> Option<String> {
    let words: Vec<String> = tool.iter().chain(&[AIGOV]).chain(argv).map(|word| (*word).to_owned()).collect();
    let output = command(place, &words).stderr(Stdio::piped()).output().ok()?;
    Some(String::from_utf8_lossy(&output.stderr).into_owned())
}

fn fsyncs(place: &Path, argv: &[&str]) -> String {
    under(place, &["strace", "-f", "-e", "trace=fsync,fdatasync,sync_file_range"], argv).map_or_else(
        || "-".to_owned(),
        |text| text.lines().filter(|line| line.contains("sync(") && line.contains("= 0")).count().to_string(),
    )
}

fn instructions(place: &Path, argv: &[&str]) -> String {
    let text = under(place, &["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"], argv);
    let found = text.and_then(|text| {
        text.lines().find_map(|line| line.split_once("Collected : ").map(|(_, number)| number.trim().to_owned()))
    });
    found.unwrap_or_else(|| "-".to_owned())
}
