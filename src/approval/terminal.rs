//! The terminal as a channel: a human sees the page, decides, and says why.

use std::time::Instant as Monotonic;

use console::Term;
use dialoguer::{Input, Select};

use crate::chain::digest;
use crate::error::{Error, ErrorKind};
use crate::model::ids::{Digest, RequestId};
use crate::model::request::RequestRow;
use crate::text::escape::escape;

use super::decide::Choice;

/// What a human answered.
pub struct Answer {
    /// Yes or no; none means that they left it open.
    pub choice: Option<Choice>,
    /// Why.
    pub rationale: Option<String>,
    /// The digest of the page.
    pub shown: Digest,
    /// How long the page was up before the answer, in milliseconds.
    pub viewed_ms: u64,
}

/// Shows what is asked about and asks; `text` is the whole of what was shown, here or in a pager. The first answer
/// offered leaves it open, so that a stray Enter decides nothing.
///
/// # Errors
/// When there is no terminal, or the prompt was cancelled.
pub fn ask(text: &str, asked: &str, suggested: Option<Choice>) -> Result<Answer, Error> {
    let term = Term::stderr();
    term.write_str(asked).map_err(|e| cancelled(&e))?;
    let since = Monotonic::now();
    let items = ["leave it open", "approve", "reject"];
    let prompt = match suggested {
        Some(Choice::Approve | Choice::BreakGlass) => "approve this?",
        Some(Choice::Reject) => "reject this?",
        None => "what shall happen?",
    };
    let picked = Select::new().with_prompt(prompt).items(&items[..]).default(0).interact_on_opt(&term);
    let choice = match picked.map_err(|e| cancelled(&e))? {
        None => return Err(left()),
        Some(1) => Some(Choice::Approve),
        Some(2) => Some(Choice::Reject),
        Some(_) => None,
    };
    let viewed_ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
    let rationale = match choice {
        None => None,
        Some(_) => Some(
            Input::<String>::new()
                .with_prompt("rationale")
                .allow_empty(true)
                .interact_text_on(&term)
                .map_err(|e| cancelled(&e))?,
        ),
    };
    Ok(Answer { choice, rationale, shown: digest("aigov-page-v1", text.as_bytes()), viewed_ms })
}

/// Lets a human pick one of several requests.
///
/// # Errors
/// When there is no terminal, or the prompt was cancelled.
pub fn pick(rows: &[RequestRow]) -> Result<RequestId, Error> {
    let items: Vec<String> = rows
        .iter()
        .map(|row| format!("{}  {}  {}", row.id, escape(&row.attribution.label()), escape(row.body.command.as_str())))
        .collect();
    let picked = Select::new().with_prompt("which request?").items(&items).default(0).interact_on_opt(&Term::stderr());
    let index = picked.map_err(|e| cancelled(&e))?.ok_or_else(left)?;
    rows.get(index).map(|row| row.id.clone()).ok_or_else(left)
}

fn cancelled(error: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::Cancelled, format!("cannot ask at this terminal: {error}"))
        .for_human("give the decision on the command line: `aigov approve ID --rationale TEXT`")
}

fn left() -> Error {
    Error::new(ErrorKind::Cancelled, "left without deciding; the request stays as it is")
}

/// What a human types at a prompt.
///
/// # Errors
/// When there is no terminal, or the prompt was cancelled.
pub fn typed(prompt: &str) -> Result<String, Error> {
    let input = Input::<String>::new().with_prompt(prompt).allow_empty(true).interact_text_on(&Term::stderr());
    input.map_err(|error| cancelled(&error))
}
