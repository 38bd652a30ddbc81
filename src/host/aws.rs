//! Which account and region AWS tools would use, as far as the settings files say it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::host::ini::{self, Section};
use crate::host::read::{self, Unread};
use crate::model::facts::Answer;

/// What flags and variables ask for; an empty text asks nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// `--profile`.
    pub profile: Option<&'a str>,
    /// `AWS_DEFAULT_PROFILE` or `AWS_PROFILE`.
    pub variable: Option<&'a str>,
    /// `AWS_CONFIG_FILE`.
    pub config: Option<&'a str>,
    /// `AWS_SHARED_CREDENTIALS_FILE`.
    pub credentials: Option<&'a str>,
}

/// The answer to `Want::AwsProfile`.
pub fn answer(asked: Asked<'_>, home: Option<&Path>, cwd: &Path) -> Answer {
    let place = |named: Option<&str>, default: &str| {
        let named = named.filter(|name| !name.is_empty()).map(|name| expand(name, home, cwd));
        named.or_else(|| home.map(|home| home.join(default)))
    };
    let files =
        Files { config: place(asked.config, ".aws/config"), credentials: place(asked.credentials, ".aws/credentials") };
    look(asked, &files).unwrap_or_else(|cause| Answer::Failed { cause })
}

struct Files {
    config: Option<PathBuf>,
    credentials: Option<PathBuf>,
}

fn look(asked: Asked<'_>, files: &Files) -> Result<Answer, String> {
    let said = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let name = said(asked.profile).or_else(|| said(asked.variable));
    let Some(section) = section(name.as_deref().unwrap_or("default"), files)? else {
        return name.map_or(Ok(Answer::Absent), |name| Err(format!("no AWS profile `{name}`")));
    };
    Ok(Answer::Known { fields: fields(name.as_deref().unwrap_or("default"), &section) })
}

fn fields(name: &str, section: &Section) -> BTreeMap<String, String> {
    let key = |key: &str| section.get(key).filter(|value| !value.is_empty()).cloned();
    let account = key("role_arn")
        .and_then(|arn| account_of(&arn))
        .or_else(|| key("sso_account_id"))
        .or_else(|| key("aws_account_id"));
    let found = [
        ("profile", Some(name.to_owned())),
        ("region", key("region")),
        ("account", account),
        ("role", key("role_arn").or_else(|| key("sso_role_name"))),
        ("source", key("source_profile").filter(|source| source != name)),
        ("endpoint", key("endpoint_url").map(|url| read::without_userinfo(&url))),
        ("credential_process", key("credential_process").map(|_| "set".to_owned())),
    ];
    found.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

/// The profile's keys; those of the credentials file win. None when neither file has it.
fn section(name: &str, files: &Files) -> Result<Option<Section>, String> {
    let mut config = sections(files.config.as_deref())?;
    let mut credentials = sections(files.credentials.as_deref())?;
    let headers: Vec<String> = config.keys().filter(|header| names(header, name)).cloned().collect();
    // The later one counts, whole.
    if headers.len() > 1 {
        return Err(format!("the AWS profile `{name}` is there under several headers"));
    }
    let from_config = headers.first().and_then(|header| config.remove(header));
    let from_credentials = credentials.remove(name);
    if from_config.is_none() && from_credentials.is_none() {
        return Ok(None);
    }
    let mut section = from_config.unwrap_or_default();
    section.extend(from_credentials.unwrap_or_default());
    Ok(Some(section))
}

/// Whether a header of the config file is the profile's: `default`, or two words of which the first starts with
/// `profile` (botocore's `build_profile_map`).
fn names(header: &str, name: &str) -> bool {
    if header == "default" {
        return name == "default";
    }
    let words = shlex::split(header).filter(|_| header.starts_with("profile")).unwrap_or_default();
    matches!(words.as_slice(), [_, second] if second == name)
}

fn sections(path: Option<&Path>) -> Result<BTreeMap<String, Section>, String> {
    let Some(path) = path else {
        return Ok(BTreeMap::new());
    };
    match read::text(path) {
        Ok(text) => {
            ini::parse(&text).and_then(nested).map_err(|cause| format!("cannot understand {}: {cause}", path.display()))
        }
        Err(Unread::Absent) => Ok(BTreeMap::new()),
        Err(Unread::Failed(cause)) => Err(cause),
    }
}

/// A value that begins on the next line holds settings of its own, and botocore refuses the file where it does not.
fn nested(sections: BTreeMap<String, Section>) -> Result<BTreeMap<String, Section>, String> {
    let values = sections.values().flat_map(Section::values);
    let mut lines = values.filter_map(|value| value.strip_prefix('\n')).flat_map(str::lines);
    if lines.any(|line| !line.contains('=')) {
        return Err("a nested line without `=`".to_owned());
    }
    Ok(sections)
}

/// `arn:aws:iam::123456789012:role/x` has the account in its fifth field.
fn account_of(arn: &str) -> Option<String> {
    arn.split(':').nth(4).filter(|account| !account.is_empty()).map(str::to_owned)
}

fn expand(path: &str, home: Option<&Path>, cwd: &Path) -> PathBuf {
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => cwd.join(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "[default]\nregion=eu-1\n[profile prod]\nregion=us-1\nsso_account_id=111122223333\n\
        [profile role]\nrole_arn = arn:aws:iam::444455556666:role/x\nsource_profile = prod\nendpoint_url = http://u:p@l:1\n";

    fn home(config: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(".aws")).unwrap();
        std::fs::write(dir.path().join(".aws/config"), config).unwrap();
        std::fs::write(dir.path().join(".aws/credentials"), "[keys]\naws_access_key_id = AKIA\n").unwrap();
        dir
    }

    fn ask(profile: Option<&str>, variable: Option<&str>) -> Answer {
        answer(Asked { profile, variable, ..Asked::default() }, Some(home(CONFIG).path()), Path::new("/"))
    }

    #[test]
    fn profile_region_and_account_come_from_the_config_file() {
        assert_eq!(ask(None, None), Answer::known([("profile", "default".to_owned()), ("region", "eu-1".to_owned())]));
        let prod = ask(Some("prod"), None);
        assert_eq!((prod.field("account"), prod.field("region")), (Some("111122223333"), Some("us-1")));
        let role = ask(Some("role"), Some("prod"));
        assert_eq!((role.field("account"), role.field("source")), (Some("444455556666"), Some("prod")));
        assert_eq!(role.field("endpoint"), Some("http://l:1"));
        assert_eq!(ask(Some("keys"), None), Answer::known([("profile", "keys".to_owned())]));
        assert_eq!(ask(None, Some("prod")).field("profile"), Some("prod"));
        assert_eq!(ask(Some(""), Some("")).field("profile"), Some("default"));
    }

    #[test]
    fn a_profile_that_is_not_there_fails_and_no_settings_at_all_are_absent() {
        assert!(matches!(ask(Some("none"), None), Answer::Failed { .. }));
        let nowhere = Some(Path::new("/nonexistent"));
        assert_eq!(answer(Asked::default(), nowhere, Path::new("/")), Answer::Absent);
        let broken = home("region");
        assert!(matches!(answer(Asked::default(), Some(broken.path()), Path::new("/")), Answer::Failed { .. }));
    }
}
