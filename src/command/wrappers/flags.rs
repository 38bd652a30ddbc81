//! The flags of programs that run another one: enough of them to tell where the other one's words begin.
//!
//! A flag that is not listed ends in a reason: what follows it could be its value or the command.

use crate::command::Word;

/// A program that runs another one, with all of its flags that let the other one be found.
pub struct Wrapper {
    /// Base names of the program.
    pub names: &'static [&'static str],
    /// The word after the program that makes it a wrapper (`perf stat …`); empty where it needs none.
    pub verb: &'static str,
    /// Flags with a value in the next word or attached.
    pub value: &'static [&'static str],
    /// Flags whose value can only be attached.
    pub optional: &'static [&'static str],
    /// Flags without. `-#` stands for a dash and digits.
    pub switch: &'static [&'static str],
    /// Flags whose value is a file that the wrapper writes.
    pub writes: &'static [&'static str],
    /// Flags whose value is the directory in which the command runs.
    pub directory: &'static [&'static str],
    /// Flags whose value is a text that a shell runs.
    pub text: &'static [&'static str],
    /// Words of its own before the command (`timeout 5 …`).
    pub operands: &'static [Form],
    /// What the words after those are.
    pub rest: Rest,
    /// Whether the wrapper itself is an action too.
    pub host: Host,
}

/// The form of an operand that stands before the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// It starts with a digit: were it left out, the command would stand in its place.
    Number,
    /// Whatever it is.
    Any,
    /// A file that the wrapper writes.
    Written,
}

/// What the words after a wrapper's own are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// The command.
    Words,
    /// Assignments and the command.
    Assigned,
    /// The words of one shell text.
    Text,
    /// Each is a shell text.
    Texts,
}

/// Whether a wrapper does something of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// Only the command counts.
    Gone,
    /// The wrapper counts as well: it brings settings, rights or code of its own.
    Stays,
}

impl Wrapper {
    /// A wrapper without flags; the base that others override by `..`.
    pub const BASE: Self = Self {
        names: &[],
        verb: "",
        value: &[],
        optional: &[],
        switch: &[],
        writes: &[],
        directory: &[],
        text: &[],
        operands: &[],
        rest: Rest::Words,
        host: Host::Gone,
    };

    fn takes_value(&self, name: &str) -> bool {
        [self.value, self.writes, self.directory, self.text].iter().any(|list| list.contains(&name))
    }

    fn all(&self) -> impl Iterator<Item = &'static str> {
        [self.value, self.optional, self.switch, self.writes, self.directory, self.text].into_iter().flatten().copied()
    }
}

/// The flags that were given, and where the words after them begin.
#[derive(Debug, Default)]
pub struct Given {
    /// Names as listed, with the values of those that have one.
    pub flags: Vec<(String, Option<Word>)>,
    /// The index of the first word that is no flag.
    pub rest: usize,
    /// Whether `--` ended the flags.
    pub is_ended: bool,
}

impl Given {
    /// The values of these flags, in order.
    pub fn values<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a Word> {
        let is_meant = |name: &str| names.contains(&name);
        self.flags.iter().filter(move |(name, _)| is_meant(name)).filter_map(|(_, value)| value.as_ref())
    }

    /// Whether one of these flags is there.
    pub fn has(&self, names: &[&str]) -> bool {
        self.flags.iter().any(|(name, _)| names.contains(&name.as_str()))
    }
}

