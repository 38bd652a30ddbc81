//! Where aigov keeps its files, by the XDG base directory specification.
//!
//! Empty and relative XDG values are ignored, as the specification says. Nothing here replaces the platform's layer.

use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind};
use crate::host::{Host, absolute, variable};

/// The platform's policy: the ceiling over every other layer.
pub const PLATFORM_POLICY: &str = "/etc/aigov/policy.toml";

/// The name of a repository's policy.
pub const REPOSITORY_POLICY: &str = ".aigov.toml";

/// The places of aigov's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The user's home, when there is one.
    pub home: Option<PathBuf>,
    /// `$XDG_CONFIG_HOME/aigov`.
    pub config_dir: PathBuf,
    /// `$XDG_DATA_HOME/aigov`.
    pub data_dir: PathBuf,
    /// The platform's policy, whether it exists or not.
    pub policy_platform: PathBuf,
    /// The user's policy, whether it exists or not.
    pub policy_user: PathBuf,
    /// A further layer that `AIGOV_POLICY` names.
    pub policy_extra: Option<PathBuf>,
    /// Repositories' policies that exist, nearest first. All count: they only ask and deny.
    pub policy_repository: Vec<PathBuf>,
    /// The ledger's file.
    pub ledger: PathBuf,
}

impl Places {
    /// Finds the places from the host's environment and working directory.
    ///
    /// # Errors
    /// When neither `HOME` nor the XDG variables say where the user's files are.
    pub fn find(host: &Host) -> Result<Self, Error> {
        let env = host.env();
        let home = absolute(env, "HOME");
        let base = |name: &str, under: &str| {
            absolute(env, name).or_else(|| home.as_ref().map(|home| home.join(under))).ok_or_else(|| homeless(name))
        };
        let config_dir = base("XDG_CONFIG_HOME", ".config")?.join("aigov");
        let data_dir = base("XDG_DATA_HOME", ".local/share")?.join("aigov");
        let named = |name: &str| {
            variable(env, name).filter(|value| !value.0.is_empty()).map(|value| host.cwd().join(value.as_os()))
        };
        Ok(Self {
            policy_platform: PathBuf::from(PLATFORM_POLICY),
            policy_user: config_dir.join("policy.toml"),
            policy_extra: named("AIGOV_POLICY"),
            policy_repository: repository_policies(host.cwd(), home.as_deref()),
            ledger: named("AIGOV_LEDGER").unwrap_or_else(|| data_dir.join("ledger.db")),
            home,
            config_dir,
            data_dir,
        })
    }

    /// The same with the ledger where the platform's policy pins it, whatever `AIGOV_LEDGER` says.
    #[must_use]
    pub fn with_pinned_ledger(mut self, pinned_ledger: Option<&Path>) -> Self {
        if let Some(path) = pinned_ledger {
            self.ledger = path.to_path_buf();
        }
        self
    }
}

fn homeless(variable: &str) -> Error {
    Error::new(ErrorKind::Config, format!("cannot tell where aigov's files are: neither HOME nor {variable} is set"))
        .for_human(format!("set HOME, or {variable} to an absolute path"))
        .for_agent("nothing was run; tell the human that aigov was started without HOME")
}

/// Every `.aigov.toml` from `cwd` up to the outermost work tree's root, so that a repository made inside another
/// cannot hide the outer one's policy. Home is the last directory looked at, `/` is never.
fn repository_policies(cwd: &Path, home: Option<&Path>) -> Vec<PathBuf> {
    let below = |dir: &&Path| dir.parent().is_some();
    let mut chain: Vec<&Path> = Vec::new();
    for dir in cwd.ancestors().take_while(below) {
        chain.push(dir);
        if Some(dir) == home {
            break;
        }
    }
    let root = chain.iter().rposition(|dir| dir.join(".git").exists()).map_or(1, |index| index + 1);
    chain.iter().take(root).map(|dir| dir.join(REPOSITORY_POLICY)).filter(|path| path.exists()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::tests::env;

    fn places(pairs: &[(&str, &str)], cwd: &Path) -> Result<Places, Error> {
        Places::find(&Host::assemble(env(pairs), cwd.to_path_buf(), 1000))
    }

    #[test]
    fn xdg_values_count_only_when_absolute() {
        let found =
            places(&[("HOME", "/h"), ("XDG_CONFIG_HOME", "rel"), ("XDG_DATA_HOME", "")], Path::new("/")).unwrap();
        assert_eq!(found.policy_user, Path::new("/h/.config/aigov/policy.toml"));
        assert_eq!(found.ledger, Path::new("/h/.local/share/aigov/ledger.db"));
        let found = places(&[("XDG_CONFIG_HOME", "/c"), ("XDG_DATA_HOME", "/d")], Path::new("/")).unwrap();
        assert_eq!(found.config_dir, Path::new("/c/aigov"));
        assert_eq!(found.data_dir, Path::new("/d/aigov"));
    }

    #[test]
    fn without_a_home_there_is_an_error_with_a_hint() {
        let error = places(&[("HOME", "")], Path::new("/")).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Config);
        assert!(error.hint.human.is_some() && error.hint.agent.is_some());
    }

    #[test]
    fn variables_add_a_layer_and_say_where_the_ledger_is_unless_it_is_pinned() {
        let found =
            places(&[("HOME", "/h"), ("AIGOV_POLICY", "p.toml"), ("AIGOV_LEDGER", "/l.db")], Path::new("/w")).unwrap();
        assert_eq!(found.policy_extra.as_deref(), Some(Path::new("/w/p.toml")));
        assert_eq!(found.policy_platform, Path::new(PLATFORM_POLICY));
        assert_eq!(found.ledger, Path::new("/l.db"));
        assert_eq!(found.with_pinned_ledger(Some(Path::new("/var/l.db"))).ledger, Path::new("/var/l.db"));
    }

    #[test]
    fn a_nested_repository_does_not_hide_the_policy_of_the_outer_one() {
        let dir = tempfile::tempdir().unwrap();
        let outer = dir.path().join("outer");
        let inner = outer.join("sub/inner");
        std::fs::create_dir_all(inner.join(".git")).unwrap();
        std::fs::create_dir_all(outer.join(".git")).unwrap();
        std::fs::write(dir.path().join(REPOSITORY_POLICY), "").unwrap();
        std::fs::write(outer.join(REPOSITORY_POLICY), "").unwrap();
        std::fs::write(inner.join(REPOSITORY_POLICY), "").unwrap();
        let found = places(&[("HOME", "/h")], &inner).unwrap();
        assert_eq!(found.policy_repository, [inner.join(REPOSITORY_POLICY), outer.join(REPOSITORY_POLICY)]);
        let home = outer.join("sub");
        let found = places(&[("HOME", home.to_str().unwrap())], &inner).unwrap();
        assert_eq!(found.policy_repository, [inner.join(REPOSITORY_POLICY)]);
    }
}
