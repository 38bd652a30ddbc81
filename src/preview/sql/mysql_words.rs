//! The words of mysql, sorted: how it connects, and the text that it is given.
//!
//! Source: <https://dev.mysql.com/doc/refman/8.4/en/mysql-command-options.html>.

use crate::model::invocation::Raw;
use crate::preview::prober::Failure;
use crate::preview::subject::Subject;

/// Short flags with a value that say where to connect.
const CONNECTION: &str = "hPuDS";
/// Short flags without a value; none changes what is run.
const SWITCHES: &str = "ABNtrEsvfwnqHXCcU";
/// Long flags with a value that say where to connect.
const PLACE: &[&str] = &[
    "host", "port", "user", "database", "socket", "protocol", "default-character-set", "ssl-ca", "ssl-cert", "ssl-key",
    "ssl-mode", "connect-timeout", "login-path",
];
/// Long flags without a value that do.
const PLACE_SWITCHES: &[&str] = &["ssl", "skip-ssl", "compress", "no-defaults"];
/// Long flags without a value that say how it is shown.
const SHOWN: &[&str] = &[
    "no-auto-rehash", "batch", "vertical", "html", "skip-column-names", "unbuffered", "quick", "raw", "table", "xml",
    "silent", "verbose", "force", "show-warnings", "column-type-info", "line-numbers", "skip-line-numbers", "comments",
    "binary-as-hex", "wait", "safe-updates", "i-am-a-dummy",
];
/// The words, sorted.
#[derive(Default)]
pub(super) struct Words {
    pub(super) connection: Vec<Raw>,
    pub(super) text: Option<String>,
    pub(super) database: Option<String>,
}

impl Words {
    /// Sorts the words of a command.
    ///
    /// # Errors
    /// When a word is not known.
    pub(super) fn sort(subject: &Subject<'_>) -> Result<Self, Failure> {
        let mut words = Self::default();
        let mut rest = subject.words.iter().skip(1);
        while let Some(word) = rest.next() {
            let text = word.as_str().ok_or_else(|| not_known(word))?;
            if let Some(long) = text.strip_prefix("--") {
                words.long(word, long, &mut rest)?;
            } else if let Some(letters) = text.strip_prefix('-').filter(|letters| !letters.is_empty()) {
                words.short(word, letters, &mut rest)?;
            } else if words.database.replace(text.to_owned()).is_some() {
                return Err(not_known(word));
            }
        }
        Ok(words)
    }

    fn long<'a>(&mut self, word: &Raw, long: &str, rest: &mut impl Iterator<Item = &'a Raw>) -> Result<(), Failure> {
        let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
        match (name, value) {
            ("execute", value) => self.execute(value.map(Raw::from).or_else(|| rest.next().cloned())),
            ("password", Some(_)) => self.keep([word.clone()]),
            (name, Some(_)) if PLACE.contains(&name) => self.keep([word.clone()]),
            (name, None) if PLACE.contains(&name) => {
                let value = rest.next().cloned().ok_or_else(|| not_known(word))?;
                self.keep([word.clone(), value])
            }
            (name, None) if PLACE_SWITCHES.contains(&name) => self.keep([word.clone()]),
            (name, None) if SHOWN.contains(&name) => Ok(()),
            _ => Err(not_known(word)),
        }
    }

    fn short<'a>(
        &mut self,
        word: &Raw,
        letters: &str,
        rest: &mut impl Iterator<Item = &'a Raw>,
    ) -> Result<(), Failure> {
        for (at, letter) in letters.char_indices() {
            let attached = letters.get(at + letter.len_utf8()..).filter(|rest| !rest.is_empty());
            if SWITCHES.contains(letter) {
                continue;
            }
            let flag = format!("-{letter}");
            return match (letter, attached) {
                ('p', Some(secret)) => self.keep([Raw::from(format!("-p{secret}"))]),
                ('p', None) => Err(Failure::new("it asks for a password when it runs, so nothing can be asked before")),
                ('e', attached) => self.execute(attached.map(Raw::from).or_else(|| rest.next().cloned())),
                (letter, attached) if CONNECTION.contains(letter) => {
                    let value =
                        attached.map(Raw::from).or_else(|| rest.next().cloned()).ok_or_else(|| not_known(word))?;
                    self.keep([Raw::from(flag), value])
                }
                _ => Err(not_known(word)),
            };
        }
        Ok(())
    }

    fn keep<const N: usize>(&mut self, words: [Raw; N]) -> Result<(), Failure> {
        self.connection.extend(words);
        Ok(())
    }

    fn execute(&mut self, text: Option<Raw>) -> Result<(), Failure> {
        let text = text.and_then(|text| text.as_str().map(str::to_owned));
        match (text, &self.text) {
            (Some(text), None) => {
                self.text = Some(text);
                Ok(())
            }
            _ => Err(Failure::new("it is not one text that it executes")),
        }
    }
}

fn not_known(word: &Raw) -> Failure {
    Failure::new(format!("with `{}` it cannot be shown what mysql would run", word.lossy()))
}
