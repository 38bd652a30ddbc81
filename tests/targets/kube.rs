//! kubectl: where a request would go, by its own log, and what `config view` and `config current-context` say.

use aigov::model::environments::Environments;
use aigov::model::facts::{Answer, Want};

use crate::support::has;
use crate::{Call, Desk, Dice, Held, evidence, hold, is_doubted};

/// Kubeconfigs, honest and odd. Servers refuse at once: nothing listens there.
const FILES: &[(&str, &str)] = &[
    (
        "a",
        "apiVersion: v1\nkind: Config\ncurrent-context: prod\ncontexts:\n- name: prod\n  context: {cluster: eu, user: me}\n- name: stg\n  context: {cluster: us, user: me, namespace: stage}\nclusters:\n- name: eu\n  cluster: {server: 'http://127.0.0.1:1'}\n- name: us\n  cluster: {server: 'http://127.0.0.1:2/path'}\nusers:\n- name: me\n  user: {token: x}\n",
    ),
    (
        "b",
        "apiVersion: v1\nkind: Config\ncurrent-context: dev\ncontexts:\n- name: prod\n  context: {cluster: us, user: me, namespace: b}\n- name: dev\n  context: {cluster: us, user: other, namespace: web}\nclusters:\n- name: eu\n  cluster: {server: 'http://127.0.0.1:3'}\n- name: us\n  cluster: {server: 'http://127.0.0.1:4'}\nusers:\n- name: other\n  user: {}\n",
    ),
    (
        "no-current",
        "apiVersion: v1\nkind: Config\ncontexts:\n- name: dev\n  context: {cluster: loc, user: me, namespace: team}\nclusters:\n- name: loc\n  cluster: {server: 'http://127.0.0.1:5'}\n",
    ),
    ("only-current", "apiVersion: v1\nkind: Config\ncurrent-context: stg\n"),
    ("empty-current", "apiVersion: v1\nkind: Config\ncurrent-context: ''\nusers:\n- name: me\n  user: {}\n"),
    ("empty", ""),
    ("blank", "\n\n# nothing\n"),
    ("nulls", "apiVersion: v1\nkind: Config\ncurrent-context: null\ncontexts: null\nclusters:\nusers: []\n"),
    (
        "json",
        "{\"apiVersion\":\"v1\",\"kind\":\"Config\",\"current-context\":\"json\",\"contexts\":[{\"name\":\"json\",\"context\":{\"cluster\":\"j\",\"user\":\"me\",\"namespace\":\"js\"}}],\"clusters\":[{\"name\":\"j\",\"cluster\":{\"server\":\"http://127.0.0.1:6\"}}],\"users\":[{\"name\":\"me\",\"user\":{}}]}",
    ),
    (
        "twice",
        "apiVersion: v1\nkind: Config\ncurrent-context: t\ncontexts:\n- {name: t, context: {cluster: a, user: u}}\n- {name: t, context: {cluster: b, user: u}}\nclusters:\n- {name: a, cluster: {server: 'http://127.0.0.1:7'}}\n",
    ),
    ("broken", "apiVersion: v1\nkind: Config\ncontexts: [\n"),
    ("tabs", "apiVersion: v1\nkind: Config\n\tcurrent-context: x\n"),
    (
        "numbers",
        "apiVersion: v1\nkind: Config\ncurrent-context: '12'\ncontexts:\n- name: '12'\n  context: {cluster: '13', user: me, namespace: '14'}\nclusters:\n- name: '13'\n  cluster: {server: 'http://127.0.0.1:8'}\nusers:\n- name: me\n  user: {}\n",
    ),
    (
        "bare-number",
        "apiVersion: v1\nkind: Config\ncurrent-context: n\ncontexts:\n- name: n\n  context: {cluster: eu, user: me, namespace: 14}\n",
    ),
    (
        "bare-yes",
        "apiVersion: v1\nkind: Config\ncurrent-context: n\ncontexts:\n- name: n\n  context: {cluster: eu, user: me, namespace: yes}\n",
    ),
    (
        "merge-key",
        "apiVersion: v1\nkind: Config\ncurrent-context: m\nbase: &b {cluster: us, user: me, namespace: merged}\ncontexts:\n- name: m\n  context:\n    <<: *b\nclusters:\n- name: us\n  cluster: {server: 'http://127.0.0.1:9'}\n",
    ),
    (
        "anchor",
        "apiVersion: v1\nkind: Config\ncurrent-context: &n prod\ncontexts:\n- name: *n\n  context: &c {cluster: anchored, user: me}\nclusters:\n- name: anchored\n  cluster: {server: 'http://127.0.0.1:10'}\n",
    ),
    ("wrong-kind", "apiVersion: v1\nkind: Pod\ncurrent-context: prod\n"),
    (
        "no-kind",
        "current-context: bare\ncontexts:\n- name: bare\n  context: {cluster: bare, user: me}\nclusters:\n- name: bare\n  cluster: {server: 'http://127.0.0.1:11'}\n",
    ),
    (
        "unknown-keys",
        "apiVersion: v1\nkind: Config\nextra: {a: 1}\npreferences: {}\ncurrent-context: dev\ncontexts:\n- name: dev\n  context: {cluster: us, user: me, extensions: [{name: x, extension: {a: b}}]}\n",
    ),
    ("case", "apiVersion: v1\nkind: Config\nCurrent-Context: stg\nContexts: []\ncurrent-context: dev\n"),
    ("key-twice", "apiVersion: v1\nkind: Config\ncurrent-context: prod\ncurrent-context: stg\n"),
    (
        "documents",
        "apiVersion: v1\nkind: Config\ncurrent-context: prod\n---\napiVersion: v1\nkind: Config\ncurrent-context: stg\n",
    ),
    (
        "no-cluster",
        "apiVersion: v1\nkind: Config\ncurrent-context: hollow\ncontexts:\n- name: hollow\n  context: {user: me}\n",
    ),
    (
        "no-server",
        "apiVersion: v1\nkind: Config\ncurrent-context: mute\ncontexts:\n- name: mute\n  context: {cluster: mute, user: me}\nclusters:\n- name: mute\n  cluster: {}\n",
    ),
    (
        "dangling",
        "apiVersion: v1\nkind: Config\ncurrent-context: lost\ncontexts:\n- name: lost\n  context: {cluster: nowhere, user: nobody, namespace: lost}\n",
    ),
    ("bom", "\u{feff}apiVersion: v1\nkind: Config\ncurrent-context: prod\n"),
    (
        "block",
        "apiVersion: v1\nkind: Config\ncurrent-context: |-\n  stg\ncontexts:\n- name: \"st\\x67\"\n  context: {cluster: us, user: me, namespace: >-\n    folded }\n",
    ),
    (
        "empty-name",
        "apiVersion: v1\nkind: Config\ncurrent-context: prod\ncontexts:\n- name: ''\n  context: {cluster: eu, user: me, namespace: nameless}\n",
    ),
];

