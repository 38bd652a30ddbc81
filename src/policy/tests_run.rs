//! A policy's own examples and tests.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use crate::classify::{Context, classify};
use crate::command::parse_with;
use crate::error::Error;
use crate::model::action::{Action, Evidence};
use crate::model::attribution::{Attribution, CallerKind, Standing};
use crate::model::decision::Verdict;
use crate::model::facts::{Answer, Facts, Want};
use crate::model::invocation::{Invocation, Raw};
use crate::packs::described::{Packs, Tool};
use crate::text::escape::escape;

use super::coverage::Coverage;
use super::diagnose::hanging;
use super::layers::Layer;
use super::schema::Rule;
pub use super::schema::TestCase;
use super::{Policies, decide};

/// A test that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The file.
    pub path: String,
    /// The line of the example or test.
    pub line: usize,
    /// What was wanted, and what is.
    pub text: String,
    /// What the command was found to be.
    pub found: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, text, found } = self;
        write!(f, "FAILED {path}:{line}: {text}\n{}", hanging("       ", found))
    }
}

/// What the run of all tests found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// How many held.
    pub passed: usize,
    /// Those that did not.
    pub failures: Vec<Failure>,
    /// What they reach.
    pub coverage: Coverage,
}

impl Report {
    /// For people.
    pub fn text(&self) -> String {
        let mut text: String = self.failures.iter().map(|failure| failure.to_string()).collect();
        text.push_str(&format!("{} of the policy's tests passed, {} failed\n", self.passed, self.failures.len()));
        text
    }

    /// As JSON.
    pub fn to_json(&self) -> Value {
        let failure =
            |one: &Failure| json!({ "path": one.path, "line": one.line, "text": one.text, "found": one.found });
        let failures: Vec<Value> = self.failures.iter().map(failure).collect();
        json!({ "passed": self.passed, "failures": failures, "coverage": self.coverage.to_json() })
    }

    fn add(&mut self, holds: bool, failure: impl FnOnce() -> Failure) {
        if holds {
            self.passed += 1;
        } else {
            self.failures.push(failure());
        }
    }
}

/// Runs every example and test of every layer; `actions` understands a case's command.
pub fn run(policies: &Policies, actions: &dyn Fn(&TestCase) -> Result<Vec<Action>, Error>) -> Report {
    let mut report = Report { coverage: Coverage::of(policies), ..Report::default() };
    let decided = |case: &TestCase| actions(case).map(|actions| decide(policies, &strictest(), actions));
    for layer in policies.layers() {
        for rule in &layer.policy.rules {
            for (text, key) in examples(rule) {
                let line = || layer.line_of(layer.word(rule, key, text).start);
                let case = TestCase { line: rule.line, command: text.to_owned(), ..TestCase::default() };
                report.example((layer, rule), key, decided(&case), text, &line);
            }
        }
        layer.policy.tools.iter().for_each(|tool| examples_of(tool, actions, &mut report));
        for case in &layer.policy.tests {
            report.test(layer, case, decided(case));
        }
    }
    report
}

/// A rule's examples, each with the key below which it stands.
fn examples(rule: &Rule) -> impl Iterator<Item = (&str, &'static str)> {
    let wanted = rule.examples.iter().map(|text| (text.as_str(), "match"));
    wanted.chain(rule.counterexamples.iter().map(|text| (text.as_str(), "not_match")))
}

impl Report {
    fn example(
        &mut self,
        (layer, rule): (&Layer, &Rule),
        key: &str,
        verdict: Result<Verdict, Error>,
        command: &str,
        line: &dyn Fn() -> usize,
    ) {
        let path = layer.path.display().to_string();
        let command = escape(command);
        let verdict = match verdict {
            Ok(verdict) => verdict,
            Err(error) => {
                let text = format!("`{command}` of rule `{}` is not understood", rule.id);
                self.failures.push(Failure { path, line: line(), text, found: error.to_string() });
                return;
            }
        };
        self.coverage.note(&verdict);
        let place = format!("{path}:{}", rule.line);
        let does = verdict.matches.iter().any(|found| found.rule == rule.id && found.origin == place);
        self.add(does == (key == "match"), || {
            let how = if does { "matches" } else { "does not match" };
            let text = format!("rule `{}` {how} `{command}`", rule.id);
            Failure { path, line: line(), text, found: seen(&verdict.actions) }
        });
    }

