//! A policy's own examples and tests.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::classify::{Context, classify};
use crate::command::parse;
use crate::error::Error;
use crate::model::action::{Action, Evidence};
use crate::model::attribution::{Attribution, CallerKind, Standing};
use crate::model::facts::{Answer, Facts, Want};
use crate::model::invocation::{Invocation, Raw};

pub use super::schema::TestCase;
use super::{Policies, decide};

/// What the run of all tests found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// How many held.
    pub passed: usize,
    /// One text for each that did not.
    pub failures: Vec<String>,
}

impl Report {
    /// For people.
    pub fn text(&self) -> String {
        let mut text: String = self.failures.iter().map(|failure| format!("FAILED {failure}\n")).collect();
        text.push_str(&format!("{} of the policy's tests passed, {} failed\n", self.passed, self.failures.len()));
        text
    }

    /// As JSON.
    pub fn to_json(&self) -> Value {
        json!({ "passed": self.passed, "failures": self.failures })
    }

    fn add(&mut self, holds: bool, failure: impl FnOnce() -> String) {
        if holds {
            self.passed += 1;
        } else {
            self.failures.push(failure());
        }
    }
}

/// Runs every example and test of every layer; `actions` understands a case's command.
pub fn run(policies: &Policies, actions: &dyn Fn(&TestCase) -> Result<Vec<Action>, Error>) -> Report {
    let mut report = Report::default();
    for layer in policies.layers() {
        let path = layer.path.display();
        for rule in &layer.policy.rules {
            let examples = rule
                .examples
                .iter()
                .map(|text| (text, true))
                .chain(rule.counterexamples.iter().map(|text| (text, false)));
            for (command, should) in examples {
                let case = TestCase { line: rule.line, command: command.clone(), ..TestCase::default() };
                let verdict = actions(&case).map(|actions| decide(policies, &strictest(), actions));
                let place = format!("{path}:{}", rule.line);
                match verdict {
                    Err(error) => report.failures.push(format!("{place}: `{command}`: {error}")),
                    Ok(verdict) => {
                        let does = verdict.matches.iter().any(|found| found.rule == rule.id && found.origin == place);
                        let how = if should { "does not match" } else { "matches" };
                        report.add(does == should, || {
                            format!(
                                "{place}: rule `{}` {how} `{command}`, which is {}",
                                rule.id,
                                seen(&verdict.actions)
                            )
                        });
                    }
                }
            }
        }
        for case in &layer.policy.tests {
            let place = format!("{path}:{}", case.line);
            match actions(case).map(|actions| decide(policies, &strictest(), actions)) {
                Err(error) => report.failures.push(format!("{place}: `{}`: {error}", case.command)),
                Ok(verdict) => {
                    let is_decided = case.expect.is_none_or(|expected| expected == verdict.decision);
                    let is_rule = case.rule.as_ref().is_none_or(|rule| *rule == verdict.rule);
                    report.add(is_decided && is_rule, || {
                        let wanted = case.expect.map_or("", |expected| expected.as_str());
                        let by = case.rule.as_ref().map_or_else(String::new, |rule| format!(" by `{rule}`"));
                        format!(
                            "{place}: `{}` should be {wanted}{by}, is {} by `{}`: {}",
                            case.command,
                            verdict.decision,
                            verdict.rule,
                            seen(&verdict.actions)
                        )
                    });
                }
            }
        }
    }
    report
}

