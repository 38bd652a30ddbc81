//! Whatever is thrown at it, a command is answered: no panic, no abort, no hang, no unbounded memory.
//!
//! Seeded: `AIGOV_FUZZ_SEED` gives other inputs, `AIGOV_FUZZ_INPUTS` more of them (a million by hand, in release). The
//! input in hand is kept in `fuzz-input` below cargo's folder for tests, so that it is there after an abort.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::cast_possible_truncation,
    reason = "a test stops at the first thing that is wrong, and says how far it came"
)]
#![allow(unsafe_code, reason = "an allocator that counts can only be written so")]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use aigov::model::decision::Decision;
use aigov::model::invocation::{Dialect, Form};
use rustix::time::{ClockId, clock_gettime};
use support::bombs::{bombs, vectors};
use support::memory::{Judge, argv, shell};
use support::understanding::{cases, filled};

/// Counts what is allocated.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn take(size: usize) {
    let held = HELD.fetch_add(size, Ordering::Relaxed) + size;
    PEAK.fetch_max(held, Ordering::Relaxed);
}

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        take(size);
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most that one input may hold, in bytes; the largest are 1 MiB themselves.
const MOST_MEMORY: usize = 256 << 20;
/// The longest that one input may take on a processor. In release 100 ms are promised and the bench holds to it; here the
/// grammar is compiled without optimisation, so this only finds what hangs.
const LONGEST: Duration = Duration::from_secs(10);
/// The stack of a process's first thread.
const STACK: usize = 8 << 20;
/// How many mutated commands there are in a plain `cargo test`: about a minute.
const INPUTS: u64 = 10_000;

/// xorshift64*: small, seeded, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    fn part(&mut self, of: usize) -> std::ops::Range<usize> {
        let (a, b) = (self.below(of + 1), self.below(of + 1));
        a.min(b)..a.max(b).min(a.min(b) + 40)
    }
}

const TOKENS: &[&str] = &[
    "'", "\"", "`", "$(", ")", "${", "}", "((", "))", "[[", "]]", "{", "<(", ">(", "<<", "<<-", "<<<", ">", ">>",
    "2>&1", "&>", "|", "|&", "||", "&&", "&", ";", ";;", ";&", "\n", "\\\n", "\\", "$", "$'", "$\"", "!", "#", " ",
    "\t", "~", "*", "?", "[", "]", "=", "+=", "%", "@", ":-", ":=", "##", "%%", "//", ",,", "^^", "if ", "; then ",
    "; else ", "; fi", "for x in ", "; do ", "; done", "while ", "until ", "case x in ", " esac", "function ", "f() {",
    "select ", "coproc ", "time ", "eval ", "exec ", "trap ", "alias ", "export ", "local ", "declare -A ",
    "declare -n ", "unset ", "set -- ", "shift", "read x", "printf -v x ", "source ", ". ", "sudo ", "env ", "env -S ",
    "xargs ", "timeout 5 ", "nice -n ", "sh -c ", "bash <<'E'\n", "\nE\n", "E", "kubectl ", "delete ", "terraform ",
    "destroy", "aws ", "git ", "rm -rf ", "python3 -c ", "awk ", "sed ", "find . -exec ", " \\;", " {} +", "ssh h ",
    "docker exec c ", "base64 -d", "| sh", "$X", "$1", "$@", "$*", "$#", "$?", "$$", "$!", "$-", "$_", "${!x}",
    "${x@P}", "${x[0]}", "$((1+", "IFS=,", "PATH=.", "--", "-c", "-", "-n", "é", "\u{202e}", "\u{200b}", "\u{a0}", "𝓀",
    "\0", "\r", "\u{7f}", "\u{1b}[31m", "{a,b}", "{1..9}", "x=y", "x=(", "/dev/tcp/h/1", "/dev/stdin", "~/.aigov",
];

const AROUND: &[(&str, &str)] = &[
    ("$(", ")"),
    ("\"$(", ")\""),
    ("(", ")"),
    ("{ ", "; }"),
    ("`", "`"),
    ("'", "'"),
    ("\"", "\""),
    ("bash -c '", "'"),
    ("sh -c \"", "\""),
    ("eval '", "'"),
    ("if ", "; then ls; fi"),
    ("while ", "; do break; done"),
    ("f() { ", "; }; f"),
    ("cat <(", ")"),
    ("sh <<'E'\n", "\nE\n"),
    ("cat <<E\n", "\nE\n"),
    ("${x:-", "}"),
    ("$((", "))"),
    ("case x in x) ", ";; esac"),
    ("trap '", "' EXIT"),
    ("echo '", "' | sh"),
    ("x='", "'; eval \"$x\""),
    ("for i in 1 2; do ", "; done"),
    ("a=( ", " )"),
    ("ssh h '", "'"),
];

