//! What a kubectl command settles only when it runs: what it chooses objects by, and manifests that are not bound as files.

use std::path::Path;

use crate::command::{Command, StdinSource};
use crate::model::invocation::Raw;
use crate::model::preview::LeftOpen;
use crate::preview::open::{open, words};

use super::words::{CHOOSING, FILES, Sorted};

/// What is left open without a preview.
pub(super) fn leaves_open(command: &Command, directory: &Path) -> Option<LeftOpen> {
    let words = words(command);
    let chosen = || open("which objects it chooses", "name the objects");
    let sorted = match Sorted::sort(&words) {
        Ok(sorted) => sorted,
        Err(_) => return chooses_unsorted(&words).then(chosen),
    };
    match sorted.verb().as_str() {
        "drain" => return Some(open("which pods it puts off", "cordon the node and delete its pods by name")),
        "rollout undo" if !sorted.has(&["--to-revision"]) => {
            return Some(open("to which revision it goes back", "name it: `--to-revision=N`"));
        }
        _ => {}
    }
    if sorted.chooses() {
        return Some(chosen());
    }
    let files = sorted.flags().filter(|flag| FILES.contains(&flag.name.as_str()));
    let is_open = files.filter_map(|flag| flag.value.as_ref().map(|file| (flag.name.as_str(), file)));
    let mut is_open = is_open.map(|(name, file)| !is_bound(name, file, command, directory));
    is_open.any(|is_open| is_open).then(|| {
        open("what the manifests say when it runs", "write them into files and apply each by its name: `-f FILE`")
    })
}

/// Whether a manifest is bound as an input file, or as standard input.
fn is_bound(flag: &str, file: &Raw, command: &Command, directory: &Path) -> bool {
    match file.0.as_slice() {
        _ if ["-k", "--kustomize"].contains(&flag) => false,
        b"-" => !matches!(command.stdin, StdinSource::Piped),
        _ => directory.join(file.as_os()).is_file(),
    }
}

/// Whether words that are not understood could choose objects.
fn chooses_unsorted(words: &[Raw]) -> bool {
    let could = |word: &Raw| {
        let text = word.lossy();
        let name = text.split('=').next().unwrap_or_default();
        let is_short = !text.starts_with("--") && (text.starts_with("-l") || text.starts_with("-A"));
        is_short || CHOOSING.contains(&name) || name.starts_with("--prune")
    };
    words.iter().skip(1).any(could)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Certainty, Place, Word};

    fn left(text: &str, stdin: StdinSource) -> Option<String> {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("a.yaml"), "").unwrap();
        std::fs::create_dir(directory.path().join("all")).unwrap();
        let command = Command {
            words: text.split(' ').map(Word::known).collect(),
            assignments: Vec::new(),
            redirects: Vec::new(),
            stdin,
            via: Vec::new(),
            directory: None,
            place: Place::Here,
            certainty: Certainty::Found,
            described: None,
        };
        leaves_open(&command, directory.path()).map(|open| open.what.to_string())
    }

    #[test]
    fn what_is_named_or_bound_is_not_left_open() {
        for text in [
            "kubectl delete pod web",
            "kubectl apply -f a.yaml",
            "kubectl apply -f -",
            "kubectl delete pod x --frob",
            "kubectl rollout undo deploy/web --to-revision=2",
            "kubectl scale deploy/web --replicas=0",
        ] {
            assert_eq!(left(text, StdinSource::Inherited), None, "{text}");
        }
    }

    #[test]
    fn what_is_chosen_or_fetched_when_it_runs_is_left_open() {
        for text in [
            "kubectl delete pods -l app=web",
            "kubectl delete pods --all",
            "kubectl delete pod x -lapp=y --frob",
            "kubectl apply -f all",
            "kubectl apply -k all",
            "kubectl apply -f https://x.example/a.yaml",
            "kubectl apply -f a.yaml --prune",
            "kubectl drain n1",
            "kubectl rollout undo deploy/web",
            "kubectl rollout restart deployment",
            "kubectl apply -f a.yaml,b.yaml",
        ] {
            assert!(left(text, StdinSource::Inherited).is_some(), "{text}");
        }
        assert!(left("kubectl apply -f -", StdinSource::Piped).is_some());
    }
}
