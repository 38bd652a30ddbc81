//! A plan as `terraform show -json` tells it, read for people.
//!
//! Source: <https://developer.hashicorp.com/terraform/internals/json-format>, format 1.x.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::preview::{Change, FieldChange, Hunk, Risk};
use crate::model::secret::Redacted;
use crate::preview::Failure;
use crate::preview::risk::{Care, care_for, risk_of};
use crate::preview::values::{AFTERWARDS, Marked, differences, sensitive_texts};
use crate::redact::Redactor;

const NOTHING: Value = Value::Null;

/// A plan, read.
pub struct Plan {
    /// What changes.
    pub hunks: Vec<Hunk>,
    /// How many things of each change there are, and what of them needs care.
    counts: BTreeMap<Change, (usize, Vec<Care>)>,
    /// How many outputs change.
    outputs: usize,
}

/// Reads a plan.
///
/// # Errors
/// When it is not a plan, is of another format, or terraform says itself that it is not to be applied.
pub fn read(json: &[u8], redactor: &Redactor) -> Result<Plan, Failure> {
    let plan: Value = serde_json::from_slice(json)
        .map_err(|error| Failure::new(format!("`terraform show -json` did not answer with JSON: {error}")))?;
    let format = plan.get("format_version").and_then(Value::as_str).unwrap_or_default();
    if !format.starts_with("1.") {
        return Err(Failure::new(format!("a plan of format `{format}` is not understood")));
    }
    if plan.get("errored").and_then(Value::as_bool) == Some(true) {
        return Err(Failure::new("terraform could not finish the plan, so it shows only a part"));
    }
    let redactor = &redactor.clone().knowing(secrets(&plan));
    let provisioners = provisioners(&plan);
    let mut read = Plan { hunks: Vec::new(), counts: BTreeMap::new(), outputs: 0 };
    for resource in list(&plan, "resource_changes") {
        read.resource(resource, &provisioners, redactor)?;
    }
    for (name, change) in plan.get("output_changes").and_then(Value::as_object).into_iter().flatten() {
        read.output(name, change, redactor);
    }
    Ok(read)
}

