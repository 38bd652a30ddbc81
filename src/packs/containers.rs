//! Containers beside docker itself: compose as a program of its own, podman, buildah, skopeo, crane.

use super::plain::{change, look, remove, reveal, running, tool};
use super::schema::{Change, Example, Flags, Locate, Modifier, Pack, Rest, Targets, Verb, When};
use crate::model::action::Category::{Build, Code, Config, Deploy, Execution, Infra, Secrets, UserData};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

const fn foreign(path: &'static [&'static str]) -> Verb {
    Verb { rest: Rest::Foreign, ..running(path) }
}

const fn of(verb: Verb, kind: &'static str) -> Verb {
    Verb { targets: Targets::Operands(kind), ..verb }
}

/// The packs.
pub const PACKS: &[Pack] = &[
    Pack {
        flags: Flags {
            value: &[
                "-p", "--project-name", "--profile", "--project-directory", "--ansi", "--parallel", "--progress", "-H",
                "--host", "-c", "--context",
            ],
            reads: &["--env-file"],
            switch: &["-h", "--help"],
            ..Flags::NONE
        },
        early: Flags { reads: &["-f", "--file"], switch: &["-v", "--version"], ..Flags::NONE },
        locate: Locate::Docker,
        ..tool(
            "docker-compose",
            &["docker-compose", "podman-compose"],
            "https://docs.docker.com/reference/cli/docker/compose/",
            &[
                look(&["ps|ls|logs|images|top|version|events|port|stats|volumes|help"]),
                // It shows what variables and files fill in.
                reveal(&["config|convert"]),
                change(&["pull"], &[Code]),
                change(&["push"], &[Deploy]),
                of(change(&["stop|restart|kill|pause|unpause|scale|wait|cp"], &[Deploy]), "service"),
                of(change(&["build"], &[Build, Execution]), "service"),
                foreign(&["run|exec"]),
                running(&["up|create|start|watch|attach|alpha"]),
                Verb {
                    modifiers: &[Modifier {
                        when: When::Flag(&["-v", "--volumes"]),
                        then: Change::AddCategory(UserData),
                    }],
                    ..of(remove(&["down|rm"], &[Deploy]), "service")
                },
            ],
            &[
                Example { command: "docker-compose -f x.yml ps", operation: "ps", impact: Read },
                Example { command: "docker-compose up -d", operation: "up", impact: Unknown },
                Example { command: "docker-compose down -v", operation: "down", impact: Destroy },
                Example { command: "docker-compose logs -f web", operation: "logs", impact: Read },
            ],
        )
    },
    Pack {
        early: Flags {
            value: &[
                "-c", "--connection", "--url", "--identity", "--log-level", "--root", "--runroot", "--storage-driver",
                "--storage-opt", "--runtime", "--events-backend", "--cgroup-manager", "--hooks-dir", "--conmon",
                "--network-cmd-path", "--network-config-dir", "--tmpdir", "--namespace", "--ssh", "--volumepath",
                "--runtime-flag", "--imagestore", "--module", "--transient-store",
            ],
            switch: &["-r", "--remote", "-v", "--version", "--noout", "--syslog"],
            ..Flags::NONE
        },
        modifiers: &[Modifier {
            when: When::EarlyFlag(&["--runtime", "--hooks-dir", "--conmon", "--network-cmd-path", "--runtime-flag"]),
            then: Change::Opaque("it names a program to be started"),
        }],
        ..tool(
            "podman",
            &["podman"],
            "https://docs.podman.io/en/latest/Commands.html",
            &[
                look(&[
                    "ps|images|logs|inspect|version|info|stats|top|events|diff|history|port|search|help|healthcheck",
                ]),
                look(&["container", "ls=list=ps|inspect|logs|stats|top|diff|port|exists"]),
                look(&["image", "ls=list|inspect|history|exists|tree|diff|search"]),
                look(&["pod", "ls=list=ps|inspect|logs|stats|top|exists"]),
                look(&["volume|network|secret|machine|manifest", "ls=list|inspect|exists|info"]),
                look(&["system", "df|info"]),
                look(&["system", "connection", "list=ls"]),
                look(&["generate|kube", "kube|systemd|generate"]),
                foreign(&["run|exec|create"]),
                foreign(&["container", "run|exec|create|runlabel"]),
                running(&["attach|play|unshare|kube|machine|system|farm|quadlet"]),
                running(&["container", "attach|checkpoint|restore"]),
                change(&["build"], &[Build, Execution]),
                change(&["image", "build"], &[Build, Execution]),
                change(&["pull|tag|untag|load|import|save|export|commit|cp|mount|unmount"], &[Code]),
                change(&["image", "pull|tag|untag|load|import|save|mount|unmount|scp|sign"], &[Code]),
                change(&["push"], &[Deploy]),
                change(&["image|manifest", "push"], &[Deploy]),
                of(change(&["start|stop|restart|kill|pause|unpause|rename|update|wait|init"], &[Deploy]), "container"),
                of(
                    change(
                        &[
                            "container|pod",
                            "start|stop|restart|kill|pause|unpause|rename|update|wait|init|clone|create",
                        ],
                        &[Deploy],
                    ),
                    "container",
                ),
                change(
                    &[
                        "network|volume|secret|manifest",
                        "create|connect|disconnect|reload|update|import|export|add|annotate|mount|unmount",
                    ],
                    &[Infra],
                ),
                change(&["login|logout"], &[Secrets]),
                of(remove(&["rm"], &[Deploy]), "container"),
                of(remove(&["rmi"], &[Code]), "image"),
                of(remove(&["container|pod", "rm|prune|cleanup"], &[Deploy]), "container"),
                of(remove(&["image|manifest", "rm|prune|remove"], &[Code]), "image"),
                of(remove(&["volume", "rm|prune"], &[UserData]), "volume"),
                of(remove(&["network|secret", "rm|prune"], &[Infra]), "network"),
                remove(&["machine", "rm|reset"], &[Infra]),
                remove(&["system", "prune|reset"], &[Deploy, UserData]),
            ],
            &[
                Example { command: "podman ps -a", operation: "ps", impact: Read },
                Example { command: "podman run --rm alpine --help", operation: "run", impact: Unknown },
                Example { command: "podman volume rm x", operation: "volume rm", impact: Destroy },
                Example { command: "podman system reset", operation: "system reset", impact: Destroy },
                Example { command: "podman --frob ps rm x", operation: "ps", impact: Unknown },
            ],
        )
    },
    Pack {
        early: Flags {
            value: &["--log-level", "--root", "--runroot", "--storage-driver", "--storage-opt", "--registries-conf"],
            switch: &["-v", "--version"],
            ..Flags::NONE
        },
        ..tool(
            "buildah",
            &["buildah"],
            "https://github.com/containers/buildah/tree/main/docs",
            &[
                look(&["images|containers|inspect|version|info|help"]),
                look(&["manifest", "inspect|exists"]),
                change(&["build=bud=build-using-dockerfile"], &[Build, Execution]),
                change(&["pull|tag|add|copy|commit|config|from|mount|umount|rename"], &[Code]),
                change(&["push"], &[Deploy]),
                change(&["source", "add|create|pull|push"], &[Deploy]),
                change(&["manifest", "create|add|annotate|push"], &[Deploy]),
                remove(&["rm|rmi|prune"], &[Code]),
                remove(&["manifest", "rm|remove"], &[Code]),
                change(&["login|logout"], &[Secrets]),
                foreign(&["run|unshare"]),
            ],
            &[
                Example { command: "buildah images", operation: "images", impact: Read },
                Example { command: "buildah rm --all", operation: "rm", impact: Destroy },
            ],
        )
    },
    Pack {
        early: Flags {
            value: &[
                "--policy", "--registries.d", "--tmpdir", "--override-arch", "--override-os", "--override-variant",
                "--command-timeout",
            ],
            switch: &["-v", "--version", "--debug", "--insecure-policy"],
            ..Flags::NONE
        },
        ..tool(
            "skopeo",
            &["skopeo"],
            "https://github.com/containers/skopeo/tree/main/docs",
            &[
                look(&["inspect|list-tags|manifest-digest|standalone-verify|help"]),
                change(&["copy|sync"], &[Deploy]),
                change(&["login|logout|standalone-sign|generate-sigstore-key"], &[Secrets]),
                remove(&["delete"], &[Deploy]),
            ],
            &[
                Example { command: "skopeo inspect docker://alpine", operation: "inspect", impact: Read },
                Example { command: "skopeo delete docker://r/x", operation: "delete", impact: Destroy },
            ],
        )
    },
    Pack {
        early: Flags {
            value: &["--platform"],
            switch: &["-v", "--verbose", "--insecure", "--allow-nondistributable-artifacts"],
            ..Flags::NONE
        },
        ..tool(
            "crane",
            &["crane", "gcrane", "oras", "regctl"],
            "https://github.com/google/go-containerregistry/tree/main/cmd/crane/doc",
            &[
                look(&["ls|manifest|config|digest|catalog|validate|version|blob|help"]),
                look(&["repo", "ls"]),
                look(&["tag", "ls"]),
                change(&["pull|export"], &[Code]),
                change(&["push|copy=cp|tag|append|mutate|rebase|flatten|index|edit|attach"], &[Deploy]),
                remove(&["delete"], &[Deploy]),
                change(&["auth|login|logout"], &[Secrets, Config]),
            ],
            &[
                Example { command: "crane ls r/x", operation: "ls", impact: Read },
                Example { command: "crane delete r/x:y", operation: "delete", impact: Destroy },
                Example { command: "crane copy a b", operation: "copy", impact: Write },
            ],
        )
    },
];
