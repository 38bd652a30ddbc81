//! `aigov approve --sign`, `--export`, `--sign-file`, `--import`, and `aigov reject` with the same: decisions under an SSH
//! signature, made here or on another machine.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant as Monotonic;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::approval::decide::Choice;
use crate::approval::decider::Channel;
use crate::approval::hunks::painted;
use crate::approval::present::page;
use crate::approval::signature::ask::{self, Place};
use crate::approval::signature::files::{self, AnswerFile, QuestionFile};
use crate::approval::signature::{Allowed, Incoming, record, take};
use crate::approval::{terminal, unknown_request};
use crate::error::{Error, ErrorKind};
use crate::exec::signer;
use crate::host::clock;
use crate::host::identity::Claim;
use crate::host::terminal::width;
use crate::ledger::SqliteLedger;
use crate::model::ids::RequestId;
use crate::model::ledger::Ledger as _;
use crate::model::request::RequestRow;
use crate::model::signature::Word;
use crate::policy::Policies;
use crate::redact::Redactor;
use crate::signature::{NAMESPACE, sshsig};
use crate::text::escape::escape;

use super::approve::{prepared, report};
use super::args::{DecideArgs, SigningArgs};
use super::output;
use super::session::Session;

/// How wide the page of an exported question is: it is shown on a terminal that is not known here.
const PAGE_WIDTH: usize = 80;
/// The largest file that is read.
const LARGEST: u64 = 4 * 1024 * 1024;
/// The keys that are tried, security keys first.
const KEYS: [&str; 5] = ["id_ed25519_sk", "id_ecdsa_sk", "id_ed25519", "id_ecdsa", "id_rsa"];

/// Does what was asked about signatures; none where nothing was.
///
/// # Errors
/// When the decision does not count, cannot be signed, or a file cannot be used.
pub(super) fn asked(args: &DecideArgs, choice: Choice) -> Result<Option<i32>, Error> {
    let signing = &args.signing;
    let word = match choice {
        Choice::Approve => Word::Approve,
        Choice::Reject => Word::Reject,
        Choice::BreakGlass => Word::BreakGlass,
    };
    let done = match (&signing.sign_file, &signing.import) {
        (Some(file), _) => sign_file(args, file, word),
        (None, Some(file)) => import(args, file),
        (None, None) if signing.export => export(args),
        (None, None) if signing.sign => sign(args, word),
        (None, None) if signing.key.is_some() || signing.principal.is_some() || signing.output.is_some() => {
            let text = "`--key`, `--as` and `--output` go with `--sign`, `--sign-file` or `--export`";
            Err(Error::new(ErrorKind::Usage, text))
        }
        (None, None) => return Ok(None),
    };
    done.map(Some)
}

/// What a question is drawn from.
struct Asking {
    session: Session,
    policies: Policies,
    ledger: SqliteLedger,
    row: RequestRow,
}

impl Asking {
    fn open(args: &DecideArgs) -> Result<Self, Error> {
        let session = Session::open(&Claim::default())?;
        let policies = session.policies()?;
        let mut ledger = session.settled_ledger(&policies)?;
        let id = RequestId::new(args.id.clone().unwrap_or_default());
        let row = ledger.request(&id)?.ok_or_else(|| unknown_request(&id))?;
        let row = prepared(&session, &policies, &mut ledger, row)?;
        Ok(Self { session, policies, ledger, row })
    }

    fn put(&mut self, page: &str) -> Result<ask::Put, Error> {
        let place = place(&self.ledger)?;
        ask::put(&mut self.ledger, place, &self.row, page, &self.session.caller)
    }
}

fn place(ledger: &SqliteLedger) -> Result<Place, Error> {
    let first = ledger.records(0, 1)?;
    let log = first.first().map(|record| record.log.clone());
    let log = log.ok_or_else(|| Error::new(ErrorKind::Unavailable, "the ledger has no first record"))?;
    Ok(Place { log, head: ledger.head()? })
}

