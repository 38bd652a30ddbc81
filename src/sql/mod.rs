//! What a text for a database would do: SQL of several servers, the commands of their clients, redis and mongosh.
//!
//! Nothing here is called a read by silence: a statement reads when its grammar says so, every function that it calls
//! is known to change nothing, and our own reading of its words agrees with the parser's. The rest is `unknown`.
//!
//! What the database's own objects do when they are used is not seen: a view, a rule, a cast, an operator, or a function
//! that PostgreSQL takes for a column of its table. They are taken for what they seem, since somebody had to be allowed
//! to create them.

mod definition;
mod lex;
mod meaning;
pub mod mongo;
mod query;
pub mod redis;
mod script;
mod secrets;
mod session;
mod shells;
mod shown;
mod statement;
pub mod tables;
#[cfg(test)]
mod tests;

pub use meaning::{Statement, Statements, Touched};
pub use shells::{one as client_command, variable_objection};
pub use shown::{Part, parts, shown};

/// The database whose SQL it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// PostgreSQL and what speaks its language.
    Postgres,
    /// MySQL and MariaDB.
    Mysql,
    /// SQLite.
    Sqlite,
    /// ClickHouse.
    Clickhouse,
    /// DuckDB.
    Duckdb,
    /// Cassandra's CQL.
    Cassandra,
}

/// What reads the text before the server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reader {
    /// Nothing: the server gets it as it is.
    Server,
    /// psql, from a file or standard input: backslash commands, variables.
    Psql,
    /// mysql: backslash commands, and words at the beginning of a line.
    Mysql,
    /// sqlite3 and duckdb: lines that begin with a dot.
    Sqlite,
}

/// Reads every statement of `text`.
pub fn read(text: &str, dialect: Dialect, reader: Reader) -> Statements {
    match lex::tokens(text, dialect, reader) {
        Ok(tokens) => script::read(text, &tokens, dialect, reader),
        Err(why) => Statements { all: vec![Statement::unknown("sql", why)], ..Statements::default() },
    }
}
