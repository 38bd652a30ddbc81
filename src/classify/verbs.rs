//! The words by which a pack names a verb.

use crate::text::glob::glob;

/// How exactly a word of a verb's path fits what was typed: 3 literally, 2 a pattern with letters, 1 anything.
pub fn rank(part: &str, typed: &str) -> Option<u32> {
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
pub fn canonical<'a>(part: &'a str, typed: &'a str) -> &'a str {
    let meant = part.split('|').find(|one| one.split('=').any(|name| name == typed));
    meant.and_then(|one| one.split('=').next()).unwrap_or(typed)
}
