//! Plain Unix tools that look.

use super::schema::{Change, Example, FlagStyle, Flags, Modifier, OtherFlags, Pack, Targets, Verb, When};
use crate::model::action::Category::{Infra, Secrets};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

/// A tool none of whose flags writes or runs anything; its operands are read.
const fn reader(
    tool: &'static str,
    programs: &'static [&'static str],
    value: &'static [&'static str],
    examples: &'static [Example],
) -> Pack {
    let flags = Flags { value, others: OtherFlags::Harmless, ..Flags::NONE };
    Pack {
        tool,
        programs,
        source: "its manual page",
        bare: Some(Verb { flags, targets: Targets::ReadPaths, ..Verb::READ }),
        examples,
        ..Pack::BASE
    }
}

/// A tool that tells names, sizes and times of files, and nothing of what is in them.
const fn lister(
    tool: &'static str,
    programs: &'static [&'static str],
    value: &'static [&'static str],
    examples: &'static [Example],
) -> Pack {
    let flags = Flags { value, others: OtherFlags::Harmless, ..Flags::NONE };
    Pack { tool, programs, source: "its manual page", bare: Some(Verb { flags, ..Verb::READ }), examples, ..Pack::BASE }
}

/// A tool that looks at the system and whose operands are no paths.
const fn asker(tool: &'static str, programs: &'static [&'static str], examples: &'static [Example]) -> Pack {
    Pack {
        tool,
        programs,
        source: "its manual page",
        bare: Some(Verb { flags: Flags::HARMLESS, ..Verb::READ }),
        examples,
        ..Pack::BASE
    }
}

/// A tool that looks unless it is told otherwise.
const fn careful(
    tool: &'static str,
    programs: &'static [&'static str],
    flags: Flags,
    modifiers: &'static [Modifier],
    examples: &'static [Example],
) -> Pack {
    Pack {
        tool,
        programs,
        source: "its manual page",
        bare: Some(Verb { flags, targets: Targets::ReadPaths, modifiers, ..Verb::READ }),
        examples,
        ..Pack::BASE
    }
}

const fn runs(flags: &'static [&'static str]) -> Modifier {
    Modifier {
        when: When::Flag(flags),
        then: Change::Opaque("the flag names a program to be started, or a file to be written"),
    }
}

/// The second operand is written.
const SECOND: Modifier =
    Modifier { when: When::Operands(2), then: Change::Opaque("its second operand is a file that it writes") };
const FIND: Flags = Flags {
    value: &[
        "-name", "-iname", "-path", "-ipath", "-wholename", "-iwholename", "-regex", "-iregex", "-regextype", "-type",
        "-xtype", "-size", "-mtime", "-atime", "-ctime", "-mmin", "-amin", "-cmin", "-newer", "-anewer", "-cnewer",
        "-newermt", "-newerct", "-newerat", "-maxdepth", "-mindepth", "-perm", "-user", "-group", "-uid", "-gid",
        "-printf", "-links", "-inum", "-samefile", "-fstype", "-lname", "-ilname", "-used", "-D",
    ],
    writes: &["-fprint", "-fprint0", "-fls", "-fprintf"],
    switch: &[
        "-print", "-print0", "-ls", "-prune", "-quit", "-depth", "-d", "-empty", "-follow", "-mount", "-xdev", "-o",
        "-or", "-a", "-and", "-not", "-readable", "-writable", "-executable", "-true", "-false", "-daystart",
        "-noleaf", "-nouser", "-nogroup", "-H", "-L", "-P", "-E", "-X", "-x", "-s", "-O3", "-O2", "-O1", "-warn",
        "-nowarn", "-delete", "-exec", "-execdir", "-ok", "-okdir", "-files0-from",
    ],
    ..Flags::NONE
};

