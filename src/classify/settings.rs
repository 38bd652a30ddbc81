//! Settings that make a tool run programs of the caller's: a kubeconfig with an exec plugin, an AWS config with a
//! credential process. From where whoever calls can write they make even a read unknown.

use crate::command::Word;
use crate::model::facts::{Answer, Want};
use crate::packs::variables::{Does, all};
use crate::text::glob::glob;

use super::arguments::Reading;
use super::{Scene, environment, paths};

/// Flags by which a tool is told where its settings are.
const FLAGS: &[(&[&str], &[&str])] = &[
    (&["kubectl", "helm"], &["--kubeconfig", "--kuberc", "--registry-config", "--repository-config"]),
    (&["docker"], &["--config"]),
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
    let mut named = by_flag(tool, reading);
    named.extend(by_variable(tool, scene));
    named.into_iter().find_map(|(name, value)| {
        if KUBECONFIG.contains(&name.as_str())
            && value.as_ref().is_some_and(|file| starts_nothing(file, reading, scene))
        {
            return None;
        }
        let is_callers = value.is_none_or(|value| {
            let mut all = value.split(':').filter(|path| !path.is_empty() && *path != "/dev/null");
            all.any(|path| paths::is_callers(path, scene))
        });
        is_callers.then(|| {
            format!("`{name}` names settings that whoever calls can have written, and they can name programs to run")
        })
    })
}

fn by_flag(tool: &str, reading: &Reading) -> Vec<(String, Option<String>)> {
    let flags = FLAGS.iter().filter(|(tools, _)| tools.contains(&tool)).flat_map(|(_, flags)| *flags);
    let flags: Vec<&str> = flags.copied().collect();
    let given = reading.flags.iter().filter(|flag| flags.contains(&flag.name.as_str()));
    given.map(|flag| (flag.name.clone(), flag.value.as_ref().and_then(Word::text).map(str::to_owned))).collect()
}

/// Variables that the tool reads, set by the command or inherited. What every program reads is the user's own
/// surroundings: it is judged only where a command sets it.
fn by_variable(tool: &str, scene: &Scene<'_>) -> Vec<(String, Option<String>)> {
    let counts = all().filter(|variable| variable.does == Does::NamesSettings && !variable.is_read_by_every());
    let mut found = Vec::new();
    for pattern in counts.filter(|variable| variable.is_read_by(tool)).flat_map(|variable| variable.names) {
        let assigned: Vec<&(String, Word)> =
            scene.command.assignments.iter().filter(|(name, _)| glob(pattern, name)).collect();
        found.extend(assigned.iter().map(|(name, word)| (name.clone(), word.text().map(str::to_owned))));
        for (name, value) in scene.context.env.iter().filter(|(name, _)| glob(pattern, &name.lossy())) {
            if !assigned.iter().any(|(known, _)| name.0 == known.as_bytes()) {
                found.push((name.lossy().into_owned(), value.as_str().map(str::to_owned)));
            }
        }
    }
    found
}
