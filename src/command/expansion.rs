//! The words of a shell text: their pieces folded to what the shell would make of them, or opaque.

use tree_sitter::Node;

use crate::model::invocation::Dialect;

use super::braces::{self, Braces};
use super::fields::{Fields, Piece, Quoting, fields_of, is_split, plain_word, size, value};
use super::names::is_safe_letter;
use super::shell::{Reader, children};
use super::state::{State, Value};
use super::{OpaqueKind, Word};

impl Reader<'_> {
    /// A word as every list of words that it can become; never empty.
    pub(super) fn words(&mut self, node: Node<'_>, state: &mut State) -> Vec<Fields> {
        let source = self.text(node);
        match braces::expand(&source, self.dialect) {
            Braces::None => {}
            Braces::Words(words) => return vec![words.into_iter().map(|word| plain_word(&word)).collect()],
            Braces::Opaque => {
                // What is in it is looked at; what it becomes is not known.
                if self.pieces(node, Quoting::Plain, state).is_none() {
                    self.refuse(node, "this part of a word is not read");
                }
                return vec![vec![Word::opaque(
                    OpaqueKind::Construct,
                    source,
                    "a list in braces becomes several words",
                )]];
            }
        }
        let Some(pieces) = self.pieces(node, Quoting::Plain, state) else {
            self.refuse(node, "this part of a word is not read");
            return vec![vec![Word::opaque(OpaqueKind::Construct, source, "it is not read")]];
        };
        if !self.outer.budget.has_words_for(size(&pieces)) {
            return vec![vec![Word::opaque(OpaqueKind::Nesting, source, "it is too much to follow")]];
        }
        let is_split = state.has_plain_ifs || pieces.iter().all(|piece| !is_split(piece));
        if !is_split {
            return vec![vec![Word::opaque(OpaqueKind::Variable, source, "where it is split is not known")]];
        }
        fields_of(&pieces, &source)
    }

    /// A word where the shell takes only one: the target of a redirection.
    pub(super) fn one_word(&mut self, node: Node<'_>, state: &mut State) -> Word {
        match self.words(node, state).as_slice() {
            [fields] => match fields.as_slice() {
                [word] => word.clone(),
                _ => self.several(node),
            },
            _ => self.several(node),
        }
    }

    fn several(&self, node: Node<'_>) -> Word {
        Word::opaque(OpaqueKind::Variable, self.text(node), "it can become several words")
    }

    /// A word where the shell splits nothing and matches no files: what is assigned, a here-string.
    pub(super) fn value_of(&mut self, node: Node<'_>, state: &mut State) -> Value {
        if node.kind() == "array" {
            return self.array(node, state);
        }
        let Some(pieces) = self.pieces(node, Quoting::Plain, state) else {
            self.refuse(node, "this part of a word is not read");
            return Value::Unknown;
        };
        if !self.outer.budget.has_words_for(size(&pieces)) {
            return Value::Unknown;
        }
        value(&pieces)
    }

    fn array(&mut self, node: Node<'_>, state: &mut State) -> Value {
        self.covered(node);
        let mut all = Some(Vec::new());
        for child in children(node) {
            match child.kind() {
                "(" | ")" => {}
                "comment" if self.is_comment(child) => {}
                _ if child.is_named() => {
                    let is_keyed = self.text(child).starts_with('[') && self.text(child).contains("]=");
                    if is_keyed {
                        self.refuse(child, "a subscript is evaluated");
                    }
                    let words = self.words(child, state);
                    let texts = match words.as_slice() {
                        [fields] => fields.iter().map(|word| word.text().map(str::to_owned)).collect(),
                        _ => None,
                    };
                    all = all.zip(texts).map(|(mut all, texts): (Vec<String>, Vec<String>)| {
                        all.extend(texts);
                        all
                    });
                }
                _ => self.refuse(child, "a construct that is not read"),
            }
        }
        all.map_or(Value::Unknown, Value::List)
    }

    /// The pieces of a word. None: it is not one that is read; the whole text is then opaque.
    pub(super) fn pieces(&mut self, node: Node<'_>, quoting: Quoting, state: &mut State) -> Option<Vec<Piece>> {
        let text = self.text(node);
        match node.kind() {
            "word" | "number" | "test_operator" | "variable_name" if node.named_child_count() == 0 => {
                self.unquoted(&text, quoting, state)
            }
            "raw_string" => {
                let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
                (!inner.contains('\'')).then(|| vec![Piece::quoted(inner)])
            }
            "string" => self.string(node, state),
            "translated_string" => {
                let has_catalogue = ["TEXTDOMAIN", "TEXTDOMAINDIR"].iter().any(|name| self.is_set(name, state));
                let pieces = self.string(node.named_child(0)?, state)?;
                (self.dialect == Dialect::Bash && !has_catalogue).then_some(pieces)
            }
            "concatenation" => self.concatenation(node, quoting, state),
            "simple_expansion" | "expansion" => self.parameter(node, quoting, state),
            "command_substitution" => self.substitution(node, quoting, state),
            "arithmetic_expansion" => {
                self.arithmetic(node.named_child(0).filter(|_| node.named_child_count() == 1)?, state);
                Some(vec![Piece::Number])
            }
            "ansi_c_string" if self.dialect == Dialect::Bash => Some(vec![
                super::escapes::ansi_c(&text)
                    .map_or(Piece::Later(OpaqueKind::Construct, "an escape that is not read"), Piece::quoted),
            ]),
            "process_substitution" if self.dialect == Dialect::Bash => Some(vec![self.piped_substitution(node, state)]),
            _ => None,
        }
    }

    fn concatenation(&mut self, node: Node<'_>, quoting: Quoting, state: &mut State) -> Option<Vec<Piece>> {
        let mut all = Vec::new();
        let mut at = node.start_byte();
        for child in children(node) {
            if child.start_byte() != at {
                return None;
            }
            let text = self.text(child);
            let is_first = at == node.start_byte();
            at = child.end_byte();
            // `~"x"` and `~$x` are a name of a user, or nothing of the sort.
            if is_first && text.starts_with('~') && !text.contains('/') {
                all.push(Piece::Later(OpaqueKind::Variable, "a home directory that is not known"));
            }
            let is_start = is_first && text.contains('/');
            let quoting = if quoting == Quoting::Plain && !is_start { Quoting::Inside } else { quoting };
            match child.is_named() {
                true => all.extend(self.pieces(child, quoting, state)?),
                false if child.kind() == "$" && at == node.end_byte() => all.push(Piece::quoted("$")),
                false => all.extend(self.unquoted(&text, quoting, state)?),
            }
        }
        (at == node.end_byte()).then_some(all)
    }

    /// Text outside of quotes.
    fn unquoted(&self, text: &str, quoting: Quoting, state: &State) -> Option<Vec<Piece>> {
        let mut all = Vec::new();
        let mut out = String::new();
        let mut rest = text;
        if quoting == Quoting::Plain && rest.starts_with('~') {
            let end = rest.find('/').unwrap_or(rest.len());
            match (rest.get(..end), self.home(state)) {
                (Some("~"), Some(home)) => {
                    all.push(Piece::quoted(home));
                    rest = rest.get(end..)?;
                }
                _ => all.push(Piece::Later(OpaqueKind::Variable, "a home directory that is not known")),
            }
        }
        let mut chars = rest.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('\n') => {}
                    Some(next) => {
                        all.push(Piece::Text(vec![std::mem::take(&mut out)], quoting));
                        all.push(Piece::quoted(next));
                    }
                    None => return None,
                },
                '*' | '?' | '[' => out.push(c),
                c if c.is_ascii_alphanumeric() || "_-./:,=+@%^~{}]!#".contains(c) || is_safe_letter(c) => out.push(c),
                _ => return None,
            }
        }
        // After a colon or an equals sign bash reads a tilde as a home directory in some places.
        if text.contains("=~") || text.contains(":~") {
            all.push(Piece::Later(OpaqueKind::Variable, "a home directory that is not known"));
        }
        all.push(Piece::Text(vec![out], quoting));
        Some(all)
    }

    fn string(&mut self, node: Node<'_>, state: &mut State) -> Option<Vec<Piece>> {
        let (start, end) = (node.start_byte() + 1, node.end_byte().checked_sub(1)?);
        if !self.text(node).starts_with('"') || !self.text(node).ends_with('"') {
            return None;
        }
        // An empty string is a word as well.
        let mut all = vec![Piece::quoted("")];
        let mut at = start;
        for child in children(node).into_iter().filter(|child| child.is_named() && child.kind() != "string_content") {
            all.push(Piece::quoted(super::escapes::in_double_quotes(self.slice(at, child.start_byte())?)?));
            all.extend(self.pieces(child, Quoting::Quoted, state)?);
            at = child.end_byte();
        }
        all.push(Piece::quoted(super::escapes::in_double_quotes(self.slice(at, end)?)?));
        // `"$@"` without parameters is no word at all.
        let is_nothing = |piece: &Piece| match piece {
            Piece::Each(texts) => texts.is_empty(),
            Piece::Text(texts, _) => texts.iter().all(String::is_empty),
            _ => false,
        };
        let is_each = all.iter().any(|piece| matches!(piece, Piece::Each(_)));
        Some(if is_each && all.iter().all(is_nothing) { vec![Piece::Each(Vec::new())] } else { all })
    }

    /// The home directory that `~` stands for.
    fn home(&self, state: &State) -> Option<String> {
        match state.variable("HOME") {
            Some(Value::Known(values)) => values.first().filter(|home| values.len() == 1 && !home.is_empty()).cloned(),
            Some(_) => None,
            None => self.inherited("HOME", state),
        }
    }

    /// Whether a variable is set in the text or inherited.
    fn is_set(&self, name: &str, state: &State) -> bool {
        state.variable(name).is_some() || self.outer.invocation.variable(name).is_some()
    }
}
