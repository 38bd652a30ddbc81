//! Questions to the ledger: which requests, which records, how many.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use serde::Serialize;

use super::fault::Fault;
use super::{SqliteLedger, deciders, projections, records, rows, snapshot};
use crate::model::attribution::CallerKind;
use crate::model::decision::Decision;
use crate::model::ids::{Digest, ExecutionId, RequestId};
use crate::model::ledger::LedgerError;
use crate::model::record::{Freeze, Record};
use crate::model::request::{RequestRow, RequestState};
use crate::model::secret::Redacted;
use crate::model::time::Instant;

/// Which requests are wanted. What is not set does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Made at this time or later.
    pub since: Option<Instant>,
    /// Made before this time.
    pub until: Option<Instant>,
    /// What sort of caller asked.
    pub by: Option<CallerKind>,
    /// The agent's name.
    pub agent: Option<String>,
    /// The human that it was asked for.
    pub human: Option<String>,
    /// The task.
    pub task: Option<String>,
    /// A tool among its actions.
    pub tool: Option<String>,
    /// An environment among its actions.
    pub environment: Option<String>,
    /// A category among its actions.
    pub category: Option<String>,
    /// Where it stands.
    pub state: Option<RequestState>,
    /// What policy decided.
    pub decision: Option<Decision>,
    /// Only what still answers for itself: it waits, is approved, or was rejected and has not expired.
    pub open: bool,
    /// Only what changes something, by its impact, and was really started.
    pub changes: bool,
    /// A part of the command, letters' case ignored.
    pub text: Option<String>,
    /// At most this many.
    pub limit: Option<usize>,
    /// Newest first; else oldest first.
    pub newest_first: bool,
}

/// How many requests, counted in several ways. A request with several tools or environments counts once in each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// All that the filter lets through.
    pub requests: u64,
    /// By caller: the agent's name, the human's, or the kind where there is no name.
    pub callers: BTreeMap<String, u64>,
    /// By kind of caller.
    pub kinds: BTreeMap<String, u64>,
    /// By what policy decided.
    pub decisions: BTreeMap<String, u64>,
    /// By environment.
    pub environments: BTreeMap<String, u64>,
    /// By where they stand.
    pub outcomes: BTreeMap<String, u64>,
    /// By tool.
    pub tools: BTreeMap<String, u64>,
}

impl Stats {
    /// The counts with their titles, as they are shown.
    pub fn groups(&self) -> [(&'static str, &BTreeMap<String, u64>); 6] {
        [
            ("by kind of caller", &self.kinds),
            ("by caller", &self.callers),
            ("by decision", &self.decisions),
            ("by environment", &self.environments),
            ("by outcome", &self.outcomes),
            ("by tool", &self.tools),
        ]
    }
}

impl SqliteLedger {
    /// The requests that a filter lets through.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn list(&self, filter: &Filter) -> Result<Vec<RequestRow>, LedgerError> {
        self.reading(list(&self.conn, filter))
    }

