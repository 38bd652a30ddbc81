//! Which cluster kubectl would talk to: kubeconfig files merged as client-go merges them.
//!
//! The first file that has an entry wins, whole; missing files are passed over; a name twice in one list is an error.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::host::read::{self, Unread};
use crate::model::facts::Answer;

#[derive(Debug, Default, Deserialize)]
struct File {
    #[serde(default)]
    kind: Option<String>,
    #[serde(default, rename = "apiVersion")]
    version: Option<String>,
    #[serde(default, rename = "current-context")]
    current_context: Option<String>,
    #[serde(default)]
    contexts: Option<Vec<NamedContext>>,
    #[serde(default)]
    clusters: Option<Vec<NamedCluster>>,
    #[serde(default)]
    users: Option<Vec<NamedUser>>,
}

#[derive(Debug, Deserialize)]
struct NamedContext {
    name: String,
    #[serde(default)]
    context: Option<Context>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Context {
    #[serde(default)]
    cluster: Option<String>,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    namespace: Option<String>,
}

#[derive(Debug, Deserialize)]
struct NamedCluster {
    name: String,
    #[serde(default)]
    cluster: Option<Cluster>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Cluster {
    #[serde(default)]
    server: Option<String>,
    #[serde(default, rename = "proxy-url")]
    proxy_url: Option<String>,
}

#[derive(Debug, Deserialize)]
struct NamedUser {
    name: String,
    #[serde(default)]
    user: Option<User>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct User {
    #[serde(default)]
    exec: Option<Exec>,
    #[serde(default, rename = "auth-provider")]
    auth_provider: Option<AuthProvider>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Exec {
    #[serde(default)]
    command: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct AuthProvider {
    #[serde(default)]
    name: Option<String>,
}

/// The merged files.
#[derive(Debug, Default)]
struct Merged {
    current: Option<String>,
    contexts: BTreeMap<String, Context>,
    clusters: BTreeMap<String, Cluster>,
    users: BTreeMap<String, User>,
}

/// The files that `list` names (`:` between them, relative to `cwd`), or the one in `home`.
pub fn files(list: Option<&str>, cwd: &Path, home: Option<&Path>) -> Vec<PathBuf> {
    match list.filter(|list| !list.is_empty()) {
        Some(list) => list.split(':').filter(|part| !part.is_empty()).map(|part| cwd.join(part)).collect(),
        None => home.map(|home| home.join(".kube/config")).into_iter().collect(),
    }
}

/// Every context's name in `files` with its cluster's server, for `aigov init`.
///
/// # Errors
/// When a file is there and cannot be read or understood.
pub fn contexts(files: &[PathBuf]) -> Result<Vec<(String, Option<String>)>, String> {
    let merged = merge(files)?.unwrap_or_default();
    let server = |context: &Context| merged.clusters.get(context.cluster.as_deref()?)?.server.clone();
    Ok(merged.contexts.iter().map(|(name, context)| (name.clone(), server(context))).collect())
}

/// What flags ask of a kubeconfig; an empty text asks nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// `--context`.
    pub context: Option<&'a str>,
    /// `--cluster`.
    pub cluster: Option<&'a str>,
    /// `--user`.
    pub user: Option<&'a str>,
}

/// The answer to `Want::KubeContext`.
pub fn answer(files: &[PathBuf], asked: Asked<'_>) -> Answer {
    match merge(files) {
        Ok(Some(merged)) => merged.locate(asked).unwrap_or_else(|cause| Answer::Failed { cause }),
        Ok(None) => Answer::Absent,
        Err(cause) => Answer::Failed { cause },
    }
}

impl Merged {
    fn add(&mut self, file: File) -> Result<(), String> {
        if self.current.as_ref().is_none_or(String::is_empty) {
            self.current = file.current_context;
        }
        let contexts = file.contexts.unwrap_or_default().into_iter();
        fill(&mut self.contexts, contexts.map(|entry| (entry.name, entry.context.unwrap_or_default())))?;
        let clusters = file.clusters.unwrap_or_default().into_iter();
        fill(&mut self.clusters, clusters.map(|entry| (entry.name, entry.cluster.unwrap_or_default())))?;
        let users = file.users.unwrap_or_default().into_iter();
        fill(&mut self.users, users.map(|entry| (entry.name, entry.user.unwrap_or_default())))
    }

    fn locate(&self, asked: Asked<'_>) -> Result<Answer, String> {
        let said = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        let name = said(asked.context).or_else(|| said(self.current.as_deref()));
        let name = name.as_deref().ok_or("the kubeconfig has no current context")?;
        let context = self.contexts.get(name).ok_or_else(|| format!("no context `{name}` in the kubeconfig"))?;
        let cluster = said(asked.cluster).or_else(|| said(context.cluster.as_deref()));
        let cluster = cluster.as_deref().ok_or_else(|| format!("context `{name}` names no cluster"))?;
        let entry = self.clusters.get(cluster).ok_or_else(|| format!("no cluster `{cluster}` in the kubeconfig"))?;
        let server = entry.server.as_deref().filter(|server| !server.is_empty());
        let server = server.ok_or_else(|| format!("cluster `{cluster}` names no server"))?;
        let namespace = context.namespace.as_deref().filter(|namespace| !namespace.is_empty()).unwrap_or("default");
        let mut fields = BTreeMap::from([
            ("context".to_owned(), name.to_owned()),
            ("cluster".to_owned(), cluster.to_owned()),
            ("server".to_owned(), read::without_userinfo(server)),
            ("namespace".to_owned(), namespace.to_owned()),
        ]);
        if let Some(proxy) = entry.proxy_url.as_deref().filter(|proxy| !proxy.is_empty()) {
            fields.insert("proxy".to_owned(), read::without_userinfo(proxy));
        }
        if let Some(user) = said(asked.user).filter(|user| !self.users.contains_key(user)) {
            return Err(format!("no user `{user}` in the kubeconfig"));
        }
        let user = said(asked.user).or_else(|| said(context.user.as_deref()));
        if let Some(plugin) = user.and_then(|user| self.users.get(&user)).and_then(User::plugin) {
            fields.insert("exec_plugin".to_owned(), plugin);
        }
        Ok(Answer::Known { fields })
    }
}

impl File {
    /// Without a word about it, it is one.
    fn is_kubeconfig(&self) -> bool {
        let is =
            |text: &Option<String>, wanted: &str| text.as_deref().is_none_or(|text| text.is_empty() || text == wanted);
        is(&self.kind, "Config") && is(&self.version, "v1")
    }
}

impl User {
    fn plugin(&self) -> Option<String> {
        let exec = self.exec.as_ref().map(|exec| exec.command.clone().unwrap_or_default());
        let provider = || self.auth_provider.as_ref().map(|provider| provider.name.clone().unwrap_or_default());
        exec.or_else(provider)
    }
}

fn merge(files: &[PathBuf]) -> Result<Option<Merged>, String> {
    let mut merged = None;
    for path in files {
        let text = match read::text(path) {
            Ok(text) => text,
            Err(Unread::Absent) => continue,
            Err(Unread::Failed(cause)) => return Err(cause),
        };
        let sum: &mut Merged = merged.get_or_insert_default();
        if text.trim().is_empty() {
            continue;
        }
        let fault = |cause: String| format!("cannot understand {}: {cause}", path.display());
        // A number or `yes` is no text to kubectl either.
        let options = serde_saphyr::options! { no_schema: true };
        let file: File =
            serde_saphyr::from_str_with_options(&text, options).map_err(|error| fault(error.to_string()))?;
        if !file.is_kubeconfig() {
            return Err(fault("it is not of the kind `Config`".to_owned()));
        }
        sum.add(file).map_err(fault)?;
    }
    Ok(merged)
}

fn fill<T>(into: &mut BTreeMap<String, T>, entries: impl Iterator<Item = (String, T)>) -> Result<(), String> {
    let mut own = BTreeMap::new();
    for (name, entry) in entries {
        if own.insert(name.clone(), entry).is_some() {
            return Err(format!("`{name}` is there twice"));
        }
    }
    for (name, entry) in own {
        into.entry(name).or_insert(entry);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "apiVersion: v1\nkind: Config\ncurrent-context: prod\ncontexts:\n- name: prod\n  context: {cluster: eu, user: me}\n\
        clusters:\n- name: eu\n  cluster: {server: 'https://a:6443'}\nusers:\n- name: me\n  user:\n    exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: Never}\n";
    const B: &str = "apiVersion: v1\nkind: Config\ncurrent-context: other\ncontexts:\n- name: prod\n  context: {cluster: us, user: me, namespace: b}\n\
        - name: dev\n  context: {cluster: us, namespace: web}\nclusters:\n- name: eu\n  cluster: {server: 'https://b'}\n- name: us\n  cluster: {server: 'https://us', proxy-url: 'http://u:p@proxy:3128'}\n";

    fn write(dir: &Path, files: &[(&str, &str)]) -> Vec<PathBuf> {
        for (name, text) in files {
            std::fs::write(dir.join(name), text).unwrap();
        }
        files.iter().map(|(name, _)| dir.join(name)).collect()
    }

    fn context(name: &str) -> Asked<'_> {
        Asked { context: Some(name), ..Asked::default() }
    }

    fn failed(answer: &Answer) -> &str {
        match answer {
            Answer::Failed { cause } => cause,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_first_file_wins_whole_entries_and_the_current_context() {
        let dir = tempfile::tempdir().unwrap();
        let files = write(dir.path(), &[("a", A), ("b", B)]);
        assert_eq!(
            answer(&files, Asked::default()),
            Answer::known([
                ("context", "prod".to_owned()),
                ("cluster", "eu".to_owned()),
                ("server", "https://a:6443".to_owned()),
                ("namespace", "default".to_owned()),
                ("exec_plugin", "aws".to_owned()),
            ])
        );
        let dev = answer(&files, context("dev"));
        assert_eq!(dev.field("namespace"), Some("web"));
        assert_eq!(dev.field("proxy"), Some("http://proxy:3128"));
        let other = answer(&files, Asked { cluster: Some("us"), user: Some("me"), ..Asked::default() });
        assert_eq!((other.field("context"), other.field("server")), (Some("prod"), Some("https://us")));
        assert_eq!(other.field("exec_plugin"), Some("aws"));
        assert!(failed(&answer(&files, Asked { user: Some("none"), ..Asked::default() })).contains("no user"));
        let turned = [files[1].clone(), dir.path().join("missing"), files[0].clone()];
        assert_eq!(failed(&answer(&turned, Asked::default())), "no context `other` in the kubeconfig");
    }

    #[test]
    fn what_kubectl_would_refuse_is_a_failure_never_absent() {
        let dir = tempfile::tempdir().unwrap();
        for (text, word) in [
            ("contexts: [", "cannot understand"),
            ("contexts:\n- {name: x, context: {cluster: a}}\n- {name: x, context: {cluster: b}}\n", "twice"),
            ("current-context: x\ncontexts:\n- {name: x, context: {cluster: a}}\n", "no cluster `a`"),
            ("current-context: x\ncontexts:\n- {name: x}\n", "names no cluster"),
            (
                "contexts:\n- {name: x, context: {cluster: a}}\nclusters:\n- {name: a, cluster: {}}\n",
                "no current context",
            ),
            ("", "no current context"),
        ] {
            let files = write(dir.path(), &[("c", text)]);
            assert!(
                failed(&answer(&files, Asked::default())).contains(word),
                "{text}: {:?}",
                answer(&files, Asked::default())
            );
        }
        assert!(matches!(answer(&[dir.path().to_path_buf()], Asked::default()), Answer::Failed { .. }));
        assert_eq!(answer(&[dir.path().join("missing")], Asked::default()), Answer::Absent);
    }

    #[test]
    fn aliases_that_grow_without_end_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for level in 1..12 {
            let row = vec![format!("*a{}", level - 1); 10].join(",");
            text.push_str(&format!("a{level}: &a{level} [{row}]\n"));
        }
        let files = write(dir.path(), &[("bomb", &text)]);
        // Grown to the end it would be a list of 10^12: the reader's own bound has to answer, or this never ends.
        let answer = answer(&files, Asked::default());
        let cause = failed(&answer);
        assert!(cause.contains("cannot understand"), "{cause}");
    }

    #[test]
    fn lists_are_split_and_relative_files_are_the_working_directorys() {
        let cwd = Path::new("/w");
        assert_eq!(files(Some("a::/b"), cwd, None), [PathBuf::from("/w/a"), PathBuf::from("/b")]);
        assert_eq!(files(None, cwd, Some(Path::new("/h"))), [PathBuf::from("/h/.kube/config")]);
        assert_eq!(files(Some(""), cwd, Some(Path::new("/h"))), [PathBuf::from("/h/.kube/config")]);
    }
}
