//! Queries and changes of rows, by the parser's tree; and the functions they call, by our own reading of the words.
//!
//! Both have to agree that a query only reads: the tree shows changes within queries, targets, locks and aliases; the
//! words show every call, also in places of the tree that nobody thought of.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, Ident, ObjectName, ObjectNamePart, Query, Select, Statement as Tree, TableAlias, TableFactor, Visit, Visitor,
};
use sqlparser::dialect::{
    ClickHouseDialect, Dialect as Grammar, DuckDbDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect,
};
use sqlparser::parser::Parser;

use super::Dialect;
use super::lex::{Kind, Token};
use super::tables::functions::{self, NOT_CALLS, TYPES, has};

/// The deepest nesting of parentheses that is parsed, and the parser's own limit.
const DEEPEST: usize = 40;
/// The most operators of one statement: they nest in the tree, and the tree is walked by recursion.
const MOST_OPERATORS: usize = 500;

/// Functions whose rows have the columns `key` and `value`, or `value` alone.
const GIVES_VALUES: &str = "json_each json_each_text jsonb_each jsonb_each_text json_array_elements \
    json_array_elements_text jsonb_array_elements jsonb_array_elements_text";

/// Values that PostgreSQL takes for a function in FROM, without parentheses.
const PLAIN_VALUES: &str = "current_date current_time current_timestamp localtime localtimestamp current_role current_user \
    user session_user system_user current_catalog current_schema";

/// A change of rows within a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// `INSERT`
    Insert,
    /// `REPLACE`, `INSERT … ON CONFLICT DO UPDATE`
    Replace,
    /// `UPDATE … WHERE`
    Update,
    /// `UPDATE` of every row
    UpdateAll,
    /// `DELETE … WHERE`
    Delete,
    /// `DELETE` of every row
    DeleteAll,
    /// `MERGE`
    Merge,
}

/// What the parser's tree shows of a statement.
#[derive(Debug, Default)]
pub struct Seen {
    /// Changes of rows, in any place.
    pub changes: Vec<Change>,
    /// Whether a query stores its result as a table, or writes a file.
    pub has_into: bool,
    /// Whether rows are locked.
    pub has_locks: bool,
    /// Tables and views.
    pub relations: Vec<String>,
    /// Queries that are named with WITH.
    named: Vec<String>,
    /// Functions, last part of their names, and whether a schema stands before it that is not the server's own.
    calls: Vec<(String, Owner)>,
    /// Aliases with a list of columns, which look like calls.
    lists: Vec<String>,
    /// Aliases of functions in FROM, each with the columns that it is known to have.
    sources: Vec<(String, Vec<String>)>,
    /// Something that is not expected in a query.
    odd: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Server,
    Unknown,
}

/// Parses one statement.
///
/// # Errors
/// With the reason when it is not understood.
pub fn see(text: &str, tokens: &[Token], dialect: Dialect) -> Result<Seen, String> {
    fence(tokens)?;
    let grammar: &dyn Grammar = match dialect {
        Dialect::Postgres => &PostgreSqlDialect {},
        Dialect::Mysql => &MySqlDialect {},
        Dialect::Sqlite => &SQLiteDialect {},
        Dialect::Clickhouse => &ClickHouseDialect {},
        Dialect::Duckdb => &DuckDbDialect {},
        Dialect::Cassandra => return Err("CQL of this kind is not read".to_owned()),
    };
    let parsed = Parser::new(grammar).with_recursion_limit(DEEPEST + 10).try_with_sql(text);
    let trees = parsed.and_then(|mut parser| parser.parse_statements());
    let trees = trees.map_err(|cause| format!("it does not parse: {cause}"))?;
    let [tree] = trees.as_slice() else { return Err("it parses as more than one statement".to_owned()) };
    let mut seen = Seen::default();
    let _ = tree.visit(&mut seen);
    match seen.odd {
        Some(odd) => Err(odd.to_owned()),
        None => Ok(seen),
    }
}

/// Keeps what would nest too deeply away from the parser.
fn fence(tokens: &[Token]) -> Result<(), String> {
    let mut depth = 0_usize;
    let mut operators = 0_usize;
    for token in tokens {
        match token.text.as_str() {
            "(" | "[" | "{" if token.kind == Kind::Symbol => depth += 1,
            ")" | "]" | "}" if token.kind == Kind::Symbol => depth = depth.saturating_sub(1),
            "," | "." | ";" if token.kind == Kind::Symbol => {}
            _ if token.kind == Kind::Symbol => operators += 1,
            word if token.kind == Kind::Word
                && has(
                    "and or not union except intersect join case when is in like ilike between collate at",
                    word,
                ) =>
            {
                operators += 1;
            }
            _ => {}
        }
        if depth > DEEPEST || operators > MOST_OPERATORS {
            return Err("it is nested too deeply to be read".to_owned());
        }
    }
    Ok(())
}

