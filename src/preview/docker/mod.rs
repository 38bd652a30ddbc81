//! docker: the containers, images, volumes and networks that a command acts on, as they are; compose's configuration beside
//! the containers that there are.
//!
//! Promises: what is named is pinned by the server's own ids and run by them; what a prune would find is listed, and looked
//! at again right before; what is in a volume that goes is said to be lost; values of variables are never read out.

pub(super) mod compose;
mod compose_words;
mod objects;
mod run;
mod services;
mod words;

use std::path::Path;

use crate::command::Command;
use crate::model::action::Action;
use crate::model::invocation::Raw;
use crate::model::preview::{Change, FieldChange, Hunk, LeftOpen, Pin, Risk};
use crate::model::secret::Redacted;
use crate::redact::Redactor;
use crate::undo::docker::{Back, way_back};

use super::Tool;
use super::made::{Made, RunWord, Runs};
use super::open;
use super::prober::{Failure, Prober};
use super::risk::risk_of;
use super::subject::{Standing, Subject};
use objects::{Asker, Object};
use words::{Deed, Kind, Sorted, deed};

/// The tool.
pub(super) const TOOL: Tool = Tool { tool: "docker", shows, make, pins, leaves_open, has_moved: open::never };

/// What a `prune` takes away is what is not used by then.
fn leaves_open(command: &Command, _: &Path) -> Option<LeftOpen> {
    let is_prune = open::words(command).iter().skip(1).any(|word| word.0 == b"prune");
    is_prune.then(|| open::open("what it takes away", "name what is to go"))
}

/// The most objects that one command may act on to be shown.
const OBJECTS: usize = 500;

fn shows(action: &Action) -> bool {
    deed(&action.operation).is_some() || compose::deed(&action.operation).is_some()
}

struct Looked {
    sorted: Sorted,
    deed: Deed,
    objects: Vec<Object>,
}

