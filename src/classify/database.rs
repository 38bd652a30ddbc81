//! What the clients of databases would do, by the text that they are given.
//!
//! A text comes from flags, operands, files and here-documents. Where it cannot be had, the command is not understood.

use std::collections::BTreeSet;

use crate::command::{Place, StdinSource, Word};
use crate::model::action::{Action, Category, Evidence, Impact, Reversible};
use crate::model::facts::{Answer, Want};
use crate::packs::schema::Pack;
use crate::sql::{self, Dialect, Reader, Statement, Statements};

use super::arguments::Reading;
use super::files::add;
use super::verb::Meaning;
use super::{Scene, paths};

/// How many statements are told apart in the evidence.
const MOST_TOLD: usize = 8;
/// The mark of evidence that rests on a file's text.
const FILE: &str = "sql_file";

/// How a client is given its text.
struct Client {
    tool: &'static str,
    dialect: Dialect,
    /// How it reads what comes from files and standard input.
    reader: Reader,
    /// Flags whose values are texts.
    texts: &'static [&'static str],
    /// Flags whose values are files of texts.
    files: &'static [&'static str],
    /// Flags with which it only tells about itself or its server.
    tells: &'static [&'static str],
    operands: Operands,
}

/// What the operands of a client are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operands {
    /// Names of databases and users.
    Names,
    /// A file that is the database, then texts.
    FileThenTexts,
}

const CLIENTS: &[Client] = &[
    Client {
        tool: "psql",
        dialect: Dialect::Postgres,
        reader: Reader::Psql,
        texts: &["-c", "--command"],
        files: &["-f", "--file"],
        tells: &["-l", "--list", "-V", "--version", "-?", "--help"],
        operands: Operands::Names,
    },
    Client {
        tool: "mysql",
        dialect: Dialect::Mysql,
        reader: Reader::Mysql,
        texts: &["-e", "--execute"],
        files: &[],
        tells: &["-V", "--version", "-?", "--help", "--print-defaults"],
        operands: Operands::Names,
    },
    Client {
        tool: "sqlite3",
        dialect: Dialect::Sqlite,
        reader: Reader::Sqlite,
        texts: &["-cmd"],
        files: &["-init"],
        tells: &["-version", "-help"],
        operands: Operands::FileThenTexts,
    },
    Client {
        tool: "duckdb",
        dialect: Dialect::Duckdb,
        reader: Reader::Sqlite,
        texts: &["-c", "-s", "-cmd"],
        files: &["-f", "-init"],
        tells: &["-version", "-help"],
        operands: Operands::FileThenTexts,
    },
    Client {
        tool: "clickhouse-client",
        dialect: Dialect::Clickhouse,
        reader: Reader::Server,
        texts: &["-q", "--query"],
        files: &["--queries-file"],
        tells: &["-V", "--version", "--help"],
        operands: Operands::Names,
    },
    Client {
        tool: "cqlsh",
        dialect: Dialect::Cassandra,
        reader: Reader::Server,
        texts: &["-e", "--execute"],
        files: &["-f", "--file"],
        tells: &["--version", "-h", "--help"],
        operands: Operands::Names,
    },
];

/// Works out what the client of a database does. Other tools, and commands that are not clear, stay what they are.
pub fn understand(pack: &Pack, reading: &Reading, scene: &Scene<'_>, meaning: &mut Meaning) {
    let Some(client) = CLIENTS.iter().find(|client| client.tool == pack.tool) else { return };
    if !reading.unclear.is_empty() {
        return;
    }
    let mut texts = Texts { client, scene, made: Statements::default(), has_text: false, evidence: Vec::new() };
    texts.flags(reading);
    texts.operands(reading);
    if !texts.has_text {
        if reading.has(client.tells) {
            texts.made.all.push(Statement::read(client.tool));
        } else {
            texts.stdin();
        }
    }
    let Texts { made, evidence, .. } = texts;
    told(&made, evidence, meaning);
    for file in &made.files {
        let path = Word::known(file.path.as_str());
        let touch = if scene.command.place != Place::Here {
            continue;
        } else if file.is_written {
            paths::written(&path, scene)
        } else {
            paths::read(&path, scene)
        };
        add(meaning, touch);
    }
    local_file(client, reading, scene, meaning);
    objections(client, reading, scene, meaning);
}

/// The texts that a client is given.
struct Texts<'a> {
    client: &'static Client,
    scene: &'a Scene<'a>,
    made: Statements,
    has_text: bool,
    evidence: Vec<Evidence>,
}

