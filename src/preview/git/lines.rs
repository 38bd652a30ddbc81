//! What one reference gets and loses by a push: commits and files.

use crate::classify::is_protected_branch;
use crate::model::preview::{Change, FieldChange, Hunk, Risk};
use crate::preview::prober::{Failure, Prober};
use crate::preview::risk::{Care, care_for};
use crate::redact::Redactor;

use super::ask::{Found, Git, Mark, Move};
use super::clean;

/// The most commits of a reference that are listed; all are counted.
const COMMITS: usize = 20;
/// The most references of the remote that are taken for what it has.
const KNOWN: usize = 200;

/// Words of paths that need care, beside those of names.
const PATHS: &[(&str, &str)] = &[
    ("migrations", "database"),
    ("migration", "database"),
    ("migrate", "database"),
    ("workflows", "runs in CI"),
    ("jenkinsfile", "runs in CI"),
    ("gitlab", "runs in CI"),
    ("circleci", "runs in CI"),
    ("buildkite", "runs in CI"),
    ("dockerfile", "what is deployed"),
    ("terraform", "what is deployed"),
    ("helm", "what is deployed"),
    ("tf", "what is deployed"),
    ("auth", "access"),
    ("codeowners", "access"),
    ("crypto", "security"),
];

/// A file between two commits.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FileStat {
    change: Change,
    path: String,
    lines: Option<(u64, u64)>,
}

/// What a reference gets and loses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Brought {
    gained: Vec<(String, String)>,
    gains: u64,
    lost: Vec<(String, String)>,
    loses: u64,
    files: Vec<FileStat>,
    /// Whether what it is there is also here.
    pub(super) has_old: bool,
}

impl Brought {
    pub(super) fn of(git: &Git<'_>, found: &Found, one: &Move, prober: &mut Prober<'_>) -> Result<Self, Failure> {
        let mut made = Self::default();
        if let Some(old) = &one.old {
            made.has_old = git.maybe(&["cat-file", "-e", old], prober)?.is_some();
        }
        let old = one.old.as_deref().filter(|_| made.has_old);
        let Some(new) = one.new.as_deref() else {
            // What is only in this one is out of reach then.
            if let Some(old) = old {
                let others = known(git, found, Some(&one.there), prober)?;
                (made.loses, made.lost) = commits(git, old, &others, prober)?;
            }
            return Ok(made);
        };
        let base = match old {
            Some(old) => {
                (made.gains, made.gained) = commits(git, new, &[old.to_owned()], prober)?;
                (made.loses, made.lost) = commits(git, old, &[new.to_owned()], prober)?;
                Some(old.to_owned())
            }
            None => {
                let known = known(git, found, None, prober)?;
                (made.gains, made.gained) = commits(git, new, &known, prober)?;
                base(git, new, &known, prober)?
            }
        };
        if one.there.starts_with("refs/heads/") {
            made.files = files(git, base.as_deref(), new, prober)?;
        }
        Ok(made)
    }

    /// Whether what is found is what git's mark says: one that is not forced loses nothing.
    pub(super) fn is_as_marked(&self, one: &Move) -> bool {
        match one.mark {
            Mark::Forward => self.has_old && self.loses == 0,
            Mark::New => one.old.is_none(),
            Mark::Forced | Mark::Deleted => one.old.is_some(),
            Mark::Same => true,
            Mark::Rejected => false,
        }
    }

    /// One line.
    pub(super) fn summary(&self, one: &Move) -> String {
        let name = name(&one.there);
        let protected = if is_protected(&one.there) { " (protected)" } else { "" };
        let files = match self.files.len() {
            0 => String::new(),
            count => {
                let (plus, minus) = self.lines();
                format!(", {count} file(s) +{plus} -{minus}")
            }
        };
        match one.mark {
            Mark::Deleted => format!("deletes {name}{protected}"),
            Mark::Rejected => format!("git would refuse {name}{protected}: {}", one.said),
            Mark::Forced => {
                let lost = if self.has_old { self.loses.to_string() } else { "unknown".to_owned() };
                format!("forces {name}{protected}: {} commit(s) in, {lost} out{files}", self.gains)
            }
            Mark::New => format!("{} commit(s) to the new {name}{protected}{files}", self.gains),
            Mark::Forward | Mark::Same => format!("{} commit(s) to {name}{protected}{files}", self.gains),
        }
    }

    fn lines(&self) -> (u64, u64) {
        let lines = self.files.iter().filter_map(|file| file.lines);
        lines.fold((0, 0), |(plus, minus), (more, less)| (plus + more, minus + less))
    }

