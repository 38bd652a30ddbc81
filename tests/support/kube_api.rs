//! A Kubernetes-like API on loopback that the real kubectl accepts: some kinds of objects and the scale of deployments, in
//! memory, with selectors, merge patches, trial runs (`dryRun=All`), versions and uids. No watch, no admission. Keeps a
//! log of what reached it.

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
    version: u64,
    is_down: bool,
    holds: bool,
}

/// The kinds: group version, plural, kind, whether it has a namespace, short name.
const KINDS: &[(&str, &str, &str, bool, &str)] = &[
    ("v1", "namespaces", "Namespace", false, "ns"),
    ("v1", "nodes", "Node", false, "no"),
    ("v1", "pods", "Pod", true, "po"),
    ("v1", "configmaps", "ConfigMap", true, "cm"),
    ("v1", "secrets", "Secret", true, "sec"),
    ("v1", "persistentvolumeclaims", "PersistentVolumeClaim", true, "pvc"),
    ("apps/v1", "deployments", "Deployment", true, "deploy"),
    ("apps/v1", "replicasets", "ReplicaSet", true, "rs"),
    ("apps/v1", "statefulsets", "StatefulSet", true, "sts"),
    ("apps/v1", "controllerrevisions", "ControllerRevision", true, "cr"),
    ("batch/v1", "jobs", "Job", true, "job"),
    ("rbac.authorization.k8s.io/v1", "roles", "Role", true, "rl"),
];

fn root(version: &str) -> String {
    if version.contains('/') { format!("/apis/{version}") } else { format!("/api/{version}") }
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
        self.state
            .lock()
            .unwrap()
            .log
            .iter()
            .filter(|line| !line.starts_with("GET ") && !line.contains("dryRun=All"))
            .cloned()
            .collect()
    }

    /// Puts an object there, as somebody else would; each time it is another version of it.
    pub fn put(&self, mut object: Value) {
        let mut state = self.state.lock().unwrap();
        let kind = object["kind"].as_str().unwrap().to_owned();
        let (version, plural, _, spaced, _) = KINDS.iter().find(|row| row.2 == kind).unwrap();
        let space = if *spaced {
            format!("/namespaces/{}", object["metadata"]["namespace"].as_str().unwrap())
        } else {
            String::new()
        };
        let path = format!("{}{space}/{plural}/{}", root(version), object["metadata"]["name"].as_str().unwrap());
        object["apiVersion"] = json!(version);
        stamp(&mut state, &path, &mut object);
        state.objects.insert(path, object);
    }

    /// From now on it answers nothing.
    pub fn break_down(&self) {
        self.state.lock().unwrap().is_down = true;
    }

    /// It answers again.
    pub fn mend(&self) {
        self.state.lock().unwrap().is_down = false;
    }

    /// From now on whatever would change something waits for ever.
    pub fn hold(&self) {
        self.state.lock().unwrap().holds = true;
    }

    /// An object by its path.
    pub fn get(&self, path: &str) -> Option<Value> {
        self.state.lock().unwrap().objects.get(path).cloned()
    }

    /// Takes an object away, as somebody else would.
    pub fn remove(&self, path: &str) {
        self.state.lock().unwrap().objects.remove(path).unwrap();
    }

    /// How many objects there are below a path.
    pub fn count(&self, below: &str) -> usize {
        self.state.lock().unwrap().objects.keys().filter(|path| path.starts_with(below)).count()
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
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let (code, answer) = {
            let mut state = state.lock().unwrap();
            let trial = if body.windows(6).any(|part| part == b"dryRun") { " dryRun=All" } else { "" };
            state.log.push(format!("{method} {target}{trial}"));
            let is_trial = !trial.is_empty() || query.contains("dryRun=All");
            if state.holds && method != "GET" && !is_trial {
                drop(state);
                thread::sleep(std::time::Duration::from_secs(600));
                return;
            }
            if state.is_down {
                failure(503, "ServiceUnavailable", "down for the test")
            } else {
                answer(&mut state, method, (path, query), &body)
            }
        };
        let text = answer.to_string();
        let head =
            format!("HTTP/1.1 {code} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", text.len());
        if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(text.as_bytes())).is_err() {
            return;
        }
    }
}

