//! The review that is owed since the glass was broken: another human looks at it, and says what they found.

use crate::error::{Error, ErrorKind};
use crate::model::ids::RequestId;
use crate::model::ledger::{Batch, Durability, Ledger};
use crate::model::record::{Draft, Event, Refusal};
use crate::model::request::{RequestRow, ReviewBody};
use crate::policy::Policies;
use crate::policy::people::People;
use crate::redact::Redactor;

use super::decider::Decider;
use super::judge::is_own;
use super::unknown_request;

/// Records a human's review. A refusal is recorded too.
///
/// # Errors
/// When no review is owed, when this human is not the one to give it, or the ledger cannot be written.
pub fn review(
    ledger: &mut dyn Ledger,
    policies: &Policies,
    id: &RequestId,
    decider: &Decider,
    redactor: &Redactor,
    rationale: &str,
) -> Result<RequestRow, Error> {
    let mut refused = None;
    let people = policies.people();
    let _recorded = ledger.transact(Durability::Power, &mut |snapshot| {
        let Some(row) = snapshot.request(id)? else {
            refused = Some(unknown_request(id));
            return Ok(Batch::default());
        };
        refused = objection(&row, policies, &people, decider, rationale);
        let event = match &refused {
            None => Event::BreakGlassReviewed(body(decider, redactor, rationale)),
            Some(error) => Event::AttemptRefused(Refusal {
                attempted: format!("aigov review {id}"),
                why: error.text.clone(),
                channel: Some(decider.channel.as_str().to_owned()),
                identity: Some(decider.identity.clone()),
                via: decider.via.clone(),
            }),
        };
        let draft = Draft {
            event,
            request: Some(id.clone()),
            execution: None,
            parent: None,
            attribution: decider.brought_by.clone(),
            commitments: Vec::new(),
        };
        Ok(Batch { records: vec![draft], ..Batch::default() })
    })?;
    match refused {
        Some(error) => Err(error),
        None => ledger.request(id)?.ok_or_else(|| unknown_request(id)),
    }
}

fn objection(
    row: &RequestRow,
    policies: &Policies,
    people: &People,
    decider: &Decider,
    rationale: &str,
) -> Option<Error> {
    let no = |text: String| Some(Error::new(ErrorKind::Refused, text));
    let Some(owed) = &row.owed else {
        return no(format!("the glass was not broken for request `{}`, so no review is owed", row.id));
    };
    if let Some(review) = &owed.review {
        return no(format!("request `{}` was reviewed by {} already", row.id, review.human));
    }
    if !people.is_empty() && people.human_of(&decider.identity).is_none() {
        return no(format!("`{}` is none of the humans that policy knows", decider.identity));
    }
    if !decider.brought_by.is_human() && matches!(decider.channel.as_str(), "terminal" | "command") {
        return no(format!("{} is no human, and only humans review", decider.brought_by.label()));
    }
    if owed.human == decider.human {
        return no(format!("{} broke the glass for request `{}`; another human reviews it", owed.human, row.id));
    }
    if is_own(row, people, decider) && !policies.single_operator() {
        return no(format!("request `{}` was asked for {}; another human reviews it", row.id, decider.human));
    }
    if rationale.trim().is_empty() {
        let error = Error::new(ErrorKind::Usage, "who reviews says what they found");
        return Some(
            error.for_human(format!("aigov review {} --rationale \"what I looked at, and what I found\"", row.id)),
        );
    }
    None
}

fn body(decider: &Decider, redactor: &Redactor, rationale: &str) -> ReviewBody {
    ReviewBody {
        human: decider.human.clone(),
        identity: decider.identity.clone(),
        uid: decider.brought_by.uid,
        channel: decider.channel.as_str().to_owned(),
        assurance: decider.proof.assurance(),
        rationale: redactor.text(rationale),
    }
}
