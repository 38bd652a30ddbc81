//! `aigov doctor`: whether everything that aigov needs is in order; each line that is not says what to do.

use serde::Serialize;

use crate::approval::signature::Allowed;
use crate::error::{Error, ErrorKind};
use crate::host::clock;
use crate::host::identity::Claim;
use crate::ledger::Access;
use crate::ledger::verify::verify;
use crate::model::ledger::{Batch, ClockState, Durability, Ledger as _, LedgerError};
use crate::model::record::{Event, Note};
use crate::signature::NAMESPACE;
use crate::signature::signers::Signer;

use super::args::DoctorArgs;
use super::collect;
use super::output;
use super::session::Session;

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    ok: bool,
    text: String,
    fix: Option<String>,
}

impl Finding {
    fn ok(what: &'static str, text: impl Into<String>) -> Self {
        Self { what, ok: true, text: text.into(), fix: None }
    }

    fn bad(what: &'static str, text: impl Into<String>, fix: &str) -> Self {
        Self { what, ok: false, text: text.into(), fix: Some(fix.to_owned()) }
    }
}

/// `aigov doctor`. Under an agent's marker it tells pass or fail only.
///
/// # Errors
/// When the clock is to be accepted by somebody who may not.
pub fn doctor(args: &DoctorArgs) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    if args.accept_clock {
        return accept_clock(&session);
    }
    let (policy, signers) = (policy(&session), signers(&session));
    let (clock, freezes) = (clock(&session), freezes(&session));
    let findings = [policy, signers, ledger(&session), clock, freezes, channels(&session), caller(&session)];
    let is_well = findings.iter().all(|finding| finding.ok);
    let is_human = session.caller.is_human();
    if args.json {
        let data = if is_human {
            serde_json::json!({ "ok": is_well, "findings": findings })
        } else {
            serde_json::json!({ "ok": is_well })
        };
        output::data(&format!("{data}\n"))?;
    } else if is_human {
        output::data(&text(&findings))?;
    } else {
        output::data(if is_well {
            "pass\n"
        } else {
            "fail: a human has to look; run nothing that changes anything\n"
        })?;
    }
    Ok(i32::from(!is_well))
}

fn text(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        text.push_str(&format!("{:<4} {:<8} {}\n", if finding.ok { "ok" } else { "FAIL" }, finding.what, finding.text));
        if let Some(fix) = &finding.fix {
            text.push_str(&format!("              fix: {fix}\n"));
        }
    }
    text
}

fn policy(session: &Session) -> Finding {
    let layers = session.layers();
    if layers.is_empty() {
        return Finding::bad("policy", "there is none: known reads run, everything else is refused", "aigov init");
    }
    match session.policies() {
        Err(error) => Finding::bad("policy", error.text, "correct it, then `aigov policy check`"),
        Ok(policies) => {
            let paths: Vec<String> =
                layers.iter().map(|(kind, path)| format!("{} ({})", path.display(), kind.as_str())).collect();
            let writable =
                if policies.is_writable_by_requester() { "; whoever runs agents here can write it" } else { "" };
            Finding::ok("policy", format!("{}{writable}", paths.join(", ")))
        }
    }
}

fn signers(session: &Session) -> Finding {
    // A policy that does not load is told already.
    let Ok(policies) = session.policies() else { return Finding::ok("signers", "the policy says who, once it loads") };
    let Some(in_force) = policies.signing() else {
        return Finding::ok("signers", "the policy names no allowed signers: no decision can be signed");
    };
    let path = in_force.allowed_signers.display();
    match Allowed::read(&policies) {
        Err(error) => Finding::bad("signers", error.text, "correct it: signatures are refused until then"),
        Ok(allowed) => match allowed.doubt() {
            Some(doubt) => Finding::bad(
                "signers",
                format!("{path}: {doubt}, so a signature proves nothing (A0)"),
                "give the file and its directories to root, mode 0644 and 0755, and run agents under another user id",
            ),
            None => Finding::ok("signers", format!("{path}: {}, root's alone", counted(&allowed))),
        },
    }
}

