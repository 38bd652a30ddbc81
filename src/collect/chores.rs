//! What is due without any channel: expiry, outcomes that nobody will tell, verifications and the ways back after them, and
//! previews that nobody had the time for. On threads of its own, because tools are waited for, and people are not to wait
//! for them.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant as Moment};

use crate::approval::Setting;
use crate::approval::prepare::{PATIENCE, SHORTLY, WhenLate};
use crate::approval::settle::{escalations, is_overdue, settle};
use crate::broker::Broker;
use crate::error::Error;
use crate::host::{clock, private};
use crate::ledger::{Filter, SqliteLedger};
use crate::model::ids::RequestId;
use crate::model::request::RequestState;
use crate::policy::Policies;
use crate::verification;

use super::Ground;
use super::rules::Rules;

/// How often what is due is looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long the process that filed a request has for its preview, before the collector makes it.
const OTHERS_FIRST: Duration = Duration::from_secs(SHORTLY.as_secs() + 2);
/// How long after a preview that could not be made it is tried again.
const AGAIN: Duration = Duration::from_secs(30);
/// How often a preview is tried until its failure is recorded; a human can make it meanwhile.
const TRIES: u32 = 3;

/// The threads.
pub struct Chores {
    stop: Arc<Stop>,
    settling: Option<JoinHandle<()>>,
}

/// Tells the threads to end.
#[derive(Default)]
struct Stop {
    is_wanted: Mutex<bool>,
    bell: Condvar,
}

impl Stop {
    /// Waits; whether the end is wanted.
    fn wait(&self, span: Duration) -> bool {
        let wanted = self.is_wanted.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.bell.wait_timeout_while(wanted, span, |wanted| !*wanted);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn end(&self) {
        *self.is_wanted.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.bell.notify_all();
    }
}

impl Chores {
    /// Starts them.
    pub fn start(ground: &Ground) -> Self {
        let stop = Arc::new(Stop::default());
        let settling = thread(ground, &stop, "settling", settled);
        // A preview only asks, so nobody waits for it at the end.
        let mut tries = Tries::default();
        let _asking =
            thread(ground, &stop, "previews", move |ledger, ground, policies| tries.round(ledger, ground, policies));
        Self { stop, settling }
    }

    /// Ends them. A way back that is running is waited for.
    pub async fn stop(mut self, ground: &Ground) {
        self.stop.end();
        let Some(settling) = self.settling.take() else { return };
        if !settling.is_finished() {
            (ground.say)("ending; what runs is waited for");
        }
        // It may have failed; then it has told.
        let _ended = tokio::task::spawn_blocking(move || settling.join()).await;
    }
}

/// Runs `work` again and again until the end; none where no thread can be made.
fn thread(
    ground: &Ground,
    stop: &Arc<Stop>,
    name: &str,
    mut work: impl FnMut(&mut SqliteLedger, &Ground, &Policies) -> Result<(), Error> + Send + 'static,
) -> Option<JoinHandle<()>> {
    let (ground, stop) = (ground.clone(), Arc::clone(stop));
    let say = Arc::clone(&ground.say);
    let made = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        let mut rules = Rules::read(&ground);
        let mut told = None;
        while !stop.wait(LOOK_EVERY) {
            rules.refresh(&ground);
            let done = match rules.policies() {
                Ok(policies) => ground.ledger().and_then(|mut ledger| work(&mut ledger, &ground, policies)),
                // It was told where it was read.
                Err(_) => Ok(()),
            };
            let failed = done.err().map(|error| error.text);
            if let Some(text) = failed.as_ref().filter(|_| told != failed) {
                (ground.say)(&format!("overdue work could not be done: {text}"));
            }
            told = failed;
        }
    });
    match made {
        Ok(handle) => Some(handle),
        Err(cause) => {
            say(&format!("no thread for {name}: {cause}"));
            None
        }
    }
}

/// Does all of it once.
///
/// # Errors
/// When the policy has faults, or the ledger cannot be used.
pub fn through(ground: &Ground) -> Result<(), Error> {
    let rules = Rules::read(ground);
    let policies = rules.policies()?;
    let mut ledger = ground.ledger()?;
    settled(&mut ledger, ground, policies)?;
    Tries::default().round(&mut ledger, ground, policies)
}

fn setting<'a>(ground: &'a Ground, policies: &'a Policies) -> Setting<'a> {
    Setting { host: &ground.host, places: &ground.places, policies, caller: ground.caller.clone() }
}

fn settled(ledger: &mut SqliteLedger, ground: &Ground, policies: &Policies) -> Result<(), Error> {
    let mut open = ledger.list(&Filter { open: true, ..Filter::default() })?;
    let now = clock::now();
    open.retain(|row| is_overdue(row, now, policies.run_within()) || !escalations(row, now).is_empty());
    private::sweep(&ground.places.data_dir);
    settle(ledger, &ground.caller, &open, policies)?;
    let mut broker = Broker { setting: setting(ground, policies), ledger };
    verification::go_on(&mut broker, &mut |text| (ground.say)(text))
}

/// How often each preview was tried, and when last.
#[derive(Default)]
struct Tries(HashMap<RequestId, (u32, Moment)>);

impl Tries {
    /// Makes the previews that are left to the collector.
    fn round(&mut self, ledger: &mut SqliteLedger, ground: &Ground, policies: &Policies) -> Result<(), Error> {
        let mut waiting = ledger.pending()?;
        waiting.retain(|row| row.state == RequestState::Preparing);
        self.0.retain(|id, _| waiting.iter().any(|row| row.id == *id));
        for row in waiting.iter().filter(|row| clock::now().since(row.created) >= OTHERS_FIRST) {
            let (tried, last) = self.0.get(&row.id).copied().unwrap_or((0, Moment::now()));
            if tried > 0 && last.elapsed() < AGAIN {
                continue;
            }
            // Here it may lack what the agent's shell has; a human who looks meanwhile may have it.
            let when_late = if tried + 1 >= TRIES { WhenLate::Fail } else { WhenLate::Leave };
            let mut broker = Broker { setting: setting(ground, policies), ledger };
            let made = broker.prepare(&row.id, PATIENCE, when_late);
            self.0.insert(row.id.clone(), (tried + 1, Moment::now()));
            if let Err(error) = made {
                (ground.say)(&format!("the preview of request {} could not be made: {}", row.id, error.text));
            }
        }
        Ok(())
    }
}
