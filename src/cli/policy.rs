//! `aigov policy`: check, test and show what decides.

use std::path::PathBuf;

use serde_json::json;

use crate::error::{Error, ErrorKind};
use crate::host::identity::Claim;
use crate::model::invocation::{Dialect, Form, Raw};
use crate::policy::Policies;
use crate::policy::layers::LayerKind;
use crate::policy::tests_run::{Report, TestCase, run};

use super::args::PolicyCommand;
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
        PolicyCommand::Check { file, json } => check(&session, file, json),
        PolicyCommand::Test { file, json } => test(&session, file, json),
        PolicyCommand::Show { json } => show(&session, json),
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

fn check(session: &Session, file: Option<PathBuf>, is_json: bool) -> Result<i32, Error> {
    let layers = layers(session, file);
    let paths: Vec<String> = layers.iter().map(|(_, path)| path.display().to_string()).collect();
    match Policies::load(layers) {
        Err(faults) if is_json => {
            output::data(&format!("{}\n", faults.to_json()))?;
            Ok(78)
        }
        Err(faults) => {
            output::talk(&faults.to_string());
            Ok(78)
        }
        Ok(policies) => {
            let warnings = policies.warnings();
            let report = tests(session, &policies);
            if is_json {
                output::data(&format!(
                    "{}\n",
                    json!({ "faults": [], "warnings": warnings, "tests": report.to_json(), "layers": paths })
                ))?;
            } else {
                warnings.iter().for_each(|warning| output::talk(&format!("{warning}\n")));
                output::talk(&report.text());
                output::talk(&format!(
                    "aigov: no faults in {}\n",
                    if paths.is_empty() { "the built-in policy".to_owned() } else { paths.join(", ") }
                ));
            }
            Ok(if report.failures.is_empty() { 0 } else { 1 })
        }
    }
}

fn test(session: &Session, file: Option<PathBuf>, is_json: bool) -> Result<i32, Error> {
    let policies = match file {
        None => session.policies()?,
        Some(path) => Policies::load(vec![(LayerKind::User, path)])
            .map_err(|faults| Error::new(ErrorKind::Config, format!("the policy has faults\n{faults}")))?,
    };
    let report = tests(session, &policies);
    if is_json {
        output::data(&format!("{}\n", report.to_json()))?;
    } else {
        output::data(&report.text())?;
    }
    Ok(if report.failures.is_empty() { 0 } else { 1 })
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

fn show(session: &Session, is_json: bool) -> Result<i32, Error> {
    let policies = session.policies()?;
    if is_json {
        output::data(&format!("{}\n", policies.to_json()))?;
    } else {
        output::data(&policies.text())?;
    }
    Ok(0)
}