/// The packs.
pub const PACKS: &[Pack] = &[
    lister(
        "ls",
        &["ls", "dir", "vdir", "exa", "eza"],
        &["-I", "--ignore", "-w", "-T", "--block-size", "--hide", "--sort", "--time-style"],
        &[
            Example { command: "ls -la --sort size src", operation: "ls", impact: Read },
            Example { command: "/bin/ls -l", operation: "ls", impact: Read },
        ],
    ),
    reader(
        "cat",
        &["cat", "tac", "nl", "zcat", "bzcat", "xzcat"],
        &[],
        &[Example { command: "cat README.md -", operation: "cat", impact: Read }],
    ),
    reader(
        "head",
        &["head", "tail"],
        &["-n", "--lines", "-c", "--bytes", "-s", "--sleep-interval", "--pid"],
        &[
            Example { command: "head -n 5 x", operation: "head", impact: Read },
            Example { command: "tail -20 x", operation: "tail", impact: Read },
        ],
    ),
    // It tells how much there is of a file, and nothing of what is in it.
    Pack {
        bare: Some(Verb {
            flags: Flags {
                value: &["--total"],
                reads: &["--files0-from"],
                switch: &[
                    "-c", "--bytes", "-m", "--chars", "-l", "--lines", "-L", "--max-line-length", "-w", "--words",
                    "--help", "--version",
                ],
                ..Flags::NONE
            },
            ..Verb::READ
        }),
        ..careful("wc", &["wc"], Flags::NONE, &[], &[Example { command: "wc -l x", operation: "wc", impact: Read }])
    },
    careful(
        "file",
        &["file"],
        Flags { reads: &["-f", "--files-from", "-m", "--magic-file"], others: OtherFlags::Harmless, ..Flags::NONE },
        &[runs(&["-C", "--compile"])],
        &[
            Example { command: "file -b x", operation: "file", impact: Read },
            Example { command: "file -C -m x", operation: "file", impact: Unknown },
        ],
    ),
    reader(
        "rev",
        &[
            "rev", "fold", "expand", "unexpand", "fmt", "column", "pr", "paste", "od", "hexdump", "strings", "cksum",
            "sum", "md5sum", "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "b2sum", "shasum",
            "base64", "base32",
        ],
        &[],
        &[Example { command: "rev x", operation: "rev", impact: Read }],
    ),
    reader(
        "look",
        &["look", "comm", "tsort"],
        &["-t"],
        &[Example { command: "comm -12 a b", operation: "comm", impact: Read }],
    ),
    reader(
        "cut",
        &["cut", "join"],
        &["-d", "-f", "-c", "-b", "-t"],
        &[Example { command: "cut -d : -f 1 x", operation: "cut", impact: Read }],
    ),
    careful(
        "diff",
        &["diff"],
        Flags {
            value: &[
                "-U", "-C", "-W", "--width", "-x", "--exclude", "-I", "--ignore-matching-lines", "--label", "-L", "-F",
                "--show-function-line", "-D", "--ifdef", "-S", "--starting-file", "--tabsize", "--horizon-lines",
            ],
            reads: &["--from-file", "--to-file", "-X", "--exclude-from"],
            others: OtherFlags::Harmless,
            ..Flags::NONE
        },
        &[],
        &[
            Example { command: "diff -u a b", operation: "diff", impact: Read },
            Example { command: "diff -i a b", operation: "diff", impact: Read },
        ],
    ),
    reader(
        "cmp",
        &["cmp"],
        &["-n", "--bytes", "-i", "--ignore-initial"],
        &[Example { command: "cmp -n 5 a b", operation: "cmp", impact: Read }],
    ),
    careful(
        "du",
        &["du"],
        Flags { reads: &["--files0-from", "-X", "--exclude-from"], others: OtherFlags::Harmless, ..Flags::NONE },
        &[],
        &[Example { command: "du -sh x", operation: "du", impact: Read }],
    ),
    lister(
        "stat",
        &["stat", "df", "realpath", "readlink", "basename", "dirname", "test", "[", "lsattr", "getfacl", "namei"],
        &[
            "-c", "--format", "--printf", "-d", "--max-depth", "-s", "--suffix", "--block-size", "-B", "--exclude",
            "--relative-to", "--relative-base",
        ],
        &[Example { command: "test -f x", operation: "test", impact: Read }],
    ),
    careful(
        "grep",
        &["grep", "egrep", "fgrep"],
        Flags {
            value: &[
                "-e", "--regexp", "-m", "--max-count", "-A", "--after-context", "-B", "--before-context", "-C",
                "--context", "--include", "--exclude", "--exclude-dir", "--label", "-d", "--directories", "-D",
                "--devices", "--binary-files",
            ],
            reads: &["-f", "--file", "--exclude-from"],
            others: OtherFlags::Harmless,
            ..Flags::NONE
        },
        &[],
        &[
            Example { command: "grep -rn --include '*.rs' foo src", operation: "grep", impact: Read },
            Example { command: "grep --color foo x", operation: "grep", impact: Read },
        ],
    ),
    careful(
        "rg",
        &["rg"],
        Flags {
            value: &[
                "-e", "--regexp", "-g", "--glob", "--iglob", "-t", "--type", "-T", "--type-not", "-m", "--max-count",
                "-A", "-B", "-C", "-j", "--threads", "-d", "--max-depth", "-M", "--max-columns", "-r", "--replace",
                "-E", "--encoding", "--sort", "--sortr", "--color", "--colors", "--pre", "--pre-glob",
                "--hostname-bin", "--engine", "--type-add", "--max-filesize",
            ],
            reads: &["-f", "--file", "--ignore-file"],
            others: OtherFlags::Harmless,
            ..Flags::NONE
        },
        &[runs(&["--pre", "--hostname-bin", "-z", "--search-zip"])],
        &[
            Example { command: "rg -n foo src", operation: "rg", impact: Read },
            Example { command: "rg --pre ./x foo", operation: "rg", impact: Unknown },
        ],
    ),
    careful(
        "sort",
        &["sort"],
        Flags {
            value: &[
                "-k", "--key", "-t", "--field-separator", "-S", "--buffer-size", "--parallel", "--batch-size",
                "--sort", "--compress-program",
            ],
            reads: &["--files0-from", "--random-source"],
            writes: &["-o", "--output", "-T", "--temporary-directory"],
            others: OtherFlags::Harmless,
            ..Flags::NONE
        },
        &[
            runs(&["--compress-program"]),
            Modifier { when: When::Flag(&["-o", "--output"]), then: Change::AtLeast(Write) },
        ],
        &[
            Example { command: "sort -k 2 -n x", operation: "sort", impact: Read },
            Example { command: "sort -o x x", operation: "sort", impact: Write },
            Example { command: "sort --compress-prog=/tmp/x y", operation: "sort", impact: Unknown },
        ],
    ),
    careful(
        "uniq",
        &["uniq"],
        Flags {
            value: &["-f", "--skip-fields", "-s", "--skip-chars", "-w", "--check-chars"],
            others: OtherFlags::Harmless,
            ..Flags::NONE
        },
        &[SECOND],
        &[
            Example { command: "uniq -c", operation: "uniq", impact: Read },
            Example { command: "uniq a b", operation: "uniq", impact: Unknown },
        ],
    ),
    careful(
        "xxd",
        &["xxd"],
        Flags { value: &["-c", "-g", "-l", "-o", "-s", "-n"], others: OtherFlags::Harmless, ..Flags::NONE },
        &[SECOND],
        &[
            Example { command: "xxd x", operation: "xxd", impact: Read },
            Example { command: "xxd -r a b", operation: "xxd", impact: Unknown },
        ],
    ),
    careful(
        "jq",
        &["jq", "gojq", "jaq"],
        Flags {
            value: &["--indent", "--arg", "--argjson"],
            reads: &["-f", "--from-file", "--slurpfile", "--rawfile", "-L"],
            others: OtherFlags::Harmless,
            ..Flags::NONE
        },
        &[Modifier { when: When::AnyOperand(&["*env*", "*ENV*"]), then: Change::AddCategory(Secrets) }],
        &[Example { command: "jq -r .a x.json", operation: "jq", impact: Read }],
    ),
    careful(
        "yq",
        &["yq"],
        Flags {
            value: &["-o", "-p", "-I", "--indent", "--output-format", "--input-format"],
            reads: &["--from-file"],
            others: OtherFlags::Harmless,
            ..Flags::NONE
        },
        &[
            Modifier {
                when: When::Flag(&["-i", "--inplace", "--in-place", "-s", "--split-exp"]),
                then: Change::AtLeast(Write),
            },
            runs(&["-i", "--inplace", "--in-place", "-s", "--split-exp", "--split-exp-file"]),
            Modifier { when: When::AnyOperand(&["*env*", "*ENV*", "*load*"]), then: Change::AddCategory(Secrets) },
        ],
        &[
            Example { command: "yq .a x.yaml", operation: "yq", impact: Read },
            Example { command: "yq -i .a=1 x.yaml", operation: "yq", impact: Unknown },
        ],
    ),
    careful(
        "tree",
        &["tree"],
        Flags {
            value: &["-L", "-P", "-I", "--filelimit", "--timefmt", "--charset"],
            writes: &["-o"],
            others: OtherFlags::Harmless,
            ..Flags::NONE
        },
        &[Modifier { when: When::Flag(&["-o", "-R"]), then: Change::AtLeast(Write) }],
        &[
            Example { command: "tree -L 2", operation: "tree", impact: Read },
            Example { command: "tree -o x", operation: "tree", impact: Write },
        ],
    ),
    careful(
        "less",
        &["less"],
        Flags {
            value: &["-p", "-P", "-t", "-x", "-y", "-z", "-b", "-h", "-j"],
            writes: &["-o", "-O", "--log-file", "--LOG-FILE"],
            reads: &["-k", "--lesskey-file", "--lesskey-src", "-T", "--tag-file"],
            others: OtherFlags::Harmless,
            ..Flags::NONE
        },
        &[
            runs(&[
                "-o", "-O", "--log-file", "--LOG-FILE", "-k", "--lesskey-file", "--lesskey-src", "--lesskey-content",
            ]),
            Modifier { when: When::AnyOperand(&["+*"]), then: Change::Opaque("it starts with a command") },
        ],
        &[
            Example { command: "less README.md", operation: "less", impact: Read },
            Example { command: "less -o x y", operation: "less", impact: Unknown },
        ],
    ),
    careful(
        "fd",
        &["fd", "fdfind"],
        Flags {
            value: &[
                "-e", "--extension", "-t", "--type", "-d", "--max-depth", "--min-depth", "-E", "--exclude", "-x",
                "--exec", "-X", "--exec-batch", "-c", "--color", "-j", "--threads", "-S", "--size", "--changed-within",
                "--changed-before", "-o", "--owner", "--base-directory", "--format",
            ],
            others: OtherFlags::Harmless,
            ..Flags::NONE
        },
        &[runs(&["-x", "--exec", "-X", "--exec-batch"])],
        &[
            Example { command: "fd -e rs", operation: "fd", impact: Read },
            Example { command: "fd -x rm", operation: "fd", impact: Unknown },
        ],
    ),
    Pack {
        tool: "find",
        programs: &["find"],
        source: "its manual page",
        style: FlagStyle::SingleDash,
        bare: Some(Verb {
            flags: FIND,
            targets: Targets::None,
            modifiers: &[
                Modifier { when: When::Flag(&["-delete"]), then: Change::AtLeast(Destroy) },
                Modifier {
                    when: When::Flag(&["-delete"]),
                    then: Change::AddCategory(crate::model::action::Category::UserData),
                },
                runs(&["-exec", "-execdir", "-ok", "-okdir", "-files0-from"]),
                Modifier {
                    when: When::Flag(&["-fprint", "-fprint0", "-fls", "-fprintf"]),
                    then: Change::AtLeast(Write),
                },
            ],
            ..Verb::READ
        }),
        examples: &[
            Example { command: "find . -name '*.rs' -newer x", operation: "find", impact: Read },
            Example { command: "find . -name x -delete", operation: "find", impact: Destroy },
            Example { command: "find . -exec rm {} +", operation: "find", impact: Unknown },
            Example { command: "find . -fprint x", operation: "find", impact: Write },
        ],
        ..Pack::BASE
    },
    asker(
        "echo",
        &[
            "echo", "printf", "pwd", "tr", "seq", "sleep", "whoami", "id", "groups", "who", "w", "users", "last",
            "uptime", "uname", "arch", "nproc", "free", "vmstat", "iostat", "pgrep", "pstree", "lsof", "lsblk",
            "lscpu", "lsusb", "lspci", "lsmod", "blkid", "findmnt", "which", "whereis", "locale", "getconf", "cal",
            "expr", "tput", "clear", "tty", "netstat", "ping", "host", "nslookup", "traceroute", "logname", "factor",
            "numfmt", "yes", "whatis", "apropos", "help", "tldr", "locate", "sestatus", "lastlog", "readelf", "tokei",
        ],
        &[
            Example { command: "echo -n hello '>' x", operation: "echo", impact: Read },
            Example { command: "uname -a", operation: "uname", impact: Read },
        ],
    ),
    Pack {
        tool: "ps",
        programs: &["ps"],
        source: "its manual page",
        bare: Some(Verb {
            flags: Flags {
                value: &[
                    "-o", "-O", "-p", "-C", "-u", "-U", "-g", "-G", "-t", "-q", "-k", "--pid", "--ppid", "--sort",
                    "--format", "--user", "--group", "--tty", "--cols",
                ],
                others: OtherFlags::Harmless,
                ..Flags::NONE
            },
            // Without a dash `e` shows the environments of processes.
            modifiers: &[
                Modifier { when: When::AnyOperand(&["*e*"]), then: Change::AddCategory(Secrets) },
                Modifier { when: When::Flag(&["-E"]), then: Change::AddCategory(Secrets) },
            ],
            ..Verb::READ
        }),
        examples: &[
            Example { command: "ps aux", operation: "ps", impact: Read },
            Example { command: "ps -ef", operation: "ps", impact: Read },
        ],
        ..Pack::BASE
    },
    careful(
        "dig",
        &["dig"],
        Flags { reads: &["-f", "-k"], others: OtherFlags::Harmless, ..Flags::NONE },
        &[],
        &[Example { command: "dig +short example.com", operation: "dig", impact: Read }],
    ),
    careful(
        "getent",
        &["getent"],
        Flags::HARMLESS,
        &[Modifier { when: When::AnyOperand(&["*shadow"]), then: Change::AddCategory(Secrets) }],
        &[Example { command: "getent passwd x", operation: "getent", impact: Read }],
    ),
    careful(
        "date",
        &["date"],
        Flags {
            value: &["-d", "--date", "-s", "--set"],
            reads: &["-f", "--file", "-r", "--reference"],
            others: OtherFlags::Harmless,
            ..Flags::NONE
        },
        &[
            Modifier { when: When::Flag(&["-s", "--set"]), then: Change::AtLeast(Write) },
            Modifier { when: When::Flag(&["-s", "--set"]), then: Change::AddCategory(Infra) },
            Modifier {
                when: When::All(&[When::Operand(0, &["*"]), When::Not(&When::Operand(0, &["+*"]))]),
                then: Change::AtLeast(Write),
            },
            Modifier {
                when: When::All(&[When::Operand(0, &["*"]), When::Not(&When::Operand(0, &["+*"]))]),
                then: Change::AddCategory(Infra),
            },
        ],
        &[
            Example { command: "date -u +%F", operation: "date", impact: Read },
            Example { command: "date -s tomorrow", operation: "date", impact: Write },
            Example { command: "date 010112002030", operation: "date", impact: Write },
        ],
    ),
    careful(
        "hostname",
        &["hostname"],
        Flags::HARMLESS,
        &[
            Modifier { when: When::Operands(1), then: Change::Opaque("it sets the name") },
            runs(&["-F", "--file", "-b"]),
        ],
        &[
            Example { command: "hostname -f", operation: "hostname", impact: Read },
            Example { command: "hostname x", operation: "hostname", impact: Unknown },
        ],
    ),
    careful(
        "man",
        &["man", "info"],
        Flags {
            value: &["-P", "--pager", "-H", "--html", "-C", "-M", "-s", "-S"],
            others: OtherFlags::Harmless,
            ..Flags::NONE
        },
        &[runs(&["-P", "--pager", "-H", "--html", "-C", "-M", "-l"])],
        &[
            Example { command: "man ls", operation: "man", impact: Read },
            Example { command: "man -P /tmp/x ls", operation: "man", impact: Unknown },
        ],
    ),
    careful(
        "journalctl",
        &["journalctl", "dmesg"],
        Flags {
            value: &[
                "-u", "--unit", "-n", "--lines", "-S", "--since", "-U", "--until", "-p", "--priority", "-o",
                "--output", "-t", "-g", "--grep", "--vacuum-size", "--vacuum-time",
            ],
            others: OtherFlags::Harmless,
            ..Flags::NONE
        },
        &[runs(&[
            "--vacuum-size", "--vacuum-time", "--vacuum-files", "--rotate", "--flush", "--sync", "--relinquish-var",
            "-C", "-c", "--clear", "--read-clear", "-D", "-E", "--cursor-file", "--setup-keys", "--update-catalog",
        ])],
        &[
            Example { command: "journalctl -u web -n 50", operation: "journalctl", impact: Read },
            Example { command: "dmesg -C", operation: "dmesg", impact: Unknown },
        ],
    ),
    Pack {
        tool: "systemctl",
        programs: &["systemctl"],
        source: "its manual page",
        flags: Flags {
            value: &[
                "-t", "--type", "-p", "--property", "-n", "--lines", "-o", "--output", "--state", "-s", "-H", "--host",
                "-M", "--machine", "--root",
            ],
            switch: &[
                "-a", "--all", "--user", "--system", "--no-pager", "-l", "--full", "-q", "--quiet", "--no-legend",
                "--plain", "--now", "-f", "--force", "-r", "--failed", "--value", "--version", "--help",
            ],
            ..Flags::NONE
        },
        verbs: &[
            Verb {
                path: &[
                    "status|show|cat|is-active|is-enabled|is-failed|list-units|list-unit-files|list-timers|list-sockets|list-dependencies|list-jobs|get-default|help|show-environment",
                ],
                ..Verb::READ
            },
            Verb {
                path: &[
                    "start|stop|restart|reload|enable|disable|mask|unmask|kill|daemon-reload|edit|set-property|try-restart|reload-or-restart|reset-failed|isolate|link|revert|preset",
                ],
                categories: &[Infra],
                targets: Targets::Operands("unit"),
                ..Verb::WRITE
            },
            Verb { path: &["poweroff|reboot|halt|suspend|hibernate|kexec|rescue|emergency|exit"], ..Verb::DESTROY },
        ],
        bare: Some(Verb::READ),
        modifiers: &[Modifier {
            when: When::Flag(&["-H", "--host", "-M", "--machine", "--root"]),
            then: Change::Opaque("it works on another system"),
        }],
        examples: &[
            Example { command: "systemctl status web", operation: "status", impact: Read },
            Example { command: "systemctl restart web", operation: "restart", impact: Write },
            Example { command: "systemctl -H prod status x", operation: "status", impact: Unknown },
        ],
        ..Pack::BASE
    },
];
