//! Where an action points: evidence from flags, variables and the host, matched against the policy's environments.
//!
//! Conflicting evidence takes the protected one; evidence that no environment claims leaves it unknown. What the
//! caller made up in the command itself can protect, and never opens.

mod aws;
mod azure;
mod database;
mod docker;
mod gcloud;
mod gitops;
mod kube;
mod reach;
mod ssh;
mod terraform;
#[cfg(test)]
mod tests;

use crate::command::Word;
use crate::model::action::{Environment, Evidence};
use crate::model::environments::EnvironmentRule;
use crate::packs::schema::Locate;
use crate::text::glob::glob;

use super::arguments::Reading;
use super::{Context, Scene};

pub use kube::kubeconfig;
use reach::Reach;

/// What a sign is, which says the lists of an environment that it is matched against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A kube context.
    Context,
    /// A docker context.
    DockerContext,
    /// A kube cluster or its server.
    Cluster,
    /// A kube namespace.
    Namespace,
    /// A terraform workspace, or what another tool calls its stage or stack.
    Workspace,
    /// Where terraform keeps its state.
    State,
    /// An AWS profile.
    Profile,
    /// An AWS account.
    Account,
    /// A gcloud project or configuration.
    Project,
    /// An Azure subscription.
    Subscription,
    /// A host.
    Host,
    /// A database's name.
    Database,
    /// A directory.
    Directory,
    /// A file that is named in the command.
    File,
    /// Another name in the command: a resource, a variable's value.
    Name,
}

impl Mark {
    fn lists(self, rule: &EnvironmentRule) -> Vec<&[String]> {
        match self {
            Self::Context => vec![&rule.contexts],
            Self::DockerContext => vec![&rule.contexts, &rule.hosts],
            Self::Cluster => vec![&rule.clusters],
            Self::Namespace => vec![&rule.namespaces],
            Self::Workspace | Self::State => vec![&rule.workspaces],
            Self::Profile => vec![&rule.profiles],
            Self::Account => vec![&rule.accounts],
            Self::Project | Self::Subscription => vec![&rule.accounts, &rule.profiles],
            Self::Host | Self::Database => vec![&rule.hosts],
            Self::Directory => vec![&rule.directories],
            Self::File | Self::Name => vec![
                &rule.contexts, &rule.clusters, &rule.namespaces, &rule.workspaces, &rule.profiles, &rule.accounts,
                &rule.hosts, &rule.directories,
            ],
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Context => "kube context",
            Self::DockerContext => "docker context",
            Self::Cluster => "kube cluster",
            Self::Namespace => "namespace",
            Self::Workspace => "workspace",
            Self::State => "terraform's state in",
            Self::Profile => "AWS profile",
            Self::Account => "AWS account",
            Self::Project => "gcloud project",
            Self::Subscription => "Azure subscription",
            Self::Host => "host",
            Self::Database => "database",
            Self::Directory => "directory",
            Self::File => "file",
            Self::Name => "name",
        }
    }
}

/// How far a sign is believed, in rising order. Any sign is enough to protect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// A name that the caller can have made up: it only protects.
    Claim,
    /// An address that the command names. A word in it opens nothing, since whoever calls can make up a name that
    /// leads anywhere; a pattern of the policy that describes the whole does.
    Given,
    /// The settings of the host say so, or the tool's own notion of its target: it counts both ways.
    Found,
}

/// One thing that says where a command points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// What it is.
    pub mark: Mark,
    /// Its text.
    pub text: String,
    /// How far it is believed.
    pub weight: Weight,
}

/// Where a command points, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The environment.
    pub environment: Environment,
    /// Why.
    pub evidence: Vec<Evidence>,
}

/// Everything that was found out about where a command points.
#[derive(Debug, Default)]
pub struct Signs {
    all: Vec<Sign>,
    /// Why it cannot be known, whatever the signs say.
    doubts: Vec<String>,
    /// What is worth knowing and says nothing about the environment.
    notes: Vec<String>,
}

impl Signs {
    /// Adds a sign; an empty text says nothing.
    pub fn push(&mut self, mark: Mark, weight: Weight, text: Option<&str>) {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return };
        match self.all.iter_mut().find(|sign| sign.mark == mark && sign.text == text) {
            Some(sign) => sign.weight = sign.weight.max(weight),
            None => self.all.push(Sign { mark, text: text.to_owned(), weight }),
        }
    }

    /// Adds a sign that the settings of the host give.
    pub fn found(&mut self, mark: Mark, text: Option<&str>) {
        self.push(mark, Weight::Found, text);
    }

    /// Adds a sign that only protects.
    pub fn claim(&mut self, mark: Mark, text: Option<&str>) {
        self.push(mark, Weight::Claim, text);
    }

    /// Says why it cannot be known.
    pub fn doubt(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.doubts.contains(&text) {
            self.doubts.push(text);
        }
    }

    /// Says something beside the signs.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }
}

