//! gh, GitHub's command line.

use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, OtherFlags, Pack, Targets, Verb, When};
use crate::model::action::Category::{self, AccessControl, Code, Config, Deploy, Execution, Infra, Observe, Secrets};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

const COMMON: Flags = Flags {
    value: &[
        "-L", "--limit", "-s", "--state", "-a", "--assignee", "-A", "--author", "-l", "--label", "-S", "--search",
        "-q", "--jq", "-t", "--template", "--json", "-B", "--base", "-H", "--head", "-b", "--body", "--title", "-r",
        "--reviewer", "-m", "--milestone", "-p", "--project", "--branch", "--workflow", "-u", "--user", "-e",
        "--event", "-j", "--job", "--ref", "--comment", "--reason", "--notes", "--target", "--tag", "--interval",
        "--add-label", "--remove-label", "--add-assignee", "--remove-assignee", "--add-reviewer", "--remove-reviewer",
        "-o", "--owner", "--language", "--visibility", "--topic", "--source", "--description", "--env", "--attempt",
        "--commit", "--subject", "--match-head-commit", "--author-email", "--color", "--discussion-category",
        "--latest",
    ],
    reads: &["-F", "--body-file", "--notes-file"],
    writes: &["-D", "--dir", "-O", "--output"],
    others: OtherFlags::Harmless,
    ..Flags::NONE
};

const fn look(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: COMMON, ..Verb::READ }
}

const fn change(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { path, flags: COMMON, categories, ..Verb::WRITE }
}

/// The tool.
pub const PACK: Pack = Pack {
    tool: "gh",
    programs: &["gh"],
    source: "https://cli.github.com/manual/",
    style: FlagStyle::Exact,
    flags: Flags {
        value: &["-R", "--repo", "--hostname"],
        switch: &["--help", "-h", "--version", "-w", "--web"],
        ..Flags::NONE
    },
    verbs: &[
        look(&["pr", "list=ls|view|diff|checks|status"]),
        look(&["issue", "list=ls|view|status"]),
        look(&["repo", "list=ls|view"]),
        look(&["release", "list=ls|view"]),
        look(&["run", "list=ls|view|watch"]),
        look(&["workflow", "list=ls|view"]),
        look(&["gist", "list=ls|view"]),
        look(&["label|cache|ruleset|project|org|extension|alias|config|ssh-key|gpg-key|secret|variable", "list=ls"]),
        look(&["ruleset", "view|check"]),
        look(&["project", "view"]),
        look(&["search", "repos|issues|prs|commits|code"]),
        look(&["status|browse|version|help|completion"]),
        look(&["auth", "status"]),
        look(&["config|variable", "get"]),
        Verb { categories: &[Observe, Secrets], ..look(&["auth", "token"]) },
        Verb { impact: Write, categories: &[Code], ..look(&["run|release", "download"]) },
        Verb {
            modifiers: &[Modifier { when: When::Flag(&["-d", "--draft"]), then: Change::Operation("pr create draft") }],
            ..change(&["pr", "create=new"], &[Code])
        },
        Verb {
            targets: Targets::Operands("pr"),
            ..change(&["pr", "comment|review|edit|ready|close|reopen|lock|unlock"], &[Code, Deploy])
        },
        Verb { targets: Targets::Operands("pr"), ..change(&["pr", "merge|update-branch|revert"], &[Deploy]) },
        change(&["pr", "checkout=co"], &[Code]),
        change(
            &["issue", "create=new|comment|edit|close|reopen|develop|transfer|pin|unpin|lock|unlock"],
            &[Code, Deploy],
        ),
        Verb { impact: Destroy, ..change(&["issue", "delete"], &[Code, Deploy]) },
        change(&["repo", "clone"], &[Code]),
        change(&["repo", "create|fork|edit|rename|sync|set-default|deploy-key|unarchive"], &[Infra, AccessControl]),
        Verb { impact: Destroy, ..change(&["repo", "delete|archive"], &[Infra]) },
        change(&["release", "create|edit|upload"], &[Deploy]),
        Verb { impact: Destroy, ..change(&["release", "delete|delete-asset"], &[Deploy]) },
        change(&["workflow", "run|enable|disable"], &[Deploy, Execution]),
        change(&["run", "rerun|cancel"], &[Deploy]),
        Verb { impact: Destroy, ..change(&["run|cache|label|gist", "delete"], &[Code, Deploy]) },
        change(&["gist", "create|edit|rename|clone"], &[Deploy]),
        change(&["label", "create|edit|clone"], &[Code]),
        change(&["secret", "set"], &[Secrets, AccessControl]),
        Verb { impact: Destroy, ..change(&["secret|variable", "delete|remove"], &[Secrets, Config]) },
        change(&["variable", "set"], &[Config, Deploy]),
        change(&["auth", "login|logout|refresh|switch|setup-git"], &[AccessControl]),
        change(&["ssh-key|gpg-key", "add|delete"], &[AccessControl]),
        change(&["config", "set|clear-cache"], &[Config, Execution]),
        Verb {
            impact: Unknown,
            ..change(&["extension|alias|codespace|copilot|attestation|preview|agent-task", "*"], &[Execution])
        },
        Verb {
            path: &["api"],
            flags: Flags {
                value: &[
                    "-X", "--method", "-f", "--raw-field", "-F", "--field", "-H", "--header", "-q", "--jq", "-t",
                    "--template", "--cache", "-p", "--preview",
                ],
                reads: &["--input"],
                switch: &["-i", "--include", "--paginate", "--silent", "--slurp", "--verbose"],
                ..Flags::NONE
            },
            modifiers: &[
                Modifier { when: When::Flag(&["-X", "--method"]), then: Change::Impact(Unknown) },
                Modifier {
                    when: When::All(&[When::FlagValue(&["-X", "--method"], &["GET", "HEAD"])]),
                    then: Change::Impact(Read),
                },
                Modifier {
                    when: When::All(&[
                        When::Flag(&["-f", "--raw-field", "-F", "--field", "--input"]),
                        When::Not(&When::FlagValue(&["-X", "--method"], &["GET"])),
                    ]),
                    then: Change::AtLeast(Unknown),
                },
                Modifier { when: When::Operand(0, &["graphql", "*/graphql"]), then: Change::AtLeast(Unknown) },
                Modifier { when: When::Flag(&["-H", "--header"]), then: Change::AtLeast(Unknown) },
            ],
            ..Verb::READ
        },
    ],
    bare: Some(Verb::READ),
    locate: Locate::Forge,
    examples: &[
        Example { command: "gh pr list --json number,title", operation: "pr list", impact: Read },
        Example { command: "gh pr create --draft --title x --body y", operation: "pr create draft", impact: Write },
        Example { command: "gh pr create --title x --body y", operation: "pr create", impact: Write },
        Example { command: "gh pr merge 12 --squash", operation: "pr merge", impact: Write },
        Example { command: "gh api repos/a/b", operation: "api", impact: Read },
        Example { command: "gh api -X DELETE repos/a/b", operation: "api", impact: Unknown },
        Example { command: "gh api repos/a/b -f a=b", operation: "api", impact: Unknown },
        Example { command: "gh api graphql", operation: "api", impact: Unknown },
        Example { command: "gh repo delete a/b --yes", operation: "repo delete", impact: Destroy },
        Example { command: "gh auth token", operation: "auth token", impact: Read },
        Example { command: "gh extension install a/b", operation: "extension install", impact: Unknown },
        Example { command: "gh frob", operation: "unknown", impact: Unknown },
    ],
    ..Pack::BASE
};
