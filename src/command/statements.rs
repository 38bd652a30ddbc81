//! The statements of a shell text: what each runs, and what is known of the shell after it.

use std::collections::BTreeSet;
use std::rc::Rc;

use tree_sitter::Node;

use crate::model::invocation::Dialect;

use super::directory::unknown;
use super::lists::Leaf;
use super::redirection::Redirections;
use super::shell::{Reader, children, each_of};
use super::state::{Flow, Output, State, Value, either_state};
use super::{StdinSource, Word};

/// Tokens that separate or enclose statements.
const SEPARATORS: &[&str] = &[
    ";", "\n", "&", "(", ")", "{", "}", "$(", "`", "<(", ">(", "do", "done", "then", "else", "elif", "if", "fi",
    "while", "until", ";;", ";&", ";;&",
];

impl Reader<'_> {
    /// Statements one after the other, as they stand below `node`.
    pub(super) fn sequence(&mut self, node: Node<'_>, state: State) -> Flow {
        self.statements(&children(node), state)
    }

    /// These statements one after the other. Tokens between them must be ones that end or enclose them.
    pub(super) fn statements(&mut self, nodes: &[Node<'_>], state: State) -> Flow {
        let mut flow = Flow { success: Some(state.clone()), failure: None, output: Output::NOTHING };
        let mut here = state;
        for (number, node) in nodes.iter().enumerate() {
            if !node.is_named() {
                if !SEPARATORS.contains(&node.kind()) {
                    self.refuse(*node, "a construct that is not read");
                }
                continue;
            }
            if node.kind() == "comment" {
                if !self.is_comment(*node) {
                    self.refuse(*node, "what looks like a comment may be more");
                }
                continue;
            }
            let is_background = nodes.get(number + 1).is_some_and(|next| next.kind() == "&");
            let before = std::mem::replace(&mut flow.output, Output::NOTHING);
            if is_background {
                let mark = self.outer.files.borrow().mark();
                let inner = here.reading(StdinSource::Piped);
                self.list(*node, inner);
                self.outer.files.borrow_mut().leave_running(mark);
                flow = Flow::even(here.clone(), Output::Unknown);
            } else {
                flow = self.list(*node, here.clone());
            }
            flow.output = before.then(flow.output);
            if here.ends_on_failure && self.conditions == 0 && flow.success.is_some() {
                flow.failure = None;
            }
            // What comes after an exit is read all the same, as if there had been none.
            here = either_state(flow.success.clone(), flow.failure.clone()).unwrap_or(here);
        }
        flow
    }

    /// One statement that is no list.
    pub(super) fn simple(&mut self, node: Node<'_>, state: State) -> Flow {
        match node.kind() {
            "command" => self.command(&Leaf { node: Some(node), ..self.bare_leaf() }, state),
            "variable_assignment" | "variable_assignments" => self.assignment_statement(node, state),
            "declaration_command" => self.declaration(node, state),
            "unset_command" => self.unset(node, state),
            "test_command" => self.test(node, state),
            "subshell" => {
                self.covered(node);
                let flow = self.sequence(node, state.clone());
                let ends = (flow.success.is_some(), flow.failure.is_some());
                Flow { success: (ends.0 || !ends.1).then(|| state.clone()), failure: Some(state), output: flow.output }
            }
            "compound_statement" if node.child(0).is_some_and(|first| first.kind() == "((") => {
                self.double_parentheses(node, state)
            }
            "compound_statement" | "do_group" => {
                self.covered(node);
                self.sequence(node, state)
            }
            "if_statement" => self.branches(node, state),
            "while_statement" => self.repeated(node, state),
            "for_statement" => self.for_each(node, state),
            "c_style_for_statement" if self.dialect == Dialect::Bash => self.for_counted(node, state),
            "case_statement" => self.cases(node, state),
            "function_definition" => self.function(node, state),
            "list" | "pipeline" | "redirected_statement" | "negated_command" => self.list(node, state),
            _ => self.refuse_in(node, "a construct that is not read", state),
        }
    }

    fn bare_leaf<'t>(&self) -> Leaf<'t> {
        Leaf { node: None, redirects: Vec::new(), words: Vec::new(), is_negated: false }
    }

    /// A statement with redirections outside of its node.
    pub(super) fn redirected(&mut self, leaf: &Leaf<'_>, mut state: State) -> Flow {
        match leaf.node {
            Some(node) if node.kind() == "function_definition" => {
                self.refuse_in(node, "redirections of a function, which count at each call", state)
            }
            Some(node) if node.kind() != "command" => {
                let mut redirections = Redirections::default();
                for redirect in &leaf.redirects {
                    self.redirect(*redirect, &mut redirections, &mut state);
                }
                if !leaf.words.is_empty() || !redirections.words.is_empty() {
                    return self.refuse_in(node, "words after a redirection", state);
                }
                let kept = Rc::clone(&state.stdin);
                if let Some(stdin) = redirections.stdin.clone() {
                    state.stdin = Rc::new(stdin);
                }
                let target = redirections.output_file();
                let has_output = redirections.has_output;
                self.emit(vec![Word::known(":")], &[], redirections, &state);
                let inner = if super::shell::is_sole(node) { state.clone() } else { state.clone().sharing() };
                let mut flow = self.deeper(node, inner, Self::simple);
                if has_output {
                    self.printed_to(target, &flow.output, &state);
                    flow.output = Output::NOTHING;
                }
                for state in [&mut flow.success, &mut flow.failure].into_iter().flatten() {
                    state.stdin = Rc::clone(&kept);
                }
                flow
            }
            _ => self.command(leaf, state),
        }
    }

    /// `if`: each part may run or not.
    fn branches(&mut self, node: Node<'_>, state: State) -> Flow {
        self.covered(node);
        let mut arms = vec![arm(node)];
        let mut last = None;
        for child in children(node) {
            match child.kind() {
                "elif_clause" => {
                    self.covered(child);
                    arms.push(arm(child));
                }
                "else_clause" => {
                    self.covered(child);
                    last = Some(children(child));
                }
                _ => {}
            }
        }
        let mut here = state;
        let mut ends: Option<Flow> = None;
        for (condition, body) in arms {
            self.conditions += 1;
            let tested = self.statements(&condition, here.clone());
            self.conditions -= 1;
            let flow = self.statements(&body, tested.success.unwrap_or_else(|| here.clone()));
            ends = Some(joined(ends, flow));
            here = tested.failure.unwrap_or(here);
        }
        let flow = match last {
            Some(nodes) => self.statements(&nodes, here),
            None => Flow { success: Some(here), failure: None, output: Output::Unknown },
        };
        Flow { output: Output::Unknown, ..joined(ends, flow) }
    }

    /// `while` and `until`: the body may run any number of times.
    fn repeated(&mut self, node: Node<'_>, state: State) -> Flow {
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
    fn for_each(&mut self, node: Node<'_>, mut state: State) -> Flow {
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
    fn for_counted(&mut self, node: Node<'_>, mut state: State) -> Flow {
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
        for name in names {
            let is_counter = texts.iter().all(|text| only_counts(text, &name));
            let is_number = state.variable(&name).is_some_and(Value::is_number);
            state.set(&name, if is_counter && is_number { Value::Number } else { Value::Unknown });
        }
        if has("IFS") {
            state.has_plain_ifs = false;
        }
        state
    }

    /// `case`: one of the parts may run.
    fn cases(&mut self, node: Node<'_>, mut state: State) -> Flow {
        self.covered(node);
        if let Some(value) = node.child_by_field_name("value") {
            self.words(value, &mut state);
        }
        let mut ends = Flow { success: Some(state.clone()), failure: None, output: Output::Unknown };
        let mut here = state;
        for item in each_of(node).into_iter().filter(|child| child.kind() == "case_item") {
            self.covered(item);
            let mut body = Vec::new();
            let mut is_pattern = true;
            for child in children(item) {
                match child.kind() {
                    ")" => is_pattern = false,
                    "(" | "|" if is_pattern => {}
                    "comment" => {}
                    ";;" => {}
                    ";&" | ";;&" if self.dialect == Dialect::Bash => {}
                    _ if is_pattern => self.pattern(child, &mut here),
                    _ => body.push(child),
                }
            }
            let flow = self.statements(&body, here.clone());
            // A part can go on into the next.
            if let Some(end) = flow.clone().state() {
                here = here.or(end);
            }
            ends = ends.or(flow);
        }
        for child in each_of(node).into_iter().filter(|child| child.kind() != "case_item") {
            if Some(child) != node.child_by_field_name("value") && child.kind() != "comment" {
                self.refuse(child, "a construct that is not read");
            }
        }
        Flow { output: Output::Unknown, ..ends }
    }

    /// A pattern of `case`.
    fn pattern(&mut self, node: Node<'_>, state: &mut State) {
        if node.kind() == "extglob_pattern" {
            if self.text(node).contains(['$', '`', '<', '>', '(']) {
                self.refuse(node, "a pattern that is not read");
            }
            return;
        }
        self.words(node, state);
    }
}

fn joined(ends: Option<Flow>, flow: Flow) -> Flow {
    match ends {
        Some(ends) => ends.or(flow),
        None => flow,
    }
}

/// The condition and the body of one arm of an `if`.
fn arm<'t>(node: Node<'t>) -> (Vec<Node<'t>>, Vec<Node<'t>>) {
    let mut condition = Vec::new();
    let mut body = Vec::new();
    let mut is_body = false;
    for child in children(node) {
        match child.kind() {
            "if" | "elif" | "fi" | "elif_clause" | "else_clause" => {}
            "then" => is_body = true,
            _ if is_body => body.push(child),
            _ => condition.push(child),
        }
    }
    (condition, body)
}

/// What a loop's variable can hold when it goes over this word.
fn of_word(word: &Word) -> Value {
    match word {
        Word::Literal(raw) => raw.as_str().map_or(Value::Unknown, Value::one),
        Word::Opaque(opaque) if opaque.kind == super::OpaqueKind::Glob => Value::Matched(opaque.text.clone()),
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
            value.starts_with("$((")
                || super::state::is_number(value.split([';', '\n', ' ', ')', '&']).next().unwrap_or_default())
        });
        let is_sum = after.starts_with("+=") && before.ends_with("((");
        is_part || (is_plain && !is_for) || is_count || is_sum
    })
}
