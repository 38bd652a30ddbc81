//! Services as compose's files describe them. Values of variables are compared, and never told.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::preview::{Change, FieldChange, Hunk, Risk};
use crate::preview::risk::{care_for, risk_of};
use crate::redact::Redactor;

use super::objects::Object;

/// A service without the values of its variables: its digest may lie in the chain.
pub(super) fn veiled(service: &Value) -> Value {
    let mut service = service.clone();
    if let Some(map) = service.as_object_mut() {
        let names: Vec<Value> =
            variables(map.get("environment")).into_iter().map(|(name, _)| Value::from(name)).collect();
        map.insert("environment".to_owned(), Value::Array(names));
    }
    service
}

fn variables(environment: Option<&Value>) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    match environment {
        Some(Value::Object(map)) => map.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
        Some(Value::Array(all)) => {
            let pairs = all.iter().filter_map(Value::as_str);
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(n, v)| (n.to_owned(), v.to_owned()))
                .collect()
        }
        _ => Vec::new(),
    }
}

pub(super) fn of_service(name: &str, service: &Value, redactor: &Redactor) -> Hunk {
    let image = service.get("image").and_then(Value::as_str).unwrap_or("built here");
    let (_, mut why) = risk_of(Change::Create, care_for(&[name, image]));
    let risk = if why.is_empty() { Risk::Usual } else { Risk::High };
    let is_privileged = service.get("privileged") == Some(&Value::Bool(true));
    if is_privileged {
        why.push("privileged: it may do to this machine what root may".to_owned());
    }
    let is_seen = service.get("build").is_none();
    if !is_seen {
        why.push("its image is built here; what is in it is not seen".to_owned());
    }
    let risk = if is_privileged || !is_seen { Risk::High } else { risk };
    let mut fields = vec![field("image", None, Some(image), redactor)];
    for (variable, _) in variables(service.get("environment")) {
        fields.push(field("variable", None, Some(&variable), redactor));
    }
    for name in ["ports", "volumes", "network_mode"] {
        fields.extend(service.get(name).map(|value| field(name, None, Some(&value.to_string()), redactor)));
    }
    hunk(Change::Create, &format!("service {name}"), risk, why, fields, redactor)
}

/// An image's name without the registry that is meant where none is named.
fn plain(image: &str) -> &str {
    let rest = image.strip_prefix("docker.io/").unwrap_or(image);
    rest.strip_prefix("library/").unwrap_or(rest)
}

/// In what a container differs from its service, as far as both say it. Values of variables are compared, and not told.
pub(super) fn differences(container: &Object, service: &Value, redactor: &Redactor) -> Vec<FieldChange> {
    let mut found = Vec::new();
    let image = service.get("image").and_then(Value::as_str);
    let was = plain(container.image());
    if image.is_some_and(|image| plain(image) != was) {
        found.push(field("image", Some(was), image.map(plain), redactor));
    }
    let had: BTreeMap<String, String> = container.env().into_iter().collect();
    for (name, value) in variables(service.get("environment")) {
        let what = format!("variable {name}");
        match had.get(&name) {
            None => found.push(field(&what, None, Some("(set; its value is not shown)"), redactor)),
            Some(before) if *before != value => {
                found.push(field(&what, Some("(not shown)"), Some("(not shown), another"), redactor));
            }
            Some(_) => {}
        }
    }
    if found.is_empty() {
        found.push(field("configuration", Some("as it was made"), Some("another, by compose's own hash"), redactor));
    }
    found
}

pub(super) fn field(name: &str, before: Option<&str>, after: Option<&str>, redactor: &Redactor) -> FieldChange {
    let text = |text: Option<&str>| text.map(|text| redactor.text(text));
    FieldChange { field: redactor.text(name), before: text(before), after: text(after) }
}

pub(super) fn hunk(
    change: Change,
    what: &str,
    risk: Risk,
    why: Vec<String>,
    fields: Vec<FieldChange>,
    redactor: &Redactor,
) -> Hunk {
    let why = why.iter().map(|why| redactor.text(why)).collect();
    Hunk { change, what: redactor.text(what), risk, why, fields, left_out: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_variables_only_the_names_are_told() {
        let service =
            serde_json::json!({"image": "db:1", "environment": {"PASSWORD": "hush-1", "PORT": 5}, "privileged": true});
        let listed = serde_json::json!({"image": "db:1", "environment": ["PASSWORD=hush-1", "PORT=5"]});
        assert_eq!(variables(service.get("environment")), variables(listed.get("environment")));
        assert!(!veiled(&service).to_string().contains("hush") && veiled(&service).to_string().contains("PASSWORD"));
        let hunk = of_service("db", &service, &Redactor::default());
        assert_eq!(hunk.risk, Risk::High);
        assert!(!format!("{hunk:?}").contains("hush") && format!("{hunk:?}").contains("privileged"));
    }
}
