//! What it costs to understand a command: parse, classify and decide over a host in memory, beside what splitting words and
//! the bare grammar cost. All from one run, interleaved, so that the ratios hold whatever the machine does. Then the texts
//! and argument vectors that are deep, long or growing, each of which must be answered within 100 ms. `cargo bench --bench classify [-- ROUNDS [NAME]]`; no rounds,
//! only those, and of them those with NAME in theirs.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench prints, and stops at what is wrong"
)]

#[path = "../tests/support/bombs.rs"]
mod bombs;
#[path = "../tests/support/memory.rs"]
mod memory;

use std::hint::black_box;
use std::time::{Duration, Instant};

use aigov::command::parse;
use aigov::model::invocation::{Dialect, Form};
use rustix::time::{ClockId, clock_gettime};

use memory::{Judge, Memory, argv, invocation, shell};

/// What people and agents type.
const TYPICAL: &[&str] = &[
    "ls -la",
    "git status",
    "cat README.md",
    "kubectl get pods -n prod",
    "kubectl delete namespace prod",
    "terraform apply -auto-approve",
    "aws ec2 describe-instances --max-items 5",
    "git commit -m 'fix the parser' && git push origin topic",
    "grep -rn 'fn main' src | head -20",
    "cd src && cargo test --locked 2>&1 | tail -20",
    "for f in src/*.rs; do wc -l \"$f\"; done",
    "NS=prod; kubectl -n $NS scale deploy/web --replicas=3",
    "sudo -u deploy env A=b timeout 5 kubectl rollout restart deploy/web",
    "bash -c 'set -e; ls | wc -l; echo done'",
    "if [ -f Makefile ]; then make test; else cargo test; fi",
    "cat > notes.md <<'E'\nfirst\nsecond\nE",
    "python3 -c 'import os; os.system(\"kubectl delete ns prod\")'",
    "echo a3ViZWN0bCBkZWxldGUgbnMgcHJvZAo= | base64 -d | sh",
];

/// What one input may take at the most.
const LONGEST: Duration = Duration::from_millis(100);
/// How often a thing is done for one reading of the clock.
const TIMES: u32 = 20;

/// Something that is measured for every typical command.
struct Subject<'a> {
    name: &'static str,
    act: Box<dyn Fn(&str) + 'a>,
}

fn main() {
    let given: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let rounds: usize = given.first().map_or(60, |argument| argument.parse().unwrap());
    let name = given.get(1).map(String::as_str).unwrap_or_default();
    let judge = Judge::new();
    if rounds > 0 {
        typical(&judge, rounds);
    }
    if !deep_long_and_growing(&judge, name) {
        std::process::exit(1);
    }
}

fn subjects(judge: &Judge) -> Vec<Subject<'_>> {
    let mut grammar = tree_sitter::Parser::new();
    grammar.set_language(&tree_sitter_bash::LANGUAGE.into()).unwrap();
    let grammar = std::cell::RefCell::new(grammar);
    vec![
        Subject { name: "split", act: Box::new(|text| drop(black_box(shlex::split(text)))) },
        Subject { name: "grammar", act: Box::new(move |text| drop(black_box(grammar.borrow_mut().parse(text, None)))) },
        Subject {
            name: "parse",
            act: Box::new(|text| drop(black_box(parse(&invocation(shell(text, Dialect::Bash)), &Memory)))),
        },
        Subject {
            name: "whole",
            act: Box::new(|text| drop(black_box(judge.judge(shell(text, Dialect::Bash)).verdict))),
        },
        Subject { name: "whole, argv", act: Box::new(|text| drop(black_box(judge.judge(words(text)).verdict))) },
    ]
}

/// The words of a text, as if they had come one by one.
fn words(text: &str) -> Form {
    argv(text.split_ascii_whitespace().map(str::as_bytes))
}

fn typical(judge: &Judge, rounds: usize) {
    let subjects = subjects(judge);
    let mut times: Vec<Vec<Vec<Duration>>> = vec![vec![Vec::new(); subjects.len()]; TYPICAL.len()];
    for _ in 0..rounds {
        for (text, rows) in TYPICAL.iter().zip(&mut times) {
            for (subject, row) in subjects.iter().zip(rows) {
                let start = Instant::now();
                for _ in 0..TIMES {
                    (subject.act)(text);
                }
                row.push(start.elapsed() / TIMES);
            }
        }
    }
    println!("microseconds, median of {rounds} rounds of {TIMES}, interleaved\n");
    let head: String = subjects.iter().map(|subject| format!("{:>12}", subject.name)).collect();
    println!("{:<38}{head}{:>14}", "", "whole/grammar");
    let mut sums = vec![0.0; subjects.len()];
    for (text, rows) in TYPICAL.iter().zip(&mut times) {
        let medians: Vec<f64> = rows.iter_mut().map(|row| median(row).as_secs_f64() * 1e6).collect();
        for (sum, value) in sums.iter_mut().zip(&medians) {
            *sum += value;
        }
        line(&text.escape_debug().to_string(), &medians);
    }
    let count = TYPICAL.len() as f64;
    line("mean", &sums.iter().map(|sum| sum / count).collect::<Vec<_>>());
}

fn line(name: &str, medians: &[f64]) {
    let shown: String = name.chars().take(36).collect();
    let row: String = medians.iter().map(|value| format!("{value:>12.1}")).collect();
    let ratio = match medians {
        [_, grammar, _, whole, ..] => whole / grammar,
        _ => f64::NAN,
    };
    println!("{shown:<38}{row}{ratio:>14.1}");
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap()
}

fn used() -> Duration {
    let spent = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(spent.tv_sec.unsigned_abs(), u32::try_from(spent.tv_nsec).unwrap())
}

/// Whether each is answered in time. What is late is told at once, since it can be very late.
fn deep_long_and_growing(judge: &Judge, wanted: &str) -> bool {
    let mut all: Vec<(Duration, String)> = Vec::new();
    println!("\ntexts that are deep, long or growing; those that take longer than {LONGEST:?} on a processor:\n");
    for (at, bomb) in bombs::bombs().iter().enumerate().filter(|(_, bomb)| bomb.name.contains(wanted)) {
        let (dialect, reader) = if at % 4 == 3 { (Dialect::Posix, "posix") } else { (Dialect::Bash, "bash") };
        let start = used();
        drop(black_box(judge.judge(shell(bomb.text.clone(), dialect)).verdict));
        let time = used().saturating_sub(start);
        if time > LONGEST {
            show(time, &format!("{} [{reader}]", bomb.name));
        }
        all.push((time, format!("{} [{reader}]", bomb.name)));
    }
    for vector in bombs::vectors().into_iter().filter(|vector| vector.name.contains(wanted)) {
        let start = used();
        drop(black_box(judge.judge(argv(vector.words.iter().map(Vec::as_slice))).verdict));
        let time = used().saturating_sub(start);
        if time > LONGEST {
            show(time, &vector.name);
        }
        all.push((time, vector.name));
    }
    all.sort_unstable();
    all.reverse();
    let late = all.iter().filter(|(time, _)| *time > LONGEST).count();
    println!("\n{late} of {} are late; the slowest are\n", all.len());
    for (time, name) in all.iter().take(10) {
        show(*time, name);
    }
    late == 0
}

fn show(time: Duration, name: &str) {
    println!("{:>10.1} ms  {name}", time.as_secs_f64() * 1e3);
}
