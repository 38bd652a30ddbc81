//! Lists in braces, `{a,b}` and `{1..3}`, which bash makes into several words before anything else.

use crate::model::invocation::Dialect;

/// The most words that one word is made into.
const MOST: usize = 64;

/// What a word's braces make of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Braces {
    /// There is no list.
    None,
    /// These words.
    Words(Vec<String>),
    /// There is one, but what it makes is not known here.
    Opaque,
}

/// Expands the lists of a word, by its source.
pub fn expand(source: &str, dialect: Dialect) -> Braces {
    let Some(has_list) = has_list(source) else { return Braces::Opaque };
    if !has_list {
        return Braces::None;
    }
    let is_plain = source.chars().all(|c| c.is_ascii_alphanumeric() || "_-./:,=+@%^{}*?".contains(c));
    // Shells differ: dash knows no lists.
    if dialect != Dialect::Bash || !is_plain {
        return Braces::Opaque;
    }
    let mut fuel = 512;
    match lists(source, &mut fuel) {
        Some(words) if words.len() <= MOST => {
            Braces::Words(words.into_iter().filter(|word| !word.is_empty()).collect())
        }
        _ => Braces::Opaque,
    }
}

/// Whether braces that could be a list stand outside of quotes; none where that cannot be told.
fn has_list(source: &str) -> Option<bool> {
    let could_be = |text: &str| {
        text.find('{').is_some_and(|at| text.get(at..).is_some_and(|rest| rest.contains(',') || rest.contains("..")))
    };
    if !could_be(source) {
        return Some(false);
    }
    // Quotes within substitutions within quotes are not counted here.
    if source.contains("$(") || source.contains('`') {
        return if could_be(&source.replace("${", "")) { None } else { Some(false) };
    }
    let mut open = String::new();
    let mut chars = source.chars().peekable();
    let mut quote = None;
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (None | Some('"'), '\\') => {
                chars.next();
            }
            (None, '\'' | '"') => quote = Some(c),
            (None, '$') if chars.peek() == Some(&'{') => {
                let mut depth = 0;
                for c in chars.by_ref() {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    if "'\"\\".contains(c) {
                        return None;
                    }
                    if depth == 0 {
                        break;
                    }
                }
                open.push('_');
            }
            (None, _) => open.push(c),
            (Some(_), _) => {}
        }
    }
    if quote.is_some() {
        return None;
    }
    Some(could_be(&open))
}

/// Every word that a plain text with lists becomes; none where it is too much.
fn lists(text: &str, fuel: &mut u32) -> Option<Vec<String>> {
    *fuel = fuel.checked_sub(1)?;
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find('{').map(|at| from + at) {
        if let Some((end, parts)) = group(text, at) {
            let parts = parts?;
            let mut all = Vec::new();
            let (head, tail) = (text.get(..at)?, text.get(end + 1..)?);
            for part in parts {
                all.extend(lists(&format!("{head}{part}{tail}"), fuel)?);
                if all.len() > MOST {
                    return None;
                }
            }
            return Some(all);
        }
        from = at + 1;
    }
    Some(vec![text.to_owned()])
}

/// The list that opens at `at`: where it closes, and its parts; none where it is a range that is not followed.
fn group(text: &str, at: usize) -> Option<(usize, Option<Vec<String>>)> {
    let mut depth = 0;
    let mut parts = vec![String::new()];
    for (offset, c) in text.get(at..)?.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        match c {
            '}' if depth == 0 => {
                let end = at + offset;
                return match parts.as_slice() {
                    [one] if one.contains("..") => Some((end, range(one))),
                    [_] => None,
                    _ => Some((end, Some(parts))),
                };
            }
            '{' if depth == 1 => {}
            ',' if depth == 1 => parts.push(String::new()),
            _ => parts.last_mut()?.push(c),
        }
    }
    None
}

/// `1..3` and `a..c`, one apart.
fn range(text: &str) -> Option<Vec<String>> {
    let (from, to) = text.split_once("..")?;
    if let (Ok(from), Ok(to)) = (from.parse::<i32>(), to.parse::<i32>()) {
        let is_plain = |number: i32, text: &str| number.to_string() == text;
        let (low, high) = (from.min(to), from.max(to));
        let is_short = high.checked_sub(low)? < 100 && is_plain(from, text.split_once("..")?.0);
        let mut all: Vec<String> = is_short.then(|| (low..=high).map(|number| number.to_string()).collect())?;
        if from > to {
            all.reverse();
        }
        return Some(all);
    }
    let (mut one, mut two) = (from.chars(), to.chars());
    let (from, to) = (one.next()?, two.next()?);
    let is_letters =
        one.next().is_none() && two.next().is_none() && from.is_ascii_lowercase() && to.is_ascii_lowercase();
    (is_letters && from <= to).then(|| (from..=to).map(String::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<String> {
        match expand(source, Dialect::Bash) {
            Braces::Words(words) => words,
            other => vec![format!("{other:?}")],
        }
    }

    #[test]
    fn lists_become_the_words_that_bash_makes_of_them() {
        assert_eq!(words("{kubectl,delete}"), ["kubectl", "delete"]);
        assert_eq!(words("a{b,c}d"), ["abd", "acd"]);
        assert_eq!(words("{a,b}{1..3}"), ["a1", "a2", "a3", "b1", "b2", "b3"]);
        assert_eq!(words("{a,{b,c}}"), ["a", "b", "c"]);
        assert_eq!(words("x{a..c}"), ["xa", "xb", "xc"]);
        assert_eq!(words("{3..1}"), ["3", "2", "1"]);
        assert_eq!(words("{a,}"), ["a"]);
        assert_eq!(words("x{a,}{}"), ["xa{}", "x{}"]);
    }

    #[test]
    fn what_is_no_list_or_is_not_known_is_told_apart() {
        for source in ["{}", "{a}", "stash@{0}", "'{a,b}'", "\"{a,b}\"", "'{\"a\":1,\"b\":2}'", "${x:-a,b}", "\\{a,b}"]
        {
            assert_eq!(expand(source, Dialect::Bash), Braces::None, "{source}");
        }
        for source in ["{a,$x}", "{'a',b}", "a{b,c}$(d)", "{1..1000}", "{01..03}", "{1..9..2}", "{a..C}"] {
            assert_eq!(expand(source, Dialect::Bash), Braces::Opaque, "{source}");
        }
        assert_eq!(expand("{a,b}", Dialect::Posix), Braces::Opaque);
    }
}
