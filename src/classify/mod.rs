//! Commands become actions: what each would do, where it points, and why that is believed.
//!
//! Pure: the host is asked through `Facts` only. What is not understood is `unknown`, never something safer.

pub mod arguments;
mod clients;
mod database;
mod environment;
mod git;
mod paths;
mod settings;
mod targets;
#[cfg(test)]
mod tests;
mod variables;
mod verb;
mod verbs;

use std::collections::BTreeSet;

use crate::command::{Command, Opaque, Parsed, Place, RedirectKind, Word};
use crate::model::action::{Action, Category, Environment, Evidence, Impact, Reversible};
use crate::model::environments::Environments;
use crate::model::facts::{Answer, Facts, Want};
use crate::model::invocation::{Raw, Variable};
use crate::packs::schema::{Locate, Pack};
use crate::packs::{self};

use arguments::Reading;
use verb::Meaning;

/// How often one git alias may lead to another.
const ALIAS_DEPTH: u8 = 4;

/// What classification knows beside the commands.
pub struct Context<'a> {
    /// The host.
    pub facts: &'a dyn Facts,
    /// The policy's environments.
    pub environments: &'a Environments,
    /// The invocation's working directory.
    pub cwd: &'a Raw,
    /// The invocation's environment.
    pub env: &'a [Variable],
}

/// Where one command runs.
pub struct Scene<'a> {
    /// The invocation's surroundings.
    pub context: &'a Context<'a>,
    /// The command.
    pub command: &'a Command,
    /// Whether it runs as another user, with settings that are not these.
    pub is_other_user: bool,
}

impl Scene<'_> {
    /// The command's directory, absolute; none when it is not known.
    pub fn directory(&self) -> Option<String> {
        let base = self.context.cwd.as_str()?;
        match &self.command.directory {
            None => Some(base.to_owned()),
            Some(word) => {
                let to = word.text()?;
                match to.strip_prefix('~') {
                    Some(rest) => Some(format!("{}{rest}", self.home()?)),
                    None if to.starts_with('/') => Some(to.to_owned()),
                    None => Some(format!("{base}/{to}")),
                }
            }
        }
    }

    /// A path against the command's directory.
    pub fn absolute(&self, path: &str) -> Option<String> {
        if path.starts_with('/') {
            return Some(path.to_owned());
        }
        self.directory().map(|directory| format!("{directory}/{path}"))
    }

    /// The home directory.
    pub fn home(&self) -> Option<String> {
        self.inherited("HOME")
    }

    /// The work tree's root, or the directory itself outside of one.
    pub fn root(&self) -> Option<String> {
        let directory = self.context.cwd.as_str()?.to_owned();
        let answer = self.context.facts.answer(&Want::GitRepository { directory: directory.clone() });
        Some(answer.field("root").map_or(directory, str::to_owned))
    }

    /// A variable that the command sets for itself.
    pub fn assigned(&self, name: &str) -> Option<&Word> {
        self.command.assignments.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// A variable that the command inherits, when it is not empty.
    pub fn inherited(&self, name: &str) -> Option<String> {
        let found = self.context.env.iter().find(|(known, _)| known.0 == name.as_bytes());
        found.and_then(|(_, value)| value.as_str()).filter(|value| !value.is_empty()).map(str::to_owned)
    }
}

/// Classifies every command and every part that is not known.
pub fn classify(parsed: &Parsed, context: &Context<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut owners = Vec::new();
    for (at, command) in parsed.commands.iter().enumerate() {
        let is_other_user = command.via.iter().any(|name| ["sudo", "doas", "su", "runuser"].contains(&name.as_str()));
        let scene = Scene { context, command, is_other_user };
        actions.push(action(&scene));
        actions.extend(redirects(&scene));
        owners.resize(actions.len(), at);
    }
    database::disturb(&mut actions, &owners);
    actions.extend(parsed.opaque.iter().map(opaque));
    actions
}

fn opaque(part: &Opaque) -> Action {
    Action {
        tool: "shell".to_owned(),
        operation: "unknown".to_owned(),
        impact: Impact::Unknown,
        categories: BTreeSet::from([Category::Execution]),
        environment: Environment::unknown(),
        service: None,
        targets: Vec::new(),
        reversible: Reversible::Unknown,
        evidence: vec![Evidence::new("opaque", format!("`{}`: {}", part.text, part.why))],
    }
}

