//! An approval that carries over: the same request asked again, with the same changes to the same things, of which only the
//! versions have moved since a human approved it.
//!
//! Promises: off unless policy says how long; from a human's own decision, once; whatever is added, taken away, cut short or
//! hidden is not the same; what nobody has seen never carries.

use std::time::Duration;

use crate::model::carried::CarriedForward;
use crate::model::ledger::{LedgerError, Snapshot};
use crate::model::preview::{Hunk, Preview, PreviewState};
use crate::model::request::RequestRow;
use crate::policy::understand::Understood;
use crate::preview::are_same_things;

/// The approval that carries over to a request with this preview, where one does.
///
/// # Errors
/// When the ledger cannot be read.
pub fn carried(
    snapshot: &dyn Snapshot,
    row: &RequestRow,
    preview: &Preview,
    understood: &Understood,
    within: Duration,
) -> Result<Option<CarriedForward>, LedgerError> {
    let Some((before, decided)) = snapshot.carriable(row)? else { return Ok(None) };
    let is_in_time = decided.plus(within) >= snapshot.now();
    let is_same = is_same_request(&before, row) && is_same_change(&before, preview, understood);
    Ok((is_in_time && is_same).then_some(CarriedForward {
        from: before.id,
        decided,
        within_s: within.as_secs(),
        preview: preview.digest,
    }))
}

/// Everything that is bound but the versions of what it acts on, by the same policy, for the same people.
fn is_same_request(before: &RequestRow, row: &RequestRow) -> bool {
    let who = |row: &RequestRow| {
        let who = &row.attribution;
        (who.kind, who.agent.clone(), who.on_behalf_of.clone(), who.task.clone(), who.uid)
    };
    let (then, now) = (&before.body, &row.body);
    let tests = |row: &RequestRow| row.body.tests.as_ref().map(|tests| (tests.command.clone(), tests.state));
    then.binding == now.binding
        && then.identity == now.identity
        && then.policy == now.policy
        && then.verdict.obligations == now.verdict.obligations
        && tests(before) == tests(row)
        && who(before) == who(row)
        // A way back is decided each time.
        && then.rolls_back.is_none()
        && now.rolls_back.is_none()
}

/// The same changes, all of them shown in full, to the same things, with a way back of the same kind.
fn is_same_change(before: &RequestRow, now: &Preview, understood: &Understood) -> bool {
    let Some(then) = &before.preview else { return false };
    let is_whole = |preview: &Preview| {
        preview.state == PreviewState::Ready
            && !preview.hunks.is_empty()
            && preview.left_out == 0
            && preview.hunks.iter().all(is_shown_in_full)
    };
    let is_of_it = before
        .approvals
        .iter()
        .all(|approval| approval.preview == Some(then.digest) && !approval.unseen && !approval.break_glass);
    is_of_it
        && is_whole(then)
        && is_whole(now)
        && then.summary == now.summary
        && then.hunks == now.hunks
        && then.runs == now.runs
        && std::mem::discriminant(&then.undo) == std::mem::discriminant(&now.undo)
        && !now.pins.is_empty()
        && are_same_things(understood, &then.pins, &now.pins)
}

/// What is cut short or hidden may be another each time.
fn is_shown_in_full(hunk: &Hunk) -> bool {
    let texts = hunk.fields.iter().flat_map(|field| [Some(&field.field), field.before.as_ref(), field.after.as_ref()]);
    let mut all = texts.flatten().chain([&hunk.what]).chain(&hunk.why).map(|text| text.as_str());
    let hides = |text: &str| text.contains('…') || text.contains("(sensitive)") || text.contains("[redacted:");
    hunk.left_out == 0 && !all.any(hides)
}