impl Texts<'_> {
    fn flags(&mut self, reading: &Reading) {
        for flag in &reading.flags {
            let name = flag.name.as_str();
            if self.client.texts.contains(&name) {
                // What runs before the text proper does not stand in its place.
                self.has_text |= name != "-cmd";
                self.text(flag.value.as_ref());
            } else if self.client.files.contains(&name) {
                self.has_text |= name != "-init";
                self.file(flag.value.as_ref());
            }
        }
    }

    fn operands(&mut self, reading: &Reading) {
        if self.client.operands == Operands::Names {
            return;
        }
        for word in reading.operands.iter().skip(1) {
            self.has_text = true;
            self.text(Some(word));
        }
    }

    /// A text as an argument: a command of the client's own, or SQL that goes to the server as it is.
    fn text(&mut self, word: Option<&Word>) {
        let Some(text) = word.and_then(Word::text) else {
            self.made.all.push(Statement::unknown("sql", "the text is not known before it runs"));
            return;
        };
        let own = match self.client.reader {
            Reader::Psql => text.strip_prefix('\\'),
            Reader::Sqlite => text.strip_prefix('.'),
            Reader::Mysql | Reader::Server => None,
        };
        let made = match own {
            Some(line) if line.contains(['\n', '\r']) => Statements {
                all: vec![Statement::unknown("client", "a command of several lines")],
                ..Statements::default()
            },
            Some(line) => sql::client_command(line, self.client.dialect, self.client.reader),
            None if self.client.reader == Reader::Mysql => sql::read(text, self.client.dialect, Reader::Mysql),
            None => sql::read(text, self.client.dialect, Reader::Server),
        };
        self.made.extend(made);
    }

    fn file(&mut self, word: Option<&Word>) {
        let path = word.and_then(Word::text);
        if path == Some("-") || path == Some("/dev/stdin") {
            self.stdin();
            return;
        }
        let read = path.ok_or("the file is not known before it runs".to_owned()).and_then(|path| self.content(path));
        match read {
            Ok(text) => {
                let path = path.unwrap_or_default();
                self.evidence.push(Evidence::new(FILE, format!("`{path}` was read")));
                self.made.extend(sql::read(&text, self.client.dialect, self.client.reader));
            }
            Err(why) => self.made.all.push(Statement::unknown("sql", why)),
        }
    }

    fn content(&self, path: &str) -> Result<String, String> {
        if self.scene.command.place != Place::Here {
            return Err(format!("`{path}` lies elsewhere"));
        }
        if path.starts_with("/dev/") || path.starts_with("/proc/") || path.starts_with('~') {
            return Err(format!("`{path}` is not a plain file"));
        }
        let full = self.scene.absolute(path).ok_or_else(|| format!("the directory of `{path}` is not known"))?;
        match self.scene.context.facts.answer(&Want::FileText { path: full }) {
            answer @ Answer::Known { .. } => {
                answer.field("text").map(str::to_owned).ok_or_else(|| format!("cannot read `{path}`"))
            }
            Answer::Absent => Err(format!("`{path}` is not there")),
            Answer::Failed { cause } => Err(cause),
        }
    }

    fn stdin(&mut self) {
        self.has_text = true;
        let made = match &self.scene.command.stdin {
            StdinSource::Text(raw) => match raw.as_str() {
                Some(text) => sql::read(text, self.client.dialect, self.client.reader),
                None => unknown("the text is not UTF-8"),
            },
            StdinSource::File(word) if !matches!(word.text(), Some("-" | "/dev/stdin")) => {
                return self.file(Some(word));
            }
            StdinSource::Inherited | StdinSource::Piped | StdinSource::File(_) => {
                unknown("what comes in on standard input is not known")
            }
        };
        self.made.extend(made);
    }
}

fn unknown(why: &str) -> Statements {
    Statements { all: vec![Statement::unknown("sql", why)], ..Statements::default() }
}

/// Puts what the text does in the place of what the client could do.
fn told(made: &Statements, evidence: Vec<Evidence>, meaning: &mut Meaning) {
    meaning.impact = made.impact();
    meaning.categories = made.all.iter().flat_map(|one| one.categories.iter().copied()).collect();
    if meaning.categories.is_empty() {
        meaning.categories = BTreeSet::from([Category::Observe]);
    }
    let known = || made.all.iter().filter(|one| one.impact != Impact::Unknown);
    meaning.likely.impact = known().map(|one| one.impact).max().unwrap_or(Impact::Read);
    meaning.likely.categories = known().flat_map(|one| one.categories.iter().copied()).collect();
    // What also looks is not for that reason allowed to do more.
    if meaning.impact > Impact::Read && meaning.categories.len() > 1 {
        meaning.categories.remove(&Category::Observe);
    }
    if let Some(strictest) = made.strictest() {
        strictest.kind.clone_into(&mut meaning.operation);
    }
    meaning.reversible = if made.all.iter().any(|one| one.reversible == Reversible::No) {
        Reversible::No
    } else if meaning.impact == Impact::Read {
        Reversible::Yes
    } else {
        Reversible::Unknown
    };
    let mut targets: Vec<String> = Vec::new();
    for object in made.all.iter().flat_map(|one| &one.objects) {
        if !targets.contains(object) {
            targets.push(object.clone());
        }
    }
    meaning.targets = targets;
    meaning.evidence.clear();
    let mut order: Vec<&Statement> = made.all.iter().collect();
    order.sort_by_key(|one| std::cmp::Reverse(one.impact));
    for one in order.into_iter().take(MOST_TOLD) {
        let about = if one.impact == Impact::Unknown { "opaque" } else { "impact" };
        let why = if one.why.is_empty() { String::new() } else { format!(": {}", one.why.join("; ")) };
        meaning.evidence.push(Evidence::new(about, format!("`{}` is {}{why}", one.kind, one.impact)));
    }
    if made.all.len() > MOST_TOLD {
        meaning.evidence.push(Evidence::new("impact", format!("{} statements in all", made.all.len())));
    }
    meaning.evidence.extend(evidence);
}

