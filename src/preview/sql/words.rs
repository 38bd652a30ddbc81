//! The words of psql, sorted: how it connects, and the texts that it is given, in their order.

use std::path::Path;

use crate::host::read::{self, Unread};
use crate::model::invocation::Raw;
use crate::preview::prober::Failure;
use crate::preview::subject::Subject;
use crate::sql::{Dialect, Reader, Statements, client_command, read as read_sql};

/// Short flags with a value that say where to connect.
const CONNECTION: &str = "hpUd";
/// Short flags with a value that say how it is shown, or set a variable.
const OTHER: &str = "vFRTPoL";
/// Short flags without a value.
const SWITCHES: &str = "wWX1aAbeEHnqsStxz0";
/// Long flags with the short one that says the same.
const LONG: &[(&str, char)] = &[
    ("--host", 'h'),
    ("--port", 'p'),
    ("--username", 'U'),
    ("--dbname", 'd'),
    ("--command", 'c'),
    ("--file", 'f'),
    ("--set", 'v'),
    ("--variable", 'v'),
    ("--field-separator", 'F'),
    ("--record-separator", 'R'),
    ("--table-attr", 'T'),
    ("--pset", 'P'),
    ("--output", 'o'),
    ("--log-file", 'L'),
    ("--no-password", 'w'),
    ("--password", 'W'),
    ("--no-psqlrc", 'X'),
    ("--single-transaction", '1'),
    ("--echo-all", 'a'),
    ("--no-align", 'A'),
    ("--echo-errors", 'b'),
    ("--echo-queries", 'e'),
    ("--echo-hidden", 'E'),
    ("--html", 'H'),
    ("--no-readline", 'n'),
    ("--quiet", 'q'),
    ("--single-step", 's'),
    ("--single-line", 'S'),
    ("--tuples-only", 't'),
    ("--expanded", 'x'),
    ("--field-separator-zero", 'z'),
    ("--record-separator-zero", '0'),
];
/// What may stand in an address or a list of settings: nothing of it names a file that is written or code that runs.
const SETTINGS: &[&str] = &[
    "host", "hostaddr", "port", "user", "dbname", "password", "sslmode", "connect_timeout", "application_name",
    "target_session_attrs", "sslrootcert", "sslcert", "sslkey", "channel_binding", "gssencmode", "keepalives",
    "client_encoding", "require_auth",
];

/// A text that psql is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// Where it comes from, for people.
    pub(super) name: String,
    /// The text.
    pub(super) text: String,
    /// How it is read.
    pub(super) reader: Reader,
    /// The SQL that it is.
    pub(super) dialect: Dialect,
    /// Whether it stands in a file that is named.
    pub(super) is_file: bool,
}

/// A word of the command line, or the place of a file's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A word as it stands.
    Word(Raw),
    /// The file that is this source, by its index.
    File(usize),
}

/// psql's words, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Words {
    /// What says where to connect.
    pub(super) connection: Vec<Raw>,
    /// The texts, in their order.
    pub(super) sources: Vec<Source>,
    /// All words.
    pub(super) all: Vec<Place>,
    /// Whether everything runs in one transaction.
    pub(super) is_one_transaction: bool,
}

impl Words {
    /// Sorts the words of a command, and reads its files.
    ///
    /// # Errors
    /// When a word is not known, or a file cannot be read.
    pub(super) fn sort(subject: &Subject<'_>) -> Result<Self, Failure> {
        let mut words = Self::default();
        let mut rest = subject.words.iter().skip(1);
        let mut operands = 0;
        while let Some(word) = rest.next() {
            let text = word.as_str().ok_or_else(|| not_known(word))?;
            if let Some(long) = text.strip_prefix("--") {
                let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
                let short = LONG.iter().find(|(known, _)| known.strip_prefix("--") == Some(name));
                let (_, short) = short.ok_or_else(|| not_known(word))?;
                words.flag(*short, value.map(Raw::from), &mut rest, subject)?;
            } else if let Some(letters) = text.strip_prefix('-').filter(|letters| !letters.is_empty()) {
                for (at, letter) in letters.char_indices() {
                    let attached = letters.get(at + letter.len_utf8()..).filter(|rest| !rest.is_empty());
                    words.flag(letter, attached.map(Raw::from), &mut rest, subject)?;
                    if !SWITCHES.contains(letter) {
                        break;
                    }
                }
            } else {
                operands += 1;
                if operands > 2 {
                    return Err(not_known(word));
                }
                words.connection.push(word.clone());
                words.all.push(Place::Word(word.clone()));
            }
        }
        if words.sources.is_empty() {
            let text = subject.stdin.as_ref().and_then(Raw::as_str);
            let text = text.ok_or_else(|| Failure::new("what comes in on standard input is not known beforehand"))?;
            words.sources.push(Source {
                name: "standard input".to_owned(),
                text: text.to_owned(),
                reader: Reader::Psql,
                dialect: Dialect::Postgres,
                is_file: false,
            });
        }
        Ok(words)
    }

