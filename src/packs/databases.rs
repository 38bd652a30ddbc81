//! Clients of databases beside PostgreSQL's. What they do is said by their text: `classify/database.rs` reads it.

use super::schema::{Example, FlagStyle, Flags, Locate, OtherFlags, Pack, Targets, Verb};
use crate::model::action::Category::{self, Execution, Infra, Observe, Secrets, UserData};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

/// What the text says stands in the place of this.
const CLIENT: Verb = Verb { impact: Unknown, categories: &[Execution], ..Verb::READ };

/// mysql's flags of connection. `-p` takes its value attached only.
const MYSQL: Flags = Flags {
    value: &[
        "-h", "--host", "-P", "--port", "-u", "--user", "-D", "--database", "-S", "--socket", "--protocol",
        "--default-character-set", "--ssl-ca", "--ssl-cert", "--ssl-key", "--ssl-mode", "--connect-timeout",
        "--max-allowed-packet", "--net-buffer-length", "--login-path",
    ],
    switch: &[
        "-p", "--password", "-C", "--compress", "-v", "--verbose", "-V", "--version", "-?", "--help", "-I", "--ssl",
        "--print-defaults", "--no-defaults", "-s", "--silent", "-w", "--wait",
    ],
    ..Flags::NONE
};

const SQLITE: Flags = Flags {
    value: &["-cmd", "-separator", "-newline", "-nullvalue", "-mmap", "-lookaside", "-maxsize", "-heap", "-init"],
    switch: &[
        "-readonly", "-json", "-csv", "-box", "-column", "-header", "-noheader", "-html", "-line", "-list",
        "-markdown", "-quote", "-table", "-tabs", "-ascii", "-batch", "-bail", "-echo", "-stats", "-safe", "-version",
        "-help", "-nofollow", "-memtrace", "-jsonlines", "-no-stdin", "-noheaders",
    ],
    ..Flags::NONE
};

const fn dump(
    tool: &'static str,
    locate: Locate,
    programs: &'static [&'static str],
    flags: Flags,
    examples: &'static [Example],
) -> Pack {
    Pack {
        tool,
        programs,
        source: "its manual page",
        flags,
        bare: Some(Verb { categories: &[UserData, Secrets], ..Verb::READ }),
        locate,
        examples,
        ..Pack::BASE
    }
}

const fn bulk(tool: &'static str, programs: &'static [&'static str], examples: &'static [Example]) -> Pack {
    Pack {
        tool,
        programs,
        source: "its manual page",
        bare: Some(Verb { flags: Flags::HARMLESS, categories: &[UserData, Infra], ..Verb::DESTROY }),
        locate: Locate::Unknown,
        examples,
        ..Pack::BASE
    }
}

const fn admin(path: &'static [&'static str]) -> Verb {
    Verb { path, ..Verb::READ }
}

const fn admin_write(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { path, categories, ..Verb::WRITE }
}

