//! compose's command line, sorted: which files and project, what is done to which services.
//!
//! Source: <https://docs.docker.com/reference/cli/docker/compose/>.

use crate::model::invocation::Raw;
use crate::packs::docker::PACK;
use crate::preview::flags::{self, Flag};
use crate::preview::prober::Failure;
use crate::preview::subject::Subject;

/// compose's own flags before the verb, with a value.
const EARLY: &[&str] = &[
    "-p", "--project-name", "--profile", "--project-directory", "--ansi", "--parallel", "--progress", "-f", "--file",
    "--env-file",
];
/// Flags of the verbs with a value.
const VALUES: &[&str] = &["-t", "--timeout", "-s", "--signal", "--rmi", "--pull", "--wait-timeout"];
/// Flags of the verbs without one. `--build` runs code of the working tree, and is not here.
const SWITCHES: &[&str] = &[
    "-d", "--detach", "-v", "--volumes", "--remove-orphans", "--force-recreate", "--no-recreate", "--no-deps",
    "--no-build", "--wait", "--quiet-pull", "--no-start", "-V", "--renew-anon-volumes", "-f", "--force", "-s",
    "--stop", "--no-color", "--no-log-prefix", "--abort-on-container-exit", "-y", "--yes",
];

/// A command line, sorted.
pub(super) struct Sorted {
    /// docker with what says where its server is; for the program of its own, that program.
    pub(super) start: Vec<Raw>,
    /// The same with compose and its files.
    pub(super) compose: Vec<Raw>,
    early: Vec<Flag>,
    flags: Vec<Flag>,
    pub(super) services: Vec<String>,
}

impl Sorted {
    /// Sorts the words.
    ///
    /// # Errors
    /// When a word is not known.
    pub(super) fn sort(subject: &Subject<'_>) -> Result<Self, Failure> {
        let mut rest = subject.words.iter();
        let mut start: Vec<Raw> = rest.next().cloned().into_iter().collect();
        let mut early = Vec::new();
        let is_docker = subject.action.tool == "docker";
        if is_docker {
            loop {
                let word = rest.next().ok_or_else(|| Failure::new("it has no verb"))?;
                if word.0 == b"compose" {
                    break;
                }
                let takes = |name: &str| PACK.early.value.contains(&name) || PACK.early.reads.contains(&name);
                start.extend(flags::flag(word, &mut rest, &takes, &|name| PACK.early.switch.contains(&name))?.words);
            }
        }
        let (mut verb, mut flags, mut services) = (false, Vec::new(), Vec::new());
        while let Some(word) = rest.next() {
            let is_flag = word.0.starts_with(b"-") && word.0.len() > 1;
            match (verb, is_flag) {
                (false, true) => {
                    early.push(flags::flag(word, &mut rest, &|name| EARLY.contains(&name), &|name| {
                        name == "--compatibility"
                    })?);
                }
                (false, false) => verb = true,
                (true, true) => flags.push(flags::flag(
                    word,
                    &mut rest,
                    // The same letter has a value for `kill`, and none for `rm`.
                    &|name| VALUES.contains(&name) && !(name == "-s" && subject.action.operation.ends_with("rm")),
                    &|name| SWITCHES.contains(&name),
                )?),
                (true, false) => services.push(word.lossy().into_owned()),
            }
        }
        let mut compose = start.clone();
        compose.extend(is_docker.then(|| Raw::from("compose")));
        compose.extend(early.iter().flat_map(|flag| flag.words.iter().cloned()));
        Ok(Self { start, compose, early, flags, services })
    }

    /// Whether a switch of the verb is there.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.flags
            .iter()
            .any(|flag| names.contains(&flag.name.as_str()) && flag.value.as_ref().is_none_or(|v| v.0 != b"false"))
    }

    /// The value of a flag before the verb.
    pub(super) fn early(&self, names: &[&str]) -> Option<String> {
        let found = self.early.iter().rev().find(|flag| names.contains(&flag.name.as_str()));
        found.and_then(|flag| flag.value.as_ref()).map(|value| value.lossy().into_owned())
    }
}
