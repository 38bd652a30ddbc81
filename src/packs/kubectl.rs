//! kubectl.

use super::schema::{Change, Example, FlagStyle, Flags, Locate, Modifier, Pack, Targets, Verb, When};
use crate::model::action::Category::{
    AccessControl, Config, Deploy, Execution, Infra, Observe, Plan, Secrets, SecurityPolicy,
};
use crate::model::action::Impact::{Destroy, Read, Unknown, Write};

const ANYWHERE: Flags = Flags {
    value: &[
        "-n", "--namespace", "--context", "--cluster", "--user", "-s", "--server", "--token", "--as", "--as-group",
        "--as-uid", "--as-user-extra", "--request-timeout", "-v", "--v", "--vmodule", "--tls-server-name",
        "--username", "--password", "--profile", "--log-flush-frequency",
    ],
    reads: &["--kubeconfig", "--certificate-authority", "--client-certificate", "--client-key", "--kuberc"],
    writes: &["--cache-dir", "--profile-output"],
    switch: &[
        "--insecure-skip-tls-verify", "--match-server-version", "--warnings-as-errors", "--disable-compression", "-h",
        "--help",
    ],
    ..Flags::NONE
};

/// Flags of the verbs that print objects.
const PRINT: &[&str] = &[
    "-o", "--output", "--template", "--sort-by", "--field-selector", "-l", "--selector", "-L", "--label-columns",
    "--chunk-size", "--field-manager", "--subresource",
];
const FILES: &[&str] = &["-f", "--filename", "-k", "--kustomize"];
const MORE: &[&str] = &[
    "-A", "--all-namespaces", "-w", "--watch", "--watch-only", "--no-headers", "--show-labels", "--show-kind",
    "--ignore-not-found", "--show-managed-fields", "--server-print", "--output-watch-events",
    "--allow-missing-template-keys", "-R", "--recursive", "--all", "--show-events",
];
const READ: Flags = Flags { value: PRINT, reads: FILES, switch: MORE, ..Flags::NONE };
const CHANGE: Flags = Flags {
    value: &[
        "-o", "--output", "--template", "-l", "--selector", "--field-manager", "--dry-run", "--field-selector",
        "--timeout", "--replicas", "--current-replicas", "--resource-version", "--type", "-p", "--patch", "--min",
        "--max", "--cpu-percent", "--cpu", "--memory", "--name", "--port", "--target-port", "--protocol",
        "--external-ip", "--load-balancer-ip", "--session-affinity", "--cluster-ip", "--labels", "--overrides",
        "--override-type", "--to-revision", "--revision", "--grace-period", "--cascade", "--image", "--env",
        "--limits", "--requests", "--serviceaccount", "--validate", "--prune-allowlist", "--overwrite-with", "-c",
        "--containers", "-e", "--subresource", "--keys", "--prefix", "--resource", "--verb", "--resource-name",
        "--clusterrole", "--role", "--user", "--group", "--from-literal", "--docker-server", "--docker-username",
        "--docker-password", "--docker-email", "--aggregation-rule", "--class", "--rule", "--default-backend",
        "--annotation", "--hard", "--scopes", "--schedule", "--from", "--restart", "--value", "--description",
        "--preemption-policy", "--audience", "--duration", "--bound-object-kind", "--bound-object-name",
        "--bound-object-uid", "--min-available", "--max-unavailable", "--tcp", "--node-port", "--external-name",
        "--append-hash-to",
    ],
    reads: &[
        "-f", "--filename", "-k", "--kustomize", "--patch-file", "--from-file", "--from-env-file", "--cert", "--key",
    ],
    switch: &[
        "-A", "--all-namespaces", "--all", "-R", "--recursive", "--record", "--save-config", "--server-side",
        "--force-conflicts", "--force", "--overwrite", "--list", "--local", "--wait", "--now", "--ignore-not-found",
        "--prune", "--edit", "--windows-line-endings", "--show-managed-fields", "--append-hash",
        "--allow-missing-template-keys", "--openapi-patch", "-w", "--watch", "--raw", "--expose", "--global-default",
        "--clusterip",
    ],
    ..Flags::NONE
};

