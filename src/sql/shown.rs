//! A statement as a person reads it: on one line, without comments, and without values where it deals with secrets.

use super::lex::{self, Kind, Token};
use super::meaning::Statement;
use super::tables::functions::has;
use super::{Dialect, Reader};

/// Parts of names behind which secrets are.
const SECRET: &[&str] = &[
    "pass", "pwd", "secret", "token", "credential", "apikey", "api_key", "private", "auth", "salt", "hash", "otp",
    "cvv", "signature", "session", "cookie", "identified",
];

/// A word of a statement: a keyword or a name in lower case, a quoted name as it is, a symbol. Values have no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A keyword or a name without quotes, in lower case.
    Word(String),
    /// A quoted name.
    Name(String),
    /// A symbol.
    Symbol(String),
    /// A value.
    Value,
}

/// The source of a statement on one line, without comments and, where a name in it says that secrets are near, without
/// any value. What cannot be read as words is told only where nothing in it says so.
pub fn shown(statement: &Statement, text: &str, dialect: Dialect, reader: Reader) -> String {
    let source = statement.at.clone().and_then(|at| text.get(at)).unwrap_or(text);
    let is_near = |text: &str| {
        let lower = text.to_lowercase();
        SECRET.iter().any(|part| lower.contains(part))
    };
    let Ok(tokens) = lex::tokens(source, dialect, reader) else {
        let words: Vec<&str> = source.split_whitespace().collect();
        return if is_near(source) { "(hidden: it may hold a secret)".to_owned() } else { words.join(" ") };
    };
    let is_server = has("server subscription mapping", statement.kind.split(' ').next_back().unwrap_or_default());
    let hides = is_server || tokens.iter().any(|token| is_near(&token.text));
    let mut out = String::new();
    let mut end = None;
    for token in &tokens {
        if end.is_some_and(|end| end < token.at.start) {
            out.push(' ');
        }
        match token.kind {
            Kind::Text if hides => out.push_str("'[redacted:value]'"),
            Kind::Number if hides => out.push_str("[redacted:value]"),
            Kind::Client if hides => out.push_str("[redacted:value]"),
            _ => out.push_str(&source.get(token.at.clone()).unwrap_or_default().replace(['\n', '\r', '\t'], " ")),
        }
        end = Some(token.at.end);
    }
    out
}

/// The words of a statement.
pub fn parts(statement: &Statement, text: &str, dialect: Dialect, reader: Reader) -> Vec<Part> {
    let source = statement.at.clone().and_then(|at| text.get(at)).unwrap_or_default();
    let part = |token: Token| match token.kind {
        Kind::Word => Part::Word(token.text),
        Kind::Name => Part::Name(token.text),
        Kind::Symbol => Part::Symbol(token.text),
        Kind::Text | Kind::Number | Kind::Client => Part::Value,
    };
    lex::tokens(source, dialect, reader).map(|tokens| tokens.into_iter().map(part).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::read;

    fn lines(text: &str) -> Vec<String> {
        let made = read(text, Dialect::Postgres, Reader::Psql);
        made.all.iter().map(|one| shown(one, text, Dialect::Postgres, Reader::Psql)).collect()
    }

    #[test]
    fn each_statement_is_its_own_line_without_comments() {
        let text = "-- first\nupdate t\n  set a = 'x' /* why */ where id = 3;\n\\echo hello\ndrop table t;";
        assert_eq!(lines(text), ["update t set a = 'x' where id = 3", "\\echo hello", "drop table t"]);
    }

    #[test]
    fn no_value_is_shown_where_secrets_are_near() {
        for text in [
            "alter role app with password 'hunter2'",
            "create user u password 'hunter2' valid until '2027-01-01'",
            "update users set password = 'hunter2' where id = 3",
            "insert into users (name, pwd_hash) values ('u', 'hunter2')",
            "create user mapping for u server s options (user 'u', x 'hunter2')",
            "create subscription s connection 'host=h hunter2' publication p",
            "create server s foreign data wrapper w options (k 'hunter2')",
            "select set_config('app.api_key', 'hunter2', false)",
            "update users set \"apiKey\" = E'hunter2'",
            "insert into t values ('password', 'hunter2')",
            "create function f() returns text language sql as $$ select 'password', 'hunter2' $$",
            "update users set password = 'hunter2",
            "\\set password hunter2",
        ] {
            let lines = lines(text);
            assert!(!lines.is_empty() && !lines.join(" ").contains("hunter2"), "{text}: {lines:?}");
        }
        assert_eq!(lines("update t set a = 'x' where b = 2"), ["update t set a = 'x' where b = 2"]);
    }
}
