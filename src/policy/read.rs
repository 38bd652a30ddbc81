//! The tables of a policy file as values, with every fault in them.

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::DeValue;

use crate::model::action::{Category, Impact};
use crate::model::decision::{Assurance, Decision, Obligation, Tier};
use crate::model::environments::EnvironmentRule;
use crate::model::ids::RuleId;

use super::fields::{Fields, Source};
use super::load::meant;
use super::schema::{Policy, Rule, TestCase, When};

/// Words of rules that a future version reads.
const LATER: &[&str] = &["record", "scrub", "verify", "auto_rollback", "quota"];

/// Reads the whole file.
pub fn policy(fields: &mut Fields<'_>, source: &mut Source<'_>) -> Policy {
    let mut policy = Policy::default();
    if let Some(mut table) = fields.get("defaults").and_then(|value| Fields::of(value, "`defaults`", source)) {
        policy.default = default(&mut table, source);
        policy.expires = table.duration("expires", source);
        policy.run_within = table.duration("run_within", source);
        table.finish(&[], source);
    }
    if let Some(mut table) = fields.get("approval").and_then(|value| Fields::of(value, "`approval`", source)) {
        policy.single_operator = table.truth("single_operator", source).unwrap_or(false);
        table.finish(&[], source);
    }
    if let Some(value) = fields.get("environments") {
        policy.environments = environments(value, source);
    }
    let mut ids = BTreeSet::new();
    for table in fields.tables("rules", source) {
        policy.rules.extend(rule(table, &mut ids, source));
    }
    for table in fields.tables("tests", source) {
        policy.tests.extend(test(table, source));
    }
    policy
}

/// A repository's file may be written by whoever asks: it can only make things stricter.
pub fn refuse_allowing(policy: &Policy, source: &mut Source<'_>) {
    for rule in policy.rules.iter().filter(|rule| rule.decision < Decision::Ask) {
        let at = source.text.lines().take(rule.line - 1).map(|line| line.len() + 1).sum::<usize>();
        let text = format!("rule `{}` allows, and a repository's policy may only ask and deny", rule.id);
        source.fault(&(at..at + 1), text, Some("put it into the user's policy".to_owned()));
    }
}

fn default(table: &mut Fields<'_>, source: &mut Source<'_>) -> Option<(Decision, usize)> {
    let word = table.text("decision", source)?;
    let span = table.span_of("decision");
    match decision(&word) {
        Some(found @ (Decision::Ask | Decision::Deny)) => Some((found, source.line(span.start))),
        Some(_) => {
            source.fault(
                &span,
                "what no rule speaks about cannot be allowed",
                Some("use \"ask\" or \"deny\"".to_owned()),
            );
            None
        }
        None => {
            source.fault(&span, format!("`{word}` is not a decision"), Some("use \"ask\" or \"deny\"".to_owned()));
            None
        }
    }
}

fn decision(word: &str) -> Option<Decision> {
    Decision::ALL.into_iter().find(|known| known.as_str() == word)
}

fn environments(value: &Spanned<DeValue<'_>>, source: &mut Source<'_>) -> Vec<(String, EnvironmentRule)> {
    let DeValue::Table(all) = value.get_ref() else {
        source.fault(&value.span(), "environments are written as [environments.NAME]", None);
        return Vec::new();
    };
    let mut found = Vec::new();
    for (name, value) in all {
        let text = name.get_ref().as_ref();
        if ["local", "unknown"].contains(&text) {
            source.fault(
                &name.span(),
                format!("`{text}` is a word of aigov's own"),
                Some("choose another name".to_owned()),
            );
        }
        let Some(mut table) = Fields::of(value, "an environment", source) else { continue };
        table.text("description", source);
        let rule = EnvironmentRule {
            protected: table.truth("protected", source),
            contexts: table.texts("contexts", source),
            clusters: table.texts("clusters", source),
            namespaces: table.texts("namespaces", source),
            workspaces: table.texts("workspaces", source),
            profiles: table.texts("profiles", source),
            accounts: table.texts("accounts", source),
            hosts: table.texts("hosts", source),
            branches: table.texts("branches", source),
            directories: table.texts("directories", source),
        };
        if !rule.is_protected()
            && [&rule.contexts, &rule.workspaces, &rule.profiles, &rule.hosts]
                .iter()
                .any(|list| list.iter().any(|one| one == "*"))
        {
            source.fault(
                &value.span(),
                format!("environment `{text}` claims everything and is not protected"),
                Some("name what belongs to it".to_owned()),
            );
        }
        table.finish(&[], source);
        found.push((text.to_owned(), rule));
    }
    found
}

