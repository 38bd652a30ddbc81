//! Help texts in the usual forms: which verbs and flags a tool says that it has.
//!
//! clap, cobra, argparse, click, Go's flag package, git, docker, man pages and what people write by hand. What is not
//! clear is said to be so; nothing is guessed about what a verb does.

use std::collections::BTreeMap;

/// What a help text says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Help {
    /// The verbs, in order, each with other words for it.
    pub verbs: Vec<(String, Vec<String>)>,
    /// The flags, by name.
    pub flags: BTreeMap<String, Takes>,
}

/// Whether a flag takes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// In the next word, or attached.
    Value,
    /// None, or only one that is attached.
    Nothing,
    /// The text does not say it clearly.
    Unclear,
}

/// Longer texts are not read whole.
const MOST_LINES: usize = 5_000;
/// The most verbs and flags that are taken.
const MOST: usize = 1_000;
/// The deepest that an entry stands.
const DEEPEST: usize = 12;

/// What the lines below a heading are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    /// How it is called.
    Usage,
    /// Its verbs.
    Verbs,
    /// Its operands, or the verbs of argparse.
    Operands,
    /// Its flags.
    Flags,
    /// Anything else.
    Other,
}

/// Reads a help text.
pub fn read(text: &str) -> Help {
    let text = plain(text);
    let mut help = Help::default();
    let mut section = Section::Other;
    let mut depth = None;
    let mut usage = String::new();
    for line in text.lines().take(MOST_LINES) {
        let line = line.replace('\t', "    ");
        let indent = line.len() - line.trim_start().len();
        let content = line.trim();
        if content.is_empty() {
            section = if section == Section::Usage { Section::Other } else { section };
            continue;
        }
        if indent == 0 && !content.starts_with('-') {
            (section, depth) = (heading(content, section), None);
            if section == Section::Usage {
                usage.push(' ');
                usage.push_str(content);
            }
            continue;
        }
        if section == Section::Usage {
            usage.push(' ');
            usage.push_str(content);
        }
        if content.starts_with('-') {
            flag(content, &mut help);
        } else if matches!(section, Section::Verbs | Section::Operands) && indent <= DEEPEST {
            let at = *depth.get_or_insert(indent);
            if indent == at {
                verb(content, section, &mut help);
            }
        }
    }
    used(&usage, &mut help);
    help.verbs.truncate(MOST);
    help
}

/// The text without what terminals and man pages do to letters: colours, and letters struck twice.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{8}' => {
                out.pop();
            }
            '\u{1b}' if chars.peek() == Some(&'[') => while chars.next().is_some_and(|c| !c.is_ascii_alphabetic()) {},
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

fn heading(content: &str, before: Section) -> Section {
    let lower = content.to_lowercase();
    let is_of = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if lower.starts_with("usage") || lower.starts_with("or:") || lower == "synopsis" {
        return Section::Usage;
    }
    let others = ["example", "environment variable", "see also", "description", "learn more", "note"];
    if others.iter().any(|word| lower.starts_with(word)) {
        return Section::Other;
    }
    let is_title = content.ends_with(':') || !content.contains(". ") && content.split_whitespace().count() <= 4;
    if is_title && is_of(&["option", "flag"]) {
        return Section::Flags;
    }
    let is_verbs = is_of(&["command", "subcommand", "verbs", "actions", "services", "tasks", "targets:"]);
    if is_verbs && (is_title || content.ends_with("situations:")) {
        return Section::Verbs;
    }
    if is_title && is_of(&["positional arguments", "arguments"]) {
        return Section::Operands;
    }
    // git puts its verbs into groups with names of their own.
    let is_group = before == Section::Verbs && !content.ends_with('.') && content.split_whitespace().count() <= 12;
    if is_group { Section::Verbs } else { Section::Other }
}

