//! A text for a database becomes tokens, by the lexical rules of the server or client that will read it.
//!
//! What servers, settings or clients could read in two ways is refused: nested comments, backslashes before a quote,
//! conditional comments, variables of a client, characters that cannot be seen.

use std::ops::Range;

use crate::text::escape::is_deceptive;

use super::{Dialect, Reader};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A word without quotes: a keyword or a name. Its text is in lower case.
    Word,
    /// A quoted name.
    Name,
    /// A string.
    Text,
    /// A number, or a parameter such as `$1`.
    Number,
    /// One character that is none of the above.
    Symbol,
    /// A command of the client's own, to the end of its line.
    Client,
}

/// One token with its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its text: without quotes for names and strings, without the backslash or dot for a client's command.
    pub text: String,
    /// Its bytes in the source.
    pub at: Range<usize>,
}

impl Token {
    /// Whether it is this unquoted word.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    /// Whether it is this character.
    pub fn is(&self, symbol: &str) -> bool {
        self.kind == Kind::Symbol && self.text == symbol
    }

    /// Whether it names something: a word or a quoted name.
    pub fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Name)
    }
}

/// The longest text that is read: no honest query is that long, and parsing has to end soon.
pub const LONGEST: usize = 256 * 1024;

/// The most tokens that are read.
const MOST: usize = 20_000;

/// Reads `text` as tokens.
///
/// # Errors
/// With the reason when it could be read in two ways, or is too long.
pub fn tokens(text: &str, dialect: Dialect, reader: Reader) -> Result<Vec<Token>, String> {
    if text.len() > LONGEST {
        return Err(format!("the text is longer than {LONGEST} bytes"));
    }
    // sqlite3 takes these lines for a semicolon.
    let ends = |line: &str| {
        let line = line.trim_start().to_ascii_lowercase();
        (line.starts_with('/') && !line.starts_with("/*"))
            || line.split(|c: char| !c.is_alphanumeric()).next() == Some("go")
    };
    if reader == Reader::Sqlite && text.lines().any(ends) {
        return Err("a line that ends a statement in some clients".to_owned());
    }
    let mut lexer = Lexer { text, dialect, reader, at: 0, all: Vec::new() };
    while let Some(c) = lexer.peek() {
        lexer.one(c)?;
        if lexer.all.len() > MOST {
            return Err(format!("the text has more than {MOST} words and signs"));
        }
    }
    Ok(lexer.all)
}

