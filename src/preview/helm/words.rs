//! helm's command line, sorted: which release, which chart, where, and what it is rendered with.
//!
//! Source: <https://helm.sh/docs/helm/>. The flags themselves are the pack's.

use std::path::Path;

use crate::model::invocation::Raw;
use crate::packs::helm::PACK;
use crate::packs::schema::Flags;
use crate::preview::Failure;
use crate::preview::flags::{self, Flag};

/// Flags that say what is printed or waited for: a question has its own.
const OWN: &[&str] = &[
    "-o", "--output", "--debug", "--wait", "--wait-for-jobs", "--timeout", "--atomic", "--rollback-on-failure",
    "--cleanup-on-fail", "--dry-run", "--color", "--description", "--render-subchart-notes", "--history-max",
];
/// Flags by which something else happens than a question could show.
const UNSHOWN: &[(&str, &str)] = &[
    ("--post-renderer", "has a program change what is rendered"),
    ("--post-renderer-args", "has a program change what is rendered"),
    ("--dependency-update", "fetches charts into the working tree before it renders"),
    ("-g", "makes a name up when it runs; name the release"),
    ("--generate-name", "makes a name up when it runs; name the release"),
    ("--name-template", "makes a name up when it runs; name the release"),
    ("--replace", "takes a name that was used before"),
    ("--hide-secret", "is for trial runs"),
    ("-h", "prints a text"),
    ("--help", "prints a text"),
];
/// Flags whose values name files.
const FILES: &[&str] = &["-f", "--values", "--set-file"];

/// What is done to a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Install,
    Upgrade,
    Rollback,
    Uninstall,
}

impl Verb {
    /// The verb for an operation, where it is one of these.
    pub(super) fn of(operation: &str) -> Option<Self> {
        Some(match operation {
            "install" => Self::Install,
            "upgrade" => Self::Upgrade,
            "rollback" => Self::Rollback,
            "uninstall" => Self::Uninstall,
            _ => return None,
        })
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::Upgrade => "upgrade",
            Self::Rollback => "rollback",
            Self::Uninstall => "uninstall",
        }
    }
}

/// A command line, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sorted {
    program: Raw,
    pub(super) verb: Verb,
    flags: Vec<Flag>,
    operands: Vec<Raw>,
}

impl Sorted {
    /// Sorts the words.
    ///
    /// # Errors
    /// When a word is not known here, or does what cannot be shown.
    pub(super) fn sort(verb: Verb, words: &[Raw]) -> Result<Self, Failure> {
        let own = PACK.verbs.iter().find(|known| known.path.iter().any(|path| is_verb(path, verb.as_str())));
        let own = own.map_or(Flags::NONE, |known| known.flags);
        // The verb's own meaning of a flag goes before the usual one.
        let lists = [&own, &PACK.late, &PACK.flags];
        let has = |list: &&&Flags, name: &str| has_value(list, name) || list.switch.contains(&name);
        let list = |name: &str| lists.iter().find(|list| has(list, name));
        let takes = |name: &str| list(name).is_some_and(|list| has_value(list, name));
        let switches = |name: &str| list(name).is_some_and(|list| list.switch.contains(&name));
        let mut words = words.iter();
        let program = words.next().cloned().ok_or_else(|| Failure::new("it has no words"))?;
        let (mut flags, mut operands) = (Vec::new(), Vec::new());
        while let Some(word) = words.next() {
            if word.0 == b"--" {
                return Err(Failure::new("what stands behind `--` is not looked into"));
            } else if word.0.starts_with(b"-") && word.0.len() > 1 {
                flags.push(flags::flag(word, &mut words, &takes, &switches)?);
            } else {
                operands.push(word.clone());
            }
        }
        if operands.is_empty() {
            return Err(Failure::new("it names no release"));
        }
        operands.remove(0);
        let sorted = Self { program, verb, flags, operands };
        let is_on = |flag: &&Flag| flag.value.as_ref().is_none_or(|value| value.0 != b"false");
        let unshown = sorted.flags.iter().filter(is_on).find_map(|flag| UNSHOWN.iter().find(|(n, _)| *n == flag.name));
        match unshown {
            Some((name, why)) => Err(Failure::new(format!("`{name}` {why}, so what would change cannot be shown"))),
            None => sorted.files_are_here(),
        }
    }

