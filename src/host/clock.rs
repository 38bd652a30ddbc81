//! The clock, and what tells one boot and one process from another.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::host::read;
use crate::model::time::Instant;

/// The system's time, UTC.
pub fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant::from_micros(0).plus(since)
}

/// The kernel's boot id, or `unknown`.
pub fn boot_id() -> String {
    line("/proc/sys/kernel/random/boot_id").unwrap_or_else(|| "unknown".to_owned())
}

/// The host's name, or `unknown`.
pub fn hostname() -> String {
    line("/proc/sys/kernel/hostname").or_else(|| line("/etc/hostname")).unwrap_or_else(|| "unknown".to_owned())
}

/// This process's id, and its start in clock ticks since boot (0 when it cannot be told).
pub fn own_start() -> (u32, u64) {
    let pid = std::process::id();
    (pid, stat(pid).map_or(0, |stat| stat.start))
}

/// Whether the process `pid` that started at `start` still runs. A process that is there but cannot be looked at
/// counts as alive; one in another pid namespace cannot be seen and counts as dead.
pub fn is_alive(pid: u32, start: u64) -> bool {
    match stat(pid) {
        Some(stat) => !stat.dead && (start == 0 || stat.start == start),
        None => exists(pid),
    }
}

fn exists(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

struct Stat {
    start: u64,
    dead: bool,
}

/// Fields 3 and 22 of `/proc/PID/stat` (proc(5)); the name in field 2 may hold spaces and parentheses.
fn stat(pid: u32) -> Option<Stat> {
    let bytes = read::proc(Path::new(&format!("/proc/{pid}/stat")))?;
    let text = String::from_utf8_lossy(&bytes);
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    let dead = matches!(fields.next()?, "Z" | "X");
    let start = fields.nth(18)?.parse().ok()?;
    Some(Stat { start, dead })
}

fn line(path: &str) -> Option<String> {
    let bytes = read::proc(Path::new(path))?;
    let text = String::from_utf8_lossy(&bytes).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_alive_and_a_recycled_pid_is_not_mistaken_for_it() {
        let (pid, start) = own_start();
        assert!(start > 0);
        assert!(is_alive(pid, start));
        assert!(!is_alive(pid, start + 1));
    }

    #[test]
    fn a_process_that_ended_is_not_alive() {
        let mut child = std::process::Command::new("/bin/true").spawn().unwrap();
        let pid = child.id();
        child.wait().unwrap();
        assert!(!is_alive(pid, 0));
    }

    #[test]
    fn boot_and_host_have_names_and_time_goes_on() {
        assert_eq!(boot_id().len(), 36);
        assert!(!hostname().is_empty());
        assert!(now() > Instant::parse("2026-01-01T00:00:00Z").unwrap());
    }
}
