//! A request as a message in Slack: what is asked, by whom, where and why; then its end in the place of the buttons.
//!
//! Everything that an agent or a tool wrote is escaped and stands in plain text, so that it makes no mention, no link and no
//! line of its own. What does not fit is said to be missing.

use serde_json::{Value, json};

use crate::approval::channels::{View, version};
use crate::approval::hunks;
use crate::approval::present::page_for;
use crate::model::action::Action;
use crate::model::decision::{Assurance, Obligation};
use crate::model::ids::{Digest, RequestId};
use crate::model::request::{ApprovalBody, RequestRow, RequestState};
use crate::text::escape::escape;

use super::blocks::{Block, Blocks, Look, MOST_TEXT, actions, button, context, header, preformatted, section};
use super::text::{Safe, portions};

/// The action of the button that opens the window.
pub const REVIEW: &str = "aigov_review";
/// The action of the button that rejects at once.
pub const DENY: &str = "aigov_deny";
/// The reaction that approves where there are no buttons.
pub const YES: &str = "white_check_mark";
/// The reaction that rejects where there are no buttons.
pub const NO: &str = "x";
/// The type of the metadata by which a message of ours is found again.
pub const METADATA: &str = "aigov_approval";
/// Columns of a page in Slack's boxes; wider lines are folded by Slack itself, and then hard to read.
pub const COLUMNS: usize = 76;
/// How much of the page a message shows where nobody can open a window.
const PORTIONS: usize = 4;

/// How people answer a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// With buttons, which need Socket Mode.
    Buttons,
    /// With reactions, which need nothing but a bot's token, and say no reason.
    Reactions,
}

/// What is sent: the blocks with their fallback and our metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The fallback for notifications.
    pub text: String,
    /// The blocks.
    pub blocks: Value,
    /// Our metadata.
    pub metadata: Value,
}

/// The `block_id` of the buttons of a version.
pub fn buttons_id(id: &RequestId, version: &Digest) -> String {
    format!("aigov:{id}:{}", version.short())
}

/// The message that asks.
pub fn asking(view: &View, mode: Mode) -> Message {
    let row = &view.row;
    let mut blocks = top(row);
    if mode == Mode::Reactions {
        let (shown, left_out) = whole(row);
        shown.iter().for_each(|portion| blocks.push(preformatted(&Safe::lines(portion))));
        if left_out > 0 {
            blocks.push(section(&Safe::value(&format!("{left_out} more lines do not fit here."))));
        }
    }
    blocks.push(context(&Safe::lines(&small_print(view))));
    match mode {
        Mode::Buttons => blocks.push(buttons(row)),
        Mode::Reactions => blocks.push(section(&Safe::value(&how_to_react(row)))),
    }
    finished(view, format!("Approval wanted. {}", title(row)), blocks)
}

/// The message once there is nothing to decide any more.
pub fn ended(view: &View) -> Message {
    let row = &view.row;
    let mut blocks = top(row);
    blocks.push(section(&Safe::value(&outcome(row))));
    blocks.push(context(&Safe::lines(&small_print(view))));
    finished(view, format!("{}. {}", outcome(row), title(row)), blocks)
}

fn finished(view: &View, text: String, blocks: Blocks) -> Message {
    let payload = json!({
        "request_id": view.row.id, "version": view.version(), "binding": view.binding(), "policy": view.policy,
        "checkpoint": view.checkpoint,
    });
    Message {
        text: Safe::<300>::value(&text).as_str().to_owned(),
        blocks: blocks.into_json(),
        metadata: json!({"event_type": METADATA, "event_payload": payload}),
    }
}

/// One line: where, what, how much it changes.
pub fn title(row: &RequestRow) -> String {
    let worst = |action: &&Action| action.impact;
    match row.body.verdict.actions.iter().max_by_key(worst) {
        Some(action) => format!("{}: {} ({})", action.environment, action.title(), action.impact),
        None => format!("{}: {}", row.body.verdict.impact, row.body.command),
    }
}

/// What every message begins with.
fn top(row: &RequestRow) -> Blocks {
    let command: Safe<MOST_TEXT> = Safe::value(row.body.command.as_str());
    Blocks::default()
        .with(header(&Safe::value(&title(row))))
        .with(preformatted(&command))
        .with(section(&Safe::lines(&facts(row))))
}

