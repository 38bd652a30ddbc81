//! Makes the preview of a request that waits for one, and lets a human decide from then on.
//!
//! Whoever is there makes it: the process that filed the request while it has time, else the first one in which a human
//! looks at it. Two that make it at once lose one of the two; only the recorded one counts.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::binding::BindingKey;
use crate::chain::commit;
use crate::error::{Error, ErrorKind};
use crate::exec::job::ready;
use crate::host::random;
use crate::model::ids::RequestId;
use crate::model::invocation::Invocation;
use crate::model::ledger::{Batch, Durability, Ledger, LedgerError, Sealed, Snapshot, WAY_BACK_FIELD};
use crate::model::record::{Draft, Event};
use crate::model::request::{RequestRow, RequestState};
use crate::model::secret::Commitment;
use crate::policy::understand::understand;
use crate::preview::{self, Finished, Prober, RunWord};

use super::carry::carried;
use super::request::bound_variables;
use super::stored::{KeptWayBack, Stored, judged, way_back};
use super::{Setting, unknown_request};

/// How long a preview may take where a human waits for it, and how long it may take to look at things again. A plan of some
/// hundred resources takes a minute.
pub const PATIENCE: Duration = Duration::from_secs(180);
/// How long the process that files a request makes the caller wait for its preview.
pub const SHORTLY: Duration = Duration::from_secs(10);

/// The sealed table's name for what is started instead of the words.
pub const RUNS_FIELD: &str = "runs";

/// What is started instead of the words, as it is sealed; its files lie beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedRuns {
    /// The words.
    pub argv: Vec<RunWord>,
    /// The names of the files in them.
    pub files: Vec<String>,
}

/// The sealed table's name for a file that is started with.
pub fn file_field(name: &str) -> String {
    format!("file/{name}")
}

/// What to do when the time is up before the preview is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenLate {
    /// Leave it to somebody with more time.
    Leave,
    /// Say that it failed.
    Fail,
}

/// Makes the preview of a request, when it has none, and records it.
///
/// # Errors
/// When the request cannot be read or the ledger cannot be written. A preview that cannot be made is not an error: it is
/// recorded as what it is.
pub fn prepare(
    ledger: &mut dyn Ledger,
    setting: &Setting<'_>,
    id: &RequestId,
    patience: Duration,
    when_late: WhenLate,
) -> Result<RequestRow, Error> {
    let row = ledger.request(id)?.ok_or_else(|| unknown_request(id))?;
    if row.state != RequestState::Preparing {
        return Ok(row);
    }
    let stored = Stored::open(ledger, &row, setting)?;
    let understood =
        understand(&stored.invocation, &setting.facts(&stored.invocation), setting.policies, &row.attribution);
    let ready = ready(&stored.invocation, &understood, &row.attribution)?;
    let key = BindingKey(ledger.binding_key()?);
    let change = stored.changed(key, &row, &understood, &ready)?;
    let judge = |invocation: &Invocation| judged(setting, &row, invocation);
    let kept = row.body.rolls_back.as_ref().map(|first| way_back(ledger, first)).transpose()?;
    let kept = kept.map(|kept| kept.way_back.files).unwrap_or_default();
    let mut prober = Prober::new(&judge, &stored.invocation, &setting.places.data_dir, patience).with_kept(kept);
    let mut shown = None;
    let batch = if let Some(change) = change {
        stored.invalidated(&setting.caller, &change, &[])
    } else {
        let made = preview::make(&stored.invocation, &understood, &ready, &mut prober);
        let finished = match (made, when_late) {
            (Err(_), WhenLate::Leave) => return Ok(row),
            (Err(failure), WhenLate::Fail) => preview::failed(&failure, &stored.invocation, &understood),
            (Ok(finished), _) => finished,
        };
        shown = Some(finished.preview.clone());
        let mut batch = made_batch(&stored, setting, &row, finished)?;
        let mut records = stored.probed(&setting.caller, &prober.into_runs());
        records.append(&mut batch.records);
        Batch { records, ..batch }
    };
    let within = setting.policies.carry_forward();
    record(ledger, id, batch, &mut |snapshot, row| match (&shown, within) {
        (Some(preview), Some(within)) => {
            let carried = carried(snapshot, row, preview, &understood, within)?;
            Ok(carried.map(|carried| stored.draft(&setting.caller, Event::RequestCarriedForward(carried), None)))
        }
        _ => Ok(None),
    })?;
    ledger.request(id)?.ok_or_else(|| unknown_request(id))
}

/// What follows a preview in the same transaction.
type Following<'a> = &'a mut dyn FnMut(&dyn Snapshot, &RequestRow) -> Result<Option<Draft>, LedgerError>;

/// Records what was made, and what follows it, unless somebody else was faster.
fn record(ledger: &mut dyn Ledger, id: &RequestId, batch: Batch, following: Following<'_>) -> Result<(), Error> {
    let mut batch = Some(batch);
    let _recorded = ledger.transact(Durability::Power, &mut |snapshot| {
        let waiting = snapshot.request(id)?.filter(|row| row.state == RequestState::Preparing);
        let (Some(row), Some(mut batch)) = (waiting, batch.take()) else { return Ok(Batch::default()) };
        batch.records.extend(following(snapshot, &row)?);
        Ok(batch)
    })?;
    Ok(())
}

fn made_batch(stored: &Stored, setting: &Setting<'_>, row: &RequestRow, finished: Finished) -> Result<Batch, Error> {
    let mut payloads: Vec<(String, Vec<u8>)> = Vec::new();
    if let Some(runs) = finished.runs {
        let names = runs.files.iter().map(|(name, _)| name.clone()).collect();
        payloads.push((RUNS_FIELD.to_owned(), json(&SealedRuns { argv: runs.argv, files: names })?));
        payloads.extend(runs.files.into_iter().map(|(name, bytes)| (file_field(&name), bytes)));
    }
    if let Some(way_back) = finished.way_back {
        // It must point where the first one pointed, whoever takes it back.
        let env = bound_variables(&stored.invocation, &row.body.verdict);
        payloads.push((WAY_BACK_FIELD.to_owned(), json(&KeptWayBack { way_back, env })?));
    }
    let mut draft = stored.draft(&setting.caller, Event::PreviewMade(Box::new(finished.preview)), None);
    let mut seal = Vec::new();
    for (field, bytes) in payloads {
        let salt = random::salt()?;
        draft.commitments.push(Commitment { field: field.clone(), digest: commit(&salt, &bytes) });
        seal.push(Sealed { request: row.id.clone(), field, salt, bytes });
    }
    Ok(Batch { records: vec![draft], seal, unseal: Vec::new() })
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value)
        .map_err(|error| Error::new(ErrorKind::Internal, format!("cannot write what is to run as JSON: {error}")))
}
