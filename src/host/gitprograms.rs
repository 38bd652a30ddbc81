//! What a git repository brings along that can run: settings that name programs, and hooks. Read, never run.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::host::git::{self, Layout};
use crate::host::gitconfig::GitConfig;
use crate::host::gitindex;
use crate::model::facts::Answer;
use crate::model::invocation::Variable;
use crate::packs::repository;

/// The most repositories of submodules that are read, and how deep they may lie.
const MOST: usize = 64;
const DEEPEST: usize = 8;

/// The answer to `Want::GitPrograms`.
pub fn answer(directory: &Path, env: &[Variable], home: Option<&Path>) -> Answer {
    let found = git::layout(directory, env).and_then(|layout| {
        layout.map(|layout| programs(&layout, env, home).map(|fields| Answer::Known { fields })).transpose()
    });
    match found {
        Ok(Some(answer)) => answer,
        Ok(None) => Answer::Absent,
        Err(cause) => Answer::Failed { cause },
    }
}

fn programs(layout: &Layout, env: &[Variable], home: Option<&Path>) -> Result<BTreeMap<String, String>, String> {
    let config = git::configuration(Some(layout), env, home)?;
    let mut fields = BTreeMap::new();
    take(&config, &mut fields);
    if let Some(text) = elsewhere(&config, layout) {
        fields.insert("core.worktree".to_owned(), text);
    }
    // `status` and `diff` look into submodules, with the settings that those have.
    let mut left = MOST;
    for dir in submodules(&layout.common_dir.join("modules"), 0, &mut left)? {
        take(&GitConfig::read(Some(&dir), &[], None)?, &mut fields);
    }
    nested(layout, 0, &mut left, &mut fields)?;
    let hooks = hooks(&config, layout)?;
    if !hooks.is_empty() {
        fields.insert("hooks".to_owned(), hooks.join(" "));
    }
    Ok(fields)
}

/// Repositories that the index knows, whether or not they are set up as submodules.
fn nested(
    layout: &Layout,
    depth: usize,
    left: &mut usize,
    fields: &mut BTreeMap<String, String>,
) -> Result<(), String> {
    let Some(root) = &layout.root else { return Ok(()) };
    for path in gitindex::gitlinks(&layout.git_dir)? {
        let place = root.join(path);
        if std::fs::symlink_metadata(place.join(".git")).is_err() {
            continue;
        }
        if depth >= DEEPEST || *left == 0 {
            return Err(format!("{} holds more repositories than are read", root.display()));
        }
        *left -= 1;
        if let Some(inner) = git::layout(&place, &[])? {
            take(&git::configuration(Some(&inner), &[], None)?, fields);
            nested(&inner, depth + 1, left, fields)?;
        }
    }
    Ok(())
}

fn take(config: &GitConfig, fields: &mut BTreeMap<String, String>) {
    for setting in config.repositorys() {
        let is_program = repository::find(&setting.name).is_some_and(|known| !known.is_benign(&setting.value));
        if is_program {
            let all = fields.entry(setting.name.clone()).or_default();
            let separator = if all.is_empty() { "" } else { "; " };
            all.push_str(separator);
            all.push_str(&setting.value);
        }
    }
}

/// A work tree that the repository's own settings place elsewhere than where the repository was found.
fn elsewhere(config: &GitConfig, layout: &Layout) -> Option<String> {
    let setting = config.repositorys().filter(|setting| setting.name == "core.worktree").last()?;
    let there = std::fs::canonicalize(layout.git_dir.join(&setting.value)).ok();
    let here = layout.root.as_ref().and_then(|root| std::fs::canonicalize(root).ok());
    (there.is_none() || there != here).then(|| setting.value.clone())
}

/// Directories of submodules' repositories, which may lie in one another.
fn submodules(dir: &Path, depth: usize, left: &mut usize) -> Result<Vec<PathBuf>, String> {
    let Ok(entries) = std::fs::read_dir(dir) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for entry in entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()) {
        if depth >= DEEPEST || *left == 0 {
            return Err(format!("{} holds more repositories than are read", dir.display()));
        }
        *left -= 1;
        if entry.join("HEAD").is_file() {
            found.extend(submodules(&entry.join("modules"), depth + 1, left)?);
            found.push(entry);
        } else {
            found.extend(submodules(&entry, depth + 1, left)?);
        }
    }
    Ok(found)
}

/// The hooks that git would start. Those in a directory that the user's own settings name are the user's.
fn hooks(config: &GitConfig, layout: &Layout) -> Result<Vec<String>, String> {
    let named = config.get("core.hookspath")?;
    let own = config.repositorys().filter(|setting| setting.name == "core.hookspath").last();
    let dir = match (named, own) {
        (Some(_), None) => return Ok(Vec::new()),
        (Some(value), Some(_)) => layout.root.as_ref().unwrap_or(&layout.git_dir).join(value),
        (None, _) => layout.common_dir.join("hooks"),
    };
    let Ok(entries) = std::fs::read_dir(&dir) else { return Ok(Vec::new()) };
    let is_hook = |path: &PathBuf| {
        let can_run =
            std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0);
        can_run && path.extension().is_none()
    };
    let mut names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(is_hook)
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::tests::env;

    fn repository(config: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let base = std::fs::canonicalize(dir.path()).unwrap();
        std::fs::create_dir_all(base.join("w/.git/hooks")).unwrap();
        std::fs::write(base.join("w/.git/HEAD"), "ref: refs/heads/main\n").unwrap();
        std::fs::write(base.join("w/.git/config"), config).unwrap();
        (dir, base)
    }

    fn ask(base: &Path) -> Answer {
        answer(&base.join("w"), &env(&[("GIT_CONFIG_NOSYSTEM", "1")]), Some(base))
    }

    #[test]
    fn programs_of_the_repository_are_told_and_those_of_the_user_are_not() {
        let (_dir, base) = repository(
            "[core]\n fsmonitor = ./x\n pager = less\n[filter \"A\"]\n clean = y\n process = git-lfs filter-process\n",
        );
        std::fs::write(base.join(".gitconfig"), "[diff]\n external = difft\n").unwrap();
        let known = Answer::known([("core.fsmonitor", "./x".to_owned()), ("filter.A.clean", "y".to_owned())]);
        assert_eq!(ask(&base), known);
    }

    #[test]
    fn hooks_count_when_they_can_run_and_where_the_repository_says_they_are() {
        let (_dir, base) = repository("");
        for (name, mode) in [("pre-commit", 0o755), ("post-merge", 0o644), ("pre-push.sample", 0o755)] {
            let path = base.join("w/.git/hooks").join(name);
            std::fs::write(&path, "").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        assert_eq!(ask(&base).field("hooks"), Some("pre-commit"));
        std::fs::write(base.join("w/.git/config"), "[core]\n hooksPath = none\n").unwrap();
        assert_eq!(ask(&base).field("hooks"), None);
    }

    #[test]
    fn submodules_and_a_work_tree_elsewhere_are_seen() {
        let (_dir, base) = repository("[core]\n worktree = /etc\n");
        let module = base.join("w/.git/modules/a/b");
        std::fs::create_dir_all(&module).unwrap();
        std::fs::write(module.join("HEAD"), "x").unwrap();
        std::fs::write(module.join("config"), "[diff]\n external = z\n[core]\n worktree = ../../../../a/b\n").unwrap();
        let answer = ask(&base);
        assert_eq!(answer.field("diff.external"), Some("z"));
        assert_eq!(answer.field("core.worktree"), Some("/etc"));
    }
}
