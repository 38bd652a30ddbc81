//! aigov: an execution broker between AI agents and production.

pub mod approval;
pub mod binding;
pub mod broker;
pub mod chain;
pub mod classify;
pub mod cli;
pub mod collect;
pub mod command;
pub mod error;
pub mod exec;
pub mod govern;
pub mod host;
pub mod ledger;
pub mod model;
pub mod packs;
pub mod policy;
pub mod preview;
pub mod redact;
pub mod report;
pub mod signature;
pub mod sql;
pub mod text;
pub mod undo;
pub mod verification;
