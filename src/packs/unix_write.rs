//! Plain Unix tools that change files or the system.

use super::schema::{Change, Example, Flags, Modifier, OtherFlags, Pack, Script, Targets, Verb, When};
use crate::model::action::Category::{self, AccessControl, Code, Execution, Infra, Observe, Secrets, SecurityPolicy};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

const fn writer(
    tool: &'static str,
    programs: &'static [&'static str],
    flags: Flags,
    targets: Targets,
    examples: &'static [Example],
) -> Pack {
    Pack {
        tool,
        programs,
        source: "its manual page",
        bare: Some(Verb { flags, targets, categories: &[Code], ..Verb::WRITE }),
        examples,
        ..Pack::BASE
    }
}

const fn remover(tool: &'static str, programs: &'static [&'static str], examples: &'static [Example]) -> Pack {
    Pack {
        tool,
        programs,
        source: "its manual page",
        bare: Some(Verb {
            flags: Flags {
                value: &["-s", "--size", "-n", "--iterations"],
                others: OtherFlags::Harmless,
                ..Flags::NONE
            },
            targets: Targets::WritePaths,
            categories: &[Code],
            ..Verb::DESTROY
        }),
        examples,
        ..Pack::BASE
    }
}

/// What a person should look at, whatever its flags.
const fn heavy(
    tool: &'static str,
    programs: &'static [&'static str],
    categories: &'static [Category],
    examples: &'static [Example],
) -> Pack {
    Pack {
        tool,
        programs,
        source: "its manual page",
        bare: Some(Verb { flags: Flags::HARMLESS, categories, ..Verb::DESTROY }),
        examples,
        ..Pack::BASE
    }
}

const fn unseen(
    tool: &'static str,
    programs: &'static [&'static str],
    categories: &'static [Category],
    examples: &'static [Example],
) -> Pack {
    Pack {
        tool,
        programs,
        source: "its manual page",
        bare: Some(Verb { impact: Unknown, flags: Flags::HARMLESS, categories, ..Verb::READ }),
        examples,
        ..Pack::BASE
    }
}

const COPY: Flags = Flags {
    value: &["-S", "--suffix"],
    writes: &["-t", "--target-directory"],
    others: OtherFlags::Harmless,
    ..Flags::NONE
};
const IN_PLACE: &[&str] = &["-i", "--in-place", "-I"];
/// A script of sed that neither writes nor runs, and is all there is.
const PLAIN_SED: When = When::All(&[When::NoFlag(&["-f", "--file"]), When::PlainScript(Script::Sed)]);
/// Flags of awk that name a script, or a file to be written.
const AWK_FLAGS: &[&str] = &[
    "-f", "--file", "-e", "--source", "-i", "--include", "-l", "--load", "-E", "--exec", "-o", "--pretty-print", "-d",
    "--dump-variables", "-p", "--profile", "-D", "--debug", "-W",
];

