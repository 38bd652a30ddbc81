//! git.

use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, OtherFlags, Pack, Targets, Verb, When};
use crate::model::action::Category::{Code, Config, Execution, Observe};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

/// Flags that take a value after every verb that has them; no other flag writes or runs more than the verb says.
const LATE: Flags = Flags {
    value: &[
        "--add-file", "--add-virtual-file", "--advance", "--after-context", "--anchored", "--author", "--base",
        "--before-context", "--blob", "--bundle-uri", "--candidates", "--cc", "--chmod", "--cleanup", "--comment",
        "--compression", "--conflict", "--contents", "--context", "--creation-factor", "--date", "--decorate-refs",
        "--decorate-refs-exclude", "--deepen", "--default", "--depth", "--diff-algorithm", "--dst-prefix", "--exclude",
        "--exclude-from", "--exclude-per-directory", "--exec", "--expire", "--file", "--filter", "--find-object",
        "--force-create", "--format", "--geometric", "--group", "--ignore-matching-lines", "--ignore-rev",
        "--ignore-revs-file", "--in-reply-to", "--index-version", "--initial-branch", "--inter-hunk-context",
        "--interdiff", "--into-name", "--keep-pack", "--line-prefix", "--local-user", "--mainline", "--match",
        "--max-depth", "--max-pack-size", "--merged", "--message", "--mode", "--mtime", "--negotiation-tip",
        "--no-merged", "--object-dir", "--object-format", "--onto", "--origin", "--orphan", "--points-at", "--prefix",
        "--push-option", "--quoted-cr", "--range-diff", "--receive-pack", "--reedit-message", "--ref", "--ref-format",
        "--reference-if-able", "--refmap", "--remote", "--repo", "--reroll-count", "--reuse-message", "--rotate-to",
        "--separate-git-dir", "--server-option", "--set-upstream-to", "--shallow-exclude", "--shallow-since",
        "--signature", "--skip-to", "--sort", "--src-prefix", "--start-number", "--strategy", "--strategy-option",
        "--subject-prefix", "--suffix", "--template", "--threads", "--to", "--tool", "--trailer", "--type",
        "--upload-pack", "--url", "--value", "--whitespace", "--window", "--with-tree", "--word-diff-regex",
    ],
    reads: &["--pathspec-from-file"],
    writes: &["--output", "--output-directory"],
    others: OtherFlags::Harmless,
    ..Flags::NONE
};
/// What limits the commits that are looked at.
const SHOW: Flags = Flags {
    value: &[
        "-n", "-S", "-G", "-L", "-I", "-O", "-l", "--committer", "--grep", "--since", "--until", "--after", "--before",
        "--max-count", "--skip",
    ],
    others: OtherFlags::Harmless,
    ..Flags::NONE
};

const fn values(value: &'static [&'static str]) -> Flags {
    Flags { value, others: OtherFlags::Harmless, ..Flags::NONE }
}

const PROGRAMS: [Modifier; 3] = [
    Modifier { when: When::Flag(&["--no-index"]), then: Change::Opaque("it reads files anywhere") },
    Modifier {
        when: When::Flag(&["--ext-diff", "--textconv"]),
        then: Change::Opaque("it starts programs that git's settings name"),
    },
    Modifier { when: When::Flag(&["--output"]), then: Change::AtLeast(Write) },
];
const HELPERS: Modifier = Modifier {
    when: When::Flag(&["--upload-pack", "--receive-pack", "--exec", "--template"]),
    then: Change::Opaque("it names a program to be started"),
};
const TRANSPORT: Modifier =
    Modifier { when: When::AnyOperand(&["ext::*", "*::*"]), then: Change::Opaque("a remote helper is a program") };

const fn look(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: SHOW, categories: &[Observe, Code], modifiers: &PROGRAMS, ..Verb::READ }
}

const fn work(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: Flags::HARMLESS, categories: &[Code], modifiers: &[HELPERS, TRANSPORT], ..Verb::WRITE }
}

const fn lose(path: &'static [&'static str]) -> Verb {
    Verb { impact: Destroy, ..work(path) }
}

const fn settings(path: &'static [&'static str]) -> Verb {
    Verb { categories: &[Config, Execution], ..work(path) }
}

