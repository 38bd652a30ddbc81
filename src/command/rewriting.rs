//! Scripts that are written into while they run.
//!
//! A shell reads its script while it runs it, so that a file that is written in place meanwhile runs what was written.
//! Where a command that can run at the same time or later writes into a script of the same invocation, the whole is
//! opaque. Programs that put a new file into the old one's place (mv, sed -i, git) do not change what a shell that has
//! it open goes on to read, and code that was not seen (a test, a build) can do by itself whatever it could write into a
//! script: these are not looked for. Other names of a script are: links that are there, and links that are made.

use std::collections::BTreeSet;

use crate::model::facts::Want;

use super::scripts::{absolute, refuse};
use super::wrappers::base;
use super::{Command, Outer, Parsed, Place, RedirectKind, Word};

/// Programs that write into a file that is there already, so that whoever has it open reads what they write.
const IN_PLACE: &[&str] = &["tee", "cp", "dd", "sort", "truncate", "install", "split", "csplit", "shuf", "rsync"];
/// Programs whose words name files that they do not write.
pub(super) const LOOKS: &[&str] = &[
    ":", "[", "basename", "cat", "cd", "chmod", "cut", "dirname", "echo", "export", "file", "grep", "head", "ls",
    "printf", "readlink", "realpath", "rg", "shellcheck", "stat", "tail", "test", "touch", "wc",
];

/// Where a command that was found after a script began writes into that script, the whole is opaque.
pub(super) fn settle(outer: &Outer<'_>, parsed: &mut Parsed) {
    let mut seen = BTreeSet::new();
    let mut refused = Vec::new();
    for (path, from) in &parsed.running.scripts {
        if !seen.insert(path.as_str()) {
            continue;
        }
        let later = parsed.commands.get(*from..).unwrap_or_default();
        let has_links = parsed.commands.iter().any(links);
        if later.iter().any(|command| changes(command, path, has_links, outer)) {
            refused.push(path.clone());
        }
    }
    for path in refused {
        refuse(&path, "what this runs could write into the script while it is run", parsed);
    }
}

/// Whether a command makes another name for a file.
pub(super) fn links(command: &Command) -> bool {
    let name = command.words.first().and_then(Word::text).map_or("", base);
    let has_flag = command.words.iter().skip(1).filter_map(Word::text).any(|word| {
        ["--link", "--symbolic-link"].contains(&word)
            || (word.starts_with('-') && !word.starts_with("--") && word.contains(['l', 's']))
    });
    ["ln", "link"].contains(&name) || (name == "cp" && has_flag)
}

pub(super) fn changes(command: &Command, script: &str, has_links: bool, outer: &Outer<'_>) -> bool {
    if command.place != Place::Here {
        return false;
    }
    let name = command.words.first().and_then(Word::text).map_or("", base);
    let words = || command.words.iter().skip(1);
    let redirected = command
        .redirects
        .iter()
        .filter(|redirect| redirect.kind == RedirectKind::Write)
        .filter_map(|redirect| redirect.target.text())
        .filter(|path| !path.starts_with("/dev/"));
    let is_writer = IN_PLACE.contains(&name);
    let mut written: Vec<&str> = redirected.collect();
    written.extend(words().filter_map(Word::text).filter(|_| is_writer));
    if has_links && !written.is_empty() {
        return true;
    }
    // Into a directory, whatever is copied keeps its name: that matters where the names are not all seen.
    let is_deep = is_writer && (name == "rsync" || words().any(|word| word.text().is_none_or(is_recursive)));
    let is_named = !LOOKS.contains(&name)
        && words().filter_map(Word::text).any(|word| {
            word.strip_suffix(base(script))
                .is_some_and(|before| names_it(before) && (name != "git" || word.starts_with('-')))
        });
    if is_named || written.is_empty() {
        return is_named;
    }
    let here = Outer { directory: command.directory.clone(), ..outer.clone() };
    written.iter().any(|path| is_same(path, script, &here) || (is_deep && is_above(path, script, &here)))
}

/// Whether what stands before a file's name leaves it a name of its own: a directory, a flag, an equals sign, nothing.
fn names_it(before: &str) -> bool {
    before.is_empty() || before.starts_with('-') || before.ends_with(['/', '=', ':', '@', ','])
}

fn is_recursive(word: &str) -> bool {
    ["--recursive", "--archive"].contains(&word)
        || (word.starts_with('-') && !word.starts_with("--") && word.contains(['r', 'R', 'a']))
}

/// What a path leads to, by every name that is known of it.
fn names(path: &str, outer: &Outer<'_>) -> Vec<String> {
    let answer = outer.facts.answer(&Want::Path { path: path.to_owned() });
    ["real", "identity"].iter().filter_map(|name| answer.field(name)).map(str::to_owned).collect()
}

/// Whether `path` can be the script by another name.
fn is_same(path: &str, script: &str, outer: &Outer<'_>) -> bool {
    let Some(full) = absolute(path, outer) else { return base(path) == base(script) };
    if full == script || base(path) == base(script) {
        return true;
    }
    let own = names(script, outer);
    names(&full, outer).iter().any(|name| own.contains(name))
}

/// Whether `path` is a directory above the script.
fn is_above(path: &str, script: &str, outer: &Outer<'_>) -> bool {
    let Some(full) = absolute(path, outer) else { return true };
    let above = names(&full, outer);
    let own = names(script, outer);
    let holds = |one: &String| own.iter().any(|other| other.starts_with(&format!("{}/", one.trim_end_matches('/'))));
    above.is_empty() || own.is_empty() || above.iter().any(holds)
}
