//! Slack, from a request to the reply in the thread, through the real collector against a stand-in of Slack's methods and of
//! Socket Mode; and whatever goes wrong there: refused or survived, and recorded.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

#[path = "support/slack_api.rs"]
mod slack_api;
#[path = "support/slack_limits.rs"]
mod slack_limits;
mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use slack_api::{APP, APP_TOKEN, BOT_TOKEN, BOT_USER, CHANNEL, Fault, SlackApi, TEAM};
use slack_limits::drawn;
use support::{AIGOV, Place, Ran, local_human};

const DENY: &str = "aigov_deny";
const REVIEW: &str = "aigov_review";

/// A place whose requests are asked about in Slack.
struct Office {
    place: Place,
    slack: SlackApi,
}

/// A collector that runs; what it says goes into a file.
struct Collector(Child);

impl Drop for Collector {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _ended = self.0.wait();
    }
}

impl Office {
    /// With buttons.
    fn new() -> Self {
        let office = Self::bare();
        let app_token = office.secret("app", APP_TOKEN, 0o600);
        office.write(&format!("app_token = \"{}\"\n", app_token.display()));
        office
    }

    /// With reactions.
    fn bare() -> Self {
        let office = Self { place: Place::bare(), slack: SlackApi::start() };
        office.secret("bot", BOT_TOKEN, 0o600);
        office.write("");
        office
    }

