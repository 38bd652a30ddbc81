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

/// Flags of the verbs, where one means the same after all that have it; `--dry-run`, `--cascade` and `--validate` take a
/// value only by `=`.
const LATE: Flags = Flags {
    value: &[
        "--accept-hosts", "--accept-paths", "--address", "--aggregation-rule", "--annotation", "--annotations",
        "--api-group", "--api-prefix", "--api-version", "--audience", "--auth-provider", "--auth-provider-arg",
        "--bound-object-kind", "--bound-object-name", "--bound-object-uid", "--categories", "--chunk-size", "--class",
        "--cluster-ip", "--clusterip", "--clusterrole", "--concurrency", "--container", "--copy-to", "--cpu-percent",
        "--cpu", "--memory", "--current-replicas", "--custom", "--default-backend", "--description", "--docker-email",
        "--docker-password", "--docker-server", "--docker-username", "--duration", "--env", "--exec-api-version",
        "--exec-arg", "--exec-command", "--exec-env", "--exec-interactive-mode", "--external-ip", "--external-name",
        "--field-manager", "--field-selector", "--for", "--from", "--from-literal", "--grace-period", "--group",
        "--hard", "--helm-api-versions", "--helm-command", "--helm-kube-version", "--image", "--image-pull-policy",
        "--keepalive", "--keys", "--label-columns", "--labels", "--limit-bytes", "--limits", "--load-balancer-ip",
        "--load-restrictor", "--max", "--max-log-requests", "--max-unavailable", "--min", "--min-available", "--mount",
        "--name", "--namespaces", "--network-name", "--node-port", "--non-resource-url", "--output", "--override-type",
        "--overrides", "--patch", "--pod-running-timeout", "--pod-selector", "--port", "--preemption-policy",
        "--protocol", "--proxy-url", "--prune-allowlist", "--raw", "--reject-methods", "--reject-paths", "--replicas",
        "--requests", "--resource", "--resource-name", "--resource-version", "--restart", "--retries", "--revision",
        "--role", "--rule", "--schedule", "--scopes", "--selector", "--serviceaccount", "--session-affinity",
        "--set-image", "--since", "--since-time", "--skip-wait-for-delete-timeout", "--sort-by", "--subresource",
        "--tail", "--target", "--target-port", "--tcp", "--template", "--timeout", "--to-revision", "--type",
        "--types", "--unix-socket", "--value", "--verb", "--verbs", "--www", "--www-prefix", "-L", "-P", "-c", "-e",
        "-l", "-o", "-p", "-r", "-u",
    ],
    reads: &[
        "-f", "--filename", "-k", "--kustomize", "--patch-file", "--from-file", "--from-env-file", "--cert", "--key",
    ],
    writes: &["--output-directory"],
    switch: &[
        "--all", "--all-containers", "--all-namespaces", "--all-pods", "--allow-missing-template-keys",
        "--append-hash", "--append-server-path", "--arguments-only", "--as-current-user", "--attach", "--cached",
        "--cascade", "--client", "--command", "--create-annotation", "--current", "--delete-emptydir-data",
        "--disable-eviction", "--disable-filter", "--dry-run", "--embed-certs", "--enable-alpha-plugins",
        "--enable-helm", "--exec-provide-cluster-info", "--expose", "--flatten", "--follow", "--force",
        "--force-conflicts", "--global-default", "--helm-debug", "--ignore-daemonsets", "--ignore-errors",
        "--ignore-not-found", "--insecure-skip-tls-verify-backend", "--interactive", "--keep-annotations",
        "--keep-init-containers", "--keep-labels", "--keep-liveness", "--keep-readiness", "--keep-startup",
        "--leave-stdin-open", "--list", "--local", "--merge", "--minify", "--name-only", "--namespaced", "--network",
        "--no-headers", "--no-preserve", "--now", "--output-patch", "--output-watch-events", "--overwrite",
        "--previous", "--privileged", "--prune", "--quiet", "--record", "--recursive", "--remove-extra-permissions",
        "--remove-extra-subjects", "--replace", "--resolve", "--rm", "--same-node", "--save-config", "--server-print",
        "--server-side", "--set-raw-bytes", "--share-processes", "--show-capacity", "--show-events", "--show-kind",
        "--show-labels", "--show-managed-fields", "--stdin", "--sum", "--timestamps", "--tty",
        "--use-protocol-buffers", "--validate", "--wait", "--watch", "--watch-only", "--windows-line-endings", "-A",
        "-R", "-i", "-q", "-t", "-w",
    ],
    ..Flags::NONE
};
const FILES: &[&str] = &["-f", "--filename", "-k", "--kustomize"];

/// Asking the server, or computing here, what would change.
const DRY: Modifier =
    Modifier { when: When::FlagValue(&["--dry-run"], &["client", "server", ""]), then: Change::Impact(Read) };
const DRY_PLAN: Modifier =
    Modifier { when: When::FlagValue(&["--dry-run"], &["client", "server", ""]), then: Change::Categories(&[Plan]) };

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
    Verb { path, targets: Targets::KindThenNames, ..Verb::READ }
}

const fn change(path: &'static [&'static str]) -> Verb {
    Verb { path, targets: Targets::KindThenNames, modifiers: &BY_KIND, ..Verb::WRITE }
}

const fn create(
    path: &'static [&'static str],
    kind: &'static str,
    categories: &'static [crate::model::action::Category],
) -> Verb {
    Verb { path, targets: Targets::Operands(kind), categories, modifiers: &[DRY, DRY_PLAN], ..Verb::WRITE }
}

const fn local(path: &'static [&'static str]) -> Verb {
    Verb { path, categories: &[Config], ..Verb::WRITE }
}

