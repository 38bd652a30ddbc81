//! justfiles: the lines of the recipes that are asked for, and of those that they depend on.

use std::collections::BTreeMap;

use crate::command::scripts;
use crate::command::{Command, Word};
use crate::model::invocation::Dialect;

use super::{Library, Text};

/// Names of a justfile, as just looks for them.
const NAMES: &[&str] = &["justfile", ".justfile", "Justfile", "JUSTFILE"];
/// How many directories upwards one is looked for.
const UPWARDS: usize = 24;
/// How many recipes may be run in all.
const MOST: usize = 100;
/// What stands for a value that is not known: a variable of the shell that nobody set.
const UNKNOWN: &str = "$__unknown";

/// Adds the recipes that the command runs.
pub fn look_up(command: &Command, library: &mut Library<'_, '_>) {
    let words: Vec<Option<&str>> = command.words.iter().skip(1).map(Word::text).collect();
    let Some((directory, text)) = justfile(library) else { return };
    let mut file = Justfile::read(&text);
    let mut operands = Vec::new();
    for word in &words {
        match word {
            Some(word) if operands.is_empty() && word.starts_with('-') => {}
            Some(word) if operands.is_empty() && word.contains('=') => {
                let (name, value) = word.split_once('=').unwrap_or((word, ""));
                file.variables.insert(name.to_owned(), Some(value.to_owned()));
            }
            word => operands.push((*word).unwrap_or(UNKNOWN).to_owned()),
        }
    }
    let mut run = Vec::new();
    let mut rest = operands.as_slice();
    if rest.is_empty()
        && let Some(first) = file.recipes.first()
    {
        file.run(&first.name, &[], &mut run, 0);
    }
    while let Some((name, after)) = rest.split_first() {
        let most = file.find(name).map_or(0, |recipe| recipe.most());
        let taken = after.len().min(most);
        file.run(name, after.get(..taken).unwrap_or_default(), &mut run, 0);
        rest = after.get(taken..).unwrap_or_default();
    }
    let backticks = file.backticks.iter().map(|text| ("just".to_owned(), text.clone()));
    for (via, text) in backticks.chain(run) {
        let dialect = file.dialect;
        library.recipes.texts.push(Text { via, text, dialect, directory: directory.clone() });
    }
}

fn justfile(library: &mut Library<'_, '_>) -> Option<(Option<Word>, String)> {
    if let Some(text) = NAMES.iter().find_map(|name| library.file(name)) {
        return Some((None, text));
    }
    let mut directory = scripts::directory(library.outer)?;
    for _ in 0..UPWARDS {
        let up = directory.trim_end_matches('/').rfind('/')?;
        directory.truncate(up.max(1));
        let base = directory.trim_end_matches('/').to_owned();
        if let Some(text) = NAMES.iter().find_map(|name| library.file(&format!("{base}/{name}"))) {
            return Some((Some(Word::known(directory.as_str())), text));
        }
        if directory == "/" {
            return None;
        }
    }
    None
}

/// What is known of a justfile.
struct Justfile {
    recipes: Vec<Recipe>,
    /// Values; none where one is not known.
    variables: BTreeMap<String, Option<String>>,
    /// Commands whose output values are made of: they run whichever recipe is asked for.
    backticks: Vec<String>,
    dialect: Dialect,
}

struct Recipe {
    name: String,
    parameters: Vec<(String, Option<String>)>,
    dependencies: Vec<Vec<String>>,
    lines: Vec<String>,
}

impl Recipe {
    /// The most words that it takes.
    fn most(&self) -> usize {
        let takes_all = self.parameters.last().is_some_and(|(name, _)| name.starts_with(['*', '+']));
        if takes_all { usize::MAX } else { self.parameters.len() }
    }
}

impl Justfile {
    fn read(text: &str) -> Self {
        let mut file =
            Self { recipes: Vec::new(), variables: BTreeMap::new(), backticks: Vec::new(), dialect: Dialect::Posix };
        for line in text.replace("\\\n", "").lines() {
            if line.starts_with([' ', '\t']) {
                if let Some(recipe) = file.recipes.last_mut() {
                    recipe.lines.push(line.trim().to_owned());
                }
                continue;
            }
            let line = line.trim_end();
            if line.is_empty() || line.starts_with(['#', '[']) {
                continue;
            }
            file.statement(line);
        }
        file
    }

