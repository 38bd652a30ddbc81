//! Requests as a table that fits the terminal, as CSV, JSON or JSON Lines.

use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use serde_json::{Value, json};

use crate::approval::present::deciders;
use crate::model::request::{ApprovalBody, RequestRow};

use crate::text::escape::escape;

/// The columns of a CSV listing, in order.
const COLUMNS: [&str; 15] = [
    "id", "time", "by", "agent", "human", "task", "command", "tool", "operation", "impact", "environment", "decision",
    "state", "decided_by", "rationale",
];

/// A request as one flat JSON object with stable names.
pub fn json(row: &RequestRow) -> Value {
    let mut all = asked(row);
    if let (Value::Object(all), Value::Object(more)) = (&mut all, decided(row)) {
        all.extend(more);
    }
    all
}

/// What was asked, and what policy said.
fn asked(row: &RequestRow) -> Value {
    let verdict = &row.body.verdict;
    json!({
        "schema": 1,
        "id": row.id,
        "time": row.created,
        "state": row.state,
        "by": row.attribution.kind,
        "agent": row.attribution.agent,
        "human": row.attribution.on_behalf_of,
        "task": row.attribution.task,
        "session": row.attribution.session,
        "standing": row.attribution.standing,
        "command": row.body.command,
        "cwd": row.body.cwd,
        "reason": row.body.reason,
        "risk": row.body.risk,
        "decision": verdict.decision,
        "tier": verdict.tier,
        "rule": verdict.rule,
        "origin": verdict.origin,
        "impact": verdict.impact,
        "tools": unique(row, |action| action.tool.clone()),
        "operations": unique(row, |action| action.operation.clone()),
        "environments": unique(row, |action| action.environment.to_string()),
        "categories": categories(row),
        "targets": verdict.actions.iter().flat_map(|action| action.targets.clone()).collect::<Vec<_>>(),
    })
}

/// What was decided, and what came of it.
fn decided(row: &RequestRow) -> Value {
    let last = row.approvals.last();
    json!({
        "decided_by": last.map(|approval| approval.human.clone()),
        "assurance": last.map(|approval| approval.assurance),
        "rationale": last.and_then(|approval| approval.rationale.clone()),
        "single_operator": last.map(|approval| approval.single_operator),
        "execution": row.execution,
        "exit_code": row.outcome.as_ref().and_then(|outcome| outcome.exit_code),
        "duration_ms": row.outcome.as_ref().map(|outcome| outcome.duration_ms),
        "note": row.note,
        "expires": row.body.expires,
        "unseen": last.map(|approval| approval.unseen),
        "carried_forward_from": row.carried.as_ref().map(|carried| &carried.from),
        "ways_back": row.ways_back.asked.iter().map(|(id, state)| json!({ "id": id, "state": state })).collect::<Vec<_>>(),
        "way_back_erased": row.ways_back.erased,
        "waits_for": deciders(row),
        "approvals": row.approvals.iter().map(approval).collect::<Vec<_>>(),
        "escalated_to": row.escalated.iter().flat_map(|one| one.to.clone()).collect::<Vec<_>>(),
        "frozen": row.body.frozen,
        "break_glass": row.owed.is_some(),
        "review_owed": row.owed.as_ref().is_some_and(|owed| owed.review.is_none()),
        "review": row.owed.as_ref().and_then(|owed| owed.review.clone()),
    })
}

fn approval(one: &ApprovalBody) -> Value {
    json!({
        "human": one.human,
        "identity": one.identity,
        "channel": one.channel,
        "assurance": one.assurance,
        "as": one.counts.iter().map(|count| count.named.clone()).collect::<Vec<_>>(),
        "overrides": one.overrides,
        "break_glass": one.break_glass,
        "single_operator": one.single_operator,
    })
}

