//! `aigov grant`: what may run without asking each time, made from a request, and taken back.

use console::Term;
use dialoguer::{Confirm, Input, Select};
use serde_json::{Value, json};

use crate::approval::decider::{Channel, Decider};
use crate::approval::foresee::{Foresight, Past};
use crate::approval::granting::{LASTS, Reach, Terms, USES, draft};
use crate::approval::unknown_request;
use crate::error::{Error, ErrorKind};
use crate::host::identity::Claim;
use crate::host::random;
use crate::host::terminal::{self, Terminal};
use crate::ledger::SqliteLedger;
use crate::model::grant::{Grant, GrantRevoked, GrantState};
use crate::model::ids::{GrantId, RequestId};
use crate::model::ledger::{Batch, ClockState, Durability, Ledger};
use crate::model::record::{Draft, Event, Refusal};
use crate::model::request::{RequestRow, RequestState};
use crate::model::time::Instant;
use crate::policy::Policies;
use crate::redact::Redactor;
use crate::report::grants;

use super::args::{GrantAddArgs, GrantArgs, GrantCommand};
use super::output::{self, Form, form};
use super::session::Session;
use super::simulate::asked;

/// How many requests are in memory at once.
const PIECE: usize = 128;
/// How long `always here` stands, and how many uses it has.
const ALWAYS: (std::time::Duration, u32) = (std::time::Duration::from_secs(30 * 86_400), 500);

/// `aigov grant`.
///
/// # Errors
/// When the human may not grant it, there is no such request or grant, or the ledger cannot be used.
pub fn grant(args: GrantArgs) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    match args.command {
        None => add(&session, &args.add),
        Some(GrantCommand::Add(args)) => add(&session, &args),
        Some(GrantCommand::List { all, json }) => list(&session, form(json), all.then_some(())),
        Some(GrantCommand::Show { id, json }) => show(&session, &GrantId::new(id), form(json)),
        Some(GrantCommand::Revoke { id, reason, json }) => revoke(&session, &GrantId::new(id), &reason, form(json)),
    }
}

fn add(session: &Session, args: &GrantAddArgs) -> Result<i32, Error> {
    let Some(from) = &args.from else {
        return Err(Error::new(ErrorKind::Usage, "a grant is made from a request that asked")
            .for_human("`aigov grant --from TICKET`; `aigov requests --all` lists them"));
    };
    let policies = session.policies()?;
    let mut ledger = session.settled_ledger(&policies)?;
    let id = RequestId::new(from.clone());
    let row = ledger.request(&id)?.ok_or_else(|| unknown_request(&id))?;
    let terms = terms(session, args, &row)?;
    let decider = Decider::local(&session.caller, &policies, Channel::Command);
    let proposed = Proposed::new(&policies, &ledger, &row, &decider, &terms);
    let proposed = match proposed {
        Err(error) if error.kind == ErrorKind::Refused => return Err(refused(session, &mut ledger, &id, error)?),
        other => other?,
    };
    if !args.json {
        output::talk(&proposed.text(session));
    }
    if args.preview {
        if args.json {
            output::data(&format!("{}\n", proposed.json(None)))?;
        }
        return Ok(0);
    }
    if !args.yes && !confirmed()? {
        output::talk("aigov: nothing was granted\n");
        return Ok(0);
    }
    let made = proposed.make(session, &mut ledger, &row)?;
    match args.json {
        true => output::data(&format!("{}\n", proposed.json(Some(made))))?,
        false => output::talk(&grants::made(&proposed.grants)),
    }
    Ok(0)
}

