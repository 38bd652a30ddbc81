//! A stored request on its way back: the sealed bytes, checked against their commitment, as an invocation again.

use serde::{Deserialize, Serialize};

use crate::binding::BindingKey;
use crate::chain::commit;
use crate::error::{Error, ErrorKind};
use crate::exec::job::Ready;
use crate::host::{inputs, random};
use crate::model::attribution::Attribution;
use crate::model::binding::BoundField;
use crate::model::decision::Verdict;
use crate::model::facts::{Fact, Want};
use crate::model::ids::{Digest, ExecutionId, RequestId};
use crate::model::invocation::{Form, Invocation, Raw, Stdin, Variable};
use crate::model::ledger::{Batch, Ledger, LedgerError, Snapshot, WAY_BACK_FIELD};
use crate::model::preview::{Pin, PreviewState, RolledBack, WayBack};
use crate::model::record::{Draft, Event, Invalidation, ProbeRun};
use crate::model::request::{OutcomeBody, RequestRow, RequestState, SealedInvocation};
use crate::model::secret::Redacted;
use crate::policy::understand::{Understood, understand};
use crate::preview::{self, Prober};

use super::Setting;
use super::prepare::PATIENCE;
use super::request::{binding_of, bound_variables};

/// The sealed table's name for an invocation.
pub const SEALED_FIELD: &str = "invocation";

/// A stored request, open again.
pub struct Stored {
    /// The execution that it leads to.
    pub execution: ExecutionId,
    /// The invocation: bound variables from the request, the rest from the runner.
    pub invocation: Invocation,
    id: RequestId,
    rolls_back: Option<RequestId>,
    kept: Vec<(String, Raw)>,
}

impl Stored {
    /// Reads the sealed bytes and checks them.
    ///
    /// # Errors
    /// When they are gone, cannot be read, or are not what the chain committed to.
    pub fn open(ledger: &dyn Ledger, row: &RequestRow, setting: &Setting<'_>) -> Result<Self, Error> {
        let damaged = |what: &str| {
            Error::new(ErrorKind::Unavailable, format!("request `{}`: {what}", row.id))
                .for_human("run `aigov audit verify`")
                .for_agent("nothing was run; tell the human that aigov's ledger needs attention")
        };
        let sealed = ledger.sealed(&row.id, SEALED_FIELD)?.ok_or_else(|| damaged("its sealed bytes are gone"))?;
        let digest = commit(&sealed.salt, &sealed.bytes);
        if !row.commitments.iter().any(|c| c.field == SEALED_FIELD && c.digest == digest) {
            return Err(damaged("its sealed bytes are not the ones it was filed with"));
        }
        let stored: SealedInvocation =
            serde_json::from_slice(&sealed.bytes).map_err(|_| damaged("its sealed bytes cannot be read"))?;
        let stdin = match stored.stdin {
            // A human's terminal is the human's alone.
            Stdin::Inherited if !setting.caller.is_human() => Stdin::Null,
            bound => bound,
        };
        let invocation = Invocation { form: stored.form, cwd: stored.cwd, env: merged(&stored.env, setting), stdin };
        let rolls_back = row.body.rolls_back.clone();
        // Once it is taken back, nothing is kept; what needs it then fails for itself.
        let kept = rolls_back.as_ref().and_then(|first| way_back(ledger, first).ok());
        let kept = kept.map(|way_back| way_back.way_back.files).unwrap_or_default();
        Ok(Self { execution: random::execution_id()?, invocation, id: row.id.clone(), rolls_back, kept })
    }

    /// Looks at everything that an approval binds: the fields, then what the preview was made of.
    ///
    /// # Errors
    /// When the executable, an input file or what the preview was made of cannot be looked at.
    pub fn look_again(
        &self,
        key: BindingKey,
        row: &RequestRow,
        understood: &Understood,
        ready: &Ready,
        setting: &Setting<'_>,
    ) -> Result<Seen, Error> {
        let change = self.changed(key, row, understood, ready)?.or_else(|| other_preview(row));
        match (&row.preview, change) {
            (Some(preview), None) if !preview.pins.is_empty() => {
                self.pinned(&preview.pins, row, understood, ready, setting)
            }
            (_, change) => Ok(Seen { change, probes: Vec::new() }),
        }
    }