fn sign(args: &DecideArgs, word: Word) -> Result<i32, Error> {
    let mut asking = Asking::open(args)?;
    let allowed = Allowed::read(&asking.policies)?;
    let of = |key: &[u8]| allowed.signers().principals_of(key).into_iter().map(str::to_owned).collect();
    let signer = Signer::choose(&asking.session, &args.signing, of)?;
    let text = page(&asking.row, usize::from(width(&asking.session.host)));
    let put = asking.put(&text)?;
    output::talk(&painted(&text, asking.session.colour(&console::Term::stderr())));
    output::talk(&format!("{:<10} {}\n", "code", put.code));
    let since = Monotonic::now();
    let redactor = Redactor::new(asking.session.host.env());
    let rationale = rationale(args, &redactor)?;
    if let Err(error) = typed_code(&put.code, word) {
        let from = (Channel::Terminal, Some(format!("signer:{}", signer.principal)));
        record(&mut asking.ledger, &asking.session.caller, from, Some(asking.row.id.clone()), &error)?;
        return Err(error);
    }
    let viewed_ms = u64::try_from(since.elapsed().as_millis()).ok();
    let statement = ask::answer(&put.question, word, &signer.principal, rationale.as_deref(), clock::now())?;
    let armour = signer::sign(&asking.session.host, NAMESPACE, &signer.key, statement.as_bytes())?;
    let incoming = Incoming {
        statement: &statement,
        armour: &armour,
        rationale: rationale.as_deref(),
        channel: Channel::Terminal,
        viewed_ms,
        confirm: args.confirm.as_deref(),
    };
    let log = &put.question.log;
    let (session, policies) = (&asking.session, &asking.policies);
    let row = take(&mut asking.ledger, log, policies, &incoming, &redactor, (&session.caller, clock::now()))?;
    report(args, &row)
}

/// The rationale without its secrets: what is kept is what was signed.
fn rationale(args: &DecideArgs, redactor: &Redactor) -> Result<Option<String>, Error> {
    let given = match &args.rationale {
        Some(text) => text.clone(),
        None => terminal::typed("rationale")?,
    };
    let is_given = !given.trim().is_empty();
    Ok(is_given.then(|| redactor.text(&given).as_str().to_owned()))
}

/// Whoever types the digits has the page before them, and not another one that something else put up.
fn typed_code(code: &str, word: Word) -> Result<(), Error> {
    let typed = terminal::typed(&format!("the code of the page, to sign the {}", noun(word)))?;
    if typed.trim() == code {
        return Ok(());
    }
    let text = "the code is not the one of the page, so nothing was signed";
    Err(Error::new(ErrorKind::Refused, text).for_human(
        "if you typed what another page shows, somebody may want your signature for something else: look at both",
    ))
}

fn noun(word: Word) -> &'static str {
    match word {
        Word::Approve => "approval",
        Word::Reject => "rejection",
        Word::BreakGlass => "breaking of the glass",
    }
}

fn export(args: &DecideArgs) -> Result<i32, Error> {
    let mut asking = Asking::open(args)?;
    let signers = Allowed::read(&asking.policies)?.signers().clone();
    let text = page(&asking.row, PAGE_WIDTH);
    let put = asking.put(&text)?;
    let code = put.code.clone();
    deliver(args.signing.output.as_deref(), &files::text(&QuestionFile::new(put, text, &signers))?)?;
    output::talk(&format!("aigov: the code of this question about request {} is {code}\n", asking.row.id));
    output::talk("  tell it to whoever signs by another way than the file; they are asked for it\n");
    Ok(0)
}

fn sign_file(args: &DecideArgs, file: &Path, word: Word) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    let question = QuestionFile::read(&text_of(file)?)?;
    let signer = Signer::choose(&session, &args.signing, |key| question.principals_of(key))?;
    let shown: String = question.page.lines().map(|line| escape(line) + "\n").collect();
    output::talk(&painted(&shown, session.colour(&console::Term::stderr())));
    let redactor = Redactor::new(session.host.env());
    let rationale = rationale(args, &redactor)?;
    output::talk("the machine of the request shows a code for this question; it is not on this page\n");
    typed_code(&question.code, word)?;
    let statement = ask::answer(&question.question, word, &signer.principal, rationale.as_deref(), clock::now())?;
    let armour = signer::sign(&session.host, NAMESPACE, &signer.key, statement.as_bytes())?;
    sshsig::verify(&armour, NAMESPACE, statement.as_bytes()).map_err(|fault| {
        Error::new(ErrorKind::Input, format!("the signature would not be taken: {fault}"))
            .for_human("sign with a key of another kind: `--key FILE`")
    })?;
    deliver(args.signing.output.as_deref(), &files::text(&AnswerFile::new(statement, armour, rationale))?)?;
    let then = "on the machine of the request: `aigov approve --import FILE`";
    output::talk(&format!("aigov: the {} of request {} is signed\n  {then}\n", noun(word), question.question.request));
    Ok(0)
}