/// The file that is the database.
fn local_file(client: &Client, reading: &Reading, scene: &Scene<'_>, meaning: &mut Meaning) {
    if client.operands != Operands::FileThenTexts || scene.command.place != Place::Here {
        return;
    }
    let Some(word) = reading.operands.first() else { return };
    match word.text() {
        Some("" | ":memory:") => return,
        Some(path) if path.contains(':') => {
            meaning.impact = Impact::Unknown;
            meaning.evidence.push(Evidence::new("opaque", format!("`{path}` is an address, not a file")));
            return;
        }
        _ => {}
    }
    add(meaning, paths::read(word, scene));
    if meaning.impact > Impact::Read {
        add(meaning, paths::written(word, scene));
    }
}

/// Flags and variables that change how a text is read, or run something.
fn objections(client: &Client, reading: &Reading, scene: &Scene<'_>, meaning: &mut Meaning) {
    let mut found: Vec<String> = Vec::new();
    if client.tool == "psql" {
        found.extend(reading.flags.iter().filter_map(psql_flag));
        found.extend(reading.operands.iter().chain(reading.word(&["-d", "--dbname"])).filter_map(connection));
        let options = scene
            .assigned("PGOPTIONS")
            .map(|word| word.text().map(str::to_owned))
            .or_else(|| scene.inherited("PGOPTIONS").map(Some));
        found.extend(options.and_then(|options| server_options(options.as_deref())));
    }
    for why in found {
        meaning.impact = Impact::Unknown;
        meaning.categories.insert(Category::Execution);
        meaning.evidence.push(Evidence::new("opaque", why));
    }
}

fn psql_flag(flag: &super::arguments::Flag) -> Option<String> {
    let value = flag.value.as_ref().map(Word::text);
    let name = flag.name.as_str();
    match (name, value) {
        ("-S" | "--single-line" | "-s" | "--single-step", _) => Some(format!("`{name}` changes how the text is read")),
        ("-v" | "--set" | "--variable", Some(Some(text))) => sql::variable_objection(text),
        ("-P" | "--pset", Some(Some(text))) if !text.contains("pager") => None,
        ("-o" | "--output" | "-L" | "--log-file", Some(Some(text))) if !text.starts_with('|') => None,
        ("-v" | "--set" | "--variable" | "-P" | "--pset" | "-o" | "--output" | "-L" | "--log-file", _) => {
            Some(format!("`{name}` can run a program, or is not known"))
        }
        _ => None,
    }
}

/// A connection string can hold options for the server, and names of files.
fn connection(word: &Word) -> Option<String> {
    let text = word.text()?.to_lowercase();
    let is_settings = text.contains('=');
    (is_settings
        && ["options", "service", "sslkey", "sslcert", "client_encoding", "passfile", "krbsrvname", "gsslib", "%"]
            .iter()
            .any(|name| text.contains(name)))
    .then(|| "the connection has settings that are not read".to_owned())
}

/// `PGOPTIONS`: only `-c name=value` with harmless names.
fn server_options(options: Option<&str>) -> Option<String> {
    let not = || Some("PGOPTIONS has settings that are not known to be harmless".to_owned());
    let Some(options) = options else { return not() };
    let mut words = options.split_whitespace();
    while let Some(word) = words.next() {
        let setting = match word {
            "-c" => words.next(),
            _ => word.strip_prefix("-c").or_else(|| word.strip_prefix("--")),
        };
        let name = setting.and_then(|setting| setting.split_once('=')).map(|(name, _)| name.replace('-', "_"));
        if !name.is_some_and(|name| sql::tables::settings::is_harmless(&name)) {
            return not();
        }
    }
    None
}

/// A file that was read can have been changed by another command of the same invocation before the client reads it.
/// `owners` says which command each action belongs to.
pub fn disturb(actions: &mut [Action], owners: &[usize]) {
    let changing: BTreeSet<usize> = actions
        .iter()
        .zip(owners)
        .filter(|(action, _)| action.impact > Impact::Read)
        .map(|(_, owner)| *owner)
        .collect();
    for (action, owner) in actions.iter_mut().zip(owners) {
        let rests_on_file = action.evidence.iter().any(|evidence| evidence.about == FILE);
        if rests_on_file && changing.iter().any(|other| other != owner) {
            super::doubt(action, "another command could change the file before it is read".to_owned());
        }
    }
}