    /// How many requests a filter lets through, by caller, decision, environment, outcome and tool. Its limit and order
    /// do not count.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn stats(&self, filter: &Filter) -> Result<Stats, LedgerError> {
        self.reading(stats(&self.conn, filter))
    }

    /// The requests that wait for a human, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn pending(&self) -> Result<Vec<RequestRow>, LedgerError> {
        self.reading(pending(&self.conn))
    }

    /// The requests for which a review is owed since the glass was broken, the oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn owed(&self) -> Result<Vec<RequestRow>, LedgerError> {
        let all = deciders::all_owed(&self.conn)
            .and_then(|ids| rows_of(&self.conn, ids.into_iter().map(|id| Ok(id.as_str().to_owned()))));
        self.reading(all)
    }

    /// At most a hundred ids that begin with `prefix` and stand in one of `states`, newest first, each with its command.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn ids(&self, prefix: &str, states: &[RequestState]) -> Result<Vec<(RequestId, Redacted)>, LedgerError> {
        self.reading(ids(&self.conn, prefix, states))
    }

    /// All records of a request, in order.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn records_of(&self, id: &RequestId) -> Result<Vec<Record>, LedgerError> {
        self.reading(records::of_request(&self.conn, id))
    }

    /// At most `limit` records from number `from` on, in order.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn records(&self, from: u64, limit: usize) -> Result<Vec<Record>, LedgerError> {
        self.reading(records::range(&self.conn, from, limit))
    }

    /// The requests made from a time on until now, without holding anything back: whoever appends goes on.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn requests_since(&self, since: Option<Instant>) -> Result<Requests, LedgerError> {
        self.reading(requests_since(&self.conn, since))
    }

    /// The records with which the next requests of a range begin, at most `limit`; none when all were given.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn next_requests(&self, range: &mut Requests, limit: usize) -> Result<Vec<Record>, LedgerError> {
        let Some((from, to)) = range.numbers else { return Ok(Vec::new()) };
        let found = self.reading(records::beginnings(&self.conn, from, to, limit))?;
        range.numbers = found.last().map(|record| (record.seq + 1, to)).filter(|(next, to)| next <= to);
        Ok(found)
    }

    /// How many records there are, and the leaf of the newest.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn head(&self) -> Result<(u64, Digest), LedgerError> {
        let head = self.reading(records::head(&self.conn))?;
        Ok(head.map_or((0, Digest::ZERO), |head| (head.seq + 1, head.leaf)))
    }

    /// The freezes in force, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn freezes(&self) -> Result<Vec<Freeze>, LedgerError> {
        self.reading(snapshot::freezes(&self.conn))
    }
}

/// Requests that are read piece by piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requests {
    /// How many there are.
    pub count: u64,
    /// The numbers of the first and the last record that are still to be read.
    numbers: Option<(u64, u64)>,
}

/// A `WHERE` with its bound values.
struct Condition {
    text: String,
    values: Vec<Value>,
}

impl Condition {
    fn of(filter: &Filter) -> Self {
        let mut all = Self { text: String::from("1 = 1"), values: Vec::new() };
        all.add("created >= ?", filter.since.map(|time| time.micros));
        all.add("created < ?", filter.until.map(|time| time.micros));
        all.add("by_kind = ?", filter.by.map(|kind| kind.as_str().to_owned()));
        all.add("agent = ?", filter.agent.clone());
        all.add("human = ?", filter.human.clone());
        all.add("task = ?", filter.task.clone());
        all.add("instr(tools, ?) > 0", filter.tool.as_deref().map(projections::in_words));
        all.add("instr(environments, ?) > 0", filter.environment.as_deref().map(projections::in_words));
        all.add("instr(categories, ?) > 0", filter.category.as_deref().map(projections::in_words));
        all.add("state = ?", filter.state.map(|state| state.as_str().to_owned()));
        all.add("decision = ?", filter.decision.map(|decision| decision.as_str().to_owned()));
        all.add("instr(lower(command), lower(?)) > 0", filter.text.clone());
        if filter.open {
            all.text.push_str(" AND open = 1");
        }
        if filter.changes {
            all.text.push_str(" AND changes = 1");
        }
        all
    }

    fn add(&mut self, text: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.text.push_str(" AND ");
            self.text.push_str(text);
            self.values.push(value.into());
        }
    }
}

fn list(conn: &Connection, filter: &Filter) -> Result<Vec<RequestRow>, Fault> {
    let Condition { text, mut values } = Condition::of(filter);
    let order = if filter.newest_first { "DESC" } else { "ASC" };
    let limit = filter.limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
    values.push(Value::Integer(limit));
    let sql = format!("SELECT id FROM requests WHERE {text} ORDER BY created {order}, seq {order} LIMIT ?");
    let mut statement = conn.prepare(&sql)?;
    let ids = statement.query_map(params_from_iter(values), |row| row.get(0))?;
    rows_of(conn, ids)
}

