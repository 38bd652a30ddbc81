//! What this machine points at: the names that `aigov init` offers to label.

use std::fs;
use std::path::Path;

use crate::host::{Host, absolute, ini, kubeconfig, read, text};

/// Something that an environment of the policy can be recognised by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// What it is, in words.
    pub what: &'static str,
    /// Its name.
    pub name: String,
    /// The key of `[environments.NAME]` that it belongs under.
    pub key: &'static str,
}

/// Everything found, sorted. A file that cannot be read names nothing: what it would have named stays unknown.
pub fn found(host: &Host) -> Vec<Found> {
    let env = host.env();
    let home = absolute(env, "HOME");
    let mut all = Vec::new();
    let files = kubeconfig::files(text(env, "KUBECONFIG"), host.cwd(), home.as_deref());
    for (context, _) in kubeconfig::contexts(&files).unwrap_or_default() {
        all.push(Found { what: "kube context", name: context, key: "contexts" });
    }
    let data = host.cwd().join(text(env, "TF_DATA_DIR").unwrap_or(".terraform"));
    all.extend(workspaces(&data, host.cwd()));
    let config = absolute(env, "AWS_CONFIG_FILE").or_else(|| home.map(|home| home.join(".aws/config")));
    all.extend(config.into_iter().flat_map(|path| profiles(&path)));
    all.sort();
    all.dedup();
    all
}

fn workspaces(data: &Path, cwd: &Path) -> Vec<Found> {
    let mut names: Vec<String> =
        read::text(&data.join("environment")).ok().map(|text| text.trim().to_owned()).into_iter().collect();
    if let Ok(entries) = fs::read_dir(cwd.join("terraform.tfstate.d")) {
        names.extend(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()));
    }
    names.retain(|name| !name.is_empty() && name != "default");
    names.into_iter().map(|name| Found { what: "terraform workspace", name, key: "workspaces" }).collect()
}

fn profiles(config: &Path) -> Vec<Found> {
    let sections = read::text(config).ok().and_then(|text| ini::parse(&text).ok()).unwrap_or_default();
    let named = sections.keys().filter_map(|section| section.strip_prefix("profile "));
    named.map(|name| Found { what: "AWS profile", name: name.trim().to_owned(), key: "profiles" }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::tests::env;

    #[test]
    fn contexts_workspaces_and_profiles_are_found() {
        let dir = tempfile::tempdir().unwrap();
        let base = dir.path();
        fs::create_dir_all(base.join(".kube")).unwrap();
        let kube = "apiVersion: v1\nkind: Config\ncontexts:\n- name: prod-eu\n  context: {cluster: c, user: u}\n";
        fs::write(base.join(".kube/config"), kube).unwrap();
        fs::create_dir_all(base.join("terraform.tfstate.d/staging")).unwrap();
        fs::create_dir_all(base.join(".aws")).unwrap();
        fs::write(base.join(".aws/config"), "[default]\nregion = x\n[profile dev]\nregion = y\n").unwrap();
        let host = Host::assemble(env(&[("HOME", base.to_str().unwrap())]), base.to_path_buf(), 0);
        let names: Vec<_> = found(&host).into_iter().map(|found| (found.key, found.name)).collect();
        let expected = [("profiles", "dev"), ("contexts", "prod-eu"), ("workspaces", "staging")];
        assert_eq!(names, expected.map(|(key, name)| (key, name.to_owned())));
    }

    #[test]
    fn a_machine_with_nothing_has_nothing_to_label() {
        let dir = tempfile::tempdir().unwrap();
        let host = Host::assemble(env(&[("HOME", "/nonexistent")]), dir.path().to_path_buf(), 0);
        assert_eq!(found(&host), []);
    }
}