/// The tools.
pub const PACKS: &[Pack] = &[
    Pack {
        tool: "mysql",
        programs: &["mysql", "mariadb"],
        source: "https://dev.mysql.com/doc/refman/8.4/en/mysql-command-options.html",
        flags: MYSQL,
        bare: Some(Verb {
            flags: Flags {
                value: &["-e", "--execute"],
                writes: &["--tee"],
                switch: &[
                    "-A", "--no-auto-rehash", "-B", "--batch", "-b", "--no-beep", "-E", "--vertical", "-H", "--html",
                    "-N", "--skip-column-names", "-n", "--unbuffered", "-q", "--quick", "-r", "--raw", "-t", "--table",
                    "-X", "--xml", "--binary-as-hex", "--safe-updates", "--i-am-a-dummy", "-U", "--show-warnings",
                    "--column-type-info", "--line-numbers", "--skip-line-numbers", "--reconnect", "--skip-reconnect",
                    "-f", "--force", "-c", "--comments", "--skip-ssl",
                ],
                ..Flags::NONE
            },
            ..CLIENT
        }),
        locate: Locate::Mysql,
        examples: &[
            Example {
                command: "mysql -h db.prod -uroot -psecret -e 'select 1' shop",
                operation: "select",
                impact: Read,
            },
            Example { command: "mysql -Ne 'show processlist'", operation: "show", impact: Read },
            Example { command: "mysql -e 'select 1; drop table x'", operation: "drop table", impact: Destroy },
            Example { command: "mysql -e '/*!50000 drop table x */'", operation: "sql", impact: Unknown },
            Example { command: "mysql -e '\\! ls'", operation: "sql", impact: Unknown },
            Example { command: "mysql -Bpe'select 1'", operation: "sql", impact: Unknown },
            Example { command: "mysql -e 'select sleep' -e '(select 5)'", operation: "select", impact: Unknown },
            Example { command: "mysql --pager=sh -e 'select 1'", operation: "mysql", impact: Unknown },
            Example { command: "mysql shop", operation: "sql", impact: Unknown },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "sqlite3",
        programs: &["sqlite3"],
        source: "https://sqlite.org/cli.html",
        style: FlagStyle::SingleDash,
        flags: SQLITE,
        bare: Some(CLIENT),
        locate: Locate::Sqlite,
        examples: &[
            Example { command: "sqlite3 x.db 'select * from t'", operation: "select", impact: Read },
            Example { command: "sqlite3 -json x.db .tables", operation: ".tables", impact: Read },
            Example { command: "sqlite3 x.db 'insert into t values (1)'", operation: "insert", impact: Write },
            Example { command: "sqlite3 x.db 'select 1' '.shell ls'", operation: ".shell", impact: Unknown },
            Example { command: "sqlite3 -cmd '.shell ls' x.db 'select 1'", operation: ".shell", impact: Unknown },
            Example { command: "sqlite3 x.db", operation: "sql", impact: Unknown },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "duckdb",
        programs: &["duckdb"],
        source: "https://duckdb.org/docs/stable/clients/cli/arguments",
        style: FlagStyle::SingleDash,
        flags: Flags { value: &["-c", "-s", "-f", "-cmd", "-separator", "-newline", "-nullvalue", "-init"], ..SQLITE },
        bare: Some(CLIENT),
        locate: Locate::Sqlite,
        examples: &[
            Example { command: "duckdb x.db -c 'select count(*) from t'", operation: "select", impact: Read },
            Example { command: "duckdb -c \"select * from 'x.csv'\"", operation: "select", impact: Unknown },
            Example { command: "duckdb x.db 'drop table t'", operation: "drop table", impact: Destroy },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "clickhouse-client",
        programs: &["clickhouse-client"],
        source: "https://clickhouse.com/docs/interfaces/cli",
        flags: Flags {
            value: &[
                "-h", "--host", "--port", "-u", "--user", "-d", "--database", "-q", "--query", "-f", "--format",
                "--queries-file", "--vertical", "--max_threads", "--max_execution_time", "--password",
            ],
            switch: &[
                "-s", "--secure", "-n", "--multiquery", "-t", "--time", "-V", "--version", "--help", "-E",
                "--progress", "--no-warnings", "--stacktrace",
            ],
            ..Flags::NONE
        },
        bare: Some(CLIENT),
        locate: Locate::Unknown,
        examples: &[
            Example {
                command: "clickhouse-client -h db -q 'select count() from t'",
                operation: "select",
                impact: Read,
            },
            Example {
                command: "clickhouse-client -q 'alter table t delete where 1'",
                operation: "alter table",
                impact: Destroy,
            },
            Example { command: "clickhouse-client", operation: "sql", impact: Unknown },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "cqlsh",
        programs: &["cqlsh"],
        source: "https://cassandra.apache.org/doc/latest/cassandra/managing/tools/cqlsh.html",
        flags: Flags {
            value: &[
                "-e", "--execute", "-f", "--file", "-u", "--username", "-p", "--password", "-k", "--keyspace",
                "--request-timeout", "--connect-timeout", "--encoding", "--cqlversion", "--protocol-version",
            ],
            switch: &["--ssl", "-C", "--color", "--no-color", "--version", "-h", "--help", "--tty", "--debug"],
            ..Flags::NONE
        },
        bare: Some(CLIENT),
        locate: Locate::Unknown,
        examples: &[
            Example {
                command: "cqlsh db.prod 9042 -e 'select * from shop.orders limit 5'",
                operation: "select",
                impact: Read,
            },
            Example { command: "cqlsh -e 'drop keyspace shop'", operation: "drop keyspace", impact: Destroy },
            Example { command: "cqlsh db", operation: "sql", impact: Unknown },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "mongosh",
        programs: &["mongosh", "mongo"],
        source: "https://www.mongodb.com/docs/mongodb-shell/reference/options/",
        style: FlagStyle::Exact,
        flags: Flags {
            value: &[
                "--eval", "--host", "--port", "-u", "--username", "-p", "--password", "--authenticationDatabase",
                "--authenticationMechanism", "--tlsCAFile", "--retryWrites", "--apiVersion", "-f", "--file",
            ],
            switch: &[
                "--quiet", "--tls", "--ssl", "--norc", "--version", "-h", "--help", "--nodb", "--json", "--no-quiet",
            ],
            ..Flags::NONE
        },
        bare: Some(CLIENT),
        locate: Locate::Mongo,
        examples: &[
            Example {
                command: "mongosh mongodb://db.prod/shop --eval 'db.orders.find({a: 1}).limit(5)'",
                operation: "find",
                impact: Read,
            },
            Example { command: "mongosh --eval 'db.orders.deleteMany({})'", operation: "deleteMany", impact: Destroy },
            Example {
                command: "mongosh --eval 'db.orders.find().forEach(x => y())'",
                operation: "mongosh",
                impact: Unknown,
            },
            Example { command: "mongosh shop", operation: "mongosh", impact: Unknown },
            Example { command: "mongosh x.js", operation: "mongosh", impact: Unknown },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "redis-cli",
        programs: &["redis-cli", "valkey-cli", "keydb-cli"],
        source: "https://redis.io/docs/latest/develop/tools/cli/",
        style: FlagStyle::Exact,
        flags: Flags {
            value: &[
                "-h", "-p", "-s", "-a", "-u", "-n", "-r", "-i", "-d", "-D", "-t", "--user", "--pass", "--sni",
                "--cacert", "--cacertdir", "--cert", "--key", "--pattern", "--count", "--quoted-pattern",
                "--memkeys-samples",
            ],
            switch: &[
                "-c", "--raw", "--no-raw", "--csv", "--json", "--quoted-json", "--tls", "--insecure",
                "--no-auth-warning", "--scan", "--bigkeys", "--memkeys", "--hotkeys", "--stat", "--latency",
                "--latency-history", "--latency-dist", "--verbose", "--version", "-v", "--help", "-2", "-3", "-e",
                "--askpass",
            ],
            ..Flags::NONE
        },
        bare: Some(CLIENT),
        locate: Locate::Redis,
        examples: &[
            Example { command: "redis-cli -h cache.prod get user:1", operation: "get", impact: Read },
            Example { command: "redis-cli --scan --pattern 'user:*'", operation: "redis-cli", impact: Read },
            Example { command: "redis-cli FLUSHALL", operation: "flushall", impact: Destroy },
            Example { command: "redis-cli config get maxmemory", operation: "config get", impact: Read },
            Example { command: "redis-cli config set save ''", operation: "config set", impact: Write },
            Example { command: "redis-cli eval 'return 1' 0", operation: "eval", impact: Unknown },
            Example { command: "redis-cli", operation: "redis-cli", impact: Unknown },
            Example { command: "redis-cli mset a b -h db-dev", operation: "mset", impact: Write },
            Example { command: "redis-cli lrange a 0 -1", operation: "lrange", impact: Read },
            Example { command: "redis-cli --pipe", operation: "redis-cli", impact: Unknown },
        ],
        ..Pack::BASE
    },
    dump(
        "mysqldump",
        Locate::Mysql,
        &["mysqldump", "mariadb-dump"],
        Flags {
            value: &[
                "-h", "--host", "-P", "--port", "-u", "--user", "-S", "--socket", "--ignore-table", "-w", "--where",
                "--default-character-set",
            ],
            writes: &["-r", "--result-file"],
            switch: &[
                "--single-transaction", "--routines", "-R", "--triggers", "--events", "-E", "--no-data", "-d",
                "--no-create-info", "-t", "--all-databases", "-A", "--databases", "-B", "--quick", "-q", "--opt",
                "--skip-lock-tables", "--skip-extended-insert", "--column-statistics", "--no-tablespaces", "--compact",
                "--hex-blob", "--set-gtid-purged", "--skip-comments", "--add-drop-table", "--skip-triggers", "-p",
                "--password", "-V", "--version", "--help", "-v", "--verbose", "--no-defaults", "--compress",
            ],
            ..Flags::NONE
        },
        &[
            Example { command: "mysqldump -h db shop", operation: "mysqldump", impact: Read },
            Example { command: "mysqldump --flush-logs shop", operation: "mysqldump", impact: Unknown },
        ],
    ),
    dump(
        "mongodump",
        Locate::Mongo,
        &["mongodump", "mongoexport"],
        Flags { writes: &["-o", "--out", "--archive"], others: OtherFlags::Harmless, ..Flags::NONE },
        &[Example { command: "mongodump --uri mongodb://db/shop", operation: "mongodump", impact: Read }],
    ),
    bulk(
        "mongorestore",
        &["mongorestore", "mongoimport", "mysqlimport", "mariadb-import", "pg_restore", "sstableloader"],
        &[Example { command: "mongorestore --drop dump", operation: "mongorestore", impact: Destroy }],
    ),
    Pack {
        tool: "mysqladmin",
        programs: &["mysqladmin", "mariadb-admin"],
        source: "https://dev.mysql.com/doc/refman/8.4/en/mysqladmin.html",
        flags: MYSQL,
        verbs: &[
            admin(&["ping|status|extended-status|processlist|variables|version"]),
            admin_write(&["create"], &[Category::DbMigration]),
            admin_write(&["kill|flush-*|refresh|reload|shutdown|start-*|stop-*"], &[Infra]),
            admin_write(&["password"], &[Category::AccessControl]),
            Verb {
                path: &["drop"],
                categories: &[Category::DbMigration, UserData],
                targets: Targets::Operands("database"),
                ..Verb::DESTROY
            },
        ],
        locate: Locate::Mysql,
        examples: &[
            Example { command: "mysqladmin -h db status", operation: "status", impact: Read },
            Example { command: "mysqladmin -f drop shop", operation: "drop", impact: Unknown },
            Example { command: "mysqladmin drop shop", operation: "drop", impact: Destroy },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "pg_isready",
        programs: &["pg_isready"],
        source: "https://www.postgresql.org/docs/current/app-pg-isready.html",
        bare: Some(Verb { flags: Flags::HARMLESS, categories: &[Observe], ..Verb::READ }),
        locate: Locate::Database,
        examples: &[Example { command: "pg_isready -h db", operation: "pg_isready", impact: Read }],
        ..Pack::BASE
    },
    Pack {
        tool: "createdb",
        programs: &["createdb"],
        source: "https://www.postgresql.org/docs/current/app-createdb.html",
        bare: Some(Verb { flags: Flags::HARMLESS, categories: &[Category::DbMigration, Infra], ..Verb::WRITE }),
        locate: Locate::Database,
        examples: &[Example { command: "createdb shop", operation: "createdb", impact: Write }],
        ..Pack::BASE
    },
    Pack {
        tool: "createuser",
        programs: &["createuser"],
        source: "https://www.postgresql.org/docs/current/app-createuser.html",
        bare: Some(Verb { flags: Flags::HARMLESS, categories: &[Category::AccessControl], ..Verb::WRITE }),
        locate: Locate::Database,
        examples: &[Example { command: "createuser -s x", operation: "createuser", impact: Write }],
        ..Pack::BASE
    },
    Pack {
        tool: "vacuumdb",
        programs: &["vacuumdb", "reindexdb", "clusterdb"],
        source: "https://www.postgresql.org/docs/current/app-vacuumdb.html",
        bare: Some(Verb { flags: Flags::HARMLESS, categories: &[Infra], ..Verb::WRITE }),
        locate: Locate::Database,
        examples: &[Example { command: "vacuumdb -z shop", operation: "vacuumdb", impact: Write }],
        ..Pack::BASE
    },
];
