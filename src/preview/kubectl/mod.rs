//! kubectl: what the server says that a command would do (`--dry-run=server`), and the objects as they are, which are kept
//! for the way back.
//!
//! Promises: what chooses objects by a selector is run on exactly the objects that were listed, and manifests as they were
//! read; each object is looked at again right before the run; values of Secrets are never shown.

mod look;
mod manifests;
pub(super) mod object;
mod open;
mod revisions;
mod words;

use std::collections::BTreeMap;

use crate::chain::digest_json;
use crate::exec::probe::Answered;
use crate::model::action::Action;
use crate::model::invocation::Raw;
use crate::model::preview::{Change, FieldChange, Hunk, Pin, Risk};
use crate::model::secret::Redacted;
use crate::redact::Redactor;
use crate::undo::kubectl::{Asked, Past, way_back};

use super::Tool;
use super::made::{Made, RunWord, Runs};
use super::prober::{Failure, Prober};
use super::risk::risk_of;
use super::said::said;
use super::subject::{Standing, Subject};
use look::{Looked, Seen, Way, look};

/// The tool.
pub(super) const TOOL: Tool =
    Tool { tool: "kubectl", shows, make, pins, leaves_open: open::leaves_open, has_moved: object::has_moved };

/// How many objects are pinned one by one; the others by one digest of all.
const PINS: usize = 200;
/// With more objects than this, what is deleted is named and not read out.
const READ_OUT: usize = 5;
/// What the list of objects is called among the kept files.
const LIST: &str = "objects";

fn shows(action: &Action) -> bool {
    Way::of(&action.operation).is_some()
}

