//! A shell text becomes the commands in it.
//!
//! The grammar is tree-sitter's; only the constructs that this module knows are read, each with every byte of it
//! accounted for. Whatever else stands in the text is opaque.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::rc::Rc;

use tree_sitter::{Node, ParseOptions, Parser, Tree};

use crate::model::invocation::Dialect;

use super::flow::{Flow, Output};
use super::loops::exported_names;
use super::pipes;
use super::state::{State, Value};
use super::{Opaque, OpaqueKind, Outer, Parsed, Word};

/// How many steps the grammar may take, by hundreds, for any text and for so many bytes of it one more: an honest text of
/// 70 KB needs 900, in some 20 ms.
const PATIENCE: usize = 200;
const PATIENCE_BYTES: usize = 80;
/// How many bytes a text may have: as many as an argument of a program. The grammar takes some 40 ms for them.
const LONGEST: usize = 128 * 1024;
/// The most brackets that may be open at once, or closed without having been opened (as the patterns of `case` are).
const MOST_BRACKETS: u32 = 1_000;
/// How deep the tree of a text may be.
const DEEPEST_TREE: u32 = 120;
/// How deep statements and words may be nested, over all texts that are read within each other.
const DEEPEST: u32 = 60;
/// The most ends that are told apart.
const MOST_EXITS: usize = 8;
/// Longer texts within the text, and more of them, are not looked through once more for suspects.
const LONGEST_KEPT: usize = 4096;
const MOST_KEPT: usize = 32;
/// How many statements are followed, calls of functions counted anew.
const FUEL: u32 = 20_000;

/// How many bytes all words together may come to when they are expanded.
const MOST_EXPANDED: usize = 4 * 1024 * 1024;

/// What following one invocation may cost.
#[derive(Debug)]
pub struct Budget {
    fuel: Cell<u32>,
    nesting: Cell<u32>,
    expanded: Cell<usize>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { fuel: Cell::new(FUEL), nesting: Cell::new(0), expanded: Cell::new(MOST_EXPANDED) }
    }
}

impl Budget {
    /// Whether there is enough left for looking through a text of this size; it is then spent.
    pub fn has_for(&self, size: usize) -> bool {
        u32::try_from(size / 16).is_ok_and(|amount| self.spend(amount).is_some())
    }

    /// Whether words may become so many bytes more; they are then spent.
    pub fn has_words_for(&self, bytes: usize) -> bool {
        let left = self.expanded.get().checked_sub(bytes);
        self.expanded.set(left.unwrap_or_default());
        left.is_some()
    }

    fn spend(&self, amount: u32) -> Option<()> {
        self.fuel.set(self.fuel.get().checked_sub(amount)?);
        Some(())
    }
}

/// Reads one text, and the texts that it reads itself.
pub struct Reader<'a> {
    /// The dialect of the shell that will run it.
    pub dialect: Dialect,
    source: Rc<str>,
    pub(super) outer: &'a Outer<'a>,
    pub(super) parsed: &'a mut Parsed,
    /// Bodies of functions that were defined, and of those that were called.
    pub(super) defined: Vec<Rc<str>>,
    pub(super) called: BTreeSet<Rc<str>>,
    /// Where `return`, `break` and `continue` leave from.
    pub(super) escapes: Vec<State>,
    /// Variables that functions being read have declared their own, with what they were before.
    pub(super) locals: Vec<Vec<(String, Option<super::state::Value>)>>,
    /// How many conditions we are in, in which a failure does not end the shell.
    pub(super) conditions: u32,
    /// Texts of traps, read at the end.
    pub(super) traps: Vec<String>,
    /// The texts that were read.
    pub(super) sources: Vec<Rc<str>>,
    /// Where the shell may have ended before the end of its text.
    pub(super) exits: Vec<State>,
}

/// Reads `source` into `parsed`; what it prints, where that is known.
pub fn read(source: &str, dialect: Dialect, outer: &Outer<'_>, parsed: &mut Parsed) -> Output {
    let mut reader = Reader {
        dialect,
        source: Rc::from(""),
        outer,
        parsed,
        defined: Vec::new(),
        called: BTreeSet::new(),
        escapes: Vec::new(),
        locals: Vec::new(),
        conditions: 0,
        traps: Vec::new(),
        sources: Vec::new(),
        exits: Vec::new(),
    };
    // A word that can become several leaves open which parameter is which.
    let known = outer.positional.as_ref().filter(|all| all.iter().all(Word::is_single));
    let positional = known.map(|all| all.iter().skip(1).cloned().collect());
    let state = State::new(&outer.assignments, outer.directory.clone(), outer.stdin.clone(), positional);
    let mut state = state;
    state.zero = known.and_then(|all| all.first()).cloned();
    let flow = reader.text_in(source, state);
    let Flow { success, failure, output } = flow;
    reader.exits.extend(success.into_iter().chain(failure));
    reader.leftovers(source);
    output
}

