//! Commands that run elsewhere: their environment is where the command that carries them leads, and their files are
//! not this machine's.

use crate::command::{Command, Parsed, Place, Word, journey};
use crate::model::action::{Category, Environment, Evidence, Impact};
use crate::packs::schema::{Locate, Pack};
use crate::packs::{self};

use super::verb::Meaning;
use super::{Context, Scene, arguments, environment};

/// Operations that carry a command elsewhere, as tool and operation.
const CARRIERS: &[(&str, &str)] = &[
    ("ssh", "ssh"),
    ("kubectl", "exec"),
    ("docker", "exec"),
    ("docker", "container exec"),
    ("docker", "compose exec"),
];
/// Directories that hold the system's own programs on any machine.
const SYSTEM: &[&str] = &["/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/", "/usr/local/bin/"];

/// Whether `command` carries others that were read.
pub fn carries(command: &Command, parsed: &Parsed) -> bool {
    parsed.commands.iter().any(|other| match &other.place {
        Place::Elsewhere(outer) => **outer == *command,
        Place::Here => false,
    })
}

/// A carrier whose own words are understood does no more than start what it carries: that was read, and is judged by
/// itself. What remains is that a program is started there.
pub fn carried(pack: &Pack, meaning: &mut Meaning) {
    let is_carrier = CARRIERS.contains(&(pack.tool, meaning.operation.as_str()));
    let is_clear = !meaning.evidence.iter().any(|evidence| evidence.about == "opaque");
    if !is_carrier || !is_clear || meaning.impact != Impact::Unknown {
        return;
    }
    meaning.impact = Impact::Write;
    meaning.categories.remove(&Category::Execution);
    meaning.categories.insert(Category::Observe);
    meaning.evidence.push(Evidence::new("impact", "it starts a program there, which was read"));
}

/// The words by which a carrier is located: those of ssh's remote command are not ssh's own.
pub fn own<'a>(pack: &Pack, words: &'a [Word]) -> &'a [Word] {
    let journey = (pack.tool == "ssh").then(|| journey(words)).flatten();
    journey.and_then(|journey| words.get(..journey.command)).unwrap_or(words)
}

/// Where a command that `outer` carries points. Tools with a target of their own take it from settings over there,
/// which are not known.
pub fn locate(locate: Locate, outer: &Command, context: &Context<'_>) -> environment::Location {
    let there = place(outer, context);
    let is_local = matches!(locate, Locate::Local | Locate::Git);
    let is_protected =
        context.environments.rules.iter().any(|(name, rule)| name == there.environment.as_str() && rule.is_protected());
    let mut found = there;
    found.evidence.push(Evidence::new("environment", "it runs where the command around it leads"));
    if !is_local && !is_protected {
        found.environment = Environment::unknown();
        found.evidence.push(Evidence::new("environment", "which settings it finds there is not known"));
    }
    found
}

fn place(outer: &Command, context: &Context<'_>) -> environment::Location {
    let unknown = |text: &str| environment::Location {
        environment: Environment::unknown(),
        evidence: vec![Evidence::new("environment", text)],
    };
    if outer.place != Place::Here {
        return unknown("it runs elsewhere, and from there elsewhere again");
    }
    let name = outer.words.first().and_then(Word::text).unwrap_or_default();
    let Some(pack) = packs::find(name.rsplit('/').next().unwrap_or(name)) else {
        return unknown("where it runs is not known");
    };
    let scene = Scene::of(outer, context);
    let reading = arguments::read(pack, own(pack, &outer.words).get(1..).unwrap_or_default());
    if reading.verb.is_none() {
        return unknown("where it runs is not known");
    }
    environment::locate(pack.locate, &reading, &scene)
}

/// Why a program elsewhere is not the tool of its name.
pub fn stray(program: &str) -> Option<String> {
    let is_system =
        !program.contains('/') || SYSTEM.iter().any(|start| program.strip_prefix(start).is_some_and(is_name));
    (!is_system).then(|| format!("what `{program}` is over there is not known"))
}

fn is_name(rest: &str) -> bool {
    !rest.contains('/')
}
