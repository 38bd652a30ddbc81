//! `CREATE`, `ALTER` and `DROP`: by their words, which decide them in every database.

use crate::model::action::{Category, Impact, Reversible};

use super::Dialect;
use super::lex::Token;
use super::meaning::Statement;
use super::statement::{begins, is_next, names_after, read as statement, word};
use super::tables::functions::has;
use super::tables::heads::{BETWEEN, HEADS, HOLDS_DATA, OBJECTS, Object};

/// `CREATE`, `ALTER` and `DROP`.
pub fn read(text: &str, tokens: &[Token], dialect: Dialect) -> Statement {
    let verb = word(tokens, 0);
    if let Some(made) = HEADS.iter().find(|head| begins(tokens, head.words)).map(|head| {
        let mut made = Statement::new(head.words, head.impact, head.categories);
        made.objects = names_after(tokens, head.words.split(' ').count(), head.object);
        made
    }) {
        return made;
    }
    let base = if verb == "drop" { Impact::Destroy } else { Impact::Write };
    let Some((at, object)) = object_of(tokens) else {
        let mut made = Statement::new(verb, base, &[Category::DbMigration]);
        made.doubt(format!("it is not known what `{verb} {}` is", word(tokens, 1)));
        return made;
    };
    let mut made = Statement::new(&format!("{verb} {}", object.words), base, object.categories);
    made.objects = names_after(tokens, at + object.words.split(' ').count(), object.name);
    let holds_data = has(HOLDS_DATA, object.words.split(' ').next_back().unwrap_or_default());
    if verb == "drop" && holds_data {
        made.categories.insert(Category::UserData);
    }
    if verb == "create" && tokens.iter().take(4).any(|token| token.is_word("replace")) {
        made.reversible = Reversible::No;
        if object.words == "table" {
            made.raise(Impact::Destroy);
            made.categories.insert(Category::UserData);
        }
    }
    if verb == "alter" {
        altered(tokens, &mut made);
    }
    if verb == "create" && ["table", "materialized view"].contains(&object.words) {
        created_as(text, tokens, dialect, &mut made);
    }
    made
}

/// The kind of object, and where its words begin.
fn object_of(tokens: &[Token]) -> Option<(usize, &'static Object)> {
    let mut at = 1;
    loop {
        let rest = tokens.get(at..)?;
        if let Some(object) = OBJECTS.iter().find(|object| begins(rest, object.words)) {
            return Some((at, object));
        }
        if !has(BETWEEN, word(tokens, at)) {
            return None;
        }
        at += 1;
    }
}

fn altered(tokens: &[Token], made: &mut Statement) {
    let has_word = |words: &[&str]| tokens.iter().skip(2).any(|token| words.iter().any(|word| token.is_word(word)));
    if has_word(&["drop", "discard", "truncate"]) {
        made.raise(Impact::Destroy);
        made.categories.insert(Category::UserData);
    }
    // ClickHouse's mutations.
    if has_word(&["delete", "update"]) {
        made.raise(Impact::Destroy);
        made.categories.insert(Category::UserData);
    }
    if has_word(&["owner", "identified", "password"]) {
        made.categories.insert(Category::AccessControl);
    }
    if has_word(&["security", "policy"]) {
        made.categories.insert(Category::SecurityPolicy);
    }
    if has_word(&["type", "modify", "rename"]) {
        made.reversible = Reversible::Unknown;
    }
}

/// `CREATE TABLE … AS SELECT …` runs the query.
fn created_as(text: &str, tokens: &[Token], dialect: Dialect, made: &mut Statement) {
    let starts = |at: usize| {
        let next = tokens.get(at + 1);
        next.is_some_and(|next| next.is("(")) || has("select with values table execute from", word(tokens, at + 1))
    };
    let mut places = tokens.iter().enumerate().filter(|(at, token)| token.is_word("as") && starts(*at));
    let Some((at, _)) = places.next() else {
        if tokens.iter().any(|token| token.is_word("select")) {
            made.doubt("the query that fills it is not read");
        }
        return;
    };
    let end = tokens
        .iter()
        .rposition(|token| token.is_word("with"))
        .filter(|with| *with > at + 1 && (is_next(tokens, with + 1, "data") || is_next(tokens, with + 1, "no")));
    let inner = tokens.get(at + 1..end.unwrap_or(tokens.len())).unwrap_or_default();
    let inner = statement(text, inner, dialect);
    made.categories.extend(inner.categories.iter().copied().filter(|category| *category != Category::Observe));
    if inner.impact == Impact::Unknown {
        made.why.extend(inner.why);
        made.doubt("the query that fills it is not understood");
    }
}
