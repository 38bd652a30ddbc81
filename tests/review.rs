//! Meaningful review: the facts beside each decision, the gates that policy sets, the queue, the watch and the report.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use support::{AIGOV, Place, Ran, has};

/// Stands for keys that do not come: somebody reads.
const PAUSE: &str = "(reads)";
const DOWN: &str = "\x1b[B";

/// The example policy with these keys in the place of its own about reviews.
fn with_keys(keys: &str) -> Place {
    Place::with(|policy| {
        let (before, rest) = policy.split_once("min_review = ").unwrap();
        let (_, after) = rest.split_once("# at_prompt").unwrap();
        format!("{before}{keys}\n# at_prompt{after}")
    })
}

/// A change in production: nothing can show it beforehand, so that no time goes by with a preview.
fn production(place: &Place, name: &str) -> String {
    place.ask(&["aws", "--profile", "prod", "ecs", "update-service", "--service", name]).ended(75).ticket()
}

/// A deletion of one thing that has a name. No server answers, so that its preview fails.
fn deletion(place: &Place, name: &str) -> String {
    place.ask(&["kubectl", "-n", "prod", "delete", "deployment", name]).ended(75).ticket()
}

/// A deletion in dev.
fn in_dev(place: &Place, name: &str) -> String {
    place.ask(&["psql", "-h", "db-dev", "-c", &format!("drop table {name}")]).ended(75).ticket()
}

fn approve(place: &Place, ticket: &str, rest: &[&str]) -> Ran {
    place.human(&[&["approve", ticket], rest].concat())
}

fn state(place: &Place, ticket: &str) -> String {
    place.audit().into_iter().find(|row| row["id"] == ticket).unwrap()["state"].as_str().unwrap().to_owned()
}

/// The records of a request: type and body.
fn records(place: &Place, ticket: &str) -> Vec<(String, Value)> {
    let shown = place.agent(&["audit", "show", ticket, "--json"]).ended(0).json();
    let one = |record: &Value| (record["type"].as_str().unwrap().to_owned(), record["body"].clone());
    shown["records"].as_array().unwrap().iter().map(one).collect()
}

fn decision(place: &Place, ticket: &str) -> Value {
    let is_one = |name: &str| ["request_approved", "request_rejected"].contains(&name);
    records(place, ticket).into_iter().find(|(name, _)| is_one(name)).unwrap().1
}

fn refusals(place: &Place, ticket: &str) -> Vec<String> {
    let all = records(place, ticket).into_iter().filter(|(name, _)| name == "attempt_refused");
    all.map(|(_, body)| body["why"].as_str().unwrap().to_owned()).collect()
}

/// Runs it at a terminal of 80 columns; each step waits for its words on the screen, then types.
fn typed(place: &Place, args: &str, steps: &[(&str, &str)]) -> Ran {
    let line = format!("stty cols 80 rows 70; {AIGOV} {args}");
    let mut child = place
        .command("script")
        .args(["-qefc", &line, "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut input, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (mut seen, mut at) = (Vec::new(), 0);
    for (words, keys) in steps {
        while !String::from_utf8_lossy(&seen[at..]).contains(words) {
            let mut piece = [0; 4096];
            let count = std::io::Read::read(&mut output, &mut piece).unwrap();
            assert!(count > 0, "`{words}` never came: {}", String::from_utf8_lossy(&seen));
            seen.extend_from_slice(&piece[..count]);
        }
        at = seen.len();
        if *keys == PAUSE {
            sleep(Duration::from_millis(3200));
            continue;
        }
        sleep(Duration::from_millis(50));
        input.write_all(keys.as_bytes()).unwrap();
    }
    std::io::Read::read_to_end(&mut output, &mut seen).unwrap();
    drop(input);
    let status = child.wait().unwrap();
    Ran { code: status.code().unwrap(), out: String::from_utf8_lossy(&seen).into_owned(), err: String::new() }
}

/// What stands on the screen, line by line, without what moves the cursor.
fn plain(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\x1b' => drop(characters.by_ref().find(char::is_ascii_alphabetic)),
            '\n' | '\r' => lines.push(String::new()),
            other => lines.last_mut().unwrap().push(other),
        }
    }
    lines
}

