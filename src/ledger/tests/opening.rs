//! Opening a ledger: what is made, what is refused.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::thread;

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_new_ledger_is_its_owners_alone_and_begins_with_genesis() {
    let place = Place::new();
    let ledger = place.open();
    assert_eq!(mode(&place.path), 0o600);
    assert_eq!(mode(place.path.parent().unwrap()), 0o700);
    let all = ledger.records(0, 10).unwrap();
    assert_eq!(all.len(), 1);
    assert!(matches!(&all[0].event, Event::Genesis(genesis) if genesis.host == "testhost"));
    assert_eq!(all[0].boot, "b00t");
    for suffix in ["-wal", "-shm"] {
        assert_eq!(mode(&super::super::lock::beside(&place.path, suffix)), 0o600);
    }
}

#[test]
fn a_missing_ledger_is_told_from_one_that_cannot_be_opened() {
    let place = Place::new();
    let open = || SqliteLedger::open(&place.path, Access::ReadOnly, place.clock.stamp());
    assert!(matches!(open(), Err(LedgerError::Missing { .. })));
    assert!(!place.path.exists());
    fs::create_dir_all(place.path.parent().unwrap()).unwrap();
    fs::write(&place.path, b"").unwrap();
    assert!(matches!(open(), Err(LedgerError::Missing { .. })));
    fs::write(&place.path, vec![b'x'; 4096]).unwrap();
    assert!(matches!(open(), Err(LedgerError::Corrupt { .. })));
}

#[test]
fn a_ledger_that_is_opened_for_reading_is_not_written() {
    let place = Place::new();
    fill(&mut place.open());
    let mut ledger = SqliteLedger::open(&place.path, Access::ReadOnly, place.clock.stamp()).unwrap();
    let before = ledger.head().unwrap();
    let error = append(&mut ledger, vec![allowed("r-1")]).unwrap_err();
    assert!(error.to_string().ends_with("it was opened for reading"), "{error}");
    assert_eq!(ledger.head().unwrap(), before);
}

#[test]
fn a_ledger_that_others_can_write_is_refused() {
    let place = Place::new();
    drop(place.open());
    let parent = place.path.parent().unwrap();
    for (what, bad, good) in [
        (place.path.as_path(), 0o620, 0o600),
        (place.path.as_path(), 0o602, 0o600),
        (parent, 0o770, 0o700),
        (parent, 0o707, 0o700),
    ] {
        set_mode(what, bad);
        let error = place.try_open().unwrap_err();
        assert!(matches!(error, LedgerError::Unsafe { .. }), "{error}");
        assert!(error.to_string().contains("can be written by others"), "{error}");
        set_mode(what, good);
        drop(place.open());
    }
    set_mode(parent, 0o1777);
    drop(place.open());
    set_mode(&super::super::lock::beside(&place.path, "-wal"), 0o666);
    assert!(matches!(place.try_open(), Err(LedgerError::Unsafe { .. })));
}

#[test]
fn a_ledger_behind_a_link_is_judged_where_it_lies() {
    let place = Place::new();
    drop(place.open());
    let link = place._directory.path().join("link.db");
    symlink(&place.path, &link).unwrap();
    let open = || SqliteLedger::open(&link, Access::ReadWrite, place.clock.stamp());
    drop(open().unwrap());
    set_mode(place.path.parent().unwrap(), 0o777);
    assert!(matches!(open(), Err(LedgerError::Unsafe { .. })));
}

#[test]
fn what_is_not_a_ledger_is_not_written() {
    let place = Place::new();
    fs::create_dir_all(place.path.parent().unwrap()).unwrap();
    let raw = place.raw();
    raw.execute_batch("CREATE TABLE mine(a); INSERT INTO mine VALUES(1)").unwrap();
    drop(raw);
    set_mode(&place.path, 0o600);
    let error = place.try_open().unwrap_err();
    assert!(error.to_string().ends_with("it is a database, but not one of aigov's"), "{error}");
    place.raw().pragma_update(None, "user_version", 99).unwrap();
    assert!(place.try_open().unwrap_err().to_string().contains("a newer aigov"));
    fs::remove_file(&place.path).unwrap();
    fs::create_dir(&place.path).unwrap();
    assert!(place.try_open().unwrap_err().to_string().ends_with("is not a file"));
}

#[test]
fn a_half_made_ledger_is_completed() {
    let place = Place::new();
    fs::create_dir_all(place.path.parent().unwrap()).unwrap();
    fs::write(&place.path, b"").unwrap();
    set_mode(&place.path, 0o600);
    let raw = place.raw();
    raw.pragma_update(None, "journal_mode", "wal").unwrap();
    raw.execute_batch("BEGIN IMMEDIATE; CREATE TABLE records(a)").unwrap();
    drop(raw);
    let ledger = place.open();
    assert_eq!(ledger.head().unwrap().0, 1);
}

#[test]
fn of_many_who_make_it_at_once_one_does() {
    for _ in 0..5 {
        let place = Place::new();
        thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| place.open());
            }
        });
        assert_eq!(place.open().head().unwrap().0, 1);
    }
}

#[test]
fn a_missing_directory_that_cannot_be_made_is_told() {
    let place = Place::new();
    fs::write(place.path.parent().unwrap(), b"a file").unwrap();
    assert!(matches!(place.try_open(), Err(LedgerError::Open { .. })));
}

#[test]
fn the_triggers_stop_an_accident() {
    let place = Place::new();
    fill(&mut place.open());
    let raw = place.raw();
    assert!(raw.execute("UPDATE records SET type = 'x' WHERE seq = 2", []).is_err());
    assert!(raw.execute("DELETE FROM records", []).is_err());
}
