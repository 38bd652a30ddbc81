//! Two JSON values, field by field, as a person compares them. What a tool marks as sensitive, and what is called as secrets
//! are, is never read out.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::model::preview::FieldChange;
use crate::model::secret::Redacted;
use crate::redact::Redactor;

/// The most characters of one value that are shown.
const LENGTH: usize = 200;
/// How deep values are compared field by field; below that as a whole.
const DEPTH: usize = 12;

/// What is shown of a value that is only known afterwards.
pub const AFTERWARDS: &str = "(known after the run)";

const NOTHING: Value = Value::Null;

/// A value with its marks: where it is sensitive, and where it is not known yet. `true` covers all that is below.
#[derive(Clone, Copy)]
pub struct Marked<'a> {
    /// The value.
    pub value: &'a Value,
    /// Where it is sensitive.
    pub sensitive: &'a Value,
    /// Where it is only known afterwards.
    pub unknown: &'a Value,
}

impl<'a> Marked<'a> {
    fn at(self, key: &str) -> Self {
        let below = |value: &'a Value, covers: bool| match value {
            Value::Object(map) => map.get(key).unwrap_or(&NOTHING),
            Value::Array(all) => key.parse().ok().and_then(|at: usize| all.get(at)).unwrap_or(&NOTHING),
            other if covers => other,
            _ => &NOTHING,
        };
        Self {
            value: below(self.value, false),
            sensitive: below(self.sensitive, true),
            unknown: below(self.unknown, true),
        }
    }

    fn keys(self) -> Vec<String> {
        let of = |value: &Value| match value {
            Value::Object(map) => map.keys().cloned().collect(),
            Value::Array(all) => (0..all.len()).map(|at| at.to_string()).collect(),
            _ => Vec::new(),
        };
        [self.value, self.unknown].into_iter().flat_map(of).collect()
    }

    fn is_nested(self) -> bool {
        let is_tree = |value: &Value| matches!(value, Value::Object(_) | Value::Array(_));
        (is_tree(self.value) || (self.value.is_null() && is_tree(self.unknown)))
            && self.sensitive != &Value::Bool(true)
            && self.unknown != &Value::Bool(true)
    }

    fn is_empty(self) -> bool {
        self.value.is_null() && self.unknown != &Value::Bool(true)
    }
}

/// The fields in which two values differ.
pub fn differences(before: Marked<'_>, after: Marked<'_>, redactor: &Redactor) -> Vec<FieldChange> {
    let mut found = Vec::new();
    walk("", before, after, redactor, &mut found);
    found
}

fn walk(path: &str, before: Marked<'_>, after: Marked<'_>, redactor: &Redactor, found: &mut Vec<FieldChange>) {
    if before.value == after.value && after.unknown.is_null() {
        return;
    }
    let goes_down = (before.is_nested() || before.is_empty()) && (after.is_nested() || after.is_empty());
    if goes_down && path.matches('.').count() < DEPTH {
        let keys: BTreeSet<(usize, String)> =
            before.keys().into_iter().chain(after.keys()).map(|key| (key.parse().unwrap_or(0), key)).collect();
        for (_, key) in keys {
            let name = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            walk(&name, before.at(&key), after.at(&key), redactor, found);
        }
        return;
    }
    let field = if path.is_empty() { "value" } else { path };
    let was = shown(field, before, redactor);
    let mut is = shown(field, after, redactor);
    if was.is_some() && was == is {
        is = is.map(|text| Redacted::assume_clean(format!("{text}, another")));
    }
    if was != is {
        found.push(FieldChange { field: redactor.text(field), before: was, after: is });
    }
}

fn shown(field: &str, marked: Marked<'_>, redactor: &Redactor) -> Option<Redacted> {
    let says = |text: &str| Some(Redacted::assume_clean(text));
    if marked.unknown == &Value::Bool(true) {
        return says(AFTERWARDS);
    }
    if marked.value.is_null() {
        return None;
    }
    // A tree that is only in parts sensitive is not read out where it stands as a whole.
    if !marked.sensitive.is_null() && has_true(marked.sensitive) {
        return says("(sensitive)");
    }
    if field.split('.').any(Redactor::is_secret_name) {
        return says("(hidden: by its name a secret)");
    }
    Some(redactor.text(&shortened(&marked.value.to_string())))
}