#[test]
fn a_deletion_in_production_is_approved_by_its_name_and_rejected_without() {
    if !has("kubectl") {
        return;
    }
    let place = Place::new();
    let ticket = deletion(&place, "web");
    for rest in [&[][..], &["--confirm", "api"]] {
        let ran = approve(&place, &ticket, &[&["--rationale", "replaced by api, OPS-12"], rest].concat()).ended(64);
        assert!(ran.out.contains("its name `web` was not typed"), "{}", ran.out);
        assert!(ran.out.contains(&format!("aigov approve {ticket} --confirm web")), "{}", ran.out);
    }
    assert_eq!(refusals(&place, &ticket).len(), 2);
    approve(&place, &ticket, &["--rationale", "replaced by api, OPS-12", "--confirm", "web"]).ended(0);
    let body = decision(&place, &ticket);
    assert_eq!((&body["review"]["naming"], &body["review"]["presented"]), (&"typed".into(), &"unmeasured".into()));
    let other = deletion(&place, "api");
    place.human(&["reject", &other, "--rationale", "no"]).ended(0);
    assert_eq!(decision(&place, &other)["review"]["naming"], "missing");
}

#[test]
fn a_deletion_in_dev_or_where_policy_turned_it_off_needs_no_name() {
    if !has("kubectl") || !has("psql") {
        return;
    }
    let place = Place::new();
    let ticket = in_dev(&place, "web");
    approve(&place, &ticket, &["--rationale", "y"]).ended(0);
    assert_eq!(decision(&place, &ticket)["review"]["naming"], "not_asked");
    let off = Place::with(|policy| policy.replace("# type_target = false", "type_target = false"));
    let ticket = deletion(&off, "web");
    approve(&off, &ticket, &["--rationale", "replaced by api, OPS-12"]).ended(0);
    assert_eq!(decision(&off, &ticket)["review"]["naming"], "not_asked");
}

#[test]
fn who_cannot_have_read_it_is_asked_again_on_the_same_page() {
    let place = Place::new();
    let ticket = production(&place, "web");
    let reason = "checked the diff, OPS-12";
    let line = format!("approve {ticket}");
    let first = format!("{DOWN}\r");
    let typed_reason = format!("{reason}\r");
    let child_steps = [("approve this?", first.as_str()), ("rationale", typed_reason.as_str())];
    let ran = typed(&place, &line, &[child_steps[0], child_steps[1], ("asked again", "q")]).ended(130);
    assert!(ran.out.contains("takes 3.0 s at least"), "{}", ran.out);
    assert_eq!((state(&place, &ticket).as_str(), refusals(&place, &ticket).len()), ("pending", 1));

    // The rationale that was typed stands there for Enter, once the page was up for long enough.
    let again = format!("{DOWN}\r");
    let steps = [child_steps[0], child_steps[1], ("asked again", PAUSE), ("", &again), ("rationale", "\r")];
    let ran = typed(&place, &line, &steps).ended(0);
    let body = decision(&place, &ticket);
    assert_eq!(body["review"]["asked"], 2, "{}", ran.out);
    assert!(body["viewed_ms"].as_u64().unwrap() >= 3000);
    assert_eq!((&body["rationale"], &body["review"]["opened"]), (&reason.into(), &true.into()));
    assert_eq!(body["review"]["lines_seen"], body["review"]["page_lines"]);
}

#[test]
fn on_the_command_line_time_is_unmeasured_and_counts_unless_policy_wants_the_prompt() {
    let place = Place::new();
    let ticket = production(&place, "web");
    approve(&place, &ticket, &["--rationale", "checked the diff, OPS-12"]).ended(0);
    let body = decision(&place, &ticket);
    assert_eq!((&body["viewed_ms"], &body["review"]["opened"]), (&Value::Null, &"unmeasured".into()));
    assert_eq!(body["review"]["surface"], "command");

    let strict = with_keys("at_prompt = true");
    let ticket = production(&strict, "web");
    let ran = approve(&strict, &ticket, &["--rationale", "checked the diff, OPS-12"]).ended(75);
    assert!(ran.out.contains("decide at the prompt"), "{}", ran.out);
    assert_eq!((state(&strict, &ticket).as_str(), refusals(&strict, &ticket).len()), ("pending", 1));
    strict.human(&["reject", &ticket, "--rationale", "no"]).ended(0);
}

