//! Statements with what they are, and the ways in which one could look safer than it is.

use super::*;
use crate::model::action::Category::{self, *};
use crate::model::action::Impact::{self, Destroy, Read, Unknown, Write};

#[track_caller]
fn all(dialect: Dialect, reader: Reader, cases: &[(&str, Impact)]) {
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let made = read(text, dialect, reader);
        if made.impact() != *expected {
            wrong.push(format!("{text}\n  is {}, should be {expected}: {:?}", made.impact(), made.all));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn categories(text: &str) -> Vec<Category> {
    let made = read(text, Dialect::Postgres, Reader::Server);
    made.all.iter().flat_map(|one| one.categories.iter().copied()).collect()
}

#[test]
fn queries_read_and_changes_within_them_do_not() {
    all(
        Dialect::Postgres,
        Reader::Server,
        &[
            ("", Read),
            ("select 1", Read),
            ("select count(*) from users where a = 1 and b in (1, 2)", Read),
            ("with t(a, b) as (select 1, 2) select a from t", Read),
            ("select * from generate_series(1, 3) as g(i)", Read),
            ("select x.key from jsonb_each('{}') x", Read),
            ("select a::numeric(10,2), cast(b as varchar(3)), extract(epoch from c) from t", Read),
            ("with d as (delete from t returning *) select * from d", Destroy),
            ("with i as (insert into t values (1) returning *) select * from i", Write),
            ("with u as (update t set a = 1 returning *) select * from u", Destroy),
            ("select * into copy_of_t from t", Write),
            ("select * from t for update", Write),
            ("select * from t for share of t", Write),
            ("explain delete from t", Read),
            ("explain analyze delete from t", Destroy),
            ("explain (verbose, analyze) delete from t where a = 1", Destroy),
            ("explain (analyze, buffers) select * from t", Read),
            ("table users", Read),
            ("table users for update", Unknown),
            ("explain\n/\ndelete from t", Unknown),
            ("values (1), (2)", Read),
            ("(select 1) union (select 2)", Read),
        ],
    );
}

#[test]
fn functions_count_wherever_they_are_called() {
    all(
        Dialect::Postgres,
        Reader::Server,
        &[
            ("select lower(name), count(*) filter (where a) over (partition by b) from t", Read),
            ("select pg_catalog.lower('A')", Read),
            ("select pg_terminate_backend(1)", Write),
            ("select nextval('s')", Write),
            ("select PG_CATALOG.setval('s', 1)", Write),
            ("select \"nextval\"('s')", Write),
            ("select nextval ('s')", Write),
            ("select nextval/**/('s')", Write),
            ("select lo_unlink(1)", Destroy),
            ("select my_function(1)", Unknown),
            ("select other.lower('a')", Unknown),
            ("select \"Lower\"('a')", Unknown),
            ("select * from my_function(1)", Unknown),
            ("select 1 from t where exists (select my_function(a))", Unknown),
            ("select 1 order by my_function(1)", Unknown),
            ("select 1 limit my_function(1)", Unknown),
            ("select distinct on (a) my_function(a) from t", Unknown),
            ("with my_function(a) as (select 1) select my_function(1)", Unknown),
            ("select case when my_function(1) then 1 end", Unknown),
            ("select array[my_function(1)]", Unknown),
            ("select a from t tablesample my_method (1)", Unknown),
            ("select sum(my_function(1)) over (order by my_other(2)) from t", Unknown),
            // PostgreSQL calls a function by the name of a column, on a plain value.
            ("select x.pg_sleep from generate_series(1, 1) x", Unknown),
            ("select generate_series.pg_sleep from generate_series(1, 1)", Unknown),
            ("select (1).pg_sleep", Unknown),
            ("select x.\"pg_sleep\" from generate_series(1, 1) as x", Unknown),
            ("select g.touch_one from generate_series(1, 1) g, (values (1)) v(touch_one)", Unknown),
            ("select u.pg_ls_dir from current_user u", Unknown),
            ("select current_date.touch_one from current_date", Unknown),
            ("select g.value from generate_series(1, 1) g", Unknown),
            ("select g.n from generate_series(1, 1) g(n)", Read),
            ("select query_to_xml('delete from t', true, true, '')", Unknown),
            ("explain select my_function(1)", Unknown),
            ("insert into t values (my_function(1))", Unknown),
            ("create table x as select my_function(1)", Unknown),
        ],
    );
    assert!(categories("select pg_read_file('/etc/passwd')").contains(&Secrets));
    assert!(categories("select * from pg_shadow").contains(&Secrets));
    assert!(categories("select password_hash from users").contains(&Secrets));
    assert!(!categories("select tokens_used from usage").contains(&Secrets));
}

#[test]
fn every_statement_of_a_text_counts() {
    all(
        Dialect::Postgres,
        Reader::Server,
        &[
            ("select 1; drop table t", Destroy),
            ("begin; delete from t; rollback", Destroy),
            ("begin read only; select 1; commit", Read),
            ("begin not atomic delete from t", Unknown),
            ("select ';'; select 1", Read),
            ("select 1 /* ; drop table t */", Read),
            ("select 1 -- ;\n; drop table t", Destroy),
            ("select $$;$$; truncate t", Destroy),
            ("select 'a\\'; drop table t; --'", Unknown),
            ("select 1 delete from t", Unknown),
            ("selec 1", Unknown),
            ("prepare p as delete from t", Destroy),
            ("execute p", Unknown),
            ("declare c cursor for select 1", Read),
            ("set standard_conforming_strings = off; select 1", Unknown),
        ],
    );
}

#[test]
fn kinds_of_work_are_told_apart() {
    let of = |text: &str| categories(text);
    assert!(of("create table t (a int)").contains(&DbMigration));
    assert!(of("drop table t").contains(&UserData) && of("drop table t").contains(&DbMigration));
    assert!(of("insert into t values (1)").contains(&UserData));
    assert!(of("grant select on t to x").contains(&AccessControl));
    assert!(of("create role x").contains(&AccessControl));
    assert!(of("alter user x password 'y'").contains(&AccessControl));
    assert!(of("create policy p on t").contains(&SecurityPolicy));
    assert!(of("create extension dblink").contains(&Execution));
    assert!(of("create function f() returns int language sql as 'select 1'").contains(&Execution));
    assert!(of("do $$ begin end $$").contains(&Execution));
    assert!(of("copy t to program 'x'").contains(&Execution));
    assert!(of("vacuum full").contains(&Infra));
}

#[test]
fn definitions_and_the_session_are_read_by_their_words() {
    all(
        Dialect::Postgres,
        Reader::Server,
        &[
            ("create or replace view v as select 1", Write),
            ("create unlogged table t (a int)", Write),
            ("create unique index concurrently i on t (a)", Write),
            ("alter table t add column b int", Write),
            ("alter table t drop column b", Destroy),
            ("drop owned by x", Destroy),
            ("drop something x", Unknown),
            ("truncate t", Destroy),
            ("copy t to stdout", Read),
            ("copy (select 1) to stdout with (format csv)", Read),
            ("copy (delete from t returning *) to stdout", Destroy),
            ("copy t from stdin", Write),
            ("copy t to '/tmp/x'", Unknown),
            ("show all", Read),
            ("set statement_timeout = '5s'", Read),
            ("set local search_path to app, public", Read),
            ("set search_path = app, pg_catalog", Write),
            ("set session_replication_role = replica", Write),
            ("set role admin", Read),
            ("reset all", Read),
            ("alter system set work_mem = '1GB'", Write),
            ("vacuum", Write),
            ("notify x", Write),
            ("listen x", Read),
            ("lock table t", Write),
            ("call p()", Unknown),
            ("load 'x'", Unknown),
            ("delete from t", Destroy),
            ("update t set a = 1 where b = 2", Write),
            ("update t set a = 1", Destroy),
        ],
    );
    let made = read("delete from a.t; drop table x, \"Y\" cascade", Dialect::Postgres, Reader::Server);
    assert_eq!(made.all[0].objects, ["table/a.t"]);
    assert!(made.all[0].is_unbounded);
    assert_eq!(made.all[1].objects, ["table/x", "table/Y"]);
}

#[test]
fn psql_reads_its_own_commands() {
    all(
        Dialect::Postgres,
        Reader::Psql,
        &[
            ("\\dt\nselect 1;\n\\x\nselect 2 \\gx", Read),
            ("select 1 \\g out.txt", Write),
            ("select 1 \\g |sh", Unknown),
            ("select 1 \\g (format=csv) x", Unknown),
            ("select 'drop table t' \\gexec", Unknown),
            ("select 1 \\gset", Unknown),
            ("\\! ls", Unknown),
            ("\\!ls", Unknown),
            ("\\i x.sql", Unknown),
            ("\\o |sh", Unknown),
            ("\\set x `ls`", Unknown),
            ("\\set SINGLELINE on", Unknown),
            ("\\set ON_ERROR_STOP on\nselect 1;", Read),
            ("\\setenv PAGER sh", Unknown),
            ("\\echo a\\! ls", Unknown),
            ("\\copy t from 'x'", Write),
            ("\\copy (select 1) to 'x'", Write),
            ("\\copy (delete from t returning *) to stdout", Destroy),
            ("\\copy t to program 'sh'", Unknown),
            ("\\c other", Unknown),
            ("select :x;", Unknown),
            ("copy t from stdin;\n1\n\\.\n", Unknown),
            ("select 1 \\; drop table t;", Destroy),
            ("drop table t \\r", Unknown),
        ],
    );
}

#[test]
fn the_other_dialects_have_their_own_ways() {
    all(
        Dialect::Mysql,
        Reader::Mysql,
        &[
            ("select `a` from `b`\\G", Read),
            ("show tables; describe t; use x", Read),
            ("use x\ndrop table t", Unknown),
            ("help x\ndrop table t", Unknown),
            ("/*!50000 drop table t */", Unknown),
            ("select 1 /*!, sleep(1) */", Unknown),
            ("select * from t into outfile '/tmp/x'", Unknown),
            ("load data infile 'x' into table t", Write),
            ("set global x = 1", Write),
            ("set @@global.x = 1", Write),
            ("\\! ls", Unknown),
            ("system ls", Unknown),
            ("select 1;\nsource x.sql", Unknown),
            ("delete from t limit 1", Destroy),
            ("replace into t values (1)", Write),
            ("set names gbk; select 1", Unknown),
            ("prepare s from 'drop table t'", Unknown),
        ],
    );
    all(
        Dialect::Sqlite,
        Reader::Sqlite,
        &[
            (".tables\nselect * from [a;b];\n.schema t", Read),
            ("pragma table_info(t)", Read),
            ("pragma user_version", Read),
            ("pragma user_version = 3", Write),
            ("pragma writable_schema = on", Write),
            ("attach 'x' as y", Write),
            ("vacuum into 'x'", Write),
            (".shell ls", Unknown),
            (".output |sh", Unknown),
            (".output x", Write),
            (".output \"\\174sh\"", Unknown),
            (".once -e", Unknown),
            ("explain\n/\ndelete from t", Unknown),
            ("select 1\ngo\ndelete from t", Unknown),
            (".read x", Unknown),
            ("select load_extension('x')", Unknown),
            ("select writefile('x', 'y')", Unknown),
        ],
    );
    all(
        Dialect::Clickhouse,
        Reader::Server,
        &[
            ("select count() from t where toDate(a) = today()", Read),
            ("select * from url('http://x', 'CSV')", Unknown),
            ("alter table t delete where a = 1", Destroy),
            ("optimize table t final", Write),
            ("system reload config", Write),
        ],
    );
    all(
        Dialect::Cassandra,
        Reader::Server,
        &[
            ("select * from a.b where c = 1 allow filtering", Read),
            ("describe tables", Read),
            ("consistency quorum", Read),
            ("consistency quorum\ndrop table t", Unknown),
            ("describe tables\ndrop table t", Unknown),
            ("show version\ndrop table t", Unknown),
            ("source 'x'", Unknown),
            ("capture 'x'", Write),
            ("drop keyspace x", Destroy),
            ("begin batch insert into t (a) values (1) apply batch", Unknown),
        ],
    );
    all(
        Dialect::Duckdb,
        Reader::Sqlite,
        &[
            ("select * from t limit 3", Read),
            ("select * from 'x.csv'", Unknown),
            ("select * from read_text('x')", Unknown),
            ("install httpfs", Unknown),
            ("copy t to 'x.csv'", Unknown),
        ],
    );
}
