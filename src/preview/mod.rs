//! What a request will change, found out before a human decides: one file per tool.
//!
//! Promises: what could not be shown is said to be so, and is never taken for nothing that changes; no secret gets into a
//! preview; questions that run code of the working tree are asked only where policy lets the same command run; what was
//! shown is what runs, where a tool can be given what was shown (a saved plan).

mod docker;
mod flags;
mod git;
mod helm;
mod in_house;
mod kubectl;
mod made;
mod open;
mod prober;
mod risk;
mod said;
mod scripts;
mod sql;
mod subject;
mod terraform;
mod values;

use std::path::Path;

use crate::classify::Owner;
use crate::command::{Command, Word};
use crate::exec::job::Ready;
use crate::model::action::{Action, Impact};
use crate::model::invocation::{Form, Invocation};
use crate::model::preview::{LeftOpen, Pin, Undo};
use crate::model::secret::Redacted;
use crate::policy::understand::Understood;
use crate::redact::Redactor;

use scripts::Scripts;

pub use made::{Finished, Made, RunWord, Runs, digest_of};
pub use prober::{Asking, Failure, Prober};
pub use subject::{Standing, Subject};

/// One tool's way of showing what a command of it will change.
pub struct Tool {
    /// The tool, as its pack names it.
    pub tool: &'static str,
    /// Whether this file can show something for the action. Asks nobody.
    pub shows: fn(&Action) -> bool,
    /// Finds out what will change.
    pub make: fn(&Subject<'_>, &mut Prober<'_>) -> Result<Made, Failure>,
    /// Looks again, right before the run, at what [`Made::pins`] was.
    pub pins: fn(&Subject<'_>, &mut Prober<'_>) -> Result<Vec<Pin>, Failure>,
    /// What such a command settles only when it runs, where the preview would have settled it before: which objects it
    /// chooses, what it plans. Nobody approves that without the preview. Asks nobody.
    pub leaves_open: fn(&Command, &Path) -> Option<LeftOpen>,
    /// Whether two pins of the same name are two versions of one thing, so that the same changes can be made to both.
    pub has_moved: fn(&Pin, &Pin) -> bool,
}

/// Every tool that can show something.
const TOOLS: &[&Tool] = &[
    &docker::TOOL,
    &docker::compose::TOOL,
    &git::TOOL,
    &helm::TOOL,
    &kubectl::TOOL,
    &sql::mysql::TOOL,
    &sql::sqlite::TOOL,
    &sql::TOOL,
    &terraform::TOOL,
];

/// The tool that shows what an action will change, if one does.
fn tool_of(action: &Action) -> Option<&'static Tool> {
    let is_change = action.impact > Impact::Read;
    TOOLS.iter().copied().find(|tool| is_change && tool.tool == action.tool && (tool.shows)(action))
}

/// Whether something can be shown for a request.
pub fn can_show(invocation: &Invocation, understood: &Understood) -> bool {
    shown(understood).next().is_some() || scripts::are_in(invocation, understood)
}

/// What will change by everything in an invocation.
///
/// # Errors
/// Only where there was no time: then nothing is known yet. Every other failure is itself a preview.
pub fn make(
    invocation: &Invocation,
    understood: &Understood,
    ready: &Ready,
    prober: &mut Prober<'_>,
) -> Result<Finished, Failure> {
    let mut all = Vec::new();
    for (action, tool) in shown(understood) {
        let made = subject(invocation, understood, ready, action).and_then(|subject| (tool.make)(&subject, prober));
        match made {
            Err(failure) if failure.is_late => return Err(failure),
            Err(failure) => all.push(Err(failure.leaving(left_open(invocation, understood, action, tool)))),
            Ok(made) => all.push(Ok(told_of_refusal(made, prober))),
        }
    }
    let redactor = Redactor::new(&invocation.env);
    let scripts = scripts::of(invocation, understood, &redactor);
    Ok(made::finish(all, &unseen(understood), scripts, &redactor))
}

/// Says of a way back when policy refuses it: it is known then, and not open to the one who asked.
fn told_of_refusal(mut made: Made, prober: &Prober<'_>) -> Made {
    let refusal = made.way_back.as_ref().and_then(|way_back| prober.refusal(&way_back.argv, &way_back.cwd));
    if let (Some(rule), Undo::Command { note, .. }) = (refusal, &mut made.undo) {
        *note =
            Redacted::assume_clean(format!("{note}; rule `{rule}` refuses this to who asked: a human has to run it"));
    }
    made
}

