//! `aigov audit`: questions to the ledger.

use std::time::Duration;

use serde_json::{Value, json};

use crate::approval::unknown_request;
use crate::error::{Error, ErrorKind};
use crate::host::clock;
use crate::host::identity::Claim;
use crate::host::terminal;
use crate::ledger::Access;
use crate::ledger::verify::{Expected, VerifyReport, verify};
use crate::ledger::{Filter, Stats};
use crate::model::action::Category;
use crate::model::attribution::CallerKind;
use crate::model::decision::Decision;
use crate::model::ids::{Digest, RequestId};
use crate::model::ledger::Ledger as _;
use crate::model::request::RequestState;
use crate::model::time::Instant;
use crate::report::{listing, show};
use crate::text::escape::escape;

use super::args::{AuditArgs, AuditCommand, FilterArgs, Format, parse_duration};
use super::output::{self, Pager};
use super::session::{Paging, Session};

/// How many rows a table shows unless told.
const TABLE_ROWS: usize = 50;

/// `aigov audit`.
///
/// # Errors
/// When the ledger cannot be read or a filter cannot be understood.
pub fn audit(args: AuditArgs) -> Result<i32, Error> {
    let session = Session::open(&Claim::default())?;
    match args.command {
        None => list(&session, &args.filter),
        Some(AuditCommand::List(filter)) => list(&session, &filter),
        Some(AuditCommand::Show { id, json }) => show_one(&session, &RequestId::new(id), json),
        Some(AuditCommand::Stats(filter)) => stats(&session, &filter),
        Some(AuditCommand::Verify { ledger, head, rebuild, json }) => {
            let path = ledger.unwrap_or_else(|| session.places.ledger.clone());
            if rebuild {
                session.require_human_for("audit verify --rebuild")?;
                session.ledger()?.rebuild_projections()?;
            }
            verified(&verify(&path, expected(head.as_deref())?)?, json)
        }
    }
}

fn list(session: &Session, args: &FilterArgs) -> Result<i32, Error> {
    let format = if args.json { Format::Json } else { args.format.unwrap_or(Format::Table) };
    let mut filter = filter(args)?;
    let is_cut = format == Format::Table && filter.limit.is_none();
    if is_cut {
        filter.limit = Some(TABLE_ROWS + 1);
    }
    let mut rows = session.ledger_for(Access::ReadOnly)?.list(&filter)?;
    let has_more = is_cut && rows.len() > TABLE_ROWS;
    if is_cut {
        rows.truncate(TABLE_ROWS);
    }
    match format {
        Format::Json => output::data(&format!("{}\n", Value::Array(rows.iter().map(listing::json).collect())))?,
        Format::Jsonl => output::data(&rows.iter().map(|row| format!("{}\n", listing::json(row))).collect::<String>())?,
        Format::Csv => output::data(&listing::csv(&rows))?,
        Format::Table if rows.is_empty() => output::talk("aigov: nothing in the ledger matches\n"),
        Format::Table => {
            output::paged(&listing::table(&rows, terminal::width(&session.host)), &pager(session, args.no_pager))?
        }
    }
    if has_more {
        output::talk(&format!("aigov: the newest {TABLE_ROWS}; `-n N` shows more\n"));
    }
    Ok(0)
}

fn pager(session: &Session, is_off: bool) -> Pager {
    session.pager(if is_off { Paging::Never } else { Paging::WhenLong })
}

fn filter(args: &FilterArgs) -> Result<Filter, Error> {
    let now = clock::now();
    Ok(Filter {
        since: args.since.as_deref().map(|text| when(text, now)).transpose()?,
        until: args.until.as_deref().map(|text| when(text, now)).transpose()?,
        by: args.by.as_deref().map(|word| one_of(word, "kind of caller", kind)).transpose()?,
        agent: args.agent.clone(),
        human: args.human.clone(),
        task: args.task.clone(),
        tool: args.tool.clone(),
        environment: args.env.clone(),
        category: args
            .category
            .as_deref()
            .map(|word| one_of(word, "category", category))
            .transpose()?
            .map(|category| category.as_str().to_owned()),
        state: args.outcome.as_deref().map(|word| one_of(word, "state", RequestState::parse)).transpose()?,
        decision: args.decision.as_deref().map(|word| one_of(word, "decision", decision)).transpose()?,
        changes: args.changes,
        text: args.grep.clone(),
        limit: args.limit,
        newest_first: true,
        ..Filter::default()
    })
}

