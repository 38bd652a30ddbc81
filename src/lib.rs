//! aigov: an execution broker between AI agents and production.

pub mod command;
pub mod error;
pub mod model;
pub mod packs;
