//! Containers, images, volumes and networks as the server tells them.
//!
//! Source: <https://docs.docker.com/reference/api/engine/>. Of the environment of a container only names are read out.

use serde_json::Value;

use crate::exec::resolve::Resolved;
use crate::model::invocation::Raw;
use crate::model::preview::{FieldChange, Pin};
use crate::model::secret::Redacted;
use crate::preview::prober::{Asking, Failure, Prober};
use crate::preview::risk::{Care, care_for};
use crate::preview::subject::Subject;
use crate::redact::Redactor;

use super::words::Kind;

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Object {
    pub(super) kind: Kind,
    told: Value,
}

impl Object {
    fn text(&self, at: &str) -> &str {
        self.told.pointer(at).and_then(Value::as_str).unwrap_or_default()
    }

    /// What it is called by people.
    pub(super) fn name(&self) -> String {
        match self.kind {
            Kind::Container => self.text("/Name").trim_start_matches('/').to_owned(),
            Kind::Image => {
                let tag = self.told.pointer("/RepoTags/0").and_then(Value::as_str);
                tag.map_or_else(|| self.id().chars().take(19).collect(), str::to_owned)
            }
            Kind::Volume | Kind::Network => self.text("/Name").to_owned(),
        }
    }

    /// What it is called by the server, and by nothing else.
    pub(super) fn id(&self) -> &str {
        match self.kind {
            Kind::Volume => self.text("/Name"),
            Kind::Container | Kind::Image | Kind::Network => self.text("/Id"),
        }
    }

    /// `container/web`.
    pub(super) fn title(&self) -> String {
        format!("{}/{}", self.kind.as_str(), self.name())
    }

    /// `running`, `exited`, for a container.
    pub(super) fn state(&self) -> &str {
        self.text("/State/Status")
    }

    pub(super) fn image(&self) -> &str {
        self.text("/Config/Image")
    }

    pub(super) fn image_id(&self) -> &str {
        self.text("/Image")
    }

    pub(super) fn label(&self, name: &str) -> Option<&str> {
        let labels = self.told.pointer("/Config/Labels").or_else(|| self.told.get("Labels"))?;
        labels.get(name).and_then(Value::as_str)
    }

    /// Whether it goes when it ends.
    pub(super) fn goes_with_its_end(&self) -> bool {
        self.told.pointer("/HostConfig/AutoRemove") == Some(&Value::Bool(true))
    }

