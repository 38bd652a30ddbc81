//! The words that actions can have: tools, operations and kinds of targets, from the packs.

use std::collections::BTreeSet;

use crate::packs;
use crate::packs::schema::{Change, Locate, Pack, Targets};
use crate::policy::Policies;
use crate::policy::schema::When;
use crate::text::glob::glob;

use super::overlap::meet;

/// What takes part in actions without being a program: redirections, and what is not understood.
const SHELL: &str = "shell";
/// Operations that classification itself names.
const OWN: &[&str] = &["unknown", "push protected"];
/// What redirections are called.
const REDIRECTIONS: &[&str] = &["read", "write"];

/// What a pattern for tools means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// At least one tool that is known.
    Known,
    /// A program of a tool that goes by this name in rules.
    Called(&'static str),
    /// None that is known; such a command is not understood.
    Unknown,
}

/// Every tool that is known: those that are built in, and those that the policy describes.
pub struct Known {
    packs: Vec<&'static Pack>,
}

impl Known {
    /// Those of these policies.
    pub fn of(policies: &Policies) -> Self {
        let own = policies.layers().iter().flat_map(|layer| &layer.policy.tools).map(|tool| &tool.pack);
        Self { packs: packs::all().chain(own).collect() }
    }

    /// The names of every tool, as actions have them.
    pub fn tools(&self) -> BTreeSet<&'static str> {
        self.packs.iter().copied().flat_map(names).chain([SHELL]).collect()
    }

    /// What a pattern for tools means.
    pub fn tool(&self, pattern: &str) -> Tool {
        if self.tools().iter().any(|name| glob(pattern, name)) {
            return Tool::Known;
        }
        let called = self.packs.iter().find(|pack| pack.programs.contains(&pattern));
        called.map_or(Tool::Unknown, |pack| Tool::Called(pack.tool))
    }

    fn meant<'a>(&'a self, when: &'a When) -> impl Iterator<Item = &'static Pack> + 'a {
        let is_meant = |name: &str| when.tool.is_empty() || when.tool.iter().any(|pattern| glob(pattern, name));
        self.packs.iter().copied().filter(move |pack| names(pack).into_iter().any(is_meant))
    }

    /// Whether an operation that `pattern` matches can be one of a tool that the condition means.
    pub fn has_operation(&self, when: &When, pattern: &str) -> bool {
        let is_shell = when.tool.is_empty() || when.tool.iter().any(|tool| glob(tool, SHELL));
        OWN.iter().any(|name| glob(pattern, name))
            || (is_shell && REDIRECTIONS.iter().any(|name| glob(pattern, name)))
            || self.meant(when).any(|pack| says_more(pack) || operations(pack).iter().any(|known| meet(pattern, known)))
    }

    /// The tools of which `pattern` is an operation, whatever the condition says.
    pub fn tools_with(&self, pattern: &str) -> Vec<&'static str> {
        let has = |pack: &&'static Pack| operations(pack).iter().any(|known| meet(pattern, known));
        self.packs.iter().copied().filter(|pack| !pack.verbs.is_empty()).filter(has).map(|pack| pack.tool).collect()
    }

    /// The operations of the tools that a condition means, for a hint.
    pub fn operations_of(&self, when: &When) -> BTreeSet<String> {
        self.meant(when).flat_map(operations).filter(|name| !name.contains('*')).collect()
    }

    /// The name that a kind of target has in actions, where `kind` is another word for it and no tool that the
    /// condition means has targets that go by `kind` itself.
    pub fn canonical_kind(&self, when: &When, kind: &str) -> Option<&'static str> {
        let mut canonical = None;
        for pack in self.meant(when) {
            let has = |targets: &Targets| matches!(targets, Targets::Operands(own) | Targets::FlagValue(own, _) if *own == kind);
            let is_own = pack.verbs.iter().chain(&pack.bare).any(|verb| has(&verb.targets));
            let is_named = pack.kinds.iter().any(|(_, name)| *name == kind);
            let adds = |change: &Change| matches!(change, Change::Target(own) if own.split('/').next() == Some(kind));
            let modifiers = pack.modifiers.iter().chain(pack.verbs.iter().flat_map(|verb| verb.modifiers));
            if is_own || is_named || modifiers.map(|one| &one.then).any(adds) {
                return None;
            }
            canonical =
                canonical.or_else(|| pack.kinds.iter().find(|(other, _)| *other == kind).map(|(_, name)| *name));
        }
        canonical
    }
}

/// The names that a pack's commands have in actions. A pack without verbs holds several plain tools.
fn names(pack: &'static Pack) -> Vec<&'static str> {
    if pack.verbs.is_empty() { pack.programs.to_vec() } else { vec![pack.tool] }
}

/// Whether a tool's operations are also named by what it is told in another language.
fn says_more(pack: &Pack) -> bool {
    matches!(pack.locate, Locate::Database | Locate::Mysql | Locate::Mongo | Locate::Redis | Locate::Sqlite)
}

/// The operations of a pack, as patterns.
fn operations(pack: &'static Pack) -> BTreeSet<String> {
    let mut all = BTreeSet::from([pack.tool.to_owned()]);
    all.extend(pack.programs.iter().filter(|_| pack.verbs.is_empty()).map(|name| (*name).to_owned()));
    let changes = |change: &Change| match change {
        Change::Operation(name) => Some((*name).to_owned()),
        Change::Impact(_)
        | Change::AtLeast(_)
        | Change::Categories(_)
        | Change::AddCategory(_)
        | Change::Irreversible
        | Change::Opaque(_)
        | Change::Unseen(_)
        | Change::Target(_) => None,
    };
    all.extend(pack.modifiers.iter().filter_map(|modifier| changes(&modifier.then)));
    for verb in pack.verbs.iter().chain(&pack.bare) {
        all.extend(verb.modifiers.iter().filter_map(|modifier| changes(&modifier.then)));
        let mut whole = vec![String::new()];
        for word in verb.path {
            let forms: Vec<&str> = if *word == "**" {
                vec!["*"]
            } else {
                word.split('|').filter_map(|one| one.split('=').next()).collect()
            };
            whole = whole
                .iter()
                .flat_map(|start| {
                    let gap = if start.is_empty() { "" } else { " " };
                    forms.iter().map(move |form| format!("{start}{gap}{form}"))
                })
                .collect();
        }
        all.extend(whole.into_iter().filter(|name| !name.is_empty()));
    }
    all
}
