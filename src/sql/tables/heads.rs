//! The words that statements begin with, and what those statements do.

use crate::model::action::Category::{
    self, AccessControl, Config, DbMigration, Execution, Infra, Observe, SecurityPolicy, UserData,
};
use crate::model::action::Impact::{self, Destroy, Read, Unknown, Write};
use crate::sql::Dialect;

/// What statements that begin with some words do.
#[derive(Debug)]
pub struct Head {
    /// The words, in lower case.
    pub words: &'static str,
    /// How much it changes.
    pub impact: Impact,
    /// What kind of work it is.
    pub categories: &'static [Category],
    /// What the names after it name; empty where none are taken.
    pub object: &'static str,
}

const fn head(words: &'static str, impact: Impact, categories: &'static [Category], object: &'static str) -> Head {
    Head { words, impact, categories, object }
}

/// Longer ones stand before shorter ones of the same beginning.
pub const HEADS: &[Head] = &[
    // Transactions change nothing by themselves, and make nothing safer: what is in them counts.
    head("begin", Read, &[Observe], ""),
    head("start transaction", Read, &[Observe], ""),
    head("commit prepared", Write, &[UserData], ""),
    head("rollback prepared", Write, &[UserData], ""),
    head("prepare transaction", Write, &[UserData], ""),
    head("commit", Read, &[Observe], ""),
    head("end", Read, &[Observe], ""),
    head("rollback", Read, &[Observe], ""),
    head("abort", Read, &[Observe], ""),
    head("savepoint", Read, &[Observe], ""),
    head("release", Read, &[Observe], ""),
    // The session.
    head("show", Read, &[Observe], ""),
    head("fetch", Read, &[Observe], ""),
    head("move", Read, &[Observe], ""),
    head("close", Read, &[Observe], ""),
    head("deallocate", Read, &[Observe], ""),
    head("discard", Read, &[Observe], ""),
    head("listen", Read, &[Observe], ""),
    head("unlisten", Read, &[Observe], ""),
    head("unlock", Read, &[Observe], ""),
    head("notify", Write, &[Config], ""),
    head("lock", Write, &[Observe], "table"),
    // Rows.
    head("truncate table", Destroy, &[UserData], "table"),
    head("truncate", Destroy, &[UserData], "table"),
    head("copy", Write, &[UserData], ""),
    head("load data", Write, &[UserData], ""),
    head("load xml", Write, &[UserData], ""),
    head("import table", Write, &[UserData, DbMigration], ""),
    // Rights.
    head("grant", Write, &[AccessControl], ""),
    head("revoke", Write, &[AccessControl], ""),
    head("deny", Write, &[AccessControl], ""),
    head("reassign owned", Write, &[AccessControl], ""),
    head("drop owned", Destroy, &[AccessControl, UserData, DbMigration], ""),
    head("alter default privileges", Write, &[AccessControl], ""),
    head("rename user", Write, &[AccessControl], "user"),
    // The schema.
    head("comment", Write, &[DbMigration], ""),
    head("security label", Write, &[SecurityPolicy], ""),
    head("import foreign schema", Write, &[DbMigration], ""),
    head("rename table", Write, &[DbMigration], "table"),
    head("rename", Write, &[DbMigration], ""),
    head("exchange", Write, &[DbMigration, UserData], ""),
    head("undrop", Write, &[DbMigration, UserData], ""),
    // The server and how data lies in it.
    head("alter system", Write, &[Config, Infra], ""),
    head("vacuum", Write, &[Infra], ""),
    head("analyze", Write, &[Infra], ""),
    head("analyse", Write, &[Infra], ""),
    head("reindex", Write, &[Infra], ""),
    head("cluster", Write, &[Infra], ""),
    head("checkpoint", Write, &[Infra], ""),
    head("refresh materialized view", Write, &[Infra], "view"),
    head("optimize", Write, &[Infra], ""),
    head("repair", Write, &[Infra], ""),
    head("check table", Write, &[Infra], ""),
    head("checksum table", Read, &[Observe], ""),
    head("flush", Write, &[Infra], ""),
    head("reset master", Destroy, &[Infra], ""),
    head("reset persist", Write, &[Config], ""),
    head("purge", Destroy, &[Infra], ""),
    head("kill", Write, &[Infra], ""),
    head("shutdown", Write, &[Infra], ""),
    head("restart", Write, &[Infra], ""),
    head("system", Write, &[Infra], ""),
    head("change master", Write, &[Infra], ""),
    head("change replication", Write, &[Infra], ""),
    head("start replica", Write, &[Infra], ""),
    head("stop replica", Write, &[Infra], ""),
    head("start slave", Write, &[Infra], ""),
    head("stop slave", Write, &[Infra], ""),
    head("start group_replication", Write, &[Infra], ""),
    head("stop group_replication", Write, &[Infra], ""),
    head("clone", Destroy, &[Infra, UserData], ""),
    head("attach", Write, &[Infra], ""),
    head("detach", Write, &[Infra], ""),
    // Code.
    head("do", Unknown, &[Execution], ""),
    head("call", Unknown, &[Execution], ""),
    head("load", Unknown, &[Execution], ""),
    head("install", Unknown, &[Execution], ""),
    head("uninstall", Unknown, &[Execution], ""),
    head("source", Unknown, &[Execution], ""),
    head("capture", Write, &[Observe], ""),
    head("login", Unknown, &[Execution], ""),
    head("handler", Read, &[Observe], ""),
    head("batch", Write, &[UserData], ""),
];

