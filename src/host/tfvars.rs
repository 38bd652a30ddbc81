//! terraform's files of variables: those among the values that can name an environment.
//!
//! Only variables of a list are told, since the others can be secret; lines that are not plain texts are passed over,
//! since what they say can only protect.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::host::read::{self, Unread};
use crate::model::facts::Answer;

/// Names of variables that say which environment it is.
const TELLING: &[&str] = &[
    "env", "environment", "environment_name", "env_name", "stage", "tier", "workspace", "account", "account_id",
    "account_name", "aws_profile", "profile", "project", "project_id", "subscription", "subscription_id", "cluster",
    "cluster_name", "context", "namespace", "prefix", "name_prefix", "deployment", "target",
];
/// The most files of one directory that are read.
const MOST: usize = 50;

/// The answer to `Want::TerraformVariables`.
pub fn answer(directory: &Path, named: &[String]) -> Answer {
    let mut fields = BTreeMap::new();
    for name in own(directory) {
        let text = match read::text(&directory.join(&name)) {
            Ok(text) => text,
            Err(Unread::Absent) => continue,
            Err(Unread::Failed(cause)) => return Answer::Failed { cause },
        };
        take(&name, &text, &mut fields);
    }
    for name in named {
        match read::text(&directory.join(name)) {
            Ok(text) => take(name, &text, &mut fields),
            Err(Unread::Absent) => return Answer::Failed { cause: format!("there is no file of variables `{name}`") },
            Err(Unread::Failed(cause)) => return Answer::Failed { cause },
        }
    }
    if fields.is_empty() { Answer::Absent } else { Answer::Known { fields } }
}

/// The files that terraform loads by itself. A directory that cannot be listed has none that it would load.
fn own(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_loaded = |name: &String| {
        ["terraform.tfvars", "terraform.tfvars.json"].contains(&name.as_str())
            || name.ends_with(".auto.tfvars")
            || name.ends_with(".auto.tfvars.json")
    };
    let mut found: Vec<String> = names.filter(is_loaded).collect();
    found.sort();
    found.truncate(MOST);
    found
}

fn take(file: &str, text: &str, fields: &mut BTreeMap<String, String>) {
    let mut put = |name: &str, value: &str| {
        if TELLING.contains(&name.to_ascii_lowercase().as_str()) {
            fields.insert(format!("{file}:{name}"), value.to_owned());
        }
    };
    if file.ends_with(".json") {
        if let Ok(Value::Object(object)) = serde_json::from_str::<Value>(text) {
            for (name, value) in object.iter().filter_map(|(name, value)| Some((name, value.as_str()?))) {
                put(name, value);
            }
        }
        return;
    }
    for line in text.lines() {
        let Some((name, value)) = line.split_once('=') else { continue };
        let value = value.trim().strip_prefix('"').and_then(|rest| rest.split('"').next());
        if let Some(value) = value {
            put(name.trim().trim_matches('"'), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_names_an_environment_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        write("terraform.tfvars", "env = \"prod\" # x\npassword = \"hunter2\"\n  stage=\"live\"\ncount = 3\n");
        write("a.auto.tfvars.json", r#"{"environment": "dev", "token": "x", "project": {"a": 1}}"#);
        write("other.tfvars", "account = \"123\"\n");
        assert_eq!(
            answer(dir.path(), &[]),
            Answer::known([
                ("a.auto.tfvars.json:environment", "dev".to_owned()),
                ("terraform.tfvars:env", "prod".to_owned()),
                ("terraform.tfvars:stage", "live".to_owned()),
            ])
        );
        assert_eq!(answer(dir.path(), &["other.tfvars".to_owned()]).field("other.tfvars:account"), Some("123"));
        assert!(matches!(answer(dir.path(), &["none".to_owned()]), Answer::Failed { .. }));
        assert_eq!(answer(&dir.path().join("none"), &[]), Answer::Absent);
    }
}
