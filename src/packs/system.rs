//! The system's package managers: they look, or run what packages bring along.

use super::plain::{change, look, remove, running, tool};
use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, Pack, Verb, When};
use crate::model::action::Category::{Execution, Infra};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

const APT: Flags = Flags {
    value: &["-o", "--option", "-c", "--config-file", "-t", "--target-release", "-a", "--host-architecture"],
    switch: &[
        "-y", "--yes", "--assume-yes", "-q", "-qq", "--quiet", "-h", "--help", "-s", "--simulate", "--dry-run",
        "--just-print", "--no-act", "--recon", "--installed", "--upgradable", "--all-versions",
        "--no-install-recommends", "--fix-broken", "-f", "-d", "--download-only", "--purge", "--auto-remove",
        "--reinstall", "-V", "-u", "-m", "--names-only", "-n", "--no-upgrade", "--only-upgrade", "--allow-downgrades",
        "--allow-remove-essential", "--no-remove",
    ],
    ..Flags::NONE
};
const SIMULATE: &[&str] = &["-s", "--simulate", "--dry-run", "--just-print", "--no-act", "--recon"];
const SETTINGS: [Modifier; 2] = [
    Modifier { when: When::Flag(SIMULATE), then: Change::Impact(Read) },
    Modifier {
        when: When::Flag(&["-o", "--option", "-c", "--config-file"]),
        then: Change::Opaque("a setting of apt can name a program to be started"),
    },
];

const fn install(path: &'static [&'static str]) -> Verb {
    Verb { flags: Flags::NONE, ..change(path, &[Infra, Execution]) }
}

const fn uninstall(path: &'static [&'static str]) -> Verb {
    Verb { flags: Flags::NONE, ..remove(path, &[Infra]) }
}

const fn local(pack: Pack) -> Pack {
    Pack { locate: Locate::Local, style: FlagStyle::Gnu, ..pack }
}

