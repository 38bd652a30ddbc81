//! `aigov policy`: check, test and show what decides.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::error::{Error, ErrorKind};
use crate::host::identity::Claim;
use crate::host::terminal;
use crate::model::invocation::{Dialect, Form, Raw};
use crate::policy::Policies;
use crate::policy::effective::Effective;
use crate::policy::layers::LayerKind;
use crate::policy::lints::{Lint, lints};
use crate::policy::tests_run::{Report, TestCase, run};
use crate::report::{coverage, effective};

use super::args::{PolicyCheckArgs, PolicyCommand, PolicyShowArgs, PolicyTestArgs};
use super::learn::learn;
use super::output::{self, form};
use super::session::Session;
use super::{policy_diff, simulate};

/// `aigov policy`.
///
/// # Errors
/// When the policy has faults or a test fails.
pub fn policy(command: PolicyCommand) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    match command {
        PolicyCommand::Check(args) => check(&session, args),
        PolicyCommand::Test(args) => test(&session, args),
        PolicyCommand::Show(args) => show(&session, &args),
        PolicyCommand::Learn(args) => learn(&session, args),
        PolicyCommand::Diff { from, to, json } => policy_diff::diff(&session, &from, to.as_deref(), form(json)),
        PolicyCommand::Simulate { since, json, file } => {
            simulate::simulate(&session, &file, since.as_deref(), form(json))
        }
    }
}

/// The layers in force, or one file alone.
fn layers(session: &Session, file: Option<PathBuf>) -> Vec<(LayerKind, PathBuf)> {
    file.map_or_else(|| session.layers(), |path| vec![(LayerKind::User, path)])
}

fn check(session: &Session, args: PolicyCheckArgs) -> Result<i32, Error> {
    let layers = layers(session, args.file);
    let paths: Vec<String> = layers.iter().map(|(_, path)| path.display().to_string()).collect();
    let policies = match Policies::load(layers) {
        Err(faults) if args.json => {
            output::data(&format!("{}\n", faults.to_json()))?;
            return Ok(78);
        }
        Err(faults) => {
            output::talk(&format!("{faults}\naigov: {}\n", counted(faults.0.len(), "fault")));
            return Ok(78);
        }
        Ok(policies) => policies,
    };
    let lints = lints(&policies);
    let report = tests(session, &policies);
    let is_denied = args.deny_warnings && !lints.is_empty();
    if args.json {
        let warnings: Vec<Value> = lints.iter().map(Lint::to_json).collect();
        let all = json!({ "faults": [], "warnings": warnings, "tests": report.to_json(), "layers": paths });
        output::data(&format!("{all}\n"))?;
    } else {
        lints.iter().for_each(|lint| output::talk(&format!("{lint}\n")));
        output::talk(&report.text());
        let place = if paths.is_empty() { "the built-in policy".to_owned() } else { paths.join(", ") };
        let denied = if is_denied { ", which are denied" } else { "" };
        output::talk(&format!("aigov: no faults and {}{denied} in {place}\n", counted(lints.len(), "warning")));
    }
    Ok(i32::from(is_denied || !report.failures.is_empty()))
}

fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

fn test(session: &Session, args: PolicyTestArgs) -> Result<i32, Error> {
    let policies = match args.file {
        None => session.policies()?,
        Some(path) => Policies::load(vec![(LayerKind::User, path)])
            .map_err(|faults| Error::new(ErrorKind::Config, format!("the policy has faults\n{faults}")))?,
    };
    let report = tests(session, &policies);
    let coverage = &report.coverage;
    let is_short = args.min_coverage.is_some_and(|least| !coverage.is_at_least(least));
    if args.json {
        output::data(&format!("{}\n", report.to_json()))?;
    } else {
        let width = usize::from(terminal::width(&session.host));
        let mut text = report.text();
        if args.coverage {
            text.push_str(&format!("\n{}\n", coverage::table(coverage, width)));
        }
        if args.coverage || is_short {
            text.push_str(&coverage::missing(coverage, width));
        }
        output::data(&(text + &coverage::summary(coverage)))?;
    }
    if let Some(least) = args.min_coverage.filter(|_| is_short) {
        output::talk(&format!("aigov: {} % of the rules are covered, and {least} % are wanted\n", coverage.percent()));
    }
    Ok(i32::from(is_short || !report.failures.is_empty()))
}

/// Runs every layer's examples and tests.
///
/// # Errors
/// When one fails.
pub fn run_tests(session: &Session, policies: &Policies) -> Result<(), Error> {
    let report = tests(session, policies);
    if report.failures.is_empty() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Config, format!("the policy's own tests fail, so nothing runs\n{}", report.text()))
        .for_human("correct the policy, then `aigov policy test`")
        .for_agent("nothing was run; tell the human that the policy's own tests fail"))
}

fn tests(session: &Session, policies: &Policies) -> Report {
    run(policies, &|case: &TestCase| {
        let text = Raw::from(case.command.as_str());
        let mut invocation =
            session.host.invocation(Form::Shell { text, shell: Raw::from("bash"), dialect: Dialect::Bash });
        invocation.env.clear();
        Ok(crate::policy::tests_run::actions(&invocation, policies, case))
    })
}

fn show(session: &Session, args: &PolicyShowArgs) -> Result<i32, Error> {
    let policies = session.policies()?;
    let text = match (args.effective, args.json) {
        (true, true) => format!("{}\n", Effective::of(&policies).to_json()),
        (true, false) => effective::text(&Effective::of(&policies), usize::from(terminal::width(&session.host))),
        (false, true) => format!("{}\n", policies.to_json()),
        (false, false) => policies.text(),
    };
    output::data(&text)?;
    Ok(0)
}
