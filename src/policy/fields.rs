//! Reading a table of a policy file field by field, collecting every fault on the way.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnose::{Fault, nearest};

/// How a span of time is written.
const SPAN: &str = "write it as \"90s\", \"30m\", \"8h\" or \"2d\", in quotes";

/// A file's text with the faults found in it so far.
pub struct Source<'a> {
    /// The file.
    pub path: &'a Path,
    /// Its text.
    pub text: &'a str,
    /// What was found.
    pub faults: Vec<Fault>,
    /// Where each line ends: rules are many, and each says on which line it stands.
    ends: Vec<usize>,
}

impl<'a> Source<'a> {
    /// A file's text.
    pub fn new(path: &'a Path, text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
        Self { path, text, faults: Vec::new(), ends }
    }

    /// Notes a fault.
    pub fn fault(&mut self, span: &Range<usize>, text: impl Into<String>, help: Option<String>) {
        self.faults.push(Fault::at(self.path, self.text, span, text, help));
    }

    /// Notes a fault, with why it is one.
    pub fn fault_because(&mut self, span: &Range<usize>, text: impl Into<String>, why: &str, help: &str) {
        let fault = Fault::at(self.path, self.text, span, text, Some(help.to_owned()));
        self.faults.push(fault.because(why));
    }

    /// The line of a byte.
    pub fn line(&self, at: usize) -> usize {
        self.ends.partition_point(|end| *end < at) + 1
    }
}

