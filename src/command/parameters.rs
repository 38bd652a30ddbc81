//! `$NAME`, `${NAME…}`, `$1`, `$@`: what a parameter's expansion can be.

use tree_sitter::Node;

use crate::text::glob::glob;

use super::fields::{Piece, Quoting, value};
use super::names::is_variable;
use super::shell::{Reader, each_of};
use super::state::{State, Value, is_number};
use super::{OpaqueKind, Word};

const LATER: Piece = Piece::Later(OpaqueKind::Variable, "a variable's value is not known before it runs");
const PARAMETER: Piece = Piece::Later(OpaqueKind::Variable, "a parameter of the shell is not known before it runs");

/// Operators after a name, longer ones first, with what is done.
const OPERATORS: &[&str] =
    &[":-", ":=", ":+", ":?", "-", "=", "+", "?", "##", "#", "%%", "%", "//", "/", "^^", "^", ",,", ",", ":", "@"];

impl Reader<'_> {
    /// The pieces of an expansion. None: it is not one that is read.
    pub(super) fn parameter(&mut self, node: Node<'_>, quoting: Quoting, state: &mut State) -> Option<Vec<Piece>> {
        let text = self.text(node);
        let body = text.strip_prefix('$')?;
        let name = body.strip_prefix('{').and_then(|body| body.strip_suffix('}')).unwrap_or(body);
        if name.contains('\n') && !name.contains(['"', '$']) {
            return None;
        }
        if is_variable(name) {
            return Some(self.variable(name, quoting, state));
        }
        if body == name && name.len() > 1 && name.chars().all(|c| c.is_ascii_digit()) {
            // `$10` is the first parameter and a nought.
            let (first, rest) = name.split_at(1);
            let mut pieces = special(first, quoting, state)?;
            pieces.push(Piece::Text(vec![rest.to_owned()], quoting));
            return Some(pieces);
        }
        if let Some(pieces) = special(name, quoting, state) {
            return Some(pieces);
        }
        self.operated(node, name, quoting, state)
    }

    fn variable(&self, name: &str, quoting: Quoting, state: &State) -> Vec<Piece> {
        let value = match state.variable(name) {
            Some(value) => value.clone(),
            None => match self.inherited(name, state) {
                Some(text) => Value::one(text),
                None => return vec![LATER],
            },
        };
        vec![piece(&value, quoting)]
    }

    /// Variables of the shell's surroundings that mean the same whenever it runs.
    pub(super) fn inherited(&self, name: &str, state: &State) -> Option<String> {
        let is_own = self.outer.place == super::Place::Here
            && !self.outer.via.iter().any(|name| ["sudo", "doas", "su", "runuser", "env"].contains(&name.as_str()));
        match name {
            "HOME" if is_own => self.outer.invocation.variable("HOME")?.as_str().map(str::to_owned),
            "PWD" if is_own => self.working_directory(state),
            _ => None,
        }
    }

    /// The shell's own directory, absolute, where it is known.
    pub(super) fn working_directory(&self, state: &State) -> Option<String> {
        let invocation = self.outer.invocation;
        let cwd = invocation.cwd.as_str()?;
        let is_straight = invocation.variable("PWD").is_none_or(|pwd| *pwd == invocation.cwd);
        match &state.directory() {
            None => is_straight.then(|| cwd.to_owned()),
            Some(word) => word.text().filter(|path| path.starts_with('/')).map(str::to_owned),
        }
    }

    /// `${!NAME}`: the variable that another one names; none where that is not known.
    fn indirect(&self, name: &str, quoting: Quoting, state: &State) -> Option<Vec<Piece>> {
        match state.variable(name)? {
            Value::Known(values) if values.len() == 1 && values.iter().all(|value| is_variable(value)) => {
                Some(self.variable(values.first()?, quoting, state))
            }
            _ => None,
        }
    }

    /// `${NAME…}` with an operator.
    fn operated(&mut self, node: Node<'_>, text: &str, quoting: Quoting, state: &mut State) -> Option<Vec<Piece>> {
        if let Some(counted) = text.strip_prefix('#') {
            let name = counted.split('[').next().unwrap_or_default();
            let is_plain = matches!(counted.strip_prefix(name), Some("" | "[@]" | "[*]"));
            return (is_plain && (is_variable(name) || name == "@" || name == "*")).then(|| vec![Piece::Number]);
        }
        if let Some(name) = text.strip_prefix('!') {
            return if is_variable(name) { self.indirect(name, quoting, state) } else { None };
        }
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
        let end = if end == 0 { usize::from(text.starts_with(['@', '*'])) } else { end };
        let (name, rest) = text.split_at_checked(end)?;
        let (before, rest) = self.base(name, rest, quoting, state)?;
        if rest.is_empty() {
            return Some(before);
        }
        let operator = OPERATORS.iter().find(|operator| rest.starts_with(**operator))?;
        let is_list = matches!(name, "@" | "*") || text.contains("[@]") || text.contains("[*]");
        if is_list {
            self.operand(node, rest.get(operator.len()..)?, quoting, state)?;
            let slice = if *operator == ":" { self.slice_of(name, rest, state)? } else { None };
            return Some(vec![slice.map_or(PARAMETER, |texts| each(texts, quoting))]);
        }
        let operand = rest.get(operator.len()..)?;
        if matches!(*operator, "@") {
            // `@P` would run commands that stand in the value.
            return matches!(operand, "Q" | "U" | "u" | "L").then(|| vec![LATER]);
        }
        let operand = self.operand(node, operand, quoting, state)?;
        if *operator == ":" {
            return self.substring(&before, quoting, rest, state);
        }
        Some(operate(operator, before, operand, name, quoting, state))
    }

    /// What stands before the operator: a variable, a parameter, or elements of an array.
    fn base<'t>(
        &mut self,
        name: &str,
        rest: &'t str,
        quoting: Quoting,
        state: &mut State,
    ) -> Option<(Vec<Piece>, &'t str)> {
        if let Some(subscript) = rest.strip_prefix('[') {
            let (index, rest) = subscript.split_once(']')?;
            let elements = match state.variable(name) {
                Some(Value::List(elements)) => Some(elements.clone()),
                _ => None,
            };
            let pieces = match (index, elements) {
                ("@", Some(elements)) if quoting == Quoting::Quoted => vec![Piece::Each(elements)],
                ("@" | "*", Some(elements)) if quoting != Quoting::Quoted => {
                    vec![Piece::Text(vec![elements.join(" ")], Quoting::Split)]
                }
                (index, Some(elements)) if is_number(index) => {
                    let element = index.parse::<usize>().ok().and_then(|at| elements.get(at).cloned());
                    vec![piece(&element.map_or(Value::Unknown, Value::one), quoting)]
                }
                ("@" | "*", _) => vec![LATER],
                (index, _) if is_number(index) || state.variable(index).is_some_and(Value::is_number) => vec![LATER],
                (index, _)
                    if index
                        .strip_prefix('$')
                        .is_some_and(|name| state.variable(name).is_some_and(Value::is_number)) =>
                {
                    vec![LATER]
                }
                _ => return None,
            };
            return Some((pieces, rest));
        }
        match special(name, quoting, state) {
            Some(pieces) => Some((pieces, rest)),
            None if is_variable(name) => Some((self.variable(name, quoting, state), rest)),
            None => None,
        }
    }

    /// What stands after an operator, with its commands found: its text where that is known, `Some(None)` where not.
    fn operand(&mut self, node: Node<'_>, text: &str, quoting: Quoting, state: &mut State) -> Option<Option<String>> {
        let special = ['$', '`', '"', '\'', '\\', '<', '>', '(', ')'];
        let mut pieces = Vec::new();
        let start = node.end_byte().checked_sub(1 + text.len())?;
        let mut at = start;
        let mut has_more = false;
        let mut has_quotes = false;
        for child in each_of(node).into_iter().filter(|child| child.start_byte() >= start) {
            let gap = self.slice(at, child.start_byte())?;
            has_more |= !gap.is_empty();
            if gap.contains(special) {
                return None;
            }
            at = child.end_byte();
            let source = self.text(child);
            has_quotes |= source.contains(['"', '\'']);
            match child.kind() {
                "regex" if source.contains(special) => return None,
                "regex" => pieces.push(Piece::quoted(source)),
                "array" | "binary_expression" | "parenthesized_expression" => return None,
                "concatenation" => {
                    self.covered_line(child);
                    for part in each_of(child) {
                        let source = self.text(part);
                        pieces.extend(self.operand_piece(part, &source, quoting, state)?);
                    }
                }
                _ => pieces.extend(self.operand_piece(child, &source, quoting, state)?),
            }
        }
        let gap = self.slice(at, node.end_byte() - 1)?;
        has_more |= !gap.is_empty();
        if gap.contains(special) {
            return None;
        }
        let known = match value(&pieces) {
            // An empty string in quotes is a word, an empty text is none.
            Value::Known(values) if !has_more && (text.is_empty() || !values.iter().any(String::is_empty)) => {
                values.first().filter(|_| values.len() == 1).cloned()
            }
            _ => None,
        };
        // What it quotes is kept together, whatever is done with the rest.
        let is_plain = |text: &String| !text.is_empty() && !text.contains([' ', '\t', '\n', '*', '?', '[', '\\']);
        Some(known.filter(|text| quoting == Quoting::Quoted || !has_quotes || is_plain(text)))
    }

    fn operand_piece(
        &mut self,
        node: Node<'_>,
        source: &str,
        quoting: Quoting,
        state: &mut State,
    ) -> Option<Vec<Piece>> {
        match node.kind() {
            // Within double quotes a single quote is a plain character.
            "raw_string" | "ansi_c_string" if quoting == Quoting::Quoted => {
                let is_plain = !source.contains(['$', '`', '\\', '"', '}']);
                is_plain.then(|| vec![Piece::quoted(source)])
            }
            "word" | "variable_name" | "number" => {
                let is_plain = !source.contains(['$', '`', '<', '>', '\\', '\'', '"', '(', ')', '~']);
                is_plain.then(|| vec![Piece::quoted(source)])
            }
            _ => self.pieces(node, Quoting::Quoted, state),
        }
    }

    /// `${@:2}`, `${NAME[@]:1:3}`: some of the parameters or elements; none where they are not known.
    fn slice_of(&self, name: &str, rest: &str, state: &mut State) -> Option<Option<Vec<String>>> {
        let numbers = rest.strip_prefix(':')?;
        if !self.counts(&numbers.replace('$', ""), state) {
            return None;
        }
        let all: Option<Vec<String>> = match (name, state.variable(name)) {
            ("@" | "*", _) => {
                let all = state.positional.as_ref().map(|all| all.iter().map(|word| word.text().map(str::to_owned)));
                // They are counted from `$0` on.
                all.and_then(|all| std::iter::once(Some(String::new())).chain(all).collect())
            }
            (_, Some(Value::List(elements))) => Some(elements.clone()),
            _ => None,
        };
        let (from, length) = numbers.split_once(':').unwrap_or((numbers, "9999"));
        let range = from.trim().parse::<usize>().ok().zip(length.trim().parse::<usize>().ok());
        let is_zero = matches!(name, "@" | "*") && range.is_some_and(|(from, _)| from == 0);
        Some(
            all.zip(range)
                .filter(|_| !is_zero)
                .map(|(all, (from, length))| all.into_iter().skip(from).take(length).collect()),
        )
    }

    /// `${NAME:FROM:LENGTH}`: the numbers are arithmetic.
    fn substring(&mut self, before: &[Piece], quoting: Quoting, rest: &str, state: &mut State) -> Option<Vec<Piece>> {
        let numbers = rest.strip_prefix(':')?;
        if !self.counts(&numbers.replace('$', ""), state) {
            return None;
        }
        let known = match value(before) {
            Value::Known(values) if values.len() == 1 => values.into_iter().next().filter(|text| text.is_ascii()),
            _ => None,
        };
        let (from, length) = numbers.split_once(':').unwrap_or((numbers, "999"));
        let cut = || {
            let text = known?;
            let (from, length) = (from.trim().parse::<usize>().ok()?, length.trim().parse::<usize>().ok()?);
            let from = from.min(text.len());
            text.get(from..from.saturating_add(length).min(text.len())).map(str::to_owned)
        };
        Some(vec![cut().map_or(LATER, |text| piece(&Value::one(text), quoting))])
    }
}

