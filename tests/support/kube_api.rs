//! A Kubernetes-like API on loopback that the real kubectl accepts: namespaces, deployments and their scale, in
//! memory. No watch, no admission. Keeps a log of what reached it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

#[derive(Default)]
struct State {
    objects: BTreeMap<String, Value>,
    log: Vec<String>,
}

/// The server; ends with the test's process.
pub struct KubeApi {
    pub port: u16,
    state: Arc<Mutex<State>>,
}

impl KubeApi {
    /// Starts it with namespaces `default`, `prod` and a deployment `web` of three replicas in each.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        for namespace in ["default", "prod"] {
            let mut held = state.lock().unwrap();
            held.objects.insert(format!("/api/v1/namespaces/{namespace}"), object("v1", "Namespace", None, namespace));
            let mut web = object("apps/v1", "Deployment", Some(namespace), "web");
            web["spec"] = json!({"replicas": 3});
            web["status"] = json!({"replicas": 3, "readyReplicas": 3});
            held.objects.insert(format!("/apis/apps/v1/namespaces/{namespace}/deployments/web"), web);
        }
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || serve(stream, &shared));
            }
        });
        Self { port, state }
    }

    /// A kubeconfig with a production context (current), a dev context and one that nothing recognises.
    pub fn kubeconfig(&self) -> String {
        let context =
            |name: &str| format!("- {{name: {name}, context: {{cluster: c, user: u, namespace: default}}}}\n");
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: prod-eu\nclusters:\n- {{name: c, cluster: {{server: \"http://127.0.0.1:{}\"}}}}\nusers:\n- {{name: u, user: {{}}}}\ncontexts:\n{}{}{}",
            self.port,
            context("prod-eu"),
            context("dev"),
            context("somewhere")
        )
    }

    /// Requests that would change something, as `METHOD path`.
    pub fn writes(&self) -> Vec<String> {
        self.state.lock().unwrap().log.iter().filter(|line| !line.starts_with("GET ")).cloned().collect()
    }

    /// The replicas of `web` in a namespace.
    pub fn replicas(&self, namespace: &str) -> i64 {
        let state = self.state.lock().unwrap();
        let web = &state.objects[&format!("/apis/apps/v1/namespaces/{namespace}/deployments/web")];
        web["spec"]["replicas"].as_i64().unwrap()
    }
}

fn object(version: &str, kind: &str, namespace: Option<&str>, name: &str) -> Value {
    json!({"apiVersion": version, "kind": kind, "metadata": {
        "name": name, "namespace": namespace, "uid": format!("uid-{name}"), "resourceVersion": "1",
        "creationTimestamp": "2026-01-01T00:00:00Z"
    }})
}

fn serve(stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first).unwrap_or(0) == 0 {
            return;
        }
        let mut length = 0;
        loop {
            let mut header = String::new();
            if reader.read_line(&mut header).unwrap_or(0) == 0 || header == "\r\n" {
                break;
            }
            if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let mut words = first.split_whitespace();
        let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let path = target.split('?').next().unwrap();
        let (code, answer) = {
            let mut state = state.lock().unwrap();
            state.log.push(format!("{method} {target}"));
            answer(&mut state, method, path, &body)
        };
        let text = answer.to_string();
        let head =
            format!("HTTP/1.1 {code} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", text.len());
        if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(text.as_bytes())).is_err() {
            return;
        }
    }
}

fn answer(state: &mut State, method: &str, path: &str, body: &[u8]) -> (u16, Value) {
    if let Some(found) = discovery(path) {
        return (200, found);
    }
    if let Some(parent) = path.strip_suffix("/scale") {
        return scale(state, method, parent, body);
    }
    match (method, state.objects.get(path).cloned()) {
        ("GET", Some(found)) => (200, found),
        ("GET", None) if path.ends_with("s") => (200, list(state, path)),
        ("DELETE", Some(_)) => {
            state.objects.remove(path);
            (200, json!({"kind": "Status", "apiVersion": "v1", "status": "Success"}))
        }
        _ => (
            404,
            json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404, "message": "not found"}),
        ),
    }
}

fn scale(state: &mut State, method: &str, parent: &str, body: &[u8]) -> (u16, Value) {
    let Some(object) = state.objects.get_mut(parent) else { return (404, json!({})) };
    if method != "GET" {
        let wanted: Value = serde_json::from_slice(body).unwrap_or_default();
        object["spec"]["replicas"] = wanted["spec"]["replicas"].clone();
    }
    let replicas = object["spec"]["replicas"].clone();
    (
        200,
        json!({"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": object["metadata"],
        "spec": {"replicas": replicas}, "status": {"replicas": replicas}}),
    )
}

fn list(state: &State, path: &str) -> Value {
    let (kind, version) = if path.contains("/apps/") { ("DeploymentList", "apps/v1") } else { ("List", "v1") };
    let prefix = format!("{path}/");
    let items: Vec<&Value> = state
        .objects
        .iter()
        .filter(|(key, _)| key.starts_with(&prefix) && !key[prefix.len()..].contains('/'))
        .map(|(_, value)| value)
        .collect();
    json!({"kind": kind, "apiVersion": version, "metadata": {"resourceVersion": "1"}, "items": items})
}

fn discovery(path: &str) -> Option<Value> {
    let verbs = json!(["create", "delete", "get", "list", "patch", "update"]);
    let resource = |name: &str, kind: &str, namespaced: bool, short: &str| json!({"name": name, "singularName": kind.to_lowercase(), "namespaced": namespaced, "kind": kind, "verbs": verbs, "shortNames": [short]});
    Some(match path {
        "/version" => json!({"major": "1", "minor": "32", "gitVersion": "v1.32.0", "platform": "linux/amd64"}),
        "/api" => json!({"kind": "APIVersions", "versions": ["v1"]}),
        "/apis" => json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": [{"name": "apps",
            "versions": [{"groupVersion": "apps/v1", "version": "v1"}],
            "preferredVersion": {"groupVersion": "apps/v1", "version": "v1"}}]}),
        "/api/v1" => json!({"kind": "APIResourceList", "groupVersion": "v1", "resources": [
            resource("namespaces", "Namespace", false, "ns"), resource("pods", "Pod", true, "po")]}),
        "/apis/apps/v1" => {
            json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "apps/v1", "resources": [
            resource("deployments", "Deployment", true, "deploy"),
            {"name": "deployments/scale", "singularName": "", "namespaced": true, "group": "autoscaling", "version": "v1",
             "kind": "Scale", "verbs": ["get", "patch", "update"]}]})
        }
        _ => return None,
    })
}
