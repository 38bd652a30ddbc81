//! What is known of a shell at one point of its text: variables, functions, aliases, directory, parameters, options.
//!
//! Where two ways lead to a point, what is known there is what holds on both.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::directory::unknown;
use super::{StdinSource, Word};

/// The most values that are followed for one variable.
pub const MOST_VALUES: usize = 8;
/// The most directories in which a shell is followed at once.
const MOST_DIRECTORIES: usize = 3;
/// The most variables that are followed; a text with more is not understood through its variables.
const MOST_VARIABLES: usize = 200;

/// What a variable can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// One of these; never empty.
    Known(Vec<String>),
    /// Some whole number: it can be counted with, and never names anything.
    Number,
    /// A file that this pattern matches.
    Matched(String),
    /// An array of these elements.
    List(Vec<String>),
    /// Anything.
    Unknown,
}

impl Value {
    /// Exactly this.
    pub fn one(text: impl Into<String>) -> Self {
        Self::Known(vec![text.into()])
    }

    /// Whether it is a number, whatever its value: then arithmetic over it evaluates no further.
    pub fn is_number(&self) -> bool {
        match self {
            Self::Number => true,
            Self::Known(values) => values.iter().all(|value| is_number(value)),
            Self::Matched(_) | Self::List(_) | Self::Unknown => false,
        }
    }

    /// Either this or that.
    pub fn or(&self, other: &Self) -> Self {
        match (self, other) {
            _ if self == other => self.clone(),
            _ if self.is_number() && other.is_number() => match (self, other) {
                (Self::Known(one), Self::Known(two)) => Self::union(one, two).unwrap_or(Self::Number),
                _ => Self::Number,
            },
            (Self::Known(one), Self::Known(two)) => Self::union(one, two).unwrap_or(Self::Unknown),
            _ => Self::Unknown,
        }
    }

    fn union(one: &[String], two: &[String]) -> Option<Self> {
        let mut all = one.to_vec();
        all.extend(two.iter().filter(|value| !one.contains(value)).cloned());
        (all.len() <= MOST_VALUES).then_some(Self::Known(all))
    }
}

/// Whether a text is a plain decimal number.
pub fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.len() < 18 && digits.chars().all(|c| c.is_ascii_digit())
}

/// Whether programs that are started are given a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// They are.
    Surely,
    /// On some way to here they are.
    Perhaps,
}

/// What a name can call beside a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// The texts of the bodies that it can have.
    pub bodies: Vec<Rc<str>>,
    /// Whether it may as well not be defined.
    pub is_doubtful: bool,
}

/// What is known at one point.
#[derive(Debug, Clone)]
pub struct State {
    variables: Rc<BTreeMap<String, Value>>,
    functions: Rc<BTreeMap<String, Function>>,
    aliases: Rc<BTreeMap<String, String>>,
    fixed: Rc<BTreeSet<String>>,
    /// Variables that programs are given: for sure, or perhaps.
    exported: Rc<BTreeMap<String, Export>>,
    /// Where the shell can be, none for where it started; never empty, and few.
    pub directories: Vec<Option<Word>>,
    /// `$1`, `$2`, …; none where they are not known.
    pub positional: Option<Rc<Vec<Word>>>,
    /// `$0`, where it is known.
    pub zero: Option<Word>,
    /// What commands read that are given nothing else.
    pub stdin: Rc<StdinSource>,
    /// Whether any variable may have been set to anything.
    pub is_forgotten: bool,
    /// Whether expansions are split at blanks and nowhere else.
    pub has_plain_ifs: bool,
    /// Whether the shell ends at the first failure (`set -e`).
    pub ends_on_failure: bool,
}

