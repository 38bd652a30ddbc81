//! Real shells bear witness: scripts run in bash and in dash where every program writes down how it was called, and
//! what ran must be what aigov found in that script in that dialect, or lie in a part that aigov says it cannot know.
//!
//! `AIGOV_WITNESS_SCRIPTS` (how many are generated) and `AIGOV_WITNESS_SEED` ask for more than what every run does;
//! `AIGOV_WITNESS_TOLD` says how many misses are made small and told, `AIGOV_WITNESS_REASONS` how many reasons for being
//! opaque. With `AIGOV_WITNESS_REQUIRED` a machine on which scripts cannot be run safely fails instead of passing over it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops at the first thing that is wrong, and tells"
)]

#[path = "witness/collected.rs"]
mod collected;
#[path = "witness/cover.rs"]
mod cover;
#[path = "witness/generator.rs"]
mod generator;
#[path = "witness/pen.rs"]
mod pen;
#[path = "witness/shrink.rs"]
mod shrink;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use aigov::model::invocation::Dialect;

use cover::Miss;
use pen::{Pen, Script};

/// How many scripts are generated when nothing else is asked for.
const SCRIPTS: usize = 5_000;
/// The first seed when nothing else is asked for.
const SEED: u64 = 1;
/// The most misses that are made small and told.
const TOLD: usize = 12;
/// As much stack as a program's first thread has.
const STACK: usize = 8 << 20;
/// How many calls of one script are told.
const MOST_TOLD: usize = 4;
/// How many reasons for being opaque are told.
const REASONS: usize = 5;
/// The most opaque one-liners, in percent.
const MOST_OPAQUE: usize = 5;

fn number(variable: &str, standard: usize) -> usize {
    std::env::var(variable).map_or(standard, |text| text.parse().unwrap())
}

/// What was counted over all scripts.
#[derive(Debug, Default)]
struct Tally {
    runs: usize,
    calls: usize,
    without_calls: usize,
    stopped: usize,
    /// Runs whose shell could not read the script.
    unread: usize,
    opaque: usize,
    /// Why they are, by the first reason.
    reasons: BTreeMap<String, usize>,
    misses: Vec<(Script, Dialect, Miss)>,
}

/// Runs every script in both shells and compares. `None`: this machine has no pen.
fn held_against_shells(scripts: &[Script]) -> Option<Tally> {
    let names = collected::program_names(scripts);
    let next = AtomicUsize::new(0);
    let tally = Mutex::new(Tally::default());
    if let Err(why) = Pen::start(&names) {
        assert!(std::env::var_os("AIGOV_WITNESS_REQUIRED").is_none(), "there is no pen: {why}");
        eprintln!("not run: scripts cannot be run safely on this machine: {why}");
        return None;
    }
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            let work = || {
                let mut pen = Pen::start(&names).unwrap();
                while let Some(script) = scripts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for dialect in [Dialect::Bash, Dialect::Posix] {
                        compare(script, dialect, &mut pen, &tally);
                    }
                }
            };
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap();
        }
    });
    thread::scope(|scope| {
        let work = || tell(&mut tally.lock().unwrap(), &mut Pen::start(&names).unwrap());
        thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap();
    });
    Some(tally.into_inner().unwrap())
}

fn compare(script: &Script, dialect: Dialect, pen: &mut Pen, tally: &Mutex<Tally>) {
    let parsed = cover::understand(script, dialect);
    if cover::is_opaque(&parsed) {
        // Whatever ran would be that part: there is nothing to compare.
        let mut tally = tally.lock().unwrap();
        tally.opaque += 1;
        let reason = parsed.opaque.first().map_or("its program is not known", |opaque| &opaque.why);
        *tally.reasons.entry(reason.to_owned()).or_default() += 1;
        return;
    }
    let ran = pen.run(script, dialect);
    let missed = cover::misses(&ran, &parsed);
    let mut tally = tally.lock().unwrap();
    tally.runs += 1;
    tally.calls += ran.calls.len();
    tally.without_calls += usize::from(ran.calls.is_empty());
    tally.stopped += usize::from(ran.status == -1);
    tally.unread += usize::from(ran.errors.to_lowercase().contains("syntax error"));
    if let Some(miss) = missed.into_iter().next() {
        tally.misses.push((script.clone(), dialect, miss));
    }
}

