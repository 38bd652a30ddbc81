//! Suspects while they are gathered: each once, and no more of them than can be looked at in time.
//!
//! What there is no room for is not forgotten: `is_over` says so, and whoever gathers answers for it.

use std::collections::BTreeSet;

use crate::command::{Certainty, Command, Place, StdinSource, Word, by_name, suspects};
use crate::packs::described::Packs;

/// The most suspects that are looked at. What holds more is not understood, and asks for that.
const MOST: usize = 1000;
/// How many bytes of texts are looked through for suspects; an honest invocation has a tenth of it, and more would take
/// tens of milliseconds.
const MOST_BYTES: usize = 256 * 1024;

/// The suspects so far.
#[derive(Default)]
pub struct Gathered {
    /// Each of them once.
    pub commands: Vec<Command>,
    /// Whether there were more, or may have been.
    pub is_over: bool,
    seen: BTreeSet<String>,
    packs: Packs,
    bytes: usize,
}

impl Gathered {
    /// None yet; the policy describes these tools.
    pub fn of(packs: Packs) -> Self {
        Self { packs, ..Self::default() }
    }

    /// Takes one that was found already.
    pub fn keep(&mut self, command: &Command) {
        if self.commands.len() >= MOST {
            self.is_over = true;
        } else if self.seen.insert(super::suspected::joined(command, "\0")) {
            self.commands.push(command.clone());
        }
    }

    /// Takes what `find` finds in a text; `host` is the command that the text belongs to.
    pub fn search(&mut self, text: &str, find: fn(&str, Packs) -> Vec<Vec<Word>>, host: Option<&Command>) {
        if self.has_room_for(text.len()) {
            self.found(find(text, self.packs), host);
        }
    }

    /// Takes the suspects among the arguments of `host`.
    pub fn search_words(&mut self, host: &Command) {
        let words = host.words.get(1..).unwrap_or_default();
        let length = |word: &Word| match word {
            Word::Literal(raw) => raw.0.len(),
            Word::Opaque(opaque) => opaque.text.len(),
        };
        if self.has_room_for(words.iter().map(length).sum()) {
            self.found(suspects::in_words(words, self.packs), Some(host));
        }
    }

    fn has_room_for(&mut self, bytes: usize) -> bool {
        self.bytes = self.bytes.saturating_add(bytes).saturating_add(1);
        self.is_over |= self.bytes > MOST_BYTES || self.commands.len() >= MOST;
        !self.is_over
    }

    fn found(&mut self, found: Vec<Vec<Word>>, host: Option<&Command>) {
        self.is_over |= found.len() >= suspects::MOST;
        for words in found {
            self.keep(&suspect(words, host, self.packs));
        }
    }
}

fn suspect(words: Vec<Word>, host: Option<&Command>, packs: Packs) -> Command {
    Command {
        described: by_name(&words, packs),
        words,
        assignments: host.map(|host| host.assignments.clone()).unwrap_or_default(),
        redirects: Vec::new(),
        stdin: StdinSource::Piped,
        via: Vec::new(),
        directory: host.and_then(|host| host.directory.clone()),
        place: host.map_or(Place::Here, |host| host.place.clone()),
        certainty: Certainty::Suspected,
    }
}