/// One line of a list of verbs: `build, b   Compile it`, `auth:   Log in`, `o ec2`, `{status,release}`.
fn verb(content: &str, section: Section, help: &mut Help) {
    if content.starts_with('{') {
        choices(content, ',', help);
        return;
    }
    if section == Section::Operands {
        return;
    }
    let content = content.strip_prefix("o ").or_else(|| content.strip_prefix("• ")).unwrap_or(content).trim();
    // The words stand apart from what is said of them.
    let (words, is_apart) = match content.split_once("  ") {
        Some((words, _)) => (words, true),
        None => (content, false),
    };
    let (words, is_named) = match words.split_once(": ").map(|(words, _)| words).or_else(|| words.strip_suffix(':')) {
        Some(words) => (words, true),
        None => (words, false),
    };
    let mut names = words.split(',').map(|word| word.trim().trim_end_matches('*'));
    let Some(first) = names.next().filter(|word| is_verb(word)) else {
        // `release VERSION   ship it`: what follows the verb are its operands.
        let mut parts = words.split_whitespace();
        let first = parts.next().unwrap_or_default();
        if is_verb(first) && (is_apart || is_named) && parts.all(is_placeholder) {
            add(first, Vec::new(), help);
        }
        return;
    };
    let others: Vec<String> = names.filter(|word| is_verb(word) || is_letter(word)).map(str::to_owned).collect();
    if is_apart || is_named {
        add(first, others, help);
    } else {
        // A list over several lines, of which nothing more is said.
        std::iter::once(first).chain(others.iter().map(String::as_str)).for_each(|word| add(word, Vec::new(), help));
    }
}

fn add(verb: &str, others: Vec<String>, help: &mut Help) {
    if !help.verbs.iter().any(|(known, _)| known == verb) && help.verbs.len() < MOST {
        help.verbs.push((verb.to_owned(), others));
    }
}

fn choices(content: &str, separator: char, help: &mut Help) {
    let inner = content.trim_start_matches('{').split('}').next().unwrap_or_default();
    let words: Vec<&str> = inner.split(separator).map(str::trim).collect();
    if words.iter().all(|word| is_verb(word)) {
        words.into_iter().for_each(|word| add(word, Vec::new(), help));
    }
}

fn is_verb(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && word.len() > 1
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
        && !word.ends_with([':', '.'])
}

fn is_letter(word: &str) -> bool {
    word.len() == 1 && word.chars().all(|c| c.is_ascii_lowercase())
}

/// What stands for a value: `<file>`, `FILE`, `{a,b}`, `[x]`.
fn is_placeholder(word: &str) -> bool {
    let word = word.trim_end_matches("...").trim_end_matches([',', '.']);
    let is_capital =
        |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '|' | '/' | '=' | ':');
    word.starts_with(['<', '{', '['])
        || (word.starts_with(|c: char| c.is_ascii_uppercase()) && word.len() > 1 && word.chars().all(is_capital))
        || (word.len() == 1 && word.chars().all(|c| c.is_ascii_uppercase()))
}

/// One line of a list of flags: `-e, --env ENV   the environment`.
fn flag(content: &str, help: &mut Help) {
    let (words, is_apart) = match content.split_once("  ") {
        Some((words, _)) => (words, true),
        // kubectl says what a flag does on the next line.
        None if content.ends_with(':') => (content, true),
        None => (content, false),
    };
    let mut found: Vec<(String, Takes)> = Vec::new();
    let words = words.trim_end_matches(':').replace(" / ", ", ").replace("|-", ", -");
    for part in words.split(", ").flat_map(|part| part.split(",-").enumerate().map(|(at, text)| dashed(at, text))) {
        let is_both = part.contains("--[no-]");
        let part = part.trim().replace("--[no-]", "--");
        if !part.starts_with('-') {
            break;
        }
        let Some((name, takes)) = one_flag(&part, is_apart) else { break };
        if is_both {
            note(name.replacen("--", "--no-", 1), Takes::Nothing, help);
        }
        found.push((name, takes));
        // What is written behind the first blank where nothing stands apart is talk.
        if !is_apart && part.contains(' ') {
            break;
        }
    }
    let takes = agreed(found.iter().map(|(_, takes)| *takes));
    for (name, _) in found {
        note(name, takes, help);
    }
}

fn dashed(at: usize, text: &str) -> String {
    if at == 0 { text.to_owned() } else { format!("-{text}") }
}

/// Names of one flag say together whether it takes a value: one that shows it is enough.
fn agreed(all: impl Iterator<Item = Takes> + Clone) -> Takes {
    let has = |wanted: Takes| all.clone().any(|takes| takes == wanted);
    if has(Takes::Unclear) {
        Takes::Unclear
    } else if has(Takes::Value) {
        Takes::Value
    } else {
        Takes::Nothing
    }
}

