//! Records and requests as text for people and data for programs. Pure: text comes out, nothing is printed.

pub mod change;
pub mod check;
pub mod explain;
pub mod layout;
pub mod listing;
pub mod policy_diff;
pub mod show;
pub mod simulate;
pub mod status;
mod wording;
