//! What will change, as a human reads it: one line for the whole, then one for each thing, what needs care first.

use std::fmt::Write as _;

use crate::model::action::Impact;
use crate::model::ids::RequestId;
use crate::model::preview::{Hunk, Preview, PreviewState, Risk, TICKET, Undo};
use crate::model::request::{RequestRow, RequestState};
use crate::text::escape::escape;

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
        PreviewState::Failed { why } => {
            let part = if known.is_empty() { String::new() } else { format!(" (known is only: {known})") };
            format!("NOT KNOWN, the preview failed: {}{part}", escape(why.as_str()))
        }
    }
}

/// Each thing that changes.
pub fn hunks(preview: &Preview) -> String {
    let mut text = String::new();
    for hunk in &preview.hunks {
        one(&mut text, hunk);
    }
    if preview.left_out > 0 {
        let _ = writeln!(text, "  … and {} more that are not kept here; the line above counts them", preview.left_out);
    }
    text
}

fn one(text: &mut String, hunk: &Hunk) {
    let mark = match hunk.risk {
        Risk::High => '!',
        Risk::Usual => ' ',
    };
    let why: Vec<String> = hunk.why.iter().map(|why| escape(why.as_str())).collect();
    let why = if why.is_empty() { String::new() } else { format!("  ({})", why.join("; ")) };
    let _ = writeln!(text, "{mark} {:<8} {}{why}", hunk.change.as_str(), escape(hunk.what.as_str()));
    for field in &hunk.fields {
        let name = escape(field.field.as_str());
        let _ = match (&field.before, &field.after) {
            (Some(before), Some(after)) => {
                writeln!(text, "             {name}: {} → {}", escape(before.as_str()), escape(after.as_str()))
            }
            (None, Some(after)) => writeln!(text, "             {name}: {}", escape(after.as_str())),
            (Some(before), None) => writeln!(text, "             {name}: {} → nothing", escape(before.as_str())),
            (None, None) => Ok(()),
        };
    }
    if hunk.left_out > 0 {
        let _ = writeln!(text, "             … and {} more field(s)", hunk.left_out);
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
