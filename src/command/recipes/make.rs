//! make: which Makefile it reads, which targets are asked for, and which recipes are run for them.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::wrappers::base;
use crate::command::{Command, StdinSource, Word};
use crate::model::invocation::Dialect;

use super::makefile::{Makefile, UNKNOWN};
use super::{Library, Text};

/// The names that GNU make looks for, in its order.
const NAMES: &[&str] = &["GNUmakefile", "makefile", "Makefile"];
/// Flags whose value is the next word.
const VALUE: &[&str] = &[
    "-C", "--directory", "-f", "--file", "--makefile", "-I", "--include-dir", "-o", "--old-file", "--assume-old", "-W",
    "--what-if", "--new-file", "--assume-new", "--eval", "-E",
];
/// How many files may be included.
const MOST_FILES: usize = 32;
/// How many targets are made.
const MOST_TARGETS: usize = 400;

/// Adds the recipes that the command runs.
pub fn look_up(command: &Command, library: &mut Library<'_, '_>) {
    let Some(call) = Call::read(command) else { return };
    let directory = call.directory(command);
    let mut makefile = Makefile { given: call.given.clone(), ..Makefile::default() };
    for (name, value) in &library.outer.invocation.env {
        if let (Some(name), Some(value)) = (name.as_str(), value.as_str()) {
            makefile.inherited.insert(name.to_owned(), value.to_owned());
        }
    }
    for (name, value) in &command.assignments {
        makefile.inherited.insert(name.clone(), value.text().unwrap_or(UNKNOWN).to_owned());
    }
    if !files(&call, command, &mut makefile, library) {
        return;
    }
    let run = recipes(goals(&call, &makefile), &mut makefile);
    let shells = std::mem::take(&mut makefile.shells);
    let dialect = dialect(&mut makefile);
    let texts = shells.into_iter().map(|text| ("make".to_owned(), text)).chain(run);
    for (via, text) in texts {
        library.recipes.texts.push(Text { via, text, dialect, directory: directory.clone() });
    }
}

/// What make is told.
#[derive(Default)]
struct Call {
    goals: Vec<String>,
    files: Vec<String>,
    directories: Vec<String>,
    given: BTreeMap<String, Option<String>>,
    evals: Vec<String>,
}

impl Call {
    /// The words of make; none where a word is not known.
    fn read(command: &Command) -> Option<Self> {
        let mut call = Self::default();
        let mut words = command.words.iter().skip(1).map(Word::text);
        while let Some(word) = words.next() {
            let word = word?;
            if !word.starts_with('-') || word == "-" {
                match word.split_once('=') {
                    Some((name, value)) => {
                        let name = name.trim_end_matches([':', '?', '+']);
                        call.given.insert(name.to_owned(), Some(value.to_owned()));
                    }
                    None => call.goals.push(word.to_owned()),
                }
                continue;
            }
            let (flag, attached) = match word.split_once('=') {
                Some((flag, value)) if word.starts_with("--") => (flag, Some(value)),
                _ if !word.starts_with("--") && word.len() > 2 => {
                    let (flag, value) = word.split_at_checked(2)?;
                    (flag, Some(value))
                }
                _ => (word, None),
            };
            if !VALUE.contains(&flag) {
                continue;
            }
            let value = match attached {
                Some(value) => value,
                None => words.next()??,
            };
            match flag {
                "-C" | "--directory" => call.directories.push(value.to_owned()),
                "-f" | "--file" | "--makefile" => call.files.push(value.to_owned()),
                "--eval" | "-E" => call.evals.push(value.to_owned()),
                _ => {}
            }
        }
        Some(call)
    }

    /// The directory that make goes to; none where it stays in the command's.
    fn directory(&self, command: &Command) -> Option<Word> {
        let mut here = command.directory.clone();
        for to in &self.directories {
            here = match here.as_ref().map(Word::text) {
                _ if to.starts_with('/') => Some(Word::known(to.as_str())),
                None => Some(Word::known(to.as_str())),
                Some(Some(base)) => Some(Word::known(format!("{}/{to}", base.trim_end_matches('/')))),
                Some(None) => return command.directory.clone(),
            };
        }
        if self.directories.is_empty() { None } else { here }
    }

    /// A path as it is from the command's directory.
    fn path(&self, path: &str) -> String {
        self.directories.iter().rev().fold(path.to_owned(), |path, directory| {
            if path.starts_with('/') { path } else { format!("{}/{path}", directory.trim_end_matches('/')) }
        })
    }
}

