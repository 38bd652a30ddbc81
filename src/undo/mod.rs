//! The way back, known before anything runs: one file per tool.

pub mod kubectl;
pub mod terraform;
