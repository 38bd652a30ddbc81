//! The tables of a policy file as values, with every fault in them.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeValue;

use crate::model::decision::Decision;
use crate::model::environments::EnvironmentRule;
use crate::model::ids::RuleId;

use super::approvers::break_glass;
use super::channels::channels;
use super::fields::{Fields, Source};
use super::layers::LayerKind;
use super::lifetimes::{self, Lifetimes};
use super::people::people;
use super::review;
use super::rules::{decision, meant_decision, rule};
use super::schema::{Policy, TestCase};
use super::signing;
use super::windows::windows;

/// Reads the whole file.
pub fn policy(fields: &mut Fields<'_>, source: &mut Source<'_>) -> Policy {
    let mut policy = Policy::default();
    if let Some(mut table) = fields.get("defaults").and_then(|value| Fields::of(value, "`defaults`", source)) {
        policy.default = default(&mut table, source);
        policy.expires = table.duration("expires", source);
        policy.run_within = table.duration("run_within", source);
        for name in ["decision", "expires", "run_within"].into_iter().filter(|name| table.has(name)) {
            policy.lines.insert(format!("defaults.{name}"), source.line(table.span_of(name).start));
        }
        table.finish(&[], source);
    }
    if let Some(mut table) = fields.get("approval").and_then(|value| Fields::of(value, "`approval`", source)) {
        policy.single_operator = table.truth("single_operator", source).unwrap_or(false);
        policy.break_glass = break_glass(&mut table, source);
        policy.lifetimes = Lifetimes::read(&mut table, &mut policy.lines, source);
        for name in ["single_operator", "break_glass"].into_iter().filter(|name| table.has(name)) {
            policy.lines.insert(format!("approval.{name}"), source.line(table.span_of(name).start));
        }
        policy.signing = signing::signing(&mut table, &mut policy.lines, source);
        policy.review = review::keys(&mut table, &mut policy.lines, source);
        table.finish(&[], source);
    }
    if let Some(value) = fields.get("environments") {
        policy.environments = environments(value, &mut policy.lines, source);
    }
    if let Some(value) = fields.get("owners") {
        policy.owners = owners(value, &mut policy.lines, source);
    }
    policy.people = people(fields, &mut policy.lines, source);
    policy.freeze_windows = windows(fields, source);
    policy.channels = channels(fields, &mut policy.lines, source);
    let mut ids = BTreeMap::new();
    for table in fields.tables("rules", source) {
        policy.rules.extend(rule(table, &mut ids, &policy.owners, source));
    }
    for table in fields.tables("tests", source) {
        policy.tests.extend(test(table, source));
    }
    policy
}

/// A layer that comes along with whoever asks can only make things stricter, and a repository's file can be written by
/// whoever asks.
pub fn refuse_brought(kind: LayerKind, fields: &mut Fields<'_>, policy: &Policy, source: &mut Source<'_>) {
    if kind.is_base() {
        return;
    }
    let of = format!("{} layer", kind.article());
    let more = signing::LOOSENING.into_iter().chain(lifetimes::KEYS).map(|key| ("approval", key));
    let settings = [("defaults", "decision"), ("approval", "single_operator"), ("approval", "break_glass")];
    for (table, key) in settings.into_iter().chain(more) {
        let Some(value) =
            fields.get(table).and_then(|value| Fields::of(value, table, &mut Source::new(source.path, "")))
        else {
            continue;
        };
        if value.has(key) {
            let text = format!("`{key}` has no effect in {of}");
            let why = "only the platform's and the user's policy say it";
            source.fault_because(&value.key_of(key), text, why, "take it out, or put it into the user's policy");
        }
    }
    review::refuse_brought(kind, &policy.review, fields, source);
    if kind == LayerKind::Repository {
        for rule in policy.rules.iter().filter(|rule| rule.decision < Decision::Ask) {
            let at: usize = source.text.split_inclusive('\n').take(rule.line - 1).map(str::len).sum();
            let end = at + source.text.get(at..).and_then(|rest| rest.lines().next()).map_or(1, str::len);
            let text = format!("rule `{}` allows, and a repository's policy may only ask and deny", rule.id);
            let why = "whoever can write into the repository could allow itself everything";
            source.fault_because(&(at..end), text, why, "put it into the user's policy");
        }
    }
}

fn default(table: &mut Fields<'_>, source: &mut Source<'_>) -> Option<(Decision, usize)> {
    let word = table.text("decision", source)?;
    let span = table.span_of("decision");
    match decision(&word) {
        Some(found @ (Decision::Ask | Decision::Deny)) => Some((found, source.line(span.start))),
        Some(_) => {
            let why = "it would run whatever nobody has thought of";
            source.fault_because(&span, "what no rule speaks about cannot be allowed", why, "use \"ask\" or \"deny\"");
            None
        }
        None => {
            source.fault(&span, format!("`{word}` is not a decision"), Some("use \"ask\" or \"deny\"".to_owned()));
            None
        }
    }
}

/// `[owners]`: a name for each, with how to reach them.
fn owners(
    value: &Spanned<DeValue<'_>>,
    lines: &mut BTreeMap<String, usize>,
    source: &mut Source<'_>,
) -> Vec<(String, String)> {
    let DeValue::Table(all) = value.get_ref() else {
        let help = Some("write `[owners]`, and below it `platform = \"#platform-oncall\"`".to_owned());
        source.fault(&value.span(), "`owners` must be a table", help);
        return Vec::new();
    };
    let mut found = Vec::new();
    for (name, value) in all {
        match value.get_ref().as_str() {
            Some(contact) if !contact.trim().is_empty() => {
                let name = name.get_ref().to_string();
                lines.insert(format!("owners.{name}"), source.line(value.span().start));
                found.push((name, contact.to_owned()));
            }
            _ => source.fault(
                &value.span(),
                format!("the owner `{}` has no text that says how to reach them", name.get_ref()),
                Some("give a channel, an address or a team: `platform = \"#platform-oncall\"`".to_owned()),
            ),
        }
    }
    found
}

fn environments(
    value: &Spanned<DeValue<'_>>,
    lines: &mut BTreeMap<String, usize>,
    source: &mut Source<'_>,
) -> Vec<(String, EnvironmentRule)> {
    let DeValue::Table(all) = value.get_ref() else {
        let help = Some("write `[environments.dev]`, and below it `contexts = [\"dev\"]`".to_owned());
        source.fault(&value.span(), "`environments` is not a table of tables", help);
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
        lines.insert(format!("environments.{text}"), source.line(name.span().start));
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
                Some("name what belongs to it, without `\"*\"`: `contexts = [\"dev\"]`".to_owned()),
            );
        }
        table.finish(&[], source);
        found.push((text.to_owned(), rule));
    }
    found
}

fn test(mut table: Fields<'_>, source: &mut Source<'_>) -> Option<TestCase> {
    let line = source.line(table.span().start);
    let command = table.text("command", source);
    if command.is_none() {
        let help = "add `command = \"…\"`, as it would be typed in a shell".to_owned();
        source.fault(&table.span(), "a test has no `command`", Some(help));
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
            source.fault(&table.span_of("expect"), format!("`{word}` is not a decision"), meant_decision(word));
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
