//! Commands become actions: what each would do, where it points, and why that is believed.
//!
//! Pure: the host is asked through `Facts` only. What is not understood is `unknown`, never something safer.

pub mod arguments;
mod clients;
mod database;
mod described;
mod elsewhere;
mod environment;
mod files;
mod filters;
mod gathered;
mod git;
mod moved;
mod paths;
mod reading;
mod repository;
mod scene;
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
use crate::model::facts::Want;
use crate::model::invocation::Raw;
use crate::packs::schema::{Locate, Pack};
use crate::packs::{self};

use arguments::Reading;
pub use git::is_protected as is_protected_branch;
pub use scene::{Context, Scene};
use suspected::{Running, When};
use verb::Meaning;

/// How often one git alias may lead to another.
const ALIAS_DEPTH: u8 = 4;

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
    let running = running(&actions, &owners, parsed);
    let suspects =
        suspected::actions(&unclear, parsed, context).into_iter().chain(suspected::written(&running, parsed, context));
    for (text, action) in plain.into_iter().chain(suspects) {
        actions.push(action);
        owners.push(Owner::Suspect(text));
    }
    Classified { actions, owners }
}

/// The commands that are not understood; what their redirections do is another matter.
fn unclear<'a>(actions: &[Action], owners: &[Owner], parsed: &'a Parsed) -> Vec<&'a Command> {
    let places = moved::places(owners);
    let is_unclear = |at: usize| {
        let own = places.get(&at).and_then(|place| actions.get(*place));
        own.is_some_and(|action| action.impact == Impact::Unknown)
    };
    parsed.commands.iter().enumerate().filter(|(at, _)| is_unclear(*at)).map(|(_, command)| command).collect()
}

/// The commands that run code which was not seen, or leave code to be run later.
fn running<'a>(actions: &[Action], owners: &[Owner], parsed: &'a Parsed) -> Vec<Running<'a>> {
    let when = |action: &Action| {
        let about = action.evidence.iter().map(|one| one.about.as_str());
        about
            .filter_map(|about| match about {
                "later_code" => Some(When::Later),
                "unseen_code" => Some(When::Now),
                _ => None,
            })
            .next()
    };
    let mut found = Vec::new();
    for (action, owner) in actions.iter().zip(owners) {
        if let (Some(when), Owner::Command(at)) = (when(action), owner)
            && let Some(command) = parsed.commands.get(*at)
        {
            found.push(Running { command, when });
        }
    }
    found
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
    if let Some(found) = described::action(program, scene) {
        return found;
    }
    let name = program.rsplit('/').next().unwrap_or(program);
    if let Some(why) = scene::stray(program, scene) {
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
    found.each(|action| variables::printed(action, scene));
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
    let location = placed(pack, &reading, scene, &mut meaning);
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

/// Where it acts, with what its place says of its meaning.
fn placed(pack: &Pack, reading: &Reading, scene: &Scene<'_>, meaning: &mut Meaning) -> environment::Location {
    let mut location = match &scene.command.place {
        Place::Here => {
            let locate = reading.verb.and_then(|verb| verb.locate).unwrap_or(pack.locate);
            environment::locate(locate, reading, scene)
        }
        Place::Elsewhere(outer) => elsewhere::locate(pack.locate, outer, scene.context),
    };
    if pack.tool == "git" && meaning.operation.starts_with("push") {
        push(reading, scene, meaning, &mut location);
    }
    if let Some(verb) = reading.verb {
        files::touched(meaning, &targets::paths(pack, verb, reading), scene);
        files::hidden(meaning, pack, reading, scene);
        files::named(meaning, reading, scene);
        // Without a path these read the directory that they stand in.
        if ["grep", "rg"].contains(&pack.tool) && reading.operands.len() < 2 && scene.is_here() {
            files::add(meaning, paths::read(&Word::known("."), scene));
        }
    }
    forge(pack, meaning, location)
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