fn make(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Made, Failure> {
    let looked = look(subject, prober)?;
    let secrets = looked.seen.iter().flat_map(|seen| [&seen.before, &seen.after]).flatten().flat_map(object::secrets);
    let redactor = prober.redactor().clone().knowing(secrets);
    let mut counts: BTreeMap<Change, (usize, Vec<&'static str>)> = BTreeMap::new();
    let mut hunks = Vec::new();
    for seen in &looked.seen {
        if let Some(hunk) = hunk(&looked, seen, &redactor) {
            let (count, cares) = counts.entry(hunk.change).or_default();
            *count += 1;
            cares.extend(seen.id.care().map(|care| care.as_str()).filter(|care| !cares.contains(care)));
            hunks.push(hunk);
        }
    }
    let past: Vec<Past> = looked
        .seen
        .iter()
        .filter(|seen| looked.way.is_as_it_is() || seen.before.as_ref() != seen.after.as_ref())
        .map(|seen| Past {
            title: seen.id.title(),
            named: seen.id.named(),
            before: seen.before.as_ref().map(object::restorable),
        })
        .collect();
    let asked = Asked {
        program: looked.sorted.program(),
        cwd: Raw::from(subject.directory.clone().into_os_string()),
        operation: &subject.action.operation,
        place: &looked.sorted.place_of_objects(),
    };
    let (undo, way_back) = way_back(looked.way.back(&looked.sorted.verb()), &past, &asked);
    Ok(Made {
        summary: format!("{} in {}{}", summary(&counts, &looked, &hunks), subject.place(), again(subject, &looked)),
        hunks,
        pins: pins_of(&looked.seen),
        runs: runs(subject, &looked),
        undo,
        way_back,
    })
}

fn pins(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Vec<Pin>, Failure> {
    Ok(pins_of(&look(subject, prober)?.seen))
}

fn pins_of(seen: &[Seen]) -> Vec<Pin> {
    // A name that the server makes is another one each time.
    let is_ours = |seen: &&Seen| {
        let made = seen.after.as_ref().is_some_and(|after| after.pointer("/metadata/generateName").is_some());
        seen.before.is_some() || !made
    };
    let all: Vec<Pin> = seen.iter().filter(is_ours).map(|seen| seen.id.pin(seen.before.as_ref())).collect();
    let (mut one_by_one, rest): (Vec<_>, Vec<_>) = all.into_iter().enumerate().partition(|(at, _)| *at < PINS);
    let rest: Vec<Pin> = rest.into_iter().map(|(_, pin)| pin).collect();
    if let (false, Ok(digest)) = (rest.is_empty(), digest_json("aigov-kubernetes-objects-v1", &rest)) {
        let what = Redacted::assume_clean(format!("the other {} objects", rest.len()));
        one_by_one.push((PINS, Pin { what, was: Redacted::assume_clean(digest.to_string()) }));
    }
    one_by_one.into_iter().map(|(_, pin)| pin).collect()
}

fn hunk(looked: &Looked, seen: &Seen, redactor: &Redactor) -> Option<Hunk> {
    let (before, after) = (seen.before.as_ref(), seen.after.as_ref());
    let change = match (looked.way, before, after) {
        (Way::Delete, ..) | (Way::Drain, _, None) => Change::Delete,
        (_, None, _) => Change::Create,
        _ => Change::Update,
    };
    let mut fields = match change {
        Change::Delete if looked.seen.len() > READ_OUT => Vec::new(),
        // What goes back has a template to go back to; what is started anew stays as it is.
        _ if looked.way == Way::Rollout && after.is_none() => Vec::new(),
        _ => object::changes(before, after, redactor),
    };
    let shows_all = looked.way != Way::Rollout || after.is_some();
    if change == Change::Update && fields.is_empty() && shows_all {
        return None;
    }
    let (risk, mut why) = risk_of(change, seen.id.care());
    if looked.way == Way::Drain && change == Change::Delete {
        why = vec!["it is put off the node; one without a controller does not come back".to_owned()];
    }
    why.extend(seen.notes.iter().cloned());
    let graver: Vec<String> =
        if change == Change::Update { fields.iter().filter_map(grave).collect() } else { Vec::new() };
    let risk = if graver.is_empty() { risk } else { Risk::High };
    why.extend(graver);
    fields.sort_by_key(|field| grave(field).is_none());
    let namespace = if seen.id.namespace.is_empty() { String::new() } else { format!(" in {}", seen.id.namespace) };
    Some(Hunk {
        change,
        what: redactor.text(&format!("{}{namespace}", seen.id.title())),
        risk,
        why: why.iter().map(|why| redactor.text(why)).collect(),
        fields,
        left_out: 0,
    })
}

/// Why a field's change needs care.
pub(super) fn grave(field: &FieldChange) -> Option<String> {
    let name = field.field.as_str();
    let after = field.after.as_ref().map(Redacted::as_str);
    if name == "spec.replicas" && after == Some("0") {
        return Some("it is stopped: no replicas are left".to_owned());
    }
    (name.ends_with(".image")).then(|| "another image runs".to_owned())
}

fn summary(counts: &BTreeMap<Change, (usize, Vec<&str>)>, looked: &Looked, hunks: &[Hunk]) -> String {
    let one = |change: Change, word: &str| {
        let (count, cares) = counts.get(&change).map_or((0, &[][..]), |(count, cares)| (*count, &cares[..]));
        let cares = if cares.is_empty() { String::new() } else { format!(" ({})", cares.join(", ")) };
        format!("{count} to {word}{cares}")
    };
    let word = match looked.way {
        Way::Delete => return one(Change::Delete, "delete"),
        Way::Rollout => return one(Change::Update, looked.sorted.verb().trim_start_matches("rollout ")),
        Way::Drain => format!("{}, {}", one(Change::Update, "drain"), one(Change::Delete, "put off")),
        Way::Cordon | Way::Dry => format!("{}, {}", one(Change::Create, "add"), one(Change::Update, "change")),
    };
    let nothing = if hunks.is_empty() { ": the server did it on trial, and nothing would change" } else { "" };
    format!("{word}{nothing}")
}

/// What is to be known of a command that something else starts.
fn again(subject: &Subject<'_>, looked: &Looked) -> &'static str {
    match (subject.standing, looked.list.is_some()) {
        (Standing::Whole, _) => "",
        (Standing::Part, false) => " (as it is now; something else starts it)",
        (Standing::Part, true) => " (as it is now; something else starts it, so it chooses again when it runs)",
    }
}

/// Exactly these objects and these manifests, where it is kubectl itself that is started.
fn runs(subject: &Subject<'_>, looked: &Looked) -> Option<Runs> {
    if subject.standing != Standing::Whole {
        return None;
    }
    // No word of an argument vector has this form.
    let marker = |name: &str| Raw::from(format!("\0{name}"));
    let (argv, files) = match (&looked.list, &looked.manifests) {
        (Some(list), _) => (looked.sorted.on_list(&marker(LIST)).words(), vec![(LIST.to_owned(), list.clone())]),
        (None, Some(files)) => {
            let names: Vec<Raw> = files.iter().map(|(name, _)| marker(name)).collect();
            (looked.sorted.with_files(&names), files.clone())
        }
        (None, None) => return None,
    };
    let word = |word: Raw| match word.0.strip_prefix(b"\0").map(String::from_utf8_lossy) {
        Some(name) => RunWord::File(name.into_owned()),
        None => RunWord::Word(word),
    };
    Some(Runs { argv: argv.into_iter().map(word).collect(), files })
}

/// A text that names these objects and says no more of them.
fn list_of(seen: &[Seen]) -> Vec<u8> {
    seen.iter().map(|seen| format!("{}\n", seen.id.named())).collect::<String>().into_bytes()
}

/// What kubectl said when it did not do what it was asked.
fn refused(verb: &str, answered: &Answered) -> Failure {
    let said = said(&answered.err).join("; ");
    let code = answered.exit_code.map_or_else(|| "by a signal".to_owned(), |code| format!("with {code}"));
    let said = if said.is_empty() { "it said nothing".to_owned() } else { said };
    Failure::new(format!("`kubectl {verb}` ended {code}: {said}"))
}
