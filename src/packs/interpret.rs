//! Programs that run code which stands in a file, comes in on standard input, or is typed; and the shell's own builtins.

use super::schema::{Change, Example, Flags, Modifier, Pack, Verb, When};
use crate::model::action::Category::{Execution, Observe};
use crate::model::action::Impact::{Read, Unknown};

/// Asking a program for its version runs nothing.
const VERSION: When = When::All(&[
    When::Flag(&["--version", "-V", "-version", "--help"]),
    When::NoOperand(0),
    When::NoFlag(&["-c", "-e", "-m", "-r", "-p", "-E", "-x", "-i"]),
]);

const fn interpreter(tool: &'static str, programs: &'static [&'static str], examples: &'static [Example]) -> Pack {
    Pack {
        tool,
        programs,
        source: "its manual page",
        bare: Some(Verb {
            impact: Unknown,
            categories: &[Execution],
            flags: Flags::HARMLESS,
            modifiers: &[
                Modifier { when: VERSION, then: Change::Impact(Read) },
                Modifier { when: VERSION, then: Change::Categories(&[Observe]) },
                Modifier { when: When::Not(&VERSION), then: Change::Unseen("it runs code that was not seen") },
            ],
            ..Verb::READ
        }),
        examples,
        ..Pack::BASE
    }
}

/// The packs.
pub const PACKS: &[Pack] = &[
    interpreter(
        "shell",
        &["bash", "sh", "dash", "ash", "zsh", "fish", "ksh", "mksh", "csh", "tcsh", "busybox", "toybox"],
        &[
            Example { command: "zsh -c 'ls'", operation: "zsh", impact: Unknown },
            Example { command: "bash deploy.sh", operation: "bash", impact: Unknown },
            Example { command: "bash --version", operation: "bash", impact: Read },
        ],
    ),
    interpreter(
        "python",
        &["python", "python2", "python3", "ipython", "pypy3"],
        &[
            Example { command: "python3 -c 'import os'", operation: "python3", impact: Unknown },
            Example { command: "python3 --version", operation: "python3", impact: Read },
            Example { command: "python3 --version x.py", operation: "python3", impact: Unknown },
        ],
    ),
    interpreter(
        "node",
        &["node", "deno", "bun", "tsx", "ts-node"],
        &[Example { command: "node -e 1", operation: "node", impact: Unknown }],
    ),
    interpreter(
        "perl",
        &[
            "perl", "ruby", "irb", "php", "lua", "luajit", "Rscript", "julia", "java", "jshell", "osascript", "pwsh",
            "tclsh", "expect", "elixir", "erl", "groovy", "scala", "kotlin", "swift", "racket", "guile",
        ],
        &[Example { command: "perl -i -pe s/a/b/ x", operation: "perl", impact: Unknown }],
    ),
    interpreter(
        "builtin",
        &["eval", "source", ".", "exec", "builtin", "enable", "bind", "coproc", "fc", "complete", "compgen"],
        &[Example { command: "source ./x", operation: "source", impact: Unknown }],
    ),
    interpreter(
        "terminal",
        &["script", "screen", "tmux", "watch", "entr", "parallel", "zellij", "dtach", "abduco", "ttyd", "asciinema"],
        &[Example { command: "tmux new-session -d 'kubectl delete ns x'", operation: "tmux", impact: Unknown }],
    ),
    interpreter(
        "tracer",
        &[
            "gdb", "lldb", "strace", "ltrace", "perf", "valgrind", "rr", "nsenter", "unshare", "chroot", "setpriv",
            "capsh", "runuser", "su", "sudo", "doas", "pkexec", "machinectl", "systemd-run", "flatpak", "firejail",
            "bwrap", "proot", "fakeroot", "setarch", "taskset", "chrt", "flock", "run-parts", "start-stop-daemon",
            "daemonize", "dbus-send", "gdbus", "busctl", "ld.so",
        ],
        &[
            Example { command: "nsenter -t 1 ls", operation: "nsenter", impact: Unknown },
            Example { command: "sudo -i", operation: "sudo", impact: Unknown },
        ],
    ),
    interpreter(
        "remote",
        &[
            "mosh", "telnet", "nc", "ncat", "netcat", "socat", "rsh", "rlogin", "ftp", "sftp", "lftp", "rclone",
            "pssh", "fab", "vagrant", "skaffold", "k9s",
        ],
        &[Example { command: "mosh prod", operation: "mosh", impact: Unknown }],
    ),
    Pack {
        tool: "ssh",
        programs: &["ssh"],
        source: "https://man.openbsd.org/ssh",
        bare: Some(Verb {
            impact: Unknown,
            categories: &[Execution],
            flags: Flags {
                value: &[
                    "-B", "-b", "-c", "-D", "-e", "-I", "-i", "-J", "-L", "-l", "-m", "-O", "-o", "-P", "-p", "-Q",
                    "-R", "-S", "-W", "-w",
                ],
                reads: &["-F"],
                writes: &["-E"],
                switch: &[
                    "-4", "-6", "-A", "-a", "-C", "-f", "-G", "-g", "-K", "-k", "-M", "-N", "-n", "-q", "-s", "-T",
                    "-t", "-V", "-v", "-X", "-x", "-Y", "-y",
                ],
                ..Flags::NONE
            },
            ..Verb::READ
        }),
        locate: super::schema::Locate::Ssh,
        examples: &[
            Example { command: "ssh prod ls", operation: "ssh", impact: Unknown },
            Example { command: "ssh -o ProxyCommand=x prod ls", operation: "ssh", impact: Unknown },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "nothing",
        programs: &[
            "trap", "alias", "unalias", "hash", "mapfile", "readarray", "shopt", "local", "pushd", "popd", "dirs",
            "getopts", "cd", ":", "true", "false", "export", "set", "unset", "read", "return", "exit", "shift", "wait",
            "jobs", "umask", "ulimit", "readonly", "break", "continue", "fg", "bg", "disown", "type", "command",
            "times",
        ],
        source: "the shell's builtins",
        bare: Some(Verb { flags: Flags::HARMLESS, ..Verb::READ }),
        examples: &[
            Example { command: "cd /tmp", operation: "cd", impact: Read },
            Example { command: "command -v ls", operation: "command", impact: Read },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "variables",
        programs: &["env", "printenv", "declare", "typeset"],
        source: "their manual pages",
        bare: Some(Verb {
            categories: &[Observe, crate::model::action::Category::Secrets],
            flags: Flags::HARMLESS,
            ..Verb::READ
        }),
        examples: &[Example { command: "printenv", operation: "printenv", impact: Read }],
        ..Pack::BASE
    },
];
