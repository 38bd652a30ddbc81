//! Which project gcloud would use: the configuration in force, read from its files.

use std::collections::BTreeMap;
use std::path::Path;

use crate::host::ini;
use crate::host::read::{self, Unread};
use crate::model::facts::Answer;

/// Settings of the whole installation, where packages put them.
const INSTALLED: &[&str] = &[
    "/usr/lib/google-cloud-sdk/properties",
    "/usr/share/google-cloud-sdk/properties",
    "/opt/google-cloud-sdk/properties",
    "/snap/google-cloud-sdk/current/properties",
];
/// What is told: section, key, and the name of the answer's field.
const TOLD: &[(&str, &str, &str)] = &[
    ("core", "project", "project"),
    ("core", "account", "account"),
    ("compute", "region", "region"),
    ("auth", "impersonate_service_account", "impersonated"),
];

/// The answer to `Want::GcloudConfiguration`.
pub fn answer(configuration: Option<&str>, directory: Option<&str>, home: Option<&Path>, cwd: &Path) -> Answer {
    let named = directory.filter(|dir| !dir.is_empty()).map(|dir| cwd.join(dir));
    match named.or_else(|| home.map(|home| home.join(".config/gcloud"))) {
        Some(dir) => {
            look(configuration.filter(|name| !name.is_empty()), &dir).unwrap_or_else(|cause| Answer::Failed { cause })
        }
        None => Answer::Failed { cause: "there is no home to find gcloud's settings in".to_owned() },
    }
}

fn look(asked: Option<&str>, dir: &Path) -> Result<Answer, String> {
    let active = match text(&dir.join("active_config"))? {
        Some(text) => Some(text.trim().to_owned()).filter(|name| !name.is_empty()),
        None => None,
    };
    let name = asked.map(str::to_owned).or(active).unwrap_or_else(|| "default".to_owned());
    let mut fields = BTreeMap::from([("configuration".to_owned(), name.clone())]);
    for path in INSTALLED {
        take(Path::new(path), &mut fields)?;
    }
    // `NONE` is gcloud's word for no configuration at all.
    let is_there = name == "NONE" || take(&dir.join("configurations").join(format!("config_{name}")), &mut fields)?;
    if !is_there && name != "default" {
        return Err(format!("no gcloud configuration `{name}`"));
    }
    if !is_there && !fields.contains_key("project") {
        return Ok(Answer::Absent);
    }
    Ok(Answer::Known { fields })
}

fn take(path: &Path, fields: &mut BTreeMap<String, String>) -> Result<bool, String> {
    let Some(text) = text(path)? else { return Ok(false) };
    let sections = ini::parse(&text).map_err(|cause| format!("cannot understand {}: {cause}", path.display()))?;
    for (section, key, name) in TOLD {
        if let Some(value) = sections.get(*section).and_then(|section| section.get(*key)) {
            fields.insert((*name).to_owned(), value.clone());
        }
    }
    Ok(true)
}

fn text(path: &Path) -> Result<Option<String>, String> {
    match read::text(path) {
        Ok(text) => Ok(Some(text)),
        Err(Unread::Absent) => Ok(None),
        Err(Unread::Failed(cause)) => Err(cause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let base = dir.path().join(".config/gcloud");
        std::fs::create_dir_all(base.join("configurations")).unwrap();
        std::fs::write(base.join("active_config"), "work\n").unwrap();
        let write = |name: &str, text: &str| std::fs::write(base.join("configurations").join(name), text).unwrap();
        write("config_work", "[core]\nproject = acme-prod\naccount = me@acme.example\n[compute]\nregion = eu-1\n");
        write("config_default", "[core]\nproject = toys\n");
        write("config_empty", "");
        dir
    }

    #[test]
    fn the_active_configuration_counts_unless_another_is_named() {
        let home = home();
        let ask = |name| answer(name, None, Some(home.path()), Path::new("/"));
        assert_eq!(ask(None).field("project"), Some("acme-prod"));
        assert_eq!((ask(None).field("region"), ask(None).field("configuration")), (Some("eu-1"), Some("work")));
        assert_eq!(ask(Some("default")).field("project"), Some("toys"));
        assert_eq!(ask(Some("empty")).field("configuration"), Some("empty"));
        assert!(matches!(ask(Some("none")), Answer::Failed { .. }));
        let nowhere = answer(None, Some("/nonexistent"), Some(home.path()), Path::new("/"));
        assert_eq!(nowhere, Answer::Absent);
    }
}
