//! A hermetic place to run the real binary in: own HOME, cleared environment, and a terminal where one is needed.

#![allow(clippy::print_stderr, reason = "what is not run is told")]
#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod bombs;
pub mod kube_api;
pub mod kubectl;
pub mod memory;
pub mod protobuf;
pub mod terraform;
pub mod understanding;

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The binary under test.
pub const AIGOV: &str = env!("CARGO_BIN_EXE_aigov");
/// The name that tests claim as an agent.
pub const AGENT: &str = "test-agent";

/// What a run printed and how it ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(output: &Output) -> Self {
        use std::os::unix::process::ExitStatusExt;
        let code = output.status.code().unwrap_or_else(|| 128 + output.status.signal().unwrap_or(0));
        Self {
            code,
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Panics unless it ended with `code`.
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// stdout as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}\n{}", self.out, self.err))
    }

    /// The status object on stderr.
    #[track_caller]
    pub fn status(&self) -> Value {
        let line = self.err.lines().rev().find(|line| line.starts_with('{'));
        serde_json::from_str(line.unwrap_or_else(|| panic!("no status in: {}", self.err))).unwrap()
    }

    /// The ticket of the status object.
    #[track_caller]
    pub fn ticket(&self) -> String {
        self.status()["ticket"].as_str().unwrap_or_else(|| panic!("no ticket in: {}", self.err)).to_owned()
    }
}

/// A home directory with a working tree.
pub struct Place {
    pub dir: TempDir,
    pub env: Vec<(String, String)>,
}

impl Place {
    /// A place without a policy.
    pub fn bare() -> Self {
        let dir = tempfile::Builder::new().prefix("aigov-test-").tempdir().unwrap();
        fs::create_dir(dir.path().join("home")).unwrap();
        fs::create_dir(dir.path().join("tree")).unwrap();
        Self { dir, env: Vec::new() }
    }

    /// A place with the example policy.
    pub fn new() -> Self {
        let place = Self::bare();
        place.write_policy(&fs::read_to_string("policy.example.toml").unwrap());
        place
    }

    /// A place whose example policy is changed first.
    pub fn with(change: impl Fn(String) -> String) -> Self {
        let place = Self::bare();
        place.write_policy(&change(fs::read_to_string("policy.example.toml").unwrap()));
        place
    }

    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    pub fn tree(&self) -> PathBuf {
        self.dir.path().join("tree")
    }

    pub fn policy(&self) -> PathBuf {
        self.home().join(".config/aigov/policy.toml")
    }

    pub fn ledger(&self) -> PathBuf {
        self.home().join(".local/share/aigov/ledger.db")
    }

    pub fn set(&mut self, name: &str, value: impl AsRef<Path>) {
        self.env.push((name.to_owned(), value.as_ref().display().to_string()));
    }

    pub fn write_policy(&self, text: &str) {
        let path = self.policy();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// A command in the tree with nothing of the surrounding environment.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("HOME", self.home())
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("TERM", "dumb")
            .env("LC_ALL", "C.UTF-8")
            .current_dir(self.tree());
        for (name, value) in &self.env {
            command.env(name, value);
        }
        command
    }

    /// The binary with an agent's marker.
    pub fn agent_command(&self, args: &[&str]) -> Command {
        let mut command = self.command(AIGOV);
        command.env("AIGOV_AGENT", AGENT).args(args).stdin(Stdio::null());
        command
    }

    /// Runs the binary as an agent.
    pub fn agent(&self, args: &[&str]) -> Ran {
        Ran::of(&self.agent_command(args).output().unwrap())
    }

    /// Runs the binary as an agent with `exec --json`, and a reason.
    pub fn ask(&self, command: &[&str]) -> Ran {
        self.agent(&[&["exec", "--json", "--reason", "a test", "--"], command].concat())
    }

    /// Runs the binary at a terminal with no agent's marker, typing `input`. stdout and stderr come as one.
    pub fn human_types(&self, args: &[&str], input: &str) -> Ran {
        let line = std::iter::once(AIGOV).chain(args.iter().copied()).map(quoted).collect::<Vec<_>>().join(" ");
        let mut child = self
            .command("script")
            .args(["-qefc", &line, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Ran::of(&child.wait_with_output().unwrap())
    }

    /// Runs the binary at a terminal with no agent's marker.
    pub fn human(&self, args: &[&str]) -> Ran {
        self.human_types(args, "")
    }

    /// Approves a ticket as a human, who types the name of what is deleted where they are asked for it.
    #[track_caller]
    pub fn approve(&self, ticket: &str) {
        let rationale = format!("looked at {ticket}, and it is right");
        let first = ["approve", ticket, "--rationale", &rationale];
        let ran = self.human(&first);
        match ran.out.split_once("--confirm ").and_then(|(_, rest)| rest.split(' ').next()) {
            Some(name) if ran.code == 64 => self.human(&[&first[..], &["--confirm", name]].concat()).ended(0),
            _ => ran.ended(0),
        };
    }

    /// The listing of the whole ledger as JSON.
    #[track_caller]
    pub fn audit(&self) -> Vec<Value> {
        let ran = self.agent(&["audit", "--json"]).ended(0);
        ran.json().as_array().unwrap().clone()
    }

    /// Panics unless the chain is sound.
    #[track_caller]
    pub fn verify(&self) {
        self.agent(&["audit", "verify"]).ended(0);
    }
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Who a human at this machine is, as records and policies say it.
pub fn local_human() -> String {
    let name = Command::new("id").arg("-un").output().unwrap().stdout;
    format!("{}@{}", String::from_utf8(name).unwrap().trim(), aigov::host::clock::hostname())
}

/// Whether a real tool is here; says so when it is not, since the test then shows nothing.
pub fn has(tool: &str) -> bool {
    let found = std::env::split_paths(&std::env::var_os("PATH").unwrap()).any(|dir| dir.join(tool).is_file());
    if !found {
        eprintln!("not run: `{tool}` is not installed");
    }
    found
}
