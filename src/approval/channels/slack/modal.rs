//! The window that opens over Slack: the whole page as the terminal shows it, a decision, and a rationale.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::approval::present::page_for;
use crate::chain::digest;
use crate::model::action::Impact;
use crate::model::decision::Assurance;
use crate::model::ids::{Digest, RequestId};
use crate::model::request::RequestRow;
use crate::model::time::Instant;

use super::blocks::{Blocks, MOST_TEXT, View, choice, header, naming, preformatted, section, writing};
use super::message::{COLUMNS, title};
use super::text::{Safe, portions};

/// What the window is known by.
pub const CALLBACK: &str = "aigov_decide";
/// The block and action of the decision.
pub const DECISION: &str = "aigov_decision";
/// The block and action of the rationale.
pub const RATIONALE: &str = "aigov_rationale";
/// The block and action of the name of what is deleted.
pub const CONFIRM: &str = "aigov_confirm";
/// The decision's value for yes.
pub const APPROVE: &str = "approve";
/// The decision's value for no.
pub const REJECT: &str = "reject";
/// The longest rationale that is taken.
const MOST_RATIONALE: u32 = 2000;
/// Boxes for the page. A view holds 100 blocks and 250 kB; this is about 120,000 characters.
const PORTIONS: usize = 40;

/// What comes back with the window: what it showed, to whom, for which message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// The request.
    pub request: RequestId,
    /// Which state of the request the window shows.
    pub version: Digest,
    /// The digest of the page that is in the window.
    pub shown: Digest,
    /// The digest of the preview that is in it.
    pub preview: Option<Digest>,
    /// The channel of the message whose button opened it.
    pub channel: String,
    /// That message.
    pub message: String,
    /// Who opened it: `TEAM/USER`.
    pub user: String,
    /// When, by this machine's clock.
    pub at: Instant,
}

/// The page that a window shows, and its digest.
pub fn page(row: &RequestRow) -> (String, Digest) {
    let text = page_for(row, COLUMNS, Assurance::A1);
    let shown = digest("aigov-page-v1", text.as_bytes());
    (text, shown)
}

/// Whether the window shows the whole page. Nobody approves what nobody has seen.
pub fn is_whole(row: &RequestRow) -> bool {
    boxes(&page(row).0).1 == 0
}

fn boxes(page: &str) -> (Vec<String>, usize) {
    portions(page, MOST_TEXT - 50, PORTIONS)
}

/// The window for a request; none where what must come back with it is too long.
pub fn view(row: &RequestRow, opened: &Opened) -> Option<Value> {
    let (text, _) = page(row);
    let (shown, left_out) = boxes(&text);
    let mut blocks = Blocks::default().with(header(&Safe::value(&title(row))));
    for portion in shown {
        blocks.push(preformatted(&Safe::lines(&portion)));
    }
    blocks.push(section(&Safe::lines(&compare(row))));
    let reject = (REJECT, "Reject: it does not run");
    let approve = (APPROVE, "Approve: it may run, once");
    if left_out > 0 {
        let text = format!(
            "{left_out} more lines do not fit into this window, and nobody approves what they have not seen. On the \
             machine, `aigov approve {}` shows all of it.",
            row.id
        );
        blocks.push(section(&Safe::value(&text)));
        blocks.push(choice(DECISION, &Safe::value("Decision"), &[reject]));
    } else {
        blocks.push(choice(DECISION, &Safe::value("Decision"), &[approve, reject]));
    }
    let hint = "It goes into the record, and to whoever asked.";
    if row.body.verdict.impact == Impact::Destroy {
        let label = "Its name, if you approve: what is deleted, or the environment where it is several";
        let hint = "Policy may want it typed, so that nobody deletes by habit.";
        blocks.push(naming(CONFIRM, &Safe::value(label), &Safe::value(hint)));
    }
    blocks.push(writing(RATIONALE, &Safe::value("Why is this right, or wrong?"), &Safe::value(hint), MOST_RATIONALE));
    View {
        callback: CALLBACK,
        title: Safe::value("Decide on a request"),
        submit: Safe::value("Record my decision"),
        close: Safe::value("Leave it open"),
        metadata: serde_json::to_string(opened).ok(),
        blocks,
    }
    .into_json()
}

/// How to see whether this window shows what the machine has.
fn compare(row: &RequestRow) -> String {
    match &row.preview {
        Some(preview) => format!(
            "To compare: on the machine, `aigov show {}` must say preview {}. If it says another, reject.",
            row.id,
            preview.digest.short()
        ),
        None => format!(
            "To compare: on the machine, `aigov show {}` must show the same command. If it does not, reject.",
            row.id
        ),
    }
}