fn rule(mut table: Fields<'_>, ids: &mut BTreeSet<String>, source: &mut Source<'_>) -> Option<Rule> {
    let span = table.span();
    let line = source.line(span.start);
    let id = table.text("id", source);
    match &id {
        None => source.fault(&span, "a rule has no `id`", Some("decisions and records name it".to_owned())),
        Some(id) if !ids.insert(id.clone()) => {
            source.fault(&table.span_of("id"), format!("there are two rules `{id}`"), None);
        }
        Some(_) => {}
    }
    let decision = decided(&mut table, source);
    let description = table.text("description", source);
    let owner = table.text("owner", source);
    let when = condition(&mut table, "when", source);
    let unless = condition(&mut table, "unless", source);
    if when.is_none() && table.get("when").is_none() {
        source.fault(&span, "a rule has no `when`", Some("say to what it applies".to_owned()));
    }
    let obligations = obligations(&mut table, source);
    let message = table.text("message", source);
    let alternatives = table.texts("alternatives", source);
    let examples = table.texts("match", source);
    let counterexamples = table.texts("not_match", source);
    if let (Some(Decision::Allow | Decision::Flag), Some(when)) = (decision, &when) {
        for (name, is_empty) in
            [("impact", when.impact.is_empty()), ("category", when.category.is_empty() && when.tool.is_empty())]
        {
            if is_empty {
                source.fault(
                    &table.span_of("when"),
                    format!("a rule that allows must name `{name}`"),
                    Some("say what exactly may run without a human".to_owned()),
                );
            }
        }
        if !obligations.is_empty() {
            source.fault(
                &span,
                "what runs without a human cannot have obligations of an approval",
                Some("use tier 3".to_owned()),
            );
        }
    }
    table.finish(LATER, source);
    Some(Rule {
        id: RuleId::new(id?),
        line,
        decision: decision?,
        description,
        owner,
        when: when?,
        unless,
        obligations,
        message,
        alternatives,
        examples,
        counterexamples,
    })
}

fn decided(table: &mut Fields<'_>, source: &mut Source<'_>) -> Option<Decision> {
    let tier = table.get("tier").and_then(|_| table.number("tier", source));
    let word = table.text("decision", source);
    match (tier, word) {
        (Some(_), Some(_)) => {
            source.fault(&table.span_of("decision"), "a rule has a `tier` or a `decision`, not both", None);
            None
        }
        (Some(number), None) => {
            let tier = u8::try_from(number).map_err(|_| String::new()).and_then(Tier::try_from);
            if tier.is_err() {
                source.fault(
                    &table.span_of("tier"),
                    format!("`{number}` is not a tier"),
                    Some("use 1, 2, 3 or 4".to_owned()),
                );
            }
            tier.ok().map(Tier::decision)
        }
        (None, Some(word)) => {
            let found = decision(&word);
            if found.is_none() {
                source.fault(
                    &table.span_of("decision"),
                    format!("`{word}` is not a decision"),
                    meant(&word, Decision::ALL.iter().map(|one| one.as_str())),
                );
            }
            found
        }
        (None, None) => {
            if table.get("tier").is_none() {
                source.fault(
                    &table.span(),
                    "a rule has neither `tier` nor `decision`",
                    Some("tier 1 and 2 run, 3 asks, 4 denies".to_owned()),
                );
            }
            None
        }
    }
}

