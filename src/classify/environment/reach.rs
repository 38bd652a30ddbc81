//! What a command says about its target: its flags, its variables, and the names in it.
//!
//! What is there and cannot be known is a doubt.

use crate::classify::arguments::{Flag, Reading};
use crate::classify::{Scene, paths};
use crate::command::Word;

use super::{Mark, Signs};

/// One command on the way to its location.
pub struct Reach<'a> {
    /// The command's words.
    pub reading: &'a Reading,
    /// Where it runs.
    pub scene: &'a Scene<'a>,
    /// What was found out.
    pub signs: Signs,
}

impl<'a> Reach<'a> {
    /// Nothing is found out yet.
    pub fn new(reading: &'a Reading, scene: &'a Scene<'a>) -> Self {
        Self { reading, scene, signs: Signs::default() }
    }

    /// The last value of a flag; one that is not known, or that is given twice with different values, is a doubt.
    pub fn flag(&mut self, names: &[&str]) -> Option<String> {
        self.last(names, |flag| names.contains(&flag.name.as_str()))
    }

    /// As `flag`, among those before the verb.
    pub fn early_flag(&mut self, names: &[&str]) -> Option<String> {
        self.last(names, |flag| flag.is_early && names.contains(&flag.name.as_str()))
    }

    /// Every value of a flag; one that is not known is a doubt.
    pub fn flags(&mut self, names: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for flag in self.reading.flags.iter().filter(|flag| names.contains(&flag.name.as_str())) {
            match flag.value.as_ref().map(Word::text) {
                Some(Some(text)) => found.push(text.to_owned()),
                Some(None) => self.signs.doubt(not_known(&flag.name)),
                None => {}
            }
        }
        found
    }

    fn last(&mut self, names: &[&str], is_meant: impl Fn(&Flag) -> bool) -> Option<String> {
        let given = self.reading.flags.iter().filter(|flag| is_meant(flag));
        let texts: Vec<Option<&str>> = given.map(|flag| flag.value.as_ref().and_then(Word::text)).collect();
        let name = names.first().unwrap_or(&"");
        if texts.iter().any(Option::is_none) {
            self.signs.doubt(not_known(name));
        }
        if texts.windows(2).any(|pair| pair.first() != pair.last()) {
            self.signs.doubt(format!("`{name}` is given twice with different values"));
            texts.iter().for_each(|text| self.signs.claim(Mark::Name, *text));
        }
        texts.into_iter().flatten().next_back().map(str::to_owned)
    }

    /// A variable as the command will see it, when it is not empty; one that is not known is a doubt.
    pub fn variable(&mut self, name: &str) -> Option<String> {
        match self.scene.assigned(name) {
            Some(word) => match word.text() {
                Some(text) => Some(text.to_owned()).filter(|text| !text.is_empty()),
                None => {
                    self.signs.doubt(not_known(name));
                    None
                }
            },
            None => {
                let set = self.scene.context.env.iter().find(|(known, _)| known.0 == name.as_bytes());
                if set.is_some_and(|(_, value)| value.as_str().is_none()) {
                    self.signs.doubt(not_known(name));
                }
                self.scene.inherited(name)
            }
        }
    }

    /// The first of these variables that says something.
    pub fn first_variable(&mut self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.variable(name))
    }

    /// The settings that a variable names, as an absolute path. Where whoever calls can have written them, the names
    /// in them are worth nothing.
    pub fn settings(&mut self, name: &str) -> Option<String> {
        let path = self.variable(name)?;
        let Some(full) = self.scene.absolute(&path) else {
            self.signs.doubt(not_known(name));
            return Some(path);
        };
        if paths::is_callers(&full, self.scene) {
            self.signs.doubt(format!("`{name}` names settings that whoever calls can have written"));
        }
        // `~` is a directory's name to some tools, and the home to others.
        Some(if path.starts_with('~') { path } else { full })
    }

    /// Every variable that the command sets or inherits whose name starts so, with its value.
    pub fn variables(&mut self, start: &str) -> Vec<(String, String)> {
        let inherited = self.scene.context.env.iter().filter_map(|(name, _)| name.as_str());
        let assigned = self.scene.command.assignments.iter().map(|(name, _)| name.as_str());
        let mut names: Vec<String> =
            inherited.chain(assigned).filter(|name| name.starts_with(start)).map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names.into_iter().filter_map(|name| Some((name.clone(), self.variable(&name)?))).collect()
    }

    /// The operands that are known; one that is not is a doubt.
    pub fn operands(&mut self) -> Vec<String> {
        if self.reading.operands.iter().any(|word| word.text().is_none()) {
            self.signs.doubt("an operand is not known before it runs");
        }
        super::texts(self.reading.operands.iter()).map(str::to_owned).collect()
    }

    /// Takes every operand and every flag's value for a name that can protect, but for the values of `others`.
    pub fn names(&mut self, others: &[&str]) {
        let flags = self.reading.flags.iter().filter(|flag| !others.contains(&flag.name.as_str()));
        let words = self.reading.operands.iter().chain(flags.filter_map(|flag| flag.value.as_ref()));
        for text in super::texts(words) {
            self.signs.claim(Mark::Name, Some(text));
        }
    }

    /// The name of the program, without its directory.
    pub fn program(&self) -> &'a str {
        let program = self.scene.command.words.first().and_then(Word::text).unwrap_or_default();
        program.rsplit('/').next().unwrap_or(program)
    }
}

fn not_known(name: &str) -> String {
    format!("the value of `{name}` is not known before it runs")
}