fn action(scene: &Scene<'_>) -> Action {
    let Some(first) = scene.command.words.first() else { return unknown("", "there is no program".to_owned()) };
    let Some(program) = first.text() else {
        return unknown("unknown", "the program is not known before it runs".to_owned());
    };
    let name = program.rsplit('/').next().unwrap_or(program);
    if let Some(why) = stray(program, scene) {
        return unknown(name, why);
    }
    let Some(pack) = packs::find(name) else {
        return unknown(name, format!("`{name}` is not a tool that aigov knows"));
    };
    let words = scene.command.words.get(1..).unwrap_or_default();
    let mut action = known(pack, words, scene, ALIAS_DEPTH);
    // A pack of several plain tools: each goes by its own name.
    if pack.verbs.is_empty() {
        if action.operation == action.tool {
            name.clone_into(&mut action.operation);
        }
        name.clone_into(&mut action.tool);
        let by_group = format!("{} `{}` is ", pack.tool, pack.tool);
        for evidence in &mut action.evidence {
            if let Some(impact) = evidence.text.strip_prefix(&by_group) {
                evidence.text = format!("`{name}` is {impact}");
            }
        }
    }
    for (name, value) in &scene.command.assignments {
        if let Some(why) = variables::objection(name, value) {
            doubt(&mut action, why);
        }
    }
    if let Place::Elsewhere(_) = &scene.command.place {
        action.environment = Environment::unknown();
        action.evidence.push(Evidence::new("environment", "it runs elsewhere"));
    }
    if !scene.command.via.is_empty() {
        action.evidence.push(Evidence::new("via", scene.command.via.join(", ")));
    }
    action
}

fn doubt(action: &mut Action, why: String) {
    action.impact = Impact::Unknown;
    action.categories.insert(Category::Execution);
    action.evidence.push(Evidence::new("opaque", why));
}

fn unknown(tool: &str, why: String) -> Action {
    Action {
        tool: tool.to_owned(),
        operation: "unknown".to_owned(),
        impact: Impact::Unknown,
        categories: BTreeSet::from([Category::Execution]),
        environment: Environment::unknown(),
        service: None,
        targets: Vec::new(),
        reversible: Reversible::Unknown,
        evidence: vec![Evidence::new("opaque", why)],
    }
}

/// Why the file behind a program's name is not the tool of that name: it lies where whoever calls can write.
fn stray(program: &str, scene: &Scene<'_>) -> Option<String> {
    if scene.command.place != Place::Here {
        return None;
    }
    let path = if program.contains('/') {
        let Some(path) = scene.absolute(program) else {
            return Some("the program's directory is not known before it runs".to_owned());
        };
        match scene.context.facts.answer(&Want::Path { path }) {
            answer @ Answer::Known { .. } => answer.field("real").map(str::to_owned),
            Answer::Absent | Answer::Failed { .. } => return Some(format!("cannot tell where `{program}` leads")),
        }
    } else {
        match scene.context.facts.answer(&Want::Program { name: program.to_owned() }) {
            answer @ Answer::Known { .. } => answer.field("path").map(str::to_owned),
            // A builtin of the shell, or a program that is not there: then it does not run.
            Answer::Absent => return None,
            Answer::Failed { cause } => return Some(cause),
        }
    }?;
    let in_tree = scene.root().is_some_and(|root| path.strip_prefix(&root).is_some_and(|rest| rest.starts_with('/')));
    let in_scratch = ["/tmp/", "/var/tmp/", "/dev/shm/", "/proc/"].iter().any(|start| path.starts_with(start));
    (in_tree || in_scratch).then(|| format!("`{program}` is {path}, which whoever calls can have written"))
}

