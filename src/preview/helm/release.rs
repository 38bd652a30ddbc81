//! A release as helm keeps it, or would keep it: its revisions, its objects, its hooks.
//!
//! Source: `helm history -o json`, `helm status -o json` and `--dry-run=server -o json` of helm 3.17 and 4.1.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::model::invocation::Raw;
use crate::preview::kubectl::object::{self, Id};
use crate::preview::prober::{Asking, Failure, Prober};
use crate::preview::subject::Subject;
use crate::redact::Redactor;

use super::words::Sorted;

/// The most bytes of one list of manifests: a release lies in an object of at most 1 MiB, compressed.
const LARGEST: usize = 32 * 1024 * 1024;

/// One revision of a release.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Revision {
    pub(super) revision: u64,
    pub(super) status: String,
    pub(super) chart: String,
}

/// Something that runs beside the release.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Hook {
    #[serde(default)]
    manifest: String,
    #[serde(default)]
    pub(super) events: Vec<String>,
}

#[derive(Deserialize)]
struct Told {
    name: String,
    namespace: String,
    #[serde(default)]
    manifest: String,
    #[serde(default)]
    hooks: Option<Vec<Hook>>,
    #[serde(default)]
    config: Value,
    #[serde(default)]
    chart: Value,
}

/// A release at one revision.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Release {
    pub(super) name: String,
    pub(super) namespace: String,
    /// Its objects, each once.
    pub(super) objects: BTreeMap<Id, Value>,
    /// Its hooks with their objects.
    pub(super) hooks: Vec<(Hook, Vec<(Id, Value)>)>,
    /// `shop-1.2.3`; empty where helm does not say.
    pub(super) chart: String,
    /// Values that are secret by their names.
    pub(super) secrets: Vec<String>,
}

impl Release {
    /// Reads helm's answer.
    ///
    /// # Errors
    /// When it is not understood in full: then nobody knows what it holds.
    pub(super) fn read(answer: &[u8]) -> Result<Self, Failure> {
        let told: Told = serde_json::from_slice(answer).map_err(|error| not_understood(&error.to_string()))?;
        let mut objects = BTreeMap::new();
        for (id, value) in manifests(&told.manifest)? {
            let title = id.title();
            if objects.insert(id, value).is_some() {
                return Err(not_understood(&format!("{title} is there twice")));
            }
        }
        let mut hooks = Vec::new();
        for hook in told.hooks.unwrap_or_default() {
            let all = manifests(&hook.manifest)?;
            hooks.push((hook, all));
        }
        let mut secrets = Vec::new();
        for values in [&told.config, told.chart.get("values").unwrap_or(&Value::Null)] {
            secret_values(values, &mut secrets);
        }
        let of_hooks = hooks.iter().flat_map(|(_, all)| all.iter().map(|(_, value)| value));
        secrets.extend(objects.values().chain(of_hooks).flat_map(object::secrets));
        let text = |at: &str| told.chart.pointer(at).and_then(Value::as_str).map(str::to_owned);
        let chart = text("/metadata/name").zip(text("/metadata/version"));
        Ok(Self {
            name: told.name,
            namespace: told.namespace,
            objects,
            hooks,
            chart: chart.map(|(name, version)| format!("{name}-{version}")).unwrap_or_default(),
            secrets,
        })
    }
}