#[test]
fn a_rationale_says_something_and_something_new() {
    let place = Place::new();
    let (first, second) = (production(&place, "web"), production(&place, "api"));
    let short = approve(&place, &first, &["--rationale", "lgtm"]).ended(64);
    assert!(short.out.contains("has 4 characters, and policy wants 15"), "{}", short.out);
    approve(&place, &first, &["--rationale", "checked the diff, OPS-12"]).ended(0);
    let repeated = approve(&place, &second, &["--rationale", " Checked the  diff, ops-12"]).ended(64);
    assert!(repeated.out.contains("1 of your last 20 decisions"), "{}", repeated.out);
    approve(&place, &second, &["--rationale", "api needs it as well, OPS-12"]).ended(0);

    let quiet = with_keys("");
    let (first, second) = (production(&quiet, "web"), production(&quiet, "api"));
    approve(&quiet, &first, &["--rationale", "ok"]).ended(0);
    approve(&quiet, &second, &["--rationale", "ok"]).ended(0);
    let facts = decision(&quiet, &second)["review"].clone();
    assert_eq!((&facts["rationale_repeats"], &facts["burst"], &facts["waiting"]), (&1.into(), &1.into(), &1.into()));
}

#[test]
fn after_a_burst_the_next_one_is_asked_about_twice() {
    let place = with_keys("burst = 2");
    let tickets: Vec<String> = ["a", "b", "c", "d"].iter().map(|name| production(&place, name)).collect();
    for ticket in &tickets[..2] {
        approve(&place, ticket, &["--rationale", "checked"]).ended(0);
    }
    let ran = approve(&place, &tickets[2], &["--rationale", "checked"]).ended(75);
    assert!(ran.out.contains("2 approvals within five minutes came before this one"), "{}", ran.out);
    let again = format!("{DOWN}\r");
    let steps =
        [("approve this?", again.as_str()), ("rationale", "checked\r"), ("asked again", &again), ("rationale", "\r")];
    typed(&place, &format!("approve {}", tickets[2]), &steps).ended(0);
    let facts = decision(&place, &tickets[2])["review"].clone();
    assert_eq!((&facts["asked"], &facts["burst"]), (&2.into(), &2.into()));
    place.human(&["reject", &tickets[3], "--rationale", "no"]).ended(0);
}

#[test]
fn where_what_is_deleted_has_no_one_name_the_environments_is_typed() {
    let place = Place::new();
    let ticket =
        place.ask(&["aws", "--profile", "prod", "ecs", "delete-service", "--service", "web"]).ended(75).ticket();
    let ran = approve(&place, &ticket, &["--rationale", "replaced by api, OPS-12"]).ended(64);
    assert!(ran.out.contains("its name `production` was not typed"), "{}", ran.out);
    approve(&place, &ticket, &["--rationale", "replaced by api, OPS-12", "--confirm", "production"]).ended(0);
}

#[test]
fn nothing_of_this_is_asked_in_dev() {
    if !has("psql") {
        return;
    }
    let place =
        with_keys("min_review = \"3s\"\nmin_rationale = 15\nfresh_rationale = true\nburst = 1\nat_prompt = true");
    for name in ["a", "b", "c"] {
        let ticket = in_dev(&place, name);
        approve(&place, &ticket, &["--rationale", "ok"]).ended(0);
    }
}

#[test]
fn the_queue_filters_looks_decides_and_goes_on() {
    let place = with_keys("");
    let tickets: Vec<String> = ["web", "api", "jobs"].iter().map(|name| production(&place, name)).collect();
    let choose = format!("{DOWN}\r");
    let reject = format!("{DOWN}{DOWN}\r");
    let steps = [
        ("q leaves", "/"),
        ("Esc drops it", "env:prod ap"),
        ("env:prod ap_", "\r"),
        ("filter `env:prod ap`", "\r"),
        ("approve this?", &choose),
        ("rationale", "looked at api\r"),
    ];
    let ran = typed(&place, "approve", &steps).ended(0);
    assert!(ran.out.contains("1 decided, 2 still wait"), "{}", ran.out);
    assert_eq!(state(&place, &tickets[1]), "approved");
    assert!(plain(&ran.out).iter().all(|line| line.trim_end().chars().count() <= 80), "{}", ran.out);

    let steps = [
        ("q leaves", "\r"),
        ("approve this?", &choose),
        ("rationale", "looked at web\r"),
        ("approve this?", &reject),
        ("rationale", "not today\r"),
    ];
    let ran = typed(&place, "approve", &steps).ended(0);
    assert!(ran.out.contains("2 decided, 0 still wait"), "{}", ran.out);
    let all = [&tickets[0], &tickets[1], &tickets[2]].map(|ticket| state(&place, ticket));
    assert_eq!(all, ["approved", "approved", "rejected"]);
    place.human(&["approve"]).ended(65);
}

