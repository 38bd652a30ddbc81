//! Commands become actions: what each would do, where it points, and why that is believed.
//!
//! Pure: the host is asked through `Facts` only. What is not understood is `unknown`, never something safer.

pub mod arguments;
mod clients;
mod database;
mod elsewhere;
mod environment;
mod files;
mod filters;
mod git;
mod moved;
mod paths;
mod reading;
mod repository;
mod service;
mod settings;
mod suspected;
mod targets;
#[cfg(test)]
mod tests;
mod variables;
mod verb;
mod verbs;

use std::collections::BTreeSet;

use crate::command::{Certainty, Command, Opaque, Parsed, Place, Word};
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
    /// Whether it carries commands elsewhere that were read.
    pub is_carrier: bool,
}

/// Wrappers that make a command another user's.
const OTHER_USER: &[&str] = &["sudo", "doas", "su", "runuser", "pkexec", "gosu", "setpriv", "nsenter", "chroot"];

impl<'a> Scene<'a> {
    /// The scene of one command.
    pub fn of(command: &'a Command, context: &'a Context<'a>) -> Self {
        let is_other_user = command.via.iter().any(|name| OTHER_USER.contains(&name.as_str()));
        Self { context, command, is_other_user, is_carrier: false }
    }

    /// Whether it runs on this machine, with its files.
    pub fn is_here(&self) -> bool {
        self.command.place == Place::Here
    }
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

/// What an action is of: an index into the commands or into the parts that are not known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// Of a command; its redirections are actions of their own.
    Command(usize),
    /// Of a part that is not known.
    Opaque(usize),
    /// Of what may run where something is not understood; the words of it.
    Suspect(String),
}

/// The actions, each with what it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classified {
    /// The actions, in the order found.
    pub actions: Vec<Action>,
    /// What each is of.
    pub owners: Vec<Owner>,
}

/// Classifies every command and every part that is not known.
pub fn classify(parsed: &Parsed, context: &Context<'_>) -> Classified {
    let mut actions = Vec::new();
    let mut plain = Vec::new();
    let mut owners = Vec::new();
    let found = |(_, command): &(usize, &Command)| command.certainty == Certainty::Found;
    for (at, command) in parsed.commands.iter().enumerate().filter(found) {
        let is_carrier = elsewhere::carries(command, parsed);
        let scene = Scene { is_carrier, ..Scene::of(command, context) };
        let found = action(&scene);
        actions.push(found.action);
        actions.extend(files::redirects(&scene));
        owners.resize(actions.len(), Owner::Command(at));
        plain.extend(found.plain.filter(suspected::counts).map(|action| (suspected::shown(command), action)));
    }
    database::disturb(&mut actions, &owners);
    moved::settle(&mut actions, &owners, parsed, context);
    let unclear = unclear(&actions, &owners, parsed);
    actions.extend(parsed.opaque.iter().map(opaque));
    owners.extend((0..parsed.opaque.len()).map(Owner::Opaque));
    service::mark_several(&mut actions);
    for (text, action) in plain.into_iter().chain(suspected::actions(&unclear, parsed, context)) {
        actions.push(action);
        owners.push(Owner::Suspect(text));
    }
    Classified { actions, owners }
}

/// The commands that are not understood; what their redirections do is another matter.
fn unclear<'a>(actions: &[Action], owners: &[Owner], parsed: &'a Parsed) -> Vec<&'a Command> {
    let is_unclear = |at: usize| {
        let own = actions.iter().zip(owners).find(|(_, owner)| **owner == Owner::Command(at));
        own.is_some_and(|(action, _)| action.impact == Impact::Unknown)
    };
    parsed.commands.iter().enumerate().filter(|(at, _)| is_unclear(*at)).map(|(_, command)| command).collect()
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

/// What one command comes to.
struct Found {
    /// The action.
    action: Action,
    /// Where the action is unknown: what it is if everything in it is as it seems. A rule against that must not be
    /// escaped by a word that nobody can know.
    plain: Option<Action>,
}

impl Found {
    fn unknown(tool: &str, why: String) -> Self {
        Self { action: unknown(tool, why), plain: None }
    }

    fn each(&mut self, change: impl Fn(&mut Action)) {
        change(&mut self.action);
        self.plain.iter_mut().for_each(change);
    }
}

fn action(scene: &Scene<'_>) -> Found {
    let Some(first) = scene.command.words.first() else { return Found::unknown("", "there is no program".to_owned()) };
    let Some(program) = first.text() else {
        return Found::unknown("unknown", "the program is not known before it runs".to_owned());
    };
    let name = program.rsplit('/').next().unwrap_or(program);
    if let Some(why) = stray(program, scene) {
        let seeming = packs::find(name).map(|pack| known(pack, own_words(pack, scene), scene, ALIAS_DEPTH).action);
        return Found { plain: seeming, ..Found::unknown(name, why) };
    }
    let Some(pack) = packs::find(name) else {
        return Found::unknown(name, format!("`{name}` is not a tool that aigov knows"));
    };
    let words = own_words(pack, scene);
    let mut found = known(pack, words, scene, ALIAS_DEPTH);
    if pack.tool == "terraform"
        && let Some(words) = repository::with_arguments(words, scene)
    {
        found.plain = Some(known(pack, &words, scene, ALIAS_DEPTH).action);
    }
    // A pack of several plain tools: each goes by its own name.
    if pack.verbs.is_empty() {
        found.each(|action| by_name(action, pack, name));
    }
    let before = found.action.clone();
    variables::judge(&mut found.action, scene);
    if found.action != before && found.plain.is_none() {
        found.plain = Some(before);
    }
    if !scene.command.via.is_empty() {
        found.each(|action| action.evidence.push(Evidence::new("via", scene.command.via.join(", "))));
    }
    found
}

