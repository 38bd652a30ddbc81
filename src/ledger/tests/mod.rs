//! The ledger against its promises. All in directories of their own.

mod appending;
mod carrying;
mod collecting;
mod deciding;
mod opening;
mod tampering;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tempfile::TempDir;

use super::{Access, HostStamp, SqliteLedger};
use crate::chain;
use crate::model::action::{Action, Category, Environment, Evidence, Impact, Reversible};
use crate::model::attribution::{Attribution, CallerKind, Standing};
use crate::model::binding::Binding;
use crate::model::decision::{Assurance, Decision, Obligation, Tier, Verdict};
use crate::model::ids::{Digest, ExecutionId, RequestId, RuleId};
use crate::model::ledger::{Batch, Durability, Ledger, LedgerError};
use crate::model::record::{Draft, Event, Intent, Note, Record};
use crate::model::request::{ApprovalBody, OutcomeBody, RequestBody};
use crate::model::secret::Redacted;
use crate::model::time::Instant;

/// 2026-11-23T23:39:13Z.
pub(super) const START: i64 = 1_795_477_153_000_000;

/// A clock that tests set.
#[derive(Clone)]
pub(super) struct TestClock(Arc<AtomicI64>);

impl TestClock {
    pub(super) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(START)))
    }

    pub(super) fn add(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    pub(super) fn stamp(&self) -> HostStamp {
        let micros = Arc::clone(&self.0);
        HostStamp {
            boot_id: "b00t".to_owned(),
            host: "testhost".to_owned(),
            now: Box::new(move || Instant::from_micros(micros.load(Ordering::SeqCst))),
        }
    }
}

pub(super) struct Place {
    pub(super) _directory: TempDir,
    pub(super) path: PathBuf,
    pub(super) clock: TestClock,
}

impl Place {
    pub(super) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("aigov").join("ledger.db");
        Self { _directory: directory, path, clock: TestClock::new() }
    }

    pub(super) fn open(&self) -> SqliteLedger {
        self.try_open().unwrap()
    }

    pub(super) fn try_open(&self) -> Result<SqliteLedger, LedgerError> {
        SqliteLedger::open(&self.path, Access::ReadWrite, self.clock.stamp())
    }

    /// The file as anybody could open it, with nothing of ours set.
    pub(super) fn raw(&self) -> rusqlite::Connection {
        raw(&self.path)
    }
}

pub(super) fn raw(path: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).unwrap()
}

pub(super) fn agent(name: &str) -> Attribution {
    Attribution {
        kind: CallerKind::Agent,
        standing: Standing::Claimed,
        agent: Some(name.to_owned()),
        version: None,
        model: None,
        session: None,
        on_behalf_of: Some("ann@testhost".to_owned()),
        task: Some("T-1".to_owned()),
        parent: None,
        uid: 1000,
        evidence: vec![Evidence::new("agent", "CLAUDECODE=1")],
    }
}

pub(super) fn body(impact: Impact, environment: &str, decision: Decision) -> RequestBody {
    let action = Action {
        tool: "kubectl".to_owned(),
        operation: "scale".to_owned(),
        impact,
        categories: BTreeSet::from([Category::Deploy]),
        environment: Environment::named(environment),
        service: None,
        targets: vec!["deployment/web".to_owned()],
        reversible: Reversible::Yes,
        evidence: vec![Evidence::new("impact", "kubectl verb `scale`")],
    };
    RequestBody {
        command: Redacted::assume_clean(format!("kubectl --context {environment} scale deploy/web --replicas 3")),
        argv: vec![Redacted::assume_clean("kubectl"), Redacted::assume_clean("schön \u{1f600}")],
        shell: None,
        cwd: Redacted::assume_clean("/srv"),
        variables: Vec::new(),
        reason: Some(Redacted::assume_clean("traffic")),
        risk: None,
        verdict: Verdict {
            decision,
            tier: Tier::of(decision, impact),
            rule: RuleId::new("scale"),
            origin: "policy.toml:3".to_owned(),
            matches: Vec::new(),
            reasons: vec!["it changes something".to_owned()],
            obligations: BTreeSet::new(),
            alternatives: Vec::new(),
            impact,
            actions: vec![action],
        },
        policy: vec![("/etc/aigov/policy.toml".to_owned(), Digest([7; 32]))],
        policy_writable: false,
        facts: Vec::new(),
        binding: Binding::default(),
        inputs: Vec::new(),
        evidence: None,
        tests: None,
        rolls_back: None,
        frozen: Vec::new(),
        identity: chain::digest("identity", environment.as_bytes()),
        expires: (decision == Decision::Ask).then(|| Instant::from_micros(START + 3_600_000_000)),
        grants: Vec::new(),
    }
}

