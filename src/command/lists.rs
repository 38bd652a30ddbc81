//! Lists and pipelines: `a && b | c`.
//!
//! The grammar nests them otherwise than shells do, so they are taken apart into their commands and operators and put
//! together again by the shell's own precedence.

use tree_sitter::Node;

use crate::model::invocation::{Dialect, Raw};

use super::StdinSource;
use super::flow::{Flow, Output, either_state};
use super::shell::{Reader, children};
use super::state::State;

/// One command of a pipeline, with what the grammar hung elsewhere.
#[derive(Debug, Clone)]
pub struct Leaf<'t> {
    /// The command; none where only redirections stand.
    pub node: Option<Node<'t>>,
    /// Redirections of it, outside of its node.
    pub redirects: Vec<Node<'t>>,
    /// Words of it, outside of its node.
    pub words: Vec<Node<'t>>,
    /// Whether a word `-` stands after its other words.
    pub has_dash: bool,
    /// Whether a `!` stands before it.
    pub is_negated: bool,
}

impl<'t> Leaf<'t> {
    fn new(node: Option<Node<'t>>) -> Self {
        Self { node, redirects: Vec::new(), words: Vec::new(), has_dash: false, is_negated: false }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    And,
    Or,
    Pipe,
}

/// A list as it is written: commands with an operator between each two.
#[derive(Default)]
struct Flat<'t> {
    leaves: Vec<Leaf<'t>>,
    operators: Vec<Operator>,
}

