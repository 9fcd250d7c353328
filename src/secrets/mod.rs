//! Secrets.

pub mod secret;
pub mod sql;
