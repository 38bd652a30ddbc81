//! The tables. Migrations are appended, never edited.
//!
//! `records` is the chain and is never changed. `sealed` holds the bytes that the chain only commits to, `keys` what its bindings are
//! keyed with. All other tables
//! are projections: they hold nothing that could not be made again from `records`.

use rusqlite::Connection;

use super::{collecting, signatures};

/// `application_id` of the file: "aigv".
pub(super) const APPLICATION_ID: i32 = 0x6169_6776;

/// The steps from version n to n + 1.
pub(super) const MIGRATIONS: &[fn(&Connection) -> rusqlite::Result<()>] =
    &[first, second, third, deciders, with_grants, collecting_begins, signatures::begin, ways_back_and_carried];

/// The tables that [`create_projections`] makes, in the order in which they can be dropped, with the column that orders
/// their rows.
pub(super) const PROJECTIONS: &[(&str, &str)] = &[
    ("decided", "request"),
    ("carried", "request"),
    ("rollbacks", "back"),
    ("ways_back", "request"),
    ("broken_glass", "request"),
    ("escalations", "seq"),
    ("counted", "approval, demand"),
    ("demands", "request, demand"),
    ("grants", "seq"),
    ("deliveries", "channel, delivery"),
    ("troubles", "channel"),
    ("posts", "request, channel"),
    ("leases", "id"),
    ("questions", "nonce"),
    ("signing_keys", "fingerprint"),
    ("verifications", "request"),
    ("previews", "seq"),
    ("approvals", "seq"),
    ("executions", "id"),
    ("requests", "seq"),
    ("freezes", "scope"),
    ("policies", "digest"),
    ("clock", "id"),
    ("origin", "id"),
];

const CHAIN: &str = "
CREATE TABLE records(
  seq INTEGER PRIMARY KEY CHECK(seq >= 0),
  type TEXT NOT NULL,
  time INTEGER NOT NULL,
  request TEXT,
  execution TEXT,
  by_kind TEXT NOT NULL,
  agent TEXT,
  human TEXT,
  body TEXT NOT NULL,
  prev BLOB NOT NULL UNIQUE CHECK(length(prev) = 32),
  leaf BLOB NOT NULL UNIQUE CHECK(length(leaf) = 32)
) STRICT;
CREATE INDEX records_request ON records(request) WHERE request IS NOT NULL;
CREATE TRIGGER records_are_not_changed BEFORE UPDATE ON records
  BEGIN SELECT RAISE(ABORT, 'a record cannot be changed'); END;
CREATE TRIGGER records_are_not_deleted BEFORE DELETE ON records
  BEGIN SELECT RAISE(ABORT, 'a record cannot be deleted'); END;
CREATE TABLE sealed(
  request TEXT NOT NULL,
  field TEXT NOT NULL,
  salt BLOB NOT NULL CHECK(length(salt) = 16),
  bytes BLOB NOT NULL,
  PRIMARY KEY(request, field)
) STRICT;
CREATE TABLE keys(id INTEGER PRIMARY KEY CHECK(id = 0), binding BLOB NOT NULL CHECK(length(binding) = 32)) STRICT;
";