/// The texts that stand where a value is sensitive: tools mark one place and repeat the value at another.
pub fn sensitive_texts(value: &Value, sensitive: &Value, found: &mut Vec<String>) {
    match (value, sensitive) {
        (Value::String(text), Value::Bool(true)) => found.extend(pieces(text)),
        (Value::Number(number), Value::Bool(true)) => found.push(number.to_string()),
        (Value::Array(all), Value::Bool(true)) => all.iter().for_each(|one| sensitive_texts(one, sensitive, found)),
        (Value::Object(map), Value::Bool(true)) => map.values().for_each(|one| sensitive_texts(one, sensitive, found)),
        (Value::Array(all), Value::Array(marks)) => {
            all.iter().zip(marks).for_each(|(one, mark)| sensitive_texts(one, mark, found));
        }
        (Value::Object(map), Value::Object(marks)) => {
            for (key, one) in map {
                sensitive_texts(one, marks.get(key).unwrap_or(&NOTHING), found);
            }
        }
        _ => {}
    }
}

/// A text as it stands, as JSON writes it, and each of its lines.
fn pieces(text: &str) -> Vec<String> {
    let json = Value::from(text).to_string();
    let json = json.trim_matches('"').to_owned();
    [text.to_owned(), json].into_iter().chain(text.lines().map(|line| line.trim().to_owned())).collect()
}

fn has_true(value: &Value) -> bool {
    match value {
        Value::Bool(is) => *is,
        Value::Array(all) => all.iter().any(has_true),
        Value::Object(map) => map.values().any(has_true),
        Value::Null | Value::Number(_) | Value::String(_) => false,
    }
}

fn shortened(text: &str) -> String {
    let count = text.chars().count();
    if count <= LENGTH {
        return text.to_owned();
    }
    let head: String = text.chars().take(LENGTH).collect();
    format!("{head}… ({count} characters)")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(before: &Value, after: &Value, marks: [&Value; 3]) -> Vec<String> {
        let before = Marked { value: before, sensitive: marks[0], unknown: &NOTHING };
        let after = Marked { value: after, sensitive: marks[1], unknown: marks[2] };
        let text = |value: &Option<Redacted>| value.as_ref().map_or("-".to_owned(), ToString::to_string);
        let line = |change: FieldChange| format!("{} {} > {}", change.field, text(&change.before), text(&change.after));
        differences(before, after, &Redactor::default()).into_iter().map(line).collect()
    }

    #[test]
    fn only_what_differs_is_listed_by_its_path() {
        let before = json!({"a": 1, "b": {"c": "x", "d": [1, 2]}, "gone": true});
        let after = json!({"a": 1, "b": {"c": "y", "d": [1, 3, 4]}});
        let found = lines(&before, &after, [&NOTHING; 3]);
        assert_eq!(found, ["b.c \"x\" > \"y\"", "b.d.1 2 > 3", "b.d.2 - > 4", "gone true > -"]);
    }

    #[test]
    fn what_is_sensitive_or_called_a_secret_is_not_read_out() {
        let before = json!({"user": "u", "a": "s3cr3t-1", "password": "hunter2", "t": {"x": "s3cr3t-2", "y": 1}});
        let after = json!({"user": "v", "a": "s3cr3t-3", "password": "hunter3", "t": {"x": "s3cr3t-4", "y": 2}});
        let mark = json!({"a": true, "t": {"x": true}});
        let found = lines(&before, &after, [&mark, &mark, &NOTHING]);
        let text = found.join("\n");
        assert!(!text.contains("s3cr3t") && !text.contains("hunter"), "{text}");
        assert_eq!(found.len(), 5, "{text}");
        assert!(text.contains("a (sensitive) > (sensitive), another"), "{text}");
        let all = json!(true);
        let found = lines(&json!({"x": "s3cr3t"}), &json!(["s3cr3t"]), [&all, &all, &NOTHING]);
        assert_eq!(found, ["value (sensitive) > (sensitive), another"]);
        // A value that takes the place of a tree in which something is sensitive.
        let found = lines(&json!({"x": "s3cr3t"}), &json!("plain"), [&json!({"x": true}), &NOTHING, &NOTHING]);
        assert_eq!(found, ["value (sensitive) > \"plain\""]);
    }

    #[test]
    fn what_is_known_only_afterwards_is_said() {
        let found = lines(&NOTHING, &json!({"a": 1}), [&NOTHING, &NOTHING, &json!({"id": true, "deep": {"x": true}})]);
        assert_eq!(found, ["a - > 1", "deep.x - > (known after the run)", "id - > (known after the run)"]);
    }

    #[test]
    fn a_long_value_is_cut_and_its_length_is_told() {
        let found = lines(&NOTHING, &json!({"a": "x".repeat(1000)}), [&NOTHING; 3]);
        assert!(found[0].ends_with("… (1002 characters)") && found[0].len() < 300, "{}", found[0]);
    }
}
