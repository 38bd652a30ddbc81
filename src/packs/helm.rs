//! helm.

use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, OtherFlags, Pack, Targets, Verb, When};
use crate::model::action::Category::{self, Code, Config, Deploy, Execution, Observe, Plan, Secrets, Test};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

const CHART: Flags = Flags {
    value: &[
        "--set", "--set-string", "--set-json", "--set-literal", "--version", "--repo", "--timeout", "--description",
        "-o", "--output", "--username", "--password", "--history-max", "--labels", "-l", "--name-template",
        "--kube-version", "-a", "--api-versions", "-s", "--show-only", "--post-renderer", "--post-renderer-args",
        "--max", "-m", "--filter", "--revision", "--cascade", "--offset", "--time-format",
    ],
    reads: &["-f", "--values", "--set-file", "--ca-file", "--cert-file", "--key-file", "--keyring"],
    writes: &["--output-dir", "-d", "--destination"],
    switch: &[
        "--dry-run", "-i", "--install", "--create-namespace", "--atomic", "--rollback-on-failure", "--wait",
        "--wait-for-jobs", "--force", "--force-conflicts", "--server-side", "--no-hooks", "--reuse-values",
        "--reset-values", "--reset-then-reuse-values", "--cleanup-on-fail", "--devel", "--verify",
        "--disable-openapi-validation", "--skip-crds", "--include-crds", "--render-subchart-notes",
        "--dependency-update", "--replace", "-g", "--generate-name", "--keep-history", "--all", "--hide-secret",
        "--take-ownership", "--plain-http", "--insecure-skip-tls-verify", "--pass-credentials", "--is-upgrade",
        "--release-name", "--validate", "--skip-tests", "--skip-schema-validation", "-A", "--all-namespaces",
        "--deployed", "--failed", "--pending", "--short", "-q", "--strict", "--quiet", "--with-subcharts", "-r",
        "--reverse", "--logs", "--show-resources", "--show-desc", "--recreate-pods", "--ignore-not-found", "--untar",
        "--prov", "--superseded", "--uninstalled", "--no-headers", "--enable-dns",
    ],
    ..Flags::NONE
};
/// What means something else with these verbs.
const LIST: Flags = Flags { switch: &["-d", "--date"], ..Flags::NONE };
const SEARCH: Flags = Flags { switch: &["-l", "--versions"], ..Flags::NONE };
const GET: Flags = Flags { switch: &["-a", "--all"], ..Flags::NONE };
/// Since helm 4; before, there was no such flag.
const CHANGED: Flags = Flags { value: &["--server-side"], ..Flags::NONE };
const RENDERER: Modifier =
    Modifier { when: When::Flag(&["--post-renderer"]), then: Change::Opaque("a post-renderer is a program") };
const DRY: [Modifier; 3] = [
    Modifier {
        when: When::All(&[When::Flag(&["--dry-run"]), When::Not(&When::FlagValue(&["--dry-run"], &["none", "false"]))]),
        then: Change::Impact(Read),
    },
    Modifier {
        when: When::All(&[When::Flag(&["--dry-run"]), When::Not(&When::FlagValue(&["--dry-run"], &["none", "false"]))]),
        then: Change::Categories(&[Plan]),
    },
    RENDERER,
];

const fn look(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb { path, categories, modifiers: &[RENDERER], ..Verb::READ }
}

const fn release(path: &'static [&'static str]) -> Verb {
    Verb { path, targets: Targets::Operands("release"), modifiers: &DRY, ..Verb::WRITE }
}

const fn local(path: &'static [&'static str], categories: &'static [Category]) -> Verb {
    Verb {
        path,
        flags: Flags { others: OtherFlags::Harmless, ..CHART },
        categories,
        locate: Some(Locate::Local),
        ..Verb::WRITE
    }
}