fn answer(state: &mut State, method: &str, (path, query): (&str, &str), body: &[u8]) -> (u16, Value) {
    if let Some(found) = discovery(path).or_else(|| openapi(path)) {
        return (200, found);
    }
    let trial = query.contains("dryRun=All");
    let sent: Value = super::protobuf::body(body);
    if let Some(parent) = path.strip_suffix("/scale") {
        return scale(state, method, parent, &sent, trial);
    }
    let trial = trial || sent["dryRun"] == json!(["All"]);
    let is_collection = KINDS.iter().any(|(_, plural, ..)| path.rsplit('/').next() == Some(plural));
    match (method, state.objects.get(path).cloned()) {
        ("GET", _) if is_collection => (200, list(state, path, query)),
        ("GET", Some(found)) => (200, found),
        ("POST", None) if is_collection => {
            let path = format!("{path}/{}", sent["metadata"]["name"].as_str().unwrap());
            if state.objects.contains_key(&path) {
                return failure(409, "AlreadyExists", "already exists");
            }
            (201, keep(state, &path, sent, trial))
        }
        ("PUT", Some(_)) => (200, keep(state, path, sent, trial)),
        ("PATCH", Some(mut found)) => {
            merge(&mut found, &sent);
            (200, keep(state, path, found, trial))
        }
        // Applied by the server, which makes what is not there.
        ("PATCH", None) if query.contains("fieldManager=") && sent["kind"].is_string() => {
            (201, keep(state, path, sent, trial))
        }
        ("DELETE", Some(_)) => {
            if !trial {
                state.objects.remove(path);
            }
            (200, json!({"kind": "Status", "apiVersion": "v1", "status": "Success"}))
        }
        _ => failure(404, "NotFound", "not found"),
    }
}

fn failure(code: u16, reason: &str, message: &str) -> (u16, Value) {
    let status = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code, "message": message});
    (code, status)
}

/// A patch as kubectl sends it; lists of things with a name are merged by it, as a strategic one would.
fn merge(into: &mut Value, patch: &Value) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch.iter().filter(|(key, _)| !key.starts_with('$')) {
                if value.is_null() {
                    into.remove(key);
                } else {
                    merge(into.entry(key).or_insert(Value::Null), value);
                }
            }
        }
        (Value::Array(into), Value::Array(patch)) if patch.iter().all(|one| one["name"].is_string()) => {
            for one in patch {
                match into.iter_mut().find(|known| known["name"] == one["name"]) {
                    Some(known) => merge(known, one),
                    None => into.push(one.clone()),
                }
            }
        }
        (into, patch) => *into = patch.clone(),
    }
}

/// Writes it, or says what it would write.
fn keep(state: &mut State, path: &str, mut object: Value, trial: bool) -> Value {
    let same = state.objects.get(path).is_some_and(|known| known == &object);
    if !same {
        stamp(state, path, &mut object);
    }
    if !trial {
        state.objects.insert(path.to_owned(), object.clone());
    }
    object
}

fn stamp(state: &mut State, path: &str, object: &mut Value) {
    state.version += 1;
    let known = state.objects.get(path);
    let uid = known.map_or_else(|| json!(format!("uid-{}", state.version)), |known| known["metadata"]["uid"].clone());
    let status = known.map(|known| known["status"].clone()).filter(|status| !status.is_null());
    if let Some(status) = status.filter(|_| object["status"].is_null()) {
        object["status"] = status;
    }
    // An object with a namespace is told with it.
    if let Some(at) = path.split('/').position(|part| part == "namespaces").filter(|_| path.matches('/').count() > 4) {
        object["metadata"]["namespace"] = json!(path.split('/').nth(at + 1).unwrap());
    }
    object["metadata"]["uid"] = uid;
    object["metadata"]["resourceVersion"] = json!(state.version.to_string());
    object["metadata"]["creationTimestamp"] = json!("2026-01-01T00:00:00Z");
}

fn scale(state: &mut State, method: &str, parent: &str, sent: &Value, trial: bool) -> (u16, Value) {
    let Some(mut object) = state.objects.get(parent).cloned() else { return failure(404, "NotFound", "not found") };
    if method != "GET" {
        object["spec"]["replicas"] = sent["spec"]["replicas"].clone();
        object = keep(state, parent, object, trial);
    }
    let replicas = object["spec"]["replicas"].clone();
    (
        200,
        json!({"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": object["metadata"],
        "spec": {"replicas": replicas}, "status": {"replicas": replicas}}),
    )
}

