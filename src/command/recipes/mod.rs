//! What programs that run recipes (make, npm, just) would run, looked up in the files where the recipes stand.
//!
//! The program itself stays a command of its own: it runs code that nobody saw, and policy decides about that. What is
//! found in a recipe is added to it and can only make the decision stricter. So a program of which nothing is known
//! adds nothing there, and neither does a text that is not understood, unless it names a tool that reaches further.

mod direct;
mod just;
mod make;
mod makefile;
mod node;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

use crate::model::action::{Category, Impact};
use crate::model::invocation::Dialect;
use crate::packs;
use crate::packs::schema::Locate;

use super::code;
use super::files::Files;
use super::rewriting;
use super::scripts::{self, Doubt, Unread, refuse};
use super::wrappers::{base, inside};
use super::{Certainty, Command, OpaqueKind, Outer, Parsed, Place, RedirectKind, StdinSource, Word, push, text_of};

/// The most texts of one recipe file that are read.
const MOST_TEXTS: usize = 400;
/// Tools whose commands are code that was not seen, as the recipe's own program is.
const UNSEEN: &[&str] = &["shell", "python", "node", "perl", "builtin"];
/// Tools that reach beyond this machine or hold secrets: a text that names one and is not understood asks.
const REACHING: &[&str] = &[
    "kubectl", "oc", "terraform", "tofu", "helm", "aws", "gcloud", "gsutil", "az", "psql", "mysql", "mongosh",
    "redis-cli", "gh", "argocd", "flux", "eksctl", "kops", "pulumi", "cdk", "ansible", "ansible-playbook", "ssh",
    "scp", "docker", "podman", "vault", "flyctl", "heroku", "nomad", "serverless", "skaffold", "aigov",
];

/// One text of a recipe.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Text {
    /// What it belongs to: `make deploy`.
    via: String,
    /// The text, for a shell.
    text: String,
    /// How that shell reads it.
    dialect: Dialect,
    /// Where it runs; none for the directory of the command.
    directory: Option<Word>,
}

/// What a recipe file says of the command.
#[derive(Debug, Default)]
struct Recipes {
    texts: Vec<Text>,
    /// Why a file that is there could not be read.
    refused: Vec<(String, String)>,
}

/// Adds a command that is no wrapper, and after it what it would run by a recipe.
pub fn run(command: Command, outer: &Outer<'_>, parsed: &mut Parsed) {
    let found = look_up(&command, outer, parsed);
    for text in direct::texts(&command) {
        text_of(text.text.as_bytes(), text.dialect, &inside(&command, outer, &text.via), parsed);
    }
    let entered = direct::entered(&command);
    let suspected = code::suspected(&command, outer, parsed);
    let (mut inner, lent) = scripts::lend(parsed);
    for text in found.texts.iter().take(MOST_TEXTS) {
        add(text, &command, outer, &mut inner);
    }
    scripts::adopt(&mut inner, lent, parsed);
    if found.texts.len() > MOST_TEXTS {
        refuse("…", format!("a recipe of more than {MOST_TEXTS} texts"), parsed);
    }
    for (what, why) in found.refused {
        refuse(&what, why, parsed);
    }
    push(command, outer, parsed);
    parsed.opaque.append(&mut inner.opaque);
    for found in inner.commands.into_iter().chain(suspected).chain(entered) {
        push(found, outer, parsed);
    }
}

fn look_up(command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) -> Recipes {
    let program = command.words.first().and_then(Word::text).unwrap_or_default();
    if command.place != Place::Here || command.certainty != Certainty::Found {
        return Recipes::default();
    }
    let here = Outer { directory: command.directory.clone(), stdin: command.stdin.clone(), ..outer.clone() };
    let mut library = Library { outer: &here, parsed, recipes: Recipes::default() };
    match base(program) {
        "make" | "gmake" => make::look_up(command, &mut library),
        "npm" | "pnpm" | "yarn" | "yarnpkg" => node::look_up(base(program), command, &mut library),
        "just" => just::look_up(command, &mut library),
        _ => {}
    }
    library.recipes
}

/// The recipe files that a command reads.
struct Library<'a, 'b> {
    outer: &'a Outer<'b>,
    parsed: &'a mut Parsed,
    recipes: Recipes,
}

