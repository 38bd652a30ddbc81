//! No sequence of grants gives more than the humans have who made them, and no use is spent twice: over made-up policies,
//! people and grants, with what really approves as the judge.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

#[path = "support/policies.rs"]
mod policies;
mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::Barrier;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;
use std::time::Duration;

use aigov::approval::Setting;
use aigov::approval::decide::{Choice, Decided, decide as decides};
use aigov::approval::decider::{Channel, Decider};
use aigov::approval::granting::{Reach, Terms, draft};
use aigov::approval::outcome::Outcome;
use aigov::approval::request::Ask;
use aigov::approval::standing::lacks;
use aigov::broker::Broker;
use aigov::govern::grants::{Often, Wanted, answer};
use aigov::govern::review::{Looked, name_to_type};
use aigov::host::Host;
use aigov::host::identity::{Claim, attribute};
use aigov::host::paths::Places;
use aigov::ledger::{Access, HostStamp, SqliteLedger};
use aigov::model::action::{Action, Category, Environment, Impact};
use aigov::model::attribution::{Attribution, CallerKind};
use aigov::model::binding::Binding;
use aigov::model::decision::{Assurance, Decision, Verdict};
use aigov::model::grant::{Foreseen, Grant, GrantRow, RuleRef, Scope};
use aigov::model::ids::{Digest, GrantId, RequestId};
use aigov::model::invocation::{Form, Raw};
use aigov::model::ledger::{Batch, Durability, Ledger, LedgerError};
use aigov::model::record::{Draft, Event, Note};
use aigov::model::request::{RequestBody, RequestRow, RequestState};
use aigov::model::secret::Redacted;
use aigov::model::time::Instant;
use aigov::policy::layers::LayerKind;
use aigov::policy::{Policies, decide};
use aigov::redact::Redactor;
use policies::{NewLayer, Stack, caller, found, stack};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestRunner};
use support::Place;

const START: i64 = 1_800_000_000_000_000;
const HUMANS: [&str; 3] = ["alice@laptop", "bob@laptop", "carol@laptop"];
const PEOPLE: &str = "[humans.alice]\nidentities = [\"local:alice@laptop\"]\n[humans.bob]\nidentities = [\"local:bob@laptop\"]\n[groups]\nsre = [\"bob\"]\n";

fn ledger(path: &Path, now: &Arc<AtomicI64>) -> SqliteLedger {
    let now = Arc::clone(now);
    let stamp = HostStamp {
        boot_id: "boot".to_owned(),
        host: "host".to_owned(),
        now: Box::new(move || Instant::from_micros(now.load(Ordering::SeqCst))),
    };
    SqliteLedger::open(path, Access::ReadWrite, stamp).unwrap()
}

fn human(name: &str) -> Attribution {
    Attribution { kind: CallerKind::Human, on_behalf_of: Some(name.to_owned()), uid: 7, ..caller() }
}

fn agent_of(name: Option<&str>) -> Attribution {
    Attribution { agent: Some("bot".to_owned()), on_behalf_of: name.map(str::to_owned), ..caller() }
}

fn body(verdict: Verdict) -> RequestBody {
    RequestBody {
        command: Redacted::assume_clean("x".to_owned()),
        argv: vec![Redacted::assume_clean("[redacted:x".to_owned())],
        shell: None,
        cwd: Redacted::assume_clean("/x".to_owned()),
        variables: Vec::new(),
        reason: None,
        risk: None,
        verdict,
        policy: Vec::new(),
        policy_writable: false,
        facts: Vec::new(),
        binding: Binding::default(),
        inputs: Vec::new(),
        evidence: None,
        tests: None,
        rolls_back: None,
        identity: Digest::ZERO,
        expires: None,
        grants: Vec::new(),
        frozen: Vec::new(),
    }
}

fn record(event: Event, id: &RequestId, by: &Attribution) -> Draft {
    Draft {
        event,
        request: Some(id.clone()),
        execution: None,
        parent: None,
        attribution: by.clone(),
        commitments: Vec::new(),
    }
}

/// Files a request and gives its row.
fn filed(ledger: &mut SqliteLedger, id: &str, verdict: Verdict, by: &Attribution) -> RequestRow {
    let id = RequestId::new(id);
    let draft = record(Event::RequestPending(Box::new(body(verdict))), &id, by);
    let _done = ledger
        .transact(Durability::Process, &mut |_| Ok(Batch { records: vec![draft.clone()], ..Batch::default() }))
        .unwrap();
    ledger.request(&id).unwrap().unwrap()
}

