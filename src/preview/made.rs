//! From what the tools' previews found to the one preview that is shown, recorded and bound: ordered, cut to what a person
//! can read, without secrets.

use serde::{Deserialize, Serialize};

use crate::chain::digest_json;
use crate::model::ids::Digest;
use crate::model::invocation::Raw;
use crate::model::preview::{Change, Hunk, Pin, Preview, PreviewState, Risk, Undo, WayBack};
use crate::model::secret::Redacted;
use crate::redact::Redactor;

use super::Failure;
use super::scripts::Scripts;

/// The most hunks that are kept; nobody reads more before they say yes.
const HUNKS: usize = 200;
/// The most fields of one hunk that are kept.
const FIELDS: usize = 40;
/// The most text of fields that a preview may hold, in bytes: it lies in the chain for good.
const TEXT: usize = 128 * 1024;

/// What a tool's preview found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// One line.
    pub summary: String,
    /// What changes.
    pub hunks: Vec<Hunk>,
    /// What it was made of.
    pub pins: Vec<Pin>,
    /// What is to be started instead of the words, so that it is what was shown.
    pub runs: Option<Runs>,
    /// The way back.
    pub undo: Undo,
    /// The bytes of the way back, where there is a command for it.
    pub way_back: Option<WayBack>,
}

/// What is started instead of the words that were asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runs {
    /// The words.
    pub argv: Vec<RunWord>,
    /// The files that stand in them, by name.
    pub files: Vec<(String, Vec<u8>)>,
}

/// A word of what is started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunWord {
    /// As it stands.
    Word(Raw),
    /// The path of a kept file of this name.
    File(String),
}

/// A preview with the bytes that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// What is shown, recorded and bound.
    pub preview: Preview,
    /// What is started.
    pub runs: Option<Runs>,
    /// The way back.
    pub way_back: Option<WayBack>,
}

/// Makes one preview of all parts. `unseen` are the commands that change something and that nothing can show.
pub(super) fn finish(
    parts: Vec<Result<Made, Failure>>,
    unseen: &[String],
    scripts: Scripts,
    redactor: &Redactor,
) -> Finished {
    let is_one = parts.len() == 1;
    let (mut summaries, mut whys, mut open) = (Vec::new(), Vec::new(), Vec::new());
    let (mut hunks, mut pins, mut undos) = (unseen_hunks(unseen), Vec::new(), Vec::new());
    let (mut runs, mut way_back) = (None, None);
    summaries.extend(scripts.summaries);
    whys.extend(scripts.whys);
    for part in parts {
        let made = part.or_else(|failure| {
            whys.push(failure.why);
            open.extend(failure.open);
            failure.known.map(|known| *known).ok_or(())
        });
        if let Ok(made) = made {
            summaries.push(made.summary);
            hunks.extend(made.hunks);
            pins.extend(made.pins);
            undos.push(made.undo);
            runs = made.runs.filter(|_| is_one);
            way_back = made.way_back.filter(|_| is_one);
        }
    }
    hunks.extend(scripts.hunks);
    if !unseen.is_empty() {
        summaries.push(format!("and {}, of which nothing shows beforehand what it does", unseen.join(", ")));
    }
    let state = match whys.is_empty() {
        true => PreviewState::Ready,
        false => PreviewState::Failed { why: redactor.text(&shortened(&whys.join("; "))), open },
    };
    if !whys.is_empty() {
        runs = None;
    }
    let (hunks, left_out) = cut(hunks);
    let preview = Preview {
        state,
        summary: redactor.text(&summaries.join("; ")),
        hunks,
        left_out,
        pins,
        runs: runs.as_ref().map(|runs| in_words(runs, redactor)),
        undo: one_undo(undos, !unseen.is_empty()),
        digest: Digest::ZERO,
    };
    Finished { preview: Preview { digest: digest_of(&preview), ..preview }, runs, way_back }
}

/// The digest of a preview, whatever its own field says.
pub fn digest_of(preview: &Preview) -> Digest {
    let all = Preview { digest: Digest::ZERO, ..preview.clone() };
    // Every field is plain text and numbers, which can always be written.
    digest_json("aigov-preview-v1", &all).unwrap_or(Digest::ZERO)
}

fn unseen_hunks(unseen: &[String]) -> Vec<Hunk> {
    let hunk = |title: &String| Hunk {
        change: Change::Run,
        what: Redacted::assume_clean(title.as_str()),
        risk: Risk::High,
        why: vec![Redacted::assume_clean("nothing shows beforehand what it does")],
        fields: Vec::new(),
        left_out: 0,
    };
    unseen.iter().map(hunk).collect()
}

