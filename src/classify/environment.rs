//! Where an action points: evidence from flags, variables and the host, matched against the policy's environments.
//!
//! Conflicting evidence takes the protected one; evidence that no environment claims leaves it unknown.

use crate::command::Word;
use crate::model::action::{Environment, Evidence};
use crate::model::environments::EnvironmentRule;
use crate::model::facts::{Answer, Want};
use crate::packs::schema::Locate;
use crate::text::glob::glob;

use super::arguments::{Flag, Reading};
use super::{Context, Scene};

/// Which list of an environment a piece of evidence is matched against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A kube context.
    Context,
    /// A kube cluster or its server.
    Cluster,
    /// A kube namespace.
    Namespace,
    /// A terraform workspace.
    Workspace,
    /// An AWS profile.
    Profile,
    /// An AWS account.
    Account,
    /// A host.
    Host,
    /// A directory.
    Directory,
}

impl Mark {
    fn list(self, rule: &EnvironmentRule) -> &[String] {
        match self {
            Self::Context => &rule.contexts,
            Self::Cluster => &rule.clusters,
            Self::Namespace => &rule.namespaces,
            Self::Workspace => &rule.workspaces,
            Self::Profile => &rule.profiles,
            Self::Account => &rule.accounts,
            Self::Host => &rule.hosts,
            Self::Directory => &rule.directories,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Context => "kube context",
            Self::Cluster => "kube cluster",
            Self::Namespace => "namespace",
            Self::Workspace => "workspace",
            Self::Profile => "AWS profile",
            Self::Account => "AWS account",
            Self::Host => "host",
            Self::Directory => "directory",
        }
    }
}

/// One thing that says where a command points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// What it is.
    pub mark: Mark,
    /// Its text.
    pub text: String,
    /// Whether the caller made it up in the command itself: then it can only make things stricter.
    pub is_claim: bool,
}

/// Where a command points, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The environment.
    pub environment: Environment,
    /// Why.
    pub evidence: Vec<Evidence>,
}

#[derive(Default)]
struct Signs {
    all: Vec<Sign>,
    /// Why it cannot be known, whatever the signs say.
    doubts: Vec<String>,
}

impl Signs {
    fn add(&mut self, mark: Mark, text: Option<&str>) {
        self.push(mark, text, false);
    }

    fn push(&mut self, mark: Mark, text: Option<&str>, is_claim: bool) {
        self.all.extend(text.filter(|text| !text.is_empty()).map(|text| Sign {
            mark,
            text: text.to_owned(),
            is_claim,
        }));
    }

    fn doubt(&mut self, text: impl Into<String>) {
        self.doubts.push(text.into());
    }
}

/// Finds where a command points.
pub fn locate(locate: Locate, reading: &Reading, scene: &Scene<'_>) -> Location {
    let mut signs = Signs::default();
    match locate {
        Locate::Local => {}
        Locate::Kube => kube(reading, scene, &mut signs),
        Locate::Terraform => terraform(reading, scene, &mut signs),
        Locate::Aws => aws(reading, scene, &mut signs),
        Locate::Docker => return docker(reading, scene),
        Locate::Git | Locate::Forge => {}
        Locate::Database => database(reading, scene, &mut signs),
        Locate::Host => host(reading, &mut signs),
        Locate::Unknown => signs.doubt("nothing says where this points"),
    }
    if scene.is_other_user && !matches!(locate, Locate::Local | Locate::Git) {
        signs.doubt("it runs as another user, whose settings are not known here");
    }
    if matches!(locate, Locate::Local | Locate::Git | Locate::Forge) {
        signs.add(Mark::Directory, scene.directory().as_deref());
        return settle(scene.context, &signs, Environment::local());
    }
    signs.add(Mark::Directory, scene.directory().as_deref());
    settle(scene.context, &signs, Environment::unknown())
}

