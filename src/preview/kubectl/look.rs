//! Looks at the objects of a command: as they are, and as the server says that they would be.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::host::private::PrivateDir;
use crate::model::invocation::{Raw, Variable};
use crate::preview::prober::{Asking, Failure, Prober};
use crate::preview::subject::Subject;
use crate::undo::kubectl::Back;

use super::manifests::{self, Files};
use super::object::{Id, all};
use super::words::{FILES, Sorted};
use super::{LIST, list_of, refused, revisions};

/// The most objects that one command may act on to be shown.
const OBJECTS: usize = 5000;

/// The most objects that are deleted on trial: kubectl puts 50 questions in a second.
const TRIED: usize = 50;

/// How something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The server does it on trial.
    Dry,
    /// The objects as they are; they go.
    Delete,
    /// The objects as they are; what runs of them is started anew, or stopped from it.
    Rollout,
    /// The nodes as they are.
    Cordon,
    /// The nodes as they are, with the pods on them.
    Drain,
}

impl Way {
    /// The way for an operation, where there is one.
    pub(super) fn of(operation: &str) -> Option<Self> {
        let mut words = operation.split(' ');
        Some(match (words.next().unwrap_or_default(), words.next().unwrap_or_default()) {
            ("delete", _) => Self::Delete,
            ("rollout", "restart" | "undo" | "pause" | "resume") => Self::Rollout,
            ("cordon" | "uncordon", _) => Self::Cordon,
            ("drain", _) => Self::Drain,
            ("apply", "") | ("create", _) => (operation != "create token").then_some(Self::Dry)?,
            ("replace" | "patch" | "label" | "annotate" | "scale" | "autoscale" | "expose" | "run" | "taint", _)
            | ("set", _) => Self::Dry,
            _ => return None,
        })
    }

    /// Whether it shows the objects only as they are.
    pub(super) fn is_as_it_is(self) -> bool {
        matches!(self, Self::Delete | Self::Rollout)
    }

    /// What leads back.
    pub(super) fn back(self, verb: &str) -> Back {
        match self {
            Self::Dry => Back::Replace,
            Self::Delete => Back::Create,
            Self::Rollout => Back::Rollout,
            Self::Cordon if verb == "uncordon" => Back::Cordon,
            Self::Cordon | Self::Drain => Back::Uncordon,
        }
    }
}

/// One object.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seen {
    /// Which it is.
    pub(super) id: Id,
    /// As it is; none where it is not there.
    pub(super) before: Option<Value>,
    /// As it would be; none where it would be gone, or nobody knows.
    pub(super) after: Option<Value>,
    /// What else is to be known.
    pub(super) notes: Vec<String>,
}

/// All of a command.
pub(super) struct Looked {
    /// Its words.
    pub(super) sorted: Sorted,
    /// How it is shown.
    pub(super) way: Way,
    /// Its objects.
    pub(super) seen: Vec<Seen>,
    /// The list that takes the place of what chooses them.
    pub(super) list: Option<Vec<u8>>,
    /// Its manifests.
    pub(super) manifests: Option<Files>,
}

/// Looks.
///
/// # Errors
/// When kubectl or the server does not answer, or says no.
pub(super) fn look(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Looked, Failure> {
    let sorted = Sorted::sort(&subject.words)?;
    let way = Way::of(&sorted.verb_for_way()).ok_or_else(|| Failure::new("this verb cannot be shown"))?;
    // A kubeconfig can name a program that hands out credentials: where a read may not run, no question is put.
    let as_whom = ["--as", "--as-group", "--as-uid", "--as-user-extra"];
    let read = [sorted.program().clone()].into_iter().chain(["get", "pods"].map(Raw::from));
    prober.allowed(subject, &read.chain(sorted.place(&as_whom)).collect::<Vec<_>>())?;
    let place = prober.place()?;
    let manifests = manifests::read(&sorted, subject, prober)?;
    let files = manifests.as_ref().map(|files| paths(&place, files)).transpose()?;
    let mut looker = Looker { subject, sorted: &sorted, place: &place, prober };
    let mut list = None;
    let seen = match way {
        Way::Dry => {
            let seen = looker.tried(&sorted, files.as_deref())?;
            if sorted.chooses() {
                list = Some(list_of(&seen));
                let path = looker.put("chosen", &list_of(&seen))?;
                looker.tried(&sorted.on_list(&path), None)?
            } else {
                seen
            }
        }
        Way::Delete | Way::Rollout => {
            let seen = looker.listed(files.as_deref().unwrap_or_default())?;
            if way == Way::Delete && seen.len() <= TRIED {
                looker.asked(sorted.dry(files.as_deref(), "name"), "delete --dry-run=server")?;
            }
            list = (sorted.chooses() || sorted.has(FILES)).then(|| list_of(&seen));
            if sorted.verb() == "rollout undo" { looker.gone_back(seen)? } else { seen }
        }
        Way::Cordon | Way::Drain => looker.nodes(way)?,
    };
    if seen.len() > OBJECTS {
        return Err(Failure::new(format!("it acts on {} objects; at most {OBJECTS} can be shown", seen.len())));
    }
    Ok(Looked { sorted, way, seen, list, manifests })
}

fn paths(place: &PrivateDir, files: &[(String, Vec<u8>)]) -> Result<Vec<Raw>, Failure> {
    let put = |(name, bytes): &(String, Vec<u8>)| place.put(name, bytes).map(|path| Raw::from(path.into_os_string()));
    files.iter().map(put).collect::<Result<_, _>>().map_err(|error| Failure::new(error.text))
}

struct Looker<'a, 'b, 'c> {
    subject: &'a Subject<'a>,
    sorted: &'a Sorted,
    place: &'a PrivateDir,
    prober: &'b mut Prober<'c>,
}