/// Those that need care first, the others in the order found, no more than can be kept.
fn cut(mut hunks: Vec<Hunk>) -> (Vec<Hunk>, u64) {
    hunks.sort_by_key(|hunk| std::cmp::Reverse(hunk.risk));
    let left_out = hunks.len().saturating_sub(HUNKS);
    hunks.truncate(HUNKS);
    let mut room = TEXT;
    for hunk in &mut hunks {
        let size = |text: &Option<Redacted>| text.as_ref().map_or(0, |text| text.as_str().len());
        let before = hunk.fields.len();
        hunk.fields.truncate(FIELDS);
        hunk.fields.retain(|field| {
            let needs = field.field.as_str().len() + size(&field.before) + size(&field.after);
            let fits = needs <= room;
            room = if fits { room - needs } else { 0 };
            fits
        });
        hunk.left_out += u64::try_from(before - hunk.fields.len()).unwrap_or(u64::MAX);
    }
    (hunks, u64::try_from(left_out).unwrap_or(u64::MAX))
}

fn in_words(runs: &Runs, redactor: &Redactor) -> Redacted {
    let words: Vec<Raw> = runs
        .argv
        .iter()
        .map(|word| match word {
            RunWord::Word(raw) => raw.clone(),
            RunWord::File(name) => Raw::from(format!("[the {name} shown here]")),
        })
        .collect();
    let clean: Vec<String> = redactor.words(&words).iter().map(ToString::to_string).collect();
    Redacted::assume_clean(clean.join(" "))
}

/// The way back of the whole: a command only where there is one part and it has one.
fn one_undo(mut undos: Vec<Undo>, has_unseen: bool) -> Undo {
    match (undos.len(), has_unseen) {
        (1, false) => undos.remove(0),
        (0, _) => {
            Undo::Nothing { why: Redacted::assume_clean("what it would do is not known, so neither is a way back") }
        }
        (_, true) => Undo::Nothing {
            why: Redacted::assume_clean(
                "a part of it cannot be shown beforehand, so no way back of the whole is known",
            ),
        },
        (_, false) => {
            Undo::ByHand { steps: vec![Redacted::assume_clean("take back each of its commands, the last one first")] }
        }
    }
}

/// A tool's words on a failure, short enough for a screen.
fn shortened(text: &str) -> String {
    const MOST: usize = 1500;
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::preview::FieldChange;

    fn hunk(what: &str, risk: Risk, fields: usize) -> Hunk {
        let field =
            FieldChange { field: Redacted::assume_clean("f"), before: None, after: Some(Redacted::assume_clean("v")) };
        Hunk {
            change: Change::Update,
            what: Redacted::assume_clean(what),
            risk,
            why: Vec::new(),
            fields: vec![field; fields],
            left_out: 0,
        }
    }

    fn made(hunks: Vec<Hunk>) -> Made {
        let undo = Undo::ByHand { steps: Vec::new() };
        let runs = Some(Runs { argv: vec![RunWord::File("plan".to_owned())], files: Vec::new() });
        Made { summary: "s".to_owned(), hunks, pins: Vec::new(), runs, undo, way_back: None }
    }

    fn finished(parts: Vec<Result<Made, Failure>>, unseen: &[&str]) -> Finished {
        let unseen: Vec<String> = unseen.iter().map(|one| (*one).to_owned()).collect();
        finish(parts, &unseen, Scripts::default(), &Redactor::default())
    }

    #[test]
    fn what_needs_care_comes_first_and_what_does_not_fit_is_counted() {
        let mut hunks: Vec<_> = (0..HUNKS).map(|n| hunk(&format!("a{n}"), Risk::Usual, 50)).collect();
        hunks.push(hunk("db", Risk::High, 1));
        let preview = finished(vec![Ok(made(hunks))], &[]).preview;
        assert_eq!((preview.hunks.len(), preview.left_out), (HUNKS, 1));
        assert_eq!(preview.hunks[0].what.as_str(), "db");
        assert_eq!((preview.hunks[1].fields.len(), preview.hunks[1].left_out), (FIELDS, 10));
    }

    #[test]
    fn a_failed_part_makes_the_whole_failed_and_nothing_else_is_started() {
        let both = finished(vec![Ok(made(Vec::new())), Err(Failure::new("no"))], &[]);
        assert!(matches!(&both.preview.state, PreviewState::Failed { why, .. } if why.as_str() == "no"));
        assert!(both.runs.is_none() && matches!(both.preview.undo, Undo::ByHand { .. }));
        assert!(finished(vec![Ok(made(Vec::new()))], &[]).runs.is_some());
    }

    #[test]
    fn a_command_that_nothing_shows_is_said_and_comes_first() {
        let found = finished(vec![Ok(made(vec![hunk("a", Risk::High, 0)]))], &["python3"]).preview;
        assert_eq!(found.hunks[0].what.as_str(), "python3");
        assert!(found.summary.as_str().contains("nothing shows") && matches!(found.undo, Undo::Nothing { .. }));
    }

    #[test]
    fn the_digest_covers_all_that_is_shown() {
        let one = finished(vec![Ok(made(vec![hunk("a", Risk::Usual, 1)]))], &[]).preview;
        assert_eq!(digest_of(&one), one.digest);
        let mut other = one.clone();
        other.hunks[0].fields[0].after = None;
        assert_ne!(digest_of(&other), one.digest);
    }
}
