//! The real kubectl before the API on loopback.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::fs;

use serde_json::{Value, json};

use super::kube_api::KubeApi;
use super::{Place, has};

pub const WEB: &str = "/apis/apps/v1/namespaces/prod/deployments/web";

pub struct Work {
    pub place: Place,
    pub api: KubeApi,
}

impl Work {
    pub fn new() -> Option<Self> {
        has("kubectl").then(|| Self::with_policy(|policy| policy))
    }

    pub fn with_policy(change: impl Fn(String) -> String) -> Self {
        let api = KubeApi::start();
        let mut place = Place::with(change);
        fs::create_dir(place.home().join(".kube")).unwrap();
        fs::write(place.home().join(".kube/config"), api.kubeconfig()).unwrap();
        place.set("NO_PROXY", "127.0.0.1");
        for at in 0..3 {
            api.put(config_map(&format!("c-{at}"), "old"));
        }
        Self { place, api }
    }

    /// Asks for a command, and gives the ticket once its preview is there.
    #[track_caller]
    pub fn ask(&self, text: &str) -> String {
        let command: Vec<&str> = std::iter::once("kubectl").chain(text.split(' ')).collect();
        self.place.ask(&command).ended(75).ticket()
    }

    #[track_caller]
    pub fn preview(&self, ticket: &str) -> Value {
        self.place.agent(&["show", ticket, "--json"]).ended(0).json()["preview"].clone()
    }

    /// The page with its lines made one.
    pub fn flat(&self, ticket: &str) -> String {
        self.place.agent(&["show", ticket]).ended(0).out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    pub fn run(&self, ticket: &str) -> String {
        self.place.approve(ticket);
        self.place.agent(&["run", ticket]).ended(0).out
    }

    #[track_caller]
    pub fn refused(&self, ticket: &str) -> String {
        self.place.approve(ticket);
        let ran = self.place.agent(&["run", "--json", ticket]).ended(77);
        assert_eq!(ran.status()["status"], "invalidated");
        self.place.verify();
        ran.status()["reason"].as_str().unwrap().to_owned()
    }

    /// Asks for the way back, and runs it.
    #[track_caller]
    pub fn roll_back(&self, ticket: &str) -> Value {
        let back = self.place.agent(&["rollback", "--json", ticket]).ended(75).ticket();
        let row = |id: &str| self.place.audit().into_iter().find(|row| row["id"] == id).unwrap();
        assert_eq!(row(&back)["environment"], row(ticket)["environment"], "the way back points where the way pointed");
        let preview = self.preview(&back);
        assert_eq!(preview["state"], "ready", "{preview}");
        self.run(&back);
        let row = self.place.audit().into_iter().find(|row| row["id"] == ticket).unwrap();
        assert_eq!(row["state"], "rolled_back");
        self.place.verify();
        preview
    }

    pub fn maps(&self) -> usize {
        self.api.count("/api/v1/namespaces/prod/configmaps/")
    }
}

pub fn config_map(name: &str, tier: &str) -> Value {
    json!({"kind": "ConfigMap", "metadata": {"name": name, "namespace": "prod", "labels": {"tier": tier}}, "data": {"a": "1"}})
}

pub fn titles(preview: &Value) -> Vec<String> {
    let title = |hunk: &Value| format!("{} {}", hunk["change"].as_str().unwrap(), hunk["what"].as_str().unwrap());
    preview["hunks"].as_array().unwrap().iter().map(title).collect()
}
