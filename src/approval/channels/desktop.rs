//! The desktop of whoever collects as a channel: a notification where there is `notify-send`, and a line with a bell where
//! the collector talks. It tells that somebody waits, and nothing more.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use crate::approval::decider::Channel as Kind;
use crate::exec::environment::{Whose, prepare};
use crate::exec::probe::{Probe, probe};
use crate::exec::resolve::resolve;
use crate::host::{Host, variable};
use crate::model::invocation::Raw;

use super::ntfy::{is_to_be_told, text, title, told};
use super::{Channel, Desk, Doing, Incoming, MessageRef, Received, Trouble, TroubleKind, Verdict, View};

/// How long it may take to show a notification.
const TIME: Duration = Duration::from_secs(5);

/// A line for whoever watches the collector, with a bell.
pub type Bell = Rc<dyn Fn(&str)>;

/// The desktop.
pub struct Desktop {
    name: String,
    host: Host,
    bell: Bell,
}

impl Desktop {
    /// The desktop of this session.
    pub fn new(name: &str, host: Host, bell: Bell) -> Self {
        Self { name: name.to_owned(), host, bell }
    }

    /// The question to `notify-send`; none where there is no such program.
    fn notification(&self, view: &View) -> Option<Probe> {
        let env = prepare(self.host.env(), &[], Path::new("/"), Whose::Other).vars;
        let argv: Vec<Raw> =
            ["notify-send", "--app-name=aigov", "--", &title(view), &text(view)].map(Raw::from).to_vec();
        let program = resolve(argv.first()?, variable(&env, "PATH"), Path::new("/")).ok()?;
        Some(Probe { program, argv, cwd: PathBuf::from("/"), env, time: TIME, bytes: 4096 })
    }
}

impl Channel for Desktop {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> Kind {
        Kind::Desktop
    }

    fn post<'a>(&'a self, view: &'a View) -> Doing<'a, Result<MessageRef, Trouble>> {
        Box::pin(async move {
            (self.bell)(&format!("{}: {}", title(view).trim_start_matches("aigov: "), text(view)));
            let Some(question) = self.notification(view) else { return Ok(told(view, "bell")) };
            // It waits for another process, and nobody else is to wait for that.
            let shown = tokio::task::spawn_blocking(move || probe(&question)).await;
            match shown {
                Ok(Ok(answered)) if answered.exit_code == Some(0) => Ok(told(view, "notification")),
                Ok(Ok(answered)) => {
                    let said = String::from_utf8_lossy(&answered.err);
                    let said = said.lines().next().unwrap_or("it gave no reason");
                    Err(Trouble::new(TroubleKind::Dead, format!("notify-send shows nothing here: {said}")))
                }
                Ok(Err(error)) => Err(Trouble::new(TroubleKind::Dead, format!("notify-send: {error}"))),
                Err(error) => Err(Trouble::new(TroubleKind::Later(None), format!("notify-send: {error}"))),
            }
        })
    }

    /// A second notification is better than none.
    fn find<'a>(&'a self, _view: &'a View) -> Doing<'a, Result<Option<MessageRef>, Trouble>> {
        Box::pin(async { Ok(None) })
    }

    fn update<'a>(&'a self, view: &'a View, at: &'a MessageRef) -> Doing<'a, Result<MessageRef, Trouble>> {
        if is_to_be_told(view, at) {
            return self.post(view);
        }
        Box::pin(async { Ok(at.clone()) })
    }

    fn receive<'a>(&'a self, _desk: &'a dyn Desk) -> Doing<'a, Result<Received, Trouble>> {
        Box::pin(std::future::pending())
    }

    fn answer<'a>(&'a self, _to: &'a Incoming, _verdict: &'a Verdict) -> Doing<'a, Result<(), Trouble>> {
        Box::pin(async { Ok(()) })
    }
}
