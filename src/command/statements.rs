//! The statements of a shell text: which commands each runs, and in which directory it leaves the shell.

use tree_sitter::Node;

use crate::model::invocation::Dialect;

use super::directory::{Exits, changed, joined, unknown};
use super::redirection::{self, Redirections};
use super::shell::{DEEPEST, Reader, each, each_of};
use super::{Command, OpaqueKind, StdinSource, Word};

/// Builtins after which the rest of the text means something else.
const REFUSED: &[&str] = &[
    "source", ".", "mapfile", "readarray", "getopts", "let", "coproc", "declare", "typeset", "local", "enable",
    "alias", "unalias", "trap", "hash", "bind", "complete", "compgen", "shopt", "builtin", "function", "select",
    "pushd", "popd", "dirs", "fc", "history",
];
/// Words that begin or end constructs: where one stands as a program, the grammar saw the text otherwise than a shell.
const RESERVED: &[&str] = &[
    "{", "}", "!", "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "in",
    "[[", "]]",
];
/// POSIX's special builtins: in some shells what is assigned before them stays.
const SPECIAL: &[&str] = &[
    ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "times", "unset",
];

impl Reader<'_> {
    /// Statements one after the other. Tokens that are not statements must be ones that end or enclose them.
    pub(super) fn sequence(&mut self, node: Node<'_>, is_straight: bool) {
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.children(&mut cursor).collect();
        for (number, child) in children.iter().enumerate() {
            if !child.is_named() {
                let known = [";", "\n", "&", "(", ")", "{", "}", "$(", "`", "<(", ">(", "do", "done", "then", "else"];
                if !known.contains(&child.kind()) {
                    self.refuse(*child, "a construct that is not read");
                }
                continue;
            }
            let before = self.directory.clone();
            let exits = self.statement(*child, is_straight);
            let is_background = children.get(number + 1).is_some_and(|next| next.kind() == "&");
            self.directory = if is_background { before } else { joined(&exits.0, &exits.1) };
        }
    }

    /// A statement: the directories that it leaves when it succeeds and when it fails.
    fn statement(&mut self, node: Node<'_>, is_straight: bool) -> Exits {
        let here = self.directory.clone();
        self.depth += 1;
        if self.depth > DEEPEST {
            self.refuse(node, "it is nested too deep");
            self.depth -= 1;
            return (unknown(), unknown());
        }
        if !matches!(node.kind(), "redirected_statement" | "comment" | "test_command" | "variable_assignment") {
            self.covered(node);
        }
        let exits = match node.kind() {
            "comment" => (here.clone(), here),
            "command" => self.command(node, Redirections::default()),
            "redirected_statement" => self.redirected(node),
            "pipeline" => self.pipeline(node),
            "list" => self.list(node, is_straight),
            "negated_command" => self.negated(node),
            "subshell" => {
                self.sequence(node, false);
                (here.clone(), here)
            }
            "compound_statement" | "do_group" if self.is_plain_group(node) => {
                self.sequence(node, false);
                (self.directory.clone(), self.directory.clone())
            }
            "if_statement" => self.branches(node),
            "while_statement" | "for_statement" => self.repeated(node),
            "declaration_command" => self.declaration(node, is_straight),
            "variable_assignment" | "variable_assignments" => {
                self.assignments_of(node, is_straight);
                (here.clone(), here)
            }
            "unset_command" => {
                each(node, |child| {
                    if child.kind() != "variable_name" {
                        self.refuse(child, "what is unset is not known")
                    }
                });
                (here.clone(), here)
            }
            "test_command" => {
                self.test(node);
                (here.clone(), here)
            }
            _ => {
                self.refuse(node, "a construct that is not read");
                (unknown(), unknown())
            }
        };
        self.depth -= 1;
        exits
    }

    fn is_plain_group(&self, node: Node<'_>) -> bool {
        node.child(0).is_some_and(|first| matches!(first.kind(), "{" | "do"))
    }

    fn command(&mut self, node: Node<'_>, mut redirections: Redirections) -> Exits {
        let mut words = Vec::new();
        let mut prefix = Vec::new();
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.children(&mut cursor).collect();
        for child in children {
            match child.kind() {
                "variable_assignment" => prefix.extend(self.assignment(child)),
                "command_name" => match child.child(0).filter(|_| child.child_count() == 1) {
                    Some(name) => words.push(self.word(name)),
                    None => self.refuse(child, "the program's name is not read"),
                },
                "file_redirect" | "herestring_redirect" => redirection::add(self, child, &mut redirections),
                "$" if self
                    .slice(child.end_byte(), child.end_byte() + 1)
                    .is_some_and(|next| !next.trim().is_empty()) =>
                {
                    self.refuse(child, "a dollar sign that is not read");
                }
                "==" | "=~" | "$" => words.push(Word::known(child.kind())),
                _ if child.is_named() => words.push(self.word(child)),
                _ => self.refuse(child, "a construct that is not read"),
            }
        }
        words.append(&mut redirections.words);
        if words.is_empty() {
            words.push(Word::known(":"));
        }
        self.found(node, words, prefix, redirections)
    }

    fn found(
        &mut self,
        node: Node<'_>,
        words: Vec<Word>,
        prefix: Vec<(String, Word)>,
        redirections: Redirections,
    ) -> Exits {
        let name = words.first().and_then(Word::text).unwrap_or_default().to_owned();
        let here = self.directory.clone();
        if RESERVED.contains(&name.as_str()) {
            self.refuse(node, "a construct that is not read");
        }
        if REFUSED.contains(&name.as_str()) || (SPECIAL.contains(&name.as_str()) && !prefix.is_empty()) {
            self.refuse(node, "after it the rest of the text can mean something else");
        }
        if name == "set" && !words.iter().skip(1).all(|word| word.text().is_some_and(is_plain_option)) {
            self.refuse(node, "it changes how the rest of the text is read");
        }
        let sets_variable = match name.as_str() {
            "printf" | "test" | "[" => {
                words.iter().skip(1).any(|word| word.text().is_none_or(|text| text.starts_with("-v")))
            }
            "wait" | "ulimit" | "umask" => words.len() > 1 && name == "wait",
            _ => false,
        };
        let is_plain_print =
            name == "printf" && words.get(1).and_then(Word::text).is_some_and(|format| !format.starts_with('-'));
        if sets_variable && !is_plain_print {
            self.refuse(node, "it can set a variable or evaluate one");
        }
        if name == "read" && words.iter().skip(1).any(|word| word.text().is_none()) {
            self.refuse(node, "which variable it sets is not known");
        }
        if name == "cd" {
            let exits =
                (changed(&here, &words, self.outer.invocation, self.counts.contains_key("CDPATH")), here.clone());
            self.emit(words, prefix, redirections);
            return exits;
        }
        self.emit(words, prefix, redirections);
        (here.clone(), here)
    }

    fn emit(&mut self, words: Vec<Word>, prefix: Vec<(String, Word)>, redirections: Redirections) {
        let mut assignments = self.outer.assignments.clone();
        for (name, (_, alone)) in &self.counts {
            if *alone > 0 {
                let value = self.value(name, 0).map_or_else(
                    || {
                        Word::opaque(
                            OpaqueKind::Variable,
                            format!("${name}"),
                            "the text assigns it in a way that is not followed",
                        )
                    },
                    Word::known,
                );
                assignments.push((name.clone(), value));
            }
        }
        assignments.extend(prefix);
        let command = Command {
            assignments,
            redirects: redirections.files,
            stdin: redirections.stdin.unwrap_or_else(|| self.stdin.clone()),
            directory: self.directory.clone(),
            ..Command::plain(words, self.outer)
        };
        super::add(command, self.outer, self.parsed);
    }

    fn redirected(&mut self, node: Node<'_>) -> Exits {
        let body = node.child_by_field_name("body");
        let mut redirections = Redirections::default();
        for child in each_of(node) {
            if Some(child) != body {
                redirection::add(self, child, &mut redirections);
            }
        }
        match body {
            Some(body) if body.kind() == "command" => {
                self.covered(body);
                self.command(body, redirections)
            }
            Some(body) if redirections.words.is_empty() => {
                let kept = self.stdin.clone();
                if let Some(stdin) = redirections.stdin.clone() {
                    self.stdin = stdin;
                }
                self.emit(vec![Word::known(":")], Vec::new(), redirections);
                let exits = self.statement(body, false);
                self.stdin = kept;
                exits
            }
            Some(_) => {
                self.refuse(node, "words after a redirection");
                (unknown(), unknown())
            }
            None => {
                let mut words = std::mem::take(&mut redirections.words);
                if words.is_empty() {
                    words.push(Word::known(":"));
                }
                self.found(node, words, Vec::new(), redirections)
            }
        }
    }

    fn pipeline(&mut self, node: Node<'_>) -> Exits {
        let here = self.directory.clone();
        let kept = self.stdin.clone();
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.children(&mut cursor).collect();
        for child in children {
            match child.kind() {
                "|" => {}
                "|&" if self.dialect == Dialect::Bash => {}
                _ if child.is_named() => {
                    self.directory.clone_from(&here);
                    self.statement(child, false);
                    self.stdin = StdinSource::Piped;
                }
                _ => self.refuse(child, "a construct that is not read"),
            }
        }
        self.stdin = kept;
        self.directory.clone_from(&here);
        (here.clone(), here)
    }

    fn list(&mut self, node: Node<'_>, is_straight: bool) -> Exits {
        let (Some(left), Some(operator), Some(right), 3) =
            (node.child(0), node.child(1), node.child(2), node.child_count())
        else {
            self.refuse(node, "a construct that is not read");
            return (unknown(), unknown());
        };
        let (success, failure) = self.statement(left, is_straight);
        match operator.kind() {
            "&&" => {
                self.directory = success;
                let (then, otherwise) = self.statement(right, false);
                (then, joined(&failure, &otherwise))
            }
            "||" => {
                self.directory = failure;
                let (then, otherwise) = self.statement(right, false);
                (joined(&success, &then), otherwise)
            }
            _ => {
                self.refuse(operator, "a construct that is not read");
                (unknown(), unknown())
            }
        }
    }

    fn negated(&mut self, node: Node<'_>) -> Exits {
        match node.named_child(0).filter(|_| node.named_child_count() == 1) {
            Some(child) => {
                let (success, failure) = self.statement(child, false);
                (failure, success)
            }
            None => {
                self.refuse(node, "a construct that is not read");
                (unknown(), unknown())
            }
        }
    }

    /// `if`: each part may run or not.
    fn branches(&mut self, node: Node<'_>) -> Exits {
        let before = self.directory.clone();
        let mut after = before.clone();
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.children(&mut cursor).collect();
        for child in children {
            match child.kind() {
                "if" | "then" | "elif" | "fi" | ";" | "\n" | "&" => {}
                "elif_clause" => {
                    self.branches(child);
                }
                "else_clause" => {
                    self.covered(child);
                    self.sequence(child, false);
                }
                _ if child.is_named() => {
                    let (success, failure) = self.statement(child, false);
                    self.directory = joined(&success, &failure);
                }
                _ => self.refuse(child, "a construct that is not read"),
            }
            after = joined(&after, &self.directory);
            self.directory.clone_from(&after);
        }
        (after.clone(), after)
    }

    /// `while`, `until`, `for`: what changes the directory in it makes the directory unknown throughout.
    fn repeated(&mut self, node: Node<'_>) -> Exits {
        if self.text(node).contains("cd") {
            self.directory = unknown();
        }
        let here = self.directory.clone();
        let variable = node.child_by_field_name("variable");
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.children(&mut cursor).collect();
        for child in children {
            match child.kind() {
                "while" | "until" | "for" | "in" | ";" | "\n" => {}
                _ if Some(child) == variable => {}
                "do_group" => {
                    self.statement(child, false);
                }
                _ if child.is_named() && variable.is_some() => {
                    self.word(child);
                }
                _ if child.is_named() => {
                    self.statement(child, false);
                }
                _ => self.refuse(child, "a construct that is not read"),
            }
            self.directory.clone_from(&here);
        }
        (here.clone(), here)
    }
}

/// Options of `set` that change only when a script stops.
fn is_plain_option(text: &str) -> bool {
    matches!(text, "pipefail" | "errexit" | "nounset" | "--")
        || text
            .strip_prefix(['-', '+'])
            .is_some_and(|letters| !letters.is_empty() && letters.chars().all(|c| "euo".contains(c)))
}
