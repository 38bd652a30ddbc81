//! What aigov says of its own outcome to an agent: one JSON object, or the same in words.

use serde::Serialize;

use crate::approval::outcome::Outcome;
use crate::error::Error;
use crate::govern::Hold;
use crate::govern::approvers::Case;
use crate::model::decision::{Decision, Verdict};
use crate::model::request::{RequestRow, RequestState};
use crate::policy::decide::NO_POLICY;

use crate::text::escape::escape;

/// The version of the object's form.
const SCHEMA: u16 = 1;
/// How long an agent should wait before it looks again, in seconds.
const RETRY_AFTER_S: u32 = 30;
/// The status of what ran and does not hold, and is still there.
const UNVERIFIED: &str = "unverified";
/// What an agent must not do instead.
const NO_OTHER_WAY: &str = "do not retry, rephrase or reach the same end another way";

/// aigov's own outcome. `status` is a request's state, `unverified`, `denied`, `reason_needed` or `error`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The form's version.
    pub schema: u16,
    /// What came of it.
    pub status: String,
    /// The ticket, when there is one.
    pub ticket: Option<String>,
    /// The rule that decided.
    pub rule: Option<String>,
    /// What was attempted.
    pub attempted: Option<String>,
    /// Why.
    pub reason: String,
    /// What is allowed instead.
    pub alternatives: Vec<String>,
    /// What to do next: a command, or words.
    pub next: String,
    /// Seconds to wait before that.
    pub retry_after: Option<u32>,
    /// The child's exit code, when it ran.
    pub exit_code: Option<i32>,
    /// Who decides, how many, at which stage; nothing once it is decided, and where any human may.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decides: Vec<String>,
    /// Whom a human asks about the rule, where policy says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

