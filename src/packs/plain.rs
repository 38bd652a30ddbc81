//! What packs of tools with plain verbs have in common: unlisted flags make no verb do more, and their values may be
//! taken for operands, which then nothing counts.

use super::schema::{Example, FlagStyle, Flags, Locate, Pack, Verb};
use crate::model::action::Category::{self, Execution, Observe, Secrets};
use crate::model::action::Impact::{Destroy, Unknown};

/// Looks at something.
pub const fn look(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: Flags::HARMLESS, ..Verb::READ }
}

/// Looks at something, and shows secrets.
pub const fn reveal(path: &'static [&'static str]) -> Verb {
    Verb { categories: &[Observe, Secrets], ..look(path) }
}

/// Changes something.
pub const fn change(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { path, flags: Flags::HARMLESS, categories, ..Verb::WRITE }
}

/// Deletes something.
pub const fn remove(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { impact: Destroy, ..change(path, categories) }
}

/// Runs code that was not seen.
pub const fn running(path: &'static [&'static str]) -> Verb {
    Verb { impact: Unknown, ..change(path, &[Execution]) }
}

/// A tool with verbs, whose target environment nothing tells.
pub const fn tool(
    tool: &'static str,
    programs: &'static [&'static str],
    source: &'static str,
    verbs: &'static [Verb],
    examples: &'static [Example],
) -> Pack {
    Pack {
        tool,
        programs,
        source,
        style: FlagStyle::Exact,
        early: Flags { switch: &["--version", "-v", "-V"], ..Flags::NONE },
        flags: Flags { switch: &["--help", "-h"], ..Flags::NONE },
        help: &["--help", "-h"],
        verbs,
        bare: Some(Verb::READ),
        locate: Locate::Unknown,
        examples,
        ..Pack::BASE
    }
}
