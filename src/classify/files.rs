//! Files that a command touches, by its words and by its redirections.

use std::collections::BTreeSet;

use crate::command::{Place, RedirectKind, Word};
use crate::model::action::{Action, Category, Environment, Evidence, Impact, Reversible};
use crate::packs::schema::{Locate, OtherFlags, Pack, Verb};

use super::arguments::Reading;
use super::targets::By;
use super::verb::{Likely, Meaning};
use super::{Scene, elsewhere, environment, paths, targets};

/// Adds what the paths that a command reads and writes make of it.
pub fn touched(meaning: &mut Meaning, paths: &[targets::Touched], scene: &Scene<'_>) {
    for path in paths {
        let touch = match path.by {
            By::Reading => paths::read(&path.path, scene),
            By::Writing => paths::written(&path.path, scene),
            By::Editing => paths::edited(&path.path, scene),
        };
        add(meaning, touch);
    }
}

/// Adds what the words of a tool can make it write whose pack calls flags harmless that it does not list, and that is no licence to write where others run code from, or beyond the tree.
pub fn named(meaning: &mut Meaning, reading: &Reading, scene: &Scene<'_>) {
    let is_unseen = meaning.evidence.iter().any(|one| one.about == "unseen_code");
    let is_open = |verb: &Verb| verb.flags.others == OtherFlags::Harmless;
    if !is_unseen || !reading.verb.is_some_and(is_open) || !scene.is_here() {
        return;
    }
    let is_moved = scene.command.directory.is_some();
    let words = scene.command.words.iter().skip(1).filter_map(Word::text).filter(|word| !word.contains("://"));
    for part in words.flat_map(|word| word.split(['=', ':', ','])) {
        let is_hidden = part.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
        let strays = part.starts_with(['/', '~']) || part.starts_with("../") || part.contains("/.") || is_hidden;
        if (strays && !part.ends_with("/...")) || (is_moved && part.contains('/')) {
            add(meaning, paths::edited(&Word::known(part), scene));
        }
    }
}

/// Adds what a command writes that is not among its operands as paths: what a search deletes, what a checkout brings.
pub fn hidden(meaning: &mut Meaning, pack: &Pack, reading: &Reading, scene: &Scene<'_>) {
    if pack.tool == "find" && reading.has(&["-delete"]) {
        let flags = reading.flags.iter().filter(|flag| ["-name", "-iname"].contains(&flag.name.as_str()));
        let names: Vec<&str> = flags.filter_map(|flag| flag.value.as_ref().and_then(Word::text)).collect();
        for place in &reading.operands {
            add(meaning, paths::searched(place, &names, scene));
        }
    }
    if pack.tool == "git" && ["checkout", "restore", "mv"].contains(&meaning.operation.as_str()) && scene.is_here() {
        let is_own = |word: &&Word| word.text().is_some_and(|text| text.ends_with(".aigov.toml"));
        for word in reading.operands.iter().filter(is_own) {
            add(meaning, paths::written(word, scene));
        }
    }
}

/// Adds what one path makes of a command.
pub fn add(meaning: &mut Meaning, touch: paths::Touch) {
    let least = touch.impact.unwrap_or(Impact::Read);
    meaning.impact = meaning.impact.max(least);
    // A path that is not known is a doubt; any other makes the command at least that.
    if least != Impact::Unknown {
        meaning.likely.impact = meaning.likely.impact.max(least);
        meaning.likely.categories.extend(touch.categories.iter().copied());
    }
    // That a command runs code which was not seen is no licence to write where others run code from.
    if touch.impact.is_some() && touch.categories.contains(&Category::Execution) {
        meaning.categories.insert(Category::Config);
    }
    meaning.categories.extend(touch.categories);
    meaning.evidence.extend(touch.evidence);
}

/// Files that are written or read by redirection are actions of their own: they are where the shell is, whatever the
/// command is.
pub fn redirects(scene: &Scene<'_>) -> Vec<Action> {
    let mut found = Vec::new();
    if scene.command.redirects.is_empty() {
        return found;
    }
    let location = match &scene.command.place {
        Place::Here => environment::Location { environment: Environment::local(), evidence: Vec::new() },
        Place::Elsewhere(outer) => elsewhere::locate(Locate::Local, outer, scene.context),
    };
    for redirect in &scene.command.redirects {
        let (operation, impact, touch) = match redirect.kind {
            RedirectKind::Write => ("write", Impact::Write, paths::written(&redirect.target, scene)),
            RedirectKind::Read => ("read", Impact::Read, paths::read(&redirect.target, scene)),
        };
        let target = match &redirect.target {
            Word::Literal(raw) => raw.lossy().into_owned(),
            Word::Opaque(_) => targets::UNKNOWN.to_owned(),
        };
        let is_nothing = target.starts_with("/dev/") && touch == paths::Touch::default();
        if is_nothing || (impact == Impact::Read && touch == paths::Touch::default()) {
            continue;
        }
        let base = if impact == Impact::Read { Category::Observe } else { Category::Code };
        let mut meaning = Meaning {
            operation: operation.to_owned(),
            impact,
            likely: Likely { impact, categories: BTreeSet::from([base]) },
            categories: BTreeSet::from([base]),
            reversible: Reversible::Unknown,
            targets: vec![target],
            evidence: vec![Evidence::new("impact", "a redirection")],
        };
        add(&mut meaning, touch);
        found.push(Action {
            tool: "shell".to_owned(),
            operation: meaning.operation,
            impact: meaning.impact,
            categories: meaning.categories,
            environment: location.environment.clone(),
            service: None,
            targets: meaning.targets,
            reversible: meaning.reversible,
            evidence: meaning.evidence.into_iter().chain(location.evidence.clone()).collect(),
        });
    }
    found
}
