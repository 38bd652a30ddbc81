//! SQL by mysql and mariadb: each statement with what it does, how many rows the server expects it to meet, what commits by
//! itself; the server and its tables pinned.
//!
//! Questions are put by the very client with the command's own connection, in transactions that are not kept. The statements
//! are shown also where no connection works; that it did not is said.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::model::action::{Action, Impact};
use crate::model::invocation::Raw;
use crate::model::preview::{Pin, WayBack};
use crate::preview::Tool;
use crate::preview::made::Made;
use crate::preview::open;
use crate::preview::prober::{Asking, Failure, Prober};
use crate::preview::subject::Subject;
use crate::sql::{Dialect, Reader};
use crate::undo::sql::{Client, way_back};

use super::mysql_words::Words;
use super::names::new_index;
use super::server::Relation;
use super::statements::Listed;
use super::steps::Home;
use super::words::Source;

/// The tool.
pub(in crate::preview) const TOOL: Tool =
    Tool { tool: "mysql", shows, make, pins, leaves_open: open::nothing, has_moved: open::never };

/// Limits of time, each where the server has it.
const LIMITS: &str =
    "/*M!100100 set session max_statement_time = 5 */; /*!50708 set session max_execution_time = 5000 */; do 0";
const IDENTITY: &str = "select json_object('database', database(), 'user', current_user(), 'version', version(), \
    'host', @@hostname, 'port', @@port, 'id', @@server_id, 'data', @@datadir, 'read_only', @@read_only + 0)";

fn shows(_: &Action) -> bool {
    true
}

/// Which server, database and user it is.
#[derive(Deserialize)]
struct Identity {
    database: Option<String>,
    user: String,
    version: String,
    host: String,
    port: u64,
    id: u64,
    data: String,
    read_only: u64,
    #[serde(skip)]
    unique: Option<String>,
}

#[derive(Deserialize)]
struct Table {
    schema: String,
    name: String,
    rows: Option<i64>,
    bytes: Option<u64>,
    made: Option<String>,
}

/// A column, index or trigger of a table.
#[derive(Deserialize)]
struct Part {
    schema: String,
    table: String,
    name: String,
    #[serde(default)]
    kind: String,
}

/// What the server's own tables say.
struct Catalogue {
    tables: Vec<Table>,
    columns: Vec<Part>,
    indexes: Vec<Part>,
    triggers: Vec<Part>,
}

impl Catalogue {
    /// A table, where it is there.
    fn relation(&self, schema: &str, table: &str) -> Option<Relation> {
        let is_of = |part: &&Part| part.schema.eq_ignore_ascii_case(schema) && part.table.eq_ignore_ascii_case(table);
        let known = |one: &&Table| one.schema.eq_ignore_ascii_case(schema) && one.name.eq_ignore_ascii_case(table);
        let one = self.tables.iter().find(known)?;
        let mut told: Vec<(&str, &str)> =
            self.columns.iter().filter(is_of).map(|part| (part.name.as_str(), part.kind.as_str())).collect();
        told.sort_unstable();
        let columns = crate::chain::digest_json("aigov-mysql-columns-v1", &told).ok();
        Some(Relation {
            oid: Some(one.made.clone().unwrap_or_else(|| "at a time that is not kept".to_owned())),
            qualified: Some(format!("`{}`.`{}`", one.schema.replace('`', "``"), one.name.replace('`', "``"))),
            schema: Some(one.schema.clone()),
            rows: one.rows,
            bytes: one.bytes,
            columns: columns.map(|digest| digest.to_string()),
            names: Some(told.into_iter().map(|(name, _)| name.to_owned()).collect()),
            triggers: self.triggers.iter().filter(is_of).map(|part| part.name.clone()).collect(),
            ..Relation::default()
        })
    }
}

struct Told {
    identity: Identity,
    relations: BTreeMap<String, Relation>,
}

