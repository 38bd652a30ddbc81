//! kubectl's command line, sorted: where it points, what it does, what it chooses objects by, what it reads.
//!
//! Source: <https://kubernetes.io/docs/reference/kubectl/generated/>. The flags themselves are the pack's.

use crate::model::invocation::Raw;
use crate::packs::kubectl::PACK;
use crate::preview::Failure;
use crate::preview::flags::{self, Flag};

/// Flags that the pack lists only with the verb that has them.
const OF_VERBS: &[&str] = &["--prefix", "--containers"];
/// Flags that choose objects.
pub(super) const CHOOSING: &[&str] = &["-l", "--selector", "--field-selector", "--all", "-A", "--all-namespaces"];
/// Flags that say what is printed or waited for: a question has its own.
const OWN: &[&str] = &[
    "-o", "--output", "--template", "--dry-run", "--wait", "--timeout", "--show-managed-fields", "-v", "--v",
    "--vmodule", "--profile", "--profile-output", "--log-flush-frequency", "--cache-dir", "--now", "--grace-period",
];
/// Flags by which something else happens than a question could show.
const UNSHOWN: &[(&str, &str)] = &[
    ("--prune", "deletes what the files do not name"),
    ("--prune-allowlist", "deletes what the files do not name"),
    ("--raw", "is a request that is not looked into"),
    ("--kuberc", "puts words of a file into the command"),
    ("-h", "prints a text"),
    ("--help", "prints a text"),
];

/// A word of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Flag(Flag),
    Operand(Raw),
}

/// A command line, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sorted {
    program: Raw,
    parts: Vec<Part>,
    /// How many of the operands are the verb.
    verb: usize,
    /// The words from `--` on: a command in a container, never a flag.
    tail: Vec<Raw>,
}

impl Sorted {
    /// Sorts the words.
    ///
    /// # Errors
    /// When a word is not known here, or does what cannot be shown.
    pub(super) fn sort(words: &[Raw]) -> Result<Self, Failure> {
        let mut words = words.iter();
        let program = words.next().cloned().ok_or_else(|| Failure::new("it has no words"))?;
        let (mut parts, mut tail) = (Vec::new(), Vec::new());
        while let Some(word) = words.next() {
            if word.0 == b"--" {
                tail = std::iter::once(word).chain(words.by_ref()).cloned().collect();
            } else if word.0.starts_with(b"-") && word.0.len() > 1 {
                parts.push(Part::Flag(flag(word, &mut words)?));
            } else {
                parts.push(Part::Operand(word.clone()));
            }
        }
        let mut sorted = Self { program, parts, verb: 1, tail };
        if !sorted.tail.is_empty() && !["create", "run"].contains(&sorted.verb().as_str()) {
            return Err(Failure::new(
                "what stands behind `--` is not looked into, so what would change cannot be shown",
            ));
        }
        if ["rollout", "set"].contains(&sorted.verb_word(0).as_str()) {
            sorted.verb = 2;
        }
        let unshown = sorted.flags().find_map(|flag| UNSHOWN.iter().find(|(name, _)| *name == flag.name));
        match unshown {
            Some((name, why)) => Err(Failure::new(format!("`{name}` {why}, so what would change cannot be shown"))),
            None => Ok(sorted),
        }
    }

    /// The program as it was called.
    pub(super) fn program(&self) -> &Raw {
        &self.program
    }

    fn verb_word(&self, at: usize) -> String {
        self.operands().nth(at).map(|word| word.lossy().into_owned()).unwrap_or_default()
    }

    /// `delete`, `rollout restart`.
    pub(super) fn verb(&self) -> String {
        (0..self.verb).map(|at| self.verb_word(at)).collect::<Vec<_>>().join(" ")
    }

    /// The verb with the word behind it, which may belong to it.
    pub(super) fn verb_for_way(&self) -> String {
        match self.verb().as_str() {
            // What is behind these is an object, or a part of the verb that is shown in the same way.
            verb @ ("create" | "apply") => format!("{verb} {}", self.verb_word(1)).trim_end().to_owned(),
            verb => verb.to_owned(),
        }
    }

    /// The operands that name objects.
    pub(super) fn acted_on(&self) -> Vec<Raw> {
        self.objects().cloned().collect()
    }

    fn operands(&self) -> impl Iterator<Item = &Raw> {
        self.parts.iter().filter_map(|part| match part {
            Part::Operand(word) => Some(word),
            Part::Flag(_) => None,
        })
    }

    /// The flags, in order.
    pub(super) fn flags(&self) -> impl Iterator<Item = &Flag> {
        self.parts.iter().filter_map(|part| match part {
            Part::Flag(flag) => Some(flag),
            Part::Operand(_) => None,
        })
    }