/// The tool.
pub const PACK: Pack = Pack {
    tool: "git",
    programs: &["git"],
    source: "https://git-scm.com/docs",
    style: FlagStyle::Gnu,
    late: LATE,
    early: Flags {
        value: &[
            "-C", "-c", "--git-dir", "--work-tree", "--namespace", "--super-prefix", "--config-env", "--exec-path",
            "--list-cmds", "--attr-source",
        ],
        switch: &[
            "-p", "--paginate", "-P", "--no-pager", "--no-replace-objects", "--bare", "--literal-pathspecs",
            "--glob-pathspecs", "--noglob-pathspecs", "--icase-pathspecs", "--no-optional-locks", "--no-lazy-fetch",
            "--no-advice", "-v", "--version", "-h", "--help", "--html-path", "--man-path", "--info-path",
        ],
        ..Flags::NONE
    },
    verbs: &[
        look(&["status"]),
        look(&["log"]),
        look(&["show"]),
        Verb { targets: Targets::ReadPaths, ..look(&["diff"]) },
        Verb { flags: values(&["-L", "-S"]), ..look(&["blame|annotate"]) },
        Verb { flags: Flags::HARMLESS, ..look(&["shortlog|range-diff"]) },
        Verb {
            flags: values(&["-x", "-X", "--refs"]),
            ..look(&["ls-files|ls-tree|describe|name-rev|merge-base|rev-parse"])
        },
        look(&["whatchanged|rev-list"]),
        look(&["verify-pack|get-tar-commit-id|show-index"]),
        look(&["bundle", "verify|list-heads"]),
        look(&[
            "show-ref|for-each-ref|show-branch|cat-file|count-objects|check-ignore|check-attr|check-ref-format|diff-tree|diff-index|diff-files|cherry|var|version|help|verify-commit|verify-tag|fsck|merge-tree",
        ]),
        look(&["reflog"]),
        look(&["reflog", "show|list|exists"]),
        look(&["remote"]),
        look(&["remote", "show|get-url"]),
        look(&["stash", "list|show"]),
        look(&["worktree", "list"]),
        look(&["submodule"]),
        look(&["submodule", "status|summary"]),
        look(&["notes", "list|show"]),
        look(&["bisect", "log|view|visualize"]),
        Verb { flags: values(&["-f", "--file", "-t"]), ..look(&["config", "list|get"]) },
        Verb {
            flags: values(&["--max-count", "-A", "-B", "-C", "-e", "-f", "-m"]),
            modifiers: &[Modifier {
                when: When::Flag(&["-O", "--open-files-in-pager", "--no-index"]),
                then: Change::Opaque("it opens a pager of the caller's choice"),
            }],
            ..look(&["grep"])
        },
        Verb { modifiers: &[HELPERS, TRANSPORT], flags: values(&["-o", "--sort"]), ..look(&["ls-remote"]) },
        Verb {
            path: &["branch"],
            modifiers: &[
                Modifier { when: When::Operand(0, &["*"]), then: Change::Impact(Write) },
                Modifier {
                    when: When::Flag(&[
                        "-l", "--list", "--contains", "--merged", "--no-merged", "--no-contains", "--points-at",
                        "--show-current",
                    ]),
                    then: Change::Impact(Read),
                },
                Modifier {
                    when: When::Flag(&[
                        "-d", "--delete", "-m", "--move", "-c", "--copy", "-u", "--set-upstream-to",
                        "--unset-upstream", "--edit-description", "-t", "--track",
                    ]),
                    then: Change::AtLeast(Write),
                },
                Modifier { when: When::Flag(&["-D", "-M", "-C", "-f", "--force"]), then: Change::AtLeast(Destroy) },
            ],
            flags: Flags {
                value: &[
                    "-u", "--set-upstream-to", "--contains", "--no-contains", "--merged", "--no-merged", "--points-at",
                    "--sort", "--format",
                ],
                switch: &[
                    "--abbrev", "--all", "--color", "--column", "--create-reflog", "--ignore-case", "--no-abbrev",
                    "--no-color", "--no-column", "--omit-empty", "--quiet", "--recurse-submodules", "--remotes",
                    "--verbose", "-a", "-i", "-q", "-r", "-v", "-vv", "-l", "--list", "-d", "-m", "-c", "-t",
                    "--show-current",
                ],
                others: OtherFlags::Harmless,
                ..Flags::NONE
            },
            targets: Targets::Operands("branch"),
            categories: &[Code],
            ..Verb::READ
        },
        Verb {
            path: &["tag"],
            modifiers: &[
                Modifier { when: When::Operand(0, &["*"]), then: Change::Impact(Write) },
                Modifier {
                    when: When::Flag(&[
                        "-l", "--list", "--contains", "--merged", "--no-merged", "--points-at", "-v", "--verify",
                    ]),
                    then: Change::Impact(Read),
                },
                Modifier { when: When::Flag(&["-a", "-s", "-m", "-F", "-u"]), then: Change::AtLeast(Write) },
                Modifier { when: When::Flag(&["-d", "--delete", "-f", "--force"]), then: Change::AtLeast(Destroy) },
            ],
            flags: Flags {
                value: &[
                    "-m", "--message", "-u", "--local-user", "--contains", "--no-contains", "--merged", "--no-merged",
                    "--points-at", "--sort", "--format", "--cleanup", "--trailer",
                ],
                switch: &[
                    "--annotate", "--color", "--column", "--create-reflog", "--edit", "--ignore-case", "--no-color",
                    "--no-column", "--omit-empty", "--sign", "--no-sign", "-a", "-e", "-i", "-l", "--list", "-n", "-s",
                    "-v", "-d", "-f",
                ],
                reads: &["-F", "--file"],
                others: OtherFlags::Harmless,
                ..Flags::NONE
            },
            targets: Targets::Operands("tag"),
            categories: &[Code],
            ..Verb::READ
        },
        Verb {
            path: &["config"],
            flags: Flags {
                value: &["--type", "-t", "--default", "--blob", "--comment", "--value", "--url"],
                switch: &[
                    "--global", "--system", "--local", "--worktree", "-z", "--null", "--name-only", "--show-origin",
                    "--show-scope", "--includes", "--no-includes", "--bool", "--int", "--path", "--all",
                    "--fixed-value", "--get", "--get-all", "--get-regexp", "-l", "--list",
                ],
                reads: &["-f", "--file"],
                others: OtherFlags::Harmless,
                ..Flags::NONE
            },
            modifiers: &[
                Modifier {
                    when: When::Flag(&[
                        "--get", "--get-all", "--get-regexp", "--get-urlmatch", "-l", "--list", "--get-color",
                        "--get-colorbool",
                    ]),
                    then: Change::Impact(Read),
                },
                Modifier {
                    when: When::Flag(&["--get", "--get-all", "--get-regexp", "--get-urlmatch", "-l", "--list"]),
                    then: Change::Categories(&[Observe, Code]),
                },
            ],
            categories: &[Config, Execution],
            ..Verb::WRITE
        },
        settings(&["config", "set|unset|rename-section|remove-section|edit"]),
        settings(&["remote", "add|set-url|rename|remove=rm|set-head|set-branches|prune|update"]),
        work(&["add=stage"]),
        Verb { flags: values(&["--fixup", "--squash", "-C", "-F", "-c", "-m", "-t"]), ..work(&["commit"]) },
        work(&["mv"]),
        Verb { flags: values(&["-F", "-X", "-m", "-s", "--strategy"]), ..work(&["merge"]) },
        Verb { flags: values(&["--empty", "-X", "-m", "--strategy"]), ..work(&["cherry-pick"]) },
        Verb { flags: values(&["-X", "-m", "--strategy"]), ..work(&["revert"]) },
        Verb { flags: values(&["--jobs", "-j", "-o"]), ..work(&["fetch"]) },
        Verb { flags: values(&["-X", "-o", "-s", "--strategy"]), ..work(&["pull"]) },
        Verb {
            flags: Flags {
                value: &[
                    "-o", "--origin", "-b", "--branch", "-u", "--upload-pack", "--depth", "-c", "--config", "-j",
                    "--jobs", "--filter", "--template", "--shallow-since", "--shallow-exclude", "--bundle-uri",
                    "--server-option", "--ref-format",
                ],
                reads: &["--reference", "--reference-if-able", "--separate-git-dir"],
                others: OtherFlags::Harmless,
                ..Flags::NONE
            },
            modifiers: &[
                HELPERS,
                TRANSPORT,
                Modifier {
                    when: When::Flag(&["-u", "-c", "--config", "--separate-git-dir", "--bundle-uri"]),
                    then: Change::Opaque("it names a program or settings for the clone"),
                },
            ],
            ..work(&["clone"])
        },
        Verb { flags: values(&["-b"]), ..work(&["init"]) },
        work(&["stash"]),
        Verb { flags: values(&["-m"]), ..work(&["stash", "push|save|store"]) },
        work(&["stash", "pop|apply|branch|create"]),
        Verb { targets: Targets::WritePaths, ..work(&["rm"]) },
        work(&["notes", "add|append|edit|copy|merge"]),
        work(&["worktree", "add|lock|unlock|move|repair"]),
        work(&[
            "sparse-checkout|rerere|update-index|read-tree|write-tree|commit-tree|mktag|mktree|hash-object|pack-objects|repack|maintenance|multi-pack-index|pack-refs",
        ]),
        work(&["commit-graph", "write"]),
        look(&["commit-graph", "verify"]),
        work(&["bisect", "start|good|bad|new|old|skip|reset|terms|next|replay"]),
        Verb {
            categories: &[Code, Execution],
            ..work(&["submodule", "add|init|update|sync|set-branch|set-url|deinit|absorbgitdirs"])
        },
        Verb {
            flags: Flags {
                value: &[
                    "--start-number", "--subject-prefix", "--to", "--cc", "--in-reply-to", "-v", "--base", "--suffix",
                ],
                writes: &["-o", "--output-directory", "--output"],
                others: OtherFlags::Harmless,
                ..Flags::NONE
            },
            ..work(&["format-patch"])
        },
        Verb {
            flags: Flags {
                value: &["--format", "--prefix", "--remote", "--exec", "--mtime"],
                reads: &["--add-file"],
                writes: &["-o", "--output"],
                others: OtherFlags::Harmless,
                ..Flags::NONE
            },
            modifiers: &[Modifier {
                when: When::Flag(&["--remote", "--exec"]),
                then: Change::Opaque("it runs a program on another host"),
            }],
            ..work(&["archive"])
        },
        Verb {
            modifiers: &[Modifier {
                when: When::Flag(&["--unsafe-paths", "--directory"]),
                then: Change::Opaque("it writes outside of the working tree"),
            }],
            flags: Flags {
                value: &["-p", "-C", "--whitespace", "--directory", "--exclude", "--include", "--empty"],
                others: OtherFlags::Harmless,
                ..Flags::NONE
            },
            ..work(&["apply|am"])
        },
        Verb {
            modifiers: &[
                Modifier {
                    when: When::Flag(&["-x", "--exec", "-i", "--interactive", "--edit-todo"]),
                    then: Change::Opaque("it runs commands between commits"),
                },
                HELPERS,
            ],
            flags: values(&["--empty", "-C", "-X", "-s", "--strategy", "-x"]),
            ..work(&["rebase"])
        },
        Verb {
            modifiers: &[
                Modifier {
                    when: When::Flag(&["-f", "--force", "--discard-changes", "-B", "--ours", "--theirs"]),
                    then: Change::AtLeast(Destroy),
                },
                // Without a new branch an operand can be a path, whose changes are then thrown away.
                Modifier {
                    when: When::All(&[
                        When::NoFlag(&["-b", "--orphan", "--detach", "-d"]),
                        When::AnyOperand(&[".", "*/*", "*.*"]),
                    ]),
                    then: Change::AtLeast(Destroy),
                },
                Modifier {
                    when: When::All(&[When::NoFlag(&["-b", "--orphan"]), When::Operands(2)]),
                    then: Change::AtLeast(Destroy),
                },
                Modifier {
                    when: When::Flag(&["--pathspec-from-file", "-p", "--patch"]),
                    then: Change::AtLeast(Destroy),
                },
            ],
            flags: values(&["-b", "-B"]),
            ..work(&["checkout"])
        },
        Verb {
            flags: Flags {
                value: &["-c", "--create", "-C", "--force-create", "--orphan", "--conflict"],
                others: OtherFlags::Harmless,
                ..Flags::NONE
            },
            modifiers: &[Modifier {
                when: When::Flag(&["-f", "--force", "--discard-changes", "-C", "--force-create"]),
                then: Change::AtLeast(Destroy),
            }],
            ..work(&["switch"])
        },
        Verb {
            flags: Flags {
                value: &["-s", "--source", "--conflict"],
                reads: &["--pathspec-from-file"],
                switch: &[
                    "--ignore-unmerged", "--merge", "--no-overlay", "--overlay", "--ours", "--theirs", "--patch",
                    "--progress", "--no-progress", "--quiet", "--recurse-submodules", "--staged", "--worktree", "-2",
                    "-3", "-S", "-W", "-m", "-p", "-q",
                ],
                others: OtherFlags::Harmless,
                ..Flags::NONE
            },
            modifiers: &[Modifier {
                when: When::All(&[When::Flag(&["--staged", "-S"]), When::NoFlag(&["-W", "--worktree"])]),
                then: Change::Impact(Write),
            }],
            ..lose(&["restore"])
        },
        Verb {
            modifiers: &[Modifier {
                when: When::Flag(&["--hard", "--merge", "--keep"]),
                then: Change::AtLeast(Destroy),
            }],
            ..work(&["reset"])
        },
        Verb {
            flags: Flags {
                value: &["-e", "--exclude"],
                switch: &[
                    "--dry-run", "--no-dry-run", "--force", "--no-force", "--interactive", "--quiet", "-X", "-d", "-f",
                    "-i", "-n", "-q", "-x",
                ],
                ..Flags::NONE
            },
            modifiers: &[Modifier {
                when: When::All(&[
                    When::Flag(&["-n", "--dry-run"]),
                    When::NoFlag(&["--no-dry-run", "-i", "--interactive"]),
                ]),
                then: Change::Impact(Read),
            }],
            ..lose(&["clean"])
        },
        lose(&["stash", "drop|clear"]),
        lose(&["reflog", "expire|delete"]),
        lose(&["worktree", "remove|prune"]),
        lose(&["notes", "remove|prune"]),
        lose(&["gc|prune|update-ref|replace|prune-packed|fast-import|unpack-objects"]),
        Verb {
            modifiers: &[Modifier {
                when: When::Flag(&[
                    "--setup", "--env-filter", "--tree-filter", "--index-filter", "--parent-filter", "--msg-filter",
                    "--commit-filter", "--tag-name-filter", "--blob-callback", "--commit-callback", "--tag-callback",
                    "--reset-callback", "--filename-callback", "--message-callback", "--name-callback",
                    "--email-callback", "--refname-callback", "--source", "--target",
                ]),
                then: Change::Opaque("a filter is code that is run for every commit"),
            }],
            ..lose(&["filter-branch|filter-repo"])
        },
        Verb {
            modifiers: &[
                Modifier { when: When::NoOperand(1), then: Change::Impact(Read) },
                Modifier { when: When::Flag(&["-d", "--delete"]), then: Change::AtLeast(Destroy) },
            ],
            flags: values(&["-m"]),
            ..lose(&["symbolic-ref"])
        },
        Verb { impact: Unknown, categories: &[Execution], ..work(&["bisect", "run"]) },
        Verb { impact: Unknown, categories: &[Execution], ..work(&["submodule", "foreach"]) },
        Verb {
            impact: Unknown,
            categories: &[Execution],
            ..work(&[
                "difftool|mergetool|send-email|daemon|http-backend|instaweb|shell|gui|web--browse|hook|credential|svn|p4|request-pull|upload-pack|receive-pack|upload-archive|bundle",
            ])
        },
        Verb {
            path: &["push"],
            categories: &[Code],
            flags: Flags {
                value: &["-o", "--push-option", "--receive-pack", "--exec", "--repo", "--recurse-submodules"],
                switch: &[
                    "--all", "--branches", "--prune", "--mirror", "-n", "--dry-run", "--porcelain", "-d", "--delete",
                    "--tags", "--follow-tags", "--signed", "--no-signed", "--atomic", "--no-atomic", "-f", "--force",
                    "--force-with-lease", "--no-force-with-lease", "--force-if-includes", "--no-force-if-includes",
                    "-u", "--set-upstream", "--thin", "--no-thin", "-q", "--quiet", "-v", "--verbose", "--progress",
                    "--no-progress", "--no-recurse-submodules", "--verify", "--no-verify", "-4", "--ipv4", "-6",
                    "--ipv6",
                ],
                ..Flags::NONE
            },
            modifiers: &[
                Modifier {
                    when: When::Flag(&["-f", "--force", "--force-with-lease", "--mirror"]),
                    then: Change::Operation("push force"),
                },
                Modifier {
                    when: When::Flag(&["-f", "--force", "--force-with-lease", "--mirror", "--prune"]),
                    then: Change::AtLeast(Destroy),
                },
                Modifier { when: When::AnyOperand(&["+*"]), then: Change::Operation("push force") },
                Modifier { when: When::AnyOperand(&["+*", ":*"]), then: Change::AtLeast(Destroy) },
                Modifier { when: When::AnyOperand(&[":*"]), then: Change::Operation("push delete") },
                Modifier { when: When::Flag(&["-d", "--delete"]), then: Change::Operation("push delete") },
                Modifier { when: When::Flag(&["-d", "--delete"]), then: Change::AtLeast(Destroy) },
                Modifier {
                    when: When::Flag(&["--receive-pack", "--exec", "--repo"]),
                    then: Change::Opaque("it names a program or a place to push to"),
                },
                TRANSPORT,
            ],
            ..Verb::WRITE
        },
    ],
    bare: Some(Verb::READ),
    modifiers: &[
        Modifier {
            when: When::All(&[
                When::EarlyFlag(&["-c"]),
                When::Not(&When::FlagValue(
                    &["-c"],
                    &[
                        "color.*", "core.pager=cat", "user.name=*", "user.email=*", "core.quotepath=*", "advice.*",
                        "log.*", "commit.gpgsign=false",
                    ],
                )),
            ]),
            then: Change::Opaque("a setting of git can name a program to be started"),
        },
        Modifier {
            when: When::EarlyFlag(&["--config-env", "--exec-path", "--git-dir", "--work-tree"]),
            then: Change::Opaque("it uses other settings or programs of git"),
        },
    ],
    locate: Locate::Git,
    examples: &[
        Example { command: "git status -sb", operation: "status", impact: Read },
        Example { command: "git -C sub log --oneline -5 -- src", operation: "log", impact: Read },
        Example { command: "git diff --stat HEAD~1", operation: "diff", impact: Read },
        Example { command: "git --no-pager show HEAD:src/x.rs", operation: "show", impact: Read },
        Example { command: "git -c core.sshCommand=x fetch", operation: "fetch", impact: Unknown },
        Example { command: "git -c color.ui=never log", operation: "log", impact: Read },
        Example { command: "git commit -am message", operation: "commit", impact: Write },
        Example { command: "git switch -c topic", operation: "switch", impact: Write },
        Example { command: "git checkout -b topic", operation: "checkout", impact: Write },
        Example { command: "git checkout -- src/x.rs", operation: "checkout", impact: Destroy },
        Example { command: "git checkout .", operation: "checkout", impact: Destroy },
        Example { command: "git branch", operation: "branch", impact: Read },
        Example { command: "git branch -a --list x", operation: "branch", impact: Read },
        Example { command: "git branch -D topic", operation: "branch", impact: Destroy },
        Example { command: "git tag v1", operation: "tag", impact: Write },
        Example { command: "git push origin topic", operation: "push", impact: Write },
        Example { command: "git push -f origin topic", operation: "push force", impact: Destroy },
        Example { command: "git push origin +topic", operation: "push force", impact: Destroy },
        Example { command: "git push origin :topic", operation: "push delete", impact: Destroy },
        Example { command: "git push --exec=/tmp/x origin topic", operation: "push", impact: Unknown },
        Example { command: "git reset --hard HEAD~3", operation: "reset", impact: Destroy },
        Example { command: "git rebase -x 'make test' main", operation: "rebase", impact: Unknown },
        Example { command: "git stash", operation: "stash", impact: Write },
        Example { command: "git stash list", operation: "stash list", impact: Read },
        Example { command: "git config --get user.name", operation: "config", impact: Read },
        Example { command: "git config core.pager /tmp/x", operation: "config", impact: Write },
        Example { command: "git clone -b topic https://example.com/x.git", operation: "clone", impact: Write },
        Example { command: "git clone -c core.sshCommand=x y", operation: "clone", impact: Unknown },
        Example { command: "git clone -u x y", operation: "clone", impact: Unknown },
        Example { command: "git clone ext::sh x", operation: "clone", impact: Unknown },
        Example { command: "git log --output=x", operation: "log", impact: Write },
        Example { command: "git grep -Oevil x", operation: "grep", impact: Unknown },
        Example { command: "git remote -v", operation: "remote", impact: Read },
        Example { command: "git remote add x y", operation: "remote add", impact: Write },
    ],
    ..Pack::BASE
};
