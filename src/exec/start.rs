//! Starts what was permitted, lets the caller's terminal and streams through, and waits for the end.
//!
//! The child stays in aigov's process group, so that the terminal's signals and job control reach both. When aigov
//! itself is killed by SIGKILL the child goes on, and the ledger keeps an intent without an outcome.

use std::fs::File;
use std::io::{Seek, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant as Moment;

use rustix::fs::MemfdFlags;
use rustix::io::Errno;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::command::Script;
use crate::error::{Error, ErrorKind};
use crate::exec::permit::Permit;
use crate::exec::resolve::Resolved;
use crate::exec::wait::{self, Signals};
use crate::host::read;
use crate::model::ids::Digest;
use crate::model::invocation::{Raw, Stdin, Variable};
use crate::model::request::OutcomeBody;

/// What to start.
pub struct Job<'a> {
    /// The argument vector as typed; its first word is what the program is told to be called.
    pub argv: Vec<Raw>,
    /// The executable.
    pub program: Resolved,
    /// The working directory.
    pub cwd: PathBuf,
    /// The whole environment of the child.
    pub env: Vec<Variable>,
    /// Standard input.
    pub stdin: Stdin,
    /// Standard output and error.
    pub stdio: Stdio<'a>,
    /// Scripts whose texts must still be those that were read.
    pub scripts: Vec<Script>,
}

/// What the child's standard output and error are.
pub enum Stdio<'a> {
    /// aigov's own.
    Inherit,
    /// aigov's own standard error for both: what is started is not what the caller reads the output of.
    Error,
    /// Pipes, read by aigov and given to this.
    Interposed(&'a mut dyn Interposer),
}

/// One of the child's streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

/// Receives what a child writes when aigov stands between.
pub trait Interposer {
    /// Takes the next bytes of a stream, in the order in which they were read.
    ///
    /// # Errors
    /// When nobody reads any more; the stream is then closed, so that the child gets SIGPIPE as it would have.
    fn take(&mut self, stream: Stream, bytes: &[u8]) -> std::io::Result<()>;
}

/// Why a process could not be started. Nothing ran.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StartError {
    /// The permit is for another executable.
    #[error("the intent in the ledger is for {intended}, not for {path}")]
    NotIntended {
        /// What the intent names.
        intended: String,
        /// What was to be started.
        path: String,
    },
    /// The executable is not the one that was resolved.
    #[error("{} changed since it was looked at", path.display())]
    Changed {
        /// The executable.
        path: PathBuf,
    },
    /// A script is not the text that was read.
    #[error("the script {path} changed since it was read")]
    ScriptChanged {
        /// The script.
        path: String,
    },
    /// The executable, or the interpreter that its first line names, is not there.
    #[error("cannot start {}: {why}", path.display())]
    NotFound {
        /// The executable.
        path: PathBuf,
        /// What is missing.
        why: String,
    },
    /// The system does not execute it.
    #[error("cannot execute {}: {why}", path.display())]
    NotExecutable {
        /// The executable.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The working directory cannot be entered.
    #[error("cannot enter the working directory {}: {why}", cwd.display())]
    Directory {
        /// The directory.
        cwd: PathBuf,
        /// What the system said.
        why: String,
    },
    /// Arguments and environment are too long.
    #[error("the command line is too long for the system ({bytes} bytes of arguments and environment)")]
    TooLong {
        /// Their sum.
        bytes: usize,
    },
    /// Something else.
    #[error("cannot start the process: {cause}")]
    System {
        /// What the system said.
        cause: String,
    },
}

impl StartError {
    /// The outcome that the ledger gets.
    pub fn outcome(&self) -> OutcomeBody {
        OutcomeBody { exit_code: None, signal: None, duration_ms: 0, start_error: Some(self.to_string()) }
    }
}

impl From<StartError> for Error {
    fn from(error: StartError) -> Self {
        let kind = match &error {
            StartError::NotFound { .. } => ErrorKind::NotFound,
            StartError::NotExecutable { .. } | StartError::TooLong { .. } => ErrorKind::NotExecutable,
            StartError::Changed { .. } | StartError::ScriptChanged { .. } => ErrorKind::Refused,
            StartError::Directory { .. } => ErrorKind::Input,
            StartError::NotIntended { .. } | StartError::System { .. } => ErrorKind::Internal,
        };
        Self::new(kind, error.to_string())
    }
}