/// What the command line says of a grant.
fn terms(session: &Session, args: &GrantAddArgs, row: &RequestRow) -> Result<Terms, Error> {
    let redactor = Redactor::new(session.host.env());
    let rationale = match &args.rationale {
        Some(text) => redactor.text(text),
        None => said(row).unwrap_or_else(|| redactor.text("")),
    };
    let task = match args.task.as_deref() {
        Some("") => Some(row.attribution.task.clone().ok_or_else(|| {
            Error::new(ErrorKind::Usage, format!("request `{}` names no task", row.id))
                .for_human("name it: `--task ID`")
        })?),
        other => other.map(str::to_owned),
    };
    Ok(Terms {
        operations: args.operation.clone(),
        environments: args.env.clone(),
        reach: if args.anywhere { Reach::Everywhere } else { Reach::SamePlace },
        services: args.service.clone(),
        targets: args.target.clone(),
        agent: args.agent.clone(),
        task,
        uses: args.uses.unwrap_or(USES),
        lasts: args.lasts.unwrap_or(LASTS),
        rationale,
    })
}

/// Why the request was approved, where that was said.
fn said(row: &RequestRow) -> Option<crate::model::secret::Redacted> {
    let is_yes = matches!(row.state, RequestState::Approved | RequestState::Running | RequestState::Succeeded);
    row.approvals.last().filter(|_| is_yes).and_then(|approval| approval.rationale.clone())
}

/// Records that a human tried to grant what they may not.
fn refused(session: &Session, ledger: &mut SqliteLedger, id: &RequestId, error: Error) -> Result<Error, Error> {
    let event = Event::AttemptRefused(Refusal {
        attempted: format!("aigov grant --from {id}"),
        why: error.text.clone(),
        channel: Some(Channel::Command.as_str().to_owned()),
        identity: Some(format!("local:{}", session.caller.label())),
        via: None,
    });
    let draft = Draft { request: Some(id.clone()), ..session.draft(event) };
    let _recorded =
        ledger.transact(Durability::Power, &mut |_| Ok(Batch { records: vec![draft.clone()], ..Batch::default() }))?;
    Ok(error)
}

/// Grants that nobody has confirmed, with what they would have let run.
struct Proposed {
    grants: Vec<Grant>,
    foresight: Foresight,
}

impl Proposed {
    fn new(
        policies: &Policies,
        ledger: &SqliteLedger,
        row: &RequestRow,
        decider: &Decider,
        terms: &Terms,
    ) -> Result<Self, Error> {
        let now = ledger.time()?;
        let mut grants = draft(policies, row, decider, terms, now, &mut random::grant_id)?;
        let foresight = foresee(policies, ledger, &grants, now)?;
        for grant in &mut grants {
            grant.foreseen = foresight.seen;
        }
        Ok(Self { grants, foresight })
    }

    fn text(&self, session: &Session) -> String {
        let page = output::page(&session.host);
        let scopes: String = self.grants.iter().map(|grant| grants::scope(grant, page.width) + "\n").collect();
        scopes + &grants::foresight(&self.foresight, page)
    }

    fn json(&self, made: Option<Instant>) -> Value {
        json!({ "schema": 1, "made": made, "grants": self.grants, "foreseen": self.foresight })
    }

    /// Records them. While the clock is not sound nothing can be promised for a time.
    fn make(&self, session: &Session, ledger: &mut SqliteLedger, row: &RequestRow) -> Result<Instant, Error> {
        let mut is_sound = true;
        let records: Vec<Draft> = self
            .grants
            .iter()
            .map(|grant| Draft {
                request: Some(row.id.clone()),
                ..session.draft(Event::GrantMade(Box::new(grant.clone())))
            })
            .collect();
        let committed = ledger.transact(Durability::Power, &mut |snapshot| {
            is_sound = snapshot.clock() == ClockState::Sound;
            let records = if is_sound { records.clone() } else { Vec::new() };
            Ok(Batch { records, ..Batch::default() })
        })?;
        let time = committed.records().last().filter(|_| is_sound).map(|record| record.time);
        time.ok_or_else(|| {
            Error::new(ErrorKind::Refused, "the clock is behind the ledger, so nothing can be granted for a time")
                .for_human("set the clock, or accept it: `aigov doctor --accept-clock`")
        })
    }
}

