//! Redirections: files that are read and written, and texts that stand in the command itself.

use tree_sitter::Node;

use crate::model::invocation::{Dialect, Raw};

use super::fields::{Quoting, value};
use super::shell::{Reader, children, each_of};
use super::state::{State, Value};
use super::{Redirect, RedirectKind, StdinSource, Word};

/// What the redirections of one command come to.
#[derive(Debug, Clone, Default)]
pub struct Redirections {
    /// Files.
    pub files: Vec<Redirect>,
    /// Standard input, when it is redirected.
    pub stdin: Option<StdinSource>,
    /// Words of the command that stand after a redirection.
    pub words: Vec<Vec<super::fields::Fields>>,
    /// Whether standard output goes elsewhere than to whatever reads it.
    pub has_output: bool,
    /// The file that standard output makes anew, when that is one.
    output: Option<Word>,
}

impl Redirections {
    /// The file that standard output makes anew, when that is the last word on it.
    pub fn output_file(&self) -> Option<Word> {
        self.output.clone()
    }

    /// Whether a file may not open, so that what is redirected does not run.
    pub fn can_fail(&self) -> bool {
        let is_sure = |word: &Word| matches!(word.text(), Some("/dev/null" | "/dev/stdout" | "/dev/stderr"));
        self.files.iter().any(|redirect| !is_sure(&redirect.target))
    }
}

