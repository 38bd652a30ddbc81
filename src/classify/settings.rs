//! Settings that make a tool run programs of the caller's: a kubeconfig with an exec plugin, an AWS config with a
//! credential process. From where whoever calls can write they make even a read unknown.

use crate::command::Word;
use crate::model::facts::{Answer, Want};

use super::arguments::Reading;
use super::{Scene, environment, paths};

/// What one tool takes its settings from.
struct Settings {
    tools: &'static [&'static str],
    variables: &'static [&'static str],
    flags: &'static [&'static str],
}

const SETTINGS: &[Settings] = &[
    Settings {
        tools: &["kubectl", "helm"],
        variables: &["KUBECONFIG", "HELM_PLUGINS", "HELM_DATA_HOME", "HELM_CONFIG_HOME"],
        flags: &["--kubeconfig", "--kuberc"],
    },
    Settings { tools: &["aws"], variables: &["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"], flags: &[] },
    Settings { tools: &["docker"], variables: &["DOCKER_CONFIG"], flags: &["--config"] },
    Settings { tools: &["gh"], variables: &["GH_CONFIG_DIR"], flags: &[] },
    Settings { tools: &["terraform"], variables: &["TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG"], flags: &[] },
    Settings { tools: &["psql"], variables: &["PSQLRC", "PGSERVICEFILE", "PGSYSCONFDIR"], flags: &[] },
    Settings { tools: &["cargo"], variables: &["CARGO_HOME", "RUSTUP_HOME"], flags: &[] },
];

/// Names of kubeconfigs, which can be looked into.
const KUBECONFIG: &[&str] = &["KUBECONFIG", "--kubeconfig"];

/// Whether the kubeconfig's user starts no program.
fn starts_nothing(file: &str, reading: &Reading, scene: &Scene<'_>) -> bool {
    let context = reading.value(&["--context", "--kube-context"]).map(str::to_owned);
    let has_other_user = reading.has(&["--user"]);
    let kubeconfig = Some(environment::kubeconfig(file, scene));
    let want = Want::KubeContext { kubeconfig, context, cluster: None, user: None };
    let answer = scene.context.facts.answer(&want);
    !has_other_user && !matches!(answer, Answer::Failed { .. }) && answer.field("exec_plugin").is_none()
}

/// Why the settings that a command uses make it unknown.
pub fn objection(tool: &str, reading: &Reading, scene: &Scene<'_>) -> Option<String> {
    let settings = SETTINGS.iter().find(|settings| settings.tools.contains(&tool))?;
    let given = reading.flags.iter().filter(|flag| settings.flags.contains(&flag.name.as_str()));
    let mut named: Vec<(String, Option<String>)> =
        given.map(|flag| (flag.name.clone(), flag.value.as_ref().and_then(Word::text).map(str::to_owned))).collect();
    for name in settings.variables {
        match scene.assigned(name) {
            Some(word) => named.push(((*name).to_owned(), word.text().map(str::to_owned))),
            None => named.extend(scene.inherited(name).map(|value| ((*name).to_owned(), Some(value)))),
        }
    }
    named.into_iter().find_map(|(name, value)| {
        if KUBECONFIG.contains(&name.as_str())
            && value.as_ref().is_some_and(|file| starts_nothing(file, reading, scene))
        {
            return None;
        }
        let is_callers = value.is_none_or(|value| {
            value.split(':').filter(|path| !path.is_empty()).any(|path| paths::is_callers(path, scene))
        });
        is_callers.then(|| {
            format!("`{name}` names settings that whoever calls can have written, and they can name programs to run")
        })
    })
}
