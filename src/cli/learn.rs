//! `aigov policy learn`: a description of an in-house tool, drafted from its help text.
//!
//! A command that prints the help goes through the broker like any other: this is no way around the policy.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::approval::outcome::Outcome;
use crate::approval::request::Ask;
use crate::broker::Broker;
use crate::command::is_reader;
use crate::error::{Error, ErrorKind};
use crate::model::facts::{Answer, Facts, Want};
use crate::model::invocation::Invocation;
use crate::policy::Policies;
use crate::policy::draft::{Extent, Subject, draft, objection};
use crate::policy::help;
use crate::report::status::Offer;
use crate::text::escape::escape;

use super::args::{LearnArgs, StatusArgs};
use super::exec::{invocation, sink, tell};
use super::output;
use super::session::Session;

/// The most of a help text that is read, in bytes.
const MOST: u64 = 1024 * 1024;

/// `aigov policy learn`.
///
/// # Errors
/// When there is no help text, or the program is known already.
pub fn learn(session: &Session, args: LearnArgs) -> Result<i32, Error> {
    let words: Vec<String> = args.argv.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let (typed, rest) = program(&words);
    let program = args.program.clone().unwrap_or_else(|| base(typed).to_owned());
    let name = args.name.clone().unwrap_or_else(|| stem(&program).to_owned());
    if let Some(why) = objection(&name, &program) {
        return Err(Error::new(ErrorKind::Usage, why)
            .for_human(format!("`aigov packs {program}` shows what is known; `--name` gives the tool another name"))
            .for_agent(format!("`aigov packs {program}` shows what is known")));
    }
    let verb = match &args.verb {
        Some(words) => words.split_whitespace().map(str::to_owned).collect(),
        None => rest.iter().take_while(|word| !word.starts_with('-')).filter(|word| *word != "help").cloned().collect(),
    };
    let (text, file) = match &args.from {
        Some(path) => (from_file(path)?, Answer::Absent),
        None => match printed(session, args.argv, typed)? {
            Printed::Help(text, file) => (text, file),
            Printed::Instead(code) => return Ok(code),
        },
    };
    let found = help::read(&text);
    if found.verbs.is_empty() && found.flags.is_empty() {
        output::talk(
            "aigov: no verbs and no flags were found in that text; the draft says only that the tool is there\n",
        );
    }
    let from = if words.is_empty() { format!("the help of {program}") } else { escape(&words.join(" ")) };
    let extent = if args.entry { Extent::Entry } else { Extent::File };
    let field = |name: &str| file.field(name).map(str::to_owned);
    let path = field("real").filter(|_| file.field("guard") == Some("out_of_reach"));
    let subject = Subject { name, program, verb, from, sha256: field("sha256"), path, extent };
    output::data(&draft(&found, &subject))?;
    Ok(0)
}

/// The word that names the program, past a shell or an interpreter that reads it, and the words after it.
fn program(words: &[String]) -> (&str, &[String]) {
    let is_behind = words.first().is_some_and(|word| is_reader(base(word)))
        && words.get(1).is_some_and(|word| !word.starts_with('-'));
    let at = usize::from(is_behind);
    (words.get(at).map_or("", String::as_str), words.get(at + 1..).unwrap_or_default())
}

fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// A program's name without its ending.
fn stem(program: &str) -> &str {
    match program.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => program,
    }
}

fn from_file(path: &Path) -> Result<String, Error> {
    let unreadable = |cause: io::Error| {
        Error::new(ErrorKind::Input, format!("cannot read the help text from {}: {cause}", path.display()))
    };
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin().take(MOST).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        File::open(path).and_then(|file| file.take(MOST).read_to_end(&mut bytes)).map_err(unreadable)?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What came of the command.
enum Printed {
    /// Its help, and what is known of its file.
    Help(String, Answer),
    /// It did not run; what is left to do was said, with this exit code.
    Instead(i32),
}

fn printed(session: &Session, argv: Vec<std::ffi::OsString>, typed: &str) -> Result<Printed, Error> {
    let policies = session.policies()?;
    let invocation = invocation(session, None, None, argv);
    let mut ledger = session.ledger()?;
    session.test_unseen_layers(&policies, &mut ledger)?;
    let ask = Ask { reason: Some("to read its help".to_owned()), ..Ask::default() };
    let mut broker = Broker { setting: session.setting(&policies), ledger: &mut ledger };
    let (outcome, bytes) = output::captured(MOST, || broker.exec(&invocation, &ask))?;
    let outcome = outcome?;
    let started = matches!(&outcome, Outcome::Ran { outcome, .. } if outcome.start_error.is_none());
    if !started {
        let mut sink = sink(&StatusArgs { json: false, status_fd: None }, session)?;
        let code = tell(&outcome, Offer::default(), &mut sink);
        if let Outcome::Ticket(row) = &outcome {
            output::talk(&format!(
                "aigov: once it is approved: aigov run {} 2>&1 | aigov policy learn --program {} --from -\n",
                row.id,
                base(typed)
            ));
        }
        return Ok(Printed::Instead(code));
    }
    let file = file(session, &policies, &invocation, typed);
    Ok(Printed::Help(String::from_utf8_lossy(&bytes).into_owned(), file))
}

/// What is known of the program's file.
fn file(session: &Session, policies: &Policies, invocation: &Invocation, typed: &str) -> Answer {
    let setting = session.setting(policies);
    let facts = setting.facts(invocation);
    let found = facts.answer(&Want::Program { name: typed.to_owned() });
    // What a shell or an interpreter is given is a path, however it looks.
    let path = found.field("path").filter(|_| !typed.contains('/')).unwrap_or(typed).to_owned();
    facts.answer(&Want::ProgramFile { path })
}
