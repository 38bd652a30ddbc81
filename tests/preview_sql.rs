//! SQL against a real PostgreSQL by a real psql: shown, bound to the server and its tables, refused when anything moved,
//! taken back where there is an exact opposite. Where there is no server, each test says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use postgres::Server;
use serde_json::Value;
use support::Place;

struct Work {
    place: Place,
    server: Server,
    host: String,
}

impl Work {
    /// A database `shop` with a table that has rows.
    fn new() -> Option<Self> {
        let server = Server::start()?;
        let host = server.dir.path().display().to_string();
        let place = Place::with(asking);
        // The way to the tree has to be open for the server's own psql, which is the one that is run.
        fs::set_permissions(place.dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let mut work = Self { place, server, host };
        let bin = work.server.bin.display().to_string();
        let path = std::env::var("PATH").unwrap();
        work.place.set("PATH", format!("{bin}:{path}"));
        work.sql("postgres", "create database shop");
        work.sql("shop", "create table orders (id int primary key, state text, password text)");
        work.sql("shop", "insert into orders select n, 'open' from generate_series(1, 1000) n");
        work.sql("shop", "analyze orders");
        Some(work)
    }

    fn sql(&self, database: &str, text: &str) -> String {
        let output = self.server.sql(database, text);
        assert!(output.status.success(), "{text}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn psql<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        [&["psql", "-h", &self.host, "-U", "postgres", "-d", "shop"], more].concat()
    }

    fn ask(&self, more: &[&str]) -> String {
        self.place.ask(&self.psql(more)).ended(75).ticket()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.place.tree().join(name), text).unwrap();
    }

    fn shown(&self, ticket: &str) -> Value {
        self.place.agent(&["show", ticket, "--json"]).ended(0).json()["preview"].clone()
    }

    /// The page with its lines made one.
    fn page(&self, ticket: &str) -> String {
        let page = self.place.agent(&["show", ticket]).ended(0).out;
        page.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn refused(&self, ticket: &str) -> String {
        let ran = self.place.agent(&["run", "--json", ticket]).ended(77);
        assert_eq!(ran.status()["status"], "invalidated");
        self.place.verify();
        ran.status()["reason"].as_str().unwrap().to_owned()
    }

    fn columns(&self) -> String {
        self.sql("shop", "select string_agg(attname, ' ') from pg_attribute where attrelid = 'orders'::regclass and attnum > 0 and not attisdropped")
    }
}

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

const MIGRATION: &str = "-- a migration\n\
    create table items (id int, note text);\n\
    create index items_id on items (id);\n\
    alter table orders add column total numeric;\n\
    create index concurrently orders_state on public.orders (state);\n\
    select count(*) from orders;\n";

#[test]
fn a_migration_is_shown_runs_as_shown_and_is_taken_back_exactly() {
    let Some(work) = Work::new() else { return };
    work.write("up.sql", MIGRATION);
    let ticket = work.ask(&["-v", "ON_ERROR_STOP=1", "-f", "up.sql"]);
    let preview = work.shown(&ticket);
    assert_eq!(preview["state"], "ready", "{preview}");
    let summary = preview["summary"].as_str().unwrap();
    assert!(
        summary.starts_with(
            "1 create table, 2 create index, 1 alter table, 1 that only read(s) in database shop as postgres in "
        ),
        "{summary}"
    );
    let page = work.page(&ticket);
    assert!(page.contains("statement 3 of 5 (up.sql): alter table orders add column total numeric"), "{page}");
    assert!(page.contains("others: everybody waits, readers too (ACCESS EXCLUSIVE)"), "{page}");
    assert!(page.contains("public.orders: about 1000 row(s)"), "{page}");
    assert_eq!(work.sql("shop", "select to_regclass('items') is null"), "t", "a question changes nothing");

    work.place.approve(&ticket);
    work.place.agent(&["run", &ticket]).ended(0);
    assert_eq!(work.columns(), "id state password total");
    work.place.agent(&["run", &ticket]).ended(77);

    let back = work.place.agent(&["rollback", &ticket, "--json"]).ended(75).ticket();
    let page = work.page(&back);
    assert!(page.contains("drop table if exists \"public\".\"items\""), "{page}");
    work.place.approve(&back);
    work.place.agent(&["run", &back]).ended(0);
    assert_eq!(work.columns(), "id state password");
    assert_eq!(work.sql("shop", "select to_regclass('items') is null and to_regclass('orders_state') is null"), "t");
    assert_eq!(work.place.agent(&["show", &ticket, "--json"]).json()["state"], "rolled_back");
    work.place.verify();
}

#[test]
fn rows_are_estimated_and_a_missing_where_is_said_and_that_nothing_brings_them_back() {
    let Some(work) = Work::new() else { return };
    let ticket = work.ask(&["-c", "update orders set state = 'x' where id < 101", "-c", "delete from orders"]);
    let page = work.page(&ticket);
    assert!(page.contains("rows: about 100, as the server estimates now"), "{page}");
    assert!(page.contains("rows: about 1000, as the server estimates now"), "{page}");
    assert!(page.contains("1 of them without WHERE") && page.contains("it has no WHERE: every row is meant"), "{page}");
    let (delete, update) = (page.find("! delete delete orders").unwrap(), page.find("change update orders").unwrap());
    assert!(delete < update, "what needs care comes first: {page}");
    assert!(page.contains("there is no way back: what `delete` removes of orders is kept nowhere"), "{page}");
    assert!(page.contains("`pg_dump -t orders`"), "{page}");
    assert_eq!(work.sql("shop", "select count(*), count(*) filter (where state = 'open') from orders"), "1000|1000");
    let refused = work.place.agent(&["rollback", &ticket]);
    assert_ne!(refused.code, 0);
}

#[test]
fn a_file_edited_after_the_approval_is_not_run_and_is_named() {
    let Some(work) = Work::new() else { return };
    work.write("up.sql", "alter table orders add column a int;\n");
    let ticket = work.ask(&["-f", "up.sql"]);
    work.place.approve(&ticket);
    work.write("up.sql", "drop table orders;\n");
    let why = work.refused(&ticket);
    assert!(why.contains("up.sql"), "{why}");
    assert_eq!(work.columns(), "id state password");
}

#[test]
fn rows_that_are_read_from_a_local_file_are_those_of_the_approval() {
    let Some(work) = Work::new() else { return };
    work.write("rows.csv", "5001\tnew\tx\n");
    let ticket = work.ask(&["-c", "\\copy orders from 'rows.csv'"]);
    work.place.approve(&ticket);
    work.write("rows.csv", "5001\tother\tx\n");
    let why = work.refused(&ticket);
    assert!(why.contains("rows.csv"), "{why}");
    assert_eq!(work.sql("shop", "select count(*) from orders"), "1000");
}

#[test]
fn a_table_or_a_database_that_is_another_one_now_is_named_and_nothing_runs() {
    let Some(work) = Work::new() else { return };
    let ticket = work.ask(&["-c", "alter table orders add column a int"]);
    work.place.approve(&ticket);
    work.sql("shop", "alter table orders add column other int");
    let why = work.refused(&ticket);
    assert!(why.contains("target") && why.contains("orders"), "{why}");

    let ticket = work.ask(&["-c", "alter table orders add column a int"]);
    work.place.approve(&ticket);
    work.sql("postgres", "alter database shop rename to shop_old");
    work.sql("postgres", "create database shop");
    work.sql("shop", "create table orders (id int primary key, state text, password text, other int)");
    let why = work.refused(&ticket);
    assert!(why.contains("target") && why.contains("database"), "{why}");
    assert_eq!(work.columns(), "id state password other");
}

#[test]
fn where_nothing_answers_that_is_said_and_the_statements_are_shown() {
    let Some(work) = Work::new() else { return };
    let command = ["psql", "-h", "db-dev.invalid", "-U", "postgres", "-c", "drop table orders", "shop"];
    let ticket = work.place.ask(&command).ended(75).ticket();
    let page = work.page(&ticket);
    assert!(page.contains("NOT KNOWN, the preview failed: the statements are known, the database is not"), "{page}");
    assert!(page.contains("statement 1 of 1 (-c): drop table orders"), "{page}");
}

#[test]
fn no_literal_of_a_secret_is_shown_recorded_or_told() {
    let Some(work) = Work::new() else { return };
    work.write(
        "roles.sql",
        "create role app login password 'hunter2-one';\nupdate orders set password = 'hunter2-two' where id = 1;\n",
    );
    let ticket = work.ask(&["-f", "roles.sql"]);
    let page = work.page(&ticket);
    assert!(page.contains("create role app login password '[redacted:value]'"), "{page}");
    assert!(page.contains("rows: about 1, as"), "{page}");
    let inline = work.ask(&["-c", "alter role postgres with password 'hunter2-three'"]);
    let everything = [
        page,
        work.page(&inline),
        work.shown(&ticket).to_string(),
        work.place.agent(&["audit", "show", &ticket, "--json"]).out,
        work.place.agent(&["audit", "show", &inline, "--json"]).out,
        work.place.agent(&["audit", "--json"]).out,
        work.place.agent(&["requests"]).out,
    ];
    for text in everything {
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[test]
fn a_variable_of_the_command_alone_leads_the_questions_where_it_leads_the_command() {
    let Some(work) = Work::new() else { return };
    let text = format!("PGHOST={} PGUSER=postgres PGDATABASE=shop psql -c 'truncate orders'", work.host);
    let ran = work.place.agent(&["exec", "--json", "--reason", "a test", "-c", &text]).ended(75);
    let page = work.page(&ran.ticket());
    assert!(page.contains("1 truncate in database shop as postgres"), "{page}");
}