/// Starts the job that `permit` is for and waits for its end.
///
/// # Errors
/// When nothing was started.
pub fn start(permit: Permit, job: Job<'_>) -> Result<OutcomeBody, StartError> {
    check(&permit, &job)?;
    let mut command = command(&job)?;
    let started = Moment::now();
    let system = |cause: std::io::Error| StartError::System { cause: cause.to_string() };
    // Before the start: a signal that arrives in between is passed on once the child is there.
    let mut signals = Signals::take_over().map_err(system)?;
    let mut child = command.spawn().map_err(|error| refused(&error, &job))?;
    drop(command);
    let ended = match job.stdio {
        Stdio::Inherit | Stdio::Error => wait::until_exit(&mut child, &mut signals, None),
        Stdio::Interposed(interposer) => wait::until_exit(&mut child, &mut signals, Some(interposer)),
    };
    // The child runs: from here on there is an outcome, if only an unknown one.
    Ok(wait::outcome(ended, started.elapsed()))
}

fn check(permit: &Permit, job: &Job<'_>) -> Result<(), StartError> {
    if permit.executable() != job.program.text() {
        return Err(StartError::NotIntended { intended: permit.executable().to_owned(), path: job.program.text() });
    }
    match std::fs::metadata(&job.cwd) {
        Ok(meta) if meta.is_dir() => {}
        Ok(_) => return Err(directory(job, "not a directory")),
        Err(error) => return Err(directory(job, &error.to_string())),
    }
    if !job.program.unchanged() {
        return Err(StartError::Changed { path: job.program.path.clone() });
    }
    match job.scripts.iter().find(|script| !is_unchanged(script)) {
        Some(script) => Err(StartError::ScriptChanged { path: script.path.clone() }),
        None => Ok(()),
    }
}

/// Whether a script's text is the one that was read. Its size and times can be made to look the same; its digest cannot.
fn is_unchanged(script: &Script) -> bool {
    let digest = |bytes: Vec<u8>| Digest(Sha256::digest(&bytes).into());
    read::bytes(Path::new(&script.path)).is_ok_and(|bytes| digest(bytes) == script.digest)
}

fn directory(job: &Job<'_>, why: &str) -> StartError {
    StartError::Directory { cwd: job.cwd.clone(), why: why.to_owned() }
}

fn command(job: &Job<'_>) -> Result<Command, StartError> {
    let mut command = Command::new(&job.program.path);
    if let Some(name) = job.argv.first() {
        command.arg0(name.as_os());
    }
    command.args(job.argv.iter().skip(1).map(Raw::as_os));
    command.env_clear().envs(job.env.iter().map(|(key, value)| (key.as_os(), value.as_os())));
    command.current_dir(&job.cwd);
    match &job.stdin {
        Stdin::Inherited => {}
        Stdin::Null => {
            command.stdin(std::process::Stdio::null());
        }
        Stdin::Bytes(bytes) => {
            let file = in_memory(&bytes.0).map_err(|cause| StartError::System { cause: cause.to_string() })?;
            command.stdin(file);
        }
    }
    if matches!(job.stdio, Stdio::Error) {
        let copy = std::io::stderr().as_fd().try_clone_to_owned();
        command.stdout(copy.map_err(|cause| StartError::System { cause: cause.to_string() })?);
    }
    if matches!(job.stdio, Stdio::Interposed(_)) {
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    }
    Ok(command)
}

/// A file that lives in memory only, so that no writer is needed and no bytes lie on a disk.
fn in_memory(bytes: &[u8]) -> std::io::Result<File> {
    let mut file = File::from(rustix::fs::memfd_create("aigov-stdin", MemfdFlags::CLOEXEC)?);
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file)
}

fn refused(error: &std::io::Error, job: &Job<'_>) -> StartError {
    let path = job.program.path.clone();
    let why = error.to_string();
    match Errno::from_io_error(error) {
        Some(Errno::TOOBIG) => StartError::TooLong { bytes: size(job) },
        Some(Errno::NOENT) if job.program.unchanged() => {
            StartError::NotFound { path, why: "its interpreter is missing".to_owned() }
        }
        Some(Errno::NOENT) => StartError::NotFound { path, why },
        Some(Errno::ACCESS | Errno::NOEXEC | Errno::PERM | Errno::TXTBSY | Errno::LIBBAD) => {
            StartError::NotExecutable { path, why }
        }
        _ => StartError::System { cause: why },
    }
}

