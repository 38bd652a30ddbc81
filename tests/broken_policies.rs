//! Broken policies with the whole of what a user reads of each, in lines that fit 80 columns.
//!
//! `tests/broken_policies/NAME.toml` beside `NAME.txt`: what `aigov policy check policy.toml` says, and its exit code.
//! `AIGOV_BLESS=1 cargo test --test broken_policies` rewrites the texts; read them before they are kept.

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
use std::path::{Path, PathBuf};

use support::{AIGOV, Place, Ran};

const TEXTS: &str = "tests/broken_policies";

/// What is said about a policy with this content and mode.
fn checked(text: &[u8], mode: u32) -> (i32, String) {
    let place = Place::bare();
    let path = place.tree().join("policy.toml");
    fs::write(&path, text).unwrap();
    fs::set_permissions(place.tree(), fs::Permissions::from_mode(0o700)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    let ran = Ran::of(&place.command(AIGOV).args(["policy", "check", "policy.toml"]).output().unwrap());
    assert_eq!(ran.out, "", "faults are talk");
    (ran.code, ran.err)
}

fn names() -> Vec<PathBuf> {
    let all = fs::read_dir(TEXTS).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> = all.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    all.sort();
    all
}

/// Compares, or rewrites where that was asked for.
fn compare(name: &Path, (code, said): (i32, String), faults: &mut Vec<String>) {
    let made = format!("{said}exit {code}\n");
    let path = name.with_extension("txt");
    if std::env::var_os("AIGOV_BLESS").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    if expected != made {
        faults.push(format!("{}:\n{made}--- and not\n{expected}", path.display()));
    }
    for line in made.lines().filter(|line| line.chars().count() > 80) {
        // The first line of a fault names rule and word in full; an editor jumps by it.
        let is_first = line.starts_with("policy.toml:") || line.starts_with("FAILED policy.toml:");
        if !is_first || line.chars().count() > 100 {
            faults.push(format!("{}: a line is too wide: {line}", path.display()));
        }
    }
    if code == 0 {
        faults.push(format!("{}: it is not broken", path.display()));
    }
}

#[test]
fn each_broken_policy_says_what_to_do() {
    let mut faults = Vec::new();
    let names = names();
    assert!(names.len() >= 10);
    for name in names {
        compare(&name, checked(&fs::read(&name).unwrap(), 0o600), &mut faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_file_that_cannot_be_trusted_or_read_says_so() {
    let mut faults = Vec::new();
    let good = b"schema = 1\n\n[defaults]\ndecision = \"ask\"\n";
    let at = |name: &str| Path::new(TEXTS).join(name);
    compare(&at("group-writable"), checked(good, 0o660), &mut faults);
    compare(&at("world-writable"), checked(good, 0o646), &mut faults);
    compare(
        &at("not-utf-8"),
        checked(b"schema = 1\n\n# caf\xe9\n[defaults]\ndecision = \"ask\"\n", 0o600),
        &mut faults,
    );
    compare(&at("byte-order-mark"), checked(&[b"\xef\xbb\xbfschem = 1\n".as_slice()].concat(), 0o600), &mut faults);
    compare(&at("too-large"), checked("# much\n".repeat(160_000).as_bytes(), 0o600), &mut faults);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // The same file with nobody else's rights is no fault.
    assert_eq!(checked(good, 0o600).0, 0);
}

/// What is said of a repository's file and a layer that was brought along.
#[test]
fn what_comes_along_says_why_it_may_only_tighten() {
    let mut faults = Vec::new();
    let text = "schema = 1\n\n[defaults]\ndecision = \"deny\"\n\n[environments.mine]\nprotected = false\ncontexts = [\"mine\"]\n\n\
        [[rules]]\nid = \"reads-run\"\ntier = 1\nwhen = { impact = \"read\", category = \"observe\" }\n";
    for name in ["repository", "repository-environment", "extra"] {
        let mut place = Place::new();
        let text = match name {
            "repository" => text.to_owned(),
            "repository-environment" => {
                text.split("\n[defaults]").next().unwrap().to_owned() + "\n[environments.mine]\nprotected = false\n"
            }
            _ => text.to_owned(),
        };
        let path = if name == "extra" { place.home().join("extra.toml") } else { place.tree().join(".aigov.toml") };
        fs::write(&path, text).unwrap();
        for path in [&path, &path.parent().unwrap().to_path_buf()] {
            let mode = if path.is_dir() { 0o700 } else { 0o600 };
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
        if name == "extra" {
            place.set("AIGOV_POLICY", &path);
        } else {
            assert!(place.command("git").args(["init", "-q"]).status().unwrap().success());
        }
        let ran = Ran::of(&place.command(AIGOV).args(["policy", "check"]).output().unwrap());
        let said = ran.err.replace(&format!("{}", path.display()), "policy.toml");
        compare(&Path::new(TEXTS).join(name), (ran.code, said), &mut faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
