//! A request as a human reads it before deciding: what, where, why, what could go wrong, the way back, and what an
//! approval binds. Everything that an agent wrote is escaped.

use std::fmt::Write as _;

use crate::govern::approvers::Case;
use crate::model::action::{Action, Impact, Reversible};
use crate::model::attribution::CallerKind;
use crate::model::binding::BoundField;
use crate::model::decision::{Assurance, Obligation};
use crate::model::preview::Undo;
use crate::model::request::{Evidence, RequestRow, RequestState, TestRun};
use crate::text::escape::escape;
use crate::text::layout::folded;

use super::{hunks, unseen};

/// The lines that say what it is, what will change, why, and how it is taken back: all that stands before the first empty
/// line.
pub fn head(row: &RequestRow, width: usize) -> String {
    let body = &row.body;
    let mut text = String::new();
    let mut line = |label: &str, value: &str| put(&mut text, label, value, width);
    line("request", &format!("{} ({})", row.id, row.state));
    line("command", &escape(body.command.as_str()));
    line("will", &hunks::summary(row));
    if let Some(words) = unseen::told(row) {
        line("unseen", &words);
    }
    line("why", &body.reason.as_ref().map_or_else(|| "the caller gave no reason".to_owned(), |r| escape(r.as_str())));
    line("risk", &body.risk.as_ref().map_or_else(|| "the caller named none".to_owned(), |r| escape(r.as_str())));
    if let Some(tests) = &body.tests {
        line("tests", &tested(tests));
    }
    match &row.preview {
        Some(preview) => numbered(&mut line, "undo", &hunks::undo(&preview.undo, &row.id)),
        None => line("undo", &undo(&body.verdict.actions)),
    }
    if let Some(erased) = row.ways_back.erased {
        line(
            "",
            &format!("what that needs was kept until {erased} and is ERASED: aigov cannot take this back any more"),
        );
    }
    numbered(&mut line, "afterwards", &afterwards(row));
    if let Some(first) = &body.rolls_back {
        line("takes back", first.as_str());
    }
    if let Some(first) = &row.approved_with {
        line("approved", &format!("together with request {first}"));
    }
    text
}

/// The whole page, in lines of at most `width` columns: its head, what changes, and what else there is to know.
pub fn page(row: &RequestRow, width: usize) -> String {
    page_for(row, width, Assurance::A0)
}

/// The same for a channel whose decisions have this assurance.
pub fn page_for(row: &RequestRow, width: usize, has: Assurance) -> String {
    head(row, width) + &rest_for(row, width, has)
}

/// What stands below the head of a page.
pub fn rest(row: &RequestRow, width: usize) -> String {
    rest_for(row, width, Assurance::A0)
}

fn rest_for(row: &RequestRow, width: usize, has: Assurance) -> String {
    let changes = row.preview.as_ref().map(|preview| hunks::hunks(preview, width)).unwrap_or_default();
    let gap = if changes.is_empty() { "" } else { "\n" };
    format!("{gap}{changes}\n{}", details(row, width, has))
}

fn put(text: &mut String, label: &str, value: &str, width: usize) {
    text.push_str(&folded(&format!("{label:<10} "), value, width));
}

/// Where, who, by which rule, and what an approval binds.
fn details(row: &RequestRow, width: usize, has: Assurance) -> String {
    let body = &row.body;
    let mut text = String::new();
    let mut line = |label: &str, value: &str| put(&mut text, label, value, width);
    line("in", &escape(body.cwd.as_str()));
    line("asked by", &asked_by(row));
    for action in &body.verdict.actions {
        line("does", &does(action));
        line("where", &place(action));
    }
    line("worst case", &wrong(&body.verdict.actions));
    if let Some(runs) = row.preview.as_ref().and_then(|preview| preview.runs.as_ref()) {
        line("runs", &escape(runs.as_str()));
    }
    line("rule", &format!("{} ({})", body.verdict.rule, body.verdict.origin));
    for reason in &body.verdict.reasons {
        line("", &escape(reason));
    }
    numbered(&mut line, "decides", &deciders(row));
    numbered(&mut line, "frozen", &body.frozen.iter().map(|one| escape(&one.describe())).collect::<Vec<_>>());
    line("binds", &bound(row));
    line("assurance", &assurance(row, has));
    if let Some(expires) = body.expires {
        line("expires", &expires.to_string());
    }
    if let Some(preview) = &row.preview {
        let made = row.previewed.map(|made| format!(", made {made}")).unwrap_or_default();
        line("preview", &format!("{}{made}", preview.digest.short()));
    }
    if let Some(evidence) = &body.evidence {
        text.push_str(&given(evidence, width));
    }
    text
}

