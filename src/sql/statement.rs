//! What one statement does: by the words it begins with, and for queries and changes of rows by the parser.

use crate::model::action::{Category, Impact, Reversible};

use super::Dialect;
use super::lex::{Kind, Token};
use super::meaning::Statement;
use super::query::{self, Change, Seen};
use super::tables::functions::{self, has};
use super::tables::heads::{HEADS, tells};
use super::{definition, secrets, session};

/// How many names a statement's objects are listed by.
const MOST_OBJECTS: usize = 20;

/// Reads one statement: `tokens` of `text`, not empty, without the semicolon.
pub fn read(text: &str, tokens: &[Token], dialect: Dialect) -> Statement {
    let first = tokens.first().map_or("", |token| if token.kind == Kind::Word { token.text.as_str() } else { "" });
    let mut made = match first {
        "select" | "with" | "values" | "table" | "from" => rows(text, tokens, dialect),
        "" if tokens.first().is_some_and(|token| token.is("(")) => rows(text, tokens, dialect),
        "insert" | "update" | "delete" | "merge" | "replace" | "upsert" => rows(text, tokens, dialect),
        "explain" | "describe" | "desc" => explain(text, tokens, dialect),
        "create" | "alter" | "drop" => definition::read(text, tokens, dialect),
        "set" | "reset" => session::setting(text, tokens, dialect),
        "pragma" => session::pragma(tokens, dialect),
        "prepare" if !is_next(tokens, 1, "transaction") => session::prepare(text, tokens, dialect),
        "execute" => Statement::unknown("execute", "what was prepared is not seen here"),
        "declare" => session::declare(text, tokens, dialect),
        "copy" => copy(text, tokens, dialect),
        _ => by_head(first, text, tokens, dialect),
    };
    effects(tokens, &mut made);
    secrets::add(tokens, &mut made);
    made
}

/// Whether the token at `at` is this word.
pub fn is_next(tokens: &[Token], at: usize, word: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.is_word(word))
}

/// The word at `at`; empty where there is none.
pub fn word(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).filter(|token| token.kind == Kind::Word).map_or("", |token| token.text.as_str())
}

/// The source of a run of tokens.
fn source<'a>(text: &'a str, tokens: &[Token]) -> &'a str {
    let from = tokens.first().map_or(0, |token| token.at.start);
    let to = tokens.last().map_or(from, |token| token.at.end);
    text.get(from..to).unwrap_or_default()
}

/// Queries and changes of rows.
fn rows(text: &str, tokens: &[Token], dialect: Dialect) -> Statement {
    let kind = word(tokens, 0);
    if dialect == Dialect::Cassandra {
        return cassandra(tokens);
    }
    // The parser does not know `TABLE name` alone.
    let is_table = match tokens {
        [table, name] => table.is_word("table") && name.is_name(),
        [table, schema, dot, name] => table.is_word("table") && schema.is_name() && dot.is(".") && name.is_name(),
        _ => false,
    };
    if is_table {
        let mut made = Statement::read("select");
        made.objects = names_after(tokens, 1, "table");
        return made;
    }
    match query::see(source(text, tokens), tokens, dialect) {
        Ok(seen) if seen.changes.is_empty() => looked(kind, tokens, &seen, dialect),
        Ok(seen) => changed(&seen, dialect),
        Err(why) => {
            let mut made = Statement::unknown(if kind.is_empty() { "select" } else { kind }, why);
            // It changes rows all the same, in whatever way.
            if tokens
                .iter()
                .any(|token| token.kind == Kind::Word && has("insert update delete merge replace", &token.text))
            {
                made.least = Impact::Write;
                made.categories.insert(Category::UserData);
            }
            made.objects = names_after(tokens, row_objects(tokens), "table");
            made
        }
    }
}

