//! docker, podman and compose: which daemon, and which of its files.

use crate::model::facts::{Answer, Want};

use super::reach::Reach;
use super::{Mark, Weight, host_of};

/// Where the daemon is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Daemon {
    /// On this machine.
    Here,
    /// Elsewhere, or it is not known.
    Elsewhere,
}

const SOCKET: &str = "unix:///var/run/docker.sock";
/// Sockets of daemons that run on this machine; another could be the end of a tunnel.
const SOCKETS: &[&str] =
    &["/var/run/docker.sock", "/run/docker.sock", "/var/run/podman/podman.sock", "/run/podman/podman.sock"];
/// The same below a user's own directories.
const OWN_SOCKETS: &[&str] =
    &["/.docker/run/docker.sock", "/.docker/desktop/docker.sock", "/.colima/default/docker.sock", "/.rd/docker.sock"];

/// docker's target.
pub fn docker(reach: &mut Reach<'_>) -> Daemon {
    for file in reach.flags(&["-f", "--file", "--env-file", "--project-directory", "-p", "--project-name"]) {
        reach.signs.claim(Mark::File, Some(&file));
    }
    let file = reach.first_variable(&["COMPOSE_FILE", "COMPOSE_PROJECT_NAME"]);
    reach.signs.claim(Mark::File, file.as_deref());
    if reach.program().starts_with("podman") {
        return podman(reach);
    }
    let given = reach.early_flag(&["--host", "-H"]);
    let context = reach.early_flag(&["--context", "-c"]);
    let host = reach.variable("DOCKER_HOST");
    let variable = reach.variable("DOCKER_CONTEXT");
    let directory = reach
        .early_flag(&["--config"])
        .map(|path| reach.scene.absolute(&path).unwrap_or(path))
        .or_else(|| reach.settings("DOCKER_CONFIG"));
    let is_own = reach.reading.has(&["--config"]);
    if given.is_some() && context.is_some() {
        reach.signs.doubt("docker takes a host or a context, not both");
    }
    let answer = match &given {
        Some(host) => Answer::known([("context", "default".to_owned()), ("host", host.clone())]),
        None => {
            let want = Want::DockerContext { context: context.clone(), host, variable: variable.clone(), directory };
            reach.scene.context.facts.answer(&want)
        }
    };
    reach.signs.claim(Mark::DockerContext, context.as_deref());
    reach.signs.claim(Mark::DockerContext, variable.as_deref());
    if let Answer::Failed { cause } = &answer {
        reach.signs.doubt(cause.clone());
    }
    let is_named = answer.field("context").is_some_and(|name| name != "default");
    let endpoint = answer.field("host").unwrap_or(SOCKET).to_owned();
    reach.signs.found(Mark::DockerContext, answer.field("context").filter(|_| is_named));
    if is_own && is_named {
        reach.signs.doubt("the command names docker's settings");
    }
    daemon(&endpoint, if is_named { Weight::Found } else { Weight::Given }, reach)
}

/// podman without a connection works on this machine.
fn podman(reach: &mut Reach<'_>) -> Daemon {
    let url = reach.early_flag(&["--url", "-H", "--host"]).or_else(|| reach.variable("CONTAINER_HOST"));
    let connection = reach
        .early_flag(&["--connection", "-c", "--context"])
        .or_else(|| reach.first_variable(&["CONTAINER_CONNECTION", "DOCKER_HOST"]));
    reach.signs.claim(Mark::DockerContext, connection.as_deref());
    if connection.is_some() || reach.reading.has(&["--remote", "-r"]) {
        reach.signs.doubt("podman's connections are not read");
        return Daemon::Elsewhere;
    }
    url.map_or(Daemon::Here, |url| daemon(&url, Weight::Given, reach))
}

fn daemon(endpoint: &str, weight: Weight, reach: &mut Reach<'_>) -> Daemon {
    let Some(path) = endpoint.strip_prefix("unix://") else {
        reach.signs.push(Mark::Host, weight, Some(host_of(endpoint)));
        return Daemon::Elsewhere;
    };
    let is_users = path.strip_prefix("/run/user/").is_some_and(|rest| {
        rest.split_once('/').is_some_and(|(uid, rest)| {
            uid.chars().all(|c| c.is_ascii_digit()) && ["docker.sock", "podman/podman.sock"].contains(&rest)
        })
    });
    let is_own = reach
        .scene
        .home()
        .is_some_and(|home| path.strip_prefix(home.as_str()).is_some_and(|rest| OWN_SOCKETS.contains(&rest)));
    if (SOCKETS.contains(&path) || is_users || is_own) && !reach.scene.is_other_user {
        return Daemon::Here;
    }
    reach.signs.claim(Mark::Host, Some(path));
    Daemon::Elsewhere
}
