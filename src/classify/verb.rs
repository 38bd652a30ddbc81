//! What a verb means with the flags and operands it was given.
//!
//! A condition that cannot be known is *maybe*: it then makes a command less safe, never safer.

use std::collections::BTreeSet;

use crate::command::Word;
use crate::model::action::{Category, Evidence, Impact, Reversible};
use crate::packs::schema::{Change, FlagStyle, Pack, Rest, Verb, When};

use super::arguments::{Flag, Reading};
use super::{filters, targets};
use crate::text::glob::glob;

/// The meaning of one command, before it is known where it points.
#[derive(Debug, Clone)]
pub struct Meaning {
    /// The operation's name.
    pub operation: String,
    /// How much it changes.
    pub impact: Impact,
    /// What it is if nothing in it is other than it seems.
    pub likely: Likely,
    /// What kind of work it is.
    pub categories: BTreeSet<Category>,
    /// Whether there is a way back.
    pub reversible: Reversible,
    /// What it acts on.
    pub targets: Vec<String>,
    /// Why this is believed.
    pub evidence: Vec<Evidence>,
}

/// What a command is by those of its words that are known.
#[derive(Debug, Clone)]
pub struct Likely {
    /// How much it changes. The meaning's own impact is unknown where this is not sure.
    pub impact: Impact,
    /// What kind of work it is, without what it could be besides.
    pub categories: BTreeSet<Category>,
}

