//! An argument vector as people type it.

use crate::model::secret::Redacted;

/// The words, each quoted where a shell would need it.
pub fn words(words: &[Redacted]) -> String {
    words.iter().map(|word| one(word.as_str())).collect::<Vec<_>>().join(" ")
}

/// One word, quoted where a shell would need it. For showing; nothing parses it again.
pub fn one(word: &str) -> String {
    if word.contains("[redacted:") {
        return word.to_owned();
    }
    shlex::try_quote(word).map_or_else(|_| format!("{word:?}"), std::borrow::Cow::into_owned)
}
