//! What the clients of databases would do, by the text that they are given.
//!
//! A text comes from flags, operands, files and here-documents. Where it cannot be had, the command is not understood.

use std::collections::BTreeSet;

use crate::command::{StdinSource, Word};
use crate::model::action::{Action, Category, Evidence, Impact, Reversible};
use crate::model::facts::{Answer, Want};
use crate::packs::schema::Pack;
use crate::sql::{self, Reader, Statement, Statements};

use super::arguments::Reading;
use super::clients::{self, CLIENTS, Client, Operands};
use super::files::add;
use super::verb::{Likely, Meaning};
use super::{Owner, Scene, paths};

/// How many statements are told apart in the evidence.
const MOST_TOLD: usize = 8;
/// The mark of evidence that rests on a file's text.
const FILE: &str = "sql_file";

/// Works out what the client of a database does. Other tools, and commands that are not clear, stay what they are.
pub fn understand(pack: &Pack, reading: &Reading, scene: &Scene<'_>, meaning: &mut Meaning) {
    match pack.tool {
        "redis-cli" => return told(&redis(reading), Vec::new(), reading, meaning),
        "mongosh" => return told(&mongo(reading), Vec::new(), reading, meaning),
        _ => {}
    }
    let Some(client) = CLIENTS.iter().find(|client| client.tool == pack.tool) else { return };
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
    told(&made, evidence, reading, meaning);
    for file in &made.files {
        let path = Word::known(file.path.as_str());
        let touch = if !scene.is_here() {
            continue;
        } else if file.is_written {
            paths::written(&path, scene)
        } else {
            paths::read(&path, scene)
        };
        add(meaning, touch);
    }
    local_file(client, reading, scene, meaning);
    clients::objections(client, reading, scene, meaning);
}

fn single(statement: Statement) -> Statements {
    Statements { all: vec![statement], files: Vec::new() }
}

/// One command of redis; without one it reads standard input.
fn redis(reading: &Reading) -> Statements {
    const TELLS: &[&str] = &[
        "--scan", "--bigkeys", "--memkeys", "--hotkeys", "--stat", "--latency", "--latency-history", "--latency-dist",
        "--version", "-v", "--help",
    ];
    let words: Option<Vec<&str>> = reading.operands.iter().map(Word::text).collect();
    match words {
        None => single(Statement::unknown("redis-cli", "the command is not known before it runs")),
        Some(words) if !words.is_empty() => single(sql::redis::command(&words)),
        Some(_) if reading.has(TELLS) => single(Statement::read("redis-cli")),
        Some(_) => single(Statement::unknown("redis-cli", "what comes in on standard input is not known")),
    }
}

/// Every text that mongosh evaluates; a file, or standard input, is not read.
fn mongo(reading: &Reading) -> Statements {
    let mut made = Statements::default();
    for flag in reading.flags.iter().filter(|flag| flag.name == "--eval") {
        made.all.push(match flag.value.as_ref().and_then(Word::text) {
            Some(text) => sql::mongo::evaluated(text),
            None => Statement::unknown("mongosh", "the text is not known before it runs"),
        });
    }
    let is_script = |word: &Word| {
        word.text().is_none_or(|text| [".js", ".mjs", ".cjs", ".ts"].iter().any(|end| text.ends_with(end)))
    };
    if reading.operands.len() > 1 || reading.operands.iter().any(is_script) || reading.has(&["-f", "--file"]) {
        made.all.push(Statement::unknown("mongosh", "it runs a script"));
    }
    if made.all.is_empty() {
        let tells = reading.has(&["--version", "-h", "--help"]);
        made.all.push(if tells {
            Statement::read("mongosh")
        } else {
            Statement::unknown("mongosh", "what comes in on standard input is not known")
        });
    }
    made
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
        if self.client.reader == Reader::Mysql {
            return self.joined(reading);
        }
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

    /// mysql puts its texts together, a line each, before it looks where statements end.
    fn joined(&mut self, reading: &Reading) {
        let given = reading.flags.iter().filter(|flag| self.client.texts.contains(&flag.name.as_str()));
        let texts: Vec<Option<&str>> = given.map(|flag| flag.value.as_ref().and_then(Word::text)).collect();
        if texts.is_empty() {
            return;
        }
        self.has_text = true;
        self.made.extend(match texts.into_iter().collect::<Option<Vec<&str>>>() {
            Some(texts) => sql::read(&texts.join("\n"), self.client.dialect, self.client.reader),
            None => unknown("the text is not known before it runs"),
        });
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
        if !self.scene.is_here() {
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

/// Puts what the text does in the place of what the client could do. Flags that are not known leave it unknown.
fn told(made: &Statements, evidence: Vec<Evidence>, reading: &Reading, meaning: &mut Meaning) {
    meaning.impact = if reading.unclear.is_empty() { made.impact() } else { Impact::Unknown };
    let certain = made.all.iter().filter(|one| one.impact != Impact::Unknown || one.least > Impact::Read);
    meaning.likely = Likely {
        impact: made.all.iter().map(|one| one.least).max().unwrap_or(Impact::Read),
        categories: certain.flat_map(|one| one.categories.iter().copied()).collect(),
    };
    if meaning.likely.categories.is_empty() {
        meaning.likely.categories.insert(Category::Observe);
    }
    meaning.categories = made.all.iter().flat_map(|one| one.categories.iter().copied()).collect();
    if meaning.categories.is_empty() {
        meaning.categories = BTreeSet::from([Category::Observe]);
    }
    // What also looks is not for that reason allowed to do more.
    if meaning.impact > Impact::Read && meaning.categories.len() > 1 {
        meaning.categories.remove(&Category::Observe);
    }
    if let Some(strictest) = made.strictest().filter(|_| reading.unclear.is_empty() || made.impact() > Impact::Read) {
        strictest.kind.clone_into(&mut meaning.operation);
    }
    meaning.reversible = if made.all.iter().any(|one| one.reversible == Reversible::No) {
        Reversible::No
    } else if meaning.impact == Impact::Read {
        Reversible::Yes
    } else {
        Reversible::Unknown
    };
    meaning.targets = objects(made);
    if reading.unclear.is_empty() {
        meaning.evidence.clear();
    }
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

fn objects(made: &Statements) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for object in made.all.iter().flat_map(|one| &one.objects) {
        if !all.contains(object) {
            all.push(object.clone());
        }
    }
    all
}

/// The file that is the database.
fn local_file(client: &Client, reading: &Reading, scene: &Scene<'_>, meaning: &mut Meaning) {
    if client.operands != Operands::FileThenTexts || !scene.is_here() {
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

/// A file that was read can have been changed by another command of the same invocation before the client reads it.
/// `owners` says which command each action belongs to.
pub fn disturb(actions: &mut [Action], owners: &[Owner]) {
    let changing: BTreeSet<&Owner> =
        actions.iter().zip(owners).filter(|(action, _)| action.impact > Impact::Read).map(|(_, owner)| owner).collect();
    for (action, owner) in actions.iter_mut().zip(owners) {
        let rests_on_file = action.evidence.iter().any(|evidence| evidence.about == FILE);
        if rests_on_file && changing.iter().any(|other| *other != owner) {
            super::doubt(action, "another command could change the file before it is read".to_owned());
        }
    }
}
