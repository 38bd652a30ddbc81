//! What a human sees of a kubectl command before they decide, with the real kubectl: shown, bound to the objects as they
//! are, run on exactly these, taken back. Where kubectl is not installed, each test says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::kubectl::{WEB, Work, config_map, titles};

const MANIFEST: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: prod}
data: {mode: fast}
---
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: prod}
stringData: {key: hush-hush-1}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: prod}
rules: []
"#;

#[test]
fn a_scaling_is_shown_bound_and_taken_back() {
    let Some(work) = Work::new() else { return };
    let ticket = work.ask("scale deployment/web --replicas=0 -n prod");
    let preview = work.preview(&ticket);
    assert_eq!(preview["state"], "ready", "{preview}");
    assert_eq!(titles(&preview), ["update deployment/web in prod"]);
    assert_eq!(
        (&preview["hunks"][0]["risk"], &preview["hunks"][0]["fields"][0]["after"]),
        (&"high".into(), &"0".into())
    );
    assert!(work.flat(&ticket).contains("spec.replicas: 3 → 0"), "{}", work.flat(&ticket));
    assert_eq!(work.api.writes(), Vec::<String>::new(), "looking changes nothing");
    work.run(&ticket);
    assert_eq!(work.api.replicas("prod"), 0);
    let back = work.roll_back(&ticket);
    assert_eq!(work.api.replicas("prod"), 3);
    assert_eq!(titles(&back), ["update deployment/web in prod"]);
}

#[test]
fn an_object_that_moved_after_the_preview_refuses_and_is_named() {
    let Some(work) = Work::new() else { return };
    let ticket = work.ask("scale deployment/web --replicas=5 -n prod");
    let mut web = work.api.get(WEB).unwrap();
    web["spec"]["replicas"] = json!(4);
    work.api.put(web);
    let why = work.refused(&ticket);
    assert!(why.contains("target") && why.contains("deployment/web"), "{why}");
    assert_eq!(work.api.replicas("prod"), 4);

    let ticket = work.ask("delete configmap c-1 -n prod");
    work.api.put(config_map("c-1", "new"));
    let why = work.refused(&ticket);
    assert!(why.contains("configmap/c-1"), "{why}");
    assert_eq!(work.maps(), 3);
}

#[test]
fn a_status_that_moves_by_itself_does_not_refuse() {
    let Some(work) = Work::new() else { return };
    let ticket = work.ask("scale deployment/web --replicas=5 -n prod");
    let mut web = work.api.get(WEB).unwrap();
    web["status"]["readyReplicas"] = json!(1);
    work.api.put(web);
    work.run(&ticket);
    assert_eq!(work.api.replicas("prod"), 5);
}

#[test]
fn a_selector_is_expanded_and_only_the_listed_objects_go() {
    let Some(work) = Work::new() else { return };
    work.api.put(config_map("other", "new"));
    let ticket = work.ask("delete configmaps -l tier=old -n prod");
    let preview = work.preview(&ticket);
    assert_eq!(
        titles(&preview),
        ["delete configmap/c-0 in prod", "delete configmap/c-1 in prod", "delete configmap/c-2 in prod"]
    );
    assert_eq!(preview["runs"], "kubectl delete -n prod -f [the objects shown here]");
    // One that would match now, and was not shown.
    work.place.approve(&ticket);
    let why = {
        work.api.put(config_map("late", "old"));
        let ran = work.place.agent(&["run", "--json", &ticket]).ended(77);
        ran.status()["reason"].as_str().unwrap().to_owned()
    };
    assert!(why.contains("configmap/late"), "{why}");
    assert_eq!(work.maps(), 5);

    work.api.remove("/api/v1/namespaces/prod/configmaps/late");
    let ticket = work.ask("delete configmaps -l tier=old -n prod");
    work.run(&ticket);
    assert_eq!(work.maps(), 1);
    assert!(work.api.writes().iter().all(|line| line.starts_with("DELETE ") && line.contains("/configmaps/c-")));
    let before = work.api.get("/api/v1/namespaces/prod/configmaps/other").unwrap();
    let back = work.roll_back(&ticket);
    assert_eq!(titles(&back).len(), 3);
    assert_eq!(work.maps(), 4);
    let restored = work.api.get("/api/v1/namespaces/prod/configmaps/c-2").unwrap();
    assert_eq!((&restored["data"]["a"], &restored["metadata"]["labels"]["tier"]), (&"1".into(), &"old".into()));
    assert_eq!(work.api.get("/api/v1/namespaces/prod/configmaps/other").unwrap(), before);
}

