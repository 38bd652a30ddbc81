//! Who may decide, through the one function that every channel calls, and as a user sees it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use aigov::approval::Setting;
use aigov::approval::decide::{Choice, Decided, decide};
use aigov::approval::decider::{Channel, Decider, Proof};
use aigov::approval::outcome::Outcome;
use aigov::approval::owed;
use aigov::approval::request::Ask;
use aigov::approval::settle::settle;
use aigov::broker::Broker;
use aigov::error::Error;
use aigov::govern::review::Looked;
use aigov::host::identity::{Claim, attribute};
use aigov::host::paths::Places;
use aigov::host::{Host, clock};
use aigov::ledger::{Access, HostStamp, SqliteLedger};
use aigov::model::attribution::{Attribution, CallerKind};
use aigov::model::ids::RequestId;
use aigov::model::invocation::{Form, Raw};
use aigov::model::ledger::{Batch, Durability, Ledger};
use aigov::model::record::{Draft, Event};
use aigov::model::request::{RequestRow, RequestState};
use aigov::model::time::Instant;
use aigov::policy::Policies;
use aigov::policy::layers::LayerKind;
use aigov::redact::Redactor;
use support::Place;

/// The people; the one at this machine is `me`.
fn people(me: &str) -> String {
    format!(
        "[humans.me]\nidentities = [\"local:{me}\"]\n[humans.ann]\nidentities = [\"local:ann@desk\"]\n\
         [humans.ben]\nidentities = [\"local:ben@desk\"]\n[humans.dan]\nidentities = [\"local:dan@desk\"]\n\
         [humans.eve]\nidentities = [\"local:eve@desk\"]\n\
         [groups]\nsre = [\"ann\", \"ben\"]\nsecurity = [\"dan\"]\ncto = [\"eve\"]\n"
    )
}

/// A place whose policy asks for what nobody knows, by a rule with this in it.
struct Here {
    place: Place,
    host: Host,
    places: Places,
    policies: Policies,
    caller: Attribution,
    ledger: PathBuf,
    /// What the ledger takes for the time.
    now: Arc<AtomicI64>,
}

impl Here {
    fn new(rule: &str, more: &str) -> Self {
        let mut place = Place::bare();
        let ledger = place.dir.path().join("memory.db");
        place.set("AIGOV_LEDGER", &ledger);
        let env = [
            ("HOME", place.home().display().to_string()),
            ("PATH", "/usr/bin:/bin".to_owned()),
            ("AIGOV_AGENT", "tester".to_owned()),
            ("AIGOV_LEDGER", ledger.display().to_string()),
        ];
        let env = env.map(|(name, value)| (Raw::from(name), Raw::from(value.as_str()))).to_vec();
        let host = Host::assemble(env, place.tree(), rustix::process::getuid().as_raw());
        let caller = attribute(&host, &Claim::default());
        let me = caller.on_behalf_of.clone().unwrap();
        place.write_policy(&format!(
            "schema = 1\n{more}\n{}\n[owners]\nplatform = \"#platform-oncall\"\n[[rules]]\nid = \"unknown-asks\"\nowner = \"platform\"\ntier = 3\n\
             when = {{ impact = \"unknown\" }}\n{rule}\n[[rules]]\nid = \"reads-run\"\nowner = \"platform\"\ntier = 1\nwhen = {{ impact = \"read\", category = [\"observe\", \"docs\", \"code\"] }}\n",
            people(&me)
        ));
        let places = Places::find(&host).unwrap();
        let policies = Policies::load(vec![(LayerKind::User, place.policy())]).unwrap_or_else(|e| panic!("{e}"));
        place.agent(&["exec", "--", "ls"]).ended(0);
        Self { ledger, place, host, places, policies, caller, now: Arc::new(AtomicI64::new(clock::now().micros)) }
    }