    fn secret(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.place.dir.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    fn write(&self, more: &str) {
        let bot = self.place.dir.path().join("bot");
        self.place.write_policy(&format!(
            "schema = 1\n[defaults]\ndecision = \"ask\"\nexpires = \"1h\"\n[approval]\nsingle_operator = true\n\
             [humans.alice]\nidentities = [\"slack:{TEAM}/UALICE\"]\n[humans.bob]\nidentities = [\"slack:{TEAM}/UBOB\"]\n\
             [humans.here]\nidentities = [\"local:{}\"]\n[humans.guest]\nidentities = [\"slack:{TEAM}/UGUEST\", \"slack:{TEAM}/UROBOT\", \"slack:{TEAM}/UGONE\"]\n\
             [humans.other]\nidentities = [\"slack:T0002/UBOB\", \"slack:{TEAM}/UOTHER\", \"slack:{TEAM}/{BOT_USER}\"]\n\
             [channels.ops]\nkind = \"slack\"\nteam = \"{TEAM}\"\nchannel = \"{CHANNEL}\"\napp = \"{APP}\"\n\
             token = \"{}\"\nurl = \"{}\"\n{more}",
            local_human(),
            bot.display(),
            self.slack.url()
        ));
    }

    fn append(&self, text: &str) {
        let policy = fs::read_to_string(self.place.policy()).unwrap();
        self.place.write_policy(&format!("{policy}{text}"));
    }

    fn collect(&self) -> Collector {
        let said = fs::File::create(self.place.dir.path().join("said")).unwrap();
        let mut command = self.place.command(AIGOV);
        command.arg("collect").stdin(Stdio::null()).stderr(said);
        Collector(command.spawn().unwrap())
    }

    /// What the collector said so far.
    fn said(&self) -> String {
        fs::read_to_string(self.place.dir.path().join("said")).unwrap()
    }

    /// Files a request.
    fn ask(&self, name: &str) -> String {
        self.place.ask(&["touch", name]).ended(75).ticket()
    }

    /// Waits for the message that asks.
    #[track_caller]
    fn message(&self, ticket: &str) -> Value {
        until("no message", || self.slack.message(ticket).is_some());
        // The click on a message that is not on record yet is refused: people are slower than that.
        until("the message is not on record", || {
            self.of_type("channel_posted").iter().any(|one| one["request"] == ticket)
        });
        self.slack.message(ticket).unwrap()
    }

    fn state(&self, ticket: &str) -> String {
        self.place.agent(&["show", ticket, "--json"]).json()["state"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn becomes(&self, ticket: &str, state: &str) {
        until(&format!("{ticket} is not {state}"), || self.state(ticket) == state);
    }

    /// Records of one type.
    fn of_type(&self, kind: &str) -> Vec<Value> {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let conn = rusqlite::Connection::open_with_flags(self.place.ledger(), flags).unwrap();
        let mut statement = conn.prepare("SELECT body FROM records ORDER BY seq").unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let all = rows.map(|row| serde_json::from_str::<Value>(&row.unwrap()).unwrap());
        all.filter(|record| record["type"] == kind).collect()
    }

    /// Waits until a refusal says this; gives its body.
    #[track_caller]
    fn refused(&self, why: &str) -> Value {
        self.refused_to("", why)
    }

    /// The same of one user.
    #[track_caller]
    fn refused_to(&self, user: &str, why: &str) -> Value {
        let found = || -> Option<Value> {
            let all = self.of_type("attempt_refused").into_iter().map(|one| one["body"].clone());
            let is_theirs = |body: &Value| body["identity"].as_str().unwrap_or_default().ends_with(user);
            all.into_iter().find(|body| is_theirs(body) && body["why"].as_str().unwrap().contains(why))
        };
        until(&format!("no refusal says `{why}`: {:?}", self.of_type("attempt_refused")), || found().is_some());
        found().unwrap()
    }

    /// Waits until trouble of the channel says this.
    #[track_caller]
    fn troubled(&self, why: &str) {
        let is_told = || {
            let all = self.of_type("channel_failed");
            all.iter().any(|one| one["body"]["note"].as_str().unwrap().contains(why))
        };
        until(&format!("no trouble says `{why}`: {}", self.said()), is_told);
    }

    /// Opens the window of a message as a user; gives its name.
    #[track_caller]
    fn opened(&self, message: &Value, user: &str) -> String {
        let before = self.slack.view().map(|(id, _)| id);
        self.slack.deliver(&self.slack.click(message, user, REVIEW));
        until(&format!("no window: {}", self.said()), || self.slack.view().map(|(id, _)| id) != before);
        self.slack.view().unwrap().0
    }

    /// Waits until the message of a request has this on it.
    #[track_caller]
    fn shows(&self, ticket: &str, text: &str) {
        let page = || drawn(&self.slack.message(ticket).unwrap()["blocks"]);
        until(&format!("the message does not say `{text}`:\n{}", page()), || page().contains(text));
    }
}

#[track_caller]
fn until(what: &str, holds: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(90);
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn from_a_request_to_the_reply_in_the_thread_over_a_socket_that_drops() {
    let office = Office::new();
    let _collector = office.collect();
    let ticket = office.ask("x\u{202e}<!channel>");
    let message = office.message(&ticket);
    let page = drawn(&message["blocks"]);
    assert!(page.contains("touch 'x\\u{202e}<!channel>'") && page.ends_with("[Review…] [Deny]\n"), "{page}");
    assert!(!message.to_string().contains("<!channel>"), "{message}");
    let payload = &message["metadata"]["event_payload"];
    assert_eq!(payload["checkpoint"].as_str().unwrap().split_once(':').unwrap().1.len(), 64, "{payload}");
    assert_eq!(payload["binding"].as_str().unwrap().len(), 64);

    let window = office.opened(&message, "UBOB");
    let shown = drawn(&office.slack.view().unwrap().1["blocks"]);
    assert!(shown.contains(&format!("| request    {ticket} (pending)")) && shown.contains("( ) Approve"), "{shown}");
    office.slack.cut();
    until("the socket is not opened again", || office.slack.sockets() == (2, 1));
    let envelope = office.slack.deliver(&office.slack.submission(&window, "UBOB", "approve", "seen, & right"));
    office.becomes(&ticket, "approved");

    let approval = &office.of_type("request_approved")[0]["body"];
    let words = ["human", "identity", "channel", "assurance", "rationale"].map(|key| approval[key].as_str().unwrap());
    assert_eq!(words, ["bob", &format!("slack:{TEAM}/UBOB"), "slack", "A0", "seen, & right"]);
    assert!(approval["shown"].is_string() && approval["viewed_ms"].as_u64().unwrap() > 0, "{approval}");
    let acks = office.slack.acks();
    assert!(acks[&envelope] < Duration::from_secs(3) && acks.len() == 2, "{acks:?}");

    let said = "Approved by bob (slack, A0): “seen, & right”. It may run once";
    office.shows(&ticket, said);
    assert!(!drawn(&office.slack.message(&ticket).unwrap()["blocks"]).contains("[Deny]"));
    let thread = || office.slack.thread_of(&message["ts"]);
    until("no reply", || thread().len() == 1);
    assert_eq!(thread()[0].replace("&amp;", "&"), format!("{said} ({ticket})"));
    office.place.agent(&["run", &ticket]).ended(0);
    until("no second reply", || thread().iter().any(|text| text.contains("It ran, and ended with exit code 0")));
    office.troubled("the socket broke off");
    assert_eq!(office.slack.messages().len(), 1);
    office.place.verify();
}

#[test]
fn a_click_that_does_not_count_is_refused_told_and_recorded() {
    let office = Office::new();
    let _collector = office.collect();
    let ticket = office.ask("x");
    let message = office.message(&ticket);
    type Change<'a> = &'a dyn Fn(&mut Value);
    let cases: &[(&str, &str, Change<'_>)] = &[
        ("meant for app A0002", "UBOB", &|one| one["api_app_id"] = json!("A0002")),
        ("came from workspace T0002", "UBOB", &|one| one["team"]["id"] = json!("T0002")),
        ("did not say in which workspace", "UBOB", &|one| one["team"] = Value::Null),
        ("a member of workspace T0002", "UBOB", &|one| one["user"]["team_id"] = json!("T0002")),
        ("no member of workspace", "UOTHER", &|_| {}),
        ("guests decide nothing", "UGUEST", &|_| {}),
        ("bots decide nothing", "UROBOT", &|_| {}),
        ("the bot itself", BOT_USER, &|_| {}),
        ("deactivated", "UGONE", &|_| {}),
        ("Slack knows nobody", "UNOBODY", &|_| {}),
        ("knows nobody with the identity `slack:T0001/UCAROL`", "UCAROL", &|_| {}),
        ("not the one that asks", "UBOB", &|one| one["container"]["message_ts"] = json!("1700000000.000100")),
        ("not the one that asks", "UALICE", &|one| one["container"]["channel_id"] = json!("C0002")),
        ("earlier version", "UBOB", &|one| one["actions"][0]["block_id"] = json!("aigov:r-0:000000000000")),
        ("no message of aigov's asks for `r-0`", "UBOB", &|one| one["actions"][0]["value"] = json!("r-0")),
        ("none of aigov's buttons", "UBOB", &|one| one["actions"][0]["action_id"] = json!("approve")),
        ("carries 2 actions", "UBOB", &|one| {
            let action = one["actions"][0].clone();
            one["actions"].as_array_mut().unwrap().push(action);
        }),
        ("not as documented", "UBOB", &|one| one["user"] = json!("UBOB")),
        ("did not say when", "UBOB", &|one| drop(one["actions"][0].as_object_mut().unwrap().remove("action_ts"))),
    ];
    for (why, user, change) in cases {
        let mut click = office.slack.click(&message, user, DENY);
        change(&mut click);
        office.slack.deliver(&click);
        if *why == "not as documented" {
            office.refused(why);
        } else {
            office.refused_to(&format!("/{user}"), why);
            until(&format!("{user} was not told {why}"), || {
                office.slack.told(user).iter().any(|text| text.starts_with("This does not count: "))
            });
        }
    }
    for (seconds, why) in [(-1000, "s behind this machine's clock"), (1000, "s ahead of this machine's clock")] {
        office.slack.skew(seconds);
        office.slack.deliver(&office.slack.click(&message, "UBOB", DENY));
        office.refused(why);
    }
    assert_eq!(office.state(&ticket), "pending");
    assert!(office.slack.acks().len() == cases.len() + 2, "every envelope is acknowledged");

    // Within what is believed, and twice: it counts once.
    office.slack.skew(-100);
    let click = office.slack.click(&message, "UBOB", DENY);
    office.slack.deliver(&click);
    office.slack.deliver(&click);
    office.becomes(&ticket, "rejected");
    office.refused("the same click came before");
    assert_eq!(office.of_type("request_rejected").len(), 1);
    office.shows(&ticket, "Rejected by bob");
    // The buttons are gone, and one that was on the screen still is stale.
    office.slack.deliver(&office.slack.click(&message, "UALICE", DENY));
    office.refused("which is rejected now");
    office.place.verify();
}

#[test]
fn a_window_that_is_somebody_elses_or_old_is_refused() {
    let office = Office::new();
    let _collector = office.collect();
    let ticket = office.ask("x");
    let message = office.message(&ticket);
    let window = office.opened(&message, "UBOB");
    office.slack.deliver(&office.slack.submission(&window, "UALICE", "approve", "mine now"));
    office.refused("opened by somebody else");
    type Change<'a> = &'a dyn Fn(&mut Value);
    let cases: &[(&str, Change<'_>)] = &[
        ("the window says no rationale", &|view| {
            view["state"]["values"]["aigov_rationale"]["aigov_rationale"]["value"] = Value::Null;
        }),
        ("neither yes nor no", &|view| {
            view["state"]["values"]["aigov_decision"]["aigov_decision"]["selected_option"] = Value::Null;
        }),
        ("none of aigov's", &|view| view["callback_id"] = json!("another")),
        ("says of no request", &|view| view["private_metadata"] = json!("{}")),
    ];
    for (at, (why, change)) in cases.iter().enumerate() {
        let mut sent = office.slack.submission(&window, "UBOB", "approve", "right");
        sent["view"]["id"] = json!(format!("V9{at}"));
        change(&mut sent["view"]);
        office.slack.deliver(&sent);
        office.refused(why);
    }
    assert_eq!(office.state(&ticket), "pending");
    // Somebody at the machine is first; what the window showed is over, and the message says so.
    office.place.approve(&ticket);
    let mut late = office.slack.submission(&window, "UBOB", "reject", "wrong");
    late["view"]["id"] = json!("V999");
    office.slack.deliver(&late);
    office.refused("it is approved now");
    until("nobody was told", || office.slack.told("UBOB").iter().any(|text| text.contains("it is approved now")));
    assert_eq!(office.state(&ticket), "approved");
    office.shows(&ticket, "(command, A0)");
    office.place.verify();
}

#[test]
fn whatever_the_methods_answer_there_is_one_message_and_people_here_can_decide() {
    let office = Office::new();
    let _collector = office.collect();
    for (at, fault) in [
        Fault::Limited(2),
        Fault::Status(503),
        Fault::Status(500),
        Fault::NotOk("internal_error"),
        Fault::Garbage,
        Fault::DoneAndCut,
        Fault::DoneAndLate(Duration::from_secs(21)),
    ]
    .into_iter()
    .enumerate()
    {
        office.slack.fail("chat.postMessage", fault.clone());
        let asked = Instant::now();
        let ticket = office.ask(&format!("x{at}"));
        office.message(&ticket);
        if matches!(fault, Fault::Limited(_)) {
            assert!(asked.elapsed() >= Duration::from_secs(2), "it was left alone for as long as it asked for");
        }
        assert_eq!(office.slack.messages().len(), at + 1, "{fault:?}");
    }
    // Nothing gets through, and the human at the machine decides all the same.
    (0..20).for_each(|_| office.slack.fail("chat.postMessage", Fault::Status(502)));
    (0..20).for_each(|_| office.slack.fail("conversations.history", Fault::Status(502)));
    let ticket = office.ask("y");
    office.troubled("502");
    office.place.approve(&ticket);
    office.place.verify();
}

#[test]
fn frames_that_cannot_be_read_are_recorded_and_a_click_after_them_counts() {
    let office = Office::new();
    let _collector = office.collect();
    let ticket = office.ask("x");
    let message = office.message(&ticket);
    office.slack.say("{\"type\":\"interactive\",\"envelope_id\":\"e-1\"");
    office.refused("it is not JSON");
    let broken = office.slack.deliver(&json!({"type": "block_actions", "user": {}}));
    office.refused("not as documented");
    until("it is not acknowledged", || office.slack.acks().contains_key(&broken));
    office.slack.half_a_frame();
    office.troubled("the socket broke off");
    until("the socket is not opened again", || office.slack.sockets() == (2, 1));
    office.slack.deliver(&office.slack.click(&message, "UALICE", DENY));
    office.becomes(&ticket, "rejected");
}

#[test]
fn before_slack_closes_a_socket_the_next_one_is_open() {
    let office = Office::new();
    let _collector = office.collect();
    let ticket = office.ask("x");
    let message = office.message(&ticket);
    until("no socket", || office.slack.sockets() == (1, 1));
    office.slack.disconnect("refresh_requested");
    until("no second socket", || office.slack.sockets() == (2, 1));
    office.slack.deliver(&office.slack.click(&message, "UALICE", DENY));
    office.becomes(&ticket, "rejected");
    assert_eq!(office.of_type("channel_failed").len(), 0, "{}", office.said());
    office.slack.disconnect("link_disabled");
    office.troubled("Socket Mode is switched off");
    let ticket = office.ask("y");
    office.message(&ticket);
    office.place.approve(&ticket);
    office.shows(&ticket, "It may run once");
    assert_eq!(office.slack.sockets().0, 2, "nothing more is opened");
}

#[test]
fn a_socket_that_falls_silent_is_replaced() {
    let office = Office::new();
    let _collector = office.collect();
    let ticket = office.ask("x");
    let message = office.message(&ticket);
    until("no socket", || office.slack.sockets() == (1, 1));
    office.slack.mute();
    office.slack.fail("apps.connections.open", Fault::Limited(1));
    until("no second socket", || office.slack.sockets().0 == 2);
    office.troubled("silent for 30 s");
    office.slack.deliver(&office.slack.click(&message, "UALICE", DENY));
    office.becomes(&ticket, "rejected");
}

#[test]
fn where_a_window_does_not_open_one_presses_again() {
    let office = Office::new();
    let _collector = office.collect();
    let ticket = office.ask("x");
    let message = office.message(&ticket);
    for (method, fault, why) in [
        ("views.open", Fault::NotOk("expired_trigger_id"), "press again (views.open: expired_trigger_id)"),
        ("users.info", Fault::Status(500), "Slack does not say who did it"),
        ("users.info", Fault::DoneAndLate(Duration::from_secs(2)), "no answer in time"),
    ] {
        office.slack.fail(method, fault);
        office.slack.deliver(&office.slack.click(&message, "UBOB", REVIEW));
        office.refused_to("/UBOB", why);
    }
    assert_eq!(office.slack.view(), None);
    let window = office.opened(&message, "UBOB");
    office.slack.deliver(&office.slack.submission(&window, "UBOB", "reject", "not now"));
    office.becomes(&ticket, "rejected");
    office.shows(&ticket, "Rejected by bob (slack, A0): “not now”");
}

#[test]
fn where_two_have_to_approve_one_user_id_is_not_two() {
    let office = Office::new();
    office.append(
        "[[rules]]\nid = \"two\"\ntier = 3\napprovals = 2\nrequire_rationale = true\nwhen = { tool = \"touch\" }\n",
    );
    let _collector = office.collect();
    let ticket = office.ask("x");
    let first = office.message(&ticket);
    assert!(drawn(&first["blocks"]).contains("Rule: two, wants 2 humans, a rationale"), "{first}");
    let late = office.opened(&first, "UBOB");
    let window = office.opened(&first, "UALICE");
    office.slack.deliver(&office.slack.submission(&window, "UALICE", "approve", "first pair of eyes"));
    office.shows(&ticket, "Approved so far by: alice");
    until("alice is not told", || office.slack.told("UALICE").iter().any(|text| text.contains("another human")));
    // What bob had open shows less than there is now.
    office.slack.deliver(&office.slack.submission(&late, "UBOB", "approve", "second"));
    office.refused_to("/UBOB", "no longer what the window showed");
    let second = office.slack.message(&ticket).unwrap();
    assert_eq!(first["ts"], second["ts"]);
    let window = office.opened(&second, "UALICE");
    office.slack.deliver(&office.slack.submission(&window, "UALICE", "approve", "once more"));
    office.refused_to("/UALICE", "already");
    assert_eq!(office.state(&ticket), "pending");
    let window = office.opened(&second, "UBOB");
    office.slack.deliver(&office.slack.submission(&window, "UBOB", "approve", "second"));
    // The collector's own user could have written this policy, and be both of them.
    office.refused_to("/UBOB", "cannot be told from alice");
    assert_eq!(office.state(&ticket), "pending");
    office.place.verify();
}

#[test]
fn a_socket_without_what_makes_it_safe_is_not_opened() {
    for (scheme, why) in [("wss", "the socket did not open"), ("http", "an address for the socket that is not wss")] {
        let office = Office::new();
        office.slack.scheme(scheme);
        let _collector = office.collect();
        let ticket = office.ask("x");
        office.message(&ticket);
        office.troubled(why);
        assert!(!office.said().contains("ticket-"), "{}", office.said());
        assert_eq!(office.slack.sockets(), (0, 0));
    }
}

#[test]
fn another_process_with_a_socket_of_the_app_is_told() {
    let office = Office::new();
    office.slack.other_sockets(1);
    let _collector = office.collect();
    office.ask("x");
    office.troubled("2 sockets of this app are open");
}

#[test]
fn a_token_that_is_of_no_use_is_told_without_it_and_blocks_nobody() {
    let office = Office::new();
    (0..50).for_each(|_| office.slack.fail("auth.test", Fault::NotOk("token_revoked")));
    let _collector = office.collect();
    let ticket = office.ask("x");
    office.troubled("token_revoked");
    office.place.approve(&ticket);
    let everything = format!("{}{:?}", office.said(), office.of_type("channel_failed"));
    assert!(!everything.contains(BOT_TOKEN) && !everything.contains(APP_TOKEN), "{everything}");
    assert!(office.slack.messages().is_empty());
}

#[test]
fn a_token_that_others_can_read_is_not_used() {
    let office = Office::new();
    office.secret("bot", BOT_TOKEN, 0o644);
    let _collector = office.collect();
    let ticket = office.ask("x");
    office.troubled("can be read by others");
    office.place.approve(&ticket);
    assert!(office.slack.calls("auth.test").is_empty());
}

#[test]
fn where_there_is_only_a_bot_token_reactions_decide() {
    let office = Office::bare();
    let _collector = office.collect();
    let (first, second) = (office.ask("x"), office.ask("y"));
    let message = office.message(&first);
    let page = drawn(&message["blocks"]);
    assert!(page.contains("react with ✅") && page.contains("no rationale") && !page.contains("[Deny]"), "{page}");
    let ts = &message["ts"];
    office.slack.react(ts, "UGUEST", "white_check_mark");
    office.slack.react(ts, "UCAROL", "white_check_mark");
    office.slack.react(ts, BOT_USER, "white_check_mark");
    office.slack.react(ts, "UALICE", "+1");
    office.refused("guests decide nothing");
    office.refused("knows nobody with the identity `slack:T0001/UCAROL`");
    assert_eq!(office.state(&first), "pending");
    office.slack.react(ts, "UALICE", "white_check_mark");
    office.becomes(&first, "approved");
    let approval = &office.of_type("request_approved")[0]["body"];
    assert_eq!((approval["human"].as_str(), approval["rationale"].as_str()), (Some("alice"), None));
    office.slack.react(ts, "UALICE", "white_check_mark");
    office.slack.react(&office.message(&second)["ts"], "UBOB", "x");
    office.becomes(&second, "rejected");
    assert_eq!(office.state(&first), "approved", "what was taken back stays taken");
    assert_eq!(office.slack.sockets().0, 0);
    office.place.verify();
}

#[test]
fn the_manifest_of_the_app_is_printed() {
    let place = Place::bare();
    let ran = Ran::of(&place.command(AIGOV).args(["collect", "--slack-manifest"]).output().unwrap()).ended(0);
    assert_eq!(ran.out, fs::read_to_string("docs/slack/manifest.json").unwrap());
}
