//! What was read from a command's words: verb, flags and operands.

use crate::command::Word;
use crate::packs::schema::Verb;

/// A flag that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its name as the pack lists it, dashes included; as typed where the pack does not list it.
    pub name: String,
    /// Its value, attached or in the next word.
    pub value: Option<Word>,
    /// Whether it stands before the verb.
    pub is_early: bool,
}

impl Flag {
    /// Whether a switch was turned off (`--force=false`).
    pub fn is_off(&self) -> bool {
        let value = self.value.as_ref().and_then(Word::text);
        value.is_some_and(|value| ["false", "False", "FALSE", "f", "F", "0"].contains(&value))
    }
}

/// What was read from a command's words.
#[derive(Debug)]
pub struct Reading {
    /// The verb, where the pack has it.
    pub verb: Option<&'static Verb>,
    /// The operation's name: the verb's words.
    pub operation: String,
    /// The flags, in order.
    pub flags: Vec<Flag>,
    /// The operands after the verb.
    pub operands: Vec<Word>,
    /// Why the command is not understood, one sentence each.
    pub unclear: Vec<String>,
    /// The first operand that names no verb of the pack.
    pub unknown_verb: Option<String>,
    /// Flags without `=` that the pack does not list: the word after one could be its value.
    pub unlisted: Vec<String>,
}

impl Reading {
    /// The value of the last of these flags, when it is known.
    pub fn value(&self, names: &[&str]) -> Option<&str> {
        self.word(names).and_then(Word::text)
    }

    /// The value of the last of these flags.
    pub fn word(&self, names: &[&str]) -> Option<&Word> {
        self.flags.iter().rev().find(|flag| names.contains(&flag.name.as_str())).and_then(|flag| flag.value.as_ref())
    }

    /// Whether one of these flags is there and not turned off.
    pub fn has(&self, names: &[&str]) -> bool {
        self.flags.iter().any(|flag| names.contains(&flag.name.as_str()) && !flag.is_off())
    }
}