/// Several words, as `"$@"` and `$*` give them.
fn each(texts: Vec<String>, quoting: Quoting) -> Piece {
    match quoting {
        Quoting::Quoted => Piece::Each(texts),
        Quoting::Plain | Quoting::Inside | Quoting::Split => Piece::Text(vec![texts.join(" ")], Quoting::Split),
    }
}

fn piece(value: &Value, quoting: Quoting) -> Piece {
    let quoting = if quoting == Quoting::Quoted { Quoting::Quoted } else { Quoting::Split };
    match value {
        Value::Known(values) => Piece::Text(values.clone(), quoting),
        Value::Number => Piece::Number,
        Value::Matched(pattern) if quoting == Quoting::Quoted => Piece::Matched(pattern.clone()),
        Value::List(elements) => elements.first().map_or(LATER, |first| Piece::Text(vec![first.clone()], quoting)),
        Value::Matched(_) | Value::Unknown => LATER,
    }
}

/// `$1`, `$@`, `$?` and the like; none for what is no parameter of the shell.
fn special(name: &str, quoting: Quoting, state: &State) -> Option<Vec<Piece>> {
    let positional = state.positional.as_ref();
    let texts =
        positional.and_then(|all| all.iter().map(|word| word.text().map(str::to_owned)).collect::<Option<Vec<_>>>());
    let number = name.parse::<usize>().ok().filter(|_| name.chars().all(|c| c.is_ascii_digit()));
    let piece = match (name, number) {
        ("?" | "#" | "$" | "!", _) => Piece::Number,
        ("0", _) => match state.zero.as_ref().and_then(Word::text) {
            Some(text) => piece(&Value::one(text), quoting),
            None => PARAMETER,
        },
        ("-", _) => PARAMETER,
        ("@", _) if quoting == Quoting::Quoted => texts.map_or(PARAMETER, Piece::Each),
        ("@" | "*", _) => texts.map_or(PARAMETER, |texts| match quoting {
            Quoting::Quoted if state.has_plain_ifs => Piece::quoted(texts.join(" ")),
            Quoting::Quoted => PARAMETER,
            Quoting::Plain | Quoting::Inside | Quoting::Split => Piece::Text(vec![texts.join(" ")], Quoting::Split),
        }),
        (_, Some(at)) => match positional {
            Some(all) => match all.get(at.checked_sub(1)?) {
                Some(Word::Literal(raw)) => raw.as_str().map_or(PARAMETER, |text| piece(&Value::one(text), quoting)),
                Some(Word::Opaque(_)) => PARAMETER,
                None => piece(&Value::one(""), quoting),
            },
            None => PARAMETER,
        },
        _ => return None,
    };
    Some(vec![piece])
}

