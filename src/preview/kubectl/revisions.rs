//! What `kubectl rollout undo` goes back to: the pod template of an earlier revision, as the cluster keeps it.
//!
//! Source: kubectl's rollbackers (`polymorphichelpers/rollback.go`): a deployment's revisions are its replica sets, those of
//! daemon sets and stateful sets are controller revisions; without a number it is the one before the newest.

use serde_json::Value;

use crate::preview::Failure;

/// Where a deployment's replica set says which revision it is.
const REVISION: &str = "/metadata/annotations/deployment.kubernetes.io~1revision";
/// The label by which a replica set tells its pods apart from those of others.
const HASH: &str = "pod-template-hash";

/// The kind of objects that hold the revisions of a kind.
pub(super) fn kept_in(kind: &str) -> Option<&'static str> {
    match kind {
        "Deployment" => Some("replicasets"),
        "DaemonSet" | "StatefulSet" => Some("controllerrevisions"),
        _ => None,
    }
}

/// The revision that an object goes back to, among those that were found, and the object with its template. `wanted` is what
/// `--to-revision` says; 0 and nothing mean the one before the newest.
///
/// # Errors
/// When there is no such revision.
pub(super) fn gone_back(object: &Value, found: Vec<Value>, wanted: Option<u64>) -> Result<(Value, Value), Failure> {
    let mut all: Vec<(u64, Value)> =
        found.into_iter().filter(|one| is_owned(one, object)).filter_map(|one| Some((number(&one)?, one))).collect();
    all.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    let mut all = all.into_iter();
    let chosen = match wanted.filter(|wanted| *wanted > 0) {
        Some(wanted) => all.find(|(number, _)| *number == wanted),
        None => all.nth(1),
    };
    let (_, revision) = chosen.ok_or_else(|| match wanted {
        Some(wanted) if wanted > 0 => Failure::new(format!("there is no revision {wanted} to go back to")),
        _ => Failure::new("there is no revision before this one to go back to"),
    })?;
    let template = template(&revision).ok_or_else(|| Failure::new("the revision to go back to has no pod template"))?;
    let mut after = object.clone();
    if let Some(spec) = after.get_mut("spec").and_then(Value::as_object_mut) {
        spec.insert("template".to_owned(), template);
    }
    Ok((revision, after))
}

/// The number of a revision.
pub(super) fn number(revision: &Value) -> Option<u64> {
    let noted = revision.pointer(REVISION).and_then(Value::as_str).and_then(|text| text.parse().ok());
    noted.or_else(|| revision.get("revision").and_then(Value::as_u64))
}

fn is_owned(revision: &Value, object: &Value) -> bool {
    let uid = object.pointer("/metadata/uid").filter(|uid| uid.is_string());
    let owners = revision.pointer("/metadata/ownerReferences").and_then(Value::as_array);
    uid.is_some() && owners.is_some_and(|owners| owners.iter().any(|owner| owner.get("uid") == uid))
}

fn template(revision: &Value) -> Option<Value> {
    let mut template = ["/spec/template", "/data/spec/template"].iter().find_map(|at| revision.pointer(at)).cloned()?;
    if let Some(map) = template.as_object_mut() {
        map.remove("$patch");
    }
    if let Some(labels) = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
        labels.remove(HASH);
    }
    Some(template)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn set(revision: &str, image: &str, owner: &str) -> Value {
        json!({"metadata": {"annotations": {"deployment.kubernetes.io/revision": revision},
            "ownerReferences": [{"uid": owner}]},
            "spec": {"template": {"metadata": {"labels": {"app": "web", (HASH): "x"}}, "spec": {"image": image}}}})
    }

    #[test]
    fn it_goes_back_to_the_one_before_the_newest_or_to_the_one_that_is_named() {
        let web = json!({"metadata": {"uid": "u"}, "spec": {"replicas": 3, "template": {"spec": {"image": "c"}}}});
        let all = || vec![set("9", "b", "u"), set("10", "c", "u"), set("2", "a", "u"), set("11", "no", "other")];
        let image = |wanted| {
            let (_, after) = gone_back(&web, all(), wanted).unwrap();
            assert_eq!(after["spec"]["replicas"], 3);
            assert_eq!(after["spec"]["template"]["metadata"]["labels"], json!({"app": "web"}));
            after["spec"]["template"]["spec"]["image"].clone()
        };
        assert_eq!((image(None), image(Some(0)), image(Some(2))), (json!("b"), json!("b"), json!("a")));
        assert!(gone_back(&web, all(), Some(11)).is_err(), "another's revision is not its own");
        assert!(gone_back(&web, vec![set("1", "a", "u")], None).is_err());
        assert!(gone_back(&json!({"spec": {}}), all(), None).is_err());
    }

    #[test]
    fn a_controller_revision_holds_a_patch() {
        let set = json!({"metadata": {"uid": "u"}, "spec": {"template": {"spec": {"image": "b"}}}});
        let revision = |number: u64, image: &str| {
            json!({"metadata": {"ownerReferences": [{"uid": "u"}]}, "revision": number,
                "data": {"spec": {"template": {"$patch": "replace", "spec": {"image": image}}}}})
        };
        let (_, after) = gone_back(&set, vec![revision(1, "a"), revision(2, "b")], None).unwrap();
        assert_eq!(after["spec"]["template"], json!({"spec": {"image": "a"}}));
    }
}