/// The packs.
pub const PACKS: &[Pack] = &[
    Pack {
        flags: APT,
        modifiers: &SETTINGS,
        ..local(tool(
            "apt",
            &["apt", "apt-get", "apt-cache", "apt-mark", "aptitude"],
            "https://manpages.debian.org/apt",
            &[
                look(&[
                    "list|show|search|policy|depends|rdepends|showsrc|showpkg|pkgnames|stats|madison|changelog|help|moo|check|showauto|showmanual|showhold|why|why-not|versions",
                ]),
                install(&[
                    "update|install|upgrade|full-upgrade|dist-upgrade|safe-upgrade|build-dep|download|source|reinstall|satisfy|auto|manual|hold|unhold|dselect-upgrade|edit-sources|clean|autoclean",
                ]),
                uninstall(&["remove|purge|autoremove|autopurge"]),
            ],
            &[
                Example { command: "apt list --installed", operation: "list", impact: Read },
                Example { command: "apt-get install -y x", operation: "install", impact: Write },
                Example { command: "apt-get -s install x", operation: "install", impact: Read },
                Example { command: "apt-get purge x", operation: "purge", impact: Destroy },
                Example {
                    command: "apt-get -o APT::Update::Pre-Invoke::=x update",
                    operation: "update",
                    impact: Unknown,
                },
            ],
        ))
    },
    Pack {
        early: Flags {
            value: &[
                "--enablerepo", "--disablerepo", "--releasever", "--setopt", "-c", "--config", "--installroot", "-x",
                "--exclude", "--repo", "--repoid",
            ],
            switch: &[
                "-y", "--assumeyes", "-q", "--quiet", "-v", "--verbose", "--assumeno", "-C", "--cacheonly",
                "--version", "--refresh", "-b", "--best", "--nogpgcheck",
            ],
            ..Flags::NONE
        },
        late: Flags::HARMLESS,
        modifiers: &[Modifier {
            when: When::Flag(&["--setopt", "-c", "--config", "--installroot"]),
            then: Change::Opaque("it uses other settings"),
        }],
        ..local(tool(
            "dnf",
            &["dnf", "yum", "microdnf", "zypper"],
            "https://dnf.readthedocs.io/en/latest/command_ref.html",
            &[
                look(&[
                    "list|info|search|repolist|provides=whatprovides|repoquery|check|check-update|updateinfo|deplist|help|se|if|lu|lr|wp",
                ]),
                look(&["history|group|module|repo", "list|info|summary"]),
                change(
                    &[
                        "install|update|upgrade|downgrade|reinstall|swap|distro-sync|makecache|builddep|localinstall|mark|clean|offline-upgrade|system-upgrade|config-manager|in|up|dup|ref",
                    ],
                    &[Infra, Execution],
                ),
                change(
                    &["group|module|history", "install|enable|undo|redo|rollback|update|upgrade|switch-to"],
                    &[Infra, Execution],
                ),
                remove(&["remove=erase|autoremove|rm"], &[Infra]),
                remove(&["group|module", "remove|disable|reset"], &[Infra]),
                running(&["shell|copr"]),
            ],
            &[
                Example { command: "dnf list installed", operation: "list", impact: Read },
                Example { command: "dnf -y install x", operation: "install", impact: Write },
                Example { command: "yum remove x", operation: "remove", impact: Destroy },
            ],
        ))
    },
    Pack {
        early: Flags {
            value: &["-p", "--root", "-X", "--repository", "--arch"],
            switch: &["-q", "-v", "-V", "--version", "--no-cache", "-U", "--update-cache"],
            ..Flags::NONE
        },
        ..local(tool(
            "apk",
            &["apk"],
            "https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper",
            &[
                look(&["info|list|search|policy|stats|version|dot|audit|manifest"]),
                change(&["add|update|upgrade|fix|cache|fetch|index"], &[Infra, Execution]),
                remove(&["del"], &[Infra]),
            ],
            &[
                Example { command: "apk info", operation: "info", impact: Read },
                Example { command: "apk add --no-cache x", operation: "add", impact: Write },
                Example { command: "apk del x", operation: "del", impact: Destroy },
            ],
        ))
    },
    Pack {
        early: Flags { switch: &["-v", "--version", "-q", "--quiet", "-d", "--debug"], ..Flags::NONE },
        ..local(tool(
            "brew",
            &["brew"],
            "https://docs.brew.sh/Manpage",
            &[
                look(&[
                    "list=ls|info=abv|search|deps|uses|outdated|doctor=dr|config|leaves|desc|home|cat|log|options|commands|help|missing|--version|--prefix|--cellar|--cache|--repository",
                ]),
                look(&["services", "list|info"]),
                change(
                    &[
                        "install|upgrade|update|reinstall|link|unlink|pin|unpin|tap|cleanup|fetch|autoremove|postinstall|migrate|bundle",
                    ],
                    &[Infra, Execution],
                ),
                change(&["services", "start|restart|run"], &[Infra, Execution]),
                remove(&["uninstall=remove=rm|untap"], &[Infra]),
                remove(&["services", "stop|kill|cleanup"], &[Infra]),
                running(&["sh|ruby|irb|test|create|edit|developer"]),
            ],
            &[
                Example { command: "brew list", operation: "list", impact: Read },
                Example { command: "brew install x", operation: "install", impact: Write },
                Example { command: "brew uninstall x", operation: "uninstall", impact: Destroy },
                Example { command: "brew sh", operation: "sh", impact: Unknown },
            ],
        ))
    },
    Pack {
        tool: "dpkg",
        programs: &["dpkg", "dpkg-query", "rpm"],
        source: "https://manpages.debian.org/dpkg",
        bare: Some(Verb {
            impact: Unknown,
            categories: &[Infra, Execution],
            flags: Flags {
                value: &["--qf", "--queryformat", "-W"],
                switch: &[
                    "-l", "--list", "-L", "--listfiles", "-s", "--status", "-S", "--search", "-p", "--print-avail",
                    "-q", "--query", "-a", "--all", "-i", "--info", "-f", "--file", "-c", "-R", "--requires",
                    "--provides", "--changelog", "--version", "--print-architecture", "--get-selections", "-V",
                    "--verify", "-d",
                ],
                ..Flags::NONE
            },
            modifiers: &[
                Modifier {
                    when: When::All(&[When::Flag(&[
                        "-l", "--list", "-L", "--listfiles", "-S", "--search", "-q", "--query", "--get-selections",
                        "--print-architecture", "--version",
                    ])]),
                    then: Change::Impact(Read),
                },
                Modifier {
                    when: When::Flag(&[
                        "-l", "--list", "-L", "--listfiles", "-S", "--search", "-q", "--query", "--get-selections",
                        "--print-architecture", "--version",
                    ]),
                    then: Change::Categories(&[crate::model::action::Category::Observe]),
                },
            ],
            ..Verb::WRITE
        }),
        examples: &[
            Example { command: "dpkg -l", operation: "dpkg", impact: Read },
            Example { command: "dpkg -i x.deb", operation: "dpkg", impact: Unknown },
            Example { command: "rpm -qa", operation: "rpm", impact: Read },
            Example { command: "rpm -e x", operation: "rpm", impact: Unknown },
        ],
        ..Pack::BASE
    },
];