struct Lexer<'a> {
    text: &'a str,
    dialect: Dialect,
    reader: Reader,
    at: usize,
    all: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, kind: Kind, text: impl Into<String>, end: usize) {
        self.all.push(Token { kind, text: text.into(), at: self.at..end });
        self.at = end;
    }

    fn one(&mut self, c: char) -> Result<(), String> {
        let rest = self.rest();
        match c {
            ' ' | '\t' | '\n' => {
                self.at += 1;
                Ok(())
            }
            '\r' if rest.starts_with("\r\n") => {
                self.at += 1;
                Ok(())
            }
            _ if is_deceptive(c) || (c.is_whitespace() && !c.is_ascii()) => {
                Err("it holds characters that cannot be seen".to_owned())
            }
            '-' if rest.starts_with("--") => self.line_comment(),
            '/' if rest.starts_with("//") && self.dialect == Dialect::Cassandra => self.skip_line(),
            '#' if self.dialect == Dialect::Mysql => self.skip_line(),
            '#' if matches!(self.dialect, Dialect::Sqlite | Dialect::Clickhouse) => {
                Err("`#` begins a comment in some places only".to_owned())
            }
            '/' if rest.starts_with("/*") => self.block_comment(),
            '\'' => self.quoted('\'', Kind::Text, Escapes::Doubled),
            '"' => self.quoted('"', Kind::Name, Escapes::Doubled),
            '`' if self.has_backticks() => self.quoted('`', Kind::Name, Escapes::Doubled),
            '`' => Err("a backtick, which is no quote here".to_owned()),
            '[' if self.dialect == Dialect::Sqlite => self.bracketed(),
            '$' => self.dollar(),
            '\\' => self.backslash(),
            '.' if self.reader == Reader::Sqlite && self.is_line_start() => self.dot(),
            ':' if self.dialect == Dialect::Postgres => self.colon(),
            _ if c.is_ascii_digit() => self.number(),
            _ if is_name_start(c) => self.word(),
            _ if c.is_ascii() => {
                self.push(Kind::Symbol, c.to_string(), self.at + 1);
                Ok(())
            }
            _ => Err("a character that is not read".to_owned()),
        }
    }

    fn has_backticks(&self) -> bool {
        matches!(self.dialect, Dialect::Mysql | Dialect::Sqlite | Dialect::Clickhouse)
    }

    /// MySQL takes `--` as a comment only before a blank.
    fn line_comment(&mut self) -> Result<(), String> {
        let after = self.rest().chars().nth(2);
        if self.dialect == Dialect::Mysql && after.is_some_and(|c| !c.is_ascii_whitespace()) {
            return Err("`--` without a blank after it".to_owned());
        }
        self.skip_line()
    }

    fn skip_line(&mut self) -> Result<(), String> {
        let line = self.rest().split('\n').next().unwrap_or_default();
        // Some servers end the line at a carriage return, and read on.
        if line.trim_end_matches('\r').contains('\r') || line.chars().any(is_hidden) {
            return Err("a comment holds characters that cannot be seen".to_owned());
        }
        self.at += line.len();
        Ok(())
    }

    fn block_comment(&mut self) -> Result<(), String> {
        let body = self.rest().get(2..).unwrap_or_default();
        if body.starts_with('!') || body.starts_with("M!") {
            return Err("a comment that some servers run".to_owned());
        }
        if body.starts_with('+') && self.dialect == Dialect::Mysql {
            return Err("a hint, which can change settings".to_owned());
        }
        let end = body.find("*/").ok_or("a comment without an end")?;
        let inside = body.get(..end).unwrap_or_default();
        if inside.contains("/*") || inside.ends_with('/') {
            return Err("a comment within a comment, which servers read differently".to_owned());
        }
        if inside.chars().any(|c| is_hidden(c) && c != '\n' && c != '\r') {
            return Err("a comment holds characters that cannot be seen".to_owned());
        }
        self.at += end + 4;
        Ok(())
    }

    /// A quoted part. A doubled quote stands for itself; a backslash before a quote is refused unless it is known to
    /// escape.
    fn quoted(&mut self, quote: char, kind: Kind, escapes: Escapes) -> Result<(), String> {
        let mut text = String::new();
        let mut slashes = 0_usize;
        let mut chars = self.rest().char_indices().skip(1).peekable();
        while let Some((at, c)) = chars.next() {
            if c == quote && slashes % 2 == 1 && escapes == Escapes::Doubled {
                return Err("a backslash before a quote, which servers read differently".to_owned());
            }
            if c == quote && slashes.is_multiple_of(2) {
                if chars.peek().is_none_or(|(_, next)| *next != quote) {
                    self.push(kind, text, self.at + at + 1);
                    return Ok(());
                }
                chars.next();
            }
            if escapes == Escapes::Backslash && !c.is_ascii() {
                return Err("an escape string that is not ASCII, which encodings read differently".to_owned());
            }
            slashes = if c == '\\' { slashes + 1 } else { 0 };
            text.push(c);
        }
        Err("a quote without an end".to_owned())
    }

    fn bracketed(&mut self) -> Result<(), String> {
        let rest = self.rest();
        let end = rest.find(']').ok_or("a bracket without an end")?;
        self.push(Kind::Name, rest.get(1..end).unwrap_or_default(), self.at + end + 1);
        Ok(())
    }

    /// `$1`, and `$tag$ … $tag$` where the server has it.
    fn dollar(&mut self) -> Result<(), String> {
        let rest = self.rest();
        let after = rest.get(1..).unwrap_or_default();
        let name: String = after.chars().take_while(|c| is_name_part(*c) && *c != '$').collect();
        let has_end = after.get(name.len()..).is_some_and(|rest| rest.starts_with('$'));
        let is_tag = !name.starts_with(|c: char| c.is_ascii_digit());
        if !has_end || !is_tag {
            self.push(Kind::Number, format!("${name}"), self.at + 1 + name.len());
            return Ok(());
        }
        if !matches!(self.dialect, Dialect::Postgres | Dialect::Duckdb) {
            return Err("a dollar quote, which is not read here".to_owned());
        }
        let tag = format!("${name}$");
        let body = rest.get(tag.len()..).unwrap_or_default();
        let end = body.find(&tag).ok_or("a dollar quote without an end")?;
        self.push(Kind::Text, body.get(..end).unwrap_or_default(), self.at + 2 * tag.len() + end);
        Ok(())
    }

    fn backslash(&mut self) -> Result<(), String> {
        let rest = self.rest();
        match self.reader {
            Reader::Psql if rest.starts_with("\\;") => {
                self.push(Kind::Symbol, ";", self.at + 2);
                Ok(())
            }
            Reader::Psql => {
                let line = rest.split('\n').next().unwrap_or_default();
                self.push(Kind::Client, line.get(1..).unwrap_or_default().trim_end(), self.at + line.len());
                Ok(())
            }
            Reader::Mysql if ["\\g", "\\G"].iter().any(|end| rest.starts_with(end)) => {
                self.push(Kind::Symbol, ";", self.at + 2);
                Ok(())
            }
            Reader::Mysql | Reader::Sqlite | Reader::Server => Err("a backslash outside of quotes".to_owned()),
        }
    }

    fn is_line_start(&self) -> bool {
        self.at == 0 || self.text.get(..self.at).is_some_and(|before| before.ends_with('\n'))
    }

    fn dot(&mut self) -> Result<(), String> {
        if self.all.last().is_some_and(|last| !last.is(";") && last.kind != Kind::Client) {
            return Err("a line within a statement begins with a dot".to_owned());
        }
        let line = self.rest().split('\n').next().unwrap_or_default();
        self.push(Kind::Client, line.get(1..).unwrap_or_default().trim_end(), self.at + line.len());
        Ok(())
    }

    /// psql puts variables in for `:name`, `:'name'`, `:"name"` and `:{?name}`.
    fn colon(&mut self) -> Result<(), String> {
        let rest = self.rest();
        if rest.starts_with("::") || rest.starts_with(":=") {
            let end = self.at + 1;
            self.push(Kind::Symbol, ":", end);
            self.push(Kind::Symbol, rest.get(1..2).unwrap_or_default(), end + 1);
            return Ok(());
        }
        let next = rest.chars().nth(1).unwrap_or(' ');
        if is_name_part(next) || ['\'', '"', '{'].contains(&next) {
            return Err("a variable of psql, whose value is not known".to_owned());
        }
        self.push(Kind::Symbol, ":", self.at + 1);
        Ok(())
    }

    fn number(&mut self) -> Result<(), String> {
        let text: String = self.rest().chars().take_while(|c| is_name_part(*c) || *c == '.').collect();
        let end = self.at + text.len();
        self.push(Kind::Number, text, end);
        Ok(())
    }

    fn word(&mut self) -> Result<(), String> {
        let text: String = self.rest().chars().take_while(|c| is_name_part(*c)).collect();
        if text.chars().any(|c| is_hidden(c) || (c.is_whitespace() && !c.is_ascii())) {
            return Err("a name holds characters that cannot be seen".to_owned());
        }
        let end = self.at + text.len();
        let lower = text.to_lowercase();
        let next = self.text.get(end..).unwrap_or_default();
        let is_dollar_name = !matches!(self.dialect, Dialect::Postgres | Dialect::Mysql) && text.contains('$');
        if is_dollar_name {
            return Err("a name with a dollar sign, which servers read differently".to_owned());
        }
        if next.starts_with('\'') {
            match lower.as_str() {
                "e" if matches!(self.dialect, Dialect::Postgres | Dialect::Duckdb) => {
                    self.at = end;
                    return self.quoted('\'', Kind::Text, Escapes::Backslash);
                }
                _ if lower.starts_with('_') => return Err("a string in another character set".to_owned()),
                _ => {}
            }
        }
        if lower == "u" && (next.starts_with("&'") || next.starts_with("&\"")) {
            return Err("a text with Unicode escapes".to_owned());
        }
        self.push(Kind::Word, lower, end);
        Ok(())
    }
}

