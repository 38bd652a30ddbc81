//! SQL against a real PostgreSQL: each statement runs in a scratch database, and whatever changed anything has to have
//! been called more than a read. Where there is no server the test says so and passes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops at the first thing that is wrong, and tells what it did not run"
)]

#[path = "support/postgres.rs"]
mod postgres;
#[path = "sql/statements.rs"]
mod statements;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use aigov::model::action::Impact;
use aigov::sql::tables::functions;
use aigov::sql::{Dialect, Reader, read};
use postgres::Server;

/// A session that stays open and tells the state of the server.
struct Monitor {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// What changes when anything does: the write-ahead log grows with every change of data, schema, roles and sequences,
/// the rest is what leaves no trace there.
const STATE: &str = "select pg_current_wal_insert_lsn(), pg_conf_load_time(), \
    (select count(*) from pg_stat_activity where application_name = 'bystander'), \
    (select string_agg(stats_reset::text, ',') from (select stats_reset from pg_stat_database where datname = 'scratch' \
     union all select stats_reset from pg_stat_bgwriter) s)";

impl Monitor {
    fn open(server: &Server) -> Self {
        let mut child =
            server.psql("postgres").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, input, output }
    }

    fn ask(&mut self, text: &str) -> String {
        writeln!(self.input, "{text};\n\\echo end-of-answer").unwrap();
        let mut answer = String::new();
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "the monitor's session ended");
            if line.trim_end() == "end-of-answer" {
                return answer;
            }
            answer.push_str(&line);
        }
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Every file that the server could have been made to write.
fn files(server: &Server) -> Vec<(PathBuf, u64)> {
    let size = |path: &Path| fs::metadata(path).map_or(0, |meta| meta.len());
    let mut found =
        vec![(server.data().join("postgresql.auto.conf"), size(&server.data().join("postgresql.auto.conf")))];
    for directory in [
        server.dir.path().to_path_buf(),
        server.data(),
        server.data().join("pg_snapshots"),
        server.data().join("pg_replslot"),
    ] {
        let entries = fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
        found.extend(entries.filter(|path| !path.ends_with("log")).map(|path| (path, 0)));
    }
    found.sort();
    found
}

/// Statements that do not run, or show nothing, within a transaction that is rolled back.
const ON_ITS_OWN: &[&str] = &[
    "begin", "transaction", "vacuum", "system", "database", "checkpoint", "concurrently", "notify", "txid", "xact_id",
    "reset", "slot", "clean()", "select pg_", "set ", "discard", "listen", "analyze people", "deallocate",
];
/// Of those, the ones that leave the database as good as new.
const STAYS: &[&str] = &[
    "notify", "txid", "xact_id", "pg_reload", "pg_stat_reset", "pg_terminate", "checkpoint", "reset", "slot", "system",
    "analyze",
];

/// What the server and its directory look like.
type State = (String, Vec<(PathBuf, u64)>);

/// A test database with a server around it.
struct Scratch {
    server: Server,
    monitor: Monitor,
    bystander: Option<Child>,
    is_fresh: bool,
    /// The state after the last statement, where nothing was done since.
    last: Option<State>,
}

impl Scratch {
    fn open() -> Option<Self> {
        let server = Server::start()?;
        assert!(server.sql("postgres", "create database base").status.success());
        let made = server.sql("base", statements::BASE);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        assert!(server.sql("base", "vacuum (freeze, analyze)").status.success());
        fs::write(server.dir.path().join("nothing"), "").unwrap();
        let monitor = Monitor::open(&server);
        Some(Self { server, monitor, bystander: None, is_fresh: false, last: None })
    }

    fn refresh(&mut self) {
        if !self.is_fresh {
            self.last = None;
            self.monitor.ask("drop database if exists scratch with (force)");
            self.monitor.ask("create database scratch template base strategy file_copy");
            self.monitor.ask("alter database scratch set search_path = app, public");
            self.is_fresh = true;
        }
        let is_there = self.bystander.as_mut().is_some_and(|child| child.try_wait().unwrap().is_none());
        if !is_there {
            self.last = None;
            let mut command = self.server.psql("postgres");
            command.env("PGAPPNAME", "bystander").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
            self.bystander = Some(command.spawn().unwrap());
            while self.monitor.ask("select count(*) from pg_stat_activity where application_name = 'bystander'").trim()
                != "1"
            {}
        }
    }

