//! What was seen in code and arguments that are not understood: it may be what runs there.
//!
//! A suspect can only make a decision stricter: it stands beside what is not understood, and never in its place.

use std::collections::BTreeSet;

use crate::command::{Certainty, Command, OpaqueKind, Parsed, Place, StdinSource, Word, by_name, suspects};
use crate::model::action::{Action, Category, Evidence, Impact};
use crate::packs::{self, described::Packs};

use super::{Context, Scene, action};

/// The most suspects that are looked at. What holds more is not understood, and asks for that.
const MOST: usize = 1000;

/// Programs that run what they are given or what their settings say.
const RUNNERS: &[&str] = &[
    "sh", "bash", "dash", "ash", "zsh", "ksh", "fish", "eval", "source", ".", "xargs", "parallel", "make", "gmake",
    "just", "git", "psql", "mysql", "sqlite3", "vim", "vi", "nvim", "ed", "ex", "emacs", "awk", "gawk", "mawk", "sed",
    "at", "batch", "crontab", "ssh", "docker", "podman", "kubectl", "find", "env", "sudo", "tclsh", "expect", "gdb",
];

/// Programs that have no way to start another one.
const QUIET: &[&str] = &[
    "grep", "egrep", "fgrep", "cat", "head", "wc", "cut", "tr", "uniq", "ls", "echo", "printf", "stat", "test", "[",
    "basename", "dirname", "realpath", "readlink", "cmp", "comm", "seq", "rev", "fold", "nl",
];

/// Packs of programs that run code.
const INTERPRETERS: &[&str] = &["shell", "builtin", "terminal", "tracer", "remote", "ssh"];

/// Whether a suspect says more than that something is not understood: plain looking does not.
pub fn counts(action: &Action) -> bool {
    let plain = [
        Category::Observe,
        Category::Plan,
        Category::Test,
        Category::Build,
        Category::Docs,
        Category::Code,
        Category::Config,
        Category::Deploy,
        Category::Infra,
    ];
    action.impact != Impact::Read || !action.categories.iter().all(|category| plain.contains(category))
}

/// The suspects in commands and parts that are not understood, and those that were found before. Where all is
/// understood there are none.
pub fn actions(unclear: &[&Command], parsed: &Parsed, context: &Context<'_>) -> Vec<(String, Action)> {
    let is_clear = unclear.is_empty() && parsed.opaque.is_empty();
    let counts_here = |command: &&Command| match command.certainty {
        Certainty::Found => false,
        Certainty::InCode => true,
        Certainty::Suspected => !is_clear,
    };
    let mut commands: Vec<Command> = parsed.commands.iter().filter(counts_here).cloned().collect();
    for host in unclear {
        let mut found = Vec::new();
        if !runs_nothing(host) {
            found.extend(suspects::in_words(host.words.get(1..).unwrap_or_default(), parsed.packs));
        }
        if let Some(Word::Opaque(program)) = host.words.first() {
            // Where words are joined by what splits them again.
            let text = program.text.replace("${IFS}", " ").replace("$IFS", " ").replace(['"', '\''], "");
            found.extend(suspects::in_text(&text, parsed.packs));
        }
        if let StdinSource::Text(text) = &host.stdin {
            found.extend(suspects::in_text(&text.lossy(), parsed.packs));
        }
        let values = host.assignments.iter().filter_map(|(_, value)| value.text());
        found.extend(values.flat_map(|text| suspects::in_text(text, parsed.packs)));
        commands.extend(found.into_iter().map(|words| suspect(words, Some(host), parsed.packs)));
    }
    for part in &parsed.opaque {
        let mut found = suspects::in_text(&part.text, parsed.packs);
        if part.kind != OpaqueKind::Encoding {
            found.extend(suspects::in_shell_text(&part.text, parsed.packs));
        }
        commands.extend(found.into_iter().map(|words| suspect(words, None, parsed.packs)));
    }
    if !parsed.opaque.is_empty() || unclear.iter().any(|command| runs_texts(command)) {
        let offered = parsed.offered.iter().flat_map(|text| suspects::in_text(text, parsed.packs));
        commands.extend(offered.map(|words| suspect(words, None, parsed.packs)));
    }
    let mut seen = BTreeSet::new();
    let mut actions = Vec::new();
    for command in commands.iter().take(MOST) {
        let text = shown(command);
        if !seen.insert(text.clone()) {
            continue;
        }
        let found = action(&Scene::of(command, context));
        for mut action in std::iter::once(found.action).chain(found.plain).filter(counts) {
            action.evidence.push(Evidence::new("suspected", format!("`{text}` stands in what is not understood")));
            actions.push((text.clone(), action));
        }
    }
    actions
}

/// Whether no word of a command can make it run something: what is not known of it is only what it reads.
fn runs_nothing(command: &Command) -> bool {
    let program = command.words.first().and_then(Word::text).unwrap_or_default();
    QUIET.contains(&program)
}

/// Whether a command that is not understood can run a text that others of its line make.
fn runs_texts(command: &Command) -> bool {
    let Some(program) = command.words.first().and_then(Word::text) else { return true };
    let name = program.rsplit('/').next().unwrap_or(program);
    let is_code = packs::find(name).is_some_and(|pack| ["python", "node", "perl"].contains(&pack.tool));
    if is_code {
        // What it runs stands in its words or in the file that they name, unless it is piped in or not known.
        let is_told = command.words.iter().all(|word| word.text().is_some_and(|text| text != "-"));
        return !is_told || matches!(command.stdin, StdinSource::Piped | StdinSource::Text(_));
    }
    program.contains('/')
        || RUNNERS.contains(&name)
        || packs::find(name).is_none_or(|pack| INTERPRETERS.contains(&pack.tool))
}

fn suspect(words: Vec<Word>, host: Option<&Command>, packs: Packs) -> Command {
    Command {
        described: by_name(&words, packs),
        words,
        assignments: host.map(|host| host.assignments.clone()).unwrap_or_default(),
        redirects: Vec::new(),
        stdin: StdinSource::Piped,
        via: Vec::new(),
        directory: host.and_then(|host| host.directory.clone()),
        place: host.map_or(Place::Here, |host| host.place.clone()),
        certainty: Certainty::Suspected,
    }
}

pub fn shown(command: &Command) -> String {
    let word = |word: &Word| match word {
        Word::Literal(raw) => raw.lossy().into_owned(),
        Word::Opaque(opaque) => opaque.text.clone(),
    };
    command.words.iter().map(word).collect::<Vec<_>>().join(" ")
}
