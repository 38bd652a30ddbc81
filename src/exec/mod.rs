//! The only place that starts a process, and only with a permit.

pub mod environment;
pub mod job;
pub mod permit;
pub mod resolve;
pub mod start;
mod wait;