    fn ledger(&self) -> SqliteLedger {
        let now = Arc::clone(&self.now);
        let stamp = HostStamp {
            boot_id: clock::boot_id(),
            host: clock::hostname(),
            now: Box::new(move || Instant::from_micros(now.load(Ordering::SeqCst))),
        };
        SqliteLedger::open(&self.ledger, Access::ReadWrite, stamp).unwrap()
    }

    fn at(&self, text: &str) {
        self.now.store(Instant::parse(text).unwrap().micros, Ordering::SeqCst);
    }

    fn later(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    fn setting(&self) -> Setting<'_> {
        Setting { host: &self.host, places: &self.places, policies: &self.policies, caller: self.caller.clone() }
    }

    /// What comes of asking for something that nobody knows.
    fn asked(&self, ledger: &mut SqliteLedger, word: &str) -> Outcome {
        let argv = ["python3", "-c", word].map(Raw::from).to_vec();
        let invocation = self.host.invocation(Form::Argv(argv));
        let ask = Ask { reason: Some("a test".to_owned()), ..Ask::default() };
        Broker { setting: self.setting(), ledger }.exec(&invocation, &ask).unwrap()
    }

    fn ask(&self, ledger: &mut SqliteLedger, word: &str) -> RequestRow {
        let Outcome::Ticket(row) = self.asked(ledger, word) else { panic!("it is not asked") };
        *row
    }

