//! Verbs of tools whose every flag has to be known: one that is not makes the whole opaque.

use super::schema::Verb;
use crate::model::action::Category::{self, Execution, Observe, Secrets};
use crate::model::action::Impact::{Destroy, Unknown};

/// Looks at something.
pub const fn look(path: &'static [&'static str]) -> Verb {
    Verb { path, ..Verb::READ }
}

/// Looks at something, and shows secrets.
pub const fn reveal(path: &'static [&'static str]) -> Verb {
    Verb { categories: &[Observe, Secrets], ..look(path) }
}

/// Changes something.
pub const fn change(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { path, categories, ..Verb::WRITE }
}

/// Deletes something.
pub const fn remove(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { impact: Destroy, ..change(path, categories) }
}

/// Runs code that was not seen.
pub const fn running(path: &'static [&'static str]) -> Verb {
    Verb { impact: Unknown, ..change(path, &[Execution]) }
}