fn import(args: &DecideArgs, file: &Path) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    let policies = session.policies()?;
    let mut ledger = session.settled_ledger(&policies)?;
    let beside = || text_of(&with_ending(file, ".sig")).ok();
    let answer = match AnswerFile::read(&text_of(file)?, beside) {
        Ok(answer) => answer,
        Err(error) => {
            record(&mut ledger, &session.caller, (Channel::File, None), None, &error)?;
            return Err(error);
        }
    };
    let incoming = Incoming {
        statement: &answer.statement,
        armour: &answer.signature,
        rationale: answer.rationale.as_deref(),
        channel: Channel::File,
        viewed_ms: None,
        confirm: args.confirm.as_deref(),
    };
    let log = place(&ledger)?.log;
    let redactor = Redactor::new(session.host.env());
    let row = take(&mut ledger, &log, &policies, &incoming, &redactor, (&session.caller, clock::now()))?;
    report(args, &row)
}

/// The key to sign with, and whose it is.
struct Signer {
    key: PathBuf,
    principal: String,
}

impl Signer {
    fn choose(session: &Session, args: &SigningArgs, of: impl Fn(&[u8]) -> Vec<String>) -> Result<Self, Error> {
        let input = |text: String| Error::new(ErrorKind::Input, text);
        let home = session.host.text("HOME").map(PathBuf::from).unwrap_or_default();
        let usual = || KEYS.iter().map(|name| home.join(".ssh").join(name)).collect::<Vec<_>>();
        let candidates = args.key.as_ref().map_or_else(usual, |key| vec![key.clone()]);
        let known = candidates.into_iter().find_map(|key| {
            let principals = of(&public(&key)?);
            (!principals.is_empty()).then_some((key, principals))
        });
        let Some((key, principals)) = known else {
            let text = match &args.key {
                Some(key) => format!("{} is none of the allowed signers' keys", key.display()),
                None => "none of the keys in ~/.ssh is an allowed signer's".to_owned(),
            };
            return Err(input(text).for_human(
                "name the key: `--key FILE`; its public half has to lie beside it: `ssh-keygen -y -f FILE > FILE.pub`",
            ));
        };
        let principal = match (&args.principal, principals.as_slice()) {
            (Some(name), all) if all.contains(name) => name.clone(),
            (None, [only]) => only.clone(),
            (Some(name), _) => return Err(input(format!("{} is not `{name}`'s", key.display()))),
            (None, _) => {
                let text = format!("{} is the key of several: {}", key.display(), principals.join(", "));
                return Err(input(text).for_human("say whose it is: `--as PRINCIPAL`"));
            }
        };
        Ok(Self { key, principal })
    }
}

/// The public half of a key, which lies beside it.
fn public(key: &Path) -> Option<Vec<u8>> {
    let is_public = key.extension().is_some_and(|ending| ending == "pub");
    let path = if is_public { key.to_path_buf() } else { with_ending(key, ".pub") };
    STANDARD.decode(text_of(&path).ok()?.split_ascii_whitespace().nth(1)?).ok()
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn text_of(path: &Path) -> Result<String, Error> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST).read_to_string(&mut text));
    read.map_err(|cause| Error::new(ErrorKind::Input, format!("cannot read {}: {cause}", path.display())))?;
    Ok(text)
}

fn deliver(path: Option<&Path>, text: &str) -> Result<(), Error> {
    let Some(path) = path else { return output::data(text) };
    let written = OpenOptions::new().write(true).create_new(true).open(path);
    written
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|cause| Error::new(ErrorKind::Input, format!("cannot write {}: {cause}", path.display())))
}
