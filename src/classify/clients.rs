//! How the clients of databases are given their texts, and which of their flags do more than connect and show.

use crate::command::Word;
use crate::model::action::{Category, Evidence, Impact};
use crate::packs::schema::Pack;
use crate::sql::tables::functions;
use crate::sql::{self, Dialect, Reader};

use super::Scene;
use super::arguments::{Flag, Reading};
use super::verb::Meaning;

/// How a client is given its text.
pub struct Client {
    /// The pack that describes it.
    pub tool: &'static str,
    /// The SQL that its server takes.
    pub dialect: Dialect,
    /// How it reads what comes from files and standard input.
    pub reader: Reader,
    /// Flags whose values are texts.
    pub texts: &'static [&'static str],
    /// Flags whose values are files of texts.
    pub files: &'static [&'static str],
    /// Flags with which it only tells about itself or its server.
    pub tells: &'static [&'static str],
    /// What its operands are.
    pub operands: Operands,
}

/// What the operands of a client are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Operands {
    /// Names of databases and users.
    Names,
    /// A file that is the database, then texts.
    FileThenTexts,
}

/// Every client that is given texts.
pub const CLIENTS: &[Client] = &[
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

/// The words of a command as they can be read: mysql's `-p` takes a value, but only one that is attached; redis-cli
/// takes everything from the first operand on for the command.
pub fn plain(pack: &Pack, words: &[Word]) -> Option<Vec<Word>> {
    match pack.tool {
        "mysql" | "mysqldump" | "mysqladmin" => Some(words.iter().map(|word| without_password(pack, word)).collect()),
        "redis-cli" => Some(from_first_operand(pack, words)),
        _ => None,
    }
}

fn from_first_operand(pack: &Pack, words: &[Word]) -> Vec<Word> {
    let mut at = 0;
    while let Some(text) = words.get(at).and_then(Word::text).filter(|text| text.starts_with('-')) {
        at += if pack.flags.takes_value(text) == Some(true) { 2 } else { 1 };
    }
    let mut all = words.get(..at).unwrap_or(words).to_vec();
    all.push(Word::known("--"));
    all.extend(words.get(at..).unwrap_or_default().iter().cloned());
    all
}

fn without_password(pack: &Pack, word: &Word) -> Word {
    let Some(text) = word.text().filter(|text| text.starts_with('-') && !text.starts_with("--")) else {
        return word.clone();
    };
    let takes_value = |letter: char| {
        let name = format!("-{letter}");
        pack.flags.takes_value(&name) == Some(true)
            || pack.bare.as_ref().is_some_and(|verb| verb.flags.takes_value(&name) == Some(true))
    };
    for (at, letter) in text.char_indices().skip(1) {
        if letter == 'p' {
            return Word::known(text.get(..=at).unwrap_or(text));
        }
        if takes_value(letter) {
            break;
        }
    }
    word.clone()
}

/// Flags and variables that change how a text is read, or run something.
pub fn objections(client: &Client, reading: &Reading, scene: &Scene<'_>, meaning: &mut Meaning) {
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

fn psql_flag(flag: &Flag) -> Option<String> {
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

/// Keys of a connection string that only say where and how to connect.
const CONNECTS: &str = "host hostaddr port dbname user password connect_timeout sslmode application_name \
    fallback_application_name target_session_attrs keepalives keepalives_idle keepalives_interval keepalives_count \
    tcp_user_timeout gssencmode channel_binding sslrootcert require_auth load_balance_hosts";

/// A connection string can hold options for the server, and names of files and programs.
fn connection(word: &Word) -> Option<String> {
    let parts: Vec<&str> = word.text()?.split('=').collect();
    let keys = parts.split_last().map_or(&[][..], |(_, keys)| keys);
    let strange = keys.iter().map(|part| part.trim_end()).find_map(|part| {
        let key = part.rsplit(|c: char| c.is_whitespace() || "?&".contains(c)).next().unwrap_or(part);
        (!functions::has(CONNECTS, key)).then_some(key)
    })?;
    Some(format!("the connection has a setting that is not read: `{strange}`"))
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
