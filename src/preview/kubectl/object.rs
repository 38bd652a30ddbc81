//! Objects as the API server tells them: which they are, which version of them, and what of them may be read out.
//!
//! Source: <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/>.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::chain::digest_json;
use crate::model::preview::{FieldChange, Pin};
use crate::model::secret::Redacted;
use crate::preview::Failure;
use crate::preview::risk::{Care, care_for};
use crate::preview::values::{Marked, differences, sensitive_texts};
use crate::redact::Redactor;

const NOTHING: Value = Value::Null;
/// The annotation in which `apply` repeats the whole object, secrets and all.
const APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// What the server writes by itself.
const OF_SERVER: &[&str] =
    &["uid", "resourceVersion", "managedFields", "creationTimestamp", "generation", "selfLink", "deletionTimestamp"];

/// Which object it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::preview) struct Id {
    /// `apps/v1`.
    pub(in crate::preview) version: String,
    /// `Deployment`.
    pub(in crate::preview) kind: String,
    /// Its namespace; empty where it has none.
    pub(in crate::preview) namespace: String,
    /// Its name.
    pub(in crate::preview) name: String,
}

impl Id {
    /// Which object this is.
    ///
    /// # Errors
    /// When it does not say so.
    pub(in crate::preview) fn of(object: &Value) -> Result<Self, Failure> {
        let text = |at: &str| object.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        let id = Self {
            version: text("/apiVersion"),
            kind: text("/kind"),
            namespace: text("/metadata/namespace"),
            name: text("/metadata/name"),
        };
        if id.version.is_empty() || id.kind.is_empty() || id.name.is_empty() {
            return Err(Failure::new("kubectl answered with something that is not an object"));
        }
        Ok(id)
    }

    /// `deployment/web`.
    pub(in crate::preview) fn title(&self) -> String {
        format!("{}/{}", self.kind.to_ascii_lowercase(), self.name)
    }

    /// As little of it as names it.
    pub(in crate::preview) fn named(&self) -> Value {
        let mut metadata = json!({"name": self.name});
        if let (false, Some(map)) = (self.namespace.is_empty(), metadata.as_object_mut()) {
            map.insert("namespace".to_owned(), Value::from(self.namespace.as_str()));
        }
        json!({"apiVersion": self.version, "kind": self.kind, "metadata": metadata})
    }

    /// What it stands for, where that needs care.
    pub(in crate::preview) fn care(&self) -> Option<Care> {
        let kind = self.kind.to_ascii_lowercase();
        let by_kind = match kind.as_str() {
            "customresourcedefinition" | "storageclass" => Some(Care::Data),
            "node" | "service" | "apiservice" => Some(Care::Network),
            "certificatesigningrequest"
            | "validatingwebhookconfiguration"
            | "mutatingwebhookconfiguration"
            | "validatingadmissionpolicy"
            | "validatingadmissionpolicybinding" => Some(Care::Access),
            _ => None,
        };
        by_kind.or_else(|| care_for(&[&kind, &self.name]))
    }

    /// Which version of it there is now. Where an object has a status, its version moves without anybody changing it: then
    /// it is the rest that counts.
    pub(in crate::preview) fn pin(&self, now: Option<&Value>) -> Pin {
        let place = if self.namespace.is_empty() { String::new() } else { format!(" in {}", self.namespace) };
        let was = now.map_or_else(|| "it is not there".to_owned(), version);
        Pin { what: Redacted::assume_clean(format!("{}{place}", self.title())), was: Redacted::assume_clean(was) }
    }
}

/// Whether two pins are two versions of one object: what was deleted and made anew is another.
pub(super) fn has_moved(one: &Pin, other: &Pin) -> bool {
    let uid = |pin: &Pin| pin.was.as_str().split_once(", ").map(|(uid, _)| uid.to_owned());
    let (one, other) = (uid(one), uid(other));
    one == other && one.is_some_and(|uid| uid.starts_with("uid ") && uid != "uid none")
}