/// Each value is escaped before its line is made, and cut, so that one long value does not push the others out.
fn facts(row: &RequestRow) -> String {
    let body = &row.body;
    let caller = |text: Option<&str>| text.map_or_else(|| "nothing said".to_owned(), |text| format!("“{text}”"));
    let behalf = row.attribution.on_behalf_of.as_deref().map(|human| format!(" for {human}")).unwrap_or_default();
    let mut lines = vec![
        ("Asked by", format!("{} ({}){behalf}", row.attribution.label(), row.attribution.kind.as_str())),
        ("Why, says the caller", caller(body.reason.as_ref().map(crate::model::secret::Redacted::as_str))),
        ("Risk, says the caller", caller(body.risk.as_ref().map(crate::model::secret::Redacted::as_str))),
        ("Will", hunks::summary(row)),
    ];
    if let Some(preview) = &row.preview {
        lines.push(("Undo", hunks::undo(&preview.undo, &row.id).join("; ")));
    }
    lines.push(("Rule", format!("{}{}", body.verdict.rule, wants(row))));
    if !row.approvals.is_empty() && row.state == RequestState::Pending {
        let names: Vec<&str> = row.approvals.iter().map(|approval| approval.human.as_str()).collect();
        lines.push(("Approved so far by", names.join(", ")));
    }
    if let Some(expires) = body.expires.filter(|_| matches!(row.state, RequestState::Pending)) {
        lines.push(("Expires", expires.to_string()));
    }
    let line = |(label, value): &(&str, String)| format!("{label}: {}\n", shortened(&escape(value), 350));
    lines.iter().map(line).collect()
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

fn wants(row: &RequestRow) -> String {
    let verdict = &row.body.verdict;
    let mut wants = Vec::new();
    if verdict.approvals_needed() > 1 {
        wants.push(format!("{} humans", verdict.approvals_needed()));
    }
    if has_rationale(row) {
        wants.push("a rationale".to_owned());
    }
    if verdict.min_assurance() > Assurance::A0 {
        wants.push(format!("assurance {}", verdict.min_assurance()));
    }
    if wants.is_empty() { String::new() } else { format!(", wants {}", wants.join(", ")) }
}

/// Whether the rule wants a rationale.
pub fn has_rationale(row: &RequestRow) -> bool {
    row.body.verdict.obligations.contains(&Obligation::Rationale)
}

/// The digests in full stand in the message's metadata.
fn small_print(view: &View) -> String {
    let preview = view.row.preview.as_ref().map(|preview| format!(" · preview {}", preview.digest.short()));
    let (size, leaf) = view.checkpoint.split_once(':').unwrap_or((&view.checkpoint, ""));
    format!(
        "request {} · digest {}{} · ledger {size}:{}",
        view.row.id,
        view.binding().short(),
        preview.unwrap_or_default(),
        leaf.chars().take(12).collect::<String>()
    )
}

fn buttons(row: &RequestRow) -> Block {
    let value = row.id.as_str();
    actions(
        &buttons_id(&row.id, &version(row)),
        vec![
            button(REVIEW, &Safe::value("Review…"), value, Look::Usual),
            button(DENY, &Safe::value("Deny"), value, Look::Danger),
        ],
    )
}

/// The page in portions of a message, and how many lines did not fit.
fn whole(row: &RequestRow) -> (Vec<String>, usize) {
    portions(&page_for(row, COLUMNS, Assurance::A1), MOST_TEXT - 50, PORTIONS)
}

/// Why a reaction cannot approve this request; none where it can.
pub fn beyond_reactions(row: &RequestRow) -> Option<String> {
    let (_, left_out) = whole(row);
    if has_rationale(row) {
        return Some(format!("rule `{}` wants a rationale, and a reaction carries none", row.body.verdict.rule));
    }
    (left_out > 0).then(|| format!("{left_out} lines of what it does fit into no message"))
}

fn how_to_react(row: &RequestRow) -> String {
    match beyond_reactions(row) {
        None => format!(
            "To approve, react with ✅ ({YES}); to reject, with ❌ ({NO}). The first one that counts decides, and taking \
             it back changes nothing. A reaction carries no rationale; with one: aigov approve {}",
            row.id
        ),
        Some(why) => format!(
            "It cannot be approved here: {why}. On the machine: aigov approve {}. To reject, react with ❌ ({NO}).",
            row.id
        ),
    }
}

/// Where the request stands, in a sentence.
pub fn outcome(row: &RequestRow) -> String {
    let by = |approval: &ApprovalBody| {
        let rationale = approval.rationale.as_ref().map(|text| format!(": “{text}”")).unwrap_or_default();
        let broke = if approval.break_glass { "GLASS BROKEN by " } else { "" };
        format!("{broke}{} ({}, {}){rationale}", approval.human, approval.channel, approval.assurance)
    };
    let deciders: Vec<String> = row.approvals.iter().map(by).collect();
    let deciders = deciders.join("; ");
    let note = row.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
    let exit = row.outcome.as_ref().and_then(|outcome| outcome.exit_code);
    let code = exit.map(|code| format!(" with exit code {code}")).unwrap_or_default();
    match row.state {
        RequestState::Preparing => "Its preview is being made".to_owned(),
        RequestState::Pending => "Waits for a decision".to_owned(),
        RequestState::Approved => format!("Approved by {deciders}. It may run once"),
        RequestState::Rejected => format!("Rejected by {deciders}"),
        RequestState::Expired => format!("Expired{note}"),
        RequestState::Withdrawn => format!("Taken back by whoever asked{note}"),
        RequestState::Invalidated => format!("No longer what was asked{note}"),
        RequestState::Running => format!("Approved by {deciders}. It runs"),
        RequestState::Succeeded => format!("Approved by {deciders}. It ran, and ended{code}"),
        RequestState::Failed => format!("Approved by {deciders}. It FAILED{code}"),
        RequestState::OutcomeUnknown => {
            format!("Approved by {deciders}. It was started, and how it ended is not known")
        }
        RequestState::RolledBack => "What it did was taken back".to_owned(),
    }
}

/// The reply in the thread: where the request stands, ready to be sent.
pub fn reply(row: &RequestRow) -> String {
    Safe::<MOST_TEXT>::value(&format!("{} ({})", outcome(row), row.id)).as_str().to_owned()
}
