//! Tools around Kubernetes clusters.

use super::kubectl;
use super::plain::{change, look, remove, reveal, running, tool};
use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, Pack, Targets, Verb, When};
use crate::model::action::Category::{AccessControl, Config, Deploy, Execution, Infra, Observe, Plan, Secrets};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

const KUBE: Flags = Flags {
    value: &[
        "--context", "--kube-context", "-n", "--namespace", "--as", "--as-group", "--server", "-i", "--istioNamespace",
    ],
    reads: &["--kubeconfig"],
    switch: &["-h", "--help", "-A", "--all-namespaces"],
    ..Flags::NONE
};
/// Another kubeconfig can name a program, and another identity has other rights.
const OTHER: [Modifier; 2] = [
    Modifier {
        when: When::Flag(&["--kubeconfig"]),
        then: Change::Opaque("a kubeconfig can name a program to be started"),
    },
    Modifier { when: When::Flag(&["--as", "--as-group"]), then: Change::AddCategory(AccessControl) },
];
const EXPORT: [Modifier; 2] = [
    Modifier { when: When::Flag(&["--export"]), then: Change::Impact(Read) },
    Modifier { when: When::Flag(&["--export"]), then: Change::Categories(&[Plan]) },
];
const EXPORTS: Flags = Flags {
    value: &[
        "--url", "--branch", "--tag", "--interval", "--path", "--source", "--target-namespace", "--secret-ref",
        "--chart", "--chart-version", "--release-name", "--components", "--components-extra", "--version",
        "--registry", "--image-pull-secret", "--depends-on", "--timeout", "--label", "--values-from",
        "--service-account",
    ],
    reads: &["--values"],
    switch: &["--export", "--prune", "--wait"],
    ..Flags::HARMLESS
};

