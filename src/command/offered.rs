//! Texts of a line that something in it could run without being understood: what is piped, assigned and written.
//!
//! `… | head | sh`, `p=kubectl; ${p/x/y} …`, `echo … > x; cp x y; sh y`: the text that runs is not followed, and stands
//! in the line all the same. It is offered to the suspects, which can only make a decision stricter.

use std::collections::HashSet;

use crate::model::invocation::{Form, Raw};
use crate::packs::described::Packs;

use super::wrappers::base;
use super::{Certainty, Command, Opaque, OpaqueKind, Outer, Parsed, StdinSource, Word, suspects};

/// Programs whose words and standard input become what others read.
const PRODUCERS: &[&str] = &[
    "echo", "printf", "cat", "tee", "read", "mapfile", "readarray", "tr", "sed", "awk", "rev", "base64", "head",
    "tail", "sort", "uniq", "grep", "cut", "xargs", "yes", "xxd", "paste", "tac", "fold", "set", "alias", ":", "cp",
];
/// The most words after a program that is not known.
const MOST_WORDS: usize = 64;
/// The most tools that such a program is taken for.
const MOST_TOOLS: usize = 16;
/// The most commands of one kind that are made up.
const MOST_MADE: usize = 1_000;
/// How many bytes of texts are kept. No honest line makes a tenth of it; a small one that is not honest makes gigabytes.
const MOST_BYTES: usize = 512 * 1024;

/// Texts that were found, as far as there is room for them.
#[derive(Default)]
struct Texts {
    kept: Vec<String>,
    seen: HashSet<String>,
    bytes: usize,
}

impl Texts {
    /// Keeps a text that is not kept yet.
    fn push(&mut self, text: impl Into<String>) {
        let text = text.into();
        self.bytes = self.bytes.saturating_add(text.len() + 1);
        if !self.is_full() && !self.seen.contains(&text) {
            self.seen.insert(text.clone());
            self.kept.push(text);
        }
    }

    fn extend(&mut self, texts: impl IntoIterator<Item = String>) {
        texts.into_iter().for_each(|text| self.push(text));
    }

    /// Whether there was more than there is room for.
    fn is_full(&self) -> bool {
        self.bytes > MOST_BYTES
    }
}

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
    let mut texts = Texts::default();
    assigned(&text, &mut texts);
    documents(&text, &mut texts);
    keyed(&text, &mut texts);
    produced(parsed, &mut texts);
    // Lines that become the words of one command, and letters that are made small.
    let joined: Vec<String> =
        texts.kept.iter().filter(|text| text.contains('\n')).map(|text| text.replace('\n', " ")).collect();
    let small: Vec<String> =
        texts.kept.iter().filter(|text| text.contains(char::is_uppercase)).map(|text| text.to_lowercase()).collect();
    texts.extend(joined.into_iter().chain(small));
    texts.extend(outer.files.borrow().texts().map(|text| text.lossy().into_owned()));
    let is_full = texts.is_full();
    let mut texts = texts.kept;
    if is_full {
        parsed.opaque.push(Opaque {
            kind: OpaqueKind::Nesting,
            text: "…".to_owned(),
            why: "it makes more text than is looked through".to_owned(),
        });
        texts.push(text.clone());
    }
    let mut programs = unknown_programs(&text, &texts, outer.packs, parsed);
    programs.extend(copies(outer.packs, parsed));
    programs.extend(fed(&texts, outer.packs, parsed));
    parsed.commands.extend(programs);
    parsed.offered = texts;
    parsed.written =
        outer.files.borrow().written().map(|(path, text)| (path.clone(), text.lossy().into_owned())).collect();
}

/// The texts that commands print, set or write.
fn produced(parsed: &Parsed, texts: &mut Texts) {
    for command in parsed.commands.iter().filter(|command| command.certainty == Certainty::Found) {
        if texts.is_full() {
            return;
        }
        let name = command.words.first().and_then(Word::text).map_or("", base);
        let is_setting = name == "git" && command.words.get(1).and_then(Word::text) == Some("config");
        if PRODUCERS.contains(&name) || is_setting {
            let words: Vec<&str> = command.words.iter().skip(1).filter_map(Word::text).collect();
            texts.extend(words.iter().copied().map(str::to_owned));
            texts.push(words.join(" "));
            if let StdinSource::Text(text) = &command.stdin {
                texts.push(text.lossy());
            }
        }
    }
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
            if found.len() >= MOST_TOOLS {
                return found;
            }
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
    found
}

fn renamed(command: &Command, tool: &str) -> Command {
    let rest = command.words.iter().skip(1).take(MOST_WORDS).cloned();
    let words = std::iter::once(Word::known(tool)).chain(rest).collect();
    Command { redirects: Vec::new(), certainty: Certainty::Suspected, ..command.with(words) }
}