#[test]
fn what_is_applied_is_the_manifest_that_was_shown_and_no_secret_is_read_out() {
    let Some(work) = Work::new() else { return };
    let file = work.place.tree().join("m.yaml");
    fs::write(&file, MANIFEST).unwrap();
    let ticket = work.ask("apply -f m.yaml");
    let preview = work.preview(&ticket);
    assert_eq!(preview["state"], "ready", "{preview}");
    assert_eq!(
        titles(&preview),
        ["create secret/db in prod", "create role/reader in prod", "create configmap/settings in prod"]
    );
    assert_eq!(preview["runs"], "kubectl apply -f [the manifest-1 shown here]");
    work.run(&ticket);
    fs::write(&file, MANIFEST.replace("fast", "slow").replace("hush-hush-1", "hush-hush-2")).unwrap();
    let second = work.ask("apply -f m.yaml");
    assert_eq!(titles(&work.preview(&second)), ["update secret/db in prod", "update configmap/settings in prod"]);
    let page = work.flat(&second);
    assert!(page.contains("data.mode: \"fast\" → \"slow\""), "{page}");
    for text in [page, work.place.agent(&["audit", "show", &second, "--json"]).out, work.preview(&ticket).to_string()] {
        assert!(!text.contains("hush-hush") && !text.contains("aHVzaC1odXNo"), "{text}");
    }
    work.run(&second);
    work.roll_back(&second);
    let settings = work.api.get("/api/v1/namespaces/prod/configmaps/settings").unwrap();
    assert_eq!(settings["data"]["mode"], "fast");

    let third = work.ask("apply -f m.yaml");
    fs::write(&file, MANIFEST).unwrap();
    assert!(work.refused(&third).contains("m.yaml"));
}

#[test]
fn a_directory_of_manifests_is_bound_though_no_word_names_its_files() {
    let Some(work) = Work::new() else { return };
    fs::create_dir(work.place.tree().join("d")).unwrap();
    let file = work.place.tree().join("d/m.yaml");
    fs::write(&file, MANIFEST).unwrap();
    let ticket = work.ask("apply -f d");
    fs::write(&file, MANIFEST.replace("fast", "slow")).unwrap();
    work.run(&ticket);
    assert_eq!(work.api.get("/api/v1/namespaces/prod/configmaps/settings").unwrap()["data"]["mode"], "fast");
}

#[test]
fn what_changes_nothing_is_said_by_the_server_and_a_server_that_is_not_there_is_a_failure() {
    let Some(work) = Work::new() else { return };
    let ticket = work.ask("scale deployment/web --replicas=3 -n prod");
    assert!(work.flat(&ticket).contains("nothing would change"), "{}", work.flat(&ticket));
    let config = work.api.kubeconfig().replace(&format!("127.0.0.1:{}", work.api.port), "127.0.0.1:1");
    fs::write(work.place.home().join(".kube/config"), config).unwrap();
    let ticket = work.ask("scale deployment/web --replicas=9 -n prod");
    let page = work.flat(&ticket);
    assert!(page.contains("NOT KNOWN, the preview failed") && page.contains("refused"), "{page}");
    assert!(!page.contains("nothing would change"), "{page}");
}

#[test]
fn another_context_is_another_target_and_a_trial_run_needs_no_human() {
    let Some(work) = Work::new() else { return };
    let trial = ["exec", "--", "kubectl", "scale", "deployment/web", "--replicas=9", "-n", "prod", "--dry-run=server"];
    work.place.agent(&trial).ended(0);
    let ticket = work.ask("--context somewhere scale deployment/web --replicas=9");
    assert_eq!(titles(&work.preview(&ticket)), ["update deployment/web in default"]);
    work.run(&ticket);
    assert_eq!((work.api.replicas("default"), work.api.replicas("prod")), (9, 3));
}

#[test]
fn a_thousand_objects_are_counted_and_bound_and_a_change_of_any_refuses() {
    let Some(work) = Work::new() else { return };
    for at in 0..1000 {
        work.api.put(config_map(&format!("many-{at:04}"), "many"));
    }
    let ticket = work.ask("delete cm -l tier=many -n prod");
    let preview = work.preview(&ticket);
    assert!(preview["summary"].as_str().unwrap().starts_with("1000 to delete"), "{}", preview["summary"]);
    assert_eq!((preview["hunks"].as_array().unwrap().len(), preview["left_out"].as_u64()), (200, Some(800)));
    work.api.put(config_map("many-0999", "many"));
    let why = work.refused(&ticket);
    assert!(why.contains("the other 800 objects"), "{why}");
    assert_eq!(work.maps(), 1003);
}

