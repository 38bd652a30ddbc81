//! What a line moves for its other commands: the kube context, the project, the workspace, the branch that is out.
//!
//! The host is asked before any of the line runs. Where a command changes what another one goes by, the answer says
//! nothing of that other one: its environment is unknown, unless it is a protected one already. Loops and jobs in the
//! background run commands in another order than they stand in, so that the order of the two does not count.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::command::{Certainty, Command, Parsed, Word};
use crate::model::action::{Action, Category, Environment, Evidence, Impact};
use crate::packs;
use crate::packs::schema::Locate;
use crate::text::glob::glob;

use super::arguments::{self, Reading};
use super::environment::claims;
use super::{Context, Owner, git};

/// What commands go by that a command can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ground {
    /// The kubeconfig.
    Kube,
    /// argocd's own contexts.
    Argocd,
    /// The docker context.
    Docker,
    /// terraform's workspace and backend.
    Terraform,
    /// gcloud's configuration.
    Gcloud,
    /// The subscription of az.
    Azure,
    /// The profiles of aws.
    Aws,
}

/// Commands that move what others go by: the program and patterns of its operation; `*` is any.
const MOVERS: &[(&str, &[&str], Ground)] = &[
    ("kubectl", &["config *"], Ground::Kube),
    ("oc", &["config *", "login", "project*"], Ground::Kube),
    ("kubectx", &["*"], Ground::Kube),
    ("kubens", &["*"], Ground::Kube),
    ("kind", &["*"], Ground::Kube),
    ("k3d", &["*"], Ground::Kube),
    ("minikube", &["*"], Ground::Kube),
    ("aws", &["eks update-kubeconfig"], Ground::Kube),
    ("gcloud", &["container * get-credentials"], Ground::Kube),
    ("az", &["aks get-credentials"], Ground::Kube),
    ("doctl", &["*"], Ground::Kube),
    ("argocd", &["context*", "login*", "relogin*", "logout*"], Ground::Argocd),
    ("docker", &["context *"], Ground::Docker),
    ("podman", &["system connection*"], Ground::Docker),
    ("terraform", &["workspace *", "init*"], Ground::Terraform),
    ("tofu", &["workspace *", "init*"], Ground::Terraform),
    ("gcloud", &["config *", "auth *", "init*"], Ground::Gcloud),
    ("az", &["account *", "login*", "logout*", "cloud *", "configure*", "config *"], Ground::Azure),
    ("aws", &["configure*", "sso *"], Ground::Aws),
];

/// The most branches that a line is seen to take out; with more it can be any.
const MOST_BRANCHES: usize = 32;

/// One command that was found, with its action.
struct Step<'a> {
    at: usize,
    command: &'a Command,
    program: &'a str,
    operation: String,
    impact: Impact,
}

/// Takes notice of what the commands of a line move for one another.
pub fn settle(actions: &mut [Action], owners: &[Owner], parsed: &Parsed, context: &Context<'_>) {
    let steps = steps(actions, owners, parsed);
    if steps.len() < 2 {
        return;
    }
    let git = settings_of_git(actions, owners);
    let places = places(owners);
    let movers: Vec<(&Step<'_>, Vec<Ground>)> =
        steps.iter().map(|step| (step, moved(step))).filter(|(_, grounds)| !grounds.is_empty()).collect();
    let heads: Vec<(usize, Head)> = steps.iter().filter_map(|step| Some((step.at, head(step)?))).collect();
    for step in &steps {
        let Some(action) = places.get(&step.at).and_then(|at| actions.get_mut(*at)) else { continue };
        if step.program == "git" && git.iter().any(|owner| *owner != step.at) {
            super::doubt(action, "another command of the line changes what git runs".to_owned());
        }
        if step.program == "git" && step.operation.starts_with("push") {
            pushed(action, step, &of_others(&heads, step.at), context);
        } else if let Some(ground) = ground(step.program)
            && let Some((mover, _)) = movers
                .iter()
                .filter(|(mover, grounds)| mover.at != step.at && grounds.contains(&ground))
                .find(|(mover, _)| !(only_selects(mover) && has_context(step)))
        {
            let why = format!("`{} {}` changes what this goes by", mover.program, mover.operation);
            leave(action, why, context);
        }
    }
}

/// Where the action of each command itself stands; those after it are of its redirections.
pub fn places(owners: &[Owner]) -> BTreeMap<usize, usize> {
    let mut places = BTreeMap::new();
    for (place, owner) in owners.iter().enumerate() {
        if let Owner::Command(at) = owner {
            places.entry(*at).or_insert(place);
        }
    }
    places
}

/// What the other commands do to the branch that is out, each thing once.
fn of_others(heads: &[(usize, Head)], at: usize) -> Vec<&Head> {
    let mut found: Vec<&Head> = Vec::new();
    for (_, head) in heads.iter().filter(|(of, _)| *of != at) {
        if !found.contains(&head) {
            found.push(head);
        }
        if found.len() > MOST_BRANCHES {
            return vec![&ANY_BRANCH, &ANY_REPOSITORY];
        }
    }
    found
}

/// The commands that change git's settings or hooks, which can name programs.
fn settings_of_git(actions: &[Action], owners: &[Owner]) -> Vec<usize> {
    let changes = |action: &Action| {
        let is_setting = action.tool == "git" && action.operation.split(' ').next() == Some("config");
        let is_hook =
            |target: &String| [".git/hooks/", ".git/config", ".gitconfig"].iter().any(|name| target.contains(name));
        action.impact > Impact::Read && (is_setting || action.targets.iter().any(is_hook))
    };
    let found = actions.iter().zip(owners).filter(|(action, _)| changes(action));
    found.filter_map(|(_, owner)| if let Owner::Command(at) = owner { Some(*at) } else { None }).collect()
}

fn steps<'a>(actions: &[Action], owners: &[Owner], parsed: &'a Parsed) -> Vec<Step<'a>> {
    let commands = parsed.commands.iter().enumerate().filter(|(_, command)| command.certainty == Certainty::Found);
    let places = places(owners);
    let steps = commands.filter_map(|(at, command)| {
        let program = command.words.first()?.text()?;
        let program = program.rsplit('/').next().unwrap_or(program);
        let action = places.get(&at).and_then(|place| actions.get(*place))?;
        Some(Step { at, command, program, operation: action.operation.clone(), impact: action.impact })
    });
    steps.collect()
}

