//! What differs between two policies in who decides: approvers of rules, people and their groups, broken glass, windows.
//!
//! Who may decide is loosened by every name more and tightened by every name less; both can be true of one change.

use std::collections::BTreeSet;

use crate::model::decision::Obligation;
use crate::model::demand::{Escalation, Stage, described, either};

use super::Policies;
use super::change::Leaning;
use super::effective::{Origin, Setting};
use super::people::{Human, People};
use super::windows::FreezeWindow;

/// What demands of approvers become: what is the same in both says nothing, the rest is compared in order.
pub fn demands(from: &BTreeSet<Obligation>, to: &BTreeSet<Obligation>) -> Leaning {
    let only = |one: &BTreeSet<Obligation>, other: &BTreeSet<Obligation>| -> Vec<Vec<Stage>> {
        let stages = one.difference(other).filter_map(|obligation| match obligation {
            Obligation::Approvers { stages } => Some(stages.clone()),
            _ => None,
        });
        stages.collect()
    };
    let (gone, new) = (only(from, to), only(to, from));
    let mut leaning = Leaning::default();
    for (old, new) in gone.iter().zip(&new) {
        leaning.extend(stages(old, new));
    }
    let without = gone.iter().skip(new.len()).map(|stages| format!("without approval by {}", described(stages)));
    leaning.loosens.extend(without);
    let with = new.iter().skip(gone.len()).map(|stages| format!("with approval by {}", described(stages)));
    leaning.tightens.extend(with);
    leaning
}

fn stages(from: &[Stage], to: &[Stage]) -> Leaning {
    let mut leaning = Leaning::default();
    for (at, (old, new)) in from.iter().zip(to).enumerate() {
        let place = if from.len().max(to.len()) > 1 { format!("stage {}: ", at + 1) } else { String::new() };
        leaning
            .compare(&old.count, &new.count, || format!("{place}{} approval(s) instead of {}", new.count, old.count));
        names(&mut leaning, &old.approvers, &new.approvers, |name| format!("{place}{name} may approve"));
        escalations(&mut leaning, &place, old, new);
    }
    let without = from.iter().skip(to.len()).map(|stage| format!("without the stage of {}", stage.describe()));
    leaning.loosens.extend(without);
    let with = to.iter().skip(from.len()).map(|stage| format!("with a stage of {}", stage.describe()));
    leaning.tightens.extend(with);
    leaning
}

/// Whom it is escalated to, and when: more names, and sooner, loosen.
fn escalations(leaning: &mut Leaning, place: &str, old: &Stage, new: &Stage) {
    let words = |stage: &Stage| -> Vec<String> {
        let one = |to: &Escalation| format!("{} after {} s", either(&to.to), to.after_s);
        stage.escalate.iter().map(one).collect()
    };
    names(leaning, &words(old), &words(new), |step| format!("{place}escalates to {step}"));
}

/// Groups, broken glass and freeze windows, with where each stands.
pub fn in_force(policies: &Policies) -> Vec<Setting> {
    let one = |name, value, from| Setting { name, value, from, others: Vec::new() };
    let mut all = Vec::new();
    if let Some(layer) = policies.layer_of_people() {
        let from = |name| Origin::setting(layer, name);
        let people = &layer.policy.people;
        let humans: Vec<&str> = people.humans.iter().map(|human| human.name.as_str()).collect();
        all.push(one("humans", humans.join(", "), from("humans")));
        for (group, names) in &people.groups {
            all.push(one("groups", format!("{group}: {}", names.join(", ")), from("groups")));
        }
        if !layer.policy.break_glass.is_empty() {
            all.push(one("approval.break_glass", either(&layer.policy.break_glass), from("approval.break_glass")));
        }
    }
    for layer in policies.layers() {
        for window in &layer.policy.freeze_windows {
            let places = match window.environments.as_slice() {
                [] => "everything".to_owned(),
                names => names.join(", "),
            };
            let who = match window.approvers.as_slice() {
                [] => "nobody lets anything through".to_owned(),
                names => format!("{} lets through", either(names)),
            };
            let value = format!("{}: {places}, {}; {who}", window.name, window.describe());
            all.push(one("freeze_windows", value, Origin::of(layer, window.line)));
        }
    }
    all
}

