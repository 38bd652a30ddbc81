//! Waits for a child, and passes on what is meant for it: signals, and its output where aigov stands between.

use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant as Moment};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::WithRawSiginfo;

use crate::exec::start::{Interposer, Stream};
use crate::host::read;
use crate::model::request::OutcomeBody;

/// How long output is still read after the child's end, when something else keeps its pipes open.
const DRAIN: Duration = Duration::from_millis(500);

/// How often a child is looked at where the kernel has no pidfd (before Linux 5.3).
const TICK: Duration = Duration::from_millis(20);

const PASSED_ON: [i32; 6] = [SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGUSR1, SIGUSR2];

/// The signals that end a process by default, held back from aigov while a child runs.
pub struct Signals {
    delivery: SignalDelivery<UnixStream, WithRawSiginfo>,
}

impl Signals {
    /// Takes them over. Those that are ignored stay so (nohup), for aigov and for the child.
    pub fn take_over() -> std::io::Result<Self> {
        let ignored = ignored_signals();
        let wanted = PASSED_ON.into_iter().filter(|signal| ignored & (1_u64 << (signal - 1)) == 0);
        let wanted: Vec<i32> = wanted.collect();
        rest(&wanted)?.store(false, Ordering::SeqCst);
        let (read, write) = UnixStream::pair()?;
        read.set_nonblocking(true)?;
        write.set_nonblocking(true)?;
        let delivery = SignalDelivery::with_pipe(read, write, WithRawSiginfo, wanted)?;
        Ok(Self { delivery })
    }

    /// The first signal that arrived and is to end this process.
    pub fn wanted_end(&mut self) -> Option<i32> {
        let ends = |signal: &i32| [SIGINT, SIGQUIT, SIGHUP, SIGTERM].contains(signal);
        self.delivery.pending().map(|info| info.si_signo).find(ends)
    }

    /// Passes on what arrived. What the kernel sent (a key at the terminal, a hang-up) went to the whole process
    /// group: the child has it already, and a second interrupt would mean something else to it.
    fn pass_on(&mut self, child: Pid) {
        for info in self.delivery.pending() {
            let by_kernel = info.si_code > 0;
            if !by_kernel && let Some(signal) = Signal::from_named_raw(info.si_signo) {
                // A child that has just ended gets no signal, and needs none.
                let _gone = kill_process(child, signal);
            }
        }
    }
}

impl Drop for Signals {
    /// From here on a signal ends aigov again: it may go on to work of its own.
    fn drop(&mut self) {
        if !is_held()
            && let Some(rest) = REST.get()
        {
            rest.store(true, Ordering::SeqCst);
        }
    }
}

/// Whether this process listens for signals itself and ends when it may.
static HELD: AtomicBool = AtomicBool::new(false);

/// From here on no signal ends this process by itself: whoever calls this listens for them.
pub fn hold_signals() {
    HELD.store(true, Ordering::SeqCst);
}

/// Whether somebody does.
pub(super) fn is_held() -> bool {
    HELD.load(Ordering::SeqCst)
}

/// Whether the signals have their usual effect. A handler that was once there cannot be taken away again.
static REST: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Makes the usual effect depend on [`REST`], once.
fn rest(signals: &[i32]) -> std::io::Result<&'static Arc<AtomicBool>> {
    if let Some(rest) = REST.get() {
        return Ok(rest);
    }
    let rest = Arc::new(AtomicBool::new(false));
    for signal in signals {
        signal_hook::flag::register_conditional_default(*signal, Arc::clone(&rest))?;
    }
    Ok(REST.get_or_init(|| rest))
}

