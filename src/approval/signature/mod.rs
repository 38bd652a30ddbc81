//! Signed decisions: whether a signature is an allowed signer's, how sure it makes us, and that it answers the question
//! that was put, once.
//!
//! What holds: somebody with that key signed this statement; with a security key, it was touched for it. What does not:
//! that they read the page, or that the page told the truth. It is made by aigov as the user that agents run as.

pub mod ask;
pub mod files;

use crate::error::{Error, ErrorKind};
use crate::govern::review::Looked;
use crate::host::held::{self, Held};
use crate::model::attribution::Attribution;
use crate::model::decision::Assurance;
use crate::model::ids::{LogId, RequestId};
use crate::model::ledger::{Batch, Durability, Ledger, LedgerError, Snapshot};
use crate::model::record::{Draft, Event, Refusal};
use crate::model::request::RequestRow;
use crate::model::signature::{SignatureBody, Statement, Word};
use crate::model::time::Instant;
use crate::policy::Policies;
use crate::policy::signing::{InForce, SoftwareKeys, UserVerification};
use crate::redact::Redactor;
use crate::signature::signers::Signers;
use crate::signature::sshsig::{SecurityKey, TOUCHED, VERIFIED, Verified, verify};
use crate::signature::{NAMESPACE, sha256, statement};

use super::decide::{Choice, Decided, decide};
use super::decider::{Channel, Decider, Proof};

/// A right signature of an allowed signer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// What was signed.
    pub statement: Statement,
    /// What the record keeps.
    pub body: SignatureBody,
    /// How sure it makes us that a human decided.
    pub assurance: Assurance,
}

impl Signed {
    /// Why it does not answer a question about this request, inside the transaction that is to record it.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn objection(&self, snapshot: &dyn Snapshot, row: &RequestRow) -> Result<Option<Error>, LedgerError> {
        let no = |why: String| Ok(Some(refused(&format!("on request `{}`", row.id), &why)));
        let nonce = &self.statement.question.nonce;
        let Some(asked) = snapshot.question(nonce)? else {
            return no("this ledger has never asked it".to_owned());
        };
        if let Err(fault) = statement::answers(&self.statement, &asked.question) {
            return no(fault.to_string());
        }
        if asked.is_answered {
            return no("a decision was taken with it already, and it counts once".to_owned());
        }
        if let Err(fault) = statement::holds(&self.statement, row, asked.at, snapshot.now()) {
            return no(fault.to_string());
        }
        let Some(counter) = self.body.counter else { return Ok(None) };
        let last = snapshot.key_counter(&self.body.fingerprint)?;
        if statement::may_follow(last, counter) {
            return Ok(None);
        }
        let last = last.unwrap_or_default();
        no(format!("the security key's counter is {counter} after {last}, and it must rise: the key may be copied"))
    }
}

fn refused(which: &str, why: &str) -> Error {
    Error::new(ErrorKind::Refused, format!("the signed decision {which} does not count: {why}"))
}

/// The allowed signers in force.
#[derive(Debug)]
pub struct Allowed<'a> {
    in_force: InForce<'a>,
    signers: Signers,
    doubt: Option<String>,
}

impl<'a> Allowed<'a> {
    /// Reads the file that policy names.
    ///
    /// # Errors
    /// When policy names none, or it cannot be read or understood.
    pub fn read(policies: &'a Policies) -> Result<Self, Error> {
        let config = |text: String| Error::new(ErrorKind::Config, text);
        let in_force = policies.signing().ok_or_else(|| {
            config("nobody may sign: the policy names no file of allowed signers".to_owned()).for_human(
                "below `[approval]` in the policy: `allowed_signers = \"/etc/aigov/allowed_signers\"`, a file of root's",
            )
        })?;
        let Held { text, doubt } =
            held::read(in_force.allowed_signers).map_err(|why| config(format!("the allowed signers: {why}")))?;
        let signers = Signers::read(&text).map_err(|fault| {
            config(format!("the allowed signers in {}: {fault}", in_force.allowed_signers.display()))
                .for_human("correct that line; the form is that of ssh-keygen(1), ALLOWED SIGNERS")
        })?;
        Ok(Self { in_force, signers, doubt })
    }