/// What a command changes that others go by.
fn moved(mover: &Step<'_>) -> Vec<Ground> {
    if mover.impact == Impact::Read || is_plain_init(mover) {
        return Vec::new();
    }
    let is_named = |(program, operations, _): &&(&str, &[&str], Ground)| {
        *program == mover.program && operations.iter().any(|operation| glob(operation, &mover.operation))
    };
    MOVERS.iter().filter(is_named).map(|(_, _, ground)| *ground).collect()
}

fn ground(program: &str) -> Option<Ground> {
    match packs::find(program)?.locate {
        Locate::Kube | Locate::Helm | Locate::Flux => Some(Ground::Kube),
        Locate::Argocd => Some(Ground::Argocd),
        Locate::Docker => Some(Ground::Docker),
        Locate::Terraform | Locate::Terragrunt => Some(Ground::Terraform),
        Locate::Gcloud => Some(Ground::Gcloud),
        Locate::Azure => Some(Ground::Azure),
        Locate::Aws => Some(Ground::Aws),
        _ => None,
    }
}

/// terraform's `init` reads the backend that the configuration names, unless flags say otherwise.
fn is_plain_init(mover: &Step<'_>) -> bool {
    let flags = ["-backend", "--backend", "-from-module", "--from-module", "-chdir"];
    let changes = |word: &Word| word.text().is_none_or(|text| flags.iter().any(|flag| text.starts_with(flag)));
    mover.operation == "init" && !mover.command.words.iter().any(changes)
}

/// Whether a command only says which context is the current one.
fn only_selects(mover: &Step<'_>) -> bool {
    ["config use-context", "config use"].contains(&mover.operation.as_str())
}

