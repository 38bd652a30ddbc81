//! The collector against the other end of a webhook: asked and decided, what is refused, faults of the other side, two
//! collectors, killed at several moments, and decisions that race.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

#[path = "support/hook.rs"]
mod hook;
mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use aigov::approval::Setting;
use aigov::approval::decide::{Choice, Decided, decide};
use aigov::approval::decider::{Channel, Decider, Proof};
use aigov::approval::outcome::Outcome;
use aigov::approval::request::Ask;
use aigov::broker::Broker;
use aigov::govern::review::Looked;
use aigov::host::identity::{Claim, attribute};
use aigov::host::paths::Places;
use aigov::host::{Host, clock};
use aigov::ledger::{Access, Filter, HostStamp, SqliteLedger};
use aigov::model::attribution::{Attribution, CallerKind};
use aigov::model::collect::Via;
use aigov::model::ids::RequestId;
use aigov::model::invocation::{Form, Raw};
use aigov::model::ledger::Ledger;
use aigov::model::request::RequestState;
use aigov::policy::Policies;
use aigov::policy::layers::LayerKind;
use aigov::redact::Redactor;
use hook::{Hook, Message, Reply, SECRET, decision_on, seconds};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use support::{AIGOV, Place, Ran, local_human};
use tempfile::NamedTempFile;

/// A place whose requests are sent to a webhook.
struct Office {
    place: Place,
    hook: Hook,
}

/// A collector that runs.
struct Collector(Child, NamedTempFile);

impl Office {
    fn new() -> Self {
        Self::with("")
    }

    /// With more in the policy.
    fn with(more: &str) -> Self {
        let office = Self { place: Place::bare(), hook: Hook::start() };
        let secret = office.place.dir.path().join("secret");
        fs::write(&secret, SECRET).unwrap();
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
        office.write(&format!("{}{more}", office.hook.policy("pager", &secret)));
        office
    }

    fn write(&self, channels: &str) {
        self.place.write_policy(&format!(
            "schema = 1\n[defaults]\ndecision = \"ask\"\nexpires = \"1h\"\n[approval]\nsingle_operator = true\n\
             [humans.alice]\nidentities = [\"webhook:pager/alice\", \"local:{}\"]\n[humans.bob]\nidentities = [\"webhook:pager/bob\"]\n{channels}",
            local_human()
        ));
    }

    /// Files a request.
    fn ask(&self, name: &str) -> String {
        self.place.ask(&["touch", name]).ended(75).ticket()
    }

    fn collect(&self) -> Collector {
        let mut command = self.place.command(AIGOV);
        // A file: a pipe that nobody reads fills up, and then whoever talks waits.
        let said = tempfile::NamedTempFile::new_in(self.place.dir.path()).unwrap();
        command.arg("collect").stdin(Stdio::null()).stderr(said.reopen().unwrap());
        Collector(command.spawn().unwrap(), said)
    }

    /// Does what is due.
    fn once(&self) -> Ran {
        Ran::of(&self.place.command(AIGOV).args(["collect", "--once"]).stdin(Stdio::null()).output().unwrap())
    }

    fn state(&self, ticket: &str) -> String {
        self.place.agent(&["show", ticket, "--json"]).json()["state"].as_str().unwrap().to_owned()
    }

    /// Waits until a request is in a state.
    #[track_caller]
    fn becomes(&self, ticket: &str, state: &str) {
        until(&format!("{ticket} is not {state}"), || self.state(ticket) == state);
    }