/// Asking the server, or computing here, what would change.
const DRY: Modifier =
    Modifier { when: When::FlagValue(&["--dry-run"], &["client", "server"]), then: Change::Impact(Read) };
const DRY_PLAN: Modifier =
    Modifier { when: When::FlagValue(&["--dry-run"], &["client", "server"]), then: Change::Categories(&[Plan]) };

const ACCESS: When = When::Kind(&[
    "role", "rolebinding", "clusterrole", "clusterrolebinding", "serviceaccount", "certificatesigningrequest",
]);
const GUARDS: When = When::Kind(&[
    "networkpolicy", "validatingwebhookconfiguration", "mutatingwebhookconfiguration", "validatingadmissionpolicy",
    "validatingadmissionpolicybinding", "podsecuritypolicy", "resourcequota", "limitrange", "apiservice",
    "mutatingadmissionpolicy", "mutatingadmissionpolicybinding",
]);
const GROUND: When = When::Kind(&[
    "namespace", "node", "persistentvolume", "persistentvolumeclaim", "storageclass", "customresourcedefinition",
    "priorityclass", "ingressclass",
]);
const HOLDS_STATE: When = When::Kind(&["persistentvolume", "persistentvolumeclaim", "statefulset", "namespace"]);
const SECRET: When = When::Kind(&["secret"]);
const ORDINARY: When = When::Not(&When::Kind(&[
    "pod", "deployment", "replicaset", "statefulset", "daemonset", "job", "cronjob", "service", "ingress",
    "horizontalpodautoscaler", "poddisruptionbudget", "replicationcontroller", "configmap", "endpoints",
    "endpointslice", "event", "secret", "role", "rolebinding", "clusterrole", "clusterrolebinding", "serviceaccount",
    "certificatesigningrequest", "namespace", "node", "persistentvolume", "persistentvolumeclaim", "storageclass",
    "priorityclass", "customresourcedefinition", "networkpolicy", "resourcequota", "limitrange", "ingressclass",
    "lease", "controllerrevision",
]));
/// What is in a file is not known here, and could be any kind of object.
const FROM_FILE: Modifier = Modifier { when: When::Flag(FILES), then: Change::AddCategory(Infra) };

const BY_KIND: [Modifier; 9] = [
    Modifier { when: ACCESS, then: Change::AddCategory(AccessControl) },
    Modifier { when: GUARDS, then: Change::AddCategory(SecurityPolicy) },
    Modifier { when: GROUND, then: Change::AddCategory(Infra) },
    Modifier { when: ORDINARY, then: Change::AddCategory(Infra) },
    Modifier { when: SECRET, then: Change::AddCategory(Secrets) },
    Modifier { when: When::Kind(&["configmap"]), then: Change::AddCategory(Config) },
    FROM_FILE,
    DRY,
    DRY_PLAN,
];
const DELETING: [Modifier; 10] = [
    Modifier { when: ACCESS, then: Change::AddCategory(AccessControl) },
    Modifier { when: GUARDS, then: Change::AddCategory(SecurityPolicy) },
    Modifier { when: GROUND, then: Change::AddCategory(Infra) },
    Modifier { when: HOLDS_STATE, then: Change::AddCategory(Infra) },
    Modifier { when: ORDINARY, then: Change::AddCategory(Infra) },
    Modifier { when: SECRET, then: Change::AddCategory(Config) },
    FROM_FILE,
    Modifier { when: When::Flag(&["--raw"]), then: Change::Opaque("a raw request to the server") },
    DRY,
    DRY_PLAN,
];

const fn read(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: READ, targets: Targets::KindThenNames, ..Verb::READ }
}

const fn change(path: &'static [&'static str]) -> Verb {
    Verb { path, flags: CHANGE, targets: Targets::KindThenNames, modifiers: &BY_KIND, ..Verb::WRITE }
}

const fn create(
    path: &'static [&'static str],
    kind: &'static str,
    categories: &'static [crate::model::action::Category],
) -> Verb {
    Verb {
        path,
        flags: CHANGE,
        targets: Targets::Operands(kind),
        categories,
        modifiers: &[DRY, DRY_PLAN],
        ..Verb::WRITE
    }
}

