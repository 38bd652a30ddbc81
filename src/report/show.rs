//! Everything about one request, for `aigov show` and `aigov audit show`.

use crate::approval::present::{head, rest};
use crate::model::record::Record;
use crate::model::request::{ApprovalBody, RequestRow, RequestState};
use crate::model::signature::SignatureBody;
use crate::signature::sshsig::{TOUCHED, VERIFIED};
use crate::text::escape::escape;
use crate::text::layout::folded;

/// The request's page with its decisions and its outcome, in lines of at most `width` columns.
pub fn request(row: &RequestRow, width: usize) -> String {
    format!("{}{}{}", head(row, width), came_of(row, width), rest(row, width))
}

/// Who decided, and as whom.
fn decided_by(approval: &ApprovalBody) -> String {
    let mut what = if approval.break_glass { "GLASS BROKEN by ".to_owned() } else { "by ".to_owned() };
    what.push_str(&escape(&approval.human));
    let named: Vec<&str> = approval.counts.iter().map(|count| count.named.as_str()).collect();
    if !named.is_empty() {
        what.push_str(&format!(" as {}", escape(&named.join(", "))));
    }
    if !approval.overrides.is_empty() {
        what.push_str(&format!(", overriding freeze window {}", escape(&approval.overrides.join(", "))));
    }
    what
}

/// What was decided, and what came of it.
fn came_of(row: &RequestRow, width: usize) -> String {
    let mut text = String::new();
    for approval in &row.approvals {
        let rationale =
            approval.rationale.as_ref().map(|r| escape(r.as_str())).unwrap_or_else(|| "none given".to_owned());
        let own = if approval.single_operator { ", single operator" } else { "" };
        let unseen = if approval.unseen { ", UNSEEN: nobody could be shown what would change" } else { "" };
        let how = format!("{}, {}{own}{unseen}", approval.channel, approval.assurance);
        let who = decided_by(approval);
        text.push_str(&folded("decided    ", &format!("{who} ({how}): {rationale}"), width));
        if let Some(signature) = &approval.signature {
            text.push_str(&signed(signature, width));
        }
    }
    if let Some(carried) = &row.carried {
        let what = format!(
            "by the decision on request {} ({}), carried forward: the same changes, asked again within {} s",
            carried.from, carried.decided, carried.within_s
        );
        text.push_str(&folded("approved   ", &what, width));
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
    for (back, state) in &row.ways_back.asked {
        let what = match state {
            RequestState::OutcomeUnknown => format!(
                "{back} was killed while it ran: NOBODY KNOWS how far it came; look at what is there before anything else"
            ),
            state => format!("{back} ({state})"),
        };
        text.push_str(&folded("way back   ", &what, width));
    }
    if let Some(left) = row.verification.as_ref().and_then(|state| state.left.as_deref()) {
        text.push_str(&folded("left       ", &escape(left), width));
    }
    if let Some(note) = &row.note {
        text.push_str(&folded("note       ", &escape(note), width));
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
