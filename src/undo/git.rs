//! git push: each reference back to what it was, as long as it is what the push made of it.

use crate::model::invocation::Raw;
use crate::model::preview::{TICKET, Undo};
use crate::model::secret::Redacted;

/// A reference that a push moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The reference there.
    pub there: String,
    /// What it was; none where it is made.
    pub old: Option<String>,
    /// What it is then; none where it is deleted.
    pub new: Option<String>,
    /// Whether what it was is also here.
    pub has_old: bool,
}

/// The way back of a push, and its words where aigov can ask for them.
pub fn way_back(words: &[Raw], early: &[Raw], remote: &Raw, moved: &[Moved]) -> (Undo, Option<Vec<Raw>>) {
    let clean = |text: String| Redacted::assume_clean(text);
    if moved.is_empty() {
        return (Undo::Nothing { why: clean("nothing is pushed".to_owned()) }, None);
    }
    let lost: Vec<&Moved> = moved.iter().filter(|one| one.old.is_some() && !one.has_old).collect();
    if !lost.is_empty() {
        let refspec = |one: &&Moved| format!("{}:{}", one.old.as_deref().unwrap_or_default(), one.there);
        let specs = lost.iter().map(refspec).collect::<Vec<_>>().join(" ");
        let steps = vec![
            clean(
                "what is there now is not here: fetch it before the push, then it can be pushed again, as long as nobody \
                 collects the garbage"
                    .to_owned(),
            ),
            clean(format!("`aigov exec -- git push --force {} {specs}`", remote.lossy())),
        ];
        return (Undo::ByHand { steps }, None);
    }
    let mut argv: Vec<Raw> = words.first().cloned().into_iter().chain(early.iter().cloned()).collect();
    argv.push(Raw::from("push"));
    argv.extend(
        moved.iter().map(|one| {
            Raw::from(format!("--force-with-lease={}:{}", one.there, one.new.as_deref().unwrap_or_default()))
        }),
    );
    argv.push(remote.clone());
    argv.extend(moved.iter().map(|one| Raw::from(format!("{}:{}", one.old.as_deref().unwrap_or_default(), one.there))));
    let told = moved.iter().map(|one| match &one.old {
        Some(old) => format!("{} goes back to {}", one.there, old.chars().take(12).collect::<String>()),
        None => format!("{} is deleted again", one.there),
    });
    let note = format!(
        "{}, unless somebody has moved it on; who has fetched it keeps it, and what a push starts (CI, hooks) is not taken back",
        told.collect::<Vec<_>>().join(", ")
    );
    (Undo::Command { command: clean(format!("aigov rollback {TICKET}")), note: clean(note) }, Some(argv))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(old: Option<&str>, new: Option<&str>, has_old: bool) -> Moved {
        let text = |text: &str| text.to_owned();
        Moved { there: "refs/heads/x".to_owned(), old: old.map(text), new: new.map(text), has_old }
    }

    fn back(one: Moved) -> Option<String> {
        let (_, argv) = way_back(&[Raw::from("git")], &[Raw::from("-P")], &Raw::from("origin"), &[one]);
        argv.map(|argv| argv.iter().map(|word| word.lossy().into_owned()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn each_reference_goes_back_only_from_what_the_push_made_of_it() {
        let lease = "git -P push --force-with-lease=refs/heads/x:";
        assert_eq!(back(moved(Some("o"), Some("n"), true)), Some(format!("{lease}n origin o:refs/heads/x")));
        assert_eq!(back(moved(None, Some("n"), false)), Some(format!("{lease}n origin :refs/heads/x")));
        assert_eq!(back(moved(Some("o"), None, true)), Some(format!("{lease} origin o:refs/heads/x")));
        assert_eq!(back(moved(Some("o"), Some("n"), false)), None, "what is not here cannot be pushed");
    }
}
