//! A request as it is filed: what the chain keeps of it, what is sealed, and the batches of records it leads to.

use std::time::Duration;

use crate::binding::{BindingKey, Parts, bind, identity, input};
use crate::chain::{commit, digest};
use crate::command::Script;
use crate::error::{Error, ErrorKind};
use crate::exec::environment::{relevant, relevant_to_any};
use crate::exec::job::Ready;
use crate::govern::Hold;
use crate::govern::windows::{InForce, among};
use crate::host::{inputs, random};
use crate::model::action::Action;
use crate::model::attribution::Attribution;
use crate::model::binding::Binding;
use crate::model::decision::{Decision, Obligation, Tier, Verdict};
use crate::model::facts::{Answer, Fact};
use crate::model::ids::{Digest, ExecutionId, RequestId, RuleId};
use crate::model::invocation::{Form, Invocation, Variable};
use crate::model::ledger::{Batch, Sealed};
use crate::model::record::{Draft, Event};
use crate::model::request::{Evidence, RequestBody, SealedInvocation, ShellChoice, TestRun};
use crate::model::secret::{Commitment, Redacted};
use crate::model::time::Instant;
use crate::packs::variables::{Does, find};
use crate::policy::understand::Understood;
use crate::policy::windows::FreezeWindow;
use crate::preview;
use crate::redact::Redactor;
use crate::text::quote;

use super::Setting;
use super::stored::{Finishing, SEALED_FIELD};

/// How much of a file that the caller gives is shown, in characters: it lies in the chain for good.
const SHOWN: usize = 16 * 1024;

/// What the caller says with a request.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// Why it is needed.
    pub reason: Option<String>,
    /// What could go wrong.
    pub risk: Option<String>,
    /// The request that this one takes back.
    pub rolls_back: Option<RequestId>,
    /// A file that speaks for it.
    pub evidence: Option<Given>,
    /// The tests that were run for it.
    pub tests: Option<TestRun>,
}

/// A file that the caller gives: its name and content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// As the caller named it.
    pub name: String,
    /// What stands in it.
    pub bytes: Vec<u8>,
}

impl Ask {
    /// Whether policy wants a reason and none was given.
    pub fn lacks_reason(&self, verdict: &Verdict) -> bool {
        let given = self.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
        verdict.obligations.contains(&Obligation::Reason) && !given
    }
}

/// A request that is about to be recorded.
pub struct Filed {
    /// Its id.
    pub id: RequestId,
    /// The execution it would lead to.
    pub execution: ExecutionId,
    pub(super) caller: Attribution,
    pub(super) body: RequestBody,
    pub(super) invocation: Invocation,
    evidence: Option<Given>,
    words: inputs::Words,
    pub(super) scripts: Vec<Script>,
    is_shown: bool,
    sealed: Option<Sealed>,
    lifetime: Duration,
    windows: Vec<FreezeWindow>,
}