    /// The signers.
    pub fn signers(&self) -> &Signers {
        &self.signers
    }

    /// Why the file does not prove anything; none where root alone holds it.
    pub fn doubt(&self) -> Option<&str> {
        self.doubt.as_deref()
    }

    /// Checks a statement and its signature, by everything but the ledger.
    ///
    /// # Errors
    /// When the signature is wrong, or not an allowed signer's, or policy wants more of the key.
    pub fn admit(&self, text: &str, armour: &str, now: Instant) -> Result<Signed, Error> {
        let no = |why: String| refused("that was handed in", &why);
        let said = statement::read(text).map_err(|fault| no(fault.to_string()))?;
        let verified = verify(armour, NAMESPACE, text.as_bytes()).map_err(|fault| no(fault.to_string()))?;
        let allowed = self.signers.allow(&said.approver, &verified.key, NAMESPACE, now);
        allowed.map_err(|fault| no(fault.to_string()))?;
        if let Some(key) = verified.security_key {
            self.touched(key).map_err(|why| no(why.to_owned()))?;
        }
        let (assurance, doubt) = self.assurance(&verified);
        let body = SignatureBody {
            principal: said.approver.clone(),
            fingerprint: verified.fingerprint(),
            key_type: verified.key_type,
            flags: verified.security_key.map(|key| key.flags),
            counter: verified.security_key.map(|key| key.counter),
            digest: sha256(text.as_bytes()),
            statement: text.to_owned(),
            armour: armour.to_owned(),
            doubt,
        };
        Ok(Signed { statement: said, body, assurance })
    }

    /// OpenSSH's own check does not look at this.
    fn touched(&self, key: SecurityKey) -> Result<(), &'static str> {
        if key.flags & TOUCHED == 0 {
            return Err("the security key says that nobody touched it");
        }
        if self.in_force.user_verification == UserVerification::Required && key.flags & VERIFIED == 0 {
            return Err("policy wants the signer verified by PIN or finger, and the security key saw neither");
        }
        Ok(())
    }

    /// How sure a right signature makes us, and why not surer.
    fn assurance(&self, verified: &Verified) -> (Assurance, Option<String>) {
        let below = |why: String| (Assurance::A0, Some(why));
        if let Some(doubt) = &self.doubt {
            return below(format!("whoever runs agents here could have written who may sign: {doubt}"));
        }
        match (verified.security_key, self.in_force.software_keys) {
            (Some(_), _) => (Assurance::A3, None),
            (None, SoftwareKeys::Here) => {
                below("its key lies in software, where agents of the same user can read or use it".to_owned())
            }
            (None, SoftwareKeys::Elsewhere) => match held::doubt(self.in_force.policy) {
                None => (Assurance::A3, None),
                Some(doubt) => below(format!(
                    "policy says that such keys lie elsewhere, but agents could have written it: {doubt}"
                )),
            },
        }
    }
}

/// A decision as it came in, signed.
pub struct Incoming<'a> {
    /// The statement.
    pub statement: &'a str,
    /// The signature.
    pub armour: &'a str,
    /// The rationale whose digest is in the statement.
    pub rationale: Option<&'a str>,
    /// The way by which it came.
    pub channel: Channel,
    /// How long the page was on the screen, where it was on one here.
    pub viewed_ms: Option<u64>,
    /// The name of what is deleted, where it was typed.
    pub confirm: Option<&'a str>,
}