/// Every value that is marked as sensitive anywhere in the plan: an attribute can repeat what another hides.
fn secrets(plan: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let outputs = plan.get("output_changes").and_then(Value::as_object).into_iter().flatten().map(|(_, change)| change);
    for change in list(plan, "resource_changes").filter_map(|resource| resource.get("change")).chain(outputs) {
        for side in ["before", "after"] {
            let mark = change.get(format!("{side}_sensitive")).unwrap_or(&NOTHING);
            sensitive_texts(change.get(side).unwrap_or(&NOTHING), mark, &mut found);
        }
    }
    let declared = plan.pointer("/configuration/root_module/variables").and_then(Value::as_object);
    for (name, _) in declared.into_iter().flatten().filter(|(_, one)| one.get("sensitive") == Some(&Value::Bool(true)))
    {
        let value = plan.get("variables").and_then(|all| all.get(name)).and_then(|one| one.get("value"));
        sensitive_texts(value.unwrap_or(&NOTHING), &Value::Bool(true), &mut found);
    }
    found
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

impl Plan {
    fn resource(
        &mut self,
        resource: &Value,
        provisioners: &BTreeMap<String, Vec<String>>,
        redactor: &Redactor,
    ) -> Result<(), Failure> {
        let change = resource.get("change").unwrap_or(&NOTHING);
        let address = text(resource, "address");
        let Some(kind) = kind(resource, change)? else { return Ok(()) };
        let care = care_for(&[text(resource, "type"), text(resource, "name")]);
        let (mut risk, mut why) = risk_of(kind, care);
        let (before, after) = sides(change);
        let mut fields = match kind {
            // What is deleted is known by its name; its fields would only hide the others.
            Change::Delete | Change::Forget => Vec::new(),
            Change::Replace | Change::Update | Change::Create | Change::Adopt | Change::Run => {
                differences(before, after, redactor)
            }
        };
        if kind == Change::Create {
            // What the provider makes up says nothing about what is made.
            fields.retain(|field| field.after.as_ref().is_some_and(|after| after.as_str() != AFTERWARDS));
        }
        mark_forcing(change, &mut fields);
        if let Some(moved) = resource.get("previous_address").and_then(Value::as_str) {
            why.push(format!("it was called `{moved}`"));
        }
        let runs = provisioners.get(&without_indexes(address)).map(Vec::as_slice).unwrap_or_default();
        if !runs.is_empty() && matches!(kind, Change::Create | Change::Replace | Change::Delete) {
            risk = Risk::High;
            why.push(format!("it may run `{}`: code of the configuration", runs.join("`, `")));
        }
        let (count, cares) = self.counts.entry(kind).or_default();
        *count += 1;
        cares.extend(care.filter(|care| !cares.contains(care)));
        self.hunks.push(Hunk {
            change: kind,
            what: redactor.text(address),
            risk,
            why: why.iter().map(|why| redactor.text(why)).collect(),
            fields,
            left_out: 0,
        });
        Ok(())
    }

    fn output(&mut self, name: &str, change: &Value, redactor: &Redactor) {
        let actions: Vec<&str> = list(change, "actions").filter_map(Value::as_str).collect();
        let kind = match actions.as_slice() {
            ["create"] => Change::Create,
            ["delete"] => Change::Delete,
            ["no-op"] => return,
            _ => Change::Update,
        };
        self.outputs += 1;
        let (before, after) = sides(change);
        let mut fields = differences(before, after, redactor);
        if Redactor::is_secret_name(name) {
            fields.clear();
        }
        let what = redactor.text(&format!("output.{name}"));
        self.hunks.push(Hunk { change: kind, what, risk: Risk::Usual, why: Vec::new(), fields, left_out: 0 });
    }

    /// Whether anything changes.
    pub fn changes(&self) -> bool {
        !self.hunks.is_empty()
    }

    /// `1 to add, 1 to replace (database), 0 to destroy`.
    pub fn summary(&self) -> String {
        let one = |change: Change, word: &str| {
            let (count, cares) = self.counts.get(&change).map_or((0, &[][..]), |(count, cares)| (*count, &cares[..]));
            let cares: Vec<&str> = cares.iter().map(|care| care.as_str()).collect();
            let cares = if cares.is_empty() { String::new() } else { format!(" ({})", cares.join(", ")) };
            (count, format!("{count} to {word}{cares}"))
        };
        let always = [
            (Change::Create, "add"),
            (Change::Update, "change"),
            (Change::Replace, "replace"),
            (Change::Delete, "destroy"),
        ];
        let mut parts: Vec<String> = always.into_iter().map(|(change, word)| one(change, word).1).collect();
        for (change, word) in [(Change::Adopt, "adopt"), (Change::Forget, "forget")] {
            let (count, text) = one(change, word);
            parts.extend((count > 0).then_some(text));
        }
        parts.extend((self.outputs > 0).then(|| format!("{} output(s) to change", self.outputs)));
        parts.join(", ")
    }
}

/// What happens to a resource; none where nothing does.
fn kind(resource: &Value, change: &Value) -> Result<Option<Change>, Failure> {
    let actions: Vec<&str> = list(change, "actions").filter_map(Value::as_str).collect();
    let is_moved = resource.get("previous_address").is_some();
    let is_adopted = change.get("importing").is_some_and(|value| !value.is_null());
    Ok(match actions.as_slice() {
        ["no-op"] if is_adopted => Some(Change::Adopt),
        ["no-op"] if is_moved => Some(Change::Update),
        ["no-op" | "read"] => None,
        ["create"] => Some(Change::Create),
        ["update"] => Some(Change::Update),
        ["delete"] => Some(Change::Delete),
        ["forget"] => Some(Change::Forget),
        ["delete", "create"] | ["create", "delete"] | ["create", "forget"] => Some(Change::Replace),
        other => {
            return Err(Failure::new(format!(
                "the plan does `{}` with `{}`, which is not understood",
                other.join(", "),
                text(resource, "address")
            )));
        }
    })
}

fn sides(change: &Value) -> (Marked<'_>, Marked<'_>) {
    let get = |name: &str| change.get(name).unwrap_or(&NOTHING);
    let before = Marked { value: get("before"), sensitive: get("before_sensitive"), unknown: &NOTHING };
    let after = Marked { value: get("after"), sensitive: get("after_sensitive"), unknown: get("after_unknown") };
    (before, after)
}

/// Says of the fields for whose sake a thing is replaced that they are.
fn mark_forcing(change: &Value, fields: &mut [FieldChange]) {
    let part = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    for path in list(change, "replace_paths").filter_map(Value::as_array) {
        let path = path.iter().map(part).collect::<Vec<_>>().join(".");
        for field in fields.iter_mut() {
            let name = field.field.as_str();
            if name == path || name.strip_prefix(&path).is_some_and(|rest| rest.starts_with('.')) {
                field.field = Redacted::assume_clean(format!("{name} (forces the replacement)"));
            }
        }
    }
}

/// Which resources have provisioners, by address without indexes.
fn provisioners(plan: &Value) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    if let Some(root) = plan.pointer("/configuration/root_module") {
        module(root, "", &mut found);
    }
    found
}

fn module(module: &Value, prefix: &str, found: &mut BTreeMap<String, Vec<String>>) {
    for resource in list(module, "resources") {
        let kinds: Vec<String> = list(resource, "provisioners").map(|one| text(one, "type").to_owned()).collect();
        if !kinds.is_empty() {
            found.insert(format!("{prefix}{}", text(resource, "address")), kinds);
        }
    }
    for (name, call) in module.get("module_calls").and_then(Value::as_object).into_iter().flatten() {
        if let Some(inner) = call.get("module") {
            self::module(inner, &format!("{prefix}module.{name}."), found);
        }
    }
}

