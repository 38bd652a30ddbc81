//! Tools that change schemas by files of the working tree. What the files say is not read: a change of the schema is
//! what they are for. Many load code of the working tree, or make a table of their own, even to tell where they stand.

use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, OtherFlags, Pack, Targets, Verb, When};
use crate::model::action::Category::{self, Code, DbMigration, Execution, Observe, UserData};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

/// Flags of these tools name connections, directories and targets; none turns a look into a change.
const FLAGS: Flags = Flags {
    value: &[
        "-c", "--config", "-n", "--name", "-d", "--database", "-u", "--url", "--env", "-e", "--schema", "--dir",
        "--to", "--from", "--path", "--source", "--dialect", "-m", "--message", "--rev-id", "--branch-label", "--head",
        "--settings", "--changelog-file", "--username", "--password", "--migrations-dir", "--dev-url", "--log-level",
        "-x", "--target", "-t", "--registry", "--knexfile", "--dataSource", "--migrations-path", "--options-path",
        "--format", "--exclude", "--driver", "--tag", "--count",
    ],
    others: OtherFlags::Harmless,
    ..Flags::NONE
};
const CHANGES: &[Category] = &[DbMigration, Execution];

/// Looks at the state of migrations by SQL of its own.
const fn look(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: FLAGS, categories: &[Observe], ..Verb::READ }
}

/// As `look`, but the working tree's own code is loaded on the way.
const fn look_by_code(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: FLAGS, categories: &[Observe, Execution], ..Verb::READ }
}

/// Tells, and makes the tool's own table in the database where it is not there yet.
const fn look_and_make(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: FLAGS, categories: &[DbMigration, Execution], ..Verb::WRITE }
}

/// Writes files of the working tree.
const fn draft(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: FLAGS, categories: &[Code], ..Verb::WRITE }
}

const fn draft_by_code(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: FLAGS, categories: &[Code, Execution], ..Verb::WRITE }
}

/// Brings the schema forward.
const fn forward(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: FLAGS, categories: CHANGES, ..Verb::WRITE }
}

/// Takes the schema back, or throws it away.
const fn back(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: FLAGS, categories: &[DbMigration, UserData, Execution], ..Verb::DESTROY }
}

const fn tool(
    tool: &'static str,
    programs: &'static [&'static str],
    source: &'static str,
    verbs: &'static [Verb],
    examples: &'static [Example],
) -> Pack {
    Pack {
        tool,
        programs,
        source,
        style: FlagStyle::Exact,
        flags: FLAGS,
        verbs,
        locate: Locate::Unknown,
        examples,
        ..Pack::BASE
    }
}

/// A statement or script handed to the tool.
const fn text(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: FLAGS, categories: &[DbMigration, UserData, Execution], impact: Unknown, ..Verb::READ }
}

