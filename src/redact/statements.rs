//! Values in SQL: a name that says that a secret follows may stand far from its value, as in `INSERT`.

use super::names::is_secret;

/// Words with which statements begin that can carry a secret.
const BEGINNINGS: &[&str] = &[
    "insert into", "replace into", "update ", "merge into", "alter role", "alter user", "create role", "create user",
    "alter group", "set password", "identified", "set_config", "create server", "alter server", "subscription",
    "select ",
];
/// What stands between paragraphs.
const BREAK: &str = "\n\n";
/// Statements whose values are secrets by what they are.
const ALWAYS: &[&str] = &["user mapping", "identified by", "subscription", "set password"];

/// Replaces every quoted value of a paragraph that looks like SQL and names a secret. It does not ask which value it is.
pub fn values(text: &str) -> String {
    if !text.contains(BREAK) {
        return paragraph(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut open = String::new();
    let is_even = |text: &str, quote: &str| text.matches(quote).count().is_multiple_of(2);
    for (at, piece) in text.split(BREAK).enumerate() {
        if at > 0 {
            open.push_str(BREAK);
        }
        open.push_str(piece);
        // A value may go on over an empty line.
        if is_even(&open, "'") && is_even(&open, "$$") {
            out.push_str(&paragraph(&open));
            open.clear();
        }
    }
    out.push_str(&paragraph(&open));
    out
}

fn paragraph(text: &str) -> String {
    let lower = text.to_lowercase();
    let has = |all: &[&str]| all.iter().any(|one| lower.contains(one));
    let names_one = || text.split(|c: char| !c.is_alphanumeric() && c != '_').any(is_secret);
    if !(text.contains('\'') || text.contains("$$")) || !(has(ALWAYS) || (has(BEGINNINGS) && names_one())) {
        return text.to_owned();
    }
    ["'", "$$"].iter().fold(text.to_owned(), |text, quote| hidden(&text, quote))
}

fn hidden(text: &str, quote: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, piece) in text.split(quote).enumerate() {
        if at > 0 {
            out.push_str(quote);
        }
        let is_value = at % 2 == 1 && !piece.is_empty();
        let is_hidden = piece.starts_with("[redacted:") && piece.find(']') == piece.len().checked_sub(1);
        out.push_str(if is_value && !is_hidden { "[redacted:value]" } else { piece });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_beside_the_name_of_a_secret_is_replaced() {
        for text in [
            "alter role app with password 'hunter2'",
            "create user u identified by 'hunter2'",
            "update users set password = 'hunter2' where id = 3",
            "insert into users (name, api_token) values ('u', 'hunter2')",
            "select set_config('app.secret', 'hunter2', false)",
            "create user mapping for u server s options (user 'u', x 'hunter2')",
            "psql -c \"alter role app password 'hunter2'\"",
            "alter role app password 'hun''ter2 hunter2",
            "select $$ hunter2 $$ as password",
            "insert into users (password)\nvalues ('a\n\nb', 'hunter2')",
        ] {
            let shown = values(text);
            assert!(!shown.contains("hunter2") && shown.contains("[redacted:value]"), "{text} -> {shown}");
            assert_eq!(values(&shown), shown);
        }
    }

    #[test]
    fn other_statements_and_other_texts_keep_their_values() {
        for text in [
            "update orders set state = 'open' where id = 3",
            "select 'a' from t",
            "kubectl get secret db -o 'jsonpath={.x}'",
            "echo 'a' && cat tokens.txt",
            "export TOKEN\n\nselect 'a' from t",
        ] {
            assert_eq!(values(text), text);
        }
    }
}
