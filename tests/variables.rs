//! Variables and repositories that bring code along: what a command sets for itself is judged, what it inherits is left
//! out, and nothing of a hostile repository runs when somebody only looks.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use support::{Place, Ran, has};

/// Prefixes of every day, each with a command that reads them.
const ALLOW: &[&str] = &[
    "go build -o bin/x ./cmd/x",
    "go build ./...",
    "go test -coverprofile=cover.out ./...",
    "pre-commit run --all-files",
    "cd src && go test ./...",
    "echo ${GITHUB_TOKEN:+set}",
    "echo \"${#GITHUB_TOKEN}\"",
    "[ -n \"$GITHUB_TOKEN\" ] && echo set",
    "CI=1 cargo test",
    "RUST_LOG=debug cargo test",
    "RUST_BACKTRACE=1 cargo test",
    "CARGO_TERM_COLOR=always cargo test",
    "CARGO_TARGET_DIR=target/x cargo build",
    "CARGO_INCREMENTAL=0 cargo test",
    "RUSTFLAGS='-D warnings' cargo check",
    "RUSTFLAGS='-C target-cpu=native' cargo build",
    "RUSTC_WRAPPER=sccache cargo build",
    "RUSTUP_TOOLCHAIN=nightly cargo test",
    "NODE_ENV=test npm test",
    "NODE_OPTIONS=--max-old-space-size=4096 npm test",
    "NODE_OPTIONS='--no-warnings --experimental-vm-modules' npm test",
    "npm_config_loglevel=error npm test",
    "BROWSER=none npm test",
    "FOO=bar ls",
    "TZ=UTC date",
    "LC_ALL=C sort x",
    "LANG=C.UTF-8 ls",
    "DEBUG='app:*' npm test",
    "NO_COLOR=1 ls",
    "TERM=dumb git log",
    "COLUMNS=80 ls",
    "PAGER=cat git log",
    "PAGER='less -FRX' git log",
    "GIT_PAGER=cat git log -p",
    "GIT_PAGER= git diff",
    "LESS=-R git log",
    "LESS=FRX git log",
    "GIT_EDITOR=true git commit --amend",
    "GIT_EDITOR=: git merge --continue",
    "EDITOR=vim git commit",
    "VISUAL='code --wait' git commit",
    "GIT_AUTHOR_NAME=x GIT_AUTHOR_DATE=2026-01-01 git commit -m x",
    "GIT_TERMINAL_PROMPT=0 git fetch",
    "GIT_OPTIONAL_LOCKS=0 git status",
    "GIT_TRACE=1 git status",
    "GIT_LFS_SKIP_SMUDGE=1 git pull",
    "GIT_SSH_COMMAND='ssh -i ~/.ssh/id_work -o IdentitiesOnly=yes' git fetch",
    "GIT_SSH_COMMAND='ssh -o BatchMode=yes' git fetch",
    "GIT_CONFIG_GLOBAL=/dev/null git log",
    "GOOS=linux GOARCH=arm64 CGO_ENABLED=0 go build ./...",
    "GOFLAGS=-mod=mod go test ./...",
    "GOTOOLCHAIN=local go test ./...",
    "GOPROXY=direct go test ./...",
    "CC=clang make build",
    "CC=gcc-12 CXX=g++-12 make build",
    "CFLAGS='-O2 -Wall -Iinclude' make build",
    "MAKEFLAGS=-j8 make build",
    "PYTHONPATH=src pytest",
    "PYTHONPATH=.:src pytest -q",
    "PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 pytest",
    "PYTEST_ADDOPTS='-q --tb=short' pytest",
    "JAVA_OPTS=-Xmx2g mvn test",
    "MAVEN_OPTS='-Xmx1g -XX:+UseG1GC' mvn test",
    "DOCKER_BUILDKIT=1 docker ps",
    "COMPOSE_PROJECT_NAME=x docker ps",
    "AWS_PAGER='' aws s3 ls",
    "AWS_PAGER=cat aws ec2 describe-instances",
    "AWS_REGION=eu-west-1 aws ec2 describe-instances",
    "AWS_PROFILE=dev aws s3 ls",
    "AWS_ENDPOINT_URL=http://localhost:4566 aws s3 ls",
    "KUBECONFIG=~/.kube/other kubectl get pods",
    "KUBECTL_EXTERNAL_DIFF='diff -u' kubectl get pods",
    "TF_LOG=DEBUG terraform plan",
    "TF_IN_AUTOMATION=1 terraform plan",
    "TF_CLI_ARGS_plan='-no-color -input=false' terraform plan",
    "TF_VAR_size=3 terraform plan",
    "TF_WORKSPACE=dev terraform plan",
    "TF_CLI_CONFIG_FILE=/dev/null terraform plan",
    "PATH=/usr/bin:/bin ls",
    "LD_LIBRARY_PATH=/usr/lib/x ls",
    "HTTPS_PROXY=http://127.0.0.1:3128 kubectl get pods",
    "NO_PROXY=localhost kubectl get pods",
    "HTTP_PROXY=http://proxy.example.com:3128 ls",
    "ENV=test make build",
    "SHELL=/bin/bash git log",
    "export PAGER=cat; git log",
    "export CI=1 NO_COLOR=1; cargo test",
    "env CI=1 cargo test",
];

