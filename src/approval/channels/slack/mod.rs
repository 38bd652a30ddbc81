//! Slack as a channel: a message with buttons, a window with the whole page and a rationale, the outcome in the thread.

pub mod blocks;
pub mod check;
#[cfg(test)]
mod example;
pub mod message;
pub mod modal;
pub mod payload;
#[cfg(test)]
mod tests;
pub mod text;
