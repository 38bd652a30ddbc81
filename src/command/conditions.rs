//! `[ … ]`, `test` and `[[ … ]]`: they look at files and strings, unless a part is evaluated.

use tree_sitter::Node;

use crate::model::invocation::Dialect;

use super::flow::{Flow, Output};
use super::shell::{Reader, each_of};
use super::state::State;
use super::{OpaqueKind, Word};

/// Operators of `[[` that evaluate both sides as arithmetic.
const COUNTING: &[&str] = &["-eq", "-ne", "-lt", "-le", "-gt", "-ge"];
/// Operators that look at a variable by its name, subscript included.
const NAMING: &[&str] = &["-v", "-R"];

impl Reader<'_> {
    /// `[ … ]` and `[[ … ]]` as the grammar has them.
    pub(super) fn test(&mut self, node: Node<'_>, mut state: State) -> Flow {
        let text = self.text(node);
        let is_double = text.starts_with("[[");
        // `[a` is a program of that name.
        let inner = text.trim_start_matches('[').trim_end_matches(']');
        if !inner.starts_with([' ', '\t']) || !inner.ends_with([' ', '\t']) {
            return self.refuse_in(node, "a test that is not read", state);
        }
        if is_double && self.dialect != Dialect::Bash {
            return self.refuse_in(node, "not every shell knows this", state);
        }
        let mut words = Vec::new();
        self.operands(node, is_double, &mut words, &mut state);
        if !is_double && !is_safe(&words) {
            self.refuse(node, "a test that can evaluate a variable");
        }
        Flow::even(state, Output::NOTHING)
    }

    /// Every word below a test, with the commands in it found.
    fn operands(&mut self, node: Node<'_>, is_double: bool, words: &mut Vec<Word>, state: &mut State) {
        for child in super::shell::children(node) {
            let text = self.text(child);
            match child.kind() {
                "command_substitution"
                | "process_substitution"
                | "expansion"
                | "simple_expansion"
                | "string"
                | "concatenation"
                | "word"
                | "number"
                | "raw_string"
                | "ansi_c_string"
                | "arithmetic_expansion"
                | "translated_string"
                | "brace_expression" => {
                    if is_double && child.kind() == "concatenation" && text.starts_with('(') {
                        self.refuse(child, "a construct that is not read");
                    }
                    if is_double && self.pieces(child, super::fields::Quoting::Quoted, state).is_none() {
                        self.refuse(child, "this part of a word is not read");
                    }
                    if !is_double {
                        words.extend(self.words(child, state).into_iter().next().unwrap_or_default());
                    }
                }
                "binary_expression" if is_double && self.counts_in(child) => {
                    for side in each_of(child).into_iter().filter(|side| side.kind() != "test_operator") {
                        if !self.is_numeric(side, state) {
                            self.refuse(child, "a comparison of numbers evaluates what it compares");
                        }
                    }
                }
                "unary_expression" | "binary_expression" | "parenthesized_expression" | "negated_expression" => {
                    let operator = each_of(child).into_iter().find(|part| part.kind() == "test_operator");
                    let names = operator.is_some_and(|operator| NAMING.contains(&self.text(operator).as_str()));
                    if names
                        && is_double
                        && !each_of(child).iter().any(|part| super::names::is_variable(&self.text(*part)))
                    {
                        self.refuse(child, "a test that can evaluate a variable");
                    }
                    self.operands(child, is_double, words, state);
                }
                "test_operator" => words.push(Word::known(text)),
                "regex" | "extglob_pattern" if !text.contains(['$', '`', '<', '>']) => words.push(Word::known(text)),
                "regex" | "extglob_pattern" => self.refuse(child, "a pattern that is not read"),
                _ if child.is_named() => self.refuse(child, "a construct that is not read"),
                "[" | "]" | "[[" | "]]" => {}
                // There these are redirections.
                "<" | ">" if !is_double => self.refuse(child, "a redirection within a test"),
                _ if ["<<", ">>", "+=", "=", "==", "!=", "=~", "&&", "||", "<", ">", "!", "(", ")", "-", "+"]
                    .contains(&text.as_str()) =>
                {
                    words.push(Word::known(text));
                }
                _ => self.refuse(child, "a construct that is not read"),
            }
        }
    }

    fn counts_in(&self, node: Node<'_>) -> bool {
        each_of(node).iter().any(|part| part.kind() == "test_operator" && COUNTING.contains(&self.text(*part).as_str()))
    }
}

/// Whether the words of `[` or `test` can only look: no word that is not known can become an operator that evaluates
/// a variable, nor be the operand of one.
pub fn is_safe(words: &[Word]) -> bool {
    let is_quoted = |word: &Word| match word {
        Word::Literal(_) => true,
        Word::Opaque(opaque) => opaque.kind == OpaqueKind::Arithmetic || is_one_quoted(&opaque.text),
    };
    let is_naming = |word: &Word| word.text().is_some_and(|text| NAMING.contains(&text));
    if !words.iter().all(is_quoted) {
        return false;
    }
    words.windows(2).all(|pair| match pair {
        [operator, operand] if is_naming(operator) => operand.text().is_some_and(super::names::is_variable),
        // A word that turns out to be `-v` takes the next as its operand, unless that is an operator itself.
        [Word::Opaque(opaque), operand] if opaque.kind != OpaqueKind::Arithmetic => {
            words.len() < 3 && operand.text().is_some_and(super::names::is_variable)
                || operand.text().is_some_and(|text| {
                    ["=", "==", "!=", "<", ">", "-a", "-o", "]", ")"].contains(&text)
                        || (text.len() == 3 && text.starts_with('-'))
                })
        }
        _ => true,
    })
}

/// Whether a source is one string in double quotes, which stays one word.
fn is_one_quoted(source: &str) -> bool {
    let inner = source.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.is_some_and(|inner| !inner.contains('"') && !inner.contains("$@") && !inner.contains("[@]"))
        || source.starts_with("\"$(") && source.ends_with(")\"")
}
