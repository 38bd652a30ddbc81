//! Words become a verb, flags and operands, by what the tool's pack says of its flags.
//!
//! A flag that the pack does not know, or a word that could turn out to be a flag, is kept as unclear: the command is
//! then not understood.

use crate::command::{Opaque, OpaqueKind, Word};
use crate::packs::schema::{FlagStyle, Flags, Names, OtherFlags, Pack, Rest, Verb};

pub use super::reading::{Flag, Reading};
use super::verbs::{Fit, fit, name, split};

/// Reads the words after the program.
pub fn read(pack: &'static Pack, words: &[Word]) -> Reading {
    let mut reader = Reader::new(pack);
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match word {
            _ if reader.only_operands => reader.operand(word),
            Word::Literal(_) => match word.text() {
                Some("--") => reader.only_operands = true,
                Some(text) if is_flag(text) => {
                    reader.end_of_verb(text);
                    if let Some(flag) = reader.flag(text) {
                        reader.value_of(flag, rest.next());
                    }
                }
                _ => reader.operand(word),
            },
            Word::Opaque(opaque) => {
                if may_be_flag(opaque) {
                    reader.doubtful(opaque);
                }
                reader.operand(word);
            }
        }
    }
    reader.finish()
}

fn is_flag(text: &str) -> bool {
    text.len() > 1 && text.starts_with('-')
}

/// Whether a word could turn out to start with a dash. An unquoted variable can become several words.
pub fn may_be_flag(opaque: &Opaque) -> bool {
    let text = opaque.text.as_str();
    // A number is never taken for more than one, and a pipe is a path.
    if matches!(opaque.kind, OpaqueKind::Arithmetic | OpaqueKind::Pipe) {
        return false;
    }
    let known = match (opaque.kind, text.strip_prefix('"')) {
        (OpaqueKind::Glob, None) => text,
        (_, Some(rest)) if rest.ends_with('"') => rest,
        (_, _) => return true,
    };
    known.starts_with(['$', '`', '*', '?', '[', '{', '-', '\'', '\\', '"']) || known.is_empty()
}

struct Reader {
    pack: &'static Pack,
    candidates: Vec<&'static Verb>,
    depth: usize,
    typed: Vec<String>,
    decided: Option<&'static Verb>,
    only_operands: bool,
    /// Whether the words so far are a verb: then none of them is a group.
    is_whole: bool,
    doubts: Vec<String>,
    /// Flags before the verb that the pack does not list: a fault where a verb follows.
    waiting: Vec<String>,
    reading: Reading,
}

/// The most flags without value that one word may hold.
const MOST_LETTERS: usize = 64;

impl Reader {
    fn new(pack: &'static Pack) -> Self {
        let reading = Reading {
            verb: None,
            operation: pack.tool.to_owned(),
            flags: Vec::new(),
            operands: Vec::new(),
            unclear: Vec::new(),
            unknown_verb: None,
            unlisted: Vec::new(),
        };
        let candidates: Vec<&'static Verb> = pack.verbs.iter().collect();
        let decided = if candidates.is_empty() { pack.bare.as_ref() } else { None };
        Self {
            pack,
            candidates,
            depth: 0,
            typed: Vec::new(),
            decided,
            only_operands: false,
            is_whole: false,
            doubts: Vec::new(),
            waiting: Vec::new(),
            reading,
        }
    }

