//! Tools that build infrastructure from code, beside terraform.

use super::plain::{change, look, remove, reveal, running, tool};
use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, Pack, Targets, Verb, When};
use crate::model::action::Category::{
    self, Build, Code, Config, Deploy, Execution, Infra, Observe, Plan, Secrets, Test,
};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

/// A plan that runs the project's own program.
const fn preview(path: &'static [&'static str]) -> Verb {
    Verb { categories: &[Plan, Execution], ..look(path) }
}

const PLAYBOOK: Flags = Flags {
    value: &[
        "-i", "--inventory", "--inventory-file", "-l", "--limit", "-t", "--tags", "--skip-tags", "-e", "--extra-vars",
        "-u", "--user", "-f", "--forks", "-c", "--connection", "-T", "--timeout", "-M", "--module-path",
        "--ssh-common-args", "--sftp-extra-args", "--scp-extra-args", "--ssh-extra-args", "--become-method",
        "--become-user", "--vault-id", "--start-at-task",
    ],
    reads: &[
        "--private-key", "--key-file", "--vault-password-file", "--vault-pass-file", "--become-password-file",
        "--become-pass-file", "--connection-password-file", "--conn-pass-file",
    ],
    switch: &[
        "-h", "--help", "--version", "-v", "-vv", "-vvv", "-vvvv", "--verbose", "-C", "--check", "-D", "--diff", "-b",
        "--become", "-K", "--ask-become-pass", "-k", "--ask-pass", "-J", "--ask-vault-password", "--ask-vault-pass",
        "--syntax-check", "--list-hosts", "--list-tags", "--list-tasks", "--step", "--force-handlers", "--flush-cache",
    ],
    ..Flags::NONE
};
/// Flags that name programs, or variables that can turn a check into a run.
const FREE: &[&str] = &[
    "-c", "--connection", "-M", "--module-path", "--ssh-common-args", "--sftp-extra-args", "--scp-extra-args",
    "--ssh-extra-args", "--vault-password-file", "--vault-pass-file", "--vault-id", "-e", "--extra-vars",
    "--become-method", "--become-password-file", "--become-pass-file", "--connection-password-file",
    "--conn-pass-file",
];
const CHECKS: When = When::All(&[
    When::Flag(&["-C", "--check", "--syntax-check", "--list-hosts", "--list-tags", "--list-tasks"]),
    When::NoFlag(FREE),
]);

const fn looks_with(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { categories, ..look(path) }
}

