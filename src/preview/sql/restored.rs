//! The way back of sqlite3: a kept copy of a database, written over it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::model::invocation::Raw;
use crate::model::preview::{Change, FieldChange, Hunk, Risk, Undo};
use crate::model::secret::Redacted;
use crate::preview::made::{Made, RunWord, Runs};
use crate::preview::prober::{Failure, Prober};
use crate::preview::subject::Standing;
use crate::undo::sql::{FILE, KEPT};

use super::sqlite::{Known, LOOK, SCHEMA, Work};
use super::statements::size;

impl Work<'_> {
    /// The database that a kept copy is written over, where it is this that is asked.
    pub(super) fn restored(&self) -> Option<PathBuf> {
        let [source] = self.sources.as_slice() else { return None };
        let path = source.text.strip_prefix(".backup '")?.strip_suffix('\'')?;
        (self.path == Path::new(KEPT) && path.starts_with('/') && !path.contains('\'')).then(|| PathBuf::from(path))
    }

    pub(super) fn restoring(&self, path: &Path, prober: &mut Prober<'_>) -> Result<Made, Failure> {
        let kept = prober.kept().iter().find(|(name, _)| name == FILE).map(|(_, bytes)| bytes.0.clone());
        let bytes = kept.ok_or_else(|| Failure::new("the copy of the database is not kept any more"))?;
        let place = prober.place()?;
        let copy = place.put("kept.db", &bytes).map_err(|error| Failure::new(error.text))?;
        let (then, now) = (self.counts(&copy, prober)?, self.counts(path, prober)?);
        let count = |side: &BTreeMap<String, u64>, table: &String| {
            side.get(table).map(|rows| Redacted::assume_clean(format!("{rows} row(s)")))
        };
        let tables: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
        let fields = tables.into_iter().map(|table| FieldChange {
            field: prober.redactor().text(table),
            before: count(&now, table),
            after: count(&then, table),
        });
        let what = prober.redactor().text(&format!("database {}", path.display()));
        let why = "all of it is put back as it was; what was written to it since goes as well";
        let hunk = Hunk {
            change: Change::Replace,
            what: what.clone(),
            risk: Risk::High,
            why: vec![Redacted::assume_clean(why)],
            fields: fields.filter(|field| field.before != field.after).collect(),
            left_out: 0,
        };
        let argv = [self.subject.words.first().cloned().unwrap_or_else(|| Raw::from("sqlite3"))];
        let text = self.sources.first().map(|source| Raw::from(source.text.as_str()));
        let words = argv.into_iter().map(RunWord::Word).chain([RunWord::File(FILE.to_owned())]);
        let argv = words.chain(text.map(RunWord::Word)).collect();
        let why = "the database as it is now is not kept; ask again with `sqlite3 FILE '.backup COPY'` first";
        Ok(Made {
            summary: format!("{what} as it was ({})", size(u64::try_from(bytes.len()).unwrap_or(u64::MAX))),
            hunks: vec![hunk],
            pins: vec![self.content_pin(path, prober)?],
            runs: (self.subject.standing == Standing::Whole)
                .then(|| Runs { argv, files: vec![(FILE.to_owned(), bytes)] }),
            undo: Undo::Nothing { why: Redacted::assume_clean(why) },
            way_back: None,
        })
    }

    /// How many rows each table has.
    fn counts(&self, path: &Path, prober: &mut Prober<'_>) -> Result<BTreeMap<String, u64>, Failure> {
        if !path.exists() {
            return Ok(BTreeMap::new());
        }
        let told = self.ask(path, LOOK, &[SCHEMA], prober)?;
        let known: Vec<Known> = serde_json::from_str(told.trim())
            .map_err(|error| Failure::new(format!("sqlite3's answer is not understood: {error}")))?;
        let tables = known.iter().filter(|one| one.kind == "table" && !one.is_virtual());
        let names: Vec<&str> = tables.map(|one| one.name.as_str()).take(40).collect();
        let counts: Vec<String> =
            names.iter().map(|name| format!("select count(*) from \"{}\"", name.replace('"', "\"\""))).collect();
        if counts.is_empty() {
            return Ok(BTreeMap::new());
        }
        let texts: Vec<&str> = counts.iter().map(String::as_str).collect();
        let told = self.ask(path, LOOK, &texts, prober)?;
        let rows = told.lines().map(|line| line.trim().parse().unwrap_or(0));
        Ok(names.into_iter().map(str::to_owned).zip(rows).collect())
    }
}
