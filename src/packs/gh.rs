//! gh, GitHub's command line.

use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, OtherFlags, Pack, Rest, Targets, Verb, When};
use crate::model::action::Category::{self, AccessControl, Code, Config, Deploy, Execution, Infra, Observe, Secrets};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

/// Flags that mean the same after nearly every verb.
const LATE: Flags = Flags {
    value: &[
        "--add", "--add-assignee", "--add-label", "--add-project", "--add-reviewer", "--add-topic", "--app",
        "--archive", "--assignee", "--author", "--author-date", "--author-email", "--author-name", "--base", "--body",
        "--branch", "--cache", "--checks", "--closed", "--codespace", "--color", "--commenter", "--committer",
        "--committer-date", "--committer-email", "--committer-name", "--created", "--days", "--default-branch",
        "--desc", "--description", "--display-name", "--env", "--exclude", "--field", "--filename", "--followers",
        "--fork-name", "--forks", "--git-protocol", "--gitignore", "--good-first-issues", "--hash", "--head",
        "--header", "--help-wanted-issues", "--homepage", "--host", "--idle-timeout", "--include-forks",
        "--interactions", "--interval", "--involves", "--issue-repo", "--job", "--jq", "--label", "--language",
        "--license", "--limit", "--location", "--machine", "--match", "--match-head-commit", "--mention", "--mentions",
        "--merged-at", "--method", "--milestone", "--name", "--notes", "--notes-start-tag", "--number-topics",
        "--order", "--org", "--owner", "--parent", "--pattern", "--pin", "--precompiled", "--preview", "--profile",
        "--project", "--raw-field", "--reactions", "--reason", "--recover", "--ref", "--remote-name",
        "--remove-assignee", "--remove-label", "--remove-project", "--remove-reviewer", "--remove-topic", "--repos",
        "--retention-period", "--review", "--review-requested", "--reviewed-by", "--reviewer", "--scopes", "--search",
        "--server-port", "--size", "--sort", "--stars", "--state", "--subject", "--tag", "--target", "--team",
        "--team-mentions", "--title", "--topic", "--tree", "--updated", "--upstream-remote-name", "--visibility",
        "--workflow", "-A", "-B", "-H", "-L", "-S", "-X", "-b", "-g", "-j", "-o", "-q", "--json", "--template", "-t",
        "-l", "-m", "-a", "-r", "-u", "-e", "-c", "-s", "--user",
    ],
    reads: &["-F", "--body-file", "--notes-file", "--env-file", "--input"],
    writes: &["-D", "--dir", "-O", "--output"],
    switch: &[
        "--add-readme", "--admin", "--all", "--allow-forking", "--allow-update-branch", "--approve", "--archived",
        "--auto", "--checkout", "--cleanup-tag", "--clobber", "--clone", "--config", "--conflict-status", "--debug",
        "--default-branch-only", "--delete-branch", "--delete-branch-on-merge", "--detach", "--disable-auto",
        "--disable-issues", "--disable-wiki", "--draft", "--dry-run", "--edit-last", "--editor", "--exclude-drafts",
        "--exclude-pre-releases", "--exit-status", "--failed", "--files", "--fill", "--fill-first", "--fill-verbose",
        "--follow", "--force", "--fork", "--full", "--generate-notes", "--include", "--include-all-branches",
        "--include-prs", "--internal", "--list", "--locked", "--log", "--log-failed", "--merge", "--merged",
        "--name-only", "--no-archived", "--no-assignee", "--no-label", "--no-maintainer-edit", "--no-milestone",
        "--no-project", "--no-store", "--paginate", "--patch", "--prerelease", "--private", "--public", "--push",
        "--raw", "--rebase", "--recurse-submodules", "--recursive", "--request-changes", "--required", "--secret",
        "--show-token", "--silent", "--skip-existing", "--squash", "--status", "--undo", "--verbose", "--verify-tag",
        "--watch", "--web", "--wiki", "--with-token", "--yaml", "--yes", "-y", "-w",
    ],
    others: OtherFlags::Harmless,
};

const SECRET: Flags = Flags { value: &["-f", "-v"], switch: &["-u", "--user"], ..Flags::HARMLESS };
const HOST: Flags = Flags { value: &["-h"], ..Flags::HARMLESS };

const fn switches(switch: &'static [&'static str]) -> Flags {
    Flags { switch, ..Flags::HARMLESS }
}

const fn look(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: Flags::HARMLESS, ..Verb::READ }
}

const fn change(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { path, flags: Flags::HARMLESS, categories, ..Verb::WRITE }
}

