//! gcloud, Google Cloud's command line: groups, then a verb, then names. A verb means the same in nearly every group.

use super::groups::GCLOUD;
use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, OtherFlags, Pack, Targets, Verb, When};
use crate::model::action::Category::{
    self, AccessControl, Config, Deploy, Execution, Infra, Observe, Secrets, SecurityPolicy, UserData,
};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

const LOOKS: &str = "list|list-*|describe|describe-*|get|get-*|search|search-*|lookup|query-*|show|show-*|check-*|is-*|wait|wait-*|tail|stream-logs|explain|validate|validate-*|verify|verify-*|analyze-*|evaluate|diff|status|fetch-for-apply|lint-*|read|report|get-value";
const MAKES: &str = "create|create-*|update|update-*|patch|set|set-*|add|add-*|enable|enable-*|apply|apply-*|attach|attach-*|start|start-*|stop|stop-*|restart|restart-*|reboot|resume|resume-*|suspend|suspend-*|pause|resize|resize-*|upgrade|move|move-*|copy|copy-*|clone|clone-*|import|import-*|export|export-*|restore|restore-*|register|register-*|promote|promote-*|migrate|migrate-*|rename|replace|replace-*|link|enroll|undelete|submit|run|run-*|execute|deploy|deploy-*|rollback|redeploy|retry-*|advance|publish|upload|upload-*|insert|write|load|approve|deny|allow|acknowledge|activate|perform-*|reschedule-*|configure-*|mark-*|grant|provision|rotate|backup|seek|ack|diagnose|sync|snapshot|commit|complete|instantiate|instantiate-*|trigger-*|lock|unlock|simulate-*|edit|init|refresh";
const BREAKS: &str = "delete|delete-*|remove|remove-*|destroy|reset|reset-*|detach|detach-*|disable|disable-*|cancel|cancel-*|abandon|abandon-*|unregister|unset|purge|drop|terminate|kill|bulk-delete|undeploy|undeploy-*|unlink|unenroll|revoke|drain|failover|switchover|recreate-*|reimage|clear-*|invalidate|invalidate-*|abort|demote|demote-*|deprecate|reject|dismiss|revert|ignore-job";

/// Whatever flags come after the verb, none makes it do more than its verb says.
const LATE: Flags = Flags { others: OtherFlags::Harmless, ..Flags::NONE };

const fn look(path: &'static [&'static str]) -> Verb {
    Verb { path, ..Verb::READ }
}

const fn handing_out(path: &'static [&'static str]) -> Verb {
    Verb { categories: &[Observe, Secrets], ..look(path) }
}

const fn change(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { path, categories, ..Verb::WRITE }
}

const fn remove(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { impact: Destroy, ..change(path, categories) }
}

const fn running(path: &'static [&'static str]) -> Verb {
    Verb { impact: Unknown, ..change(path, &[Execution]) }
}