fn tree(source: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).ok()?;
    let patience = PATIENCE + source.len() / PATIENCE_BYTES;
    let mut steps = 0;
    // Recovering from errors costs the more the more there are, and what has one is not read anyway.
    let mut go_on = |state: &tree_sitter::ParseState| {
        steps += 1;
        if steps > patience || state.has_error() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut go_on);
    let bytes = source.as_bytes();
    parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options))
}

/// Whether a text would keep the grammar busy for long: brackets that are nested or left over by the thousand, operators
/// that no shell has. Quotes are not heeded: no honest text comes near.
fn is_beyond_grammar(source: &str) -> bool {
    let (mut open, mut stray) = (0_u32, 0_u32);
    for byte in source.bytes() {
        match byte {
            b'(' | b'{' | b'[' => open += 1,
            b')' | b'}' | b']' if open == 0 => stray += 1,
            b')' | b'}' | b']' => open -= 1,
            _ => {}
        }
        if open > MOST_BRACKETS || stray > MOST_BRACKETS {
            return true;
        }
    }
    source.contains("<<<<") || source.matches("$[").nth(20).is_some()
}

/// Whether a tree is deeper than is followed; walked without recursion.
fn is_too_deep(tree: &Tree) -> bool {
    let mut cursor = tree.walk();
    loop {
        if cursor.depth() > DEEPEST_TREE {
            return true;
        }
        if cursor.goto_first_child() || cursor.goto_next_sibling() {
            continue;
        }
        loop {
            if !cursor.goto_parent() {
                return false;
            }
            if cursor.goto_next_sibling() {
                break;
            }
        }
    }
}

/// Whether a text holds one command and no loop: then nobody else reads its standard input.
fn has_one_command(tree: &Tree) -> bool {
    is_sole(tree.root_node())
}

/// Whether there is one command below a node, which runs once.
pub(super) fn is_sole(node: Node<'_>) -> bool {
    let mut cursor = node.walk();
    let mut count = 0;
    loop {
        match cursor.node().kind() {
            "while_statement" | "for_statement" | "c_style_for_statement" | "function_definition" => return false,
            "command" | "test_command" => count += 1,
            _ => {}
        }
        if cursor.goto_first_child() || cursor.goto_next_sibling() {
            continue;
        }
        loop {
            if !cursor.goto_parent() {
                return count < 2;
            }
            if cursor.goto_next_sibling() {
                break;
            }
        }
    }
}

pub(super) fn opaque(text: &str, why: &str) -> Opaque {
    Opaque { kind: OpaqueKind::Construct, text: text.to_owned(), why: why.to_owned() }
}

/// A node's children, tokens included.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).collect()
}