const STATE: &str = "
CREATE TABLE origin(id INTEGER PRIMARY KEY CHECK(id = 0), log TEXT NOT NULL) STRICT;
CREATE TABLE requests(
  seq INTEGER PRIMARY KEY REFERENCES records(seq),
  id TEXT NOT NULL UNIQUE,
  opened TEXT NOT NULL,
  open INTEGER NOT NULL,
  state TEXT NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  expires INTEGER,
  by_kind TEXT NOT NULL,
  agent TEXT,
  human TEXT,
  task TEXT,
  tools TEXT NOT NULL,
  environments TEXT NOT NULL,
  categories TEXT NOT NULL,
  impact TEXT NOT NULL,
  decision TEXT NOT NULL,
  command TEXT NOT NULL,
  identity BLOB NOT NULL,
  approvals_needed INTEGER NOT NULL,
  min_assurance TEXT NOT NULL,
  changes INTEGER NOT NULL,
  ended INTEGER
) STRICT;
CREATE INDEX requests_created ON requests(created);
CREATE INDEX requests_changes ON requests(created) WHERE changes = 1;
CREATE INDEX requests_open ON requests(state, created) WHERE open = 1;
CREATE INDEX requests_identity ON requests(identity) WHERE open = 1;
CREATE TABLE approvals(
  seq INTEGER PRIMARY KEY REFERENCES records(seq),
  request TEXT NOT NULL REFERENCES requests(id),
  human TEXT NOT NULL,
  uid INTEGER NOT NULL,
  assurance TEXT NOT NULL,
  yes INTEGER NOT NULL
) STRICT;
CREATE INDEX approvals_request ON approvals(request);
CREATE TABLE executions(
  id TEXT NOT NULL PRIMARY KEY,
  request TEXT NOT NULL UNIQUE REFERENCES requests(id),
  intent INTEGER NOT NULL REFERENCES records(seq),
  outcome INTEGER REFERENCES records(seq)
) STRICT;
CREATE INDEX executions_open ON executions(intent) WHERE outcome IS NULL;
CREATE TABLE freezes(scope TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL REFERENCES records(seq)) STRICT;
CREATE TABLE policies(digest BLOB NOT NULL PRIMARY KEY, tests_passed INTEGER NOT NULL) STRICT;
CREATE TABLE clock(id INTEGER PRIMARY KEY CHECK(id = 0), accepted INTEGER NOT NULL, floor INTEGER NOT NULL) STRICT;
";

const PREVIEWS: &str = "
CREATE TABLE previews(
  seq INTEGER PRIMARY KEY REFERENCES records(seq),
  request TEXT NOT NULL UNIQUE REFERENCES requests(id)
) STRICT;
";

const VERIFICATIONS: &str = "
CREATE TABLE verifications(
  request TEXT NOT NULL PRIMARY KEY REFERENCES requests(id),
  within INTEGER NOT NULL,
  automatic INTEGER NOT NULL,
  open INTEGER NOT NULL,
  due INTEGER,
  ended INTEGER REFERENCES records(seq),
  back TEXT UNIQUE REFERENCES requests(id),
  gave_up INTEGER REFERENCES records(seq)
) STRICT;
CREATE INDEX verifications_open ON verifications(due) WHERE open = 1;
";

const WAYS_BACK: &str = "
CREATE TABLE ways_back(
  request TEXT NOT NULL PRIMARY KEY REFERENCES requests(id),
  erased INTEGER NOT NULL REFERENCES records(seq)
) STRICT;
CREATE TABLE rollbacks(back TEXT NOT NULL PRIMARY KEY REFERENCES requests(id), first TEXT NOT NULL) STRICT;
CREATE INDEX rollbacks_first ON rollbacks(first);
CREATE TABLE carried(
  request TEXT NOT NULL PRIMARY KEY REFERENCES requests(id),
  source TEXT NOT NULL UNIQUE REFERENCES requests(id),
  seq INTEGER NOT NULL REFERENCES records(seq)
) STRICT;
CREATE TABLE decided(
  request TEXT NOT NULL PRIMARY KEY REFERENCES requests(id),
  first INTEGER NOT NULL,
  moved INTEGER NOT NULL
) STRICT;
CREATE INDEX requests_asked ON requests(identity, seq) WHERE opened = 'pending';
";

/// Ways back that were asked for, and decisions that were made, with an older aigov.
const OLDER: &str = "
INSERT INTO decided(request, first, moved)
SELECT p.request, min(r.time), max(EXISTS(SELECT 1 FROM records i WHERE i.request = p.request
    AND i.type = 'request_invalidated' AND json_extract(i.body, '$.body.field') = 'target'))