fn make(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Made, Failure> {
    let server = Server::of(subject)?;
    let mut listed = Listed::of(&server.sources);
    let told = server.told(&listed, prober);
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
    let home = told.as_ref().map(|told| Home { dialect: Dialect::Mysql, schema: told.identity.database.clone() });
    let (undo, argv) = way_back(Client::Mysql, &server.connected(), &listed.steps(home.as_ref()));
    let at = told.as_ref().map(|told| {
        let database = told.identity.database.as_deref().unwrap_or("no database");
        format!(" in {database} as {}", told.identity.user)
    });
    let cwd = Raw::from(subject.directory.clone().into_os_string());
    let made = Made {
        summary: format!("{}{} in {}", listed.summary(), at.unwrap_or_default(), subject.place()),
        hunks: listed.hunks(prober.redactor()),
        pins: told.as_ref().map(|told| pinned(told, prober)).unwrap_or_default(),
        runs: None,
        undo,
        way_back: argv.map(|argv| WayBack { argv, cwd, files: Vec::new() }),
    };
    match missing {
        None => Ok(made),
        Some(why) => Err(Failure::new(format!("the statements are known, the database is not: {why}")).knowing(made)),
    }
}

fn pins(subject: &Subject<'_>, prober: &mut Prober<'_>) -> Result<Vec<Pin>, Failure> {
    let server = Server::of(subject)?;
    let told = server.told(&Listed::of(&server.sources), prober)?;
    Ok(pinned(&told, prober))
}

fn pinned(told: &Told, prober: &Prober<'_>) -> Vec<Pin> {
    let pin = |what: &str, was: &str| Pin { what: prober.redactor().text(what), was: prober.redactor().text(was) };
    let identity = &told.identity;
    let role = if identity.read_only == 0 { "takes writes" } else { "read only" };
    let server =
        format!("{}:{}, id {}, {}, {}", identity.host, identity.port, identity.id, identity.data, identity.version);
    let mut pins = vec![
        pin("database", identity.database.as_deref().unwrap_or("none")),
        pin("database user", &identity.user),
        pin("role of the server", role),
        pin("server", &server),
    ];
    pins.extend(identity.unique.as_deref().map(|unique| pin("identifier of the server", unique)));
    for (name, relation) in &told.relations {
        let made = relation.oid.as_deref().unwrap_or("none");
        let columns = relation.columns.as_deref().map(|columns| format!(", columns {columns}")).unwrap_or_default();
        pins.push(pin(name, &format!("made {made}{columns}")));
    }
    pins
}

struct Server<'a> {
    subject: &'a Subject<'a>,
    words: Words,
    sources: Vec<Source>,
}

impl<'a> Server<'a> {
    fn of(subject: &'a Subject<'a>) -> Result<Self, Failure> {
        let words = Words::sort(subject)?;
        let (name, text) = match &words.text {
            Some(text) => ("-e", text.clone()),
            None => {
                let text = subject.stdin.as_ref().and_then(Raw::as_str);
                let text =
                    text.ok_or_else(|| Failure::new("what comes in on standard input is not known beforehand"))?;
                ("standard input", text.to_owned())
            }
        };
        let sources = vec![Source {
            name: name.to_owned(),
            text,
            reader: Reader::Mysql,
            dialect: Dialect::Mysql,
            is_file: false,
        }];
        Ok(Self { subject, words, sources })
    }

    /// mysql with this connection.
    fn connected(&self) -> Vec<Raw> {
        let program = self.subject.words.first().cloned();
        let database = self.words.database.as_deref().map(Raw::from);
        program.into_iter().chain(self.words.connection.iter().cloned()).chain(database).collect()
    }

    fn told(&self, listed: &Listed, prober: &mut Prober<'_>) -> Result<Told, Failure> {
        if self.subject.action.impact == Impact::Unknown && listed.impact() != Impact::Unknown {
            return Err(Failure::new("it was not asked: the command does more than its statements say"));
        }
        let mut identity: Identity = self.rows_of(IDENTITY, prober)?.into_iter().next().ok_or_else(silent)?;
        let unique = "show variables where variable_name in ('server_uuid', 'server_uid')";
        let told = self.ask(&format!("start transaction read only; {unique}"), &["-N"], prober)?;
        identity.unique = told.split_whitespace().nth(1).map(str::to_owned);
        let relations = self.relations(listed, &identity, prober)?;
        Ok(Told { identity, relations })
    }

    fn relations(
        &self,
        listed: &Listed,
        identity: &Identity,
        prober: &mut Prober<'_>,
    ) -> Result<BTreeMap<String, Relation>, Failure> {
        let at = |name: &str| match name.rsplit_once('.') {
            Some((schema, name)) => Some((schema.to_owned(), name.to_owned())),
            None => identity.database.clone().map(|schema| (schema, name.to_owned())),
        };
        let names: Vec<String> = listed.names().into_iter().filter(|name| !name.contains(['\\', '\''])).collect();
        let places: Vec<(String, String)> = names.iter().filter_map(|name| at(name)).collect();
        if places.is_empty() {
            return Ok(BTreeMap::new());
        }
        let catalogue = self.catalogue(&places, prober)?;
        let mut found = BTreeMap::new();
        for (name, (schema, table)) in names.iter().filter_map(|name| Some((name, at(name)?))) {
            let relation = catalogue.relation(&schema, &table).unwrap_or_default();
            found.insert(name.clone(), Relation { name: name.clone(), ..relation });
        }
        for index in listed.all.iter().filter_map(|one| new_index(&one.words)) {
            let (Some(key), Some((_, table))) = (index.key(), at(&index.table.join("."))) else { continue };
            let is_it =
                |part: &&Part| part.table.eq_ignore_ascii_case(&table) && Some(&part.name) == index.name.as_ref();
            let oid = catalogue.indexes.iter().find(is_it).map(|_| "as an index".to_owned());
            found.insert(key.clone(), Relation { name: key, oid, ..Relation::default() });
        }
        Ok(found)
    }

