//! What is still there of an execution whose broker is gone.

use std::path::Path;

use crate::host::read;
use crate::model::ids::ExecutionId;

/// Whether a process that an execution started still runs: each of them has the execution's name in its environment.
/// One that cannot be looked at belongs to somebody else.
pub fn still_runs(execution: &ExecutionId) -> bool {
    let wanted = format!("AIGOV_PARENT={execution}");
    let Ok(entries) = std::fs::read_dir("/proc") else { return false };
    entries.flatten().any(|entry| {
        let is_process = entry.file_name().to_string_lossy().bytes().all(|byte| byte.is_ascii_digit());
        is_process && has(&entry.path().join("environ"), wanted.as_bytes())
    })
}

fn has(environ: &Path, wanted: &[u8]) -> bool {
    read::proc(environ).is_some_and(|bytes| bytes.split(|byte| *byte == 0).any(|one| one == wanted))
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_process_of_the_execution_is_seen_until_it_ends() {
        let execution = ExecutionId::new("x-leftover-test".to_owned());
        assert!(!still_runs(&execution));
        let mut child = Command::new("cat")
            .env("AIGOV_PARENT", execution.as_str())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        while !still_runs(&execution) {
            std::thread::yield_now();
        }
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(!still_runs(&execution));
    }
}
