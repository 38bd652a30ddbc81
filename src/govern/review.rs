//! Whether an approval is one that somebody has read what they approve: the facts of it, and what policy wants of them.
//!
//! The facts are raw and always recorded. The gates are policy's, and only hold for what points at a protected environment;
//! none of them ever stands in the way of a rejection. That an approval passes them does not show that it was right.

use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::model::action::{Action, Impact};
use crate::model::ids::RequestId;
use crate::model::ledger::{LedgerError, Snapshot};
use crate::model::preview::Preview;
use crate::model::request::RequestRow;
use crate::model::review::{Measure, Naming, Past, PastAnswer, Review};
use crate::model::time::Instant;
use crate::policy::Policies;
use crate::policy::review::ReviewGates;
use crate::text::escape::escape;

/// Over how long approvals count as one burst.
const BURST: Duration = Duration::from_secs(5 * 60);
/// How many rationales a new one is held against.
const RATIONALES: usize = 20;
/// How many decisions are read for both.
const PAST: usize = 100;
/// Finding the place takes this long, and then each line that changes: 400 lines a minute is a glance at each, no more. It is
/// meant to catch what nobody can have read, not to tell who has.
const FIRST_MS: u64 = 1500;
const LINE_MS: u64 = 150;
/// Nobody is held up for longer than this, however long the preview is.
const MOST: Duration = Duration::from_secs(45);
/// Nor is anything read in less than this.
const LEAST: Duration = Duration::from_secs(3);

/// From so many approvals before it on, one counts as part of a burst in reports.
pub const BURST_FROM: u64 = 6;

/// The least that a glance at each of so many changed lines takes.
pub fn glance(lines: u64) -> Duration {
    Duration::from_millis(FIRST_MS.saturating_add(LINE_MS.saturating_mul(lines))).clamp(LEAST, MOST)
}

/// What a surface knows of how the page was looked at, and what was typed on it. One that knows nothing hands in the default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looked<'a> {
    /// When the page was put before the human.
    pub presented: Measure<Instant>,
    /// Whether it was opened.
    pub opened: Measure<bool>,
    /// How many lines it has there.
    pub page_lines: Measure<u64>,
    /// How many of them were on the screen.
    pub lines_seen: Measure<u64>,
    /// The name of what is deleted, as the human typed it.
    pub confirm: Option<&'a str>,
    /// How often the question had been put on this page before this answer.
    pub asked_before: u64,
}

/// The decision that facts are gathered of.
#[derive(Debug, Clone, Copy)]
pub struct Deciding<'a> {
    /// Who decides.
    pub human: &'a str,
    /// The surface's word.
    pub surface: &'static str,
    /// Why, as the record will have it.
    pub rationale: Option<&'a str>,
    /// What the surface knows.
    pub looked: Looked<'a>,
}

/// The facts of a decision, as the transaction sees them.
///
/// # Errors
/// When the ledger cannot be read.
pub fn facts(
    snapshot: &dyn Snapshot,
    policies: &Policies,
    row: &RequestRow,
    deciding: &Deciding<'_>,
) -> Result<Review, LedgerError> {
    let past = snapshot.decisions_of(deciding.human, PAST)?;
    let looked = &deciding.looked;
    let preview_lines = row.preview.as_ref().map_or(0, lines);
    let rationale = deciding.rationale.map(str::trim).unwrap_or_default();
    Ok(Review {
        surface: deciding.surface.to_owned(),
        presented: looked.presented,
        opened: looked.opened,
        page_lines: looked.page_lines,
        lines_seen: looked.lines_seen,
        preview_lines,
        least_ms: least(policies, row, preview_lines).map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
        burst: burst(&past, snapshot.now()),
        rationale_chars: count(rationale.chars()),
        rationale_repeats: repeats(&past, rationale),
        waiting: snapshot.waiting()?,
        naming: naming(policies, row, looked.confirm),
        asked: looked.asked_before + 1,
    })
}

fn count(all: impl Iterator) -> u64 {
    u64::try_from(all.count()).unwrap_or(u64::MAX)
}

/// One line for each thing that changes, and one for each of its fields.
fn lines(preview: &Preview) -> u64 {
    let hunks = preview.hunks.iter().map(|hunk| 1 + count(hunk.fields.iter()) + hunk.left_out);
    hunks.sum::<u64>() + preview.left_out
}

fn burst(past: &[Past], now: Instant) -> u64 {
    let from = now.minus(BURST);
    count(past.iter().filter(|one| one.answer == PastAnswer::Approved && one.at > from))
}

/// How many of the last rationales say the same, blanks and letters' case ignored.
fn repeats(past: &[Past], rationale: &str) -> u64 {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let this = plain(rationale);
    let given = past.iter().filter_map(|one| one.rationale.as_ref()).map(|text| plain(text.as_str()));
    if this.is_empty() {
        0
    } else {
        count(given.filter(|one| !one.is_empty()).take(RATIONALES).filter(|one| *one == this))
    }
}

/// The least time that reading so many lines takes, where policy asks for it.
fn least(policies: &Policies, row: &RequestRow, preview_lines: u64) -> Option<Duration> {
    let floor = policies.review().min_review.filter(|_| policies.touches_protected(&row.body.verdict))?;
    Some(glance(preview_lines).max(floor))
}

