//! Texts of a line that something in it could run without being understood: what is piped, assigned and written.
//!
//! `… | head | sh`, `p=kubectl; ${p/x/y} …`, `echo … > x; cp x y; sh y`: the text that runs is not followed, and stands
//! in the line all the same. It is offered to the suspects, which can only make a decision stricter.

use crate::model::invocation::{Form, Raw};

use super::wrappers::base;
use super::{Certainty, Command, Outer, Parsed, StdinSource, Word, suspects};

/// Programs whose words and standard input become what others read.
const PRODUCERS: &[&str] = &[
    "echo", "printf", "cat", "tee", "read", "mapfile", "readarray", "tr", "sed", "awk", "rev", "base64", "head",
    "tail", "sort", "uniq", "grep", "cut", "xargs", "yes", "xxd", "paste", "tac", "fold", "set", "alias", ":", "cp",
];
/// The most words after a program that is not known.
const MOST_WORDS: usize = 64;
/// The most tools that such a program is taken for.
const MOST_TOOLS: usize = 16;

/// Notes the texts that the line makes, and what its unknown programs can be.
pub fn settle(outer: &Outer<'_>, parsed: &mut Parsed) {
    let text = match &outer.invocation.form {
        Form::Shell { text, .. } => text.lossy().into_owned(),
        Form::Argv(argv) => argv.iter().map(Raw::lossy).collect::<Vec<_>>().join("\n"),
    };
    let mut texts: Vec<String> = assigned(&text).into_iter().chain(documents(&text)).collect();
    for command in parsed.commands.iter().filter(|command| command.certainty == Certainty::Found) {
        let name = command.words.first().and_then(Word::text).map_or("", base);
        let is_setting = name == "git" && command.words.get(1).and_then(Word::text) == Some("config");
        if PRODUCERS.contains(&name) || is_setting {
            texts.extend(command.words.iter().skip(1).filter_map(Word::text).map(str::to_owned));
            if let StdinSource::Text(text) = &command.stdin {
                texts.push(text.lossy().into_owned());
            }
        }
    }
    // Lines that become the words of one command, and letters that are made small.
    let joined: Vec<String> =
        texts.iter().filter(|text| text.contains('\n')).map(|text| text.replace('\n', " ")).collect();
    let small: Vec<String> =
        texts.iter().filter(|text| text.contains(char::is_uppercase)).map(|text| text.to_lowercase()).collect();
    texts.extend(joined.into_iter().chain(small));
    texts.extend(outer.files.borrow().texts().map(|text| text.lossy().into_owned()));
    let programs = unknown_programs(&text, outer, parsed);
    parsed.commands.extend(programs);
    parsed.offered = texts;
}

/// What a program that is not known would be, were it one of the tools that the line names.
fn unknown_programs(text: &str, outer: &Outer<'_>, parsed: &Parsed) -> Vec<Command> {
    let is_unknown = |command: &&Command| {
        command.certainty == Certainty::Found && command.words.first().is_some_and(|word| word.text().is_none())
    };
    let unknown: Vec<&Command> = parsed.commands.iter().filter(is_unknown).collect();
    if unknown.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for tool in suspects::tools(text, outer.packs).into_iter().take(MOST_TOOLS) {
        for command in &unknown {
            let rest = command.words.iter().skip(1).take(MOST_WORDS).cloned();
            let words = std::iter::once(Word::known(tool)).chain(rest).collect();
            let words: Vec<Word> = words;
            let described = super::described::by_name(&words, outer.packs);
            let certainty = Certainty::Suspected;
            found.push(Command { words, redirects: Vec::new(), certainty, described, ..(*command).clone() });
        }
    }
    found
}

/// The values in `NAME=value`, as far as their end can be seen.
fn assigned(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('=') {
        let before = text.get(..at).unwrap_or_default();
        let is_name = before.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | ']' | '%' | ':'));
        let value = text.get(at + 1..).unwrap_or_default();
        let value = value.strip_prefix(['$', '(']).unwrap_or(value);
        let end = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                value.get(1..).and_then(|rest| rest.find(quote)).map_or(value.len(), |end| end + 2)
            }
            _ => value.find([';', '\n', '&', '|', ')']).unwrap_or(value.len()),
        };
        if is_name {
            found.extend(value.get(..end).map(str::to_owned));
        }
    }
    found
}

/// The bodies of here-documents, and here-strings.
fn documents(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, mark) in text.match_indices("<<") {
        let rest = text.get(at + mark.len()..).unwrap_or_default();
        if let Some(string) = rest.strip_prefix('<') {
            found.extend(string.lines().next().map(str::to_owned));
            continue;
        }
        let rest = rest.trim_start_matches(['-', ' ', '\t']);
        let end = rest.find(|c: char| c.is_whitespace() || ";|&<>()".contains(c)).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default().replace(['"', '\'', '\\'], "");
        let lines = rest.lines().skip(1).take_while(|line| line.trim_start_matches('\t') != name);
        found.push(lines.collect::<Vec<_>>().join("\n"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assigned_values_and_documents_are_found() {
        assert_eq!(assigned("p=kubectl; q='a b'; echo \"x\""), ["kubectl", "'a b'"]);
        assert_eq!(assigned("declare -A m=([k]=v)"), ["[k]=v", "v"]);
        assert_eq!(documents("bash x <<'E' >y\nls\npwd\nE\nmore"), ["ls\npwd"]);
        assert_eq!(documents("cat <<< 'ls -la'\nmore"), [" 'ls -la'"]);
    }
}
