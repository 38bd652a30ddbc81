//! What a decision and a load cost, beside Cedar and Rego, for the same rules. Before anything is timed every engine must
//! decide the same for every action, by the same rules. All from one run, interleaved, so that the ratios hold whatever
//! the machine does. `cargo run --release [-- ROUNDS [ENGINE]]`.

mod cedar;
mod engine;
mod own;
mod rego;
mod rules;

use std::hint::black_box;
use std::time::Duration;

use aigov::model::action::Action;
use aigov::model::decision::Decision;
use rustix::time::{ClockId, clock_gettime};

use cedar::Cedar;
use engine::Engine;
use own::Own;
use rego::{Rego, Way};

/// How many rules there are, one table each.
const COUNTS: &[usize] = &[10, 100, 1_000];
/// How many actions are decided.
const ACTIONS: usize = 200;
/// How many of them are timed: every fifth.
const STEP: usize = 5;
/// What rules and actions are drawn from.
const SEED: u64 = 20_261_125;
/// How long one reading of the clock should last at least, so that the clock itself does not count.
const SHORTEST: Duration = Duration::from_micros(100);

fn main() {
    let rounds: usize = std::env::args().nth(1).and_then(|argument| argument.parse().ok()).unwrap_or(31);
    let only = std::env::args().nth(2);
    let actions = rules::actions(ACTIONS, SEED + 1);
    println!("microseconds on a processor, medians of {rounds} rounds, engines interleaved; seed {SEED}");
    for count in COUNTS {
        let rules = rules::rules(*count, SEED);
        let mut engines: Vec<Box<dyn Engine>> = vec![
            Box::new(Own::new(&rules, &actions)),
            Box::new(Cedar::new(&rules, &actions)),
            Box::new(Rego::new(Way::Interpreter, &rules, &actions)),
            Box::new(Rego::new(Way::Machine, &rules, &actions)),
        ];
        engines.retain(|engine| only.as_ref().is_none_or(|name| engine.name() == name));
        println!("\n{count} rules");
        compare(&mut engines, &actions);
        measure(&mut engines, rounds);
    }
    example(rounds);
}

/// All engines decide the same by the same rules, or nothing is measured.
fn compare(engines: &mut [Box<dyn Engine>], actions: &[Action]) {
    let (mut by_decision, mut deciding) = ([0_usize; 4], 0);
    for (at, action) in actions.iter().enumerate() {
        let mut all = engines.iter_mut().map(|engine| (engine.name(), engine.found(at)));
        let (_, first) = all.next().unwrap();
        for (name, found) in all {
            assert_eq!(found, first, "{name} and aigov differ on {action:?}");
        }
        by_decision[first.decision as usize] += 1;
        deciding += first.rules.len();
    }
    let shares: Vec<String> =
        Decision::ALL.iter().zip(by_decision).map(|(decision, count)| format!("{count} {decision}")).collect();
    println!(
        "{} actions decided alike by {} engines: {}; {:.1} deciding rules on average",
        actions.len(),
        engines.len(),
        shares.join(", "),
        deciding as f64 / actions.len() as f64
    );
}

/// What was measured of an engine, a time for each round.
#[derive(Default)]
struct Times {
    load: Vec<Duration>,
    /// For each action.
    decide: Vec<Vec<Duration>>,
}

fn measure(engines: &mut [Box<dyn Engine>], rounds: usize) {
    let timed: Vec<usize> = (0..ACTIONS).step_by(STEP).collect();
    let mut times: Vec<Times> =
        engines.iter().map(|_| Times { decide: vec![Vec::new(); timed.len()], ..Times::default() }).collect();
    let repeats: Vec<usize> = engines.iter_mut().map(|engine| repeats(engine.as_mut())).collect();
    for _ in 0..rounds {
        for (engine, times) in engines.iter_mut().zip(&mut times) {
            let start = used();
            engine.load();
            times.load.push(used() - start);
        }
        for (place, at) in timed.iter().enumerate() {
            for ((engine, times), repeats) in engines.iter_mut().zip(&mut times).zip(&repeats) {
                times.decide[place].push(decided(engine.as_mut(), *at, *repeats));
            }
        }
    }
    println!(
        "{:<14}{:>10}{:>10}{:>10}{:>10}{:>12}{:>10}{:>10}",
        "", "decide", "slowest", "x aigov", "load", "x aigov", "bytes", ""
    );
    let mut own = None;
    for (engine, times) in engines.iter().zip(times) {
        let mut each: Vec<f64> = times.decide.into_iter().map(median).collect();
        each.sort_by(f64::total_cmp);
        let (decide, slowest, load) = (each[each.len() / 2], each[each.len() - 1], median(times.load));
        let (own_decide, own_load) = *own.get_or_insert((decide, load));
        println!(
            "{:<14}{decide:>10.2}{slowest:>10.2}{:>10.1}{load:>10.0}{:>12.1}{:>10}",
            engine.name(),
            decide / own_decide,
            load / own_load,
            engine.length()
        );
    }
}

/// How many decisions one reading of the clock holds.
fn repeats(engine: &mut dyn Engine) -> usize {
    let start = used();
    for at in 0..8 {
        black_box(engine.decide(at));
    }
    let one = (used() - start) / 8;
    (SHORTEST.as_nanos() / one.as_nanos().max(1)).clamp(1, 128) as usize
}

/// How long one decision takes, after one that is not timed: the engine before has filled the processor's caches.
fn decided(engine: &mut dyn Engine, at: usize, repeats: usize) -> Duration {
    black_box(engine.decide(at));
    engine.prepare(at, repeats);
    let start = used();
    for _ in 0..repeats {
        black_box(engine.decide(at));
    }
    (used() - start) / u32::try_from(repeats).unwrap()
}

/// The time that this thread has had on a processor: what others do on the machine does not count.
fn used() -> Duration {
    let spent = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(spent.tv_sec.unsigned_abs(), u32::try_from(spent.tv_nsec).unwrap())
}

/// In microseconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e6
}

/// What `exec` loads on each run.
fn example(rounds: usize) {
    let text = include_str!("../../../policy.example.toml");
    let mut own = Own::of_text(text, &[]);
    let times = (0..rounds * 20).map(|_| {
        let start = used();
        own.load();
        used() - start
    });
    println!("\npolicy.example.toml ({} bytes) loads in {:.0}", text.len(), median(times.collect()));
}
