//! The words of a shell text: their pieces folded to what the shell would make of them, or opaque.

use tree_sitter::Node;

use crate::model::invocation::{Dialect, Raw};

use super::braces::{self, Braces};
use super::names::is_safe_letter;
use super::shell::{Reader, children};
use super::state::{MOST_VALUES, Output, State, Value};
use super::{OpaqueKind, Word};

/// One of the lists of words that a word can become.
pub type Fields = Vec<Word>;

/// How a piece's text is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    /// Taken as it is.
    Quoted,
    /// Written without quotes: patterns count.
    Plain,
    /// The value of an expansion without quotes: patterns count, and it is split at blanks.
    Split,
}

/// What one piece of a word is.
#[derive(Debug, Clone)]
pub enum Piece {
    /// One of these texts.
    Text(Vec<String>, Quoting),
    /// These, each a word of its own where the piece stands alone.
    Each(Vec<String>),
    /// A number, whichever.
    Number,
    /// A file that a pattern matches.
    Matched(String),
    /// This, or what is known only later.
    Perhaps(String, &'static str),
    /// Known only later, as a kind with why.
    Later(OpaqueKind, &'static str),
}

impl Piece {
    pub(super) fn quoted(text: impl Into<String>) -> Self {
        Self::Text(vec![text.into()], Quoting::Quoted)
    }
}

/// A field while it is put together.
#[derive(Debug, Clone, Default)]
struct Field {
    text: String,
    is_quoted: bool,
    /// What of it stands without quotes, in which patterns count.
    plain: String,
}

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
                self.unquoted(&text, node, quoting, state)
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
            "process_substitution" if self.dialect == Dialect::Bash => {
                let inner = state.reading(super::StdinSource::Piped);
                self.covered(node);
                let output = self.deeper(node, inner, Self::sequence).output;
                if let (Output::Known(bytes), true) = (output, text.starts_with("<(")) {
                    self.outer.files.borrow_mut().pipe(&text, Raw(bytes));
                }
                Some(vec![Piece::Later(OpaqueKind::Pipe, "a pipe to or from a command")])
            }
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
            at = child.end_byte();
            match child.is_named() {
                true => all.extend(self.pieces(child, quoting, state)?),
                false if child.kind() == "$" && at == node.end_byte() => all.push(Piece::quoted("$")),
                false => all.extend(self.unquoted(&self.text(child), child, quoting, state)?),
            }
        }
        (at == node.end_byte()).then_some(all)
    }

    /// Text outside of quotes.
    fn unquoted(&self, text: &str, node: Node<'_>, quoting: Quoting, state: &State) -> Option<Vec<Piece>> {
        let mut all = Vec::new();
        let mut out = String::new();
        let mut rest = text;
        let is_first =
            node.parent().is_none_or(|parent| parent.kind() != "concatenation" || parent.child(0) == Some(node));
        if is_first && quoting == Quoting::Plain && rest.starts_with('~') {
            let end = rest.find('/').unwrap_or(rest.len());
            let is_alone = end < rest.len() || node.parent().is_none_or(|parent| parent.kind() != "concatenation");
            match (rest.get(..end), self.home(state)) {
                (Some("~"), Some(home)) if is_alone => {
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

    /// The commands of a substitution, which run in a shell of their own, and what they print.
    fn substitution(&mut self, node: Node<'_>, quoting: Quoting, state: &mut State) -> Option<Vec<Piece>> {
        let before = self.parsed.commands.len();
        let text = self.text(node);
        let inner = state.clone();
        let output = match text.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
            Some(body) if body.contains('\\') => {
                // Shells differ in what `\"` is there.
                if body.contains("\\\"") || body.contains("\\\n") {
                    return None;
                }
                self.text_in(&super::escapes::in_backquotes(body), inner).output
            }
            _ if text.starts_with("$(<") || text.starts_with("$( <") => return self.file_substitution(node, state),
            _ if text.starts_with("$(") || text.starts_with('`') => {
                self.covered(node);
                self.deeper(node, inner, Self::sequence).output
            }
            _ => return None,
        };
        let is_counted = self.parsed.commands.get(before..).and_then(<[_]>::last).is_some_and(prints_number);
        let later = Piece::Later(OpaqueKind::Substitution, "the output of a command is not known before it runs");
        Some(vec![match output {
            Output::Known(bytes) => match String::from_utf8(bytes) {
                Ok(text) if !text.contains('\0') => {
                    let text = text.trim_end_matches('\n').to_owned();
                    Piece::Text(vec![text], if quoting == Quoting::Quoted { Quoting::Quoted } else { Quoting::Split })
                }
                _ => later,
            },
            Output::Unknown if is_counted => Piece::Number,
            Output::Unknown => later,
        }])
    }

    /// `$(< file)` reads a file.
    fn file_substitution(&mut self, node: Node<'_>, state: &mut State) -> Option<Vec<Piece>> {
        let redirect = node.named_child(0).filter(|child| child.kind() == "file_redirect")?;
        (node.named_child_count() == 1 && self.dialect == Dialect::Bash).then_some(())?;
        let mut redirections = super::redirection::Redirections::default();
        self.redirect(redirect, &mut redirections, state);
        self.emit(vec![Word::known("cat")], &[], redirections, state);
        Some(vec![Piece::Later(OpaqueKind::Substitution, "the content of a file is not known before it runs")])
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

fn is_split(piece: &Piece) -> bool {
    matches!(piece, Piece::Text(_, Quoting::Split) | Piece::Number)
}

fn plain_word(text: &str) -> Word {
    if is_pattern(text) {
        let why = "which files the pattern matches is not known before it runs";
        return Word::opaque(OpaqueKind::Glob, text, why);
    }
    Word::known(text)
}

/// Programs that print a number and nothing else.
fn prints_number(command: &super::Command) -> bool {
    let words: Option<Vec<&str>> = command.words.iter().map(Word::text).collect();
    matches!(
        words.as_deref(),
        Some(["nproc"] | ["wc", "-l" | "-c" | "-w"] | ["date", "+%s" | "+%Y" | "+%j"] | ["id", "-u" | "-g"])
    ) && command.via.is_empty()
}

/// The pieces that can be more than nothing.
fn solid(pieces: &[Piece]) -> Vec<&Piece> {
    let is_empty = |piece: &Piece| matches!(piece, Piece::Text(texts, _) if texts.iter().all(String::is_empty));
    pieces.iter().filter(|piece| !is_empty(piece)).collect()
}

/// Whether a text that stands without quotes is a pattern for names of files.
fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?']) || text.find('[').is_some_and(|at| text.get(at..).is_some_and(|rest| rest.contains(']')))
}

/// What these pieces are as one value.
pub fn value(pieces: &[Piece]) -> Value {
    let mut values = vec![String::new()];
    match solid(pieces).as_slice() {
        [Piece::Number] => return Value::Number,
        [Piece::Matched(pattern)] => return Value::Matched(pattern.clone()),
        _ => {}
    }
    for piece in pieces {
        let texts = match piece {
            Piece::Text(texts, _) => texts.clone(),
            Piece::Each(texts) => vec![texts.join(" ")],
            Piece::Number | Piece::Matched(_) | Piece::Perhaps(..) | Piece::Later(..) => return Value::Unknown,
        };
        values = crossed(&values, &texts, |one, two| format!("{one}{two}"));
        if values.len() > MOST_VALUES {
            return Value::Unknown;
        }
    }
    Value::Known(values)
}

/// Every pairing.
fn crossed<A, B, C>(ones: &[A], twos: &[B], join: impl Fn(&A, &B) -> C) -> Vec<C> {
    ones.iter().flat_map(|one| twos.iter().map(|two| join(one, two)).collect::<Vec<C>>()).collect()
}

/// Every list of words that these pieces can become.
fn fields_of(pieces: &[Piece], source: &str) -> Vec<Fields> {
    match solid(pieces).as_slice() {
        [Piece::Perhaps(text, why)] => {
            return vec![
                vec![Word::opaque(OpaqueKind::Variable, source, *why)],
                text.split_ascii_whitespace().map(Word::known).collect(),
            ];
        }
        [Piece::Matched(pattern)] => {
            let why = "which files the pattern matches is not known before it runs";
            return vec![vec![Word::opaque(OpaqueKind::Glob, pattern, why)]];
        }
        _ => {}
    }
    let mut ways: Vec<Vec<Piece>> = vec![Vec::new()];
    for piece in pieces {
        let choices: Vec<Piece> = match piece {
            Piece::Text(texts, quoting) => texts.iter().map(|text| Piece::Text(vec![text.clone()], *quoting)).collect(),
            other => vec![other.clone()],
        };
        ways = crossed(&ways, &choices, |way, choice| {
            let mut way = way.clone();
            way.push(choice.clone());
            way
        });
        if ways.len() > MOST_VALUES {
            return vec![vec![Word::opaque(OpaqueKind::Variable, source, "it can be one of many values")]];
        }
    }
    ways.iter().map(|way| one_way(way, source)).collect()
}

/// The words that these pieces become.
fn one_way(pieces: &[Piece], source: &str) -> Fields {
    let mut done: Vec<Field> = Vec::new();
    let mut current: Option<Field> = None;
    for piece in pieces {
        match piece {
            Piece::Text(texts, quoting) => {
                texts.iter().for_each(|text| add(text, *quoting, &mut current, &mut done));
            }
            Piece::Each(texts) => {
                for (number, text) in texts.iter().enumerate() {
                    if number > 0 {
                        done.extend(current.take());
                    }
                    add(text, Quoting::Quoted, &mut current, &mut done);
                }
            }
            Piece::Matched(_) => return vec![Word::opaque(OpaqueKind::Variable, source, "a file that is found")],
            Piece::Number => return vec![Word::opaque(OpaqueKind::Arithmetic, source, "a computed number")],
            Piece::Perhaps(_, why) => return vec![Word::opaque(OpaqueKind::Variable, source, *why)],
            Piece::Later(OpaqueKind::Pipe, why) if solid(pieces).len() > 1 => {
                return vec![Word::opaque(OpaqueKind::Substitution, source, *why)];
            }
            Piece::Later(kind, why) => return vec![Word::opaque(*kind, source, *why)],
        }
    }
    done.extend(current);
    done.into_iter()
        .filter(|field| field.is_quoted || !field.text.is_empty())
        .map(|field| {
            if is_pattern(&field.plain) || field.plain.contains('\\') {
                let why = "which files the pattern matches is not known before it runs";
                return Word::opaque(OpaqueKind::Glob, field.text, why);
            }
            Word::Literal(Raw::from(field.text))
        })
        .collect()
}

fn add(text: &str, quoting: Quoting, current: &mut Option<Field>, done: &mut Vec<Field>) {
    let blanks = [' ', '\t', '\n'];
    if quoting != Quoting::Split {
        if text.is_empty() && quoting == Quoting::Plain {
            return;
        }
        let field = current.get_or_insert_default();
        field.text.push_str(text);
        field.is_quoted |= quoting == Quoting::Quoted;
        if quoting == Quoting::Plain {
            field.plain.push_str(text);
        }
        return;
    }
    if text.starts_with(blanks) {
        done.extend(current.take());
    }
    for (number, part) in text.split(blanks).filter(|part| !part.is_empty()).enumerate() {
        if number > 0 {
            done.extend(current.take());
        }
        let field = current.get_or_insert_default();
        field.text.push_str(part);
        field.plain.push_str(part);
    }
    if text.ends_with(blanks) {
        done.extend(current.take());
    }
}
