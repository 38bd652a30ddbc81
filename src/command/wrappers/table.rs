//! Wrappers that need no reading of their own: flags, operands, then the command.
//!
//! Facts are from the manual pages. What is left out here is not known of the wrapper, and ends in asking.

use super::flags::{Form, Host, Rest, Wrapper};

const NUMBER: &[Form] = &[Form::Number];
const ANY: &[Form] = &[Form::Any];

/// The wrapper of this name, with this word after it.
pub fn find(name: &str, next: Option<&str>) -> Option<&'static Wrapper> {
    let fits = |wrapper: &&Wrapper| wrapper.verb.is_empty() || Some(wrapper.verb) == next;
    WRAPPERS.iter().find(|wrapper| wrapper.names.contains(&name) && fits(wrapper))
}

/// Whether there is a wrapper of this name, whatever word comes after it.
pub fn has(name: &str) -> bool {
    WRAPPERS.iter().any(|wrapper| wrapper.names.contains(&name))
}

const WRAPPERS: &[Wrapper] = &[
    // Another user.
    Wrapper {
        names: &["sudo"],
        value: &[
            "-u", "--user", "-g", "--group", "-C", "--close-from", "-p", "--prompt", "-T", "--command-timeout", "-r",
            "--role", "-t", "--type",
        ],
        optional: &["--preserve-env"],
        directory: &["-D", "--chdir"],
        switch: &[
            "-n", "--non-interactive", "-H", "--set-home", "-E", "-k", "--reset-timestamp", "-b", "--background", "-S",
            "--stdin", "-A", "--askpass", "-P", "--preserve-groups", "-B", "--bell", "-N", "--no-update", "-i",
            "--login", "-s", "--shell",
        ],
        rest: Rest::Assigned,
        ..Wrapper::BASE
    },
    Wrapper { names: &["doas"], value: &["-u", "-a"], switch: &["-n"], ..Wrapper::BASE },
    Wrapper {
        names: &["pkexec"],
        value: &["--user"],
        switch: &["--disable-internal-agent", "--keep-cwd"],
        ..Wrapper::BASE
    },
    Wrapper { names: &["gosu", "su-exec", "s6-setuidgid", "setuidgid"], operands: ANY, ..Wrapper::BASE },
    Wrapper {
        names: &["setpriv"],
        value: &[
            "--reuid", "--ruid", "--euid", "--regid", "--rgid", "--egid", "--groups", "--inh-caps", "--ambient-caps",
            "--bounding-set", "--securebits", "--pdeathsig", "--selinux-label", "--apparmor-profile",
        ],
        switch: &["--clear-groups", "--keep-groups", "--init-groups", "--no-new-privs", "--nnp"],
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["unshare"],
        value: &[
            "--setgroups", "--propagation", "-S", "--setuid", "-G", "--setgid", "--map-user", "--map-group",
            "--map-users", "--map-groups",
        ],
        optional: &["--kill-child"],
        switch: &[
            "-i", "--ipc", "-m", "--mount", "-n", "--net", "-p", "--pid", "-u", "--uts", "-U", "--user", "-C",
            "--cgroup", "-T", "--time", "-f", "--fork", "-r", "--map-root-user", "-c", "--map-current-user",
            "--map-auto", "--keep-caps", "--mount-proc",
        ],
        ..Wrapper::BASE
    },
    // How much of the machine it gets.
    Wrapper { names: &["nice", "gnice"], value: &["-n", "--adjustment"], switch: &["-#"], ..Wrapper::BASE },
    Wrapper {
        names: &["ionice"],
        value: &["-c", "--class", "-n", "--classdata"],
        switch: &["-t", "--ignore"],
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["chrt"],
        value: &["-T", "--sched-runtime", "-P", "--sched-period", "-D", "--sched-deadline"],
        switch: &[
            "-a", "--all-tasks", "-b", "--batch", "-d", "--deadline", "-f", "--fifo", "-i", "--idle", "-o", "--other",
            "-r", "--rr", "-R", "--reset-on-fork", "-v", "--verbose",
        ],
        operands: NUMBER,
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["taskset"],
        switch: &["-c", "--cpu-list", "-a", "--all-tasks"],
        operands: NUMBER,
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["numactl"],
        value: &[
            "-N", "--cpunodebind", "-m", "--membind", "-C", "--physcpubind", "-i", "--interleave", "-p", "--preferred",
        ],
        switch: &["-l", "--localalloc", "-a", "--all"],
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["cpulimit"],
        value: &["-l", "--limit", "-c", "--cpu"],
        switch: &["-i", "--include-children", "-z", "--lazy", "-b", "--background", "-f", "--foreground", "-q", "-v"],
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["prlimit"],
        optional: &[
            "-c", "--core", "-d", "--data", "-e", "--nice", "-f", "--fsize", "-i", "--sigpending", "-l", "--memlock",
            "-m", "--rss", "-n", "--nofile", "-q", "--msgqueue", "-r", "--rtprio", "-s", "--stack", "-t", "--cpu",
            "-u", "--nproc", "-v", "--as", "-x", "--locks", "-y", "--rttime",
        ],
        ..Wrapper::BASE
    },
    Wrapper { names: &["nocache", "eatmydata"], ..Wrapper::BASE },
    // How long, and what becomes of its terminal and its output.
    Wrapper {
        names: &["timeout", "gtimeout"],
        value: &["-s", "--signal", "-k", "--kill-after"],
        switch: &["-f", "--foreground", "-p", "--preserve-status", "-v", "--verbose"],
        operands: NUMBER,
        ..Wrapper::BASE
    },
    Wrapper { names: &["nohup", "gnohup"], ..Wrapper::BASE },
    Wrapper { names: &["setsid"], switch: &["-f", "--fork", "-w", "--wait", "-c", "--ctty"], ..Wrapper::BASE },
    Wrapper {
        names: &["stdbuf", "gstdbuf"],
        value: &["-i", "--input", "-o", "--output", "-e", "--error"],
        ..Wrapper::BASE
    },
    Wrapper { names: &["unbuffer"], switch: &["-p"], ..Wrapper::BASE },
    Wrapper { names: &["chronic"], switch: &["-v", "-e"], ..Wrapper::BASE },
    Wrapper {
        names: &["time", "gtime"],
        value: &["-f", "--format"],
        writes: &["-o", "--output"],
        switch: &["-p", "--portability", "-v", "--verbose", "-a", "--append", "-q", "--quiet"],
        ..Wrapper::BASE
    },
    Wrapper { names: &["caffeinate"], value: &["-t", "-w"], switch: &["-d", "-i", "-m", "-s", "-u"], ..Wrapper::BASE },
    Wrapper {
        names: &["xvfb-run"],
        value: &["-n", "--server-num", "-s", "--server-args", "-p", "--xauth-protocol", "-w", "--wait"],
        writes: &["-e", "--error-file", "-f", "--auth-file"],
        switch: &["-a", "--auto-servernum", "-l", "--listen-tcp"],
        ..Wrapper::BASE
    },
    Wrapper { names: &["dbus-run-session", "torsocks", "torify"], ..Wrapper::BASE },
    Wrapper { names: &["proxychains", "proxychains4"], switch: &["-q"], ..Wrapper::BASE },
    // What it is made to see.
    Wrapper { names: &["faketime"], switch: &["-m", "-f", "--exclude-monotonic"], operands: ANY, ..Wrapper::BASE },
    Wrapper { names: &["fakeroot"], switch: &["-u", "--unknown-is-real"], ..Wrapper::BASE },
    Wrapper {
        names: &["linux32", "linux64", "i386", "x86_64"],
        switch: &["-B", "-F", "-I", "-L", "-R", "-S", "-T", "-X", "-Z", "-3", "-v", "--addr-no-randomize"],
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["arch"],
        value: &["-e", "-d"],
        switch: &["-x86_64", "-x86_64h", "-arm64", "-arm64e", "-i386", "-32", "-64", "-c"],
        ..Wrapper::BASE
    },
    Wrapper { names: &["busybox", "toybox"], ..Wrapper::BASE },
    Wrapper { names: &["builtin"], ..Wrapper::BASE },
    Wrapper {
        names: &["dumb-init"],
        value: &["-r", "--rewrite"],
        switch: &["-c", "--single-child", "-v", "--verbose"],
        ..Wrapper::BASE
    },
    Wrapper { names: &["tini"], value: &["-p", "-e"], switch: &["-s", "-v", "-w", "-g"], ..Wrapper::BASE },
    // Who watches it.
    Wrapper {
        names: &["strace"],
        value: &[
            "-e", "--trace", "-a", "--columns", "-s", "--string-limit", "-S", "--summary-sort-by", "-P",
            "--trace-path", "-I", "--interruptible", "-O", "--summary-syscall-overhead", "-X", "--const-print-style",
            "-U", "--summary-columns", "-b", "--detach-on", "--signal", "--status",
        ],
        writes: &["-o", "--output"],
        switch: &[
            "-f", "-q", "-v", "-x", "-y", "-t", "-r", "-T", "-c", "-C", "-i", "-n", "-w", "-z", "-Z", "-d", "-D", "-k",
            "-A", "-F", "--follow-forks", "--summary-only", "--summary", "--no-abbrev", "--failed-only",
            "--successful-only", "--output-append-mode",
        ],
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["ltrace"],
        value: &["-e", "-a", "-s", "-n", "-x", "-A", "-w", "--align", "--indent"],
        writes: &["-o", "--output"],
        switch: &["-f", "-c", "-C", "-i", "-L", "-r", "-S", "-t", "-T", "-b"],
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["perf"],
        verb: "stat",
        value: &["-e", "--event", "-r", "--repeat", "-x", "--field-separator", "-I", "--interval-print"],
        writes: &["-o", "--output"],
        switch: &["-d", "--detailed", "-v", "--verbose", "-a", "--all-cpus", "-B", "--big-num", "-n", "--null"],
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["perf"],
        verb: "record",
        value: &["-e", "--event", "-F", "--freq", "-c", "--count", "--call-graph"],
        writes: &["-o", "--output"],
        switch: &["-g", "-a", "--all-cpus", "-v", "--verbose", "-q", "--quiet"],
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["valgrind"],
        optional: &[
            "--tool", "--leak-check", "--show-leak-kinds", "--track-origins", "--error-exitcode", "--num-callers",
            "--trace-children", "--track-fds", "--undef-value-errors", "--errors-for-leak-kinds", "--read-var-info",
            "--child-silent-after-fork",
        ],
        switch: &["-q", "--quiet", "-v", "--verbose", "-s"],
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["hyperfine"],
        value: &[
            "-w", "--warmup", "-m", "--min-runs", "-M", "--max-runs", "-r", "--runs", "-u", "--time-unit", "--style",
            "-n", "--command-name", "--sort", "--output", "--input", "--min-benchmarking-time",
        ],
        writes: &["--export-asciidoc", "--export-csv", "--export-json", "--export-markdown", "--export-orgmode"],
        text: &["-p", "--prepare", "-c", "--cleanup", "-s", "--setup", "--reference", "--conclude"],
        switch: &["-i", "--ignore-failure", "--show-output", "-N"],
        rest: Rest::Texts,
        ..Wrapper::BASE
    },
    Wrapper { names: &["entr"], switch: &["-a", "-c", "-d", "-n", "-p", "-r", "-x", "-z"], ..Wrapper::BASE },
    Wrapper {
        names: &["watchexec"],
        value: &[
            "-w", "--watch", "-e", "--exts", "-f", "--filter", "-i", "--ignore", "-d", "--debounce", "-s", "--signal",
            "--stop-signal", "--stop-timeout", "-o", "--on-busy-update",
        ],
        switch: &["-r", "--restart", "-c", "--clear", "-p", "--postpone", "-q", "--quiet", "--no-vcs-ignore"],
        rest: Rest::Text,
        ..Wrapper::BASE
    },
    // What brings settings, secrets or code of its own: it counts as well.
    Wrapper {
        names: &["nsenter"],
        value: &["-t", "--target", "-S", "--setuid", "-G", "--setgid"],
        switch: &[
            "-a", "--all", "-m", "--mount", "-u", "--uts", "-i", "--ipc", "-n", "--net", "-p", "--pid", "-C",
            "--cgroup", "-U", "--user", "-T", "--time", "-F", "--no-fork", "--preserve-credentials", "-Z",
            "--follow-context",
        ],
        host: Host::Stays,
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["chroot"],
        optional: &["--userspec", "--groups"],
        switch: &["--skip-chdir"],
        operands: ANY,
        host: Host::Stays,
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["systemd-run"],
        value: &[
            "-u", "--unit", "-p", "--property", "--description", "--slice", "--service-type", "--uid", "--gid",
            "--nice", "-E", "--setenv", "--on-active", "--on-boot", "--on-calendar", "--timer-property",
        ],
        directory: &["--working-directory"],
        switch: &[
            "--user", "--system", "--scope", "-t", "--pty", "-P", "--pipe", "-q", "--quiet", "-G", "--collect", "-r",
            "--remain-after-exit", "--wait", "--no-block", "--no-ask-password", "-d", "--same-dir",
        ],
        host: Host::Stays,
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["aws-vault"],
        verb: "exec",
        value: &["-d", "--duration", "-t", "--mfa-token", "--region"],
        switch: &["-n", "--no-session", "-s", "--server", "--ec2-server", "--ecs-server"],
        operands: ANY,
        host: Host::Stays,
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["op"],
        verb: "run",
        value: &["--env-file", "--account"],
        switch: &["--no-masking"],
        host: Host::Stays,
        ..Wrapper::BASE
    },
    Wrapper {
        names: &["doppler"],
        verb: "run",
        value: &["-p", "--project", "-c", "--config", "-t", "--token", "--scope"],
        text: &["--command"],
        switch: &["--preserve-env", "--silent"],
        host: Host::Stays,
        ..Wrapper::BASE
    },
    Wrapper { names: &["direnv"], verb: "exec", operands: ANY, host: Host::Stays, ..Wrapper::BASE },
    Wrapper { names: &["envdir", "s6-envdir"], operands: ANY, host: Host::Stays, ..Wrapper::BASE },
];