#[test]
fn in_the_queue_enter_decides_nothing_and_q_leaves() {
    let place = with_keys("");
    let tickets: Vec<String> = ["web", "api"].iter().map(|name| production(&place, name)).collect();
    let steps = [("q leaves", "\r"), ("approve this?", "\r"), ("approve this?", "\r")];
    let ran = typed(&place, "approve", &steps).ended(0);
    assert!(ran.out.contains("0 decided, 2 still wait"), "{}", ran.out);
    typed(&place, "approve", &[("q leaves", "q")]).ended(0);
    let back = format!("{DOWN}{DOWN}{DOWN}\r");
    typed(&place, "approve", &[("q leaves", "\r"), ("approve this?", &back), ("q leaves", "q")]).ended(0);
    assert!(tickets.iter().all(|ticket| state(&place, ticket) == "pending"));
}

#[test]
fn a_watch_tells_each_new_request_as_one_line_and_ends_with_its_reader() {
    let place = Place::new();
    let first = production(&place, "web");
    let mut child = place
        .command(AIGOV)
        .args(["requests", "--watch", "--json"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    let one = next();
    assert_eq!((&one["id"], &one["state"]), (&first.as_str().into(), &"pending".into()));
    let second = production(&place, "api");
    assert_eq!(next()["id"], second.as_str());
    place.human(&["reject", &first, "--rationale", "no"]).ended(0);
    let gone = next();
    assert_eq!((&gone["id"], &gone["state"]), (&first.as_str().into(), &"rejected".into()));
    drop(lines);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn at_a_terminal_a_watch_draws_a_table_and_q_ends_it() {
    let place = Place::new();
    production(&place, "web");
    let ran = typed(&place, "requests --watch", &[("1 wait(s) for a decision (q ends)", "q")]).ended(0);
    assert!(plain(&ran.out).iter().all(|line| line.trim_end().chars().count() <= 80), "{}", ran.out);
}

#[test]
fn a_report_has_shares_from_twenty_decisions_on_and_no_marks() {
    let place = with_keys("");
    let empty = place.agent(&["report", "reviews", "--json"]);
    assert_eq!(empty.code, 69, "without a ledger there is nothing to report: {empty:?}");
    let fact = |report: &Value, name: &str| -> Value {
        report["all"]["facts"].as_array().unwrap().iter().find(|fact| fact["fact"] == name).unwrap().clone()
    };
    for number in 0..20 {
        let ticket = production(&place, &format!("s{number}"));
        if number == 19 {
            let few = place.agent(&["report", "reviews", "--json"]).ended(0).json();
            assert_eq!((&fact(&few, "reasoned")["n"], &fact(&few, "reasoned")["share"]), (&19.into(), &Value::Null));
        }
        approve(&place, &ticket, &["--rationale", if number < 10 { "ok" } else { "the same again" }]).ended(0);
    }
    let report = place.agent(&["report", "reviews", "--json"]).ended(0).json();
    let (own, opened) = (fact(&report, "single_operator"), fact(&report, "opened"));
    assert_eq!((&own["yes"], &own["share"]["low"], &own["share"]["high"]), (&20.into(), &0.8389.into(), &1.0.into()));
    assert_eq!((&opened["n"], &opened["unmeasured"], &opened["share"]), (&0.into(), &20.into(), &Value::Null));
    assert_eq!(fact(&report, "repeated")["yes"], 18);
    let text = place.agent(&["report", "reviews"]).ended(0).out;
    assert!(text.contains("100 % (84\u{2013}100)") && text.contains("20 unmeasured"), "{text}");
    assert!(text.contains("None of them shows that a decision was right"), "{text}");
}