    /// What the server's own tables say of these.
    fn catalogue(&self, places: &[(String, String)], prober: &mut Prober<'_>) -> Result<Catalogue, Failure> {
        let pairs: Vec<String> = places.iter().map(|(schema, name)| format!("('{schema}', '{name}')")).collect();
        let pairs = pairs.join(", ");
        let tables = format!(
            "select json_object('schema', table_schema, 'name', table_name, 'rows', table_rows, 'bytes', data_length + \
             index_length, 'made', cast(create_time as char)) from information_schema.tables where (table_schema, table_name) in ({pairs})"
        );
        let part = |name: &str, kind: &str, table: &str, from: &str, schema: &str| {
            format!(
                "select json_object('schema', {schema}, 'table', {table}, 'name', {name}, 'kind', {kind}) from \
                 information_schema.{from} where ({schema}, {table}) in ({pairs})"
            )
        };
        let columns = part("column_name", "column_type", "table_name", "columns", "table_schema");
        let indexes = part("index_name", "''", "table_name", "statistics", "table_schema");
        let triggers = part("trigger_name", "''", "event_object_table", "triggers", "event_object_schema");
        Ok(Catalogue {
            tables: self.rows_of(&tables, prober)?,
            columns: self.rows_of(&columns, prober)?,
            indexes: self.rows_of(&indexes, prober)?,
            triggers: self.rows_of(&triggers, prober)?,
        })
    }

    /// How many rows the server expects a statement to look at.
    fn rows(&self, statement: &str, prober: &mut Prober<'_>) -> Result<u64, Failure> {
        let place = prober.place()?;
        // EXPLAIN of a change is refused in a transaction that only reads; it changes nothing, and this one is not kept.
        let text = format!("{LIMITS};\nstart transaction;\nexplain {statement}\n;\nrollback;\n");
        let file = place.put("explain.sql", text.as_bytes()).map_err(|error| Failure::new(error.text))?;
        let told = self.ask(&format!("source {}", file.display()), &[], prober)?;
        let mut lines = told.lines();
        let at = lines.next().and_then(|line| line.split('\t').position(|name| name == "rows"));
        let row = lines.next().and_then(|line| line.split('\t').nth(at?)).and_then(|text| text.parse().ok());
        row.ok_or_else(|| Failure::new("the server tells no rows"))
    }

    fn rows_of<T: DeserializeOwned>(&self, query: &str, prober: &mut Prober<'_>) -> Result<Vec<T>, Failure> {
        let told = self.ask(&format!("{LIMITS}; start transaction read only; {query}"), &["-N"], prober)?;
        let read = |line: &str| {
            serde_json::from_str(line)
                .map_err(|error| Failure::new(format!("mysql's answer is not understood: {error}")))
        };
        told.lines().filter(|line| !line.trim().is_empty()).map(read).collect()
    }

    fn ask(&self, text: &str, more: &[&str], prober: &mut Prober<'_>) -> Result<String, Failure> {
        let mut argv = self.connected();
        // What a file of settings would have it do at the start is not ours to do.
        let own = ["--batch", "--raw", "--local-infile=0", "--init-command=do 0", "--connect-timeout=5"];
        argv.extend(own.iter().chain(more).map(|word| Raw::from(*word)));
        argv.extend([Raw::from("-e"), Raw::from(text)]);
        let env = self.subject.env.to_vec();
        let asking = Asking { program: &self.subject.program, argv, cwd: &self.subject.directory, env };
        let answered = prober.ask(asking)?;
        let said = String::from_utf8_lossy(&answered.err);
        let error = said.lines().find(|line| line.contains("ERROR"));
        match (answered.exit_code, error) {
            (Some(0), None) => Ok(String::from_utf8_lossy(&answered.out).into_owned()),
            (_, error) => {
                let first = error.or_else(|| said.lines().find(|line| !line.trim().is_empty()));
                Err(Failure::new(format!("mysql was not answered: {}", first.unwrap_or("it said nothing"))))
            }
        }
    }
}

fn silent() -> Failure {
    Failure::new("the server did not say which one it is")
}
