//! Asks the tools: within the time there is, only what policy lets run, and keeps a record of each question.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant as Moment};

use crate::exec::probe::{Answered, Probe, ProbeError, probe};
use crate::exec::resolve::Resolved;
use crate::host::private::PrivateDir;
use crate::host::random;
use crate::model::decision::{Decision, Verdict};
use crate::model::invocation::{Form, Invocation, Raw, Stdin, Variable};
use crate::model::preview::LeftOpen;
use crate::model::record::ProbeRun;
use crate::redact::Redactor;

use super::said::unpainted;
use super::{Made, Subject};

/// How many bytes a tool may answer: a plan of some thousand resources as JSON is some tens of MiB.
const BYTES: usize = 64 * 1024 * 1024;

/// Why a tool's preview could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Why, in words.
    pub why: String,
    /// Whether there was no time. Somebody with more of it can try again.
    pub is_late: bool,
    /// What could be found out all the same.
    pub known: Option<Box<Made>>,
    /// What is therefore settled only when it runs.
    pub open: Vec<LeftOpen>,
}

impl Failure {
    /// A failure that trying again does not change.
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: unpainted(&why.into()), is_late: false, known: None, open: Vec::new() }
    }

    /// The same, with what is therefore settled only when it runs.
    #[must_use]
    pub(super) fn leaving(mut self, open: Option<LeftOpen>) -> Self {
        self.open.extend(open);
        self
    }

    /// The same, with what could be found out all the same.
    #[must_use]
    pub fn knowing(mut self, made: Made) -> Self {
        self.known = Some(Box::new(made));
        self
    }
}

/// One question.
pub struct Asking<'a> {
    /// The program.
    pub program: &'a Resolved,
    /// Its argument vector.
    pub argv: Vec<Raw>,
    /// Where it is asked.
    pub cwd: &'a Path,
    /// Its environment.
    pub env: Vec<Variable>,
}

/// Asks questions and keeps what is recorded of them.
pub struct Prober<'a> {
    judge: &'a dyn Fn(&Invocation) -> Verdict,
    invocation: &'a Invocation,
    data_dir: &'a Path,
    redactor: Redactor,
    until: Moment,
    kept: Vec<(String, Raw)>,
    runs: Vec<ProbeRun>,
}

impl<'a> Prober<'a> {
    /// A prober for an invocation; `judge` is policy's decision for the requester, `patience` how long all questions
    /// together may take.
    pub fn new(
        judge: &'a dyn Fn(&Invocation) -> Verdict,
        invocation: &'a Invocation,
        data_dir: &'a Path,
        patience: Duration,
    ) -> Self {
        let redactor = Redactor::new(&invocation.env);
        Self {
            judge,
            invocation,
            data_dir,
            redactor,
            until: Moment::now() + patience,
            kept: Vec::new(),
            runs: Vec::new(),
        }
    }

    /// The same for a way back that needs these files of the time before.
    #[must_use]
    pub fn with_kept(mut self, kept: Vec<(String, Raw)>) -> Self {
        self.kept = kept;
        self
    }

    /// Files of the time before that take the place of those in the working tree; none where nothing is taken back.
    pub fn kept(&self) -> &[(String, Raw)] {
        &self.kept
    }

    /// What was asked, for the ledger.
    pub fn into_runs(self) -> Vec<ProbeRun> {
        self.runs
    }

    /// The redactor for what comes of it.
    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Whether policy would let the requester run these words without a human. What runs code of the working tree may be
    /// asked only then.
    ///
    /// # Errors
    /// When it would not, with the rule that says so.
    pub fn allowed(&self, subject: &Subject<'_>, argv: &[Raw]) -> Result<(), Failure> {
        let verdict = (self.judge)(&self.plain(argv, Raw::from(subject.directory.clone().into_os_string())));
        match verdict.decision {
            Decision::Allow | Decision::Flag => Ok(()),
            Decision::Ask | Decision::Deny => {
                let words: Vec<_> = argv.iter().map(|word| word.lossy()).collect();
                let why = verdict.reasons.first().map(|why| format!(": {why}")).unwrap_or_default();
                Err(Failure::new(format!(
                    "rule `{}` does not let `{}` run without a human, and without it nobody knows what would change{why}",
                    verdict.rule,
                    words.join(" ")
                )))
            }
        }
    }

    /// The rule that refuses these words to the requester, if one does.
    pub(super) fn refusal(&self, argv: &[Raw], cwd: &Raw) -> Option<String> {
        let verdict = (self.judge)(&self.plain(argv, cwd.clone()));
        (verdict.decision == Decision::Deny).then(|| verdict.rule.to_string())
    }

    fn plain(&self, argv: &[Raw], cwd: Raw) -> Invocation {
        Invocation { form: Form::Argv(argv.to_vec()), cwd, env: self.invocation.env.clone(), stdin: Stdin::Null }
    }

    /// Asks one question.
    ///
    /// # Errors
    /// When there is no answer. An answer that says no is an answer.
    pub fn ask(&mut self, asking: Asking<'_>) -> Result<Answered, Failure> {
        let started = Moment::now();
        let time = self.until.saturating_duration_since(started);
        let argv = self.redactor.words(&asking.argv);
        let question = Probe {
            program: asking.program.clone(),
            argv: asking.argv,
            cwd: PathBuf::from(asking.cwd),
            env: asking.env,
            time,
            bytes: BYTES,
        };
        let name = argv.iter().take(3).map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let answered = probe(&question);
        self.runs.push(ProbeRun {
            argv,
            exit_code: answered.as_ref().ok().and_then(|answered| answered.exit_code),
            failed: answered.as_ref().err().map(|error| self.redactor.text(&error.to_string())),
            duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        });
        answered.map_err(|error| Failure {
            why: format!("`{name}` gave no answer: {error}"),
            is_late: matches!(error, ProbeError::TimedOut { .. }),
            known: None,
            open: Vec::new(),
        })
    }

    /// A place of aigov's own for a file that a tool writes.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn place(&self) -> Result<PrivateDir, Failure> {
        let failed = |error: crate::error::Error| Failure::new(error.text);
        let name = random::execution_id().map_err(failed)?;
        PrivateDir::make(self.data_dir, &format!("preview-{name}")).map_err(failed)
    }
}
