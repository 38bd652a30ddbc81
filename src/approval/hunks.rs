//! What will change, as a human reads it: one line for the whole, then one for each thing, what needs care first.

use crate::model::action::Impact;
use crate::model::ids::RequestId;
use crate::model::preview::{Change, FieldChange, Hunk, Preview, PreviewState, Risk, TICKET, Undo};
use crate::model::request::{RequestRow, RequestState};
use crate::text::escape::escape;
use crate::text::layout::{Colour, Tone, folded};

/// Stands before each field.
const FIELD: &str = "             ";

/// One line: what will change, or why that is not known.
pub fn summary(row: &RequestRow) -> String {
    let Some(preview) = &row.preview else {
        return match row.state {
            RequestState::Preparing => "not known yet: the preview is being made".to_owned(),
            _ if row.body.verdict.impact == Impact::Read => "nothing: it only reads".to_owned(),
            _ => "not known: nothing shows beforehand what this does".to_owned(),
        };
    };
    let known = escape(preview.summary.as_str());
    match &preview.state {
        PreviewState::Ready if preview.hunks.is_empty() => format!("{known}: it looked, and found nothing to change"),
        PreviewState::Ready => known,
        PreviewState::Failed { why, .. } => {
            let part = if known.is_empty() { String::new() } else { format!(" (known is only: {known})") };
            format!("NOT KNOWN, the preview failed: {}{part}", escape(why.as_str()))
        }
    }
}

/// Each thing that changes, in lines of at most `width` columns.
pub fn hunks(preview: &Preview, width: usize) -> String {
    let mut text: String = preview.hunks.iter().map(|hunk| one(hunk, width)).collect();
    if preview.left_out > 0 {
        let more = format!("and {} more that are not kept here; the line above counts them", preview.left_out);
        text.push_str(&folded("  … ", &more, width));
    }
    text
}

fn one(hunk: &Hunk, width: usize) -> String {
    let mark = match hunk.risk {
        Risk::High => '!',
        Risk::Usual => ' ',
    };
    let why: Vec<String> = hunk.why.iter().map(|why| escape(why.as_str())).collect();
    let why = if why.is_empty() { String::new() } else { format!(" ({})", why.join("; ")) };
    let what = format!("{}{why}", escape(hunk.what.as_str()));
    let mut text = folded(&format!("{mark} {:<8} ", hunk.change.as_str()), &what, width);
    for field in &hunk.fields {
        text.push_str(&folded(FIELD, &one_field(field), width));
    }
    if hunk.left_out > 0 {
        text.push_str(&folded(FIELD, &format!("… and {} more field(s)", hunk.left_out), width));
    }
    text
}

fn one_field(field: &FieldChange) -> String {
    let name = escape(field.field.as_str());
    match (&field.before, &field.after) {
        (Some(before), Some(after)) => format!("{name}: {} → {}", escape(before.as_str()), escape(after.as_str())),
        (None, Some(after)) => format!("{name}: {}", escape(after.as_str())),
        (Some(before), None) => format!("{name}: {} → nothing", escape(before.as_str())),
        (None, None) => name,
    }
}

/// A page with its changes in colour: what goes in red, what changes in yellow, what comes in green. The words say it all
/// the same; what a caller gave stands behind a bar and gets none.
pub fn painted(page: &str, colour: Colour) -> String {
    page.split_inclusive('\n')
        .map(|line| tone(line).map_or_else(|| line.to_owned(), |tone| paint(line, tone, colour)))
        .collect()
}

fn paint(line: &str, tone: Tone, colour: Colour) -> String {
    let text = line.trim_end_matches('\n');
    format!("{}{}", colour.paint(tone, text), line.get(text.len()..).unwrap_or_default())
}

fn tone(line: &str) -> Option<Tone> {
    if line.starts_with("unseen ") || line.starts_with("will       NOT KNOWN") {
        return Some(Tone::Bad);
    }
    let marked = line.strip_prefix("! ");
    let word = marked.or_else(|| line.strip_prefix("  "))?.split(' ').next()?;
    let is = |change: Change| change.as_str() == word;
    match (is(Change::Create) || is(Change::Adopt), is(Change::Replace) || is(Change::Delete)) {
        (_, true) => Some(Tone::Bad),
        (true, _) => Some(Tone::Good),
        _ if marked.is_some() => Some(Tone::Bad),
        _ => (is(Change::Update) || is(Change::Run) || is(Change::Forget)).then_some(Tone::Wait),
    }
}

/// The way back, one line per step.
pub fn undo(undo: &Undo, id: &RequestId) -> Vec<String> {
    match undo {
        Undo::Command { command, note } => {
            vec![format!("`{}`", escape(command.as_str()).replace(TICKET, id.as_str())), escape(note.as_str())]
        }
        Undo::ByHand { steps } if steps.len() == 1 => steps.iter().map(|step| escape(step.as_str())).collect(),
        Undo::ByHand { steps } => {
            steps.iter().enumerate().map(|(at, step)| format!("{}. {}", at + 1, escape(step.as_str()))).collect()
        }
        Undo::Nothing { why } => vec![format!("there is no way back: {}", escape(why.as_str()))],
    }
}