    fn pinned(
        &self,
        then: &[Pin],
        row: &RequestRow,
        understood: &Understood,
        ready: &Ready,
        setting: &Setting<'_>,
    ) -> Result<Seen, Error> {
        let judge = |invocation: &Invocation| judged(setting, row, invocation);
        let mut prober =
            Prober::new(&judge, &self.invocation, &setting.places.data_dir, PATIENCE).with_kept(self.kept.clone());
        let preview::Pinned { pins: now, failure } = preview::pins(&self.invocation, understood, ready, &mut prober);
        let gone = then.iter().find(|pin| !now.contains(pin));
        // Of a preview that failed in part, what it knew is looked at again, and the rest was approved unseen.
        let failed_in_part = row.preview.as_ref().is_some_and(|preview| preview.state != PreviewState::Ready);
        let is_seen = |pin: &Pin| now.iter().any(|other| other.what == pin.what);
        let is_blind = !failed_in_part || gone.is_some_and(|pin| !is_seen(pin));
        if let Some(failure) = failure.filter(|_| is_blind) {
            let text = format!("cannot look again at what was approved, so nothing was run: {}", failure.why);
            let hint = format!("when that works again: `aigov run {}`", row.id);
            return Err(Error::new(ErrorKind::Unavailable, text).with_hint(hint));
        }
        let come = now.iter().find(|pin| !failed_in_part && !then.contains(pin));
        let moved = gone.or(come);
        let change = moved.map(|pin| Change { field: BoundField::Target, file: Some(pin.what.to_string()) });
        Ok(Seen { change, probes: prober.into_runs() })
    }

    /// The first bound field that is not what it was, with the file where one is known.
    ///
    /// # Errors
    /// When the executable or an input file cannot be read.
    pub fn changed(
        &self,
        key: BindingKey,
        row: &RequestRow,
        understood: &Understood,
        ready: &Ready,
    ) -> Result<Option<Change>, Error> {
        let words = inputs::words(&understood.parsed);
        let env = bound_variables(&self.invocation, &understood.verdict);
        let facts = (understood.facts.as_slice(), &understood.verdict);
        let now = binding_of(key, &self.invocation, (&words, &understood.parsed.scripts), &env, facts, ready)?;
        let field = row.body.binding.first_difference(&now.binding);
        Ok(field.map(|field| Change {
            field,
            file: match field {
                BoundField::Executable => Some(ready.executable()),
                BoundField::Inputs => {
                    input(&row.body.inputs, &now.inputs).or_else(|| script(&row.body.facts, &understood.facts))
                }
                _ => None,
            },
        }))
    }

    /// The record of the intent.
    pub fn intended(&self, caller: &Attribution, ready: &Ready, probes: &[ProbeRun]) -> Batch {
        let event = Event::ExecutionIntended(ready.intent());
        let mut records = self.probed(caller, probes);
        records.push(self.draft(caller, event, Some(self.execution.clone())));
        Batch { records, ..Batch::default() }
    }

    /// The records of what was asked.
    pub fn probed(&self, caller: &Attribution, probes: &[ProbeRun]) -> Vec<Draft> {
        probes.iter().map(|run| self.draft(caller, Event::ProbeRun(run.clone()), None)).collect()
    }

    /// The record that a bound field changed.
    pub fn invalidated(&self, caller: &Attribution, change: &Change, probes: &[ProbeRun]) -> Batch {
        let field = change.field;
        let what = change.file.as_deref().unwrap_or("it");
        let note = format!("{what} is not what it was when this was asked");
        let event = Event::RequestInvalidated(Invalidation { field: field.as_str().to_owned(), note });
        let mut records = self.probed(caller, probes);
        records.push(self.draft(caller, event, None));
        Batch { records, seal: Vec::new(), unseal: vec![self.id.clone()] }
    }

    /// What follows its end.
    pub fn finishing(&self) -> Finishing {
        Finishing { execution: self.execution.clone(), unseal: true, rolls_back: self.rolls_back.clone() }
    }

    /// A record that belongs to the request.
    pub fn draft(&self, caller: &Attribution, event: Event, execution: Option<ExecutionId>) -> Draft {
        Draft {
            event,
            request: Some(self.id.clone()),
            execution,
            parent: caller.parent.clone(),
            attribution: caller.clone(),
            commitments: Vec::new(),
        }
    }
}

/// What was seen right before a run.
pub struct Seen {
    /// What is not as it was.
    pub change: Option<Change>,
    /// What was asked to find out.
    pub probes: Vec<ProbeRun>,
}

/// A way back with the variables that said where the first one points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptWayBack {
    /// The way back.
    #[serde(flatten)]
    pub way_back: WayBack,
    /// The bound variables of the first one.
    #[serde(default)]
    pub env: Vec<Variable>,
}