impl Filed {
    /// Draws ids and redacts what the chain will keep.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new(
        setting: &Setting<'_>,
        invocation: &Invocation,
        understood: Understood,
        ask: &Ask,
    ) -> Result<Self, Error> {
        let redactor = Redactor::new(&invocation.env);
        let words = inputs::words(&understood.parsed);
        let scripts = understood.parsed.scripts.clone();
        // What runs at once is shown to nobody.
        let is_shown = understood.verdict.decision >= Decision::Ask || ask.rolls_back.is_some();
        let is_shown = is_shown && preview::can_show(invocation, &understood);
        Ok(Self {
            id: random::request_id()?,
            execution: random::execution_id()?,
            caller: setting.caller.clone(),
            body: body(setting, &redactor, invocation, understood, ask),
            invocation: invocation.clone(),
            evidence: ask.evidence.clone(),
            words,
            scripts,
            is_shown,
            sealed: None,
            lifetime: setting.policies.expires(),
            windows: setting.policies.freeze_windows().cloned().collect(),
        })
    }

    /// Who asks, for telling requests apart: taking something back is another request than doing the same.
    fn asker(&self) -> String {
        let taken_back = self.body.rolls_back.as_ref().map(|id| format!(" takes back {id}")).unwrap_or_default();
        let evidence = self.body.evidence.as_ref().map(|given| format!(" with {}", given.digest)).unwrap_or_default();
        format!("{}{taken_back}{evidence}", self.caller.label())
    }

    /// What was decided.
    pub fn verdict(&self) -> &Verdict {
        &self.body.verdict
    }

    /// Gives up the request for its verdict.
    pub fn into_verdict(self) -> Verdict {
        self.body.verdict
    }

    /// The digest by which the same request is recognised.
    pub fn identity(&self) -> Digest {
        self.body.identity
    }

    /// Binds the request to what it is now, and seals the bytes that it needs to run later.
    ///
    /// # Errors
    /// When an input file cannot be read.
    pub fn bind(&mut self, key: BindingKey, ready: &Ready) -> Result<(), Error> {
        let env = bound_variables(&self.invocation, &self.body.verdict);
        let bound = binding_of(
            key,
            &self.invocation,
            (&self.words, &self.scripts),
            &env,
            (&self.body.facts, &self.body.verdict),
            ready,
        )?;
        self.body.evidence = self.evidence.take().map(|given| evidence(&key, &self.invocation, &given)).transpose()?;
        self.body.identity = identity(&key, &self.asker(), &bound.binding).map_err(|e| internal(&e))?;
        self.body.binding = bound.binding;
        self.body.inputs = bound.inputs;
        let invocation = SealedInvocation {
            form: self.invocation.form.clone(),
            cwd: self.invocation.cwd.clone(),
            env,
            stdin: self.invocation.stdin.clone(),
        };
        let bytes = serde_json::to_vec(&invocation).map_err(|e| internal(&e))?;
        self.sealed =
            Some(Sealed { request: self.id.clone(), field: SEALED_FIELD.to_owned(), salt: random::salt()?, bytes });
        Ok(())
    }

    /// The records of a request that runs at once: what was decided, and the intent.
    pub fn allowed(&self, ready: &Ready) -> Batch {
        let intent = Event::ExecutionIntended(ready.intent());
        Batch {
            records: vec![
                self.draft(Event::RequestAllowed(Box::new(self.body.clone())), None),
                self.draft(intent, Some(self.execution.clone())),
            ],
            ..Batch::default()
        }
    }

    /// The record of a refusal, by policy or by a hold.
    pub fn denied(&self, hold: Option<&Hold>) -> Batch {
        let mut body = self.body.clone();
        if let Some(hold) = hold {
            body.verdict.decision = Decision::Deny;
            body.verdict.tier = Tier::of(Decision::Deny, body.verdict.impact);
            body.verdict.rule = RuleId::new(hold.rule());
            body.verdict.origin = "built-in".to_owned();
            body.verdict.reasons.insert(0, hold.why());
        }
        Batch { records: vec![self.draft(Event::RequestDenied(Box::new(body)), None)], ..Batch::default() }
    }

    /// The record of a request that waits for a human, with its sealed bytes. Where something can show what it will change,
    /// nobody decides before that was tried.
    pub fn pending(&self, now: Instant) -> Batch {
        let mut body = self.body.clone();
        body.expires = Some(now.plus(self.lifetime));
        body.frozen = among(self.windows.iter(), now, &body.verdict).iter().map(InForce::to_frozen).collect();
        let event = match self.is_shown {
            true => Event::RequestPreparing(Box::new(body)),
            false => Event::RequestPending(Box::new(body)),
        };
        let mut draft = self.draft(event, None);
        if let Some(sealed) = &self.sealed {
            draft.commitments =
                vec![Commitment { field: sealed.field.clone(), digest: commit(&sealed.salt, &sealed.bytes) }];
        }
        Batch { records: vec![draft], seal: self.sealed.iter().cloned().collect(), unseal: Vec::new() }
    }

    /// What follows the end of a request that was never stored.
    pub fn finishing(&self) -> Finishing {
        Finishing { execution: self.execution.clone(), unseal: false, rolls_back: None }
    }

    /// What it belongs to: the request that it takes back, the tests that were run for it, the execution that asked.
    fn parent(&self) -> Option<String> {
        let tests = self.body.tests.as_ref().map(|tests| &tests.request);
        let other = self.body.rolls_back.as_ref().or(tests);
        other.map(ToString::to_string).or_else(|| self.caller.parent.clone())
    }

    pub(super) fn draft(&self, event: Event, execution: Option<ExecutionId>) -> Draft {
        Draft {
            event,
            request: Some(self.id.clone()),
            execution,
            parent: self.parent(),
            attribution: self.caller.clone(),
            commitments: Vec::new(),
        }
    }
}

/// What is bound of an invocation, as things are.
pub struct Bound {
    /// A digest per field.
    pub binding: Binding,
    /// Its input files, each with a keyed digest.
    pub inputs: Vec<(Redacted, Digest)>,
}

/// The binding of an invocation as things are now.
///
/// # Errors
/// When the executable or an input file cannot be read.
pub fn binding_of(
    key: BindingKey,
    invocation: &Invocation,
    (words, scripts): (&inputs::Words, &[Script]),
    env: &[Variable],
    (facts, verdict): (&[Fact], &Verdict),
    ready: &Ready,
) -> Result<Bound, Error> {
    let files = inputs::digests(words, scripts, &invocation.cwd)?;
    let executable = ready.executable_digest()?;
    let path = ready.executable();
    let parts = Parts { invocation, executable: (&path, executable), env, inputs: &files, facts, verdict };
    let redactor = Redactor::new(&invocation.env);
    let named = |(path, digest): &(String, Digest)| Ok((redactor.text(path), input(&key, path, digest)?));
    let inputs = files.iter().map(named).collect::<Result<_, serde_json::Error>>().map_err(|e| internal(&e))?;
    Ok(Bound { binding: bind(&key, &parts).map_err(|e| internal(&e))?, inputs })
}