/// How the tests ended that were run for it.
fn tested(tests: &TestRun) -> String {
    let end = match (tests.state, tests.exit_code) {
        (RequestState::Succeeded, _) => "passed".to_owned(),
        (_, Some(code)) => format!("FAILED with exit code {code}"),
        (_, None) => "FAILED, ended by a signal".to_owned(),
    };
    escape(&format!("`{}` {end} (request {})", tests.command, tests.request))
}

/// A file that the caller gives, with a bar before each of its lines: none of it is aigov's word.
fn given(evidence: &Evidence, width: usize) -> String {
    let head = format!(
        "{} ({} bytes, {}), as the caller gives it; nobody has checked it",
        escape(evidence.file.as_str()),
        evidence.bytes,
        evidence.digest.short()
    );
    let mut text = folded(&format!("{:<10} ", "evidence"), &head, width);
    for line in evidence.text.as_str().lines() {
        text.push_str(&folded("  | ", &escape(line), width));
    }
    if evidence.left_out > 0 {
        text.push_str(&folded("  … ", &format!("and {} more characters that are not kept", evidence.left_out), width));
    }
    text
}

/// Lines under one label.
fn numbered(line: &mut impl FnMut(&str, &str), label: &str, all: &[String]) {
    for (at, one) in all.iter().enumerate() {
        line(if at == 0 { label } else { "" }, one);
    }
}

/// What policy wants to hold after the run, and what an approval therefore lets aigov do by itself.
fn afterwards(row: &RequestRow) -> Vec<String> {
    let check = |(command, seconds): (&str, u64)| format!("`{}` must hold within {seconds} s", escape(command));
    let mut all: Vec<String> = row.body.checks().into_iter().map(check).collect();
    if row.body.is_taken_back_alone() {
        all.push(match row.preview.as_ref().map(|preview| &preview.undo) {
            Some(Undo::Command { .. }) => {
                "if it does not, aigov takes it back by itself: whoever approves this approves its way back too"
                    .to_owned()
            }
            Some(Undo::ByHand { .. } | Undo::Nothing { .. }) | None => {
                "if it does not, that is told; aigov CANNOT take it back by itself".to_owned()
            }
        });
    } else if !all.is_empty() {
        all.push("if it does not, that is told; nothing is taken back".to_owned());
    }
    all
}

/// Who decides, how many of them, and at which stage it is; whom to ask about the rule. Nothing once it is decided.
pub fn deciders(row: &RequestRow) -> Vec<String> {
    if !matches!(row.state, RequestState::Preparing | RequestState::Pending) {
        return Vec::new();
    }
    let mut all: Vec<String> =
        Case::of(row).standing().waits_for(row.created).iter().map(|line| escape(line)).collect();
    if row.body.verdict.obligations.contains(&Obligation::FourEyes) {
        all.push("nobody for whom it was asked".to_owned());
    }
    all.extend(owner(row).map(|owner| format!("the rule is {}'s", escape(owner))));
    all
}

/// Whom to ask about the rule that decided.
pub fn owner(row: &RequestRow) -> Option<&str> {
    row.body.verdict.matches.first().and_then(|found| found.owner.as_deref())
}