/// Whether a command says itself which context it goes by.
fn has_context(step: &Step<'_>) -> bool {
    let names = ["--context", "--kube-context"];
    let is_given =
        |text: &str| names.iter().any(|name| text.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')));
    step.command.words.iter().filter_map(Word::text).any(|text| names.contains(&text) || is_given(text))
}

/// The environment is no longer known, unless it is protected.
fn leave(action: &mut Action, why: String, context: &Context<'_>) {
    let rules = &context.environments.rules;
    let is_protected = rules.iter().any(|(name, rule)| *name == action.environment.as_str() && rule.is_protected());
    let is_local_look = action.environment.is_local() && action.impact == Impact::Read;
    if !is_protected && !is_local_look {
        action.environment = Environment::unknown();
        action.evidence.push(Evidence::new("environment", why));
    }
}

/// What a command makes of the branch that is out.
#[derive(Debug, PartialEq, Eq)]
enum Head {
    /// It may be this one.
    Named(String),
    /// It can be any, or another remote's; the command that does it.
    Any(Cow<'static, str>),
    /// Another repository comes to stand in a directory; the command of git that does it.
    Repository(Cow<'static, str>),
}

/// What a line does that takes out more branches than are told apart.
const ANY_BRANCH: Head = Head::Any(Cow::Borrowed("the rest of the line"));
const ANY_REPOSITORY: Head = Head::Repository(Cow::Borrowed("clone or the like"));

/// What a command does to the branch that is out, and to where it is pushed.
fn head(step: &Step<'_>) -> Option<Head> {
    let verb = step.operation.split(' ').next().unwrap_or_default();
    let any = || Some(Head::Any(format!("{} {}", step.program, step.operation).into()));
    if step.program == "gh" {
        return ["pr checkout", "repo sync", "repo set-default"].contains(&step.operation.as_str()).then(any)?;
    }
    if step.program != "git" {
        return None;
    }
    let reading = arguments::read(packs::find("git")?, step.command.words.get(1..).unwrap_or_default());
    match verb {
        "checkout" | "switch" => Some(switched(&reading).map_or_else(any, |name| name.map(Head::Named))?),
        "branch" if step.impact > Impact::Read => {
            let flags = reading.flags.iter().map(|flag| flag.name.as_str());
            let is_harmless = flags.clone().all(|flag| ["-d", "--delete", "-D", "-q", "--quiet"].contains(&flag));
            (!is_harmless).then(any)?
        }
        "rebase" if reading.operands.len() > 1 => any(),
        "symbolic-ref" | "update-ref" | "bisect" | "remote" => (step.impact > Impact::Read).then(any)?,
        "stash" if step.operation == "stash branch" => any(),
        "clone" | "init" | "worktree" | "submodule" => {
            (step.impact > Impact::Read).then(|| Head::Repository(step.operation.clone().into()))
        }
        _ => None,
    }
}

/// The branch that a checkout takes out: none where it cannot be told; the inner none where it takes out files.
fn switched(reading: &Reading) -> Option<Option<String>> {
    let new = ["-b", "-B", "-c", "-C", "--create", "--force-create", "--orphan"];
    let mut values = reading.flags.iter().filter(|flag| new.contains(&flag.name.as_str()));
    let name = match values.next() {
        Some(flag) if values.next().is_none() => flag.value.as_ref().and_then(Word::text)?,
        Some(_) => return None,
        None => match reading.operands.as_slice() {
            [one] => one.text()?,
            [] => return if reading.flags.is_empty() { Some(None) } else { None },
            _ => return None,
        },
    };
    let is_tracking = reading.flags.iter().any(|flag| flag.name.starts_with("-t") || flag.name.starts_with("--t"));
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-'));
    (is_plain && !is_tracking && !name.starts_with('-') && !name.is_empty()).then(|| Some(name.to_owned()))
}

/// A push in a line that takes out branches: where it does not name both sides itself, it can push any of them.
fn pushed(action: &mut Action, step: &Step<'_>, moves: &[&Head], context: &Context<'_>) {
    let Some(pack) = packs::find("git") else { return };
    let reading = arguments::read(pack, step.command.words.get(1..).unwrap_or_default());
    let has_remote = reading.operands.len() > 1;
    let rests_on_head = !has_remote
        || reading
            .operands
            .iter()
            .skip(1)
            .any(|word| word.text().is_none_or(|spec| ["HEAD", "@", "+HEAD", "+@"].contains(&spec) || spec == ":"));
    let is_elsewhere = step.command.directory.is_some() || reading.has(&["-C"]);
    for moved in moves {
        match moved {
            Head::Repository(by) if is_elsewhere => {
                protect(action, format!("`git {by}` can put another repository there"))
            }
            Head::Any(by) if rests_on_head => {
                protect(action, format!("`{by}` changes which branch this pushes, or where to"))
            }
            Head::Named(name) if rests_on_head => named(action, name, context),
            Head::Repository(_) | Head::Any(_) | Head::Named(_) => {}
        }
    }
}

/// Another branch that a push can reach.
fn named(action: &mut Action, name: &str, context: &Context<'_>) {
    action.targets.push(format!("branch/{name}"));
    let mut rules = context.environments.rules.iter();
    let is_claimed = rules.any(|(_, rule)| rule.branches.iter().any(|pattern| claims(pattern, name)));
    if is_claimed || git::is_protected(name) {
        protect(action, format!("the branch `{name}` is taken out by another command, and others build on it"));
    }
}

fn protect(action: &mut Action, why: String) {
    if action.operation == "push" {
        "push protected".clone_into(&mut action.operation);
    }
    action.categories = BTreeSet::from([Category::Code, Category::Deploy]).union(&action.categories).copied().collect();
    action.environment = Environment::unknown();
    action.evidence.push(Evidence::new("environment", why));
}
