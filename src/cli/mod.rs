//! The command line: each subcommand is a thin door to the same broker.

mod approve;
pub mod args;
mod audit;
mod break_glass;
mod check;
mod collect;
mod complete;
mod doctor;
mod exec;
pub mod exit;
mod freeze;
mod grant;
mod init;
mod learn;
mod output;
mod packs;
mod policy;
mod policy_diff;
mod queue;
mod report;
mod requests;
mod rollback;
mod session;
mod show;
mod sign;
mod simulate;
mod wait;
mod watch;

use std::process::ExitCode;

use clap::error::ErrorKind as Clap;
use clap::{CommandFactory, Parser};
use tracing_subscriber::EnvFilter;

use crate::error::{Error, ErrorKind};
use crate::model::attribution::{Attribution, Audience, CallerKind};

use args::{Cli, Command};

/// Runs the program and gives its exit code.
pub fn main() -> ExitCode {
    clap_complete::CompleteEnv::with_factory(Cli::command).complete();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    log(cli.verbose);
    let code = match dispatch(cli.command, cli.verbose) {
        Ok(code) => code,
        Err(error) => {
            tell(&error);
            exit::code(error.kind)
        }
    };
    ExitCode::from(u8::try_from(code).unwrap_or(70))
}

fn dispatch(command: Command, verbose: u8) -> Result<i32, Error> {
    if command.audience() != Audience::Anyone {
        session::require(command.audience(), command.name())?;
    }
    match command {
        Command::Exec(args) => exec::exec(args),
        Command::Run(args) => exec::run(&args),
        Command::Wait(args) => wait::wait(&args),
        Command::Withdraw(args) => wait::withdraw(&args),
        Command::Rollback(args) => rollback::rollback(args),
        Command::Show(args) => show::show(&args),
        Command::Check(args) => check::check(args, verbose),
        Command::Requests(args) => requests::requests(&args),
        Command::Approve(args) => approve::approve(&args),
        Command::Reject(args) => approve::reject(&args),
        Command::Freeze(args) => freeze::freeze(&args),
        Command::Unfreeze(args) => freeze::unfreeze(&args),
        Command::Audit(args) => audit::audit(args),
        Command::Policy(args) => policy::policy(args.command),
        Command::Init(args) => init::init(&args),
        Command::Doctor(args) => doctor::doctor(&args),
        Command::Completions(args) => completions(args.shell),
        Command::Packs(args) => packs::packs(&args),
        Command::Report(args) => report::report(args.command),
        Command::Review(args) => break_glass::review(&args),
        Command::Grant(args) => grant::grant(args),
        Command::Collect(args) => collect::collect(&args),
    }
}

/// clap's own exit code for a usage error is 2; ours is 64.
fn usage(error: &clap::Error) -> ExitCode {
    let printed = error.print();
    match error.kind() {
        Clap::DisplayHelp | Clap::DisplayVersion => ExitCode::from(if printed.is_ok() { 0 } else { 69 }),
        _ => ExitCode::from(64),
    }
}

fn log(verbose: u8) {
    let directive = match (std::env::var("AIGOV_LOG").ok(), verbose) {
        (Some(directive), _) => directive,
        (None, 0) => return,
        (None, 1) => "aigov=info".to_owned(),
        (None, _) => "aigov=debug".to_owned(),
    };
    let filter = EnvFilter::try_new(&directive).unwrap_or_else(|_| EnvFilter::new("aigov=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).without_time().init();
}

/// How wide the label of a hint is.
const HINT_LABEL: usize = 8;

/// An error in words, with the hint for whoever is there.
fn tell(error: &Error) {
    output::talk_in_lines(&format!("aigov: error: {}\n", error.text), 0);
    let hint = if session::is_human_here() { &error.hint.human } else { &error.hint.agent };
    if let Some(hint) = hint {
        output::talk_in_lines(&format!("  hint: {hint}\n"), HINT_LABEL);
    }
}

fn completions(shell: clap_complete::Shell) -> Result<i32, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "aigov", &mut script);
    output::data(&String::from_utf8_lossy(&script))?;
    Ok(0)
}

/// Whether a caller may use what is for humans. A missing terminal gives an agent's rights.
fn is_allowed(audience: Audience, caller: &Attribution) -> bool {
    match (audience, caller.kind) {
        (Audience::Anyone, _) | (_, CallerKind::Human) | (Audience::Setup, CallerKind::Unattributed) => true,
        (Audience::Setup | Audience::Human, CallerKind::Agent) | (Audience::Human, CallerKind::Unattributed) => false,
    }
}

/// The refusal of a subcommand that is for humans.
fn not_for_you(name: &str, caller: &Attribution) -> Error {
    let evidence: Vec<&str> = caller.evidence.iter().map(|evidence| evidence.text.as_str()).collect();
    Error::new(
        ErrorKind::Refused,
        format!("`aigov {name}` is for humans, and this was called by {}: {}", caller.label(), evidence.join("; ")),
    )
    .for_agent("stop and tell the human; this attempt is in the ledger")
    .for_human(format!("run `aigov {name}` in a terminal of your own, outside the agent"))
}
