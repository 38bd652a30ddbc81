//! A git work tree: its branch, where it pushes to, and its aliases. Read from its files, git is not run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::host::gitconfig::GitConfig;
use crate::host::read::{self, Unread};
use crate::host::text;
use crate::model::facts::Answer;
use crate::model::invocation::Variable;

/// Where a repository's files are.
pub struct Layout {
    /// The work tree's root; none in a bare repository.
    pub root: Option<PathBuf>,
    /// The directory with HEAD.
    pub git_dir: PathBuf,
    /// The directory with the configuration, shared by work trees.
    pub common_dir: PathBuf,
}

/// The answer to `Want::GitRepository`.
pub fn repository(directory: &Path, env: &[Variable], home: Option<&Path>) -> Answer {
    match layout(directory, env) {
        Ok(Some(layout)) => describe(&layout, env, home)
            .map_or_else(|cause| Answer::Failed { cause }, |fields| Answer::Known { fields }),
        Ok(None) => Answer::Absent,
        Err(cause) => Answer::Failed { cause },
    }
}

/// The answer to `Want::GitAlias`.
pub fn alias(directory: &Path, name: &str, env: &[Variable], home: Option<&Path>) -> Answer {
    let found =
        layout(directory, env).and_then(|layout| configuration(layout.as_ref(), env, home)).and_then(|config| {
            // Alias names are compared without regard to case; `[alias "Name"] command =` is the newer form.
            let plain = config.get(&format!("alias.{}", name.to_lowercase()))?.map(str::to_owned);
            let newer = config.get(&format!("alias.{name}.command"))?.map(str::to_owned);
            match (plain, newer) {
                (Some(_), Some(_)) => Err(format!("git's alias `{name}` is there twice")),
                (plain, newer) => Ok(plain.or(newer)),
            }
        });
    match found {
        Ok(Some(value)) => Answer::known([("alias", value)]),
        Ok(None) => Answer::Absent,
        Err(cause) => Answer::Failed { cause },
    }
}

/// The answer to `Want::GitReference`: which of the repository's references a short name is.
pub fn reference(directory: &Path, name: &str, env: &[Variable]) -> Answer {
    let found = layout(directory, env).and_then(|layout| {
        let Some(layout) = layout else { return Ok((false, false)) };
        let packed = match read::text(&layout.common_dir.join("packed-refs")) {
            Ok(text) => text,
            Err(Unread::Absent) => String::new(),
            Err(Unread::Failed(cause)) => return Err(cause),
        };
        let has = |kind: &str| {
            let full = format!("refs/{kind}/{name}");
            let is_packed = packed.lines().any(|line| line.split_once(' ').is_some_and(|(_, known)| known == full));
            is_packed || layout.common_dir.join(&full).is_file()
        };
        Ok((has("heads"), has("tags")))
    });
    match found {
        Ok((true, false)) => Answer::known([("kind", "branch".to_owned())]),
        Ok((false, true)) => Answer::known([("kind", "tag".to_owned())]),
        Ok((true, true)) => Answer::known([("kind", "both".to_owned())]),
        Ok((false, false)) => Answer::Absent,
        Err(cause) => Answer::Failed { cause },
    }
}

/// Every setting in force in a repository, or outside of one.
///
/// # Errors
/// When a file is there and cannot be read or understood.
pub fn configuration(layout: Option<&Layout>, env: &[Variable], home: Option<&Path>) -> Result<GitConfig, String> {
    let mut config = GitConfig::read(layout.map(|layout| layout.common_dir.as_path()), env, home)?;
    if let Some(layout) = layout
        && config.get("extensions.worktreeconfig")? == Some("true")
    {
        config.add(&layout.git_dir.join("config.worktree"), home)?;
    }
    Ok(config)
}

fn describe(layout: &Layout, env: &[Variable], home: Option<&Path>) -> Result<BTreeMap<String, String>, String> {
    let config = configuration(Some(layout), env, home)?;
    let mut fields = BTreeMap::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    };
    put("root", layout.root.as_ref().map(|root| root.to_string_lossy().into_owned()));
    put("push_default", Some(config.get("push.default")?.unwrap_or("simple").to_owned()));
    let branch = head(&layout.git_dir)?;
    let mut push_remote = config.get("remote.pushdefault")?.map(str::to_owned);
    if let Some(branch) = &branch {
        let own = |key: &str| config.get(&format!("branch.{branch}.{key}")).map(|value| value.map(str::to_owned));
        let merge = own("merge")?.map(|merge| merge.strip_prefix("refs/heads/").unwrap_or(&merge).to_owned());
        put("upstream_branch", merge);
        put("upstream_remote", own("remote")?);
        push_remote = own("pushremote")?.or(push_remote);
    }
    put("push_remote", push_remote);
    put("push_more", push_more(&config)?);
    put("branch", branch);
    for (name, url) in remotes(&config)? {
        put(&name, Some(url));
    }
    Ok(fields)
}

