//! Variables that a shell text sets.

use tree_sitter::Node;

use super::directory::Exits;
use super::shell::{Reader, each_of};
use super::{OpaqueKind, Word};

impl Reader<'_> {
    pub(super) fn assignment(&mut self, node: Node<'_>) -> Option<(String, Word)> {
        let name =
            node.child_by_field_name("name").filter(|name| name.kind() == "variable_name").map(|name| self.text(name));
        let is_plain = name.as_ref().is_some_and(|name| self.text(node).as_bytes().get(name.len()) == Some(&b'='));
        let (Some(name), true) = (name, is_plain) else {
            self.refuse(node, "an assignment that is not read");
            return None;
        };
        let value = match node.child_by_field_name("value") {
            None => Word::known(""),
            Some(value) if value.end_byte() != node.end_byte() => {
                self.refuse(node, "an assignment that is not read");
                return None;
            }
            Some(value) => self.word(value),
        };
        // A pattern is not matched against files in an assignment.
        let value = match value {
            Word::Opaque(opaque) if opaque.kind == OpaqueKind::Glob => Word::known(opaque.text.replace('\\', "")),
            other => other,
        };
        Some((name, value))
    }

    pub(super) fn assignments_of(&mut self, node: Node<'_>, is_straight: bool) {
        if node.kind() != "variable_assignment" {
            each_of(node).into_iter().for_each(|child| self.assignments_of(child, is_straight));
            return;
        }
        if let Some((name, value)) = self.assignment(node)
            && let (true, Some(text)) = (is_straight, value.text())
        {
            self.values.insert(name, text.to_owned());
        }
    }

    pub(super) fn declaration(&mut self, node: Node<'_>, is_straight: bool) -> Exits {
        if node.child(0).is_none_or(|first| first.kind() != "export") {
            self.refuse(node, "a declaration that is not read");
        }
        for child in each_of(node) {
            match child.kind() {
                "variable_assignment" => self.assignments_of(child, is_straight),
                "variable_name" => {}
                _ => self.refuse(child, "what is exported is not known"),
            }
        }
        (self.directory.clone(), self.directory.clone())
    }
}
