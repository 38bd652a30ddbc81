//! Commands of governed tools in code and arguments that are not understood. They may be what runs there, or only be
//! spoken of: they can make a decision stricter, never milder.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::packs::{self, described::Packs};

use super::{OpaqueKind, Word};

/// The most suspects of one text; where there are so many, there may be more.
pub const MOST: usize = 500;
/// Shorter runs are not taken for base64: that of the shortest command that matters is longer.
const SHORTEST: usize = 12;
/// The most words of one suspect.
const MOST_WORDS: usize = 64;
/// How many bytes after a name are looked through for its words, and before it for the start of its path: without an end
/// a long text would be looked through once more for each name in it.
const FARTHEST: usize = 16 * 1024;
/// How long a range in braces can be.
const LONGEST_RANGE: usize = 128;
/// Names that are words of languages and of everyday English too: in a text they count only where a string begins.
const COMMON: &[&str] = &[
    "[", "age", "apply", "ar", "arch", "as", "at", "batch", "bind", "bind", "break", "builtin", "bun", "bundle", "cal",
    "case", "cat", "clear", "code", "column", "comm", "command", "complete", "composer", "continue", "cut", "date",
    "dd", "dig", "dir", "do", "ed", "env", "eval", "ex", "exec", "exit", "expand", "expect", "expr", "factor", "false",
    "fd", "file", "find", "fish", "fly", "fold", "free", "gem", "go", "groups", "hash", "head", "help", "host", "http",
    "https", "id", "info", "init", "install", "ip", "java", "job", "join", "just", "kill", "last", "less", "link",
    "ln", "locale", "locate", "login", "look", "ls", "make", "man", "mc", "more", "mount", "next", "nl", "node", "nox",
    "op", "pass", "paste", "patch", "php", "ping", "port", "pr", "printf", "ps", "read", "readonly", "rename",
    "replace", "reset", "return", "rev", "route", "ruby", "scala", "script", "security", "seq", "service", "set",
    "shift", "sleep", "snap", "sort", "source", "split", "ss", "stat", "step", "strings", "sum", "swift", "sync",
    "tail", "tc", "tee", "test", "time", "times", "top", "touch", "tr", "trap", "tree", "true", "truncate", "type",
    "uniq", "unlink", "unset", "uptime", "users", "vault", "view", "w", "wait", "watch", "wc", "which", "who", "yes",
    "zip",
];
/// Packs whose programs are the shell's own words.
const WORDS_OF_SHELLS: &[&str] = &["builtin", "nothing", "variables"];

/// The suspects in the arguments of a program that is not understood: governed tools with the words after them.
pub fn in_words(words: &[Word], packs: Packs) -> Vec<Vec<Word>> {
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let text = match word {
            Word::Literal(raw) => raw.as_str(),
            Word::Opaque(opaque) => Some(opaque.text.as_str()),
        };
        let Some(text) = text else { continue };
        if let Some(tool) = tool(text, packs) {
            let rest = words.get(at + 1..).unwrap_or_default().iter().take(MOST_WORDS).cloned();
            found.push(std::iter::once(Word::known(tool)).chain(rest).collect());
        }
        if text.contains(|c: char| !c.is_alphanumeric()) {
            found.extend(in_text(text, packs));
        }
        if found.len() >= MOST {
            break;
        }
    }
    found
}

/// The governed tool that a whole word names: by path, or as an image (`bitnami/kubectl:1.30`).
fn tool(word: &str, packs: Packs) -> Option<&'static str> {
    let name = word.rsplit('/').next().unwrap_or(word);
    let name = name.split(['@', ':']).next().unwrap_or(name);
    let name = if name == "aws-cli" { "aws" } else { name };
    governed(name, packs)
}

/// The program's name as its pack has it, when a pack other than the shell's own words, or the policy, describes it.
fn governed(name: &str, packs: Packs) -> Option<&'static str> {
    let pack = packs::find(name)
        .filter(|pack| !WORDS_OF_SHELLS.contains(&pack.tool))
        .or_else(|| packs.tool(name).map(|tool| &tool.pack))?;
    pack.programs.iter().copied().find(|program| *program == name)
}

/// Whether the first word of a text is a governed tool.
pub fn begins_with_tool(text: &str, packs: Packs) -> bool {
    text.split_whitespace().next().is_some_and(|word| tool(word, packs).is_some())
}

