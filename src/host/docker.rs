//! Which daemon docker would talk to: context, then `DOCKER_HOST`, then the configured context.

use std::path::Path;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::host::read::{self, Unread};
use crate::model::facts::Answer;
use crate::model::ids::Digest;

const SOCKET: &str = "unix:///var/run/docker.sock";

#[derive(Deserialize)]
struct Config {
    #[serde(default, rename = "currentContext")]
    current_context: Option<String>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(default, rename = "Endpoints")]
    endpoints: std::collections::BTreeMap<String, Endpoint>,
}

#[derive(Deserialize)]
struct Endpoint {
    #[serde(default, rename = "Host")]
    host: Option<String>,
}

/// What flags and variables ask for; an empty text asks nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// `--context`.
    pub context: Option<&'a str>,
    /// `DOCKER_HOST`.
    pub host: Option<&'a str>,
    /// `DOCKER_CONTEXT`.
    pub variable: Option<&'a str>,
}

/// The answer to `Want::DockerContext`; `directory` is where the settings are, else `.docker` at home.
pub fn answer(asked: Asked<'_>, directory: Option<&str>, home: Option<&Path>, cwd: &Path) -> Answer {
    let dir = directory.map(|dir| cwd.join(dir)).or_else(|| home.map(|home| home.join(".docker")));
    look(asked, dir.as_deref()).map_or_else(
        |cause| Answer::Failed { cause },
        |(name, host)| Answer::known([("context", name), ("host", read::without_userinfo(&host))]),
    )
}

/// Order of precedence: docker/cli `resolveContextName`.
fn look(asked: Asked<'_>, dir: Option<&Path>) -> Result<(String, String), String> {
    let said = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let host = said(asked.host);
    let name = match (said(asked.context), &host) {
        (Some(name), _) => name,
        (None, Some(_)) => "default".to_owned(),
        (None, None) => said(asked.variable).map_or_else(|| configured(dir), Ok)?,
    };
    if name == "default" {
        return Ok((name, host.unwrap_or_else(|| SOCKET.to_owned())));
    }
    let dir = dir.ok_or("there is no home to find docker contexts in")?;
    let endpoint = endpoint(dir, &name)?;
    Ok((name, endpoint))
}

fn configured(dir: Option<&Path>) -> Result<String, String> {
    let Some(path) = dir.map(|dir| dir.join("config.json")) else {
        return Ok("default".to_owned());
    };
    let config: Config = match read::text(&path) {
        Ok(text) => {
            serde_json::from_str(&text).map_err(|error| format!("cannot understand {}: {error}", path.display()))?
        }
        Err(Unread::Absent) => return Ok("default".to_owned()),
        Err(Unread::Failed(cause)) => return Err(cause),
    };
    Ok(config.current_context.filter(|name| !name.is_empty()).unwrap_or_else(|| "default".to_owned()))
}

/// A context's metadata lies under the SHA-256 of its name.
fn endpoint(dir: &Path, name: &str) -> Result<String, String> {
    let id = Digest(Sha256::digest(name.as_bytes()).into());
    let path = dir.join("contexts/meta").join(id.to_string()).join("meta.json");
    let text = match read::text(&path) {
        Ok(text) => text,
        Err(Unread::Absent) => return Err(format!("no docker context `{name}`")),
        Err(Unread::Failed(cause)) => return Err(cause),
    };
    let meta: Meta =
        serde_json::from_str(&text).map_err(|error| format!("cannot understand {}: {error}", path.display()))?;
    let host = meta.endpoints.get("docker").and_then(|endpoint| endpoint.host.clone());
    Ok(host.filter(|host| !host.is_empty()).unwrap_or_else(|| SOCKET.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let id = Digest(Sha256::digest(b"prod").into());
        let meta = dir.path().join(".docker/contexts/meta").join(id.to_string());
        std::fs::create_dir_all(&meta).unwrap();
        std::fs::write(meta.join("meta.json"), r#"{"Name":"prod","Endpoints":{"docker":{"Host":"ssh://me@prod"}}}"#)
            .unwrap();
        std::fs::write(dir.path().join(".docker/config.json"), r#"{"auths":{},"currentContext":"prod"}"#).unwrap();
        dir
    }

    fn ask(context: Option<&str>, host: Option<&str>, variable: Option<&str>, home: &Path) -> Answer {
        answer(Asked { context, host, variable }, None, Some(home), Path::new("/"))
    }

    fn known(context: &str, host: &str) -> Answer {
        Answer::known([("context", context.to_owned()), ("host", host.to_owned())])
    }

    #[test]
    fn the_order_of_precedence_is_dockers() {
        let dir = home();
        let host = Some("tcp://a:1");
        assert_eq!(ask(None, None, None, dir.path()), known("prod", "ssh://prod"));
        assert_eq!(ask(None, host, Some("prod"), dir.path()), known("default", "tcp://a:1"));
        assert_eq!(ask(Some("prod"), host, None, dir.path()), known("prod", "ssh://prod"));
        assert_eq!(ask(None, Some(""), Some("prod"), dir.path()), known("prod", "ssh://prod"));
        assert_eq!(ask(Some("default"), None, None, dir.path()), known("default", SOCKET));
        assert_eq!(ask(None, None, None, Path::new("/nonexistent")), known("default", SOCKET));
    }

    #[test]
    fn what_is_not_clear_is_a_failure() {
        let dir = home();
        assert!(matches!(ask(Some("none"), None, None, dir.path()), Answer::Failed { .. }));
        std::fs::write(dir.path().join(".docker/config.json"), "{").unwrap();
        assert!(matches!(ask(None, None, None, dir.path()), Answer::Failed { .. }));
    }
}
