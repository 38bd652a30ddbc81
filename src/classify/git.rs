//! Where git pushes to: an ordinary branch, a protected one, or somewhere that is not known.

use std::collections::BTreeSet;

use crate::command::Word;
use crate::model::action::{Category, Environment, Evidence, Impact};
use crate::model::facts::{Answer, Want};

use super::Scene;
use super::arguments::Reading;
use super::environment::claims;
use super::verb::Meaning;

/// Branches that are protected whatever the policy says.
const PROTECTED: &[&str] =
    &["main", "master", "trunk", "develop", "release", "releases", "production", "prod", "stable", "gh-pages"];

/// Tells an ordinary push from one that reaches a protected branch, and says where it points.
pub fn push(reading: &Reading, scene: &Scene<'_>, meaning: &mut Meaning) -> Option<Environment> {
    let directory = directory(reading, scene)?;
    let answer = scene.context.facts.answer(&Want::GitRepository { directory });
    let branches = branches(reading, &answer);
    if let Some(remote) = reading.operands.first() {
        let is_known = remote.text().is_some_and(|name| answer.field(&format!("remote.{name}.url")).is_some());
        if !is_known {
            meaning.impact = Impact::Unknown;
            meaning.evidence.push(Evidence::new("opaque", "it pushes to a remote that the repository does not have"));
            return Some(Environment::unknown());
        }
    }
    let Some(branches) = branches else {
        protect(meaning, "which branches it reaches cannot be told");
        return Some(Environment::unknown());
    };
    for branch in &branches {
        meaning.targets.push(format!("branch/{branch}"));
        meaning.evidence.push(Evidence::new("environment", format!("branch `{branch}`")));
    }
    let claimed =
        scene.context.environments.rules.iter().find(|(_, rule)| {
            branches.iter().any(|branch| rule.branches.iter().any(|pattern| claims(pattern, branch)))
        });
    if let Some((name, _)) = claimed {
        protect(meaning, "the policy says that this branch deploys");
        return Some(Environment::named(name));
    }
    if branches.iter().any(|branch| is_protected(branch)) {
        protect(meaning, "the branch is one that others build on");
        return Some(Environment::unknown());
    }
    Some(Environment::local())
}

fn is_protected(branch: &str) -> bool {
    let first = branch.split('/').next().unwrap_or(branch);
    PROTECTED.contains(&first) || PROTECTED.contains(&branch) || branch.starts_with("refs/")
}

fn protect(meaning: &mut Meaning, why: &str) {
    if meaning.operation == "push" {
        "push protected".clone_into(&mut meaning.operation);
    }
    meaning.categories = BTreeSet::from([Category::Code, Category::Deploy]);
    meaning.evidence.push(Evidence::new("category", why));
}

/// The directory of the work tree that git would use; none when it cannot be told.
pub fn directory(reading: &Reading, scene: &Scene<'_>) -> Option<String> {
    let mut directory = scene.directory()?;
    for given in reading.flags.iter().filter(|flag| flag.is_early && flag.name == "-C") {
        let to = given.value.as_ref().and_then(Word::text)?;
        directory = if to.starts_with('/') { to.to_owned() } else { format!("{directory}/{to}") };
    }
    Some(directory)
}

/// The branches on the other side; none when they cannot be told.
fn branches(reading: &Reading, answer: &Answer) -> Option<Vec<String>> {
    if reading.has(&["--all", "--mirror", "--branches", "--prune", "--follow-tags"]) {
        return None;
    }
    let current = answer.field("branch");
    let specs: Vec<&Word> = reading.operands.iter().skip(1).collect();
    if specs.is_empty() {
        if reading.has(&["--tags"]) {
            return None;
        }
        return match answer.field("push_default") {
            None | Some("simple" | "current") => current.map(|branch| vec![branch.to_owned()]),
            Some(_) => {
                answer.field("upstream_branch").zip(current).map(|(up, here)| vec![up.to_owned(), here.to_owned()])
            }
        };
    }
    specs.into_iter().map(|spec| destination(spec.text()?, current)).collect()
}

fn destination(spec: &str, current: Option<&str>) -> Option<String> {
    let spec = spec.strip_prefix('+').unwrap_or(spec);
    let there = spec.split_once(':').map_or(spec, |(_, there)| there);
    let name = there.strip_prefix("refs/heads/").unwrap_or(there);
    match name {
        "" => None,
        "HEAD" | "@" => current.map(str::to_owned),
        _ if name.contains('*') => None,
        _ => Some(name.to_owned()),
    }
}
