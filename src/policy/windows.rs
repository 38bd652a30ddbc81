//! Windows of time in which nothing changes: `[[freeze_windows]]`, by dates or by the week, in a named time zone.
//!
//! Where a local time does not exist or exists twice (clocks are put forward or back), the window begins with the earlier
//! and ends with the later of the two moments that may be meant. The zones are those that aigov was built with: what a
//! window means does not depend on the machine.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use toml::de::DeValue;

use crate::model::time::Instant;

use super::fields::{Fields, Source};

/// How a moment is written.
const MOMENT: &str = "write a date, \"2026-12-20\" or \"2026-12-20 18:00\", or a time of each week, \"fri 16:00\"";

/// One window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreezeWindow {
    /// Its name.
    pub name: String,
    /// The line on which it begins.
    pub line: usize,
    /// The environments by name, `local` or `unknown`; none means all.
    pub environments: Vec<String>,
    /// When it is.
    pub when: Window,
    /// The time zone's name.
    pub zone_name: String,
    /// The time zone.
    pub zone: TimeZone,
    /// Who may approve in it: names of groups and humans. None means nobody.
    pub approvers: Vec<String>,
    /// Why.
    pub reason: Option<String>,
}

/// When a window is, in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// Once, until before the second.
    Once(DateTime, DateTime),
    /// In each week, until before the second.
    Weekly(Moment, Moment),
}

/// A moment of each week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    day: Weekday,
    time: Time,
}

impl FreezeWindow {
    /// Until when it lasts, where it is in force.
    pub fn until(&self, now: Instant) -> Option<Instant> {
        self.around(now).into_iter().find(|(from, until)| *from <= now && now < *until).map(|(_, until)| until)
    }

    /// When it is in force next, or is now.
    pub fn next(&self, now: Instant) -> Option<(Instant, Instant)> {
        self.around(now).into_iter().find(|(_, until)| now < *until)
    }

    /// The times around `now` at which it is in force, in order.
    fn around(&self, now: Instant) -> Vec<(Instant, Instant)> {
        let spans = match self.when {
            Window::Once(from, until) => vec![(from, until)],
            Window::Weekly(from, until) => weeks(self.local(now).date(), from, until),
        };
        spans.into_iter().filter_map(|(from, until)| Some((self.begin(from)?, self.end(until)?))).collect()
    }

    fn local(&self, now: Instant) -> DateTime {
        let stamp = Timestamp::from_microsecond(now.micros).unwrap_or(Timestamp::UNIX_EPOCH);
        self.zone.to_datetime(stamp)
    }

    fn begin(&self, local: DateTime) -> Option<Instant> {
        self.zone.to_ambiguous_timestamp(local).earlier().ok().map(instant)
    }

    fn end(&self, local: DateTime) -> Option<Instant> {
        self.zone.to_ambiguous_timestamp(local).later().ok().map(instant)
    }

    /// What people read: `2026-12-20 00:00 to 2027-01-04 00:00 Europe/Berlin`.
    pub fn describe(&self) -> String {
        let zone = &self.zone_name;
        match self.when {
            Window::Once(from, until) => format!("{} to {} {zone}", minute(from), minute(until)),
            Window::Weekly(from, until) => format!("{} to {} each week, {zone}", from.describe(), until.describe()),
        }
    }

    /// A moment as it is in the window's own time zone: `2027-01-04 00:00 Europe/Berlin`.
    pub fn local_text(&self, at: Instant) -> String {
        format!("{} {}", minute(self.local(at)), self.zone_name)
    }
}

fn instant(stamp: Timestamp) -> Instant {
    Instant::from_micros(stamp.as_microsecond())
}