fn asked_by(row: &RequestRow) -> String {
    let who = &row.attribution;
    let kind = match who.kind {
        CallerKind::Agent => "agent",
        CallerKind::Human => "human",
        CallerKind::Unattributed => "no marker, no terminal",
    };
    let behalf = who.on_behalf_of.as_deref().map(|human| format!(" for {human}")).unwrap_or_default();
    let task = who.task.as_deref().map(|task| format!(", task {task}")).unwrap_or_default();
    escape(&format!("{} ({kind}, claimed){behalf}{task}", who.label()))
}

fn does(action: &Action) -> String {
    let categories: Vec<&str> = action.categories.iter().map(|c| c.as_str()).collect();
    let mut text = format!("{}: {} ({})", action.title(), action.impact, categories.join(", "));
    if !action.targets.is_empty() {
        let _ = write!(text, " of {}", action.targets.join(", "));
    }
    escape(&text)
}

fn place(action: &Action) -> String {
    let evidence: Vec<&str> =
        action.evidence.iter().filter(|e| e.about == "environment").map(|e| e.text.as_str()).collect();
    let service = action.service.as_deref().map(|service| format!("/{service}")).unwrap_or_default();
    let because = if evidence.is_empty() { String::new() } else { format!(": {}", evidence.join("; ")) };
    escape(&format!("{}{service}{because}", action.environment))
}

/// What could go wrong, in the words of the worst of it.
fn wrong(actions: &[Action]) -> String {
    let worst = actions.iter().map(|action| action.impact).max().unwrap_or(Impact::Unknown);
    let words = match worst {
        Impact::Read => "it hands out what it reads",
        Impact::Write => "the change may be wrong, or land in the wrong place",
        Impact::Destroy => "what it deletes or overwrites may be needed, and may not come back",
        Impact::Unknown => "what it does could not be told before it runs: anything its user may do",
    };
    words.to_owned()
}

/// The way back, as far as it is known.
fn undo(actions: &[Action]) -> String {
    let mut ways: Vec<&str> = actions.iter().filter(|a| a.impact > Impact::Read).map(way_back).collect();
    ways.dedup();
    if ways.is_empty() { "nothing to undo".to_owned() } else { ways.join("; ") }
}

fn way_back(action: &Action) -> &'static str {
    match (action.reversible, action.tool.as_str()) {
        (Reversible::No, _) => "there is no way back",
        (_, "kubectl") => "`kubectl rollout undo`, or apply the objects as they were",
        (_, "helm") => "`helm rollback` to the revision before",
        (_, "terraform" | "tofu") => "apply the configuration as it was; what was replaced is new",
        (_, "git") => "push the commit that was there before",
        (Reversible::Yes, _) => "the tool can take it back",
        (Reversible::Unknown, _) => "no way back is known",
    }
}

fn bound(row: &RequestRow) -> String {
    let fields = &row.body.binding.fields;
    let is_bound = |field: &BoundField| match field {
        BoundField::Preview => row.preview.is_some(),
        field => fields.contains_key(field),
    };
    let (bound, not): (Vec<_>, Vec<_>) = BoundField::ALL.into_iter().partition(is_bound);
    let names = |list: &[BoundField]| list.iter().map(|field| field.as_str()).collect::<Vec<_>>().join(", ");
    let not = if not.is_empty() { String::new() } else { format!("; not bound: {}", names(&not)) };
    format!("{}{not}", names(&bound))
}

fn assurance(row: &RequestRow, has: Assurance) -> String {
    let needed = row.body.verdict.min_assurance();
    let here = match has {
        Assurance::A0 => "A0: made here, a decision comes from the same user id as the agent; nothing proves a human",
        Assurance::A1 => "A1 at most: the channel's vendor says who decides; nothing of it is signed",
        Assurance::A2 => "A2: a decision comes from another user id than the agent's",
        Assurance::A3 => "A3: a decision is signed",
    };
    if needed > has {
        format!("{here}. The rule wants {needed}; `aigov approve --sign` is A3 with a security key")
    } else {
        here.to_owned()
    }
}
