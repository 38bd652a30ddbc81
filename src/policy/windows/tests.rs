//! Freeze windows at their edges, and where clocks are put forward and back.

use std::path::Path;

use toml::de::DeTable;

use super::*;

/// What a table of this content says, or its first fault.
fn read(text: &str) -> Result<FreezeWindow, String> {
    let text = format!("[[freeze_windows]]\n{text}");
    let mut source = Source::new(Path::new("policy.toml"), &text);
    let table = DeTable::parse(&text).map_err(|error| error.to_string())?;
    let mut fields = Fields::new(table.get_ref(), 0..0);
    let found = windows(&mut fields, &mut source);
    match source.faults.first() {
        Some(fault) => Err(fault.text.clone()),
        None => Ok(found[0].clone()),
    }
}

fn window(from: &str, until: &str, zone: &str) -> FreezeWindow {
    read(&format!("name = \"w\"\nfrom = \"{from}\"\nuntil = \"{until}\"\nzone = \"{zone}\"\n")).unwrap()
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

#[track_caller]
fn edges(window: &FreezeWindow, from: &str, until: &str) {
    let (from, until) = (at(from), at(until));
    let micro = std::time::Duration::from_micros(1);
    assert_eq!(window.until(from.minus(micro)), None, "not before it begins");
    assert_eq!(window.until(from), Some(until), "from its first moment");
    assert_eq!(window.until(until.minus(micro)), Some(until), "to its last");
    assert_eq!(window.until(until), None, "and no longer");
}

#[test]
fn a_window_by_dates_covers_its_last_day() {
    edges(&window("2026-12-20", "2027-01-03", "Europe/Berlin"), "2026-12-19T23:00:00Z", "2027-01-03T23:00:00Z");
    edges(&window("2026-12-20 18:00", "2026-12-20 18:30", "UTC"), "2026-12-20T18:00:00Z", "2026-12-20T18:30:00Z");
    edges(
        &window("2026-12-20T18:00", "2026-12-21", "America/New_York"),
        "2026-12-20T23:00:00Z",
        "2026-12-22T05:00:00Z",
    );
}

#[test]
fn a_weekly_window_comes_every_week_in_the_time_of_its_zone() {
    let weekend = window("fri 16:00", "monday 08:00", "Europe/Berlin");
    // Summer, UTC+2; winter, UTC+1.
    edges(&weekend, "2026-07-03T14:00:00Z", "2026-07-06T06:00:00Z");
    edges(&weekend, "2026-11-27T15:00:00Z", "2026-11-30T07:00:00Z");
    // The weekend on which clocks are put back: an hour longer.
    edges(&weekend, "2026-10-23T14:00:00Z", "2026-10-26T07:00:00Z");
    let night = window("tue 22:00", "wed 06:00", "UTC");
    edges(&night, "2026-11-24T22:00:00Z", "2026-11-25T06:00:00Z");
    let all_but_an_hour = window("mon 10:00", "mon 09:00", "UTC");
    edges(&all_but_an_hour, "2026-11-23T10:00:00Z", "2026-11-30T09:00:00Z");
    assert_eq!(all_but_an_hour.until(at("2026-11-30T09:30:00Z")), None);
}

#[test]
fn where_a_time_is_not_or_is_twice_the_window_is_the_longer_one() {
    // 2026-03-29: Berlin has no time from 02:00 to 03:00. 2026-10-25: it has the hour from 02:00 twice.
    edges(
        &window("2026-03-29 02:30", "2026-03-29 12:00", "Europe/Berlin"),
        "2026-03-29T00:30:00Z",
        "2026-03-29T10:00:00Z",
    );
    edges(
        &window("2026-03-28 12:00", "2026-03-29 02:30", "Europe/Berlin"),
        "2026-03-28T11:00:00Z",
        "2026-03-29T01:30:00Z",
    );
    edges(
        &window("2026-10-25 02:30", "2026-10-25 12:00", "Europe/Berlin"),
        "2026-10-25T00:30:00Z",
        "2026-10-25T11:00:00Z",
    );
    edges(
        &window("2026-10-24 12:00", "2026-10-25 02:30", "Europe/Berlin"),
        "2026-10-24T10:00:00Z",
        "2026-10-25T01:30:00Z",
    );
}

#[test]
fn the_next_time_is_told() {
    let weekend = window("fri 16:00", "mon 08:00", "UTC");
    let (from, until) = (at("2026-11-27T16:00:00Z"), at("2026-11-30T08:00:00Z"));
    for now in ["2026-11-25T12:00:00Z", "2026-11-28T12:00:00Z"] {
        assert_eq!(weekend.next(at(now)), Some((from, until)), "{now}");
    }
    assert_eq!(window("2026-01-01", "2026-01-02", "UTC").next(from), None, "it is over");
    assert_eq!(weekend.describe(), "fri 16:00 to mon 08:00 each week, UTC");
    assert_eq!(window("2026-01-01", "2026-01-02", "UTC").describe(), "2026-01-01 00:00 to 2026-01-03 00:00 UTC");
}

#[test]
fn what_is_no_window_says_why() {
    let with = |from: &str, until: &str, zone: &str| {
        read(&format!("name = \"w\"\nfrom = {from}\nuntil = {until}\nzone = \"{zone}\"\n")).unwrap_err()
    };
    assert_eq!(with("\"soon\"", "\"mon 08:00\"", "UTC"), "`soon` is not a moment for `from`");
    assert_eq!(with("\"fri 25:00\"", "\"mon 08:00\"", "UTC"), "`fri 25:00` is not a moment for `from`");
    assert_eq!(with("\"fri 16:00\"", "\"fri 16:00\"", "UTC"), "a freeze window begins and ends at the same moment");
    assert_eq!(with("\"2026-12-20\"", "\"2026-12-19\"", "UTC"), "a freeze window ends before it begins");
    assert_eq!(
        with("\"fri 16:00\"", "\"2026-12-19\"", "UTC").split(',').next(),
        Some("a freeze window begins on a date and ends each week")
    );
    assert_eq!(with("\"2026-12-20\"", "\"2026-12-21\"", "Europe/Bärlin"), "`Europe/Bärlin` is not a time zone");
    assert_eq!(
        with("2026-12-20T18:00:00Z", "\"2026-12-21\"", "UTC"),
        "`2026-12-20T18:00:00Z` is not a moment for `from`"
    );
    // A date without quotes is one all the same.
    assert!(read("name = \"w\"\nfrom = 2026-12-20\nuntil = 2026-12-21\nzone = \"UTC\"\n").is_ok());
}