/// Calls over lists of files, flags and variables.
fn calls(desk: &Desk, count: usize, seed: u64) -> Vec<Call> {
    let mut dice = Dice::new(seed);
    for (name, text) in FILES {
        desk.write(format!("work/{name}"), text);
    }
    desk.write("home/.kube/config", FILES[0].1);
    let names: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
    let honest = ["a", "b", "no-current", "json", "numbers", "only-current"];
    (0..count)
        .map(|_| {
            let mut call = desk.call(&["kubectl"]);
            let one = |dice: &mut Dice| {
                let name = if dice.once_in(3) { dice.pick(&names) } else { dice.pick(&honest) };
                match dice.below(8) {
                    0 => desk.work().join(name).display().to_string(),
                    1 => "missing".to_owned(),
                    2 => format!("./{name}"),
                    _ => name.to_owned(),
                }
            };
            if !dice.once_in(6) {
                let list: Vec<String> = (0..1 + dice.below(3)).map(|_| one(&mut dice)).collect();
                let between = if dice.once_in(8) { "::" } else { ":" };
                call.env.insert("KUBECONFIG".to_owned(), list.join(between));
            } else if dice.once_in(3) {
                call.env.insert("KUBECONFIG".to_owned(), String::new());
            }
            if dice.once_in(8) {
                call.argv.push(format!("--kubeconfig={}", one(&mut dice)));
            }
            let contexts = ["prod", "stg", "dev", "json", "12", "none", "", "m", "hollow"];
            if dice.once_in(3) {
                call.argv.push(format!("--context={}", dice.pick(&contexts)));
            }
            if dice.once_in(4) {
                let form = dice.pick(&["-n=%", "--namespace=%", "-n%"]);
                let name = if form.starts_with("--") { dice.pick(&["x", ""]) } else { "kube-system" };
                call.argv.push(form.replace('%', name));
            }
            if dice.once_in(6) {
                call.argv.push(format!("--cluster={}", dice.pick(&["eu", "us", "loc", "none", ""])));
            }
            if dice.once_in(8) {
                call.argv
                    .extend(["-s".to_owned(), dice.pick(&["http://127.0.0.1:20", "http://127.0.0.1:21/p"]).to_owned()]);
            }
            if dice.once_in(8) {
                call.argv.push(format!("--user={}", dice.pick(&["me", "other"])));
            }
            call
        })
        .collect()
}