/// `SigIgn` of `/proc/self/status`: bit n-1 stands for signal n.
fn ignored_signals() -> u64 {
    let status = read::proc(std::path::Path::new("/proc/self/status")).unwrap_or_default();
    let text = String::from_utf8_lossy(&status);
    let mask = text.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// The child's end as a record holds it. An error of waiting is an end that is not known.
pub fn outcome(ended: std::io::Result<ExitStatus>, took: Duration) -> OutcomeBody {
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match ended {
        Ok(status) => OutcomeBody { exit_code: status.code(), signal: status.signal(), duration_ms, start_error: None },
        Err(cause) => {
            let start_error = Some(format!("started, but its end could not be learned: {cause}"));
            OutcomeBody { exit_code: None, signal: None, duration_ms, start_error }
        }
    }
}

/// Waits for the child's end. With an interposer, its output is read until it ends too.
pub fn until_exit(
    child: &mut Child,
    signals: &mut Signals,
    interposer: Option<&mut dyn Interposer>,
) -> std::io::Result<ExitStatus> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or(std::io::ErrorKind::InvalidInput)?;
    let end = pidfd_open(pid, PidfdFlags::empty()).ok();
    let mut taps = Taps::new(child, interposer);
    let mut status = None;
    let mut deadline = None;
    loop {
        if status.is_none() {
            status = child.try_wait()?;
            deadline = status.map(|_| Moment::now() + DRAIN);
        }
        if let Some(status) = status
            && (taps.are_closed() || deadline.is_some_and(|deadline| Moment::now() >= deadline))
        {
            return Ok(status);
        }
        let end = end.as_ref().filter(|_| status.is_none()).map(AsFd::as_fd);
        let limit = match (deadline, end) {
            (Some(deadline), _) => Some(deadline.saturating_duration_since(Moment::now())),
            (None, None) => Some(TICK),
            (None, Some(_)) => None,
        };
        let ready = wait(end, signals.delivery.get_read().as_fd(), &taps, limit)?;
        if status.is_none() {
            signals.pass_on(pid);
        }
        taps.read(&ready);
    }
}

/// Waits until one of them has something to say; answers which of the taps can be read.
fn wait(
    end: Option<BorrowedFd<'_>>,
    signals: BorrowedFd<'_>,
    taps: &Taps<'_>,
    limit: Option<Duration>,
) -> std::io::Result<Vec<Stream>> {
    let mut fds = vec![PollFd::from_borrowed_fd(signals, PollFlags::IN)];
    fds.extend(end.map(|end| PollFd::from_borrowed_fd(end, PollFlags::IN)));
    let first = fds.len();
    fds.extend(taps.open.iter().map(|(_, file)| PollFd::new(file, PollFlags::IN)));
    let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
    match poll(&mut fds, limit.as_ref()) {
        Ok(_) | Err(rustix::io::Errno::INTR) => {}
        Err(error) => return Err(error.into()),
    }
    let ready = fds.iter().skip(first).zip(&taps.open).filter(|(fd, _)| !fd.revents().is_empty());
    Ok(ready.map(|(_, (stream, _))| *stream).collect())
}

/// The child's output pipes and who receives what comes out of them.
struct Taps<'a> {
    open: Vec<(Stream, File)>,
    receiver: Option<&'a mut dyn Interposer>,
}

impl<'a> Taps<'a> {
    fn new(child: &mut Child, receiver: Option<&'a mut dyn Interposer>) -> Self {
        let output = child.stdout.take().map(|pipe| (Stream::Output, File::from(OwnedFd::from(pipe))));
        let error = child.stderr.take().map(|pipe| (Stream::Error, File::from(OwnedFd::from(pipe))));
        Self { open: output.into_iter().chain(error).collect(), receiver }
    }

    fn are_closed(&self) -> bool {
        self.open.is_empty()
    }

    /// Reads once from each ready pipe, and closes those that ended or that nobody wants any more.
    fn read(&mut self, ready: &[Stream]) {
        let mut buffer = [0_u8; 16 * 1024];
        let receiver = &mut self.receiver;
        self.open.retain_mut(|(stream, file)| {
            if !ready.contains(stream) {
                return true;
            }
            let bytes = match file.read(&mut buffer) {
                Ok(count) => buffer.get(..count).unwrap_or_default(),
                Err(error) => return error.kind() == std::io::ErrorKind::Interrupted,
            };
            !bytes.is_empty() && receiver.as_mut().is_none_or(|receiver| receiver.take(*stream, bytes).is_ok())
        });
    }
}
