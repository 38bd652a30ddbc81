//! Cedar: a policy a rule; what denies is `forbid`, the rest is `permit` with its decision as an annotation. One request
//! gives the policies that were satisfied, and the strictest of them decides.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::str::FromStr;

use aigov::model::action::Action;
use aigov::model::decision::Decision;
use cedar_policy::{
    Authorizer, Context, Entities, EntityUid, PolicyId, PolicySet, Request, Response, Schema, ValidationMode, Validator,
};

use crate::engine::{DEFAULT, Engine, Found};
use crate::rules::{Conditions, Rule, is_protected, kinds};

const SCHEMA: &str = r#"
entity Agent;
entity Host;
action "read", "write", "destroy", "unknown" appliesTo {
  principal: [Agent],
  resource: [Host],
  context: {
    tool: String, operation: String, environment: String, protected: Bool, categories: Set<String>, kinds: Set<String>,
  }
};
"#;

pub struct Cedar {
    text: String,
    schema: Schema,
    policies: PolicySet,
    /// The decision and the rule of each policy.
    known: HashMap<PolicyId, (Decision, String)>,
    authorizer: Authorizer,
    entities: Entities,
    requests: Vec<Request>,
}

impl Cedar {
    pub fn new(rules: &[Rule], actions: &[Action]) -> Self {
        let mut cedar = Self {
            text: text(rules),
            schema: Schema::from_cedarschema_str(SCHEMA).unwrap().0,
            policies: PolicySet::new(),
            known: HashMap::new(),
            authorizer: Authorizer::new(),
            entities: Entities::empty(),
            requests: Vec::new(),
        };
        cedar.load();
        cedar.requests = actions.iter().map(|action| request(action, &cedar.schema)).collect();
        cedar
    }

    fn response(&self, at: usize) -> Response {
        self.authorizer.is_authorized(&self.requests[at], &self.policies, &self.entities)
    }
}

impl Engine for Cedar {
    fn name(&self) -> &'static str {
        "Cedar"
    }

    fn length(&self) -> usize {
        self.text.len()
    }

    fn load(&mut self) {
        self.schema = Schema::from_cedarschema_str(SCHEMA).unwrap().0;
        self.policies = PolicySet::from_str(&self.text).unwrap_or_else(|errors| panic!("{errors:?}"));
        let result = Validator::new(self.schema.clone()).validate(&self.policies, ValidationMode::Strict);
        assert!(result.validation_passed(), "{:?}", result.validation_errors().next());
        let known = self.policies.policies().map(|policy| {
            let decision = policy.annotation("decision").unwrap();
            let decision = Decision::ALL.into_iter().find(|one| one.as_str() == decision).unwrap();
            (policy.id().clone(), (decision, policy.annotation("id").unwrap().to_owned()))
        });
        self.known = known.collect();
    }

    fn decide(&mut self, at: usize) -> Decision {
        let response = black_box(self.response(at));
        let matched = response.diagnostics().reason().filter_map(|id| self.known.get(id));
        matched.map(|(decision, _)| *decision).max().unwrap_or(DEFAULT)
    }

    fn found(&mut self, at: usize) -> Found {
        let response = self.response(at);
        assert_eq!(response.diagnostics().errors().count(), 0);
        let found = Found::of(response.diagnostics().reason().map(|id| self.known[id].clone()));
        assert_eq!(response.decision() == cedar_policy::Decision::Allow, {
            found.decision < Decision::Deny && !found.rules.is_empty()
        });
        found
    }
}

fn request(action: &Action, schema: &Schema) -> Request {
    let uid = |text: &str| EntityUid::from_str(text).unwrap();
    let verb = uid(&format!("Action::\"{}\"", action.impact));
    let context = serde_json::json!({
        "tool": action.tool,
        "operation": action.operation,
        "environment": action.environment.as_str(),
        "protected": is_protected(action),
        "categories": action.categories,
        "kinds": kinds(action),
    });
    let context = Context::from_json_value(context, Some((schema, &verb))).unwrap();
    Request::new(uid("Agent::\"bot\""), verb, uid("Host::\"this\""), context, Some(schema)).unwrap()
}

fn text(rules: &[Rule]) -> String {
    let mut text = String::new();
    for rule in rules {
        let effect = if rule.decision == Decision::Deny { "forbid" } else { "permit" };
        let actions: Vec<String> = rule.when.impact.iter().map(|one| format!("Action::\"{one}\"")).collect();
        let actions = match actions.as_slice() {
            [] => "action".to_owned(),
            [one] => format!("action == {one}"),
            all => format!("action in [{}]", all.join(", ")),
        };
        writeln!(text, "@id(\"{}\")\n@decision(\"{}\")", rule.id, rule.decision).unwrap();
        writeln!(text, "@description(\"What {} is for\")", rule.id).unwrap();
        writeln!(text, "{effect}(principal, {actions}, resource)").unwrap();
        let when = conditions(&rule.when, rule.means_all());
        if !when.is_empty() {
            writeln!(text, "when {{ {when} }}").unwrap();
        }
        if let Some(unless) = &rule.unless {
            writeln!(text, "unless {{ {} }}", conditions(unless, !rule.means_all())).unwrap();
        }
        text.push_str(";\n");
    }
    text
}

/// Impacts are in the head of a policy: here is the rest.
fn conditions(all: &Conditions, means_all: bool) -> String {
    let mut parts: Vec<String> = Vec::new();
    let quoted = |values: &[&str]| values.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(", ");
    for (name, values) in [("environment", &all.environment), ("tool", &all.tool), ("operation", &all.operation)] {
        match values.as_slice() {
            [] => {}
            [glob] if glob.contains('*') => parts.push(format!("context.{name} like {glob:?}")),
            [one] => parts.push(format!("context.{name} == {one:?}")),
            several => parts.push(format!("[{}].contains(context.{name})", quoted(several))),
        }
    }
    let categories: Vec<&str> = all.category.iter().map(|one| one.as_str()).collect();
    for (name, values) in [("categories", &categories), ("kinds", &all.kind)] {
        if values.is_empty() {
            continue;
        }
        parts.push(match means_all {
            true => format!("!context.{name}.isEmpty() && [{}].containsAll(context.{name})", quoted(values)),
            false => format!("context.{name}.containsAny([{}])", quoted(values)),
        });
    }
    match all.protected {
        Some(true) => parts.push("context.protected".to_owned()),
        Some(false) => parts.push("!context.protected".to_owned()),
        None => {}
    }
    parts.join(" && ")
}
