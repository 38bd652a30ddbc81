//! Decisions under SSH signatures: real ssh-keygen and ssh-agent, security keys formed here, two machines, and everything
//! that must be refused. What amounts to A3 needs a file that root alone holds, so those tests run as root and start
//! aigov as another user; where they cannot, they say so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops at the first thing that is wrong"
)]

#[path = "../support/mod.rs"]
mod support;

mod desk;
mod forms;
mod importing;
mod keys;
mod signing;
