//! A text becomes statements, and commands of the client between them.

use super::lex::{Kind, Token};
use super::meaning::{Statement, Statements};
use super::tables::settings;
use super::{Dialect, Reader, shells, statement};

/// The most statements that are read.
const MOST: usize = 1_000;

/// Reads every statement of a text that has become tokens.
pub fn read(text: &str, tokens: &[Token], dialect: Dialect, reader: Reader) -> Statements {
    let mut script = Script { text, dialect, reader, open: Vec::new(), made: Statements::default(), is_changed: false };
    for token in tokens {
        match token.kind {
            Kind::Client => script.client(token),
            _ if token.is(";") => script.end(),
            _ => script.open.push(token.clone()),
        }
        if script.made.all.len() > MOST {
            script.made.all.push(Statement::unknown("sql", format!("more than {MOST} statements")));
            return script.made;
        }
    }
    script.end();
    script.made
}

struct Script<'a> {
    text: &'a str,
    dialect: Dialect,
    reader: Reader,
    open: Vec<Token>,
    made: Statements,
    /// A setting before changed how the rest is read.
    is_changed: bool,
}

impl Script<'_> {
    fn end(&mut self) {
        let tokens = std::mem::take(&mut self.open);
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        let at = first.at.start..last.at.end;
        if self.reader == Reader::Mysql
            && let Some(mut made) = shells::mysql(self.text, &tokens)
        {
            made.at = Some(at);
            self.made.all.push(made);
            return;
        }
        let mut made = statement::read(self.text, &tokens, self.dialect);
        made.at = Some(at);
        if self.is_changed {
            made.doubt("a setting before it changes how it is read");
        }
        self.is_changed |= made
            .kind
            .split_once(' ')
            .is_some_and(|(verb, name)| (verb == "set" || verb == "reset") && settings::is_lexical(name));
        // What comes after it are rows, not statements.
        if made.kind == "copy from" && self.reader == Reader::Psql {
            self.is_changed = true;
        }
        self.made.all.push(made);
    }

    fn client(&mut self, token: &Token) {
        let is_open = !self.open.is_empty();
        let mut made = match self.reader {
            Reader::Sqlite => shells::sqlite(&token.text),
            _ => shells::psql(&token.text, self.dialect),
        };
        let ends = made
            .all
            .iter()
            .all(|one| ["\\g", "\\gx", "\\gdesc", "\\crosstabview", "\\watch"].contains(&one.kind.as_str()));
        if self.reader == Reader::Psql && is_open && ends {
            self.end();
        } else if is_open {
            self.open.clear();
            self.made.all.push(Statement::unknown("sql", "a command of the client within a statement"));
        }
        let at = made.all.iter_mut().map(|one| &mut one.at);
        at.for_each(|at| *at = Some(token.at.clone()));
        self.made.extend(made);
    }
}
