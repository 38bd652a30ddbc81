//! What a human sees of a helm command before they decide, with the real helm against an API on loopback: rendered on trial
//! beside what the release holds, bound to its revision and the chart, taken back by helm's own revisions. Where helm is
//! not installed, each test says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod support;

use std::fs;
use std::process::Command;

use serde_json::Value;
use support::kube_api::KubeApi;
use support::{Place, Ran, has};

const TEMPLATE: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-settings"}
data: {mode: {{ .Values.mode | quote }}, note: "token is {{ .Values.dbPassword }}"}
---
apiVersion: v1
kind: Secret
metadata: {name: db}
data: {key: {{ .Values.dbPassword | b64enc | quote }}}
{{- if .Values.claim }}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: rows}
spec: {accessModes: [ReadWriteOnce]}
{{- end }}
"#;

const HOOK: &str = r#"
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {"helm.sh/hook": "pre-upgrade"}}
spec: {template: {spec: {containers: [{name: c, image: "migrate:1"}]}}}
"#;

struct Work {
    place: Place,
    api: KubeApi,
}

impl Work {
    fn new() -> Option<Self> {
        if !has("helm") {
            return None;
        }
        let (api, mut place) = (KubeApi::start(), Place::new());
        fs::create_dir(place.home().join(".kube")).unwrap();
        fs::write(place.home().join(".kube/config"), api.kubeconfig()).unwrap();
        place.set("NO_PROXY", "127.0.0.1");
        let work = Self { place, api };
        work.write("shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.2.3\n");
        work.write("shop/values.yaml", "mode: slow\ndbPassword: hush-hush-1\nclaim: true\n");
        work.write("shop/templates/all.yaml", TEMPLATE);
        Some(work)
    }

