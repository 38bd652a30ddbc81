//! aigov's own subcommands. `exec` is peeled like any wrapper; `run` has a gate of its own.

use super::schema::{Example, FlagStyle, Flags, Pack, Verb};
use crate::model::action::Category::Governance;
use crate::model::action::Impact::{Destroy, Read, Unknown};

const fn look(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: Flags::HARMLESS, ..Verb::READ }
}

/// The tool.
pub const PACK: Pack = Pack {
    tool: "aigov",
    programs: &["aigov"],
    source: "aigov --help",
    style: FlagStyle::Exact,
    flags: Flags { switch: &["-v", "--verbose", "-V", "--version", "-h", "--help"], ..Flags::NONE },
    verbs: &[
        look(&["check|run|wait|withdraw|requests|doctor|completions|help"]),
        look(&["audit"]),
        look(&["audit", "list|show|stats|verify"]),
        look(&["policy", "check|test|show|diff|simulate"]),
        Verb {
            path: &["approve|reject|freeze|unfreeze|init"],
            impact: Destroy,
            categories: &[Governance],
            flags: Flags::HARMLESS,
            ..Verb::WRITE
        },
    ],
    bare: Some(Verb::READ),
    examples: &[
        Example { command: "aigov check -- ls", operation: "check", impact: Read },
        Example { command: "aigov approve r-1 --rationale x", operation: "approve", impact: Destroy },
        Example { command: "aigov audit verify", operation: "audit verify", impact: Read },
        Example { command: "aigov frobnicate", operation: "unknown", impact: Unknown },
    ],
    ..Pack::BASE
};
