//! Who may decide, as rules, `[approval]` and freeze windows name them, with every fault in it.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::de::DeValue;

use crate::model::decision::Obligation;
use crate::model::demand::{Escalation, Stage};

use super::Policies;
use super::diagnose::Fault;
use super::fields::{Fields, Source, kind};
use super::layers::Layer;
use super::load::meant;
use super::people::People;
use super::schema::Rule;
use super::windows::FreezeWindow;

/// The keys of a rule that are read here.
pub(super) const KEYS: &[&str] = &["approvals", "approvers", "stages", "escalate", "four_eyes"];

/// What a rule demands of those who approve.
pub(super) fn obligations(table: &mut Fields<'_>, source: &mut Source<'_>) -> Vec<Obligation> {
    let mut all = Vec::new();
    if table.truth("four_eyes", source) == Some(true) {
        all.push(Obligation::FourEyes);
    }
    let stages = stages(table, source);
    let (has_names, has_count) = (table.has("approvers"), table.has("approvals"));
    let plain = stage(table, source);
    if !stages.is_empty() {
        for key in ["approvers", "approvals", "escalate"].into_iter().filter(|key| table.has(key)) {
            let why = "each stage says whose approvals it wants, and how many";
            let text = format!("`{key}` has no effect beside `stages`");
            source.fault_because(&table.key_of(key), text, why, "move it into a stage, or take `stages` out");
        }
        all.push(Obligation::Approvers { stages });
    } else if has_names {
        all.extend(plain.map(|stage| Obligation::Approvers { stages: vec![stage] }));
    } else if has_count {
        all.extend(plain.map(|stage| Obligation::Approvals { count: stage.count }));
    }
    all
}

fn stages(table: &mut Fields<'_>, source: &mut Source<'_>) -> Vec<Stage> {
    let mut found = Vec::new();
    let span = table.span_of("stages");
    let is_empty = table.has("stages");
    let all = table.tables("stages", source);
    if is_empty && all.is_empty() {
        let help = "write `stages = [{ approvers = [\"sre\"] }, { approvers = [\"security\"] }]`".to_owned();
        source.fault(&span, "`stages` holds no stage", Some(help));
    }
    for mut table in all {
        if !table.has("approvers") && !table.has_like("approvers", KEYS) {
            let help = "add `approvers = [\"…\"]`, names of `[groups]` or `[humans]`".to_owned();
            source.fault(&table.span(), "a stage has no `approvers`", Some(help));
        }
        found.extend(stage(&mut table, source));
        table.finish(&[], source);
    }
    found
}

/// The approvers of a table, how many of them, and who comes later.
fn stage(table: &mut Fields<'_>, source: &mut Source<'_>) -> Option<Stage> {
    let approvers = table.texts("approvers", source);
    let count = table.get("approvals").map(|_| table.number("approvals", source));
    let escalate = escalations(table, source);
    if table.has("escalate") && !table.has("approvers") && !table.has("stages") {
        let why = "anybody may approve it already";
        let help = "add `approvers = [\"…\"]`, or take it out";
        source.fault_because(&table.key_of("escalate"), "`escalate` has no effect without `approvers`", why, help);
    }
    if count == Some(Some(0)) {
        source.fault(
            &table.span_of("approvals"),
            "no approvals at all are not asked for by a number",
            Some("use tier 1 or 2".to_owned()),
        );
        return None;
    }
    Some(Stage { approvers, count: count.map_or(Some(1), |count| count)?, escalate })
}

fn escalations(table: &mut Fields<'_>, source: &mut Source<'_>) -> Vec<Escalation> {
    let mut found: Vec<Escalation> = Vec::new();
    for mut table in table.tables("escalate", source) {
        let after = table.duration("after", source);
        let to = table.texts("to", source);
        for key in ["after", "to"].into_iter().filter(|key| !table.has(key) && !table.has_like(key, &["after", "to"])) {
            let help = Some("write `{ after = \"2h\", to = [\"cto\"] }`".to_owned());
            source.fault(&table.span(), format!("an escalation has no `{key}`"), help);
        }
        table.finish(&[], source);
        if let Some(after) = after.filter(|_| !to.is_empty()) {
            found.push(Escalation { after_s: after.as_secs(), to });
        }
    }
    found
}

