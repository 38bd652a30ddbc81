//! SQL for the real sqlite3, and for a real MariaDB by its real client: shown, bound, refused when anything moved, taken back.
//! Where a program is not installed, each test says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

#[path = "support/mariadb.rs"]
mod mariadb;
mod support;

use std::fs;
use std::process::Command;

use mariadb::MariaDb;
use serde_json::Value;
use support::{Place, has};

/// The example policy, which refuses agents most of this, with a human in the place of the refusal.
fn asking(policy: String) -> String {
    let rules = policy.split("# Tests: commands with what must be decided").next().unwrap().to_owned();
    let asks = |rule: &str| {
        ["no-changing-user-data", "no-access-control"].iter().any(|id| rule.contains(&format!("id = \"{id}\"")))
    };
    let rules = rules.split("[[rules]]").map(|rule| match asks(rule) {
        true => rule.replace("tier = 4", "tier = 3"),
        false => rule.to_owned(),
    });
    rules.collect::<Vec<_>>().join("[[rules]]")
}

fn shown(place: &Place, ticket: &str) -> Value {
    place.agent(&["show", ticket, "--json"]).ended(0).json()["preview"].clone()
}

/// The page with its lines made one.
fn page(place: &Place, ticket: &str) -> String {
    let page = place.agent(&["show", ticket]).ended(0).out;
    page.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn run(place: &Place, ticket: &str) {
    place.approve(ticket);
    place.agent(&["run", ticket]).ended(0);
}

#[track_caller]
fn refused(place: &Place, ticket: &str) -> String {
    place.approve(ticket);
    let ran = place.agent(&["run", "--json", ticket]).ended(77);
    assert_eq!(ran.status()["status"], "invalidated");
    place.verify();
    ran.status()["reason"].as_str().unwrap().to_owned()
}

#[track_caller]
fn roll_back(place: &Place, ticket: &str) -> String {
    let back = place.agent(&["rollback", "--json", ticket]).ended(75).ticket();
    let preview = shown(place, &back);
    assert_eq!(preview["state"], "ready", "{preview}");
    let told = page(place, &back);
    run(place, &back);
    assert_eq!(place.agent(&["show", ticket, "--json"]).json()["state"], "rolled_back");
    place.verify();
    told
}

fn sqlite(place: &Place, text: &str) -> String {
    let output =
        Command::new("sqlite3").args(["-init", "/dev/null"]).arg(place.tree().join("shop.db")).arg(text).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A database with two tables and a trigger.
fn with_sqlite() -> Option<Place> {
    has("sqlite3").then(|| {
        let place = Place::with(asking);
        sqlite(&place, "create table orders (id integer primary key, state text, password text)");
        sqlite(&place, "insert into orders values (1, 'open', 'hush-1'), (2, 'open', 'hush-2'), (3, 'done', 'hush-3')");
        sqlite(&place, "create table log (text)");
        sqlite(&place, "create trigger noted after delete on orders begin insert into log values (old.id); end");
        place
    })
}

#[test]
fn what_sqlite_would_change_is_tried_on_a_copy_and_the_copy_takes_it_back() {
    let Some(place) = with_sqlite() else { return };
    let ticket = place.ask(&["sqlite3", "shop.db", "delete from orders where state = 'open'"]).ended(75).ticket();
    let preview = shown(&place, &ticket);
    assert_eq!(preview["state"], "ready", "{preview}");
    let told = page(&place, &ticket);
    assert!(told.contains("2, as it did on a copy just now") && told.contains("triggers may do more: noted"), "{told}");
    assert_eq!(sqlite(&place, "select count(*) from orders"), "3", "looking changes nothing");
    run(&place, &ticket);
    assert_eq!(sqlite(&place, "select count(*) from orders"), "1");
    let back = roll_back(&place, &ticket);
    assert!(back.contains("orders: 1 row(s) → 3 row(s)"), "{back}");
    assert_eq!(sqlite(&place, "select group_concat(id) from orders"), "1,2,3");
    assert_eq!(sqlite(&place, "select count(*) from log"), "0");
}

#[test]
fn what_only_adds_is_taken_back_by_its_opposite() {
    let Some(place) = with_sqlite() else { return };
    let text =
        "create table items (id int); create index by_state on orders (state); alter table orders add column total int";
    let ticket = place.ask(&["sqlite3", "shop.db", text]).ended(75).ticket();
    run(&place, &ticket);
    sqlite(&place, "update orders set state = 'later' where id = 1");
    roll_back(&place, &ticket);
    assert_eq!(sqlite(&place, "select group_concat(name) from sqlite_schema"), "orders,log,noted");
    assert_eq!(sqlite(&place, "select state from orders where id = 1"), "later", "what others did stays");
    assert_eq!(sqlite(&place, "select group_concat(name) from pragma_table_info('orders')"), "id,state,password");
}

#[test]
fn a_sqlite_database_that_moved_refuses() {
    let Some(place) = with_sqlite() else { return };
    let ticket = place.ask(&["sqlite3", "shop.db", "update orders set state = 'x'"]).ended(75).ticket();
    sqlite(&place, "insert into orders values (4, 'new', '')");
    let why = refused(&place, &ticket);
    assert!(why.contains("shop.db"), "{why}");
}

#[test]
fn what_sqlite_would_refuse_or_cannot_show_is_said() {
    let Some(place) = with_sqlite() else { return };
    for (words, says) in [
        (&["shop.db", "delete from orders where nothing = 1"][..], "tried on a copy: sqlite3 refused"),
        (&["-cmd", "delete from orders", "-frob", "shop.db", "select 1"], "cannot be shown what sqlite3 would run"),
        (&[":memory:", "create table a (b)"], "no plain file"),
    ] {
        let ticket = place.ask(&[&["sqlite3"], words].concat()).ended(75).ticket();
        let told = page(&place, &ticket);
        assert!(told.contains("NOT KNOWN, the preview failed") && told.contains(says), "{says}: {told}");
    }
    let reach = "attach 'other.db' as o; delete from orders";
    let ticket = place.ask(&["sqlite3", "shop.db", reach]).ended(75).ticket();
    assert!(!place.tree().join("other.db").exists(), "what reaches further is not tried");
    assert!(!page(&place, &ticket).contains("on a copy just now"));
}

#[test]
fn a_secret_in_a_statement_for_sqlite_is_nowhere() {
    let Some(place) = with_sqlite() else { return };
    let text = "update orders set password = 'hunter2-x' where id = 1";
    let ticket = place.ask(&["sqlite3", "shop.db", text]).ended(75).ticket();
    let all = format!("{}{}{}", shown(&place, &ticket), page(&place, &ticket), place.agent(&["audit", "--json"]).out);
    assert!(!all.contains("hunter2"), "{all}");
    let rows = fs::read(place.ledger()).unwrap();
    let sealed = rows.windows(9).filter(|part| part == b"hunter2-x").count();
    assert!(sealed <= 2, "only the sealed words hold it: {sealed}");
}

struct Maria {
    place: Place,
    server: MariaDb,
    socket: String,
}

impl Maria {
    fn new() -> Option<Self> {
        let server = MariaDb::start()?;
        let socket = server.socket();
        let maria = Self { place: Place::with(asking), server, socket };
        maria.server.sql("create database shop");
        maria.server.sql("create table shop.orders (id int primary key, state text)");
        maria.server.sql("use shop; insert into orders select seq, 'open' from seq_1_to_500");
        maria.server.sql("analyze table shop.orders");
        Some(maria)
    }

    fn ask(&self, text: &str) -> String {
        let words = ["mysql", "--no-defaults", "-S", &self.socket, "-u", "root", "shop", "-e", text];
        self.place.ask(&words).ended(75).ticket()
    }
}

#[test]
fn what_a_server_would_change_is_shown_with_its_rows_and_what_commits_by_itself() {
    let Some(maria) = Maria::new() else { return };
    let ticket = maria.ask("update orders set state = 'x' where id < 50; truncate table orders");
    let preview = shown(&maria.place, &ticket);
    assert_eq!(preview["state"], "ready", "{preview}");
    let told = page(&maria.place, &ticket);
    assert!(told.contains("as the server estimates now"), "{told}");
    assert!(told.contains("ROLLBACK does not take it back") && told.contains("mysqldump DATABASE orders"), "{told}");
    assert!(told.contains("in shop as root@localhost"), "{told}");
    assert_eq!(
        maria.server.sql("select count(*) from shop.orders where state = 'open'"),
        "500",
        "looking changes nothing"
    );
    maria.server.sql("alter table shop.orders add column more int");
    let why = refused(&maria.place, &ticket);
    assert!(why.contains("target") && why.contains("orders"), "{why}");
}

#[test]
fn a_migration_of_a_server_is_taken_back_exactly() {
    let Some(maria) = Maria::new() else { return };
    let text = "create table items (id int); alter table orders add column total int; create index by_id on orders (id, state(10))";
    let ticket = maria.ask(text);
    run(&maria.place, &ticket);
    assert_eq!(maria.server.sql("select count(*) from information_schema.tables where table_schema = 'shop'"), "2");
    roll_back(&maria.place, &ticket);
    assert_eq!(
        maria.server.sql("select group_concat(table_name) from information_schema.tables where table_schema = 'shop'"),
        "orders"
    );
    let columns = "select group_concat(column_name) from information_schema.columns where table_schema = 'shop'";
    assert_eq!(maria.server.sql(columns), "id,state");
    assert_eq!(maria.server.sql("select count(*) from information_schema.statistics where table_schema = 'shop'"), "1");
}

#[test]
fn a_server_that_does_not_answer_leaves_the_statements_and_says_so() {
    if !has("mysql") {
        return;
    }
    let place = Place::with(asking);
    for (words, says) in [
        (&["-S", "/nonexistent/socket"][..], "mysql was not answered"),
        (&["-p"], "asks for a password"),
        (&["--pager=less"], "cannot be shown what mysql would run"),
    ] {
        let words = [&["mysql", "--no-defaults"], words, &["shop", "-e", "drop table orders"]].concat();
        let ticket = place.ask(&words).ended(75).ticket();
        let told = page(&place, &ticket);
        assert!(told.contains("NOT KNOWN, the preview failed") && told.contains(says), "{says}: {told}");
    }
}
