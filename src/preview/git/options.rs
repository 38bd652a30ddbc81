//! The words of a `git push`, sorted by what they say: where, what, and how it is sent.

use crate::model::invocation::Raw;
use crate::preview::prober::Failure;

/// Flags that say what is pushed: the question is put with them, and what runs names each reference instead.
const WHAT: &[&str] = &[
    "--all", "--branches", "--mirror", "--tags", "--follow-tags", "--no-follow-tags", "--prune", "--delete", "--force",
    "--force-with-lease", "--no-force-with-lease", "--force-if-includes", "--no-force-if-includes",
];
/// Flags that say how it is sent or told; what runs keeps them.
const HOW: &[&str] = &[
    "--atomic", "--no-atomic", "--signed", "--no-signed", "--thin", "--no-thin", "--quiet", "--verbose", "--progress",
    "--no-progress", "--verify", "--no-verify", "--ipv4", "--ipv6", "--dry-run", "--porcelain",
];
/// Early options that change neither the repository nor what is pushed.
const EARLY: &[&str] = &["--no-pager", "-P", "--no-optional-locks", "--no-replace-objects", "--literal-pathspecs"];
/// What the letters of short flags stand for.
const LETTERS: &[(char, &str)] = &[
    ('f', "--force"),
    ('d', "--delete"),
    ('u', "--set-upstream"),
    ('n', "--dry-run"),
    ('q', "--quiet"),
    ('v', "--verbose"),
    ('4', "--ipv4"),
    ('6', "--ipv6"),
];

/// A sorted `git push`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Options {
    /// Options before the subcommand.
    pub(super) early: Vec<Raw>,
    /// Flags that say what is pushed.
    pub(super) what: Vec<Raw>,
    /// Flags that say how.
    pub(super) how: Vec<Raw>,
    /// Whether the branch here is to follow the one there from now on.
    pub(super) sets_upstream: bool,
    /// The remote and the references, as they were given.
    pub(super) operands: Vec<Raw>,
}

impl Options {
    /// Sorts the words.
    ///
    /// # Errors
    /// When one of them is not known, or says something that cannot be shown.
    pub(super) fn sort(words: &[Raw]) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut rest = words.iter().skip(1);
        loop {
            let word = rest.next().ok_or_else(|| Failure::new("there is no `push` in it"))?;
            match word.as_str() {
                Some("push") => break,
                Some("-C" | "-c") => {
                    options.early.push(word.clone());
                    options.early.extend(rest.next().cloned());
                }
                Some(flag) if EARLY.contains(&flag) => options.early.push(word.clone()),
                _ => return Err(not_shown(word)),
            }
        }
        while let Some(word) = rest.next() {
            let text = word.as_str().ok_or_else(|| not_shown(word))?;
            if text == "--" {
                options.operands.extend(rest.by_ref().cloned());
            } else if let Some(letters) = text.strip_prefix('-').filter(|rest| !rest.starts_with('-')) {
                options.letters(letters, word, &mut rest)?;
            } else if text.starts_with("--") {
                options.flag(text, word, &mut rest)?;
            } else {
                options.operands.push(word.clone());
            }
        }
        Ok(options)
    }

    fn letters<'a>(
        &mut self,
        letters: &str,
        word: &Raw,
        rest: &mut impl Iterator<Item = &'a Raw>,
    ) -> Result<(), Failure> {
        for (at, letter) in letters.char_indices() {
            if letter == 'o' {
                self.how.push(Raw::from("--push-option"));
                let attached = letters.get(at + 1..).filter(|value| !value.is_empty());
                self.how.extend(attached.map(Raw::from).or_else(|| rest.next().cloned()));
                return Ok(());
            }
            let long = LETTERS.iter().find(|(known, _)| *known == letter).map(|(_, long)| *long);
            self.flag(long.ok_or_else(|| not_shown(word))?, word, rest)?;
        }
        if letters.is_empty() { Err(not_shown(word)) } else { Ok(()) }
    }

    fn flag<'a>(&mut self, text: &str, word: &Raw, rest: &mut impl Iterator<Item = &'a Raw>) -> Result<(), Failure> {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let has_plain_value = ["--force-with-lease", "--signed"].contains(&name);
        match name {
            "--set-upstream" if value.is_none() => self.sets_upstream = true,
            "--push-option" => {
                self.how.push(Raw::from(text));
                if value.is_none() {
                    self.how.extend(rest.next().cloned());
                }
            }
            "--recurse-submodules" if value.is_some_and(|how| ["no", "check"].contains(&how)) => {
                self.how.push(Raw::from(text));
            }
            "--no-recurse-submodules" if value.is_none() => self.how.push(Raw::from(text)),
            _ if value.is_some() && !has_plain_value => return Err(not_shown(word)),
            _ if WHAT.contains(&name) => self.what.push(Raw::from(text)),
            _ if HOW.contains(&name) => self.how.push(Raw::from(text)),
            _ => return Err(not_shown(word)),
        }
        Ok(())
    }

    /// Whether it says itself what becomes of submodules.
    pub(super) fn tells_of_submodules(&self) -> bool {
        self.how.iter().any(|word| word.lossy().contains("recurse-submodules"))
    }
}

fn not_shown(word: &Raw) -> Failure {
    Failure::new(format!("with `{}` it cannot be shown what is pushed where", word.lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(line: &str) -> Result<Options, Failure> {
        Options::sort(&line.split(' ').map(Raw::from).collect::<Vec<_>>())
    }

    #[test]
    fn flags_are_told_apart_by_what_they_say() {
        let options =
            sorted("git -C x --no-pager push -fu -o ci.skip --atomic --force-with-lease=a:b origin a +b").unwrap();
        let words = |words: &[Raw]| words.iter().map(|word| word.lossy().into_owned()).collect::<Vec<_>>().join(" ");
        assert_eq!(words(&options.early), "-C x --no-pager");
        assert_eq!(words(&options.what), "--force --force-with-lease=a:b");
        assert_eq!(words(&options.how), "--push-option ci.skip --atomic");
        assert_eq!(words(&options.operands), "origin a +b");
        assert!(options.sets_upstream);
    }

    #[test]
    fn what_names_another_repository_or_program_is_not_shown() {
        for line in [
            "git --git-dir=x push",
            "git push --receive-pack=/tmp/x origin a",
            "git push --exec=x",
            "git push --repo=x",
            "git push --recurse-submodules=on-demand",
            "git push --unheard",
            "git push -x",
            "git push -",
            "git status",
        ] {
            assert!(sorted(line).is_err(), "{line}");
        }
        assert!(sorted("git push --recurse-submodules=check").is_ok());
    }
}
