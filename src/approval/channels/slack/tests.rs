//! What people see in Slack, whole; and that nothing an agent writes breaks Slack's limits or says anything to Slack.

use proptest::prelude::*;

use super::example::{pending, preview};
use super::message::{Message, Mode, asking, beyond_reactions, ended, reply};
use super::modal::{Opened, is_whole, page, view};
use crate::approval::channels::{View, version};
use crate::model::decision::Assurance;
use crate::model::ids::RequestId;
use crate::model::preview::{Change, Hunk, Risk, Undo};
use crate::model::request::{ApprovalBody, RequestRow, RequestState};
use crate::model::secret::Redacted;
use crate::model::time::Instant;
use serde_json::{Value, json};

#[path = "../../../../tests/support/slack_limits.rs"]
mod limits;

fn sent(message: &Message) -> Value {
    json!({"text": message.text, "blocks": message.blocks, "metadata": message.metadata})
}

fn shown(row: &RequestRow) -> View {
    View::new(row.clone(), format!("812:{}", "6b1f0c2d".repeat(8)))
}

fn window(row: &RequestRow) -> Value {
    let opened = Opened {
        request: row.id.clone(),
        version: version(row),
        shown: page(row).1,
        preview: row.preview.as_ref().map(|preview| preview.digest),
        channel: "C1".to_owned(),
        message: "1700000000.000100".to_owned(),
        user: "T1/U1".to_owned(),
        at: Instant::from_micros(1_700_000_000_000_000),
    };
    view(row, &opened).unwrap()
}

fn approval(human: &str) -> ApprovalBody {
    ApprovalBody {
        human: human.to_owned(),
        identity: Some("slack:T1/U1".to_owned()),
        uid: 1000,
        channel: "slack".to_owned(),
        assurance: Assurance::A1,
        rationale: Some(Redacted::assume_clean("seen the graph, nobody calls it")),
        single_operator: false,
        shown: None,
        preview: None,
        viewed_ms: Some(30_000),
    }
}

fn with_preview() -> RequestRow {
    RequestRow { preview: Some(preview()), previewed: Some(Instant::from_micros(1_700_000_002_000_000)), ..pending() }
}

#[test]
fn the_message_that_asks_reads_like_this() {
    let message = asking(&shown(&with_preview()), Mode::Buttons);
    assert_eq!(limits::message_faults(&sent(&message)), Vec::<String>::new());
    assert_eq!(message.text, "Approval wanted. production: kubectl delete (destroy)");
    assert_eq!(limits::drawn(&message.blocks), "X");
}

#[test]
fn the_window_reads_like_this() {
    let view = window(&with_preview());
    assert_eq!(limits::view_faults(&view), Vec::<String>::new());
    assert_eq!(limits::drawn(&view["blocks"]), "X");
}

#[test]
fn where_there_are_only_reactions_the_message_says_what_they_can_do() {
    let mut row = with_preview();
    row.body.verdict.obligations.clear();
    let message = asking(&shown(&row), Mode::Reactions);
    assert_eq!(limits::message_faults(&sent(&message)), Vec::<String>::new());
    assert_eq!(limits::drawn(&message.blocks), "X");
    let wanting = asking(&shown(&with_preview()), Mode::Reactions);
    let last = limits::drawn(&wanting.blocks).lines().last().unwrap().to_owned();
    assert_eq!(last, "X");
}

#[test]
fn the_end_stands_in_the_place_of_the_buttons() {
    let mut row = with_preview();
    row.approvals = vec![approval("bob")];
    row.state = RequestState::Approved;
    let message = ended(&shown(&row));
    assert_eq!(limits::message_faults(&sent(&message)), Vec::<String>::new());
    assert_eq!(limits::drawn(&message.blocks), "X");
    assert_eq!(reply(&row), "X");
}

/// A request in which everything that an agent or a tool can write is this text.
fn filled_with(text: &str, hunks: usize) -> RequestRow {
    let clean = || Redacted::assume_clean(text);
    let mut row = with_preview();
    row.body.command = clean();
    row.body.cwd = clean();
    row.body.reason = Some(clean());
    row.body.risk = Some(clean());
    row.body.verdict.reasons = vec![text.to_owned()];
    row.body.verdict.obligations.clear();
    row.note = Some(text.to_owned());
    row.attribution.agent = Some(text.to_owned());
    row.attribution.task = Some(text.to_owned());
    row.attribution.on_behalf_of = Some(text.to_owned());
    for action in &mut row.body.verdict.actions {
        action.operation = text.to_owned();
        action.targets = vec![text.to_owned(); 3];
    }
    let mut made = preview();
    made.summary = clean();
    made.undo = Undo::ByHand { steps: vec![clean(), clean()] };
    let hunk = Hunk {
        change: Change::Delete,
        what: clean(),
        risk: Risk::Usual,
        why: vec![clean()],
        fields: Vec::new(),
        left_out: 0,
    };
    made.hunks = vec![hunk; hunks];
    row.preview = Some(made);
    let mut given = approval(text);
    given.rationale = Some(clean());
    row.approvals = vec![given];
    row
}

fn check(row: &RequestRow) {
    for mode in [Mode::Buttons, Mode::Reactions] {
        assert_eq!(limits::message_faults(&sent(&asking(&shown(row), mode))), Vec::<String>::new());
    }
    for state in RequestState::ALL {
        let row = RequestRow { state, ..row.clone() };
        assert_eq!(limits::message_faults(&sent(&ended(&shown(&row)))), Vec::<String>::new());
        assert!(reply(&row).encode_utf16().count() <= 3000 && !reply(&row).contains('<'));
    }
    assert_eq!(limits::view_faults(&window(row)), Vec::<String>::new());
}

#[test]
fn nothing_is_too_long_for_slack_and_nothing_says_anything_to_it() {
    for text in
        ["", "<!channel> <@U1>", "\u{202e}\u{200b}&amp;", "x\n*bold* :bomb:\r\n# header", "\u{1f469}\u{200d}\u{1f4bb}"]
    {
        for times in [1, 200, 2000] {
            for hunks in [0, 1, 60] {
                check(&filled_with(&text.repeat(times), hunks));
            }
        }
    }
}

#[test]
fn what_does_not_fit_cannot_be_approved_where_it_is_not_seen() {
    let row = filled_with("short", 60);
    assert!(is_whole(&row) && beyond_reactions(&row).is_none());
    let row = filled_with(&"long ".repeat(200), 20);
    assert!(is_whole(&row));
    assert!(beyond_reactions(&row).unwrap().contains("fit into no message"));
    let row = filled_with(&"long ".repeat(4000), 20);
    assert!(!is_whole(&row));
    let drawn = limits::drawn(&window(&row)["blocks"]);
    assert!(!drawn.contains("( ) Approve") && drawn.contains("( ) Reject") && drawn.contains("aigov approve r-1"));
}

#[test]
fn a_window_whose_own_words_would_be_too_long_is_not_opened() {
    let mut row = pending();
    row.id = RequestId::new("r".repeat(4000));
    let opened = Opened {
        request: row.id.clone(),
        version: version(&row),
        shown: page(&row).1,
        preview: None,
        channel: "C1".to_owned(),
        message: "1.2".to_owned(),
        user: "T1/U1".to_owned(),
        at: Instant::from_micros(0),
    };
    assert_eq!(view(&row, &opened), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_text_fits(text in "(<|>|&|\\PC{0,20}|[a-z ]{0,400}|\u{202e}|\u{0}|\n){0,40}", hunks in 0_usize..30) {
        check(&filled_with(&text, hunks));
    }
}