#[test]
fn labels_on_chosen_objects_go_on_the_listed_ones_and_come_off_again() {
    let Some(work) = Work::new() else { return };
    let ticket = work.ask("label cm -l tier=old team=a tier- -n prod");
    let preview = work.preview(&ticket);
    assert_eq!(titles(&preview).len(), 3);
    assert_eq!(preview["runs"], "kubectl label team=a tier- -n prod -f [the objects shown here]");
    work.run(&ticket);
    let labels = || work.api.get("/api/v1/namespaces/prod/configmaps/c-0").unwrap()["metadata"]["labels"].clone();
    assert_eq!(labels(), json!({"team": "a"}));
    work.roll_back(&ticket);
    assert_eq!(labels(), json!({"tier": "old"}));
}

#[test]
fn what_cannot_come_back_is_said() {
    let Some(work) = Work::new() else { return };
    work.api.put(json!({"kind": "Pod", "metadata": {"name": "owned", "namespace": "prod",
        "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "r", "uid": "u", "controller": true}]}}));
    let ticket = work.ask("delete pod owned -n prod");
    let page = work.flat(&ticket);
    assert!(page.contains("its replicaset makes another in its place"), "{page}");
    assert!(page.contains("what ran in them is gone"), "{page}");
    let ticket = work.ask("rollout restart deployment/web -n prod");
    assert!(work.flat(&ticket).contains("its pods are replaced one after another"), "{}", work.flat(&ticket));
    let missing = work.ask("delete pod nobody -n prod");
    assert!(work.flat(&missing).contains("NOT KNOWN"), "{}", work.flat(&missing));
}

#[test]
fn a_drain_shows_the_node_and_the_pods_and_opens_it_again() {
    let Some(work) = Work::new() else { return };
    work.api.put(json!({"kind": "Node", "metadata": {"name": "n1"}, "spec": {"podCIDR": "10.0.0.0/24"}}));
    for (name, owner) in [("lone", None), ("daemon", Some("DaemonSet"))] {
        let owners: Vec<Value> = owner
            .into_iter()
            .map(|kind| json!({"apiVersion": "apps/v1", "kind": kind, "name": "o", "uid": "u", "controller": true}))
            .collect();
        work.api.put(json!({"kind": "Pod", "metadata": {"name": name, "namespace": "prod", "ownerReferences": owners},
            "spec": {"nodeName": "n1"}}));
    }
    let drained = work.preview(&work.ask("drain n1 --ignore-daemonsets --force"));
    assert_eq!(titles(&drained), ["update node/n1", "delete pod/lone in prod"]);
    let ticket = work.ask("cordon n1");
    assert_eq!(titles(&work.preview(&ticket)), ["update node/n1"]);
    work.run(&ticket);
    let closed = || work.api.get("/api/v1/nodes/n1").unwrap()["spec"]["unschedulable"] == true;
    assert!(closed());
    work.roll_back(&ticket);
    assert!(!closed());
    let chosen = work.ask("drain -l pool=a");
    assert!(work.flat(&chosen).contains("NOT KNOWN"), "{}", work.flat(&chosen));
}

#[test]
fn an_image_a_patch_and_an_annotation_are_shown_by_what_the_server_makes_of_them() {
    let Some(work) = Work::new() else { return };
    let mut web = work.api.get(WEB).unwrap();
    web["spec"]["template"] = json!({"spec": {"containers": [{"name": "c", "image": "web:1", "env": [{"name": "DB_PASSWORD", "value": "hush-hush-3"}]}]}});
    work.api.put(web);
    let image = work.ask("set image deployment/web c=web:2 -n prod");
    let page = work.flat(&image);
    assert!(page.contains("another image runs") && page.contains("\"web:1\" → \"web:2\""), "{page}");
    work.run(&image);
    let now = || work.api.get(WEB).unwrap()["spec"]["template"]["spec"]["containers"][0]["image"].clone();
    assert_eq!(now(), "web:2");
    work.roll_back(&image);
    assert_eq!(now(), "web:1");
    let patch = work.ask(r#"patch deployment web -n prod -p {"spec":{"paused":true}}"#);
    assert!(work.flat(&patch).contains("spec.paused: true"), "{}", work.flat(&patch));
    let note = work.ask("annotate deployment web note=x -n prod");
    assert!(work.flat(&note).contains("metadata.annotations"), "{}", work.flat(&note));
    let gone = work.preview(&work.ask("delete deployment web -n prod"));
    assert!(
        !gone.to_string().contains("hush-hush") && gone["hunks"][0]["fields"].to_string().contains("web:1"),
        "{gone}"
    );
}