/// The suspects in a text of whatever language: a governed tool's name, and what follows it up to the end of the string,
/// the list or the line.
pub fn in_text(text: &str, packs: Packs) -> Vec<Vec<Word>> {
    let mut found = plain_text(text, packs);
    // A quotation mark within quotes, as shells write it.
    if text.contains("'\\''") {
        found.extend(plain_text(&text.replace("'\\''", "\""), packs));
    }
    // A text within the text, as base64.
    for run in text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='))) {
        if run.len() >= SHORTEST
            && let Some(text) = decoded(run)
        {
            found.extend(plain_text(&text, packs));
        }
    }
    found.truncate(MOST);
    found
}

fn decoded(run: &str) -> Option<String> {
    let bytes = STANDARD.decode(run).ok()?;
    String::from_utf8(bytes).ok().filter(|text| !text.contains(|c: char| c.is_control() && !c.is_whitespace()))
}

fn plain_text(text: &str, packs: Packs) -> Vec<Vec<Word>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((start, name)) = next_name(text, at) {
        at = start + name.len();
        if let Some(tool) = governed(name, packs).or_else(|| flagged(name, packs))
            && is_command(text, start, name)
        {
            let mut words = vec![Word::known(tool)];
            words.extend(arguments(head(text.get(at..).unwrap_or_default(), FARTHEST), opening(text, start)));
            // Arguments in one string are split again by some.
            if words.iter().filter_map(Word::text).any(|text| text.contains(' ')) {
                found.push(words.iter().flat_map(split).collect());
            }
            found.push(words);
            if found.len() >= MOST {
                break;
            }
        }
    }
    found
}

/// The suspects in a shell text that is not read: with its redirections and braces taken out, and the files it writes.
pub fn in_shell_text(text: &str, packs: Packs) -> Vec<Vec<Word>> {
    let mut kept: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    let text = ranges(&text.replace("\\\n", "")).replace(['{', '}', ','], " ");
    let mut tokens = text.split_inclusive(char::is_whitespace).peekable();
    while let Some(token) = tokens.next() {
        let bare = token.trim().trim_start_matches(|c: char| c.is_ascii_digit() || c == '&');
        let Some(direction) = bare.chars().next().filter(|c| matches!(c, '<' | '>')) else {
            kept.push(token);
            continue;
        };
        let mut file = bare.trim_start_matches(['<', '>', '&', '|', '-']);
        if file.is_empty() && !bare.ends_with('-') {
            file = tokens.next().unwrap_or_default().trim();
        }
        if direction == '>' && !file.is_empty() && found.len() < MOST {
            found.push(vec![Word::known("tee"), Word::known(file.trim_matches(['"', '\'']))]);
        }
    }
    found.extend(in_text(&kept.concat(), packs));
    // Its words as a shell would take their quotes off.
    if text.contains(['"', '\'', '\\'])
        && let Some(words) = shlex::split(&text.replace("$'", "'").replace("$\"", "\""))
    {
        found.extend(in_words(&words.into_iter().map(Word::known).collect::<Vec<_>>(), packs));
    }
    found
}

/// Ranges in braces, each with its first letter alone: `{k..k}ubectl`.
fn ranges(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        // No range is longer; without an end each bracket would be looked at with all that follows it.
        let range = head(after, LONGEST_RANGE)
            .split_once('}')
            .and_then(|(inner, _)| Some((inner.split_once("..")?.0, after.get(inner.len() + 1..)?)));
        rest = match range {
            Some((first, after)) => {
                out.push_str(first);
                after
            }
            None => {
                out.push('{');
                after
            }
        };
    }
    out + rest
}

/// The tool right behind a short flag: `-O'kubectl …'`.
fn flagged(name: &str, packs: Packs) -> Option<&'static str> {
    // A line of a makefile that may fail: `@-kubectl …`.
    if let Some(tool) = name.strip_prefix('-').and_then(|name| governed(name, packs)).filter(|name| !is_common(name)) {
        return Some(tool);
    }
    let mut letters = name.strip_prefix('-')?.chars();
    letters.next().filter(char::is_ascii_alphabetic)?;
    governed(letters.as_str(), packs).filter(|name| !is_common(name))
}

fn split(word: &Word) -> Vec<Word> {
    match word.text() {
        Some(text) => text.split_whitespace().map(Word::known).collect(),
        None => vec![word.clone()],
    }
}

