//! compose: the services as the files describe them (`config`), beside the containers that there are.
//!
//! Whether compose makes a container anew it decides by a hash that it writes on each; the same hash is asked for here
//! (`config --hash`). Source: <https://docs.docker.com/reference/cli/docker/compose/config/>.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::command::Command;
use crate::exec::resolve::resolve;
use crate::host::inputs;
use crate::model::action::Action;
use crate::model::invocation::Raw;
use crate::model::preview::{Change, Hunk, LeftOpen, Pin, Risk};
use crate::model::secret::Redacted;
use crate::preview::Tool;
use crate::preview::made::Made;
use crate::preview::open;
use crate::preview::prober::{Asking, Failure, Prober};
use crate::preview::risk::risk_of;
use crate::preview::subject::Subject;
use crate::redact::Redactor;
use crate::undo::docker::{Back, way_back};

use super::compose_words::Sorted;
use super::objects::{Asker, Object};
use super::services::{differences, field, hunk, of_service, veiled};
use super::words::Kind;

/// compose as a program of its own.
pub(in crate::preview) const TOOL: Tool =
    Tool { tool: "docker-compose", shows, make, pins, leaves_open, has_moved: open::never };

/// What its file says by then, unless that is named and so bound.
fn leaves_open(command: &Command, directory: &Path) -> Option<LeftOpen> {
    let words = open::words(command);
    let is_named = words.iter().skip(1).any(|word| {
        let text = word.lossy();
        let name = text.split_once('=').map_or(text.as_ref(), |(_, file)| file);
        (name.ends_with(".yml") || name.ends_with(".yaml")) && directory.join(name).is_file()
    });
    (!is_named).then(|| open::open("what the compose file says when it runs", "name the file: `-f FILE`"))
}

/// The label that says which project a container, volume or network belongs to.
const PROJECT: &str = "com.docker.compose.project";
/// Files that compose reads where none is named.
const FILES: &[&str] = &[
    "compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml", "compose.override.yaml",
    "compose.override.yml", "docker-compose.override.yaml", "docker-compose.override.yml", ".env",
];
/// What is done to services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Up,
    Down,
    Start,
    Stop,
    Kill,
    Restart,
    Remove,
    Pause,
    Unpause,
}

/// What an operation of either pack does.
pub(super) fn deed(operation: &str) -> Option<Deed> {
    Some(match operation.strip_prefix("compose ")? {
        "up" => Deed::Up,
        "down" => Deed::Down,
        "start" => Deed::Start,
        "stop" => Deed::Stop,
        "kill" => Deed::Kill,
        "restart" => Deed::Restart,
        "rm" => Deed::Remove,
        "pause" => Deed::Pause,
        "unpause" => Deed::Unpause,
        _ => return None,
    })
}

fn deed_of(action: &Action) -> Option<Deed> {
    match action.tool.as_str() {
        "docker" => deed(&action.operation),
        _ => deed(&format!("compose {}", action.operation)),
    }
}

fn shows(action: &Action) -> bool {
    deed_of(action).is_some()
}

struct Looked {
    deed: Deed,
    sorted: Sorted,
    project: String,
    services: BTreeMap<String, Value>,
    hashes: BTreeMap<String, String>,
    containers: Vec<Object>,
    /// Volumes and networks of the project, where they go.
    others: Vec<Object>,
    pins: Vec<Pin>,
}