fn minute(at: DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

/// The windows of the week before the one that `today` is in, of this one and of the next.
fn weeks(today: Date, from: Moment, until: Moment) -> Vec<(DateTime, DateTime)> {
    let back = i64::from(today.weekday().since(from.day));
    let length = i64::from(until.day.since(from.day));
    let length = if length == 0 && until.time <= from.time { 7 } else { length };
    let of = |week: i64| {
        let begin = today.checked_add(Span::new().days(week * 7 - back)).ok()?;
        let end = begin.checked_add(Span::new().days(length)).ok()?;
        Some((begin.to_datetime(from.time), end.to_datetime(until.time)))
    };
    (-1..=1).filter_map(of).collect()
}

impl Moment {
    fn describe(self) -> String {
        format!("{} {}", name(self.day), self.time.strftime("%H:%M"))
    }
}

/// `[[freeze_windows]]`.
pub(super) fn windows(fields: &mut Fields<'_>, source: &mut Source<'_>) -> Vec<FreezeWindow> {
    let mut found: Vec<FreezeWindow> = Vec::new();
    for table in fields.tables("freeze_windows", source) {
        let span = table.span();
        if let Some(window) = window(table, source) {
            if found.iter().any(|one| one.name == window.name) {
                let help = Some("approvals name the window that they override: choose another name".to_owned());
                source.fault(&span, format!("there are two freeze windows `{}`", window.name), help);
            }
            found.push(window);
        }
    }
    found
}

fn window(mut table: Fields<'_>, source: &mut Source<'_>) -> Option<FreezeWindow> {
    let line = source.line(table.span().start);
    let name = needed(&mut table, "name", "add `name = \"year-end\"`: whoever is held back is told it", source);
    let environments = table.texts("environments", source);
    let from = moment(&mut table, "from", source);
    let until = moment(&mut table, "until", source);
    let zone = needed(&mut table, "zone", "add `zone = \"Europe/Berlin\"`, or `zone = \"UTC\"`", source);
    let zone = zone.and_then(|name| Some((zone_of(&table, &name, source)?, name)));
    let approvers = table.texts("approvers", source);
    let reason = table.text("reason", source);
    let when = from.zip(until).and_then(|(from, until)| joined(&table, from, until, source));
    table.finish(&[], source);
    let (zone, zone_name) = zone?;
    Some(FreezeWindow { name: name?, line, environments, when: when?, zone_name, zone, approvers, reason })
}

fn needed(table: &mut Fields<'_>, key: &'static str, help: &str, source: &mut Source<'_>) -> Option<String> {
    if !table.has(key) && !table.has_like(key, KEYS) {
        source.fault(&table.span(), format!("a freeze window has no `{key}`"), Some(help.to_owned()));
    }
    table.text(key, source)
}

/// The keys of a window.
const KEYS: &[&str] = &["name", "environments", "from", "until", "zone", "approvers", "reason"];

fn zone_of(table: &Fields<'_>, name: &str, source: &mut Source<'_>) -> Option<TimeZone> {
    let found = TimeZone::get(name).ok();
    if found.is_none() {
        let help = "use a name of the IANA database: \"Europe/Berlin\", \"America/New_York\", \"UTC\"".to_owned();
        source.fault(&table.span_of("zone"), format!("`{name}` is not a time zone"), Some(help));
    }
    found
}

/// A moment as it is written.
#[derive(Debug, Clone, Copy)]
enum Written {
    /// A day as a whole.
    Day(Date),
    /// A time of a day.
    At(DateTime),
    /// A time of each week.
    Weekly(Moment),
}

fn moment(table: &mut Fields<'_>, key: &'static str, source: &mut Source<'_>) -> Option<Written> {
    let Some(value) = table.get(key) else {
        if !table.has_like(key, KEYS) {
            source.fault(&table.span(), format!("a freeze window has no `{key}`"), Some(MOMENT.to_owned()));
        }
        return None;
    };
    let plain = source.text.get(value.span()).unwrap_or_default().to_owned();
    let text = match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        _ => plain,
    };
    let found = written(text.trim());
    if found.is_none() {
        source.fault(&value.span(), format!("`{text}` is not a moment for `{key}`"), Some(MOMENT.to_owned()));
    }
    found
}

fn written(text: &str) -> Option<Written> {
    if let Some((day, time)) = text.split_once(' ')
        && let Some(day) = weekday(day)
    {
        return Some(Written::Weekly(Moment { day, time: clock(time.trim())? }));
    }
    if let Some((date, time)) = text.split_once([' ', 'T']) {
        return Some(Written::At(plain_date(date)?.to_datetime(clock(time.trim())?)));
    }
    plain_date(text).map(Written::Day)
}

fn plain_date(text: &str) -> Option<Date> {
    Date::strptime("%Y-%m-%d", text).ok()
}

fn clock(text: &str) -> Option<Time> {
    Time::strptime("%H:%M", text).or_else(|_| Time::strptime("%H:%M:%S", text)).ok()
}

fn weekday(word: &str) -> Option<Weekday> {
    let word = word.to_ascii_lowercase();
    let all = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];
    all.into_iter().find(|day| name(*day) == word || long_name(*day) == word)
}

fn name(day: Weekday) -> &'static str {
    long_name(day).get(..3).unwrap_or_default()
}

fn long_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    }
}

/// Beginning and end together. A day that is the last is frozen to its end.
fn joined(table: &Fields<'_>, from: Written, until: Written, source: &mut Source<'_>) -> Option<Window> {
    let begin = |written| match written {
        Written::Day(date) => Some(date.to_datetime(Time::midnight())),
        Written::At(at) => Some(at),
        Written::Weekly(_) => None,
    };
    let end = |written| match written {
        Written::Day(date) => Some(date.tomorrow().ok()?.to_datetime(Time::midnight())),
        Written::At(at) => Some(at),
        Written::Weekly(_) => None,
    };
    let (text, help) = match (from, until) {
        (Written::Weekly(from), Written::Weekly(until)) if from != until => return Some(Window::Weekly(from, until)),
        (Written::Weekly(_), Written::Weekly(_)) => ("a freeze window begins and ends at the same moment", "move one"),
        (Written::Day(_) | Written::At(_), Written::Day(_) | Written::At(_)) => {
            let (from, until) = (begin(from)?, end(until)?);
            if from < until {
                return Some(Window::Once(from, until));
            }
            ("a freeze window ends before it begins", "write the later one as `until`")
        }
        _ => ("a freeze window begins on a date and ends each week, or the other way round", "write both alike"),
    };
    source.fault(&table.span_of("until"), text, Some(help.to_owned()));
    None
}

#[cfg(test)]
mod tests;