impl KeptWayBack {
    /// The way back as an invocation: the bound variables of the first one, the rest from the runner.
    pub fn invocation(self, setting: &Setting<'_>) -> Invocation {
        let env = merged(&self.env, setting);
        Invocation { form: Form::Argv(self.way_back.argv), cwd: self.way_back.cwd, env, stdin: Stdin::Null }
    }
}

/// The way back of a request, while it is kept.
///
/// # Errors
/// When it is not there, or cannot be read.
pub fn way_back(ledger: &dyn Ledger, id: &RequestId) -> Result<KeptWayBack, Error> {
    let sealed = ledger.sealed(id, WAY_BACK_FIELD)?.ok_or_else(|| {
        Error::new(ErrorKind::Input, format!("no way back of request `{id}` is kept"))
            .with_hint(format!("`aigov show {id}` tells what is known of one"))
    })?;
    serde_json::from_slice(&sealed.bytes).map_err(|error| {
        Error::new(ErrorKind::Unavailable, format!("the way back of request `{id}` cannot be read: {error}"))
    })
}

/// What policy says to an invocation of the one who asked.
pub fn judged(setting: &Setting<'_>, row: &RequestRow, invocation: &Invocation) -> Verdict {
    understand(invocation, &setting.facts(invocation), setting.policies, &row.attribution).verdict
}

/// Whether what was approved is the preview that is there.
fn other_preview(row: &RequestRow) -> Option<Change> {
    let preview = row.preview.as_ref()?;
    let is_it = preview::digest_of(preview) == preview.digest
        && row.approvals.iter().all(|approval| approval.preview == Some(preview.digest))
        && row.carried.as_ref().is_none_or(|carried| carried.preview == preview.digest);
    (!is_it).then_some(Change { field: BoundField::Preview, file: None })
}

/// The first input file that changed, came or went.
fn input(then: &[(Redacted, Digest)], now: &[(Redacted, Digest)]) -> Option<String> {
    let other = |one: &[(Redacted, Digest)], all: &[(Redacted, Digest)]| {
        one.iter().find(|file| !all.contains(file)).map(|(path, _)| path.to_string())
    };
    other(then, now).or_else(|| other(now, then))
}

/// A bound field that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The field.
    pub field: BoundField,
    /// The file in which it shows.
    pub file: Option<String>,
}

/// The first file whose text was read for the request and is another now.
fn script(then: &[Fact], now: &[Fact]) -> Option<String> {
    let digest = |fact: &Fact| fact.answer.field("sha256").map(str::to_owned);
    then.iter().find_map(|fact| match &fact.want {
        Want::FileText { path } => {
            let other = now.iter().find(|other| other.want == fact.want);
            (other.map(digest) != Some(digest(fact))).then(|| path.clone())
        }
        _ => None,
    })
}

/// What is recorded when an execution ends.
pub struct Finishing {
    /// The execution.
    pub execution: ExecutionId,
    /// Whether sealed bytes are to be erased.
    pub unseal: bool,
    /// The request that it takes back, where it succeeds.
    pub rolls_back: Option<RequestId>,
}

impl Finishing {
    /// The record of the outcome.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn finished(
        &self,
        snapshot: &dyn Snapshot,
        id: &RequestId,
        caller: &Attribution,
        outcome: &OutcomeBody,
    ) -> Result<Batch, LedgerError> {
        let draft = |event: Event, request: &RequestId, execution: Option<ExecutionId>| Draft {
            event,
            request: Some(request.clone()),
            execution,
            parent: caller.parent.clone(),
            attribution: caller.clone(),
            commitments: Vec::new(),
        };
        let ended = Event::ExecutionFinished(outcome.clone());
        let mut records = vec![draft(ended, id, Some(self.execution.clone()))];
        let mut unseal = if self.unseal { vec![id.clone()] } else { Vec::new() };
        if let Some(first) = self.rolls_back.as_ref().filter(|_| outcome.state() == RequestState::Succeeded) {
            let row = snapshot.request(first)?;
            // It may have been taken back twice; then it is told once.
            if row.is_some_and(|row| row.state.may_become(RequestState::RolledBack)) {
                records.push(draft(Event::RequestRolledBack(RolledBack { by: id.clone() }), first, None));
                unseal.push(first.clone());
            }
        }
        Ok(Batch { records, seal: Vec::new(), unseal })
    }
}

/// The bound variables, then whatever else the runner has; a bound tool's variable that the request did not have
/// stays out.
fn merged(bound: &[Variable], setting: &Setting<'_>) -> Vec<Variable> {
    let mut env = bound.to_vec();
    for (name, value) in setting.host.env() {
        if !env.iter().any(|(known, _)| known == name) {
            env.push((name.clone(), value.clone()));
        }
    }
    env
}