/// What holds beside rules: whom policy knows, who may break the glass, when nothing changes.
pub fn settings(leaning: &mut Leaning, from: &Policies, to: &Policies) {
    people(leaning, &from.people(), &to.people());
    names(leaning, from.break_glass(), to.break_glass(), |name| format!("{name} may break the glass"));
    windows(leaning, from, to);
}

/// Where policy knows nobody, anybody decides; else each identity and each member more may decide more.
fn people(leaning: &mut Leaning, old: &People, new: &People) {
    match (old.is_empty(), new.is_empty()) {
        (true, true) => {}
        (true, false) => leaning.tightens.push("only humans whom policy knows decide".to_owned()),
        (false, true) => leaning.loosens.push("anybody decides, as policy knows no humans".to_owned()),
        (false, false) => {
            names(leaning, &identities(old), &identities(new), str::to_owned);
            names(leaning, &members(old), &members(new), str::to_owned);
        }
    }
}

fn identities(people: &People) -> Vec<String> {
    let of = |human: &Human| {
        human.identities.iter().map(|one| format!("`{one}` decides as {}", human.name)).collect::<Vec<_>>()
    };
    people.humans.iter().flat_map(of).collect()
}

fn members(people: &People) -> Vec<String> {
    let of = |(group, names): &(String, Vec<String>)| {
        names.iter().map(|name| format!("{name} is in the group `{group}`")).collect::<Vec<_>>()
    };
    people.groups.iter().flat_map(of).collect()
}

fn windows(leaning: &mut Leaning, from: &Policies, to: &Policies) {
    let find = |policies: &Policies, name: &str| policies.freeze_windows().find(|one| one.name == name).cloned();
    for new in to.freeze_windows() {
        match find(from, &new.name) {
            None => leaning.tightens.push(format!("freeze window `{}`: {}", new.name, new.describe())),
            Some(old) => window(leaning, &old, new),
        }
    }
    for old in from.freeze_windows().filter(|one| find(to, &one.name).is_none()) {
        leaning.loosens.push(format!("freeze window `{}`: {}", old.name, old.describe()));
    }
}

fn window(leaning: &mut Leaning, old: &FreezeWindow, new: &FreezeWindow) {
    let name = &new.name;
    names(leaning, &old.approvers, &new.approvers, |who| format!("{who} may override the freeze window `{name}`"));
    if (old.when, &old.zone_name) != (new.when, &new.zone_name) {
        let words = format!("freeze window `{name}` is at another time");
        leaning.loosens.push(words.clone());
        leaning.tightens.push(words);
    }
    let all = |window: &FreezeWindow| window.environments.is_empty();
    let words = |place: &str| format!("freeze window `{name}` holds in {place}");
    match (all(old), all(new)) {
        (true, false) => leaning.loosens.push(words("fewer environments")),
        (false, true) => leaning.tightens.push(words("every environment")),
        (true, true) => {}
        (false, false) => {
            let mut other = Leaning::default();
            names(&mut other, &old.environments, &new.environments, words);
            // A place more is held back.
            leaning.extend(Leaning { loosens: other.tightens, tightens: other.loosens });
        }
    }
}

/// Names more loosen, names less tighten.
fn names(leaning: &mut Leaning, old: &[String], new: &[String], words: impl Fn(&str) -> String) {
    leaning.loosens.extend(new.iter().filter(|name| !old.contains(name)).map(|name| words(name)));
    leaning
        .tightens
        .extend(old.iter().filter(|name| !new.contains(name)).map(|name| format!("no longer: {}", words(name))));
}
