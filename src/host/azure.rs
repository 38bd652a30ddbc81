//! Which subscription az would use: the one that is named, else the one that is marked as default.

use std::path::Path;

use serde::Deserialize;

use crate::host::read::{self, Unread};
use crate::model::facts::Answer;

#[derive(Deserialize)]
struct Profile {
    #[serde(default)]
    subscriptions: Vec<Subscription>,
}

#[derive(Deserialize)]
struct Subscription {
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default, rename = "tenantId")]
    tenant: String,
    #[serde(default, rename = "environmentName")]
    cloud: String,
    #[serde(default, rename = "isDefault")]
    is_default: bool,
}

/// The answer to `Want::AzureSubscription`.
pub fn answer(asked: Option<&str>, directory: Option<&str>, home: Option<&Path>, cwd: &Path) -> Answer {
    let named = directory.filter(|dir| !dir.is_empty()).map(|dir| cwd.join(dir));
    match named.or_else(|| home.map(|home| home.join(".azure"))) {
        Some(dir) => look(asked.filter(|name| !name.is_empty()), &dir).unwrap_or_else(|cause| Answer::Failed { cause }),
        None => Answer::Failed { cause: "there is no home to find az's settings in".to_owned() },
    }
}

fn look(asked: Option<&str>, dir: &Path) -> Result<Answer, String> {
    let path = dir.join("azureProfile.json");
    let text = match read::text(&path) {
        Ok(text) => text,
        Err(Unread::Absent) => return Ok(Answer::Absent),
        Err(Unread::Failed(cause)) => return Err(cause),
    };
    // az writes the file with a byte order mark.
    let text = text.trim_start_matches('\u{feff}');
    let profile: Profile =
        serde_json::from_str(text).map_err(|error| format!("cannot understand {}: {error}", path.display()))?;
    let is_meant = |one: &&Subscription| match asked {
        Some(asked) => one.id.eq_ignore_ascii_case(asked) || one.name.eq_ignore_ascii_case(asked),
        None => one.is_default,
    };
    let found: Vec<&Subscription> = profile.subscriptions.iter().filter(is_meant).collect();
    match (found.as_slice(), asked) {
        ([one], _) => {
            let all = [("id", &one.id), ("name", &one.name), ("tenant", &one.tenant), ("cloud", &one.cloud)];
            Ok(Answer::known(all.map(|(key, value)| (key, value.clone()))))
        }
        ([], None) => Ok(Answer::Absent),
        ([], Some(asked)) => Err(format!("no Azure subscription `{asked}`")),
        _ => Err("several Azure subscriptions are meant".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: &str = "\u{feff}{\"subscriptions\": [\
        {\"id\": \"1-a\", \"name\": \"Acme Prod\", \"tenantId\": \"t\", \"environmentName\": \"AzureCloud\", \"isDefault\": true},\
        {\"id\": \"2-b\", \"name\": \"twice\"}, {\"id\": \"3-c\", \"name\": \"twice\"}]}";

    #[test]
    fn a_subscription_is_found_by_name_by_id_or_as_the_default() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(".azure")).unwrap();
        std::fs::write(dir.path().join(".azure/azureProfile.json"), PROFILE).unwrap();
        let ask = |name| answer(name, None, Some(dir.path()), Path::new("/"));
        assert_eq!((ask(None).field("name"), ask(None).field("tenant")), (Some("Acme Prod"), Some("t")));
        assert_eq!(ask(Some("acme prod")).field("id"), Some("1-a"));
        assert_eq!(ask(Some("3-c")).field("name"), Some("twice"));
        assert!(matches!(ask(Some("twice")), Answer::Failed { .. }));
        assert!(matches!(ask(Some("none")), Answer::Failed { .. }));
        assert_eq!(answer(None, Some("/nonexistent"), None, Path::new("/")), Answer::Absent);
    }
}
