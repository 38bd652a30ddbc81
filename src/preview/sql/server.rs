//! Questions to the server: which one it is, what the tables are, how many rows the planner expects.
//!
//! Each is put by the very client with the command's own connection, in a transaction that only reads, with a limit of time
//! on both sides. What the agent wrote goes in as a file, so that no secret of it stands in a record.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::model::invocation::{Raw, Variable};
use crate::preview::prober::{Asking, Failure, Prober};
use crate::preview::subject::Subject;

use super::words::Words;

/// Which server, database and user it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Identity {
    pub(super) database: String,
    pub(super) oid: String,
    pub(super) user: String,
    pub(super) schema: Option<String>,
    pub(super) path: String,
    pub(super) address: Option<String>,
    pub(super) standby: bool,
    #[serde(skip)]
    pub(super) system: Option<String>,
}

/// A table, view, index or sequence.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub(super) struct Relation {
    pub(super) name: String,
    pub(super) oid: Option<String>,
    pub(super) qualified: Option<String>,
    pub(super) schema: Option<String>,
    pub(super) rows: Option<i64>,
    pub(super) bytes: Option<u64>,
    pub(super) columns: Option<String>,
    pub(super) names: Option<Vec<String>>,
    #[serde(skip)]
    pub(super) triggers: Vec<String>,
}

const IDENTITY: &str = "select pg_catalog.json_build_object('database', pg_catalog.current_database(), \
    'oid', (select d.oid::text from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()), \
    'user', current_user::text, 'schema', pg_catalog.current_schema()::text, \
    'path', pg_catalog.current_setting('search_path'), \
    'address', pg_catalog.host(pg_catalog.inet_server_addr()) || ':' || pg_catalog.inet_server_port(), \
    'standby', pg_catalog.pg_is_in_recovery())";

const SYSTEM: &str = "select system_identifier from pg_catalog.pg_control_system()";

/// `NAMES` stands for the list.
const RELATIONS: &str = "select coalesce(pg_catalog.json_agg(x order by x.i), '[]') from (select u.i, u.n as name, c.oid::text as oid, \
    pg_catalog.quote_ident(s.nspname) || '.' || pg_catalog.quote_ident(c.relname) as qualified, pg_catalog.quote_ident(s.nspname) as schema, \
    c.reltuples::bigint as rows, pg_catalog.pg_total_relation_size(c.oid) as bytes, \
    (select pg_catalog.md5(pg_catalog.string_agg(a.attname || ':' || a.atttypid || ':' || a.atttypmod || ':' || a.attnotnull, ',' \
    order by a.attnum)) from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns, \
    (select pg_catalog.json_agg(a.attname) from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 \
    and not a.attisdropped) as names \
    from pg_catalog.unnest(array[NAMES]::text[]) with ordinality as u(n, i) \
    left join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(u.n) \
    left join pg_catalog.pg_namespace s on s.oid = c.relnamespace) x";

/// A connection.
pub(super) struct Server<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) words: &'a Words,
}

impl Server<'_> {
    /// Which server it is.
    ///
    /// # Errors
    /// When it does not answer.
    pub(super) fn identity(&self, prober: &mut Prober<'_>) -> Result<Identity, Failure> {
        let told = self.ask(&["-c", IDENTITY].map(Raw::from), prober)?;
        let mut identity: Identity = parsed(&told)?;
        // Not everybody may ask for it.
        identity.system = match self.ask(&["-c", SYSTEM].map(Raw::from), prober) {
            Ok(told) => Some(told.trim().to_owned()),
            Err(failure) if failure.is_late => return Err(failure),
            Err(_) => None,
        };
        Ok(identity)
    }

    /// What stands behind names, by name.
    ///
    /// # Errors
    /// When it does not answer.
    pub(super) fn relations(
        &self,
        names: &[String],
        prober: &mut Prober<'_>,
    ) -> Result<BTreeMap<String, Relation>, Failure> {
        // A backslash means something else where strings are read in the old way.
        let names: Vec<&String> = names.iter().filter(|name| !name.contains('\\')).collect();
        if names.is_empty() {
            return Ok(BTreeMap::new());
        }
        let quoted = |name: &str| {
            let parts = name.split('.').map(|part| format!("\"{}\"", part.replace('"', "\"\"")));
            format!("'{}'", parts.collect::<Vec<_>>().join(".").replace('\'', "''"))
        };
        let list = names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
        let query = RELATIONS.replace("NAMES", &list);
        let told: Vec<Relation> = parsed(&self.ask(&[Raw::from("-c"), Raw::from(query)], prober)?)?;
        Ok(names.into_iter().cloned().zip(told).collect())
    }

    /// How many rows the planner expects a statement to give or change.
    ///
    /// # Errors
    /// When the server does not plan it.
    pub(super) fn rows(&self, statement: &str, prober: &mut Prober<'_>) -> Result<u64, Failure> {
        let place = prober.place()?;
        let text = format!("explain (format json) {statement}");
        let file = place.put("explain.sql", text.as_bytes()).map_err(|error| Failure::new(error.text))?;
        let told = self.ask(&[Raw::from("-f"), Raw::from(file.into_os_string())], prober)?;
        let told: Value = parsed(&told)?;
        let plan = told.pointer("/0/Plan").unwrap_or(&Value::Null);
        let rows = |plan: &Value| plan.get("Plan Rows").and_then(Value::as_u64);
        let is_change = plan.get("Node Type").and_then(Value::as_str) == Some("ModifyTable");
        let inner = plan.pointer("/Plans/0").filter(|_| is_change);
        inner.or(Some(plan)).and_then(rows).ok_or_else(|| Failure::new("the planner tells no rows"))
    }

    fn ask(&self, question: &[Raw], prober: &mut Prober<'_>) -> Result<String, Failure> {
        let mut argv: Vec<Raw> = self.subject.words.first().cloned().into_iter().collect();
        argv.extend(self.words.connection.iter().cloned());
        argv.extend(["-w", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-P", "pager=off"].map(Raw::from));
        for text in ["set statement_timeout = '5s'", "set lock_timeout = '1s'", "begin transaction read only"] {
            argv.extend(["-c", text].map(Raw::from));
        }
        argv.extend(question.iter().cloned());
        let mut env: Vec<Variable> = self.subject.env.to_vec();
        for (name, value) in [("PGCONNECT_TIMEOUT", "5"), ("PGAPPNAME", "aigov"), ("LC_ALL", "C.UTF-8")] {
            if name == "LC_ALL" || !env.iter().any(|(known, _)| known.0 == name.as_bytes()) {
                env.retain(|(known, _)| known.0 != name.as_bytes());
                env.push((Raw::from(name), Raw::from(value)));
            }
        }
        let asking = Asking { program: &self.subject.program, argv, cwd: &self.subject.directory, env };
        let answered = prober.ask(asking)?;
        match answered.exit_code {
            Some(0) => Ok(String::from_utf8_lossy(&answered.out).into_owned()),
            _ => {
                let said = String::from_utf8_lossy(&answered.err);
                // The lines after the first repeat what was asked.
                let first = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
                let said = first.find("ERROR:").and_then(|at| first.get(at..)).unwrap_or(first);
                Err(Failure::new(format!("psql was not answered: {said}")))
            }
        }
    }
}

fn parsed<T: for<'de> Deserialize<'de>>(told: &str) -> Result<T, Failure> {
    serde_json::from_str(told.trim()).map_err(|error| Failure::new(format!("psql's answer is not understood: {error}")))
}