/// Statements that only tell, in some databases.
pub fn tells(first: &str, dialect: Dialect) -> bool {
    match first {
        "use" => matches!(dialect, Dialect::Mysql | Dialect::Clickhouse | Dialect::Duckdb | Dialect::Cassandra),
        "help" => matches!(dialect, Dialect::Mysql),
        "consistency" | "serial" | "tracing" | "expand" | "paging" | "clear" | "exit" | "quit" => {
            dialect == Dialect::Cassandra
        }
        "summarize" => dialect == Dialect::Duckdb,
        "exists" => dialect == Dialect::Clickhouse,
        _ => false,
    }
}

/// A kind of object that is created, altered and dropped, and what that is beside a change of the schema.
#[derive(Debug)]
pub struct Object {
    /// The words that name it in SQL.
    pub words: &'static str,
    /// Its name as a target.
    pub name: &'static str,
    /// What kind of work changing it is.
    pub categories: &'static [Category],
}

const fn object(words: &'static str, name: &'static str, categories: &'static [Category]) -> Object {
    Object { words, name, categories }
}

/// Longer ones stand before shorter ones of the same beginning.
pub const OBJECTS: &[Object] = &[
    object("materialized view", "view", &[DbMigration, UserData]),
    object("foreign data wrapper", "wrapper", &[DbMigration, Execution]),
    object("foreign table", "table", &[DbMigration]),
    object("event trigger", "trigger", &[DbMigration, Execution]),
    object("access method", "method", &[DbMigration, Execution]),
    object("user mapping", "user", &[AccessControl]),
    object("row policy", "policy", &[AccessControl, SecurityPolicy]),
    object("settings profile", "profile", &[AccessControl, Config]),
    object("text search", "text_search", &[DbMigration]),
    object("table", "table", &[DbMigration]),
    object("index", "index", &[DbMigration]),
    object("view", "view", &[DbMigration]),
    object("sequence", "sequence", &[DbMigration]),
    object("schema", "schema", &[DbMigration]),
    object("database", "database", &[DbMigration, Infra]),
    object("keyspace", "keyspace", &[DbMigration, Infra]),
    object("tablespace", "tablespace", &[Infra]),
    object("type", "type", &[DbMigration]),
    object("domain", "type", &[DbMigration]),
    object("dictionary", "dictionary", &[DbMigration]),
    object("collation", "collation", &[DbMigration]),
    object("conversion", "conversion", &[DbMigration]),
    object("statistics", "statistics", &[DbMigration]),
    object("macro", "macro", &[DbMigration]),
    object("secret", "secret", &[AccessControl]),
    object("named", "collection", &[AccessControl, Config]),
    object("cast", "cast", &[DbMigration, Execution]),
    object("operator", "operator", &[DbMigration, Execution]),
    object("aggregate", "function", &[DbMigration, Execution]),
    object("function", "function", &[DbMigration, Execution]),
    object("procedure", "function", &[DbMigration, Execution]),
    object("routine", "function", &[DbMigration, Execution]),
    object("transform", "function", &[DbMigration, Execution]),
    object("trigger", "trigger", &[DbMigration, Execution]),
    object("rule", "rule", &[DbMigration, Execution]),
    object("event", "event", &[DbMigration, Execution]),
    object("extension", "extension", &[DbMigration, Execution]),
    object("language", "language", &[DbMigration, Execution]),
    object("server", "server", &[DbMigration, AccessControl]),
    object("publication", "publication", &[DbMigration, Infra]),
    object("subscription", "subscription", &[DbMigration, Infra]),
    object("policy", "policy", &[SecurityPolicy, AccessControl]),
    object("role", "role", &[AccessControl]),
    object("user", "user", &[AccessControl]),
    object("group", "role", &[AccessControl]),
    object("quota", "quota", &[AccessControl, Config]),
    object("large object", "large_object", &[UserData]),
    object("logfile group", "tablespace", &[Infra]),
    object("undo tablespace", "tablespace", &[Infra]),
    object("instance", "instance", &[Infra]),
    object("resource group", "resource_group", &[Infra]),
];

/// Words that can stand between `create`, `alter` or `drop` and the kind of object.
pub const BETWEEN: &str = "or replace alter temp temporary global local unlogged unique recursive constraint trusted \
    procedural default external virtual fulltext spatial persistent if not exists definer sql security invoker algorithm undefined merge \
    temptable clustered columnstore concurrently force secure live window refreshable";

/// Objects whose end takes users' data along.
pub const HOLDS_DATA: &str = "table view schema database keyspace tablespace extension type";
