//! The commands of the clients themselves: psql's backslash, mysql's words, sqlite3's dots.

use crate::model::action::{Category, Impact};

use super::lex::{self, Kind, Token};
use super::meaning::{Statement, Statements, Touched};
use super::tables::functions::has;
use super::{Dialect, Reader, secrets, statement};

/// psql's commands that only show, or change how results are shown. Source: psql's manual, "Meta-Commands".
const PSQL_SHOWS: &str = "a C conninfo copyright crosstabview d dS d+ dS+ da dA dA+ dAc dAf dAo dAp db db+ dc dC dconfig dconfig+ dd dD dD+ ddp dE \
    des det deu dew df dF df+ dF+ dFd dFp dFt dfn dfn+ dg dg+ di di+ diS dl dL dL+ dm dm+ dn dn+ dnS do dO dO+ dp dP dP+ drds drg dRp dRp+ dRs dRs+ ds ds+ dt dt+ dtS dtS+ dT \
    dT+ du du+ dv dv+ dvS dx dx+ dX dy echo elif else endif errverbose f g gdesc gx h help H html if l l+ list list+ lo_list p print pset q quit qecho r reset \
    sf sf+ sv sv+ t T timing unset warn watch x z zS ? ds+ dts diS+ dvS+ dtvs dtv dsS dmS dE+ dEs";

/// Variables of psql that change nothing but how it shows and stops. Others are only put in where a text names them.
const PSQL_OWN_HARMFUL: &str = "SINGLELINE SINGLESTEP PROMPT1 PROMPT2 PROMPT3 HISTFILE EDITOR PAGER";

/// Why setting a variable of psql is not harmless.
pub fn variable_objection(assignment: &str) -> Option<String> {
    let name = assignment.split('=').next().unwrap_or_default();
    let is_plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (!is_plain || has(PSQL_OWN_HARMFUL, name))
        .then(|| format!("psql's variable `{name}` changes how it reads, or runs something"))
}

/// One command of a client's own, without a text around it.
pub fn one(line: &str, dialect: Dialect, reader: Reader) -> Statements {
    match reader {
        Reader::Psql => psql(line, dialect),
        Reader::Sqlite => sqlite(line),
        Reader::Mysql | Reader::Server => Statements {
            all: vec![Statement::unknown("client", "a command that is not known")],
            ..Statements::default()
        },
    }
}

fn alone(statement: Statement) -> Statements {
    Statements { all: vec![statement], files: Vec::new() }
}

fn writes(kind: &str, path: &str) -> Statements {
    let mut made = Statement::new(kind, Impact::Write, &[Category::Observe]);
    made.why.push("it writes a file".to_owned());
    Statements { all: vec![made], files: vec![Touched { path: path.to_owned(), is_written: true }] }
}

/// psql's command `line`, without its backslash.
pub fn psql(line: &str, dialect: Dialect) -> Statements {
    let end = line.find(|c: char| c.is_whitespace() || c == '|' || c == '\\').unwrap_or(line.len());
    let (name, rest) = line.split_at_checked(end).unwrap_or((line, ""));
    let rest = rest.trim();
    let kind = format!("\\{name}");
    if name == "!" || line.starts_with('!') {
        return alone(Statement::unknown("\\!", "it runs a shell command"));
    }
    if name == "copy" {
        return copy(rest, dialect);
    }
    if rest.contains('`') || rest.contains('|') {
        return alone(Statement::unknown(&kind, "it runs a shell command"));
    }
    let has_variable =
        rest.split(':').skip(1).any(|after| after.starts_with(|c: char| c.is_alphanumeric() || "_'\"{".contains(c)));
    let has_options = has("g gx", name) && rest.starts_with('(');
    if rest.contains('\\') || has_variable || has_options {
        return alone(Statement::unknown(&kind, "its arguments are not known"));
    }
    match name {
        "o" | "out" | "w" | "write" | "s" | "g" | "gx" if !rest.is_empty() && !rest.starts_with('(') => {
            writes(&kind, rest.trim_matches('\''))
        }
        "o" | "out" | "s" => alone(Statement::read(&kind)),
        "set" if rest.is_empty() => alone(Statement::read(&kind)),
        "set" => match variable_objection(rest.split_whitespace().next().unwrap_or_default()) {
            None => alone(Statement::read(&kind)),
            Some(why) => alone(Statement::unknown(&kind, why)),
        },
        "unset" if variable_objection(rest).is_some() => alone(Statement::unknown(&kind, "what is unset is not known")),
        "pset" | "x" | "t" if rest.contains("pager") => alone(Statement::unknown(&kind, "it can start a pager")),
        "c" | "connect" if rest.is_empty() => alone(Statement::read(&kind)),
        "encoding" if rest.is_empty() => alone(Statement::read(&kind)),
        "password" => alone(Statement::new(&kind, Impact::Write, &[Category::AccessControl])),
        "lo_import" => alone(Statement::new(&kind, Impact::Write, &[Category::UserData])),
        "lo_unlink" => alone(Statement::new(&kind, Impact::Destroy, &[Category::UserData])),
        _ if has(PSQL_SHOWS, name) => alone(Statement::read(&kind)),
        "gexec" => alone(Statement::unknown(&kind, "it runs what the query gives")),
        "i" | "ir" | "include" | "include_relative" => {
            alone(Statement::unknown(&kind, "it runs a file, which an approval does not bind"))
        }
        _ => alone(Statement::unknown(&kind, "a command of psql that can do anything, or is not known")),
    }
}