/// One table. Each field is taken by name; what is left at the end is not known.
pub struct Fields<'t> {
    table: &'t DeTable<'t>,
    span: Range<usize>,
    /// The names asked for so far; some more than once.
    taken: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    /// The fields of `value`; none when it is not a table.
    pub fn of(value: &'t Spanned<DeValue<'t>>, what: &str, source: &mut Source<'_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Table(table) => Some(Self::new(table, value.span())),
            other => {
                let help = format!("write {what} as `{{ name = value, … }}`, or below a header of its own");
                source.fault(&value.span(), format!("{what} must be a table, not {}", kind(other)), Some(help));
                None
            }
        }
    }

    /// The fields of a table.
    pub fn new(table: &'t DeTable<'t>, span: Range<usize>) -> Self {
        Self { table, span, taken: Vec::with_capacity(16) }
    }

    /// Where the table stands.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Whether a key is there that is none of `known` and was meant to be `name`: it is told by itself.
    pub fn has_like(&self, name: &str, known: &[&str]) -> bool {
        let meant = |key: &str| !known.contains(&key) && nearest(key, known.iter().copied()) == Some(name);
        self.table.iter().any(|(key, _)| meant(key.get_ref()))
    }

    /// How many fields there are.
    pub fn count(&self) -> usize {
        self.table.len()
    }

    /// The span of a field's key, else the table's.
    pub fn key_of(&self, name: &str) -> Range<usize> {
        self.table.get_key_value(name).map_or_else(|| self.span.clone(), |(key, _)| key.span())
    }

    /// Whether a field is there.
    pub fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    /// The value of a field.
    pub fn get(&mut self, name: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.taken.push(name);
        self.table.get(name)
    }

    /// The span of a field's value, else the table's.
    pub fn span_of(&self, name: &str) -> Range<usize> {
        self.table.get(name).map_or_else(|| self.span.clone(), Spanned::span)
    }

    /// A text.
    pub fn text(&mut self, name: &'static str, source: &mut Source<'_>) -> Option<String> {
        let value = self.get(name)?;
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            other => {
                let plain = source.text.get(value.span()).unwrap_or_default();
                let help = if matches!(other, DeValue::Table(_) | DeValue::Array(_)) {
                    format!("write one text: `{name} = \"…\"`")
                } else {
                    format!("write it in quotes: `{name} = \"{plain}\"`")
                };
                source.fault(&value.span(), format!("`{name}` must be a text, not {}", kind(other)), Some(help));
                None
            }
        }
    }

    /// A truth value.
    pub fn truth(&mut self, name: &'static str, source: &mut Source<'_>) -> Option<bool> {
        let value = self.get(name)?;
        match value.get_ref() {
            DeValue::Boolean(is) => Some(*is),
            other => {
                let help = format!("write `{name} = true` or `{name} = false`, without quotes");
                source.fault(&value.span(), format!("`{name}` must be true or false, not {}", kind(other)), Some(help));
                None
            }
        }
    }

    /// A whole number.
    pub fn number(&mut self, name: &'static str, source: &mut Source<'_>) -> Option<u32> {
        let value = self.get(name)?;
        let number =
            value.get_ref().as_integer().and_then(|number| u32::from_str_radix(number.as_str(), number.radix()).ok());
        if number.is_none() {
            let other = value.get_ref();
            let help = match other.as_str().and_then(|text| text.trim().parse::<u32>().ok()) {
                Some(number) => format!("write it without quotes: `{name} = {number}`"),
                None => format!("write a number: `{name} = 2`"),
            };
            source.fault(&value.span(), format!("`{name}` must be a whole number, not {}", kind(other)), Some(help));
        }
        number
    }

    /// A span of time such as `8h`, `30m` or `2d`.
    pub fn duration(&mut self, name: &'static str, source: &mut Source<'_>) -> Option<Duration> {
        if let Some(value) = self.get(name)
            && !matches!(value.get_ref(), DeValue::String(_))
        {
            let text = format!("`{name}` must be a span of time, not {}", kind(value.get_ref()));
            source.fault(&value.span(), text, Some(SPAN.to_owned()));
            return None;
        }
        let text = self.text(name, source)?;
        let found = duration(&text);
        if found.is_none() {
            source.fault(&self.span_of(name), format!("`{text}` is not a span of time"), Some(SPAN.to_owned()));
        }
        found
    }

    /// A text or a list of texts, with where each stands.
    pub fn list(&mut self, name: &'static str, source: &mut Source<'_>) -> Vec<Spanned<String>> {
        let Some(value) = self.get(name) else { return Vec::new() };
        match value.get_ref() {
            DeValue::String(text) => vec![Spanned::new(value.span(), text.to_string())],
            DeValue::Array(all) if all.is_empty() => {
                source.fault(
                    &value.span(),
                    format!("`{name}` is an empty list, which never matches"),
                    Some("name something, or leave it out".to_owned()),
                );
                Vec::new()
            }
            DeValue::Array(all) => {
                let mut found = Vec::new();
                for one in all {
                    match one.get_ref() {
                        DeValue::String(text) => found.push(Spanned::new(one.span(), text.to_string())),
                        other => {
                            let help = Some("write each in quotes".to_owned());
                            source.fault(&one.span(), format!("`{name}` must hold texts, not {}", kind(other)), help)
                        }
                    }
                }
                found
            }
            other => {
                source.fault(
                    &value.span(),
                    format!("`{name}` must be a text or a list of texts, not {}", kind(other)),
                    Some(format!("write `{name} = [\"…\", \"…\"]`")),
                );
                Vec::new()
            }
        }
    }

    /// The texts of a list, without their places.
    pub fn texts(&mut self, name: &'static str, source: &mut Source<'_>) -> Vec<String> {
        self.list(name, source).into_iter().map(Spanned::into_inner).collect()
    }

    /// The tables of an array of tables.
    pub fn tables(&mut self, name: &'static str, source: &mut Source<'_>) -> Vec<Fields<'t>> {
        let Some(value) = self.get(name) else { return Vec::new() };
        let DeValue::Array(all) = value.get_ref() else {
            let help = format!("write two brackets, `[[{name}]]`: there can be many, each below a header of its own");
            source.fault(&value.span(), format!("`{name}` is not a list of tables"), Some(help));
            return Vec::new();
        };
        all.iter().filter_map(|one| Fields::of(one, name, source)).collect()
    }

    /// Notes every field that nobody took. `later` are words that a future version reads.
    pub fn finish(self, later: &[&str], source: &mut Source<'_>) {
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if self.taken.contains(&name) {
                continue;
            }
            if later.contains(&name) {
                source.fault(
                    &key.span(),
                    format!("`{name}` is not supported by this version"),
                    Some("take it out: what is not enforced must not stand here".to_owned()),
                );
                continue;
            }
            let known: BTreeSet<&str> = self.taken.iter().copied().collect();
            let help = nearest(name, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            let known: Vec<&str> = known.into_iter().collect();
            source.fault(
                &key.span(),
                format!("`{name}` is not a key that is known here"),
                help.or_else(|| Some(format!("known are {}", known.join(", ")))),
            );
        }
    }
}

/// What a value is, in words.
pub fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a truth value",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn duration(text: &str) -> Option<Duration> {
    let at = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(at)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    let total = number.parse::<u64>().ok()?.checked_mul(seconds)?;
    (1..=366 * 86_400).contains(&total).then(|| Duration::from_secs(total))
}