    /// Variables by name, with their values, which are for comparing only.
    pub(super) fn env(&self) -> Vec<(String, String)> {
        let all = self.told.pointer("/Config/Env").and_then(Value::as_array);
        let pairs = all.into_iter().flatten().filter_map(Value::as_str).filter_map(|text| text.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// Where an image can be had again.
    pub(super) fn digests(&self) -> Vec<String> {
        let all = self.told.get("RepoDigests").and_then(Value::as_array);
        all.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Volumes that nobody named, which go with `rm -v`.
    pub(super) fn unnamed_volumes(&self) -> Vec<String> {
        let is_unnamed = |name: &&str| name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let of = |mount: &Value| mount.get("Name").and_then(Value::as_str).filter(is_unnamed).map(str::to_owned);
        self.mounts().into_iter().filter_map(of).collect()
    }

    fn mounts(&self) -> Vec<&Value> {
        self.told.get("Mounts").and_then(Value::as_array).into_iter().flatten().collect()
    }

    /// What it stands for, where that needs care.
    pub(super) fn care(&self) -> Option<Care> {
        let by_kind = match self.kind {
            Kind::Volume => Some(Care::Data),
            Kind::Network => Some(Care::Network),
            Kind::Container | Kind::Image => None,
        };
        by_kind.or_else(|| care_for(&[&self.name(), self.image()]))
    }

    /// What a person wants to know of it.
    pub(super) fn fields(&self, redactor: &Redactor) -> Vec<FieldChange> {
        let mut told: Vec<(&str, String)> = match self.kind {
            Kind::Container => vec![
                ("image", self.image().to_owned()),
                ("state", self.state().to_owned()),
                ("restart policy", self.text("/HostConfig/RestartPolicy/Name").to_owned()),
            ],
            Kind::Image => vec![("id", self.id().to_owned())],
            Kind::Volume => {
                vec![("driver", self.text("/Driver").to_owned()), ("made", self.text("/CreatedAt").to_owned())]
            }
            Kind::Network => vec![("driver", self.text("/Driver").to_owned())],
        };
        for mount in self.mounts() {
            let text = |name: &str| mount.get(name).and_then(Value::as_str).unwrap_or_default();
            let from = if text("Name").is_empty() { text("Source") } else { text("Name") };
            told.push(("mount", format!("{from} at {}", text("Destination"))));
        }
        told.retain(|(_, text)| !text.is_empty() && text != "no");
        let field = |(name, text): (&str, String)| FieldChange {
            field: Redacted::assume_clean(name),
            before: Some(redactor.text(&text)),
            after: None,
        };
        told.into_iter().map(field).collect()
    }

    /// Which it is, and how it is.
    pub(super) fn pin(&self, redactor: &Redactor) -> Pin {
        let was = match self.kind {
            Kind::Container => format!("id {}, {}, image {}", self.id(), self.state(), self.image_id()),
            Kind::Image | Kind::Network => format!("id {}", self.id()),
            Kind::Volume => format!("made {}, at {}", self.text("/CreatedAt"), self.text("/Mountpoint")),
        };
        Pin { what: redactor.text(&self.title()), was: redactor.text(&was) }
    }
}

/// Puts questions to docker.
pub(super) struct Asker<'a, 'b, 'c> {
    pub(super) subject: &'a Subject<'a>,
    /// docker itself, where the command is another program.
    pub(super) program: Resolved,
    pub(super) start: Vec<Raw>,
    pub(super) prober: &'b mut Prober<'c>,
}

impl Asker<'_, '_, '_> {
    /// What docker printed.
    ///
    /// # Errors
    /// When it does not answer, or says no.
    pub(super) fn ask(&mut self, words: &[&str]) -> Result<String, Failure> {
        let argv = self.start.iter().cloned().chain(words.iter().map(|word| Raw::from(*word))).collect();
        let env = self.subject.env.to_vec();
        let asking = Asking { program: &self.program, argv, cwd: &self.subject.directory, env };
        let answered = self.prober.ask(asking)?;
        if answered.exit_code == Some(0) {
            return Ok(String::from_utf8_lossy(&answered.out).into_owned());
        }
        let said = String::from_utf8_lossy(&answered.err);
        let said = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ");
        let name = words.iter().take(2).copied().collect::<Vec<_>>().join(" ");
        Err(Failure::new(format!("`docker {name}` was refused: {said}")))
    }

    /// The objects of these names, each of which has to be there.
    ///
    /// # Errors
    /// When one is not there, or docker does not answer.
    pub(super) fn inspected(&mut self, kind: Kind, names: &[String]) -> Result<Vec<Object>, Failure> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        if names.iter().any(|name| name.starts_with('-')) {
            return Err(Failure::new("a name begins with a dash"));
        }
        let mut words = vec![kind.as_str(), "inspect"];
        words.extend(names.iter().map(String::as_str));
        let told = self.ask(&words)?;
        let all: Vec<Value> = serde_json::from_str(&told)
            .map_err(|error| Failure::new(format!("docker's answer is not understood: {error}")))?;
        let objects: Vec<Object> = all.into_iter().map(|told| Object { kind, told }).collect();
        let is_whole = objects.len() == names.len() && objects.iter().all(|object| !object.id().is_empty());
        if is_whole { Ok(objects) } else { Err(Failure::new("docker's answer is not about what was asked")) }
    }

    /// The objects that a list names.
    ///
    /// # Errors
    /// When docker does not answer.
    pub(super) fn listed(&mut self, kind: Kind, words: &[&str]) -> Result<Vec<Object>, Failure> {
        let told = self.ask(words)?;
        let mut names: Vec<String> = told.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
        names.sort();
        names.dedup();
        self.inspected(kind, &names)
    }
}
