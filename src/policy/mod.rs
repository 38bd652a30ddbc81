//! The policy in force: files with their faults, layers, and the decision.
//!
//! Pure but for loading.

pub mod cases;
pub mod change;
pub mod decide;
mod diagnose;
pub mod diff;
mod fields;
pub mod layers;
mod load;
mod matching;
mod read;
pub mod replay;
pub mod schema;
mod scope;
mod sieve;
pub mod simulate;
#[cfg(test)]
mod tests;
pub mod tests_run;
pub mod understand;

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::model::environments::Environments;
use crate::model::ids::Digest;

pub use decide::decide;
pub use diagnose::PolicyFaults;
use layers::{Layer, LayerKind};

/// How long a request waits unless a policy says otherwise.
const EXPIRES: Duration = Duration::from_secs(8 * 3600);
/// How long an approval may wait for its run unless a policy says otherwise.
const RUN_WITHIN: Duration = Duration::from_secs(3600);

/// Every layer in force.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    layers: Vec<Layer>,
}

impl Policies {
    /// Loads these files.
    ///
    /// # Errors
    /// Every fault of every file.
    pub fn load(files: Vec<(LayerKind, PathBuf)>) -> Result<Self, PolicyFaults> {
        let mut layers = Vec::new();
        let mut faults = Vec::new();
        for (kind, path) in files {
            match load::layer(kind, &path) {
                Ok(layer) => layers.push(layer),
                Err(found) => faults.extend(found),
            }
        }
        Self::of(layers, faults)
    }

    /// These layers with `path` in place of the user's. The file is only looked at, so it may be anybody's.
    ///
    /// # Errors
    /// Every fault of the file, and of the layers together.
    pub fn with_user(&self, path: &Path) -> Result<Self, PolicyFaults> {
        let layer = load::candidate(LayerKind::User, path).map_err(PolicyFaults)?;
        let is_before = |layer: &&Layer| layer.kind == LayerKind::Platform;
        let others = |layer: &&Layer| !matches!(layer.kind, LayerKind::Platform | LayerKind::User);
        let mut layers: Vec<Layer> = self.layers.iter().filter(is_before).cloned().collect();
        layers.push(layer);
        layers.extend(self.layers.iter().filter(others).cloned());
        Self::of(layers, Vec::new())
    }

    /// The layers together, when none has faults of its own or names what no other defines.
    fn of(layers: Vec<Layer>, mut faults: Vec<diagnose::Fault>) -> Result<Self, PolicyFaults> {
        let policies = Self { layers };
        if faults.is_empty() {
            faults.extend(policies.unknown_environments());
            faults.extend(policies.foreign_environments());
        }
        if faults.is_empty() { Ok(policies) } else { Err(PolicyFaults(faults)) }
    }

    /// The layers.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Whether there is a layer that speaks about everything.
    pub fn has_base(&self) -> bool {
        self.layers.iter().any(|layer| matches!(layer.kind, LayerKind::Platform | LayerKind::User))
    }

    /// Every environment, the platform's first.
    pub fn environments(&self) -> Environments {
        Environments { rules: self.layers.iter().flat_map(|layer| layer.policy.environments.clone()).collect() }
    }

    /// Each file with the digest of its text.
    pub fn digests(&self) -> Vec<(String, Digest)> {
        self.layers.iter().map(|layer| (layer.path.display().to_string(), layer.digest)).collect()
    }

    /// Whether whoever runs this could have written the policy; a repository's does not count, as it only asks more.
    pub fn is_writable_by_requester(&self) -> bool {
        self.layers.iter().any(|layer| layer.is_writable && layer.kind != LayerKind::Repository)
    }

    /// How long a request waits for a human: the shortest that a layer says.
    pub fn expires(&self) -> Duration {
        self.layers.iter().filter_map(|layer| layer.policy.expires).min().unwrap_or(EXPIRES)
    }

    /// How long an approval may wait for its run: the shortest that a layer says.
    pub fn run_within(&self) -> Duration {
        self.layers.iter().filter_map(|layer| layer.policy.run_within).min().unwrap_or(RUN_WITHIN)
    }

    /// Whether every base layer lets a one-person team approve what its own agents ask for.
    pub fn single_operator(&self) -> bool {
        let mut base =
            self.layers.iter().filter(|layer| matches!(layer.kind, LayerKind::Platform | LayerKind::User)).peekable();
        base.peek().is_some() && base.all(|layer| layer.policy.single_operator)
    }