FROM approvals p JOIN records r ON r.seq = p.seq WHERE p.yes GROUP BY p.request;
INSERT INTO rollbacks(back, first)
SELECT q.id, json_extract(r.body, '$.body.rolls_back') FROM requests q JOIN records r ON r.seq = q.seq
WHERE json_extract(r.body, '$.body.rolls_back') IS NOT NULL;
";

/// Ways back that were killed while they ran, of which no human was told.
const LEFT_UNTOLD: &str = "
UPDATE verifications SET open = 1 WHERE automatic AND ended IS NOT NULL AND gave_up IS NULL
  AND back IN (SELECT id FROM requests WHERE state = 'outcome_unknown')
  AND request NOT IN (SELECT id FROM requests WHERE state = 'rolled_back');
";

const DECIDERS: &str = "
CREATE TABLE demands(
  request TEXT NOT NULL REFERENCES requests(id),
  demand INTEGER NOT NULL,
  stages TEXT NOT NULL,
  PRIMARY KEY(request, demand)
) STRICT;
CREATE TABLE counted(
  approval INTEGER NOT NULL REFERENCES records(seq),
  request TEXT NOT NULL REFERENCES requests(id),
  demand INTEGER NOT NULL,
  stage INTEGER NOT NULL,
  named TEXT NOT NULL,
  PRIMARY KEY(approval, demand)
) STRICT;
CREATE TABLE escalations(
  seq INTEGER PRIMARY KEY REFERENCES records(seq),
  request TEXT NOT NULL REFERENCES requests(id),
  demand INTEGER NOT NULL,
  stage INTEGER NOT NULL,
  step INTEGER NOT NULL,
  names TEXT NOT NULL
) STRICT;
CREATE INDEX escalations_request ON escalations(request);
CREATE TABLE broken_glass(
  request TEXT NOT NULL PRIMARY KEY REFERENCES requests(id),
  approval INTEGER NOT NULL UNIQUE REFERENCES records(seq),
  review INTEGER REFERENCES records(seq)
) STRICT;
CREATE INDEX broken_glass_owed ON broken_glass(approval) WHERE review IS NULL;
";

const GRANTS: &str = "
CREATE TABLE grants(
  seq INTEGER PRIMARY KEY REFERENCES records(seq),
  id TEXT NOT NULL UNIQUE,
  uses INTEGER NOT NULL,
  used INTEGER NOT NULL CHECK(used <= uses),
  expires INTEGER NOT NULL,
  ended INTEGER REFERENCES records(seq)
) STRICT;
";

fn first(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(CHAIN)?;
    conn.execute_batch(STATE)?;
    conn.pragma_update(None, "application_id", APPLICATION_ID)
}

fn second(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(PREVIEWS)
}

fn third(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(VERIFICATIONS)
}

fn ways_back_and_carried(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(WAYS_BACK)?;
    conn.execute_batch(OLDER)?;
    conn.execute_batch(LEFT_UNTOLD)
}

fn deciders(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(DECIDERS)
}

fn with_grants(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(GRANTS)
}

fn collecting_begins(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(collecting::TABLES)?;
    conn.execute_batch(collecting::HEARTBEAT)
}

/// Makes the projections, empty.
pub(super) fn create_projections(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(STATE)?;
    conn.execute_batch(PREVIEWS)?;
    conn.execute_batch(VERIFICATIONS)?;
    conn.execute_batch(WAYS_BACK)?;
    conn.execute_batch(DECIDERS)?;
    conn.execute_batch(GRANTS)?;
    conn.execute_batch(collecting::TABLES)?;
    signatures::begin(conn)
}

/// Drops the projections.
pub(super) fn drop_projections(conn: &Connection) -> rusqlite::Result<()> {
    for (table, _) in PROJECTIONS {
        conn.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
    }
    Ok(())
}

/// The version that a file was brought to.
pub(super) fn version(conn: &Connection) -> rusqlite::Result<usize> {
    conn.pragma_query_value(None, "user_version", |row| row.get(0))
}
