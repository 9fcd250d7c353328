//! Statements as plain values, what a database answers to them, and the fragments of SQL that many statements share.
//! It knows no platform and no resource. It imports `identity` and `base` alone.

pub mod error;
pub mod gate;
pub mod refusal;
pub mod sql;
pub mod statement;
pub mod wire;