    fn statement(&mut self, line: &str) {
        let line = line.strip_prefix("export ").unwrap_or(line);
        if let Some(setting) = line.strip_prefix("set ") {
            if setting.contains("\"bash\"") || setting.contains("'bash'") {
                self.dialect = Dialect::Bash;
            }
            return;
        }
        if let Some((name, value)) = line.split_once(":=") {
            let name = name.trim();
            if let Some(alias) = name.strip_prefix("alias ") {
                let dependencies = vec![vec![value.trim().to_owned()]];
                let name = alias.trim().to_owned();
                self.recipes.push(Recipe { name, parameters: Vec::new(), dependencies, lines: Vec::new() });
                return;
            }
            self.backticks.extend(value.split('`').skip(1).step_by(2).map(str::to_owned));
            self.variables.insert(name.to_owned(), literal(value.trim()));
            return;
        }
        let Some((head, dependencies)) = line.split_once(':') else { return };
        let mut words = pieces(head).into_iter();
        let name = words.next().unwrap_or_default().trim_start_matches('@').to_owned();
        let parameters = words
            .map(|word| match word.split_once('=') {
                Some((name, default)) => (name.trim_start_matches('$').to_owned(), literal(default)),
                None => (word.trim_start_matches('$').to_owned(), None),
            })
            .collect();
        let dependencies = pieces(&dependencies.replace("&&", " "))
            .into_iter()
            .map(|part| {
                let inner = part.strip_prefix('(').and_then(|part| part.strip_suffix(')'));
                inner.map_or_else(|| vec![part.clone()], pieces)
            })
            .collect();
        self.recipes.push(Recipe { name, parameters, dependencies, lines: Vec::new() });
    }

    fn find(&self, name: &str) -> Option<&Recipe> {
        self.recipes.iter().find(|recipe| recipe.name == name)
    }

    /// Adds the lines of a recipe, those of its dependencies first.
    fn run(&self, name: &str, words: &[String], out: &mut Vec<(String, String)>, depth: usize) {
        let Some(recipe) = self.find(name).filter(|_| depth < 20 && out.len() < MOST) else { return };
        let mut values = self.variables.clone();
        for (number, (parameter, default)) in recipe.parameters.iter().enumerate() {
            let value = if parameter.starts_with(['*', '+']) {
                words
                    .get(number..)
                    .filter(|rest| !rest.is_empty())
                    .map(|rest| rest.join(" "))
                    .or_else(|| default.clone())
            } else {
                words.get(number).cloned().or_else(|| default.clone())
            };
            values.insert(parameter.trim_start_matches(['*', '+']).to_owned(), value);
        }
        for dependency in &recipe.dependencies {
            let Some((first, rest)) = dependency.split_first() else { continue };
            let words: Vec<String> = rest
                .iter()
                .map(|word| {
                    let value = literal(word).or_else(|| values.get(word).cloned().flatten());
                    value.unwrap_or_else(|| UNKNOWN.to_owned())
                })
                .collect();
            self.run(first, &words, out, depth + 1);
        }
        let via = format!("just {name}");
        if recipe.lines.first().is_some_and(|line| line.starts_with("#!")) {
            out.push((via, filled(&recipe.lines.join("\n"), &values)));
            return;
        }
        for line in &recipe.lines {
            out.push((via.clone(), filled(line.trim_start_matches(['@', '-']), &values)));
        }
    }
}

/// A text in quotes without escapes that matter; none for anything else.
fn literal(text: &str) -> Option<String> {
    let inner = |quote: char| {
        text.strip_prefix(quote)?.strip_suffix(quote).filter(|inner| !inner.contains(quote) && !inner.contains('\\'))
    };
    inner('\'').or_else(|| inner('"')).map(str::to_owned)
}

/// The line with its values; what is not known stands there as a variable of the shell that nobody set.
fn filled(line: &str, values: &BTreeMap<String, Option<String>>) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((expression, later)) = after.split_once("}}") else {
            out.push_str(UNKNOWN);
            return out;
        };
        let expression = expression.trim();
        let value = literal(expression).or_else(|| values.get(expression).cloned().flatten());
        out.push_str(&value.unwrap_or_else(|| UNKNOWN.to_owned()));
        rest = later;
    }
    out.push_str(rest);
    out
}

/// Splits at blanks that stand in no quotes or parentheses.
fn pieces(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let (mut quote, mut depth) = (None, 0_usize);
    for c in text.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c.is_whitespace() && quote.is_none() && depth == 0 {
            all.push(String::new());
        } else if let Some(last) = all.last_mut() {
            last.push(c);
        }
    }
    all.retain(|piece| !piece.is_empty());
    all
}