/// The tool.
pub const PACK: Pack = Pack {
    tool: "gcloud",
    programs: &["gcloud"],
    source: "https://cloud.google.com/sdk/gcloud/reference",
    style: FlagStyle::Argparse,
    flags: Flags {
        value: &[
            "--account", "--billing-project", "--configuration", "--flatten", "--format",
            "--impersonate-service-account", "--project", "--trace-token", "--verbosity", "--filter", "--limit",
            "--page-size", "--sort-by", "--zone", "--region", "--location", "--folder", "--organization",
        ],
        reads: &["--flags-file", "--access-token-file"],
        switch: &[
            "--help", "-h", "--log-http", "--no-log-http", "--quiet", "-q", "--user-output-enabled",
            "--no-user-output-enabled",
        ],
        ..Flags::NONE
    },
    early: Flags { switch: &["--version", "-v"], ..Flags::NONE },
    late: LATE,
    help: &["--help", "-h"],
    tracks: &["alpha", "beta", "preview"],
    groups: GCLOUD,
    verbs: &[
        look(&["version|info|help|cheat-sheet"]),
        look(&["topic", "*"]),
        // Groups that have a verb's name.
        change(&["backup-dr", "backups", "restore", "compute|disk"], &[Infra, UserData]),
        change(&["compute", "diagnose", "export-logs|routes"], &[Infra]),
        change(
            &["compute", "resource-policies", "create", "vm-maintenance", "concurrency-limit|maintenance-window"],
            &[Infra],
        ),
        change(&["spanner", "migrate", "cleanup|data|schema|schema-and-data|web"], &[UserData]),
        change(&["artifacts", "docker", "upgrade", "migrate"], &[Infra]),
        look(&["artifacts", "docker", "upgrade", "print-iam-policy"]),
        look(&["builds", "log"]),
        look(&["**", LOOKS]),
        change(&["**", MAKES], &[Infra]),
        remove(&["**", BREAKS], &[Infra]),
        // Kinds of trigger, check and connection, which come after the verb.
        change(
            &[
                "**",
                "create|update",
                "bitbucket-*|bitbucketserver|cloud-source-repositories|developer-connect|github|github-enterprise|gitlab|manual|pubsub|webhook|http|http2|https|grpc|grpc-*|tcp|ssl|group-placement|instance-schedule|snapshot-schedule|workload-policy|disk-consistency-group|vm-maintenance|mysql|postgresql|cloudsql|alloydb|sqlserver|oracle|data-quality|data-profile|data-discovery|spark|app-engine|linux|macos|windows",
            ],
            &[Infra],
        ),
        change(&["**", "export|import", "sql|csv|bak|tde|bq|gcs"], &[UserData]),
        change(
            &[
                "**",
                "submit|add-job",
                "flink|hadoop|hive|pig|presto|pyspark|spark|spark-r|spark-sql|trino|prediction|training",
            ],
            &[Deploy, Execution],
        ),
        change(&["**", "set-iam-policy|add-iam-policy-binding|add-*-policy-binding|set-policy"], &[AccessControl]),
        remove(&["**", "remove-iam-policy-binding|remove-*-policy-binding"], &[AccessControl]),
        handing_out(&[
            "**",
            "print-access-token|print-identity-token|get-key-string|get-auth-string|generate-login-token|fetch-read-token|fetch-read-write-token|sign-jwt|sign-blob|sign-url|decrypt|asymmetric-decrypt|raw-decrypt|get-register-parameters|get-serial-port-output|tail-serial-port-output|asymmetric-sign|mac-sign",
        ]),
        remove(
            &["**", "reset-windows-password|reset-admin-password|reset-password|reset-secret"],
            &[AccessControl, Secrets],
        ),
        // They make other clusters and accounts the ones that later commands reach.
        change(&["**", "get-credentials"], &[Config, Secrets]),
        change(&["config", "set"], &[Config]),
        remove(&["config", "unset"], &[Config]),
        change(&["config", "configurations", "activate|create|rename"], &[Config]),
        remove(&["config", "configurations", "delete"], &[Config]),
        look(&["config", "list|get|get-value"]),
        handing_out(&["config", "config-helper"]),
        look(&["auth", "list|describe"]),
        change(&["auth", "login|activate-service-account|configure-docker"], &[AccessControl, Secrets]),
        change(&["auth", "application-default", "login|set-quota-project"], &[AccessControl, Secrets]),
        remove(&["auth", "revoke"], &[AccessControl, Secrets]),
        remove(&["auth", "application-default", "revoke"], &[AccessControl, Secrets]),
        handing_out(&["auth", "print-access-token|print-identity-token"]),
        handing_out(&["secrets", "versions", "access"]),
        handing_out(&["parametermanager", "parameters", "versions", "render"]),
        change(&["secrets", "create|update|replicate"], &[Secrets]),
        change(&["secrets", "versions", "add|enable"], &[Secrets]),
        remove(&["secrets", "delete"], &[Secrets, UserData]),
        remove(&["secrets", "versions", "destroy|disable"], &[Secrets, UserData]),
        change(&["iam", "*", MAKES], &[AccessControl]),
        remove(&["iam", "*", BREAKS], &[AccessControl]),
        change(&["iam", "service-accounts", "keys", "create|upload|enable"], &[AccessControl, Secrets]),
        remove(&["iam", "service-accounts", "keys", "delete|disable"], &[AccessControl]),
        change(&["iam", "*", "*", MAKES], &[AccessControl]),
        remove(&["iam", "*", "*", BREAKS], &[AccessControl]),
        change(&["kms|iap|access-context-manager|org-policies|pam|identity", "*", MAKES], &[AccessControl]),
        remove(&["kms|iap|access-context-manager|org-policies|pam|identity", "*", BREAKS], &[AccessControl]),
        change(&["org-policies", MAKES], &[AccessControl]),
        remove(&["org-policies", BREAKS], &[AccessControl]),
        remove(&["kms", "keys", "versions", BREAKS], &[AccessControl]),
        change(&["storage", "hmac", "create|update"], &[AccessControl, Secrets]),
        change(&["services", "api-keys", "create|update|undelete"], &[AccessControl, Secrets]),
        change(
            &[
                "compute",
                "firewall-rules|security-policies|firewall-policies|network-firewall-policies|ssl-policies",
                MAKES,
            ],
            &[SecurityPolicy],
        ),
        remove(
            &[
                "compute",
                "firewall-rules|security-policies|firewall-policies|network-firewall-policies|ssl-policies",
                BREAKS,
            ],
            &[SecurityPolicy],
        ),
        Verb { targets: Targets::Operands("service"), ..change(&["run", "deploy"], &[Deploy]) },
        change(&["run", "services", "update|update-traffic|replace"], &[Deploy]),
        change(&["run", "jobs", "deploy|execute|update|create"], &[Deploy]),
        change(&["app|functions", "deploy"], &[Deploy]),
        change(&["app", "services", "set-traffic"], &[Deploy]),
        change(&["app", "versions", "start|stop|migrate"], &[Deploy]),
        change(&["deploy", "releases", "create|promote"], &[Deploy]),
        change(&["deploy", "rollouts", "approve|advance|retry-job"], &[Deploy]),
        change(&["builds", "submit"], &[Deploy, Execution]),
        Verb { categories: &[UserData], ..look(&["storage", "cat"]) },
        look(&["storage", "ls|du|hash"]),
        Verb {
            flags: Flags {
                switch: &["-n", "--no-clobber", "-r", "-R", "--recursive", "-c", "--continue-on-error", "--dry-run"],
                ..LATE
            },
            modifiers: &[
                Modifier {
                    when: When::Flag(&["--delete-unmatched-destination-objects"]),
                    then: Change::AtLeast(Destroy),
                },
                Modifier { when: When::Flag(&["--dry-run"]), then: Change::Impact(Read) },
            ],
            ..change(&["storage", "cp|mv|rsync"], &[UserData])
        },
        remove(&["storage", "rm"], &[UserData]),
        remove(&["storage", "buckets|objects|folders|managed-folders", "delete"], &[Infra, UserData]),
        remove(&["sql", "instances|databases|backups", "delete"], &[Infra, UserData]),
        change(&["sql", "users", "create|set-password|assign-roles"], &[AccessControl]),
        remove(&["sql", "users", "delete"], &[AccessControl]),
        change(&["sql", "instances", "clone|export|import|restore-backup"], &[UserData]),
        remove(&["spanner", "instances|databases|backups", "delete"], &[Infra, UserData]),
        remove(&["bigtable", "instances|clusters|backups", "delete"], &[Infra, UserData]),
        remove(&["bigtable", "instances", "tables", "delete"], &[Infra, UserData]),
        remove(&["compute", "disks|snapshots", "delete"], &[Infra, UserData]),
        remove(&["filestore|redis|memcache|alloydb|firestore|datastore", "*", "delete"], &[Infra, UserData]),
        remove(&["firestore", "bulk-delete"], &[UserData]),
        change(&["firestore|datastore", "import|export"], &[UserData]),
        change(&["spanner", "rows", "insert|update"], &[UserData]),
        remove(&["spanner", "rows", "delete"], &[UserData]),
        change(&["pubsub", "topics", "publish"], &[UserData]),
        change(&["pubsub", "subscriptions", "pull|ack|seek|modify-*"], &[UserData]),
        running(&["**", "ssh|scp|execute-sql|connect-to-serial-port|start-iap-tunnel|copy-files|start-tcp-tunnel"]),
        running(&["compute", "config-ssh"]),
        running(&["composer", "environments", "run"]),
        running(&["sql", "connect"]),
        running(&["components", "install|update|remove|reinstall|restore|post-process"]),
        look(&["components", "list"]),
        running(&["cloud-shell", "*"]),
        running(&["emulators", "*", "*"]),
        running(&["docker|init|interactive|feedback|survey"]),
    ],
    bare: Some(Verb::READ),
    modifiers: &[
        Modifier {
            when: When::Flag(&["--flags-file", "--access-token-file"]),
            then: Change::Opaque("a file holds more flags, or who it is that asks"),
        },
        Modifier { when: When::Flag(&["--impersonate-service-account"]), then: Change::AddCategory(AccessControl) },
        Modifier { when: When::Flag(&["--impersonate-service-account"]), then: Change::AtLeast(Write) },
    ],
    locate: Locate::Gcloud,
    examples: &[
        Example {
            command: "gcloud compute instances list --project x",
            operation: "compute instances list",
            impact: Read,
        },
        Example {
            command: "gcloud compute instances delete list --zone us-east1-b",
            operation: "compute instances delete",
            impact: Destroy,
        },
        Example { command: "gcloud beta run services describe web", operation: "run services describe", impact: Read },
        Example { command: "gcloud builds triggers run list", operation: "builds triggers run", impact: Write },
        Example { command: "gcloud beta run deploy web --image x", operation: "run deploy", impact: Write },
        Example {
            command: "gcloud compute --frob list instances delete x",
            operation: "compute list",
            impact: Unknown,
        },
        Example { command: "gcloud compute instances frob list", operation: "unknown", impact: Unknown },
        Example { command: "gcloud auth print-access-token", operation: "auth print-access-token", impact: Read },
        Example {
            command: "gcloud container clusters get-credentials prod",
            operation: "container clusters get-credentials",
            impact: Write,
        },
        Example { command: "gcloud compute ssh web", operation: "compute ssh", impact: Unknown },
        Example {
            command: "gcloud projects add-iam-policy-binding p --member=x --role=y",
            operation: "projects add-iam-policy-binding",
            impact: Write,
        },
        Example {
            command: "gcloud compute instances delete x --help",
            operation: "compute instances delete",
            impact: Read,
        },
        Example { command: "gcloud sql export sql i gs://b/x", operation: "sql export sql", impact: Write },
    ],
    ..Pack::BASE
};
