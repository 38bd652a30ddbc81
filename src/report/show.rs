//! Everything about one request, for `aigov show` and `aigov audit show`.

use crate::approval::present::page;
use crate::model::record::Record;
use crate::model::request::RequestRow;
use crate::model::signature::SignatureBody;
use crate::signature::sshsig::{TOUCHED, VERIFIED};
use crate::text::escape::escape;
use crate::text::layout::folded;

/// The request's page, its decisions and its outcome, in lines of at most `width` columns.
pub fn request(row: &RequestRow, width: usize) -> String {
    let mut text = page(row, width);
    for approval in &row.approvals {
        let rationale =
            approval.rationale.as_ref().map(|r| escape(r.as_str())).unwrap_or_else(|| "none given".to_owned());
        let own = if approval.single_operator { ", single operator" } else { "" };
        text.push_str(&format!(
            "decided    by {} ({}, {}{own}): {rationale}\n",
            escape(&approval.human),
            approval.channel,
            approval.assurance
        ));
        if let Some(signature) = &approval.signature {
            text.push_str(&signed(signature, width));
        }
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

/// By whose key, what the key says of itself, and what it is worth.
fn signed(signature: &SignatureBody, width: usize) -> String {
    let device = match (signature.flags, signature.counter) {
        (Some(flags), Some(counter)) => {
            let verified = if flags & VERIFIED != 0 { "PIN or finger" } else { "no PIN or finger" };
            let touched = if flags & TOUCHED != 0 { "touched" } else { "NOT touched" };
            format!("; {touched}, {verified}, counter {counter}")
        }
        (None, _) | (_, None) => "; a key in software".to_owned(),
    };
    let who = format!(
        "by {}, {} {}{device}; statement {}",
        signature.principal,
        signature.key_type,
        signature.fingerprint,
        signature.digest.short()
    );
    let mut text = folded("signed     ", &escape(&who), width);
    if let Some(doubt) = &signature.doubt {
        text.push_str(&folded("           ", &escape(&format!("worth no more than A0: {doubt}")), width));
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