    fn records(&self) -> Vec<Value> {
        let ledger = rusqlite_records(&self.place);
        ledger.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn of_type(&self, kind: &str) -> Vec<Value> {
        self.records().into_iter().filter(|record| record["type"] == kind).collect()
    }

    /// Waits until so many attempts were refused; gives why.
    #[track_caller]
    fn refused(&self, count: usize) -> Vec<String> {
        let whys = || -> Vec<String> {
            let all = self.of_type("attempt_refused");
            all.iter().map(|record| record["body"]["why"].as_str().unwrap().to_owned()).collect()
        };
        until("too few refusals", || whys().len() >= count);
        whys()
    }
}

/// The records' texts, read with the sqlite3 library that is linked anyway.
fn rusqlite_records(place: &Place) -> Vec<String> {
    if !place.ledger().exists() {
        return Vec::new();
    }
    let conn =
        rusqlite::Connection::open_with_flags(place.ledger(), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    // It is made this very moment where there is no such table yet.
    let Ok(mut statement) = conn.prepare("SELECT body FROM records ORDER BY seq") else { return Vec::new() };
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[track_caller]
fn until(what: &str, holds: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(120);
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        thread::sleep(Duration::from_millis(50));
    }
}

impl Collector {
    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(i32::try_from(self.0.id()).unwrap()).unwrap(), signal).unwrap();
    }

    /// Ends it; what it said and how it ended.
    fn end(mut self, signal: Signal) -> Ran {
        self.signal(signal);
        let status = self.0.wait().unwrap();
        let err = fs::read_to_string(self.1.path()).unwrap();
        Ran { code: status.code().unwrap_or(-1), out: String::new(), err }
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _ended = self.0.wait();
    }
}

#[test]
fn a_request_is_asked_about_decided_and_answered() {
    let office = Office::new();
    let before = office.place.agent(&["exec", "--", "touch", "x"]);
    assert!(before.err.contains("nobody collects"), "{}", before.err);
    let collector = office.collect();
    let ticket = office.ask("x\u{202e}y");
    let asked = office.hook.asked(&ticket);
    assert!(asked.is_signed);
    let data = &asked.body["data"];
    assert!(data["command"].as_str().unwrap().contains("x\\u{202e}y"), "{data}");
    assert!(!data["text"].as_str().unwrap().contains('\u{202e}'));
    let checkpoint = data["checkpoint"].as_str().unwrap();
    assert_eq!(checkpoint.split_once(':').unwrap().1.len(), 64, "{checkpoint}");
    office.hook.decide(&asked, "approve", "alice");
    office.becomes(&ticket, "approved");
    let answered = office.hook.answered(&ticket);
    assert_eq!((answered["counts"].as_bool(), answered["state"].as_str()), (Some(true), Some("approved")));
    let updated = office.hook.wait_for(|one| one.kind() == "approval.updated" && one.request() == ticket);
    assert_eq!(updated.body["data"]["state"], "approved");
    office.place.agent(&["run", &ticket]).ended(0);
    office.hook.wait_for(|one| one.body["data"]["state"] == "succeeded" && one.request() == ticket);
    let approval = &office.of_type("request_approved")[0]["body"];
    assert_eq!(
        (approval["human"].as_str(), approval["identity"].as_str(), approval["channel"].as_str()),
        (Some("alice"), Some("webhook:pager/alice"), Some("webhook"))
    );
    assert_eq!((approval["assurance"].as_str(), approval["via"]["epoch"].as_u64()), (Some("A0"), Some(1)));
    let ended = collector.end(Signal::TERM).ended(0);
    assert!(ended.err.contains("approve"), "{}", ended.err);
    assert_eq!(office.of_type("collector_ended").len(), 1);
    office.place.verify();
}

#[test]
fn broken_glass_is_told_once_even_where_nobody_had_been_asked() {
    let office = Office::new();
    let policy = fs::read_to_string(office.place.policy()).unwrap();
    let glass = "single_operator = true\nbreak_glass = [\"alice\"]";
    office.place.write_policy(&policy.replace("single_operator = true", glass));
    let ticket = office.ask("x");
    let why = "the pager is on fire, nobody else is awake";
    let args = ["approve", &ticket, "--break-glass", "--rationale", why];
    office.place.human_types(&args, &format!("{ticket}\r")).ended(0);
    office.once().ended(0);
    office.once().ended(0);
    let about = |one: &&Message| one.request() == ticket;
    let told = office.hook.messages();
    let told: Vec<&Message> = told.iter().filter(about).collect();
    assert_eq!(told.iter().map(|one| one.kind()).collect::<Vec<_>>(), ["approval.updated"]);
    assert_eq!(told[0].body["data"]["state"], "approved");
}

