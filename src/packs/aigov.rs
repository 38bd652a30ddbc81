//! aigov's own subcommands. `exec` is peeled like any wrapper; `run` and `rollback` have gates of their own.

use super::schema::{Change, Example, FlagStyle, Flags, Modifier, Pack, Verb, When};
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
        look(&["check|run|wait|show|rollback|withdraw|requests|doctor|completions|packs|help"]),
        look(&["audit"]),
        look(&["audit", "list|show|stats|verify"]),
        look(&["policy", "check|test|show|diff|simulate"]),
        // What stands after `--` is peeled off like that of `exec`, where it is seen.
        Verb {
            flags: Flags {
                value: &["--program", "--name", "--verb"],
                reads: &["--from"],
                switch: &["--entry"],
                ..Flags::NONE
            },
            modifiers: &[Modifier { when: When::Operands(1), then: Change::Opaque("it runs a command") }],
            ..look(&["policy", "learn"])
        },
        Verb {
            path: &["approve|reject|review|freeze|unfreeze|init|grant|collect"],
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
        Example { command: "aigov review r-1 --rationale x", operation: "review", impact: Destroy },
        Example { command: "aigov grant --from r-1 --yes", operation: "grant", impact: Destroy },
        Example { command: "aigov audit verify", operation: "audit verify", impact: Read },
        Example { command: "aigov packs helm upgrade", operation: "packs", impact: Read },
        Example { command: "aigov policy learn --from x --program y", operation: "policy learn", impact: Read },
        Example { command: "aigov -v policy learn -- rm -rf x", operation: "policy learn", impact: Unknown },
        Example { command: "aigov frobnicate", operation: "unknown", impact: Unknown },
    ],
    ..Pack::BASE
};