/// Tells what was counted, and some misses made small.
fn tell(tally: &mut Tally, pen: &mut Pen) {
    tally.misses.sort_by_key(|(script, _, miss)| (miss.fault, script.text.len()));
    eprintln!(
        "{} opaque and not run, {} runs, {} calls recorded, {} runs without one, {} stopped, {} with a syntax error, \
         {} misses",
        tally.opaque,
        tally.runs,
        tally.calls,
        tally.without_calls,
        tally.stopped,
        tally.unread,
        tally.misses.len()
    );
    let mut reasons: Vec<_> = tally.reasons.iter().collect();
    reasons.sort_by_key(|(_, count)| Reverse(**count));
    for (why, count) in reasons.into_iter().take(number("AIGOV_WITNESS_REASONS", REASONS)) {
        eprintln!("{count:6} opaque since {why}");
    }
    let mut told = BTreeSet::new();
    for (script, dialect, miss) in tally.misses.iter().take(number("AIGOV_WITNESS_TOLD", TOLD)) {
        let small = smaller(script, *dialect, miss, pen);
        if told.insert(small.text.clone()) {
            eprintln!("{}", described(&small, *dialect, pen));
        }
    }
}

fn smaller(script: &Script, dialect: Dialect, miss: &Miss, pen: &mut Pen) -> Script {
    let with = |text: &str| Script { text: text.to_owned(), files: script.files.clone() };
    let text = shrink::shrink(&script.text, |text| {
        let script = with(text);
        let ran = pen.run(&script, dialect);
        let parsed = cover::understand(&script, dialect);
        // What does not end by itself takes too long to be tried often.
        ran.status != -1
            && cover::misses(&ran, &parsed).iter().any(|other| other.fault == miss.fault && other.name == miss.name)
    });
    with(&text)
}

fn described(script: &Script, dialect: Dialect, pen: &mut Pen) -> String {
    let ran = pen.run(script, dialect);
    let parsed = cover::understand(script, dialect);
    let mut text = format!("--- a miss in {dialect:?}\n{}\n", script.text);
    let mut missed = cover::misses(&ran, &parsed);
    missed.dedup();
    for miss in missed.iter().take(MOST_TOLD) {
        writeln!(text, "ran ({:?}): {}", miss.fault, miss.what).unwrap();
    }
    for command in &parsed.commands {
        let words: Vec<String> = command.words.iter().map(shown).collect();
        let settings: Vec<String> =
            command.assignments.iter().map(|(name, value)| format!("{name}={}", shown(value))).collect();
        let directory = command.directory.as_ref().map_or_else(|| "its own".to_owned(), shown);
        let writes: Vec<String> = command.redirects.iter().map(|redirect| shown(&redirect.target)).collect();
        writeln!(
            text,
            "found: {} [{}] in {directory}, redirected {}, {:?}",
            settings.join(" "),
            words.join(" "),
            writes.join(" "),
            command.stdin
        )
        .unwrap();
    }
    text
}

fn shown(word: &aigov::command::Word) -> String {
    match word {
        aigov::command::Word::Literal(raw) => format!("{:?}", raw.lossy()),
        aigov::command::Word::Opaque(opaque) => format!("<{}>", opaque.text),
    }
}

/// Panics when something ran that was not found.
fn assert_no_miss(scripts: &[Script]) {
    let Some(tally) = held_against_shells(scripts) else { return };
    assert!(tally.runs > scripts.len() / 2 && tally.calls > tally.runs, "the scripts run hardly anything");
    assert!(tally.misses.is_empty(), "{} scripts ran what was not found", tally.misses.len());
}

#[test]

fn what_runs_in_generated_scripts_was_found() {
    let seed = number("AIGOV_WITNESS_SEED", usize::try_from(SEED).unwrap());
    let count = number("AIGOV_WITNESS_SCRIPTS", SCRIPTS);
    let scripts: Vec<Script> =
        (0..count).map(|nth| generator::script(u64::try_from(seed * 1_000_000 + nth).unwrap())).collect();
    assert_no_miss(&scripts);
}

#[test]

fn what_runs_in_collected_scripts_was_found() {
    assert_no_miss(&collected::tricky());
}

#[test]
fn what_runs_in_one_liners_was_found() {
    assert_no_miss(&collected::one_liners());
}

#[test]
fn few_one_liners_hold_what_cannot_be_known() {
    let scripts = collected::one_liners();
    let opaque: Vec<&Script> =
        scripts.iter().filter(|script| cover::is_opaque(&cover::understand(script, Dialect::Bash))).collect();
    eprintln!("{} of {} one-liners are opaque ({:.1} %)", opaque.len(), scripts.len(), {
        100.0 * f64::from(u32::try_from(opaque.len()).unwrap()) / f64::from(u32::try_from(scripts.len()).unwrap())
    });
    let told: Vec<&str> = opaque.iter().map(|script| script.text.as_str()).collect();
    assert!(opaque.len() * 100 <= scripts.len() * MOST_OPAQUE, "too many are opaque:\n{}", told.join("\n"));
}
