//! git: what `push --dry-run` would change, and what it says of branches and remotes.

use std::fs;

use aigov::model::environments::Environments;
use aigov::model::facts::Want;

use crate::support::has;
use crate::{Call, Desk, Held, evidence, hold};

/// Branches that are protected whatever the policy says, as they appear here.
const PROTECTED: &[&str] = &["main", "release/1"];

fn settings(call: &mut Call) {
    call.env.insert("GIT_CONFIG_NOSYSTEM".to_owned(), "1".to_owned());
}

fn git(desk: &Desk, at: &str, words: &[&str]) {
    let mut call = desk.call(&["git"]);
    settings(&mut call);
    call.cwd = desk.work().join(at);
    call.argv.extend(words.iter().map(|word| (*word).to_owned()));
    let said = desk.run(&call, &call.argv);
    assert!(said.is_good, "{words:?}: {}", said.err);
}

/// A clone with branches, each pushed once and one commit ahead since then, of two remotes.
fn repository(desk: &Desk, config: &str) -> String {
    let name = format!("r{}", fs::read_dir(desk.work()).unwrap().count());
    fs::create_dir_all(desk.work().join(&name)).unwrap();
    for bare in ["origin", "second"] {
        git(desk, &name, &["init", "-q", "--bare", &format!("{bare}.git")]);
    }
    git(desk, &name, &["init", "-q", "-b", "main", "tree"]);
    let tree = format!("{name}/tree");
    for (remote, url) in [("origin", "../origin.git"), ("second", "../second.git")] {
        git(desk, &tree, &["remote", "add", remote, url]);
    }
    for (key, value) in [("user.name", "a"), ("user.email", "a@b")] {
        git(desk, &tree, &["config", key, value]);
    }
    git(desk, &tree, &["commit", "-q", "--allow-empty", "-m", "one"]);
    for branch in ["topic", "other", "release/1"] {
        git(desk, &tree, &["branch", branch]);
    }
    git(desk, &tree, &["push", "-q", "--all", "origin"]);
    git(desk, &tree, &["branch", "-q", "--set-upstream-to=origin/other", "other"]);
    for branch in ["main", "topic", "other", "release/1"] {
        git(desk, &tree, &["checkout", "-q", branch]);
        git(desk, &tree, &["commit", "-q", "--allow-empty", "-m", branch]);
    }
    git(desk, &tree, &["tag", "v1"]);
    git(desk, &tree, &["checkout", "-q", "topic"]);
    let path = desk.work().join(&tree).join(".git/config");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}{config}")).unwrap();
    tree
}

const CONFIGS: &[&str] = &[
    "",
    "[push]\n default = current\n",
    "[push]\n default = matching\n",
    "[push]\n default = upstream\n[branch \"topic\"]\n remote = origin\n merge = refs/heads/main\n",
    "[push]\n default = nothing\n",
    "[push]\n default = simple\n[branch \"topic\"]\n remote = origin\n merge = refs/heads/main\n",
    "[remote]\n pushDefault = second\n[push]\n default = current\n",
    "[branch \"topic\"]\n pushRemote = second\n",
    "[remote \"origin\"]\n push = refs/heads/topic:refs/heads/main\n",
    "[remote \"origin\"]\n push = refs/heads/*:refs/heads/*\n",
    "[remote \"origin\"]\n mirror = true\n",
    "[push]\n followTags = true\n default = current\n",
    "[url \"../second.git\"]\n pushInsteadOf = ../origin.git\n[push]\n default = current\n",
];
const PUSHES: &[&[&str]] = &[
    &[],
    &["origin"],
    &["second"],
    &["origin", "topic"],
    &["origin", "HEAD"],
    &["origin", "@"],
    &["origin", "topic:main"],
    &["origin", "+topic"],
    &["origin", "HEAD:refs/heads/main"],
    &["origin", ":main"],
    &["origin", "-d", "main"],
    &["origin", "--delete", "other"],
    &["origin", "tag", "v1"],
    &["origin", "v1"],
    &["--tags", "origin"],
    &["--all", "origin"],
    &["--mirror", "origin"],
    &["--follow-tags", "origin", "topic"],
    &["-u", "origin", "topic"],
    &["origin", ":"],
    &["origin", "other", "release/1"],
    &["origin", "refs/heads/topic"],
    &["origin", "heads/topic"],
    &["origin", "topic~0:refs/heads/x"],
    &["--repo=origin"],
    &["--repo=origin", "topic"],
    &["origin", "refs/heads/*:refs/heads/*"],
    &["origin", "main"],
    &["gone", "topic"],
    &["../second.git", "topic"],
    &["origin", "refs/tags/v1"],
    &["origin", "topic:refs/x/y"],
];

