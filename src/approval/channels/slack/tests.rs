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

/// What every message of these tests begins with.
const TOP: &[&str] = &[
    "# production: kubectl delete (destroy)",
    "| kubectl -n payments delete deployment web",
    "Asked by: claude-code (agent) for ann@laptop",
    "Why, says the caller: “the old web is not used any more”",
    "Risk, says the caller: nothing said",
    "Will: 1 to delete in production/payments",
    "Undo: `aigov rollback r-1`; applies the manifest as it was",
];

/// The page, as the window and a message without buttons show it.
const PAGE: &[&str] = &[
    "| request    r-1 (pending)",
    "| command    kubectl -n payments delete deployment web",
    "| will       1 to delete in production/payments",
    "| why        the old web is not used any more",
    "| risk       the caller named none",
    "| undo       `aigov rollback r-1`",
    "|            applies the manifest as it was",
    "| ",
    "| ! delete   deployment/web (3 of 3 pods are ready)",
    "|              spec.replicas: 3 → nothing",
    "| ",
    "| in         /srv/shop",
    "| asked by   claude-code (agent, claimed) for ann@laptop, task T-17",
    "| does       kubectl delete: destroy (deploy) of deployment/web",
    "| where      production/payments: context `prod-eu` of ~/.kube/config",
    "| worst case what it deletes or overwrites may be needed, and may not come ",
    "|            back",
    "| rule       production-changes (policy.toml:31)",
    "|            it changes production",
    "| decides    one human",
    "| binds      preview; not bound: argv, cwd, executable, environment, stdin, ",
    "|            inputs, target, rules",
    "| assurance  A1 at most: the channel's vendor says who decides; nothing of it ",
    "|            is signed",
    "| expires    2023-11-14T23:13:20.000000Z",
    "| preview    abababababab, made 2023-11-14T22:13:22.000000Z",
];

const SMALL_PRINT: &str = "~ request r-1 · digest 095a1d0f24bd · preview abababababab · ledger 812:6b1f0c2d6b1f";

/// What is drawn, line by line.
fn lines(blocks: &Value) -> Vec<String> {
    limits::drawn(blocks).lines().map(str::to_owned).collect()
}

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
        counts: Vec::new(),
        overrides: Vec::new(),
        break_glass: false,
        via: None,
        signature: None,
        unseen: false,
        review: None,
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
    let rest = [
        "Rule: production-changes, wants a rationale",
        "Expires: 2023-11-14T23:13:20.000000Z",
        SMALL_PRINT,
        "[Review…] [Deny]",
    ];
    assert_eq!(lines(&message.blocks), [TOP, &rest].concat());
}

#[test]
fn the_window_reads_like_this() {
    let view = window(&with_preview());
    assert_eq!(limits::view_faults(&view), Vec::<String>::new());
    let rest = [
        "To compare: on the machine, `aigov show r-1` must say preview abababababab. If it says another, reject.",
        "Decision",
        "  ( ) Approve: it may run, once",
        "  ( ) Reject: it does not run",
        "Its name, if you approve: what is deleted, or the environment where it is several",
        "  [________] Policy may want it typed, so that nobody deletes by habit.",
        "Why is this right, or wrong?",
        "  [________] It goes into the record, and to whoever asked.",
    ];
    assert_eq!(lines(&view["blocks"]), [&TOP[..1], PAGE, &rest].concat());
}

#[test]
fn where_there_are_only_reactions_the_message_says_what_they_can_do() {
    let mut row = with_preview();
    row.body.verdict.obligations.clear();
    let message = asking(&shown(&row), Mode::Reactions);
    assert_eq!(limits::message_faults(&sent(&message)), Vec::<String>::new());
    let rule = ["Rule: production-changes", "Expires: 2023-11-14T23:13:20.000000Z"];
    let how = "To approve, react with ✅ (white_check_mark); to reject, with ❌ (x). The first one that counts \
               decides, and taking it back changes nothing. A reaction carries no rationale; with one: aigov approve r-1";
    assert_eq!(lines(&message.blocks), [TOP, &rule, PAGE, &[SMALL_PRINT, how]].concat());
    let wanting = asking(&shown(&with_preview()), Mode::Reactions);
    let last = limits::drawn(&wanting.blocks).lines().last().unwrap().to_owned();
    let how = "It cannot be approved here: rule `production-changes` wants a rationale, and a reaction carries none. On \
               the machine: aigov approve r-1. To reject, react with ❌ (x).";
    assert_eq!(last, how);
}

#[test]
fn the_end_stands_in_the_place_of_the_buttons() {
    let mut row = with_preview();
    row.approvals = vec![approval("bob")];
    row.state = RequestState::Approved;
    let message = ended(&shown(&row));
    assert_eq!(limits::message_faults(&sent(&message)), Vec::<String>::new());
    let end = "Approved by bob (slack, A1): “seen the graph, nobody calls it”. It may run once";
    let rest = ["Rule: production-changes, wants a rationale", end, SMALL_PRINT];
    assert_eq!(lines(&message.blocks), [TOP, &rest].concat());
    assert_eq!(reply(&row), format!("{end} (r-1)"));
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
        for times in [1, 300] {
            for hunks in [0, 5] {
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
    let row = filled_with(&"long ".repeat(1200), 12);
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
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_text_fits(text in "(<|>|&|\\PC{0,20}|[a-z ]{0,400}|\u{202e}|\u{0}|\n){0,40}", hunks in 0_usize..6) {
        check(&filled_with(&text, hunks));
    }
}
