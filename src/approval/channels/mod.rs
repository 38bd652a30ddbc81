//! Channels over which people are asked, and answer, elsewhere than at this machine's terminal.

pub mod slack;