impl State {
    /// The state that a shell starts in.
    pub fn new(
        assignments: &[(String, Word)],
        directory: Option<Word>,
        stdin: StdinSource,
        positional: Option<Vec<Word>>,
    ) -> Self {
        let value = |word: &Word| word.text().map_or(Value::Unknown, Value::one);
        Self {
            variables: Rc::new(assignments.iter().map(|(name, word)| (name.clone(), value(word))).collect()),
            functions: Rc::default(),
            aliases: Rc::default(),
            fixed: Rc::default(),
            exported: Rc::new(assignments.iter().map(|(name, _)| (name.clone(), Export::Surely)).collect()),
            directories: vec![directory],
            positional: positional.map(Rc::new),
            zero: None,
            stdin: Rc::new(stdin),
            is_forgotten: false,
            has_plain_ifs: true,
            ends_on_failure: false,
        }
    }

    /// The same with another standard input.
    pub fn reading(&self, stdin: StdinSource) -> Self {
        let mut state = self.clone();
        state.stdin = Rc::new(stdin);
        state
    }

    /// Where the shell is, unknown where it can be in several places.
    pub fn directory(&self) -> Option<Word> {
        match self.directories.as_slice() {
            [one] => one.clone(),
            _ => unknown(),
        }
    }

    /// The same where several commands share what they read: how much each gets is not known.
    pub fn sharing(self) -> Self {
        if matches!(*self.stdin, StdinSource::Text(_) | StdinSource::File(_)) {
            return self.reading(StdinSource::Piped);
        }
        self
    }

    /// What the text has set a variable to; none where it has not.
    pub fn variable(&self, name: &str) -> Option<&Value> {
        match self.variables.get(name) {
            None if self.is_forgotten => Some(&Value::Unknown),
            found => found,
        }
    }

    /// Every variable that the text has set and that programs may be given, with what they may be given.
    pub fn exported(&self, is_inherited: impl Fn(&str) -> bool) -> Vec<(&String, &Value)> {
        let given = |name: &String| match self.exported.get(name) {
            Some(export) => Some(*export),
            None => is_inherited(name).then_some(Export::Surely),
        };
        let all = self.variables.iter().filter_map(|(name, value)| Some((name, value, given(name)?)));
        all.map(|(name, value, export)| (name, if export == Export::Surely { value } else { &Value::Unknown }))
            .collect()
    }

    /// Lets programs be given a variable.
    pub fn export(&mut self, name: &str) {
        if self.exported.get(name) != Some(&Export::Surely) {
            Rc::make_mut(&mut self.exported).insert(name.to_owned(), Export::Surely);
        }
    }

