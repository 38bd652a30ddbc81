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

/// Flags by which a push takes more along than it names.
const MORE: &[&str] = &["--all", "--mirror", "--branches", "--prune", "--follow-tags", "--tags"];

/// Variables that name another repository than the one of the directory.
const REPOSITORY: &[&str] = &["GIT_DIR", "GIT_COMMON_DIR", "GIT_NAMESPACE"];

fn is_set(name: &str, scene: &Scene<'_>) -> bool {
    match scene.assigned(name) {
        Some(word) => word.text() != Some(""),
        None => scene.inherited(name).is_some(),
    }
}

/// Tells an ordinary push from one that reaches a protected branch, and says where it points.
pub fn push(reading: &Reading, scene: &Scene<'_>, meaning: &mut Meaning) -> Option<Environment> {
    // The repository is asked by its work tree: one that is named in another way is not that.
    if reading.has(&["--git-dir", "--work-tree", "--namespace"]) || REPOSITORY.iter().any(|name| is_set(name, scene)) {
        return None;
    }
    let directory = directory(reading, scene)?;
    let answer = scene.context.facts.answer(&Want::GitRepository { directory: directory.clone() });
    let remote = match reading.operands.first().or_else(|| reading.word(&["--repo"])) {
        Some(word) => word.text().map(str::to_owned),
        None => default_remote(&answer),
    };
    let Some(remote) = remote.filter(|name| answer.field(&format!("remote.{name}.url")).is_some()) else {
        meaning.impact = Impact::Unknown;
        meaning.evidence.push(Evidence::new("opaque", "it pushes to a remote that the repository does not have"));
        return Some(Environment::unknown());
    };
    let branches = Push { reading, scene, directory: &directory, remote: &remote, answer: &answer }.branches();
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

/// Whether a branch is one that others build on, whatever the policy says.
pub fn is_protected(branch: &str) -> bool {
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

/// Where a push without a remote goes: git's `remote.pushDefault`, the branch's own, the only one, `origin`.
fn default_remote(answer: &Answer) -> Option<String> {
    let named = answer.field("push_remote").or_else(|| answer.field("upstream_remote"));
    let Answer::Known { fields } = answer else { return None };
    let mut remotes = fields.keys().filter_map(|name| name.strip_prefix("remote.")?.strip_suffix(".url"));
    let only = remotes.next().filter(|_| remotes.next().is_none());
    Some(named.or(only).unwrap_or("origin").to_owned())
}

struct Push<'a> {
    reading: &'a Reading,
    scene: &'a Scene<'a>,
    directory: &'a str,
    remote: &'a str,
    answer: &'a Answer,
}

impl Push<'_> {
    /// The branches on the other side; none when they cannot be told, or when it is not branches.
    fn branches(&self) -> Option<Vec<String>> {
        let own = |key: &str| self.answer.field(&format!("remote.{}.{key}", self.remote));
        let has_settings = own("push").is_some()
            || own("mirror").is_some_and(|value| value != "false")
            || self.answer.field("push_more").is_some();
        if self.reading.has(MORE) || has_settings {
            return None;
        }
        if self.reading.has(&["--recurse-submodules"]) {
            let how = self.reading.value(&["--recurse-submodules"]);
            how.filter(|how| ["no", "check"].contains(how))?;
        }
        let specs: Vec<&Word> = self.reading.operands.iter().skip(1).collect();
        if specs.is_empty() {
            return match self.answer.field("push_default") {
                None | Some("simple" | "current") => self.current().map(|branch| vec![branch]),
                Some("upstream" | "tracking") => self.upstream().map(|branch| vec![branch]),
                Some(_) => None,
            };
        }
        specs.into_iter().map(|spec| self.destination(spec.text()?)).collect()
    }

    fn current(&self) -> Option<String> {
        self.answer.field("branch").map(str::to_owned)
    }

    fn upstream(&self) -> Option<String> {
        self.answer.field("upstream_branch").map(str::to_owned)
    }

    fn destination(&self, spec: &str) -> Option<String> {
        let spec = spec.strip_prefix('+').unwrap_or(spec);
        let is_delete = self.reading.has(&["-d", "--delete"]);
        let (here, there) = match spec.split_once(':') {
            Some((here, there)) => (Some(here).filter(|here| !here.is_empty()), Some(there)),
            None if is_delete => (None, Some(spec)),
            None => (Some(spec), None),
        };
        if let Some(here) = here {
            self.is_branch(here).filter(|is| *is)?;
        }
        let Some(there) = there else { return self.same_name(here?) };
        let name = there.strip_prefix("refs/heads/").unwrap_or(there);
        // A short name that is a tag here can be one there.
        let may_be_tag = name == there && self.kind(name).is_some_and(|kind| kind != "branch");
        let is_plain = !name.is_empty() && !name.contains('*') && !may_be_tag && !is_partial(name);
        is_plain.then(|| name.to_owned())
    }

    /// What is pushed under its own name; with `push.default = upstream` under that of its upstream.
    fn same_name(&self, here: &str) -> Option<String> {
        let is_head = ["HEAD", "@"].contains(&here);
        let name = if is_head { self.current()? } else { here.strip_prefix("refs/heads/").unwrap_or(here).to_owned() };
        let name = name.strip_prefix("heads/").unwrap_or(&name).to_owned();
        match self.answer.field("push_default") {
            Some("upstream" | "tracking") if !is_head => {
                if Some(&name) == self.current().as_ref() {
                    self.upstream()
                } else {
                    None
                }
            }
            _ => Some(name),
        }
    }

    /// Whether the source of a refspec is a branch, or a commit that only a named branch can take.
    fn is_branch(&self, here: &str) -> Option<bool> {
        let name = here.strip_prefix("refs/heads/").or_else(|| here.strip_prefix("heads/")).unwrap_or(here);
        if here == "tag"
            || here.contains('*')
            || (name == here && here.starts_with("refs/"))
            || here.starts_with("tags/")
        {
            return Some(false);
        }
        if ["HEAD", "@"].contains(&here) {
            return Some(true);
        }
        match self.kind(name) {
            Some(kind) => Some(kind == "branch"),
            // Not a reference: a commit, which needs a name on the other side.
            None => Some(true),
        }
    }

    fn kind(&self, name: &str) -> Option<String> {
        let want = Want::GitReference { directory: self.directory.to_owned(), name: name.to_owned() };
        match self.scene.context.facts.answer(&want) {
            answer @ Answer::Known { .. } => answer.field("kind").map(str::to_owned),
            Answer::Absent => None,
            Answer::Failed { .. } => Some("unknown".to_owned()),
        }
    }
}

/// A name that git completes on the other side.
fn is_partial(name: &str) -> bool {
    ["heads/", "tags/", "remotes/"].iter().any(|start| name.starts_with(start))
}