fn unique(row: &RequestRow, field: impl Fn(&crate::model::action::Action) -> String) -> Vec<String> {
    let mut seen = Vec::new();
    for action in &row.body.verdict.actions {
        let value = field(action);
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen
}

fn categories(row: &RequestRow) -> Vec<&'static str> {
    let mut all: Vec<&str> =
        row.body.verdict.actions.iter().flat_map(|a| a.categories.iter().map(|c| c.as_str())).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// From this width on a table shows everything.
const ROOMY: u16 = 100;

/// A table of at most `width` columns. Where there is little room, the impact is left to `show`.
pub fn table(rows: &[RequestRow], width: u16) -> String {
    let is_wide = width >= ROOMY;
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    let impact = is_wide.then_some("IMPACT");
    let head = ["WHEN (UTC)", "REQUEST", "BY", "WHERE"].into_iter().chain(impact).chain(["OUTCOME", "COMMAND"]);
    table.set_header(head);
    for row in rows {
        let time = row.created.to_string().replace('T', " ");
        let impact = is_wide.then(|| row.body.verdict.impact.to_string());
        let cells = [
            time.get(5..16).unwrap_or(&time).to_owned(),
            row.id.to_string(),
            escape(&row.attribution.label()),
            unique(row, |action| action.environment.to_string()).join(","),
        ];
        table.add_row(cells.into_iter().chain(impact).chain([outcome(row), command(row, width)]));
    }
    let last = table.column_count().saturating_sub(1);
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        // What identifies a row is never broken over lines; the command takes what is left.
        if at != last && (at < 2 || is_wide) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    let mut text = table.trim_fmt();
    text.push('\n');
    text
}

/// A request in one line, for a log.
pub fn line(row: &RequestRow) -> String {
    let environments = unique(row, |action| action.environment.to_string()).join(",");
    let (by, command) = (escape(&row.attribution.label()), escape(row.body.command.as_str()));
    format!("{}  {}  {}  {by}  {environments}  {command}\n", row.created, row.id, row.state)
}

fn outcome(row: &RequestRow) -> String {
    use crate::model::decision::Decision;
    use crate::model::request::RequestState;
    let end = match (row.state, row.body.verdict.decision, row.outcome.as_ref().and_then(|o| o.exit_code)) {
        (RequestState::Rejected, Decision::Deny, _) => "denied".to_owned(),
        (RequestState::Failed, _, Some(code)) => format!("failed ({code})"),
        (state, _, _) => state.to_string(),
    };
    let end = match row.ways_back.unknown() {
        Some(_) if row.state != RequestState::RolledBack => format!("{end}, way back unknown"),
        Some(_) | None => end,
    };
    match &row.owed {
        Some(owed) if owed.review.is_none() => format!("{end}, GLASS BROKEN"),
        Some(_) => format!("{end}, glass broken, reviewed"),
        None => end,
    }
}

/// A command short enough for a table: the full one is in `show` and in JSON.
fn command(row: &RequestRow, width: u16) -> String {
    let text = escape(row.body.command.as_str());
    let most = usize::from(width).saturating_sub(20).max(40) * 2;
    if text.chars().count() <= most { text } else { text.chars().take(most.saturating_sub(1)).chain(['…']).collect() }
}

/// Comma-separated values with a header line (RFC 4180). A field that a spreadsheet would take for a formula gets a
/// quote mark in front.
pub fn csv(rows: &[RequestRow]) -> String {
    let mut text = COLUMNS.join(",");
    text.push_str("\r\n");
    for row in rows {
        let object = json(row);
        let fields = COLUMNS.map(|column| field(&csv_value(&object, column)));
        text.push_str(&fields.join(","));
        text.push_str("\r\n");
    }
    text
}

fn csv_value(object: &Value, column: &str) -> String {
    let key = match column {
        "tool" => "tools",
        "operation" => "operations",
        "environment" => "environments",
        other => other,
    };
    match object.get(key) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        Some(other) => other.to_string(),
    }
}

fn field(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_csv_field_can_break_neither_the_line_nor_a_spreadsheet() {
        assert_eq!(field("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
        assert_eq!(field("=cmd()"), "'=cmd()");
        assert_eq!(field("plain"), "plain");
    }
}
