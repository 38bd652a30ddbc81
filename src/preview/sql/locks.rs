//! What others wait for while a statement of a schema runs, and what a transaction does not hold back.
//!
//! Source: <https://www.postgresql.org/docs/current/explicit-locking.html> and the page of each statement;
//! <https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html>, <https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/>.

use crate::sql::{Dialect, Part};

/// Statements of MySQL that end a transaction, by their first word.
const COMMITTING: &[&str] = &[
    "create", "alter", "drop", "truncate", "rename", "grant", "revoke", "lock", "unlock", "analyze", "optimize",
    "repair", "flush", "begin", "start",
];

/// What waits, and for what.
pub(super) fn waits(dialect: Dialect, kind: &str, words: &[Part]) -> Option<&'static str> {
    let has = |start: &str| kind.starts_with(start);
    match dialect {
        Dialect::Postgres => lock(kind, words),
        Dialect::Mysql if has("alter table") || has("create index") || has("drop index") => {
            Some("who uses the table waits while its definition changes; the server may write the whole table anew")
        }
        Dialect::Mysql if has("drop table") || has("truncate") || has("rename table") => {
            Some("who uses the table waits")
        }
        _ => None,
    }
}

/// What of it a transaction does not hold back.
pub(super) fn commits(dialect: Dialect, kind: &str) -> Option<&'static str> {
    let first = kind.split(' ').next().unwrap_or_default();
    (dialect == Dialect::Mysql && COMMITTING.contains(&first))
        .then_some("it commits by itself, and with it what was begun before: ROLLBACK does not take it back")
}

fn lock(kind: &str, words: &[Part]) -> Option<&'static str> {
    let has = |word: &str| words.iter().any(|part| matches!(part, Part::Word(known) if known == word));
    let is_concurrent = has("concurrently");
    Some(match kind {
        "create index" | "reindex" | "refresh materialized view" | "drop index" if is_concurrent => {
            "nobody waits; it takes longer, and fails within a transaction"
        }
        "create index" => "who writes to the table waits until it is built (SHARE)",
        "reindex" => "who writes to the table, or uses the index, waits until it is built",
        "create trigger" | "alter trigger" => "who writes to the table waits (SHARE ROW EXCLUSIVE)",
        "alter table" if has("validate") => "nobody waits; it reads the whole table (SHARE UPDATE EXCLUSIVE)",
        "alter table" if has("foreign") || has("references") => {
            "who writes to either table waits while all rows are looked at (SHARE ROW EXCLUSIVE or more)"
        }
        "alter table" if has("type") => {
            "everybody waits, readers too (ACCESS EXCLUSIVE), while the whole table may be written anew"
        }
        "alter table" if has("set") && has("null") => {
            "everybody waits, readers too (ACCESS EXCLUSIVE), while all rows are looked at"
        }
        "alter table"
        | "drop table"
        | "truncate"
        | "truncate table"
        | "drop index"
        | "cluster"
        | "refresh materialized view"
        | "drop view"
        | "drop materialized view"
        | "drop trigger"
        | "alter view"
        | "rename table" => "everybody waits, readers too (ACCESS EXCLUSIVE)",
        "vacuum" if has("full") => "everybody waits, readers too (ACCESS EXCLUSIVE), while it is written anew",
        "lock" => "others wait, as the statement says, to the end of the transaction",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{Reader, parts, read};

    #[test]
    fn what_mysql_commits_by_itself_is_said() {
        assert!(commits(Dialect::Mysql, "alter table").is_some() && commits(Dialect::Mysql, "truncate").is_some());
        assert!(commits(Dialect::Mysql, "update").is_none() && commits(Dialect::Sqlite, "alter table").is_none());
        assert!(
            waits(Dialect::Mysql, "alter table", &[]).is_some() && waits(Dialect::Sqlite, "alter table", &[]).is_none()
        );
    }

    #[test]
    fn who_waits_is_told_by_the_statement() {
        for (text, says) in [
            ("alter table t add column a int", Some("readers too (ACCESS EXCLUSIVE)")),
            ("alter table t alter a type bigint", Some("written anew")),
            ("alter table t add foreign key (a) references u", Some("either table")),
            ("create index i on t (a)", Some("until it is built")),
            ("create index concurrently i on t (a)", Some("nobody waits")),
            ("drop table t", Some("readers too")),
            ("truncate t", Some("readers too")),
            ("vacuum full t", Some("readers too")),
            ("vacuum t", None),
            ("create table t (a int)", None),
            ("grant select on t to u", None),
        ] {
            let made = read(text, Dialect::Postgres, Reader::Server);
            let words = parts(&made.all[0], text, Dialect::Postgres, Reader::Server);
            let told = lock(&made.all[0].kind, &words);
            assert_eq!(told.is_some(), says.is_some(), "{text}: {told:?}");
            assert!(says.is_none_or(|says| told.unwrap().contains(says)), "{text}: {told:?}");
        }
    }
}
