//! The statements of a shell text: what each runs, and what is known of the shell after it.

use std::rc::Rc;

use tree_sitter::Node;

use crate::model::invocation::Dialect;

use super::StdinSource;
use super::flow::{Flow, Output, either_state};
use super::lists::Leaf;
use super::redirection::Redirections;
use super::shell::{Reader, children, each_of};
use super::state::State;

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
        Leaf { node: None, redirects: Vec::new(), words: Vec::new(), has_dash: false, is_negated: false }
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
                if leaf.has_dash || !leaf.words.is_empty() || !redirections.words.is_empty() {
                    return self.refuse_in(node, "words after a redirection", state);
                }
                let kept = Rc::clone(&state.stdin);
                if let Some(stdin) = redirections.stdin.clone() {
                    state.stdin = Rc::new(stdin);
                }
                let target = redirections.output_file();
                let has_output = redirections.has_output;
                self.opened(&redirections, &state);
                let inner = if super::shell::is_sole(node) { state.clone() } else { state.clone().sharing() };
                let mut flow = self.deeper(node, inner, Self::simple);
                if redirections.can_fail() {
                    flow.failure = either_state(flow.failure, Some(state.clone()));
                }
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

pub(super) fn joined(ends: Option<Flow>, flow: Flow) -> Flow {
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
