//! docker and podman.

use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, OtherFlags, Pack, Rest, Targets, Verb, When};
use crate::model::action::Category::{
    self, Build, Code, Config, Deploy, Execution, Infra, Observe, Secrets, SecurityPolicy, UserData,
};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

const LOOK: Flags = Flags {
    value: &[
        "-f", "--filter", "--format", "-n", "--last", "--tail", "--since", "--until", "--type", "--limit", "--status",
        "--platform",
    ],
    switch: &[
        "-a", "--all", "-q", "--quiet", "--no-trunc", "-s", "--size", "-l", "--latest", "--follow", "-t",
        "--timestamps", "--details", "--digests", "--no-stream", "-v", "--verbose", "--tree", "--no-color",
        "--no-log-prefix", "--services", "--volumes", "--human", "--help",
    ],
    ..Flags::NONE
};
const ANY: Flags = Flags::HARMLESS;
const LOGS: Flags = Flags {
    value: &["-n", "--tail", "--since", "--until"],
    switch: &[
        "-f", "--follow", "-t", "--timestamps", "--details", "--raw", "--no-trunc", "--no-resolve", "--no-task-ids",
        "--no-color", "--no-log-prefix",
    ],
    ..Flags::NONE
};

const fn look(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: LOOK, ..Verb::READ }
}

const fn change(path: &'static [&'static str], kind: &'static str, categories: &'static [Category]) -> Verb {
    Verb { path, flags: ANY, targets: Targets::Operands(kind), categories, ..Verb::WRITE }
}

const fn remove(path: &'static [&'static str], kind: &'static str, categories: &'static [Category]) -> Verb {
    Verb { path, flags: ANY, impact: Destroy, targets: Targets::Operands(kind), categories, ..Verb::WRITE }
}

const fn running(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: ANY, impact: Unknown, categories: &[Execution], rest: Rest::Foreign, ..Verb::WRITE }
}

