//! Standard input: bound when it is a regular file, or when the command reads it as its orders.

use std::io::{Read, stdin};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use rustix::fs::{FileType, fstat};

use crate::command::{Command, Parsed, StdinSource, Word};
use crate::error::{Error, ErrorKind};
use crate::model::invocation::{Invocation, Stdin};

/// The most that is bound.
pub const LIMIT: usize = 1024 * 1024;
/// How long a pipe may take to end.
const PATIENCE: Duration = Duration::from_secs(2);

/// Programs that take their orders from standard input when no argument names any.
const READERS: &[&str] = &[
    "bash", "sh", "dash", "zsh", "python", "python3", "node", "perl", "ruby", "psql", "mysql", "mariadb", "sqlite3",
    "duckdb", "clickhouse-client", "cqlsh", "mongosh", "redis-cli", "xargs", "tee", "patch",
];

/// Settles what a stored request will read: the bytes that are there now, when stdin is a file or the command takes its
/// orders from it; a human's own terminal; else nothing.
///
/// # Errors
/// When it has to be read and cannot.
pub fn bound(invocation: &Invocation, parsed: &Parsed, is_human: bool) -> Result<Invocation, Error> {
    let stdin = if is_file() {
        read()?
    } else if rustix::termios::isatty(stdin()) {
        if is_human { Stdin::Inherited } else { Stdin::Null }
    } else if parsed.commands.iter().any(takes_orders) {
        read()?
    } else {
        Stdin::Null
    };
    Ok(Invocation { stdin, ..invocation.clone() })
}

fn takes_orders(command: &Command) -> bool {
    let program = command.words.first().and_then(Word::text).unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or(program);
    let names_stdin = |word: &Word| {
        word.text()
            .is_some_and(|text| matches!(text, "-" | "/dev/stdin") || text.ends_with("=-") || text.ends_with("@-"))
    };
    command.stdin == StdinSource::Inherited && (READERS.contains(&name) || command.words.iter().any(names_stdin))
}

/// Whether stdin is a regular file.
fn is_file() -> bool {
    fstat(stdin()).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile)
}

/// Reads stdin to its end.
///
/// # Errors
/// When it is longer than [`LIMIT`], does not end within two seconds, or cannot be read.
fn read() -> Result<Stdin, Error> {
    let (send, receive) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let most = u64::try_from(LIMIT).unwrap_or(u64::MAX).saturating_add(1);
        let read = stdin().lock().take(most).read_to_end(&mut bytes);
        let _ = send.send(read.map(|_| bytes));
    });
    let bad = |text: String| Error::new(ErrorKind::Input, text).with_hint("put the input into a file and name it");
    match receive.recv_timeout(PATIENCE) {
        Ok(Ok(bytes)) if bytes.len() > LIMIT => {
            Err(bad(format!("stdin is longer than {LIMIT} bytes, so it cannot be bound to an approval")))
        }
        Ok(Ok(bytes)) => Ok(Stdin::Bytes(crate::model::invocation::Raw(bytes))),
        Ok(Err(cause)) => Err(bad(format!("cannot read stdin: {cause}"))),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            Err(bad(format!("stdin did not end within {} s, so it cannot be bound to an approval", PATIENCE.as_secs())))
        }
    }
}
