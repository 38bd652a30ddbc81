//! What a preview of helm is bound to: the release's revisions and objects, the chart's files and what they render.

use std::path::Path;

use crate::chain::digest_json;
use crate::host::inputs;
use crate::model::preview::Pin;
use crate::model::secret::Redacted;
use crate::preview::kubectl::object::{self, Id};
use crate::preview::prober::Failure;
use crate::redact::Redactor;

use super::One;
use super::release::{Hook, Release};
use super::words::Sorted;

/// The most objects that are pinned one by one; more are pinned by one digest.
const PINS: usize = 150;
/// The most files of a chart.
const FILES: usize = 2000;

/// What a release was, and what its chart renders.
pub(super) fn pins_of(one: &One, redactor: &Redactor) -> Vec<Pin> {
    let namespace = one.before.as_ref().or(one.after.as_ref()).map(|release| release.namespace.as_str());
    let was = one.history.last().map_or_else(
        || "it is not there".to_owned(),
        |last| format!("revision {} ({}, {})", last.revision, last.status, last.chart),
    );
    let pin = |what: &str, was: &str| Pin { what: redactor.text(what), was: redactor.text(was) };
    let mut pins = vec![pin(&format!("release {} in {}", one.name, namespace.unwrap_or("its namespace")), &was)];
    let sides = [("release", &one.before), ("chart", &one.after)];
    for (side, release) in sides.into_iter().filter_map(|(side, release)| Some((side, release.as_ref()?))) {
        let still = release.objects.iter().filter(|(id, _)| side == "release" || !one.moving.contains(id));
        let all: Vec<(String, String)> = still.map(|(id, value)| (id.title(), object::digest(value))).collect();
        if all.len() <= PINS {
            pins.extend(all.iter().map(|(title, digest)| pin(&format!("{title}, of the {side}"), digest)));
        } else if let Ok(digest) = digest_json("aigov-helm-objects-v1", &all) {
            pins.push(pin(&format!("the {} objects of the {side}", all.len()), &digest.to_string()));
        }
        if let (false, Ok(digest)) = (release.hooks.is_empty(), hooks_digest(release)) {
            pins.push(pin(&format!("hooks, of the {side}"), &digest));
        }
    }
    pins
}

fn hooks_digest(release: &Release) -> Result<String, ()> {
    let of = |(hook, all): &(Hook, Vec<(Id, serde_json::Value)>)| {
        let objects: Vec<String> = all.iter().map(|(_, object)| object::digest(object)).collect();
        (hook.events.clone(), objects)
    };
    let all: Vec<_> = release.hooks.iter().map(of).collect();
    digest_json("aigov-helm-hooks-v1", &all).map(|digest| digest.to_string()).map_err(|_| ())
}

/// The files of a chart that lies here. Of another, what it renders is pinned, and that it is fetched anew is said.
pub(super) fn chart_pins(sorted: &Sorted, directory: &Path, redactor: &Redactor) -> Result<Vec<Pin>, Failure> {
    let Some(chart) = sorted.chart() else { return Ok(Vec::new()) };
    let what = redactor.text(&format!("chart {}", chart.lossy()));
    let Some(path) = sorted.local_chart(directory) else {
        let version = sorted.value("--version").map(|version| format!(", version {version}")).unwrap_or_default();
        let was = format!("fetched when it runs{version}; what it renders is compared right before");
        return Ok(vec![Pin { what, was: redactor.text(&was) }]);
    };
    let mut files = Vec::new();
    gather(&path, &path, &mut files)?;
    files.sort();
    let digest = digest_json("aigov-helm-chart-v1", &files)
        .map_err(|_| Failure::new("the files of the chart have no digest"))?;
    let was = format!("{} file(s), {digest}", files.len());
    Ok(vec![Pin { what, was: Redacted::assume_clean(was) }])
}

fn gather(root: &Path, path: &Path, files: &mut Vec<(String, String)>) -> Result<(), Failure> {
    let failed = |cause: std::io::Error| Failure::new(format!("cannot read {}: {cause}", path.display()));
    if files.len() > FILES {
        return Err(Failure::new(format!("the chart has more than {FILES} files")));
    }
    if !path.is_dir() {
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
        files.push((name, inputs::of_file(path).map_err(failed)?.to_string()));
        return Ok(());
    }
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?.path();
        // helm follows links; a link back to a directory above it would never end.
        if entry.is_dir() && entry.is_symlink() {
            return Err(Failure::new(format!("the chart has a link to a directory: {}", entry.display())));
        }
        gather(root, &entry, files)?;
    }
    Ok(())
}