/// `break_glass` of `[approval]`.
pub(super) fn break_glass(table: &mut Fields<'_>, source: &mut Source<'_>) -> Vec<String> {
    if let Some(value) = table.get("break_glass")
        && !matches!(value.get_ref(), DeValue::String(_) | DeValue::Array(_))
    {
        let text = format!("`break_glass` must name humans or groups, not {}", kind(value.get_ref()));
        source.fault(&value.span(), text, Some("write `break_glass = [\"sre\"]`".to_owned()));
        return Vec::new();
    }
    table.texts("break_glass", source)
}

/// The most choices of stages that are gone through.
const MOST_CHOICES: u32 = 1 << 10;

impl Policies {
    /// The names of those who may break the glass: what the layer says that says who people are.
    pub fn break_glass(&self) -> &[String] {
        self.layer_of_people().map_or(&[], |layer| layer.policy.break_glass.as_slice())
    }

    /// The freeze windows of every layer.
    pub fn freeze_windows(&self) -> impl Iterator<Item = &FreezeWindow> {
        self.layers.iter().flat_map(|layer| &layer.policy.freeze_windows)
    }

    /// Names of approvers that stand for nobody, and demands that nobody can meet.
    pub(super) fn unknown_approvers(&self) -> Vec<Fault> {
        let people = self.people();
        let mut faults = Vec::new();
        for layer in &self.layers {
            for rule in &layer.policy.rules {
                faults.extend(in_rule(layer, rule, &people));
            }
            faults.extend(in_settings(layer, &people));
            faults.extend(self.unknown_places(layer));
            faults.extend(self.foreign_break_glass(layer));
        }
        faults
    }

    /// Environments of freeze windows that no layer defines: such a window would stop nothing.
    fn unknown_places(&self, layer: &Layer) -> Vec<Fault> {
        let known = self.environments();
        let words: Vec<&str> = known.rules.iter().map(|(name, _)| name.as_str()).chain(["local", "unknown"]).collect();
        let mut faults = Vec::new();
        for window in &layer.policy.freeze_windows {
            for name in window.environments.iter().filter(|name| !words.contains(&name.as_str())) {
                let text =
                    format!("freeze window `{}` names the environment `{name}`, which is not defined", window.name);
                let span = word(layer, &layer.line(window.line), name);
                faults.push(Fault::at(&layer.path, &layer.text, &span, text, meant(name, words.iter().copied())));
            }
        }
        faults
    }

    fn foreign_break_glass(&self, layer: &Layer) -> Option<Fault> {
        let is_its = self.layer_of_people().is_none_or(|owner| owner.path == layer.path);
        if layer.policy.break_glass.is_empty() || is_its {
            return None;
        }
        let text = format!("`break_glass` has no effect in {} layer", layer.kind.article());
        let help = Some("take it out, or ask whoever owns that policy".to_owned());
        let fault = Fault::at(&layer.path, &layer.text, &line(layer, "approval.break_glass"), text, help);
        Some(fault.because("the policy that says who the humans are says who may break the glass"))
    }
}

fn line(layer: &Layer, name: &str) -> Range<usize> {
    layer.line(layer.policy.lines.get(name).copied().unwrap_or(1))
}

fn in_rule(layer: &Layer, rule: &Rule, people: &People) -> Vec<Fault> {
    let demand = rule.obligations.iter().find_map(|one| match one {
        Obligation::Approvers { stages } => Some(stages),
        _ => None,
    });
    let Some(stages) = demand else { return Vec::new() };
    let key = if layer.text.get(layer.body(rule)).is_some_and(|text| text.contains("stages")) {
        "stages"
    } else {
        "approvers"
    };
    let about = format!("rule `{}`", rule.id);
    let mut faults = Vec::new();
    for stage in stages {
        let later = stage.escalate.iter().flat_map(|one| one.to.iter().map(|name| ("escalate", name)));
        for (key, name) in stage.approvers.iter().map(|name| (key, name)).chain(later) {
            let key = if key == "escalate" && stages.len() > 1 { "stages" } else { key };
            faults.extend(unknown(layer, &about, name, &layer.word(rule, key, name), people));
        }
    }
    if faults.is_empty() {
        faults.extend(too_few(layer, rule, key, stages, people));
    }
    faults
}

