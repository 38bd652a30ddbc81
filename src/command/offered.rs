//! Texts of a line that something in it could run without being understood: what is piped, assigned and written.
//!
//! `… | head | sh`, `p=kubectl; ${p/x/y} …`, `echo … > x; cp x y; sh y`: the text that runs is not followed, and stands
//! in the line all the same. It is offered to the suspects, which can only make a decision stricter.

use crate::model::invocation::{Form, Raw};
use crate::packs::described::Packs;

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
    let mut text = match &outer.invocation.form {
        Form::Shell { text, .. } => text.lossy().into_owned(),
        Form::Argv(argv) => argv.iter().map(Raw::lossy).collect::<Vec<_>>().join("\n"),
    };
    for inner in std::mem::take(&mut parsed.texts) {
        text.push('\n');
        text.push_str(&inner);
    }
    let mut texts: Vec<String> = assigned(&text).into_iter().chain(documents(&text)).chain(keyed(&text)).collect();
    for command in parsed.commands.iter().filter(|command| command.certainty == Certainty::Found) {
        let name = command.words.first().and_then(Word::text).map_or("", base);
        let is_setting = name == "git" && command.words.get(1).and_then(Word::text) == Some("config");
        if PRODUCERS.contains(&name) || is_setting {
            let words: Vec<&str> = command.words.iter().skip(1).filter_map(Word::text).collect();
            texts.extend(words.iter().copied().map(str::to_owned));
            texts.push(words.join(" "));
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
    let mut programs = unknown_programs(&text, &texts, outer.packs, parsed);
    programs.extend(copies(outer.packs, parsed));
    programs.extend(fed(&texts, outer.packs, parsed));
    parsed.commands.extend(programs);
    parsed.offered = texts;
    parsed.written =
        outer.files.borrow().written().map(|(path, text)| (path.clone(), text.lossy().into_owned())).collect();
}

/// A program under another name: `cp /usr/bin/kubectl k; ./k …`.
fn copies(packs: Packs, parsed: &Parsed) -> Vec<Command> {
    const COPIERS: &[&str] = &["cp", "ln", "mv", "install", "link"];
    let mut known: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut found = Vec::new();
    for command in parsed.commands.iter().filter(|command| command.certainty == Certainty::Found) {
        let Some(program) = command.words.first().and_then(Word::text).map(base) else { continue };
        for tool in known.iter().filter(|(name, _)| *name == program).flat_map(|(_, tools)| tools) {
            found.push(renamed(command, tool));
        }
        let is_operand = |word: &&Word| word.text().is_none_or(|text| !text.starts_with('-'));
        let operands: Vec<&Word> = command.words.iter().skip(1).filter(is_operand).collect();
        if let (true, [source, .., target]) = (COPIERS.contains(&program), operands.as_slice())
            && let Some(name) = target.text().map(base)
        {
            let tools = match source {
                Word::Literal(_) => source.text().map(base).into_iter().collect(),
                Word::Opaque(opaque) => suspects::tools(&opaque.text, packs).into_iter().collect(),
            };
            known.push((name, tools));
        }
    }
    found.truncate(MOST_TOOLS);
    found
}

fn renamed(command: &Command, tool: &str) -> Command {
    let rest = command.words.iter().skip(1).take(MOST_WORDS).cloned();
    let words = std::iter::once(Word::known(tool)).chain(rest).collect();
    Command { words, redirects: Vec::new(), certainty: Certainty::Suspected, ..command.clone() }
}

/// What `xargs` makes of a tool and a text of the line, where what it reads is not known.
fn fed(texts: &[String], packs: Packs, parsed: &Parsed) -> Vec<Command> {
    let mut found = Vec::new();
    for command in &parsed.commands {
        let is_feeder = matches!(command.words.first().and_then(Word::text).map(base), Some("xargs" | "parallel"));
        if !is_feeder || command.certainty != Certainty::Found {
            continue;
        }
        for words in suspects::in_words(command.words.get(1..).unwrap_or_default(), packs).into_iter().take(MOST_TOOLS)
        {
            for text in texts.iter().take(MOST_TOOLS) {
                let more = text.split_whitespace().take(MOST_WORDS).map(Word::known);
                let words = words.iter().cloned().chain(more).collect();
                let certainty = Certainty::Suspected;
                found.push(Command { words, redirects: Vec::new(), certainty, ..command.clone() });
            }
        }
    }
    found
}

/// Arrays that are given by subscript, `([1]=delete [0]=kubectl)`, in the order of those.
fn keyed(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, mark) in text.match_indices("=(") {
        let list = text.get(at + mark.len()..).unwrap_or_default();
        let list = list.get(..list.find(')').unwrap_or(list.len())).unwrap_or_default();
        let element = |word: &String| {
            let (index, value) = word.strip_prefix('[')?.split_once("]=")?;
            Some((index.parse::<u32>().ok()?, value.to_owned()))
        };
        let words = shlex::split(list).unwrap_or_default();
        let Some(mut elements) = words.iter().map(element).collect::<Option<Vec<_>>>() else { continue };
        elements.sort();
        found.push(elements.into_iter().map(|(_, value)| value).collect::<Vec<_>>().join(" "));
    }
    found
}

/// What a program that is not known would be, were it one of the tools that the line names, or a text of the line that
/// begins with one.
fn unknown_programs(text: &str, texts: &[String], packs: Packs, parsed: &Parsed) -> Vec<Command> {
    let is_unknown = |command: &&Command| {
        command.certainty == Certainty::Found && command.words.first().is_some_and(|word| word.text().is_none())
    };
    let unknown: Vec<&Command> = parsed.commands.iter().filter(is_unknown).collect();
    if unknown.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for tool in suspects::tools(text, packs).into_iter().take(MOST_TOOLS) {
        found.extend(unknown.iter().map(|command| renamed(command, tool)));
    }
    let begins = |text: &&String| text.contains(' ') && suspects::begins_with_tool(text, packs);
    for text in texts.iter().filter(begins).take(MOST_TOOLS) {
        for command in &unknown {
            let mut more = renamed(command, "");
            more.words.splice(..1, text.split_whitespace().take(MOST_WORDS).map(Word::known));
            found.push(more);
        }
    }
    found
}

/// The values in `NAME=value`, as far as their end can be seen.
fn assigned(text: &str) -> Vec<String> {
    // A quotation mark within single quotes is kept out of sight while their end is looked for.
    let text = text.replace("'\\''", "\u{1}");
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
            found.extend(value.get(..end).map(|value| value.replace('\u{1}', "\"")));
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