impl Seen {
    /// The first function that is on no list, by the tree.
    pub fn unknown_call(&self, dialect: Dialect) -> Option<&str> {
        let is_known = |name: &str| {
            functions::is_harmless(name, dialect)
                || functions::effect(name).is_some()
                || has(NOT_CALLS, name)
                || has(TYPES, name)
        };
        self.calls
            .iter()
            .find(|(name, owner)| *owner == Owner::Unknown || !is_known(name))
            .map(|(name, _)| name.as_str())
    }

    fn change(&mut self, tree: &Tree) {
        let change = match tree {
            Tree::Query(_) => return,
            Tree::Insert(insert) if insert.replace_into || insert.on.is_some() || insert.or.is_some() => {
                Change::Replace
            }
            Tree::Insert(_) => Change::Insert,
            Tree::Update(update) if update.selection.is_some() => Change::Update,
            Tree::Update(_) => Change::UpdateAll,
            Tree::Delete(delete) if delete.selection.is_some() => Change::Delete,
            Tree::Delete(_) => Change::DeleteAll,
            Tree::Merge(_) => Change::Merge,
            _ => {
                self.odd = Some("a statement of another kind within it");
                return;
            }
        };
        self.changes.push(change);
    }

    fn alias(&mut self, alias: Option<&TableAlias>) {
        let Some(alias) = alias.filter(|alias| !alias.columns.is_empty()) else { return };
        self.lists.push(fold(&alias.name));
    }

    /// A function in FROM. PostgreSQL reads `alias.f` as a call of `f` where the function gives plain values.
    fn source(&mut self, name: &str, alias: Option<&TableAlias>) {
        let mut columns: Vec<String> =
            alias.iter().flat_map(|alias| &alias.columns).map(|column| fold(&column.name)).collect();
        let alias = alias.map_or_else(|| name.to_owned(), |alias| fold(&alias.name));
        columns.push(alias.clone());
        if has(GIVES_VALUES, name) {
            columns.extend(["key".to_owned(), "value".to_owned()]);
        }
        self.sources.push((alias, columns));
    }

    fn call(&mut self, name: &ObjectName) -> String {
        let parts: Vec<String> = name.0.iter().map(|part| part.as_ident().map(fold).unwrap_or_default()).collect();
        let last = parts.last().cloned().unwrap_or_default();
        let owner = match parts.as_slice() {
            [_] => Owner::Server,
            [schema, _] if schema == "pg_catalog" => Owner::Server,
            _ => Owner::Unknown,
        };
        self.calls.push((last.clone(), owner));
        last
    }

    fn factor(&mut self, factor: &TableFactor) {
        match factor {
            TableFactor::Table { name, alias, args, .. } => {
                self.alias(alias.as_ref());
                if args.is_some() {
                    let last = self.call(name);
                    self.source(&last, alias.as_ref());
                } else if let [ObjectNamePart::Identifier(only)] = name.0.as_slice()
                    && has(PLAIN_VALUES, &fold(only))
                {
                    self.source(&fold(only), alias.as_ref());
                }
            }
            TableFactor::Function { name, alias, .. } => {
                let last = self.call(name);
                self.alias(alias.as_ref());
                self.source(&last, alias.as_ref());
            }
            TableFactor::UNNEST { alias, .. } => {
                self.alias(alias.as_ref());
                self.source("unnest", alias.as_ref());
            }
            TableFactor::TableFunction { alias, .. } | TableFactor::JsonTable { alias, .. } => {
                self.alias(alias.as_ref());
                self.source("table", alias.as_ref());
            }
            TableFactor::Derived { alias, .. } | TableFactor::NestedJoin { alias, .. } => self.alias(alias.as_ref()),
            _ => self.odd = Some("a table of a kind that is not read"),
        }
    }
}

/// A name as the server compares it.
fn fold(name: &Ident) -> String {
    if name.quote_style.is_some() { name.value.clone() } else { name.value.to_lowercase() }
}

impl Visitor for Seen {
    type Break = ();