/// A human counts once over all stages, so any of the stages together need as many humans as they want approvals.
fn too_few(layer: &Layer, rule: &Rule, key: &str, stages: &[Stage], people: &People) -> Option<Fault> {
    let sets: Vec<(u32, BTreeSet<String>)> = stages.iter().map(|stage| (stage.count, humans(stage, people))).collect();
    let (wanted, there) = some_together(&sets).into_iter().find(|(wanted, there)| there < wanted)?;
    let humans = if there == 1 { "1 human is".to_owned() } else { format!("{there} humans are") };
    let text = format!("rule `{}` wants {wanted} approvals, and {humans} named for them", rule.id);
    let help = Some("name more humans, or want fewer approvals".to_owned());
    let fault = Fault::at(&layer.path, &layer.text, &layer.key(rule, key), text, help);
    Some(fault.because("each human counts once over all stages, so nothing could ever be approved"))
}

fn humans(stage: &Stage, people: &People) -> BTreeSet<String> {
    let names = stage.approvers.iter().chain(stage.escalate.iter().flat_map(|one| &one.to));
    names.flat_map(|name| people.named(name)).map(|human| human.name.clone()).collect()
}

/// How many approvals some of the stages want together, and how many humans there are for them: each choice of stages, as
/// far as there are not too many of them to go through.
fn some_together(sets: &[(u32, BTreeSet<String>)]) -> Vec<(u64, u64)> {
    let choices =
        1_u32.checked_shl(u32::try_from(sets.len()).unwrap_or(u32::MAX)).unwrap_or(u32::MAX).min(MOST_CHOICES);
    let of = |choice: u32| {
        let is_in =
            |at: usize| u32::try_from(at).is_ok_and(|at| choice.checked_shr(at).is_some_and(|bits| bits & 1 == 1));
        let chosen = sets.iter().enumerate().filter(|(at, _)| is_in(*at)).map(|(_, set)| set);
        let wanted = chosen.clone().map(|(count, _)| u64::from(*count)).sum();
        let there: BTreeSet<&String> = chosen.flat_map(|(_, humans)| humans).collect();
        (wanted, u64::try_from(there.len()).unwrap_or(u64::MAX))
    };
    (1..choices).map(of).collect()
}

fn in_settings(layer: &Layer, people: &People) -> Vec<Fault> {
    let mut faults = Vec::new();
    let glass = line(layer, "approval.break_glass");
    for name in &layer.policy.break_glass {
        faults.extend(unknown(layer, "`break_glass`", name, &word(layer, &glass, name), people));
    }
    for window in &layer.policy.freeze_windows {
        let from = layer.line(window.line);
        for name in &window.approvers {
            let about = format!("freeze window `{}`", window.name);
            faults.extend(unknown(layer, &about, name, &word(layer, &from, name), people));
        }
    }
    faults
}

/// The quoted word from a place on.
fn word(layer: &Layer, from: &Range<usize>, word: &str) -> Range<usize> {
    let quoted = format!("\"{word}\"");
    let rest = layer.text.get(from.start..).unwrap_or_default();
    rest.find(&quoted).map_or_else(|| from.clone(), |at| from.start + at..from.start + at + quoted.len())
}

fn unknown(layer: &Layer, about: &str, name: &str, span: &Range<usize>, people: &People) -> Option<Fault> {
    if !people.named(name).is_empty() {
        return None;
    }
    let at = |text: String, help: String| Fault::at(&layer.path, &layer.text, span, text, Some(help));
    if people.is_empty() {
        let text = format!("{about} names `{name}`, and no human is defined");
        let help = format!("define them: `[humans.{name}]` with `identities = [\"local:{name}@laptop\"]`");
        return Some(at(text, help).because("who has no account cannot be told from anybody else"));
    }
    let known = people.groups.iter().map(|(name, _)| name.as_str());
    let known: Vec<&str> = known.chain(people.humans.iter().map(|human| human.name.as_str())).collect();
    let help = meant(name, known.into_iter()).unwrap_or_default();
    Some(at(format!("{about} names `{name}`, who is none of the `[groups]` or `[humans]`"), help))
}
