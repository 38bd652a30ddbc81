//! Where commands point, held against what the tools themselves say for the same files, flags and variables.
//!
//! A resolver may know less than its tool (then the environment is unknown), and never something else. How often it
//! knows less is counted and limited. A tool that is not installed is said, and its part is not run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops at the first thing that is wrong, and says what it did not run"
)]

#[path = "../support/mod.rs"]
mod support;

mod aws;
mod docker;
mod gcloud;
mod git;
mod kube;
mod postgres;
mod protection;
mod services;
mod ssh;
mod terraform;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use aigov::classify::{Context, classify};
use aigov::command::parse;
use aigov::host::Host;
use aigov::host::facts::HostFacts;
use aigov::host::paths::Places;
use aigov::model::action::Action;
use aigov::model::environments::Environments;
use aigov::model::facts::{Answer, Facts, Want};
use aigov::model::invocation::{Form, Invocation, Raw, Stdin};
use tempfile::TempDir;

/// How many tools are started at once.
const WORKERS: usize = 4;

/// A home and a working directory, and the variables that count in them.
pub struct Desk {
    dir: TempDir,
}

/// One command as it is called.
#[derive(Debug, Clone, Default)]
pub struct Call {
    pub argv: Vec<String>,
    pub env: BTreeMap<String, String>,
    pub cwd: PathBuf,
}

impl Call {
    pub fn text(&self) -> String {
        let env: Vec<String> = self.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("(in {}) {} {}", self.cwd.display(), env.join(" "), self.argv.join(" "))
    }
}

impl Desk {
    #[allow(clippy::new_without_default, reason = "it makes directories")]
    pub fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("aigov-targets-").tempdir_in("/var/tmp").unwrap();
        let desk = Self { dir };
        fs::create_dir(desk.home()).unwrap();
        fs::create_dir(desk.work()).unwrap();
        desk
    }

    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    pub fn work(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    pub fn write(&self, path: impl AsRef<Path>, text: &str) -> PathBuf {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    pub fn call(&self, argv: &[&str]) -> Call {
        let argv = argv.iter().map(|word| (*word).to_owned()).collect();
        Call { argv, env: BTreeMap::new(), cwd: self.work() }
    }

    /// The environment of a call: nothing of the surroundings but the path.
    fn env(&self, call: &Call) -> BTreeMap<String, String> {
        let mut env = BTreeMap::from([
            ("HOME".to_owned(), self.home().display().to_string()),
            ("PATH".to_owned(), std::env::var("PATH").unwrap()),
        ]);
        env.extend(call.env.clone());
        env
    }

    fn invocation(&self, call: &Call) -> Invocation {
        let argv = call.argv.iter().map(|word| Raw::from(word.as_str())).collect();
        let env = self.env(call).into_iter().map(|(name, value)| (Raw::from(name), Raw::from(value))).collect();
        Invocation { form: Form::Argv(argv), cwd: Raw::from(call.cwd.to_str().unwrap()), env, stdin: Stdin::Null }
    }

    /// What aigov makes of a call's own command.
    pub fn action(&self, call: &Call, environments: &Environments) -> Action {
        let invocation = self.invocation(call);
        let places = self.places(&invocation);
        let facts = HostFacts::new(&places, &invocation);
        let parsed = parse(&invocation, &facts);
        let context = Context { facts: &facts, environments, cwd: &invocation.cwd, env: &invocation.env };
        let actions = classify(&parsed, &context);
        // What is unknown comes with more: what it is if everything in it is as it seems, what may run in it.
        actions.into_iter().next().unwrap_or_else(|| panic!("{}: nothing was found", call.text()))
    }

    /// What the host answers a question of a call's.
    pub fn answer(&self, call: &Call, want: &Want) -> Answer {
        let invocation = self.invocation(call);
        let places = self.places(&invocation);
        HostFacts::new(&places, &invocation).answer(want)
    }

    fn places(&self, invocation: &Invocation) -> Places {
        Places::find(&Host::assemble(invocation.env.clone(), PathBuf::from(invocation.cwd.as_os()), 1000)).unwrap()
    }

    /// Runs the call, or another command in its place and with its variables.
    pub fn run(&self, call: &Call, argv: &[String]) -> Said {
        let output = Command::new(&argv[0])
            .args(&argv[1..])
            .env_clear()
            .envs(self.env(call))
            .current_dir(&call.cwd)
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        Said {
            is_good: output.status.success(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// What a tool said.
#[derive(Debug)]
pub struct Said {
    pub is_good: bool,
    pub out: String,
    pub err: String,
}

/// The evidence about the environment that starts with `word`: the texts between the backticks.
pub fn evidence<'a>(action: &'a Action, word: &str) -> Vec<&'a str> {
    let about = action.evidence.iter().filter(|one| one.about == "environment");
    about.filter_map(|one| one.text.strip_prefix(word)?.strip_prefix(" `")?.strip_suffix('`')).collect()
}

/// Whether aigov says that it cannot know where the call goes.
pub fn is_doubted(action: &Action) -> bool {
    let marks = ["kube ", "namespace `", "workspace `", "AWS profile `", "AWS account `", "host `", "docker context `"];
    let marks = marks.iter().chain(&["directory `", "name `", "file `", "gcloud project `", "terraform's state in `"]);
    let marks: Vec<&&str> =
        marks.chain(&["database `", "Azure subscription `", "region `", "the profile's "]).collect();
    let marks = |text: &str| marks.iter().any(|mark| text.starts_with(**mark)) || text.starts_with("gcloud account");
    action.evidence.iter().any(|one| one.about == "environment" && !marks(&one.text))
}

/// How many of the calls aigov knew less of than the tool.
#[derive(Debug, PartialEq, Eq)]
pub enum Held {
    Same,
    Timid(String),
    Wrong(String),
}

/// Holds every call, several at a time; at most `most` in a hundred may be known less of.
pub fn hold(what: &str, calls: &[Call], most: usize, judge: impl Fn(&Call) -> Held + Sync) {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut found = Vec::new();
        while let Some(call) = calls.get(next.fetch_add(1, Ordering::Relaxed)) {
            found.push(judge(call));
        }
        found
    };
    let found: Vec<Held> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert_eq!(found.len(), calls.len());
    let wrong: Vec<&String> =
        found.iter().filter_map(|held| if let Held::Wrong(text) = held { Some(text) } else { None }).collect();
    let timid: Vec<&String> =
        found.iter().filter_map(|held| if let Held::Timid(text) = held { Some(text) } else { None }).collect();
    eprintln!("{what}: {} held, {} wrong, {} known less of", found.len(), wrong.len(), timid.len());
    let shown = |list: &[&String]| list.iter().take(12).map(|text| text.as_str()).collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{what}: {} of {} wrong\n{}", wrong.len(), found.len(), shown(&wrong));
    assert!(
        timid.len() * 100 <= found.len() * most,
        "{what}: too little is known of {}\n{}",
        timid.len(),
        shown(&timid)
    );
}

/// Numbers that look random and are the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(3_037_000_493))
    }

    pub fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    pub fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    /// True once in `n`.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}
