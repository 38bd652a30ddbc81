//! kubectl and helm: kubeconfig, context, cluster, server, namespace.
//!
//! The flags beat the kubeconfig as client-go has it; names in a kubeconfig that the caller can have written only
//! protect, and of its server only the address counts.

use crate::classify::{Scene, paths};
use crate::command::Word;
use crate::model::facts::{Answer, Want};

use super::reach::Reach;
use super::{Mark, Weight, host_of};

/// What a tool calls its flags.
struct Names {
    context: &'static [&'static str],
    server: &'static [&'static str],
    context_variable: Option<&'static str>,
    namespace_variable: Option<&'static str>,
    server_variable: Option<&'static str>,
}

const KUBECTL: Names = Names {
    context: &["--context"],
    server: &["--server", "-s"],
    context_variable: None,
    namespace_variable: None,
    server_variable: None,
};
const HELM: Names = Names {
    context: &["--kube-context"],
    server: &["--kube-apiserver"],
    context_variable: Some("HELM_KUBECONTEXT"),
    namespace_variable: Some("HELM_NAMESPACE"),
    server_variable: Some("HELM_KUBEAPISERVER"),
};
/// Where flux's own objects live.
const FLUX_NAMESPACE: &str = "flux-system";

/// Kinds that live in a namespace. What is not listed may be the cluster's own, and then the namespace says nothing.
const NAMESPACED: &[&str] = &[
    "pod", "deployment", "replicaset", "statefulset", "daemonset", "job", "cronjob", "service", "ingress",
    "horizontalpodautoscaler", "poddisruptionbudget", "replicationcontroller", "configmap", "endpoints",
    "endpointslice", "event", "secret", "role", "rolebinding", "serviceaccount", "persistentvolumeclaim",
    "networkpolicy", "resourcequota", "limitrange", "lease", "controllerrevision",
];
/// Verbs that reach into pods and workloads, whatever they are called with.
const IN_NAMESPACE: &[&str] = &["logs", "exec", "attach", "cp", "port-forward", "run"];
const ALL: &[&str] = &["--all-namespaces", "-A"];
const FILES: &[&str] = &["-f", "--filename", "-k", "--kustomize"];

/// kubectl's target.
pub fn kubectl(reach: &mut Reach<'_>) {
    target(&KUBECTL, None, reach);
    named_namespaces(reach);
}

/// helm's target: what a chart holds is not seen, so that the namespace only protects.
pub fn helm(reach: &mut Reach<'_>) {
    target(&HELM, None, reach);
    for file in reach.flags(&["-f", "--values"]) {
        reach.signs.claim(Mark::File, Some(&file));
    }
    for setting in reach.flags(&["--set", "--set-string", "--set-json", "--set-literal", "--set-file"]) {
        reach.signs.claim(Mark::Name, Some(&setting));
    }
}

/// flux's target: its flags are kubectl's.
pub fn flux(reach: &mut Reach<'_>) {
    target(&KUBECTL, Some(FLUX_NAMESPACE), reach);
}

/// Whether the kubeconfig that a command names is the one that kubectl reads anyway.
fn is_usual(path: &str, scene: &Scene<'_>) -> bool {
    let usual = scene.home().map(|home| format!("{home}/.kube/config"));
    scene.assigned("HOME").is_none() && (path == "~/.kube/config" || Some(path) == usual.as_deref())
}

/// The files of a kubeconfig list, absolute, since the command may run in another directory than the invocation.
pub fn kubeconfig(list: &str, scene: &Scene<'_>) -> String {
    let absolute = |path: &str| scene.absolute(path).unwrap_or_else(|| path.to_owned());
    list.split(':').filter(|path| !path.is_empty()).map(absolute).collect::<Vec<_>>().join(":")
}