/// The words after the program that are its own.
fn own_words<'a>(pack: &Pack, scene: &'a Scene<'_>) -> &'a [Word] {
    elsewhere::own(pack, &scene.command.words).get(1..).unwrap_or_default()
}

fn by_name(action: &mut Action, pack: &Pack, name: &str) {
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
    if !scene.is_here() {
        return elsewhere::stray(program);
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

fn known(pack: &'static Pack, words: &[Word], scene: &Scene<'_>, depth: u8) -> Found {
    let plain = clients::plain(pack, words);
    let reading = arguments::read(pack, plain.as_deref().unwrap_or(words));
    if pack.tool == "git"
        && scene.is_here()
        && let Some(name) = &reading.unknown_verb
        && let Some(found) = alias(pack, name, words, &reading, scene, depth)
    {
        return found;
    }
    let mut meaning = verb::meaning(pack, &reading);
    database::understand(pack, &reading, scene, &mut meaning);
    if pack.tool == "kubectl" {
        meaning.targets.extend(targets::raw(pack, &reading));
    }
    if let Some(why) = settings::objection(pack.tool, &reading, scene) {
        meaning.impact = Impact::Unknown;
        meaning.categories.insert(Category::Execution);
        meaning.evidence.push(Evidence::new("opaque", why));
    }
    match pack.tool {
        "git" => repository::git(&reading, scene, &mut meaning),
        "terraform" => repository::terraform(&reading, scene, &mut meaning),
        _ => {}
    }
    if scene.is_carrier {
        elsewhere::carried(pack, &mut meaning);
    }
    let mut location = match &scene.command.place {
        Place::Here => {
            let locate = reading.verb.and_then(|verb| verb.locate).unwrap_or(pack.locate);
            environment::locate(locate, &reading, scene)
        }
        Place::Elsewhere(outer) => elsewhere::locate(pack.locate, outer, scene.context),
    };
    if pack.tool == "git" && meaning.operation.starts_with("push") {
        push(&reading, scene, &mut meaning, &mut location);
    }
    if let Some(verb) = reading.verb {
        files::touched(&mut meaning, &targets::paths(pack, verb, &reading), scene);
        files::hidden(&mut meaning, pack, &reading, scene);
        // Without a path these read the directory that they stand in.
        if ["grep", "rg"].contains(&pack.tool) && reading.operands.len() < 2 && scene.is_here() {
            files::add(&mut meaning, paths::read(&Word::known("."), scene));
        }
    }
    location = forge(pack, &meaning, location);
    let (service, of_service) = service::find(pack, &reading, &meaning, scene);
    let mut evidence = meaning.evidence;
    evidence.extend(location.evidence);
    evidence.extend(of_service);
    let action = Action {
        tool: pack.tool.to_owned(),
        operation: meaning.operation,
        impact: meaning.impact,
        categories: meaning.categories,
        environment: location.environment,
        service,
        targets: meaning.targets,
        reversible: meaning.reversible,
        evidence,
    };
    let likely = meaning.likely;
    let is_doubted = meaning.impact == Impact::Unknown && likely.impact != Impact::Unknown;
    let plain = is_doubted.then(|| Action { impact: likely.impact, categories: likely.categories, ..action.clone() });
    Found { action, plain }
}

/// Where a push goes. The repository of one that runs elsewhere is not known.
fn push(reading: &Reading, scene: &Scene<'_>, meaning: &mut Meaning, location: &mut environment::Location) {
    let to = if scene.is_here() { git::push(reading, scene, meaning) } else { None };
    match to {
        Some(environment) if !location.environment.is_unknown() && location.environment.is_local() => {
            location.environment = environment;
        }
        Some(_) => {}
        None => location.environment = Environment::unknown(),
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

/// git's own aliases; one that starts with `!` is shell text that was not seen here.
fn alias(
    pack: &'static Pack,
    name: &str,
    words: &[Word],
    reading: &Reading,
    scene: &Scene<'_>,
    depth: u8,
) -> Option<Found> {
    let directory = git::directory(reading, scene)?;
    let answer = scene.context.facts.answer(&Want::GitAlias { directory, name: name.to_owned() });
    let text = answer.field("alias")?;
    let evidence = Evidence::new("alias", format!("git's alias `{name}` is `{text}`"));
    let expanded = if text.starts_with('!') || depth == 0 { None } else { shlex::split(text) };
    let mut found = match expanded {
        None => Found::unknown("git", format!("git's alias `{name}` runs a shell text")),
        Some(parts) => {
            let at = words.iter().position(|word| word.text() == Some(name))?;
            let mut all: Vec<Word> = words.get(..at).unwrap_or_default().to_vec();
            all.extend(parts.into_iter().map(|part| Word::Literal(Raw::from(part))));
            all.extend(words.get(at + 1..).unwrap_or_default().iter().cloned());
            known(pack, &all, scene, depth - 1)
        }
    };
    found.each(|action| action.evidence.push(evidence.clone()));
    Some(found)
}
