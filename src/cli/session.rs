//! What a subcommand opens: the host, the caller, the policy layers, the ledger. Each only when it is needed.

use std::path::PathBuf;

use crate::approval::Setting;
use crate::approval::settle::settle;
use crate::broker::Broker;
use crate::error::{Error, ErrorKind};
use crate::host::identity::{Claim, attribute};
use crate::host::paths::Places;
use crate::host::{Host, clock, private};
use crate::ledger::{Access, Filter, HostStamp, SqliteLedger};
use crate::model::attribution::{Attribution, Audience};
use crate::model::ledger::{Batch, Durability, Ledger, LedgerError};
use crate::model::record::{Draft, Event, PolicySeen, Refusal};
use crate::model::request::{RequestRow, RequestState};
use crate::policy::Policies;
use crate::policy::layers::LayerKind;
use crate::report::packs::{all, names};
use crate::text::layout::Colour;
use crate::verification;

use super::output::Pager;
use super::{exec, is_allowed, not_for_you};

/// Whether a long text goes through the pager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// Where stdout is a terminal that is too short for it.
    WhenLong,
    /// Not at all.
    Never,
}

/// Host, places and caller.
pub struct Session {
    /// The host.
    pub host: Host,
    /// Where aigov's files are.
    pub places: Places,
    /// Who calls.
    pub caller: Attribution,
}

impl Session {
    /// Looks at the host.
    ///
    /// # Errors
    /// When there is no working directory or no place for aigov's files.
    pub fn open(claim: &Claim) -> Result<Self, Error> {
        let host = Host::capture()?;
        let places = Places::find(&host)?;
        let caller = attribute(&host, claim);
        Ok(Self { host, places, caller })
    }

    /// The policy layers in force; without any file the built-in one.
    ///
    /// # Errors
    /// When a layer has faults: all of them, rendered.
    pub fn policies(&self) -> Result<Policies, Error> {
        Policies::load(self.layers()).map_err(|faults| {
            Error::new(ErrorKind::Config, format!("the policy has faults, so nothing runs\n{faults}"))
                .for_human("correct the policy, then `aigov policy check`")
                .for_agent("nothing was run; tell the human that aigov's policy has faults")
        })
    }

    /// The policy files that exist, strictest place first.
    pub fn layers(&self) -> Vec<(LayerKind, PathBuf)> {
        let places = &self.places;
        let mut layers =
            vec![(LayerKind::Platform, places.policy_platform.clone()), (LayerKind::User, places.policy_user.clone())];
        layers.extend(places.policy_extra.iter().map(|path| (LayerKind::Extra, path.clone())));
        layers.extend(places.policy_repository.iter().map(|path| (LayerKind::Repository, path.clone())));
        layers.retain(|(kind, path)| *kind == LayerKind::Extra || path.symlink_metadata().is_ok());
        layers
    }

    /// The ledger, for reading and writing.
    ///
    /// # Errors
    /// When it cannot be opened or made.
    pub fn ledger(&self) -> Result<SqliteLedger, Error> {
        self.ledger_for(Access::ReadWrite)
    }

