//! Questions to git about a push: which references it reaches, what they are there and here, and what lies between.
//!
//! Only plumbing is asked, and `push --dry-run` without its hook: neither runs a program that the repository names, beside
//! what also `git ls-remote` starts to reach the remote, and policy is asked about that.

use std::collections::BTreeMap;

use crate::exec::probe::Answered;
use crate::model::invocation::{Raw, Variable};
use crate::preview::prober::{Asking, Failure, Prober};
use crate::preview::subject::Subject;

use super::options::Options;

/// What git is told in the environment: ask nobody, fetch nothing.
const SET: &[(&str, &str)] = &[
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("SSH_ASKPASS_REQUIRE", "force"),
    ("SSH_ASKPASS", "false"),
    ("GIT_ASKPASS", "false"),
    ("LC_ALL", "C"),
];

/// What becomes of a reference, by git's own mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// It moves on.
    Forward,
    /// It is moved to something that does not hold all it held.
    Forced,
    /// It is made.
    New,
    /// It is deleted.
    Deleted,
    /// It stays.
    Same,
    /// git would refuse it.
    Rejected,
}

/// One reference that a push reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Move {
    /// What becomes of it.
    pub(super) mark: Mark,
    /// The source as git names it; empty for a deletion.
    pub(super) source: String,
    /// The reference there.
    pub(super) there: String,
    /// What git says of it.
    pub(super) said: String,
    /// What it is there now.
    pub(super) old: Option<String>,
    /// What it would be there.
    pub(super) new: Option<String>,
}

/// Everything that a push would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The remote, by name or address as given.
    pub(super) remote: Raw,
    /// Its address.
    pub(super) address: String,
    /// Each reference.
    pub(super) moves: Vec<Move>,
    /// What all references there are now.
    pub(super) there: BTreeMap<String, String>,
}

/// git in a repository.
pub(super) struct Git<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) options: &'a Options,
}

impl Git<'_> {
    /// Everything that the push would do.
    ///
    /// # Errors
    /// When the remote cannot be asked, or may not be.
    pub(super) fn find(&self, prober: &mut Prober<'_>) -> Result<Found, Failure> {
        self.submodules(prober)?;
        let remote = match self.options.operands.first() {
            Some(remote) => remote.clone(),
            None => self.default_remote(prober)?,
        };
        let address = self.address(&remote, prober)?;
        let there = self.there(&address, prober)?;
        let mut words = vec![Raw::from("push"), Raw::from("--dry-run"), Raw::from("--porcelain")];
        let quiet = ["--no-verify", "--no-signed", "--no-recurse-submodules", "--receive-pack=git-receive-pack"];
        words.extend(quiet.map(Raw::from));
        words.extend(self.options.what.iter().cloned());
        words.extend([Raw::from("--"), remote.clone()]);
        words.extend(self.options.operands.iter().skip(1).cloned());
        let answered = self.put(&words, prober)?;
        let mut moves = marks(&String::from_utf8_lossy(&answered.out));
        if moves.is_empty() && answered.exit_code != Some(0) {
            return Err(refused("push --dry-run", &answered));
        }
        for one in &mut moves {
            one.old = there.get(&one.there).cloned();
            if !one.source.is_empty() {
                one.new = Some(self.line(&["rev-parse", "--verify", "--quiet", &one.source], prober)?);
            }
        }
        Ok(Found { remote, address, moves, there })
    }

    /// Submodules that are pushed along are not shown.
    fn submodules(&self, prober: &mut Prober<'_>) -> Result<(), Failure> {
        if self.options.tells_of_submodules() {
            return Ok(());
        }
        for key in ["push.recurseSubmodules", "submodule.recurse"] {
            let value = self.maybe(&["config", "--get", key], prober)?.unwrap_or_default();
            if !["", "no", "check", "false"].contains(&value.trim()) {
                return Err(Failure::new(format!(
                    "by the setting `{key}` it also pushes submodules, which cannot be shown"
                )));
            }
        }
        Ok(())
    }

    fn default_remote(&self, prober: &mut Prober<'_>) -> Result<Raw, Failure> {
        let branch = self.maybe(&["symbolic-ref", "--quiet", "HEAD"], prober)?;
        let Some(branch) = branch else { return Ok(Raw::from("origin")) };
        let named = self.line(&["for-each-ref", "--format=%(push:remotename)", branch.trim()], prober)?;
        Ok(Raw::from(if named.is_empty() { "origin" } else { &named }))
    }

    /// The one address that it pushes to.
    fn address(&self, remote: &Raw, prober: &mut Prober<'_>) -> Result<String, Failure> {
        let name = remote.lossy().into_owned();
        let told = self.maybe(&["remote", "get-url", "--push", "--all", &name], prober)?;
        let told = told.unwrap_or(name);
        match told.lines().collect::<Vec<_>>().as_slice() {
            [one] if !one.starts_with('-') => Ok((*one).to_owned()),
            all => Err(Failure::new(format!("it pushes to {} places at once, which cannot be shown", all.len()))),
        }
    }

    /// What every reference there is now.
    fn there(&self, address: &str, prober: &mut Prober<'_>) -> Result<BTreeMap<String, String>, Failure> {
        prober.allowed(self.subject, &self.argv(&["ls-remote", address].map(Raw::from)))?;
        let words = ["ls-remote", "--upload-pack=git-upload-pack", address].map(Raw::from);
        let answered = self.put(&words, prober)?;
        if answered.exit_code != Some(0) {
            return Err(refused("ls-remote", &answered));
        }
        let text = String::from_utf8_lossy(&answered.out);
        let pairs = text.lines().filter_map(|line| line.split_once('\t'));
        Ok(pairs.map(|(id, name)| (name.to_owned(), id.to_owned())).collect())
    }

    fn argv(&self, words: &[Raw]) -> Vec<Raw> {
        let program = self.subject.words.first().cloned();
        program.into_iter().chain(self.options.early.iter().cloned()).chain(words.iter().cloned()).collect()
    }

    /// Asks git.
    fn put(&self, words: &[Raw], prober: &mut Prober<'_>) -> Result<Answered, Failure> {
        let is_ours = |name: &Raw| SET.iter().any(|(known, _)| known.as_bytes() == name.0);
        let mut env: Vec<Variable> = self.subject.env.iter().filter(|(name, _)| !is_ours(name)).cloned().collect();
        env.extend(SET.iter().map(|(name, value)| (Raw::from(*name), Raw::from(*value))));
        let argv = self.argv(words);
        prober.ask(Asking { program: &self.subject.program, argv, cwd: &self.subject.directory, env })
    }

    /// What git answers; none where it says no.
    pub(super) fn maybe(&self, words: &[&str], prober: &mut Prober<'_>) -> Result<Option<String>, Failure> {
        let words: Vec<Raw> = words.iter().map(|word| Raw::from(*word)).collect();
        let answered = self.put(&words, prober)?;
        let text = String::from_utf8_lossy(&answered.out).into_owned();
        Ok((answered.exit_code == Some(0)).then_some(text))
    }

    /// What git answers, without its line's end.
    pub(super) fn line(&self, words: &[&str], prober: &mut Prober<'_>) -> Result<String, Failure> {
        let told = self.maybe(words, prober)?;
        let verb = words.first().copied().unwrap_or_default();
        told.map(|text| text.trim().to_owned()).ok_or_else(|| Failure::new(format!("`git {verb}` gave no answer")))
    }
}

