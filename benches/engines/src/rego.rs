//! Rego through regorus: a rule of the set `matched` for each rule; the strictest of the set decides. Once by regorus'
//! interpreter and once by its virtual machine.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hint::black_box;

use aigov::model::action::Action;
use aigov::model::decision::Decision;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{CompiledPolicy, Value};

use crate::engine::{DEFAULT, Engine, Found};
use crate::rules::{Conditions, Rule, is_protected, kinds};

const ENTRY: &str = "data.bench.matched";

enum Runner {
    Interpreter(CompiledPolicy),
    Machine(Box<RegoVM>),
}

/// Which of regorus' two ways runs the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Interpreter,
    Machine,
}

pub struct Rego {
    text: String,
    way: Way,
    runner: Runner,
    decisions: HashMap<String, Decision>,
    inputs: Vec<Value>,
}

impl Rego {
    pub fn new(way: Way, rules: &[Rule], actions: &[Action]) -> Self {
        let text = text(rules);
        Self {
            runner: runner(way, &text),
            text,
            way,
            decisions: rules.iter().map(|rule| (rule.id.clone(), rule.decision)).collect(),
            inputs: actions.iter().map(input).collect(),
        }
    }

    fn matched(&mut self, at: usize) -> Value {
        let input = self.inputs[at].clone();
        match &mut self.runner {
            Runner::Interpreter(policy) => policy.eval_with_input(input).unwrap(),
            Runner::Machine(machine) => {
                machine.set_input(input);
                machine.execute_entry_point_by_name(ENTRY).unwrap()
            }
        }
    }

    fn known(&self, value: &Value) -> Vec<(Decision, String)> {
        let one = |rule: &Value| {
            let id = rule.as_string().unwrap().to_string();
            (self.decisions[&id], id)
        };
        value.as_set().unwrap().iter().map(one).collect()
    }
}

impl Engine for Rego {
    fn name(&self) -> &'static str {
        match self.way {
            Way::Interpreter => "regorus",
            Way::Machine => "regorus RVM",
        }
    }

    fn length(&self) -> usize {
        self.text.len()
    }

    fn load(&mut self) {
        self.runner = runner(self.way, &self.text);
    }

    fn decide(&mut self, at: usize) -> Decision {
        let value = black_box(self.matched(at));
        let decision = |rule: &Value| self.decisions[rule.as_string().unwrap().as_ref()];
        value.as_set().unwrap().iter().map(decision).max().unwrap_or(DEFAULT)
    }

    fn found(&mut self, at: usize) -> Found {
        let value = self.matched(at);
        Found::of(self.known(&value))
    }
}

fn runner(way: Way, text: &str) -> Runner {
    let mut engine = regorus::Engine::new();
    engine.add_policy("bench.rego".to_owned(), text.to_owned()).unwrap();
    let compiled = engine.compile_with_entrypoint(&ENTRY.into()).unwrap();
    match way {
        Way::Interpreter => Runner::Interpreter(compiled),
        Way::Machine => {
            let program = Compiler::compile_from_policy(&compiled, &[ENTRY]).unwrap();
            let mut machine = RegoVM::new_with_policy(compiled);
            machine.load_program(program);
            machine.set_data(Value::new_object()).unwrap();
            Runner::Machine(Box::new(machine))
        }
    }
}

fn input(action: &Action) -> Value {
    Value::from(serde_json::json!({
        "tool": action.tool,
        "operation": action.operation,
        "impact": action.impact,
        "environment": action.environment.as_str(),
        "protected": is_protected(action),
        "categories": action.categories,
        "kinds": kinds(action),
    }))
}

fn text(rules: &[Rule]) -> String {
    let mut text = "package bench\n\nimport rego.v1\n".to_owned();
    for (number, rule) in rules.iter().enumerate() {
        writeln!(text, "\n# What {} is for", rule.id).unwrap();
        writeln!(text, "matched contains {:?} if {{\n{}", rule.id, conditions(&rule.when, rule.means_all())).unwrap();
        if let Some(unless) = &rule.unless {
            writeln!(text, "\tnot excepted_{number}\n}}\n\nexcepted_{number} if {{").unwrap();
            writeln!(text, "{}", conditions(unless, !rule.means_all())).unwrap();
        }
        text.push_str("}\n");
    }
    text
}

fn conditions(all: &Conditions, means_all: bool) -> String {
    let mut parts: Vec<String> = Vec::new();
    let quoted = |values: &[&str]| values.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(", ");
    let impacts: Vec<&str> = all.impact.iter().map(|one| one.as_str()).collect();
    let fields =
        [("tool", &all.tool), ("operation", &all.operation), ("impact", &impacts), ("environment", &all.environment)];
    for (name, values) in fields {
        match values.as_slice() {
            [] => {}
            [glob] if glob.ends_with('*') => {
                parts.push(format!("startswith(input.{name}, {:?})", glob.trim_end_matches('*')));
            }
            [glob] if glob.starts_with('*') => {
                parts.push(format!("endswith(input.{name}, {:?})", glob.trim_start_matches('*')));
            }
            [one] => parts.push(format!("input.{name} == {one:?}")),
            several => parts.push(format!("input.{name} in {{{}}}", quoted(several))),
        }
    }
    match all.protected {
        Some(true) => parts.push("input.protected".to_owned()),
        Some(false) => parts.push("not input.protected".to_owned()),
        None => {}
    }
    let categories: Vec<&str> = all.category.iter().map(|one| one.as_str()).collect();
    for (name, values) in [("categories", &categories), ("kinds", &all.kind)] {
        if values.is_empty() {
            continue;
        }
        if means_all {
            parts.push(format!("count(input.{name}) > 0"));
            parts.push(format!("every one in input.{name} {{ one in {{{}}} }}", quoted(values)));
        } else {
            parts.push(format!("some {name} in input.{name}"));
            parts.push(format!("{name} in {{{}}}", quoted(values)));
        }
    }
    parts.iter().map(|part| format!("\t{part}")).collect::<Vec<_>>().join("\n")
}
