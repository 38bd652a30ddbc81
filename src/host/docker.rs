//! Which daemon docker would talk to: context, then `DOCKER_HOST`, then the configured context.

use std::path::Path;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::host::read::{self, Unread};
use crate::host::text;
use crate::model::facts::Answer;
use crate::model::ids::Digest;
use crate::model::invocation::Variable;

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

/// The answer to `Want::DockerContext`.
pub fn answer(context: Option<&str>, env: &[Variable], home: Option<&Path>, cwd: &Path) -> Answer {
    let dir = text(env, "DOCKER_CONFIG").map(|dir| cwd.join(dir)).or_else(|| home.map(|home| home.join(".docker")));
    look(context.filter(|name| !name.is_empty()), env, dir.as_deref()).map_or_else(
        |cause| Answer::Failed { cause },
        |(name, host)| Answer::known([("context", name), ("host", read::without_userinfo(&host))]),
    )
}

/// Order of precedence: docker/cli `resolveContextName`.
fn look(asked: Option<&str>, env: &[Variable], dir: Option<&Path>) -> Result<(String, String), String> {
    let host = text(env, "DOCKER_HOST");
    // `DOCKER_HOST` outranks `DOCKER_CONTEXT` but not `--context`; which of the two was asked is not known here.
    if let (Some(name), Some(_)) = (asked, host)
        && text(env, "DOCKER_CONTEXT") == Some(name)
    {
        return Err("both DOCKER_HOST and DOCKER_CONTEXT are set".to_owned());
    }
    let name = match (asked, host) {
        (Some(name), _) => name.to_owned(),
        (None, Some(_)) => "default".to_owned(),
        (None, None) => configured(env, dir)?,
    };
    if name == "default" {
        return Ok((name, host.unwrap_or(SOCKET).to_owned()));
    }
    let dir = dir.ok_or("there is no home to find docker contexts in")?;
    let endpoint = endpoint(dir, &name)?;
    Ok((name, endpoint))
}

fn configured(env: &[Variable], dir: Option<&Path>) -> Result<String, String> {
    if let Some(name) = text(env, "DOCKER_CONTEXT") {
        return Ok(name.to_owned());
    }
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
    use crate::host::tests::env;

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

    fn ask(context: Option<&str>, pairs: &[(&str, &str)], home: &Path) -> Answer {
        answer(context, &env(pairs), Some(home), Path::new("/"))
    }

    fn known(context: &str, host: &str) -> Answer {
        Answer::known([("context", context.to_owned()), ("host", host.to_owned())])
    }

    #[test]
    fn the_order_of_precedence_is_dockers() {
        let dir = home();
        assert_eq!(ask(None, &[], dir.path()), known("prod", "ssh://prod"));
        assert_eq!(ask(None, &[("DOCKER_HOST", "tcp://a:1")], dir.path()), known("default", "tcp://a:1"));
        assert_eq!(ask(Some("prod"), &[("DOCKER_HOST", "tcp://a:1")], dir.path()), known("prod", "ssh://prod"));
        assert_eq!(ask(Some("default"), &[], dir.path()), known("default", SOCKET));
        assert_eq!(ask(None, &[], Path::new("/nonexistent")), known("default", SOCKET));
    }

    #[test]
    fn what_is_not_clear_is_a_failure() {
        let dir = home();
        let both = [("DOCKER_HOST", "tcp://a:1"), ("DOCKER_CONTEXT", "prod")];
        assert!(matches!(ask(Some("prod"), &both, dir.path()), Answer::Failed { .. }));
        assert!(matches!(ask(Some("none"), &[], dir.path()), Answer::Failed { .. }));
        std::fs::write(dir.path().join(".docker/config.json"), "{").unwrap();
        assert!(matches!(ask(None, &[], dir.path()), Answer::Failed { .. }));
    }
}