/// Reads what make would read; false where there is nothing.
fn files(call: &Call, command: &Command, makefile: &mut Makefile, library: &mut Library<'_, '_>) -> bool {
    for text in &call.evals {
        makefile.read(text);
    }
    let mut has_file = !call.evals.is_empty();
    if call.files.is_empty() {
        let found = NAMES.iter().find_map(|name| library.file(&call.path(name)));
        has_file |= found.is_some();
        makefile.read(&found.unwrap_or_default());
    }
    for file in &call.files {
        let text = match (file.as_str(), &command.stdin) {
            ("-" | "/dev/stdin", StdinSource::Text(text)) => text.as_str().map(str::to_owned),
            ("-" | "/dev/stdin", _) => None,
            (file, _) => library.file(&call.path(file)),
        };
        has_file |= text.is_some();
        makefile.read(&text.unwrap_or_default());
    }
    let mut seen = 0;
    while seen < makefile.includes.len() && seen < MOST_FILES {
        let Some(path) = makefile.includes.get(seen).cloned() else { break };
        seen += 1;
        match library.file(&call.path(&path)) {
            Some(text) => makefile.read(&text),
            None => makefile.is_partial = true,
        }
    }
    has_file
}

/// The targets that are asked for, and the Makefiles themselves where a rule makes one: that rule runs first.
fn goals(call: &Call, makefile: &Makefile) -> Vec<String> {
    let rules = &makefile.rules;
    let mut goals = call.goals.clone();
    if goals.is_empty() {
        let is_plain = |target: &&String| !target.starts_with('.') && !target.contains('%');
        let first = || rules.iter().find_map(|rule| rule.targets.iter().find(is_plain)).cloned();
        goals.extend(makefile.goal.clone().or_else(first));
    }
    let own = NAMES.iter().map(|name| (*name).to_owned()).chain(call.files.clone()).chain(makefile.includes.clone());
    goals.extend(own.filter(|name| rules.iter().any(|rule| rule.targets.contains(name))));
    goals
}

/// The texts of the recipes for these goals, prerequisites first.
fn recipes(mut open: Vec<String>, makefile: &mut Makefile) -> Vec<(String, String)> {
    let rules = makefile.rules.clone();
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    while let Some(target) = open.pop() {
        if seen.len() >= MOST_TARGETS || !seen.insert(target.clone()) {
            continue;
        }
        for rule in &rules {
            let Some(stem) = rule.targets.iter().find_map(|made| stem(made, &target)) else { continue };
            open.extend(rule.prerequisites.iter().map(|name| name.replace('%', stem)));
            order.push((target.clone(), stem.to_owned(), rule));
        }
    }
    // `.DEFAULT` is for what no other rule makes.
    order.extend(
        rules
            .iter()
            .filter(|rule| rule.targets.iter().any(|name| name == ".DEFAULT"))
            .map(|rule| (".DEFAULT".to_owned(), String::new(), rule)),
    );
    order.reverse();
    let mut texts = Vec::new();
    for (target, stem, rule) in order {
        let first = rule.prerequisites.first().map(|name| name.replace('%', &stem)).unwrap_or_default();
        let all = rule.prerequisites.join(" ").replace('%', &stem);
        let automatic = |name: &str| match name {
            "@" => Some(target.clone()),
            "<" => Some(first.clone()),
            "^" | "+" => Some(all.clone()),
            "*" => Some(stem.clone()),
            "?" | "|" | "%" | "@D" | "@F" | "<D" | "<F" | "*D" | "*F" | "^D" | "^F" => Some(UNKNOWN.to_owned()),
            _ => None,
        };
        let lines: Vec<String> = rule.recipe.iter().map(|line| makefile.expand(line, 0, &automatic)).collect();
        let via = format!("make {target}");
        match makefile.is_one_text {
            true => texts.push((via, lines.join("\n"))),
            false => texts.extend(lines.into_iter().map(|line| {
                // What a value brought in may carry make's own marks as well.
                (via.clone(), line.trim_start_matches(['@', '-', '+', ' ', '\t']).to_owned())
            })),
        }
    }
    texts.retain(|(_, text)| !text.trim().is_empty());
    texts
}

/// What `%` stands for where a rule for `made` makes `target`; empty without one.
fn stem<'t>(made: &str, target: &'t str) -> Option<&'t str> {
    match made.split_once('%') {
        None => (made == target).then_some(""),
        Some((start, end)) => target.strip_prefix(start)?.strip_suffix(end),
    }
}

/// How the recipes are read: by the shell that the Makefile names.
fn dialect(makefile: &mut Makefile) -> Dialect {
    let is_set = makefile.variables.contains_key("SHELL") || makefile.given.contains_key("SHELL");
    let shell = if is_set { makefile.expand("$(SHELL)", 0, &|_| None) } else { String::new() };
    match shell.split_whitespace().any(|word| base(word) == "bash") {
        true => Dialect::Bash,
        false => Dialect::Posix,
    }
}