/// What an operator makes of a value.
fn operate(
    operator: &str,
    before: Vec<Piece>,
    operand: Option<String>,
    name: &str,
    quoting: Quoting,
    state: &mut State,
) -> Vec<Piece> {
    let known = match value(&before) {
        Value::Known(values) => values.into_iter().next().filter(|_| before.len() == 1),
        Value::Number if operator.contains(['-', '=', '?']) => return before,
        _ => None,
    };
    let quoted = |text: String| match quoting {
        Quoting::Quoted => vec![Piece::quoted(text)],
        Quoting::Plain | Quoting::Inside | Quoting::Split => vec![Piece::Text(vec![text], Quoting::Split)],
    };
    let is_one = matches!(before.as_slice(), [Piece::Text(values, _)] if values.len() == 1);
    if operator.ends_with('=') && is_variable(name) {
        let value = if is_one { known.clone().filter(|text| !text.is_empty()) } else { None };
        state.set(name, value.map_or(Value::Unknown, Value::one));
    }
    match (operator, known.filter(|_| is_one), operand) {
        (":-" | "-" | ":=" | "=" | ":?" | "?", Some(text), _) if !text.is_empty() => quoted(text),
        (":-" | ":=", Some(_), Some(default)) => quoted(default),
        (":-" | "-" | ":=" | "=", None, Some(default)) => {
            vec![Piece::Perhaps(default, "a variable's value is not known before it runs")]
        }
        (":+" | "+", Some(text), Some(other)) if !text.is_empty() => quoted(other),
        (":+" | "+", None, Some(other)) => vec![Piece::Perhaps(other, "whether the variable is set is not known")],
        ("#" | "##" | "%" | "%%", Some(text), Some(pattern)) if is_simple(&pattern) => {
            quoted(without(&text, operator, &pattern))
        }
        ("-" | "=", Some(_), Some(default)) => {
            vec![Piece::Perhaps(default, "whether the variable is set is not known")]
        }
        ("^^", Some(text), Some(cut)) if cut.is_empty() && text.is_ascii() => quoted(text.to_ascii_uppercase()),
        (",,", Some(text), Some(cut)) if cut.is_empty() && text.is_ascii() => quoted(text.to_ascii_lowercase()),
        _ => vec![LATER],
    }
}

/// Whether a pattern is made of plain characters and stars.
fn is_simple(pattern: &str) -> bool {
    !pattern.is_empty() && pattern.chars().all(|c| c.is_ascii_alphanumeric() || "_-./:,=+@*".contains(c))
}

/// A text without what a pattern matches at its start (`#`, `##`) or end (`%`, `%%`), least or most of it.
fn without(text: &str, operator: &str, pattern: &str) -> String {
    let mut cuts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    if matches!(operator, "##" | "%") {
        cuts.reverse();
    }
    let is_start = operator.starts_with('#');
    let rest = cuts.into_iter().find_map(|at| {
        let (head, tail) = text.split_at_checked(at)?;
        let (cut, rest) = if is_start { (head, tail) } else { (tail, head) };
        glob(pattern, cut).then(|| rest.to_owned())
    });
    rest.unwrap_or_else(|| text.to_owned())
}