impl Reader<'_> {
    /// Reads one redirection.
    pub(super) fn redirect(&mut self, node: Node<'_>, all: &mut Redirections, state: &mut State) {
        match node.kind() {
            "file_redirect" => self.file(node, all, state),
            "herestring_redirect" if self.dialect == Dialect::Bash => {
                self.covered_line(node);
                let word = each_of(node).into_iter().rfind(|child| child.kind() != "file_descriptor");
                let is_stdin = !each_of(node).iter().any(|child| child.kind() == "file_descriptor");
                let text = word.map(|word| self.value_of(word, state));
                let stdin = match text {
                    Some(Value::Known(values)) if values.len() == 1 => {
                        StdinSource::Text(Raw::from(format!("{}\n", values.concat())))
                    }
                    _ => StdinSource::Piped,
                };
                if is_stdin {
                    all.stdin = Some(stdin);
                }
            }
            "heredoc_redirect" => self.here_document(node, all, state),
            _ => self.refuse(node, "a redirection that is not read"),
        }
    }

    /// Checks that a statement's redirections lie side by side. What stands between is on lines of their own only after
    /// a here-document.
    pub(super) fn covered_redirects(&mut self, node: Node<'_>) {
        let has_heredoc = each_of(node).iter().any(|child| child.kind() == "heredoc_redirect");
        if has_heredoc { self.covered(node) } else { self.covered_line(node) }
    }

    fn file(&mut self, node: Node<'_>, all: &mut Redirections, state: &mut State) {
        self.covered_line(node);
        let mut operator = "";
        let mut descriptor = None;
        let mut targets = Vec::new();
        let mut before: Option<Node<'_>> = None;
        for child in children(node) {
            match child.kind() {
                "file_descriptor" => descriptor = Some(self.text(child)),
                kind if !child.is_named() && operator.is_empty() => operator = kind,
                _ if child.is_named() => {
                    if before.is_some_and(|before| self.is_touching(before, child)) {
                        self.refuse(node, "words that touch each other");
                    }
                    before = Some(child);
                    targets.push(child);
                }
                _ => self.refuse(child, "a redirection that is not read"),
            }
        }
        // dash takes only one digit for a descriptor.
        let most = if self.dialect == Dialect::Bash { 3 } else { 1 };
        if descriptor.as_ref().is_some_and(|text| text.len() > most || !text.chars().all(|c| c.is_ascii_digit())) {
            self.refuse(node, "a descriptor that is not read");
        }
        let mut targets = targets.into_iter();
        let closes = operator.ends_with("&-");
        let first = targets.next().filter(|_| !closes).map(|first| self.one_word(first, state));
        if closes {
            targets = each_of(node)
                .into_iter()
                .filter(|child| child.kind() != "file_descriptor")
                .collect::<Vec<_>>()
                .into_iter();
        }
        self.applied(node, operator, descriptor.as_deref(), first, all);
        for word in targets {
            let fields = self.words(word, state);
            all.words.push(fields);
        }
    }

    fn applied(
        &mut self,
        node: Node<'_>,
        operator: &str,
        descriptor: Option<&str>,
        target: Option<Word>,
        all: &mut Redirections,
    ) {
        let is_bash = self.dialect == Dialect::Bash;
        let is_stdout = matches!(descriptor, None | Some("1"));
        let is_stdin = matches!(descriptor, None | Some("0"));
        match (operator, target) {
            (">&-" | "<&-", _) => all.has_output |= is_stdout && operator.starts_with('>'),
            (">&" | "<&", Some(target)) if is_descriptor(&target) => {
                if operator == "<&" && is_stdin {
                    all.stdin = Some(StdinSource::Piped);
                }
                if operator == ">&" && is_stdout {
                    // What it prints goes to another descriptor: to whom is not followed.
                    all.has_output = true;
                    all.output = None;
                }
            }
            ("<", Some(target)) => {
                if is_stdin {
                    all.stdin = Some(self.piped(&target));
                }
                self.file_of(node, all, RedirectKind::Read, target);
            }
            (">" | ">>" | ">|", Some(target)) => {
                if is_stdout {
                    all.has_output = true;
                    all.output = (operator != ">>").then(|| target.clone());
                }
                self.file_of(node, all, RedirectKind::Write, target);
            }
            ("&>" | "&>>" | ">&", Some(target)) if is_bash && (operator != ">&" || descriptor.is_none()) => {
                all.has_output = true;
                all.output = None;
                self.file_of(node, all, RedirectKind::Write, target);
            }
            _ => self.refuse(node, "a redirection that is not read"),
        }
    }

    /// What is read from a file: known where it is what a substitution prints.
    fn piped(&self, target: &Word) -> StdinSource {
        match target {
            Word::Opaque(opaque) => {
                self.outer.files.borrow().piped(&opaque.text).map_or(StdinSource::Piped, StdinSource::Text)
            }
            Word::Literal(_) => StdinSource::File(target.clone()),
        }
    }

    fn file_of(&mut self, node: Node<'_>, all: &mut Redirections, kind: RedirectKind, target: Word) {
        let is_network = |path: &str| path.starts_with("/dev/tcp/") || path.starts_with("/dev/udp/");
        if target.text().is_some_and(is_network) {
            self.refuse(node, "bash opens a network connection for it");
        }
        all.files.push(Redirect { kind, target });
    }

    /// `<<END`: only where our own reading of the lines agrees with the grammar's.
    fn here_document(&mut self, node: Node<'_>, all: &mut Redirections, state: &mut State) {
        let parts = children(node);
        let find = |kind: &str| parts.iter().find(|child| child.kind() == kind).copied();
        let (Some(start), Some(end)) = (find("heredoc_start"), find("heredoc_end")) else {
            self.refuse(node, "a here-document that is not read");
            return;
        };
        let body = find("heredoc_body");
        let is_stdin = find("file_descriptor").is_none_or(|descriptor| self.text(descriptor) == "0");
        let mark = self.text(start);
        let is_quoted = mark.contains(['\'', '"', '\\']);
        let delimiter: String = mark.chars().filter(|c| !matches!(c, '\'' | '"' | '\\')).collect();
        let is_name =
            delimiter.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)) && !delimiter.is_empty();
        // The body begins on the next line; what the grammar leaves out at its start are the tabs of `<<-`.
        let told = body.map_or(end.start_byte(), |body| body.start_byte());
        let line = self.slice(start.end_byte(), told).and_then(|header| header.find('\n'));
        let from = line.map_or(told, |at| start.end_byte() + at + 1);
        let is_led = self.slice(from, told).is_some_and(|lead| lead.chars().all(|c| c == '\t'));
        let text = self.slice(from, end.start_byte()).unwrap_or_default().to_owned();
        let header = self.slice(start.end_byte(), from).unwrap_or_default().to_owned();
        let is_dashed = parts.iter().any(|child| child.kind() == "<<-");
        let is_framed = is_led
            && header.ends_with('\n')
            && header.matches('\n').count() == 1
            && !header.contains('#')
            && (text.is_empty() || text.trim_end_matches('\t').ends_with('\n'));
        let lines = |line: &str| if is_dashed { line.trim_start_matches('\t').to_owned() } else { line.to_owned() };
        let is_ended = !text.lines().any(|line| lines(line) == delimiter)
            && lines(&self.text(end)) == delimiter
            && (is_dashed || text.is_empty() || text.ends_with('\n'));
        let after = self.slice(end.end_byte(), end.end_byte() + 1).unwrap_or_default();
        if !is_framed || !is_ended || !is_name || !["", "\n", ")"].contains(&after) {
            self.refuse(node, "a here-document that is not read");
        }
        let text = if is_dashed { text.trim_end_matches('\t').to_owned() } else { text };
        let known = match (is_quoted, body) {
            (true, _) | (false, None) => Some(text),
            (false, Some(body)) => self.here_text(body, (from, &text), state),
        };
        let stdin = match known {
            Some(text) if is_dashed => {
                StdinSource::Text(Raw::from(text.lines().map(|line| format!("{}\n", lines(line))).collect::<String>()))
            }
            Some(text) => StdinSource::Text(Raw::from(text)),
            None => StdinSource::Piped,
        };
        if is_stdin {
            all.stdin = Some(stdin);
        }
    }

    /// The text of a here-document with its expansions; none where it is not known.
    fn here_text(&mut self, body: Node<'_>, (from, text): (usize, &str), state: &mut State) -> Option<String> {
        let mut pieces = Vec::new();
        let mut substitutions = 0;
        let mut at = from;
        let mut is_known = true;
        for part in each_of(body).into_iter().filter(|part| part.kind() != "heredoc_content") {
            is_known &= self.constant(at, part.start_byte(), &mut pieces);
            at = part.end_byte();
            substitutions += usize::from(part.kind() == "command_substitution");
            match self.pieces(part, Quoting::Quoted, state) {
                Some(more) => pieces.extend(more),
                None => {
                    self.refuse(part, "a part of a here-document that is not read");
                    is_known = false;
                }
            }
        }
        is_known &= self.constant(at, from + text.len(), &mut pieces);
        // What the grammar did not find would run unseen.
        let unseen = text.contains('`') || text.matches("$(").count() != substitutions || text.contains("$[");
        if unseen && text.replace("\\$", "").replace("\\`", "").contains(['`', '$']) {
            self.refuse(body, "a here-document with parts that are not read");
            return None;
        }
        match value(&pieces) {
            Value::Known(values) if values.len() == 1 && is_known => values.into_iter().next(),
            _ => None,
        }
    }

    /// A part of a here-document without expansions.
    fn constant(&self, from: usize, to: usize, pieces: &mut Vec<super::fields::Piece>) -> bool {
        let Some(text) = self.slice(from, to) else { return false };
        // A double quote is a plain character there.
        let quoted = text.replace('"', "\u{1}");
        match super::escapes::in_double_quotes(&quoted) {
            Some(text) if !quoted.contains("\\\u{1}") => {
                pieces.push(super::fields::Piece::quoted(text.replace('\u{1}', "\"")));
                true
            }
            _ => false,
        }
    }
}

fn is_descriptor(word: &Word) -> bool {
    word.text().is_some_and(|text| {
        let digits = text.strip_suffix('-').unwrap_or(text);
        text == "-" || (!digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()))
    })
}