impl Library<'_, '_> {
    /// A file's text; none where it is not there. One that is there and cannot be read is refused.
    fn file(&mut self, path: &str) -> Option<String> {
        if self.is_named(path) && !self.is_written(path) {
            self.recipes.refused.push((path.to_owned(), "an earlier command could have changed it".to_owned()));
            return None;
        }
        let lent = scripts::count(self.parsed);
        let read = scripts::read(path, Doubt::IsIgnored, self.outer, self.parsed);
        scripts::excuse(lent, self.parsed);
        let why = match read {
            Ok(texts) => match texts.as_slice() {
                [only] => match only.as_str() {
                    Some(text) => return Some(text.to_owned()),
                    None => "it is not UTF-8".to_owned(),
                },
                _ => "an earlier command writes another text there".to_owned(),
            },
            Err(Unread::Absent) => return None,
            Err(Unread::Unknown(why)) => why,
        };
        self.recipes.refused.push((path.to_owned(), why));
        None
    }

    /// Whether the text that an earlier command writes there is known.
    fn is_written(&self, path: &str) -> bool {
        scripts::is_written(path, self.outer)
    }

    /// Whether an earlier command names a file of that name, and does more than look at it.
    fn is_named(&self, path: &str) -> bool {
        let own = base(path);
        self.parsed.commands.iter().any(|command| {
            let name = command.words.first().and_then(Word::text).map_or("", base);
            let words = command.words.iter().skip(1).filter(|_| !rewriting::LOOKS.contains(&name));
            let targets = command
                .redirects
                .iter()
                .filter(|redirect| redirect.kind == RedirectKind::Write)
                .map(|redirect| &redirect.target);
            words.chain(targets).filter_map(Word::text).any(|word| base(word) == own)
        })
    }
}

/// Reads one text; what counts is added.
fn add(text: &Text, command: &Command, outer: &Outer<'_>, parsed: &mut Parsed) {
    let (mut inner, lent) = scripts::lend(parsed);
    // Files are taken as they are on the disk: what is found is shown, and proves nothing.
    let files = RefCell::new(Files::default());
    let mut new = Outer { files: &files, stdin: StdinSource::Piped, ..inside(command, outer, &text.via) };
    if text.directory.is_some() {
        new.directory.clone_from(&text.directory);
    }
    text_of(text.text.as_bytes(), text.dialect, &new, &mut inner);
    scripts::adopt(&mut inner, lent, parsed);
    let is_reaching = mentions(&text.text);
    parsed.opaque.extend(inner.opaque.into_iter().filter(|part| {
        is_reaching || matches!(part.kind, OpaqueKind::Nesting | OpaqueKind::Encoding) || mentions(&part.text)
    }));
    parsed.commands.extend(inner.commands.into_iter().filter_map(counted));
}

/// A command as far as it counts beside the program whose recipe it stands in.
fn counted(command: Command) -> Option<Command> {
    if command.certainty != Certainty::Found {
        let program = command.words.first().and_then(Word::text).unwrap_or_default();
        return REACHING.contains(&base(program)).then_some(command);
    }
    if command.place != Place::Here || is_understood(&command) {
        return Some(command);
    }
    let has_writes = command
        .redirects
        .iter()
        .any(|redirect| redirect.kind == RedirectKind::Write && redirect.target.text().is_some());
    has_writes.then(|| Command { words: vec![Word::known(":")], ..command })
}

/// Whether it is known what a command does, and that is more than running code that was not seen.
fn is_understood(command: &Command) -> bool {
    let Some(program) = command.words.first().and_then(Word::text) else { return false };
    let Some(pack) = packs::find(base(program)).filter(|pack| !UNSEEN.contains(&pack.tool)) else { return false };
    if pack.locate != Locate::Local || REACHING.contains(&base(program)) {
        return true;
    }
    // What checks, builds or runs recipes of its own: those were looked up like these.
    let is_checker = pack.verbs.is_empty()
        && pack
            .bare
            .as_ref()
            .is_some_and(|bare| bare.impact == Impact::Write && bare.categories.contains(&Category::Execution));
    // A tool of this machine with words that are not known could be told anything, as the recipe's own program could.
    let is_known = command.words.iter().all(|word| word.text().is_some()) && !scripts::is_callers(program);
    is_known && !is_checker
}

/// Whether a text names a tool that reaches further.
fn mentions(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    text.split(|c| !is_part(c)).any(|word| REACHING.contains(&base(word)))
}
