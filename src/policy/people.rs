//! Who the humans are that policy knows, by which identities channels know them, and in which groups they are.
//!
//! Where the platform's policy says it, it alone does: a user who could add an identity to somebody's account could decide
//! in their name.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeValue;

use super::Policies;
use super::diagnose::Fault;
use super::fields::{Fields, Source};
use super::layers::{Layer, LayerKind};

/// The kinds of identity, with who vouches for them.
pub const KINDS: &[&str] = &["local", "slack", "signer", "webhook"];

/// A human's account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Human {
    /// The name, as rules and groups give it.
    pub name: String,
    /// How channels know them: `local:alice@laptop`, `slack:T012AB/U034CD`, `signer:alice@example.com`, `webhook:pager/alice`.
    pub identities: Vec<String>,
}

/// The humans and groups of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// The accounts, in order.
    pub humans: Vec<Human>,
    /// The groups: a name, with the names of humans.
    pub groups: Vec<(String, Vec<String>)>,
}

impl People {
    /// Whether the file says nothing about people.
    pub fn is_empty(&self) -> bool {
        self.humans.is_empty() && self.groups.is_empty()
    }

    /// The human with this identity.
    pub fn human_of(&self, identity: &str) -> Option<&Human> {
        self.humans.iter().find(|human| human.identities.iter().any(|one| one == identity))
    }

    /// Whether a name, a group's or a human's own, stands for this human.
    pub fn is_named(&self, human: &str, name: &str) -> bool {
        self.named(name).iter().any(|one| one.name == human)
    }

    /// The humans that a name stands for: a group's, or the one human of that name.
    pub fn named(&self, name: &str) -> Vec<&Human> {
        let group = self.groups.iter().find(|(group, _)| group == name).map(|(_, members)| members);
        let is_one = |human: &&Human| group.map_or(human.name == name, |members| members.contains(&human.name));
        self.humans.iter().filter(is_one).collect()
    }
}

impl Policies {
    /// The people whom the policy in force knows: the platform's, else the user's.
    pub fn people(&self) -> People {
        self.layer_of_people().map(|layer| layer.policy.people.clone()).unwrap_or_default()
    }

    /// The layer that says who people are.
    pub(super) fn layer_of_people(&self) -> Option<&Layer> {
        let of =
            |kind: LayerKind| self.layers.iter().find(|layer| layer.kind == kind && !layer.policy.people.is_empty());
        of(LayerKind::Platform).or_else(|| of(LayerKind::User))
    }

    /// People in a layer that has no say about them.
    pub(super) fn foreign_people(&self) -> Vec<Fault> {
        let is_said =
            |kind: LayerKind| self.layers.iter().any(|layer| layer.kind == kind && !layer.policy.people.is_empty());
        let mut faults = Vec::new();
        for layer in self.layers.iter().filter(|layer| !layer.policy.people.is_empty()) {
            let why = match layer.kind {
                LayerKind::Platform => continue,
                LayerKind::User if is_said(LayerKind::Platform) => "the platform's policy says who they are",
                LayerKind::User => continue,
                LayerKind::Extra | LayerKind::Repository => {
                    "only the platform's and the user's policy say who they are"
                }
            };
            let line = ["humans", "groups"].iter().find_map(|table| layer.policy.lines.get(*table)).copied();
            let text = format!("humans and groups have no effect in {} layer", layer.kind.article());
            let help = Some("take them out, or ask whoever owns the platform's policy".to_owned());
            let fault = Fault::at(&layer.path, &layer.text, &layer.line(line.unwrap_or(1)), text, help);
            faults.push(fault.because(why));
        }
        faults
    }
}

/// `[humans.NAME]` and `[groups]`.
pub(super) fn people(fields: &mut Fields<'_>, lines: &mut BTreeMap<String, usize>, source: &mut Source<'_>) -> People {
    let mut found = People::default();
    if let Some(value) = fields.get("humans") {
        lines.insert("humans".to_owned(), source.line(value.span().start));
        found.humans = humans(value, source);
    }
    if let Some(value) = fields.get("groups") {
        lines.insert("groups".to_owned(), source.line(value.span().start));
        found.groups = groups(value, &found.humans, source);
    }
    found
}

fn humans(value: &Spanned<DeValue<'_>>, source: &mut Source<'_>) -> Vec<Human> {
    let DeValue::Table(all) = value.get_ref() else {
        let help = Some("write `[humans.alice]`, and below it `identities = [\"local:alice@laptop\"]`".to_owned());
        source.fault(&value.span(), "`humans` is not a table of tables", help);
        return Vec::new();
    };
    let mut found: Vec<Human> = Vec::new();
    for (name, value) in all {
        let Some(mut table) = Fields::of(value, "a human", source) else { continue };
        let identities = table.texts("identities", source);
        let span = table.span_of("identities");
        for identity in &identities {
            let kind = identity.split_once(':').filter(|(_, rest)| !rest.is_empty()).map(|(kind, _)| kind);
            if !kind.is_some_and(|kind| KINDS.contains(&kind)) {
                let help = format!("write its kind before it, one of {}: `local:alice@laptop`", KINDS.join(", "));
                source.fault(&span, format!("`{identity}` is not an identity"), Some(help));
            }
            if let Some(other) = found.iter().find(|human| human.identities.contains(identity)) {
                let text = format!("`{identity}` is `{}` already, and an identity is one human's", other.name);
                source.fault(&span, text, Some("give it to one of them".to_owned()));
            }
        }
        if identities.is_empty() {
            let help = Some("add `identities = [\"local:alice@laptop\"]`".to_owned());
            source.fault(&name.span(), format!("the human `{}` has no identity", name.get_ref()), help);
        }
        table.finish(&[], source);
        found.push(Human { name: name.get_ref().to_string(), identities });
    }
    found
}

fn groups(value: &Spanned<DeValue<'_>>, humans: &[Human], source: &mut Source<'_>) -> Vec<(String, Vec<String>)> {
    let DeValue::Table(all) = value.get_ref() else {
        let help = Some("write `[groups]`, and below it `sre = [\"alice\"]`".to_owned());
        source.fault(&value.span(), "`groups` must be a table", help);
        return Vec::new();
    };
    let mut found = Vec::new();
    for (name, value) in all {
        let text = name.get_ref().to_string();
        if humans.iter().any(|human| human.name == text) {
            let help = Some("rules name both alike: choose another name for the group".to_owned());
            source.fault(&name.span(), format!("`{text}` is a human and a group"), help);
        }
        let members: Option<Vec<String>> = value.get_ref().as_array().and_then(|all| {
            all.iter().map(|one| one.get_ref().as_str().map(str::to_owned)).collect::<Option<Vec<String>>>()
        });
        let Some(members) = members.filter(|members| !members.is_empty()) else {
            let help = Some(format!("write the names of its humans: `{text} = [\"alice\"]`"));
            source.fault(&value.span(), format!("the group `{text}` is not a list of names"), help);
            continue;
        };
        for member in members.iter().filter(|member| !humans.iter().any(|human| human.name == **member)) {
            let help = Some(format!("define `[humans.{member}]`, or take it out; a group holds humans, not groups"));
            source.fault(
                &name.span(),
                format!("the group `{text}` names `{member}`, who is none of the `[humans]`"),
                help,
            );
        }
        found.push((text, members));
    }
    found
}
