//! The words by which a pack names a verb.

use crate::packs::schema::{Pack, Verb};
use crate::text::glob::glob;

/// How the words that were typed fit a verb's path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// So far all words are groups that `**` stands for.
    Open,
    /// More words are missing.
    Begun,
    /// All of it, with the rank of each word.
    Whole(Vec<u32>),
}

/// How `typed` fits the path of `verb`; none where it does not.
pub fn fit(pack: &Pack, verb: &Verb, typed: &[String]) -> Option<Fit> {
    let Some((&"**", tail)) = verb.path.split_first() else { return plain(verb.path, typed) };
    let is_group = |word: &&String| pack.groups.binary_search(&word.as_str()).is_ok();
    let groups = typed.iter().take_while(is_group).count();
    // As few words as do: what can be the verb is the verb, and what comes after it is an operand.
    for at in 1..typed.len() {
        let (_, rest) = typed.split_at(at);
        if at > groups {
            break;
        }
        if rest.len() > tail.len() {
            continue;
        }
        // A group whose name looks like a verb's is a group.
        if at < groups && tail.first().zip(rest.first()).and_then(|(part, word)| rank(part, word)) == Some(GLOB) {
            continue;
        }
        match plain(tail, rest) {
            Some(Fit::Whole(ranks)) => return Some(Fit::Whole(std::iter::repeat_n(ANY, at).chain(ranks).collect())),
            Some(other) => return Some(other),
            None => {}
        }
    }
    (groups == typed.len()).then_some(Fit::Open)
}

fn plain(path: &[&str], typed: &[String]) -> Option<Fit> {
    if typed.len() > path.len() {
        return None;
    }
    let ranks: Option<Vec<u32>> = path.iter().zip(typed).map(|(part, word)| rank(part, word)).collect();
    ranks.map(|ranks| if typed.len() == path.len() { Fit::Whole(ranks) } else { Fit::Begun })
}

/// The operation's name: each word under the name by which rules know it.
pub fn name(verb: &Verb, typed: &[String]) -> String {
    let tail = match verb.path.split_first() {
        Some((&"**", tail)) => tail,
        _ => verb.path,
    };
    let groups = typed.len().saturating_sub(tail.len());
    let (before, after) = typed.split_at(groups);
    let after = tail.iter().zip(after).map(|(part, word)| canonical(part, word));
    before.iter().map(String::as_str).chain(after).collect::<Vec<_>>().join(" ")
}

/// Ranks of a word of a verb's path: anything, a pattern with letters, literally.
const ANY: u32 = 1;
const GLOB: u32 = 2;
const LITERAL: u32 = 3;

/// How exactly a word of a verb's path fits what was typed.
fn rank(part: &str, typed: &str) -> Option<u32> {
    part.split(['|', '='])
        .filter_map(|one| match one {
            _ if one == typed => Some(LITERAL),
            "*" => Some(ANY),
            _ if starts_alike(one, typed) && one.contains('*') && glob(one, typed) => Some(GLOB),
            _ => None,
        })
        .max()
}

/// A flag and the value that is attached to it.
pub fn split(text: &str) -> (&str, Option<&str>) {
    text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)))
}

/// Whether a pattern can fit at all, by its first character: most do not.
fn starts_alike(pattern: &str, typed: &str) -> bool {
    pattern.starts_with('*') || pattern.as_bytes().first() == typed.as_bytes().first()
}

/// The name under which rules know a word: what was typed, or what it is another word for.
fn canonical<'a>(part: &'a str, typed: &'a str) -> &'a str {
    let meant = part.split('|').find(|one| one.split('=').any(|name| name == typed));
    meant.and_then(|one| one.split('=').next()).unwrap_or(typed)
}