/// A node's children without tokens.
pub(super) fn each_of(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

impl<'a> Reader<'a> {
    /// Reads one more text in `state`, as `eval`, `.` and a function's call do.
    pub(super) fn text_in(&mut self, source: &str, state: State) -> Flow {
        let is_within = self.outer.depth > 0 || !self.source.is_empty();
        if is_within && source.len() <= LONGEST_KEPT && self.parsed.texts.len() < MOST_KEPT {
            self.parsed.texts.push(source.to_owned());
        }
        // A text within a text can hold another, and so on: all of them together are to stay cheap.
        let weight = if is_within { 8 } else { 1 };
        if !self.outer.budget.has_for(source.len().saturating_mul(weight)) {
            return self.give_up(source, "it is too much to follow", state);
        }
        if source.len() > LONGEST {
            return self.give_up(source, "it is too long to be read", state);
        }
        if is_beyond_grammar(source) || pipes::are_endless(source) {
            return self.give_up(source, "it is not shell text that can be read", state);
        }
        let Some(tree) = tree(source) else {
            return self.give_up(source, "it cannot be parsed in reasonable time", state);
        };
        if tree.root_node().has_error() {
            return self.give_up(source, "it is not shell text that can be read", state);
        }
        if is_too_deep(&tree) {
            return self.give_up(source, "it is nested too deep", state);
        }
        let state = if has_one_command(&tree) { state } else { state.sharing() };
        let kept = std::mem::replace(&mut self.source, Rc::from(source));
        self.sources.push(Rc::clone(&self.source));
        self.covered(tree.root_node());
        let flow = self.deeper(tree.root_node(), state, Self::sequence);
        self.source = kept;
        flow
    }

    fn give_up(&mut self, text: &str, why: &str, mut state: State) -> Flow {
        self.parsed.opaque.push(opaque(text, why));
        state.forget();
        Flow::even(state, Output::Unknown)
    }

    /// What can run without being called in the text: traps, and functions that nothing seen calls.
    fn leftovers(&mut self, source: &str) {
        let has_plain_ifs = !source.contains("IFS");
        let mut ends = std::mem::take(&mut self.exits).into_iter();
        let Some(first) = ends.next() else { return };
        if self.traps.is_empty() && self.defined.is_empty() {
            return;
        }
        let mut state = ends.fold(first, State::or).reading(super::StdinSource::Piped);
        state.directories = vec![super::directory::unknown()];
        state.positional = None;
        state.forget();
        state.has_plain_ifs = has_plain_ifs;
        // A trap of a subshell sees what that subshell has set.
        let names: BTreeSet<String> = self.sources.iter().flat_map(|text| exported_names(text)).collect();
        for name in names {
            state.set(&name, Value::Unknown);
            state.may_export(&name);
        }
        let traps: BTreeSet<String> = std::mem::take(&mut self.traps).into_iter().collect();
        for text in traps {
            self.text_in(&text, state.clone());
        }
        for body in std::mem::take(&mut self.defined) {
            if !self.called.contains(&body) {
                self.text_in(&body, state.clone());
            }
        }
    }

    /// One level deeper; what is too deep is opaque.
    pub(super) fn deeper(
        &mut self,
        node: Node<'_>,
        state: State,
        act: impl FnOnce(&mut Self, Node<'_>, State) -> Flow,
    ) -> Flow {
        let nesting = self.outer.budget.nesting.get();
        if nesting >= DEEPEST || self.outer.budget.spend(1).is_none() {
            let text = self.text(node);
            return self.give_up(&text, "it is nested too deep, or too much to follow", state);
        }
        self.outer.budget.nesting.set(nesting + 1);
        let flow = act(self, node, state);
        self.outer.budget.nesting.set(nesting);
        flow
    }

    /// The source of a node.
    pub fn text(&self, node: Node<'_>) -> String {
        self.source.get(node.byte_range()).unwrap_or_default().to_owned()
    }

    /// A part of the source.
    pub fn slice(&self, from: usize, to: usize) -> Option<&str> {
        self.source.get(from..to)
    }

    /// Notes a state in which the shell may end.
    pub(super) fn may_end(&mut self, state: State) {
        let last = if self.exits.len() >= MOST_EXITS { self.exits.pop() } else { None };
        self.exits.push(match last {
            Some(last) => last.or(state),
            None => state,
        });
    }

    /// Notes a part that is not read.
    pub fn refuse(&mut self, node: Node<'_>, why: &str) {
        let text = self.text(node);
        self.parsed.opaque.push(opaque(&text, why));
    }

    /// Notes a part that is not read, after which nothing is known of variables.
    pub fn refuse_in(&mut self, node: Node<'_>, why: &str, state: State) -> Flow {
        let text = self.text(node);
        self.give_up(&text, why, state)
    }

    /// Checks that nothing lies between a node's children but blanks and ends of lines.
    pub(super) fn covered(&mut self, node: Node<'_>) {
        self.tiled(node, &[' ', '\t', '\n']);
    }

    /// As `covered`, on one line.
    pub(super) fn covered_line(&mut self, node: Node<'_>) {
        self.tiled(node, &[' ', '\t']);
    }

    fn tiled(&mut self, node: Node<'_>, between: &[char]) {
        let mut at = node.start_byte();
        let ends: Vec<(usize, usize)> =
            children(node).iter().map(|child| (child.start_byte(), child.end_byte())).collect();
        for (start, end) in ends.into_iter().chain(std::iter::once((node.end_byte(), node.end_byte()))) {
            let raw = self.slice(at, start).unwrap_or("?");
            let gap = raw.replace("\\\n", "");
            // A line that goes on within a word is one word, which the grammar takes for two.
            let is_edge = |from: usize| self.slice(from, from + 1).is_none_or(|c| " \t\n;&|()<>".contains(c));
            let is_joined = gap.is_empty() && !raw.is_empty() && !is_edge(start) && at > 0 && !is_edge(at - 1);
            if !gap.chars().all(|c| between.contains(&c)) || start < at || is_joined {
                self.refuse(node, "a part of it belongs to nothing that is known");
                return;
            }
            at = end;
        }
    }

    /// Whether a comment of the grammar is one of the shell.
    pub(super) fn is_comment(&self, node: Node<'_>) -> bool {
        let before = node.start_byte().checked_sub(1).and_then(|at| self.slice(at, at + 1));
        let is_free = before.is_none_or(|before| [" ", "\t", "\n", ";", "&", "|", "(", ")"].contains(&before));
        // A line that goes on: what looks like a comment is the rest of a word.
        let continues = node.start_byte().checked_sub(2).and_then(|at| self.slice(at, at + 2)) == Some("\\\n");
        is_free && !continues && !self.text(node).contains('\n')
    }
}
