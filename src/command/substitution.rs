//! `$(…)`, backquotes and `<(…)`: commands whose output is a part of a word.

use tree_sitter::Node;

use crate::model::invocation::{Dialect, Raw};

use super::fields::{Piece, Quoting};
use super::flow::Output;
use super::shell::Reader;
use super::state::State;
use super::{OpaqueKind, StdinSource, Word};

impl Reader<'_> {
    /// `<(…)` and `>(…)`: a path to a pipe; what comes through it is remembered where it is known.
    pub(super) fn piped_substitution(&mut self, node: Node<'_>, state: &State) -> Piece {
        let text = self.text(node);
        self.covered(node);
        let output = self.deeper(node, state.reading(StdinSource::Piped), Self::sequence).output;
        if let (Output::Known(bytes), true) = (output, text.starts_with("<(")) {
            self.outer.files.borrow_mut().pipe(&text, Raw(bytes));
        }
        Piece::Later(OpaqueKind::Pipe, "a pipe to or from a command")
    }

    /// The commands of a substitution, which run in a shell of their own, and what they print.
    pub(super) fn substitution(&mut self, node: Node<'_>, quoting: Quoting, state: &mut State) -> Option<Vec<Piece>> {
        let before = self.parsed.commands.len();
        let text = self.text(node);
        let inner = state.clone();
        let output = match text.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
            Some(body) if body.contains('\\') => {
                // Shells differ in what `\"` is there.
                if body.contains("\\\"") || body.contains("\\\n") {
                    return None;
                }
                self.text_in(&super::escapes::in_backquotes(body), inner).output
            }
            _ if text.starts_with("$(<") || text.starts_with("$( <") => return self.file_substitution(node, state),
            // Arithmetic that the grammar took for commands.
            _ if text.starts_with("$((") => return None,
            _ if text.starts_with("$(") || text.starts_with('`') => {
                self.covered(node);
                self.deeper(node, inner, Self::sequence).output
            }
            _ => return None,
        };
        let is_counted = self.parsed.commands.get(before..).and_then(<[_]>::last).is_some_and(prints_number);
        let later = Piece::Later(OpaqueKind::Substitution, "the output of a command is not known before it runs");
        Some(vec![match output {
            Output::Known(bytes) => match String::from_utf8(bytes) {
                Ok(text) if !text.contains('\0') => {
                    let text = text.trim_end_matches('\n').to_owned();
                    Piece::Text(vec![text], if quoting == Quoting::Quoted { Quoting::Quoted } else { Quoting::Split })
                }
                _ => later,
            },
            Output::Unknown if is_counted => Piece::Number,
            Output::Unknown => later,
        }])
    }

    /// `$(< file)` reads a file.
    fn file_substitution(&mut self, node: Node<'_>, state: &mut State) -> Option<Vec<Piece>> {
        let redirect = node.named_child(0).filter(|child| child.kind() == "file_redirect")?;
        (node.named_child_count() == 1 && self.dialect == Dialect::Bash).then_some(())?;
        let mut redirections = super::redirection::Redirections::default();
        self.redirect(redirect, &mut redirections, state);
        self.emit(vec![Word::known("cat")], &[], redirections, state);
        Some(vec![Piece::Later(OpaqueKind::Substitution, "the content of a file is not known before it runs")])
    }
}

/// Programs that print a number and nothing else.
fn prints_number(command: &super::Command) -> bool {
    let words: Option<Vec<&str>> = command.words.iter().map(Word::text).collect();
    matches!(
        words.as_deref(),
        Some(["nproc"] | ["wc", "-l" | "-c" | "-w"] | ["date", "+%s" | "+%Y" | "+%j"] | ["id", "-u" | "-g"])
    ) && command.via.is_empty()
}
