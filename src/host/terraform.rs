//! Which workspace and backend terraform would use in a directory, read from what `terraform init` left there.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::host::read::{self, Unread};
use crate::model::facts::Answer;

/// Settings of backends that say where the state is. Others may be secret and are left out.
const PLACES: &[&str] = &[
    "address", "bucket", "container_name", "hostname", "key", "namespace", "organization", "path", "prefix", "region",
    "schema_name", "secret_suffix", "storage_account_name", "workspace_key_prefix",
];

/// The answer to `Want::TerraformWorkspace`. `data_dir` is `TF_DATA_DIR`, relative to `directory`.
pub fn answer(directory: &Path, variable: Option<&str>, data_dir: Option<&str>) -> Answer {
    let data = directory.join(data_dir.filter(|dir| !dir.is_empty()).unwrap_or(".terraform"));
    match look(directory, &data, variable.filter(|value| !value.is_empty())) {
        Ok(fields) => Answer::Known { fields },
        Err(cause) => Answer::Failed { cause },
    }
}

fn look(directory: &Path, data: &Path, variable: Option<&str>) -> Result<BTreeMap<String, String>, String> {
    if !directory.is_dir() {
        return Err(format!("no directory {}", directory.display()));
    }
    let mut fields = backend(data)?;
    // A `cloud` or `remote` backend that names its workspace knows no other.
    if !fields.contains_key("workspace") {
        let workspace = match variable {
            Some(name) => name.to_owned(),
            None => selected(data)?,
        };
        fields.insert("workspace".to_owned(), workspace);
    }
    Ok(fields)
}

/// `terraform workspace select` writes the name here; without the file it is `default`.
fn selected(data: &Path) -> Result<String, String> {
    match read::text(&data.join("environment")) {
        Ok(text) if text.trim().is_empty() => Ok("default".to_owned()),
        Ok(text) => Ok(text.trim().to_owned()),
        Err(Unread::Absent) => Ok("default".to_owned()),
        Err(Unread::Failed(cause)) => Err(cause),
    }
}

fn backend(data: &Path) -> Result<BTreeMap<String, String>, String> {
    let path = data.join("terraform.tfstate");
    let mut fields = BTreeMap::from([("backend".to_owned(), "local".to_owned())]);
    let text = match read::text(&path) {
        Ok(text) => text,
        Err(Unread::Absent) => return Ok(fields),
        Err(Unread::Failed(cause)) => return Err(cause),
    };
    let state: Value =
        serde_json::from_str(&text).map_err(|error| format!("cannot understand {}: {error}", path.display()))?;
    let Some(backend) = state.get("backend").filter(|value| !value.is_null()) else {
        return Ok(fields);
    };
    let kind = backend.get("type").and_then(Value::as_str);
    let kind = kind.ok_or_else(|| format!("{} names no backend type", path.display()))?;
    fields.insert("backend".to_owned(), kind.to_owned());
    let config = backend.get("config").unwrap_or(&Value::Null);
    for place in PLACES {
        if let Some(value) = config.get(place).and_then(Value::as_str).filter(|value| !value.is_empty()) {
            fields.insert(format!("backend.{place}"), read::without_userinfo(value));
        }
    }
    if let Some(name) = fixed_workspace(config) {
        fields.insert("workspace".to_owned(), name.to_owned());
    }
    Ok(fields)
}

fn fixed_workspace(config: &Value) -> Option<&str> {
    let workspaces = config.get("workspaces")?;
    let block = workspaces.as_array().and_then(|list| list.first()).unwrap_or(workspaces);
    block.get("name")?.as_str().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        dir
    }

    #[test]
    fn the_variable_comes_before_the_selected_workspace_and_that_before_default() {
        let dir = with(&[(".terraform/environment", "prod\n"), ("other/environment", "dev")]);
        assert_eq!(answer(dir.path(), None, None).field("workspace"), Some("prod"));
        assert_eq!(answer(dir.path(), Some("stage"), None).field("workspace"), Some("stage"));
        assert_eq!(answer(dir.path(), Some(""), Some("other")).field("workspace"), Some("dev"));
        assert_eq!(answer(dir.path(), None, Some("none")).field("workspace"), Some("default"));
    }

    #[test]
    fn the_backend_is_told_without_its_secrets() {
        let state = r#"{"version":3,"backend":{"type":"s3","config":{"bucket":"b","key":"k","access_key":"AKIA","region":null}}}"#;
        let dir = with(&[(".terraform/terraform.tfstate", state)]);
        assert_eq!(
            answer(dir.path(), None, None),
            Answer::known([
                ("backend", "s3".to_owned()),
                ("backend.bucket", "b".to_owned()),
                ("backend.key", "k".to_owned()),
                ("workspace", "default".to_owned()),
            ])
        );
    }

    #[test]
    fn a_workspace_that_the_backend_fixes_is_the_one_in_force() {
        for workspaces in [r#"{"name":"prod","tags":null}"#, r#"[{"name":"prod"}]"#] {
            let state = format!(
                r#"{{"backend":{{"type":"cloud","config":{{"organization":"o","workspaces":{workspaces}}}}}}}"#
            );
            let dir = with(&[(".terraform/terraform.tfstate", &state), (".terraform/environment", "dev")]);
            let answer = answer(dir.path(), Some("dev"), None);
            assert_eq!(answer.field("workspace"), Some("prod"), "{workspaces}");
            assert_eq!(answer.field("backend.organization"), Some("o"));
        }
    }

    #[test]
    fn what_cannot_be_understood_is_a_failure() {
        let dir = with(&[(".terraform/terraform.tfstate", "{")]);
        assert!(matches!(answer(dir.path(), None, None), Answer::Failed { .. }));
        let dir = with(&[(".terraform/environment/x", "")]);
        assert!(matches!(answer(dir.path(), None, None), Answer::Failed { .. }));
        assert!(matches!(answer(&dir.path().join("none"), None, None), Answer::Failed { .. }));
    }
}