/// Whoever runs as the collector's user could have written this policy, and made up the channel and its people.
#[test]
fn a_channel_that_the_collectors_user_could_have_named_is_no_more_than_that_user() {
    let rule = "[[rules]]\nid = \"vouched\"\nwhen = { tool = \"touch\" }\ndecision = \"ask\"\nmin_assurance = \"A1\"\n";
    let office = Office::with(rule);
    let collector = office.collect();
    let ticket = office.ask("x");
    let asked = office.hook.asked(&ticket);
    office.hook.decide(&asked, "approve", "alice");
    let why = &office.refused(1)[0];
    assert!(why.contains("wants assurance A1") && why.contains("is A0: who the channel and its people are"), "{why}");
    assert_eq!(office.state(&ticket), "pending");
    // A no needs no more than the user id.
    office.hook.decide(&asked, "reject", "alice");
    office.becomes(&ticket, "rejected");
    let _ended = collector.end(Signal::TERM);
    office.place.verify();
}

#[test]
fn whatever_is_wrong_with_a_decision_it_is_refused_and_recorded() {
    let office = Office::new();
    let _collector = office.collect();
    let ticket = office.ask("x");
    let asked = office.hook.asked(&ticket);
    let zero = "0".repeat(64);
    type Change<'a> = (&'a str, &'a dyn Fn(&mut Value));
    let changes: &[Change<'_>] = &[
        ("not what request", &|one| one["binding_digest"] = Value::from(zero.clone())),
        ("preview", &|one| one["preview_digest"] = Value::from(zero.clone())),
        ("another policy", &|one| one["policy_digest"] = Value::from(zero.clone())),
        ("an earlier message", &|one| one["nonce"] = Value::from(zero.clone())),
        ("another time", &|one| one["expires_at"] = Value::from("2030-01-01T00:00:00Z")),
        ("neither", &|one| one["decision"] = Value::from("approved")),
        ("knows nobody", &|one| one["by"] = Value::from("mallory")),
        ("names nobody", &|one| one["by"] = Value::from("")),
        ("no such request", &|one| one["request_id"] = Value::from("r-0000000000")),
        ("cannot be read", &|one| one["admin"] = Value::from(true)),
    ];
    for (at, (why, change)) in changes.iter().enumerate() {
        let mut decision = decision_on(&asked, "approve", "alice");
        change(&mut decision);
        office.hook.hand_out(&[decision]);
        let whys = office.refused(at + 1);
        assert!(whys[at].contains(why), "{why}: {whys:?}");
    }
    let body =
        serde_json::json!({ "type": "approval.decided", "decisions": [decision_on(&asked, "approve", "alice")] });
    let body = body.to_string();
    let count = changes.len();
    let now = seconds();
    office.hook.hand_out_unsigned(&body);
    assert!(office.refused(count + 1)[count].contains("not signed"));
    office.hook.hand_out_as("f-1", now, &body, Some("v1,AAAA"));
    assert!(office.refused(count + 2)[count + 1].contains("not right"));
    // Signed right, but by a clock that is off, or long ago.
    office.hook.hand_out_as("f-2", now - 400, &body, None);
    assert!(office.refused(count + 3)[count + 2].contains("five minutes old"));
    office.hook.hand_out_as("f-3", now + 400, &body, None);
    assert!(office.refused(count + 4)[count + 3].contains("time to come"));
    // Our own message, signed with the same secret, sent back.
    office.hook.hand_out_as("f-4", now, &asked.body.to_string(), None);
    assert!(office.refused(count + 5)[count + 4].contains("cannot be read"));
    assert_eq!(office.state(&ticket), "pending");
    assert!(office.of_type("request_approved").is_empty());
    // The same delivery again is not looked at again, though it may say something else now.
    let by_mallory =
        serde_json::json!({ "type": "approval.decided", "decisions": [decision_on(&asked, "approve", "eve")] });
    office.hook.hand_out_as("twice", seconds(), &by_mallory.to_string(), None);
    assert!(office.refused(count + 6)[count + 5].contains("knows nobody"));
    office.hook.hand_out_as("twice", seconds(), &body, None);
    assert!(office.refused(count + 7)[count + 6].contains("taken before"));
    // What is right still counts, once: the same again decides nothing.
    office.hook.hand_out_as("good", seconds(), &body, None);
    office.becomes(&ticket, "approved");
    office.hook.wait_for(|one| one.kind() == "approval.updated" && one.request() == ticket);
    office.hook.hand_out_as("good", seconds(), &body, None);
    assert!(office.refused(count + 8)[count + 7].contains("earlier message"));
    assert_eq!(office.of_type("request_approved").len(), 1);
    office.place.verify();
}

