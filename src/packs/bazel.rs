//! bazel. What it builds, tests and asks about runs code of the working tree: build files and repository rules are code.

use super::schema::{Change, Example, Flags, Modifier, Pack, Verb, When};
use crate::model::action::Category::{Build, Code, Execution, Test};
use crate::model::action::Impact::{Read, Unknown, Write};

/// Flags that name no program, no other settings and no other place. `--run_under`, `--bazelrc`,
/// `--override_repository`, `--remote_executor` and the like are left out, and ask.
const FLAGS: Flags = Flags {
    value: &["-c", "-j"],
    switch: &[
        "-k", "-s", "--keep_going", "--subcommands", "--compilation_mode", "--jobs", "--config", "--test_output",
        "--test_filter", "--test_tag_filters", "--build_tag_filters", "--build_tests_only", "--cache_test_results",
        "--nocache_test_results", "--runs_per_test", "--flaky_test_attempts", "--verbose_failures", "--color",
        "--curses", "--show_progress", "--noshow_progress", "--show_result", "--output", "--noimplicit_deps",
        "--platforms", "--test_timeout", "--test_size_filters",
    ],
    ..Flags::NONE
};
const UNSEEN: [Modifier; 2] = [
    Modifier { when: When::AnyOperand(&["@*"]), then: Change::Opaque("it builds what comes from elsewhere") },
    Modifier { when: When::All(&[]), then: Change::Unseen("it runs code of the working tree that was not seen") },
];

pub const PACK: Pack = Pack {
    tool: "bazel",
    programs: &["bazel", "bazelisk"],
    source: "https://bazel.build/reference/command-line-reference",
    help: &["--help"],
    verbs: &[
        Verb { path: &["version|help|shutdown"], ..Verb::READ },
        Verb {
            path: &["build|query|cquery|aquery|info|fetch|mod"],
            flags: FLAGS,
            categories: &[Build, Execution],
            modifiers: &UNSEEN,
            ..Verb::WRITE
        },
        Verb {
            path: &["test|coverage"],
            flags: FLAGS,
            categories: &[Test, Execution],
            modifiers: &UNSEEN,
            ..Verb::WRITE
        },
        Verb { path: &["clean"], flags: FLAGS, categories: &[Code], ..Verb::WRITE },
        Verb { path: &["run"], impact: Unknown, flags: FLAGS, categories: &[Execution], ..Verb::WRITE },
    ],
    examples: &[
        Example { command: "bazel version", operation: "version", impact: Read },
        Example { command: "bazel build //...", operation: "build", impact: Write },
        Example { command: "bazel test --test_output=errors //pkg:all", operation: "test", impact: Write },
        Example { command: "bazel test --run_under=./x //pkg:all", operation: "test", impact: Unknown },
        Example { command: "bazel build @other//x", operation: "build", impact: Unknown },
        Example { command: "bazel run //deploy:prod", operation: "run", impact: Unknown },
        Example { command: "bazel --bazelrc=x build //...", operation: "build", impact: Unknown },
    ],
    ..Pack::BASE
};