/// Every governed tool that a text names, but for names that are common words.
pub fn tools(text: &str, packs: Packs) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut at = 0;
    while let Some((start, name)) = next_name(text, at) {
        at = start + name.len();
        found.extend(governed(name, packs).filter(|name| !is_common(name)));
    }
    found
}

/// The next run of characters of which names of programs are made.
fn next_name(text: &str, from: usize) -> Option<(usize, &str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let rest = text.get(from..)?;
    let start = from + rest.find(is_part)?;
    let name = text.get(start..)?;
    let end = name.find(|c: char| !is_part(c)).unwrap_or(name.len());
    Some((start, name.get(..end)?))
}

/// Whether a name is a word of languages too. What a policy describes can be called by any word.
fn is_common(name: &str) -> bool {
    COMMON.binary_search(&name).is_ok() || (packs::find(name).is_none() && name.chars().all(char::is_alphabetic))
}

/// Whether the name at `start` can be a program there: common words only where a string or a command begins.
fn is_command(text: &str, start: usize, name: &str) -> bool {
    let before = text.get(..start).unwrap_or_default();
    // `/bin/rm` is `rm` wherever a path may begin.
    before.is_empty() || before.ends_with(['"', '\'', '`', '(', ';', '|', '&', '!', '/', '=', '\n']) || !is_common(name)
}

/// The quotation mark right before the name, past a path.
fn opening(text: &str, start: usize) -> Option<char> {
    let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    let from = (start.saturating_sub(FARTHEST)..=start).find(|at| text.is_char_boundary(*at))?;
    text.get(from..start)?.trim_end_matches(is_path).chars().next_back().filter(|c| matches!(c, '"' | '\'' | '`'))
}

/// The beginning of a text, of about this many bytes.
fn head(text: &str, most: usize) -> &str {
    (most.saturating_sub(3)..=most).rev().find_map(|end| text.get(..end)).unwrap_or(text)
}

/// The words after the tool's name: of the string it stands in, or of the strings of the list that it begins.
fn arguments(rest: &str, quote: Option<char>) -> Vec<Word> {
    let Some(quote) = quote else { return plain(rest, None) };
    match rest.strip_prefix('\\').unwrap_or(rest).strip_prefix(quote) {
        Some(list) => strings(list),
        None => plain(rest, Some(quote)),
    }
}

/// The words up to the quotation mark, a separator of shells, or the end of the line.
fn plain(rest: &str, quote: Option<char>) -> Vec<Word> {
    let stops = |c: char| match quote {
        Some(quote) => c == quote || matches!(c, '\n' | ';' | '|' | '&'),
        None => matches!(c, '\n' | ';' | '|' | '&' | ')' | ']' | '`' | '"' | '\''),
    };
    let end = if quote.is_none() { quoted_end(rest, stops) } else { rest.find(stops).unwrap_or(rest.len()) };
    let text = rest.get(..end).unwrap_or_default();
    text.split([' ', '\t', ','])
        .map(|word| word.trim_matches(|c| matches!(c, '"' | '\'' | '\\')))
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .map(word)
        .collect()
}

/// Where bare words end: a quotation mark that opens is passed with what it quotes.
fn quoted_end(rest: &str, stops: impl Fn(char) -> bool) -> usize {
    let mut open = None;
    let mut before = ' ';
    let mut depth = 0_u32;
    for (at, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            // The group that the command stands in ends.
            '}' if depth == 0 && open.is_none() => return at,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match open {
            Some(quote) if c == quote => open = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') && matches!(before, ' ' | '=' | '\t') => open = Some(c),
            None if stops(c) => return at,
            None => {}
        }
        before = c;
    }
    rest.len()
}

/// A word of a text, which is not known where the language puts a value in.
fn word(text: &str) -> Word {
    let is_open = text.contains(['$', '{', '%', '`', '<']) && !text.starts_with("{\"");
    if is_open { Word::opaque(OpaqueKind::Construct, text, "the code puts a value in it") } else { Word::known(text) }
}