fn list(state: &State, path: &str, query: &str) -> Value {
    let plural = path.rsplit('/').next().unwrap();
    let (version, _, kind, ..) = KINDS.iter().find(|(_, known, ..)| *known == plural).unwrap();
    let selector = |name: &str| {
        query
            .split('&')
            .find_map(|part| part.strip_prefix(&format!("{name}=")))
            .unwrap_or("")
            .replace("%3D", "=")
            .replace("%2C", ",")
    };
    let (labels, fields) = (selector("labelSelector"), selector("fieldSelector"));
    let fits = |object: &Value| {
        let mut all = labels.split(',').filter_map(|label| label.split_once('='));
        let label = all.all(|(key, value)| object["metadata"]["labels"][key] == value);
        let field = fields.split_once('=').is_none_or(|(key, value)| {
            object.pointer(&format!("/{}", key.replace('.', "/"))).is_some_and(|found| found == value)
        });
        label && field
    };
    let everywhere = !path.contains("/namespaces/");
    let of_kind = |key: &str| {
        let parent = key.rsplit_once('/').unwrap().0;
        parent == path || everywhere && parent.starts_with(&root(version)) && parent.ends_with(&format!("/{plural}"))
    };
    let items: Vec<&Value> =
        state.objects.iter().filter(|(key, object)| of_kind(key) && fits(object)).map(|(_, value)| value).collect();
    json!({"kind": format!("{kind}List"), "apiVersion": version, "metadata": {"resourceVersion": "1"}, "items": items})
}

fn discovery(path: &str) -> Option<Value> {
    let verbs = json!(["create", "delete", "get", "list", "patch", "update"]);
    let resources = |version: &str| {
        let mut all: Vec<Value> = KINDS.iter().filter(|row| row.0 == version).map(|(_, name, kind, spaced, short)| json!({"name": name,
            "singularName": kind.to_lowercase(), "namespaced": spaced, "kind": kind, "verbs": verbs, "shortNames": [short]})).collect();
        if version == "apps/v1" {
            all.push(json!({"name": "deployments/scale", "singularName": "", "namespaced": true, "group": "autoscaling", "version": "v1",
                "kind": "Scale", "verbs": ["get", "patch", "update"]}));
        }
        json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": all})
    };
    let group = |name: &str| {
        json!({"name": name, "versions": [{"groupVersion": format!("{name}/v1"), "version": "v1"}],
        "preferredVersion": {"groupVersion": format!("{name}/v1"), "version": "v1"}})
    };
    Some(match path {
        "/version" => json!({"major": "1", "minor": "32", "gitVersion": "v1.32.0", "platform": "linux/amd64"}),
        "/api" => json!({"kind": "APIVersions", "versions": ["v1"]}),
        "/apis" => {
            json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": [group("apps"), group("batch"), group("rbac.authorization.k8s.io")]})
        }
        "/api/v1" => resources("v1"),
        "/apis/apps/v1" => resources("apps/v1"),
        "/apis/batch/v1" => resources("batch/v1"),
        "/apis/rbac.authorization.k8s.io/v1" => resources("rbac.authorization.k8s.io/v1"),
        _ => return None,
    })
}

/// As much of a description as kubectl needs to see that trial runs and the checking of fields are known.
fn openapi(path: &str) -> Option<Value> {
    let versions = ["v1", "apps/v1", "batch/v1", "rbac.authorization.k8s.io/v1"];
    let below = |version: &str| root(version).trim_start_matches('/').to_owned();
    if path == "/openapi/v3" {
        let url = |version: &&str| {
            (below(version), json!({"serverRelativeURL": format!("/openapi/v3/{}?hash=1", below(version))}))
        };
        return Some(json!({"paths": versions.iter().map(url).collect::<serde_json::Map<_, _>>()}));
    }
    let version = versions.into_iter().find(|version| path == format!("/openapi/v3/{}", below(version)))?;
    let (group, short) = version.split_once('/').unwrap_or(("", version));
    let parameter = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string"}});
    let path = |row: &(&str, &str, &str, bool, &str)| {
        let space = if row.3 { "/namespaces/{namespace}" } else { "" };
        let kind = json!({"group": group, "version": short, "kind": row.2});
        let operation = json!({"parameters": [parameter("dryRun"), parameter("fieldValidation")], "responses": {},
            "x-kubernetes-group-version-kind": kind, "x-kubernetes-action": "patch"});
        (format!("{}{space}/{}/{{name}}", root(version), row.1), json!({"patch": operation}))
    };
    let paths: serde_json::Map<_, _> = KINDS.iter().filter(|row| row.0 == version).map(path).collect();
    Some(
        json!({"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1.32.0"}, "paths": paths, "components": {"schemas": {}}}),
    )
}
