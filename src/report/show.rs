//! Everything about one request, for `aigov show` and `aigov audit show`.

use crate::approval::present::page;
use crate::model::record::Record;
use crate::model::request::RequestRow;

use crate::text::escape::escape;
use crate::text::layout::folded;

/// The request's page, its decisions and its outcome, in lines of at most `width` columns.
pub fn request(row: &RequestRow, width: usize) -> String {
    let mut text = page(row, width);
    for approval in &row.approvals {
        let rationale =
            approval.rationale.as_ref().map(|r| escape(r.as_str())).unwrap_or_else(|| "none given".to_owned());
        let own = if approval.single_operator { ", single operator" } else { "" };
        let mut what = if approval.break_glass { "GLASS BROKEN by ".to_owned() } else { "by ".to_owned() };
        what.push_str(&escape(&approval.human));
        let named: Vec<&str> = approval.counts.iter().map(|count| count.named.as_str()).collect();
        if !named.is_empty() {
            what.push_str(&format!(" as {}", escape(&named.join(", "))));
        }
        if !approval.overrides.is_empty() {
            what.push_str(&format!(", overriding freeze window {}", escape(&approval.overrides.join(", "))));
        }
        let line = format!("{what} ({}, {}{own}): {rationale}", approval.channel, approval.assurance);
        text.push_str(&folded("decided    ", &line, width));
    }
    if let Some(owed) = &row.owed {
        let line = match &owed.review {
            Some(review) => format!("by {}: {}", escape(&review.human), escape(review.rationale.as_str())),
            None => format!(
                "OWED since {} by another than {}: `aigov review {} --rationale …`",
                owed.since,
                escape(&owed.human),
                row.id
            ),
        };
        text.push_str(&folded("review     ", &line, width));
    }
    if let Some(outcome) = &row.outcome {
        let end = match (outcome.exit_code, outcome.signal, &outcome.start_error) {
            (_, _, Some(error)) => format!("could not be started: {}", escape(error)),
            (Some(code), _, None) => format!("exit code {code}"),
            (None, Some(signal), None) => format!("ended by signal {signal}"),
            (None, None, None) => "not known".to_owned(),
        };
        text.push_str(&format!("outcome    {end}, {} ms\n", outcome.duration_ms));
    }
    if let Some(ended) = row.verification.as_ref().and_then(|state| state.ended.as_ref()) {
        text.push_str(&folded("verified   ", &escape(&ended.why()), width));
    }
    if let Some(state) = row.verification.as_ref().filter(|state| state.is_open) {
        let due = state.due.map(|due| format!(", due {due}")).unwrap_or_default();
        text.push_str(&format!("open       aigov has something left to do here{due}\n"));
    }
    if let Some(back) = row.verification.as_ref().and_then(|state| state.way_back.as_ref()) {
        text.push_str(&format!("way back   {back}\n"));
    }
    if let Some(left) = row.verification.as_ref().and_then(|state| state.left.as_deref()) {
        text.push_str(&folded("left       ", &escape(left), width));
    }
    if let Some(note) = &row.note {
        text.push_str(&format!("note       {}\n", escape(note)));
    }
    text
}

/// The records that say so.
pub fn records(records: &[Record]) -> String {
    let mut text = String::from("records\n");
    for record in records {
        let leaf = record.leaf.map(|leaf| leaf.short()).unwrap_or_default();
        text.push_str(&format!(
            "  {:>6}  {}  {:<20} {:<14} {leaf}\n",
            record.seq,
            record.time,
            record.event.name(),
            escape(&record.attribution.label())
        ));
    }
    text
}
