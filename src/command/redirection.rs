//! Redirections: files that are read and written, and texts that stand in the command itself.

use tree_sitter::Node;

use crate::model::invocation::{Dialect, Raw};

use super::shell::Reader;
use super::{Redirect, RedirectKind, StdinSource, Word};

/// What the redirections of one command come to.
#[derive(Debug, Default)]
pub struct Redirections {
    /// Files.
    pub files: Vec<Redirect>,
    /// Standard input, when it is redirected.
    pub stdin: Option<StdinSource>,
    /// Words of the command that stand after a redirection.
    pub words: Vec<Word>,
}

/// Reads one redirection.
pub fn add(reader: &mut Reader<'_>, node: Node<'_>, all: &mut Redirections) {
    match node.kind() {
        "file_redirect" => file(reader, node, all),
        "herestring_redirect" if reader.dialect == Dialect::Bash => {
            let mut cursor = node.walk();
            let text = node.named_children(&mut cursor).last();
            let word = text.map(|text| reader.word(text));
            let mut cursor = node.walk();
            if node.named_children(&mut cursor).any(|child| child.kind() == "file_descriptor") {
                reader.refuse(node, "a here-string for another descriptor");
            }
            all.stdin = Some(match word {
                Some(Word::Literal(mut raw)) => {
                    raw.0.push(b'\n');
                    StdinSource::Text(raw)
                }
                _ => StdinSource::Piped,
            });
        }
        "heredoc_redirect" => here_document(reader, node, all),
        _ => reader.refuse(node, "a redirection that is not read"),
    }
}

fn file(reader: &mut Reader<'_>, node: Node<'_>, all: &mut Redirections) {
    let mut operator = "";
    let mut descriptor = None;
    let mut targets = Vec::new();
    let mut cursor = node.walk();
    let children: Vec<Node<'_>> = node.children(&mut cursor).collect();
    for child in children {
        match child.kind() {
            "file_descriptor" => descriptor = Some(reader.text(child)),
            kind if !child.is_named() && operator.is_empty() => operator = kind,
            _ if child.is_named() => targets.push(reader.word(child)),
            _ => reader.refuse(child, "a redirection that is not read"),
        }
    }
    let is_numbered = descriptor.is_some();
    let is_input = descriptor.as_deref().is_none_or(|text| text.trim_start_matches('0').is_empty());
    if descriptor.is_some_and(|text| !text.chars().all(|c| c.is_ascii_digit())) {
        reader.refuse(node, "a descriptor that is not a number");
    }
    let mut targets = targets.into_iter();
    let first = targets.next();
    let rest: Vec<Word> = targets.collect();
    let is_bash = reader.dialect == Dialect::Bash;
    match (operator, first) {
        (">&-" | "<&-", first) => all.words.extend(first),
        (">&" | "<&", Some(target)) if is_descriptor(&target) => {
            // Another descriptor in the place of standard input: whatever came before does not count.
            if is_input && (operator == "<&" || is_numbered) {
                all.stdin = Some(StdinSource::Piped);
            }
        }
        ("<", Some(target)) => {
            if is_input {
                all.stdin = Some(StdinSource::File(target.clone()));
            }
            push(reader, node, all, RedirectKind::Read, target);
        }
        (">" | ">>" | ">|", Some(target)) => push(reader, node, all, RedirectKind::Write, target),
        ("&>" | "&>>" | ">&", Some(target)) if is_bash => push(reader, node, all, RedirectKind::Write, target),
        _ => reader.refuse(node, "a redirection that is not read"),
    }
    all.words.extend(rest);
}

fn push(reader: &mut Reader<'_>, node: Node<'_>, all: &mut Redirections, kind: RedirectKind, target: Word) {
    if target.text().is_some_and(|path| path.starts_with("/dev/tcp/") || path.starts_with("/dev/udp/")) {
        reader.refuse(node, "bash opens a network connection for it");
    }
    all.files.push(Redirect { kind, target });
}

fn is_descriptor(word: &Word) -> bool {
    word.text().is_some_and(|text| {
        let digits = text.strip_suffix('-').unwrap_or(text);
        text == "-" || (!digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()))
    })
}

/// `<<END`: only in its plain form, and only where our own reading of the lines agrees with the grammar's.
fn here_document(reader: &mut Reader<'_>, node: Node<'_>, all: &mut Redirections) {
    let mut start = None;
    let mut body = None;
    let mut end = None;
    let mut cursor = node.walk();
    let children: Vec<Node<'_>> = node.children(&mut cursor).collect();
    for child in children {
        match child.kind() {
            "<<" | "<<-" | "\n" => {}
            "file_descriptor" => reader.refuse(child, "a here-document for another descriptor"),
            "heredoc_start" => start = Some(child),
            "heredoc_body" => body = Some(child),
            "heredoc_end" => end = Some(child),
            "file_redirect" => file(reader, child, all),
            _ => reader.refuse(child, "a command on the line of a here-document"),
        }
    }
    let (Some(start), Some(end)) = (start, end) else {
        reader.refuse(node, "a here-document that is not read");
        return;
    };
    let mark = reader.text(start);
    let is_quoted = mark.contains(['\'', '"', '\\']);
    let delimiter: String = mark.chars().filter(|c| !matches!(c, '\'' | '"' | '\\')).collect();
    let text = body.map_or_else(String::new, |body| reader.text(body));
    let from = body.map_or(end.start_byte(), |body| body.start_byte());
    let header = reader.slice(start.end_byte(), from).unwrap_or_default().to_owned();
    let is_dashed = reader.text(node).contains("<<-");
    let is_framed =
        header.ends_with('\n') && header.matches('\n').count() == 1 && (text.is_empty() || text.ends_with('\n'));
    let is_ended = !text.lines().any(|line| line.trim_start_matches('\t') == delimiter)
        && reader.text(end).trim_start_matches('\t') == delimiter;
    if !is_framed || !is_ended || delimiter.is_empty() {
        reader.refuse(node, "a here-document that is not read");
    }
    let is_constant = is_quoted || !text.contains(['$', '`', '\\']);
    all.stdin =
        Some(if is_constant && !is_dashed { StdinSource::Text(Raw::from(text.clone())) } else { StdinSource::Piped });
    if let (false, Some(body)) = (is_quoted, body) {
        let mut cursor = body.walk();
        let parts: Vec<Node<'_>> = body.named_children(&mut cursor).collect();
        let mut substitutions = 0;
        for part in parts.into_iter().filter(|part| part.kind() != "heredoc_content") {
            substitutions += usize::from(part.kind() == "command_substitution");
            reader.word(part);
        }
        // What the grammar did not find would run unseen.
        if text.contains('`') || text.matches("$(").count() != substitutions {
            reader.refuse(body, "a here-document with parts that are not read");
        }
    }
}
