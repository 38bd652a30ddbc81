//! PostgreSQL's command line. What psql does is said by its text: `classify/database.rs` reads it.

use super::schema::{Example, FlagStyle, Flags, Locate, Pack, Verb};
use crate::model::action::Category::{Secrets, UserData};
use crate::model::action::Impact::{Destroy, Read, Unknown};

const CONNECT: Flags = Flags {
    value: &["-h", "--host", "-p", "--port", "-U", "--username", "-d", "--dbname", "--maintenance-db"],
    switch: &["-w", "--no-password", "-W", "--password", "-V", "--version", "-?", "--help", "-e", "--echo"],
    ..Flags::NONE
};
/// The tools.
pub const PACKS: &[Pack] = &[
    Pack {
        tool: "psql",
        programs: &["psql"],
        source: "https://www.postgresql.org/docs/current/app-psql.html",
        style: FlagStyle::Gnu,
        flags: CONNECT,
        bare: Some(Verb {
            impact: Unknown,
            categories: &[UserData],
            flags: Flags {
                value: &[
                    "-c", "--command", "-v", "--set", "--variable", "-F", "--field-separator", "-R",
                    "--record-separator", "-T", "--table-attr", "-P", "--pset",
                ],
                reads: &["-f", "--file"],
                writes: &["-o", "--output", "-L", "--log-file"],
                switch: &[
                    "-l", "--list", "-X", "--no-psqlrc", "-1", "--single-transaction", "-a", "--echo-all", "-A",
                    "--no-align", "-b", "--echo-errors", "--echo-queries", "-E", "--echo-hidden", "--csv", "-H",
                    "--html", "-n", "--no-readline", "-q", "--quiet", "-s", "--single-step", "-S", "--single-line",
                    "-t", "--tuples-only", "-x", "--expanded", "-z", "--field-separator-zero", "-0",
                    "--record-separator-zero",
                ],
                ..Flags::NONE
            },
            ..Verb::READ
        }),
        locate: Locate::Database,
        examples: &[
            Example { command: "psql -h db.prod -U app -c 'select 1' shop", operation: "select", impact: Read },
            Example { command: "psql --list", operation: "psql", impact: Read },
            Example { command: "psql -l -c 'drop table x'", operation: "drop table", impact: Destroy },
            Example { command: "psql -c '\\dt+ public.*'", operation: "\\dt+", impact: Read },
            Example { command: "psql -c '\\! ls'", operation: "\\!", impact: Unknown },
            Example {
                command: "psql -c 'select 1' -c 'delete from t where a = 1'",
                operation: "delete",
                impact: Destroy,
            },
            Example {
                command: "psql 'postgres://u@db.prod/shop?sslmode=require' -c 'select 1'",
                operation: "select",
                impact: Read,
            },
            Example { command: "psql 'host=db options=-cx=y' -c 'select 1'", operation: "select", impact: Unknown },
            Example { command: "psql 'host=db sslkeylogfile=x' -c 'select 1'", operation: "select", impact: Unknown },
            Example { command: "psql shop", operation: "sql", impact: Unknown },
            Example { command: "psql --version", operation: "psql", impact: Read },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "pg_dump",
        programs: &["pg_dump", "pg_dumpall"],
        source: "https://www.postgresql.org/docs/current/app-pgdump.html",
        flags: Flags {
            writes: &["-f", "--file"],
            value: &["-t", "--table", "-n", "--schema", "-F", "--format", "-j", "--jobs", "-T", "-N", "-Z"],
            others: super::schema::OtherFlags::Harmless,
            ..CONNECT
        },
        bare: Some(Verb { categories: &[UserData, Secrets], ..Verb::READ }),
        locate: Locate::Database,
        examples: &[Example { command: "pg_dump -h db shop", operation: "pg_dump", impact: Read }],
        ..Pack::BASE
    },
    Pack {
        tool: "dropdb",
        programs: &["dropdb", "dropuser"],
        source: "https://www.postgresql.org/docs/current/app-dropdb.html",
        flags: Flags { switch: &["-f", "--force", "--if-exists", "-i", "--interactive"], ..CONNECT },
        bare: Some(Verb {
            categories: &[UserData],
            targets: super::schema::Targets::Operands("database"),
            impact: Destroy,
            ..Verb::DESTROY
        }),
        locate: Locate::Database,
        examples: &[Example { command: "dropdb shop", operation: "dropdb", impact: Destroy }],
        ..Pack::BASE
    },
];
