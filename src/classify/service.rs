//! Which service a command is about, and whether it is about several.
//!
//! A name is taken from what the command names itself; a directory's name is the last resort of tools whose directory
//! is what they work on. `*` stands for all there are, `?` for one that is not known.

use std::collections::BTreeSet;

use crate::command::Word;
use crate::model::action::{Action, Category, Evidence, Impact, SERVICE_SEPARATOR};
use crate::packs::schema::{Locate, Pack};

use super::arguments::Reading;
use super::environment::claims;
use super::verb::Meaning;
use super::{Scene, targets};

/// Every service there is within reach.
const ALL: &str = "*";
/// Labels whose value is a service's name.
const LABELS: &[&str] = &["app", "app.kubernetes.io/name", "app.kubernetes.io/instance", "k8s-app", "service"];
/// Kinds of object that carry a service's name.
const WORKLOADS: &[&str] = &[
    "deployment", "statefulset", "daemonset", "replicaset", "replicationcontroller", "pod", "job", "cronjob",
    "service", "ingress", "horizontalpodautoscaler", "poddisruptionbudget", "rollout", "serviceentry",
];
/// Flags of cloud tools whose value is a service's name.
const CLOUD: &[&str] = &[
    "--service", "--services", "--service-name", "--function-name", "--application-name", "--app-name", "--stack-name",
    "--auto-scaling-group-name",
];
/// Verbs of docker whose first operand is the only service; the rest is a command.
const ONE: &[&str] = &["compose exec", "compose run", "exec", "run", "container exec", "container run"];
/// Directories that say what is in them, not what it is for.
const GENERIC: &[&str] = &[
    "infra", "infrastructure", "terraform", "tf", "terragrunt", "live", "env", "envs", "environment", "environments",
    "stacks", "stack", "deploy", "deployment", "deployments", "modules", "module", "src", "main", "root", "code",
    "iac", "aws", "gcp", "azure", "global", "ops", "charts", "k8s",
];

/// The services of one command with the evidence for them; the names in one text, as an action has them.
pub fn find(pack: &Pack, reading: &Reading, meaning: &Meaning, scene: &Scene<'_>) -> (Option<String>, Vec<Evidence>) {
    let (names, mut evidence) = match pack.locate {
        _ if scene.command.described.is_some() => named(told(meaning), "service"),
        Locate::Kube => kube(reading, meaning),
        Locate::Helm => named(helm(reading), "helm release"),
        Locate::Argocd => named(argocd(reading), "argocd app"),
        Locate::Flux => named(reading.operands.last().into_iter().map(shown).collect(), "flux object"),
        Locate::Terraform | Locate::Terragrunt => terraform(reading, meaning, scene),
        Locate::Aws | Locate::Azure => named(values(scene, CLOUD), "service"),
        Locate::Gcloud => named(gcloud(reading, scene), "service"),
        Locate::Docker => named(docker(reading, meaning), "docker service or container"),
        Locate::Local | Locate::Git => (Vec::new(), Vec::new()),
        _ => named(first_target(meaning), "target"),
    };
    let distinct: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    // What only looks is about what it names; a list of everything is about nothing in particular.
    if meaning.impact == Impact::Read && (distinct.len() != 1 || distinct.contains(ALL) || distinct.contains("?")) {
        return (None, Vec::new());
    }
    if distinct.len() > 1 || distinct.contains(ALL) {
        evidence.push(several(&distinct));
    }
    let text = distinct.into_iter().collect::<Vec<_>>().join(SERVICE_SEPARATOR);
    (Some(text).filter(|text| !text.is_empty()), evidence)
}

/// Marks the actions of an invocation that together reach several services, namespaces or environments.
pub fn mark_several(actions: &mut [Action]) {
    let counts = |action: &Action| action.impact != Impact::Read && !action.environment.is_local();
    let reached = |action: &Action| {
        let spaces = action.evidence.iter().filter(|one| one.text.starts_with("namespace `"));
        let spaces: BTreeSet<String> = spaces.map(|one| one.text.clone()).collect();
        (action.environment.clone(), action.service.clone(), spaces)
    };
    // What nothing is known of is no second service.
    let known = actions.iter().filter(|action| counts(action));
    let known = known.filter(|action| action.service.is_some() || !action.environment.is_unknown());
    let all: BTreeSet<_> = known.map(reached).collect();
    if all.len() < 2 {
        return;
    }
    let text = format!("the commands together reach {} targets that differ", all.len());
    for action in actions.iter_mut().filter(|action| counts(action) && !action.is_multi_service()) {
        action.evidence.push(Evidence::new("multi_service", text.clone()));
    }
}