    /// The value of a flag that is there.
    pub(super) fn value(&self, names: &[&str]) -> Option<&Raw> {
        self.flags().filter(|flag| names.contains(&flag.name.as_str())).filter_map(|flag| flag.value.as_ref()).last()
    }

    /// Whether one of these flags is there.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.flags().any(|flag| names.contains(&flag.name.as_str()))
    }

    /// Whether it chooses objects by something else than their names.
    pub(super) fn chooses(&self) -> bool {
        self.has(CHOOSING) || (self.verb().starts_with("rollout") && self.names_only_kinds())
    }

    /// `rollout restart deployment` is all of them; other verbs refuse.
    fn names_only_kinds(&self) -> bool {
        let objects: Vec<&Raw> = self.objects().collect();
        objects.len() == 1 && objects.iter().all(|word| !word.0.contains(&b'/')) && !self.has(FILES)
    }

    /// The operands that name objects: those behind the verb, up to the first that says what becomes of them.
    fn objects(&self) -> impl Iterator<Item = &Raw> {
        let is_taint = self.verb() == "taint";
        let acts =
            move |word: &Raw| word.0.contains(&b'=') || word.0.ends_with(b"-") || (is_taint && word.0.contains(&b':'));
        self.operands().skip(self.verb).take_while(move |word| !acts(word))
    }

    /// Where it points: everything that any verb has.
    pub(super) fn place(&self, without: &[&str]) -> Vec<Raw> {
        let flags = &PACK.flags;
        let anywhere =
            |name: &str| flags.value.contains(&name) || flags.reads.contains(&name) || flags.switch.contains(&name);
        let kept = |flag: &&Flag| {
            anywhere(&flag.name) && !OWN.contains(&flag.name.as_str()) && !without.contains(&flag.name.as_str())
        };
        self.flags().filter(kept).flat_map(|flag| flag.words.iter().cloned()).collect()
    }

    /// Where the objects are: with the namespace, by which an environment may be recognised, unless it is of no account.
    pub(super) fn place_of_objects(&self) -> Vec<Raw> {
        self.place(if self.has(&["-A", "--all-namespaces"]) { &["-n", "--namespace"] } else { &[] })
    }

    /// A question at the same place.
    pub(super) fn question(&self, verb: &[&str], more: impl IntoIterator<Item = Raw>) -> Vec<Raw> {
        let verb = verb.iter().map(|word| Raw::from(*word));
        std::iter::once(self.program.clone()).chain(verb).chain(self.place(&[])).chain(more).collect()
    }

    /// The question that lists what it acts on.
    pub(super) fn listing(&self, files: &[Raw]) -> Vec<Raw> {
        let chosen = self.flags().filter(|flag| CHOOSING.contains(&flag.name.as_str()) && flag.name != "--all");
        let mut more: Vec<Raw> = self.objects().cloned().collect();
        more.extend(chosen.flat_map(|flag| flag.words.iter().cloned()));
        if self.has(&["--ignore-not-found"]) {
            more.push(Raw::from("--ignore-not-found"));
        }
        more.extend(files.iter().flat_map(|file| [Raw::from("-f"), file.clone()]));
        more.extend([Raw::from("-o"), Raw::from("json")]);
        self.question(&["get"], more)
    }

    /// The same words with these files in the place of its own.
    pub(super) fn with_files(&self, files: &[Raw]) -> Vec<Raw> {
        let mut words = vec![self.program.clone()];
        for part in &self.parts {
            match part {
                Part::Operand(word) => words.push(word.clone()),
                Part::Flag(flag) if FILES.contains(&flag.name.as_str()) || DIRECTORY.contains(&flag.name.as_str()) => {}
                Part::Flag(flag) => words.extend(flag.words.iter().cloned()),
            }
        }
        words.extend(files.iter().flat_map(|file| [Raw::from("-f"), file.clone()]));
        words.extend(self.tail.iter().cloned());
        words
    }

    /// The same on the objects of a list, and only on these.
    pub(super) fn on_list(&self, list: &Raw) -> Self {
        let is_place = |name: &str| CHOOSING.contains(&name) || FILES.contains(&name) || DIRECTORY.contains(&name);
        let elsewhere = self.has(&["-A", "--all-namespaces"]);
        let (mut operand, first, last) = (0, self.verb, self.verb + self.objects().count());
        let mut parts = Vec::new();
        for part in &self.parts {
            match part {
                Part::Operand(_) => {
                    if operand < first || operand >= last {
                        parts.push(part.clone());
                    }
                    operand += 1;
                }
                Part::Flag(flag) if is_place(&flag.name) => {}
                Part::Flag(flag) if elsewhere && ["-n", "--namespace"].contains(&flag.name.as_str()) => {}
                Part::Flag(_) => parts.push(part.clone()),
            }
        }
        let words = vec![Raw::from("-f"), list.clone()];
        parts.push(Part::Flag(Flag { name: "-f".to_owned(), value: Some(list.clone()), words }));
        Self { program: self.program.clone(), parts, verb: self.verb, tail: self.tail.clone() }
    }

    /// The words as they stand.
    pub(super) fn words(&self) -> Vec<Raw> {
        let of = |part: &Part| match part {
            Part::Operand(word) => vec![word.clone()],
            Part::Flag(flag) => flag.words.clone(),
        };
        let parts = self.parts.iter().flat_map(of);
        std::iter::once(self.program.clone()).chain(parts).chain(self.tail.iter().cloned()).collect()
    }

    /// The question that has the server do it without keeping it; it prints in this form.
    pub(super) fn dry(&self, files: Option<&[Raw]>, form: &str) -> Vec<Raw> {
        let kept = |part: &&Part| !matches!(part, Part::Flag(flag) if OWN.contains(&flag.name.as_str()));
        let parts = self.parts.iter().filter(kept).cloned().collect();
        let bare = Self { program: self.program.clone(), parts, verb: self.verb, tail: Vec::new() };
        let mut words = files.map_or_else(|| bare.words(), |files| bare.with_files(files));
        words.extend(["--dry-run=server", "-o", form].map(Raw::from));
        words.extend(self.tail.iter().cloned());
        words
    }
}

