//! Commands in wrappers: what they run is decided as if it stood alone, and a harmless command in a plain wrapper runs.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::io::Write;
use std::process::Stdio;

use support::Place;

const CASES: &str = include_str!("wrappers.txt");
/// Wrappers with a place for a command; the command stands there as words.
const AROUND: &[&str] = &[
    "sudo {}",
    "sudo -n -u x -- {}",
    "sudo --weird {}",
    "sudo -i {}",
    "doas -u x {}",
    "su -c '{}' x",
    "su - x --command='{}'",
    "su x -- -c '{}'",
    "runuser -u x -- {}",
    "runuser x -c '{}'",
    "env {}",
    "env -i A=b {}",
    "env -u X -C /tmp {}",
    "env -S '{}'",
    "env -S '-i {}'",
    "env --split-string='{}'",
    "env --weird {}",
    "nice {}",
    "nice -n 5 {}",
    "nice -5 {}",
    "ionice -c 2 -n 7 {}",
    "ionice -t -c3 {}",
    "nohup {}",
    "timeout 5 {}",
    "timeout -k 1 -s KILL 5m {}",
    "timeout --sig=KILL 5 {}",
    "timeout --weird 5 {}",
    "stdbuf -oL {}",
    "setsid -f {}",
    "flock /tmp/x {}",
    "flock -n /tmp/x -c '{}'",
    "flock --weird /tmp/x {}",
    "chrt -f 10 {}",
    "chrt -b {}",
    "taskset -c 0 {}",
    "numactl -N 0 {}",
    "cpulimit -l 50 -- {}",
    "prlimit --nofile=5 {}",
    "xargs {}",
    "xargs -n 1 -P 4 {}",
    "xargs -I % {}",
    "xargs -i {}",
    "xargs --weird {}",
    "xargs -a list {}",
    "parallel {} ::: x",
    "parallel ::: '{}'",
    "parallel -j2 '{}' ::: x y",
    "find . -exec {} \\;",
    "find . -name x -execdir {} +",
    "find . -exec sh -c '{}' \\;",
    "find . -ok {} \\;",
    "watch {}",
    "watch -n 1 '{}'",
    "watch -x {}",
    "watch --weird {}",
    "time {}",
    "time -p {}",
    "/usr/bin/time -v {}",
    "command {}",
    "command -p {}",
    "exec {}",
    "exec -a x {}",
    "builtin {}",
    "eval {}",
    "eval '{}'",
    "strace -f -o /tmp/x {}",
    "strace --weird {}",
    "ltrace -f {}",
    "script -c '{}' /dev/null",
    "script /dev/null -qec '{}'",
    "tmux new-session -d '{}'",
    "tmux new -d {}",
    "tmux send-keys -t x '{}' Enter",
    "tmux run-shell '{}'",
    "screen -dm {}",
    "screen -dmS x sh -c '{}'",
    "screen -X stuff '{}'",
    "at now <<< '{}'",
    "batch <<< '{}'",
    "nsenter -t 1 -a {}",
    "nsenter --weird {}",
    "unshare -r {}",
    "unshare -rn sh -c '{}'",
    "unshare -R /x {}",
    "chroot / {}",
    "chroot --userspec=x / {}",
    "setpriv --reuid 5 {}",
    "capsh -- -c '{}'",
    "systemd-run --user {}",
    "systemd-run --weird {}",
    "pkexec {}",
    "direnv exec . {}",
    "busybox {}",
    "busybox sh -c '{}'",
    "toybox {}",
    "ssh h {}",
    "ssh h '{}'",
    "ssh -p 22 u@h -v '{}'",
    "ssh h sudo {}",
    "ssh -F x h {}",
    "ssh -o ProxyCommand='{}' h ls",
    "ssh h <<< '{}'",
    "ssh -t h bash -c \"'{}'\"",
    "docker exec c {}",
    "docker exec -it -u x c sh -c '{}'",
    "docker exec --privileged c {}",
    "docker container exec c {}",
    "docker compose exec c {}",
    "docker-compose exec -T c {}",
    "docker run --rm i {}",
    "docker run -v /:/h i sh -c '{}'",
    "podman exec c {}",
    "podman run i {}",
    "nerdctl exec c {}",
    "kubectl exec p -- {}",
    "kubectl --context dev exec -it p -c x -- sh -c '{}'",
    "kubectl run x --image=y -- {}",
    "kubectl debug p --image=y -- {}",
    "kubectl exec p {}",
    "oc exec p -- {}",
    "gcloud compute ssh x --command '{}'",
    "aws ssm send-command --parameters 'commands={}'",
    "aws ecs execute-command --command '{}'",
    "vagrant ssh -c '{}'",
    "git -c alias.x='!{}' x",
    "git -c core.sshCommand='{}' fetch",
    "git -c core.pager='{}' log",
    "git -c diff.external='{}' diff",
    "git bisect run {}",
    "git rebase --exec '{}' main",
    "git rebase -x '{}' main",
    "git submodule foreach '{}'",
    "git submodule foreach {}",
    "git filter-branch --tree-filter '{}' HEAD",
    "make SHELL='{}'",
    "ls | entr {}",
    "entr -s '{}'",
    "watchexec {}",
    "watchexec -e rs -- {}",
    "nodemon --exec '{}'",
    "npx x {}",
    "npm exec -- {}",
    "bunx x {}",
    "uvx x {}",
    "uv run {}",
    "poetry run {}",
    "pipx run x {}",
    "bundle exec {}",
    "dotenv -- {}",
    "dotenv -f x run {}",
    "op run -- {}",
    "op run --env-file x -- {}",
    "aws-vault exec p -- {}",
    "aws-vault exec --duration=1h p {}",
    "chamber exec s t -- {}",
    "doppler run -- {}",
    "doppler run --command '{}'",
    "vaultenv {}",
    "envdir d {}",
    "chronic {}",
    "ts {}",
    "unbuffer {}",
    "faketime yesterday {}",
    "proot -r x {}",
    "bwrap --bind / / {}",
    "firejail {}",
    "fakeroot {}",
    "tini -- {}",
    "dumb-init -v {}",
    "gosu x {}",
    "su-exec x {}",
    "caffeinate -i {}",
    "hyperfine '{}'",
    "hyperfine -p '{}' ls",
    "hyperfine --export-json x 'ls' '{}'",
    "perf stat {}",
    "perf record -o /tmp/x -- {}",
    "valgrind -q {}",
    "gdb --args {}",
    "gdb -ex '!{}'",
    "rlwrap {}",
    "xvfb-run -a {}",
    "dbus-run-session -- {}",
    "proxychains4 -q {}",
    "setarch x86_64 -R {}",
    "linux64 {}",
    "unknown-tool {}",
    "unknown-tool --exec='{}'",
    "unknown-tool -- sh -c '{}'",
    "./script.sh {}",
    "python3 -c 'import os; os.system(\"{}\")'",
    "python3 x.py {}",
    "node -e 'execSync(`{}`)'",
    "node -e 'x(\"{}\")'",
    "perl -e 'exec(\"{}\")'",
    "perl -e 'exec qw({})'",
    "ruby -e 'system(\"{}\")'",
    "ruby -e '`{}`'",
    "php -r 'system(\"{}\");'",
    "awk 'BEGIN{system(\"{}\")}'",
    "awk 'BEGIN{\"{}\" | getline}'",
    "awk 'BEGIN{print | \"{}\"}'",
    "sed '1e {}' x",
    "sed -n 's|.*|{}|e' x",
    "vim -c '!{}'",
    "vi -c ':!{}' x",
    "ex <<< '!{}'",
    "ed <<< '!{}'",
    "lua -e 'os.execute(\"{}\")'",
    "osascript -e 'do shell script \"{}\"'",
    "Rscript -e 'system(\"{}\")'",
    "pwsh -c '{}'",
    "zsh -c '{}'",
    "fish -c '{}'",
    "ksh -c '{}'",
    "expect -c 'spawn {}'",
    "tclsh <<< 'exec {}'",
    "python3 <<< 'import os; os.system(\"{}\")'",
    "rg --pre '{}' x",
    "sort --compress-program='{}' x",
    "tar --checkpoint-action=exec='{}' -cf x y",
    "tar -I '{}' -cf x y",
    "tar -xf x --to-command='{}'",
    "man -P '{}' ls",
    "less '+!{}' x",
    "zip -TT '{}' x y",
    "rsync -e '{}' a b:c",
    "scp -S '{}' a b:c",
    "split --filter='{}' x",
    "fzf --preview '{}'",
    "bat --pager '{}' x",
    "fd -x {}",
    "PAGER='{}' git log",
    "GIT_SSH_COMMAND='{}' git fetch",
    "EDITOR='{}' git commit",
    "psql -c '\\! {}'",
];
/// Commands, from those that run to those that never do.
const INSIDE: &[&str] = &[
    "ls", "kubectl get pods", "kubectl scale deploy/web --replicas=0", "kubectl delete ns prod",
    "kubectl -n prod delete pvc data-0", "terraform destroy -auto-approve", "terraform apply",
    "aws s3 rb s3://b --force", "aws iam create-user --user-name x", "aigov approve r-1", "rm -rf /etc",
    "git push --force origin main",
];
/// Wrappers in which a harmless command runs.
const PLAIN: &[&str] = &[
    "sudo {}", "sudo -n -u x -- {}", "doas -u x {}", "su -c '{}' x", "runuser -u x -- {}", "env {}", "env -i A=b {}",
    "env -S '{}'", "nice -n 5 {}", "ionice -c 2 -n 7 {}", "nohup {}", "timeout -k 1 -s KILL 5m {}", "stdbuf -oL {}",
    "setsid -f {}", "flock /tmp/x {}", "flock -n /tmp/x -c '{}'", "chrt -f 10 {}", "taskset -c 0 {}",
    "numactl -N 0 {}", "prlimit --nofile=5 {}", "watch -n 1 '{}'", "watch -x {}", "time -p {}", "command {}",
    "exec -a x {}", "strace -f -o /tmp/x {}", "script -c '{}' /dev/null", "unshare -r {}", "setpriv --reuid 5 {}",
    "busybox {}", "chronic {}", "unbuffer {}", "faketime yesterday {}", "fakeroot {}", "tini -- {}", "gosu x {}",
    "caffeinate -i {}", "hyperfine '{}'", "perf stat {}", "valgrind -q {}", "watchexec {}", "ssh dev-box {}",
    "docker exec c {}", "docker compose exec -T c {}", "kubectl --context dev exec p -- {}",
];

