//! aws, Amazon's command line. Its operations are too many to list: their first words say what they do.

use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, OtherFlags, Pack, Targets, Verb, When};
use crate::model::action::Category::{
    self, AccessControl, Config, Deploy, Execution, Infra, Observe, Plan, Secrets, SecurityPolicy, UserData,
};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

const fn look(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: Flags::HARMLESS, ..Verb::READ }
}

const fn handing_out(path: &'static [&'static str]) -> Verb {
    Verb { categories: &[Observe, Secrets], ..look(path) }
}

const fn change(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { path, flags: Flags::HARMLESS, categories, ..Verb::WRITE }
}

const fn remove(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { impact: Destroy, ..change(path, categories) }
}

const fn running(path: &'static [&'static str]) -> Verb {
    Verb { impact: Unknown, ..change(path, &[Execution]) }
}

const MAKES: &str = "create-*|update-*|put-*|modify-*|start-*|stop-*|reboot-*|run-*|set-*|add-*|attach-*|associate-*|register-*|enable-*|disable-*|tag-*|untag-*|copy-*|import-*|restore-*|allocate-*|assign-*|apply-*|change-*|configure-*|deploy|deploy-*|increase-*|decrease-*|publish|publish-*|rotate-*|send-*|subscribe|upload-*|request-*|replace-*|resume-*|suspend-*|complete-*|accept-*|cancel-*|promote-*|failover-*|move-*|activate-*|wire-*|scale-*|rollback-*|execute-change-set|continue-*|signal-*|record-*|purchase-*";
const BREAKS: &str = "delete-*|terminate-*|deregister-*|remove-*|purge-*|detach-*|disassociate-*|release-*|reset-*|revoke-*|batch-delete-*|deactivate-*|reject-*|empty-*|destroy-*|schedule-key-deletion|unsubscribe";
const LOOKS: &str = "describe-*|list-*|get-*|batch-get-*|search-*|lookup-*|filter-*|head-*|scan|query|select-*|simulate-*|validate-*|estimate-*|preview-*|view-*|wait|ls|help|summarize-*|test-*|count-*|check-*|batch-describe-*";

/// Operations that look and whose answer goes into a file (their output is a stream in botocore's models).
const STREAMS: &str = "get-export|get-sdk|get-configuration|get-hosted-configuration-version|get-latest-configuration|get-introspection-schema|get-connection-function|get-package-version-asset|get-profile|get-lineage-event|get-snapshot-block|get-glyphs|get-sprites|get-static-map|get-style-descriptor|get-tile|get-thing-shadow|get-position-estimate|get-resource-position|get-clip|get-media-for-fragment-list|get-media|get-work-unit-results|get-map-glyphs|get-map-sprites|get-map-style-descriptor|get-map-tile|describe-input-device-thumbnail|get-image-frame|get-image-set-metadata|get-read-set|get-reference|get-code-binding-source|get-sol-function-package-content|get-sol-function-package-descriptor|get-sol-network-package-content|get-sol-network-package-descriptor|get-raw-message-content";

/// Flags of `s3 cp`, `mv` and `sync` (awscli/customizations/s3).
const S3: Flags = Flags {
    value: &[
        "--exclude", "--include", "--acl", "--sse", "--sse-kms-key-id", "--sse-c", "--sse-c-key",
        "--sse-c-copy-source", "--sse-c-copy-source-key", "--storage-class", "--grants", "--website-redirect",
        "--content-type", "--cache-control", "--content-disposition", "--content-encoding", "--content-language",
        "--expires", "--source-region", "--page-size", "--expected-size", "--metadata", "--metadata-directive",
        "--copy-props", "--request-payer", "--checksum-mode", "--checksum-algorithm", "--case-conflict",
    ],
    switch: &[
        "--dryrun", "--quiet", "--no-guess-mime-type", "--follow-symlinks", "--no-follow-symlinks",
        "--ignore-glacier-warnings", "--force-glacier-transfer", "--only-show-errors", "--no-progress", "--progress",
        "--recursive", "--size-only", "--exact-timestamps", "--delete", "--no-overwrite", "--validate-same-s3-paths",
    ],
    ..Flags::NONE
};
/// A download changes nothing there; the file that it writes is judged by its path.
const FROM_S3: Modifier = Modifier {
    when: When::All(&[
        When::Operand(0, &["s3://*"]),
        When::Operand(1, &["*"]),
        When::Not(&When::Operand(1, &["s3://*"])),
    ]),
    then: Change::Impact(Read),
};
const S3_DRY: Modifier = Modifier { when: When::Flag(&["--dryrun"]), then: Change::Impact(Read) };
const S3_PLAN: Modifier = Modifier { when: When::Flag(&["--dryrun"]), then: Change::Categories(&[Plan]) };

