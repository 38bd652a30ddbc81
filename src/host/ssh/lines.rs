//! Lines, patterns and included files of `ssh_config(5)`.

use std::path::{Path, PathBuf};

/// The most files that one include may name.
const MOST: usize = 200;

/// A line's keyword in lower case and its arguments; none for a blank line or a comment.
///
/// # Errors
/// When a quote does not end, or a keyword has no argument.
pub fn line(source: &str) -> Result<Option<(String, Vec<String>)>, String> {
    let body = source.trim();
    if body.is_empty() || body.starts_with('#') {
        return Ok(None);
    }
    let end = body.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(body.len());
    let (key, rest) = body.split_at(end);
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('=').unwrap_or(rest);
    let values = arguments(rest)?;
    if values.is_empty() {
        return Err(format!("`{key}` has no value"));
    }
    Ok(Some((key.to_ascii_lowercase(), values)))
}

/// Words with their quotes taken off; `#` at the beginning of a word starts a comment.
fn arguments(rest: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut chars = rest.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        let Some(first) = chars.peek() else { return Ok(found) };
        if *first == '#' {
            return Ok(found);
        }
        let mut word = String::new();
        let mut quote: Option<char> = None;
        while let Some(c) = chars.next() {
            match (c, quote) {
                ('"' | '\'', None) => quote = Some(c),
                (c, Some(open)) if c == open => quote = None,
                ('\\', _) if chars.peek().is_some_and(|c| ['"', '\'', '\\'].contains(c)) => word.extend(chars.next()),
                (c, None) if c.is_whitespace() => break,
                (c, _) => word.push(c),
            }
        }
        if quote.is_some() {
            return Err("a quote that does not end".to_owned());
        }
        found.push(word);
    }
}

/// Whether a pattern with `*` and `?` fits the whole of `text`.
pub fn fits(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // The last star, and how much of the text it has taken.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || Some(c) == text.get(t) => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    t = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).unwrap_or_default().iter().all(|c| *c == '*')
}

/// Whether a list `a,b,!c` fits: one with `!` that fits rules it out.
pub fn fits_list(list: &str, text: &str) -> bool {
    let mut is_meant = false;
    for pattern in list.split(',') {
        match pattern.strip_prefix('!') {
            Some(pattern) if fits(pattern, text) => return false,
            Some(_) => {}
            None => is_meant |= fits(pattern, text),
        }
    }
    is_meant
}

/// The files that a path with patterns names, sorted. A directory that cannot be listed has none.
pub fn expand(path: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for part in path.components() {
        let name = part.as_os_str().to_string_lossy();
        if !name.contains(['*', '?']) {
            found.iter_mut().for_each(|path| path.push(part));
            continue;
        }
        let mut more: Vec<PathBuf> = Vec::new();
        for dir in &found {
            let entries = std::fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
            let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
            let names = names.filter(|file| fits(&name, file) && (!file.starts_with('.') || name.starts_with('.')));
            more.extend(names.map(|file| dir.join(file)));
        }
        more.sort();
        more.truncate(MOST);
        found = more;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_a_whole() {
        assert!(fits("web-*", "web-1") && fits("*", "") && fits("a?c*d", "abcxxd") && fits("*.b.*", "a.b.b.c"));
        assert!(!fits("web", "web-1") && !fits("a?", "a") && !fits("*x", "y"));
        assert!(fits_list("a,b*,!b2", "b1") && !fits_list("a,b*,!b2", "b2"));
    }

    #[test]
    fn keywords_and_arguments_are_told_apart() {
        let read = |text: &str| line(text).unwrap().unwrap();
        assert_eq!(read("  HostName = x"), ("hostname".to_owned(), vec!["x".to_owned()]));
        assert_eq!(read("Host=\"a b\" c # d").1, ["a b", "c"]);
        assert_eq!(line(" # c"), Ok(None));
        assert!(line("Host").is_err());
    }
}