/// Finds where a command points.
pub fn locate(locate: Locate, reading: &Reading, scene: &Scene<'_>) -> Location {
    let mut reach = Reach::new(reading, scene);
    let is_local = matches!(locate, Locate::Local | Locate::Git | Locate::Forge);
    let mut otherwise = if is_local { Environment::local() } else { Environment::unknown() };
    let mut directory = Weight::Claim;
    match locate {
        Locate::Local | Locate::Git | Locate::Forge => directory = Weight::Found,
        Locate::Kube => kube::kubectl(&mut reach),
        Locate::Helm => kube::helm(&mut reach),
        Locate::Argocd => gitops::argocd(&mut reach),
        Locate::Flux => gitops::flux(&mut reach),
        Locate::Terraform => terraform::terraform(&mut reach),
        Locate::Terragrunt => terraform::terragrunt(&mut reach),
        Locate::Aws => aws::aws(&mut reach),
        Locate::Gcloud => gcloud::gcloud(&mut reach),
        Locate::Azure => azure::azure(&mut reach),
        Locate::Docker => {
            if docker::docker(&mut reach) == docker::Daemon::Here {
                otherwise = Environment::local();
            }
        }
        Locate::Database => database::postgres(&mut reach),
        Locate::Mysql => database::mysql(&mut reach),
        Locate::Mongo => database::mongo(&mut reach),
        Locate::Redis => database::redis(&mut reach),
        Locate::Sqlite => otherwise = database::sqlite(&mut reach),
        Locate::Ssh => ssh::ssh(&mut reach),
        Locate::Copy => ssh::copy(&mut reach),
        Locate::Web => ssh::web(&mut reach),
        Locate::Named(flags) => named(flags, &mut reach),
        Locate::Operand(at) => operand(at, &mut reach),
        Locate::Unknown => reach.signs.doubt("nothing says where this points"),
    }
    if scene.is_other_user && !matches!(locate, Locate::Local | Locate::Git) {
        reach.signs.doubt("it runs as another user, whose settings are not known here");
    }
    reach.signs.push(Mark::Directory, directory, scene.directory().as_deref());
    settle(scene.context, &reach.signs, otherwise)
}

/// The value of a flag is the environment's own name for the tool (`--stage prod`).
fn named(flags: &[&str], reach: &mut Reach<'_>) {
    match reach.flag(flags) {
        Some(value) => reach.signs.found(Mark::Workspace, Some(&value)),
        None => reach.signs.doubt(format!("no `{}` says where this points", flags.first().unwrap_or(&""))),
    }
    reach.names(&[]);
}

/// An operand is the environment's own name for the tool (`deploy.sh prod`).
fn operand(at: usize, reach: &mut Reach<'_>) {
    match reach.reading.operands.get(at).map(Word::text) {
        Some(Some(name)) => reach.signs.found(Mark::Workspace, Some(name)),
        Some(None) => reach.signs.doubt("the word that says where this points is not known before it runs"),
        None => reach.signs.doubt("no word says where this points"),
    }
    reach.names(&[]);
}

/// The environment that the signs mean; `otherwise` when none of them is claimed by an environment.
///
/// A protected environment with a sign of it wins over everything; another one counts only when it is the only one
/// and nothing is in doubt. So one more sign never makes the answer less protected than it was.
fn settle(context: &Context<'_>, signs: &Signs, otherwise: Environment) -> Location {
    let about = |text: String| Evidence::new("environment", text);
    let mut evidence: Vec<Evidence> =
        signs.all.iter().map(|sign| about(format!("{} `{}`", sign.mark.word(), sign.text))).collect();
    evidence.extend(signs.notes.iter().chain(&signs.doubts).map(|text| about(text.clone())));
    let mut protected = None;
    let mut open: Vec<&str> = Vec::new();
    for (name, rule) in &context.environments.rules {
        for sign in &signs.all {
            let lists = sign.mark.lists(rule);
            let patterns = || lists.iter().copied().flatten();
            if rule.is_protected() && patterns().any(|pattern| protects(pattern, &sign.text)) {
                protected = protected.or(Some(name.as_str()));
            } else if !rule.is_protected()
                && patterns().any(|pattern| opens(pattern, sign))
                && !open.contains(&name.as_str())
            {
                open.push(name);
            }
        }
    }
    let environment = match (protected, open.as_slice()) {
        (Some(name), _) => Environment::named(name),
        (None, [one]) if signs.doubts.is_empty() => Environment::named(*one),
        (None, []) if signs.doubts.is_empty() => otherwise,
        (None, _) => Environment::unknown(),
    };
    Location { environment, evidence }
}

/// Whether a pattern of a protected environment claims `text`: that `PROD` is written large does not make it another.
fn protects(pattern: &str, text: &str) -> bool {
    claims(pattern, text) || claims(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase())
}

/// Whether a pattern of an environment that is not protected claims a sign.
fn opens(pattern: &str, sign: &Sign) -> bool {
    match sign.weight {
        Weight::Found => claims(pattern, &sign.text),
        Weight::Given => {
            // A name without dots is one that this machine or its network gives out.
            let is_whole = !sign.text.contains(['.', ':', '/', '@']) || !is_word(pattern) || pattern == sign.text;
            is_whole && claims(pattern, &sign.text)
        }
        Weight::Claim => false,
    }
}

fn is_word(pattern: &str) -> bool {
    pattern.chars().all(char::is_alphanumeric)
}

/// Nothing that is longer names a place: hosts have at most 253 bytes, paths 4096. It stays unknown.
const LONGEST_NAME: usize = 4096;

/// Whether a pattern of the policy claims `text`: a plain word claims a whole segment, anything else the whole.
pub fn claims(pattern: &str, text: &str) -> bool {
    if text.len() > LONGEST_NAME {
        return false;
    }
    if is_word(pattern) {
        return text.split(|c: char| !c.is_alphanumeric()).any(|segment| segment == pattern);
    }
    glob(pattern, text)
}

/// The host in an address: without scheme, user, port and path.
pub fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or(six),
        // More than one colon is an IPv6 address without a port.
        None if host.matches(':').count() > 1 => host,
        None => host.split(':').next().unwrap_or(host),
    }
}

/// The words that are known of a list.
fn texts<'a>(words: impl Iterator<Item = &'a Word>) -> impl Iterator<Item = &'a str> {
    words.filter_map(Word::text)
}
