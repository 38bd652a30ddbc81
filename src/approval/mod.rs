//! Requests on their way to a human's decision and back: filed, shown, decided, stored until they run.

pub mod carry;
pub mod channels;
pub mod decide;
pub mod decider;
pub mod foresee;
pub mod granting;
pub mod hunks;
mod judge;
pub mod outcome;
pub mod owed;
pub mod prepare;
pub mod present;
pub mod queue;
pub mod request;
pub mod settle;
pub mod signature;
pub mod snapshot;
pub mod standing;
pub mod stored;
pub mod terminal;
pub mod unseen;

use crate::error::{Error, ErrorKind};
use crate::host::Host;
use crate::host::facts::HostFacts;
use crate::host::paths::Places;
use crate::model::attribution::Attribution;
use crate::model::ids::RequestId;
use crate::model::invocation::Invocation;
use crate::policy::Policies;

/// Who calls, on which host, by which policy.
pub struct Setting<'a> {
    /// The host.
    pub host: &'a Host,
    /// Where aigov's files are.
    pub places: &'a Places,
    /// The policy layers.
    pub policies: &'a Policies,
    /// The caller.
    pub caller: Attribution,
}

impl Setting<'_> {
    /// The host's answers for an invocation, live.
    pub fn facts<'i>(&'i self, invocation: &'i Invocation) -> HostFacts<'i> {
        HostFacts::new(self.places, invocation)
    }
}

/// The error for a ticket that the ledger does not know.
pub fn unknown_request(id: &RequestId) -> Error {
    Error::new(ErrorKind::Input, format!("there is no request `{id}` in this ledger"))
        .with_hint("`aigov requests --all` lists them")
}