fn known(pack: &'static Pack, words: &[Word], scene: &Scene<'_>, depth: u8) -> Action {
    let plain = clients::plain(pack, words);
    let reading = arguments::read(pack, plain.as_deref().unwrap_or(words));
    if pack.tool == "git"
        && let Some(name) = &reading.unknown_verb
        && let Some(action) = alias(pack, name, words, &reading, scene, depth)
    {
        return action;
    }
    let mut meaning = verb::meaning(pack, &reading);
    database::understand(pack, &reading, scene, &mut meaning);
    let mut location = environment::locate(pack.locate, &reading, scene);
    if let Some(why) = settings::objection(pack.tool, &reading, scene) {
        meaning.impact = Impact::Unknown;
        meaning.categories.insert(Category::Execution);
        meaning.evidence.push(Evidence::new("opaque", why));
    }
    if pack.tool == "git" && meaning.operation.starts_with("push") {
        match git::push(&reading, scene, &mut meaning) {
            Some(environment) if !location.environment.is_unknown() && location.environment.is_local() => {
                location.environment = environment;
            }
            Some(_) => {}
            None => location.environment = Environment::unknown(),
        }
    }
    if let Some(verb) = reading.verb
        && scene.command.place == Place::Here
    {
        touched(&mut meaning, &targets::paths(pack, verb, &reading), scene);
        // Without a path these read the directory that they stand in.
        if ["grep", "rg"].contains(&pack.tool) && reading.operands.len() < 2 {
            add(&mut meaning, paths::read(&Word::known("."), scene));
        }
    }
    location = forge(pack, &meaning, location);
    let service = service(&meaning);
    let mut evidence = meaning.evidence;
    evidence.extend(location.evidence);
    Action {
        tool: pack.tool.to_owned(),
        operation: meaning.operation,
        impact: meaning.impact,
        categories: meaning.categories,
        environment: location.environment,
        service,
        targets: meaning.targets,
        reversible: meaning.reversible,
        evidence,
    }
}

/// On a forge, code is exchanged; what does more reaches an environment that nothing names.
fn forge(pack: &Pack, meaning: &Meaning, mut location: environment::Location) -> environment::Location {
    let is_exchange = meaning
        .categories
        .iter()
        .all(|category| matches!(category, Category::Code | Category::Observe | Category::Docs | Category::Plan));
    if pack.locate == Locate::Forge && !is_exchange && location.environment.is_local() {
        location.environment = Environment::unknown();
        location.evidence.push(Evidence::new("environment", "the forge can deploy from here"));
    }
    location
}

fn touched(meaning: &mut Meaning, paths: &[targets::Touched], scene: &Scene<'_>) {
    for path in paths {
        let touch = if path.is_written { paths::written(&path.path, scene) } else { paths::read(&path.path, scene) };
        add(meaning, touch);
    }
}

fn add(meaning: &mut Meaning, touch: paths::Touch) {
    if let Some(least) = touch.impact {
        meaning.impact = meaning.impact.max(least);
    }
    meaning.categories.extend(touch.categories);
    meaning.evidence.extend(touch.evidence);
}

/// Files that are written or read by redirection are actions of their own: they are local whatever the command is.
fn redirects(scene: &Scene<'_>) -> Vec<Action> {
    let mut found = Vec::new();
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
            environment: Environment::local(),
            service: None,
            targets: meaning.targets,
            reversible: meaning.reversible,
            evidence: meaning.evidence,
        });
    }
    found
}

/// git's own aliases; one that starts with `!` is shell text that was not seen here.
fn alias(
    pack: &'static Pack,
    name: &str,
    words: &[Word],
    reading: &Reading,
    scene: &Scene<'_>,
    depth: u8,
) -> Option<Action> {
    let directory = git::directory(reading, scene)?;
    let answer = scene.context.facts.answer(&Want::GitAlias { directory, name: name.to_owned() });
    let text = answer.field("alias")?;
    let evidence = Evidence::new("alias", format!("git's alias `{name}` is `{text}`"));
    let expanded = if text.starts_with('!') || depth == 0 { None } else { shlex::split(text) };
    let mut action = match expanded {
        None => unknown("git", format!("git's alias `{name}` runs a shell text")),
        Some(parts) => {
            let at = words.iter().position(|word| word.text() == Some(name))?;
            let mut all: Vec<Word> = words.get(..at).unwrap_or_default().to_vec();
            all.extend(parts.into_iter().map(|part| Word::Literal(Raw::from(part))));
            all.extend(words.get(at + 1..).unwrap_or_default().iter().cloned());
            known(pack, &all, scene, depth - 1)
        }
    };
    action.evidence.push(evidence);
    Some(action)
}

/// The service that a deployment names: its first target's name.
fn service(meaning: &Meaning) -> Option<String> {
    if !meaning.categories.contains(&Category::Deploy) {
        return None;
    }
    let name = meaning.targets.first()?.rsplit('/').next()?;
    (name != "*" && name != targets::UNKNOWN && !name.is_empty()).then(|| name.to_owned())
}
