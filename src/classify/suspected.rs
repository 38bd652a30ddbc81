//! What was seen in code and arguments that are not understood: it may be what runs there.
//!
//! A suspect can only make a decision stricter: it stands beside what is not understood, and never in its place.

use crate::command::{Certainty, Command, OpaqueKind, Parsed, Place, StdinSource, Word, suspects};
use crate::model::action::{Action, Category, Evidence, Impact};
use crate::packs;

use super::clients::CLIENTS;
use super::gathered::Gathered;
use super::{Context, Scene, action};

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

/// Endings of files that nothing runs.
const DOCUMENTS: &[&str] =
    &[".md", ".txt", ".rst", ".adoc", ".html", ".csv", ".log", ".json", ".lock", ".svg", ".gitignore"];

/// Packs of programs that run code.
const INTERPRETERS: &[&str] = &["shell", "builtin", "terminal", "tracer", "remote", "ssh"];

/// When code runs that a command was not seen to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// While the command does.
    Now,
    /// Later, out of what the command writes.
    Later,
}

/// A command that runs code which was not seen, or leaves some.
pub struct Running<'a> {
    /// The command.
    pub command: &'a Command,
    /// When the code runs.
    pub when: When,
}

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
    let mut gathered = Gathered::of(parsed.packs);
    parsed.commands.iter().filter(counts_here).for_each(|command| gathered.keep(command));
    for host in unclear {
        if !runs_nothing(host) {
            gathered.search_words(host);
        }
        if host.words.iter().any(|word| matches!(word, Word::Opaque(opaque) if opaque.text.contains('{'))) {
            gathered.search(&shown(host), suspects::in_shell_text, Some(host));
        }
        if let Some(Word::Opaque(program)) = host.words.first() {
            // Where words are joined by what splits them again.
            let text = program.text.replace("${IFS}", " ").replace("$IFS", " ").replace(['"', '\''], "");
            gathered.search(&text, suspects::in_text, Some(host));
        }
        if let StdinSource::Text(text) = &host.stdin {
            gathered.search(&text.lossy(), suspects::in_text, Some(host));
        }
        for value in host.assignments.iter().filter_map(|(_, value)| value.text()) {
            gathered.search(value, suspects::in_text, Some(host));
        }
    }
    for part in &parsed.opaque {
        gathered.search(&part.text, suspects::in_text, None);
        if part.kind != OpaqueKind::Encoding {
            gathered.search(&part.text, suspects::in_shell_text, None);
        }
    }
    if !parsed.opaque.is_empty() || unclear.iter().any(|command| runs_texts(command)) {
        parsed.offered.iter().for_each(|text| gathered.search(text, suspects::in_text, None));
    }
    let whole: Vec<Command> = unclear.iter().filter_map(|host| whole_text(host)).collect();
    whole.iter().for_each(|command| gathered.keep(command));
    judged(gathered, context)
}

/// The suspects in texts that the line writes into files, where something in it runs code that was not seen.
pub fn written(running: &[Running<'_>], parsed: &Parsed, context: &Context<'_>) -> Vec<(String, Action)> {
    let texts = parsed.written.iter().filter(|(path, _)| !DOCUMENTS.iter().any(|end| path.ends_with(end)));
    let mut texts: Vec<String> = texts.map(|(_, text)| text.clone()).collect();
    if running.iter().any(|running| running.command.place != Place::Here) {
        texts.extend(parsed.offered.iter().cloned());
    }
    if running.is_empty() {
        texts.clear();
    }
    for later in running.iter().filter(|running| running.when == When::Later) {
        texts.extend(later.command.words.iter().skip(1).filter_map(Word::text).map(str::to_owned));
        if let StdinSource::Text(text) = &later.command.stdin {
            texts.push(text.lossy().into_owned());
        }
    }
    let mut gathered = Gathered::of(parsed.packs);
    texts.iter().for_each(|text| gathered.search(text, suspects::in_text, None));
    judged(gathered, context)
}

/// What suspects are.
fn judged(gathered: Gathered, context: &Context<'_>) -> Vec<(String, Action)> {
    let Gathered { mut commands, is_over, .. } = gathered;
    let whole: Vec<Command> = commands.iter().filter_map(whole_text).collect();
    commands.extend(whole);
    let mut actions = Vec::new();
    if is_over {
        let why = "there is more in what is not understood than is looked through";
        actions.push(("…".to_owned(), super::unknown("shell", why.to_owned())));
    }
    for command in &commands {
        let text = shown(command);
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
    let mut words = command.words.iter().map(|word| word.text().unwrap_or_default());
    let program = words.next().unwrap_or_default();
    // A request to the forge holds texts and runs none of them.
    QUIET.contains(&program) || (program == "gh" && words.next() == Some("api"))
}

/// Whether a command that is not understood can run a text that others of its line make.
fn runs_texts(command: &Command) -> bool {
    let Some(program) = command.words.first().and_then(Word::text) else { return true };
    // Which program that is, the line itself can say.
    if command.assignments.iter().any(|(name, _)| name == "PATH") {
        return true;
    }
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

/// A database's client whose text was taken apart with the words around it: the same with all that follows its flag as
/// one text.
fn whole_text(command: &Command) -> Option<Command> {
    let program = command.words.first().and_then(Word::text)?;
    let pack = packs::find(program)?;
    let client = CLIENTS.iter().find(|client| pack.tool == client.tool)?;
    let is_flag = |word: &Word| word.text().is_some_and(|text| client.texts.contains(&text));
    let flag = command.words.iter().position(is_flag)?;
    let (before, texts) = command.words.split_at_checked(flag + 1)?;
    if texts.len() < 2 {
        return None;
    }
    let text: Vec<&str> = texts.iter().map(|word| word.text().unwrap_or("?")).collect();
    let text = text.join(" ");
    // A mark without its twin ends the string that the command stands in.
    let is_odd = text.matches('\'').count() % 2 == 1;
    let text = text.rsplit_once('\'').filter(|_| is_odd).map_or(text.as_str(), |(text, _)| text);
    let text = text.trim_matches(|c: char| "\"'#/".contains(c) || c.is_whitespace());
    let words = before.iter().cloned().chain([Word::known(text)]).collect();
    Some(Command { words, ..command.clone() })
}

/// The words of a command, for people.
pub fn shown(command: &Command) -> String {
    joined(command, " ")
}

/// The words of a command as one text.
pub fn joined(command: &Command, between: &str) -> String {
    let word = |word: &Word| match word {
        Word::Literal(raw) => raw.lossy().into_owned(),
        Word::Opaque(opaque) => opaque.text.clone(),
    };
    command.words.iter().map(word).collect::<Vec<_>>().join(between)
}