/// Takes a signed decision. Whatever is wrong with it is recorded.
///
/// # Errors
/// When it does not count, or the ledger cannot be written.
pub fn take(
    ledger: &mut dyn Ledger,
    log: &LogId,
    policies: &Policies,
    incoming: &Incoming<'_>,
    redactor: &Redactor,
    (caller, now): (&Attribution, Instant),
) -> Result<RequestRow, Error> {
    let named = statement::read(incoming.statement).ok();
    let identity = named.as_ref().map(|said| format!("signer:{}", said.approver));
    let here = named.map(|said| said.question).filter(|question| question.log == *log).map(|question| question.request);
    let known = here.filter(|id| ledger.request(id).is_ok_and(|row| row.is_some()));
    let admitted = Allowed::read(policies)
        .and_then(|allowed| allowed.admit(incoming.statement, incoming.armour, now))
        .and_then(|signed| fitting(signed, log, known.as_ref(), incoming, redactor))
        .and_then(|signed| decider(policies, signed, incoming.channel, caller));
    let (decider, said) = match admitted {
        Ok(admitted) => admitted,
        Err(error) => {
            record(ledger, caller, (incoming.channel, identity), known, &error)?;
            return Err(error);
        }
    };
    let decided = Decided {
        choice: match said.decision {
            Word::Approve => Choice::Approve,
            Word::Reject => Choice::Reject,
            Word::BreakGlass => Choice::BreakGlass,
        },
        rationale: incoming.rationale,
        shown: Some(said.question.shown),
        preview: said.question.preview,
        viewed_ms: incoming.viewed_ms,
        looked: Looked { confirm: incoming.confirm, ..Looked::default() },
    };
    decide(ledger, policies, &said.question.request, &decider, redactor, &decided)
}

/// Whether it is about a request of this ledger, with the rationale that was signed.
fn fitting(
    signed: Signed,
    log: &LogId,
    known: Option<&RequestId>,
    incoming: &Incoming<'_>,
    redactor: &Redactor,
) -> Result<Signed, Error> {
    let no = |why: &str| Err(refused("that was handed in", why));
    if signed.statement.question.log != *log {
        return no(&format!("it is about a request of another ledger, {}", signed.statement.question.log));
    }
    if known.is_none() {
        return no(&format!("this ledger has no request `{}`", signed.statement.question.request));
    }
    if statement::rationale(incoming.rationale) != signed.statement.rationale {
        return no("its rationale is not the one that was signed");
    }
    if incoming.rationale.is_some_and(|text| redactor.text(text).as_str() != text) {
        return no("its rationale holds what looks like a secret, so that it could not be kept as it was signed");
    }
    Ok(signed)
}

/// The human whose principal signed. One whom policy does not know is nobody: they could be the one who asked.
fn decider(
    policies: &Policies,
    signed: Signed,
    channel: Channel,
    caller: &Attribution,
) -> Result<(Decider, Statement), Error> {
    let identity = format!("signer:{}", signed.body.principal);
    if policies.people().human_of(&identity).is_none() {
        return Err(refused("that was handed in", &format!("policy knows no human with the identity `{identity}`"))
            .for_human(format!("add it to a human's account: `[humans.NAME]`, `identities = [\"{identity}\"]`")));
    }
    let said = signed.statement.clone();
    Ok((Decider::of(policies, identity, channel, Proof::Key(Box::new(signed)), caller.clone()), said))
}

/// Records that something signed, or to be signed, was refused.
///
/// # Errors
/// When the ledger cannot be written.
pub fn record(
    ledger: &mut dyn Ledger,
    caller: &Attribution,
    (channel, identity): (Channel, Option<String>),
    request: Option<RequestId>,
    error: &Error,
) -> Result<(), Error> {
    let refusal = Refusal {
        attempted: "a signed decision".to_owned(),
        why: error.text.clone(),
        channel: Some(channel.as_str().to_owned()),
        identity,
        via: None,
    };
    let draft = Draft {
        event: Event::AttemptRefused(refusal),
        request,
        execution: None,
        parent: None,
        attribution: caller.clone(),
        commitments: Vec::new(),
    };
    let _recorded =
        ledger.transact(Durability::Power, &mut |_| Ok(Batch { records: vec![draft.clone()], ..Batch::default() }))?;
    Ok(())
}