/// Whether this human, alone, can really approve the request.
fn approves(
    ledger: &mut SqliteLedger,
    policies: &Policies,
    id: &str,
    verdict: &Verdict,
    by: &Attribution,
    name: &str,
) -> bool {
    let row = filed(ledger, id, verdict.clone(), by);
    let decider = Decider::local(&human(name), policies, Channel::Command);
    let name = name_to_type(policies, &row);
    let decided = Decided {
        choice: Choice::Approve,
        rationale: Some("as the grant says"),
        shown: None,
        preview: None,
        viewed_ms: None,
        looked: Looked { confirm: name.as_deref(), ..Looked::default() },
    };
    let done = decides(ledger, policies, &row.id, &decider, &Redactor::default(), &decided);
    done.is_ok_and(|row| row.state == RequestState::Approved)
}

/// A stack with people, and rules that name approvers. Most denials become questions, and most of what asks for more than one
/// human falls away: else hardly anything could be granted.
fn peopled() -> impl Strategy<Value = Stack> {
    let more = [
        "", "", "", "approvers = [\"sre\"]", "approvers = [\"alice\", \"sre\"]", "four_eyes = true",
        "grantable = false",
    ];
    let dice = proptest::collection::vec((select(more.to_vec()), 0..4_u8), 16);
    (stack(), any::<bool>(), any::<bool>(), dice).prop_map(|(mut stack, single, named, dice)| {
        let mut dice = dice.into_iter();
        let mut first = true;
        for (kind, layer) in &mut stack {
            let own = kind.is_base() && std::mem::take(&mut first);
            if kind.is_base() {
                let people = if named && own { PEOPLE } else { "" };
                layer.environments = format!("[approval]\nsingle_operator = {single}\n{}{people}", layer.environments);
                layer.default = Some(Decision::Ask);
            }
            for rule in &mut layer.rules {
                let (line, roll) = dice.next().unwrap_or(("", 0));
                if rule.decision == Decision::Deny && roll > 0 {
                    rule.decision = Decision::Ask;
                }
                if rule.decision == Decision::Ask {
                    rule.obligations.retain(|one| roll == 0 || one.starts_with("require"));
                    if !line.is_empty() && (named || !line.starts_with("approvers")) {
                        rule.obligations.retain(|one| !one.starts_with("approvals"));
                        rule.obligations.push(line);
                    }
                }
            }
        }
        stack
    })
}

fn loaded(stack: &[(LayerKind, NewLayer)]) -> Option<Policies> {
    use std::os::unix::fs::PermissionsExt;
    let place = tempfile::tempdir().unwrap();
    std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let file = |(kind, layer): &(LayerKind, NewLayer)| {
        let path = place.path().join(format!("{}.toml", kind.as_str()));
        std::fs::write(&path, layer.toml()).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        (*kind, path)
    };
    Policies::load(stack.iter().map(file).collect()).ok()
}

/// One grant: who makes it, from what, how wide; or one that holds everything, whoever could make such a thing.
#[derive(Debug, Clone)]
struct Made {
    human: usize,
    asked_for: usize,
    actions: Vec<Action>,
    wide: Vec<u8>,
    is_forged: bool,
}

fn made() -> impl Strategy<Value = Made> {
    (0..3_usize, 0..4_usize, found(), subsequence(vec![0_u8, 1, 2, 3, 4], 0..=5), any::<bool>()).prop_map(
        |(human, asked_for, actions, wide, is_forged)| Made {
            human,
            asked_for,
            actions: known(actions),
            wide,
            is_forged,
        },
    )
}

/// Most of them of a kind that can be granted. Local targets are absolute, so that it is known where they are.
fn known(mut actions: Vec<Action>) -> Vec<Action> {
    for (at, action) in actions.iter_mut().enumerate().filter(|(at, action)| (at + action.targets.len()) % 4 != 3) {
        action.categories = BTreeSet::from([if at == 0 { Category::Deploy } else { Category::Infra }]);
        if action.impact == Impact::Unknown {
            action.impact = Impact::Write;
        }
        if action.environment.is_unknown() {
            action.environment = Environment::named("staging");
        }
        action.tool = "kubectl".to_owned();
    }
    for action in actions.iter_mut().filter(|action| action.environment.is_local()) {
        action.targets.iter_mut().for_each(|target| *target = format!("/{target}"));
    }
    actions
}