fn seen(actions: &[Action]) -> String {
    let one = |action: &Action| {
        let categories: Vec<&str> = action.categories.iter().map(|category| category.as_str()).collect();
        let doubts: Vec<&str> =
            action.evidence.iter().filter(|one| one.about == "opaque").map(|one| one.text.as_str()).collect();
        let why = if doubts.is_empty() { String::new() } else { format!(" ({})", doubts.join("; ")) };
        format!(
            "{} {}: {} {} in {}{why}",
            action.tool,
            action.operation,
            action.impact,
            categories.join("+"),
            action.environment
        )
    };
    actions.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The caller with the least rights.
pub(super) fn strictest() -> Attribution {
    Attribution {
        kind: CallerKind::Unattributed,
        standing: Standing::Claimed,
        agent: None,
        version: None,
        model: None,
        session: None,
        on_behalf_of: None,
        task: None,
        parent: None,
        uid: 0,
        evidence: Vec::<Evidence>::new(),
    }
}

/// What a case's command amounts to on a host on which every tool is installed, every path is what it seems, and only
/// what the case says is known.
pub fn actions(invocation: &Invocation, policies: &Policies, case: &TestCase) -> Vec<Action> {
    let mut invocation = invocation.clone();
    invocation.cwd = Raw::from("/home/user/src");
    invocation.env = vec![(Raw::from("HOME"), Raw::from("/home/user"))];
    let environments = policies.environments();
    let facts = Imagined { case };
    let context = Context { facts: &facts, environments: &environments, cwd: &invocation.cwd, env: &invocation.env };
    classify(&parse(&invocation, &facts), &context).actions
}

struct Imagined<'a> {
    case: &'a TestCase,
}

impl Facts for Imagined<'_> {
    fn answer(&self, want: &Want) -> Answer {
        let some = |value: &Option<String>, or: &str| value.clone().unwrap_or_else(|| or.to_owned());
        match want {
            Want::KubeContext { context, .. } => Answer::known([
                ("context", context.clone().unwrap_or_else(|| some(&self.case.context, "unnamed"))),
                ("namespace", some(&self.case.namespace, "default")),
            ]),
            Want::TerraformWorkspace { variable, .. } => Answer::known([(
                "workspace",
                variable.clone().unwrap_or_else(|| some(&self.case.workspace, "default")),
            )]),
            Want::AwsProfile { profile, variable, .. } => {
                let named = profile.clone().or_else(|| variable.clone());
                Answer::known([("profile", named.unwrap_or_else(|| some(&self.case.profile, "default")))])
            }
            Want::SshHost { host, .. } => Answer::known([("hostname", host.clone())]),
            Want::AzureSubscription { subscription: Some(name), .. } => Answer::known([("name", name.clone())]),
            Want::GitRepository { .. } => Answer::known([
                ("root", "/home/user/src".to_owned()),
                ("branch", some(&self.case.branch, "topic")),
                ("remote.origin.url", "git@example.com:team/src.git".to_owned()),
            ]),
            Want::GitReference { .. } => Answer::known([("kind", "branch".to_owned())]),
            Want::Program { name } => Answer::known([("path", format!("/usr/bin/{name}"))]),
            Want::Path { path } => Answer::known([("kind", "file".to_owned()), ("real", normal(path))]),
            Want::OwnFiles => Answer::Known {
                fields: BTreeMap::from([
                    ("config".to_owned(), "/home/user/.config/aigov".to_owned()),
                    ("data".to_owned(), "/home/user/.local/share/aigov".to_owned()),
                    ("home".to_owned(), "/home/user".to_owned()),
                    ("ledger".to_owned(), "/home/user/.local/share/aigov/ledger.db".to_owned()),
                    ("policy".to_owned(), "/home/user/.config/aigov/policy.toml".to_owned()),
                ]),
            },
            Want::GitPrograms { .. } | Want::TerraformPrograms { .. } => Answer::Absent,
            Want::TerraformVariables { .. }
            | Want::GcloudConfiguration { .. }
            | Want::AzureSubscription { .. }
            | Want::DockerContext { .. }
            | Want::PgService { .. }
            | Want::MysqlOptions { .. }
            | Want::GitAlias { .. }
            | Want::FileText { .. } => Answer::Absent,
        }
    }
}

/// A path without `.` and `..`.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    format!("/{}", parts.join("/"))
}
