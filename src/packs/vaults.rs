//! Stores of secrets and settings: vault, op, sops, consul, nomad.

use super::plain::{change, look, remove, reveal, running, tool};
use super::schema::{Change, Example, FlagStyle, Flags, Modifier, Pack, Targets, Verb, When};
use crate::model::action::Category::{AccessControl, Config, Deploy, Infra, Plan, Secrets};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

/// Flags of HashiCorp's servers' tools, which stand after the verb.
const SERVER: Flags = Flags {
    value: &[
        "-address", "-agent-address", "-namespace", "-ns", "-format", "-field", "-mount", "-version", "-http-addr",
        "-token", "-region", "-datacenter", "-ca-cert", "-client-cert", "-client-key", "-ca-file", "-ca-path",
        "-tls-server-name", "-wrap-ttl", "-header", "-policy-override",
    ],
    switch: &["-h", "-help", "-json", "-verbose", "-tls-skip-verify", "-stale", "-detailed", "-short"],
    ..Flags::NONE
};

/// The packs.
pub const PACKS: &[Pack] = &[
    Pack {
        style: FlagStyle::SingleDash,
        flags: Flags::NONE,
        late: SERVER,
        early: Flags { switch: &["-version", "-v", "-h", "-help"], ..Flags::NONE },
        help: &["-h", "-help"],
        ..tool(
            "vault",
            &["vault", "bao"],
            "https://developer.hashicorp.com/vault/docs/commands",
            &[
                look(&["status|version|path-help|list"]),
                look(&["kv", "list"]),
                look(&["kv", "metadata", "get"]),
                look(&["policy", "list|read|fmt"]),
                look(&["secrets|auth|audit|namespace|plugin", "list|info|lookup|help"]),
                look(&["token", "lookup|capabilities"]),
                look(&["lease", "lookup"]),
                look(&["operator", "members|key-status|usage|diagnose"]),
                look(&["operator", "raft", "list-peers"]),
                reveal(&["read|unwrap"]),
                reveal(&["kv", "get"]),
                reveal(&["print", "token"]),
                reveal(&["operator", "generate-root|init|rekey"]),
                change(&["write|patch"], &[Secrets, AccessControl]),
                change(&["kv", "put|patch|undelete|rollback|enable-versioning"], &[Secrets]),
                change(&["kv", "metadata", "put|patch"], &[Secrets]),
                remove(&["delete"], &[Secrets, AccessControl]),
                remove(&["kv", "delete|destroy"], &[Secrets]),
                remove(&["kv", "metadata", "delete"], &[Secrets]),
                change(&["login"], &[Secrets]),
                change(&["token", "create|renew"], &[AccessControl, Secrets]),
                remove(&["token", "revoke"], &[AccessControl]),
                change(&["lease", "renew"], &[AccessControl]),
                remove(&["lease", "revoke"], &[AccessControl]),
                change(&["policy", "write"], &[AccessControl]),
                remove(&["policy", "delete"], &[AccessControl]),
                change(
                    &[
                        "secrets|auth|audit|namespace|plugin",
                        "enable|tune|move|create|register|reload|patch|lock|unlock",
                    ],
                    &[AccessControl, Infra],
                ),
                remove(&["secrets|auth|audit|namespace|plugin", "disable|delete|deregister"], &[AccessControl, Infra]),
                remove(&["operator", "seal|step-down|rotate|migrate|unseal|import"], &[Infra, AccessControl]),
                remove(&["operator", "raft", "join|remove-peer|snapshot|demote|promote|autopilot"], &[Infra, Secrets]),
                change(&["pki|transit|transform", "*"], &[AccessControl]),
                running(&["ssh|agent|proxy|server|debug|monitor|events"]),
            ],
            &[
                Example { command: "vault kv get secret/x", operation: "kv get", impact: Read },
                Example { command: "vault status", operation: "status", impact: Read },
                Example {
                    command: "vault kv metadata delete secret/x",
                    operation: "kv metadata delete",
                    impact: Destroy,
                },
                Example { command: "vault secrets disable secret/", operation: "secrets disable", impact: Destroy },
                Example { command: "vault delete -address x secret/x", operation: "delete", impact: Destroy },
                Example { command: "vault frob", operation: "unknown", impact: Unknown },
            ],
        )
    },
    Pack {
        flags: Flags {
            value: &[
                "--account", "--format", "--vault", "--session", "--config", "--encoding", "--fields", "--categories",
                "--tags",
            ],
            switch: &["-h", "--help", "--debug", "--iso-timestamps", "--no-color", "--cache"],
            ..Flags::NONE
        },
        ..tool(
            "op",
            &["op"],
            "https://developer.1password.com/docs/cli/reference/",
            &[
                look(&["whoami|help|update"]),
                look(&[
                    "item|vault|account|user|group|document|environment|connect|service-account|events-api|plugin",
                    "list=ls",
                ]),
                look(&["vault|account|user|group", "get"]),
                reveal(&["read|inject"]),
                reveal(&["item|document|environment", "get|share|read"]),
                change(&["item|vault|document", "create|edit|move|template"], &[Secrets]),
                remove(&["item|vault|document", "delete=remove=rm"], &[Secrets]),
                change(&["user|group|connect|service-account|account|vault", "*"], &[AccessControl, Secrets]),
                change(&["vault", "user|group", "*"], &[AccessControl]),
                change(&["signin|signout"], &[Secrets]),
                running(&["run|plugin"]),
            ],
            &[
                Example { command: "op read op://v/i/f", operation: "read", impact: Read },
                Example { command: "op item list", operation: "item list", impact: Read },
                Example { command: "op item delete x", operation: "item delete", impact: Destroy },
                Example { command: "op run -- ls", operation: "run", impact: Unknown },
            ],
        )
    },
    Pack {
        tool: "sops",
        programs: &["sops"],
        source: "https://getsops.io/docs/",
        style: FlagStyle::Exact,
        flags: Flags {
            value: &[
                "--input-type", "--output-type", "--extract", "--set", "-k", "--kms", "-p", "--pgp", "-a", "--age",
                "--config", "--encrypted-regex", "--unencrypted-regex", "--keyservice", "--gcp-kms", "--azure-kv",
                "--aws-profile",
            ],
            writes: &["--output"],
            switch: &[
                "-d", "--decrypt", "-e", "--encrypt", "-i", "--in-place", "-r", "--rotate", "-h", "--help", "-v",
                "--version", "-s",
            ],
            ..Flags::NONE
        },
        verbs: &[
            reveal(&["decrypt"]),
            change(&["encrypt|edit|rotate|set|unset|updatekeys|groups|publish"], &[Secrets]),
            look(&["filestatus|help"]),
            running(&["exec-env|exec-file|keyservice"]),
            Verb {
                modifiers: &[Modifier {
                    when: When::All(&[
                        When::Flag(&["-d", "--decrypt"]),
                        When::NoFlag(&["-i", "--in-place", "--output", "-e", "--encrypt", "-r", "--rotate"]),
                    ]),
                    then: Change::Impact(Read),
                }],
                targets: Targets::WritePathsIf(&["-i", "--in-place"]),
                ..change(&["*"], &[Secrets])
            },
        ],
        bare: Some(Verb::READ),
        examples: &[
            Example { command: "sops -d secrets.yaml", operation: "secrets.yaml", impact: Read },
            Example { command: "sops secrets.yaml", operation: "secrets.yaml", impact: Write },
            Example { command: "sops exec-env x.yaml env", operation: "exec-env", impact: Unknown },
        ],
        ..Pack::BASE
    },
    Pack {
        style: FlagStyle::SingleDash,
        flags: Flags::NONE,
        late: SERVER,
        early: Flags { switch: &["-version", "-v", "-h", "-help"], ..Flags::NONE },
        help: &["-h", "-help"],
        ..tool(
            "consul",
            &["consul"],
            "https://developer.hashicorp.com/consul/commands",
            &[
                look(&["members|info|version|rtt|validate"]),
                look(&["catalog", "datacenters|nodes|services"]),
                look(&["kv", "get"]),
                reveal(&["kv", "export"]),
                look(&["config|namespace|partition|peering", "list|read"]),
                look(&["intention", "list|get|check|match"]),
                look(&["operator", "raft|autopilot|usage", "list-peers|get-config|state|instances"]),
                look(&["snapshot", "inspect"]),
                reveal(&["snapshot", "save"]),
                reveal(&["acl", "token", "list|read|clone"]),
                look(&["acl", "policy|role|auth-method|binding-rule", "list|read"]),
                reveal(&["keygen"]),
                change(&["kv", "put|import"], &[Config]),
                remove(&["kv", "delete"], &[Config]),
                change(
                    &[
                        "config|namespace|partition|peering|intention|services",
                        "write|create|update|establish|generate-token|register|export",
                    ],
                    &[Infra, AccessControl],
                ),
                remove(
                    &["config|namespace|partition|peering|intention|services", "delete|deregister"],
                    &[Infra, AccessControl],
                ),
                change(&["acl", "bootstrap|set-agent-token"], &[AccessControl, Secrets]),
                change(&["acl", "*", "create|update"], &[AccessControl, Secrets]),
                remove(&["acl", "*", "delete"], &[AccessControl]),
                remove(&["snapshot", "restore"], &[Infra]),
                remove(&["leave|force-leave|reload|maint|join|keyring"], &[Infra]),
                remove(&["operator", "*", "*"], &[Infra]),
                change(&["login|logout"], &[Secrets]),
                running(&["exec|lock|watch|agent|connect|debug|monitor|event|tls"]),
            ],
            &[
                Example { command: "consul members", operation: "members", impact: Read },
                Example { command: "consul kv delete -recurse app/", operation: "kv delete", impact: Destroy },
                Example { command: "consul exec ls", operation: "exec", impact: Unknown },
                Example { command: "consul acl token list", operation: "acl token list", impact: Read },
            ],
        )
    },
    Pack {
        style: FlagStyle::SingleDash,
        flags: Flags::NONE,
        late: SERVER,
        early: Flags { switch: &["-version", "-v", "-h", "-help"], ..Flags::NONE },
        help: &["-h", "-help"],
        ..tool(
            "nomad",
            &["nomad"],
            "https://developer.hashicorp.com/nomad/docs/commands",
            &[
                look(&["status|version|agent-info|logs|fs"]),
                look(&["job", "status|inspect|history|validate|allocs|deployments|eval|scaling-events|tag|periodic"]),
                Verb { categories: &[Plan], ..look(&["job", "plan"]) },
                Verb { categories: &[Plan], ..look(&["plan|validate|inspect"]) },
                look(&["alloc", "status|logs|fs|checks"]),
                look(&[
                    "node|deployment|eval|service|namespace|plugin|volume|quota|recommendation|scaling",
                    "status|list|info|inspect|read",
                ]),
                look(&["server", "members"]),
                look(&["operator", "raft", "list-peers|info|state"]),
                reveal(&["var", "get"]),
                look(&["var", "list"]),
                look(&["acl", "policy|role|auth-method|binding-rule", "list|info"]),
                reveal(&["acl", "token", "list|info|self"]),
                change(&["run"], &[Deploy]),
                change(&["job", "run|restart|scale|dispatch|promote|revert|start|action"], &[Deploy]),
                remove(&["stop"], &[Deploy]),
                remove(&["job", "stop"], &[Deploy]),
                change(&["alloc", "restart|signal|stop|pause"], &[Deploy]),
                change(&["deployment", "promote|pause|resume|unblock"], &[Deploy]),
                remove(&["deployment", "fail"], &[Deploy]),
                remove(&["node", "drain|eligibility|meta|config|purge"], &[Infra]),
                remove(&["system", "gc|reconcile"], &[Infra]),
                change(
                    &["namespace|quota|volume|service|var|node", "apply|create|register|put|init|snapshot|lock"],
                    &[Infra],
                ),
                remove(&["namespace|quota|volume|service|var|eval", "delete|detach|deregister|purge"], &[Infra]),
                change(&["acl", "*", "create|update|apply"], &[AccessControl, Secrets]),
                change(&["acl", "bootstrap"], &[AccessControl, Secrets]),
                remove(&["acl", "*", "delete"], &[AccessControl]),
                remove(&["operator", "*"], &[Infra]),
                running(&["exec|agent|monitor|ui|login|setup"]),
                running(&["alloc", "exec"]),
            ],
            &[
                Example { command: "nomad job status web", operation: "job status", impact: Read },
                Example { command: "nomad job run web.hcl", operation: "job run", impact: Write },
                Example { command: "nomad job stop -purge web", operation: "job stop", impact: Destroy },
                Example { command: "nomad alloc exec x sh", operation: "alloc exec", impact: Unknown },
                Example { command: "nomad var get x", operation: "var get", impact: Read },
            ],
        )
    },
];
