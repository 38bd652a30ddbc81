//! Two who run one approval at the same moment, a thousand times: it is spent once each time.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::thread;

use aigov::approval::Setting;
use aigov::approval::decide::{Choice, Decided, decide};
use aigov::approval::decider::{Channel, Decider};
use aigov::approval::outcome::Outcome;
use aigov::approval::request::Ask;
use aigov::broker::Broker;
use aigov::govern::review::Looked;
use aigov::host::identity::{Claim, attribute};
use aigov::host::paths::Places;
use aigov::host::{Host, clock};
use aigov::ledger::{Access, HostStamp, SqliteLedger};
use aigov::model::attribution::{Attribution, CallerKind};
use aigov::model::ids::RequestId;
use aigov::model::invocation::{Form, Raw};
use aigov::model::request::RequestState;
use aigov::policy::Policies;
use aigov::policy::layers::LayerKind;
use aigov::redact::Redactor;
use support::Place;
use tempfile::TempDir;

const APPROVALS: usize = 1_000;
/// How many of them are raced for by whole processes.
const BY_PROCESSES: usize = 24;

/// A place, seen from within the process.
struct Inside {
    host: Host,
    places: Places,
    policies: Policies,
    caller: Attribution,
    ledger: PathBuf,
}

impl Inside {
    fn of(place: &Place, memory: &Path) -> Self {
        let env = [
            ("HOME", place.home().display().to_string()),
            ("PATH", "/usr/bin:/bin".to_owned()),
            ("AIGOV_AGENT", "racer".to_owned()),
            ("AIGOV_LEDGER", memory.join("ledger.db").display().to_string()),
        ];
        let env = env.map(|(name, value)| (Raw::from(name), Raw::from(value.as_str()))).to_vec();
        let host = Host::assemble(env, place.tree(), rustix::process::getuid().as_raw());
        let places = Places::find(&host).unwrap();
        let policies = Policies::load(vec![(LayerKind::User, place.policy())]).unwrap();
        let caller = attribute(&host, &Claim::default());
        Self { ledger: places.ledger.clone(), host, places, policies, caller }
    }

    fn ledger(&self) -> SqliteLedger {
        let stamp = HostStamp { boot_id: clock::boot_id(), host: clock::hostname(), now: Box::new(clock::now) };
        SqliteLedger::open(&self.ledger, Access::ReadWrite, stamp).unwrap()
    }

    fn setting(&self) -> Setting<'_> {
        Setting { host: &self.host, places: &self.places, policies: &self.policies, caller: self.caller.clone() }
    }

    /// A request to make the directory of this number, approved by a human.
    fn approved(&self, ledger: &mut SqliteLedger, number: usize) -> RequestId {
        let argv = ["./spend".to_owned(), number.to_string()].map(|word| Raw::from(word.as_str()));
        let invocation = self.host.invocation(Form::Argv(argv.to_vec()));
        let ask = Ask { reason: Some("a race".to_owned()), ..Ask::default() };
        let outcome = Broker { setting: self.setting(), ledger }.exec(&invocation, &ask).unwrap();
        let Outcome::Ticket(row) = outcome else { panic!("it is not asked") };
        let human = Attribution { kind: CallerKind::Human, agent: None, ..self.caller.clone() };
        let decided = Decided {
            choice: Choice::Approve,
            rationale: Some("a race"),
            shown: None,
            preview: row.preview.as_ref().map(|preview| preview.digest),
            viewed_ms: None,
            looked: Looked::default(),
        };
        let decider = Decider::local(&human, &self.policies, Channel::Command);
        let row = decide(ledger, &self.policies, &row.id, &decider, &Redactor::default(), &decided).unwrap();
        assert_eq!(row.state, RequestState::Approved);
        row.id
    }
}

fn place() -> (Place, TempDir) {
    // A thousand approvals in a minute, each for the same reason.
    let gates = ["min_review", "min_rationale", "fresh_rationale", "burst"];
    let is_gate = |line: &&str| gates.iter().any(|gate| line.starts_with(gate));
    let mut place = Place::with(|policy| policy.lines().filter(|line| !is_gate(line)).collect::<Vec<_>>().join("\n"));
    // A program that nobody knows, and that fails when it is run a second time for the same number.
    fs::copy("/bin/mkdir", place.tree().join("spend")).unwrap();
    // Three thousand flushes to a disk are not what is tried here.
    let memory = tempfile::Builder::new().prefix("aigov-race-").tempdir_in("/dev/shm").unwrap();
    place.set("AIGOV_LEDGER", memory.path().join("ledger.db"));
    place.agent(&["exec", "--", "ls"]).ended(0);
    (place, memory)
}

#[test]
fn two_racers_spend_each_of_a_thousand_approvals_once() {
    let (place, memory) = place();
    let inside = Inside::of(&place, memory.path());
    let mut ledger = inside.ledger();
    let tickets: Vec<RequestId> = (0..APPROVALS).map(|number| inside.approved(&mut ledger, number)).collect();
    let line = Barrier::new(2);
    let race = |_racer: usize| {
        let mut ledger = inside.ledger();
        let mut won = Vec::new();
        for id in &tickets {
            line.wait();
            match (Broker { setting: inside.setting(), ledger: &mut ledger }).run(id) {
                Ok(Outcome::Ran { outcome, .. }) => {
                    assert_eq!(outcome.exit_code, Some(0));
                    won.push(id.clone());
                }
                Ok(Outcome::Ticket(row)) => assert!(row.state != RequestState::Approved, "it is still to be had"),
                Ok(_) => panic!("another outcome"),
                // Spent and erased between the first look and the second: it had been somebody else's then.
                Err(error) => assert!(error.text.contains("sealed bytes are gone"), "{error}"),
            }
        }
        won
    };
    let (one, other) = thread::scope(|scope| {
        let (one, other) = (scope.spawn(|| race(0)), scope.spawn(|| race(1)));
        (one.join().unwrap(), other.join().unwrap())
    });
    assert_eq!(one.len() + other.len(), APPROVALS, "each was spent once");
    assert!(one.iter().all(|id| !other.contains(id)));
    assert!(!one.is_empty() && !other.is_empty(), "there was no race: {} to {}", one.len(), other.len());
    for number in 0..APPROVALS {
        assert!(place.tree().join(number.to_string()).is_dir(), "{number}");
    }
    place.verify();
}

#[test]
fn two_processes_that_race_spend_each_approval_once() {
    let (place, memory) = place();
    let inside = Inside::of(&place, memory.path());
    let mut ledger = inside.ledger();
    for number in 0..BY_PROCESSES {
        let id = inside.approved(&mut ledger, number);
        let codes: Vec<i32> = thread::scope(|scope| {
            let racers: Vec<_> = (0..2).map(|_| scope.spawn(|| place.agent(&["run", id.as_str()]).code)).collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
        assert!(place.tree().join(number.to_string()).is_dir());
    }
    place.verify();
}
