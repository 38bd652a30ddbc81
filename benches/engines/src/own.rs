//! aigov: a policy file, loaded as `exec` loads it.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use aigov::model::action::Action;
use aigov::model::attribution::{Attribution, CallerKind, Standing};
use aigov::model::decision::{Decision, Verdict};
use aigov::policy::layers::LayerKind;
use aigov::policy::{Policies, decide};
use tempfile::TempDir;

use crate::engine::{Engine, Found};
use crate::rules::{Conditions, ENVIRONMENTS, Rule};

pub struct Own {
    /// Holds the file.
    _place: TempDir,
    file: PathBuf,
    length: usize,
    policies: Policies,
    caller: Attribution,
    actions: Vec<Action>,
    ready: Vec<Vec<Action>>,
}

impl Own {
    pub fn new(rules: &[Rule], actions: &[Action]) -> Self {
        Self::of_text(&text(rules), actions)
    }

    pub fn of_text(text: &str, actions: &[Action]) -> Self {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("policy.toml");
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let caller = Attribution {
            kind: CallerKind::Agent,
            standing: Standing::Claimed,
            agent: None,
            version: None,
            model: None,
            session: None,
            on_behalf_of: None,
            task: None,
            parent: None,
            uid: 1000,
            evidence: Vec::new(),
        };
        let mut own = Self {
            _place: place,
            file,
            length: text.len(),
            policies: Policies::default(),
            caller,
            actions: actions.to_vec(),
            ready: Vec::new(),
        };
        own.load();
        own
    }

    fn verdict(&mut self, at: usize) -> Verdict {
        let action = self.ready.pop().unwrap_or_else(|| vec![self.actions[at].clone()]);
        decide(&self.policies, &self.caller, action)
    }
}

impl Engine for Own {
    fn name(&self) -> &'static str {
        "aigov"
    }

    fn length(&self) -> usize {
        self.length
    }

    fn load(&mut self) {
        let files = vec![(LayerKind::User, self.file.clone())];
        self.policies = Policies::load(files).unwrap_or_else(|faults| panic!("{faults}"));
    }

    fn prepare(&mut self, at: usize, times: usize) {
        self.ready = vec![vec![self.actions[at].clone()]; times];
    }

    fn decide(&mut self, at: usize) -> Decision {
        std::hint::black_box(self.verdict(at)).decision
    }

    fn found(&mut self, at: usize) -> Found {
        let verdict = self.verdict(at);
        let rules = verdict.matches.into_iter().filter(|one| one.rule.as_str() != "default");
        let found = Found::of(rules.map(|one| (one.decision, one.rule.to_string())));
        assert_eq!(found.decision, verdict.decision);
        found
    }
}

fn text(rules: &[Rule]) -> String {
    let mut text = "schema = 1\n\n[defaults]\ndecision = \"ask\"\n".to_owned();
    for (name, protected) in ENVIRONMENTS {
        write!(text, "\n[environments.{name}]\nprotected = {protected}\ncontexts = [\"{name}\"]\n").unwrap();
    }
    for rule in rules {
        write!(text, "\n[[rules]]\nid = \"{}\"\ndecision = \"{}\"\n", rule.id, rule.decision).unwrap();
        writeln!(text, "description = \"What {} is for\"", rule.id).unwrap();
        writeln!(text, "when = {{ {} }}", conditions(&rule.when)).unwrap();
        if let Some(unless) = &rule.unless {
            writeln!(text, "unless = {{ {} }}", conditions(unless)).unwrap();
        }
    }
    text
}

fn conditions(all: &Conditions) -> String {
    let mut parts = Vec::new();
    let mut list = |name: &str, values: Vec<String>| {
        if !values.is_empty() {
            parts.push(format!("{name} = {values:?}"));
        }
    };
    list("impact", all.impact.iter().map(ToString::to_string).collect());
    list("category", all.category.iter().map(ToString::to_string).collect());
    list("environment", all.environment.iter().map(ToString::to_string).collect());
    list("tool", all.tool.iter().map(ToString::to_string).collect());
    list("operation", all.operation.iter().map(ToString::to_string).collect());
    list("target", all.kind.iter().map(|kind| format!("{kind}/*")).collect());
    if let Some(protected) = all.protected {
        parts.push(format!("protected = {protected}"));
    }
    parts.join(", ")
}
