//! One word of a shell text: its pieces folded to what the shell would make of them, or opaque.

use tree_sitter::Node;

use crate::model::invocation::{Dialect, Raw};

use super::names::is_variable;
use super::shell::Reader;
use super::{OpaqueKind, Word};

/// What one piece of a word is.
enum Piece {
    Text(String),
    /// Known only later, as a kind with why.
    Later(OpaqueKind, &'static str),
}

/// Folds a word. `None`: the node is not one that is read; the whole text is then opaque.
pub fn word(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Word> {
    let source = reader.text(node);
    let mut text = String::new();
    let mut later = None;
    for piece in pieces(node, false, true, reader)? {
        match piece {
            Piece::Text(part) => text.push_str(&part),
            Piece::Later(kind, why) => later = later.or(Some((kind, why))),
        }
    }
    Some(match later {
        Some((kind, why)) => Word::opaque(kind, source, why),
        None => Word::Literal(Raw::from(text)),
    })
}

fn pieces(node: Node<'_>, is_quoted: bool, is_first: bool, reader: &mut Reader<'_>) -> Option<Vec<Piece>> {
    let text = reader.text(node);
    match node.kind() {
        "word" | "number" if node.named_child_count() == 0 => unquoted(&text, is_first, reader),
        "raw_string" => {
            let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
            (!inner.contains('\'')).then(|| vec![Piece::Text(inner.to_owned())])
        }
        "string" => string(node, reader),
        "concatenation" => concatenation(node, reader),
        "simple_expansion" | "expansion" => expansion(node, &text, is_quoted, reader),
        "command_substitution" => {
            reader.substituted(node)?;
            Some(vec![Piece::Later(OpaqueKind::Substitution, "the output of a command is not known before it runs")])
        }
        "arithmetic_expansion" => arithmetic(&text),
        "ansi_c_string" if reader.dialect == Dialect::Bash => Some(vec![
            ansi_c(&text).map_or(Piece::Later(OpaqueKind::Construct, "an escape that is not read"), Piece::Text),
        ]),
        "process_substitution" if reader.dialect == Dialect::Bash => {
            reader.substituted(node)?;
            Some(vec![Piece::Later(OpaqueKind::Substitution, "the output of a command is not known before it runs")])
        }
        "brace_expression" => Some(vec![Piece::Later(OpaqueKind::Construct, "a list in braces becomes several words")]),
        _ => None,
    }
}

fn concatenation(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Vec<Piece>> {
    let mut all = Vec::new();
    let mut cursor = node.walk();
    let children: Vec<Node<'_>> = node.children(&mut cursor).collect();
    let mut at = node.start_byte();
    for (number, child) in children.into_iter().enumerate() {
        if child.start_byte() != at {
            return None;
        }
        at = child.end_byte();
        if child.is_named() {
            all.extend(pieces(child, false, number == 0, reader)?);
        } else {
            all.extend(unquoted(&reader.text(child), number == 0, reader)?);
        }
    }
    let text = reader.text(node);
    if at != node.end_byte() {
        return None;
    }
    if has_braces(&text) {
        all.push(Piece::Later(OpaqueKind::Construct, "a list in braces becomes several words"));
    }
    Some(all)
}

/// Text outside of quotes.
fn unquoted(text: &str, is_first: bool, reader: &Reader<'_>) -> Option<Vec<Piece>> {
    let mut out = String::new();
    let mut later = None;
    let mut rest = text;
    if is_first && rest.starts_with('~') {
        let end = rest.find('/').unwrap_or(rest.len());
        match (rest.get(..end), reader.home()) {
            (Some("~"), Some(home)) => {
                out.push_str(&home);
                rest = rest.get(end..)?;
            }
            _ => later = Some(Piece::Later(OpaqueKind::Variable, "a home directory that is not known")),
        }
    }
    let mut chars = rest.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('\n') => {}
                Some(next) => out.push(next),
                None => return None,
            },
            '*' | '?' | '[' => {
                out.push(c);
                later = later.or(Some(Piece::Later(
                    OpaqueKind::Glob,
                    "which files the pattern matches is not known before it runs",
                )));
            }
            'a'..='z'
            | 'A'..='Z'
            | '0'..='9'
            | '_'
            | '-'
            | '.'
            | '/'
            | ':'
            | ','
            | '='
            | '+'
            | '@'
            | '%'
            | '^'
            | '~'
            | '{'
            | '}'
            | ']'
            | '!'
            | '#' => out.push(c),
            // Letters beyond ASCII: some locales see blanks in their bytes.
            _ => return None,
        }
    }
    if has_braces(text) {
        later = Some(Piece::Later(OpaqueKind::Construct, "a list in braces becomes several words"));
    }
    // After a colon or an equals sign bash reads a tilde as a home directory in some places.
    if out.contains("=~") || out.contains(":~") {
        later = Some(Piece::Later(OpaqueKind::Variable, "a home directory that is not known"));
    }
    let mut all = vec![Piece::Text(out)];
    all.extend(later);
    Some(all)
}