#[test]
fn a_message_gets_through_whatever_the_other_side_does_first() {
    let office = Office::new();
    office.hook.answers([
        Reply::Status(500, String::new()),
        Reply::Status(429, "retry-after: 2\r\n".to_owned()),
        Reply::CutOff,
        Reply::Nothing,
    ]);
    office.hook.poll_answers([Reply::Status(503, "retry-after: 1\r\n".to_owned()), Reply::CutOff]);
    let collector = office.collect();
    let ticket = office.ask("x");
    until("too few tries", || office.hook.messages().len() >= 5);
    until("it is not known to be there", || !office.of_type("channel_posted").is_empty());
    let tries = office.hook.messages();
    assert_eq!(tries.len(), 5);
    assert!(tries.iter().all(|one| one.is_signed && one.id == tries[0].id), "the same message has one id");
    assert!(tries[2].at - tries[1].at >= Duration::from_secs(2), "Retry-After is kept");
    assert_eq!((office.of_type("channel_posting").len(), office.of_type("channel_posted").len()), (1, 1));
    // It failed often enough in a row to be told, once, and that it is over is told too.
    assert_eq!(office.of_type("channel_failed").len(), 1);
    office.hook.decide(&tries[4], "reject", "bob");
    office.becomes(&ticket, "rejected");
    until("it is not told to be well", || !office.of_type("channel_recovered").is_empty());
    collector.end(Signal::INT).ended(0);
    office.place.verify();
}

#[test]
fn a_dead_channel_is_told_once_and_holds_up_nobody() {
    let dead = Hook::start();
    let office = Office::new();
    let secret = office.place.dir.path().join("secret");
    let channels = format!("{}{}", office.hook.policy("pager", &secret), dead.policy("gone", &secret));
    office.write(&channels);
    dead.answers([Reply::Status(410, String::new())]);
    dead.poll_answers([Reply::Slow(Duration::from_secs(600))]);
    let collector = office.collect();
    let (one, two) = (office.ask("one"), office.ask("two"));
    office.hook.asked(&one);
    let asked = office.hook.asked(&two);
    until("it is not told", || !office.of_type("channel_failed").is_empty());
    office.hook.decide(&asked, "approve", "alice");
    office.becomes(&two, "approved");
    office.place.approve(&one);
    office.hook.wait_for(|message| message.kind() == "approval.updated" && message.request() == one);
    assert_eq!(dead.messages().len(), 1, "nothing more is sent to what is gone");
    assert_eq!(office.of_type("channel_failed").len(), 1);
    let requests = office.place.human(&["requests"]);
    assert!(requests.out.contains("channel gone does not get through"), "{}", requests.out);
    collector.end(Signal::TERM).ended(0);
}