/// What a policy's description calls services.
fn told(meaning: &Meaning) -> Vec<String> {
    meaning.targets.iter().filter_map(|target| target.strip_prefix("service/")).map(str::to_owned).collect()
}

fn several(names: &BTreeSet<&str>) -> Evidence {
    if names.contains(ALL) {
        return Evidence::new("multi_service", "it is about all that is there");
    }
    let shown: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    Evidence::new("multi_service", format!("it is about {}", shown.join(", ")))
}

fn named(names: Vec<String>, what: &str) -> (Vec<String>, Vec<Evidence>) {
    let evidence = names.iter().map(|name| Evidence::new("service", format!("{what} `{name}`"))).collect();
    (names, evidence)
}

fn shown(word: &Word) -> String {
    word.text().unwrap_or(targets::UNKNOWN).to_owned()
}

/// The values of these flags, from the words themselves: a pack need not list every flag of a cloud's tool.
fn values(scene: &Scene<'_>, flags: &[&str]) -> Vec<String> {
    let words = &scene.command.words;
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let Some(text) = word.text() else { continue };
        let (name, attached) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        if !flags.contains(&name) {
            continue;
        }
        match attached {
            Some(value) => found.push(value.to_owned()),
            None => found.extend(words.get(at + 1).map(shown)),
        }
    }
    found.iter().flat_map(|word| word.split(',')).map(|one| last_part(one).to_owned()).collect()
}

fn last_part(name: &str) -> &str {
    name.rsplit(['/', ':']).next().unwrap_or(name)
}

fn kube(reading: &Reading, meaning: &Meaning) -> (Vec<String>, Vec<Evidence>) {
    let mut names = Vec::new();
    for target in &meaning.targets {
        let (kind, name) = target.split_once('/').unwrap_or((target, ALL));
        if WORKLOADS.contains(&kind) || kind == targets::UNKNOWN {
            names.push(name.to_owned());
        }
    }
    let (mut names, mut evidence) = named(names, "object");
    let selectors = reading.flags.iter().filter(|flag| ["-l", "--selector"].contains(&flag.name.as_str()));
    let selected: Vec<String> = selectors.flat_map(|flag| by_label(flag.value.as_ref())).collect();
    if !selected.is_empty() {
        // The selector says which of all there are.
        names.retain(|name| name != ALL);
        evidence = selected.iter().map(|name| Evidence::new("service", format!("label `{name}`"))).collect();
        names.extend(selected);
    } else if reading.has(&["-f", "--filename", "-k", "--kustomize"]) {
        names.push(targets::UNKNOWN.to_owned());
    }
    if reading.has(&["--all", "-A", "--all-namespaces"]) {
        names.push(ALL.to_owned());
    }
    (names, evidence)
}

/// The services that a selector picks: `app=web`, `app in (web, db)`; everything where it picks by another label.
fn by_label(selector: Option<&Word>) -> Vec<String> {
    let Some(text) = selector.and_then(Word::text) else { return vec![targets::UNKNOWN.to_owned()] };
    let mut found = Vec::new();
    if let Some((key, list)) = text.split_once(" in (") {
        if LABELS.contains(&key.trim()) {
            let list = list.split(')').next().unwrap_or(list);
            found.extend(list.split(',').map(|name| name.trim().to_owned()));
        }
    } else {
        for part in text.split(',').filter(|part| !part.contains('!')) {
            if let Some((key, value)) = part.split_once('=')
                && LABELS.contains(&key.trim())
            {
                found.push(value.trim_start_matches('=').trim().to_owned());
            }
        }
    }
    if found.is_empty() { vec![ALL.to_owned()] } else { found }
}

fn helm(reading: &Reading) -> Vec<String> {
    let is_generated = reading.has(&["-g", "--generate-name", "--name-template"]);
    match reading.operation.as_str() {
        "install" if is_generated => vec![targets::UNKNOWN.to_owned()],
        "uninstall" => reading.operands.iter().map(shown).collect(),
        "install" | "upgrade" | "rollback" | "test" | "status" | "history" | "get values" | "get manifest"
        | "get all" | "get notes" | "get hooks" | "get metadata" => {
            reading.operands.first().into_iter().map(shown).collect()
        }
        _ => Vec::new(),
    }
}