fn everything(policies: &Policies, verdict: &Verdict, made: &Made, by: &Attribution, id: &str) -> Grant {
    let decider = Decider::local(&human(HUMANS[made.human]), policies, Channel::Command);
    let any = || vec!["*".to_owned()];
    Grant {
        id: GrantId::new(id),
        human: decider.human,
        identity: decider.identity,
        uid: 7,
        channel: "command".to_owned(),
        assurance: Assurance::A0,
        single_operator: true,
        from: RequestId::new("r-0"),
        scope: Scope {
            by: by.kind,
            agent: None,
            on_behalf_of: by.on_behalf_of.clone(),
            task: None,
            tool: verdict.actions[0].tool.clone(),
            operations: any(),
            impact: Impact::Unknown,
            categories: Category::ALL.into_iter().collect(),
            environments: policies::PLACES.iter().map(|name| (*name).to_owned()).collect(),
            places: None,
            services: any(),
            targets: any(),
        },
        rules: verdict
            .matches
            .iter()
            .map(|one| RuleRef::new(&one.rule, &one.origin))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        expires: Instant::from_micros(START).plus(Duration::from_secs(3600)),
        uses: 1000,
        rationale: Redacted::assume_clean("all of it".to_owned()),
        foreseen: Foreseen { since: Instant::from_micros(START), asked: 0, runs: 0, rejected: 0 },
        policy: Vec::new(),
    }
}

fn asker(at: usize) -> Attribution {
    agent_of(HUMANS.get(at).copied())
}

/// What a sequence of grants amounts to: those that could be made, and those that nobody should have been able to make.
fn grants(ledger: &mut SqliteLedger, policies: &Policies, all: &[Made], case: u32) -> Vec<GrantRow> {
    let mut rows = Vec::new();
    for (at, made) in all.iter().enumerate() {
        let by = asker(made.asked_for);
        let verdict = decide(policies, &by, made.actions.clone());
        let row = |grant: Grant| GrantRow { grant, made: Instant::from_micros(START), used: 0, ended: None };
        if made.is_forged {
            rows.push(row(everything(policies, &verdict, made, &by, &format!("g-{case}-{at}"))));
            continue;
        }
        let mut terms = Terms::usual(Redacted::assume_clean("why".to_owned()));
        let any = || vec!["*".to_owned()];
        for wide in &made.wide {
            match wide {
                0 => terms.targets = any(),
                1 => terms.services = any(),
                2 => terms.operations = any(),
                3 => terms.environments = ["dev", "staging", "production"].map(str::to_owned).to_vec(),
                _ => terms.reach = Reach::Everywhere,
            }
        }
        let asked = filed(ledger, &format!("r-{case}-g{at}"), verdict, &by);
        let decider = Decider::local(&human(HUMANS[made.human]), policies, Channel::Command);
        let mut number = 0;
        let mut ids = || {
            number += 1;
            Ok(GrantId::new(format!("g-{case}-{at}-{number}")))
        };
        let drawn = draft(policies, &asked, &decider, &terms, Instant::from_micros(START), &mut ids);
        rows.extend(drawn.unwrap_or_default().into_iter().map(row));
    }
    rows
}

