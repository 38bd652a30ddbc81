//! `aigov freeze` and `aigov unfreeze`: the stop switch.

use crate::error::{Error, ErrorKind};
use crate::host::identity::Claim;
use crate::model::ledger::{Batch, Durability, Ledger as _};
use crate::model::record::{Event, Freeze};

use super::args::FreezeArgs;
use super::output;
use super::session::Session;

/// `aigov freeze`.
///
/// # Errors
/// When the environment is not known, or the ledger cannot be written.
pub fn freeze(args: FreezeArgs) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    if let Some(name) = &args.environment {
        known(&session, name)?;
    }
    let freeze = set(&session, args);
    append(&session, Event::FreezeSet(freeze.clone()))?;
    output::talk(&format!("aigov: {} is frozen: nothing but plain reads starts there\n", place(&freeze)));
    Ok(0)
}

/// `aigov unfreeze`.
///
/// # Errors
/// When there is no such freeze, or the ledger cannot be written.
pub fn unfreeze(args: FreezeArgs) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    let mut ledger = session.ledger()?;
    let freeze = set(&session, args);
    let mut is_there = false;
    let draft = session.draft(Event::FreezeLifted(freeze.clone()));
    let _recorded = ledger.transact(Durability::Power, &mut |snapshot| {
        is_there = snapshot.freezes()?.iter().any(|known| known.environment == freeze.environment);
        Ok(if is_there { Batch { records: vec![draft.clone()], ..Batch::default() } } else { Batch::default() })
    })?;
    if !is_there {
        return Err(Error::new(ErrorKind::Input, format!("{} is not frozen", place(&freeze)))
            .with_hint("`aigov doctor` shows the freezes in force"));
    }
    output::talk(&format!("aigov: {} is no longer frozen\n", place(&freeze)));
    Ok(0)
}

fn set(session: &Session, args: FreezeArgs) -> Freeze {
    Freeze { environment: args.environment, human: session.caller.label(), reason: args.reason }
}

fn place(freeze: &Freeze) -> String {
    freeze.environment.as_deref().map_or_else(|| "everything".to_owned(), |name| format!("environment `{name}`"))
}

/// A freeze of a misspelt environment would stop nothing.
fn known(session: &Session, name: &str) -> Result<(), Error> {
    let mut names: Vec<String> = session.policies()?.environments().rules.into_iter().map(|(name, _)| name).collect();
    names.extend(["local".to_owned(), "unknown".to_owned()]);
    if names.iter().any(|known| known == name) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Usage, format!("`{name}` is not an environment of the policy"))
        .with_hint(format!("use one of `{}`", names.join("`, `"))))
}

fn append(session: &Session, event: Event) -> Result<(), Error> {
    let mut ledger = session.ledger()?;
    let draft = session.draft(event);
    let _recorded =
        ledger.transact(Durability::Power, &mut |_| Ok(Batch { records: vec![draft.clone()], ..Batch::default() }))?;
    Ok(())
}