    /// A human of the policy, each under a user id of their own.
    fn human(&self, name: &str, channel: Channel) -> Decider {
        let number = name.bytes().fold(2000_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
        let by = Attribution { kind: CallerKind::Human, agent: None, uid: number, ..self.caller.clone() };
        let identity = match name {
            "me" => format!("local:{}", self.caller.on_behalf_of.clone().unwrap()),
            name => format!("local:{name}@desk"),
        };
        Decider::of(&self.policies, identity, channel, Proof::UserId, by)
    }

    fn decide(&self, ledger: &mut SqliteLedger, id: &RequestId, by: &str, choice: Choice) -> Result<RequestRow, Error> {
        let preview = ledger.request(id).unwrap().unwrap().preview.map(|preview| preview.digest);
        let decided = Decided {
            choice,
            rationale: Some("looked at it"),
            shown: None,
            preview,
            viewed_ms: None,
            looked: Looked::default(),
        };
        let by = self.human(by, Channel::Command);
        decide(ledger, &self.policies, id, &by, &Redactor::default(), &decided)
    }

    #[track_caller]
    fn approves(&self, ledger: &mut SqliteLedger, row: &RequestRow, by: &str) -> RequestState {
        self.decide(ledger, &row.id, by, Choice::Approve).unwrap_or_else(|error| panic!("{by}: {error}")).state
    }

    /// That the decision is refused with these words, and recorded with its channel.
    #[track_caller]
    fn refuses(&self, ledger: &mut SqliteLedger, row: &RequestRow, (by, choice): (&str, Choice), words: &str) {
        let error = self.decide(ledger, &row.id, by, choice).unwrap_err();
        assert!(error.text.contains(words), "{}", error.text);
        let last = ledger.records_of(&row.id).unwrap().pop().unwrap();
        let Event::AttemptRefused(refusal) = last.event else { panic!("it is not recorded") };
        assert_eq!(refusal.channel.as_deref(), Some("command"));
        assert_eq!(refusal.identity, Some(self.human(by, Channel::Command).identity));
        assert_eq!(refusal.why, error.text);
    }
}

#[test]
fn stages_are_approved_in_order_by_those_they_name() {
    let here = Here::new("stages = [{ approvers = [\"sre\"], approvals = 2 }, { approvers = [\"security\"] }]", "");
    let mut ledger = here.ledger();
    let row = here.ask(&mut ledger, "1");
    let approve = Choice::Approve;
    here.refuses(
        &mut ledger,
        &row,
        ("dan", approve),
        "waits for 2 of sre (stage 1 of 2), then security; dan is none of them",
    );
    here.refuses(&mut ledger, &row, ("eve", approve), "eve is none of them");
    assert_eq!(here.approves(&mut ledger, &row, "ann"), RequestState::Pending);
    here.refuses(&mut ledger, &row, ("ann", approve), "ann has already approved");
    here.refuses(&mut ledger, &row, ("dan", approve), "waits for 2 of sre, so far ann");
    assert_eq!(here.approves(&mut ledger, &row, "ben"), RequestState::Pending);
    here.refuses(&mut ledger, &row, ("ben", approve), "already approved");
    assert_eq!(here.approves(&mut ledger, &row, "dan"), RequestState::Approved);
    here.refuses(&mut ledger, &row, ("eve", Choice::Reject), "is approved, so there is nothing to decide");
    here.place.verify();
    // What each counted for stands in the listing.
    let approvals = &here.place.audit()[0]["approvals"];
    assert_eq!((&approvals[0]["as"][0], &approvals[2]["as"][0]), (&"sre".into(), &"security".into()));
}

#[test]
fn a_rejection_at_any_stage_ends_it_and_only_those_who_decide_reject() {
    let here = Here::new("stages = [{ approvers = [\"sre\"] }, { approvers = [\"security\"] }]", "");
    let mut ledger = here.ledger();
    for (number, by) in ["ann", "dan", "me"].into_iter().enumerate() {
        let row = here.ask(&mut ledger, &number.to_string());
        here.refuses(&mut ledger, &row, ("eve", Choice::Reject), "sre or security decides on request");
        here.refuses(&mut ledger, &row, ("mallory", Choice::Reject), "is none of the humans that policy knows");
        // Those of a later stage, and the one for whom it was asked, may say no as well.
        let rejected = here.decide(&mut ledger, &row.id, by, Choice::Reject).unwrap();
        assert_eq!(rejected.state, RequestState::Rejected);
        here.refuses(&mut ledger, &row, ("ann", Choice::Approve), "is rejected");
    }
}

#[test]
fn nobody_approves_what_was_asked_for_them_unless_policy_lets_a_team_of_one() {
    let own = "another human has to decide";
    let team_of_one = "[approval]\nsingle_operator = true\n";
    for (rule, more, who) in [
        ("approvers = [\"me\", \"ann\"]", "", Some(own)),
        ("approvers = [\"me\", \"ann\"]", team_of_one, None),
        ("approvers = [\"me\", \"ann\"]\nfour_eyes = true", team_of_one, Some(own)),
        ("", "", Some(own)),
        ("", team_of_one, None),
    ] {
        let here = Here::new(rule, more);
        let mut ledger = here.ledger();
        let row = here.ask(&mut ledger, "1");
        match who {
            Some(words) => here.refuses(&mut ledger, &row, ("me", Choice::Approve), words),
            None => {
                assert_eq!(here.approves(&mut ledger, &row, "me"), RequestState::Approved);
                assert!(ledger.request(&row.id).unwrap().unwrap().approvals[0].single_operator);
            }
        }
    }
}

#[test]
fn whom_policy_does_not_know_decides_nothing_whatever_they_are_called() {
    let here = Here::new("", "");
    let mut ledger = here.ledger();
    let row = here.ask(&mut ledger, "1");
    here.refuses(&mut ledger, &row, ("mallory", Choice::Approve), "`local:mallory@desk` is none of the humans");
    // A signer that nobody enrolled, with the name of one who may.
    let by = Attribution { kind: CallerKind::Human, agent: None, uid: 7, ..here.caller.clone() };
    let identity = "signer:ann".to_owned();
    let decider = Decider::of(&here.policies, identity, Channel::Command, Proof::UserId, by);
    assert_eq!(decider.human, "ann");
    let decided = Decided {
        choice: Choice::Approve,
        rationale: None,
        shown: None,
        preview: None,
        viewed_ms: None,
        looked: Looked::default(),
    };
    let error = decide(&mut ledger, &here.policies, &row.id, &decider, &Redactor::default(), &decided).unwrap_err();
    assert!(error.text.contains("none of the humans"), "{}", error.text);
    // An agent's process decides nothing, in whosever name.
    let decider = Decider { brought_by: here.caller.clone(), ..here.human("ann", Channel::Terminal) };
    let error = decide(&mut ledger, &here.policies, &row.id, &decider, &Redactor::default(), &decided).unwrap_err();
    assert!(error.text.contains("only humans decide"), "{}", error.text);
    assert_eq!(here.approves(&mut ledger, &row, "ann"), RequestState::Approved);
}

#[test]
fn an_escalation_is_recorded_once_by_whoever_opens_the_ledger_and_lets_others_approve() {
    let here = Here::new("approvers = [\"sre\"]\nescalate = [{ after = \"2h\", to = [\"cto\"] }]", "");
    let mut ledger = here.ledger();
    let row = here.ask(&mut ledger, "1");
    let caller = here.caller.clone();
    let escalations = || {
        let mut ledger = here.ledger();
        let open = ledger.pending().unwrap();
        settle(&mut ledger, &caller, &open, &here.policies).unwrap();
        let records = ledger.records_of(&row.id).unwrap();
        records.iter().filter(|record| record.event.name() == "request_escalated").count()
    };
    here.later(7199);
    assert_eq!(escalations(), 0);
    here.refuses(&mut ledger, &row, ("eve", Choice::Approve), "also cto; eve is none of them");
    here.later(2);
    assert_eq!((escalations(), escalations()), (1, 1));
    assert_eq!(ledger.request(&row.id).unwrap().unwrap().state, RequestState::Pending, "it approves nothing");
    assert_eq!(here.approves(&mut ledger, &row, "eve"), RequestState::Approved);
    // Where nobody has opened the ledger since, the decision brings it along.
    let other = here.ask(&mut ledger, "2");
    here.later(7201);
    assert_eq!(here.approves(&mut ledger, &other, "eve"), RequestState::Approved);
    let names: Vec<_> = ledger.records_of(&other.id).unwrap().iter().map(|record| record.event.name()).collect();
    assert!(names.ends_with(&["request_escalated", "request_approved"]), "{names:?}");
    here.place.verify();
}

/// A window of 2027 with somebody who may override it.
const WINDOW: &str = "[[freeze_windows]]\nname = \"year-end\"\nfrom = \"2027-01-10 12:00\"\nuntil = \"2027-01-10 18:00\"\nzone = \"Europe/Berlin\"\nreason = \"audit\"\n";

#[test]
fn in_a_freeze_window_the_first_to_approve_is_one_who_may_override_it() {
    let here = Here::new(
        "approvers = [\"sre\"]",
        &format!("[approval]\nbreak_glass = [\"ann\"]\n{WINDOW}approvers = [\"cto\"]"),
    );
    let mut ledger = here.ledger();
    here.at("2027-01-10T10:59:00Z");
    let before = here.ask(&mut ledger, "before");
    assert_eq!(here.approves(&mut ledger, &before, "ann"), RequestState::Approved);
    here.later(60);
    // What was approved before it began does not start in it.
    let mut broker = Broker { setting: here.setting(), ledger: &mut ledger };
    let Outcome::Denied { hold: Some(hold), .. } = broker.run(&before.id).unwrap() else { panic!("it ran") };
    assert_eq!(hold.why(), "frozen by window `year-end` until 2027-01-10 18:00 Europe/Berlin: audit");
    let row = here.ask(&mut ledger, "within");
    assert_eq!(row.body.frozen[0].window, "year-end");
    here.refuses(
        &mut ledger,
        &row,
        ("ben", Choice::Approve),
        "until 2027-01-10 18:00 Europe/Berlin: audit; cto approves first in it",
    );
    assert_eq!(here.approves(&mut ledger, &row, "eve"), RequestState::Pending);
    here.refuses(&mut ledger, &row, ("eve", Choice::Approve), "already approved");
    assert_eq!(here.approves(&mut ledger, &row, "ben"), RequestState::Approved);
    let mut broker = Broker { setting: here.setting(), ledger: &mut ledger };
    let Outcome::Ran { .. } = broker.run(&row.id).unwrap() else { panic!("it did not run") };
    // Broken glass needs neither.
    let row = here.ask(&mut ledger, "emergency");
    here.decide(&mut ledger, &row.id, "ann", Choice::BreakGlass).unwrap();
    let mut broker = Broker { setting: here.setting(), ledger: &mut ledger };
    let Outcome::Ran { .. } = broker.run(&row.id).unwrap() else { panic!("it did not run") };
    // And when it is over, nobody is asked for it.
    here.at("2027-01-10T17:00:00Z");
    let row = here.ask(&mut ledger, "after");
    assert_eq!(here.approves(&mut ledger, &row, "ben"), RequestState::Approved);
}

#[test]
fn a_window_that_nobody_may_override_refuses_at_once() {
    let here = Here::new("", WINDOW);
    let mut ledger = here.ledger();
    here.at("2027-01-10T12:00:00Z");
    let Outcome::Denied { hold: Some(hold), .. } = here.asked(&mut ledger, "1") else { panic!("it is asked") };
    assert_eq!(hold.rule(), "freeze-window");
    // Plain reads run.
    let invocation = here.host.invocation(Form::Argv(vec![Raw::from("ls")]));
    let mut broker = Broker { setting: here.setting(), ledger: &mut ledger };
    assert!(matches!(broker.exec(&invocation, &Ask::default()), Ok(Outcome::Ran { .. })));
}

#[test]
fn broken_glass_skips_approvers_and_nothing_else_and_owes_a_review_by_another() {
    let glass = "[approval]\nbreak_glass = [\"me\", \"ann\"]\n";
    let here = Here::new("stages = [{ approvers = [\"security\"] }, { approvers = [\"cto\"] }]", glass);
    let mut ledger = here.ledger();
    let row = here.ask(&mut ledger, "1");
    let broken = Choice::BreakGlass;
    here.refuses(&mut ledger, &row, ("ben", broken), "me or ann may break the glass, and ben is none of them");
    here.refuses(&mut ledger, &row, ("dan", broken), "dan is none of them");
    here.refuses(&mut ledger, &row, ("mallory", broken), "none of the humans");
    let by = here.human("me", Channel::Terminal);
    let decided = Decided {
        choice: broken,
        rationale: Some(" "),
        shown: None,
        preview: None,
        viewed_ms: None,
        looked: Looked::default(),
    };
    let error = decide(&mut ledger, &here.policies, &row.id, &by, &Redactor::default(), &decided).unwrap_err();
    assert!(error.text.contains("who breaks the glass says why"), "{}", error.text);
    // The one for whom it was asked may, and the record says so.
    let row = here.decide(&mut ledger, &row.id, "me", broken).unwrap();
    assert_eq!(row.state, RequestState::Approved);
    assert!(row.approvals[0].break_glass && row.approvals[0].single_operator);
    let review = |ledger: &mut SqliteLedger, by: &str, text: &str| {
        owed::review(ledger, &here.policies, &row.id, &here.human(by, Channel::Command), &Redactor::default(), text)
    };
    for (by, text, words) in [
        ("me", "fine", "another human reviews it"),
        ("mallory", "fine", "none of the humans"),
        ("dan", "", "says what they found"),
    ] {
        let error = review(&mut ledger, by, text).unwrap_err();
        assert!(error.text.contains(words), "{}", error.text);
        assert_eq!(ledger.records_of(&row.id).unwrap().pop().unwrap().event.name(), "attempt_refused");
    }
    assert_eq!(ledger.owed().unwrap().len(), 1);
    review(&mut ledger, "dan", "the pod was down; it was right").unwrap();
    assert_eq!(ledger.owed().unwrap(), []);
    assert!(review(&mut ledger, "ann", "fine").unwrap_err().text.contains("was reviewed by dan already"));
    here.place.verify();

    // Rules that want more assurance, four eyes, or deny are not skipped.
    for (rule, words) in
        [("min_assurance = \"A1\"", "wants assurance A1"), ("four_eyes = true", "another human has to decide")]
    {
        let here = Here::new(rule, glass);
        let mut ledger = here.ledger();
        let row = here.ask(&mut ledger, "1");
        here.refuses(&mut ledger, &row, ("me", broken), words);
    }
    let here = Here::new("", "");
    let mut ledger = here.ledger();
    let row = here.ask(&mut ledger, "1");
    here.refuses(&mut ledger, &row, ("ann", broken), "policy lets nobody break the glass");
}

/// How often two channels decide at the same moment.
const RACES: usize = 1_000;

#[test]
fn two_channels_that_decide_at_once_a_thousand_times_make_one_decision_each_time() {
    let here = Here::new("approvers = [\"sre\"]", "");
    let memory = tempfile::Builder::new().prefix("aigov-deciders-").tempdir_in("/dev/shm").unwrap();
    let path = memory.path().join("ledger.db");
    let open = || {
        let stamp = HostStamp { boot_id: clock::boot_id(), host: clock::hostname(), now: Box::new(clock::now) };
        SqliteLedger::open(&path, Access::ReadWrite, stamp).unwrap()
    };
    let mut ledger = open();
    let first = here.ask(&mut ledger, "1");
    let draft = |number: usize| Draft {
        event: Event::RequestPending(Box::new(first.body.clone())),
        request: Some(RequestId::new(format!("r-race{number}"))),
        execution: None,
        parent: None,
        attribution: here.caller.clone(),
        commitments: Vec::new(),
    };
    let mut drafts: Vec<Draft> = (0..RACES).map(draft).collect();
    let tickets: Vec<RequestId> = drafts.iter().filter_map(|draft| draft.request.clone()).collect();
    let _all = ledger
        .transact(Durability::Process, &mut |_| Ok(Batch { records: std::mem::take(&mut drafts), ..Batch::default() }))
        .unwrap();
    let line = Barrier::new(2);
    let (policies, ann, ben) =
        (&here.policies, here.human("ann", Channel::Terminal), here.human("ben", Channel::Command));
    let race = |by: &Decider, choice: Choice| -> Vec<usize> {
        let mut ledger = open();
        let mut won = Vec::new();
        for (number, id) in tickets.iter().enumerate() {
            line.wait();
            let decided = Decided {
                choice,
                rationale: Some("a race"),
                shown: None,
                preview: None,
                viewed_ms: None,
                looked: Looked::default(),
            };
            match decide(&mut ledger, policies, id, by, &Redactor::default(), &decided) {
                Ok(_) => won.push(number),
                Err(error) => assert!(error.text.contains("so there is nothing to decide"), "{error}"),
            }
        }
        won
    };
    let (yes, no) = thread::scope(|scope| {
        let (one, other) = (scope.spawn(|| race(&ann, Choice::Approve)), scope.spawn(|| race(&ben, Choice::Reject)));
        (one.join().unwrap(), other.join().unwrap())
    });
    assert_eq!(yes.len() + no.len(), RACES, "each was decided once");
    assert!(!yes.is_empty() && !no.is_empty(), "there was no race: {} to {}", yes.len(), no.len());
    for (number, id) in tickets.iter().enumerate() {
        let row = ledger.request(id).unwrap().unwrap();
        let wanted = if yes.contains(&number) { RequestState::Approved } else { RequestState::Rejected };
        assert_eq!((row.state, row.approvals.len()), (wanted, 1), "{id}");
        let refused = ledger.records_of(id).unwrap().iter().filter(|one| one.event.name() == "attempt_refused").count();
        assert_eq!(refused, 1, "the other's is recorded as refused");
    }
    assert!(aigov::ledger::verify::verify(&path, None).unwrap().is_sound());
}

#[test]
fn a_user_sees_who_decides_and_what_is_owed() {
    let rule = "stages = [{ approvers = [\"sre\"], approvals = 2 }, { approvers = [\"security\"] }]";
    let here = Here::new(rule, "[approval]\nbreak_glass = [\"me\"]\n");
    let place = &here.place;
    let words = place.agent(&["exec", "--reason", "r", "--", "python3", "-c", "print(1)"]).ended(75);
    assert!(words.err.contains("a human decides with `aigov approve r-"), "{}", words.err);
    assert!(words.err.contains("  decides  2 of sre (stage 1 of 2), then security\n"), "{}", words.err);
    assert!(words.err.contains("  decides  platform (#platform-oncall)\n"), "{}", words.err);
    let asked = place.ask(&["python3", "-c", "print(1)"]).ended(75);
    assert_eq!(asked.status()["decides"][0], "2 of sre (stage 1 of 2), then security");
    let ticket = asked.ticket();
    let page = place.agent(&["show", "--no-pager", &ticket]).ended(0).out;
    assert!(page.contains("decides    2 of sre (stage 1 of 2), then security\n"), "{page}");
    assert!(page.contains("           the rule is platform (#platform-oncall)'s\n"), "{page}");
    let json = place.agent(&["show", "--json", &ticket]).ended(0).json();
    assert_eq!(json["waits_for"][0], "2 of sre (stage 1 of 2), then security");

    place.human(&["approve", &ticket, "--rationale", "y"]).ended(77);
    // The glass is broken by typing the ticket, at a terminal, by a human, with a reason.
    let break_it = ["approve", &ticket, "--break-glass", "--rationale", "production is down"];
    place.agent(&break_it).ended(77);
    place.human(&["approve", &ticket, "--break-glass"]).ended(64);
    let wrong = place.human_types(&break_it, "yes\r").ended(130);
    assert!(wrong.out.contains("what was typed is not the ticket"), "{}", wrong.out);
    let broken = place.human_types(&break_it, &format!("{ticket}\r")).ended(0);
    assert!(broken.out.contains("is approved by breaking the glass"), "{}", broken.out);
    let page = place.agent(&["show", "--no-pager", &ticket]).ended(0).out;
    assert!(page.contains("decided    GLASS BROKEN by me"), "{page}");
    assert!(page.contains("review     OWED since"), "{page}");
    let owed = place.agent(&["requests", "--owed", "--json"]).ended(0).json();
    assert_eq!((&owed[0]["id"], &owed[0]["review_owed"]), (&ticket.as_str().into(), &true.into()));
    assert!(place.agent(&["audit"]).ended(0).out.contains("GLASS BROKEN"));
    place.agent(&["review", &ticket, "--rationale", "fine"]).ended(77);
    let own = place.human(&["review", &ticket, "--rationale", "fine"]).ended(77);
    assert!(own.out.contains("another human reviews it"), "{}", own.out);
    place.agent(&["run", &ticket]).ended(0);
    place.verify();
}

#[test]
fn freezes_and_windows_are_listed_for_anybody() {
    let here = Here::new(
        "",
        &format!(
            "[environments.production]\ncontexts = [\"prod\"]\n{WINDOW}environments = [\"production\"]\napprovers = [\"cto\"]\n[[freeze_windows]]\nname = \"always\"\nfrom = \"mon 00:00\"\nuntil = \"sun 23:59\"\nzone = \"UTC\"\nenvironments = \"production\""
        ),
    );
    let place = &here.place;
    place.human(&["freeze", "production", "--reason", "incident 42"]).ended(0);
    let list = place.agent(&["freeze", "--list"]).ended(0).out;
    for words in ["production", "incident 42", "window `year-end`: audit", "from 2027-01-10 12:00", "cto", "nobody"] {
        assert!(list.contains(words), "{words}\n{list}");
    }
    let json = place.agent(&["freeze", "--list", "--json"]).ended(0).json();
    assert_eq!(json["windows"][0]["until"], "2027-01-10T17:00:00.000000Z");
    assert_eq!(json["freezes"][0]["environment"], "production");
    // Nothing was frozen by looking, and an agent freezes nothing.
    place.agent(&["freeze", "production"]).ended(77);
    place.human(&["freeze", "--list", "--reason", "x"]).ended(64);
}
