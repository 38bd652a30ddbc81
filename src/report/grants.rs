//! Grants as people read them: what one lets run, for whom, until when, what it would have let run, what ran by it.

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Value, json};

use crate::approval::foresee::Foresight;
use crate::model::attribution::CallerKind;
use crate::model::grant::{Grant, GrantRow, GrantState, Scope};
use crate::model::ids::RequestId;
use crate::model::secret::Redacted;
use crate::model::time::Instant;
use crate::text::escape::escape;
use crate::text::layout::{Colour, Tone, folded, padded, shortened, wrapped};

use super::change::{Page, grouped};

/// How many commands are shown of what it would have let run.
const SHOWN: usize = 12;
/// The columns of labels.
const LABEL: usize = 11;

/// A run by a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The request.
    pub request: RequestId,
    /// When.
    pub time: Instant,
    /// How many uses it took.
    pub count: u32,
    /// The command.
    pub command: Redacted,
}

/// A grant as JSON: its fields, with where it stands.
pub fn json(row: &GrantRow, now: Instant) -> Value {
    json!({
        "schema": 1,
        "id": row.grant.id,
        "state": row.state(now),
        "made": row.made,
        "used": row.used,
        "left": row.left(),
        "ended": row.ended,
        "grant": row.grant,
    })
}

/// The runs of a grant as JSON.
pub fn runs_json(runs: &[Run]) -> Value {
    let one =
        |run: &Run| json!({ "request": run.request, "time": run.time, "count": run.count, "command": run.command });
    Value::Array(runs.iter().map(one).collect())
}