#[test]
fn one_collects_at_a_time_and_whoever_was_overtaken_writes_nothing() {
    let office = Office::new();
    let first = office.collect();
    until("it does not collect", || office.of_type("collector_started").len() == 1);
    let second = office.once().ended(69);
    assert!(second.err.contains("collects already, since") && second.err.contains("epoch 1"), "{}", second.err);
    first.end(Signal::KILL);
    // Nobody waits for a lease whose holder is gone.
    office.once().ended(0);
    let third = office.collect();
    until("it does not collect", || office.of_type("collector_started").len() == 3);
    third.end(Signal::TERM).ended(0);
    let epochs: Vec<u64> =
        office.of_type("collector_started").iter().map(|one| one["body"]["epoch"].as_u64().unwrap()).collect();
    assert_eq!(epochs, [1, 2, 3]);
    assert_eq!(office.of_type("collector_ended").len(), 2);
}

#[test]
fn an_agent_does_not_collect() {
    let office = Office::new();
    office.place.agent(&["collect", "--once"]).ended(77);
    assert!(office.of_type("collector_started").is_empty());
    assert_eq!(office.of_type("attempt_refused").len(), 1);
}

#[test]
fn killed_at_any_moment_the_next_one_goes_on() {
    let office = Office::new();
    for number in 0..12_u64 {
        let ticket = office.ask(&format!("file-{number}"));
        let collector = office.collect();
        thread::sleep(Duration::from_millis(number * 60));
        collector.end(Signal::KILL);
        let collector = office.collect();
        let asked = office.hook.asked(&ticket);
        office.hook.decide(&asked, "approve", "alice");
        thread::sleep(Duration::from_millis(number * 60));
        collector.end(Signal::KILL);
        let collector = office.collect();
        office.becomes(&ticket, "approved");
        office.hook.wait_for(|one| one.body["data"]["state"] == "approved" && one.request() == ticket);
        collector.end(Signal::KILL);
    }
    assert_eq!(office.of_type("request_approved").len(), 12);
    // The other end tells a message by its id: no request was asked about under two.
    let mut ids: Vec<(String, String)> = office
        .hook
        .messages()
        .iter()
        .filter(|one| one.kind() == "approval.requested")
        .map(|one| (one.request().to_owned(), one.id.clone()))
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 12);
    office.place.verify();
}

#[test]
fn what_is_due_is_done_by_one_run_for_cron() {
    let office = Office::new();
    let ticket = office.ask("x");
    office.once().ended(0);
    let asked: Message = office.hook.asked(&ticket);
    office.hook.decide(&asked, "approve", "alice");
    office.once().ended(0);
    assert_eq!(office.state(&ticket), "approved");
    office.hook.wait_for(|one| one.kind() == "approval.updated" && one.request() == ticket);
    let doctor = office.place.human(&["doctor"]);
    assert!(doctor.out.contains("nobody collects"), "{}", doctor.out);
}

#[test]
fn a_secret_that_others_can_read_is_not_used() {
    let office = Office::new();
    let secret = office.place.dir.path().join("secret");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    office.ask("x");
    let ran = office.once().ended(0);
    assert!(ran.err.contains("can be read by others (mode 0644)") && ran.err.contains("chmod 600"), "{}", ran.err);
    assert!(office.hook.messages().is_empty());
}

/// How often the terminal and the webhook decide on one request at the same moment.
const RACES: usize = 1_000;
/// How many decisions one answer of a webhook holds at most.
const AT_ONCE: usize = 100;

