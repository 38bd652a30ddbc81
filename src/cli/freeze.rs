//! `aigov freeze` and `aigov unfreeze`: the stop switch.

use crate::error::{Error, ErrorKind};
use crate::host::identity::Claim;
use crate::host::{clock, terminal};
use crate::ledger::Access;
use crate::model::ledger::{Batch, Durability, Ledger as _, LedgerError};
use crate::model::record::{Event, Freeze};
use crate::report::freezing;

use super::args::{FreezeArgs, UnfreezeArgs};
use super::output;
use super::session::Session;

/// `aigov freeze`.
///
/// # Errors
/// When the environment is not known, or the ledger cannot be written.
pub fn freeze(args: &FreezeArgs) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    if args.list {
        return list(&session, args.json.then_some(()));
    }
    if let Some(name) = &args.what.environment {
        known(&session, name)?;
    }
    let freeze = set(&session, &args.what);
    append(&session, Event::FreezeSet(freeze.clone()))?;
    output::talk(&format!("aigov: {} is frozen: nothing but plain reads starts there\n", place(&freeze)));
    Ok(0)
}

/// `aigov unfreeze`.
///
/// # Errors
/// When there is no such freeze, or the ledger cannot be written.
pub fn unfreeze(args: &UnfreezeArgs) -> Result<i32, Error> {
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
            .with_hint("`aigov freeze --list` shows the freezes in force"));
    }
    output::talk(&format!("aigov: {} is no longer frozen\n", place(&freeze)));
    Ok(0)
}

/// The freezes in force and the windows of the policy.
fn list(session: &Session, json: Option<()>) -> Result<i32, Error> {
    let policies = session.policies()?;
    let freezes = match session.open_ledger(Access::ReadOnly) {
        Ok(ledger) => ledger.freezes()?,
        Err(LedgerError::Missing { .. }) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let (windows, now) = (policies.freeze_windows().cloned().collect::<Vec<_>>(), clock::now());
    match json {
        Some(()) => output::data(&format!("{}\n", freezing::json(&freezes, &windows, now)))?,
        None if freezes.is_empty() && windows.is_empty() => {
            output::talk("aigov: nothing is frozen, and the policy has no freeze windows\n");
        }
        None => output::data(&freezing::table(&freezes, &windows, now, terminal::width(&session.host)))?,
    }
    Ok(0)
}

fn set(session: &Session, args: &UnfreezeArgs) -> Freeze {
    Freeze { environment: args.environment.clone(), human: session.caller.label(), reason: args.reason.clone() }
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
