//! Live values for completions: tickets with their commands, environments of the policy.

use std::ffi::OsStr;

use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use crate::model::request::RequestRow;

use super::session;

/// Completes any request's id.
pub fn tickets() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| candidates(typed, session::recent_requests()))
}

/// Completes the ids of requests that wait for a decision.
pub fn pending() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| candidates(typed, session::pending_requests()))
}

/// Completes environments.
pub fn environments() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let typed = typed.to_string_lossy();
        session::environment_names()
            .into_iter()
            .filter(|name| name.starts_with(typed.as_ref()))
            .map(CompletionCandidate::new)
            .collect()
    })
}

/// Completes the names of tools and of their programs.
pub fn tools() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let typed = typed.to_string_lossy();
        session::tool_names()
            .into_iter()
            .filter(|name| name.starts_with(typed.as_ref()))
            .map(CompletionCandidate::new)
            .collect()
    })
}

/// Completes the ids of grants.
pub fn grants() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let typed = typed.to_string_lossy();
        session::grant_ids()
            .into_iter()
            .filter(|id| id.starts_with(typed.as_ref()))
            .map(CompletionCandidate::new)
            .collect()
    })
}

fn candidates(typed: &OsStr, rows: Vec<RequestRow>) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    rows.into_iter()
        .filter(|row| row.id.as_str().starts_with(typed.as_ref()))
        .map(|row| {
            let help = format!("{}: {}", row.state, crate::text::escape::escape(row.body.command.as_str()));
            CompletionCandidate::new(row.id.as_str()).help(Some(help.into()))
        })
        .collect()
}