fn argocd(reading: &Reading) -> Vec<String> {
    if !reading.operation.starts_with("app") {
        return Vec::new();
    }
    if reading.has(&["-l", "--selector", "--project", "-N", "--app-namespace"]) && reading.operands.is_empty() {
        return vec![ALL.to_owned()];
    }
    // `app rollback APP ID`, `app patch-resource APP`: one app, then what is done with it.
    let takes_many = ["app sync", "app delete", "app wait"].contains(&reading.operation.as_str());
    let most = if takes_many { usize::MAX } else { 1 };
    reading.operands.iter().take(most).map(|word| last_part(&shown(word)).to_owned()).collect()
}

fn gcloud(reading: &Reading, scene: &Scene<'_>) -> Vec<String> {
    let mut names = values(scene, CLOUD);
    if ["run ", "functions "].iter().any(|start| reading.operation.starts_with(start)) {
        names.extend(reading.operands.first().map(shown));
    }
    names
}

fn docker(reading: &Reading, meaning: &Meaning) -> Vec<String> {
    let operation = reading.operation.as_str();
    if ONE.contains(&operation) {
        return reading.operands.first().into_iter().map(shown).collect();
    }
    if operation.starts_with("compose ") {
        let names: Vec<String> = reading.operands.iter().map(shown).collect();
        let is_whole = names.is_empty() && !["compose build", "compose pull"].contains(&operation);
        return if is_whole { vec![ALL.to_owned()] } else { names };
    }
    if operation.ends_with("prune") {
        return vec![ALL.to_owned()];
    }
    let own = meaning.targets.iter().filter_map(|target| target.split_once('/'));
    own.filter(|(kind, _)| ["container", "service"].contains(kind)).map(|(_, name)| name.to_owned()).collect()
}

fn terraform(reading: &Reading, meaning: &Meaning, scene: &Scene<'_>) -> (Vec<String>, Vec<Evidence>) {
    let is_run = ["plan", "apply", "destroy", "refresh", "import", "taint", "untaint", "state rm", "state mv"];
    if !is_run.iter().any(|operation| meaning.operation.ends_with(operation) || reading.operation == *operation) {
        return (Vec::new(), Vec::new());
    }
    if reading.operation.contains("run-all") || reading.has(&["--all"]) {
        return named(vec![ALL.to_owned()], "terragrunt's tree");
    }
    let given = reading.flags.iter().filter(|flag| ["-target", "-replace"].contains(&flag.name.as_str()));
    let mut addresses: Vec<String> = given.filter_map(|flag| flag.value.as_ref()).map(shown).collect();
    if ["import", "taint", "untaint", "state rm", "state mv"].contains(&reading.operation.as_str()) {
        let most = if reading.operation == "state rm" { usize::MAX } else { 1 };
        addresses.extend(reading.operands.iter().take(most).map(shown));
    }
    if !addresses.is_empty() {
        let names = addresses.iter().map(|address| module_of(address)).collect();
        return named(names, "terraform address");
    }
    named(directory(reading, scene).into_iter().collect(), "directory")
}

/// The module of an address, or the whole of it.
fn module_of(address: &str) -> String {
    let module = address.strip_prefix("module.").and_then(|rest| rest.split(['.', '[']).next());
    module.unwrap_or(address).to_owned()
}

/// The nearest directory whose name is neither an environment's nor one that every repository has.
fn directory(reading: &Reading, scene: &Scene<'_>) -> Option<String> {
    let base = scene.directory()?;
    let to = reading.value(&["-chdir", "--working-dir", "--terragrunt-working-dir"]);
    let full = match to {
        Some(to) if to.starts_with('/') => to.to_owned(),
        Some(to) => format!("{base}/{to}"),
        None => base,
    };
    let root = scene.root()?;
    let (parent, _) = root.rsplit_once('/')?;
    // Above the work tree names are about something else.
    let below = full.strip_prefix(parent)?;
    let is_environment = |name: &str| {
        scene.context.environments.rules.iter().any(|(environment, rule)| {
            environment == name
                || [&rule.workspaces, &rule.directories, &rule.contexts]
                    .iter()
                    .any(|list| list.iter().any(|pattern| claims(pattern, name)))
        })
    };
    let fits = |name: &&str| !name.is_empty() && *name != "." && !GENERIC.contains(name) && !is_environment(name);
    if below.split('/').any(|part| part == "..") {
        return None;
    }
    below.split('/').rev().find(fits).map(str::to_owned)
}

/// What a deployment names first.
fn first_target(meaning: &Meaning) -> Vec<String> {
    if !meaning.categories.contains(&Category::Deploy) {
        return Vec::new();
    }
    meaning.targets.first().map(|target| last_part(target).to_owned()).into_iter().collect()
}
