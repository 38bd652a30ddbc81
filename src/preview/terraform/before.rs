//! The configuration before: the one whose plan finds nothing to change now. That is looked for in git's history, and proved
//! by planning it, so that a way back is offered only where it is one.

use std::path::Path;

use crate::exec::resolve::resolve;
use crate::host::private::PrivateDir;
use crate::host::read;
use crate::model::invocation::Raw;
use crate::preview::prober::{Asking, Failure, Prober};

use super::{Found, Terraform};

/// How many commits are tried: each costs a plan.
const COMMITS: usize = 2;
/// What the configuration as it is now is called.
const SAME: &str = "as it is";
/// The most files of a configuration that are kept.
const FILES: usize = 200;

/// A configuration of the time before.
pub(super) struct Before {
    /// Which it is, in words.
    pub(super) name: String,
    /// Its files in the directory itself.
    pub(super) files: Vec<(String, Raw)>,
}

/// Whether a file of this name belongs to a configuration.
pub(super) fn is_configuration(name: &str) -> bool {
    [".tf", ".tf.json", ".tofu", ".tofu.json", ".tfvars", ".tfvars.json"].iter().any(|end| name.ends_with(end))
}

/// Looks for the configuration that everything is as it says now.
///
/// # Errors
/// Only where there was no time.
pub(super) fn find(
    terraform: &Terraform<'_>,
    place: &PrivateDir,
    prober: &mut Prober<'_>,
) -> Result<Option<Before>, Failure> {
    let directory = terraform.directory();
    let back = terraform.options.back();
    if back != terraform.options.plan {
        // What is done stands in the options, so that the configuration may be the same.
        match terraform.plan(&back, None, &place.path().join("same.plan"), prober) {
            Ok(Found::Nothing) => {
                let files = own_files(&directory).map(|files| Before { name: SAME.to_owned(), files });
                return Ok(files);
            }
            Err(failure) if failure.is_late => return Err(failure),
            Ok(Found::Changes) | Err(_) => {}
        }
    }
    for (at, commit) in commits(terraform, &directory, prober)?.into_iter().enumerate() {
        let Some(files) = files(terraform, &directory, &commit, prober)? else { continue };
        let stand_in = match terraform.stand_in(place, &format!("before-{at}"), &files) {
            Ok(stand_in) => stand_in,
            Err(_) => continue,
        };
        match terraform.plan(&back, Some(&stand_in), &place.path().join(format!("before-{at}.plan")), prober) {
            Ok(Found::Nothing) => {
                return Ok(Some(Before {
                    name: format!("of commit {}", commit.chars().take(12).collect::<String>()),
                    files,
                }));
            }
            Err(failure) if failure.is_late => return Err(failure),
            Ok(Found::Changes) | Err(_) => {}
        }
    }
    Ok(None)
}

/// The configuration's files as they are; none where they cannot all be read.
fn own_files(directory: &Path) -> Option<Vec<(String, Raw)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).ok()? {
        let entry = entry.ok()?;
        let name = entry.file_name().into_string().ok()?;
        if is_configuration(&name) {
            files.push((name, Raw(read::bytes(&entry.path()).ok()?)));
        }
    }
    (files.len() <= FILES).then_some(files)
}

/// The newest commits that touched the directory.
fn commits(terraform: &Terraform<'_>, directory: &Path, prober: &mut Prober<'_>) -> Result<Vec<String>, Failure> {
    let count = format!("--max-count={COMMITS}");
    let listed = git(terraform, directory, &["rev-list", &count, "HEAD", "--", "."], prober)?;
    let text = listed.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    Ok(text.lines().map(str::to_owned).collect())
}

/// The configuration's files as they were in a commit; none where there are none, or too many.
fn files(
    terraform: &Terraform<'_>,
    directory: &Path,
    commit: &str,
    prober: &mut Prober<'_>,
) -> Result<Option<Vec<(String, Raw)>>, Failure> {
    let Some(listed) = git(terraform, directory, &["ls-tree", "-z", "--name-only", commit], prober)? else {
        return Ok(None);
    };
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let names: Vec<&str> = listed.split('\0').filter(|name| is_configuration(name) && !name.contains('/')).collect();
    if names.is_empty() || names.len() > FILES {
        return Ok(None);
    }
    let mut files = Vec::new();
    for name in names {
        let object = format!("{commit}:./{name}");
        match git(terraform, directory, &["cat-file", "blob", &object], prober)? {
            Some(bytes) => files.push((name.to_owned(), Raw(bytes))),
            None => return Ok(None),
        }
    }
    Ok(Some(files))
}

/// What git answers; none where there is no git, or it says no. Only its plumbing is asked, which runs no program that a
/// repository names.
fn git(
    terraform: &Terraform<'_>,
    directory: &Path,
    words: &[&str],
    prober: &mut Prober<'_>,
) -> Result<Option<Vec<u8>>, Failure> {
    let env = &terraform.subject.env;
    let path = env.iter().find(|(name, _)| name.0 == b"PATH").map(|(_, value)| value);
    let Ok(program) = resolve(&Raw::from("git"), path, directory) else { return Ok(None) };
    let argv = std::iter::once("git").chain(words.iter().copied()).map(Raw::from).collect();
    match prober.ask(Asking { program: &program, argv, cwd: directory, env: env.to_vec() }) {
        Ok(answered) if answered.exit_code == Some(0) => Ok(Some(answered.out)),
        Err(failure) if failure.is_late => Err(failure),
        Ok(_) | Err(_) => Ok(None),
    }
}