/// The preview that says that there is none, and why.
pub fn failed(failure: &Failure, invocation: &Invocation, understood: &Understood) -> Finished {
    let open = shown(understood).filter_map(|(action, tool)| left_open(invocation, understood, action, tool));
    let mut failure = failure.clone();
    failure.open.extend(open);
    made::finish(vec![Err(failure)], &[], Scripts::default(), &Redactor::new(&invocation.env))
}

/// The pins of everything in an invocation, as they are now.
#[derive(Debug, Default)]
pub struct Pinned {
    /// Those that could be looked at.
    pub pins: Vec<Pin>,
    /// Why another could not be.
    pub failure: Option<Failure>,
}

/// What the pins of everything in an invocation are now.
pub fn pins(invocation: &Invocation, understood: &Understood, ready: &Ready, prober: &mut Prober<'_>) -> Pinned {
    let mut all = Pinned::default();
    for (action, tool) in shown(understood) {
        let looked = subject(invocation, understood, ready, action).and_then(|subject| (tool.pins)(&subject, prober));
        match looked {
            Ok(pins) => all.pins.extend(pins),
            Err(failure) => all.failure = all.failure.or(Some(failure)),
        }
    }
    all
}

/// Whether the things that a preview was made of are the same as those of another, whatever version of each it is.
pub fn are_same_things(understood: &Understood, then: &[Pin], now: &[Pin]) -> bool {
    let tools: Vec<&Tool> = shown(understood).map(|(_, tool)| tool).collect();
    let is_same = |one: &Pin, other: &Pin| {
        one.what == other.what && (one.was == other.was || tools.iter().any(|tool| (tool.has_moved)(one, other)))
    };
    then.len() == now.len() && then.iter().zip(now).all(|(one, other)| is_same(one, other))
}

fn left_open(invocation: &Invocation, understood: &Understood, at: usize, tool: &Tool) -> Option<LeftOpen> {
    let command = command_at(understood, at)?;
    let cwd = Path::new(invocation.cwd.as_os());
    let directory = match &command.directory {
        Some(Word::Literal(directory)) => cwd.join(directory.as_os()),
        Some(Word::Opaque(_)) | None => cwd.to_path_buf(),
    };
    (tool.leaves_open)(command, &directory)
}

/// The actions that a tool shows, by their index.
fn shown(understood: &Understood) -> impl Iterator<Item = (usize, &'static Tool)> + '_ {
    (0..understood.verdict.actions.len()).filter_map(|at| Some((at, tool_at(understood, at)?)))
}

/// The tool that shows an action: one that is known, or one that the policy describes.
fn tool_at(understood: &Understood, at: usize) -> Option<&'static Tool> {
    let action = understood.verdict.actions.get(at)?;
    tool_of(action).or_else(|| {
        let described = in_house::described(command_at(understood, at)?.described)?;
        (action.impact > Impact::Read && described.pack.tool == action.tool).then_some(&in_house::TOOL)
    })
}

fn command_at(understood: &Understood, at: usize) -> Option<&Command> {
    match understood.owners.get(at) {
        Some(Owner::Command(command)) => understood.parsed.commands.get(*command),
        Some(Owner::Opaque(_) | Owner::Suspect(_)) | None => None,
    }
}

/// The actions that change something and that nothing can show.
fn unseen(understood: &Understood) -> Vec<String> {
    let actions = understood.verdict.actions.iter().enumerate();
    let changes = actions.filter(|(at, action)| action.impact > Impact::Read && tool_at(understood, *at).is_none());
    changes.map(|(_, action)| action.title()).collect()
}

fn subject<'a>(
    invocation: &'a Invocation,
    understood: &'a Understood,
    ready: &'a Ready,
    at: usize,
) -> Result<Subject<'a>, Failure> {
    let command = command_at(understood, at);
    let (Some(command), Some(action)) = (command, understood.verdict.actions.get(at)) else {
        return Err(Failure::new(
            "it may run where it is not understood, so nobody can ask beforehand what it would do",
        ));
    };
    let is_whole = match &invocation.form {
        Form::Argv(argv) => {
            understood.parsed.commands.len() == 1 && subject::literal(&command.words).as_ref() == Ok(argv)
        }
        Form::Shell { .. } => false,
    };
    Subject::of(invocation, command, action, ready, if is_whole { Standing::Whole } else { Standing::Part })
}