/// What is decided for each shell text.
fn decided(texts: &[String]) -> Vec<serde_json::Value> {
    let place = Place::new();
    for arguments in [&["init", "-q", "-b", "topic"][..], &["remote", "add", "origin", "git@example.com:team/src.git"]]
    {
        assert!(place.command("git").args(arguments).status().unwrap().success());
    }
    let config = ["prod-eu", "dev", "staging"].map(|name| {
        (
            format!("- {{name: {name}, context: {{cluster: {name}, user: a}}}}\n"),
            format!("- {{name: {name}, cluster: {{server: 'https://127.0.0.1:1'}}}}\n"),
        )
    });
    let contexts: String = config.iter().map(|(context, _)| context.as_str()).collect();
    let clusters: String = config.iter().map(|(_, cluster)| cluster.as_str()).collect();
    let kubeconfig = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: prod-eu\ncontexts:\n{contexts}clusters:\n{clusters}users:\n- {{name: a, user: {{}}}}\n"
    );
    std::fs::create_dir_all(place.home().join(".kube")).unwrap();
    std::fs::write(place.home().join(".kube/config"), kubeconfig).unwrap();
    let mut child =
        place.agent_command(&["check", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let lines: String = texts.iter().map(|text| format!("{}\n", serde_json::json!({ "shell": text }))).collect();
    let writer = std::thread::spawn(move || pipe.write_all(lines.as_bytes()).unwrap());
    let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    writer.join().unwrap();
    let answers: Vec<serde_json::Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), texts.len());
    answers
}

