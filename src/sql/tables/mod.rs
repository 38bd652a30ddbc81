//! What is known of the words of SQL and of databases' functions, as constant data.

pub mod functions;
pub mod heads;
pub mod settings;