/// A table of at most `width` columns.
pub fn table(rows: &[GrantRow], now: Instant, width: u16) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table.set_header(["GRANT", "STATE", "LEFT", "UNTIL (UTC)", "FOR", "MAY"]);
    for row in rows {
        let grant = &row.grant;
        let until = grant.expires.to_string().replace('T', " ");
        table.add_row([
            grant.id.to_string(),
            row.state(now).as_str().to_owned(),
            format!("{}/{}", row.left(), grant.uses),
            until.get(5..16).unwrap_or(&until).to_owned(),
            caller(&grant.scope),
            may(&grant.scope),
        ]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut text = table.trim_fmt();
    text.push('\n');
    text
}

/// What a scope lets run, in one line.
fn may(scope: &Scope) -> String {
    let list = |words: &[String]| escape(&words.join(", "));
    let on =
        if scope.targets.iter().any(|one| one == "*") { String::new() } else { format!(" {}", list(&scope.targets)) };
    format!("{} {}{on} in {}", escape(&scope.tool), list(&scope.operations), list(&scope.environments))
}

/// For which caller.
fn caller(scope: &Scope) -> String {
    let who = match (&scope.agent, scope.by) {
        (Some(agent), _) => escape(agent),
        (None, CallerKind::Agent) => "every agent".to_owned(),
        (None, CallerKind::Human) => "the human".to_owned(),
        (None, CallerKind::Unattributed) => "unattributed callers".to_owned(),
    };
    let of = scope.on_behalf_of.as_deref().map(|human| format!(" of {}", escape(human))).unwrap_or_default();
    let task = scope.task.as_deref().map(|task| format!(", task {}", escape(task))).unwrap_or_default();
    format!("{who}{of}{task}")
}

/// What a grant holds, line by line; for the one who confirms it and for `show`.
pub fn scope(grant: &Grant, width: usize) -> String {
    let mut text = String::new();
    let mut line = |label: &str, value: &str| text.push_str(&folded(&padded(label, LABEL), value, width));
    let scope = &grant.scope;
    let list = |words: &[String], none: &str| match words {
        [] => none.to_owned(),
        words if words.iter().any(|one| one == "*") => "any, or none".to_owned(),
        words => escape(&words.join(", ")),
    };
    let categories: Vec<&str> = scope.categories.iter().map(|category| category.as_str()).collect();
    line("for", &caller(scope));
    line("may", &format!("{}: {}", escape(&scope.tool), list(&scope.operations, "nothing")));
    line("at most", &format!("{} ({})", scope.impact, categories.join(", ")));
    line("in", &list(&scope.environments, "nowhere"));
    match &scope.places {
        None => line("", "anywhere"),
        Some(places) => places.iter().for_each(|place| line("", &escape(place))),
    }
    line("service", &list(&scope.services, "none named"));
    line("targets", &list(&scope.targets, "none"));
    let rules: Vec<&str> = grant.rules.iter().map(|rule| rule.rule.as_str()).collect();
    line("answers", &format!("{} (another rule that asks still asks)", escape(&rules.join(", "))));
    line("until", &grant.expires.to_string());
    line("uses", &grant.uses.to_string());
    text
}

/// Everything about one grant, with what ran by it.
pub fn show(row: &GrantRow, runs: &[Run], now: Instant, width: usize) -> String {
    let grant = &row.grant;
    let mut text = String::new();
    let mut line = |label: &str, value: &str| text.push_str(&folded(&padded(label, LABEL), value, width));
    line("grant", &format!("{} ({}, {} of {} uses left)", grant.id, row.state(now).as_str(), row.left(), grant.uses));
    let own = if grant.single_operator { ", single operator" } else { "" };
    line("made by", &format!("{} ({}, {}{own}) {}", escape(&grant.human), grant.channel, grant.assurance, row.made));
    line("from", grant.from.as_str());
    line("why", &escape(grant.rationale.as_str()));
    text.push_str(&scope(grant, width));
    let seen = grant.foreseen;
    let mut line = |label: &str, value: &str| text.push_str(&folded(&padded(label, LABEL), value, width));
    line(
        "foreseen",
        &format!("{} of {} requests since {} ({} rejected)", seen.runs, seen.asked, seen.since, seen.rejected),
    );
    if let Some(end) = &row.ended {
        let by = end.human.as_deref().map(|human| format!(" by {}", escape(human))).unwrap_or_default();
        let why = end.why.as_deref().map(|why| format!(": {}", escape(why))).unwrap_or_default();
        line("taken back", &format!("{}{by}{why}", end.at));
    }
    for run in runs {
        let what = format!("{} {} ({}) {}", run.time, run.request, run.count, escape(run.command.as_str()));
        line("ran", &what);
    }
    text
}

/// What grants would have let run, for the one who confirms them.
pub fn foresight(foresight: &Foresight, page: Page) -> String {
    let seen = foresight.seen;
    let mut text = wrapped(
        "",
        &format!(
            "In the last 30 days {} request(s) asked a human; this would have let {} of them run.",
            grouped(seen.asked),
            grouped(seen.runs)
        ),
        page.width,
    );
    if seen.rejected > 0 {
        let said = format!("! A human rejected {} of them; these come first.", grouped(seen.rejected));
        text.push_str(&format!("{}\n", page.colour.paint(Tone::Bad, &said)));
    }
    for group in foresight.commands.iter().take(SHOWN) {
        let mark = if group.rejected > 0 { "!" } else { " " };
        let first = format!("{mark}{:>6}  ", grouped(group.count));
        let command = shortened(&escape(&group.command), page.width.saturating_sub(9));
        let tone = if group.rejected > 0 { Tone::Bad } else { Tone::Wait };
        let colour = if group.rejected > 0 { page.colour } else { Colour::Off };
        text.push_str(&colour.paint(tone, &format!("{first}{command}")));
        text.push('\n');
    }
    let more = foresight.commands.len().saturating_sub(SHOWN);
    if more > 0 {
        text.push_str(&format!("         and {more} other command(s)\n"));
    }
    text
}

/// What is told once grants are made.
pub fn made(grants: &[Grant]) -> String {
    let one = |grant: &Grant| {
        format!(
            "aigov: grant {} until {}, {} use(s); take it back: `aigov grant revoke {} --reason \"…\"`\n",
            grant.id, grant.expires, grant.uses, grant.id
        )
    };
    grants.iter().map(one).collect()
}

/// Whether a grant can be used at `now`.
pub fn is_open(row: &GrantRow, now: Instant) -> bool {
    row.state(now) == GrantState::Open
}
