//! The terminal as a channel: a human sees the page, decides, and says why.

use std::time::Instant as Monotonic;

use console::{Key, Term};
use dialoguer::{Input, Select};

use crate::chain::digest;
use crate::error::{Error, ErrorKind};
use crate::model::ids::{Digest, RequestId};
use crate::model::request::RequestRow;

use super::decide::Choice;
use super::queue::{Picker, Pressed, Step};

/// What a human picked below a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picked {
    /// A decision.
    Decision(Choice),
    /// It stays open.
    Open,
    /// It stays open, and the list is wanted.
    List,
    /// They left.
    Left,
}

/// What a human answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What they picked.
    pub picked: Picked,
    /// Why.
    pub rationale: Option<String>,
    /// The name of what is deleted, as they typed it.
    pub confirm: Option<String>,
    /// How long the page was up before they picked, in milliseconds.
    pub viewed_ms: u64,
}

/// One question below a page.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// What stands above it on the screen.
    pub above: &'a str,
    /// Since when the page is up, a pager's time included.
    pub since: Monotonic,
    /// What they came for.
    pub suggested: Option<Choice>,
    /// Whether there is a list to go back to.
    pub list: Listed,
    /// The name that has to be typed for an approval.
    pub name: Option<&'a str>,
    /// How many characters a rationale needs.
    pub least_rationale: u32,
    /// The rationale that was given on this page before.
    pub before: Option<&'a str>,
}

/// Whether a page comes from a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// It does, and one can go back.
    Yes,
    /// It stands alone.
    No,
}

/// Asks. The first answer offered leaves it open, so that a stray Enter decides nothing.
///
/// # Errors
/// When there is no terminal, or the prompt was cancelled.
pub fn ask(question: &Question<'_>) -> Result<Answer, Error> {
    let term = Term::stderr();
    term.write_str(question.above).map_err(|e| cancelled(&e))?;
    let mut items = vec!["leave it open", "approve", "reject"];
    if question.list == Listed::Yes {
        items.push("back to the list");
    }
    let prompt = match question.suggested {
        Some(Choice::Approve | Choice::BreakGlass) => "approve this?",
        Some(Choice::Reject) => "reject this?",
        None => "what shall happen?",
    };
    let chosen = Select::new().with_prompt(prompt).items(&items).default(0).interact_on_opt(&term);
    let picked = match chosen.map_err(|e| cancelled(&e))? {
        None => Picked::Left,
        Some(1) => Picked::Decision(Choice::Approve),
        Some(2) => Picked::Decision(Choice::Reject),
        Some(3) => Picked::List,
        Some(_) => Picked::Open,
    };
    let viewed_ms = u64::try_from(question.since.elapsed().as_millis()).unwrap_or(u64::MAX);
    let confirm = match (picked, question.name) {
        (Picked::Decision(Choice::Approve), Some(name)) => {
            Some(text(&term, &format!("this deletes; type `{name}` to approve it"), None)?)
        }
        _ => None,
    };
    let rationale = match picked {
        Picked::Decision(choice) => Some(text(&term, &why(choice, question.least_rationale), question.before)?),
        Picked::Open | Picked::List | Picked::Left => None,
    };
    Ok(Answer { picked, rationale, confirm, viewed_ms })
}

/// The digest of a page, as records have it.
pub fn page_digest(text: &str) -> Digest {
    digest("aigov-page-v1", text.as_bytes())
}

fn why(choice: Choice, least: u32) -> String {
    match (choice, least) {
        (Choice::Reject, _) => "rationale (the agent is told)".to_owned(),
        (Choice::Approve | Choice::BreakGlass, 0) => "rationale".to_owned(),
        (Choice::Approve | Choice::BreakGlass, least) => format!("rationale (at least {least} characters)"),
    }
}

fn text(term: &Term, prompt: &str, before: Option<&str>) -> Result<String, Error> {
    let mut input = Input::<String>::new().with_prompt(prompt).allow_empty(true);
    if let Some(before) = before {
        input = input.with_initial_text(before);
    }
    input.interact_text_on(term).map_err(|e| cancelled(&e))
}

/// Lets a human pick one of several requests; none when they left.
///
/// # Errors
/// When there is no terminal, or the prompt was cancelled.
pub fn pick(rows: &[RequestRow], filter: &mut String) -> Result<Option<RequestId>, Error> {
    let term = Term::stderr();
    let mut picker = Picker::new(rows, filter);
    let picked = loop {
        let (height, width) = term.size();
        let lines = picker.lines(usize::from(width), usize::from(height));
        term.write_str(&lines.iter().map(|line| format!("{line}\n")).collect::<String>()).map_err(|e| cancelled(&e))?;
        let step = picker.press(pressed(&term.read_key().map_err(|e| cancelled(&e))?));
        term.clear_last_lines(lines.len()).map_err(|e| cancelled(&e))?;
        match step {
            Step::Stay => {}
            Step::Look(id) => break Some(id),
            Step::Leave => break None,
        }
    };
    picker.filter().clone_into(filter);
    Ok(picked)
}

fn pressed(key: &Key) -> Pressed {
    match key {
        Key::ArrowUp => Pressed::Up,
        Key::ArrowDown => Pressed::Down,
        Key::Enter => Pressed::Enter,
        // The end of input comes as this character where the terminal reads key by key.
        Key::Char('\u{4}') | Key::CtrlC => Pressed::End,
        Key::Escape => Pressed::Escape,
        Key::Backspace => Pressed::Erase,
        Key::Char(character) => Pressed::Char(*character),
        _ => Pressed::Other,
    }
}

/// A line that a human types.
///
/// # Errors
/// When there is no terminal, or the prompt was cancelled.
pub fn typed(prompt: &str) -> Result<String, Error> {
    let typed = Input::<String>::new().with_prompt(prompt).allow_empty(true).interact_text_on(&Term::stderr());
    typed.map_err(|cause| {
        Error::new(ErrorKind::Cancelled, format!("cannot ask at this terminal: {cause}"))
            .for_human("this is typed by a human at a terminal, where the page can be read")
    })
}

fn cancelled(error: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::Cancelled, format!("cannot ask at this terminal: {error}"))
        .for_human("give the decision on the command line: `aigov approve ID --rationale TEXT`")
}

/// The error of a human who left a prompt.
pub fn left() -> Error {
    Error::new(ErrorKind::Cancelled, "left without deciding; the request stays as it is")
}
