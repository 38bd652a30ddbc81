//! Faults of TOML's syntax, in words that say what to do.

use std::ops::Range;

use toml::de::Error;

use super::fields::Source;

/// Notes the first fault of syntax, and keys that stand twice: what comes after the first is often only its echo.
pub fn note(mut errors: Vec<Error>, source: &mut Source<'_>) {
    let start = |error: &Error| error.span().map_or(0, |span| span.start);
    errors.sort_by_key(start);
    let is_twice = |error: &Error| error.message().trim() == "duplicate key";
    let first = errors.iter().position(|error| !is_twice(error));
    let told =
        errors.iter().enumerate().filter(|(at, error)| Some(*at) == first || (is_twice(error) && first.is_none()));
    let told: Vec<(Range<usize>, String)> =
        told.map(|(_, error)| (error.span().unwrap_or(0..0), error.message().trim().to_owned())).collect();
    for (span, message) in told {
        let (text, help) = said(&message, &span, source.text);
        source.fault(&span, text, Some(help));
    }
}

fn said(message: &str, span: &Range<usize>, text: &str) -> (String, String) {
    let word = text.get(span.clone()).unwrap_or_default().trim();
    let rest = text.get(span.start..).unwrap_or_default();
    let line_before = text.get(..span.start).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
    let has_odd_quotes = line_before.matches('"').count() % 2 == 1;
    match message {
        "duplicate key" => (
            format!("`{word}` stands here for the second time"),
            "keep one of the two, or put them together".to_owned(),
        ),
        _ if word.contains(['“', '”', '„', '‘', '’']) => {
            let bare = word.trim_matches(['“', '”', '„', '‘', '’']);
            ("these are not the quotes that TOML knows".to_owned(), format!("write straight quotes: \"{bare}\""))
        }
        _ if message.starts_with("string values must be quoted") => {
            let help = format!("write \"{word}\", or a number, `true` or `false` without quotes");
            ("a text must stand in quotes".to_owned(), help)
        }
        _ if message.starts_with("missing comma between array elements") && !rest.starts_with('"') => (
            "the list before this place is not closed".to_owned(),
            "end the list with `]`; look for a `[` without its `]`".to_owned(),
        ),
        _ if message.starts_with("missing comma between key-value pairs")
            && (has_odd_quotes || line_before.ends_with('"')) =>
        {
            unclosed()
        }
        _ if message.starts_with("missing comma") => {
            ("a comma is missing before this".to_owned(), "put `,` between the two".to_owned())
        }
        _ if message.starts_with("invalid basic string") || has_odd_quotes => unclosed(),
        _ => {
            let help = "look for a quote, a bracket or a brace before this place that is not closed";
            (message.to_owned(), help.to_owned())
        }
    }
}

fn unclosed() -> (String, String) {
    let help = "look for a word before this place that begins with `\"` and does not end with it";
    ("a quote before this place is not closed".to_owned(), help.to_owned())
}