#[test]
fn a_push_that_is_taken_for_an_ordinary_one_reaches_no_other_branch() {
    if !has("git") {
        return;
    }
    let desk = Desk::new();
    let mut calls = Vec::new();
    for config in CONFIGS {
        let tree = repository(&desk, config);
        // Every one with the plain settings; elsewhere those whose meaning the settings can change.
        for push in PUSHES.iter().take(if config.is_empty() { PUSHES.len() } else { 12 }) {
            let mut call = desk.call(&["git", "push"]);
            settings(&mut call);
            call.cwd = desk.work().join(&tree);
            call.argv.extend(push.iter().map(|word| (*word).to_owned()));
            calls.push(call);
        }
    }
    hold("git push", &calls, 12, |call| {
        let mut argv = call.argv.clone();
        argv.splice(2..2, ["--dry-run".to_owned(), "--porcelain".to_owned()]);
        let said = desk.run(call, &argv);
        // `FLAG\tFROM:TO\tSUMMARY`; what is up to date changes nothing.
        let reached: Vec<String> = said
            .out
            .lines()
            .filter(|line| !line.starts_with('='))
            .filter_map(|line| Some(line.split('\t').nth(1)?.rsplit(':').next()?.to_owned()))
            .collect();
        let action = desk.action(call, &Environments::default());
        let branches = evidence(&action, "branch");
        let both = || format!("{}\n  git: {reached:?} {}\n  aigov: {action:?}", call.text(), said.err);
        let is_quiet = action.environment.is_local();
        let is_told = |reference: &String| {
            reference
                .strip_prefix("refs/heads/")
                .is_some_and(|name| branches.contains(&name) && !PROTECTED.contains(&name))
        };
        let is_ordinary = !reached.is_empty()
            && reached
                .iter()
                .all(|name| name.strip_prefix("refs/heads/").is_some_and(|name| !PROTECTED.contains(&name)));
        match is_quiet {
            true if reached.iter().all(is_told) => Held::Same,
            true => Held::Wrong(both()),
            false if is_ordinary && said.is_good => Held::Timid(both()),
            false => Held::Same,
        }
    });
}

#[test]
fn branch_upstream_and_urls_are_gits() {
    if !has("git") {
        return;
    }
    let desk = Desk::new();
    let mut calls = Vec::new();
    for config in CONFIGS {
        let tree = repository(&desk, config);
        for branch in ["topic", "other", "main"] {
            let mut call = desk.call(&["git", branch]);
            settings(&mut call);
            call.cwd = desk.work().join(&tree);
            if branch == "topic" {
                calls.push(call);
            } else {
                let linked = format!("../{branch}");
                git(&desk, &tree, &["worktree", "add", "-q", &linked, branch]);
                call.cwd = desk.work().join(&tree).parent().unwrap().join(branch);
                calls.push(call);
            }
        }
    }
    hold("git's settings", &calls, 0, |call| {
        let ask = |words: &[&str]| {
            let argv: Vec<String> = ["git"].iter().chain(words).map(|word| (*word).to_owned()).collect();
            let said = desk.run(call, &argv);
            said.is_good.then(|| said.out.trim().to_owned())
        };
        let ours = desk.answer(call, &Want::GitRepository { directory: call.cwd.display().to_string() });
        let branch = ask(&["symbolic-ref", "--short", "HEAD"]);
        let root = ask(&["rev-parse", "--show-toplevel"]);
        let url = ask(&["remote", "get-url", "origin"]);
        let push = ask(&["remote", "get-url", "--push", "origin"]);
        let merge = ask(&["config", &format!("branch.{}.merge", call.argv[1])]);
        let merge = merge.map(|merge| merge.trim_start_matches("refs/heads/").to_owned());
        let own = |name: &str| ours.field(name).map(str::to_owned);
        let pushed = own("remote.origin.pushurl").or_else(|| own("remote.origin.url"));
        let theirs = [branch, root, url, push, merge];
        let mine = [own("branch"), own("root"), own("remote.origin.url"), pushed, own("upstream_branch")];
        if mine == theirs {
            Held::Same
        } else {
            Held::Wrong(format!("{}\n  git: {theirs:?}\n  aigov: {mine:?}", call.text()))
        }
    });
}