impl Reader<'_> {
    /// A list, a pipeline, or a command with redirections.
    pub(super) fn list(&mut self, node: Node<'_>, state: State) -> Flow {
        let mut flat = Flat::default();
        if self.flatten(node, &mut flat).is_none() || flat.leaves.len() != flat.operators.len() + 1 {
            return self.refuse_in(node, "a list that is not read", state);
        }
        let mut pipelines: Vec<Vec<Leaf<'_>>> = vec![Vec::new()];
        let mut joints = Vec::new();
        let mut operators = flat.operators.into_iter();
        for leaf in flat.leaves {
            if let Some(last) = pipelines.last_mut() {
                last.push(leaf);
            }
            match operators.next() {
                Some(Operator::Pipe) | None => {}
                Some(joint) => {
                    joints.push(joint);
                    pipelines.push(Vec::new());
                }
            }
        }
        let mut joints = joints.into_iter();
        let mut flow = Flow { success: Some(state.clone()), failure: None, output: Output::NOTHING };
        let mut before = Some(Operator::And);
        let last = pipelines.len().saturating_sub(1);
        for (number, pipeline) in pipelines.into_iter().enumerate() {
            self.conditions += u32::from(number < last);
            let is_last = number == last;
            flow = self.joint((before, is_last), pipeline, flow, &state);
            self.conditions -= u32::from(number < last);
            before = joints.next();
        }
        flow
    }

    /// The next pipeline, which runs where the one before succeeded or failed.
    fn joint(
        &mut self,
        (joint, is_last): (Option<Operator>, bool),
        pipeline: Vec<Leaf<'_>>,
        before: Flow,
        start: &State,
    ) -> Flow {
        let is_simple = pipeline.iter().all(|leaf| {
            !leaf.is_negated && leaf.node.is_none_or(|node| matches!(node.kind(), "command" | "test_command"))
        });
        let is_and = joint != Some(Operator::Or);
        let (taken, other) = if is_and { (before.success, before.failure) } else { (before.failure, before.success) };
        // What can never run is read all the same, in the state at the start.
        let is_dead = taken.is_none();
        let taken = taken.unwrap_or_else(|| start.clone());
        let ends = is_last && is_simple && taken.ends_on_failure && self.conditions == 0;
        let mut flow = self.pipeline(pipeline, taken);
        if ends
            && flow.success.is_some()
            && let Some(end) = flow.failure.take()
        {
            self.may_end(end);
        }
        if is_dead {
            let (success, failure) = if is_and { (None, other) } else { (other, None) };
            return Flow { success, failure, output: before.output };
        }
        // A first pipeline has nothing before it that could have gone the other way.
        let output = match (&other, before.output) {
            (None, output) => output.then(flow.output),
            (Some(_), _) => Output::Unknown,
        };
        match is_and {
            true => Flow { success: flow.success, failure: either_state(other, flow.failure), output },
            false => Flow { success: either_state(other, flow.success), failure: flow.failure, output },
        }
    }

    fn pipeline(&mut self, leaves: Vec<Leaf<'_>>, state: State) -> Flow {
        let is_negated = leaves.first().is_some_and(|leaf| leaf.is_negated);
        self.conditions += u32::from(is_negated);
        let flow = match leaves.as_slice() {
            [leaf] => self.leaf(leaf, state),
            _ => self.stages(&leaves, state),
        };
        self.conditions -= u32::from(is_negated);
        if is_negated {
            return Flow { success: flow.failure, failure: flow.success, output: flow.output };
        }
        flow
    }

    /// Each stage runs in a shell of its own, all at once.
    fn stages(&mut self, leaves: &[Leaf<'_>], state: State) -> Flow {
        let mark = self.outer.files.borrow().mark();
        let mut stdin = StdinSource::clone(&state.stdin);
        let mut output = Output::Unknown;
        for leaf in leaves {
            let is_sole = leaf.node.is_none_or(super::shell::is_sole);
            let inner = if is_sole { state.reading(stdin) } else { state.reading(stdin).sharing() };
            self.conditions += 1;
            output = self.leaf(leaf, inner).output;
            self.conditions -= 1;
            stdin = match &output {
                Output::Known(bytes) => StdinSource::Text(Raw(bytes.clone())),
                Output::Unknown => StdinSource::Piped,
            };
        }
        self.settle_scripts(mark);
        Flow::even(state, output)
    }

    /// A script that was read while other commands could change it.
    pub(super) fn settle_scripts(&mut self, mark: usize) {
        let doubtful = self.outer.files.borrow().doubtful(mark, self.outer.facts);
        for path in doubtful {
            self.parsed.opaque.push(super::shell::opaque(&path, "a command could change this script before it runs"));
        }
    }

    /// One command with its redirections.
    fn leaf(&mut self, leaf: &Leaf<'_>, state: State) -> Flow {
        match leaf.node {
            None => self.redirected(leaf, state),
            Some(node) if leaf.redirects.is_empty() && leaf.words.is_empty() => self.deeper(node, state, Self::simple),
            Some(_) => self.redirected(leaf, state),
        }
    }

    fn flatten<'t>(&mut self, node: Node<'t>, flat: &mut Flat<'t>) -> Option<()> {
        match node.kind() {
            "list" | "pipeline" => self.flatten_operators(node, flat),
            "redirected_statement" => self.flatten_redirected(node, flat),
            "negated_command" => {
                self.covered_line(node);
                let [bang, inner] = children(node).try_into().ok()?;
                if bang.kind() != "!" || self.text(bang) != "!" {
                    return None;
                }
                let at = flat.leaves.len();
                self.flatten(inner, flat)?;
                let leaf = flat.leaves.get_mut(at)?;
                // `! ! a` is not a command of every shell.
                let is_first = !leaf.is_negated && (at == 0 || flat.operators.get(at - 1) != Some(&Operator::Pipe));
                leaf.is_negated = true;
                is_first.then_some(())
            }
            _ => {
                flat.leaves.push(Leaf::new(Some(node)));
                Some(())
            }
        }
    }

    fn flatten_operators<'t>(&mut self, node: Node<'t>, flat: &mut Flat<'t>) -> Option<()> {
        self.covered(node);
        for child in children(node) {
            match child.kind() {
                "&&" => flat.operators.push(Operator::And),
                "||" => flat.operators.push(Operator::Or),
                "|" => flat.operators.push(Operator::Pipe),
                "|&" if self.dialect == Dialect::Bash => flat.operators.push(Operator::Pipe),
                "comment" if self.is_comment(child) => {}
                _ if child.is_named() => self.flatten(child, flat)?,
                _ => return None,
            }
        }
        Some(())
    }

    fn flatten_redirected<'t>(&mut self, node: Node<'t>, flat: &mut Flat<'t>) -> Option<()> {
        let has_dash = self.swallows_dash(node);
        if !has_dash {
            self.covered_redirects(node);
        }
        if node.child_by_field_name("body").is_none() {
            flat.leaves.push(Leaf::new(None));
        }
        for child in children(node) {
            if has_dash && child.kind() == "heredoc_redirect" {
                flat.leaves.last_mut()?.has_dash = true;
            }
            match child.kind() {
                "file_redirect" | "herestring_redirect" => flat.leaves.last_mut()?.redirects.push(child),
                "heredoc_redirect" => self.flatten_heredoc(child, flat)?,
                _ if child.is_named() => self.flatten(child, flat)?,
                _ => return None,
            }
        }
        Some(())
    }

    /// Whether the grammar lost the word `-` between a command and its here-document (`git commit -F - <<END`).
    fn swallows_dash(&self, node: Node<'_>) -> bool {
        match children(node).as_slice() {
            [body, redirect] if redirect.kind() == "heredoc_redirect" => {
                self.slice(body.end_byte(), redirect.start_byte()) == Some(" - ")
            }
            _ => false,
        }
    }

    /// A here-document's node holds the rest of its line, other commands of the pipeline included.
    fn flatten_heredoc<'t>(&mut self, node: Node<'t>, flat: &mut Flat<'t>) -> Option<()> {
        flat.leaves.last_mut()?.redirects.push(node);
        for child in children(node) {
            match child.kind() {
                "&&" => flat.operators.push(Operator::And),
                "||" => flat.operators.push(Operator::Or),
                "pipeline" => {
                    self.covered_line(child);
                    for part in children(child) {
                        match part.kind() {
                            "|" => flat.operators.push(Operator::Pipe),
                            "|&" if self.dialect == Dialect::Bash => flat.operators.push(Operator::Pipe),
                            _ if part.is_named() => self.flatten(part, flat)?,
                            _ => return None,
                        }
                    }
                }
                "file_redirect" | "herestring_redirect" => flat.leaves.last_mut()?.redirects.push(child),
                "<<" | "<<-" | "\n" | "file_descriptor" | "heredoc_start" | "heredoc_body" | "heredoc_end" => {}
                _ if node.children_by_field_name("right", &mut node.walk()).any(|one| one == child) => {
                    self.flatten(child, flat)?;
                }
                _ if node.children_by_field_name("argument", &mut node.walk()).any(|one| one == child) => {
                    flat.leaves.last_mut()?.words.push(child);
                }
                _ => return None,
            }
        }
        Some(())
    }
}