/// The tool.
pub const PACK: Pack = Pack {
    tool: "docker",
    programs: &["docker"],
    source: "https://docs.docker.com/reference/cli/docker/",
    style: FlagStyle::Exact,
    help: &["--help"],
    flags: Flags { switch: &["--help"], ..Flags::NONE },
    early: Flags {
        value: &[
            "-H", "--host", "-c", "--context", "-l", "--log-level", "-f", "--file", "-p", "--project-name",
            "--project-directory", "--profile",
        ],
        reads: &["--config", "--tlscacert", "--tlscert", "--tlskey", "--env-file"],
        switch: &["-D", "--debug", "--tls", "--tlsverify", "-v", "--version", "-h", "--help"],
        ..Flags::NONE
    },
    verbs: &[
        look(&["ps"]),
        look(&["images"]),
        Verb { flags: LOGS, ..look(&["logs"]) },
        Verb { flags: LOGS, ..look(&["container|service|compose", "logs"]) },
        look(&["inspect"]),
        look(&["version"]),
        look(&["info"]),
        look(&["stats"]),
        look(&["top"]),
        look(&["events"]),
        look(&["diff"]),
        look(&["history"]),
        look(&["port"]),
        look(&["search"]),
        look(&["help"]),
        look(&["context", "ls=list|show|inspect"]),
        look(&["container", "ls=list=ps|inspect|stats|top|diff|port"]),
        look(&["image", "ls=list|inspect|history"]),
        look(&["volume", "ls=list|inspect"]),
        look(&["network", "ls=list|inspect"]),
        look(&["system", "df|info|events"]),
        look(&["compose", "ps|ls|images|top|version|events|port"]),
        look(&["node", "ls|inspect|ps"]),
        look(&["service", "ls|inspect|ps"]),
        look(&["stack", "ls|ps|services"]),
        look(&["buildx", "ls|inspect|version|du"]),
        Verb {
            flags: Flags {
                value: &[
                    "-p", "--project-name", "--profile", "--project-directory", "--ansi", "--parallel", "--progress",
                ],
                reads: &["-f", "--file", "--env-file"],
                switch: &["--all-resources", "--compatibility", "--dry-run"],
                ..Flags::NONE
            },
            ..look(&["compose"])
        },
        // It shows what variables and files fill in.
        Verb { categories: &[Observe, Secrets], flags: ANY, ..look(&["compose|stack", "config"]) },
        look(&["checkpoint", "ls=list"]),
        look(&["manifest|trust", "inspect"]),
        change(&["checkpoint|manifest", "create|annotate|push"], "image", &[Deploy]),
        remove(&["checkpoint|manifest", "rm=remove"], "image", &[Deploy]),
        change(&["trust", "sign"], "image", &[SecurityPolicy]),
        change(&["trust", "key|signer", "add|remove|generate|load"], "image", &[SecurityPolicy]),
        remove(&["trust", "revoke"], "image", &[SecurityPolicy]),
        change(&["image", "tag|load|import|save"], "image", &[Code]),
        change(&["container", "commit|export|cp"], "container", &[UserData]),
        running(&["run"]),
        running(&["exec"]),
        running(&["create"]),
        running(&["attach"]),
        running(&["container", "run|exec|create|attach"]),
        running(&["compose", "up|run|exec|create|start|watch"]),
        Verb { impact: Write, categories: &[Build, Execution], ..running(&["build"]) },
        Verb { impact: Write, categories: &[Build, Execution], ..running(&["image|buildx|builder|compose", "build"]) },
        change(&["pull"], "image", &[Code]),
        change(&["image|compose", "pull"], "image", &[Code]),
        change(&["tag"], "image", &[Code]),
        change(&["push"], "image", &[Deploy]),
        change(&["image|compose", "push"], "image", &[Deploy]),
        change(&["start|stop|restart|kill|pause|unpause|rename|update|wait"], "container", &[Deploy]),
        change(&["container", "start|stop|restart|kill|pause|unpause|rename|update|wait"], "container", &[Deploy]),
        change(&["compose", "stop|restart|kill|pause|unpause|scale"], "service", &[Deploy]),
        change(&["commit|load|import"], "image", &[Code]),
        Verb {
            flags: Flags { writes: &["-o", "--output"], others: OtherFlags::Harmless, ..Flags::NONE },
            ..change(&["save|export"], "image", &[Code])
        },
        change(&["cp"], "container", &[UserData]),
        change(&["login|logout"], "registry", &[Secrets]),
        change(&["network", "create|connect|disconnect"], "network", &[Infra]),
        change(&["volume", "create"], "volume", &[Infra]),
        change(&["context", "use|create|update|import|export"], "context", &[Config]),
        change(&["service|stack", "create|update|scale|rollback|deploy"], "service", &[Deploy]),
        change(&["swarm|node|plugin|config|secret", "*"], "swarm", &[Infra, Secrets]),
        remove(&["rm"], "container", &[Deploy]),
        remove(&["container", "rm|prune"], "container", &[Deploy]),
        remove(&["rmi"], "image", &[Code]),
        remove(&["image", "rm|prune"], "image", &[Code]),
        remove(&["builder|buildx", "prune|rm"], "cache", &[Build]),
        remove(&["volume", "rm|prune"], "volume", &[UserData]),
        remove(&["network", "rm|prune"], "network", &[Infra]),
        remove(&["service|stack", "rm"], "service", &[Deploy]),
        remove(&["context", "rm"], "context", &[Config]),
        Verb {
            modifiers: &[Modifier { when: When::Flag(&["--volumes"]), then: Change::AddCategory(UserData) }],
            ..remove(&["system", "prune"], "system", &[Deploy, Code])
        },
        Verb {
            modifiers: &[Modifier { when: When::Flag(&["-v", "--volumes"]), then: Change::AddCategory(UserData) }],
            ..remove(&["compose", "down|rm"], "service", &[Deploy])
        },
    ],
    bare: Some(Verb { flags: LOOK, ..Verb::READ }),
    locate: Locate::Docker,
    examples: &[
        Example { command: "docker ps -a", operation: "ps", impact: Read },
        Example { command: "docker -H tcp://prod:2375 ps", operation: "ps", impact: Read },
        Example { command: "docker run --rm -it alpine sh", operation: "run", impact: Unknown },
        Example { command: "docker build -t x .", operation: "build", impact: Write },
        Example { command: "docker volume rm data", operation: "volume rm", impact: Destroy },
        Example { command: "docker system prune -af --volumes", operation: "system prune", impact: Destroy },
        Example { command: "docker compose up -d", operation: "compose up", impact: Unknown },
        Example { command: "docker compose -f x.yml -p y logs -f web", operation: "compose logs", impact: Read },
        Example { command: "docker compose --frob ps down", operation: "compose ps", impact: Unknown },
        Example { command: "docker compose ps", operation: "compose ps", impact: Read },
        Example { command: "docker container list", operation: "container ls", impact: Read },
        Example { command: "docker frobnicate", operation: "unknown", impact: Unknown },
    ],
    ..Pack::BASE
};