    fn test(&mut self, layer: &Layer, case: &TestCase, verdict: Result<Verdict, Error>) {
        let path = layer.path.display().to_string();
        let command = escape(&case.command);
        let verdict = match verdict {
            Ok(verdict) => verdict,
            Err(error) => {
                let text = format!("`{command}` is not understood");
                self.failures.push(Failure { path, line: case.line, text, found: error.to_string() });
                return;
            }
        };
        self.coverage.note(&verdict);
        let is_decided = case.expect.is_none_or(|expected| expected == verdict.decision);
        let is_rule = case.rule.as_ref().is_none_or(|rule| *rule == verdict.rule);
        self.add(is_decided && is_rule, || {
            let wanted = case.expect.map_or("", |expected| expected.as_str());
            let by = case.rule.as_ref().map_or_else(String::new, |rule| format!(" by `{rule}`"));
            let text = format!("`{command}` should be {wanted}{by}, and is {} by `{}`", verdict.decision, verdict.rule);
            Failure { path, line: case.line, text, found: seen(&verdict.actions) }
        });
    }
}

/// Runs the examples of a tool: each must be found to be what it says, and nothing beside it.
fn examples_of(tool: &Tool, actions: &dyn Fn(&TestCase) -> Result<Vec<Action>, Error>, report: &mut Report) {
    for example in tool.pack.examples {
        let case = TestCase { line: tool.line, command: example.command.to_owned(), ..TestCase::default() };
        let command = escape(example.command);
        let failed =
            |text: String, found: String| Failure { path: tool.origin.to_owned(), line: tool.line, text, found };
        match actions(&case) {
            Err(error) => {
                let text = format!("`{command}` of tool `{}` is not understood", tool.pack.tool);
                report.failures.push(failed(text, error.to_string()));
            }
            Ok(found) => {
                let wanted = (tool.pack.tool, example.operation, example.impact);
                let is = |action: &Action| (action.tool.as_str(), action.operation.as_str(), action.impact) == wanted;
                report.add(found.first().is_some_and(is), || {
                    let name = tool.pack.tool;
                    let (operation, impact) = (example.operation, example.impact);
                    failed(format!("tool `{name}`: `{command}` should be {operation}, {impact}"), seen(&found))
                });
            }
        }
    }
}

fn seen(actions: &[Action]) -> String {
    let one = |action: &Action| {
        let categories: Vec<&str> = action.categories.iter().map(|category| category.as_str()).collect();
        let doubts: Vec<&str> =
            action.evidence.iter().filter(|one| one.about == "opaque").map(|one| one.text.as_str()).collect();
        let why = if doubts.is_empty() { String::new() } else { format!(" ({})", doubts.join("; ")) };
        format!(
            "`{}` is {} {} in {}{why}",
            escape(&action.title()),
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
    let facts = Imagined { case, packs: policies.packs() };
    let context = Context { facts: &facts, environments: &environments, cwd: &invocation.cwd, env: &invocation.env };
    classify(&parse_with(&invocation, &facts, policies.packs()), &context).actions
}

struct Imagined<'a> {
    case: &'a TestCase,
    packs: Packs,
}

impl Imagined<'_> {
    /// A file that would be started. A tool that is described by its content has it, wherever it lies; one that is
    /// described by its place lies there where it is called by its name alone.
    fn program_file(&self, path: &str) -> Answer {
        let name = path.rsplit('/').next().unwrap_or(path);
        let tool = self.packs.tool(name);
        let own = tool.and_then(|tool| tool.paths.iter().find(|own| own.rsplit('/').next() == Some(name)));
        let real = match own {
            Some(own) if path.starts_with("/usr/bin/") => (*own).to_owned(),
            _ => normal(path),
        };
        let is_out = !real.starts_with("/home/") && !real.starts_with("/tmp/");
        let guard = if is_out { "out_of_reach" } else { "writable" };
        let digest = tool.and_then(|tool| tool.digests.first()).map(ToString::to_string).unwrap_or_default();
        Answer::known([("real", real), ("guard", guard.to_owned()), ("sha256", digest)])
    }
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
            Want::ProgramFile { path } => self.program_file(path),
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