impl Looker<'_, '_, '_> {
    fn put(&self, name: &str, bytes: &[u8]) -> Result<Raw, Failure> {
        let path = self.place.put(name, bytes).map_err(|error| Failure::new(error.text))?;
        Ok(Raw::from(path.into_os_string()))
    }

    fn asked(&mut self, argv: Vec<Raw>, verb: &str) -> Result<Vec<u8>, Failure> {
        // It names a program that kubectl would start.
        let is_kept = |variable: &&Variable| variable.0.0 != b"KUBECTL_EXTERNAL_DIFF";
        let env = self.subject.env.iter().filter(is_kept).cloned().collect();
        let asking = Asking { program: &self.subject.program, argv, cwd: &self.subject.directory, env };
        let answered = self.prober.ask(asking)?;
        match answered.exit_code {
            Some(0) => Ok(answered.out),
            _ => Err(refused(verb, &answered)),
        }
    }

    /// What the server makes of it on trial, beside what is there.
    fn tried(&mut self, sorted: &Sorted, files: Option<&[Raw]>) -> Result<Vec<Seen>, Failure> {
        let answer = self.asked(sorted.dry(files, "json"), &format!("{} --dry-run=server", sorted.verb()))?;
        let after = all(&answer)?;
        if after.is_empty() {
            return Ok(Vec::new());
        }
        let mut seen: Vec<Seen> = Vec::new();
        for (id, after) in after {
            seen.push(Seen { id, before: None, after: Some(after), notes: Vec::new() });
        }
        let name =
            format!("{LIST}-{}", if files.is_some() || std::ptr::eq(sorted, self.sorted) { "tried" } else { "listed" });
        let path = self.put(&name, &list_of(&seen))?;
        // A list names the namespace of each itself, and another one beside it would be refused.
        let is_ours = ["-n", "--namespace"];
        let program = sorted.words().into_iter().take(1);
        let more = [Raw::from("-f"), path, Raw::from("--ignore-not-found"), Raw::from("-o"), Raw::from("json")];
        let words = program.chain([Raw::from("get")]).chain(sorted.place(&is_ours)).chain(more).collect();
        let before: BTreeMap<Id, Value> = all(&self.asked(words, "get")?)?.into_iter().collect();
        let replicas = if sorted.verb() == "scale" { Some(replicas(sorted)?) } else { None };
        for one in &mut seen {
            one.before = before.get(&one.id).cloned();
            if let Some(replicas) = replicas {
                // It prints the object as it was.
                one.after = one.before.clone().map(|before| with(before, "replicas", json!(replicas)));
            }
        }
        Ok(seen)
    }

    fn listed(&mut self, files: &[Raw]) -> Result<Vec<Seen>, Failure> {
        let answer = self.asked(self.sorted.listing(files), "get")?;
        let as_it_is = |(id, before): (Id, Value)| {
            let notes =
                if self.sorted.verb() == "delete" { owner(&before).into_iter().collect() } else { rolled(self.sorted) };
            Seen { id, before: Some(before), after: None, notes }
        };
        Ok(all(&answer)?.into_iter().map(as_it_is).collect())
    }

    /// Objects with what they go back to, and the revisions in which that is kept.
    fn gone_back(&mut self, seen: Vec<Seen>) -> Result<Vec<Seen>, Failure> {
        let wanted = self.sorted.value(&["--to-revision"]).map(|text| text.as_str().and_then(|text| text.parse().ok()));
        let wanted = match wanted {
            Some(None) => return Err(Failure::new("`--to-revision` is not a number")),
            Some(wanted) => wanted,
            None => None,
        };
        let mut all = Vec::new();
        for mut one in seen {
            let Some(before) = one.before.clone() else { continue };
            let kind = revisions::kept_in(&one.id.kind)
                .ok_or_else(|| Failure::new(format!("what {} goes back to is not known", one.id.title())))?;
            let place = self.sorted.place(&["-n", "--namespace"]);
            let words = ["-n", &one.id.namespace, "-o", "json"].map(Raw::from);
            let program = self.sorted.program().clone();
            let argv = [program, Raw::from("get"), Raw::from(kind)].into_iter().chain(place).chain(words).collect();
            let found = all_of(&self.asked(argv, &format!("get {kind}"))?)?;
            let (revision, after) = revisions::gone_back(&before, found, wanted)?;
            one.notes = revisions::number(&revision)
                .map(|number| format!("it goes back to revision {number}"))
                .into_iter()
                .collect();
            one.after = Some(after);
            let kept = Seen {
                id: Id::of(&revision)?,
                before: Some(revision.clone()),
                after: Some(revision),
                notes: Vec::new(),
            };
            all.extend([one, kept]);
        }
        Ok(all)
    }

    fn nodes(&mut self, way: Way) -> Result<Vec<Seen>, Failure> {
        if self.sorted.chooses() {
            return Err(Failure::new("it chooses its nodes when it runs; name them"));
        }
        let names: Vec<Raw> = self.sorted.acted_on();
        let more = names.into_iter().chain([Raw::from("-o"), Raw::from("json")]);
        let answer = self.asked(self.sorted.question(&["get", "nodes"], more), "get nodes")?;
        let closed = json!(self.sorted.verb() != "uncordon");
        let mut seen = Vec::new();
        for (id, before) in all(&answer)? {
            let name = id.name.clone();
            let is_closed = before.pointer("/spec/unschedulable") == Some(&Value::Bool(true));
            let after = match (is_closed, closed.as_bool()) {
                (true, Some(false)) | (false, Some(true)) => with(before.clone(), "unschedulable", closed.clone()),
                _ => before.clone(),
            };
            seen.push(Seen { id, before: Some(before), after: Some(after), notes: Vec::new() });
            if way == Way::Drain {
                seen.extend(self.pods(&name)?);
            }
        }
        Ok(seen)
    }

    /// The pods that a drain puts off a node: not those of daemon sets, and not those that the node itself keeps.
    fn pods(&mut self, node: &str) -> Result<Vec<Seen>, Failure> {
        let chosen = format!("--field-selector=spec.nodeName={node}");
        let more = [Raw::from("-A"), Raw::from(chosen), Raw::from("-o"), Raw::from("json")];
        let answer = self.asked(self.sorted.question(&["get", "pods"], more), "get pods")?;
        let stays = |pod: &Value| {
            owner_kind(pod) == Some("DaemonSet")
                || pod.pointer("/metadata/annotations/kubernetes.io~1config.mirror").is_some()
        };
        let pods = all(&answer)?.into_iter().filter(|(_, pod)| !stays(pod));
        Ok(pods
            .map(|(id, pod)| Seen { id, notes: owner(&pod).into_iter().collect(), before: Some(pod), after: None })
            .collect())
    }
}

