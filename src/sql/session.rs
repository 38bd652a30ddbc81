//! Statements about the session: settings, pragmas, what is prepared and declared.

use crate::model::action::{Category, Impact};

use super::Dialect;
use super::lex::{Kind, Token};
use super::meaning::Statement;
use super::statement::{begins, by_head, is_next, read, word};
use super::tables::functions::has;
use super::tables::heads::HEADS;
use super::tables::settings::{self, Argument};

/// `SET` and `RESET`: what lasts longer than the session, what changes who one is, and what changes how a text is read.
pub fn setting(text: &str, tokens: &[Token], dialect: Dialect) -> Statement {
    let scopes = "session local global persist persist_only @ variable";
    let mut at = 1;
    let mut is_global = false;
    while has(scopes, word(tokens, at)) || tokens.get(at).is_some_and(|token| token.is("@") || token.is(".")) {
        is_global |= has("global persist persist_only", word(tokens, at));
        at += 1;
    }
    let name = word(tokens, at);
    let kind = format!("{} {name}", word(tokens, 0));
    if HEADS.iter().any(|head| head.words.starts_with("reset ") && begins(tokens, head.words)) {
        return by_head("reset", text, tokens, dialect);
    }
    if is_global {
        return Statement::new(&kind, Impact::Write, &[Category::Config, Category::Infra]);
    }
    match name {
        "password" => return Statement::new(&kind, Impact::Write, &[Category::AccessControl]),
        "default" if is_next(tokens, at + 1, "role") => {
            return Statement::new(&kind, Impact::Write, &[Category::AccessControl]);
        }
        "role" | "authorization" => {
            return Statement::new(&kind, Impact::Read, &[Category::Observe, Category::AccessControl]);
        }
        "transaction" | "characteristics" | "constraints" | "time" | "all" | "autocommit"
            if !tokens.iter().any(|token| token.is(",")) =>
        {
            return Statement::read(&kind);
        }
        _ if tokens.get(1).is_some_and(|token| token.is("@")) && !tokens.get(2).is_some_and(|token| token.is("@")) => {
            let mut made = Statement::read("set");
            if tokens.iter().any(|token| token.is("(") || token.is(",")) {
                made.doubt("a variable that is computed");
            }
            return made;
        }
        _ => {}
    }
    let is_quoted = tokens.get(at).is_some_and(|token| token.kind == Kind::Name);
    let is_several = dialect != Dialect::Postgres && tokens.iter().any(|token| token.is(","));
    let is_harmless =
        settings::is_harmless(name) && !is_quoted && !is_several && !tokens.iter().any(|token| token.is("("));
    let names_catalog = tokens.iter().any(|token| token.text.contains("pg_catalog"));
    if is_harmless && !names_catalog {
        return Statement::read(&kind);
    }
    Statement::new(&kind, Impact::Write, &[Category::Config])
}

pub fn pragma(tokens: &[Token], dialect: Dialect) -> Statement {
    let at = if tokens.get(2).is_some_and(|token| token.is(".")) { 3 } else { 1 };
    let name = word(tokens, at);
    let argument = if tokens.len() > at + 1 { Argument::Given } else { Argument::None };
    let kind = format!("pragma {name}");
    if dialect == Dialect::Sqlite && settings::is_pragma_read(name, argument) {
        return Statement::read(&kind);
    }
    Statement::new(&kind, Impact::Write, &[Category::Config])
}

/// What is prepared is taken as if it ran.
pub fn prepare(text: &str, tokens: &[Token], dialect: Dialect) -> Statement {
    let starts = |at: &usize| tokens.get(*at).is_some_and(|token| token.is_word("as"));
    let Some(at) = (2..tokens.len()).find(starts).filter(|_| dialect != Dialect::Mysql) else {
        return Statement::unknown("prepare", "what is prepared is computed");
    };
    let mut made = match tokens.get(at + 1..) {
        Some(rest) if !rest.is_empty() => read(text, rest, dialect),
        _ => Statement::unknown("prepare", "nothing is prepared"),
    };
    made.kind = format!("prepare {}", made.kind);
    made
}

pub fn declare(text: &str, tokens: &[Token], dialect: Dialect) -> Statement {
    let Some(at) = tokens.iter().position(|token| token.is_word("for")) else {
        return Statement::unknown("declare", "what is declared is not read");
    };
    let mut made = match tokens.get(at + 1..) {
        Some(rest) if !rest.is_empty() => read(text, rest, dialect),
        _ => Statement::unknown("declare", "there is no query"),
    };
    made.kind = format!("declare {}", made.kind);
    made
}
