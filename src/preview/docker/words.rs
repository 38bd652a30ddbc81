//! docker's command line, sorted: where its server is, what is done to what.
//!
//! Source: <https://docs.docker.com/reference/cli/docker/>. A flag that is not here cannot be sorted, and then there is no
//! preview.

use crate::model::invocation::Raw;
use crate::packs::docker::PACK;
use crate::preview::Failure;
use crate::preview::flags::{self, Flag};

/// What is acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Container,
    Image,
    Volume,
    Network,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Image => "image",
            Self::Volume => "volume",
            Self::Network => "network",
        }
    }
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Remove,
    Prune,
    Start,
    Stop,
    Restart,
    Kill,
    Pause,
    Unpause,
    Rename,
    Run,
}

/// What an operation of the pack does, and to what; a prune of the system has no kind.
pub(super) fn deed(operation: &str) -> Option<(Deed, Option<Kind>)> {
    let (kind, verb) = match operation.split_once(' ') {
        Some(("container", verb)) => (Some(Kind::Container), verb),
        Some(("image", verb)) => (Some(Kind::Image), verb),
        Some(("volume", verb)) => (Some(Kind::Volume), verb),
        Some(("network", verb)) => (Some(Kind::Network), verb),
        Some(("system", "prune")) => (None, "prune"),
        Some(_) => return None,
        None if operation == "rmi" => (Some(Kind::Image), "rm"),
        None if operation == "prune" => return None,
        None => (Some(Kind::Container), operation),
    };
    let deed = match verb {
        "rm" => Deed::Remove,
        "prune" => Deed::Prune,
        "start" => Deed::Start,
        "stop" => Deed::Stop,
        "restart" => Deed::Restart,
        "kill" => Deed::Kill,
        "pause" => Deed::Pause,
        "unpause" => Deed::Unpause,
        "rename" => Deed::Rename,
        "run" => Deed::Run,
        _ => return None,
    };
    let is_of_all = matches!(deed, Deed::Remove | Deed::Prune);
    (is_of_all || kind == Some(Kind::Container)).then_some((deed, kind))
}

/// Flags with a value, and without, of what is not `run`.
const VALUES: &[&str] = &["-t", "--time", "--timeout", "-s", "--signal"];
const SWITCHES: &[&str] = &["-f", "--force", "-v", "--volumes", "-a", "--all", "--no-prune"];

/// Flags of `run` with a value.
const RUN_VALUES: &[&str] = &[
    "--name", "-v", "--volume", "--mount", "-p", "--publish", "-e", "--env", "--env-file", "--network", "--net", "-w",
    "--workdir", "-u", "--user", "--entrypoint", "--restart", "--memory", "-m", "--cpus", "-h", "--hostname", "-l",
    "--label", "--label-file", "--add-host", "--cap-add", "--cap-drop", "--device", "--dns", "--expose", "--ip",
    "--ipc", "--pid", "--userns", "--uts", "--platform", "--pull", "--security-opt", "--shm-size", "--stop-signal",
    "--stop-timeout", "--tmpfs", "--ulimit", "--volumes-from", "--gpus", "--log-driver", "--log-opt", "--cidfile",
    "--health-cmd", "--health-interval", "--health-retries", "--health-timeout", "--group-add", "--network-alias",
    "--cpu-shares", "--memory-swap", "--pids-limit", "--sysctl", "--runtime", "--cgroupns", "--annotation", "-a",
    "--attach",
];
/// Flags of `run` without one.
const RUN_SWITCHES: &[&str] = &[
    "-d", "--detach", "-i", "--interactive", "-t", "--tty", "--rm", "--privileged", "--init", "--read-only", "-P",
    "--publish-all", "-q", "--quiet", "--no-healthcheck", "--oom-kill-disable", "--sig-proxy",
];

/// A command line, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sorted {
    program: Raw,
    /// Where the server is: what stands before the verb.
    early: Vec<Flag>,
    verb: Vec<Raw>,
    pub(super) flags: Vec<Flag>,
    pub(super) operands: Vec<Raw>,
}

impl Sorted {
    /// Sorts the words of an operation that has this many words.
    ///
    /// # Errors
    /// When a word is not known.
    pub(super) fn sort(words: &[Raw], operation: &str, deed: Deed) -> Result<Self, Failure> {
        let mut rest = words.iter();
        let program = rest.next().cloned().ok_or_else(|| Failure::new("it has no words"))?;
        let at = |list: &[&[&str]], name: &str| list.iter().any(|list| list.contains(&name));
        let is_run = deed == Deed::Run;
        let (values, switches) = if is_run { (RUN_VALUES, RUN_SWITCHES) } else { (VALUES, SWITCHES) };
        let mut sorted = Self { program, early: Vec::new(), verb: Vec::new(), flags: Vec::new(), operands: Vec::new() };
        let count = operation.split(' ').count();
        while let Some(word) = rest.next() {
            let is_flag = word.0.starts_with(b"-") && word.0.len() > 1;
            if sorted.verb.len() < count {
                if is_flag {
                    let takes = |name: &str| at(&[PACK.early.value, PACK.early.reads], name);
                    let one = flags::flag(word, &mut rest, &takes, &|name| PACK.early.switch.contains(&name))?;
                    sorted.early.push(one);
                } else {
                    sorted.verb.push(word.clone());
                }
            } else if is_run && !sorted.operands.is_empty() {
                sorted.operands.push(word.clone());
            } else if is_flag {
                for word in letters(word, switches) {
                    let takes = |name: &str| values.contains(&name);
                    sorted.flags.push(flags::flag(&word, &mut rest, &takes, &|name| switches.contains(&name))?);
                }
            } else {
                sorted.operands.push(word.clone());
            }
        }
        Ok(sorted)
    }