/// The environment that the signs mean; `otherwise` when none of them is claimed by an environment.
fn settle(context: &Context<'_>, signs: &Signs, otherwise: Environment) -> Location {
    let mut evidence: Vec<Evidence> = signs
        .all
        .iter()
        .map(|sign| Evidence::new("environment", format!("{} `{}`", sign.mark.word(), sign.text)))
        .collect();
    evidence.extend(signs.doubts.iter().map(|text| Evidence::new("environment", text.clone())));
    let mut protected = None;
    let mut open: Vec<&str> = Vec::new();
    for (name, rule) in &context.environments.rules {
        for sign in &signs.all {
            let is_meant = sign.mark.list(rule).iter().any(|pattern| claims(pattern, &sign.text));
            if is_meant && rule.is_protected() {
                protected = protected.or(Some(name.as_str()));
            } else if is_meant && !sign.is_claim && !open.contains(&name.as_str()) {
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

/// Whether a pattern of the policy claims `text`: a plain word claims a whole segment, anything else the whole.
pub fn claims(pattern: &str, text: &str) -> bool {
    let is_word = pattern.chars().all(char::is_alphanumeric);
    if is_word {
        return text.split(|c: char| !c.is_alphanumeric()).any(|segment| segment == pattern);
    }
    glob(pattern, text)
}

fn kube(reading: &Reading, scene: &Scene<'_>, signs: &mut Signs) {
    let file = flag(reading, &["--kubeconfig"], signs);
    let assigned = scene.assigned("KUBECONFIG");
    let is_own_file = file.is_some() || assigned.is_some();
    let context = flag(reading, &["--context", "--kube-context"], signs);
    let server = flag(reading, &["--server", "-s", "--kube-apiserver"], signs);
    let cluster = flag(reading, &["--cluster"], signs);
    let namespace = flag(reading, &["--namespace", "-n"], signs);
    if let Some(Word::Opaque(opaque)) = assigned {
        signs.doubt(format!("KUBECONFIG is `{}`, which is not known before it runs", opaque.text));
    }
    let kubeconfig =
        file.or_else(|| assigned.and_then(Word::text).map(str::to_owned)).or_else(|| scene.inherited("KUBECONFIG"));
    let answer = scene.context.facts.answer(&Want::KubeContext { kubeconfig, context: context.clone() });
    match &answer {
        Answer::Known { .. } => {
            let is_overridden = server.is_some() || cluster.is_some();
            signs.push(Mark::Context, answer.field("context"), is_own_file || is_overridden);
            if !is_overridden {
                signs.push(Mark::Cluster, answer.field("cluster"), is_own_file);
                signs.add(Mark::Cluster, answer.field("server"));
            }
            if is_own_file && answer.field("exec_plugin").is_some() {
                signs.doubt("the kubeconfig that the command names starts a program");
            }
        }
        Answer::Absent => signs.push(Mark::Context, context.as_deref(), true),
        Answer::Failed { cause } => signs.doubt(cause.clone()),
    }
    signs.add(Mark::Cluster, server.as_deref());
    signs.push(Mark::Cluster, cluster.as_deref(), is_own_file);
    match namespace {
        Some(namespace) => signs.add(Mark::Namespace, Some(&namespace)),
        None if reading.has(&["--all-namespaces", "-A"]) => signs.push(Mark::Namespace, Some("*"), true),
        None => signs.add(Mark::Namespace, answer.field("namespace")),
    }
    // A namespace or a node is named as the object itself.
    for word in &reading.operands {
        let text = word.text().unwrap_or_default();
        let name = text
            .strip_prefix("ns/")
            .or_else(|| text.strip_prefix("namespace/"))
            .or_else(|| text.strip_prefix("namespaces/"));
        signs.push(Mark::Namespace, name, true);
    }
    let is_namespace = reading
        .operands
        .first()
        .and_then(Word::text)
        .is_some_and(|kind| ["ns", "namespace", "namespaces"].contains(&kind));
    if is_namespace {
        reading.operands.iter().skip(1).for_each(|word| signs.push(Mark::Namespace, word.text(), true));
    }
}

fn terraform(reading: &Reading, scene: &Scene<'_>, signs: &mut Signs) {
    let chdir = flag(reading, &["-chdir"], signs);
    let Some(base) = scene.directory() else {
        signs.doubt("the directory is not known before it runs");
        return;
    };
    let directory =
        chdir.map_or_else(|| base.clone(), |to| if to.starts_with('/') { to } else { format!("{base}/{to}") });
    let assigned = scene.assigned("TF_WORKSPACE");
    if assigned.is_some_and(|word| word.text().is_none()) {
        signs.doubt("TF_WORKSPACE is not known before it runs");
    }
    let variable = assigned.and_then(Word::text).map(str::to_owned).or_else(|| scene.inherited("TF_WORKSPACE"));
    let answer = scene.context.facts.answer(&Want::TerraformWorkspace { directory: directory.clone(), variable });
    match &answer {
        Answer::Known { .. } => signs.add(Mark::Workspace, answer.field("workspace")),
        Answer::Absent => signs.doubt(format!("no terraform configuration was found in `{directory}`")),
        Answer::Failed { cause } => signs.doubt(cause.clone()),
    }
    signs.add(Mark::Directory, Some(&directory));
    // `workspace delete prod` and a variables' file of production say more than the selected workspace does.
    if reading.operation.starts_with("workspace") {
        reading.operands.iter().for_each(|word| signs.push(Mark::Workspace, word.text(), true));
    }
    for given in
        reading.flags.iter().filter(|given| ["-var-file", "-backend-config", "-state"].contains(&given.name.as_str()))
    {
        signs.push(Mark::Workspace, given.value.as_ref().and_then(Word::text), true);
    }
}

fn aws(reading: &Reading, scene: &Scene<'_>, signs: &mut Signs) {
    let endpoint = flag(reading, &["--endpoint-url"], signs);
    let given = flag(reading, &["--profile"], signs);
    let assigned = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].into_iter().find_map(|name| scene.assigned(name));
    if assigned.is_some_and(|word| word.text().is_none()) {
        signs.doubt("AWS_PROFILE is not known before it runs");
    }
    let assigned = assigned.and_then(Word::text).map(str::to_owned);
    let inherited = || scene.inherited("AWS_PROFILE").or_else(|| scene.inherited("AWS_DEFAULT_PROFILE"));
    let has_keys = scene.assigned("AWS_ACCESS_KEY_ID").is_some() || scene.inherited("AWS_ACCESS_KEY_ID").is_some();
    if has_keys && given.is_none() {
        signs.doubt("keys in the environment decide the account, which is not known");
    }
    let profile = given.or(assigned).or_else(inherited);
    let answer = scene.context.facts.answer(&Want::AwsProfile { profile, config: scene.inherited("AWS_CONFIG_FILE") });
    match &answer {
        Answer::Known { .. } => {
            signs.add(Mark::Profile, answer.field("profile"));
            signs.add(Mark::Account, answer.field("account"));
        }
        Answer::Absent => signs.doubt("no AWS profile was found"),
        Answer::Failed { cause } => signs.doubt(cause.clone()),
    }
    signs.add(Mark::Host, endpoint.as_deref().map(host_of));
    // An ARN names its account.
    let words = reading.operands.iter().chain(reading.flags.iter().filter_map(|flag| flag.value.as_ref()));
    for arn in words.filter_map(Word::text).filter(|text| text.starts_with("arn:")) {
        signs.push(Mark::Account, arn.split(':').nth(4), true);
    }
}

fn docker(reading: &Reading, scene: &Scene<'_>) -> Location {
    let mut signs = Signs::default();
    let host = early_flag(reading, &["--host", "-H"], &mut signs)
        .or_else(|| scene.assigned("DOCKER_HOST").and_then(Word::text).map(str::to_owned));
    let is_opaque = ["DOCKER_HOST", "DOCKER_CONTEXT"]
        .iter()
        .any(|name| scene.assigned(name).is_some_and(|word| word.text().is_none()));
    if is_opaque {
        signs.doubt("docker's endpoint is not known before it runs");
    }
    let context = early_flag(reading, &["--context", "-c"], &mut signs)
        .or_else(|| scene.assigned("DOCKER_CONTEXT").and_then(Word::text).map(str::to_owned))
        .or_else(|| scene.inherited("DOCKER_CONTEXT"));
    let answer = scene.context.facts.answer(&Want::DockerContext { context });
    if let Answer::Failed { cause } = &answer {
        signs.doubt(cause.clone());
    }
    let endpoint = host
        .or_else(|| answer.field("host").map(str::to_owned))
        .unwrap_or_else(|| "unix:///var/run/docker.sock".to_owned());
    signs.add(Mark::Context, answer.field("context").filter(|name| *name != "default"));
    let is_here = endpoint.starts_with("unix:") && !scene.is_other_user;
    if !is_here {
        signs.add(Mark::Host, Some(host_of(&endpoint)));
    }
    settle(scene.context, &signs, if is_here { Environment::local() } else { Environment::unknown() })
}

/// ssh's way: `[user@]host`, or an address.
fn host(reading: &Reading, signs: &mut Signs) {
    match reading.operands.first().map(Word::text) {
        Some(Some(text)) => signs.add(Mark::Host, Some(host_of(text))),
        _ => signs.doubt("the host is not known before it runs"),
    }
}

fn database(reading: &Reading, scene: &Scene<'_>, signs: &mut Signs) {
    let given = flag(reading, &["-h", "--host"], signs);
    let assigned = scene.assigned("PGHOST");
    if assigned.is_some_and(|word| word.text().is_none()) {
        signs.doubt("PGHOST is not known before it runs");
    }
    let from_address = |text: &str| text.split_once("://").map(|(_, rest)| host_of(rest).to_owned());
    let named = flag(reading, &["-d", "--dbname"], signs);
    let first = reading.operands.first();
    if first.is_some_and(|word| word.text().is_none()) {
        signs.doubt("the database is not known before it runs");
    }
    let address = named.as_deref().or_else(|| first.and_then(Word::text));
    if address.is_some_and(|text| text.contains('=')) {
        signs.doubt("the connection is given as `key=value` settings");
    }
    let host = address
        .and_then(from_address)
        .or(given)
        .or_else(|| assigned.and_then(Word::text).map(str::to_owned))
        .or_else(|| scene.inherited("PGHOST"))
        .unwrap_or_else(|| "localhost".to_owned());
    signs.add(Mark::Host, Some(if host.starts_with('/') { "localhost" } else { &host }));
}

/// The last value of a flag; one that is not known is a doubt.
fn flag(reading: &Reading, names: &[&str], signs: &mut Signs) -> Option<String> {
    last(names, reading.flags.iter().filter(|flag| names.contains(&flag.name.as_str())).collect(), signs)
}

/// As `flag`, among those before the verb.
fn early_flag(reading: &Reading, names: &[&str], signs: &mut Signs) -> Option<String> {
    let is_meant = |flag: &&Flag| flag.is_early && names.contains(&flag.name.as_str());
    last(names, reading.flags.iter().filter(is_meant).collect(), signs)
}

fn last(names: &[&str], given: Vec<&Flag>, signs: &mut Signs) -> Option<String> {
    let texts: Vec<Option<&str>> = given.iter().map(|flag| flag.value.as_ref().and_then(Word::text)).collect();
    if texts.iter().any(Option::is_none) {
        signs.doubt(format!("the value of `{}` is not known before it runs", names.first().unwrap_or(&"")));
    }
    if texts.windows(2).any(|pair| pair.first() != pair.last()) {
        signs.doubt(format!("`{}` is given twice with different values", names.first().unwrap_or(&"")));
    }
    texts.into_iter().flatten().next_back().map(str::to_owned)
}

/// The host in an address: without scheme, user, port and path.
fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or(six),
        None => host.split(':').next().unwrap_or(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_word_claims_whole_segments_only() {
        assert!(claims("prod", "prod-eu") && claims("prod", "eks/prod") && claims("prod", "prod"));
        assert!(!claims("prod", "preprod") && !claims("prod", "product") && !claims("prod", "PROD"));
        assert!(claims("arn:*:prod", "arn:x:prod") && !claims("prod-eu", "prod-eu-1"));
    }

    #[test]
    fn hosts_are_taken_from_addresses() {
        assert_eq!(host_of("https://u:p@db.example:5432/x"), "db.example");
        assert_eq!(host_of("ssh://root@10.0.0.1"), "10.0.0.1");
        assert_eq!(host_of("[::1]:6443"), "::1");
    }
}