/// Puts `with` in place of a part.
fn spliced(input: &mut Vec<u8>, part: std::ops::Range<usize>, with: &[u8]) {
    input.splice(part, with.iter().copied());
}

fn mutated(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(6) {
        let at = random.below(input.len() + 1);
        match random.below(12) {
            0 => spliced(&mut input, at..at, random.one(TOKENS).as_bytes()),
            1 => spliced(&mut input, at..at, random.one(TOKENS).as_bytes()),
            2 => {
                let part = random.part(input.len());
                spliced(&mut input, part, b"");
            }
            3 => {
                let part = random.part(input.len());
                let again = input[part].repeat(1 + random.below(5));
                spliced(&mut input, at..at, &again);
            }
            4 => {
                let other = &seeds[random.below(seeds.len())];
                let part = random.part(other.len());
                spliced(&mut input, at..at, &other[part]);
            }
            5 => {
                let other = &seeds[random.below(seeds.len())];
                let cut = random.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[cut..]);
            }
            6 => input.truncate(at),
            7 if !input.is_empty() => {
                let at = at.min(input.len() - 1);
                input[at] ^= 1 << random.below(8);
            }
            8 => {
                let (before, behind) = AROUND[random.below(AROUND.len())];
                let part = random.part(input.len());
                let end = part.end;
                spliced(&mut input, end..end, behind.as_bytes());
                spliced(&mut input, part.start..part.start, before.as_bytes());
            }
            9 => {
                let (before, behind) = AROUND[random.below(AROUND.len())];
                input = [before.as_bytes(), &input, behind.as_bytes()].concat();
            }
            10 => {
                let token = random.one(TOKENS).repeat(random.below(60));
                spliced(&mut input, at..at, token.as_bytes());
            }
            _ => {
                let other = &seeds[random.below(seeds.len())];
                let joint = random.one(&["; ", " | ", " && ", "\n", " & ", " "]);
                input = [&input, joint.as_bytes(), other].concat();
            }
        }
        input.truncate(20_000);
    }
    input
}

/// What is mutated: every text of the tests.
fn seeds() -> Vec<Vec<u8>> {
    let commands = ["kubectl delete namespace prod", "rm -rf /srv/data", "psql -c drop"];
    let mut all = Vec::new();
    for file in ["disguises.txt", "hidden.txt", "wrappers.txt", "mentions.txt"] {
        for (at, case) in cases(file).iter().enumerate() {
            let words: Vec<String> = commands[at % commands.len()].split(' ').map(str::to_owned).collect();
            all.extend(filled(&case.text, &words).map(String::into_bytes));
        }
    }
    all
}

fn used() -> Duration {
    let spent = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(spent.tv_sec.unsigned_abs(), spent.tv_nsec as u32)
}

/// What one input cost.
struct Cost {
    time: Duration,
    memory: usize,
    decision: Decision,
}

/// Runs inputs one after the other, watched.
struct Runner {
    judge: Judge,
    kept: File,
}

/// The thread that is watched tells here that it goes on.
static STEP: AtomicU64 = AtomicU64::new(0);

impl Runner {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        Self { judge: Judge::new(), kept: File::create(path).unwrap() }
    }

    fn run(&self, form: Form) -> Cost {
        let bytes = match &form {
            Form::Shell { text, .. } => text.0.clone(),
            Form::Argv(words) => words.iter().flat_map(|word| [word.0.as_slice(), b"\0"].concat()).collect(),
        };
        self.kept.set_len(0).unwrap();
        self.kept.write_all_at(&bytes, 0).unwrap();
        STEP.fetch_add(1, Ordering::Relaxed);
        let before = HELD.load(Ordering::Relaxed);
        PEAK.store(before, Ordering::Relaxed);
        let start = used();
        let decision = {
            let understood = self.judge.judge(form);
            understood.verdict.decision
        };
        let time = used().saturating_sub(start);
        Cost { time, memory: PEAK.load(Ordering::Relaxed).saturating_sub(before), decision }
    }
}

