//! Which tables, indexes and columns a statement is about, by its words.

use crate::sql::Part;

use super::statements::One;

/// The words of a statement, read from left to right.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a>(pub(super) &'a [Part]);

impl<'a> Reading<'a> {
    /// Takes this word, if it stands next.
    pub(super) fn takes(&mut self, word: &str) -> bool {
        match self.0.split_first() {
            Some((Part::Word(known), rest)) if known == word => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// Takes all of these words, if they stand next.
    pub(super) fn takes_all(&mut self, words: &[&str]) -> bool {
        let mut copy = *self;
        let all = words.iter().all(|word| copy.takes(word));
        if all {
            *self = copy;
        }
        all
    }

    /// Takes one name.
    pub(super) fn ident(&mut self) -> Option<&'a str> {
        match self.0.split_first() {
            Some((Part::Word(name) | Part::Name(name), rest)) => {
                self.0 = rest;
                Some(name)
            }
            _ => None,
        }
    }

    /// Takes a name with or without a schema.
    pub(super) fn name(&mut self) -> Option<Vec<String>> {
        let mut parts = vec![self.ident()?.to_owned()];
        while let Some((Part::Symbol(dot), rest)) = self.0.split_first()
            && dot == "."
        {
            self.0 = rest;
            parts.push(self.ident()?.to_owned());
        }
        (parts.len() <= 2).then_some(parts)
    }

    /// Whether a comma stands outside of parentheses.
    pub(super) fn has_list(&self) -> bool {
        let mut depth = 0_u32;
        self.0.iter().any(|part| match part {
            Part::Symbol(symbol) if symbol == "(" => {
                depth += 1;
                false
            }
            Part::Symbol(symbol) if symbol == ")" => {
                depth = depth.saturating_sub(1);
                false
            }
            Part::Symbol(symbol) => symbol == "," && depth == 0,
            _ => false,
        })
    }
}

/// An index that is made.
pub(super) struct NewIndex {
    /// Its name; none where the server gives it one.
    pub(super) name: Option<String>,
    /// Its table, with or without a schema.
    pub(super) table: Vec<String>,
    /// Whether it is built while others write.
    pub(super) is_concurrent: bool,
}

/// Reads `CREATE INDEX`.
pub(super) fn new_index(words: &[Part]) -> Option<NewIndex> {
    let mut reading = Reading(words);
    reading.takes("create").then_some(())?;
    reading.takes("unique");
    reading.takes("index").then_some(())?;
    let is_concurrent = reading.takes("concurrently");
    reading.takes_all(&["if", "not", "exists"]);
    let name = if reading.takes("on") {
        None
    } else {
        let name = reading.ident()?.to_owned();
        reading.takes("on").then_some(())?;
        Some(name)
    };
    reading.takes("only");
    Some(NewIndex { name, table: reading.name()?, is_concurrent })
}

impl NewIndex {
    /// The name by which it would be found.
    pub(super) fn key(&self) -> Option<String> {
        let name = self.name.as_ref()?;
        Some(match self.table.as_slice() {
            [schema, _] => format!("{schema}.{name}"),
            _ => name.clone(),
        })
    }
}

/// The tables, views, indexes and sequences that a statement is about.
pub(super) fn concerned(one: &One) -> Vec<String> {
    if let Some(index) = new_index(&one.words) {
        return index.key().into_iter().chain([index.table.join(".")]).collect();
    }
    let kinds = ["table", "view", "index", "sequence", "materialized view", "materialized_view"];
    let objects = one.statement.objects.iter().filter_map(|object| object.split_once('/'));
    objects.filter(|(kind, _)| kinds.contains(kind)).map(|(_, name)| name.to_owned()).collect()
}
