//! Proof that the intent of this very run is in the ledger.

use crate::model::ids::ExecutionId;
use crate::model::ledger::Committed;
use crate::model::record::Event;

/// Proof that one execution's intent is committed. Made only from what a ledger committed, spent by `start`.
///
/// It cannot be copied:
///
/// ```compile_fail
/// fn twice(permit: aigov::exec::permit::Permit) -> (aigov::exec::permit::Permit, aigov::exec::permit::Permit) {
///     (permit.clone(), permit)
/// }
/// ```
///
/// nor made by hand:
///
/// ```compile_fail
/// let permit = aigov::exec::permit::Permit { execution: "x-1".into(), executable: String::new() };
/// ```
#[must_use = "a permit that is not spent means that an intent has no outcome"]
#[derive(Debug)]
pub struct Permit {
    execution: ExecutionId,
    executable: String,
}

impl Permit {
    /// The permit for `execution`, when its intent is among what was committed.
    pub fn from_committed(committed: &Committed, execution: &ExecutionId) -> Option<Self> {
        committed.records().iter().find_map(|record| match &record.event {
            Event::ExecutionIntended(intent) if record.execution.as_ref() == Some(execution) => {
                Some(Self { execution: execution.clone(), executable: intent.executable.clone() })
            }
            _ => None,
        })
    }

    /// The execution that it is for.
    pub fn execution(&self) -> &ExecutionId {
        &self.execution
    }

    /// The executable that the intent names.
    pub fn executable(&self) -> &str {
        &self.executable
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::attribution::{Attribution, CallerKind, Standing};
    use crate::model::ids::{Digest, LogId};
    use crate::model::record::{Intent, Note, RECORD_SCHEMA, Record};
    use crate::model::time::Instant;

    fn record(event: Event, execution: Option<&str>) -> Record {
        let attribution = Attribution {
            kind: CallerKind::Human,
            standing: Standing::Claimed,
            agent: None,
            version: None,
            model: None,
            session: None,
            on_behalf_of: None,
            task: None,
            parent: None,
            uid: 0,
            evidence: Vec::new(),
        };
        Record {
            schema: RECORD_SCHEMA,
            log: LogId::from("l"),
            seq: 1,
            prev: Digest::ZERO,
            event,
            request: None,
            execution: execution.map(ExecutionId::from),
            parent: None,
            attribution,
            commitments: Vec::new(),
            time: Instant::from_micros(0),
            boot: String::new(),
            wall: None,
            leaf: None,
        }
    }

    fn intent(executable: &str) -> Event {
        let executable = executable.to_owned();
        Event::ExecutionIntended(Intent { executable, runs: None, dropped: Vec::new(), pid: 1, pid_start: 1 })
    }

    /// A permit for `executable`, as a ledger's commit would give it.
    pub(crate) fn permit(executable: &str) -> Permit {
        let committed = Committed::by_ledger(vec![record(intent(executable), Some("x-1"))]);
        Permit::from_committed(&committed, &ExecutionId::from("x-1")).unwrap()
    }

    #[test]
    fn without_a_committed_intent_of_this_execution_there_is_no_permit() {
        let wanted = ExecutionId::from("x-1");
        let note = Event::OutcomeUnknown(Note { note: String::new() });
        for records in [
            vec![],
            vec![record(note, Some("x-1"))],
            vec![record(intent("/bin/true"), Some("x-2"))],
            vec![record(intent("/bin/true"), None)],
        ] {
            assert!(Permit::from_committed(&Committed::by_ledger(records), &wanted).is_none());
        }
        assert_eq!(permit("/bin/true").executable(), "/bin/true");
    }
}