fn kind(word: &str) -> Option<CallerKind> {
    [CallerKind::Human, CallerKind::Agent, CallerKind::Unattributed].into_iter().find(|kind| kind.as_str() == word)
}

fn category(word: &str) -> Option<Category> {
    Category::ALL.into_iter().find(|category| category.as_str() == word)
}

fn decision(word: &str) -> Option<Decision> {
    Decision::ALL.into_iter().find(|decision| decision.as_str() == word)
}

fn one_of<T>(word: &str, what: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
    parse(word).ok_or_else(|| {
        Error::new(ErrorKind::Usage, format!("`{word}` is not a {what}"))
            .with_hint("`aigov audit --help` lists the words")
    })
}

/// Reads a span before now, a date (its midnight in UTC) or an RFC 3339 time.
///
/// # Errors
/// When it is none of them.
pub(super) fn when(text: &str, now: Instant) -> Result<Instant, Error> {
    let span: Option<Duration> = parse_duration(text).ok();
    span.map(|span| now.minus(span))
        .or_else(|| Instant::parse(text))
        .or_else(|| Instant::parse(&format!("{text}T00:00:00Z")))
        .ok_or_else(|| {
            Error::new(
                ErrorKind::Usage,
                format!("`{text}` is neither a span such as `30d`, nor a date, nor an RFC 3339 time"),
            )
        })
}

fn show_one(session: &Session, id: &RequestId, is_json: bool) -> Result<i32, Error> {
    let ledger = session.ledger_for(Access::ReadOnly)?;
    let row = ledger.request(id)?.ok_or_else(|| unknown_request(id))?;
    let records = ledger.records_of(id)?;
    if is_json {
        let records: Vec<Value> = records.iter().map(|record| record.to_json().unwrap_or(Value::Null)).collect();
        output::data(&format!("{}\n", json!({ "request": row, "records": records })))?;
    } else {
        output::data(&(show::request(&row, usize::from(terminal::width(&session.host))) + &show::records(&records)))?;
    }
    Ok(0)
}

fn stats(session: &Session, args: &FilterArgs) -> Result<i32, Error> {
    let stats: Stats = session.ledger_for(Access::ReadOnly)?.stats(&filter(args)?)?;
    if args.json || args.format == Some(Format::Json) {
        output::data(&format!("{}\n", serde_json::to_value(&stats).unwrap_or(Value::Null)))?;
        return Ok(0);
    }
    let mut text = format!("{} request(s)\n", stats.requests);
    for (title, counts) in stats.groups() {
        text.push_str(&format!("{title}\n"));
        for (name, count) in counts {
            text.push_str(&format!("  {count:>7}  {}\n", escape(name)));
        }
    }
    output::data(&text)?;
    Ok(0)
}

fn expected(head: Option<&str>) -> Result<Option<Expected>, Error> {
    let Some(head) = head else { return Ok(None) };
    let parts = head
        .split_once(':')
        .and_then(|(size, leaf)| Some(Expected { size: size.parse().ok()?, leaf: Digest::from_hex(leaf)? }));
    parts.map(Some).ok_or_else(|| {
        Error::new(ErrorKind::Usage, format!("`{head}` is not a head"))
            .with_hint("`aigov audit verify` prints it as SIZE:LEAF")
    })
}

fn verified(report: &VerifyReport, is_json: bool) -> Result<i32, Error> {
    if is_json {
        output::data(&format!("{}\n", serde_json::to_value(report).unwrap_or(Value::Null)))?;
    } else {
        output::data(&report.text())?;
    }
    Ok(report.exit_code())
}