/// The tool.
pub const PACK: Pack = Pack {
    tool: "helm",
    programs: &["helm"],
    source: "https://helm.sh/docs/helm/helm/",
    style: FlagStyle::Exact,
    help: &["-h", "--help"],
    flags: Flags {
        value: &[
            "-n", "--namespace", "--kube-context", "--kube-apiserver", "--kube-as-user", "--kube-as-group",
            "--kube-token", "--kube-tls-server-name", "--burst-limit", "--qps", "--color",
        ],
        reads: &["--kubeconfig", "--registry-config", "--repository-config", "--repository-cache", "--kube-ca-file"],
        switch: &["--debug", "--kube-insecure-skip-tls-verify", "-h", "--help"],
        ..Flags::NONE
    },
    late: CHART,
    verbs: &[
        Verb { flags: LIST, ..look(&["list=ls"], &[Observe]) },
        look(&["status"], &[Observe]),
        look(&["history=hist"], &[Observe]),
        look(&["version"], &[Observe]),
        look(&["env"], &[Observe]),
        look(&["get", "notes|metadata"], &[Observe]),
        Verb { flags: GET, ..look(&["get", "values|manifest|hooks|all"], &[Observe, Secrets]) },
        look(&["show=inspect", "chart|readme|values|crds|all"], &[Observe]),
        Verb { flags: SEARCH, ..look(&["search", "repo"], &[Observe]) },
        look(&["search", "hub"], &[Observe]),
        look(&["template"], &[Plan]),
        look(&["lint"], &[Test]),
        look(&["repo", "list=ls"], &[Observe]),
        look(&["dependency=dep", "list=ls"], &[Observe]),
        look(&["verify"], &[Observe]),
        look(&["plugin", "list=ls"], &[Observe]),
        look(&["completion", "bash|zsh|fish|powershell"], &[Observe]),
        look(&["help"], &[Observe]),
        release(&["install"]),
        Verb { flags: CHANGED, ..release(&["upgrade"]) },
        Verb { flags: CHANGED, ..release(&["rollback"]) },
        Verb { impact: Destroy, ..release(&["uninstall=delete=del=un"]) },
        Verb { categories: &[Deploy, Execution], ..release(&["test"]) },
        local(&["repo", "add|update=up|remove=rm|index"], &[Config]),
        local(&["pull=fetch"], &[Code]),
        local(&["package"], &[Code]),
        local(&["create"], &[Code]),
        local(&["dependency=dep", "build|update=up"], &[Code]),
        local(&["registry", "login|logout"], &[Secrets]),
        Verb { locate: None, ..local(&["push"], &[Deploy]) },
        Verb { impact: Unknown, ..local(&["plugin", "install|update|uninstall"], &[Execution]) },
    ],
    bare: Some(Verb::READ),
    modifiers: &[Modifier {
        when: When::Flag(&["--kube-as-user", "--kube-as-group"]),
        then: Change::AddCategory(Category::AccessControl),
    }],
    locate: Locate::Helm,
    examples: &[
        Example { command: "helm list -A", operation: "list", impact: Read },
        Example {
            command: "helm upgrade --install web ./chart -f values.yaml --set a=b",
            operation: "upgrade",
            impact: Write,
        },
        Example { command: "helm upgrade web ./chart --dry-run=server", operation: "upgrade", impact: Read },
        Example { command: "helm upgrade --dry-run web ./chart", operation: "upgrade", impact: Read },
        Example { command: "helm upgrade web ./chart --dry-run=false", operation: "upgrade", impact: Write },
        Example { command: "helm uninstall web", operation: "uninstall", impact: Destroy },
        Example { command: "helm template x . --post-renderer ./x", operation: "template", impact: Unknown },
        Example { command: "helm -n prod rollback web 3", operation: "rollback", impact: Write },
        Example { command: "helm get values web", operation: "get values", impact: Read },
        Example { command: "helm plugin install https://x", operation: "plugin install", impact: Unknown },
    ],
    ..Pack::BASE
};