/// The packs.
pub const PACKS: &[Pack] = &[
    Pack {
        tool: "oc",
        programs: &["oc"],
        source: "https://docs.openshift.com/container-platform/latest/cli_reference/openshift_cli/developer-cli-commands.html",
        examples: &[
            Example { command: "oc get pods", operation: "get", impact: Read },
            Example { command: "oc delete project x", operation: "delete", impact: Destroy },
            Example { command: "oc adm policy add-role-to-user admin x", operation: "unknown", impact: Unknown },
        ],
        ..kubectl::PACK
    },
    Pack {
        flags: Flags { switch: &["-h", "--help"], ..Flags::NONE },
        locate: Locate::Local,
        ..tool(
            "kustomize",
            &["kustomize"],
            "https://kubectl.docs.kubernetes.io/references/kustomize/",
            &[
                Verb {
                    path: &["build"],
                    categories: &[Plan],
                    targets: Targets::ReadPaths,
                    flags: Flags {
                        value: &["-e", "--env", "--helm-command", "--load-restrictor", "--network-name", "--mount"],
                        writes: &["-o", "--output"],
                        switch: &[
                            "--enable-helm", "--enable-alpha-plugins", "--enable-exec", "--network",
                            "--as-current-user", "--enable-star",
                        ],
                        ..Flags::NONE
                    },
                    modifiers: &[
                        Modifier {
                            when: When::Flag(&[
                                "--enable-helm", "--enable-alpha-plugins", "--enable-exec", "--enable-star",
                                "--helm-command", "--network", "--mount",
                            ]),
                            then: Change::Opaque("kustomize starts other programs"),
                        },
                        Modifier {
                            when: When::AnyOperand(&["*://*", "*github.com*", "git@*"]),
                            then: Change::Opaque("what it builds is fetched"),
                        },
                        Modifier { when: When::Flag(&["-o", "--output"]), then: Change::AtLeast(Write) },
                    ],
                    ..Verb::READ
                },
                look(&["version|help|completion"]),
                look(&["cfg", "tree|count|grep|cat"]),
                change(&["create|edit|localize"], &[crate::model::action::Category::Code]),
                running(&["fn|config"]),
            ],
            &[
                Example { command: "kustomize build overlays/prod", operation: "build", impact: Read },
                Example { command: "kustomize build --enable-helm .", operation: "build", impact: Unknown },
                Example { command: "kustomize build https://github.com/x/y", operation: "build", impact: Unknown },
            ],
        )
    },
    Pack {
        flags: Flags {
            value: &[
                "-e", "--environment", "--kube-context", "-n", "--namespace", "-l", "--selector", "-c", "--chart",
                "--state-values-set",
            ],
            reads: &["-f", "--file", "--state-values-file"],
            switch: &["-h", "--help", "-q", "--quiet", "--debug", "-i", "--interactive", "--no-color"],
            ..Flags::NONE
        },
        ..tool(
            "helmfile",
            &["helmfile"],
            "https://helmfile.readthedocs.io/en/latest/#cli-reference",
            &[
                look(&["version|help|completion"]),
                // A helmfile is a template that can run programs while it is read.
                Verb {
                    impact: Unknown,
                    ..change(&["list|lint|template|diff|status|build|show-dag|print-env"], &[Plan, Execution])
                },
                change(&["apply|sync|deps|repos|charts|test|fetch|write-values|init|cache"], &[Deploy, Execution]),
                remove(&["destroy|delete"], &[Deploy, Infra]),
            ],
            &[
                Example { command: "helmfile -e prod apply", operation: "apply", impact: Write },
                Example { command: "helmfile diff", operation: "diff", impact: Unknown },
                Example { command: "helmfile destroy", operation: "destroy", impact: Destroy },
            ],
        )
    },
    Pack {
        flags: Flags {
            value: &[
                "--server", "--auth-token", "--argocd-context", "--loglevel", "--logformat", "-o", "--output", "-N",
                "--app-namespace", "--project", "-p", "-l", "--selector",
            ],
            reads: &["--config", "--client-crt", "--client-crt-key", "--server-crt"],
            switch: &["-h", "--help", "--insecure", "--plaintext", "--grpc-web", "--core", "--port-forward"],
            ..Flags::NONE
        },
        ..tool(
            "argocd",
            &["argocd"],
            "https://argo-cd.readthedocs.io/en/stable/user-guide/commands/argocd/",
            &[
                look(&["version|help|completion"]),
                look(&["app|appset", "list|get|history|resources|manifests|wait|get-resource"]),
                Verb { categories: &[Plan], ..look(&["app", "diff"]) },
                look(&["app", "logs"]),
                look(&["cluster|repo|repocreds|proj|cert|gpg", "list|get"]),
                look(&["proj", "role|windows", "list|get"]),
                look(&["account", "list|get|get-user-info|can-i"]),
                reveal(&["admin", "initial-password"]),
                Verb {
                    targets: Targets::Operands("application"),
                    flags: Flags {
                        value: &[
                            "--revision", "--resource", "--timeout", "--retry-limit", "--label", "--strategy", "--info",
                        ],
                        reads: &["--local"],
                        switch: &["--dry-run", "--prune", "--force", "--replace", "--async", "--server-side"],
                        ..Flags::HARMLESS
                    },
                    modifiers: &[
                        Modifier {
                            when: When::Flag(&["--prune", "--force", "--replace"]),
                            then: Change::AtLeast(Destroy),
                        },
                        Modifier { when: When::Flag(&["--dry-run"]), then: Change::Impact(Read) },
                        Modifier { when: When::Flag(&["--dry-run"]), then: Change::Categories(&[Plan]) },
                    ],
                    ..change(&["app", "sync"], &[Deploy])
                },
                Verb {
                    targets: Targets::Operands("application"),
                    ..change(
                        &[
                            "app",
                            "create|set|unset|edit|patch|rollback|actions|add-source|patch-resource|confirm-deletion",
                        ],
                        &[Deploy],
                    )
                },
                Verb {
                    targets: Targets::Operands("application"),
                    ..remove(&["app", "delete|delete-resource|terminate-op|remove-source"], &[Deploy])
                },
                change(&["appset", "create|generate"], &[Deploy]),
                remove(&["appset", "delete"], &[Deploy]),
                change(
                    &[
                        "cluster|repo|repocreds|proj|cert|gpg",
                        "add|add-ssh|add-tls|create|set|edit|rotate-auth|add-*|allow-*|deny-*",
                    ],
                    &[Infra, AccessControl],
                ),
                remove(&["cluster|repo|repocreds|proj|cert|gpg", "rm|delete|remove-*"], &[Infra, AccessControl]),
                change(&["proj", "role|windows", "*"], &[AccessControl]),
                change(&["account", "generate-token|update-password|bcrypt"], &[AccessControl, Secrets]),
                remove(&["account", "delete-token"], &[AccessControl]),
                change(&["login|logout|relogin|context"], &[Config, Secrets]),
                running(&["admin", "*"]),
            ],
            &[
                Example { command: "argocd app get web", operation: "app get", impact: Read },
                Example { command: "argocd app sync web --dry-run", operation: "app sync", impact: Read },
                Example { command: "argocd app sync web --prune", operation: "app sync", impact: Destroy },
                Example { command: "argocd app delete web", operation: "app delete", impact: Destroy },
                Example { command: "argocd admin export", operation: "admin export", impact: Unknown },
            ],
        )
    },
    Pack {
        flags: KUBE,
        modifiers: &OTHER,
        locate: Locate::Kube,
        ..tool(
            "flux",
            &["flux"],
            "https://fluxcd.io/flux/cmd/",
            &[
                look(&["check|logs|events|stats|trace|version|help|completion|envsubst"]),
                look(&["get"]),
                look(&["get", "*"]),
                look(&["get", "sources|images", "*"]),
                look(&["tree", "*"]),
                look(&["list", "*"]),
                look(&["debug", "*"]),
                Verb { categories: &[Plan], ..look(&["diff|build", "*"]) },
                Verb {
                    modifiers: &[Modifier {
                        when: When::Flag(&["--with-credentials"]),
                        then: Change::AddCategory(Secrets),
                    }],
                    ..look(&["export"])
                },
                change(&["reconcile|suspend|resume", "*"], &[Deploy]),
                change(&["reconcile|suspend|resume", "source|image", "*"], &[Deploy]),
                Verb { flags: EXPORTS, modifiers: &EXPORT, ..change(&["create", "*"], &[Deploy, Infra]) },
                Verb {
                    flags: EXPORTS,
                    modifiers: &EXPORT,
                    ..change(&["create", "source|image|secret|alert-provider", "*"], &[Deploy, Infra])
                },
                Verb { flags: EXPORTS, modifiers: &EXPORT, ..change(&["install"], &[Infra]) },
                change(&["bootstrap", "*"], &[Infra, AccessControl]),
                change(&["push|pull|tag", "artifact"], &[Deploy]),
                remove(&["delete", "*"], &[Deploy, Infra]),
                remove(&["uninstall"], &[Infra]),
            ],
            &[
                Example { command: "flux get kustomizations -A", operation: "get kustomizations", impact: Read },
                Example {
                    command: "flux reconcile kustomization web",
                    operation: "reconcile kustomization",
                    impact: Write,
                },
                Example {
                    command: "flux delete kustomization web -s",
                    operation: "delete kustomization",
                    impact: Destroy,
                },
                Example {
                    command: "flux create kustomization web --export",
                    operation: "create kustomization",
                    impact: Read,
                },
                Example { command: "flux uninstall", operation: "uninstall", impact: Destroy },
            ],
        )
    },
    Pack {
        flags: KUBE,
        modifiers: &OTHER,
        locate: Locate::Kube,
        ..tool(
            "istioctl",
            &["istioctl"],
            "https://istio.io/latest/docs/reference/commands/istioctl/",
            &[
                look(&["analyze|version|validate|proxy-status=ps|help|completion"]),
                look(&[
                    "proxy-config=pc",
                    "cluster=clusters=c|listener=listeners=l|route=routes=r|endpoint=endpoints=ep|bootstrap=b|ecds|all|rootca-compare",
                ]),
                reveal(&["proxy-config=pc", "secret=secrets=s"]),
                look(&["ztunnel-config", "*"]),
                look(&["tag|waypoint", "list"]),
                Verb { categories: &[Plan], ..look(&["manifest", "generate|translate"]) },
                look(&["experimental=x", "describe|precheck|authz|metrics|injector|version"]),
                reveal(&["create-remote-secret"]),
                change(&["install|upgrade|kube-inject|admin|dashboard"], &[Infra]),
                change(&["tag|waypoint", "set|generate|apply"], &[Infra]),
                remove(&["tag|waypoint", "remove|delete"], &[Infra]),
                remove(&["uninstall"], &[Infra]),
                running(&["experimental=x", "*"]),
            ],
            &[
                Example { command: "istioctl proxy-status", operation: "proxy-status", impact: Read },
                Example { command: "istioctl install -y", operation: "install", impact: Write },
                Example { command: "istioctl uninstall --purge", operation: "uninstall", impact: Destroy },
                Example { command: "istioctl pc secret web.prod", operation: "proxy-config secret", impact: Read },
            ],
        )
    },
    Pack {
        tool: "stern",
        programs: &["stern"],
        source: "https://github.com/stern/stern",
        style: FlagStyle::Exact,
        flags: KUBE,
        bare: Some(Verb { flags: Flags::HARMLESS, ..Verb::READ }),
        modifiers: &OTHER,
        locate: Locate::Kube,
        examples: &[Example { command: "stern -n prod web --since 5m", operation: "stern", impact: Read }],
        ..Pack::BASE
    },
    Pack {
        tool: "kubectx",
        programs: &["kubectx", "kubens"],
        source: "https://github.com/ahmetb/kubectx",
        bare: Some(Verb {
            categories: &[Observe, Config],
            flags: Flags {
                switch: &["-c", "--current", "-h", "--help", "-V", "--version", "-d", "-u", "--unset", "-f", "-"],
                ..Flags::NONE
            },
            modifiers: &[
                // What later commands reach changes.
                Modifier { when: When::Operand(0, &["*"]), then: Change::AtLeast(Write) },
                Modifier { when: When::Flag(&["-u", "--unset"]), then: Change::AtLeast(Write) },
                Modifier { when: When::Flag(&["-d"]), then: Change::AtLeast(Destroy) },
            ],
            ..Verb::READ
        }),
        examples: &[
            Example { command: "kubectx", operation: "kubectx", impact: Read },
            Example { command: "kubectx prod", operation: "kubectx", impact: Write },
            Example { command: "kubens -c", operation: "kubens", impact: Read },
            Example { command: "kubectx -", operation: "kubectx", impact: Write },
        ],
        ..Pack::BASE
    },
    Pack {
        flags: Flags {
            value: &[
                "-r", "--region", "-p", "--profile", "-o", "--output", "-v", "--verbose", "--cluster", "--name", "-n",
            ],
            reads: &["-f", "--config-file"],
            switch: &["-h", "--help"],
            ..Flags::NONE
        },
        early: Flags::NONE,
        ..tool(
            "eksctl",
            &["eksctl"],
            "https://eksctl.io/usage/",
            &[
                look(&["version|info|help|completion"]),
                look(&["get", "*"]),
                look(&["utils", "describe-*"]),
                change(&["create|upgrade|update|scale|set|enable|register", "*"], &[Infra]),
                change(
                    &["create|update", "iamidentitymapping|iamserviceaccount|podidentityassociation|accessentry"],
                    &[Infra, AccessControl],
                ),
                remove(&["delete|drain|unset|deregister|disassociate", "*"], &[Infra]),
                change(&["associate", "*"], &[Infra, AccessControl]),
                change(&["utils", "write-kubeconfig"], &[Config, Secrets]),
                change(&["utils", "*"], &[Infra]),
            ],
            &[
                Example { command: "eksctl get cluster", operation: "get cluster", impact: Read },
                Example { command: "eksctl delete cluster --name prod", operation: "delete cluster", impact: Destroy },
                Example {
                    command: "eksctl create nodegroup --cluster prod",
                    operation: "create nodegroup",
                    impact: Write,
                },
            ],
        )
    },
    Pack {
        flags: Flags {
            value: &["--state", "--name", "-o", "--output", "-v"],
            reads: &["--config"],
            switch: &["-h", "--help", "-y", "--yes"],
            ..Flags::NONE
        },
        early: Flags::NONE,
        ..tool(
            "kops",
            &["kops"],
            "https://kops.sigs.k8s.io/cli/kops/",
            &[
                look(&["version|help|completion"]),
                look(&["get", "*"]),
                look(&["get"]),
                reveal(&["get", "secrets|secret|keypairs|sshpublickeys"]),
                look(&["validate", "cluster"]),
                change(&["create|update|edit|replace|upgrade|rolling-update|promote|distrust|trust", "*"], &[Infra]),
                change(&["create", "secret|keypair"], &[Infra, Secrets]),
                change(&["export", "*"], &[Config, Secrets]),
                remove(&["delete", "*"], &[Infra]),
                running(&["toolbox", "*"]),
            ],
            &[
                Example { command: "kops get clusters", operation: "get clusters", impact: Read },
                Example { command: "kops delete cluster --name x --yes", operation: "delete cluster", impact: Destroy },
                Example { command: "kops export kubeconfig --admin", operation: "export kubeconfig", impact: Write },
            ],
        )
    },
    Pack {
        flags: Flags { value: &["-p", "--profile", "--name", "-n"], switch: &["-h", "--help"], ..Flags::NONE },
        early: Flags::NONE,
        locate: Locate::Local,
        ..tool(
            "kind",
            &["kind", "minikube", "k3d"],
            "https://kind.sigs.k8s.io, https://minikube.sigs.k8s.io/docs/commands/, https://k3d.io",
            &[
                look(&["version|help|completion|status|ip|logs|profile|options"]),
                look(&["get", "clusters|nodes"]),
                look(&["cluster|node|registry", "list|get"]),
                look(&["addons", "list"]),
                reveal(&["get", "kubeconfig"]),
                reveal(&["kubeconfig", "get"]),
                change(&["create|load|export|import|kubeconfig", "*"], &[Infra, Config]),
                change(&["start|stop|pause|unpause|update-context"], &[Infra, Config]),
                change(&["cluster|node|registry", "create|start|stop|edit"], &[Infra, Config]),
                remove(&["delete"], &[Infra]),
                remove(&["delete", "*"], &[Infra]),
                remove(&["cluster|node|registry", "delete"], &[Infra]),
                running(&["ssh|kubectl|mount|tunnel|service|build"]),
            ],
            &[
                Example { command: "kind get clusters", operation: "get clusters", impact: Read },
                Example { command: "kind delete cluster", operation: "delete cluster", impact: Destroy },
                Example { command: "minikube ssh", operation: "ssh", impact: Unknown },
            ],
        )
    },
];