fn condition(table: &mut Fields<'_>, name: &'static str, source: &mut Source<'_>) -> Option<When> {
    let mut table = Fields::of(table.get(name)?, &format!("`{name}`"), source)?;
    let impact = words(&mut table, "impact", &Impact::ALL, Impact::as_str, source);
    let category = words(&mut table, "category", &Category::ALL, Category::as_str, source);
    let when = When {
        impact,
        category,
        environment: table.texts("environment", source),
        tool: table.texts("tool", source),
        operation: table.texts("operation", source),
        target: table.texts("target", source),
        service: table.texts("service", source),
        protected: table.truth("protected", source),
    };
    let span = table.span();
    table.finish(&[], source);
    if when.is_empty() {
        source.fault(&span, format!("`{name}` has no condition"), Some("say to what it applies".to_owned()));
    }
    Some(when)
}

impl When {
    fn is_empty(&self) -> bool {
        let texts = [&self.environment, &self.tool, &self.operation, &self.target, &self.service];
        self.impact.is_empty()
            && self.category.is_empty()
            && self.protected.is_none()
            && texts.iter().all(|list| list.is_empty())
    }
}

fn words<T: Copy>(
    table: &mut Fields<'_>,
    name: &'static str,
    all: &[T],
    word: fn(T) -> &'static str,
    source: &mut Source<'_>,
) -> Vec<T> {
    let mut found = Vec::new();
    for text in table.list(name, source) {
        match all.iter().find(|one| word(**one) == text.get_ref()) {
            Some(one) => found.push(*one),
            None => {
                let help = meant(text.get_ref(), all.iter().map(|one| word(*one)));
                source.fault(&text.span(), format!("`{}` is not a word for `{name}`", text.get_ref()), help);
            }
        }
    }
    found
}

fn obligations(table: &mut Fields<'_>, source: &mut Source<'_>) -> BTreeSet<Obligation> {
    let mut all = BTreeSet::new();
    if table.truth("require_reason", source) == Some(true) {
        all.insert(Obligation::Reason);
    }
    if table.truth("require_preview", source) == Some(true) {
        all.insert(Obligation::Preview);
    }
    if table.truth("require_rationale", source) == Some(true) {
        all.insert(Obligation::Rationale);
    }
    match table.get("approvals").and_then(|_| table.number("approvals", source)) {
        Some(0) => source.fault(
            &table.span_of("approvals"),
            "no approvals at all are not asked for by a number",
            Some("use tier 1 or 2".to_owned()),
        ),
        Some(count) => {
            all.insert(Obligation::Approvals { count });
        }
        None => {}
    }
    if let Some(word) = table.text("min_assurance", source) {
        let found = [Assurance::A0, Assurance::A1, Assurance::A2, Assurance::A3]
            .into_iter()
            .find(|one| one.to_string() == word);
        match found {
            Some(assurance) => {
                all.insert(Obligation::MinAssurance { assurance });
            }
            None => source.fault(
                &table.span_of("min_assurance"),
                format!("`{word}` is not an assurance"),
                Some("use \"A0\", \"A1\", \"A2\" or \"A3\"".to_owned()),
            ),
        }
    }
    all
}

fn test(mut table: Fields<'_>, source: &mut Source<'_>) -> Option<TestCase> {
    let line = source.line(table.span().start);
    let command = table.text("command", source);
    if command.is_none() {
        source.fault(&table.span(), "a test has no `command`", None);
    }
    let word = table.text("expect", source);
    let expect = word.as_deref().and_then(decision);
    match &word {
        None => source.fault(
            &table.span(),
            "a test has no `expect`",
            Some("use \"allow\", \"flag\", \"ask\" or \"deny\"".to_owned()),
        ),
        Some(word) if expect.is_none() => {
            source.fault(
                &table.span_of("expect"),
                format!("`{word}` is not a decision"),
                meant(word, Decision::ALL.iter().map(|one| one.as_str())),
            );
        }
        Some(_) => {}
    }
    let case = TestCase {
        line,
        command: command?,
        context: table.text("context", source),
        namespace: table.text("namespace", source),
        workspace: table.text("workspace", source),
        profile: table.text("profile", source),
        branch: table.text("branch", source),
        expect: Some(expect?),
        rule: table.text("rule", source).map(RuleId::new),
    };
    table.finish(&[], source);
    Some(case)
}
