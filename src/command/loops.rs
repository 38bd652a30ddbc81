//! Loops: their bodies are read once, knowing only what holds however often they run.

use std::collections::BTreeSet;

use tree_sitter::Node;

use crate::model::invocation::Dialect;

use super::directory::unknown;
use super::flow::{Flow, Output};
use super::shell::{Reader, children};
use super::state::{State, Value, is_number};
use super::statements::joined;
use super::{OpaqueKind, Word};

/// The most variables that a loop can set and still be followed.
const MOST_NAMES: usize = 64;

impl Reader<'_> {
    /// `while` and `until`: the body may run any number of times.
    pub(super) fn repeated(&mut self, node: Node<'_>, state: State) -> Flow {
        self.covered(node);
        let all = children(node);
        let (body, condition): (Vec<Node<'_>>, Vec<Node<'_>>) = all.iter().partition(|one| one.kind() == "do_group");
        self.looped(node, state, |reader, start| {
            reader.conditions += 1;
            let tested = reader.statements(&condition, start.clone());
            reader.conditions -= 1;
            let flow = reader.statements(&body, tested.clone().state().unwrap_or(start));
            Flow { output: Output::Unknown, ..joined(Some(flow), tested) }
        })
    }

    /// `for NAME in WORDS` and `select`.
    pub(super) fn for_each(&mut self, node: Node<'_>, mut state: State) -> Flow {
        self.covered(node);
        let variable = node.child_by_field_name("variable").map(|name| self.text(name)).unwrap_or_default();
        let is_select = node.child(0).is_some_and(|first| first.kind() == "select");
        if is_select && self.dialect != Dialect::Bash {
            return self.refuse_in(node, "not every shell knows this", state);
        }
        let words = node.children_by_field_name("value", &mut node.walk()).collect::<Vec<_>>();
        let has_list = children(node).iter().any(|child| child.kind() == "in");
        let mut values: Option<Value> = None;
        for word in words {
            for fields in self.words(word, &mut state) {
                for field in fields {
                    let value = of_word(&field);
                    values = Some(values.map_or(value.clone(), |before| before.or(&value)));
                }
            }
        }
        let value = match (values, has_list, is_select) {
            (Some(value), true, false) => value,
            _ => Value::Unknown,
        };
        let body: Vec<Node<'_>> = node.child_by_field_name("body").into_iter().collect();
        self.looped(node, state, |reader, mut start| {
            start.set(&variable, value);
            if is_select {
                start.set("REPLY", Value::Unknown);
            }
            reader.statements(&body, start)
        })
    }

    /// `for ((…; …; …))`.
    pub(super) fn for_counted(&mut self, node: Node<'_>, mut state: State) -> Flow {
        self.covered(node);
        for part in ["initializer", "condition", "update"] {
            for expression in node.children_by_field_name(part, &mut node.walk()).collect::<Vec<_>>() {
                if expression.is_named() {
                    self.arithmetic(expression, &mut state);
                }
            }
        }
        let body: Vec<Node<'_>> = node.child_by_field_name("body").into_iter().collect();
        self.looped(node, state, |reader, start| reader.statements(&body, start))
    }

    /// Reads a loop's body once, knowing only what holds however often it has run.
    fn looped(&mut self, node: Node<'_>, state: State, body: impl FnOnce(&mut Self, State) -> Flow) -> Flow {
        let mark = self.outer.files.borrow().mark();
        let start = self.widened(node, state);
        let kept = std::mem::take(&mut self.escapes);
        let flow = body(self, start.clone());
        let mut end = flow.state().map_or(start.clone(), |end| end.or(start));
        for escape in &self.escapes {
            end = end.or(escape.clone());
        }
        // What leaves this loop may leave the ones around it as well.
        self.escapes.splice(0..0, kept);
        self.settle_scripts(mark);
        Flow::even(end, Output::Unknown)
    }

    /// What is known at the start of a loop's body, whatever the body does.
    fn widened(&mut self, node: Node<'_>, mut state: State) -> State {
        let mut texts = vec![self.text(node)];
        texts.extend(self.defined.iter().map(|body| body.to_string()));
        texts.extend(state.alias_texts());
        let size: usize = texts.iter().map(String::len).sum();
        if !self.outer.budget.has_for(size) {
            self.refuse(node, "it is too much to follow");
        }
        let has = |word: &str| texts.iter().any(|text| has_word(text, word));
        if ["eval", "source", "."].iter().any(|word| has(word)) {
            state.forget();
        }
        if ["eval", "source", ".", "shift", "set"].iter().any(|word| has(word)) {
            state.positional = None;
        }
        if ["cd", "pushd", "popd", "eval", "source", "."].iter().any(|word| has(word)) {
            state.directories = vec![unknown()];
        }
        let names: BTreeSet<String> = texts.iter().flat_map(|text| assigned_names(text)).collect();
        if names.len() > MOST_NAMES {
            state.forget();
        }
        if texts.iter().any(|text| exports(text)) {
            names.iter().take(MOST_NAMES).for_each(|name| state.may_export(name));
        }
        for name in names.into_iter().take(MOST_NAMES) {
            let is_counter = texts.iter().all(|text| only_counts(text, &name));
            let is_number = state.variable(&name).is_some_and(Value::is_number);
            state.set(&name, if is_counter && is_number { Value::Number } else { Value::Unknown });
        }
        if has("IFS") {
            state.has_plain_ifs = false;
        }
        state
    }
}

