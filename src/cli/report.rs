//! `aigov report`: reports over the ledger.

use crate::error::Error;
use crate::host::identity::Claim;
use crate::host::{clock, terminal};
use crate::ledger::{Access, Filter};
use crate::model::decision::Decision;
use crate::model::request::RequestState;
use crate::model::time::Instant;
use crate::report::reviews::{Reviews, Unanswered};

use super::args::ReportCommand;
use super::audit::when;
use super::output;
use super::session::{Paging, Session};

/// `aigov report`.
///
/// # Errors
/// When the ledger cannot be read or a time cannot be understood.
pub fn report(command: ReportCommand) -> Result<i32, Error> {
    match command {
        ReportCommand::Reviews { since, json, no_pager } => {
            let form = output::form(json);
            let paging = if no_pager { Paging::Never } else { Paging::WhenLong };
            reviews(when(&since, clock::now())?, form, paging)
        }
    }
}

fn reviews(since: Instant, form: output::Form, paging: Paging) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    session.catch_up();
    let ledger = session.ledger_for(Access::ReadOnly)?;
    let expired = ledger.list(&Filter {
        since: Some(since),
        state: Some(RequestState::Expired),
        decision: Some(Decision::Ask),
        ..Filter::default()
    })?;
    let reviews = Reviews::of(&ledger.decisions(Some(since))?, since, Unanswered::among(&expired));
    match form {
        output::Form::Json => output::data(&format!("{}\n", reviews.to_json()))?,
        output::Form::Text => {
            output::paged(&reviews.text(usize::from(terminal::width(&session.host))), &session.pager(paging))?;
        }
    }
    Ok(0)
}