/// `module.a["x.y"].b.c[0]` is `module.a.b.c` in the configuration.
fn without_indexes(address: &str) -> String {
    let (mut out, mut depth, mut is_quoted) = (String::new(), 0_u32, false);
    for c in address.chars() {
        match c {
            '"' if depth > 0 => is_quoted = !is_quoted,
            '[' if !is_quoted => depth += 1,
            ']' if !is_quoted => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn resource(address: &str, actions: &[&str], before: Value, after: Value) -> Value {
        let (kind, name) = address.split_once('.').unwrap();
        json!({"address": address, "type": kind, "name": name, "change": {"actions": actions, "before": before, "after": after}})
    }

    fn plan(resources: Vec<Value>) -> Value {
        json!({"format_version": "1.2", "resource_changes": resources})
    }

    fn of(plan: &Value) -> Result<Plan, String> {
        read(plan.to_string().as_bytes(), &Redactor::default()).map_err(|failure| failure.why)
    }

    #[test]
    fn the_summary_counts_and_names_what_needs_care() {
        let read = of(&plan(vec![
            resource("aws_instance.web", &["create"], NOTHING, json!({"ami": "x"})),
            resource("aws_db_instance.main", &["delete", "create"], json!({"size": 1}), json!({"size": 2})),
            resource("aws_iam_role.r", &["update"], json!({"name": "a"}), json!({"name": "b"})),
            resource("aws_instance.same", &["no-op"], NOTHING, NOTHING),
        ]))
        .unwrap();
        assert_eq!(read.summary(), "1 to add, 1 to change (access), 1 to replace (database), 0 to destroy");
        assert_eq!(read.hunks.len(), 3);
        assert_eq!((read.hunks[0].risk, read.hunks[1].risk, read.hunks[2].risk), (Risk::Usual, Risk::High, Risk::High));
        assert!(read.changes());
    }

    #[test]
    fn what_is_not_understood_is_no_preview() {
        let strange = plan(vec![resource("a.b", &["shuffle"], NOTHING, NOTHING)]);
        assert!(of(&strange).is_err_and(|why| why.contains("shuffle")));
        assert!(of(&json!({"format_version": "2.0"})).is_err());
        assert!(of(&json!({})).is_err());
        assert!(read(b"", &Redactor::default()).is_err());
        let half = json!({"format_version": "1.2", "errored": true, "resource_changes": []});
        assert!(of(&half).is_err_and(|why| why.contains("only a part")));
    }

    #[test]
    fn a_provisioner_is_code_that_runs_and_is_said() {
        let mut plan = plan(vec![json!({
            "address": "module.m[\"a.b\"].aws_instance.web[0]", "type": "aws_instance", "name": "web",
            "change": {"actions": ["create"], "before": null, "after": {}},
        })]);
        plan["configuration"] = json!({"root_module": {"module_calls": {"m": {"module": {"resources": [
            {"address": "aws_instance.web", "provisioners": [{"type": "local-exec"}]},
        ]}}}}});
        let read = of(&plan).unwrap();
        assert_eq!(read.hunks[0].risk, Risk::High);
        assert!(read.hunks[0].why.iter().any(|why| why.as_str().contains("local-exec")));
    }

    #[test]
    fn what_is_sensitive_in_one_place_is_not_read_out_in_another() {
        let mut change = resource(
            "a.b",
            &["update"],
            json!({"in": "hush-hush", "out": "is hush-hush"}),
            json!({"in": "1", "out": "sh-sh-sh"}),
        );
        change["change"]["before_sensitive"] = json!({"in": true});
        let mut plan = plan(vec![change]);
        plan["configuration"] = json!({"root_module": {"variables": {"pw": {"sensitive": true}}}});
        plan["variables"] = json!({"pw": {"value": "sh-sh-sh"}});
        let read = of(&plan).unwrap();
        let text = format!("{:?}", read.hunks);
        assert!(!text.contains("hush-hush") && !text.contains("sh-sh-sh") && text.contains("[redacted:"), "{text}");
    }

    #[test]
    fn an_output_that_changes_is_told_and_a_secret_one_is_not_read_out() {
        let mut plan = plan(Vec::new());
        plan["output_changes"] = json!({
            "url": {"actions": ["update"], "before": "a", "after": "b"},
            "db_password": {"actions": ["create"], "before": null, "after": "hunter2"},
            "hidden": {"actions": ["create"], "before": null, "after": "hunter3", "after_sensitive": true},
        });
        let read = of(&plan).unwrap();
        assert_eq!(read.summary(), "0 to add, 0 to change, 0 to replace, 0 to destroy, 3 output(s) to change");
        assert!(!format!("{:?}", read.hunks).contains("hunter"));
    }
}