fn strictness(answer: &serde_json::Value) -> usize {
    let word = answer["decision"].as_str().unwrap();
    ["allow", "flag", "ask", "deny"].iter().position(|known| *known == word).unwrap()
}

#[test]
fn every_wrapped_command_is_decided_as_it_should_be() {
    let cases: Vec<(&str, &str)> =
        CASES.lines().filter(|line| !line.starts_with('#')).map(|line| line.split_once('\t').unwrap()).collect();
    assert!(cases.len() > 200);
    let texts: Vec<String> = cases.iter().map(|(_, text)| (*text).to_owned()).collect();
    let wrong: Vec<String> = cases
        .iter()
        .zip(decided(&texts))
        .filter(|((expected, _), answer)| answer["decision"] != *expected)
        .map(|((expected, text), answer)| {
            format!(
                "{text:?} is {} by {}, should be {expected}: {}",
                answer["decision"], answer["rule"], answer["reasons"]
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_wrapper_makes_a_command_weaker() {
    assert!(AROUND.len() > 200);
    let plain: Vec<String> = INSIDE.iter().map(|inside| (*inside).to_owned()).collect();
    let strict: Vec<usize> = decided(&plain).iter().map(strictness).collect();
    let mut texts = Vec::new();
    let mut least = Vec::new();
    for around in AROUND {
        for (inside, strict) in INSIDE.iter().zip(&strict) {
            texts.push(around.replace("{}", inside));
            least.push(*strict);
        }
    }
    let wrong: Vec<String> = texts
        .iter()
        .zip(decided(&texts))
        .zip(least)
        .filter(|((_, answer), least)| strictness(answer) < *least)
        .map(|((text, answer), _)| format!("{text:?} is {} by {}", answer["decision"], answer["rule"]))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_harmless_command_in_a_plain_wrapper_runs() {
    let inside = ["ls -la", "cat README.md", "grep -n foo src/x.rs"];
    let texts: Vec<String> =
        PLAIN.iter().flat_map(|around| inside.map(|inside| around.replace("{}", inside))).collect();
    let wrong: Vec<String> = texts
        .iter()
        .zip(decided(&texts))
        .filter(|(_, answer)| answer["decision"] != "allow")
        .map(|(text, answer)| format!("{text:?} is {}: {}", answer["decision"], answer["reasons"]))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
