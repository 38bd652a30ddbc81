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
    /// Kube contexts.
    pub contexts: Vec<String>,
    /// Kube clusters' names or server addresses.
    pub clusters: Vec<String>,
    /// Kube namespaces.
    pub namespaces: Vec<String>,
    /// Terraform workspaces.
    pub workspaces: Vec<String>,
    /// AWS profiles.
    pub profiles: Vec<String>,
    /// AWS account numbers.
    pub accounts: Vec<String>,
    /// Hosts of databases, docker daemons, ssh.
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
}

/// Every environment of the policy layers, in order. Later layers append; none replaces.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Environments {
    /// Name and rule.
    pub rules: Vec<(String, EnvironmentRule)>,
}