fn has_braces(text: &str) -> bool {
    let Some(open) = text.find('{') else { return false };
    text.get(open..).is_some_and(|rest| rest.contains(',') || rest.contains(".."))
}

fn string(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Vec<Piece>> {
    let (start, end) = (node.start_byte() + 1, node.end_byte().checked_sub(1)?);
    if !reader.text(node).starts_with('"') {
        return None;
    }
    let mut all = Vec::new();
    let mut at = start;
    let mut cursor = node.walk();
    let children: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
    for child in children.into_iter().filter(|child| child.kind() != "string_content") {
        all.push(Piece::Text(in_quotes(reader.slice(at, child.start_byte())?, reader.dialect)?));
        all.extend(pieces(child, true, false, reader)?);
        at = child.end_byte();
    }
    all.push(Piece::Text(in_quotes(reader.slice(at, end)?, reader.dialect)?));
    Some(all)
}

/// Text in double quotes, without expansions: a dollar sign that is left must be a plain one.
fn in_quotes(text: &str, _: Dialect) -> Option<String> {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('\n') => {}
                Some(next @ ('$' | '`' | '"' | '\\')) => out.push(next),
                Some(next) => {
                    out.push('\\');
                    out.push(next);
                }
                None => return None,
            },
            '"' | '`' => return None,
            '$' if chars
                .peek()
                .is_some_and(|next| next.is_ascii_alphanumeric() || "_({[@*#?$!-'\"".contains(*next)) =>
            {
                return None;
            }
            _ => out.push(c),
        }
    }
    Some(out)
}

/// `$NAME`, `${NAME}` and the forms that can run nothing; everything else is not read.
fn expansion(node: Node<'_>, text: &str, is_quoted: bool, reader: &Reader<'_>) -> Option<Vec<Piece>> {
    let later = |why| Some(vec![Piece::Later(OpaqueKind::Variable, why)]);
    if reader.text(node).contains('\n') {
        return None;
    }
    let body = text.strip_prefix('$')?;
    let name = body.strip_prefix('{').and_then(|body| body.strip_suffix('}')).unwrap_or(body);
    if is_variable(name) {
        return match reader.value(name, node.start_byte()) {
            Some(value) if is_quoted || is_one_word(&value) => Some(vec![Piece::Text(value)]),
            _ => later("a variable's value is not known before it runs"),
        };
    }
    if matches!(name, "?" | "#" | "$" | "!" | "-" | "@" | "*") || name.chars().all(|c| c.is_ascii_digit()) {
        return later("a parameter of the shell is not known before it runs");
    }
    let counted = name.strip_prefix('#').unwrap_or(name);
    let end = counted.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(counted.len());
    let (variable, rest) = counted.split_at_checked(end)?;
    let operators = [":-", "-", ":+", "+", ":?", "?", "%%", "%", "##", "#"];
    let operand = operators.iter().find_map(|operator| rest.strip_prefix(operator));
    let is_plain = |operand: &str| !operand.contains(['$', '`', '\\', '\'', '"', '(', '{', '[', '<', '>']);
    let is_length = rest.is_empty() && name.starts_with('#');
    (is_variable(variable) && (is_length || operand.is_some_and(is_plain)))
        .then(|| vec![Piece::Later(OpaqueKind::Variable, "a variable's value is not known before it runs")])
}

/// Whether a value stays one word and matches no files when it is not quoted.
fn is_one_word(value: &str) -> bool {
    !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || "_-./:,=+@%".contains(c))
}

/// Arithmetic over numbers only; a name in it is evaluated, and its value could hold a command.
fn arithmetic(text: &str) -> Option<Vec<Piece>> {
    let is_plain =
        text.strip_prefix("$((")?.strip_suffix("))")?.chars().all(|c| c.is_ascii_digit() || " +-*/%()<>".contains(c));
    is_plain.then(|| vec![Piece::Later(OpaqueKind::Arithmetic, "a computed number")])
}

/// `$'…'` with the escapes that have one meaning everywhere.
fn ansi_c(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = text.strip_prefix("$'")?.strip_suffix('\'')?.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        out.push(match chars.next()? {
            'n' => '\n',
            't' => '\t',
            c @ ('\\' | '\'' | '"') => c,
            _ => return None,
        });
    }
    Some(out)
}
