//! What can be read as it looks: texts without what shells, terminals and readers see differently.

use super::{Opaque, OpaqueKind, names};

/// Longer texts are not read: no honest command is that long.
const LONGEST: usize = 256 * 1024;
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
