//! A human's decision on a request: what came in, whether it counts, and the record of it.

use crate::error::Error;
use crate::govern::review::{self, Deciding, Looked};
use crate::model::ids::{Digest, RequestId};
use crate::model::ledger::{Batch, Durability, Ledger, LedgerError};
use crate::model::record::{Draft, Event};
use crate::model::request::{ApprovalBody, RequestRow};
use crate::model::review::Review;
use crate::model::secret::Redacted;
use crate::policy::Policies;
use crate::redact::Redactor;

use super::decider::Decider;
use super::judge::{Matter, Weight};
use super::{settle, unknown_request, unseen};

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// It may run, once.
    Approve,
    /// It may not.
    Reject,
    /// It may run, once, without those whom policy asks for; another human reviews it afterwards.
    BreakGlass,
}

impl Choice {
    /// The word of the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::BreakGlass => "approve --break-glass",
        }
    }
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
    let people = policies.people();
    let _recorded = ledger.transact(Durability::Power, &mut |snapshot| {
        refused = decider.outdated(snapshot)?;
        if refused.is_some() {
            return Ok(Batch::default());
        }
        let Some(row) = snapshot.request(id)? else {
            refused = Some(unknown_request(id));
            return Ok(Batch::default());
        };
        // Those to whom it is escalated by now may decide, whether or not anybody has recorded it yet.
        let escalated = settle::escalations(&row, snapshot.now());
        let matter = Matter { snapshot, policies, people: &people, row: &row, escalated: &escalated, decider, decided };
        let review = reviewed(&matter, redactor)?;
        let proved = decider.proof.objection(snapshot, &row)?.map_or(Ok(()), Err);
        let judged = proved.and_then(|()| matter.judge());
        Ok(match judged.and_then(|weight| read(&matter, &review).map(|()| weight)) {
            Ok(weight) => recorded(&matter, (weight, review), redactor),
            Err(error) => {
                let event = refusal(id, decider, decided.choice, &error);
                refused = Some(error);
                one(id, decider, event)
            }
        })
    })?;
    match refused {
        Some(error) => Err(error),
        None => ledger.request(id)?.ok_or_else(|| unknown_request(id)),
    }
}

/// The records of a decision that counts.
fn recorded(matter: &Matter<'_>, decision: (Weight, Review), redactor: &Redactor) -> Batch {
    let id = &matter.row.id;
    let mut batch = one(id, matter.decider, event(matter, decision, redactor));
    let drafts = matter.escalated.iter().map(|one| draft(id, matter.decider, Event::RequestEscalated(one.clone())));
    batch.records.splice(0..0, drafts);
    batch
}

/// How the decision came about, as the transaction sees it.
fn reviewed(matter: &Matter<'_>, redactor: &Redactor) -> Result<Review, LedgerError> {
    let rationale = matter.decided.rationale.map(|text| redactor.text(text));
    let deciding = Deciding {
        human: &matter.decider.human,
        surface: matter.decider.channel.as_str(),
        rationale: rationale.as_ref().map(Redacted::as_str),
        looked: matter.decided.looked,
    };
    review::facts(matter.snapshot, matter.policies, matter.row, &deciding)
}

/// Refuses an approval that is not yet one of somebody who has read what they approve. A rejection always counts, and broken
/// glass is reviewed afterwards.
fn read(matter: &Matter<'_>, review: &Review) -> Result<(), Error> {
    let decided = matter.decided;
    match decided.choice {
        Choice::Approve => {
            review::objection(matter.policies, matter.row, review, decided.viewed_ms).map_or(Ok(()), Err)
        }
        Choice::Reject | Choice::BreakGlass => Ok(()),
    }
}

fn event(matter: &Matter<'_>, (weight, review): (Weight, Review), redactor: &Redactor) -> Event {
    let (decider, decided) = (matter.decider, matter.decided);
    let body = ApprovalBody {
        human: decider.human.clone(),
        identity: Some(decider.identity.clone()),
        uid: decider.brought_by.uid,
        channel: decider.channel.as_str().to_owned(),
        assurance: decider.proof.assurance(),
        rationale: decided.rationale.map(|text| redactor.text(text)),
        single_operator: matter.is_own(),
        shown: decided.shown,
        preview: decided.preview,
        viewed_ms: decided.viewed_ms,
        counts: weight.counts,
        overrides: weight.overrides,
        break_glass: decided.choice == Choice::BreakGlass,
        unseen: decided.choice != Choice::Reject && unseen::is_unseen(matter.row),
        via: decider.via.clone(),
        signature: decider.proof.signature(),
        review: Some(Box::new(review)),
    };
    match decided.choice {
        Choice::Approve | Choice::BreakGlass => Event::RequestApproved(body),
        Choice::Reject => Event::RequestRejected(body),
    }
}

fn refusal(id: &RequestId, decider: &Decider, choice: Choice, error: &Error) -> Event {
    Event::AttemptRefused(decider.refusal(format!("aigov {} {id}", choice.as_str()), error.text.clone()))
}

fn one(id: &RequestId, decider: &Decider, event: Event) -> Batch {
    let unseal = if matches!(event, Event::RequestRejected(_)) { vec![id.clone()] } else { Vec::new() };
    Batch { records: vec![draft(id, decider, event)], seal: Vec::new(), unseal }
}

fn draft(id: &RequestId, decider: &Decider, event: Event) -> Draft {
    Draft {
        event,
        request: Some(id.clone()),
        execution: None,
        parent: None,
        attribution: decider.brought_by.clone(),
        commitments: Vec::new(),
    }
}
