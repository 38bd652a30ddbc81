//! Simple commands: words, assignments before them, redirections; and what their names call.

use tree_sitter::Node;

use crate::model::invocation::{Dialect, Raw};

use super::assignments::word_of;
use super::fields::Fields;
use super::flow::{Flow, Output, either_state};
use super::lists::Leaf;
use super::redirection::Redirections;
use super::shell::{Reader, children, each_of};
use super::state::{State, Value};
use super::{Command, OpaqueKind, StdinSource, Word, files, fold};

/// Words that begin or end constructs: where one stands as a program, the grammar saw the text otherwise than a shell.
pub const RESERVED: &[&str] = &[
    "{", "}", "!", "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "in",
    "[[", "]]", "function", "select",
];
/// The most commands that one command is followed as, where its words can be several things.
const MOST_WAYS: usize = 12;

/// A command while it is put together.
#[derive(Debug, Default)]
struct Parts {
    /// Each word as every list of words that it can become.
    words: Vec<Vec<Fields>>,
    prefix: Vec<(String, Value)>,
    redirections: Redirections,
}

impl Reader<'_> {
    /// A simple command with its redirections.
    pub(super) fn command(&mut self, leaf: &Leaf<'_>, mut state: State) -> Flow {
        let mut parts = Parts::default();
        let anchor = leaf.node.or_else(|| leaf.redirects.first().copied());
        if let Some(node) = leaf.node {
            self.covered_line(node);
            if each_of(node).last().is_some_and(|last| last.kind() == "subshell") {
                return self.timed_subshell(node, state);
            }
            self.parts(node, &mut parts, &mut state);
        }
        let last = leaf.node.and_then(|node| children(node).pop());
        if let Some((last, first)) = last.zip(leaf.redirects.first())
            && self.is_touching(last, *first)
        {
            return self.refuse_in(last, "words that touch each other", state);
        }
        if leaf.has_dash {
            parts.words.push(vec![vec![Word::known("-")]]);
        }
        for redirect in &leaf.redirects {
            self.redirect(*redirect, &mut parts.redirections, &mut state);
        }
        for word in &leaf.words {
            let fields = self.words(*word, &mut state);
            parts.words.push(fields);
        }
        parts.words.append(&mut parts.redirections.words);
        let Some(node) = anchor else { return Flow::even(state, Output::NOTHING) };
        self.ways(node, parts, state)
    }

    fn parts(&mut self, node: Node<'_>, parts: &mut Parts, state: &mut State) {
        let mut before: Option<Node<'_>> = None;
        // What is assigned before a command is seen by what is assigned after it, but not by the command's words.
        let mut assigning = state.clone();
        for child in children(node) {
            if before.is_some_and(|before| self.is_touching(before, child)) {
                self.refuse(node, "words that touch each other");
            }
            before = Some(child);
            match child.kind() {
                "variable_assignment" => match self.assignment(child, &mut assigning) {
                    Some((name, value)) => {
                        assigning
                            .set(&name, if self.dialect == Dialect::Bash { value.clone() } else { Value::Unknown });
                        assigning.export(&name);
                        parts.prefix.push((name, value));
                    }
                    None => state.forget(),
                },
                "command_name" => match child.child(0).filter(|_| child.child_count() == 1) {
                    Some(name) => parts.words.push(self.words(name, state)),
                    None => self.refuse(child, "the program's name is not read"),
                },
                "file_redirect" | "herestring_redirect" => self.redirect(child, &mut parts.redirections, state),
                "$" if self
                    .slice(child.end_byte(), child.end_byte() + 1)
                    .is_some_and(|next| !next.trim().is_empty()) =>
                {
                    // `$"…"` is a string in bash, and two things elsewhere.
                    self.refuse(child, "a dollar sign that is not read");
                }
                "==" | "=~" | "$" => parts.words.push(vec![vec![Word::known(child.kind())]]),
                "comment" => self.refuse(child, "what looks like a comment may be more"),
                _ if child.is_named() => parts.words.push(self.words(child, state)),
                _ => self.refuse(child, "a construct that is not read"),
            }
        }
    }

    /// Whether two neighbours are one word to the shell, or a descriptor with its redirection.
    pub(super) fn is_touching(&self, one: Node<'_>, two: Node<'_>) -> bool {
        let gap = self.slice(one.end_byte(), two.start_byte()).unwrap_or_default();
        if !gap.is_empty() {
            // A line that goes on right after a word goes on with that word.
            return gap.replace("\\\n", "").is_empty();
        }
        let text = self.text(one);
        let is_redirect = |node: Node<'_>| node.kind().ends_with("redirect");
        let is_descriptor = (text.starts_with('{') && text.ends_with('}')) || text.chars().all(|c| c.is_ascii_digit());
        // What touches a redirection from behind belongs to its word: `<<<""a`.
        match (is_redirect(one), is_redirect(two)) {
            (true, other) => !other,
            (false, true) => is_descriptor,
            (false, false) => true,
        }
    }

    /// `time ( … )`, the one command that is followed by a subshell.
    fn timed_subshell(&mut self, node: Node<'_>, state: State) -> Flow {
        match children(node).as_slice() {
            [name, inner] if self.text(*name) == "time" && self.dialect == Dialect::Bash => {
                self.deeper(*inner, state, Self::simple)
            }
            _ => self.refuse_in(node, "a construct that is not read", state),
        }
    }

    /// Follows every command that this one can be.
    fn ways(&mut self, node: Node<'_>, parts: Parts, state: State) -> Flow {
        let Parts { words, prefix, redirections } = parts;
        let count = words.iter().fold(1_usize, |count, word| count.saturating_mul(word.len()));
        let lists: Vec<Fields> = if count == 1 {
            vec![words.into_iter().flatten().flatten().collect()]
        } else if count <= MOST_WAYS {
            words.iter().fold(vec![Vec::new()], |lists, word| {
                lists
                    .iter()
                    .flat_map(|list| {
                        word.iter().map(|fields| [list.as_slice(), fields.as_slice()].concat()).collect::<Vec<_>>()
                    })
                    .collect()
            })
        } else {
            let one = |word: &Vec<Fields>| match word.as_slice() {
                [fields] => fields.clone(),
                _ => vec![Word::opaque(OpaqueKind::Variable, "…", "it can be one of many values")],
            };
            vec![words.iter().flat_map(one).collect()]
        };
        let mut flows = lists.into_iter().map(|words| {
            let redirections = redirections.clone();
            self.called(node, words, &prefix, redirections, state.clone())
        });
        let first = flows.next();
        let rest: Vec<Flow> = flows.collect();
        let first = first.unwrap_or_else(|| Flow::even(state, Output::Unknown));
        rest.into_iter().fold(first, Flow::or)
    }

    /// As `named`, one level deeper: names can stand before names.
    fn called(
        &mut self,
        node: Node<'_>,
        words: Fields,
        prefix: &[(String, Value)],
        redirections: Redirections,
        state: State,
    ) -> Flow {
        let before = redirections.can_fail().then(|| state.clone());
        let mut flow =
            self.deeper(node, state, |reader, node, state| reader.named(node, words, prefix, redirections, state));
        if before.is_some() {
            flow.failure = either_state(flow.failure, before);
        }
        flow
    }

    /// What a command's name calls: a construct, an alias, a function, a builtin, a program.
    fn named(
        &mut self,
        node: Node<'_>,
        mut words: Fields,
        prefix: &[(String, Value)],
        redirections: Redirections,
        mut state: State,
    ) -> Flow {
        if words.is_empty() {
            // Only assignments and redirections: they stay.
            for (name, value) in prefix {
                state.set(name, value.clone());
            }
            self.emit(vec![Word::known(":")], &[], redirections, &state);
            return Flow::even(state, Output::NOTHING);
        }
        let name = words.first().and_then(Word::text).unwrap_or_default().to_owned();
        if RESERVED.contains(&name.as_str()) {
            return self.refuse_in(node, "a construct that is not read", state);
        }
        if matches!(name.as_str(), "time" | "coproc") && self.dialect == Dialect::Bash {
            return self.introduced(node, words, prefix, redirections, state);
        }
        let mut flow = None;
        if let Some(text) = state.alias(&name).cloned() {
            flow = Some(self.aliased(node, &name, &text, state.clone()));
        }
        if let Some(function) = state.function(&name).cloned() {
            for body in &function.bodies {
                let called = self.call(body, &words, prefix, &redirections, state.clone());
                flow = Some(flow.map_or(called.clone(), |before: Flow| before.or(called)));
            }
            if !function.is_doubtful {
                return flow.unwrap_or_else(|| Flow::even(state, Output::Unknown));
            }
        }
        if matches!(name.as_str(), "command" | "builtin") && words.len() > 1 {
            if words.get(1).is_some_and(|word| word.text().is_none()) {
                return self.refuse_in(node, "what it runs is not known", state);
            }
            let is_plain = words.get(1).and_then(Word::text).is_some_and(|word| !word.starts_with('-'));
            let is_portable = words.get(1).and_then(Word::text) == Some("-p");
            let ends = |at: usize| usize::from(words.get(at).and_then(Word::text) == Some("--"));
            let flags = usize::from(is_portable) + ends(1 + usize::from(is_portable));
            if words.get(1 + flags).is_some_and(|word| word.text().is_none()) {
                return self.refuse_in(node, "what it runs is not known", state);
            }
            if (is_plain || flags > 0) && words.len() > 1 + flags {
                words.drain(..1 + flags);
                state = without_function(state, &words);
                let inner = self.called(node, words, prefix, redirections, state);
                return flow.map_or(inner.clone(), |before| before.or(inner));
            }
        }
        if name == "jobs" && words.get(1).and_then(Word::text) == Some("-x") {
            words.drain(..2);
            let inner = self.called(node, words, prefix, redirections, state);
            return flow.map_or(inner.clone(), |before| before.or(inner));
        }
        let run = self.builtin(node, words, prefix, redirections, state);
        flow.map_or(run.clone(), |before| before.or(run))
    }

    /// `time` and `coproc`, which stand before a whole command.
    fn introduced(
        &mut self,
        node: Node<'_>,
        mut words: Fields,
        prefix: &[(String, Value)],
        redirections: Redirections,
        mut state: State,
    ) -> Flow {
        let name = words.first().and_then(Word::text).unwrap_or_default().to_owned();
        if words.len() < 2 {
            return self.builtin(node, words, prefix, redirections, state);
        }
        words.remove(0);
        if name == "time" && words.len() > 1 && words.first().and_then(Word::text) == Some("-p") {
            words.remove(0);
        }
        let is_compound =
            |word: &Word| word.text().is_some_and(|text| RESERVED.contains(&text) || text.starts_with('('));
        let is_known = words
            .first()
            .is_none_or(|word| word.text().is_some_and(|text| !text.contains('=') && !text.starts_with('-')));
        let has_name = name == "coproc" && words.iter().any(is_compound);
        if !prefix.is_empty() || words.first().is_some_and(is_compound) || !is_known || has_name {
            return self.refuse_in(node, "a construct that is not read", state);
        }
        if name == "time" {
            return self.called(node, words, prefix, redirections, state);
        }
        let inner = state.reading(StdinSource::Piped);
        self.called(node, words, prefix, redirections, inner);
        state.set("COPROC", Value::Unknown);
        state.set("COPROC_PID", Value::Number);
        Flow::even(state, Output::Unknown)
    }

    /// Hands a command on, and tells what it prints where that is known.
    pub(super) fn emit(
        &mut self,
        words: Fields,
        prefix: &[(String, Value)],
        redirections: Redirections,
        state: &State,
    ) -> Output {
        let is_inherited = |name: &str| self.outer.invocation.variable(name).is_some();
        let mut assignments: Vec<(String, Word)> = state
            .exported(is_inherited)
            .into_iter()
            .map(|(name, value)| (name.clone(), word_of(name, value)))
            .collect();
        assignments.extend(prefix.iter().map(|(name, value)| {
            let value = if state.is_fixed(name) { &Value::Unknown } else { value };
            (name.clone(), word_of(name, value))
        }));
        let (has_output, target) = (redirections.has_output, redirections.output_file());
        let stdin = redirections.stdin.unwrap_or_else(|| StdinSource::clone(&state.stdin));
        let output = fold::output(&words, &stdin, self.dialect, self.working_directory(state));
        let files = fold::written(&words, &stdin);
        for directory in &state.directories {
            let command = Command {
                assignments: assignments.clone(),
                redirects: redirections.files.clone(),
                stdin: stdin.clone(),
                directory: directory.clone(),
                ..Command::plain(words.clone(), self.outer)
            };
            super::add(command, self.outer, self.parsed);
        }
        if let [directory] = state.directories.as_slice() {
            for (path, text) in files {
                if let Some(path) = files::key(self.outer.invocation, directory.as_ref(), &path) {
                    self.outer.files.borrow_mut().write(path, Some(text));
                }
            }
        }
        if has_output {
            self.printed_to(target, &output, state);
            return Output::NOTHING;
        }
        output
    }

    /// Notes what a file holds after a command printed into it.
    pub(super) fn printed_to(&mut self, target: Option<Word>, output: &Output, state: &State) {
        let [directory] = state.directories.as_slice() else { return };
        let path = target.and_then(|target| files::key(self.outer.invocation, directory.as_ref(), &target));
        if let (Some(path), Output::Known(bytes)) = (path, output) {
            self.outer.files.borrow_mut().write(path, Some(Raw(bytes.clone())));
        }
    }
}

/// The state in which a name calls no function: `command` and `builtin` skip them.
fn without_function(mut state: State, words: &[Word]) -> State {
    if let Some(name) = words.first().and_then(Word::text) {
        state.doubt_function(name);
    }
    state
}