/// Every object in an answer: one, a list, or several behind each other.
///
/// # Errors
/// When it is not JSON, or not objects.
pub(in crate::preview) fn all(answer: &[u8]) -> Result<Vec<(Id, Value)>, Failure> {
    let mut found = Vec::new();
    for value in serde_json::Deserializer::from_slice(answer).into_iter::<Value>() {
        let value = value.map_err(|error| Failure::new(format!("kubectl did not answer with JSON: {error}")))?;
        gather(value, &mut found)?;
    }
    Ok(found)
}

fn gather(mut value: Value, found: &mut Vec<(Id, Value)>) -> Result<(), Failure> {
    let is_list = value.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("List"));
    match value.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) if is_list => items.into_iter().try_for_each(|item| gather(item, found)),
        _ => {
            found.push((Id::of(&value)?, value));
            Ok(())
        }
    }
}

fn version(object: &Value) -> String {
    let text = |at: &str| match object.pointer(at) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "none".to_owned(),
    };
    let uid = text("/metadata/uid");
    if object.get("status").is_none() {
        return format!("uid {uid}, version {}", text("/metadata/resourceVersion"));
    }
    let generation = text("/metadata/generation");
    // Values that are secret are not in the digest, which lies in the chain: a change of one moves the generation.
    let rest = veiled(&plain(object), &marks(object));
    let digest = digest_json("aigov-kubernetes-object-v1", &rest).map(|digest| digest.to_string()).unwrap_or_default();
    format!("uid {uid}, generation {generation}, {digest}")
}

/// An object without what the server writes by itself.
pub(in crate::preview) fn plain(object: &Value) -> Value {
    let mut plain = object.clone();
    let Some(map) = plain.as_object_mut() else { return plain };
    map.remove("status");
    if let Some(metadata) = map.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|name, _| !OF_SERVER.contains(&name.as_str()));
        let annotations = metadata.get_mut("annotations").and_then(Value::as_object_mut);
        if annotations.is_some_and(|annotations| {
            annotations.remove(APPLIED);
            annotations.is_empty()
        }) {
            metadata.remove("annotations");
        }
    }
    plain
}

/// An object as it can be made or put back, with the annotation by which `apply` goes on.
pub(in crate::preview) fn restorable(object: &Value) -> Value {
    let mut plain = object.clone();
    if let Some(map) = plain.as_object_mut() {
        map.remove("status");
        if let Some(metadata) = map.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.retain(|name, _| !OF_SERVER.contains(&name.as_str()));
        }
    }
    plain
}

/// Where an object is sensitive.
fn marks(object: &Value) -> Value {
    let is_secret = object.get("kind").and_then(Value::as_str) == Some("Secret");
    let mut marks = named(object);
    if let (true, Some(map)) = (is_secret, marks.as_object_mut()) {
        for field in ["data", "stringData"] {
            let keys = object.get(field).and_then(Value::as_object).into_iter().flat_map(Map::keys);
            map.insert(
                field.to_owned(),
                keys.map(|key| (key.clone(), Value::Bool(true))).collect::<Map<_, _>>().into(),
            );
        }
    }
    marks
}

/// `{"name": "DB_PASSWORD", "value": "…"}` is sensitive, at any depth.
fn named(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let hides = map.get("name").and_then(Value::as_str).is_some_and(Redactor::is_secret_name);
            let mark = |(key, one): (&String, &Value)| {
                let mark = if hides && key == "value" { Value::Bool(true) } else { named(one) };
                (key.clone(), mark)
            };
            Value::Object(map.iter().map(mark).filter(|(_, mark)| !mark.is_null()).collect())
        }
        Value::Array(all) => Value::Array(all.iter().map(named).collect()),
        _ => NOTHING,
    }
}

fn veiled(value: &Value, marks: &Value) -> Value {
    match (value, marks) {
        (_, Value::Bool(true)) => Value::from("(sensitive)"),
        (Value::Object(map), Value::Object(mark)) => {
            map.iter().map(|(key, one)| (key.clone(), veiled(one, mark.get(key).unwrap_or(&NOTHING)))).collect()
        }
        (Value::Array(all), Value::Array(mark)) => {
            all.iter().enumerate().map(|(at, one)| veiled(one, mark.get(at).unwrap_or(&NOTHING))).collect()
        }
        (other, _) => other.clone(),
    }
}

