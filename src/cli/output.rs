//! The one place that writes to the terminal: stdout is data, stderr is talk. A closed pipe is success.

use std::fs::File;
use std::io::{self, ErrorKind as Io, Read, Seek, Write};
use std::process::{Command, Stdio};

use crate::error::{Error, ErrorKind};
use crate::host::Host;
use crate::report::change::Page;
use crate::text::layout::{Colour, folded};

/// The width where there is no terminal.
const USUAL: usize = 80;
/// Narrower than this there is nothing to be drawn, and wider than this no line that is easily read.
const NARROWEST: usize = 40;
const WIDEST: usize = 120;

/// Writes data to stdout.
///
/// # Errors
/// When stdout cannot be written, but for a reader that has gone.
pub fn data(text: &str) -> Result<(), Error> {
    settled(io::stdout().lock().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()))
}

/// Writes talk to stderr. A stderr that cannot be written leaves nobody to tell.
pub fn talk(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Writes talk whose lines hang below their label; at a terminal none of them is wider than that.
pub fn talk_in_lines(text: &str, label: usize) {
    let columns = console::Term::stderr().size_checked().map_or(0, |(_, columns)| usize::from(columns));
    if !console::user_attended_stderr() || columns < NARROWEST {
        return talk(text);
    }
    let line = |line: &str| match (line.starts_with(' '), line.get(..label), line.get(label..)) {
        (true, Some(first), Some(rest)) => folded(first, rest, columns),
        _ => folded("", line, columns),
    };
    talk(&text.lines().map(line).collect::<String>());
}

/// Writes data through the user's pager when stdout is a terminal and the text is longer than it.
///
/// # Errors
/// When stdout cannot be written.
pub fn paged(text: &str, pager: &Pager) -> Result<(), Error> {
    let height = console::Term::stdout().size_checked().map_or(usize::MAX, |(rows, _)| usize::from(rows));
    let Pager::Program(program) = pager else { return data(text) };
    if !console::user_attended() || text.lines().count() < height {
        return data(text);
    }
    let words = shlex::split(program).unwrap_or_default();
    let Some((name, arguments)) = words.split_first() else { return data(text) };
    let started =
        Command::new(name).args(arguments).env("LESS", "FRX").env("LESSCHARSET", "utf-8").stdin(Stdio::piped()).spawn();
    let Ok(mut child) = started else { return data(text) };
    if let Some(mut stdin) = child.stdin.take() {
        settled(stdin.write_all(text.as_bytes()))?;
    }
    child
        .wait()
        .map(drop)
        .map_err(|cause| Error::new(ErrorKind::Unavailable, format!("the pager `{name}` failed: {cause}")))
}

/// Runs something with stdout and stderr led into memory; gives what it wrote there, at most `most` bytes. Nothing of
/// aigov's own is said meanwhile.
///
/// # Errors
/// When the streams cannot be led there and back.
pub fn captured<T>(most: u64, run: impl FnOnce() -> T) -> Result<(T, Vec<u8>), Error> {
    let failed = |cause: io::Error| Error::new(ErrorKind::Internal, format!("cannot take what is printed: {cause}"));
    let kept = |stream| rustix::io::fcntl_dupfd_cloexec(stream, 3).map_err(|cause| failed(cause.into()));
    let (out, err) = (kept(rustix::stdio::stdout())?, kept(rustix::stdio::stderr())?);
    let memory = rustix::fs::memfd_create("aigov-captured", rustix::fs::MemfdFlags::CLOEXEC);
    let mut file = File::from(memory.map_err(|cause| failed(cause.into()))?);
    rustix::stdio::dup2_stdout(&file).map_err(|cause| failed(cause.into()))?;
    let led = rustix::stdio::dup2_stderr(&file);
    let result = led.map(|()| run());
    // Back before anything else can fail: whoever waits for an answer must get it.
    let back = (rustix::stdio::dup2_stdout(&out), rustix::stdio::dup2_stderr(&err));
    let result = result.map_err(|cause| failed(cause.into()))?;
    back.0.and(back.1).map_err(|cause| failed(cause.into()))?;
    let mut bytes = Vec::new();
    file.rewind().and_then(|()| file.take(most).read_to_end(&mut bytes)).map_err(failed)?;
    Ok((result, bytes))
}

/// Whether a text has been read in a pager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// It has.
    Done,
    /// It fits on the screen, or there is no pager.
    Open,
}

/// Lets a human page through a text that is longer than their terminal, before something is asked about it.
///
/// # Errors
/// When the pager failed.
pub fn read_through(text: &str, pager: &Pager) -> Result<Reading, Error> {
    let is_long =
        console::Term::stdout().size_checked().is_some_and(|(rows, _)| text.lines().count() >= usize::from(rows));
    if !is_long || !console::user_attended() || matches!(pager, Pager::Off) {
        return Ok(Reading::Open);
    }
    paged(text, pager)?;
    Ok(Reading::Done)
}

/// How a long text is shown.
pub enum Pager {
    /// As it is.
    Off,
    /// Through this program.
    Program(String),
}

fn settled(result: io::Result<()>) -> Result<(), Error> {
    match result {
        Err(cause) if cause.kind() != Io::BrokenPipe => {
            Err(Error::new(ErrorKind::Unavailable, format!("cannot write the output: {cause}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// For whom an answer on stdout is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// The form that `--json` means.
pub fn form(json: bool) -> Form {
    if json { Form::Json } else { Form::Text }
}

/// How a text on stdout is shown: at a terminal in its width, where it can in colour.
pub fn page(host: &Host) -> Page {
    let terminal = console::Term::stdout();
    let width = terminal.size_checked().map_or(USUAL, |(_, columns)| usize::from(columns));
    let has_colour = terminal.features().is_attended() && terminal.features().colors_supported();
    let is_unwanted = host.variable("NO_COLOR").is_some_and(|value| !value.0.is_empty());
    Page {
        width: width.clamp(NARROWEST, WIDEST),
        colour: if has_colour && !is_unwanted { Colour::On } else { Colour::Off },
    }
}

/// Where aigov's own outcome goes.
pub enum StatusSink {
    /// Words on stderr.
    Words,
    /// One JSON object on stderr.
    Json,
    /// One JSON object on this descriptor.
    Descriptor(File),
}

impl StatusSink {
    /// The sink that flags and `AIGOV_OUTPUT` ask for.
    ///
    /// # Errors
    /// When the descriptor is not open, or is one of aigov's own.
    pub fn new(json: bool, descriptor: Option<i32>, variable: Option<&str>) -> Result<Self, Error> {
        match descriptor {
            Some(number) => opened(number).map(Self::Descriptor),
            None if json || variable == Some("json") => Ok(Self::Json),
            None => Ok(Self::Words),
        }
    }

    /// Whether words are wanted.
    pub fn is_words(&self) -> bool {
        matches!(self, Self::Words)
    }

    /// Writes one JSON line; a reader that has gone is not an error.
    pub fn json(&mut self, line: &str) {
        match self {
            Self::Words => {}
            Self::Json => talk(&format!("{line}\n")),
            Self::Descriptor(file) => {
                if let Err(cause) = writeln!(file, "{line}") {
                    talk(&format!("aigov: cannot write the status: {cause}\n"));
                }
            }
        }
    }
}

/// Opens the descriptor again through `/dev/fd`, so that it can be closed without closing the caller's.
fn opened(number: i32) -> Result<File, Error> {
    let path = format!("/dev/fd/{number}");
    let file = File::options().append(true).open(&path);
    file.map_err(|cause| Error::new(ErrorKind::Usage, format!("cannot write to file descriptor {number}: {cause}")))
}
