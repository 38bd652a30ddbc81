//! Questions of aigov's own to a tool: what would change, how things are now.
//!
//! The words of a probe are made here from tables, never taken over as a text from an agent; it reads nothing from standard
//! input, writes to nobody's terminal, has an end in time and in length, and what comes of it is recorded.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant as Moment};

use rustix::process::{Pid, Signal, kill_process_group};
use thiserror::Error;

use crate::exec::resolve::Resolved;
use crate::exec::wait::{Signals, is_held};
use crate::model::invocation::{Raw, Variable};

/// How often a probe is looked at.
const TICK: Duration = Duration::from_millis(5);
/// How long an interrupted tool may take to let go of what it holds.
const GRACE: Duration = Duration::from_secs(3);
/// How long output is waited for after the end, when something else keeps the pipes open.
const DRAIN: Duration = Duration::from_millis(500);

/// A question to a tool.
pub struct Probe {
    /// The program.
    pub program: Resolved,
    /// Its argument vector.
    pub argv: Vec<Raw>,
    /// Where it is asked.
    pub cwd: PathBuf,
    /// Its whole environment.
    pub env: Vec<Variable>,
    /// How long it may take.
    pub time: Duration,
    /// How many bytes it may write to each of its streams.
    pub bytes: usize,
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Its exit code; none when a signal ended it.
    pub exit_code: Option<i32>,
    /// What it wrote to standard output.
    pub out: Vec<u8>,
    /// What it wrote to standard error.
    pub err: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProbeError {
    /// The executable is not the one that was resolved.
    #[error("{} changed since it was looked at", path.display())]
    Changed {
        /// The executable.
        path: PathBuf,
    },
    /// It could not be started or waited for.
    #[error("it could not be started: {cause}")]
    System {
        /// What the system said.
        cause: String,
    },
    /// It took too long, and was ended.
    #[error("it took longer than {} s", limit.as_secs().max(1))]
    TimedOut {
        /// The limit.
        limit: Duration,
    },
    /// It wrote too much, and was ended.
    #[error("it wrote more than {limit} bytes")]
    TooMuch {
        /// The limit.
        limit: usize,
    },
}

/// Asks, and waits for the answer.
///
/// # Errors
/// When there is none within the limits.
pub fn probe(probe: &Probe) -> Result<Answered, ProbeError> {
    if !probe.program.unchanged() {
        return Err(ProbeError::Changed { path: probe.program.path.clone() });
    }
    let system = |cause: std::io::Error| ProbeError::System { cause: cause.to_string() };
    let until = Moment::now() + probe.time;
    // A key at the terminal does not reach a group of its own: it is aigov that ends what it asked, and then itself.
    let mut signals = Signals::take_over().map_err(system)?;
    let mut child = command(probe).spawn().map_err(system)?;
    let out = child.stdout.take().map(|pipe| reader(File::from(OwnedFd::from(pipe)), probe.bytes));
    let err = child.stderr.take().map(|pipe| reader(File::from(OwnedFd::from(pipe)), probe.bytes));
    let status = ended(&mut child, until, Some(&mut signals)).map_err(system)?;
    drop(signals);
    let Some(status) = status else {
        stop(&mut child);
        return Err(ProbeError::TimedOut { limit: probe.time });
    };
    let text = |from: Option<Receiver<Vec<u8>>>| from.and_then(|from| from.recv_timeout(DRAIN).ok());
    let (out, err) = (text(out).unwrap_or_default(), text(err).unwrap_or_default());
    if out.len() > probe.bytes {
        return Err(ProbeError::TooMuch { limit: probe.bytes });
    }
    Ok(Answered { exit_code: status.code(), out, err })
}

fn command(probe: &Probe) -> Command {
    let mut command = Command::new(&probe.program.path);
    if let Some(name) = probe.argv.first() {
        command.arg0(name.as_os());
    }
    command
        .args(probe.argv.iter().skip(1).map(Raw::as_os))
        .env_clear()
        .envs(probe.env.iter().map(|(key, value)| (key.as_os(), value.as_os())))
        .current_dir(&probe.cwd)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Reads a stream to its end, or one byte more than may be kept; then the pipe closes, and the tool ends by itself.
fn reader(from: File, most: usize) -> Receiver<Vec<u8>> {
    let (send, receive) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        let _read = from.take(limit).read_to_end(&mut bytes);
        let _gone = send.send(bytes);
    });
    receive
}

/// How the child ended; none when the time was up first. A signal that is to end aigov ends both.
fn ended(child: &mut Child, until: Moment, mut signals: Option<&mut Signals>) -> std::io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if let Some(signal) = signals.as_mut().and_then(|signals| signals.wanted_end()) {
            stop(child);
            return Err(end_oneself(signal));
        }
        if Moment::now() >= until {
            return Ok(None);
        }
        thread::sleep(TICK);
    }
}

/// Interrupts the child and all that it started, as a key at the terminal would, so that they can let go of locks, and kills
/// what stays.
fn stop(child: &mut Child) {
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let send = |signal: Signal| {
        if let Some(group) = group {
            // Those that have just ended get no signal, and need none.
            let _gone = kill_process_group(group, signal);
        }
    };
    send(Signal::INT);
    let _end = ended(child, Moment::now() + GRACE, None);
    // What a shell puts in the background does not hear an interrupt.
    send(Signal::KILL);
    let _end = child.wait();
}

/// Ends aigov as the signal would have; comes back only where the system does not let it, or somebody listens who ends it.
fn end_oneself(signal: i32) -> std::io::Error {
    if is_held() {
        return std::io::Error::from(std::io::ErrorKind::Interrupted);
    }
    let ended = signal_hook::low_level::emulate_default_handler(signal);
    ended.err().unwrap_or_else(|| std::io::Error::from(std::io::ErrorKind::Interrupted))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::exec::resolve::resolve;

    fn ask(text: &str, time: Duration, bytes: usize) -> Result<Answered, ProbeError> {
        let path = Raw::from("/bin:/usr/bin");
        let program = resolve(&Raw::from("sh"), Some(&path), Path::new("/")).unwrap();
        let argv = ["sh", "-c", text].map(Raw::from).to_vec();
        let env = vec![(Raw::from("PATH"), path)];
        probe(&Probe { program, argv, cwd: PathBuf::from("/"), env, time, bytes })
    }

    #[test]
    fn an_answer_is_kept_whole_with_its_end() {
        let answered = ask("echo out; echo err >&2; read x || exit 3", Duration::from_secs(20), 100).unwrap();
        assert_eq!(answered, Answered { exit_code: Some(3), out: b"out\n".to_vec(), err: b"err\n".to_vec() });
    }

    #[test]
    fn what_takes_too_long_or_writes_too_much_gives_no_answer() {
        let late = ask("exec sleep 600", Duration::from_millis(50), 100);
        assert_eq!(late, Err(ProbeError::TimedOut { limit: Duration::from_millis(50) }));
        let long = ask("yes | head -c 100000", Duration::from_secs(20), 1000);
        assert_eq!(long, Err(ProbeError::TooMuch { limit: 1000 }));
    }
}