    /// The reference with its commits.
    pub(super) fn hunk(&self, one: &Move, sets_upstream: bool, redactor: &Redactor) -> Hunk {
        let mut why = Vec::new();
        if is_protected(&one.there) {
            why.push("protected: others build on it".to_owned());
        }
        let (change, is_grave) = match one.mark {
            Mark::New => (Change::Create, false),
            Mark::Deleted => (Change::Delete, true),
            Mark::Forced | Mark::Rejected => (Change::Update, true),
            Mark::Forward | Mark::Same => (Change::Update, false),
        };
        match one.mark {
            Mark::Forced if !self.has_old => {
                why.push("forced: what it loses is not known here, `git fetch` would show it".to_owned());
            }
            Mark::Forced => why.push(format!("forced: {} commit(s) are no longer in it", self.loses)),
            Mark::Deleted if self.loses > 0 => {
                why.push(format!("{} commit(s) are in no other branch there", self.loses));
            }
            Mark::Rejected => why.push(format!("git would refuse it: {}", one.said)),
            _ => {}
        }
        let risk = if is_grave || !why.is_empty() { Risk::High } else { Risk::Usual };
        if sets_upstream && one.new.is_some() {
            why.push("exactly these commits are pushed, so the upstream of the branch here is not set".to_owned());
        }
        let line = |(id, text): &(String, String)| (redactor.text(id), redactor.text(text));
        let lost =
            self.lost.iter().map(line).map(|(field, text)| FieldChange { field, before: Some(text), after: None });
        let gained = self.gained.iter().map(line);
        let gained = gained.map(|(field, text)| FieldChange { field, before: None, after: Some(text) });
        let listed = u64::try_from(self.lost.len() + self.gained.len()).unwrap_or(u64::MAX);
        Hunk {
            change,
            what: redactor.text(&name(&one.there)),
            risk,
            why: why.into_iter().map(clean).collect(),
            fields: lost.chain(gained).collect(),
            left_out: (self.loses + self.gains).saturating_sub(listed),
        }
    }

    /// The files, one hunk each.
    pub(super) fn files(&self, redactor: &Redactor) -> Vec<Hunk> {
        let hunk = |file: &FileStat| {
            let care = care(&file.path);
            let lines = file.lines.map_or("binary".to_owned(), |(plus, minus)| format!("+{plus} -{minus}"));
            Hunk {
                change: file.change,
                what: redactor.text(&file.path),
                risk: if care.is_some() { Risk::High } else { Risk::Usual },
                why: care.into_iter().map(str::to_owned).chain([lines]).map(clean).collect(),
                fields: Vec::new(),
                left_out: 0,
            }
        };
        self.files.iter().map(hunk).collect()
    }
}

/// `branch main`, `tag v1`.
fn name(reference: &str) -> String {
    let short = |start: &str, kind: &str| reference.strip_prefix(start).map(|name| format!("{kind} {name}"));
    short("refs/heads/", "branch").or_else(|| short("refs/tags/", "tag")).unwrap_or_else(|| reference.to_owned())
}

fn is_protected(reference: &str) -> bool {
    reference.strip_prefix("refs/heads/").is_some_and(is_protected_branch)
}

/// Why a change of a file of this path needs care.
fn care(path: &str) -> Option<&'static str> {
    let lower = path.to_lowercase();
    let mut segments = lower.split(|c: char| !c.is_alphanumeric());
    let by_path = segments.find_map(|segment| PATHS.iter().find(|(word, _)| *word == segment).map(|(_, why)| *why));
    let by_name = care_for(&[&lower]).filter(|care| [Care::Database, Care::Access].contains(care)).map(Care::as_str);
    by_path.or(by_name)
}