impl Status {
    /// The status of an outcome of `exec` or `run`.
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Ran { outcome, .. } => Self {
                exit_code: outcome.exit_code,
                ..Self::new(
                    outcome.state().as_str(),
                    outcome.start_error.clone().unwrap_or_else(|| "it ran".to_owned()),
                    "",
                )
            },
            Outcome::Denied { id, verdict, hold } => {
                let mut status = Self::denied(verdict, hold.as_ref());
                status.ticket = id.as_ref().map(ToString::to_string);
                status
            }
            Outcome::Ticket(row) => Self::of_row(row),
            Outcome::Unverified(row) => Self::unverified(row),
            Outcome::ReasonNeeded(verdict) => {
                let next = "run the same again with `aigov exec --reason \"why this is needed\" …`; a human reads it";
                Self::new("reason_needed", format!("{}; a human decides, and wants a reason", because(verdict)), next)
                    .ruled(verdict)
            }
        }
    }

    /// The status of a request, as `wait` and `withdraw` tell it.
    pub fn of_row(row: &RequestRow) -> Self {
        let verdict = &row.body.verdict;
        let note = row.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
        let decided = row.approvals.last().map(|a| {
            let why = a.rationale.as_ref().map(|r| format!(": {r}")).unwrap_or_default();
            format!("{}{why}", a.human)
        });
        let (reason, next) = match row.state {
            RequestState::Preparing | RequestState::Pending => (
                format!("{}; {} with `aigov approve {}`", because(verdict), decide(row), row.id),
                format!("`aigov wait {0}`, then `aigov run {0}`; {NO_OTHER_WAY}", row.id),
            ),
            RequestState::Approved => {
                (format!("approved by {}", decided.unwrap_or_default()), format!("`aigov run {}`", row.id))
            }
            RequestState::Rejected => (
                format!("rejected by {}", decided.unwrap_or_default()),
                format!("stop and tell the human; {NO_OTHER_WAY}"),
            ),
            RequestState::Expired => {
                (format!("the request expired{note}"), "ask again if it is still needed".to_owned())
            }
            RequestState::Withdrawn => {
                (format!("the request was withdrawn{note}"), "ask again if it is still needed".to_owned())
            }
            RequestState::Invalidated => (
                format!("what was approved has changed{note}"),
                "ask again; a human has to see what it is now".to_owned(),
            ),
            RequestState::Running => ("it is running".to_owned(), format!("`aigov wait {}`", row.id)),
            RequestState::Succeeded | RequestState::Failed => (
                "the request has run; an approval is used once".to_owned(),
                "ask again if it is needed again".to_owned(),
            ),
            RequestState::OutcomeUnknown => (
                "it was started and how it ended is not known".to_owned(),
                "look at the target before anything else; tell the human".to_owned(),
            ),
            RequestState::RolledBack => ("it was rolled back".to_owned(), "tell the human".to_owned()),
        };
        let waits = matches!(row.state, RequestState::Preparing | RequestState::Pending | RequestState::Running);
        Self {
            ticket: Some(row.id.to_string()),
            attempted: Some(row.body.command.to_string()),
            retry_after: waits.then_some(RETRY_AFTER_S),
            exit_code: row.outcome.as_ref().and_then(|outcome| outcome.exit_code),
            decides: decides(row),
            ..Self::new(row.state.as_str(), reason, &next).ruled(verdict)
        }
    }

    /// The status of what ran and does not hold.
    fn unverified(row: &RequestRow) -> Self {
        let state = row.verification.as_ref();
        let ended = state.and_then(|state| state.ended.as_ref());
        let check = ended.map_or_else(|| "its verification did not come to an end".to_owned(), |ended| ended.why());
        let (status, then, next) = match (row.state, state.and_then(|state| state.left.as_deref())) {
            (RequestState::RolledBack, _) => {
                let by = state.and_then(|state| state.way_back.as_ref());
                let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
                (
                    RequestState::RolledBack.as_str(),
                    format!("it was rolled back{by}"),
                    "tell the human; find out why before it is asked again",
                )
            }
            (_, Some(left)) => (UNVERIFIED, left.to_owned(), "tell the human at once: what was changed is still there"),
            (_, None) => (
                UNVERIFIED,
                "it was not rolled back".to_owned(),
                "tell the human at once: what was changed is still there",
            ),
        };
        let status = Self::new(status, format!("it ran, and {check}; {then}"), next);
        Self {
            ticket: Some(row.id.to_string()),
            attempted: Some(row.body.command.to_string()),
            exit_code: row.outcome.as_ref().and_then(|outcome| outcome.exit_code),
            ..status
        }
    }

    /// The status of an error before anything ran.
    pub fn of_error(error: &Error) -> Self {
        Self::new("error", error.text.clone(), error.hint.agent.as_deref().unwrap_or("tell the human; nothing was run"))
    }

    fn denied(verdict: &Verdict, hold: Option<&Hold>) -> Self {
        let next = if verdict.rule.as_str() == NO_POLICY {
            "ask a human to run `aigov init`".to_owned()
        } else if verdict.alternatives.is_empty() {
            format!("stop and tell the human what you wanted to do and why; {NO_OTHER_WAY}")
        } else {
            format!("use one of the alternatives, or tell the human; {NO_OTHER_WAY}")
        };
        let reason = hold.map_or_else(|| because(verdict), Hold::why);
        let mut status = Self::new("denied", reason, &next).ruled(verdict);
        if let Some(hold) = hold {
            status.rule = Some(hold.rule().to_owned());
        }
        status
    }

    fn new(status: &str, reason: String, next: &str) -> Self {
        Self {
            schema: SCHEMA,
            status: status.to_owned(),
            ticket: None,
            rule: None,
            attempted: None,
            reason,
            alternatives: Vec::new(),
            next: next.to_owned(),
            retry_after: None,
            exit_code: None,
            decides: Vec::new(),
            owner: None,
        }
    }

    fn ruled(self, verdict: &Verdict) -> Self {
        Self {
            rule: Some(verdict.rule.to_string()),
            attempted: self.attempted.or_else(|| Some(attempted(verdict))),
            alternatives: verdict.alternatives.clone(),
            owner: verdict.matches.first().and_then(|found| found.owner.clone()),
            ..self
        }
    }

    /// The same in words, for stderr.
    pub fn words(&self) -> String {
        let ticket = self.ticket.as_deref().map(|ticket| format!(" {ticket}")).unwrap_or_default();
        let mut text = format!("aigov: {}{ticket}\n", self.status);
        let mut line = |label: &str, value: &str| text.push_str(&format!("  {label:<9}{}\n", escape(value)));
        if let Some(attempted) = &self.attempted {
            line("asked", attempted);
        }
        let rule = self.rule.as_deref().map(|rule| format!(" (rule `{rule}`)")).unwrap_or_default();
        line("why", &format!("{}{rule}", self.reason));
        for one in &self.decides {
            line("decides", one);
        }
        if let Some(owner) = &self.owner {
            line("owner", owner);
        }
        for alternative in &self.alternatives {
            line("instead", alternative);
        }
        if !self.next.is_empty() {
            line("next", &self.next);
        }
        text
    }
}

/// The verdict's reason in one sentence.
pub fn because(verdict: &Verdict) -> String {
    let said = verdict.matches.first().and_then(|found| found.message.clone());
    said.or_else(|| verdict.reasons.first().cloned()).unwrap_or_else(|| match verdict.decision {
        Decision::Allow => "allowed".to_owned(),
        Decision::Flag => "allowed, and put on the review list".to_owned(),
        Decision::Ask => "a human decides this".to_owned(),
        Decision::Deny => "not allowed".to_owned(),
    })
}

/// Who decides, where not any human may: with the freeze windows that hold it back.
fn decides(row: &RequestRow) -> Vec<String> {
    let names_some = !row.body.verdict.demands().is_empty() || row.body.verdict.approvals_needed() > 1;
    let is_open = matches!(row.state, RequestState::Preparing | RequestState::Pending);
    let mut all = Vec::new();
    if names_some && is_open {
        all.extend(Case::of(row).standing().waits_for(row.created));
    }
    if is_open {
        all.extend(row.body.frozen.iter().map(|one| format!("frozen {}", one.describe())));
    }
    all
}

/// Who decides, in a few words.
fn decide(row: &RequestRow) -> &'static str {
    if decides(row).is_empty() { "a human decides" } else { "those named below decide" }
}

fn attempted(verdict: &Verdict) -> String {
    let actions: Vec<String> = verdict
        .actions
        .iter()
        .filter(|action| action.impact == verdict.impact)
        .map(|action| format!("{} ({}) in {}", action.title(), action.impact, action.environment))
        .collect();
    actions.join(", ")
}
