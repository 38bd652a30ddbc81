//! Scripts: files whose text is read in order to know what they run.

use super::{Outer, Parsed, Word};

/// The text that `.` or `source` would read, or why it is not known.
pub fn sourced(_: &Word, _: Option<&Word>, _: &Outer<'_>, _: &mut Parsed) -> Result<String, String> {
    Err("which text it reads is not known before it runs".to_owned())
}
