//! `[ … ]` and `[[ … ]]`.

use tree_sitter::Node;

use crate::model::invocation::Dialect;

use super::shell::{Reader, each_of};

impl Reader<'_> {
    /// `[ … ]` and `[[ … ]]`: they look at files and strings, unless a part is evaluated as a number or a variable.
    pub(super) fn test(&mut self, node: Node<'_>) {
        let text = self.text(node);
        let is_double = text.starts_with("[[");
        let inner = text.trim_start_matches('[').trim_end_matches(']');
        let words: Vec<&str> = inner.split_whitespace().collect();
        let evaluates = ["-v", "-R", "-o"].iter().any(|flag| words.contains(flag));
        let counts = ["-eq", "-ne", "-lt", "-le", "-gt", "-ge"].iter().any(|flag| words.contains(flag));
        if evaluates
            || (is_double && (counts || self.dialect != Dialect::Bash))
            || inner.contains('[')
            || inner.contains("((")
        {
            self.refuse(node, "a test that can evaluate a variable");
        }
        self.substitutions(node);
    }

    /// The commands of every substitution below a node whose own words run nothing.
    fn substitutions(&mut self, node: Node<'_>) {
        for child in each_of(node) {
            match child.kind() {
                "command_substitution" | "process_substitution" => {
                    self.substituted(child);
                }
                "expansion" | "simple_expansion" | "string" | "concatenation" | "word" | "number" | "raw_string" => {
                    self.word(child);
                }
                "binary_expression" | "unary_expression" | "parenthesized_expression" | "negated_expression" => {
                    self.substitutions(child)
                }
                "test_operator" | "regex" | "extglob_pattern" if !self.text(child).contains(['$', '`', '<', '>']) => {}
                _ => self.refuse(child, "a construct that is not read"),
            }
        }
    }
}
