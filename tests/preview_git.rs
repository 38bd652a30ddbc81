//! A push against a real bare repository: shown, bound to what is here and there, refused when either moved, taken back.
//! Where git is not installed, each test says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;

use serde_json::Value;
use support::{Place, has};

struct Work(Place);

impl Work {
    /// A clone of a bare repository in which `main` has one commit.
    fn new() -> Option<Self> {
        if !has("git") {
            return None;
        }
        let work = Self(Place::new());
        let there = work.there();
        work.git(&["init", "-q", "--bare", "-b", "main", &there]);
        work.git(&["init", "-q", "-b", "main", "."]);
        work.git(&["config", "user.name", "An Author"]);
        work.git(&["config", "user.email", "author@localhost"]);
        work.git(&["remote", "add", "origin", &there]);
        work.commit("README.md", "one\n", "the first");
        work.git(&["push", "-q", "-u", "origin", "main"]);
        Some(work)
    }

    fn there(&self) -> String {
        self.0.dir.path().join("there.git").display().to_string()
    }

    fn git(&self, args: &[&str]) -> String {
        let output = self.0.command("git").args(args).output().unwrap();
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self, file: &str, text: &str, subject: &str) -> String {
        let path = self.0.tree().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", subject]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// What a reference is there; empty where there is none.
    fn at(&self, reference: &str) -> String {
        let there = self.there();
        let output =
            self.0.command("git").args(["--git-dir", &there, "rev-parse", "-q", "--verify", reference]).output();
        String::from_utf8(output.unwrap().stdout).unwrap().trim().to_owned()
    }

    fn ask(&self, command: &[&str]) -> String {
        self.0.ask(command).ended(75).ticket()
    }

    fn shown(&self, ticket: &str) -> Value {
        self.0.agent(&["show", ticket, "--json"]).ended(0).json()["preview"].clone()
    }

    fn page(&self, ticket: &str) -> String {
        self.0.agent(&["show", ticket]).ended(0).out
    }

    fn refused(&self, ticket: &str) -> String {
        let ran = self.0.agent(&["run", "--json", ticket]).ended(77);
        assert_eq!(ran.status()["status"], "invalidated");
        self.0.verify();
        ran.status()["reason"].as_str().unwrap().to_owned()
    }
}

#[test]
fn commits_and_files_are_shown_and_exactly_those_are_pushed_once() {
    let Some(work) = Work::new() else { return };
    let old = work.at("main");
    work.commit("src/a.txt", "a\nb\n", "second: adds a file");
    let new = work.commit("db/migrations/001.sql", "create table t ();\n", "third: a migration");
    let ticket = work.ask(&["git", "push", "origin", "main"]);
    let preview = work.shown(&ticket);
    let summary = preview["summary"].as_str().unwrap();
    assert!(summary.starts_with("2 commit(s) to branch main (protected), 2 file(s) +3 -0, to origin in "), "{summary}");
    assert_eq!(
        preview["runs"],
        format!("git push --force-with-lease=refs/heads/main:{old} -- origin {new}:refs/heads/main")
    );
    let page = work.page(&ticket);
    assert!(page.contains("third: a migration (An Author)") && page.contains("second: adds a file"), "{page}");
    let (migration, plain) = (page.find("db/migrations/001.sql (database; +1 -0)"), page.find("src/a.txt (+2 -0)"));
    assert!(migration.unwrap() < plain.unwrap(), "what needs care comes first: {page}");
    assert_eq!(work.at("main"), old, "a question pushes nothing");

    work.0.approve(&ticket);
    work.0.agent(&["run", &ticket]).ended(0);
    assert_eq!(work.at("main"), new);
    work.0.agent(&["run", &ticket]).ended(77);

    // And back.
    let back = work.0.agent(&["rollback", &ticket, "--json"]).ended(75).ticket();
    let page = work.page(&back);
    assert!(page.contains("forced: 2 commit(s) are no longer in it"), "{page}");
    work.0.approve(&back);
    work.0.agent(&["run", &back]).ended(0);
    assert_eq!(work.at("main"), old);
    assert_eq!(work.0.agent(&["show", &ticket, "--json"]).json()["state"], "rolled_back");
    work.0.verify();
}

#[test]
fn a_commit_made_after_the_approval_is_not_pushed_and_the_reference_is_named() {
    let Some(work) = Work::new() else { return };
    let old = work.at("main");
    work.commit("a", "a", "shown");
    let ticket = work.ask(&["git", "push", "origin", "main"]);
    work.0.approve(&ticket);
    work.commit("b", "b", "not shown");
    let why = work.refused(&ticket);
    assert!(why.contains("target") && why.contains("refs/heads/main here"), "{why}");
    assert_eq!(work.at("main"), old);
}

#[test]
fn a_branch_that_moved_there_is_not_pushed_to_and_the_reference_is_named() {
    let Some(work) = Work::new() else { return };
    work.commit("a", "a", "shown");
    let ticket = work.ask(&["git", "push", "origin", "main"]);
    work.0.approve(&ticket);
    let other = work.0.dir.path().join("other").display().to_string();
    let there = work.there();
    work.git(&["clone", "-q", &there, &other]);
    let author = ["-c", "user.name=o", "-c", "user.email=o@localhost"];
    work.git(&[&["-C", &other], &author[..], &["commit", "-q", "--allow-empty", "-m", "faster"]].concat());
    work.git(&["-C", &other, "push", "-q", "origin", "main"]);
    let moved = work.at("main");
    let why = work.refused(&ticket);
    assert!(why.contains("target") && why.contains("refs/heads/main there"), "{why}");
    assert_eq!(work.at("main"), moved);

    // Now git itself would refuse it: that is said, and never made a forced push of.
    let ticket = work.ask(&["git", "push", "origin", "main"]);
    let preview = work.shown(&ticket);
    assert!(preview["summary"].as_str().unwrap().starts_with("git would refuse branch main"), "{preview}");
    assert!(preview["runs"].is_null(), "{preview}");
    work.0.approve(&ticket);
    let _refused_by_git = work.0.agent(&["run", &ticket]).ended(1);
    assert_eq!(work.at("main"), moved);
}

#[test]
fn a_forced_push_shows_what_is_lost_and_can_be_taken_back() {
    let Some(work) = Work::new() else { return };
    let first = work.at("main");
    work.git(&["checkout", "-q", "-b", "topic"]);
    let old = work.commit("a", "a", "is lost");
    work.git(&["push", "-q", "origin", "topic"]);
    work.git(&["reset", "-q", "--hard", &first]);
    let new = work.commit("b", "b", "takes its place");
    let ticket = work.ask(&["git", "push", "-f", "origin", "topic"]);
    let page = work.page(&ticket);
    assert!(page.contains("forces branch topic: 1 commit(s) in, 1 out"), "{page}");
    assert!(page.contains("is lost (An Author) → nothing"), "{page}");
    work.0.approve(&ticket);
    work.0.agent(&["run", &ticket]).ended(0);
    assert_eq!(work.at("topic"), new);
    let back = work.0.agent(&["rollback", &ticket, "--json"]).ended(75).ticket();
    work.0.approve(&back);
    work.0.agent(&["run", &back]).ended(0);
    assert_eq!(work.at("topic"), old);
}

#[test]
fn a_deletion_and_a_new_tag_are_shown_for_what_they_are_and_taken_back() {
    let Some(work) = Work::new() else { return };
    work.git(&["checkout", "-q", "-b", "topic"]);
    let old = work.commit("a", "a", "only here");
    work.git(&["push", "-q", "origin", "topic"]);
    let ticket = work.ask(&["git", "push", "origin", "--delete", "topic"]);
    let page = work.page(&ticket);
    assert!(page.contains("deletes branch topic") && page.contains("1 commit(s) are in no other branch"), "{page}");
    work.0.approve(&ticket);
    work.0.agent(&["run", &ticket]).ended(0);
    assert_eq!(work.at("topic"), "");
    let back = work.0.agent(&["rollback", &ticket, "--json"]).ended(75).ticket();
    work.0.approve(&back);
    work.0.agent(&["run", &back]).ended(0);
    assert_eq!(work.at("topic"), old);

    work.git(&["tag", "-a", "v1", "-m", "one"]);
    let ticket = work.ask(&["git", "push", "origin", "v1"]);
    assert!(work.page(&ticket).contains("the new tag v1"));
    work.0.approve(&ticket);
    work.0.agent(&["run", &ticket]).ended(0);
    assert_eq!(work.at("refs/tags/v1"), work.git(&["rev-parse", "refs/tags/v1"]), "the tag itself, not its commit");
    let back = work.0.agent(&["rollback", &ticket, "--json"]).ended(75).ticket();
    work.0.approve(&back);
    work.0.agent(&["run", &back]).ended(0);
    assert_eq!(work.at("refs/tags/v1"), "");
}

#[test]
fn a_remote_that_does_not_answer_is_said_and_is_not_nothing_to_push() {
    let Some(work) = Work::new() else { return };
    work.commit("a", "a", "x");
    work.git(&["remote", "set-url", "origin", "/nowhere/at/all.git"]);
    let ticket = work.ask(&["git", "push", "origin", "main"]);
    let page = work.page(&ticket);
    assert!(page.contains("NOT KNOWN, the preview failed: `git ls-remote`"), "{page}");
}

#[test]
fn no_hook_of_the_repository_runs_for_a_preview() {
    let Some(work) = Work::new() else { return };
    work.commit("a", "a", "x");
    let hook = work.0.tree().join(".git/hooks/pre-push");
    fs::write(&hook, "#!/bin/sh\ntouch ran\n").unwrap();
    fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let ticket = work.ask(&["git", "push", "origin", "main"]);
    let _page = work.page(&ticket);
    assert!(!work.0.tree().join("ran").exists());
}