/// The same names with values that run code, name settings of the caller's, or lead elsewhere.
const ASK: &[&str] = &[
    "go build -o ~/.local/bin/kubectl ./x",
    "go build -o .git/hooks/pre-commit ./x",
    "go test -coverprofile=.git/hooks/pre-commit ./...",
    "golangci-lint run --out-format=x:.git/hooks/x",
    "cd .git && go build -o hooks/pre-commit ../x",
    "pre-commit install",
    "pre-commit try-repo https://example.com/x",
    "npm ci --registry=https://example.com",
    "npm install --registry https://example.com",
    "uv sync --index-url https://example.com/simple",
    "echo $AWS_SECRET_ACCESS_KEY",
    "printf '%s\\n' \"${DB_PASSWORD}\"",
    "ENV='$(kubectl get pods)' make build",
    "RUSTFLAGS='-C linker=./x' cargo check",
    "RUSTFLAGS='-Clinker=./x' cargo check",
    "RUSTC_WRAPPER=./x cargo build",
    "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER=./x cargo test",
    "CARGO_BUILD_RUSTC_WRAPPER=./x cargo test",
    "CARGO_HOME=/tmp/x cargo test",
    "RUSTUP_TOOLCHAIN=./x cargo test",
    "NODE_OPTIONS='--require ./x.js' npm test",
    "NODE_OPTIONS=--import=./x.mjs npm test",
    "NODE_PATH=/tmp/x npm test",
    "npm_config_script_shell=./x npm test",
    "npm_config_registry=http://x npm test",
    "PAGER=./x git log",
    "PAGER='less -ox' git log",
    "PAGER='less +!x' git log",
    "PAGER='sh -c x' git log",
    "export PAGER='sh -c x'; git branch",
    "GIT_PAGER=x git -p log",
    "LESS=-ox git log",
    "LESS='+!x' git log",
    "LESSOPEN='|x %s' less y",
    "GIT_EDITOR='vim -S x' git commit",
    "EDITOR=./x git commit",
    "KUBE_EDITOR='terraform destroy -auto-approve' kubectl edit cm x",
    "GIT_SSH_COMMAND='ssh -o ProxyCommand=x' git fetch",
    "GIT_SSH_COMMAND='ssh -F x' git fetch",
    "GIT_SSH=./x git fetch",
    "GIT_EXTERNAL_DIFF=x git diff",
    "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.pager GIT_CONFIG_VALUE_0=x git log",
    "GIT_CONFIG_COUNT=0 git status",
    "env -u GIT_CONFIG_COUNT git status",
    "unset GIT_CONFIG_COUNT; git status",
    "GIT_CONFIG_PARAMETERS=x git status",
    "GIT_CONFIG_GLOBAL=x git log",
    "GIT_INDEX_FILE=x git status",
    "GIT_EXEC_PATH=x git log",
    "GIT_TEMPLATE_DIR=x git init",
    "GIT_ASKPASS=x git fetch",
    "GIT_PROXY_COMMAND=x git fetch",
    "GIT_TRACE=$HOME/.bashrc git status",
    "GIT_TRACE2_EVENT=.git/hooks/x git status",
    "GIT_ALLOW_PROTOCOL=ext git fetch",
    "GIT_FUTURE_VARIABLE=x git log",
    "GOFLAGS=-toolexec=./x go test ./...",
    "GOFLAGS=-exec=./x go test ./...",
    "GOPROXY=http://x go test ./...",
    "GOSUMDB=x go test ./...",
    "GOROOT=/tmp/x go test ./...",
    "CC=./x make build",
    "CC='gcc -wrapper x' make build",
    "CFLAGS=-fplugin=./x make build",
    "CFLAGS='-B x' make build",
    "MAKEFLAGS='SHELL=./x' make build",
    "MAKEFILES=/tmp/x make build",
    "PYTHONPATH=/tmp/x pytest",
    "PYTHONPATH=../x pytest",
    "PYTHONPATH=src aws s3 ls",
    "PYTHONSTARTUP=x aws s3 ls",
    "PYTHONHOME=x aws s3 ls",
    "PYTHONINSPECT=1 aws s3 ls",
    "PYTHONWARNINGS=all:0:antigravity.x:0:0 aws s3 ls",
    "PYTEST_ADDOPTS='-p x' pytest",
    "PERL5OPT=-Mx git log",
    "RUBYOPT=-rx ls",
    "JAVA_TOOL_OPTIONS=-javaagent:x mvn test",
    "MAVEN_OPTS='-XX:OnOutOfMemoryError=x' mvn test",
    "DOCKER_CONFIG=x docker ps",
    "AWS_PAGER=x aws s3 ls",
    "AWS_CONFIG_FILE=x aws s3 ls",
    "AWS_CA_BUNDLE=x aws s3 ls",
    "AWS_ENDPOINT_URL=http://example.com aws s3 ls",
    "AWS_ENDPOINT_URL=http://localhost@example.com aws s3 ls",
    "AWS_ENDPOINT_URL_S3=$X aws s3 ls",
    "KUBECONFIG=plugin.yaml kubectl get pods",
    "KUBECTL_EXTERNAL_DIFF=./x kubectl diff -f y",
    "KUBECTL_ENABLE_CMD_SHADOW=true kubectl create x",
    "HELM_PLUGINS=x helm list",
    "TF_CLI_ARGS_apply=-auto-approve terraform apply",
    "TF_CLI_ARGS=-destroy terraform plan",
    "TF_CLI_CONFIG_FILE=x terraform plan",
    "TF_REATTACH_PROVIDERS=x terraform plan",
    "TF_LOG_PATH=$HOME/.bashrc terraform plan",
    "PATH=/tmp/x:/usr/bin ls",
    "PATH=. ls",
    "PATH= ls",
    "LD_PRELOAD=./x.so ls",
    "LD_AUDIT=x ls",
    "LD_LIBRARY_PATH=. ls",
    "BASH_ENV=x ls",
    "ENV=./x ls",
    "PS4='$(x)' ls",
    "PROMPT_COMMAND=x ls",
    "IFS=x ls",
    "HOME=/tmp/x git log",
    "XDG_CONFIG_HOME=x git log",
    "HTTPS_PROXY=http://example.com kubectl get pods",
    "SSL_CERT_FILE=x kubectl get pods",
    "SSH_ASKPASS=x git fetch",
    "RIPGREP_CONFIG_PATH=x rg y src",
    "GREP_OPTIONS=-f/etc/shadow grep x y",
    "TAR_OPTIONS=--checkpoint-action=exec=x ls",
    "GCONV_PATH=. ls",
    "LOCPATH=. ls",
    "TERMINFO=. less x",
    "AIGOV_POLICY=x ls",
    "env -u AIGOV_AGENT ls",
    "unset AIGOV_AGENT; ls",
    "PGOPTIONS='-c default_transaction_read_only=off' ls",
    "X_PAGER=./x ls",
    "export LD_PRELOAD=./x.so; ls",
    "env LD_PRELOAD=./x.so ls",
    "export GIT_SSH_COMMAND=x; git fetch",
    "GIT_SSH_COMMAND=x cargo build",
    "PAGER=$X git log",
];

