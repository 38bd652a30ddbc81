//! helm: what a release would hold, rendered by helm itself on trial (`--dry-run=server`), beside what it holds now.
//!
//! Promises: what is not understood in full is not shown as if it were; the release is pinned by its revisions, the chart by
//! what it renders, which is rendered again right before the run; values of Secrets are never shown. What somebody changed
//! in the cluster by hand is not in helm's own account, and the summary says so.

mod pins;
mod release;
mod words;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::command::Command;
use crate::model::action::Action;
use crate::model::invocation::Raw;
use crate::model::preview::{Change, FieldChange, Hunk, LeftOpen, Pin, Risk};
use crate::redact::Redactor;
use crate::undo::helm::{Back, way_back};

use super::Tool;
use super::kubectl::grave;
use super::kubectl::object::{self, Id};
use super::made::{Made, RunWord, Runs};
use super::open;
use super::prober::{Failure, Prober};
use super::risk::{care_for, risk_of};
use super::subject::{Standing, Subject};
use pins::{chart_pins, pins_of};
use release::{Asker, Hook, Release, Revision};
use words::{Sorted, Verb};

/// The tool.
pub(super) const TOOL: Tool = Tool { tool: "helm", shows, make, pins, leaves_open, has_moved: open::never };

/// What a chart renders by then, unless it is a packed one that is named and so bound.
fn leaves_open(command: &Command, directory: &Path) -> Option<LeftOpen> {
    let words = open::words(command);
    let has = |verb: &str| words.iter().skip(1).any(|word| word.0 == verb.as_bytes());
    let is_packed =
        words.iter().skip(1).any(|word| word.0.ends_with(b".tgz") && directory.join(word.as_os()).is_file());
    ((has("install") || has("upgrade")) && !is_packed)
        .then(|| open::open("what its chart renders when it runs", "pack the chart (`helm package`) and name the file"))
}

fn shows(action: &Action) -> bool {
    Verb::of(&action.operation).is_some()
}

/// One release, as it is and as it would be.
struct One {
    name: String,
    /// Its revisions; none where it is not there.
    history: Vec<Revision>,
    before: Option<Release>,
    after: Option<Release>,
    /// Objects that are rendered otherwise each time.
    moving: Vec<Id>,
    /// The revision that a rollback goes to.
    target: Option<u64>,
}

/// All that a command is about.
struct Looked {
    sorted: Sorted,
    all: Vec<One>,
    definitions: Vec<(Id, Value)>,
    pins: Vec<Pin>,
}

