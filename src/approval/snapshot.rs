//! What is started is what was shown: the kept files are laid out where only this user reads them, and the words that name
//! them take the place of those that were asked.

use crate::error::{Error, ErrorKind};
use crate::exec::job::{Output, Ready};
use crate::host::private::PrivateDir;
use crate::model::ids::{ExecutionId, RequestId};
use crate::model::invocation::Raw;
use crate::model::ledger::Ledger;
use crate::model::request::RequestRow;
use crate::preview::RunWord;

use super::Setting;
use super::prepare::{RUNS_FIELD, SealedRuns, file_field};

/// Puts what was shown in the place of what was asked. The directory must live until the run has ended.
///
/// # Errors
/// When what was shown is gone, or cannot be laid out; then nothing may run.
pub fn lay_out(
    ledger: &dyn Ledger,
    row: &RequestRow,
    execution: &ExecutionId,
    setting: &Setting<'_>,
    ready: &mut Ready,
) -> Result<Option<PrivateDir>, Error> {
    if row.approved_with.is_some() {
        ready.output = Output::Error;
    }
    let Some(shown) = row.preview.as_ref().and_then(|preview| preview.runs.clone()) else { return Ok(None) };
    let runs: SealedRuns = serde_json::from_slice(&bytes(ledger, &row.id, RUNS_FIELD)?)
        .map_err(|error| damaged(&row.id, &format!("what is to run cannot be read: {error}")))?;
    let place = PrivateDir::make(&setting.places.data_dir, execution.as_str())?;
    let mut paths = Vec::new();
    for name in runs.files {
        let path = place.put(&name, &bytes(ledger, &row.id, &file_field(&name))?)?;
        paths.push((name, Raw::from(path.into_os_string())));
    }
    let word = |word: RunWord| match word {
        RunWord::Word(raw) => Ok(raw),
        RunWord::File(name) => paths
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, path)| path.clone())
            .ok_or_else(|| damaged(&row.id, &format!("the kept `{name}` is gone"))),
    };
    ready.argv = runs.argv.into_iter().map(word).collect::<Result<_, _>>()?;
    ready.runs = Some(shown);
    Ok(Some(place))
}

fn bytes(ledger: &dyn Ledger, id: &RequestId, field: &str) -> Result<Vec<u8>, Error> {
    let sealed = ledger.sealed(id, field)?.ok_or_else(|| damaged(id, &format!("the kept `{field}` is gone")))?;
    Ok(sealed.bytes)
}

fn damaged(id: &RequestId, what: &str) -> Error {
    Error::new(ErrorKind::Unavailable, format!("request `{id}`: {what}"))
        .for_human("run `aigov audit verify`")
        .for_agent("nothing was run; tell the human that aigov's ledger needs attention")
}