const fn local(path: &'static [&'static str]) -> Verb {
    Verb {
        path,
        flags: Flags {
            value: &[
                "--namespace", "--cluster", "--user", "--server", "--embed-certs", "--auth-provider", "--exec-command",
                "--set-raw-bytes",
            ],
            others: super::schema::OtherFlags::Harmless,
            ..Flags::NONE
        },
        categories: &[Config],
        ..Verb::WRITE
    }
}

const fn running(path: &'static [&'static str]) -> Verb {
    Verb {
        path,
        impact: Unknown,
        categories: &[Execution],
        flags: Flags {
            value: &[
                "-c", "--container", "--image", "--target", "--profile", "--copy-to", "--pod-running-timeout", "-f",
                "--filename", "--env", "--custom", "--set-image",
            ],
            switch: &[
                "-i", "--stdin", "-t", "--tty", "-q", "--quiet", "-it", "-ti", "--attach", "--share-processes",
                "--replace",
            ],
            ..Flags::NONE
        },
        ..Verb::WRITE
    }
}

/// The tool.
pub const PACK: Pack = Pack {
    tool: "kubectl",
    programs: &["kubectl"],
    source: "https://kubernetes.io/docs/reference/kubectl/generated/",
    style: FlagStyle::Exact,
    flags: ANYWHERE,
    verbs: &[
        Verb {
            path: &["get"],
            modifiers: &[
                Modifier {
                    when: When::All(&[When::Flag(FILES), When::Flag(&["-o", "--output", "--template"])]),
                    then: Change::AddCategory(Secrets),
                },
                // Names of secrets are no secrets; what is in them is.
                Modifier {
                    when: When::All(&[
                        SECRET,
                        When::Flag(&["-o", "--output", "--template"]),
                        When::Not(&When::FlagValue(&["-o", "--output"], &["name", "wide"])),
                    ]),
                    then: Change::AddCategory(Secrets),
                },
                Modifier { when: When::Flag(&["--raw"]), then: Change::Opaque("a raw request to the server") },
            ],
            flags: Flags {
                value: &[
                    "-o", "--output", "--template", "--sort-by", "--field-selector", "-l", "--selector", "-L",
                    "--label-columns", "--chunk-size", "--subresource", "--raw",
                ],
                reads: FILES,
                switch: MORE,
                ..Flags::NONE
            },
            ..read(&["get"])
        },
        read(&["describe"]),
        Verb {
            flags: Flags {
                value: &[
                    "-c", "--container", "--since", "--since-time", "--tail", "--limit-bytes", "--max-log-requests",
                    "-l", "--selector", "--pod-running-timeout",
                ],
                switch: &[
                    "-f", "--follow", "-p", "--previous", "--timestamps", "--all-containers", "--prefix",
                    "--ignore-errors", "--all-pods",
                ],
                ..Flags::NONE
            },
            targets: Targets::Operands("pod"),
            ..read(&["logs"])
        },
        Verb {
            targets: Targets::None,
            flags: Flags {
                value: &["-l", "--selector", "--sort-by", "--field-selector"],
                switch: &[
                    "-A", "--all-namespaces", "--containers", "--no-headers", "--show-capacity", "--sum",
                    "--use-protocol-buffers",
                ],
                ..Flags::NONE
            },
            ..read(&["top"])
        },
        Verb {
            targets: Targets::None,
            flags: Flags { value: &["--api-version", "-o", "--output"], switch: &["--recursive"], ..Flags::NONE },
            ..read(&["explain"])
        },
        Verb {
            targets: Targets::None,
            flags: Flags {
                value: &["-o", "--output", "--api-group", "--verbs", "--sort-by", "--categories"],
                switch: &["--namespaced", "--cached", "--no-headers", "--client", "--short"],
                ..Flags::NONE
            },
            ..read(&["api-resources|api-versions|version|options|help"])
        },
        Verb { targets: Targets::None, ..read(&["cluster-info"]) },
        Verb {
            targets: Targets::None,
            categories: &[Observe, Secrets],
            flags: Flags {
                value: &["--namespaces", "-o", "--output", "--pod-running-timeout"],
                writes: &["--output-directory"],
                switch: &["-A", "--all-namespaces"],
                ..Flags::NONE
            },
            ..read(&["cluster-info", "dump"])
        },
        Verb { flags: CHANGE, categories: &[Plan], modifiers: &[], ..read(&["diff"]) },
        Verb {
            flags: Flags {
                value: &["--subresource", "--as", "-o", "--output"],
                switch: &["--list", "-q", "--quiet", "--no-headers", "-A", "--all-namespaces"],
                ..Flags::NONE
            },
            targets: Targets::None,
            ..read(&["auth", "can-i|whoami"])
        },
        Verb {
            flags: CHANGE,
            categories: &[AccessControl],
            modifiers: &[DRY, DRY_PLAN],
            ..change(&["auth", "reconcile"])
        },
        Verb {
            flags: Flags {
                value: &["--for", "--timeout", "-l", "--selector", "--field-selector", "-o", "--output"],
                reads: &["-f", "--filename"],
                switch: &["--all", "-A", "--all-namespaces", "-R", "--recursive", "--local"],
                ..Flags::NONE
            },
            ..read(&["wait"])
        },
        Verb {
            flags: Flags {
                value: &["--timeout", "--revision", "-o", "--output", "-l", "--selector"],
                reads: FILES,
                switch: &["-w", "--watch", "-R", "--recursive"],
                ..Flags::NONE
            },
            ..read(&["rollout", "status|history"])
        },
        Verb {
            targets: Targets::None,
            flags: Flags {
                value: &["-o", "--output", "--template"],
                switch: &["--minify", "--flatten", "--raw", "--merge", "--no-headers"],
                ..Flags::NONE
            },
            modifiers: &[Modifier { when: When::Flag(&["--raw"]), then: Change::AddCategory(Secrets) }],
            ..read(&["config", "view|current-context|get-contexts|get-clusters|get-users"])
        },
        local(&[
            "config",
            "use-context|set-context|set-cluster|set-credentials|set|unset|rename-context|delete-context|delete-cluster|delete-user",
        ]),
        change(&["apply"]),
        change(&["create"]),
        change(&["patch"]),
        change(&["edit"]),
        change(&["label"]),
        change(&["annotate"]),
        change(&["scale"]),
        change(&["autoscale"]),
        change(&["expose"]),
        Verb {
            modifiers: &[
                Modifier { when: When::Flag(&["--force"]), then: Change::AtLeast(Destroy) },
                FROM_FILE,
                DRY,
                DRY_PLAN,
            ],
            ..change(&["replace"])
        },
        Verb {
            targets: Targets::Operands("pod"),
            modifiers: &[
                Modifier { when: When::Flag(&["--overrides"]), then: Change::AddCategory(Infra) },
                DRY,
                DRY_PLAN,
            ],
            flags: CHANGE,
            ..change(&["run"])
        },
        change(&["rollout", "restart"]),
        change(&["rollout", "undo"]),
        change(&["rollout", "pause"]),
        change(&["rollout", "resume"]),
        change(&["set", "image"]),
        change(&["set", "env"]),
        change(&["set", "resources"]),
        change(&["set", "selector"]),
        Verb { categories: &[Deploy, AccessControl], ..change(&["set", "serviceaccount=sa|subject"]) },
        Verb {
            targets: Targets::None,
            modifiers: &[DRY, DRY_PLAN],
            ..change(&["apply", "edit-last-applied|set-last-applied"])
        },
        create(&["create", "namespace=ns"], "namespace", &[Infra]),
        create(&["create", "deployment=deploy"], "deployment", &[Deploy]),
        create(&["create", "job"], "job", &[Deploy]),
        create(&["create", "cronjob=cj"], "cronjob", &[Deploy]),
        create(&["create", "service=svc", "clusterip|nodeport|loadbalancer|externalname"], "service", &[Deploy]),
        create(&["create", "ingress=ing"], "ingress", &[Deploy, Infra]),
        create(&["create", "configmap=cm"], "configmap", &[Config]),
        create(&["create", "secret", "generic|tls|docker-registry"], "secret", &[Secrets, Config]),
        create(&["create", "role"], "role", &[AccessControl]),
        create(&["create", "rolebinding"], "rolebinding", &[AccessControl]),
        create(&["create", "clusterrole"], "clusterrole", &[AccessControl]),
        create(&["create", "clusterrolebinding"], "clusterrolebinding", &[AccessControl]),
        create(&["create", "serviceaccount=sa"], "serviceaccount", &[AccessControl]),
        Verb { modifiers: &[], ..create(&["create", "token"], "serviceaccount", &[AccessControl, Secrets]) },
        create(&["create", "quota=resourcequota"], "resourcequota", &[SecurityPolicy]),
        create(&["create", "poddisruptionbudget=pdb"], "poddisruptionbudget", &[Deploy]),
        create(&["create", "priorityclass=pc"], "priorityclass", &[Infra]),
        Verb {
            path: &["delete"],
            impact: Destroy,
            categories: &[Deploy],
            flags: CHANGE,
            targets: Targets::KindThenNames,
            modifiers: &DELETING,
            ..Verb::DESTROY
        },
        Verb {
            categories: &[Infra],
            targets: Targets::Operands("node"),
            flags: Flags {
                value: &[
                    "--grace-period", "--timeout", "--pod-selector", "-l", "--selector", "--dry-run", "--chunk-size",
                    "--skip-wait-for-delete-timeout",
                ],
                switch: &["--ignore-daemonsets", "--delete-emptydir-data", "--force", "--disable-eviction"],
                ..Flags::NONE
            },
            modifiers: &[DRY, DRY_PLAN],
            ..change(&["drain"])
        },
        Verb {
            categories: &[Infra],
            targets: Targets::Operands("node"),
            flags: Flags {
                value: &["-l", "--selector", "--dry-run"],
                switch: &["--overwrite", "--all"],
                ..Flags::NONE
            },
            modifiers: &[DRY, DRY_PLAN],
            ..change(&["cordon|uncordon|taint"])
        },
        Verb {
            categories: &[AccessControl],
            targets: Targets::Operands("certificatesigningrequest"),
            modifiers: &[],
            ..change(&["certificate", "approve|deny"])
        },
        running(&["exec"]),
        running(&["attach"]),
        running(&["debug"]),
        Verb {
            path: &["cp"],
            categories: &[Deploy, Execution],
            flags: Flags { value: &["-c", "--container", "--retries"], switch: &["--no-preserve"], ..Flags::NONE },
            ..Verb::WRITE
        },
        Verb {
            path: &["port-forward|proxy"],
            categories: &[Infra],
            flags: Flags {
                value: &[
                    "--address", "--pod-running-timeout", "-p", "--port", "--api-prefix", "--accept-hosts",
                    "--accept-paths", "--reject-paths", "--reject-methods", "-u", "--unix-socket", "-w", "--www", "-P",
                    "--www-prefix",
                ],
                switch: &["--disable-filter", "--append-server-path", "--keepalive"],
                ..Flags::NONE
            },
            ..Verb::WRITE
        },
        Verb {
            path: &["kustomize"],
            categories: &[Plan],
            targets: Targets::ReadPaths,
            flags: Flags {
                value: &["-e", "--env", "--helm-command", "--load-restrictor", "--network-name", "--mount"],
                writes: &["-o", "--output"],
                switch: &["--enable-helm", "--enable-alpha-plugins", "--network", "--as-current-user"],
                ..Flags::NONE
            },
            modifiers: &[Modifier {
                when: When::Flag(&["--enable-helm", "--enable-alpha-plugins", "--helm-command"]),
                then: Change::Opaque("kustomize starts other programs"),
            }],
            ..Verb::READ
        },
        Verb { path: &["plugin", "list"], ..Verb::READ },
        Verb { path: &["completion"], ..Verb::READ },
    ],
    bare: Some(Verb { ..Verb::READ }),
    modifiers: &[
        Modifier {
            when: When::Flag(&["--as", "--as-group", "--as-uid", "--as-user-extra"]),
            then: Change::AddCategory(AccessControl),
        },
        Modifier {
            when: When::Flag(&["--as", "--as-group", "--as-uid", "--as-user-extra"]),
            then: Change::AtLeast(Write),
        },
    ],
    locate: Locate::Kube,
    kinds: &[
        ("po", "pod"),
        ("pods", "pod"),
        ("deploy", "deployment"),
        ("deployments", "deployment"),
        ("svc", "service"),
        ("services", "service"),
        ("ns", "namespace"),
        ("namespaces", "namespace"),
        ("pvc", "persistentvolumeclaim"),
        ("persistentvolumeclaims", "persistentvolumeclaim"),
        ("pv", "persistentvolume"),
        ("persistentvolumes", "persistentvolume"),
        ("sts", "statefulset"),
        ("statefulsets", "statefulset"),
        ("ds", "daemonset"),
        ("daemonsets", "daemonset"),
        ("cm", "configmap"),
        ("configmaps", "configmap"),
        ("secrets", "secret"),
        ("sa", "serviceaccount"),
        ("serviceaccounts", "serviceaccount"),
        ("ing", "ingress"),
        ("ingresses", "ingress"),
        ("netpol", "networkpolicy"),
        ("networkpolicies", "networkpolicy"),
        ("crd", "customresourcedefinition"),
        ("crds", "customresourcedefinition"),
        ("customresourcedefinitions", "customresourcedefinition"),
        ("hpa", "horizontalpodautoscaler"),
        ("horizontalpodautoscalers", "horizontalpodautoscaler"),
        ("jobs", "job"),
        ("cj", "cronjob"),
        ("cronjobs", "cronjob"),
        ("rs", "replicaset"),
        ("replicasets", "replicaset"),
        ("rc", "replicationcontroller"),
        ("replicationcontrollers", "replicationcontroller"),
        ("no", "node"),
        ("nodes", "node"),
        ("ep", "endpoints"),
        ("ev", "event"),
        ("events", "event"),
        ("pdb", "poddisruptionbudget"),
        ("poddisruptionbudgets", "poddisruptionbudget"),
        ("quota", "resourcequota"),
        ("resourcequotas", "resourcequota"),
        ("limits", "limitrange"),
        ("limitranges", "limitrange"),
        ("sc", "storageclass"),
        ("storageclasses", "storageclass"),
        ("pc", "priorityclass"),
        ("priorityclasses", "priorityclass"),
        ("csr", "certificatesigningrequest"),
        ("certificatesigningrequests", "certificatesigningrequest"),
        ("roles", "role"),
        ("rolebindings", "rolebinding"),
        ("clusterroles", "clusterrole"),
        ("clusterrolebindings", "clusterrolebinding"),
        ("validatingwebhookconfigurations", "validatingwebhookconfiguration"),
        ("mutatingwebhookconfigurations", "mutatingwebhookconfiguration"),
        ("apiservices", "apiservice"),
        ("leases", "lease"),
        ("ingressclasses", "ingressclass"),
        ("endpointslices", "endpointslice"),
    ],
    examples: &[
        Example { command: "kubectl get pods -o wide", operation: "get", impact: Read },
        Example { command: "kubectl -n prod delete pod x", operation: "delete", impact: Destroy },
        Example {
            command: "kubectl --context=prod --namespace x scale deploy/web --replicas 3",
            operation: "scale",
            impact: Write,
        },
        Example { command: "kubectl delete -f x.yaml --dry-run=server", operation: "delete", impact: Read },
        Example { command: "kubectl delete pod x --dry-run=none", operation: "delete", impact: Destroy },
        Example { command: "kubectl get --raw /api", operation: "get", impact: Unknown },
        Example { command: "kubectl rollout restart deployment/web", operation: "rollout restart", impact: Write },
        Example {
            command: "kubectl rollout status deploy/web --timeout 5s",
            operation: "rollout status",
            impact: Read,
        },
        Example { command: "kubectl exec -it web-0 -- ls", operation: "exec", impact: Unknown },
        Example {
            command: "kubectl create rolebinding x --clusterrole=admin --user=y",
            operation: "create rolebinding",
            impact: Write,
        },
        Example { command: "kubectl logs -f web-0 -c app", operation: "logs", impact: Read },
        Example { command: "kubectl get pods --as admin", operation: "get", impact: Write },
        Example { command: "kubectl frobnicate", operation: "unknown", impact: Unknown },
        Example { command: "kubectl get pods --frobnicate", operation: "get", impact: Unknown },
        Example { command: "kubectl replace --force -f x.yaml", operation: "replace", impact: Destroy },
        Example { command: "kubectl config use-context prod", operation: "config use-context", impact: Write },
        Example { command: "kubectl version", operation: "version", impact: Read },
    ],
    ..Pack::BASE
};