/// How many keys there are, and how many of them count for nothing here.
fn counted(allowed: &Allowed<'_>) -> String {
    let lines = &allowed.signers().lines;
    let now = clock::now();
    let counts = |line: &&Signer| allowed.signers().allow(&who(line), &line.key, NAMESPACE, now).is_ok();
    format!("{} key(s), {} of which may sign now", lines.len(), lines.iter().filter(counts).count())
}

fn who(line: &Signer) -> String {
    line.principals.first().cloned().unwrap_or_default()
}

fn ledger(session: &Session) -> Finding {
    let path = &session.places.ledger;
    match verify(path, None) {
        Ok(report) if report.is_sound() => {
            Finding::ok("ledger", format!("{}: {} record(s), chain intact", path.display(), report.records))
        }
        Ok(report) => Finding::bad(
            "ledger",
            report.text(),
            "keep the file for whoever investigates; `aigov audit verify` says more",
        ),
        Err(LedgerError::Missing { .. }) => Finding::ok("ledger", format!("{}: not there yet", path.display())),
        Err(error) => {
            Finding::bad("ledger", error.to_string(), "make the file and its directory yours, with room on the disk")
        }
    }
}

fn clock(session: &Session) -> Finding {
    let state = session.ledger_for(Access::ReadOnly).map(|mut ledger| {
        let mut state = ClockState::Sound;
        let _nothing = ledger.transact(Durability::Process, &mut |snapshot| {
            state = snapshot.clock();
            Ok(Batch::default())
        });
        state
    });
    match state {
        Ok(ClockState::Back(micros)) => Finding::bad(
            "clock",
            format!("{} s behind the ledger's last record: nothing is approved", micros / 1_000_000),
            "set the clock, or accept it: `aigov doctor --accept-clock`",
        ),
        Ok(ClockState::Sound) | Err(_) => Finding::ok("clock", clock::now().to_string()),
    }
}

fn freezes(session: &Session) -> Finding {
    let names = session.ledger_for(Access::ReadOnly).and_then(|ledger| Ok(ledger.freezes()?));
    let frozen: Vec<String> = names
        .unwrap_or_default()
        .into_iter()
        .map(|f| f.environment.unwrap_or_else(|| "everything".to_owned()))
        .collect();
    Finding::ok(
        "freezes",
        if frozen.is_empty() {
            "none".to_owned()
        } else {
            format!("{} (lift with `aigov unfreeze`)", frozen.join(", "))
        },
    )
}

fn channels(session: &Session) -> Finding {
    match collect::state(session) {
        Ok(text) => Finding::ok("channels", text),
        Err(error) => Finding::bad("channels", error.text, "start `aigov collect`, or look at what the channel says"),
    }
}

fn caller(session: &Session) -> Finding {
    let evidence: Vec<&str> = session.caller.evidence.iter().map(|e| e.text.as_str()).collect();
    Finding::ok("caller", format!("{}: {}", session.caller.label(), evidence.join("; ")))
}

fn accept_clock(session: &Session) -> Result<i32, Error> {
    session.require_human_for("doctor --accept-clock")?;
    let mut ledger = session.ledger()?;
    let mut was = ClockState::Sound;
    let draft = session.draft(Event::ClockAccepted(Note { note: format!("accepted at {}", clock::now()) }));
    let _recorded = ledger.transact(Durability::Power, &mut |snapshot| {
        was = snapshot.clock();
        let records = if was == ClockState::Sound { Vec::new() } else { vec![draft.clone()] };
        Ok(Batch { records, ..Batch::default() })
    })?;
    match was {
        ClockState::Sound => {
            Err(Error::new(ErrorKind::Input, "the clock has not gone back; there is nothing to accept"))
        }
        ClockState::Back(_) => {
            output::talk("aigov: the clock is accepted; records keep the later of its time and the last record's\n");
            Ok(0)
        }
    }
}
