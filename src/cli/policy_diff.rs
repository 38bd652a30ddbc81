//! `aigov policy diff`: what differs between two policies by what it means. Runs nothing, writes nothing.

use std::fs::File;
use std::path::Path;

use crate::error::{Error, ErrorKind};
use crate::policy::cases::decisions;
use crate::policy::diff::{difference, settings};
use crate::policy::layers::LayerKind;
use crate::policy::schema::Policy;
use crate::policy::{Policies, PolicyFaults};
use crate::report::policy_diff::PolicyDiff;

use super::output::{self, Form};
use super::session::Session;

/// The exit code of `policy diff` and `policy simulate` where something loosens.
pub const LOOSENS: i32 = 1;

/// `aigov policy diff`: 0 when nothing loosens, else 1.
///
/// # Errors
/// When a file cannot be read or a policy has faults.
pub fn diff(session: &Session, first: &Path, second: Option<&Path>, form: Form) -> Result<i32, Error> {
    let (from, to, name) = match second {
        Some(second) => {
            let alone = Policies::default();
            (instead(&alone, first)?, instead(&alone, second)?, first.display().to_string())
        }
        None => {
            let now = session.policies()?;
            let new = instead(&now, first)?;
            let name = user(&now).map(|layer| layer.0).unwrap_or_else(|| "no policy of the user's".to_owned());
            (now, new, name)
        }
    };
    let policy = |policies: &Policies| user(policies).map(|layer| layer.1).unwrap_or_default();
    let found = PolicyDiff {
        from: name,
        to: second.unwrap_or(first).display().to_string(),
        settings: settings(&from, &to),
        difference: difference(&policy(&from), &policy(&to)),
        decisions: decisions(&from, &to),
    };
    match form {
        Form::Json => output::data(&format!("{}\n", found.json()))?,
        Form::Text => output::data(&found.text(output::page(&session.host)))?,
    }
    Ok(if found.loosens() { LOOSENS } else { 0 })
}

fn user(policies: &Policies) -> Option<(String, Policy)> {
    let layer = policies.layers().iter().find(|layer| layer.kind == LayerKind::User)?;
    Some((layer.path.display().to_string(), layer.policy.clone()))
}

/// These layers with a file in place of the user's policy.
///
/// # Errors
/// When the file cannot be read (an input), or has faults (a configuration).
pub fn instead(policies: &Policies, file: &Path) -> Result<Policies, Error> {
    // A pipe is read once, so it is not opened here.
    let opened =
        std::fs::metadata(file).and_then(|found| if found.is_file() { File::open(file).map(drop) } else { Ok(()) });
    opened.map_err(|cause| {
        let cause = cause.to_string();
        let plain = cause.split(" (os error").next().unwrap_or(&cause);
        Error::new(ErrorKind::Input, format!("cannot read {}: {plain}", file.display()))
    })?;
    policies.with_user(file).map_err(|faults: PolicyFaults| {
        Error::new(ErrorKind::Config, format!("the policy {} has faults\n{faults}", file.display()))
            .with_hint(format!("correct it, then `aigov policy check {}`", file.display()))
    })
}
