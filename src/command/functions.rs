//! What a text makes names call: functions and aliases.

use std::rc::Rc;

use tree_sitter::Node;

use crate::model::invocation::Dialect;

use super::flow::{Flow, Output};
use super::redirection::Redirections;
use super::shell::Reader;
use super::simple::RESERVED;
use super::state::{State, Value};
use super::{Word, builtins};

/// How deep functions are followed that call each other.
const DEEPEST_CALL: usize = 6;

impl Reader<'_> {
    /// A name that may stand for a text: the command is read with the text in its place.
    pub(super) fn aliased(&mut self, node: Node<'_>, name: &str, text: &str, state: State) -> Flow {
        let source = self.text(node);
        let rest = source.split_once(name).map(|(before, rest)| (before.to_owned(), rest.to_owned()));
        let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || " _-./:,=+@%'\"".contains(c))
            && !text.ends_with(' ')
            && !text.split_ascii_whitespace().next().is_some_and(|first| RESERVED.contains(&first));
        match rest {
            Some((before, rest)) if is_plain && before.trim().is_empty() => {
                // In its own text an alias means the program of that name.
                let mut inner = state;
                inner.drop_alias(name);
                self.text_in(&format!("{text}{rest}"), inner)
            }
            _ => self.refuse_in(node, "an alias that is not followed", state),
        }
    }

    /// A function's body, run with these arguments.
    pub(super) fn call(
        &mut self,
        body: &Rc<str>,
        words: &[Word],
        prefix: &[(String, Value)],
        redirections: &Redirections,
        mut state: State,
    ) -> Flow {
        self.called.insert(Rc::clone(body));
        let before: Vec<(String, Option<Value>)> =
            prefix.iter().map(|(name, _)| (name.clone(), state.variable(name).cloned())).collect();
        for (name, value) in prefix {
            state.set(name, value.clone());
            state.export(name);
        }
        let start = state.clone();
        let kept = (state.positional.clone(), Rc::clone(&state.stdin));
        let arguments: Vec<Word> = words.iter().skip(1).cloned().collect();
        state.positional = arguments.iter().all(Word::is_single).then(|| Rc::new(arguments));
        if let Some(stdin) = &redirections.stdin {
            state.stdin = Rc::new(stdin.clone());
        }
        if self.locals.len() >= DEEPEST_CALL {
            let text = words.first().and_then(Word::text).unwrap_or_default().to_owned();
            self.parsed.opaque.push(super::shell::opaque(&text, "functions that call each other too deep"));
            return Flow::even(state, Output::Unknown);
        }
        self.opened(redirections, &state);
        let escapes = std::mem::take(&mut self.escapes);
        self.locals.push(Vec::new());
        let mut flow = self.text_in(body, state);
        for end in std::mem::replace(&mut self.escapes, escapes) {
            flow = flow.or(Flow::even(end, Output::Unknown));
        }
        let locals = self.locals.pop().unwrap_or_default();
        for state in [&mut flow.success, &mut flow.failure].into_iter().flatten() {
            for (name, value) in locals.iter().rev().chain(&before) {
                // Whether the declaration was reached is not followed.
                let both = match (value, state.variable(name)) {
                    (Some(before), Some(after)) if before == after => Some(before.clone()),
                    _ => Some(Value::Unknown),
                };
                state.restore(name, both);
            }
            (state.positional, state.stdin) = kept.clone();
        }
        if redirections.has_output {
            self.printed_to(redirections.output_file(), &flow.output, &start);
            flow.output = Output::NOTHING;
        }
        flow
    }

    /// The files that the redirections of something larger than one command open.
    pub(super) fn opened(&mut self, redirections: &Redirections, state: &State) {
        if !redirections.files.is_empty() {
            // What is printed into them is not known yet.
            let mut opened = redirections.clone();
            opened.has_output = false;
            self.emit(vec![Word::known(":")], &[], opened, state);
        }
    }

    /// `NAME() { … }`.
    pub(super) fn function(&mut self, node: Node<'_>, mut state: State) -> Flow {
        self.covered(node);
        let (Some(name), Some(body)) = (node.child_by_field_name("name"), node.child_by_field_name("body")) else {
            return self.refuse_in(node, "a function that is not read", state);
        };
        let is_bash_form = node.child(0).is_some_and(|first| first.kind() == "function");
        let name_text = self.text(name);
        let is_plain = name_text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:".contains(c));
        // Over a special builtin or a reserved word shells differ.
        let is_special = builtins::SPECIAL.contains(&name_text.as_str()) || RESERVED.contains(&name_text.as_str());
        if !is_plain || is_special || (is_bash_form && self.dialect != Dialect::Bash) {
            return self.refuse_in(node, "a function that is not read", state);
        }
        let text: Rc<str> = match node.child_by_field_name("redirect") {
            Some(redirect) => self.slice(body.start_byte(), redirect.end_byte()).unwrap_or_default().into(),
            None => self.text(body).into(),
        };
        self.defined.push(Rc::clone(&text));
        state.define(&name_text, text);
        Flow::even(state, Output::NOTHING)
    }
}
