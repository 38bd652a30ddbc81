//! An action: what one command would do, where, and how that is known.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a command changes, in rising order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// Looks only.
    Read,
    /// Changes something that stays.
    Write,
    /// Deletes, or changes in a way that cannot be taken back.
    Destroy,
    /// Cannot be known before it runs.
    Unknown,
}

impl Impact {
    /// Every impact, in order.
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Destroy, Self::Unknown];

    /// The word used in policies, JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Destroy => "destroy",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The kinds of work that a policy tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Looking at state, logs, files.
    Observe,
    /// Computing a change without making it.
    Plan,
    /// Running tests and linters.
    Test,
    /// Building artefacts.
    Build,
    /// Documentation.
    Docs,
    /// Editing and exchanging source code.
    Code,
    /// Bringing a service to an environment, or changing how it runs.
    Deploy,
    /// Machines, networks, clusters, storage.
    Infra,
    /// Configuration.
    Config,
    /// A database's schema.
    DbMigration,
    /// Users' data.
    UserData,
    /// Network policy, admission, firewalls, encryption settings.
    SecurityPolicy,
    /// Who may do what: users, roles, keys, grants.
    AccessControl,
    /// Hands out secret material, even by reading.
    Secrets,
    /// Runs code that was not seen.
    Execution,
    /// Touches aigov's own policy, ledger or approvals.
    Governance,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 16] = [
        Self::Observe,
        Self::Plan,
        Self::Test,
        Self::Build,
        Self::Docs,
        Self::Code,
        Self::Deploy,
        Self::Infra,
        Self::Config,
        Self::DbMigration,
        Self::UserData,
        Self::SecurityPolicy,
        Self::AccessControl,
        Self::Secrets,
        Self::Execution,
        Self::Governance,
    ];

    /// The word used in policies, JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Plan => "plan",
            Self::Test => "test",
            Self::Build => "build",
            Self::Docs => "docs",
            Self::Code => "code",
            Self::Deploy => "deploy",
            Self::Infra => "infra",
            Self::Config => "config",
            Self::DbMigration => "db_migration",
            Self::UserData => "user_data",
            Self::SecurityPolicy => "security_policy",
            Self::AccessControl => "access_control",
            Self::Secrets => "secrets",
            Self::Execution => "execution",
            Self::Governance => "governance",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether there is a way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reversible {
    /// The tool itself can take it back.
    Yes,
    /// There is no way back.
    No,
    /// Not known, or it depends.
    Unknown,
}

impl Reversible {
    /// The word in policies and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

/// The environment an action points at: `local`, `unknown`, or a name from the policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Environment(String);

impl Environment {
    /// An environment that the policy names.
    pub fn named(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// No remote target: the working tree, this machine's files.
    pub fn local() -> Self {
        Self("local".to_owned())
    }

    /// The target could not be told.
    pub fn unknown() -> Self {
        Self("unknown".to_owned())
    }

    /// The environment's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is `local`.
    pub fn is_local(&self) -> bool {
        self.as_str() == "local"
    }

    /// Whether this is `unknown`.
    pub fn is_unknown(&self) -> bool {
        self.as_str() == "unknown"
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One reason to believe something about an action.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Evidence {
    /// What it speaks about: `impact`, `environment`, `category`, `opaque`, `unseen_code`, …
    pub about: String,
    /// What was seen, in words: ``kubectl verb `delete` ``, ``kube context `prod-eu` (--context)``.
    pub text: String,
}

impl Evidence {
    /// Evidence about `about`.
    pub fn new(about: &str, text: impl Into<String>) -> Self {
        Self { about: about.to_owned(), text: text.into() }
    }
}

/// What stands between the services of one action.
pub const SERVICE_SEPARATOR: &str = ", ";

/// A classified command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// The tool's name as its pack has it, or the program's name where there is no pack.
    pub tool: String,
    /// The operation: the verb with its sub-verb (`rollout restart`), or `unknown`.
    pub operation: String,
    /// How much it changes.
    pub impact: Impact,
    /// What kind of work it is; never empty.
    pub categories: BTreeSet<Category>,
    /// Where it points.
    pub environment: Environment,
    /// The service, when the command names one. Several stand in one text, with [`SERVICE_SEPARATOR`] between them.
    pub service: Option<String>,
    /// What it acts on, as `kind/name` or a path.
    pub targets: Vec<String>,
    /// Whether there is a way back.
    pub reversible: Reversible,
    /// Why all this is believed.
    pub evidence: Vec<Evidence>,
}

impl Action {
    /// The services one by one. `*` stands for all there are, `?` for one that is not known.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        self.service.iter().flat_map(|service| service.split(SERVICE_SEPARATOR))
    }

    /// Whether it reaches several services or environments, alone or with the other commands of its invocation.
    pub fn is_multi_service(&self) -> bool {
        self.evidence.iter().any(|evidence| evidence.about == "multi_service")
    }

    /// Whether the policy describes the tool: what it reads beside its words is not known.
    pub fn is_described(&self) -> bool {
        self.evidence.iter().any(|evidence| evidence.about == "described")
    }

    /// Tool and operation as people type them: `kubectl delete`, `ls`.
    pub fn title(&self) -> String {
        match self.operation.as_str() {
            "unknown" => self.tool.clone(),
            operation if operation == self.tool => self.tool.clone(),
            operation => format!("{} {operation}", self.tool),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_serde_are_the_words_of_as_str() {
        for impact in Impact::ALL {
            assert_eq!(serde_json::to_value(impact).unwrap(), impact.as_str());
        }
        for category in Category::ALL {
            assert_eq!(serde_json::to_value(category).unwrap(), category.as_str());
        }
    }

    #[test]
    fn impact_rises_from_read_to_unknown() {
        assert!(Impact::Read < Impact::Write && Impact::Write < Impact::Destroy && Impact::Destroy < Impact::Unknown);
    }
}