/// Ends the process when nothing goes on for a long while: a hang would end no test.
fn watch() {
    std::thread::spawn(|| {
        let mut last = (0, 0);
        loop {
            std::thread::sleep(Duration::from_secs(10));
            let step = STEP.load(Ordering::Relaxed);
            last = if step == last.0 { (step, last.1 + 1) } else { (step, 0) };
            if last.1 >= 30 {
                eprintln!("nothing goes on since five minutes: input {step} hangs; it is in the folder for tests");
                std::process::abort();
            }
        }
    });
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

#[track_caller]
fn bounded(what: &str, cost: &Cost) {
    assert!(cost.time < LONGEST, "{what}: {:?} on a processor", cost.time);
    assert!(cost.memory < MOST_MEMORY, "{what}: {} MiB", cost.memory >> 20);
}

/// One test, since the peak of memory is the whole process's: mutated commands, then the bombs.
#[test]
fn every_input_is_answered_in_time_and_in_bounded_memory() {
    watch();
    // As much stack as a process starts with; a test's own thread has a quarter of it.
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(|| {
        let runner = Runner::new("fuzz-input");
        mutated_commands_are_answered(&runner);
        what_is_deep_long_or_growing_is_answered(&runner);
        long_argument_vectors_are_answered(&runner);
    });
    thread.unwrap().join().unwrap();
}

fn mutated_commands_are_answered(runner: &Runner) {
    let seed = number("AIGOV_FUZZ_SEED", 0x5eed);
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let seeds = seeds();
    let mut decided: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut slowest, mut largest) = (Duration::ZERO, 0);
    for at in 0..number("AIGOV_FUZZ_INPUTS", INPUTS) {
        let input = mutated(&seeds, &mut random);
        let dialect = if random.below(3) == 0 { Dialect::Posix } else { Dialect::Bash };
        let form = match random.below(8) {
            0 => argv(input.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).chain([&b"x"[..]])),
            1 => {
                // What stands first runs before anything behind it is read, whatever that is.
                let first = [b"kubectl delete namespace prod\n", input.as_slice()].concat();
                let cost = runner.run(shell(first, dialect));
                bounded(&format!("input {at} of seed {seed}"), &cost);
                assert!(
                    cost.decision >= Decision::Ask,
                    "input {at} of seed {seed} hides what stands before it: {:?}",
                    String::from_utf8_lossy(&input)
                );
                continue;
            }
            _ => shell(input.clone(), dialect),
        };
        let cost = runner.run(form);
        if cost.time > Duration::from_millis(100) && std::env::var_os("AIGOV_FUZZ_INPUTS").is_some() {
            eprintln!("{:?} for input {at}: {:?}", cost.time, String::from_utf8_lossy(&input));
        }
        bounded(&format!("input {at} of seed {seed}: {:?}", String::from_utf8_lossy(&input)), &cost);
        slowest = slowest.max(cost.time);
        largest = largest.max(cost.memory);
        *decided.entry(cost.decision.as_str()).or_default() += 1;
    }
    eprintln!("mutated: slowest {slowest:?}, at most {} KiB, decisions {decided:?}", largest >> 10);
    // A fuzzer whose inputs are all refused at the first byte would show nothing.
    assert!(decided.len() >= 3, "{decided:?}");
}

/// Whether more was asked for than a plain `cargo test` does.
fn is_by_hand() -> bool {
    std::env::var_os("AIGOV_FUZZ_INPUTS").is_some()
}

fn what_is_deep_long_or_growing_is_answered(runner: &Runner) {
    let mut costs = Vec::new();
    for (at, bomb) in bombs().into_iter().enumerate() {
        let both = [Dialect::Bash, Dialect::Posix];
        for dialect in if is_by_hand() { &both[..] } else { &both[at % 2..=at % 2] } {
            let dialect = *dialect;
            let cost = runner.run(shell(bomb.text.clone(), dialect));
            if cost.time > LONGEST || cost.memory > MOST_MEMORY {
                eprintln!("{:>12?} {:>8} KiB  {}", cost.time, cost.memory >> 10, bomb.name);
            }
            costs.push((cost.time, cost.memory, bomb.name.clone()));
        }
    }
    costs.sort_unstable();
    costs.reverse();
    for (time, memory, name) in costs.iter().take(15) {
        eprintln!("{time:>12?} {:>8} KiB  {name}", memory >> 10);
    }
    let wrong = costs.iter().filter(|(time, memory, _)| *time > LONGEST || *memory > MOST_MEMORY).count();
    assert_eq!(wrong, 0, "too slow or too large: see above");
}

fn long_argument_vectors_are_answered(runner: &Runner) {
    // By hand all of them.
    let step = if is_by_hand() { 1 } else { 7 };
    for vector in vectors().into_iter().step_by(step) {
        let cost = runner.run(argv(vector.words.iter().map(Vec::as_slice)));
        bounded(&vector.name, &cost);
        if cost.time > Duration::from_millis(200) {
            eprintln!("{:>12?} {:>8} KiB  {}", cost.time, cost.memory >> 10, vector.name);
        }
    }
}
