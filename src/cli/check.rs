//! `aigov check`: what would be decided, and why. Runs nothing, writes nothing.

use std::io::{BufRead, stdin};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::approval::standing::would;
use crate::error::{Error, ErrorKind};
use crate::exec::environment::{Whose, prepare};
use crate::host::identity::Claim;
use crate::ledger::Access;
use crate::model::attribution::{Attribution, CallerKind};
use crate::model::decision::Decision;
use crate::model::invocation::{Dialect, Form, Invocation, Raw};
use crate::model::ledger::LedgerError;
use crate::policy::Policies;
use crate::policy::understand::{Understood, understand};
use crate::report::change::Page;
use crate::report::check::{Said, answer};
use crate::report::explain::{Detail, Look, explain};

use super::args::CheckArgs;
use super::exec::invocation;
use super::session::Session;
use super::{exit, output};

/// `aigov check`.
///
/// # Errors
/// When the policy has faults or the input cannot be read.
pub fn check(args: CheckArgs, verbose: u8) -> Result<i32, Error> {
    let is_named = args.agent.is_some() || args.task.is_some();
    let session = Session::open(&Claim { agent: args.agent, task: args.task, ..Claim::default() })?;
    let policies = session.policies()?;
    if args.batch {
        return batch(&session, &policies);
    }
    let invocation = invocation(&session, args.text, None, args.argv);
    let understood = decided(&session, &policies, &invocation);
    let govern = if is_named { govern(&session, &policies, &invocation, &understood)? } else { Vec::new() };
    if args.json {
        output::data(&format!("{}\n", data(&understood, govern)))?;
    } else {
        output::data(&explain(&understood, &look(&session, left_out(&invocation, &understood), verbose)))?;
        output::data(&govern.iter().map(Said::words).collect::<String>())?;
    }
    Ok(code(understood.verdict.decision))
}

/// What an agent's command would not inherit.
fn left_out(invocation: &Invocation, understood: &Understood) -> Vec<(String, String)> {
    prepare(&invocation.env, &understood.verdict.actions, Path::new(invocation.cwd.as_os()), Whose::Other).dropped
}

/// How the answer is shown.
fn look(session: &Session, left_out: Vec<(String, String)>, verbose: u8) -> Look {
    let Page { width, colour } = output::page(&session.host);
    Look {
        width,
        colour,
        detail: if verbose > 0 { Detail::All } else { Detail::Short },
        home: session.host.variable("HOME").map(|home| home.lossy().into_owned()).filter(|home| home.len() > 1),
        left_out,
    }
}

fn code(decision: Decision) -> i32 {
    match decision {
        Decision::Allow | Decision::Flag => 0,
        Decision::Ask => exit::NOT_YET,
        Decision::Deny => exit::REFUSED,
    }
}

/// The decision for the strictest caller: an agent of no name.
fn decided(session: &Session, policies: &Policies, invocation: &Invocation) -> Understood {
    let caller = Attribution { kind: CallerKind::Unattributed, ..session.caller.clone() };
    let facts = crate::host::facts::HostFacts::new(&session.places, invocation);
    understand(invocation, &facts, policies, &caller)
}

/// What the ledger's state says for the caller who was named. Without a ledger there is nothing to say.
fn govern(
    session: &Session,
    policies: &Policies,
    invocation: &Invocation,
    understood: &Understood,
) -> Result<Vec<Said>, Error> {
    if understood.verdict.decision != Decision::Ask {
        return Ok(Vec::new());
    }
    let ledger = match session.open_ledger(Access::ReadOnly) {
        Err(LedgerError::Missing { .. }) => return Ok(Vec::new()),
        other => other?,
    };
    let now = ledger.time()?;
    let found = would(policies, invocation, understood, &session.caller, &ledger.all_grants()?, now);
    let (decision, why, grants) = match found {
        Ok(grants) => {
            let names: Vec<String> = grants.iter().map(|one| one.grant.to_string()).collect();
            (Decision::Allow, format!("it runs without asking by {}", names.join(", ")), grants)
        }
        Err(gap) => (Decision::Ask, gap.why(), Vec::new()),
    };
    Ok(vec![Said { by: "grant", decision, why, grants }])
}

fn data(understood: &Understood, govern: Vec<Said>) -> Value {
    serde_json::to_value(answer(understood, govern)).unwrap_or(Value::Null)
}

/// One line of a batch.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    shell: Option<Raw>,
    argv: Option<Vec<Raw>>,
    cwd: Option<Raw>,
    env: Option<std::collections::BTreeMap<String, String>>,
    dialect: Option<Dialect>,
}

fn batch(session: &Session, policies: &Policies) -> Result<i32, Error> {
    for line in stdin().lock().split(b'\n') {
        let line = line.map_err(|cause| Error::new(ErrorKind::Input, format!("cannot read stdin: {cause}")))?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answer = match read(session, &line) {
            Ok(invocation) => data(&decided(session, policies, &invocation), Vec::new()),
            Err(text) => json!({ "decision": Decision::Ask, "error": text }),
        };
        output::data(&format!("{answer}\n"))?;
    }
    Ok(0)
}

fn read(session: &Session, line: &[u8]) -> Result<Invocation, String> {
    let line: Line = serde_json::from_slice(line).map_err(|cause| format!("not a line of the batch: {cause}"))?;
    let form = match (line.shell, line.argv) {
        (Some(text), None) => {
            Form::Shell { text, shell: session.host.default_shell(), dialect: line.dialect.unwrap_or_default() }
        }
        (None, Some(argv)) if !argv.is_empty() => Form::Argv(argv),
        (Some(_) | None, _) => return Err("a line has either `shell` or `argv`, and `argv` is not empty".to_owned()),
    };
    let mut invocation = session.host.invocation(form);
    if let Some(cwd) = line.cwd {
        invocation.cwd = cwd;
    }
    if let Some(env) = line.env {
        invocation.env = env.into_iter().map(|(name, value)| (Raw::from(name), Raw::from(value))).collect();
    }
    Ok(invocation)
}
