//! What aigov says of its own outcome to an agent: one JSON object, or the same in words.

use serde::Serialize;

use crate::approval::outcome::Outcome;
use crate::approval::unseen;
use crate::error::Error;
use crate::govern::Hold;
use crate::govern::approvers::Case;
use crate::model::decision::{Decision, Verdict};
use crate::model::request::{RequestRow, RequestState};
use crate::model::time::Instant;
use crate::policy::decide::NO_POLICY;

use crate::text::escape::escape;

/// The version of the object's form.
const SCHEMA: u16 = 1;
/// How long an agent should wait before it looks again, in seconds.
const RETRY_AFTER_S: u32 = 30;
/// The status of what ran and does not hold, and is still there.
const UNVERIFIED: &str = "unverified";
/// What is left after a denial.
const USE_ANOTHER: &str = "use one of the alternatives, or tell the human";
/// What a human is helped by.
const HOW_TO_ASK: &str =
    "`--reason` says why, `--risk` what could go wrong; `--evidence FILE` and `--tests 'COMMAND'` speak for it";
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
    /// What the human who rejected it said.
    pub feedback: Option<String>,
    /// Who decides: whom policy names for the rules that asked or denied.
    pub decides: Vec<String>,
    /// Until when it waits for a decision.
    pub expires: Option<Instant>,
    /// What makes a decision easier, and how to give it.
    pub how_to_ask: Option<String>,
}

/// What is known of a refusal or a question beside its verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offer {
    /// What would run now instead; each was decided by policy before it was named.
    pub instead: Vec<String>,
    /// The command, redacted.
    pub attempted: Option<String>,
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
                let reason = format!("{}; a human decides, and wants a reason", because(verdict));
                let how_to_ask = Some(HOW_TO_ASK.to_owned());
                Self { how_to_ask, ..Self::new("reason_needed", reason, next).ruled(verdict) }
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
            RequestState::Preparing | RequestState::Pending => match unseen::objection(row) {
                Some(refused) => (refused.text, refused.hint.agent.unwrap_or_default()),
                None => (
                    format!("{}; a human decides with `aigov approve {}`", because(verdict), row.id),
                    format!("`aigov wait {0}`, then `aigov run {0}`; {NO_OTHER_WAY}", row.id),
                ),
            },
            RequestState::Approved => {
                let carried =
                    row.carried.as_ref().map(|carried| format!("the decision on {}, carried forward", carried.from));
                let by = carried.or(decided).unwrap_or_default();
                (format!("approved by {by}"), format!("`aigov run {}`", row.id))
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
            feedback: feedback(row),
            expires: row.body.expires.filter(|_| is_undecided(row)),
            how_to_ask: says_more(row),
            decides: if is_undecided(row) { waits_for(row) } else { Vec::new() },
            ..Self::new(row.state.as_str(), reason, &next).ruled(verdict)
        }
    }

    /// With what is known beside the verdict. What has been decided is not offered anything.
    #[must_use]
    pub fn with(mut self, offer: Offer) -> Self {
        for text in offer.instead {
            if !self.alternatives.contains(&text) {
                self.alternatives.push(text);
            }
        }
        self.attempted = offer.attempted.or(self.attempted);
        if self.status == "denied" && !self.alternatives.is_empty() && self.next.starts_with("stop") {
            self.next = format!("{USE_ANOTHER}; {NO_OTHER_WAY}");
        }
        self
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
            format!("{USE_ANOTHER}; {NO_OTHER_WAY}")
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
            feedback: None,
            decides: Vec::new(),
            expires: None,
            how_to_ask: None,
        }
    }

    fn ruled(self, verdict: &Verdict) -> Self {
        Self {
            rule: Some(verdict.rule.to_string()),
            attempted: self.attempted.or_else(|| Some(attempted(verdict))),
            alternatives: verdict.alternatives.clone(),
            decides: owners(verdict),
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
        for alternative in &self.alternatives {
            line("instead", alternative);
        }
        for one in &self.decides {
            line("decides", one);
        }
        if let Some(expires) = &self.expires {
            line("until", &expires.to_string());
        }
        if let Some(feedback) = self.feedback.as_deref().filter(|feedback| !self.reason.contains(feedback)) {
            line("said", feedback);
        }
        if let Some(how) = &self.how_to_ask {
            line("ask", how);
        }
        if !self.next.is_empty() {
            line("next", &self.next);
        }
        text
    }
}

/// Whose approvals it waits for, and whom the rules name that ask.
fn waits_for(row: &RequestRow) -> Vec<String> {
    let lines = Case::of(row).standing().waits_for(row.created);
    let frozen = row.body.frozen.iter().map(|one| format!("frozen {}", one.describe()));
    lines.into_iter().chain(frozen).chain(owners(&row.body.verdict)).collect()
}

/// The owners of the rules that decided, each once, with how to reach them where policy says so.
fn owners(verdict: &Verdict) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let deciding = verdict.matches.iter().filter(|found| found.decision == verdict.decision);
    for owner in deciding.filter_map(|found| found.owner.clone()) {
        if !all.contains(&owner) {
            all.push(owner);
        }
    }
    all
}

/// Whether a human still has to decide.
fn is_undecided(row: &RequestRow) -> bool {
    matches!(row.state, RequestState::Preparing | RequestState::Pending)
}

/// What the human who rejected it said, in their words.
fn feedback(row: &RequestRow) -> Option<String> {
    let last = row.approvals.last().filter(|_| row.state == RequestState::Rejected)?;
    last.rationale.as_ref().map(ToString::to_string).filter(|text| !text.trim().is_empty())
}

/// How a request that waits can be given more that speaks for it, where nothing does.
fn says_more(row: &RequestRow) -> Option<String> {
    let has_none = row.body.evidence.is_none() && row.body.tests.is_none();
    (is_undecided(row) && has_none).then(|| {
        format!("to say more, `aigov withdraw {}` and ask again with `--evidence FILE` or `--tests 'COMMAND'`", row.id)
    })
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

fn attempted(verdict: &Verdict) -> String {
    let actions: Vec<String> = verdict
        .actions
        .iter()
        .filter(|action| action.impact == verdict.impact)
        .map(|action| format!("{} ({}) in {}", action.title(), action.impact, action.environment))
        .collect();
    actions.join(", ")
}
