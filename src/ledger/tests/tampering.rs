//! Every edit of the file is found, and named by its record.

use super::*;
use crate::ledger::verify::{Expected, FaultKind, verify};

/// A filled ledger whose file an attacker has had.
fn after(edit: &str) -> Place {
    let place = Place::new();
    fill(&mut place.open());
    place
        .raw()
        .execute_batch(&format!("DROP TRIGGER records_are_not_changed; DROP TRIGGER records_are_not_deleted; PRAGMA foreign_keys=off; {edit}"))
        .unwrap();
    place
}

#[test]
fn a_ledger_that_nobody_touched_is_sound() {
    let place = Place::new();
    let mut ledger = place.open();
    fill(&mut ledger);
    let report = verify(&place.path, None).unwrap();
    assert!(report.is_sound(), "{}", report.text());
    assert_eq!((report.records, report.exit_code()), (9, 0));
    let (size, leaf) = ledger.head().unwrap();
    assert!(verify(&place.path, Some(Expected { size, leaf })).unwrap().is_sound());
}

#[test]
fn every_edit_is_found_and_named_by_its_record() {
    let cases = [
        ("UPDATE records SET body = replace(body, 'traffic', 'nothing') WHERE seq = 4", Some(4)),
        ("DELETE FROM records WHERE seq = 3", Some(3)),
        ("UPDATE records SET leaf = zeroblob(32) WHERE seq = 2", Some(2)),
        ("UPDATE records SET agent = 'somebody' WHERE seq = 5", Some(5)),
        ("UPDATE records SET time = time + 1 WHERE seq = 6", Some(6)),
        ("DELETE FROM records WHERE seq = 0", Some(0)),
        ("DELETE FROM records", Some(0)),
        ("UPDATE requests SET state = 'approved' WHERE id = 'r-wait'", None),
        ("DELETE FROM approvals", None),
        ("UPDATE executions SET outcome = NULL", None),
        ("INSERT INTO freezes(scope, seq) VALUES('', 1)", None),
    ];
    for (edit, record) in cases {
        let report = verify(&after(edit).path, None).unwrap();
        let fault = report.fault.clone().unwrap_or_else(|| panic!("{edit} is not found"));
        assert_eq!((fault.kind, fault.record), (FaultKind::Broken, record), "{edit}: {}", report.text());
        assert_eq!(report.exit_code(), 1);
    }
}

#[test]
fn a_record_that_was_made_anew_breaks_the_next_one() {
    let place = Place::new();
    fill(&mut place.open());
    let conn = place.raw();
    let body: String = conn.query_row("SELECT body FROM records WHERE seq = 4", [], |row| row.get(0)).unwrap();
    let forged = body.replace("traffic", "nothing");
    conn.execute_batch("DROP TRIGGER records_are_not_changed").unwrap();
    conn.execute(
        "UPDATE records SET body = ?1, leaf = ?2 WHERE seq = 4",
        rusqlite::params![forged, chain::leaf(forged.as_bytes()).0],
    )
    .unwrap();
    assert_eq!(verify(&place.path, None).unwrap().fault.unwrap().record, Some(5));
}

#[test]
fn a_noted_head_finds_what_was_cut_off_or_made_anew() {
    let place = Place::new();
    fill(&mut place.open());
    let (size, leaf) = place.open().head().unwrap();
    let cut = after("DELETE FROM records WHERE seq >= 7; DELETE FROM executions WHERE id = 'x-ask'");
    let report = verify(&cut.path, Some(Expected { size, leaf })).unwrap();
    assert_eq!((report.fault.as_ref().unwrap().kind, report.exit_code()), (FaultKind::Truncated, 3));
    let other = Place::new();
    fill(&mut other.open());
    let report = verify(&other.path, Some(Expected { size, leaf })).unwrap();
    assert_eq!((report.fault.as_ref().unwrap().kind, report.exit_code()), (FaultKind::Rewritten, 4));
}

#[test]
fn projections_are_made_anew_from_the_records() {
    let place = after("UPDATE requests SET state = 'approved'; DELETE FROM approvals");
    assert!(!verify(&place.path, None).unwrap().is_sound());
    place.open().rebuild_projections().unwrap();
    let report = verify(&place.path, None).unwrap();
    assert!(report.is_sound(), "{}", report.text());
}

#[test]
fn a_file_that_is_half_written_is_told() {
    let place = Place::new();
    fill(&mut place.open());
    place.raw().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let bytes = std::fs::read(&place.path).unwrap();
    std::fs::write(&place.path, &bytes[..bytes.len() / 2]).unwrap();
    match verify(&place.path, None) {
        Ok(report) => assert!(!report.is_sound()),
        Err(error) => assert!(error.to_string().contains("ledger"), "{error}"),
    }
}