pub(super) fn make(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Made, Failure> {
    let looked = look(subject, prober)?;
    let redactor = prober.redactor();
    let hunks = looked.hunks(redactor);
    let seen = |change: Change| hunks.iter().filter(|hunk| hunk.change == change).count();
    let nothing = if hunks.is_empty() { ": compose looked, and nothing would change" } else { "" };
    let cwd = Raw::from(subject.directory.clone().into_os_string());
    let (undo, back) = way_back(looked.back(&hunks), &looked.sorted.compose, cwd);
    Ok(Made {
        summary: format!(
            "{} to add, {} to make anew, {} to change, {} to delete{nothing}: project {} in {}",
            seen(Change::Create),
            seen(Change::Replace),
            seen(Change::Update),
            seen(Change::Delete),
            looked.project,
            subject.place()
        ),
        hunks,
        pins: looked.pins,
        runs: None,
        undo,
        way_back: back,
    })
}

pub(super) fn pins(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Vec<Pin>, Failure> {
    Ok(look(subject, prober)?.pins)
}

fn look(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Looked, Failure> {
    let deed = deed_of(subject.action).ok_or_else(|| Failure::new("this verb cannot be shown"))?;
    let sorted = Sorted::sort(subject)?;
    let ps = sorted.compose.iter().cloned().chain([Raw::from("ps")]).collect::<Vec<_>>();
    prober.allowed(subject, &ps)?;
    let config = composed(subject, &sorted, &["config"], prober)?;
    let config: Value =
        serde_saphyr::from_str(&config).map_err(|_| Failure::new("compose's answer to `config` is not understood"))?;
    let all = config.get("services").and_then(Value::as_object);
    let all = all.ok_or_else(|| Failure::new("compose's answer to `config` names no services"))?;
    let services: BTreeMap<String, Value> = all.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    if let Some(unknown) = sorted.services.iter().find(|name| !services.contains_key(*name)) {
        return Err(Failure::new(format!("there is no service `{unknown}`")));
    }
    let mut hashes = BTreeMap::new();
    if deed == Deed::Up {
        let told = composed(subject, &sorted, &["config", "--hash", "*"], prober)?;
        hashes.extend(told.lines().filter_map(|l| l.split_once(' ')).map(|(n, h)| (n.to_owned(), h.trim().to_owned())));
    }
    let project = project(subject, &sorted, &config);
    let is_docker = subject.action.tool == "docker";
    let program = match is_docker {
        true => subject.program.clone(),
        false => {
            let path = subject.env.iter().find(|(name, _)| name.0 == b"PATH").map(|(_, value)| value);
            resolve(&Raw::from("docker"), path, &subject.directory).map_err(|error| Failure::new(error.to_string()))?
        }
    };
    let start = if is_docker { sorted.start.clone() } else { vec![Raw::from("docker")] };
    let mut asker = Asker { subject, program, start, prober };
    let label = format!("label={PROJECT}={project}");
    let containers = asker.listed(Kind::Container, &["ps", "-a", "-q", "--no-trunc", "--filter", &label])?;
    let mut others = Vec::new();
    if deed == Deed::Down && sorted.services.is_empty() {
        others.extend(asker.listed(Kind::Network, &["network", "ls", "-q", "--no-trunc", "--filter", &label])?);
        if sorted.has(&["-v", "--volumes"]) {
            others.extend(asker.listed(Kind::Volume, &["volume", "ls", "-q", "--filter", &label])?);
        }
    }
    let redactor = prober.redactor();
    let mut pins = files(subject, redactor);
    let told: BTreeMap<&String, Value> = services.iter().map(|(name, service)| (name, veiled(service))).collect();
    if let Ok(digest) = crate::chain::digest_json("aigov-compose-services-v1", &told) {
        let what = redactor.text(&format!("services of project {project}"));
        pins.push(Pin { what, was: Redacted::assume_clean(digest.to_string()) });
    }
    pins.extend(containers.iter().chain(&others).map(|object| object.pin(redactor)));
    Ok(Looked { deed, sorted, project, services, hashes, containers, others, pins })
}

fn composed(
    subject: &Subject<'_>,
    sorted: &Sorted,
    words: &[&str],
    prober: &mut Prober<'_>,
) -> Result<String, Failure> {
    let argv = sorted.compose.iter().cloned().chain(words.iter().map(|word| Raw::from(*word))).collect();
    let env = subject.env.to_vec();
    let answered = prober.ask(Asking { program: &subject.program, argv, cwd: &subject.directory, env })?;
    if answered.exit_code == Some(0) {
        return Ok(String::from_utf8_lossy(&answered.out).into_owned());
    }
    let said = String::from_utf8_lossy(&answered.err);
    let said = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ");
    Err(Failure::new(format!("`compose {}` was refused: {said}", words.join(" "))))
}

/// compose's name for all of it: what is named, else the directory's.
fn project(subject: &Subject<'_>, sorted: &Sorted, config: &Value) -> String {
    let told = config.get("name").and_then(Value::as_str).map(str::to_owned);
    let variable = || {
        let found = subject.env.iter().find(|(name, _)| name.0 == b"COMPOSE_PROJECT_NAME");
        found.map(|(_, value)| value.lossy().into_owned()).filter(|value| !value.is_empty())
    };
    let named = sorted.early(&["-p", "--project-name"]).or(told).or_else(variable);
    let directory = || {
        let file = sorted.early(&["-f", "--file"]).map(|file| subject.directory.join(file));
        let below = sorted.early(&["--project-directory"]).map(|path| subject.directory.join(path));
        let path = below.or_else(|| file.and_then(|file| file.parent().map(std::path::Path::to_path_buf)));
        let path = path.unwrap_or_else(|| subject.directory.clone());
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let name = named.unwrap_or_else(directory).to_lowercase();
    name.chars().filter(|c| c.is_ascii_alphanumeric() || ['-', '_'].contains(c)).collect()
}

/// The files that compose reads without being told.
fn files(subject: &Subject<'_>, redactor: &Redactor) -> Vec<Pin> {
    let digest = |name: &&'static str| Some((*name, inputs::of_file(&subject.directory.join(name)).ok()?));
    let pin = |(name, digest): (&'static str, crate::model::ids::Digest)| Pin {
        what: redactor.text(name),
        was: Redacted::assume_clean(digest.to_string()),
    };
    FILES.iter().filter_map(digest).map(pin).collect()
}

impl Looked {
    fn is_meant(&self, service: &str) -> bool {
        self.sorted.services.is_empty() || self.sorted.services.iter().any(|name| name == service)
    }

    fn hunks(&self, redactor: &Redactor) -> Vec<Hunk> {
        let mut hunks = Vec::new();
        for container in &self.containers {
            let service = container.label("com.docker.compose.service").unwrap_or_default();
            let known = self.services.get(service);
            let is_orphan = known.is_none();
            let change = match self.deed {
                Deed::Up if is_orphan => self.sorted.has(&["--remove-orphans"]).then_some(Change::Delete),
                Deed::Down if is_orphan => self.sorted.has(&["--remove-orphans"]).then_some(Change::Delete),
                _ if !self.is_meant(service) => None,
                Deed::Up => self.changed(container, service),
                Deed::Down => Some(Change::Delete),
                Deed::Remove if container.state() == "running" && !self.sorted.has(&["-s", "--stop"]) => None,
                Deed::Remove => Some(Change::Delete),
                Deed::Start => (container.state() != "running").then_some(Change::Update),
                Deed::Stop | Deed::Kill | Deed::Pause => (container.state() == "running").then_some(Change::Update),
                Deed::Unpause => (container.state() == "paused").then_some(Change::Update),
                Deed::Restart => Some(Change::Update),
            };
            hunks.extend(change.map(|change| self.of_container(container, known, change, redactor)));
        }
        if self.deed == Deed::Up {
            let has =
                |name: &str| self.containers.iter().any(|one| one.label("com.docker.compose.service") == Some(name));
            let new = self.services.iter().filter(|(name, _)| self.is_meant(name) && !has(name));
            hunks.extend(new.map(|(name, service)| of_service(name, service, redactor)));
        }
        hunks.extend(self.others.iter().map(|object| {
            let why =
                if object.kind == Kind::Volume { "all that is in it is gone" } else { "it is made again by `up`" };
            let risk = if object.kind == Kind::Volume { Risk::High } else { Risk::Usual };
            hunk(Change::Delete, &object.title(), risk, vec![why.to_owned()], object.fields(redactor), redactor)
        }));
        hunks
    }

    /// What `up` does to a container: compose compares its own hash.
    fn changed(&self, container: &Object, service: &str) -> Option<Change> {
        let is_same = self.hashes.get(service).map(String::as_str) == container.label("com.docker.compose.config-hash");
        let is_kept = self.sorted.has(&["--no-recreate"]);
        match (is_same && !self.sorted.has(&["--force-recreate"])) || is_kept {
            false => Some(Change::Replace),
            true => (container.state() != "running").then_some(Change::Update),
        }
    }

    fn of_container(&self, container: &Object, service: Option<&Value>, change: Change, redactor: &Redactor) -> Hunk {
        let (mut risk, mut why) = risk_of(change, container.care());
        if matches!(change, Change::Replace | Change::Delete) {
            why = container.care().map(|care| care.as_str().to_owned()).into_iter().collect();
            why.push("what it wrote into its own files is gone; what is in named volumes stays".to_owned());
            risk = Risk::High;
        }
        let mut fields = Vec::new();
        if let (Change::Replace, Some(service)) = (change, service) {
            fields = differences(container, service, redactor);
            if fields.iter().any(|field| field.field.as_str() == "image") {
                why.push("another image runs".to_owned());
            }
            if service.get("build").is_some() {
                why.push("its image is built here; what is in it is not seen".to_owned());
            }
        } else if change == Change::Update {
            let after = match self.deed {
                Deed::Stop | Deed::Kill => "exited",
                Deed::Pause => "paused",
                Deed::Restart => "running (started again)",
                _ => "running",
            };
            fields.push(field("state", Some(container.state()), Some(after), redactor));
        }
        hunk(change, &container.title(), risk, why, fields, redactor)
    }

    fn back(&self, hunks: &[Hunk]) -> Back {
        let words = |verb: &str, note: &str| {
            let services = self.sorted.services.iter().map(|name| Raw::from(name.as_str()));
            Back::Words(std::iter::once(Raw::from(verb)).chain(services).collect(), note.to_owned())
        };
        let is_all = |change: Change| hunks.iter().all(|hunk| hunk.change == change);
        let all_ran = self.containers.iter().all(|one| one.state() == "running");
        let none_ran = self.containers.iter().all(|one| one.state() != "running");
        match self.deed {
            _ if hunks.is_empty() => Back::Nothing("nothing changes".to_owned()),
            Deed::Stop | Deed::Kill if all_ran => {
                words("start", "starts the services again; what they had in memory is gone")
            }
            Deed::Start if none_ran => words("stop", "stops the services again; what they did meanwhile stays"),
            Deed::Pause => words("unpause", "lets the services go on"),
            Deed::Unpause => words("pause", "holds the services again"),
            Deed::Restart => Back::Nothing("what was restarted was restarted".to_owned()),
            Deed::Up if self.containers.is_empty() && is_all(Change::Create) && self.sorted.services.is_empty() => {
                words("down", "removes the containers and networks that it makes; volumes stay")
            }
            Deed::Up | Deed::Start | Deed::Stop | Deed::Kill => Back::ByHand(self.images()),
            Deed::Down | Deed::Remove if self.others.iter().any(|one| one.kind == Kind::Volume) => Back::Nothing(
                "what is in volumes that go is kept nowhere: only a copy from before brings it back".to_owned(),
            ),
            Deed::Down | Deed::Remove => Back::ByHand(vec![
                "`up -d` makes the containers again from the same files; what they wrote outside of volumes is gone"
                    .to_owned(),
            ]),
        }
    }

    /// What ran before, for who wants to go back to it.
    fn images(&self) -> Vec<String> {
        let mut steps = vec!["bring the files of compose back to what they were, then `up -d` again".to_owned()];
        let of = |one: &Object| format!("{} was {} ({})", one.title(), one.image(), one.image_id());
        steps.extend(self.containers.iter().map(of));
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verbs_that_are_shown_are_those_that_are_known() {
        assert_eq!((deed("compose up"), deed("compose down")), (Some(Deed::Up), Some(Deed::Down)));
        for operation in ["compose run", "compose exec", "compose build", "up", "compose"] {
            assert_eq!(deed(operation), None, "{operation}");
        }
    }
}
