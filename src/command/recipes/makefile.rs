//! The text of a Makefile: its rules, and its variables as far as they are known.
//!
//! Parts that depend on conditions count as if each of them held; a variable that could have several values has none
//! that is known.

use std::collections::BTreeMap;

/// What stands for a value that is not known: a variable of the shell that nobody set.
pub const UNKNOWN: &str = "$__unknown";
/// How deep variables may refer to variables.
const DEEPEST: u8 = 16;
/// The longest text that variables are expanded to.
const LONGEST: usize = 64 * 1024;
/// Functions of make; what they give is not worked out.
const FUNCTIONS: &[&str] = &[
    "abspath", "addprefix", "addsuffix", "and", "basename", "call", "dir", "error", "eval", "file", "filter",
    "filter-out", "findstring", "firstword", "flavor", "foreach", "guile", "if", "info", "intcmp", "join", "lastword",
    "let", "notdir", "or", "origin", "patsubst", "realpath", "shell", "sort", "strip", "subst", "suffix", "value",
    "warning", "wildcard", "word", "wordlist", "words",
];
/// Variables that make sets by itself.
const BUILT_IN: &[(&str, &str)] = &[
    ("MAKE", "make"),
    ("RM", "rm -f"),
    ("CC", "cc"),
    ("CXX", "g++"),
    ("AR", "ar"),
    ("AS", "as"),
    ("LD", "ld"),
    ("FC", "f77"),
    ("INSTALL", "install"),
];

/// A rule with its recipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What it makes, as written.
    pub targets: Vec<String>,
    /// What is made before.
    pub prerequisites: Vec<String>,
    /// The lines of the recipe, without what make takes off.
    pub recipe: Vec<String>,
}

/// What is known of one or several Makefiles.
#[derive(Debug, Default)]
pub struct Makefile {
    /// The rules, in order.
    pub rules: Vec<Rule>,
    /// Texts that run while the files are read, or whenever a value is used.
    pub shells: Vec<String>,
    /// Files that are read as well.
    pub includes: Vec<String>,
    /// The target that is made when none is asked for, where a variable says so.
    pub goal: Option<String>,
    /// Whether the lines of a recipe are one text.
    pub is_one_text: bool,
    /// Values; none where one is not known.
    pub variables: BTreeMap<String, Option<String>>,
    /// Values from the command line, which no file changes.
    pub given: BTreeMap<String, Option<String>>,
    /// Values from the environment, which files change.
    pub inherited: BTreeMap<String, String>,
    /// Whether parts were not read that could set variables.
    pub is_partial: bool,
}

/// What a line is read with.
#[derive(Default)]
struct State {
    conditions: usize,
    /// Names of the variable that is being defined over several lines.
    definition: Option<String>,
    in_rule: bool,
}

