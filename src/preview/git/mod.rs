//! git push: the commits and files that each reference gets or loses; what runs pushes exactly those commits.
//!
//! git itself is asked what it would do (`push --dry-run`), so that refspecs, `push.default` and `--mirror` mean what they mean to it.
//! What runs names every commit and, for every reference, what it was (`--force-with-lease=REF:OLD`): the remote compares
//! and swaps in one step.

mod ask;
mod lines;
mod options;

use std::path::Path;

use crate::command::Command;
use crate::model::action::Action;
use crate::model::invocation::Raw;
use crate::model::preview::{LeftOpen, Pin, WayBack};
use crate::model::secret::Redacted;
use crate::undo;
use crate::undo::git::Moved;

use super::Tool;
use super::made::{Made, RunWord, Runs};
use super::open;
use super::prober::{Failure, Prober};
use super::subject::{Standing, Subject};
use ask::{Found, Git, Mark, Move};
use lines::Brought;
use options::Options;

/// The most references that are shown one by one; each costs some questions.
const REFERENCES: usize = 30;
/// What a reference is where there is none.
const NONE: &str = "none";

/// The tool.
pub(super) const TOOL: Tool = Tool { tool: "git", shows, make, pins, leaves_open, has_moved: open::never };

fn shows(action: &Action) -> bool {
    action.operation == "push" || action.operation.starts_with("push ")
}

fn make(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Made, Failure> {
    let options = Options::sort(&subject.words)?;
    let git = Git { subject, options: &options };
    let found = git.find(prober)?;
    let moving: Vec<&Move> = found.moves.iter().filter(|one| one.mark != Mark::Same).collect();
    if moving.len() > REFERENCES {
        return Err(Failure::new(format!(
            "it reaches {} references, more than the {REFERENCES} that can be shown: push fewer at once",
            moving.len()
        )));
    }
    let (mut hunks, mut files, mut summaries, mut back) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut is_exact = true;
    for one in &moving {
        let brought = Brought::of(&git, &found, one, prober)?;
        is_exact &= brought.is_as_marked(one);
        summaries.push(brought.summary(one));
        hunks.push(brought.hunk(one, options.sets_upstream, prober.redactor()));
        files.extend(brought.files(prober.redactor()));
        back.push(Moved {
            there: one.there.clone(),
            old: one.old.clone(),
            new: one.new.clone().filter(|_| one.mark != Mark::Deleted),
            has_old: brought.has_old,
        });
    }
    hunks.extend(files);
    let remote = found.remote.lossy().into_owned();
    let undo = undo::git::way_back(&subject.words, &options.early, &found.remote, &back);
    let what = if summaries.is_empty() { "nothing to push".to_owned() } else { summaries.join("; ") };
    Ok(Made {
        summary: format!("{what}, to {remote} in {}", subject.place()),
        hunks,
        pins: pinned(&found, prober),
        runs: exactly(subject, &options, &found.remote, &moving).filter(|_| is_exact),
        way_back: undo.1.map(|argv| WayBack {
            argv,
            cwd: Raw::from(subject.directory.clone().into_os_string()),
            files: Vec::new(),
        }),
        undo: undo.0,
    })
}

fn pins(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Vec<Pin>, Failure> {
    let options = Options::sort(&subject.words)?;
    let found = Git { subject, options: &options }.find(prober)?;
    Ok(pinned(&found, prober))
}

/// Which commits it pushes, unless each is named by its id or nothing but references go.
fn leaves_open(command: &Command, _: &Path) -> Option<LeftOpen> {
    let words = open::words(command);
    let after: Vec<String> =
        words.iter().map(|word| word.lossy().into_owned()).skip_while(|word| word != "push").collect();
    let deletes = after.iter().any(|word| word == "--delete" || word == "-d");
    let operands: Vec<&String> = after.iter().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_settled = |refspec: &&&String| {
        let source = refspec.trim_start_matches('+').split(':').next().unwrap_or_default();
        deletes || source.is_empty() || (source.len() >= 40 && source.chars().all(|c| c.is_ascii_hexdigit()))
    };
    let refspecs = operands.get(1..).unwrap_or_default();
    let is_all = !refspecs.is_empty() && refspecs.iter().all(|refspec| is_settled(&refspec));
    (!is_all)
        .then(|| open::open("which commits it pushes", "push a commit by its full id: `git push REMOTE COMMIT:BRANCH`"))
}

/// Where it goes, what each reference is there, and what is pushed to it.
fn pinned(found: &Found, prober: &Prober<'_>) -> Vec<Pin> {
    let pin = |what: String, was: &str| Pin { what: prober.redactor().text(&what), was: prober.redactor().text(was) };
    let mut pins = vec![pin(format!("address of {}", found.remote.lossy()), &found.address)];
    for one in &found.moves {
        pins.push(pin(format!("{} there", one.there), one.old.as_deref().unwrap_or(NONE)));
        if !one.source.is_empty() {
            pins.push(pin(format!("{} here", one.source), one.new.as_deref().unwrap_or(NONE)));
        }
    }
    pins
}

/// The push of exactly these commits over exactly what is there, where it is git itself that is started.
fn exactly(subject: &Subject<'_>, options: &Options, remote: &Raw, moving: &[&Move]) -> Option<Runs> {
    let is_refused = moving.iter().any(|one| one.mark == Mark::Rejected);
    if subject.standing != Standing::Whole || is_refused || moving.is_empty() {
        return None;
    }
    let mut argv: Vec<Raw> = subject.words.first().cloned().into_iter().collect();
    argv.extend(options.early.iter().cloned());
    argv.push(Raw::from("push"));
    argv.extend(options.how.iter().cloned());
    argv.extend(moving.iter().map(|one| {
        let old = one.old.as_deref().unwrap_or_default();
        Raw::from(format!("--force-with-lease={}:{old}", one.there))
    }));
    argv.extend([Raw::from("--"), remote.clone()]);
    argv.extend(moving.iter().map(|one| {
        let new = one.new.as_deref().unwrap_or_default();
        Raw::from(format!("{new}:{}", one.there))
    }));
    Some(Runs { argv: argv.into_iter().map(RunWord::Word).collect(), files: Vec::new() })
}

/// A text of our own, or ids.
fn clean(text: impl Into<String>) -> Redacted {
    Redacted::assume_clean(text.into())
}
