//! `find … -exec CMD {} ;`: the search, and the command with what it finds.

use super::{Command, Outer, Parsed, Peel, Word, add, inner, inside, push, source};
use crate::command::{OpaqueKind, directory};

/// Ends of names of source texts, which hold no secrets by their form.
const SOURCE: &[&str] = &[
    ".rs", ".go", ".py", ".js", ".ts", ".tsx", ".jsx", ".c", ".h", ".cc", ".cpp", ".hpp", ".java", ".kt", ".rb",
    ".php", ".swift", ".md", ".html", ".css", ".tf",
];

/// The most commands of one search that are read.
const MOST: usize = 50;

/// Takes the commands out of the search.
pub fn find(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Peel {
    let mut search = Vec::new();
    let mut words = command.words.iter();
    let mut commands = 0;
    let found = found(&command.words);
    while let Some(word) = words.next() {
        if !matches!(word.text(), Some("-exec" | "-execdir" | "-ok" | "-okdir")) {
            search.push(word.clone());
            continue;
        }
        commands += 1;
        if commands > MOST {
            return Peel::Unclear(format!("it has more than {MOST} commands"));
        }
        let mut run = Vec::new();
        for word in words.by_ref() {
            match word.text() {
                Some(";") => break,
                Some("+") if run.last().is_some_and(|last: &Word| last.text().is_none()) => break,
                Some("{}") => run.push(found.clone()),
                Some(text) if text.contains("{}") => {
                    run.push(Word::opaque(OpaqueKind::Stdin, text, "what is found stands in it"));
                }
                _ => run.push(word.clone()),
            }
        }
        if run.is_empty() {
            return Peel::Unclear(format!("`{}` has no command", source(&command.words)));
        }
        let mut new = inside(command, outer, "find -exec");
        if word.text().is_some_and(|text| text.ends_with("dir")) {
            new.directory = directory::unknown();
        }
        add(inner(command, run, &new), &new, parsed);
    }
    if commands == 0 {
        return Peel::Whole;
    }
    push(Command { words: search, ..command.clone() }, outer, parsed);
    Peel::Done
}

/// What stands for the found files: with one plain `-name '*.rs'` it is like that pattern, else nothing is known of it.
pub fn found(words: &[Word]) -> Word {
    let why = "which files are found is not known before it runs";
    let texts: Vec<&str> = words.iter().filter_map(Word::text).collect();
    let is_one_way = !texts.iter().any(|text| ["-o", "-or", "!", "-not", ",", "("].contains(text));
    let names: Vec<&str> = texts
        .windows(2)
        .filter(|pair| pair.first() == Some(&"-name"))
        .filter_map(|pair| pair.last().copied())
        .collect();
    match names.as_slice() {
        [name] if is_one_way && SOURCE.iter().any(|end| name.strip_prefix('*') == Some(*end)) => {
            let text = match place(words, &[]) {
                Some(_) => format!("\"…/{name}\""),
                None => (*name).to_owned(),
            };
            Word::opaque(OpaqueKind::Glob, text, why)
        }
        _ => Word::opaque(OpaqueKind::Stdin, place(words, &names).unwrap_or_else(|| "{}".to_owned()), why),
    }
}

/// What is found begins with where it is looked for, which is then no flag; quoted, as one word.
fn place(words: &[Word], names: &[&str]) -> Option<String> {
    let is_place = |word: &&Word| word.text().is_none_or(|text| !text.starts_with(['-', '(', '!']));
    let starts: Option<Vec<&str>> = words.iter().skip(1).take_while(is_place).map(Word::text).collect();
    let name = match names {
        [name] if !name.contains(['*', '?', '[', '"']) => name,
        _ => "…",
    };
    match starts?.as_slice() {
        [start]
            if start.starts_with(|c: char| c.is_ascii_alphanumeric() || "./~_".contains(c)) && !start.contains('"') =>
        {
            Some(format!("\"{}/…/{name}\"", start.trim_end_matches('/')))
        }
        _ => None,
    }
}