impl Makefile {
    /// Reads one more file.
    pub fn read(&mut self, text: &str) {
        let mut state = State::default();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let mut line = line.to_owned();
            let is_recipe = line.starts_with('\t') && state.in_rule;
            while line.ends_with('\\') {
                let Some(next) = lines.next() else { break };
                if is_recipe {
                    line.push('\n');
                    line.push_str(next.strip_prefix('\t').unwrap_or(next));
                } else {
                    line.pop();
                    line.push(' ');
                    line.push_str(next.trim_start());
                }
            }
            if is_recipe {
                self.recipe(line.strip_prefix('\t').unwrap_or(&line));
            } else {
                self.line(&line, &mut state);
            }
        }
    }

    fn recipe(&mut self, line: &str) {
        if let Some(rule) = self.rules.last_mut() {
            rule.recipe.push(line.trim_start().trim_start_matches(['@', '-', '+', ' ', '\t']).to_owned());
        }
    }

    fn line(&mut self, line: &str, state: &mut State) {
        if let Some(name) = &state.definition {
            if line.trim_start().starts_with("endef") {
                self.variables.insert(name.clone(), None);
                state.definition = None;
            }
            return;
        }
        let line = without_comment(line);
        let line = line.trim();
        let mut words = line.split_whitespace();
        match words.next().unwrap_or_default() {
            "" => {}
            "ifeq" | "ifneq" | "ifdef" | "ifndef" => {
                state.conditions += 1;
                self.expand(line, 0, &|_| None);
            }
            "else" => {}
            "endif" => state.conditions = state.conditions.saturating_sub(1),
            "define" => {
                state.definition = Some(words.next().unwrap_or_default().trim_end_matches('=').to_owned());
                state.in_rule = false;
            }
            "include" | "-include" | "sinclude" => {
                for word in words {
                    let file = self.expand(word, 0, &|_| None);
                    if file.contains(UNKNOWN) || file.contains(['*', '?', '[']) {
                        self.is_partial = true;
                    } else {
                        self.includes.extend(file.split_whitespace().map(str::to_owned));
                    }
                }
                state.in_rule = false;
            }
            "vpath" | "unexport" | "undefine" | "load" | "-load" => state.in_rule = false,
            first => {
                let has_prefix = ["export", "override", "private"].contains(&first);
                let statement = if has_prefix { line.get(first.len()..).unwrap_or_default().trim() } else { line };
                self.statement(statement, state);
            }
        }
    }

    fn statement(&mut self, line: &str, state: &mut State) {
        match split(line) {
            Some(Statement::Assignment { name, operator, value }) => {
                self.assign(name, operator, value, state.conditions > 0);
                state.in_rule = false;
            }
            Some(Statement::Rule { targets, rest }) => {
                self.rule(targets, rest);
                state.in_rule = true;
            }
            // A call of a function, or nothing that make would take.
            None => {
                self.expand(line, 0, &|_| None);
                self.is_partial |= line.contains('$');
            }
        }
    }

    fn assign(&mut self, name: &str, operator: &str, value: &str, is_conditional: bool) {
        let name = self.expand(name, 0, &|_| None).trim().to_owned();
        let immediate = matches!(operator, ":=" | "::=" | ":::=" | "!=");
        let mut new = Some(value.to_owned());
        if operator == "!=" {
            let text = self.expand(value, 0, &|_| None);
            self.shells.push(text);
            new = None;
        } else if immediate {
            let text = self.expand(value, 0, &|_| None);
            new = (!text.contains(UNKNOWN)).then(|| text.replace('$', "$$"));
        } else if value.contains("$(shell") || value.contains("${shell") {
            self.expand(value, 0, &|_| None);
        }
        if name == ".DEFAULT_GOAL" {
            self.goal.clone_from(&new);
        }
        let is_set = self.variables.contains_key(&name);
        let merged = match (operator, self.variables.get(&name)) {
            ("?=", Some(_)) => return,
            ("?=", None) if self.inherited.contains_key(&name) => return,
            ("+=", Some(Some(old))) => new.map(|new| format!("{old} {new}")),
            ("+=", Some(None)) => None,
            ("+=", None) => self.inherited.get(&name).map_or(new.clone(), |old| new.map(|new| format!("{old} {new}"))),
            _ => new,
        };
        self.variables.insert(name, if is_conditional && is_set { None } else { merged });
    }

    fn rule(&mut self, targets: &str, rest: &str) {
        let targets: Vec<String> = self.names(targets.trim_end_matches('&'));
        let rest = rest.strip_prefix(':').unwrap_or(rest);
        let (before, recipe) = rest.split_once(';').map_or((rest, None), |(before, recipe)| (before, Some(recipe)));
        if let Some(Statement::Assignment { name, .. }) = split(before.trim()) {
            // A value for one target only.
            self.variables.insert(name.to_owned(), None);
            return;
        }
        let prerequisites = before.rsplit_once(':').map_or(before, |(_, last)| last);
        let prerequisites: Vec<String> = self.names(&prerequisites.replace('|', " "));
        self.is_one_text |= targets.iter().any(|target| target == ".ONESHELL");
        self.rules.push(Rule { targets, prerequisites, recipe: Vec::new() });
        if let Some(recipe) = recipe {
            self.recipe(recipe);
        }
    }

    fn names(&mut self, text: &str) -> Vec<String> {
        self.expand(text, 0, &|_| None).split_whitespace().map(str::to_owned).collect()
    }

    /// The text with its variables; `automatic` knows those of a recipe.
    pub fn expand(&mut self, text: &str, depth: u8, automatic: &dyn Fn(&str) -> Option<String>) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(rest.get(..at).unwrap_or_default());
            let after = rest.get(at + 1..).unwrap_or_default();
            let Some(next) = after.chars().next() else { break };
            rest = match next {
                '$' => {
                    out.push('$');
                    after.get(1..).unwrap_or_default()
                }
                '(' | '{' => {
                    let (inner, later) = enclosed(after, next);
                    let value = self.reference(inner, depth, automatic);
                    out.push_str(&value);
                    later
                }
                _ => {
                    let end = next.len_utf8();
                    let name = after.get(..end).unwrap_or_default().to_owned();
                    let value = self.value(&name, depth, automatic);
                    out.push_str(&value);
                    after.get(end..).unwrap_or_default()
                }
            };
            if out.len() > LONGEST {
                self.is_partial = true;
                return UNKNOWN.to_owned();
            }
        }
        out.push_str(if rest.contains('$') { "" } else { rest });
        out
    }

    fn reference(&mut self, inner: &str, depth: u8, automatic: &dyn Fn(&str) -> Option<String>) -> String {
        let (function, arguments) = inner.split_once([' ', '\t']).unwrap_or((inner, ""));
        if FUNCTIONS.contains(&function) && inner.len() > function.len() {
            let expanded = self.expand(arguments, depth + 1, automatic);
            if function == "shell" && !self.shells.contains(&expanded) {
                self.shells.push(expanded);
            }
            self.is_partial |= function == "eval";
            return UNKNOWN.to_owned();
        }
        let name = self.expand(inner, depth + 1, automatic);
        if name.contains([':', '$', ' ']) { UNKNOWN.to_owned() } else { self.value(&name, depth, automatic) }
    }

    fn value(&mut self, name: &str, depth: u8, automatic: &dyn Fn(&str) -> Option<String>) -> String {
        if depth > DEEPEST {
            return UNKNOWN.to_owned();
        }
        if let Some(value) = automatic(name) {
            return value;
        }
        let known = self.given.get(name).or_else(|| self.variables.get(name)).cloned();
        match known {
            Some(Some(value)) => self.expand(&value, depth + 1, automatic),
            Some(None) => UNKNOWN.to_owned(),
            None => match (self.inherited.get(name), BUILT_IN.iter().find(|(known, _)| *known == name)) {
                (Some(value), _) => value.clone(),
                (None, Some((_, value))) => (*value).to_owned(),
                (None, None) if self.is_partial || !is_name(name) => UNKNOWN.to_owned(),
                (None, None) => String::new(),
            },
        }
    }
}

