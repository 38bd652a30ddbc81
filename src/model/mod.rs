//! The words of aigov as values, and the two traits (`Facts`, `Ledger`) through which the pure core meets the host.
//!
//! Nothing here reads a clock, a file, the environment or a database.

pub mod action;
pub mod attribution;
pub mod binding;
pub mod carried;
pub mod collect;
pub mod decision;
pub mod demand;
pub mod environments;
pub mod facts;
pub mod grant;
pub mod ids;
pub mod invocation;
pub mod ledger;
pub mod preview;
pub mod record;
pub mod request;
pub mod review;
pub mod secret;
pub mod signature;
pub mod time;
pub mod verification;
pub mod ways_back;