#[test]
fn a_terminal_and_a_webhook_decide_at_once_and_one_counts() {
    let mut office = Office::new();
    // A thousand flushes to a disk are not what is tried here.
    let memory = tempfile::Builder::new().prefix("aigov-race-").tempdir_in("/dev/shm").unwrap();
    let file = memory.path().join("ledger.db");
    office.place.set("AIGOV_LEDGER", &file);
    let collector = office.collect();
    let env = [("HOME", office.place.home().display().to_string()), ("AIGOV_AGENT", "racer".to_owned())];
    let env = env.map(|(name, value)| (Raw::from(name), Raw::from(value.as_str()))).to_vec();
    let env = [env, vec![(Raw::from("PATH"), Raw::from("/usr/bin:/bin"))]].concat();
    let host = Host::assemble(env, office.place.tree(), rustix::process::getuid().as_raw());
    let places = Places::find(&host).unwrap();
    let policies = Policies::load(vec![(LayerKind::User, office.place.policy())]).unwrap();
    let caller = attribute(&host, &Claim::default());
    let stamp = HostStamp { boot_id: clock::boot_id(), host: clock::hostname(), now: Box::new(clock::now) };
    let mut ledger = SqliteLedger::open(&file, Access::ReadWrite, stamp).unwrap();
    let tickets: Vec<RequestId> = (0..RACES)
        .map(|number| {
            let argv = ["touch".to_owned(), format!("file-{number}")].map(|word| Raw::from(word.as_str()));
            let invocation = host.invocation(Form::Argv(argv.to_vec()));
            let setting = Setting { host: &host, places: &places, policies: &policies, caller: caller.clone() };
            let ask = Ask { reason: Some("a race".to_owned()), ..Ask::default() };
            match (Broker { setting, ledger: &mut ledger }).exec(&invocation, &ask).unwrap() {
                Outcome::Ticket(row) => row.id,
                _ => panic!("it is not asked"),
            }
        })
        .collect();
    let human = Attribution { kind: CallerKind::Human, agent: None, ..caller };
    let decider = Decider::local(&human, &policies, Channel::Terminal);
    let mut by_terminal = 0;
    for batch in tickets.chunks(AT_ONCE) {
        let asked: Vec<Message> = batch.iter().map(|id| office.hook.asked(id.as_str())).collect();
        until("it is not known to be there", || {
            batch.iter().all(|id| ledger.post(id, "pager").unwrap().is_some_and(|post| post.posted.is_some()))
        });
        let decisions: Vec<Value> = asked.iter().map(|one| decision_on(one, "approve", "bob")).collect();
        office.hook.hand_out(&decisions);
        until("it does not begin", || ledger.request(&batch[0]).unwrap().unwrap().state != RequestState::Pending);
        // From the other end: they meet somewhere.
        for id in batch.iter().rev() {
            let preview = ledger.request(id).unwrap().unwrap().preview.map(|preview| preview.digest);
            let decided = Decided {
                choice: Choice::Reject,
                rationale: Some("no"),
                shown: None,
                preview,
                viewed_ms: None,
                looked: Looked::default(),
            };
            let done = decide(&mut ledger, &policies, id, &decider, &Redactor::default(), &decided);
            by_terminal += usize::from(done.is_ok());
        }
        let tickets: Vec<&str> = batch.iter().map(RequestId::as_str).collect();
        until("not all were taken", || office.hook.answers_to(&tickets) == tickets.len());
    }
    let rows = ledger.list(&Filter::default()).unwrap();
    let of = |state: RequestState| rows.iter().filter(|row| row.state == state).count();
    assert!(rows.iter().all(|row| row.approvals.len() == 1), "each was decided once");
    assert_eq!((of(RequestState::Rejected), of(RequestState::Approved)), (by_terminal, RACES - by_terminal));
    assert!(by_terminal > 0 && by_terminal < RACES, "there was no race: {by_terminal}");
    // What a collector brings that was overtaken does not count, and leaves no trace.
    collector.end(Signal::TERM).ended(0);
    let ticket = office.ask("late");
    let late = Via { channel: "pager".to_owned(), epoch: 1, delivery: "late".to_owned() };
    let decider =
        Decider::of(&policies, "webhook:pager/bob".to_owned(), Channel::Webhook, Proof::Vendor, human).through(late);
    let decided = Decided {
        choice: Choice::Approve,
        rationale: Some("yes"),
        shown: None,
        preview: None,
        viewed_ms: None,
        looked: Looked::default(),
    };
    let before = ledger.head().unwrap();
    let id = RequestId::new(ticket);
    let refused = decide(&mut ledger, &policies, &id, &decider, &Redactor::default(), &decided).unwrap_err();
    assert!(refused.text.contains("another collector has taken over"), "{refused}");
    assert_eq!(ledger.head().unwrap(), before);
    office.place.verify();
}
