//! The pieces of a word put together to the words that the shell makes of them.

use crate::model::invocation::Raw;

use super::state::{MOST_VALUES, Value};
use super::{OpaqueKind, Word};

/// The longest value, and the longest word that is put together, in bytes: `a=$a$a`, sixty times, has no end.
const LONGEST_VALUE: usize = 32 * 1024;
const LONGEST_WORD: usize = 64 * 1024;

/// One of the lists of words that a word can become.
pub type Fields = Vec<Word>;

/// How a piece's text is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    /// Taken as it is.
    Quoted,
    /// Written without quotes: patterns count, and a tilde at the start is a home directory.
    Plain,
    /// As `Plain`, but not at the start of the word.
    Inside,
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

/// Whether a piece is split where the field separators say.
pub fn is_split(piece: &Piece) -> bool {
    matches!(piece, Piece::Text(_, Quoting::Split) | Piece::Number)
}

/// A word that holds nothing to expand but patterns.
pub fn plain_word(text: &str) -> Word {
    if is_pattern(text) {
        let why = "which files the pattern matches is not known before it runs";
        return Word::opaque(OpaqueKind::Glob, text, why);
    }
    Word::known(text)
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

/// How many bytes the pieces hold, and one for each text.
pub fn size(pieces: &[Piece]) -> usize {
    let of = |texts: &Vec<String>| texts.iter().map(|text| text.len() + 1).sum();
    let each = pieces.iter().map(|piece| match piece {
        Piece::Text(texts, _) | Piece::Each(texts) => of(texts),
        Piece::Number | Piece::Matched(_) | Piece::Perhaps(..) | Piece::Later(..) => 0,
    });
    each.fold(0, usize::saturating_add)
}

/// What these pieces are as one value.
pub fn value(pieces: &[Piece]) -> Value {
    if size(pieces) > LONGEST_VALUE {
        return Value::Unknown;
    }
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
        if let ([value], [text]) = (values.as_mut_slice(), texts.as_slice()) {
            value.push_str(text);
            continue;
        }
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
pub fn fields_of(pieces: &[Piece], source: &str) -> Vec<Fields> {
    if size(pieces) > LONGEST_WORD {
        return vec![vec![Word::opaque(OpaqueKind::Nesting, source, "it is too long to be followed")]];
    }
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
    let has_choice = pieces.iter().any(|piece| matches!(piece, Piece::Text(texts, _) if texts.len() > 1));
    if !has_choice {
        return vec![one_way(pieces, source)];
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
        if text.is_empty() && matches!(quoting, Quoting::Plain | Quoting::Inside) {
            return;
        }
        let field = current.get_or_insert_default();
        field.text.push_str(text);
        field.is_quoted |= quoting == Quoting::Quoted;
        if matches!(quoting, Quoting::Plain | Quoting::Inside) {
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