/// The strings that follow in a list: `, "delete", 'ns', name]`. What is no string is a word that is not known.
fn strings(list: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = list;
    while words.len() < MOST_WORDS {
        rest = rest.trim_start_matches([' ', '\t', '\n', ',', '[', '(', '\\', '+', '{']);
        let Some(first) = rest.chars().next() else { break };
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        if matches!(first, '"' | '\'' | '`') {
            let end = after.find(first).unwrap_or(after.len());
            words.push(word(after.get(..end).unwrap_or_default().trim_end_matches('\\')));
            rest = after.get(end + 1..).unwrap_or_default();
        } else if first == ']' && after.trim_start().starts_with('+') {
            rest = after;
        } else if first.is_alphanumeric() || first == '_' || first == '$' {
            let end = after.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(after.len());
            rest = after.get(end..).unwrap_or_default();
            let is_prefix = end == 0 && rest.starts_with(['"', '\'']);
            let is_keyword = rest.trim_start().starts_with('=');
            if is_keyword {
                break;
            }
            // The name of a member: `{args: ["delete"]}`.
            if let Some(value) = rest.trim_start().strip_prefix(':') {
                rest = value;
                continue;
            }
            if !is_prefix {
                words.push(Word::opaque(OpaqueKind::Construct, "\"…\"", "the code says what it is"));
            }
        } else {
            break;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(found: Vec<Vec<Word>>) -> Vec<String> {
        let word = |word: &Word| word.text().unwrap_or("?").to_owned();
        found.iter().map(|words| words.iter().map(word).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn common_words_are_sorted() {
        assert!(COMMON.is_sorted());
    }

    #[test]
    fn tools_in_code_are_found_with_their_words() {
        let cases: &[(&str, &str)] = &[
            ("import os; os.system(\"kubectl delete namespace prod\")", "kubectl delete namespace prod"),
            ("require('child_process').execSync('kubectl delete ns prod')", "kubectl delete ns prod"),
            ("spawn(\"kubectl\", [\"delete\", 'ns', name])", "kubectl delete ns ?"),
            ("exec(\"kubectl\",\"delete\",\"ns\",\"prod\")", "kubectl delete ns prod"),
            ("exec qw(kubectl delete ns prod)", "kubectl delete ns prod"),
            ("run([\"/usr/bin/kubectl\"] + [\"delete\", f\"ns\"], check=True)", "kubectl delete ns"),
            ("BEGIN{\"kubectl delete ns prod\" | getline}", "kubectl delete ns prod"),
            ("alias.x=!kubectl delete ns prod", "kubectl delete ns prod"),
            ("ProxyCommand=kubectl delete ns prod", "kubectl delete ns prod"),
            ("1e kubectl delete ns prod", "kubectl delete ns prod"),
            ("`kubectl delete ns #{x}`", "kubectl delete ns ?"),
            ("x && kubectl delete ns prod; y", "kubectl delete ns prod"),
            ("bash -c \\\"kubectl delete ns prod\\\"", "kubectl delete ns prod"),
            ("os.execvp('rm', ['-rf', '/'])", "rm -rf /"),
        ];
        for (text, expected) in cases {
            let found = shown(in_text(text, Packs::default()));
            assert!(found.iter().any(|one| one == expected), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_is_no_shell_text_is_searched_without_redirections() {
        for (text, expected) in [
            ("kubectl 2>&- delete ns prod", "kubectl delete ns prod"),
            ("kubectl <<-'E' delete ns prod 2> /dev/null", "kubectl delete ns prod"),
            ("{kubectl,delete} ns prod", "kubectl delete ns prod"),
            ("cat > .aigov.toml <<< x", "tee .aigov.toml"),
        ] {
            let found = shown(in_shell_text(text, Packs::default()));
            assert!(found.iter().any(|one| one == expected), "{text}: {found:?}");
        }
        assert_eq!(shown(in_shell_text("my-ls -la < x", Packs::default())), Vec::<String>::new());
    }

    #[test]
    fn other_words_are_no_suspects() {
        for text in ["print(1)", "my-kubectl delete", "kubectl_delete ns", "we make a list and go on", "x.find(y)"] {
            assert_eq!(shown(in_text(text, Packs::default())), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn tools_in_arguments_are_found_by_path_and_image() {
        let words = |line: &str| shlex::split(line).unwrap().into_iter().map(Word::known).collect::<Vec<_>>();
        for (line, expected) in [
            ("x terraform destroy -auto-approve", "terraform destroy -auto-approve"),
            ("run bitnami/kubectl:1.30 delete ns prod", "kubectl delete ns prod"),
            ("--exec='kubectl delete ns prod'", "kubectl delete ns prod"),
            ("-- /usr/local/bin/aws s3 rb s3://x", "aws s3 rb s3://x"),
        ] {
            let found = shown(in_words(&words(line), Packs::default()));
            assert!(found.iter().any(|one| one == expected), "{line}: {found:?}");
        }
    }
}