fn all_of(answer: &[u8]) -> Result<Vec<Value>, Failure> {
    Ok(all(answer)?.into_iter().map(|(_, object)| object).collect())
}

fn replicas(sorted: &Sorted) -> Result<u64, Failure> {
    let text = sorted.value(&["--replicas"]).and_then(Raw::as_str);
    text.and_then(|text| text.parse().ok()).ok_or_else(|| Failure::new("it does not say how many replicas"))
}

fn with(mut object: Value, field: &str, value: Value) -> Value {
    if let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) {
        spec.insert(field.to_owned(), value);
    }
    object
}

fn owner_kind(object: &Value) -> Option<&str> {
    let owners = object.pointer("/metadata/ownerReferences").and_then(Value::as_array)?;
    owners.iter().find(|owner| owner.get("controller") == Some(&Value::Bool(true)))?.get("kind")?.as_str()
}

fn owner(object: &Value) -> Option<String> {
    owner_kind(object).map(|kind| format!("its {} makes another in its place", kind.to_ascii_lowercase()))
}

fn rolled(sorted: &Sorted) -> Vec<String> {
    let text = match sorted.verb().as_str() {
        "rollout restart" => "its pods are replaced one after another".to_owned(),
        // What it goes back to is found by itself.
        "rollout undo" => return Vec::new(),
        "rollout pause" => "changes of it are not rolled out any more".to_owned(),
        _ => "changes of it are rolled out again, those that waited at once".to_owned(),
    };
    vec![text]
}