/// A digest of what may be read out of an object: it may lie in the chain.
pub(in crate::preview) fn digest(object: &Value) -> String {
    let veiled = veiled(&plain(object), &marks(object));
    digest_json("aigov-kubernetes-manifest-v1", &veiled).map(|digest| digest.to_string()).unwrap_or_default()
}

/// What is secret in an object, wherever else it stands: as it is kept, and as it is meant.
pub(in crate::preview) fn secrets(object: &Value) -> Vec<String> {
    let mut found = Vec::new();
    sensitive_texts(object, &marks(object), &mut found);
    let meant: Vec<String> =
        found.iter().filter_map(|text| String::from_utf8(STANDARD.decode(text).ok()?).ok()).collect();
    found.extend(meant.iter().flat_map(|text| text.lines().map(|line| line.trim().to_owned())));
    found.extend(meant);
    found
}

/// The fields in which an object differs.
pub(in crate::preview) fn changes(
    before: Option<&Value>,
    after: Option<&Value>,
    redactor: &Redactor,
) -> Vec<FieldChange> {
    let side = |object: Option<&Value>| object.map(|object| (plain(object), marks(object))).unwrap_or_default();
    let ((before, before_marks), (after, after_marks)) = (side(before), side(after));
    let marked = |value, sensitive| Marked { value, sensitive, unknown: &NOTHING };
    let mut found = differences(marked(&before, &before_marks), marked(&after, &after_marks), redactor);
    // Which it is stands above the fields.
    let is_title = |field: &FieldChange| {
        ["apiVersion", "kind", "metadata.name", "metadata.namespace"].contains(&field.field.as_str())
    };
    found.retain(|field| !is_title(field));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(value: &str) -> Value {
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "prod", "uid": "u", "resourceVersion": "7",
            "annotations": {(APPLIED): "{\"data\":{\"k\":\"aHVudGVyMg==\"}}", "note": "is hunter2 aHVudGVyMg=="}},
            "data": {"k": value}})
    }

    #[test]
    fn a_secret_is_not_read_out_and_neither_is_what_repeats_it() {
        let (before, after) = (secret("aHVudGVyMg=="), secret("aHVudGVyMw=="));
        let redactor = Redactor::default().knowing(secrets(&before)).knowing(secrets(&after));
        let text = format!(
            "{:?} {:?}",
            changes(Some(&before), Some(&after), &redactor),
            changes(None, Some(&before), &redactor)
        );
        assert!(!text.contains("hunter") && !text.contains("aHVud"), "{text}");
        assert!(text.contains("data.k") && text.contains("(sensitive), another"), "{text}");
        assert_eq!(Id::of(&before).unwrap().pin(Some(&before)).was.as_str(), "uid u, version 7");
    }

    #[test]
    fn a_password_in_a_variable_is_not_read_out() {
        let pod = |value: &str| {
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
            "spec": {"containers": [{"name": "c", "env": [{"name": "DB_PASSWORD", "value": value}]}]}})
        };
        let text = format!("{:?}", changes(Some(&pod("hunter2")), Some(&pod("hunter3")), &Redactor::default()));
        assert!(!text.contains("hunter") && text.contains("another"), "{text}");
    }

    #[test]
    fn the_version_moves_with_the_object_and_not_with_its_status() {
        let web = |replicas: i64, ready: i64| {
            json!({"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "web", "uid": "u", "resourceVersion": ready.to_string(), "generation": 1},
            "spec": {"replicas": replicas}, "status": {"ready": ready}})
        };
        let pin = |object: &Value| Id::of(object).unwrap().pin(Some(object)).was;
        assert_eq!(pin(&web(1, 1)), pin(&web(1, 2)));
        assert_ne!(pin(&web(1, 1)), pin(&web(2, 1)));
    }

    #[test]
    fn answers_are_one_object_a_list_or_several() {
        let one = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}"#;
        let list = format!(r#"{{"apiVersion":"v1","kind":"List","items":[{one},{one}]}}"#);
        assert_eq!(all(format!("{one}\n{list}").as_bytes()).unwrap().len(), 3);
        assert!(all(b"").unwrap().is_empty());
        assert!(all(b"{}").is_err() && all(b"error").is_err());
    }
}
