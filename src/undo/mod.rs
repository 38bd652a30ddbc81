//! The way back, known before anything runs: one file per tool.

pub mod docker;
pub mod git;
pub mod helm;
pub mod in_house;
pub mod kubectl;
pub mod sql;
pub mod terraform;
