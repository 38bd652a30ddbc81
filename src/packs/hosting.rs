//! Hosting platforms and the smaller clouds.

use super::plain::{change, look, remove, reveal, running, tool};
use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, Pack, Rest, Verb, When};
use crate::model::action::Category::{AccessControl, Code, Config, Deploy, Execution, Infra, Secrets, UserData};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

const DOCTL: &[&str] = &[
    "1-click", "account", "action", "alert", "app", "apps", "autoscale", "backups", "balance", "billing-history",
    "block-storage", "byoip-prefix", "certificate", "cluster", "clusters", "compute", "compute-instance", "connection",
    "databases", "db", "domain", "droplet", "droplet-action", "droplet-autoscale", "events", "firewall", "firewalls",
    "floating-ip", "functions", "garbage-collection", "image", "invoice", "kubernetes", "load-balancer", "monitoring",
    "namespaces", "node-pool", "options", "plugin", "pool", "project", "projects", "records", "region", "registry",
    "replica", "repository", "reserved-ip", "serverless", "size", "snapshot", "spaces", "ssh-key", "tag", "tier",
    "topics", "triggers", "uptime", "user", "users", "volume", "volume-action", "vpcs",
];

/// The packs.
pub const PACKS: &[Pack] = &[
    Pack {
        groups: DOCTL,
        flags: Flags {
            value: &["-t", "--access-token", "-u", "--api-url", "--context", "-o", "--output", "--http-retry-max"],
            reads: &["-c", "--config"],
            switch: &["-h", "--help", "-v", "--verbose", "--trace", "--interactive"],
            ..Flags::NONE
        },
        early: Flags::NONE,
        ..tool(
            "doctl",
            &["doctl"],
            "https://docs.digitalocean.com/reference/doctl/reference/",
            &[
                look(&["version|help|completion"]),
                look(&["auth", "list"]),
                change(&["auth", "init|switch"], &[Config, Secrets]),
                remove(&["auth", "remove"], &[Config, Secrets]),
                look(&["**", "list|list-*|get|get-*|ls|logs|status|console-url"]),
                reveal(&["databases|db", "connection|user", "get|list|get-*"]),
                reveal(&["databases|db", "connection"]),
                reveal(&["registry", "docker-config|kubernetes-manifest"]),
                reveal(&["kubernetes", "cluster", "kubeconfig", "show"]),
                change(&["kubernetes", "cluster", "kubeconfig", "save|remove"], &[Config, Secrets]),
                change(
                    &[
                        "**",
                        "create|create-*|update|update-*|add|add-*|enable|resize|tag|apply|attach|power-*|reboot|restore|snapshot|upgrade|upgrade-*|migrate|rename|replace|start|promote",
                    ],
                    &[Infra],
                ),
                remove(
                    &[
                        "**",
                        "delete|delete-*|remove|remove-*|destroy|disable|detach|untag|rm|shutdown|recycle|cancel|reset|revoke",
                    ],
                    &[Infra],
                ),
                remove(&["databases|db", "delete"], &[Infra, UserData]),
                remove(&["compute", "droplet|volume|snapshot|image", "delete"], &[Infra, UserData]),
                change(&["apps", "create|update|create-deployment"], &[Deploy]),
                running(&["compute", "ssh"]),
                running(&["**", "ssh|console|exec|invoke"]),
                running(&["serverless|sandbox"]),
            ],
            &[
                Example { command: "doctl compute droplet list", operation: "compute droplet list", impact: Read },
                Example {
                    command: "doctl compute droplet delete web -f",
                    operation: "compute droplet delete",
                    impact: Destroy,
                },
                Example { command: "doctl databases delete x", operation: "databases delete", impact: Destroy },
                Example { command: "doctl compute ssh web", operation: "compute ssh", impact: Unknown },
            ],
        )
    },
    Pack {
        flags: Flags {
            value: &["-a", "--app", "-c", "--config", "-t", "--access-token", "-o", "--org", "-r", "--region"],
            switch: &["-h", "--help", "-j", "--json", "--verbose", "--debug"],
            ..Flags::NONE
        },
        early: Flags::NONE,
        ..tool(
            "fly",
            &["fly", "flyctl"],
            "https://fly.io/docs/flyctl/",
            &[
                look(&["status|logs|version|help|releases|history|info|doctor|dashboard"]),
                look(&[
                    "apps|machine=machines=m|volumes=volume|certs|ips|secrets|regions|orgs|redis|postgres=pg|storage|checks|services|tokens|image|extensions",
                    "list=ls|show|status|releases|check",
                ]),
                look(&["scale|config|auth|platform|wireguard", "show|whoami|validate|regions|vm-sizes|status|list"]),
                reveal(&["auth", "token"]),
                reveal(&["config", "env"]),
                change(&["deploy|launch|scale|move"], &[Deploy]),
                change(&["scale", "count|vm|memory"], &[Deploy]),
                change(
                    &[
                        "apps|machine=machines=m|image",
                        "create|restart|move|open|update|start|stop|run|clone|cordon|uncordon|suspend",
                    ],
                    &[Deploy],
                ),
                change(&["secrets", "set|import|deploy"], &[Secrets]),
                remove(&["secrets", "unset"], &[Secrets]),
                change(
                    &[
                        "volumes=volume|certs|ips|redis|postgres=pg|storage|extensions",
                        "create|extend|fork|allocate-v4|allocate-v6|add|update|attach|restart|failover|import|snapshots",
                    ],
                    &[Infra],
                ),
                remove(
                    &[
                        "volumes=volume|certs|ips|redis|postgres=pg|storage|extensions",
                        "destroy|delete|release|remove|detach",
                    ],
                    &[Infra, UserData],
                ),
                remove(&["destroy|suspend"], &[Deploy, Infra]),
                remove(&["apps|machine=machines=m", "destroy|remove=rm|kill"], &[Deploy, Infra]),
                change(&["tokens|orgs", "create|invite|revoke|delete|remove|attenuate"], &[AccessControl, Secrets]),
                change(&["auth", "login|logout|signup|docker"], &[Secrets]),
                running(&["ssh|proxy|console|sftp|postgres|mysql|wireguard|agent|incidents|jobs|dig|ping"]),
                running(&["ssh|machine=machines=m|postgres=pg", "console|exec|connect"]),
            ],
            &[
                Example { command: "fly status -a web", operation: "status", impact: Read },
                Example { command: "fly deploy", operation: "deploy", impact: Write },
                Example { command: "flyctl apps destroy web", operation: "apps destroy", impact: Destroy },
                Example { command: "fly ssh console", operation: "ssh console", impact: Unknown },
            ],
        )
    },
    Pack {
        flags: Flags {
            value: &[
                "-S", "--scope", "-T", "--team", "-t", "--token", "-A", "--local-config", "-Q", "--global-config",
                "--cwd",
            ],
            switch: &["-h", "--help", "-d", "--debug", "--no-color"],
            ..Flags::NONE
        },
        bare: Some(change(&[], &[Deploy])),
        ..tool(
            "vercel",
            &["vercel", "vc", "now"],
            "https://vercel.com/docs/cli",
            &[
                look(&["ls=list|inspect|logs|whoami|help"]),
                look(&[
                    "alias|domains|certs|dns|teams|project|projects|target|integration|blob|cache",
                    "ls=list|inspect",
                ]),
                look(&["env", "ls=list"]),
                change(&["env", "pull"], &[Secrets]),
                change(&["env", "add|update"], &[Secrets, Config]),
                remove(&["env", "rm=remove"], &[Secrets, Config]),
                change(&["deploy|promote|redeploy|rollback|rolling-release"], &[Deploy]),
                change(
                    &[
                        "alias|domains|certs|dns|project|projects|integration|blob",
                        "set|add|buy|issue|import|move|transfer-in|put|verify",
                    ],
                    &[Infra],
                ),
                remove(
                    &["alias|domains|certs|dns|project|projects|integration|blob|cache", "rm=remove|del|purge"],
                    &[Infra],
                ),
                remove(&["remove=rm"], &[Deploy]),
                change(&["link|pull|git|init"], &[Code, Secrets]),
                change(&["login|logout|switch|teams"], &[Config, Secrets]),
                running(&["dev|build|bisect|telemetry|curl"]),
            ],
            &[
                Example { command: "vercel --prod", operation: "vercel", impact: Write },
                Example { command: "vercel", operation: "vercel", impact: Write },
                Example { command: "vercel ls", operation: "ls", impact: Read },
                Example { command: "vercel rm web --yes", operation: "remove", impact: Destroy },
                Example { command: "vercel env pull .env", operation: "env pull", impact: Write },
            ],
        )
    },
    Pack {
        flags: Flags {
            value: &["-s", "--site", "--auth", "--filter", "--http-proxy"],
            switch: &["-h", "--help", "--debug", "--json"],
            ..Flags::NONE
        },
        ..tool(
            "netlify",
            &["netlify", "ntl"],
            "https://cli.netlify.com/",
            &[
                look(&["status|help|watch|open|logs|recipes"]),
                look(&["sites:list|functions:list|addons:list|status:hooks|logs:*|blobs:list|teams:list"]),
                reveal(&["env:list|env:get|blobs:get"]),
                change(&["deploy"], &[Deploy]),
                change(&["env:set|env:import|env:clone"], &[Secrets, Config]),
                remove(&["env:unset"], &[Secrets, Config]),
                change(&["sites:create|link|unlink|init|blobs:set|switch|login|logout"], &[Config, Infra]),
                remove(&["sites:delete|blobs:delete"], &[Infra, UserData]),
                running(&["build|dev|api|functions:*|clone|serve|dev:*|db"]),
            ],
            &[
                Example { command: "netlify status", operation: "status", impact: Read },
                Example { command: "netlify deploy --prod", operation: "deploy", impact: Write },
                Example { command: "netlify sites:delete x", operation: "sites:delete", impact: Destroy },
                Example { command: "netlify env:list", operation: "env:list", impact: Read },
            ],
        )
    },
    Pack {
        flags: Flags {
            value: &["-c", "--config", "-e", "--env", "--cwd", "--env-file"],
            switch: &["-h", "--help"],
            ..Flags::NONE
        },
        early: Flags { switch: &["-v", "--version"], ..Flags::NONE },
        ..tool(
            "wrangler",
            &["wrangler"],
            "https://developers.cloudflare.com/workers/wrangler/commands/",
            &[
                look(&["whoami|tail|docs|check"]),
                look(&[
                    "deployments|versions|d1|queues|hyperdrive|vectorize|pages|workflows",
                    "list|status|view|info|get|insights",
                ]),
                look(&["kv|r2", "namespace|bucket|key|domain|lifecycle", "list|info|get"]),
                look(&["secret", "list"]),
                look(&["pages", "project|deployment", "list|tail"]),
                Verb { categories: &[UserData], ..look(&["kv", "key", "get"]) },
                Verb { categories: &[UserData], ..change(&["r2", "object", "get|put"], &[UserData]) },
                change(&["deploy=publish|rollback|triggers|versions"], &[Deploy]),
                change(&["versions", "deploy|upload|secret"], &[Deploy]),
                change(&["pages", "deploy=publish"], &[Deploy]),
                change(&["pages", "project|deployment|secret", "create|put|bulk"], &[Deploy, Secrets]),
                change(&["secret", "put|bulk"], &[Secrets]),
                remove(&["secret", "delete"], &[Secrets]),
                remove(&["delete"], &[Deploy]),
                change(&["kv", "key|bulk|namespace", "put|create|rename"], &[UserData]),
                remove(&["kv", "key|bulk|namespace", "delete"], &[UserData]),
                change(&["r2", "bucket", "create|update"], &[Infra]),
                remove(&["r2", "bucket|object", "delete"], &[UserData, Infra]),
                change(&["d1|queues|hyperdrive|vectorize|workflows", "create|update|trigger|insert"], &[Infra]),
                remove(&["d1|queues|hyperdrive|vectorize|workflows", "delete|purge|terminate"], &[Infra, UserData]),
                remove(&["pages", "project|deployment", "delete"], &[Deploy]),
                running(&["d1", "execute|export|migrations|time-travel"]),
                change(&["login|logout"], &[Secrets]),
                running(&["dev|init|types|containers|ai|mtls-certificate|dispatch-namespace"]),
            ],
            &[
                Example { command: "wrangler whoami", operation: "whoami", impact: Read },
                Example { command: "wrangler deploy", operation: "deploy", impact: Write },
                Example { command: "wrangler d1 delete x", operation: "d1 delete", impact: Destroy },
                Example {
                    command: "wrangler d1 execute x --command 'drop table y'",
                    operation: "d1 execute",
                    impact: Unknown,
                },
            ],
        )
    },
    Pack {
        flags: Flags {
            value: &["-a", "--app", "-r", "--remote", "-t", "--team", "-n", "--num", "-d", "--dyno", "-s", "--source"],
            switch: &["-h", "--help", "--json", "-j"],
            ..Flags::NONE
        },
        early: Flags { switch: &["--version"], ..Flags::NONE },
        ..tool(
            "heroku",
            &["heroku"],
            "https://devcenter.heroku.com/articles/heroku-cli-commands",
            &[
                look(&[
                    "apps|apps:info|apps:list|info|list|ps|ps:type|logs|releases|releases:info|addons|addons:info|domains|domains:info|certs|certs:info|features|features:info|maintenance|pipelines|pipelines:info|regions|stack|status|help|version|access|keys|members|orgs|teams|buildpacks|drains|webhooks|notifications|pg|pg:info|pg:ps|pg:locks|pg:diagnose|pg:outliers|pg:backups|pg:backups:info|redis|redis:info|container|labs|sessions|spaces|spaces:info|usage|auth:whoami|whoami",
                ]),
                reveal(&[
                    "config|config:get|auth:token|pg:credentials:url|pg:credentials|redis:credentials|authorizations|authorizations:info|config:edit",
                ]),
                change(&["config:set|config:add"], &[Config, Secrets]),
                remove(&["config:unset|config:remove"], &[Config, Secrets]),
                change(
                    &[
                        "ps:scale|ps:resize|ps:restart|ps:start|restart|scale|container:push|container:release|releases:rollback|rollback|pipelines:promote|builds:create|maintenance:on|maintenance:off|dyno:*|ps:autoscale:*",
                    ],
                    &[Deploy],
                ),
                remove(&["ps:stop|ps:kill|container:rm|builds:cancel"], &[Deploy]),
                change(
                    &[
                        "apps:create|create|addons:create|addons:attach|addons:upgrade|domains:add|certs:add|certs:update|buildpacks:*|features:enable|drains:add|pipelines:create|pipelines:add|spaces:create|labs:enable|webhooks:add|pg:upgrade|pg:promote|pg:backups:capture|pg:backups:schedule|apps:rename|rename|apps:stacks:set|stack:set",
                    ],
                    &[Infra],
                ),
                remove(
                    &[
                        "apps:destroy|destroy|apps:delete|addons:destroy|addons:remove|addons:detach|domains:remove|domains:clear|certs:remove|drains:remove|pipelines:destroy|pipelines:remove|spaces:destroy|features:disable|labs:disable|webhooks:remove|pg:reset|pg:backups:delete|pg:backups:restore|pg:kill|pg:killall|pg:copy|pg:pull|pg:push|pg:unfollow|redis:*",
                    ],
                    &[Infra, UserData],
                ),
                change(
                    &[
                        "access:add|access:update|authorizations:create|keys:add|members:add|members:set|apps:transfer|ci:*",
                    ],
                    &[AccessControl],
                ),
                remove(
                    &[
                        "access:remove|authorizations:revoke|authorizations:destroy|keys:remove|keys:clear|members:remove|apps:leave",
                    ],
                    &[AccessControl],
                ),
                change(&["login|logout|auth:login|auth:logout|git:*|apps:join|join"], &[Config, Secrets]),
                running(&[
                    "run|run:*|pg:psql|psql|ps:exec|ps:copy|ps:forward|redis:cli|local|local:*|plugins|plugins:*|container:run|update|addons:open|apps:open|open",
                ]),
            ],
            &[
                Example { command: "heroku ps -a web", operation: "ps", impact: Read },
                Example { command: "heroku config -a web", operation: "config", impact: Read },
                Example { command: "heroku pg:reset -a web", operation: "pg:reset", impact: Destroy },
                Example { command: "heroku run bash", operation: "run", impact: Unknown },
                Example { command: "heroku ps:scale web=2", operation: "ps:scale", impact: Write },
            ],
        )
    },
    Pack {
        style: FlagStyle::Gnu,
        flags: Flags { switch: &["--help"], ..Flags::NONE },
        early: Flags {
            value: &["-o", "-h", "-u", "-i"],
            switch: &["-m", "-q", "-d", "-D", "-DD", "-v", "--version"],
            ..Flags::NONE
        },
        help: &["--help"],
        modifiers: &[Modifier {
            when: When::EarlyFlag(&["-o", "-i"]),
            then: Change::Opaque("it changes settings, or asks as somebody else"),
        }],
        ..tool(
            "gsutil",
            &["gsutil"],
            "https://cloud.google.com/storage/docs/gsutil",
            &[
                look(&["ls|du|stat|hash|version|help"]),
                Verb { categories: &[UserData], ..look(&["cat"]) },
                look(&[
                    "iam|acl|defacl|cors|lifecycle|logging|notification|versioning|web|label|retention|requesterpays|ubla|pap|bucketpolicyonly|defstorageclass|autoclass|rpo|kms",
                    "get|list",
                ]),
                change(
                    &["iam|acl|defacl|ubla|pap|bucketpolicyonly|kms", "set|ch|authorize|encryption"],
                    &[AccessControl],
                ),
                change(
                    &[
                        "cors|lifecycle|logging|notification|versioning|web|label|retention|requesterpays|defstorageclass|autoclass|rpo",
                        "set|ch|create|lock|event|clear",
                    ],
                    &[Infra],
                ),
                remove(&["notification", "delete|stopchannel"], &[Infra]),
                change(&["hmac", "create|update"], &[AccessControl, Secrets]),
                look(&["hmac", "list|get"]),
                remove(&["hmac", "delete"], &[AccessControl]),
                reveal(&["signurl"]),
                change(&["cp|mv|rewrite|setmeta|compose|retention"], &[UserData]),
                Verb {
                    flags: Flags {
                        value: &["-x", "-y", "-j", "-a"],
                        switch: &["-n", "-d", "-r", "-R", "-c", "-C", "-e", "-i", "-p", "-P", "-u", "-U", "-J"],
                        ..Flags::NONE
                    },
                    modifiers: &[
                        Modifier { when: When::Flag(&["-d"]), then: Change::AtLeast(Destroy) },
                        Modifier { when: When::Flag(&["-n"]), then: Change::Impact(Read) },
                    ],
                    ..change(&["rsync"], &[UserData])
                },
                remove(&["rm"], &[UserData]),
                change(&["mb"], &[Infra]),
                remove(&["rb"], &[Infra, UserData]),
                change(&["config"], &[Secrets, Config]),
                running(&["perfdiag|test|update"]),
            ],
            &[
                Example { command: "gsutil ls gs://b", operation: "ls", impact: Read },
                Example { command: "gsutil -m rm -r gs://b", operation: "rm", impact: Destroy },
                Example { command: "gsutil -m rsync -d -n . gs://b", operation: "rsync", impact: Read },
                Example { command: "gsutil rsync -d . gs://b", operation: "rsync", impact: Destroy },
                Example { command: "gsutil iam ch user:x:admin gs://b", operation: "iam ch", impact: Write },
            ],
        )
    },
    Pack {
        style: FlagStyle::SingleDash,
        flags: Flags {
            value: &[
                "-project_id", "-location", "-format", "-dataset_id", "-n", "-max_results", "-job_id", "-api",
                "-credential_file", "-bigqueryrc",
            ],
            switch: &[
                "-help", "-q", "-quiet", "-headless", "-sync", "-nosync", "-use_legacy_sql", "-nouse_legacy_sql",
                "-dry_run",
            ],
            ..Flags::NONE
        },
        help: &["-help"],
        ..tool(
            "bq",
            &["bq"],
            "https://cloud.google.com/bigquery/docs/reference/bq-cli-reference",
            &[
                look(&["ls|show|wait|version|help|info|get-iam-policy|head"]),
                change(&["mk|update|mkdef|partition|undelete|init"], &[Infra]),
                change(&["cp|load|extract|insert|truncate"], &[UserData]),
                remove(&["rm|cancel"], &[Infra, UserData]),
                change(&["set-iam-policy|add-iam-policy-binding"], &[AccessControl]),
                remove(&["remove-iam-policy-binding"], &[AccessControl]),
                Verb { impact: Unknown, ..change(&["query"], &[UserData]) },
                running(&["shell"]),
            ],
            &[
                Example { command: "bq ls", operation: "ls", impact: Read },
                Example { command: "bq rm -r -f x", operation: "rm", impact: Destroy },
                Example { command: "bq query 'select 1'", operation: "query", impact: Unknown },
            ],
        )
    },
    Pack {
        flags: Flags { value: &["-R", "--repo", "-g", "--group"], switch: &["-h", "--help"], ..Flags::NONE },
        locate: Locate::Forge,
        ..tool(
            "glab",
            &["glab"],
            "https://gitlab.com/gitlab-org/cli/-/tree/main/docs/source",
            &[
                look(&[
                    "mr|issue|repo|release|label|milestone|snippet|incident|iteration|schedule|ssh-key|deploy-key|user|runner|stack|securefile|cluster",
                    "list=ls|view|diff|approvers|issues|events|contributors|search|get",
                ]),
                look(&["ci=pipe=pipeline", "list|status|view|trace|get|lint|config"]),
                look(&["auth|config", "status|get"]),
                look(&["version|help|completion|check-update"]),
                reveal(&["variable", "list|get|export"]),
                reveal(&["token", "list"]),
                change(
                    &["mr", "create=new|update|note|close|reopen|approve|revoke|subscribe|unsubscribe|todo|rebase"],
                    &[Code, Deploy],
                ),
                change(&["mr", "checkout"], &[Code]),
                change(&["mr", "merge=accept"], &[Deploy]),
                change(
                    &[
                        "issue|label|milestone|snippet|incident",
                        "create=new|update|note|close|reopen|subscribe|unsubscribe|board|edit",
                    ],
                    &[Code, Deploy],
                ),
                remove(&["mr|issue|label|milestone|snippet|release|schedule", "delete"], &[Code, Deploy]),
                change(&["repo", "clone"], &[Code]),
                change(
                    &["repo", "create|fork|update|transfer|archive|mirror|members|publish"],
                    &[Infra, AccessControl],
                ),
                remove(&["repo", "delete"], &[Infra]),
                change(&["release", "create|upload|download"], &[Deploy]),
                change(&["ci=pipe=pipeline", "run|retry|trigger|run-trig"], &[Deploy, Execution]),
                remove(&["ci=pipe=pipeline", "cancel|delete"], &[Deploy]),
                change(&["schedule", "create|run|update"], &[Deploy, Execution]),
                change(&["variable", "set|update"], &[Secrets, Config]),
                remove(&["variable", "delete"], &[Secrets, Config]),
                change(&["token|ssh-key|deploy-key", "create|add|revoke|rotate|delete"], &[AccessControl, Secrets]),
                change(&["auth", "login|logout|configure-docker"], &[AccessControl, Secrets]),
                running(&["api|alias|duo|changelog|mcp|opentofu"]),
                running(&["config", "set|edit"]),
            ],
            &[
                Example { command: "glab mr list", operation: "mr list", impact: Read },
                Example { command: "glab mr merge 12", operation: "mr merge", impact: Write },
                Example { command: "glab repo delete x", operation: "repo delete", impact: Destroy },
                Example { command: "glab api x -X DELETE", operation: "api", impact: Unknown },
            ],
        )
    },
    Pack {
        tool: "rsync",
        programs: &["rsync"],
        source: "https://download.samba.org/pub/rsync/rsync.1",
        style: FlagStyle::Gnu,
        bare: Some(Verb {
            categories: &[Deploy],
            flags: Flags {
                value: &[
                    "-f", "--filter", "--exclude", "--include", "--exclude-from", "--include-from", "--files-from",
                    "--bwlimit", "--timeout", "--contimeout", "--port", "--chmod", "--chown", "-M", "--remote-option",
                    "--suffix", "-B", "--block-size", "--max-size", "--min-size", "--max-delete", "--compress-level",
                    "-e", "--rsh", "--rsync-path", "--link-dest", "--copy-dest", "--compare-dest", "-T", "--temp-dir",
                    "--backup-dir", "--log-file", "--password-file", "--info", "--debug", "--partial-dir",
                    "--out-format", "--usermap", "--groupmap",
                ],
                switch: &[
                    "-a", "--archive", "-v", "--verbose", "-z", "--compress", "-r", "--recursive", "-n", "--dry-run",
                    "-h", "--human-readable", "-P", "--progress", "--partial", "--delete", "--delete-before",
                    "--delete-during", "--delete-after", "--delete-excluded", "--force", "-u", "--update", "-l",
                    "--links", "-p", "--perms", "-t", "--times", "-g", "--group", "-o", "--owner", "-D", "-H", "-A",
                    "-X", "-x", "-c", "--checksum", "-i", "--itemize-changes", "-q", "--quiet", "-L", "-k", "-R",
                    "--relative", "-b", "--backup", "--stats", "--inplace", "-W", "--whole-file", "-S", "--sparse",
                    "-C", "--ignore-existing", "--existing", "--remove-source-files", "--version", "--numeric-ids",
                    "-4", "-6", "-s",
                ],
                ..Flags::NONE
            },
            modifiers: &[
                Modifier {
                    when: When::Flag(&[
                        "--delete", "--delete-before", "--delete-during", "--delete-after", "--delete-excluded",
                        "--remove-source-files",
                    ]),
                    then: Change::AtLeast(Destroy),
                },
                Modifier { when: When::Flag(&["-n", "--dry-run"]), then: Change::Impact(Read) },
                Modifier {
                    when: When::Flag(&[
                        "-e", "--rsh", "--rsync-path", "-M", "--remote-option", "--log-file", "--password-file",
                    ]),
                    then: Change::Opaque("it names a program to be started, or a file to be written"),
                },
            ],
            ..Verb::WRITE
        }),
        locate: Locate::Unknown,
        examples: &[
            Example { command: "rsync -av a/ prod:/srv/", operation: "rsync", impact: Write },
            Example { command: "rsync -avn --delete a/ prod:/srv/", operation: "rsync", impact: Read },
            Example { command: "rsync -a --delete a/ prod:/srv/", operation: "rsync", impact: Destroy },
            Example { command: "rsync -e 'sh -c x' a b:", operation: "rsync", impact: Unknown },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "scp",
        programs: &["scp"],
        source: "https://man.openbsd.org/scp",
        bare: Some(Verb {
            impact: Unknown,
            categories: &[Deploy],
            flags: Flags::HARMLESS,
            rest: Rest::Own,
            ..Verb::WRITE
        }),
        locate: Locate::Unknown,
        examples: &[Example { command: "scp a prod:/srv", operation: "scp", impact: Unknown }],
        ..Pack::BASE
    },
];