/// What a loop's variable can hold when it goes over this word.
fn of_word(word: &Word) -> Value {
    match word {
        Word::Literal(raw) => raw.as_str().map_or(Value::Unknown, Value::one),
        Word::Opaque(opaque) if opaque.kind == OpaqueKind::Glob => Value::Matched(opaque.text.clone()),
        Word::Opaque(_) => Value::Unknown,
    }
}

/// Whether `word` stands in `text` as a word of its own, quoted or not.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && !"_-/.".contains(c));
        is_edge(text.get(..at).and_then(|before| before.chars().next_back()))
            && is_edge(text.get(at + word.len()..).and_then(|after| after.chars().next()))
    })
}

/// Every name in a text that could be assigned there: before `=`, `+=`, `++`, `--`, `:=`, or a word of its own after a
/// builtin that sets what it names.
fn assigned_names(text: &str) -> Vec<String> {
    let is_setting = has_setter(text);
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic() || c == '_') {
        let from = rest.get(start..).unwrap_or_default();
        let end = from.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(from.len());
        let (name, after) = from.split_at(end);
        let before = rest.get(..start).unwrap_or_default();
        let after_name = after.trim_start_matches(' ');
        let operators = ["=", "+=", "-=", "*=", "/=", "%=", "++", "--", ":=", "<<=", ">>=", "&=", "|=", "^=", "["];
        let is_assigned = operators.iter().any(|operator| after_name.starts_with(operator))
            || before.ends_with("++")
            || before.ends_with("--")
            || ["for", "select"]
                .iter()
                .any(|word| before.trim_end().ends_with(word) && before.ends_with([' ', '\t', '\n']));
        if is_assigned || is_setting {
            names.push(name.to_owned());
        }
        rest = after;
    }
    names
}

/// Whether a text holds a builtin that sets the variables that it is given as words.
fn has_setter(text: &str) -> bool {
    let setters = [
        "read", "mapfile", "readarray", "getopts", "let", "wait", "unset", "export", "declare", "typeset", "local",
        "readonly",
    ];
    setters.iter().any(|setter| has_word(text, setter)) || (has_word(text, "printf") && text.contains("-v"))
}

/// Whether a text may let programs be given a variable that it sets.
fn exports(text: &str) -> bool {
    ["export", "declare", "typeset", "local", "readonly", "set"].iter().any(|word| has_word(text, word))
}

/// The variables that a text may set and let programs be given.
pub(super) fn exported_names(text: &str) -> Vec<String> {
    if exports(text) { assigned_names(text) } else { Vec::new() }
}

/// Whether every assignment of `name` in `text` gives it a number.
fn only_counts(text: &str, name: &str) -> bool {
    if has_setter(text) {
        return false;
    }
    text.match_indices(name).all(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + name.len()..).unwrap_or_default();
        let is_part = before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            || after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let is_plain = !after.starts_with(['=', '[', ':']) && !after.starts_with("+=");
        let is_for = before.trim_end().ends_with("for") || before.trim_end().ends_with("select");
        let is_count = after.strip_prefix('=').is_some_and(|value| {
            value.starts_with("$((") || is_number(value.split([';', '\n', ' ', ')', '&']).next().unwrap_or_default())
        });
        let is_sum = after.starts_with("+=") && before.ends_with("((");
        is_part || (is_plain && !is_for) || is_count || is_sum
    })
}
