//! `[approval]`: whose signatures count, and for how much.
//!
//! The platform's policy says it; where it does not, the user's. What asks more (`require_user_verification`) holds
//! wherever it stands.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Policies;
use super::diagnose::Fault;
use super::fields::{Fields, Source};
use super::layers::{Layer, LayerKind};

/// The keys of `[approval]` that this file reads and that loosen: only a base layer says them.
pub(super) const LOOSENING: [&str; 2] = ["allowed_signers", "software_keys"];

/// Where keys lie that are not in a device of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SoftwareKeys {
    /// On the machine of the agents, or nobody says: who signs with one may be an agent.
    #[default]
    Here,
    /// On other machines alone, which agents do not reach: policy's own word, that aigov cannot check.
    Elsewhere,
}

impl SoftwareKeys {
    /// The word in policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// Whether a touch is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UserVerification {
    /// It is.
    #[default]
    Optional,
    /// The device must have seen a PIN or a finger too.
    Required,
}

/// What one file says about signatures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signing {
    /// OpenSSH's file of allowed signers.
    pub allowed_signers: Option<PathBuf>,
    /// Where keys in software lie.
    pub software_keys: SoftwareKeys,
    /// Whether a touch is enough.
    pub user_verification: UserVerification,
}

/// What is in force about signatures, and which file says so.
#[derive(Debug, Clone, Copy)]
pub struct InForce<'a> {
    /// The policy file.
    pub policy: &'a Path,
    /// OpenSSH's file of allowed signers.
    pub allowed_signers: &'a Path,
    /// Where keys in software lie.
    pub software_keys: SoftwareKeys,
    /// Whether a touch is enough.
    pub user_verification: UserVerification,
}

impl Policies {
    /// What is in force about signatures; none where no base layer names a file of allowed signers.
    pub fn signing(&self) -> Option<InForce<'_>> {
        let is_strict = |layer: &Layer| layer.policy.signing.user_verification == UserVerification::Required;
        let user_verification =
            if self.layers.iter().any(is_strict) { UserVerification::Required } else { UserVerification::Optional };
        let of = |kind: LayerKind| {
            let mut layers = self.layers.iter().filter(move |layer| layer.kind == kind);
            layers.find_map(|layer| Some((layer, layer.policy.signing.allowed_signers.as_deref()?)))
        };
        let (layer, allowed_signers) = of(LayerKind::Platform).or_else(|| of(LayerKind::User))?;
        let software_keys = layer.policy.signing.software_keys;
        Some(InForce { policy: &layer.path, allowed_signers, software_keys, user_verification })
    }

    /// What the user's policy says about signers where the platform's has said it.
    pub(super) fn foreign_signing(&self) -> Vec<Fault> {
        let names = |layer: &&Layer| layer.policy.signing.allowed_signers.is_some();
        let is_said = self.layers.iter().filter(|layer| layer.kind == LayerKind::Platform).any(|layer| names(&layer));
        let users = self.layers.iter().filter(|layer| is_said && layer.kind == LayerKind::User);
        let mut faults = Vec::new();
        for layer in users {
            for key in LOOSENING {
                let Some(line) = layer.policy.lines.get(&format!("approval.{key}")) else { continue };
                let text = format!("`{key}` has no effect: the platform's policy names the allowed signers");
                let help = Some("take it out, or ask whoever owns the platform's policy".to_owned());
                faults.push(Fault::at(&layer.path, &layer.text, &layer.line(*line), text, help));
            }
        }
        faults
    }
}

/// The keys of `[approval]` that are about signatures.
pub(super) fn signing(table: &mut Fields<'_>, lines: &mut BTreeMap<String, usize>, source: &mut Source<'_>) -> Signing {
    let mut signing = Signing::default();
    for key in ["allowed_signers", "software_keys", "require_user_verification"] {
        if table.has(key) {
            lines.insert(format!("approval.{key}"), source.line(table.span_of(key).start));
        }
    }
    if let Some(path) = table.text("allowed_signers", source) {
        if Path::new(&path).is_absolute() {
            signing.allowed_signers = Some(PathBuf::from(path));
        } else {
            let help = Some("write it from the root on: `allowed_signers = \"/etc/aigov/allowed_signers\"`".to_owned());
            source.fault(&table.span_of("allowed_signers"), format!("`{path}` is not an absolute path"), help);
        }
    }
    match table.text("software_keys", source).as_deref() {
        None | Some("here") => {}
        Some("elsewhere") => signing.software_keys = SoftwareKeys::Elsewhere,
        Some(other) => {
            let help = "use \"here\", or \"elsewhere\" where no machine of an agent has such a key".to_owned();
            let span = table.span_of("software_keys");
            source.fault(&span, format!("`{other}` does not say where keys in software lie"), Some(help));
        }
    }
    if table.truth("require_user_verification", source) == Some(true) {
        signing.user_verification = UserVerification::Required;
    }
    signing
}
