//! What can be read as it looks: texts and words without what shells, terminals and readers see differently.

use super::{Opaque, OpaqueKind, Word, names};

/// Longer texts are not read: no honest command is that long.
const LONGEST: usize = 256 * 1024;
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

/// The text, unless it holds what shells, terminals and readers see differently.
pub(super) fn readable(bytes: &[u8]) -> Result<&str, Opaque> {
    let not = |kind, why: &str| Opaque { kind, text: "the shell text".to_owned(), why: why.to_owned() };
    if bytes.len() > LONGEST {
        return Err(not(OpaqueKind::Nesting, "it is too long to be read"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| not(OpaqueKind::Encoding, "it is not UTF-8"))?;
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(not(OpaqueKind::Encoding, "it holds control characters"));
    }
    if text.chars().any(names::hides) {
        return Err(not(
            OpaqueKind::Encoding,
            "it holds characters that cannot be seen or that turn the direction of text",
        ));
    }
    Ok(text)
}