/// The packs.
pub const PACKS: &[Pack] = &[
    writer(
        "mkdir",
        &["mkdir", "mkfifo"],
        Flags { value: &["-m", "--mode"], others: OtherFlags::Harmless, ..Flags::NONE },
        Targets::WritePaths,
        &[Example { command: "mkdir -p docs/x", operation: "mkdir", impact: Write }],
    ),
    writer(
        "touch",
        &["touch"],
        Flags {
            value: &["-d", "--date", "-t", "--time"],
            reads: &["-r", "--reference"],
            others: OtherFlags::Harmless,
            ..Flags::NONE
        },
        Targets::WritePaths,
        &[Example { command: "touch -a x", operation: "touch", impact: Write }],
    ),
    writer(
        "tee",
        &["tee"],
        Flags::HARMLESS,
        Targets::WritePaths,
        &[Example { command: "tee -a x", operation: "tee", impact: Write }],
    ),
    writer(
        "cp",
        &["cp", "ln"],
        COPY,
        Targets::LastWritePath,
        &[Example { command: "cp -r a b", operation: "cp", impact: Write }],
    ),
    writer("mv", &["mv"], COPY, Targets::WritePaths, &[Example { command: "mv a b", operation: "mv", impact: Write }]),
    remover(
        "rm",
        &["rm", "rmdir", "unlink", "shred", "truncate", "trash"],
        &[Example { command: "rm -rf target", operation: "rm", impact: Destroy }],
    ),
    Pack {
        bare: Some(Verb {
            flags: Flags::HARMLESS,
            targets: Targets::WritePaths,
            categories: &[Code],
            modifiers: &[Modifier {
                when: When::Operand(0, &["*s*", "2???", "4???", "6???", "7???", "02???", "04???", "06???", "1???"]),
                then: Change::AddCategory(SecurityPolicy),
            }],
            ..Verb::WRITE
        }),
        ..writer(
            "chmod",
            &["chmod"],
            Flags::HARMLESS,
            Targets::WritePaths,
            &[Example { command: "chmod +x a.sh", operation: "chmod", impact: Write }],
        )
    },
    Pack {
        bare: Some(Verb {
            flags: Flags::HARMLESS,
            targets: Targets::WritePaths,
            categories: &[AccessControl],
            ..Verb::WRITE
        }),
        ..writer(
            "chown",
            &["chown", "chgrp", "setfacl", "setcap", "chattr"],
            Flags::HARMLESS,
            Targets::WritePaths,
            &[Example { command: "chown root x", operation: "chown", impact: Write }],
        )
    },
    Pack {
        bare: Some(Verb {
            flags: Flags {
                value: &["-e", "--expression", "-l", "--line-length"],
                reads: &["-f", "--file"],
                others: OtherFlags::Harmless,
                ..Flags::NONE
            },
            targets: Targets::WritePathsIf(IN_PLACE),
            categories: &[Code, Execution],
            modifiers: &[
                Modifier { when: When::All(&[When::NoFlag(IN_PLACE), PLAIN_SED]), then: Change::Impact(Read) },
                Modifier {
                    when: When::All(&[When::NoFlag(IN_PLACE), PLAIN_SED]),
                    then: Change::Categories(&[Observe]),
                },
                Modifier {
                    when: When::All(&[When::NoFlag(&["--sandbox"]), When::Not(&PLAIN_SED)]),
                    then: Change::Opaque("a script of sed can write files and run programs"),
                },
                Modifier { when: When::All(&[When::Flag(IN_PLACE), PLAIN_SED]), then: Change::Categories(&[Code]) },
            ],
            ..Verb::WRITE
        }),
        ..writer(
            "sed",
            &["sed", "gsed"],
            Flags::NONE,
            Targets::None,
            &[
                Example { command: "sed -n 1,20p x", operation: "sed", impact: Read },
                Example { command: "sed -i 5d x", operation: "sed", impact: Write },
                Example { command: "sed s/a/b/ x", operation: "sed", impact: Read },
                Example { command: "sed -i s/a/b/g x", operation: "sed", impact: Write },
                Example { command: "sed s/a/b/e x", operation: "sed", impact: Unknown },
                Example { command: "sed 's/a/b/w out' x", operation: "sed", impact: Unknown },
                Example { command: "sed -e 1e x", operation: "sed", impact: Unknown },
                Example { command: "sed -f script x", operation: "sed", impact: Unknown },
            ],
        )
    },
    Pack {
        bare: Some(Verb {
            flags: Flags {
                value: &[
                    "-F", "--field-separator", "-v", "--assign", "-f", "--file", "-e", "--source", "-i", "--include",
                    "-l", "--load", "-E", "--exec", "-W",
                ],
                switch: &["--pretty-print", "--dump-variables", "--profile", "--debug"],
                others: OtherFlags::Harmless,
                ..Flags::NONE
            },
            targets: Targets::ReadPaths,
            modifiers: &[Modifier {
                when: When::Not(&When::All(&[When::NoFlag(AWK_FLAGS), When::PlainScript(Script::Awk)])),
                then: Change::Opaque("a script of awk can write files and run programs"),
            }],
            ..Verb::READ
        }),
        ..writer(
            "awk",
            &["awk", "gawk", "mawk", "nawk"],
            Flags::NONE,
            Targets::None,
            &[
                Example { command: "awk -F: '{print $1}' x", operation: "awk", impact: Read },
                Example { command: "awk '{system($1)}' x", operation: "awk", impact: Unknown },
                Example { command: "awk '{print > $1}' x", operation: "awk", impact: Unknown },
            ],
        )
    },
    Pack {
        bare: Some(Verb {
            flags: Flags {
                value: &[
                    "-C", "--directory", "--exclude", "--transform", "--owner", "--group", "--mode",
                    "--strip-components", "-I", "--use-compress-program", "--to-command", "--checkpoint-action",
                    "--rsh-command", "-F", "--info-script", "--new-volume-script", "--rmt-command", "-T",
                    "--files-from",
                ],
                reads: &["-X", "--exclude-from"],
                writes: &["-f", "--file", "--index-file", "--volno-file", "-g", "--listed-incremental"],
                switch: &["--extract", "--get", "--list", "--create", "--delete", "--absolute-names"],
                others: OtherFlags::Harmless,
            },
            targets: Targets::ReadPaths,
            categories: &[Code],
            modifiers: &[
                Modifier {
                    when: When::All(&[
                        When::Flag(&["-t", "--list"]),
                        When::NoFlag(&["-x", "--extract", "--get", "-c", "--create", "-r", "-u", "-A", "--delete"]),
                    ]),
                    then: Change::Impact(Read),
                },
                Modifier {
                    when: When::Flag(&[
                        "-I", "--use-compress-program", "--to-command", "--checkpoint-action", "--rsh-command", "-F",
                        "--info-script", "--new-volume-script", "--rmt-command", "-P", "--absolute-names", "-T",
                        "--files-from",
                    ]),
                    then: Change::Opaque("the flag names a program, or lets it write anywhere"),
                },
                Modifier {
                    when: When::FlagValue(&["-f", "--file"], &["*:*"]),
                    then: Change::Opaque("the archive is on another host"),
                },
                Modifier { when: When::Flag(&["--remove-files"]), then: Change::AtLeast(Destroy) },
                Modifier {
                    when: When::NoFlag(&["-t", "--list", "-x", "--extract", "-c", "--create"]),
                    then: Change::Opaque("what it does is not said by a flag"),
                },
                Modifier {
                    when: When::Flag(&["-x", "--extract", "--get", "--delete", "-C", "--directory"]),
                    then: Change::Opaque("what is in an archive is not known, nor what it is written over"),
                },
            ],
            ..Verb::WRITE
        }),
        ..writer(
            "tar",
            &["tar", "gtar", "bsdtar"],
            Flags::NONE,
            Targets::None,
            &[
                Example { command: "tar -tf x.tar", operation: "tar", impact: Read },
                Example { command: "tar -czf x.tgz src", operation: "tar", impact: Write },
                Example { command: "tar --list --to-command=x -f y", operation: "tar", impact: Unknown },
                Example { command: "tar xzf x.tgz", operation: "tar", impact: Unknown },
                Example { command: "tar -cf host:x y", operation: "tar", impact: Unknown },
            ],
        )
    },
    writer(
        "gzip",
        &["gzip", "gunzip", "bzip2", "bunzip2", "xz", "unxz", "zstd", "unzstd", "dos2unix", "unix2dos"],
        Flags { value: &["-S", "--suffix"], writes: &["-o"], others: OtherFlags::Harmless, ..Flags::NONE },
        Targets::WritePaths,
        &[Example { command: "gzip x", operation: "gzip", impact: Write }],
    ),
    unseen(
        "patch",
        &[
            "patch", "rename", "csplit", "install", "split", "zip", "unzip", "7z", "cpio", "ar", "dd", "ed", "ex",
            "vi", "vim", "nvim", "view", "nano", "emacs", "code", "pico", "joe", "mc",
        ],
        &[Code, Execution],
        &[Example { command: "vim x", operation: "vim", impact: Unknown }],
    ),
    unseen(
        "crontab",
        &["crontab", "at", "batch", "systemd-tmpfiles", "update-rc.d", "loginctl", "launchctl"],
        &[Execution, Infra],
        &[Example { command: "crontab -e", operation: "crontab", impact: Unknown }],
    ),
    heavy(
        "kill",
        &["kill", "pkill", "killall", "xkill", "fuser", "renice"],
        &[Infra],
        &[Example { command: "kill -9 1", operation: "kill", impact: Destroy }],
    ),
    heavy(
        "mount",
        &[
            "mount", "umount", "mkfs", "mkfs.ext4", "mkfs.xfs", "fdisk", "parted", "sfdisk", "wipefs", "lvremove",
            "vgremove", "pvremove", "losetup", "swapoff", "swapon", "cryptsetup", "zpool", "zfs", "btrfs", "mdadm",
            "insmod", "rmmod", "modprobe", "sysctl", "ip", "ifconfig", "route", "tc", "service", "hdparm", "fsck",
        ],
        &[Infra],
        &[Example { command: "mkfs.ext4 /dev/sda1", operation: "mkfs.ext4", impact: Destroy }],
    ),
    heavy(
        "useradd",
        &[
            "useradd", "usermod", "userdel", "groupadd", "groupmod", "groupdel", "adduser", "deluser", "passwd",
            "chpasswd", "chsh", "chfn", "visudo", "gpasswd", "newgrp", "login", "faillock", "ssh-copy-id", "htpasswd",
        ],
        &[AccessControl],
        &[Example { command: "useradd x", operation: "useradd", impact: Destroy }],
    ),
    heavy(
        "iptables",
        &[
            "iptables", "ip6tables", "nft", "ufw", "firewall-cmd", "setenforce", "semanage", "aa-complain",
            "aa-disable", "auditctl", "update-ca-certificates",
        ],
        &[SecurityPolicy],
        &[Example { command: "iptables -F", operation: "iptables", impact: Destroy }],
    ),
    heavy(
        "reboot",
        &["reboot", "shutdown", "halt", "poweroff", "init", "telinit"],
        &[Infra],
        &[Example { command: "reboot", operation: "reboot", impact: Destroy }],
    ),
    unseen(
        "packages",
        &[
            "pacman", "snap", "port", "nix", "nix-env", "emerge", "npx", "uvx", "pipx", "gem", "composer", "bundle",
            "cpan", "luarocks", "conda", "mamba", "asdf", "mise", "rustup", "nvm", "pyenv", "corepack", "volta",
        ],
        &[Infra, Execution],
        &[Example { command: "pacman -S x", operation: "pacman", impact: Unknown }],
    ),
    unseen(
        "gpg",
        &[
            "gpg", "gpg2", "openssl", "ssh-keygen", "ssh-add", "ssh-agent", "pass", "age", "kinit", "security",
            "secret-tool", "keyctl", "bw", "doppler", "chamber", "berglas", "step", "certbot",
        ],
        &[Secrets, AccessControl],
        &[Example { command: "gpg -d x", operation: "gpg", impact: Unknown }],
    ),
];