pub(super) fn draft(event: Event, request: Option<&str>, execution: Option<&str>) -> Draft {
    Draft {
        event,
        request: request.map(RequestId::new),
        execution: execution.map(ExecutionId::new),
        parent: None,
        attribution: agent("claude-code"),
        commitments: Vec::new(),
    }
}

pub(super) fn pending(id: &str) -> Draft {
    draft(Event::RequestPending(Box::new(body(Impact::Write, "prod", Decision::Ask))), Some(id), None)
}

pub(super) fn allowed(id: &str) -> Draft {
    draft(Event::RequestAllowed(Box::new(body(Impact::Read, "prod", Decision::Allow))), Some(id), None)
}

pub(super) fn approval(human: &str, uid: u32, assurance: Assurance) -> ApprovalBody {
    ApprovalBody {
        human: human.to_owned(),
        identity: None,
        uid,
        channel: "terminal".to_owned(),
        assurance,
        rationale: Some(Redacted::assume_clean("looks right")),
        single_operator: false,
        preview: None,
        shown: Some(Digest([9; 32])),
        signature: None,
        viewed_ms: Some(4200),
        review: None,
        counts: Vec::new(),
        overrides: Vec::new(),
        break_glass: false,
        unseen: false,
        via: None,
    }
}

pub(super) fn approved(id: &str) -> Draft {
    draft(Event::RequestApproved(approval("ann@testhost", 1001, Assurance::A0)), Some(id), None)
}

pub(super) fn intent(id: &str, execution: &str) -> Draft {
    let intent =
        Intent { executable: "/bin/kubectl".to_owned(), runs: None, dropped: Vec::new(), pid: 42, pid_start: 77 };
    draft(Event::ExecutionIntended(intent), Some(id), Some(execution))
}

pub(super) fn outcome(id: &str, execution: &str, code: i32) -> Draft {
    let outcome = OutcomeBody { exit_code: Some(code), signal: None, duration_ms: 12, start_error: None };
    draft(Event::ExecutionFinished(outcome), Some(id), Some(execution))
}

pub(super) fn note(text: &str) -> Note {
    Note { note: text.to_owned() }
}

pub(super) fn two_approvals() -> RequestBody {
    let mut body = body(Impact::Write, "prod", Decision::Ask);
    body.verdict.obligations =
        BTreeSet::from([Obligation::Approvals { count: 2 }, Obligation::MinAssurance { assurance: Assurance::A1 }]);
    body
}

/// Appends these drafts in one transaction.
pub(super) fn append(ledger: &mut SqliteLedger, drafts: Vec<Draft>) -> Result<Vec<Record>, LedgerError> {
    append_with(ledger, Durability::Process, drafts)
}

pub(super) fn append_with(
    ledger: &mut SqliteLedger,
    durability: Durability,
    drafts: Vec<Draft>,
) -> Result<Vec<Record>, LedgerError> {
    let mut drafts = Some(drafts);
    let committed = ledger
        .transact(durability, &mut |_| Ok(Batch { records: drafts.take().unwrap_or_default(), ..Batch::default() }))?;
    Ok(committed.records().to_vec())
}

/// A small history with something of everything.
pub(super) fn fill(ledger: &mut SqliteLedger) {
    append(ledger, vec![allowed("r-read"), intent("r-read", "x-read")]).unwrap();
    append(ledger, vec![outcome("r-read", "x-read", 0)]).unwrap();
    append(ledger, vec![pending("r-ask")]).unwrap();
    append(ledger, vec![approved("r-ask")]).unwrap();
    append(ledger, vec![intent("r-ask", "x-ask")]).unwrap();
    append(ledger, vec![outcome("r-ask", "x-ask", 3)]).unwrap();
    append(ledger, vec![pending("r-wait")]).unwrap();
}
