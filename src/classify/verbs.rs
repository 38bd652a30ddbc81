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
    let is_group = |word: &&String| pack.groups.contains(&word.as_str());
    let groups = typed.iter().take_while(is_group).count();
    // As few words as do: what can be the verb is the verb, and what comes after it is an operand.
    for at in 1..typed.len() {
        let (_, rest) = typed.split_at(at);
        if at > groups {
            break;
        }
        if let Some(Fit::Whole(ranks)) = plain(tail, rest) {
            let group = std::iter::repeat_n(1, at);
            return Some(Fit::Whole(group.chain(ranks).collect()));
        }
        if plain(tail, rest).is_some() {
            return Some(Fit::Begun);
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

/// How exactly a word of a verb's path fits what was typed: 3 literally, 2 a pattern with letters, 1 anything.
fn rank(part: &str, typed: &str) -> Option<u32> {
    part.split(['|', '='])
        .filter_map(|one| match one {
            _ if one == typed => Some(3),
            "*" => Some(1),
            _ if one.contains('*') && glob(one, typed) => Some(2),
            _ => None,
        })
        .max()
}

/// The name under which rules know a word: what was typed, or what it is another word for.
fn canonical<'a>(part: &'a str, typed: &'a str) -> &'a str {
    let meant = part.split('|').find(|one| one.split('=').any(|name| name == typed));
    meant.and_then(|one| one.split('=').next()).unwrap_or(typed)
}