/// Server and namespace of the first request, from kubectl's own log.
fn request(desk: &Desk, call: &Call) -> Option<(String, String)> {
    let mut argv = call.argv.clone();
    argv.extend(["auth", "can-i", "--list", "-v=9"].map(str::to_owned));
    let said = desk.run(call, &argv);
    let url = said.err.split("curl -v -XPOST").nth(1)?.split('\'').nth(1)?.to_owned();
    let server = url.strip_suffix("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews").unwrap_or(&url).to_owned();
    let dump = said.err.split("\"Request Body\" body=<").nth(1)?.split("\n >").next()?;
    let hex = dump.lines().filter_map(|line| line.trim().split("  |").next());
    let bytes: Vec<u8> = hex
        .flat_map(|line| line.split_whitespace().skip(1))
        .map(|byte| u8::from_str_radix(byte, 16).unwrap())
        .collect();
    // `k8s\0`, then a wrapper whose second field is the review, whose second is the request, whose first the namespace.
    let review = field(bytes.strip_prefix(b"k8s\0")?, 2)?;
    let namespace = field(field(review, 2)?, 1)?;
    Some((server, String::from_utf8(namespace.to_vec()).unwrap()))
}

/// A field of a message whose fields all have a length.
fn field(mut bytes: &[u8], wanted: u8) -> Option<&[u8]> {
    while let [tag, length, rest @ ..] = bytes {
        let (value, after) = rest.split_at(usize::from(*length).min(rest.len()));
        if tag >> 3 == wanted {
            return Some(value);
        }
        bytes = after;
    }
    None
}

#[test]
fn requests_go_to_the_server_and_the_namespace_that_were_found() {
    if !has("kubectl") {
        return;
    }
    let desk = Desk::new();
    let calls = calls(&desk, 180, 7);
    hold("kubectl's requests", &calls, 12, |call| {
        let mut shown = call.clone();
        shown.argv.extend(["get", "pods"].map(str::to_owned));
        let action = desk.action(&shown, &Environments::default());
        let clusters = evidence(&action, "kube cluster");
        let servers: Vec<&str> = clusters.into_iter().filter(|text| text.contains("://")).collect();
        let namespaces = evidence(&action, "namespace");
        let theirs = request(&desk, call);
        let both = || format!("{}\n  kubectl: {theirs:?}\n  aigov: {:?}", call.text(), action.evidence);
        match &theirs {
            // Without any server kubectl tries one on this machine.
            Some((server, _)) if server == "http://localhost:8080" && servers.is_empty() => Held::Same,
            Some((server, namespace)) if servers == [server] && namespaces == [namespace] => Held::Same,
            Some((server, _)) if servers == [server] && namespaces.is_empty() => Held::Timid(both()),
            Some(_) if is_doubted(&action) && servers.is_empty() => Held::Timid(both()),
            None if is_doubted(&action) || servers.is_empty() => Held::Same,
            _ => Held::Wrong(both()),
        }
    });
}