#[test]
fn no_sequence_of_grants_gives_more_than_those_have_who_made_them() {
    let place = tempfile::Builder::new().prefix("aigov-rights-").tempdir_in("/dev/shm").unwrap();
    let now = Arc::new(AtomicI64::new(START));
    let ledger = std::cell::RefCell::new(ledger(&place.path().join("ledger.db"), &now));
    let (case, answered, forged) = (std::cell::Cell::new(0), std::cell::Cell::new(0), std::cell::Cell::new(0));
    let mut runner = TestRunner::new(Config { cases: 250, failure_persistence: None, ..Config::default() });
    let strategy =
        (peopled(), proptest::collection::vec(made(), 0..6), proptest::collection::vec((found(), 0..4_usize), 1..6));
    let result = runner.run(&strategy, |(stack, all, asked)| {
        let Some(policies) = loaded(&stack) else { return Err(TestCaseError::reject("it does not load")) };
        let mut ledger = ledger.borrow_mut();
        case.set(case.get() + 1);
        let rows = grants(&mut ledger, &policies, &all, case.get());
        // What was granted is asked for again, and so is what nobody spoke of.
        let again = all.iter().map(|made| (made.actions.clone(), made.asked_for));
        for (at, (actions, asked_for)) in asked.into_iter().chain(again).enumerate() {
            let by = asker(asked_for);
            let verdict = decide(&policies, &by, known(actions));
            let wanted =
                Wanted { verdict: &verdict, caller: &by, often: Often::AsWritten, now: Instant::from_micros(START) };
            let rights = |grant: &Grant| lacks(&policies, &verdict, &by, grant);
            let Ok(uses) = answer(&wanted, &rows, &rights) else { continue };
            answered.set(answered.get() + 1);
            for (number, one) in uses.iter().enumerate() {
                let grant = &rows.iter().find(|row| row.grant.id == one.grant).unwrap().grant;
                forged.set(forged.get() + u32::from(grant.scope.impact == Impact::Unknown));
                let name = grant.identity.trim_start_matches("local:");
                let id = format!("r-{}-{at}-{number}", case.get());
                prop_assert!(
                    approves(&mut ledger, &policies, &id, &verdict, &by, name),
                    "{name} could not approve it: {verdict:?}\n{grant:?}"
                );
                prop_assert!(
                    verdict
                        .actions
                        .iter()
                        .all(|action| action.environment != Environment::unknown() || !is_asked(&verdict, action))
                );
            }
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    assert!(answered.get() > 40, "too few were answered to show anything: {}", answered.get());
    assert!(forged.get() > 10, "too few by grants that are too wide: {}", forged.get());
}

fn is_asked(verdict: &Verdict, action: &Action) -> bool {
    let at = verdict.actions.iter().position(|one| std::ptr::eq(one, action));
    verdict.matches.iter().any(|found| Some(found.action) == at && found.decision == Decision::Ask)
}

const RACES: usize = 1_000;
const POLICY: &str = "schema = 1\n[approval]\nsingle_operator = true\n[[rules]]\nid = \"asks\"\ntier = 3\nwhen = { environment = \"local\", impact = [\"write\", \"destroy\"] }\n";

struct Inside {
    host: Host,
    places: Places,
    policies: Policies,
    caller: Attribution,
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
        Self { host, places, policies, caller }
    }

    fn exec(&self, ledger: &mut SqliteLedger, argv: &[&str]) -> Outcome {
        let invocation = self.host.invocation(Form::Argv(argv.iter().map(|word| Raw::from(*word)).collect()));
        let setting =
            Setting { host: &self.host, places: &self.places, policies: &self.policies, caller: self.caller.clone() };
        Broker { setting, ledger }.exec(&invocation, &Ask::default()).unwrap()
    }

    /// Makes grants from a request, with these targets.
    fn grant(&self, ledger: &mut SqliteLedger, row: &RequestRow, targets: &[String], uses: u32) -> Vec<GrantId> {
        let human = Attribution { kind: CallerKind::Human, agent: None, ..self.caller.clone() };
        let decider = Decider::local(&human, &self.policies, Channel::Command);
        let mut made = Vec::new();
        for target in targets {
            let mut terms = Terms::usual(Redacted::assume_clean("a race".to_owned()));
            (terms.uses, terms.targets) = (uses, vec![target.clone()]);
            let now = ledger.time().unwrap();
            made.extend(draft(&self.policies, row, &decider, &terms, now, &mut aigov::host::random::grant_id).unwrap());
        }
        let records: Vec<Draft> =
            made.iter().map(|grant| record(Event::GrantMade(Box::new(grant.clone())), &row.id, &human)).collect();
        let _done = ledger
            .transact(Durability::Power, &mut |_| Ok(Batch { records: records.clone(), ..Batch::default() }))
            .unwrap();
        made.into_iter().map(|grant| grant.id).collect()
    }
}

fn inside() -> (Place, tempfile::TempDir, Inside) {
    let mut place = Place::bare();
    place.write_policy(POLICY);
    // Thousands of flushes to a disk are not what is tried here.
    let memory = tempfile::Builder::new().prefix("aigov-grants-").tempdir_in("/dev/shm").unwrap();
    place.set("AIGOV_LEDGER", memory.path().join("ledger.db"));
    let inside = Inside::of(&place, memory.path());
    (place, memory, inside)
}

#[test]
fn two_racers_with_one_use_left_are_one_run_a_thousand_times() {
    let (place, _memory, inside) = inside();
    let now = Arc::new(AtomicI64::new(START));
    let open = || ledger(&inside.places.ledger, &now);
    let mut first = open();
    let Outcome::Ticket(row) = inside.exec(&mut first, &["mkdir", "asked"]) else { panic!("it is not asked") };
    let names: Vec<String> = (0..RACES).map(|number| format!("d{number}")).collect();
    let line = Barrier::new(2);
    let race = |names: &[String]| {
        let mut ledger = open();
        let mut won = Vec::new();
        for name in names {
            line.wait();
            match inside.exec(&mut ledger, &["mkdir", name]) {
                // A second run of `mkdir` would fail.
                Outcome::Ran { outcome, .. } => {
                    assert_eq!(outcome.exit_code, Some(0));
                    won.push(name.clone());
                }
                Outcome::Ticket(row) => assert_eq!(row.state, RequestState::Pending),
                _ => panic!("another outcome"),
            }
        }
        won
    };
    let (mut one, mut other) = (Vec::new(), Vec::new());
    for piece in names.chunks(25) {
        inside.grant(&mut first, &row, piece, 1);
        let (left, right) = thread::scope(|scope| {
            let (left, right) = (scope.spawn(|| race(piece)), scope.spawn(|| race(piece)));
            (left.join().unwrap(), right.join().unwrap())
        });
        one.extend(left);
        other.extend(right);
    }
    assert_eq!(one.len() + other.len(), RACES, "each use was spent once");
    assert!(!one.is_empty() && !other.is_empty(), "there was no race: {} to {}", one.len(), other.len());
    assert!(names.iter().all(|name| place.tree().join(name).is_dir()));
    place.verify();
}

#[test]
fn a_clock_that_went_back_holds_grants_back_and_once_it_is_accepted_they_have_ended() {
    let (place, _memory, inside) = inside();
    let now = Arc::new(AtomicI64::new(START));
    let mut ledger = ledger(&inside.places.ledger, &now);
    let Outcome::Ticket(row) = inside.exec(&mut ledger, &["mkdir", "a"]) else { panic!("it is not asked") };
    let id = inside.grant(&mut ledger, &row, &["*".to_owned()], 10).remove(0);
    assert!(matches!(inside.exec(&mut ledger, &["mkdir", "b"]), Outcome::Ran { .. }));
    now.fetch_sub(3_600_000_000, Ordering::SeqCst);
    let Outcome::Denied { hold: Some(hold), .. } = inside.exec(&mut ledger, &["mkdir", "c"]) else { panic!("it ran") };
    assert_eq!(hold.rule(), "clock");
    let accepted = record(Event::ClockAccepted(Note { note: "seen".to_owned() }), &row.id, &inside.caller);
    let _done = ledger
        .transact(Durability::Power, &mut |_| {
            Ok::<_, LedgerError>(Batch { records: vec![accepted.clone()], ..Batch::default() })
        })
        .unwrap();
    assert!(matches!(inside.exec(&mut ledger, &["mkdir", "c"]), Outcome::Ticket(_)));
    let ended = ledger.grant(&id).unwrap().unwrap();
    assert!(ended.ended.is_some() && ended.used == 1);
    now.fetch_add(2 * 3_600_000_000, Ordering::SeqCst);
    assert!(matches!(inside.exec(&mut ledger, &["mkdir", "d"]), Outcome::Ticket(_)));
    assert!(!place.tree().join("c").exists() && !place.tree().join("d").exists());
    ledger.rebuild_projections().unwrap();
    assert!(ledger.grant(&id).unwrap().unwrap().ended.is_some());
}

#[test]
fn the_ledger_takes_no_run_by_a_grant_that_is_over() {
    let (_place, _memory, inside) = inside();
    let now = Arc::new(AtomicI64::new(START));
    let mut ledger = ledger(&inside.places.ledger, &now);
    let Outcome::Ticket(row) = inside.exec(&mut ledger, &["mkdir", "a"]) else { panic!("it is not asked") };
    let id = inside.grant(&mut ledger, &row, &["*".to_owned()], 1).remove(0);
    let run = |count: u32, id: &GrantId, name: &str| {
        let grants = vec![aigov::model::grant::GrantUse { grant: id.clone(), count }];
        let body = RequestBody { grants, ..row.body.clone() };
        record(Event::RequestAllowed(Box::new(body)), &RequestId::new(name), &inside.caller)
    };
    let mut append = |draft: Draft| {
        ledger
            .transact(Durability::Process, &mut |_| Ok(Batch { records: vec![draft.clone()], ..Batch::default() }))
            .is_ok()
    };
    assert!(!append(run(2, &id, "r-2")), "more than it has");
    assert!(!append(run(0, &id, "r-0")), "none at all");
    assert!(!append(run(1, &GrantId::new("g-none"), "r-3")), "one that is not there");
    now.fetch_add(9 * 3_600_000_000, Ordering::SeqCst);
    assert!(!append(run(1, &id, "r-4")), "one that is over");
}