fn looked(kind: &str, tokens: &[Token], seen: &Seen, dialect: Dialect) -> Statement {
    let mut made = Statement::read(if kind == "select" || kind == "with" || kind.is_empty() { "select" } else { kind });
    if kind == "table" || kind == "values" {
        "select".clone_into(&mut made.kind);
    }
    made.objects = tables(seen);
    if seen.has_into {
        "select into".clone_into(&mut made.kind);
        made.raise(Impact::Write);
        made.categories = [Category::DbMigration, Category::UserData].into();
        made.why.push("the result is stored as a table or a file".to_owned());
        if tokens.iter().any(|token| token.is_word("outfile") || token.is_word("dumpfile")) {
            made.doubt("it writes a file of the server");
        }
        if let Some(name) = seen.unknown_call(dialect) {
            made.doubt(format!("`{name}` is not a function that is known"));
        }
    } else if seen.has_locks {
        "select for update".clone_into(&mut made.kind);
        made.raise(Impact::Write);
        made.why.push("it locks rows, which others then wait for".to_owned());
    }
    if dialect == Dialect::Duckdb && seen.relations.iter().any(|name| name.contains(['/', '*', '\'']) || is_file(name))
    {
        made.doubt("a file is read as a table");
    }
    if let Some(why) = query::objection(tokens, seen, dialect).filter(|_| !seen.has_into) {
        // What is known to do more is said by name below.
        if !only_known_effects(tokens, seen, dialect) {
            made.doubt(why);
        }
    }
    made
}