    /// What is fetched or typed when it runs is not what was rendered here.
    fn files_are_here(self) -> Result<Self, Failure> {
        let files = self.flags.iter().filter(|flag| FILES.contains(&flag.name.as_str()));
        let values = files.filter_map(|flag| flag.value.as_ref()).map(|value| value.lossy().into_owned());
        for value in values {
            if value.contains("://") {
                return Err(Failure::new(format!("`{value}` is fetched again when it runs; fetch it first")));
            }
            if value == "-" || value == "/dev/stdin" || value.ends_with("=-") {
                return Err(Failure::new("what it reads from standard input is not known before it runs"));
            }
        }
        Ok(self)
    }

    /// The program as it was called.
    pub(super) fn program(&self) -> &Raw {
        &self.program
    }

    /// Whether a switch is there, and not taken back.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        let of = |flag: &&Flag| names.contains(&flag.name.as_str());
        self.flags.iter().rfind(of).is_some_and(|flag| flag.value.as_ref().is_none_or(|v| v.0 != b"false"))
    }

    /// The value of a flag that is there.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let found = self.flags.iter().rev().find(|flag| flag.name == name);
        found.and_then(|flag| flag.value.as_ref()).map(|value| value.lossy().into_owned())
    }

    /// The releases that it names.
    ///
    /// # Errors
    /// When their number is not one that the verb takes.
    pub(super) fn releases(&self) -> Result<Vec<String>, Failure> {
        let names = match (self.verb, self.operands.len()) {
            (Verb::Uninstall, 1..) => self.operands.as_slice(),
            (Verb::Rollback, 1 | 2) | (Verb::Install | Verb::Upgrade, 2) => self.operands.get(..1).unwrap_or_default(),
            _ => return Err(Failure::new("it does not name one release and what it takes")),
        };
        let name = |raw: &Raw| raw.as_str().map(str::to_owned).ok_or_else(|| Failure::new("a name is not UTF-8"));
        names.iter().map(name).collect()
    }

    /// The chart that is rendered.
    pub(super) fn chart(&self) -> Option<&Raw> {
        match self.verb {
            Verb::Install | Verb::Upgrade => self.operands.get(1),
            Verb::Rollback | Verb::Uninstall => None,
        }
    }

    /// The chart where it is a file or directory of this machine.
    pub(super) fn local_chart(&self, directory: &Path) -> Option<std::path::PathBuf> {
        let path = directory.join(self.chart()?.as_os());
        (path.exists() && !self.flags.iter().any(|flag| flag.name == "--repo")).then_some(path)
    }

    /// The revision that a rollback names; none for the one before.
    ///
    /// # Errors
    /// When it is not a number.
    pub(super) fn revision(&self) -> Result<Option<u64>, Failure> {
        let Some(word) = self.operands.get(1) else { return Ok(None) };
        let number = word.as_str().and_then(|text| text.parse().ok());
        number.map(|number: u64| (number > 0).then_some(number)).ok_or_else(|| Failure::new("it names no revision"))
    }

    /// Where it points: everything that any verb has.
    pub(super) fn place(&self) -> Vec<Raw> {
        let flags = &PACK.flags;
        let anywhere = |name: &str| has_value(flags, name) || flags.switch.contains(&name);
        let kept = |flag: &&Flag| anywhere(&flag.name) && !OWN.contains(&flag.name.as_str());
        self.flags.iter().filter(kept).flat_map(|flag| flag.words.iter().cloned()).collect()
    }

    /// What says where a chart is fetched from.
    pub(super) fn chart_place(&self) -> Vec<Raw> {
        let names = [
            "--repo", "--version", "--devel", "--username", "--password", "--ca-file", "--cert-file", "--key-file",
            "--keyring", "--verify", "--plain-http", "--insecure-skip-tls-verify", "--pass-credentials",
        ];
        let of = |flag: &&Flag| names.contains(&flag.name.as_str());
        self.place().into_iter().chain(self.flags.iter().filter(of).flat_map(|f| f.words.iter().cloned())).collect()
    }

    /// A question at the same place.
    pub(super) fn question(&self, verb: &[&str], more: &[&str]) -> Vec<Raw> {
        let all = std::iter::once(self.program.clone()).chain(verb.iter().map(|word| Raw::from(*word)));
        let form = ["-o", "json"].map(Raw::from);
        all.chain(self.place()).chain(more.iter().map(|word| Raw::from(*word))).chain(form).collect()
    }

    /// The same on trial: the server is asked, and nothing is kept.
    pub(super) fn dry(&self) -> Vec<Raw> {
        let kept = self.flags.iter().filter(|flag| !OWN.contains(&flag.name.as_str()));
        let mut words = vec![self.program.clone(), Raw::from(self.verb.as_str())];
        words.extend(self.operands.iter().cloned());
        words.extend(kept.flat_map(|flag| flag.words.iter().cloned()));
        words.extend(["--dry-run=server", "-o", "json"].map(Raw::from));
        words
    }

    /// A rollback to this revision.
    pub(super) fn to(&self, revision: u64) -> Vec<Raw> {
        let mut words = vec![self.program.clone(), Raw::from(self.verb.as_str())];
        words.extend(self.operands.iter().take(1).cloned());
        words.push(Raw::from(revision.to_string()));
        words.extend(self.flags.iter().flat_map(|flag| flag.words.iter().cloned()));
        words
    }
}