/// The tool.
pub const PACK: Pack = Pack {
    tool: "gh",
    programs: &["gh"],
    source: "https://cli.github.com/manual/",
    style: FlagStyle::Exact,
    flags: Flags { value: &["-R", "--repo", "--hostname"], switch: &["--help", "--version"], ..Flags::NONE },
    late: LATE,
    help: &["--help"],
    verbs: &[
        look(&["pr|issue", "list=ls"]),
        Verb { flags: switches(&["-c", "--comments", "-w"]), ..look(&["pr", "view|diff|checks|status"]) },
        Verb { flags: switches(&["-c", "--comments"]), ..look(&["issue", "view|status"]) },
        Verb { flags: switches(&["--source"]), ..look(&["repo", "list=ls"]) },
        look(&["repo", "view"]),
        look(&["release", "list=ls|view"]),
        Verb { flags: Flags { value: &["-w"], ..Flags::HARMLESS }, ..look(&["run", "list=ls"]) },
        Verb { flags: switches(&["-v"]), ..look(&["run", "view|watch"]) },
        Verb { flags: switches(&["-a", "--all"]), ..look(&["workflow", "list=ls"]) },
        look(&["workflow", "view"]),
        Verb { flags: switches(&["-r", "--raw"]), ..look(&["gist", "list=ls|view"]) },
        Verb { flags: switches(&["-u", "--user"]), ..look(&["secret|variable", "list=ls"]) },
        look(&["label|cache|ruleset|project|org|alias|ssh-key|gpg-key", "list=ls"]),
        look(&["ruleset", "view|check"]),
        look(&["project", "view"]),
        look(&["search", "repos|issues|prs|commits|code"]),
        look(&["status|version|help|completion"]),
        Verb { flags: switches(&["-c", "--commit", "-n", "-p", "-r", "-s", "-w"]), ..look(&["browse"]) },
        look(&["extension", "list=ls|search"]),
        Verb {
            flags: Flags { value: &["-h"], switch: &["-t", "--show-token"], ..Flags::HARMLESS },
            modifiers: &[Modifier { when: When::Flag(&["-t", "--show-token"]), then: Change::AddCategory(Secrets) }],
            ..look(&["auth", "status"])
        },
        look(&["variable", "get"]),
        Verb { flags: HOST, ..look(&["config", "get|list=ls"]) },
        Verb { flags: HOST, categories: &[Observe, Secrets], ..look(&["auth", "token"]) },
        Verb { impact: Write, categories: &[Code], ..look(&["run|release", "download"]) },
        Verb {
            modifiers: &[Modifier { when: When::Flag(&["-d", "--draft"]), then: Change::Operation("pr create draft") }],
            flags: switches(&["-d", "-f", "--fill"]),
            ..change(&["pr", "create=new"], &[Code])
        },
        Verb {
            targets: Targets::Operands("pr"),
            ..change(&["pr", "edit|ready|close|reopen|lock|unlock"], &[Code, Deploy])
        },
        Verb {
            targets: Targets::Operands("pr"),
            flags: switches(&["-a", "--approve", "-c", "--comment", "-r", "--request-changes", "-e", "--editor"]),
            ..change(&["pr", "comment|review"], &[Code, Deploy])
        },
        Verb {
            targets: Targets::Operands("pr"),
            flags: switches(&["-d", "-m", "--merge", "-r", "--rebase", "-s", "--squash"]),
            ..change(&["pr", "merge|update-branch|revert"], &[Deploy])
        },
        change(&["pr", "checkout=co"], &[Code]),
        change(&["issue", "create=new|edit|close|reopen|transfer|pin|unpin|lock|unlock"], &[Code, Deploy]),
        Verb {
            flags: switches(&["-e", "--editor", "-l", "--list", "-c", "--checkout"]),
            ..change(&["issue", "comment|develop"], &[Code, Deploy])
        },
        Verb { impact: Destroy, ..change(&["issue", "delete"], &[Code, Deploy]) },
        change(&["repo", "clone"], &[Code]),
        Verb {
            flags: Flags {
                value: &["-h", "--homepage"],
                switch: &["--template", "--remote", "-c", "--clone"],
                ..Flags::HARMLESS
            },
            ..change(&["repo", "edit"], &[Infra, AccessControl])
        },
        Verb {
            flags: Flags { value: &["-h", "--homepage"], switch: &["-c", "--clone"], ..Flags::HARMLESS },
            ..change(&["repo", "create"], &[Infra, AccessControl])
        },
        change(&["repo", "fork|rename|sync|set-default|unarchive"], &[Infra, AccessControl]),
        look(&["repo", "deploy-key", "list=ls"]),
        change(&["repo", "deploy-key", "add"], &[AccessControl]),
        Verb { impact: Destroy, ..change(&["repo", "deploy-key", "delete"], &[AccessControl]) },
        Verb { impact: Destroy, ..change(&["repo", "delete|archive"], &[Infra]) },
        Verb {
            flags: switches(&["-d", "--draft", "-p", "--prerelease", "--latest"]),
            ..change(&["release", "create|edit"], &[Deploy])
        },
        change(&["release", "upload"], &[Deploy]),
        Verb { impact: Destroy, ..change(&["release", "delete|delete-asset"], &[Deploy]) },
        Verb {
            flags: Flags { value: &["-f", "--raw-field", "-F", "--field"], switch: &["--json"], ..Flags::HARMLESS },
            ..change(&["workflow", "run"], &[Deploy, Execution])
        },
        change(&["workflow", "enable|disable"], &[Deploy, Execution]),
        change(&["run", "rerun|cancel"], &[Deploy]),
        Verb { impact: Destroy, ..change(&["run|cache|label|gist", "delete"], &[Code, Deploy]) },
        Verb { flags: switches(&["-p", "--public"]), ..change(&["gist", "create"], &[Deploy]) },
        change(&["gist", "edit|rename"], &[Deploy]),
        Verb { rest: Rest::Foreign, ..change(&["gist", "clone"], &[Code]) },
        change(&["label", "create|edit|clone"], &[Code]),
        Verb { flags: SECRET, ..change(&["secret", "set"], &[Secrets, AccessControl]) },
        Verb { flags: SECRET, impact: Destroy, ..change(&["secret|variable", "delete|remove"], &[Secrets, Config]) },
        change(&["variable", "set"], &[Config, Deploy]),
        Verb { flags: HOST, ..change(&["auth", "login|logout|refresh|switch|setup-git"], &[AccessControl]) },
        change(&["ssh-key|gpg-key", "add|delete"], &[AccessControl]),
        Verb { flags: HOST, ..change(&["config", "set|clear-cache"], &[Config, Execution]) },
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