fn target(names: &Names, namespace: Option<&str>, reach: &mut Reach<'_>) {
    let scene = reach.scene;
    let file = reach.flag(&["--kubeconfig"]);
    if file.as_ref().is_some_and(|file| file.contains(':')) {
        reach.signs.doubt("the kubeconfig's name has a colon in it");
    }
    let list = reach.variable("KUBECONFIG");
    let is_callers = |list: &String| {
        let mut paths = list.split(':').filter(|path| !path.is_empty() && !is_usual(path, scene));
        paths.any(|path| paths::is_callers(path, scene))
    };
    let is_own = file.is_some()
        || scene
            .assigned("KUBECONFIG")
            .is_some_and(|word| word.text().is_none_or(|text| !text.is_empty() && !is_usual(text, scene)))
        || list.as_ref().is_some_and(is_callers);
    let said = |text: &String| !text.is_empty();
    let context = reach.flag(names.context).filter(said).or_else(|| reach.variable(names.context_variable?));
    let server = reach.flag(names.server).filter(said).or_else(|| reach.variable(names.server_variable?));
    let cluster = reach.flag(&["--cluster"]).filter(said);
    let user = reach.flag(&["--user"]);
    let given = reach.flag(&["--namespace", "-n"]).filter(said);
    let given = given.or_else(|| reach.variable(names.namespace_variable?));
    let kubeconfig = file.or(list).map(|list| kubeconfig(&list, scene));
    let want = Want::KubeContext { kubeconfig, context: context.clone(), cluster: cluster.clone(), user };
    let answer = scene.context.facts.answer(&want);
    match &answer {
        Answer::Known { .. } => {
            let named = if is_own { Weight::Claim } else { Weight::Found };
            let is_elsewhere = server.is_some() || cluster.is_some();
            let by_context = if is_elsewhere { Weight::Claim } else { named };
            reach.signs.push(Mark::Context, by_context, answer.field("context"));
            configured(&answer, named, server.as_deref(), reach);
        }
        Answer::Absent => {
            if cluster.is_some() || context.is_some() {
                reach.signs.doubt("there is no kubeconfig to find it in");
            }
            let master = reach.variable("KUBERNETES_MASTER");
            reach.signs.claim(Mark::Cluster, master.as_deref());
        }
        Answer::Failed { cause } => reach.signs.doubt(cause.clone()),
    }
    reach.signs.claim(Mark::Context, context.as_deref());
    address(server.as_deref(), Weight::Given, reach);
    reach.signs.claim(Mark::Cluster, cluster.as_deref());
    let ambient = namespace.or_else(|| answer.field("namespace")).map(str::to_owned);
    in_namespace(given, ambient, reach);
}

/// What a kubeconfig says of the cluster. A server that the command names stands in its place.
fn configured(answer: &Answer, named: Weight, server: Option<&str>, reach: &mut Reach<'_>) {
    let is_own = named == Weight::Claim;
    if server.is_none() {
        reach.signs.push(Mark::Cluster, named, answer.field("cluster"));
        address(answer.field("server"), if is_own { Weight::Given } else { Weight::Found }, reach);
    }
    reach.signs.claim(Mark::Cluster, answer.field("proxy"));
    if is_own && answer.field("exec_plugin").is_some() {
        reach.signs.doubt("the kubeconfig that the command names starts a program");
    }
}

/// A server's address: of what the caller names, only the host counts towards an open environment.
fn address(server: Option<&str>, weight: Weight, reach: &mut Reach<'_>) {
    let Some(server) = server else { return };
    match weight {
        Weight::Given => {
            reach.signs.claim(Mark::Cluster, Some(server));
            reach.signs.push(Mark::Cluster, Weight::Given, Some(host_of(server)));
        }
        other => reach.signs.push(Mark::Cluster, other, Some(server)),
    }
}

fn in_namespace(given: Option<String>, ambient: Option<String>, reach: &mut Reach<'_>) {
    if reach.reading.has(ALL) {
        reach.signs.note("every namespace");
        reach.signs.claim(Mark::Namespace, given.as_deref());
        let by_namespace =
            |rule: &crate::model::environments::EnvironmentRule| rule.is_protected() && !rule.namespaces.is_empty();
        if reach.scene.context.environments.rules.iter().any(|(_, rule)| by_namespace(rule)) {
            reach.signs.doubt("it reaches every namespace, and the policy protects some by name");
        }
        return;
    }
    let weight = if stays_in_namespace(reach) { Weight::Found } else { Weight::Claim };
    let namespace = given.or(ambient);
    reach.signs.push(Mark::Namespace, weight, namespace.as_deref());
}

/// Whether all that the command acts on lives in the namespace that it names.
fn stays_in_namespace(reach: &Reach<'_>) -> bool {
    let reading = reach.reading;
    if reading.has(FILES) {
        return false;
    }
    let operation = reading.operation.as_str();
    if IN_NAMESPACE.contains(&operation) {
        return true;
    }
    let Some(pack) = crate::packs::find(reach.program()) else { return false };
    let Some(verb) = reading.verb else { return false };
    let kinds = crate::classify::targets::kinds(pack, verb, reading);
    !kinds.is_empty() && kinds.iter().all(|kind| kind.as_deref().is_some_and(|kind| NAMESPACED.contains(&kind)))
}

/// A namespace that is named as the object itself.
fn named_namespaces(reach: &mut Reach<'_>) {
    let reading = reach.reading;
    for text in super::texts(reading.operands.iter()) {
        let name = ["ns/", "namespace/", "namespaces/"].iter().find_map(|start| text.strip_prefix(start));
        reach.signs.claim(Mark::Namespace, name);
    }
    let raw = reading.value(&["--raw"]).and_then(|path| path.split_once("/namespaces/"));
    reach.signs.claim(Mark::Namespace, raw.and_then(|(_, rest)| rest.split(['/', '?']).next()));
    let first = reading.operands.first().and_then(Word::text).unwrap_or_default();
    if first.split(',').any(|kind| ["ns", "namespace", "namespaces"].contains(&kind)) {
        for word in reading.operands.iter().skip(1) {
            match word.text() {
                Some(name) => reach.signs.claim(Mark::Namespace, Some(name)),
                None => reach.signs.doubt("which namespace it is about is not known before it runs"),
            }
        }
    }
}
