//! How long approvals and ways back live on: `[approval] carry_forward` and `keep_way_back`.
//!
//! Both are the platform's and the user's to say: what comes along with whoever asks could loosen the one, and throw the
//! other away.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Policies;
use super::effective::{Origin, Setting, span};
use super::fields::{Fields, Source};
use super::layers::LayerKind;

/// How long the bytes of a way back are kept unless a policy says otherwise.
pub const KEEP_WAY_BACK: Duration = Duration::from_secs(30 * 86_400);

/// The keys, as they stand below `[approval]`.
pub const KEYS: [&str; 2] = ["carry_forward", "keep_way_back"];

/// What one file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lifetimes {
    /// How long from a human's decision on it may carry over to the same request asked again; none: it never does.
    pub carry_forward: Option<Duration>,
    /// How long the bytes of a way back are kept.
    pub keep_way_back: Option<Duration>,
}

impl Lifetimes {
    /// Reads them.
    pub fn read(table: &mut Fields<'_>, lines: &mut BTreeMap<String, usize>, source: &mut Source<'_>) -> Self {
        let read = Self {
            carry_forward: table.duration("carry_forward", source),
            keep_way_back: table.duration("keep_way_back", source),
        };
        for name in KEYS.into_iter().filter(|name| table.has(name)) {
            lines.insert(format!("approval.{name}"), source.line(table.span_of(name).start));
        }
        read
    }
}

impl Policies {
    /// How long from a human's decision on it may carry over to the same request asked again. Every base layer must say so:
    /// the shortest counts, and one that says nothing means that none does.
    pub fn carry_forward(&self) -> Option<Duration> {
        let base = self.layers().iter().filter(|layer| layer.kind.is_base());
        base.map(|layer| layer.policy.lifetimes.carry_forward).reduce(|one, other| Some(one?.min(other?))).flatten()
    }

    /// How long the bytes of a way back are kept after the run: as the platform says, else as the user does.
    pub fn keep_way_back(&self) -> Duration {
        let of = |kind: LayerKind| {
            let layers = self.layers().iter().filter(move |layer| layer.kind == kind);
            layers.filter_map(|layer| layer.policy.lifetimes.keep_way_back).min()
        };
        of(LayerKind::Platform).or_else(|| of(LayerKind::User)).unwrap_or(KEEP_WAY_BACK)
    }

    /// Both, as they are in force.
    pub(super) fn lifetimes(&self) -> [Setting; 2] {
        let written = |time: Option<Duration>| time.map_or_else(|| "off".to_owned(), span);
        let carry = |layer: &super::Layer| layer.policy.lifetimes.carry_forward.map(span);
        let keep = |layer: &super::Layer| layer.policy.lifetimes.keep_way_back.map(span);
        [
            self.lifetime("approval.carry_forward", written(self.carry_forward()), carry),
            self.lifetime("approval.keep_way_back", span(self.keep_way_back()), keep),
        ]
    }

    fn lifetime(&self, name: &'static str, value: String, of: impl Fn(&super::Layer) -> Option<String>) -> Setting {
        let base = self.layers().iter().filter(|layer| layer.kind.is_base());
        let mut said: Vec<(String, Origin)> =
            base.filter_map(|layer| Some((of(layer)?, Origin::setting(layer, name)))).collect();
        let winner = said.iter().position(|(one, _)| *one == value);
        let from = winner.map_or(Origin::BUILT_IN, |at| said.remove(at).1);
        Setting { name, value, from, others: said }
    }
}