    /// The flag tables that count where we are, in the order in which they count.
    fn tables(&self) -> impl Iterator<Item = &'static Flags> + '_ {
        let is_before = self.depth == 0 || self.pack.verbs.is_empty();
        let bare = self.pack.bare.as_ref().filter(|_| self.depth == 0 && self.decided.is_none());
        // Flags between the words of a path belong to what is whole there: `docker compose -f x ps`.
        let is_whole = |verb: &&'static Verb| matches!(fit(self.pack, verb, &self.typed), Some(Fit::Whole(_)));
        let verbs: Vec<&'static Verb> = match self.decided {
            None if self.depth > 0 => self.candidates.iter().copied().filter(is_whole).collect(),
            _ => Vec::new(),
        };
        let early = Some(&self.pack.early).filter(|_| is_before);
        let late = Some(&self.pack.late).filter(|_| self.decided.is_some() || !verbs.is_empty());
        let verbs = self.decided.into_iter().chain(bare).chain(verbs).map(|verb| &verb.flags);
        verbs.chain(early).chain(late).chain(std::iter::once(&self.pack.flags))
    }

    /// Whether the flag takes a value, by the first table that has it.
    fn takes_value(&self, name: &str) -> Option<bool> {
        self.tables().find_map(|table| table.takes_value(name))
    }

    /// Where things are named by flags only, the verb is whole before the first flag that is not the whole tool's.
    fn end_of_verb(&mut self, text: &str) {
        let (name, _) = split(text);
        let is_common = [&self.pack.flags, &self.pack.early].iter().any(|table| table.takes_value(name).is_some());
        if self.pack.names == Names::Flags && self.decided.is_none() && !is_common {
            self.decide();
        }
    }

    fn is_value(&self, name: &str) -> bool {
        self.takes_value(name) == Some(true)
    }

    fn is_switch(&self, name: &str) -> bool {
        self.takes_value(name) == Some(false)
    }

    fn others(&self) -> OtherFlags {
        let harmless = |table: &Flags| table.others == OtherFlags::Harmless;
        let is_harmless = match self.decided {
            Some(verb) => harmless(&verb.flags) || harmless(&self.pack.late) || harmless(&self.pack.flags),
            // What is a verb already may be the whole of it: then the flag is one of those after it.
            None if self.depth > 0 => self.is_whole && harmless(&self.pack.late) || harmless(&self.pack.flags),
            None => harmless(&self.pack.flags),
        };
        if is_harmless { OtherFlags::Harmless } else { OtherFlags::Unknown }
    }

    /// Takes one word of flags; gives the name of the flag whose value is the next word.
    fn flag(&mut self, text: &str) -> Option<String> {
        match self.pack.style {
            FlagStyle::SingleDash => self.single_dash(text),
            FlagStyle::Gnu | FlagStyle::Argparse | FlagStyle::Exact if text.starts_with("--") => self.long(text),
            FlagStyle::Gnu | FlagStyle::Argparse | FlagStyle::Exact => self.cluster(text),
        }
    }

    fn single_dash(&mut self, text: &str) -> Option<String> {
        // Go's flag package takes one dash or two.
        let text = if text.starts_with("--") { text.get(1..).unwrap_or(text) } else { text };
        let (name, value) = split(text);
        self.named(name, value)
    }

    fn long(&mut self, text: &str) -> Option<String> {
        let (name, value) = split(text);
        if self.is_value(name) || self.is_switch(name) || self.pack.style == FlagStyle::Exact {
            return self.named(name, value);
        }
        let mut full: Vec<&'static str> = self
            .tables()
            .flat_map(|table| [table.value, table.reads, table.writes, table.switch].into_iter().flatten())
            .copied()
            .chain(self.decided.into_iter().flat_map(|verb| verb.modifiers).flat_map(|modifier| modifier.when.flags()))
            .filter(|known| known.starts_with("--") && known.starts_with(name))
            .collect();
        full.sort_unstable();
        full.dedup();
        match full.as_slice() {
            [] => self.named(name, value),
            // It could as well be one that is not listed.
            several if self.others() == OtherFlags::Harmless => {
                several.iter().for_each(|full| self.push(full, value.map(|value| Word::Literal(value.into()))));
                self.named(name, value)
            }
            [one] => self.named(one, value),
            several => {
                let text = format!("`{name}` could be any of {}", several.join(", "));
                self.reading.unclear.push(text);
                None
            }
        }
    }

    fn named(&mut self, name: &str, value: Option<&str>) -> Option<String> {
        match value {
            Some(value) => {
                if self.takes_value(name).is_none() && self.others() == OtherFlags::Unknown {
                    self.doubts.push(format!("flag `{name}` is not one that is known of {}", self.pack.tool));
                }
                self.push(name, Some(Word::Literal(value.into())));
                None
            }
            None if self.is_value(name) => Some(name.to_owned()),
            None => {
                if !self.is_switch(name) {
                    self.unlisted(name);
                }
                self.push(name, None);
                None
            }
        }
    }

    /// `-abc`: switches in a row; the first that takes a value takes the rest.
    fn cluster(&mut self, text: &str) -> Option<String> {
        let letters = text.get(1..).unwrap_or_default();
        if letters.chars().all(|letter| letter.is_ascii_digit()) {
            self.push(text, None);
            return None;
        }
        if self.is_value(text) {
            return Some(text.to_owned());
        }
        if text.len() > 2 && self.is_switch(text) {
            self.push(text, None);
            return None;
        }
        for (at, letter) in letters.char_indices().take(MOST_LETTERS) {
            let name = format!("-{letter}");
            let rest = letters.get(at + letter.len_utf8()..).unwrap_or_default();
            if self.is_value(&name) {
                if rest.is_empty() {
                    return Some(name);
                }
                let value =
                    if self.pack.style == FlagStyle::Exact { rest.strip_prefix('=').unwrap_or(rest) } else { rest };
                self.push(&name, Some(Word::Literal(value.into())));
                return None;
            }
            if let (FlagStyle::Exact, Some(value)) = (self.pack.style, rest.strip_prefix('=')) {
                return self.named(&name, Some(value));
            }
            if !self.is_switch(&name) {
                self.unlisted(&name);
            }
            self.push(&name, None);
        }
        self.doubts
            .extend(letters.chars().nth(MOST_LETTERS).map(|_| "more flags in one word than any tool has".to_owned()));
        None
    }

    fn unlisted(&mut self, name: &str) {
        self.reading.unlisted.push(name.to_owned());
        if self.decided.is_none() && self.reading.unknown_verb.is_none() {
            // Its value, if it takes one, would be taken for the verb.
            self.waiting.push(format!("flag `{name}` before the verb is not one that is known of {}", self.pack.tool));
        } else if self.others() == OtherFlags::Unknown {
            self.doubts.push(format!("flag `{name}` is not one that is known of {}", self.pack.tool));
        }
    }

    fn push(&mut self, name: &str, value: Option<Word>) {
        self.reading.flags.push(Flag { name: name.to_owned(), value, is_early: self.is_early() });
    }

    fn value_of(&mut self, name: String, value: Option<&Word>) {
        match value {
            Some(Word::Opaque(opaque))
                if !opaque.text.starts_with('"')
                    && !matches!(opaque.kind, OpaqueKind::Glob | OpaqueKind::Arithmetic | OpaqueKind::Pipe) =>
            {
                self.doubts.push(format!("the value of `{name}` can become several words: `{}`", opaque.text));
            }
            Some(_) => {}
            None => self.reading.unclear.push(format!("flag `{name}` has no value")),
        }
        self.reading.flags.push(Flag { name, value: value.cloned(), is_early: self.is_early() });
    }

    fn is_early(&self) -> bool {
        self.depth == 0
    }

    fn doubtful(&mut self, opaque: &Opaque) {
        self.doubts.push(format!("`{}` could turn out to be a flag", opaque.text));
    }

    fn operand(&mut self, word: &Word) {
        if let Some(verb) = self.decided {
            self.only_operands |= verb.rest == Rest::Foreign;
            self.reading.operands.push(word.clone());
            return;
        }
        if self.reading.unknown_verb.is_some() {
            self.reading.operands.push(word.clone());
            return;
        }
        let text = word.text();
        if self.depth == 0 && text.is_some_and(|text| self.pack.tracks.contains(&text)) {
            return;
        }
        let mut typed = self.typed.clone();
        typed.extend(text.map(str::to_owned));
        let longer: Vec<(&'static Verb, Fit)> = match text {
            None => Vec::new(),
            Some(_) => {
                let fits = |verb: &&'static Verb| fit(self.pack, verb, &typed).map(|fit| (*verb, fit));
                let is_left = |fit: &Fit| !self.is_whole || *fit != Fit::Open;
                self.candidates.iter().filter_map(fits).filter(|(_, fit)| is_left(fit)).collect()
            }
        };
        if longer.is_empty() {
            let is_partial = self
                .candidates
                .iter()
                .any(|verb| matches!(fit(self.pack, verb, &self.typed), Some(Fit::Open | Fit::Begun)));
            self.decide();
            if self.decided.is_none() || (text.is_none() && is_partial) {
                let shown = text.map_or_else(|| "a word that is not known before it runs".to_owned(), str::to_owned);
                self.unknown(&shown);
            }
            self.only_operands |= self.decided.is_some_and(|verb| verb.rest == Rest::Foreign);
            self.reading.operands.push(word.clone());
            return;
        }
        self.reading.unclear.append(&mut self.waiting);
        self.typed = typed;
        self.depth += 1;
        let has = |wanted: fn(&Fit) -> bool| longer.iter().any(|(_, fit)| wanted(fit));
        let has_whole = has(|fit| matches!(fit, Fit::Whole(_)));
        let is_final = has_whole && !has(|fit| *fit == Fit::Begun);
        // What is a verb already is no group where operands may follow: one of them could be taken for the verb.
        let can_go_on = self.pack.names == Names::Flags && has(|fit| *fit == Fit::Open);
        let is_final = is_final && !can_go_on;
        self.is_whole |= has_whole && !can_go_on;
        self.candidates = longer
            .into_iter()
            .filter(|(_, fit)| !has_whole || can_go_on || *fit != Fit::Open)
            .map(|(verb, _)| verb)
            .collect();
        if is_final {
            self.decide();
        }
    }

    fn unknown(&mut self, shown: &str) {
        let what = if self.typed.is_empty() { String::new() } else { format!("{} ", self.typed.join(" ")) };
        self.reading.unclear.push(format!("`{what}{shown}` is not a verb that is known of {}", self.pack.tool));
        if self.reading.unknown_verb.is_none() {
            self.reading.unknown_verb = Some(shown.to_owned());
        }
        self.candidates.clear();
    }

    /// Takes the best verb that is complete here: more literal words win over patterns.
    fn decide(&mut self) {
        let whole = |verb: &&'static Verb| match fit(self.pack, verb, &self.typed) {
            Some(Fit::Whole(ranks)) if self.depth > 0 => Some((*verb, ranks)),
            _ => None,
        };
        let best = self.candidates.iter().filter_map(whole).max_by_key(|(_, ranks)| ranks.clone());
        if let Some((verb, _)) = best {
            self.reading.operation = name(verb, &self.typed);
            self.decided = Some(verb);
        }
    }

    fn finish(mut self) -> Reading {
        if self.decided.is_none() && self.reading.unclear.is_empty() {
            self.decide();
        }
        if self.decided.is_none() && self.depth == 0 && self.reading.unknown_verb.is_none() {
            self.decided = self.pack.bare.as_ref();
        }
        if self.decided.is_none() && self.reading.unclear.is_empty() {
            let typed = self.typed.join(" ");
            self.reading.unclear.push(format!("`{typed}` is not a whole command of {}", self.pack.tool));
        }
        if self.decided.is_none() {
            self.reading.operation = "unknown".to_owned();
        }
        // Where no flag can change what a verb means, a doubtful word can only be one more operand.
        let is_plain =
            self.decided.is_some_and(|verb| verb.modifiers.is_empty()) && self.others() == OtherFlags::Harmless;
        if !is_plain {
            self.reading.unclear.append(&mut self.doubts);
        }
        self.reading.verb = self.decided;
        self.reading
    }
}
