//! `aigov requests --watch`: what waits, again whenever the ledger has changed.
//!
//! At a terminal the table is drawn anew; elsewhere each request that is new or changed is one line. Between two looks it
//! sleeps in the kernel; a look costs one number of SQLite's.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use console::Term;
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::error::{Error, ErrorKind};
use crate::host::clock;
use crate::host::terminal::{self, Keys};
use crate::ledger::{Filter, SqliteLedger};
use crate::model::ids::RequestId;
use crate::model::ledger::Ledger as _;
use crate::model::request::{RequestRow, RequestState};
use crate::report::listing;

use super::args::RequestsArgs;
use super::output::{data, talk};
use super::requests::wanted;

/// Between two looks: a human does not notice it, and four looks a second cost nothing.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// After so many looks all is read again, since what expires changes nothing in the ledger.
const READ_AGAIN: u32 = 40;

/// How it goes on.
enum Next {
    Look,
    End(i32),
}

/// Shows what is open until the human ends it, a signal does, or nobody reads any more.
///
/// # Errors
/// When the ledger cannot be read.
pub fn watch(args: &RequestsArgs, ledger: &SqliteLedger) -> Result<i32, Error> {
    let is_stopped = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&is_stopped))
            .map_err(|cause| Error::new(ErrorKind::Internal, format!("cannot wait for a signal: {cause}")))?;
    }
    let at_terminal = Term::stdout().features().is_attended() && !args.json;
    let keys = if at_terminal { Keys::open() } else { None };
    let mut screen =
        Screen { args, is_terminal: at_terminal, drawn: 0, known: BTreeMap::new(), fresh: Vec::new(), is_first: true };
    let (mut version, mut looks) = (None, 0);
    loop {
        let now = ledger.data_version()?;
        if version != Some(now) || looks % READ_AGAIN == 0 {
            screen.show(ledger)?;
            version = Some(now);
        }
        looks = looks.wrapping_add(1);
        if let Next::End(code) = rest(keys.as_ref(), at_terminal, &is_stopped) {
            return Ok(code);
        }
    }
}

fn rest(keys: Option<&Keys>, at_terminal: bool, is_stopped: &AtomicBool) -> Next {
    let is_over = match keys {
        Some(keys) => keys.within(LOOK_EVERY).is_none_or(|pressed| pressed.iter().any(|key| b"qQ\x04".contains(key))),
        None if at_terminal => {
            std::thread::sleep(LOOK_EVERY);
            false
        }
        None => terminal::has_lost_reader(LOOK_EVERY),
    };
    match (is_stopped.load(Ordering::Relaxed), is_over) {
        (true, _) => Next::End(128 + SIGINT),
        (false, true) => Next::End(0),
        (false, false) => Next::Look,
    }
}

struct Screen<'a> {
    args: &'a RequestsArgs,
    is_terminal: bool,
    /// How many lines stand on the screen.
    drawn: usize,
    /// What has been shown, and in which state.
    known: BTreeMap<RequestId, RequestState>,
    /// What came while it was watched, and still waits.
    fresh: Vec<RequestId>,
    is_first: bool,
}

impl Screen<'_> {
    fn show(&mut self, ledger: &SqliteLedger) -> Result<(), Error> {
        let mut rows = ledger.list(&Filter { open: true, ..wanted() })?;
        rows.iter_mut().for_each(expire);
        let is_new = |row: &&RequestRow| waits(row) && !self.known.contains_key(&row.id);
        let new: Vec<RequestId> = rows.iter().filter(is_new).map(|row| row.id.clone()).collect();
        if self.is_terminal {
            self.draw(&rows)?
        } else {
            self.lines(ledger, &rows)?
        }
        self.known = rows.into_iter().map(|row| (row.id, row.state)).collect();
        if self.args.bell && !self.is_first && !new.is_empty() {
            talk("\x07");
        }
        self.is_first = false;
        Ok(())
    }

    fn draw(&mut self, rows: &[RequestRow]) -> Result<(), Error> {
        let term = Term::stdout();
        let (height, width) = term.size();
        let waiting = rows.iter().filter(|row| waits(row)).count();
        let table = if rows.is_empty() { String::new() } else { listing::table(rows, width.saturating_sub(1)) };
        let room = usize::from(height).saturating_sub(3).max(1);
        let mut text: String = table.lines().take(room).map(|line| format!("{line}\n")).collect();
        if table.lines().count() > room {
            text.push_str("… and more: `aigov requests`\n");
        }
        let news = match self.fresh.as_slice() {
            [] => String::new(),
            fresh => format!("; new: {}", fresh.iter().map(RequestId::as_str).collect::<Vec<_>>().join(", ")),
        };
        let foot = format!("{waiting} wait(s) for a decision{news} (q ends)");
        text.push_str(&crate::text::layout::shortened(&foot, usize::from(width).saturating_sub(1)));
        text.push('\n');
        let cleared = term.clear_last_lines(std::mem::replace(&mut self.drawn, text.lines().count()));
        cleared.map_err(|cause| Error::new(ErrorKind::Unavailable, format!("cannot draw on the terminal: {cause}")))?;
        data(&text)
    }

    /// One line for each that is new or stands elsewhere than before.
    fn lines(&self, ledger: &SqliteLedger, rows: &[RequestRow]) -> Result<(), Error> {
        let gone = self.known.keys().filter(|id| !rows.iter().any(|row| row.id == **id));
        let gone: Vec<RequestRow> =
            gone.map(|id| ledger.request(id)).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        // The oldest first, as they came.
        for row in rows.iter().rev().chain(&gone).filter(|row| self.known.get(&row.id) != Some(&row.state)) {
            data(&if self.args.json { format!("{}\n", listing::json(row)) } else { listing::line(row) })?;
        }
        Ok(())
    }
}

fn waits(row: &RequestRow) -> bool {
    matches!(row.state, RequestState::Preparing | RequestState::Pending)
}

/// What nobody has written down yet: its time is over.
fn expire(row: &mut RequestRow) {
    let is_over = row.body.expires.is_some_and(|expires| expires <= clock::now());
    if waits(row) && is_over {
        row.state = RequestState::Expired;
    }
}
