//! Connection strings of libpq: `key=value …` and `postgresql://…`.
//!
//! The grammar is that of PostgreSQL's manual, "Connection Strings"; what is not clear is an error.

use std::collections::BTreeMap;

/// Settings by their keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    /// A setting that says something.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.given(key).filter(|value| !value.is_empty())
    }

    /// A setting that is given, be it empty: that too outranks what is said elsewhere.
    pub fn given(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
}

/// The settings of a connection string; none when `text` is a database's name.
///
/// # Errors
/// When it is a connection string that libpq would not take.
pub fn parse(text: &str) -> Result<Option<Settings>, String> {
    let rest = text.strip_prefix("postgresql://").or_else(|| text.strip_prefix("postgres://"));
    match rest {
        Some(rest) => uri(rest).map(Some),
        None if text.contains('=') => pairs(text).map(Some),
        // libpq takes it for a name; other tools have addresses of their own.
        None if text.contains("://") => Err("the address is not one of PostgreSQL's".to_owned()),
        None => Ok(None),
    }
}

fn uri(rest: &str) -> Result<Settings, String> {
    let mut found = BTreeMap::new();
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = before.split_once('/').unwrap_or((before, ""));
    let hosts = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
    let names: Result<Vec<String>, String> = hosts.split(',').map(|host| decoded(without_port(host))).collect();
    found.extend(Some(("host".to_owned(), names?.join(","))).filter(|(_, names)| !names.is_empty()));
    found.extend(Some(("dbname".to_owned(), decoded(path)?)).filter(|(_, name)| !name.is_empty()));
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or("a parameter of the address has no value")?;
        found.insert(decoded(key)?, decoded(value)?);
    }
    Ok(Settings(found))
}

fn without_port(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or(six),
        None => host.split(':').next().unwrap_or(host),
    }
}

fn decoded(text: &str) -> Result<String, String> {
    let fault = || "the address has a `%` that is no code".to_owned();
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let (high, low) = (digit(rest.next()).ok_or_else(fault)?, digit(rest.next()).ok_or_else(fault)?);
        bytes.push(u8::try_from(high * 16 + low).map_err(|_| fault())?);
    }
    String::from_utf8(bytes).map_err(|_| fault())
}

fn pairs(text: &str) -> Result<Settings, String> {
    let mut found = BTreeMap::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=').ok_or("the connection string has a word without `=`")?;
        let key = key.trim_end();
        if key.is_empty() || key.contains(char::is_whitespace) {
            return Err("the connection string has a word without `=`".to_owned());
        }
        let (value, after) = value(after.trim_start())?;
        found.insert(key.to_owned(), value);
        rest = after.trim_start();
    }
    Ok(Settings(found))
}

/// A value in quotes or up to the next blank, and what follows it.
fn value(text: &str) -> Result<(String, &str), String> {
    let quoted = text.strip_prefix('\'');
    let source = quoted.unwrap_or(text);
    let mut value = String::new();
    let mut chars = source.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            '\'' if quoted.is_some() => return Ok((value, source.get(at + 1..).unwrap_or_default())),
            c if c.is_whitespace() && quoted.is_none() => return Ok((value, source.get(at..).unwrap_or_default())),
            c => value.push(c),
        }
    }
    if quoted.is_some() { Err("a quote of the connection string does not end".to_owned()) } else { Ok((value, "")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Settings {
        parse(text).unwrap().unwrap()
    }

    #[test]
    fn both_forms_are_read_as_libpq_reads_them() {
        let settings = read("host = 'db.prod' port=5432 dbname='my \\'db\\''");
        assert_eq!((settings.get("host"), settings.get("dbname")), (Some("db.prod"), Some("my 'db'")));
        let settings = read("postgresql://u:p@h1:1,%2Frun:2/shop?hostaddr=10.0.0.5&service=x");
        assert_eq!((settings.get("host"), settings.get("dbname")), (Some("h1,/run"), Some("shop")));
        assert_eq!((settings.get("hostaddr"), settings.get("service")), (Some("10.0.0.5"), Some("x")));
        assert_eq!(read("postgres://[::1]:5/x?host=other").get("host"), Some("other"));
        assert_eq!(parse("shop"), Ok(None));
    }

    #[test]
    fn what_is_not_clear_is_an_error() {
        for text in ["host=a b", "host='a", "postgres://h/%zz", "mysql://h/x", "= x"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