    /// The ledger with these rights.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn ledger_for(&self, access: Access) -> Result<SqliteLedger, Error> {
        Ok(self.open_ledger(access)?)
    }

    /// The same, for who has something of their own to say when it is not there.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open_ledger(&self, access: Access) -> Result<SqliteLedger, LedgerError> {
        let stamp = HostStamp { boot_id: clock::boot_id(), host: clock::hostname(), now: Box::new(clock::now) };
        SqliteLedger::open(&self.places.ledger, access, stamp)
    }

    /// The ledger after its overdue work: expiry, and outcomes that nobody will tell.
    ///
    /// # Errors
    /// When it cannot be opened or written.
    pub fn settled_ledger(&self, policies: &Policies) -> Result<SqliteLedger, Error> {
        let mut ledger = self.ledger()?;
        let open = ledger.list(&Filter { open: true, ..Filter::default() })?;
        private::sweep(&self.places.data_dir);
        settle(&mut ledger, &self.caller, &open, policies)?;
        self.go_on(policies, &mut ledger)?;
        Ok(ledger)
    }

    /// Goes on with verifications, and the ways back after them, that a killed process left undone.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn go_on(&self, policies: &Policies, ledger: &mut dyn Ledger) -> Result<(), Error> {
        verification::go_on(&mut Broker { setting: self.setting(policies), ledger }, &mut exec::say)
    }

    /// Does overdue work before questions that only read, where there is some and it can be done; the questions are
    /// answered in any case.
    pub fn catch_up(&self) {
        let is_open = |ledger: SqliteLedger| {
            let is_left = !ledger.open_verifications()?.is_empty() || !ledger.open_executions()?.is_empty();
            Ok::<_, Error>(is_left)
        };
        let has_work = self.ledger_for(Access::ReadOnly).and_then(is_open);
        if has_work.is_ok_and(|is_open| is_open)
            && let Err(error) = self.policies().and_then(|policies| self.settled_ledger(&policies).map(drop))
        {
            exec::say(&format!("overdue work could not be done: {error}"));
        }
    }

    /// The broker's setting.
    pub fn setting<'a>(&'a self, policies: &'a Policies) -> Setting<'a> {
        Setting { host: &self.host, places: &self.places, policies, caller: self.caller.clone() }
    }

    /// Runs a policy layer's own examples and tests once per digest that the ledger has not seen.
    ///
    /// # Errors
    /// When a test fails, or the ledger cannot be used.
    pub fn test_unseen_layers(&self, policies: &Policies, ledger: &mut dyn Ledger) -> Result<(), Error> {
        let mut unseen = Vec::new();
        for (path, digest) in policies.digests() {
            if !ledger.policy_seen(&digest)? {
                unseen.push((path, digest));
            }
        }
        if unseen.is_empty() {
            return Ok(());
        }
        super::policy::run_tests(self, policies)?;
        let records = unseen
            .into_iter()
            .map(|(path, digest)| self.draft(Event::PolicySeen(PolicySeen { path, digest, tests_passed: true })));
        let records: Vec<Draft> = records.collect();
        let _recorded = ledger
            .transact(Durability::Process, &mut |_| Ok(Batch { records: records.clone(), ..Batch::default() }))?;
        Ok(())
    }

    /// Refuses, and records the refusal, unless a human calls.
    ///
    /// # Errors
    /// When an agent calls, or somebody without a terminal.
    pub fn require_human_for(&self, name: &str) -> Result<(), Error> {
        self.require(Audience::Human, name)
    }

    fn require(&self, audience: Audience, name: &str) -> Result<(), Error> {
        if is_allowed(audience, &self.caller) {
            return Ok(());
        }
        let refusal = not_for_you(name, &self.caller);
        let event = Event::AttemptRefused(Refusal::new(format!("aigov {name}"), refusal.text.clone()));
        let draft = self.draft(event);
        let mut ledger = self.ledger()?;
        let _recorded = ledger
            .transact(Durability::Power, &mut |_| Ok(Batch { records: vec![draft.clone()], ..Batch::default() }))?;
        Err(refusal)
    }

    /// Whether what goes to `term` is coloured: at a terminal that can, unless `NO_COLOR` is set.
    pub fn colour(&self, term: &console::Term) -> Colour {
        let can = term.features().is_attended() && term.features().colors_supported();
        let is_unwanted = self.host.variable("NO_COLOR").is_some_and(|value| !value.0.is_empty());
        if can && !is_unwanted { Colour::On } else { Colour::Off }
    }

    /// The caller's pager.
    pub fn pager(&self, paging: Paging) -> Pager {
        let set = ["AIGOV_PAGER", "PAGER"].iter().find_map(|name| self.host.variable(name));
        if paging == Paging::Never || !self.caller.is_human() {
            return Pager::Off;
        }
        Pager::Program(set.map_or_else(|| "less -FRX".to_owned(), |raw| raw.lossy().into_owned()))
    }

    /// A record of the caller's that belongs to no request.
    pub fn draft(&self, event: Event) -> Draft {
        Draft {
            event,
            request: None,
            execution: None,
            parent: self.caller.parent.clone(),
            attribution: self.caller.clone(),
            commitments: Vec::new(),
        }
    }
}

/// Refuses, and records the refusal, unless the caller is one that the subcommand is for.
///
/// # Errors
/// When it is not.
pub fn require(audience: Audience, name: &str) -> Result<(), Error> {
    Session::open(&Claim::default())?.require(audience, name)
}

/// Whether a human calls, for choosing a hint.
pub fn is_human_here() -> bool {
    Session::open(&Claim::default()).is_ok_and(|session| session.caller.is_human())
}

/// Requests for completion; a ledger that cannot be read completes nothing.
pub fn recent_requests() -> Vec<RequestRow> {
    read(&Filter { limit: Some(200), newest_first: true, ..Filter::default() })
}

/// Pending requests for completion.
pub fn pending_requests() -> Vec<RequestRow> {
    read(&Filter { state: Some(RequestState::Pending), newest_first: true, ..Filter::default() })
}

fn read(filter: &Filter) -> Vec<RequestRow> {
    let rows = Session::open(&Claim::default()).and_then(|session| {
        let ledger = session.ledger_for(Access::ReadOnly)?;
        Ok(ledger.list(filter)?)
    });
    rows.unwrap_or_default()
}

/// The ids of grants for completion.
pub fn grant_ids() -> Vec<String> {
    let ids = Session::open(&Claim::default()).and_then(|session| {
        let ledger = session.ledger_for(Access::ReadOnly)?;
        Ok(ledger.all_grants()?.into_iter().map(|row| row.grant.id.to_string()).collect())
    });
    ids.unwrap_or_default()
}

/// The names of tools for completion; without a policy that loads, those that are built in.
pub fn tool_names() -> Vec<&'static str> {
    let policies = Session::open(&Claim::default()).and_then(|session| session.policies());
    names(&all(policies.iter().flat_map(Policies::tools)))
}

/// The policy's environments for completion.
pub fn environment_names() -> Vec<String> {
    let names = Session::open(&Claim::default())
        .and_then(|session| Ok(session.policies()?.environments().rules.into_iter().map(|(name, _)| name).collect()));
    names.unwrap_or_default()
}