const fn running(path: &'static [&'static str]) -> Verb {
    Verb { path, impact: Unknown, categories: &[Execution], ..Verb::WRITE }
}

/// The tool.
pub const PACK: Pack = Pack {
    tool: "kubectl",
    programs: &["kubectl"],
    source: "https://kubernetes.io/docs/reference/kubectl/generated/",
    style: FlagStyle::Exact,
    flags: ANYWHERE,
    late: LATE,
    help: &["-h", "--help"],
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
                Modifier {
                    when: When::All(&[
                        When::Flag(&["--raw"]),
                        When::Not(&When::FlagValue(
                            &["--raw"],
                            &["/healthz", "/readyz", "/livez", "/version", "/api", "/apis"],
                        )),
                    ]),
                    then: Change::Opaque("a raw request to the server"),
                },
            ],
            ..read(&["get"])
        },
        read(&["describe"]),
        Verb {
            targets: Targets::Operands("pod"),
            flags: Flags { switch: &["-f", "--follow", "-p", "--previous", "--prefix"], ..Flags::NONE },
            ..read(&["logs"])
        },
        Verb {
            targets: Targets::None,
            flags: Flags { switch: &["--containers"], ..Flags::NONE },
            ..read(&["top", "pod=pods=po|node=nodes=no"])
        },
        Verb { targets: Targets::None, ..read(&["explain"]) },
        Verb { targets: Targets::None, ..read(&["api-resources|api-versions|version|options|help|events"]) },
        Verb { targets: Targets::None, ..read(&["cluster-info"]) },
        Verb { targets: Targets::None, categories: &[Observe, Secrets], ..read(&["cluster-info", "dump"]) },
        Verb { categories: &[Plan], modifiers: &[], ..read(&["diff"]) },
        Verb { targets: Targets::None, ..read(&["auth", "can-i|whoami"]) },
        Verb { categories: &[AccessControl], modifiers: &[DRY, DRY_PLAN], ..change(&["auth", "reconcile"]) },
        Verb { ..read(&["wait"]) },
        Verb { ..read(&["rollout", "status|history"]) },
        Verb {
            targets: Targets::None,
            flags: Flags { switch: &["--raw"], ..Flags::NONE },
            modifiers: &[Modifier { when: When::Flag(&["--raw"]), then: Change::AddCategory(Secrets) }],
            ..read(&["config", "view|current-context|get-contexts|get-clusters|get-users"])
        },
        local(&[
            "config",
            "use-context|set-context|set-cluster|set-credentials|set|unset|rename-context|delete-context|delete-cluster|delete-user",
        ]),
        change(&["apply"]),
        Verb {
            modifiers: &[Modifier { when: SECRET, then: Change::AddCategory(Secrets) }],
            ..read(&["apply", "view-last-applied"])
        },
        change(&["create"]),
        change(&["patch"]),
        change(&["edit"]),
        change(&["label|annotate"]),
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
            ..change(&["run"])
        },
        change(&["rollout", "restart"]),
        change(&["rollout", "undo"]),
        change(&["rollout", "pause"]),
        change(&["rollout", "resume"]),
        change(&["set", "image"]),
        Verb {
            flags: Flags { value: &["--prefix", "--containers"], ..Flags::NONE },
            modifiers: &[
                Modifier { when: When::Flag(&["--list"]), then: Change::AddCategory(Secrets) },
                Modifier { when: When::Flag(&["--from"]), then: Change::AddCategory(Secrets) },
                FROM_FILE,
                DRY,
                DRY_PLAN,
            ],
            ..change(&["set", "env"])
        },
        Verb {
            flags: Flags { value: &["--containers"], ..Flags::NONE },
            modifiers: &[FROM_FILE, DRY, DRY_PLAN],
            ..change(&["set", "resources"])
        },
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
            targets: Targets::KindThenNames,
            modifiers: &DELETING,
            ..Verb::DESTROY
        },
        Verb {
            categories: &[Infra],
            targets: Targets::Operands("node"),
            modifiers: &[DRY, DRY_PLAN],
            ..change(&["drain"])
        },
        Verb {
            categories: &[Infra],
            targets: Targets::Operands("node"),
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
        Verb { path: &["cp"], categories: &[Deploy, Execution], ..Verb::WRITE },
        Verb {
            path: &["port-forward|proxy"],
            categories: &[Infra],
            flags: Flags { value: &["-w"], ..Flags::NONE },
            ..Verb::WRITE
        },
        Verb {
            path: &["kustomize"],
            categories: &[Plan],
            targets: Targets::ReadPaths,
            flags: Flags { writes: &["-o", "--output"], ..Flags::NONE },
            modifiers: &[Modifier {
                when: When::Flag(&["--enable-helm", "--enable-alpha-plugins", "--helm-command"]),
                then: Change::Opaque("kustomize starts other programs"),
            }],
            ..Verb::READ
        },
        Verb { path: &["plugin", "list"], ..Verb::READ },
        running(&["alpha", "*"]),
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
        Example { command: "kubectl get --raw /api/v1/secrets", operation: "get", impact: Unknown },
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
        Example { command: "kubectl delete --cascade ns prod", operation: "delete", impact: Destroy },
        Example { command: "kubectl delete ns prod --help", operation: "delete", impact: Read },
        Example { command: "kubectl delete ns prod --help=false", operation: "delete", impact: Destroy },
        Example {
            command: "kubectl annotate pod x --field-manager --dry-run=client a=b",
            operation: "annotate",
            impact: Write,
        },
        Example { command: "kubectl logs -f web-0 -p", operation: "logs", impact: Read },
        Example { command: "kubectl version", operation: "version", impact: Read },
    ],
    ..Pack::BASE
};