/// The lines of `push --porcelain`: mark, `source:there`, what it says.
fn marks(text: &str) -> Vec<Move> {
    text.lines()
        .filter_map(|line| {
            let (mark, rest) = line.split_once('\t')?;
            let (names, said) = rest.split_once('\t')?;
            let (source, there) = names.rsplit_once(':')?;
            let mark = match mark {
                " " => Mark::Forward,
                "+" => Mark::Forced,
                "*" => Mark::New,
                "-" => Mark::Deleted,
                "=" => Mark::Same,
                _ => Mark::Rejected,
            };
            let (source, there, said) = (source.to_owned(), there.to_owned(), said.to_owned());
            Some(Move { mark, source, there, said, old: None, new: None })
        })
        .collect()
}

fn refused(verb: &str, answered: &Answered) -> Failure {
    let said = String::from_utf8_lossy(&answered.err).split_whitespace().collect::<Vec<_>>().join(" ");
    let said = if said.is_empty() { "it said nothing".to_owned() } else { said };
    Failure::new(format!("`git {verb}` did not answer: {said}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_of_git_is_read_and_an_unknown_one_is_a_refusal() {
        let text = "To /x\n \trefs/heads/a:refs/heads/a\t1..2\n+\tHEAD:refs/heads/b\t1...2 (forced update)\n\
            *\trefs/tags/v:refs/tags/v\t[new tag]\n-\t:refs/heads/c\t[deleted]\n=\tx:refs/heads/d\t[up to date]\n\
            !\ty:refs/heads/e\t[rejected] (fetch first)\n?\ty:refs/heads/f\tw\nDone\n";
        let found: Vec<_> = marks(text).into_iter().map(|one| (one.mark, one.source, one.there)).collect();
        let names = |mark, source: &str, there: &str| (mark, source.to_owned(), there.to_owned());
        assert_eq!(
            found,
            [
                names(Mark::Forward, "refs/heads/a", "refs/heads/a"),
                names(Mark::Forced, "HEAD", "refs/heads/b"),
                names(Mark::New, "refs/tags/v", "refs/tags/v"),
                names(Mark::Deleted, "", "refs/heads/c"),
                names(Mark::Same, "x", "refs/heads/d"),
                names(Mark::Rejected, "y", "refs/heads/e"),
                names(Mark::Rejected, "y", "refs/heads/f"),
            ]
        );
    }
}