/// The variables that count for the tools of a request.
pub fn bound_variables(invocation: &Invocation, verdict: &Verdict) -> Vec<Variable> {
    if verdict.actions.iter().any(Action::is_described) {
        return relevant_to_any(&invocation.env);
    }
    let tools: Vec<&str> = verdict.actions.iter().map(|action| action.tool.as_str()).collect();
    relevant(&invocation.env, &tools)
}

/// The variables that say where the tools of a request point.
fn placing(redactor: &Redactor, invocation: &Invocation, verdict: &Verdict) -> Vec<Redacted> {
    let places = |name: &str| {
        find(name).is_some_and(|known| matches!(known.does, Does::NamesSettings | Does::Redirects | Does::NamesAddress))
    };
    let all = bound_variables(invocation, verdict);
    let named = all.iter().map(|(name, value)| (name.lossy(), value.lossy())).filter(|(name, _)| places(name));
    named.map(|(name, value)| redactor.text(&format!("{name}={value}"))).collect()
}

fn body(
    setting: &Setting<'_>,
    redactor: &Redactor,
    invocation: &Invocation,
    understood: Understood,
    ask: &Ask,
) -> RequestBody {
    let (command, shell) = match &invocation.form {
        Form::Argv(argv) => (quote::words(&redactor.words(argv)), None),
        Form::Shell { text, shell, dialect } => (
            redactor.text(&text.lossy()).to_string(),
            Some(ShellChoice { program: shell.lossy().into_owned(), dialect: *dialect }),
        ),
    };
    RequestBody {
        command: Redacted::assume_clean(command),
        argv: redactor.words(&invocation.argv()),
        shell,
        cwd: redactor.text(&invocation.cwd.lossy()),
        variables: placing(redactor, invocation, &understood.verdict),
        reason: ask.reason.as_deref().map(|text| redactor.text(text)),
        risk: ask.risk.as_deref().map(|text| redactor.text(text)),
        verdict: redacted_verdict(redactor, asked_for(understood.verdict, ask)),
        policy: setting.policies.digests(),
        policy_writable: setting.policies.is_writable_by_requester(),
        facts: understood.facts.into_iter().map(|fact| without_text(redactor, fact)).collect(),
        binding: Binding::default(),
        inputs: Vec::new(),
        evidence: None,
        tests: ask.tests.clone(),
        rolls_back: ask.rolls_back.clone(),
        identity: Digest::ZERO,
        expires: None,
        frozen: Vec::new(),
        grants: Vec::new(),
    }
}

/// What is kept of a file that the caller gives.
fn evidence(key: &BindingKey, invocation: &Invocation, given: &Given) -> Result<Evidence, Error> {
    let redactor = Redactor::new(&invocation.env);
    let text = String::from_utf8_lossy(&given.bytes);
    let (all, shown) = (text.chars().count(), text.chars().take(SHOWN).collect::<String>());
    Ok(Evidence {
        file: redactor.text(&given.name),
        bytes: u64::try_from(given.bytes.len()).unwrap_or(u64::MAX),
        digest: input(key, &given.name, &digest("aigov-evidence-v1", &given.bytes)).map_err(|e| internal(&e))?,
        text: redactor.text(&shown),
        left_out: u64::try_from(all.saturating_sub(SHOWN)).unwrap_or(u64::MAX),
    })
}

/// A way back is always looked at: what it brings is not in its words.
fn asked_for(mut verdict: Verdict, ask: &Ask) -> Verdict {
    if ask.rolls_back.is_some() && verdict.decision < Decision::Ask {
        verdict.decision = Decision::Ask;
        verdict.tier = Tier::of(Decision::Ask, verdict.impact);
        verdict.reasons.insert(0, "a human looks at every way back".to_owned());
    }
    verdict
}

/// Targets, services and evidence come from the command's words.
pub fn redacted_verdict(redactor: &Redactor, mut verdict: Verdict) -> Verdict {
    let clean = |text: &mut String| *text = redactor.text(text).to_string();
    for action in &mut verdict.actions {
        clean(&mut action.tool);
        clean(&mut action.operation);
        action.service.iter_mut().for_each(clean);
        action.targets.iter_mut().for_each(clean);
        action.evidence.iter_mut().for_each(|evidence| clean(&mut evidence.text));
    }
    verdict.reasons.iter_mut().for_each(clean);
    verdict
}

/// A file's text stays out of the chain; its digest is enough. Everything else is redacted.
fn without_text(redactor: &Redactor, mut fact: Fact) -> Fact {
    if let Answer::Known { fields } = &mut fact.answer {
        fields.remove("text");
        for value in fields.values_mut() {
            *value = redactor.text(value).to_string();
        }
    }
    fact
}

fn internal(error: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::Internal, format!("cannot write the request as JSON: {error}"))
}
