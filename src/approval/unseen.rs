//! What is approved without anybody having been shown what would change: where that may be, and that it is said.

use crate::error::{Error, ErrorKind};
use crate::model::action::Impact;
use crate::model::preview::PreviewState;
use crate::model::request::{RequestRow, RequestState};
use crate::text::escape::escape;

/// Whether nobody could be shown what a request would change: its preview failed, or there is none of something that is not a
/// read.
pub fn is_unseen(row: &RequestRow) -> bool {
    match &row.preview {
        Some(preview) => matches!(preview.state, PreviewState::Failed { .. }),
        None => row.body.verdict.impact > Impact::Read,
    }
}

/// Why it cannot be approved unseen: only the preview would have said what runs.
pub fn objection(row: &RequestRow) -> Option<Error> {
    let Some(PreviewState::Failed { why, open }) = row.preview.as_ref().map(|preview| &preview.state) else {
        return None;
    };
    let open = open.first()?;
    let text = format!(
        "request `{}` cannot be approved: its preview failed, and without it nobody knows {}: {}",
        row.id,
        escape(open.what.as_str()),
        escape(why.as_str())
    );
    let hint = format!("mend what failed and have it asked again, or {}", escape(open.instead.as_str()));
    Some(Error::new(ErrorKind::Refused, text).with_hint(hint))
}

/// What whoever decides is told about it, where there is something to tell.
pub fn told(row: &RequestRow) -> Option<String> {
    if row.state != RequestState::Pending || !is_unseen(row) {
        return None;
    }
    let open = match row.preview.as_ref().map(|preview| &preview.state) {
        Some(PreviewState::Failed { open, .. }) => open.first(),
        Some(PreviewState::Ready) | None => None,
    };
    Some(match open {
        Some(open) => format!(
            "it CANNOT be approved: without the preview nobody knows {}. Mend what failed and have it asked again, or {}",
            escape(open.what.as_str()),
            escape(open.instead.as_str())
        ),
        None => "whoever approves this approves it unseen; the record says so".to_owned(),
    })
}