/// What the remote has and is also here.
fn known(git: &Git<'_>, found: &Found, but: Option<&str>, prober: &mut Prober<'_>) -> Result<Vec<String>, Failure> {
    let others = found.there.iter().filter(|(name, _)| name.starts_with("refs/heads/") && Some(name.as_str()) != but);
    let mut ids: Vec<&str> = others.map(|(_, id)| id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(KNOWN);
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let words: Vec<&str> = ["rev-list", "--ignore-missing", "--no-walk"].into_iter().chain(ids).collect();
    let told = git.maybe(&words, prober)?.unwrap_or_default();
    Ok(told.lines().map(str::to_owned).collect())
}

/// Where new work left what the remote has.
fn base(git: &Git<'_>, new: &str, known: &[String], prober: &mut Prober<'_>) -> Result<Option<String>, Failure> {
    if known.is_empty() {
        return Ok(None);
    }
    let words: Vec<&str> = ["merge-base", new].into_iter().chain(known.iter().map(String::as_str)).collect();
    Ok(git.maybe(&words, prober)?.and_then(|text| text.lines().next().map(str::to_owned)))
}

/// How many commits are in `of` and not in the others, and the newest of them.
fn commits(
    git: &Git<'_>,
    of: &str,
    without: &[String],
    prober: &mut Prober<'_>,
) -> Result<(u64, Vec<(String, String)>), Failure> {
    let most = format!("--max-count={COMMITS}");
    let walk = |words: &[&'static str]| -> Vec<String> {
        let words = words.iter().map(|word| (*word).to_owned());
        words.chain([of.to_owned(), "--not".to_owned()]).chain(without.iter().cloned()).collect()
    };
    let counted = walk(&["rev-list", "--count"]);
    let counted = git.line(&counted.iter().map(String::as_str).collect::<Vec<_>>(), prober)?;
    let count = counted.parse().map_err(|_| Failure::new("`git rev-list --count` did not answer with a number"))?;
    let mut listed = walk(&["rev-list", "--encoding=UTF-8", "--format=%h%x00%s%x00%an"]);
    listed.insert(1, most);
    let listed = git.line(&listed.iter().map(String::as_str).collect::<Vec<_>>(), prober)?;
    let line = |line: &str| {
        let mut parts = line.splitn(3, '\0');
        let (id, subject, author) = (parts.next()?, parts.next()?, parts.next()?);
        Some((id.to_owned(), format!("{subject} ({author})")))
    };
    Ok((count, listed.lines().filter_map(line).collect()))
}

/// The files that differ between two commits.
fn files(git: &Git<'_>, base: Option<&str>, new: &str, prober: &mut Prober<'_>) -> Result<Vec<FileStat>, Failure> {
    let mut words =
        vec!["diff-tree", "-r", "-z", "--raw", "--numstat", "--no-renames", "--no-ext-diff", "--no-textconv"];
    // The id of a tree with nothing in it depends on the repository's kind of ids.
    let empty = git.line(&["hash-object", "-t", "tree", "/dev/null"], prober)?;
    match base {
        Some(base) => words.extend([base, new]),
        None => words.extend([empty.as_str(), new]),
    }
    let told = git.maybe(&words, prober)?.ok_or_else(|| Failure::new("`git diff-tree` gave no answer"))?;
    Ok(stats(&told))
}

/// Reads what `diff-tree -z --raw --numstat` writes: the states with their paths, then the lines.
fn stats(text: &str) -> Vec<FileStat> {
    let mut found: Vec<FileStat> = Vec::new();
    let mut parts = text.split('\0');
    while let Some(part) = parts.next() {
        if let Some(raw) = part.strip_prefix(':') {
            let change = match raw.split(' ').next_back().and_then(|state| state.chars().next()) {
                Some('A') => Change::Create,
                Some('D') => Change::Delete,
                _ => Change::Update,
            };
            let path = parts.next().unwrap_or_default().to_owned();
            found.push(FileStat { change, path, lines: None });
        } else if let [plus, minus, path] = part.splitn(3, '\t').collect::<Vec<_>>().as_slice() {
            let lines = plus.parse().ok().zip(minus.parse().ok());
            if let Some(file) = found.iter_mut().find(|file| file.path == *path) {
                file.lines = lines;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_with_their_lines() {
        let raw = ":100644 100644 aa bb M\0src/a.rs\0:000000 100644 00 cc A\0b\tc.bin\0:100644 000000 dd 00 D\0x y\0\
            3\t1\tsrc/a.rs\0-\t-\tb\tc.bin\x000\t9\tx y\0";
        let stat = |change, path: &str, lines| FileStat { change, path: path.to_owned(), lines };
        assert_eq!(
            stats(raw),
            [
                stat(Change::Update, "src/a.rs", Some((3, 1))),
                stat(Change::Create, "b\tc.bin", None),
                stat(Change::Delete, "x y", Some((0, 9))),
            ]
        );
    }

    #[test]
    fn paths_say_what_needs_care() {
        for (path, why) in [
            ("db/migrations/001.sql", Some("database")),
            (".github/workflows/ci.yml", Some("runs in CI")),
            ("Dockerfile", Some("what is deployed")),
            ("src/auth/login.rs", Some("access")),
            ("iam/roles.json", Some("access")),
            ("src/main.rs", None),
            ("README.md", None),
        ] {
            assert_eq!(care(path), why, "{path}");
        }
    }
}
