//! `aigov init`: writes the example policy with the environments that this machine shows.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use dialoguer::Select;

use crate::error::{Error, ErrorKind};
use crate::host::discover::{Found, found};
use crate::host::identity::Claim;

use super::args::InitArgs;
use super::output;
use super::session::Session;

/// The policy that users start from.
const EXAMPLE: &str = include_str!("../../policy.example.toml");
/// Names that say for certain that something is not production, when they are a whole segment.
const CERTAIN: [(&str, &str); 4] = [("dev", "dev"), ("kind", "dev"), ("minikube", "dev"), ("staging", "staging")];

/// `aigov init`.
///
/// # Errors
/// When there is a policy already, or it cannot be written.
pub fn init(args: &InitArgs) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    let path = &session.places.policy_user;
    if path.symlink_metadata().is_ok() {
        return existing(args, path);
    }
    let found = found(&session.host);
    let labels: Vec<(Found, &'static str)> =
        found.into_iter().filter_map(|one| label(one, args).transpose()).collect::<Result<_, _>>()?;
    write(path, &with_labels(&labels))?;
    let policies = session.policies()?;
    super::policy::run_tests(&session, &policies)?;
    drop(session.ledger()?);
    tell(path, &session.places.ledger, &labels);
    Ok(0)
}

fn existing(args: &InitArgs, path: &Path) -> Result<i32, Error> {
    if args.yes {
        output::talk(&format!("aigov: {} is there already and stays as it is\n", path.display()));
        return Ok(0);
    }
    Err(Error::new(ErrorKind::Input, format!("{} is there already; nothing was changed", path.display()))
        .for_human("edit it, then `aigov policy check`"))
}

/// Which environment something found on the host belongs to; nothing when nobody says.
fn label(found: Found, args: &InitArgs) -> Result<Option<(Found, &'static str)>, Error> {
    let certain = CERTAIN.iter().find(|(segment, _)| segments(&found.name).any(|part| part == *segment));
    if args.yes {
        return Ok(certain.filter(|_| !is_guarded(&found.name)).map(|(_, environment)| (found, *environment)));
    }
    let choices = ["leave it unknown (asks)", "production", "staging", "dev"];
    let suggested =
        certain.map_or(0, |(_, environment)| choices.iter().position(|choice| choice == environment).unwrap_or(0));
    let picked = Select::new()
        .with_prompt(format!("{} `{}` is", found.what, found.name))
        .items(&choices[..])
        .default(suggested)
        .interact_opt()
        .map_err(|cause| {
            Error::new(ErrorKind::Cancelled, format!("cannot ask at this terminal: {cause}"))
                .for_human("`aigov init --yes` asks nothing")
        })?;
    match picked {
        None => Err(Error::new(ErrorKind::Cancelled, "left without writing anything")),
        Some(1) => Ok(Some((found, "production"))),
        Some(2) => Ok(Some((found, "staging"))),
        Some(3) => Ok(Some((found, "dev"))),
        Some(_) => Ok(None),
    }
}

/// A name with a production segment is never labelled below it without a human.
fn is_guarded(name: &str) -> bool {
    segments(name).any(|part| ["prod", "production", "prd", "live"].contains(&part))
}

fn segments(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
}

/// The example with each label's whole name added to its environment's list.
fn with_labels(labels: &[(Found, &'static str)]) -> String {
    let mut text = EXAMPLE.to_owned();
    for (found, environment) in labels {
        let header = format!("[environments.{environment}]");
        let Some(start) = text.find(&header) else { continue };
        let key = format!("\n{} = [", found.key);
        let section_end =
            text.get(start + 1..).and_then(|rest| rest.find("\n[")).map_or(text.len(), |at| start + 1 + at);
        let place =
            text.get(start..section_end).and_then(|section| section.find(&key)).map(|at| start + at + key.len());
        let quoted = toml::Value::String(found.name.clone()).to_string();
        match place {
            Some(at) => text.insert_str(at, &format!("{quoted}, ")),
            None => text.insert_str(start + header.len(), &format!("\n{} = [{quoted}]", found.key)),
        }
    }
    text
}

/// Writes the whole file beside its place and moves it there, so that half a policy is never in force.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    let failed = |cause: &std::io::Error| {
        Error::new(ErrorKind::Unavailable, format!("cannot write {}: {cause}", path.display()))
    };
    let directory = path.parent().ok_or_else(|| Error::new(ErrorKind::Config, "the policy has no directory"))?;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(|e| failed(&e))?;
    let draft = path.with_extension(format!("toml.{}", std::process::id()));
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let linked = written.and_then(|()| fs::hard_link(&draft, path));
    let removed = fs::remove_file(&draft);
    linked.and(removed).map_err(|e| failed(&e))
}

fn tell(path: &Path, ledger: &Path, labels: &[(Found, &'static str)]) {
    let mut text = format!("aigov: wrote {} and made {}\n", path.display(), ledger.display());
    for (found, environment) in labels {
        text.push_str(&format!("  {} `{}` is {environment}\n", found.what, found.name));
    }
    text.push_str("  everything else is unknown, which counts as production\n  next: aigov exec -- git status, then aigov audit\n");
    output::talk(&text);
}
