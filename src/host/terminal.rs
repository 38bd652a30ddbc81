//! Which of the standard streams is a terminal, and how wide it is.

use std::fs::OpenOptions;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, isatty, tcgetattr, tcgetwinsize, tcsetattr,
};

use crate::host::Host;

/// The standard streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terminal {
    /// Whether standard input is a terminal.
    pub stdin: bool,
    /// Whether standard output is a terminal.
    pub stdout: bool,
    /// Whether standard error is a terminal.
    pub stderr: bool,
}

impl Terminal {
    /// Looks at the process's streams.
    pub fn look() -> Self {
        Self {
            stdin: isatty(rustix::stdio::stdin()),
            stdout: isatty(rustix::stdio::stdout()),
            stderr: isatty(rustix::stdio::stderr()),
        }
    }

    /// Whether a person could be asked here: input and standard error are terminals.
    pub fn can_ask(self) -> bool {
        self.stdin && self.stderr
    }
}

/// Whether the process has a controlling terminal, or standard input is one. No proof of a human.
pub fn has_terminal() -> bool {
    isatty(rustix::stdio::stdin()) || OpenOptions::new().read(true).write(true).open("/dev/tty").is_ok()
}

/// The width of the terminal in columns: standard output's, else standard error's, else `COLUMNS`, else 120.
pub fn width(host: &Host) -> u16 {
    let columns = |size: rustix::termios::Winsize| (size.ws_col > 0).then_some(size.ws_col);
    tcgetwinsize(rustix::stdio::stdout())
        .ok()
        .and_then(columns)
        .or_else(|| tcgetwinsize(rustix::stdio::stderr()).ok().and_then(columns))
        .or_else(|| host.text("COLUMNS").and_then(|text| text.parse().ok()).filter(|width| *width > 0))
        .unwrap_or(120)
}

/// The keys of standard input as they are pressed, without waiting for Enter. The terminal is as it was when this is dropped.
#[derive(Debug)]
pub struct Keys {
    before: Termios,
}

impl Keys {
    /// Those of standard input; none where it is no terminal.
    pub fn open() -> Option<Self> {
        let stdin = rustix::stdio::stdin();
        let before = tcgetattr(stdin).ok()?;
        let mut plain = before.clone();
        plain.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        plain.special_codes[SpecialCodeIndex::VMIN] = 1;
        plain.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(stdin, OptionalActions::Now, &plain).ok()?;
        Some(Self { before })
    }

    /// What is pressed within this time; an empty list where nothing is, none where standard input has ended.
    pub fn within(&self, time: Duration) -> Option<Vec<u8>> {
        if !is_ready(&mut [PollFd::new(&rustix::stdio::stdin(), PollFlags::IN)], time) {
            return Some(Vec::new());
        }
        let mut bytes = [0_u8; 64];
        let count = rustix::io::read(rustix::stdio::stdin(), &mut bytes).ok().filter(|count| *count > 0)?;
        Some(bytes.iter().take(count).copied().collect())
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        // There is nobody to tell: the terminal is gone.
        let _ = tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &self.before);
    }
}

/// Whether whoever reads standard output has gone within this time.
pub fn has_lost_reader(time: Duration) -> bool {
    is_ready(&mut [PollFd::new(&rustix::stdio::stdout(), PollFlags::empty())], time)
}

fn is_ready(of: &mut [PollFd<'_>], time: Duration) -> bool {
    let time = Timespec::try_from(time).ok();
    poll(of, time.as_ref()).is_ok_and(|count| count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_can_only_ask_where_questions_are_seen_and_answers_typed() {
        assert!(Terminal { stdin: true, stdout: false, stderr: true }.can_ask());
        assert!(!Terminal { stdin: false, stdout: true, stderr: true }.can_ask());
        assert!(!Terminal { stdin: true, stdout: true, stderr: false }.can_ask());
    }
}