    /// Notes that programs may be given a variable.
    pub fn may_export(&mut self, name: &str) {
        if !self.exported.contains_key(name) {
            Rc::make_mut(&mut self.exported).insert(name.to_owned(), Export::Perhaps);
        }
    }

    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: Value) {
        if name == "IFS" {
            self.has_plain_ifs = false;
        }
        let value = if self.fixed.contains(name) || name == "_" { Value::Unknown } else { value };
        if self.variables.len() >= MOST_VARIABLES && !self.variables.contains_key(name) {
            self.forget();
            return;
        }
        Rc::make_mut(&mut self.variables).insert(name.to_owned(), value);
    }

    /// Makes a variable one that cannot be set again: whether a later try is ignored or ends the shell differs.
    pub fn fix(&mut self, name: &str) {
        Rc::make_mut(&mut self.fixed).insert(name.to_owned());
    }

    /// Whether a variable may be one that cannot be set again.
    pub fn is_fixed(&self, name: &str) -> bool {
        self.fixed.contains(name)
    }

    /// Takes a variable back to what it was.
    pub fn restore(&mut self, name: &str, value: Option<Value>) {
        let variables = Rc::make_mut(&mut self.variables);
        match value {
            Some(value) => variables.insert(name.to_owned(), value),
            None => variables.remove(name),
        };
    }

    /// Nothing is known of any variable any more.
    pub fn forget(&mut self) {
        self.is_forgotten = true;
        self.has_plain_ifs = false;
        Rc::make_mut(&mut self.variables).values_mut().for_each(|value| *value = Value::Unknown);
    }

    /// What a name calls.
    pub fn function(&self, name: &str) -> Option<&Function> {
        self.functions.get(name)
    }

    /// Defines a function.
    pub fn define(&mut self, name: &str, body: Rc<str>) {
        let function = Function { bodies: vec![body], is_doubtful: false };
        Rc::make_mut(&mut self.functions).insert(name.to_owned(), function);
    }

    /// Lets a name call its program as well as its function.
    pub fn doubt_function(&mut self, name: &str) {
        if let Some(function) = Rc::make_mut(&mut self.functions).get_mut(name) {
            function.is_doubtful = true;
        }
    }

    /// Takes a function away; doubtful functions and aliases stay, as they can only add.
    pub fn undefine(&mut self, name: &str) {
        Rc::make_mut(&mut self.functions).remove(name);
    }

    /// What a name may stand for.
    pub fn alias(&self, name: &str) -> Option<&String> {
        self.aliases.get(name)
    }

    /// Every text that a name may stand for.
    pub fn alias_texts(&self) -> impl Iterator<Item = String> {
        self.aliases.values().cloned()
    }

    /// Lets a name stand for itself again.
    pub fn drop_alias(&mut self, name: &str) {
        Rc::make_mut(&mut self.aliases).remove(name);
    }

    /// Lets a name stand for a text.
    pub fn set_alias(&mut self, name: &str, text: &str) {
        Rc::make_mut(&mut self.aliases).insert(name.to_owned(), text.to_owned());
    }

    /// What holds when either way may have been taken.
    pub fn or(mut self, other: Self) -> Self {
        if !Rc::ptr_eq(&self.variables, &other.variables) {
            let mut both = BTreeMap::new();
            for name in self.variables.keys().chain(other.variables.keys()) {
                let value = match (self.variable(name), other.variable(name)) {
                    (Some(one), Some(two)) => one.or(two),
                    _ => Value::Unknown,
                };
                both.insert(name.clone(), value);
            }
            self.variables = Rc::new(both);
        }
        if !Rc::ptr_eq(&self.functions, &other.functions) {
            self.functions = Rc::new(either(&self.functions, &other.functions));
        }
        if !Rc::ptr_eq(&self.aliases, &other.aliases) {
            Rc::make_mut(&mut self.aliases)
                .extend(other.aliases.iter().map(|(name, text)| (name.clone(), text.clone())));
        }
        if !Rc::ptr_eq(&self.exported, &other.exported) {
            let mut both = BTreeMap::new();
            for name in self.exported.keys().chain(other.exported.keys()) {
                let is_sure = [&self, &other].iter().all(|way| way.exported.get(name) == Some(&Export::Surely));
                both.insert(name.clone(), if is_sure { Export::Surely } else { Export::Perhaps });
            }
            self.exported = Rc::new(both);
        }
        if !Rc::ptr_eq(&self.fixed, &other.fixed) {
            Rc::make_mut(&mut self.fixed).extend(other.fixed.iter().cloned());
        }
        for directory in other.directories {
            if !self.directories.contains(&directory) {
                self.directories.push(directory);
            }
        }
        if self.directories.len() > MOST_DIRECTORIES {
            self.directories = vec![unknown()];
        }
        if self.positional != other.positional {
            self.positional = None;
        }
        if self.stdin != other.stdin {
            self.stdin = Rc::new(StdinSource::Piped);
        }
        self.is_forgotten |= other.is_forgotten;
        self.has_plain_ifs &= other.has_plain_ifs;
        self.ends_on_failure &= other.ends_on_failure;
        self
    }
}

fn either(one: &BTreeMap<String, Function>, two: &BTreeMap<String, Function>) -> BTreeMap<String, Function> {
    let mut all = one.clone();
    for (name, function) in &mut all {
        function.is_doubtful |= !two.contains_key(name);
    }
    for (name, function) in two {
        match all.get_mut(name) {
            Some(known) => {
                known.is_doubtful |= function.is_doubtful;
                for body in &function.bodies {
                    if !known.bodies.contains(body) {
                        known.bodies.push(Rc::clone(body));
                    }
                }
            }
            None => {
                all.insert(name.clone(), Function { is_doubtful: true, ..function.clone() });
            }
        }
    }
    all
}