    fn state(&mut self) -> State {
        (self.monitor.ask(STATE), files(&self.server))
    }

    /// Runs a statement; whether it succeeded, and whether anything changed. What can be rolled back is: the log has
    /// grown all the same, and the database stays as it was.
    fn run(&mut self, text: &str) -> (bool, bool) {
        self.refresh();
        let is_bound = !ON_ITS_OWN.iter().any(|word| text.contains(word));
        let mut command = self.server.psql("scratch");
        command.env("PGOPTIONS", "-c statement_timeout=3s").stdin(Stdio::null());
        if is_bound {
            command.args(["-c", "begin", "-c", text, "-c", "rollback"]);
        } else {
            command.args(["-c", text]);
        }
        let before = self.last.take().unwrap_or_else(|| self.state());
        let output = command.output().unwrap();
        let after = self.state();
        let has_changed = before != after;
        self.last = Some(after);
        self.is_fresh = is_bound || !has_changed || STAYS.iter().any(|word| text.contains(word));
        (output.status.success() && output.stderr.is_empty(), has_changed)
    }

    /// As `run`; what changes only once is the server's own housekeeping.
    fn changes(&mut self, text: &str) -> (bool, bool) {
        let first = self.run(text);
        if first.1 && self.run(text).1 { self.run(text) } else { (first.0, false) }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(mut child) = self.bystander.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn is_read(text: &str) -> bool {
    let made = read(text, Dialect::Postgres, Reader::Server);
    made.impact() == Impact::Read
        && !made.all.iter().any(|one| one.categories.contains(&aigov::model::action::Category::Secrets))
}

#[test]
fn whatever_changed_anything_was_called_more_than_a_read() {
    let all = statements::HARMLESS.len() + statements::CHANGES.len() + statements::SUSPECT.len();
    assert!(all >= 300, "{all} statements");
    let Some(mut scratch) = Scratch::open() else { return };
    let mut missed = Vec::new();
    let mut stopped = Vec::new();
    let mut idle = Vec::new();
    for text in statements::HARMLESS {
        let (is_done, has_changed) = scratch.changes(text);
        if !is_done {
            idle.push(format!("fails: {text}"));
        }
        if has_changed {
            idle.push(format!("changes something: {text}"));
        }
        match is_read(text) {
            true if has_changed => missed.push((*text).to_owned()),
            false => stopped.push(*text),
            true => {}
        }
    }
    let directory = scratch.server.dir.path().display().to_string();
    for text in statements::CHANGES {
        let text = text.replace("DIR", &directory);
        let (_, has_changed) = scratch.run(&text);
        if !has_changed {
            idle.push(format!("changes nothing: {text}"));
        }
        if is_read(&text) {
            missed.push(text);
        }
    }
    for text in statements::SUSPECT {
        scratch.run(text);
        if is_read(text) {
            missed.push((*text).to_owned());
        }
    }
    eprintln!("{all} statements; harmless ones that are stopped: {} of {}", stopped.len(), statements::HARMLESS.len());
    assert!(missed.is_empty(), "called a read:\n{}", missed.join("\n"));
    assert!(stopped.len() * 20 < statements::HARMLESS.len(), "stopped:\n{}", stopped.join("\n"));
    assert!(idle.len() * 50 < all, "not what the list says:\n{}", idle.join("\n"));
}

#[test]
fn a_view_is_taken_for_what_it_seems() {
    let Some(mut scratch) = Scratch::open() else { return };
    let (make, look) = statements::NOT_SEEN;
    assert!(!is_read(make) && is_read(look));
    assert!(scratch.server.sql("base", make).status.success());
    assert!(scratch.changes(look).1, "the view no longer does more than it seems: the documents should say so");
}

/// Volatile functions of the server that are on the list of harmless ones, each looked at.
const LOOKED_AT: &str = "clock_timestamp current_query currval gen_random_uuid lastval pg_blocking_pids \
    pg_control_checkpoint pg_control_init pg_control_recovery pg_control_system pg_current_logfile pg_current_wal_flush_lsn \
    pg_current_wal_insert_lsn pg_current_wal_lsn pg_database_collation_actual_version pg_database_size \
    pg_get_backend_memory_contexts pg_get_multixact_members pg_get_shmem_allocations pg_get_wal_replay_pause_state \
    pg_get_wal_resource_managers pg_indexes_size pg_is_in_recovery pg_is_wal_replay_paused \
    pg_isolation_test_session_is_blocked pg_jit_available pg_last_committed_xact pg_last_wal_receive_lsn \
    pg_last_wal_replay_lsn pg_last_xact_replay_timestamp pg_lock_status pg_notification_queue_usage \
    pg_partition_ancestors pg_partition_tree pg_prepared_xact pg_relation_size pg_safe_snapshot_blocking_pids \
    pg_sequence_last_value pg_stat_have_stats pg_table_size pg_tablespace_size pg_total_relation_size \
    pg_xact_commit_timestamp pg_xact_status random random_normal timeofday txid_status array_sample array_shuffle uuidv4 uuidv7";

#[test]
fn what_the_server_calls_volatile_was_looked_at_before_it_was_called_harmless() {
    let Some(server) = Server::start() else { return };
    let output = server.sql(
        "postgres",
        "select distinct proname from pg_proc where provolatile = 'v' and pronamespace = 'pg_catalog'::regnamespace and prokind = 'f'",
    );
    let volatile = String::from_utf8(output.stdout).unwrap();
    let unseen: Vec<&str> = functions::postgres()
        .filter(|name| volatile.lines().any(|line| line == *name) && !functions::has(LOOKED_AT, name))
        .collect();
    assert!(volatile.lines().count() > 100 && unseen.is_empty(), "{unseen:?}");
}

#[test]
fn long_texts_are_answered_soon() {
    let started = std::time::Instant::now();
    for text in [
        "f(".repeat(10_000),
        "a(),".repeat(6_000),
        "select a;".repeat(6_000),
        "select a(b) from c where d = 'e' and f in (1, 2); ".repeat(900),
        format!("select {}1", "secret_token, ".repeat(9_000)),
        format!("select '{}", "\\".repeat(200_000)),
        "/*".repeat(100_000),
        "$a$".repeat(60_001),
    ] {
        let _ = read(&text, Dialect::Postgres, Reader::Server);
    }
    // Eight texts, in a build without optimisation on a busy machine.
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn mutated_texts_break_nothing() {
    let seeds = [
        "with d(a) as (delete from t where b = $$x$$ returning *) select f(a)::int[] from d for update",
        "explain (analyze, buffers) select x.key from jsonb_each('{}') x where a -> 'b' #>> '{c}' @> d",
        "copy (select 1) to stdout; set search_path = a, b; \\copy t from 'x'",
        "create table if not exists a.b (c numeric(10,2) default now(), primary key (c)) partition by range (c)",
        "merge into t using s on t.a = s.a when matched then update set b = 1 when not matched then insert values (1)",
    ];
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let parts =
        ["'", "\"", "(", ")", ";", "--", "/*", "*/", "$$", "\\", ":", "é", "select ", " into ", "[", "{", "\n", "."];
    for _ in 0..1_000 {
        let mut text: Vec<char> = seeds[next(seeds.len())].chars().collect();
        for _ in 0..1 + next(4) {
            if text.is_empty() {
                break;
            }
            let at = next(text.len());
            match next(3) {
                0 => drop(text.remove(at)),
                1 => drop(text.splice(at..at, parts[next(parts.len())].chars())),
                _ => text.truncate(at + 1),
            }
        }
        let text: String = text.into_iter().collect();
        for (dialect, reader) in [
            (Dialect::Postgres, Reader::Psql),
            (Dialect::Mysql, Reader::Mysql),
            (Dialect::Sqlite, Reader::Sqlite),
            (Dialect::Duckdb, Reader::Sqlite),
        ] {
            let _ = read(&text, dialect, reader);
        }
    }
}