fn has_value(flags: &Flags, name: &str) -> bool {
    [flags.value, flags.reads, flags.writes].iter().any(|list| list.contains(&name))
}

/// Whether a path of the pack (`uninstall=delete=del=un`) is this verb.
fn is_verb(path: &str, verb: &str) -> bool {
    path.split('=').next() == Some(verb)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sort(text: &str) -> Result<Sorted, Failure> {
        let words: Vec<Raw> = text.split(' ').map(Raw::from).collect();
        let verb = words.iter().find_map(|word| Verb::of(word.as_str()?)).unwrap();
        Sorted::sort(verb, &words)
    }

    fn text(words: &[Raw]) -> String {
        words.iter().map(|word| word.lossy().into_owned()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_question_keeps_what_is_rendered_and_where() {
        let sorted =
            sort("helm -n prod upgrade web ./chart --install -f v.yaml --set a=b --wait --timeout 5m").unwrap();
        assert_eq!(
            text(&sorted.dry()),
            "helm upgrade web ./chart -n prod --install -f v.yaml --set a=b --dry-run=server -o json"
        );
        assert_eq!(text(&sorted.question(&["history"], &["web"])), "helm history -n prod web -o json");
        assert_eq!(sorted.releases().unwrap(), ["web"]);
        assert!(sorted.has(&["-i", "--install"]) && !sorted.has(&["--atomic"]));
        let back = sort("helm rollback web -n prod --wait").unwrap();
        assert_eq!(text(&back.to(3)), "helm rollback web 3 -n prod --wait");
        assert_eq!(
            (back.revision().unwrap(), sort("helm rollback web 7").unwrap().revision().unwrap()),
            (None, Some(7))
        );
        assert_eq!(sort("helm uninstall a b --keep-history").unwrap().releases().unwrap(), ["a", "b"]);
    }

    #[test]
    fn what_is_not_known_or_only_known_at_the_run_is_not_sorted() {
        for text in [
            "helm upgrade web . --post-renderer ./x",
            "helm install . --generate-name",
            "helm install . -g",
            "helm upgrade web . -f https://example.com/v.yaml",
            "helm upgrade web . -f secrets://v.yaml",
            "helm upgrade web . -f -",
            "helm upgrade web . --set-file a=-",
            "helm upgrade web . --frob",
            "helm upgrade web . --dependency-update",
            "helm install web . --replace",
            "helm upgrade web . -- x",
        ] {
            assert!(sort(text).is_err(), "{text}");
        }
        for text in ["helm upgrade web", "helm upgrade web . other", "helm rollback", "helm rollback web x y"] {
            assert!(sort(text).is_ok_and(|sorted| sorted.releases().is_err()) || sort(text).is_err(), "{text}");
        }
        assert!(sort("helm rollback web x").unwrap().revision().is_err());
    }
}
