//! What a request that a human would decide meets in the ledger: the same request, a hold, or grants that let it run at
//! once. All of it is looked at in the transaction that records what follows.

use crate::command::Script;
use crate::error::{Error, ErrorKind};
use crate::exec::job::Ready;
use crate::govern::approvers::{Approved, Demands, Standing};
use crate::govern::grants::{Gap, Often, Wanted, answer};
use crate::govern::windows::in_force;
use crate::govern::{Hold, admit};
use crate::model::attribution::Attribution;
use crate::model::decision::{Obligation, Verdict};
use crate::model::grant::{Grant, GrantRow, GrantUse};
use crate::model::invocation::{Form, Invocation};
use crate::model::ledger::{Batch, Ledger, LedgerError, Snapshot};
use crate::model::record::{Draft, Event, Note};
use crate::model::request::{RequestBody, RequestRow, RequestState};
use crate::model::time::Instant;
use crate::policy::Policies;
use crate::policy::understand::Understood;
use crate::redact::Redactor;

use super::decider::name_of;
use super::judge::is_own_of;
use super::outcome::Outcome;
use super::request::{Filed, redacted_verdict};

/// What it meets, beside grants: those show in the intent that is recorded.
pub enum Met {
    /// The same request: it waits, is approved, or was rejected and has not expired.
    Open(Box<RequestRow>),
    /// Nothing may start.
    Hold(Hold),
    /// Nothing that speaks about it.
    Nothing,
}

impl Met {
    /// What came of it, where nothing was started.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn outcome(self, ledger: &dyn Ledger, filed: Filed) -> Result<Outcome, Error> {
        let row = match self {
            Self::Hold(hold) => {
                let (id, verdict) = (Some(filed.id.clone()), Box::new(filed.into_verdict()));
                return Ok(Outcome::Denied { id, verdict, hold: Some(hold) });
            }
            Self::Open(row) => Some(row),
            Self::Nothing => ledger.request(&filed.id)?.map(Box::new),
        };
        let lost = || Error::new(ErrorKind::Internal, "the request that was just filed is not in the ledger");
        row.map(Outcome::Ticket).ok_or_else(lost)
    }
}

/// Looks, and gives the records that follow.
///
/// # Errors
/// When the ledger cannot be read.
pub fn meet(
    snapshot: &dyn Snapshot,
    policies: &Policies,
    filed: &Filed,
    ready: &Ready,
) -> Result<(Met, Batch), LedgerError> {
    let open = snapshot.open_request(&filed.identity())?;
    let waits = |row: &RequestRow| matches!(row.state, RequestState::Preparing | RequestState::Pending);
    // A human's answer to this very request goes before what was said of its kind, and in a freeze window each is asked for.
    let is_frozen = !in_force(policies, snapshot.now(), filed.verdict()).is_empty();
    let may_look = !is_frozen && open.as_ref().is_none_or(waits);
    let grants = if may_look { snapshot.grants()? } else { Vec::new() };
    let rights = |grant: &Grant| lacks(policies, filed.verdict(), &filed.caller, grant);
    let granted = filed.wanted(snapshot.now()).and_then(|wanted| answer(&wanted, &grants, &rights).ok());
    if let (Some(row), None) = (&open, &granted) {
        return Ok((Met::Open(Box::new(row.clone())), Batch::default()));
    }
    if let Some(hold) = admit(snapshot, policies, filed.verdict(), None)? {
        let batch = filed.denied(Some(&hold));
        return Ok((Met::Hold(hold), batch));
    }
    let batch = granted.map_or_else(|| filed.pending(snapshot.now()), |uses| filed.granted(ready, uses, open.as_ref()));
    Ok((Met::Nothing, batch))
}

/// What grants would say of an invocation that nobody has asked for yet, with what they would use; nothing is spent.
///
/// # Errors
/// Why they would not let it run.
pub fn would(
    policies: &Policies,
    invocation: &Invocation,
    understood: &Understood,
    caller: &Attribution,
    grants: &[GrantRow],
    now: Instant,
) -> Result<Vec<GrantUse>, Gap> {
    let verdict = redacted_verdict(&Redactor::new(&invocation.env), understood.verdict.clone());
    let often = often(&invocation.form, &understood.parsed.scripts);
    let rights = |grant: &Grant| lacks(policies, &verdict, caller, grant);
    answer(&Wanted { verdict: &verdict, caller, often, now }, grants, &rights)
}

/// How often the commands of an invocation can run.
fn often(form: &Form, scripts: &[Script]) -> Often {
    match form {
        _ if !scripts.is_empty() => Often::Perhaps,
        Form::Argv(_) => Often::AsWritten,
        Form::Shell { text, .. } => Often::of_text(&text.lossy()),
    }
}

/// Why the human of a grant could not approve this request alone, as things are now; none when they could.
///
/// What the grant itself must have (its assurance, a rationale) is `govern`'s to say.
pub fn lacks(policies: &Policies, verdict: &Verdict, asked_by: &Attribution, grant: &Grant) -> Option<String> {
    let (human, identity) = (grant.human.as_str(), grant.identity.as_str());
    let people = policies.people();
    let is_known = people.is_empty() || people.human_of(identity).is_some();
    if !is_known || name_of(policies, identity) != human {
        return Some(format!("policy does not know {human} by `{identity}`"));
    }
    let wants_others = verdict.obligations.contains(&Obligation::FourEyes) || !policies.single_operator();
    if wants_others && is_own_of(asked_by, &people, (human, identity)) {
        return Some(format!("{human} asked for it, or it was asked on their behalf"));
    }
    let demands = Demands::of(verdict);
    let by = Approved {
        human: human.to_owned(),
        uid: grant.uid,
        assurance: grant.assurance,
        counts: Vec::new(),
        break_glass: false,
    };
    let counts = Standing::new(&demands, &[], &[]).counts(&by, &|name| people.is_named(human, name));
    let alone = [Approved { counts, ..by }];
    let standing = Standing::new(&demands, &alone, &[]);
    (!standing.has_enough())
        .then(|| format!("it waits for {} as well", standing.waits_for(grant.expires).join("; and ")))
}

impl Filed {
    /// The records of a request that runs at once by grants; the same one that waited for a human is taken back.
    fn granted(&self, ready: &Ready, grants: Vec<GrantUse>, waiting: Option<&RequestRow>) -> Batch {
        let taken_back = waiting.map(|row| {
            let note = Note { note: format!("a grant lets it run, as {}", self.id) };
            Draft { request: Some(row.id.clone()), ..self.draft(Event::RequestWithdrawn(note), None) }
        });
        let body = RequestBody { grants, ..self.body.clone() };
        let begun = self.draft(Event::RequestAllowed(Box::new(body)), None);
        let intent = self.draft(Event::ExecutionIntended(ready.intent()), Some(self.execution.clone()));
        Batch {
            records: taken_back.into_iter().chain([begun, intent]).collect(),
            seal: Vec::new(),
            unseal: waiting.map(|row| row.id.clone()).into_iter().collect(),
        }
    }

    /// What it wants of grants; a way back wants nothing of them.
    fn wanted(&self, now: Instant) -> Option<Wanted<'_>> {
        let often = often(&self.invocation.form, &self.scripts);
        let wanted = Wanted { verdict: &self.body.verdict, caller: &self.caller, often, now };
        self.body.rolls_back.is_none().then_some(wanted)
    }
}
