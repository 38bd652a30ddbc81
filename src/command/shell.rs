//! A shell text becomes the commands in it.
//!
//! The grammar is tree-sitter's; only the constructs listed here are read, each with every byte of it accounted for.
//! Whatever else stands in the text makes the whole opaque.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use tree_sitter::{Node, ParseOptions, Parser};

use crate::model::invocation::Dialect;

use super::{Opaque, OpaqueKind, Outer, Parsed, StdinSource, Word, expansion};

/// How many steps the grammar may take, by hundreds: a text that needs more is hostile or broken.
const PATIENCE: u32 = 20_000;
/// How deep constructs may be nested.
pub(super) const DEEPEST: u32 = 60;

/// Reads one text.
pub struct Reader<'a> {
    /// The dialect of the shell that will run it.
    pub dialect: Dialect,
    source: &'a str,
    pub(super) outer: &'a Outer<'a>,
    pub(super) parsed: &'a mut Parsed,
    /// How often each name is assigned in the text, and how often by a statement of its own.
    pub(super) counts: BTreeMap<String, (u32, u32)>,
    /// What was assigned once, on the straight path, before where we are.
    pub(super) values: BTreeMap<String, String>,
    pub(super) directory: Option<Word>,
    pub(super) stdin: StdinSource,
    pub(super) depth: u32,
}

/// Reads `source` into `parsed`.
pub fn read(source: &str, dialect: Dialect, outer: &Outer<'_>, parsed: &mut Parsed) {
    let Some(tree) = tree(source) else {
        parsed.opaque.push(opaque("the shell text", "it cannot be parsed in reasonable time"));
        return;
    };
    let root = tree.root_node();
    if root.has_error() {
        parsed.opaque.push(opaque(source, "it is not shell text that can be read"));
        return;
    }
    let mut counts = BTreeMap::new();
    if !count(root, source, &mut counts, 0) {
        parsed.opaque.push(opaque("the shell text", "it is nested too deep"));
        return;
    }
    let mut reader = Reader {
        dialect,
        source,
        outer,
        parsed,
        counts,
        values: BTreeMap::new(),
        directory: outer.directory.clone(),
        stdin: outer.stdin.clone(),
        depth: 0,
    };
    reader.covered(root);
    reader.sequence(root, true);
}

fn tree(source: &str) -> Option<tree_sitter::Tree> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).ok()?;
    let mut steps = 0;
    let mut go_on = |_: &tree_sitter::ParseState| {
        steps += 1;
        if steps > PATIENCE { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut go_on);
    let bytes = source.as_bytes();
    parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options))
}

fn opaque(text: &str, why: &str) -> Opaque {
    Opaque { kind: OpaqueKind::Construct, text: shortened(text), why: why.to_owned() }
}

fn shortened(text: &str) -> String {
    let line: String = text.chars().take(80).collect();
    if line.len() < text.len() { format!("{line}…") } else { line }
}

/// Counts assignments; false when the tree is too deep.
fn count(node: Node<'_>, source: &str, counts: &mut BTreeMap<String, (u32, u32)>, depth: u32) -> bool {
    if depth > DEEPEST * 4 {
        return false;
    }
    let text = |node: Node<'_>| source.get(node.byte_range()).unwrap_or_default().to_owned();
    let mut add = |name: String, times: u32, alone: u32| {
        let entry = counts.entry(name).or_default();
        entry.0 += times;
        entry.1 += alone;
    };
    match node.kind() {
        "variable_assignment" => {
            let name = node.child_by_field_name("name").map(text).unwrap_or_default();
            let is_prefix = node.parent().is_some_and(|parent| parent.kind() == "command");
            add(name, 1, u32::from(!is_prefix));
        }
        "for_statement" => add(node.child_by_field_name("variable").map(text).unwrap_or_default(), 2, 2),
        "unset_command" => each(node, |child| add(text(child), 2, 2)),
        "command" if node.child_by_field_name("name").map(text).as_deref() == Some("read") => {
            each(node, |child| add(text(child), 2, 2));
        }
        _ => {}
    }
    let mut cursor = node.walk();
    node.children(&mut cursor).all(|child| count(child, source, counts, depth + 1))
}

pub(super) fn each(node: Node<'_>, mut act: impl FnMut(Node<'_>)) {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).for_each(&mut act);
}

impl Reader<'_> {
    /// The source of a node.
    pub fn text(&self, node: Node<'_>) -> String {
        self.source.get(node.byte_range()).unwrap_or_default().to_owned()
    }

    /// A part of the source.
    pub fn slice(&self, from: usize, to: usize) -> Option<&str> {
        self.source.get(from..to)
    }

    /// The home directory that `~` stands for.
    pub fn home(&self) -> Option<String> {
        self.value("HOME", 0)
    }

    /// A variable's value, where it is the same on every path to here.
    pub fn value(&self, name: &str, _: usize) -> Option<String> {
        match self.counts.get(name) {
            Some((1, _)) => self.values.get(name).cloned(),
            Some(_) => None,
            None => match self.outer.assignments.iter().rev().find(|(known, _)| known == name) {
                Some((_, value)) => value.text().map(str::to_owned),
                None if name == "HOME" => self.outer.invocation.variable(name)?.as_str().map(str::to_owned),
                None => None,
            },
        }
    }

    /// The commands of a substitution, which run in a shell of their own.
    pub fn substituted(&mut self, node: Node<'_>) -> Option<()> {
        let kept = (self.directory.clone(), self.stdin.clone());
        self.covered(node);
        self.sequence(node, false);
        (self.directory, self.stdin) = kept;
        Some(())
    }

    /// Notes a part that is not read.
    pub fn refuse(&mut self, node: Node<'_>, why: &str) {
        let text = self.text(node);
        self.parsed.opaque.push(opaque(&text, why));
    }

    /// One word; what cannot be read is opaque, and so is the whole.
    pub fn word(&mut self, node: Node<'_>) -> Word {
        expansion::word(node, self).unwrap_or_else(|| {
            self.refuse(node, "this part of a word is not read");
            Word::opaque(OpaqueKind::Construct, self.text(node), "it is not read")
        })
    }

    /// Checks that nothing lies between a node's children but blanks.
    pub(super) fn covered(&mut self, node: Node<'_>) {
        let mut at = node.start_byte();
        let mut cursor = node.walk();
        let children: Vec<(usize, usize)> =
            node.children(&mut cursor).map(|child| (child.start_byte(), child.end_byte())).collect();
        let ends = children.into_iter().chain(std::iter::once((node.end_byte(), node.end_byte())));
        for (start, end) in ends {
            let gap = self.source.get(at..start).unwrap_or_default().replace("\\\n", "");
            if !gap.chars().all(|c| matches!(c, ' ' | '\t' | '\n')) || start < at {
                self.refuse(node, "a part of it belongs to nothing that is known");
                return;
            }
            at = end;
        }
    }
}

pub(super) fn each_of(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}
