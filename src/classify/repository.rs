//! Code that a repository or a configuration in the working tree brings along: programs that git's settings name,
//! hooks, programs that a terraform configuration starts.
//!
//! What aigov's own words to git make harmless is not held against a command, unless those words might not reach git.

use crate::command::{Place, Word};
use crate::model::action::{Category, Evidence, Impact};
use crate::model::facts::{Answer, Want};
use crate::packs::repository::{HOOKLESS, INDEX_HOOK, find};

use super::arguments::Reading;
use super::verb::Meaning;
use super::{Scene, git};

/// Wrappers that hand their own environment on.
const HANDING_ON: &[&str] = &[
    "timeout", "nice", "ionice", "nohup", "stdbuf", "time", "command", "eval", "xargs", "find -exec", "aigov exec",
    "bash -c", "sh -c", "dash -c", "setsid", "flock", "chrt", "taskset",
];

/// Verbs of git that start nothing of the repository's.
const QUIET: &[&str] = &["version", "help", "rev-parse", "config", "init", "clone", "check-ref-format", "var", "git"];

/// git's own strategies of merging.
const STRATEGIES: &[&str] = &["ort", "recursive", "resolve", "octopus", "ours", "subtree"];

/// What a repository would start when git is called in it.
pub fn git(reading: &Reading, scene: &Scene<'_>, meaning: &mut Meaning) {
    let verb = meaning.operation.split(' ').next().unwrap_or_default().to_owned();
    if scene.command.place != Place::Here || reading.verb.is_none() || QUIET.contains(&verb.as_str()) {
        return;
    }
    if has_foreign_strategy(&verb, reading) {
        doubt(meaning, "git runs `git-merge-NAME` for a strategy that is not its own".to_owned());
    }
    let Some(directory) = directory(reading, scene) else {
        return doubt(meaning, "which repository it looks into is not known before it runs".to_owned());
    };
    let fields = match scene.context.facts.answer(&Want::GitPrograms { directory }) {
        Answer::Known { fields } => fields,
        Answer::Absent => return,
        Answer::Failed { cause } => return doubt(meaning, cause),
    };
    let reaches = scene.command.via.iter().all(|name| HANDING_ON.contains(&name.as_str()));
    for (name, value) in &fields {
        if name == "hooks" {
            hooks(value, &verb, meaning);
        } else if !(reaches && find(name).is_some_and(|known| known.is_overridden)) {
            doubt(meaning, format!("the repository's own settings bring code along: `{name}` is `{value}`"));
        }
    }
}

/// Whether a merge is done by a strategy that is not git's own: a program of that name.
fn has_foreign_strategy(verb: &str, reading: &Reading) -> bool {
    let has_short = ["merge", "pull", "rebase"].contains(&verb);
    let is_strategy = |name: &str| name == "--strategy" || (has_short && name == "-s");
    let mut given = reading.flags.iter().filter(|flag| is_strategy(&flag.name));
    given.any(|flag| {
        let name = flag.value.as_ref().and_then(Word::text);
        !name.is_some_and(|name| STRATEGIES.contains(&name))
    })
}

/// The repository that git is told to use, or the directory in which it looks for one.
fn directory(reading: &Reading, scene: &Scene<'_>) -> Option<String> {
    let mut told = reading.flags.iter().filter(|flag| flag.is_early && flag.name == "--git-dir");
    let word = told.next_back().map(|flag| flag.value.as_ref());
    match word.or_else(|| scene.assigned("GIT_DIR").filter(|word| word.text() != Some("")).map(Some)) {
        Some(word) => scene.absolute(word.and_then(Word::text)?),
        None => git::directory(reading, scene),
    }
}

fn hooks(names: &str, verb: &str, meaning: &mut Meaning) {
    let looks =
        meaning.impact == Impact::Read || HOOKLESS.contains(&verb) || HOOKLESS.contains(&meaning.operation.as_str());
    let is_started = |name: &&str| !looks || *name == INDEX_HOOK;
    let started: Vec<&str> = names.split(' ').filter(is_started).collect();
    if !started.is_empty() {
        unseen(meaning, format!("hooks of the repository can run: {}", started.join(", ")));
    }
}

/// terraform's words with those that `TF_CLI_ARGS` and `TF_CLI_ARGS_VERB` put behind the verb; none where they put none.
pub fn with_arguments(words: &[Word], scene: &Scene<'_>) -> Option<Vec<Word>> {
    let is_verb = |word: &Word| word.text().is_some_and(|text| !text.starts_with('-'));
    let at = words.iter().position(is_verb)?;
    let verb = words.get(at).and_then(Word::text)?;
    let added: Vec<Word> = ["TF_CLI_ARGS".to_owned(), format!("TF_CLI_ARGS_{verb}")]
        .iter()
        .filter_map(|name| {
            scene.assigned(name).and_then(Word::text).map(str::to_owned).or_else(|| scene.inherited(name))
        })
        .flat_map(|text| text.split_whitespace().map(Word::known).collect::<Vec<_>>())
        .collect();
    let (before, after) = words.split_at_checked(at + 1)?;
    (!added.is_empty()).then(|| before.iter().cloned().chain(added).chain(after.iter().cloned()).collect())
}

/// What a terraform configuration would start.
pub fn terraform(reading: &Reading, scene: &Scene<'_>, meaning: &mut Meaning) {
    let verb = meaning.operation.split(" ").next().unwrap_or_default().to_owned();
    let plans = ["plan", "apply", "destroy", "refresh", "import", "console", "test", "query"].contains(&verb.as_str());
    if scene.command.place != Place::Here || reading.verb.is_none() || !plans {
        return;
    }
    let directory = match reading.word(&["-chdir"]) {
        None => scene.directory(),
        Some(word) => word.text().and_then(|to| scene.absolute(to)),
    };
    let Some(directory) = directory else {
        return unseen(meaning, "which configuration it reads is not known before it runs".to_owned());
    };
    let answer = scene.context.facts.answer(&Want::TerraformPrograms { directory });
    if let Answer::Failed { cause } = &answer {
        unseen(meaning, cause.clone());
    }
    if let Some(all) = answer.field("plan") {
        unseen(meaning, format!("the configuration starts programs: {all}"));
    }
    if let (Some(all), false) = (answer.field("apply"), verb == "plan") {
        unseen(meaning, format!("the configuration starts programs: {all}"));
    }
}

fn unseen(meaning: &mut Meaning, text: String) {
    meaning.categories.insert(Category::Execution);
    meaning.evidence.push(Evidence::new("unseen_code", text));
}

fn doubt(meaning: &mut Meaning, text: String) {
    meaning.impact = Impact::Unknown;
    meaning.categories.insert(Category::Execution);
    meaning.evidence.push(Evidence::new("opaque", text));
}
