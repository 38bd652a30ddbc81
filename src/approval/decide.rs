//! A human's decision on a request: who may decide, what must be given, and the record of it.

use crate::error::{Error, ErrorKind};
use crate::govern::review::{self, Deciding, Looked};
use crate::model::decision::{Assurance, Obligation};
use crate::model::ids::{Digest, RequestId};
use crate::model::ledger::{Batch, ClockState, Durability, Ledger, LedgerError, Snapshot};
use crate::model::preview::PreviewState;
use crate::model::record::{Draft, Event, Refusal};
use crate::model::request::{ApprovalBody, RequestRow, RequestState};
use crate::model::review::Review;
use crate::model::secret::Redacted;
use crate::policy::Policies;
use crate::redact::Redactor;

use super::decider::Decider;
use super::unknown_request;

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// It may run, once.
    Approve,
    /// It may not.
    Reject,
}

/// What a human decided, and how.
pub struct Decided<'a> {
    /// Yes or no.
    pub choice: Choice,
    /// Why.
    pub rationale: Option<&'a str>,
    /// The digest of what was shown.
    pub shown: Option<Digest>,
    /// The digest of the preview that was decided on.
    pub preview: Option<Digest>,
    /// How long it was on the screen.
    pub viewed_ms: Option<u64>,
    /// What else the surface knows of how it was looked at.
    pub looked: Looked<'a>,
}

/// Records a human's decision. Every channel decides through this.
///
/// # Errors
/// When the request is not pending, when policy wants more than this decision has, or the ledger cannot be written.
/// A refusal is recorded.
pub fn decide(
    ledger: &mut dyn Ledger,
    policies: &Policies,
    id: &RequestId,
    decider: &Decider,
    redactor: &Redactor,
    decided: &Decided<'_>,
) -> Result<RequestRow, Error> {
    let mut refused: Option<Error> = None;
    let _recorded = ledger.transact(Durability::Power, &mut |snapshot| {
        let Some(row) = snapshot.request(id)? else {
            refused = Some(unknown_request(id));
            return Ok(Batch::default());
        };
        let review = reviewed(snapshot, policies, &row, decider, redactor, decided)?;
        refused =
            objection(snapshot, policies, &row, decider, decided).or_else(|| unread(policies, &row, &review, decided));
        Ok(match &refused {
            None => one(id, decider, event(&row, policies, decider, redactor, decided, review)),
            Some(error) => one(id, decider, refusal(id, decided.choice, error)),
        })
    })?;
    match refused {
        Some(error) => Err(error),
        None => ledger.request(id)?.ok_or_else(|| unknown_request(id)),
    }
}

/// How the decision came about, as the transaction sees it.
fn reviewed(
    snapshot: &dyn Snapshot,
    policies: &Policies,
    row: &RequestRow,
    decider: &Decider,
    redactor: &Redactor,
    decided: &Decided<'_>,
) -> Result<Review, LedgerError> {
    let rationale = decided.rationale.map(|text| redactor.text(text));
    let deciding = Deciding {
        human: &decider.human,
        surface: decider.channel.as_str(),
        rationale: rationale.as_ref().map(Redacted::as_str),
        looked: decided.looked,
    };
    review::facts(snapshot, policies, row, &deciding)
}

/// Why an approval is not yet one of somebody who has read what they approve. A rejection always counts.
fn unread(policies: &Policies, row: &RequestRow, review: &Review, decided: &Decided<'_>) -> Option<Error> {
    match decided.choice {
        Choice::Approve => review::objection(policies, row, review, decided.viewed_ms),
        Choice::Reject => None,
    }
}