fn naming(policies: &Policies, row: &RequestRow, typed: Option<&str>) -> Naming {
    let Some(name) = name_to_type(policies, row) else { return Naming::NotAsked };
    let is_it = |typed: &str| typed.trim() == name || targets(policies, row).as_slice() == [typed.trim()];
    if typed.is_some_and(is_it) { Naming::Typed } else { Naming::Missing }
}

/// The name that a human has to type before this can be approved: of the one thing that is deleted in a protected
/// environment, or of that environment where there are several, or none is named.
pub fn name_to_type(policies: &Policies, row: &RequestRow) -> Option<String> {
    if !policies.review().type_target {
        return None;
    }
    let first = destroying(policies, row).next()?;
    let bare = |target: &str| target.rsplit('/').next().unwrap_or(target).to_owned();
    let is_plain = |name: &String| !name.is_empty() && *name == escape(name) && !name.contains(['*', ' ']);
    let all = targets(policies, row);
    let named = match all.as_slice() {
        [one] => Some(bare(one)).filter(is_plain),
        _ => None,
    };
    Some(named.unwrap_or_else(|| first.environment.to_string()))
}

fn destroying<'a>(policies: &'a Policies, row: &'a RequestRow) -> impl Iterator<Item = &'a Action> {
    let is_protected = |action: &&Action| policies.is_protected(action.environment.as_str());
    row.body.verdict.actions.iter().filter(|action| action.impact == Impact::Destroy).filter(is_protected)
}

/// What is deleted there, without repeats.
fn targets<'a>(policies: &'a Policies, row: &'a RequestRow) -> Vec<&'a str> {
    let mut all: Vec<&str> = Vec::new();
    for target in destroying(policies, row).flat_map(|action| &action.targets) {
        if !all.contains(&target.as_str()) {
            all.push(target);
        }
    }
    all
}

/// Why an approval does not count yet, if policy wants more of it: what happened, and what to do.
pub fn objection(policies: &Policies, row: &RequestRow, review: &Review, viewed_ms: Option<u64>) -> Option<Error> {
    if !policies.touches_protected(&row.body.verdict) {
        return None;
    }
    let gates = policies.review();
    // The burst comes first: an answer that was given again has been told of it.
    unmeasured(&gates, review, viewed_ms, &row.id)
        .or_else(|| in_a_burst(&gates, review))
        .or_else(|| unnamed(policies, row, review))
        .or_else(|| badly_reasoned(&gates, row, review))
        .or_else(|| too_fast(review, viewed_ms))
}

fn unmeasured(gates: &ReviewGates, review: &Review, viewed_ms: Option<u64>, id: &RequestId) -> Option<Error> {
    (gates.at_prompt && viewed_ms.is_none()).then(|| {
        let text = format!(
            "policy wants it read before it is approved, and by `{}` nobody can tell for how long it was",
            review.surface
        );
        Error::new(ErrorKind::NotYet, text).for_human(format!("decide at the prompt: `aigov approve {id}`"))
    })
}

fn in_a_burst(gates: &ReviewGates, review: &Review) -> Option<Error> {
    let most = u64::from(gates.burst?);
    (review.burst >= most && review.asked < 2).then(|| {
        let text = format!(
            "{} approvals within five minutes came before this one, and policy asks again after {most}",
            review.burst
        );
        Error::new(ErrorKind::NotYet, text)
            .for_human("look once more and answer again at the prompt, or come back in five minutes")
    })
}

fn unnamed(policies: &Policies, row: &RequestRow, review: &Review) -> Option<Error> {
    if review.naming != Naming::Missing {
        return None;
    }
    let name = name_to_type(policies, row)?;
    let text = format!("this deletes something that is protected, and its name `{name}` was not typed");
    let next = format!("type it at the prompt, or `aigov approve {} --confirm {name} --rationale TEXT`", row.id);
    Some(Error::new(ErrorKind::Usage, text).for_human(next))
}

fn badly_reasoned(gates: &ReviewGates, row: &RequestRow, review: &Review) -> Option<Error> {
    use crate::model::decision::Obligation;
    let is_wanted = row.body.verdict.obligations.contains(&Obligation::Rationale);
    let least = u64::from(gates.min_rationale);
    if is_wanted && review.rationale_chars < least {
        let text = format!("the rationale has {} characters, and policy wants {least}", review.rationale_chars);
        return Some(Error::new(ErrorKind::Usage, text).for_human("say what you checked, and why it is right now"));
    }
    (gates.fresh_rationale && review.rationale_repeats > 0).then(|| {
        let text = format!("the rationale is that of {} of your last {RATIONALES} decisions", review.rationale_repeats);
        Error::new(ErrorKind::Usage, text).for_human("say what is true of this request")
    })
}

fn too_fast(review: &Review, viewed_ms: Option<u64>) -> Option<Error> {
    let (least, viewed) = (review.least_ms?, viewed_ms?);
    (viewed < least).then(|| {
        let lines = match review.preview_lines {
            0 => String::new(),
            lines => format!(" with its {lines} changed line(s)"),
        };
        let text =
            format!("the page was up for {}, and reading it{lines} takes {} at least", seconds(viewed), seconds(least));
        Error::new(ErrorKind::NotYet, text).for_human("read it, then answer again")
    })
}

fn seconds(ms: u64) -> String {
    format!("{}.{} s", ms / 1000, ms % 1000 / 100)
}