/// What a backslash before a quote means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// It depends on the server; only a doubled quote is certain.
    Doubled,
    /// It escapes the quote.
    Backslash,
}

fn is_hidden(c: char) -> bool {
    is_deceptive(c) && c != '\t'
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

fn is_name_part(c: char) -> bool {
    is_name_start(c) || c.is_ascii_digit() || c == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, dialect: Dialect) -> Vec<String> {
        tokens(text, dialect, Reader::Server).unwrap().into_iter().map(|token| token.text).collect()
    }

    fn is_refused(text: &str, dialect: Dialect) -> bool {
        tokens(text, dialect, Reader::Server).is_err()
    }

    #[test]
    fn quotes_and_comments_hide_nothing_and_show_nothing() {
        let pg = Dialect::Postgres;
        assert_eq!(
            texts("SELECT 'a;b' -- ; x\n/* ; */ \"C\"\"d\" $$;$$ $t$ $$ ; $t$", pg),
            ["select", "a;b", "C\"d", ";", " $$ ; "]
        );
        assert_eq!(texts(r"E'a\'b' x", pg), [r"a\'b", "x"]);
        assert_eq!(texts("a$b$c", pg), ["a$b$c"]);
        assert_eq!(texts("select # x\n1", Dialect::Mysql), ["select", "1"]);
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        let pg = Dialect::Postgres;
        for text in
            [r"'a\'", "/* /* */ */", "/*! x */", "U&'x'", "'x", "$a$ x", "/* x", "a \\ b", "`x`", "-- a\rdrop", ":x"]
        {
            assert!(is_refused(text, pg), "{text}");
        }
        for text in [r"'a\'b'", "1--1", "/*!50000 drop table x */", "/*M! x */", "$a$ b $a$", "_gbk'x'"] {
            assert!(is_refused(text, Dialect::Mysql), "{text}");
        }
        assert!(is_refused("a\u{a0}b", pg) && is_refused("a\u{202e}b", pg) && is_refused("/*/*/", pg));
    }
}
