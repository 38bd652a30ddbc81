//! What policy wants of the way in which a human approves: keys of `[approval]`. They hold for what points at a protected
//! environment; the strictest layer counts.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Policies;
use super::fields::{Fields, Source};
use super::layers::{Layer, LayerKind};
use super::matching::is_protected;
use crate::model::decision::Verdict;

/// The keys of one file; none where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReviewKeys {
    /// Whether the name of what is deleted has to be typed.
    pub type_target: Option<bool>,
    /// The least time that a page has to be up, for the shortest of them.
    pub min_review: Option<Duration>,
    /// The least number of characters of a rationale.
    pub min_rationale: Option<u32>,
    /// Whether a rationale that repeats one of the last twenty is refused.
    pub fresh_rationale: Option<bool>,
    /// More approvals than this within five minutes are asked about again.
    pub burst: Option<u32>,
    /// Whether only a surface counts that shows the page and measures for how long.
    pub at_prompt: Option<bool>,
}

/// What is in force of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewGates {
    /// Whether the name of what is deleted has to be typed; on unless every base layer turns it off.
    pub type_target: bool,
    /// The least time that a page has to be up, for the shortest of them.
    pub min_review: Option<Duration>,
    /// The least number of characters of a rationale.
    pub min_rationale: u32,
    /// Whether a rationale that repeats one of the last twenty is refused.
    pub fresh_rationale: bool,
    /// More approvals than this within five minutes are asked about again.
    pub burst: Option<u32>,
    /// Whether only a surface counts that shows the page and measures for how long.
    pub at_prompt: bool,
}

impl Default for ReviewGates {
    fn default() -> Self {
        Self {
            type_target: true,
            min_review: None,
            min_rationale: 0,
            fresh_rationale: false,
            burst: None,
            at_prompt: false,
        }
    }
}

impl ReviewGates {
    /// Every key with what is in force of it, as policies write it.
    pub fn values(&self) -> [(&'static str, String); 6] {
        let off = || "off".to_owned();
        [
            ("approval.type_target", self.type_target.to_string()),
            ("approval.min_review", self.min_review.map_or_else(off, |time| format!("{}s", time.as_secs()))),
            ("approval.min_rationale", self.min_rationale.to_string()),
            ("approval.fresh_rationale", self.fresh_rationale.to_string()),
            ("approval.burst", self.burst.map_or_else(off, |count| count.to_string())),
            ("approval.at_prompt", self.at_prompt.to_string()),
        ]
    }

    /// How strict each key is, in the order of [`Self::values`]; the greater, the stricter.
    pub fn strictness(&self) -> [u128; 6] {
        [
            u128::from(self.type_target),
            self.min_review.map_or(0, |time| time.as_millis() + 1),
            u128::from(self.min_rationale),
            u128::from(self.fresh_rationale),
            self.burst.map_or(0, |count| u128::from(u32::MAX - count) + 1),
            u128::from(self.at_prompt),
        ]
    }
}

impl Policies {
    /// What is in force for approvals of what points at a protected environment.
    pub fn review(&self) -> ReviewGates {
        let keys = || self.layers.iter().map(|layer| &layer.policy.review);
        let base = || self.layers.iter().filter(|layer| layer.kind.is_base());
        let is_off = base().next().is_some() && base().all(|layer| layer.policy.review.type_target == Some(false));
        ReviewGates {
            type_target: !is_off || keys().any(|keys| keys.type_target == Some(true)),
            min_review: keys().filter_map(|keys| keys.min_review).max(),
            min_rationale: keys().filter_map(|keys| keys.min_rationale).max().unwrap_or(0),
            fresh_rationale: keys().any(|keys| keys.fresh_rationale == Some(true)),
            burst: keys().filter_map(|keys| keys.burst).min(),
            at_prompt: keys().any(|keys| keys.at_prompt == Some(true)),
        }
    }

    /// Whether something in this verdict points at a protected environment.
    pub fn touches_protected(&self, verdict: &Verdict) -> bool {
        let environments = self.environments();
        verdict.environments().iter().any(|one| is_protected(one.as_str(), &environments.rules))
    }

    /// Whether an environment of this name is protected.
    pub fn is_protected(&self, name: &str) -> bool {
        is_protected(name, &self.environments().rules)
    }
}

/// The keys of `[approval]` that speak of reviews.
pub(super) fn keys(table: &mut Fields<'_>, lines: &mut BTreeMap<String, usize>, source: &mut Source<'_>) -> ReviewKeys {
    let keys = ReviewKeys {
        type_target: table.truth("type_target", source),
        min_review: table.duration("min_review", source),
        min_rationale: table.get("min_rationale").and_then(|_| table.number("min_rationale", source)),
        fresh_rationale: table.truth("fresh_rationale", source),
        burst: table.get("burst").and_then(|_| table.number("burst", source)),
        at_prompt: table.truth("at_prompt", source),
    };
    for (name, _) in ReviewGates::default().values() {
        if let Some(key) = name.strip_prefix("approval.").filter(|key| table.has(key)) {
            lines.insert(name.to_owned(), source.line(table.span_of(key).start));
        }
    }
    if keys.burst == Some(0) {
        let help = Some("write how many approvals within five minutes are usual: `burst = 6`".to_owned());
        source.fault(&table.span_of("burst"), "a burst of 0 would ask twice about every approval", help);
    }
    keys
}

/// A layer that comes along with whoever asks cannot turn off what protects.
pub(super) fn refuse_brought(kind: LayerKind, keys: &ReviewKeys, fields: &mut Fields<'_>, source: &mut Source<'_>) {
    if kind.is_base() || keys.type_target != Some(false) {
        return;
    }
    let table = fields.get("approval").and_then(|value| Fields::of(value, "`approval`", source));
    let span = table.map_or(0..0, |table| table.key_of("type_target"));
    let text = format!("`type_target = false` has no effect in {} layer", kind.article());
    let why = "whoever asks can bring such a layer along, and may only protect more";
    source.fault_because(&span, text, why, "take it out, or put it into the user's policy");
}

/// What a layer says of one of the keys, as policies write it.
pub(super) fn said(layer: &Layer, name: &str) -> Option<String> {
    let keys = &layer.policy.review;
    match name {
        "approval.type_target" => keys.type_target.map(|is| is.to_string()),
        "approval.min_review" => keys.min_review.map(|time| format!("{}s", time.as_secs())),
        "approval.min_rationale" => keys.min_rationale.map(|count| count.to_string()),
        "approval.fresh_rationale" => keys.fresh_rationale.map(|is| is.to_string()),
        "approval.burst" => keys.burst.map(|count| count.to_string()),
        "approval.at_prompt" => keys.at_prompt.map(|is| is.to_string()),
        _ => None,
    }
}
