//! terraform and tofu.

use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, OtherFlags, Pack, Targets, Verb, When};
use crate::model::action::Category::{self, Code, Config, Execution, Infra, Observe, Plan, Secrets, Test};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

const PLAN: Flags = Flags {
    value: &[
        "-var", "-target", "-test-directory", "-replace", "-exclude", "-lock-timeout", "-parallelism", "-state",
        "-backup", "-state-out", "-config",
    ],
    reads: &["-var-file"],
    writes: &["-out", "-generate-config-out"],
    switch: &[
        "-auto-approve", "-destroy", "-refresh-only", "-refresh", "-input", "-lock", "-no-color", "-compact-warnings",
        "-detailed-exitcode", "-json", "-concise", "-allow-missing", "-help", "-h", "-ignore-remote-version",
    ],
    ..Flags::NONE
};
const LOOK: Flags = Flags {
    value: &[
        "-state", "-id", "-type", "-module-depth", "-plan", "-test-directory", "-platform", "-fs-mirror", "-net-mirror",
    ],
    switch: &[
        "-json", "-raw", "-no-color", "-help", "-h", "-show-sensitive", "-draw-cycles", "-enable-plugin-cache",
        "-lock-file",
    ],
    ..Flags::NONE
};

const fn change(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { path, flags: PLAN, categories, ..Verb::WRITE }
}

const fn look(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: LOOK, ..Verb::READ }
}