/// The settings that make every push take more along than it names.
fn push_more(config: &GitConfig) -> Result<Option<String>, String> {
    let mut found = Vec::new();
    for name in ["push.followtags", "push.recursesubmodules"] {
        if config.get(name)?.is_some_and(|value| !["false", "no", "off", "0", "check"].contains(&value)) {
            found.push(name);
        }
    }
    Ok(Some(found.join(" ")).filter(|names| !names.is_empty()))
}

/// The branch that HEAD names; none when it is detached.
fn head(git_dir: &Path) -> Result<Option<String>, String> {
    let text = read::text(&git_dir.join("HEAD")).map_err(|unread| match unread {
        Unread::Absent => format!("no HEAD in {}", git_dir.display()),
        Unread::Failed(cause) => cause,
    })?;
    let line = text.trim();
    if line == "ref: refs/heads/.invalid" {
        return Err("the repository keeps its references as reftable".to_owned());
    }
    match line.strip_prefix("ref:").map(str::trim) {
        Some(reference) => Ok(Some(reference.strip_prefix("refs/heads/").unwrap_or(reference).to_owned())),
        None => Ok(None),
    }
}

/// `remote.NAME.url` and `.pushurl` with `insteadOf` applied, `.push` and `.mirror`; several are joined by blanks.
fn remotes(config: &GitConfig) -> Result<BTreeMap<String, String>, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut rewrites = Vec::new();
    for setting in config.under("url.") {
        let kind = [".insteadof", ".pushinsteadof"].into_iter().find(|end| setting.name.ends_with(end));
        if let Some(kind) = kind {
            refuse_conditional(setting.conditional, &setting.name)?;
            let base = setting.name.trim_start_matches("url.").trim_end_matches(kind);
            rewrites.push((kind == ".pushinsteadof", setting.value.as_str(), base));
        }
    }
    let rewrite = |url: &str, push: bool| {
        let fitting = rewrites.iter().filter(|(for_push, from, _)| *for_push == push && url.starts_with(from));
        let best = fitting.max_by_key(|(_, from, _)| from.len())?;
        Some(format!("{}{}", best.2, url.strip_prefix(best.1)?))
    };
    let mut add = |name: String, url: String| {
        let clean = read::without_userinfo(&url);
        found.entry(name).and_modify(|sum| *sum = format!("{sum} {clean}")).or_insert(clean);
    };
    for setting in config.under("remote.") {
        let told = |key: &str| matches!(key, "url" | "pushurl" | "push" | "mirror");
        let Some((remote, key)) = setting.name.rsplit_once('.').filter(|(_, key)| told(key)) else {
            continue;
        };
        refuse_conditional(setting.conditional, &setting.name)?;
        if matches!(key, "push" | "mirror") {
            add(setting.name.clone(), setting.value.clone());
            continue;
        }
        let url = rewrite(&setting.value, false);
        if key == "url"
            && let Some(push) = rewrite(&setting.value, true)
        {
            add(format!("{remote}.pushurl"), push);
        }
        add(setting.name.clone(), url.unwrap_or_else(|| setting.value.clone()));
    }
    Ok(found)
}

fn refuse_conditional(conditional: bool, name: &str) -> Result<(), String> {
    if conditional { Err(format!("a conditional include of git's configuration sets `{name}`")) } else { Ok(()) }
}

