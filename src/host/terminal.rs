//! Which of the standard streams is a terminal, and how wide it is.

use std::fs::OpenOptions;

use rustix::termios::{isatty, tcgetwinsize};

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
