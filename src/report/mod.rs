//! Records and requests as text for people and data for programs. Pure: text comes out, nothing is printed.

pub mod change;
pub mod check;
pub mod coverage;
pub mod effective;
pub mod explain;
pub mod freezing;
pub mod grants;
pub mod listing;
mod modifiers;
pub mod packs;
pub mod policy_diff;
pub mod reviews;
pub mod show;
pub mod simulate;
pub mod status;
mod wording;