    fn pre_visit_statement(&mut self, tree: &Tree) -> ControlFlow<()> {
        self.change(tree);
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.has_locks |= !query.locks.is_empty();
        if !query.pipe_operators.is_empty() || query.settings.is_some() {
            self.odd = Some("a clause of a query that is not read");
        }
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            self.alias(Some(&cte.alias));
            self.named.push(fold(&cte.alias.name));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        self.has_into |= select.into.is_some();
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        let parts: Vec<String> = relation.0.iter().map(|part| part.as_ident().map(fold).unwrap_or_default()).collect();
        let name = parts.join(".");
        if !self.relations.contains(&name) && !self.named.contains(&name) {
            self.relations.push(name);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        self.factor(factor);
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expr {
            self.call(&function.name);
        }
        ControlFlow::Continue(())
    }
}

/// Why the words of a query do not show that it only reads; none when they do. `seen` explains what looks like a call.
pub fn objection(tokens: &[Token], seen: &Seen, dialect: Dialect) -> Option<String> {
    let mut lists = seen.lists.clone();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let is_dotted = before.is_some_and(|before| before.is("."));
        let is_called = tokens.get(at + 1).is_some_and(|next| next.is("("));
        let is_lock = seen.has_locks && before.is_some_and(|before| before.is_word("for") || before.is_word("key"));
        if token.kind == Kind::Word
            && !is_dotted
            && !is_lock
            && has("insert update delete merge into replace truncate", &token.text)
            && !is_called
        {
            return Some(format!("`{}` stands in it", token.text));
        }
        if token.kind == Kind::Number && is_called {
            return Some(format!("`{}(` is not read", token.text));
        }
        if token.is_name() && is_called {
            if let Some(place) = lists.iter().position(|list| *list == token.text) {
                lists.swap_remove(place);
                continue;
            }
            if let Some(name) = unknown_call(tokens, at, dialect) {
                return Some(format!("`{name}` is not a function that is known to change nothing"));
            }
        } else if token.is_name()
            && is_dotted
            && dialect == Dialect::Postgres
            && let Some(name) = hidden_call(tokens, at, seen)
        {
            return Some(format!("`{name}` could be a call of a function by the name of a column"));
        }
    }
    None
}

/// The function at `at`, unless it is known to change nothing.
fn unknown_call(tokens: &[Token], at: usize, dialect: Dialect) -> Option<String> {
    let token = tokens.get(at)?;
    let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
    let is_dotted = before(1).is_some_and(|before| before.is("."));
    if is_dotted {
        let is_server = before(2).is_some_and(|schema| schema.is_name() && schema.text == "pg_catalog")
            && !before(3).is_some_and(|before| before.is("."));
        let is_known = is_server && functions::is_harmless(&token.text, dialect);
        return (!is_known).then(|| token.text.clone());
    }
    let is_word = token.kind == Kind::Word && (has(NOT_CALLS, &token.text) || has(TYPES, &token.text));
    (!is_word && !functions::is_harmless(&token.text, dialect)).then(|| token.text.clone())
}

/// PostgreSQL calls `f` for `x.f` where `x` is a plain value, and for `(expression).f`.
fn hidden_call(tokens: &[Token], at: usize, seen: &Seen) -> Option<String> {
    let name = &tokens.get(at)?.text;
    let owner = at.checked_sub(2).and_then(|at| tokens.get(at))?;
    let is_call = |(alias, columns): &(String, Vec<String>)| *alias == owner.text && !columns.contains(name);
    let is_source = owner.is_name() && seen.sources.iter().any(is_call);
    let is_value = owner.is(")") || owner.is("]");
    ((is_source || is_value) && !functions::is_harmless(name, Dialect::Postgres)).then(|| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{Reader, lex};

    #[test]
    fn deep_and_long_texts_are_answered_without_recursion() {
        for text in [
            format!("select {}1{}", "(".repeat(100_000), ")".repeat(100_000)),
            format!("select 1{}", "+1".repeat(100_000)),
            format!("select 1{}", "+1".repeat(5_000)),
            format!("select {}1{}", "(".repeat(5_000), ")".repeat(5_000)),
            format!("select {}1", "- ".repeat(100_000)),
            format!("select {}true", "not ".repeat(50_000)),
            format!("select 1 {}", "union select 1 ".repeat(10_000)),
            format!("select {}1{}", "case when true then ".repeat(9_000), " end".repeat(9_000)),
        ] {
            let tokens = lex::tokens(&text, Dialect::Postgres, Reader::Server);
            assert!(tokens.and_then(|tokens| see(&text, &tokens, Dialect::Postgres)).is_err());
        }
        let text = format!("select 1{}", " + 1".repeat(MOST_OPERATORS - 1));
        let tokens = lex::tokens(&text, Dialect::Postgres, Reader::Server).unwrap();
        assert!(see(&text, &tokens, Dialect::Postgres).is_ok());
    }
}