/// Where the files of the repository around a directory are; none where there is none.
///
/// # Errors
/// When it cannot be told.
pub fn layout(directory: &Path, env: &[Variable]) -> Result<Option<Layout>, String> {
    if let Some(dir) = text(env, "GIT_DIR") {
        let root = text(env, "GIT_WORK_TREE").map_or_else(|| directory.to_path_buf(), |tree| directory.join(tree));
        return finish(Some(root), directory.join(dir)).map(Some);
    }
    let start = std::fs::canonicalize(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    for dir in start.ancestors() {
        let dot = dir.join(".git");
        match std::fs::metadata(&dot) {
            Ok(meta) if meta.is_dir() && dot.join("HEAD").exists() => {
                return finish(Some(dir.to_path_buf()), dot).map(Some);
            }
            Ok(meta) if meta.is_file() => {
                return finish(Some(dir.to_path_buf()), linked(&dot, dir)?).map(Some);
            }
            _ => {}
        }
        if dir.join("HEAD").is_file() && dir.join("objects").is_dir() && dir.join("refs").is_dir() {
            return finish(None, dir.to_path_buf()).map(Some);
        }
    }
    Ok(None)
}

/// The directory that a `.git` file of a work tree or submodule names.
fn linked(dot: &Path, dir: &Path) -> Result<PathBuf, String> {
    let text = read::text(dot).map_err(|unread| match unread {
        Unread::Absent => format!("{} went away", dot.display()),
        Unread::Failed(cause) => cause,
    })?;
    let named = text.trim().strip_prefix("gitdir:").map(str::trim);
    named.map(|path| dir.join(path)).ok_or_else(|| format!("cannot understand {}", dot.display()))
}

fn finish(root: Option<PathBuf>, git_dir: PathBuf) -> Result<Layout, String> {
    let common_dir = match read::text(&git_dir.join("commondir")) {
        Ok(text) => git_dir.join(text.trim()),
        Err(Unread::Absent) => git_dir.clone(),
        Err(Unread::Failed(cause)) => return Err(cause),
    };
    Ok(Layout { root, git_dir, common_dir })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::tests::env;

    const CONFIG: &str = "[remote \"origin\"]\n url = https://me:tok@h/a.git\n[branch \"main\"]\n remote = origin\n merge = refs/heads/trunk\n[alias]\n St = status\n";

    fn repo(config: &str, head: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let base = std::fs::canonicalize(dir.path()).unwrap();
        std::fs::create_dir_all(base.join("w/.git")).unwrap();
        std::fs::create_dir_all(base.join("w/sub")).unwrap();
        std::fs::write(base.join("w/.git/HEAD"), head).unwrap();
        std::fs::write(base.join("w/.git/config"), config).unwrap();
        (dir, base)
    }

    fn plain() -> Vec<Variable> {
        env(&[("GIT_CONFIG_NOSYSTEM", "1")])
    }

    #[test]
    fn branch_upstream_and_remotes_are_read_from_below_the_root() {
        let (_dir, base) = repo(CONFIG, "ref: refs/heads/main\n");
        assert_eq!(
            repository(&base.join("w/sub"), &plain(), None),
            Answer::known([
                ("branch", "main".to_owned()),
                ("push_default", "simple".to_owned()),
                ("remote.origin.url", "https://h/a.git".to_owned()),
                ("root", base.join("w").to_str().unwrap().to_owned()),
                ("upstream_branch", "trunk".to_owned()),
                ("upstream_remote", "origin".to_owned()),
            ])
        );
        assert_eq!(repository(&base, &plain(), None), Answer::Absent);
    }

    #[test]
    fn a_detached_head_has_no_branch_and_a_missing_one_is_no_repository_to_trust() {
        let (_dir, base) = repo(CONFIG, "0123456789012345678901234567890123456789\n");
        assert_eq!(repository(&base.join("w"), &plain(), None).field("branch"), None);
        std::fs::write(base.join("w/.git/config"), "[").unwrap();
        assert!(matches!(repository(&base.join("w"), &plain(), None), Answer::Failed { .. }));
    }

    #[test]
    fn where_a_push_really_goes_is_told() {
        let more = "[url \"ssh://prod/\"]\n pushInsteadOf = https://h/\n[url \"https://x/\"]\n insteadOf = gh:\n[remote \"two\"]\n url = gh:b\n pushurl = https://y/b\n url = c\n[push]\n default = matching\n[remote]\n pushDefault = two\n";
        let text = format!("{}{more}", CONFIG.replace("me:tok@", ""));
        let (_dir, base) = repo(&text, "ref: refs/heads/main\n");
        let answer = repository(&base.join("w"), &plain(), None);
        assert_eq!(answer.field("remote.origin.pushurl"), Some("ssh://prod/a.git"));
        assert_eq!(answer.field("remote.two.url"), Some("https://x/b c"));
        assert_eq!(answer.field("remote.two.pushurl"), Some("https://y/b"));
        assert_eq!(answer.field("push_default"), Some("matching"));
        assert_eq!(answer.field("push_remote"), Some("two"));
    }

    #[test]
    fn a_linked_work_tree_has_its_own_head_and_the_shared_configuration() {
        let (_dir, base) = repo(CONFIG, "ref: refs/heads/main\n");
        let own = base.join("w/.git/worktrees/t");
        std::fs::create_dir_all(&own).unwrap();
        std::fs::write(own.join("HEAD"), "ref: refs/heads/feature/x\n").unwrap();
        std::fs::write(own.join("commondir"), "../..\n").unwrap();
        std::fs::create_dir(base.join("t")).unwrap();
        std::fs::write(base.join("t/.git"), format!("gitdir: {}\n", own.display())).unwrap();
        let answer = repository(&base.join("t"), &plain(), None);
        assert_eq!(answer.field("branch"), Some("feature/x"));
        assert_eq!(answer.field("remote.origin.url"), Some("https://h/a.git"));
    }

    #[test]
    fn an_alias_is_found_in_the_repository_before_the_users_file() {
        let (_dir, base) = repo(CONFIG, "ref: refs/heads/main\n");
        std::fs::write(base.join(".gitconfig"), "[alias]\n st = diff\n p = !push\n").unwrap();
        let ask = |name: &str| alias(&base.join("w"), name, &plain(), Some(&base));
        assert_eq!(ask("st"), Answer::known([("alias", "status".to_owned())]));
        assert_eq!(ask("p"), Answer::known([("alias", "!push".to_owned())]));
        assert_eq!(ask("none"), Answer::Absent);
    }
}
