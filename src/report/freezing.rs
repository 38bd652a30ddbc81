//! What is frozen, and when it will be: the stop switch and the policy's freeze windows.

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Value, json};

use crate::model::demand::either;
use crate::model::record::Freeze;
use crate::model::time::Instant;
use crate::policy::windows::FreezeWindow;
use crate::text::escape::escape;

/// A table of at most `width` columns.
pub fn table(freezes: &[Freeze], windows: &[FreezeWindow], now: Instant, width: u16) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table.set_header(["FROZEN", "WHERE", "WHEN", "WHO LETS THROUGH", "WHY"]);
    for freeze in freezes {
        let place = freeze.environment.as_deref().unwrap_or("everything");
        let until = format!("until {} or another lifts it", escape(&freeze.human));
        let why = freeze.reason.as_deref().map(escape).unwrap_or_default();
        table.add_row(["now".to_owned(), escape(place), until, "nobody".to_owned(), why]);
    }
    for window in windows {
        let (state, when) = times(window, now);
        let who = if window.approvers.is_empty() { "nobody".to_owned() } else { escape(&either(&window.approvers)) };
        let why = window.reason.as_deref().map(|reason| format!(": {}", escape(reason))).unwrap_or_default();
        table.add_row([state.to_owned(), places(window), when, who, format!("window `{}`{why}", escape(&window.name))]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut text = table.trim_fmt();
    text.push('\n');
    text
}

fn places(window: &FreezeWindow) -> String {
    if window.environments.is_empty() { "everything".to_owned() } else { escape(&window.environments.join(", ")) }
}

fn times(window: &FreezeWindow, now: Instant) -> (&'static str, String) {
    match window.next(now) {
        Some((from, until)) if from <= now => ("now", format!("until {}", window.local_text(until))),
        Some((from, until)) => {
            ("later", format!("from {} until {}", window.local_text(from), window.local_text(until)))
        }
        None => ("over", window.describe()),
    }
}

/// The same as JSON.
pub fn json(freezes: &[Freeze], windows: &[FreezeWindow], now: Instant) -> Value {
    let window = |window: &FreezeWindow| {
        let next = window.next(now);
        json!({
            "name": window.name,
            "environments": window.environments,
            "when": window.describe(),
            "zone": window.zone_name,
            "in_force": window.until(now).is_some(),
            "from": next.map(|(from, _)| from),
            "until": next.map(|(_, until)| until),
            "approvers": window.approvers,
            "reason": window.reason,
        })
    };
    json!({ "freezes": freezes, "windows": windows.iter().map(window).collect::<Vec<_>>() })
}
