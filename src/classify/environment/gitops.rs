//! argocd and flux: what they bring to a cluster is named by an app, whose own target the server knows.

use crate::model::facts::{Answer, Want};

use super::reach::Reach;
use super::{Mark, Weight, host_of, kube};

/// argocd's target: the app's destination where the command names one; else the app's name and the server's protect,
/// and where the app goes is known to the server only.
pub fn argocd(reach: &mut Reach<'_>) {
    let server = reach.flag(&["--server"]).or_else(|| reach.variable("ARGOCD_SERVER"));
    let context = reach.flag(&["--argocd-context"]);
    let cluster = reach.flag(&["--dest-server"]);
    let name = reach.flag(&["--dest-name"]);
    let namespace = reach.flag(&["--dest-namespace"]);
    let has_destination = cluster.is_some() || name.is_some();
    reach.signs.push(Mark::Cluster, Weight::Given, cluster.as_deref().map(host_of));
    reach.signs.claim(Mark::Cluster, cluster.as_deref());
    // A destination by name is one of the clusters that the server was told of.
    reach.signs.found(Mark::Cluster, name.as_deref());
    reach.signs.claim(Mark::Namespace, namespace.as_deref());
    reach.signs.claim(Mark::Host, server.as_deref().map(host_of));
    reach.signs.claim(Mark::Context, context.as_deref());
    if reach.reading.has(&["--core"]) {
        kube::flux(reach);
    }
    reach.names(&["--server", "--dest-server", "--dest-name", "--dest-namespace", "-o", "--output"]);
    if !has_destination {
        reach.signs.doubt("where the app goes is known to the argocd server only");
    }
}

/// flux's target is kubectl's, with a namespace of its own; objects of git reach wherever their manifests say.
pub fn flux(reach: &mut Reach<'_>) {
    kube::flux(reach);
    for file in reach.flags(&["--path", "--kustomization-file"]) {
        reach.signs.claim(Mark::File, Some(&file));
    }
    if let Some(branch) = reach.flag(&["--branch"]) {
        reach.signs.claim(Mark::Name, Some(&branch));
    }
}

/// The kube cluster that cloud tools hand credentials for, when a command names it.
pub fn cluster_of(reach: &mut Reach<'_>, names: &[&str]) {
    for cluster in reach.flags(names) {
        reach.signs.claim(Mark::Cluster, Some(&cluster));
    }
}

/// The ambient kube context as a sign that only protects, for tools that reach clusters through providers.
pub fn ambient(reach: &mut Reach<'_>) {
    let context = reach.first_variable(&["KUBE_CTX", "KUBE_CONFIG_CONTEXT"]);
    reach.signs.claim(Mark::Context, context.as_deref());
    let Some(path) = reach.first_variable(&["KUBE_CONFIG_PATH", "KUBE_CONFIG_PATHS"]) else { return };
    let kubeconfig = Some(kube::kubeconfig(&path, reach.scene));
    let want = Want::KubeContext { kubeconfig, context: None, cluster: None, user: None };
    match reach.scene.context.facts.answer(&want) {
        answer @ Answer::Known { .. } => {
            reach.signs.claim(Mark::Context, answer.field("context"));
            reach.signs.claim(Mark::Cluster, answer.field("server"));
        }
        Answer::Absent | Answer::Failed { .. } => {}
    }
}
