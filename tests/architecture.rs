//! Holds the module table of docs/architecture.md: who may import whom, every module placed, file length, and the
//! few calls that belong to one place alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each row may import only from rows above it; modules of one row may not import each other.
const ROWS: &[&[&str]] = &[
    &["model"],
    &["error", "text"],
    &["packs", "sql"],
    &["command"],
    &["redact", "chain"],
    &["signature"],
    &["binding"],
    &["classify"],
    &["policy"],
    &["govern"],
    &["host"],
    &["ledger"],
    &["exec"],
    &["undo"],
    &["preview"],
    &["approval"],
    &["report"],
    &["broker"],
    &["verification"],
    &["collect"],
    &["cli"],
];

/// The most production lines a file may have. Tables of constant data may be longer.
const MOST_LINES: usize = 400;
/// Files that are mostly tables of constant data.
const TABLES: &[&str] = &["src/packs/", "src/cli/args.rs", "src/sql/tables/"];
/// The most packages that the lock file may hold. A third of them speak HTTP, TLS and WebSocket for the channels, on this
/// and on other systems.
const MOST_PACKAGES: usize = 240;

fn sources() -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![PathBuf::from("src")];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.insert(path, text);
            }
        }
    }
    assert!(found.len() > 40, "the sources were not found");
    found
}

fn module_of(path: &Path) -> Option<String> {
    let first = path.strip_prefix("src").unwrap().components().next().unwrap();
    let name = first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
    (!["lib", "main"].contains(&name.as_str())).then_some(name)
}

fn row_of(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// The part of a file that ships: everything before its tests. A line that names a file of tests ends nothing.
fn production(text: &str) -> &str {
    let is_body = |at: usize| {
        let declared = text[at..].lines().find(|line| !line.is_empty() && !line.starts_with('#'));
        declared.is_some_and(|line| line.ends_with('{'))
    };
    let end = text.match_indices("\n#[cfg(test)]").map(|(at, _)| at).find(|at| is_body(*at));
    &text[..end.unwrap_or(text.len())]
}

fn imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let before = text[..at].chars().next_back().unwrap_or(' ');
        let name: String =
            text[at + 7..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '_' || c.is_ascii_digit()).collect();
        if !before.is_alphanumeric() && before != '_' && !name.is_empty() {
            found.push(name);
        }
    }
    found
}

fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

#[test]
fn a_module_imports_only_from_rows_above_it() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let Some(module) = module_of(&path) else { continue };
        let Some(row) = row_of(&module) else {
            faults.push(format!("{}: `{module}` is not in the table", path.display()));
            continue;
        };
        let code: String = code_lines(production(&text)).collect::<Vec<_>>().join("\n");
        for import in imports(&code) {
            match row_of(&import) {
                Some(other) if other < row || import == module => {}
                Some(_) => {
                    faults.push(format!("{}: `{module}` imports `{import}`, which is not above it", path.display()))
                }
                None => faults.push(format!("{}: imports `{import}`, which is not in the table", path.display())),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_file_is_so_long_that_nobody_opens_it() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let lines = production(&text).lines().count();
        let name = path.display().to_string();
        if lines > MOST_LINES && !TABLES.iter().any(|table| name.starts_with(table)) {
            faults.push(format!("{name}: {lines} production lines"));
        }
        if name == "src/broker.rs" && lines > 150 {
            faults.push(format!("{name}: {lines} lines; the product has to stay on one page"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A text that may stand only in files whose path starts with one of these.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("Committed::by_ledger(", &["src/model/ledger.rs", "src/ledger/"]),
    ("Permit::from_committed(", &["src/exec/", "src/broker.rs"]),
    ("rusqlite::", &["src/ledger/"]),
    ("process::Command", &["src/exec/", "src/cli/output.rs"]),
    ("std::env::", &["src/host/", "src/cli/mod.rs"]),
    ("std::io::stdout", &["src/cli/output.rs"]),
    ("println!", &[]),
    // What runs a command neither connects nor starts a runtime: only a collector does.
    ("tokio::", &["src/collect/", "src/approval/channels/"]),
    ("tokio_tungstenite::", &["src/approval/channels/"]),
    ("reqwest::", &["src/approval/channels/"]),
    ("rustls::", &["src/approval/channels/"]),
    ("SystemTime::now", &["src/host/"]),
    ("Timestamp::now", &["src/host/"]),
];

#[test]
fn what_belongs_to_one_place_stands_nowhere_else() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let name = path.display().to_string();
        for (needle, homes) in ONLY_IN {
            let is_there = code_lines(production(&text)).any(|line| line.contains(needle));
            if is_there && !homes.iter().any(|home| name.starts_with(home)) {
                faults.push(format!("{name}: `{needle}` belongs to {homes:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_pure_core_touches_no_file_clock_or_process() {
    let pure = ["model", "command", "packs", "sql", "redact", "chain", "binding", "classify", "govern", "report"];
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let Some(module) = module_of(&path) else { continue };
        if !pure.contains(&module.as_str()) {
            continue;
        }
        for needle in ["std::fs", "std::net", "std::process", "std::env", "std::thread", "Instant::now", "rustix::"] {
            if code_lines(production(&text)).any(|line| line.contains(needle)) {
                faults.push(format!("{}: `{needle}` in the pure core", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_module_has_a_head() {
    let faults: Vec<String> = sources()
        .iter()
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(path, _)| format!("{}: no `//!` head", path.display()))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_documented_table_is_this_table() {
    let document = fs::read_to_string("docs/architecture.md").unwrap();
    for module in ROWS.iter().copied().flatten() {
        assert!(document.contains(&format!("`{module}")), "docs/architecture.md does not name `{module}`");
    }
}

#[test]
fn the_lock_file_stays_small() {
    let packages = fs::read_to_string("Cargo.lock").unwrap().matches("[[package]]").count();
    assert!(packages <= MOST_PACKAGES, "{packages} locked packages, at most {MOST_PACKAGES}");
}