/// Reads the flags from `from` on, up to the first word that is none.
///
/// # Errors
/// Why it cannot be told where the flags end.
pub fn read(wrapper: &Wrapper, words: &[Word], from: usize) -> Result<Given, String> {
    let mut given = Given { rest: from, ..Given::default() };
    while let Some(text) = words.get(given.rest).and_then(Word::text) {
        if text == "--" {
            given.rest += 1;
            given.is_ended = true;
            break;
        }
        if !text.starts_with('-') || text == "-" {
            break;
        }
        given.rest += 1;
        let pending =
            if text.starts_with("--") { long(wrapper, text, &mut given)? } else { cluster(wrapper, text, &mut given)? };
        if let Some(name) = pending {
            let value = words.get(given.rest).ok_or_else(|| format!("flag `{name}` has no value"))?;
            if is_several(value) {
                return Err(format!("the value of `{name}` can become several words"));
            }
            given.flags.push((name, Some(value.clone())));
            given.rest += 1;
        }
    }
    Ok(given)
}

/// Whether a word could become none or several: it is not quoted.
pub fn is_several(word: &Word) -> bool {
    match word {
        Word::Literal(_) => false,
        Word::Opaque(opaque) => {
            let inner = opaque.text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
            // `"$@"` is several words for all its quotes.
            inner.is_none_or(|inner| inner.contains(['"', '@']))
        }
    }
}

/// `--name`, `--name=value`, and unambiguous beginnings; gives the name of a flag whose value is the next word.
fn long(wrapper: &Wrapper, text: &str, given: &mut Given) -> Result<Option<String>, String> {
    let (typed, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
    let mut full: Vec<&str> = wrapper.all().filter(|known| *known == typed).collect();
    if full.is_empty() {
        full = wrapper.all().filter(|known| known.starts_with("--") && known.starts_with(typed)).collect();
    }
    full.sort_unstable();
    full.dedup();
    let [name] = full.as_slice() else {
        return Err(format!("flag `{typed}` is not one that is known of it"));
    };
    match value {
        Some(_) if wrapper.switch.contains(name) => Err(format!("flag `{name}` takes no value")),
        Some(value) => {
            given.flags.push(((*name).to_owned(), Some(Word::known(value))));
            Ok(None)
        }
        None if wrapper.takes_value(name) => Ok(Some((*name).to_owned())),
        None => {
            given.flags.push(((*name).to_owned(), None));
            Ok(None)
        }
    }
}

/// `-abc`: switches in a row; the first that takes a value takes the rest, or the next word.
fn cluster(wrapper: &Wrapper, text: &str, given: &mut Given) -> Result<Option<String>, String> {
    let letters = text.get(1..).unwrap_or_default();
    if wrapper.switch.contains(&"-#") && letters.chars().all(|letter| letter.is_ascii_digit()) {
        return Ok(None);
    }
    if text.len() > 2 && wrapper.switch.contains(&text) {
        given.flags.push((text.to_owned(), None));
        return Ok(None);
    }
    for (at, letter) in letters.char_indices() {
        let name = format!("-{letter}");
        let rest = letters.get(at + letter.len_utf8()..).unwrap_or_default();
        if wrapper.takes_value(&name) {
            if rest.is_empty() {
                return Ok(Some(name));
            }
            given.flags.push((name, Some(Word::known(rest))));
            return Ok(None);
        }
        if wrapper.optional.contains(&name.as_str()) {
            let value = (!rest.is_empty()).then(|| Word::known(rest));
            given.flags.push((name, value));
            return Ok(None);
        }
        if !wrapper.switch.contains(&name.as_str()) {
            return Err(format!("flag `{name}` is not one that is known of it"));
        }
        given.flags.push((name, None));
    }
    Ok(None)
}

/// The wrapper's own operands from `at` on; gives where the command begins.
///
/// # Errors
/// Why it cannot be told.
pub fn operands(wrapper: &Wrapper, words: &[Word], mut at: usize) -> Result<usize, String> {
    for form in wrapper.operands {
        let word = words.get(at).ok_or_else(|| "it has no operand".to_owned())?;
        if is_several(word) {
            return Err("its operand can become several words".to_owned());
        }
        let is_number = word.text().is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()));
        if *form == Form::Number && !is_number {
            return Err("its operand is not a number".to_owned());
        }
        at += 1;
    }
    Ok(at)
}