/// The tool.
pub const PACK: Pack = Pack {
    tool: "terraform",
    programs: &["terraform", "tofu"],
    source: "https://developer.hashicorp.com/terraform/cli/commands",
    style: FlagStyle::SingleDash,
    help: &["-help", "-h"],
    early: Flags { value: &["-chdir"], switch: &["-version", "-v", "-help", "-h"], ..Flags::NONE },
    verbs: &[
        // A plan reads through providers and `external` data sources: code of the working tree that was not seen.
        Verb { path: &["plan"], flags: PLAN, categories: &[Plan], ..Verb::READ },
        Verb {
            path: &["validate"],
            flags: Flags {
                value: &["-test-directory"],
                switch: &["-json", "-no-color", "-no-tests", "-help"],
                ..Flags::NONE
            },
            categories: &[Test],
            ..Verb::READ
        },
        Verb {
            locate: Some(Locate::Local),
            path: &["fmt"],
            flags: Flags { switch: &["-check", "-diff", "-recursive", "-list", "-write", "-no-color"], ..Flags::NONE },
            targets: Targets::WritePaths,
            categories: &[Code],
            modifiers: &[Modifier { when: When::Flag(&["-check"]), then: Change::Impact(Read) }],
            ..Verb::WRITE
        },
        // Sensitive values are shown in these forms, and what was not marked as sensitive in any.
        Verb {
            modifiers: &[
                Modifier {
                    when: When::Flag(&["-json", "-raw", "-show-sensitive"]),
                    then: Change::AddCategory(Secrets),
                },
                // One output that is named is printed whatever it is marked as.
                Modifier { when: When::Operand(0, &["*"]), then: Change::AddCategory(Secrets) },
            ],
            ..look(&["output"])
        },
        Verb {
            modifiers: &[Modifier {
                when: When::Flag(&["-json", "-raw", "-show-sensitive"]),
                then: Change::AddCategory(Secrets),
            }],
            ..look(&["show"])
        },
        Verb {
            modifiers: &[Modifier { when: When::Flag(&["-show-sensitive"]), then: Change::AddCategory(Secrets) }],
            ..look(&["state", "show"])
        },
        Verb { categories: &[Observe, Secrets], ..look(&["state", "pull"]) },
        look(&["version"]),
        look(&["providers"]),
        Verb { impact: Write, categories: &[Code], ..look(&["providers", "mirror|lock"]) },
        look(&["metadata", "functions"]),
        look(&["modules"]),
        look(&["providers", "schema"]),
        look(&["graph"]),
        look(&["state", "list"]),
        look(&["workspace", "list"]),
        look(&["workspace", "show"]),
        Verb {
            // What it reaches beyond the working tree, its flags say.
            locate: Some(Locate::Local),
            path: &["init"],
            flags: Flags {
                value: &[
                    "-backend-config", "-from-module", "-plugin-dir", "-lock-timeout", "-lockfile", "-test-directory",
                ],
                switch: &[
                    "-upgrade", "-reconfigure", "-migrate-state", "-force-copy", "-backend", "-get", "-input", "-lock",
                    "-no-color", "-json", "-help", "-ignore-remote-version",
                ],
                ..Flags::NONE
            },
            categories: &[Code],
            modifiers: &[
                Modifier {
                    when: When::Flag(&["-migrate-state", "-force-copy", "-reconfigure", "-backend-config"]),
                    then: Change::AddCategory(Infra),
                },
                Modifier { when: When::Flag(&["-from-module", "-plugin-dir"]), then: Change::AddCategory(Execution) },
            ],
            ..Verb::WRITE
        },
        Verb {
            locate: Some(Locate::Local),
            flags: Flags { switch: &["-update", "-no-color"], ..Flags::NONE },
            ..change(&["get"], &[Code])
        },
        Verb {
            modifiers: &[
                Modifier { when: When::Flag(&["-destroy"]), then: Change::Operation("destroy") },
                Modifier { when: When::Flag(&["-destroy"]), then: Change::AtLeast(Destroy) },
            ],
            ..change(&["apply"], &[Infra])
        },
        Verb { impact: Destroy, ..change(&["destroy"], &[Infra]) },
        change(&["import"], &[Infra]),
        change(&["refresh"], &[Infra]),
        change(&["taint"], &[Infra]),
        change(&["untaint"], &[Infra]),
        Verb { impact: Destroy, ..change(&["state", "rm|mv|push|replace-provider|replace"], &[Infra]) },
        Verb {
            impact: Destroy,
            flags: Flags { switch: &["-force"], ..Flags::NONE },
            ..change(&["force-unlock"], &[Infra])
        },
        Verb { targets: Targets::Operands("workspace"), ..change(&["workspace", "new"], &[Config]) },
        Verb {
            targets: Targets::Operands("workspace"),
            flags: Flags { switch: &["-or-create"], ..Flags::NONE },
            ..change(&["workspace", "select"], &[Config])
        },
        Verb {
            impact: Destroy,
            targets: Targets::Operands("workspace"),
            flags: Flags { switch: &["-force", "-lock"], ..Flags::NONE },
            ..change(&["workspace", "delete"], &[Infra])
        },
        Verb { flags: Flags { others: OtherFlags::Harmless, ..PLAN }, ..change(&["login|logout"], &[Secrets]) },
        Verb {
            impact: Unknown,
            flags: Flags { others: OtherFlags::Harmless, ..PLAN },
            ..change(&["test|console|stacks|query"], &[Execution])
        },
    ],
    bare: Some(Verb::READ),
    locate: Locate::Terraform,
    examples: &[
        Example { command: "terraform plan -out=plan.bin -var x=y", operation: "plan", impact: Read },
        Example { command: "terraform -chdir=infra apply -auto-approve", operation: "apply", impact: Write },
        Example { command: "terraform apply -destroy", operation: "destroy", impact: Destroy },
        Example { command: "terraform apply -destroy=false", operation: "apply", impact: Write },
        Example { command: "tofu destroy", operation: "destroy", impact: Destroy },
        Example { command: "terraform state rm aws_instance.x", operation: "state rm", impact: Destroy },
        Example { command: "terraform workspace delete prod", operation: "workspace delete", impact: Destroy },
        Example { command: "terraform workspace show", operation: "workspace show", impact: Read },
        Example { command: "terraform fmt -check", operation: "fmt", impact: Read },
        Example { command: "terraform init", operation: "init", impact: Write },
        Example { command: "terraform console", operation: "console", impact: Unknown },
        Example { command: "terraform plan -frob", operation: "plan", impact: Unknown },
        Example { command: "terraform -version", operation: "terraform", impact: Read },
    ],
    ..Pack::BASE
};