impl Likely {
    /// Takes a change that is sure.
    fn apply(&mut self, change: Change) {
        match change {
            Change::Impact(impact) => self.impact = impact,
            Change::AtLeast(impact) => self.impact = self.impact.max(impact),
            Change::Categories(categories) => self.categories = categories.iter().copied().collect(),
            Change::AddCategory(category) => {
                self.categories.insert(category);
            }
            Change::Unseen(_) => {
                self.categories.insert(Category::Execution);
            }
            Change::Operation(_) | Change::Irreversible | Change::Opaque(_) | Change::Target(_) => {}
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Truth {
    No,
    Maybe,
    Yes,
}

/// Works out what `reading` means.
pub fn meaning(pack: &'static Pack, reading: &Reading) -> Meaning {
    let Some(verb) = reading.verb else { return not_understood(pack, reading) };
    let mut meaning = Meaning {
        operation: reading.operation.clone(),
        impact: verb.impact,
        likely: Likely { impact: verb.impact, categories: verb.categories.iter().copied().collect() },
        categories: verb.categories.iter().copied().collect(),
        reversible: verb.reversible,
        targets: targets::names(pack, verb, reading),
        evidence: vec![Evidence::new("impact", format!("{} `{}` is {}", pack.tool, reading.operation, verb.impact))],
    };
    if asks_for_help(pack, verb, reading) {
        meaning.impact = Impact::Read;
        meaning.categories = BTreeSet::from([Category::Observe]);
        meaning.reversible = Reversible::Yes;
        meaning.evidence.push(Evidence::new("impact", "it prints help and does nothing else"));
        return meaning;
    }
    let mut unclear = reading.unclear.clone();
    let kinds = targets::kinds(pack, verb, reading);
    for modifier in verb.modifiers.iter().chain(pack.modifiers) {
        let mut truth = holds(&modifier.when, reading, &kinds);
        if truth == Truth::Yes {
            meaning.likely.apply(modifier.then);
        }
        // The flag could be the value of one that is not known, or the word after that one could be its value.
        if truth == Truth::Yes && is_doubtful(pack, &modifier.when, reading) {
            truth = Truth::Maybe;
        }
        apply(&mut meaning, &mut unclear, truth, modifier.then, &modifier.when, reading);
    }
    not_clear(&mut meaning, unclear);
    // Whether a thing can be taken back is known only of what is known.
    meaning.reversible = match (meaning.impact, meaning.reversible) {
        (_, Reversible::No) => Reversible::No,
        (Impact::Read, other) => other,
        (_, Reversible::Yes) if verb.impact == Impact::Read => Reversible::Unknown,
        (Impact::Unknown, _) => Reversible::Unknown,
        (_, other) => other,
    };
    meaning
}

/// Whether the tool does nothing but print its help.
fn asks_for_help(pack: &Pack, verb: &Verb, reading: &Reading) -> bool {
    let given = reading.flags.iter().any(|flag| pack.help.contains(&flag.name.as_str()) && flag.value.is_none());
    let is_its_own = verb.rest == Rest::Own && verb.impact != Impact::Unknown || reading.operands.is_empty();
    let is_sure = reading.unlisted.is_empty() || pack.style == FlagStyle::Argparse;
    given && is_its_own && is_sure && reading.unclear.is_empty()
}

/// Whether a modifier holds by a flag, and another flag is there that is not known.
fn is_doubtful(pack: &Pack, when: &When, reading: &Reading) -> bool {
    if pack.style == FlagStyle::Argparse {
        return false;
    }
    let names = when.flags();
    !names.is_empty() && reading.unlisted.iter().any(|flag| !names.contains(&flag.as_str()))
}

fn not_understood(pack: &Pack, reading: &Reading) -> Meaning {
    let mut meaning = Meaning {
        operation: "unknown".to_owned(),
        impact: Impact::Unknown,
        likely: Likely { impact: Impact::Unknown, categories: BTreeSet::new() },
        categories: BTreeSet::from([Category::Execution]),
        reversible: Reversible::Unknown,
        targets: Vec::new(),
        evidence: Vec::new(),
    };
    let unclear = if reading.unclear.is_empty() {
        vec![format!("there is no verb of {} in it", pack.tool)]
    } else {
        reading.unclear.clone()
    };
    not_clear(&mut meaning, unclear);
    meaning
}

fn not_clear(meaning: &mut Meaning, unclear: Vec<String>) {
    if !unclear.is_empty() {
        meaning.impact = Impact::Unknown;
    }
    meaning.evidence.extend(unclear.into_iter().map(|text| Evidence::new("opaque", text)));
}

fn apply(
    meaning: &mut Meaning,
    unclear: &mut Vec<String>,
    truth: Truth,
    change: Change,
    when: &When,
    reading: &Reading,
) {
    if truth == Truth::No {
        return;
    }
    let is_sure = truth == Truth::Yes;
    match change {
        Change::Impact(impact) if is_sure => meaning.impact = impact,
        Change::Impact(impact) | Change::AtLeast(impact) => meaning.impact = meaning.impact.max(impact),
        Change::Categories(categories) if is_sure => meaning.categories = categories.iter().copied().collect(),
        Change::Categories(categories) => meaning.categories.extend(categories),
        Change::AddCategory(category) => {
            meaning.categories.insert(category);
        }
        Change::Operation(name) if is_sure => name.clone_into(&mut meaning.operation),
        Change::Operation(name) => unclear.push(format!("it could be `{name}`")),
        Change::Irreversible => meaning.reversible = Reversible::No,
        Change::Opaque(why) => {
            meaning.categories.insert(Category::Execution);
            unclear.push(why.to_owned());
        }
        Change::Unseen(why) => {
            meaning.categories.insert(Category::Execution);
            meaning.evidence.push(Evidence::new("unseen_code", why));
        }
        Change::Target(target) => meaning.targets.push(target.to_owned()),
    }
    if let Some(text) = seen(when, reading) {
        meaning.evidence.push(Evidence::new("impact", text));
    }
}

/// The flag or operand that a modifier was about, in words.
fn seen(when: &When, reading: &Reading) -> Option<String> {
    match when {
        When::Flag(names) | When::EarlyFlag(names) | When::FlagValue(names, _) => {
            let flag = reading.flags.iter().find(|flag| names.contains(&flag.name.as_str()))?;
            let value = flag.value.as_ref().and_then(Word::text);
            Some(value.map_or_else(|| format!("flag `{}`", flag.name), |value| format!("flag `{} {value}`", flag.name)))
        }
        When::All(all) => all.iter().find_map(|one| seen(one, reading)),
        _ => None,
    }
}

fn holds(when: &When, reading: &Reading, kinds: &[Option<String>]) -> Truth {
    match *when {
        When::Flag(names) => yes(reading.has(names)),
        When::EarlyFlag(names) => {
            yes(reading.flags.iter().any(|flag| flag.is_early && names.contains(&flag.name.as_str()) && !flag.is_off()))
        }
        When::NoFlag(names) => yes(!reading.has(names)),
        When::FlagValue(names, values) => {
            let given: Vec<&Flag> = reading.flags.iter().filter(|flag| names.contains(&flag.name.as_str())).collect();
            all_or_some(given.iter().map(|flag| match &flag.value {
                None => yes(values.contains(&"")),
                Some(value) => matches(value, values),
            }))
        }
        When::Operand(at, values) => reading.operands.get(at).map_or(Truth::No, |word| matches(word, values)),
        When::AnyOperand(values) => {
            reading.operands.iter().map(|word| matches(word, values)).max().unwrap_or(Truth::No)
        }
        When::PlainScript(script) => filters::is_plain(script, reading).map_or(Truth::Maybe, yes),
        When::EveryOperand(values) => {
            reading.operands.iter().map(|word| matches(word, values)).min().unwrap_or(Truth::Yes)
        }
        When::NoOperand(at) => match reading.operands.get(at) {
            None => Truth::Yes,
            Some(_) if reading.operands.iter().take(at + 1).all(|word| word.text().is_some()) => Truth::No,
            Some(_) => Truth::Maybe,
        },
        When::Operands(least) => {
            let has_opaque = reading.operands.iter().any(|word| word.text().is_none());
            match reading.operands.len() >= least {
                true => Truth::Yes,
                false if has_opaque => Truth::Maybe,
                false => Truth::No,
            }
        }
        When::Kind(wanted) => {
            let one =
                |kind: &Option<String>| kind.as_ref().map_or(Truth::Maybe, |kind| yes(wanted.contains(&kind.as_str())));
            kinds.iter().map(one).max().unwrap_or(Truth::No)
        }
        When::All(all) => all.iter().map(|one| holds(one, reading, kinds)).min().unwrap_or(Truth::Yes),
        When::Not(one) => match holds(one, reading, kinds) {
            Truth::Yes => Truth::No,
            Truth::Maybe => Truth::Maybe,
            Truth::No => Truth::Yes,
        },
    }
}

fn yes(is: bool) -> Truth {
    if is { Truth::Yes } else { Truth::No }
}

fn matches(word: &Word, patterns: &[&str]) -> Truth {
    word.text().map_or(Truth::Maybe, |text| yes(patterns.iter().any(|pattern| glob(pattern, text))))
}

/// A flag that is given twice with different values may count either way.
fn all_or_some(truths: impl Iterator<Item = Truth>) -> Truth {
    let all: Vec<Truth> = truths.collect();
    match (all.iter().min(), all.iter().max()) {
        (Some(Truth::Yes), _) => Truth::Yes,
        (_, None | Some(Truth::No)) => Truth::No,
        _ => Truth::Maybe,
    }
}