fn note(name: String, takes: Takes, help: &mut Help) {
    if help.flags.len() >= MOST {
        return;
    }
    // What is said twice and differently is not clear.
    let takes = match help.flags.get(&name) {
        Some(known) if *known != takes => Takes::Unclear,
        _ => takes,
    };
    help.flags.insert(name, takes);
}

/// A flag's name and whether it takes a value.
fn one_flag(text: &str, is_apart: bool) -> Option<(String, Takes)> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    let name = name.trim_end_matches('.');
    if !name.contains(|c: char| c.is_ascii_alphanumeric()) || name.starts_with("---") {
        return None;
    }
    let rest = rest.trim_end_matches("...");
    let takes = match rest.chars().next() {
        None => Takes::Nothing,
        Some('[') => Takes::Nothing,
        Some('=') if matches!(rest.trim_end_matches(':'), "=false" | "=true") => Takes::Nothing,
        // kubectl shows the value that is meant where none is given: then there may be one, or not.
        Some('=') if rest.starts_with("='") && !rest.starts_with("=''") => Takes::Unclear,
        Some('=' | '<') => Takes::Value,
        Some(' ') => {
            let mut words = rest.split_whitespace();
            let first = words.next().unwrap_or_default();
            match (is_placeholder(first), is_apart, words.next()) {
                _ if first.starts_with("[=") => Takes::Nothing,
                (true, _, _) => Takes::Value,
                (false, true, None) => Takes::Value,
                (false, true, Some(_)) | (false, false, _) => Takes::Unclear,
            }
        }
        Some(_) => return None,
    };
    Some((name.to_owned(), takes))
}