    /// The program and what says where its server is.
    pub(super) fn start(&self) -> Vec<Raw> {
        let early = self.early.iter().flat_map(|flag| flag.words.iter().cloned());
        std::iter::once(self.program.clone()).chain(early).collect()
    }

    /// A question to the same server.
    pub(super) fn question(&self, words: &[&str]) -> Vec<Raw> {
        self.start().into_iter().chain(words.iter().map(|word| Raw::from(*word))).collect()
    }

    /// Whether a switch is there.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        let is_on = |flag: &&Flag| flag.value.as_ref().is_none_or(|value| value.0 != b"false");
        self.flags.iter().filter(is_on).any(|flag| names.contains(&flag.name.as_str()))
    }

    /// The values of a flag.
    pub(super) fn values(&self, names: &[&str]) -> Vec<String> {
        let of = self.flags.iter().filter(|flag| names.contains(&flag.name.as_str()));
        of.filter_map(|flag| flag.value.as_ref()).map(|value| value.lossy().into_owned()).collect()
    }

    /// The names that it acts on.
    ///
    /// # Errors
    /// When one of them is not UTF-8, or there is none.
    pub(super) fn names(&self) -> Result<Vec<String>, Failure> {
        let name = |word: &Raw| word.as_str().map(str::to_owned).ok_or_else(|| Failure::new("a name is not UTF-8"));
        let names: Vec<String> = self.operands.iter().map(name).collect::<Result<_, _>>()?;
        if names.is_empty() { Err(Failure::new("it names nothing")) } else { Ok(names) }
    }

    /// The same on these, in the place of the first operands.
    pub(super) fn on(&self, ids: &[String]) -> Vec<Raw> {
        let flags = self.flags.iter().flat_map(|flag| flag.words.iter().cloned());
        let rest = self.operands.iter().skip(ids.len()).cloned();
        let verb = self.verb.iter().cloned();
        self.start()
            .into_iter()
            .chain(verb)
            .chain(flags)
            .chain(ids.iter().map(|id| Raw::from(id.as_str())))
            .chain(rest)
            .collect()
    }
}

/// `-fv` as `-f -v`, where all letters but the last are switches.
fn letters(word: &Raw, switches: &[&str]) -> Vec<Raw> {
    let text = word.as_str().unwrap_or_default();
    let is_joined = !text.starts_with("--") && !text.contains('=') && text.chars().count() > 2;
    let mut all: Vec<String> = Vec::new();
    let mut rest = text.trim_start_matches('-');
    while let Some(letter) =
        rest.chars().next().filter(|letter| is_joined && switches.contains(&format!("-{letter}").as_str()))
    {
        all.push(format!("-{letter}"));
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
    }
    if all.is_empty() {
        return vec![word.clone()];
    }
    if !rest.is_empty() {
        all.push(format!("-{rest}"));
    }
    all.into_iter().map(Raw::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sort(text: &str, operation: &str) -> Result<Sorted, Failure> {
        let words: Vec<Raw> = text.split(' ').map(Raw::from).collect();
        Sorted::sort(&words, operation, deed(operation).unwrap().0)
    }

    fn text(words: &[Raw]) -> String {
        words.iter().map(|word| word.lossy().into_owned()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_server_the_verb_and_the_names_are_told_apart() {
        let sorted = sort("docker -H unix:///x rm -fv web db", "rm").unwrap();
        assert_eq!(text(&sorted.question(&["ps"])), "docker -H unix:///x ps");
        assert_eq!(sorted.names().unwrap(), ["web", "db"]);
        assert!(sorted.has(&["-v"]) && sorted.has(&["-f"]) && !sorted.has(&["-a"]));
        assert_eq!(text(&sorted.on(&["1".to_owned(), "2".to_owned()])), "docker -H unix:///x rm -f -v 1 2");
        let run = sort("docker run --rm -itv /a:/b -e X=1 --name w img:1 sh -c --privileged", "run").unwrap();
        assert_eq!((run.values(&["-v"]), run.values(&["--name"])), (vec!["/a:/b".to_owned()], vec!["w".to_owned()]));
        assert_eq!(text(&run.operands), "img:1 sh -c --privileged");
        assert!(!run.has(&["--privileged"]));
        let renamed = sort("docker container rename a b", "container rename").unwrap();
        assert_eq!(text(&renamed.on(&["id".to_owned()])), "docker container rename id b");
    }

    #[test]
    fn what_is_not_known_is_not_sorted() {
        for (text, operation) in [
            ("docker rm --link a", "rm"),
            ("docker volume prune --filter label=x", "volume prune"),
            ("docker start -ai web", "start"),
            ("docker run --frob x", "run"),
            ("docker --frob rm a", "rm"),
        ] {
            assert!(sort(text, operation).is_err(), "{text}");
        }
        for operation in ["exec", "compose up", "volume create", "image stop", "build", "prune"] {
            assert_eq!(deed(operation), None, "{operation}");
        }
    }
}
