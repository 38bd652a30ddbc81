//! SQL by psql: each statement with what it does, how many rows it meets and who waits for it; the server pinned.
//!
//! The statements are shown also where no connection works; that it did not is said. What runs is the text that was shown:
//! files are kept, and psql is given the kept ones.

mod locks;
pub(super) mod mysql;
mod mysql_words;
mod names;
mod restored;
mod server;
pub(super) mod sqlite;
mod statements;
mod steps;
mod words;

use std::collections::BTreeMap;

use crate::host::inputs;
use crate::model::action::{Action, Impact};
use crate::model::invocation::Raw;
use crate::model::preview::{Pin, WayBack};
use crate::model::secret::Redacted;
use crate::sql::Dialect;
use crate::undo;
use crate::undo::sql::Client;

use super::Tool;
use super::made::{Made, RunWord, Runs};
use super::open;
use super::prober::{Failure, Prober};
use super::subject::{Standing, Subject};
use server::{Identity, Relation, Server};
use statements::Listed;
use steps::Home;
use words::{Place, Words};

/// The tool.
pub(super) const TOOL: Tool =
    Tool { tool: "psql", shows, make, pins, leaves_open: open::nothing, has_moved: open::never };

fn shows(_: &Action) -> bool {
    true
}

/// What a server said of itself and of the tables.
struct Told {
    identity: Identity,
    relations: BTreeMap<String, Relation>,
}

fn make(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Made, Failure> {
    let words = Words::sort(subject)?;
    let mut listed = Listed::of(&words.sources);
    let server = Server { subject, words: &words };
    let told = told(&server, &listed, prober);
    let missing = match &told {
        Ok(told) => {
            listed.know(&told.relations);
            listed.estimate(&mut |statement| server.rows(statement, prober))?;
            None
        }
        Err(failure) if failure.is_late => return Err(failure.clone()),
        Err(failure) => Some(failure.why.clone()),
    };
    let told = told.ok();
    let schema = |told: &Told| Home { dialect: Dialect::Postgres, schema: told.identity.schema.clone() };
    let steps = listed.steps(told.as_ref().map(schema).as_ref());
    let connection = connected(subject, &words);
    let (undo, argv) = undo::sql::way_back(Client::Psql, &connection, &steps);
    let at = told.as_ref().map(|told| format!(" in database {} as {}", told.identity.database, told.identity.user));
    let mut pins = told.as_ref().map(|told| pinned(told, prober)).unwrap_or_default();
    if missing.is_none() {
        pins.extend(local_files(subject, &words, prober));
    }
    let made = Made {
        summary: format!("{}{} in {}", listed.summary(), at.unwrap_or_default(), subject.place()),
        hunks: listed.hunks(prober.redactor()),
        pins,
        runs: kept(subject, &words, &listed),
        undo,
        way_back: argv.map(|argv| WayBack {
            argv,
            cwd: Raw::from(subject.directory.clone().into_os_string()),
            files: Vec::new(),
        }),
    };
    match missing {
        None => Ok(made),
        Some(why) => Err(Failure::new(format!("the statements are known, the database is not: {why}")).knowing(made)),
    }
}

fn pins(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Vec<Pin>, Failure> {
    let words = Words::sort(subject)?;
    let listed = Listed::of(&words.sources);
    let told = told(&Server { subject, words: &words }, &listed, prober)?;
    let mut pins = pinned(&told, prober);
    pins.extend(local_files(subject, &words, prober));
    Ok(pins)
}

/// Local files that psql reads while it runs, beside its texts (`\copy … from 'rows.csv'`).
fn local_files(subject: &Subject<'_>, words: &Words, prober: &Prober<'_>) -> Vec<Pin> {
    let touched = words.sources.iter().flat_map(|source| source.statements().files);
    let pin = |path: String| {
        let digest = inputs::of_file(&subject.directory.join(&path));
        let was = digest.map_or_else(|_| "not to be read".to_owned(), |digest| digest.to_string());
        Pin { what: prober.redactor().text(&path), was: Redacted::assume_clean(was) }
    };
    touched.filter(|file| !file.is_written).map(|file| pin(file.path)).collect()
}

fn told(server: &Server<'_>, listed: &Listed, prober: &mut Prober<'_>) -> Result<Told, Failure> {
    if let Some(why) = server.words.objection() {
        return Err(Failure::new(format!("it was not asked: {why}")));
    }
    if server.subject.action.impact == Impact::Unknown && listed.impact() != Impact::Unknown {
        return Err(Failure::new("it was not asked: the command does more than its statements say"));
    }
    let identity = server.identity(prober)?;
    let relations = server.relations(&listed.names(), prober)?;
    Ok(Told { identity, relations })
}

/// Which server, database and user, and what the tables are.
fn pinned(told: &Told, prober: &Prober<'_>) -> Vec<Pin> {
    let pin = |what: &str, was: &str| Pin { what: prober.redactor().text(what), was: prober.redactor().text(was) };
    let identity = &told.identity;
    let mut pins = vec![
        pin("database", &format!("{} (oid {})", identity.database, identity.oid)),
        pin("database user", &identity.user),
        pin("search path", &identity.path),
        pin("role of the server", if identity.standby { "standby" } else { "primary" }),
    ];
    // Behind one name there may be several addresses; the identifier is the server's own.
    match (&identity.system, &identity.address) {
        (Some(system), _) => pins.push(pin("system identifier of the server", system)),
        (None, Some(address)) => pins.push(pin("address of the server", address)),
        (None, None) => {}
    }
    for (name, relation) in &told.relations {
        let oid = relation.oid.as_deref().unwrap_or("none");
        let columns = relation.columns.as_deref().map(|columns| format!(", columns {columns}")).unwrap_or_default();
        pins.push(pin(name, &format!("oid {oid}{columns}")));
    }
    pins
}

/// The command with the kept files in the place of those that it names.
fn kept(subject: &Subject<'_>, words: &Words, listed: &Listed) -> Option<Runs> {
    let has_files = words.sources.iter().any(|source| source.is_file);
    if subject.standing != Standing::Whole || !has_files || listed.includes() {
        return None;
    }
    let name = |at: usize| {
        let base = words.sources.get(at).map(|source| source.name.rsplit('/').next().unwrap_or_default().to_owned());
        format!("{}-{}", at + 1, base.unwrap_or_default())
    };
    let mut argv: Vec<RunWord> = subject.words.first().cloned().map(RunWord::Word).into_iter().collect();
    argv.extend(words.all.iter().map(|place| match place {
        Place::Word(raw) => RunWord::Word(raw.clone()),
        Place::File(at) => RunWord::File(name(*at)),
    }));
    let files = words.sources.iter().enumerate().filter(|(_, source)| source.is_file);
    let files = files.map(|(at, source)| (name(at), source.text.clone().into_bytes())).collect();
    Some(Runs { argv, files })
}

/// psql with this connection.
fn connected(subject: &Subject<'_>, words: &Words) -> Vec<Raw> {
    subject.words.first().cloned().into_iter().chain(words.connection.iter().cloned()).collect()
}
