//! Arithmetic: numbers and variables that are known to hold numbers.
//!
//! A variable's value is evaluated as arithmetic again, and a subscript in it can hold a command: where a value is not
//! known to be a number, the whole is opaque.

use tree_sitter::Node;

use super::flow::{Flow, Output};
use super::shell::{Reader, each_of};
use super::state::{State, Value};

/// Words of arithmetic's operators.
const OPERATORS: &str = " \t\n+-*/%()<>=!&|^~?:,0123456789";

impl Reader<'_> {
    /// `(( … ))`.
    pub(super) fn double_parentheses(&mut self, node: Node<'_>, mut state: State) -> Flow {
        if self.dialect != crate::model::invocation::Dialect::Bash {
            return self.refuse_in(node, "not every shell knows this", state);
        }
        self.arithmetic(node, &mut state);
        Flow::even(state, Output::NOTHING)
    }

    /// Reads one expression with all that is below it.
    pub(super) fn arithmetic(&mut self, node: Node<'_>, state: &mut State) {
        let mut plain = self.text(node);
        if self.evaluated(node, state, &mut plain).is_none() || !self.counts(&plain, state) || can_fail(&plain) {
            self.refuse(node, "arithmetic over what may be no number can run commands");
        }
    }

    /// Takes the expansions out of an expression's text, after each was looked at.
    fn evaluated(&mut self, node: Node<'_>, state: &mut State, plain: &mut String) -> Option<()> {
        for child in each_of(node) {
            match child.kind() {
                "simple_expansion" | "expansion" | "command_substitution" | "string" | "raw_string" | "subscript" => {
                    let is_number = match child.kind() {
                        "subscript" | "raw_string" => false,
                        _ => self.is_numeric(child, state),
                    };
                    let text = self.text(child);
                    *plain = plain.replacen(&text, "0", 1);
                    is_number.then_some(())?;
                }
                _ => self.evaluated(child, state, plain)?,
            }
        }
        Some(())
    }

    /// Whether all that a word can expand to are numbers. Commands in it are found on the way.
    pub(super) fn is_numeric(&mut self, node: Node<'_>, state: &mut State) -> bool {
        self.value_of(node, state).is_number()
    }

    /// Whether every name in `text` holds a number; names that are assigned hold one afterwards.
    pub(super) fn counts(&self, text: &str, state: &mut State) -> bool {
        let mut rest = text;
        let mut all = true;
        let mut assigned = Vec::new();
        while let Some(c) = rest.chars().next() {
            if c.is_ascii_alphabetic() || c == '_' {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                let (name, after) = rest.split_at(end);
                let next = after.trim_start();
                if next.starts_with('=') && !next.starts_with("==") {
                    assigned.push(name.to_owned());
                } else {
                    let is_known = state.variable(name).is_some_and(Value::is_number);
                    all &= is_known || assigned.iter().any(|known| known == name);
                    assigned.push(name.to_owned());
                }
                rest = after;
            } else {
                all &= OPERATORS.contains(c);
                let end = if c.is_ascii_digit() {
                    rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())
                } else {
                    c.len_utf8()
                };
                // Hexadecimal, octal and other bases are numbers as well.
                rest = rest.get(end..).unwrap_or_default();
            }
        }
        for name in assigned {
            let is_changed = text.contains('=') || text.contains("++") || text.contains("--");
            if is_changed {
                state.set(&name, Value::Number);
            }
        }
        all
    }
}

/// Whether an expression can end in an error, after which the rest of its line does not run: a division by what may be
/// nought, an operator without what it takes.
fn can_fail(text: &str) -> bool {
    let words: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let is_value = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let chars: Vec<char> = words.chars().collect();
    let divides = chars.windows(2).any(|pair| match pair {
        ['/' | '%', next] => !('1'..='9').contains(next),
        _ => false,
    });
    let ends_open = chars.last().is_none_or(|last| !is_value(*last) && !")+-".contains(*last));
    let is_bare = !chars.iter().any(|c| is_value(*c));
    let has_sign_at_end =
        words.ends_with('+') && !words.ends_with("++") || words.ends_with('-') && !words.ends_with("--");
    divides
        || ends_open
        || is_bare
        || has_sign_at_end
        || words.contains("**")
        || words.contains("()")
        || ["(*", "(/", "(%", "+)", "-)", "*)", "/)", "*/", "/*", "%*"]
            .iter()
            .any(|pair| words.contains(pair) && !words.contains("++)") && !words.contains("--)"))
}
