//! Text as people and patterns see it. Pure.

pub mod escape;
pub mod glob;
pub mod layout;
pub mod quote;