/// Flags that name files of objects.
pub(super) const FILES: &[&str] = &["-f", "--filename", "-k", "--kustomize"];
/// Flags that say how directories of them are read.
pub(super) const DIRECTORY: &[&str] = &["-R", "--recursive"];

fn flag<'a>(word: &Raw, rest: &mut impl Iterator<Item = &'a Raw>) -> Result<Flag, Failure> {
    let lists = [&PACK.flags, &PACK.late];
    let takes = |name: &str| {
        lists.iter().any(|flags| [flags.value, flags.reads, flags.writes].iter().any(|list| list.contains(&name)))
            || OF_VERBS.contains(&name)
    };
    let switches = |name: &str| lists.iter().any(|flags| flags.switch.contains(&name));
    flags::flag(word, rest, &takes, &switches)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sort(text: &str) -> Result<Sorted, Failure> {
        Sorted::sort(&text.split(' ').map(Raw::from).collect::<Vec<_>>())
    }

    fn text(words: &[Raw]) -> String {
        words.iter().map(|word| word.lossy().into_owned()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_chosen_is_listed_at_the_same_place() {
        let sorted = sort("kubectl -n prod --context=eu delete pods -l app=web --wait=false --now").unwrap();
        assert_eq!(text(&sorted.listing(&[])), "kubectl get -n prod --context=eu pods -l app=web -o json");
        assert!(sorted.chooses());
        let list = Raw::from("L");
        assert_eq!(text(&sorted.on_list(&list).words()), "kubectl -n prod --context=eu delete --wait=false --now -f L");
        let all = sort("kubectl delete pod,svc --all -A -nprod").unwrap();
        assert_eq!(text(&all.on_list(&list).words()), "kubectl delete -f L");
        assert_eq!(text(&all.listing(&[])), "kubectl get -nprod pod,svc -A -o json");
        let label = sort("kubectl label pods --all tier=x old-").unwrap();
        assert_eq!(text(&label.on_list(&list).words()), "kubectl label tier=x old- -f L");
        assert!(!sort("kubectl delete pod web").unwrap().chooses());
        assert!(sort("kubectl rollout restart deployment").unwrap().chooses());
    }

    #[test]
    fn a_question_keeps_what_is_done_and_prints_in_its_own_way() {
        let sorted = sort("kubectl set image deploy/web c=i -o yaml --dry-run=none --timeout 3s").unwrap();
        assert_eq!(sorted.verb(), "set image");
        assert_eq!(text(&sorted.dry(None, "json")), "kubectl set image deploy/web c=i --dry-run=server -o json");
        let run = sort("kubectl run x --image=i -- sh --dry-run=none -s=evil").unwrap();
        assert_eq!(
            text(&run.dry(None, "json")),
            "kubectl run x --image=i --dry-run=server -o json -- sh --dry-run=none -s=evil"
        );
        let apply = sort("kubectl apply -f a.yaml -R --server-side").unwrap();
        assert_eq!(text(&apply.with_files(&[Raw::from("b")])), "kubectl apply --server-side -f b");
    }

    #[test]
    fn what_is_not_known_or_does_more_is_not_sorted() {
        for text in [
            "kubectl delete pod x --frob", "kubectl delete --raw /api/v1/x", "kubectl apply -f x --prune",
            "kubectl -n", "kubectl delete pod -xf", "kubectl delete pod -Av", "kubectl delete pod -- web",
        ] {
            assert!(sort(text).is_err(), "{text}");
        }
    }
}