    /// What is no fault but should be looked at.
    pub fn warnings(&self) -> Vec<String> {
        let mut all = Vec::new();
        for layer in &self.layers {
            for rule in &layer.policy.rules {
                let stands = format!("{}:{}: rule `{}`", layer.path.display(), rule.line, rule.id);
                if rule.examples.is_empty() && layer.kind != LayerKind::Repository {
                    all.push(format!("{stands} has no `match` example"));
                }
                for tool in rule
                    .when
                    .tool
                    .iter()
                    .filter(|tool| !tool.contains('*') && crate::packs::find(tool).is_none() && *tool != "shell")
                {
                    all.push(format!("{stands} names the tool `{tool}`, which no pack describes"));
                }
            }
        }
        all
    }

    /// A layer that whoever asks can bring along may only protect more: it must not call a place `dev` for which the
    /// user's rules then allow something.
    fn foreign_environments(&self) -> Vec<diagnose::Fault> {
        let is_base = |layer: &&Layer| matches!(layer.kind, LayerKind::Platform | LayerKind::User);
        let base: Vec<&String> = self
            .layers
            .iter()
            .filter(is_base)
            .flat_map(|layer| &layer.policy.environments)
            .map(|(name, _)| name)
            .collect();
        let mut faults = Vec::new();
        for layer in self.layers.iter().filter(|layer| !is_base(layer)) {
            for (name, rule) in &layer.policy.environments {
                let text = match (rule.is_protected(), base.contains(&name)) {
                    (false, _) => format!(
                        "a {} layer may only add protected environments, and `{name}` is not",
                        layer.kind.as_str()
                    ),
                    (true, true) => format!(
                        "a {} layer may not add to `{name}`, which the user's policy defines",
                        layer.kind.as_str()
                    ),
                    (true, false) => continue,
                };
                let help = Some("put it into the user's policy".to_owned());
                faults.push(diagnose::Fault::of_file(&layer.path, text, help));
            }
        }
        faults
    }

    fn unknown_environments(&self) -> Vec<diagnose::Fault> {
        let known = self.environments();
        let is_known =
            |name: &str| ["local", "unknown"].contains(&name) || known.rules.iter().any(|(one, _)| one == name);
        let mut faults = Vec::new();
        for layer in &self.layers {
            for rule in &layer.policy.rules {
                let named =
                    rule.when.environment.iter().chain(rule.unless.iter().flat_map(|unless| &unless.environment));
                for name in named.filter(|name| !is_known(name)) {
                    let text = format!(
                        "line {}: rule `{}` names the environment `{name}`, which is not defined",
                        rule.line, rule.id
                    );
                    let help = load::meant(name, known.rules.iter().map(|(name, _)| name.as_str()));
                    faults.push(diagnose::Fault::of_file(&layer.path, text, help));
                }
            }
        }
        faults
    }

    /// What is in force, for people.
    pub fn text(&self) -> String {
        if self.layers.is_empty() {
            return "no policy: known reads run, the rest needs `aigov init`\n".to_owned();
        }
        let mut text = String::new();
        for layer in &self.layers {
            text.push_str(&format!(
                "{} layer {} (sha256 {})\n",
                layer.kind.as_str(),
                layer.path.display(),
                layer.digest
            ));
            for rule in &layer.policy.rules {
                let about = rule.description.as_deref().unwrap_or_default();
                text.push_str(&format!("  {:<5} {:<30} {about}\n", rule.decision.as_str(), rule.id.as_str()));
            }
            if let Some((decision, _)) = layer.policy.default {
                text.push_str(&format!("  {:<5} {:<30} what no rule speaks about\n", decision.as_str(), "default"));
            }
        }
        let names: Vec<String> = self
            .environments()
            .rules
            .iter()
            .map(|(name, rule)| format!("{name}{}", if rule.is_protected() { " (protected)" } else { "" }))
            .collect();
        text.push_str(&format!("environments: {}\n", names.join(", ")));
        text
    }

    /// What is in force, as JSON.
    pub fn to_json(&self) -> Value {
        let rules = |layer: &Layer| -> Vec<Value> {
            let one = |rule: &schema::Rule| json!({ "id": rule.id, "line": rule.line, "decision": rule.decision, "description": rule.description, "owner": rule.owner, "message": rule.message });
            layer.policy.rules.iter().map(one).collect()
        };
        let layer = |layer: &Layer| {
            json!({
                "kind": layer.kind.as_str(),
                "path": layer.path.display().to_string(),
                "digest": layer.digest,
                "default": layer.policy.default.map(|(decision, _)| decision),
                "rules": rules(layer),
            })
        };
        json!({
            "layers": self.layers.iter().map(layer).collect::<Vec<_>>(),
            "environments": self.environments(),
            "expires_seconds": self.expires().as_secs(),
            "run_within_seconds": self.run_within().as_secs(),
            "single_operator": self.single_operator(),
        })
    }
}
