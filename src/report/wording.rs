//! The words for what an action does, and a command as people type it. Nothing that was given stays unescaped.

use crate::command::{Certainty, Command, Word};
use crate::model::action::{Action, Category, Impact};
use crate::packs::variables::{Does, find};
use crate::text::escape::escape;
use crate::text::quote;

use crate::text::layout::shortened;

/// The most columns of what a command does and where.
pub const SUMMARY: usize = 26;

/// What it does and where, in one cell.
pub fn summary(action: &Action) -> String {
    shortened(&format!("{}, {}", action.impact, escape(action.environment.as_str())), SUMMARY)
}

/// What all of it does, where all of it runs.
pub fn harmless(actions: &[Action]) -> String {
    let impact = actions.iter().map(|action| action.impact).max().unwrap_or(Impact::Unknown);
    let runs_unseen = actions.iter().any(|action| action.categories.contains(&Category::Execution));
    let strictest: Vec<&Action> = actions.iter().filter(|action| action.impact == impact).collect();
    let where_to = strictest.first().map(|action| somewhere(action)).unwrap_or_default();
    let where_to = if strictest.iter().all(|action| somewhere(action) == where_to) { where_to } else { String::new() };
    match impact {
        _ if runs_unseen => format!("a rule allows code that was not seen{where_to}"),
        Impact::Read => format!("it only reads{where_to}"),
        Impact::Write | Impact::Destroy | Impact::Unknown => format!("a rule allows what it changes{where_to}"),
    }
}

/// Where it points, in words.
pub fn somewhere(action: &Action) -> String {
    match action.environment.as_str() {
        "local" => " on this machine".to_owned(),
        "unknown" => " in an unknown environment".to_owned(),
        name => format!(" in {}", escape(name)),
    }
}

/// What a category says below a command.
pub fn phrase(category: Category) -> Option<&'static str> {
    match category {
        Category::Secrets => Some("hands out secrets"),
        Category::Execution => Some("runs code that was not seen"),
        Category::Governance => Some("touches what is aigov's own"),
        Category::AccessControl => Some("changes who may do what"),
        Category::UserData => Some("touches users' data"),
        Category::SecurityPolicy => Some("touches security settings"),
        Category::DbMigration => Some("changes a database's schema"),
        Category::Infra => Some("touches infrastructure"),
        Category::Observe
        | Category::Plan
        | Category::Test
        | Category::Build
        | Category::Docs
        | Category::Code
        | Category::Deploy
        | Category::Config => None,
    }
}

/// A word, quoted where a reader could take it for several or for something else.
fn typed(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./:=,@%+~^".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) { word.to_owned() } else { quote::one(word) }
}

/// A command as people type it; one that is only suspected says so.
pub fn named(command: &Command) -> String {
    let word = |word: &Word| match word {
        Word::Literal(raw) => escape(&typed(&raw.lossy())),
        Word::Opaque(opaque) => escape(&opaque.text),
    };
    let set =
        command.assignments.iter().filter(|(name, _)| find(name).is_some_and(|known| known.does != Does::Nothing));
    let words: Vec<String> = set
        .map(|(name, value)| format!("{}={}", escape(name), word(value)))
        .chain(command.words.iter().map(word))
        .collect();
    match command.certainty {
        Certainty::Found => words.join(" "),
        Certainty::InCode | Certainty::Suspected => format!("may run: {}", words.join(" ")),
    }
}

/// Whether a command is there only for what stands at it: a group or a shell with a redirection.
pub fn only_redirects(command: &Command) -> bool {
    !command.redirects.is_empty() && command.words.len() == 1 && command.words.first().and_then(Word::text) == Some(":")
}

/// A redirection as it is typed.
pub fn redirection(action: &Action) -> String {
    let arrow = if action.operation == "read" { "<" } else { ">" };
    format!("{arrow} {}", escape(&action.targets.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Place, StdinSource};

    fn command(certainty: Certainty) -> Command {
        let set = |name: &str| (name.to_owned(), Word::known("x\u{1b}[2J"));
        Command {
            words: ["kubectl", "--replicas=0", "a b", ""].into_iter().map(Word::known).collect(),
            assignments: vec![set("GIT_PAGER"), set("CI")],
            redirects: Vec::new(),
            stdin: StdinSource::Inherited,
            via: Vec::new(),
            directory: None,
            place: Place::Here,
            certainty,
            described: None,
        }
    }

    #[test]
    fn a_command_is_written_as_it_is_typed_with_the_variables_that_count() {
        assert_eq!(named(&command(Certainty::Found)), "GIT_PAGER='x\\x1b[2J' kubectl --replicas=0 'a b' ''");
    }

    #[test]
    fn a_command_that_is_only_suspected_says_so() {
        assert!(named(&command(Certainty::Suspected)).starts_with("may run: GIT_PAGER="));
    }
}