/// What `xargs` makes of a tool and a text of the line, where what it reads is not known.
fn fed(texts: &[String], packs: Packs, parsed: &Parsed) -> Vec<Command> {
    let mut found = Vec::new();
    for command in &parsed.commands {
        let is_feeder = matches!(command.words.first().and_then(Word::text).map(base), Some("xargs" | "parallel"));
        if !is_feeder || command.certainty != Certainty::Found || found.len() >= MOST_MADE {
            continue;
        }
        for words in suspects::in_words(command.words.get(1..).unwrap_or_default(), packs).into_iter().take(MOST_TOOLS)
        {
            for text in texts.iter().take(MOST_TOOLS) {
                let more = text.split_whitespace().take(MOST_WORDS).map(Word::known);
                let words = words.iter().cloned().chain(more).collect();
                let certainty = Certainty::Suspected;
                found.push(Command { redirects: Vec::new(), certainty, ..command.with(words) });
            }
        }
    }
    found
}

/// Arrays that are given by subscript, `([1]=delete [0]=kubectl)`, in the order of those.
fn keyed(text: &str, found: &mut Texts) {
    for (at, mark) in text.match_indices("=(") {
        let list = text.get(at + mark.len()..).unwrap_or_default();
        let list = list.get(..list.find(')').unwrap_or(list.len())).unwrap_or_default();
        found.bytes = found.bytes.saturating_add(list.len());
        if found.is_full() {
            return;
        }
        let element = |word: &String| {
            let (index, value) = word.strip_prefix('[')?.split_once("]=")?;
            Some((index.parse::<u32>().ok()?, value.to_owned()))
        };
        let words = shlex::split(list).unwrap_or_default();
        let Some(mut elements) = words.iter().map(element).collect::<Option<Vec<_>>>() else { continue };
        elements.sort();
        found.push(elements.into_iter().map(|(_, value)| value).collect::<Vec<_>>().join(" "));
    }
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
        found.extend(unknown.iter().take(MOST_MADE / MOST_TOOLS).map(|command| renamed(command, tool)));
    }
    let begins = |text: &&String| text.contains(' ') && suspects::begins_with_tool(text, packs);
    for text in texts.iter().filter(begins).take(MOST_TOOLS) {
        for command in unknown.iter().take(MOST_MADE / MOST_TOOLS) {
            let mut more = renamed(command, "");
            more.words.splice(..1, text.split_whitespace().take(MOST_WORDS).map(Word::known));
            found.push(more);
        }
    }
    found
}

/// The values in `NAME=value`, as far as their end can be seen.
fn assigned(text: &str, found: &mut Texts) {
    // A quotation mark within single quotes is kept out of sight while their end is looked for.
    let text = text.replace("'\\''", "\u{1}");
    for (at, _) in text.match_indices('=') {
        let before = text.get(..at).unwrap_or_default();
        let is_name = before.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | ']' | '%' | ':'));
        if !is_name {
            continue;
        }
        let value = text.get(at + 1..).unwrap_or_default();
        let value = value.strip_prefix(['$', '(']).unwrap_or(value);
        let end = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                value.get(1..).and_then(|rest| rest.find(quote)).map_or(value.len(), |end| end + 2)
            }
            _ => value.find([';', '\n', '&', '|', ')']).unwrap_or(value.len()),
        };
        found.extend(value.get(..end).map(|value| value.replace('\u{1}', "\"")));
        if found.is_full() {
            return;
        }
    }
}

/// The bodies of here-documents, and here-strings.
fn documents(text: &str, found: &mut Texts) {
    for (at, mark) in text.match_indices("<<") {
        let rest = text.get(at + mark.len()..).unwrap_or_default();
        let (first, body) = rest.split_once('\n').unwrap_or((rest, ""));
        // What is only passed over takes its time as well.
        found.bytes = found.bytes.saturating_add(first.len());
        if found.is_full() {
            return;
        }
        if let Some(string) = first.strip_prefix('<') {
            found.push(string);
            continue;
        }
        let name = first.trim_start_matches(['-', ' ', '\t']);
        let end = name.find(|c: char| c.is_whitespace() || ";|&<>()".contains(c)).unwrap_or(name.len());
        let name = name.get(..end).unwrap_or_default().replace(['"', '\'', '\\'], "");
        let lines = body.lines().take_while(|line| line.trim_start_matches('\t') != name);
        found.push(lines.collect::<Vec<_>>().join("\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assigned_values_and_documents_are_found() {
        let found = |find: fn(&str, &mut Texts), text: &str| {
            let mut texts = Texts::default();
            find(text, &mut texts);
            texts.kept
        };
        assert_eq!(found(assigned, "p=kubectl; q='a b'; echo \"x\""), ["kubectl", "'a b'"]);
        assert_eq!(found(assigned, "declare -A m=([k]=v)"), ["[k]=v", "v"]);
        assert_eq!(found(documents, "bash x <<'E' >y\nls\npwd\nE\nmore"), ["ls\npwd"]);
        assert_eq!(found(documents, "cat <<< 'ls -la'\nmore"), [" 'ls -la'"]);
    }
}
