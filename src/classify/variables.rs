//! Variables that a command sets for itself, judged by what the table says that they do.
//!
//! Whoever sets a variable in a command means somebody to read it: one that runs code counts whatever the tool is.

use crate::command::Word;
use crate::model::action::{Action, Category, Environment, Evidence, Impact};
use crate::packs::variables::{Does, Variable, find};
use crate::redact::names::is_secret;

use super::{Scene, doubt, paths};

/// Variables that the environment's resolvers take into account; another one that redirects leaves it unknown.
const RESOLVED: &[&str] = &[
    "KUBECONFIG", "TF_WORKSPACE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_REGION",
    "AWS_DEFAULT_REGION", "DOCKER_HOST", "DOCKER_CONTEXT", "PGHOST", "PGDATABASE", "PGPORT", "PGUSER",
    "COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES", "GIT_DIR", "GIT_WORK_TREE",
];

/// Adds to an action what the variables set for its command do.
pub fn judge(action: &mut Action, scene: &Scene<'_>) {
    for (name, value) in &scene.command.assignments {
        let Some(variable) = find(name) else { continue };
        if !value.text().is_some_and(|text| variable.is_benign(text)) {
            judge_one(action, (name, value), variable, scene);
        }
    }
}

/// Programs that print their words.
const PRINTERS: &[&str] = &["echo", "printf"];

/// Notes a variable whose name says that it holds a secret, where it is printed.
pub fn printed(action: &mut Action, scene: &Scene<'_>) {
    if !PRINTERS.contains(&action.tool.as_str()) {
        return;
    }
    for word in &scene.command.words {
        let Word::Opaque(opaque) = word else { continue };
        let Some(name) = names(&opaque.text).find(|name| is_secret(name)) else { continue };
        action.categories.insert(Category::Secrets);
        action.evidence.push(Evidence::new("category", format!("`${name}` holds a secret by its name")));
    }
}

/// The variables whose values stand in a word; not those of which only the length or the presence does.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).filter_map(|rest| {
        let name = rest.strip_prefix('{').unwrap_or(rest);
        let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
        let (name, after) = name.split_at_checked(end)?;
        let is_shown = !(rest.starts_with('{') && (after.starts_with(":+") || after.starts_with('+')));
        (is_shown && !name.is_empty()).then_some(name)
    })
}

fn judge_one(action: &mut Action, (name, value): (&str, &Word), variable: &Variable, scene: &Scene<'_>) {
    let runs_unseen = action.categories.contains(&Category::Execution);
    let is_read = variable.is_read_by(&action.tool) || runs_unseen;
    match variable.does {
        Does::Nothing => {}
        Does::Governs => doubt(action, format!("`{name}` is set, which speaks to aigov itself")),
        Does::RunsCode => doubt(action, format!("`{name}` is set, which can make the tool run other code")),
        Does::LoadsCode if !is_read || (runs_unseen && is_of_the_tree(value) && !variable.is_read_by_every()) => {}
        Does::LoadsCode => doubt(action, format!("`{name}` is set, which names where code is loaded from")),
        // What one tool alone reads is judged with its other settings.
        Does::NamesSettings if variable.is_read_by_every() => {
            doubt(action, format!("`{name}` is set, and every tool looks for its settings there"));
        }
        Does::NamesSettings if runs_unseen && !variable.is_read_by(&action.tool) => {
            doubt(action, format!("`{name}` names settings, and what will read them is not known"));
        }
        Does::NamesSettings => {}
        Does::NamesAddress if is_read => {
            doubt(action, format!("`{name}` says where requests and credentials are sent"));
        }
        Does::NamesProxy if is_read => doubt(action, format!("`{name}` sends requests through another host")),
        Does::NamesAddress | Does::NamesProxy => {}
        Does::Redirects if is_read && !RESOLVED.contains(&name) && !is_terraforms_own(name) => {
            action.environment = Environment::unknown();
            action.evidence.push(Evidence::new("environment", format!("`{name}` is set, which can point elsewhere")));
        }
        Does::Redirects => {}
        Does::WritesFile => writes(action, (name, value), scene),
    }
}

/// A terraform variable's value changes what is planned, not where.
fn is_terraforms_own(name: &str) -> bool {
    name.starts_with("TF_VAR_") || name.starts_with("TF_TOKEN_")
}

/// A place inside of the working tree, whose code a test or a build runs anyway.
fn is_of_the_tree(value: &Word) -> bool {
    let Some(text) = value.text() else { return false };
    text.split(':').all(|path| !path.starts_with(['/', '~']) && !path.split('/').any(|part| part == ".."))
}

fn writes(action: &mut Action, (name, value): (&str, &Word), scene: &Scene<'_>) {
    let touch = paths::written(value, scene);
    action.impact = action.impact.max(Impact::Write).max(touch.impact.unwrap_or(Impact::Write));
    action.evidence.push(Evidence::new("impact", format!("`{name}` names a file that is written")));
    // Whatever else the tool may do, it does not write to such a place on its own.
    if !touch.categories.is_empty() {
        doubt(action, format!("`{name}` names a file that is more than a log"));
    }
    action.categories.extend(touch.categories);
    action.evidence.extend(touch.evidence);
}