fn size(job: &Job<'_>) -> usize {
    let argv = job.argv.iter().map(|word| word.0.len() + 1);
    let env = job.env.iter().map(|(key, value)| key.0.len() + value.0.len() + 2);
    argv.chain(env).sum()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::time::Duration;

    use super::*;
    use crate::exec::permit::tests::permit;
    use crate::exec::resolve::resolve;

    fn job(argv: &[&str], cwd: &Path) -> Job<'static> {
        let argv: Vec<Raw> = argv.iter().map(|word| Raw::from(*word)).collect();
        let program = resolve(&argv[0], Some(&Raw::from("/bin:/usr/bin")), cwd).unwrap();
        let env = vec![(Raw::from("PATH"), Raw::from("/bin:/usr/bin")), (Raw::from("A"), Raw(vec![0xff]))];
        Job {
            argv,
            program,
            cwd: cwd.to_path_buf(),
            env,
            stdin: Stdin::Null,
            stdio: Stdio::Inherit,
            scripts: Vec::new(),
        }
    }

    fn run(job: Job<'_>) -> Result<OutcomeBody, StartError> {
        start(permit(&job.program.text()), job)
    }

    fn shell(text: &str) -> OutcomeBody {
        run(job(&["sh", "-c", text], Path::new("/"))).unwrap()
    }

    #[derive(Default)]
    struct Kept(Vec<u8>, Vec<u8>);

    impl Interposer for Kept {
        fn take(&mut self, stream: Stream, bytes: &[u8]) -> std::io::Result<()> {
            match stream {
                Stream::Output => self.0.extend(bytes),
                Stream::Error => self.1.extend(bytes),
            }
            Ok(())
        }
    }

    fn output(mut job: Job<'_>) -> (String, String, OutcomeBody) {
        let mut kept = Kept::default();
        let text = job.program.text();
        let job = Job {
            argv: std::mem::take(&mut job.argv),
            program: job.program,
            cwd: job.cwd,
            env: job.env,
            stdin: job.stdin,
            stdio: Stdio::Interposed(&mut kept),
            scripts: Vec::new(),
        };
        let outcome = start(permit(&text), job).unwrap();
        (String::from_utf8(kept.0).unwrap(), String::from_utf8(kept.1).unwrap(), outcome)
    }

    #[test]
    fn the_exit_code_and_the_deadly_signal_are_the_childs_own() {
        assert_eq!(run(job(&["true"], Path::new("/"))).unwrap().exit_code, Some(0));
        assert_eq!(shell("exit 7").exit_code, Some(7));
        let killed = shell("kill -KILL $$");
        assert_eq!((killed.exit_code, killed.signal), (None, Some(9)));
    }

    #[test]
    fn the_child_gets_the_given_environment_directory_name_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let cwd = std::fs::canonicalize(dir.path()).unwrap();
        let (out, _, _) = output(job(&["sh", "-c", "pwd; env | LC_ALL=C sort | od -c | head -1; echo $0"], &cwd));
        let lines: Vec<_> = out.lines().collect();
        assert_eq!(lines[0], cwd.to_str().unwrap());
        assert!(lines[1].contains("A   = 377"), "{out}");
        assert_eq!(lines[2], "sh");
    }

    #[test]
    fn bytes_for_standard_input_are_read_whole_and_null_is_empty() {
        let mut fed = job(&["wc", "-c"], Path::new("/"));
        fed.stdin = Stdin::Bytes(Raw(vec![b'x'; 1_000_000]));
        assert_eq!(output(fed).0.trim(), "1000000");
        assert_eq!(output(job(&["wc", "-c"], Path::new("/"))).0.trim(), "0");
    }

    #[test]
    fn interposed_streams_are_kept_apart_and_complete() {
        let (out, err, outcome) = output(job(
            &["sh", "-c", "i=0; while [ $i -lt 20000 ]; do echo line; i=$((i+1)); done; echo oops >&2; exit 3"],
            Path::new("/"),
        ));
        assert_eq!((out.len(), err.as_str(), outcome.exit_code), (100_000, "oops\n", Some(3)));
    }

    #[test]
    fn a_grandchild_that_keeps_the_pipe_open_does_not_hold_up_the_end_for_ever() {
        let (out, _, outcome) = output(job(&["sh", "-c", "sleep 600 & echo $!; exit 0"], Path::new("/")));
        assert_eq!(outcome.exit_code, Some(0));
        // It still has the pipe: killing it is possible only as long as it runs.
        let sleeper = rustix::process::Pid::from_raw(out.trim().parse().unwrap()).unwrap();
        rustix::process::kill_process(sleeper, rustix::process::Signal::KILL).unwrap();
    }

    #[test]
    fn what_cannot_be_executed_and_what_is_missing_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            std::fs::write(dir.path().join(name), text).unwrap();
            std::fs::set_permissions(dir.path().join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
        };
        write("garbage", "\u{1}\u{2}");
        write("orphan", "#!/no/such/interpreter\n");
        assert!(matches!(run(job(&["./garbage"], dir.path())), Err(StartError::NotExecutable { .. })));
        let error = run(job(&["./orphan"], dir.path())).unwrap_err();
        assert!(error.to_string().ends_with("its interpreter is missing"), "{error}");
        assert_eq!(Error::from(error).kind, ErrorKind::NotFound);
    }

    #[test]
    fn a_changed_executable_and_one_that_was_not_intended_never_start() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("run");
        std::fs::write(&path, "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let changed = job(&["./run"], dir.path());
        std::fs::write(&path, "#!/bin/sh\ntouch ran\n").unwrap();
        assert!(matches!(run(changed), Err(StartError::Changed { .. })));
        let other = job(&["./run"], dir.path());
        assert!(matches!(start(permit("/bin/true"), other), Err(StartError::NotIntended { .. })));
        assert!(!dir.path().join("ran").exists());
    }

    #[test]
    fn a_script_that_changed_since_it_was_read_is_named_and_nothing_starts() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.sh");
        let script = |text: &str| Script {
            path: path.to_str().unwrap().to_owned(),
            digest: Digest(Sha256::digest(text.as_bytes()).into()),
        };
        let started = |read: &str, is: Option<&str>| {
            let _ = std::fs::remove_file(&path);
            if let Some(text) = is {
                std::fs::write(&path, text).unwrap();
            }
            let mut job = job(&["sh", "x.sh"], dir.path());
            job.scripts.push(script(read));
            run(job)
        };
        assert_eq!(started("exit 3\n", Some("exit 3\n")).unwrap().exit_code, Some(3));
        for is in [Some("exit 4\n"), Some("exit 3\n\n"), Some(""), None] {
            let error = started("exit 3\n", is).unwrap_err();
            assert!(error.to_string().contains("x.sh changed"), "{error}");
        }
    }

    #[test]
    fn a_missing_directory_and_a_line_that_is_too_long_are_clear_errors() {
        let mut lost = job(&["true"], Path::new("/"));
        lost.cwd = PathBuf::from("/no/such/directory");
        assert!(matches!(run(lost), Err(StartError::Directory { .. })));
        let mut long = job(&["true"], Path::new("/"));
        long.argv.push(Raw(vec![b'x'; 1_000_000]));
        let error = run(long).unwrap_err();
        assert!(matches!(error, StartError::TooLong { bytes } if bytes > 1_000_000));
        assert!(error.outcome().start_error.is_some());
    }

    #[test]
    fn a_termination_signal_is_passed_on_to_the_child() {
        let dir = tempfile::tempdir().unwrap();
        let ready = dir.path().join("ready");
        let own = rustix::process::getpid();
        let waiting = ready.clone();
        let sender = std::thread::spawn(move || {
            while !waiting.exists() {
                std::thread::sleep(Duration::from_millis(5));
            }
            rustix::process::kill_process(own, rustix::process::Signal::TERM).unwrap();
        });
        let text = "trap 'exit 42' TERM; touch ready; while :; do sleep 0.05; done";
        let outcome = run(job(&["sh", "-c", text], dir.path())).unwrap();
        sender.join().unwrap();
        assert_eq!(outcome.exit_code, Some(42));
    }
}
