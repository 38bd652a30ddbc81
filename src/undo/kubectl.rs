//! kubectl: the objects as they were, made or put back.

use serde_json::Value;

use crate::model::invocation::Raw;
use crate::model::preview::{TICKET, Undo, WayBack};
use crate::model::secret::Redacted;

/// A path at which nothing can be made: what it names is kept, and laid out for the run.
const KEPT: &str = "/proc/aigov/previous.json";
/// What the objects are called among the kept files.
const FILE: &str = "previous.json";
/// The most bytes of objects that are kept.
const LARGEST: usize = 16 * 1024 * 1024;
/// Kinds of which more goes than the object, and what.
const LOSSES: &[(&str, &str)] = &[
    ("Namespace", "everything in a namespace goes with it"),
    ("PersistentVolumeClaim", "the data of a volume may go with its claim"),
    ("PersistentVolume", "the data may go with its volume"),
    ("CustomResourceDefinition", "all objects of its kind go with a definition"),
    ("Job", "a job that is made again runs again"),
    ("Node", "a node registers itself"),
];

/// What leads back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    /// What was changed is put back, what was added is deleted.
    Replace,
    /// What was deleted is made again.
    Create,
    /// Rollouts have a way of their own.
    Rollout,
    /// The node is opened again.
    Uncordon,
    /// The node is closed again.
    Cordon,
}

/// The command that would be taken back.
pub struct Asked<'a> {
    /// Its program as it was called.
    pub program: &'a Raw,
    /// Where it was asked.
    pub cwd: Raw,
    /// What it does.
    pub operation: &'a str,
    /// The flags that say which cluster.
    pub place: &'a [Raw],
}

/// One object of the time before.
pub struct Past {
    /// `deployment/web`.
    pub title: String,
    /// As little of it as names it.
    pub named: Value,
    /// As it was; none where it was not there.
    pub before: Option<Value>,
}

impl Past {
    fn kind(&self) -> &str {
        self.named.get("kind").and_then(Value::as_str).unwrap_or_default()
    }

    fn has_owner(&self) -> bool {
        let owners = self.before.as_ref().and_then(|before| before.pointer("/metadata/ownerReferences"));
        owners.and_then(Value::as_array).is_some_and(|owners| !owners.is_empty())
    }
}

/// The way back of a command on these objects.
pub fn way_back(back: Back, past: &[Past], asked: &Asked<'_>) -> (Undo, Option<WayBack>) {
    match back {
        Back::Rollout => (rollout(asked.operation), None),
        _ if past.is_empty() => (nothing("nothing changes"), None),
        Back::Uncordon => {
            node("uncordon", "opens the node(s) again; pods that were put off do not come back by it", past, asked)
        }
        Back::Cordon => node("cordon", "closes the node(s) again; pods that came meanwhile stay", past, asked),
        Back::Create => create(past, asked),
        Back::Replace => replace(past, asked),
    }
}

fn rollout(operation: &str) -> Undo {
    let by_hand = |step: &str| Undo::ByHand { steps: vec![clean(step)] };
    match operation {
        "rollout pause" => by_hand("`aigov exec -- kubectl rollout resume` on the same"),
        "rollout resume" => by_hand("`aigov exec -- kubectl rollout pause` on the same; what was rolled out stays"),
        "rollout undo" => by_hand("`aigov exec -- kubectl rollout undo` on the same goes back to the revision of now"),
        _ => nothing("what was restarted was restarted; nothing else changes"),
    }
}

