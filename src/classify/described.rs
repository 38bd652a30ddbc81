//! Actions of in-house tools, by the policy's description of them.
//!
//! What a description is worth was settled when the command was found. Where it cannot be taken at its word the command
//! is unknown, and what it is said to be counts beside that.

use crate::command::Certainty;
use crate::model::action::{Action, Evidence, Impact};
use crate::packs::described::{Described, Doubt, Worth};
use crate::packs::variables::{Does, find};

use super::{Found, Scene, doubt, known};

/// The action of a command that the policy describes; none where the description is of another program.
pub fn action(program: &str, scene: &Scene<'_>) -> Option<Found> {
    let described = scene.command.described?;
    let name = program.rsplit('/').next().unwrap_or(program);
    if !described.tool.pack.programs.contains(&name) {
        return None;
    }
    let words = scene.command.words.get(1..).unwrap_or_default();
    let mut found = known(&described.tool.pack, words, scene, 0);
    let before = found.action.clone();
    variables(&mut found.action, described, scene);
    if found.action != before && found.plain.is_none() {
        found.plain = Some(before);
    }
    if !scene.command.via.is_empty() {
        found.each(|action| action.evidence.push(Evidence::new("via", scene.command.via.join(", "))));
    }
    found.each(|action| action.evidence.push(source(described)));
    match described.worth {
        Worth::Doubtful(doubt) if scene.command.certainty == Certainty::Found => {
            Some(doubtful(found, doubt, program, described))
        }
        Worth::Doubtful(_) | Worth::Pinned | Worth::OutOfReach => Some(found),
    }
}

fn doubtful(found: Found, doubt: Doubt, program: &str, described: Described) -> Found {
    let seeming =
        if found.action.impact == Impact::Unknown { found.plain.unwrap_or(found.action) } else { found.action };
    let why = format!("`{program}` {}", doubt.words());
    let mut unknown = Found::unknown(described.tool.pack.tool, why);
    unknown.action.evidence.push(source(described));
    Found { plain: Some(seeming), ..unknown }
}

/// Which description it is, and what it is worth.
fn source(described: Described) -> Evidence {
    let tool = described.tool;
    let worth = match described.worth {
        Worth::Pinned => "its content is one that the policy names",
        Worth::OutOfReach => "whoever calls cannot write it",
        Worth::Doubtful(_) => "which is not taken at its word",
    };
    Evidence::new("described", format!("{}:{} describes it, {worth}", tool.origin, tool.line))
}

/// Variables that are set for the command: what the tool makes of them is known only where the description says so.
fn variables(action: &mut Action, described: Described, scene: &Scene<'_>) {
    for (name, value) in &scene.command.assignments {
        let is_harmless = find(name).is_some_and(|variable| {
            variable.does == Does::Nothing || value.text().is_some_and(|text| variable.is_benign(text))
        });
        if !is_harmless && !described.tool.variables.contains(&name.as_str()) {
            let tool = described.tool.pack.tool;
            doubt(action, format!("`{name}` is set, and what `{tool}` makes of it is not known"));
        }
    }
}