fn make(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Made, Failure> {
    let operation = subject.action.operation.as_str();
    if compose::deed(operation).is_some() {
        return compose::make(subject, prober);
    }
    if let Some((Deed::Run, _)) = deed(operation) {
        return run::make(subject, prober);
    }
    let looked = look(subject, prober)?;
    let redactor = prober.redactor();
    let hunks: Vec<Hunk> = looked.objects.iter().map(|object| hunk(&looked, object, redactor)).collect();
    let cwd = Raw::from(subject.directory.clone().into_os_string());
    let (undo, back) = way_back(back(&looked), &looked.sorted.start(), cwd);
    Ok(Made {
        summary: format!("{} in {}", summary(&looked, subject), subject.place()),
        pins: looked.objects.iter().map(|object| object.pin(redactor)).collect(),
        runs: runs(subject, &looked),
        hunks,
        undo,
        way_back: back,
    })
}

fn pins(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Vec<Pin>, Failure> {
    let operation = subject.action.operation.as_str();
    if compose::deed(operation).is_some() {
        return compose::pins(subject, prober);
    }
    if let Some((Deed::Run, _)) = deed(operation) {
        return Ok(run::make(subject, prober)?.pins);
    }
    let looked = look(subject, prober)?;
    Ok(looked.objects.iter().map(|object| object.pin(prober.redactor())).collect())
}

fn look(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Looked, Failure> {
    let operation = subject.action.operation.as_str();
    let (deed, kind) = deed(operation).ok_or_else(|| Failure::new("this verb cannot be shown"))?;
    let sorted = Sorted::sort(&subject.words, operation, deed)?;
    prober.allowed(subject, &sorted.question(&["ps"]))?;
    let mut asker = Asker { subject, program: subject.program.clone(), start: sorted.start(), prober };
    let objects = match (deed, kind) {
        (Deed::Prune, kind) => asker.pruned(kind, &sorted)?,
        (Deed::Rename, _) => {
            let names = sorted.names()?;
            let [name, _] = names.as_slice() else { return Err(Failure::new("it does not name one and another")) };
            asker.inspected(Kind::Container, std::slice::from_ref(name))?
        }
        (_, kind) => asker.inspected(kind.unwrap_or(Kind::Container), &sorted.names()?)?,
    };
    if objects.len() > OBJECTS {
        return Err(Failure::new(format!("it acts on {} objects; at most {OBJECTS} can be shown", objects.len())));
    }
    Ok(Looked { sorted, deed, objects })
}

impl Asker<'_, '_, '_> {
    /// What a prune finds now. Networks that nothing uses go first, so that all that is unused is listed.
    fn pruned(&mut self, kind: Option<Kind>, sorted: &Sorted) -> Result<Vec<Object>, Failure> {
        let is_asked = |one: Kind| kind.is_none_or(|kind| kind == one);
        let mut found = Vec::new();
        // Not every server knows every state by which docker filters.
        let all = self.listed(Kind::Container, &["ps", "-a", "-q", "--no-trunc"])?;
        let has_ended = |one: &&Object| ["created", "exited", "dead", "stopped"].contains(&one.state());
        let ended: Vec<Object> = all.iter().filter(has_ended).cloned().collect();
        let gone: Vec<String> =
            if is_asked(Kind::Container) { ended.iter().map(|one| one.id().to_owned()).collect() } else { Vec::new() };
        if is_asked(Kind::Network) {
            found.extend(
                self.listed(Kind::Network, &["network", "ls", "-q", "--no-trunc", "--filter", "dangling=true"])?,
            );
        }
        if is_asked(Kind::Image) {
            let dangling = ["images", "-q", "--no-trunc", "--filter", "dangling=true"];
            let unused = ["images", "-q", "--no-trunc"];
            let every = self.listed(Kind::Image, if sorted.has(&["-a", "--all"]) { &unused } else { &dangling })?;
            let kept: Vec<&str> =
                all.iter().filter(|one| !gone.contains(&one.id().to_owned())).map(Object::image_id).collect();
            found.extend(every.into_iter().filter(|image| !kept.contains(&image.id())));
        }
        let has_volumes = kind == Some(Kind::Volume) || (kind.is_none() && sorted.has(&["--volumes"]));
        if has_volumes {
            found.extend(self.listed(Kind::Volume, &["volume", "ls", "-q", "--filter", "dangling=true"])?);
        }
        if is_asked(Kind::Container) {
            found.extend(ended);
        }
        Ok(found)
    }
}

fn hunk(looked: &Looked, object: &Object, redactor: &Redactor) -> Hunk {
    let is_running = object.state() == "running";
    let ends = matches!(looked.deed, Deed::Stop | Deed::Kill) && object.goes_with_its_end();
    let change = match looked.deed {
        Deed::Remove | Deed::Prune => Change::Delete,
        _ if ends => Change::Delete,
        _ => Change::Update,
    };
    let (mut risk, mut why) = risk_of(change, object.care());
    if change == Change::Delete {
        why = object.care().map(|care| care.as_str().to_owned()).into_iter().collect();
        why.push(lost(object, looked));
        risk = if object.kind == Kind::Image && looked.deed == Deed::Prune { Risk::Usual } else { Risk::High };
    }
    if ends {
        why.push("it was started with `--rm`, and goes when it ends".to_owned());
    }
    let state = match (looked.deed, is_running) {
        (Deed::Stop | Deed::Kill, true) => Some("it runs now, and is ended"),
        (Deed::Restart, _) => Some("it is ended and started again"),
        (Deed::Remove, true) => Some("it runs now, and is killed where `--force` is given"),
        _ => None,
    };
    why.extend(state.map(str::to_owned));
    let fields = if change == Change::Update { moved(looked, object, redactor) } else { object.fields(redactor) };
    Hunk {
        change,
        what: redactor.text(&object.title()),
        risk,
        why: why.iter().map(|why| redactor.text(why)).collect(),
        fields,
        left_out: 0,
    }
}

/// What of an object is another afterwards.
fn moved(looked: &Looked, object: &Object, redactor: &Redactor) -> Vec<FieldChange> {
    let after = match looked.deed {
        Deed::Start | Deed::Restart | Deed::Unpause => Some("running"),
        Deed::Stop | Deed::Kill => Some("exited"),
        Deed::Pause => Some("paused"),
        Deed::Remove | Deed::Prune | Deed::Rename | Deed::Run => None,
    };
    let field = |name: &str, before: &str, after: &str| FieldChange {
        field: Redacted::assume_clean(name),
        before: Some(redactor.text(before)),
        after: Some(redactor.text(after)),
    };
    let state = after.filter(|after| *after != object.state()).map(|after| field("state", object.state(), after));
    let name = looked.sorted.operands.get(1).filter(|_| looked.deed == Deed::Rename);
    state.into_iter().chain(name.map(|name| field("name", &object.name(), &name.lossy()))).collect()
}

/// What goes with an object.
fn lost(object: &Object, looked: &Looked) -> String {
    match object.kind {
        Kind::Volume => "all that is in it is gone".to_owned(),
        Kind::Network => "containers that are made later do not find it".to_owned(),
        Kind::Image if object.digests().is_empty() => "it is kept nowhere that docker knows of".to_owned(),
        Kind::Image => "it can be fetched again".to_owned(),
        Kind::Container => {
            let unnamed = object.unnamed_volumes().len();
            let volumes = match unnamed {
                0 => "what is in its volumes stays",
                _ if looked.deed == Deed::Remove && looked.sorted.has(&["-v", "--volumes"]) => {
                    "so is what is in volumes without a name"
                }
                _ => "volumes without a name stay, and nothing names them any more",
            };
            format!("what it wrote into its own files is gone; {volumes}")
        }
    }
}

fn summary(looked: &Looked, subject: &Subject<'_>) -> String {
    let mut told = Vec::new();
    for kind in [Kind::Volume, Kind::Container, Kind::Network, Kind::Image] {
        let count = looked.objects.iter().filter(|object| object.kind == kind).count();
        if count > 0 {
            told.push(format!("{count} {}(s)", kind.as_str()));
        }
    }
    let nothing = if told.is_empty() { "nothing, as it was looked at just now".to_owned() } else { told.join(", ") };
    let rest = match (looked.deed, subject.action.operation.as_str()) {
        (Deed::Prune, "system prune") => " and the build cache, which is not listed; it chooses again when it runs",
        (Deed::Prune, _) => "; it chooses again when it runs",
        _ => "",
    };
    let verb = subject.action.operation.rsplit(' ').next().unwrap_or_default();
    format!("to {verb}: {nothing}{rest}")
}

/// The same on the ids that were seen. A name of an image is one of several, and a volume has no other.
fn runs(subject: &Subject<'_>, looked: &Looked) -> Option<Runs> {
    let is_by_id = looked.objects.iter().all(|one| matches!(one.kind, Kind::Container | Kind::Network));
    if subject.standing != Standing::Whole || looked.deed == Deed::Prune || !is_by_id {
        return None;
    }
    let ids: Vec<String> = looked.objects.iter().map(|object| object.id().to_owned()).collect();
    Some(Runs { argv: looked.sorted.on(&ids).into_iter().map(RunWord::Word).collect(), files: Vec::new() })
}

fn back(looked: &Looked) -> Back {
    let of = |state: &str| -> Vec<Raw> {
        let chosen = looked.objects.iter().filter(|object| object.state() == state && !object.goes_with_its_end());
        chosen.map(|object| Raw::from(object.id())).collect()
    };
    let words = |verb: &str, ids: Vec<Raw>, note: &str| match ids.is_empty() {
        true => Back::Nothing("nothing of it changes in a way that can be taken back".to_owned()),
        false => Back::Words(std::iter::once(Raw::from(verb)).chain(ids).collect(), note.to_owned()),
    };
    match looked.deed {
        Deed::Stop | Deed::Kill => {
            words("start", of("running"), "starts what ran before; what it had in memory is gone")
        }
        Deed::Start => {
            let ended: Vec<Raw> = ["exited", "created"].into_iter().flat_map(of).collect();
            words("stop", ended, "stops what did not run before; what it did meanwhile stays")
        }
        Deed::Pause => words("unpause", of("running"), "lets it go on"),
        Deed::Unpause => words("pause", of("paused"), "holds it again"),
        Deed::Rename => match looked.objects.first() {
            Some(object) => Back::Words(
                ["rename", object.id(), &object.name()].map(Raw::from).to_vec(),
                "gives it its name of before".to_owned(),
            ),
            None => Back::Nothing("nothing is renamed".to_owned()),
        },
        Deed::Restart => Back::Nothing("what was restarted was restarted".to_owned()),
        Deed::Remove | Deed::Prune | Deed::Run => removed(looked),
    }
}

fn removed(looked: &Looked) -> Back {
    let digests: Vec<String> = looked.objects.iter().flat_map(|one| one.digests().into_iter().take(1)).collect();
    let is_images = looked.objects.iter().all(|one| one.kind == Kind::Image && !one.digests().is_empty());
    if is_images && !looked.objects.is_empty() {
        let step = |digest: &String| format!("`aigov exec -- docker pull {digest}`");
        return Back::ByHand(digests.iter().map(step).collect());
    }
    Back::Nothing("docker keeps nothing of what is removed: only a copy from before brings it back".to_owned())
}