fn create(past: &[Past], asked: &Asked<'_>) -> (Undo, Option<WayBack>) {
    if let Some((one, (_, why))) =
        past.iter().find_map(|one| Some((one, LOSSES.iter().find(|(kind, _)| *kind == one.kind())?)))
    {
        return (nothing(&format!("{}: {why}; making the object again does not bring it back", one.title)), None);
    }
    let (owned, free): (Vec<&Past>, Vec<&Past>) = past.iter().partition(|one| one.has_owner());
    if free.is_empty() {
        return (nothing("what made these objects makes others in their place; what ran in them is gone"), None);
    }
    let rest =
        if owned.is_empty() { String::new() } else { format!("; {} made by others are left to them", owned.len()) };
    let note =
        format!("makes the {} deleted object(s) again as they were; what ran in them starts anew{rest}", free.len());
    let objects = free.into_iter().filter_map(|one| one.before.clone()).collect();
    with_file(&["create"], objects, note, asked)
}

fn replace(past: &[Past], asked: &Asked<'_>) -> (Undo, Option<WayBack>) {
    let (changed, added): (Vec<&Past>, Vec<&Past>) = past.iter().partition(|one| one.before.is_some());
    if changed.is_empty() {
        if let Some(one) = added.iter().find(|one| one.kind() == "Namespace") {
            return (by_hand(&[&format!("look at what is in {}, then delete it", one.title)]), None);
        }
        let note = format!("deletes the {} object(s) that are added, with what is in them by then", added.len());
        let objects = added.into_iter().map(|one| one.named.clone()).collect();
        return with_file(&["delete"], objects, note, asked);
    }
    let stay = if added.is_empty() {
        String::new()
    } else {
        let names: Vec<&str> = added.iter().take(5).map(|one| one.title.as_str()).collect();
        format!("; what is added stays ({} object(s): {})", added.len(), names.join(", "))
    };
    let note = format!("puts the {} changed object(s) back as they were{stay}", changed.len());
    let objects = changed.into_iter().filter_map(|one| one.before.clone()).collect();
    with_file(&["replace"], objects, note, asked)
}

fn node(verb: &str, note: &str, past: &[Past], asked: &Asked<'_>) -> (Undo, Option<WayBack>) {
    let nodes: Vec<Raw> = past
        .iter()
        .filter(|one| one.kind() == "Node")
        .filter_map(|one| one.named.pointer("/metadata/name").and_then(Value::as_str).map(Raw::from))
        .collect();
    if nodes.is_empty() {
        return (nothing("the node was closed already, and pods that are put off do not come back"), None);
    }
    let argv = words(asked, &[verb], nodes);
    command(argv, Vec::new(), note.to_owned(), asked)
}

fn with_file(verb: &[&str], objects: Vec<Value>, note: String, asked: &Asked<'_>) -> (Undo, Option<WayBack>) {
    let bytes = objects.iter().map(|object| format!("{object}\n")).collect::<String>().into_bytes();
    if bytes.len() > LARGEST {
        return (by_hand(&["there are too many objects to keep; take a copy first: `kubectl get … -o yaml`"]), None);
    }
    let argv = words(asked, verb, vec![Raw::from("-f"), Raw::from(KEPT)]);
    command(argv, vec![(FILE.to_owned(), Raw(bytes))], note, asked)
}

fn words(asked: &Asked<'_>, verb: &[&str], more: Vec<Raw>) -> Vec<Raw> {
    let verb = verb.iter().map(|word| Raw::from(*word));
    std::iter::once(asked.program.clone()).chain(verb).chain(asked.place.iter().cloned()).chain(more).collect()
}

fn command(argv: Vec<Raw>, files: Vec<(String, Raw)>, note: String, asked: &Asked<'_>) -> (Undo, Option<WayBack>) {
    let undo = Undo::Command { command: clean(&format!("aigov rollback {TICKET}")), note: clean(&note) };
    (undo, Some(WayBack { argv, cwd: asked.cwd.clone(), files }))
}

fn nothing(why: &str) -> Undo {
    Undo::Nothing { why: clean(why) }
}

fn by_hand(steps: &[&str]) -> Undo {
    Undo::ByHand { steps: steps.iter().map(|step| clean(step)).collect() }
}

fn clean(text: &str) -> Redacted {
    Redacted::assume_clean(text)
}