/// Holds grants against the requests of the last days.
fn foresee(policies: &Policies, ledger: &SqliteLedger, grants: &[Grant], now: Instant) -> Result<Foresight, Error> {
    let mut past = Past::new(policies, grants, now);
    let mut range = ledger.requests_since(Some(now.minus(crate::approval::foresee::BACK)))?;
    loop {
        let records = ledger.next_requests(&mut range, PIECE)?;
        if records.is_empty() {
            return Ok(past.finish());
        }
        for record in &records {
            let asked = asked(record)?;
            past.add(asked, || ledger.request(asked.id).map(|row| row.map(|row| row.state)))?;
        }
    }
}

fn confirmed() -> Result<bool, Error> {
    if !Terminal::look().can_ask() {
        return Err(Error::new(ErrorKind::Usage, "nobody can be asked here whether this shall be granted")
            .for_human("read it with `--preview`, then add `--yes`"));
    }
    let asked = Confirm::new().with_prompt("grant this?").default(false).interact_on_opt(&Term::stderr());
    asked.map(|answer| answer == Some(true)).map_err(|error| {
        Error::new(ErrorKind::Cancelled, format!("cannot ask at this terminal: {error}"))
            .for_human("read it with `--preview`, then add `--yes`")
    })
}

fn list(session: &Session, form: Form, all: Option<()>) -> Result<i32, Error> {
    let ledger = session.ledger()?;
    let now = ledger.time()?;
    let is_wanted = |row: &_| all.is_some() || grants::is_open(row, now);
    let rows: Vec<_> = ledger.all_grants()?.into_iter().filter(is_wanted).collect();
    match form {
        Form::Json => {
            let all: Vec<Value> = rows.iter().map(|row| grants::json(row, now)).collect();
            output::data(&format!("{}\n", Value::Array(all)))?;
        }
        Form::Text if rows.is_empty() => {
            output::talk("aigov: no grant is open; `aigov grant list --all` shows the others\n")
        }
        Form::Text => output::data(&grants::table(&rows, now, terminal::width(&session.host)))?,
    }
    Ok(0)
}

fn unknown(id: &GrantId) -> Error {
    Error::new(ErrorKind::Input, format!("there is no grant `{id}` in this ledger"))
        .for_human("`aigov grant list --all` lists them")
}

fn show(session: &Session, id: &GrantId, form: Form) -> Result<i32, Error> {
    let ledger = session.ledger()?;
    let row = ledger.grant(id)?.ok_or_else(|| unknown(id))?;
    let now = ledger.time()?;
    let mut runs = Vec::new();
    for record in ledger.runs_by(id, row.made)? {
        let (Event::RequestAllowed(body), Some(request)) = (record.event, record.request) else { continue };
        let count = body.grants.iter().find(|one| one.grant == *id).map_or(0, |one| one.count);
        runs.push(grants::Run { request, time: record.time, count, command: body.command });
    }
    match form {
        Form::Json => {
            let mut value = grants::json(&row, now);
            if let Value::Object(map) = &mut value {
                map.insert("runs".to_owned(), grants::runs_json(&runs));
            }
            output::data(&format!("{value}\n"))?;
        }
        Form::Text => output::data(&grants::show(&row, &runs, now, output::page(&session.host).width))?,
    }
    Ok(0)
}

fn revoke(session: &Session, id: &GrantId, reason: &str, form: Form) -> Result<i32, Error> {
    let mut ledger = session.ledger()?;
    let row = ledger.grant(id)?.ok_or_else(|| unknown(id))?;
    let now = ledger.time()?;
    if row.state(now) == GrantState::Revoked {
        return Err(Error::new(ErrorKind::Refused, format!("grant `{id}` was taken back already"))
            .for_human(format!("`aigov grant show {id}` tells by whom")));
    }
    let policies = session.policies()?;
    let revoked = GrantRevoked {
        grant: id.clone(),
        human: Decider::local(&session.caller, &policies, Channel::Command).human,
        reason: Some(Redactor::new(session.host.env()).text(reason)),
    };
    let draft = session.draft(Event::GrantRevoked(revoked));
    let _recorded =
        ledger.transact(Durability::Power, &mut |_| Ok(Batch { records: vec![draft.clone()], ..Batch::default() }))?;
    let row = ledger.grant(id)?.ok_or_else(|| unknown(id))?;
    match form {
        Form::Json => output::data(&format!("{}\n", grants::json(&row, now)))?,
        Form::Text => output::talk(&format!("aigov: grant {id} is taken back; what runs by it already runs on\n")),
    }
    Ok(0)
}