fn is_file(name: &str) -> bool {
    [".csv", ".tsv", ".parquet", ".json", ".jsonl", ".ndjson", ".txt", ".gz", ".xlsx", ".db"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Whether every call that is not harmless is one whose effect is known.
fn only_known_effects(tokens: &[Token], seen: &Seen, dialect: Dialect) -> bool {
    let plain: Vec<Token> = tokens
        .iter()
        .enumerate()
        .map(|(at, token)| {
            let is_called = tokens.get(at + 1).is_some_and(|next| next.is("("));
            let is_known = token.is_name() && is_called && functions::effect(&token.text).is_some();
            // Stands for a harmless function in a second look.
            if is_known {
                Token { kind: Kind::Word, text: "abs".to_owned(), at: token.at.clone() }
            } else {
                token.clone()
            }
        })
        .collect();
    query::objection(&plain, seen, dialect).is_none()
}

fn changed(seen: &Seen, dialect: Dialect) -> Statement {
    let mut made = Statement::new("", Impact::Write, &[Category::UserData]);
    for change in &seen.changes {
        let (kind, impact, reversible) = match change {
            Change::Insert => ("insert", Impact::Write, Reversible::Unknown),
            Change::Replace => ("replace", Impact::Write, Reversible::No),
            Change::Update => ("update", Impact::Write, Reversible::No),
            Change::Merge => ("merge", Impact::Destroy, Reversible::No),
            Change::Delete => ("delete", Impact::Destroy, Reversible::No),
            Change::UpdateAll => ("update", Impact::Destroy, Reversible::No),
            Change::DeleteAll => ("delete", Impact::Destroy, Reversible::No),
        };
        if made.kind.is_empty() || impact > made.impact {
            kind.clone_into(&mut made.kind);
        }
        made.raise(impact);
        if reversible == Reversible::No {
            made.reversible = Reversible::No;
        }
        if matches!(change, Change::UpdateAll | Change::DeleteAll) {
            made.is_unbounded = true;
            made.why.push("it has no WHERE: every row is meant".to_owned());
        }
    }
    made.objects = tables(seen);
    if let Some(name) = seen.unknown_call(dialect) {
        made.doubt(format!("`{name}` is not a function that is known"));
    }
    made
}

fn tables(seen: &Seen) -> Vec<String> {
    seen.relations.iter().take(MOST_OBJECTS).map(|name| format!("table/{name}")).collect()
}

/// Where the names stand in a change of rows that did not parse.
fn row_objects(tokens: &[Token]) -> usize {
    tokens
        .iter()
        .position(|token| ["into", "from", "update"].iter().any(|word| token.is_word(word)))
        .map_or(1, |at| at + 1)
}

/// CQL has neither joins nor queries within queries, and no parser here: its words are enough.
fn cassandra(tokens: &[Token]) -> Statement {
    let objects = names_after(tokens, row_objects(tokens), "table");
    let calls = || query::objection(tokens, &Seen::default(), Dialect::Cassandra);
    let mut made = match word(tokens, 0) {
        "select" => {
            let mut made = Statement::read("select");
            if let Some(why) = calls() {
                made.doubt(why);
            }
            made
        }
        "insert" => Statement::new("insert", Impact::Write, &[Category::UserData]),
        "update" => Statement::new("update", Impact::Write, &[Category::UserData]),
        "delete" => Statement::new("delete", Impact::Destroy, &[Category::UserData]),
        other => Statement::unknown(other, "not a statement of CQL that is known"),
    };
    made.objects = objects;
    made
}

/// `EXPLAIN` plans; `EXPLAIN ANALYZE` runs what it explains.
fn explain(text: &str, tokens: &[Token], dialect: Dialect) -> Statement {
    let (options, rest) = explain_options(tokens);
    let runs = options.iter().any(|token| token.is_word("analyze") || token.is_word("analyse"));
    if rest.is_empty() || !is_statement(rest) {
        let mut made = Statement::read("explain");
        let runs = tokens.iter().any(|token| token.is_word("analyze") || token.is_word("analyse"));
        let is_name = |token: &Token| token.is_name() || token.is(".") || token.kind == Kind::Number;
        if tokens.len() > 5 || !tokens.iter().all(is_name) || is_broken(text, tokens) {
            made.doubt("what is described is not read");
        }
        if runs || tokens.iter().any(|token| token.is("(")) {
            made.doubt("what is explained is not read");
        }
        return made;
    }
    let inner = read(text, rest, dialect);
    if runs {
        let mut made = inner;
        made.kind = format!("explain analyze {}", made.kind);
        made.why.push("EXPLAIN ANALYZE runs what it explains".to_owned());
        return made;
    }
    let mut made = Statement::new("explain", Impact::Read, &[Category::Observe, Category::Plan]);
    made.objects = inner.objects;
    // Planning calls functions that somebody declared immutable, and what does not parse is not known to be planned.
    if inner.impact == Impact::Unknown {
        made.why.extend(inner.why);
        made.doubt("planning can call functions");
    }
    made
}

fn is_statement(rest: &[Token]) -> bool {
    rest.first().is_some_and(|token| token.is("("))
        || has("select with values table insert update delete merge replace create declare execute from", word(rest, 0))
}

/// The options of `EXPLAIN`, and what it explains.
fn explain_options(tokens: &[Token]) -> (&[Token], &[Token]) {
    let mut at = 1;
    if tokens.get(1).is_some_and(|token| token.is("(")) && !has("select with values", word(tokens, 2)) {
        let end = tokens.iter().position(|token| token.is(")")).map_or(tokens.len(), |end| end + 1);
        at = end;
    }
    while has(
        "analyze analyse verbose query plan extended partitions format tree json traditional ast syntax pipeline estimate",
        word(tokens, at),
    ) || tokens.get(at).is_some_and(|token| token.is("="))
    {
        at += 1;
    }
    (tokens.get(1..at).unwrap_or_default(), tokens.get(at..).unwrap_or_default())
}

/// `COPY … TO STDOUT` reads; everything else changes rows, or files of the server, or runs programs there.
fn copy(text: &str, tokens: &[Token], dialect: Dialect) -> Statement {
    if tokens.iter().any(|token| token.is_word("program")) {
        return Statement::unknown("copy program", "COPY … PROGRAM runs a program on the server");
    }
    let mut made = match super::shells::copied(text, tokens, dialect) {
        Some(inner) => inner,
        None => return Statement::new("copy from", Impact::Write, &[Category::UserData]),
    };
    "copy to".clone_into(&mut made.kind);
    let is_stdout = tokens.iter().any(|token| token.is_word("stdout"));
    if !is_stdout || dialect == Dialect::Duckdb {
        made.doubt("it writes a file of the server");
    }
    made
}

/// A statement that is decided by the words it begins with.
pub fn by_head(first: &str, text: &str, tokens: &[Token], dialect: Dialect) -> Statement {
    if tells(first, dialect) {
        let mut made = Statement::read(first);
        if let Some(why) = more_than_it_says(first, tokens, dialect) {
            made.doubt(why);
        }
        if is_broken(text, tokens) || tokens.iter().any(|token| token.kind == Kind::Text) || tokens.len() > 4 {
            made.doubt("it is longer than it should be");
        }
        return made;
    }
    let Some(head) = HEADS.iter().find(|head| begins(tokens, head.words)) else {
        return Statement::unknown(
            if first.is_empty() { "sql" } else { first },
            format!("`{first}` is not a statement that is known"),
        );
    };
    let mut made = Statement::new(head.words, head.impact, head.categories);
    made.objects = names_after(tokens, head.words.split(' ').count(), head.object);
    if head.words == "show" && tokens.iter().any(|token| token.is_word("user") || token.is_word("users")) {
        made.categories.insert(Category::Secrets);
    }
    if head.impact == Impact::Read {
        if let Some(why) = more_than_it_says(head.words, tokens, dialect) {
            made.doubt(why);
        }
        if dialect == Dialect::Cassandra && is_broken(text, tokens) {
            made.doubt("it goes over several lines");
        }
    }
    made
}

/// Whether a statement begins with these words.
pub fn begins(tokens: &[Token], words: &str) -> bool {
    words.split(' ').enumerate().all(|(at, word)| is_next(tokens, at, word))
}

/// Whether it goes over several lines: clients end some of their own commands with the line, without a semicolon.
fn is_broken(text: &str, tokens: &[Token]) -> bool {
    source(text, tokens).contains('\n')
}

/// The words of transactions. MariaDB's `BEGIN NOT ATOMIC` is a block of code.
const TRANSACTION: &str = "begin start transaction commit end rollback abort work isolation level serializable repeatable \
    read committed uncommitted write only deferrable not immediate deferred exclusive with consistent snapshot and no chain release";

/// Why a statement that begins like one that only tells does not end like one.
fn more_than_it_says(head: &str, tokens: &[Token], dialect: Dialect) -> Option<String> {
    if tokens.iter().any(|token| token.is("(")) {
        return match head {
            "show" => query::objection(tokens, &Seen::default(), dialect),
            _ => Some("it has arguments that are not read".to_owned()),
        };
    }
    if !has("begin start commit end rollback abort", head.split(' ').next().unwrap_or_default()) {
        return (tokens.len() > 12 && head != "show").then(|| "it is longer than it should be".to_owned());
    }
    let rest = tokens.iter().position(|token| token.is_word("to") || token.is_word("savepoint"));
    let strange = tokens
        .iter()
        .take(rest.unwrap_or(tokens.len()))
        .find(|token| !(token.is(",") || (token.kind == Kind::Word && has(TRANSACTION, &token.text))));
    let is_long = rest.is_some_and(|at| tokens.len() > at + 3);
    let word = strange.map(|token| token.text.clone()).or_else(|| is_long.then(|| "to".to_owned()))?;
    Some(format!("`{word}` stands in it"))
}

/// The names after a statement's own words, as targets.
pub fn names_after(tokens: &[Token], from: usize, kind: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut name = String::new();
    if kind.is_empty() {
        return found;
    }
    let rest = tokens.iter().skip(from).skip_while(|token| {
        token.kind == Kind::Word
            && has("if not exists concurrently only table low_priority ignore into from all", &token.text)
    });
    for token in rest {
        let is_open = name.is_empty() || name.ends_with('.');
        match token.kind {
            Kind::Word | Kind::Name if is_open => name.push_str(&token.text),
            Kind::Symbol if token.is(".") && !name.is_empty() => name.push('.'),
            Kind::Symbol if token.is(",") && !name.is_empty() && found.len() < MOST_OBJECTS => {
                found.push(format!("{kind}/{name}"));
                name.clear();
            }
            _ => break,
        }
    }
    if !name.is_empty() {
        found.push(format!("{kind}/{name}"));
    }
    found
}

/// Functions that are known to do more than compute, wherever they are called.
fn effects(tokens: &[Token], made: &mut Statement) {
    for pair in tokens.windows(2) {
        let [token, next] = pair else { continue };
        let Some(effect) = functions::effect(&token.text).filter(|_| token.is_name() && next.is("(")) else { continue };
        if made.kind == "explain" {
            continue;
        }
        made.raise(effect.impact);
        if !made.categories.contains(&effect.category) {
            made.categories.insert(effect.category);
            made.why.push(format!("`{}` {}", token.text, effect.does));
        }
    }
}