/// What the lines of usage show: `[-n] [-e ENV] {start|stop}`.
fn used(usage: &str, help: &mut Help) {
    for (at, _) in usage.match_indices('{') {
        let inner = usage.get(at..).unwrap_or_default();
        let group = inner.split_inclusive('}').next().unwrap_or_default();
        let after = inner.get(group.len()..).unwrap_or_default().trim_start();
        let before = usage.get(..at).unwrap_or_default().trim_end();
        // The choices of a flag's value stand behind it.
        let of_flag =
            before.rsplit([' ', '[']).next().is_some_and(|word| word.starts_with('-')) || before.ends_with('=');
        if of_flag {
            continue;
        }
        if group.contains('|') {
            choices(group, '|', help);
        } else if after.starts_with("...") {
            choices(group, ',', help);
        }
    }
    let mut at = 0;
    while let Some(found) = usage.get(at..).and_then(|rest| rest.find('-')) {
        let start = at + found;
        let begins = usage.get(..start).unwrap_or_default().ends_with([' ', '[', '|', '(']);
        let rest = usage.get(start..).unwrap_or_default();
        let end = rest.find([']', '|', ')']).unwrap_or(rest.len());
        at = start + rest.find(|c: char| c != '-').unwrap_or(rest.len()).max(1);
        let spec = rest.get(..end).unwrap_or_default();
        let spec = spec.split(" [").next().unwrap_or_default();
        let spec: Vec<&str> = spec.split_whitespace().take(2).collect();
        if !begins {
            continue;
        }
        let is_optional = rest.get(..end).is_some_and(|text| text.contains("[="));
        if let Some((name, takes)) = one_flag(&spec.join(" "), false) {
            let takes = if is_optional { Takes::Nothing } else { takes };
            help.flags.entry(name).or_insert(takes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verbs(help: &Help) -> Vec<&str> {
        help.verbs.iter().map(|(verb, _)| verb.as_str()).collect()
    }

    #[track_caller]
    fn holds(text: &str, wanted: &[&str], values: &[&str], switches: &[&str]) {
        let help = read(text);
        assert_eq!(verbs(&help), wanted, "{help:?}");
        let of = |takes: Takes| -> Vec<&str> {
            help.flags.iter().filter(|(_, known)| **known == takes).map(|(name, _)| name.as_str()).collect()
        };
        assert_eq!((of(Takes::Value), of(Takes::Nothing)), (values.to_vec(), switches.to_vec()), "{help:?}");
    }

    #[test]
    fn claps_help_is_read() {
        holds(
            "Ship it\n\nUsage: ship [OPTIONS] <COMMAND>\n\nCommands:\n  release, r  Ship a version\n  status      Look\n              at it\n  help        Print this message\n\nOptions:\n  -v, --verbose...       More\n      --color <WHEN>     Colour [default: auto]\n  -C, --dir <DIR>\n          Where\n      --wait[=<SPAN>]    Wait\n  -h, --help             Print help\n",
            &["release", "status", "help"],
            &["--color", "--dir", "-C"],
            &["--help", "--verbose", "--wait", "-h", "-v"],
        );
        assert_eq!(verbs(&read("All commands:\n    access, add,\n    audit\n")), ["access", "add", "audit"]);
        assert_eq!(read("Commands:\n  release, r  Ship\n").verbs, [("release".to_owned(), vec!["r".to_owned()])]);
    }

    #[test]
    fn cobras_help_is_read() {
        holds(
            "Ship.\n\nUsage:\n  ship [command]\n\nAvailable Commands:\n  completion  Generate\n  roll-out    Roll\n\nFlags:\n      --config string   config file (default is x)\n  -h, --help            help for ship\n      --replicas int    how many\n\nUse \"ship [command] --help\" for more.\n",
            &["completion", "roll-out"],
            &["--config", "--replicas"],
            &["--help", "-h"],
        );
        holds(
            "Options:\n    --all=false:\n\tSelect all\n\n    -f, --filename=[]:\n\tFiles\n    --tail=-1:\n\tLines\n    --dry-run='none':\n\tPlan\n  -o, --[no-]push-option <x>  Hand on\n",
            &[],
            &["--filename", "--push-option", "--tail", "-f", "-o"],
            &["--all", "--no-push-option"],
        );
    }

    #[test]
    fn argparses_help_is_read_and_an_operand_with_choices_is_no_verb() {
        holds(
            "usage: ship.py [-h] [--env {dev,prod}] [--dry-run] {status,release} ...\n\nShip.\n\npositional arguments:\n  {status,release}\n    status            look\n    release           ship\n\noptions:\n  -h, --help          show this help message and exit\n  --env {dev,prod}    where\n  --tag TAG, -t TAG   what\n  --dry-run\n",
            &["status", "release"],
            &["--env", "--tag", "-t"],
            &["--dry-run", "--help", "-h"],
        );
        let help = read("usage: ship.py [-h] --env ENV\n\noptions:\n  -h, --help  show this\n");
        assert_eq!(help.flags.get("--env"), Some(&Takes::Value));
    }

    #[test]
    fn clicks_and_gos_help_is_read() {
        holds(
            "Usage: ship [OPTIONS] COMMAND [ARGS]...\n\nOptions:\n  --env TEXT            where  [default: dev]\n  --shout / --no-shout\n  --help                Show this message and exit.\n\nCommands:\n  deploy  Deploy it\n",
            &["deploy"],
            &["--env"],
            &["--help", "--no-shout", "--shout"],
        );
        holds(
            "Usage: terraform [global options] <subcommand> [args]\n\nMain commands:\n  init          Prepare\n\nAll other commands:\n  console       Try\n\nGlobal options (use these before the subcommand, if any):\n  -chdir=DIR    Switch\n  -help         Show\n",
            &["init", "console"],
            &["-chdir"],
            &["-help"],
        );
    }

    #[test]
    fn what_people_write_by_hand_is_read() {
        holds(
            "Usage: deploy.sh [-n] [-e ENV] {start|stop|status}\n  -e ENV  the environment\n  -n      dry run\n",
            &["start", "stop", "status"],
            &["-e"],
            &["-n"],
        );
        holds(
            "usage: git [-v | --version] [-C <path>] [--exec-path[=<path>]] <command> [<args>]\n\nThese are common Git commands used in various situations:\n\nstart a working area (see also: git help tutorial)\n   clone     Clone\n   init      Create\n\nwork on the current change\n   add       Add\n",
            &["clone", "init", "add"],
            &["-C"],
            &["--exec-path", "--version", "-v"],
        );
        holds("Commands:\n  release VERSION   ship it\n  auth:         Log in\n", &["release", "auth"], &[], &[]);
    }

    #[test]
    fn what_is_not_clear_is_said_to_be_so() {
        let help = read("Options:\n  -x does a thing\n  --force really do it\n  --level high or low  how\n");
        for name in ["-x", "--force", "--level"] {
            assert_eq!(help.flags.get(name), Some(&Takes::Unclear), "{name}");
        }
        assert_eq!(read(""), Help::default());
        assert_eq!(read("deploys all the things. run it with care.\n"), Help::default());
    }
}