#[test]
fn the_current_context_and_what_it_means_are_kubectls() {
    if !has("kubectl") {
        return;
    }
    let desk = Desk::new();
    let mut calls = calls(&desk, 300, 11);
    calls.retain(|call| call.argv.iter().all(|word| !word.starts_with("-n") && !word.starts_with("--namespace")));
    calls.retain(|call| {
        call.argv.iter().all(|word| {
            !["-s", "--c", "--u"].iter().any(|start| word.starts_with(start)) || word.starts_with("--context")
        })
    });
    calls.truncate(40);
    assert_eq!(calls.len(), 40);
    hold("kubectl config", &calls, 12, |call| {
        let given = |start: &str| call.argv.iter().find_map(|word| word.strip_prefix(start)).map(str::to_owned);
        let kubeconfig = given("--kubeconfig=").or_else(|| call.env.get("KUBECONFIG").cloned());
        let want = Want::KubeContext { kubeconfig, context: given("--context="), cluster: None, user: None };
        let ours = desk.answer(call, &want);
        let minified = [call.argv.clone(), ["config", "view", "--minify", "-o", "json"].map(str::to_owned).to_vec()];
        let said = desk.run(call, &minified.concat());
        let view: serde_json::Value = serde_json::from_str(&said.out).unwrap_or_default();
        let text = |path: &str| view.pointer(path).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let theirs = [
            ("context", text("/current-context")),
            ("cluster", text("/clusters/0/name")),
            ("server", text("/clusters/0/cluster/server")),
            (
                "namespace",
                Some(text("/contexts/0/context/namespace")).filter(|n| !n.is_empty()).unwrap_or("default".into()),
            ),
        ];
        let current = [call.argv.clone(), ["config", "current-context"].map(str::to_owned).to_vec()];
        let current = desk.run(call, &current.concat());
        let both = || format!("{}\n  kubectl: {theirs:?}\n  aigov: {ours:?}", call.text());
        // It shows nothing of a context whose user is not there, and goes there all the same.
        if said.err.contains("cannot locate user") {
            return Held::Same;
        }
        let is_hollow = theirs[0].1.is_empty() || theirs[2].1.is_empty();
        let is_current = given("--context=").is_some_and(|name| !name.is_empty())
            || ours.field("context").is_none_or(|name| current.out.trim() == name);
        match &ours {
            Answer::Known { .. }
                if theirs.iter().all(|(name, value)| ours.field(name) == Some(value)) && is_current =>
            {
                Held::Same
            }
            Answer::Known { .. } => Held::Wrong(both()),
            Answer::Absent | Answer::Failed { .. } if is_hollow => Held::Same,
            Answer::Absent | Answer::Failed { .. } => Held::Timid(both()),
        }
    });
}

#[test]
fn a_kubeconfig_is_looked_for_where_the_command_runs() {
    let desk = Desk::new();
    desk.write("work/sub/k", FILES[0].1);
    let call = desk.call(&["sh", "-c", "cd sub && KUBECONFIG=k kubectl --context stg get pods"]);
    let invocation = desk.invocation(&call);
    let places = desk.places(&invocation);
    let facts = aigov::host::facts::HostFacts::new(&places, &invocation);
    let environments = Environments::default();
    let context = aigov::classify::Context {
        facts: &facts,
        environments: &environments,
        cwd: &invocation.cwd,
        env: &invocation.env,
    };
    let actions = aigov::classify::classify(&aigov::command::parse(&invocation, &facts), &context).actions;
    let kubectl = actions.iter().find(|action| action.tool == "kubectl").unwrap();
    assert_eq!(evidence(kubectl, "namespace"), ["stage"]);
    assert!(evidence(kubectl, "kube cluster").contains(&"http://127.0.0.1:2/path"), "{:?}", kubectl.evidence);
}