/// A place with a repository on a branch, a kubeconfig with a plugin and the example policy.
fn place() -> Place {
    let place = Place::new();
    git(&place, &["init", "-q", "-b", "topic"]);
    git(&place, &["remote", "add", "origin", "git@example.com:team/src.git"]);
    let plugin = "apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts: [{name: a, context: {cluster: a, user: a}}]\nclusters: [{name: a, cluster: {server: 'https://127.0.0.1:1'}}]\nusers: [{name: a, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./x, interactiveMode: Never}}}]\n";
    fs::write(place.tree().join("plugin.yaml"), plugin).unwrap();
    place
}

fn git(place: &Place, args: &[&str]) {
    let mut command = place.command("git");
    command.args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(args);
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn decided(place: &Place, commands: &[&str]) -> Vec<serde_json::Value> {
    let mut child =
        place.agent_command(&["check", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    for command in commands {
        writeln!(pipe, "{}", serde_json::json!({ "shell": command })).unwrap();
    }
    drop(pipe);
    let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let answers: Vec<serde_json::Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), commands.len());
    answers
}

fn wrong(place: &Place, commands: &[&str], expected: &[&str]) -> Vec<String> {
    let answers = decided(place, commands);
    let is_wrong = |answer: &serde_json::Value| !expected.contains(&answer["decision"].as_str().unwrap());
    commands
        .iter()
        .zip(&answers)
        .filter(|(_, answer)| is_wrong(answer))
        .map(|(command, answer)| format!("{command:?} is {} {}", answer["decision"], answer["reasons"]))
        .collect()
}

#[test]
fn prefixes_of_every_day_stop_nothing() {
    let wrong = wrong(&place(), ALLOW, &["allow"]);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn variables_that_run_code_or_lead_elsewhere_are_judged() {
    let wrong = wrong(&place(), ASK, &["ask", "deny"]);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A program that records that it was called, and by what name.
struct Witness {
    program: PathBuf,
    log: PathBuf,
}

impl Witness {
    fn new(place: &Place) -> Self {
        // Beside home and tree, where a path says nothing.
        let program = place.dir.path().join("witness");
        let log = place.dir.path().join("witness.log");
        fs::write(&program, format!("#!/bin/sh\necho \"$0 $*\" >> {}\ncat\n", log.display())).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        Self { program, log }
    }

    fn path(&self) -> &str {
        self.program.to_str().unwrap()
    }

    fn hook(&self, at: &Path) {
        fs::copy(&self.program, at).unwrap();
    }

    /// What was called since the last question.
    fn seen(&self) -> String {
        let seen = fs::read_to_string(&self.log).unwrap_or_default();
        let _ = fs::remove_file(&self.log);
        seen
    }
}

/// What looks at a repository.
const LOOKS: &[&[&str]] = &[
    &["git", "status"],
    &["git", "status", "--short", "--branch"],
    &["git", "diff"],
    &["git", "diff", "HEAD~1"],
    &["git", "diff", "--stat"],
    &["git", "log", "-p"],
    &["git", "log", "--oneline"],
    &["git", "log", "--show-signature"],
    &["git", "log", "--format=%G?"],
    &["git", "show"],
    &["git", "show", "HEAD:a"],
    &["git", "blame", "a"],
    &["git", "grep", "x"],
    &["git", "ls-files", "-m"],
    &["git", "stash", "list"],
    &["git", "branch", "-v"],
    &["git", "-p", "log"],
    &["git", "cat-file", "--textconv", "HEAD:a"],
    &["git", "submodule", "status"],
    &["git", "describe", "--always", "--dirty"],
    &["git", "ls-remote", "origin"],
    &["git", "remote", "show", "origin"],
    &["git", "archive", "HEAD", "-o", "x.tgz"],
];

/// Settings that make git start a program while it looks, and what must stand in `.gitattributes` for that.
const HOSTILE: &[(&str, &str)] = &[
    ("core.fsmonitor", ""),
    ("core.pager", ""),
    ("pager.log", ""),
    ("pager.status", ""),
    ("core.sshCommand", ""),
    ("core.askPass", ""),
    ("diff.external", ""),
    ("diff.x.command", "a diff=x\n"),
    ("diff.x.textconv", "a diff=x\n"),
    ("filter.x.clean", "a filter=x\n"),
    ("filter.x.process", "a filter=x\n"),
    ("filter.x.smudge", "a filter=x\n"),
    ("gpg.program", ""),
    ("remote.origin.uploadpack", ""),
    ("credential.helper", ""),
    ("core.alternateRefsCommand", ""),
    ("tar.tgz.command", ""),
];

/// A repository with two commits and a change, in which `config` names the witness.
fn hostile(place: &Place, witness: &Witness, setting: &str, attributes: &str) {
    let tree = place.tree();
    for (text, message) in [("one\n", "first"), ("two\n", "second")] {
        fs::write(tree.join("a"), text).unwrap();
        fs::write(tree.join(".gitattributes"), attributes).unwrap();
        git(place, &["add", "-A"]);
        git(place, &["commit", "-q", "-m", message]);
    }
    fs::write(tree.join("a"), "three\n").unwrap();
    git(place, &["config", setting, witness.path()]);
    git(place, &["config", "log.showSignature", "true"]);
    git(place, &["config", "remote.origin.url", "ssh://127.0.0.1:1/x"]);
}

#[test]
fn nothing_of_a_hostile_repository_runs_when_somebody_only_looks() {
    let mut called = Vec::new();
    let mut ran = 0;
    for (setting, attributes) in HOSTILE {
        let mut place = place();
        let witness = Witness::new(&place);
        hostile(&place, &witness, setting, attributes);
        let _ = witness.seen();
        // git itself would prefer the repository's pager to this.
        place.set("PAGER", "cat");
        // A terminal, since only there a pager starts.
        for look in LOOKS {
            let line = [&["exec", "--"], *look].concat();
            let outcome = at_a_terminal(&place, &line);
            ran += usize::from(outcome.code == 0);
            let seen = witness.seen();
            if !seen.is_empty() {
                called.push(format!("{setting}: {look:?} called {seen}"));
            }
        }
    }
    assert!(called.is_empty(), "{}", called.join("\n"));
    // What is harmless there still ran.
    assert!(ran > 60, "only {ran} ran");
}

/// An agent at a terminal.
fn at_a_terminal(place: &Place, args: &[&str]) -> Ran {
    let line = std::iter::once(support::AIGOV).chain(args.iter().copied()).map(quoted).collect::<Vec<_>>().join(" ");
    let mut command = place.command("script");
    command.env("AIGOV_AGENT", support::AGENT).env("TERM", "xterm");
    // A pager that waits for a key would wait for ever.
    command
        .arg("-qefc")
        .arg(format!("stty rows 99 cols 99; timeout --foreground -k 1 20 {line}"))
        .arg("/dev/null")
        .stdin(Stdio::null());
    Ran::of(&command.output().unwrap())
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[test]
fn the_witness_is_called_when_git_runs_without_aigov() {
    // Otherwise the test above shows nothing.
    for (setting, attributes, look) in [
        ("core.fsmonitor", "", &["status"][..]),
        ("diff.external", "", &["diff"]),
        ("diff.x.textconv", "a diff=x\n", &["log", "-p"]),
        ("filter.x.clean", "a filter=x\n", &["diff"]),
    ] {
        let place = place();
        let witness = Witness::new(&place);
        hostile(&place, &witness, setting, attributes);
        let _ = witness.seen();
        let _ = place.command("git").args(look).stdin(Stdio::null()).output().unwrap();
        assert_ne!(witness.seen(), "", "{setting}");
    }
}

#[test]
fn a_repositorys_programs_ask_and_the_users_own_do_not() {
    let place = place();
    let witness = Witness::new(&place);
    hostile(&place, &witness, "diff.external", "");
    assert_eq!(wrong(&place, &["git diff", "git status", "git log -p"], &["ask"]), [""; 0]);
    git(&place, &["config", "--unset", "diff.external"]);
    assert_eq!(wrong(&place, &["git diff", "git status", "git log -p"], &["allow"]), [""; 0]);
    fs::write(place.home().join(".gitconfig"), "[diff]\n external = difft\n[core]\n pager = delta\n").unwrap();
    assert_eq!(wrong(&place, &["git diff", "git status"], &["allow"]), [""; 0]);
    // What lies elsewhere is found too.
    fs::create_dir(place.home().join("other")).unwrap();
    let mut init = place.command("git");
    init.args(["init", "-q"]).current_dir(place.home().join("other"));
    assert!(init.status().unwrap().success());
    let config = place.home().join("other/.git/config");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{text}[include]\n\tpath = more\n")).unwrap();
    fs::write(place.home().join("other/.git/more"), "[diff]\n\texternal = ./x\n").unwrap();
    let elsewhere = [
        "git -C ../home/other diff",
        "cd ../home/other && git diff",
        "git --git-dir=../home/other/.git diff",
        "GIT_DIR=../home/other/.git git diff",
        "export GIT_DIR=../home/other/.git; git diff",
    ];
    assert_eq!(wrong(&place, &elsewhere, &["ask"]), [""; 0]);
}

#[test]
fn repositories_within_the_repository_are_looked_into() {
    let place = place();
    let witness = Witness::new(&place);
    let inner = place.tree().join("inner");
    fs::create_dir(&inner).unwrap();
    let within = |args: &[&str]| git(&place, &[&["-C", "inner"], args].concat());
    within(&["init", "-q"]);
    fs::write(inner.join("a"), "one\n").unwrap();
    fs::write(inner.join(".gitattributes"), "a filter=x\n").unwrap();
    within(&["add", "-A"]);
    within(&["commit", "-q", "-m", "x"]);
    assert_eq!(wrong(&place, &["git status"], &["allow"]), [""; 0]);
    git(&place, &["add", "inner"]);
    assert_eq!(wrong(&place, &["git status"], &["allow"]), [""; 0]);
    within(&["config", "filter.x.clean", witness.path()]);
    fs::write(inner.join("a"), "two\n").unwrap();
    assert_eq!(wrong(&place, &["git status", "git diff"], &["ask"]), [""; 0]);
    let _ = place.agent(&["exec", "--", "git", "status"]);
    assert_eq!(witness.seen(), "");
    // The twin: git itself looks into it.
    let _ = place.command("git").arg("status").output().unwrap();
    assert_ne!(witness.seen(), "");
}

#[test]
fn what_aigov_tells_git_counts_only_where_it_reaches_git() {
    let place = place();
    let witness = Witness::new(&place);
    hostile(&place, &witness, "core.fsmonitor", "");
    assert_eq!(wrong(&place, &["git status", "timeout 5 git status", "bash -c 'git status'"], &["allow"]), [""; 0]);
    assert_eq!(
        wrong(&place, &["env -i git status", "sudo git status", "exec -c git status"], &["ask", "deny"]),
        [""; 0]
    );
}

#[test]
fn hooks_are_said_and_run_only_by_an_explicit_rule() {
    let place = place();
    let witness = Witness::new(&place);
    fs::write(place.tree().join("a"), "one\n").unwrap();
    witness.hook(&place.tree().join(".git/hooks/pre-commit"));
    let answer = &decided(&place, &["git commit -m x"])[0];
    assert_eq!(answer["decision"], "allow");
    assert_eq!(answer["rule"], "hooks-of-the-repository");
    assert!(answer.to_string().contains("hooks of the repository can run: pre-commit"), "{answer}");
    assert_eq!(wrong(&place, &["git status", "git log"], &["allow"]), [""; 0]);
    let without = Place::with(|text| {
        text.replace("id = \"hooks-of-the-repository\"\ndescription", "id = \"x\"\nowner = \"y\"\ndescription")
    });
    drop(without);
}

#[test]
fn a_hook_that_looking_starts_is_said() {
    let place = place();
    let witness = Witness::new(&place);
    witness.hook(&place.tree().join(".git/hooks/post-index-change"));
    let answer = &decided(&place, &["git status"])[0];
    assert!(answer.to_string().contains("post-index-change"), "{answer}");
}

#[test]
fn inherited_variables_that_run_code_are_left_out_and_benign_ones_pass() {
    let mut place = place();
    let witness = Witness::new(&place);
    fs::write(place.tree().join("a"), "one\n").unwrap();
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-q", "-m", "x"]);
    let names = ["GIT_PAGER", "PAGER", "GIT_EXTERNAL_DIFF", "GIT_SSH_COMMAND", "BASH_ENV", "LESSOPEN", "GIT_ASKPASS"];
    for name in names {
        place.set(name, witness.path());
    }
    place.set("EDITOR", "vim");
    fs::write(place.tree().join("a"), "two\n").unwrap();
    for look in [&["git", "-p", "log"][..], &["git", "diff"], &["git", "show"], &["bash", "-c", "git diff"]] {
        let outcome = at_a_terminal(&place, &[&["exec", "--"], look].concat());
        assert_eq!(outcome.code, 0, "{look:?}: {}", outcome.out);
        assert_eq!(witness.seen(), "", "{look:?}");
    }
    // The twin: git itself would have called it.
    let _ = place.command("git").args(["diff"]).output().unwrap();
    assert_ne!(witness.seen(), "");
}

#[test]
fn a_place_on_path_that_the_caller_can_write_is_left_out() {
    let mut place = place();
    let witness = Witness::new(&place);
    fs::create_dir(place.tree().join("bin")).unwrap();
    witness.hook(&place.tree().join("bin/less"));
    fs::write(place.tree().join("a"), "one\n").unwrap();
    git(&place, &["add", "a"]);
    git(&place, &["commit", "-q", "-m", "x"]);
    let path = format!("{}:{}", place.tree().join("bin").display(), std::env::var("PATH").unwrap());
    place.set("PATH", path);
    let outcome = at_a_terminal(&place, &["exec", "--", "git", "-p", "log"]);
    assert_eq!(outcome.code, 0, "{}", outcome.out);
    assert_eq!(witness.seen(), "");
}

#[test]
fn a_plan_that_starts_programs_is_execution() {
    let place = place();
    let main = place.tree().join("main.tf");
    fs::write(&main, "resource \"terraform_data\" \"x\" {}\n").unwrap();
    assert_eq!(wrong(&place, &["terraform plan"], &["allow"]), [""; 0]);
    let witness = Witness::new(&place);
    fs::write(&main, format!("data \"external\" \"x\" {{\n  program = [\"{}\"]\n}}\n", witness.path())).unwrap();
    let answers = decided(&place, &["terraform plan", "terraform -chdir=. plan -out x", "terraform validate"]);
    for answer in &answers[..2] {
        assert_eq!(answer["decision"], "ask", "{answer}");
        let action = &answer["actions"][0];
        assert!(action["categories"].as_array().unwrap().contains(&"execution".into()), "{action}");
        let evidence = action["evidence"].as_array().unwrap();
        assert!(evidence.iter().any(|one| one["about"] == "unseen_code"), "{action}");
    }
    assert_eq!(answers[2]["decision"], "allow");
    if has("terraform") {
        let ran = place.agent(&["exec", "--", "terraform", "plan"]);
        assert_eq!(ran.code, 75, "{}", ran.err);
        assert_eq!(witness.seen(), "");
    }
}