fn rows_of(conn: &Connection, ids: impl Iterator<Item = rusqlite::Result<String>>) -> Result<Vec<RequestRow>, Fault> {
    ids.map(|id| {
        let id = RequestId::new(id?);
        rows::request(conn, &id)?.ok_or_else(|| Fault::Damaged(format!("request `{id}` is missing")))
    })
    .collect()
}

fn pending(conn: &Connection) -> Result<Vec<RequestRow>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT id FROM requests WHERE open = 1 AND state IN ('preparing', 'pending') ORDER BY created, seq",
    )?;
    let ids = statement.query_map([], |row| row.get(0))?;
    rows_of(conn, ids)
}

fn ids(conn: &Connection, prefix: &str, states: &[RequestState]) -> Result<Vec<(RequestId, Redacted)>, Fault> {
    let marks = vec!["?"; states.len()].join(", ");
    let sql = format!(
        "SELECT id, command FROM requests WHERE state IN ({marks}) AND substr(id, 1, length(?)) = ?
         ORDER BY seq DESC LIMIT 100"
    );
    let values = states.iter().map(|state| state.as_str()).chain([prefix, prefix]);
    let mut statement = conn.prepare(&sql)?;
    let found = statement.query_map(params_from_iter(values), |row| {
        let (id, command): (String, String) = (row.get(0)?, row.get(1)?);
        Ok((RequestId::new(id), Redacted::assume_clean(command)))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn stats(conn: &Connection, filter: &Filter) -> Result<Stats, Fault> {
    let Condition { text, values } = Condition::of(filter);
    let sql = format!(
        "SELECT by_kind, agent, human, decision, state, environments, tools, count(*)
         FROM requests WHERE {text} GROUP BY 1, 2, 3, 4, 5, 6, 7"
    );
    let mut statement = conn.prepare(&sql)?;
    let mut groups = statement.query(params_from_iter(values))?;
    let mut stats = Stats::default();
    while let Some(row) = groups.next()? {
        let count: u64 = row.get(7)?;
        let (kind, agent, human): (String, Option<String>, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let name = match kind.as_str() {
            "agent" => agent,
            "human" => human,
            _ => None,
        };
        stats.requests += count;
        add(&mut stats.callers, name.unwrap_or_else(|| kind.clone()), count);
        add(&mut stats.kinds, kind, count);
        add(&mut stats.decisions, row.get(3)?, count);
        add(&mut stats.outcomes, row.get(4)?, count);
        for name in projections::split_words(&row.get::<_, String>(5)?) {
            add(&mut stats.environments, name, count);
        }
        for name in projections::split_words(&row.get::<_, String>(6)?) {
            add(&mut stats.tools, name, count);
        }
    }
    Ok(stats)
}

fn requests_since(conn: &Connection, since: Option<Instant>) -> Result<Requests, Fault> {
    let mut statement = conn.prepare_cached("SELECT count(*), min(seq), max(seq) FROM requests WHERE created >= ?1")?;
    let since = since.map_or(i64::MIN, |since| since.micros);
    let found = statement.query_row([since], |row| {
        let (first, last): (Option<u64>, Option<u64>) = (row.get(1)?, row.get(2)?);
        Ok(Requests { count: row.get(0)?, numbers: first.zip(last) })
    });
    Ok(found?)
}

fn add(counts: &mut BTreeMap<String, u64>, name: String, count: u64) {
    *counts.entry(name).or_default() += count;
}

/// Executions with an intent and no outcome, oldest first.
pub(super) fn open_executions(conn: &Connection) -> Result<Vec<(ExecutionId, Record)>, Fault> {
    let mut statement =
        conn.prepare_cached("SELECT id, intent FROM executions WHERE outcome IS NULL ORDER BY intent")?;
    let found = statement.query_map(params![], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    found
        .map(|row| {
            let (id, seq) = row?;
            Ok((ExecutionId::new(id), records::at(conn, seq)?))
        })
        .collect()
}