/// The packs.
pub const PACKS: &[Pack] = &[
    Pack {
        tool: "terragrunt",
        programs: &["terragrunt"],
        source: "https://terragrunt.gruntwork.io/docs/reference/cli/",
        style: FlagStyle::SingleDash,
        flags: Flags {
            value: &[
                "-terragrunt-working-dir", "-working-dir", "-terragrunt-log-level", "-log-level", "-queue-include-dir",
                "-queue-exclude-dir",
            ],
            switch: &[
                "-terragrunt-non-interactive", "-non-interactive", "-all", "-terragrunt-debug", "-help", "-h",
                "-no-color",
            ],
            ..Flags::NONE
        },
        late: Flags::HARMLESS,
        help: &["-help", "-h"],
        verbs: &[
            // Its configuration has hooks and `run_cmd`, which run while it is read.
            preview(&[
                "plan|validate|show|output|graph|providers|validate-inputs|render-json|render|graph-dependencies|output-module-groups|list|find|info",
            ]),
            preview(&["run-all|run", "plan|validate|show|output|providers|graph"]),
            look(&["version|help|terragrunt-info"]),
            change(&["hclfmt|fmt|init|get|scaffold|catalog|aws-provider-patch"], &[Code, Execution]),
            change(&["hcl", "fmt|validate"], &[Code]),
            change(&["apply|import|refresh|taint|untaint"], &[Infra]),
            remove(&["destroy|force-unlock"], &[Infra]),
            change(&["run-all|run", "apply|init|refresh"], &[Infra]),
            remove(&["run-all|run", "destroy"], &[Infra]),
            remove(&["state", "rm|mv|push|replace-provider"], &[Infra]),
            preview(&["state", "list|show"]),
            reveal(&["state", "pull"]),
            change(&["workspace", "select|new"], &[Config]),
            remove(&["workspace", "delete"], &[Infra]),
            running(&["console|exec|test|stack"]),
        ],
        bare: Some(Verb::READ),
        modifiers: &[Modifier { when: When::Flag(&["-destroy"]), then: Change::AtLeast(Destroy) }],
        locate: Locate::Unknown,
        examples: &[
            Example { command: "terragrunt plan", operation: "plan", impact: Read },
            Example { command: "terragrunt run-all destroy", operation: "run-all destroy", impact: Destroy },
            Example { command: "terragrunt apply -auto-approve", operation: "apply", impact: Write },
        ],
        ..Pack::BASE
    },
    Pack {
        flags: Flags {
            value: &[
                "-s", "--stack", "-C", "--cwd", "--color", "--config-file", "-c", "--config", "-m", "--message", "-t",
                "--target", "-p", "--parallel",
            ],
            switch: &[
                "-h", "--help", "-y", "--yes", "--non-interactive", "-e", "--emoji", "--logtostderr", "-j", "--json",
            ],
            ..Flags::NONE
        },
        early: Flags { value: &["-v", "--verbose", "--tracing", "--profiling"], switch: &["--version"], ..Flags::NONE },
        ..tool(
            "pulumi",
            &["pulumi"],
            "https://www.pulumi.com/docs/iac/cli/commands/",
            &[
                look(&["version|about|whoami|help|logs"]),
                preview(&["preview=pre"]),
                look(&["stack", "ls|history|graph|tag"]),
                Verb {
                    modifiers: &[Modifier {
                        when: When::Flag(&["--show-secrets"]),
                        then: Change::AddCategory(Secrets),
                    }],
                    ..look(&["stack"])
                },
                Verb {
                    modifiers: &[Modifier {
                        when: When::Flag(&["--show-secrets"]),
                        then: Change::AddCategory(Secrets),
                    }],
                    ..look(&["stack", "output"])
                },
                reveal(&["stack", "export"]),
                Verb {
                    modifiers: &[Modifier {
                        when: When::Flag(&["--show-secrets"]),
                        then: Change::AddCategory(Secrets),
                    }],
                    ..look(&["config"])
                },
                reveal(&["config", "get"]),
                change(&["config", "set|set-all|cp|env|refresh"], &[Config]),
                remove(&["config", "rm|rm-all"], &[Config]),
                look(&["plugin|org|policy|template", "ls"]),
                look(&["env", "ls|version"]),
                reveal(&["env", "get|open"]),
                running(&["env", "run"]),
                change(&["up=update|refresh|import"], &[Infra]),
                remove(&["destroy=down=dn|cancel"], &[Infra]),
                change(&["stack", "init|rename|import|change-secrets-provider"], &[Infra]),
                change(&["stack", "select|unselect"], &[Config]),
                remove(&["stack", "rm"], &[Infra]),
                remove(&["state", "delete|unprotect|rename|upgrade|move|edit|repair|taint|untaint|protect"], &[Infra]),
                change(&["login|logout"], &[Secrets]),
                running(&["watch|new|convert|package|install|plugin|console|policy|deployment|schema"]),
            ],
            &[
                Example { command: "pulumi stack ls", operation: "stack ls", impact: Read },
                Example { command: "pulumi up --yes -s prod", operation: "up", impact: Write },
                Example { command: "pulumi destroy", operation: "destroy", impact: Destroy },
                Example { command: "pulumi stack rm prod", operation: "stack rm", impact: Destroy },
                Example { command: "pulumi stack output --show-secrets", operation: "stack output", impact: Read },
            ],
        )
    },
    Pack {
        flags: Flags {
            value: &[
                "--profile", "-c", "--context", "-o", "--output", "-r", "--role-arn", "--toolkit-stack-name",
                "--region", "--require-approval",
            ],
            switch: &[
                "-h", "--help", "-v", "--verbose", "--json", "-j", "--strict", "--debug", "--ci", "--no-color",
                "--lookups",
            ],
            ..Flags::NONE
        },
        early: Flags { switch: &["--version"], ..Flags::NONE },
        ..tool(
            "cdk",
            &["cdk"],
            "https://docs.aws.amazon.com/cdk/v2/guide/ref-cli-cmd.html",
            &[
                look(&["doctor|notices|docs|version|help"]),
                preview(&["list=ls|synth=synthesize|diff|metadata|drift"]),
                change(&["deploy|import|bootstrap|rollback|watch|refactor"], &[Infra]),
                remove(&["destroy|gc"], &[Infra]),
                change(&["context|acknowledge=ack|init|migrate|flags"], &[Code, Execution]),
            ],
            &[
                Example { command: "cdk diff", operation: "diff", impact: Read },
                Example { command: "cdk deploy --all", operation: "deploy", impact: Write },
                Example { command: "cdk destroy Prod", operation: "destroy", impact: Destroy },
            ],
        )
    },
    Pack {
        flags: Flags {
            value: &["--profile", "--region", "--stack-name", "-t", "--template", "--template-file", "--config-env"],
            reads: &["--config-file"],
            switch: &["-h", "--help", "--debug"],
            ..Flags::NONE
        },
        early: Flags { switch: &["--version", "--info"], ..Flags::NONE },
        style: FlagStyle::Gnu,
        ..tool(
            "sam",
            &["sam"],
            "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-command-reference.html",
            &[
                looks_with(&["validate"], &[Test]),
                look(&["logs|traces|docs"]),
                look(&["list", "stack-outputs|endpoints|resources"]),
                change(&["build|init"], &[Build, Execution]),
                change(&["package|publish"], &[Deploy]),
                change(&["deploy|sync"], &[Infra]),
                remove(&["delete"], &[Infra]),
                running(&["local|remote|pipeline", "*"]),
            ],
            &[
                Example { command: "sam validate", operation: "validate", impact: Read },
                Example { command: "sam deploy --guided", operation: "deploy", impact: Write },
                Example { command: "sam delete --stack-name prod", operation: "delete", impact: Destroy },
                Example { command: "sam local invoke", operation: "local invoke", impact: Unknown },
            ],
        )
    },
    Pack {
        flags: Flags {
            value: &["-s", "--stage", "-r", "--region", "--aws-profile", "-f", "--function", "--param"],
            reads: &["-c", "--config"],
            switch: &["-h", "--help", "--verbose", "--debug"],
            ..Flags::NONE
        },
        ..tool(
            "serverless",
            &["serverless", "sls"],
            "https://www.serverless.com/framework/docs/providers/aws/cli-reference",
            &[
                preview(&["info|logs|metrics"]),
                reveal(&["print"]),
                preview(&["deploy", "list"]),
                change(&["deploy"], &[Infra]),
                change(&["deploy", "function"], &[Deploy]),
                change(&["rollback"], &[Deploy]),
                change(&["package"], &[Build, Execution]),
                remove(&["remove"], &[Infra]),
                running(&["invoke|plugin|dev|create|install|login|logout|config"]),
            ],
            &[
                Example { command: "sls deploy --stage prod", operation: "deploy", impact: Write },
                Example { command: "serverless remove", operation: "remove", impact: Destroy },
                Example { command: "sls info", operation: "info", impact: Read },
            ],
        )
    },
    Pack {
        style: FlagStyle::SingleDash,
        flags: Flags { switch: &["-h", "-help", "-machine-readable"], ..Flags::NONE },
        early: Flags { switch: &["-version", "-v"], ..Flags::NONE },
        help: &["-h", "-help"],
        locate: Locate::Unknown,
        ..tool(
            "packer",
            &["packer"],
            "https://developer.hashicorp.com/packer/docs/commands",
            &[
                looks_with(&["validate|inspect"], &[Test]),
                look(&["version|help"]),
                look(&["plugins", "installed|required"]),
                Verb {
                    flags: Flags { switch: &["-check", "-diff", "-write", "-recursive"], ..Flags::NONE },
                    targets: Targets::WritePaths,
                    modifiers: &[Modifier { when: When::Flag(&["-check"]), then: Change::Impact(Read) }],
                    ..change(&["fmt"], &[Code])
                },
                change(&["init|fix|hcl2_upgrade"], &[Code, Execution]),
                change(&["build"], &[Infra, Execution]),
                running(&["console"]),
                running(&["plugins", "install|remove"]),
            ],
            &[
                Example { command: "packer validate .", operation: "validate", impact: Read },
                Example { command: "packer build .", operation: "build", impact: Write },
                Example { command: "packer fmt -check .", operation: "fmt", impact: Read },
            ],
        )
    },
    Pack {
        tool: "ansible-playbook",
        programs: &["ansible-playbook"],
        source: "https://docs.ansible.com/ansible/latest/cli/ansible-playbook.html",
        style: FlagStyle::Argparse,
        help: &["-h", "--help"],
        bare: Some(Verb {
            categories: &[Infra, Execution],
            flags: PLAYBOOK,
            targets: Targets::ReadPaths,
            modifiers: &[
                Modifier { when: CHECKS, then: Change::Impact(Read) },
                // A check connects and runs modules that only look; a module may ignore it.
                Modifier { when: CHECKS, then: Change::Categories(&[Plan, Execution]) },
                Modifier { when: When::Flag(&["--version"]), then: Change::Impact(Read) },
            ],
            ..Verb::WRITE
        }),
        locate: Locate::Unknown,
        examples: &[
            Example { command: "ansible-playbook -i hosts site.yml", operation: "ansible-playbook", impact: Write },
            Example {
                command: "ansible-playbook -i hosts site.yml --check --diff",
                operation: "ansible-playbook",
                impact: Read,
            },
            Example {
                command: "ansible-playbook site.yml --check -e ansible_connection=x",
                operation: "ansible-playbook",
                impact: Write,
            },
            Example { command: "ansible-playbook site.yml --list-tasks", operation: "ansible-playbook", impact: Read },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "ansible",
        programs: &[
            "ansible", "ansible-console", "ansible-pull", "salt", "salt-call", "pyinfra", "chef-client", "puppet",
        ],
        source: "https://docs.ansible.com/ansible/latest/cli/ansible.html",
        style: FlagStyle::Argparse,
        help: &["-h", "--help"],
        bare: Some(Verb {
            impact: Unknown,
            categories: &[Execution, Infra],
            flags: Flags::HARMLESS,
            modifiers: &[Modifier {
                when: When::All(&[When::Flag(&["--version"]), When::NoOperand(0)]),
                then: Change::Impact(Read),
            }],
            ..Verb::WRITE
        }),
        locate: Locate::Unknown,
        examples: &[
            Example { command: "ansible all -m shell -a 'rm -rf /x'", operation: "ansible", impact: Unknown },
            Example { command: "ansible --version", operation: "ansible", impact: Read },
        ],
        ..Pack::BASE
    },
    Pack {
        tool: "ansible-doc",
        programs: &["ansible-doc", "ansible-lint"],
        source: "https://docs.ansible.com/ansible/latest/cli/ansible-doc.html",
        bare: Some(Verb { flags: Flags::HARMLESS, categories: &[Observe, Test], ..Verb::READ }),
        examples: &[Example { command: "ansible-doc copy", operation: "ansible-doc", impact: Read }],
        ..Pack::BASE
    },
    Pack {
        locate: Locate::Local,
        ..tool(
            "ansible-vault",
            &["ansible-vault"],
            "https://docs.ansible.com/ansible/latest/cli/ansible-vault.html",
            &[reveal(&["view|decrypt"]), change(&["encrypt|encrypt_string|create|edit|rekey"], &[Secrets])],
            &[Example { command: "ansible-vault view x.yml", operation: "view", impact: Read }],
        )
    },
    Pack {
        tool: "ansible-inventory",
        programs: &["ansible-inventory"],
        source: "https://docs.ansible.com/ansible/latest/cli/ansible-inventory.html",
        bare: Some(Verb { flags: Flags::HARMLESS, categories: &[Observe, Secrets], ..Verb::READ }),
        examples: &[Example { command: "ansible-inventory --list", operation: "ansible-inventory", impact: Read }],
        ..Pack::BASE
    },
];
