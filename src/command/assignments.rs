//! Variables that a shell text sets.

use tree_sitter::Node;

use crate::model::invocation::Dialect;

use super::flow::{Flow, Output};
use super::redirection::Redirections;
use super::shell::{Reader, children, each_of};
use super::state::{State, Value};
use super::{OpaqueKind, Word};

/// Variables whose value the shell itself evaluates: a command in it runs.
const EVALUATED: &[&str] = &["PS0", "PS1", "PS2", "PS4", "PROMPT_COMMAND", "BASH_ENV", "ENV"];
/// Variables that the shell changes by itself.
const CHANGING: &[&str] = &[
    "RANDOM", "SRANDOM", "SECONDS", "LINENO", "EPOCHSECONDS", "EPOCHREALTIME", "OPTIND", "OPTARG", "PWD", "OLDPWD",
    "UID", "EUID", "PPID", "HISTCMD", "COLUMNS", "LINES", "REPLY",
];

impl Reader<'_> {
    /// One assignment: its name and value.
    pub(super) fn assignment(&mut self, node: Node<'_>, state: &mut State) -> Option<(String, Value)> {
        let name = node.child_by_field_name("name")?;
        if name.kind() == "subscript" {
            return self.element(node, name, state);
        }
        let name = self.text(name);
        let source = self.text(node);
        let (is_added, value_at) = match source.get(name.len()..)? {
            rest if rest.starts_with("+=") => (true, name.len() + 2),
            rest if rest.starts_with('=') => (false, name.len() + 1),
            _ => return self.unread(node),
        };
        if is_added && self.dialect != Dialect::Bash {
            return self.unread(node);
        }
        let value = match node.child_by_field_name("value") {
            None if source.len() == value_at => Value::one(""),
            Some(value)
                if value.end_byte() == node.end_byte() && value.start_byte() == node.start_byte() + value_at =>
            {
                self.value_of(value, state)
            }
            Some(value) if value.start_byte() == value.end_byte() && source.len() == value_at => Value::one(""),
            _ => return self.unread(node),
        };
        let value = match (is_added, state.variable(&name), value) {
            (false, _, value) => value,
            (true, Some(Value::List(before)), Value::List(more)) => Value::List([before.clone(), more].concat()),
            (true, Some(Value::Known(before)), Value::Known(more)) if before.len() == 1 && more.len() == 1 => {
                Value::one(before.concat() + &more.concat())
            }
            (true, _, _) => Value::Unknown,
        };
        self.judged(node, name, value)
    }

    fn unread(&mut self, node: Node<'_>) -> Option<(String, Value)> {
        self.refuse(node, "an assignment that is not read");
        None
    }

    /// A value that the shell evaluates by itself makes the whole opaque.
    fn judged(&mut self, node: Node<'_>, name: String, value: Value) -> Option<(String, Value)> {
        let runs = |text: &String| text.contains(['$', '`']);
        let is_plain = matches!(&value, Value::Known(values) if !values.iter().any(runs));
        // `ENV` is read by shells that somebody types into, and those are not understood anyway.
        let is_run = name == "PROMPT_COMMAND" || name == "BASH_ENV";
        if EVALUATED.contains(&name.as_str()) && (!is_plain || (is_run && value != Value::one(""))) {
            self.refuse(node, "the shell evaluates the value of this variable");
        }
        if name.starts_with("BASH") && name != "BASH_ENV" {
            self.refuse(node, "it changes how the shell finds or reads commands");
        }
        if CHANGING.contains(&name.as_str()) {
            return Some((name, Value::Unknown));
        }
        Some((name, value))
    }

    /// `NAME[SUBSCRIPT]=value`: the subscript is evaluated.
    fn element(&mut self, node: Node<'_>, subscript: Node<'_>, state: &mut State) -> Option<(String, Value)> {
        let text = self.text(subscript);
        let (name, index) = text.split_once('[')?;
        let index = index.strip_suffix(']').unwrap_or("?");
        let is_plain = super::state::is_number(index) || self.counts(index, &mut state.clone());
        if !is_plain || self.dialect != Dialect::Bash {
            self.refuse(subscript, "a subscript is evaluated");
        }
        if let Some(value) = node.child_by_field_name("value") {
            self.value_of(value, state);
        }
        self.judged(node, name.to_owned(), Value::Unknown)
    }

    /// Assignments that stand alone.
    pub(super) fn assignment_statement(&mut self, node: Node<'_>, mut state: State) -> Flow {
        if node.kind() == "variable_assignments" {
            self.covered_line(node);
            for child in each_of(node) {
                self.assign(child, &mut state);
            }
        } else {
            self.assign(node, &mut state);
        }
        Flow::even(state, Output::NOTHING)
    }

    fn assign(&mut self, node: Node<'_>, state: &mut State) {
        match self.assignment(node, state) {
            // Some shells end, others leave out the rest of the line.
            Some((name, _)) if state.is_fixed(&name) => {
                self.refuse(node, "it sets a variable that cannot be set");
                state.forget();
            }
            Some((name, value)) => state.set(&name, value),
            None => state.forget(),
        }
    }

    /// `export`, `readonly`, `local`, `declare`, `typeset`.
    pub(super) fn declaration(&mut self, node: Node<'_>, mut state: State) -> Flow {
        self.covered_line(node);
        let keyword = node.child(0).map(|first| self.text(first)).unwrap_or_default();
        if matches!(keyword.as_str(), "declare" | "typeset") && self.dialect != Dialect::Bash {
            return self.refuse_in(node, "not every shell knows this", state);
        }
        let before = state.clone();
        let mut is_fixed = keyword == "readonly";
        let is_printing = each_of(node).iter().all(|child| self.text(*child).starts_with('-'));
        if is_printing {
            // It prints every variable.
            self.emit(vec![Word::known("declare"), Word::known("-p")], &[], Redirections::default(), &state);
        }
        let mut is_exported = keyword == "export";
        let mut is_own = !matches!(keyword.as_str(), "export" | "readonly");
        let mut at = node.child(0).map_or(0, |first| first.end_byte());
        for child in children(node).into_iter().skip(1) {
            if child.start_byte() == at {
                self.refuse(child, "a declaration that is not read");
            }
            at = child.end_byte();
            let text = self.text(child);
            match child.kind() {
                "variable_assignment" => {
                    if is_own {
                        self.own(&text, &state);
                    }
                    // All its words are expanded before it sets the first.
                    match self.assignment(child, &mut before.clone()) {
                        Some((name, _)) if self.has_braces(child) => state.set(&name, Value::Unknown),
                        Some((name, value)) => state.set(&name, value),
                        None => state.forget(),
                    }
                    if keyword == "local" && self.locals.is_empty() {
                        state.set(text.split(['=', '+']).next().unwrap_or_default(), Value::Unknown);
                    }
                    if is_exported {
                        state.export(text.split(['=', '+']).next().unwrap_or_default());
                    }
                    if is_fixed {
                        state.fix(text.split(['=', '+']).next().unwrap_or_default());
                    }
                }
                "variable_name" => {
                    if is_own {
                        self.own(&text, &state);
                    }
                    if is_exported {
                        state.export(&text);
                    }
                    if keyword == "local" {
                        // In dash it keeps its value.
                        let is_empty = self.dialect == Dialect::Bash && !self.locals.is_empty();
                        state.set(&text, if is_empty { Value::one("") } else { Value::Unknown });
                    } else if state.variable(&text).is_some() && keyword != "export" && keyword != "readonly" {
                        state.set(&text, Value::Unknown);
                    }
                    if is_fixed {
                        state.fix(&text);
                    }
                }
                "word" if is_plain_flag(&text) => {
                    is_exported |= text.contains('x');
                    is_fixed |= text.contains('r');
                    is_own &= !text.contains('g');
                }
                _ => {
                    self.refuse(child, "what is declared, and how, is not known");
                    state.forget();
                }
            }
        }
        Flow::even(state, Output::Unknown)
    }

    /// Whether braces can make several of a declaration's word, as in `export A={b,c}`: each of them sets it anew.
    fn has_braces(&self, assignment: Node<'_>) -> bool {
        let Some(value) = assignment.child_by_field_name("value").filter(|_| self.dialect == Dialect::Bash) else {
            return false;
        };
        let parts = if value.kind() == "concatenation" { children(value) } else { vec![value] };
        let is_quoted = |part: &Node<'_>| matches!(part.kind(), "string" | "raw_string" | "ansi_c_string");
        let is_expanded = |part: &Node<'_>| matches!(part.kind(), "expansion" | "command_substitution");
        parts.iter().any(|part| !is_quoted(part) && !is_expanded(part) && self.text(*part).contains('{'))
    }

    /// Remembers what a variable was before a function made it its own.
    fn own(&mut self, assignment: &str, state: &State) {
        let name = assignment.split(['=', '+']).next().unwrap_or_default().to_owned();
        let before = state.variable(&name).cloned();
        if let Some(locals) = self.locals.last_mut()
            && !locals.iter().any(|(known, _)| *known == name)
        {
            locals.push((name, before));
        }
    }

    /// `unset`.
    pub(super) fn unset(&mut self, node: Node<'_>, mut state: State) -> Flow {
        self.covered_line(node);
        let mut is_function = false;
        for child in each_of(node) {
            let name = self.text(child);
            match name.as_str() {
                "-f" => is_function = true,
                "-v" => is_function = false,
                _ if !super::names::is_variable(&name) && !is_function => {
                    // A subscript would be evaluated.
                    self.refuse(child, "what is unset is not known");
                    state.forget();
                }
                _ if is_function => state.undefine(&name),
                _ => {
                    state.doubt_function(&name);
                    // What aigov itself gives to a tool is taken away as well, and that is to be seen.
                    state.export(&name);
                    state.set(&name, if self.locals.is_empty() { Value::one("") } else { Value::Unknown });
                }
            }
        }
        Flow::even(state, Output::NOTHING)
    }
}

/// Flags of declarations that change neither how values are evaluated nor what names mean.
pub fn is_plain_flag(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|letters| !letters.is_empty() && letters.chars().all(|c| "xrgaAp".contains(c)))
}

/// Whether the shell evaluates or uses the variable by itself.
pub fn is_special(name: &str) -> bool {
    EVALUATED.contains(&name) || name.starts_with("BASH")
}

/// A value as the word that a command's own variable is.
pub fn word_of(name: &str, value: &Value) -> Word {
    match value {
        Value::Known(values) => match values.as_slice() {
            [one] => Word::known(one.as_str()),
            _ => Word::opaque(OpaqueKind::Variable, format!("${name}"), "it can be one of several values"),
        },
        Value::Number => Word::opaque(OpaqueKind::Arithmetic, format!("${name}"), "a computed number"),
        Value::Matched(pattern) => Word::opaque(OpaqueKind::Glob, pattern, "a file that is found"),
        Value::List(_) | Value::Unknown => {
            Word::opaque(OpaqueKind::Variable, format!("${name}"), "the text assigns it in a way that is not followed")
        }
    }
}