fn make(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Made, Failure> {
    let looked = look(subject, prober)?;
    let releases = || looked.all.iter().flat_map(|one| one.before.iter().chain(&one.after));
    let secrets: Vec<String> = releases().flat_map(|release| release.secrets.iter().cloned()).collect();
    let redactor = prober.redactor().clone().knowing(secrets);
    let mut hunks: Vec<Hunk> = looked.all.iter().flat_map(|one| hunks_of(one, &looked.sorted, &redactor)).collect();
    let seen = |change: Change| hunks.iter().filter(|hunk| hunk.change == change).count();
    let counts = format!(
        "{} to add, {} to change, {} to delete",
        seen(Change::Create),
        seen(Change::Update) + seen(Change::Replace),
        seen(Change::Delete)
    );
    let hooks = seen(Change::Run);
    let nothing = if hunks.is_empty() { ": helm rendered it, and nothing would change" } else { "" };
    let hooks = if hooks == 0 { String::new() } else { format!(", {hooks} hook(s) to run") };
    for (id, _) in &looked.definitions {
        let is_ours = releases().any(|release| release.objects.contains_key(id));
        if !is_ours {
            hunks.push(definition(id, &redactor));
        }
    }
    let names: Vec<String> = looked.all.iter().map(told_of).collect();
    let cwd = Raw::from(subject.directory.clone().into_os_string());
    let (undo, way_back) = way_back(&back(&looked)?, looked.sorted.program(), &looked.sorted.place(), &cwd);
    Ok(Made {
        summary: format!(
            "{counts}{hooks}{nothing}: {} in {} (as helm keeps it; what was changed by hand is not in it)",
            names.join(", "),
            subject.place()
        ),
        hunks,
        pins: looked.pins.clone(),
        runs: runs(subject, &looked),
        undo,
        way_back,
    })
}

fn pins(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Vec<Pin>, Failure> {
    Ok(look(subject, prober)?.pins)
}

fn look(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Looked, Failure> {
    let verb = Verb::of(&subject.action.operation).ok_or_else(|| Failure::new("this verb cannot be shown"))?;
    let sorted = Sorted::sort(verb, &subject.words)?;
    let names = sorted.releases()?;
    // A kubeconfig can name a program that hands out credentials, and a chart can be fetched: policy is asked for both.
    let first = names.first().map(String::as_str).unwrap_or_default();
    prober.allowed(subject, &sorted.question(&["history"], &[first]))?;
    if let Some(chart) = sorted.chart() {
        prober.allowed(subject, &sorted.dry())?;
        is_not_option(chart)?;
    }
    let mut asker = Asker { subject, sorted: &sorted, prober };
    let mut all = Vec::new();
    for name in names {
        all.push(asker.one(name)?);
    }
    let definitions = match sorted.chart() {
        Some(chart) if !sorted.has(&["--skip-crds"]) && all.iter().all(|one| one.before.is_none()) => {
            asker.definitions(chart)?
        }
        _ => Vec::new(),
    };
    let mut pins = chart_pins(&sorted, &subject.directory, asker.prober.redactor())?;
    for one in &all {
        pins.extend(pins_of(one, asker.prober.redactor()));
    }
    Ok(Looked { sorted, all, definitions, pins })
}

fn is_not_option(chart: &Raw) -> Result<(), Failure> {
    chart.as_str().map(|_| ()).ok_or_else(|| Failure::new("the chart is not named in UTF-8"))
}

impl Asker<'_, '_, '_> {
    fn one(&mut self, name: String) -> Result<One, Failure> {
        let history = self.history(&name)?;
        let base = base(&history, self.sorted.verb)?;
        let before = base.map(|revision| self.at(&name, revision)).transpose()?;
        let mut one = One { name, history, before, after: None, moving: Vec::new(), target: None };
        match self.sorted.verb {
            Verb::Uninstall => {}
            Verb::Rollback => {
                let target = target(&one.history, self.sorted.revision()?)?;
                one.after = Some(self.at(&one.name, target)?);
                one.target = Some(target);
            }
            Verb::Install | Verb::Upgrade => {
                let (first, second) = (self.rendered()?, self.rendered()?);
                let moves = |(id, value): (&Id, &Value)| (second.objects.get(id) != Some(value)).then(|| id.clone());
                one.moving = first.objects.iter().filter_map(moves).collect();
                one.after = Some(first);
            }
        }
        Ok(one)
    }
}

/// The revision that is there now: what helm itself takes the difference to.
fn base(history: &[Revision], verb: Verb) -> Result<Option<u64>, Failure> {
    let Some(last) = history.last() else {
        return match verb {
            Verb::Install | Verb::Upgrade => Ok(None),
            Verb::Rollback | Verb::Uninstall => Err(Failure::new("helm knows no such release there")),
        };
    };
    if last.status.starts_with("pending") || last.status == "uninstalling" {
        return Err(Failure::new(format!("another operation is under way: the release is `{}`", last.status)));
    }
    let deployed = history.iter().rev().find(|one| one.status == "deployed");
    match (deployed, last.status.as_str()) {
        (Some(deployed), _) => Ok(Some(deployed.revision)),
        (None, "failed" | "superseded") => Ok(Some(last.revision)),
        (None, "uninstalled") if verb == Verb::Rollback => Ok(None),
        (None, status) => Err(Failure::new(format!("the release is `{status}`, and what is there of it is not known"))),
    }
}

/// The revision that a rollback goes to. helm takes the one before the last where none is named.
fn target(history: &[Revision], named: Option<u64>) -> Result<u64, Failure> {
    let last = history.last().map_or(0, |one| one.revision);
    let wanted = named.unwrap_or_else(|| last.saturating_sub(1));
    let is_kept = history.iter().any(|one| one.revision == wanted);
    if is_kept { Ok(wanted) } else { Err(Failure::new(format!("helm keeps no revision {wanted} of the release"))) }
}

fn hunks_of(one: &One, sorted: &Sorted, redactor: &Redactor) -> Vec<Hunk> {
    let empty = BTreeMap::new();
    let before = one.before.as_ref().map_or(&empty, |release| &release.objects);
    let after = one.after.as_ref().map_or(&empty, |release| &release.objects);
    let mut hunks = Vec::new();
    for (id, was) in before {
        hunks.extend(hunk(id, (Some(was), after.get(id)), one, sorted, redactor));
    }
    for (id, is) in after.iter().filter(|(id, _)| !before.contains_key(id)) {
        hunks.extend(hunk(id, (None, Some(is)), one, sorted, redactor));
    }
    if !sorted.has(&["--no-hooks"]) {
        let release = if sorted.verb == Verb::Uninstall { &one.before } else { &one.after };
        let hooks = release.iter().flat_map(|release| &release.hooks);
        hunks.extend(hooks.filter_map(|(hook, objects)| ran(hook, objects, one, sorted.verb, redactor)));
    }
    if sorted.has(&["--create-namespace"])
        && let Some(release) = &one.after
        && one.before.is_none()
    {
        let why = vec!["made where it is not there yet".to_owned()];
        let what = format!("namespace/{}", release.namespace);
        hunks.push(titled(Change::Create, &what, Risk::Usual, why, redactor));
    }
    hunks
}

fn hunk(
    id: &Id,
    (before, after): (Option<&Value>, Option<&Value>),
    one: &One,
    sorted: &Sorted,
    redactor: &Redactor,
) -> Option<Hunk> {
    let is_kept = before.and_then(|was| was.pointer("/metadata/annotations/helm.sh~1resource-policy"));
    let change = match (before, after) {
        (None, _) => Change::Create,
        (Some(_), None) if is_kept.and_then(Value::as_str) == Some("keep") => Change::Forget,
        (Some(_), None) => Change::Delete,
        (Some(_), Some(_)) if sorted.has(&["--force", "--recreate-pods"]) => Change::Replace,
        (Some(_), Some(_)) => Change::Update,
    };
    let fields = object::changes(before, after, redactor);
    if before.is_some() && after.is_some() && fields.is_empty() && !one.moving.contains(id) {
        return None;
    }
    let (risk, mut why) = risk_of(change, id.care());
    if one.moving.contains(id) {
        why.push(
            "the chart makes it otherwise each time (by chance, or by the time): what will be is not this".to_owned(),
        );
    }
    let graver: Vec<String> =
        if before.is_some() && after.is_some() { fields.iter().filter_map(grave).collect() } else { Vec::new() };
    let risk = if graver.is_empty() && !one.moving.contains(id) { risk } else { Risk::High };
    why.extend(graver);
    let place = if id.namespace.is_empty() { String::new() } else { format!(" in {}", id.namespace) };
    let mut hunk = titled(change, &format!("{}{place}", id.title()), risk, why, redactor);
    hunk.fields = match change {
        Change::Delete | Change::Forget => Vec::new(),
        _ => first_grave(fields),
    };
    Some(hunk)
}

fn first_grave(mut fields: Vec<FieldChange>) -> Vec<FieldChange> {
    fields.sort_by_key(|field| grave(field).is_none());
    fields
}

/// A hook that this verb runs.
fn ran(hook: &Hook, objects: &[(Id, Value)], one: &One, verb: Verb, redactor: &Redactor) -> Option<Hunk> {
    let when = match (verb, &one.before) {
        (Verb::Install, _) | (Verb::Upgrade, None) => "install",
        (Verb::Upgrade, Some(_)) => "upgrade",
        (Verb::Rollback, _) => "rollback",
        (Verb::Uninstall, _) => "delete",
    };
    let events: Vec<&str> = hook
        .events
        .iter()
        .map(String::as_str)
        .filter(|event| event.split_once('-').is_some_and(|(_, e)| e == when))
        .collect();
    if events.is_empty() {
        return None;
    }
    let names: Vec<String> = objects.iter().map(|(id, _)| id.title()).collect();
    let titles: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut why: Vec<String> = care_for(&titles).map(|care| care.as_str().to_owned()).into_iter().collect();
    why.push(format!("it runs at {}, and nothing shows beforehand what it does", events.join(" and ")));
    let mut hunk = titled(Change::Run, &format!("hook {}", names.join(", ")), Risk::High, why, redactor);
    hunk.fields = objects.iter().flat_map(|(_, object)| object::changes(None, Some(object), redactor)).collect();
    Some(hunk)
}

fn definition(id: &Id, redactor: &Redactor) -> Hunk {
    let why = vec!["made where it is not there yet; helm neither changes nor deletes it afterwards".to_owned()];
    titled(Change::Create, &id.title(), Risk::High, why, redactor)
}

fn titled(change: Change, what: &str, risk: Risk, why: Vec<String>, redactor: &Redactor) -> Hunk {
    let why = why.iter().map(|why| redactor.text(why)).collect();
    Hunk { change, what: redactor.text(what), risk, why, fields: Vec::new(), left_out: 0 }
}

/// `web (revision 3, shop-1.2.3 → shop-1.2.4)`.
fn told_of(one: &One) -> String {
    let last = one.history.last();
    let chart = one.after.as_ref().map(|after| after.chart.as_str()).filter(|chart| !chart.is_empty());
    match (last, one.target) {
        (Some(last), Some(target)) => {
            let chart = one.history.iter().find(|known| known.revision == target).map(|known| known.chart.as_str());
            let chart = chart.unwrap_or_default();
            format!(
                "{} from revision {} ({}) to what revision {target} was ({chart})",
                one.name, last.revision, last.chart
            )
        }
        (Some(last), None) => {
            let chart =
                chart.filter(|chart| *chart != last.chart).map(|chart| format!(" → {chart}")).unwrap_or_default();
            format!("{} (revision {}, {}{chart})", one.name, last.revision, last.chart)
        }
        (None, _) => format!("{} (new, {})", one.name, chart.unwrap_or("chart not told")),
    }
}

fn back(looked: &Looked) -> Result<Back, Failure> {
    let one = looked.all.first().ok_or_else(|| Failure::new("it names no release"))?;
    let name = one.name.clone();
    let keeps_one = looked.sorted.value("--history-max").is_some_and(|most| most == "1");
    Ok(match (looked.sorted.verb, one.history.last()) {
        (Verb::Install | Verb::Upgrade, None) => Back::Uninstall { name },
        (Verb::Uninstall, _) if looked.all.len() > 1 || !looked.sorted.has(&["--keep-history"]) => {
            let charts =
                looked.all.iter().filter_map(|one| one.history.last()).map(|last| last.chart.clone()).collect();
            Back::Forgotten { charts }
        }
        (_, Some(last)) if last.status == "deployed" && !keeps_one => Back::Rollback { name, revision: last.revision },
        (_, Some(last)) => Back::NotDeployed { name, status: last.status.clone() },
        (Verb::Rollback | Verb::Uninstall, None) => return Err(Failure::new("helm knows no such release there")),
    })
}

/// A rollback to the revision that was shown, where the words leave it to helm.
fn runs(subject: &Subject<'_>, looked: &Looked) -> Option<Runs> {
    let target = looked.all.first()?.target?;
    let is_named = looked.sorted.revision().ok()?.is_some();
    let words = looked.sorted.to(target);
    (subject.standing == Standing::Whole && !is_named)
        .then(|| Runs { argv: words.into_iter().map(RunWord::Word).collect(), files: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(all: &[(u64, &str)]) -> Vec<Revision> {
        let one = |(revision, status): &(u64, &str)| Revision {
            revision: *revision,
            status: (*status).to_owned(),
            chart: format!("shop-{revision}"),
        };
        all.iter().map(one).collect()
    }

    #[test]
    fn the_revision_that_is_there_is_the_one_that_helm_takes() {
        let of = |all: &[(u64, &str)], verb| base(&history(all), verb).map_err(|failure| failure.why);
        assert_eq!(of(&[], Verb::Install), Ok(None));
        assert_eq!(of(&[(1, "superseded"), (2, "deployed")], Verb::Upgrade), Ok(Some(2)));
        assert_eq!(of(&[(1, "deployed"), (2, "failed")], Verb::Upgrade), Ok(Some(1)));
        assert_eq!(of(&[(1, "failed")], Verb::Upgrade), Ok(Some(1)));
        assert_eq!(of(&[(1, "uninstalled")], Verb::Rollback), Ok(None));
        for (all, verb) in [
            (&[][..], Verb::Rollback),
            (&[], Verb::Uninstall),
            (&[(1, "deployed"), (2, "pending-upgrade")], Verb::Upgrade),
            (&[(1, "uninstalled")], Verb::Install),
            (&[(1, "unknown")], Verb::Upgrade),
        ] {
            assert!(of(all, verb).is_err(), "{all:?}");
        }
    }

    #[test]
    fn a_rollback_goes_only_to_what_is_kept() {
        let all = history(&[(2, "superseded"), (3, "superseded"), (4, "deployed")]);
        let to = |named| target(&all, named).map_err(|failure| failure.why);
        assert_eq!((to(None), to(Some(2))), (Ok(3), Ok(2)));
        assert!(to(Some(1)).is_err() && target(&history(&[(1, "deployed")]), None).is_err());
    }
}