    /// The same with the release `web` in it.
    fn installed() -> Option<Self> {
        let work = Self::new()?;
        work.helm(&["install", "web", "./shop", "-n", "prod"]);
        Some(work)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.place.tree().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn helm_command(&self, words: &[&str]) -> Command {
        let mut command = self.place.command("helm");
        command.args(words);
        command
    }

    #[track_caller]
    fn helm(&self, words: &[&str]) -> String {
        Ran::of(&self.helm_command(words).output().unwrap()).ended(0).out
    }

    fn ask(&self, text: &str) -> String {
        let command: Vec<&str> = std::iter::once("helm").chain(text.split(' ')).collect();
        self.place.ask(&command).ended(75).ticket()
    }

    #[track_caller]
    fn preview(&self, ticket: &str) -> Value {
        let preview = self.place.agent(&["show", ticket, "--json"]).ended(0).json()["preview"].clone();
        assert_eq!(preview["state"], "ready", "{preview}");
        preview
    }

    /// The page with its lines made one.
    fn page(&self, ticket: &str) -> String {
        let page = self.place.agent(&["show", ticket]).ended(0).out;
        page.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn run(&self, ticket: &str) {
        self.place.approve(ticket);
        self.place.agent(&["run", ticket]).ended(0);
    }

    #[track_caller]
    fn refused(&self, ticket: &str) -> String {
        self.place.approve(ticket);
        let ran = self.place.agent(&["run", "--json", ticket]).ended(77);
        assert_eq!(ran.status()["status"], "invalidated");
        self.place.verify();
        ran.status()["reason"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn roll_back(&self, ticket: &str) {
        let back = self.place.agent(&["rollback", "--json", ticket]).ended(75).ticket();
        self.preview(&back);
        self.run(&back);
        let row = self.place.audit().into_iter().find(|row| row["id"] == ticket).unwrap();
        assert_eq!(row["state"], "rolled_back");
        self.place.verify();
    }

    fn mode(&self) -> Option<Value> {
        self.api.get("/api/v1/namespaces/prod/configmaps/web-settings").map(|map| map["data"]["mode"].clone())
    }

    fn revision(&self) -> u64 {
        let told = self.helm(&["history", "web", "-n", "prod", "-o", "json"]);
        let all: Value = serde_json::from_str(&told).unwrap();
        all.as_array().unwrap().last().unwrap()["revision"].as_u64().unwrap()
    }
}

fn titles(preview: &Value) -> Vec<String> {
    let title = |hunk: &Value| {
        format!(
            "{} {} {}",
            hunk["risk"].as_str().unwrap(),
            hunk["change"].as_str().unwrap(),
            hunk["what"].as_str().unwrap()
        )
    };
    preview["hunks"].as_array().unwrap().iter().map(title).collect()
}

#[test]
fn an_upgrade_is_shown_object_by_object_and_taken_back() {
    let Some(work) = Work::installed() else { return };
    work.write("shop/templates/hook.yaml", HOOK);
    work.write("fast.yaml", "mode: fast\ndbPassword: hush-hush-2\nclaim: false\n");
    let writes = work.api.writes().len();
    let ticket = work.ask("upgrade web ./shop -n prod -f fast.yaml");
    let preview = work.preview(&ticket);
    assert_eq!(
        titles(&preview),
        [
            "high delete persistentvolumeclaim/rows", "high update secret/db", "high run hook job/migrate",
            "usual update configmap/web-settings"
        ]
    );
    let page = work.page(&ticket);
    assert!(page.contains("data.mode: \"slow\" → \"fast\""), "{page}");
    assert!(page.contains("web (revision 1, shop-1.2.3)") && page.contains("`helm rollback web 1`"), "{page}");
    assert!(!format!("{preview}{page}").contains("hush-hush"), "{page}");
    assert!(!format!("{preview}{page}").contains("aHVzaC"), "{page}");
    assert_eq!(work.api.writes().len(), writes, "looking changes nothing");
    fs::remove_file(work.place.tree().join("shop/templates/hook.yaml")).unwrap();
    let why = work.refused(&ticket);
    assert!(why.contains("target") && why.contains("chart ./shop"), "{why}");
    let ticket = work.ask("upgrade web ./shop -n prod -f fast.yaml");
    work.preview(&ticket);
    work.run(&ticket);
    assert_eq!((work.mode(), work.revision()), (Some("fast".into()), 2));
    work.roll_back(&ticket);
    assert_eq!((work.mode(), work.revision()), (Some("slow".into()), 3));
}

#[test]
fn a_release_that_moved_refuses() {
    let Some(work) = Work::installed() else { return };
    let ticket = work.ask("upgrade web ./shop -n prod --set mode=fast");
    work.preview(&ticket);
    work.helm(&["upgrade", "web", "./shop", "-n", "prod", "--set", "mode=other"]);
    let why = work.refused(&ticket);
    assert!(why.contains("target") && why.contains("release web in prod"), "{why}");
    assert_eq!(work.mode(), Some("other".into()));
}

#[test]
fn an_install_is_taken_back_by_an_uninstall() {
    let Some(work) = Work::new() else { return };
    work.write(
        "shop/crds/x.yaml",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: xs.example.com}\n",
    );
    let ticket = work.ask("upgrade web ./shop --install -n prod --skip-crds");
    let preview = work.preview(&ticket);
    assert_eq!(preview["hunks"].as_array().unwrap().len(), 3, "{preview}");
    let shown = work.preview(&work.ask("install web ./shop -n prod"));
    assert!(titles(&shown).contains(&"high create customresourcedefinition/xs.example.com".to_owned()), "{shown}");
    work.run(&ticket);
    assert_eq!(work.mode(), Some("slow".into()));
    work.roll_back(&ticket);
    assert_eq!(work.mode(), None);
}

#[test]
fn a_rollback_goes_to_the_revision_that_was_shown_and_back_again() {
    let Some(work) = Work::installed() else { return };
    work.helm(&["upgrade", "web", "./shop", "-n", "prod", "--set", "mode=fast"]);
    let ticket = work.ask("rollback web -n prod");
    let preview = work.preview(&ticket);
    assert_eq!(titles(&preview), ["usual update configmap/web-settings"]);
    assert_eq!(preview["runs"], "helm rollback web 1 -n prod");
    work.run(&ticket);
    assert_eq!(work.mode(), Some("slow".into()));
    work.roll_back(&ticket);
    assert_eq!(work.mode(), Some("fast".into()));
}

#[test]
fn an_uninstall_has_a_way_back_only_where_helm_keeps_the_revision() {
    let Some(work) = Work::installed() else { return };
    let ticket = work.ask("uninstall web -n prod");
    let preview = work.preview(&ticket);
    assert_eq!(preview["hunks"].as_array().unwrap().len(), 3, "{preview}");
    assert_eq!(preview["undo"]["undo"], "by_hand", "{preview}");
    let ticket = work.ask("uninstall web -n prod --keep-history");
    work.preview(&ticket);
    work.run(&ticket);
    assert_eq!(work.mode(), None);
    work.roll_back(&ticket);
    assert_eq!(work.mode(), Some("slow".into()));
}

#[test]
fn what_is_made_by_chance_is_said_and_does_not_refuse_for_ever() {
    let Some(work) = Work::new() else { return };
    work.write("shop/templates/all.yaml", &TEMPLATE.replace(".Values.dbPassword | b64enc", "randAlphaNum 8 | b64enc"));
    let ticket = work.ask("install web ./shop -n prod");
    let page = work.page(&ticket);
    assert!(page.contains("the chart makes it otherwise each time"), "{page}");
    work.run(&ticket);
    assert_eq!(work.mode(), Some("slow".into()));
}

#[test]
fn what_cannot_be_rendered_is_said_and_never_shown_as_nothing() {
    let Some(work) = Work::installed() else { return };
    work.write("broken/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 2.0.0\n");
    work.write("broken/templates/x.yaml", "a: {{ fail \"no such luck\" }}\n");
    for (text, says) in [
        ("upgrade web ./broken -n prod", "no such luck"),
        ("upgrade web ./shop -n prod -f https://example.com/v.yaml", "is fetched again when it runs"),
        ("upgrade web ./shop -n prod --dependency-update", "fetches charts into the working tree"),
        ("rollback web 9 -n prod", "helm keeps no revision 9"),
        ("rollback gone -n prod", "helm knows no such release"),
    ] {
        let page = work.page(&work.ask(text));
        assert!(page.contains("NOT KNOWN, the preview failed") && page.contains(says), "{says}: {page}");
    }
    let same = work.preview(&work.ask("upgrade web ./shop -n prod"));
    assert!(same["summary"].as_str().unwrap().contains("nothing would change"), "{same}");
    assert!(same["hunks"].as_array().unwrap().is_empty());
}