/// EC2 checks the request and the rights, and does nothing; a flag that is given later wins.
const DRY: [Modifier; 2] = [
    Modifier {
        when: When::All(&[When::Flag(&["--dry-run"]), When::NoFlag(&["--no-dry-run"])]),
        then: Change::Impact(Read),
    },
    Modifier {
        when: When::All(&[When::Flag(&["--dry-run"]), When::NoFlag(&["--no-dry-run"])]),
        then: Change::Categories(&[Plan]),
    },
];

/// The tool.
pub const PACK: Pack = Pack {
    tool: "aws",
    programs: &["aws"],
    source: "https://docs.aws.amazon.com/cli/latest/reference/",
    style: FlagStyle::Argparse,
    flags: Flags {
        value: &[
            "--profile", "--region", "--output", "--query", "--endpoint-url", "--cli-read-timeout",
            "--cli-connect-timeout", "--color", "--cli-binary-format", "--cli-error-format",
        ],
        reads: &["--ca-bundle"],
        switch: &[
            "--debug", "--no-verify-ssl", "--no-paginate", "--no-sign-request", "--no-cli-pager", "--cli-auto-prompt",
            "--no-cli-auto-prompt", "--generate-cli-skeleton",
        ],
        ..Flags::NONE
    },
    early: Flags { switch: &["--version"], ..Flags::NONE },
    late: Flags::HARMLESS,
    verbs: &[
        look(&["*", LOOKS]),
        change(&["*", MAKES], &[Infra]),
        remove(&["*", BREAKS], &[Infra]),
        look(&["*", "wait", "*"]),
        look(&["*", "help"]),
        // Where the operation's own operands stand, `help` is one of them.
        Verb {
            modifiers: &[Modifier { when: When::NoOperand(0), then: Change::Impact(Read) }],
            impact: Unknown,
            ..look(&["*", "*", "help"])
        },
        Verb {
            flags: Flags { switch: &["--dry-run", "--no-dry-run"], others: OtherFlags::Harmless, ..Flags::NONE },
            modifiers: &DRY,
            ..change(&["ec2", MAKES], &[Infra])
        },
        Verb {
            flags: Flags { switch: &["--dry-run", "--no-dry-run"], others: OtherFlags::Harmless, ..Flags::NONE },
            modifiers: &DRY,
            ..remove(&["ec2", BREAKS], &[Infra])
        },
        // What they answer with is written to the file that their operand names.
        Verb { targets: Targets::WritePaths, ..look(&["*", STREAMS]) },
        Verb {
            impact: Write,
            categories: &[UserData],
            targets: Targets::WritePaths,
            ..look(&["glacier", "get-job-output"])
        },
        change(&["tnb", "validate-*"], &[Infra]),
        look(&["s3", "ls"]),
        look(&["help"]),
        look(&["sts", "get-caller-identity|decode-authorization-message|get-access-key-info"]),
        look(&["configure", "list|list-profiles"]),
        look(&["logs", "tail|start-query|get-query-results"]),
        handing_out(&["secretsmanager", "get-secret-value|batch-get-secret-value|get-random-password"]),
        handing_out(&["ssm", "get-parameter|get-parameters|get-parameters-by-path|get-parameter-history"]),
        handing_out(&[
            "sts",
            "get-session-token|get-federation-token|assume-role|assume-role-with-saml|assume-role-with-web-identity|assume-root|get-service-bearer-token|get-web-identity-token",
        ]),
        handing_out(&["ecr|ecr-public", "get-login-password|get-authorization-token|get-login"]),
        handing_out(&[
            "kms",
            "decrypt|generate-data-key*|generate-random|generate-mac|sign|re-encrypt|get-parameters-for-import",
        ]),
        handing_out(&["rds|dsql", "generate-db-*auth-token"]),
        handing_out(&["eks", "get-token"]),
        handing_out(&["ec2", "get-password-data"]),
        handing_out(&["ec2", "get-console-output|get-console-screenshot"]),
        handing_out(&[
            "cognito-identity|sso|redshift|redshift-serverless|codeartifact|lakeformation|gamelift|emr-containers|lightsail|iot|connect|appstream|quicksight|workspaces|s3control",
            "get-*cred*|get-role-credentials|get-cluster-cred*|get-authorization-token|get-temporary-*|get-*token*|get-*-access-details|get-data-access|create-streaming-url|get-dashboard-embed-url",
        ]),
        handing_out(&["configure", "export-credentials|get"]),
        handing_out(&["s3", "presign"]),
        handing_out(&["iam", "create-access-key|create-login-profile|create-service-specific-credential"]),
        handing_out(&["lambda", "get-function|get-function-configuration"]),
        handing_out(&["apigateway", "get-api-key|get-api-keys"]),
        handing_out(&["secretsmanager", "list-secret-*"]),
        handing_out(&["acm", "export-certificate"]),
        handing_out(&["ec2", "create-key-pair"]),
        Verb {
            categories: &[UserData],
            ..look(&["dynamodb", "scan|query|get-item|batch-get-item|transact-get-items"])
        },
        Verb {
            categories: &[UserData],
            targets: Targets::WritePaths,
            ..look(&["s3api|mediastore-data", "get-object|get-object-torrent|select-object-content"])
        },
        change(&["s3", "website"], &[UserData]),
        Verb {
            flags: S3,
            targets: Targets::LastWritePath,
            modifiers: &[FROM_S3, S3_DRY, S3_PLAN],
            ..change(&["s3", "cp"], &[UserData])
        },
        Verb { flags: S3, modifiers: &[S3_DRY, S3_PLAN], ..change(&["s3", "mv"], &[UserData]) },
        remove(&["s3", "rm"], &[UserData]),
        remove(&["s3", "rb"], &[Infra, UserData]),
        change(&["s3", "mb"], &[Infra]),
        remove(&["s3api", "delete-object|delete-objects"], &[UserData]),
        change(&["s3api", "put-object|copy-object|upload-part|restore-object"], &[UserData]),
        Verb {
            modifiers: &[Modifier { when: When::Flag(&["--delete"]), then: Change::AtLeast(Destroy) }, S3_DRY, S3_PLAN],
            flags: S3,
            ..change(&["s3", "sync"], &[UserData])
        },
        change(
            &[
                "s3api",
                "put-bucket-policy|put-bucket-acl|put-public-access-block|put-object-acl|delete-public-access-block|delete-bucket-policy|put-bucket-ownership-controls|put-bucket-encryption",
            ],
            &[SecurityPolicy, AccessControl],
        ),
        change(
            &[
                "dynamodb",
                "put-item|update-item|batch-write-item|transact-write-items|execute-statement|batch-execute-statement|execute-transaction",
            ],
            &[UserData],
        ),
        remove(&["dynamodb", "delete-item"], &[UserData]),
        Verb {
            impact: Unknown,
            ..change(
                &[
                    "rds-data|redshift-data|athena",
                    "execute-statement|batch-execute-statement|start-query-execution|execute-sql",
                ],
                &[UserData],
            )
        },
        change(
            &["iam|organizations|sso-admin|identitystore|ram|accessanalyzer|rolesanywhere", MAKES],
            &[AccessControl],
        ),
        remove(
            &["iam|organizations|sso-admin|identitystore|ram|accessanalyzer|rolesanywhere", BREAKS],
            &[AccessControl],
        ),
        change(&["iam", "upload-*|resync-*|enable-*|generate-*"], &[AccessControl]),
        change(&["kms", MAKES], &[AccessControl]),
        remove(&["kms", "schedule-key-deletion|disable-key|delete-*|retire-grant|revoke-grant"], &[AccessControl]),
        change(&["cognito-idp", "admin-*|create-*|update-*|set-*"], &[AccessControl, UserData]),
        remove(&["cognito-idp", "admin-delete-*|delete-*|admin-disable-*"], &[AccessControl, UserData]),
        change(
            &["ec2", "authorize-*|*network-acl*|modify-security-group-*|update-security-group-*"],
            &[SecurityPolicy],
        ),
        remove(&["ec2", "revoke-*|delete-security-group|delete-network-acl*"], &[SecurityPolicy]),
        change(
            &[
                "wafv2|waf|waf-regional|network-firewall|shield|guardduty|securityhub|config|configservice|cloudtrail|macie2|inspector2|fms",
                MAKES,
            ],
            &[SecurityPolicy],
        ),
        remove(
            &[
                "wafv2|waf|waf-regional|network-firewall|shield|guardduty|securityhub|config|configservice|cloudtrail|macie2|inspector2|fms",
                BREAKS,
            ],
            &[SecurityPolicy],
        ),
        remove(&["cloudtrail", "stop-logging"], &[SecurityPolicy]),
        remove(&["secretsmanager", "delete-secret"], &[Secrets, Infra]),
        change(&["secretsmanager", "put-*|update-*|create-*|rotate-*|restore-*"], &[Secrets]),
        change(&["ssm", "put-parameter"], &[Config, Secrets]),
        change(
            &[
                "ecs",
                "update-service|run-task|start-task|stop-task|register-task-definition|create-task-set|update-task-set",
            ],
            &[Deploy],
        ),
        change(
            &[
                "lambda",
                "update-function-code|update-function-configuration|publish-version|update-alias|create-alias|put-function-concurrency",
            ],
            &[Deploy],
        ),
        change(
            &[
                "codedeploy|codepipeline|codebuild|apprunner|amplify|elasticbeanstalk|apigateway|apigatewayv2",
                "create-deployment|start-*|stop-*|retry-*|batch-*|update-environment|update-service|start-pipeline-execution",
            ],
            &[Deploy],
        ),
        change(&["autoscaling|application-autoscaling", "set-*|update-*|put-*|execute-policy|register-*"], &[Deploy]),
        running(&["ssm", "send-command|start-session|start-automation-execution|resume-session"]),
        running(&["ecs", "execute-command"]),
        running(&["ec2-instance-connect", "*"]),
        running(&["lambda", "invoke|invoke-async|invoke-with-response-stream"]),
        running(&["cloudshell|cli-dev", "*"]),
        running(&["stepfunctions", "start-*|test-state"]),
        running(&["eks", "update-kubeconfig"]),
        change(&["configure"], &[Config, Secrets]),
        change(&["configure", "set|import|sso|add-model|sso-session"], &[Config, Secrets]),
        change(&["sso", "login|logout"], &[Secrets]),
    ],
    bare: Some(Verb::READ),
    locate: Locate::Aws,
    examples: &[
        Example {
            command: "aws ec2 describe-instances --filters Name=a,Values=b",
            operation: "ec2 describe-instances",
            impact: Read,
        },
        Example { command: "aws --profile prod --region eu-west-1 s3 ls s3://b", operation: "s3 ls", impact: Read },
        Example { command: "aws s3 rb s3://b --force", operation: "s3 rb", impact: Destroy },
        Example { command: "aws s3 sync . s3://b --delete", operation: "s3 sync", impact: Destroy },
        Example {
            command: "aws rds delete-db-instance --db-instance-identifier x",
            operation: "rds delete-db-instance",
            impact: Destroy,
        },
        Example {
            command: "aws iam attach-user-policy --user-name x --policy-arn y",
            operation: "iam attach-user-policy",
            impact: Write,
        },
        Example {
            command: "aws secretsmanager get-secret-value --secret-id x",
            operation: "secretsmanager get-secret-value",
            impact: Read,
        },
        Example {
            command: "aws dynamodb delete-item --table-name t --key x",
            operation: "dynamodb delete-item",
            impact: Destroy,
        },
        Example {
            command: "aws ec2 terminate-instances --dry-run --instance-ids i-1",
            operation: "ec2 terminate-instances",
            impact: Read,
        },
        Example {
            command: "aws ec2 terminate-instances --dry-run --instance-ids i-1 --no-dry-run",
            operation: "ec2 terminate-instances",
            impact: Destroy,
        },
        Example { command: "aws s3 rm help", operation: "s3 rm help", impact: Read },
        Example { command: "aws s3 cp s3://b/x .", operation: "s3 cp", impact: Read },
        Example { command: "aws s3 cp x s3://b/x --dryrun", operation: "s3 cp", impact: Read },
        Example { command: "aws s3 cp --acl s3://b/x x s3://b/x", operation: "s3 cp", impact: Write },
        Example { command: "aws lambda invoke --function-name f out", operation: "lambda invoke", impact: Unknown },
        Example { command: "aws ssm start-session --target i-1", operation: "ssm start-session", impact: Unknown },
        Example { command: "aws ec2 frobnicate", operation: "unknown", impact: Unknown },
        Example {
            command: "aws ec2 terminate-instances --instance-ids i-1",
            operation: "ec2 terminate-instances",
            impact: Destroy,
        },
        Example { command: "aws sts get-caller-identity", operation: "sts get-caller-identity", impact: Read },
        Example {
            command: "aws ecs update-service --service x --force-new-deployment",
            operation: "ecs update-service",
            impact: Write,
        },
    ],
    ..Pack::BASE
};
