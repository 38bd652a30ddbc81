//! The policy in force: files with their faults, layers, and the decision.
//!
//! Pure but for loading.

mod aftercare;
mod approvers;
pub mod cases;
pub mod change;
pub mod channels;
pub mod coverage;
pub mod decide;
mod deciders;
mod diagnose;
pub mod diff;
pub mod draft;
pub mod effective;
mod fields;
pub mod help;
pub mod layers;
pub mod lifetimes;
pub mod lints;
mod load;
mod matching;
pub mod people;
mod read;
pub mod replay;
pub mod review;
mod rules;
pub mod schema;
mod scope;
mod sieve;
pub mod signing;
pub mod simulate;
mod spans;
mod syntax;
#[cfg(test)]
mod tests;
pub mod tests_run;
mod tools;
pub mod understand;
mod verbs;
pub mod windows;

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::model::environments::Environments;
use crate::model::ids::Digest;
use crate::packs::described::{Packs, Tool};

pub use decide::decide;
pub use diagnose::{PolicyFaults, nearest};
use layers::{Layer, LayerKind};

/// How long a request waits unless a policy says otherwise.
const EXPIRES: Duration = Duration::from_secs(8 * 3600);
/// How long an approval may wait for its run unless a policy says otherwise.
const RUN_WITHIN: Duration = Duration::from_secs(3600);

/// Every layer in force.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    layers: Vec<Layer>,
    /// The tools of all layers.
    packs: Packs,
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
    fn of(mut layers: Vec<Layer>, mut faults: Vec<diagnose::Fault>) -> Result<Self, PolicyFaults> {
        mark_foreign(&mut layers);
        let tools: Vec<&'static Tool> = layers.iter().flat_map(|layer| layer.policy.tools.clone()).collect();
        let policies = Self { layers, packs: Packs::of(&tools) };
        if faults.is_empty() {
            faults.extend(policies.unknown_environments());
            faults.extend(policies.foreign_environments());
            faults.extend(policies.foreign_people());
            faults.extend(policies.unknown_approvers());
            faults.extend(policies.foreign_channels());
            faults.extend(policies.foreign_signing());
            faults.extend(tools::foreign(&policies.layers));
        }
        if faults.is_empty() { Ok(policies) } else { Err(PolicyFaults(faults)) }
    }

    /// The layers.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The in-house tools that the policy describes.
    pub fn packs(&self) -> Packs {
        self.packs
    }

    /// The tools of every layer, in order.
    pub fn tools(&self) -> impl Iterator<Item = &'static Tool> {
        self.layers.iter().flat_map(|layer| layer.policy.tools.iter().copied())
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
        self.shortest(|layer| layer.policy.expires, EXPIRES)
    }

    /// How long an approval may wait for its run: the shortest that a layer says.
    pub fn run_within(&self) -> Duration {
        self.shortest(|layer| layer.policy.run_within, RUN_WITHIN)
    }

    /// The shortest time of all layers. Only a base layer makes it longer than what stands without a policy.
    fn shortest(&self, time: impl Fn(&Layer) -> Option<Duration>, otherwise: Duration) -> Duration {
        let of = |is_base: bool| self.layers.iter().filter(move |layer| layer.kind.is_base() == is_base);
        let base = of(true).filter_map(&time).min().unwrap_or(otherwise);
        of(false).filter_map(&time).fold(base, Duration::min)
    }

    /// Whether every base layer lets a one-person team approve what its own agents ask for.
    pub fn single_operator(&self) -> bool {
        let mut base =
            self.layers.iter().filter(|layer| matches!(layer.kind, LayerKind::Platform | LayerKind::User)).peekable();
        base.peek().is_some() && base.all(|layer| layer.policy.single_operator)
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
                        "{} layer may only add protected environments, and `{name}` is not",
                        layer.kind.article()
                    ),
                    (true, true) => format!(
                        "{} layer may not add to `{name}`, which the user's policy defines",
                        layer.kind.article()
                    ),
                    (true, false) => continue,
                };
                let help = Some("put it into the user's policy".to_owned());
                let line = layer.policy.lines.get(&format!("environments.{name}")).copied().unwrap_or(1);
                let fault = diagnose::Fault::at(&layer.path, &layer.text, &layer.line(line), text, help);
                faults.push(fault.because("whoever asks can bring such a layer along, and may only protect more"));
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
                let unless = rule.unless.iter().flat_map(|one| &one.environment).map(|name| ("unless", name));
                let named = rule.when.environment.iter().map(|name| ("when", name)).chain(unless);
                for (key, name) in named.filter(|(_, name)| !is_known(name)) {
                    let text = format!("rule `{}` names the environment `{name}`, which is not defined", rule.id);
                    let words = known.rules.iter().map(|(name, _)| name.as_str()).chain(["local", "unknown"]);
                    let define = format!("or define it: `[environments.{name}]`");
                    let help = load::meant(name, words).map(|help| match help.strip_suffix('?') {
                        Some(_) => format!("{help} {define}"),
                        None => format!("{help}; {define}"),
                    });
                    let span = layer.word(rule, key, name);
                    faults.push(diagnose::Fault::at(&layer.path, &layer.text, &span, text, help));
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
            for tool in &layer.policy.tools {
                let programs = tool.pack.programs.join(", ");
                text.push_str(&format!("  {:<5} {:<30} {programs}\n", "tool", tool.pack.tool));
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
                "tools": layer.policy.tools.iter().map(|tool| tool.pack.tool).collect::<Vec<_>>(),
            })
        };
        json!({
            "layers": self.layers.iter().map(layer).collect::<Vec<_>>(),
            "environments": self.environments(),
            "expires_seconds": self.expires().as_secs(),
            "run_within_seconds": self.run_within().as_secs(),
            "single_operator": self.single_operator(),
            "carry_forward_seconds": self.carry_forward().map(|time| time.as_secs()),
            "keep_way_back_seconds": self.keep_way_back().as_secs(),
        })
    }
}

/// Tells each layer the environments by which others can move what it speaks of: those that come along with whoever
/// asks, and for the platform those that only the user has.
fn mark_foreign(layers: &mut [Layer]) {
    let names = |layer: &Layer| layer.policy.environments.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let all: Vec<(LayerKind, Vec<String>)> = layers.iter().map(|layer| (layer.kind, names(layer))).collect();
    for layer in layers {
        let own = names(layer);
        layer.foreign.clear();
        for (kind, theirs) in all.iter().filter(|(kind, _)| *kind != layer.kind) {
            let is_brought = !kind.is_base();
            let is_users = layer.kind == LayerKind::Platform && *kind == LayerKind::User;
            let may_move = |name: &&String| is_brought || is_users && !own.contains(name);
            layer.foreign.extend(theirs.iter().filter(may_move).cloned());
        }
    }
}
