//! How environments are recognised: what a policy says, as values that classification matches evidence against.

use serde::{Deserialize, Serialize};

/// How one environment is recognised. Each list holds globs over whole segments: `prod` matches the segment `prod`
/// of `prod-eu` (segments are split at anything but letters and digits) but not `preprod`; a text with `*`, or one
/// that has separators itself, is matched against the whole.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EnvironmentRule {
    /// Whether it counts as production. Conflicting evidence takes the protected one. True unless said otherwise.
    pub protected: Option<bool>,
    /// Kube contexts and docker contexts.
    pub contexts: Vec<String>,
    /// Kube clusters' names or server addresses.
    pub clusters: Vec<String>,
    /// Kube namespaces.
    pub namespaces: Vec<String>,
    /// Terraform workspaces, the places of their states, and other tools' stages and stacks.
    pub workspaces: Vec<String>,
    /// AWS profiles, gcloud projects and configurations, Azure subscriptions.
    pub profiles: Vec<String>,
    /// AWS account numbers, gcloud projects, Azure subscriptions.
    pub accounts: Vec<String>,
    /// Hosts of databases, docker daemons, ssh. A word claims a host with dots for an environment that is not protected
    /// only where the host's own settings name it; in an address that a command names, a whole pattern must.
    pub hosts: Vec<String>,
    /// Git branches that deploy to it.
    pub branches: Vec<String>,
    /// Directories whose commands point at it.
    pub directories: Vec<String>,
}

impl EnvironmentRule {
    /// Whether it counts as production.
    pub fn is_protected(&self) -> bool {
        self.protected.unwrap_or(true)
    }

    /// What it is recognised by: each list with its name.
    pub fn signs(&self) -> [(&'static str, &Vec<String>); 9] {
        [
            ("contexts", &self.contexts),
            ("clusters", &self.clusters),
            ("namespaces", &self.namespaces),
            ("workspaces", &self.workspaces),
            ("profiles", &self.profiles),
            ("accounts", &self.accounts),
            ("hosts", &self.hosts),
            ("branches", &self.branches),
            ("directories", &self.directories),
        ]
    }

    /// Whether anything at all can be recognised as it.
    pub fn has_signs(&self) -> bool {
        self.signs().iter().any(|(_, list)| !list.is_empty())
    }
}

/// Every environment of the policy layers, in order. Later layers append; none replaces.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Environments {
    /// Name and rule.
    pub rules: Vec<(String, EnvironmentRule)>,
}