fn is_name(name: &str) -> bool {
    name.len() > 1 && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}

/// A line of a Makefile that is no directive.
enum Statement<'t> {
    Assignment { name: &'t str, operator: &'t str, value: &'t str },
    Rule { targets: &'t str, rest: &'t str },
}

/// Splits at the first `=` or `:` outside of references.
fn split(line: &str) -> Option<Statement<'_>> {
    let mut depth = 0_usize;
    for (at, c) in line.char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            '=' if depth == 0 => {
                let before = line.get(..at)?;
                let name = before.trim_end_matches([':', '?', '+', '!']);
                let operator = line.get(name.len()..=at)?;
                return Some(Statement::Assignment { name: name.trim(), operator, value: line.get(at + 1..)?.trim() });
            }
            ':' if depth == 0 => {
                let after = line.get(at + 1..)?;
                if !after.trim_start_matches(':').starts_with('=') {
                    return Some(Statement::Rule { targets: line.get(..at)?, rest: after });
                }
            }
            _ => {}
        }
    }
    None
}

/// The text in brackets that begins `text`, and what follows it.
fn enclosed(text: &str, open: char) -> (&str, &str) {
    let close = if open == '(' { ')' } else { '}' };
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return (text.get(1..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
            }
        }
    }
    (text.get(1..).unwrap_or_default(), "")
}

fn without_comment(line: &str) -> String {
    let mut out = String::new();
    for c in line.chars() {
        if c == '#' && !out.ends_with('\\') {
            break;
        }
        out.push(c);
    }
    out
}
