//! Words of commands, known or not.

use crate::model::invocation::Raw;

use super::names;

/// One word of a command, after quoting and constant folding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Known to the byte.
    Literal(Raw),
    /// Known only when it runs.
    Opaque(Opaque),
}

impl Word {
    /// A word that is known.
    pub fn known(text: impl Into<Raw>) -> Self {
        Self::Literal(text.into())
    }

    /// A word that is not known, with why.
    pub fn opaque(kind: OpaqueKind, text: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Opaque(Opaque { kind, text: text.into(), why: why.into() })
    }

    /// Whether it is one word whatever it turns out to be: what stands without quotes can be none or several.
    pub(super) fn is_single(&self) -> bool {
        match self {
            Self::Literal(_) => true,
            Self::Opaque(opaque) => {
                matches!(opaque.kind, OpaqueKind::Arithmetic | OpaqueKind::Pipe)
                    || (opaque.kind != OpaqueKind::Glob && is_one_string(&opaque.text) && !opaque.text.contains('@'))
            }
        }
    }

    /// The word as text, when it is known and UTF-8.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Literal(raw) => raw.as_str(),
            Self::Opaque(_) => None,
        }
    }
}

/// Whether a text is one string in double quotes and nothing else, as far as that is easily seen.
fn is_one_string(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else { return false };
    // How deep it stands in `$(…)`, in which quotes are others.
    let mut depth = 0_u32;
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // What it takes along ends the text: then it is no whole string.
            '\\' if chars.next().is_none() => return false,
            '\\' => {}
            '$' if chars.peek() == Some(&'(') => {
                chars.next();
                depth += 1;
            }
            ')' => depth = depth.saturating_sub(1),
            '"' if depth == 0 => return false,
            '\'' | '#' | '\n' | '`' if depth > 0 => return false,
            _ => {}
        }
    }
    depth == 0
}

/// Why a part cannot be known, as a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpaqueKind {
    /// A variable's value.
    Variable,
    /// The output of a command.
    Substitution,
    /// A pipe to or from a command (`<(…)`).
    Pipe,
    /// A pattern that files are matched against.
    Glob,
    /// A computed number.
    Arithmetic,
    /// A construct of the shell that is not read.
    Construct,
    /// What comes in on standard input.
    Stdin,
    /// Too deep or too long.
    Nesting,
    /// Bytes that are not UTF-8, or characters that hide what is there.
    Encoding,
}

/// A part that cannot be known before it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opaque {
    /// What sort of thing it is.
    pub kind: OpaqueKind,
    /// The source text of it.
    pub text: String,
    /// Why it cannot be known.
    pub why: String,
}

/// A word that a reader would see wrongly: nobody should approve it by its looks, nor a rule by its text.
pub(super) fn strange(word: &Word) -> Option<Opaque> {
    let Word::Literal(raw) = word else { return None };
    let is_plain = raw.as_str().is_some_and(|text| !text.contains('\r') && !text.chars().any(names::hides));
    (!is_plain).then(|| Opaque {
        kind: OpaqueKind::Encoding,
        text: raw.lossy().into_owned(),
        why: "it is not UTF-8, or holds characters that cannot be seen".to_owned(),
    })
}