/// Why this decision does not count, if it does not.
fn objection(
    snapshot: &dyn Snapshot,
    policies: &Policies,
    row: &RequestRow,
    decider: &Decider,
    decided: &Decided<'_>,
) -> Option<Error> {
    let no = |kind: ErrorKind, text: String| Some(Error::new(kind, text));
    let may_reject = decided.choice == Choice::Reject && row.state == RequestState::Preparing;
    if row.state == RequestState::Preparing && !may_reject {
        let text =
            format!("the preview of request `{}` is not made yet, and nobody approves what nobody has seen", row.id);
        return Some(
            Error::new(ErrorKind::NotYet, text).for_human(format!("make it and look at it: `aigov show {}`", row.id)),
        );
    }
    if row.state != RequestState::Pending && !may_reject {
        return no(ErrorKind::Refused, format!("request `{}` is {}, so there is nothing to decide", row.id, row.state));
    }
    if row.body.expires.is_some_and(|expires| expires <= snapshot.now()) {
        return no(ErrorKind::Refused, format!("request `{}` has expired", row.id));
    }
    if decided.choice == Choice::Reject {
        return None;
    }
    if let Some(error) = unseen(row, decided) {
        return Some(error);
    }
    if let ClockState::Back(micros) = snapshot.clock() {
        let text = format!("the clock is {} s behind the ledger, so expiry cannot be trusted", micros / 1_000_000);
        return Some(
            Error::new(ErrorKind::Refused, text)
                .for_human("set the clock, or accept it: `aigov doctor --accept-clock`"),
        );
    }
    let needed = row.body.verdict.min_assurance();
    let has = decider.proof.assurance();
    if needed > has {
        let why = if has == Assurance::A0 { ": the same user id as the agent" } else { "" };
        let text = format!(
            "rule `{}` wants assurance {needed}, and a decision made here is {has}{why}",
            row.body.verdict.rule
        );
        return no(ErrorKind::Refused, text);
    }
    let who = &decider.human;
    if row.approvals.iter().any(|approval| approval.human == *who) {
        return no(
            ErrorKind::Refused,
            format!("{who} has already approved request `{}`; another human is needed", row.id),
        );
    }
    if is_own(row, policies, decider) && !policies.single_operator() {
        let text = format!(
            "{who} asked for request `{}`, or it was asked on their behalf; another human has to decide",
            row.id
        );
        return Some(Error::new(ErrorKind::Refused, text).for_human(
            "for a team of one, set `single_operator = true` at the top of the policy; every record then says so",
        ));
    }
    let wants_rationale = row.body.verdict.obligations.contains(&Obligation::Rationale);
    if wants_rationale && decided.rationale.is_none_or(|text| text.trim().is_empty()) {
        return Some(
            Error::new(ErrorKind::Usage, format!("rule `{}` wants a rationale", row.body.verdict.rule))
                .for_human(format!("aigov approve {} --rationale \"why this is right\"", row.id)),
        );
    }
    None
}

/// Whether the preview that was decided on is the one that is there, and there where policy wants one.
fn unseen(row: &RequestRow, decided: &Decided<'_>) -> Option<Error> {
    let digest = row.preview.as_ref().map(|preview| preview.digest);
    if digest != decided.preview {
        let text = format!("the preview of request `{}` is not the one that was decided on", row.id);
        return Some(Error::new(ErrorKind::Refused, text).for_human(format!("look at it: `aigov show {}`", row.id)));
    }
    let is_ready = row.preview.as_ref().is_some_and(|preview| preview.state == PreviewState::Ready);
    if row.body.verdict.obligations.contains(&Obligation::Preview) && !is_ready {
        let text = format!(
            "rule `{}` wants to see what will change, and there is no preview of request `{}`",
            row.body.verdict.rule, row.id
        );
        return Some(Error::new(ErrorKind::Refused, text));
    }
    None
}

/// Where it is not known for whom it was asked, it may be for anybody.
fn is_own(row: &RequestRow, policies: &Policies, decider: &Decider) -> bool {
    let Some(asked_for) = &row.attribution.on_behalf_of else { return true };
    let people = policies.people();
    let account = people.human_of(&format!("local:{asked_for}")).map_or(asked_for, |human| &human.name);
    *account == decider.human || decider.identity == format!("local:{asked_for}")
}

fn event(
    row: &RequestRow,
    policies: &Policies,
    decider: &Decider,
    redactor: &Redactor,
    decided: &Decided<'_>,
    review: Review,
) -> Event {
    let body = ApprovalBody {
        human: decider.human.clone(),
        identity: Some(decider.identity.clone()),
        uid: decider.brought_by.uid,
        channel: decider.channel.as_str().to_owned(),
        assurance: decider.proof.assurance(),
        rationale: decided.rationale.map(|text| redactor.text(text)),
        single_operator: is_own(row, policies, decider),
        shown: decided.shown,
        preview: decided.preview,
        viewed_ms: decided.viewed_ms,
        review: Some(Box::new(review)),
    };
    match decided.choice {
        Choice::Approve => Event::RequestApproved(body),
        Choice::Reject => Event::RequestRejected(body),
    }
}

fn refusal(id: &RequestId, choice: Choice, error: &Error) -> Event {
    let verb = match choice {
        Choice::Approve => "approve",
        Choice::Reject => "reject",
    };
    Event::AttemptRefused(Refusal { attempted: format!("aigov {verb} {id}"), why: error.text.clone() })
}

fn one(id: &RequestId, decider: &Decider, event: Event) -> Batch {
    let unseal = if matches!(event, Event::RequestRejected(_)) { vec![id.clone()] } else { Vec::new() };
    let draft = Draft {
        event,
        request: Some(id.clone()),
        execution: None,
        parent: None,
        attribution: decider.brought_by.clone(),
        commitments: Vec::new(),
    };
    Batch { records: vec![draft], seal: Vec::new(), unseal }
}
