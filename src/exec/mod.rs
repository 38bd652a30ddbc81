//! The only place that starts a process: what was asked only with a permit, and questions of aigov's own.

pub mod environment;
pub mod job;
pub mod permit;
pub mod probe;
pub mod resolve;
pub mod signer;
pub mod start;
pub mod wait;