/// Asks a human who has just approved a request at a terminal whether its kind shall be asked about again. Leaving it, or
/// a request that cannot be granted, means: once.
///
/// # Errors
/// When the ledger cannot be used.
pub fn offer(session: &Session, policies: &Policies, row: &RequestRow) -> Result<(), Error> {
    if row.state != RequestState::Approved || !Terminal::look().can_ask() {
        return Ok(());
    }
    let mut ledger = session.ledger()?;
    let decider = Decider::local(&session.caller, policies, Channel::Terminal);
    let placeholder = said(row).unwrap_or_else(|| Redactor::default().text("approved at the prompt"));
    let usual = Terms::usual(placeholder);
    let Ok(possible) = draft(policies, row, &decider, &usual, ledger.time()?, &mut random::grant_id) else {
        return Ok(());
    };
    let (words, all) = choices(policies, row, &possible, &usual);
    let asked =
        Select::new().with_prompt("ask about this again?").items(&words).default(0).interact_on_opt(&Term::stderr());
    let Ok(Some(picked)) = asked else { return Ok(()) };
    let Some(Some(mut terms)) = all.into_iter().nth(picked) else { return Ok(()) };
    if said(row).is_none() {
        let asked =
            Input::<String>::new().with_prompt("why may it run without asking").interact_text_on(&Term::stderr());
        let Ok(text) = asked else { return Ok(()) };
        terms.rationale = Redactor::new(session.host.env()).text(&text);
    }
    let proposed = Proposed::new(policies, &ledger, row, &decider, &terms)?;
    output::talk(&proposed.text(session));
    if !confirmed().unwrap_or(false) {
        output::talk("aigov: nothing was granted beyond this request\n");
        return Ok(());
    }
    proposed.make(session, &mut ledger, row)?;
    output::talk(&grants::made(&proposed.grants));
    Ok(())
}

/// The answers that are offered, the first of which grants nothing.
fn choices(
    policies: &Policies,
    row: &RequestRow,
    possible: &[Grant],
    usual: &Terms,
) -> (Vec<String>, Vec<Option<Terms>>) {
    let mut words = vec!["each time (this approval is for this request alone)".to_owned()];
    let mut all = vec![None];
    if let Some(task) = &row.attribution.task {
        words.push(format!("not for task {}, for 8 hours", crate::text::escape::escape(task)));
        all.push(Some(Terms { task: Some(task.clone()), ..usual.clone() }));
    }
    words.push("not for 1 hour".to_owned());
    all.push(Some(Terms { lasts: std::time::Duration::from_secs(3600), ..usual.clone() }));
    words.push("not for 8 hours".to_owned());
    all.push(Some(usual.clone()));
    let environments = policies.environments();
    let protects = |name: &String| {
        name != "local" && environments.rules.iter().any(|(one, rule)| one == name && rule.is_protected())
    };
    let places: Vec<&String> = possible.iter().flat_map(|grant| &grant.scope.environments).collect();
    let is_apart = |name: &&String| protects(name) || *name == "local";
    if let (Some(place), false) = (places.first(), places.iter().any(is_apart)) {
        let (lasts, uses) = ALWAYS;
        words.push(format!("never in {place}, for 30 days; elsewhere each time"));
        all.push(Some(Terms { lasts, uses, reach: Reach::Everywhere, ..usual.clone() }));
    }
    (words, all)
}
