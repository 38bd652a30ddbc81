//! The real kubectl and the real terraform, end to end. Where one is not installed, its test says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;

use support::kube_api::KubeApi;
use support::{Place, has};

#[test]
fn kubectl_reads_run_scaling_production_asks_and_a_namespace_there_is_never_deleted() {
    if !has("kubectl") {
        return;
    }
    let api = KubeApi::start();
    let mut place = Place::new();
    // A kubeconfig that a variable names from a scratch directory would be the caller's own.
    let kubeconfig = place.home().join(".kube/config");
    fs::create_dir(place.home().join(".kube")).unwrap();
    fs::write(&kubeconfig, api.kubeconfig()).unwrap();
    place.set("NO_PROXY", "127.0.0.1");

    let read = place.agent(&["exec", "--", "kubectl", "get", "deployments", "-n", "prod"]).ended(0);
    assert!(read.out.contains("web") && read.err.is_empty(), "{}{}", read.out, read.err);

    let scale = ["kubectl", "scale", "deployment/web", "--replicas=5", "-n", "prod"];
    let asked = place.ask(&scale).ended(75);
    place.human(&["reject", &asked.ticket(), "--rationale", "not now"]).ended(0);
    place.agent(&["run", &asked.ticket()]).ended(77);
    place.ask(&scale).ended(77);
    let denied = place.ask(&["kubectl", "delete", "namespace", "prod"]).ended(77);
    assert_eq!(denied.status()["status"], "denied");
    assert_eq!(api.writes(), Vec::<String>::new(), "nothing that changes anything reached the server");

    let dev =
        place.agent(&["exec", "--", "kubectl", "--context", "dev", "scale", "deployment/web", "--replicas=4"]).ended(0);
    assert!(dev.out.contains("scaled"), "{}", dev.out);
    assert_eq!(api.replicas("default"), 4);

    let other = ["kubectl", "scale", "deployment/web", "--replicas=6", "-n", "prod"];
    let ticket = place.ask(&other).ended(75).ticket();
    place.approve(&ticket);
    place.agent(&["run", &ticket]).ended(0);
    assert_eq!(api.replicas("prod"), 6);

    let moved = place.ask(&["kubectl", "scale", "deployment/web", "--replicas=7", "-n", "prod"]).ended(75).ticket();
    place.approve(&moved);
    fs::write(&kubeconfig, api.kubeconfig().replace("current-context: prod-eu", "current-context: somewhere")).unwrap();
    let refused = place.agent(&["run", "--json", &moved]).ended(77);
    assert_eq!(refused.status()["status"], "invalidated");
    assert_eq!(api.replicas("prod"), 6);
    place.verify();
}

#[test]
fn terraform_plans_at_once_and_applies_once_after_approval() {
    if !has("terraform") {
        return;
    }
    let mut place = Place::new();
    place.set("CHECKPOINT_DISABLE", "1");
    place.set("TF_CLI_CONFIG_FILE", "/dev/null");
    fs::write(
        place.tree().join("main.tf"),
        "resource \"terraform_data\" \"x\" {\n  input = \"1\"\n  provisioner \"local-exec\" {\n    command = \"echo applied >> applied.txt\"\n  }\n}\n",
    )
    .unwrap();
    let init = place.command("terraform").args(["init", "-no-color", "-input=false"]).output().unwrap();
    assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));

    let plan = place.agent(&["exec", "--", "terraform", "plan", "-no-color", "-input=false"]).ended(0);
    assert!(plan.out.contains("1 to add"), "{}{}", plan.out, plan.err);

    let ticket = place.ask(&["terraform", "apply", "-no-color", "-input=false", "-auto-approve"]).ended(75).ticket();
    assert!(!place.tree().join("applied.txt").exists());
    place.approve(&ticket);
    let ran = place.agent(&["run", &ticket]).ended(0);
    assert!(ran.out.contains("Apply complete"), "{}", ran.out);
    place.agent(&["run", &ticket]).ended(77);
    assert_eq!(fs::read_to_string(place.tree().join("applied.txt")).unwrap(), "applied\n");

    let row = &place.audit()[0];
    assert_eq!((&row["state"], &row["exit_code"]), (&"succeeded".into(), &0.into()));
    assert_eq!(
        (&row["agent"], &row["rationale"]),
        (&"test-agent".into(), &format!("looked at {ticket}, and it is right").into())
    );
    assert_eq!(row["reason"], "a test");
    place.verify();
}

#[test]
fn a_configuration_changed_after_approval_is_not_applied() {
    if !has("terraform") {
        return;
    }
    let mut place = Place::new();
    place.set("CHECKPOINT_DISABLE", "1");
    place.set("TF_CLI_CONFIG_FILE", "/dev/null");
    fs::write(place.tree().join("main.tf"), "resource \"terraform_data\" \"x\" {\n  input = \"1\"\n}\n").unwrap();
    let ticket = place.ask(&["terraform", "apply", "-auto-approve"]).ended(75).ticket();
    place.approve(&ticket);
    fs::write(place.tree().join("more.tf"), "resource \"terraform_data\" \"y\" {}\n").unwrap();
    let refused = place.agent(&["run", "--json", &ticket]).ended(77);
    assert!(refused.status()["reason"].as_str().unwrap().contains("inputs"), "{}", refused.err);
}