/// `\copy`: a local file, or the client's own streams, on the other side.
fn copy(rest: &str, dialect: Dialect) -> Statements {
    let text = format!("copy {rest}");
    let tokens = match lex::tokens(&text, dialect, Reader::Server) {
        Ok(tokens) => tokens,
        Err(why) => return alone(Statement::unknown("\\copy", why)),
    };
    let has_word = |word: &str| tokens.iter().any(|token| token.is_word(word));
    if has_word("program") {
        return alone(Statement::unknown("\\copy", "it runs a shell command"));
    }
    let path = |word: &str| {
        let at = tokens.iter().rposition(|token| token.is_word(word))?;
        let next = tokens.get(at + 1)?;
        let is_stream = next.kind == Kind::Word && has("stdin stdout pstdin pstdout", &next.text);
        (!is_stream).then(|| {
            text.get(next.at.start..)
                .unwrap_or_default()
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .trim_matches('\'')
                .to_owned()
        })
    };
    match copied(&text, &tokens, dialect) {
        Some(mut inner) => {
            "\\copy to".clone_into(&mut inner.kind);
            secrets::add(&tokens, &mut inner);
            let files: Vec<Touched> = path("to").map(|path| Touched { path, is_written: true }).into_iter().collect();
            if !files.is_empty() {
                inner.raise(Impact::Write);
                inner.why.push("it writes a file".to_owned());
            }
            Statements { all: vec![inner], files }
        }
        None => {
            let files = path("from").map(|path| Touched { path, is_written: false }).into_iter().collect();
            Statements { all: vec![Statement::new("\\copy from", Impact::Write, &[Category::UserData])], files }
        }
    }
}

/// What `COPY … TO` reads; none where it is not one that goes out.
pub fn copied(text: &str, tokens: &[Token], dialect: Dialect) -> Option<Statement> {
    let mut depth = 0_usize;
    let mut direction = None;
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "(" if token.kind == Kind::Symbol => depth += 1,
            ")" if token.kind == Kind::Symbol => depth = depth.saturating_sub(1),
            "to" | "from" if token.kind == Kind::Word && depth == 0 => {
                direction = Some((at, token.text.as_str()));
                break;
            }
            _ => {}
        }
    }
    let (at, "to") = direction? else { return None };
    let mut source = tokens.get(1..at).unwrap_or_default();
    if source.first().is_some_and(|token| token.is_word("binary")) && source.len() > 1 {
        source = source.get(1..).unwrap_or_default();
    }
    match source {
        [open, inner @ .., close] if open.is("(") && close.is(")") && !inner.is_empty() => {
            Some(statement::read(text, inner, dialect))
        }
        [] => None,
        [open, ..] if open.is("(") => Some(Statement::unknown("copy to", "what is copied is not read")),
        _ => Some(Statement::read("copy to")),
    }
}

/// mysql's own commands that a statement can begin with; each takes the rest of its line.
const MYSQL_RUNS: &str = "source system tee pager delimiter edit connect resetconnection prompt";

/// A statement that mysql itself takes, or that holds a line which it would take.
pub fn mysql(text: &str, tokens: &[Token]) -> Option<Statement> {
    let begins_line = |token: &Token| {
        let before = text.get(..token.at.start).unwrap_or_default();
        before.rsplit('\n').next().unwrap_or_default().trim().is_empty()
    };
    let taken =
        tokens.iter().find(|token| token.kind == Kind::Word && has(MYSQL_RUNS, &token.text) && begins_line(token));
    if let Some(token) = taken {
        return Some(Statement::unknown(
            &token.text,
            format!("mysql's own `{}` runs something, or changes how the rest is read", token.text),
        ));
    }
    let first = tokens.first()?;
    if first.kind == Kind::Word && has("charset", &first.text) {
        return Some(Statement::unknown("charset", "it changes how the rest is read"));
    }
    let is_own = first.kind == Kind::Word
        && has("status clear notee nopager nowarning warnings print rehash exit quit help ego go", &first.text)
        && tokens.len() == 1;
    is_own.then(|| Statement::read(&first.text))
}

/// sqlite3's commands that only show. Source: sqlite.org/cli.html.
const SQLITE_SHOWS: &str = "tables schema indexes indices databases mode headers header width nullvalue separator timer stats echo bail \
    help version show fullschema dump dbinfo changes eqp explain exit quit print limit lint sha3sum vfsinfo vfslist vfsname progress \
    timeout crlf dbtotxt columns maxrows rows constant";

/// sqlite3's commands that write a file.
const SQLITE_WRITES: &str = "output once log trace backup save clone";

/// sqlite3's command `line`, without its dot.
pub fn sqlite(line: &str) -> Statements {
    let mut words = line.split_whitespace();
    let name = words.next().unwrap_or_default();
    let argument = words.next_back();
    let kind = format!(".{name}");
    let has_options = has("output once log trace", name) && line.split_whitespace().any(|word| word.starts_with('-'));
    if line.contains('\\') || has_options {
        return alone(Statement::unknown(&kind, "its arguments are not known"));
    }
    if line.contains('|') && name != "mode" && name != "separator" {
        return alone(Statement::unknown(&kind, "it runs a shell command"));
    }
    match argument {
        None if has("output once", name) => alone(Statement::read(&kind)),
        Some("stdout" | "off" | "stderr") if has("output once log trace", name) => alone(Statement::read(&kind)),
        Some(path) if has(SQLITE_WRITES, name) => writes(&kind, path.trim_matches(['\'', '"'])),
        _ if has(SQLITE_SHOWS, name) => alone(Statement::read(&kind)),
        _ if name == "import" => alone(Statement::new(&kind, Impact::Write, &[Category::UserData])),
        _ if name == "restore" => alone(Statement::new(&kind, Impact::Destroy, &[Category::UserData])),
        _ => alone(Statement::unknown(&kind, "a command that can do anything, or is not known")),
    }
}