    fn flag<'a>(
        &mut self,
        letter: char,
        attached: Option<Raw>,
        rest: &mut impl Iterator<Item = &'a Raw>,
        subject: &Subject<'_>,
    ) -> Result<(), Failure> {
        let flag = Raw::from(format!("-{letter}"));
        if SWITCHES.contains(letter) {
            self.is_one_transaction |= letter == '1';
            self.all.push(Place::Word(flag));
            return Ok(());
        }
        let is_known = CONNECTION.contains(letter) || OTHER.contains(letter) || ['c', 'f'].contains(&letter);
        let value = attached.or_else(|| rest.next().cloned()).filter(|_| is_known);
        let value = value.ok_or_else(|| not_known(&flag))?;
        self.all.push(Place::Word(flag.clone()));
        match letter {
            'c' => {
                let text = value.as_str().ok_or_else(|| not_known(&flag))?.to_owned();
                let name = "-c".to_owned();
                let dialect = Dialect::Postgres;
                self.sources.push(Source { name, text, reader: Reader::Server, dialect, is_file: false });
                self.all.push(Place::Word(value));
            }
            'f' => {
                self.all.push(Place::File(self.sources.len()));
                self.sources.push(file(&value, subject)?);
            }
            _ => {
                if CONNECTION.contains(letter) {
                    self.connection.extend([flag, value.clone()]);
                }
                self.all.push(Place::Word(value));
            }
        }
        Ok(())
    }

    /// Why nothing is asked with these words: an address may name files and settings.
    pub(super) fn objection(&self) -> Option<String> {
        let texts = self.connection.iter().filter_map(Raw::as_str);
        let names = texts.flat_map(settings).collect::<Vec<_>>();
        let unknown = names.into_iter().find(|name| !SETTINGS.contains(&name.as_str()));
        unknown.map(|name| format!("`{name}` in the address does more than to say where the database is"))
    }
}

impl Source {
    /// What stands in it.
    pub(super) fn statements(&self) -> Statements {
        match self
            .text
            .strip_prefix('\\')
            .filter(|_| self.dialect == Dialect::Postgres && self.reader == Reader::Server)
        {
            Some(line) => client_command(line, Dialect::Postgres, Reader::Psql),
            None => read_sql(&self.text, self.dialect, self.reader),
        }
    }
}

fn file(path: &Raw, subject: &Subject<'_>) -> Result<Source, Failure> {
    let name = path.lossy().into_owned();
    if name == "-" || name == "/dev/stdin" {
        return Err(Failure::new("what comes in on standard input is not shown beside other texts"));
    }
    let told = |why: String| Failure::new(format!("cannot read `{name}`: {why}"));
    let bytes = read::bytes(&subject.directory.join(Path::new(path.as_os()))).map_err(|error| match error {
        Unread::Absent => told("it is not there".to_owned()),
        Unread::Failed(cause) => told(cause),
    })?;
    let text = String::from_utf8(bytes).map_err(|_| told("it is not UTF-8".to_owned()))?;
    Ok(Source { name: name.clone(), text, reader: Reader::Psql, dialect: Dialect::Postgres, is_file: true })
}

/// The names of settings in an address (`postgres://…?name=value`) or a list (`name=value …`).
fn settings(word: &str) -> Vec<String> {
    let names = |text: &str, between: &[char]| -> Vec<String> {
        let pairs = text.split(between).filter(|pair| !pair.is_empty());
        pairs.map(|pair| pair.split('=').next().unwrap_or_default().trim().to_owned()).collect()
    };
    if word.contains("://") {
        return word.split_once('?').map(|(_, query)| names(query, &['&'])).unwrap_or_default();
    }
    if !word.contains('=') {
        return Vec::new();
    }
    // Quotes, and spaces around `=`, could hide a name.
    if word.contains(['\'', '\\']) || word.contains(" =") || word.contains("= ") {
        return vec!["quotes".to_owned()];
    }
    names(word, &[' ', '\t', '\n'])
}

fn not_known(word: &Raw) -> Failure {
    Failure::new(format!("with `{}` it cannot be shown what psql would run", word.lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_where_the_database_is_may_stand_in_an_address() {
        let ok = |word: &str| {
            let words = Words { connection: vec![Raw::from(word)], ..Words::default() };
            words.objection().is_none()
        };
        for word in ["shop", "host=db dbname=shop", "postgres://u:p@db:5432/shop?sslmode=require", "postgresql:///x"] {
            assert!(ok(word), "{word}");
        }
        for word in [
            "host=db options=-cx=y", "service=prod", "postgres://db/x?sslkeylogfile=/tmp/k", "host=db passfile=/x",
            "host='db' options=x", "host = db",
        ] {
            assert!(!ok(word), "{word}");
        }
    }
}