/// Texts that stand under a name that says that they are secret.
fn secret_values(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (name, one) in map {
                match one {
                    Value::String(text) if Redactor::is_secret_name(name) => found.push(text.clone()),
                    other => secret_values(other, found),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|one| secret_values(one, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The objects of a text of manifests.
///
/// # Errors
/// When one of them is not understood.
pub(super) fn manifests(text: &str) -> Result<Vec<(Id, Value)>, Failure> {
    if text.len() > LARGEST {
        return Err(not_understood("its manifests are too long"));
    }
    let values: Vec<Value> = serde_saphyr::from_multiple(text)
        .map_err(|error| not_understood(error.to_string().lines().next().unwrap_or("")))?;
    let mut found = Vec::new();
    for value in values.into_iter().filter(|value| !value.is_null()) {
        found.extend(object::all(value.to_string().as_bytes())?);
    }
    Ok(found)
}

fn not_understood(why: &str) -> Failure {
    Failure::new(format!("helm's answer is not understood: {why}"))
}

/// Puts questions to helm.
pub(super) struct Asker<'a, 'b, 'c> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) sorted: &'a Sorted,
    pub(super) prober: &'b mut Prober<'c>,
}

impl Asker<'_, '_, '_> {
    /// The revisions of a release, the oldest first; none where there is no such release.
    ///
    /// # Errors
    /// When helm does not answer.
    pub(super) fn history(&mut self, name: &str) -> Result<Vec<Revision>, Failure> {
        let argv = self.sorted.question(&["history"], &[name]);
        let mut all: Vec<Revision> = match self.ask(argv)? {
            Ok(out) => serde_json::from_slice(&out).map_err(|error| not_understood(&error.to_string()))?,
            Err(said) if said == "Error: release: not found" => Vec::new(),
            Err(said) => return Err(Failure::new(format!("`helm history` was refused: {said}"))),
        };
        all.sort_by_key(|one| one.revision);
        Ok(all)
    }

    /// A release at a revision.
    ///
    /// # Errors
    /// When helm does not answer.
    pub(super) fn at(&mut self, name: &str, revision: u64) -> Result<Release, Failure> {
        let argv = self.sorted.question(&["status"], &[name, "--revision", &revision.to_string()]);
        let out = self.ask(argv)?.map_err(|said| Failure::new(format!("`helm status` was refused: {said}")))?;
        Release::read(&out)
    }

    /// The release as it would be.
    ///
    /// # Errors
    /// When helm or the server says no.
    pub(super) fn rendered(&mut self) -> Result<Release, Failure> {
        let out = self.ask(self.sorted.dry())?.map_err(|said| {
            Failure::new(format!("`helm {} --dry-run=server` was refused: {said}", self.subject.action.operation))
        })?;
        Release::read(&out)
    }

    /// What a chart defines beside its templates; helm makes it where it is not there, and never changes it.
    ///
    /// # Errors
    /// When helm does not answer.
    pub(super) fn definitions(&mut self, chart: &Raw) -> Result<Vec<(Id, Value)>, Failure> {
        let mut argv = vec![self.sorted.program().clone()];
        argv.extend(["show", "crds"].map(Raw::from));
        argv.extend(self.sorted.chart_place());
        argv.push(chart.clone());
        let out = self.ask(argv)?.map_err(|said| Failure::new(format!("`helm show crds` was refused: {said}")))?;
        manifests(&String::from_utf8_lossy(&out))
    }

    fn ask(&mut self, argv: Vec<Raw>) -> Result<Result<Vec<u8>, String>, Failure> {
        let env = self.subject.env.to_vec();
        let asking = Asking { program: &self.subject.program, argv, cwd: &self.subject.directory, env };
        let answered = self.prober.ask(asking)?;
        if answered.exit_code == Some(0) {
            return Ok(Ok(answered.out));
        }
        let said = String::from_utf8_lossy(&answered.err);
        let lines = said.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("WARNING"));
        let said = lines.collect::<Vec<_>>().join("; ");
        Ok(Err(if said.is_empty() { "it said nothing".to_owned() } else { said }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_in_full_or_not_at_all() {
        let answer = |manifest: &str| {
            serde_json::json!({"name": "web", "namespace": "prod", "version": 3, "manifest": manifest,
                "config": {"db": {"password": "hush-1"}},
                "chart": {"metadata": {"name": "shop", "version": "1.2.3"}, "values": {"apiToken": "hush-2"}},
                "hooks": [{"name": "m", "kind": "Job", "events": ["pre-upgrade"],
                    "manifest": "apiVersion: batch/v1\nkind: Job\nmetadata: {name: m}\n"}]})
            .to_string()
            .into_bytes()
        };
        let one = "---\n# Source: shop/x.yaml\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {key: hush-3}\n";
        let release = Release::read(&answer(one)).unwrap();
        assert_eq!((release.chart.as_str(), release.objects.len(), release.hooks.len()), ("shop-1.2.3", 1, 1));
        for secret in ["hush-1", "hush-2", "hush-3"] {
            assert!(release.secrets.iter().any(|text| text == secret), "{secret}");
        }
        assert_eq!(Release::read(&answer("")).unwrap().objects.len(), 0);
        assert_eq!(Release::read(&answer(&format!("{one}---\n---\n# only a remark\n"))).unwrap().objects.len(), 1);
        for bad in [&format!("{one}{one}"), "a: [", "just text", "kind: Pod\nmetadata: {name: a}"] {
            assert!(Release::read(&answer(bad)).is_err(), "{bad}");
        }
        assert!(Release::read(b"").is_err() && Release::read(b"NAME: web").is_err());
    }
}