/// The tools.
pub const PACKS: &[Pack] = &[
    Pack {
        // flyway's parameters are `-name=value`, and several commands may follow each other.
        style: FlagStyle::SingleDash,
        flags: Flags::HARMLESS,
        modifiers: &[Modifier {
            when: When::Flag(&[
                "-initSql", "-callbacks", "-jarDirs", "-configFiles", "-workingDirectory", "-locations",
            ]),
            then: Change::Opaque("SQL or code of the caller's own"),
        }],
        ..tool(
            "flyway",
            &["flyway"],
            "https://documentation.red-gate.com/fd/commands-184127446.html",
            &[
                look(&["version|help"]),
                Verb {
                    targets: Targets::None,
                    modifiers: &[Modifier { when: When::Operands(1), then: Change::Opaque("several commands") }],
                    ..look_by_code(&["info|validate"])
                },
                Verb {
                    modifiers: &[Modifier {
                        when: When::AnyOperand(&["clean", "undo"]),
                        then: Change::AtLeast(Destroy),
                    }],
                    ..forward(&["migrate|baseline|repair|snapshot|deploy"])
                },
                back(&["clean|undo"]),
            ],
            &[
                Example { command: "flyway -url=jdbc:postgresql://db/shop info", operation: "info", impact: Read },
                Example { command: "flyway -initSql=x info", operation: "info", impact: Unknown },
                Example { command: "flyway info clean", operation: "info", impact: Unknown },
                Example { command: "flyway migrate", operation: "migrate", impact: Write },
                Example { command: "flyway clean migrate", operation: "clean", impact: Destroy },
                Example { command: "flyway migrate clean", operation: "migrate", impact: Destroy },
            ],
        )
    },
    tool(
        "liquibase",
        &["liquibase"],
        "https://docs.liquibase.com/commands/home.html",
        &[
            look_and_make(&[
                "status|history|validate|diff|list-locks|update-sql|rollback-sql|rollback-count-sql|future-rollback-sql|changelog-sync-sql|unexpected-change-sets|db-doc|help",
            ]),
            draft(&["diff-changelog|generate-changelog|snapshot|snapshot-reference"]),
            forward(&[
                "update|update-count|update-to-tag|update-one-changeset|update-testing-rollback|changelog-sync|changelog-sync-to-tag|clear-checksums|release-locks|tag|mark-next-changeset-ran|calculate-checksum",
            ]),
            back(&["rollback|rollback-count|rollback-to-date|rollback-one-changeset|rollback-one-update|drop-all"]),
            text(&["execute-sql"]),
        ],
        &[
            Example { command: "liquibase --changelog-file=x.xml status", operation: "status", impact: Write },
            Example { command: "liquibase update", operation: "update", impact: Write },
            Example { command: "liquibase drop-all", operation: "drop-all", impact: Destroy },
            Example { command: "liquibase execute-sql --sql=x", operation: "execute-sql", impact: Unknown },
        ],
    ),
    tool(
        "alembic",
        &["alembic"],
        "https://alembic.sqlalchemy.org/en/latest/api/commands.html",
        &[
            look_by_code(&["current|check"]),
            look_by_code(&["history|heads|show|branches|list_templates"]),
            draft_by_code(&["revision|merge|init"]),
            forward(&["upgrade|stamp|ensure_version"]),
            back(&["downgrade"]),
            Verb { impact: Unknown, ..draft_by_code(&["edit"]) },
        ],
        &[
            Example { command: "alembic -c x.ini upgrade head", operation: "upgrade", impact: Write },
            Example { command: "alembic current", operation: "current", impact: Read },
            Example { command: "alembic downgrade -1", operation: "downgrade", impact: Destroy },
        ],
    ),
    tool(
        "prisma",
        &["prisma"],
        "https://www.prisma.io/docs/orm/reference/prisma-cli-reference",
        &[
            look_by_code(&["migrate", "status|diff"]),
            look_by_code(&["validate|version"]),
            draft(&["format|init"]),
            draft_by_code(&["generate"]),
            draft_by_code(&["db", "pull"]),
            forward(&["migrate", "deploy|resolve"]),
            back(&["migrate", "dev|reset"]),
            back(&["db", "push"]),
            text(&["db", "execute|seed"]),
        ],
        &[
            Example { command: "prisma migrate deploy", operation: "migrate deploy", impact: Write },
            Example { command: "prisma migrate reset --force", operation: "migrate reset", impact: Destroy },
            Example { command: "prisma migrate status", operation: "migrate status", impact: Read },
            Example { command: "prisma db push --accept-data-loss", operation: "db push", impact: Destroy },
            Example { command: "prisma studio", operation: "unknown", impact: Unknown },
        ],
    ),
    tool(
        "goose",
        &["goose"],
        "https://github.com/pressly/goose",
        &[
            // `goose DRIVER DBSTRING COMMAND`: the command is the last word but its own argument.
            Verb {
                modifiers: &[
                    Modifier {
                        when: When::AnyOperand(&["down", "down-to", "reset", "redo"]),
                        then: Change::AtLeast(Destroy),
                    },
                    Modifier {
                        when: When::AnyOperand(&["down", "down-to", "reset", "redo"]),
                        then: Change::AddCategory(UserData),
                    },
                ],
                ..forward(&[
                    "postgres|pgx|mysql|sqlite3|mssql|redshift|tidb|clickhouse|vertica|ydb|turso|duckdb|spanner",
                ])
            },
            look_and_make(&["status|version|validate"]),
            draft(&["create|fix"]),
            forward(&["up|up-by-one|up-to"]),
            back(&["down|down-to|reset|redo"]),
        ],
        &[
            Example { command: "goose up", operation: "up", impact: Write },
            Example { command: "goose postgres 'host=x' down", operation: "postgres", impact: Destroy },
            Example { command: "goose status", operation: "status", impact: Write },
        ],
    ),
    tool(
        "dbmate",
        &["dbmate"],
        "https://github.com/amacneil/dbmate",
        &[
            look_and_make(&["status"]),
            look(&["wait|help"]),
            draft(&["new|dump"]),
            forward(&["up|migrate|create|load"]),
            back(&["rollback|down|drop"]),
        ],
        &[
            Example { command: "dbmate -u postgres://db/x up", operation: "up", impact: Write },
            Example { command: "dbmate drop", operation: "drop", impact: Destroy },
            Example { command: "dbmate status", operation: "status", impact: Write },
        ],
    ),
    tool(
        "atlas",
        &["atlas"],
        "https://atlasgo.io/cli-reference",
        &[
            look(&["migrate", "status|lint|validate|ls"]),
            look(&["schema", "inspect|diff"]),
            look(&["version"]),
            draft(&["migrate", "new|hash|diff|import|rm"]),
            draft(&["schema", "fmt"]),
            forward(&["migrate", "apply|set"]),
            back(&["migrate", "down"]),
            back(&["schema", "apply|clean"]),
        ],
        &[
            Example { command: "atlas migrate status --url x", operation: "migrate status", impact: Read },
            Example { command: "atlas schema apply --url x", operation: "schema apply", impact: Destroy },
            Example { command: "atlas migrate apply", operation: "migrate apply", impact: Write },
        ],
    ),
    tool(
        "sqitch",
        &["sqitch"],
        "https://sqitch.org/docs/manual/sqitch/",
        &[
            look(&["status|log|plan|show|help"]),
            draft(&["add|tag|init|rework|bundle"]),
            forward(&["deploy|checkout|upgrade"]),
            back(&["revert|rebase"]),
            text(&["verify"]),
        ],
        &[
            Example { command: "sqitch deploy db:pg:shop", operation: "deploy", impact: Write },
            Example { command: "sqitch revert", operation: "revert", impact: Destroy },
            Example { command: "sqitch status", operation: "status", impact: Read },
        ],
    ),
    tool(
        "knex",
        &["knex"],
        "https://knexjs.org/guide/migrations.html",
        &[
            look_and_make(&["migrate:status|migrate:list|migrate:currentVersion"]),
            draft_by_code(&["migrate:make|seed:make|init"]),
            forward(&["migrate:latest|migrate:up|migrate:unlock"]),
            back(&["migrate:rollback|migrate:down"]),
            text(&["seed:run"]),
        ],
        &[
            Example { command: "knex migrate:latest", operation: "migrate:latest", impact: Write },
            Example { command: "knex migrate:rollback --all", operation: "migrate:rollback", impact: Destroy },
            Example { command: "knex migrate:status", operation: "migrate:status", impact: Write },
        ],
    ),
    tool(
        "sequelize",
        &["sequelize", "sequelize-cli"],
        "https://sequelize.org/docs/v6/other-topics/migrations/",
        &[
            look_and_make(&["db:migrate:status"]),
            draft_by_code(&[
                "migration:generate|migration:create|model:generate|model:create|seed:generate|seed:create|init",
            ]),
            forward(&["db:migrate|db:create|db:migrate:schema:timestamps:add"]),
            back(&["db:migrate:undo|db:migrate:undo:all|db:drop|db:seed:undo|db:seed:undo:all"]),
            text(&["db:seed|db:seed:all"]),
        ],
        &[
            Example { command: "sequelize db:migrate", operation: "db:migrate", impact: Write },
            Example { command: "sequelize db:drop", operation: "db:drop", impact: Destroy },
            Example { command: "sequelize db:migrate:status", operation: "db:migrate:status", impact: Write },
        ],
    ),
    tool(
        "typeorm",
        &["typeorm", "typeorm-ts-node-commonjs", "typeorm-ts-node-esm"],
        "https://typeorm.io/docs/advanced-topics/using-cli",
        &[
            look_and_make(&["migration:show|version|schema:log"]),
            draft_by_code(&["migration:create|migration:generate|entity:create|subscriber:create|init"]),
            forward(&["migration:run"]),
            back(&["migration:revert|schema:drop|schema:sync"]),
            text(&["query"]),
        ],
        &[
            Example { command: "typeorm migration:run -d x.ts", operation: "migration:run", impact: Write },
            Example { command: "typeorm schema:drop", operation: "schema:drop", impact: Destroy },
            Example { command: "typeorm query 'select 1'", operation: "query", impact: Unknown },
        ],
    ),
    Pack {
        style: FlagStyle::SingleDash,
        flags: Flags {
            value: &["-path", "-database", "-source", "-lock-timeout", "-prefetch"],
            switch: &["-verbose", "-version", "-help"],
            ..Flags::NONE
        },
        ..tool(
            "migrate",
            &["migrate"],
            "https://github.com/golang-migrate/migrate/tree/master/cmd/migrate",
            &[look_and_make(&["version"]), draft(&["create"]), forward(&["up|goto|force"]), back(&["down|drop"])],
            &[
                Example { command: "migrate -path x -database postgres://db/y up", operation: "up", impact: Write },
                Example { command: "migrate -path x -database y down -all", operation: "down", impact: Destroy },
                Example { command: "migrate -database y version", operation: "version", impact: Write },
            ],
        )
    },
    tool(
        "rails",
        &["rails", "rake"],
        "https://guides.rubyonrails.org/active_record_migrations.html",
        &[
            look_by_code(&["db:migrate:status|db:version|db:abort_if_pending_migrations|routes|about|notes|stats"]),
            forward(&[
                "db:migrate|db:migrate:up|db:create|db:prepare|db:schema:load|db:structure:load|db:environment:set",
            ]),
            back(&[
                "db:rollback|db:migrate:down|db:migrate:redo|db:drop|db:reset|db:migrate:reset|db:setup|db:truncate_all|db:purge|db:seed:replant|db:drop:*|db:reset:*",
            ]),
            forward(&["db:migrate:*|db:create:*"]),
            draft_by_code(&["db:schema:dump|db:structure:dump"]),
            Verb { categories: &[UserData, Execution], ..forward(&["db:seed"]) },
            Verb { path: &["test|test:*|spec"], flags: FLAGS, categories: &[Category::Test, Execution], ..Verb::WRITE },
            draft_by_code(&["generate|g|destroy|d"]),
        ],
        &[
            Example { command: "rails db:migrate", operation: "db:migrate", impact: Write },
            Example { command: "rake db:drop", operation: "db:drop", impact: Destroy },
            Example { command: "rails runner x", operation: "unknown", impact: Unknown },
            Example { command: "rails console", operation: "unknown", impact: Unknown },
            Example { command: "rails db:migrate:status", operation: "db:migrate:status", impact: Read },
        ],
    ),
    tool(
        "django",
        &["django-admin", "manage.py"],
        "https://docs.djangoproject.com/en/stable/ref/django-admin/",
        &[
            look_by_code(&["showmigrations|sqlmigrate|check|diffsettings|help|version"]),
            Verb { categories: &[UserData, Category::Secrets, Execution], ..look_by_code(&["dumpdata"]) },
            draft_by_code(&[
                "makemigrations|squashmigrations|optimizemigration|startapp|startproject|makemessages|compilemessages|collectstatic",
            ]),
            Verb {
                modifiers: &[
                    Modifier { when: When::Operand(1, &["*"]), then: Change::AtLeast(Destroy) },
                    Modifier { when: When::Operand(1, &["*"]), then: Change::AddCategory(UserData) },
                ],
                ..forward(&["migrate"])
            },
            Verb {
                categories: &[UserData, Execution],
                ..forward(&["loaddata|createcachetable|clearsessions|remove_stale_contenttypes"])
            },
            Verb { categories: &[Category::AccessControl, Execution], ..forward(&["createsuperuser|changepassword"]) },
            back(&["flush|sqlflush"]),
            Verb { path: &["test"], flags: FLAGS, categories: &[Category::Test, Execution], ..Verb::WRITE },
        ],
        &[
            Example { command: "django-admin migrate", operation: "migrate", impact: Write },
            Example { command: "django-admin migrate shop zero", operation: "migrate", impact: Destroy },
            Example { command: "django-admin flush --no-input", operation: "flush", impact: Destroy },
            Example { command: "django-admin shell", operation: "unknown", impact: Unknown },
            Example { command: "django-admin showmigrations", operation: "showmigrations", impact: Read },
        ],
    ),
];
