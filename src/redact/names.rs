//! Names that say that a secret follows, and the values that follow them.

/// Segments of a name that say so by themselves.
const SECRET: &[&str] = &[
    "password", "passwd", "passphrase", "pass", "secret", "secrets", "token", "tokens", "apikey", "credential",
    "credentials", "cookie", "authorization", "dsn",
];
/// What says so before `key`.
const KEYS: &[&str] = &["api", "access", "private", "secret", "encryption", "signing", "master", "account", "storage"];
/// Last segments that make a name point at a secret instead of holding it.
const POINTERS: &[&str] = &[
    "id", "name", "names", "arn", "file", "files", "path", "dir", "url", "uri", "type", "ref", "version", "count",
    "ttl", "length", "env", "helper", "manager", "store", "class", "provider", "expiry", "duration",
];

/// Whether a name (`DB_PASSWORD`, `apiKey`, `--client-secret`) says that a secret follows.
pub fn is_secret(name: &str) -> bool {
    let segments = segments(name);
    let Some(last) = segments.last().map(String::as_str) else { return false };
    if POINTERS.contains(&last) && !name.eq_ignore_ascii_case("database_url") {
        return false;
    }
    let has = |words: &[&str]| segments.iter().any(|segment| words.contains(&segment.as_str()));
    let before = segments.iter().rev().nth(1).map(String::as_str).unwrap_or_default();
    has(SECRET)
        || (last == "key" && KEYS.contains(&before))
        || (last == "auth" && segments.len() > 1)
        || (last == "pwd" && segments.len() > 1)
        || (last == "string" && before == "connection")
        || name.eq_ignore_ascii_case("database_url")
}

/// `DB_PASSWORD`, `dbPassword`, `db-password` and `db.password` have the same segments.
fn segments(name: &str) -> Vec<String> {
    let mut all: Vec<String> = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        let starts_new = c.is_uppercase() && was_lower;
        if !c.is_alphanumeric() || starts_new {
            all.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(last) = all.last_mut()
        {
            last.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    all.retain(|segment| !segment.is_empty());
    all
}

/// Replaces what follows a secret-looking name: `NAME=value`, `name: value`, `--name value`, `Bearer value`.
pub fn named_values(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_name_char) {
        let (gap, from_name) = rest.split_at(start);
        out.push_str(gap);
        let end = from_name.find(|c| !is_name_char(c)).unwrap_or(from_name.len());
        let (name, after) = from_name.split_at(end);
        out.push_str(name);
        rest = match value_after(name, after) {
            Some((lead, value)) => {
                out.push_str(lead);
                if value.starts_with("[redacted:") {
                    out.push_str(value)
                } else {
                    out.push_str("[redacted:value]")
                }
                after.get(lead.len() + value.len()..).unwrap_or_default()
            }
            None => after,
        };
    }
    out.push_str(rest);
    out
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// What stands between a name and its value, and the value; none when no secret follows.
fn value_after<'t>(name: &str, after: &'t str) -> Option<(&'t str, &'t str)> {
    let is_scheme = name.eq_ignore_ascii_case("bearer") || name.eq_ignore_ascii_case("basic");
    if !is_scheme && !is_secret(name.trim_start_matches('-')) {
        return None;
    }
    let lead = lead(name, after, is_scheme)?;
    let value = after.get(lead.len()..)?;
    let length = length(name, lead, value);
    let value = value.get(..length)?;
    let is_word_of_prose = is_scheme && !value.chars().any(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
    (!value.is_empty() && !is_word_of_prose).then_some((lead, value))
}

/// The separator with the spaces and the opening quote behind it.
fn lead<'t>(name: &str, after: &'t str, is_scheme: bool) -> Option<&'t str> {
    let unquoted = after.strip_prefix(['"', '\'']).unwrap_or(after);
    let skipped = after.len() - unquoted.len();
    let mark = unquoted.chars().next()?;
    let (length, spaces) = match mark {
        '=' => (1, 0),
        ':' => (1, spaces(unquoted.get(1..)?)),
        ' ' | '\t' if skipped == 0 && (name.starts_with("--") || is_scheme) => (0, spaces(unquoted)),
        _ => return None,
    };
    let end = skipped + length + spaces;
    let value = after.get(end..)?;
    // `a://b` is an address, `--token --user` a flag without its value.
    if value.starts_with("//") || (length == 0 && value.starts_with('-')) {
        return None;
    }
    let quote = usize::from(value.starts_with(['"', '\'']));
    after.get(..end + quote)
}

fn spaces(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

fn length(name: &str, lead: &str, value: &str) -> usize {
    if value.starts_with("[redacted:") {
        return value.find(']').map_or(value.len(), |at| at + 1);
    }
    if let Some(quote @ ('"' | '\'')) = lead.chars().last().filter(|_| lead.len() > 1 || !lead.trim().is_empty()) {
        return value.find(quote).unwrap_or(value.len());
    }
    // A header's value has words: `Authorization: Token abc`.
    if name.eq_ignore_ascii_case("authorization") || name.eq_ignore_ascii_case("cookie") {
        return value.find(['\n', '\r', '"', '\'']).unwrap_or(value.len());
    }
    value
        .find(|c: char| c.is_whitespace() || matches!(c, '&' | ';' | ',' | '"' | '\'' | '|' | ')' | '}'))
        .unwrap_or(value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_by_their_segments() {
        for name in [
            "DB_PASSWORD", "dbPassword", "api-key", "AWS_SECRET_ACCESS_KEY", "client.secret", "DB_PWD", "GH_TOKEN",
            "DATABASE_URL",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "PWD", "secret-id", "token_file", "monkey", "compass", "KEY", "author", "passenger", "AWS_ACCESS_KEY_ID",
            "",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
