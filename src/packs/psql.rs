//! PostgreSQL's command line. SQL is not read: what a query does is not known.

use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, Pack, Verb, When};
use crate::model::action::Category::{Observe, Secrets, UserData};
use crate::model::action::Impact::{Destroy, Read, Unknown};

const CONNECT: Flags = Flags {
    value: &["-h", "--host", "-p", "--port", "-U", "--username", "-d", "--dbname", "--maintenance-db"],
    switch: &["-w", "--no-password", "-W", "--password", "-V", "--version", "-?", "--help", "-e", "--echo"],
    ..Flags::NONE
};
/// Nothing but an answer about the program itself, or the list of databases.
const ASKS_ONLY: When = When::All(&[
    When::Flag(&["-l", "--list", "-V", "--version", "-?", "--help"]),
    When::NoFlag(&["-c", "--command", "-f", "--file", "-v", "--set", "--variable"]),
]);

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
            modifiers: &[
                Modifier { when: ASKS_ONLY, then: Change::Impact(Read) },
                Modifier { when: ASKS_ONLY, then: Change::Categories(&[Observe]) },
            ],
            ..Verb::READ
        }),
        locate: Locate::Database,
        examples: &[
            Example { command: "psql -h db.prod -U app -c 'select 1' shop", operation: "psql", impact: Unknown },
            Example { command: "psql --list", operation: "psql", impact: Read },
            Example { command: "psql -l -c 'drop table x'", operation: "psql", impact: Unknown },
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
