//! The product on one page: the steps from an invocation to its outcome, in order, and nothing else.

use std::time::Duration;

use crate::approval::outcome::Outcome;
use crate::approval::prepare::{WhenLate, prepare};
use crate::approval::request::{Ask, Filed};
use crate::approval::snapshot::lay_out;
use crate::approval::standing::{Met, meet};
use crate::approval::stored::{Finishing, Seen, Stored};
use crate::approval::{Setting, unknown_request};
use crate::binding::BindingKey;
use crate::error::Error;
use crate::exec::job::{Ready, ready};
use crate::exec::permit::Permit;
use crate::exec::start::start;
use crate::govern::admit;
use crate::host::stdin;
use crate::model::decision::Decision;
use crate::model::ids::RequestId;
use crate::model::invocation::Invocation;
use crate::model::ledger::{Batch, Durability, Ledger};
use crate::model::request::{RequestRow, RequestState};
use crate::policy::understand::{Understood, understand};

/// The broker: a setting (who calls, on which host, by which policy) and a ledger.
pub struct Broker<'a> {
    /// Host, policy and caller.
    pub setting: Setting<'a>,
    /// The ledger.
    pub ledger: &'a mut dyn Ledger,
}

impl Broker<'_> {
    /// Understands, decides, and runs, refuses or files a request.
    ///
    /// # Errors
    /// When anything before the start fails; then nothing has run.
    pub fn exec(&mut self, invocation: &Invocation, ask: &Ask) -> Result<Outcome, Error> {
        let understood =
            understand(invocation, &self.setting.facts(invocation), self.setting.policies, &self.setting.caller);
        match understood.verdict.decision {
            Decision::Deny => self.deny(invocation, understood, ask),
            Decision::Allow | Decision::Flag if ask.rolls_back.is_none() => self.run_now(invocation, understood, ask),
            Decision::Allow | Decision::Flag | Decision::Ask => self.file(invocation, understood, ask),
        }
    }

    fn deny(&mut self, invocation: &Invocation, understood: Understood, ask: &Ask) -> Result<Outcome, Error> {
        let filed = Filed::new(&self.setting, invocation, understood, ask)?;
        let _recorded = self.ledger.transact(Durability::Process, &mut |_| Ok(filed.denied(None)))?;
        Ok(Outcome::Denied { id: Some(filed.id.clone()), verdict: Box::new(filed.into_verdict()), hold: None })
    }

    fn run_now(&mut self, invocation: &Invocation, understood: Understood, ask: &Ask) -> Result<Outcome, Error> {
        let durability = Durability::of(understood.verdict.impact);
        let ready = ready(invocation, &understood, &self.setting.caller)?;
        let filed = Filed::new(&self.setting, invocation, understood, ask)?;
        let mut hold = None;
        let committed = self.ledger.transact(durability, &mut |snapshot| {
            hold = admit(snapshot, self.setting.policies, filed.verdict(), None)?;
            Ok(hold.as_ref().map_or_else(|| filed.allowed(&ready), |hold| filed.denied(Some(hold))))
        })?;
        let Some(permit) = Permit::from_committed(&committed, &filed.execution) else {
            return Ok(Outcome::Denied { id: Some(filed.id.clone()), verdict: Box::new(filed.into_verdict()), hold });
        };
        Ok(self.start_and_record(permit, ready, &filed.id, filed.finishing()))
    }

    fn file(&mut self, invocation: &Invocation, understood: Understood, ask: &Ask) -> Result<Outcome, Error> {
        if ask.lacks_reason(&understood.verdict) {
            return Ok(Outcome::ReasonNeeded(Box::new(understood.verdict)));
        }
        let invocation = &stdin::bound(invocation, &understood.parsed, self.setting.caller.is_human())?;
        let ready = ready(invocation, &understood, &self.setting.caller)?;
        let mut filed = Filed::new(&self.setting, invocation, understood, ask)?;
        filed.bind(BindingKey(self.ledger.binding_key()?), &ready)?;
        let mut met = Met::Nothing;
        let committed = self.ledger.transact(Durability::Power, &mut |snapshot| {
            let (found, batch) = meet(snapshot, self.setting.policies, &filed, &ready)?;
            met = found;
            Ok(batch)
        })?;
        match Permit::from_committed(&committed, &filed.execution) {
            Some(permit) => Ok(self.start_and_record(permit, ready, &filed.id, filed.finishing())),
            None => met.outcome(self.ledger, filed),
        }
    }

    /// Makes the preview that a filed request waits for; without it nobody approves.
    ///
    /// # Errors
    /// When the request cannot be read or the ledger cannot be written.
    pub fn prepare(&mut self, id: &RequestId, patience: Duration, when_late: WhenLate) -> Result<RequestRow, Error> {
        prepare(self.ledger, &self.setting, id, patience, when_late)
    }

    /// Runs an approved request once, if everything it was bound to still is what it was.
    ///
    /// # Errors
    /// When the request cannot be read or anything before the start fails; then nothing has run.
    pub fn run(&mut self, id: &RequestId) -> Result<Outcome, Error> {
        let row = self.ledger.request(id)?.ok_or_else(|| unknown_request(id))?;
        if row.state != RequestState::Approved {
            return Ok(Outcome::Ticket(Box::new(row)));
        }
        let stored = Stored::open(self.ledger, &row, &self.setting)?;
        let understood = understand(
            &stored.invocation,
            &self.setting.facts(&stored.invocation),
            self.setting.policies,
            &row.attribution,
        );
        let mut ready = ready(&stored.invocation, &understood, &row.attribution)?;
        let key = BindingKey(self.ledger.binding_key()?);
        let Seen { change, probes } = stored.look_again(key, &row, &understood, &ready, &self.setting)?;
        let _kept_until_the_end = lay_out(self.ledger, &row, &stored.execution, &self.setting, &mut ready)?;
        let (mut hold, mut spent) = (None, None);
        let committed = self.ledger.transact(Durability::Power, &mut |snapshot| {
            spent = snapshot.request(id)?.filter(|now| now.state != RequestState::Approved);
            hold = admit(snapshot, self.setting.policies, &understood.verdict, Some(&row))?;
            Ok(match (&spent, &hold, &change) {
                (Some(_), _, _) | (None, Some(_), _) => Batch::default(),
                (None, None, Some(change)) => stored.invalidated(&self.setting.caller, change, &probes),
                (None, None, None) => stored.intended(&self.setting.caller, &ready, &probes),
            })
        })?;
        if hold.is_some() && spent.is_none() {
            return Ok(Outcome::Denied { id: Some(id.clone()), verdict: Box::new(understood.verdict), hold });
        }
        let Some(permit) = Permit::from_committed(&committed, &stored.execution) else {
            let row = self.ledger.request(id)?.ok_or_else(|| unknown_request(id))?;
            return Ok(Outcome::Ticket(Box::new(row)));
        };
        Ok(self.start_and_record(permit, ready, id, stored.finishing()))
    }

    fn start_and_record(&mut self, permit: Permit, ready: Ready, id: &RequestId, after: Finishing) -> Outcome {
        let job = ready.job(permit.execution());
        let outcome = start(permit, job).unwrap_or_else(|error| error.outcome());
        let caller = self.setting.caller.clone();
        let written =
            self.ledger.transact(Durability::Process, &mut |snapshot| after.finished(snapshot, id, &caller, &outcome));
        Outcome::Ran { id: id.clone(), unrecorded: written.err().map(Error::from), outcome }
    }
}
